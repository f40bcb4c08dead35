"""How long things take, on the machine at hand: ``python -m benchmarks`` runs all, ``python -m
benchmarks table`` one.

Reported with ratios and goals, never asserted; the table in docs/benchmarks.md is filled from what
it prints.
"""
