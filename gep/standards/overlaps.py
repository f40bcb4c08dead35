"""Pairs of services that can hold the same thing: the rules are data (``overlaps.csv``), by which a
standard may forbid them.

A rule names two sides, each an indicator, a component, or several joined by ``+``. ``when`` narrows
a rule: ``same_ecosystem`` to types that supply both sides, ``same_price`` to sides at the same
price. :mod:`gep.audit.double_counting` finds them in an account.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

PATH = Path(__file__).with_suffix(".csv")


class Rule(NamedTuple):
    """A pair of services that can hold the same thing."""

    id: str
    first: str
    second: str
    when: str
    zh: str
    en: str
    mend_zh: str
    mend_en: str
    source: str
    evidence: str


@cache
def rules() -> tuple[Rule, ...]:
    """All rules.

    >>> next(r.second for r in rules() if r.id == "nh3n_in_tn")
    'water_purification.tn'
    """
    with PATH.open(encoding="utf-8", newline="") as stream:
        return tuple(Rule(**row) for row in csv.DictReader(stream))
