"""Which figures of an account spread, and where in its chains they stand.

A figure is one row of the inputs or prices, or one row of a coefficient table. It is drawn once,
under a name made of what it is (never of the line it stands on), so that every component,
ecosystem, region and year that uses it takes the same draws: what is shared is perfectly
correlated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from operator import mul

import numpy as np
import xarray as xr

from gep.account.account import Account, Part
from gep.account.inputs import Entry, Figures
from gep.account.nodes import Coefficient, Given, Layer, Node, Result, Results
from gep.analysis.shared import moved, once, refuse
from gep.analysis.uncertainty.spreads import Floats, MapError, Spread, by_pattern, fits, spread
from gep.core.errors import InputError, Problem
from gep.core.source import Source as Place
from gep.core.source import named
from gep.core.tables import Row
from gep.core.units import conversion

MAP = "map error"


@dataclass(frozen=True, slots=True)
class Source:
    """One figure that spreads."""

    name: str
    value: float
    spread: Spread
    unit: str
    where: str
    stream: str  # the name its draws are taken under: its own, or that of the group it moves with


@dataclass
class DrawnNode:
    """A node of a chain whose cells take draws: which figure fills which cell, in what scale."""

    node: Node
    base: xr.DataArray
    owner: np.ndarray[tuple[int, ...], np.dtype[np.intp]]
    names: list[str]  # of the owners: their source, or ""
    values: list[float]
    scale: Floats  # of each cell: how much it moves with a figure's own unit
    map: MapError | None = None

    def at(self, x: Mapping[str, Floats], draws: int) -> xr.DataArray | None:
        """The node's numbers along ``draw``; None where none of its figures is drawn."""
        drawn = [n for n, name in enumerate(self.names) if name in x]
        shares = x.get(MAP) if self.map else None
        if not drawn and shares is None:
            return None
        out = np.repeat(self.base.values.reshape(-1, 1), draws, 1)
        owner, scale = self.owner.reshape(-1), self.scale.reshape(-1, 1)
        for n in drawn:
            cells = np.flatnonzero(owner == n)
            out[cells] += (x[self.names[n]] - self.values[n]) * scale[cells]
        array = self.base.expand_dims(draw=draws, axis=-1)
        array = array.copy(data=out.reshape(array.shape))
        if shares is None or self.map is None:
            return array
        return _mapped(array, shares, self.map)  # the areas themselves may be drawn too


def _mapped(area: xr.DataArray, shares: Floats, error: MapError) -> xr.DataArray:
    """Areas of the true classes from those of the map; a class that the matrix does not know stays
    as it is.
    """
    known = [c for c in error.classes if c in area["ecosystem"].values]
    at = list(map(error.classes.index, known))
    moves = xr.DataArray(
        shares[:, at][:, :, at], {"from": known, "ecosystem": known}, ("draw", "from", "ecosystem")
    )
    before = area.sel(ecosystem=known)
    there = before.notnull()
    shown = before.fillna(0.0).rename(ecosystem="from")
    # what would go to a class that the account does not have there
    stays = (1 - xr.dot(moves, there.astype(float), dim="ecosystem")) * shown
    mapped: xr.DataArray = (
        (xr.dot(shown, moves, dim="from") + stays.rename({"from": "ecosystem"}))
        .where(there)
        .transpose(*area.dims)
    )
    known_not = area.drop_sel(ecosystem=known)
    if not known_not.size:
        return mapped
    out: xr.DataArray = xr.concat([mapped, known_not], "ecosystem").reindex(
        ecosystem=area["ecosystem"]
    )
    return out


@dataclass
class Sources:
    """Every figure of an account that spreads, and the nodes that take it."""

    figures: dict[str, Source] = field(default_factory=dict)
    nodes: list[tuple[Part, list[DrawnNode]]] = field(default_factory=list)
    map: MapError | None = None
    idle: tuple[str, ...] = ()  # stated errors, and names to move together, that fit no figure

    @property
    def streams(self) -> dict[str, list[str]]:
        """The figures that are drawn as one, by the name of their stream."""
        out: dict[str, list[str]] = {}
        for name, source in self.figures.items():
            out.setdefault(source.stream, []).append(name)
        return out

    @property
    def largest(self) -> int:
        """Cells of the largest part."""
        return max(part.data["value"].size for part, _ in self.nodes)

    def at(self, shares: Mapping[str, Floats]) -> dict[str, Floats]:
        """The figures of some streams at shares of their draws, by name."""
        told = {n: s for n, s in self.figures.items() if s.stream in shares}
        return {name: source.spread.at(shares[source.stream]) for name, source in told.items()}


def sources(
    account: Account,
    errors: Mapping[str, str | float | Spread] | None = None,
    together: Iterable[str] = (),
    confusion: MapError | None = None,
) -> Sources:
    """The figures that spread: those with a range or a distribution of their own, else those that
    ``errors`` names.

    Raises
    ------
    InputError
        One error that lists every spread that cannot be read.
    """
    found = _Finder(account, errors or {}, together)
    nodes = [
        (
            part,
            [
                drawn
                for node in _evaluated(part.solution.nodes)
                if (drawn := found.drawn(node, part.outcome.results, confusion)) is not None
            ],
        )
        for part in account.parts
    ]
    refuse(InputError, "error.spreads", once(found.faults))
    return Sources(found.figures, nodes, confusion, found.idle())


def _places(node: Node, result: Result | None) -> Iterator[str]:
    """The dotted names of the figures of a node."""
    if isinstance(node, Given | Layer):
        yield from map(_dotted, node.figures.entries)
    if isinstance(node, Coefficient) and result is not None:
        yield from (f"{node.table.path.stem}.{row.name}" for row in result.rows)


def _evaluated(nodes: Iterable[Node]) -> Iterator[Node]:
    """Nodes and what they are worked out from; what was summed over a map stands as it is, and so
    does all below it.
    """
    for node in nodes:
        if not (isinstance(node, Layer) and node.chain is not None):
            yield node
            yield from _evaluated(node.parts.values())


def title(e: Entry, year: int | None) -> str:
    """The name of a figure: what it is, and of which labels."""
    return _titled(_dotted(e), e._replace(year=year).at) + (" (price)" if e.is_price else "")


def _titled(place: str, labels: str) -> str:
    return f"{place} [{labels}]" if labels else place


def _dotted(e: Entry) -> str:
    return ".".join(filter(None, e[:3]))


def _first_years(account: Account) -> dict[tuple[object, ...], int | None]:
    """The year of each price row; None of one that an index carries into several years: it stays
    one figure.
    """
    years: dict[tuple[object, ...], int | None] = {}
    for e in (e for part in account.parts for e in part.solution.entries if e.is_price):
        if years.setdefault(_same(e), e.year) != e.year:
            years[_same(e)] = None
    return years


def _as_printed(e: Entry) -> Entry:
    """A price as it stands in its row, before an index carried it to another year."""
    printed = e.as_given
    if not (e.is_price and printed and e.value) or printed == e.value:
        return e
    return moved(e, printed, partial(mul, printed / e.value))


def _same(e: Entry) -> tuple[object, ...]:
    return e.indicator, e.component, e.name, e.item, e.ecosystem, e.region, e.where, e.text


class _Finder:
    """Goes through the nodes of an account, and notes the figures that spread and the faults."""

    def __init__(
        self,
        account: Account,
        errors: Mapping[str, str | float | Spread],
        together: Iterable[str],
    ) -> None:
        self.own = account.basis.ecosystems
        self.errors, self.named = errors, tuple(together)
        self.together = set(self.named) - {""}
        self.years = _first_years(account)
        self.figures: dict[str, Source] = {}
        self.faults: list[Problem] = []
        self.places: set[str] = set()

    def drawn(self, node: Node, results: Results, confusion: MapError | None) -> DrawnNode | None:
        """A node with the figures that fill its cells; None where nothing of it is drawn."""
        result = results.get(node)
        self.places.update(_places(node, result))
        if isinstance(node, Given) and node.figures.owner is not None:
            out = self._given(node, node.figures, node.figures.owner)
        elif isinstance(node, Coefficient) and result is not None:
            out = self._coefficient(node, result.array)
        else:
            return None
        if node.name == "area" and "ecosystem" in out.base.dims:
            out.map = confusion
        return out if out.map or any(out.names) else None

    def idle(self) -> tuple[str, ...]:
        """Stated errors, and names to move together, that fit no figure."""
        exact = self.places | {place.rpartition(".")[2] for place in self.places}
        return (
            *(p for p in self.errors if not any(fits(p, place) for place in self.places)),
            *(name for name in self.named if name not in exact),
        )

    def _given(
        self, node: Node, given: Figures, owner: np.ndarray[tuple[int, ...], np.dtype[np.intp]]
    ) -> DrawnNode:
        names = []
        for e in given.entries:
            printed, place = _as_printed(e), _dotted(e)
            found = self._spread(
                place, printed.value, printed.low, printed.high, e.distribution, e.where
            )
            source = title(e, self.years.get(_same(e), e.year)), printed.value, e.unit, str(e.where)
            names.append(self._noted(found, *source, e.name, place))
        own = np.array([e.value for e in given.entries])
        values = [
            self.figures.get(name, e).value for name, e in zip(names, given.entries, strict=True)
        ]
        half = np.array([e.half for e in given.entries])
        carried = np.ones_like(own)  # a price of one year in another's money
        np.divide(own, values, out=carried, where=np.array(values) != 0)
        scale = given.half.values / half[owner] * carried[owner]
        return DrawnNode(node, given.array, owner, names, values, np.asarray(scale))

    def _coefficient(self, node: Coefficient, base: xr.DataArray) -> DrawnNode:
        table = node.table
        by_label = "ecosystem" in base.dims
        labels = list(map(str, base["ecosystem"].values)) if by_label else [None]
        picked = [table.pick(label, self.own) for label in labels]
        rows = list(dict.fromkeys(filter(None, picked)))
        names = []
        for row in rows:
            place = f"{table.path.stem}.{row.name}"
            low, high = (None, None) if None in (row.low, row.high) else (row.low, row.high)
            found = self._spread(place, row.value, low, high, "", named(place))
            name = _titled(place, ", ".join(filter(None, (row.ecosystem, row.item, row.region))))
            where = f"{table.path.name}: {row.cite()}"
            source = f"{name} (coefficient)", row.value, row.unit, where
            names.append(self._noted(found, *source, row.name))
        places: dict[Row | None, int] = {row: n for n, row in enumerate(rows)}
        owner = np.array([places.get(row, -1) for row in picked], dtype=np.intp)
        scales = np.array([*(conversion(row.unit, node.unit)[0] for row in rows), np.nan])
        values = [row.value for row in rows]
        owner = owner.reshape(base.shape)
        return DrawnNode(node, base, owner, names, values, scales[owner])

    def _noted(
        self,
        found: Spread | None,
        name: str,
        value: float,
        unit: str,
        where: str,
        bare: str,
        dotted: str = "",
    ) -> str:
        """Note a figure once; its full name comes back, blank where it does not spread."""
        if found is None:
            return ""
        stream = name if self.together.isdisjoint((bare, dotted)) else bare
        self.figures.setdefault(name, Source(name, value, found, unit, where, stream))
        return name

    def _spread(
        self,
        place: str,
        value: float,
        low: float | None,
        high: float | None,
        distribution: str,
        where: Place,
    ) -> Spread | None:
        """The spread of a figure, its own before one that was stated for it."""
        try:
            own = spread(value, low, high, distribution, where)
            return own or _stated(by_pattern(place, self.errors), value, where)
        except InputError as error:
            self.faults += error.problems
            return None


def _stated(stated: str | float | Spread | None, value: float, where: Place) -> Spread | None:
    """What was stated for a figure as a spread of it; a number is a relative standard deviation."""
    if stated is None or isinstance(stated, Spread):
        return stated
    text = stated if isinstance(stated, str) else f"normal {100 * stated:.10f} %"
    return spread(value, distribution=text, where=where)
