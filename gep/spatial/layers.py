"""Rasters in: what each layer is, read window by window with nodata as a mask, aligned only when
asked.

Files are GeoTIFF (COG included) and NetCDF, opened once a thread. A file that declares more than it
can hold, or would have to be unpacked whole to read a window, is refused before a byte of it is
decoded.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gep.core.errors import InputError, Problem
from gep.core.extras import need
from gep.core.frozen import read_only
from gep.core.messages import word
from gep.core.source import NOWHERE
from gep.core.source import Source as Place
from gep.spatial.grid import Grid, Window, grid

METHODS = ("nearest", "bilinear", "average", "sum", "mode")
MAX_CELLS = 10**10
MAX_CHUNK = 256 * 2**20  # bytes that must be unpacked to read any window
MAX_RATIO = 5000  # declared to stored bytes; deflate cannot pass 1032
CACHE = 128  # MiB of blocks that GDAL keeps
_local = threading.local()
_netcdf = threading.Lock()  # the HDF5 library is not thread-safe


def fault(where: Place, code: str, **values: object) -> InputError:
    """One fault of a map as an error."""
    return InputError("error.maps", [Problem(code, where, **values)])


@dataclass(frozen=True)
class FileSource:
    """One band of a raster file on a grid."""

    where: Place
    path: str
    band: int
    grid: Grid
    nodata: float | None
    scale: float = 1.0  # of the file itself: stored × scale + offset
    offset: float = 0.0
    resample: str = ""
    variable: str = ""  # of a NetCDF file
    mask: bool = False  # the file has a mask band of its own
    target: Grid | None = None  # where it is resampled to

    def facts(self) -> tuple[object, ...]:
        """What its numbers depend on: the SHA-256 of the file, and how it is read."""
        read = (self.band, self.variable, self.mask, str(self.nodata), self.scale, self.offset)
        target = None if self.target is None else self.target.facts()
        return "file", _content(self.path), *read, self.resample, target

    def read(self, window: Window) -> npt.NDArray[Any]:
        """The window as stored (classes) or as numbers; flat."""
        try:
            return self._read(window).ravel()
        except InputError:
            raise
        except Exception as error:
            if type(error).__module__.startswith(
                ("rasterio", "xarray", "netCDF4", "h5")
            ) or isinstance(error, (OSError, RuntimeError, ValueError)):
                raise fault(self.where, "raster.unreadable/cut", why=_first_line(error)) from error
            raise

    def _read(self, window: Window) -> npt.NDArray[Any]:
        if self.variable:
            with _netcdf:
                data = _opened_netcdf(self.path)[self.variable]
                data = data.isel({d: self.band - 1 for d in data.dims[:-2]})
                return np.asarray(
                    data[
                        window.row : window.row + window.rows, window.col : window.col + window.cols
                    ].values
                )
        windows = need("rasterio.windows")
        box = windows.Window(window.col, window.row, window.cols, window.rows)
        with _gdal():
            source = _opened(self)
            out = source.read(self.band, window=box)
            if self.mask:
                out = np.where(source.read_masks(self.band, window=box) > 0, out, np.nan)
        return np.asarray(out)

    def numbers(self, window: Window) -> npt.NDArray[Any]:
        """The window as floats in the file's unit, NaN where there is no data; flat."""
        raw = self.read(window)
        if raw.dtype.kind not in "fiu":
            raise fault(self.where, "raster.kind")
        out = (
            raw
            if raw.dtype.kind == "f"
            else raw.astype(np.float32 if raw.dtype.itemsize <= 2 else np.float64)
        )
        if self.nodata is not None and not np.isnan(self.nodata) and _fits(self.nodata, raw.dtype):
            np.putmask(
                out, raw == raw.dtype.type(self.nodata), np.nan
            )  # what was read is ours: no copy
        return out


@dataclass(frozen=True, eq=False)
class ArraySource:
    """A layer held in memory, NaN where there is no data."""

    where: Place
    array: npt.NDArray[Any]
    scale: float = 1.0
    offset: float = 0.0
    nodata: float | None = None

    def __post_init__(self) -> None:
        view = self.array.view()  # whose array it is may go on writing
        read_only(view)
        object.__setattr__(self, "array", view)

    def facts(self) -> tuple[object, ...]:
        """What its numbers depend on."""
        numbers = hashlib.sha256(self.array.tobytes()).hexdigest()
        return "array", numbers, str(self.nodata), self.scale, self.offset

    def read(self, window: Window) -> npt.NDArray[Any]:
        """The window, flat."""
        return np.ascontiguousarray(
            self.array[window.row : window.row + window.rows, window.col : window.col + window.cols]
        ).ravel()

    def numbers(self, window: Window) -> npt.NDArray[Any]:
        """The window as floats, flat."""
        out = self.read(window)
        return out if out.dtype.kind == "f" else out.astype(np.float64)


@dataclass(frozen=True, eq=False)
class AreaSource:
    """The ground area of each cell [m^2], where it stands for another input, such as the area of
    marshes.
    """

    where: Place
    grid: Grid
    scale: float = 1.0
    offset: float = 0.0
    nodata: float | None = None

    def facts(self) -> tuple[object, ...]:
        """What its numbers depend on: the grid, which is told elsewhere."""
        return ("ground",)

    def read(self, window: Window) -> npt.NDArray[Any]:
        """The window, flat."""
        return np.broadcast_to(np.asarray(self.grid.areas(window)), (window.size,))

    numbers = read


Source = FileSource | ArraySource | AreaSource


@dataclass(frozen=True, eq=False)
class Layer:
    """A raster that stands for an input: its name as in ``inputs.csv``, its unit, and where its
    numbers are.
    """

    # "precipitation", "soil_retention.erosivity" or "soil_retention.siltation.bulk_density"
    name: str
    unit: str
    source: Source
    origin: str = ""  # who made it
    evidence: str = ""
    ecosystems: tuple[str, ...] = ()  # classes it is meant for; () is all
    where: Place = NOWHERE

    @property
    def input(self) -> str:
        """The bare name of the input."""
        return self.name.rpartition(".")[2]

    def serves(self, indicator: str, component: str) -> bool:
        """Whether it may stand in for an input of a component."""
        return self.name.rpartition(".")[0] in ("", indicator, f"{indicator}.{component}")


@dataclass(frozen=True, eq=False)
class EcosystemMap:
    """The class of each cell: codes in a raster, and the ecosystem label of each code."""

    source: Source
    codes: tuple[int, ...]
    labels: tuple[str, ...]  # of each code; several codes may share one
    ignore: tuple[int, ...] = ()  # codes that lie outside the account
    legend: str = ""  # its name, where it is one that is known
    classes: tuple[str, ...] = field(init=False)
    _table: Mapping[int, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        classes = tuple(dict.fromkeys(self.labels))
        object.__setattr__(self, "classes", classes)
        object.__setattr__(
            self,
            "_table",
            {c: classes.index(name) for c, name in zip(self.codes, self.labels, strict=True)},
        )

    def read(self, window: Window) -> tuple[npt.NDArray[np.uint8], dict[int, int]]:
        """Index into ``classes`` of each cell, ``len(classes)`` where there is none, and unknown
        codes with their number of cells.
        """
        raw = self.source.read(window)
        nothing: npt.NDArray[np.bool_] | bool = False
        if raw.dtype.kind == "f":
            if np.isinf(raw).any() or (np.nan_to_num(raw) % 1).any():
                raise fault(self.source.where, "map.fraction")
            nothing = np.isnan(raw)
            raw = np.where(nothing, -(2**31), raw).astype(np.int64)
        n = len(self.classes)
        meant = {**self._table, **dict.fromkeys(self._gone, n)}
        out = (_by_table if raw.dtype.itemsize <= 2 else _by_search)(raw, meant, n + 1)
        out[nothing] = n
        bad = out == n + 1
        codes, counts = np.unique(raw[bad], return_counts=True)
        out[bad] = n
        return out, dict(zip(codes.tolist(), counts.tolist(), strict=True))

    @property
    def _gone(self) -> set[int]:
        nodata = self.source.nodata
        return {
            *self.ignore,
            *(
                [int(nodata)]
                if nodata is not None and nodata == nodata and float(nodata).is_integer()
                else []
            ),
        }


def _content(path: str) -> str:
    """The SHA-256 of a file, read anew only when it changed."""
    about = os.stat(path)
    return _hashed(path, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=1024)
def _hashed(path: str, changed: int, size: int) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _fits(value: float, dtype: np.dtype[Any]) -> bool:
    if dtype.kind == "f":
        return True
    info = np.iinfo(dtype)
    return float(value).is_integer() and info.min <= value <= info.max


def _first_line(error: BaseException) -> str:
    cause = error.__cause__ or error
    return (str(cause).splitlines() or [type(error).__name__])[0][:200]


def _gdal() -> Any:
    """GDAL with a small block cache: each block is read once, and by default the cache would take a
    twentieth of the memory.
    """
    return need("rasterio").Env(
        **({} if "GDAL_CACHEMAX" in os.environ else {"GDAL_CACHEMAX": CACHE})
    )


def _opened(source: FileSource) -> Any:
    """The dataset of this thread: GDAL handles must not be shared between threads."""
    cache = _local.__dict__.setdefault("open", {})
    key = (
        source.path,
        source.resample,
        source.target and (source.target.transform, source.target.width, source.target.height),
    )
    if key not in cache:
        if len(cache) > 64:
            close()
        rasterio = need("rasterio")
        dataset = rasterio.open(source.path, driver="GTiff")
        if source.target is not None:
            vrt, t = need("rasterio.vrt"), source.target
            numbers = source.resample not in ("nearest", "mode")
            dataset = vrt.WarpedVRT(
                dataset,
                crs=t.crs,
                transform=rasterio.Affine(*t.transform),
                width=t.width,
                height=t.height,
                resampling=rasterio.enums.Resampling[source.resample],
                src_nodata=source.nodata,
                **(
                    {"nodata": float("nan"), "dtype": "float64"}
                    if numbers
                    else {"nodata": source.nodata}
                ),
            )
        cache[key] = dataset
    return cache[key]


def _opened_netcdf(path: str) -> Any:
    cache = _local.__dict__.setdefault("netcdf", {})
    if path not in cache:
        cache[path] = need("xarray").open_dataset(path, decode_times=False)
    return cache[path]


def close() -> None:
    """Close the files that this thread holds open."""
    for name in ("open", "netcdf"):
        for dataset in _local.__dict__.get(name, {}).values():
            dataset.close()
        _local.__dict__.pop(name, None)


def _by_table(raw: npt.NDArray[Any], meant: Mapping[int, int], other: int) -> npt.NDArray[np.uint8]:
    """What short codes mean, by a table of all of them; ``other`` where nobody says."""
    info = np.iinfo(raw.dtype)
    table = np.full(int(info.max) - int(info.min) + 1, other, np.uint8)
    for code, value in meant.items():
        if info.min <= code <= info.max:
            table[code - info.min] = value
    return table[raw if info.min == 0 else raw.astype(np.int64) - info.min]


def _by_search(
    raw: npt.NDArray[Any], meant: Mapping[int, int], other: int
) -> npt.NDArray[np.uint8]:
    """The same of long codes, by looking them up in order."""
    known = np.array(sorted(meant), np.int64)
    value = np.array([meant[c] for c in known.tolist()], np.uint8)
    at = np.minimum(np.searchsorted(known, raw), len(known) - 1)
    return np.where(known[at] == raw, value[at], np.uint8(other))


def open_source(
    where: Place,
    path: Path,
    band: int = 1,
    target: Grid | None = None,
    resample: str = "",
    variable: str = "",
) -> FileSource:
    """A band of a file, checked without reading its cells.

    ``target`` is the grid that the layer must lie on; where it does not, ``resample`` must name how
    to bring it there.

    Raises
    ------
    InputError
        If the file is missing, empty, no raster, cut off, oversized, without such a band, or on
        another grid.
    """
    if not path.is_file():
        raise fault(where, "raster.missing", file=path.name)
    if path.stat().st_size == 0:
        raise fault(where, "raster.empty", file=path.name)
    netcdf = path.suffix.lower() in (".nc", ".nc4", ".cdf")
    source = (
        _netcdf_source(where, path, band, variable) if netcdf else _tiff_source(where, path, band)
    )
    if target is None or source.grid.same(target):
        return source
    if not resample:
        raise fault(
            where,
            "raster.grid",
            theirs=_describe(source.grid),
            ours=_describe(target),
            names=", ".join(METHODS),
        )
    if source.variable:
        raise fault(where, "raster.resample")
    return FileSource(
        where,
        source.path,
        band,
        target,
        source.nodata if resample in ("nearest", "mode") else float("nan"),
        source.scale,
        source.offset,
        resample,
        target=target,
    )


def _describe(g: Grid) -> str:
    name = need("pyproj").CRS.from_user_input(g.crs).name if g.crs else "no CRS"
    a, _, c, _, e, f = g.transform
    size = f"{abs(a):g} × {abs(e):g}"
    return f"{g.width} × {g.height} cells of {size} from {c:g}, {f:g} in {name}"


def _tiff_source(where: Place, path: Path, band: int) -> FileSource:
    rasterio = need("rasterio")
    try:
        with _gdal():
            dataset = rasterio.open(path, driver="GTiff")
    except Exception as error:
        raise fault(where, "raster.unreadable", why=_first_line(error)) from error
    with dataset:
        if not 1 <= band <= dataset.count:
            raise fault(where, "raster.band", band=band, count=dataset.count)
        width, height, size = dataset.width, dataset.height, path.stat().st_size
        item = np.dtype(dataset.dtypes[band - 1]).itemsize
        declared = width * height * item * dataset.count
        interleaved = dataset.interleaving and dataset.interleaving.name == "pixel"
        chunk = int(np.prod(dataset.block_shapes[band - 1])) * item
        chunk *= dataset.count if interleaved else 1
        bomb = declared > max(2**30, MAX_RATIO * size)
        if bomb or width * height > MAX_CELLS:
            raise fault(where, "raster.size", gib=declared / 2**30, bytes=size)
        if chunk > MAX_CHUNK:
            raise fault(where, "raster.chunk", mib=chunk // 2**20)
        crs = dataset.crs.to_wkt() if dataset.crs else ""
        g = grid(where, crs, tuple(dataset.transform)[:6], width, height)
        mask = (
            dataset.nodatavals[band - 1] is None
            and rasterio.enums.MaskFlags.per_dataset in dataset.mask_flag_enums[band - 1]
        )
        return FileSource(
            where,
            str(path),
            band,
            g,
            dataset.nodatavals[band - 1],
            dataset.scales[band - 1],
            dataset.offsets[band - 1],
            mask=mask,
        )


def _netcdf_source(where: Place, path: Path, band: int, variable: str) -> FileSource:
    need("rioxarray")
    xarray = need("xarray")
    try:
        dataset = xarray.open_dataset(path, decode_times=False, decode_coords="all")
    except Exception as error:
        raise fault(where, "raster.unreadable", why=_first_line(error)) from error
    with dataset:
        names = [str(n) for n, v in dataset.data_vars.items() if v.ndim >= 2]
        if not variable and len(names) == 1:
            variable = names[0]
        if variable not in names:
            known = ", ".join(names) or word("none")
            raise fault(where, "raster.variable", variable=variable, names=known)
        data = dataset[variable]
        bands = int(np.prod(data.shape[:-2])) if data.ndim > 2 else 1
        if not 1 <= band <= bands or data.ndim > 3:
            raise fault(where, "raster.band", band=band, count=bands)
        if data.shape[-1] * data.shape[-2] > MAX_CELLS:
            raise fault(
                where, "raster.size/netcdf", gib=data.nbytes / 2**30, bytes=path.stat().st_size
            )
        crs = data.rio.crs.to_wkt() if data.rio.crs else ""
        g = grid(where, crs, _even(where, data), data.shape[-1], data.shape[-2])
        return FileSource(where, str(path), band, g, None, variable=variable)


def _even(where: Place, data: Any) -> tuple[float, ...]:
    """The transform of a NetCDF variable, from coordinates that must be evenly spaced."""
    edges: list[tuple[float, float]] = []
    for d in data.dims[-1:-3:-1]:
        at = np.asarray(data[d].values, float) if d in data.coords else np.zeros(0)
        if not _evenly_spaced(at):
            raise fault(where, "raster.coordinates", dim=str(d))
        step = float(at[-1] - at[0]) / (len(at) - 1)
        edges.append((step, float(at[0]) - step / 2))
    (a, c), (e, f) = edges
    return a, 0.0, c, 0.0, e, f


def _evenly_spaced(at: npt.NDArray[Any]) -> bool:
    """Whether coordinates go on by one step, but for rounding."""
    steps = np.diff(at)
    if not len(steps) or not np.isfinite(at).all() or not steps[0]:
        return False
    return bool(np.abs(steps - steps[0]).max() <= 1e-3 * abs(steps[0]))
