"""The figures of one component over its labels: quantity × price, caps, given values, shares, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from gep.basis import Basis
from gep.errors import Problem
from gep.inputs import LABELS
from gep.solve import MISSING, Node, Solution, evaluate, labels

_APART = ("year", "draw")  # never added over: each year and each draw is an account of its own


def work_out(s: Solution, basis: Basis, instead: Mapping[Node, xr.DataArray] | None = None) -> xr.Dataset:
    """The figures of one component over its labels: quantity, price, value and status of each cell.

    With ``instead`` (see :func:`gep.solve.evaluate`) the figures are returned and the solution stays as it was. Numbers
    along a dimension ``draw`` give figures along it, each in the dimensions it needs and without a status.
    """
    grid = labels(s.nodes, s.component.supplied_by, basis.ecosystems)
    grid["year"] = list(basis.years)
    own = basis.ecosystems
    nothing = xr.DataArray(np.nan)
    known = s.quantity.kind != MISSING and not s.quantity.missing()
    quantity = evaluate(s.quantity, grid, own, instead) if known else nothing
    price = evaluate(s.price, grid, own, instead) if s.price.kind != MISSING and not s.price.missing() else nothing
    if known and s.cap.kind != MISSING:
        quantity, ratio = capped(quantity, evaluate(s.cap, grid, own, instead), basis)
        s.cap_ratio = ratio if instead is None else s.cap_ratio
    given = evaluate(s.value, grid, own, instead) if s.value.kind != MISSING else None
    value = quantity * price
    as_given = any(e.name in ("quantity", s.component.quantity, s.component.given) for e in s.quantity.entries())
    status = _word(value, "given" if as_given else "computed")
    if given is not None:
        quantity = _beside(s, quantity, given)
        price = price if _dims(price) <= _dims(given) else nothing
        value, status = _given_value(s, quantity, price, given, quiet=instead is not None)
    if s.share.kind != MISSING:
        share = evaluate(s.share, grid, own, instead)
        share = share / share.sum([d for d in share.dims if d not in _APART])
        quantity, value = quantity * share, value * share
        status = _word(value, "allocated")
    if instead and any("draw" in array.dims for array in instead.values()):
        return xr.Dataset({"quantity": quantity, "price": price, "value": value})
    ds = xr.Dataset({"quantity": quantity, "price": price, "value": value})
    order = [d for d in LABELS if d in ds.dims]
    ds = xr.broadcast(ds.expand_dims(year=grid["year"]) if "year" not in ds.dims else ds)[0].transpose(*[*order, *(["year"] if "year" not in order else [])])
    status = status.broadcast_like(ds["value"]).transpose(*ds["value"].dims)
    absent = ~_present(s, ds["value"])
    status = _choose(ds["value"].isnull(), _choose(absent, "absent", status if s.headline else MISSING), status)
    ds["status"] = status.astype("<U10")
    if instead is None:
        s.data = ds
    return ds


def _beside(s: Solution, quantity: xr.DataArray, given: xr.DataArray) -> xr.DataArray:
    """The quantity to show beside a given value: of the same labels, or summed to them; none that nobody gave."""
    if not any(e.indicator for e in s.quantity.entries()):
        return xr.DataArray(np.nan)
    return quantity.sum([d for d in quantity.dims if d not in (*given.dims, "draw")], skipna=False)


def _given_value(s: Solution, quantity: xr.DataArray, price: xr.DataArray, given: xr.DataArray, quiet: bool) -> tuple[xr.DataArray, xr.DataArray]:
    """A value that was given counts; beside a quantity and a price it is compared with their product."""
    product = quantity * price
    has_quantity = bool(quantity.notnull().any())
    status = _word(given, "published" if has_quantity else "value_only")
    if not quiet and has_quantity and _dims(product) <= _dims(given) and not bool(product.isnull().all()):
        half = s.value.given.half.reindex_like(given) if s.value.given else 0.0
        gap = abs(given - product)
        reach = half + (abs(s.quantity.given.half * price) if s.quantity.given is not None else 0.0)
        if bool((gap > reach * (1 + 1e-9)).any()):
            s.notes.append(Problem("value.gap", f"{s.indicator.id}.{s.component.id}", "value {value:.6g} is given beside quantity × price {product:.6g}; the given value counts", "", "warning",
                                   {"value": float(given.sum()), "product": float(product.sum())}))  # fmt: skip
    if _dims(given) == _dims(product) and bool(given.isnull().any()):
        status = _choose(given.isnull(), "computed", status) if "draw" not in given.dims else status
        given = given.fillna(product)
    return given, status


def _present(s: Solution, value: xr.DataArray) -> xr.DataArray:
    """Cells that somebody gave a figure for: a combination named by no input of the most dimensions does not occur."""
    if s.quantity.occurs is not None:
        arrays = [s.quantity.occurs]
    else:
        arrays = [p.given.array for n in s.nodes for p in n.walk() if p.given is not None]
    arrays = [a for a in arrays if set(a.dims) <= set(value.dims)]
    most = max((len([d for d in a.dims if d != "year"]) for a in arrays), default=0)
    widest = [a.notnull() for a in arrays if len([d for d in a.dims if d != "year"]) == most]
    out = xr.zeros_like(value, dtype=bool)
    for a in widest:
        out = out | a.reindex({d: value[d] for d in a.dims}, fill_value=False)
    return out


def capped(quantity: xr.DataArray, cap: xr.DataArray, basis: Basis) -> tuple[xr.DataArray, xr.DataArray]:
    """A capacity held to what was emitted: each region that reports an emission shares one factor, at most 1.

    The factor min(1, emission / Σ capacity) goes to every ecosystem and sub-region of the reporting region, so that
    parts still add up.
    """
    if "region" in cap.dims and "region" in quantity.dims:
        reporting = {str(k) for k in cap["region"].values[~cap.isnull().any([d for d in cap.dims if d != "region"]).values]}
        home = [_reporter(str(k), reporting, basis) for k in quantity["region"].values]
        order = list(dict.fromkeys(home))
        total = quantity.sum([d for d in quantity.dims if d not in ("region", *_APART)], skipna=True)
        if order != quantity["region"].values.tolist():  # some share a factor: their capacities are added up
            members = xr.DataArray([[float(h == o) for h in home] for o in order], {"home": order, "region": quantity["region"].values}, ("home", "region"))
            total = xr.dot(members, total, dim="region").rename(home="region")
        ratio = _ratio(cap.reindex(region=order), total)
        factor = ratio.isel(region=xr.DataArray([order.index(h) for h in home], dims="region")).assign_coords(region=quantity["region"])
        return quantity * factor, ratio
    total = quantity.sum([d for d in quantity.dims if d not in (*cap.dims, *_APART)], skipna=True)
    ratio = _ratio(cap, total)
    return quantity * ratio, ratio


def _ratio(cap: xr.DataArray, capacity: xr.DataArray) -> xr.DataArray:
    # where nothing can be taken up any factor gives zero; 1 keeps it free of a division by zero
    factor: xr.DataArray = xr.ufuncs.minimum(1.0, cap / capacity.where(capacity > 0))
    return factor.where(capacity > 0, 1.0).where(cap.notnull())


def _reporter(region: str, reporting: set[str], basis: Basis) -> str:
    at = region
    while at not in reporting and at in basis.regions:
        at = basis.regions[at].parent
    return at if at in reporting else basis.region if basis.region in reporting else region


def _dims(array: xr.DataArray) -> set[object]:
    return set(array.dims) - {"draw"}


def _word(like: xr.DataArray, word: str) -> xr.DataArray:
    return xr.full_like(like.isel(draw=0, drop=True) if "draw" in like.dims else like, word, dtype="<U10")


def _choose(condition: xr.DataArray, yes: object, no: object) -> xr.DataArray:
    out: xr.DataArray = xr.apply_ufunc(np.where, condition, yes, no)
    return out
