"""What a user gives: figures with unit, labels and source, checked all together, then turned into
labelled arrays.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

import numpy as np
import xarray as xr

from gep import indicators, pricing
from gep.account.basis import Basis
from gep.core import ecosystems, units
from gep.core.errors import InputError, ParameterError, Problem, UnitError, nearest
from gep.core.formula import Component, Indicator, Input
from gep.core.messages import at, word

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
    where: str
    evidence: str = ""
    method: str = ""
    low: float | None = None
    high: float | None = None
    distribution: str = ""
    is_price: bool = False
    classification: str = ""  # "confidential": used, and told nowhere
    money_of: int | None = (
        None  # the year that its money was given in, where ``value`` may be that of another
    )

    @property
    def as_given(self) -> float:
        """The figure as it stands in its row, before an index carried it to another year."""
        told = number(self.text)
        return self.value if told is None else told

    @property
    def half(self) -> float:
        """Half of the last printed digit: how far rounding can have moved the figure."""
        mantissa, _, exponent = self.text.lower().partition("e")
        point = mantissa.find(".")
        digit = int(exponent or 0) - (len(mantissa) - point - 1 if point >= 0 else 0)
        return 0.5 * 10.0 ** min(digit, 99)  # "0e999" is a number too

    def __hash__(self) -> int:
        return hash((self.where, self.ecosystem, self.region, self.year))

    def labels(self) -> tuple[str, str, str, int | None]:
        """Its labels in the order of :data:`LABELS`."""
        return self.item, self.ecosystem, self.region, self.year

    @property
    def at(self) -> str:
        """Its labels as text, without the blank ones."""
        return ", ".join(str(label) for label in self.labels() if label not in ("", None))


def number(text: str) -> float | None:
    """A plain number, or None: no text, no thousands separators, no full-width digits, nothing
    beyond :data:`HUGE`.

    >>> number("1.5e3"), number("1,5"), number("约30"), number("nan")
    (1500.0, None, None, None)
    """
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    return value if abs(value) <= HUGE else None


@dataclass(frozen=True, slots=True)
class Slot:
    """A name that a component takes, with the unit it is used in."""

    name: str
    unit: str  # "" where each item has its own
    low: float | None = None
    high: float | None = None
    stock: bool = False
    kind: str = "input"  # "input", "quantity", "value", "share", "price"


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
        out.setdefault(component.quantity, Slot(component.quantity, f.unit))
    out |= {name: _slot(i) for name, i in indicator.inputs(component.quantity).items()}
    if component.price:
        out[component.price] = Slot(
            component.price, component.price_unit, stock=component.stock, kind="price"
        )
        todo = [price_name(component, method)]
        record = pricing.get(method or component.pricing)
        while todo:
            for f in record.formulas.get(todo.pop(), ()):
                out |= {
                    n: replace(_slot(i), kind="price") for n, i in f.inputs.items() if n not in out
                }
                todo += f.inputs
    return out


def price_name(component: Component, method: str = "") -> str:
    """The name under which a pricing method gives this component's price."""
    record = pricing.get(method or component.pricing)
    special = f"{component.price}_{component.id}"
    return special if special in record.formulas else component.price


def _slot(i: Input) -> Slot:
    return Slot(i.name, i.unit, i.low, i.high, i.stock)


def whole(indicator: Indicator) -> Component:
    """The indicator as a whole, where a source gives no components: it takes a quantity or a value."""
    units_ = {c.unit for c in indicator.components if not c.outside}
    prices = {(c.price, c.price_unit, c.pricing) for c in indicator.components if not c.outside}
    name, unit, method = prices.pop() if len(prices) == 1 else ("", "", "market_price")
    return Component(
        "", indicator.zh, indicator.en, units_.pop() if len(units_) == 1 else "", name, unit, method
    )


REMAINDER = Component("remainder", "其余部分", "remainder", "")


def components(indicator: Indicator) -> list[Component]:
    """The components that may be named for an indicator, with the whole and the remainder."""
    return [*indicator.components, whole(indicator), REMAINDER]


def tidied(entries: Iterable[Entry], basis: Basis) -> list[Entry]:
    """The entries with one spelling for each ecosystem type, and the figures of a one-component
    indicator under it.
    """
    first: dict[str, str] = {}
    spelling: dict[str, str] = {}
    alone: dict[str, str] = {}
    out = []
    for e in entries:
        if e.ecosystem not in spelling:
            known = ecosystems.find(e.ecosystem) if e.ecosystem not in basis.ecosystems else None
            spelling[e.ecosystem] = first.setdefault(known, e.ecosystem) if known else e.ecosystem
        if e.indicator not in alone:
            own = indicators.get(e.indicator).components if e.indicator in indicators.IDS else ()
            alone[e.indicator] = own[0].id if len(own) == 1 else ""
        ecosystem, component = spelling[e.ecosystem], e.component or alone[e.indicator]
        out.append(
            e
            if ecosystem == e.ecosystem and component == e.component
            else e._replace(ecosystem=ecosystem, component=component)
        )
    return out


def problems(
    entries: Sequence[Entry], basis: Basis, methods: dict[tuple[str, str], str]
) -> Iterator[Problem]:
    """Everything wrong with the entries, by file, line and column."""
    seen: dict[tuple[object, ...], str] = {}
    known: dict[tuple[str, str, str], list[Slot]] = {}
    fine: set[tuple[object, ...]] = set()  # labels that were looked at and are right
    readings: dict[tuple[str, str, str, str], _Reading | None] = {}
    undated: set[tuple[str, str, str]] = set()
    for e in entries:
        what = e[:3]
        key = (*what, e.item, e.ecosystem, e.region, e.year)
        if key in seen:
            yield Problem(
                "row.double", e.where, values={"first": seen[key] + (e.at and f" ({e.at})")}
            )
        seen.setdefault(key, e.where)
        place = (e.ecosystem, e.region, e.year, e.is_price)
        if place not in fine:
            wrong = list(_labels(e, basis))
            yield from wrong
            if not wrong:
                fine.add(place)
        if (*what, e.unit) in readings:
            yield from _range(e, readings[(*what, e.unit)])
            yield from _undated(e, basis, undated)
            continue
        try:
            fits = known[what] = known[what] if what in known else _fitting(e, methods)
        except ParameterError as error:
            for p in error.problems:
                yield replace(
                    p,
                    where=at(
                        e.where, "indicator" if p.code == "indicator.unknown" else "component"
                    ),
                )
            continue
        if not fits:
            names = sorted(
                {n for s in _candidates(e, methods) for n in s} - {"quantity", "value", "share"}
            )
            yield Problem(
                "input.unknown",
                at(e.where, "price" if e.is_price else "input"),
                values={
                    "name": e.name,
                    "target": e.indicator or word("shared_names"),
                    "names": nearest(
                        e.name,
                        names if e.indicator else indicators.SHARED,
                        f"gep show {e.indicator or '--inputs'}",
                    ),
                },
            )
            continue
        wrong = [*_unit(e, fits), *_many(e)]
        yield from wrong
        if all(
            p.level == "note" for p in wrong
        ):  # the next of the same name and unit needs no second look
            readings[(*what, e.unit)] = reading = _reading(e.unit, fits)
            yield from _range(e, reading)
            yield from _undated(e, basis, undated)


def _undated(e: Entry, basis: Basis, seen: set[tuple[str, str, str]]) -> Iterator[Problem]:
    """A price without a year, once for each name: it could be of any."""
    if (
        e.is_price
        and e.year is None
        and e[:3] not in seen
        and basis.price_year is not None
        and units.is_currency(e.unit)
    ):
        seen.add(e[:3])
        yield Problem("price.undated", e.where, "note", {"name": e.name, "year": basis.price_year})


def _labels(e: Entry, basis: Basis) -> Iterator[Problem]:
    if e.ecosystem and ecosystems.find(e.ecosystem, basis.ecosystems) is None:
        yield Problem("ecosystem.unknown", at(e.where, "ecosystem"), values={"label": e.ecosystem})
    if e.region and basis.regions and e.region != basis.region and e.region not in basis.regions:
        yield Problem("region.unknown", at(e.where, "region"), values={"label": e.region})
    if e.year is not None and basis.years and e.year not in basis.years and not e.is_price:
        yield Problem(
            "year.unknown",
            at(e.where, "year"),
            values={"label": e.year, "years": ", ".join(map(str, basis.years))},
        )


def _candidates(e: Entry, methods: dict[tuple[str, str], str]) -> list[dict[str, Slot]]:
    if not e.indicator:
        every = [slots(i, c) for i in indicators.every() for c in i.components]
        return [
            {"gdp": Slot("gdp", "CNY/yr")},
            *({n: s for n, s in names.items() if n in indicators.SHARED} for names in every),
        ]
    indicator = indicators.get(e.indicator)
    if e.component:
        named = [c for c in components(indicator) if c.id == e.component]
        if not named:
            names = ", ".join(c.id for c in indicator.components) or word("none")
            raise ParameterError(
                "component",
                [
                    Problem(
                        "component.unknown",
                        e.component,
                        values={"component": e.component, "indicator": e.indicator, "names": names},
                    )
                ],
            )
        return [slots(indicator, c, methods.get((e.indicator, c.id), "")) for c in named]
    return [
        *(slots(indicator, c, methods.get((e.indicator, c.id), "")) for c in indicator.components),
        slots(indicator, whole(indicator)),
    ]


def _many(e: Entry) -> Iterator[Problem]:
    """A quantity given for an indicator where each of its components has one of its own: it would
    be counted once for each.
    """
    if e.indicator and not e.component:
        names = [
            c.id
            for c in indicators.get(e.indicator).components
            if c.given == e.name and not c.outside
        ]
        if len(names) > 1:
            yield Problem(
                "component.which",
                at(e.where, "component"),
                values={"name": e.name, "count": len(names), "names": ", ".join(names)},
            )


def _fitting(e: Entry, methods: dict[tuple[str, str], str]) -> list[Slot]:
    return [s[e.name] for s in _candidates(e, methods) if e.name in s]


def read_unit(unit: str, slot: Slot) -> str:
    """The unit to convert from: the given one, or the given one per year where only the year is
    lacking.
    """
    return (
        units.per_year(unit) if not slot.stock and units.lacks_only_year(unit, slot.unit) else unit
    )


def _unit(e: Entry, fits: Sequence[Slot]) -> Iterator[Problem]:
    where = at(e.where, "unit")
    try:
        units.check(e.unit)
    except UnitError as error:
        yield from (replace(p, where=where) for p in error.problems)
        return
    if any(not s.unit for s in fits):
        return
    lacking = [s for s in fits if not s.stock and units.lacks_only_year(e.unit, s.unit)]
    if lacking:
        yield Problem("unit.per_year", where, "note", {"given": e.unit})
    good = [s for s in fits if units.compatible(read_unit(e.unit, s), s.unit)]
    if not good:
        if any(
            units.lacks_only_year(e.unit, s.unit) for s in fits
        ):  # of stocks: what else lacks the year has it by now
            if e.method != "as_printed":
                yield Problem("unit.stock", where, values={"given": e.unit, "wanted": fits[0].unit})
            return
        yield Problem("unit.dimension", where, values={"given": e.unit, "wanted": fits[0].unit})
        return


class _Reading(NamedTuple):
    """How the figures of one name and unit are read, and the range they must keep."""

    scale: float
    offset: float
    slot: Slot


def _reading(unit: str, fits: Sequence[Slot]) -> _Reading | None:
    if any(not s.unit for s in fits):  # what may be in any unit has no range
        return None
    good = [s for s in fits if units.compatible(read_unit(unit, s), s.unit)]
    return (
        _Reading(*units.conversion(read_unit(unit, good[0]), good[0].unit), good[0])
        if good
        else None
    )


def _range(e: Entry, reading: _Reading | None) -> Iterator[Problem]:
    if reading is None:
        return
    scale, offset, s = reading
    value = e.value * scale + offset
    if (s.low is not None and value < s.low) or (s.high is not None and value > s.high):
        yield Problem(
            "range.outside",
            at(e.where, "value"),
            values={
                "text": e.text,
                "given": e.unit,
                "low": "−∞" if s.low is None else f"{s.low:g}",
                "high": "∞" if s.high is None else f"{s.high:g}",
                "unit": s.unit,
            },
        )


@dataclass(frozen=True)
class Given:
    """Entries of one name as a labelled array in the unit of its slot, with half of the last
    printed digit.
    """

    name: str
    unit: str
    array: xr.DataArray
    half: xr.DataArray
    entries: tuple[Entry, ...]
    units: dict[str, str] | None = None  # by item, where each item has its own unit
    owner: np.ndarray[tuple[int, ...], np.dtype[np.intp]] | None = (
        None  # of each cell, the place of its entry in ``entries``; -1 where none
    )

    @property
    def own(self) -> bool:
        """Whether it was given for the indicator, not under a name that indicators share."""
        return bool(
            self.entries and self.entries[0].indicator
        )  # sums over a map rest on none of their own

    def types(self) -> list[str]:
        """The ecosystem types that it was given for."""
        return (
            [str(e) for e in self.array["ecosystem"].values if e]
            if "ecosystem" in self.array.dims
            else []
        )


# of a figure, and of all components together; at ten times as many an account takes tens of GiB
MAX_CELLS = 10_000_000


def bounded(sizes: Mapping[str, int], where: str, before: int = 0) -> int:
    """The number of cells of a grid, added to those before it; tables are kept dense, so few rows
    can ask for very many.

    Raises
    ------
    InputError
        If they are more than :data:`MAX_CELLS`.
    """
    cells = before + math.prod(sizes.values())
    if cells > MAX_CELLS:
        raise InputError(
            "error.account",
            [
                Problem(
                    "grid.large",
                    where,
                    values={
                        "sizes": " × ".join(f"{n} {label}" for label, n in sizes.items()),
                        "cells": cells,
                        "limit": MAX_CELLS,
                    },
                )
            ],
        )
    return cells


def gather(name: str, slot: Slot, entries: Iterable[Entry], basis: Basis) -> Given:
    """Put entries on a grid: a dimension for each label in use; combinations that were not given
    are NaN.

    A row of a blank year serves every year that has no row of its own.
    """
    rows = tuple(entries)
    columns: dict[str, list[object]] = {
        label: [getattr(e, label) for e in rows] for label in LABELS
    }
    used = [label for label in LABELS if any(value not in ("", None) for value in columns[label])]
    if "region" in used:
        columns["region"] = [region or basis.region for region in columns["region"]]
    keys = {
        label: list(basis.years) if label == "year" else list(dict.fromkeys(columns[label]))
        for label in used
    }
    bounded({label: len(keys[label]) for label in used}, rows[0].where)
    index = {label: {key: n for n, key in enumerate(keys[label])} for label in used}
    own_units = {e.item: e.unit for e in reversed(rows)} if not slot.unit else None
    readings: dict[tuple[str, str], tuple[float, float]] = {}
    for unit, item in dict.fromkeys((e.unit, e.item if own_units else "") for e in rows):
        wanted, given = (own_units[item], unit) if own_units else (slot.unit, read_unit(unit, slot))
        if slot.stock and units.lacks_only_year(
            given, wanted
        ):  # as printed: a stock used where a yearly amount belongs
            given = units.per_year(given)
        readings[unit, item] = units.conversion(given, wanted)
    read = [readings[e.unit, e.item if own_units else ""] for e in rows]
    scale, offset = np.array([r[0] for r in read]), np.array([r[1] for r in read])
    values = np.array([e.value for e in rows]) * scale + offset
    array = np.full([len(keys[label]) for label in used], np.nan)
    owner = np.full(array.shape, -1)
    every_year = np.array([e.year is None and "year" in used for e in rows])
    for which in (
        np.flatnonzero(every_year),
        np.flatnonzero(~every_year),
    ):  # a row of the very year takes the place of one for all
        spread = len(which) > 0 and bool(every_year[which[0]])  # along the years, which stand last
        at = tuple(
            np.array([index[label][columns[label][n]] for n in which], dtype=np.intp)
            for label in used
            if not (spread and label == "year")
        )
        array[at], owner[at] = (
            (values[which, None], which[:, None])
            if spread and at
            else (values[which], which)
            if used
            else (values[0], 0)
        )
    halves = np.array([e.half for e in rows]) * abs(scale)
    labelled = xr.DataArray(array, {label: keys[label] for label in used}, used)
    return Given(
        name,
        slot.unit,
        labelled,
        labelled.copy(data=np.where(owner < 0, np.nan, halves[owner])),
        rows,
        own_units,
        owner,
    )
