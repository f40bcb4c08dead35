"""The blockwise engine: read a window, run every kernel on cache-sized pieces, add up by zone and
ecosystem, drop it.

Memory does not grow with the raster. Layers may be of single precision; arithmetic and sums are of
double precision. Blocks run on threads, or on a ``dask.distributed`` cluster when its client is
given; they are added in their own order, so that the sums do not depend on who came first.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from gep.core.errors import InputError, Problem
from gep.core.formula import bound
from gep.core.frozen import ReadOnly, freeze
from gep.core.source import Source, named
from gep.spatial.block import PIECE, Partial, account_block
from gep.spatial.fast import account_block_fast
from gep.spatial.grid import Floats, Window
from gep.spatial.layers import close
from gep.spatial.plan import Plan, Step
from gep.spatial.zones import Zones

Progress = Callable[[int, int], None]
BLOCK = (512, 2048)  # rows and columns of a window: whole tiles of a COG, about a million cells


@dataclass(frozen=True, eq=False)
class Sums(ReadOnly):
    """The sums of a whole run over zone × class; the last zone is what no zone covers.

    ``total`` is quantity by output, zone and class: NaN where the class does not occur in the zone,
    or no cell of it could be worked out.
    """

    plan: Plan
    cells: Floats  # zone × class
    area: Floats  # zone × class, m^2
    total: Floats  # output × zone × class
    missing: Floats  # output × zone × class: cells
    gaps: Mapping[int, tuple[int, float]]

    def __post_init__(self) -> None:
        super().__post_init__()
        freeze(self, "gaps")


def blocks(plan: Plan, block: tuple[int, int] = BLOCK) -> list[Window]:
    """The windows of a plan's grid."""
    return list(plan.grid.windows(*block))


def run(
    plan: Plan,
    zones: Zones | None = None,
    *,
    threads: int | None = None,
    client: Any = None,
    block: tuple[int, int] = BLOCK,
    piece: int = PIECE,
    fast: bool = False,
    progress: Progress | None = None,
) -> Sums:
    """The sums of a plan by zone and class.

    Parameters
    ----------
    plan : Plan
        What to compute.
    zones : Zones, optional
        Where to add it up; without zones everything is one zone.
    threads : int, optional
        Workers on this machine; the number of its cores by default.
    client : dask.distributed.Client, optional
        Run the blocks on its workers instead.
    block, piece : sizes of a window and of what the kernels work on at a time; they change nothing
    in the result
        beyond the last digits.
    fast : bool
        Compile the kernels into one loop (extra ``fast``).
    progress : callable, optional
        Told the number of blocks done and of all.

    Raises
    ------
    InputError
        If a file cannot be read, the map holds unknown codes, or a layer holds infinities or leaves
        its range. Nothing partial is ever returned.
    """
    task: Callable[..., Partial] = account_block
    if fast:
        task = account_block_fast
    windows = blocks(plan, block)
    partials = (
        _on_cluster(task, plan, zones, windows, piece, client)
        if client is not None
        else _on_threads(task, plan, zones, windows, piece, threads)
    )
    n, count = len(plan.map.classes), 1 if zones is None else len(zones)
    used = plan.cellwise
    cells, area = np.zeros((count + 1, n)), np.zeros((count + 1, n))
    sums, missing = np.zeros((count + 1, n, len(used))), np.zeros((count + 1, n, len(used)))
    gaps: dict[int, tuple[int, float]] = {}
    reach: dict[int, tuple[float, float]] = {}
    strange: Counter[int] = Counter()
    for done, p in enumerate(partials, 1):
        at = np.append(p.zones, count)
        cells[at] += p.cells.reshape(-1, n)
        area[at] += p.area.reshape(-1, n)
        sums[at] += p.sums.reshape(len(at), n, len(used))
        missing[at] += p.missing.reshape(len(at), n, len(used))
        for k, (c, a) in p.gaps.items():
            before = gaps.get(k, (0, 0.0))
            gaps[k] = (before[0] + c, before[1] + a)
        for k, (low, high) in p.outside.items():
            least, most = reach.get(k, (low, high))
            reach[k] = (min(low, least), max(high, most))
        strange.update(p.strange)
        if progress is not None:
            progress(done, len(windows))
    problems = list(_problems(plan, reach, strange, bool(cells.any())))
    if problems:
        raise InputError("error.maps", problems)
    return _sums(plan, cells, area, sums, missing, gaps)


def _sums(
    plan: Plan,
    cells: Floats,
    area: Floats,
    sums: Floats,
    missing: Floats,
    gaps: Mapping[int, tuple[int, float]],
) -> Sums:
    total = np.full((len(plan.outputs), *cells.shape), np.nan)
    lost = np.zeros_like(total)
    column = {number: c for c, number in enumerate(plan.cellwise)}
    for k, o in enumerate(plan.outputs):
        here = (cells > 0) & np.array(o.classes)
        if k in column:
            lost[k] = np.where(here, missing[:, :, column[k]], 0)
            known = here & (cells - lost[k] > 1e-9 * cells)
            total[k] = np.where(known, sums[:, :, column[k]], np.nan)
        else:
            per_cell = np.broadcast_to(plan.table(o.ref), cells.shape)
            total[k] = np.where(here, cells * per_cell, np.nan)
            lost[k] = np.where(here & np.isnan(per_cell), cells, 0)
    return Sums(plan, cells, area, total, lost, gaps)


def _problems(
    plan: Plan, reach: Mapping[int, tuple[float, float]], strange: Mapping[int, int], any_cell: bool
) -> Iterator[Problem]:
    if strange:
        shown = ", ".join(f"{code} ({cells} cells)" for code, cells in sorted(strange.items())[:12])
        yield Problem("map.codes", plan.map.source.where, codes=shown)
    elif not any_cell:
        yield Problem("map.nothing", plan.map.source.where)
    first = {step.layer: step for step in reversed(plan.steps) if step.layer >= 0}
    for k in dict.fromkeys(step.layer for step in plan.steps if step.layer >= 0):
        if k in reach:
            yield from _out_of_range(plan.layers[k].where, first[k], reach[k])
        elif any_cell:
            yield Problem("layer.nothing", plan.layers[k].where)


def _out_of_range(where: Source, step: Step, reach: tuple[float, float]) -> Iterator[Problem]:
    """A layer that reaches beyond what its formulas take, but for rounding."""
    least, most = (v * step.scale + step.offset for v in reach)
    low = -np.inf if step.low is None else step.low
    high = np.inf if step.high is None else step.high
    if not np.isfinite((least, most)).all():
        yield Problem("range.infinite", where)
    elif least < low - 1e-9 * abs(step.low or 0.0) or most > high * (1 + 1e-6):
        told = {"least": least, "most": most, "low": bound(low), "high": bound(high)}
        yield Problem("layer.range", where, **told)


def _on_threads(
    task: Callable[..., Partial],
    plan: Plan,
    zones: Zones | None,
    windows: list[Window],
    piece: int,
    threads: int | None,
) -> Iterator[Partial]:
    workers = threads or os.cpu_count() or 1
    if workers == 1:
        try:
            yield from (task(plan, zones, w, piece) for w in windows)
        finally:
            close()
        return
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Any] = deque()
        try:
            for w in windows:
                waiting.append(pool.submit(task, plan, zones, w, piece))
                if len(waiting) > 2 * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _on_cluster(
    task: Callable[..., Partial],
    plan: Plan,
    zones: Zones | None,
    windows: list[Window],
    piece: int,
    client: Any,
) -> Iterator[Partial]:
    """Blocks on the workers of a cluster, a few ahead of what was added; a worker that dies has its
    blocks done again.
    """
    shared = client.scatter([plan, zones], broadcast=True, hash=False)
    ahead = max(4 * sum(client.nthreads().values()), 4)
    waiting: deque[Any] = deque()
    try:
        for w in windows:
            waiting.append(client.submit(task, *shared, w, piece, pure=False))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except InputError:
        raise
    except Exception as error:
        why = f"{type(error).__name__}: {error}"[:300]
        failed = Problem("cluster.failed", named("dask"), why=why)
        raise InputError("error.cluster", [failed]) from error
    finally:
        for future in waiting:
            future.cancel()
