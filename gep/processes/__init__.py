"""Formulas that several services share and that are no service: erosion, growth, storm water, wind.
Imports core.
"""
