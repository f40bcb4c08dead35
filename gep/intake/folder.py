"""The account folder: what an account is on disk, read with every fault listed by file, line and
column.

User files are only read. Text is UTF-8 (GB18030 is read with a warning); sizes are limited; a link
that leads out of the folder is refused (:mod:`gep.intake.reader`). Results are written all of them
or none (:mod:`gep.core.output`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gep import indicators, standards
from gep.account.basis import Basis
from gep.account.deflate import own_money
from gep.account.inputs import Entry, or_else
from gep.core import units
from gep.core.errors import InputError, Problem, UnitError
from gep.core.source import Source
from gep.core.tables import EVIDENCE
from gep.intake import account_toml
from gep.intake.reader import Reader, without

LEVELS = (*standards.LEVELS, "total")


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
        raise InputError("error.folder", [Problem("folder.missing", Source(str(folder)))])
    r = Reader(path)
    basis = account_toml.read(r)
    inputs = list(_entries(r, "inputs.csv", basis))
    _unread(r, path)
    prices = list(_entries(r, "prices.csv", basis))
    controls = list(_controls(r, basis))
    scene = maps(r, path, basis) if maps is not None and (path / "rasters.toml").exists() else None
    basis = basis if scene is None else scene.basis(basis)
    return Loaded(inputs, prices, basis, controls, r.problems, r.files, scene)


def _unread(r: Reader, path: Path) -> None:
    """Note workbooks that stand where a table should, and a table of inputs that is not there."""
    lacking = [n for n in ("inputs", "prices") if not (path / f"{n}.csv").exists()]
    books = [n for n in lacking if (path / f"{n}.xlsx").exists()]
    for n in books:
        r.fault("file.workbook", Source(f"{n}.csv"), file=f"{n}.xlsx")
    if "inputs" in without(lacking, books):
        r.fault("file.missing", Source("inputs.csv"))


def _entries(r: Reader, name: str, basis: Basis) -> Iterator[Entry]:
    column = account_toml.NEEDED[name][0]
    for where, row in account_toml.rows(r, name):
        value = r.number(where, "value", row["value"], blank="number.blank/figure")
        year = r.year(where, row["year"])
        if not row["unit"]:
            r.fault("unit.missing", where.at("unit"))
        if not row[column]:
            r.fault("input.blank", where.at(column))
        evidence = row["evidence"]
        if evidence not in ("", *EVIDENCE):
            evidence = ""
            r.fault("evidence.unknown", where.at("evidence"), names=", ".join(EVIDENCE))
        low, high = (r.number(where, c, row[c]) if row[c] else None for c in ("low", "high"))
        if value is None or "" in (row["unit"], row[column]):
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
            _place(row, basis),
            year,
            row["value"],
            value,
            unit,
            row["source"],
            where,
            evidence,
            row.get("method", ""),
            low,
            high,
            row["distribution"],
            column == "price",
            row["classification"],
        )


def _place(row: Mapping[str, str], basis: Basis) -> str:
    """The region of a row, blank for the account's own."""
    return "" if row["region"] == basis.region else row["region"]


def _account_money(r: Reader, where: Source, unit: str, basis: Basis) -> str | None:
    """A unit in the account's currency; one in another is a fault."""
    unit, other = own_money(unit, basis.currency)
    if not other:
        return unit
    r.fault("currency.other", where.at("unit"), found=other, currency=basis.currency)
    return None


def _scale(r: Reader, where: Source, unit: str, basis: Basis) -> float | None:
    """What one of a unit of money is in CNY/yr; None, with a fault noted, for any other unit."""
    own = _account_money(r, where, unit, basis)
    try:
        return None if own is None else units.reading(own, "CNY/yr").scale
    except UnitError as error:
        r.problems += error.at(where.at("unit"))
        return None


def _controls(r: Reader, basis: Basis) -> Iterator[dict[str, Any]]:
    for where, row in account_toml.rows(r, "controls.csv"):
        value, year = r.number(where, "value", row["value"]), r.year(where, row["year"])
        decimals: float | None = float(len(row["value"].partition(".")[2]))
        if row["decimals"]:
            decimals = r.number(where, "decimals", row["decimals"])
        named = filter(None, row["indicator"].split("+"))
        for i in without(named, (*indicators.ids(), *indicators.RESTS)):
            r.fault("indicator.unknown/list", where.at("indicator"), indicator=i)
        if row["level"] not in ("", *LEVELS):
            names = ", ".join(LEVELS)
            r.fault("level.unknown", where.at("level"), label=row["level"], names=names)
        scale = _scale(r, where, row["unit"] or "-", basis)
        if scale is None:
            continue
        if not -30 <= or_else(decimals, 0) <= 30:
            r.fault(
                "range.outside/bare",
                where.at("decimals"),
                text=row["decimals"],
                given="",
                low=-30,
                high=30,
                unit="1",
            )
        elif value is not None and decimals is not None:
            rounding = 0.5 * 10**-decimals * scale
            yield {
                **_labels(row, basis),
                "year": year,
                "published": value * scale,
                "rounding": rounding,
            }


def _labels(row: Mapping[str, str], basis: Basis) -> dict[str, str]:
    """What a control is of, and its source."""
    labels = {k: row[k] for k in ("level", "indicator", "component", "ecosystem", "source")}
    return {**labels, "region": _place(row, basis)}
