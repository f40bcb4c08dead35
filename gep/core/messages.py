"""The catalogue: what is said when something is wrong, one row a code, English and Chinese side by
side (``messages.csv``).

A code such as ``unit.missing`` names a fault; what follows a slash (``unit.missing/python``) tells
wordings of one code apart. ``level`` says how grave each is: an ``error`` stops an account, a
``warning`` deserves a look, a ``note`` says how something was read. ``error.*`` are the titles of
errors and ``word.*`` words that stand inside a sentence; these have no level.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Literal, NamedTuple, Protocol

from gep.core.frozen import Fixed


class Both(Fixed, str):
    """English text that knows its Chinese: where a fault is, a word inside a sentence, a note.

    As text it is English, or ``whole`` where both languages stand in one place, as in notes.

    >>> told(Both("none", "无"), "zh"), told("none", "zh"), str(Both("none", "无"))
    ('无', 'none', 'none')
    """

    en: str
    zh: str

    def __new__(cls, en: str, zh: str, whole: str = "") -> Both:
        out = super().__new__(cls, whole or en)
        out.__dict__.update(en=en, zh=zh)
        return out

    def __getnewargs__(self) -> tuple[str, str, str]:  # type: ignore[override]
        return self.en, self.zh, str(self)


class _Told(Protocol):
    """What says itself in a language, as a place does."""

    def told(self, lang: str) -> str:
        """Its text in a language."""


def told(text: str | _Told, lang: str) -> str:
    """A text or a place in a language; a text that knows no Chinese as it is."""
    if not isinstance(text, str):
        return text.told(lang)
    if not isinstance(text, Both):
        return text
    return text.zh if lang == "zh" else text.en


Level = Literal["error", "warning", "note"]


class Sentence(NamedTuple):
    """A row of the catalogue: how grave it is, and templates that are filled from the values of a
    fault.
    """

    level: Level  # blank in the rows of titles and words
    en: str
    zh: str
    mend_en: str
    mend_zh: str


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Sentence]:
    """All rows by code."""
    text = resources.files("gep.core").joinpath("messages.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["code"]: Sentence._make(row[k] for k in Sentence._fields) for row in rows}


def sentence(code: str) -> Sentence:
    """What a code says; a family of codes shares the row ``family.*``, with its wordings. An
    unknown code is its own sentence, and an error.

    >>> sentence("unit.missing").zh, sentence("no.such").en, sentence("overlap.x/forbidden").level
    ('没有单位', 'no.such', 'error')
    """
    rows = catalogue()
    family, _, wording = code.partition("/")
    kin = f"{family.partition('.')[0]}.*"
    shared = rows.get(f"{kin}/{wording}") or rows.get(kin)
    return rows.get(code) or shared or Sentence("error", code, "", "", "")


def word(code: str, **values: object) -> Both:
    """A word of the catalogue, in both languages, filled.

    >>> told(word("none"), "zh")
    '无'
    """
    row = sentence(f"word.{code}")
    return Both(row.en.format_map(values), row.zh.format_map(values))
