"""The figures of one component over its labels: quantity × price, caps, floors, given values,
shares, and what is missing.

All figures of a component lie on one grid of labels, so they are kept as variables that broadcast
by the names of their dimensions, without labels to align; labels are put on at the end.
"""

# mypy: allow-untyped-calls
# (xarray declares the types of a Variable's methods only in part)
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import xarray as xr

from gep import indicators
from gep.account.basis import Basis
from gep.account.chains import MISSING, Node, Solution
from gep.account.inputs import LABELS, bounded
from gep.core import ecosystems
from gep.core.errors import Problem
from gep.core.formula import Input, apply
from gep.core.messages import word

Grid = Mapping[str, Sequence[object]]
_APART = ("year", "draw")  # never added over: each year and each draw is an account of its own


def work_out(
    s: Solution, basis: Basis, instead: Mapping[Node, xr.DataArray] | None = None
) -> xr.Dataset:
    """The figures of one component over its labels: quantity, price, value and status of each cell.

    With ``instead`` (see :func:`evaluate`) the figures are returned and the solution stays as it
    was. Numbers along a dimension ``draw`` give figures along it, each in the dimensions it needs
    and without a status.
    """
    grid = labels(s.nodes, s.component.supplied_by, basis.ecosystems)
    grid["year"] = list(basis.years)
    own = basis.ecosystems
    if instead is None:
        bounded(
            {label: len(keys) for label, keys in grid.items()}, f"{s.indicator.id}.{s.component.id}"
        )
        s.notes += _cut(s, grid)
    known = not s.quantity.missing()
    quantity = evaluate(s.quantity, grid, own, instead) if known else nothing()
    price = evaluate(s.price, grid, own, instead) if not s.price.missing() else nothing()
    if instead is None:
        s.notes += _completions(s)
    if known and s.cap.kind != MISSING:
        quantity, ratio = capped(quantity, evaluate(s.cap, grid, own, instead), grid, basis)
        s.cap_ratio = ratio if instead is None else s.cap_ratio
    if s.floor:
        quantity, taken = floored(quantity, s.floor, grid, basis)
        if instead is None and taken:
            s.floored = taken
            s.notes.append(
                Problem(
                    "quantity.floored",
                    f"{s.indicator.id}.{s.component.id}",
                    "warning",
                    {"sum": taken, "unit": s.component.unit, "scale": s.floor},
                )
            )
    given = evaluate(s.value, grid, own, instead) if s.value.kind != MISSING else None
    value = quantity * price
    status = _word(value, "given" if _as_given(s) else "computed")
    if given is not None:
        quantity = _beside(s, quantity, given)
        price = price if _dims(price) <= _dims(given) else nothing()
        value, status = _given_value(s, quantity, price, given, grid, quiet=instead is not None)
    if s.share.kind != MISSING:
        share = evaluate(s.share, grid, own, instead)
        share = share / share.sum([d for d in share.dims if d not in _APART])
        quantity, value = quantity * share, value * share
        status = _word(value, "allocated")
    figures = {"quantity": quantity, "price": price, "value": value}
    if instead and any("draw" in array.dims for array in instead.values()):
        return _like(s.data, xr.Dataset(figures, coords=_coordinates(grid, figures.values())))
    figures["status"] = status
    used = {d for f in figures.values() for d in f.dims} | {"year"}
    sizes = {d: len(grid[d]) for d in LABELS if d in used}
    figures = {name: f.set_dims(sizes).transpose(*sizes) for name, f in figures.items()}
    gaps = np.isnan(figures["value"].values)
    if gaps.any():
        present = _present(s, grid, set(sizes)).set_dims(sizes).transpose(*sizes).values
        words = np.where(present, figures["status"].values if s.headline else MISSING, "absent")
        figures["status"] = xr.Variable(
            list(sizes), np.where(gaps, words, figures["status"].values).astype("<U10")
        )
    ds = xr.Dataset(figures, coords=_coordinates(grid, figures.values()))
    if instead is not None:
        return _like(s.data, ds)
    s.data = _occurring(ds)
    return s.data


def _like(data: xr.Dataset, ds: xr.Dataset) -> xr.Dataset:
    """Other figures of the regions that the component has."""
    return (
        ds.sel(region=data["region"].values)
        if "region" in ds.dims and ds.sizes["region"] != data.sizes["region"]
        else ds
    )


def _occurring(ds: xr.Dataset) -> xr.Dataset:
    """The figures without regions that only reported an emission or a rate: they must not stand for
    the parts that have figures.
    """
    if "region" not in ds.dims:
        return ds
    absent = (ds["status"] == "absent").all([d for d in ds["status"].dims if d != "region"]).values
    return ds if absent.all() else ds.isel(region=np.flatnonzero(~absent))


def repeated(s: Solution, basis: Basis) -> Iterator[Problem]:
    """What was given for all items, types or regions together beside figures by them: it would be
    counted once for each.

    A quantity must have the items, ecosystem types and regions of its price, a size such as the
    area the types and regions of what it is multiplied by. A share by that label divides it, and
    then it need not.
    """
    if s.value.kind != MISSING or any(n.kind == "layer" for n in s.quantity.walk()):
        return
    final = {"quantity", s.component.quantity, s.component.given}
    mine, *others = (
        [(n.name, n.given) for n in chain.walk() if n.given is not None and n.given.entries]
        for chain in (s.quantity, s.price, s.cap)
    )
    every = [given for told in (mine, *others) for _, given in told]
    for name, own in mine:
        names = {name, own.entries[0].name}
        if not names & {*final, *indicators.SIZES}:
            continue
        for label in ("item", "ecosystem", "region"):
            if label in own.array.dims or (
                label == "item" and (not names & final or s.quantity.unit == "person")
            ):  # all may pay for several things
                continue
            if s.share.given is not None and label in s.share.given.array.dims:
                continue
            by = [g for g in every if label in g.array.dims]
            keys = {str(k) for g in by for k in g.array[label].values}
            if len(keys) > 1 and not (label == "region" and basis.region in keys):
                yield Problem(
                    "quantity.repeated",
                    own.entries[0].where,
                    values={
                        "other": by[0].entries[0].name,
                        "label": word(label),
                        "count": len(keys),
                    },
                )


def nothing() -> xr.Variable:
    """A number that nobody gave."""
    return xr.Variable((), np.nan)


def _as_given(s: Solution) -> bool:
    """Whether the quantity was given: as it is, or with nothing beside it but the numbers that
    stand where nothing is given.
    """
    final = ("quantity", s.component.quantity, s.component.given)
    parts = [n for n in s.quantity.walk() if n.kind != "formula"]
    told = [
        n
        for n in parts
        if n.given is not None and any(e.name in final for e in n.given.entries[:1])
    ]
    return bool(told) and all(n in told or n.kind == "number" for n in parts)


def _beside(s: Solution, quantity: xr.Variable, given: xr.Variable) -> xr.Variable:
    """The quantity to show beside a given value: of the same labels, or summed to them; none that
    nobody gave.
    """
    if not any(n.given.own for n in s.quantity.walk() if n.given is not None):
        return nothing()
    return quantity.sum([d for d in quantity.dims if d not in (*given.dims, "draw")], skipna=False)


def _cut(s: Solution, grid: Mapping[str, Sequence[object]]) -> list[Problem]:
    """Types that figures of this very indicator were given for, and that cannot supply it: said,
    not dropped in silence.
    """
    kept = set(grid.get("ecosystem", ()))
    cut = sorted(
        {e for node in s.nodes for g in node.figures() if g.own for e in g.types() if e not in kept}
    )
    return (
        [
            Problem(
                "ecosystem.cut",
                f"{s.indicator.id}.{s.component.id}",
                "warning",
                {"names": ", ".join(cut)},
            )
        ]
        if cut
        else []
    )


def _given_value(
    s: Solution,
    quantity: xr.Variable,
    price: xr.Variable,
    given: xr.Variable,
    grid: Grid,
    quiet: bool,
) -> tuple[xr.Variable, xr.Variable]:
    """A value that was given counts; beside a quantity and a price it is compared with their
    product.
    """
    product = quantity * price
    has_quantity = bool(quantity.notnull().any())
    status = _word(given, "published" if has_quantity else "value_only")
    if not quiet and s.value.given is not None:
        gap, reach = abs(given - product), on_grid(s.value.given.half, grid)
        if s.quantity.given is not None:
            half = on_grid(s.quantity.given.half, grid)
            reach = reach + abs(half.sum([d for d in half.dims if d not in given.dims]) * price)
        wide = (gap > reach * (1 + 1e-9)).set_dims({"year": len(grid["year"]), **gap.sizes})
        for n, year in enumerate(grid["year"]):
            off = wide.isel(year=n)
            if bool(off.any()):
                told, made = (
                    float((a.isel(year=n) if "year" in a.dims else a).where(off).sum())
                    for a in (given, product)
                )
                s.notes.append(
                    Problem(
                        "value.gap",
                        f"{s.indicator.id}.{s.component.id}, {year}",
                        "warning",
                        {"value": told, "product": made},
                    )
                )
    if _dims(given) == _dims(product):
        if "draw" not in given.dims:
            status = xr.Variable(
                given.dims, np.where(given.isnull().values, "computed", status.values)
            )
        given = given.fillna(product)
    return given, status


def _present(s: Solution, grid: Grid, dims: set[str]) -> xr.Variable:
    """Cells that somebody gave a figure for: a combination named by no input of the most dimensions
    does not occur.

    What is named in one year occurs in all of them: in a year without a row it is missing, not gone
    (0 says that).
    """
    figures = [n for node in s.nodes for n in node.walk() if n.given is not None]
    sizes = [
        n for n in figures if not n.reaches
    ] or figures  # a rate or a price says nothing of what there is
    named = (
        [s.quantity.occurs]
        if s.quantity.occurs is not None
        else [n.given.array for n in sizes if n.given is not None]
    )
    arrays = [a for a in named if set(map(str, a.dims)) <= dims]
    most = max((len(_dims(a) - {"year"}) for a in arrays), default=0)
    out = xr.Variable((), False)
    for a in {id(a): a for a in arrays if len(_dims(a) - {"year"}) == most}.values():
        out = out | on_grid(a, grid).notnull()
    return out | out.any("year") if "year" in out.dims else out


def capped(
    quantity: xr.Variable, cap: xr.Variable, grid: Grid, basis: Basis
) -> tuple[xr.Variable, xr.DataArray]:
    """A capacity held to what was emitted: each region that reports an emission shares one factor,
    at most 1.

    The factor min(1, emission / Σ capacity) goes to every ecosystem and sub-region of the reporting
    region, so that parts still add up.
    """
    if "region" not in cap.dims or "region" not in quantity.dims:
        ratio = _ratio(
            cap,
            quantity.sum([d for d in quantity.dims if d not in (*cap.dims, *_APART)], skipna=True),
        )
        return quantity * ratio, xr.DataArray(ratio, _coordinates(grid, [ratio]))
    regions = list(map(str, grid["region"]))
    told = cap.notnull().all([d for d in cap.dims if d != "region"]).values
    reporting = {r for r, ok in zip(regions, told, strict=True) if ok}
    home = [_reporter(r, reporting, basis) for r in regions]
    order = list(dict.fromkeys(home))
    total = quantity.sum([d for d in quantity.dims if d not in ("region", *_APART)], skipna=True)
    if order != regions:  # some share a factor: their capacities are added up
        members = xr.Variable(("home", "region"), [[float(h == o) for h in home] for o in order])
        total = (members * total).sum("region")
        total = xr.Variable(["region" if d == "home" else d for d in total.dims], total.values)
    ratio = _ratio(cap.isel(region=[regions.index(o) for o in order]), total)
    factor = ratio.isel(region=[order.index(h) for h in home])
    return quantity * factor, xr.DataArray(ratio, _coordinates({**grid, "region": order}, [ratio]))


def _ratio(cap: xr.Variable, capacity: xr.Variable) -> xr.Variable:
    # where nothing can be taken up any factor gives zero; 1 keeps it free of a division by zero
    factor: xr.Variable = (cap / capacity.where(capacity > 0)).clip(max=1.0)
    factor = factor.where(capacity > 0, 1.0).where(cap.notnull())
    return factor


def _reporter(region: str, reporting: set[str], basis: Basis) -> str:
    at = region
    while at not in reporting and at in basis.regions:
        at = basis.regions[at].parent
    return at if at in reporting else basis.region if basis.region in reporting else region


def floored(
    quantity: xr.Variable, scale: str, grid: Grid, basis: Basis
) -> tuple[xr.Variable, float]:
    """A quantity without its negative figures at one scale, and what that took away (at most 0).

    ``cell`` sets each negative figure to zero. ``region`` and ``total`` look at the sum of a
    region, or of all: where it is negative, all that it is made of is zero; where it is not, its
    negative parts stay and are netted.
    """
    if scale == "cell":
        kept = quantity.clip(min=0.0)
    else:
        apart = ("region", *_APART) if scale == "region" else _APART
        once = (
            quantity * _outermost(grid, basis)
            if scale == "total" and "region" in quantity.dims
            else quantity
        )
        below = once.sum([d for d in quantity.dims if d not in apart], skipna=True) < 0
        kept = quantity.where(~below, 0.0).where(quantity.notnull())
    taken = quantity - kept
    return kept, float((taken * _outermost(grid, basis) if "region" in taken.dims else taken).sum())


def _outermost(grid: Grid, basis: Basis) -> xr.Variable:
    """1 for a region that lies in no other region of the grid, 0 for one that does: so that no
    place is added twice.
    """
    regions = set(map(str, grid["region"]))

    def inside(region: str) -> bool:
        at = basis.regions[region].parent if region in basis.regions else ""
        while at and at not in regions:
            at = basis.regions[at].parent if at in basis.regions else ""
        return bool(at)

    return xr.Variable(("region",), [float(not inside(str(r))) for r in grid["region"]])


def _coordinates(grid: Grid, variables: Iterable[xr.Variable]) -> dict[str, list[object]]:
    used = {d for v in variables for d in v.dims}
    return {d: list(grid[d]) for d in LABELS if d in used}


def _dims(array: xr.Variable | xr.DataArray) -> set[object]:
    return set(array.dims) - {"draw"}


def _word(like: xr.Variable, word: str) -> xr.Variable:
    sizes = {d: n for d, n in like.sizes.items() if d != "draw"}
    return xr.Variable(list(sizes), np.full(list(sizes.values()), word, dtype="<U10"))


def labels(
    nodes: Sequence[Node], supplied_by: Sequence[str], own: Mapping[str, str]
) -> dict[str, list[object]]:
    """The labels in use on each dimension, ecosystems limited to those that can supply the
    component.
    """
    seen: dict[str, dict[object, None]] = {}
    for node in nodes:
        for part in node.walk():
            if part.given is None:
                continue
            for d in part.given.array.dims:
                seen.setdefault(str(d), {}).update(
                    dict.fromkeys(part.given.array[d].values.tolist())
                )
    out: dict[str, list[object]] = {d: list(found) for d, found in seen.items()}
    if supplied_by and "ecosystem" in out:
        final = [
            g
            for node in nodes
            for g in node.figures()
            if g.entries and g.entries[0].name in ("quantity", "value", "share")
        ]  # a final figure stands
        said = {e for g in final for e in g.types()}
        out["ecosystem"] = [
            e
            for e in out["ecosystem"]
            if not e or e in said or ecosystems.belongs(str(e), supplied_by, own)
        ]
    return out


def on_grid(array: xr.DataArray, grid: Mapping[str, Sequence[object]]) -> xr.Variable:
    """An array on the labels of the grid, NaN where it has none; a dimension that the grid lacks
    stays as it is.
    """
    apart = {
        d: list(grid[str(d)])
        for d in array.dims
        if d in grid and array.indexes[d].tolist() != grid[str(d)]
    }
    out: xr.Variable = (array.reindex(apart) if apart else array).variable
    return out


def evaluate(
    node: Node,
    grid: Mapping[str, Sequence[object]],
    own: Mapping[str, str],
    instead: Mapping[Node, xr.DataArray] | None = None,
) -> xr.Variable:
    """The numbers of a chain on a grid of labels, as a variable that knows its dimensions; the grid
    knows the labels.

    ``instead`` puts other numbers in the place of a node (a rounding bound, draws, a scenario); the
    node's own ``result`` is then left as it was.
    """
    if instead and node in instead:
        out = on_grid(instead[node], grid)
    elif node.kind in ("given", "layer", "summed"):
        assert node.given is not None
        out = on_grid(node.given.array, grid)
    elif node.kind == "coefficient":
        assert node.coefficient is not None
        names = (
            list(map(str, grid["ecosystem"]))
            if "ecosystem" in grid and node.coefficient.by_ecosystem
            else None
        )
        numbers, rows, lacking = node.coefficient.numbers(node.unit, names, own)
        node.rows, node.lacking = tuple(rows), tuple(lacking)
        out = (
            xr.Variable(("ecosystem",), numbers)
            if names is not None
            else xr.Variable((), numbers[0])
        )
    elif node.kind == "number":
        out = xr.Variable((), node.number)
    else:
        assert node.formula is not None  # what is missing has no numbers: whoever asks looks first
        parts = {name: evaluate(part, grid, own, instead) for name, part in node.parts.items()}
        out = apply(
            node.formula,
            {
                name: _drawn_within(numbers, node.formula.inputs[name])
                for name, numbers in parts.items()
            },
        )
    if node.kind == "given" and node.parts:
        out = _completed(out, node, grid, own, instead)
    if instead is None:
        node.keep(out, grid)
    return out


def _completed(
    out: xr.Variable,
    node: Node,
    grid: Grid,
    own: Mapping[str, str],
    instead: Mapping[Node, xr.DataArray] | None,
) -> xr.Variable:
    """Figures given for some ecosystem types, with the coefficient of the table for the types that
    have none of their own.
    """
    assert node.given is not None
    (rest,) = node.parts.values()
    untold = [e for e in grid["ecosystem"] if e and e not in node.given.types()]
    if not untold:
        return out
    numbers = xr.DataArray(
        evaluate(rest, {"ecosystem": untold}, own, instead), dims=None, coords={"ecosystem": untold}
    )
    filled: xr.Variable = out.where(out.notnull(), on_grid(numbers, grid))
    return filled


def _completions(s: Solution) -> list[Problem]:
    """Types that took the coefficient of the table because figures of their own were given for
    other types only.
    """
    out = []
    for node in (n for n in s.quantity.walk() if n.kind == "given"):
        for rest in node.parts.values():
            if rest.rows and rest.result is not None:
                types = ", ".join(
                    str(e) for e in rest.result["ecosystem"].values if e not in rest.lacking
                )
                out.append(
                    Problem(
                        "coefficient.completed",
                        f"{s.indicator.id}.{s.component.id}",
                        "note",
                        {"input": node.name, "types": types},
                    )
                )
    return out


def _drawn_within(numbers: xr.Variable, spec: Input) -> xr.Variable:
    """Draws held to the range of an argument: one that falls outside stands at its end, where a
    figure would be refused.
    """
    if "draw" not in numbers.dims or (spec.low, spec.high) == (None, None):
        return numbers
    held: xr.Variable = numbers.clip(spec.low, spec.high)
    return held
