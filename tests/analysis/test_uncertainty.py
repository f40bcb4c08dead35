"""Draws against what is known by formula: intervals of linear cases, means of products, shared
figures, map error.
"""

import math
import time

import numpy as np
import pytest
import xarray as xr

from gep import opening as reader
from gep.analysis.uncertainty import (
    from_data,
    map_error,
    sample,
    settings,
    sobol,
    spread,
    uncertainty,
    uniform,
)
from gep.core.errors import InputError
from gep.indicators import get

Z = 1.959963984540054
N = 20_000


def water(value, extra="", region="", component="retained_water"):
    return f"water_retention,{component},quantity,,,{region},,{value},m3,test,{extra}\n"


def price(
    value, extra="", indicator="water_retention", component="retained_water", name="reservoir_cost"
):
    return f"{indicator},{component},{name},,,,{value},CNY/m3,2020,,test,{extra}\n"


def test_sum_of_normal_figures_has_the_analytic_interval(account):
    """Two districts of 100 ± 10 and 200 ± 20 m³ at exactly 7 CNY: sd = 7 √(10² + 20²), 95 % = mean
    ± 1.96 sd.
    """
    rows = water(100, ",,normal 10 %", "A") + water(200, ",,normal 10 %", "B")
    one = uncertainty(
        account(rows, price(7), regions_csv="region,parent\nA,City\nB,City\n"), N, seed=3
    ).interval()
    sd = 7 * math.hypot(10, 20)
    assert one.value == pytest.approx(2100)
    assert one.mean == pytest.approx(2100, abs=4 * sd / math.sqrt(N))
    assert one.sd == pytest.approx(sd, rel=4 / math.sqrt(2 * N))
    reach = (
        4 * math.sqrt(0.025 * 0.975 / N) / 0.05845 * sd
    )  # four standard errors of the quantile; 0.05845 is the density there
    assert one.low == pytest.approx(2100 - Z * sd, abs=reach)
    assert one.high == pytest.approx(2100 + Z * sd, abs=reach)
    assert one.median == pytest.approx(2100, abs=4 * 1.2533 * sd / math.sqrt(N))


def test_product_of_independent_factors_has_the_product_of_the_means(account):
    """E(q p) = E(q) E(p), and Var = q² s_p² + p² s_q² + s_q² s_p²."""
    one = uncertainty(
        account(water(100, ",,lognormal 40 %"), price(7, "4,13,triangular")), N, seed=5
    )
    mean_p = (4 + 7 + 13) / 3
    var_p = (4**2 + 7**2 + 13**2 - 4 * 7 - 4 * 13 - 7 * 13) / 18
    sd = math.sqrt(100**2 * var_p + mean_p**2 * 40**2 + 40**2 * var_p)
    assert one.interval().mean == pytest.approx(100 * mean_p, abs=4 * sd / math.sqrt(N))
    assert one.interval().sd == pytest.approx(sd, rel=0.05)
    assert one.interval().value == 700


def test_first_order_of_a_linear_case_is_exact_and_of_a_product_nearly(account):
    linear = uncertainty(account(water(100, ",,normal 10 %"), price(7)), 1000)
    assert linear.first_order == pytest.approx(70, rel=1e-9)
    product = uncertainty(account(water(100, ",,normal 10 %"), price(7, ",,normal 5 %")), N, seed=2)
    assert product.first_order == pytest.approx(700 * math.hypot(0.1, 0.05), rel=1e-6)
    assert product.interval().sd == pytest.approx(product.first_order, rel=0.03)


def test_draws_leave_the_account_as_it_was(account):
    """A value of 900 beside 100 m3 × 7 CNY is said once, however often the figures are worked out
    again.
    """
    one = account(
        water(100, ",,normal 10 %")
        + "water_retention,retained_water,value,,,,,900,CNY,test,,,normal 5 %\n",
        price(7),
    )
    (part,) = one.parts
    before = part.outcome.notes, part.data.copy(deep=True)
    assert [n.code for n in before[0]] == ["value.gap"]
    uncertainty(one, 200)
    assert part.outcome.notes == before[0] and part.data.identical(before[1])


def test_prices_that_move_together_add_their_errors(account):
    """Two prices of 10 % error on equal quantities: 10 % of the root of the squares; as one error
    made twice, 10 % of the sum.
    """
    both = water(100) + "flood_mitigation,reservoir,quantity,,,,,100,m3,test,,,\n"
    apart = price(7, ",,normal 10 %") + price(7, ",,normal 10 %", "flood_mitigation", "reservoir")
    assert uncertainty(account(both, apart, name="apart"), N).interval().sd == pytest.approx(
        140 / math.sqrt(2), rel=0.03
    )
    tied = uncertainty(account(both, apart, name="apart"), N, together=["reservoir_cost"])
    assert tied.interval().sd == pytest.approx(140, rel=0.03)
    assert list(tied.tornado["input"]) == ["reservoir_cost"]


def test_a_shared_coefficient_of_a_table_moves_all_ecosystems_together(account):
    """Soil of two ecosystem types through one bulk density: 10 % error of it is 10 % of the total,
    not 7 %.
    """
    rows = "".join(
        f"soil_retention,,retained_soil,,{e},,,1000,t,test,,,\n" for e in ("forest", "grassland")
    )
    rows += (
        "soil_retention,siltation,bulk_density,,,,,1.25,t/m3,test,,,normal 5 %\n"
        "soil_retention,siltation,siltation_share,,,,,0.24,1,test,,,\n"
    )
    prices = "soil_retention,siltation,dredging_cost,,,,20,CNY/m3,2020,,test,,,\n"
    found = uncertainty(account(rows, prices), N)
    part = found.ledger[(found.ledger["component"] == "siltation")]
    assert len(part) == 2
    ratio = part["value_high"] / part["value"]
    assert ratio.iloc[0] == pytest.approx(ratio.iloc[1], rel=1e-12)
    total = found.interval("component", "soil_retention.siltation")
    assert total.sd / total.value == pytest.approx(0.05, rel=0.05)


def test_same_seed_same_draws_whatever_the_blocks_and_the_order(account):
    first, second = water(100, ",,normal 10 %", "A"), water(200, "150,260,", "B")
    regions = "region,parent\nA,City\nB,City\n"
    one = account(first + second, price(7, ",,lognormal 20 %"), regions_csv=regions, name="one")
    two = account(second + first, price(7, ",,lognormal 20 %"), regions_csv=regions, name="two")
    runs = [
        uncertainty(one, 3000, 9),
        uncertainty(one, 3000, 9, block=171),
        uncertainty(two, 3000, 9, block=3000),
    ]
    for other in runs[1:]:
        assert other.interval() == pytest.approx(runs[0].interval(), rel=1e-12)
        assert other.interval("region", "B") == pytest.approx(
            runs[0].interval("region", "B"), rel=1e-12
        )
    assert uncertainty(one, 3000, 10).interval() != pytest.approx(runs[0].interval(), rel=1e-6)


def test_draws_are_the_same_for_table_raster_and_dask():
    """One formula on a number, on a grid and on a chunked grid: the draws of its price of rain do
    not differ.
    """
    f = get("water_retention").formulas()["retained_water"]
    rain = sample("precipitation", spread(1.2, distribution="normal 5 %"), 64, seed=4).assign_attrs(
        units="m/yr"
    )
    rest = {"runoff": "0.04 m/yr", "evapotranspiration": "0.7 m/yr"}
    grid = xr.DataArray(np.full((3, 5), 100.0), dims=("y", "x"), attrs={"units": "m^2"})
    table = f(precipitation=rain, area="100 m^2", **rest)
    raster = f(precipitation=rain, area=grid, **rest)
    lazy = f(precipitation=rain.chunk({"draw": 10}), area=grid.chunk({"y": 2}), **rest)
    for y in range(3):
        np.testing.assert_array_equal(raster.isel(y=y, x=4).values, table.values)
    np.testing.assert_array_equal(lazy.compute().transpose(*raster.dims).values, raster.values)
    parts = np.concatenate(
        [
            sample(
                "precipitation", spread(1.2, distribution="normal 5 %"), 16, seed=4, start=k
            ).values
            for k in range(0, 64, 16)
        ]
    )
    np.testing.assert_array_equal(parts, rain.values)


@pytest.mark.parametrize(
    "stated",
    [
        ("normal 10 %", None, None),
        ("lognormal 60 %", None, None),
        ("triangular", 3.0, 12.0),
        ("uniform", 3.0, 9.0),
        ("bounded", 2.0, 9.0),
        ("", 3.0, 12.0),
    ],
)
def test_spreads_have_the_mean_and_deviation_they_claim(stated):
    """Against the integral of the quantile function, by the midpoint rule."""
    text, low, high = stated
    s = spread(5.0, low, high, text)
    at = s.at((np.arange(2_000_000) + 0.5) / 2_000_000)
    assert at.mean() == pytest.approx(s.mean, rel=1e-5)
    assert at.std() == pytest.approx(s.deviation, rel=1e-3)
    if low is not None:
        assert low <= at.min() and at.max() <= high


def test_range_of_a_normal_figure_holds_95_percent():
    s = spread(10.0, 8.0, 12.0, "normal")
    assert s.at(np.array([0.025, 0.975])) == pytest.approx([8.0, 12.0], abs=1e-9)
    s = spread(10.0, 5.0, 20.0, "lognormal")
    assert np.diff(np.log(s.at(np.array([0.025, 0.975]))))[0] == pytest.approx(
        math.log(4), abs=1e-9
    )
    assert s.mean == 10.0


def test_observed_figures_are_drawn_from_themselves(account):
    data = [90.0, 95.0, 100.0, 120.0]
    assert from_data(data).at(np.array([0.0, 0.125, 0.375, 1.0])).tolist() == [90, 90, 95, 120]
    found = uncertainty(account(water(100), price(7)), 5000, errors={"quantity": from_data(data)})
    assert 90 * 7 <= found.interval().low < found.interval().high <= 120 * 7


def test_area_after_map_error_is_the_adjusted_area(account):
    """100 ha of forest and 300 of grassland on the map; 8 of 10 forest samples are forest, 19 of 20
    grassland ones grassland.

    By hand: forest 100 × 0.8 + 300 × 0.05 = 95 ha, grassland 305 ha. The variance of a share of n
    samples drawn so is p (1 − p) / (n + 1).
    """
    rows = ",,area,,forest,,,100,ha,test,,,\n,,area,,grassland,,,300,ha,test,,,\n"
    for name, value in (("precipitation", 1000), ("runoff", 100), ("evapotranspiration", 600)):
        rows += "".join(
            (
                f"{'water_retention' if name == 'runoff' else ''},,{name},,{e},,,"
                f"{value if e == 'forest' else value / 2},mm,test,,,\n"
            )
            for e in ("forest", "grassland")
        )
    error = map_error(["forest", "grassland"], [[8, 2], [1, 19]])
    found = uncertainty(account(rows, price(2)), N, confusion=error)
    per_ha = {"forest": 0.3 * 1e4 * 2, "grassland": 0.15 * 1e4 * 2}
    sd = math.hypot(100 * math.sqrt(0.16 / 11), 300 * math.sqrt(0.0475 / 21))
    forest = found.interval("ecosystem", "forest")
    assert forest.mean == pytest.approx(
        95 * per_ha["forest"], abs=4 * sd * per_ha["forest"] / math.sqrt(N)
    )
    assert forest.sd == pytest.approx(sd * per_ha["forest"], rel=0.03)
    assert found.interval("ecosystem", "grassland").mean == pytest.approx(
        305 * per_ha["grassland"], rel=0.01
    )
    gain = per_ha["forest"] - per_ha["grassland"]
    assert found.interval().sd == pytest.approx(
        sd * gain, rel=0.03
    )  # what one class loses the other gains
    assert found.tornado["input"].tolist() == ["map error"]


def test_a_cap_holds_in_every_draw(account):
    """Capacity 100 ± 30 t against an emission of exactly 80 t: no draw purifies more than 80."""
    rows = (
        "air_purification,so2,quantity,,forest,,,100,t SO2,test,,,normal 30 %\n"
        "air_purification,so2,emission,,,,,80,t SO2,test,,,\n"
    )
    try:
        found = uncertainty(
            account(rows, "air_purification,so2,treatment_cost,,,,1000,CNY/t SO2,2020,,test,,,\n"),
            4000,
        )
    except InputError as error:
        pytest.fail(str(error))
    one = found.interval()
    assert one.value == one.high == pytest.approx(80_000)
    assert one.low == pytest.approx(100_000 * (1 - 0.3 * Z), rel=0.05)


def test_shares_are_shares_in_every_draw(account):
    rows = water(100, ",,normal 10 %") + "".join(
        f"water_retention,retained_water,share,,{e},,,{s},1,test,,,\n"
        for e, s in (("forest", 0.75), ("wetland", 0.25))
    )
    found = uncertainty(account(rows, price(7)), 2000)
    whole, forest = found.interval(), found.interval("ecosystem", "forest")
    assert forest.sd == pytest.approx(0.75 * whole.sd, rel=1e-9)
    assert whole.sd == pytest.approx(70, rel=0.1)


def test_ledger_has_an_interval_for_every_figure_and_no_other_change(account):
    one = account(
        water(100, ",,normal 10 %") + "tourism,paid_sites,value,,,,,5000,CNY,test,,,\n", price(7)
    )
    found = uncertainty(one, 1000)
    before = one.ledger
    assert found.ledger[before.columns].equals(before)
    known = found.ledger["value"].notna()
    assert (found.ledger["value_low"] <= found.ledger["value"])[known].all() and (
        found.ledger["value"] <= found.ledger["value_high"]
    )[known].all()
    certain = found.ledger["indicator"] == "tourism"
    assert (found.ledger.loc[certain, "value_low"] == 5000).all() and (
        found.ledger.loc[certain, "value_high"] == 5000
    ).all()


def test_memory_stays_bounded_and_binned_quantiles_agree(account, monkeypatch):
    one = account(water(100, ",,lognormal 40 %"), price(7))
    exact = uncertainty(one, N, 4).interval()
    monkeypatch.setattr(
        "gep.analysis.uncertainty.runs.ROOM", 0
    )  # nothing but the first thousand draws is kept
    binned = uncertainty(one, N, 4, block=900).interval()
    assert binned.mean == pytest.approx(exact.mean, rel=1e-12) and binned.sd == pytest.approx(
        exact.sd, rel=1e-9
    )
    assert (binned.low, binned.median, binned.high) == pytest.approx(
        (exact.low, exact.median, exact.high), rel=2e-3
    )


def test_sobol_of_a_product_by_formula(account):
    """V = q p with relative deviations a and b: first order a² / (a² + b² + a² b²), total (a² + a²
    b²) / (…).
    """
    pytest.importorskip("SALib", reason="the extra 'sensitivity' is not installed")
    found = uncertainty(account(water(100, ",,normal 20 %"), price(7, ",,normal 10 %")), 1000)
    table = sobol(found, points=2048).set_index("input")
    a2, b2 = 0.04, 0.01
    whole = a2 + b2 + a2 * b2
    q, p = (next(n for n in table.index if key in n) for key in ("quantity", "cost"))
    assert table.loc[q, "first"] == pytest.approx(a2 / whole, abs=0.02)
    assert table.loc[p, "total"] == pytest.approx((b2 + a2 * b2) / whole, abs=0.02)


def test_tornado_names_the_inputs_by_their_swing(account):
    found = uncertainty(account(water(100, "90,110,uniform"), price(7, "5,10,uniform")), 2000)
    first, second = found.tornado.to_dict("records")
    assert "reservoir_cost" in first["input"] and first["swing"] == pytest.approx(100 * 5 * 0.95)
    assert second["swing"] == pytest.approx(7 * 20 * 0.95)
    assert first["variance_share"] + second["variance_share"] == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ("5,,", "spread.range"),
        (",,cauchy", "spread.unknown"),
        ("120,150,", "spread.askew"),
        (",,normal", "spread.range"),
        ("-10,200,lognormal", "spread.positive"),
    ],
)
def test_a_spread_that_cannot_be_read_is_named_by_line(account, extra, code):
    with pytest.raises(InputError) as error:
        uncertainty(account(water(100, extra), price(7)), 200)
    assert [p.code for p in error.value.problems] == [code]
    assert "inputs.csv, line 2" in error.value.problems[0].where


def test_nothing_spreads_is_said(account):
    with pytest.raises(InputError, match="Nothing spreads"):
        uncertainty(account(water(100), price(7)), 200)


def test_a_stated_error_that_fits_no_figure_is_said(account):
    errors = {
        "reservoir_cost": "5 %",
        "reservoir_costs": "5 %",
        "water_retention.*": "1 %",
        "water.*": "1 %",
        "*.runoff_coefficient": "2 %",
    }
    found = uncertainty(
        account(water(100), price(7)), 200, errors=errors, together=["quantity", "rain"]
    )
    assert [w.where for w in found.warnings] == [
        "reservoir_costs",
        "water.*",
        "*.runoff_coefficient",
        "rain",
    ]
    assert all(w.level == "warning" for w in found.warnings)
    assert not uncertainty(
        account(water(100), price(7), name="b"), 200, errors={"*": "5 %"}
    ).warnings


def test_settings_of_a_folder(folder):
    path = folder(
        water(100),
        price(7),
        uncertainty_toml=(
            "draws = 500\n"
            "seed = 4\n"
            "[errors]\n"
            '"*" = "10 %"\n'
            "[confusion]\n"
            'classes = ["forest", "urban"]\n'
            "counts = [[9, 1], [2, 8]]\n"
        ),
    )
    said = settings(path)
    assert (
        said["draws"] == 500
        and said["errors"] == {"*": "10 %"}
        and said["confusion"].adjusted[0].tolist() == [0.9, 0.1]
    )
    assert uncertainty(reader.read(path), **said).draws == 500
    bad = folder(water(100), price(7), name="bad", uncertainty_toml='drawz = 5\nseed = "x"\n')
    with pytest.raises(InputError) as error:
        settings(bad)
    assert [p.code for p in error.value.problems] == ["key.unknown", "key.value"]


def test_uniform_numbers_are_uniform_and_apart():
    u, v = uniform(1, "a", 0, 100_000), uniform(1, "b", 0, 100_000)
    assert u.mean() == pytest.approx(0.5, abs=0.004) and u.var() == pytest.approx(1 / 12, abs=0.001)
    assert abs(np.corrcoef(u, v)[0, 1]) < 0.013
    assert u.min() > 0 and u.max() < 1


def test_price_carried_into_several_years_by_an_index_is_one_figure(account):
    """One price of 2019 in an account of three years: its error moves all of them alike."""
    rows = "".join(
        f"water_retention,retained_water,quantity,,,,{y},100,m3,test,,,\n"
        for y in (2019, 2020, 2021)
    )
    found = uncertainty(
        account(
            rows,
            "water_retention,retained_water,reservoir_cost,,,,7,CNY/m3,2019,,test,,,normal 10 %\n",
            "[2019, 2020, 2021]",
            deflators_csv="index,year,value\nCPI,2019,100\nCPI,2020,102\nCPI,2021,105\n",
        ),
        2000,
    )
    assert len(found.sources.figures) == 1
    ends = [found.interval(year=y) for y in (2019, 2020, 2021)]
    assert [e.value for e in ends] == pytest.approx([700, 714, 735])
    assert [e.high / e.value for e in ends] == pytest.approx([ends[0].high / 700] * 3, rel=1e-12)


def test_it_is_quick(account):
    start = time.process_time()
    uncertainty(account(water(100, ",,normal 10 %"), price(7)), 10_000)
    assert time.process_time() - start < 20
