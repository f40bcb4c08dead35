"""Targets, weather apart from management, GEP beside GDP, projects, compensation, damage and
present values.
"""

import math

import numpy as np
import pytest

from gep import opening as reader
from gep.analysis.projects import (
    Terms,
    asset,
    asset_change,
    compensate_by_flow,
    compensate_by_gap,
    damage,
    present_value,
    project,
    worth,
)
from gep.analysis.scenario import run_scenario
from gep.analysis.series import series
from gep.analysis.targets import (
    controllable,
    dual,
    facts_of,
    met,
    read_facts,
    read_targets,
    read_weather,
    red_line,
    scores,
)
from gep.core.errors import GepError

REGIONS = (
    "region,parent,code,area,population,gdp\n"
    "North,City,,150 km2,10万人,20亿元\n"
    "South,City,,120 km2,20万人,60亿元\n"
)


def city(
    folder, name="city", rain=(1000, 1100), area=(100, 110), price=((2019, 6), (2020, 7)), **files
):
    """Forest of two districts in two years: more of it in North, more rain in the second year, a
    higher price.
    """
    rows = "".join(
        f",,area,,forest,North,{y},{a},km2,test,,,\n,,area,,forest,South,{y},40,km2,test,,,\n"
        for y, a in zip((2019, 2020), area, strict=True)
    )
    rows += "".join(
        f",,precipitation,,,,{y},{p},mm,test,,,\n" for y, p in zip((2019, 2020), rain, strict=True)
    )
    rows += (
        ",,evapotranspiration,,forest,,,600,mm,test,,,\n"
        "water_retention,,runoff_coefficient,,forest,,,10,%,test,,,\n"
    )
    prices = "".join(
        f"water_retention,retained_water,reservoir_cost,,,,{p},CNY/m3,{y},,test,,,\n"
        for y, p in price
    )
    return folder(rows, prices, "[2019, 2020]", name=name, regions_csv=REGIONS, **files)


def test_targets_by_hand(folder):
    """North holds back 110 km² × (1100 × 0.9 − 600) mm = 42.9e6 m³ in 2020, worth 300.3e6 CNY."""
    path = city(
        folder,
        targets_csv="region,indicator,component,measure,year,target,unit,baseline,weight\n"
        "North,water_retention,,value,2020,400,百万元,200,3\n"
        "North,water_retention,,quantity,2020,4000,万m3,,1\n"
        "South,,,value,,100,百万元,,1\n".replace("400,百万元", "4,亿元")
        .replace("100,百万元", "1,亿元")
        .replace(",200,3", ",2,3"),
    )
    table = met(reader.read(path), read_targets(path / "targets.csv"))
    assert table["actual"].tolist() == pytest.approx([3.003, 4290, 40e6 * 0.39 * 7 / 1e8])
    assert table["gap"].tolist() == pytest.approx([-0.997, 290, 0.092])
    assert table["score"].tolist() == pytest.approx([100 * 1.003 / 2, 100, 100])
    assert scores(table).to_dict() == pytest.approx({"North": (3 * 50.15 + 100) / 4, "South": 100})


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("West,,,value,2020,1,亿元,,", "assess.none"),
        ("North,,,value,2018,1,亿元,,", "year.unknown"),
        ("North,,,value,2020,1,ha,,", "unit.dimension"),
    ],
)
def test_a_bad_target_is_named_by_line(folder, row, code):
    path = city(
        folder,
        targets_csv=f"region,indicator,component,measure,year,target,unit,baseline,weight\n{row}\n",
    )
    with pytest.raises(GepError) as error:
        met(reader.read(path), read_targets(path / "targets.csv"))
    assert (
        error.value.problems[0].code == code
        and "targets.csv, line 2" in error.value.problems[0].where
    )


def normal(figures, name="precipitation"):
    return "input,year,value,unit\n" + "".join(f"{name},{y},{v},mm\n" for y, v in figures)


def test_weather_is_told_apart_from_management(folder):
    """Normal rain 900 and 1000 mm: (0.81 − 0.6 + 0.9 − 0.6) / 2 = 0.255 m; 10 km² more forest are
    2.55e6 m³ × 7 whatever it rained.
    """
    path = city(folder, normal_csv=normal([(2001, 900), (2002, 1000)]))
    account = reader.read(path)
    table = controllable(account, read_weather(path / "normal.csv")).set_index("region")
    north = table.loc["North"]
    assert north["controllable"] == pytest.approx(10e6 * 0.255 * 7)
    assert north["price"] == pytest.approx(
        100e6 * 0.3 * 1
    )  # the earlier quantity at 7 instead of 6
    assert north["weather"] == pytest.approx((110e6 * 0.39 - 100e6 * 0.3) * 7 - 10e6 * 0.255 * 7)
    assert table.loc["South", "controllable"] == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(
        table[["controllable", "weather", "price"]].sum(axis=1), table["change"], rtol=1e-12
    )
    assert table["change"].sum() == pytest.approx(account.by("year").diff().iloc[-1], rel=1e-12)


def test_normal_rain_of_a_district_and_of_the_city(folder):
    """North has a gauge of its own, of the normal years too: 0.255 m there; South stays at the
    city's, and its forest did not grow.
    """
    own = "indicator,component,input,region,year,value,unit\n" + "".join(
        f",,precipitation,{r},{y},{v},mm\n"
        for r, y, v in (
            ("North", 2001, 900),
            ("North", 2002, 1000),
            ("", 2001, 2000),
            ("", 2002, 2000),
        )
    )
    path = city(folder, normal_csv=own)
    (path / "inputs.csv").write_text(
        (path / "inputs.csv").read_text("utf-8")
        + "".join(
            f",,precipitation,,,North,{y},{p},mm,test,,,\n" for y, p in ((2019, 1000), (2020, 1200))
        ),
        "utf-8",
    )
    table = controllable(reader.read(path), read_weather(path / "normal.csv")).set_index("region")
    assert table["controllable"].to_dict() == pytest.approx(
        {"North": 10e6 * 0.255 * 7, "South": 0}, abs=1e-6
    )
    assert table.loc["North", "change"] == pytest.approx(110e6 * 0.48 * 7 - 100e6 * 0.3 * 6)


def test_a_figure_that_was_missing_is_no_work_of_management(folder):
    """A marsh of 300万 m3 at 7 CNY, first measured in 2020, beside the forest: 21e6 CNY of
    coverage; the forest's part stays.
    """
    path = city(folder, normal_csv=normal([(2001, 900), (2002, 1000)]))
    (path / "inputs.csv").write_text(
        (path / "inputs.csv").read_text("utf-8")
        + "flood_mitigation,marsh,quantity,,,,2020,300,万m3,test,,,\n",
        "utf-8",
    )
    (path / "prices.csv").write_text(
        (path / "prices.csv").read_text("utf-8")
        + "flood_mitigation,marsh,reservoir_cost,,,,7,CNY/m3,,,test,,,\n",
        "utf-8",
    )
    account = reader.read(path)
    table = (
        controllable(account, read_weather(path / "normal.csv"))
        .groupby("indicator")[["change", "controllable", "weather", "price", "coverage"]]
        .sum()
    )
    assert table.loc["flood_mitigation"].tolist() == pytest.approx([21e6, 0, 0, 0, 21e6])
    assert table.loc["water_retention", ["controllable", "coverage"]].tolist() == pytest.approx(
        [10e6 * 0.255 * 7, 0]
    )
    np.testing.assert_allclose(table.iloc[:, 1:].sum(axis=1), table["change"], rtol=1e-12)


def test_the_result_of_mean_rain_is_not_the_mean_result(folder):
    """Runoff of a storm by curve number 70 (S = 25400/70 − 254 mm): the mean over a dry and a wet
    year, not the result of their mean.
    """
    rows = (
        "flood_mitigation,vegetation,curve_number,,forest,,,70,1,test,,,\n"
        "flood_mitigation,vegetation,bare_curve_number,,,,,91,1,test,,,\n"
    )
    rows += "".join(f",,area,,forest,,{y},{a},km2,test,,,\n" for y, a in ((2019, 10), (2020, 11)))
    rows += "".join(
        f"flood_mitigation,vegetation,event_rain,storm,,,{y},90,mm,test,,,\n" for y in (2019, 2020)
    )
    path = folder(
        rows,
        "flood_mitigation,vegetation,reservoir_cost,,,,6,CNY/m3,,,test,,,\n",
        "[2019, 2020]",
        normal_csv="indicator,component,input,item,year,value,unit\n"
        + "".join(
            f"flood_mitigation,vegetation,event_rain,storm,{y},{v},mm\n"
            for y, v in ((2001, 30), (2002, 150))
        ),
    )

    def held(rain):
        def runoff(cn):
            s = 25400 / cn - 254
            return max(rain - 0.2 * s, 0) ** 2 / (rain + 0.8 * s)

        return (runoff(91) - runoff(70)) / 1000

    table = controllable(reader.read(path), read_weather(path / "normal.csv"))
    mean = (held(30) + held(150)) / 2
    assert table["controllable"].sum() == pytest.approx(1e6 * mean * 6, rel=1e-6)
    assert abs(mean - held(90)) > 0.05 * mean


def test_weather_that_lacks_labels_or_is_unknown_is_named(folder):
    path = city(folder, normal_csv=normal([(2001, 900)], "rain"))
    with pytest.raises(GepError) as error:
        controllable(reader.read(path), read_weather(path / "normal.csv"))
    assert [p.code for p in error.value.problems] == ["assess.unused"]


def test_gep_beside_gdp_and_the_red_line(folder):
    path = city(
        folder,
        rain=(1100, 1000),
        price=((2019, 7), (2020, 8)),
        facts_csv=(
            "region,year,area,population,gdp\n"
            "North,2019,150 km2,10万人,20亿元\n"
            "North,2020,150 km2,10万人,21亿元\n"
            "South,2019,120 km2,20万人,60亿元\n"
            "South,2020,120 km2,20万人,57亿元\n"
        ),
    )
    account = reader.read(path)
    table = red_line(dual(account, read_facts(path / "facts.csv"), "City")).set_index(
        ["region", "year"]
    )
    # at the prices of 2020: North 100 × 0.39 × 8 = 312 → 110 × 0.3 × 8 = 264 million CNY, at
    # current prices 273 → 264
    north = table.loc[("North", 2020)]
    assert (north["gep"], north["gep_growth"], north["gdp_growth"]) == pytest.approx(
        (264e6, 264 / 312 - 1, 0.05)
    )
    assert (
        north["state"] == "broken"
        and table.loc[("South", 2020), "state"] == "both_fell"
        and table.loc[("North", 2019), "state"] == "unknown"
    )
    assert (north["green_gold_index"], north["per_km2"], north["per_head"]) == pytest.approx(
        (264e6 / 21e8, 264e6 / 150, 2640)
    )
    whole = table.loc[("City", 2020)]
    assert (whole["gdp"], whole["gep"]) == pytest.approx((78e8, 264e6 + 96e6))
    assert facts_of(account).set_index(["region", "year"]).loc[("South", 2020), "gdp"] == 60e8


def test_what_a_folder_says_of_gdp_is_of_its_last_year(folder):
    """One GDP for two years has no growth: where GEP falls nobody can tell whether the red line
    broke.
    """
    account = reader.read(city(folder, rain=(1100, 1000), price=((2019, 7), (2020, 7))))
    table = red_line(dual(account, facts_of(account), "City")).set_index(["region", "year"])
    assert table["gdp_growth"].isna().all() and table.loc[
        ("South", 2020), "gep_growth"
    ] == pytest.approx(0.30 / 0.39 - 1)
    assert table.loc[("South", 2020), "state"] == "unknown"
    assert table.loc[("City", 2020), ["gdp", "per_head"]].tolist() == pytest.approx(
        [80e8, (110e6 + 40e6) * 0.3 * 7 / 300_000]
    )


def test_a_whole_of_which_a_part_is_not_known_is_not_known(folder):
    """South's GDP of 2019 is not said: the city's is not North's. A GDP of 0 is a gap, a second row
    of a place an error.
    """
    path = city(
        folder,
        facts_csv=(
            "region,year,area,population,gdp\n"
            "North,2019,150 km2,10万人,20亿元\n"
            "North,2020,150 km2,10万人,21亿元\n"
            "South,2019,120 km2,20万人,\n"
            "South,2020,120 km2,0人,57亿元\n"
        ),
    )
    table = dual(reader.read(path), read_facts(path / "facts.csv"), "City").set_index(
        ["region", "year"]
    )
    assert math.isnan(table.loc[("City", 2019), "gdp"]) and table.loc[
        ("City", 2020), "gdp"
    ] == pytest.approx(78e8)
    assert math.isnan(table.loc[("City", 2020), "gdp_growth"]) and math.isnan(
        table.loc[("South", 2020), "per_head"]
    )
    (path / "facts.csv").write_text(
        "region,year,gdp\nNorth,2019,20亿元\nNorth,2019,21亿元\n", "utf-8"
    )
    with pytest.raises(GepError) as error:
        read_facts(path / "facts.csv")
    assert [p.code for p in error.value.problems] == ["row.double"]


def test_a_quantity_target_needs_one_unit(folder):
    """100 t of rice and 5 m3 of wood do not add up to a quantity; rice alone does."""
    rice, wood = (
        "agricultural_products,crops,quantity,rice,,,,100,t,test,,,\n",
        "agricultural_products,crops,quantity,wood,,,,5,m3,test,,,\n",
    )
    prices = "".join(
        f"agricultural_products,crops,product_price,{i},,,{p},CNY/{u},,,test,,,\n"
        for i, p, u in (("rice", 3000, "t"), ("wood", 800, "m3"))
    )
    targets = "indicator,measure,target,unit\nagricultural_products,quantity,200,t\n"
    path = folder(rice, prices.splitlines(True)[0], targets_csv=targets)
    assert met(reader.read(path), read_targets(path / "targets.csv"))[
        "actual"
    ].tolist() == pytest.approx([100])
    path = folder(rice + wood, prices, targets_csv=targets)
    with pytest.raises(GepError) as error:
        met(reader.read(path), read_targets(path / "targets.csv"))
    assert [p.code for p in error.value.problems] == ["assess.none"]


def test_project_with_and_without(folder):
    """Before 2.1e8; the price rises anyway (without 2.45e8); 10 km² are planted (with 2.695e8):
    0.245e8 is the project's.
    """

    def at(area, price, name):
        rows = (
            f",,area,,forest,,,{area},km2,test,,,\n"
            ",,precipitation,,forest,,,1000,mm,test,,,\n"
            ",,evapotranspiration,,forest,,,600,mm,test,,,\n"
            "water_retention,,runoff,,forest,,,50,mm,test,,,\n"
        )
        return reader.read(
            folder(
                rows,
                f"water_retention,retained_water,reservoir_cost,,,,{price},CNY/m3,2020,,test,,,\n",
                name=name,
            )
        )

    table = project(at(100, 6, "before"), at(110, 7, "after"), at(100, 7, "without"))
    assert table.loc["total"].tolist() == pytest.approx(
        [2.1e8, 2.45e8, 2.695e8, 0.595e8, 0.35e8, 0.245e8]
    )
    assert table.loc["water_retention", "change"] == pytest.approx(
        table.loc["water_retention", ["background", "effect"]].sum()
    )
    back = worth(0.245e8, 5e8, Terms(0.03, 50))
    assert back["net"] == pytest.approx(0.245e8 * (1 - 1.03**-50) / 0.03 - 5e8, rel=1e-9)


def test_compensation_adds_up_to_zero(folder):
    import pandas as pd

    rng = np.random.default_rng(2)
    table = pd.DataFrame(
        {"region": [*"abcdefgh"], "actual": rng.uniform(50, 150, 8), "target": 100.0}
    )
    paid = compensate_by_gap(table, 0.3)["payment"]
    assert (
        paid.sum() == pytest.approx(0, abs=1e-9)
        and (np.sign(paid) == np.sign(table["actual"] - 100)).all()
    )
    assert -paid[paid < 0].sum() == pytest.approx(0.3 * (100 - table["actual"]).clip(lower=0).sum())
    flows = pd.DataFrame(
        {
            "supplier": rng.choice([*"abc"], 30),
            "user": rng.choice([*"abc"], 30),
            "value": rng.uniform(1, 9, 30),
        }
    )
    assert compensate_by_flow(flows, 0.2)["payment"].sum() == pytest.approx(0, abs=1e-9)
    with pytest.raises(GepError):
        compensate_by_gap(table, 1.5)


def test_damage_by_hand(folder):
    """10 km² of North's forest lose half their services and recover in 4 years: 10e6 × ½ × 0.39 × 7
    = 13.65e6 the first year, then ¾, ½, ¼ of it.
    """
    path = city(folder)
    found = damage(
        path,
        [{"ecosystem": "forest", "region": "North", "area": "10 km2", "share": 0.5}],
        4,
        0.05,
        restoration_cost=2e6,
    )
    assert found.first_year == pytest.approx(13.65e6)
    assert found.path.tolist() == pytest.approx([13.65e6 * k for k in (1, 0.75, 0.5, 0.25)])
    assert found.present_value == pytest.approx(
        13.65e6 * (1 / 1.05 + 0.75 / 1.05**2 + 0.5 / 1.05**3 + 0.25 / 1.05**4)
    )
    assert found.total == pytest.approx(found.present_value + 2e6)
    with pytest.raises(GepError):
        damage(path, [{"ecosystem": "forest", "region": "North", "area": "200 km2"}], 4, 0.05)
    with pytest.raises(GepError, match="no share"):
        damage(
            path,
            [{"ecosystem": "forest", "region": "North", "area": "10 km2", "share": 1.5}],
            4,
            0.05,
        )


def test_forests_of_china_2010():
    """Bo Wenjing et al. 2017: 19.10e12 yuan a year, 2.77 %, 100 years, the first at once: 662e12
    yuan (the printed 19.10 rounds it to ± 0.2e12).
    """
    value = present_value(19.10e12, Terms(0.0277, 100, due=True))
    assert value == pytest.approx(662e12, rel=0.0027)
    assert value == pytest.approx(sum(19.10e12 / 1.0277**i for i in range(100)), rel=1e-9)
    assert value == pytest.approx(662.5218e12, rel=1e-6)


def test_a_flow_that_grows():
    """F (1+g)/(1+r) + … : 100 × (1.05/1.1 + (1.05/1.1)²)."""
    assert present_value(100, Terms(0.1, 2, 0.05)) == pytest.approx(
        100 * (1.05 / 1.1 + (1.05 / 1.1) ** 2)
    )
    assert present_value(100, Terms(0.1, 3, 0.05, due=True)) == pytest.approx(
        100 * (1 + 1.05 / 1.1 + (1.05 / 1.1) ** 2)
    )
    assert present_value(100, Terms(0.03, 7, 0.03)) == pytest.approx(700)
    with pytest.raises(GepError):
        present_value(100, Terms(0.02, 7, 0.03))


def test_asset_account_closes(folder):
    account = reader.read(city(folder))
    terms = Terms(0.03, 50)
    factor = (1 - 1.03**-50) / 0.03
    table = asset(account, terms, "region")
    assert table.loc["total", "asset"] == pytest.approx(float(account.total) * factor)
    assert table["asset"].iloc[:-1].sum() == pytest.approx(table.loc["total", "asset"])
    assert "0.03" in table.attrs["terms"]
    change = asset_change(series(account), terms, by="region")
    reasons = change[["extent", "quantity", "price", "unsplit", "coverage"]].sum(axis=1)
    np.testing.assert_allclose(change["opening"] + reasons, change["closing"], rtol=1e-12)
    assert change.loc["total", "closing"] == pytest.approx(table.loc["total", "asset"])
    assert math.isclose(change.loc["North", "extent"], change["extent"].iloc[:-1].sum())


def test_a_scenario_and_its_account_agree(folder):
    path = city(folder)
    (path / "plan.toml").write_text(
        '[[move]]\nfrom = "forest"\nto = "urban"\nregion = "North"\narea = "5 km2"\nyear = 2020\n',
        "utf-8",
    )
    found = run_scenario(path, path / "plan.toml")
    assert found.by("year")["change"].to_dict() == pytest.approx({2019: 0, 2020: found.total})
