"""The header of a form: which column is which field, by printed code and by name, and in which
unit.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from itertools import chain

from gep.core import units
from gep.forms.back.cells import is_unit, read_cell, squeezed
from gep.forms.back.grid import Sheet, address
from gep.forms.back.labels import Labels
from gep.forms.back.match import (
    EMPTY,
    HEADER_WITHIN,
    WIDEST,
    Placed,
    label_of,
    name_and_unit,
    spellings,
)
from gep.forms.define import Field
from gep.forms.out.template import FOOT, LABELS
from gep.forms.round import Round

_NOTES = (
    ("说明", "note"),
    ("注", "remarks"),
    ("统计负责人", "statistician"),
    ("填报说明", "notes"),
)
_FOOTERS = tuple(squeezed(x) for pair in (*FOOT, *_NOTES) for x in pair)
_LABELS = set().union(*map(label_of, LABELS))
_LAST_YEAR = re.compile("上年|lastyear")


class Header(Labels):
    """Finds the header of a form: names, codes and units of its columns."""

    def __init__(self, sheet: Sheet, out: Placed, r: Round) -> None:
        super().__init__(sheet, out, r)
        self.columns: dict[int, Field] = {}
        self.unit_of: dict[int, str] = {}
        self.first = 0
        self.by_code = {f.code.casefold(): f for f in self.form.fields}
        self.by_name = {s: f for f in self.form.fields for s in spellings(f)}

    def heads(self, names: set[str], extra: tuple[str, ...], needed: Container[str]) -> list[int]:
        """The row of names and the row of codes, -1 where there is none; nothing where no needed
        label is found, which is told.
        """
        first = self.sheet.rows[:HEADER_WITHIN]
        cells = [[name_and_unit(v)[0] for v in row[:WIDEST]] for row in first]
        label = _fullest(cells, names)
        if label >= 0:
            self.find_keys(label, extra)
        if any(key in needed for key in self.keys):
            return [label, _fullest(cells, self.by_code)]
        self.out.fault("form.header", "")
        return []

    def find_keys(self, row: int, extra: tuple[str, ...]) -> None:
        """The columns of the labels."""
        code = ("code",) if "region" in self.form.keys else ()
        wanted = [*code, *self.form.keys, *extra, "method", "class", "remark"]
        for column, raw in enumerate(self.sheet.rows[row][:WIDEST]):
            text = name_and_unit(raw)[0]
            for name in wanted:
                if text in label_of(name):
                    self.keys.setdefault(name, column)

    def header(self) -> bool:
        """Find the header of a form with a column a field; whether there is one."""
        rows = self.heads(_LABELS | self.by_name.keys(), (), LABELS)
        if not rows:
            return False
        self.find_columns(*rows)
        self.first = max(*rows, self.find_units(*rows)) + 1
        return True

    def find_columns(self, label: int, code: int) -> None:
        """Which field stands in which column; a field that stands in two is read in none."""
        first: dict[str, int] = {}
        for column in range(WIDEST):
            f = self.column_field(label, code, column)
            if f is None:
                continue
            if first.setdefault(f.code, column) == column:
                self.columns[column] = f
            else:
                self.out.fault("column.twice", address(label, column), field=f.zh)
                self.columns.pop(first[f.code], None)

    def column_field(self, label: int, code: int, column: int) -> Field | None:
        """The field of a column by code and by name; None where they contradict each other."""
        coded = self.by_code.get(squeezed(self.sheet.at(code, column)))
        text = name_and_unit(self.sheet.at(label, column))[0]
        named = self.by_name.get(text)
        if coded is None or coded is named or not text:
            return named or coded
        at = address(label, column)
        if named:
            said = str(self.sheet.at(label, column)).strip()
            self.out.fault("column.apart", at, name=said, code=coded.code)
            return None
        self.out.fault("column.renamed", at, name=text, code=coded.code, field=coded.zh)
        return coded

    def find_units(self, label: int, code: int) -> int:
        """The unit of each column: from brackets behind the name, else from the row of units (which
        is told), else the form's own.
        """
        known = sorted({label, code} - {-1})
        near = range(known[0], min(known[-1] + 4, len(self.sheet.rows)))
        rest = [n for n in near if n != label]
        marked = filter(self.says_unit, rest)
        bare = filter(self.looks_like_units, (n for n in rest if n != code))
        unit_row = next(chain(marked, bare), -1)
        for column, f in self.columns.items():
            behind = name_and_unit(self.sheet.at(label, column))[1]
            below = self.sheet.words(unit_row, column)
            place = address(unit_row if below else label, column)
            self.unit_of[column] = self.header_unit(f, behind, below, place)
        return unit_row

    def says_unit(self, n: int) -> bool:
        """Whether a row begins with the word for units."""
        return not label_of("unit").isdisjoint(map(squeezed, self.sheet.rows[n][:3]))

    def looks_like_units(self, n: int) -> bool:
        """Whether a row holds units under the fields."""
        cells = list(filter(None, (self.sheet.words(n, c) for c in self.columns)))
        if any(read_cell(c).state not in ("refused", "blank") for c in cells):
            return False
        return sum(map(is_unit, cells)) >= max(len(cells) / 2, 1)

    def header_unit(self, f: Field, behind: str, below: str, at: str) -> str:
        """One unit for a column; "?" where it cannot be known, so that nothing below it is read."""
        if not f.unit:
            return ""
        printed, given = self.round.unit_of(f), list(filter(None, (behind, below)))
        if not given:
            self.out.fault("unit.assumed", at, unit=printed)
            return printed
        if not all(map(is_unit, given)):
            self.out.fault("unit.header", at, unit="、".join(given), wanted=printed)
            return "?"
        if not units.same(given[0], given[-1]):
            self.out.fault("unit.apart", at, one=behind, two=below)
            return "?"
        return self.suited(f, given[0], at, printed)

    def suited(self, f: Field, unit: str, at: str, usual: str) -> str:
        """A unit that converts to the field's, with a note where it is another one than the form,
        or the column of a cell, has.
        """
        if not units.compatible(unit, f.unit):
            self.out.fault("unit.other", at, unit=unit, wanted=usual)
            return "?"
        if not units.same(unit, usual):
            scale = units.conversion(unit, usual)[0]
            self.out.fault("unit.changed", at, unit=unit, wanted=usual, scale=scale)
        return unit

    def unknown_columns(self) -> None:
        """Columns that nothing names and that hold figures."""
        width = max(map(len, self.sheet.rows[self.first :]), default=0)
        rows, above = self.body(self.first), range(max(self.first - 4, 0), self.first)
        for column in sorted({*range(min(width, WIDEST))} - {*self.columns, *self.keys.values()}):
            header = " ".join(squeezed(self.sheet.at(n, column)) for n in above)
            if _LAST_YEAR.search(header):
                continue
            held = [n for n in rows if read_cell(self.sheet.at(n, column)).known]
            if held:
                self.out.fault("column.stray", address(held[0], column), count=len(held))

    def body(self, first: int) -> list[int]:
        """The rows of the table from one on."""
        return [n for n in range(first, len(self.sheet.rows)) if not self.is_foot(n)]

    def is_foot(self, n: int) -> bool:
        """Whether a row is below the table."""
        first = next((v for v in self.sheet.rows[n] if v not in EMPTY), "")
        return squeezed(first).startswith(_FOOTERS)


def _fullest(rows: Sequence[Sequence[str]], names: Container[str]) -> int:
    """The first row that holds most of some names; -1 where none holds any."""
    held = [sum(name in names for name in row) for row in rows]
    most = max(held, default=0)
    return held.index(most) if most else -1
