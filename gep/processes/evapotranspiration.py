r"""Reference evapotranspiration of a day: FAO-56 Penman-Monteith, and Hargreaves from temperature.

Every step is one equation of FAO-56, named by its number, with the units in which it is printed.
All are regressions: their constants belong to these units and stand where they are printed. They
are elementwise and take numbers, Series and DataArrays, lazy ones too, which stay lazy.

Traps: latitude is in radians, wind that at 2 m, radiation in MJ/(m2 d) and not in W/m2, relative
humidity in percent. Where the sun does not rise, hours of sunshine say nothing of radiation and
the result is NaN: give the radiation.

References
----------
Allen, R. G., Pereira, L. S., Raes, D. and Smith, M. (1998). Crop evapotranspiration: guidelines
for computing crop water requirements. FAO Irrigation and Drainage Paper 56.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from gep.core.errors import InputError, Problem
from gep.core.source import named

Array = Any  # a float, a numpy array, a Series, or a DataArray, dask-backed or not
TITLE = "error.evapotranspiration"
UNIT = "mm/d"


@dataclass(frozen=True, eq=False)
class Weather:
    """What is known of days and place; what is None is worked out from the rest."""

    tmean: Array  # degC; None: mean of the extremes
    wind: Array  # m/s, at 2 m
    rs: Array = None  # MJ/(m2 d), from the sun; None: from n
    rn: Array = None  # MJ/(m2 d), net; None: from rs
    g: Array = 0  # MJ/(m2 d), into the soil
    tmax: Array = None  # degC
    tmin: Array = None  # degC
    rhmax: Array = None  # %
    rhmin: Array = None  # %
    rh: Array = None  # %, mean of the day; taken where there is no rhmax
    pressure: Array = None  # kPa; None: from the elevation
    elevation: Array = None  # m
    lat: Array = None  # rad
    n: Array = None  # h, of sunshine
    nn: Array = None  # h, of daylight; None: from latitude and date
    rso: Array = None  # MJ/(m2 d), under a clear sky
    a: Array = 1.35  # 1, of the cloudiness in net longwave radiation
    b: Array = -0.35  # 1, likewise
    ea: Array = None  # kPa; None: from humidity, or else from tmin
    albedo: Array = 0.23  # 1, of the reference grass
    kab: Array = None  # 1, share of that above the air; None: from the elevation
    as1: Array = 0.25  # 1, share of that above the air on days without sunshine
    bs1: Array = 0.5  # 1, what full sunshine adds to it
    clip_zero: bool = True  # a negative result becomes 0


# what may be needed, and the unit to give it in
NEEDS = {"tmax": "degC", "tmin": "degC", "rhmin": "%", "elevation": "m", "lat": "rad", "n": "h"}


def reference_evapotranspiration(**weather: Any) -> Any:
    r"""Evapotranspiration of a reference grass a day, by FAO-56 Penman and Monteith (equation 6).

    Parameters
    ----------
    **weather : Series or DataArrays over days, numbers where they do not change
        As :class:`Weather` lists them: ``tmean`` and ``wind`` at least, with radiation (``rn``,
        ``rs`` or ``n``), humidity (``ea``, ``rhmax`` and ``rhmin``, ``rh``, or else ``tmin``), and
        ``elevation`` or ``pressure``; ``lat`` where radiation or that of a clear sky is worked
        out. The days of DataArrays are the coordinate ``time``, those of Series the index.

    Returns
    -------
    Series or DataArray [mm/d], like the weather

    Raises
    ------
    InputError
        If something needed is lacking, the days carry no dates, a relative humidity is no
        percentage, or the net radiation cannot be in MJ/(m2 d). Lazy arrays are not looked into.
    TypeError
        If an argument is unknown.

    Examples
    --------
    FAO-56, example 18: Uccle, 6 July, 3.9 mm.

    >>> day = pd.DatetimeIndex(["2015-07-06"])
    >>> names = ("tmean", "tmax", "tmin", "wind", "rhmax", "rhmin", "n")
    >>> printed = (16.9, 21.5, 12.3, 2.078, 84, 63, 9.25)
    >>> known = {k: pd.Series([v], day) for k, v in zip(names, printed)}
    >>> reference_evapotranspiration(**known, elevation=100, lat=np.radians(50.8)).round(1).item()
    3.9
    """
    w = Weather(**weather)
    _check([*_lacking(w), *_fractions(w)])
    tmean = (w.tmax + w.tmin) / 2 if w.tmean is None else w.tmean  # equation 9
    saturation = _saturation(w, tmean)
    vapour = _vapour(w, saturation)
    net = _net_radiation(w, tmean, vapour) if w.rn is None else w.rn
    if (greatest := _greatest(net)) >= 100:
        _check([_outside("rn", greatest, "−∞", "100", "MJ/(m^2 d)")])
    pressure = atmospheric_pressure(w.elevation) if w.pressure is None else w.pressure
    slope, gamma = slope_of_saturation(tmean), psychrometric_constant(pressure)
    out = penman_monteith(tmean, w.wind, net, w.g, saturation - vapour, slope, gamma)
    return _labelled(np.maximum(out, 0) if w.clip_zero else out)


def hargreaves(tmean: Array, tmax: Array, tmin: Array, lat: Array) -> Any:
    r"""Evapotranspiration of a reference grass a day from temperature, by Hargreaves (equation 52).

    .. math:: ET_0 = 0.0023 \, (T_{mean} + 17.8) \sqrt{T_{max} - T_{min}} \; R_a / \lambda

    FAO-56 turns radiation into a depth of water by the fixed 0.408 = 1/2.45; here the latent heat λ
    follows the temperature (annex 3, equation 3-1).

    Parameters
    ----------
    tmean, tmax, tmin : Series or DataArrays over days [degC]
    lat : float or DataArray [rad]

    Returns
    -------
    Series or DataArray [mm/d], like the temperatures, never below 0

    Raises
    ------
    InputError
        If the days carry no dates.
    ValueError
        If DataArrays carry different labels.

    Examples
    --------
    FAO-56, example 20: Lyon, July, 5.0 mm.

    >>> day = pd.DatetimeIndex(["2015-07-15"])
    >>> tmean, tmax, tmin = (pd.Series([t], day) for t in (20.7, 26.6, 14.8))
    >>> hargreaves(tmean, tmax, tmin, np.radians(45.72)).round(1).item()
    5.0
    """
    arrays = [v for v in (tmean, tmax, tmin, lat) if isinstance(v, xr.DataArray)]
    xr.align(*arrays, join="exact")  # else only the cells and days that all hold would be left
    sun = extraterrestrial_radiation(day_of_year("tmean", tmean), lat)
    out = 0.0023 * (tmean + 17.8) * np.sqrt(tmax - tmin) * sun / latent_heat(tmean)
    return _labelled(np.maximum(out, 0).rename("Hargreaves"))


def penman_monteith(
    temperature: Array,
    wind: Array,
    net: Array,
    soil: Array,
    deficit: Array,
    slope: Array,
    gamma: Array,
) -> Array:
    r"""Evapotranspiration of a reference grass [mm/d], never clipped (equation 6).

    .. math:: ET_0 = \frac{0.408 \, \Delta (R_n - G) + \gamma \frac{900}{T + 273} u_2 (e_s - e_a)}
        {\Delta + \gamma (1 + 0.34 u_2)}

    Parameters
    ----------
    temperature : array [degC]
        Mean temperature T of the day.
    wind : array [m/s]
        At 2 m, u_2.
    net, soil : array [MJ/(m2 d)]
        Net radiation R_n, and heat G that goes into the soil.
    deficit : array [kPa]
        What the vapour pressure lacks of saturation, e_s - e_a.
    slope, gamma : array [kPa/degC]
        Slope of saturation Δ and psychrometric constant γ.

    Examples
    --------
    FAO-56, example 17: Bangkok, April, 5.72 mm.

    >>> round(penman_monteith(30.2, 2, 14.33, 0.14, 4.42 - 2.85, 0.246, 0.0674), 1)
    5.7
    """
    drying = gamma * 900 / (temperature + 273) * wind * deficit
    return (0.408 * slope * (net - soil) + drying) / (slope + gamma * (1 + 0.34 * wind))


def atmospheric_pressure(elevation: Array) -> Array:
    """Pressure of the air [kPa] at an elevation [m] (equation 7).

    >>> round(atmospheric_pressure(1800), 1)  # example 2
    81.8
    """
    return 101.3 * ((293 - 0.0065 * elevation) / 293) ** 5.26


def psychrometric_constant(pressure: Array) -> Array:
    """Psychrometric constant [kPa/degC] at a pressure [kPa] (equation 8).

    >>> round(psychrometric_constant(81.8), 3)  # example 2
    0.054
    """
    return 0.665e-3 * pressure


def latent_heat(temperature: Array) -> Array:
    """Latent heat of vaporization [MJ/kg] at a temperature [degC] (annex 3, equation 3-1).

    >>> round(latent_heat(20), 2)  # printed beside equation 8
    2.45
    """
    return 2.501 - 2.361e-3 * temperature


def saturation_pressure(temperature: Array) -> Array:
    """Vapour pressure at saturation [kPa] at a temperature [degC] (equation 11).

    >>> [round(float(saturation_pressure(t)), 3) for t in (24.5, 15)]  # example 3
    [3.075, 1.705]
    """
    return 0.6108 * np.exp(17.27 * temperature / (temperature + 237.3))


def slope_of_saturation(temperature: Array) -> Array:
    """Slope of the vapour pressure at saturation [kPa/degC] at a temperature [degC] (equation 13).

    >>> round(float(slope_of_saturation(30.2)), 3)  # example 17
    0.246
    """
    return 4098 * saturation_pressure(temperature) / (temperature + 237.3) ** 2


def vapour_pressure(tmax: Array, tmin: Array, rhmax: Array, rhmin: Array) -> Array:
    """Actual vapour pressure [kPa] from extremes of temperature and humidity (equation 17).

    >>> round(float(vapour_pressure(25, 18, 82, 54)), 2)  # example 5
    1.7
    """
    return (saturation_pressure(tmin) * rhmax / 100 + saturation_pressure(tmax) * rhmin / 100) / 2


def inverse_distance(day: Array) -> Array:
    """Inverse relative distance of the earth from the sun [1] on a day of the year (equation 23).

    >>> round(float(inverse_distance(246)), 3)  # example 8
    0.985
    """
    return 1 + 0.033 * np.cos(2 * np.pi / 365 * day)


def solar_declination(day: Array) -> Array:
    """Declination of the sun [rad] on a day of the year (equation 24).

    >>> round(float(solar_declination(246)), 3)  # example 8
    0.12
    """
    return 0.409 * np.sin(2 * np.pi / 365 * day - 1.39)


def sunset_angle(declination: Array, lat: Array) -> Array:
    """Hour angle of sunset [rad] from declination and latitude [rad] (equation 25).

    It is 0 in polar night and π in polar day.

    >>> round(float(sunset_angle(0.120, -0.35)), 3)  # example 8
    1.527
    """
    return np.arccos(np.minimum(1, np.maximum(-1, -np.tan(declination) * np.tan(lat))))


def extraterrestrial_radiation(day: Array, lat: Array) -> Array:
    """Radiation above the air [MJ/(m2 d)] on a day of the year at a latitude [rad] (equation 21).

    >>> round(float(extraterrestrial_radiation(246, np.radians(-20))), 1)  # example 8
    32.2
    """
    declination = solar_declination(day)
    sunset = sunset_angle(declination, lat)
    upright = sunset * np.sin(declination) * np.sin(lat)
    aslant = np.cos(declination) * np.cos(lat) * np.sin(sunset)
    return 24 * 60 / np.pi * 0.0820 * inverse_distance(day) * (upright + aslant)


def daylight_hours(day: Array, lat: Array) -> Array:
    """Hours between sunrise and sunset [h] on a day of the year at a latitude [rad] (equation 34).

    >>> round(float(daylight_hours(246, np.radians(-20))), 1)  # example 9
    11.7
    """
    return 24 / np.pi * sunset_angle(solar_declination(day), lat)


def solar_radiation(
    sunshine: Array, daylight: Array, above: Array, least: Array = 0.25, more: Array = 0.5
) -> Array:
    """Radiation of the sun on the ground [MJ/(m2 d)] from sunshine and daylight [h] (equation 35).

    ``above`` is that above the air [MJ/(m2 d)]; its share ``least`` comes through on days without
    sunshine, and ``more`` of it in addition under full sunshine.

    >>> round(solar_radiation(7.1, 10.9, 25.1), 2)  # example 10, printed 14.5
    14.45
    """
    return (least + more * sunshine / daylight) * above


def clear_sky_radiation(elevation: Array, above: Array) -> Array:
    """Radiation of the sun under a clear sky [MJ/(m2 d)] at an elevation [m] (equation 37).

    ``above`` is that above the air [MJ/(m2 d)].

    >>> round(clear_sky_radiation(100, 41.09), 2)  # example 18
    30.9
    """
    return (0.75 + 2e-5 * elevation) * above


def net_shortwave(solar: Array, albedo: Array = 0.23) -> Array:
    """What the ground keeps of the sun's radiation [MJ/(m2 d)] (equation 38).

    >>> round(net_shortwave(22.07), 1)  # example 18, printed 17.00
    17.0
    """
    return (1 - albedo) * solar


def emission(temperature: Array) -> Array:
    """Radiation of a black body [MJ/(m2 d)] at a temperature [degC] (in equation 39).

    >>> round(emission(25.1), 1)  # example 11
    38.8
    """
    return 4.903e-9 * (temperature + 273.16) ** 4


def net_longwave(
    emitted: Array, vapour: Array, clearness: Array, a: Array = 1.35, b: Array = -0.35
) -> Array:
    r"""Longwave radiation that the ground loses [MJ/(m2 d)] (equation 39).

    .. math:: R_{nl} = \sigma T^4 \, (0.34 - 0.14 \sqrt{e_a}) \, (a R_s/R_{so} + b)

    FAO-56 keeps the ratio at 1 or less. Its least value 0.3, and the range 0.05 to 1 of the last
    factor, are those of the standardized equation of ASCE-EWRI (2005).

    Parameters
    ----------
    emitted : array [MJ/(m2 d)]
        Mean :func:`emission` of the extremes of temperature.
    vapour : array [kPa]
        Actual vapour pressure e_a.
    clearness : array [1]
        Solar radiation over that under a clear sky.
    a, b : array [1]
        Coefficients of the cloudiness.

    Examples
    --------
    >>> round(float(net_longwave((38.8 + 35.8) / 2, 2.1, 14.5 / 18.8)), 1)  # example 11
    3.5
    """
    cloudiness = a * np.minimum(1, np.maximum(0.3, clearness)) + b
    return emitted * (0.34 - 0.14 * np.sqrt(vapour)) * np.minimum(1, np.maximum(0.05, cloudiness))


def day_of_year(name: str, weather: Any) -> Any:
    """The day of the year of each day, 1 to 366, labelled as the weather is.

    >>> days = pd.DatetimeIndex(["2015-07-06", "2016-12-31"])
    >>> day_of_year("n", pd.Series([9.25, 0], days)).tolist()
    [187, 366]

    Raises
    ------
    InputError
        If the days carry no dates.
    """
    try:
        days = weather.index if isinstance(weather, pd.Series) else weather["time"].values
        if pd.api.types.is_numeric_dtype(days):  # would be read as days of 1970
            raise TypeError
        number = pd.DatetimeIndex(np.atleast_1d(days)).day_of_year.to_numpy()
        if isinstance(weather, pd.Series):
            return pd.Series(number, weather.index)
        return weather["time"].copy(data=number.reshape(weather["time"].shape))
    except (TypeError, ValueError, KeyError, AttributeError):
        raise InputError(TITLE, [Problem("rain.time", named(name))]) from None


def _saturation(w: Weather, tmean: Array) -> Array:
    """Mean vapour pressure at saturation [kPa] (equation 12; 11 where the extremes are unknown)."""
    if w.tmax is None:
        return saturation_pressure(tmean)
    return (saturation_pressure(w.tmax) + saturation_pressure(w.tmin)) / 2


def _vapour(w: Weather, saturation: Array) -> Array:
    """Actual vapour pressure [kPa]: as given, or else by equation 17, 19 or 48."""
    if w.ea is not None:
        return w.ea
    if w.rhmax is not None:
        return vapour_pressure(w.tmax, w.tmin, w.rhmax, w.rhmin)
    return saturation_pressure(w.tmin) if w.rh is None else w.rh / 100 * saturation


def _net_radiation(w: Weather, tmean: Array, vapour: Array) -> Array:
    """Net radiation [MJ/(m2 d)] (equation 40)."""
    solar, clear = w.rs, w.rso
    if solar is None or clear is None:
        day = day_of_year("n", w.n) if solar is None else day_of_year("rs", solar)
        above = extraterrestrial_radiation(day, w.lat)
    if solar is None:
        daylight = daylight_hours(day, w.lat) if w.nn is None else w.nn
        solar = solar_radiation(w.n, daylight, above, w.as1, w.bs1)
    if clear is None and w.kab is None:
        clear = clear_sky_radiation(w.elevation, above)
    elif clear is None:
        clear = w.kab * above  # equation 36
    clear = clear + 0.001 * (clear == 0)  # polar night: nothing to divide by
    emitted = emission(tmean) if w.tmax is None else (emission(w.tmax) + emission(w.tmin)) / 2
    longwave = net_longwave(emitted, vapour, solar / clear, w.a, w.b)
    return net_shortwave(solar, w.albedo) - longwave


def _lacking(w: Weather) -> Iterable[Problem]:
    """What the weather needs and does not hold."""
    by_extremes = w.ea is None and w.rhmax is not None
    sun = w.rn is None
    needed = {
        "tmax": w.tmean is None or by_extremes,
        "tmin": w.tmean is None or w.tmax is not None or (w.ea is None and w.rh is None),
        "rhmin": by_extremes,
        "elevation": w.pressure is None or (sun and w.rso is None and w.kab is None),
        "lat": sun and (w.rs is None or w.rso is None),
        "n": sun and w.rs is None,
    }
    for name, unit in NEEDS.items():
        if needed[name] and getattr(w, name) is None:
            yield Problem("argument.missing", named(name), unit=unit)


def _fractions(w: Weather) -> Iterable[Problem]:
    """Relative humidities that are no percentages: none of a whole record is above 1."""
    for name in ("rhmax", "rhmin", "rh"):
        if (greatest := _greatest(getattr(w, name))) <= 1:
            yield _outside(name, greatest, "1", "100", "%")


def _greatest(value: Array) -> float:
    """The greatest number; NaN where there is none, or where asking would compute a lazy array."""
    data = value.data if isinstance(value, xr.DataArray) else value
    if data is None or hasattr(data, "dask") or not np.size(data):
        return np.nan
    return float(np.fmax.reduce(np.asarray(data, float), axis=None))


def _outside(name: str, greatest: float, low: str, high: str, unit: str) -> Problem:
    given = f"{greatest:g}"
    values: dict[str, object] = dict(text="max", given=given, low=low, high=high, unit=unit)
    return Problem("range.outside", named(name), **values)


def _check(problems: Iterable[Problem]) -> None:
    if found := list(problems):
        raise InputError(TITLE, found)


def _labelled(out: Any) -> Any:
    """The result with its own unit, not that of the temperatures it was made from."""
    if hasattr(out, "attrs"):
        out.attrs = {"units": UNIT}
    return out
