"""The header of a form: which column is which field, by printed code and by name, and in which
unit.
"""

from __future__ import annotations

from gep.core import units
from gep.core.errors import UnitError
from gep.forms.back.cells import read_cell, squeezed
from gep.forms.back.grid import Sheet, address
from gep.forms.back.labels import Labels
from gep.forms.back.match import HEADER_WITHIN, Placed, label_of, name_and_unit, spellings
from gep.forms.define import Field
from gep.forms.out.template import FOOT, LABELS
from gep.forms.round import Round

_FOOTERS = tuple(
    squeezed(x)
    for pair in (
        *FOOT,
        ("说明", "note"),
        ("注", "remarks"),
        ("统计负责人", "statistician"),
        ("填报说明", "notes"),
    )
    for x in pair
)


class Header(Labels):
    """Finds the header of a form: names, codes and units of its columns."""

    def __init__(self, sheet: Sheet, out: Placed, r: Round) -> None:
        super().__init__(sheet, out, r)
        self.columns: dict[int, Field] = {}
        self.unit_of: dict[int, str] = {}
        self.first = 0

    # -- header
    # -------------------------------------------------------------------------------------------------

    def header_rows(self, names: set[str]) -> tuple[int | None, int | None]:
        """The row of names and the row of codes."""
        labels, codes = {}, {}
        own = {f.code.casefold() for f in self.form.fields}
        for n, row in enumerate(self.sheet.rows[:HEADER_WITHIN]):
            cells = [name_and_unit(v)[0] for v in row[:400] if v not in ("", None)]
            labels[n] = sum(1 for c in cells if c in names)
            codes[n] = sum(1 for c in cells if c in own)
        label = max(labels, key=lambda n: labels[n], default=None)
        code = max(codes, key=lambda n: codes[n], default=None)
        return (label if label is not None and labels[label] >= 1 else None), (
            code if code is not None and codes[code] >= 1 else None
        )

    def find_keys(self, row: int, extra: tuple[str, ...]) -> None:
        """The columns of the labels."""
        wanted = [
            *(n for k in self.form.keys for n in (("code", "region") if k == "region" else (k,))),
            *extra,
            "method",
            "class",
            "remark",
        ]
        for column, raw in enumerate(self.sheet.rows[row][:400]):
            text = name_and_unit(raw)[0]
            for name in wanted:
                if text in label_of(name) and name not in self.keys:
                    self.keys[name] = column

    def header(self) -> bool:
        """Find the header of a form with a column a field; whether there is one."""
        names = {s for f in self.form.fields for s in spellings(f)} | {
            s for n in LABELS for s in label_of(n)
        }
        label, code = self.header_rows(names)
        if label is None and code is None:
            self.out.fault("form.header", "")
            return False
        if label is not None:
            self.find_keys(label, ())
        if not self.keys and self.form.keys:
            self.out.fault("form.header", "")
            return False
        self.find_columns(label, code)
        unit_row = self.find_units(label, code)
        self.first = max(n for n in (label, code, unit_row) if n is not None) + 1
        return True

    def find_columns(self, label: int | None, code: int | None) -> None:
        """Which field stands in which column, by code and by name."""
        by_code = {f.code.casefold(): f for f in self.form.fields}
        by_name: dict[str, Field] = {s: f for f in self.form.fields for s in spellings(f)}
        width = max(len(self.sheet.rows[n]) for n in (label, code) if n is not None)
        top = label if label is not None else code or 0
        for column in range(min(width, 400)):
            coded = by_code.get(squeezed(self.sheet.at(code, column))) if code is not None else None
            text = name_and_unit(self.sheet.at(label, column))[0] if label is not None else ""
            named = by_name.get(text)
            at = address(top, column)
            if coded and named and coded is not named:
                self.out.fault(
                    "column.apart",
                    at,
                    name=str(self.sheet.at(top, column)).strip(),
                    code=coded.code,
                )
                continue
            if coded and text and not named:
                self.out.fault(
                    "column.renamed", at, "warning", name=text, code=coded.code, field=coded.zh
                )
            f = coded or named
            if f is None:
                continue
            if f in self.columns.values():
                self.out.fault("column.twice", at, field=f.zh)
                self.columns = {c: x for c, x in self.columns.items() if x is not f} | {
                    -column - 1: f
                }
                continue
            self.columns[column] = f
        self.columns = {c: f for c, f in self.columns.items() if c >= 0}

    def find_units(self, label: int | None, code: int | None) -> int | None:
        """The unit of each column: from brackets behind the name, else from the row of units, else
        the form's own.
        """
        rows = [
            n
            for n in range(
                min(x for x in (label, code) if x is not None),
                min(max(x for x in (label, code) if x is not None) + 4, len(self.sheet.rows)),
            )
        ]
        marked = [
            n
            for n in rows
            if any(squeezed(v) in label_of("unit") for v in self.sheet.rows[n][:3]) and n != label
        ]
        unit_row = (
            marked[0]
            if marked
            else next(
                (n for n in rows if n not in (label, code) and self.looks_like_units(n)), None
            )
        )
        for column, f in self.columns.items():
            behind = name_and_unit(self.sheet.at(label, column))[1] if label is not None else ""
            below = (
                str(self.sheet.at(unit_row, column) or "").strip() if unit_row is not None else ""
            )
            place = address(
                unit_row
                if below and unit_row is not None
                else (label if label is not None else code) or 0,
                column,
            )
            self.unit_of[column] = self.header_unit(f, behind, below, place)
        return unit_row

    def looks_like_units(self, n: int) -> bool:
        """Whether a row holds units under the fields."""
        cells = [str(self.sheet.at(n, c) or "").strip() for c in self.columns]
        good = 0
        for c in filter(None, cells):
            if read_cell(c).state not in ("refused", "blank"):
                return False
            try:
                units.check(c)
                good += 1
            except UnitError:
                pass
        return good > 0 and good >= len([c for c in cells if c]) / 2

    def header_unit(self, f: Field, behind: str, below: str, at: str) -> str:
        """One unit for a column; "?" where it cannot be known, so that nothing below it is read."""
        if not f.unit:
            return ""
        given = [u for u in (behind, below) if u]
        if not given:
            printed = self.round.unit_of(f)
            self.out.fault("unit.assumed", at, "warning", unit=printed)
            return printed
        try:
            for u in given:
                units.check(u)
            if len(given) == 2 and not units.same(*given):
                self.out.fault("unit.apart", at, one=behind, two=below)
                return "?"
        except UnitError:
            self.out.fault("unit.header", at, unit="、".join(given), wanted=self.round.unit_of(f))
            return "?"
        return self.suited(f, given[0], at, self.round.unit_of(f))

    def suited(self, f: Field, unit: str, at: str, usual: str) -> str:
        """A unit that converts to the field's, with a note where it is another one than the form,
        or the column of a cell, has.
        """
        if not units.compatible(unit, f.unit):
            self.out.fault("unit.other", at, unit=unit, wanted=usual)
            return "?"
        if not units.same(unit, usual):
            scale = units.conversion(unit, usual)[0]
            self.out.fault("unit.changed", at, "warning", unit=unit, wanted=usual, scale=scale)
        return unit

    def unknown_columns(self) -> None:
        """Columns that nothing names and that hold figures."""
        known = {*self.columns, *self.keys.values()}
        width = max((len(row) for row in self.sheet.rows[self.first :]), default=0)
        for column in range(min(width, 400)):
            header = " ".join(
                squeezed(self.sheet.at(n, column))
                for n in range(max(self.first - 4, 0), self.first)
            )
            if column in known or "上年" in header or "lastyear" in header:
                continue
            held = [
                n
                for n in range(self.first, len(self.sheet.rows))
                if read_cell(self.sheet.at(n, column)).known and not self.is_foot(n)
            ]
            if held:
                self.out.fault("column.stray", address(held[0], column), count=len(held))

    def is_foot(self, n: int) -> bool:
        """Whether a row is below the table."""
        first = next((squeezed(v) for v in self.sheet.rows[n] if v not in ("", None)), "")
        return first.startswith(_FOOTERS)
