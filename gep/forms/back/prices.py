"""Prices of other years: the indices that carry them to the year of the round, and what is said
where none does.

An index comes from three places: last year's (``last.csv``), ``deflators.csv`` in the folder of the
round, which stands in place of last year's of the same name, and form C05, whose years stand over
both.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from gep.account.basis import Basis
from gep.account.deflate import at_price_year
from gep.account.inputs import Entry, number
from gep.core import units
from gep.core.errors import Problem
from gep.core.source import Source
from gep.forms.back.match import Answer
from gep.forms.round import INDICES, LAST_FILE, Round

if TYPE_CHECKING:
    from gep.forms.back.read import Row

INDEX_FIELD = "C05-03"


def indices(r: Round, reported: Mapping[str, Mapping[int, str]]) -> dict[str, dict[int, str]]:
    """All indices of a round, with those that form C05 reported."""
    out: dict[str, dict[int, str]] = {}
    for figure in r.last:
        if figure.field == INDEX_FIELD:
            out.setdefault(figure.key.item, {})[int(figure.key.year)] = figure.text
    out |= {name: dict(table) for name, table in r.indices.items()}
    for name, years in reported.items():
        out.setdefault(name, {}).update(years)
    return {name: dict(sorted(table.items())) for name, table in out.items()}


def contradicted(r: Round, a: Answer) -> Iterator[Problem]:
    """An index of form C05 that deflators.csv gives otherwise."""
    given = r.indices.get(a.key.item or "index", {}).get(int(a.key.year))
    if given is not None and float(given) != a.cell.value:
        values: dict[str, object] = {
            "reported": a.told(a.cell.text),
            "year": a.key.year,
            "file": INDICES,
            "given": given,
        }
        yield Problem("deflator.apart", a.place, **values)


def carried(
    r: Round, tables: Mapping[str, Mapping[int, str]], rows: Sequence[tuple[Row, Answer]]
) -> tuple[list[Row], list[Problem]]:
    """The rows that can stand at the prices of the round, and what is said of prices of other
    years.

    A price that no index carries is not used: with it the account could not be computed at all.
    """
    basis = _basis(r, tables)
    groups: dict[tuple[str, ...], list[tuple[Row, Answer]]] = {}
    for row, a in rows:
        if row.kind == "price":
            groups.setdefault(row[:7], []).append((row, a))
    problems: list[Problem] = []
    unused: set[tuple[str, ...]] = set()
    kept: list[tuple[Row, Answer]] = []
    for place, group in groups.items():
        faults = at_price_year([_entry(row, a) for row, a in group], basis, is_price=True)[1]
        problems += map(_told, faults)
        if faults:
            unused.add(place)
        elif len(group) == 1:
            kept += group
    if basis.price_basis != "as_given":
        problems += _moved(r, kept)
    return [row for row, _ in rows if row[:7] not in unused], problems


def _price_year(r: Round) -> int:
    to = r.account.get("price_year")
    return to if isinstance(to, int) else r.year


def _basis(r: Round, tables: Mapping[str, Mapping[int, str]]) -> Basis:
    """What an account of the round goes by."""
    return Basis(
        years=(r.year,),
        price_year=_price_year(r),
        price_basis=str(r.account.get("price_basis", "deflate")),
        deflators={
            name: {year: float(value) for year, value in table.items()}
            for name, table in tables.items()
        },
    )


def _moved(r: Round, kept: Sequence[tuple[Row, Answer]]) -> Iterator[Problem]:
    """The prices of another year than asked for, sheet by sheet; one that was asked for is no
    news.
    """
    asked = {(f.field, r.asked(f)._replace(unit="")) for f in r.last}
    to = _price_year(r)
    moved: dict[Source, dict[str, str]] = {}
    for row, a in kept:
        news = a.file == LAST_FILE or (a.field, a.row) not in asked
        if news and int(row.year or to) != to and units.is_currency(row.unit):
            moved.setdefault(Source(a.file, a.sheet), {})[a.address] = row.year
    for where, cells in moved.items():
        told = "、".join(f"{at} ({year})" for at, year in cells.items())
        values: dict[str, object] = {"to": to, "cells": told}
        yield Problem("price.carried", where, **values)


def _entry(row: Row, a: Answer) -> Entry:
    value = number(row.value)
    return Entry(
        *row[1:7],
        int(row.year) if row.year else None,
        row.value,
        math.nan if value is None else value,
        row.unit,
        row.source,
        a.place,
        is_price=True,
    )


def _told(p: Problem) -> Problem:
    """What the account would say of a price, at its cell and with what a round can do about it."""
    return Problem("price.carry", p.source, **p.values) if p.code == "price.year" else p
