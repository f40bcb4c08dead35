"""Which figures of an account spread, and where in its chains they stand.

A figure is one row of the inputs or prices, or one row of a coefficient table. It is drawn once,
under a name made of what it is (never of the line it stands on), so that every component,
ecosystem, region and year that uses it takes the same draws: what is shared is perfectly
correlated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from gep.account.account import Account, Part
from gep.account.chains import Node
from gep.account.inputs import Entry
from gep.analysis.uncertainty.spreads import Floats, MapError, Spread, by_pattern, fits, spread
from gep.core.errors import InputError, Problem
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
    """A node of a chain whose cells take draws: which figure fills which cell, and in what scale."""

    node: Node
    base: xr.DataArray
    owner: np.ndarray[tuple[int, ...], np.dtype[np.intp]]
    names: list[str]  # of the owners: their source, or ""
    values: list[float]
    scale: Floats  # of each cell: how much it moves with a figure's own unit
    map: MapError | None = None

    def at(self, x: Mapping[str, Floats], draws: int) -> xr.DataArray | None:
        """The node's numbers along ``draw``; None where none of its figures is drawn."""
        drawn = [(n, name) for n, name in enumerate(self.names) if name in x]
        shares = x.get(MAP) if self.map else None
        if not drawn and shares is None:
            return None
        flat = self.base.values.reshape(-1)
        out = np.repeat(flat[:, None], draws, 1)
        owner = self.owner.reshape(-1)
        for n, name in drawn:
            cells = np.flatnonzero(owner == n)
            out[cells] += (x[name] - self.values[n]) * self.scale.reshape(-1)[cells, None]
        array = xr.DataArray(
            out.reshape(*self.base.shape, draws),
            {d: self.base[d] for d in self.base.dims},
            (*self.base.dims, "draw"),
        )
        if shares is not None and self.map is not None:
            array = _mapped(array, shares, self.map)  # the areas themselves may be drawn too
        return array


def _mapped(area: xr.DataArray, shares: Floats, error: MapError) -> xr.DataArray:
    """Areas of the true classes from those of the map; a class that the matrix does not know stays
    as it is.
    """
    known = [c for c in error.classes if c in area["ecosystem"].values]
    at = [error.classes.index(c) for c in known]
    moves = xr.DataArray(
        shares[:, at][:, :, at], {"from": known, "ecosystem": known}, ("draw", "from", "ecosystem")
    )
    before = area.sel(ecosystem=known)
    there = before.notnull()
    shown = before.fillna(0.0).rename(ecosystem="from")
    stays = (
        1 - xr.dot(moves, there.astype(float), dim="ecosystem")
    ) * shown  # what would go to a class that the account does not have there
    mapped: xr.DataArray = (
        (xr.dot(shown, moves, dim="from") + stays.rename({"from": "ecosystem"}))
        .where(there)
        .transpose(*area.dims)
    )
    known_not = area.sel(ecosystem=[k for k in area["ecosystem"].values if k not in known])
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
    out = Sources(map=confusion)
    faults: list[Problem] = []
    places: set[str] = set()
    years = _first_years(account)
    moving = tuple(together)
    for part in account.parts:
        drawn = []
        for node in (n for chain in part.solution.nodes for n in _evaluated(chain)):
            places.update(_places(node))
            if node.given is not None and node.given.owner is not None:
                one = _given(node, years, errors or {}, moving, out.figures, faults)
            elif node.coefficient is not None and node.result is not None:
                one = _coefficient(node, account, errors or {}, moving, out.figures, faults)
            else:
                continue
            one.map = confusion if node.name == "area" and "ecosystem" in one.base.dims else None
            if one.map or any(one.names):
                drawn.append(one)
        out.nodes.append((part, drawn))
    if faults:
        raise InputError("error.spreads", list({str(p): p for p in faults}.values()))
    exact = places | {place.rpartition(".")[2] for place in places}
    out.idle = (
        *(p for p in errors or {} if not any(fits(p, place) for place in places)),
        *(name for name in moving if name not in exact),
    )
    return out


def _places(node: Node) -> Iterator[str]:
    """The dotted names of the figures of a node."""
    if node.given is not None:
        yield from map(_dotted, node.given.entries)
    if node.coefficient is not None:
        yield from (f"{node.coefficient.path.stem}.{row.name}" for row in node.rows)


def _evaluated(node: Node) -> Iterator[Node]:
    """A node and what it is worked out from; what was summed over a map stands as it is, and so
    does all below it.
    """
    if node.kind != "summed":
        yield node
        for part in node.parts.values():
            yield from _evaluated(part)


def title(e: Entry, year: int | None) -> str:
    """The name of a figure: what it is, and of which labels."""
    at = e._replace(year=year).at
    return _dotted(e) + (f" [{at}]" if at else "") + (" (price)" if e.is_price else "")


def _dotted(e: Entry) -> str:
    return ".".join(filter(None, (e.indicator, e.component, e.name)))


def _first_years(account: Account) -> dict[tuple[object, ...], int | None]:
    """The year of each price row; None of one that an index carries into several years: it stays
    one figure.
    """
    years: dict[tuple[object, ...], set[int | None]] = {}
    for part in account.parts:
        for e in part.solution.entries:
            if e.is_price:
                years.setdefault(_same(e), set()).add(e.year)
    return {k: next(iter(v)) if len(v) == 1 else None for k, v in years.items()}


def _as_printed(e: Entry) -> Entry:
    """A price as it stands in its row, before an index carried it to another year."""
    printed = e.as_given
    if not e.is_price or not printed or not e.value or printed == e.value:
        return e
    back = printed / e.value
    return e._replace(
        value=printed,
        low=None if e.low is None else e.low * back,
        high=None if e.high is None else e.high * back,
    )


def _same(e: Entry) -> tuple[object, ...]:
    return e.indicator, e.component, e.name, e.item, e.ecosystem, e.region, e.where, e.text


def _given(
    node: Node,
    years: Mapping[tuple[object, ...], int | None],
    errors: Mapping[str, str | float | Spread],
    together: tuple[str, ...],
    figures: dict[str, Source],
    faults: list[Problem],
) -> DrawnNode:
    assert node.given is not None and node.given.owner is not None
    names = []
    for e in node.given.entries:
        name = title(e, years[_same(e)] if e.is_price else e.year)
        place = _dotted(e)
        printed = _as_printed(e)
        found = _spread(printed, place, errors, faults)
        names.append(name if found else "")
        if found:
            stream = e.name if e.name in together or place in together else name
            figures.setdefault(name, Source(name, printed.value, found, e.unit, e.where, stream))
    owner = node.given.owner
    half = np.array([e.half for e in node.given.entries])
    values = [
        figures[name].value if name else e.value
        for name, e in zip(names, node.given.entries, strict=True)
    ]
    carried = np.array(
        [e.value / v if v else 1.0 for v, e in zip(values, node.given.entries, strict=True)]
    )  # a price of one year in another's money
    scale = node.given.half.values / half[owner] * carried[owner]
    return DrawnNode(node, node.given.array, owner, names, values, np.asarray(scale))


def _spread(
    e: Entry, place: str, errors: Mapping[str, str | float | Spread], faults: list[Problem]
) -> Spread | None:
    try:
        own = spread(e.value, e.low, e.high, e.distribution, e.where)
        stated = None if own else by_pattern(place, errors)
        return own if own or stated is None else _stated(stated, e.value, e.where)
    except InputError as error:
        faults += error.problems
        return None


def _stated(stated: str | float | Spread, value: float, where: str) -> Spread | None:
    if isinstance(stated, Spread):
        return stated
    return spread(
        value,
        distribution=stated if isinstance(stated, str) else f"normal {100 * stated:.10f} %",
        where=where,
    )


def _coefficient(
    node: Node,
    account: Account,
    errors: Mapping[str, str | float | Spread],
    together: tuple[str, ...],
    figures: dict[str, Source],
    faults: list[Problem],
) -> DrawnNode:
    assert node.coefficient is not None and node.result is not None
    base = node.result
    by_label = "ecosystem" in base.dims
    picked = (
        [node.coefficient.pick(str(k), account.basis.ecosystems) for k in base["ecosystem"].values]
        if by_label
        else [node.coefficient.pick()]
    )
    rows = list(dict.fromkeys(r for r in picked if r is not None))
    names, table = [], node.coefficient.path.stem
    for row in rows:
        at = ", ".join(filter(None, (row.ecosystem, row.item, row.region)))
        name = f"{table}.{row.name}" + (f" [{at}]" if at else "") + " (coefficient)"
        found = _row_spread(row, f"{table}.{row.name}", errors, faults)
        names.append(name if found else "")
        if found:
            stream = row.name if row.name in together else name
            figures.setdefault(
                name,
                Source(
                    name,
                    row.value,
                    found,
                    row.unit,
                    f"{node.coefficient.path.name}: {row.cite()}",
                    stream,
                ),
            )
    owner = np.array(
        [rows.index(r) if r is not None else -1 for r in picked], dtype=np.intp
    ).reshape(base.shape)
    scale = np.array(
        [conversion(r.unit, node.unit)[0] if r is not None else np.nan for r in picked]
    ).reshape(base.shape)
    return DrawnNode(node, base, owner, names, [r.value for r in rows], scale)


def _row_spread(
    row: Row, place: str, errors: Mapping[str, str | float | Spread], faults: list[Problem]
) -> Spread | None:
    try:
        low, high = (
            (row.low, row.high) if row.low is not None and row.high is not None else (None, None)
        )
        own = spread(row.value, low, high, where=place)
        stated = None if own else by_pattern(place, errors)
        return own if own or stated is None else _stated(stated, row.value, place)
    except InputError as error:
        faults += error.problems
        return None
