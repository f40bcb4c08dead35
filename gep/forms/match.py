"""Finding a form on a sheet, whatever was done to it: columns by code and by name, rows by their labels.

Two witnesses for each column (the printed code and the name) and for each region (code and name) must not contradict
each other; one alone is enough. What neither names is not read, and said so where it holds figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gep import ecosystems, indicators, units
from gep.errors import Problem, UnitError
from gep.forms.cells import Cell, plain, read_cell, squeezed
from gep.forms.define import Field, Form, forms
from gep.forms.grid import Sheet, address
from gep.forms.round import Key, Round
from gep.forms.template import ALL, FOOT, HEAD, LABELS, LEGAL

HEADER_WITHIN = 60  # rows in which the header is looked for
_CODE = re.compile(r"[a-d]\d\d-\d\d")
_FORM = re.compile(r"gep[-_ ]?([a-d]\d\d)(?!\d)")
_FOOTERS = tuple(squeezed(x) for pair in (*FOOT, ("说明", "note"), ("注", "remarks"), ("统计负责人", "statistician"), ("填报说明", "notes")) for x in pair)
_TOTALS = tuple(map(squeezed, ("合计", "总计", "小计", "总数", "全部合计", "total", "sum", "subtotal")))
_OF_WHICH = ("其中", "#", "of which", "ofwhich")
_ALL = {squeezed(x): "" for x in ("全市", "全部类型", "不分项", "全部", "不分类型", "all")}
_UNIT_IN_LABEL = re.compile(r"[(\[]([^()\[\]]*(?:\([^()]*\)[^()]*)*)[)\]]$")


class Answer(NamedTuple):
    """One filled cell in its place."""

    field: str
    key: Key
    cell: Cell
    unit: str
    file: str
    sheet: str
    address: str
    hidden: bool = False
    method: str = ""
    remark: str = ""


class Delivery(NamedTuple):
    """One file that a delivery sheet lists."""

    field: str
    file: str
    sha256: str
    crs: str
    resolution: str
    period: str
    unit: str
    hidden: bool
    source: str
    where: str


@dataclass
class Placed:
    """What a sheet holds of a form."""

    form: Form
    file: str
    sheet: str
    answers: list[Answer] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    totals: list[tuple[Answer, tuple[str, ...]]] = field(default_factory=list)
    head: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def where(self, at: str = "") -> str:
        """A place in the file, as it is told."""
        return f"{self.file}, {self.sheet}" + (f", {at}" if at else "")

    def fault(self, code: str, at: str, what: str, mend: str = "", level: str = "error", /, **values: object) -> None:
        """Note a problem of a cell."""
        self.problems.append(Problem(code, self.where(at), what, mend, level, values))  # type: ignore[arg-type]


def name_and_unit(raw: object) -> tuple[str, str]:
    """A header cell taken apart: the name for comparing, and a unit in brackets.

    >>> name_and_unit("面积（公顷）")
    ('面积', '公顷')
    """
    text = squeezed(raw)
    if match := _UNIT_IN_LABEL.search(text):
        original = str(raw).strip().replace("（", "(").replace("）", ")").replace("[", "(").replace("]", ")")
        inner = original[original.find("(") + 1 : original.rfind(")")] if "(" in original else match[1]
        try:
            units.check(inner.strip())
            return text[: match.start()], inner.strip()
        except UnitError:
            return text, ""
    return text, ""


def _spellings(f: Field) -> set[str]:
    zh, en = squeezed(f.zh), squeezed(f.en)
    return {zh, en, zh + en}


def _label_of(name: str) -> set[str]:
    zh, en = map(squeezed, LABELS[name])
    return {zh, en, zh + en}


def is_cover(sheet: Sheet) -> bool:
    """Whether a sheet is the cover or the list of definitions, under whatever name."""
    words = {
        squeezed(x) for x in ("本部门报表", "Forms of this department", "指标解释", "Definitions", "本部门报表Forms of this department", "指标解释Definitions")
    }
    return any(squeezed(v) in words for row in sheet.rows[:10] for v in row[:8] if isinstance(v, str))


def which_form(sheet: Sheet, keys: Mapping[str, str]) -> Form | None:
    """The form of a sheet: by its printed number, the codes of its fields, its name, its title, its key."""
    texts = [squeezed(v) for row in sheet.rows[:HEADER_WITHIN] for v in row[:80] if isinstance(v, str) and v.strip()]
    printed = [m[1].upper() for t in texts if len(t) < 20 and (m := _FORM.fullmatch(t.removeprefix("表号:").removeprefix("formno.:")))]
    named = [t[:3].upper() for t in texts if _CODE.fullmatch(t)]
    by_name = re.match(r"\s*([A-D]\d\d)(?!\d)", sheet.name.upper())
    if len(set(printed)) > 1 or len(set(named)) > 1:
        return None
    for found in (
        *dict.fromkeys(printed),
        *([max(set(named), key=named.count)] if named else []),
        *([by_name[1]] if by_name else []),
        keys.get(sheet.name, ""),
    ):
        if found in forms():
            return forms()[found]
    titles = {squeezed(x): f for f in forms().values() for x in (f.zh, f.en)}
    for t in texts:
        if t in titles:
            return titles[t]
    scores = {f.code: sum(1 for x in f.fields if _spellings(x) & set(texts)) for f in forms().values()}
    best = max(scores, key=lambda c: scores[c])
    ties = [c for c, n in scores.items() if n == scores[best]]
    return forms()[best] if scores[best] >= 2 and len(ties) == 1 else None


def read_sheet(sheet: Sheet, file: str, form: Form, r: Round) -> Placed:
    """Everything that a sheet says in a form's places."""
    out = Placed(form, file, sheet.name)
    _merged(sheet)
    _head(sheet, out)
    reader = Table(sheet, out, r)
    {"table": reader.table, "list": reader.listed, "delivery": reader.delivered}[form.layout]()
    return out


def _merged(sheet: Sheet) -> None:
    """A merged cell stands for all the rows it covers (a region beside its ecosystems), never for several columns."""
    for first, left, last, right in sheet.merged:
        if left == right and last - first < 5000 and first < len(sheet.rows) and left < len(sheet.rows[first]):
            value = sheet.rows[first][left]
            for row in sheet.rows[first + 1 : last + 1]:
                if left < len(row) and row[left] in ("", None):
                    row[left] = value


def _head(sheet: Sheet, out: Placed) -> None:
    """Who filled the form in, when: beside or behind the printed words."""
    words = {squeezed(x): zh for zh, en in (*HEAD, *LEGAL, *FOOT) for x in (zh, en, zh + en)}
    rows = sheet.rows[:HEADER_WITHIN] + (sheet.rows[max(HEADER_WITHIN, len(sheet.rows) - 40) :])
    for row in rows:
        for column, raw in enumerate(row[:60]):
            if not isinstance(raw, str) or not raw.strip() or len(raw) > 120:
                continue
            name, _, behind = squeezed(raw).partition(":")
            if name not in words or words[name] in out.head:
                continue
            beside = next((v for v in row[column + 1 : column + 4] if v not in ("", None)), "")
            value = re.split(r"[:：]", raw, maxsplit=1)[1].strip() if behind else beside
            if value not in ("", None) and squeezed(value).partition(":")[0] not in words:
                out.head[words[name]] = value


class Table:
    """Reads the body of a form."""

    def __init__(self, sheet: Sheet, out: Placed, r: Round) -> None:
        self.sheet, self.out, self.form, self.round = sheet, out, out.form, r
        self.keys: dict[str, int] = {}
        self.columns: dict[int, Field] = {}
        self.unit_of: dict[int, str] = {}
        self.first = 0
        self._components = self._component_names()

    # -- header -------------------------------------------------------------------------------------------------

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
        return (label if label is not None and labels[label] >= 1 else None), (code if code is not None and codes[code] >= 1 else None)

    def find_keys(self, row: int, extra: tuple[str, ...]) -> None:
        """The columns of the labels."""
        wanted = [*(n for k in self.form.keys for n in (("code", "region") if k == "region" else (k,))), *extra, "method", "class", "remark"]
        for column, raw in enumerate(self.sheet.rows[row][:400]):
            text = name_and_unit(raw)[0]
            for name in wanted:
                if text in _label_of(name) and name not in self.keys:
                    self.keys[name] = column

    def header(self) -> bool:
        """Find the header of a form with a column a field; whether there is one."""
        names = {s for f in self.form.fields for s in _spellings(f)} | {s for n in LABELS for s in _label_of(n)}
        label, code = self.header_rows(names)
        if label is None and code is None:
            self.out.fault("form.header", "", "has no header that can be recognised", "use the form as it was given out")
            return False
        if label is not None:
            self.find_keys(label, ())
        if not self.keys and self.form.keys:
            self.out.fault("form.header", "", "has no header that can be recognised", "use the form as it was given out")
            return False
        self.find_columns(label, code)
        unit_row = self.find_units(label, code)
        self.first = max(n for n in (label, code, unit_row) if n is not None) + 1
        return True

    def table(self) -> None:
        """A column a field."""
        if not self.header():
            return
        self.unknown_columns()
        seen: dict[tuple[str, Key], tuple[str, Cell]] = {}
        for n in range(self.first, len(self.sheet.rows)):
            self.row(n, seen)

    def find_columns(self, label: int | None, code: int | None) -> None:
        """Which field stands in which column, by code and by name."""
        by_code = {f.code.casefold(): f for f in self.form.fields}
        by_name: dict[str, Field] = {s: f for f in self.form.fields for s in _spellings(f)}
        width = max(len(self.sheet.rows[n]) for n in (label, code) if n is not None)
        for column in range(min(width, 400)):
            coded = by_code.get(squeezed(self.sheet.at(code, column))) if code is not None else None
            text = name_and_unit(self.sheet.at(label, column))[0] if label is not None else ""
            named = by_name.get(text)
            at = address(code if label is None else label, column)  # type: ignore[arg-type]
            if coded and named and coded is not named:
                self.out.fault(
                    "column.apart",
                    at,
                    "is headed '{name}' and coded {code}",
                    "mend the header; the column was not read",
                    name=str(self.sheet.at(label, column)).strip(),
                    code=coded.code,
                )  # type: ignore[arg-type]
                continue
            if coded and text and not named:
                self.out.fault(
                    "column.renamed",
                    at,
                    "is headed '{name}' and was read by its code {code} as '{field}'",
                    "",
                    "warning",
                    name=text,
                    code=coded.code,
                    field=coded.zh,
                )
            f = coded or named
            if f is None:
                continue
            if f in self.columns.values():
                self.out.fault("column.twice", at, "gives '{field}' a second time", "keep one; neither was read", field=f.zh)
                self.columns = {c: x for c, x in self.columns.items() if x is not f} | {-column - 1: f}
                continue
            self.columns[column] = f
        self.columns = {c: f for c, f in self.columns.items() if c >= 0}

    def find_units(self, label: int | None, code: int | None) -> int | None:
        """The unit of each column: from brackets behind the name, else from the row of units, else the form's own."""
        rows = [n for n in range(min(x for x in (label, code) if x is not None), min(max(x for x in (label, code) if x is not None) + 4, len(self.sheet.rows)))]
        marked = [n for n in rows if any(squeezed(v) in _label_of("unit") for v in self.sheet.rows[n][:3]) and n != label]
        unit_row = marked[0] if marked else next((n for n in rows if n not in (label, code) and self.looks_like_units(n)), None)
        for column, f in self.columns.items():
            behind = name_and_unit(self.sheet.at(label, column))[1] if label is not None else ""
            below = str(self.sheet.at(unit_row, column) or "").strip() if unit_row is not None else ""
            place = address(unit_row if below and unit_row is not None else (label if label is not None else code) or 0, column)
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
            self.out.fault("unit.assumed", at, "has no unit in the header and was read in '{unit}'", "", "warning", unit=f.unit_zh)
            return f.unit_zh
        try:
            for u in given:
                units.check(u)
            if len(given) == 2 and not units.same(*given):
                self.out.fault("unit.apart", at, "has two units: '{one}' and '{two}'", "keep one; the column was not read", one=behind, two=below)
                return "?"
        except UnitError:
            self.out.fault(
                "unit.header",
                at,
                "has a unit that cannot be read: '{unit}'",
                "write for example '{wanted}'; the column was not read",
                unit="、".join(given),
                wanted=f.unit_zh,
            )
            return "?"
        return self.suited(f, given[0], at)

    def suited(self, f: Field, unit: str, at: str) -> str:
        """A unit that converts to the field's, with a note where it is another one."""
        if not units.compatible(unit, f.unit):
            self.out.fault(
                "unit.other", at, "is in '{unit}', which does not convert to '{wanted}'", "report in '{wanted}'; it was not read", unit=unit, wanted=f.unit_zh
            )
            return "?"
        usual = next((x.unit for x in self.round.last if x.field == f.code), f.unit)
        if not units.same(unit, f.unit) and unit != usual:
            scale = units.conversion(unit, f.unit)[0]
            self.out.fault(
                "unit.changed",
                at,
                "is in '{unit}' instead of '{wanted}'; read as 1 {unit} = {scale:.10g} {wanted}",
                "",
                "warning",
                unit=unit,
                wanted=f.unit_zh,
                scale=scale,
            )
        return unit

    def unknown_columns(self) -> None:
        """Columns that nothing names and that hold figures."""
        known = {*self.columns, *self.keys.values()}
        width = max((len(row) for row in self.sheet.rows[self.first :]), default=0)
        for column in range(min(width, 400)):
            header = " ".join(squeezed(self.sheet.at(n, column)) for n in range(max(self.first - 4, 0), self.first))
            if column in known or "上年" in header or "lastyear" in header:
                continue
            held = [n for n in range(self.first, len(self.sheet.rows)) if read_cell(self.sheet.at(n, column)).known and not self.is_foot(n)]
            if held:
                self.out.fault(
                    "column.stray",
                    address(held[0], column),
                    "stands in a column that no header names ({count} figures); it was not read",
                    "head the column, or delete it",
                    count=len(held),
                )

    # -- rows ---------------------------------------------------------------------------------------------------

    def is_foot(self, n: int) -> bool:
        """Whether a row is below the table."""
        first = next((squeezed(v) for v in self.sheet.rows[n] if v not in ("", None)), "")
        return first.startswith(_FOOTERS)

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
            self.out.fault("row.of_which", address(n, self.keys.get("item", 0)), "is a part of the row above; it was not added", "", "warning")
            return
        hidden, method, remark = self.tail(n)
        for column, cell in cells.items():
            if cell.state == "blank":
                continue
            f, at = self.columns[column], address(n, column)
            answer = self.answer(f, key, cell, self.unit_of[column] if f.unit else key.unit, at, hidden, method, remark)
            if answer is None:
                continue
            if kind == "total":
                self.out.totals.append((answer, tuple(k for k in self.form.keys if getattr(key, k) or k not in ("item", "ecosystem", "region"))))
                continue
            place = (f.code, key._replace(unit=""))
            if place in seen:
                first, other = seen[place]
                if other.text != cell.text or other.state != cell.state:
                    self.out.fault(
                        "row.twice",
                        at,
                        "gives '{field}' of this row again and differently; first in {first}",
                        "keep one; neither was read",
                        field=f.zh,
                        first=first,
                    )
                    self.out.answers = [a for a in self.out.answers if (a.field, a.key._replace(unit="")) != place]
                else:
                    self.out.fault("row.again", at, "repeats {first}", "", "warning", first=first)
                continue
            seen[place] = (at, cell)
            self.out.answers.append(answer)

    def tail(self, n: int) -> tuple[bool, str, str]:
        """Whether the row is confidential, the price basis and the remark."""
        word = squeezed(self.sheet.at(n, self.keys["class"])) if "class" in self.keys else ""
        if word and word not in ("公开", "内部", "保密", "涉密", "机密", "秘密", "public", "internal", "confidential"):
            self.out.fault(
                "class.unknown",
                address(n, self.keys["class"]),
                "is no classification: '{text}'; the row is held confidential",
                "choose 公开, 内部 or 保密",
                "warning",
                text=word,
            )
        text = {k: str(self.sheet.at(n, self.keys[k]) or "").strip()[:200] if k in self.keys else "" for k in ("method", "remark")}
        return bool(word) and word not in ("公开", "内部", "public", "internal"), text["method"], text["remark"]

    def answer(self, f: Field, key: Key, cell: Cell, unit: str, at: str, hidden: bool, method: str, remark: str) -> Answer | None:
        """A cell in its place, with what was done to read it told; None where it is refused."""
        if unit == "?":
            return None
        shown = "保密" if hidden or cell.hidden else cell.raw
        if cell.state == "refused":
            what = {"cell.date": "is a date: {text}", "cell.formula": "is a formula without a result: {text}"}.get(
                cell.fault, "holds no figure that can be read in one way: {text}"
            )
            self.out.fault(cell.fault, at, what, "write a plain number, or … — 不详 保密", text=shown)
            return None
        for code, _ in cell.notes:
            self.out.fault(
                code,
                at,
                "was written {text} and read as {read}",
                "",
                "warning",
                text=shown,
                read="保密" if hidden or cell.hidden else f"{cell.text} {cell.unit}".strip(),
            )
        if cell.unit:
            unit = self.suited(f, cell.unit, at) if f.unit else cell.unit
            if unit == "?":
                return None
        if f.unit and cell.known:
            scale, offset = units.conversion(unit, f.unit)
            value = cell.value * scale + offset
            if (f.low is not None and value < f.low - 1e-12) or (f.high is not None and value > f.high * (1 + 1e-12)):
                low, high = ("−∞" if f.low is None else f"{f.low:g}", "∞" if f.high is None else f"{f.high:g}")
                self.out.fault(
                    "range.cell",
                    at,
                    "{text} leaves the range {low} to {high} {unit}",
                    "check the figure and its unit; it was not read",
                    text=shown or cell.text,
                    low=low,
                    high=high,
                    unit=f.unit_zh,
                )
                return None
        return Answer(f.code, key, cell, unit, self.out.file, self.out.sheet, at, hidden or cell.hidden, method, remark)

    def key(self, n: int) -> tuple[Key | None, str]:
        """The labels of a row, and whether it is a total or a part; None where a label is unknown."""
        values: dict[str, str] = {}
        kind = ""
        for name in self.form.keys:
            column = self.keys.get(name)
            raw = self.sheet.at(n, column) if column is not None else None
            text = plain(raw) if isinstance(raw, (int, float)) and not isinstance(raw, bool) else str(raw or "").strip()
            at = address(n, column if column is not None else 0)
            if squeezed(text) in _TOTALS:
                kind = "total"
                continue
            if name in ("item", "ecosystem") and squeezed(text).startswith(_OF_WHICH):
                return Key(), "of_which"
            found = self.label(name, n, text, at)
            if found is None:
                return None, ""
            values[name] = found
        return Key(**values), kind

    def label(self, name: str, n: int, text: str, at: str) -> str | None:
        """One label, as the account spells it."""
        small = squeezed(text)
        if name == "region":
            return self.region(n, text, at)
        if name in ALL and small in _ALL:
            return ""
        if not small and name == "year":
            return str(self.round.year)
        if not small and name == "unit" and not any(not f.unit for f in self.form.fields):
            return ""
        if not small:
            if name == "item" and "region" in self.form.keys and (self.keys.get("region") is not None) and (self.sheet.at(n, self.keys["region"]) is not None):
                self.out.fault("row.unnamed", at, "has figures and no name", "name the row, or write 不分项; it was not read")
            else:
                self.out.fault("row.unlabelled", at, "has figures and no {label}", "fill in the {label}; the row was not read", label=LABELS[name][0])
            return None
        if name == "ecosystem":
            found = ecosystems.find(text)
            if found is None:
                self.out.fault("ecosystem.cell", at, "'{text}' is no ecosystem type", "use a name of the form; the row was not read", text=text[:60])
            return found
        if name == "component":
            if small not in self._components:
                self.out.fault("component.cell", at, "'{text}' is no category of this form", "use a name of the form; the row was not read", text=text[:60])
            return self._components.get(small)
        if name == "year":
            if not re.fullmatch(r"[12]\d{3}年?", small):
                self.out.fault("year.cell", at, "'{text}' is no year", "write four digits; the row was not read", text=text[:60])
                return None
            return small[:4]
        if name == "unit":
            try:
                units.check(text)
            except UnitError:
                self.out.fault(
                    "unit.cell", at, "'{text}' is no unit that can be read", "write for example 吨, 万头, 元/千克; the row was not read", text=text[:60]
                )
                return None
            return text
        if len(text) > 120:
            self.out.fault("row.name", at, "has a name of more than 120 signs", "shorten it; the row was not read")
            return None
        return text

    def region(self, n: int, name: str, at: str) -> str | None:
        """The region of a row by code and name, which must agree."""
        raw = self.sheet.at(n, self.keys["code"]) if "code" in self.keys else None
        code = squeezed(raw)
        by_code = self.round.coded(code) if code else None
        small = squeezed(name)
        city = small in _ALL or small == squeezed(self.round.region)
        by_name = "" if city and small else next((r for r in self.round.regions if squeezed(r) == small), None) if small else None
        if by_code is None and by_name is None:
            text = " ".join(filter(None, (code, name)))
            if not text:
                self.out.fault("row.unlabelled", at, "has figures and no {label}", "fill in the {label}; the row was not read", label="区域")
            else:
                self.out.fault("region.cell", at, "'{text}' is no region of this round", "use code and name of the form; the row was not read", text=text[:60])
            return None
        if by_code is not None and by_name is not None and by_code != by_name:
            self.out.fault(
                "region.apart",
                at,
                "has the code of '{code}' and the name of '{name}'",
                "mend one; the row was not read",
                code=by_code or self.round.region,
                name=by_name or self.round.region,
            )
            return None
        if code and by_code is None and by_name is not None:
            self.out.fault(
                "region.code",
                at,
                "has the code {code}, which is not that of '{name}'",
                "mend the code; the row was not read",
                code=code[:40],
                name=by_name or self.round.region,
            )
            return None
        if small and by_name is None:
            self.out.fault(
                "region.name", at, "is called '{text}' and was read by its code as '{name}'", "", "warning", text=name[:60], name=by_code or self.round.region
            )
        return by_code if by_code is not None else by_name

    def _component_names(self) -> dict[str, str]:
        out: dict[str, str] = {}
        for id in self.form.components:
            c = indicators.get(self.form.fields[0].feeds[0].split(".")[0]).component(id)
            for s in (id, *((c.zh, c.en, c.zh + c.en) if c else ())):
                out[squeezed(s)] = id
        return out

    # -- forms with a row a field -------------------------------------------------------------------------------

    def field_rows(self, extra: tuple[str, ...]) -> Iterator[tuple[int, Field]]:
        """Rows that a code or a name says to be a field's."""
        label, _ = self.header_rows({s for n in ("field", "number", *extra) for s in _label_of(n)})
        if label is None:
            self.out.fault("form.header", "", "has no header that can be recognised", "use the form as it was given out")
            return
        self.find_keys(label, ("field", "number", *extra))
        if not {"field", "number"} & set(self.keys):
            self.out.fault("form.header", "", "has no header that can be recognised", "use the form as it was given out")
            return
        by_code = {f.code.casefold(): f for f in self.form.fields}
        by_name = {s: f for f in self.form.fields for s in _spellings(f)}
        seen: dict[str, int] = {}
        for n in range(label + 1, len(self.sheet.rows)):
            if self.is_foot(n):
                continue
            coded = by_code.get(squeezed(self.sheet.at(n, self.keys["number"]))) if "number" in self.keys else None
            text = name_and_unit(self.sheet.at(n, self.keys["field"]))[0] if "field" in self.keys else ""
            named = by_name.get(text) or by_name.get(squeezed(self.sheet.at(n, self.keys["field"])) if "field" in self.keys else "")
            if coded and named and coded is not named:
                self.out.fault(
                    "column.apart",
                    address(n, self.keys["field"]),
                    "is headed '{name}' and coded {code}",
                    "mend it; the row was not read",
                    name=text,
                    code=coded.code,
                )
                continue
            f = coded or named
            if f is None:
                value = self.sheet.at(n, self.keys["value"]) if "value" in self.keys else None
                if read_cell(value).known and squeezed(self.sheet.at(n, self.keys.get("number", 0))) not in ("", "乙"):
                    self.out.fault(
                        "row.stray",
                        address(n, self.keys["value"]),
                        "stands in a row that is no figure of this form; it was not read",
                        "use the rows of the form",
                    )
                continue
            if f.code in seen:
                self.out.fault(
                    "row.twice",
                    address(n, 0),
                    "gives '{field}' of this row again and differently; first in {first}",
                    "keep one; neither was read",
                    field=f.zh,
                    first=f"{seen[f.code] + 1}",
                )
                self.out.answers = [a for a in self.out.answers if a.field != f.code]
                continue
            seen[f.code] = n
            yield n, f

    def listed(self) -> None:
        """A row a field, with one figure."""
        for n, f in self.field_rows(("unit", "value", "last", "year")):
            if "value" not in self.keys:
                self.out.fault("form.header", "", "has no column for the figures", "use the form as it was given out")
                return
            column = self.keys["value"]
            cell = read_cell(self.sheet.at(n, column))
            if (n, column) in self.sheet.unread:
                cell = Cell("refused", fault="cell.formula", raw="=…")
            if cell.state == "blank":
                continue
            unit_column = self.keys.get("unit")
            below = str(self.sheet.at(n, unit_column) or "").strip() if unit_column is not None else ""
            behind = name_and_unit(self.sheet.at(n, self.keys["field"]))[1] if "field" in self.keys else ""
            behind = "" if squeezed(self.sheet.at(n, self.keys.get("field", 0))) in _spellings(f) else behind
            unit = self.header_unit(f, behind, below, address(n, unit_column if unit_column is not None else column))
            year = self.label("year", n, str(self.year_text(n)), address(n, self.keys.get("year", 0))) if "year" in self.form.keys else ""
            if year is None:
                continue
            hidden, method, remark = self.tail(n)
            answer = self.answer(f, Key(year=year), cell, unit, address(n, column), hidden, method, remark)
            if answer is not None:
                self.out.answers.append(answer)

    def year_text(self, n: int) -> str:
        """The year of a price as text."""
        raw = self.sheet.at(n, self.keys["year"]) if "year" in self.keys else None
        return plain(raw) if isinstance(raw, (int, float)) else str(raw or "")

    def delivered(self) -> None:
        """A row a file."""
        names = ("file", "sha256", "crs", "resolution", "period", "unit")
        for n, f in self.field_rows(("kind", *names)):
            texts = {k: str(self.sheet.at(n, self.keys[k]) or "").strip()[:300] if k in self.keys else "" for k in names}
            if not texts["file"]:
                continue
            hidden, _, _ = self.tail(n)
            at = address(n, self.keys["file"])
            for k in ("sha256", "crs", "period"):
                if not texts[k] and not (k == "crs" and f.type == "series"):
                    self.out.fault("delivery.lacks", at, "lacks {what}", "fill it in", what=LABELS[k][0])
            if texts["sha256"] and not re.fullmatch("[0-9a-f]{64}", texts["sha256"].lower()):
                self.out.fault("delivery.sum", at, "has a checksum that is no SHA-256", "64 digits from 0-9a-f")
            self.out.deliveries.append(Delivery(f.code, texts["file"], texts["sha256"].lower(), texts["crs"], texts["resolution"], texts["period"], texts["unit"], hidden, f"{self.out.file}, {self.out.sheet}", at))  # fmt: skip
