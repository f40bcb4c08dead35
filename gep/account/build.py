"""Making an account: check everything, find what each component needs, work it out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import compress
from typing import Any, TypeGuard

import numpy as np
import xarray as xr

from gep import indicators, standards
from gep.account.account import Account, Missing, Part
from gep.account.basis import Basis
from gep.account.chains import Solution, Solver, headlines
from gep.account.evaluate import Status, on_grid, repeated, work_out
from gep.account.inputs import HUGE, REMAINDER, Entry, Figures, bounded, listed, problems, tidied
from gep.account.inputs import components as named_components
from gep.account.nodes import Absent, Computed, Given, Node, walk
from gep.core import ecosystems
from gep.core.errors import MAX_FAULTS, GepError, InputError, OverlapError, ParameterError, Problem
from gep.core.formula import Component, Indicator
from gep.core.messages import Both, word
from gep.core.nomenclature import meaning
from gep.core.plugins import Used
from gep.core.source import Source, cell_of, named
from gep.standards import Profile, ProfileRow

# a standard may have a row of its own for a rest; else it counts in one of these
_RESTS = {
    i.id: ProfileRow(i.id, i.level, i.zh, i.en, (i.id,), "confirmed")
    for i in indicators.RESTS.values()
}


def build(
    inputs: Sequence[Entry],
    prices: Sequence[Entry],
    basis: Basis,
    controls: Sequence[Mapping[str, Any]] = (),
    faults: Sequence[Problem] = (),
    files: Mapping[str, str] | None = None,
    scene: Any = None,
    audit: Callable[[Account], Iterable[Problem]] = lambda _: (),
) -> Account:
    """Check everything, then work out every component of the standard; ``scene`` is the maps of the
    account, if it has any.

    ``audit`` says what deserves a look in the finished account (:func:`gep.audit.plausible.found`).

    Raises
    ------
    InputError, UnitError, OverlapError, ParameterError
        One error that lists every problem found; nothing is computed then.
    """
    together = tidied([*inputs, *prices], basis)
    inputs, prices = together[: len(inputs)], together[len(inputs) :]
    profile = _profile(basis, faults)
    bound = {tuple(name.split(".", 1)): method for name, method in profile.pricing.items()}
    found = [*faults, *problems(together, basis, bound)]
    _refuse(InputError, "error.account", found)
    solver = (Solver if scene is None else scene.solver)(inputs, prices, basis, profile)
    solved = [(row, solver.solve(i, c)) for row, i, c in _chosen(solver, profile)]
    for _, s in solved:
        solver.problems += [*solver.conflicts(s), *repeated(s, basis)]
    _refuse(InputError, "error.account", solver.problems)
    solutions = list(_with_headlines(solved))
    if scene is not None:
        settled = scene.settle([s for _, s in solutions], basis)
        solutions = [(row, s) for (row, _), s in zip(solutions, settled.solutions, strict=True)]
        found, scene = [*found, *settled.said], settled.scene
    parts, missing = _worked(solutions, basis, profile)
    for part in parts:
        found += (*part.solution.notes, *part.outcome.notes)
    _refuse(OverlapError, "error.twice", _twice(parts))
    account = Account(
        basis,
        profile,
        tuple(parts),
        tuple(missing),
        control_rows=tuple(controls),
        files=files or {},
        entries=tuple(together),
        scene=scene,
        plugins=tuple(_plugins(profile, parts, scene)),
    )
    regional = list(_parts_of_regions(account))
    _refuse(InputError, "error.account", regional)
    found += [
        *regional,
        *_negative(account),
        *_idle(together, solver, profile),
        *_misplaced(parts),
        *audit(account),
    ]
    _refuse(OverlapError, "error.forbidden", found)
    return replace(account, warnings=_of_level("warning", found), notes=_of_level("note", found))


def _plugins(profile: Profile, parts: Sequence[Part], scene: Any) -> Iterator[Used]:
    """What of other packages an account rests on: services, the standard, the legend of its map."""
    yield from indicators.outside().used(part.indicator.id for part in parts)
    yield from standards.outside().used([profile.id])
    if scene is not None and scene.map.legend:
        yield from ecosystems.legends().used([scene.map.legend])


def _profile(basis: Basis, faults: Sequence[Problem]) -> Profile:
    """The standard of the account, its switches turned; what hinders that is told with the other
    faults, if there are any.
    """
    try:
        return (basis.profile or standards.get(basis.standard)).switched(basis.switches)
    except ParameterError as error:
        if _of_level("error", faults):
            _refuse(InputError, "error.account", [*faults, *error.problems])
        raise


def _of_level(level: str, found: Iterable[Problem]) -> tuple[Problem, ...]:
    """What was found of one level, each once."""
    once = {(p.code, str(p)): p for p in found}
    return tuple(p for p in once.values() if p.level == level)


def _refuse(kind: type[GepError], title: str, found: Iterable[Problem]) -> None:
    """Raise if anything found is an error, with all that is."""
    errors = _of_level("error", found)
    if len(errors) > MAX_FAULTS:
        count = len(errors) - MAX_FAULTS
        more = Problem("problems.many", errors[MAX_FAULTS].source, count=count)
        errors = (*errors[:MAX_FAULTS], more)
    if errors:
        raise kind(title, errors)


def _worked(
    solutions: Sequence[tuple[ProfileRow, Solution]], basis: Basis, profile: Profile
) -> tuple[list[Part], list[Missing]]:
    """The components worked out, and those that are not, or not everywhere, with what they need."""
    parts: list[Part] = []
    missing: list[Missing] = []
    cells = 0
    wholes, rests = _unseparated(solutions)
    counted = _counted(solutions, basis, profile)
    for row, s in solutions:
        needs, lacking, headline = _needs(s), [], s.unpriced
        if needs:
            inside = wholes.get(s.indicator.id) or rests.get(row.level, "")
            lacking = [Missing(s.indicator.id, s.component.id, tuple(needs), inside=inside)]
            headline = inside == s.indicator.id
        if isinstance(s.value, Absent) and s.quantity.missing():
            missing += lacking
            continue
        outcome = work_out(s, basis, headline=headline)
        enters = s.component.outside in counted and not s.unpriced
        part = Part(row, s, outcome, counted=enters, headline=headline)
        _refuse(InputError, "error.account", _huge(part))
        value = part.data["value"]
        sizes = dict(zip(map(str, value.dims), value.shape, strict=True))
        cells = bounded(sizes, cell_of(s.name), cells)
        if value.size:  # what no type here can supply lacks nothing
            missing += lacking or _gaps(part)
        parts.append(part)
    return parts, missing


def _with_headlines(
    solutions: Iterable[tuple[ProfileRow, Solution]],
) -> Iterator[tuple[ProfileRow, Solution]]:
    """The solutions, and behind the first that rests on a quantity that its service is known by
    (retained soil behind less siltation) that quantity itself, which has no price.
    """
    told: set[tuple[str, str]] = set()
    for row, s in solutions:
        yield row, s
        for id, c in headlines(s.indicator).items():
            node = _named_node(s, c.headline)
            if node is not None and (s.indicator.id, id) not in told:
                told.add((s.indicator.id, id))
                shown = _headline(id, c, node)
                yield row, Solution(s.indicator, shown, node, unpriced=True)


def _named_node(s: Solution, name: str) -> Node | None:
    """The node of a chain that is a quantity by its name, where it lacks nothing."""
    routes = {f.__name__ for f in s.indicator.quantities.get(name, ())}
    for node in s.quantity.walk():
        made = isinstance(node, Computed) and node.name in routes
        if (made or node.name == name) and not node.missing():
            return node
    return None


def _headline(id: str, c: Component, node: Node) -> Component:
    """A quantity as a component of its own."""
    en = meaning(c.headline)
    return Component(
        id=id,
        zh=meaning(c.headline, "zh"),
        en=f"{en}, quantity" if en == c.en else en,
        unit=node.unit,
        quantity=c.headline,
        supplied_by=c.supplied_by,
    )


def _unseparated(
    solutions: Sequence[tuple[ProfileRow, Solution]],
) -> tuple[dict[str, str], dict[str, str]]:
    """The figures that hold others unseparated: of a whole indicator by its id, and the rest of a
    level by the level.
    """
    told = [s for _, s in solutions if not isinstance(s.value, Absent)]
    wholes = {s.indicator.id: s.indicator.id for s in told if not s.component.id}
    rests = {s.indicator.level: s.indicator.id for s in told if s.indicator.id in indicators.RESTS}
    return wholes, rests


def _counted(
    solutions: Sequence[tuple[ProfileRow, Solution]], basis: Basis, profile: Profile
) -> set[str]:
    """Why components may stand outside GEP and still be counted; "" is those that do not."""
    counted = {"", *basis.include}
    if profile.total == "ESV" or all(s.component.outside == "esv" for _, s in solutions):
        counted.add("esv")
    return counted


def _idle(given: Sequence[Entry], solver: Solver, profile: Profile) -> Iterator[Problem]:
    """Figures that were not used: those of services outside the standard in one line each, others
    row by row, and of those that services share the first of a name that serves none.
    """
    idle = [e for e in given if e not in solver.used]
    # sizes serve beside the account too
    told = {"area", "population", "gdp", *(e.name for e in solver.used if not e.indicator)}
    for e in sorted(idle, key=lambda e: not e.indicator):
        if e.indicator:
            yield _unused(e, profile)
        elif e.name not in told:
            told.add(e.name)
            yield Problem("input.unused", e.where, name=e.name)


def _unused(e: Entry, profile: Profile) -> Problem:
    """Why a figure of a service was not used."""
    name = f"{e.indicator}.{e.component}".rstrip(".")
    names = {name, e.indicator}
    if names & {*profile.left_out}:
        switch = next(s.id for s in profile.switches.values() if names & {*s.components})
        values: dict[str, object] = {"standard": profile.id, "switch": switch}
        return Problem("standard.switched", cell_of(name), **values)
    if not profile.open and profile.row(e.indicator, e.component) is None:
        return Problem("standard.outside", cell_of(name), standard=profile.id)
    return Problem("input.unused", e.where, name=e.name)


def _misplaced(parts: Sequence[Part]) -> Iterator[Problem]:
    """Prices and rates of items, types or regions that have no quantity: a slip in a label leaves a
    figure without effect.

    What services share is told where it serves none of them.
    """
    shared: dict[str, list[Entry]] = {}
    for e, part in _without_effect(parts):
        if not e.indicator:
            shared.setdefault(e.name, []).append(e)
            continue
        service = Both(part.name, part.component.zh or part.indicator.zh)
        values = {"name": e.name, "labels": e.at, "component": service}
        yield Problem("figure.misplaced", e.where, **values)
    for name, rows in shared.items():
        told = listed([e.at for e in rows], 8, "; ")
        values = {"name": name, "labels": told, "component": word("no_service")}
        yield Problem("figure.misplaced", rows[0].where, **values)


def _without_effect(parts: Sequence[Part]) -> Iterable[tuple[Entry, Part]]:
    """The prices and rates that serve no cell of any component, each with the first to take it."""
    serving: set[Source] = set()
    idle: dict[Source, tuple[Entry, Part]] = {}
    for part in parts:
        occurs, grid = _occurs(part.data), _grid(part.data)
        types = ("", *grid.get("ecosystem", ()))
        for given in filter(_reaching, walk(part.solution.nodes)):
            figures = given.figures
            used = _serving(figures, occurs, grid)
            serving.update(figures.entries[n].where for n in used)
            for n in np.setdiff1d(np.array(figures.owner), [-1, *used]):
                e = figures.entries[int(n)]
                if e.ecosystem in types:  # that a type cannot supply is said already
                    idle.setdefault(e.where, (e, part))
    for where in serving & idle.keys():
        del idle[where]
    return idle.values()


def _reaching(node: Node) -> TypeGuard[Given]:
    """Whether a node holds rates or prices."""
    return isinstance(node, Given) and node.reaches


def _serving(given: Figures, occurs: xr.Variable, grid: Mapping[str, list[Any]]) -> list[int]:
    """The rows of a rate or a price that serve a cell with figures."""
    array = given.array
    if not array.dims or not set(array.dims) <= {*grid}:
        return list(range(len(given.entries)))
    rows = on_grid(array.copy(data=np.array(given.owner, dtype=float)), grid)
    there = occurs.any(list(set(occurs.dims) - set(rows.dims))).transpose(*rows.dims)
    used: list[int] = np.unique(rows.values[there.values & (rows.values >= 0)]).astype(int).tolist()
    return used


def _grid(data: xr.Dataset) -> dict[str, list[Any]]:
    """The labels of the figures, dimension by dimension."""
    return {str(d): data[d].values.tolist() for d in data.dims}


def _occurs(data: xr.Dataset) -> xr.Variable:
    """Where there is something of the component."""
    return (data["status"] != Status.ABSENT).variable


def _chosen(solver: Solver, profile: Profile) -> Iterator[tuple[ProfileRow, Indicator, Component]]:
    """The components to account, with the row they count in."""
    for i in dict.fromkeys([*profile.indicators, *indicators.RESTS.values()]):
        for c in named_components(i):
            row = profile.row(i.id, c.id) or _RESTS.get(i.id)
            if row is not None and _taken(solver, profile, i, c):
                yield row, i, c


def _taken(solver: Solver, profile: Profile, i: Indicator, c: Component) -> bool:
    """Whether a component is accounted: one with a figure of its own, and each that a standard
    names; under an open one also what figures of its indicator lead to.
    """
    if not c.id:
        return solver.has_figure(i.id)
    own = solver.has_own(i.id, c.id)
    if own or c.id == REMAINDER.id:
        return own
    if not profile.open or not solver.has_any(i.id):
        return not profile.open
    trial = solver.solve(i, c)
    return not trial.quantity.missing() and any(e.indicator for e in trial.entries)


def _huge(part: Part) -> Iterator[Problem]:
    """Figures beyond all sense, which no sum and no JSON could hold."""
    for name in ("quantity", "price", "value"):
        if bool((abs(part.data[name]) > HUGE).any()):
            where = cell_of(part.solution.name, figure=name)
            yield Problem("result.huge", where, limit=HUGE)


def _needs(s: Solution) -> list[tuple[str, str]]:
    """What a component lacks to be valued."""
    if s.unpriced or not isinstance(s.value, Absent):
        return []
    needs = [*s.quantity.missing(), *(s.price.missing() if s.component.price else ())]
    return needs or ([("value", "CNY/yr")] if isinstance(s.price, Absent) else [])


def _gaps(part: Part) -> Iterator[Missing]:
    """Where a component could not be worked out, and the names that lack it there: one for each set
    of names.
    """
    data = part.data
    gap, occurs, grid = (data["status"] == Status.MISSING).variable, _occurs(data), _grid(data)
    if not gap.any():
        return
    lacks = _lacks(part, gap, grid)
    places = np.argwhere(gap.values)
    kinds = np.reshape([cells[gap.values] for cells in lacks.values()], (len(lacks), len(places))).T
    for kind in sorted(set(map(tuple, kinds.tolist())), reverse=True):
        at = places[(kinds == np.array(kind)).all(-1)]
        names = {
            dim: _named(dim, keys, np.unique(at[:, axis]), occurs)
            for axis, (dim, keys) in enumerate(grid.items())
        }
        yield Missing(
            part.indicator.id,
            part.component.id,
            tuple(compress(lacks, kind)),
            names.get("ecosystem", ()),
            items=names.get("item", ()),
            regions=names.get("region", ()),
            years=names.get("year", ()),
        )


def _lacks(
    part: Part, gap: xr.Variable, grid: Mapping[str, list[Any]]
) -> dict[tuple[str, str], Any]:
    """By the name and the unit of what lacks a number somewhere, the gaps that are due to it."""
    lacks: dict[tuple[str, str], Any] = {}
    for node in walk(part.solution.nodes):
        result = part.outcome.results.get(node)
        if result is None or (node.parts and not isinstance(node, Given)):
            continue
        null = on_grid(result.array, grid).isnull()
        here = gap & null if set(null.dims) <= {*gap.dims} else gap & False
        key = node.name, node.unit
        lacks[key] = lacks.get(key, False) | here.transpose(*gap.dims).values
    return lacks


def _named(dim: str, keys: Sequence[Any], used: Any, occurs: xr.Variable) -> tuple[Any, ...]:
    """The labels of a dimension that lack something; none where all do, but for ecosystem types."""
    there = occurs.any(list(set(occurs.dims) - {dim})).values
    few = dim == "ecosystem" or len(used) < int(there.sum())
    return tuple(filter(None, (keys[n] for n in used))) if few else ()


def _twice(parts: Sequence[Part]) -> Iterator[Problem]:
    """A value for an indicator as a whole beside values of its components."""
    valued: dict[str, list[str]] = {}
    for p in parts:
        if p.counted and bool(p.data["value"].notnull().any()):
            valued.setdefault(p.indicator.id, []).append(p.component.id)
    for indicator, names in valued.items():
        others = list(filter(None, names))
        if "" in names and others:
            yield Problem("overlap.whole", named(indicator), others=", ".join(others))


def _parts_of_regions(account: Account) -> Iterator[Problem]:
    """Regions whose own figure differs from the sum of their parts, and regions that belong to
    none.
    """
    for part in account.counted:
        if "region" in part.data.dims:
            have = list(map(str, part.data["region"].values))
            cover = set(account.cover(part, account.basis.region) or ())
            yield from _unequal(account.basis, part, have)
            yield from _dropped(account, part, have, cover)
            yield from _loose(account.basis, part, have, cover)


def _unequal(basis: Basis, part: Part, have: Sequence[str]) -> Iterator[Problem]:
    """Regions that do not have the sum of their parts."""

    def worth(region: str | list[str]) -> float:
        return float(np.nansum(part.data["value"].sel(region=region).values))

    for name in have:
        children = basis.children(name)
        if not children or not set(children) <= set(have):
            continue
        own, below = worth(name), worth(children)
        if abs(own - below) > 1e-6 * max(abs(own), abs(below), 1.0):
            values: dict[str, object] = {"own": own, "below": below}
            yield Problem("region.parts", cell_of(part.name, region=name), **values)


def _dropped(
    account: Account, part: Part, have: Sequence[str], cover: set[str]
) -> Iterator[Problem]:
    """Figures of parts of a region that are not in its own, where that has none: the total would
    lose them.
    """
    basis, value = account.basis, part.data["value"]
    wholes = {r.parent for r in basis.regions.values()} or {basis.region}
    for name in sorted(cover & wholes):
        inside = account.places([r for r in have if r != name], name)
        lost = value.sel(region=inside).where(value.sel(region=name, drop=True).isnull())
        names = lost.dropna("region", how="all")["region"].values.tolist()
        if names:
            values = {
                "region": name,
                "names": ", ".join(names),
                "value": float(np.nansum(lost.values)),
            }
            yield Problem("region.dropped", cell_of(part.name, region=name), **values)


def _loose(basis: Basis, part: Part, have: Sequence[str], cover: set[str]) -> Iterator[Problem]:
    """Regions that are in no figure that is added up."""
    loose = [r for r in have if not _inside(r, cover, basis)]
    if loose:
        values: dict[str, object] = {"names": ", ".join(loose), "region": basis.region}
        yield Problem("region.loose", cell_of(part.name), **values)


def _negative(account: Account) -> Iterator[Problem]:
    """Components with negative values, which count as they are."""
    for part in account.counted:
        low = float(np.nansum(np.minimum(part.data["value"].values, 0.0)))
        if low < 0:
            yield Problem("quantity.negative", cell_of(part.name), sum=low)


def _inside(region: str, cover: set[str], basis: Basis) -> bool:
    """Whether a region, or one that it lies in, is among those that are added up."""
    while region in basis.regions and region not in cover:
        region = basis.regions[region].parent
    return region in cover
