"""The catalogue: what is said when something is wrong, one row a code, English and Chinese side by
side (``messages.csv``).

A code such as ``unit.missing`` names a fault; what follows a slash (``unit.missing/python``) tells
wordings of one code apart. ``error.*`` are the titles of errors, ``word.*`` words that stand inside
a sentence.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import NamedTuple


class Both(str):
    """English text that knows its Chinese: where a fault is, a word inside a sentence, a note.

    As text it is English, or ``whole`` where both languages stand in one place, as in notes.

    >>> told(Both("none", "无"), "zh"), told("none", "zh"), str(Both("none", "无"))
    ('无', 'none', 'none')
    """

    en: str
    zh: str

    def __new__(cls, en: str, zh: str, whole: str = "") -> Both:
        out = super().__new__(cls, whole or en)
        out.en, out.zh = en, zh
        return out

    def __getnewargs__(self) -> tuple[str, str, str]:  # type: ignore[override]
        return self.en, self.zh, str(self)


class Place(Both):
    """A file, a line and a column of it, read as text.

    >>> told(Place("inputs.csv", 7).at("unit"), "zh"), str(Place("inputs.csv", 7))
    ('inputs.csv 第7行 unit列', 'inputs.csv, line 7')
    """

    file: str
    line: int
    column: str

    def __new__(cls, file: str, line: int, column: str = "") -> Place:
        en, zh = (f", column {column}", f" {column}列") if column else ("", "")
        out: Place = str.__new__(cls, f"{file}, line {line}{en}")
        out.en, out.zh = str(out), f"{file} 第{line}行{zh}"
        out.file, out.line, out.column = file, line, column
        return out

    def __getnewargs__(self) -> tuple[str, int, str]:  # type: ignore[override]
        return self.file, self.line, self.column

    def at(self, column: str) -> Place:
        """A column of the same line."""
        return Place(self.file, self.line, column)


def at(where: str, column: str) -> str:
    """The column of a place in a file; what came from Python has no columns and stays as it is.

    >>> at(Place("inputs.csv", 7), "unit"), at("inputs['area']", "unit")
    ('inputs.csv, line 7, column unit', "inputs['area']")
    """
    return where.at(column) if isinstance(where, Place) else where


def told(text: str, lang: str) -> str:
    """A text in a language; one that knows no Chinese as it is."""
    if not isinstance(text, Both):
        return text
    return text.zh if lang == "zh" else text.en


class Sentence(NamedTuple):
    """A row of the catalogue: templates, filled from the values of a fault."""

    en: str
    zh: str
    mend_en: str
    mend_zh: str


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Sentence]:
    """All rows by code."""
    text = resources.files("gep.core").joinpath("messages.csv").read_text("utf-8")
    return {row.pop("code"): Sentence(**row) for row in csv.DictReader(text.splitlines())}


def sentence(code: str) -> Sentence:
    """What a code says; a family of codes shares the row ``family.*``, an unknown code is its own
    sentence.

    >>> sentence("unit.missing").zh, sentence("no.such").en
    ('没有单位', 'no.such')
    """
    rows = catalogue()
    return rows.get(code) or rows.get(f"{code.partition('.')[0]}.*") or Sentence(code, "", "", "")


def word(code: str, **values: object) -> Both:
    """A word of the catalogue, in both languages, filled.

    >>> told(word("none"), "zh")
    '无'
    """
    row = sentence(f"word.{code}")
    return Both(row.en.format_map(values), row.zh.format_map(values))
