"""Figures as they are given: how a number, a name, a unit and a label are read, and what is
refused, with its place.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gep import indicators
from gep.account.basis import Basis, Region
from gep.account.build import build
from gep.account.inputs import (
    MAX_CELLS,
    Entry,
    Figures,
    Slot,
    bounded,
    gather,
    number,
    price_name,
    problems,
    slots,
    tidied,
    whole,
)
from gep.core import units
from gep.core.errors import GepError, InputError, UnitError
from gep.core.source import Source, named
from gep.core.text import say
from gep.intake.python import compute
from tests.labelled import series

BASIS = Basis(region="City", years=(2020,), price_year=2020)


def entry(path, text="3", unit="m3", where="w", **more):
    """``"indicator.component.name"`` with other fields by name."""
    *above, name = path.split(".")
    indicator, component = (*above, "", "")[:2]
    fields = {"item": "", "ecosystem": "", "region": "", "year": None, "source": "s", **more}
    return Entry(
        indicator,
        component,
        name,
        text=text,
        value=float(text),
        unit=unit,
        where=named(where),
        **fields,
    )


def found(*entries, basis=BASIS, methods=None):
    return [
        (p.code, p.where) for p in problems(entries, basis, methods or {}) if p.level == "error"
    ]


# -- one figure


@pytest.mark.parametrize(
    ("text", "half"),
    [
        ("3", 0.5),
        ("30", 0.5),
        ("3.0", 0.05),
        ("-3.25", 0.005),
        (".5", 0.05),
        ("3.", 0.5),
        ("1.5e3", 50),
        ("1E2", 50),
        ("2e-2", 0.005),
        ("1.25E-1", 0.0005),
        ("0e999", 0.5e99),
    ],
)
def test_half_of_the_last_digit(text, half):
    assert entry("area", text).half == pytest.approx(half)


def test_numbers():
    texts = (
        "3",
        "-3",
        "+3",
        "3.5",
        ".5",
        "3.",
        "1e3",
        "1e100",
        "-1e100",
        "1.1e100",
        "1e1000",
        "1e",
        "e3",
        "",
        " 3",
        "3 ",
        "٣",
        "inf",
        "0x1",
    )
    assert [number(t) for t in texts] == [
        3,
        -3,
        3,
        3.5,
        0.5,
        3,
        1000,
        1e100,
        -1e100,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
    ]


def test_labels_of_an_entry():
    e = entry(
        "water_retention.retained_water.quantity", item="i", ecosystem="e", region="r", year=1999
    )
    assert e.labels() == ("i", "e", "r", 1999) and hash(e) == hash(e._replace(text="4")) != hash(
        e._replace(year=2000)
    )
    assert (
        len({hash(e._replace(**{k: "x"})) for k in ("where", "ecosystem", "region")} | {hash(e)})
        == 4
    )


# -- the names of a component
# -----------------------------------------------------------------------------------------


def slots_of(name, method=""):
    indicator = indicators.get(name.partition(".")[0])
    return slots(indicator, indicator.component(name.partition(".")[2]), method)


def test_names_of_a_component():
    own = slots_of("soil_retention.siltation")
    assert {
        "quantity",
        "value",
        "share",
        "avoided_siltation",
        "retained_soil",
        "siltation_share",
        "bulk_density",
        "erosivity",
        "dredging_cost",
    } < set(own)
    assert not {"nitrogen_content", "avoided_nitrogen", "emission", ""} & set(own)
    assert own["quantity"] == Slot("quantity", "m^3/yr", kind="quantity") and own["value"] == Slot(
        "value", "CNY/yr", kind="value"
    )
    assert (
        own["share"] == Slot("share", "1", 0, 1, kind="share")
        and own["retained_soil"].unit == "t/yr"
        and own["siltation_share"].high == 1
    )
    assert own["dredging_cost"] == Slot("dredging_cost", "CNY/m^3", kind="price")
    assert (
        own["bulk_density"].kind == "input"
    )  # of the soil, before it is that of the dredging cost
    assert slots_of("air_purification.nox")["emission"] == Slot("emission", "t NOx/yr", 0)
    assert set(slots_of("agricultural_products.crops")) >= {
        "quantity",
        "value",
        "share",
        "product_price",
    } and "" not in slots_of("agricultural_products.crops")


def test_every_name_that_may_be_given_is_a_name():
    taken = {
        name for i in indicators.every() for c in (*i.components, whole(i)) for name in slots(i, c)
    }
    assert (
        "" not in taken
        and {"quantity", "value", "share", "precipitation", "reservoir_cost"} <= taken
    )


def test_names_that_a_price_is_made_of():
    dyke = slots_of("coastal_protection.beach")
    names = ("construction_cost", "lifetime", "discount_rate", "upkeep")
    assert (
        all(dyke[n].kind == "price" for n in names)
        and dyke["shore_length"].kind == "input"
        and dyke["dyke_cost"].stock
    )
    assert dyke["lifetime"].low == 1 and dyke["construction_cost"].unit == "CNY/m"
    assert "fertiliser_content" in slots_of(
        "soil_retention.fertility_nitrogen"
    ) and "fertiliser_content" not in slots_of("soil_retention.siltation")
    assert "construction_cost" not in slots_of("coastal_protection.beach", "market_price")


def test_a_price_of_one_substance_has_a_name_of_its_own_where_its_pricing_makes_it():
    so2 = indicators.get("air_purification").component("so2")
    assert [price_name(so2, m) for m in ("", "avoided_cost", "market_price")] == [
        "treatment_cost_so2",
        "treatment_cost_so2",
        "treatment_cost",
    ]


def test_an_indicator_as_a_whole():
    def told(name):
        c = whole(indicators.get(name))
        return c.id, c.unit, c.price, c.price_unit, c.pricing

    assert told("climate_regulation") == (
        "",
        "kWh/yr",
        "electricity_price",
        "CNY/kWh",
        "replacement_cost",
    )
    assert told("soil_retention") == ("", "", "", "", "market_price")
    assert told("tourism") == (
        "",
        "visit/yr",
        "visit_cost",
        "CNY/visit",
        "travel_cost",
    )  # consumer surplus stands outside
    assert told("non_use_value") == ("", "", "", "", "market_price")  # all of it stands outside
    assert told("regulating_other") == ("", "", "", "", "market_price")


# -- spelling


def test_one_spelling_for_each_type():
    def spelt(*labels, **own):
        return [
            e.ecosystem
            for e in tidied([entry("area", ecosystem=x) for x in labels], Basis(ecosystems=own))
        ]

    assert spelt("森林", "forest", "Forest", "lake", "atlantis", "") == [
        "森林",
        "森林",
        "森林",
        "lake",
        "atlantis",
        "",
    ]
    assert spelt("forest", "森林", 森林="shrub") == ["forest", "森林"]


def test_a_figure_of_a_service_with_one_component_is_that_of_the_component():
    names = (
        "water_retention.quantity",
        "climate_regulation.quantity",
        "water_retention.remainder.value",
        "regulating_other.value",
        "nothing.value",
        "area",
    )
    assert [e.component for e in tidied([entry(n) for n in names], BASIS)] == [
        "retained_water",
        "",
        "remainder",
        "",
        "",
        "",
    ]


# -- what is refused

QUANTITY = "water_retention.retained_water.quantity"


def test_a_whole_of_several_kinds_is_in_any_unit():
    """Soil kept counts in m3, t N, t P: what is given for all of it is read as it stands, and
    nothing is said of its unit.
    """
    assert (
        list(
            problems(
                [
                    entry("soil_retention.quantity", "-1", unit="m3"),
                    entry("soil_retention.quantity", year=2020, unit="t"),
                ],
                BASIS,
                {},
            )
        )
        == []
    )


def test_a_range_is_that_of_the_unit_of_the_formula():
    """26.85 and 126.85 degrees, given in kelvin, where -90 to 60 may stand."""
    name = "climate_regulation.vegetation.cooling_threshold"
    assert found(entry(name, "300", unit="kelvin")) == [] and found(
        entry(name, "400", unit="kelvin")
    ) == [("range.outside", "w")]


def test_the_same_row_twice():
    assert found(
        entry(QUANTITY, where="1"), entry(QUANTITY, "4", where="2"), entry(QUANTITY, where="3")
    ) == [("row.double", "2"), ("row.double", "3")]
    apart = [
        entry(QUANTITY, **{k: v})
        for k, v in (("item", "i"), ("ecosystem", "lake"), ("region", "r"), ("year", 2020))
    ]
    assert (
        found(entry(QUANTITY), entry("water_retention.retained_water.runoff", unit="m"), *apart)
        == []
    )


def test_labels_that_are_unknown():
    basis = Basis(
        region="City",
        years=(2019, 2020),
        regions={"East": Region("East", "City")},
        ecosystems={"mine": "forest"},
    )
    wrong = [
        entry(QUANTITY, where=str(n), **more)
        for n, more in enumerate(
            (
                {"ecosystem": "atlantis"},
                {"region": "Nowhere"},
                {"year": 1999},
                {"ecosystem": "atlantis", "item": "again"},
            )
        )
    ]
    assert found(*wrong, basis=basis) == [
        ("ecosystem.unknown", "0"),
        ("region.unknown", "1"),
        ("year.unknown", "2"),
        ("ecosystem.unknown", "3"),
    ]
    fine = entry(QUANTITY, ecosystem="lake", region="East", year=2019)
    for label, wrong_one in (
        ("ecosystem", "atlantis"),
        ("region", "Nowhere"),
        ("year", 1999),
    ):  # after a row that is right in all else
        assert found(fine, fine._replace(where=named("v"), **{label: wrong_one}), basis=basis) == [
            (f"{label}.unknown", "v")
        ]
    right = [
        entry(QUANTITY, **more)
        for more in (
            {"ecosystem": "mine"},
            {"region": "City"},
            {"region": "East"},
            {"year": 2019},
            {"ecosystem": "湖泊"},
        )
    ]
    assert found(*right, basis=basis) == []
    price = entry(
        "water_retention.retained_water.reservoir_cost", unit="CNY/m3", year=1999, is_price=True
    )
    assert found(price, entry(QUANTITY, year=1999, where="q"), basis=basis) == [
        ("year.unknown", "q")
    ]  # which of a price is right
    assert (
        found(price, basis=basis) == []
        and found(entry(QUANTITY, region="Nowhere", year=1999), basis=Basis()) == []
    )


def test_names_that_are_unknown():
    assert found(
        entry("nothing.x.y"),
        entry("water_retention.x.quantity"),
        entry("soil_retention.rain"),
        entry("rain"),
    ) == [
        ("indicator.unknown", "w"),
        ("component.unknown", "w"),
        ("input.unknown", "w"),
        ("input.unknown", "w"),
    ]
    assert found(entry("soil_retention.siltation.cost", is_price=True)) == [("input.unknown", "w")]
    assert (
        found(
            entry("water_retention.remainder.value", unit="CNY"),
            entry("regulating_other.value", unit="CNY"),
            entry("population", unit="person"),
            entry("gdp", unit="CNY"),
        )
        == []
    )
    assert found(
        entry("runoff", unit="mm"), entry("precipitation", unit="mm"), entry("area", unit="ha")
    ) == [("input.unknown", "w")]
    (told,) = problems([entry("regulating_other.x.value")], BASIS, {})
    assert told.values["names"] == "none"


def test_a_price_of_another_method_is_known_under_it():
    cost = entry("coastal_protection.beach.construction_cost", unit="CNY/m", is_price=True)
    assert found(cost) == [] and found(
        cost, methods={("coastal_protection", "beach"): "market_price"}
    ) == [("input.unknown", "w")]


def test_a_price_for_a_service_is_known_under_the_method_of_a_component():
    part = entry("agricultural_products.value_added_rate", "0.5", "1", is_price=True)
    assert (
        found(part) == [("input.unknown", "w")]
        and found(part, methods={("agricultural_products", "crops"): "net_output"}) == []
    )


def test_units_that_do_not_fit():
    assert found(entry(QUANTITY, unit="kg")) == [("unit.dimension", "w")]
    assert found(entry(QUANTITY, unit="moons"))[0] == ("unit.unreadable", "w")
    assert (
        found(entry(QUANTITY, unit="m3/yr"))
        == []
        == found(entry("agricultural_products.crops.quantity", unit="头"))
    )


def test_what_lacks_only_the_year_is_read_as_per_year_and_noted():
    noted = list(
        problems(
            [
                entry(QUANTITY),
                entry(QUANTITY, region="r", where="v"),
                entry(QUANTITY, unit="万m3", item="i"),
            ],
            BASIS,
            {},
        )
    )
    assert [(p.code, p.level, p.where) for p in noted] == [("unit.per_year", "note", "w")] * 2
    yearly, stock = Slot("q", "m^3/yr"), Slot("p", "CNY/(m^2 yr)", stock=True)
    assert (
        not units.reading("m3/yr", yearly.unit).per_year
        and not units.reads("CNY/m2", stock.unit, stock.stock)
        and units.reading("m3", yearly.unit).per_year
    )


def test_a_price_without_a_year_is_noted_once():
    """It could be of any year; what is no money and what has a year needs no note, nor does an
    account at current prices.
    """
    prices = [
        entry(
            "water_retention.retained_water.reservoir_cost",
            unit="CNY/m3",
            is_price=True,
            where=f"w{n}",
            region=f"r{n}",
            year=2020 if n == 0 else None,
        )
        for n in range(3)
    ]
    life = entry("flood_mitigation.lake.lifetime", unit="yr", is_price=True)
    assert [(p.code, p.level, p.where) for p in problems([*prices, life], BASIS, {})] == [
        ("price.undated", "note", "w1")
    ]
    assert list(problems(prices, replace(BASIS, price_year=None), {})) == []


def test_a_stock_is_refused_unless_as_printed():
    premium = entry("landscape_premium.homes.premium", unit="CNY/m2", is_price=True)
    assert (
        found(premium) == [("unit.stock", "w")]
        and found(premium._replace(method="as_printed")) == []
    )
    assert (
        list(problems([premium._replace(method="as_printed", year=2020)], BASIS, {})) == []
    )  # not read as per year
    assert found(premium._replace(component="")) == [
        ("unit.stock", "w")
    ]  # of homes; of hotels it would be of another kind
    assert found(premium._replace(unit="CNY/(m2 yr)")) == [] and found(
        premium._replace(unit="kg")
    ) == [("unit.dimension", "w")]


def test_the_ends_of_a_range_are_in_it():
    share = "soil_retention.siltation.siltation_share"
    rows = [
        entry(share, t, u, region=str(n), where=str(n))
        for n, (t, u) in enumerate(
            (("0", "1"), ("100", "%"), ("101", "%"), ("-0.1", "1"), ("1.1", "1"), ("0.5", "1"))
        )
    ]
    assert found(*rows) == [("range.outside", f"{n}") for n in (2, 3, 4)]
    told = [p.values for p in problems([entry("area", "-1", "ha")], BASIS, {})]
    assert told[0]["low"] == "0" and told[0]["high"] == "∞"
    assert found(entry(QUANTITY, "-3", unit="m3/yr")) == []


def test_a_quantity_for_several_components_needs_its_component():
    assert found(entry("tourism.visits", unit="visit/yr")) == [("component.which", "w")]
    assert found(entry("tourism.visits", unit="visit/yr", is_price=True)) == [
        ("component.which", "w")
    ]
    assert (
        found(
            entry("tourism.paid_sites.visits", unit="visit/yr"),
            entry("tourism.visit_cost", unit="CNY/visit", is_price=True),
        )
        == []
    )
    assert (
        found(
            entry("non_use_value.population", unit="person"),
            entry("sand_fixation.fixed_sand", unit="t/yr"),
        )
        == []
    )
    (told,) = problems([entry("tourism.visits", unit="visit/yr")], BASIS, {})
    assert told.values["count"] == 3  # consumer surplus stands outside


# -- on a grid


def test_figures_on_a_grid():
    rows = [
        entry("x.quantity", "3", "km3", ecosystem="lake", region="B", year=2020),
        entry("x.quantity", "5.0", "m3", ecosystem="forest", region="", year=2019),
        entry("x.quantity", "7", "m3/yr", ecosystem="lake", region="A"),
        entry("x.quantity", "9", "m3", ecosystem="lake", region="A", year=2019),
    ]
    given = gather(
        "quantity", Slot("quantity", "m^3/yr"), rows, Basis(region="City", years=(2019, 2020))
    )
    a = given.array
    assert a.dims == ("ecosystem", "region", "year") and a["ecosystem"].values.tolist() == [
        "lake",
        "forest",
    ]
    assert a["region"].values.tolist() == ["B", "City", "A"] and a["year"].values.tolist() == [
        2019,
        2020,
    ]
    nan = float("nan")
    assert np.allclose(
        a, [[[nan, 3e9], [nan, nan], [9, 7]], [[nan, nan], [5, nan], [nan, nan]]], equal_nan=True
    )
    assert np.allclose(
        given.half,
        [[[nan, 5e8], [nan, nan], [0.5, 0.5]], [[nan, nan], [0.05, nan], [nan, nan]]],
        equal_nan=True,
    )
    assert given.owner.tolist() == [[[-1, 0], [-1, -1], [3, 2]], [[-1, -1], [1, -1], [-1, -1]]]
    assert (
        given.types() == ["lake", "forest"]
        and given.own
        and given.units is None
        and given.entries == tuple(rows)
    )


def test_a_figure_without_labels_and_one_of_every_year():
    def of(*rows, years=(2019, 2020)):
        return gather("q", Slot("q", "m^3"), rows, Basis(region="City", years=years))

    lone = of(entry("area"))
    assert (
        lone.array.dims == ()
        and float(lone.array) == 3
        and float(lone.half) == 0.5
        and lone.owner.tolist() == 0
        and lone.types() == []
        and not lone.own
    )
    years = of(entry("x.y"), entry("x.y", "4", year=2020))
    assert years.array.values.tolist() == [3, 4] and years.array.dims == ("year",)
    first = of(entry("x.y", "4", year=2020, region="A"), entry("x.y", "3", region="A"))
    assert first.array.values.tolist() == [[3, 4]] and first.owner.tolist() == [[1, 0]]
    each = of(
        entry("x.y", region="A"),
        entry("x.y", "4", region="B"),
        entry("x.y", "5", region="B", year=2020),
    )
    assert each.array.values.tolist() == [[3, 3], [4, 5]] and each.owner.tolist() == [
        [0, 0],
        [1, 2],
    ]
    assert Figures("q", "m", lone.array, lone.half, ()).own is False
    assert of(entry("x.y", ecosystem="lake"), entry("x.y", "4")).types() == [
        "lake"
    ]  # a blank is no type


def test_units_of_items_and_of_temperature():
    rows = [
        entry("x.y", "2", "t", item="rice"),
        entry("x.y", "3000", "kg", item="rice", region="B"),
        entry("x.y", "4", "头", item="cow", region="B"),
    ]
    given = gather("quantity", Slot("quantity", ""), rows, Basis(region="A"))
    assert (
        given.units == {"rice": "t", "cow": "头"}
        and given.array.sel(item="rice").values.tolist() == [2, 3]
        and given.half.sel(item="rice").values.tolist() == [0.5, 0.0005]
    )
    with pytest.raises(UnitError):  # a stock and a flow of one item
        gather(
            "quantity",
            Slot("quantity", ""),
            [
                entry("x.y", "2", "t/yr", item="rice"),
                entry("x.y", "3", "t", item="rice", region="B"),
            ],
            Basis(region="A"),
        )
    warm = gather("t", Slot("t", "kelvin"), [entry("x.y", "20.0", "degC")], Basis())
    assert float(warm.array) == pytest.approx(293.15) and float(warm.half) == pytest.approx(0.05)
    printed = gather(
        "premium",
        Slot("premium", "CNY/(m^2 yr)", stock=True),
        [entry("x.y", "500", "CNY/m2")],
        Basis(),
    )
    assert float(printed.array) == 500


def test_a_grid_has_a_limit():
    assert (
        bounded({"region": MAX_CELLS}, "w") == MAX_CELLS and bounded({"a": 2, "b": 3}, "w", 4) == 10
    )
    for sizes, before in (({"region": MAX_CELLS}, 1), ({"region": MAX_CELLS + 1}, 0)):
        with pytest.raises(InputError) as told:
            bounded(sizes, "w", before)
        assert [(p.code, p.where) for p in told.value.problems] == [
            ("grid.large", "w")
        ] and told.value.problems[0].values["cells"] == MAX_CELLS + 1


# -- from Python


def refused(inputs, prices=None, **kwargs):
    with pytest.raises(GepError) as told:
        compute(inputs, prices, **{"year": 2020, **kwargs})
    return [(p.code, p.where) for p in told.value.problems]


def test_values_that_cannot_be_read():
    bare = pd.Series([1.0], index=pd.Index(["forest"], name="ecosystem"))
    assert refused({"a.b.c.d": "3 m3"}) == [("name.long", "a.b.c.d")]
    assert refused({"area": series([1], "ha", ecosystem=["forest"], place=["x"])}) == [
        ("dimension.unknown", "area")
    ]
    assert refused({"area": bare}) == [("unit.missing", "area")]
    assert refused({"area": "3"}) == [("unit.missing", "area")] and refused(
        {"area": "1e200 ha"}
    ) == [("number.unreadable", "area")]
    assert refused({"area": "about 3 ha"})[0][1] == "area"
    assert refused({"area": series([float("inf")], "ha", ecosystem=["forest"])}) == [
        ("number.unreadable", "area")
    ]
    assert refused({}, {"water_retention.reservoir_cost": "3"}) == [
        ("unit.missing", "water_retention.reservoir_cost")
    ]
    assert refused({"area": "-1 ha"}) == [("range.outside", "area")]  # no columns here
    assert refused({"area": "1 ha"}, standard="none")[0][0] == "standard.unknown"


def test_labels_and_digits_from_python():
    account = compute(
        {
            "agricultural_products.crops.quantity": series(
                [3], "t", item=["tea"], region=["East"], ecosystem=["cropland"], year=[2020.0]
            )
        },
        {"agricultural_products.crops.product_price": "2.50 CNY/t"},
        year=(2020,),
        source="book",
    )
    quantity, price = account.entries
    assert quantity == Entry(
        "agricultural_products",
        "crops",
        "quantity",
        "tea",
        "cropland",
        "East",
        2020,
        "3.0",
        3.0,
        "t",
        "book",
        named(
            "agricultural_products.crops.quantity",
            item="tea",
            ecosystem="cropland",
            region="East",
            year=2020,
        ),
    )
    assert price == Entry(
        "agricultural_products",
        "crops",
        "product_price",
        "",
        "",
        "",
        None,
        "2.50",
        2.5,
        "CNY/t",
        "book",
        named("agricultural_products.crops.product_price"),
        is_price=True,
    )
    assert account.total == 7.5 and price.half == pytest.approx(0.005)


def test_years_and_price_years_from_python():
    def about(**kwargs):
        b = compute({"water_retention.value": "1 CNY"}, **kwargs).basis
        return b.years, b.price_year, b.prices

    assert about(year=2020) == ((2020,), 2020, "2020") == about(year=[2020]) and about(
        year=2020, price_year=2020
    ) == ((2020,), 2020, "2020")
    assert (
        about(year=[2020, 2019])
        == ((2019, 2020), None, "current")
        == about(year=[2020, 2019], price_year="current")
    )
    assert about(year=2020, price_year="current") == ((2020,), None, "current")
    basis = compute(
        {"water_retention.value": "1 CNY"},
        year=2020,
        parents={"East": "region", "West": "region", "Park": "East"},
        title="T",
    ).basis
    assert (
        basis.children("region") == ["East", "West"]
        and basis.children("East") == ["Park"]
        and (basis.title, basis.region, basis.standard) == ("T", "region", "catalogue")
    )


def test_a_fault_from_outside_comes_with_the_others():
    from gep.core.errors import Problem

    fault = Problem("file.odd", Source("inputs.csv"))
    with pytest.raises(InputError) as told:
        build([entry("area", "-1", "ha")], [], BASIS, faults=[fault])
    assert [p.code for p in told.value.problems] == ["file.odd", "range.outside"]


def test_every_row_of_a_wrong_unit_is_named():
    assert found(
        entry(QUANTITY, unit="kg", where="1"), entry(QUANTITY, unit="kg", region="r", where="2")
    ) == [("unit.dimension", "1"), ("unit.dimension", "2")]
    many = [entry("tourism.visits", unit="visit/yr", region=r, where=r) for r in ("a", "b")]
    assert found(*many) == [("component.which", "a"), ("component.which", "b")]


def test_the_names_that_would_do():
    (told,) = problems([entry("water_supply.domestic.zzzz")], BASIS, {})
    names = told.values["names"].split(", ")
    assert (
        names == sorted(names)
        and {"net_supply", "water_taken", "imported", "water_price"} <= set(names)
        and not {"quantity", "value", "share"} & set(names)
    )
    (told,) = problems([entry("zzzz")], BASIS, {})
    assert (
        told.values["names"]
        == "area, precipitation, evapotranspiration, npp, heterotrophic_respiration, "
        "dry_matter_density, population, gdp"
    )


def test_a_doubled_row_names_the_first_in_both_languages():
    def told(**labels):
        rows = [
            entry(QUANTITY, **labels)._replace(where=Source("inputs.csv", line=n)) for n in (2, 3)
        ]
        [double] = [p for p in problems(rows, BASIS, {}) if p.code == "row.double"]
        return say(double, "zh"), say(double)

    zh, en = told()
    assert zh == "inputs.csv 第3行：与 inputs.csv 第2行 重复。改法：只留一行"
    assert en.startswith("inputs.csv, line 3: ") and "inputs.csv, line 2" in en
    assert "与 inputs.csv 第2行 (forest) 重复" in told(ecosystem="forest")[0]
