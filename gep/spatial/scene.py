"""Maps under an account: layers stand in for inputs, sums by zone and ecosystem stand in for the
account's figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated as A
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from gep import indicators
from gep.account.basis import Basis, Region
from gep.account.chains import Solution, Solver
from gep.account.fallback import nearest
from gep.account.inputs import Entry, Figures, Slot, slots
from gep.account.nodes import Absent, Given, Node, Result, changed, on_map, top, walk
from gep.account.nodes import Layer as LayerNode
from gep.core import ecosystems, units
from gep.core.errors import InputError, Problem
from gep.core.formula import Array, Component, Indicator, U, formula, worked
from gep.core.frozen import Frozen, freeze
from gep.core.source import Source
from gep.spatial import engine
from gep.spatial.areas import Areas
from gep.spatial.engine import Sums
from gep.spatial.grid import Grid
from gep.spatial.layers import EcosystemMap, Layer
from gep.spatial.plan import Plan, Planner
from gep.spatial.zones import Zones
from gep.standards import Profile

PER_OBJECT = ("lake_area",)  # inputs of formulas that hold for a whole lake, never for a cell of it


@formula(
    "CNY/yr",
    worked=worked("600 CNY/yr", "by hand: 200 × 3", quantity="200 1/yr", unit_price="3 CNY"),
)
def cell_value(
    quantity: A[Array, U("1/yr", size=True)], unit_price: A[Array, U("CNY", rate=True)]
) -> Array:
    """Quantity × price of a cell, where the price itself is a map."""
    return quantity * unit_price


class Settled(NamedTuple):
    """Maps that were run: the solutions with sums in the place of the chains that rest on them,
    what there is to say, and the maps with their plan and sums.
    """

    solutions: list[Solution]
    said: list[Problem]
    scene: Scene


@dataclass(frozen=True, eq=False)
class Scene:
    """The maps of one account: what lies where, and, once it is worked out, the sums."""

    grid: Grid
    map: EcosystemMap
    layers: tuple[Layer, ...]
    zones: Areas | None = None
    # of engine.run: threads, client, block, piece, fast, progress
    options: Mapping[str, Any] = field(default_factory=Frozen)
    plan: Plan | None = None
    sums: Sums | None = None
    # component -> its output, and that of its value (or -1)
    places: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=Frozen)

    def __post_init__(self) -> None:
        freeze(self, "options", "places")

    def facts(self) -> dict[str, object]:
        """What the numbers of its cells depend on, as plain data."""
        layers = ((x.name, x.unit, x.ecosystems, x.source.facts()) for x in self.layers)
        return {
            "grid": self.grid.facts(),
            "map": self.map.source.facts(),
            "classes": list(zip(self.map.codes, self.map.labels, strict=True)),
            "ignore": self.map.ignore,
            "layers": sorted(layers, key=repr),
            "zones": None if self.zones is None else self.zones.facts(),
        }

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

    def settle(self, solutions: Sequence[Solution], basis: Basis) -> Settled:
        """Run the maps, and put sums in the place of the chains that rest on them.

        Raises
        ------
        InputError
            If a map cannot be used.
        """
        mine = [s for s in solutions if _rests_on_maps(s)]
        if not mine:
            said = [Problem("layers.unused", Source("rasters.toml"))]
            return Settled([*solutions], said, self)
        if len(basis.years) > 1:
            told = {"count": len(basis.years)}
            raise InputError(
                "error.maps", [Problem("layers.years", Source("rasters.toml"), **told)]
            )
        planner = Planner(self.grid, self.map, self.layers, basis.ecosystems)
        planned = {s: self._by_class(s, basis) for s in mine}
        places = {
            (s.indicator.id, s.component.id): self._plan(planner, s, basis)
            for s in planned.values()
        }
        plan = planner.plan()
        zones = None if self.zones is None else Zones(self.zones.shapes, self.grid)
        sums = engine.run(plan, zones, **self.options)
        run = replace(self, plan=plan, sums=sums, places=places)
        summed_up = {old: run.with_sums(s, basis, planner.results) for old, s in planned.items()}
        said = [*(self.zones.warnings if self.zones else ()), *run.gaps()]
        return Settled([summed_up.get(s, s) for s in solutions], said, run)

    def _by_class(self, s: Solution, basis: Basis) -> Solution:
        """A solution whose figures stand for the classes of the map."""

        def figures(node: Given) -> Figures:
            return nearest(node.figures, "ecosystem", self.map.classes, basis)

        quantity, price, value, share, cap = (changed(node, figures) for node in s.nodes)
        return replace(s, quantity=quantity, price=price, value=value, share=share, cap=cap)

    def _plan(self, planner: Planner, s: Solution, basis: Basis) -> tuple[int, int]:
        """Ask for the sums of a component; the places of its quantity and its value among them."""
        classes = self._classes(s, basis)
        name = f"{s.indicator.id}.{s.component.id}"
        ref = planner.of(s.quantity)
        planner.add(name, s.quantity.unit, ref, classes)
        place = len(planner.outputs) - 1
        money = -1
        if on_map([s.price]) and not s.price.missing():
            planner.add(
                f"{name} [value]",
                "CNY/yr",
                planner.formula(cell_value, (ref, planner.of(s.price))),
                classes,
            )
            money = len(planner.outputs) - 1
        return place, money

    def _classes(self, s: Solution, basis: Basis) -> list[bool]:
        """The classes that can supply a component, and that its layers are meant for."""
        places = (node.place for node in s.quantity.walk() if isinstance(node, LayerNode))
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

    def with_sums(self, s: Solution, basis: Basis, looked_up: Mapping[Node, Result]) -> Solution:
        """A solution with the sums in the place of the chains that were run in each cell."""
        regions = self._regions(basis)
        s = _by_region(s, [name for name, _ in regions], basis)
        assert self.sums is not None
        place, money = self.places[(s.indicator.id, s.component.id)]
        out = self.sums.plan.outputs[place]
        quantity = self._array(self.sums.total[place], regions)
        occurs = self._array(
            np.where((self.sums.cells > 0) & np.array(out.classes), 1.0, np.nan), regions
        )
        lacking = {self.layers[k].input for k in out.layers if k in self.sums.gaps}
        results = {node: looked_up[node] for node in walk(s.nodes) if node in looked_up}
        for node in s.quantity.walk():
            if isinstance(node, LayerNode) and node.name in lacking:
                results[node] = Result(xr.Variable((), np.nan), {})
        price = s.price
        if money >= 0:
            total = self._array(self.sums.total[money], regions)
            worth = (total / quantity.where(quantity != 0)).fillna(0.0).where(total.notnull())
            price = summed(price, worth, occurs)
        quantities = summed(s.quantity, quantity, occurs)
        return replace(s, quantity=quantities, price=price, results=results)

    def gaps(self) -> Iterator[Problem]:
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

    def find(
        self, i: Indicator, c: Component, slot: Slot, *, price: bool = False
    ) -> Given | LayerNode | None:
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

    def _layer(self, i: Indicator, c: Component, slot: Slot, price: bool) -> LayerNode | None:
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

    def _node(self, slot: Slot, n: int, layer: Layer, indicator: str, price: bool) -> LayerNode:
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
        of_cells = Figures(slot.name, slot.unit, xr.DataArray(np.nan), xr.DataArray(0.0), (entry,))
        return LayerNode(slot.name, slot.unit, of_cells, slot, n, price)

    def has_any(self, indicator: str) -> bool:
        """Whether a figure or a layer was given for this indicator."""
        return super().has_any(indicator) or any(
            layer_serves(layer, indicators.get(indicator)) for layer in self.scene.layers
        )


def _fits(layer: Layer, i: Indicator, c: Component, slot: Slot) -> bool:
    """Whether a layer holds what a component asks for, in a unit that converts."""
    meant = layer.input == slot.name and layer.serves(i.id, c.id)
    taken = c.shared or "." in layer.name
    return meant and taken and units.reads(layer.unit, slot.unit)


def _rests_on_maps(s: Solution) -> bool:
    """Whether a component is worked out from layers, and lacks nothing for it."""
    made = not isinstance(s.quantity, Absent) and not s.quantity.missing()
    return isinstance(s.value, Absent) and made and on_map([s.quantity])


def _by_region(s: Solution, names: Sequence[str], basis: Basis) -> Solution:
    """A solution whose prices stand for the zones of the map, where it has any."""

    def figures(node: Given) -> Figures:
        return nearest(node.figures, "region", names, basis)

    return replace(s, price=changed(s.price, figures)) if names else s


def layer_serves(layer: Layer, i: Indicator) -> bool:
    """Whether an indicator takes a layer as an input of its own (a shared name is nobody's own)."""
    return layer.input not in indicators.SHARED and any(
        layer.serves(i.id, c.id) and layer.input in slots(i, c) for c in i.components
    )


def summed(node: Node, array: xr.DataArray, occurs: xr.DataArray) -> LayerNode:
    """A chain that was run cell by cell, with its sums in the place of its figures."""
    run = top(node)
    price = isinstance(run, Given | LayerNode) and run.price
    sums = Figures(run.name, run.unit, array, xr.zeros_like(array), ())
    return LayerNode(run.name, run.unit, sums, price=price, chain=run, _occurs=occurs)


def known_inputs() -> Mapping[str, set[str]]:
    """Every name that a layer may have, with the units it is used in."""
    out: dict[str, set[str]] = {}
    for i in indicators.every():
        for c in i.components:
            for name, slot in slots(i, c).items():
                if slot.unit and name not in ("quantity", "value", "share", c.cap):
                    out.setdefault(name, set()).add(slot.unit)
    return out
