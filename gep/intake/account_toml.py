"""account.toml and the small tables beside it: what an account folder says of its place, years,
prices and labels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from gep import indicators, standards
from gep.account.basis import Basis, Region, circular
from gep.account.inputs import or_else
from gep.core import ecosystems, units
from gep.core.errors import ParameterError, Problem
from gep.core.messages import word
from gep.core.source import Source
from gep.intake.reader import MAX_LABEL, Reader, without
from gep.standards import Profile


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_MORE = _words("low high distribution evidence note classification")
COLUMNS = {
    "inputs.csv": (
        *_words("indicator component input item ecosystem region year value unit source"),
        *_MORE,
    ),
    "prices.csv": (
        *_words("indicator component price item ecosystem region value unit year method source"),
        *_MORE,
    ),
    "controls.csv": _words(
        "level indicator component ecosystem region year value unit decimals source"
    ),
    "regions.csv": _words("region parent code area population gdp"),
    "ecosystems.csv": _words("label class"),
    "deflators.csv": _words("index year value"),
}
NEEDED = {
    "inputs.csv": ("input", "value", "unit"),
    "prices.csv": ("price", "value", "unit"),
    "controls.csv": ("value", "unit"),
    "regions.csv": ("region",),
    "ecosystems.csv": ("label", "class"),
    "deflators.csv": ("year", "value"),
}
FILE = Source("account.toml")
KEYS = {
    *_words("title region year years price_year standard currency price_basis include area"),
    *_words("population gdp methods switches classification note synthetic"),
}


def read(r: Reader) -> Basis:
    """The basis of the account; faults are noted."""
    data = r.toml("account.toml")
    if data is None:
        if not r.problems:
            r.fault("file.missing/account", FILE)
        return Basis()
    for key in without(data, KEYS):
        r.fault("key.unknown", FILE.under(key), names=", ".join(sorted(KEYS)))
    years = _years(r, data)
    price_year = _price_year(r, data, years)
    profile = profile_of(r, str(data.get("standard", "catalogue")))
    price_basis = str(data.get("price_basis", "deflate"))
    currency = str(data.get("currency", "CNY"))
    region = str(data.get("region", "region"))
    if price_basis not in ("deflate", "as_given"):
        r.fault("key.value/basis", FILE.under("price_basis"))
    if len(region) > MAX_LABEL:
        r.fault("text.long", FILE.under("region"), count=len(region), limit=MAX_LABEL)
    if currency not in units.CURRENCIES:
        r.fault(
            "key.value",
            FILE.under("currency"),
            names=", ".join(units.CURRENCIES),
        )
    if not isinstance(data.get("synthetic", False), bool):
        r.fault("key.value/switch", FILE.under("synthetic"))
    return Basis(
        title=str(data.get("title", "")),
        region=region,
        years=tuple(sorted(set(years))),
        price_year=price_year,
        standard=profile.id,
        profile=own_profile(profile),
        currency=currency,
        price_basis=price_basis,
        include=_include(r, data),
        synthetic=data.get("synthetic") is True,
        methods=_methods(r, data),
        ecosystems=_own_types(r),
        regions=regions(r, "regions.csv", region, money(currency)),
        deflators=_deflators(r),
        switches=dict(_flat(data.get("switches", {}))),
        **{
            size: r.amount(FILE.under(size), str(data.get(size, "")), unit)
            for size, unit in sizes(money(currency))
        },
    )


def money(currency: str) -> str:
    """The currency that amounts without one are in; that of a fault is none."""
    return currency if currency in units.CURRENCIES else "CNY"


def own_profile(profile: Profile) -> Profile | None:
    """A standard that does not ship, None for one that does."""
    return None if profile.id in standards.ids() else profile


def _include(r: Reader, data: Mapping[str, Any]) -> tuple[str, ...]:
    """What is counted that GEP keeps out."""
    include = data.get("include", [])
    if isinstance(include, list) and set(map(str, include)) <= {"consumer_surplus", "non_use"}:
        return tuple(map(str, include))
    r.fault("key.value/include", FILE.under("include"))
    return ()


def _years(r: Reader, data: Mapping[str, Any]) -> list[int]:
    if {"year", "years"} <= data.keys():
        r.fault("key.both", FILE.under("year"))
    years = data.get("years", data.get("year"))
    years = years if isinstance(years, list) else [years]
    if set(map(type, years)) == {int} and 1000 <= min(years) <= max(years) <= 2999:
        return years
    r.fault("key.value/year", FILE.under("year"))
    return []


def _price_year(r: Reader, data: Mapping[str, Any], years: list[int]) -> int | None:
    """The year whose prices count; None for each year's own."""
    given = data.get("price_year", years[-1] if len(years) == 1 else None)
    if given == "current":
        return None
    if type(given) is int:
        return given
    r.fault("key.value/price_year", FILE.under("price_year"))
    return None


def _methods(r: Reader, data: Mapping[str, Any]) -> dict[str, str]:
    """The formula chosen for each quantity that has several."""
    methods = dict(_flat(data.get("methods", {})))
    r.problems += strange_routes(methods, FILE.under("methods"))
    return methods


def strange_routes(methods: Mapping[str, str], where: Source) -> Iterator[Problem]:
    """Formulas chosen for a quantity that has no such route."""
    for name, route in methods.items():
        known = indicators.routes(name)
        if route not in known:
            values: dict[str, object] = {"route": route, "names": ", ".join(known) or word("none")}
            yield Problem("method.unknown", where.under(name), **values)


def _own_types(r: Reader) -> dict[str, str]:
    """The user's own labels of ecosystem types, each with the class that it stands for."""
    own = {}
    for where, row in rows(r, "ecosystems.csv"):
        if ecosystems.find(row["class"]) is None:
            r.fault("ecosystem.unknown/class", where.at("class"), label=row["class"])
        else:
            own[row["label"]] = row["class"]
    return own


def sizes(money: str) -> tuple[tuple[str, str], ...]:
    """What a region's total is set beside, with the unit it is kept in."""
    return ("area", "m^2"), ("population", "person"), ("gdp", f"{money}/yr")


def regions(r: Reader, name: str, whole: str, money: str = "CNY") -> dict[str, Region]:
    """The regions of a file of the form of ``regions.csv``, by name; faults are noted.

    Parameters
    ----------
    r : Reader
    name : str
        Of the file.
    whole : str
        The account's own region, the parent of those that name none.
    money : str
        Currency of a GDP without one.
    """
    found: dict[str, Region] = {}
    for where, row in r.rows(name, COLUMNS["regions.csv"], NEEDED["regions.csv"]):
        if row["region"] in found:
            r.fault("region.double", where, region=row["region"])
        size = {c: r.amount(where.at(c), row[c], unit) for c, unit in sizes(money)}
        found[row["region"]] = Region(row["region"], row["parent"], row["code"], **size)
    known = {"", whole, *found}
    for region in found.values():
        if region.parent not in known:
            r.fault("region.parent", Source(name, key=(region.name,)), parent=region.parent)
        if circular(region.name, found):
            r.fault("region.circle", Source(name, key=(region.name,)))
    return found


def _deflators(r: Reader) -> dict[str, dict[int, float]]:
    """The price indices, by name and year."""
    deflators: dict[str, dict[int, float]] = {}
    for where, row in rows(r, "deflators.csv"):
        year, value = r.year(where, row["year"]), r.number(where, "value", row["value"])
        if or_else(value, 1.0) <= 0:
            r.fault("deflator.range", where.at("value"))
        elif year is not None and value is not None:
            table = deflators.setdefault(row["index"] or "index", {})
            if year in table:
                r.fault("deflator.double", where, year=year)
            table[year] = value
    for name, table in deflators.items():
        for before, after in pairwise(sorted(table)):
            ratio = table[after] / table[before]
            if not 1 / 3 < ratio < 3:
                told = {"name": name, "before": before, "after": after, "ratio": ratio}
                r.fault("deflator.jump", Source("deflators.csv"), **told)
    return deflators


def rows(r: Reader, name: str) -> Iterator[tuple[Source, dict[str, str]]]:
    """Place and cells of each row of a table of the folder."""
    return r.rows(name, COLUMNS[name], NEEDED[name])


def profile_of(r: Reader, given: str) -> Profile:
    """The standard of that id, or of a file of the folder."""
    try:
        if not given.endswith(".toml"):
            return standards.get(given)
        data = r.toml(given)
        if data is not None:
            own = standards.parse(data)
            if own.id not in standards.ids():
                return own
            r.fault("profile.taken", Source(given, key=("id",)), id=own.id)
        elif not r.there(given):
            r.fault("file.missing/standard", Source(given), names=", ".join(standards.ids()))
    except ParameterError as error:
        r.problems += [_seen(p, given) for p in error.problems]
    return standards.get("catalogue")


def _seen(p: Problem, given: str) -> Problem:
    """A fault of a standard: in the file of its own, or where the account names it."""
    if given.endswith(".toml"):
        return p.at(replace(p.source, file=given))
    return Problem("standard.unknown/folder", FILE.under("standard"), **p.values)


def _flat(table: object, at: str = "") -> Iterator[tuple[str, str]]:
    """The values of tables in tables, by dotted name."""
    for key, value in table.items() if isinstance(table, Mapping) else ():
        name = f"{at}{key}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}.")
        else:
            yield name, str(value)
