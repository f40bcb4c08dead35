"""What may leave: a figure that is confidential, and a total of fewer than three units, are used
and not told.

The account computes with every figure. What is written for others comes from :func:`public`, in
which a component that rests on a confidential figure stands as one total; where that total has
fewer than three units, it is pooled with others of its level, so that it cannot be found by
subtraction. The ledger keeps its rows and leaves those cells blank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, filterfalse
from operator import attrgetter

import numpy as np
import pandas as pd
import xarray as xr

from gep import indicators
from gep.account.account import Account, Part
from gep.account.chains import Solution
from gep.account.evaluate import Outcome, Status
from gep.account.inputs import LABELS, Entry, Figures
from gep.account.nodes import Given, Result
from gep.core.errors import InputError, Problem
from gep.core.formula import Component, Indicator
from gep.core.source import named
from gep.standards import ProfileRow

LEAST = 3  # units below which a total tells its parts
_CLASSIFIED = attrgetter("classification")
_RESTS = {i.level: i for i in indicators.RESTS.values()}


def confidential(part: Part) -> list[Entry]:
    """The confidential figures that a component rests on."""
    return list(filter(_CLASSIFIED, part.solution.entries))


def public(account: Account) -> Account:
    """The account as it may be shown: the same totals, with nothing that tells a confidential
    figure.

    Components that rest on confidential figures are one value each, with no quantity, price,
    district or origin; those of fewer than three units stand together with others under the rest of
    their level.
    """
    if not any(map(confidential, account.parts)):
        return account
    pools = _pools(account)
    pooled = list(chain.from_iterable(pools))
    parts = [
        _total(account, [p], p.row, p.indicator, p.component) if confidential(p) else p
        for p in account.parts
        if p not in pooled and not (p.headline and confidential(p))
    ]
    for pool in pools:
        rest, note = _RESTS[pool[0].row.level], "pooled: confidential figures"
        row = ProfileRow(rest.id, rest.level, rest.zh, rest.en, (rest.id,), "confirmed", note=note)
        parts.append(_total(account, pool, row, rest, Component(id="", zh=rest.zh, en=rest.en)))
    told = tuple(filterfalse(_CLASSIFIED, account.entries))
    return replace(account, parts=tuple(parts), entries=told, cut="public")


def may_leave(*accounts: Account) -> None:
    """Whether tables of other shapes may be written: only :func:`public` and :func:`withheld` know
    how to keep a figure back.

    Raises
    ------
    InputError
        If an account rests on confidential figures.
    """
    held = [a.basis.title or a.basis.region for a in accounts if any(map(confidential, a.parts))]
    if held:
        raise InputError(
            "error.output",
            [Problem("output.confidential", named(name)) for name in dict.fromkeys(held)],
        )


def _pools(account: Account) -> list[list[Part]]:
    """By level, the confidential components of fewer than three units, with as many small ones as
    make three.
    """
    out = []
    for level in dict.fromkeys(p.row.level for p in account.parts):
        here = [p for p in account.counted if p.row.level == level and not p.headline]
        few = list(filter(_tells, here))
        if few:
            others = sorted(
                filterfalse(_tells, here),
                key=lambda p: float(np.nan_to_num(abs(account.add([p])))),
            )
            out.append([*few, *others[: max(LEAST - len(few), 0)]])
    return out


def _tells(part: Part) -> bool:
    """Whether a component rests on confidential figures and has too few units to hide them."""
    if not confidential(part):
        return False
    years = part.data["value"].notnull().sum("year")
    return int((years > 0).sum()) < LEAST


def _total(
    account: Account,
    parts: Sequence[Part],
    row: ProfileRow,
    indicator: Indicator,
    component: Component,
) -> Part:
    """Several components as one value a year."""
    years = list(account.basis.years)
    value = xr.DataArray(
        [float(account.add(parts, year=y)) for y in years], {"year": years}, ("year",)
    )
    entry = Entry(
        indicator.id,
        component.id,
        "value",
        "",
        "",
        "",
        None,
        "",
        np.nan,
        "CNY/yr",
        "confidential figures in it: shown as a total",
        named("withheld"),
    )
    figures = Figures("value", "CNY/yr", value, xr.zeros_like(value), (entry,))
    node = Given("value", "CNY/yr", figures)
    unknown = np.isnan(value.values)
    status = value.copy(data=np.where(unknown, Status.MISSING, Status.VALUE_ONLY).astype("<U10"))
    data = xr.Dataset(
        {
            "quantity": xr.full_like(value, np.nan),
            "price": xr.full_like(value, np.nan),
            "value": value,
            "status": status,
        }
    )
    outcome = Outcome(data, {node: Result(value.variable, {"year": years})})
    return Part(row, Solution(indicator, component, value=node), outcome, counted=parts[0].counted)


def withheld(account: Account, ledger: pd.DataFrame) -> pd.DataFrame:
    """The ledger with blanks, and the status ``confidential``, where a figure may not be told."""
    out = ledger.copy()
    pooled = list(chain.from_iterable(_pools(account)))
    for part in account.parts:
        mine = (out["indicator"] == part.indicator.id) & (out["component"] == part.component.id)
        out = _blank(out, mine if part in pooled else _hidden(part, out, mine))
    return out


def _hidden(part: Part, ledger: pd.DataFrame, mine: pd.Series[bool]) -> pd.Series[bool]:
    """The rows of a component that rest on a confidential figure, and the smallest beside them
    where they are fewer than three in a year.
    """
    hit = pd.Series(False, index=ledger.index)
    for e in confidential(part):
        hit |= mine & _labelled(e, part, ledger)
    for _, year in ledger[mine].groupby("year"):
        kept = int(hit[year.index].sum())
        if kept:
            rest = year.loc[~hit[year.index], "value"].abs().sort_values(kind="stable")
            hit[rest.index[: max(LEAST - kept, 0)]] = True
    return hit


def _labelled(e: Entry, part: Part, ledger: pd.DataFrame) -> pd.Series[bool]:
    """The rows of the labels of a figure; a price serves years of which it is not."""
    match = pd.Series(True, index=ledger.index)
    told = e.labels()[:3] if e.is_price else e.labels()
    for label, own in zip(LABELS, told, strict=False):
        if own and label in part.data.dims:
            match &= ledger[label] == own
    return match


def _blank(ledger: pd.DataFrame, rows: pd.Series[bool]) -> pd.DataFrame:
    ledger.loc[rows, ["quantity", "price", "value"]] = float("nan")
    ledger.loc[rows, "status"] = Status.CONFIDENTIAL
    return ledger
