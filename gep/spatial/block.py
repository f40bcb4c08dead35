"""One block of a map: the kernels run over its cells, the sums by zone and class come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from gep.spatial.grid import Floats, Window
from gep.spatial.plan import Plan, Ref, Step
from gep.spatial.zones import Coverage, Zones, everything

PIECE = 65536  # cells that the kernels work on at a time: what they touch stays in the cache
RUN = 8  # cells: where neighbours share a bin in longer runs than this, runs are summed first


@dataclass
class Partial:
    """The sums of one block: bins are (zone of the block, class), outputs the columns."""

    zones: npt.NDArray[
        np.intp
    ]  # numbers of the zones; one row more than these for what no zone covers
    cells: Floats  # bins
    area: Floats  # bins, m^2
    sums: Floats  # bins × cellwise outputs
    missing: Floats  # bins × cellwise outputs: cells without a result
    gaps: dict[int, tuple[int, float]] = field(
        default_factory=dict
    )  # layer -> cells and area without a value where one is needed
    outside: dict[int, tuple[float, float]] = field(
        default_factory=dict
    )  # layer -> least and most number found [unit of its formulas]
    strange: dict[int, int] = field(default_factory=dict)  # unknown codes of the ecosystem map


def account_block(plan: Plan, zones: Zones | None, window: Window, blocks: int = PIECE) -> Partial:
    """The sums of one block; what a worker runs."""
    classes, strange = plan.map.read(window)
    n = len(plan.map.classes)
    cover = zones.coverage(window) if zones is not None else everything(window)
    rows = len(cover.zones) + 1
    used = plan.cellwise
    out = Partial(
        cover.zones,
        np.zeros(rows * n),
        np.zeros(rows * n),
        np.zeros((rows * n, len(used))),
        np.zeros((rows * n, len(used))),
        strange=strange,
    )
    if (classes == n).all():
        return out
    data = {
        s.layer: plan.layers[s.layer].source.numbers(window) for s in plan.steps if s.layer >= 0
    }
    gappy = _look_at(data, out)
    area = plan.grid.areas(window)
    wanted = {k: v for k, v in needing(plan).items() if k in gappy}
    for start in range(0, window.size, blocks):
        stop = min(start + blocks, window.size)
        piece = {k: v[start:stop] for k, v in data.items()}
        _piece(
            plan,
            cover,
            classes[start:stop],
            piece,
            area if isinstance(area, float) else area[start:stop],
            start,
            out,
            wanted,
        )
    return out


def needing(plan: Plan) -> dict[int, npt.NDArray[np.bool_]]:
    """The classes that need each layer, with one place more for cells without a class."""
    out: dict[int, npt.NDArray[np.bool_]] = {}
    for o in plan.outputs:
        wanted = np.array([*o.classes, False])
        for layer in o.layers:
            out[layer] = out.get(layer, np.zeros_like(wanted)) | wanted
    return out


def _look_at(data: Mapping[int, npt.NDArray[Any]], out: Partial) -> set[int]:
    """Note the least and most number of each layer, infinities too; returns the layers that lack
    numbers.
    """
    gappy = {k for k, values in data.items() if np.isnan(values.min())}
    for k, values in data.items():
        known = values[~np.isnan(values)] if k in gappy else values
        if known.size:
            out.outside[k] = (float(known.min()), float(known.max()))
    return gappy


class _Bins:
    """The bins of the cells of a piece: whole cells by runs of one bin, others by their parts."""

    def __init__(self, cover: Coverage, classes: npt.NDArray[np.uint8], start: int, n: int) -> None:
        self.size, self.index = len(classes), classes.astype(np.intp)
        # a last bin takes cells without a class and those that are counted in parts
        self.trash = trash = (len(cover.zones) + 1) * n
        bins = cover.base[start : start + self.size].astype(np.intp)
        bins *= n
        bins += self.index
        bins[classes == n] = trash
        np.minimum(bins, trash, out=bins)
        # adding cell after cell into one bin waits for the last addition each time
        self.starts = np.concatenate([[0], np.flatnonzero(bins[1:] != bins[:-1]) + 1])
        self.runs = len(self.starts) * RUN < self.size
        self.lengths = np.diff(self.starts, append=self.size).astype(float)
        self.bins = bins[self.starts] if self.runs else bins
        part = cover.parts(start, start + self.size)
        cell = cover.cell[part] - start
        known = self.index[cell] < n
        self.cell, self.weight = cell[known], cover.weight[part][known]
        self.part_bins = cover.zone[part][known] * n + self.index[self.cell]

    def add(self, values: Floats | None, into: Floats) -> None:
        """Add values cell by cell, or the cells themselves, to the sums of their bins."""
        by_run = values
        if self.runs:
            by_run = self.lengths if values is None else np.add.reduceat(values, self.starts)
        into += np.bincount(self.bins, by_run, self.trash + 1)[: self.trash]
        if len(self.cell):
            by_part = self.weight if values is None else values[self.cell] * self.weight
            into += np.bincount(self.part_bins, by_part, self.trash)


def _piece(
    plan: Plan,
    cover: Coverage,
    classes: npt.NDArray[np.uint8],
    data: Mapping[int, npt.NDArray[Any]],
    area: float | Floats,
    start: int,
    out: Partial,
    wanted: Mapping[int, npt.NDArray[np.bool_]],
) -> None:
    n = len(plan.map.classes)
    bins = _Bins(cover, classes, start, n)
    before = out.cells.copy()
    bins.add(None, out.cells)
    if isinstance(area, float):
        out.area += (out.cells - before) * area
    else:
        bins.add(area, out.area)
    for k, needs in wanted.items():
        gone = np.isnan(data[k]) & needs[bins.index]
        if gone.any():
            cells, ground = out.gaps.get(k, (0, 0.0))
            lost = gone.sum() * area if isinstance(area, float) else area[gone].sum()
            out.gaps[k] = (cells + int(gone.sum()), ground + float(lost))
    results = evaluate(plan, bins.index, data, area)
    for column, number in enumerate(plan.cellwise):
        values = results[plan.outputs[number].ref.index]
        assert values is not None
        total = np.zeros(bins.trash)
        bins.add(values, total)
        # classes that cannot supply it may hold no number; their bins are dropped at the end
        if np.isnan(total.reshape(-1, n)[:, np.array(plan.outputs[number].classes)]).any():
            gone = np.isnan(values)
            missing = np.zeros(bins.trash)
            bins.add(gone.astype(float), missing)
            out.missing[:, column] += missing
            total[:] = 0
            bins.add(np.where(gone, 0.0, values), total)
        out.sums[:, column] += total


def evaluate(
    plan: Plan,
    index: npt.NDArray[np.intp],
    data: Mapping[int, npt.NDArray[Any]],
    area: float | Floats,
) -> list[Floats | None]:
    """The numbers of each step for a piece, dropped after their last use but for what is asked."""
    padded = [np.append(t, np.nan) for t in plan.tables]
    taken: dict[int, Floats] = {}
    values: list[Floats | None] = [None] * len(plan.steps)

    def number(ref: Ref) -> Any:
        if ref.kind != "table":
            return ref.value if ref.kind == "const" else values[ref.index]
        if ref.index not in taken:
            taken[ref.index] = padded[ref.index].take(index)
        return taken[ref.index]

    with np.errstate(all="ignore"):
        for n, step in enumerate(plan.steps):
            if step.formula is None:
                values[n] = np.asarray(area, float) if step.layer < 0 else _scaled(step, data)
                continue
            values[n] = step.formula.kernel(*map(number, step.args))
            for spent in plan.spent(n):
                values[spent] = None
    return values


def _scaled(step: Step, data: Mapping[int, npt.NDArray[Any]]) -> Floats:
    """The numbers of a layer in the unit of its formulas."""
    out: Floats = np.multiply(data[step.layer], step.scale, dtype=np.float64)
    if step.offset:
        out += step.offset
    return out
