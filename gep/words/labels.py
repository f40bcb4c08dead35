"""The names of things in Chinese and English: the table of words (``labels.csv``: a row a word, by
the room that says it), and what services, components and arguments are called.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from gep import indicators
from gep.account.account import Lacking, Missing, Part
from gep.core.nomenclature import meaning
from gep.core.text import name_of


class Words(NamedTuple):
    """A row of the table."""

    zh: str
    en: str


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Mapping[str, Words]]:
    """The words by room and key."""
    text = resources.files("gep.words").joinpath("labels.csv").read_text("utf-8")
    out: dict[str, dict[str, Words]] = {}
    for row in csv.DictReader(text.splitlines()):
        out.setdefault(row["room"], {})[row["key"]] = Words(row["zh"], row["en"])
    return out


def room(name: str, lang: str = "en") -> dict[str, str]:
    """All words of one room, by key.

    >>> room("total", "zh")["non_use"]
    '非使用价值'
    """
    return {key: name_of(words, lang) for key, words in _table()[name].items()}


def worded(room: str, key: str, lang: str = "en", /, **fields: object) -> str:
    """The words for a key, filled: those of a room, else those that all rooms share, else the key
    itself.

    >>> [worded("commands", key, "zh") for key in ("grade", "unit", "no_such")]
    ['等级', '单位', 'no_such']
    """
    words = _table()[room].get(key) or _table()["shared"].get(key)
    text = name_of(words, lang) if words else key
    return text.format_map(fields) if fields else text


def label(key: str, lang: str = "en") -> str:
    """The words that all rooms share for a key; the key itself where there are none.

    >>> label("regulating", "zh"), label("regulating")
    ('调节服务', 'regulating services')
    """
    return worded("shared", key, lang)


def word(key: str, lang: str = "en", **fields: object) -> str:
    """The words of the page and the notebook for a key, filled.

    >>> word("more_rows", n=3)
    '3 more rows: see the input files and ledger.csv.'
    """
    return worded("page", key, lang, **fields)


def listed(words: Iterable[str], lang: str = "en") -> str:
    """Words in a row.

    >>> listed(["a", "b"], "zh"), listed(["a", "b"])
    ('a、b', 'a, b')
    """
    return label("comma", lang).join(words)


def component_name(part: Part, lang: str = "en") -> str:
    """The name of a component, or of its indicator as a whole."""
    return name_of(part.component, lang) if part.component.id else label("whole", lang)


def row_name(part: Part, lang: str = "en") -> str:
    """The second-level indicator that a component counts in."""
    return name_of(part.row, lang)


def term(name: str, lang: str) -> str:
    """An argument or price by its meaning, else by its name in words; a coefficient of one
    substance by that of all (``uptake_rate_so2``).

    >>> term("uptake_rate_so2", "zh")
    '单位面积净化量'
    """
    return meaning(name, lang) or meaning(name.rpartition("_")[0], lang) or name.replace("_", " ")


def thing(indicator: str, component: str, lang: str) -> str:
    """An indicator, or one of its components, as people read it."""
    if not indicator:
        return ""
    record = indicators.get(indicator)
    whole = name_of(record, lang)
    if not component:
        return whole
    known = record.component(component)
    part = name_of(known, lang) if known else label(component, lang)
    return whole if known and part == whole else f"{whole} · {part}"


def named(component: str, lang: str) -> str:
    """``indicator.component`` as people read it, with the number of cells that lack a figure where
    some do.
    """
    if isinstance(component, Lacking):
        name, gaps, cells = named(component.name, lang), component.gaps, component.cells
        return worded("shared", "cells_lacking", lang, name=name, gaps=gaps, cells=cells)
    indicator, _, part = component.partition(".")
    return thing(indicator, part, lang)


def held_inside(missing: Iterable[Missing], lang: str) -> dict[str, list[str]]:
    """The components that are not accounted separately, by the id of what holds them."""
    out: dict[str, list[str]] = {}
    for m in missing:
        if m.inside:
            out.setdefault(m.inside, []).append(thing(m.indicator, m.component, lang))
    return out
