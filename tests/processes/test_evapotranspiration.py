"""FAO-56 as printed, what must hold of any weather, and pyet where it is installed."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from gep.core.errors import InputError
from gep.processes import evapotranspiration as et

DAY = pd.DatetimeIndex(["2015-07-06"])
UCCLE = {"tmean": 16.9, "tmax": 21.5, "tmin": 12.3, "wind": 2.078, "rhmax": 84, "rhmin": 63}
PLACE = {"elevation": 100, "lat": np.radians(50.8)}


def series(values, days=DAY):
    return {name: pd.Series([float(v)] * len(days), days) for name, v in values.items()}


def days_of(seed=1, start="2019-01-01", days=731):
    """Weather that hangs together, of two years with a leap day."""
    rng = np.random.default_rng(seed)
    index = pd.date_range(start, periods=days)
    tmean = rng.uniform(-5, 30, days)
    drawn = {
        "tmean": tmean,
        "tmax": tmean + rng.uniform(2, 9, days),
        "tmin": tmean - rng.uniform(2, 9, days),
        "wind": rng.uniform(0.2, 8, days),
        "rhmax": rng.uniform(60, 100, days),
        "rhmin": rng.uniform(15, 60, days),
        "n": rng.uniform(0, 7, days),
        "rs": rng.uniform(2, 25, days),
    }
    return {name: pd.Series(v, index) for name, v in drawn.items()}


def only(weather, *names):
    return {name: weather[name] for name in names}


BASE = ("tmean", "tmax", "tmin", "wind")
HUMID = (*BASE, "rhmax", "rhmin")


def on_a_map(weather, rows=2, columns=3):
    """The same days on a small map: warmer to the east, with latitude and elevation by cell."""
    y, x = 40 - np.arange(rows) * 10.0, np.arange(columns) * 1.0
    step = xr.DataArray(np.add.outer(y / 100, x / 10), {"y": y, "x": x}, ("y", "x"))
    maps = {}
    for name, s in weather.items():
        line = xr.DataArray(s.values, {"time": s.index}, ("time",))
        maps[name] = (line * (1 + step / 10)).transpose("time", "y", "x")
    lat = xr.DataArray(np.radians(step * 0 + step["y"]), step.coords, step.dims)
    return maps, lat, step * 1000


# FAO-56, example 18: the day and all that is printed on the way; half a unit of the last decimal,
# a whole one where the printed number was worked out from rounded ones.
EMITTED = (et.emission(21.5) + et.emission(12.3)) / 2
PRINTED = [
    (lambda: et.atmospheric_pressure(100), 100.1, 0.05),
    (lambda: et.psychrometric_constant(100.1), 0.0666, 0.00005),
    (lambda: et.slope_of_saturation(16.9), 0.122, 0.0005),
    (lambda: et.saturation_pressure(21.5), 2.564, 0.0005),
    (lambda: et.saturation_pressure(12.3), 1.431, 0.0005),
    (lambda: et.vapour_pressure(21.5, 12.3, 84, 63), 1.409, 0.0005),
    (lambda: et.extraterrestrial_radiation(187, np.radians(50.8)), 41.09, 0.005),
    (lambda: et.daylight_hours(187, np.radians(50.8)), 16.1, 0.05),
    (lambda: et.solar_radiation(9.25, 16.1, 41.09), 22.07, 0.01),
    (lambda: et.clear_sky_radiation(100, 41.09), 30.90, 0.005),
    (lambda: et.net_shortwave(22.07), 17.00, 0.01),
    (lambda: et.net_longwave(EMITTED, 1.409, 22.07 / 30.9), 3.71, 0.01),
    (lambda: et.penman_monteith(16.9, 2.078, 13.28, 0, 0.589, 0.122, 0.0666), 3.88, 0.01),
]


@pytest.mark.parametrize(("get", "printed", "within"), PRINTED)
def test_the_steps_of_example_18(get, printed, within):
    assert float(get()) == pytest.approx(printed, abs=within)


@pytest.mark.parametrize("light", [{"n": 9.25}, {"rs": 22.07}, {"rn": 13.28}])
def test_example_18(light):
    got = et.reference_evapotranspiration(**series(UCCLE | light), **PLACE)
    assert got.iloc[0] == pytest.approx(3.9, abs=0.05)
    assert got.index.equals(DAY) and got.attrs == {"units": "mm/d"}


def test_example_17_of_a_month():
    """Bangkok in April: 5.72 mm from printed inputs, with 0.14 MJ/(m2 d) into the soil."""
    month = series({"tmean": 30.2, "tmax": 34.8, "tmin": 25.6, "wind": 2, "rn": 14.33, "ea": 2.85})
    got = et.reference_evapotranspiration(**month, g=0.14, elevation=2)
    assert got.iloc[0] == pytest.approx(5.72, abs=0.01)


def test_example_20_from_temperature_alone():
    """Lyon in July: radiation above the air 40.6 MJ/(m2 d), 5.0 mm a day by Hargreaves."""
    day = pd.DatetimeIndex(["2015-07-15"])
    lat = np.radians(45 + 43 / 60)
    above = et.extraterrestrial_radiation(et.day_of_year("tmean", pd.Series([0.0], day)), lat)
    assert above.iloc[0] == pytest.approx(40.6, abs=0.05)
    got = et.hargreaves(*(pd.Series([t], day) for t in (20.7, 26.6, 14.8)), lat)
    assert got.iloc[0] == pytest.approx(5.0, abs=0.05)
    # by hand: 0.0023 × (20.7 + 17.8) × √11.8 × 40.6 / (2.501 − 0.002361 × 20.7)
    assert got.iloc[0] == pytest.approx(0.0023 * 38.5 * 11.8**0.5 * above.iloc[0] / 2.4521273)
    assert got.attrs == {"units": "mm/d"} and got.name == "Hargreaves"


def test_what_is_left_out_is_worked_out():
    """Each input that the formula can find by itself gives the same when it is given."""
    weather = only(days_of(), *HUMID, "n")
    whole = et.reference_evapotranspiration(**weather, **PLACE)
    day = et.day_of_year("n", weather["n"])
    above = et.extraterrestrial_radiation(day, PLACE["lat"])
    hours = et.daylight_hours(day, PLACE["lat"])
    known = {
        "nn": hours,
        "rs": et.solar_radiation(weather["n"], hours, above),
        "rso": et.clear_sky_radiation(100, above),
        "pressure": et.atmospheric_pressure(100),
        "kab": 0.75 + 2e-5 * 100,
        "ea": et.vapour_pressure(*(weather[k] for k in ("tmax", "tmin", "rhmax", "rhmin"))),
    }
    for name, value in known.items():
        again = et.reference_evapotranspiration(**weather, **PLACE, **{name: value})
        pd.testing.assert_series_equal(whole, again, rtol=1e-12)
    middle = (weather["tmax"] + weather["tmin"]) / 2
    pd.testing.assert_series_equal(
        et.reference_evapotranspiration(**weather | {"tmean": None}, **PLACE),
        et.reference_evapotranspiration(**weather | {"tmean": middle}, **PLACE),
    )


def test_more_drying_more_evapotranspiration():
    """Of the same net radiation."""
    weather, least = days_of(), None
    for factor in (1, 0.9, 0.8):  # drier air
        humid = {k: weather[k] * factor for k in ("rhmax", "rhmin")}
        known = only(weather, *BASE) | humid | {"rn": weather["rs"]}
        got = et.reference_evapotranspiration(**known, elevation=100, clip_zero=False)
        assert least is None or (got >= least).all()
        least = got


def test_never_below_zero_unless_asked():
    cold = series(UCCLE | {"rn": -9.0, "rhmax": 100, "rhmin": 100, "tmax": 12.3})
    assert et.reference_evapotranspiration(**cold, elevation=100).tolist() == [0]
    assert et.reference_evapotranspiration(**cold, elevation=100, clip_zero=False).iloc[0] < 0
    frost = [pd.Series([t], DAY) for t in (-30.0, -25.0, -35.0)]
    assert et.hargreaves(*frost, 0.9).tolist() == [0]


def test_a_missing_number_stays_missing():
    weather = only(days_of(days=4), *HUMID, "rs")
    for name in weather:
        holed = weather | {name: weather[name].where(weather[name].index.day != 2)}
        got = et.reference_evapotranspiration(**holed, **PLACE)
        assert got.isna().tolist() == [False, True, False, False], name


def test_day_and_night_of_the_poles():
    """At 80° north the sun does not rise in December, nor set in June."""
    days = pd.DatetimeIndex(["2015-06-21", "2015-12-21"])
    day = et.day_of_year("rs", pd.Series([0.0, 0.0], days))
    assert et.daylight_hours(day, np.radians(80)).tolist() == [24, 0]
    assert et.extraterrestrial_radiation(day, np.radians(80)).iloc[1] == pytest.approx(0, abs=1e-12)
    weather = series(UCCLE | {"rs": 0.0}, days)
    place = {"elevation": 100, "lat": np.radians(80)}
    assert et.reference_evapotranspiration(**weather, **place).notna().all()
    sunshine = series(UCCLE | {"n": 0.0}, days)
    assert et.reference_evapotranspiration(**sunshine, **place).isna().tolist() == [False, True]


def test_both_halves_of_the_earth():
    """What the north has in June the south has in December, but for the distance of the sun."""
    assert et.daylight_hours(172, 0.6) + et.daylight_hours(172, -0.6) == pytest.approx(24)
    assert et.inverse_distance(3) > et.inverse_distance(185)


@pytest.mark.parametrize("light", ["n", "rs"])
def test_a_map_is_its_cells(light):
    maps, lat, elevation = on_a_map(only(days_of(days=40), *HUMID, light))
    got = et.reference_evapotranspiration(**maps, elevation=elevation, lat=lat)
    assert got.dims == ("time", "y", "x") and got.attrs == {"units": "mm/d"}
    cell = {name: a[:, 1, 2].to_series() for name, a in maps.items()}
    place = {"elevation": float(elevation[1, 2]), "lat": float(lat[1, 2])}
    one = et.reference_evapotranspiration(**cell, **place)
    assert got[:, 1, 2].values == pytest.approx(one.values, rel=1e-12)
    got = et.hargreaves(*(maps[k] for k in ("tmean", "tmax", "tmin")), lat)
    one = et.hargreaves(*(cell[k] for k in ("tmean", "tmax", "tmin")), place["lat"])
    assert got.dims == ("time", "y", "x") and got.attrs == {"units": "mm/d"}
    assert got[:, 1, 2].values == pytest.approx(one.values, rel=1e-12)


def test_a_lazy_map_stays_lazy():
    dask = pytest.importorskip("dask", reason="dask is not installed")
    maps, lat, elevation = on_a_map(only(days_of(days=10), *HUMID, "rs"))

    def never(*_, **__):
        raise AssertionError("computed")

    lazy = {name: a.chunk() for name, a in maps.items()}
    temperatures = ("tmean", "tmax", "tmin")
    with dask.config.set(scheduler=never):
        out = et.reference_evapotranspiration(**lazy, elevation=elevation, lat=lat)
        hot = et.hargreaves(*(lazy[k] for k in temperatures), lat)
    ready = et.reference_evapotranspiration(**maps, elevation=elevation, lat=lat)
    xr.testing.assert_allclose(out.compute(), ready)
    xr.testing.assert_allclose(hot.compute(), et.hargreaves(*(maps[k] for k in temperatures), lat))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"n": None}, {"n"}),
        ({"lat": None, "elevation": None}, {"lat", "elevation"}),
        ({"tmin": None, "rhmin": None}, {"tmin", "rhmin"}),
        ({"tmean": None, "tmax": None, "rhmax": None}, {"tmax"}),
        ({"rhmax": pd.Series([0.84], DAY), "rhmin": pd.Series([0.63], DAY)}, {"rhmax", "rhmin"}),
        ({"rn": pd.Series([150.0], DAY)}, {"rn"}),
        ({"rs": pd.Series([250.0], DAY)}, {"rn"}),
        ({"n": pd.Series([9.25])}, {"n"}),
        ({"n": 9.25}, {"n"}),
        ({"rs": xr.DataArray([9.25], dims="time")}, {"rs"}),
    ],
)
def test_what_does_not_fit_is_said_at_once(change, said):
    with pytest.raises(InputError) as error:
        et.reference_evapotranspiration(**series(UCCLE | {"n": 9.25}) | PLACE | change)
    assert {p.where for p in error.value.problems} == said


def test_an_argument_that_is_none():
    with pytest.raises(TypeError, match="sunshine"):
        et.reference_evapotranspiration(**series(UCCLE), sunshine=3)


def test_temperatures_on_another_map():
    maps, lat, _ = on_a_map(only(days_of(days=3), "tmean", "tmax", "tmin"))
    with pytest.raises(ValueError, match="exact"):
        et.hargreaves(*maps.values(), lat.assign_coords(x=lat["x"] + 1e-9))


# Beside pyet, to 1e-9 of the result. Its π is 3.141592654: 1.3e-10 of the sun's radiation, and more
# of a result whose terms cancel. Cases with a sun are compared as they are, with room for that, and
# once more, without room, with our sun made as strong as that of pyet by the shares of it that
# reach the ground.

STRONGER = np.pi / 3.141592654
ROOM = 5e-10  # mm/d


@pytest.fixture(scope="module")
def pyet():
    return pytest.importorskip("pyet", reason="pyet is not installed: it asks for pandas < 3")


def beside(got, wanted, room=1e-13):
    if isinstance(wanted, pd.Series):
        assert got.index.equals(wanted.index)
    else:
        assert got.dims == wanted.dims
        assert all(got[d].equals(wanted[d]) for d in wanted.dims)
    np.testing.assert_allclose(got.values, wanted.values, rtol=1e-9, atol=room)
    assert np.isfinite(wanted.values).any()


def both(pyet, weather):
    """As it is, and with a sun as strong as that of pyet."""
    wanted = pyet.pm_fao56(**weather)
    beside(et.reference_evapotranspiration(**weather), wanted, ROOM)
    clear = weather.get("kab") or 0.75 + 2e-5 * weather["elevation"]
    same = {"as1": 0.25, "bs1": 0.5, **weather, "kab": clear}
    same |= {name: same[name] * STRONGER for name in ("as1", "bs1", "kab")}
    beside(et.reference_evapotranspiration(**same), wanted)


OPTIONS = {
    "plain": {},
    "coefficients": {"a": 1.2, "b": -0.2, "albedo": 0.3, "as1": 0.2, "bs1": 0.55},
    "dark": {"a": 0.9, "b": -0.5},  # cloudiness held at its least
    "clear sky": {"kab": 0.78},
    "pressure": {"pressure": 95.0},
    "soil": {"g": 1.5},
    "not clipped": {"clip_zero": False},
    "daylight": {"nn": 12.0},
}
HUMIDITY = {
    "extremes": ("rhmax", "rhmin"),
    "mean": ("rh",),
    "vapour": ("ea",),
    "least temperature": (),
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("humidity", HUMIDITY.values(), ids=HUMIDITY)
@pytest.mark.parametrize("light", ["n", "rs", "rn"])
@pytest.mark.parametrize("degrees", [-35, 0, 50.8])
def test_days_beside_pyet(pyet, degrees, light, humidity, options):
    weather = days_of()
    weather |= {"rh": weather["rhmin"], "ea": weather["rhmax"] / 100, "rn": weather["rs"] - 4}
    weather = only(weather, *BASE, light, *humidity) | {"elevation": 321.0, **options}
    weather["lat"] = float(np.radians(degrees))
    both(pyet, weather)


@pytest.mark.filterwarnings("ignore")
def test_less_is_known_beside_pyet(pyet):
    weather, place = days_of(), {"elevation": 321.0, "lat": 0.7}
    mean = weather["rhmin"].rename(None)
    for known in (
        only(weather, "tmean", "wind", "rs") | {"rh": mean},
        only(weather, "tmean", "tmin", "wind", "rs"),
        only(weather, *HUMID, "rs") | {"tmean": None},
        only(weather, *HUMID, "rs") | {"wind": 2.0},
        only(weather, *HUMID, "rs") | {"rso": weather["rs"] * 1.3, "lat": None},
        only(weather, *HUMID, "rs", "n") | {"albedo": weather["rhmin"] / 200},
    ):
        known = place | known
        both(pyet, known)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("degrees", [66.5, 80, -80, 90])
def test_the_poles_beside_pyet(pyet, degrees):
    for light in ("n", "rs"):
        weather = only(days_of(), *HUMID, light) | {"elevation": 5.0, "lat": np.radians(degrees)}
        both(pyet, weather)
    warm = [days_of()[k] for k in ("tmean", "tmax", "tmin")]
    beside(et.hargreaves(*warm, np.radians(degrees)), pyet.hargreaves(*warm, np.radians(degrees)))


@pytest.mark.parametrize("light", ["n", "rs", "rn"])
def test_maps_beside_pyet(pyet, light):
    weather = days_of(days=400)
    weather["rn"] = weather["rs"] - 4
    maps, lat, elevation = on_a_map(only(weather, *HUMID, light))
    known = maps | {"lat": lat, "elevation": elevation}
    both(pyet, known)
    warm = [maps[k] for k in ("tmean", "tmax", "tmin")]
    beside(et.hargreaves(*warm, lat), pyet.hargreaves(*warm, lat))
    beside(et.hargreaves(*warm, 0.7), pyet.hargreaves(*warm, 0.7))


@pytest.mark.parametrize("degrees", [-60, -35, 0, 22.5, 45])
def test_temperature_alone_beside_pyet(pyet, degrees):
    warm = [days_of(2)[k] for k in ("tmean", "tmax", "tmin")]
    beside(et.hargreaves(*warm, np.radians(degrees)), pyet.hargreaves(*warm, np.radians(degrees)))
