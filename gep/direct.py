"""An account from Python values, without a folder: for notebooks and for tools that embed the library."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from gep import indicators, units
from gep.account import Account
from gep.basis import Basis, Region, circular
from gep.build import build
from gep.errors import GepError, InputError, Problem, UnitError
from gep.inputs import LABELS, Entry, number


def compute(
    inputs: Mapping[str, Any],
    prices: Mapping[str, Any] | None = None,
    *,
    year: int | Sequence[int],
    price_year: int | str | None = None,
    region: str = "region",
    title: str = "",
    standard: str = "catalogue",
    source: str = "",
    parents: Mapping[str, str] | None = None,
    **basis: Any,
) -> Account:
    """An account from values with units.

    Parameters
    ----------
    inputs, prices : mapping
        By dotted name, ``"soil_retention.siltation.bulk_density"``, ``"water_retention.retained_water.quantity"`` or a
        shared name such as ``"area"``. A value is text with its unit (``"3 亿m3"``), or a pandas Series whose index
        levels are named among ``item, ecosystem, region, year`` and whose ``attrs["units"]`` says the unit, or an xarray
        DataArray of these dimensions with ``attrs["units"]``. Missing values are left out, never zero.
    year : int or several
        The accounting years.
    price_year : int or "current", optional
        The year of the prices; the accounting year if there is one.
    source : str
        Where the figures come from; it stands in the ledger.
    parents : mapping of region to parent, optional
        The regions inside ``region``.
    **basis
        Other fields of :class:`gep.basis.Basis`: ``price_basis``, ``methods``, ``include``, ``deflators``, ``area`` …

    Returns
    -------
    Account

    Raises
    ------
    GepError
        One error that lists everything wrong with the values, by name.

    >>> one = compute(
    ...     {"water_retention.retained_water.quantity": "19.18 亿m3"},
    ...     {"water_retention.retained_water.reservoir_cost": "6.11 CNY/m3"}, year=2020)
    >>> round(one.total / 1e8, 2)
    117.19
    """
    faults: list[Problem] = []
    years = tuple(sorted(_year("year", y, faults) for y in (year if isinstance(year, Iterable) and not isinstance(year, str) else [year])))
    if not years:
        faults.append(Problem("year.lacks", "year", "is empty", "name at least one year"))
    at = None if price_year == "current" else years[0] if price_year is None and len(years) == 1 else price_year
    regions = {name: Region(name, parent) for name, parent in (parents or {}).items()}
    about = Basis(
        title=title, region=region, years=years, price_year=None if at is None else _year("price_year", at, faults), standard=standard, regions=regions, **basis
    )
    faults += _odd(about)
    if not years:
        raise InputError("The account cannot be computed", faults)
    given = list(_entries(inputs, source, faults, is_price=False))
    priced = list(_entries(prices or {}, source, faults, is_price=True))
    try:
        return build(given, priced, about, faults=faults)
    except GepError as error:  # there are no columns here
        raise type(error)(error.title, [replace(p, where=p.where.partition(", column ")[0]) for p in error.problems]) from None


def _year(key: str, given: Any, faults: list[Problem]) -> int:
    """A year, of any kind of whole number."""
    try:
        year = operator.index(given)
    except TypeError:
        year = -1
    if isinstance(given, bool) or not 1000 <= year <= 9999:
        faults.append(Problem("year.unreadable", key, "is no year: '{text}'", "write four digits", values={"text": str(given)[:80]}))
        return 1000
    return year


def _odd(about: Basis) -> Iterator[Problem]:
    """What is wrong with what an account is said to be about; a folder has its own words for it, by file and line."""
    for name in about.regions:
        if circular(name, about.regions):
            yield Problem("region.circle", name, "is part of itself through its parents", "mend the parents")
    for name, route in about.methods.items():
        if route not in (known := indicators.routes(name)):
            values: dict[str, object] = {"route": route, "names": ", ".join(known) or "none"}
            yield Problem("method.unknown", f"methods, {name}", "'{route}' is no way to compute it", "one of: {names}", values=values)
    if about.price_basis not in ("deflate", "as_given"):
        yield Problem("key.value", "price_basis", "is unknown", 'write "deflate" or "as_given"')
    if about.currency not in units.CURRENCIES:
        yield Problem("key.value", "currency", "is unknown", f"one of {', '.join(units.CURRENCIES)}")
    outside = sorted({c.outside for i in indicators.every() for c in i.components if c.outside})
    if not set(about.include) <= {*outside}:
        yield Problem("key.value", "include", "is unknown", f"a list of {', '.join(outside)}")
    for size, unit in (("area", "m^2"), ("population", "persons"), ("gdp", "the currency a year")):
        value = getattr(about, size)
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float, np.number))):
            yield Problem("key.value", size, "is unknown", f"a number, in {unit}")


def _entries(table: Mapping[str, Any], source: str, faults: list[Problem], *, is_price: bool) -> Iterator[Entry]:
    for key, value in table.items():
        *path, name = key.split(".")
        if len(path) > 2:
            faults.append(Problem("name.long", key, "has too many parts", "write indicator.component.name"))
            continue
        indicator, component = (*path, "", "")[:2]
        for labels, text, unit in _figures(key, value, faults):
            parsed = number(text)
            if parsed is None:
                faults.append(Problem("number.unreadable", key, "holds no number: '{text}'", "write a plain number with its unit", values={"text": text}))
                continue
            year = labels.get("year")
            yield Entry(indicator, component, name, str(labels.get("item", "")), str(labels.get("ecosystem", "")), str(labels.get("region", "")),
                        None if year is None else int(year), text, parsed, unit, source, key, is_price=is_price)  # fmt: skip


def _figures(key: str, value: Any, faults: list[Problem]) -> Iterator[tuple[dict[str, Any], str, str]]:
    if isinstance(value, xr.DataArray):
        unit = value.attrs.get("units")
        value = value.to_series() if value.dims else f"{value.item()!r} {unit or ''}"
        if not isinstance(value, str):
            value.attrs["units"] = unit
    if isinstance(value, pd.Series):
        names = list(map(str, value.index.names))
        if any(n not in LABELS for n in names):
            faults.append(
                Problem(
                    "dimension.unknown",
                    key,
                    "is a Series whose index is named {names}",
                    "name the index levels: {known}",
                    values={"names": names, "known": ", ".join(LABELS)},
                )
            )
            return
        unit = value.attrs.get("units")
        if not unit:
            faults.append(Problem("unit.missing", key, "has no unit", "set attrs['units']; '1' for a pure number"))
            return
        for at, figure in value.dropna().items():
            text = repr(float(figure)) if isinstance(figure, (int, float, np.number)) and np.isreal(figure) else str(figure)[:80]
            yield dict(zip(names, at if isinstance(at, tuple) else (at,), strict=True)), text, str(unit)
        return
    if not isinstance(value, (str, Number)) and not hasattr(value, "magnitude"):  # of pint
        faults.append(
            Problem("value.kind", key, "is a {kind}", "give text with its unit, a pandas Series or an xarray DataArray", values={"kind": type(value).__name__})
        )
        return
    try:
        figure, unit = units.as_printed(str(value))
    except UnitError as error:
        faults += [Problem(p.code, key, p.what, p.mend, values=p.values) for p in error.problems]
        return
    yield {}, figure, unit
