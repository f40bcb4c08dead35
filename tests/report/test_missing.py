"""What is not known is shown as not known, in every view; never as a zero."""

from __future__ import annotations

import math

import pytest

import gep
from gep.account.account import Lacking
from gep.analysis.series import series
from gep.report.lines import route
from gep.report.page.document import page as build_page
from gep.report.table import rows
from gep.report.views import districts
from gep.words.labels import named
from gep.words.numbers import pretty

YEARS = 'region = "City"\nyears = [2020, 2021]\nprice_year = 2021\nstandard = "shenzhen"\n'
GRAIN = "agricultural_products,crops,quantity,rice,,{region},{year},{t},t,hand\n"
PRICE = "agricultural_products,crops,product_price,rice,,,3000,元/t,2021,,hand\n"
VISITS = "tourism,paid_sites,visits,,,,,10,万人次,hand\n"  # without a price


@pytest.fixture
def account(folder):
    grain = GRAIN.format(region="", year=2020, t=100) + GRAIN.format(region="", year=2021, t=110)
    return gep.run(folder(grain + VISITS, PRICE, YEARS))


def test_a_level_of_which_nothing_is_known_has_no_sum(account):
    shown = {r.id: r.value for r in rows(account)}
    assert (
        math.isnan(shown["cultural"]) and shown["material"] == 330_000 and shown["total"] == 330_000
    )
    assert "| **culture and tourism services** | **—** | **—** | **—** |" in account.to_markdown(
        "en"
    )


def test_an_explanation_tells_one_year_and_no_zero(account):
    assert "value (quantity × price, 2021) = not known" in str(account.explain("tourism"))
    assert "value (quantity × price, 2021) = 330,000 CNY/yr" in str(
        account.explain("agricultural_products")
    )


def test_what_is_missing_is_not_said_to_stand_as_it_is(account):
    assert series(account).constant("component").attrs["as_it_stands"] == ()


def test_the_rest_of_a_level_beside_its_districts_is_no_last_digit(folder):
    """0.1 + 0.2 t in two districts: their sum differs from that of the account by the last binary
    digit.
    """
    districts_csv = "region,parent\nEast,City\nWest,City\nNorth,City\n"
    rows_ = "".join(
        GRAIN.format(region=r, year="", t=t)
        for r, t in (("East", 0.1), ("West", 0.2), ("North", 0.3))
    )
    water = "water_supply,domestic,quantity,,,,,7,m3,hand\n"
    table = districts(
        gep.run(
            folder(
                rows_ + water,
                PRICE + "water_supply,domestic,water_price,,,,1,元/m3,2021,,hand\n",
                YEARS,
                regions_csv=districts_csv,
            )
        )
    )
    assert table is not None and table.rows[-1] == ""
    assert table.values["", "material"] == 7
    visits = "tourism,paid_sites,value,,,,,7,元,hand\n"
    table = districts(gep.run(folder(rows_ + visits, PRICE, YEARS, regions_csv=districts_csv)))
    assert table is not None and table.values["", "cultural"] == 7
    assert math.isnan(table.values["", "material"])


def test_chinese_is_chinese():
    some = Lacking("water_retention.retained_water", 2, 6)
    assert named(some, "zh") == "涵养水源 · 水源涵养（6 格缺 2 格）"
    assert named(some, "en") == "water retention · retained water (2 of 6 cells)"
    assert pretty("t SO2/(m^2 yr)", "zh") == "t SO2/(m² 年)"


def test_a_formula_in_a_chinese_report_is_in_words(folder):
    rain = (
        ",,area,,mixed_forest,,,10,km2,hand\n,,precipitation,,,,,1000,mm,hand\n"
        ",,evapotranspiration,,,,,500,mm,hand\n"
    )
    account = gep.run(
        folder(rain, "water_retention,retained_water,reservoir_cost,,,,1,CNY/m3,2020,,hand\n")
    )
    assert (
        route(account.parts[0], "zh")
        == "水源涵养 = (降水量 − 地表径流量 − 蒸散发量) × 面积；地表径流量 = 降水量 × 地表径流系数"
    )
    assert route(account.parts[0]) == (
        "retained_water = (precipitation - runoff - evapotranspiration) * area; runoff "
        "= precipitation * runoff_coefficient"
    )
    assert "有来源" in account.to_markdown("zh") and "sourced" not in account.to_markdown("zh")


def test_an_account_of_which_nothing_is_known_shows_no_zero(folder, tmp_path):
    """Visits to East without a price: no total, level, district or figure per head is 0."""
    toml = (
        YEARS.replace("[2020, 2021]", "[2021]")
        + 'area = "100 km2"\npopulation = "10 万人"\ngdp = "5 亿元"\n'
    )
    path = folder(
        VISITS.replace(",,,,,10", ",,,East,,10"),
        "",
        toml,
        regions_csv="region,parent,area\nEast,City,10 km2\nWest,City,20 km2\n",
    )
    account = gep.run(path)
    assert (
        math.isnan(account.total)
        and account.summary()["total"] is None
        and account.summary()["by_region"] == {"East": None}
    )
    assert all(math.isnan(r.value) for r in rows(account))
    table = districts(account)
    assert table is not None and all(
        math.isnan(v) for v in (*table.row_totals.values(), table.total)
    )
    for lang, said in (
        ("zh", "City 2021 年GEP尚无可用数据"),
        ("en", "Nothing is known yet of GEP of City in 2021"),
    ):
        shown = account.to_markdown(lang)
        assert said in shown and "0.00" not in shown
        page = build_page(account, lang)
        assert (
            ">0.00<" not in page
            and ("尚无可用数据" if lang == "zh" else "Nothing is known yet") in page
        )
    openpyxl = pytest.importorskip("openpyxl")
    for ws in openpyxl.load_workbook(
        account.to_excel(tmp_path / "a.xlsx"), data_only=True
    ).worksheets[:5]:
        assert not [
            c.coordinate
            for row in ws.iter_rows()
            for c in row
            if c.value == 0 and not c.style.endswith(("key", "mark"))
        ], ws.title


def test_where_a_figure_is_missing_is_named(folder):
    """Rice of 2020 in West has no quantity, wheat no price in either year; maize is whole: the
    words say which.
    """
    grain = "".join(
        f"agricultural_products,crops,quantity,{item},,{region},{year},{t},t,hand\n"
        for item, region, year, t in (
            ("rice", "East", 2020, 1),
            ("rice", "East", 2021, 1),
            ("rice", "West", 2021, 1),
            *(("wheat", "East", y, 2) for y in (2020, 2021)),
            *(("maize", "East", y, 3) for y in (2020, 2021)),
        )
    )
    prices = "".join(
        f"agricultural_products,crops,product_price,{item},,,3000,元/t,2021,,hand\n"
        for item in ("rice", "maize")
    )
    account = gep.run(
        folder(
            grain,
            prices,
            YEARS.replace("shenzhen", "catalogue"),
            regions_csv="region,parent\nEast,City\nWest,City\n",
        )
    )
    amount, price = sorted(account.missing, key=lambda m: m.needs, reverse=True)
    assert (amount.items, amount.regions, amount.years, amount.needs) == (
        ("rice",),
        ("West",),
        (2020,),
        (("quantity", ""),),
    )
    assert (price.items, price.regions, price.years, price.needs) == (
        ("wheat",),
        ("East",),
        (),
        (("product_price", ""),),
    )
    assert amount.only("zh") == "rice；West；2020" and amount.only() == "rice; West; 2020"
    assert "(wheat; East)" in str(
        account.explain("agricultural_products")
    ) and "| rice；West；2020 | 实物量 |" in account.to_markdown("zh")
    assert "以下 1 项缺少数据" in account.to_markdown("zh")


def test_a_gap_of_another_year_stands_beside_a_year_without(folder):
    """Rain of 2021 alone: nothing lacks in 2021, and the gap names 2020."""
    inputs = (
        ",,area,,forest,,,100,ha,hand\n,,precipitation,,,,2021,1000,mm,hand\n"
        ",,evapotranspiration,,,,,900,mm,hand\nwater_retention,,runoff,,,,,0,mm,hand\n"
    )
    prices = "water_retention,retained_water,reservoir_cost,,,,2,CNY/m3,2021,,hand\n"
    account = gep.run(folder(inputs, prices, YEARS.replace("shenzhen", "catalogue")))
    assert (
        account.total == pytest.approx(200_000)
        and account.total.left_out == ()
        and account.missing[0].years == (2020,)
    )
    page = build_page(account, "zh")
    assert "2021 年无未核算项目" in page and "仅缺：森林；2020" in page


def test_a_price_shows_the_year_of_its_money_and_the_figure_that_was_given(folder, tmp_path):
    """2 CNY/m3 of 2015 at an index of 100 → 150 are 3 CNY/m3 of 2020."""
    inputs, prices = (
        "water_retention,retained_water,quantity,,,,,10,m3,hand\n",
        "water_retention,retained_water,reservoir_cost,,,,2,CNY/m3,2015,,book\n",
    )
    account = gep.run(
        folder(inputs, prices, deflators_csv="index,year,value\nCPI,2015,100\nCPI,2020,150\n")
    )
    assert account.total == 30
    assert (
        "| 3 | CNY/m³ | 2020 | 2 CNY/m3 (2015) | book; CPI 2015→2020 × 1.5 |"
        in account.to_markdown("en")
    )
    assert ">2015<" in build_page(account, "zh")
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(account.to_excel(tmp_path / "a.xlsx", "zh"), data_only=True)
    (price,) = [row for row in book["单价"].iter_rows(min_row=1, values_only=True) if row[0] == 1]
    assert price[6:10] == (2020, 3, "元/m³", "2 CNY/m3 (2015)")
    assert [
        row[6:8]
        for row in book["来源"].iter_rows(values_only=True)
        if str(row[0]).startswith("prices.csv ")
    ] == [(2015, 2)]


def test_items_in_units_of_their_own_stand_one_by_one(folder):
    """Pigs by head, honey by kg: no sum of the two, and none of them left out of the physical
    account.
    """
    own = "agricultural_products,livestock"
    rows_ = f"{own},quantity,pigs,,,,10,万头,hand\n{own},quantity,honey,,,,3,t,hand\n"
    prices = (
        f"{own},product_price,pigs,,,2600,元/头,2020,,hand\n"
        f"{own},product_price,honey,,,50,元/kg,2020,,hand\n"
    )
    account = gep.run(folder(rows_, prices))
    (row,) = [r for r in rows(account) if r.items]
    assert row.items == (("pigs", 100_000, "头"), ("honey", 3_000, "kg")) and math.isnan(
        row.quantity
    )
    shown = account.to_markdown("zh")
    assert (
        "| 畜牧业产品·pigs | 10 | 万头 |" in shown and "| 畜牧业产品·honey | 3,000 | kg |" in shown
    )
    assert "pigs 10 万头<br>honey 3,000 kg" in build_page(account, "zh")


def test_no_price_stands_beside_a_quantity_that_is_not_all_priced(folder):
    """10 t of rice at 3,000 and 5 t of wheat without a price: 15 t × 3,000 would not be the value
    of 30,000.
    """
    own = "agricultural_products,crops"
    rows_ = f"{own},quantity,rice,,,,10,t,hand\n{own},quantity,wheat,,,,5,t,hand\n"
    price = f"{own},product_price,rice,,,3000,元/t,2020,,hand\n"
    (crops,) = [
        r for r in rows(gep.run(folder(rows_, price))) if r.id == "agricultural_products.crops"
    ]
    assert (crops.quantity, crops.value) == (15, 30_000) and math.isnan(crops.price)
    (rice,) = [
        r
        for r in rows(gep.run(folder(rows_.splitlines(keepends=True)[0], price, name="rice")))
        if r.id == "agricultural_products.crops"
    ]
    assert (rice.quantity, rice.price, rice.value) == (10, 3000, 30_000)
