"""Forms that go out: templates with their meanings, drawn and filled."""
