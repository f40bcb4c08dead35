"""Making an account: check everything, find what each component of the standard needs, work it out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from gep import indicators, standards
from gep.account.account import Account, Missing, Part
from gep.account.basis import Basis
from gep.account.chains import MISSING, Solution, Solver
from gep.account.evaluate import on_grid, repeated, work_out
from gep.account.inputs import HUGE, Entry, bounded, problems, tidied
from gep.account.inputs import components as named_components
from gep.core.errors import MAX_FAULTS, GepError, InputError, OverlapError, ParameterError, Problem
from gep.core.formula import Component, Indicator
from gep.core.messages import Both, word
from gep.standards import Profile, ProfileRow


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
    try:
        profile = (basis.profile or standards.get(basis.standard)).switched(basis.switches)
    except ParameterError as error:
        _refuse(
            InputError,
            "error.account",
            [*faults, *error.problems] if any(p.level == "error" for p in faults) else [],
        )
        raise
    bound = {(n.partition(".")[0], n.partition(".")[2]): m for n, m in profile.pricing.items()}
    found = [*faults, *problems(together, basis, bound)]
    _refuse(InputError, "error.account", found)
    solver = (
        Solver(inputs, prices, basis, profile)
        if scene is None
        else scene.solver(inputs, prices, basis, profile)
    )
    solutions = [(row, solver.solve(i, c)) for row, i, c in _chosen(solver, profile)]
    solver.problems += [
        p for _, s in solutions for p in (*solver.conflicts(s), *repeated(s, basis))
    ]
    _refuse(InputError, "error.account", solver.problems)
    if scene is not None:
        found += scene.settle([s for _, s in solutions], basis)
    parts, missing = _worked(solutions, basis, profile)
    found += [note for part in parts for note in part.solution.notes]
    _refuse(OverlapError, "error.twice", _twice(parts))
    account = Account(
        basis,
        profile,
        tuple(parts),
        tuple(missing),
        (),
        tuple(controls),
        files or {},
        (),
        tuple(together),
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
    said = {
        level: tuple(p for p in _unique(found) if p.level == level) for level in ("warning", "note")
    }
    return replace(account, warnings=said["warning"], notes=said["note"])


def _refuse(kind: type[GepError], title: str, found: Iterable[Problem]) -> None:
    """Raise if anything found is an error, with all that is."""
    errors = [p for p in _unique(found) if p.level == "error"]
    if len(errors) > MAX_FAULTS:
        more = Problem(
            "problems.many", errors[MAX_FAULTS].where, values={"count": len(errors) - MAX_FAULTS}
        )
        errors = [*errors[:MAX_FAULTS], more]
    if errors:
        raise kind(title, errors)


def _worked(
    solutions: Sequence[tuple[ProfileRow, Solution]], basis: Basis, profile: Profile
) -> tuple[list[Part], list[Missing]]:
    """The components worked out, and those that are not, or not for all types, with what they need."""
    parts: list[Part] = []
    cells = 0
    missing: list[Missing] = []
    rests = {
        s.indicator.level: s.indicator.id
        for _, s in solutions
        if s.indicator.id in indicators.RESTS and s.value.kind != MISSING
    }
    wholes = {
        s.indicator.id for _, s in solutions if not s.component.id and s.value.kind != MISSING
    }
    esv = profile.total == "ESV" or all(s.component.outside == "esv" for _, s in solutions)
    for row, s in solutions:
        needs, lacking = _needs(s), []
        if needs:
            inside = s.indicator.id if s.indicator.id in wholes else rests.get(row.level, "")
            lacking = [Missing(s.indicator.id, s.component.id, tuple(needs), (), inside)]
            s.headline = inside == s.indicator.id
        if s.value.kind == MISSING and s.quantity.missing():
            missing += lacking
            continue
        work_out(s, basis)
        _refuse(InputError, "error.account", _huge(s))
        cells = bounded(
            {str(d): n for d, n in s.data["value"].sizes.items()},
            f"{s.indicator.id}.{s.component.id}",
            cells,
        )
        if s.data["value"].size:  # what no type here can supply lacks nothing
            missing += lacking or _gaps(s)
        outside = s.component.outside
        parts.append(
            Part(
                row,
                s,
                counted=not outside or outside in basis.include or (outside == "esv" and esv),
            )
        )
    return parts, missing


def _idle(given: Sequence[Entry], solver: Solver, profile: Profile) -> Iterator[Problem]:
    """Figures that were not used: those of services outside the standard in one line each, others
    row by row.
    """
    shared: dict[str, list[Entry]] = {}
    for e in given:
        if e in solver.used:
            continue
        if not e.indicator:
            shared.setdefault(e.name, []).append(e)
            continue
        name = f"{e.indicator}.{e.component}".rstrip(".")
        if any(c == name or c == e.indicator for c in profile.left_out):
            switch = next(
                s.id
                for s in profile.switches.values()
                if name in s.components or e.indicator in s.components
            )
            yield Problem(
                "standard.switched", name, "warning", {"standard": profile.id, "switch": switch}
            )
        elif not profile.open and profile.row(e.indicator, e.component) is None:
            yield Problem("standard.outside", name, "warning", {"standard": profile.id})
        else:
            yield Problem("input.unused", e.where, "warning", {"name": e.name})
    served = {e.name for e in solver.used if not e.indicator}
    for name, rows in shared.items():  # sizes serve beside the account too
        if name not in served and name not in ("area", "population", "gdp"):
            yield Problem("input.unused", rows[0].where, "warning", {"name": name})


def _misplaced(parts: Sequence[Part]) -> Iterator[Problem]:
    """Prices and rates of items, types or regions that have no quantity: a slip in a label leaves a
    figure without effect.

    What services share is told where it serves none of them.
    """
    serving: set[str] = set()
    idle: dict[str, tuple[Entry, Part]] = {}
    for part in parts:
        occurs = (part.data["status"] != "absent").variable
        grid = {str(d): part.data[d].values.tolist() for d in part.data.dims}
        for node in (
            n
            for chain in part.solution.nodes
            for n in chain.walk()
            if n.reaches and n.given is not None
        ):
            assert node.given is not None and node.given.owner is not None
            array, entries = node.given.array, node.given.entries
            if not array.dims or not set(array.dims) <= {*grid}:
                serving.update(e.where for e in entries)
                continue
            rows = on_grid(array.copy(data=node.given.owner.astype(float)), grid)
            there = occurs.any([d for d in occurs.dims if d not in rows.dims]).transpose(*rows.dims)
            used = np.unique(rows.values[there.values & (rows.values >= 0)]).astype(int)
            serving.update(entries[n].where for n in used)
            for n in np.setdiff1d(node.given.owner, [-1, *used]):
                e = entries[int(n)]
                if not e.ecosystem or e.ecosystem in grid.get(
                    "ecosystem", (e.ecosystem,)
                ):  # that a type cannot supply is said already
                    idle.setdefault(e.where, (e, part))
    shared: dict[str, list[Entry]] = {}
    for where, (e, part) in idle.items():
        if where in serving:
            continue
        if not e.indicator:
            shared.setdefault(e.name, []).append(e)
            continue
        yield Problem(
            "figure.misplaced",
            where,
            "warning",
            {
                "name": e.name,
                "labels": e.at,
                "component": Both(part.name, part.component.zh or part.indicator.zh),
            },
        )
    for name, rows_ in shared.items():
        told = "; ".join(e.at for e in rows_[:8]) + (
            "" if len(rows_) <= 8 else f" … ({len(rows_)})"
        )
        yield Problem(
            "figure.misplaced",
            rows_[0].where,
            "warning",
            {"name": name, "labels": told, "component": word("no_service")},
        )


def _unique(found: Iterable[Problem]) -> list[Problem]:
    return list({(p.code, str(p)): p for p in found}.values())


def _chosen(solver: Solver, profile: Profile) -> Iterator[tuple[ProfileRow, Indicator, Component]]:
    """The components to account, with the row they count in."""
    for i in dict.fromkeys(
        [*profile.indicators, *indicators.RESTS.values()]
    ):  # a standard may have a row of its own for a rest
        for c in named_components(i):
            row = profile.row(i.id, c.id)
            if row is None and i.id in indicators.RESTS:
                row = ProfileRow(i.id, i.level, i.zh, i.en, (i.id,), "confirmed")
            given = solver.has_figure(i.id) if not c.id else solver.has_own(i.id, c.id)
            if row is None:
                continue
            if c.id in ("", "remainder"):
                if given:
                    yield row, i, c
            elif given or not profile.open:
                yield row, i, c
            elif solver.has_any(i.id):
                trial = solver.solve(i, c)
                if not trial.quantity.missing() and any(e.indicator for e in trial.entries):
                    yield row, i, c


def _huge(s: Solution) -> Iterator[Problem]:
    """Figures beyond all sense, which no sum and no JSON could hold."""
    for name in ("quantity", "price", "value"):
        if bool((abs(s.data[name]) > HUGE).any()):
            yield Problem(
                "result.huge", f"{s.indicator.id}.{s.component.id}, {name}", values={"limit": HUGE}
            )


def _needs(s: Solution) -> list[tuple[str, str]]:
    """What a component lacks to be valued."""
    if s.value.kind != MISSING:
        return []
    needs = [*s.quantity.missing(), *(s.price.missing() if s.component.price else ())]
    return needs or ([] if s.price.kind != MISSING else [("value", "CNY/yr")])


def _gaps(s: Solution) -> Iterator[Missing]:
    """Where a component could not be worked out, and the names that lack it there: one for each set
    of names.
    """
    gap, occurs = (s.data["status"] == MISSING).variable, (s.data["status"] != "absent").variable
    if not gap.any():
        return
    grid = {str(d): s.data[d].values.tolist() for d in s.data.dims}
    leaves = (p for n in s.nodes for p in n.walk() if p.parts == {} or p.kind == "given")
    lacks: dict[tuple[str, str], Any] = {}
    for p in leaves:
        if p.result is not None:
            null = on_grid(p.result, {d: k for d, k in grid.items() if d in p.result.dims}).isnull()
            here = (
                (gap & null).transpose(*gap.dims) if set(null.dims) <= {*gap.dims} else gap & False
            )
            lacks[p.name, p.unit] = lacks.get((p.name, p.unit), False) | here.values
    lacks = {key: cells for key, cells in lacks.items() if cells.any()}
    kinds = (
        np.stack([*lacks.values()], -1)[gap.values]
        if lacks
        else np.zeros((int(gap.sum()), 0), bool)
    )
    places = np.argwhere(gap.values)
    for kind in sorted({tuple(k) for k in kinds.tolist()}, reverse=True):
        at = places[(kinds == np.array(kind)).all(-1)]
        names: dict[str, tuple[Any, ...]] = {}
        for axis, (dim, keys) in enumerate(grid.items()):
            used, there = set(at[:, axis]), occurs.any([d for d in occurs.dims if d != dim]).values
            told = tuple(keys[n] for n in sorted(used) if keys[n] != "")
            names[dim] = (
                told if dim == "ecosystem" or len(used) < int(there.sum()) else ()
            )  # all lack it: no need to name them
        yield Missing(
            s.indicator.id,
            s.component.id,
            tuple(key for key, lacking in zip(lacks, kind, strict=True) if lacking),
            names.get("ecosystem", ()),
            items=names.get("item", ()),
            regions=names.get("region", ()),
            years=names.get("year", ()),
        )


def _twice(parts: Sequence[Part]) -> Iterator[Problem] | list[Problem]:
    """A value for an indicator as a whole beside values of its components."""
    out = []
    for part in parts:
        if part.component.id or not part.counted or not bool(part.data["value"].notnull().any()):
            continue
        others = [
            p.component.id
            for p in parts
            if p.indicator.id == part.indicator.id
            and p is not part
            and p.counted
            and bool(p.data["value"].notnull().any())
        ]
        if others:
            out.append(
                Problem("overlap.whole", part.indicator.id, values={"others": ", ".join(others)})
            )
    return out


def _parts_of_regions(account: Account) -> Iterator[Problem]:
    """Regions whose own figure differs from the sum of their parts, and regions that belong to
    none.
    """
    basis = account.basis
    wholes = {r.parent for r in basis.regions.values()} or {basis.region}
    for part in account.counted:
        if "region" not in part.data.dims:
            continue
        have = list(map(str, part.data["region"].values))
        for name in have:
            children = basis.children(name)
            if children and all(c in have for c in children):
                own, below = (
                    float(np.nansum(part.data["value"].sel(region=r).values))
                    for r in (name, children)
                )
                if abs(own - below) > 1e-6 * max(abs(own), abs(below), 1.0):
                    yield Problem(
                        "region.parts",
                        f"{part.name}, {name}",
                        "warning",
                        {"own": own, "below": below},
                    )
        cover = set(account.cover(part, basis.region) or ())
        value = part.data["value"]
        for name in sorted(cover & wholes):
            inside = account.places([r for r in have if r != name], name)
            dropped = value.sel(region=inside).where(value.sel(region=name, drop=True).isnull())
            if bool(dropped.notnull().any()):
                yield Problem(
                    "region.dropped",
                    f"{part.name}, {name}",
                    values={
                        "region": name,
                        "names": ", ".join(
                            r for r in inside if bool(dropped.sel(region=r).notnull().any())
                        ),
                        "value": float(np.nansum(dropped.values)),
                    },
                )
        loose = [r for r in have if r not in cover and not _inside(r, cover, basis)]
        if loose:
            yield Problem(
                "region.loose",
                part.name,
                "warning",
                {"names": ", ".join(loose), "region": basis.region},
            )


def _negative(account: Account) -> Iterator[Problem]:
    """Components with negative values, which count as they are."""
    for part in account.counted:
        low = float(np.nansum(np.minimum(part.data["value"].values, 0.0)))
        if low < 0:
            yield Problem("quantity.negative", part.name, "warning", {"sum": low})


def _inside(region: str, cover: set[str], basis: Basis) -> bool:
    at = region
    while at in basis.regions:
        at = basis.regions[at].parent
        if at in cover:
            return True
    return False
