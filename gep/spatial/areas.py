"""Areas that people draw or load: polygons from files, GeoJSON, WKT or shapely, mended and brought
to the grid.
"""

from __future__ import annotations

import glob
import hashlib
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gep.core.errors import GepError, InputError, ParameterError, Problem
from gep.core.extras import need
from gep.core.messages import word
from gep.core.source import NOWHERE, Source, named
from gep.intake.reader import shown
from gep.spatial.grid import Grid, same_crs

MAX_AREAS = 200_000
MAX_BYTES = 1024 * 2**20
MAX_NAME = 200
NAMES = ("name", "名称", "region", "label", "id")  # columns that usually hold them
SURFACES = ("Polygon", "MultiPolygon")
DRIVERS = {
    ".geojson": b"{",
    ".json": b"{",
    ".gpkg": b"SQLite format 3\0",
    ".shp": b"\0\0\x27\x0a",
    ".fgb": b"fgb",
    ".zip": b"PK",
}
SHAPEFILE = (
    ".shp",
    ".shx",
    ".dbf",
    ".prj",
    ".cpg",
    ".qpj",
    ".qix",
    ".sbn",
    ".sbx",
    ".qmd",
    ".xml",
    ".txt",
    ".pdf",
)


@dataclass(frozen=True, eq=False)
class Areas:
    """Named polygons in the reference system of a grid, and the parent of each (blank where it has
    none) where the file says it.
    """

    names: tuple[str, ...]
    shapes: tuple[Any, ...]
    parents: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()

    def facts(self) -> list[tuple[str, str, str]]:
        """Name, parent and outline of each area."""
        parents = self.parents or ("",) * len(self.names)
        outlines = (hashlib.sha256(shape.wkb).hexdigest() for shape in self.shapes)
        return list(zip(self.names, parents, outlines, strict=True))


def from_file(
    path: Path,
    grid: Grid,
    by: str = "",
    parent: str = "",
    where: Source = NOWHERE,
    layer: str = "",
    encoding: str = "",
) -> Areas:
    """The areas of a GeoPackage, GeoJSON, FlatGeobuf or (zipped) Shapefile.

    ``by`` is the column of their names; without it a column called name, NAME, 名称 or the like,
    else their number.

    Raises
    ------
    InputError
        With everything that is wrong: the file, the column, names that are doubled, shapes that are
        no areas.
    """
    where = where or Source(path.name)
    frame = polygons(where, path, layer, encoding)
    if len(frame) > MAX_AREAS:
        raise _fault(where, "areas.many", count=len(frame), limit=MAX_AREAS)
    columns = [str(c) for c in frame.columns if c != frame.geometry.name]
    for column in filter(None, (by, parent)):
        if column not in columns:
            raise _fault(where, "areas.column", by=column, names=", ".join(columns) or word("none"))
    guess = by or next((c for c in columns if c.casefold() in NAMES), "")
    names = _texts(frame[guess]) if guess else [*map(str, range(1, len(frame) + 1))]
    parents = tuple(_texts(frame[parent])) if parent else ()
    crs = frame.crs.to_wkt() if frame.crs is not None else ""
    return checked(where, names, list(frame.geometry), crs, grid, parents)


def _texts(column: Any) -> list[str]:
    """The cells of a column as text, blank where there is nothing."""
    texts = (shown(str(value)) for value in column)
    return ["" if gap else text for text, gap in zip(texts, column.isna(), strict=True)]


def from_geometry(geometry: Any, grid: Grid, name: str = "", crs: str = "") -> Areas:
    """The area of a shapely geometry, WKT, GeoJSON-like mapping, GeoSeries or GeoDataFrame (all of
    its areas as one).

    A GeoJSON mapping is in longitude and latitude unless ``crs`` says otherwise; WKT and shapely
    are in the system of the maps; GeoSeries and GeoDataFrame carry their own.

    Raises
    ------
    InputError
        If it is no area, or lies outside the maps.
    """
    shapely = need("shapely")
    label = name or "area"
    where = named(label)
    try:
        shape, own = _shape(geometry)
        if not isinstance(shape, shapely.Geometry):
            raise TypeError(type(shape).__name__)
    except GepError:
        raise
    except (shapely.errors.ShapelyError, TypeError, ValueError, LookupError, AttributeError) as e:
        raise _fault(where, "area.kind", why=str(e)[:120]) from None
    areas = checked(where, [label], [shape], crs or own, grid)
    outside = [
        Problem("area.outside/alone", p.source) for p in areas.warnings if p.code == "area.outside"
    ]
    if outside:
        raise InputError("error.area", outside)
    return areas


def _shape(geometry: Any) -> tuple[Any, str]:
    """What was drawn as one geometry, and the system that it says it is in."""
    if hasattr(geometry, "union_all") or (
        hasattr(geometry, "geometry") and hasattr(geometry, "crs")
    ):
        own = geometry.crs.to_wkt() if geometry.crs is not None else ""
        return geometry.geometry.union_all(), own
    if isinstance(geometry, str):
        found = re.fullmatch(r"\s*SRID=(\d+)\s*;(.*)", geometry, re.DOTALL)
        code, text = found.groups() if found else ("", geometry)
        return need("shapely").from_wkt(text), f"EPSG:{code}" if code else ""
    if hasattr(geometry, "__geo_interface__") and not hasattr(geometry, "geom_type"):
        geometry = geometry.__geo_interface__
    return (_geojson(geometry), "EPSG:4326") if isinstance(geometry, Mapping) else (geometry, "")


def _geojson(data: Mapping[str, Any]) -> Any:
    shapely, shape = need("shapely"), need("shapely.geometry").shape
    kind = data.get("type")
    if not isinstance(kind, str):
        names = ", ".join(map(str, data)) or word("none")
        raise ParameterError(
            "error.area", [Problem("area.kind/mapping", named("geometry"), names=names)]
        )
    if kind == "FeatureCollection":
        return shapely.union_all([shape(f["geometry"]) for f in data["features"]])
    return shape(data["geometry"] if kind == "Feature" else data)


def checked(
    where: Source,
    names: Sequence[str],
    shapes: Sequence[Any],
    crs: str,
    grid: Grid,
    parents: tuple[str, ...] = (),
) -> Areas:
    """Areas brought to the grid's system and mended where they cross themselves.

    Raises
    ------
    InputError
        With every area that has no name, a doubled one, or no surface.
    """
    problems: list[Problem] = []
    warnings: list[Problem] = []
    seen: set[str] = set()
    out: list[Any] = []
    if not shapes:
        problems.append(Problem("areas.none", where))
    to = _transformer(where, crs, grid) if crs and not same_crs(crs, grid.crs) else None
    if to is not None:
        warnings.append(Problem("areas.crs", where))
    extent = _extent(grid)
    for name, raw in zip(names, shapes, strict=True):
        at = where.under(name)
        wrong = _misnamed(where, name)
        if wrong is not None:
            problems.append(wrong)
            continue
        if name in seen:
            problems.append(Problem("area.double", at))
        seen.add(name)
        shape, said = _mended(at, raw, to)
        if shape is None:
            problems += said
            continue
        warnings += [*said, *_outside(at, shape, extent)]
        out.append(shape)
    if problems:
        raise InputError("error.areas", problems)
    return Areas(tuple(names), tuple(out), parents, tuple(warnings))


def _misnamed(where: Source, name: str) -> Problem | None:
    """What is wrong with the name of an area."""
    if not name.strip():
        return Problem("area.unnamed", where)
    told = {"count": len(name), "limit": MAX_NAME}
    return Problem("text.long", where, **told) if len(name) > MAX_NAME else None


def _mended(at: Source, raw: Any, to: Any) -> tuple[Any, list[Problem]]:
    """A polygon brought to the grid's system, with a warning where it was mended; None, and why,
    where it has no surface.
    """
    shapely = need("shapely")
    if raw is None or raw.is_empty:
        return None, [Problem("area.empty", at)]
    if not np.isfinite(shapely.bounds(raw)).all():
        return None, [Problem("area.kind/numbers", at)]
    shape = shapely.force_2d(raw)
    if to is not None:
        left, low, right, high = shape.bounds
        step = max(right - left, high - low) / 200  # a straight edge may bend
        shape = shapely.transform(shapely.segmentize(shape, max(step, 1e-9)), to)
    if not np.isfinite(shapely.bounds(shape)).all():
        return None, [Problem("area.kind/reach", at)]
    said = [] if shape.is_valid else [Problem("area.mended", at)]
    shape = shapely.make_valid(shape) if said else shape
    if shape.geom_type == "GeometryCollection":
        shape = shapely.union_all([g for g in shape.geoms if g.geom_type in SURFACES])
    if shape.geom_type not in SURFACES or shape.area == 0:
        return None, [Problem("area.kind/flat", at, kind=raw.geom_type)]
    return shape, said


def _outside(at: Source, shape: Any, extent: Any) -> Iterator[Problem]:
    inside = shape.intersection(extent).area / shape.area
    if inside == 0:
        yield Problem("area.outside", at)
    elif inside < 0.999:
        yield Problem("area.partly", at, percent=100 * (1 - inside))


def _extent(grid: Grid) -> Any:
    a, b, c, d, e, f = grid.transform
    w, h = grid.width, grid.height
    return need("shapely").Polygon(
        [(a * x + b * y + c, d * x + e * y + f) for x, y in ((0, 0), (w, 0), (w, h), (0, h))]
    )


def _transformer(where: Source, crs: str, grid: Grid) -> Any:
    pyproj = need("pyproj")
    try:
        to = pyproj.Transformer.from_crs(crs, grid.crs, always_xy=True)
    except pyproj.exceptions.ProjError as error:
        raise _fault(where, "areas.system", why=str(error)[:120]) from None
    return lambda xy: np.column_stack(to.transform(xy[:, 0], xy[:, 1]))


def polygons(where: Source, path: Path, layer: str = "", encoding: str = "") -> Any:
    """What a file of polygons holds, as a GeoDataFrame.

    The beginning of the file must be that of the format which its name says: GDAL goes by the
    content alone, and some of its formats (VRT) name other files, or addresses on the net, to be
    read in their place.

    Raises
    ------
    InputError
        If the file is missing, of another format, too large, or cannot be read.
    """
    try:
        size = path.stat().st_size if path.is_file() else 0
    except (OSError, ValueError):
        size = 0
    if not size:
        raise _fault(where, "areas.missing")
    if size > MAX_BYTES or not _is_what_it_says(path):
        raise _fault(where, "areas.kind", mib=MAX_BYTES // 2**20)
    home = path.parent.resolve()
    others = {*path.parent.glob(f"{glob.escape(path.stem)}.*")} - {path}
    if any(p.is_symlink() and not p.resolve().is_relative_to(home) for p in others):
        raise _fault(where, "file.outside")
    return _frame(where, path, layer, encoding)


def _is_what_it_says(path: Path) -> bool:
    kind = path.suffix.lower()
    with path.open("rb") as stream:
        begin = stream.read(64)
    if kind != ".zip":
        return begin.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(DRIVERS.get(kind, b"\0none"))
    try:
        with zipfile.ZipFile(path) as archive:
            parts = [i for i in archive.infolist() if not i.is_dir()]
            kinds = {Path(i.filename).suffix.lower() for i in parts}
            if not {".shp"} <= kinds <= {*SHAPEFILE} or sum(i.file_size for i in parts) > MAX_BYTES:
                return False
            shapes = [i for i in parts if i.filename.lower().endswith(".shp")]
            return all(archive.open(i).read(4) == DRIVERS[".shp"] for i in shapes)
    except Exception:  # zipfile answers broken archives with errors of many kinds
        return False


def _frame(where: Source, path: Path, layer: str, encoding: str) -> Any:
    geopandas = need("geopandas")
    options: dict[str, Any] = {"layer": layer} if layer else {}
    usual = ("utf-8", "gb18030") if path.suffix.lower() in (".shp", ".zip") else ("",)
    why = ""
    for name in (encoding,) if encoding else usual:
        try:
            frame = geopandas.read_file(path, **options, **({"encoding": name} if name else {}))
        except Exception as error:
            why = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            if not _of_encoding(error, why):
                raise _fault(where, "areas.unreadable", why=why) from None
            continue
        if frame.shape[1] == 0 or getattr(frame, "_geometry_column_name", None) is None:
            raise _fault(where, "areas.none")
        return frame
    raise _fault(where, "areas.unreadable/encoding", why=why)


def _of_encoding(error: Exception, why: str) -> bool:
    """Whether a file was not read for the encoding of its texts."""
    kinds = (UnicodeDecodeError, LookupError)
    return isinstance(error, kinds) or "decode" in why or "codec" in why


def _fault(where: Source, code: str, **values: object) -> InputError:
    return InputError("error.areas", [Problem(code, where, **values)])
