"""What to do with each block: solved components as a list of steps, every distinct number once.

A leaf is a layer, the ground area of a cell, a table over ecosystem classes, or one number. A
formula of numbers and tables stays a table, so what does not vary within a class costs nothing a
cell. The kernels are those of the formulas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from gep.account.evaluate import looked_up
from gep.account.nodes import Coefficient, Computed, Evaluator, Given, Node, Result
from gep.account.nodes import Layer as LayerNode
from gep.core import units
from gep.core.errors import InputError, Problem
from gep.core.formula import Formula
from gep.core.frozen import read_only
from gep.spatial.grid import Floats, Grid
from gep.spatial.layers import AreaSource, EcosystemMap, Layer

AREA = "area"  # the leaf that is the ground area of each cell


@dataclass(frozen=True)
class Ref:
    """Where a number is: ``const`` (a float), ``table`` (one a class) or ``step`` (one a cell)."""

    kind: str
    index: int = 0
    value: float = 0.0


@dataclass(frozen=True)
class Step:
    """One number of each cell: a layer in the unit its formulas want, the area, or a kernel of
    earlier numbers.
    """

    name: str
    layer: int = -1
    scale: float = 1.0
    offset: float = 0.0
    low: float | None = None
    high: float | None = None
    formula: Formula | None = None
    args: tuple[Ref, ...] = ()


@dataclass(frozen=True)
class Output:
    """A number to add up: for each cell, of the classes that can supply it."""

    name: str  # "indicator.component"
    unit: str
    ref: Ref
    classes: tuple[bool, ...]
    layers: tuple[int, ...]  # that it needs


@dataclass(frozen=True, eq=False)
class Plan:
    """Everything a worker needs to account one block."""

    grid: Grid
    map: EcosystemMap
    layers: tuple[Layer, ...]
    steps: tuple[Step, ...]
    tables: tuple[Floats, ...]
    outputs: tuple[Output, ...]
    # the last step or output that uses each step's numbers
    last: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        read_only(*self.tables)
        end = list(range(len(self.steps)))
        for n in range(len(self.steps)):
            for used in self._before(n):
                end[used] = n
        for n in self.cellwise:
            end[self.outputs[n].ref.index] = len(self.steps)
        object.__setattr__(self, "last", tuple(end))

    @property
    def cellwise(self) -> tuple[int, ...]:
        """The outputs that differ from cell to cell."""
        return tuple(n for n, o in enumerate(self.outputs) if o.ref.kind == "step")

    def _before(self, n: int) -> list[int]:
        """The steps that a step takes numbers of."""
        return [a.index for a in self.steps[n].args if a.kind == "step"]

    def spent(self, n: int) -> list[int]:
        """The steps whose numbers nobody needs after this one."""
        return [used for used in self._before(n) if self.last[used] == n]

    def only(self, names: Sequence[str]) -> Plan:
        """The same plan for some outputs, without the steps that nothing else needs."""
        outputs = [o for o in self.outputs if o.name in names]
        needed = {o.ref.index for o in outputs if o.ref.kind == "step"}
        for n in reversed(range(len(self.steps))):  # what a step takes stands before it
            needed.update(self._before(n) if n in needed else ())
        place = {old: new for new, old in enumerate(sorted(needed))}

        def moved(ref: Ref) -> Ref:
            return replace(ref, index=place[ref.index]) if ref.kind == "step" else ref

        steps = (self.steps[n] for n in sorted(needed))
        kept = tuple(replace(step, args=tuple(map(moved, step.args))) for step in steps)
        shown = tuple(replace(o, ref=moved(o.ref)) for o in outputs)
        return Plan(self.grid, self.map, self.layers, kept, self.tables, shown)

    def table(self, ref: Ref) -> Floats:
        """A number of each class."""
        return (
            self.tables[ref.index]
            if ref.kind == "table"
            else np.full(len(self.map.classes), ref.value)
        )


class Planner(Evaluator[Ref]):
    """Collects the steps of several components, each distinct one once; ``results`` keeps what was
    looked up.
    """

    def __init__(
        self, grid: Grid, map: EcosystemMap, layers: Sequence[Layer], own: Mapping[str, str]
    ) -> None:
        self.grid, self.map, self.layers, self.own = grid, map, tuple(layers), own
        self.results: dict[Node, Result] = {}
        self.steps: list[Step] = []
        self.tables: list[Floats] = []
        self.outputs: list[Output] = []
        self._known: dict[object, Ref] = {}

    def add(self, name: str, unit: str, ref: Ref, classes: Sequence[bool]) -> None:
        """Ask for the sum of a number."""
        self.outputs.append(
            Output(name, unit, ref, tuple(classes), tuple(sorted(self._layers(ref))))
        )

    def plan(self) -> Plan:
        """The plan of all that was asked for."""
        return Plan(
            self.grid,
            self.map,
            self.layers,
            tuple(self.steps),
            tuple(self.tables),
            tuple(self.outputs),
        )

    def computed(self, node: Computed, arguments: Mapping[str, Ref]) -> Ref:
        """A kernel of the numbers of its arguments."""
        return self.formula(node.formula, tuple(arguments.values()))

    def constant(self, number: float) -> Ref:
        """One number."""
        return Ref("const", value=float(number))

    def formula(self, f: Formula, args: tuple[Ref, ...]) -> Ref:
        """A kernel of numbers that have their place already."""
        kinds = {a.kind for a in args}
        if "step" in kinds:
            return self._step(
                (f.__module__, f.__name__, args), Step(f.__name__, formula=f, args=args)
            )
        values = [self.tables[a.index] if a.kind == "table" else np.float64(a.value) for a in args]
        with np.errstate(all="ignore"):
            result = f.kernel(*values)
        return (
            self._table(np.asarray(result, float))
            if "table" in kinds
            else Ref("const", value=float(result))
        )

    def _step(self, key: object, step: Step) -> Ref:
        if key not in self._known:
            self.steps.append(step)
            self._known[key] = Ref("step", len(self.steps) - 1)
        return self._known[key]

    def _table(self, values: Floats) -> Ref:
        key = values.tobytes()
        if key not in self._known:
            self.tables.append(values)
            self._known[key] = Ref("table", len(self.tables) - 1)
        return self._known[key]

    def layer(self, node: LayerNode) -> Ref:
        """A layer in the unit of its slot, or the ground area of the cells."""
        n, slot = node.place, node.slot
        if n < 0 or isinstance(self.layers[n].source, AreaSource):
            if isinstance(self.grid.cell_area, float):
                return Ref("const", value=self.grid.cell_area)
            return self._step(AREA, Step(AREA, layer=-1))
        layer = self.layers[n]
        _, scale, offset, _ = units.reading(layer.unit, node.unit)
        stored = layer.source
        step = Step(
            layer.name,
            layer=n,
            scale=stored.scale * scale,
            offset=stored.offset * scale + offset,
            low=slot.low,
            high=slot.high,
        )
        return self._step((n, node.unit, slot.low, slot.high), step)

    def given(self, node: Given) -> Ref:
        """Figures by ecosystem type as a table of the classes of the map."""
        array = node.figures.array
        if "year" in array.dims:
            array = array.isel(year=-1)
        strange = [str(d) for d in array.dims if d != "ecosystem"]
        if strange:
            values = {"name": node.name, "dims": ", ".join(strange)}
            where = node.figures.entries[0].where
            raise InputError("error.maps", [Problem("layer.labels", where, **values)])
        if not array.dims:
            return Ref("const", value=float(array))
        numbers = array.reindex(ecosystem=list(self.map.classes))
        if node.rest is not None:  # the coefficient of the classes that no figure serves
            untold = [str(c) for c in numbers["ecosystem"].values[numbers.isnull().values]]
            rows = self._looked_up(node.rest, untold).array
            numbers = numbers.fillna(rows.reindex(ecosystem=list(self.map.classes)))
        return self._table(np.asarray(numbers.values, float))

    def coefficient(self, node: Coefficient) -> Ref:
        """A coefficient for each class of the map, or for all alike."""
        types = list(self.map.classes) if node.table.by_ecosystem else None
        numbers = self._looked_up(node, types).numbers
        if numbers.dims:
            return self._table(np.asarray(numbers.values))
        return Ref("const", value=float(numbers))

    def _looked_up(self, node: Coefficient, types: list[str] | None) -> Result:
        self.results[node] = found = looked_up(node, types, self.own)
        return found

    def _layers(self, ref: Ref) -> set[int]:
        if ref.kind != "step":
            return set()
        step = self.steps[ref.index]
        below = {n for a in step.args for n in self._layers(a)}
        return below | {step.layer} if step.layer >= 0 else below
