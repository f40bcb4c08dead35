"""Published figures beside the account's own: compared, never added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import xarray as xr

from gep.core.frozen import Frozen

if TYPE_CHECKING:
    from gep.account.account import Account, Part


class Control(NamedTuple):
    """A published figure beside the account's own: compared, never added."""

    name: str
    labels: Mapping[str, str]
    published: float
    account: float
    unit: str
    rounding: float  # half of the last printed digit of the published figure
    rounding_inputs: float  # how far the inputs' printed digits can move the account's figure
    source: str

    @property
    def difference(self) -> float:
        """Account less published."""
        return self.account - self.published

    @property
    def within(self) -> bool:
        """Whether the difference is explained by the rounding of the printed figures."""
        return abs(self.difference) <= (self.rounding + self.rounding_inputs) * (1 + 1e-9)


def control(account: Account, row: Mapping[str, Any]) -> Control:
    """The account's figure for what a control row names, and how far rounding can have moved it."""
    matching = [part for part in account.counted if _matches(part, row)]
    # of what the account does not count there is nothing to compare
    total, moved = 0.0 if matching else np.nan, 0.0
    for part in matching:
        s, value = part.solution, part.data["value"]
        total += _cell(account, part, value, row)
        for node, given in (*s.quantity.told(), *s.value.told()):
            if not node.price:
                other = part.data_with(account.basis, {node: given.array + given.half})["value"]
                moved += _cell(account, part, abs(other - value), row)
    return Control(
        _name(row),
        Frozen({k: str(row[k]) for k in ("ecosystem", "region", "year") if row[k]}),
        row["published"],
        total,
        f"{account.basis.currency}/yr",
        row["rounding"],
        moved,
        row["source"],
    )


def _name(row: Mapping[str, Any]) -> str:
    """What a control row names."""
    if row["component"]:
        return f"{row['indicator']}.{row['component']}"
    level = "total" if row["level"] in ("total", "") else f"level:{row['level']}"
    return row["indicator"] or level


def _matches(part: Part, row: Mapping[str, Any]) -> bool:
    """Whether a part is among what a control row names."""
    if not row["indicator"]:
        return row["level"] in ("", "total", part.row.level)
    mine = part.indicator.id in row["indicator"].split("+")
    return mine and row["component"] in ("", part.component.id)


def _cell(account: Account, part: Part, value: xr.DataArray, row: Mapping[str, Any]) -> float:
    """The sum of figures of a part in the region, year and ecosystem type of a control row."""
    region, types = row["region"] or account.basis.region, value.indexes.get("ecosystem", ())
    cover = account.cover(part, region)
    if cover is not None:
        value = value.sel(region=cover)
    elif region != account.basis.region:
        return 0.0
    value = value.sel(year=row["year"] or account.basis.years[-1])
    if row["ecosystem"]:
        if row["ecosystem"] not in types:
            return 0.0
        value = value.sel(ecosystem=row["ecosystem"])
    return float(np.nansum(value.values))
