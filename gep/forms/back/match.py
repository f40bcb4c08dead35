"""Finding a form on a sheet, whatever was done to it: columns by code and by name, rows by their
labels.

Two witnesses for each column (the printed code and the name) and for each region (code and name)
must not contradict each other; one alone is enough. What neither names is not read, and said so
where it holds figures.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from gep.core import units
from gep.core.errors import Problem
from gep.core.source import Source
from gep.forms.back.cells import Cell, is_unit, squeezed
from gep.forms.back.grid import Sheet, address
from gep.forms.define import Field, Form, forms
from gep.forms.out.template import FOOT, HEAD, LABELS, LEGAL
from gep.forms.round import Key

HEADER_WITHIN = 60  # rows in which the header is looked for
WIDEST = 400  # columns in which it is looked for
EMPTY = ("", None)
_CODE = re.compile(r"([a-d]\d\d)-\d\d")
_FORM = re.compile(r"(?:表号:)?(?:formno\.:)?gep[-_ ]?([a-d]\d\d)")
_YEAR = re.compile(r"(?<!\d)([12]\d{3})(?:\d{2}){0,2}(?!\d)", re.ASCII)
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_TITLES = re.compile("生态系统生产总值|grossecosystemproduct")  # of a cover
_COVERS = {
    squeezed(x)
    for zh, en in (("本部门报表", "Forms of this department"), ("指标解释", "Definitions"))
    for x in (zh, en, zh + en)
}
_HEADS = {squeezed(x): zh for zh, en in (*HEAD, *LEGAL, *FOOT) for x in (zh, en, zh + en)}
_UNIT_IN_LABEL = re.compile(r"[(\[]([^()\[\]]*(?:\([^()]*\)[^()]*)*)[)\]]$")
_BRACKETS = str.maketrans("（）[]", "()()")


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

    @property
    def place(self) -> Source:
        """File, sheet and cell."""
        return Source(self.file, self.sheet, self.address)

    @property
    def row(self) -> Key:
        """Its row among those of its field: the unit tells none apart."""
        return self.key._replace(unit="")

    def value_in(self, unit: str) -> float:
        """The number in another unit."""
        scale, offset = units.conversion(self.unit, unit)
        return self.cell.value * scale + offset

    def told(self, text: str) -> str:
        """What may be said of it in a report."""
        return "保密" if self.hidden else text


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
    source: Source  # the sheet
    where: str  # the cell


@dataclass
class Placed:
    """What a sheet holds of a form."""

    form: Form
    file: str
    sheet: str
    answers: list[Answer] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    totals: list[Answer] = field(default_factory=list)
    head: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    astray: bool = False  # of another year than the round, and not read
    # cells that were filled and not read, so that none is called blank
    refused: set[tuple[str, Key]] = field(default_factory=set)

    def where(self, at: str = "") -> Source:
        """A place in the file: the sheet, or a cell of it."""
        return Source(self.file, self.sheet, at)

    def fault(self, code: str, at: str, /, **values: object) -> None:
        """Note a problem of a cell."""
        self.problems.append(Problem(code, self.where(at), **values))


def name_and_unit(raw: object) -> tuple[str, str]:
    """A header cell taken apart: the name for comparing, and a unit in brackets.

    >>> name_and_unit("面积（公顷）")
    ('面积', '公顷')
    """
    text = squeezed(raw)
    match = _UNIT_IN_LABEL.search(text)
    if match is None:
        return text, ""
    _, bracket, behind = str(raw).strip().translate(_BRACKETS).partition("(")
    unit = (behind[: behind.rfind(")")] if bracket else match[1]).strip()
    return (text[: match.start()], unit) if is_unit(unit) else (text, "")


def spellings(f: Field) -> set[str]:
    """How the heading of a field may be written, spaces aside."""
    zh, en = squeezed(f.zh), squeezed(f.en)
    return {zh, en, zh + en}


def label_of(name: str) -> set[str]:
    """How the heading of a label column may be written, spaces aside."""
    zh, en = map(squeezed, LABELS[name])
    return {zh, en, zh + en}


def _texts(sheet: Sheet, rows: Iterable[int], width: int) -> Iterator[tuple[int, int, str]]:
    """The cells of some rows that hold text, with their place."""
    for n in rows:
        for column, value in enumerate(sheet.rows[n][:width]):
            if isinstance(value, str) and value.strip():
                yield n, column, value


def _corner(sheet: Sheet, height: int, width: int) -> Iterator[tuple[int, int, str]]:
    """The texts of the first rows and columns."""
    return _texts(sheet, range(len(sheet.rows))[:height], width)


def is_cover(sheet: Sheet) -> bool:
    """Whether a sheet is the cover or the list of definitions, under whatever name."""
    return any(squeezed(text) in _COVERS for _, _, text in _corner(sheet, 10, 8))


def _numbers(pattern: re.Pattern[str], texts: Iterable[str]) -> set[str]:
    """The numbers of forms that some texts are."""
    return {match[1].upper() for match in map(pattern.fullmatch, texts) if match}


def which_form(sheet: Sheet, keys: Mapping[str, str]) -> Form | None:
    """The form of a sheet: by its printed number, the codes of its fields, its name, its title, its
    key.
    """
    texts = [squeezed(text) for _, _, text in _corner(sheet, HEADER_WITHIN, 80)]
    printed, named = _numbers(_FORM, texts), _numbers(_CODE, texts)
    if max(len(printed), len(named)) > 1:
        return None
    by_name = re.findall(r"^\s*([A-D]\d\d)(?!\d)", sheet.name.upper())
    titled = (_titles()[text] for text in texts if text in _titles())
    for code in chain(printed, named, by_name, [keys.get(sheet.name, "")], titled):
        if code in forms():
            return forms()[code]
    return _likeliest(set(texts))


@cache
def _titles() -> Mapping[str, str]:
    """The forms by their titles."""
    return {squeezed(title): f.code for f in forms().values() for title in (f.zh, f.en)}


def _likeliest(texts: set[str]) -> Form | None:
    """The form of which most fields are named: two of them, and more than of any other form."""
    score = {
        f.code: sum(not texts.isdisjoint(spellings(x)) for x in f.fields) for f in forms().values()
    }
    (best, most), (_, next_most) = Counter(score).most_common(2)
    return forms()[best] if most > max(1, next_most) else None


def merged_down(sheet: Sheet) -> None:
    """A merged cell stands for all the rows it covers (a region beside its ecosystems), never for
    several columns.
    """
    for first, left, last, right in sheet.merged:
        value = sheet.at(first, left)
        if left != right or last - first >= 5000 or value is None:
            continue
        for row in sheet.rows[first + 1 : last + 1]:
            if left < len(row) and row[left] in EMPTY:
                row[left] = value


def head_of(sheet: Sheet) -> dict[str, tuple[Any, str]]:
    """Who filled the form in, when, for which year: beside or behind the printed words, each with
    its cell.
    """
    out: dict[str, tuple[Any, str]] = {}
    rows = range(len(sheet.rows))
    ends = (*rows[:HEADER_WITHIN], *rows[HEADER_WITHIN:][-40:])
    for n, column, raw in _texts(sheet, ends, 60):
        name, _, behind = squeezed(raw).partition(":")
        word = _HEADS.get(name, "")
        if not word or word in out or len(raw) > 120:
            continue
        if behind:
            value, at = re.split(r"[:：]", raw, maxsplit=1)[1].strip(), column
        else:
            value, at = _beside(sheet.rows[n], column)
        if value not in EMPTY and squeezed(value).partition(":")[0] not in _HEADS:
            out[word] = (value, address(n, at))
    return out


def _beside(row: Sequence[Any], column: int) -> tuple[Any, int]:
    """What stands in one of the three cells to the right, and in which."""
    cells = enumerate(row[column + 1 : column + 4], column + 1)
    return next(((value, c) for c, value in cells if value not in EMPTY), ("", column))


def other_year(sheet: Sheet, year: int) -> tuple[str, str]:
    """The cell in which a form or a cover says that it is of another year, and what it says; blank
    where it does not.
    """
    if is_cover(sheet):
        titles = (x for x in _corner(sheet, 10, 8) if _TITLES.search(squeezed(x[2])))
        n, column, value = next(titles, (0, 0, ""))
        at = address(n, column)
    else:
        value, at = head_of(sheet).get("报告期", ("", ""))
    found = years_in(value)
    if not found or year in found:
        return "", ""
    return at, "、".join(map(str, dict.fromkeys(found)))


def years_in(raw: object) -> list[int]:
    """The years that a text or a date names.

    >>> years_in("２０２１年"), years_in("二〇二一年度"), years_in("20211231"), years_in("年报")
    ([2021], [2021], [2021], [])
    """
    if isinstance(raw, dt.date):
        return [raw.year]
    return list(map(int, _YEAR.findall(squeezed(raw).translate(_DIGITS))))
