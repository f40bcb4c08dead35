"""Raster accounts against sums laid out by hand and against the table account."""

import numpy as np
import pytest

from gep import opening as folders
from gep.core.errors import InputError

WATER = {"precipitation": (None, "mm/yr"), "evapotranspiration": (None, "mm/yr")}


def water(shape, rain=1500.0, et=900.0):
    return {
        "precipitation": (np.full(shape, rain, "f4"), "mm/yr"),
        "evapotranspiration": (np.full(shape, et, "f4"), "mm/yr"),
    }


def part(account, name="water_retention.retained_water"):
    return next(p for p in account.parts if p.name == name)


def test_by_hand(folder):
    """Two hectares of forest with 1500 and 1000 mm of rain, one of meadow with 1200; ET 900, no
    runoff: 6000 + 1000 + 3000 m3.
    """
    path = folder(
        [[1, 1], [2, 0]],
        {
            "precipitation": (np.array([[1500, 1000], [1200, 9]], "f4"), "mm/yr"),
            "evapotranspiration": (np.full((2, 2), 900, "f4"), "mm/yr"),
        },
    )
    account = folders.read(path)
    q = part(account).data["quantity"].sel(year=2020)
    assert float(q.sel(ecosystem="evergreen_broadleaf_forest")) == pytest.approx(7000, rel=1e-12)
    assert float(q.sel(ecosystem="meadow")) == pytest.approx(3000, rel=1e-12)
    assert float(account.total) == pytest.approx(20000, rel=1e-12)
    assert part(account).data["status"].sel(ecosystem="lake", year=2020) == "absent"


def test_uniform_raster_is_the_table(folder):
    codes = np.random.default_rng(1).integers(1, 4, (70, 90)).astype("u1")
    uptake = "".join(
        f"air_purification,so2,uptake_rate,{e},,{v},kg SO2/(hm2 yr),s\n"
        for e, v in (("forest", 120), ("meadow", 21))
    )
    emission = "air_purification,so2,emission,,,100,t SO2/yr,s\n"
    inputs = (
        "water_retention,,runoff_coefficient,forest,,4,%,s\nwater_retention,,runoff_coefficient,meadow,,9,%,s\nwater_retention,,runoff_coefficient,lake,,0,%,s\n"
        + uptake
        + emission
    )
    prices = (
        "water_retention,,reservoir_cost,,,2,CNY/m3,2020,s\nair_purification,so2,treatment_cost,,,1200,CNY/t"
        " SO2,2020,s\n"
    )
    path = folder(codes, water(codes.shape), inputs=inputs, prices=prices)
    raster = folders.read(path)
    (path / "rasters.toml").unlink()
    areas = {"evergreen_broadleaf_forest": 1, "meadow": 2, "lake": 3}
    rows = "".join(f",,area,{name},,{int((codes == c).sum())},hm2,s\n" for name, c in areas.items())
    rows += "".join(
        f",,{n},{name},,{v},mm/yr,s\n"
        for name in areas
        for n, v in (("precipitation", 1500), ("evapotranspiration", 900))
    )
    table_inputs = inputs.replace(",forest,", ",evergreen_broadleaf_forest,")
    (path / "inputs.csv").write_text(
        "indicator,component,input,ecosystem,region,value,unit,source\n" + rows + table_inputs,
        "utf-8",
    )
    table = folders.read(path)
    assert float(raster.total) == pytest.approx(float(table.total), rel=1e-9)
    for mine, theirs in ((raster, table),):
        a, b = mine.by("ecosystem"), theirs.by("ecosystem")
        assert all(a[k] == pytest.approx(b[k], rel=1e-9) for k in b.index if b[k])
    assert part(raster, "air_purification.so2").outcome.cap_ratio == pytest.approx(
        float(part(table, "air_purification.so2").outcome.cap_ratio), rel=1e-12
    )


def test_classes_without_a_figure_keep_the_coefficient_of_the_table(folder):
    """Meadow is given 10 %; the forest keeps its 4.65 %, on one hectare each with 1,000 mm of rain
    and 500 mm of evapotranspiration.
    """
    layers = {
        "precipitation": (np.array([[1000.0, 1000.0]], "f4"), "mm/yr"),
        "evapotranspiration": (np.array([[500.0, 500.0]], "f4"), "mm/yr"),
    }
    account = folders.read(
        folder(
            np.array([[1, 2]], "u1"),
            layers,
            inputs="water_retention,,runoff_coefficient,meadow,,10,%,s\n",
        )
    )
    assert account.by("ecosystem").to_dict() == pytest.approx(
        {"evergreen_broadleaf_forest": 2 * 4535.0, "meadow": 2 * 4000.0, "lake": np.nan},
        nan_ok=True,
    )


def test_a_missing_cell_is_counted_not_dropped(folder):
    rain = np.array([[1500, -9999], [1500, 1500]], "f4")
    account = folders.read(
        folder([[1, 1], [2, 0]], {**water((2, 2)), "precipitation": (rain, "mm/yr")})
    )
    gap = next(w for w in account.warnings if w.code == "layer.gaps")
    assert gap.values["cells"] == 1 and gap.values["hectares"] == pytest.approx(1)
    assert float(part(account).data["quantity"].sum()) == pytest.approx(12000)


def test_a_class_without_any_number_is_missing_not_zero(folder):
    rain = np.array([[-9999, -9999], [1500, 1500]], "f4")
    account = folders.read(
        folder([[1, 1], [2, 2]], {**water((2, 2)), "precipitation": (rain, "mm/yr")})
    )
    assert (
        str(
            part(account)
            .data["status"]
            .sel(ecosystem="evergreen_broadleaf_forest", year=2020)
            .item()
        )
        == "missing"
    )
    gone = next(m for m in account.missing if m.component == "retained_water")
    assert (
        gone.ecosystems == ("evergreen_broadleaf_forest",)
        and ("precipitation", "m/yr") in gone.needs
    )


def test_the_nodata_sentinel_is_a_mask(folder):
    """A layer whose nodata value lies in its own range: those cells have no number, others keep
    theirs.
    """
    rain = np.array([[1000, 1200], [1000, 1300]], "f4")
    path = folder(
        [[1, 1], [1, 1]],
        {"precipitation": (rain, "mm/yr"), "evapotranspiration": (np.zeros((2, 2), "f4"), "mm/yr")},
        nodata=1000,
    )
    # the map's own codes are below 1000, so its nodata does not occur in it
    assert float(part(folders.read(path)).data["quantity"].sum()) == pytest.approx(12000 + 13000)


def test_prices_by_cell(folder):
    layers = {
        **water((1, 2)),
        "water_retention.reservoir_cost": (np.array([[2, 5]], "f4"), "CNY/m3"),
    }
    account = folders.read(
        folder(
            [[1, 1]], layers, prices="soil_retention,siltation,dredging_cost,,,2,CNY/m3,2020,s\n"
        )
    )
    assert float(account.total) == pytest.approx(6000 * 2 + 6000 * 5)
    ledger = account.ledger.query("component == 'retained_water'")
    assert (ledger["quantity"] * ledger["price"]).sum() == pytest.approx(42000)


def test_layers_may_be_limited_to_classes(folder):
    extra = '"flood_mitigation.marsh_area" = { of = "area", ecosystems = ["lake"] }\n'
    path = folder(
        [[1, 3], [3, 3]],
        water((2, 2)),
        prices="water_retention,,reservoir_cost,,,2,CNY/m3,2020,s\nflood_mitigation,,reservoir_cost,,,2,CNY/m3,2020,s\n",
    )
    with (path / "rasters.toml").open("a") as f:
        f.write(extra)
    account = folders.read(path)
    assert float(part(account, "flood_mitigation.marsh").data["quantity"].sum()) == pytest.approx(
        3 * 1e4 * 0.3
    )


def test_degrees_are_never_metres(folder):
    import rasterio
    from pyproj import Geod

    step = rasterio.Affine(0.1, 0, 113, 0, -0.1, 23)
    account = folders.read(folder([[1], [1]], water((2, 1)), crs="EPSG:4326", transform=step))
    lons = [*np.linspace(113, 113.1, 400), *np.linspace(113.1, 113, 400)]
    ring = abs(Geod(ellps="WGS84").polygon_area_perimeter(lons, [22.8] * 400 + [23.0] * 400)[0])
    assert float(part(account).data["quantity"].sum()) == pytest.approx(0.6 * ring, rel=1e-6)


@pytest.mark.parametrize("crs, code", [("EPSG:3857", "raster.distorted"), (None, "raster.crs")])
def test_areas_that_cannot_be_known_are_refused(folder, crs, code):
    import rasterio

    path = folder(
        [[1]],
        water((1, 1)),
        crs=crs,
        transform=rasterio.Affine(30, 0, 12_600_000, 0, -30, 2_600_000),
    )
    with pytest.raises(InputError) as error:
        folders.read(path)
    assert code in {p.code for p in error.value.problems}


def test_scs_runoff_as_published(folder):
    """TR-55 and InVEST's urban flood model: CN 80, 100 mm of rain: S = 63.5 mm, Q = 87.3² / 150.8 =
    50.54 mm.
    """
    layers = {
        "flood_mitigation.event_rain": (np.full((3, 4), 100, "f4"), "mm"),
        "flood_mitigation.curve_number": (np.full((3, 4), 80, "f4"), "1"),
    }
    account = (
        '[methods]\n"flood_mitigation.storm_runoff" ='
        ' "scs_runoff"\n"flood_mitigation.vegetation_storage" = "vegetation_storage"\n'
    )
    from tests.spatial.conftest import ACCOUNT

    path = folder(
        np.ones((3, 4), "u1"),
        layers,
        account=ACCOUNT + account,
        prices="flood_mitigation,,reservoir_cost,,,2,CNY/m3,2020,s\n",
    )
    held = float(part(folders.read(path), "flood_mitigation.vegetation").data["quantity"].sum())
    assert held / 12e4 * 1000 == pytest.approx(100 - 87.3**2 / 150.8, rel=1e-9)


def test_rusle_product_as_published(folder):
    """R 5000 MJ mm/(ha h a) × K 0.02 × LS 2.5 × 0.5 × (1 − C 0.1) × 6 ha = 675 t: sums of the RKLS
    less USLE of InVEST's sediment model.
    """
    numbers = {
        "erosivity": (5000, "MJ mm/(hm2 h a)"),
        "erodibility": (0.02, "t hm2 h/(hm2 MJ mm)"),
        "slope_length_factor": (2.5, "1"),
        "slope_steepness_factor": (0.5, "1"),
        "cover_factor": (0.1, "1"),
    }
    layers = {f"soil_retention.{k}": (np.full((2, 3), v, "f4"), u) for k, (v, u) in numbers.items()}
    path = folder(
        np.ones((2, 3), "u1"),
        layers,
        inputs="soil_retention,,nitrogen_content,,,1,g/kg,s\n",
        prices="soil_retention,nitrogen,treatment_cost,,,1750,CNY/t N,2020,s\n",
    )
    assert float(
        part(folders.read(path), "soil_retention.nitrogen").data["quantity"].sum()
    ) == pytest.approx(0.675, rel=1e-6)


def test_carbon_sums_by_class(folder):
    """Rates by class times area, as InVEST's carbon model sums its pools: 3 ha × 2 + 1 ha × 0.5 t C
    = 6.5 t C = 23.8333 t CO2.
    """
    inputs = (
        "carbon_sequestration,carbon,rate,forest,,2,t C/(hm2"
        " a),s\ncarbon_sequestration,carbon,rate,meadow,,0.5,t C/(hm2 a),s\n"
    )
    path = folder(
        [[1, 1], [1, 2]],
        {},
        inputs=inputs,
        prices="carbon_sequestration,,carbon_price,,,90,CNY/t CO2,2020,s\n",
    )
    assert float(
        part(folders.read(path), "carbon_sequestration.carbon").data["quantity"].sum()
    ) == pytest.approx(6.5 * 44 / 12, rel=1e-12)


def test_a_zone_without_a_parent_lies_in_the_region(folder):
    """West (in the district Upper) and east (of no district) hold 6000 and 1000 m3, at 2 CNY: both
    are the city's.
    """
    import geopandas
    import shapely

    halves = [
        shapely.box(600_000, 2_499_900, 600_100, 2_500_000),
        shapely.box(600_100, 2_499_900, 600_200, 2_500_000),
    ]
    zones = geopandas.GeoDataFrame(
        {"name": ["west", "east"], "parent": ["Upper", None]}, geometry=halves, crs="EPSG:32650"
    )
    layers = {
        "precipitation": (np.array([[1500, 1000]], "f4"), "mm/yr"),
        "evapotranspiration": (np.full((1, 2), 900, "f4"), "mm/yr"),
    }
    path = folder([[1, 1]], layers, zones=zones)
    (path / "rasters.toml").write_text(
        (path / "rasters.toml").read_text("utf-8") + 'parent = "parent"\n', "utf-8"
    )
    account = folders.read(path)
    assert account.total == pytest.approx(14000) and account.basis.children("City") == [
        "Upper",
        "City (outside the zones)",
        "east",
    ]
