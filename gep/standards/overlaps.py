"""Pairs of services that can hold the same thing: the rules are data (``overlaps.csv``), by which a
standard may forbid them.

A rule names two sides, each an indicator, a component, or several joined by ``+``. ``when`` narrows
a rule: ``same_ecosystem`` to types that supply both sides, ``same_price`` to sides at the same
price. :mod:`gep.audit.double_counting` finds them in an account.
"""

from __future__ import annotations

import csv
from functools import cache
from itertools import chain
from pathlib import Path

from gep import indicators
from gep.core.records import Rule

__all__ = ["Rule", "rules"]

PATH = Path(__file__).with_suffix(".csv")


def rules() -> tuple[Rule, ...]:
    """All rules: of the pairs that ship, then those that records of other packages hold.

    >>> next(r.second for r in rules() if r.id == "nh3n_in_tn")
    'water_purification.tn'
    """
    return (*_shipped(), *chain.from_iterable(p.thing.overlaps for p in indicators.plugins()))


@cache
def _shipped() -> tuple[Rule, ...]:
    """The pairs of services that ship: of two services neither knows the other, so they stand
    here.
    """
    with PATH.open(encoding="utf-8", newline="") as stream:
        return tuple(Rule(**row) for row in csv.DictReader(stream))
