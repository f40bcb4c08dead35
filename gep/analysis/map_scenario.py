"""A scenario on a map: polygons of the ecosystem map become other types, and the account of the map
is run again.

The folder is only read: the changed map stands in a temporary folder beside links to the other
files. A cell changes where its centre lies in a polygon; where the map has no class it stays
outside the account.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from gep import opening as folders
from gep.analysis.scenario import Difference
from gep.analysis.shared import refuse
from gep.core.errors import InputError, Problem
from gep.core.extras import need
from gep.core.source import Source
from gep.intake.reader import Reader
from gep.spatial.areas import polygons as polygons_of


def polygons_become(
    folder: str | os.PathLike[str], polygons: str | os.PathLike[str], to: str = ""
) -> Difference:
    """What changes when polygons of an account's ecosystem map become other types.

    Parameters
    ----------
    folder : path
        An account folder with ``rasters.toml`` whose ecosystem map states its ``classes``.
    polygons : path
        A vector file with its coordinate system; the property ``to`` of each polygon names its new
        type.
    to : str
        The new type of polygons that name none.

    Returns
    -------
    Difference

    Raises
    ------
    GepError
        If a package is missing, the files do not fit, or a type has no code in the map.
    """
    rasterio, rasterize = need("rasterio"), need("rasterio.features").rasterize
    source, vector = Path(folder), Path(polygons)
    before = folders.read(source)
    spec = _map(source)
    codes = {str(name): int(code) for code, name in spec["classes"].items()}
    shapes = polygons_of(Source(vector.name), vector)
    named = shapes.get("to", [to] * len(shapes))
    wanted = [x if isinstance(x, str) and x else to for x in named]
    faults = [
        Problem("mapchange.class", Source(vector.name), label=name, names=", ".join(codes))
        for name in sorted(set(wanted) - codes.keys())
    ]
    if shapes.crs is None or not len(shapes):
        faults.append(Problem("mapchange.crs", Source(vector.name)))
    refuse(InputError, "error.polygons", faults)
    with tempfile.TemporaryDirectory(prefix="gep-") as scratch:
        copy = Path(scratch) / source.name
        shutil.copytree(source, copy, copy_function=_link, ignore=partial(_others, source))
        with rasterio.open(source / spec["file"]) as raster:
            bands, profile = raster.read(), raster.profile
            places = shapes.to_crs(raster.crs).geometry
            drawn = list(zip(places, map(codes.__getitem__, wanted), strict=True))
            old = bands[spec.get("band", 1) - 1]
            new = rasterize(drawn, out=old.copy(), transform=raster.transform)
        counted = set(map(int, spec["classes"])) - set(spec.get("ignore", ()))
        old[:] = np.where(np.isin(old, list(counted)), new, old)
        (copy / spec["file"]).unlink()
        with rasterio.open(copy / spec["file"], "w", **profile) as raster:
            raster.write(bands)
        after = folders.read(copy)
        _ = after.digest  # of files that are gone later
    return Difference(before, after, vector.stem)


def _map(source: Path) -> Mapping[str, Any]:
    """What the folder says of its ecosystem map."""
    spec: dict[str, Any] = (Reader(source).toml("rasters.toml") or {}).get("ecosystem", {})
    if not {"classes", "file"} <= spec.keys():
        raise InputError(
            "error.map_change",
            [Problem("mapchange.map", Source("rasters.toml", layer="ecosystem"))],
        )
    return spec


def _others(source: Path, at: str, names: Iterable[str]) -> list[str]:
    """What in a folder of the account is no file or folder of it."""
    return [n for n in names if not _plain(source, Path(at, n))]


def _plain(source: Path, path: Path) -> bool:
    """Whether it is a file or folder of the account, or a link to a file of it."""
    if path.is_symlink():
        return path.is_file() and path.resolve().is_relative_to(source.resolve())
    return path.is_file() or path.is_dir()


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target
