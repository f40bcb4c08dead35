"""The account folder contract (docs/account-folder.md): what each column and file does."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import gep
from gep import InputError, indicators, standards
from gep.account.chains import Solver
from gep.account.inputs import components as named_components
from gep.account.inputs import slots
from gep.core.text import say
from gep.opening import read

TOML = 'region = "City"\nyear = 2020\nprice_year = 2020\nstandard = "catalogue"\n'
PRICE = "water_retention,retained_water,reservoir_cost,,,,2,CNY/m3,2020,,s\n"
REGIONS = (
    "region,parent,code,area,population,gdp\n"
    "East,City,01,10 km2,5万人,\n"
    "West,City,02,20 km2,,\n"
    "Park,East,0101,1 km2,,\n"
    "Elsewhere,,99,,,\n"
)


def quantity(region: str, value: float, year: str = "") -> str:
    return f"water_retention,retained_water,quantity,,,{region},{year},{value},m3,s\n"


def test_districts_add_up_to_the_city(folder):
    account = gep.run(folder(quantity("East", 3) + quantity("West", 4), PRICE, regions_csv=REGIONS))
    assert account.total == 14
    assert account.by("region").to_dict() == {"East": 6, "West": 8}


def test_own_figure_of_the_city_is_not_added_to_its_parts(folder):
    account = gep.run(
        folder(
            quantity("", 8) + quantity("East", 3) + quantity("West", 4), PRICE, regions_csv=REGIONS
        )
    )
    assert account.total == 16
    assert [w.code for w in account.warnings] == ["region.parts"]


def test_region_without_parent_stays_out(folder):
    account = gep.run(
        folder(quantity("East", 3) + quantity("Elsewhere", 100), PRICE, regions_csv=REGIONS)
    )
    assert account.total == 6
    assert [w.code for w in account.warnings] == ["region.loose"]


def test_site_counts_in_its_district(folder):
    account = gep.run(folder(quantity("Park", 3) + quantity("West", 1), PRICE, regions_csv=REGIONS))
    assert account.total == 8
    assert float(account.add(account.parts, "East")) == 6


def test_unknown_region(folder):
    with pytest.raises(gep.InputError, match=r"regions\.csv"):
        gep.run(folder(quantity("North", 3), PRICE, regions_csv=REGIONS))


def test_years_and_current_prices(folder):
    prices = PRICE.replace("2020", "2019") + PRICE.replace(",2,CNY", ",3,CNY")
    account = gep.run(
        folder(
            quantity("", 3, "2019") + quantity("", 4, "2020"),
            prices,
            toml='region = "City"\nyears = [2019, 2020]\nprice_year = "current"\n',
        )
    )
    assert account.by("year").to_dict() == {2019: 6, 2020: 12}
    assert account.total == 12


def test_blank_year_serves_every_year(folder):
    account = gep.run(
        folder(
            quantity("", 3),
            PRICE,
            toml='region = "City"\nyears = [2019, 2020]\nprice_year = 2020\n',
        )
    )
    assert account.by("year").to_dict() == {2019: 6, 2020: 6}


def test_share_splits_a_component_known_only_in_total(folder):
    rows = quantity("", 100) + "".join(
        f"water_retention,retained_water,share,,{e},,,{v},%,s\n"
        for e, v in (("forest", 75), ("shrub", 25))
    )
    account = gep.run(folder(rows, PRICE))
    assert account.by("ecosystem").to_dict() == {"forest": 150, "shrub": 50}
    assert set(account.ledger.status) == {"allocated"}


def test_shares_add_to_one(folder):
    rows = (
        quantity("", 100) + "water_retention,retained_water,share,,forest,,,75,%,s\n"
        "water_retention,retained_water,share,,shrub,,,20,%,s\n"
    )
    with pytest.raises(gep.InputError) as caught:
        gep.run(folder(rows, PRICE))
    assert [(p.code, p.where) for p in caught.value.problems] == [
        ("share.sum", "inputs.csv, line 3")
    ]


def test_value_beside_quantity_counts_and_a_gap_is_said(folder):
    account = gep.run(
        folder(quantity("", 100) + "water_retention,retained_water,value,,,,,150,元,s\n", PRICE)
    )
    assert account.total == 150
    assert account.ledger.status[0] == "published" and account.ledger.quantity[0] == 100
    assert [w.code for w in account.warnings] == ["value.gap"]


def test_remainder_and_rest(folder):
    rows = (
        quantity("", 100)
        + "water_retention,remainder,value,,,,,7,元,s\nregulating_other,,value,,,,,50,元,s\n"
    )
    account = gep.run(folder(rows, PRICE))
    assert account.total == 257
    assert account.by("indicator").to_dict() == {"water_retention": 207, "regulating_other": 50}


def test_items_in_units_of_their_own(folder):
    rows = (
        "agricultural_products,livestock,quantity,cattle,,,,10,万头,s\n"
        "agricultural_products,livestock,quantity,milk,,,,5,t,s\n"
    )
    prices = (
        "agricultural_products,livestock,product_price,cattle,,,9000,元/头,2020,,s\n"
        "agricultural_products,livestock,product_price,milk,,,4,元/kg,2020,,s\n"
    )
    account = gep.run(folder(rows, prices))
    assert account.by("item").to_dict() == {"cattle": 10e4 * 9000, "milk": 5 * 4000}
    bad = prices.replace("元/头", "元/只")
    with pytest.raises(gep.InputError) as caught:
        gep.run(folder(rows, bad))
    assert [p.code for p in caught.value.problems] == ["unit.dimension"]


def test_emission_cap_is_one_factor_for_all_ecosystems(folder):
    rows = ",,area,,forest,,,100,ha,s\n,,area,,shrub,,,100,ha,s\n" + "".join(
        f"air_purification,nox,uptake_rate,,{e},,,{v},kg NOx/(ha yr),s\n"
        for e, v in (("forest", 30), ("shrub", 10))
    )
    price = "air_purification,nox,treatment_cost,,,,1000,CNY/t NOx,2020,,s\n"
    assert gep.run(folder(rows, price)).total == pytest.approx(4000)
    capped = gep.run(folder(rows + "air_purification,nox,emission,,,,,2,t NOx,s\n", price))
    assert capped.by("ecosystem").to_dict() == pytest.approx({"forest": 1500, "shrub": 500})
    wide = gep.run(folder(rows + "air_purification,nox,emission,,,,,50,t NOx,s\n", price))
    assert wide.total == pytest.approx(4000)


def test_emission_of_the_city_caps_its_districts_together(folder):
    rows = (
        ",,area,,forest,East,,100,ha,s\n"
        ",,area,,forest,West,,300,ha,s\n"
        "air_purification,nox,uptake_rate,,forest,,,10,kg NOx/(ha yr),s\n"
    )
    price = "air_purification,nox,treatment_cost,,,,1000,CNY/t NOx,2020,,s\n"
    account = gep.run(
        folder(
            rows + "air_purification,nox,emission,,,City,,2,t NOx,s\n", price, regions_csv=REGIONS
        )
    )
    assert account.by("region").to_dict() == pytest.approx({"East": 500, "West": 1500})
    mixed = (
        rows + "air_purification,nox,emission,,,East,,0.25,t NOx,s\n"
        "air_purification,nox,emission,,,West,,9,t NOx,s\n"
    )
    assert gep.run(folder(mixed, price, regions_csv=REGIONS)).by(
        "region"
    ).to_dict() == pytest.approx({"East": 250, "West": 3000})


def test_consumer_surplus_stays_out_unless_asked(folder):
    rows = (
        "tourism,paid_sites,visits,,,,,10,人次,s\ntourism,consumer_surplus,visits,,,,,10,人次,s\n"
    )
    prices = (
        "tourism,paid_sites,visit_cost,,,,100,元/人次,2020,,s\n"
        "tourism,consumer_surplus,consumer_surplus,,,,50,元/人次,2020,,s\n"
    )
    account = gep.run(folder(rows, prices))
    assert account.total == 1000 and account.total_name == "GEP"
    asked = gep.run(folder(rows, prices, toml=TOML + 'include = ["consumer_surplus"]\n'))
    assert asked.total == 1500 and asked.total_name != "GEP"


def test_route_is_named_when_two_would_do(folder):
    rows = (
        "carbon_sequestration,carbon,nep,,,,,10,t C,s\n"
        "carbon_sequestration,carbon,dry_matter,,,,,10,t,s\n"
    )
    price = "carbon_sequestration,carbon,carbon_price,,,,100,CNY/t CO2,2020,,s\n"
    with pytest.raises(gep.InputError) as caught:
        gep.run(folder(rows, price))
    assert [p.code for p in caught.value.problems] == ["route.ambiguous"]
    chosen = gep.run(
        folder(
            rows,
            price,
            toml=TOML
            + '[methods]\n"carbon_sequestration.sequestered_co2" = "co2_from_dry_matter"\n',
        )
    )
    assert chosen.total == pytest.approx(10 * 1.63 * 100)


def test_a_lake_zone_is_never_taken_unnamed(folder):
    rows = "flood_mitigation,lake,lake_area,North lake,,,,10,km2,s\n"
    price = "flood_mitigation,lake,reservoir_cost,,,,7,CNY/m3,2020,,s\n"
    with pytest.raises(gep.InputError, match="lake_storage_tibetan_plateau"):
        gep.run(folder(rows, price))
    named = gep.run(
        folder(
            rows,
            price,
            toml=TOML
            + '[methods]\n"flood_mitigation.lake_storage" = "lake_storage_tibetan_plateau"\n',
        )
    )
    # exp(6.636) × 10^0.678 万 m³ × 1 a year, by hand: 762.0405 × 4.764310 = 3630.597
    assert named.total == pytest.approx(3630.597e4 * 7, rel=1e-4)


def test_the_default_route_where_all_take_the_same(folder):
    rows = "".join(
        f"soil_retention,,{n},,,,,{v},{u},s\n" for n, v, u in (("vegetation_cover", "60", "%"),)
    )
    rows += (
        ",,area,,forest,,,100,ha,s\n"
        "soil_retention,,erosivity,,forest,,,5000,MJ mm/(ha h yr),s\n"
        "soil_retention,,erodibility,,forest,,,0.03,t ha h/(ha MJ mm),s\n"
    )
    rows += (
        "soil_retention,,slope_length_factor,,forest,,,1.5,1,s\n"
        "soil_retention,,slope_steepness_factor,,forest,,,2,1,s\n"
        "soil_retention,siltation,bulk_density,,,,,1.2,t/m3,s\n"
    )
    account = gep.run(folder(rows, "soil_retention,siltation,dredging_cost,,,,10,CNY/m3,2020,,s\n"))
    # 100 ha × 5000 × 0.03 × 1.5 × 2 × (1 − 0.02) t, a fifth and more of it silting: × 0.24 / 1.2 ×
    # 10 CNY
    assert account.total == pytest.approx(100 * 450 * 0.98 * 0.24 / 1.2 * 10)


def test_one_route_is_taken_from_what_was_given(folder):
    price = "carbon_sequestration,carbon,carbon_price,,,,100,CNY/t CO2,2020,,s\n"
    account = gep.run(folder("carbon_sequestration,carbon,nep,,,,,12,t C,s\n", price))
    assert account.total == pytest.approx(12 * 44 / 12 * 100)


def test_negative_values_stay_and_are_listed_apart(folder):
    rows = (
        ",,area,,forest,,,100,ha,s\n"
        ",,area,,wetland,,,10,ha,s\n"
        "water_retention,,precipitation,,,,,1000,mm,s\n"
        "water_retention,,runoff,,,,,0,mm,s\n"
        + (
            "water_retention,,evapotranspiration,,forest,,,900,mm,s\n"
            "water_retention,,evapotranspiration,,wetland,,,1500,mm,s\n"
        )
    )
    account = gep.run(folder(rows, PRICE))
    assert account.total == pytest.approx((100e4 * 0.1 - 10e4 * 0.5) * 2)
    assert account.summary()["negative"] == {"water_retention.retained_water": pytest.approx(-1e5)}


def test_own_ecosystem_labels(folder):
    rows = (
        ",,area,,机场绿地,,,100,ha,s\n"
        "water_retention,,precipitation,,,,,1000,mm,s\n"
        "water_retention,,runoff,,,,,0,mm,s\n"
        "water_retention,,evapotranspiration,,,,,900,mm,s\n"
    )
    with pytest.raises(gep.InputError):
        gep.run(folder(rows, PRICE))
    account = gep.run(folder(rows, PRICE, ecosystems_csv="label,class\n机场绿地,urban_green\n"))
    assert account.by("ecosystem").to_dict() == {"机场绿地": pytest.approx(2e5)}


def test_a_final_figure_of_a_type_that_does_not_supply_stands(folder):
    rows = "sand_fixation,,value,,forest,,,5,万元,s\nsand_fixation,,value,,urban,,,2,万元,s\n"
    assert gep.run(folder(rows)).total == 7e4


def test_inputs_of_a_type_that_does_not_supply_are_left_out_and_said(folder):
    rows = "".join(
        f",,area,,{e},,,100,ha,s\nwater_purification,cod,uptake_rate,,{e},,,10,kg COD/(ha yr),s\n"
        for e in ("marsh", "urban")
    )
    account = gep.run(
        folder(rows, "water_purification,cod,treatment_cost,,,,1000,CNY/t COD,2020,,s\n")
    )
    assert account.by("ecosystem").to_dict() == {"marsh": pytest.approx(1000)}
    assert "ecosystem.cut" in [w.code for w in account.warnings]


def test_population_may_be_a_plain_number(folder):
    regions = "region,parent,population\nEast,City,50000\n"
    assert (
        gep.run(folder(quantity("East", 3), PRICE, regions_csv=regions))
        .basis.regions["East"]
        .population
        == 50000
    )


def test_sparse_districts_do_not_make_missing_cells(folder):
    rows = (
        ",,area,,forest,East,,100,ha,s\n"
        ",,area,,mangrove,West,,300,ha,s\n"
        "air_purification,nox,uptake_rate,,forest,,,10,kg NOx/(ha yr),s\n"
        "air_purification,nox,uptake_rate,,mangrove,,,20,kg NOx/(ha yr),s\n"
    )
    account = gep.run(
        folder(
            rows,
            "air_purification,nox,treatment_cost,,,,1000,CNY/t NOx,2020,,s\n",
            regions_csv=REGIONS,
        )
    )
    assert account.total == pytest.approx(7000) and account.total.left_out == ()
    assert len(account.ledger) == 2


def test_every_standard_is_read_and_groups_known_components():
    for id in standards.ids():
        profile = standards.get(id)
        assert profile.rows
        ids = [r.id for r in profile.rows]
        assert len(ids) == len(set(ids))
        named = [c for r in profile.rows for c in r.components]
        assert len(named) == len(set(named))


def test_json_is_plain_data(folder):
    import json

    data = json.loads(gep.run(folder(quantity("", 3), PRICE)).to_json())
    assert (
        data["schema_version"] == 2
        and data["total"] == 6
        and data["ledger"][0]["indicator"] == "water_retention"
    )


def test_solver_is_not_part_of_the_public_face():
    assert Solver.__module__ == "gep.account.chains" and not hasattr(gep, "Solver")


def test_ids_of_the_contract():
    """Every indicator, component and input name of the contract is there; more may be."""
    with (Path(__file__).parents[1] / "account" / "expected" / "ids.csv").open(
        encoding="utf-8", newline=""
    ) as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 25
    for row in rows:
        indicator = indicators.get(row["indicator"])
        assert (indicator.level, indicator.zh, indicator.en) == (row["level"], row["zh"], row["en"])
        components = [c for c in row["component"].split("|") if c]
        assert [c.id for c in indicator.components][: len(components)] == components or set(
            components
        ) <= {c.id for c in indicator.components}
        known = {n for c in named_components(indicator) for n in slots(indicator, c)}
        assert set(filter(None, row["inputs"].split("|"))) <= known, row["indicator"]
        assert set(filter(None, row["price"].split("|"))) <= known, row["indicator"]


def test_a_quantity_of_its_own_for_each_component_names_the_component(folder):
    """Visits without a component would be counted at paid sites, in parks and on beaches alike."""
    with pytest.raises(InputError) as told:
        read(
            folder(
                "tourism,,visits,,,,,210,万人次,a\n", "tourism,,visit_cost,,,,600,元/人次,2020,,a\n"
            )
        )
    (problem,) = told.value.problems
    assert (problem.code, problem.where) == (
        "component.which",
        "inputs.csv, line 2, column component",
    )
    assert "3 次" in say(problem, "zh")
    account = read(
        folder(
            "tourism,paid_sites,visits,,,,,210,万人次,a\n",
            "tourism,,visit_cost,,,,600,元/人次,2020,,a\n",
        )
    )
    assert account.total == pytest.approx(210e4 * 600)
