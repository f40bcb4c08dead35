"""The account folder: what an account is on disk, read with every fault listed by file, line and
column.

User files are only read. Text is UTF-8 (GB18030 is read with a warning); sizes are limited; a link
that leads out of the folder is refused (:mod:`gep.intake.reader`). Results are written all of them
or none (:mod:`gep.core.output`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gep import indicators, standards
from gep.account.basis import Basis
from gep.account.deflate import own_money
from gep.account.inputs import Entry
from gep.core import units
from gep.core.errors import InputError, Problem, UnitError
from gep.core.messages import at
from gep.core.tables import EVIDENCE
from gep.intake import account_toml
from gep.intake.reader import Reader


@dataclass(frozen=True)
class Loaded:
    """What the files of an account folder hold, before anything is computed."""

    inputs: list[Entry]
    prices: list[Entry]
    basis: Basis
    controls: list[dict[str, Any]]
    problems: list[Problem]
    files: dict[str, str]
    scene: Any = None  # its maps


def load(
    folder: str | os.PathLike[str], maps: Callable[[Reader, Path, Basis], Any] | None = None
) -> Loaded:
    """The figures of an account folder with the faults found so far; ``maps`` reads its rasters
    (:func:`gep.opening.load`).

    Raises
    ------
    InputError
        If there is no such folder.
    """
    path = Path(folder)
    if not os.path.isdir(path):  # also of a name that no system takes
        raise InputError("error.folder", [Problem("folder.missing", str(folder))])
    r = Reader(path)
    basis = account_toml.read(r)
    inputs = list(_entries(r, "inputs.csv", basis))
    books = [
        n
        for n in ("inputs", "prices")
        if not (path / f"{n}.csv").exists() and (path / f"{n}.xlsx").exists()
    ]
    for n in books:
        r.fault("file.workbook", f"{n}.csv", file=f"{n}.xlsx")
    if not (path / "inputs.csv").exists() and "inputs" not in books:
        r.fault("file.missing", "inputs.csv")
    prices = list(_entries(r, "prices.csv", basis))
    controls = list(_controls(r, basis))
    scene = maps(r, path, basis) if maps is not None and (path / "rasters.toml").exists() else None
    basis = basis if scene is None else scene.basis(basis)
    return Loaded(inputs, prices, basis, controls, r.problems, r.files, scene)


def _entries(r: Reader, name: str, basis: Basis) -> Iterator[Entry]:
    column = "input" if name == "inputs.csv" else "price"
    for where, row in account_toml.rows(r, name):
        value = r.number(where, "value", row["value"], blank="number.blank/figure")
        year = r.year(where, row["year"])
        if not row["unit"]:
            r.fault("unit.missing", at(where, "unit"))
        if not row[column]:
            r.fault("input.blank", at(where, column))
        if row["evidence"] and row["evidence"] not in EVIDENCE:
            r.fault("evidence.unknown", at(where, "evidence"), names=", ".join(EVIDENCE))
        spread = [r.number(where, c, row[c]) if row[c] else None for c in ("low", "high")]
        if value is None or not row["unit"] or not row[column]:
            continue
        unit = _account_money(r, where, row["unit"], basis)
        if unit is None:
            continue
        yield Entry(
            row["indicator"],
            row["component"],
            row[column],
            row["item"],
            row["ecosystem"],
            "" if row["region"] == basis.region else row["region"],
            year,
            row["value"],
            value,
            unit,
            row["source"],
            where,
            row["evidence"] if row["evidence"] in EVIDENCE else "",
            row.get("method", ""),
            spread[0],
            spread[1],
            row["distribution"],
            column == "price",
            row["classification"],
        )


def _account_money(r: Reader, where: str, unit: str, basis: Basis) -> str | None:
    """A unit in the account's currency; one in another is a fault."""
    unit, other = own_money(unit, basis.currency)
    if other:
        r.fault("currency.other", at(where, "unit"), found=other, currency=basis.currency)
    return None if other else unit


def _controls(r: Reader, basis: Basis) -> Iterator[dict[str, Any]]:
    for where, row in account_toml.rows(r, "controls.csv"):
        value, year = r.number(where, "value", row["value"]), r.year(where, row["year"])
        decimals = (
            r.number(where, "decimals", row["decimals"])
            if row["decimals"]
            else float(len(row["value"].partition(".")[2]))
        )
        for i in filter(None, row["indicator"].split("+")):
            if i not in (*indicators.IDS, *indicators.RESTS):
                r.fault("indicator.unknown/list", at(where, "indicator"), indicator=i)
        if row["level"] and row["level"] not in (*standards.LEVELS, "total"):
            r.fault(
                "level.unknown",
                at(where, "level"),
                label=row["level"],
                names=", ".join((*standards.LEVELS, "total")),
            )
        unit = _account_money(r, where, row["unit"] or "-", basis)
        if unit is None:
            continue
        try:
            scale = units.conversion(
                units.per_year(unit) if units.lacks_only_year(unit, "CNY/yr") else unit, "CNY/yr"
            )[0]
        except UnitError as error:
            r.problems.append(replace(error.problems[0], where=at(where, "unit")))
            continue
        if decimals is not None and not -30 <= decimals <= 30:
            r.fault(
                "range.outside/bare",
                at(where, "decimals"),
                text=row["decimals"],
                given="",
                low=-30,
                high=30,
                unit="1",
            )
        elif value is not None and decimals is not None:
            labels = {k: row[k] for k in ("level", "indicator", "component", "ecosystem", "source")}
            region = "" if row["region"] == basis.region else row["region"]
            yield {
                **labels,
                "region": region,
                "year": year,
                "published": value * scale,
                "rounding": 0.5 * 10**-decimals * scale,
            }
