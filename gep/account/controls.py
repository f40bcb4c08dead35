"""Published figures beside the account's own: compared, never added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import xarray as xr

from gep.account.evaluate import work_out

if TYPE_CHECKING:
    from gep.account.account import Account, Part


class Control(NamedTuple):
    """A published figure beside the account's own: compared, never added."""

    name: str
    labels: dict[str, str]
    published: float
    account: float
    unit: str
    rounding: float  # half of the last printed digit of the published figure
    rounding_inputs: float  # how far the printed digits of the inputs can move the account's figure
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
    """The account's figure for what a control row names, with how far rounding can have moved it."""
    matching = [part for part in account.counted if _matches(part, row)]
    total, moved = (
        0.0 if matching else np.nan,
        0.0,
    )  # of what the account does not count there is nothing to compare
    for part in matching:
        year = row["year"] or account.basis.years[-1]
        total += _cell(account, part, part.data["value"], row, year)
        for node in (
            n
            for chain in (part.solution.quantity, part.solution.value)
            for n in chain.walk()
            if n.given is not None and not n.price
        ):
            assert node.given is not None
            other = work_out(
                part.solution, account.basis, {node: node.given.array + node.given.half}
            )["value"]
            moved += _cell(account, part, abs(other - part.data["value"]), row, year)
    name = (
        (row["component"] and f"{row['indicator']}.{row['component']}")
        or row["indicator"]
        or (f"level:{row['level']}" if row["level"] not in ("total", "") else "total")
    )
    return Control(
        name,
        {k: str(row[k]) for k in ("ecosystem", "region", "year") if row[k]},
        row["published"],
        total,
        f"{account.basis.currency}/yr",
        row["rounding"],
        moved,
        row["source"],
    )


def _matches(part: Part, row: Mapping[str, Any]) -> bool:
    if row["indicator"]:
        return part.indicator.id in row["indicator"].split("+") and (
            not row["component"] or part.component.id == row["component"]
        )
    return row["level"] in ("", "total", part.row.level)


def _cell(
    account: Account, part: Part, value: xr.DataArray, row: Mapping[str, Any], year: int
) -> float:
    cover = account.cover(part, row["region"] or account.basis.region)
    if cover is None:
        if row["region"] not in ("", account.basis.region):
            return 0.0
    else:
        value = value.sel(region=[r for r in cover])
    value = value.sel(year=year)
    if row["ecosystem"]:
        if "ecosystem" not in value.dims or row["ecosystem"] not in value["ecosystem"].values:
            return 0.0
        value = value.sel(ecosystem=row["ecosystem"])
    return float(np.nansum(value.values))
