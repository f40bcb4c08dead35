"""Which cells lie in which zone, and how much of each: exact coverage, block by block, in double
precision.

Zones are scanned row by row: cells on a border get the part that lies inside, whole cells between
them are filled at once. (``exactextract`` measures the same, in single precision and on one thread;
the tests hold the two side by side.) Where the coverages of a cell add up to one but for their
rounding they are divided by their sum, so that zones which tile an area add up to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gep.core.extras import need
from gep.spatial.grid import Floats, Grid, Window

NOTHING = 1e-12  # of a cell: what arithmetic may lose
ROUNDING = 1e-9  # of a sum of coverages: far above what arithmetic loses, far below any real gap
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Coverage:
    """The zones of one window.

    ``base`` is, for each cell, the place in ``zones`` of one zone that covers it whole;
    ``len(zones)`` where there is none. The rest is in ``cell``, ``zone`` and ``weight``, ordered by
    cell; a ``zone`` of ``len(zones)`` is the part that no zone covers.
    """

    zones: Ints  # numbers of the zones that touch the window
    base: npt.NDArray[np.int32]
    cell: Ints
    zone: Ints
    weight: Floats

    def parts(self, start: int, stop: int) -> slice:
        """The partly covered cells among cells ``start`` to ``stop``."""
        a, b = np.searchsorted(self.cell, (start, stop))
        return slice(int(a), int(b))


def everything(window: Window) -> Coverage:
    """One zone that covers every cell."""
    nothing = np.zeros(0, np.intp)
    return Coverage(
        np.zeros(1, np.intp), np.zeros(window.size, np.int32), nothing, nothing, np.zeros(0)
    )


class Zones:
    """Polygons on a grid, indexed so that a window finds its own.

    ``shapes`` are valid polygons in the grid's own reference system.
    """

    def __init__(self, shapes: Sequence[Any], grid: Grid) -> None:
        shapely = need("shapely")
        self.shapes = np.array([shapely.transform(s, grid.to_cells) for s in shapes], dtype=object)
        self.grid = grid
        self._tree: Any = None

    def __len__(self) -> int:
        return len(self.shapes)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_tree": None}

    def touching(self, window: Window) -> Ints:
        """Numbers of the zones that touch a window."""
        shapely = need("shapely")
        if self._tree is None:
            self._tree = shapely.STRtree(self.shapes)
        return np.sort(self._tree.query(_box(window), predicate="intersects"))

    def coverage(self, window: Window) -> Coverage:
        """How the zones cover the cells of a window."""
        shapely = need("shapely")
        zones = self.touching(window)
        if not len(zones):
            return _settled(
                window,
                zones,
                np.zeros(window.size, np.int32),
                np.zeros(0, np.intp),
                np.zeros(0, np.intp),
                np.zeros(0),
            )
        clipped = shapely.orient_polygons(
            shapely.clip_by_rect(self.shapes[zones], *_bounds(window))
        )
        cell, zone, weight, spans = _scanned(window, clipped)
        base, more, owner = _filled(window, len(zones), spans)
        return _settled(
            window,
            zones,
            base,
            np.concatenate([cell, more]),
            np.concatenate([zone, owner]),
            np.concatenate([weight, np.ones(len(more))]),
        )


def _settled(
    window: Window, zones: Ints, base: npt.NDArray[np.int32], cell: Ints, zone: Ints, weight: Floats
) -> Coverage:
    """Coverage with rounding evened out, whole cells moved to ``base``, and the uncovered rest of
    each cell beside.
    """
    count, flat = len(zones), base
    if not len(cell):
        return Coverage(zones, flat, cell, zone, weight)
    # a border may run along the edge of a cell and leave it whole
    whole = (weight == 1) & (flat[cell] == count)
    flat[cell[whole]] = zone[whole]
    open_ = ~(whole & (flat[cell] == zone)) & (weight > 0)
    cell, zone, weight = cell[open_], zone[open_], weight[open_]
    places, at = np.unique(cell, return_inverse=True)
    total = np.bincount(at, weight, len(places)) + (flat[places] < count)
    near = abs(total - 1) <= ROUNDING
    weight = np.where(near[at], weight / np.where(near, total, 1)[at], weight)
    bare = flat[places] == count
    real = bare[at] | ~near[at]  # beside a zone that has the cell whole, a sliver is rounding
    cell, zone, weight = cell[real], zone[real], weight[real]
    flat[places[bare]] = (
        count + 1
    )  # counted in parts alone: its uncovered rest, if any, is one of them
    left = np.where(bare & ~near, 1 - total, 0.0)
    rest = left > 0
    cell, zone = (
        np.concatenate([cell, places[rest]]),
        np.concatenate([zone, np.full(int(rest.sum()), count)]),
    )
    weight = np.concatenate([weight, left[rest]])
    order = np.lexsort((zone, cell))
    return Coverage(zones, flat, cell[order], zone[order].astype(np.intp), weight[order])


def _scanned(
    window: Window, shapes: npt.NDArray[Any]
) -> tuple[Ints, Ints, Floats, npt.NDArray[np.int64]]:
    """Cells on the borders of zones with the part that lies inside, and the spans of whole cells
    between them.

    Each edge is cut at the lines of the grid. A piece within a cell adds to that cell the area on
    its right, and to all cells further right in the row the height it climbs; so a running sum
    along the row gives the coverage, exactly.

    Returns
    -------
    cell, zone, coverage of each border cell; and one row a span: zone, first cell, cell after the
    last
    """
    x, r, x1, r1, owner = _edges(window, shapes)
    # at the rows' lines
    low, high = np.minimum(r, r1), np.maximum(r, r1)
    row0 = np.floor(low)
    n = np.maximum(np.ceil(high) - row0, 1).astype(np.intp)
    e, k = _each(n)
    row = row0[e] + k
    top, bottom = np.maximum(low[e], row), np.minimum(high[e], row + 1)
    run = ((x1 - x) / (r1 - r))[e]
    xa, xb = x[e] + (top - r[e]) * run, x[e] + (bottom - r[e]) * run
    climb = np.sign(r1 - r)[e] * (bottom - top)
    # at the columns' lines
    left, right = (
        np.clip(np.minimum(xa, xb), 0, window.cols),
        np.clip(np.maximum(xa, xb), 0, window.cols),
    )
    col0 = np.floor(left)
    m = np.maximum(np.ceil(right) - col0, 1).astype(np.intp)
    f, k = _each(m)
    col = col0[f] + k
    a, b = np.maximum(left[f], col), np.minimum(right[f], col + 1)
    width = (right - left)[f]
    climb = climb[f] * np.where(width > 0, (b - a) / np.where(width > 0, width, 1), 1.0)
    line = window.cols + 1  # one place more, for borders along the right edge
    places, at = np.unique(
        (owner[e][f] * window.rows + row[f].astype(np.intp)) * line + col.astype(np.intp),
        return_inverse=True,
    )
    climbs = np.bincount(at, climb, len(places))
    inside = (
        np.cumsum(climbs) - climbs + np.bincount(at, climb * (1 - ((a + b) / 2 - col)), len(places))
    )
    after = np.cumsum(climbs)
    strip, place = np.divmod(places, line)
    zone, row_of = np.divmod(strip, window.rows)
    next_place = np.where(np.append(strip[1:] == strip[:-1], False), np.append(place[1:], 0), 0)
    gap = (next_place > place + 1) & (after > NOTHING)
    start = row_of * window.cols
    first, end = start + place + 1, start + next_place
    span = gap & (after > 1 - NOTHING)
    level = gap & ~span  # under a level border: a row of cells covered in part
    g, k = _each((end - first)[level])
    spans = np.column_stack([zone[span], first[span], end[span]])
    weight = np.clip(inside, 0.0, 1.0)
    weight[weight < NOTHING] = 0
    weight[weight > 1 - NOTHING] = 1
    real = (place < window.cols) & (weight > 0)
    cell = np.concatenate([(start + place)[real], first[level][g] + k])
    return (
        cell,
        np.concatenate([zone[real], zone[level][g]]),
        np.concatenate([weight[real], after[level][g]]),
        spans,
    )


def _edges(window: Window, shapes: npt.NDArray[Any]) -> tuple[Floats, Floats, Floats, Floats, Ints]:
    """The edges of all rings in columns and rows of the window (x, row, x, row, zone), without
    level ones.
    """
    shapely = need("shapely")
    parts, of_part = shapely.get_parts(shapes, return_index=True)
    polygon = shapely.get_type_id(parts) == 3
    rings, of_ring = shapely.get_rings(parts[polygon], return_index=True)
    xy, of_point = shapely.get_coordinates(rings, return_index=True)
    x = np.clip(xy[:, 0] - window.col, 0, window.cols)
    r = np.clip(-xy[:, 1] - window.row, 0, window.rows)
    edge = (of_point[1:] == of_point[:-1]) & (r[1:] != r[:-1])
    zone = of_part[polygon][of_ring][of_point[1:]]
    return x[:-1][edge], r[:-1][edge], x[1:][edge], r[1:][edge], zone[edge].astype(np.intp)


def _each(n: Ints) -> tuple[Ints, Ints]:
    """For counts of pieces: the edge of each piece, and which piece of it that is."""
    e = np.repeat(np.arange(len(n)), n)
    return e, np.arange(len(e)) - np.repeat(np.cumsum(n) - n, n)


def _filled(
    window: Window, count: int, spans: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int32], Ints, Ints]:
    """The zone of each whole cell; cells and zones where several lie over each other."""
    spans = spans[np.argsort(spans[:, 1], kind="stable")]
    zone, first, end = spans.T
    nothing = np.zeros(0, np.intp)
    if not (first[1:] < np.maximum.accumulate(end)[:-1]).any():
        edges = np.append(spans[:, 1:].ravel(), window.size)
        owner = np.append(np.column_stack([np.full(len(zone), count), zone]).ravel(), count)
        return np.repeat(owner.astype(np.int32), np.diff(edges, prepend=0)), nothing, nothing
    base = np.full(window.size, count, np.int32)
    cells: list[Ints] = []
    owners: list[Ints] = []
    for z in np.unique(zone):
        mine = zone == z
        s, k = _each((end - first)[mine])
        at = first[mine][s] + k
        taken = base[at] < count
        base[at[~taken]] = z
        cells.append(at[taken])
        owners.append(np.full(int(taken.sum()), z, np.intp))
    return base, np.concatenate(cells), np.concatenate(owners)


def _bounds(window: Window) -> tuple[float, float, float, float]:
    return window.col, -(window.row + window.rows), window.col + window.cols, -window.row


def _box(window: Window) -> Any:
    return need("shapely").box(*_bounds(window))
