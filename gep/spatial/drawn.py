"""Any area's account: the maps run again on what a person drew, with the prices and caps of the
account around it.

A capped service takes the ratio of the region that reports the emission; where ratios or prices
differ between the account's zones, an area is cut along their borders first. What was given for the
region as a whole (visits, water supplied, homes) lies nowhere on the map and is listed as not
accounted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from gep.account.account import Account, Missing, Part
from gep.account.evaluate import Outcome, Status
from gep.account.nodes import NOTHING
from gep.core.errors import InputError, Problem
from gep.core.extras import need
from gep.core.source import named
from gep.spatial import engine
from gep.spatial.areas import Areas, from_geometry
from gep.spatial.grid import Floats
from gep.spatial.scene import Scene, summed
from gep.spatial.zones import Zones


@dataclass(frozen=True, eq=False)
class Measured:
    """Figures of several areas: ground area by area and class [m^2], quantity and value by part,
    area and class.
    """

    areas: Areas
    classes: tuple[str, ...]
    ground: Floats
    parts: tuple[Part, ...]
    quantity: Floats
    value: Floats
    lost: Floats  # cells of the area and class that lack a number

    def table(self) -> pd.DataFrame:
        """Area [m^2] and value [CNY/yr] by second-level indicator and in total; one row an area.

        NaN where an area has cells that can supply a service and none of them has a number; 0 where
        it has no such cell.
        """
        counted = [n for n, p in enumerate(self.parts) if p.counted]
        names = list(dict.fromkeys(self.parts[n].row.id for n in counted))
        groups = {
            **{name: [n for n in counted if self.parts[n].row.id == name] for name in names},
            "total": counted,
        }
        out = pd.DataFrame(
            {"area": self.ground.sum(1)}, index=pd.Index(self.areas.names, name="zone")
        )
        for name, group in groups.items():
            value, lost = self.value[group], self.lost[group].sum(axis=(0, 2))
            unknown = (lost > 0) & np.isnan(value).all(axis=(0, 2))
            out[name] = np.where(unknown, np.nan, np.nansum(value, axis=(0, 2)))
        return out

    def gaps(self) -> dict[str, dict[str, float]]:
        """Cells that lack a number, by area and counted component; only where there are any."""
        lost = self.lost.sum(axis=2)
        by_area = {
            area: {
                p.name: float(lost[k, n])
                for k, p in enumerate(self.parts)
                if p.counted and lost[k, n] > 0
            }
            for n, area in enumerate(self.areas.names)
        }
        return {area: cells for area, cells in by_area.items() if cells}


def within(account: Account, geometry: Any, name: str = "", crs: str = "") -> Account:
    """The account of an area drawn on the maps of another.

    Parameters
    ----------
    account : Account
        An account made from a folder with ``rasters.toml``.
    geometry : shapely geometry, WKT, GeoJSON-like mapping, GeoSeries or GeoDataFrame
        The area; several polygons are taken as one.
    name : str, optional
        What to call it.
    crs : str, optional
        Reference system of the coordinates: that of the maps by default, longitude and latitude for
        GeoJSON.

    Returns
    -------
    Account, of the components that lie on maps; ``missing`` lists those that do not

    Raises
    ------
    InputError
        If the account has no maps, the geometry is no area, or it lies outside the maps.

    >>> read("examples/demo_city").within("POLYGON ((…))").by("indicator")  # doctest: +SKIP
    """
    areas = from_geometry(geometry, scene_of(account).grid, name, crs)
    return one(account, measure(account, areas), 0)


def measure(account: Account, areas: Areas, progress: engine.Progress | None = None) -> Measured:
    """Quantity and value of every mapped component within each area; areas may overlap.

    ``progress`` is told the number of blocks done and of all.

    Raises
    ------
    InputError
        If the account has no maps.
    """
    scene = scene_of(account)
    assert scene.plan is not None
    parts = mapped(account, scene)
    factor, price = factors(account, scene, parts)
    regional = not (_uniform(factor) and _uniform(price))
    shapes, owner, home = (
        _cut(areas, scene)
        if regional
        else (list(areas.shapes), np.arange(len(areas.shapes)), np.zeros(len(areas.shapes), int))
    )
    sums = engine.run(
        scene.plan, Zones(shapes, scene.grid), **{**scene.options, "progress": progress}
    )
    n, classes = len(areas.shapes), len(scene.map.classes)
    ground = np.zeros((n, classes))
    np.add.at(ground, owner, sums.area[:-1])
    quantity, value, lost = (
        np.full((len(parts), n, classes), fill) for fill in (np.nan, np.nan, 0.0)
    )
    for k, p in enumerate(parts):
        place, money = scene.places[(p.indicator.id, p.component.id)]
        pieces = sums.total[place][:-1] * factor[k, home][:, None]
        worth = (
            sums.total[money][:-1] * factor[k, home][:, None]
            if money >= 0
            else pieces * price[k, home]
        )
        quantity[k], value[k] = _gathered(pieces, owner, n), _gathered(worth, owner, n)
        np.add.at(lost[k], owner, sums.missing[place][:-1])
    return Measured(areas, scene.map.classes, ground, parts, quantity, value, lost)


def one(account: Account, measured: Measured, number: int) -> Account:
    """The account of one of the areas measured."""
    name = measured.areas.names[number]
    parts = []
    for k, p in enumerate(measured.parts):
        q, v = (
            _labelled(figures[k, number], measured.classes, account.basis.years)
            for figures in (measured.quantity, measured.value)
        )
        price = (v / q.where(q != 0)).where(q != 0, p.data["price"].mean(skipna=True))
        lost = _labelled(measured.lost[k, number], measured.classes, account.basis.years)
        status = xr.apply_ufunc(
            np.where,
            (q if p.headline else v).notnull(),
            Status.COMPUTED,
            xr.apply_ufunc(np.where, lost > 0, Status.MISSING, Status.ABSENT),
        ).astype("<U10")
        data = xr.Dataset(
            {"quantity": q, "price": price.where(q.notnull()), "value": v, "status": status}
        )
        s, here = p.solution, q.isel(year=0, drop=True)
        solution = replace(s, quantity=summed(s.quantity, here, here), cap=NOTHING)
        outcome = Outcome(data, p.outcome.results)
        parts.append(Part(p.row, solution, outcome, p.counted, p.headline))
    names = {p.name for p in measured.parts}
    unmapped = [
        Missing(p.indicator.id, p.component.id, (("map", p.component.unit),))
        for p in account.counted
        if p.name not in names
    ]
    basis = replace(
        account.basis,
        region=name,
        title=" · ".join(filter(None, (account.basis.title, name))),
        area=float(measured.ground[number].sum()),
        regions={},
        population=None,
        gdp=None,
    )
    known = {(m.indicator, m.component) for m in unmapped}
    missing = (*(m for m in account.missing if (m.indicator, m.component) not in known), *unmapped)
    warnings = (
        *measured.areas.warnings,
        *(w for w in account.warnings if w.code.startswith("layer.")),
    )
    return replace(
        account,
        basis=basis,
        parts=tuple(parts),
        missing=missing,
        warnings=warnings,
        control_rows=(),
        scene=None,
        cut=f"{account.digest} {measured.areas.facts()[number][2]}",
    )


def scene_of(account: Account) -> Scene:
    """The maps of an account, run.

    Raises
    ------
    InputError
        If the account has no maps.
    """
    if not isinstance(account.scene, Scene) or account.scene.plan is None:
        raise InputError("error.maps_none", [Problem("scene.none", named(account.basis.region))])
    return account.scene


def mapped(account: Account, scene: Scene) -> tuple[Part, ...]:
    """The components that lie on the maps."""
    return tuple(p for p in account.parts if (p.indicator.id, p.component.id) in scene.places)


def factors(account: Account, scene: Scene, parts: Sequence[Part]) -> tuple[Floats, Floats]:
    """What caps left of the quantity, by part and zone; and the price, by part, zone and class. The
    last zone is what no zone covers.
    """
    assert scene.sums is not None
    labels = (
        [account.basis.region]
        if scene.zones is None
        else [*scene.zones.names, scene.rest(account.basis)]
    )
    factor = np.ones((len(parts), len(labels)))
    price = np.full((len(parts), len(labels), len(scene.map.classes)), np.nan)
    for k, p in enumerate(parts):
        raw = scene.sums.total[scene.places[(p.indicator.id, p.component.id)][0]]
        data = p.data.isel(year=-1)
        full = xr.DataArray(
            np.nan,
            {"region": labels, "ecosystem": list(scene.map.classes)},
            ("region", "ecosystem"),
        )
        price[k] = _by_zone(data["price"], full)
        # what is uniform stays so to the last digit: a ratio of sums would differ between zones by
        # rounding
        ratio = p.outcome.cap_ratio
        if ratio is None:
            continue
        if "region" not in ratio.dims:
            factor[k] = float(ratio.isel({d: -1 for d in ratio.dims}))
            continue
        kept = _by_zone(data["quantity"], full)
        with np.errstate(all="ignore"):
            factor[k] = np.nan_to_num(
                np.nansum(kept, 1) / np.nansum(raw[: len(labels)], 1), nan=1.0, posinf=1.0
            )
        if ratio.sizes["region"] == 1:
            factor[k] = float(ratio.values.ravel()[-1])
    # a class that a zone lacks has no price there; a border cell may still hold a sliver of it
    elsewhere = np.where(np.isnan(price), -np.inf, price).max(1, keepdims=True)
    return factor, np.where(np.isnan(price) & np.isfinite(elsewhere), elsewhere, price)


def _by_zone(array: xr.DataArray, full: xr.DataArray) -> Any:
    out = array.reindex({d: full[d] for d in array.dims if d in full.dims})
    return (out + xr.zeros_like(full).fillna(0)).transpose("region", "ecosystem").values


def _uniform(figures: Floats) -> bool:
    """Whether nothing changes from zone to zone (the second axis), where it is known."""
    least, most = (
        np.where(np.isnan(figures), np.inf, figures).min(1),
        np.where(np.isnan(figures), -np.inf, figures).max(1),
    )
    apart = (most > least) & (most - least > 1e-12 * np.abs(most))
    return not bool(apart.any())


def _cut(areas: Areas, scene: Scene) -> tuple[list[Any], Any, Any]:
    """The areas cut along the account's zones: pieces, the area each belongs to, and the zone it
    lies in.
    """
    shapely = need("shapely")
    assert scene.zones is not None
    zones = np.array(scene.zones.shapes, dtype=object)
    tree = shapely.STRtree(zones)
    pieces: list[Any] = []
    owner: list[int] = []
    home: list[int] = []
    for n, shape in enumerate(areas.shapes):
        touching = np.sort(tree.query(shape, predicate="intersects"))
        for z in touching:
            piece = shape.intersection(zones[z])
            if piece.area > 0:
                pieces.append(piece)
                owner.append(n)
                home.append(int(z))
        rest = shape.difference(shapely.union_all(zones[touching]))
        if rest.area > 1e-12 * shape.area:
            pieces.append(rest)
            owner.append(n)
            home.append(len(zones))
    return pieces, np.array(owner, int), np.array(home, int)


def _gathered(pieces: Floats, owner: Any, count: int) -> Floats:
    """Sums of pieces by area; NaN where no piece has a figure."""
    out, known = np.zeros((count, pieces.shape[1])), np.zeros((count, pieces.shape[1]))
    np.add.at(out, owner, np.nan_to_num(pieces))
    np.add.at(known, owner, ~np.isnan(pieces))
    return np.where(known > 0, out, np.nan)


def _labelled(figures: Floats, classes: Sequence[str], years: Sequence[int]) -> xr.DataArray:
    return xr.DataArray(
        np.repeat(figures[:, None], len(years), 1),
        {"ecosystem": list(classes), "year": list(years)},
        ("ecosystem", "year"),
    )
