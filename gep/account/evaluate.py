"""The figures of one component over its labels: quantity × price, caps, floors, given values,
shares, and what is missing.

All figures of a component lie on one grid of labels, so they are kept as variables that broadcast
by the names of their dimensions, without labels to align; labels are put on at the end.
"""

# mypy: allow-untyped-calls
# (xarray declares the types of a Variable's methods only in part)
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from itertools import chain, compress
from operator import or_

import numpy as np
import xarray as xr

from gep.account.basis import Basis
from gep.account.chains import FINAL, Solution
from gep.account.fallback import in_use, other_dims
from gep.account.inputs import LABELS, Figures, bounded
from gep.account.nodes import (
    Absent,
    Coefficient,
    Computed,
    Constant,
    Evaluator,
    Given,
    Grid,
    Layer,
    Node,
    Result,
    Results,
    on_map,
    walk,
)
from gep.core import ecosystems
from gep.core.errors import Problem
from gep.core.formula import Input, apply
from gep.core.frozen import Frozen, ReadOnly
from gep.core.messages import word
from gep.core.source import cell_of
from gep.core.tables import Row

Instead = Mapping[Node, xr.DataArray]
_APART = ("year", "draw")  # never added over: each year and each draw is an account of its own


class Status(StrEnum):
    """Where the value of a cell comes from."""

    COMPUTED = "computed"
    GIVEN = "given"  # quantity × price, the quantity as it was given
    PUBLISHED = "published"  # a value that was given, beside quantities
    VALUE_ONLY = "value_only"
    ALLOCATED = "allocated"  # by a share
    MISSING = "missing"  # the cell occurs, and its value is not known
    ABSENT = "absent"  # it does not occur
    CONFIDENTIAL = "confidential"  # known, and not told


@dataclass(frozen=True, eq=False)
class Outcome(ReadOnly):
    """What a component came to over its labels, and what each number of its chains came to."""

    _data: xr.Dataset
    results: Results
    notes: tuple[Problem, ...] = ()
    _cap_ratio: xr.DataArray | None = None
    floored: float = 0.0  # what a floor took away, in the quantity's unit; at most 0

    @property
    def data(self) -> xr.Dataset:
        """Quantity, price, value and status; nobody can write into them."""
        return self._data.copy(deep=False)

    @property
    def cap_ratio(self) -> xr.DataArray | None:
        """What the cap leaves of the quantity; None where there is none."""
        return None if self._cap_ratio is None else self._cap_ratio.copy(deep=False)

    def rows(self, nodes: Iterable[Node]) -> list[Row]:
        """The rows of coefficient tables that some chains rest on."""
        found = (self.results[node].rows for node in walk(nodes) if node in self.results)
        return list(chain.from_iterable(found))


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


def work_out(s: Solution, basis: Basis, *, headline: bool = False) -> Outcome:
    """The figures of one component over its labels: quantity, price, value and status of each cell.

    Of a ``headline`` no value is missing: it is in the figure of its whole indicator.
    """
    grid = _labels_of(s, basis)
    bounded({label: len(keys) for label, keys in grid.items()}, cell_of(s.name))
    kept = dict(s.results)
    found = _figures(s, basis, Numbers(grid, basis.ecosystems, kept))
    results = Frozen(kept)
    notes = (*_cut(s, grid), *_completions(s, results), *_floor(s, found), *_gaps(s, found, grid))
    data = _occurring(_with_status(s, found, grid, headline=headline))
    return Outcome(data, results, notes, found.cap_ratio, found.floored)


def work_out_with(
    s: Solution, like: xr.Dataset, basis: Basis, instead: Instead, *, headline: bool = False
) -> xr.Dataset:
    """The figures of a component with other numbers in the place of some nodes (a rounding bound,
    draws, a scenario), of the regions that its own figures have.

    Numbers along a dimension ``draw`` give figures along it, each in the dimensions it needs and
    without a status.
    """
    grid = _labels_of(s, basis)
    found = _figures(s, basis, Numbers(grid, basis.ecosystems, instead=instead))
    if any("draw" in array.dims for array in instead.values()):
        named = found.named()
        return _like(like, xr.Dataset(named, coords=_coordinates(grid, named)))
    return _like(like, _with_status(s, found, grid, headline=headline))


def _labels_of(s: Solution, basis: Basis) -> dict[str, list[object]]:
    """The labels of a component, and the years of the account."""
    return labels(s.nodes, s.component.supplied_by, basis.ecosystems) | {"year": list(basis.years)}


def _figures(s: Solution, basis: Basis, numbers: Numbers) -> _Figures:
    """Quantity, price and value: held to a cap, without what lies below a floor, beside a given
    value, divided by a share.
    """
    grid = numbers.grid
    quantity, price = (
        nothing() if node.missing() else numbers.of(node) for node in (s.quantity, s.price)
    )
    ratio, taken, given = None, 0.0, None
    if not isinstance(s.cap, Absent) and not s.quantity.missing():
        quantity, ratio = capped(quantity, numbers.of(s.cap), grid, basis)
    if s.floor:
        quantity, taken = floored(quantity, s.floor, grid, basis)
    value = product = quantity * price
    if not isinstance(s.value, Absent):
        value = given = numbers.of(s.value)
        quantity = _beside(s, quantity, given)
        price = price if _dims(price) <= _dims(given) else nothing()
        product = quantity * price
        if _dims(given) == _dims(product):
            value = given.fillna(product)
    if not isinstance(s.share, Absent):
        share = numbers.of(s.share)
        share = share / share.sum(other_dims(share, *_APART))
        quantity, value = quantity * share, value * share
    return _Figures(quantity, price, value, product, given, ratio, taken)


def _with_status(s: Solution, found: _Figures, grid: Grid, *, headline: bool) -> xr.Dataset:
    """The figures with their labels, and the status of each cell."""
    named = {**found.named(), "status": _status(s, found)}
    keys = _coordinates(grid, named) | {"year": list(grid["year"])}
    sizes = {d: len(names) for d, names in keys.items()}
    named = {name: f.set_dims(sizes).transpose(*sizes) for name, f in named.items()}
    gaps, status = np.isnan(named["value"].values), named["status"].values
    if gaps.any():
        present = _present(s, grid, set(sizes)).set_dims(sizes).transpose(*sizes).values
        words = np.where(present, status if headline else Status.MISSING, Status.ABSENT)
        status = np.where(gaps, words, status).astype("<U10")
        named["status"] = xr.Variable(list(sizes), status)
    return xr.Dataset(named, coords=keys)


def _status(s: Solution, found: _Figures) -> xr.Variable:
    """Where the value of a cell comes from."""
    if not isinstance(s.share, Absent):
        return _word(found.value, Status.ALLOCATED)
    given = found.given
    if given is None:
        return _word(found.value, Status.GIVEN if _as_given(s) else Status.COMPUTED)
    beside = found.quantity.notnull().any()
    status = _word(given, Status.PUBLISHED if beside else Status.VALUE_ONLY)
    if _dims(given) == _dims(found.product):
        words = np.where(given.isnull().values, Status.COMPUTED, status.values)
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
    absent = (ds["status"] == Status.ABSENT).all(other_dims(ds["status"], "region")).values
    return ds if absent.all() else ds.isel(region=np.flatnonzero(~absent))


def repeated(s: Solution, basis: Basis) -> Iterator[Problem]:
    """What was given for all items, types or regions together beside figures by them: it would be
    counted once for each.

    A quantity must have the items, ecosystem types and regions of its price, a size such as the
    area the types and regions of what it is multiplied by. A share by that label divides it, and
    then it need not.
    """
    if not isinstance(s.value, Absent) or on_map([s.quantity]):
        return
    final = {"quantity", s.component.quantity, s.component.given}
    several = _several(s, basis)
    for node, own in s.quantity.told():
        names = {node.name, own.entries[0].name}
        if not node.slot.size and names.isdisjoint(final):
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
    every = [*s.quantity.all_figures(), *s.price.all_figures(), *s.cap.all_figures()]
    first = {d: given.entries[0].name for given in reversed(every) for d in given.array.dims}
    keys = in_use(given.array for given in every)
    done = {*s.share.figures.array.dims} if isinstance(s.share, Given) else set()
    if basis.region in keys.get("region", ()):
        done.add("region")
    counts = {label: len(keys.get(label, ())) for label in LABELS[:3] if label not in done}
    return {label: (first[label], count) for label, count in counts.items() if count > 1}


def nothing() -> xr.Variable:
    """A number that nobody gave."""
    return xr.Variable((), np.nan)


def _names(given: Figures) -> set[str]:
    """The name that figures were given under; sums over a map have none."""
    return {e.name for e in given.entries[:1]}


def _as_given(s: Solution) -> bool:
    """Whether the quantity was given: as it is, or with nothing beside it but the numbers that
    stand where nothing is given.
    """
    final = ("quantity", s.component.quantity, s.component.given)
    told = [node for node, given in s.quantity.told() if not _names(given).isdisjoint(final)]
    rest = [node for node in s.quantity.walk() if node not in told]
    return bool(told) and all(isinstance(node, Computed | Constant) for node in rest)


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
    given = chain.from_iterable(figure.types() for figure in s.all_figures() if figure.own)
    cut = set(given).difference(grid.get("ecosystem", ()))
    if cut:
        yield Problem("ecosystem.cut", cell_of(s.name), names=", ".join(sorted(cut)))


def _floor(s: Solution, found: _Figures) -> Iterator[Problem]:
    """What a floor took away."""
    if found.floored:
        values = {"sum": found.floored, "unit": s.component.unit, "scale": s.floor}
        yield Problem("quantity.floored", cell_of(s.name), **values)


def _gaps(s: Solution, found: _Figures, grid: Grid) -> Iterator[Problem]:
    """A value that was given counts; where it is not quantity × price, within what rounding
    explains, that is said of each year.
    """
    if found.given is None or not isinstance(s.value, Given):
        return
    gap, reach = abs(found.given - found.product), on_grid(s.value.figures.half, grid)
    if isinstance(s.quantity, Given | Layer):
        half = on_grid(s.quantity.figures.half, grid)
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
    if isinstance(s.quantity, Layer) and s.quantity.occurs is not None:
        return [s.quantity.occurs]
    sizes = [figures.array for node, figures in s.told() if not node.reaches]
    return sizes or [figures.array for figures in s.all_figures()]


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


def _word(like: xr.Variable, status: Status) -> xr.Variable:
    return xr.Variable(like.dims, np.full(like.shape, status, dtype="<U10"))


def labels(
    nodes: Sequence[Node], supplied_by: Sequence[str], own: Mapping[str, str]
) -> dict[str, list[object]]:
    """The labels in use on each dimension, ecosystems limited to those that can supply the
    component.
    """
    figures = list(chain.from_iterable(node.all_figures() for node in nodes))
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


class Numbers(Evaluator[xr.Variable]):
    """The numbers of chains on a grid of labels, as variables that know their dimensions; the grid
    knows the labels.

    ``results`` keeps what each node came to, where that is asked for. ``instead`` puts other
    numbers in the place of nodes.
    """

    def __init__(
        self,
        grid: Grid,
        own: Mapping[str, str],
        results: dict[Node, Result] | None = None,
        instead: Instead | None = None,
    ) -> None:
        self.grid, self.own, self.results, self.instead = grid, own, results, instead or {}

    def of(self, node: Node) -> xr.Variable:
        """The numbers of a node; whoever asks looks first whether it is missing."""
        other = self.instead.get(node)
        out = super().of(node) if other is None else on_grid(other, self.grid)
        if isinstance(node, Given) and node.rest is not None:
            out = self._completed(out, node.figures, node.rest)
        if self.results is not None:
            self.results.setdefault(node, Result(out, self.grid))  # a look-up says more itself
        return out

    def given(self, node: Given) -> xr.Variable:
        """Figures where their labels stand on the grid."""
        return on_grid(node.figures.array, self.grid)

    def layer(self, node: Layer) -> xr.Variable:
        """The sums of a map where their labels stand on the grid."""
        return on_grid(node.figures.array, self.grid)

    def constant(self, number: float) -> xr.Variable:
        """One number."""
        return xr.Variable((), number)

    def computed(self, node: Computed, arguments: Mapping[str, xr.Variable]) -> xr.Variable:
        """The formula of the numbers of its arguments."""
        inputs = node.formula.inputs
        held = {name: _drawn_within(a, inputs[name]) for name, a in arguments.items()}
        return apply(node.formula, held)

    def coefficient(self, node: Coefficient) -> xr.Variable:
        """A coefficient, for each ecosystem type where the rows of its table differ by them."""
        types = self.grid.get("ecosystem") if node.table.by_ecosystem else None
        found = looked_up(node, types, self.own)
        if self.results is not None:
            self.results[node] = found
        return found.numbers

    def _completed(self, out: xr.Variable, given: Figures, rest: Coefficient) -> xr.Variable:
        """Figures given for some ecosystem types, with the coefficient of the table for the types
        that have none of their own.
        """
        known = {"", *given.types()}
        keys = {"ecosystem": [e for e in self.grid["ecosystem"] if e not in known]}
        if not keys["ecosystem"]:
            return out
        numbers = Numbers(keys, self.own, self.results, self.instead).of(rest)
        untold = xr.DataArray(numbers, dims=None, coords=keys)
        filled: xr.Variable = out.where(out.notnull(), on_grid(untold, self.grid))
        return filled


def looked_up(node: Coefficient, types: Sequence[object] | None, own: Mapping[str, str]) -> Result:
    """A coefficient for each of some ecosystem types, or for all alike where there are none."""
    names = None if types is None else list(map(str, types))
    numbers, rows, lacking = node.table.numbers(node.unit, names, own)
    out = xr.Variable((), numbers[0]) if names is None else xr.Variable(("ecosystem",), numbers)
    grid = {} if names is None else {"ecosystem": names}
    return Result(out, grid, tuple(rows), tuple(lacking))


def _completions(s: Solution, results: Results) -> Iterator[Problem]:
    """Types that took the coefficient of the table because figures of their own were given for
    other types only.
    """
    for node in s.quantity.walk():
        rest = node.rest if isinstance(node, Given) else None
        found = results.get(rest) if rest is not None else None
        if found is None or not found.rows:
            continue
        types = ", ".join(e for e in map(str, found.grid["ecosystem"]) if e not in found.lacking)
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
