"""The ledger: an account as one tidy table, each row with the sources of the very figures that it
rests on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from gep.account.chains import MISSING, Node, Solution
from gep.account.inputs import Given
from gep.core.tables import EVIDENCE

if TYPE_CHECKING:
    from gep.account.account import Account, Part

LEDGER = (
    "standard",
    "region",
    "year",
    "price_year",
    "level",
    "indicator",
    "component",
    "item",
    "ecosystem",
    "role",
    "quantity",
    "quantity_unit",
    "price",
    "price_unit",
    "value",
    "value_unit",
    "method",
    "source",
    "evidence",
    "status",
    "second_level",
)
LONGEST = 2_000  # characters of the sources that a row names; the rest is counted


def ledger(account: Account) -> pd.DataFrame:
    """One row a component, item, ecosystem, region and year; the columns are :data:`LEDGER`."""
    frames = [frame for part in account.parts for frame in rows(account, part)]
    if not frames:
        return pd.DataFrame(columns=list(LEDGER))
    return pd.concat(frames, ignore_index=True)[list(LEDGER)]


def rows(account: Account, part: Part) -> Iterator[pd.DataFrame]:
    """The rows of one part, numbered by the place of their cell in the order of its dimensions;
    none where nothing occurs.
    """
    s, money = part.solution, account.basis.currency
    frame = part.data.to_dataframe(dim_order=list(part.data.dims)).reset_index()
    frame["source"] = _sources(part)
    frame = frame[frame["status"] != "absent"]
    if frame.empty:
        return
    fixed = {
        "standard": account.profile.id,
        "price_year": account.basis.prices,
        "level": part.row.level,
        "indicator": part.indicator.id,
        "component": part.component.id,
        "value_unit": f"{money}/yr",
        "method": _method(s),
        "evidence": _evidence(s),
        "second_level": part.row.id,
    }
    frame = frame.assign(**fixed, role="priced" if part.counted else "headline")
    for label in ("item", "ecosystem"):
        if label not in frame:
            frame[label] = ""
    if "region" not in frame:
        frame["region"] = account.basis.region
    frame["quantity_unit"] = (
        _units(s.quantity, frame) if s.quantity.kind != MISSING else part.component.unit
    )
    frame["price_unit"] = _units(s.price, frame)
    if money != "CNY":
        frame["price_unit"] = frame["price_unit"].str.replace("CNY", money)
    frame.loc[frame["quantity"].isna(), "quantity_unit"] = ""
    frame.loc[frame["price"].isna(), "price_unit"] = ""
    if s.headline:
        frame["role"] = "headline"
    if not part.counted:
        frame["value"] = np.nan
    frame.loc[frame["value"].isna(), "value_unit"] = ""
    yield frame


def _units(node: Node, frame: pd.DataFrame) -> Any:
    """The unit of a chain; of each item its own where items are counted in units of their own."""
    own = node.given.units if node.given else None
    return (
        frame["item"].map(lambda item: own.get(item, own.get(""))) if own else node.unit
    )  # one price may serve all items


def _method(s: Solution) -> str:
    named = list(dict.fromkeys(e.method for e in s.price.entries() if e.method))
    return "; ".join(named) or ("" if s.price.kind == MISSING else s.method)


def _sources(part: Part) -> list[str]:
    """For each cell of a part the sources of its figures, then those of the coefficients."""
    s, value = part.solution, part.data["value"].transpose(*part.data.dims)
    tables = [g for node in s.nodes for g in node.figures() if g.entries]
    places = [_places(g, value) for g in tables]
    cited = [row.source for node in s.nodes for below in node.walk() for row in below.rows]
    cells, at = (
        np.unique(np.stack(places, axis=1), axis=0, return_inverse=True)
        if places
        else (np.zeros((1, 0), int), np.zeros(value.size, int))
    )
    texts = []
    for cell in cells:
        used = [
            e
            for g, place in zip(tables, cell, strict=True)
            for e in (g.entries if place == _ALL else () if place < 0 else (g.entries[place],))
        ]
        texts.append(_joined([*(e.source or "no source" for e in used), *cited]))
    return [texts[n] for n in at.ravel()]


_ALL = -2  # the figure of a cell is made of all rows of a table


def _places(given: Given, value: xr.DataArray) -> np.ndarray[Any, np.dtype[np.intp]]:
    """For each cell, which row of a table its figure is from: -1 for none, ``_ALL`` where rows were
    summed or spread.
    """
    # one row serves every cell: no need to look where, which takes most of the time of a ledger
    if (
        given.owner is None
        or len(given.entries) == 1
        or not set(given.array.dims) <= set(value.dims)
    ):
        return np.full(value.size, _ALL, dtype=np.intp)
    own = given.array.copy(data=given.owner.astype(float))
    spread = (
        own.reindex({d: value[d] for d in own.dims})
        .fillna(-1)
        .broadcast_like(value)
        .transpose(*value.dims)
    )
    return spread.values.ravel().astype(np.intp)


def _joined(names: list[str]) -> str:
    once = list(dict.fromkeys(names))
    text = "; ".join(once)
    if len(text) <= LONGEST:
        return text
    length = np.cumsum([len(n) + 2 for n in once])
    kept = max(1, int((length <= LONGEST).sum()))
    return "; ".join(once[:kept]) + (f"; … ({len(once) - kept} more)" if len(once) > kept else "")


def _evidence(s: Solution) -> str:
    """The weakest evidence among the figures and coefficients used."""
    words = [e.evidence for e in s.entries if e.evidence] + [
        r.evidence for n in s.nodes for part in n.walk() for r in part.rows
    ]
    return max(words, key=EVIDENCE.index, default="")
