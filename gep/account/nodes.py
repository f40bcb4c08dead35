"""The numbers that a component is made of: a closed set of kinds, none of which ever changes.

A chain is a tree of them. At its ends stands what was given, what a table or a map holds, a plain
number, or nothing; above them what formulas compute. :class:`Evaluator` walks a chain by its kinds:
to numbers on a grid of labels (:mod:`gep.account.evaluate`), or to the steps of a plan for each
cell of a map (:mod:`gep.spatial.plan`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from types import MappingProxyType
from typing import Generic, TypeVar, assert_never, cast

import xarray as xr

from gep.account.inputs import Entry, Figures, Slot
from gep.core import tables
from gep.core.formula import Formula
from gep.core.frozen import Frozen, ReadOnly
from gep.core.tables import Row

T = TypeVar("T")
Place = tuple[str, str, str]  # indicator, component and name that a figure is given under
Grid = Mapping[str, Sequence[object]]
NO_SLOT = Slot("", "")


@dataclass(frozen=True, eq=False)
class _Named:
    """A named number in a unit; two of them are never the same."""

    name: str
    unit: str

    @property
    def parts(self) -> Mapping[str, Node]:
        """What it is made of, by name."""
        return MappingProxyType({})

    def walk(self) -> Iterator[Node]:
        """It and everything below it."""
        yield cast("Node", self)
        for part in self.parts.values():
            yield from part.walk()

    def told(self) -> Iterator[tuple[Given | Layer, Figures]]:
        """What holds figures in it and everything below it, with the figures."""
        for node in self.walk():
            if isinstance(node, Given | Layer):
                yield node, node.figures

    def missing(self) -> list[tuple[str, str]]:
        """Name and unit of what is needed and was not given."""
        found = (node for node in self.walk() if isinstance(node, Absent))
        return list(dict.fromkeys((node.name, node.unit) for node in found))

    def all_figures(self) -> list[Figures]:
        """The figures it rests on, a table for each name."""
        return [figures for _, figures in self.told()]

    def own(self) -> list[Figures]:
        """Those of the figures that were given for the service itself."""
        return [figures for figures in self.all_figures() if figures.own]

    def names(self) -> set[Place]:
        """What those are given under."""
        return {figures.entries[0][:3] for figures in self.own()}

    def entries(self) -> list[Entry]:
        """The figures it rests on, row by row."""
        return list(chain.from_iterable(figures.entries for figures in self.all_figures()))


@dataclass(frozen=True, eq=False)
class Given(_Named):
    """Figures as they were given, by their labels."""

    figures: Figures
    price: bool = False
    # a rate or a price: of a place or type that has none of its own, that of the wider one serves
    reaches: bool = False
    slot: Slot = NO_SLOT  # that they fill
    # where else they were given, among the prices or not: for the service, for all services
    less_close: tuple[tuple[Place, bool], ...] = ()
    # of figures by ecosystem type: the coefficient that serves the types without one
    rest: Coefficient | None = None

    @property
    def parts(self) -> Mapping[str, Node]:
        """The coefficient of the types that have no figure of their own."""
        return MappingProxyType({} if self.rest is None else {self.rest.name: self.rest})


@dataclass(frozen=True, eq=False)
class Computed(_Named):
    """What a formula makes of its arguments."""

    formula: Formula
    arguments: Mapping[str, Node]

    @property
    def parts(self) -> Mapping[str, Node]:
        """The arguments."""
        return self.arguments


@dataclass(frozen=True, eq=False)
class Coefficient(_Named):
    """A coefficient of a table, by ecosystem type where its rows differ by them."""

    table: tables.Coefficient


@dataclass(frozen=True, eq=False)
class Constant(_Named):
    """The number that stands where nothing is given."""

    number: float


@dataclass(frozen=True, eq=False)
class Absent(_Named):
    """What was not given, and nothing leads to."""


@dataclass(frozen=True, eq=False)
class Layer(ReadOnly, _Named):
    """Numbers of the cells of a map; once they are run, their sums, with the ``chain`` that was run
    in each cell.
    """

    figures: Figures  # of cells: the row that names the layer; else the sums
    slot: Slot = NO_SLOT
    place: int = -1  # among the layers of the maps; -1 is the ground area of each cell
    price: bool = False
    chain: Node | None = None
    _occurs: xr.DataArray | None = None

    reaches = False  # cells say themselves what serves them

    @property
    def occurs(self) -> xr.DataArray | None:
        """Where a summed map has cells at all."""
        return None if self._occurs is None else self._occurs.copy(deep=False)

    @property
    def parts(self) -> Mapping[str, Node]:
        """The chain that was run in each cell."""
        return MappingProxyType({} if self.chain is None else {self.name: self.chain})


Node = Given | Computed | Coefficient | Constant | Absent | Layer
NOTHING = Absent("", "")


@dataclass(frozen=True, eq=False)
class Result(ReadOnly):
    """What a node came to on a grid of labels, and the rows of the table that it took."""

    _numbers: xr.Variable
    _grid: Grid
    rows: tuple[Row, ...] = ()
    lacking: tuple[str, ...] = ()  # labels without a row

    @property
    def numbers(self) -> xr.Variable:
        """The numbers; nobody can write into them."""
        return self._numbers.copy(deep=False)

    @property
    def grid(self) -> dict[str, tuple[object, ...]]:
        """The labels of each dimension of the numbers."""
        return {str(d): tuple(self._grid[str(d)]) for d in self._numbers.dims}

    @property
    def array(self) -> xr.DataArray:
        """The numbers with their labels."""
        return xr.DataArray(self.numbers, {d: list(names) for d, names in self.grid.items()})


Results = Mapping[Node, Result]


class Evaluator(ABC, Generic[T]):
    """Makes something of a chain, each node by its kind."""

    def of(self, node: Node) -> T:
        """What a node is made into, after what it is made of."""
        match node:
            case Given():
                return self.given(node)
            case Computed():
                return self.computed(node, {n: self.of(p) for n, p in node.arguments.items()})
            case Coefficient():
                return self.coefficient(node)
            case Constant():
                return self.constant(node.number)
            case Layer():
                return self.layer(node)
            case Absent():
                return self.constant(float("nan"))
            case _:
                assert_never(node)

    @abstractmethod
    def given(self, node: Given) -> T:
        """Of figures."""

    @abstractmethod
    def computed(self, node: Computed, arguments: Mapping[str, T]) -> T:
        """Of a formula and what its arguments were made into."""

    @abstractmethod
    def coefficient(self, node: Coefficient) -> T:
        """Of a coefficient."""

    @abstractmethod
    def constant(self, number: float) -> T:
        """Of a plain number; NaN where nothing leads to one."""

    @abstractmethod
    def layer(self, node: Layer) -> T:
        """Of a map."""


def top(node: Node) -> Node:
    """The node, or of the sums of a map what was run in each cell."""
    return node.chain if isinstance(node, Layer) and node.chain is not None else node


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Several nodes and everything below them."""
    return chain.from_iterable(node.walk() for node in nodes)


def on_map(nodes: Iterable[Node]) -> bool:
    """Whether a chain rests on a layer of a map."""
    return any(isinstance(node, Layer) for node in walk(nodes))


def by_type(node: Node) -> bool:
    """Whether a node holds figures given by ecosystem type."""
    return isinstance(node, Given) and "ecosystem" in node.figures.array.dims


def changed(node: Node, change: Callable[[Given], Figures]) -> Node:
    """A chain with other figures in the place of those that were given."""
    match node:
        case Given():
            return replace(node, figures=change(node))
        case Computed():
            below = {name: changed(part, change) for name, part in node.arguments.items()}
            return replace(node, arguments=Frozen(below))
        case _:
            return node
