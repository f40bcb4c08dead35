"""What the questions share: defaults, faults seen from another place, and figures picked out of an
account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import xarray as xr

from gep.account.account import Part
from gep.account.basis import Basis
from gep.account.inputs import Entry
from gep.account.nodes import Given, Layer, Node
from gep.core import units
from gep.core.errors import GepError, Problem
from gep.core.source import Source


def refuse(kind: type[GepError], title: str, faults: Iterable[Problem], **values: Any) -> None:
    """Raise an error of a kind that lists the faults; nothing where there are none."""
    if found := tuple(faults):
        raise kind(title, found, **values)


def once(faults: Iterable[Problem]) -> list[Problem]:
    """Each fault once, in their order: a figure can serve several components."""
    return list({str(p): p for p in faults}.values())


def unknown(where: Source, table: Iterable[str], names: Sequence[str]) -> Iterator[Problem]:
    """The keys of a table of a TOML file that are none of the names."""
    for key in table:
        if key not in names:
            yield Problem("key.unknown", where.under(key), names=", ".join(names))


def moved(e: Entry, value: float, by: Callable[[float], float]) -> Entry:
    """An entry of another value; its range moves with it."""
    low, high = (end if end is None else by(end) for end in (e.low, e.high))
    return e._replace(value=value, low=low, high=high)


def scale(unit: str, wanted: str) -> float:
    """What a figure of a unit is multiplied by to be in the wanted one; of a flow the year may go
    without saying.
    """
    return units.reading(unit, wanted).scale


def labels_of(
    data: xr.Dataset | xr.DataArray, dim: str, otherwise: Sequence[str] = ()
) -> list[str]:
    """The labels that figures have along a dimension; others where they have no such dimension."""
    return list(map(str, data[dim].values if dim in data.dims else otherwise))


def at(value: xr.DataArray, **labels: object) -> xr.DataArray:
    """Figures at some labels, of the dimensions that they have."""
    return value.sel({dim: label for dim, label in labels.items() if dim in value.dims})


def own_units(part: Part) -> Mapping[str, str]:
    """The units of the items of a part, where each has its own."""
    quantity = part.solution.quantity
    return (quantity.figures.units if isinstance(quantity, Given | Layer) else None) or {}


def worked(part: Part, basis: Basis, instead: Mapping[Node, xr.DataArray]) -> xr.Dataset:
    """The figures of a part with other numbers in the place of some nodes; its own without any."""
    return part.data_with(basis, instead) if instead else part.data
