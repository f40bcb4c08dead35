"""Ecosystem types: one tree, shipped as data, with the labels that people and maps use for them.

The first and second levels are those of HJ 1166-2021 (table A.1); the third is our own, where
methods need it. A coefficient is looked up at a class itself or at its nearest ancestor that has a
row.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import NamedTuple

from gep.core.errors import ParameterError, Problem
from gep.core.plugins import Found, found
from gep.core.source import named
from gep.core.text import name_of


class Ecosystem(NamedTuple):
    """One class of the tree."""

    id: str
    parent: str
    zh: str
    en: str
    code: str
    criterion: str
    source: str


@lru_cache(maxsize=1)
def tree() -> Mapping[str, Ecosystem]:
    """Every class by id, in the order of the tree."""
    text = resources.files("gep.core").joinpath("ecosystems.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    ids = {row["code"]: row["id"] for row in rows}
    return {
        r["id"]: Ecosystem(
            r["id"],
            ids.get(r["parent"], ""),
            r["zh"],
            r["en"],
            r["code"],
            r["criterion"],
            r["source"],
        )
        for r in rows
    }


@lru_cache(maxsize=1)
def _spellings() -> Mapping[str, str]:
    out: dict[str, str] = {}
    for e in tree().values():
        for spelling in (e.id, e.en, e.zh, e.zh.removesuffix("生态系统"), e.id.replace("_", " ")):
            out.setdefault(spelling.casefold(), e.id)
    out["other"] = out["其他"] = "other"
    return out


def find(label: str, own: Mapping[str, str] | None = None) -> str | None:
    """The class that a label means (id, Chinese or English name, or one of the caller's own
    labels), or None.

    >>> find("森林"), find("broadleaf forest"), find("atlantis")
    ('forest', 'broadleaf_forest', None)
    """
    label = (own or {}).get(label, label)
    return _spellings().get(label.strip().casefold())


def called(label: str, lang: str = "en", own: Mapping[str, str] | None = None) -> str:
    """An ecosystem label as people read it: a class by its name, one of the caller's own labels as
    it stands.

    >>> called("forest", "zh"), called("森林"), called("老林", "en", {"老林": "forest"})
    ('森林', 'forest', '老林')
    """
    id = None if label in (own or {}) else find(label)
    return label if id is None else name_of(tree()[id], lang).removesuffix("生态系统")


def lineage(label: str, own: Mapping[str, str] | None = None) -> Iterator[str]:
    """The class of a label and its ancestors, nearest first.

    >>> list(lineage("mangrove"))
    ['mangrove', 'marsh', 'wetland']

    Raises
    ------
    ParameterError
        If the label is in no table.
    """
    at = find(label, own)
    if at is None:
        raise ParameterError(
            "error.ecosystem", [Problem("ecosystem.unknown/bare", named(label), label=label)]
        )
    while at:
        yield at
        at = tree()[at].parent


def belongs(label: str, classes: Iterable[str], own: Mapping[str, str] | None = None) -> bool:
    """Whether a label lies in one of the classes.

    >>> belongs("mangrove", ["wetland"]), belongs("lake", ["forest"])
    (True, False)
    """
    wanted = set(classes)
    return any(step in wanted for step in lineage(label, own))


CROSSWALKS = ("globeland30", "esa_worldcover", "clcd", "corine")


def legends() -> Found[Mapping[int, str]]:
    """The legends of other packages: a class of the tree by code."""

    def made(name: str, thing: object) -> tuple[str, Mapping[int, str]]:
        if not isinstance(thing, Mapping) or not thing:
            raise TypeError(f"{name} is no mapping of codes to classes")
        strange = [code for code, label in thing.items() if find(str(label)) is None]
        if strange or not all(isinstance(code, int) for code in thing):
            raise TypeError(f"{name} names no class for {', '.join(map(str, strange or thing))}")
        return name, MappingProxyType({code: str(label) for code, label in thing.items()})

    return found("gep.legends", CROSSWALKS, made)


def crosswalk(name: str) -> Mapping[int, str]:
    """The class of each code of a public land cover map, or of a legend that another package
    brings; ``crosswalks/NAME.csv`` says where a class fits only nearly.

    Corine goes by its three-digit codes; its rasters often hold 1 to 44 in the same order instead.

    >>> crosswalk("clcd")[9], crosswalk("corine")[213]
    ('marsh', 'paddy')

    Raises
    ------
    ParameterError
        If there is no such crosswalk.
    """
    if name in CROSSWALKS:
        return _shipped(name)
    every = {p.id: p.thing for p in legends().plugins}
    if name not in every:
        values: dict[str, object] = {"names": ", ".join((*CROSSWALKS, *every))}
        raise ParameterError(
            "error.crosswalk", [Problem("crosswalk.unknown", named(name), **values)]
        )
    return every[name]


@lru_cache(maxsize=len(CROSSWALKS))
def _shipped(name: str) -> Mapping[int, str]:
    """The class of each code of a map whose legend ships."""
    text = resources.files("gep.core").joinpath("crosswalks", f"{name}.csv").read_text("utf-8")
    return {int(row["code"]): row["class"] for row in csv.DictReader(text.splitlines())}
