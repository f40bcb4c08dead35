"""Cold import against xarray, one scalar call, arrays: printed with the class of the machine."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import timeit
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import xarray as xr

ROOT = Path(__file__).parent.parent
RUNS, IMPORTS = 7, 21


def machine() -> str:
    """What kind of machine and which versions the numbers belong to."""
    libraries = ", ".join(f"{m.__name__} {m.__version__}" for m in (np, xr))
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python"
        f" {platform.python_version()}, {libraries}"
    )


def seconds_to_import(statement: str) -> float:
    """Time of one import in a process of its own, as that process measures it; compiled files are
    kept, as users have them.
    """
    code = (
        f"import time; start = time.perf_counter(); {statement}; print(time.perf_counter() - start)"
    )
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, env=env
    )
    return float(out.stdout)


def imports() -> None:
    """Cold imports, taken in turns so that a slow moment of the machine strikes both alike."""
    pairs = [
        (seconds_to_import("import xarray"), seconds_to_import("import gep"))
        for _ in range(IMPORTS + 1)
    ][1:]  # the first one fills the disk cache
    floor, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"import xarray        {floor * 1e3:8.0f} ms   median of {IMPORTS}")
    print(f"import gep           {ours * 1e3:8.0f} ms   {ours / floor:.2f} × xarray (goal ≤ 1.15)")


def microseconds(call: Callable[[], object], number: int) -> float:
    """The best of several rounds: what the call costs when nothing disturbs it."""
    return min(timeit.repeat(call, number=number, repeat=RUNS)) / number * 1e6


def calls() -> None:
    """One formula through its door and bare, on a number and on arrays."""
    from gep.indicators import get

    f = get("water_retention").formulas()["retained_water"]
    text = {
        "precipitation": "1200 mm/yr",
        "runoff": "42.24 mm/yr",
        "evapotranspiration": "700 mm/yr",
        "area": "1000 ha",
    }
    bare = {"precipitation": 1.2, "runoff": 0.04224, "evapotranspiration": 0.7, "area": 1e7}
    f(**text)
    print(
        f"one scalar call      {microseconds(lambda: f(**text), 2000):8.1f} µs   bare kernel"
        f" {microseconds(lambda: f.kernel(**bare), 2000):.2f} µs (goal ≤ 150 µs)"
    )
    for side, number in ((100, 200), (1000, 5)):
        grid = {name: np.full((side, side), value) for name, value in bare.items()}
        units = {
            "precipitation": "mm/yr",
            "runoff": "mm/yr",
            "evapotranspiration": "mm/yr",
            "area": "m^2",
        }
        arrays = {
            name: xr.DataArray(
                grid[name] * (1000 if units[name] == "mm/yr" else 1),
                dims=("y", "x"),
                attrs={"units": units[name]},
            )
            for name in bare
        }
        door, kernel = (
            microseconds(lambda a=arrays: f(**a), number),
            microseconds(lambda g=grid: f.kernel(**g), number),
        )  # type: ignore[misc]
        print(
            f"array of {side**2:>9,}   {door / 1e3:8.2f} ms   bare kernel {kernel / 1e3:.3f} ms;"
            " the door converts units and looks at the range"
        )


APART = (
    ("table", ()),
    ("draws", ()),
    ("report", ()),
    ("forms", ("openpyxl",)),
    ("raster", ("rasterio", "numba", "distributed")),
)  # module, packages it needs


def apart(wanted: Sequence[str]) -> None:
    """The larger ones, each in a process of its own, so that memory is its own."""
    for name, needs in APART:
        if wanted and name not in wanted:
            continue
        lacking = [n for n in needs if find_spec(n) is None]
        print(
            f"\n{name}: left out, needs {', '.join(lacking)}" if lacking else f"\n{name}",
            flush=True,
        )
        if not lacking:
            subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True, cwd=ROOT)


if __name__ == "__main__":
    if not sys.argv[1:]:
        print(machine())
        imports()
        calls()
    apart(sys.argv[1:])
