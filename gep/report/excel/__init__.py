"""The workbook: its plan, its sheets, its live formulas."""
