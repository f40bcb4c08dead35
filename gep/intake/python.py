"""An account from Python values, without a folder: for notebooks and for tools that embed the
library.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
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
from gep.account.inputs import HUGE, LABELS, Entry, listed, number
from gep.audit import plausible
from gep.core import units
from gep.core.errors import InputError, ParameterError, Problem, UnitError, warn
from gep.core.source import Source, named
from gep.intake.account_toml import money, sizes, strange_routes
from gep.intake.reader import without


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
    _spelled(basis)
    prices, parents = prices or {}, parents or {}
    years = _years(year, faults)
    tables = {
        "inputs": inputs,
        "prices": prices,
        "parents": parents,
        "deflators": basis.get("deflators", {}),
    }
    for name, table in tables.items():
        if not isinstance(table, Mapping):
            problem = Problem("value.mapping", named(name), kind=type(table).__name__)
            raise InputError("error.account", [problem])
    regions = {_text(name): Region(_text(name), _text(above)) for name, above in parents.items()}
    basis["deflators"] = dict(_deflators(tables["deflators"], faults))
    basis |= _sizes(basis, faults)
    title, region, standard, source = map(_text, (title, region, standard, source))
    about = Basis(
        title=title,
        region=region,
        years=years,
        price_year=_price_year(price_year, years, faults),
        standard=standard,
        regions=regions,
        **basis,
    )
    faults += _odd(about)
    if not years:
        raise InputError("error.account", [Problem("year.lacks", named("year")), *faults])
    currency = money(about.currency)
    given = list(_entries(inputs, source, currency, faults, is_price=False))
    priced = list(_entries(prices, source, currency, faults, is_price=True))
    account = build(given, priced, about, faults=faults, audit=plausible.found)
    warn(account.warnings)
    return account


def _spelled(basis: Mapping[str, Any]) -> None:
    """Refuse arguments that are no field of a basis."""
    known = [f.name for f in fields(Basis) if f.name not in ("regions", "years")]
    strange = without(basis, known)
    if strange:
        names = ", ".join(known)
        faults = [Problem("basis.unknown", named(name), names=names) for name in strange]
        raise ParameterError("error.account", faults)


def _years(given: Any, faults: list[Problem]) -> tuple[int, ...]:
    """The accounting years in their order: of one, or of several."""
    several = isinstance(given, Iterable) and not isinstance(given, str)
    return tuple(sorted({_year(named("year"), y, faults) for y in (given if several else [given])}))


def _price_year(given: Any, years: Sequence[int], faults: list[Problem]) -> int | None:
    """The year whose prices count; None for each year's own."""
    if given is None and len(years) == 1:
        return years[0]
    return None if given in (None, "current") else _year(named("price_year"), given, faults)


def _year(place: Source, given: Any, faults: list[Problem]) -> int:
    """A year, of any kind of whole number."""
    try:
        year = operator.index(given)
    except TypeError:
        year = -1
    if not 1000 <= year <= 9999:
        faults.append(Problem("year.unreadable/python", place, text=str(given)[:80]))
        return 1000
    return year


def _odd(about: Basis) -> Iterator[Problem]:
    """What is wrong with what an account is said to be about; a folder has its own words for it, by
    file and line.
    """
    for name in about.regions:
        if circular(name, about.regions):
            yield Problem("region.circle", named(name))
    yield from strange_routes(about.methods, named("methods"))
    if about.price_basis not in ("deflate", "as_given"):
        yield Problem("key.value/basis", named("price_basis"))
    if about.currency not in units.CURRENCIES:
        yield Problem("key.value", named("currency"), names=", ".join(units.CURRENCIES))
    outside = {c.outside for i in indicators.every() for c in i.components} - {""}
    if not set(about.include) <= outside:
        yield Problem("key.value/list", named("include"), names=", ".join(sorted(outside)))


def _text(given: object) -> str:
    """Text that can be written: halves of characters, which no file can hold, as their codes."""
    return str(given).encode("utf-8", "backslashreplace").decode()


def _sizes(basis: Mapping[str, Any], faults: list[Problem]) -> dict[str, float | None]:
    """Area, population and GDP: a number in m², persons and the currency a year, or text with its
    unit.
    """
    out = {}
    for size, unit in sizes("CNY"):
        value = basis.get(size)
        if isinstance(value, str):
            value = _amount(
                size, own_money(value, str(basis.get("currency", "CNY")))[0], unit, faults
            )
        out[size] = _positive(value)
        if out[size] is None and value is not None:
            faults.append(Problem("size.value", named(size), unit=unit))
    return out


def _amount(size: str, text: str, unit: str, faults: list[Problem]) -> float | None:
    """A number with its unit as text, in ``unit``."""
    try:
        figure, given = units.as_printed(text)
        return float(figure) * units.reading(given, unit).scale
    except UnitError as error:
        faults += error.at(named(size))
        return None


def _positive(value: Any) -> float | None:
    """A number above zero, None where it is none."""
    number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    return float(value) if number and 0 < value < HUGE else None


def _deflators(
    tables: Mapping[str, Any], faults: list[Problem]
) -> Iterator[tuple[str, dict[int, float]]]:
    """Price indices by name and year; JSON has years as text."""
    for name, table in tables.items():
        out = {}
        for year, value in table.items() if isinstance(table, Mapping) else [("", None)]:
            index = _positive(value)
            if index is None:
                faults.append(Problem("deflator.range", named("deflators", str(name), str(year))))
                continue
            plain = int(year) if isinstance(year, str) and year.isdecimal() else year
            out[_year(named("deflators", str(name)), plain, faults)] = index
        yield _text(name), out


def _entries(
    table: Mapping[str, Any], source: str, currency: str, faults: list[Problem], *, is_price: bool
) -> Iterator[Entry]:
    for dotted, value in table.items():
        key = _text(dotted)
        *path, name = key.split(".")
        indicator, component = (*path, "", "")[:2]
        if len(path) > 2:
            faults.append(Problem("name.long", named(key)))
            continue
        for labels, text, unit in _figures(key, value, faults):
            figure, (unit, other) = number(text), own_money(unit, currency)
            place = _place(key, labels)
            if figure is None:
                faults.append(Problem("number.unreadable/python", place, text=text))
                continue
            if other:
                values: dict[str, object] = {"found": other, "currency": currency}
                faults.append(Problem("currency.other", place, **values))
                continue
            before = len(faults)
            year = _label_year(place, labels.get("year"), faults)
            if len(faults) == before:
                item, ecosystem, region = (_text(labels.get(d, "")) for d in LABELS[:3])
                yield Entry(
                    indicator,
                    component,
                    name,
                    item,
                    ecosystem,
                    region,
                    year,
                    text,
                    figure,
                    unit,
                    source,
                    place,
                    is_price=is_price,
                )


def _place(key: str, labels: Mapping[str, Any]) -> Source:
    """Where a figure stands: its name, and its labels where it is one of several."""
    said = ((dimension, labels.get(dimension)) for dimension in LABELS)
    return named(key, **{d: _text(_whole(label)) for d, label in said if label not in (None, "")})


def _label_year(place: Source, given: Any, faults: list[Problem]) -> int | None:
    """The year of a label."""
    return None if given in (None, "") else _year(place, _whole(given), faults)


def _whole(label: Any) -> Any:
    """A label; pandas makes whole numbers real ones where some are missing."""
    return int(label) if isinstance(label, float) and label.is_integer() else label


def _figures(
    key: str, value: Any, faults: list[Problem]
) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Labels, digits and unit of each figure of a value."""
    if isinstance(value, xr.DataArray):
        bare = ", ".join(map(str, without(value.dims, value.coords)))
        if bare:
            faults.append(Problem("dimension.bare", named(key), names=bare))
            return
        value = _unfolded(value)
    if isinstance(value, pd.Series):
        yield from _rows(key, value, faults)
    elif isinstance(value, (str, Number)) or hasattr(value, "magnitude"):  # of pint
        try:
            yield {}, *units.as_printed(_text(value))
        except UnitError as error:
            faults += error.at(named(key))
    else:
        faults.append(Problem("value.kind", named(key), kind=type(value).__name__))


def _unfolded(array: xr.DataArray) -> pd.Series[Any] | str:
    """An array as a Series, or as text where it is one number."""
    unit = array.attrs.get("units")
    if not array.dims:
        return f"{array.item()!r} {unit or ''}"
    series = array.to_series()
    series.attrs["units"] = unit
    return series


def _rows(
    key: str, series: pd.Series[Any], faults: list[Problem]
) -> Iterator[tuple[dict[str, Any], str, str]]:
    names, unit = list(map(str, series.index.names)), series.attrs.get("units")
    if not set(names) <= set(LABELS):
        values: dict[str, object] = {"names": names, "known": ", ".join(LABELS)}
        faults.append(Problem("dimension.unknown/series", named(key), **values))
        return
    if not unit:
        faults.append(Problem("unit.missing/python", named(key)))
        return
    gone = series.index[series.isna()]
    if len(gone):
        told = listed([" ".join(map(str, _apart(at))) for at in gone], 8)
        faults.append(Problem("figure.unknown", named(key), labels=_text(told)))
    for at, figure in series.dropna().items():
        labels = dict(zip(names, _apart(at), strict=True))
        own = unit.get(labels.get("item")) if isinstance(unit, Mapping) else unit
        if own is None:
            faults.append(Problem("unit.missing/python", _place(key, labels)))
        else:
            yield labels, _text(_digits(figure)), _text(own)


def _apart(at: object) -> tuple[object, ...]:
    """The labels of a row, level by level."""
    return at if isinstance(at, tuple) else (at,)


def _digits(figure: Any) -> str:
    """A number with all its digits; of what is none, the beginning of its text."""
    real = isinstance(figure, (int, float, np.number)) and np.isreal(figure)
    return repr(float(figure)) if real else str(figure)[:80]
