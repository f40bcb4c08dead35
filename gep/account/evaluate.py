"""The figures of one component over its labels: quantity × price, caps, floors, given values,
shares, and what is missing.

All figures of a component lie on one grid of labels, so they are kept as variables that broadcast
by the names of their dimensions, without labels to align; labels are put on at the end.
"""

# mypy: allow-untyped-calls
# (xarray declares the types of a Variable's methods only in part)
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from itertools import chain, compress
from operator import or_

import numpy as np
import xarray as xr

from gep import indicators
from gep.account.basis import Basis
from gep.account.chains import FINAL, MISSING, Node, Solution, on_map
from gep.account.fallback import in_use, other_dims
from gep.account.inputs import LABELS, Given, bounded
from gep.core import ecosystems
from gep.core.errors import Problem
from gep.core.formula import Input, apply
from gep.core.messages import word
from gep.core.source import cell_of
from gep.core.tables import Coefficient

Grid = Mapping[str, Sequence[object]]
Instead = Mapping[Node, xr.DataArray]
_APART = ("year", "draw")  # never added over: each year and each draw is an account of its own


@dataclass(frozen=True)
class _Figures:
    """The figures of a component, each in the dimensions it needs."""

    quantity: xr.Variable
    price: xr.Variable
    value: xr.Variable
    product: xr.Variable  # quantity × price, where a share does not divide them yet
    given: xr.Variable | None  # the value that was given
    cap_ratio: xr.DataArray | None
    floored: float  # what a floor took away

    def named(self) -> dict[str, xr.Variable]:
        """What is shown."""
        return {"quantity": self.quantity, "price": self.price, "value": self.value}


def work_out(s: Solution, basis: Basis, instead: Instead | None = None) -> xr.Dataset:
    """The figures of one component over its labels: quantity, price, value and status of each cell.

    With ``instead`` (see :func:`evaluate`) the figures are returned and the solution stays as it
    was. Numbers along a dimension ``draw`` give figures along it, each in the dimensions it needs
    and without a status.
    """
    grid = labels(s.nodes, s.component.supplied_by, basis.ecosystems)
    grid["year"] = list(basis.years)
    if instead is not None:
        found = _figures(s, basis, grid, instead)
        if any("draw" in array.dims for array in instead.values()):
            named = found.named()
            return _like(s.data, xr.Dataset(named, coords=_coordinates(grid, named)))
        return _like(s.data, _with_status(s, found, grid))
    bounded({label: len(keys) for label, keys in grid.items()}, cell_of(s.name))
    found = _figures(s, basis, grid)
    s.cap_ratio, s.floored = found.cap_ratio, found.floored
    s.notes += [*_cut(s, grid), *_completions(s), *_floor(s), *_gaps(s, found, grid)]
    s.data = _occurring(_with_status(s, found, grid))
    return s.data


def _figures(s: Solution, basis: Basis, grid: Grid, instead: Instead | None = None) -> _Figures:
    """Quantity, price and value: held to a cap, without what lies below a floor, beside a given
    value, divided by a share.
    """
    numbers = partial(evaluate, grid=grid, own=basis.ecosystems, instead=instead)
    quantity, price = (
        nothing() if node.missing() else numbers(node) for node in (s.quantity, s.price)
    )
    ratio, taken, given = None, 0.0, None
    if s.cap.kind != MISSING and not s.quantity.missing():
        quantity, ratio = capped(quantity, numbers(s.cap), grid, basis)
    if s.floor:
        quantity, taken = floored(quantity, s.floor, grid, basis)
    value = product = quantity * price
    if s.value.kind != MISSING:
        value = given = numbers(s.value)
        quantity = _beside(s, quantity, given)
        price = price if _dims(price) <= _dims(given) else nothing()
        product = quantity * price
        if _dims(given) == _dims(product):
            value = given.fillna(product)
    if s.share.kind != MISSING:
        share = numbers(s.share)
        share = share / share.sum(other_dims(share, *_APART))
        quantity, value = quantity * share, value * share
    return _Figures(quantity, price, value, product, given, ratio, taken)


def _with_status(s: Solution, found: _Figures, grid: Grid) -> xr.Dataset:
    """The figures with their labels, and the status of each cell."""
    named = {**found.named(), "status": _status(s, found)}
    keys = _coordinates(grid, named) | {"year": list(grid["year"])}
    sizes = {d: len(names) for d, names in keys.items()}
    named = {name: f.set_dims(sizes).transpose(*sizes) for name, f in named.items()}
    gaps, status = np.isnan(named["value"].values), named["status"].values
    if gaps.any():
        present = _present(s, grid, set(sizes)).set_dims(sizes).transpose(*sizes).values
        words = np.where(present, status if s.headline else MISSING, "absent")
        status = np.where(gaps, words, status).astype("<U10")
        named["status"] = xr.Variable(list(sizes), status)
    return xr.Dataset(named, coords=keys)


def _status(s: Solution, found: _Figures) -> xr.Variable:
    """Where the value of a cell comes from."""
    if s.share.kind != MISSING:
        return _word(found.value, "allocated")
    given = found.given
    if given is None:
        return _word(found.value, "given" if _as_given(s) else "computed")
    status = _word(given, "published" if found.quantity.notnull().any() else "value_only")
    if _dims(given) == _dims(found.product):
        words = np.where(given.isnull().values, "computed", status.values)
        return xr.Variable(given.dims, words)
    return status


def _like(data: xr.Dataset, ds: xr.Dataset) -> xr.Dataset:
    """Other figures of the regions that the component has."""
    have = data.sizes.get("region")
    return ds if ds.sizes.get("region", have) == have else ds.sel(region=data["region"].values)


def _occurring(ds: xr.Dataset) -> xr.Dataset:
    """The figures without regions that only reported an emission or a rate: they must not stand for
    the parts that have figures.
    """
    if "region" not in ds.dims:
        return ds
    absent = (ds["status"] == "absent").all(other_dims(ds["status"], "region")).values
    return ds if absent.all() else ds.isel(region=np.flatnonzero(~absent))


def repeated(s: Solution, basis: Basis) -> Iterator[Problem]:
    """What was given for all items, types or regions together beside figures by them: it would be
    counted once for each.

    A quantity must have the items, ecosystem types and regions of its price, a size such as the
    area the types and regions of what it is multiplied by. A share by that label divides it, and
    then it need not.
    """
    if s.value.kind != MISSING or on_map([s.quantity]):
        return
    final = {"quantity", s.component.quantity, s.component.given}
    several = _several(s, basis)
    for node, own in s.quantity.told():
        names = {node.name, own.entries[0].name}
        if names.isdisjoint(final.union(indicators.SIZES)):
            continue
        told = set(own.array.dims)
        if names.isdisjoint(final) or s.quantity.unit == "person":
            told.add("item")  # all may pay for several things
        for label, (other, count) in several.items():
            if label not in told:
                values = {"other": other, "label": word(label), "count": count}
                yield Problem("quantity.repeated", own.entries[0].where, **values)


def _several(s: Solution, basis: Basis) -> dict[str, tuple[str, int]]:
    """Labels that figures differ by and no share divides: the name of the first, and how many."""
    every = [*s.quantity.figures(), *s.price.figures(), *s.cap.figures()]
    first = {d: given.entries[0].name for given in reversed(every) for d in given.array.dims}
    keys = in_use(given.array for given in every)
    done = {*s.share.given.array.dims} if s.share.given else set()
    if basis.region in keys.get("region", ()):
        done.add("region")
    counts = {label: len(keys.get(label, ())) for label in LABELS[:3] if label not in done}
    return {label: (first[label], count) for label, count in counts.items() if count > 1}


def nothing() -> xr.Variable:
    """A number that nobody gave."""
    return xr.Variable((), np.nan)


def _names(given: Given) -> set[str]:
    """The name that figures were given under; sums over a map have none."""
    return {e.name for e in given.entries[:1]}


def _as_given(s: Solution) -> bool:
    """Whether the quantity was given: as it is, or with nothing beside it but the numbers that
    stand where nothing is given.
    """
    final = ("quantity", s.component.quantity, s.component.given)
    told = [node for node, given in s.quantity.told() if not _names(given).isdisjoint(final)]
    rest = {node.kind for node in s.quantity.walk() if node not in told}
    return bool(told) and rest <= {"formula", "number"}


def _beside(s: Solution, quantity: xr.Variable, given: xr.Variable) -> xr.Variable:
    """The quantity to show beside a given value: of the same labels, or summed to them; none that
    nobody gave.
    """
    if not s.quantity.own():
        return nothing()
    return quantity.sum(other_dims(quantity, *given.dims, "draw"), skipna=False)


def _cut(s: Solution, grid: Grid) -> Iterator[Problem]:
    """Types that figures of this very indicator were given for, and that cannot supply it: said,
    not dropped in silence.
    """
    given = chain.from_iterable(figure.types() for figure in s.figures() if figure.own)
    cut = set(given).difference(grid.get("ecosystem", ()))
    if cut:
        yield Problem("ecosystem.cut", cell_of(s.name), names=", ".join(sorted(cut)))


def _floor(s: Solution) -> Iterator[Problem]:
    """What a floor took away."""
    if s.floored:
        values = {"sum": s.floored, "unit": s.component.unit, "scale": s.floor}
        yield Problem("quantity.floored", cell_of(s.name), **values)


def _gaps(s: Solution, found: _Figures, grid: Grid) -> Iterator[Problem]:
    """A value that was given counts; where it is not quantity × price, within what rounding
    explains, that is said of each year.
    """
    if found.given is None or s.value.given is None:
        return
    gap, reach = abs(found.given - found.product), on_grid(s.value.given.half, grid)
    if s.quantity.given is not None:
        half = on_grid(s.quantity.given.half, grid)
        reach = reach + abs(half.sum(other_dims(half, *found.given.dims)) * found.price)
    wide = gap > reach * (1 + 1e-9)
    for n, year in enumerate(grid["year"]):
        off, given, product = (
            a.set_dims({"year": len(grid["year"]), **a.sizes}).isel(year=n)
            for a in (wide, found.given, found.product)
        )
        if off.any():
            told, made = (float(a.where(off).sum()) for a in (given, product))
            values = {"value": told, "product": made}
            yield Problem("value.gap", cell_of(s.name, year=year), **values)


def _present(s: Solution, grid: Grid, dims: set[str]) -> xr.Variable:
    """Cells that somebody gave a figure for: a combination named by no input of the most dimensions
    does not occur.

    What is named in one year occurs in all of them: in a year without a row it is missing, not gone
    (0 says that).
    """
    arrays = [a for a in _sizes(s) if dims.issuperset(a.dims)]
    most = max(map(_rank, arrays), default=0)
    top = {id(a): a for a in arrays if _rank(a) == most}.values()
    cells = (on_grid(a, grid).notnull() for a in top)
    out: xr.Variable = reduce(or_, cells, xr.Variable((), False))
    return out | out.any("year") if "year" in out.dims else out


def _sizes(s: Solution) -> list[xr.DataArray]:
    """Figures that say what there is, as no rate or price does; all, if there are no others."""
    if s.quantity.occurs is not None:
        return [s.quantity.occurs]
    sizes = [given.array for node, given in s.told() if not node.reaches]
    return sizes or [given.array for given in s.figures()]


def _rank(array: xr.DataArray) -> int:
    """How many dimensions it has beside the year."""
    return len(_dims(array) - {"year"})


def capped(
    quantity: xr.Variable, cap: xr.Variable, grid: Grid, basis: Basis
) -> tuple[xr.Variable, xr.DataArray]:
    """A capacity held to what was emitted: each region that reports an emission shares one factor,
    at most 1.

    The factor min(1, emission / Σ capacity) goes to every ecosystem and sub-region of the reporting
    region, so that parts still add up.
    """
    if "region" not in cap.dims or "region" not in quantity.dims:
        ratio = _ratio(cap, quantity.sum(other_dims(quantity, *cap.dims, *_APART), skipna=True))
        return quantity * ratio, xr.DataArray(ratio, _coordinates(grid, {"": ratio}))
    regions = list(map(str, grid["region"]))
    reporting = set(compress(regions, cap.notnull().all(other_dims(cap, "region")).values))
    home = [_reporter(region, reporting, basis) for region in regions]
    order = list(dict.fromkeys(home))
    total = quantity.sum(other_dims(quantity, "region", *_APART), skipna=True)
    if order != regions:  # some share a factor: their capacities are added up
        members = (np.array(order)[:, None] == np.array(home)).astype(float)
        total = (xr.Variable(("home", "region"), members) * total).sum("region")
        total = xr.Variable(("region", *total.dims[1:]), total.values)
    ratio = _ratio(cap.isel(region=list(map(regions.index, order))), total)
    factor = ratio.isel(region=list(map(order.index, home)))
    keys = _coordinates({**grid, "region": order}, {"": ratio})
    return quantity * factor, xr.DataArray(ratio, keys)


def _ratio(cap: xr.Variable, capacity: xr.Variable) -> xr.Variable:
    # where nothing can be taken up any factor gives zero; 1 keeps it free of a division by zero
    factor: xr.Variable = (cap / capacity.where(capacity > 0)).clip(max=1.0)
    factor = factor.where(capacity > 0, 1.0).where(cap.notnull())
    return factor


def _reporter(region: str, reporting: set[str], basis: Basis) -> str:
    """The region that reports for one: itself, else what it lies in, else the whole."""
    around = (region, *basis.above(region), basis.region)
    return next((name for name in around if name in reporting), region)


def floored(
    quantity: xr.Variable, scale: str, grid: Grid, basis: Basis
) -> tuple[xr.Variable, float]:
    """A quantity without its negative figures at one scale, and what that took away (at most 0).

    ``cell`` sets each negative figure to zero. ``region`` and ``total`` look at the sum of a
    region, or of all: where it is negative, all that it is made of is zero; where it is not, its
    negative parts stay and are netted.
    """
    once = _outermost(grid, basis) if "region" in quantity.dims else 1.0
    if scale == "cell":
        kept = quantity.clip(min=0.0)
    else:
        below = _netted(quantity, scale, once) < 0
        kept = quantity.where(~below, 0.0).where(quantity.notnull())
    taken = quantity - kept
    return kept, float((taken * once).sum())


def _netted(quantity: xr.Variable, scale: str, once: xr.Variable | float) -> xr.Variable:
    """The sums of each region, or of all, where no place counts twice."""
    if scale == "region":
        return quantity.sum(other_dims(quantity, "region", *_APART), skipna=True)
    return (quantity * once).sum(other_dims(quantity, *_APART), skipna=True)


def _outermost(grid: Grid, basis: Basis) -> xr.Variable:
    """1 for a region that lies in no other region of the grid, 0 for one that does: so that no
    place is added twice.
    """
    regions = list(map(str, grid["region"]))
    outer = [set(regions).isdisjoint(basis.above(region)) for region in regions]
    return xr.Variable(("region",), np.array(outer, float))


def _coordinates(grid: Grid, variables: Mapping[str, xr.Variable]) -> dict[str, list[object]]:
    """The labels of the dimensions that some variables have."""
    used = set(chain.from_iterable(v.dims for v in variables.values()))
    return {d: list(grid[d]) for d in LABELS if d in used}


def _dims(array: xr.Variable | xr.DataArray) -> set[object]:
    return set(array.dims) - {"draw"}


def _word(like: xr.Variable, word: str) -> xr.Variable:
    return xr.Variable(like.dims, np.full(like.shape, word, dtype="<U10"))


def labels(
    nodes: Sequence[Node], supplied_by: Sequence[str], own: Mapping[str, str]
) -> dict[str, list[object]]:
    """The labels in use on each dimension, ecosystems limited to those that can supply the
    component.
    """
    figures = list(chain.from_iterable(map(Node.figures, nodes)))
    out = in_use(given.array for given in figures)
    if supplied_by and "ecosystem" in out:
        # a final figure stands
        final = (given.types() for given in figures if not _names(given).isdisjoint(FINAL))
        stand = {"", *chain.from_iterable(final)}
        out["ecosystem"] = [
            e for e in out["ecosystem"] if e in stand or ecosystems.belongs(e, supplied_by, own)
        ]
    return out


def on_grid(array: xr.DataArray, grid: Grid) -> xr.Variable:
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
    node: Node, grid: Grid, own: Mapping[str, str], instead: Instead | None = None
) -> xr.Variable:
    """The numbers of a chain on a grid of labels, as a variable that knows its dimensions; the grid
    knows the labels.

    ``instead`` puts other numbers in the place of a node (a rounding bound, draws, a scenario); the
    node's own ``result`` is then left as it was.
    """
    if instead and node in instead:
        out = on_grid(instead[node], grid)
    else:
        out = _numbers(node, grid, own, instead)
    if node.given is not None and node.rest is not None:
        out = _completed(out, node.given, node.rest, grid, own, instead)
    if instead is None:
        node.keep(out, grid)
    return out


def _numbers(
    node: Node, grid: Grid, own: Mapping[str, str], instead: Instead | None
) -> xr.Variable:
    """What a node holds, looks up or computes; whoever asks looks first whether it is missing."""
    if node.given is not None:
        return on_grid(node.given.array, grid)
    if node.coefficient is not None:
        return _looked_up(node, node.coefficient, grid, own)
    if node.formula is None:
        return xr.Variable((), node.number)
    inputs = node.formula.inputs
    parts = {
        name: _drawn_within(evaluate(part, grid, own, instead), inputs[name])
        for name, part in node.parts.items()
    }
    return apply(node.formula, parts)


def _looked_up(
    node: Node, coefficient: Coefficient, grid: Grid, own: Mapping[str, str]
) -> xr.Variable:
    """A coefficient of a table, for each ecosystem type where its rows differ by them."""
    if "ecosystem" in grid and coefficient.by_ecosystem:
        types = list(map(str, grid["ecosystem"]))
        numbers, rows, lacking = coefficient.numbers(node.unit, types, own)
        out = xr.Variable(("ecosystem",), numbers)
    else:
        (number,), rows, lacking = coefficient.numbers(node.unit, None, own)
        out = xr.Variable((), number)
    node.rows, node.lacking = tuple(rows), tuple(lacking)
    return out


def _completed(
    out: xr.Variable,
    given: Given,
    rest: Node,
    grid: Grid,
    own: Mapping[str, str],
    instead: Instead | None,
) -> xr.Variable:
    """Figures given for some ecosystem types, with the coefficient of the table for the types that
    have none of their own.
    """
    known = {"", *given.types()}
    keys = {"ecosystem": [e for e in grid["ecosystem"] if e not in known]}
    if not keys["ecosystem"]:
        return out
    numbers = xr.DataArray(evaluate(rest, keys, own, instead), dims=None, coords=keys)
    filled: xr.Variable = out.where(out.notnull(), on_grid(numbers, grid))
    return filled


def _completions(s: Solution) -> Iterator[Problem]:
    """Types that took the coefficient of the table because figures of their own were given for
    other types only.
    """
    for node in s.quantity.walk():
        rest = node.rest
        if rest is None or rest.result is None or not rest.rows:
            continue
        found = rest.result["ecosystem"].values
        types = ", ".join(str(e) for e in found if e not in rest.lacking)
        values = {"input": node.name, "types": types}
        yield Problem("coefficient.completed", cell_of(s.name), **values)


def _drawn_within(numbers: xr.Variable, spec: Input) -> xr.Variable:
    """Draws held to the range of an argument: one that falls outside stands at its end, where a
    figure would be refused.
    """
    if "draw" not in numbers.dims or (spec.low, spec.high) == (None, None):
        return numbers
    held: xr.Variable = numbers.clip(spec.low, spec.high)
    return held
