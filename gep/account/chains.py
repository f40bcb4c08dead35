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

import numpy as np
import xarray as xr

from gep import indicators, pricing
from gep.account.basis import Basis
from gep.account.deflate import at_price_year
from gep.account.fallback import completed, in_use, lacks, reaching
from gep.account.inputs import Entry, Given, Slot, bounded, gather, price_name, read_unit, slots
from gep.core import units
from gep.core.errors import Problem, UnitError
from gep.core.formula import Component, Formula, Indicator, Input
from gep.core.source import Source
from gep.core.tables import Coefficient, Row
from gep.standards import Profile

MISSING = "missing"
FINAL = ("quantity", "value", "share")  # names of figures that nothing more is made of
NO_SLOT = Slot("", "")
Place = tuple[str, str, str]  # indicator, component and name that a figure is given under


@dataclass(eq=False)
class Node:
    """One named number of a component: where it comes from, and what it was made of."""

    name: str
    unit: str
    # "given", "formula", "coefficient", "number", "missing"; on maps "layer" and, once it is run,
    # "summed"
    kind: str
    formula: Formula | None = None
    parts: dict[str, Node] = field(default_factory=dict)
    given: Given | None = None
    coefficient: Coefficient | None = None
    number: float = np.nan
    rows: tuple[Row, ...] = ()  # coefficient rows used
    lacking: tuple[str, ...] = ()  # labels without a coefficient row
    price: bool = False
    # a rate or a price: of a place or type that has none of its own, that of the wider one serves
    reaches: bool = False
    slot: Slot = NO_SLOT  # that a given figure fills
    # where else it was given, among the prices or not: for the service, for all services
    less_close: tuple[tuple[Place, bool], ...] = ()
    occurs: xr.DataArray | None = None  # where a summed map has cells at all
    _kept: tuple[xr.Variable, Mapping[str, Sequence[object]]] | None = None

    @property
    def result(self) -> xr.DataArray | None:
        """What it came to, with its labels; None before the account is worked out."""
        if self._kept is None:
            return None
        out, grid = self._kept
        return xr.DataArray(out, {d: list(grid[str(d)]) for d in out.dims})

    @result.setter
    def result(self, array: xr.DataArray) -> None:
        self.keep(array.variable, {str(d): array[d].values.tolist() for d in array.dims})

    def keep(self, out: xr.Variable, grid: Mapping[str, Sequence[object]]) -> None:
        """Remember what it came to on a grid of labels."""
        self._kept = out, grid

    @property
    def rest(self) -> Node | None:
        """Of figures given for some ecosystem types: the coefficient that serves the others."""
        return next(iter(self.parts.values()), None) if self.kind == "given" else None

    def walk(self) -> Iterator[Node]:
        """The node and everything below it."""
        yield self
        for part in self.parts.values():
            yield from part.walk()

    def told(self) -> Iterator[tuple[Node, Given]]:
        """What holds figures among the node and everything below it, with the figures."""
        for node in self.walk():
            if node.given is not None:
                yield node, node.given

    def missing(self) -> list[tuple[str, str]]:
        """Name and unit of what is needed and was not given."""
        return list(dict.fromkeys((n.name, n.unit) for n in self.walk() if n.kind == MISSING))

    def figures(self) -> list[Given]:
        """The figures it rests on, a table for each name."""
        return [given for _, given in self.told()]

    def own(self) -> list[Given]:
        """Those of the figures that were given for the service itself."""
        return [given for given in self.figures() if given.own]

    def names(self) -> set[Place]:
        """What those are given under."""
        return {given.entries[0][:3] for given in self.own()}

    def entries(self) -> list[Entry]:
        """The figures it rests on, row by row."""
        return list(chain.from_iterable(given.entries for given in self.figures()))


@dataclass
class Solution:
    """A component worked out: arrays over the labels in use, and the steps that led to them."""

    indicator: Indicator
    component: Component
    quantity: Node
    price: Node
    value: Node
    share: Node
    cap: Node
    data: xr.Dataset = field(default_factory=xr.Dataset)
    method: str = ""
    notes: list[Problem] = field(default_factory=list)
    cap_ratio: xr.DataArray | None = None
    # scale at which the standard sets a negative quantity to zero: "cell", "region", "total", or
    # nowhere
    floor: str = ""
    floored: float = 0.0  # what that took away, in the quantity's unit; at most 0
    # its money is in the figure of the whole indicator; the quantity is shown beside it
    headline: bool = False

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
        given = {id(g): g.entries for g in self.figures()}
        return list(dict.fromkeys(chain.from_iterable(given.values())))

    def told(self) -> Iterator[tuple[Node, Given]]:
        """What holds figures in all chains, with the figures; chains may share them."""
        return chain.from_iterable(map(Node.told, self.nodes))

    def figures(self) -> list[Given]:
        """The figures of all chains."""
        return [given for _, given in self.told()]

    def coefficients(self) -> list[Row]:
        """The rows of coefficient tables that all chains rest on."""
        return list(chain.from_iterable(node.rows for node in walk(self.nodes)))


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Several nodes and everything below them."""
    return chain.from_iterable(map(Node.walk, nodes))


def on_map(nodes: Iterable[Node]) -> bool:
    """Whether a chain rests on a layer of a map."""
    return any(node.kind == "layer" for node in walk(nodes))


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
        self._gathered: dict[tuple[object, ...], Given | None] = {}
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

    def find(self, i: Indicator, c: Component, slot: Slot, *, price: bool = False) -> Node | None:
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
                return Node(
                    slot.name,
                    slot.unit,
                    "given",
                    given=given,
                    price=is_price,
                    reaches=price or slot.name not in (_final(c), c.cap, *indicators.SIZES, *FINAL),
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

    def gathered(self, place: Place, slot: Slot, *, is_price: bool) -> Given | None:
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

    def _on_grid(self, slot: Slot, entries: Sequence[Entry]) -> Given:
        """Rows as a table, its cells counted among those of the account."""
        given = gather(slot.name, slot, entries, self.basis)
        sizes = dict(zip(map(str, given.array.dims), given.array.shape, strict=True))
        self._cells = bounded(sizes, entries[0].where, self._cells)
        return given

    def use(self, place: Place, slot: Slot, given: Given | None, *, is_price: bool) -> None:
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
            return Node(name, slot.unit, MISSING)
        chosen = self.basis.methods.get(f"{i.id}.{name}")
        only = [f for f in routes if f.__name__ == chosen]
        return self.one_route(i, c, name, [self.by_formula(i, c, f) for f in only or routes])

    def by_formula(self, i: Indicator, c: Component, f: Formula) -> Node:
        """A quantity by one of its formulas: each argument looked for by name, else its default."""
        parts = {name: self._argument(i, c, spec) for name, spec in f.inputs.items()}
        return Node(f.__name__, f.unit, "formula", formula=f, parts=parts)

    def _argument(self, i: Indicator, c: Component, spec: Input) -> Node:
        """An argument as it is given; of what is given for some types, the table for the others."""
        slot = Slot(spec.name, spec.unit, spec.low, spec.high, spec.stock)
        node = self.quantity(i, c, spec.name, slot)
        missing = bool(node.missing())
        if isinstance(spec.default, Coefficient):
            rest = Node(spec.name, spec.unit, "coefficient", coefficient=spec.default)
            if missing:
                return rest
            if by_type(node) and spec.default.by_ecosystem:
                node.parts = {spec.name: rest}
        elif missing and spec.default is not None:
            return Node(spec.name, spec.unit, "number", number=spec.default)
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
            return Node("", "", MISSING)
        given = self.find(i, c, Slot(c.price, c.price_unit, stock=c.stock), price=True)
        if given is not None:
            return given
        method = self.pricing_of(i.id, c)
        name = price_name(c, method)
        ways = Indicator(i.id, i.level, i.zh, i.en, (), pricing.get(method).formulas)
        node = self.quantity(ways, c, name, Slot(name, c.price_unit, kind="price"))
        if node.missing() and not node.own():
            return Node(c.price, c.price_unit, MISSING)
        return node

    def solve(self, i: Indicator, c: Component) -> Solution:
        """Find what a component needs; nothing is computed yet."""
        method = self.pricing_of(i.id, c)
        mine = slots(i, c, method)
        self.notes = []
        share = self._given(i, c, mine["share"])
        name = c.quantity or "quantity"
        quantity = self.quantity(i, c, name, mine[name])
        if share.given is not None:
            self.shares(share.given)
        price = self.price(i, c)
        value = self._given(i, c, mine["value"])
        self.reach((quantity, price), (quantity, value, share))
        if not c.unit:
            self.item_units(quantity, price)
        cap = self._given(i, c, mine[c.cap]) if c.cap else Node("", "", MISSING)
        if price.kind == "given" and pricing.get(method).residual:
            method = "market_price"
        floor = self.profile.floors.get(f"{i.id}.{c.id}", "")
        return Solution(
            i, c, quantity, price, value, share, cap, method=method, notes=self.notes, floor=floor
        )

    def _given(self, i: Indicator, c: Component, slot: Slot) -> Node:
        """What can only be given."""
        return self.find(i, c, slot) or Node("", "", MISSING)

    def reach(self, chains: Sequence[Node], sizes: Sequence[Node]) -> None:
        """Let rates and prices serve the labels that the sizes and final figures of a component
        have.
        """
        if on_map(chains):
            return  # on a map the cells say what serves them
        told = chain.from_iterable(map(Node.told, sizes))
        wanted = in_use(given.array for node, given in told if not node.reaches)
        wanted.pop("year", None)
        for node, given in chain.from_iterable(map(Node.told, chains)):
            if node.reaches:
                node.given = self._completed(node, reaching(given, wanted, self.basis), wanted)

    def _completed(self, node: Node, given: Given, wanted: Mapping[str, Sequence[str]]) -> Given:
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

    def item_units(self, quantity: Node, price: Node) -> None:
        """Count each item in the unit that its price is per: 10 万头 at 9000 元/头: 100,000 头."""
        if quantity.given is None or price.given is None:
            return
        counted, priced = dict(quantity.given.units or {}), price.given.units or {}
        amounts: dict[str, float] = {}
        prices: dict[str, float] = {}
        first = {e.unit: e for e in reversed(price.given.entries)}
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
        quantity.given = _rescaled(quantity.given, amounts, counted)
        price.given = _rescaled(price.given, prices, per)

    def shares(self, given: Given) -> None:
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
        return not slot.unit or slot.stock or units.compatible(read_unit(unit, slot), slot.unit)

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


def by_type(node: Node) -> bool:
    """Whether a node holds figures given by ecosystem type."""
    return node.given is not None and "ecosystem" in node.given.array.dims


def _rescaled(given: Given, scales: Mapping[str, float], names: dict[str, str]) -> Given:
    factor: xr.DataArray | float = scales.get("", 1.0)
    if "item" in given.array.dims:
        items = given.array["item"].values
        numbers = [scales.get(str(i), 1.0) for i in items]
        factor = xr.DataArray(numbers, {"item": items}, ("item",))
    return replace(given, array=given.array * factor, half=given.half * factor, units=names)
