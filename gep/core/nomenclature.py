"""The nomenclature: what each argument and price name means, in Chinese and English, written
once.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

from gep.core.records import Name
from gep.core.services import services
from gep.core.text import name_of

_GIVEN = {  # what every component takes
    "quantity": Name("quantity", "实物量", "quantity", ""),
    "value": Name("value", "价值量", "value", ""),
    "share": Name("share", "占比", "share", ""),
}
GIVEN = tuple(_GIVEN)


def every() -> Mapping[str, Name]:
    """All names, in alphabetical order; those that services of other packages add at the end."""
    return {**shipped(), **_added()}


def _added() -> dict[str, Name]:
    """The names that services of other packages add; none that ships changes its meaning."""
    records = (p.thing for p in services().plugins)
    return {n.name: n for record in records for n in record.names if n.name not in shipped()}


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Name]:
    """The names that ship."""
    text = resources.files("gep.core").joinpath("nomenclature.csv").read_text("utf-8")
    return {row["name"]: Name(**row) for row in csv.DictReader(text.splitlines())}


def meaning(name: str, lang: str = "en") -> str:
    """What a name means; empty where the nomenclature lacks it.

    >>> meaning("evapotranspiration"), meaning("quantity", "zh")
    ('evapotranspiration', '实物量')
    """
    row = shipped().get(name) or _GIVEN.get(name) or _added().get(name)
    return name_of(row, lang) if row else ""


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
