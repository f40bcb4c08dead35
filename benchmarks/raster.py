"""Accounts on maps: how fast and how much memory, printed with ratios: ``python -m
benchmarks.raster [--size 4500]``.

(a) the engine in memory against one pass of ``arr.sum(dtype="f8")`` over the same layers and
threads; (b) end to end from compressed files against only reading them; (c) peak memory, and four
times the cells; (d) two dask workers against one; and the zones: thousands of polygons. The maps
are those of the synthetic demo city. Goals are printed, never asserted. ``GEP_INVEST_PYTHON`` names
a Python that has ``natcap.invest``, whose models are then timed beside ours.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from benchmarks.__main__ import ROOT, machine
from gep import opening as folders
from gep.spatial import engine
from gep.spatial.grid import Grid, Window
from gep.spatial.layers import ArraySource, FileSource
from gep.spatial.plan import Plan
from gep.spatial.scene import Scene
from gep.spatial.zones import Zones

THREADS = 2
INVEST = {  # component: what InVEST calls it, seconds it took at this size on another machine
    "carbon_sequestration.carbon": ("carbon", 8.7),
    "flood_mitigation.vegetation": ("urban_flood_risk_mitigation", 13.9),
    "soil_retention.siltation": ("sdr.sdr", 126.0),
}


def demo() -> Any:
    """The generator of the demo city."""
    spec = importlib.util.spec_from_file_location(
        "demo_city_make", ROOT / "examples" / "demo_city" / "make.py"
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def enlarged(small: Path, large: Path) -> None:
    """The same city with four times the cells: each raster laid out two by two on one ground."""
    import rasterio
    from rasterio.windows import Window as Box

    large.mkdir()
    for path in small.iterdir():
        if path.suffix != ".tif":
            (large / path.name).write_bytes(path.read_bytes())
            continue
        with rasterio.open(path) as source:
            n = source.width
            profile = {
                **source.profile,
                "width": 2 * n,
                "height": 2 * n,
                "transform": source.transform @ rasterio.Affine.scale(0.5),
                "num_threads": "all_cpus",
            }
            if source.dtypes[0] == "float32":
                profile["predictor"] = 3
            with rasterio.open(large / path.name, "w", **profile) as out:
                array = source.read(1)
                for row in (0, n):
                    for col in (0, n):
                        out.write(array, 1, window=Box(col, row, n, n))


def seconds(call: Callable[[], object], runs: int = 3) -> float:
    """The best of several runs."""
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


def cpu(call: Callable[[], object]) -> float:
    """Processor seconds of one run, all threads: steadier than the clock where the machine has
    other work.
    """
    start = time.process_time()
    call()
    return time.process_time() - start


def in_memory(plan: Plan) -> Plan:
    """The plan with its layers read into memory."""
    whole = Window(0, 0, plan.grid.height, plan.grid.width)
    shape = (plan.grid.height, plan.grid.width)
    used = {s.layer for s in plan.steps}

    def held(source: Any, numbers: bool) -> ArraySource:
        return ArraySource(
            source.where,
            (source.numbers if numbers else source.read)(whole).reshape(shape),
            source.scale,
            source.offset,
            source.nodata,
        )

    layers = tuple(
        replace(layer, source=held(layer.source, True)) if n in used else layer
        for n, layer in enumerate(plan.layers)
    )
    return Plan(
        plan.grid,
        replace(plan.map, source=held(plan.map.source, False)),
        layers,
        plan.steps,
        plan.tables,
        plan.outputs,
    )


def memory(scene: Scene, zones: Zones) -> None:
    """(a) In memory, against one pass of summing the same arrays."""
    assert scene.plan is not None
    plan = in_memory(scene.plan)
    arrays = [
        plan.layers[k].source.array for k in sorted({s.layer for s in plan.steps if s.layer >= 0})
    ]  # type: ignore[union-attr]
    parts = [a[n : n + 256] for a in arrays for n in range(0, len(a), 256)]
    with ThreadPoolExecutor(THREADS) as pool:
        base = seconds(lambda: list(pool.map(lambda p: p.sum(dtype="f8"), parts)), 5)
    kinds = (
        f"{len(plan.outputs)} components ({len(plan.cellwise)} that differ from cell to cell),"
        f" {len(arrays)} layers, {len(zones)} zones × {len(plan.map.classes)} ecosystems"
    )
    print(f"(a) {plan.grid.size / 1e6:.2f} M cells, {kinds}; one summing pass {base:.3f} s")
    for name, fast, goal in (("numpy blocks", False, 35), ("compiled", True, 5)):
        if fast:
            start = time.perf_counter()
            engine.run(plan, None, threads=THREADS, fast=True, block=(64, 64))
            print(f"    compile and first run {time.perf_counter() - start:.1f} s, once a process")
        bare = seconds(lambda f=fast: engine.run(plan, None, threads=THREADS, fast=f))  # type: ignore[misc]
        full = seconds(lambda f=fast: engine.run(plan, zones, threads=THREADS, fast=f))  # type: ignore[misc]
        print(
            f"    {name:13} {bare:.2f} s = {bare / base:.1f} × (goal ≤ {goal}); with exact coverage"
            f" of the zones computed in the same run {full:.2f} s = {full / base:.1f} ×"
        )


def files(scene: Scene, zones: Zones) -> None:
    """(b) From compressed files, against only reading them."""
    assert scene.plan is not None
    plan = scene.plan
    sources = [
        plan.map.source,
        *(plan.layers[k].source for k in sorted({s.layer for s in plan.steps if s.layer >= 0})),
    ]
    windows = engine.blocks(plan)

    def only_read() -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            list(
                pool.map(
                    lambda w: [s.read(w) for s in sources if isinstance(s, FileSource)], windows
                )
            )

    base, base_cpu = seconds(only_read, 2), cpu(only_read)
    size = sum(os.path.getsize(s.path) for s in sources if isinstance(s, FileSource)) / 2**20
    print(f"(b) {len(sources)} files, {size:.0f} MiB deflated: only reading {base:.2f} s")
    for name, fast in (("numpy blocks", False), ("compiled", True)):

        def whole(fast: bool = fast) -> None:
            engine.run(plan, zones, threads=THREADS, fast=fast)

        t, busy = seconds(whole, 2), cpu(whole)
        print(
            f"    {name:13} {t:.2f} s = {t / base:.2f} ×, in processor time {busy:.2f} /"
            f" {base_cpu:.2f} s = {busy / base_cpu:.2f} × (goal ≤ 1.5, zones"
            f" included{'' if fast else '; this is the default'})"
        )


def invest(scene: Scene, folder: Path, python: str) -> None:
    """The models of InVEST that compute the like, from the same map; the sediment model does more,
    it routes, and is not run.
    """
    assert scene.plan is not None
    made = folder.parent / "invest"
    made.mkdir(exist_ok=True)
    lines = [
        ("lucode,c_above,c_below,c_soil,c_dead", ",50,15,80,3"),
        ("lucode,cn_a,cn_b,cn_c,cn_d", ",39,61,74,80"),
    ]
    for name, (head, numbers) in zip(("pools.csv", "numbers.csv"), lines, strict=True):
        (made / name).write_text(
            "\n".join([head, *(f"{n}{numbers}" for n in range(1, 17))]) + "\n", "utf-8"
        )
    import geopandas
    import rasterio

    with rasterio.open(folder / "ecosystem.tif") as source:
        soils = np.kron(
            np.random.default_rng(0).integers(
                1, 5, (source.height // 50 + 1, source.width // 50 + 1)
            ),
            np.ones((50, 50)),
        )
        with rasterio.open(made / "soils.tif", "w", **source.profile) as out:
            out.write(soils[: source.height, : source.width].astype(source.dtypes[0]), 1)
        geopandas.GeoDataFrame(
            {"ws_id": [1]}, geometry=[shapely.box(*source.bounds)], crs=source.crs
        ).to_file(made / "area.gpkg")
    classes = str(folder / "ecosystem.tif")
    args: dict[str, dict[str, Any]] = {
        "carbon": {
            "lulc_bas_path": classes,
            "carbon_pools_path": str(made / "pools.csv"),
            "calc_sequestration": False,
            "do_valuation": False,
        },
        "urban_flood_risk_mitigation": {
            "aoi_watersheds_path": str(made / "area.gpkg"),
            "rainfall_depth": 120,
            "lulc_path": classes,
            "soils_hydrological_group_raster_path": str(made / "soils.tif"),
            "curve_number_table_path": str(made / "numbers.csv"),
        },
    }
    code = (
        "import importlib, json, sys, time; m = importlib.import_module('natcap.invest.' +"
        " sys.argv[1]); t = time.perf_counter(); m.execute(json.loads(sys.argv[2]));"
        " print(time.perf_counter() - t)"
    )
    env = {
        k: v
        for k, v in os.environ.items()
        if k not in ("PYTHONPATH", "GDAL_DATA", "PROJ_LIB", "PROJ_DATA")
    }
    for name, (model, elsewhere) in INVEST.items():
        plan = scene.plan.only([name])
        mine = seconds(lambda p=plan: engine.run(p, None, threads=THREADS))  # type: ignore[misc]
        theirs = f"{elsewhere} s on another machine"
        if python and model in args:
            given = json.dumps(
                {"workspace_dir": tempfile.mkdtemp(dir=made), "n_workers": -1, **args[model]}
            )
            out = subprocess.run(
                [python, "-c", code, model, given],
                capture_output=True,
                text=True,
                check=True,
                env=env,
                cwd=made,
            ).stdout.split()
            theirs = f"{float(out[-1]):.1f} s in this run, maps written included"
        print(f"    {name:28} alone, from files {mine:.2f} s; InVEST's {model} {theirs}")


def peak(folder: Path) -> tuple[float, float]:
    """(c) Peak memory of accounting a folder in a process of its own, and seconds."""
    # VmHWM, not ru_maxrss, which a child takes over from its parent
    code = (
        "import re, sys, time; from gep import opening; t = time.perf_counter();"
        " opening.read(sys.argv[1]); kib = re.search(r'VmHWM:\\s+(\\d+)',"
        " open('/proc/self/status').read())[1]; print(int(kib) / 2**20, time.perf_counter() - t)"
    )
    out = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stdout.split()
    return float(out[0]), float(out[1])


def cluster(plan: Plan, zones: Zones) -> None:
    """(d) One dask worker and two."""
    from distributed import Client, LocalCluster

    times = []
    for workers in (1, 2):
        with (
            LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=None, memory_limit=0
            ) as local,
            Client(local) as client,
        ):  # type: ignore[no-untyped-call]
            engine.run(
                plan, zones, client=client, block=(256, 256)
            )  # workers import what they need
            times.append(seconds(lambda c=client: engine.run(plan, zones, client=c), 2))  # type: ignore[misc]
    print(
        f"(d) dask: one worker {times[0]:.2f} s, two {times[1]:.2f} s = {times[0] / times[1]:.2f} ×"
        " (goal ≥ 1.5)"
    )


def many_zones(size: int) -> None:
    """4,900 polygons that tile the map, exactly covered and summed."""
    k = 70
    edges, rng = np.linspace(0, size, k + 1), np.random.default_rng(0)
    x, y = np.meshgrid(edges, edges)
    for grid in (x, y):
        grid[1:-1, 1:-1] += rng.uniform(-0.2, 0.2, (k - 1, k - 1)) * size / k
    corners = [[(i, j), (i, j + 1), (i + 1, j + 1), (i + 1, j)] for i in range(k) for j in range(k)]
    zones = Zones(
        [shapely.Polygon([(x[c], -y[c]) for c in four]) for four in corners],
        Grid("", (1.0, 0.0, 0.0, 0.0, -1.0, 0.0), size, size, 1.0),
    )
    values = rng.random((size, size))

    def work() -> float:
        total = 0.0
        for w in zones.grid.windows(*engine.BLOCK):
            cover, v = (
                zones.coverage(w),
                values[w.row : w.row + w.rows, w.col : w.col + w.cols].ravel(),
            )
            count = len(cover.zones)
            sums = (
                np.bincount(cover.base, v, count + 2)[:count]
                + np.bincount(cover.zone, cover.weight * v[cover.cell], count + 1)[:count]
            )
            total += float(sums.sum())
        return total

    start = time.perf_counter()
    total = work()
    print(
        f"zones: {len(zones)} polygons over {size**2 / 1e6:.2f} M cells"
        f" {time.perf_counter() - start:.2f} s (goal ≤ 5 s); sum of zones / sum of cells − 1 ="
        f" {total / values.sum() - 1:.1e}"
    )


def main(size: int, folder: Path) -> None:
    """Every part in turn."""
    print(machine())
    small, large = folder / f"city{size}", folder / f"city{2 * size}"
    if not small.exists():
        demo().write(small, size)
    account = folders.read(small)
    scene = account.scene
    assert isinstance(scene, Scene) and scene.plan is not None and scene.zones is not None
    zones = Zones(scene.zones.shapes, scene.grid)
    memory(scene, zones)
    files(scene, zones)
    invest(scene, small, os.environ.get("GEP_INVEST_PYTHON", ""))
    if not large.exists():
        enlarged(small, large)
    (first, t1), (second, t2) = peak(small), peak(large)
    print(
        f"(c) peak memory {first:.2f} GiB at {size**2 / 1e6:.1f} M cells ({t1:.1f} s with reading"
        f" the folder), {second:.2f} GiB at {4 * size**2 / 1e6:.1f} M ({t2:.1f} s) ="
        f" {second / first:.2f} × (goals ≤ 1.5 GiB, within 10 %)"
    )
    cluster(scene.plan, zones)
    many_zones(size)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=4500)
    parser.add_argument("--folder", type=Path, help="keep the maps here and use them again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        main(options.size, options.folder or Path(scratch))
