"""On what an account rests: every coefficient and price with its source, year and evidence, and
what share of the value rests on which.

A value is as firm as the weakest figure in it. From firm to weak: ``sourced`` (read in its source),
``given`` (the user's figure, with a source of its own), ``derived``, ``general`` (well known, no
source read), ``uncertain``, ``unsourced`` (the user's figure, without a source), ``synthetic``
(made up for a demonstration).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import chain

import numpy as np
import pandas as pd

from gep import pricing, standards
from gep.account.account import Account, Part
from gep.account.inputs import or_else, price_formulas, price_name
from gep.account.nodes import Absent
from gep.core import units
from gep.core.formula import Component, Indicator, Input
from gep.core.tables import Coefficient, Row
from gep.pricing import register
from gep.standards import Profile

TAGS = ("sourced", "given", "derived", "general", "uncertain", "unsourced", "synthetic")
COLUMNS = (
    *("second_level", "indicator", "component", "kind", "name", "ecosystem", "item", "region"),
    *("value", "unit", "year", "source", "clause", "evidence", "note"),
)


def of_standard(standard: str) -> pd.DataFrame:
    """Every coefficient and published price that a standard's components can take, with where each
    comes from.

    Returns
    -------
    DataFrame with the columns :data:`COLUMNS`; ``kind`` is ``coefficient`` (a default of a
    formula), ``price coefficient`` (of a formula that leads to a price) or ``price`` (a published
    price in the register: a choice, never a default).

    Raises
    ------
    ParameterError
        If there is no such standard.

    >>> bool(of_standard("hj1173_2021")["evidence"].isin(TAGS).all())
    True
    """
    profile = standards.get(standard)
    components = ((i, c) for i in profile.indicators for c in i.components)
    rows = chain.from_iterable(_of_component(profile, i, c) for i, c in components)
    return pd.DataFrame(rows, columns=list(COLUMNS)).drop_duplicates(ignore_index=True)


def _of_component(profile: Profile, i: Indicator, c: Component) -> Iterator[tuple[object, ...]]:
    row = profile.row(i.id, c.id)
    if row is None:
        return
    method = profile.pricing.get(f"{i.id}.{c.id}", c.pricing)
    formulas = price_formulas(pricing.get(method), price_name(c, method))
    found = {
        "coefficient": _defaults(i.inputs(c.quantity).values()),
        "price coefficient": _defaults(chain.from_iterable(f.inputs.values() for f in formulas)),
        "price": (
            r for r in register.prices() if r.name == c.price and _fits(r.unit, c.price_unit)
        ),
    }
    for kind, rows in found.items():
        yield from (_line(row.id, i, c, kind, r) for r in rows)


def _fits(unit: str, wanted: str) -> bool:
    """Whether a price is of this component: one of sulphur dioxide is none of phosphorus."""
    return not wanted or units.reads(unit, wanted)


def _defaults(inputs: Iterable[Input]) -> Iterator[Row]:
    """The coefficients that serve where an input is not given."""
    for x in inputs:
        if isinstance(x.default, Coefficient):
            yield from x.default.rows


def _line(second_level: str, i: Indicator, c: Component, kind: str, r: Row) -> tuple[object, ...]:
    return (
        second_level,
        i.id,
        c.id,
        kind,
        r.name,
        r.ecosystem,
        r.item,
        r.region,
        r.value,
        r.unit,
        r.year,
        r.source,
        r.clause,
        r.evidence,
        r.note,
    )


def weakest(part: Part) -> str:
    """The weakest tag among the figures and coefficients that a part's value rests on."""
    s = part.solution
    entries, rows = s.entries, _rows(part)
    if not isinstance(s.value, Absent):  # a value that was given rests on itself
        entries, rows = s.value.entries(), []
    tags = [e.evidence or ("given" if e.source else "unsourced") for e in entries]
    tags += [r.evidence for r in rows]
    return max(tags, key=TAGS.index, default="unsourced")


def _rows(part: Part) -> list[Row]:
    """The coefficient rows that a part's figures rest on."""
    return part.outcome.rows(part.solution.nodes)


def of_account(account: Account, year: int | None = None) -> pd.DataFrame:
    """What each counted part is worth, and on what it rests.

    Returns
    -------
    DataFrame, index (indicator, component): ``value`` [currency/yr], ``share`` of the total of
    absolute values, ``evidence`` (the weakest tag), ``row`` (confirmed or reconstructed in the
    standard), ``sources``. The last year by default.
    """
    year = or_else(year, account.basis.years[-1])
    parts = [
        p
        for p in account.counted
        if bool(np.isfinite(account.cells(p)["value"].sel(year=year).values).any())
    ]
    worth = [float(account.add([p], year=year)) for p in parts]
    whole = math.fsum(map(abs, worth)) or math.nan
    rows = [
        [v, abs(v) / whole, weakest(p), p.row.evidence, "; ".join(_sources(p))]
        for p, v in zip(parts, worth, strict=True)
    ]
    index = (
        pd.MultiIndex.from_tuples(
            [(p.indicator.id, p.component.id) for p in parts], names=("indicator", "component")
        )
        if parts
        else None
    )
    return pd.DataFrame(rows, index=index, columns=["value", "share", "evidence", "row", "sources"])


def shares(account: Account, year: int | None = None, by: str = "evidence") -> pd.Series[float]:
    """What share of the value rests on each tag; the shares add to 1.

    Parameters
    ----------
    account : Account
    year : int, optional
        The last year by default.
    by : {"evidence", "row"}
        By the tag of the figures, or by whether the standard's row is confirmed or reconstructed.

    Returns
    -------
    Series, index named by ``by``, from firm to weak
    """
    frame = of_account(account, year)
    names = TAGS if by == "evidence" else ("confirmed", "reconstructed")
    return pd.Series(
        {t: math.fsum(frame.loc[frame[by] == t, "share"]) for t in names}, name="share"
    ).rename_axis(by)


def _sources(part: Part) -> list[str]:
    figures = [e.source or "no source" for e in part.solution.entries]
    return list(dict.fromkeys([*figures, *(r.source for r in _rows(part))]))
