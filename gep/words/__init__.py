"""The names of things in Chinese and English: labels, numbers with units, problems, totals. Imports
account and what is left of it.
"""
