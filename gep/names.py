"""The nomenclature: what each argument and price name means, in Chinese and English, written once."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from gep.text import name_of


class Name(NamedTuple):
    """A name that formulas use."""

    name: str
    zh: str
    en: str
    definition: str


@lru_cache(maxsize=1)
def every() -> Mapping[str, Name]:
    """All names, in alphabetical order."""
    text = resources.files("gep").joinpath("names.csv").read_text("utf-8")
    return {row["name"]: Name(**row) for row in csv.DictReader(text.splitlines())}


def meaning(name: str, lang: str = "en") -> str:
    """What a name means; empty where the nomenclature lacks it.

    >>> meaning("evapotranspiration")
    'evapotranspiration'
    """
    row = every().get(name)
    return "" if row is None else name_of(row, lang)
