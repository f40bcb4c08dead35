"""Finding a form on a sheet, whatever was done to it: columns by code and by name, rows by their
labels.

Two witnesses for each column (the printed code and the name) and for each region (code and name)
must not contradict each other; one alone is enough. What neither names is not read, and said so
where it holds figures.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gep.core import units
from gep.core.errors import Problem, UnitError
from gep.forms.back.cells import Cell, squeezed
from gep.forms.back.grid import Sheet, address
from gep.forms.define import Field, Form, forms
from gep.forms.out.template import FOOT, HEAD, LABELS, LEGAL
from gep.forms.round import Key

HEADER_WITHIN = 60  # rows in which the header is looked for
_CODE = re.compile(r"[a-d]\d\d-\d\d")
_FORM = re.compile(r"gep[-_ ]?([a-d]\d\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)([12]\d{3})(?:\d{2}){0,2}(?!\d)", re.ASCII)
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_TITLES = ("生态系统生产总值", "grossecosystemproduct")  # of a cover
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
    astray: bool = False  # of another year than the round, and not read
    refused: set[tuple[str, Key]] = field(
        default_factory=set
    )  # cells that were filled and not read, so that none is called blank

    def where(self, at: str = "") -> str:
        """A place in the file, as it is told."""
        return f"{self.file}, {self.sheet}" + (f", {at}" if at else "")

    def fault(self, code: str, at: str, level: str = "error", /, **values: object) -> None:
        """Note a problem of a cell."""
        self.problems.append(Problem(code, self.where(at), level, values))  # type: ignore[arg-type]


def name_and_unit(raw: object) -> tuple[str, str]:
    """A header cell taken apart: the name for comparing, and a unit in brackets.

    >>> name_and_unit("面积（公顷）")
    ('面积', '公顷')
    """
    text = squeezed(raw)
    if match := _UNIT_IN_LABEL.search(text):
        original = (
            str(raw)
            .strip()
            .replace("（", "(")
            .replace("）", ")")
            .replace("[", "(")
            .replace("]", ")")
        )
        inner = (
            original[original.find("(") + 1 : original.rfind(")")] if "(" in original else match[1]
        )
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
        squeezed(x)
        for x in (
            "本部门报表",
            "Forms of this department",
            "指标解释",
            "Definitions",
            "本部门报表Forms of this department",
            "指标解释Definitions",
        )
    }
    return any(
        squeezed(v) in words for row in sheet.rows[:10] for v in row[:8] if isinstance(v, str)
    )


def which_form(sheet: Sheet, keys: Mapping[str, str]) -> Form | None:
    """The form of a sheet: by its printed number, the codes of its fields, its name, its title, its
    key.
    """
    texts = [
        squeezed(v)
        for row in sheet.rows[:HEADER_WITHIN]
        for v in row[:80]
        if isinstance(v, str) and v.strip()
    ]
    printed = [
        m[1].upper()
        for t in texts
        if len(t) < 20 and (m := _FORM.fullmatch(t.removeprefix("表号:").removeprefix("formno.:")))
    ]
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
    scores = {
        f.code: sum(1 for x in f.fields if spellings(x) & set(texts)) for f in forms().values()
    }
    best = max(scores, key=lambda c: scores[c])
    ties = [c for c, n in scores.items() if n == scores[best]]
    return forms()[best] if scores[best] >= 2 and len(ties) == 1 else None


def merged_down(sheet: Sheet) -> None:
    """A merged cell stands for all the rows it covers (a region beside its ecosystems), never for
    several columns.
    """
    for first, left, last, right in sheet.merged:
        if (
            left == right
            and last - first < 5000
            and first < len(sheet.rows)
            and left < len(sheet.rows[first])
        ):
            value = sheet.rows[first][left]
            for row in sheet.rows[first + 1 : last + 1]:
                if left < len(row) and row[left] in ("", None):
                    row[left] = value


def head_of(sheet: Sheet) -> dict[str, tuple[Any, str]]:
    """Who filled the form in, when, for which year: beside or behind the printed words, each with
    its cell.
    """
    out: dict[str, tuple[Any, str]] = {}
    words = {squeezed(x): zh for zh, en in (*HEAD, *LEGAL, *FOOT) for x in (zh, en, zh + en)}
    for n in (
        *range(min(HEADER_WITHIN, len(sheet.rows))),
        *range(max(HEADER_WITHIN, len(sheet.rows) - 40), len(sheet.rows)),
    ):
        row = sheet.rows[n]
        for column, raw in enumerate(row[:60]):
            if not isinstance(raw, str) or not raw.strip() or len(raw) > 120:
                continue
            name, _, behind = squeezed(raw).partition(":")
            if name not in words or words[name] in out:
                continue
            beside = next(
                (
                    c
                    for c, v in enumerate(row[column + 1 : column + 4], column + 1)
                    if v not in ("", None)
                ),
                column,
            )
            value = (
                re.split(r"[:：]", raw, maxsplit=1)[1].strip()
                if behind
                else row[beside]
                if beside != column
                else ""
            )
            if value not in ("", None) and squeezed(value).partition(":")[0] not in words:
                out[words[name]] = (value, address(n, column if behind else beside))
    return out


def other_year(sheet: Sheet, year: int) -> tuple[str, str]:
    """The cell in which a form or a cover says that it is of another year, and what it says; blank
    where it does not.
    """
    if is_cover(sheet):
        titles = [
            (v, address(n, c))
            for n, row in enumerate(sheet.rows[:10])
            for c, v in enumerate(row[:8])
            if any(t in squeezed(v) for t in _TITLES)
        ]
        value, at = titles[0] if titles else ("", "")
    else:
        value, at = head_of(sheet).get("报告期", ("", ""))
    found = years_in(value)
    return (
        ("", "") if not found or year in found else (at, "、".join(map(str, dict.fromkeys(found))))
    )


def years_in(raw: object) -> list[int]:
    """The years that a text or a date names.

    >>> years_in("２０２１年"), years_in("二〇二一年度"), years_in("20211231"), years_in("年报")
    ([2021], [2021], [2021], [])
    """
    if isinstance(raw, dt.date):
        return [raw.year]
    return [int(x) for x in _YEAR.findall(squeezed(raw).translate(_DIGITS))]
