"""Where a figure is looked for, which of several counts, and in which money; every expected number
laid out by hand.
"""

from __future__ import annotations

import pandas as pd
import pytest

from gep import indicators, standards
from gep.account.basis import Basis
from gep.account.build import build
from gep.account.chains import Solver
from gep.account.deflate import at_price_year
from gep.account.inputs import Entry, Slot
from gep.core.errors import InputError
from gep.core.source import named
from gep.intake.python import compute
from tests.labelled import series

RESERVOIR = {"water_retention.retained_water.reservoir_cost": "2 CNY/m3"}


def refused(*args, **kwargs):
    with pytest.raises(InputError) as told:
        compute(*args, **kwargs)
    return [(p.code, p.where) for p in told.value.problems]


def warned(account, code):
    return [w.where for w in account.warnings if w.code == code]


def test_a_quantity_has_a_name_of_its_own_too():
    both = [
        compute({f"water_retention.retained_water.{n}": "3 m3"}, RESERVOIR, year=2020)
        for n in ("quantity", "retained_water")
    ]
    assert [a.total for a in both] == [6, 6] and [a.ledger.status[0] for a in both] == [
        "given",
        "given",
    ]


def test_a_component_goes_before_its_service():
    """Siltation: 240 t × 50 % / 1.2 t/m3 = 100 m3 at 10; fixed soil: 120 t / 1.2 t/m3 = 100 m3 at
    3.
    """
    inputs = {
        "soil_retention.retained_soil": "120 t",
        "soil_retention.siltation.retained_soil": "240 t",
        "soil_retention.siltation.siltation_share": "50 %",
        "soil_retention.bulk_density": "1.2 t/m3",
    }
    account = compute(
        inputs,
        {"soil_retention.dredging_cost": "10 CNY/m3", "soil_retention.earthwork_cost": "3 CNY/m3"},
        year=2020,
    )
    assert account.by("component").to_dict() == {
        "soil_retention.siltation": pytest.approx(1000),
        "soil_retention.fixed_soil": pytest.approx(300),
    }


def test_a_service_goes_before_a_shared_name():
    """Forest, 100 ha: (1000 − 900) mm, then (1100 − 900) mm of its own rain; 2 CNY/m3."""
    inputs = {
        "area": series([100], "ha", ecosystem=["forest"]),
        "precipitation": "1000 mm",
        "evapotranspiration": "900 mm",
        "water_retention.runoff": "0 mm",
    }
    assert compute(inputs, RESERVOIR, year=2020).total == pytest.approx(1e6 * 0.1 * 2)
    assert compute(
        {**inputs, "water_retention.precipitation": "1100 mm"}, RESERVOIR, year=2020
    ).total == pytest.approx(1e6 * 0.2 * 2)


def test_what_takes_no_shared_names_finds_its_own_under_the_service():
    """The area of forest is no area of homes; an area given for the service is."""
    prices = {"landscape_premium.homes.premium": "5 CNY/(m2 yr)"}
    assert compute({"area": "100 m2"}, prices, year=2020).total.left_out == (
        "landscape_premium.homes",
    )
    assert compute({"landscape_premium.area": "100 m2"}, prices, year=2020).total == 500


def test_a_figure_of_the_whole_is_not_that_of_each_component():
    for name, price, expected in (("quantity", "0.5 CNY/kWh", 100), ("value", "", 200)):
        figure = {f"climate_regulation.{name}": "200 kWh" if price else "200 CNY"}
        for standard in ("garze2010", "catalogue"):
            account = compute(
                figure,
                {"climate_regulation.electricity_price": price} if price else {},
                year=2020,
                standard=standard,
            )
            assert account.total == expected and account.by("component").to_dict() == {
                "climate_regulation": expected
            }


def test_a_price_is_looked_for_among_prices_first():
    own = {"water_retention.retained_water.quantity": "1 m3"}
    among = {"water_retention.retained_water.reservoir_cost": series([3], "CNY/m3", year=[2020])}
    assert compute({**own, **among}, year=2020).total == 3
    both = compute({**own, **among}, RESERVOIR, year=2020)
    assert both.total == 2 and warned(both, "input.unused") == [
        "water_retention.retained_water.reservoir_cost"
    ]


def test_a_figure_is_looked_for_among_inputs_first():
    """A dyke of 100 CNY/m that lasts 10 years without interest, 5 a year of upkeep: 15 CNY/m a year
    on 1 km.
    """
    inputs = {
        "coastal_protection.beach.shore_length": "1 km",
        "coastal_protection.beach.lifetime": series([10], "yr", year=[2020]),
    }
    prices = {
        f"coastal_protection.beach.{n}": v
        for n, v in (
            ("construction_cost", "100 CNY/m"),
            ("discount_rate", "0 1/yr"),
            ("upkeep", "5 CNY/(m yr)"),
        )
    }
    assert compute(inputs, prices, year=2020).total == pytest.approx(15e3)


def test_what_stands_in_both_is_of_the_quantity_from_the_inputs():
    """120 t × 50 % / 1.2 t/m3 at 10; a second density among the prices is not used."""
    own = "soil_retention.siltation"
    inputs = {
        f"{own}.retained_soil": "120 t",
        f"{own}.siltation_share": "50 %",
        f"{own}.bulk_density": "1.2 t/m3",
    }
    prices = {
        f"{own}.dredging_cost": "10 CNY/m3",
        f"{own}.bulk_density": series([2], "t/m3", year=[2020]),
    }
    account = compute(inputs, prices, year=2020)
    assert account.total == pytest.approx(500) and warned(account, "input.unused") == [
        f"{own}.bulk_density"
    ]


def test_what_is_no_money_serves_any_year():
    """A dyke of 100 CNY/m that lasts 10 years, a lifetime found out in 2015: 15 CNY/m a year on 1
    km of 2020.
    """
    dyke = {
        "construction_cost": "100 CNY/m",
        "discount_rate": "0 1/yr",
        "upkeep": "5 CNY/(m yr)",
        "lifetime": series([10], "yr", year=[2015]),
    }
    prices = {f"coastal_protection.beach.{n}": v for n, v in dyke.items()}
    assert compute(
        {"coastal_protection.beach.shore_length": "1 km"}, prices, year=2020
    ).total == pytest.approx(15e3)


def test_a_lone_rate_without_a_price_makes_no_price():
    """Each needs both: what is lacking is asked for, and nothing is worth zero."""
    account = compute(
        {"coastal_protection.beach.shore_length": "1 km"},
        {"coastal_protection.beach.construction_cost": "100 CNY/m"},
        year=2020,
    )
    (lacking,) = account.missing
    assert {n for n, _ in lacking.needs} == {
        "lifetime",
        "discount_rate",
        "upkeep",
    } and account.total.left_out == ("coastal_protection.beach",)
    (lacking,) = compute({"coastal_protection.beach.shore_length": "1 km"}, year=2020).missing
    assert lacking.needs == (("dyke_cost", "CNY/(m yr)"),)


def test_rows_of_one_name_in_units_of_two_kinds_are_each_used_once():
    """A treatment cost for the service as a whole: of nitrogen it serves nitrogen, of phosphorus
    phosphorus.
    """
    inputs = {
        "soil_retention.nitrogen.quantity": "2 t N",
        "soil_retention.phosphorus.quantity": "3 t P",
    }
    prices = {"soil_retention.treatment_cost": series([7], "CNY/t N", item=[""])}
    account = compute(inputs, prices, year=2020)
    assert account.total == 14 and account.total.left_out == ("soil_retention.phosphorus",)
    both = pd.concat([prices["soil_retention.treatment_cost"]])
    both.attrs["units"] = "CNY/t P"
    assert compute(inputs, {"soil_retention.treatment_cost": both}, year=2020).total == 21


def test_items_are_counted_in_the_unit_of_their_own_price():
    """20 万头 at 0.0009 万元/头, 3 t at 5 CNY/kg: 1,800,000 and 15,000 CNY; the price of one item
    scales no other's.
    """
    own = "agricultural_products", "livestock"
    inputs = [
        Entry(*own, "quantity", item, "", "", None, str(v), v, u, "s", named(item))
        for item, v, u in (("pigs", 20.0, "万头"), ("honey", 3.0, "t"))
    ]
    prices = [
        Entry(
            *own, "product_price", item, "", "", 2020, str(v), v, u, "s", named(item), is_price=True
        )
        for item, v, u in (("pigs", 0.0009, "万元/头"), ("honey", 5.0, "CNY/kg"))
    ]
    account = build(inputs, prices, Basis(region="City", years=(2020,), price_year=2020))
    assert account.by("item").to_dict() == pytest.approx({"pigs": 1_800_000, "honey": 15_000})


def test_rows_of_one_name_among_inputs_and_prices_serve_what_they_fit():
    """A treatment cost of nitrogen stands among the inputs, one of phosphorus among the prices: 2 t
    at 7 and 3 t at 11.
    """
    inputs = {
        "soil_retention.nitrogen.quantity": "2 t N",
        "soil_retention.phosphorus.quantity": "3 t P",
        "soil_retention.treatment_cost": "7 CNY/t N",
    }
    account = compute(
        inputs, {"soil_retention.treatment_cost": series([11], "CNY/t P", year=[2020])}, year=2020
    )
    assert account.by("component").to_dict() == {
        "soil_retention.nitrogen": 14,
        "soil_retention.phosphorus": 33,
    }


def test_one_item_in_two_kinds_of_unit_is_refused():
    rows = [
        Entry(
            "agricultural_products",
            "crops",
            "quantity",
            "rice",
            "",
            region,
            None,
            "1",
            1.0,
            unit,
            "s",
            named(f"line {n}"),
        )
        for n, (region, unit) in enumerate((("East", "t"), ("West", "m3")))
    ]
    solver = Solver(rows, [], Basis(region="City", years=(2020,)), standards.get("catalogue"))
    i = indicators.get("agricultural_products")
    assert solver.find(i, i.components[0], Slot("quantity", "")) is None
    assert [(p.code, p.where) for p in solver.problems] == [("unit.dimension", "line 0")]


def test_a_stock_as_printed_and_a_yearly_amount_are_told_apart():
    rows = [
        Entry(
            "landscape_premium",
            "homes",
            "premium",
            "",
            "",
            "",
            None,
            "500",
            500.0,
            "CNY/m2",
            "s",
            named("line 1"),
            method="as_printed",
            is_price=True,
        )
    ]
    solver = Solver([], rows, Basis(region="City", years=(2020,)), standards.get("catalogue"))
    place = ("landscape_premium", "homes", "premium")
    yearly, stock = (
        solver.gathered(place, Slot("premium", "CNY/(m^2 yr)", stock=s), is_price=True)
        for s in (False, True)
    )
    assert yearly is not None and stock is not None and yearly is not stock
    assert (
        float(stock.array) == 500
        and solver.gathered(place, Slot("premium", "kg", stock=False), is_price=True) is None
    )


# -- routes

CARBON = {"carbon_sequestration.carbon.carbon_price": "100 CNY/t CO2"}


def test_the_fuller_of_two_routes_counts():
    """NEP from NPP and respiration shared by all, and dry matter of its own: what was given for the
    very service counts.
    """
    shared = {"area": "1 ha", "npp": "900 g C/m2", "heterotrophic_respiration": "600 g C/m2"}
    assert compute(shared, CARBON, year=2020, standard="garze2010").total == pytest.approx(
        3 * 44 / 12 * 100
    )
    own = {**shared, "carbon_sequestration.carbon.dry_matter": "10 t"}
    assert compute(own, CARBON, year=2020).total == pytest.approx(10 * 1.63 * 100)


def test_a_route_that_is_unknown_is_refused():
    methods = {"carbon_sequestration.sequestered_co2": "co2_by_guess"}
    assert refused(
        {"carbon_sequestration.carbon.nep": "12 t C"}, CARBON, year=2020, methods=methods
    ) == [("method.unknown", "methods, carbon_sequestration.sequestered_co2")]


def test_where_no_route_is_complete_the_one_with_the_most_figures_asks_for_the_rest():
    inputs = {"carbon_sequestration.carbon.co2_per_dry_matter": "1.63 t CO2/t", "area": "1 ha"}
    (lacking,) = compute(inputs, CARBON, year=2020).missing
    assert [n for n, _ in lacking.needs] == ["dry_matter_density"]


# -- money of other years

CPI = {"CPI": {2010: 100.0, 2015: 105.0, 2019: 110.0, 2020: 120.0}}
WATER = {"water_retention.retained_water.quantity": "1 m3"}


def cost(values, years, unit="CNY/m3", **labels):
    return {
        "water_retention.retained_water.reservoir_cost": series(values, unit, year=years, **labels)
    }


def test_each_region_takes_its_own_price():
    quantity = {"water_retention.quantity": series([1, 10], "m3", region=["East", "West"])}
    parents = {"East": "City", "West": "City"}
    account = compute(
        quantity,
        cost([2, 3], [2020, 2010], region=["East", "West"]),
        year=2020,
        region="City",
        parents=parents,
        deflators=CPI,
    )
    assert account.by("region").to_dict() == pytest.approx({"East": 2, "West": 30 * 1.2})


def test_each_item_and_type_takes_its_own_price():
    quantity = {"agricultural_products.crops.quantity": series([1, 10], "t", item=["rice", "tea"])}
    price = {
        "agricultural_products.crops.product_price": series(
            [5, 7], "CNY/t", item=["rice", "tea"], year=[2020, 2010]
        )
    }
    assert compute(quantity, price, year=2020, deflators=CPI).by("item").to_dict() == pytest.approx(
        {"rice": 5, "tea": 70 * 1.2}
    )
    quantity = {"water_retention.quantity": series([1, 10], "m3", ecosystem=["forest", "shrub"])}
    account = compute(
        quantity,
        cost([2, 3], [2020, 2010], ecosystem=["forest", "shrub"]),
        year=2020,
        deflators=CPI,
    )
    assert account.by("ecosystem").to_dict() == pytest.approx({"forest": 2, "shrub": 30 * 1.2})


def test_of_several_years_the_price_year_counts():
    assert compute(WATER, cost([2, 3], [2010, 2020]), year=2020).total == 3
    assert refused(WATER, cost([2, 3], [2010, 2015]), year=2020, deflators=CPI) == [
        ("price.years", "water_retention.retained_water.reservoir_cost")
    ]
    own = "water_retention", "retained_water", "reservoir_cost", "", "", ""
    rows = [
        Entry(*own, y, "2", 2.0, "CNY/m3", "s", named(f"row {y}"), is_price=True)
        for y in (2010, 2015)
    ]
    with pytest.raises(InputError) as told:
        build(
            [Entry(*own[:2], "quantity", "", "", "", None, "1", 1.0, "m3", "s", named("q"))],
            rows,
            Basis(region="City", years=(2020,), price_year=2020),
        )
    assert [(p.where, p.values) for p in told.value.problems] == [
        ("row 2010", {"years": "2010, 2015", "wanted": 2020})
    ]


def test_a_price_of_one_year_serves_all_in_the_money_of_each():
    account = compute(
        WATER, cost([100], [2010]), year=[2019, 2020], price_year="current", deflators=CPI
    )
    assert account.by("year").to_dict() == pytest.approx({2019: 110, 2020: 120})
    without = compute(WATER, RESERVOIR, year=[2019, 2020], price_year="current", deflators=CPI)
    assert without.by("year").to_dict() == {2019: 2, 2020: 2}


def test_a_value_is_money_of_its_own_year():
    value = {"sand_fixation.value": series([100, 100], "CNY", year=[2010, 2020])}
    account = compute(value, year=[2010, 2020], price_year=2020, deflators=CPI)
    assert account.by("year").to_dict() == pytest.approx({2010: 120, 2020: 100})
    current = compute(value, year=[2010, 2020], price_year="current", deflators=CPI)
    assert current.by("year").to_dict() == {2010: 100, 2020: 100}
    blank = compute({"sand_fixation.value": "100 CNY"}, year=2010, price_year=2020, deflators=CPI)
    assert blank.total == pytest.approx(120)
    unknown = compute(
        {"sand_fixation.value": "100 CNY"}, year=[2010, 2020], price_year=2020, deflators=CPI
    )
    assert unknown.by("year").to_dict() == {2010: 100, 2020: 100}


def test_the_index_of_the_price_itself_goes_first():
    """By name of the price, then of the service, then CPI, then the only one there is."""
    tables = {
        "reservoir_cost": {2010: 1.0, 2020: 2.0},
        "water_retention": {2010: 1.0, 2020: 3.0},
        "CPI": {2010: 1.0, 2020: 4.0},
        "PPI": {2010: 1.0, 2020: 5.0},
    }
    price = cost([1], [2010])
    names = list(tables)
    got = [
        compute(WATER, price, year=2020, deflators={n: tables[n] for n in names[k:]}).total
        for k in range(4)
    ]
    assert got == [2, 3, 4, 5]
    assert refused(WATER, price, year=2020, deflators={"A": tables["CPI"], "B": tables["PPI"]}) == [
        ("price.index", "water_retention.retained_water.reservoir_cost")
    ]
    for known in (2010, 2020):  # both years are needed
        assert refused(WATER, price, year=2020, deflators={"CPI": {known: 1.0}}) == [
            ("price.year", "water_retention.retained_water.reservoir_cost")
        ]


def test_what_was_done_to_a_price_stands_in_its_source():
    (deflated,) = compute(
        WATER, cost([1], [2010]), year=2020, deflators=CPI, source="book"
    ).ledger.source
    assert deflated == "book; book; CPI 2010→2020 × 1.2"
    (given,) = compute(
        WATER, cost([1], [2010]), year=2020, price_basis="as_given", source="book"
    ).ledger.source
    assert given == "book; book; as given, price of 2010"
    (unsourced,) = compute(WATER, cost([1], [2010]), year=2020, deflators=CPI).ledger.source
    assert unsourced == "no source; CPI 2010→2020 × 1.2"


def test_the_spread_of_a_price_is_deflated_with_it():
    row = Entry(
        "water_retention",
        "retained_water",
        "reservoir_cost",
        "",
        "",
        "",
        2010,
        "10",
        10.0,
        "CNY/m3",
        "s",
        named("w"),
        low=8.0,
        high=15.0,
        is_price=True,
    )
    (moved,), faults = at_price_year(
        [row], Basis(years=(2020,), price_year=2020, deflators=CPI), is_price=True
    )
    assert not faults
    assert (moved.value, moved.low, moved.high) == pytest.approx((12, 9.6, 18))


# -- shares and items


def test_shares_may_miss_one_by_their_rounding():
    def shares(*values):
        rows = {
            "water_retention.share": series(values, "1", ecosystem=["forest", "shrub", "meadow"])
        }
        return compute({"water_retention.quantity": "90 m3", **rows}, RESERVOIR, year=2020)

    account = shares(0.333, 0.333, 0.333)  # 0.999: three halves of the last digit are 0.0015
    assert account.by("ecosystem").to_dict() == pytest.approx(
        dict.fromkeys(("forest", "shrub", "meadow"), 60)
    )
    assert [w.values for w in account.warnings if w.code == "share.rounded"] == [
        {"sum": pytest.approx(0.999)}
    ]
    assert not shares(0.25, 0.25, 0.5).warnings
    assert shares(0.5, 0.28, 0.28).total == pytest.approx(
        180
    )  # 1.06: off by the halves 0.05 + 0.005 + 0.005 and no more
    with pytest.raises(InputError, match=r"add up to 0\.99, not 1"):
        shares(0.33, 0.335, 0.325)


def test_shares_of_each_year_add_up_to_one():
    rows = {
        "water_retention.share": series(
            [0.3, 0.7, 0.6, 0.4],
            "1",
            ecosystem=["forest", "shrub"] * 2,
            year=[2019, 2019, 2020, 2020],
        )
    }
    account = compute(
        {"water_retention.quantity": "10 m3", **rows}, RESERVOIR, year=[2019, 2020], price_year=2020
    )
    assert account.by("ecosystem", 2019).to_dict() == pytest.approx({"forest": 6, "shrub": 14})
    assert account.by("ecosystem").to_dict() == pytest.approx({"forest": 12, "shrub": 8})


def test_one_price_for_items_in_several_units():
    """2 t at 3 CNY/kg are 2000 kg; 500 kg stay 500 kg: 6000 + 1500 CNY."""
    rows = [
        Entry(
            "agricultural_products",
            "crops",
            "quantity",
            item,
            "",
            "",
            None,
            text,
            float(text),
            unit,
            "s",
            named(item),
        )
        for item, text, unit in (("rice", "2", "t/yr"), ("tea", "500", "kg/yr"))
    ]
    price = Entry(
        "agricultural_products",
        "crops",
        "product_price",
        "",
        "",
        "",
        None,
        "3",
        3.0,
        "CNY/kg",
        "s",
        named("price"),
        is_price=True,
    )
    account = build(rows, [price], Basis(region="City", years=(2020,), price_year=2020))
    assert account.by("item").to_dict() == pytest.approx({"rice": 6000, "tea": 1500})
    assert account.ledger.quantity.tolist() == pytest.approx([2000, 500]) and set(
        account.ledger.quantity_unit
    ) == {"kg"}
    assert set(account.ledger.price_unit) == {"CNY/kg"} and account.ledger.price.tolist() == [3, 3]


def test_an_item_without_a_price_keeps_its_own_unit():
    quantity = {"agricultural_products.livestock.quantity": series([2], "万头", item=["cattle"])}
    account = compute(
        quantity,
        {"agricultural_products.livestock.product_price": series([5], "CNY/kg", item=["milk"])},
        year=2020,
    )
    row = account.ledger.query("item == 'cattle'").iloc[0]
    assert (row.quantity, row.quantity_unit, row.status) == (2, "万头", "missing")


def test_a_figure_whose_result_was_given_lies_idle_and_is_refused():
    inputs = {
        "soil_retention.siltation.quantity": "5 m3",
        "soil_retention.siltation.bulk_density": "1.2 t/m3",
    }
    prices = {"soil_retention.siltation.dredging_cost": "10 CNY/m3"}
    assert refused(inputs, prices, year=2020) == [
        ("input.both", "soil_retention.siltation.bulk_density")
    ]
    inputs = {"soil_retention.siltation.quantity": "5 m3", "soil_retention.siltation_share": "50 %"}
    assert refused(inputs, prices, year=2020) == [("input.both", "soil_retention.siltation_share")]
    inputs = {
        "soil_retention.siltation.quantity": "5 m3",
        "soil_retention.bulk_density": "1.2 t/m3",
    }
    fixed = {**inputs, "soil_retention.fixed_soil.retained_soil": "12 t"}  # used there: no fault
    account = compute(
        fixed, {**prices, "soil_retention.fixed_soil.earthwork_cost": "3 CNY/m3"}, year=2020
    )
    assert account.total == pytest.approx(5 * 10 + 10 * 3)


def test_the_same_figure_by_two_names_is_refused():
    inputs = {
        "water_retention.retained_water.quantity": "5 m3",
        "water_retention.retained_water.retained_water": "6 m3",
    }
    assert refused(inputs, RESERVOIR, year=2020) == [
        ("input.same", "water_retention.retained_water.quantity")
    ]


def test_a_price_of_no_year_serves_where_none_is_of_the_year():
    prices = [
        Entry(
            "water_retention",
            "retained_water",
            "reservoir_cost",
            "",
            "",
            "",
            year,
            str(value),
            float(value),
            "CNY/m3",
            "s",
            named(str(year)),
            is_price=True,
        )
        for year, value in ((2010, 5), (None, 3), (2015, 4))
    ]
    quantity = Entry(
        "water_retention",
        "retained_water",
        "quantity",
        "",
        "",
        "",
        None,
        "2",
        2.0,
        "m3",
        "s",
        named("q"),
    )
    assert build([quantity], prices, Basis(years=(2020,), price_year=2020)).total == 6
    assert build([quantity], prices, Basis(years=(2015,), price_year=2015)).total == 8


def test_a_price_without_a_quantity_and_a_quantity_without_a_price():
    """Of products, which are counted in units of their own: nothing to bring to one unit."""
    price = {"agricultural_products.crops.product_price": series([3], "CNY/t", item=["tea"])}
    account = compute(
        {"water_retention.quantity": "1 m3"},
        {**RESERVOIR, **price},
        year=2020,
        standard="garze2010",
    )
    assert account.total == 2 and "agricultural_products.crops" in account.total.left_out
    (row,) = compute({"agricultural_products.crops.quantity": "3 t"}, year=2020).ledger.itertuples()
    assert (row.quantity, row.quantity_unit, row.status) == (3, "t", "missing")


def test_products_without_items():
    """5 t at 3 CNY/kg; half of the last digit is 500 kg."""
    account = compute(
        {"agricultural_products.crops.quantity": "5 t"},
        {"agricultural_products.crops.product_price": "3 CNY/kg"},
        year=2020,
    )
    (row,) = account.ledger.itertuples()
    assert (row.quantity, row.quantity_unit, row.price, row.price_unit, row.value) == (
        5000,
        "kg",
        3,
        "CNY/kg",
        15000,
    )
    assert float(account.parts[0].solution.quantity.figures.half) == 500


def test_all_grids_together_have_a_limit(monkeypatch):
    """Areas of three types and shares of three districts: 3 + 3 cells and two numbers given, 9
    computed, for each of two substances.
    """
    from gep.account import inputs as module

    inputs = {"area": series([1, 1, 1], "ha", ecosystem=["forest", "shrub", "meadow"])}
    for name in ("so2", "nox"):
        inputs[f"air_purification.{name}.uptake_rate"] = (
            f"1 kg {'SO2' if name == 'so2' else 'NOx'}/(ha yr)"
        )
        inputs[f"air_purification.{name}.share"] = series(
            [0.3, 0.3, 0.4], "1", region=["A", "B", "C"]
        )
    prices = {
        f"air_purification.{n}.treatment_cost": f"1 CNY/kg {s}"
        for n, s in (("so2", "SO2"), ("nox", "NOx"))
    }
    for limit, where in ((8, "air_purification.nox.share"), (17, "air_purification.nox"), (18, "")):
        monkeypatch.setattr(module, "MAX_CELLS", limit)
        if where:
            assert refused(inputs, prices, year=2020) == [("grid.large", where)]
    assert compute(inputs, prices, year=2020).total == pytest.approx(6)


def test_a_share_of_the_whole_splits_no_component():
    rows = {
        "climate_regulation.vegetation.quantity": "8 kWh",
        "climate_regulation.share": series([0.75, 0.25], "1", ecosystem=["forest", "shrub"]),
    }
    account = compute(rows, {"climate_regulation.electricity_price": "0.5 CNY/kWh"}, year=2020)
    assert account.by("ecosystem").to_dict() == {"": 4} and warned(account, "input.unused") == [
        "climate_regulation.share"
    ]
