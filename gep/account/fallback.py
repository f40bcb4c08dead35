"""How far a figure reaches: rain of a city serves its districts, a rate of forest each kind of
forest that has none of its own.

Only what does not grow with the size of a place reaches further: prices, rates, weather,
coefficients. An area, a number of visits or a final quantity of a whole is not that of each of its
parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from gep.account.basis import Basis
from gep.account.inputs import LABELS, Figures
from gep.core import ecosystems

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
# a row that names the item goes before one that names only the type, that before one that names
# only the region
WIDER = ("region", "ecosystem", "item")


def reaching(given: Figures, wanted: Mapping[str, Sequence[str]], basis: Basis) -> Figures:
    """A rate for the labels that sizes and final figures have: of each its own, else that of what
    it lies in, else that of all.

    ``wanted`` holds the labels by dimension. Where it has none of a dimension, the figure of the
    whole serves, if there is one. Rows for labels that nothing else has stay; those that only stand
    for their parts do not.
    """
    for dim in WIDER:
        if dim in given.array.dims:
            names = dict.fromkeys(wanted.get(dim, ()))
            given = _spread(given, dim, names, basis) if names else _of_all(given, dim, basis)
    return given


def _of_all(given: Figures, dim: str, basis: Basis) -> Figures:
    """The figure of the whole, if there is one."""
    have = _at(given, dim)
    whole = basis.region if dim == "region" else ""
    return _taken(given, dim, have[whole]) if whole in have else given


def _spread(given: Figures, dim: str, names: dict[str, None], basis: Basis) -> Figures:
    """A rate for some labels, and for those of its own that do not only stand for their parts."""
    have = _at(given, dim)
    # two labels of one's own may be of one class: neither lies in the other
    spelled = _spelled([h for h in have if h not in basis.ecosystems], basis)
    upwards = {name: list(_upwards(dim, name, spelled, basis)) for name in (names | have)}
    outer = set().union(*(steps[1:] for steps in upwards.values()))
    if outer.isdisjoint(have):
        return given
    kept = names | dict.fromkeys(h for h in have if h not in outer)
    return _picked(given, dim, list(kept), [_known(upwards[key], have) for key in kept])


def nearest(given: Figures, dim: str, labels: Sequence[str], basis: Basis) -> Figures:
    """A figure by one dimension, for the very labels asked for: of each its own, else that of what
    it lies in.
    """
    if dim not in given.array.dims:
        return given
    have = _at(given, dim)
    spelled = _spelled(have, basis)
    steps = [_known(_upwards(dim, name, spelled, basis), have) for name in labels]
    return _picked(given, dim, labels, steps)


def _at(given: Figures, dim: str) -> dict[str, int]:
    """Where each label of a dimension stands."""
    return {str(key): n for n, key in enumerate(given.array[dim].values)}


def _known(labels: Iterable[str], have: Mapping[str, int]) -> list[int]:
    """Where those of some labels stand that a figure has."""
    return [have[label] for label in labels if label in have]


def _picked(
    given: Figures, dim: str, labels: Sequence[str], steps: Sequence[Sequence[int]]
) -> Figures:
    """The figure on new labels of one dimension, each cell from the first of some old places that
    has a number.
    """
    axis = given.array.dims.index(dim)
    units = given.units
    if units and dim == "item":
        # what is per kg and what is per head do not mix: only an item without any row takes the
        # figure of all, whose unit serves each
        steps, old = [at[:1] for at in steps], given.array[dim].values
        units = {name: units[str(old[at[0]])] for name, at in zip(labels, steps, strict=True)}
    told = given.array.notnull()
    own = _in_any_year(told).values
    places = np.where(told.values, np.arange(told.size).reshape(told.shape), -1)
    columns = [_column(places, own, axis, at) for at in steps]
    at_once = np.stack(columns, axis)
    keys = in_use([given.array]) | {dim: list(labels)}
    array, half = (
        xr.DataArray(np.where(at_once < 0, np.nan, a.values.ravel()[at_once]), keys, a.dims)
        for a in (given.array, given.half)
    )
    owner = np.where(at_once < 0, -1, _owner(given).ravel()[at_once])
    return given.on(array, half, owner, units)


def _column(places: Places, own: npt.NDArray[np.bool_], axis: int, steps: Sequence[int]) -> Places:
    """The cells of one label: from the first step that has a figure of some year (who has one takes
    no other's in the rest: what a year lacks is missing).
    """
    column: Places = np.full(np.delete(places.shape, axis), -1)
    has = np.zeros(column.shape, bool)
    for at in steps:
        column, has = np.where(has, column, places.take(at, axis)), has | own.take(at, axis)
    return column


def completed(near: Figures, far: Figures, wanted: Mapping[str, Sequence[str]]) -> Figures:
    """A rate with the figures of one that was given less closely (for the service, for all
    services) where it has none.
    """
    far = _within(far, wanted)
    found = in_use([near.array, far.array])
    keys = {d: list(dict.fromkeys([*found[d], *wanted.get(d, ())])) for d in LABELS if d in found}
    grid = xr.DataArray(coords=keys, dims=list(keys))

    def on(given: Figures, numbers: npt.NDArray[np.generic]) -> Floats:
        """Numbers of a figure where its labels stand on the grid of both."""
        old = given.array.copy(data=numbers.astype(float))
        spread = old.reindex_like(grid).broadcast_like(grid)
        return np.asarray(spread.transpose(*grid.dims).values)

    own = _in_any_year(near.array.notnull())
    if near.units:
        # what is per kg and what is per head do not mix: all of an item is from one of the two
        own = own.any(other_dims(own, "item")).broadcast_like(own).transpose(*own.dims)
    lacking = ~(on(near, own.values) > 0)
    places = np.where(lacking, on(far, _owner(far)), np.nan)
    used = np.unique(places[places >= 0]).astype(int)
    if not used.size:
        return near
    array, half = (
        grid.copy(data=np.where(lacking, on(far, b.values), on(near, a.values)))
        for a, b in ((near.array, far.array), (near.half, far.half))
    )
    theirs = len(near.entries) + np.searchsorted(used, places)
    owner = np.where(places >= 0, theirs, np.where(lacking, -1, on(near, _owner(near))))
    rows = (*near.entries, *(far.entries[n] for n in used))
    units = _units_of_both(near, far, keys)
    return near.on(array, half, owner.astype(np.intp), units, rows)


def _units_of_both(
    near: Figures, far: Figures, keys: Mapping[str, Sequence[str]]
) -> Mapping[str, str] | None:
    """The unit of each item: its own, nearest first, else that of all, farthest first."""
    if not (near.units and far.units):
        return near.units
    own = {**far.units, **near.units}
    of_all = {**near.units, **far.units}.get("", "")
    return {i: own.get(i, of_all) for i in keys.get("item", near.units)}


def in_use(arrays: Iterable[xr.DataArray]) -> dict[str, list[Any]]:
    """The labels of some arrays by dimension, each once."""
    seen: dict[str, dict[Any, None]] = {}
    for array in arrays:
        for d in array.dims:
            seen.setdefault(str(d), {}).update(dict.fromkeys(array[d].values.tolist()))
    return {d: list(labels) for d, labels in seen.items()}


def other_dims(array: xr.DataArray | xr.Variable, *kept: object) -> list[Any]:
    """The dimensions of an array but some."""
    return [d for d in array.dims if d not in kept]


def _in_any_year(told: xr.DataArray) -> xr.DataArray:
    """Whether a cell has a figure in its year or in another."""
    return (
        told.any("year").broadcast_like(told).transpose(*told.dims) if "year" in told.dims else told
    )


def lacks(given: Figures, wanted: Mapping[str, Sequence[str]]) -> bool:
    """Whether some label that sizes and final figures have is without a figure."""
    asked = {d: list(wanted[str(d)]) for d in given.array.dims if wanted.get(str(d))}
    return bool(given.array.reindex(asked).isnull().any())


def _owner(given: Figures) -> Places:
    """Which entry each cell is from; sums over a map, which have none, do not reach."""
    return np.asarray(given.owner, np.intp)


def _spelled(have: Iterable[str], basis: Basis) -> dict[str, str]:
    """Of each class the label that a figure has for it."""
    return {str(ecosystems.find(h, basis.ecosystems)): h for h in reversed([*have])}


def _upwards(dim: str, label: str, spelled: Mapping[str, str], basis: Basis) -> Iterator[str]:
    """A label and those that it lies in, nearest first, as they are spelled in the figure."""
    yield label
    if dim == "region":
        at = label
        for at in basis.above(label):
            yield at
        if at != basis.region:
            yield basis.region
    elif label:
        if dim == "ecosystem":
            classes = ecosystems.lineage(label, basis.ecosystems)
            yield from (h for c in classes if (h := spelled.get(c, label)) != label)
        yield ""


def _within(given: Figures, wanted: Mapping[str, Sequence[str]]) -> Figures:
    """The figure without labels that nobody asks for."""
    for dim, index in given.array.indexes.items():
        asked = wanted.get(str(dim))
        if asked:
            given = _taken(given, str(dim), np.flatnonzero(index.isin(asked)))
    return given


def _taken(given: Figures, dim: str, at: int | Places) -> Figures:
    """The figure of some labels, or of one, without the dimension."""
    axis = given.array.dims.index(dim)
    array, half = (a.isel({dim: at}, drop=True) for a in (given.array, given.half))
    return given.on(array, half, np.asarray(_owner(given).take(at, axis)), given.units)
