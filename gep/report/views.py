"""Tables across two labels, taken from the account's cells: the same for the page, the workbook and
the charts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product
from operator import attrgetter
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from gep.account.account import Account, Part
from gep.account.nodes import Given, Layer, Node
from gep.standards import LEVELS

Record = TypeVar("Record")


@dataclass(frozen=True)
class Cross:
    """Money by two labels, with the margins of the account itself; in the account's currency."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]  # "" is what carries no such label
    values: dict[tuple[str, str], float]
    row_totals: dict[str, float]
    column_totals: dict[str, float]
    total: float


def by_level(parts: Iterable[Part]) -> list[Part]:
    """Parts in the order of the table: by level, then as the standard lists them."""
    return sorted(parts, key=lambda p: LEVELS.index(p.row.level))


def grouped(records: Iterable[Record], key: str) -> dict[str, list[Record]]:
    """Records by what stands under a dotted name, in the order in which they come."""
    out: dict[str, list[Record]] = {}
    name = attrgetter(key)
    for record in records:
        out.setdefault(name(record), []).append(record)
    return out


def levels_of(parts: Iterable[Part]) -> list[str]:
    """The levels that some parts are in, in order."""
    return list(dict.fromkeys(p.row.level for p in by_level(parts)))


def ordered(account: Account) -> list[Part]:
    """The counted parts in the order of the table: by level, then as the standard lists them."""
    return by_level(account.counted)


def labels_of(part: Part, dim: str) -> list[str]:
    """The labels that a part has of a kind: its regions, its ecosystem types."""
    return [str(label) for label in part.data.indexes.get(dim, ())]


def units_of_items(node: Node) -> Mapping[str, str]:
    """By item the units of a quantity or a price, where each has its own."""
    return (node.figures.units if isinstance(node, Given | Layer) else None) or {}


def mixed_units(node: Node) -> bool:
    """Whether its items are counted in units that differ: they do not add."""
    return len(set(units_of_items(node).values())) > 1


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
    by_type = _amounts(account.by("ecosystem", year))
    columns = list(filter(None, by_type))
    if not columns:
        return None
    values: dict[tuple[str, str], float] = {}
    for part in parts:
        data = account.cells(part)["value"].sel(year=year)
        if "ecosystem" not in data.dims:
            data = data.expand_dims(ecosystem=[""])
        for name in data["ecosystem"].values:
            amounts = data.sel(ecosystem=name).values
            if not np.isnan(np.asarray(amounts)).all():
                key = (part.row.id, str(name))
                values[key] = values.get(key, 0.0) + float(np.nansum(amounts))
    loose = {name for _, name in values}.difference(columns)  # "", where anything has no type
    return Cross(
        tuple(dict.fromkeys(p.row.id for p in parts)),
        (*columns, *loose),
        values,
        _amounts(account.by("indicator", year)),
        by_type,
        float(account.add(account.counted, year=year)),
    )


def _amounts(series: pd.Series[float]) -> dict[str, float]:
    """Totals by a label, as plain numbers."""
    return {str(label): float(value) for label, value in series.items()}


def districts(
    account: Account, year: int | None = None, inside: Sequence[str] = ()
) -> Cross | None:
    """Regions directly inside the account's own (or inside those named), by level; the rest of the
    total stands under the row "".

    None where the account knows none.
    """
    year = account.basis.years[-1] if year is None else year
    names = _districts(account, inside)
    if not names:
        return None
    levels = levels_of(account.counted)
    by_level = _amounts(account.by("level", year))
    total = float(account.add(account.counted, year=year))
    values = dict.fromkeys(product(names, levels), np.nan)  # where no figure reaches, none stands
    for part in account.counted:
        each, labels = _by_region(part, year), labels_of(part, "region")
        for name in names:
            known = [each[label] for label in account.places(labels, name) if label in each]
            if known:
                key = name, part.row.level
                values[key] = float(np.nansum([values[key], *known]))
    row_totals = {name: known_sum([values[name, level] for level in levels]) for name in names}
    loose = total - float(np.nansum([*row_totals.values()]))
    if abs(loose) > 1e-9 * max(abs(total), 1.0):
        rest = {
            ("", level): _left(by_level[level], [values[name, level] for name in names])
            for level in levels
        }
        row_totals, values = {**row_totals, "": loose}, {**values, **rest}
    return Cross(tuple(row_totals), tuple(levels), values, row_totals, by_level, total)


def _districts(account: Account, inside: Sequence[str]) -> list[str]:
    """The regions directly inside some; without any in the basis those that figures are labelled
    with.
    """
    basis = account.basis
    if inside or basis.regions:
        return list(chain.from_iterable(map(basis.children, inside or (basis.region,))))
    labels = chain.from_iterable(labels_of(part, "region") for part in account.counted)
    return [label for label in dict.fromkeys(labels) if label != basis.region]


def known_sum(amounts: ArrayLike) -> float:
    """The sum of what is known; NaN where nothing is."""
    return np.nan if np.isnan(np.asarray(amounts)).all() else float(np.nansum(amounts))


def _left(whole: float, parts: list[float]) -> float:
    """What some parts leave of a whole; what the last digit leaves is nothing."""
    rest = whole - float(np.nansum(parts))
    return rest if abs(rest) > 1e-9 * abs(whole) else np.nan


def _by_region(part: Part, year: int) -> dict[str, float]:
    """What a part gives by its own region labels, in one go: asking the account region by region
    takes seconds for a city.
    """
    data = part.data["value"].sel(year=year)
    if "region" not in data.dims:
        return {}
    axes = tuple(n for n, d in enumerate(data.dims) if d != "region")
    amounts, known = np.nansum(data.values, axis=axes), ~np.isnan(data.values).all(axis=axes)
    labels = map(str, data["region"].values[known])
    return dict(zip(labels, amounts[known].tolist(), strict=True))


def per_year(account: Account) -> dict[int, dict[str, float]]:
    """Totals by level for each year; a level of which nothing is known in a year is not in it."""
    return {y: _amounts(account.by("level", y).dropna()) for y in account.basis.years}


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
    basis = account.basis
    whole = getattr(basis, what) if region == basis.region else None
    given: float | None = whole or getattr(basis.regions.get(region), what, None)
    if given is not None:
        return given
    parts: list[Any] = [measure(account, child, what) for child in basis.children(region)]
    if not parts or None in parts:
        return None
    total: float = sum(parts)
    return total
