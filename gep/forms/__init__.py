"""A reporting round of statistical forms: out to departments, back with data, checked. Imports
analysis and what is left of it.
"""
