"""account.toml and the small tables beside it: what an account folder says of its place, years,
prices and labels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from gep import indicators, standards
from gep.account.basis import Basis, Region, circular
from gep.core import ecosystems, units
from gep.core.errors import ParameterError
from gep.core.messages import at, word
from gep.intake.reader import MAX_LABEL, Reader
from gep.standards import Profile

COLUMNS = {
    "inputs.csv": (
        "indicator",
        "component",
        "input",
        "item",
        "ecosystem",
        "region",
        "year",
        "value",
        "unit",
        "source",
        "low",
        "high",
        "distribution",
        "evidence",
        "note",
        "classification",
    ),
    "prices.csv": (
        "indicator",
        "component",
        "price",
        "item",
        "ecosystem",
        "region",
        "value",
        "unit",
        "year",
        "method",
        "source",
        "low",
        "high",
        "distribution",
        "evidence",
        "note",
        "classification",
    ),
    "controls.csv": (
        "level",
        "indicator",
        "component",
        "ecosystem",
        "region",
        "year",
        "value",
        "unit",
        "decimals",
        "source",
    ),
    "regions.csv": ("region", "parent", "code", "area", "population", "gdp"),
    "ecosystems.csv": ("label", "class"),
    "deflators.csv": ("index", "year", "value"),
}
NEEDED = {
    "inputs.csv": ("input", "value", "unit"),
    "prices.csv": ("price", "value", "unit"),
    "controls.csv": ("value", "unit"),
    "regions.csv": ("region",),
    "ecosystems.csv": ("label", "class"),
    "deflators.csv": ("year", "value"),
}
KEYS = {
    "title",
    "region",
    "year",
    "years",
    "price_year",
    "standard",
    "currency",
    "price_basis",
    "include",
    "area",
    "population",
    "gdp",
    "methods",
    "switches",
    "classification",
    "note",
    "synthetic",
}


def read(r: Reader) -> Basis:
    """The basis of the account; faults are noted."""
    data = r.toml("account.toml")
    if data is None:
        if not r.problems:
            r.fault("file.missing/account", "account.toml")
        return Basis()
    for key in data:
        if key not in KEYS:
            r.fault("key.unknown", f"account.toml, {key}", names=", ".join(sorted(KEYS)))
    years = _years(r, data)
    price_year = _price_year(r, data, years)
    profile = profile_of(r, str(data.get("standard", "catalogue")))
    price_basis = str(data.get("price_basis", "deflate"))
    if price_basis not in ("deflate", "as_given"):
        r.fault("key.value/basis", "account.toml, price_basis")
    currency = str(data.get("currency", "CNY"))
    region = str(data.get("region", "region"))
    if len(region) > MAX_LABEL:
        r.fault("text.long", "account.toml, region", count=len(region), limit=MAX_LABEL)
    if currency not in units.CURRENCIES:
        r.fault("key.value", "account.toml, currency", names=", ".join(units.CURRENCIES))
    if not isinstance(data.get("synthetic", False), bool):
        r.fault("key.value/switch", "account.toml, synthetic")
    include = data.get("include", [])
    if not isinstance(include, list) or not set(map(str, include)) <= {
        "consumer_surplus",
        "non_use",
    }:
        r.fault("key.value/include", "account.toml, include")
        include = []
    money = currency if currency in units.CURRENCIES else "CNY"
    return Basis(
        title=str(data.get("title", "")),
        region=region,
        years=tuple(sorted(set(years))),
        price_year=price_year,
        standard=profile.id,
        profile=None if profile.id in standards.ids() else profile,
        currency=currency,
        price_basis=price_basis,
        include=tuple(map(str, include)),
        synthetic=data.get("synthetic") is True,
        methods=_methods(r, data),
        ecosystems=_own_types(r),
        regions=regions(r, "regions.csv", region, money),
        deflators=_deflators(r),
        switches={str(k): str(v) for k, v in _flat(data.get("switches", {}))},
        **{
            size: r.amount(f"account.toml, {size}", str(data[size]), unit) if size in data else None
            for size, unit in _sizes(money)
        },
    )


def _years(r: Reader, data: Mapping[str, Any]) -> list[int]:
    if "year" in data and "years" in data:
        r.fault("key.both", "account.toml, year")
    years = data.get("years", data.get("year"))
    years = years if isinstance(years, list) else [years]
    if years and all(
        isinstance(y, int) and not isinstance(y, bool) and 1000 <= y <= 2999 for y in years
    ):
        return years
    r.fault("key.value/year", "account.toml, year")
    return []


def _price_year(r: Reader, data: Mapping[str, Any], years: list[int]) -> int | None:
    """The year whose prices count; None for each year's own."""
    given = data.get("price_year", years[-1] if len(years) == 1 else None)
    if given == "current":
        return None
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    r.fault("key.value/price_year", "account.toml, price_year")
    return None


def _methods(r: Reader, data: Mapping[str, Any]) -> dict[str, str]:
    """The formula chosen for each quantity that has several."""
    methods = {str(k): str(v) for k, v in _flat(data.get("methods", {}))}
    for name, route in methods.items():
        known = indicators.routes(name)
        if route not in known:
            where, names = f"account.toml, methods, {name}", ", ".join(known) or word("none")
            r.fault("method.unknown", where, route=route, names=names)
    return methods


def _own_types(r: Reader) -> dict[str, str]:
    """The user's own labels of ecosystem types, each with the class that it stands for."""
    own = {}
    for where, row in rows(r, "ecosystems.csv"):
        if ecosystems.find(row["class"]) is None:
            r.fault("ecosystem.unknown/class", at(where, "class"), label=row["class"])
        else:
            own[row["label"]] = row["class"]
    return own


def _sizes(money: str) -> tuple[tuple[str, str], ...]:
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
        size = {
            column: r.amount(at(where, column), row[column], unit) for column, unit in _sizes(money)
        }
        found[row["region"]] = Region(row["region"], row["parent"], row["code"], **size)
    for region in found.values():
        if region.parent and region.parent not in found and region.parent != whole:
            r.fault("region.parent", f"{name}, {region.name}", parent=region.parent)
        if circular(region.name, found):
            r.fault("region.circle", f"{name}, {region.name}")
    return found


def _deflators(r: Reader) -> dict[str, dict[int, float]]:
    """The price indices, by name and year."""
    deflators: dict[str, dict[int, float]] = {}
    for where, row in rows(r, "deflators.csv"):
        year, value = r.year(where, row["year"]), r.number(where, "value", row["value"])
        if value is not None and value <= 0:
            r.fault("deflator.range", at(where, "value"))
        elif year is not None and value is not None:
            table = deflators.setdefault(row["index"] or "index", {})
            if year in table:
                r.fault("deflator.double", where, year=year)
            table[year] = value
    for name, table in deflators.items():
        for before, after in zip(sorted(table), sorted(table)[1:], strict=False):
            ratio = table[after] / table[before]
            if not 1 / 3 < ratio < 3:
                r.fault(
                    "deflator.jump",
                    "deflators.csv",
                    "warning",
                    name=name,
                    before=before,
                    after=after,
                    ratio=ratio,
                )
    return deflators


def rows(r: Reader, name: str) -> Iterator[tuple[str, dict[str, str]]]:
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
            r.fault("profile.taken", f"{given}, id", id=own.id)
        elif not r.there(given):
            r.fault("file.missing/standard", given, names=", ".join(standards.ids()))
    except ParameterError as error:
        if given.endswith(".toml"):
            r.problems += [replace(p, where=f"{given}: {p.where}") for p in error.problems]
        else:
            r.problems += [
                replace(p, key="standard.unknown/folder", where="account.toml, standard")
                for p in error.problems
            ]
    return standards.get("catalogue")


def _flat(table: object, at: str = "") -> Iterator[tuple[str, object]]:
    for key, value in table.items() if isinstance(table, Mapping) else ():
        name = f"{at}.{key}" if at else str(key)
        if isinstance(value, Mapping):
            yield from _flat(value, name)
        else:
            yield name, value
