"""The same kernels, compiled and fused into one loop over cells (extra ``fast``, numba).

The loop is written out from the plan as Python text and compiled: the one place where code is made
from text. It holds no formula: each kernel is called as it stands. Names and numbers in it come
from the plan's own counters alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np

from gep.core.extras import need
from gep.core.formula import Formula
from gep.spatial.block import Partial, needing
from gep.spatial.grid import Window
from gep.spatial.plan import Plan, Ref, Step
from gep.spatial.zones import Zones, everything

_ARGUMENTS = (
    "classes, base, cell, zone, weight, n, count, L, T, cells, ground, sums, missing, needs, "
    "low, high, gap_cells, gap_area"
)
_lock = threading.Lock()
_loops: dict[tuple[str, tuple[Any, ...]], Callable[..., None]] = {}


def account_block_fast(plan: Plan, zones: Zones | None, window: Window, blocks: int = 0) -> Partial:
    """The sums of one block by the compiled loop; ``blocks`` is not used."""
    classes, strange = plan.map.read(window)
    n, used = len(plan.map.classes), plan.cellwise
    cover = zones.coverage(window) if zones is not None else everything(window)
    count = len(cover.zones)
    bins = (count + 1) * n
    out = Partial(
        cover.zones,
        np.zeros(bins),
        np.zeros(bins),
        np.zeros((bins, len(used))),
        np.zeros((bins, len(used))),
        strange=strange,
    )
    if (classes == n).all():
        return out
    layers = _layers(plan)
    data = tuple(plan.layers[k].source.numbers(window) for k in layers)
    tables = tuple(np.append(t, np.nan) for t in plan.tables)
    wanted = needing(plan)
    needs = np.array([wanted.get(k, np.zeros(n + 1, bool)) for k in layers]).reshape(
        len(layers), n + 1
    )
    low, high = np.full(len(layers), np.inf), np.full(len(layers), -np.inf)
    gap_cells, gap_area = np.zeros(len(layers), np.int64), np.zeros(len(layers))
    area = np.atleast_1d(np.asarray(plan.grid.areas(window), float))
    loop(plan)(
        classes,
        cover.base,
        cover.cell,
        cover.zone,
        cover.weight,
        n,
        count,
        (*data, area),
        (*tables, area),
        out.cells,
        out.area,
        out.sums,
        out.missing,
        needs,
        low,
        high,
        gap_cells,
        gap_area,
    )
    for k, layer in enumerate(layers):
        if low[k] <= high[k]:
            out.outside[layer] = (float(low[k]), float(high[k]))
        if gap_cells[k]:
            out.gaps[layer] = (int(gap_cells[k]), float(gap_area[k]))
    return out


def loop(plan: Plan) -> Callable[..., None]:
    """The compiled loop of a plan; compiled once a process for each make of plan."""
    text, kernels = source(plan)
    key = (text, tuple((f.__module__, f.__name__) for f in kernels))
    with _lock:
        if key not in _loops:
            numba = need("numba")
            names = {f"k{n}": _compiled(f.kernel) for n, f in enumerate(kernels)}
            names["nan"] = np.nan
            exec(compile(text, "<fused loop>", "exec"), names)
            _loops[key] = numba.njit(nogil=True, error_model="numpy")(names["loop"])
    return _loops[key]


@lru_cache(maxsize=256)
def _compiled(kernel: Callable[..., Any]) -> Any:
    return need("numba").njit(error_model="numpy")(kernel)


def source(plan: Plan) -> tuple[str, list[Formula]]:
    """The text of the loop, and the formulas whose kernels it calls as k0, k1, …"""
    layers = _layers(plan)
    kernels = [*dict.fromkeys(s.formula for s in plan.steps if s.formula is not None)]
    # one area for all cells stands in an array of one
    area = "A[0]" if isinstance(plan.grid.cell_area, float) else "A[i]"
    numbers = [*(f"r{k} = L[{k}][i]" for k in range(len(layers))), f"a = {area}"]
    arguments = chain.from_iterable(s.args for s in plan.steps)
    tables = sorted({a.index for a in arguments if a.kind == "table"})
    steps = [f"t{k} = T[{k}][c]" for k in tables]
    steps += [f"v{n} = {_step(s, layers, kernels)}" for n, s in enumerate(plan.steps)]
    watch = [*chain.from_iterable(map(_watch, range(len(layers))))]
    sums = ["cells[j] += w", "ground[j] += w * a"]
    for column, number in enumerate(plan.cellwise):
        v = f"v{plan.outputs[number].ref.index}"
        sums += [f"if {v} == {v}: sums[j, {column}] += w * {v}", f"else: missing[j, {column}] += w"]
    every = range(len(layers))
    body = [
        f"def loop({_ARGUMENTS}):",
        f"    A = L[{len(layers)}]",
        *(f"    low{k} = low[{k}]; high{k} = high[{k}]" for k in every),
        "    for i in range(len(classes)):",
        "        c = classes[i]",
        *_indented(numbers, watch),
        "        z = base[i]",
        "        if c == n or z > count: continue",
        "        j = z * n + c; w = 1.0",
        *_indented(steps, sums),
        "    for e in range(len(cell)):",
        "        i = cell[e]; c = classes[i]",
        "        if c == n: continue",
        "        j = zone[e] * n + c; w = weight[e]",
        *_indented(numbers, steps, sums),
        *(f"    low[{k}] = low{k}; high[{k}] = high{k}" for k in every),
    ]
    return "\n".join(body) + "\n", kernels


def _layers(plan: Plan) -> list[int]:
    """The layers that any step reads."""
    return sorted({s.layer for s in plan.steps if s.layer >= 0})


def _indented(*groups: list[str]) -> Iterator[str]:
    """Lines inside a loop."""
    return (" " * 8 + line for line in chain(*groups))


def _watch(k: int) -> tuple[str, ...]:
    """What is noted of the number of a layer in each cell: a gap, or its least and most."""
    return (
        f"if r{k} != r{k}:",
        f"    if needs[{k}, c]:",
        f"        gap_cells[{k}] += 1; gap_area[{k}] += a",
        "else:",
        f"    if r{k} < low{k}: low{k} = r{k}",
        f"    if r{k} > high{k}: high{k} = r{k}",
    )


def _step(s: Step, layers: list[int], kernels: list[Formula]) -> str:
    """What a step of the plan computes."""
    if s.formula is not None:
        return f"k{kernels.index(s.formula)}({', '.join(map(_argument, s.args))})"
    if s.layer < 0:
        return "a"
    plus = f" + {s.offset!r}" if s.offset else ""
    return f"float(r{layers.index(s.layer)}) * {s.scale!r}{plus}"


def _argument(ref: Ref) -> str:
    if ref.kind == "const":
        return repr(float(ref.value))  # NaN by its name
    return f"{'v' if ref.kind == 'step' else 't'}{ref.index}"
