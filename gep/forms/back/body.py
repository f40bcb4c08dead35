"""The body of a form: which column is which field, in which unit, and the figures row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gep.core import units
from gep.core.errors import Problem
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
    cell = p.where.rpartition(", ")[2]
    return position(cell) if re.fullmatch(r"[A-Z]{1,3}\d{1,7}", cell) else (-1, -1)


class Table(Header):
    """Reads the body of a form."""

    def __init__(self, sheet: Sheet, out: Placed, r: Round) -> None:
        super().__init__(sheet, out, r)
        self.notes: list[Note] = []

    def table(self) -> None:
        """A column a field."""
        if not self.header():
            return
        self.unknown_columns()
        seen: dict[tuple[str, Key], tuple[str, Cell]] = {}
        for n in range(self.first, len(self.sheet.rows)):
            self.row(n, seen)

    # -- rows
    # ---------------------------------------------------------------------------------------------------

    def row(self, n: int, seen: dict[tuple[str, Key], tuple[str, Cell]]) -> None:
        """The figures of one row."""
        cells = {c: read_cell(self.sheet.at(n, c)) for c in self.columns}
        for c in cells:
            if (n, c) in self.sheet.unread:
                cells[c] = Cell("refused", fault="cell.formula", raw="=…")
        if all(c.state == "blank" for c in cells.values()) or self.is_foot(n):
            return
        key, kind = self.key(n)
        if key is None:
            return
        if kind == "of_which":
            self.out.fault("row.of_which", address(n, self.keys.get("item", 0)), "warning")
            return
        hidden, method, remark = self.tail(n)
        for column, cell in cells.items():
            if cell.state == "blank":
                continue
            f, at = self.columns[column], address(n, column)
            answer = self.answer(
                f,
                key,
                cell,
                self.unit_of[column] if f.unit else key.unit,
                at,
                hidden,
                method,
                remark,
            )
            if answer is None:
                self.out.refused.add((f.code, key._replace(unit="", year="")))
                continue
            if kind == "total":
                self.out.totals.append(
                    (
                        answer,
                        tuple(
                            k
                            for k in self.form.keys
                            if getattr(key, k) or k not in ("item", "ecosystem", "region")
                        ),
                    )
                )
                continue
            place = (f.code, key._replace(unit=""))
            if place in seen:
                first, other = seen[place]
                if other.text != cell.text or other.state != cell.state:
                    self.out.fault("row.twice", at, field=f.zh, first=first)
                    self.out.answers = [
                        a for a in self.out.answers if (a.field, a.key._replace(unit="")) != place
                    ]
                    self.out.refused.add((f.code, key._replace(unit="", year="")))
                else:
                    self.out.fault("row.again", at, "warning", first=first)
                continue
            seen[place] = (at, cell)
            self.out.answers.append(answer)

    def tail(self, n: int) -> tuple[bool, str, str]:
        """Whether the row is confidential, the price basis and the remark."""
        word = squeezed(self.sheet.at(n, self.keys["class"])) if "class" in self.keys else ""
        if word and word not in (
            "公开",
            "内部",
            "保密",
            "涉密",
            "机密",
            "秘密",
            "public",
            "internal",
            "confidential",
        ):
            self.out.fault("class.unknown", address(n, self.keys["class"]), "warning", text=word)
        text = {
            k: str(self.sheet.at(n, self.keys[k]) or "").strip()[:200] if k in self.keys else ""
            for k in ("method", "remark")
        }
        return (
            bool(word) and word not in ("公开", "内部", "public", "internal"),
            text["method"],
            text["remark"],
        )

    def answer(
        self,
        f: Field,
        key: Key,
        cell: Cell,
        unit: str,
        at: str,
        hidden: bool,
        method: str,
        remark: str,
    ) -> Answer | None:
        """A cell in its place, with what was done to read it noted; None where it is refused."""
        if unit == "?":
            return None
        secret = hidden or cell.hidden
        shown = "保密" if secret else cell.raw
        if cell.fault == "cell.slash":
            self.out.fault(cell.fault, at, text=cell.raw)
            return None
        if cell.state == "refused":
            self.out.fault(cell.fault, at, text=shown)
            return None
        if (
            key.year
            and int(key.year) != self.round.year
            and not any(t.kind in ("price", "deflator") for t in targets(f, key.component))
        ):
            self.out.fault("year.other", at, given=key.year, wanted=self.round.year)
            return None
        for code, _ in cell.notes:
            if code == "cell.mark":
                self.notes.append(Note(code, at, cell.raw, cell.state))
            else:
                self.notes.append(
                    Note(code, at, shown, "保密" if secret else f"{cell.text} {cell.unit}".strip())
                )
        if cell.unit:
            unit = self.suited(f, cell.unit, at, unit) if f.unit else cell.unit
            if unit == "?":
                return None
        if cell.known:
            scale, offset = units.conversion(unit, f.unit) if f.unit else (1.0, 0.0)
            value = cell.value * scale + offset
            if (f.low is not None and value < f.low - 1e-12) or (
                f.high is not None and value > f.high * (1 + 1e-12)
            ):
                low, high = (
                    "−∞" if f.low is None else f"{f.low:g}",
                    "∞" if f.high is None else f"{f.high:g}",
                )
                self.out.fault(
                    "range.cell", at, text=shown or cell.text, low=low, high=high, unit=f.unit_zh
                )
                return None
        return Answer(
            f.code,
            key,
            cell,
            unit,
            self.out.file,
            self.out.sheet,
            at,
            hidden or cell.hidden,
            method,
            remark,
        )

    # -- forms with a row a field
    # -------------------------------------------------------------------------------

    def field_rows(self, extra: tuple[str, ...]) -> Iterator[tuple[int, Field]]:
        """Rows that a code or a name says to be a field's."""
        label, _ = self.header_rows({s for n in ("field", "number", *extra) for s in label_of(n)})
        if label is None:
            self.out.fault("form.header", "")
            return
        self.find_keys(label, ("field", "number", *extra))
        if not {"field", "number"} & set(self.keys):
            self.out.fault("form.header", "")
            return
        by_code = {f.code.casefold(): f for f in self.form.fields}
        by_name = {s: f for f in self.form.fields for s in spellings(f)}
        seen: dict[str, int] = {}
        for n in range(label + 1, len(self.sheet.rows)):
            if self.is_foot(n):
                continue
            coded = (
                by_code.get(squeezed(self.sheet.at(n, self.keys["number"])))
                if "number" in self.keys
                else None
            )
            text = (
                name_and_unit(self.sheet.at(n, self.keys["field"]))[0]
                if "field" in self.keys
                else ""
            )
            named = by_name.get(text) or by_name.get(
                squeezed(self.sheet.at(n, self.keys["field"])) if "field" in self.keys else ""
            )
            if coded and named and coded is not named:
                self.out.fault(
                    "column.apart/row", address(n, self.keys["field"]), name=text, code=coded.code
                )
                continue
            f = coded or named
            if f is None:
                value = self.sheet.at(n, self.keys["value"]) if "value" in self.keys else None
                if read_cell(value).known and squeezed(
                    self.sheet.at(n, self.keys.get("number", 0))
                ) not in ("", "乙"):
                    self.out.fault("row.stray", address(n, self.keys["value"]))
                continue
            if f.code in seen:
                self.out.fault("row.twice", address(n, 0), field=f.zh, first=f"{seen[f.code] + 1}")
                self.out.answers = [a for a in self.out.answers if a.field != f.code]
                self.out.refused.add((f.code, Key()))
                continue
            seen[f.code] = n
            yield n, f

    def listed(self) -> None:
        """A row a field, with one figure."""
        for n, f in self.field_rows(("unit", "value", "last", "year")):
            if "value" not in self.keys:
                self.out.fault("form.header/figures", "")
                return
            column = self.keys["value"]
            cell = read_cell(self.sheet.at(n, column))
            if (n, column) in self.sheet.unread:
                cell = Cell("refused", fault="cell.formula", raw="=…")
            if cell.state == "blank":
                continue
            unit_column = self.keys.get("unit")
            below = (
                str(self.sheet.at(n, unit_column) or "").strip() if unit_column is not None else ""
            )
            behind = (
                name_and_unit(self.sheet.at(n, self.keys["field"]))[1]
                if "field" in self.keys
                else ""
            )
            behind = (
                ""
                if squeezed(self.sheet.at(n, self.keys.get("field", 0))) in spellings(f)
                else behind
            )
            unit = self.header_unit(
                f, behind, below, address(n, unit_column if unit_column is not None else column)
            )
            year = (
                self.label("year", n, str(self.year_text(n)), address(n, self.keys.get("year", 0)))
                if "year" in self.form.keys
                else ""
            )
            if year is None:
                self.out.refused.add((f.code, Key()))
                continue
            hidden, method, remark = self.tail(n)
            answer = self.answer(
                f, Key(year=year), cell, unit, address(n, column), hidden, method, remark
            )
            if answer is None:
                self.out.refused.add((f.code, Key()))
            else:
                self.out.answers.append(answer)

    def year_text(self, n: int) -> str:
        """The year of a price as text."""
        raw = self.sheet.at(n, self.keys["year"]) if "year" in self.keys else None
        return plain(raw) if isinstance(raw, (int, float)) else str(raw or "")

    def delivered(self) -> None:
        """A row a file."""
        names = ("file", "sha256", "crs", "resolution", "period", "unit")
        for n, f in self.field_rows(("kind", *names)):
            texts = {
                k: str(self.sheet.at(n, self.keys[k]) or "").strip()[:300] if k in self.keys else ""
                for k in names
            }
            if not texts["file"]:
                continue
            hidden, _, _ = self.tail(n)
            at = address(n, self.keys["file"])
            for k in ("sha256", "crs", "period"):
                if not texts[k] and not (k == "crs" and f.type == "series"):
                    self.out.fault("delivery.lacks", at, what=LABELS[k][0])
            if texts["sha256"] and not re.fullmatch("[0-9a-f]{64}", texts["sha256"].lower()):
                self.out.fault("delivery.sum", at)
            self.out.deliveries.append(
                Delivery(
                    f.code,
                    texts["file"],
                    texts["sha256"].lower(),
                    texts["crs"],
                    texts["resolution"],
                    texts["period"],
                    texts["unit"],
                    hidden,
                    f"{self.out.file}, {self.out.sheet}",
                    at,
                )
            )
