"""The nomenclature: what each argument and price name means, in Chinese and English, written once;
indicators and formulas told in Chinese.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from gep.core.text import name_of


class Name(NamedTuple):
    """A name that formulas use."""

    name: str
    zh: str
    en: str
    definition: str


_GIVEN = {  # what every component takes
    "quantity": Name("quantity", "实物量", "quantity", ""),
    "value": Name("value", "价值量", "value", ""),
    "share": Name("share", "占比", "share", ""),
}
GIVEN = tuple(_GIVEN)


@lru_cache(maxsize=1)
def every() -> Mapping[str, Name]:
    """All names, in alphabetical order."""
    text = resources.files("gep.core").joinpath("nomenclature.csv").read_text("utf-8")
    return {row["name"]: Name(**row) for row in csv.DictReader(text.splitlines())}


def meaning(name: str, lang: str = "en") -> str:
    """What a name means; empty where the nomenclature lacks it.

    >>> meaning("evapotranspiration"), meaning("quantity", "zh")
    ('evapotranspiration', '实物量')
    """
    row = every().get(name) or _GIVEN.get(name)
    return name_of(row, lang) if row else ""


@lru_cache(maxsize=1)
def in_chinese() -> Mapping[str, str]:
    """What the docstrings of indicators and formulas say, in Chinese, by id of the indicator or
    name of the formula.
    """
    text = resources.files("gep.core").joinpath("indicators_zh.csv").read_text("utf-8")
    return {row["id"]: row["zh"] for row in csv.DictReader(text.splitlines())}


_NAME = re.compile(r"[a-z][a-z0-9_]*")


def has_words(formula: str) -> bool:
    """Whether every name of a formula has a Chinese meaning.

    >>> has_words("precipitation * area"), has_words("beta * area")
    (True, False)
    """
    return all(meaning(n, "zh") for n in _NAME.findall(formula))


def in_words(formula: str) -> str:
    """A formula with Chinese meanings for names that have one, its signs as they are printed.

    >>> in_words("(precipitation - runoff) * area"), in_words("beta * area")
    ('(降水量 − 地表径流量) × 面积', 'beta × 面积')
    """
    said = _NAME.sub(lambda m: meaning(m.group(), "zh") or m.group(), formula)
    return re.sub(r" ?\* ?", " × ", said.replace("**", "^")).replace(" - ", " − ")
