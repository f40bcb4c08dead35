"""Put figures into the blanks of a template: for trials, demonstrations and tests of the round
trip.

A department that keeps its figures in a database can do the same: the sheet is found by its name,
the row by its labels, the column by the code of the field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from gep.core import output, units
from gep.core.extras import need
from gep.forms.back.body import Table
from gep.forms.back.grid import Sheet
from gep.forms.back.match import Placed
from gep.forms.back.prices import INDEX_FIELD
from gep.forms.define import field as field_of
from gep.forms.define import forms, is_price
from gep.forms.out.template import KEY_SHEET
from gep.forms.round import Figure, Key, Round
from gep.forms.unitwords import converted


def fill(
    template: str | Path, r: Round, figures: Iterable[Figure], out: str | Path
) -> list[Figure]:
    """Write figures into a copy of a template, whole or not at all; those that found their place.

    The header takes the unit of the first figure of a column, so that figures stand as they were
    given; others are converted to it. A figure whose field or row the template has not is left out.

    Raises
    ------
    ParameterError
        If openpyxl is missing.
    InputError
        If the copy cannot be written.
    """
    book = need("openpyxl").load_workbook(template)
    by_form: dict[str, list[Figure]] = {}
    for f in figures:
        by_form.setdefault(f.field[:3], []).append(f)
    placed: list[Figure] = []
    for row in book[KEY_SHEET].iter_rows(values_only=True):
        if row[0] == "form" and row[1] in by_form:
            placed += _form(book[row[2]], r, str(row[1]), by_form[str(row[1])])
    stream = BytesIO()
    book.save(stream)
    output.place(out, stream.getvalue())
    return placed


def _form(ws: Any, r: Round, code: str, figures: list[Figure]) -> Iterator[Figure]:
    """Fill one sheet; the figures that found their place."""
    form = forms()[code]
    cells = [["" if v is None else v for v in row] for row in ws.iter_rows(values_only=True)]
    table = Table(Sheet(ws.title, cells), Placed(form, "", ws.title), r)
    return (_listed if form.layout == "list" else _tabled)(ws, r, table, figures)


def _listed(ws: Any, r: Round, table: Table, figures: Iterable[Figure]) -> Iterator[Figure]:
    """Fill a list, a row a field."""
    rows = {x.code: n for n, x in table.field_rows(("unit", "value", "last", "year"))}
    for f in figures:
        fitted = _fitted(r, f, f.unit) if f.field in rows else None
        if fitted is None:
            continue
        n = rows[f.field] + 1
        text, unit = fitted
        ws.cell(n, table.keys["value"] + 1, _typed(text))
        ws.cell(n, table.keys["unit"] + 1, unit)
        if "year" in table.keys and f.key.year:
            ws.cell(n, table.keys["year"] + 1, int(f.key.year))
        yield f


def _tabled(ws: Any, r: Round, table: Table, figures: Iterable[Figure]) -> Iterator[Figure]:
    """Fill a table, a column a field."""
    headed: dict[str, str] = {}
    years: dict[int, str] = {}  # what each row says, once it holds a figure
    taken: set[tuple[int, int]] = set()
    for f, at, column in _cells(r, table, figures):
        year = f.key.year if _dated(f) else str(r.year)
        free = (at, column) not in taken
        fitted = _fitted(r, f, headed.get(f.field, f.unit)) if free else None
        if fitted is None or years.get(at, year) != year:
            continue  # people of this year and a price of last are two rows
        taken.add((at, column))
        text, unit = fitted
        if "year" in table.keys:
            years[at] = year
            ws.cell(at + 1, table.keys["year"] + 1, int(year))
        ws.cell(at + 1, column + 1, _typed(text))
        if field_of(f.field).unit:
            headed[f.field] = unit
            ws.cell(table.first - 1, column + 1, unit)
        if f.method and "method" in table.keys:
            ws.cell(at + 1, table.keys["method"] + 1, f.method)
        yield f


def _cells(r: Round, table: Table, figures: Iterable[Figure]) -> Iterator[tuple[Figure, int, int]]:
    """The figures that have a row and a column in a table, with both."""
    table.header()
    columns = {f.code: c for c, f in table.columns.items()}
    rows: dict[Key, int] = {}
    for n in range(table.first, len(table.sheet.rows)):
        if not table.is_foot(n) and (key := table.key(n)[0]) is not None:
            rows.setdefault(key, n)
    for f in figures:
        at = _row(rows, f, r)
        if at is not None and f.field in columns:
            yield f, at, columns[f.field]


def _dated(f: Figure) -> bool:
    """Whether a figure is of the year in its key, not of the round's."""
    return f.field == INDEX_FIELD or is_price(field_of(f.field), f.key.component)


def _row(rows: Mapping[Key, int], f: Figure, r: Round) -> int | None:
    """The row of a figure: of its labels and year, else, but for an index, that of the round's
    year.
    """
    if f.field == INDEX_FIELD or not f.key.year:
        return rows.get(f.key)
    now = rows.get(f.key._replace(year=str(r.year)))
    return rows.get(f.key, now) if _dated(f) else now


def _fitted(r: Round, f: Figure, unit: str) -> tuple[str, str] | None:
    """A figure in a unit, or in the printed one where the form cannot be reported in that; None
    where it converts to neither.
    """
    own = field_of(f.field)
    if not own.unit:  # the row says the unit, and was found by it
        return f.text, f.unit
    unit = unit if units.compatible(unit, own.unit) else r.unit_of(own)
    text = converted(f.text, f.unit, unit)
    return None if text is None else (text, unit)


def _typed(text: str) -> float | str:
    return float(text) if re.fullmatch(r"[+-]?[\d.]+(?:[eE][+-]?\d+)?", text) else text
