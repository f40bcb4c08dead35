"""The body of a form: which column is which field, in which unit, and the figures row by row."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from gep.account.inputs import or_else
from gep.core.errors import Problem
from gep.core.formula import bound
from gep.forms.back.cells import Cell, plain, read_cell, squeezed
from gep.forms.back.grid import Sheet, address, position
from gep.forms.back.header import Header
from gep.forms.back.match import (
    Answer,
    Delivery,
    Placed,
    head_of,
    label_of,
    merged_down,
    name_and_unit,
    spellings,
)
from gep.forms.back.notes import Note, tell
from gep.forms.define import Field, Form, targets
from gep.forms.out.template import LABELS
from gep.forms.round import Key, Round


def read_sheet(sheet: Sheet, file: str, form: Form, r: Round) -> Placed:
    """Everything that a sheet says in a form's places."""
    out = Placed(form, file, sheet.name)
    merged_down(sheet)
    out.head = {word: value for word, (value, _) in head_of(sheet).items()}
    reader = Table(sheet, out, r)
    {"table": reader.table, "list": reader.listed, "delivery": reader.delivered}[form.layout]()
    tell(out, [n for n in reader.notes if not (sheet.text and n.code == "cell.text")])
    out.problems.sort(key=_cell_of)
    return out


def _cell_of(p: Problem) -> tuple[int, int]:
    """The place of a problem, so that a sheet is told from top to bottom, what concerns all of it
    first.
    """
    return position(p.source.cell) if p.source.cell else (-1, -1)


# whether a class is confidential
_CLASSES = dict.fromkeys(("", "公开", "内部", "public", "internal"), False) | dict.fromkeys(
    ("保密", "涉密", "机密", "秘密", "confidential"), True
)
_NAMED = ("field", "number")  # one of them says which field a row is
_NEEDED = {"series": ("sha256", "period")}  # of a file, where it is not all that is asked for


class Tail(NamedTuple):
    """What a row says beside its figures."""

    hidden: bool
    method: str
    remark: str


class Table(Header):
    """Reads the body of a form."""

    def __init__(self, sheet: Sheet, out: Placed, r: Round) -> None:
        super().__init__(sheet, out, r)
        self.notes: list[Note] = []
        self.seen: dict[tuple[str, Key], Answer] = {}

    def cell(self, n: int, column: int) -> Cell:
        """One cell; a formula without a result is refused."""
        if (n, column) in self.sheet.unread:
            return Cell("refused", fault="cell.formula", raw="=…")
        return read_cell(self.sheet.at(n, column))

    def table(self) -> None:
        """A column a field."""
        if self.header():
            self.unknown_columns()
            for n in self.body(self.first):
                self.row(n)

    def row(self, n: int) -> None:
        """The figures of one row."""
        filled = {c: cell for c in self.columns if (cell := self.cell(n, c)).state != "blank"}
        key, kind = self.key(n) if filled else (None, "")
        if key is None:
            return
        if kind == "of_which":
            self.out.fault("row.of_which", address(n, self.keys.get("item", 0)))
            return
        tail = self.tail(n)
        for column, cell in filled.items():
            f = self.columns[column]
            unit = self.unit_of[column] or key.unit  # of the row where the field has none
            answer = self.answer(f, key, cell, unit, address(n, column), tail)
            if answer is None:
                self.refuse(f, key)
            elif kind == "total":
                self.out.totals.append(answer)
            else:
                self.take(f, answer)

    def refuse(self, f: Field, key: Key) -> None:
        """A cell that was filled and is not read."""
        self.out.refused.add((f.code, key._replace(unit="", year="")))

    def take(self, f: Field, answer: Answer) -> None:
        """A figure; of two that differ for one place neither counts."""
        first = self.seen.setdefault((f.code, answer.row), answer)
        if first is answer:
            self.out.answers.append(answer)
        elif (first.cell.text, first.cell.state) == (answer.cell.text, answer.cell.state):
            self.out.fault("row.again", answer.address, first=first.address)
        else:
            self.out.fault("row.twice", answer.address, field=f.zh, first=first.address)
            self.out.answers = [a for a in self.out.answers if a is not first]
            self.refuse(f, answer.key)

    def tail(self, n: int) -> Tail:
        """Whether the row is confidential, the price basis and the remark."""
        word = squeezed(self.held(n, "class"))
        if word not in _CLASSES:
            self.out.fault("class.unknown", address(n, self.keys["class"]), text=word)
        method, remark = (self.words(n, name)[:200] for name in ("method", "remark"))
        return Tail(_CLASSES.get(word, True), method, remark)

    def answer(
        self, f: Field, key: Key, cell: Cell, unit: str, at: str, tail: Tail
    ) -> Answer | None:
        """A cell in its place, with what was done to read it noted; None where it is refused."""
        if unit == "?":
            return None
        place = (self.out.file, self.out.sheet, at, tail.hidden or cell.hidden)
        answer = Answer(f.code, key, cell, unit, *place, tail.method, tail.remark)
        if cell.state == "refused":
            self.out.fault(cell.fault, at, text=_shown(answer))
            return None
        if int(key.year or self.round.year) != self.round.year and not _of_any_year(f, key):
            self.out.fault("year.other", at, given=key.year, wanted=self.round.year)
            return None
        self.note(answer)
        answer = answer._replace(unit=self.own_unit(f, answer))
        if answer.unit == "?" or not self.within(f, answer):
            return None
        return answer

    def note(self, a: Answer) -> None:
        """What was done to read a cell."""
        text, read = a.cell.raw, a.cell.state
        if a.cell.known:
            text, read = _shown(a), a.told(f"{a.cell.text} {a.cell.unit}".strip())
        self.notes += [Note(code, a.address, text, read) for code, _ in a.cell.notes]

    def own_unit(self, f: Field, a: Answer) -> str:
        """The unit of a figure: that of the cell itself, if it fits."""
        if a.cell.unit and f.unit:
            return self.suited(f, a.cell.unit, a.address, a.unit)
        return a.cell.unit or a.unit

    def within(self, f: Field, a: Answer) -> bool:
        """Whether a figure lies in the range of its field."""
        if not a.cell.known:
            return True
        value = a.value_in(f.unit) if f.unit else a.cell.value
        low, high = or_else(f.low, -math.inf), or_else(f.high, math.inf)
        if low - 1e-12 <= value <= high * (1 + 1e-12):
            return True
        text = _shown(a)
        ends = {"low": bound(low), "high": bound(high)}
        self.out.fault("range.cell", a.address, text=text, **ends, unit=f.unit_zh)
        return False

    def field_rows(self, extra: tuple[str, ...]) -> Iterator[tuple[int, Field]]:
        """Rows that a code or a name says to be a field's."""
        names = {"field", "number", *extra}
        rows = self.heads(set().union(*map(label_of, names)), ("field", "number", *extra), _NAMED)
        if not rows:
            return
        seen: dict[str, int] = {}
        for n in self.body(rows[0] + 1):
            f = self.row_field(n)
            if f is None:
                continue
            if seen.setdefault(f.code, n) == n:
                yield n, f
            else:
                self.out.fault("row.twice", address(n, 0), field=f.zh, first=f"{seen[f.code] + 1}")
                self.out.answers = [a for a in self.out.answers if a.field != f.code]
                self.refuse(f, Key())

    def row_field(self, n: int) -> Field | None:
        """The field of a row by code and by name; None where they contradict each other."""
        name, code = self.held(n, "field"), squeezed(self.sheet.at(n, self.keys.get("number", 0)))
        coded = self.by_code.get(code) if "number" in self.keys else None
        text = name_and_unit(name)[0]
        named = self.by_name.get(text) or self.by_name.get(squeezed(name))
        if coded and named not in (None, coded):
            at = address(n, self.keys["field"])
            self.out.fault("column.apart/row", at, name=text, code=coded.code)
            return None
        f = coded or named
        if f is None and code not in ("", "乙") and read_cell(self.held(n, "value")).known:
            self.out.fault("row.stray", address(n, self.keys["value"]))
        return f

    def listed(self) -> None:
        """A row a field, with one figure."""
        for n, f in self.field_rows(("unit", "value", "last", "year")):
            if "value" not in self.keys:
                self.out.fault("form.header/figures", "")
                return
            at = address(n, self.keys["value"])
            cell = self.cell(n, self.keys["value"])
            if cell.state == "blank":
                continue
            name = self.held(n, "field")
            behind = "" if squeezed(name) in spellings(f) else name_and_unit(name)[1]
            beside = address(n, self.keys.get("unit", self.keys["value"]))
            unit = self.header_unit(f, behind, self.words(n, "unit"), beside)
            answer = self.of_year(n, f, cell, unit, at)
            if answer is None:
                self.refuse(f, Key())
            else:
                self.out.answers.append(answer)

    def of_year(self, n: int, f: Field, cell: Cell, unit: str, at: str) -> Answer | None:
        """The figure of a row that may say its year."""
        year: str | None = ""
        if "year" in self.form.keys:
            place = address(n, self.keys.get("year", 0))
            year = self.label("year", n, self.year_text(n), place)
        if year is None:
            return None
        return self.answer(f, Key(year=year), cell, unit, at, self.tail(n))

    def year_text(self, n: int) -> str:
        """The year of a price as text."""
        raw = self.held(n, "year")
        return plain(raw) if isinstance(raw, (int, float)) else str(raw or "")

    def delivered(self) -> None:
        """A row a file."""
        names = ("file", "sha256", "crs", "resolution", "period", "unit")
        for n, f in self.field_rows(("kind", *names)):
            told = {name: self.words(n, name)[:300] for name in names}
            if not told["file"]:
                continue
            told["sha256"] = told["sha256"].lower()
            at, hidden = address(n, self.keys["file"]), self.tail(n).hidden
            for name in _NEEDED.get(f.type, ("sha256", "crs", "period")):
                if not told[name]:
                    self.out.fault("delivery.lacks", at, what=LABELS[name][0])
            if not re.fullmatch("([0-9a-f]{64})?", told["sha256"]):
                self.out.fault("delivery.sum", at)
            self.out.deliveries.append(
                Delivery(f.code, **told, hidden=hidden, source=self.out.where(), where=at)
            )


def _shown(a: Answer) -> str:
    """A cell as it was written; a slash says nothing that is confidential."""
    return a.cell.raw if a.cell.fault == "cell.slash" else a.told(a.cell.raw)


def _of_any_year(f: Field, key: Key) -> bool:
    """Whether a figure may be of another year than the round: a price, or an index."""
    return any(t.kind in ("price", "deflator") for t in targets(f, key.component))
