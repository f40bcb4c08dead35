"""The forms of the report system, as data: departments, forms, and fields with what each of them
feeds.

``departments.csv``, ``forms.csv`` and ``fields.csv`` lie beside this module; ``tools/forms.py``
writes them from a layout and the registry. The official names are not public, so every row is
flagged *reconstructed*.

A field feeds inputs of the account, ``indicator.component.name``: ``area`` is a shared name,
``soil_retention.sand`` serves all components, ``tourism.*.wage`` takes its component from the row
of the form, ``region.gdp`` is a column of ``regions.csv`` and ``deflator.value`` a row of
``deflators.csv``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain, product
from typing import Any, NamedTuple

from gep import indicators, standards
from gep.account.inputs import Slot, slots
from gep.core import nomenclature
from gep.core.errors import ParameterError, Problem
from gep.core.formula import Component
from gep.core.source import named
from gep.core.text import Named

CATEGORIES = ("A", "B", "C", "D")
DELIVERED = ("raster", "series", "vector")
ASKED = ("input", "price")  # kinds of what an account takes for a component
_BASIS = {("region", "area"), ("region", "population"), ("region", "gdp"), ("deflator", "value")}


class Target(NamedTuple):
    """What a figure becomes: an input or price of an account, a property of a region, an index."""

    kind: str  # "input", "price", "region", "deflator"
    indicator: str
    component: str
    name: str


class Department(NamedTuple):
    """Who reports, named by function."""

    id: str
    zh: str
    en: str
    evidence: str


class Words(NamedTuple):
    """What is said in either language."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Field:
    """One figure of a form."""

    code: str
    form: str
    zh: str
    en: str
    # "amount" (zero where nothing occurs), "rate" (none where nothing occurs), or a kind of
    # DELIVERED
    type: str
    unit: str  # "" where each row has its own
    unit_zh: str
    low: float | None
    high: float | None
    required: str  # "always" (each row), "once" (some row), "with CODE", or ""
    feeds: tuple[str, ...]
    rule: str  # "last 50%", "<= CODE", "parts CODE CODE = 100", or ""

    @property
    def definition(self) -> str:
        """What it means, from the nomenclature."""
        entry = nomenclature.every().get(self.feeds[0].rpartition(".")[2])
        return entry.definition if entry else ""

    @property
    def delivered(self) -> bool:
        """Whether the figure comes as a file, listed on a delivery sheet."""
        return self.type in DELIVERED


@dataclass(frozen=True, slots=True)
class Form:
    """One statistical form."""

    code: str
    category_zh: str
    category_en: str
    department: str
    zh: str
    en: str
    layout: str  # "list" (a row a field), "table" (a column a field), "delivery" (a row a file)
    keys: tuple[str, ...]  # labels of a row: component, region, ecosystem, item, unit, year
    level: str  # "city", "district", "subdistrict", "site"
    components: tuple[str, ...]
    ecosystems: tuple[str, ...]
    frequency: str
    deadline: str  # month and day of the year after
    evidence: str
    fields: tuple[Field, ...]

    @property
    def printed(self) -> str:
        """The number of the form as it is printed on it."""
        return f"GEP-{self.code}"

    def field(self, code: str) -> Field | None:
        """The field of that code."""
        return next((f for f in self.fields if f.code == code), None)

    def component(self, id: str) -> Component | None:
        """The component that a row of the form can stand for."""
        return indicators.get(self.fields[0].feeds[0].partition(".")[0]).component(id)


def titled(record: Named, lang: str) -> str:
    """A name as forms print it: English on an English form, else Chinese."""
    return record.en if lang == "en" else record.zh


def _rows(name: str) -> Iterator[dict[str, str]]:
    file = resources.files(__name__.rpartition(".")[0]).joinpath(name)
    return csv.DictReader(file.read_text("utf-8").splitlines())


@cache
def departments() -> Mapping[str, Department]:
    """The departments by id."""
    return {r["id"]: Department(**r) for r in _rows("departments.csv")}


@cache
def forms() -> Mapping[str, Form]:
    """The forms by code, in order.

    >>> len(forms()), forms()["C12"].fields[0].feeds
    (48, ('oxygen_release.oxygen.oxygen_price',))
    """
    fields: dict[str, list[Field]] = {}
    for r in _rows("fields.csv"):
        row: dict[str, Any] = {
            **r,
            "low": _bound(r["low"]),
            "high": _bound(r["high"]),
            "feeds": tuple(r["feeds"].split()),
        }
        fields.setdefault(r["form"], []).append(Field(**row))
    out = {}
    for r in _rows("forms.csv"):
        whole: dict[str, Any] = {
            **r,
            "keys": tuple(r["keys"].split()),
            "components": tuple(r["components"].rpartition(":")[2].split()),
            "ecosystems": tuple(r["ecosystems"].split()),
            "fields": tuple(fields[r["code"]]),
        }
        out[r["code"]] = Form(**whole)
    return out


def _bound(text: str) -> float | None:
    return float(text) if text else None


def get(code: str) -> Form:
    """The form of a code.

    Raises
    ------
    ParameterError
        If there is none.
    """
    if code not in forms():
        raise ParameterError(
            "error.form", [Problem("form.unknown", named(code), names=", ".join(forms()))]
        )
    return forms()[code]


@cache
def field(code: str) -> Field:
    """The field of a code, such as ``A01-01``."""
    found = get(code.partition("-")[0]).field(code)
    if found is None:
        raise ParameterError("error.field", [Problem("form.field", named(code))])
    return found


@cache
def targets(f: Field, component: str = "") -> tuple[Target, ...]:
    """What a figure of a field becomes; ``component`` is that of the row where the form has one."""
    return tuple(_target(feed, component) for feed in f.feeds)


def is_price(f: Field, component: str) -> bool:
    """Whether a figure of a field is a price."""
    return any(t.kind == "price" for t in targets(f, component))


def _target(feed: str, component: str) -> Target:
    place, _, name = feed.rpartition(".")
    if place in ("region", "deflator"):
        return Target(place, "", "", name)
    indicator, _, own = place.partition(".")
    own = own.replace("*", component)
    kind = next(_kinds(indicator, own, name), "")
    return Target("price" if kind == "price" else "input", indicator, own, name)


def _kinds(indicator: str, component: str, name: str) -> Iterator[str]:
    """What a name can be for components of the standard; blank stands for any."""
    for i, c, own in needs():
        if indicator in ("", i) and component in ("", c.id) and name in own:
            yield own[name].kind


@cache
def needs(standard: str = "shenzhen") -> tuple[tuple[str, Component, Mapping[str, Slot]], ...]:
    """Each component of a standard, with all that it can take."""
    profile = standards.get(standard)
    out = []
    for target in chain.from_iterable(row.components for row in profile.rows):
        id, _, part = target.partition(".")
        record = indicators.get(id)
        for c in record.components:
            if part in ("", c.id):
                out.append((id, c, slots(record, c, profile.pricing.get(f"{id}.{c.id}", ""))))
    return tuple(out)


def fed() -> Iterator[tuple[Field, str, Target]]:
    """What every field becomes, with each component that a row of its form can stand for."""
    for form in forms().values():
        for f, part in product(form.fields, form.components or ("",)):
            for t in targets(f, part):
                yield f, part, t


def addresses(indicator: str, component: str, shared: bool) -> set[tuple[str, str]]:
    """Under what indicator and component a figure for a component can stand."""
    own = {(indicator, component), (indicator, "")}
    return {*own, ("", "")} if shared else own


@cache
def feeders(indicator: str, component: str, name: str) -> tuple[Field, ...]:
    """The fields that can give an input of a component: its own, its indicator's, a shared name."""
    shared = {c.id: c.shared for i, c, _ in needs() if i == indicator}
    wanted = addresses(indicator, component, shared.get(component, True))
    found = (f for f, _, t in fed() if t.kind in ASKED and t.name == name and t[1:3] in wanted)
    return tuple(dict.fromkeys(found))


def uncovered(standard: str = "shenzhen") -> list[str]:
    """Inputs and prices of a standard that no field feeds: empty for the standard the forms were
    laid out for.
    """
    out = []
    for i, c, own in needs(standard):
        names = [name for name, slot in own.items() if slot.kind not in nomenclature.GIVEN]
        if not c.quantity:
            names.append("quantity")
        out += [f"{i}.{c.id}.{name}" for name in names if not feeders(i, c.id, name)]
    return out


def idle(standard: str = "shenzhen") -> list[str]:
    """Fields that feed nothing of a standard: none for the one that the forms were laid out for."""
    known = {place for i, c, own in needs(standard) for place in product(("", i), ("", c.id), own)}
    return [
        f"{f.code} {t.indicator}.{t.component}.{t.name}"
        for f, _, t in fed()
        if (t.kind, t.name) not in _BASIS and t[1:] not in known
    ]
