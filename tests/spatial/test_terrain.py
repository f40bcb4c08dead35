"""Helpers against planes, published examples and the standard's own formula."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from gep.core.errors import InputError
from gep.spatial import terrain

pytestmark = pytest.mark.filterwarnings("ignore")  # of the libraries underneath


def plane(n=20, step=10.0, rise=0.5, **attrs):
    x, y = np.arange(n) * step + 5000, 9000 - np.arange(n) * step
    return xr.DataArray(
        np.add.outer(np.zeros(n), np.arange(n) * step * rise) + 10, {"y": y, "x": x}, ("y", "x")
    )


def test_slope_of_a_plane():
    pytest.importorskip("xrspatial", reason="needs the extra 'terrain'")
    got = terrain.slope(plane(rise=0.5))
    assert got.attrs["units"] == "rad" and np.isnan(got[0, 0])
    assert got[1:-1, 1:-1].values == pytest.approx(np.arctan(0.5), rel=1e-6)


def test_slope_length_of_a_plane_grows_downhill():
    """On a plane that rises to the east water runs west: 10 m at the top, 10 m more with each cell
    down, at most the longest.
    """
    pytest.importorskip("pyflwdir", reason="needs the extra 'terrain'")
    got = terrain.slope_length(plane(), longest=85)
    assert got[10, 10:].values == pytest.approx(np.minimum(np.arange(100, 0, -10), 85))
    assert got.attrs["units"] == "m"


@pytest.mark.parametrize("bad", [plane(step=0.001) - 0, plane()[:2], plane().isel(x=[0, 1, 5])])
def test_what_is_no_grid_in_metres(bad):
    if bad.sizes["x"] == 20 and bad.sizes["y"] == 20:
        bad = bad.assign_coords(x=113 + np.arange(20) * 0.001, y=22 - np.arange(20) * 0.001)
    with pytest.raises(InputError):
        terrain.slope(bad)


def test_erosivity_of_daily_rain_by_hand():
    """40 mm in July and 20 mm in January, 8 mm never erosive: 0.3937 × 40^1.7265 + 0.3101 ×
    20^1.7265 = 229.7 + 54.66 MJ mm/(hm2 h yr).
    """
    time = pd.date_range("2020-01-01", "2020-12-31")
    rain = xr.DataArray(np.zeros(len(time)), {"time": time}, ("time",), attrs={"units": "mm"})
    rain.loc["2020-07-04"], rain.loc["2020-01-09"], rain.loc["2020-08-01"] = 40, 20, 8
    wanted = 0.3937 * np.exp(1.7265 * np.log(40)) + 0.3101 * np.exp(1.7265 * np.log(20))
    assert float(terrain.daily_erosivity(rain)) * 1e4 == pytest.approx(wanted, rel=1e-9)
    two = xr.concat(
        [rain, rain[:365].assign_coords(time=pd.date_range("2022-01-01", "2022-12-31"))], "time"
    )
    assert float(terrain.daily_erosivity(two)) * 1e4 == pytest.approx(wanted, rel=1e-9)
    with pytest.raises(InputError):
        terrain.daily_erosivity(rain.rename(time="day"))
    with pytest.raises(
        InputError, match=r"2020 \(184\), 2021 \(181\)"
    ):  # a year from July to June would count as two
        terrain.daily_erosivity(
            rain[:365].assign_coords(time=pd.date_range("2020-07-01", periods=365))
        )


def test_curve_numbers_of_tr55():
    classes = xr.DataArray([[1, 1, 2], [3, 2, 9]], dims=("y", "x"))
    soil = xr.DataArray([[1, 4, 2], [2, 0, 1]], dims=("y", "x"))
    got = terrain.curve_number(
        classes, {1: "mixed_forest", 2: "dry_cropland", 3: "lake"}, soil
    ).values
    assert got[0].tolist() == [30, 77, 78] and np.isnan(got[1]).all()
    with pytest.raises(InputError):
        terrain.curve_number(classes, {1: "forest"}, soil + 4)


def test_evapotranspiration_as_fao56_prints_it():
    """FAO-56, example 18: Uccle, 6 July: 3.9 mm a day."""
    day = pd.DatetimeIndex(["2015-07-06"])
    weather = {
        k: pd.Series([v], day)
        for k, v in {
            "tmean": 16.9,
            "tmax": 21.5,
            "tmin": 12.3,
            "wind": 2.078,
            "rhmax": 84.0,
            "rhmin": 63.0,
            "n": 9.25,
        }.items()
    }
    assert float(
        terrain.reference_evapotranspiration(**weather, elevation=100, lat=np.radians(50.8)).iloc[0]
    ) == pytest.approx(3.9, abs=0.05)
    with pytest.raises(InputError):
        terrain.reference_evapotranspiration(**weather, elevation=100, lat=50.8)
    with pytest.raises(TypeError, match="sunshine"):
        terrain.reference_evapotranspiration(
            **weather, elevation=100, lat=np.radians(50.8), sunshine=weather["n"]
        )


def test_evapotranspiration_from_temperature_as_fao56_prints_it():
    """FAO-56, example 20: Lyon, July: 5.0 mm a day."""
    warm = [pd.Series([t], pd.DatetimeIndex(["2015-07-15"])) for t in (20.7, 26.6, 14.8)]
    assert terrain.hargreaves(*warm, np.radians(45.72)).iloc[0] == pytest.approx(5.0, abs=0.05)
    with pytest.raises(InputError):
        terrain.hargreaves(*warm, 45.72)
