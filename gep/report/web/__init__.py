"""The parts of the HTML report and of what notebooks show."""
