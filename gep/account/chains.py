"""From entries to numbers: each component's quantity, price and value, every step kept so that it
can be shown.

A quantity is looked for by name: as given, else by a formula of its indicator, whose arguments are
looked for in the same way, else as a coefficient. So a user can enter the chain anywhere. Nothing
is computed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain, product

import xarray as xr

from gep import pricing
from gep.account.basis import Basis
from gep.account.deflate import at_price_year
from gep.account.fallback import completed, in_use, lacks, reaching
from gep.account.inputs import Entry, Figures, Slot, bounded, gather, price_name, slots
from gep.account.nodes import (
    NOTHING,
    Absent,
    Coefficient,
    Computed,
    Constant,
    Given,
    Layer,
    Node,
    Place,
    Results,
    by_type,
    changed,
    on_map,
)
from gep.core import tables, units
from gep.core.errors import Problem, UnitError
from gep.core.formula import Component, Formula, Indicator, Input
from gep.core.frozen import Frozen
from gep.core.source import Source
from gep.standards import Profile

FINAL = ("quantity", "value", "share")  # names of figures that nothing more is made of


@dataclass(frozen=True, eq=False)
class Solution:
    """The chains that lead to a component's figures; nothing is computed yet."""

    indicator: Indicator
    component: Component
    quantity: Node = NOTHING
    price: Node = NOTHING
    value: Node = NOTHING
    share: Node = NOTHING
    cap: Node = NOTHING
    method: str = ""
    notes: tuple[Problem, ...] = ()
    # scale at which the standard sets a negative quantity to zero: "cell", "region", "total", or
    # nowhere
    floor: str = ""
    unpriced: bool = False  # a quantity that the service is known by, beside what is priced
    results: Results = field(default_factory=Frozen)  # of what was looked up or summed for a map

    @property
    def name(self) -> str:
        """Where its problems are: indicator and component."""
        return f"{self.indicator.id}.{self.component.id}"

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The chains that lead to the figures."""
        return self.quantity, self.price, self.value, self.share, self.cap

    @property
    def entries(self) -> list[Entry]:
        """All figures used, each once."""
        given = {id(figures): figures.entries for figures in self.all_figures()}
        return list(dict.fromkeys(chain.from_iterable(given.values())))

    def told(self) -> Iterator[tuple[Given | Layer, Figures]]:
        """What holds figures in all chains, with the figures; chains may share them."""
        return chain.from_iterable(node.told() for node in self.nodes)

    def all_figures(self) -> list[Figures]:
        """The figures of all chains."""
        return [figures for _, figures in self.told()]


def headlines(i: Indicator) -> dict[str, Component]:
    """The quantities that a service is known by and that have no price, with the component that
    each is part of; each under an id that no priced component has.

    >>> from gep import indicators
    >>> {id: c.id for id, c in headlines(indicators.get("soil_retention")).items()}
    {'retained_soil': 'siltation'}
    """
    carried = [c for c in i.components if c.headline]
    taken = {c.id for c in i.components}
    return {f"{c.headline}_quantity" if c.headline in taken else c.headline: c for c in carried}


class Solver:
    """Looks up and works out the components of one account."""

    def __init__(
        self, inputs: Sequence[Entry], prices: Sequence[Entry], basis: Basis, profile: Profile
    ) -> None:
        self.basis, self.profile = basis, profile
        self.problems: list[Problem] = []
        self.used: set[Entry] = set()
        self._inputs: dict[Place, list[Entry]] = {}
        self._prices: dict[Place, list[Entry]] = {}
        self._stores = {False: self._inputs, True: self._prices}  # by whether they are prices
        self._gathered: dict[tuple[object, ...], Figures | None] = {}
        self._faults: dict[tuple[object, ...], list[Problem]] = {}
        self._looked: set[tuple[object, ...]] = set()
        self._cells = 0  # of all that was gathered
        for store, entries in ((self._inputs, inputs), (self._prices, prices)):
            for e in entries:
                store.setdefault((e.indicator, e.component, e.name), []).append(e)
        self.notes: list[Problem] = []  # on the routes of the component at hand

    def pricing_of(self, indicator: str, component: Component) -> str:
        """The pricing module that the profile binds to a component."""
        return self.profile.pricing.get(f"{indicator}.{component.id}", component.pricing)

    def has_own(self, indicator: str, component: str) -> bool:
        """Whether anything was given for this very component."""
        return any(k[:2] == (indicator, component) for k in (*self._inputs, *self._prices))

    def has_figure(self, indicator: str) -> bool:
        """Whether a quantity or a value was given for an indicator as a whole."""
        return any((indicator, "", name) in self._inputs for name in ("quantity", "value"))

    def has_any(self, indicator: str) -> bool:
        """Whether anything was given for this indicator."""
        return any(k[0] == indicator for k in (*self._inputs, *self._prices))

    def find(
        self, i: Indicator, c: Component, slot: Slot, *, price: bool = False
    ) -> Given | Layer | None:
        """What was given under a name: for the component, else for its indicator, else under a
        shared name.
        """
        places = self._places(i, c, slot, price)
        for n, (place, is_price) in enumerate(places):
            try:
                given = self.gathered(place, slot, is_price=is_price)
            except UnitError as error:  # one item in units that do not convert into each other
                self._amiss(error, self._stores[is_price][place][0])
                return None
            key = (place, slot.unit, slot.stock, is_price)
            if key not in self._looked:  # not once for each component that takes it
                self._looked.add(key)
                self.use(place, slot, given, is_price=is_price)
            if given is not None:
                return Given(
                    slot.name,
                    slot.unit,
                    given,
                    price=is_price,
                    reaches=price or not (slot.size or slot.name in (_final(c), c.cap, *FINAL)),
                    slot=slot,
                    less_close=tuple(places[n + 1 :]),
                )
        return None

    def _places(
        self, i: Indicator, c: Component, slot: Slot, price: bool
    ) -> list[tuple[Place, bool]]:
        """Where something was given under a name, nearest first, and whether among the prices."""
        places = [(i.id, c.id, slot.name)]
        if slot.name == _final(c):
            places.append((i.id, c.id, "quantity"))
        if slot.name not in FINAL:
            places.append((i.id, "", slot.name))
            if c.shared:
                places.append(("", "", slot.name))
        return [
            (p, store) for p in places for store in (price, not price) if p in self._stores[store]
        ]

    def _amiss(self, error: UnitError, e: Entry) -> None:
        """A figure in a unit that cannot be converted."""
        self.problems += error.at(e.where.at("unit"))

    def gathered(self, place: Place, slot: Slot, *, is_price: bool) -> Figures | None:
        """The rows of one place on a grid, in the unit of the slot; put together once for all
        components that ask.
        """
        key = (place, is_price, slot.unit, slot.stock)
        if key not in self._gathered:
            entries = _fitting(self._stores[is_price][place], slot)
            if is_price or (slot.unit and units.is_currency(slot.unit)):
                entries, self._faults[key] = at_price_year(entries, self.basis, is_price=is_price)
            self._gathered[key] = self._on_grid(slot, entries) if entries else None
        return self._gathered[key]

    def _on_grid(self, slot: Slot, entries: Sequence[Entry]) -> Figures:
        """Rows as a table, its cells counted among those of the account."""
        given = gather(slot.name, slot, entries, self.basis)
        sizes = dict(zip(map(str, given.array.dims), given.array.shape, strict=True))
        self._cells = bounded(sizes, entries[0].where, self._cells)
        return given

    def use(self, place: Place, slot: Slot, given: Figures | None, *, is_price: bool) -> None:
        """Remember which rows were used, and what hinders their use; a row may stand for several
        years, at prices of each.
        """
        self.problems += self._faults.get((place, is_price, slot.unit, slot.stock), ())
        if given is not None:
            wheres = {e.where for e in given.entries}
            self.used.update(e for e in self._stores[is_price][place] if e.where in wheres)

    def quantity(self, i: Indicator, c: Component, name: str, slot: Slot) -> Node:
        """The chain that leads to a named quantity; that no chain turns back on itself is checked
        of every record.
        """
        given = self.find(i, c, slot)
        if given is not None:
            return given
        routes = i.quantities.get(name, ())
        if not routes:
            return Absent(name, slot.unit)
        chosen = self.basis.methods.get(f"{i.id}.{name}")
        only = [f for f in routes if f.__name__ == chosen]
        return self.one_route(i, c, name, [self.by_formula(i, c, f) for f in only or routes])

    def by_formula(self, i: Indicator, c: Component, f: Formula) -> Node:
        """A quantity by one of its formulas: each argument looked for by name, else its default."""
        parts = {name: self._argument(i, c, spec) for name, spec in f.inputs.items()}
        return Computed(f.__name__, f.unit, f, Frozen(parts))

    def _argument(self, i: Indicator, c: Component, spec: Input) -> Node:
        """An argument as it is given; of what is given for some types, the table for the others."""
        node = self.quantity(i, c, spec.name, Slot.of(spec))
        missing = bool(node.missing())
        if isinstance(spec.default, tables.Coefficient):
            rest = Coefficient(spec.name, spec.unit, spec.default)
            if missing:
                return rest
            if isinstance(node, Given) and by_type(node) and spec.default.by_ecosystem:
                return replace(node, rest=rest)
        elif missing and spec.default is not None:
            return Constant(spec.name, spec.unit, spec.default)
        return node

    def one_route(self, i: Indicator, c: Component, name: str, nodes: list[Node]) -> Node:
        """Among several routes the one that the standard names, else the one whose own inputs were
        given.

        Two that could serve alike are an error that asks for a choice. Where the standard's route
        lacks its inputs and another has them, that one serves, and a warning says so.
        """
        key = f"{i.id}.{name}"
        named = {n.name: n for n in nodes}.get(self.profile.methods.get(key, ""))
        live = [n for n in nodes if not n.missing()]
        if named in live:
            return named
        own = {n: n.names() for n in nodes}
        if not live:
            return named or max(nodes, key=lambda n: len(own[n]))
        live = _fullest(live, own, nodes[0])
        self._tell_route(key, live, named, clear=len(live) == 1 or not own[live[0]])
        return live[0]

    def _tell_route(self, key: str, live: list[Node], named: Node | None, *, clear: bool) -> None:
        """Say which route serves where that is not clear, or not what the standard names."""
        first = live[0].name
        if not clear:
            values = {"routes": ", ".join(n.name for n in live), "key": key, "first": first}
            self.problems.append(Problem("route.ambiguous", Source(key=(key,)), **values))
        if named is not None:
            needs = ", ".join(name for name, _ in named.missing())
            values = {"route": first, "named": named.name, "needs": needs}
            self.notes.append(Problem("route.other", Source(key=(key,)), **values))

    def price(self, i: Indicator, c: Component) -> Node:
        """The price of a component: as given, else by the pricing module bound to it."""
        if not c.price:
            return NOTHING
        given = self.find(i, c, Slot(c.price, c.price_unit, stock=c.stock), price=True)
        if given is not None:
            return given
        method = self.pricing_of(i.id, c)
        name = price_name(c, method)
        ways = Indicator(i.id, i.level, i.zh, i.en, (), pricing.get(method).formulas)
        node = self.quantity(ways, c, name, Slot(name, c.price_unit, kind="price"))
        if node.missing() and not node.own():
            return Absent(c.price, c.price_unit)
        return node

    def solve(self, i: Indicator, c: Component) -> Solution:
        """Find what a component needs; nothing is computed yet."""
        method = self.pricing_of(i.id, c)
        mine = slots(i, c, method)
        self.notes = []
        share = self._given(i, c, mine["share"])
        name = c.quantity or "quantity"
        quantity = self.quantity(i, c, name, mine[name])
        if isinstance(share, Given):
            self.shares(share.figures)
        price = self.price(i, c)
        value = self._given(i, c, mine["value"])
        quantity, price = self.reach((quantity, price), (quantity, value, share))
        if not c.unit and isinstance(quantity, Given) and isinstance(price, Given):
            quantity, price = self.item_units(quantity, price)
        cap = self._given(i, c, mine[c.cap]) if c.cap else NOTHING
        if isinstance(price, Given) and pricing.get(method).residual:
            method = "market_price"
        floor = self.profile.floors.get(f"{i.id}.{c.id}", "")
        notes = tuple(self.notes)
        return Solution(i, c, quantity, price, value, share, cap, method, notes, floor)

    def _given(self, i: Indicator, c: Component, slot: Slot) -> Node:
        """What can only be given."""
        return self.find(i, c, slot) or NOTHING

    def reach(self, chains: tuple[Node, Node], sizes: Sequence[Node]) -> tuple[Node, Node]:
        """Chains whose rates and prices serve the labels that the sizes and final figures of a
        component have.
        """
        if on_map(chains):
            return chains  # on a map the cells say what serves them
        told = chain.from_iterable(node.told() for node in sizes)
        wanted = in_use(figures.array for node, figures in told if not node.reaches)
        wanted.pop("year", None)

        def served(node: Given) -> Figures:
            if not node.reaches:
                return node.figures
            return self._completed(node, reaching(node.figures, wanted, self.basis), wanted)

        first, second = (changed(node, served) for node in chains)
        return first, second

    def _completed(
        self, node: Given, given: Figures, wanted: Mapping[str, Sequence[str]]
    ) -> Figures:
        """The figures of a node, with those given less closely for labels that have none."""
        for place, is_price in node.less_close:
            if not lacks(given, wanted):
                break
            far = self.gathered(place, node.slot, is_price=is_price)
            both = far and completed(given, reaching(far, wanted, self.basis), wanted)
            if both is not given:
                self.use(place, node.slot, both, is_price=is_price)
            given = both or given
        return given

    def item_units(self, quantity: Given, price: Given) -> tuple[Given, Given]:
        """Each item counted in the unit of its price: 10 万头 at 9000 元/头 are 100,000 头."""
        counted, priced = dict(quantity.figures.units or {}), price.figures.units or {}
        amounts: dict[str, float] = {}
        prices: dict[str, float] = {}
        first = {e.unit: e for e in reversed(price.figures.entries)}
        for item, unit in counted.items():
            its = _serving(item, priced)
            if its is None:
                continue
            try:
                base, prices[its], amounts[item] = _bases(priced[its], unit)
                counted[item] = base
            except UnitError as error:
                self._amiss(error, first[priced[its]])
        per = {i: f"CNY/{counted.get(i, u.partition('/')[2])}" for i, u in priced.items()}
        return (
            replace(quantity, figures=_rescaled(quantity.figures, amounts, counted)),
            replace(price, figures=_rescaled(price.figures, prices, per)),
        )

    def shares(self, given: Figures) -> None:
        """Shares that do not add up to one, beyond the rounding of the printed figures."""
        total = float(given.array.sum() / (given.array.sizes.get("year", 1)))
        off, where = abs(total - 1), given.entries[0].where
        if off > float(given.half.sum()) + 1e-9:
            self.problems.append(Problem("share.sum", where, sum=total))
        elif off > 1e-9:
            self.notes.append(Problem("share.rounded", where, sum=total))

    def conflicts(self, s: Solution) -> Iterator[Problem]:
        """Inputs that lie idle because something computed from them, or the same by another name,
        was given too; asked once all is solved.
        """
        i, c = s.indicator.id, s.component.id
        for node, given in s.quantity.told():
            if node.price:
                continue
            first = given.entries[0]
            if node.name == _final(s.component):
                for e in self._idle([(i, c, "quantity")]):
                    values = {"other": first.name, "where": first.where.both()}
                    yield Problem("input.same", e.where, **values)
            names = product(s.indicator.inputs(node.name), (c, ""))
            for e in self._idle((i, component, name) for name, component in names):
                values = {"input": e.name, "intermediate": first.name, "where": first.where.both()}
                yield Problem("input.both", e.where, **values)

    def _idle(self, places: Iterable[Place]) -> Iterator[Entry]:
        """Rows of some places among the inputs that nothing uses."""
        rows = chain.from_iterable(self._inputs.get(place, ()) for place in places)
        return (e for e in rows if e not in self.used)


def _final(c: Component) -> str:
    """The name that an input called ``quantity`` fills."""
    return c.given or c.quantity


def _fitting(entries: Sequence[Entry], slot: Slot) -> list[Entry]:
    """The rows in units that a slot takes."""

    @cache
    def fits(unit: str) -> bool:
        return not slot.unit or slot.stock or units.reads(unit, slot.unit)

    return [e for e in entries if fits(e.unit)]


def _fullest(live: Sequence[Node], own: Mapping[Node, set[Place]], default: Node) -> list[Node]:
    """The routes without those that take less of what was given than another does, or just what
    the default route takes.
    """
    most = [n for n in live if not any(own[n] < own[m] for m in live)]
    if default in most:
        return [default, *(n for n in most if own[n] != own[default])]
    return most


def _serving(item: str, priced: Mapping[str, str]) -> str | None:
    """The item whose price serves: its own, that of all, or, of what has no name, the only one."""
    names = (item, "") if item else ("", *priced)
    return next((name for name in names if name in priced), None)


def _bases(per_unit: str, unit: str) -> tuple[str, float, float]:
    """The unit that a price is per, and what brings the price and an amount to it."""
    base = per_unit.partition("/")[2].strip("() ") or "1"
    stock = unit.removesuffix("/yr").removesuffix("/a").removesuffix("/年")
    price = units.conversion(per_unit, f"CNY/({base})")[0]
    return base, price, units.conversion(stock, base)[0]


def _rescaled(given: Figures, scales: Mapping[str, float], names: dict[str, str]) -> Figures:
    factor: xr.DataArray | float = scales.get("", 1.0)
    if "item" in given.array.dims:
        items = given.array["item"].values
        numbers = [scales.get(str(i), 1.0) for i in items]
        factor = xr.DataArray(numbers, {"item": items}, ("item",))
    return given.on(given.array * factor, given.half * factor, given.owner, names)
