"""Finding a form on a sheet, whatever was done to it: columns by code and by name, rows by their labels.

Two witnesses for each column (the printed code and the name) and for each region (code and name) must not contradict
each other; one alone is enough. What neither names is not read, and said so where it holds figures.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gep import units
from gep.errors import Problem, UnitError
from gep.forms.cells import Cell, squeezed
from gep.forms.define import Field, Form, forms
from gep.forms.grid import Sheet
from gep.forms.round import Key
from gep.forms.template import FOOT, HEAD, LABELS, LEGAL

HEADER_WITHIN = 60  # rows in which the header is looked for
_CODE = re.compile(r"[a-d]\d\d-\d\d")
_FORM = re.compile(r"gep[-_ ]?([a-d]\d\d)(?!\d)")
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


def spellings(f: Field) -> set[str]:
    """How the heading of a field may be written, spaces aside."""
    zh, en = squeezed(f.zh), squeezed(f.en)
    return {zh, en, zh + en}


def label_of(name: str) -> set[str]:
    """How the heading of a label column may be written, spaces aside."""
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
    scores = {f.code: sum(1 for x in f.fields if spellings(x) & set(texts)) for f in forms().values()}
    best = max(scores, key=lambda c: scores[c])
    ties = [c for c, n in scores.items() if n == scores[best]]
    return forms()[best] if scores[best] >= 2 and len(ties) == 1 else None


def merged_down(sheet: Sheet) -> None:
    """A merged cell stands for all the rows it covers (a region beside its ecosystems), never for several columns."""
    for first, left, last, right in sheet.merged:
        if left == right and last - first < 5000 and first < len(sheet.rows) and left < len(sheet.rows[first]):
            value = sheet.rows[first][left]
            for row in sheet.rows[first + 1 : last + 1]:
                if left < len(row) and row[left] in ("", None):
                    row[left] = value


def head_of(sheet: Sheet, out: Placed) -> None:
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
