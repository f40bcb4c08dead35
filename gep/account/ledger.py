"""The ledger: an account as one tidy table, each row with the sources of the very figures that it
rests on.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from gep.account.chains import Solution
from gep.account.evaluate import Status
from gep.account.inputs import Figures
from gep.account.nodes import Absent, Given, Layer, Node
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
    "value_outside",
)


class Role(StrEnum):
    """What a row of the ledger is to the total."""

    PRICED = "priced"  # its value is in the total
    HEADLINE = "headline"  # a quantity that is shown; its money is in other rows, or nowhere
    # its value stands in ``value_outside``: of a service kept out of the total, or of a region
    # whose value is in that of another
    OUTSIDE = "outside"


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
    frame = frame[frame["status"] != Status.ABSENT]
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
        "evidence": _evidence(part),
        "second_level": part.row.id,
    }
    of_all = {"item": "", "ecosystem": "", "region": account.basis.region}
    frame = frame.assign(**fixed, **{k: name for k, name in of_all.items() if k not in frame})
    frame["quantity_unit"] = _units(s.quantity, frame)
    frame["price_unit"] = _units(s.price, frame)
    if money != "CNY":
        frame["price_unit"] = frame["price_unit"].str.replace("CNY", money)
    inside = _inside(account, part, frame)
    frame["role"] = np.where(inside, part.role, Role.OUTSIDE)
    frame["value_outside"] = frame["value"].where(~inside)
    unknown = frame["value"].isna()
    frame["value"] = frame["value"].where(inside)
    for figure, gone in (
        ("quantity", frame["quantity"].isna()),
        ("price", frame["price"].isna()),
        ("value", unknown),
    ):
        frame.loc[gone, f"{figure}_unit"] = ""
    yield frame


def _inside(account: Account, part: Part, frame: pd.DataFrame) -> pd.Series[bool]:
    """The rows whose value is in the total: of a part that counts, and of each place once."""
    cover = account.cover(part, account.basis.region)
    if part.counted and cover is not None:
        return frame["region"].isin(cover)
    return pd.Series(part.role is not Role.OUTSIDE, index=frame.index)


def _units(node: Node, frame: pd.DataFrame) -> Any:
    """The unit of a chain; of each item its own where items are counted in units of their own."""
    own = node.figures.units if isinstance(node, Given | Layer) else None
    if not own:
        return node.unit
    of_all = own.get("")  # one price may serve all items
    return frame["item"].map(lambda item: own.get(item, of_all))


def _method(s: Solution) -> str:
    """The methods that the rows of a price name, else the way of pricing."""
    named = "; ".join(dict.fromkeys(e.method for e in s.price.entries() if e.method))
    return named or ("" if isinstance(s.price, Absent) else s.method)


def _sources(part: Part) -> list[str]:
    """For each cell of a part the sources of its figures, then those of the coefficients."""
    s, value = part.solution, part.data["value"].transpose(*part.data.dims)
    tables = [figures for figures in s.all_figures() if figures.entries]
    places = np.array([_places(given, value) for given in tables], np.intp)
    cells, at = np.unique(places.reshape(len(tables), value.size).T, axis=0, return_inverse=True)
    cited = [row.source for row in part.outcome.rows(s.nodes)]
    named = [_named(given) for given in tables]
    texts = []
    for cell in cells:
        used = (sources[place] for sources, place in zip(named, cell, strict=True))
        texts.append(_joined([*chain.from_iterable(used), *cited]))
    return [texts[n] for n in at.ravel()]


_ALL = -2  # the figure of a cell is made of all rows of a table


def _named(given: Figures) -> list[tuple[str, ...]]:
    """The sources of a cell by the place of its row in a table: of one row, of all, of none."""
    every = tuple(e.source or "no source" for e in given.entries)
    return [*((source,) for source in every), every, ()]


def _places(given: Figures, value: xr.DataArray) -> np.ndarray[Any, np.dtype[np.intp]]:
    """For each cell, which row of a table its figure is from: -1 for none, ``_ALL`` where rows were
    summed or spread.
    """
    # one row serves every cell: no need to look where, which takes most of the time of a ledger
    owner, dims = given.owner, set(given.array.dims)
    if owner is None or len(given.entries) == 1 or not dims <= set(value.dims):
        return np.full(value.size, _ALL, dtype=np.intp)
    spread = given.array.copy(data=owner.astype(float)).reindex_like(value).fillna(-1)
    return spread.broadcast_like(value).transpose(*value.dims).values.ravel().astype(np.intp)


def _joined(names: list[str]) -> str:
    once = list(dict.fromkeys(names))
    text = "; ".join(once)
    if len(text) <= LONGEST:
        return text
    length = np.cumsum([len(n) + 2 for n in once])
    kept = max(1, int((length <= LONGEST).sum()))
    return "; ".join(once[:kept]) + (f"; … ({len(once) - kept} more)" if len(once) > kept else "")


def _evidence(part: Part) -> str:
    """The weakest evidence among the figures and coefficients used."""
    s = part.solution
    words = [e.evidence for e in s.entries] + [r.evidence for r in part.outcome.rows(s.nodes)]
    return max(filter(None, words), key=EVIDENCE.index, default="")
