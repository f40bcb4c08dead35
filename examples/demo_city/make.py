"""Make the maps of the demo city: a synthetic coastal city, the same for the same seed, at any
size.

    python examples/demo_city/make.py FOLDER [--size 450] [--seed 7]

Writes terrain, ecosystem map, rain, evapotranspiration, production, soil and cover as tiled
GeoTIFF, 10 districts and 74 sub-districts as GeoJSON, and copies the tables beside it. Nothing in
it is of a real place: every figure is made up.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

SIDE = 135_000.0  # m: 4500 cells of 30 m
ORIGIN = (
    432_500.0,
    2_567_500.0,
)  # upper left corner in EPSG:32650; a made-up city near the central meridian
CLASSES = {
    1: "evergreen_broadleaf_forest",
    2: "evergreen_coniferous_forest",
    3: "mixed_forest",
    4: "evergreen_broadleaf_shrub",
    5: "tussock",
    6: "urban_green",
    7: "settlement",
    8: "industry_transport",
    9: "paddy",
    10: "dry_cropland",
    11: "tree_orchard",
    12: "mangrove",
    13: "lake",
    14: "reservoir",
    15: "beach",
    16: "nearshore_sea",
}
TABLES = ("account.toml", "inputs.csv", "prices.csv", "regions.csv", "rasters.toml", "README.md")
NOTE = "SYNTHETIC demo city: made up, not a real place"
Floats = npt.NDArray[np.float64]


def noise(rng: np.random.Generator, size: int, power: float, cells: int = 512) -> Floats:
    """A smooth random surface, mean 0 and deviation 1, of the same shape at any size."""
    low = np.fft.rfft2(rng.standard_normal((cells, cells)))
    ky, kx = np.fft.fftfreq(cells)[:, None] * cells, np.fft.rfftfreq(cells)[None, :] * cells
    k = np.hypot(ky, kx)
    k[0, 0] = 1
    surface = np.fft.irfft2(low * k**-power, s=(cells, cells))
    at = (np.arange(size) + 0.5) / size * (cells - 1)
    i = np.minimum(at.astype(int), cells - 2)
    f = at - i
    rows = surface[i] * (1 - f)[:, None] + surface[i + 1] * f[:, None]
    out = rows[:, i] * (1 - f) + rows[:, i + 1] * f
    return np.asarray((out - surface.mean()) / surface.std())


def city(size: int, seed: int) -> dict[str, npt.NDArray[Any]]:
    """The layers of the city as arrays."""
    rng = np.random.default_rng(seed)
    cell = SIDE / size
    y = ((np.arange(size) + 0.5) / size)[:, None] * np.ones((1, size))
    x = ((np.arange(size) + 0.5) / size)[None, :] * np.ones((size, 1))
    hills, town, wet, mix = (noise(rng, size, p) for p in (1.7, 1.4, 1.5, 1.2))
    height = 130 * (0.78 - y) * 3 + 140 * hills * (1.05 - y)
    rough = noise(rng, size, 0.9) * 6
    height = np.where(height > 0, height + np.maximum(rough, -height * 0.5), height)
    dy, dx = np.gradient(height, min(cell, 300.0))
    slope = np.arctan(np.hypot(dx, dy) * 0.35)
    sea = height <= 0
    dense = town - height / 160 + 0.5 * np.cos(3 * np.pi * x)
    code = np.select(
        [
            sea & (height < -70),
            sea,
            (height < 5) & (mix > 0.7),
            (height < 4) & (mix < -0.6),
            (wet > 1.9) & (height < 140),
            (wet < -2.1) & (height > 30),
            dense > 1.15,
            (dense > 0.55) & (mix > 0.9),
            dense > 0.55,
            (dense > 0.25) & (mix > 0.2),
            (height < 60) & (wet > 0.6),
            (height < 70) & (mix > 0.1),
            (height < 140) & (wet < -0.7),
            height < 75,
            (height < 110) & (mix < -0.5),
            (mix > 0.9),
            (mix < -0.8),
        ],
        [0, 16, 12, 15, 13, 14, 8, 6, 7, 6, 9, 10, 11, 5, 4, 2, 3],
        1,
    ).astype(np.uint8)
    green = np.isin(code, (1, 2, 3, 4, 5, 6, 9, 10, 11, 12))
    vigour = np.clip(0.75 + 0.1 * mix + 0.05 * wet, 0.1, 1.0)
    cover_of = np.array(
        [0, 0.88, 0.82, 0.85, 0.7, 0.6, 0.65, 0.12, 0.05, 0.55, 0.45, 0.75, 0.9, 0, 0, 0.02, 0]
    )
    rain = 1850 + 0.35 * np.maximum(height, 0) + 90 * noise(rng, size, 2.2)
    water = np.isin(code, (13, 14, 16))
    et = np.where(water, 1150, 480 + 420 * cover_of[code] * vigour) + 25 * noise(rng, size, 2.0)
    npp = np.where(green, 950 * vigour * (0.35 + 0.65 * cover_of[code]), 0.0)
    steep = np.minimum(slope, np.radians(40))
    sine = np.sin(steep)
    s_factor = np.where(
        steep < np.radians(5),
        10.8 * sine + 0.03,
        np.where(steep < np.radians(10), 16.8 * sine - 0.5, 21.9 * sine - 0.96),
    )
    land = code != 0
    return {
        "ecosystem": code,
        "terrain": np.where(land, height, np.nan),
        "precipitation": np.where(land, rain, np.nan),
        "evapotranspiration": np.where(land, et, np.nan),
        "nep": np.where(land, npp * 0.42 - 120 * green, np.nan),  # g C/(m2 yr)
        "dry_matter": np.where(land, npp / 0.45, np.nan),  # g/(m2 yr)
        "erosivity": np.where(land, 6.2 * rain - 1800, np.nan),  # MJ mm/(hm2 h yr)
        "erodibility": np.where(
            land, np.clip(0.011 + 0.003 * noise(rng, size, 1.8), 0.003, 0.03), np.nan
        ),
        "slope_length_factor": np.where(land, 1.0 + 1.6 * (steep / np.radians(40)) ** 0.5, np.nan),
        "slope_steepness_factor": np.where(land, s_factor, np.nan),
        "cover_factor": np.where(
            land, np.clip(0.18 * (1 - cover_of[code] * vigour) ** 2 + 0.001, 0, 1), np.nan
        ),
        "storm_rain": np.where(land, 175 + 20 * noise(rng, size, 2.2), np.nan),
        "curve_number": np.where(
            land,
            np.array([0, 55, 58, 56, 60, 63, 61, 92, 94, 78, 76, 66, 70, 98, 98, 85, 98])[code]
            + np.clip(2 * mix, -4, 4) * green,
            np.nan,
        ),
    }


def subdistricts(seed: int) -> list[tuple[str, str, Any]]:
    """Name, district and shape of 74 sub-districts, which tile the whole square."""
    import shapely

    rng = np.random.default_rng(seed + 1)
    x0, y0 = ORIGIN
    box = shapely.box(x0, y0 - SIDE, x0 + SIDE, y0)
    seeds: list[Any] = []
    while len(seeds) < 74:  # apart from each other, so that no sub-district is a sliver
        p = rng.uniform(0.02, 0.98, 2)
        if all(np.hypot(*(p - q)) > 0.068 for q in seeds):
            seeds.append(p)
    points = [shapely.Point(x0 + p[0] * SIDE, y0 - p[1] * SIDE) for p in seeds]
    cells = [
        c.intersection(box)
        for c in shapely.voronoi_polygons(
            shapely.MultiPoint(points), extend_to=box.buffer(SIDE)
        ).geoms
    ]
    cells.sort(key=lambda c: (round(-c.centroid.y / 15_000), c.centroid.x))
    centres = np.array(
        [
            (0.14, 0.2),
            (0.4, 0.15),
            (0.66, 0.18),
            (0.9, 0.22),
            (0.15, 0.5),
            (0.4, 0.48),
            (0.65, 0.5),
            (0.88, 0.52),
            (0.3, 0.8),
            (0.72, 0.8),
        ]
    )
    place = {
        n: ((c.centroid.x - x0) / SIDE, (y0 - c.centroid.y) / SIDE) for n, c in enumerate(cells)
    }
    owner = {n: int(np.argmin(np.hypot(*(centres - p).T))) for n, p in place.items()}
    names = ("北屏", "松岭", "云台", "东陂", "西湾", "中城", "河口", "东港", "南屿", "海门")
    count = dict.fromkeys(range(10), 0)
    out = []
    for n, c in enumerate(cells):
        d = owner[n]
        count[d] += 1
        out.append((f"{names[d]}{count[d]:02d}", f"{names[d]}区", c))
    return out


def write(
    folder: Path, size: int = 450, seed: int = 7, say: Callable[[str], object] = lambda text: None
) -> Path:
    """Write the maps, the areas and the tables of the city into a folder."""
    import rasterio
    import shapely

    folder.mkdir(parents=True, exist_ok=True)
    cell = SIDE / size
    profile = {
        "driver": "GTiff",
        "width": size,
        "height": size,
        "count": 1,
        "crs": "EPSG:32650",
        "compress": "deflate",
        "tiled": True,
        "blockxsize": 512,
        "blockysize": 512,
        "transform": rasterio.Affine(cell, 0, ORIGIN[0], 0, -cell, ORIGIN[1]),
    }
    for name, array in city(size, seed).items():
        whole = name == "ecosystem"
        kind = (
            {"dtype": "uint8", "nodata": 0}
            if whole
            else {"dtype": "float32", "nodata": -9999.0, "predictor": 3}
        )
        with rasterio.open(folder / f"{name}.tif", "w", **profile, **kind) as out:
            out.write(array if whole else np.where(np.isnan(array), -9999.0, array).astype("f4"), 1)
            out.update_tags(note=NOTE, seed=str(seed))
        say(name)
    shapes = subdistricts(seed)
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32650"}}
    by_district: dict[str, list[Any]] = {}
    for _, district, shape in shapes:
        by_district.setdefault(district, []).append(shape)
    for file, rows in (
        ("subdistricts", shapes),
        ("districts", [(d, "", shapely.union_all(s)) for d, s in by_district.items()]),
    ):
        features = [
            {
                "type": "Feature",
                "properties": {"name": n, "district": d},
                "geometry": shapely.geometry.mapping(s),
            }
            for n, d, s in rows
        ]
        (folder / f"{file}.geojson").write_text(
            json.dumps(
                {"type": "FeatureCollection", "note": NOTE, "crs": crs, "features": features},
                ensure_ascii=False,
            ),
            "utf-8",
        )
    here = Path(__file__).parent
    for table in TABLES:
        if (here / table).exists() and folder.resolve() != here.resolve():
            shutil.copyfile(here / table, folder / table)
    return folder


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, default=450, help="cells on a side (4500 is 30 m)")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    write(options.folder, options.size, options.seed, print)
