"""Which cells lie in which zone, and how much of each: exact coverage, block by block.

Most cells lie wholly in one zone: tiles of cells that a zone covers are filled at once, and only tiles that a border
crosses go to ``exactextract``. Where the coverages of a cell add up to one but for their rounding they are divided by
their sum, so that zones which tile an area add up to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gep.spatial import need
from gep.spatial.grid import Floats, Grid, Window

TILE = 64  # cells; small enough that most tiles of a district lie wholly inside it
ROUNDING = 1e-5  # of a sum of coverages: far above what arithmetic loses, far below any real gap
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Coverage:
    """The zones of one window.

    ``base`` is, for each cell, the place in ``zones`` of one zone that covers it whole; ``len(zones)`` where there is
    none. The rest is in ``cell``, ``zone`` and ``weight``, ordered by cell; a ``zone`` of ``len(zones)`` is the part
    that no zone covers.
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
    return Coverage(np.zeros(1, np.intp), np.zeros(window.size, np.int32), nothing, nothing, np.zeros(0))


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
        count = len(zones)
        base = np.full((window.rows, window.cols), count, np.int32)
        cells: list[Ints] = []
        owners: list[Ints] = []
        weights: list[Floats] = []
        if count:
            clipped = shapely.clip_by_rect(self.shapes[zones], *_bounds(window))
            tiles, inside, crossing = _tiles(window, clipped)
            # a zone with little inside is measured in one piece; of a large one only the tiles on its border are
            small = np.bincount(crossing[:, 1], minlength=count) >= np.bincount(inside[:, 1], minlength=count)
            pieces, piece_of = list(clipped[small]), list(np.flatnonzero(small))
            for t, z in inside[~small[inside[:, 1]]].tolist():
                tile = tiles[t]
                part = base[tile.row : tile.row + tile.rows, tile.col : tile.col + tile.cols]
                if part[0, 0] == count:
                    part[:] = z
                else:  # zones that overlap
                    at = (np.arange(tile.row, tile.row + tile.rows)[:, None] * window.cols + np.arange(tile.col, tile.col + tile.cols)).ravel()
                    _append(cells, owners, weights, at, z, np.ones(len(at)))
            for t, z in crossing[~small[crossing[:, 1]]].tolist():
                tile = tiles[t]
                pieces.append(shapely.clip_by_rect(clipped[z], *_bounds(Window(window.row + tile.row, window.col + tile.col, tile.rows, tile.cols))))
                piece_of.append(z)
            for n, at, weight in _exact(window, pieces):
                _append(cells, owners, weights, at, int(piece_of[n]), weight)
        return _settled(window, zones, base, cells, owners, weights)


def _settled(window: Window, zones: Ints, base: npt.NDArray[np.int32], cells: list[Ints], owners: list[Ints], weights: list[Floats]) -> Coverage:
    """Coverage with rounding evened out, whole cells moved to ``base``, and the uncovered rest of each cell beside."""
    count = len(zones)
    flat = base.ravel()
    if not cells:
        nothing = np.zeros(0, np.intp)
        return Coverage(zones, flat, nothing, nothing, np.zeros(0))
    cell, zone, weight = np.concatenate(cells), np.concatenate(owners), np.concatenate(weights)
    # most cells lie whole in one zone: settle these first, so that only the cells on borders are looked at closely
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
    flat[places[bare]] = count + 1  # counted in parts alone: its uncovered rest, if any, is one of them
    left = np.where(bare & ~near, 1 - total, 0.0)
    rest = left > 0
    cell, zone = np.concatenate([cell, places[rest]]), np.concatenate([zone, np.full(int(rest.sum()), count)])
    weight = np.concatenate([weight, left[rest]])
    order = np.lexsort((zone, cell))
    return Coverage(zones, flat, cell[order], zone[order].astype(np.intp), weight[order])


def _append(cells: list[Ints], owners: list[Ints], weights: list[Floats], at: Ints, zone: int, weight: Floats) -> None:
    cells.append(at)
    owners.append(np.full(len(at), zone, np.intp))
    weights.append(weight)


def _tiles(window: Window, shapes: npt.NDArray[Any]) -> tuple[list[Window], Ints, Ints]:
    """The tiles of a window; pairs (tile, zone) where the zone covers the tile whole, and where its border crosses it."""
    shapely = need("shapely")
    tiles = [Window(r, c, min(TILE, window.rows - r), min(TILE, window.cols - c)) for r in range(0, window.rows, TILE) for c in range(0, window.cols, TILE)]
    edges = np.array([_bounds(Window(window.row + t.row, window.col + t.col, t.rows, t.cols)) for t in tiles], float)
    boxes = shapely.box(*edges.T)
    shapely.prepare(shapes)
    pairs = shapely.STRtree(shapes).query(boxes, predicate="intersects").T
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    covered = shapely.covers(shapes[pairs[:, 1]], boxes[pairs[:, 0]])
    return tiles, pairs[covered], pairs[~covered]


def _exact(window: Window, pieces: list[Any]) -> Iterator[tuple[int, Ints, Floats]]:
    """Cells and coverage of each piece."""
    extract, raster = need("exactextract"), need("exactextract.raster")
    mapping = need("shapely.geometry").mapping
    features = [{"type": "Feature", "id": n, "geometry": mapping(p), "properties": {"n": n}} for n, p in enumerate(pieces) if not p.is_empty and p.area > 0]
    if not features:
        return
    # a constant carrier, never data: exactextract leaves out cells without a value
    carrier = raster.NumPyRasterSource(np.broadcast_to(np.uint8(1), (window.rows, window.cols)), *_bounds(window))
    for found in extract.exact_extract(carrier, features, ["cell_id", "coverage"], include_cols=["n"]):
        p = found["properties"]
        if p["cell_id"] is not None and len(p["cell_id"]):
            yield p["n"], np.asarray(p["cell_id"], np.intp), np.asarray(p["coverage"], np.float64)


def _bounds(window: Window) -> tuple[float, float, float, float]:
    return window.col, -(window.row + window.rows), window.col + window.cols, -window.row


def _box(window: Window) -> Any:
    return need("shapely").box(*_bounds(window))
