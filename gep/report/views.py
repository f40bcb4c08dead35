"""Tables across two labels, taken from the account's cells: the same for the page, the workbook and
the charts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gep.account.account import Account, Part
from gep.standards import LEVELS


@dataclass(frozen=True)
class Cross:
    """Money by two labels, with the margins of the account itself; in the account's currency."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]  # "" is what carries no such label
    values: dict[tuple[str, str], float]
    row_totals: dict[str, float]
    column_totals: dict[str, float]
    total: float


def ordered(account: Account) -> list[Part]:
    """The counted parts in the order of the table: by level, then as the standard lists them."""
    return [p for level in LEVELS for p in account.counted if p.row.level == level]


def matrix(account: Account, year: int | None = None) -> Cross | None:
    """Second-level indicators by ecosystem type; None where no figure carries a type.

    Examples
    --------
    >>> from gep import opening
    >>> matrix(opening.read("examples/garze_2010_matrix")).columns[:2]  # doctest: +SKIP
    ('forest', 'shrub')
    """
    year = account.basis.years[-1] if year is None else year
    parts = ordered(account)
    columns = [c for c in map(str, account.by("ecosystem", year).index) if c]
    if not columns:
        return None
    values: dict[tuple[str, str], float] = {}
    for part in parts:
        data = account.cells(part)["value"].sel(year=year)
        split = "ecosystem" in data.dims
        for name in map(str, data["ecosystem"].values) if split else [""]:
            amounts = (data.sel(ecosystem=name) if split else data).values
            if not np.isnan(amounts).all():
                key = (part.row.id, name)
                values[key] = values.get(key, 0.0) + float(np.nansum(amounts))
    by = account.by("ecosystem", year)
    rest = [""] if any(c == "" for _, c in values) else []
    return Cross(
        tuple(dict.fromkeys(p.row.id for p in parts)),
        (*columns, *rest),
        values,
        {str(k): float(v) for k, v in account.by("indicator", year).items()},
        {str(k): float(v) for k, v in by.items()},
        float(account.add(account.counted, year=year)),
    )


def districts(
    account: Account, year: int | None = None, inside: Sequence[str] = ()
) -> Cross | None:
    """Regions directly inside the account's own (or inside those named), by level; the rest of the
    total stands under the row "".

    None where the account knows none.
    """
    year = account.basis.years[-1] if year is None else year
    basis = account.basis
    names = [child for parent in inside or (basis.region,) for child in basis.children(parent)]
    if not names and not basis.regions and not inside:
        labels = dict.fromkeys(
            str(r)
            for p in account.counted
            if "region" in p.data.dims
            for r in p.data["region"].values
        )
        names = [r for r in labels if r != basis.region]
    if not names:
        return None
    levels = [level for level in LEVELS if any(p.row.level == level for p in account.counted)]
    by_level = {str(k): float(v) for k, v in account.by("level", year).items()}
    total = float(account.add(account.counted, year=year))
    values = {
        (name, level): np.nan for name in names for level in levels
    }  # a level that no figure of the region reaches stays without one
    for part in account.counted:
        each = _by_region(part, year)
        for name in names if each else ():
            known = [each[label] for label in account.cover(part, name) or () if label in each]
            if known:
                values[name, part.row.level] = float(
                    np.nansum([values[name, part.row.level], *known])
                )
    row_totals = {}
    for name in names:
        mine = [values[name, level] for level in levels]
        row_totals[name] = np.nan if np.isnan(mine).all() else float(np.nansum(mine))
    rest = {
        level: by_level[level] - float(np.nansum([values[n, level] for n in names]))
        for level in levels
    }
    rest = {
        level: amount if abs(amount) > 1e-9 * abs(by_level[level]) else np.nan
        for level, amount in rest.items()
    }  # what the last digit leaves is nothing
    loose = total - float(np.nansum([*row_totals.values()]))
    rows = list(names)
    if abs(loose) > 1e-9 * max(abs(total), 1.0):
        rows.append("")
        row_totals[""] = loose
        values |= {("", level): amount for level, amount in rest.items()}
    return Cross(tuple(rows), tuple(levels), values, row_totals, by_level, total)


def _by_region(part: Part, year: int) -> dict[str, float]:
    """What a part gives by its own region labels, in one go: asking the account region by region
    takes seconds for a city.
    """
    data = part.data["value"].sel(year=year)
    if "region" not in data.dims:
        return {}
    axes = tuple(n for n, d in enumerate(data.dims) if d != "region")
    amounts, known = np.nansum(data.values, axis=axes), ~np.isnan(data.values).all(axis=axes)
    return {
        str(name): float(v)
        for name, v, k in zip(data["region"].values, amounts, known, strict=True)
        if k
    }


def per_year(account: Account) -> dict[int, dict[str, float]]:
    """Totals by level for each year; a level of which nothing is known in a year is not in it."""
    return {
        y: {str(k): float(v) for k, v in account.by("level", y).items() if v == v}
        for y in account.basis.years
    }


def outlines(account: Account) -> dict[str, Any] | None:
    """The zones of an account that rests on maps, as GeoJSON features named by the district they
    lie in; None where there are none.

    Coordinates are those of the maps.
    """
    zones = getattr(account.scene, "zones", None)
    if zones is None:
        return None
    top = set(account.basis.children(account.basis.region))
    features = []
    for name, shape in zip(zones.names, zones.shapes, strict=True):
        at = name
        while at not in top and at in account.basis.regions:
            at = account.basis.regions[at].parent
        features.append(
            {
                "type": "Feature",
                "properties": {"region": at or name, "zone": name},
                "geometry": shape.__geo_interface__,
            }
        )
    return {"type": "FeatureCollection", "features": features}


def measure(account: Account, region: str, what: str) -> float | None:
    """Area [m^2], population or GDP of a region, or the sum over its parts where all of them have
    it; None where it was not given.
    """
    own = getattr(account.basis, what) if region == account.basis.region else None
    at: Any = account.basis.regions.get(region)
    own = own or (getattr(at, what) if at else None)
    parts = (
        [measure(account, child, what) for child in account.basis.children(region)]
        if own is None
        else []
    )
    known = [p for p in parts if p is not None]
    return own if own is not None else sum(known) if known and len(known) == len(parts) else None
