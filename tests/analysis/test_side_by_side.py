"""Small accounts side by side: columns, measures and effects laid out by hand."""

from __future__ import annotations

import math

import pytest

from gep import standards
from gep.account.confidential import confidential, may_leave, public, withheld
from gep.analysis.compare import EFFECTS, MEASURES, compare
from gep.core.errors import InputError, ParameterError
from gep.core.messages import told
from gep.core.source import named
from gep.intake.python import compute
from tests.labelled import series

NAN = float("nan")


def account(inputs, price="2 CNY/m3", **basis):
    """Components by dotted name; water takes the price."""
    prices = {"water_retention.reservoir_cost": price} if price else {}
    return compute(inputs, prices, **{"year": 2020, "region": "City", **basis})


def line(one, two, indicator="water_retention", **kwargs):
    frame = compare(one, two, **kwargs).difference
    return frame.loc[next(k for k in frame.index if k[1] == indicator), list(EFFECTS)].tolist()


WATER, SAND = "water_retention.quantity", "sand_fixation.value"


# -- columns
# ------------------------------------------------------------------------------


def test_labels_say_what_differs():
    a, b = account({SAND: "1 CNY"}), account({SAND: "1 CNY"}, region="Town", title="T")
    assert compare(a, b).labels == ["City", "Town"] and compare(a, a).labels == [" (1)", " (2)"]
    titled = [account({SAND: "1 CNY"}, title=t) for t in ("x", "y")]
    assert compare(*titled).labels == ["x", "y"]
    years = account({SAND: "1 CNY"}, year=[2018, 2019, 2020])
    assert compare(years).labels == ["2018", "2019", "2020"] and compare(
        years, years=(2018, 2020)
    ).labels == ["2018", "2020"]
    assert compare(years, b).labels == ["City", "Town"] and [
        s.year for s in compare(years, b).sides
    ] == [2020, 2020]
    assert compare(years, b, years=[2020]).labels == ["City", "Town"] and compare(
        a, a, a, years=[2020]
    ).labels == [" (1)", " (2)", " (3)"]
    other = account({SAND: "1 CNY"}, standard="garze2010", region="Town")
    assert compare(a, other).labels == ["City catalogue", "Town garze2010"] and compare(
        a, other, labels=("one", "two")
    ).labels == ["one", "two"]


def test_what_cannot_be_compared():
    a, euro = account({SAND: "1 CNY"}), account({SAND: "1 EUR"}, "2 EUR/m3", currency="EUR")

    def faults(*accounts, **kwargs):
        with pytest.raises(ParameterError) as told:
            compare(*accounts, **kwargs)
        return [(p.code, p.where) for p in told.value.problems]

    assert faults() == [("compare.one", "0 account")] and faults(a) == [
        ("compare.one", "1 account")
    ]
    assert faults(a, euro) == [("compare.currency", "CNY, EUR")]
    assert faults(a, a, years=[1999]) == [("year.unknown", "City")] * 2
    assert faults(account({SAND: "1 CNY"}, title="T"), a, years=[1999]) == [
        ("year.unknown", "T"),
        ("year.unknown", "City"),
    ]
    assert faults(a, a, labels=["x"]) == [("compare.labels", "x")]
    with pytest.raises(ParameterError) as told:
        _ = compare(a, a, a).lines
    assert [(p.code, p.where) for p in told.value.problems] == [("compare.two", "3 accounts")]
    with pytest.raises(ParameterError, match="is no measure"):
        compare(a, a).table("per_mu")


# -- measures
# ------------------------------------------------------------------------------


def three():
    """Totals 300, 100 and 100 CNY on 10 km2, unknown and 4 km2; 20, 50 people and unknown."""
    return [
        account({WATER: "100 m3", SAND: "100 CNY"}, region="A", area=10e6, population=20.0),
        account({SAND: "100 CNY"}, region="B", population=50.0),
        account({"tourism.paid_sites.value": "60 CNY", SAND: "40 CNY"}, region="C", area=4e6),
    ]


def table(c, measure):
    return {
        k: [None if math.isnan(x) else x for x in row]
        for k, row in zip(
            c.table(measure).index.tolist(), c.table(measure).values.tolist(), strict=True
        )
    }


def test_measures():
    c = compare(*three())
    assert list(c.table().index) == [
        ("total", ""),
        ("regulating", ""),
        ("regulating", "water_retention"),
        ("regulating", "sand_fixation"),
        ("cultural", ""),
        ("cultural", "tourism"),
    ]
    assert c.table().index.names == ["level", "indicator"] and list(c.table().columns) == [
        "A",
        "B",
        "C",
    ]
    assert list(table(c, "value").values()) == [
        [300, 100, 100],
        [300, 100, 40],
        [200, None, None],
        [100, 100, 40],
        [None, None, 60],
        [None, None, 60],
    ]
    assert table(c, "per_km2")["total", ""] == [30, None, 25] and table(c, "per_head")[
        "total", ""
    ] == [15, 2, None]
    assert table(c, "share")["regulating", "sand_fixation"] == [
        pytest.approx(1 / 3),
        1,
        0.4,
    ] and table(c, "share")["total", ""] == [1, 1, 1]
    assert (
        table(c, "rank")["total", ""] == [1, 2, 2]
        and table(c, "rank")["regulating", "sand_fixation"] == [1, 1, 3]
        and table(c, "rank")["cultural", ""] == [None, None, 1]
    )
    nothing = compare(account({"area": "1 ha"}), account({SAND: "3 CNY"}, region="B"))
    assert table(nothing, "share")["total", ""] == [None, 1] and c.currency == "CNY"


def test_levels_stand_in_their_order_whichever_account_has_them_first():
    cultural, regulating = (
        account({"tourism.paid_sites.value": "60 CNY"}),
        account({SAND: "100 CNY"}, region="B"),
    )
    keys = [
        ("total", ""),
        ("regulating", ""),
        ("regulating", "sand_fixation"),
        ("cultural", ""),
        ("cultural", "tourism"),
    ]
    assert (
        list(compare(cultural, regulating).table().index)
        == keys
        == list(compare(regulating, cultural).table().index)
    )


def test_there_is_no_share_of_nothing():
    cancelled = account({SAND: "3 CNY", "tourism.paid_sites.value": "-3 CNY"})
    shares = table(compare(cancelled, account({SAND: "4 CNY"}, region="B")), "share")
    assert shares["regulating", "sand_fixation"] == [None, 1] and shares["cultural", "tourism"] == [
        None,
        None,
    ]


def test_ranking():
    frame = compare(*three()[::-1]).ranking
    assert (
        frame.index.tolist() == ["A", "C", "B"]
        and frame["total"].tolist() == [300, 100, 100]
        and frame["rank_total"].tolist() == [1, 2, 2]
    )
    assert (
        frame["per_km2"].tolist()[:2] == [30, 25]
        and frame["rank_per_km2"].tolist()[:2] == [1, 2]
        and math.isnan(frame["rank_per_km2"].iloc[2])
    )
    assert frame.loc[["A", "B"], "per_head"].tolist() == [15, 2] and frame.loc[
        ["A", "B"], "rank_per_head"
    ].tolist() == [1, 2]


def test_the_size_of_the_region_itself():
    from gep.account.basis import Basis, Region
    from gep.account.build import build
    from gep.analysis.compare import Side

    basis = Basis(
        region="A",
        years=(2020,),
        price_year=2020,
        regions={"A": Region("A", area=7e6, population=3.0)},
    )
    side = Side("x", build([], [], basis), 2020)
    assert side.size("area") == 7e6 and side.size("population") == 3 and side.total == 0
    own = Side("x", build([], [], Basis(region="A", years=(2020,), area=2e6)), 2020)
    assert own.size("area") == 2e6 and math.isnan(own.size("population"))


def test_one_tidy_csv():
    text = compare(*three()).to_csv().splitlines()
    assert (
        text[0] == "account,level,indicator,measure,value"
        and "A,total,,value,300.0" in text
        and "C,cultural,tourism,per_km2,15.0" in text
    )
    assert (
        {row.split(",")[3] for row in text[1:]}
        == set(MEASURES)
        == {"value", "per_km2", "per_head", "share", "rank"}
    )
    assert len([r for r in text if ",value," in r]) == 12 and not [
        r for r in text if r.endswith(",")
    ]


def test_notes():
    priced = account({WATER: "1 m3"}, price_year=2015)
    assert compare(account({WATER: "1 m3"}), account({WATER: "2 m3"}, region="B")).notes == ()
    (said,) = compare(account({WATER: "1 m3"}), priced).notes
    assert (said.code, said.values, said.level) == (
        "compare.prices",
        {"years": "2015, 2020"},
        "warning",
    )
    (said,) = compare(
        account({WATER: "1 m3"}, price=""), account({WATER: "2 m3"}, region="B")
    ).notes
    assert (said.code, said.where, said.values) == (
        "compare.gaps",
        "City",
        {"names": "water_retention.retained_water"},
    )


# -- effects: coverage, method, quantity, price, unsplit
# ----------------------------------------------------------------


def test_quantity_and_price():
    assert line(account({WATER: "100 m3"}), account({WATER: "150 m3"}, "3 CNY/m3")) == [
        0,
        0,
        125,
        125,
        0,
    ]  # 50 × 2.5; 1 × 125
    assert line(account({WATER: "100 m3"}), account({WATER: "0 m3"}, "3 CNY/m3")) == [
        0,
        0,
        -200,
        0,
        0,
    ]  # nothing of it takes the other's price
    assert line(account({WATER: "0 m3"}), account({WATER: "100 m3"}, "3 CNY/m3")) == [
        0,
        0,
        300,
        0,
        0,
    ]
    assert line(account({WATER: "0 m3"}), account({WATER: "0 m3"}, "3 CNY/m3")) == [0, 0, 0, 0, 0]


def test_values_without_quantities_are_unsplit():
    assert line(account({SAND: "70 CNY"}), account({SAND: "90 CNY"}), "sand_fixation") == [
        0,
        0,
        0,
        0,
        20,
    ]
    assert line(account({"water_retention.value": "70 CNY"}), account({WATER: "10 m3"})) == [
        0,
        0,
        0,
        0,
        -50,
    ]
    zero = account(
        {WATER: "0 m3", "water_retention.value": "5 CNY"}
    )  # money for nothing has no price
    assert (
        line(zero, account({WATER: "10 m3"}))
        == [0, 0, 0, 0, 15]
        == [-x for x in line(account({WATER: "10 m3"}), zero)]
    )


def test_what_only_one_has_is_coverage():
    one, two = account({WATER: "10 m3"}), account({WATER: "10 m3", SAND: "7 CNY"})
    assert line(one, two, "sand_fixation") == [7, 0, 0, 0, 0] and line(
        two, one, "sand_fixation"
    ) == [-7, 0, 0, 0, 0]
    frame = compare(one, two, labels=("x", "y")).difference
    assert frame["why"].tolist() == ["", "only in y", ""] and frame.loc[
        ("total", ""), ["first", "second", "difference"]
    ].tolist() == [20, 27, 7]
    assert frame.index.names == ["level", "indicator"] and list(frame.columns) == [
        "first",
        "second",
        "difference",
        *EFFECTS,
        "why",
    ]


def test_cells_that_both_have_are_compared_one_by_one():
    """Forest: 10 → 20 m3, shrub 5 m3 only before; lake 3 m3 only after: where the types differ, the
    sum is compared.
    """
    one = account({WATER: series([10, 5], "m3", ecosystem=["forest", "shrub"])})
    same = account({WATER: series([5, 20], "m3", ecosystem=["shrub", "forest"])}, "3 CNY/m3")
    assert line(one, same) == [0, 0, 25, 20, 0]  # forest 10 × 2.5 and 15 × 1; shrub 5 × 1
    other = account({WATER: series([20, 3], "m3", ecosystem=["forest", "lake"])})
    assert line(one, other) == [0, 0, 16, 0, 0]


def crops(rows, price):
    items, amounts = list(rows), list(rows.values())
    return compute(
        {"agricultural_products.crops.quantity": series(amounts, "t", item=items)},
        {"agricultural_products.crops.product_price": series(price, "CNY/t", item=items)},
        year=2020,
    )


def test_items_are_compared_one_by_one():
    one, two = crops({"rice": 10, "tea": 1}, [3, 50]), crops({"tea": 2, "maize": 5}, [60, 2])
    found = line(one, two, "agricultural_products")
    assert found == [10 - 30, 0, 55, 15, 0]  # maize in, rice out; tea 1 × 55 and 10 × 1.5


def test_items_in_other_units_are_unsplit():
    kilos = compute(
        {"agricultural_products.crops.quantity": series([2000], "kg", item=["tea"])},
        {"agricultural_products.crops.product_price": series([0.06], "CNY/kg", item=["tea"])},
        year=2020,
    )
    assert line(crops({"tea": 1}, [50]), kilos, "agricultural_products") == pytest.approx(
        [0, 0, 0, 0, 70]
    )


def test_another_way_of_pricing_is_method():
    shore = "coastal_protection.beach.quantity"
    given = compute(
        {shore: "2 m"}, {"coastal_protection.beach.dyke_cost": "10 CNY/(m yr)"}, year=2020
    )
    row = {
        "id": "shore",
        "level": "regulating",
        "zh": "岸",
        "en": "shore",
        "components": ["coastal_protection"],
        "evidence": "confirmed",
    }
    own = standards.parse(
        {
            "id": "mine",
            "zh": "我",
            "en": "mine",
            "indicator": [row],
            "pricing": {"coastal_protection.beach": "market_price"},
        }
    )
    market = compute(
        {shore: "4 m"},
        {"coastal_protection.beach.dyke_cost": "12 CNY/(m yr)"},
        year=2020,
        profile=own,
    )
    assert line(given, market, "coastal_protection") == [0, 6, 22, 0, 0]  # 2 × 3 m; 2 × 11
    assert compare(given, market).difference["why"].iloc[0] == "replacement_cost → market_price"


def test_an_account_is_asked_for_its_comparison():
    one, two = account({SAND: "1 CNY"}), account({SAND: "3 CNY"}, region="B")
    assert (
        one.compare(two).lines == compare(one, two).lines
        and one.compare(two).lines[0].difference == 2
    )


def test_indicators_add_up_to_the_whole():
    one, two = (
        account({WATER: "100 m3", SAND: "70 CNY"}),
        account({WATER: "150 m3", SAND: "90 CNY"}, "3 CNY/m3"),
    )
    frame = compare(one, two).difference[["first", "second", "difference", *EFFECTS]]
    assert frame.index.tolist() == [
        ("regulating", "water_retention"),
        ("regulating", "sand_fixation"),
        ("total", ""),
    ]
    assert frame.values.tolist() == [
        [200, 450, 250, 0, 0, 125, 125, 0],
        [70, 90, 20, 0, 0, 0, 0, 20],
        [270, 540, 270, 0, 0, 125, 125, 20],
    ]


def test_a_part_of_which_a_district_is_unknown_is_compared():
    """East lacks a price on one side: its 60 CNY are coverage; West goes from 10 m3 at 2 to 15 at
    3.
    """
    regions = ["East", "West"]
    half = compute(
        {WATER: series([20, 10], "m3", region=regions)},
        {"water_retention.reservoir_cost": series([NAN, 2], "CNY/m3", region=regions)},
        year=2020,
    )
    both = account({WATER: series([20, 15], "m3", region=regions)}, "3 CNY/m3")
    assert line(half, both) == [60, 0, 12.5, 12.5, 0] and line(both, half) == [
        -60,
        0,
        -12.5,
        -12.5,
        0,
    ]


def priced(price, *methods):
    """Water of two types, 10 m3 each, at prices that say how they were found."""
    from gep.account.basis import Basis
    from gep.account.build import build
    from gep.account.inputs import Entry

    own = "water_retention", "retained_water"
    types = ["forest", "shrub"][: len(methods)]
    inputs = [
        Entry(*own, "quantity", "", t, "", None, "10", 10.0, "m3", "s", named(t)) for t in types
    ]
    prices = [
        Entry(
            *own,
            "reservoir_cost",
            "",
            t,
            "",
            None,
            str(price),
            price,
            "CNY/m3",
            "s",
            named(t),
            method=m,
            is_price=True,
        )
        for t, m in zip(types, methods, strict=True)
    ]
    return build(inputs, prices, Basis(region="City", years=(2020,), price_year=2020))


def test_prices_that_were_found_otherwise_are_method():
    def why(one, two):
        return compare(one, two).difference["why"].iloc[0]

    survey, market = priced(2.0, "survey", "survey"), priced(3.0, "market", "")
    assert line(survey, market) == [0, 20, 0, 0, 0] and why(survey, market) == "survey → market"
    assert line(survey, priced(3.0, "survey", "survey")) == [0, 0, 0, 20, 0]
    assert why(survey, priced(3.0, "market", "guess")) == "survey → market; guess"
    told = compare(survey, priced(3.0, "", "")).why("zh")
    assert list(told.values()) == ["survey → 影子工程法"]
    plain = priced(3.0, "", "")
    assert why(survey, plain) == "survey → shadow_project" and why(plain, priced(2.0, "", "")) == ""
    given = account({"water_retention.value": "70 CNY"}, price="")
    assert (
        why(survey, given) == "" == why(given, survey)
    )  # what was simply given has no way of its own


def test_components_add_up_in_their_indicator():
    one = account(
        {"soil_retention.siltation.value": "1 CNY", "soil_retention.nitrogen.value": "2 CNY"}
    )
    two = account(
        {"soil_retention.siltation.value": "4 CNY", "soil_retention.phosphorus.value": "8 CNY"}
    )
    frame = compare(one, two, labels=("x", "y")).difference
    assert frame.loc[
        ("regulating", "soil_retention"), ["first", "second", "coverage", "unsplit"]
    ].tolist() == [3, 12, 6, 3]
    assert frame.loc[("regulating", "soil_retention"), "why"] == "only in x; only in y"
    assert compare(one, two, labels=("x", "y")).why("zh", {"x": "甲"}) == {
        ("regulating", "soil_retention"): "仅见于甲；仅见于y"
    }
    lines = compare(one, two).lines
    assert (
        [x.component for x in lines] == ["siltation", "nitrogen", "phosphorus"]
        and [x.difference for x in lines] == [3, -2, 8]
        and lines[0].level == "regulating"
    )


# -- counted twice
# ------------------------------------------------------------------------------


def rule(inputs, id, prices=None, **basis):
    found = [
        w for w in compute(inputs, prices, year=2020, **basis).warnings if w.code == f"overlap.{id}"
    ]
    return [
        (
            w.values["one"],
            w.values["two"],
            w.values["amount"],
            w.values["first"],
            w.values["second"],
        )
        for w in found
    ]


def test_an_overlap_names_the_smaller_of_two():
    n, t = "water_purification.nh3n", "water_purification.tn"
    assert (
        rule({f"{n}.value": "3 CNY", f"{t}.value": "5 CNY"}, "nh3n_in_tn") == [(3, 5, 3, n, t)]
        and rule({f"{n}.value": "7 CNY", f"{t}.value": "5 CNY"}, "nh3n_in_tn")[0][2] == 5
    )
    assert rule({f"{n}.value": "0.5 CNY", f"{t}.value": "0.7 CNY"}, "nh3n_in_tn") == [
        (0.5, 0.7, 0.5, n, t)
    ]
    assert (
        rule({f"{n}.value": "0 CNY", f"{t}.value": "5 CNY"}, "nh3n_in_tn")
        == []
        == rule({f"{n}.value": "5 CNY", f"{t}.value": "-1 CNY"}, "nh3n_in_tn")
    )
    assert rule({f"{n}.value": "3 CNY"}, "nh3n_in_tn") == []
    apart = {
        f"{n}.value": series([3], "CNY", ecosystem=["lake"]),
        f"{t}.value": series([5], "CNY", ecosystem=["marsh"]),
    }
    assert [r[:3] for r in rule(apart, "nh3n_in_tn")] == [
        (3, 5, 3)
    ]  # this rule does not ask for the same types
    years = {f"{n}.value": series([9, 3], "CNY", year=[2019, 2020]), f"{t}.value": "5 CNY"}
    found = [
        w for w in compute(years, year=[2019, 2020]).warnings if w.code == "overlap.nh3n_in_tn"
    ]
    assert found[0].values["amount"] == 3 and found[0].level == "warning"


def test_an_overlap_of_the_same_types_only():
    carbon, blue = "carbon_sequestration.carbon.value", "carbon_sequestration.blue_carbon.value"
    mangrove = series([120], "CNY", ecosystem=["mangrove"])
    both = {carbon: series([900, 300], "CNY", ecosystem=["shrub", "mangrove"]), blue: mangrove}
    assert [r[:3] for r in rule(both, "carbon_blue")] == [(300, 120, 120)]
    small = {
        carbon: series([0.9, 0.3], "CNY", ecosystem=["shrub", "mangrove"]),
        blue: series([0.1], "CNY", ecosystem=["mangrove"]),
    }
    assert [r[:3] for r in rule(small, "carbon_blue")] == [(0.3, 0.1, 0.1)]
    wide = {carbon: mangrove, blue: series([120, 50], "CNY", ecosystem=["mangrove", "marsh"])}
    assert [r[:3] for r in rule(wide, "carbon_blue")] == [
        (120, 120, 120)
    ]  # the marsh is on one side only
    assert [r[:3] for r in rule({carbon: "900 CNY", blue: mangrove}, "carbon_blue")] == [
        (900, 120, 120)
    ]  # nobody can tell
    assert (
        rule(
            {carbon: series([900, 0], "CNY", ecosystem=["shrub", "mangrove"]), blue: mangrove},
            "carbon_blue",
        )
        == []
    )


def test_an_overlap_at_the_same_price_only():
    inputs = {WATER: "100 m3", "flood_mitigation.reservoir.quantity": "40 m3"}

    def at(price):
        return rule(
            inputs,
            "retention_flood",
            {
                "water_retention.reservoir_cost": "7 CNY/m3",
                "flood_mitigation.reservoir.reservoir_cost": price,
            },
        )

    assert [r[:3] for r in at("7 CNY/m3")] == [(700, 280, 280)] and at("7.001 CNY/m3") == []
    assert len(at("7.00000000001 CNY/m3")) == 1  # the same to nine digits
    assert (
        rule(
            {"water_retention.value": "7 CNY", "flood_mitigation.reservoir.value": "8 CNY"},
            "retention_flood",
        )
        == []
    )


def test_amounts_as_people_say_them():
    def said(value, currency="CNY"):
        """The amount of a possible overlap of two figures of one value."""
        money = f"{value!r} {currency}"
        two = {"water_purification.nh3n.value": money, "water_purification.tn.value": money}
        warnings = compute(two, year=2020, currency=currency).warnings
        amount = next(w for w in warnings if w.code.startswith("overlap.")).values["amount_said"]
        return [str(amount), told(amount, "zh")]

    assert [said(v) for v in (1e9, 999999999.0, 1e6, 999999.0)] == [
        ["1.00 billion CNY/yr", "10.00亿元/年"],
        ["1,000.00 million CNY/yr", "10.00亿元/年"],
        ["1.00 million CNY/yr", "100.00万元/年"],
        ["999,999 CNY/yr", "100.00万元/年"],
    ]
    assert [said(v, "EUR")[1] for v in (9999.0, 1e4, 1e8)] == [
        "9,999EUR/年",
        "1.00万EUR/年",
        "1.00亿EUR/年",
    ]
    found = [
        w
        for w in compute(
            {"water_purification.nh3n.value": "3 CNY", "water_purification.tn.value": "5 CNY"},
            year=2020,
        ).warnings
        if w.code.startswith("overlap.")
    ]
    said_of = found[0].values
    assert [told(said_of[k], "zh") for k in ("first", "second", "amount_said")] == [
        "净化水质·氨氮净化",
        "净化水质·总氮净化",
        "3元/年",
    ]
    assert said_of["one_said"] == "3 CNY/yr"
    found = [
        w
        for w in compute(
            {
                "carbon_sequestration.carbon.value": "3 CNY",
                "carbon_sequestration.blue_carbon.value": "5 CNY",
            },
            year=2020,
        ).warnings
        if "carbon_blue" in w.code
    ]
    assert [told(found[0].values[k], "zh") for k in ("first", "second")] == ["固碳", "固碳·蓝碳"]


# -- confidential
# ------------------------------------------------------------------------------

HEAD = "indicator,component,input,item,ecosystem,region,year,value,unit,source,classification\n"


def secret(plain_folder, *rows, **files):
    """Values: indicator, component, ecosystem, region, year, CNY, confidential or not."""
    import gep

    lines = "".join(
        f"{i},{c},value,,{e},{r},{y},{v},元,s,{'confidential' if hidden else ''}\n"
        for i, c, e, r, y, v, hidden in rows
    )
    toml = 'region = "City"\nyears = [2019, 2020]\nprice_year = "current"\nstandard = "catalogue"\n'
    return gep.run(plain_folder("", "", toml, inputs_csv=HEAD + lines, **files))


def test_a_component_of_three_districts_is_one_total_a_year(plain_folder):
    regions = [
        ("sand_fixation", "fixed_sand", "", f"D{n}", y, 10 * n + y - 2019, n == 1)
        for n in (1, 2, 3)
        for y in (2019, 2020)
    ]
    account = secret(plain_folder, *regions, ("water_retention", "", "", "", "", 5, False))
    shown = public(account)
    part = next(p for p in shown.parts if p.indicator.id == "sand_fixation")
    assert (
        part.data["value"].values.tolist() == [60, 63]
        and part.data["status"].values.tolist() == ["value_only"] * 2
        and part.data["quantity"].isnull().all()
    )
    assert (
        part.row.id == "sand_fixation"
        and part.counted
        and shown.total == account.total == 68
        and shown.by("year").to_dict() == {2019: 65, 2020: 68}
    )
    assert len(shown.entries) == len(account.entries) - 2
    assert [p.name for p in shown.parts] == [p.name for p in account.parts]
    assert {e.source for e in part.solution.entries} == {
        "confidential figures in it: shown as a total"
    } and not confidential(part)
    shown_value = part.outcome.results[part.solution.value].array
    assert shown_value["year"].values.tolist() == [2019, 2020]
    assert shown_value.values.tolist() == [60, 63]


def test_fewer_than_three_are_pooled_with_the_smallest_of_their_level(plain_folder):
    account = secret(
        plain_folder,
        ("sand_fixation", "fixed_sand", "", "", "", 1000, True),
        ("water_retention", "", "", "", "", 5, False),
        ("oxygen_release", "", "", "", "", 7, False),
        ("negative_air_ions", "", "", "", "", 9, False),
        ("agricultural_products", "crops", "", "", "", 1, False),
    )
    shown = public(account)
    assert shown.by("indicator").to_dict() == {
        "agricultural_products": 1,
        "negative_air_ions": 9,
        "regulating_other": 1012,
    }
    (pool,) = [p for p in shown.parts if p.indicator.id == "regulating_other"]
    assert pool.row.note == "pooled: confidential figures" and (
        pool.row.level,
        pool.row.components,
        pool.name,
    ) == ("regulating", ("regulating_other",), "regulating_other")


def test_the_smallest_may_be_the_confidential_one(plain_folder):
    account = secret(
        plain_folder,
        ("sand_fixation", "fixed_sand", "", "", "", 1, True),
        ("water_retention", "", "", "", "", 5, False),
        ("oxygen_release", "", "", "", "", 7, False),
        ("negative_air_ions", "", "", "", "", 9, False),
    )
    assert public(account).by("indicator").to_dict() == {
        "negative_air_ions": 9,
        "regulating_other": 13,
    }


def test_other_tables_are_refused_by_the_title_or_the_region(plain_folder):
    from dataclasses import replace

    account = secret(plain_folder, ("sand_fixation", "fixed_sand", "", "", "", 1, True))
    titled = replace(account, basis=replace(account.basis, title="T"))
    may_leave(public(account))
    with pytest.raises(InputError) as told:
        may_leave(account, titled, account)
    assert [(p.code, p.where) for p in told.value.problems] == [
        ("output.confidential", "City"),
        ("output.confidential", "T"),
    ]
    assert "rests on confidential figures" in str(told.value) and "gep run --out" in str(told.value)


def test_a_ledger_hides_the_figures_of_the_very_service(plain_folder):
    rows = [
        (i, "", "", f"D{n}", 2020, 10 * n, i == "flood_mitigation" and n < 4)
        for i in ("flood_mitigation", "climate_regulation")
        for n in (1, 2, 3, 4)
    ]
    assert [f[:3] for f in blanked(secret(plain_folder, *rows))] == [
        ("flood_mitigation", "", f"D{n}") for n in (1, 2, 3)
    ]


def blanked(account):
    ledger = withheld(account, account.ledger)
    hidden = ledger["status"] == "confidential"
    assert (ledger.loc[hidden, ["quantity", "price", "value"]].isna().all()).all() and ledger.loc[
        ~hidden, "value"
    ].equals(account.ledger.loc[~hidden, "value"])
    return [(r.indicator, r.ecosystem, r.region, r.year) for r in ledger[hidden].itertuples()]


def test_a_ledger_hides_a_figure_and_two_more_of_its_year(plain_folder):
    rows = [
        ("sand_fixation", "fixed_sand", "", f"D{n}", y, v, n == 1 and y == 2020)
        for y in (2019, 2020)
        for n, v in ((1, 50), (2, 40), (3, 30), (4, -20))
    ]
    found = blanked(secret(plain_folder, *rows, ("water_retention", "", "", "", "", 5, False)))
    assert found == [
        ("sand_fixation", "", "D1", 2020),
        ("sand_fixation", "", "D3", 2020),
        ("sand_fixation", "", "D4", 2020),
    ]
    found = blanked(
        secret(plain_folder, *[(*r[:6], r[3] in ("D1", "D2", "D3") and r[4] == 2019) for r in rows])
    )
    assert [f[2:] for f in found] == [("D1", 2019), ("D2", 2019), ("D3", 2019)]


def test_a_ledger_hides_the_figures_of_one_type(plain_folder):
    types = [("forest", 50), ("shrub", 40), ("meadow", 30), ("tussock", 20)]
    rows = [("sand_fixation", "fixed_sand", e, "", 2020, v, e == "forest") for e, v in types]
    assert [
        f[1]
        for f in blanked(secret(plain_folder, *rows, ("water_retention", "", "", "", "", 5, False)))
    ] == ["forest", "meadow", "tussock"]


def test_a_ledger_hides_no_more_than_it_must(plain_folder):
    """Four of six districts are confidential: the other two stay."""
    rows = [("sand_fixation", "fixed_sand", "", f"D{n}", 2020, 10 * n, n < 5) for n in range(1, 7)]
    assert [
        f[2]
        for f in blanked(secret(plain_folder, *rows, ("water_retention", "", "", "", "", 5, False)))
    ] == ["D1", "D2", "D3", "D4"]


def test_a_ledger_hides_quantity_and_price_with_the_value(plain_folder):
    import gep

    rows = "".join(
        (
            f"water_retention,retained_water,quantity,,,D{n},2020,{n},m3,s,"
            f"{'confidential' if n == 1 else ''}\n"
        )
        for n in (1, 2, 3, 4)
    )
    price = "water_retention,retained_water,reservoir_cost,,,,2,元/m3,2020,,s\n"
    account = gep.run(
        plain_folder(
            "",
            price,
            'region = "City"\nyear = 2020\nstandard = "catalogue"\n',
            inputs_csv=HEAD + rows,
        )
    )
    ledger = withheld(account, account.ledger).set_index("region")[["quantity", "price", "value"]]
    assert ledger.loc[["D1", "D2", "D3"]].isna().all().all() and ledger.loc["D4"].tolist() == [
        4,
        2,
        8,
    ]


def test_a_ledger_hides_all_of_what_is_pooled(plain_folder):
    found = blanked(
        secret(
            plain_folder,
            ("sand_fixation", "fixed_sand", "forest", "", "", 1000, True),
            ("water_retention", "", "", "", "", 5, False),
            ("oxygen_release", "", "", "", "", 7, False),
        )
    )
    assert (
        sorted({f[0] for f in found}) == ["oxygen_release", "sand_fixation", "water_retention"]
        and len(found) == 6
    )


def test_units_are_counted_where_there_is_a_value(plain_folder):
    """Two figures on a grid of two types and two districts are two units, not four: too few to
    stand alone.
    """
    sparse = [
        ("sand_fixation", "fixed_sand", "forest", "D1", 2020, 100, True),
        ("sand_fixation", "fixed_sand", "shrub", "D2", 2020, 50, False),
    ]
    shown = public(
        secret(
            plain_folder,
            *sparse,
            ("water_retention", "", "", "", 2020, 5, False),
            ("oxygen_release", "", "", "", 2020, 7, False),
        )
    )
    assert shown.by("indicator").to_dict() == {"regulating_other": 162}


def test_three_that_are_confidential_need_no_fourth(plain_folder):
    hidden = [
        (name, "", "", "", "", value, True)
        for name, value in (("sand_fixation", 100), ("water_retention", 5), ("oxygen_release", 7))
    ]
    shown = public(secret(plain_folder, *hidden, ("negative_air_ions", "", "", "", "", 9, False)))
    assert shown.by("indicator").to_dict() == {"negative_air_ions": 9, "regulating_other": 112}


def test_figures_without_a_label_meet_those_with_it_as_a_sum():
    """Types on one side only, items on both, districts on neither: what both know is compared."""
    one = account({WATER: "15 m3"})
    two = account({WATER: series([10, 10], "m3", ecosystem=["forest", "shrub"])}, "3 CNY/m3")
    assert line(one, two) == [0, 0, 12.5, 17.5, 0] and line(two, one) == [0, 0, -12.5, -17.5, 0]
    plain = compute(
        {"agricultural_products.crops.quantity": "10 t"},
        {"agricultural_products.crops.product_price": "3 CNY/t"},
        year=2020,
    )
    effects = [0, 0, 2 * (3 + 130 / 12) / 2, (130 / 12 - 3) * 11, 0]  # 10 t for 30, 12 t for 130
    assert line(
        plain, crops({"rice": 10, "tea": 2}, [3, 50]), "agricultural_products"
    ) == pytest.approx(effects)
    assert line(
        crops({"rice": 10, "tea": 2}, [3, 50]), plain, "agricultural_products"
    ) == pytest.approx([-x for x in effects])


def test_types_and_districts_of_both_sides():
    """Forest and shrub in A and B: (10, 20, 5, 1) m3 at 2, then (10, 30, 5, 1) m3 at 2: one cell
    moves by 10 m3.
    """
    labels = {"ecosystem": ["forest", "forest", "shrub", "shrub"], "region": ["A", "B", "A", "B"]}
    one, two = (
        account({WATER: series(v, "m3", **labels)}) for v in ([10, 20, 5, 1], [10, 30, 5, 1])
    )
    assert line(one, two) == [0, 0, 20, 0, 0]
    prices = [
        {"water_retention.reservoir_cost": series(p, "CNY/m3", region=["A", "B"])}
        for p in ([2, 4], [4, 2])
    ]
    swapped = [
        compute({WATER: series([10, 20, 5, 1], "m3", **labels)}, p, year=2020) for p in prices
    ]
    assert line(*swapped) == [0, 0, 0, 10 * 2 - 20 * 2 + 5 * 2 - 1 * 2, 0]


def test_types_at_prices_of_their_own():
    """Forest 10 → 20 m3 at 2 → 3, shrub 5 m3 at 4: 10 × 2.5 and 1 × 15, not those of the mean
    price.
    """
    amounts, prices = ([10, 5], [20, 5]), ([2, 4], [3, 4])
    types = ["forest", "shrub"]
    sides = [
        compute(
            {WATER: series(q, "m3", ecosystem=types)},
            {"water_retention.reservoir_cost": series(p, "CNY/m3", ecosystem=types)},
            year=2020,
        )
        for q, p in zip(amounts, prices, strict=True)
    ]
    assert line(*sides) == [0, 0, 25, 15, 0]


def farm(*rows):
    """Amounts with unit and value of crops, by item."""
    from gep.account.basis import Basis
    from gep.account.build import build
    from gep.account.inputs import Entry

    fields = [
        (n, item, str(v), u)
        for item, amount, unit, value in rows
        for n, v, u in (("quantity", amount, unit), ("value", value, "CNY"))
        if v is not None
    ]
    entries = [
        Entry(
            "agricultural_products",
            "crops",
            n,
            item,
            "",
            "",
            None,
            text,
            float(text),
            unit,
            "s",
            named(n + item),
        )
        for n, item, text, unit in fields
    ]
    return build(entries, [], Basis(region="City", years=(2020,), price_year=2020))


def test_a_sum_of_several_units_has_no_price():
    """Items that differ, one of them unnamed: tonnes and heads do not add, on one side or both."""
    one, two, three = (
        farm(("", 10, "t", 30), ("cow", 5, "头", 70)),
        farm(("", 10, "t", 40), ("hen", 5, "只", 80)),
        farm(("", 15, "t", 150)),
    )
    assert line(one, two, "agricultural_products") == [0, 0, 0, 0, 20] and line(
        one, three, "agricultural_products"
    ) == [0, 0, 0, 0, 50]
    assert line(three, farm(("", 5, "t", 50), ("rice", 5, "t", 50)), "agricultural_products") == [
        0,
        0,
        -50,
        0,
        0,
    ]
    assert line(
        three,
        farm(("", 5, "t", 50), ("rice", 5, "t", 50), ("tea", None, "t", 20)),
        "agricultural_products",
    ) == [0, 0, 0, 0, -30]
