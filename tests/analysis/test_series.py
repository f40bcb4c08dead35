"""Accounts of several years: comparable prices, contributions, decomposition, change of method."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gep.analysis.series import carried_back, series, summed
from gep.core.errors import GepError

EFFECTS = ["extent", "quantity", "price", "unsplit", "coverage"]
EXPECTED = Path(__file__).parent / "expected"


def two_years(account, marsh=((2019, 0), (2020, 300)), **files):
    """Water held back by forest (area grows, price rises), a marsh that was not there, tourism
    known by its value only.
    """
    rows = "".join(
        f",,area,,{e},,{y},{a},km2,test,,,\n"
        for e, y, a in (
            ("forest", 2019, 100),
            ("forest", 2020, 110),
            ("grassland", 2019, 50),
            ("grassland", 2020, 40),
        )
    )
    for name, figures in (("precipitation", (1000, 1200)), ("evapotranspiration", (600, 650))):
        rows += "".join(
            f",,{name},,{e},,{y},{v},mm,test,,,\n"
            for e in ("forest", "grassland")
            for y, v in zip((2019, 2020), figures, strict=True)
        )
    rows += "".join(
        f"water_retention,,runoff,,{e},,,50,mm,test,,,\n" for e in ("forest", "grassland")
    )
    rows += "".join(f"flood_mitigation,marsh,quantity,,,,{y},{v},万m3,test,,,\n" for y, v in marsh)
    rows += "".join(
        f"tourism,paid_sites,value,,,,{y},{v},万元,test,,,\n"
        for y, v in ((2019, 1000), (2020, 1300))
    )
    prices = "".join(
        f"water_retention,retained_water,reservoir_cost,,,,{p},CNY/m3,{y},,test,,,\n"
        for y, p in ((2019, 6), (2020, 7))
    )
    prices += "".join(
        f"flood_mitigation,marsh,reservoir_cost,,,,{p},CNY/m3,{y},,test,,,\n"
        for y, p in ((2019, 6), (2020, 7))
    )
    return account(rows, prices, "[2019, 2020]", **files)


def test_decomposition_adds_up_cell_by_cell_and_to_the_total(account):
    one = two_years(account)
    table = series(one).decomposition()
    change = table["last"] - table["first"]
    np.testing.assert_allclose(table[EFFECTS].sum(axis=1), change, rtol=1e-12)
    by_year = one.by("year")
    assert table["change"].sum() == pytest.approx(by_year[2020] - by_year[2019], rel=1e-12)
    assert table[EFFECTS].to_numpy().sum() == pytest.approx(
        by_year[2020] - by_year[2019], rel=1e-12
    )


def test_decomposition_by_hand(account):
    """Forest: 100 km² × 0.35 m × 6 → 110 km² × 0.5 m × 7, 2.1e8 → 3.85e8; LMDI with L = 1.75e8 /
    ln(3.85 / 2.1).
    """
    table = series(two_years(account)).decomposition().set_index(["component", "ecosystem"])
    forest = table.loc[("water_retention.retained_water", "forest")]
    mean = 1.75e8 / np.log(3.85 / 2.1)
    assert (forest["first"], forest["last"]) == pytest.approx((2.1e8, 3.85e8))
    assert list(forest[EFFECTS[:3]]) == pytest.approx(
        [mean * np.log(1.1), mean * np.log(0.5 / 0.35), mean * np.log(7 / 6)]
    )
    assert forest["form"] == "LMDI"
    grass = table.loc[("water_retention.retained_water", "grassland")]
    assert grass["extent"] < 0 < grass["quantity"]
    marsh = table.loc[
        ("flood_mitigation.marsh", "")
    ]  # new: all of it is quantity, at the price of its first year
    assert marsh["form"] == "Shapley" and marsh["quantity"] + marsh["price"] == pytest.approx(2.1e7)
    assert marsh["quantity"] == pytest.approx(3e6 * 6.5) and marsh["price"] == pytest.approx(
        3e6 / 2
    )
    tourism = table.loc[("tourism.paid_sites", "")]
    assert tourism["unsplit"] == pytest.approx(3e6) and tourism["form"] == "none"


def test_years_turned_round_turn_every_sign(account):
    found = series(two_years(account))
    there, back = found.decomposition(2019, 2020), found.decomposition(2020, 2019)
    np.testing.assert_allclose(back[EFFECTS], -there[EFFECTS], rtol=1e-12, atol=1e-6)
    np.testing.assert_allclose(
        found.decomposition(2020, 2019, "laspeyres")[EFFECTS],
        -found.decomposition(2019, 2020, "paasche")[EFFECTS],
        rtol=1e-12,
        atol=1e-6,
    )


def test_at_equal_prices_the_price_effect_is_zero(account):
    table = series(
        two_years(account, price_year="2020", toml='price_basis = "as_given"\n')
    ).decomposition()
    assert (table["price"] == 0).all()
    assert table["change"].sum() != 0


def test_no_change_has_no_parts(account):
    rows = "".join(
        f"water_retention,retained_water,quantity,,,,{y},100,m3,test,,,\n" for y in (2019, 2020)
    )
    table = series(
        account(
            rows,
            "water_retention,retained_water,reservoir_cost,,,,7,CNY/m3,,,test,,,\n",
            "[2019, 2020]",
        )
    ).decomposition()
    assert (table[EFFECTS].to_numpy() == 0).all()


def test_a_figure_that_was_missing_is_coverage_and_not_quantity(account):
    one = two_years(account, marsh=((2020, 300),))
    table = series(one).decomposition().set_index("component")
    assert table.loc["flood_mitigation.marsh", "coverage"] == pytest.approx(3e6 * 7)
    assert table.loc["flood_mitigation.marsh", "quantity"] == 0
    np.testing.assert_allclose(table[EFFECTS].sum(axis=1), table["change"], rtol=1e-12)
    assert table["change"].sum() == pytest.approx(one.by("year").diff().iloc[-1], rel=1e-12)


def test_a_service_that_one_account_leaves_out_is_coverage(account):
    """60 CNY of water in both years; 3 t of oxygen at 100 CNY in the second account only."""
    water = "water_retention,retained_water,quantity,,,,,10,m3,test,,,\n"
    price = "water_retention,retained_water,reservoir_cost,,,,6,CNY/m3,,,test,,,\n"
    first = account(water, price, "[2019]", name="first")
    more = (
        "oxygen_release,oxygen,quantity,,,,,3,t O2,test,,,\n",
        "oxygen_release,oxygen,oxygen_price,,,,100,CNY/t O2,,,test,,,\n",
    )
    found = series(first, account(water + more[0], price + more[1], "[2020]", name="second"))
    table = found.decomposition().set_index("component")
    assert table.loc["oxygen_release.oxygen", EFFECTS].tolist() == [0, 0, 0, 0, 300]
    assert (table.loc["water_retention.retained_water", EFFECTS] == 0).all()
    assert found.current()["total"].tolist() == pytest.approx([60, 360])
    assert found.current()["oxygen_release"].tolist() == pytest.approx([np.nan, 300], nan_ok=True)
    assert found.constant(base=2019)["oxygen_release"].tolist() == pytest.approx(
        [np.nan, 300], nan_ok=True
    )
    assert found.chained()["oxygen_release"].tolist() == pytest.approx([np.nan, 300], nan_ok=True)
    assert np.isnan(
        found.chained(base=2019)["oxygen_release"]
    ).all()  # there is nothing to start from
    assert found.chained()["water_retention"].tolist() == pytest.approx([60, 60])
    for chained in (True, False):
        assert found.contributions(chained=chained).loc[2020].to_dict() == pytest.approx(
            {"water_retention": 0, "oxygen_release": 5, "total": 5}
        )
    assert found.decomposition().set_index("component").loc[
        "oxygen_release.oxygen", ["first", "last"]
    ].tolist() == pytest.approx([np.nan, 300], nan_ok=True)
    added = summed(found.decomposition(), ["indicator"]).set_index("indicator")
    assert added["first"].to_dict() == pytest.approx(
        {"water_retention": 60, "oxygen_release": np.nan, "total": 60}, nan_ok=True
    )


def test_other_names_and_standards_are_said(account):
    water, price = (
        "water_retention,retained_water,quantity,,,,,10,m3,test,,,\n",
        "water_retention,retained_water,reservoir_cost,,,,6,CNY/m3,,,test,,,\n",
    )
    first, second = (account(water, price, f"[{y}]", name=str(y)) for y in (2019, 2020))
    assert series(first, second).warnings == ()
    other = replace(
        second,
        basis=replace(second.basis, region="Other"),
        profile=replace(second.profile, id="own"),
    )
    assert [(w.code, w.where, w.level) for w in series(first, other).warnings] == [
        ("series.places", f"{first.basis.region}, Other", "warning"),
        ("series.standards", f"{first.profile.id}, own", "warning"),
    ]


def test_a_type_that_does_not_occur_makes_no_figure_of_a_year(account):
    """Forest is in East, lake in West; in 2020 neither has a figure, and the two cells that never
    occur are none.
    """
    rows = "".join(
        f"water_retention,retained_water,quantity,,{e},{r},2019,{q},m3,test,,,\n"
        for e, r, q in (("forest", "East", 1), ("lake", "West", 2))
    )
    rows += "oxygen_release,oxygen,quantity,,,,,1,t O2,test,,,\n"
    prices = (
        "water_retention,retained_water,reservoir_cost,,,,7,CNY/m3,,,test,,,\n"
        "oxygen_release,oxygen,oxygen_price,,,,100,CNY/t O2,,,test,,,\n"
    )
    found = series(
        account(rows, prices, "[2019, 2020]", regions_csv="region,parent\nEast,City\nWest,City\n")
    )
    assert found.current()["water_retention"].tolist() == pytest.approx([21, np.nan], nan_ok=True)
    assert found.current()["total"].tolist() == [121, 100]


def test_a_chain_reaches_both_ways_from_its_base(account):
    """One good at 2, 3, 4 CNY: 0, 12 and 15 m³ of it, then none known: at prices of 2020 0, 36, 45,
    unknown.
    """
    rows = "".join(
        f"water_retention,retained_water,quantity,,,,{y},{q},m3,test,,,\n"
        for y, q in ((2019, 0), (2020, 12), (2021, 15))
    )
    rows += "".join(
        f"oxygen_release,oxygen,quantity,,,,{y},1,t O2,test,,,\n" for y in (2019, 2020, 2021, 2022)
    )
    prices = "".join(
        f"water_retention,retained_water,reservoir_cost,,,,{p},CNY/m3,{y},,test,,,\n"
        for y, p in ((2019, 2), (2020, 3), (2021, 4), (2022, 5))
    )
    prices += "oxygen_release,oxygen,oxygen_price,,,,100,CNY/t O2,,,test,,,\n"
    found = series(
        account(rows, prices, "[2019, 2020, 2021, 2022]", toml='price_basis = "as_given"\n')
    )
    assert found.chained(base=2020)["water_retention"].tolist() == pytest.approx(
        [0, 36, 45, np.nan], nan_ok=True
    )


def test_three_years_at_comparable_prices_by_hand(account):
    """q 10, 12, 15 at p 2, 3, 4: fixed to 2019 20, 24, 30; to 2021 40, 48, 60; chained to 2021 40,
    48, 60 too, one good being its own volume.
    """
    rows = "".join(
        f"water_retention,retained_water,quantity,,,,{y},{q},m3,test,,,\n"
        for y, q in ((2019, 10), (2020, 12), (2021, 15))
    )
    rows += "".join(
        f"flood_mitigation,reservoir,quantity,,,,{y},{q},m3,test,,,\n"
        for y, q in ((2019, 10), (2020, 9), (2021, 18))
    )
    prices = "".join(
        f"water_retention,retained_water,reservoir_cost,,,,{p},CNY/m3,{y},,test,,,\n"
        for y, p in ((2019, 2), (2020, 3), (2021, 4))
    )
    prices += "".join(
        f"flood_mitigation,reservoir,reservoir_cost,,,,{p},CNY/m3,{y},,test,,,\n"
        for y, p in ((2019, 5), (2020, 5), (2021, 1))
    )
    found = series(
        account(
            rows,
            prices,
            "[2019, 2020, 2021]",
            deflators_csv="index,year,value\nCPI,2019,100\nCPI,2020,110\nCPI,2021,121\n",
        )
    )
    assert found.current()["total"].tolist() == pytest.approx([70, 81, 78])
    assert found.constant(base=2019)["total"].tolist() == pytest.approx([70, 24 + 45, 30 + 90])
    assert found.constant(base=2019)["water_retention"].tolist() == pytest.approx([20, 24, 30])
    # links at the prices of the year before: (12·2 + 9·5) / 70 = 69/70 and (15·3 + 18·5) / 81 =
    # 135/81
    chained = found.chained(base=2019)
    assert chained["total"].tolist() == pytest.approx([70, 69, 69 * 135 / 81])
    assert chained["water_retention"].tolist() == pytest.approx([20, 24, 30])
    assert found.chained(base=2021)["total"].tolist() == pytest.approx(
        [78 * 81 / 135 * 70 / 69, 78 * 81 / 135, 78]
    )
    assert found.deflated(base=2019)["total"].tolist() == pytest.approx([70, 81 / 1.1, 78 / 1.21])
    growth = found.growth(chained)["total"].tolist()
    assert growth == pytest.approx([69 / 70 - 1, 135 / 81 - 1])
    given = found.contributions()
    assert given["total"].tolist() == pytest.approx(growth)
    assert given[["water_retention", "flood_mitigation"]].sum(axis=1).tolist() == pytest.approx(
        growth, rel=1e-12
    )
    assert given["water_retention"].tolist() == pytest.approx(
        [4 / 70, 9 / 81]
    )  # (12 − 10)·2 / 70, (15 − 12)·3 / 81
    fixed = found.contributions(chained=False, base=2019)
    assert fixed.drop(columns="total").sum(axis=1).tolist() == pytest.approx(
        fixed["total"].tolist()
    )
    index = found.indices(2019, 2020)
    assert index.loc["quantity", "laspeyres"] == pytest.approx(69 / 70) and index.loc[
        "quantity", "paasche"
    ] == pytest.approx(81 / 80)
    product = found.indices().loc["quantity", "fisher"] * found.indices().loc["price", "fisher"]
    assert product == pytest.approx(
        78 / 70, rel=1e-12
    )  # Fisher's indices of quantity and price multiply to that of value


def test_what_no_index_carries_is_named(account):
    table = series(two_years(account)).constant(base=2019)
    assert table.attrs["as_it_stands"] == ("tourism.paid_sites",)


def test_change_by_district_and_level_adds_up(account):
    table = series(two_years(account)).decomposition()
    for by in (["level"], ["indicator"], ["region"], ["ecosystem"]):
        added = summed(table, by)
        assert added.iloc[:-1]["change"].sum() == pytest.approx(added.iloc[-1]["change"], rel=1e-12)
        np.testing.assert_allclose(added[EFFECTS].sum(axis=1), added["change"], rtol=1e-12)


def test_a_change_of_method_is_carried_back_and_both_series_are_kept():
    table = carried_back({2017: 50.0, 2018: 80.0, 2019: 100.0}, {2019: 110.0, 2020: 120.0})
    assert table["linked"].tolist() == pytest.approx([55, 88, 110, 120])
    assert table["old"].tolist()[:3] == [50, 80, 100] and table["new"].tolist()[2:] == [110, 120]
    assert table["factor"].tolist()[:2] == pytest.approx([1.1, 1.1]) and table[
        "factor"
    ].isna().tolist() == [False, False, True, True]
    with pytest.raises(GepError, match="carried back"):
        carried_back({2017: 50.0}, {2019: 110.0})


def test_one_year_is_no_series(account):
    with pytest.raises(GepError) as error:
        series(
            account(
                "water_retention,retained_water,quantity,,,,,100,m3,test,,,\n",
                "water_retention,retained_water,reservoir_cost,,,,7,CNY/m3,2020,,test,,,\n",
            )
        )
    assert [p.code for p in error.value.problems] == ["series.years"]


def test_the_netherlands_at_constant_prices(account):
    """Statistics Netherlands, natural capital accounts 2013-2022 in real prices (billion euro):
    total + 50 %, culture over 60 %, 15.1 billion in 2022.
    """
    with (EXPECTED / "netherlands_nca.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    years = sorted({int(r["year"]) for r in rows})
    lines = "".join(
        f"{r['level']}_other,,value,,,,{r['year']},{r['value']},1e9 EUR,CBS,,,\n" for r in rows
    )
    found = series(account(lines, years=str(years), toml='currency = "EUR"\n'))
    table = found.current("level")
    assert table.loc[2022, "total"] / 1e9 == pytest.approx(15.11, abs=1e-9)
    assert table.loc[2022, "total"] / table.loc[2013, "total"] - 1 == pytest.approx(
        0.4990, abs=5e-5
    )
    assert table.loc[2022, "cultural"] / table.loc[2013, "cultural"] - 1 == pytest.approx(
        0.6121, abs=5e-5
    )
    # real prices already: nothing is left to deflate, and every contribution adds up to the growth
    share = found.contributions("level")
    np.testing.assert_allclose(
        share.drop(columns="total").sum(axis=1), found.growth(table)["total"], rtol=1e-12
    )
