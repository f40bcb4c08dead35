"""An account from Python values, without a folder: for notebooks and for tools that embed the
library.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from gep import indicators
from gep.account.account import Account
from gep.account.basis import Basis, Region, circular
from gep.account.build import build
from gep.account.deflate import own_money
from gep.account.inputs import HUGE, LABELS, Entry, number
from gep.audit import plausible
from gep.core import units
from gep.core.errors import InputError, Problem, UnitError
from gep.core.messages import word


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
        By dotted name, ``"soil_retention.siltation.bulk_density"``,
        ``"water_retention.retained_water.quantity"`` or a shared name such as ``"area"``. A value
        is text with its unit (``"3 亿m3"``), or a pandas Series whose index levels are named among
        ``item, ecosystem, region, year`` and whose ``attrs["units"]`` says the unit, or an xarray
        DataArray of these dimensions with ``attrs["units"]``. Missing values are left out, never
        zero.
    year : int or several
        The accounting years.
    price_year : int or "current", optional
        The year of the prices; the accounting year if there is one.
    source : str
        Where the figures come from; it stands in the ledger.
    parents : mapping of region to parent, optional
        The regions inside ``region``.
    **basis
        Other fields of :class:`gep.account.basis.Basis`: ``price_basis``, ``methods``, ``include``,
        ``deflators``, ``area`` …

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
    years = tuple(
        sorted(
            {
                _year("year", y, faults)
                for y in (
                    year if isinstance(year, Iterable) and not isinstance(year, str) else [year]
                )
            }
        )
    )
    if not years:
        faults.append(Problem("year.lacks", "year"))
    at = (
        None
        if price_year == "current"
        else years[0]
        if price_year is None and len(years) == 1
        else price_year
    )
    for name, given in (
        ("inputs", inputs),
        ("prices", prices or {}),
        ("parents", parents or {}),
        ("deflators", basis.get("deflators", {})),
    ):
        if not isinstance(given, Mapping):
            raise InputError(
                "error.account",
                [Problem("value.mapping", name, values={"kind": type(given).__name__})],
            )
    regions = {
        _text(name): Region(_text(name), _text(parent)) for name, parent in (parents or {}).items()
    }
    basis |= {"deflators": dict(_deflators(basis.get("deflators", {}), faults))} | dict(
        _sizes(basis, faults)
    )
    title, region, standard, source = map(_text, (title, region, standard, source))
    about = Basis(
        title=title,
        region=region,
        years=years,
        price_year=None if at is None else _year("price_year", at, faults),
        standard=standard,
        regions=regions,
        **basis,
    )
    faults += _odd(about)
    if not years:
        raise InputError("error.account", faults)
    money = about.currency if about.currency in units.CURRENCIES else "CNY"
    given = list(_entries(inputs, source, money, faults, is_price=False))
    priced = list(_entries(prices or {}, source, money, faults, is_price=True))
    return build(given, priced, about, faults=faults, audit=plausible.found)


def _year(key: str, given: Any, faults: list[Problem]) -> int:
    """A year, of any kind of whole number."""
    try:
        year = operator.index(given)
    except TypeError:
        year = -1
    if not 1000 <= year <= 9999:
        faults.append(Problem("year.unreadable/python", key, values={"text": str(given)[:80]}))
        return 1000
    return year


def _odd(about: Basis) -> Iterator[Problem]:
    """What is wrong with what an account is said to be about; a folder has its own words for it, by
    file and line.
    """
    for name in about.regions:
        if circular(name, about.regions):
            yield Problem("region.circle", name)
    for name, route in about.methods.items():
        if route not in (known := indicators.routes(name)):
            values: dict[str, object] = {"route": route, "names": ", ".join(known) or word("none")}
            yield Problem("method.unknown", f"methods, {name}", values=values)
    if about.price_basis not in ("deflate", "as_given"):
        yield Problem("key.value/basis", "price_basis")
    if about.currency not in units.CURRENCIES:
        yield Problem("key.value", "currency", values={"names": ", ".join(units.CURRENCIES)})
    outside = sorted({c.outside for i in indicators.every() for c in i.components if c.outside})
    if not set(about.include) <= {*outside}:
        yield Problem("key.value/list", "include", values={"names": ", ".join(outside)})


def _text(given: object) -> str:
    """Text that can be written: halves of characters, which no file can hold, as their codes."""
    return str(given).encode("utf-8", "backslashreplace").decode()


def _sizes(basis: Mapping[str, Any], faults: list[Problem]) -> Iterator[tuple[str, float | None]]:
    """Area, population and GDP: a number in m², persons and the currency a year, or text with its
    unit.
    """
    for size, unit in (("area", "m^2"), ("population", "person"), ("gdp", "CNY/yr")):
        value = basis.get(size)
        if isinstance(value, str):
            try:
                figure, given = units.as_printed(
                    own_money(value, str(basis.get("currency", "CNY")))[0]
                )
                given = units.per_year(given) if units.lacks_only_year(given, unit) else given
                value = float(figure) * units.conversion(given, unit)[0]
            except UnitError as error:
                faults += [replace(p, where=size, level="error") for p in error.problems]
                continue
        if value is None or (
            not isinstance(value, bool)
            and isinstance(value, (int, float, np.number))
            and 0 < value < HUGE
        ):
            yield size, None if value is None else float(value)
        else:
            faults.append(Problem("size.value", size, values={"unit": unit}))
            yield size, None


def _deflators(
    tables: Mapping[str, Any], faults: list[Problem]
) -> Iterator[tuple[str, dict[int, float]]]:
    """Price indices by name and year; JSON has years as text."""
    for name, table in tables.items():
        out = {}
        for year, value in table.items() if isinstance(table, Mapping) else [("", None)]:
            parsed = (
                None
                if isinstance(value, bool) or not isinstance(value, (int, float, np.number))
                else float(value)
            )
            if parsed is None or not 0 < parsed < HUGE:
                faults.append(Problem("deflator.range", f"deflators, {name}, {year}"))
            else:
                out[
                    _year(
                        f"deflators, {name}",
                        int(year) if isinstance(year, str) and year.isdecimal() else year,
                        faults,
                    )
                ] = parsed
        yield _text(name), out


def _entries(
    table: Mapping[str, Any], source: str, currency: str, faults: list[Problem], *, is_price: bool
) -> Iterator[Entry]:
    for key, value in ((_text(k), v) for k, v in table.items()):
        *path, name = key.split(".")
        if len(path) > 2:
            faults.append(Problem("name.long", key))
            continue
        indicator, component = (*path, "", "")[:2]
        for labels, text, unit in _figures(key, value, faults):
            parsed = number(text)
            if parsed is None:
                faults.append(Problem("number.unreadable/python", key, values={"text": text}))
                continue
            unit, other = own_money(unit, currency)
            if other:
                faults.append(
                    Problem("currency.other", key, values={"found": other, "currency": currency})
                )
                continue
            year = labels.get("year")
            if (
                isinstance(year, float) and year.is_integer()
            ):  # pandas makes whole numbers so where some are missing
                year = int(year)
            before = len(faults)
            at = None if year in (None, "") else _year(key, year, faults)
            if len(faults) == before:
                item, ecosystem, place = (
                    _text(labels.get(d, "")) for d in ("item", "ecosystem", "region")
                )
                yield Entry(
                    indicator,
                    component,
                    name,
                    item,
                    ecosystem,
                    place,
                    at,
                    text,
                    parsed,
                    unit,
                    source,
                    key,
                    is_price=is_price,
                )


def _figures(
    key: str, value: Any, faults: list[Problem]
) -> Iterator[tuple[dict[str, Any], str, str]]:
    if isinstance(value, xr.DataArray):
        bare = [str(d) for d in value.dims if d not in value.coords]
        if bare:
            faults.append(Problem("dimension.bare", key, values={"names": ", ".join(bare)}))
            return
        unit = value.attrs.get("units")
        value = value.to_series() if value.dims else f"{value.item()!r} {unit or ''}"
        if not isinstance(value, str):
            value.attrs["units"] = unit
    if isinstance(value, pd.Series):
        names = list(map(str, value.index.names))
        if any(n not in LABELS for n in names):
            faults.append(
                Problem(
                    "dimension.unknown/series",
                    key,
                    values={"names": names, "known": ", ".join(LABELS)},
                )
            )
            return
        unit = value.attrs.get("units")
        if not unit:
            faults.append(Problem("unit.missing/python", key))
            return
        gone = value.index[value.isna()]
        if len(gone):
            where = ", ".join(
                " ".join(map(str, at if isinstance(at, tuple) else (at,))) for at in gone[:8]
            ) + ("" if len(gone) <= 8 else f" … ({len(gone)})")
            faults.append(Problem("figure.unknown", key, "warning", {"labels": _text(where)}))
        for at, figure in value.dropna().items():
            text = (
                repr(float(figure))
                if isinstance(figure, (int, float, np.number)) and np.isreal(figure)
                else str(figure)[:80]
            )
            labels = dict(zip(names, at if isinstance(at, tuple) else (at,), strict=True))
            own = unit.get(labels.get("item")) if isinstance(unit, Mapping) else unit
            if own is None:
                faults.append(Problem("unit.missing/python", key))
            else:
                yield labels, _text(text), _text(own)
        return
    if not isinstance(value, (str, Number)) and not hasattr(value, "magnitude"):  # of pint
        faults.append(Problem("value.kind", key, values={"kind": type(value).__name__}))
        return
    try:
        figure, unit = units.as_printed(_text(value))
    except UnitError as error:
        faults += [replace(p, where=key, level="error") for p in error.problems]
        return
    yield {}, figure, unit
