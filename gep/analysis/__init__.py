"""Questions asked of finished accounts: years, standards, scenarios, targets, projects,
uncertainty.

Imports what stands left of it up to :mod:`gep.opening`; knows no form and no report.
"""
