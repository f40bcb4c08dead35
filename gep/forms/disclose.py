"""What may leave: a figure that is confidential, and a total of fewer than three units, are used and not told.

The account computes with every figure; the ledger that is written out leaves blank what rests on a confidential one,
and so many more of the same component that no blank can be found by subtraction.
"""

from __future__ import annotations

import pandas as pd

from gep.account import Account, Part
from gep.inputs import Entry

LEAST = 3  # units below which a total tells its parts
_LABELS = ("item", "ecosystem", "region")


def confidential(part: Part) -> list[Entry]:
    """The confidential figures that a component rests on."""
    return [e for e in part.solution.entries if e.classification]


def withheld(account: Account, ledger: pd.DataFrame) -> pd.DataFrame:
    """The ledger with blanks where a figure may not be told, and the status ``confidential`` there."""
    out = ledger.copy()
    for part in account.parts:
        entries = confidential(part)
        if not entries:
            continue
        mine = (out["indicator"] == part.indicator.id) & (out["component"] == part.component.id)
        hit = pd.Series(False, index=out.index)
        for e in entries:
            match = mine.copy()
            for label in _LABELS:
                own = getattr(e, label)
                if own and label in part.data.dims:
                    match &= out[label] == own
            if e.year is not None and not e.is_price:
                match &= out["year"] == e.year
            hit |= match
        for _, year in out[mine].groupby("year"):
            open_ = year.index[~hit[year.index]]
            lacking = LEAST - int(hit[year.index].sum())
            if hit[year.index].any() and lacking > 0 and len(open_):
                hit[year.loc[open_, "value"].abs().sort_values(kind="stable").index[:lacking]] = True
        out.loc[hit, ["quantity", "price", "value"]] = float("nan")
        out.loc[hit, "status"] = "confidential"
    return out
