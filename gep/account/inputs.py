"""What a user gives: figures with unit, labels and source, checked all together, then turned into
labelled arrays.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

import numpy as np
import xarray as xr

from gep import indicators, pricing
from gep.account.basis import Basis, no_year
from gep.core import ecosystems, units
from gep.core.errors import InputError, ParameterError, Problem, UnitError, nearest
from gep.core.formula import Component, Formula, Indicator, Input, Pricing, bound
from gep.core.frozen import ReadOnly, freeze
from gep.core.messages import Both, word
from gep.core.source import Source, named

T = TypeVar("T")

HUGE = 1e100
LABELS = ("item", "ecosystem", "region", "year")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)


class Entry(NamedTuple):
    """One figure as it was given."""

    indicator: str
    component: str
    name: str
    item: str
    ecosystem: str
    region: str
    year: int | None
    text: str
    value: float
    unit: str
    source: str
    where: Source  # the place it stands at; ``source`` is the citation
    evidence: str = ""
    method: str = ""
    low: float | None = None
    high: float | None = None
    distribution: str = ""
    is_price: bool = False
    classification: str = ""  # "confidential": used, and told nowhere
    # the year that its money was given in, where ``value`` may be that of another
    money_of: int | None = None

    @property
    def as_given(self) -> float:
        """The figure as it stands in its row, before an index carried it to another year."""
        return or_else(number(self.text), self.value)

    @property
    def half(self) -> float:
        """Half of the last printed digit: how far rounding can have moved the figure."""
        mantissa, _, exponent = self.text.lower().partition("e")
        digit = int(exponent or 0) - len(mantissa.partition(".")[2])
        return 0.5 * 10.0 ** min(digit, 99)  # "0e999" is a number too

    def __hash__(self) -> int:
        return hash((self.where, self.ecosystem, self.region, self.year))

    def labels(self) -> tuple[str, str, str, int | None]:
        """Its labels in the order of :data:`LABELS`."""
        return self.item, self.ecosystem, self.region, self.year

    @property
    def at(self) -> str:
        """Its labels as text, without the blank ones."""
        return ", ".join(map(str, filter(None, self.labels())))


def number(text: str) -> float | None:
    """A plain number, or None: no text, no thousands separators, no full-width digits, nothing
    beyond :data:`HUGE`.

    >>> number("1.5e3"), number("1,5"), number("约30"), number("nan")
    (1500.0, None, None, None)
    """
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    return value if abs(value) <= HUGE else None


def or_else(given: T | None, default: T) -> T:
    """What was given, or something else where nothing was."""
    return default if given is None else given


def listed(texts: Sequence[object], most: int, comma: str = ", ") -> str:
    """Texts in a row; of more than ``most`` the first, and how many there are."""
    rest = f" … ({len(texts)})" if len(texts) > most else ""
    return comma.join(map(str, texts[:most])) + rest


@dataclass(frozen=True, slots=True)
class Slot:
    """A name that a component takes, with the unit it is used in."""

    name: str
    unit: str  # "" where each item has its own
    low: float | None = None
    high: float | None = None
    stock: bool = False
    kind: str = "input"  # "input", "quantity", "value", "share", "price"
    size: bool = False  # grows with the place: of several places together it is not each one's

    @classmethod
    def of(cls, i: Input) -> Slot:
        """That of an argument of a formula."""
        return cls(i.name, i.unit, i.low, i.high, i.stock, size=i.size)


@cache
def slots(indicator: Indicator, component: Component, method: str = "") -> dict[str, Slot]:
    """Every name that may be given for a component: its quantity, value, share, inputs,
    intermediates and prices.
    """
    unit = component.unit
    out = {
        "quantity": Slot("quantity", unit, kind="quantity"),
        "value": Slot("value", "CNY/yr", kind="value"),
        "share": Slot("share", "1", 0, 1, kind="share"),
    }
    if component.cap:
        out[component.cap] = Slot(component.cap, unit, 0)
    for f in indicator.quantities.get(component.quantity, ()):
        out.setdefault(component.quantity, Slot(component.quantity, f.unit, size=True))
    out |= {name: Slot.of(i) for name, i in indicator.inputs(component.quantity).items()}
    if component.price:
        out[component.price] = Slot(
            component.price, component.price_unit, stock=component.stock, kind="price"
        )
        for f in price_formulas(_pricing(component, method), price_name(component, method)):
            for name, i in f.inputs.items():
                out.setdefault(name, replace(Slot.of(i), kind="price"))
    return out


def price_formulas(record: Pricing, name: str) -> Iterator[Formula]:
    """Every formula of a pricing method that can lead to a price, through all routes."""
    todo, seen = [name], set()
    while todo:
        at = todo.pop()
        for f in () if at in seen else record.formulas.get(at, ()):
            todo += f.inputs
            yield f
        seen.add(at)


def price_name(component: Component, method: str = "") -> str:
    """The name under which a pricing method gives this component's price."""
    special = f"{component.price}_{component.id}"
    return special if special in _pricing(component, method).formulas else component.price


def _pricing(component: Component, method: str) -> Pricing:
    return pricing.get(method or component.pricing)


def whole(indicator: Indicator) -> Component:
    """The indicator as a whole, where a source gives no components: a quantity or a value."""
    inside = [c for c in indicator.components if not c.outside]
    unit = _only({c.unit for c in inside}, "")
    price = _only({(c.price, c.price_unit, c.pricing) for c in inside}, ("", "", "market_price"))
    name, price_unit, method = price
    return Component(
        id="",
        zh=indicator.zh,
        en=indicator.en,
        unit=unit,
        price=name,
        price_unit=price_unit,
        pricing=method,
    )


def _only(found: Collection[T], default: T) -> T:
    """The one thing that was found, or another where there are none or several."""
    return next(iter(found)) if len(found) == 1 else default


REMAINDER = Component(id="remainder", zh="其余部分", en="remainder")


def components(indicator: Indicator) -> list[Component]:
    """The components that may be named for an indicator, with the whole and the remainder."""
    return [*indicator.components, whole(indicator), REMAINDER]


def tidied(entries: Iterable[Entry], basis: Basis) -> list[Entry]:
    """The entries with one spelling for each ecosystem type, and the figures of a one-component
    indicator under it.
    """
    first: dict[str, str] = {}

    @cache
    def spelling(label: str) -> str:
        """Of the labels of one class the first; an own label as it is."""
        known = None if label in basis.ecosystems else ecosystems.find(label)
        return first.setdefault(known, label) if known else label

    out = []
    for e in entries:
        ecosystem, component = spelling(e.ecosystem), e.component or _alone(e.indicator)
        same = ecosystem == e.ecosystem and component == e.component
        out.append(e if same else e._replace(ecosystem=ecosystem, component=component))
    return out


@cache
def _alone(indicator: str) -> str:
    """The component of an indicator that has no other."""
    known = indicator in indicators.ids()
    return _only([c.id for c in indicators.get(indicator).components], "") if known else ""


def _labelled(where: Source, labels: str) -> Both:
    """A place with the labels that stand there."""
    behind = f" ({labels})" if labels else ""
    return Both(*(f"{where.told(lang)}{behind}" for lang in ("en", "zh")))


def problems(
    entries: Sequence[Entry], basis: Basis, methods: Mapping[tuple[str, ...], str]
) -> Iterator[Problem]:
    """Everything wrong with the entries, by file, line and column."""
    seen: dict[tuple[object, ...], Source] = {}
    readings: dict[tuple[str, ...], _Reading | None] = {}
    undated: set[tuple[str, ...]] = set()

    regions = {"", basis.region, *basis.regions}

    @cache
    def strange(*place: Any) -> tuple[Problem, ...]:
        return tuple(_labels(basis, regions, *place))

    for e in entries:
        key = (*e[:3], e.item, e.ecosystem, e.region, e.year)
        if key in seen:
            yield Problem("row.double", e.where, first=_labelled(seen[key], e.at))
        seen.setdefault(key, e.where)
        for p in strange(e.ecosystem, e.region, e.year, e.is_price):
            yield p.at(e.where.at(p.source.column))
        named = (*e[:3], e.unit)
        if named not in readings:  # the next of the same name and unit needs no second look
            told, reading = _first_look(e, methods)
            yield from told
            if any(p.level == "error" for p in told):
                continue
            readings[named] = reading
        yield from _range(e, readings[named])
        yield from _undated(e, basis, undated)


def _undated(e: Entry, basis: Basis, seen: set[tuple[str, ...]]) -> Iterator[Problem]:
    """A price without a year, once for each name: it could be of any."""
    open_ = e.is_price and e.year is None and basis.price_year is not None
    if open_ and e[:3] not in seen and units.is_currency(e.unit):
        seen.add(e[:3])
        yield Problem("price.undated", e.where, name=e.name, year=basis.price_year)


def _labels(
    basis: Basis, regions: set[str], ecosystem: str, region: str, year: int | None, is_price: bool
) -> Iterator[Problem]:
    """Labels that the account does not know, each at its column."""
    if ecosystem and ecosystems.find(ecosystem, basis.ecosystems) is None:
        yield Problem("ecosystem.unknown", Source(column="ecosystem"), label=ecosystem)
    if basis.regions and region not in regions:
        yield Problem("region.unknown", Source(column="region"), label=region)
    if basis.years and not is_price and year not in (None, *basis.years):
        yield no_year(Source(column="year"), year, basis.years)


def _first_look(
    e: Entry, methods: Mapping[tuple[str, ...], str]
) -> tuple[list[Problem], _Reading | None]:
    """What is wrong with the name and the unit of a figure, and how it is read."""
    try:
        fits = _fitting(e, methods)
    except ParameterError as error:
        return [p.at(e.where.at(_column(e, p))) for p in error.problems], None
    wrong, reading = _unit(e, fits)
    return [*wrong, *_many(e)], reading


def _column(e: Entry, p: Problem) -> str:
    """The column that holds the name of which a problem speaks."""
    column = p.code.partition(".")[0]
    return column.replace("input", "price") if e.is_price else column


def _fitting(e: Entry, methods: Mapping[tuple[str, ...], str]) -> list[Slot]:
    """What a figure of this name may be.

    Raises
    ------
    ParameterError
        If its indicator, component or name is unknown.
    """
    candidates = _candidates(e, methods)
    fits = [s[e.name] for s in candidates if e.name in s]
    if fits:
        return fits
    known = sorted(set().union(*candidates) - {"quantity", "value", "share"})
    if e.indicator:
        target, names = e.indicator, nearest(e.name, known, f"gep show {e.indicator}")
    else:
        target = word("shared_names")
        names = nearest(e.name, indicators.SHARED, "gep show --inputs")
    values: dict[str, object] = {"name": e.name, "target": target, "names": names}
    raise ParameterError("input", [Problem("input.unknown", named(e.name), **values)])


def _candidates(e: Entry, methods: Mapping[tuple[str, ...], str]) -> list[dict[str, Slot]]:
    """The names that may be given for each component that the labels of a figure name."""
    if not e.indicator:
        every = [slots(i, c) for i in indicators.every() for c in i.components]
        return [{"gdp": Slot("gdp", "CNY/yr")}, *every] if e.name in indicators.SHARED else []
    indicator = indicators.get(e.indicator)
    return [slots(indicator, c, methods.get((e.indicator, c.id), "")) for c in _named(e)]


def _named(e: Entry) -> list[Component]:
    """The components that a figure of an indicator is for: one, or all of them and the whole."""
    indicator = indicators.get(e.indicator)
    known = {c.id: [c] for c in components(indicator)}
    known[""] = [*indicator.components, whole(indicator)]
    if e.component not in known:
        names = ", ".join(c.id for c in indicator.components) or word("none")
        values = {"component": e.component, "indicator": e.indicator, "names": names}
        problem = Problem("component.unknown", named(e.component), **values)
        raise ParameterError("component", [problem])
    return known[e.component]


def _many(e: Entry) -> Iterator[Problem]:
    """A quantity given for an indicator where each of its components has one of its own: it would
    be counted once for each.
    """
    every = _named(e) if e.indicator else []
    names = [c.id for c in every if c.given == e.name and not c.outside]
    if len(names) > 1:
        values = {"name": e.name, "count": len(names), "names": ", ".join(names)}
        yield Problem("component.which", e.where.at("component"), **values)


def _unit(e: Entry, fits: Sequence[Slot]) -> tuple[list[Problem], _Reading | None]:
    """What is wrong with the unit of a figure, and how it is read: None where there is no way, or
    where any unit will do.
    """
    where = e.where.at("unit")
    try:
        units.check(e.unit)
    except UnitError as error:
        return error.at(where), None
    return _dimension(e, fits, where) if all(s.unit for s in fits) else ([], None)


def _dimension(
    e: Entry, fits: Sequence[Slot], where: Source
) -> tuple[list[Problem], _Reading | None]:
    """The same of a unit that is one, for a name that has its own."""
    lacking = [s for s in fits if units.lacks_only_year(e.unit, s.unit)]
    flow = any(not s.stock for s in lacking)
    notes = [Problem("unit.per_year", where, given=e.unit)] if flow else []
    reading = _reading(e.unit, fits)
    if reading is not None:
        return notes, reading
    if lacking and e.method == "as_printed":  # of stocks: others that lack the year have it by now
        return [], None
    code = "unit.stock" if lacking else "unit.dimension"
    return [Problem(code, where, given=e.unit, wanted=fits[0].unit)], None


def _reading(unit: str, fits: Sequence[Slot]) -> _Reading | None:
    """By the first name that the unit converts to."""
    for slot in fits:
        if units.reads(unit, slot.unit, slot.stock):
            low, high = or_else(slot.low, -math.inf), or_else(slot.high, math.inf)
            return _Reading(units.reading(unit, slot.unit, slot.stock), low, high)
    return None


class _Reading(NamedTuple):
    """How the figures of one name and unit are read, and the range they must keep."""

    unit: units.Reading
    low: float
    high: float


def _range(e: Entry, reading: _Reading | None) -> Iterator[Problem]:
    """A figure outside what its name can be."""
    if reading is None:
        return
    unit, low, high = reading
    value = unit.of(e.value)
    if value < low or value > high:
        values: dict[str, object] = {
            "text": e.text,
            "given": e.unit,
            "low": bound(low),
            "high": bound(high),
            "unit": unit.unit,
        }
        yield Problem("range.outside", e.where.at("value"), **values)


class Reader:
    """How the figures of an account are read, each in the unit of what it fills; one of an item
    that has a unit of its own in the base units of that.
    """

    def __init__(self, pricing_of: Mapping[str, str]) -> None:
        self._methods = {tuple(name.split(".", 1)): way for name, way in pricing_of.items()}
        self._known: dict[tuple[str, ...], units.Reading] = {}

    def __call__(self, e: Entry) -> units.Reading:
        """How a figure is read; it was found right before."""
        key = (*e[:3], e.unit)
        if key not in self._known:
            slots = (s.unit for s in _fitting(e, self._methods) if s.unit)
            wanted = next((unit for unit in slots if units.reads(e.unit, unit)), "")
            self._known[key] = units.reading(e.unit, wanted) if wanted else units.in_base(e.unit)
        return self._known[key]


@dataclass(frozen=True, eq=False)
class Figures(ReadOnly):
    """Entries of one name as a labelled array in the unit of its slot, with half of the last
    printed digit.
    """

    name: str
    unit: str
    _array: xr.DataArray
    _half: xr.DataArray
    entries: tuple[Entry, ...]
    units: Mapping[str, str] | None = None  # by item, where each item has its own unit
    # of each cell, the place of its entry in ``entries``; -1 where none
    owner: np.ndarray[tuple[int, ...], np.dtype[np.intp]] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        freeze(self, "units")

    @property
    def array(self) -> xr.DataArray:
        """The numbers; nobody can write into them."""
        return self._array.copy(deep=False)

    @property
    def half(self) -> xr.DataArray:
        """Half of the last printed digit of each number."""
        return self._half.copy(deep=False)

    def on(
        self,
        array: xr.DataArray,
        half: xr.DataArray,
        owner: np.ndarray[Any, np.dtype[np.intp]] | None,
        units: Mapping[str, str] | None,
        entries: tuple[Entry, ...] | None = None,
    ) -> Figures:
        """The same figures on other labels."""
        rows = or_else(entries, self.entries)
        return Figures(self.name, self.unit, array, half, rows, units, owner)

    @property
    def own(self) -> bool:
        """Whether it was given for the indicator, not under a name that indicators share."""
        # sums over a map rest on none of their own
        return any(e.indicator for e in self.entries[:1])

    def types(self) -> list[str]:
        """The ecosystem types that it was given for."""
        if "ecosystem" not in self.array.dims:
            return []
        return list(filter(None, map(str, self.array["ecosystem"].values)))


# of a figure, and of all components together; at ten times as many an account takes tens of GiB
MAX_CELLS = 10_000_000


def bounded(sizes: Mapping[str, int], where: Source, before: int = 0) -> int:
    """The number of cells of a grid, added to those before it; tables are kept dense, so few rows
    can ask for very many.

    Raises
    ------
    InputError
        If they are more than :data:`MAX_CELLS`.
    """
    cells = before + math.prod(sizes.values())
    if cells > MAX_CELLS:
        told = " × ".join(f"{n} {label}" for label, n in sizes.items())
        values = {"sizes": told, "cells": cells, "limit": MAX_CELLS}
        raise InputError("error.account", [Problem("grid.large", where, **values)])
    return cells


def gather(name: str, slot: Slot, entries: Iterable[Entry], basis: Basis) -> Figures:
    """Put entries on a grid: a dimension for each label in use; combinations that were not given
    are NaN.

    A row of a blank year serves every year that has no row of its own.
    """
    rows = tuple(entries)
    columns = _columns(rows, basis)
    whole_years = {"year": basis.years}
    keys = {d: list(whole_years.get(d, dict.fromkeys(column))) for d, column in columns.items()}
    bounded(dict(zip(keys, map(len, keys.values()), strict=True)), rows[0].where)
    owner = _owners(columns, keys)
    own_units = {} if slot.unit else {e.item: e.unit for e in reversed(rows)}
    scale, offset = _conversions(rows, slot, own_units)
    values = np.array([e.value for e in rows]) * scale + offset
    halves = np.array([e.half for e in rows]) * abs(scale)
    array = xr.DataArray(np.where(owner < 0, np.nan, values[owner]), keys, list(keys))
    half = array.copy(data=np.where(owner < 0, np.nan, halves[owner]))
    return Figures(name, slot.unit, array, half, rows, own_units or None, owner)


def _columns(rows: Sequence[Entry], basis: Basis) -> dict[str, list[Any]]:
    """The labels of the rows, dimension by dimension, where any has one."""
    columns = {label: list(map(attrgetter(label), rows)) for label in LABELS}
    used = {label: column for label, column in columns.items() if any(column)}
    if "region" in used:
        used["region"] = [region or basis.region for region in used["region"]]
    return used


def _owners(
    columns: Mapping[str, Sequence[object]], keys: Mapping[str, Sequence[object]]
) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
    """The row that each cell is from, -1 for none; one of the very year goes before one for all."""
    at = tuple(_places(columns[label], names) for label, names in keys.items())
    # along the years, which stand last, one place more: of the rows for all
    owner = np.full([len(names) + (label == "year") for label, names in keys.items()], -1)
    owner[at] = np.arange(len(at[0])) if at else 0
    if "year" not in keys:
        return owner
    return np.where(owner[..., :-1] < 0, owner[..., -1:], owner[..., :-1])


def _places(column: Sequence[object], names: Sequence[object]) -> list[int]:
    """Where each label of a column stands among the names; behind them where it is blank."""
    index = dict(zip([*names, None], count(), strict=False))
    return [index[label] for label in column]


def _conversions(rows: Sequence[Entry], slot: Slot, own_units: Mapping[str, str]) -> Any:
    """Scale and offset of each row to the unit of the slot, or of the first row of its item."""

    @cache
    def conversion(unit: str, item: str) -> tuple[float, float]:
        wanted = own_units.get(item, slot.unit)
        if not slot.unit:
            return units.conversion(unit, wanted)
        # also as printed: of a stock that is used where a yearly amount belongs
        _, scale, offset, _ = units.reading(unit, wanted)
        return scale, offset

    return np.array([conversion(e.unit, e.item) for e in rows]).T
