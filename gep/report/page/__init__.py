"""The HTML page and what notebooks show: its sections, charts and formulas."""

from gep.report.page.document import page

__all__ = ["page"]
