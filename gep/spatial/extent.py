"""Ecosystem extent account: area by ecosystem type and zone between two maps (SEEA EA, extent
account).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gep.core.errors import InputError, Problem
from gep.core.source import Source, named
from gep.spatial.areas import Areas
from gep.spatial.engine import BLOCK
from gep.spatial.grid import Floats, Grid, Window
from gep.spatial.layers import EcosystemMap, close
from gep.spatial.zones import Coverage, Ints, Zones

NONE = "unmapped"  # a cell that only one of the maps has a class for


@dataclass(frozen=True, eq=False)
class Extent:
    """Area that passed from each class to each other, by zone [m^2].

    ``change`` counts zone × opening class × closing class; the last zone is the whole map, the last
    class :data:`NONE`.
    """

    zones: tuple[str, ...]
    classes: tuple[str, ...]
    change: Floats

    def table(self, zone: str = "") -> pd.DataFrame:
        """Opening, additions, reductions, net change and closing by ecosystem type [m^2]; opening +
        net = closing.

        Parameters
        ----------
        zone : str, optional
            One zone; all of the map by default.
        """
        m = self._matrix(zone)
        stay = np.diag(m)
        opening, closing = m.sum(1), m.sum(0)
        frame = pd.DataFrame(
            {
                "opening": opening,
                "additions": closing - stay,
                "reductions": opening - stay,
                "net": closing - opening,
                "closing": closing,
            },
            index=pd.Index([*self.classes, NONE], name="ecosystem"),
        )
        frame.attrs["units"] = "m^2"
        return frame[(frame["opening"] > 0) | (frame["closing"] > 0)]

    def matrix(self, zone: str = "") -> pd.DataFrame:
        """The transition matrix [m^2]: rows are the opening class, columns the closing class."""
        names = [*self.classes, NONE]
        frame = pd.DataFrame(
            self._matrix(zone),
            index=pd.Index(names, name="opening"),
            columns=pd.Index(names, name="closing"),
        )
        frame.attrs["units"] = "m^2"
        return frame

    def _matrix(self, zone: str) -> Floats:
        if not zone:
            return np.asarray(self.change[-1])
        if zone not in self.zones:
            raise InputError(
                "error.zone",
                [Problem("zone.unknown", named(zone), names=", ".join(self.zones[:20]))],
            )
        return np.asarray(self.change[self.zones.index(zone)])


def extent(
    grid: Grid, opening: EcosystemMap, closing: EcosystemMap, zones: Areas | None = None
) -> Extent:
    """The extent account between two maps on one grid.

    Parameters
    ----------
    grid : Grid
        Of both maps.
    opening, closing : EcosystemMap
        The maps of the two dates; their legends may differ.
    zones : Areas, optional
        Zones; they may overlap, and the whole map is counted apart from them.

    Returns
    -------
    Extent

    Raises
    ------
    InputError
        If a map cannot be read or holds unknown codes.
    """
    classes = tuple(dict.fromkeys((*opening.classes, *closing.classes)))
    n = len(classes) + 1
    names, where = ((), None) if zones is None else (zones.names, Zones(zones.shapes, grid))
    change = np.zeros((len(names) + 1, n * n))  # the last is the whole map
    strange: dict[Source, set[int]] = {}
    try:
        for window in grid.windows(*BLOCK):
            first, last = (_classes(m, classes, window, strange) for m in (opening, closing))
            weight = np.broadcast_to(grid.areas(window), (window.size,))
            change[-1] += np.bincount(first * n + last, weight, n * n)
            if where is not None:
                cover = where.coverage(window)
                np.add.at(change, cover.zones, _by_zone(cover, first * n + last, weight, n * n))
    finally:
        close()
    if strange:
        raise InputError(
            "error.maps",
            [
                Problem("map.codes", where, codes=", ".join(map(str, sorted(codes))))
                for where, codes in strange.items()
            ],
        )
    matrix = change.reshape(-1, n, n)
    matrix[:, -1, -1] = 0  # neither map has a class there
    return Extent(names, classes, matrix)


def _classes(
    map: EcosystemMap, classes: Sequence[str], window: Window, strange: dict[Source, set[int]]
) -> Ints:
    """The place in ``classes`` of each cell, one beyond the last where it has none; unknown codes
    are noted.
    """
    found, unknown = map.read(window)
    if unknown:
        strange.setdefault(map.source.where, set()).update(unknown)
    return np.array([*(classes.index(c) for c in map.classes), len(classes)])[found]


def _by_zone(cover: Coverage, pair: Ints, weight: Floats, pairs: int) -> Floats:
    """Area of each pair of classes in each zone of a window."""
    count = len(cover.zones)
    whole, partly = cover.base < count, cover.zone < count
    out = np.zeros(count * pairs)
    out += np.bincount(cover.base[whole] * pairs + pair[whole], weight[whole], count * pairs)
    cell = cover.cell[partly]
    out += np.bincount(
        cover.zone[partly] * pairs + pair[cell], cover.weight[partly] * weight[cell], count * pairs
    )
    return out.reshape(count, pairs)
