"""Water, soil, sand, flood and climate: numbers laid out by hand, branches, and the traps that the
modules name.
"""

import numpy as np
import pytest
import xarray as xr

from gep.core import ecosystems
from gep.core.errors import InputError, ParameterError, UnitError
from gep.core.units import conversion
from gep.indicators import (
    climate_regulation,
    flood_mitigation,
    get,
    sand_fixation,
    soil_retention,
    water_retention,
)
from gep.processes import soil_cover, soil_erosion, storm_water, wind_erosion, wind_factors


def series(values, dimension, unit, labels=None):
    labels = range(1, len(values) + 1) if labels is None else labels
    return xr.DataArray(
        np.asarray(values, float), {dimension: list(labels)}, (dimension,), attrs={"units": unit}
    )


def over_types(values, unit):
    return series(list(values.values()), "ecosystem", unit, values)


def number(result, unit):
    scale, offset = conversion(result.attrs["units"], unit)
    return result.item() * scale + offset


# --- water retention ------------------------------------------------------------------------------


def test_water_balance_in_square_metres_and_hectares():
    # W1: 1000 ha × (1200 − 42.24 − 700) mm = 1e7 m2 × 0.45776 m = 10 × 1000 × 457.76
    given = {
        "precipitation": "1200 mm/yr",
        "runoff": "42.24 mm/yr",
        "evapotranspiration": "700 mm/yr",
    }
    for area in ("1000 ha", "10 km2", "1e7 m2", "15000 亩"):
        assert number(water_retention.retained_water(area=area, **given), "m3/yr") == pytest.approx(
            10 * 1000 * 457.76
        )


def test_negative_retention_is_kept():
    # irrigated wetland: 400 − 0 − 900 mm on 2 km2
    out = water_retention.retained_water(
        precipitation="400 mm/yr", runoff="0 mm/yr", evapotranspiration="900 mm/yr", area="2 km2"
    )
    assert number(out, "m3/yr") == pytest.approx(-1e6)


def test_runoff_takes_the_row_of_each_type():
    types = ["mixed_forest", "lake", "tree_orchard", "open_forest"]
    out = water_retention.runoff(over_types(dict.fromkeys(types, 1000), "mm/yr"))
    assert out.sel(ecosystem=types).values * 1000 == pytest.approx([35.2, 0, 95.7, 192])
    assert [c.split(" = ")[0] for c in out.attrs["coefficients"]] == [
        f"runoff_coefficient [{t}]" for t in ("mixed_forest", "wetland", "garden", "open_forest")
    ]


@pytest.mark.parametrize(
    "coarse", ["forest", "broadleaf_forest", "grassland", "steppe", "cropland"]
)
def test_no_runoff_coefficient_is_invented_for_a_coarse_type(coarse):
    with pytest.raises(ParameterError, match=coarse):
        water_retention.runoff(over_types({coarse: 1000}, "mm/yr"))


def test_the_two_sets_of_runoff_coefficients_differ():
    rain = over_types({"evergreen_coniferous_forest": 1000}, "mm/yr")
    assert water_retention.runoff(rain).item() * 1000 == pytest.approx(45.2)
    assert water_retention.runoff_redline(rain).item() * 1000 == pytest.approx(30.2)


def test_precipitation_storage_of_gaotianyan():
    # doi 10.5846/stxb201607091410, table of water: area, reduction, 万m3 as printed; 180 mm × 0.6 =
    # 108 mm
    printed = {
        "coniferous_forest": (613, 0.36, 23.83),
        "broadleaf_forest": (2350, 0.39, 98.98),
        "mixed_forest": (1287, 0.34, 47.26),
        "bamboo": (196, 0.22, 4.66),
        "shrub": (260, 0.14, 3.93),
    }
    out = water_retention.retained_water_by_storage(
        area=over_types({k: v[0] for k, v in printed.items()}, "hm2"),
        precipitation="180 mm/yr",
        runoff_producing_share="60 %",
        runoff_reduction=over_types({k: v[1] for k, v in printed.items()}, "1"),
    )
    assert out.values / 1e4 == pytest.approx([v[2] for v in printed.values()], abs=0.006)


# --- soil -----------------------------------------------------------------------------------------


def test_erosivity_adds_up_the_erosive_days():
    # S8: 0.3937 × (20^1.7265 + 35^1.7265 + 50^1.7265) = 589.42; 11.9 mm stays below the threshold
    rain = series([20, 35, 11.9, 50, 0], "day", "mm")
    out = soil_erosion.erosivity(rain, warm_season=series([1] * 5, "day", "1"))
    assert number(out, "MJ mm/(hm2 h a)") == pytest.approx(589.4215, rel=1e-6)
    cold = soil_erosion.erosivity(
        rain, warm_season=series([0] * 5, "day", "1"), record_years="2 yr"
    )
    assert number(cold, "MJ mm/(hm2 h a)") == pytest.approx(
        589.4215 * 0.3101 / 0.3937 / 2, rel=1e-6
    )


def test_a_day_at_the_threshold_is_erosive():
    assert soil_erosion.erosivity("12 mm", warm_season="1").item() > 0
    assert (
        soil_erosion.erosivity("12 mm", warm_season="1", erosive_threshold="12.01 mm").item() == 0
    )


def test_a_missing_day_leaves_the_year_missing():
    assert np.isnan(
        soil_erosion.erosivity(series([20, np.nan], "day", "mm"), warm_season="1").item()
    )


def test_rain_of_a_day_is_no_rate():
    with pytest.raises(UnitError, match="daily_rain"):
        soil_erosion.erosivity("20 mm/yr", warm_season="1")


def test_soil_factor_keeps_its_minus():
    # S10: 0.0172394; with the minus lost it would be 0.0208822
    epic = soil_erosion.erodibility_epic(
        sand="40 %", silt="40 %", clay="20 %", organic_carbon="1.2 %"
    )
    assert epic.item() == pytest.approx(0.280618, abs=5e-7)
    assert number(soil_erosion.erodibility(epic), "t hm2 h/(hm2 MJ mm)") == pytest.approx(
        0.0172394, abs=5e-8
    )


@pytest.mark.parametrize(
    ("degrees", "factor"),
    [
        (5.139, 0.9974),
        (5.141, 1.0054),
        (10.199, 2.4747),
        (10.201, 2.9185),
        (28.809, 9.5934),
        (28.81, 9.5988),
        (60, 9.5988),
    ],
)
def test_steepness_steps_stand_at_the_printed_degrees(degrees, factor):
    assert soil_erosion.slope_steepness_factor(f"{degrees} deg").item() == pytest.approx(
        factor, abs=1e-4
    )


def test_slope_takes_any_unit_of_angle():
    # 15 deg: L of 50 m = 1.6963, S = 4.7081, LS = 7.9863
    for angle in ("15 deg", "15°", "0.2617993878 rad"):
        both = soil_erosion.slope_length_factor(
            "50 m", angle
        ) * soil_erosion.slope_steepness_factor(angle)
        assert both.item() == pytest.approx(7.9863, abs=5e-5)


@pytest.mark.parametrize(
    ("cover", "factor"),
    [
        (0, 0.45),
        (9.99, 0.45),
        (10, 0.24),
        (30, 0.15),
        (50, 0.09),
        (70, 0.043),
        (90, 0.043),
        (90.01, 0.011),
        (100, 0.011),
    ],
)
def test_cover_factor_of_grassland_by_band(cover, factor):
    assert soil_cover.cover_factor(over_types({"meadow": cover}, "%")).item() == pytest.approx(
        factor
    )


def test_cover_factor_over_all_kinds_of_land_at_once():
    types = {
        "broadleaf_forest": 0.004,
        "shrub_orchard": 0.042,
        "paddy": 0,
        "urban_green": 0.01,
        "sandy_land": 0.7,
        "dry_cropland": 0.221 - 0.595 * np.log10(0.8),
    }
    out = soil_cover.cover_factor(over_types(dict.fromkeys(types, 80), "%"))
    assert out.sel(ecosystem=list(types)).values == pytest.approx(list(types.values()))


def test_cover_factor_stays_missing():
    assert np.isnan(soil_cover.cover_factor(over_types({"forest": np.nan}, "%")).item())
    with pytest.raises(
        ParameterError, match="cropland"
    ):  # arable land is paddy or dry: no factor for both
        soil_cover.cover_factor(over_types({"cropland": 50}, "%"))


def test_regressions_of_cover():
    # 30 %: 0.221 + 0.595 × 0.522879 = 0.53211; 20 %: 0.6508 − 0.3436 × 1.30103 = 0.20377
    assert soil_cover.cover_factor_dryland("30 %").item() == pytest.approx(0.53211, abs=1e-5)
    assert soil_cover.cover_factor_dryland("0 %").item() == 1
    assert soil_cover.cover_factor_cai("20 %").item() == pytest.approx(0.20377, abs=1e-5)
    assert (
        soil_cover.cover_factor_cai("78.4 %").item(),
        soil_cover.cover_factor_cai("0.05 %").item(),
    ) == (0, 1)


def test_soil_kept_by_a_forest():
    # S11, S12 per hectare: 5000 × 0.0172394 × 7.9863 = 688.398 t; × 0.996 = 685.645 t
    factors = {
        "erosivity": "5000 MJ mm/(hm2 h a)",
        "erodibility": "0.0172394 t hm2 h/(hm2 MJ mm)",
        "slope_length_factor": "1.696300",
        "slope_steepness_factor": "4.70808",
    }
    bare = soil_retention.retained_soil(area="1 hm2", cover_factor="0", **factors)
    assert bare.item() == pytest.approx(688.398, rel=2e-5)
    assert soil_retention.retained_soil(
        area="1 km2", cover_factor="0.004", **factors
    ).item() == pytest.approx(68564.5, rel=2e-5)
    assert soil_retention.retained_soil(
        area="1 hm2", cover_factor="0.5", practice_factor="0.5", **factors
    ).item() == pytest.approx(688.398 * 0.75, rel=2e-5)


def test_soil_of_garze_s1_to_s7():
    soil, prices = "38.86 亿t/yr", {"dredging": 15.58, "N": 875, "P": 2800}
    silt = number(soil_retention.avoided_siltation(soil, bulk_density="0.93 t/m3"), "亿m3/yr")
    nitrogen = number(soil_retention.avoided_nitrogen(soil, "0.37 %"), "亿t N/yr")
    phosphorus = number(soil_retention.avoided_phosphorus(soil, "0.108 %"), "亿t P/yr")
    values = np.array([silt * prices["dredging"], nitrogen * prices["N"], phosphorus * prices["P"]])
    assert values == pytest.approx([156.256, 125.82, 117.523], rel=2e-4)  # 亿元 as printed
    assert values.sum() == pytest.approx(399.60, rel=1e-4)


def test_bulk_density_and_contents_have_no_default():
    for f, missing in (
        (soil_retention.avoided_siltation, "bulk_density"),
        (soil_retention.avoided_nitrogen, "nitrogen_content"),
    ):
        with pytest.raises(InputError, match=missing):
            f("100 t/yr")


def test_nitrogen_is_no_phosphorus():
    with pytest.raises(UnitError):
        soil_retention.avoided_phosphorus("100 t/yr", phosphorus_content="1 kg N/t")


# --- sand -----------------------------------------------------------------------------------------


def test_wind_erosion_chain():
    # weather 20 kg/m in two months, EF × SCF × K' = 0.4824 × 0.3990 × 0.8, 30 % grass, z = 50 m
    weather = wind_factors.weather_factor(
        series([100, 2000 / 9], "month", "m3/s3"), "1 kg/m3", "0.8", "0.9", gravity="11.6 m/s2"
    )
    assert number(weather, "kg/(m a)") == pytest.approx((100 + 2000 / 9) * 0.72 / 11.6)  # = 20
    factors = {
        "weather_factor": weather,
        "erodible_fraction": "0.4824",
        "crust_factor": "0.3990",
        "roughness_factor": "0.8",
    }
    cover = wind_factors.wind_cover_factor(over_types({"grassland": 30}, "%"))
    transport = wind_erosion.potential_transport(**factors)
    lengths = (
        wind_erosion.potential_field_length(**factors),
        wind_erosion.actual_field_length(**factors, wind_cover_factor=cover),
    )
    bare = wind_erosion.potential_wind_erosion(transport, lengths[0], "50 m")
    covered = wind_erosion.actual_wind_erosion(
        wind_erosion.actual_transport(transport, cover), lengths[1], "50 m"
    )
    assert (lengths[0].item(), lengths[1].item()) == pytest.approx((99.28, 357.56), rel=1e-4)
    assert number(bare, "t/(km2 a)") == pytest.approx(2662.6, rel=3e-4)
    assert number(covered, "kg/(m2 a)") == pytest.approx(0.00821, rel=5e-4)
    assert sand_fixation.fixed_sand("1 km2", bare, covered).item() == pytest.approx(
        2654.4, rel=3e-4
    )


def test_no_wind_no_erosion():
    still = {
        "weather_factor": "0 kg/(m a)",
        "erodible_fraction": "0.5",
        "crust_factor": "0.4",
        "roughness_factor": "0.8",
    }
    length = wind_erosion.potential_field_length(**still)
    assert np.isfinite(length.item())
    assert (
        wind_erosion.potential_wind_erosion(
            wind_erosion.potential_transport(**still), length, "50 m"
        ).item()
        == 0
    )


def test_the_minus_of_the_plant_factor_is_in_the_coefficient():
    with pytest.raises(InputError, match="wind_cover_coefficient"):
        wind_factors.wind_cover_factor("30 %", wind_cover_coefficient="0.1151 1/%")
    # cover in percent: a share read as percent would leave 0.97 at 30 % cover
    assert wind_factors.wind_cover_factor(over_types({"meadow": 0.3}, "1")).item() == pytest.approx(
        np.exp(-3.453)
    )


def test_sand_of_garze_d1_d2():
    area = sand_fixation.controlled_area("779.42 万t/yr", bulk_density="1.28 t/m3")
    assert number(area, "km2/yr") == pytest.approx(60.89, abs=0.005)
    assert area.item() * 3.75 / 1e8 == pytest.approx(2.2835, abs=5e-5)


# --- flood ----------------------------------------------------------------------------------------


def test_curve_number_runoff_of_three_storms():
    # CN 80: S = 63.5 mm, initial abstraction 12.7 mm; 100 mm → 87.3²/150.8 = 50.539; 60 mm →
    # 47.3²/110.8 = 20.192; 10 mm → 0
    retention = storm_water.potential_retention("80")
    storms = series([100, 60, 10], "event", "mm")
    runoff = storm_water.scs_runoff(storms, retention)
    assert number(runoff, "mm/yr") == pytest.approx(87.3**2 / 150.8 + 47.3**2 / 110.8)
    held = flood_mitigation.vegetation_storage(storm_water.storm_rain(storms), runoff, "3 km2")
    assert held.item() == pytest.approx((170 - 70.731206) * 3000, rel=1e-6)


def test_no_runoff_below_the_initial_abstraction():
    retention = storm_water.potential_retention("50")  # 254 mm, of which 50.8 mm fill first
    assert storm_water.scs_runoff("50.8 mm", retention).item() == 0
    assert storm_water.scs_runoff("30 mm", retention).item() == 0
    assert storm_water.scs_runoff("30 mm", retention, initial_abstraction_ratio="0.05").item() > 0


def test_storage_against_bare_ground_is_less():
    storm = series([100], "event", "mm")
    plants = storm_water.scs_runoff(storm, storm_water.potential_retention("80"))
    bare = storm_water.bare_storm_runoff(
        storm, "90"
    )  # S = 28.2222: (100 − 5.64444)²/(94.35556 + 28.22222) = 72.6311
    assert number(bare, "mm/yr") == pytest.approx(94.355556**2 / 122.577778)
    over_bare = flood_mitigation.vegetation_storage_over_bare(bare, plants, "1 km2").item()
    assert over_bare == pytest.approx((72.6311 - 50.5391) * 1000, rel=1e-4)
    assert (
        over_bare
        < flood_mitigation.vegetation_storage(storm_water.storm_rain(storm), plants, "1 km2").item()
    )


def test_storm_regression_stays_between_nothing_and_the_rain():
    out = storm_water.storm_runoff(series([100, 30, 0], "event", "mm"), "7.5 mm", "27 mm")
    assert number(out, "mm/yr") == pytest.approx(
        7.5 * np.log(100) - 27
    )  # the two small storms give nothing
    with pytest.raises(InputError, match="runoff_slope"):
        storm_water.storm_runoff("100 mm")


def test_a_lake_regression_holds_for_one_lake():
    # two lakes of 50 km2 hold e^6.636 × 50^0.678 each, less or more than one of 100 km2 by zone
    two = (
        flood_mitigation.lake_storage_tibetan_plateau(series([50, 50], "item", "km2", ["a", "b"]))
        .sum()
        .item()
    )
    one = flood_mitigation.lake_storage_tibetan_plateau("100 km2").item()
    assert two / one == pytest.approx(2**0.322)
    assert two == pytest.approx(2 * 762.0407e4 * 50**0.678, rel=1e-6)


def test_lakes_of_the_eastern_plain_are_exchanged_more_often():
    once = flood_mitigation.lake_storage_eastern_plain("100 km2", exchanges="1 1/yr")
    assert flood_mitigation.lake_storage_eastern_plain("100 km2").item() == pytest.approx(
        3.19 * once.item()
    )


def test_no_zone_no_lake():
    with pytest.raises(InputError, match="lake_intercept"):
        flood_mitigation.lake_storage("100 km2")


def test_flood_of_garze():
    # F1, F2, F3 at 7.06 CNY/m3: lake 165.098 km2, reservoirs 300 万m3 × 0.35, marsh 1999.23 km2 ×
    # 0.3 m
    lake = flood_mitigation.lake_storage_tibetan_plateau("165.098 km2").item()
    reservoir = flood_mitigation.reservoir_storage("300 万m3").item()
    marsh = flood_mitigation.marsh_storage("1999.23 km2").item()
    assert (lake / 1e8, reservoir / 1e8, marsh / 1e8) == pytest.approx(
        (2.43, 0.0105, 5.99769), rel=1e-4
    )
    assert (lake + reservoir + marsh) * 7.06 / 1e8 == pytest.approx(59.56, rel=1e-3)


def test_water_taken_up_in_two_floods():
    out = flood_mitigation.stored_volume(
        series([3.1, 2.4], "event", "亿m3"), series([0.65, 1.9], "event", "亿m3")
    )
    assert number(out, "亿m3/yr") == pytest.approx(2.45 + 0.5)


# --- climate --------------------------------------------------------------------------------------


def test_cooling_days_are_counted():
    warm = series([25, 26, 26.1, 31, 33], "day", "degC")
    assert climate_regulation.cooling_days(warm).item() == 3
    assert (
        climate_regulation.cooling_days(
            warm.copy(data=warm + 273.15).assign_attrs(units="kelvin"), cooling_threshold="30 degC"
        ).item()
        == 2
    )
    assert np.isnan(climate_regulation.cooling_days(series([30, np.nan], "day", "degC")).item())


def test_transpiration_has_no_default_and_is_divided_by_the_performance():
    # Garzê fixes heat × days / performance per m2: forest 14186.4, shrub 6504.8, grassland 4849.1
    # kJ → 2799.1 亿kWh
    area = over_types({"forest": 31920.6, "shrub": 32283.46, "grassland": 71113.87}, "km2")
    heat = over_types(
        {"forest": 14186.4 / 5, "shrub": 6504.8 / 5, "grassland": 4849.1 / 5}, "kJ/(m2 d)"
    )
    out = climate_regulation.vegetation_cooling(heat, area, "15 d/yr")
    assert out.sum().item() / 1e8 == pytest.approx(2799.1, rel=1e-4)
    with pytest.raises(InputError, match="transpiration_heat"):
        climate_regulation.vegetation_cooling(area=area, cooling_days="15 d/yr")


def test_the_performance_divides_the_latent_heat_alone():
    # a cubic metre: 2450 kJ/kg = 680.556 kWh; with performance 3: 226.852; humidifier 125 kWh
    def water(cooling, humidifying, **more):
        return climate_regulation.water_surface_cooling(
            "1 m2", f"{cooling} m/yr", f"{humidifying} m/yr", **more
        ).item()

    assert water(1, 0) == pytest.approx(226.8519, rel=1e-6)
    assert water(1, 0, cop="1") == pytest.approx(680.5556, rel=1e-6)
    assert water(0, 1) == pytest.approx(125) == water(0, 1, cop="1")
    assert water(1, 0.5) == pytest.approx(226.8519 + 62.5, rel=1e-6)


def test_a_difference_of_temperature_is_no_temperature():
    assert climate_regulation.temperature_cooling(
        "1 km2", "2 delta_degC", "0.5 kWh/(m2 kelvin a)"
    ).item() == pytest.approx(1e6)
    with pytest.raises(InputError, match="temperature_difference"):
        climate_regulation.temperature_cooling("1 km2", "2 degC", "0.5 kWh/(m2 kelvin a)")


# --- who supplies what ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("indicator", "component", "inside", "outside"),
    [
        (
            "soil_retention",
            "siltation",
            ["mixed_forest", "dry_cropland", "mangrove", "urban_green", "sandy_land"],
            ["lake", "reservoir", "settlement", "urban", "wetland", "nearshore_sea", "glacier"],
        ),
        (
            "sand_fixation",
            "fixed_sand",
            ["meadow", "sandy_land", "bare"],
            ["lake", "industry_transport", "nearshore_sea"],
        ),
        (
            "climate_regulation",
            "vegetation",
            ["shrub", "urban_green"],
            ["lake", "marsh", "nearshore_sea", "settlement"],
        ),
        (
            "climate_regulation",
            "water_surface",
            ["lake", "river", "reservoir", "marsh", "wetland"],
            ["nearshore_sea", "beach", "paddy", "forest"],
        ),
        (
            "flood_mitigation",
            "vegetation",
            ["forest", "urban_green"],
            ["lake", "settlement", "nearshore_sea"],
        ),
    ],
)
def test_only_these_ecosystems_supply(indicator, component, inside, outside):
    supplied_by = get(indicator).component(component).supplied_by
    assert all(ecosystems.belongs(e, supplied_by) for e in inside)
    assert not any(ecosystems.belongs(e, supplied_by) for e in outside)


@pytest.mark.parametrize(
    "indicator",
    [
        "water_retention",
        "soil_retention",
        "sand_fixation",
        "flood_mitigation",
        "climate_regulation",
    ],
)
def test_no_uncertain_coefficient_is_a_default(indicator):
    for f in get(indicator).formulas().values():
        for spec in f.inputs.values():
            for row in getattr(spec.default, "rows", ()):
                assert row.evidence in ("sourced", "derived", "general"), row
