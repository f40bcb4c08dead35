"""The grid that all layers of an account lie on, its blocks, and the ground area of its cells."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gep.core.errors import InputError, Problem
from gep.core.extras import need
from gep.core.frozen import ReadOnly
from gep.core.source import Source

Floats = npt.NDArray[np.float64]
# of area, in a projected reference system; UTM and Gauss-Krüger stay below a fifth of it within
# their zone
MAX_DISTORTION = 0.005


class Window(NamedTuple):
    """A block of a grid."""

    row: int
    col: int
    rows: int
    cols: int

    @property
    def size(self) -> int:
        """Number of cells."""
        return self.rows * self.cols


@dataclass(frozen=True)
class Grid(ReadOnly):
    """Reference system, place and size of a raster.

    ``cell_area`` is the ground area of a cell [m^2]: one number, or one for each row where cells
    are degrees.
    """

    crs: str  # WKT; "" where there is none
    transform: tuple[
        float, float, float, float, float, float
    ]  # column, row -> x, y: x = a c + b r + c0
    width: int
    height: int
    cell_area: float | Floats

    def facts(self) -> tuple[object, ...]:
        """What tells it from another grid."""
        return self.crs, self.transform, self.width, self.height

    @property
    def size(self) -> int:
        """Number of cells."""
        return self.width * self.height

    def windows(self, rows: int = 512, cols: int = 2048) -> Iterator[Window]:
        """The blocks of the grid, row by row."""
        for row in range(0, self.height, rows):
            for col in range(0, self.width, cols):
                yield Window(row, col, min(rows, self.height - row), min(cols, self.width - col))

    def areas(self, window: Window) -> float | Floats:
        """Area of each cell of a window [m^2], flat; one number where all are equal."""
        if isinstance(self.cell_area, float):
            return self.cell_area
        return np.repeat(self.cell_area[window.row : window.row + window.rows], window.cols)

    def to_cells(self, xy: Floats) -> Floats:
        """Coordinates as column and row (row counted downwards as negative), so that a cell is a
        unit square.
        """
        a, b, c, d, e, f = self.transform
        det = a * e - b * d
        x, y = xy[:, 0] - c, xy[:, 1] - f
        return np.column_stack([(e * x - b * y) / det, -(a * y - d * x) / det])

    def same(self, other: Grid) -> bool:
        """Whether cells of both lie on each other, to a thousandth of a cell."""
        if (self.width, self.height) != (other.width, other.height):
            return False
        step = min(
            abs(self.transform[0]) + abs(self.transform[1]),
            abs(self.transform[3]) + abs(self.transform[4]),
        )
        near = all(
            abs(s - o) <= 1e-3 * step / (1 if n in (2, 5) else max(self.width, self.height))
            for n, (s, o) in enumerate(zip(self.transform, other.transform, strict=True))
        )
        return near and same_crs(self.crs, other.crs)


def same_crs(first: str, second: str) -> bool:
    """Whether two reference systems are the same; one that is not said passes for the other."""
    if not first or not second or first == second:
        return True
    crs = need("pyproj").CRS
    return bool(
        crs.from_user_input(first).equals(crs.from_user_input(second), ignore_axis_order=True)
    )


def grid(where: Source, crs: str, transform: tuple[float, ...], width: int, height: int) -> Grid:
    """A grid with the ground area of its cells: by the reference system, never degrees as metres.

    Where cells are degrees the area is that of the ellipsoid between two parallels and two
    meridians (exact).

    Raises
    ------
    InputError
        If the area cannot be known: no reference system, rotated degrees, or a projection that
        distorts areas.
    """
    a, b, _, d, e, _ = transform
    if not (all(map(math.isfinite, transform)) and a * e - b * d):
        raise _fault(where, "raster.transform")
    if not crs:
        raise _fault(where, "raster.crs")
    pyproj = need("pyproj")
    system = pyproj.CRS.from_user_input(crs)
    frame = (float(a), float(b), float(transform[2]), float(d), float(e), float(transform[5]))
    if system.is_geographic:
        if b or d:
            raise _fault(where, "raster.rotated")
        radians = (
            math.radians(1)
            if system.axis_info[0].unit_name.startswith("degree")
            else system.axis_info[0].unit_conversion_factor
        )
        latitudes = (frame[5] + e * np.arange(height + 1)) * radians
        if np.abs(latitudes).max() > math.pi / 2 + 1e-9:
            raise _fault(where, "raster.latitude")
        return Grid(
            crs,
            frame,
            width,
            height,
            _ellipsoid_strip(latitudes, abs(a) * radians, system.ellipsoid),
        )
    unit = system.axis_info[0].unit_conversion_factor if system.axis_info else 1.0
    if system.is_projected:
        _check_distortion(where, system, frame, width, height)
    return Grid(crs, frame, width, height, abs(a * e - b * d) * unit**2)


def _ellipsoid_strip(latitudes: Floats, step: float, ellipsoid: Any) -> Floats:
    """Area [m^2] of cells of one width [rad] between successive latitudes [rad] on an ellipsoid."""
    major, minor = ellipsoid.semi_major_metre, ellipsoid.semi_minor_metre
    e = math.sqrt(max(1 - (minor / major) ** 2, 0.0))
    s = np.sin(np.clip(latitudes, -math.pi / 2, math.pi / 2))
    zone = s / (1 - (e * s) ** 2) + (np.arctanh(e * s) / e if e else s)
    return np.asarray(np.abs(np.diff(zone)) * minor**2 / 2 * step)


def _check_distortion(
    where: Source, system: Any, frame: tuple[float, ...], width: int, height: int
) -> None:
    pyproj = need("pyproj")
    a, b, c, d, e, f = frame
    corners = [(col, row) for col in (0, width / 2, width) for row in (0, height / 2, height)]
    to = pyproj.Transformer.from_crs(system, system.geodetic_crs, always_xy=True)
    lon, lat = to.transform(
        *zip(*[(a * x + b * y + c, d * x + e * y + f) for x, y in corners], strict=True)
    )
    try:
        scale = np.atleast_1d(pyproj.Proj(system).get_factors(lon, lat, errcheck=True).areal_scale)
    except (pyproj.exceptions.ProjError, ValueError):
        raise _fault(where, "raster.outside") from None
    worst = float(np.abs(scale - 1).max())
    if not worst <= MAX_DISTORTION:
        raise _fault(where, "raster.distorted", crs=system.name, percent=100 * worst)


def _fault(where: Source, code: str, **values: object) -> InputError:
    return InputError("error.maps", [Problem(code, where, **values)])
