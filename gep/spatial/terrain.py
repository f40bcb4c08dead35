"""What an account needs of terrain, rain and soil before it starts: slope, slope length, erosivity,
curve number, evapotranspiration.

Kept libraries do the work where there is one (xarray-spatial, pyflwdir: the extra ``terrain``, slow
to import); the erosivity of daily rain is the formula of the standard in
:mod:`gep.processes.soil_erosion`, evapotranspiration that of FAO-56 in
:mod:`gep.processes.evapotranspiration`. Results are DataArrays with units, ready to be written as
layers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import xarray as xr

from gep.core.ecosystems import lineage
from gep.core.errors import InputError, Problem
from gep.core.extras import need
from gep.core.source import named
from gep.core.tables import beside
from gep.processes import evapotranspiration
from gep.processes.soil_erosion import erosivity as _erosivity

TABLE = beside(__file__)
GROUPS = ("A", "B", "C", "D")
WARM = (
    5,
    6,
    7,
    8,
    9,
)  # months; HJ 1173-2021 and Zhang et al. take May to September as the warm season
DAYS = 365  # of a whole year; some calendars leave out 29 February
LONGEST = 122.0  # m; 400 ft, which slope lengths rarely exceed (USDA Handbook 703)


def slope(elevation: xr.DataArray) -> xr.DataArray:
    """Angle of the steepest slope, by the finite differences of Horn (1981).

    Parameters
    ----------
    elevation : DataArray [m], dimensions ``y`` and ``x`` with evenly spaced coordinates in metres

    Returns
    -------
    DataArray [rad], of the same shape; NaN on the rim and beside cells without a height

    Raises
    ------
    InputError
        If it is no such grid, or its coordinates look like degrees.
    """
    step = _steps(elevation)
    ready = elevation.assign_attrs(res=step)
    angle = need("xrspatial").slope(ready, method="planar")
    return xr.DataArray(
        np.radians(angle.values.astype(float)),
        elevation.coords,
        elevation.dims,
        attrs={"units": "rad", "long_name": "slope angle"},
    )


def slope_length(elevation: xr.DataArray, longest: float = LONGEST) -> xr.DataArray:
    """Length of the slope above each cell: its upslope area over the width of a cell, after pits
    are filled.

    Parameters
    ----------
    elevation : DataArray [m], dimensions ``y`` and ``x`` with evenly spaced coordinates in metres,
    north up longest : float
        Length that no slope passes [m]; beyond it water runs in channels.

    Returns
    -------
    DataArray [m], of the same shape

    Raises
    ------
    InputError
        If it is no such grid.
    """
    dx, dy = _steps(elevation)
    flow = need("pyflwdir")
    y, x = (elevation[d].values.astype(float) for d in elevation.dims)
    affine = need("affine").Affine(dx, 0, x[0] - dx / 2, 0, y[1] - y[0], y[0] - (y[1] - y[0]) / 2)
    heights = np.where(np.isnan(elevation.values), -9999.0, elevation.values).astype(np.float32)
    net = flow.from_dem(heights, nodata=-9999.0, transform=affine, latlon=False)
    upslope = net.upstream_area(unit="m2").astype(float)
    length = np.minimum(upslope / float(np.sqrt(dx * dy)), longest)
    return xr.DataArray(
        np.where(np.isnan(elevation.values), np.nan, length),
        elevation.coords,
        elevation.dims,
        attrs={"units": "m", "long_name": "slope length"},
    )


def daily_erosivity(rain: xr.DataArray, warm: Iterable[int] = WARM) -> xr.DataArray:
    """Rainfall erosivity of a year from daily rain, by the standard's daily formula (HJ 1173-2021).

    Parameters
    ----------
    rain : DataArray [mm], dimension ``time`` of days, and ``y``, ``x`` where it is a map; whole
    calendar years
        A unit other than mm stands in ``attrs["units"]``.
    warm : months counted as the warm season

    Returns
    -------
    DataArray [MJ mm/(m^2 h yr)], without ``time``: the mean of the years

    Raises
    ------
    InputError
        If there is no ``time`` of days, or a year lacks some of its days.
    """
    if "time" not in rain.dims or rain["time"].dtype.kind != "M":
        raise InputError("error.erosivity", [Problem("rain.time", named("rain"))])
    days = rain["time"].dt.floor("D").values
    if len(np.unique(days)) != rain.sizes["time"]:
        raise InputError("error.erosivity", [Problem("rain.daily", named("rain"))])
    years, counts = np.unique(rain["time"].dt.year.values, return_counts=True)
    if counts.min() < DAYS:
        short = ", ".join(
            f"{year} ({count})" for year, count in zip(years, counts, strict=True) if count < DAYS
        )
        raise InputError("error.erosivity", [Problem("rain.years", named("rain"), years=short)])
    month = rain["time"].dt.month.values
    number = np.arange(len(days))
    daily = xr.DataArray(
        rain.transpose("time", ...).values,
        {"day": number, **{d: rain[d] for d in rain.dims if d != "time" and d in rain.coords}},
        ("day", *(d for d in rain.dims if d != "time")),
        attrs={"units": rain.attrs.get("units", "mm")},
    )
    season = xr.DataArray(
        np.isin(month, list(warm)).astype(float), {"day": number}, ("day",), attrs={"units": "1"}
    )
    return _erosivity(daily_rain=daily, warm_season=season, record_years=f"{len(years)} yr")


def curve_number(
    classes: xr.DataArray, labels: dict[int, str], soil_group: xr.DataArray
) -> xr.DataArray:
    """Runoff curve number from ecosystem type and hydrologic soil group (table of TR-55, average
    moisture, good condition).

    Parameters
    ----------
    classes : DataArray of codes
    labels : the ecosystem type of each code
    soil_group : DataArray of the same shape, 1 to 4 for the groups A to D, 0 where there is none

    Returns
    -------
    DataArray [1], NaN where a class has no number (water: no runoff is taken from it) or there is
    no soil group

    Raises
    ------
    InputError
        If the shapes differ or a soil group is none of these.
    ParameterError
        If a label is no ecosystem type.
    """
    if classes.dims != soil_group.dims or classes.shape != soil_group.shape:
        raise InputError("error.curve_number", [Problem("grid.apart", named("soil_group"))])
    groups = np.nan_to_num(soil_group.values.astype(float)).astype(int)
    if not np.isin(groups, (0, 1, 2, 3, 4)).all():
        raise InputError("error.curve_number", [Problem("soil.group", named("soil_group"))])
    out = np.full(classes.shape, np.nan)
    for code, name in labels.items():
        row = np.array([np.nan, *curve_numbers(name)])
        at = classes.values == code
        out[at] = row[groups[at]]
    return xr.DataArray(
        out, classes.coords, classes.dims, attrs={"units": "1", "long_name": "curve number"}
    )


def curve_numbers(ecosystem: str) -> tuple[float, ...]:
    """The curve numbers of an ecosystem type for the soil groups A to D, its own or its nearest
    ancestor's; NaN without one.

    >>> curve_numbers("mixed_forest")
    (30.0, 55.0, 70.0, 77.0)

    Raises
    ------
    ParameterError
        If it is no ecosystem type.
    """
    rows = {(r.ecosystem, r.item): r.value for r in TABLE["curve_number"].rows}
    for step in lineage(ecosystem):
        if (step, "A") in rows:
            return tuple(rows[step, g] for g in GROUPS)
    return (float("nan"),) * 4


def reference_evapotranspiration(**weather: Any) -> Any:
    """Evapotranspiration of a reference grass a day, by FAO-56 Penman and Monteith [mm/d].

    Parameters
    ----------
    **weather : Series or DataArrays over days
        ``tmean``, ``tmax``, ``tmin`` [degC], ``wind`` at 2 m [m/s], ``rhmax``, ``rhmin`` [%], ``n``
        hours of sunshine or ``rs`` radiation [MJ/(m2 d)]; ``elevation`` [m], ``lat`` [rad]. All
        others, such as net radiation, are listed by
        :class:`gep.processes.evapotranspiration.Weather`.

    Returns
    -------
    Series or DataArray [mm/d], like the weather

    Raises
    ------
    InputError
        If the latitude is no angle in radians, something needed is lacking, or a number cannot be
        in its unit.
    """
    _latitude(weather.get("lat"))
    return evapotranspiration.reference_evapotranspiration(**weather)


def hargreaves(tmean: Any, tmax: Any, tmin: Any, lat: Any) -> Any:
    """Evapotranspiration of a reference grass a day from temperature alone, by Hargreaves [mm/d].

    Parameters
    ----------
    tmean, tmax, tmin : Series or DataArrays over days [degC]
    lat : float or DataArray [rad]

    Returns
    -------
    Series or DataArray [mm/d], like the temperatures

    Raises
    ------
    InputError
        If the latitude is no angle in radians, or the days carry no dates.
    """
    _latitude(lat)
    return evapotranspiration.hargreaves(tmean, tmax, tmin, lat)


def _latitude(lat: Any) -> None:
    if lat is not None and bool((np.abs(np.asarray(lat, float)) > np.pi / 2).any()):
        raise InputError("error.evapotranspiration", [Problem("latitude.degrees", named("lat"))])


def _steps(grid: xr.DataArray) -> tuple[float, float]:
    """Width and height of the cells of a grid [m]."""
    if grid.ndim != 2 or any(d not in grid.coords or grid.sizes[d] < 3 for d in grid.dims):
        raise InputError("error.terrain", [Problem("grid.shape", named("elevation"))])
    out = []
    for d in (grid.dims[1], grid.dims[0]):
        at = grid[d].values.astype(float)
        steps = np.diff(at)
        if np.abs(steps - steps[0]).max() > 1e-3 * abs(steps[0]) or not steps[0]:
            raise InputError(
                "error.terrain",
                [Problem("raster.coordinates/days", named("elevation"), dim=str(d))],
            )
        out.append(abs(float(steps.mean())))
    reach = max(float(np.abs(grid[d].values).max()) for d in grid.dims)
    if reach <= 360 and max(out) < 1:
        raise InputError("error.terrain", [Problem("grid.degrees", named("elevation"))])
    return out[0], out[1]
