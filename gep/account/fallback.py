"""How far a figure reaches: rain of a city serves its districts, a rate of forest each kind of
forest that has none of its own.

Only what does not grow with the size of a place reaches further: prices, rates, weather,
coefficients. An area, a number of visits or a final quantity of a whole is not that of each of its
parts.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import xarray as xr

from gep.account.basis import Basis
from gep.account.inputs import LABELS, Given
from gep.core import ecosystems

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
WIDER = (
    "region",
    "ecosystem",
    "item",
    # a row that names the item goes before one that names only the type, that before one that names
    # only the region
)


def reaching(given: Given, wanted: Mapping[str, Sequence[str]], basis: Basis) -> Given:
    """A rate for the labels that sizes and final figures have: of each its own, else that of what
    it lies in, else that of all.

    ``wanted`` holds the labels by dimension. Where it has none of a dimension, the figure of the
    whole serves, if there is one. Rows for labels that nothing else has stay; those that only stand
    for their parts do not.
    """
    for dim in WIDER:
        if dim not in given.array.dims:
            continue
        have = _at(given, dim)
        names = dict.fromkeys(wanted.get(dim, ()))
        if not names:
            whole = basis.region if dim == "region" else ""
            if whole in have:
                given = _only(given, dim, have[whole])
            continue
        # two labels of one's own may be of one class: neither lies in the other
        spelled = _spelled([h for h in have if h not in basis.ecosystems], basis)
        upwards = {name: list(_upwards(dim, name, spelled, basis)) for name in (names | have)}
        outer = {above for steps in upwards.values() for above in steps[1:]}
        if outer & have.keys():
            kept = [*names, *(h for h in have if h not in outer and h not in names)]
            given = _picked(
                given,
                dim,
                kept,
                [[have[step] for step in upwards[key] if step in have] for key in kept],
            )
    return given


def nearest(given: Given, dim: str, labels: Sequence[str], basis: Basis) -> Given:
    """A figure by one dimension, for the very labels asked for: of each its own, else that of what
    it lies in.
    """
    if dim not in given.array.dims:
        return given
    have = _at(given, dim)
    spelled = _spelled(have, basis)
    return _picked(
        given,
        dim,
        labels,
        [
            [have[step] for step in _upwards(dim, name, spelled, basis) if step in have]
            for name in labels
        ],
    )


def _at(given: Given, dim: str) -> dict[str, int]:
    """Where each label of a dimension stands."""
    return {str(key): n for n, key in enumerate(given.array[dim].values)}


def _picked(given: Given, dim: str, labels: Sequence[str], steps: Sequence[Sequence[int]]) -> Given:
    """The figure on new labels of one dimension, each cell from the first of some old places that
    has a number.
    """
    axis = given.array.dims.index(dim)
    units = given.units
    if (
        units and dim == "item"
        # what is per kg and what is per head do not mix: only an item without any row takes the figure
        # of all
    ):
        steps, old = [at[:1] for at in steps], given.array[dim].values
        units = {
            name: units[str(old[at[0]])] for name, at in zip(labels, steps, strict=True)
        }  # that of all serves each
    told = given.array.notnull()
    own = (
        _in_any_year(told).values
    )  # who has a figure of some year has no other's in the rest: what a year lacks is missing
    places = np.where(told.values, np.arange(told.size).reshape(told.shape), -1)
    columns = []
    for of_label in steps:
        column: Places = np.full(np.delete(told.shape, axis), -1)
        has = np.zeros(column.shape, bool)
        for at in of_label:
            column, has = np.where(has, column, places.take(at, axis)), has | own.take(at, axis)
        columns.append(column)
    at_once = np.stack(columns, axis)
    keys = {
        str(d): list(labels) if d == dim else given.array[d].values.tolist()
        for d in given.array.dims
    }
    array, half = (
        xr.DataArray(
            np.where(at_once < 0, np.nan, a.values.ravel()[at_once]), keys, given.array.dims
        )
        for a in (given.array, given.half)
    )
    owner = np.where(at_once < 0, -1, _owner(given).ravel()[at_once])
    return replace(given, array=array, half=half, owner=owner, units=units)


def completed(near: Given, far: Given, wanted: Mapping[str, Sequence[str]]) -> Given:
    """A rate with the figures of one that was given less closely (for the service, for all
    services) where it has none.
    """
    strange = {
        d: [k for k in far.array[d].values.tolist() if k not in wanted[str(d)]]
        for d in far.array.dims
        if wanted.get(str(d))
    }
    far = _without(far, strange)
    dims = [d for d in LABELS if d in near.array.dims or d in far.array.dims]
    keys = {
        d: list(
            dict.fromkeys(
                [
                    *(
                        k
                        for g in (near, far)
                        if d in g.array.dims
                        for k in g.array[d].values.tolist()
                    ),
                    *wanted.get(d, ()),
                ]
            )
        )
        for d in dims
    }

    def on(given: Given, numbers: npt.NDArray[np.generic]) -> Floats:
        old = given.array.copy(data=numbers.astype(float))
        spread = old.reindex({d: keys[str(d)] for d in old.dims}).expand_dims(
            {d: keys[d] for d in dims if d not in old.dims}
        )
        return np.asarray(spread.transpose(*dims).values)

    own = _in_any_year(near.array.notnull())
    if (
        near.units
    ):  # what is per kg and what is per head do not mix: all of an item is from one of the two
        own = own.any([d for d in own.dims if d != "item"]).broadcast_like(own).transpose(*own.dims)
    lacking = ~(on(near, own.values) > 0)
    places = np.where(lacking, on(far, _owner(far)), np.nan)
    used = np.unique(places[places >= 0]).astype(int)
    if not used.size:
        return near
    array, half = (
        np.where(lacking, on(far, b), on(near, a))
        for a, b in ((near.array.values, far.array.values), (near.half.values, far.half.values))
    )
    owner = np.where(
        places >= 0,
        len(near.entries) + np.searchsorted(used, places),
        np.where(lacking, -1, on(near, _owner(near))),
    ).astype(np.intp)
    labelled = xr.DataArray(array, keys, dims)
    units = near.units
    if units and far.units and "item" in keys:
        units = {
            str(i): units.get(str(i))
            or far.units.get(str(i))
            or far.units.get("")
            or units.get("")
            or ""
            for i in keys["item"]
        }
    return replace(
        near,
        array=labelled,
        half=labelled.copy(data=half),
        entries=(*near.entries, *(far.entries[n] for n in used)),
        owner=owner,
        units=units,
    )


def _in_any_year(told: xr.DataArray) -> xr.DataArray:
    """Whether a cell has a figure in its year or in another."""
    return (
        told.any("year").broadcast_like(told).transpose(*told.dims) if "year" in told.dims else told
    )


def lacks(given: Given, wanted: Mapping[str, Sequence[str]]) -> bool:
    """Whether some label that sizes and final figures have is without a figure."""
    array = given.array
    return bool(
        array.reindex({d: list(wanted[str(d)]) for d in array.dims if wanted.get(str(d))})
        .isnull()
        .any()
    )


def _owner(given: Given) -> Places:
    """Which entry each cell is from."""
    assert given.owner is not None  # sums over a map do not reach
    return given.owner


def _spelled(have: Iterable[str], basis: Basis) -> dict[str, str]:
    """Of each class the label that a figure has for it."""
    return {str(ecosystems.find(h, basis.ecosystems)): h for h in reversed([*have])}


def _upwards(dim: str, label: str, spelled: Mapping[str, str], basis: Basis) -> Iterator[str]:
    """A label and those that it lies in, nearest first, as they are spelled in the figure."""
    yield label
    if dim == "region":
        at = label
        while at in basis.regions and basis.regions[at].parent:
            at = basis.regions[at].parent
            yield at
        if at != basis.region:
            yield basis.region
        return
    if dim == "ecosystem" and label:
        yield from (
            h
            for step in ecosystems.lineage(label, basis.ecosystems)
            if (h := spelled.get(step, label)) != label
        )
    if label:
        yield ""


def _without(given: Given, labels: Mapping[Hashable, Sequence[object]]) -> Given:
    """The figure without some labels."""
    for dim, names in labels.items():
        kept = np.flatnonzero([k not in names for k in given.array[dim].values.tolist()])
        axis = given.array.dims.index(dim)
        given = replace(
            given,
            array=given.array.isel({dim: kept}),
            half=given.half.isel({dim: kept}),
            owner=_owner(given).take(kept, axis),
        )
    return given


def _only(given: Given, dim: str, at: int) -> Given:
    """The figure of one label, without the dimension."""
    axis = given.array.dims.index(dim)
    array, half = (a.isel({dim: at}, drop=True) for a in (given.array, given.half))
    return replace(given, array=array, half=half, owner=np.asarray(_owner(given).take(at, axis)))
