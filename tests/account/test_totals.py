"""Sums of an account by every key, its summary and its ledger, column by column; every number laid
out by hand.
"""

from __future__ import annotations

import json
import math

import pytest

import gep
from gep.account import Control
from gep.analysis.uncertainty import uncertainty
from gep.core.errors import ParameterError
from gep.intake.python import compute
from tests.labelled import series

RESERVOIR = {"water_retention.retained_water.reservoir_cost": "2 CNY/m3"}
TOML = 'title = "t"\nregion = "City"\nyear = 2020\nprice_year = 2020\nstandard = "catalogue"\n'
PRICE = "water_retention,retained_water,reservoir_cost,,,,2,CNY/m3,2020,,books\n"
REGIONS = "region,parent\nEast,City\nWest,City\nPark,East\nSquare,Park\nElsewhere,\n"
CONTROLS = "level,indicator,component,ecosystem,region,year,value,unit,decimals,source\n"


def water(region, value, ecosystem="", year=""):
    return (
        f"water_retention,retained_water,quantity,,{ecosystem},{region},{year},{value},m3,gauge\n"
    )


def two_years():
    """East and West, forest and lake, 2019 and 2020; crops have an item and no region. 2 CNY/m3 and
    3 CNY/t.
    """
    quantity = series(
        [1, 2, 4, 8],
        "m3",
        region=["East", "West", "East", "West"],
        ecosystem=["forest", "lake", "forest", "lake"],
        year=[2019, 2019, 2020, 2020],
    )
    inputs = {
        "water_retention.quantity": quantity,
        "agricultural_products.crops.quantity": series(
            [10, 20], "t", item=["tea", "tea"], year=[2019, 2020]
        ),
    }
    prices = {
        **RESERVOIR,
        "agricultural_products.crops.product_price": series([3], "CNY/t", item=["tea"]),
    }
    return compute(
        inputs,
        prices,
        year=[2020, 2019],
        price_year=2020,
        region="City",
        parents={"East": "City", "West": "City"},
        source="s",
    )


# -- by every key


@pytest.mark.parametrize(
    ("key", "last", "first"),
    [
        ("level", {"material": 60, "regulating": 24}, {"material": 30, "regulating": 6}),
        (
            "indicator",
            {"agricultural_products": 60, "water_retention": 24},
            {"agricultural_products": 30, "water_retention": 6},
        ),
        (
            "component",
            {"agricultural_products.crops": 60, "water_retention.retained_water": 24},
            {"agricultural_products.crops": 30, "water_retention.retained_water": 6},
        ),
        ("ecosystem", {"": 60, "forest": 8, "lake": 16}, {"": 30, "forest": 2, "lake": 4}),
        ("region", {"City": 60, "East": 8, "West": 16}, {"City": 30, "East": 2, "West": 4}),
        ("item", {"tea": 60, "": 24}, {"tea": 30, "": 6}),
        ("year", {2019: 36, 2020: 84}, {2019: 36, 2020: 84}),
    ],
)
def test_by(key, last, first):
    account = two_years()
    assert account.total == 84 and account.basis.years == (2019, 2020)
    found = account.by(key)
    assert found.to_dict() == last and account.by(key, 2019).to_dict() == first
    assert found.name == "value" and found.index.name == key and found.attrs == {"units": "CNY/yr"}


def test_by_nothing_else():
    with pytest.raises(ParameterError, match="is no key"):
        two_years().by("source")


def test_components_of_one_level_add_up():
    inputs = {
        "soil_retention.siltation.value": "3 CNY",
        "soil_retention.nitrogen.value": "4 CNY",
        "water_retention.value": "5 CNY",
    }
    account = compute(inputs, year=2020)
    assert account.by("level").to_dict() == {"regulating": 12}
    assert account.by("indicator").to_dict() == {"soil_retention": 7, "water_retention": 5}


def test_what_is_not_counted_is_in_no_sum():
    inputs = {
        "tourism.paid_sites.value": "5 CNY",
        "tourism.consumer_surplus.value": "7 CNY",
        "tourism.free_space.visits": "3 visit",
    }
    account = compute(inputs, year=2020)
    assert account.total == 5 and account.total.left_out == ("tourism.free_space",)
    assert (
        account.by("level").to_dict() == {"cultural": 5}
        and account.by("ecosystem").to_dict() == {"": 5}
        and account.by("year").to_dict() == {2020: 5}
    )
    assert account.summary()["outside"] == {"tourism.consumer_surplus": 7}
    counted = compute(inputs, year=2020, include=("consumer_surplus",))
    assert (
        counted.total == 12
        and counted.total_name == "GEP + consumer_surplus"
        and counted.summary()["outside"] == {}
    )
    surplus = series([7, 9], "CNY", year=[2019, 2020])
    assert compute({"tourism.consumer_surplus.value": surplus}, year=[2019, 2020]).summary()[
        "outside"
    ] == {"tourism.consumer_surplus": 9}


def test_what_the_total_is_called():
    assert compute({"area": "1 ha"}, year=2020).total_name == "GEP"  # nothing is counted yet


# -- regions


def test_a_region_is_its_own_figure_or_the_sum_of_what_lies_in_it(folder):
    rows = water("Square", 1) + water("West", 4) + water("Elsewhere", 100)
    account = gep.run(folder(rows, PRICE, regions_csv=REGIONS))
    (part,) = account.parts
    assert account.cover(part, "City") == ["Square", "West"] and account.cover(part, "East") == [
        "Square"
    ]
    got = {
        r: float(account.add(account.parts, r))
        for r in ("City", "East", "Park", "Square", "West", "Elsewhere", "nowhere")
    }
    assert got == {
        "City": 10,
        "East": 2,
        "Park": 2,
        "Square": 2,
        "West": 8,
        "Elsewhere": 200,
        "nowhere": 0,
    }
    assert account.add(account.parts, "") == 10


def test_regions_without_a_list_are_all_in_it(folder):
    account = gep.run(folder(water("B", 1) + water("A", 4), PRICE))
    (part,) = account.parts
    assert (
        account.cover(part, "City") == ["B", "A"]
        and account.total == 10
        and account.add(account.parts, "A") == 8
    )
    assert account.cover(part, "nowhere") == [] and account.add(account.parts, "nowhere") == 0
    own = gep.run(folder(water("B", 1) + water("City", 4), PRICE))
    assert own.total == 8 and own.cover(own.parts[0], "City") == ["City"]


def test_a_part_without_regions_lies_in_the_whole_only(folder):
    account = gep.run(folder(water("", 3), PRICE))
    assert account.cover(account.parts[0], "City") is None
    assert [float(account.add(account.parts, r)) for r in (None, "", "City", "East")] == [
        6,
        6,
        6,
        0,
    ]


def test_what_a_sum_leaves_out(folder):
    rows = (
        ",,area,,forest,East,,1,ha,s\n"
        ",,area,,shrub,West,,1,ha,s\n"
        "air_purification,nox,uptake_rate,,forest,,,10,kg NOx/(ha yr),s\n"
    )
    account = gep.run(
        folder(
            rows,
            "air_purification,nox,treatment_cost,,,,1,CNY/kg NOx,2020,,s\n",
            regions_csv=REGIONS,
        )
    )
    assert account.total == pytest.approx(10) and account.total.left_out == (
        "air_purification.nox (1 of 2 cells)",
    )
    assert account.add(account.parts, "East").left_out == () and account.add(
        account.parts, "West"
    ).left_out == ("air_purification.nox",)
    assert account.add(account.parts, year=1999) == 0 and account.add([]).left_out == ()


def test_a_part_of_which_nothing_is_known_has_no_sum_and_its_notes_stand_once(folder):
    """Water of East without a price: NaN there and in all, 0 in a place that it does not speak of;
    looking again adds no note.
    """
    account = gep.run(
        folder(water("East", 3), "", TOML, regions_csv="region,parent\nEast,City\nWest,City\n")
    )
    (part,) = account.parts
    assert (
        math.isnan(account.add([part]))
        and math.isnan(account.add([part], "East"))
        and account.add([part], "West") == 0
    )
    cut = compute(
        {
            "air_purification.so2.uptake_rate": series(
                [1, 1], "kg SO2/(hm2 yr)", ecosystem=["forest", "lake"]
            ),
            "area": series([1], "ha", ecosystem=["forest"]),
        },
        {"air_purification.treatment_cost": "1 CNY/kg SO2"},
        year=2020,
    )
    before = [p.code for p in cut.parts[0].outcome.notes]
    uncertainty(cut, 100, errors={"*": "normal 1 %"})
    assert [p.code for p in cut.parts[0].outcome.notes] == before == ["ecosystem.cut"]


def test_a_component_without_any_figure_is_named_once(folder):
    account = gep.run(folder(water("", 3), "", toml=TOML.replace("catalogue", "garze2010")))
    assert (
        math.isnan(account.total)
        and account.total.left_out.count("water_retention.retained_water") == 1
    )
    assert "tourism.paid_sites" in account.total.left_out and len(
        set(account.total.left_out)
    ) == len(account.total.left_out)


def test_a_missing_part_of_a_whole_is_not_left_out():
    account = compute(
        {"climate_regulation.value": "9 CNY", "climate_regulation.vegetation.quantity": "3 kWh"},
        year=2020,
    )
    assert account.total == 9 and account.total.left_out == ()
    (lacking,) = account.missing
    assert (lacking.component, lacking.inside, lacking.needs) == (
        "vegetation",
        "climate_regulation",
        (("electricity_price", "CNY/kWh"),),
    )
    row = account.ledger.query("component == 'vegetation'").iloc[0]
    assert (
        row.role == "headline"
        and row.quantity == 3
        and math.isnan(row.value)
        and row.status == "given"
        and row.value_unit == ""
    )


# -- names


def name(inputs, **basis):
    return compute({f"{k}.value": "5 CNY" for k in inputs}, year=2020, **basis).total_name


def test_what_the_total_may_be_called():
    water_, esv, surplus, cvm, species = (
        "water_retention",
        "equivalent_factor.all",
        "tourism.consumer_surplus",
        "non_use_value",
        "species_conservation",
    )
    assert name([water_]) == "GEP" and name([esv]) == "ESV" and name([water_, esv]) == "GEP"
    assert name([water_, surplus]) == "GEP"
    assert (
        name([water_, surplus, cvm], include=("non_use", "consumer_surplus"))
        == "GEP + non_use + consumer_surplus"
    )
    assert name([water_, cvm], include=("non_use", "consumer_surplus")) == "GEP + non_use"
    assert name([water_, species]) == "GEP + species_conservation"
    assert name([water_, esv], include=("esv",)) == "GEP + esv"
    assert name([water_, species], standard="lyt1721") == "forest services"
    assert (
        compute(
            {"water_retention.value": "5 CNY"}, year=2020, standard="equivalent_factor"
        ).total_name
        == "ESV"
    )


def test_how_an_account_shows_itself():
    account = compute(
        {"water_retention.quantity": "1234567 m3", "tourism.paid_sites.visits": "3 visit"},
        RESERVOIR,
        year=2020,
        region="City",
    )
    assert (
        repr(account)
        == "<Account City: GEP 2.46913e+06 CNY/yr in 2020, catalogue, 2 components, 1 left out>"
    )
    titled = compute(
        {"water_retention.quantity": "3 m3"},
        RESERVOIR,
        year=[2019, 2020],
        price_year=2020,
        region="City",
        title="Our city",
    )
    assert repr(titled) == "<Account Our city: GEP 6 CNY/yr in 2020, catalogue, 1 components>"
    assert "Our city" in titled._repr_html_()


# -- controls


def test_a_difference_within_the_rounding():
    def control(published, account):
        return Control("total", {}, published, account, "CNY/yr", 0.5, 0.25, "s")

    assert (
        control(10, 10.75).difference == 0.75
        and control(10, 10.75).within
        and control(10.75, 10).within
    )
    assert (
        Control("", {}, 1.0, 1.1, "", 0.05, 0.05, "").within and 1.1 - 1.0 > 0.1
    )  # as computers count
    assert (
        control(0.3, 0.3 + 0.75).within
        and not control(10, 10.8).within
        and not control(10.8, 10).within
    )


def controls(folder, rows, inputs, prices=PRICE, **files):
    account = gep.run(folder(inputs, prices, controls_csv=CONTROLS + rows, **files))
    return {c.name + "".join(f" {v}" for v in c.labels.values()): c for c in account.controls}


def test_how_far_rounding_can_move_a_figure(folder):
    """3.0 ± 0.05 m3 at 2 CNY/m3 and 10 ± 0.5 t at 3 CNY/t: 0.1 and 1.5 CNY; a price is taken as
    printed.
    """
    inputs = (
        water("", "3.0") + "agricultural_products,crops,quantity,tea,,,,10,t,s\n"
        "sand_fixation,fixed_sand,value,,,,,7,元,s\n"
    )
    prices = PRICE + "agricultural_products,crops,product_price,tea,,,3,CNY/t,2020,,s\n"
    rows = (
        "total,,,,,,43,元,0,book\n"
        ",,,,,,44.0,元,1,\n"
        "regulating,,,,,,12,元,0,book\n"
        ",water_retention+agricultural_products,,,,,36,元,0,book\n"
        ",water_retention,retained_water,,,,0.0006,万元,4,book\n"
        "material,,,,,,30,元,0,book\n"
    )
    found = controls(folder, rows, inputs, prices)
    assert list(found) == [
        "total",
        "level:regulating",
        "water_retention+agricultural_products",
        "water_retention.retained_water",
        "level:material",
    ]
    c = found["level:regulating"]
    assert (c.published, c.account, c.difference, c.unit, c.rounding, c.source, c.labels) == (
        12,
        13,
        1,
        "CNY/yr",
        0.5,
        "book",
        {},
    )
    assert {k: v.rounding_inputs for k, v in found.items()} == pytest.approx(
        {
            "total": 2.1,
            "level:regulating": 0.6,
            "water_retention+agricultural_products": 1.6,
            "water_retention.retained_water": 0.1,
            "level:material": 1.5,
        }
    )
    assert found["water_retention.retained_water"].account == 6 and found[
        "water_retention.retained_water"
    ].rounding == pytest.approx(0.5)
    assert (
        found["level:regulating"].within
        and not controls(folder, "regulating,,,,,,12.0,元,1,s\n", inputs, prices)[
            "level:regulating"
        ].within
    )


def test_controls_of_a_type_a_region_and_a_year(folder):
    inputs = "".join(
        water(r, v, e, y)
        for r, v, e, y in (
            ("East", 1, "forest", 2019),
            ("East", 2, "forest", 2020),
            ("West", 4, "lake", 2020),
            ("East", 8, "lake", 2020),
        )
    )
    inputs += "sand_fixation,fixed_sand,value,,,,2020,100,元,s\n"
    toml = 'region = "City"\nyears = [2019, 2020]\nprice_year = 2020\n'
    rows = ("total,,,,,{},1,元,0,s\n" * 3).format("", "2019", "2020") + "".join(
        f",water_retention,,{e},{r},{y},1,元,0,s\n"
        for e, r, y in (
            ("forest", "", ""),
            ("lake", "West", ""),
            ("", "East", ""),
            ("forest", "", 2019),
            ("shrub", "", ""),
            ("", "City", ""),
        )
    )
    rows += "".join(
        f",sand_fixation,,{e},{r},,1,元,0,s\n"
        for e, r in (("", "City"), ("", "East"), ("forest", ""))
    )
    account = gep.run(
        folder(inputs, PRICE, toml, controls_csv=CONTROLS + rows, regions_csv=REGIONS)
    )
    assert [c.account for c in account.controls] == [128, 2, 128, 4, 8, 20, 2, 0, 28, 100, 0, 0]
    assert [c.rounding_inputs for c in account.controls] == pytest.approx(
        [3.5, 1, 3.5, 1, 1, 2, 1, 0, 3, 0.5, 0, 0]
    )
    assert [c.labels for c in account.controls][3:7] == [
        {"ecosystem": "forest"},
        {"ecosystem": "lake", "region": "West"},
        {"region": "East"},
        {"ecosystem": "forest", "year": "2019"},
    ]
    assert [c.labels for c in account.controls][:2] == [{}, {"year": "2019"}]


def test_a_control_counts_what_the_total_counts(folder):
    rows = "tourism,paid_sites,value,,,,,5,元,s\ntourism,consumer_surplus,value,,,,,7,元,s\n"
    assert controls(folder, ",tourism,,,,,5,元,0,s\n", rows, "")["tourism"].account == 5


# -- summary and ledger


def test_summary(folder):
    inputs = (
        water("", 3) + "carbon_sequestration,carbon,quantity,,,,,5,t CO2,s\n"
        "tourism,consumer_surplus,value,,,,,7,元,s\n"
        "sand_fixation,fixed_sand,value,,,,,-4,元,s\n"
    )
    account = gep.run(
        folder(inputs, PRICE, TOML, controls_csv=CONTROLS + "regulating,,,,,2020,1,元,0,book\n")
    )
    summary = account.summary()
    assert set(summary.pop("files")) == {"account.toml", "inputs.csv", "prices.csv", "controls.csv"}
    warnings = summary.pop("warnings")
    assert warnings == [w.to_dict() for w in account.warnings] and len(warnings) == 1
    assert summary.pop("software").startswith("gep-accounting ")
    assert summary.pop("plugins") == []
    assert (summary.pop("digest"), summary.pop("record")) == (account.digest, account.record)
    assert summary.pop("notes") == [n.to_dict() for n in account.notes]
    assert summary == {
        "schema_version": 2,
        "title": "t",
        "region": "City",
        "years": [2020],
        "price_year": "2020",
        "standard": "catalogue",
        "currency": "CNY",
        "unit": "CNY/yr",
        "synthetic": False,
        "total_name": "GEP",
        "total": 2,
        "left_out": ["carbon_sequestration.carbon"],
        "by_level": {"regulating": 2},
        "by_indicator": {"water_retention": 6, "carbon_sequestration": None, "sand_fixation": -4},
        "by_region": {"City": 2},
        "by_year": {"2020": 2},
        "missing": [
            {
                "indicator": "carbon_sequestration",
                "component": "carbon",
                "needs": [{"name": "carbon_price", "unit": "CNY/t CO2"}],
                "ecosystems": [],
                "items": [],
                "regions": [],
                "years": [],
                "inside": "",
            }
        ],
        "outside": {"tourism.consumer_surplus": 7},
        "negative": {"sand_fixation.fixed_sand": -4},
        "floored": {},
        "controls": [
            {
                "name": "level:regulating",
                "year": "2020",
                "published": 1,
                "account": 2,
                "difference": 1,
                "unit": "CNY/yr",
                "rounding": 0.5,
                "rounding_inputs": 1.5,
                "within_rounding": True,
                "source": "book",
            }
        ],
    }


def test_summary_of_several_years():
    account = two_years()
    assert (
        account.summary()["by_year"] == {"2019": 36, "2020": 84}
        and account.summary()["total"] == 84
    )
    assert [w.code for w in account.warnings] == []


def test_json_has_no_number_that_is_none():
    text = compute({"water_retention.value": "5 CNY"}, year=2020, title="核算").to_json()
    assert text.startswith('{\n "schema_version": 2,\n') and '"title": "核算"' in text
    data = json.loads(text)
    (row,) = data["ledger"]
    assert (
        row["value"] == 5
        and row["quantity"] is None
        and row["year"] == 2020
        and row["price_unit"] == ""
    )


def test_ledger_columns(folder):
    inputs = (
        water("East", 3, "forest") + "agricultural_products,crops,quantity,tea,,,,10,t,farms\n"
        "tourism,consumer_surplus,visits,,,,,7,人次,\n"
    )
    prices = (
        PRICE + "agricultural_products,crops,product_price,,,,3,CNY/t,2020,net_output,farms\n"
        "tourism,consumer_surplus,consumer_surplus,,,,2,CNY/人次,2020,,s\n"
    )
    account = gep.run(folder(inputs, prices, regions_csv=REGIONS))
    assert list(account.ledger.columns) == [
        "standard",
        "region",
        "year",
        "price_year",
        "level",
        "indicator",
        "component",
        "item",
        "ecosystem",
        "role",
        "quantity",
        "quantity_unit",
        "price",
        "price_unit",
        "value",
        "value_unit",
        "method",
        "source",
        "evidence",
        "status",
        "second_level",
        "value_outside",
    ]
    rows = {r["indicator"]: r for r in account.ledger.to_dict("records")}
    assert rows["water_retention"] == {
        "standard": "catalogue",
        "region": "East",
        "year": 2020,
        "price_year": "2020",
        "level": "regulating",
        "indicator": "water_retention",
        "component": "retained_water",
        "item": "",
        "ecosystem": "forest",
        "role": "priced",
        "quantity": 3,
        "quantity_unit": "m^3/yr",
        "price": 2,
        "price_unit": "CNY/m^3",
        "value": 6,
        "value_unit": "CNY/yr",
        "method": "shadow_project",
        "source": "gauge; books",
        "evidence": "",
        "status": "given",
        "second_level": "water_retention",
        "value_outside": pytest.approx(math.nan, nan_ok=True),
    }
    tea = rows["agricultural_products"]
    assert [
        tea[k]
        for k in ("region", "item", "ecosystem", "quantity_unit", "price_unit", "method", "source")
    ] == ["City", "tea", "", "t", "CNY/t", "net_output", "farms"]
    surplus = rows["tourism"]
    assert (
        surplus["role"] == "outside"
        and surplus["quantity"] == 7
        and surplus["price"] == 2
        and math.isnan(surplus["value"])
        and surplus["value_outside"] == 14
    )
    assert (surplus["value_unit"], surplus["price_unit"], surplus["source"]) == (
        "CNY/yr",
        "CNY/visit",
        "no source; s",
    )


def test_retained_soil_is_shown_beside_what_is_priced_and_adds_nothing():
    """By hand: 120 t × 50 % / 1.2 t/m3 = 50 m3, at 10 CNY/m3 500 CNY."""
    account = compute(
        {
            "soil_retention.retained_soil": "120 t",
            "soil_retention.siltation.siltation_share": "50 %",
            "soil_retention.siltation.bulk_density": "1.2 t/m3",
        },
        {"soil_retention.siltation.dredging_cost": "10 CNY/m3"},
        year=2020,
    )
    assert account.total == pytest.approx(500) and account.total.left_out == ()
    assert list(account.by("component").index) == ["soil_retention.siltation"]
    rows = account.ledger.set_index("component")
    assert rows["role"].to_dict() == {"siltation": "priced", "retained_soil": "headline"}
    shown = rows.loc["retained_soil"]
    assert (shown["quantity"], shown["quantity_unit"]) == (120, "t/yr")
    assert shown[["value", "price", "value_outside"]].isna().all()
    assert (shown["value_unit"], shown["second_level"]) == ("", "soil_retention")
    assert account.ledger["value"].sum() == account.total
    zh, en = account.to_markdown("zh"), account.to_markdown("en")
    assert "以下实物量另列，不单独计价：保持土壤·土壤保持量。" in zh
    assert "have no price of their own: soil retention·retained soil." in en
    assert "价值已含于整项" not in zh and "within the figure of the whole" not in en


def test_fixed_sand_is_shown_under_an_id_that_no_priced_component_has():
    """By hand: 30 t / (1.5 t/m3 × 0.1 m) = 200 m2, at 2 CNY/m2 400 CNY."""
    account = compute(
        {
            "sand_fixation.fixed_sand.fixed_sand": "30 t",
            "sand_fixation.fixed_sand.bulk_density": "1.5 t/m3",
            "sand_fixation.fixed_sand.burial_depth": "0.1 m",
        },
        {"sand_fixation.fixed_sand.sand_control_cost": "2 CNY/m2"},
        year=2020,
    )
    rows = account.ledger.set_index("component")
    assert rows["role"].to_dict() == {"fixed_sand": "priced", "fixed_sand_quantity": "headline"}
    assert rows["quantity"].to_dict() == pytest.approx(
        {"fixed_sand": 200, "fixed_sand_quantity": 30}
    )
    assert account.total == pytest.approx(400) == account.ledger["value"].sum()


def test_a_quantity_that_is_not_known_is_no_headline():
    account = compute(
        {"soil_retention.siltation.quantity": "50 m3"},
        {"soil_retention.siltation.dredging_cost": "10 CNY/m3"},
        year=2020,
    )
    assert account.ledger["component"].tolist() == ["siltation"] and account.total == 500


def test_an_account_with_nothing_has_an_empty_ledger():
    account = compute({"area": "1 ha"}, year=2020)
    assert (
        account.ledger.empty
        and account.ledger.columns[0] == "standard"
        and math.isnan(account.total)
        and account.by("level").empty
    )


def test_sources_stand_beside_the_very_figure(folder):
    """Each cell names the rows that it rests on: its own, one for all, and all where they were
    spread or summed.
    """
    rows = (
        ",,area,,forest,,,1,ha,survey\n"
        ",,area,,shrub,,,2,ha,map\n"
        "air_purification,nox,uptake_rate,,forest,,,10,kg NOx/(ha yr),paper\n"
        "air_purification,nox,uptake_rate,,shrub,,,5,kg NOx/(ha yr),book\n"
    )
    price = "air_purification,nox,treatment_cost,,,,1,CNY/kg NOx,2020,,tariff\n"
    account = gep.run(folder(rows, price))
    assert dict(zip(account.ledger.ecosystem, account.ledger.source, strict=True)) == {
        "forest": "paper; survey; tariff",
        "shrub": "book; map; tariff",
    }
    emission = (
        "air_purification,nox,emission,,,East,,1,t NOx,report\n"
        "air_purification,nox,emission,,,West,,1,t NOx,other report\n"
    )
    with_cap = gep.run(
        folder(
            rows.replace(",forest,,,1,ha", ",forest,East,,1,ha").replace(
                ",shrub,,,2,ha", ",shrub,West,,2,ha"
            )
            + emission,
            price,
            regions_csv=REGIONS,
        )
    )
    assert dict(zip(with_cap.ledger.ecosystem, with_cap.ledger.source, strict=True)) == {
        "forest": "paper; survey; tariff; report",
        "shrub": "book; map; tariff; other report",
    }
    values = gep.run(
        folder(
            "water_retention,,quantity,,forest,,,1,m3,a\n"
            "water_retention,,quantity,,shrub,,,2,m3,b\n"
            "water_retention,,value,,,,,9,元,c\n",
            PRICE,
        )
    )
    assert values.ledger.source.tolist() == ["a; b; books; c"]


def test_many_sources_are_counted():
    from gep.account.ledger import LONGEST, _joined

    names = [f"{n:04d}" + "x" * 494 for n in range(6)]  # 498 and the separator make 500: four fit
    assert LONGEST == 2000 and _joined([*names, names[0]]) == "; ".join(names[:4]) + "; … (2 more)"
    assert (
        _joined([n + "xx" for n in names])
        == "; ".join(n + "xx" for n in names[:3]) + "; … (3 more)"
        and _joined(["y" * 3000]) == "y" * 3000
    )
    assert (
        _joined(["y" * 3000, "z"]) == "y" * 3000 + "; … (1 more)"
        and _joined(["a", "b", "a"]) == "a; b"
    )


def test_the_weakest_evidence_of_a_row(folder):
    head = "indicator,component,input,item,ecosystem,region,year,value,unit,source,evidence\n"
    row = "carbon_sequestration,carbon,nep,,,,,3,t C,s,{}\n"
    price = "carbon_sequestration,carbon,carbon_price,,,,1,CNY/t CO2,2020,,s\n"
    words = [
        gep.run(folder("", price, inputs_csv=head + row.format(w))).ledger.evidence[0]
        for w in ("", "uncertain", "sourced")
    ]
    assert (
        words[1] == "uncertain" and words[0] == words[2] != "uncertain"
    )  # 44/12 of the table is weaker than what is sourced


def test_a_control_may_name_the_region_of_the_account(folder):
    from gep.account.controls import control

    account = gep.run(
        folder(water("", 3), PRICE, controls_csv=CONTROLS + ",water_retention,,,,,6,元,0,s\n")
    )
    (row,) = account.control_rows
    assert [control(account, {**row, "region": r}).account for r in ("", "City", "East")] == [
        6,
        6,
        0,
    ]


def test_ecosystems_that_cover_more_than_their_region_are_said(folder):
    """East is 10 km2 and has 6 + 5; the city is 30 km2 and has 11 + 15; a hundredth is rounding."""

    def said(*areas, city="30 km2"):
        rows = "".join(f",,area,,{e},{r},,{v},km2,s\n" for e, r, v in areas)
        toml = TOML + f'area = "{city}"\n'
        path = folder(
            rows,
            "",
            toml,
            regions_csv="region,parent,area\nEast,City,10 km2\nWest,City,20 km2\n",
            name=f"{len(areas)}{areas[0][2]}{city[:2]}",
        )
        return [
            (w.values["region"], w.values["covered"], w.values["stated"])
            for w in gep.run(path).warnings
            if w.code == "area.beyond"
        ]

    assert said(("forest", "East", 6), ("shrub", "East", 5), ("forest", "West", 15)) == [
        ("East", pytest.approx(11), 10)
    ]
    assert said(("forest", "East", 6), ("shrub", "East", 4.1)) == []
    assert said(("forest", "", 29), ("shrub", "", 2)) == [("City", pytest.approx(31), 30)]
    assert said(("forest", "East", 10), ("shrub", "West", 20), city="25 km2") == [
        ("City", pytest.approx(30), 25)
    ]


def test_weather_beyond_the_earth_is_said():
    """1650 cm of rain instead of mm, 310 t C/m2 instead of g: once for each name; what is heavy
    rain is not.
    """
    rain = series([1650, 1700], "cm", ecosystem=["forest", "shrub"])
    inputs = {
        "area": series([1], "ha", ecosystem=["forest"]),
        "precipitation": rain,
        "carbon_sequestration.nep_density": "310 t C/(m2 yr)",
    }
    said = [
        (w.values["name"], w.values["value"])
        for w in compute(inputs, year=2020).warnings
        if w.code == "figure.beyond"
    ]
    assert said == [("precipitation", pytest.approx(16.5)), ("nep_density", 310)]
    assert "figure.beyond" not in [
        w.code
        for w in compute({"precipitation": "8000 mm", "npp": "3000 g C/m2"}, year=2020).warnings
    ]
