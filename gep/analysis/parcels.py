"""Parcels ranked by the GEP that each would gain or lose, all worked out at once along one
dimension.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from gep.account.account import Part
from gep.account.evaluate import Status
from gep.account.inputs import Entry
from gep.account.nodes import Given, Node, by_type
from gep.analysis.scenario import move, region_of
from gep.analysis.shared import at, refuse, worked
from gep.core import units
from gep.core.errors import InputError, Problem
from gep.core.source import named
from gep.intake.folder import Loaded
from gep.intake.tables import read_table
from gep.opening import load, made


class _Plot(NamedTuple):
    """A parcel, with its area [m^2]."""

    parcel: str
    region: str
    old: str
    new: str
    size: float


def read_parcels(path: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """Parcels of a CSV file: ``parcel, region, from, to, area, unit``; see :func:`rank`.

    Raises
    ------
    InputError
        One error that lists every fault by line and column.
    """
    rows = read_table(
        path,
        ("parcel", "region", "from", "to", "area", "unit", "note"),
        ("parcel", "from", "to", "area", "unit"),
        ("area",),
    )
    return [{**row, "area": f"{row['area']!r} {row['unit']}"} for _, row in rows]


def rank(folder: str | os.PathLike[str], parcels: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Parcels by the GEP that each would gain or lose a year per hectare, the largest gain first.

    Every parcel is a scenario of its own, all worked out at once along one dimension.

    Parameters
    ----------
    folder : path
        The account folder.
    parcels : sequence of mappings
        ``parcel`` (a name), ``from`` and ``to`` (ecosystem types), ``area`` (text with unit) and,
        where there are regions, ``region``.

    Returns
    -------
    DataFrame
        ``parcel, region, from, to, hectares, change, per_hectare, lacking``; ``change`` in the
        account's currency per year, ``lacking`` names what could not be worked out where the parcel
        would lie.

    Raises
    ------
    InputError
        One error that lists every parcel with a bad label or more area than there is.
    """
    loaded = load(folder)
    account = made(_with_new_types(loaded, parcels), Path(folder).name)
    plots = [_plot(row, loaded) for row in parcels]
    year = account.basis.years[-1]
    change = np.zeros(len(plots))
    moved = []
    for part in account.counted:
        nodes = _moved_areas(part, plots)
        if not nodes:
            continue
        moved.append(part)
        value = worked(part, account.basis, nodes)["value"]
        cover = account.cover(part, account.basis.region)
        value = at(value if cover is None else value.sel(region=cover), year=year)
        own = np.nan_to_num(account.add([part], year=year))
        change += value.sum(list({*value.dims} - {"draw"}), skipna=True).values - float(own)
    hectares = np.array([plot.size for plot in plots]) / 1e4
    frame = pd.DataFrame(plots, columns=["parcel", "region", "from", "to", "size"]).assign(
        hectares=hectares,
        change=change,
        per_hectare=change / hectares,
        lacking=[", ".join(p.name for p in moved if _lacks(p, plot, year)) for plot in plots],
    )
    return frame.drop(columns="size").sort_values(
        "per_hectare", ascending=False, kind="stable", ignore_index=True
    )


def _with_new_types(loaded: Loaded, parcels: Sequence[Mapping[str, Any]]) -> Loaded:
    """What was loaded, with no area yet of a type that is new to a region, so that its cells are
    there.
    """
    faults: list[Problem] = []
    inputs = list(loaded.inputs)
    for n, row in enumerate(parcels, 1):
        trial = list(loaded.inputs)
        faults += move(trial, row, loaded, named(f"parcel {row.get('parcel', n)}"))
        inputs += [
            e._replace(value=0.0, text="0")
            for e in trial[len(loaded.inputs) :]
            if not any(_serves(other, e) for other in inputs)
        ]
    refuse(InputError, "error.parcels", faults)
    return replace(loaded, inputs=inputs)


def _plot(row: Mapping[str, Any], loaded: Loaded) -> _Plot:
    amount, unit = units.split(str(row["area"]))
    region = region_of(row, loaded) or loaded.basis.region
    size = amount * units.conversion(unit, "m^2")[0]
    return _Plot(str(row["parcel"]), region, str(row["from"]), str(row["to"]), size)


def _moved_areas(part: Part, plots: Sequence[_Plot]) -> dict[Node, xr.DataArray]:
    """The areas by type that a quantity rests on, with each parcel changed in turn."""
    return {
        n: _shifted(n, n.figures.array, plots)
        for n in part.solution.quantity.walk()
        if n.name == "area" and isinstance(n, Given) and by_type(n)
    }


def _shifted(node: Node, base: xr.DataArray, plots: Sequence[_Plot]) -> xr.DataArray:
    """The areas with each parcel changed in turn, along ``draw``."""
    out = base.expand_dims(draw=len(plots), axis=-1).copy()
    scale = units.conversion("m^2", node.unit)[0]
    for n, plot in enumerate(plots):
        for label, sign in ((plot.old, -1), (plot.new, 1)):
            cell = _cell(base, label, plot.region)
            if cell is not None:  # a gap stays one: who leaves a type out goes on doing so
                out.loc[{**cell, "draw": n}] += sign * plot.size * scale
    return out


def _cell(array: xr.DataArray, ecosystem: str, region: str) -> dict[str, str] | None:
    """The labels of a type in a region, of the dimensions that an array has; None where it has no
    such cell.
    """
    wanted = {"ecosystem": ecosystem, "region": region}
    labels = {d: name for d, name in wanted.items() if d in array.dims}
    return labels if all(name in array[d].values for d, name in labels.items()) else None


def _serves(row: Entry, wanted: Entry) -> bool:
    """Whether a row gives the figure of another one's labels, in its year or in every year."""
    return (*row[:3], *row.labels()[:3]) == (*wanted[:3], *wanted.labels()[:3]) and row.year in (
        None,
        wanted.year,
    )


def _lacks(part: Part, plot: _Plot, year: int) -> bool:
    """Whether a part has no figure where a parcel would lie; a type that it leaves out is absent,
    not missing.
    """
    status = part.data["status"].sel(year=year)
    cell = _cell(status, plot.new, plot.region)
    if cell is None or "ecosystem" not in cell:
        return False
    return bool((status.sel(cell) == Status.MISSING).any())
