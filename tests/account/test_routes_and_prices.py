"""Which route a quantity takes, and what a price of another year becomes; all by hand."""

from __future__ import annotations

import pytest

import gep

SHENZHEN = 'region = "City"\nyear = 2020\nprice_year = 2020\nstandard = "shenzhen"\n'
AREA = ",,area,,mixed_forest,,,10,km2,hand\n"
# 300 g C/m2 → 3000 t C → 11000 t CO2 → 8000 t O2
NEP = ",,npp,,,,,900,g C/m2,hand\n,,heterotrophic_respiration,,,,,600,g C/m2,hand\n"
DRY = ",,dry_matter_density,,,,,20,t/hm2,hand\n"  # 20,000 t → 32,600 t CO2, 23,800 t O2
PRICES = (
    "carbon_sequestration,carbon,carbon_price,,,,1,CNY/t CO2,2020,,hand\n"
    "oxygen_release,oxygen,oxygen_price,,,,1,CNY/t O2,2020,,hand\n"
)


def worth(account):
    return (
        account.by("component")
        .filter(items=["carbon_sequestration.carbon", "oxygen_release.oxygen"])
        .to_dict()
    )


def test_the_standard_names_the_route(folder):
    both = gep.run(folder(AREA + NEP + DRY, PRICES, SHENZHEN))
    assert worth(both) == pytest.approx(
        {"carbon_sequestration.carbon": 11000, "oxygen_release.oxygen": 8000}
    )
    assert not [w for w in both.warnings if w.code == "route.other"]


def test_another_route_serves_and_is_named(folder):
    dry = gep.run(folder(AREA + DRY, PRICES, SHENZHEN))
    assert worth(dry) == pytest.approx(
        {"carbon_sequestration.carbon": 32600, "oxygen_release.oxygen": 23800}
    )
    warned = {w.where: w for w in dry.warnings if w.code == "route.other"}
    assert set(warned) == {"carbon_sequestration.sequestered_co2", "oxygen_release.released_oxygen"}
    text = str(warned["carbon_sequestration.sequestered_co2"])
    assert "co2_from_dry_matter" in text and "co2_from_nep" in text and "npp" in text


def test_the_account_has_its_way(folder):
    own = SHENZHEN + '[methods]\n"carbon_sequestration.sequestered_co2" = "co2_from_dry_matter"\n'
    account = gep.run(folder(AREA + NEP + DRY, PRICES, own))
    assert worth(account) == pytest.approx(
        {"carbon_sequestration.carbon": 32600, "oxygen_release.oxygen": 8000}
    )
    assert not [w for w in account.warnings if w.code == "route.other"]


def test_nothing_given_asks_for_the_standards_inputs(folder):
    account = gep.run(folder(AREA, PRICES, SHENZHEN))
    needs = {
        m.indicator: [n for n, _ in m.needs]
        for m in account.missing
        if m.indicator in ("carbon_sequestration", "oxygen_release")
    }
    assert needs["oxygen_release"] == ["npp", "heterotrophic_respiration"]


def test_products_come_to_the_price_year(folder):
    """100 t at 5 元/kg of 2010, index 100 → 120: 100,000 kg × 6."""
    rows = (
        "agricultural_products,crops,quantity,rice,,,,100,t,hand\n",
        "agricultural_products,crops,product_price,rice,,,5,元/kg,2010,,hand\n",
    )
    account = gep.run(folder(*rows, deflators_csv="index,year,value\nCPI,2010,100\nCPI,2020,120\n"))
    assert account.total == pytest.approx(600_000)
    with pytest.raises(gep.GepError) as error:
        gep.run(folder(*rows, deflators_csv="index,year,value\nCPI,2011,100\n"))
    assert [p.code for p in error.value.problems] == ["price.year"]


def test_a_price_serves_all_years_and_its_lifetime_too(folder):
    """What stands among the prices with a year is of that price year, not of that accounting year
    alone.
    """
    toml = 'region = "City"\nyears = [2019, 2020]\nprice_year = 2020\nstandard = "catalogue"\n'
    inputs = (
        "coastal_protection,beach,shore_length,,,,2019,1,km,hand\n"
        "coastal_protection,beach,shore_length,,,,2020,2,km,hand\n"
    )
    names = (
        ("construction_cost", 1000, "CNY/m"),
        ("lifetime", 10, "yr"),
        ("discount_rate", 0, "1/yr"),
        ("upkeep", 5, "CNY/(m yr)"),
    )
    prices = "".join(
        f"coastal_protection,beach,{name},,,,{value},{unit},2020,,hand\n"
        for name, value, unit in names
    )
    account = gep.run(folder(inputs, prices, toml))
    assert account.by("year").to_dict() == pytest.approx({2019: 1000 * 105, 2020: 2000 * 105})
    assert account.total.left_out == ()


RAIN = (
    ",,area,,mixed_forest,,,10,km2,hand\n"
    ",,area,,grassland,,,10,km2,hand\n"
    ",,precipitation,,,,,1000,mm,hand\n"
    ",,evapotranspiration,,,,,500,mm,hand\n"
)
WATER = "water_retention,retained_water,reservoir_cost,,,,1,CNY/m3,2020,,hand\n"


def test_types_without_a_figure_of_their_own_keep_the_coefficient_of_the_table(folder):
    """Grassland has no row in the table (10 % given); mixed forest keeps its 3.52 %: (500 − 35.2)
    mm and (500 − 100) mm on 10 km² each.
    """
    given = "water_retention,retained_water,runoff_coefficient,,grassland,,,10,%,hand\n"
    account = gep.run(folder(RAIN + given, WATER))
    assert account.by("ecosystem").to_dict() == pytest.approx(
        {"mixed_forest": 4_648_000, "grassland": 4_000_000}
    )
    assert not account.missing
    assert [n.values for n in account.notes if n.code == "coefficient.completed"] == [
        {"input": "runoff_coefficient", "types": "mixed_forest"}
    ]
    assert "3.52 %" in str(account.explain("water_retention"))


def test_a_type_without_any_coefficient_is_still_missing(folder):
    account = gep.run(
        folder(
            RAIN + "water_retention,retained_water,runoff_coefficient,,mixed_forest,,,10,%,hand\n",
            WATER,
        )
    )
    assert account.total == pytest.approx(4_000_000)
    assert [(m.ecosystems, m.needs) for m in account.missing] == [
        (("grassland",), (("runoff_coefficient", "1"),))
    ]


def test_draws_know_the_rows_of_the_table_that_complete_a_coefficient(folder):
    """Of the two types one is given and one is of the table: the latter spreads by the error of its
    row.
    """
    from gep.analysis.uncertainty import uncertainty

    account = gep.run(
        folder(
            RAIN + "water_retention,retained_water,runoff_coefficient,,grassland,,,10,%,hand\n",
            WATER,
        )
    )
    found = uncertainty(account, 100, seed=1, errors={"water_retention.runoff_coefficient": "10 %"})
    assert [name for name in found.tornado["input"] if "coefficient)" in name] == [
        "water_retention.runoff_coefficient [mixed_forest] (coefficient)"
    ]


def test_the_same_figure_by_two_names_is_an_error(folder):
    rows = (
        "water_supply,domestic,water_taken,,,,,5,万m3,s\n"
        "water_supply,domestic,quantity,,,,,6,万m3,s\n"
    )
    with pytest.raises(gep.GepError) as caught:
        gep.run(folder(rows, "water_supply,domestic,water_price,,,,2,元/m3,2020,,s\n"))
    assert [(p.code, p.where) for p in caught.value.problems] == [
        ("input.same", "inputs.csv, line 3")
    ]
