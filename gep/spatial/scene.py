"""Maps under an account: layers stand in for inputs, sums by zone and ecosystem stand in for the
account's figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated as A
from typing import Any

import numpy as np
import xarray as xr

from gep import indicators
from gep.account.basis import Basis, Region
from gep.account.chains import MISSING, Node, Solution, Solver
from gep.account.fallback import nearest
from gep.account.inputs import Entry, Given, Slot, slots
from gep.core import ecosystems, units
from gep.core.errors import InputError, Problem
from gep.core.formula import Array, Component, Indicator, U, formula, worked
from gep.core.source import Source
from gep.spatial import engine
from gep.spatial.areas import Areas
from gep.spatial.engine import Sums
from gep.spatial.grid import Grid
from gep.spatial.layers import EcosystemMap, Layer
from gep.spatial.plan import Plan, Planner, any_layer, read_unit
from gep.spatial.zones import Zones
from gep.standards import Profile

PER_OBJECT = ("lake_area",)  # inputs of formulas that hold for a whole lake, never for a cell of it


@formula(
    "CNY/yr",
    worked=worked("600 CNY/yr", "by hand: 200 × 3", quantity="200 1/yr", unit_price="3 CNY"),
)
def cell_value(quantity: A[Array, U("1/yr")], unit_price: A[Array, U("CNY")]) -> Array:
    """Quantity × price of a cell, where the price itself is a map."""
    return quantity * unit_price


@dataclass(eq=False)
class Scene:
    """The maps of one account: what lies where, and, once it is worked out, the sums."""

    grid: Grid
    map: EcosystemMap
    layers: tuple[Layer, ...]
    zones: Areas | None = None
    options: dict[str, Any] = field(
        default_factory=dict
    )  # of engine.run: threads, client, block, piece, fast, progress
    plan: Plan | None = None
    sums: Sums | None = None
    places: dict[tuple[str, str], tuple[int, int]] = field(
        default_factory=dict
    )  # component -> its output, and that of its value (or -1)
    slots: dict[int, tuple[int, Slot]] = field(
        default_factory=dict, repr=False
    )  # node -> layer (-1: the cells' own area) and slot
    nodes: list[Node] = field(
        default_factory=list, repr=False
    )  # keeps them alive: slots goes by their identity

    def solver(
        self, inputs: Sequence[Entry], prices: Sequence[Entry], basis: Basis, profile: Profile
    ) -> LayerSolver:
        """A solver that finds layers where no figure of a service's own was given."""
        return LayerSolver(self, inputs, prices, basis, profile)

    def basis(self, basis: Basis) -> Basis:
        """The basis with the zones among its regions."""
        if self.zones is None:
            return basis
        parents = self.zones.parents or ("",) * len(self.zones.names)
        known = dict(basis.regions)
        for name in dict.fromkeys((*filter(None, parents), self.rest(basis))):
            if name != basis.region:
                known.setdefault(name, Region(name, basis.region))
        for name, parent in zip(self.zones.names, parents, strict=True):
            above = basis.region if parent in ("", name) else parent
            known.setdefault(name, Region(name, above))
        return replace(basis, regions=known)

    def rest(self, basis: Basis) -> str:
        """The name of what no zone covers."""
        return f"{basis.region} (outside the zones)"

    def settle(self, solutions: Sequence[Solution], basis: Basis) -> list[Problem]:
        """Run the maps and put the sums in the place of the chains that rest on them.

        Raises
        ------
        InputError
            If a map cannot be used.
        """
        mine = [s for s in solutions if _rests_on_maps(s)]
        if not mine:
            return [Problem("layers.unused", Source("rasters.toml"))]
        if len(basis.years) > 1:
            told = {"count": len(basis.years)}
            raise InputError(
                "error.maps", [Problem("layers.years", Source("rasters.toml"), **told)]
            )
        planner = Planner(
            self.grid, self.map, self.layers, basis.ecosystems, lambda node: self.slots[id(node)]
        )
        for s in mine:
            self._plan(planner, s, basis)
        self.plan = planner.plan()
        zones = None if self.zones is None else Zones(self.zones.shapes, self.grid)
        self.sums = engine.run(self.plan, zones, **self.options)
        regions = self._regions(basis)
        for s in mine:
            if regions:
                _bring_to(s.price, "region", [name for name, _ in regions], basis)
            self._put(s, regions)
        return [*(self.zones.warnings if self.zones else ()), *self._gaps(mine)]

    def _plan(self, planner: Planner, s: Solution, basis: Basis) -> None:
        for chain in s.nodes:
            _bring_to(chain, "ecosystem", self.map.classes, basis, ("given",))
        classes = self._classes(s, basis)
        name = f"{s.indicator.id}.{s.component.id}"
        ref = planner.ref(s.quantity)
        planner.add(name, s.quantity.unit, ref, classes)
        place = len(planner.outputs) - 1
        money = -1
        if any_layer(s.price) and not s.price.missing():
            planner.add(
                f"{name} [value]",
                "CNY/yr",
                planner.formula(cell_value, (ref, planner.ref(s.price))),
                classes,
            )
            money = len(planner.outputs) - 1
        self.places[(s.indicator.id, s.component.id)] = (place, money)

    def _classes(self, s: Solution, basis: Basis) -> list[bool]:
        """The classes that can supply a component, and that its layers are meant for."""
        places = (self.slots[id(n)][0] for n in s.quantity.walk() if n.kind == "layer")
        limits = [self.layers[n].ecosystems for n in places if n >= 0] + [s.component.supplied_by]
        return [
            all(ecosystems.belongs(c, limit, basis.ecosystems) for limit in filter(None, limits))
            for c in self.map.classes
        ]

    def _regions(self, basis: Basis) -> list[tuple[str, int]]:
        """Label of each region of the account, and its row in the sums."""
        assert self.sums is not None
        if self.zones is None:
            return []
        rows = [(name, n) for n, name in enumerate(self.zones.names)]
        rest = self.sums.area[-1].sum()
        return (
            [*rows, (self.rest(basis), len(rows))] if rest > 1e-12 * self.sums.area.sum() else rows
        )

    def ground(self, basis: Basis) -> xr.DataArray:
        """Ground area [m^2] by ecosystem type, and by zone where there are zones; of a scene that
        was run.
        """
        assert self.sums is not None
        return self._array(self.sums.area, self._regions(basis))

    def _array(self, figures: Any, regions: list[tuple[str, int]]) -> xr.DataArray:
        """Figures by zone and class as a labelled array."""
        classes = list(self.map.classes)
        if not regions:
            return xr.DataArray(figures[0], {"ecosystem": classes}, ("ecosystem",))
        return xr.DataArray(
            figures[[n for _, n in regions]].T,
            {"ecosystem": classes, "region": [name for name, _ in regions]},
            ("ecosystem", "region"),
        )

    def _put(self, s: Solution, regions: list[tuple[str, int]]) -> None:
        assert self.sums is not None
        place, money = self.places[(s.indicator.id, s.component.id)]
        out = self.sums.plan.outputs[place]
        quantity = self._array(self.sums.total[place], regions)
        occurs = self._array(
            np.where((self.sums.cells > 0) & np.array(out.classes), 1.0, np.nan), regions
        )
        lacking = {self.layers[k].input for k in out.layers if k in self.sums.gaps}
        for n in s.quantity.walk():
            if n.kind == "layer" and n.name in lacking:
                n.result = xr.DataArray(np.nan)
        s.quantity = summed(s.quantity, quantity, occurs)
        if money >= 0:
            total = self._array(self.sums.total[money], regions)
            s.price = summed(
                s.price,
                (total / quantity.where(quantity != 0)).fillna(0.0).where(total.notnull()),
                occurs,
            )

    def _gaps(self, mine: Sequence[Solution]) -> Iterator[Problem]:
        """Cells that lack a number where a component needs it, by layer."""
        assert self.sums is not None and self.plan is not None
        for k, (cells, area) in sorted(self.sums.gaps.items()):
            users = [o.name for o in self.plan.outputs if k in o.layers]
            yield Problem(
                "layer.gaps",
                self.layers[k].where,
                cells=cells,
                hectares=area / 1e4,
                users=", ".join(users),
            )


class LayerSolver(Solver):
    """The solver of an account on maps."""

    def __init__(
        self,
        scene: Scene,
        inputs: Sequence[Entry],
        prices: Sequence[Entry],
        basis: Basis,
        profile: Profile,
    ) -> None:
        super().__init__(inputs, prices, basis, profile)
        self.scene = scene

    def find(self, i: Indicator, c: Component, slot: Slot, *, price: bool = False) -> Node | None:
        """A figure of the service's own, else a layer, else the ground area of the cells, else a
        shared figure.
        """
        layer = None if self._first_hand(i, c, slot) else self._layer(i, c, slot, price)
        return layer or super().find(i, c, slot, price=price)

    def _first_hand(self, i: Indicator, c: Component, slot: Slot) -> bool:
        """Whether no layer may stand for a figure: it was given, or is none of a cell."""
        names = ((i.id, c.id, slot.name), (i.id, "", slot.name))
        given = any(name in store for name in names for store in (self._inputs, self._prices))
        whole = slot.name == (c.given or c.quantity) and (i.id, c.id, "quantity") in self._inputs
        of_all = slot.name == c.cap or slot.kind in ("quantity", "value", "share")
        return given or whole or of_all

    def _layer(self, i: Indicator, c: Component, slot: Slot, price: bool) -> Node | None:
        """The layer most narrowly meant, else the ground of the cells where an area is asked."""
        layers = [n for n, layer in enumerate(self.scene.layers) if _fits(layer, i, c, slot)]
        if layers:
            n = max(layers, key=lambda n: self.scene.layers[n].name.count("."))
            indicator = "" if slot.name in indicators.SHARED else i.id
            return self._node(slot, n, self.scene.layers[n], indicator, price)
        if slot.name == "area" and c.shared and not price and units.compatible(slot.unit, "m^2"):
            source = self.scene.map.source
            return self._node(slot, -1, Layer("area", "m^2", source, where=source.where), "", price)
        return None

    def _node(self, slot: Slot, n: int, layer: Layer, indicator: str, price: bool) -> Node:
        entry = Entry(
            indicator,
            "",
            slot.name,
            "",
            "",
            "",
            None,
            "map" if n >= 0 else "ground area of the cells",
            np.nan,
            layer.unit,
            layer.origin or ("" if n >= 0 else "ecosystem map"),
            layer.where,
            layer.evidence,
        )
        nothing = xr.DataArray(np.nan)
        node = Node(
            slot.name,
            slot.unit,
            "layer",
            given=Given(slot.name, slot.unit, nothing, xr.DataArray(0.0), (entry,)),
            price=price,
        )
        self.scene.slots[id(node)] = (n, slot)
        self.scene.nodes.append(node)
        return node

    def has_any(self, indicator: str) -> bool:
        """Whether a figure or a layer was given for this indicator."""
        return super().has_any(indicator) or any(
            layer_serves(layer, indicators.get(indicator)) for layer in self.scene.layers
        )


def _fits(layer: Layer, i: Indicator, c: Component, slot: Slot) -> bool:
    """Whether a layer holds what a component asks for, in a unit that converts."""
    meant = layer.input == slot.name and layer.serves(i.id, c.id)
    taken = c.shared or "." in layer.name
    return meant and taken and units.compatible(read_unit(layer.unit, slot.unit), slot.unit)


def _rests_on_maps(s: Solution) -> bool:
    """Whether a component is worked out from layers, and lacks nothing for it."""
    made = s.quantity.kind != MISSING and not s.quantity.missing()
    return s.value.kind == MISSING and made and any_layer(s.quantity)


def _bring_to(
    chain: Node, label: str, names: Sequence[str], basis: Basis, kinds: Sequence[str] = ()
) -> None:
    """The figures of a chain brought to the labels of the map."""
    for node in chain.walk():
        if node.given is not None and (not kinds or node.kind in kinds):
            node.given = nearest(node.given, label, names, basis)


def layer_serves(layer: Layer, i: Indicator) -> bool:
    """Whether an indicator takes a layer as an input of its own (a shared name is nobody's own)."""
    return layer.input not in indicators.SHARED and any(
        layer.serves(i.id, c.id) and layer.input in slots(i, c) for c in i.components
    )


def summed(node: Node, array: xr.DataArray, occurs: xr.DataArray) -> Node:
    """A chain that was run cell by cell, with its sums in the place of its figures."""
    given = Given(node.name, node.unit, array, xr.zeros_like(array), ())
    return Node(
        node.name,
        node.unit,
        "summed",
        formula=node.formula,
        parts=node.parts or {node.name: node},
        given=given,
        occurs=occurs,
        price=node.price,
    )


def known_inputs() -> Mapping[str, set[str]]:
    """Every name that a layer may have, with the units it is used in."""
    out: dict[str, set[str]] = {}
    for i in indicators.every():
        for c in i.components:
            for name, slot in slots(i, c).items():
                if slot.unit and name not in ("quantity", "value", "share", c.cap):
                    out.setdefault(name, set()).add(slot.unit)
    return out
