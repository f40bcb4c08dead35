"""Parcels ranked by the GEP that each would gain or lose, all worked out at once along one
dimension.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from gep.account.account import Part
from gep.account.chains import MISSING, Node
from gep.account.evaluate import work_out
from gep.account.inputs import Entry
from gep.analysis.scenario import move, region_of
from gep.core import units
from gep.core.errors import InputError, Problem
from gep.intake.folder import Loaded
from gep.intake.tables import read_table
from gep.opening import load, made


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
    faults: list[Problem] = []
    inputs = list(loaded.inputs)
    for n, row in enumerate(parcels, 1):
        where = f"parcel {row.get('parcel', n)}"
        trial = list(loaded.inputs)
        faults += move(trial, row, loaded, where)
        # the account gets a type that is new to a region with no area yet, so that its cells are
        # there
        inputs += [
            e._replace(value=0.0, text="0")
            for e in trial[len(loaded.inputs) :]
            if not any(_serves(other, e) for other in inputs)
        ]
    if faults:
        raise InputError("error.parcels", faults)
    account = made(replace(loaded, inputs=inputs), Path(folder).name)
    amounts = [units.split(str(row["area"])) for row in parcels]
    size = np.array([amount * units.conversion(unit, "m^2")[0] for amount, unit in amounts])
    change = np.zeros(len(parcels))
    lacking: list[list[str]] = [[] for _ in parcels]
    for part in account.counted:
        nodes = {
            n: _shifted(n, parcels, size, loaded)
            for n in part.solution.quantity.walk()
            if n.name == "area" and n.given is not None and "ecosystem" in n.given.array.dims
        }
        if not nodes:
            continue
        value = work_out(part.solution, account.basis, nodes)["value"]
        cover = account.cover(part, account.basis.region)
        value = value if cover is None else value.sel(region=cover)
        year = account.basis.years[-1]
        value = value.sel(year=year) if "year" in value.dims else value
        change += value.sum([d for d in value.dims if d != "draw"], skipna=True).values - float(
            np.nan_to_num(account.add([part], year=year))
        )
        for n, row in enumerate(parcels):
            if _lacks(part, row, loaded, year):
                lacking[n].append(part.name)
    frame = pd.DataFrame(
        {
            "parcel": [str(r["parcel"]) for r in parcels],
            "region": [region_of(r, loaded) or loaded.basis.region for r in parcels],
            "from": [str(r["from"]) for r in parcels],
            "to": [str(r["to"]) for r in parcels],
            "hectares": size / 1e4,
            "change": change,
            "per_hectare": change / (size / 1e4),
            "lacking": [", ".join(names) for names in lacking],
        }
    )
    return frame.sort_values("per_hectare", ascending=False, kind="stable", ignore_index=True)


def _shifted(
    node: Node,
    parcels: Sequence[Mapping[str, Any]],
    size: np.ndarray[Any, np.dtype[np.float64]],
    loaded: Loaded,
) -> xr.DataArray:
    """The areas with each parcel changed in turn, along ``draw``."""
    assert node.given is not None
    base = node.given.array
    out = base.expand_dims(draw=len(parcels), axis=-1).copy()
    scale = units.conversion("m^2", node.unit)[0]
    for n, row in enumerate(parcels):
        region = region_of(row, loaded) or loaded.basis.region
        for label, sign in ((str(row["from"]), -1), (str(row["to"]), 1)):
            at = {"ecosystem": label} | ({"region": region} if "region" in base.dims else {})
            if all(name in base[d].values for d, name in at.items()):
                place = {d: list(base[d].values).index(name) for d, name in at.items()} | {
                    "draw": n
                }
                out[place] = (
                    out[place] + sign * size[n] * scale
                )  # a gap stays one: a component that leaves a type out goes on doing so
    return out


def _serves(row: Entry, wanted: Entry) -> bool:
    """Whether a row gives the figure of another one's labels, in its year or in every year."""
    return (*row[:3], *row.labels()[:3]) == (*wanted[:3], *wanted.labels()[:3]) and row.year in (
        None,
        wanted.year,
    )


def _lacks(part: Part, row: Mapping[str, Any], loaded: Loaded, year: int) -> bool:
    data, to, region = part.data, str(row["to"]), region_of(row, loaded) or loaded.basis.region
    if "ecosystem" not in data.dims or to not in data["ecosystem"].values:
        return False
    cell = data["status"].sel(ecosystem=to, year=year)
    if "region" in cell.dims:
        if region not in cell["region"].values:
            return False
        cell = cell.sel(region=region)
    return bool(
        (cell == MISSING).any()
    )  # a type that the component leaves out is absent, not missing
