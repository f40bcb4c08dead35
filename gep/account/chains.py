"""From entries to numbers: each component's quantity, price and value, every step kept so that it
can be shown.

A quantity is looked for by name: as given, else by a formula of its indicator, whose arguments are
looked for in the same way, else as a coefficient. So a user can enter the chain anywhere. Nothing
is computed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import xarray as xr

from gep import indicators, pricing
from gep.account.basis import Basis
from gep.account.deflate import at_price_year
from gep.account.fallback import completed, lacks, reaching
from gep.account.inputs import Entry, Given, Slot, bounded, gather, price_name, read_unit, slots
from gep.core import units
from gep.core.errors import Problem, UnitError
from gep.core.formula import Component, Formula, Indicator
from gep.core.messages import at
from gep.core.tables import Coefficient, Row
from gep.standards import Profile

MISSING = "missing"


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
    slot: Slot | None = None
    less_close: tuple[
        tuple[tuple[str, str, str], bool], ...
    ] = ()  # where else it was given: for the service, for all services
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

    def walk(self) -> Iterator[Node]:
        """The node and everything below it."""
        yield self
        for part in self.parts.values():
            yield from part.walk()

    def missing(self) -> list[tuple[str, str]]:
        """Name and unit of what is needed and was not given."""
        return list(dict.fromkeys((n.name, n.unit) for n in self.walk() if n.kind == MISSING))

    def figures(self) -> list[Given]:
        """The figures it rests on, a table for each name."""
        return [n.given for n in self.walk() if n.given is not None]

    def entries(self) -> list[Entry]:
        """The figures it rests on, row by row."""
        return [e for g in self.figures() for e in g.entries]


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
    headline: bool = (
        False  # its money is in the figure of the whole indicator; the quantity is shown beside it
    )

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The chains that lead to the figures."""
        return self.quantity, self.price, self.value, self.share, self.cap

    @property
    def entries(self) -> list[Entry]:
        """All figures used, each once."""
        given = {
            id(n.given): n.given for node in self.nodes for n in node.walk() if n.given is not None
        }
        return list(dict.fromkeys(e for g in given.values() for e in g.entries))


class Solver:
    """Looks up and works out the components of one account."""

    def __init__(
        self, inputs: Sequence[Entry], prices: Sequence[Entry], basis: Basis, profile: Profile
    ) -> None:
        self.basis, self.profile = basis, profile
        self.problems: list[Problem] = []
        self.used: set[Entry] = set()
        self._inputs: dict[tuple[str, str, str], list[Entry]] = {}
        self._prices: dict[tuple[str, str, str], list[Entry]] = {}
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
        names = (slot.name, "quantity") if slot.name == (c.given or c.quantity) else (slot.name,)
        places = [(i.id, c.id, n) for n in names]
        if slot.name not in ("quantity", "value", "share"):
            places += (
                [(i.id, "", slot.name), ("", "", slot.name)]
                if c.shared
                else [(i.id, "", slot.name)]
            )
        stores = (self._prices, self._inputs) if price else (self._inputs, self._prices)
        told = [
            (place, store is self._prices) for place in places for store in stores if place in store
        ]
        for n, (place, is_price) in enumerate(told):
            try:
                given = self.gathered(place, slot, is_price=is_price)
            except UnitError as error:  # one item in units that do not convert into each other
                where = (self._prices if is_price else self._inputs)[place][0].where
                self.problems += [replace(p, where=at(where, "unit")) for p in error.problems]
                return None
            key = (place, slot.unit, slot.stock, is_price)
            if key not in self._looked:  # not once for each component that takes it
                self._looked.add(key)
                self.use(place, slot, given, is_price=is_price)
            if given is not None:
                reaches = price or (
                    slot.name not in (c.given or c.quantity, c.cap, *indicators.SIZES)
                    and slot.kind not in ("quantity", "value", "share")
                )
                return Node(
                    slot.name,
                    slot.unit,
                    "given",
                    given=given,
                    price=is_price,
                    reaches=reaches,
                    slot=slot,
                    less_close=tuple(told[n + 1 :]),
                )
        return None

    def gathered(self, place: tuple[str, str, str], slot: Slot, *, is_price: bool) -> Given | None:
        """The rows of one place on a grid, in the unit of the slot; put together once for all
        components that ask.
        """
        key = (place, is_price, slot.unit, slot.stock)
        if key not in self._gathered:
            rows = (self._prices if is_price else self._inputs)[place]
            fitting = {
                u
                for u in {e.unit for e in rows}
                if not slot.unit or slot.stock or units.compatible(read_unit(u, slot), slot.unit)
            }
            entries = [e for e in rows if e.unit in fitting]
            if is_price or (slot.unit and units.is_currency(slot.unit)):
                entries, self._faults[key] = at_price_year(entries, self.basis, is_price=is_price)
            given = self._gathered[key] = (
                gather(slot.name, slot, entries, self.basis) if entries else None
            )
            if given is not None:
                self._cells = bounded(
                    {str(d): n for d, n in given.array.sizes.items()}, entries[0].where, self._cells
                )
        return self._gathered[key]

    def use(
        self, place: tuple[str, str, str], slot: Slot, given: Given | None, *, is_price: bool
    ) -> None:
        """Remember which rows were used, and what hinders their use; a row may stand for several
        years, at prices of each.
        """
        wheres = {e.where for e in given.entries} if given is not None else set()
        self.used.update(
            e for e in (self._prices if is_price else self._inputs)[place] if e.where in wheres
        )
        self.problems += self._faults.get((place, is_price, slot.unit, slot.stock), ())

    def quantity(self, i: Indicator, c: Component, name: str, slot: Slot) -> Node:
        """The chain that leads to a named quantity; that no chain turns back on itself is checked
        of every record.
        """
        given = self.find(i, c, slot)
        if given is not None:
            return given
        routes = list(i.quantities.get(name, ()))
        chosen = self.basis.methods.get(f"{i.id}.{name}")
        nodes = [
            self.by_formula(i, c, f) for f in [f for f in routes if f.__name__ == chosen] or routes
        ]
        return self.one_route(i, c, name, nodes) if nodes else Node(name, slot.unit, MISSING)

    def by_formula(self, i: Indicator, c: Component, f: Formula) -> Node:
        """A quantity by one of its formulas: each argument looked for by name, else its default."""
        parts: dict[str, Node] = {}
        for name, spec in f.inputs.items():
            node = self.quantity(i, c, name, Slot(name, spec.unit, spec.low, spec.high, spec.stock))
            if node.missing():
                if isinstance(spec.default, Coefficient):
                    node = Node(name, spec.unit, "coefficient", coefficient=spec.default)
                elif spec.default is not None:
                    node = Node(name, spec.unit, "number", number=spec.default)
            elif (
                isinstance(spec.default, Coefficient)
                and by_type(node)
                and spec.default.by_ecosystem
            ):
                node.parts = {
                    name: Node(name, spec.unit, "coefficient", coefficient=spec.default)
                }  # of the types that no figure is given for
            parts[name] = node
        return Node(f.__name__, f.unit, "formula", formula=f, parts=parts)

    def one_route(self, i: Indicator, c: Component, name: str, nodes: list[Node]) -> Node:
        """Among several routes the one that the standard names, else the one whose own inputs were
        given.

        Two that could serve alike are an error that asks for a choice. Where the standard's route
        lacks its inputs and another has them, that one serves, and a warning says so.
        """
        named = next(
            (n for n in nodes if n.name == self.profile.methods.get(f"{i.id}.{name}")), None
        )
        if named is not None and not named.missing():
            return named
        own = {
            id(n): {p.given.entries[0][:3] for p in n.walk() if p.given is not None and p.given.own}
            for n in nodes
        }
        live = [n for n in nodes if not n.missing()]
        # a route that takes all that another takes, and more of what was given, is the fuller of
        # the two
        live = [n for n in live if not any(own[id(n)] < own[id(m)] for m in live)]
        if nodes[0] in live:  # the default route, where the others would take the very same figures
            live = [n for n in live if n is nodes[0] or own[id(n)] != own[id(nodes[0])]]
        if len(live) > 1 and own[id(live[0])]:
            self.problems.append(
                Problem(
                    "route.ambiguous",
                    f"{i.id}.{name}",
                    values={
                        "routes": ", ".join(n.name for n in live),
                        "key": f"{i.id}.{name}",
                        "first": live[0].name,
                    },
                )
            )
        if live and named is not None:
            self.notes.append(
                Problem(
                    "route.other",
                    f"{i.id}.{name}",
                    "warning",
                    {
                        "route": live[0].name,
                        "named": named.name,
                        "needs": ", ".join(n for n, _ in named.missing()),
                    },
                )
            )
        if live:
            return live[0]
        return named or max(nodes, key=lambda n: len(own[id(n)]))

    def price(self, i: Indicator, c: Component) -> Node:
        """The price of a component: as given, else by the pricing module bound to it."""
        if not c.price:
            return Node("", "", MISSING)
        method = self.pricing_of(i.id, c)
        node = self.find(i, c, Slot(c.price, c.price_unit, stock=c.stock), price=True)
        if node is None:
            record = pricing.get(method)
            fake = Indicator(i.id, i.level, i.zh, i.en, (), record.formulas)
            node = self.quantity(
                fake,
                c,
                price_name(c, method),
                Slot(price_name(c, method), c.price_unit, kind="price"),
            )
            if node.missing() and not any(e.indicator for e in node.entries()):
                node = Node(c.price, c.price_unit, MISSING)
        return node

    def solve(self, i: Indicator, c: Component) -> Solution:
        """Find what a component needs; nothing is computed yet."""
        method = self.pricing_of(i.id, c)
        mine = slots(i, c, method)
        self.notes = []
        none = Node("", "", MISSING)
        share_node = self.find(i, c, mine["share"])
        quantity = (
            self.quantity(i, c, c.quantity, mine[c.quantity])
            if c.quantity
            else self.find(i, c, mine["quantity"]) or Node("quantity", c.unit, MISSING)
        )
        if share_node is not None and share_node.given is not None:
            self.shares(share_node.given)
        price = self.price(i, c)
        value = self.find(i, c, mine["value"]) or none
        self.reach((quantity, price), (quantity, value, share_node or none))
        if not c.unit and quantity.given and price.given:
            self.item_units(quantity, price)
        return Solution(
            i,
            c,
            quantity,
            price,
            value,
            share_node or none,
            (self.find(i, c, mine[c.cap]) if c.cap else None) or none,
            method="market_price"
            if price.kind == "given" and pricing.get(method).residual
            else method,
            notes=self.notes,
            floor=self.profile.floors.get(f"{i.id}.{c.id}", ""),
        )

    def reach(self, chains: Sequence[Node], sizes: Sequence[Node]) -> None:
        """Let rates and prices serve the labels that the sizes and final figures of a component
        have.
        """
        if any(n.kind == "layer" for chain in chains for n in chain.walk()):
            return  # on a map the cells say what serves them
        wanted: dict[str, dict[str, None]] = {}
        for node in (
            n for chain in sizes for n in chain.walk() if n.given is not None and not n.reaches
        ):
            assert node.given is not None
            for d in node.given.array.dims:
                wanted.setdefault(str(d), {}).update(
                    dict.fromkeys(map(str, node.given.array[d].values))
                )
        labels = {d: list(names) for d, names in wanted.items() if d != "year"}
        for node in (n for chain in chains for n in chain.walk() if n.reaches):
            assert node.given is not None and node.slot is not None
            node.given = reaching(node.given, labels, self.basis)
            for place, is_price in node.less_close:
                if not lacks(node.given, labels):
                    break
                far = self.gathered(place, node.slot, is_price=is_price)
                both = far and completed(node.given, reaching(far, labels, self.basis), labels)
                if both is not node.given:
                    self.use(place, node.slot, both, is_price=is_price)
                    node.given = both or node.given

    def item_units(self, quantity: Node, price: Node) -> None:
        """Count each item in the unit that its price is per: 10 万头 at 9000 元/头 are 100,000 头."""
        assert quantity.given and price.given
        scales: dict[str, dict[str, float]] = {"quantity": {}, "price": {}}
        counted, priced = dict(quantity.given.units or {}), price.given.units or {}
        for item, unit in counted.items():
            its = next(
                (n for n in (item, "", *(priced if not item else ())) if n in priced), None
            )  # of one price whose item is named, all is that item
            if its is None:
                continue
            per_unit = priced[its]
            base = per_unit.partition("/")[2].strip("() ") or "1"
            try:
                scales["price"][its] = units.conversion(per_unit, f"CNY/({base})")[0]
                scales["quantity"][item] = units.conversion(
                    unit.removesuffix("/yr").removesuffix("/a").removesuffix("/年"), base
                )[0]
                counted[item] = base
            except UnitError as error:
                where = next(e.where for e in price.given.entries if e.unit == per_unit)
                self.problems += [replace(p, where=at(where, "unit")) for p in error.problems]
        quantity.given = _rescaled(quantity.given, scales["quantity"], counted)
        price.given = _rescaled(
            price.given,
            scales["price"],
            {i: f"CNY/{counted.get(i, u.partition('/')[2])}" for i, u in priced.items()},
        )

    def shares(self, given: Given) -> None:
        """Shares that do not add up to one, beyond the rounding of the printed figures."""
        total = float(given.array.sum() / (given.array.sizes.get("year", 1)))
        if abs(total - 1) > float(given.half.sum()) + 1e-9:
            self.problems.append(
                Problem("share.sum", given.entries[0].where, values={"sum": total})
            )
        elif abs(total - 1) > 1e-9:
            self.notes.append(
                Problem("share.rounded", given.entries[0].where, "warning", {"sum": total})
            )

    def conflicts(self, s: Solution) -> Iterator[Problem]:
        """Inputs that lie idle because something computed from them, or the same by another name,
        was given too; asked once all is solved.
        """
        final = s.component.given or s.component.quantity
        for node in s.quantity.walk():
            if node.given is None or node.price:
                continue
            first = node.given.entries[0]
            for e in (
                self._inputs.get((s.indicator.id, s.component.id, "quantity"), ())
                if node.name == final
                else ()
            ):
                if e not in self.used:
                    yield Problem(
                        "input.same", e.where, values={"other": first.name, "where": first.where}
                    )
            for name in s.indicator.inputs(node.name):
                for component in (s.component.id, ""):
                    for e in self._inputs.get((s.indicator.id, component, name), ()):
                        if e not in self.used and name != node.name:
                            yield Problem(
                                "input.both",
                                e.where,
                                values={
                                    "input": e.name,
                                    "intermediate": first.name,
                                    "where": first.where,
                                },
                            )


def by_type(node: Node) -> bool:
    """Whether a node holds figures given by ecosystem type."""
    return node.given is not None and "ecosystem" in node.given.array.dims


def _rescaled(given: Given, scales: Mapping[str, float], names: dict[str, str]) -> Given:
    if "item" in given.array.dims:
        factor = xr.DataArray(
            [scales.get(str(i), 1.0) for i in given.array["item"].values],
            {"item": given.array["item"].values},
            ("item",),
        )
        return replace(given, array=given.array * factor, half=given.half * factor, units=names)
    scale = scales.get("", 1.0)
    return replace(given, array=given.array * scale, half=given.half * scale, units=names)
