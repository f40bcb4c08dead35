"""How far a figure reaches: rates and prices of the whole serve its parts, sizes never; every
number laid out by hand.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import gep
from gep.account.basis import Basis, Region
from gep.account.build import build
from gep.account.fallback import completed, lacks, nearest, reaching
from gep.account.inputs import Entry, Slot, gather
from gep.core.errors import InputError
from gep.core.source import named
from gep.intake.python import compute
from tests.labelled import series

DISTRICTS = {
    "East": Region("East", "City"),
    "West": Region("West", "City"),
    "Hill": Region("Hill", "West"),
}
RESERVOIR = {"water_retention.retained_water.reservoir_cost": "2 CNY/m3"}
WATER = ("water_retention", "retained_water")


def entry(
    name,
    value,
    unit,
    *,
    of=("", ""),
    item="",
    ecosystem="",
    region="",
    year=None,
    where="",
    price=False,
):
    place = where or f"{'.'.join(of)} {name} {item}{ecosystem}{region}{year or ''}"
    return Entry(
        *of,
        name,
        item,
        ecosystem,
        region,
        year,
        str(value),
        float(value),
        unit,
        place,
        named(place),
        is_price=price,
    )


def account(inputs, prices=(), years=(2020,), **more):
    return build(
        list(inputs),
        list(prices),
        Basis(region="City", years=years, price_year=years[-1], regions=DISTRICTS, **more),
    )


def price(**labels):
    return entry("reservoir_cost", 2, "CNY/m3", of=WATER, year=2020, price=True, **labels)


def forest(*rain, areas=("East", "West"), less=900):
    return [
        *(entry("area", 100, "ha", ecosystem="forest", region=r) for r in areas),
        *rain,
        entry("evapotranspiration", less, "mm"),
        entry("runoff", 0, "mm", of=WATER),
    ]


def test_a_districts_own_rain_leaves_the_citys_to_the_others():
    """100 ha each, less 900 mm: (1000 − 900) mm in East, (1100 − 900) mm in West, at 2 CNY/m3."""
    rain = entry("precipitation", 1000, "mm"), entry("precipitation", 1100, "mm", region="West")
    out = account(forest(*rain), [price()])
    assert out.by("region").to_dict() == pytest.approx(
        {"East": 2e5, "West": 4e5}
    ) and out.total == pytest.approx(6e5)
    assert not out.missing and out.total.left_out == ()
    sources = out.ledger.set_index("region")["source"]
    assert (
        "precipitation ;" in sources["East"] + ";"
        and "West" not in sources["East"]
        and "precipitation West" in sources["West"]
    )


def test_rain_of_a_district_serves_what_lies_in_it():
    """Hill lies in West: 200 mm there, 100 mm in East."""
    rain = entry("precipitation", 1000, "mm"), entry("precipitation", 1100, "mm", region="West")
    out = account(forest(*rain, areas=("East", "Hill")), [price()])
    assert (
        out.by("region").to_dict() == pytest.approx({"East": 2e5, "Hill": 4e5}) and not out.missing
    )


def test_what_no_place_around_has_is_missing():
    rain = (entry("precipitation", 1100, "mm", region="West"),)
    out = account(forest(*rain, areas=("East", "Hill")), [price()])
    assert out.total == pytest.approx(4e5) and out.total.left_out == (
        "water_retention.retained_water (1 of 2 cells)",
    )
    assert out.missing[0].needs == (("precipitation", "m/yr"),)


def test_a_figure_of_the_whole_takes_the_rain_of_the_whole():
    """The area is of the city: rain of West, which others may use, is not its."""
    rain = entry("precipitation", 1000, "mm"), entry("precipitation", 1100, "mm", region="West")
    out = account(forest(*rain, areas=("",)), [price()])
    assert out.by("region").to_dict() == pytest.approx({"City": 2e5}) and set(
        out.ledger["region"]
    ) == {"City"}


def test_a_city_beside_its_districts_keeps_its_own_rain():
    areas = ("City", "East", "West")
    rain = entry("precipitation", 1000, "mm"), entry("precipitation", 1100, "mm", region="West")
    out = account(forest(*rain, areas=areas), [price()])
    assert out.total == pytest.approx(2e5)  # the city's own area counts
    ledger = out.ledger.set_index("region")
    assert ledger["value"].to_dict() == pytest.approx(
        {"City": 2e5, "East": np.nan, "West": np.nan}, nan_ok=True
    )
    assert ledger["value_outside"].dropna().to_dict() == pytest.approx({"East": 2e5, "West": 4e5})
    assert ledger["role"].to_dict() == {"City": "priced", "East": "outside", "West": "outside"}


def test_a_size_of_the_whole_is_not_that_of_each_part():
    """Area of the city and of West: East has none of its own."""
    with pytest.raises(InputError) as told:
        account(
            [
                entry("area", 100, "ha", ecosystem="forest"),
                *forest(
                    *(entry("precipitation", 1000, "mm", region=r) for r in ("East", "West")),
                    areas=(),
                ),
            ],
            [price()],
        )
    assert [p.code for p in told.value.problems] == ["quantity.repeated"]
    out = account([*forest(entry("precipitation", 1000, "mm"), areas=("", "West"))], [price()])
    assert set(out.ledger["region"]) == {"City", "West"}


@pytest.mark.parametrize(
    ("service", "name", "unit", "cost", "per"),
    [
        (("water_supply", "domestic"), "net_supply", "m3/yr", "water_price", "CNY/m3"),
        (
            ("sand_fixation", "fixed_sand"),
            "controlled_area",
            "m2/yr",
            "sand_control_cost",
            "CNY/m2",
        ),
        (
            ("non_use_value", "cvm"),
            "paying_population",
            "person",
            "willingness_to_pay",
            "CNY/(person yr)",
        ),
    ],
)
def test_a_priced_quantity_is_a_size(service, name, unit, cost, per):
    """The city's stands beside those of its districts and is not shared out among them: the total
    is that of the city, 100 at 2 a unit.
    """
    out = account(
        [
            entry(name, 100, unit, of=service),
            *(entry(name, n, unit, of=service, region=r) for r, n in (("East", 30), ("West", 20))),
        ],
        [entry(cost, 2, per, of=service, year=2020, price=True)],
    )
    figures = out.ledger.set_index("region")["quantity"].to_dict()
    assert figures == {"City": 100.0, "East": 30.0, "West": 20.0}
    assert service[0] == "non_use_value" or float(out.total) == 200.0


def test_a_year_without_rain_of_its_own_is_missing():
    """West measures its own and gives 2020 only: 2019 is not known there, it is not the city's."""
    rain = (
        entry("precipitation", 1000, "mm"),
        entry("precipitation", 1100, "mm", region="West", year=2020),
    )
    out = account(forest(*rain), [price()], years=(2019, 2020))
    assert out.by("region", 2019).to_dict() == pytest.approx(
        {"East": 2e5, "West": np.nan}, nan_ok=True
    )
    assert (
        out.missing[0].years == (2019,)
        and out.missing[0].regions == ("West",)
        and out.missing[0].needs == (("precipitation", "m/yr"),)
    )
    assert out.by("region", 2020).to_dict() == pytest.approx({"East": 2e5, "West": 4e5})


def test_a_kind_of_forest_takes_the_rate_of_forest_and_what_is_left_the_rate_of_all():
    """500 mm of rain less 400 (shrub: its own), 300 (mixed forest: of forest), 450 (grassland: of
    all), on 1 ha each at 2 CNY/m3.
    """
    rows = [
        *(entry("area", 1, "ha", ecosystem=e) for e in ("shrub", "mixed_forest", "grassland")),
        entry("precipitation", 500, "mm"),
        entry("runoff", 0, "mm", of=WATER),
    ]
    loss = [
        entry("evapotranspiration", v, "mm", ecosystem=e)
        for v, e in ((400, "shrub"), (300, "forest"), (450, ""))
    ]
    out = account([*rows, *loss], [price()])
    assert (
        out.by("ecosystem").to_dict()
        == pytest.approx({"shrub": 2000, "mixed_forest": 4000, "grassland": 1000})
        and not out.missing
    )


def test_two_labels_of_one_class_do_not_stand_for_each_other():
    rows = [
        *(entry("area", 1, "ha", ecosystem=e) for e in ("old", "young")),
        entry("precipitation", 500, "mm"),
        entry("runoff", 0, "mm", of=WATER),
    ]
    out = account(
        [*rows, entry("evapotranspiration", 400, "mm", ecosystem="old")],
        [price()],
        ecosystems={"old": "forest", "young": "forest"},
    )
    assert out.by("ecosystem").dropna().to_dict() == pytest.approx({"old": 2000}) and out.missing[
        0
    ].ecosystems == ("young",)
    out = account(
        [*rows, entry("evapotranspiration", 400, "mm", ecosystem="forest")],
        [price()],
        ecosystems={"old": "forest", "young": "forest"},
    )
    assert out.by("ecosystem").to_dict() == pytest.approx({"old": 2000, "young": 2000})


def test_a_rate_of_a_type_goes_before_that_of_a_district():
    """Forest in West: the figure that names the type counts, 100 mm; grassland there has only that
    of West, 200 mm.
    """
    rows = [
        *(entry("area", 1, "ha", ecosystem=e, region="West") for e in ("forest", "grassland")),
        entry("precipitation", 500, "mm"),
        entry("runoff", 0, "mm", of=WATER),
    ]
    loss = [
        entry("evapotranspiration", 400, "mm", ecosystem="forest"),
        entry("evapotranspiration", 300, "mm", region="West"),
    ]
    assert account([*rows, *loss], [price()]).by("ecosystem").to_dict() == pytest.approx(
        {"forest": 2000, "grassland": 4000}
    )


def test_what_a_service_gives_for_one_type_leaves_the_shared_figure_to_the_others():
    """Forest loses 400 mm to this service, grassland 450 mm as all services say."""
    rows = [
        *(entry("area", 1, "ha", ecosystem=e) for e in ("forest", "grassland")),
        entry("precipitation", 500, "mm"),
        entry("runoff", 0, "mm", of=WATER),
    ]
    loss = [
        entry("evapotranspiration", 400, "mm", of=(WATER[0], ""), ecosystem="forest"),
        *(
            entry("evapotranspiration", 450, "mm", ecosystem=e)
            for e in ("forest", "grassland", "shrub")
        ),
    ]
    out = account([*rows, *loss], [price()])
    assert out.by("ecosystem").to_dict() == pytest.approx({"forest": 2000, "grassland": 1000})
    sources = out.ledger.set_index("ecosystem")["source"]
    assert (
        "evapotranspiration forest" in sources["forest"]
        and "; . evapotranspiration grassland" in "; " + sources["grassland"]
        and "shrub" not in "".join(sources)
    )
    assert "450 mm" in str(out.explain("water_retention")) and "400 mm" in str(
        out.explain("water_retention")
    )


def test_three_places_complete_each_other():
    """Loss of forest stands with the component, of shrub with the service, of grassland with what
    all share: 100, 200 and 50 mm are left of 500.
    """
    types = ("forest", "shrub", "grassland")
    rows = [
        *(entry("area", 1, "ha", ecosystem=e) for e in types),
        entry("precipitation", 500, "mm"),
        entry("runoff", 0, "mm", of=WATER),
    ]
    loss = [
        entry("evapotranspiration", v, "mm", of=of, ecosystem=e)
        for v, of, e in zip((400, 300, 450), (WATER, (WATER[0], ""), ("", "")), types, strict=True)
    ]
    assert account([*rows, *loss], [price()]).by("ecosystem").to_dict() == pytest.approx(
        {"forest": 2000, "shrub": 4000, "grassland": 1000}
    )


def test_an_area_of_a_service_is_not_completed():
    """It says which types supply the service."""
    rows = [
        *(entry("area", 1, "ha", ecosystem=e) for e in ("forest", "grassland")),
        entry("area", 1, "ha", of=(WATER[0], ""), ecosystem="forest"),
    ]
    out = account(
        [
            *rows,
            entry("precipitation", 500, "mm"),
            entry("evapotranspiration", 400, "mm"),
            entry("runoff", 0, "mm", of=WATER),
        ],
        [price()],
    )
    assert out.by("ecosystem").to_dict() == pytest.approx({"forest": 2000})


def test_prices_of_some_items_and_of_all():
    """Rice at 4 CNY/kg, all else at 3,000 CNY/t: 10 t and 5 t."""
    amounts = {"agricultural_products.crops.quantity": series([10, 5], "t", item=["rice", "maize"])}
    prices = pd.concat([series([4], "CNY/kg", item=["rice"]), series([3], "CNY/kg", item=[""])])
    prices.attrs["units"] = "CNY/kg"
    assert compute(amounts, {"agricultural_products.crops.product_price": prices}, year=2020).by(
        "item"
    ).to_dict() == pytest.approx({"rice": 4e4, "maize": 1.5e4})
    own = ("agricultural_products", "crops")
    rows = [entry("quantity", v, "t", of=own, item=i) for v, i in ((10, "rice"), (5, "maize"))]
    asked = [
        entry("product_price", v, u, of=own, item=i, year=2020, price=True)
        for v, u, i in ((4, "CNY/kg", "rice"), (3000, "CNY/t", ""))
    ]
    out = account(rows, asked)
    assert out.by("item").to_dict() == pytest.approx({"rice": 4e4, "maize": 1.5e4})
    assert out.ledger.set_index("item")["price_unit"].to_dict() == {
        "rice": "CNY/kg",
        "maize": "CNY/t",
    }


def test_a_price_of_one_district_leaves_the_citys_to_the_others():
    """1 t CO2 in each: East 50, West (and Hill in it) 70 CNY."""
    own = ("carbon_sequestration", "carbon")
    rows = [entry("quantity", 1, "t CO2", of=own, region=r) for r in ("East", "Hill")]
    prices = [
        entry("carbon_price", v, "CNY/t CO2", of=own, region=r, year=2020, price=True)
        for v, r in ((50, ""), (70, "West"))
    ]
    assert account(rows, prices).by("region").to_dict() == pytest.approx({"East": 50, "Hill": 70})


def test_a_price_of_another_year_that_is_not_needed_is_not_asked_to_be_carried():
    """The component has a price of its own; that of the service is of 2015, without an index."""
    rows = [entry("quantity", 1, "m3", of=WATER)]
    far = entry("reservoir_cost", 9, "CNY/m3", of=(WATER[0], ""), year=2015, price=True)
    out = account(rows, [price(), far])
    assert out.total == 2 and [w.code for w in out.warnings] == ["input.unused"]
    typed = [entry("quantity", 1, "m3", of=WATER, ecosystem=e) for e in ("forest", "grassland")]
    with pytest.raises(InputError) as told:
        account(typed, [price(ecosystem="forest"), far])
    assert [p.code for p in told.value.problems] == ["price.year"]
    out = account(typed, [price(ecosystem="forest"), far], price_basis="as_given")
    assert out.by("ecosystem").to_dict() == {"forest": 2, "grassland": 9} and not out.warnings


def test_a_price_that_cannot_be_carried_is_told_to_who_needs_it_only():
    """Retained water has a price of its own; the flood component needs that of 2015 … and is told,
    whoever was solved first.
    """
    rows = [
        entry("quantity", 1, "t CO2", of=("carbon_sequestration", c))
        for c in ("carbon", "blue_carbon")
    ]
    own = entry(
        "carbon_price",
        3,
        "CNY/t CO2",
        of=("carbon_sequestration", "carbon"),
        year=2020,
        price=True,
        ecosystem="forest",
    )
    shared = entry(
        "carbon_price", 4, "CNY/t CO2", of=("carbon_sequestration", ""), year=2015, price=True
    )
    for order in (rows, rows[::-1]):
        with pytest.raises(InputError) as told:
            account(order, [own, shared])
        assert [p.code for p in told.value.problems] == ["price.year"]


def test_an_index_is_chosen_by_name_and_never_by_chance():
    """2 CNY of 2015 at an index of 100 → 150: 3 CNY; two indices of other names are no choice."""
    rows, old = (
        [entry("quantity", 1, "m3", of=WATER)],
        [entry("reservoir_cost", 2, "CNY/m3", of=WATER, year=2015, price=True)],
    )
    half, flat = {2015: 100.0, 2020: 150.0}, {2015: 100.0, 2020: 100.0}
    for indices in (
        {"PPI": half},
        {"PPI": flat, "CPI": half},
        {"CPI": flat, "water_retention": half},
        {"water_retention": flat, "reservoir_cost": half},
    ):
        assert account(rows, old, deflators=indices).total == 3
    with pytest.raises(InputError) as told:
        account(rows, old, deflators={"PPI": half, "wages": flat})
    assert [(p.code, p.values["indices"]) for p in told.value.problems] == [
        ("price.index", "PPI, wages")
    ]


def test_a_price_of_what_has_no_quantity_is_named():
    """An item that is spelled otherwise in the prices: prices do not say what there is."""
    own = ("agricultural_products", "crops")
    prices = [
        entry("product_price", v, "CNY/t", of=own, item=i, year=2020, price=True)
        for v, i in ((5, "rice"), (7, "rise"))
    ]
    for regions, total in (("",), 5), (("East", "West"), 10):
        out = account(
            [entry("quantity", 1, "t", of=own, item="rice", region=r) for r in regions], prices
        )
        assert out.total == total and out.total.left_out == () and not out.missing
        assert [(w.code, w.where, w.values["labels"]) for w in out.warnings] == [
            ("figure.misplaced", str(prices[1].where), "rise")
        ]


def test_a_shared_rate_of_what_has_no_area_is_named():
    """Loss is given for forest and for shrub, of which there is none; where one service has shrub,
    nothing is said.
    """
    rows = [
        entry("area", 1, "ha", ecosystem="forest"),
        entry("precipitation", 500, "mm"),
        entry("runoff", 0, "mm", of=WATER),
    ]
    loss = [entry("evapotranspiration", 400, "mm", ecosystem=e) for e in ("forest", "shrub")]
    out = account([*rows, *loss], [price()])
    assert [(w.code, w.where, w.values["labels"]) for w in out.warnings] == [
        ("figure.misplaced", str(loss[1].where), "shrub")
    ] and not out.missing
    out = account([*rows, *loss, entry("area", 1, "ha", ecosystem="shrub")], [price()])
    assert not out.warnings


def test_a_shared_figure_that_no_service_takes_is_named_once():
    rows = [
        *forest(entry("precipitation", 1000, "mm")),
        *(
            entry("heterotrophic_respiration", 1, "t C/ha", ecosystem=e)
            for e in ("forest", "shrub")
        ),
        entry("gdp", 5, "CNY/yr"),
    ]
    out = account(rows, [price()])
    assert [(w.code, w.values["name"]) for w in out.warnings] == [
        ("input.unused", "heterotrophic_respiration")
    ]


def test_an_index_of_mixed_bases_is_said(folder):
    """112.2 against the year before beside 1.0 for a base year: a factor of 100 in a year is no
    inflation.
    """
    rows, old = (
        "water_retention,retained_water,quantity,,,,,1,m3,s\n",
        "water_retention,retained_water,reservoir_cost,,,,2,CNY/m3,2015,,s\n",
    )

    def said(*values):
        csv = "index,year,value\n" + "".join(
            f"CPI,{y},{v}\n" for y, v in zip((2015, 2020), values, strict=True)
        )
        return [
            w.values["ratio"]
            for w in gep.run(folder(rows, old, deflators_csv=csv, name=f"{values[0]}")).warnings
            if w.code == "deflator.jump"
        ]

    assert said("100", "1.122") == [pytest.approx(0.01122)] and said("99", "112.2") == []


# -- the tables themselves

BASIS = Basis(
    region="City",
    years=(2019, 2020),
    price_year=2020,
    regions=DISTRICTS,
    ecosystems={"old": "forest"},
)


def table(*rows, unit="mm"):
    """Figures by (item, ecosystem, region, year) on their grid."""
    entries = [
        entry("x", v, "mm" if unit else u, item=i, ecosystem=e, region=r, year=y)
        for (i, e, r, y, v), u in zip(rows, ["CNY/kg", "CNY/t"] * 9, strict=False)
    ]
    return gather("x", Slot("x", unit), entries, BASIS)


def cells(given):
    """Each figure with its labels, the text of the row that it is from, and half its last digit."""
    assert given.array.dims == given.half.dims and given.owner.shape == given.array.shape
    out = {}
    for at in np.ndindex(given.array.shape):
        labels = tuple(given.array[d].values[n] for d, n in zip(given.array.dims, at, strict=True))
        value, owner = float(given.array.values[at]), int(given.owner[at])
        assert (owner < 0) == np.isnan(value) == np.isnan(given.half.values[at])
        if owner >= 0:
            assert (
                given.entries[owner].value == value
                and given.half.values[at] == given.entries[owner].half
            )
            out[labels] = value
    return out


def test_a_table_for_the_labels_that_are_wanted():
    rain = table(("", "", "", None, 1.0), ("", "", "West", None, 2.25), ("", "", "East", None, 3.5))
    assert cells(reaching(rain, {"region": ["Hill", "East"]}, BASIS)) == {
        ("Hill",): 2.25,
        ("East",): 3.5,
    }
    assert cells(reaching(rain, {"region": ["City", "West"]}, BASIS)) == {
        ("City",): 1,
        ("West",): 2.25,
        ("East",): 3.5,
    }
    whole = reaching(rain, {}, BASIS)
    assert (
        whole.array.dims == ()
        and float(whole.array) == 1
        and whole.owner.shape == ()
        and rain.entries[int(whole.owner)].region == ""
    )
    parts = table(("", "", "East", None, 3.5), ("", "", "West", None, 2.25))
    assert (
        reaching(parts, {"region": ["East"]}, BASIS) is parts
        and reaching(parts, {}, BASIS) is parts
    )


def test_a_table_by_type_and_item():
    rates = table(
        ("", "forest", "", None, 1.0), ("", "", "", None, 2.0), ("", "shrub", "", None, 3.0)
    )
    assert cells(reaching(rates, {"ecosystem": ["mixed_forest", "old", "grassland"]}, BASIS)) == {
        ("mixed_forest",): 1,
        ("old",): 1,
        ("grassland",): 2,
        ("shrub",): 3,
    }
    of_all = reaching(rates, {"region": ["East"]}, BASIS)
    assert of_all.array.dims == () and float(of_all.array) == 2
    own = table(("", "old", "", None, 1.0), ("", "grassland", "", None, 2.0))
    assert (
        reaching(own, {"ecosystem": ["mixed_forest", "forest"]}, BASIS) is own
    )  # a label of one's own is a kind of forest, not all of it


def test_what_is_nearest_by_item_type_and_place():
    """A row that names the item, then one that names the type, then one that names the place."""
    every = [
        ("rice", "", "", None, 1.0),
        ("", "forest", "", None, 2.0),
        ("", "", "West", None, 3.0),
        ("", "", "", None, 4.0),
    ]
    for n, expected in enumerate((1, 2, 3, 4)):
        given = reaching(
            table(*every[n:]),
            {"item": ["rice"], "ecosystem": ["forest"], "region": ["Hill"]},
            BASIS,
        )
        assert (
            set(cells(given).values()) >= {expected}
            and float(given.array.values.ravel()[0]) == expected
        )


def test_a_table_of_years_is_not_filled_by_that_of_the_whole():
    rain = table(("", "", "", None, 1.0), ("", "", "West", 2020, 2.0))
    assert cells(reaching(rain, {"region": ["West", "East"]}, BASIS)) == {
        ("West", 2020): 2,
        ("East", 2019): 1,
        ("East", 2020): 1,
    }


def test_items_in_units_of_their_own_do_not_take_part_of_another_unit():
    """Rice of West per kg, all else per t: rice of East has no price, it is not 3000 CNY/kg; maize
    has that per t.
    """
    prices = table(("rice", "", "West", None, 4.0), ("", "", "", None, 3000.0), unit="")
    given = reaching(prices, {"item": ["rice", "maize"], "region": ["East", "West"]}, BASIS)
    assert cells(given) == {("rice", "West"): 4, ("maize", "East"): 3000, ("maize", "West"): 3000}
    assert given.units == {"rice": "CNY/kg", "maize": "CNY/t"}
    assert reaching(prices, {"region": ["East"]}, BASIS).units[""] == "CNY/t"
    assert (
        reaching(prices, {"item": ["maize"], "region": ["East"]}, BASIS).array.sel(
            item="maize", region="East"
        )
        == 3000
    )


def test_figures_for_the_very_labels_of_a_map():
    rates = table(("", "old", "", None, 1.0), ("", "shrub", "", None, 3.0))
    assert cells(nearest(rates, "ecosystem", ["mixed_forest", "forest", "lake"], BASIS)) == {
        ("mixed_forest",): 1,
        ("forest",): 1,
    }  # the label stands for its class
    assert nearest(rates, "region", ["East"], BASIS) is rates
    prices = table(("", "", "West", None, 2.0), ("", "", "East", None, 3.0))
    assert cells(nearest(prices, "region", ["Hill", "Elsewhere", "West"], BASIS)) == {
        ("Hill",): 2,
        ("West",): 2,
    }
    prices = table(("", "", "West", None, 2.0), ("", "", "", None, 3.0))
    assert cells(nearest(prices, "region", ["Hill", "Elsewhere"], BASIS)) == {
        ("Hill",): 2,
        ("Elsewhere",): 3,
    }


def test_a_table_completed_by_a_less_close_one():
    near = table(("", "forest", "", None, 1.0), ("", "grassland", "", None, 2.0))
    far = table(
        ("", "forest", "", None, 5.0), ("", "shrub", "", None, 6.5), ("", "lake", "", None, 7.0)
    )
    both = completed(near, far, {"ecosystem": ["forest", "shrub", "desert"]})
    assert cells(both) == {
        ("forest",): 1,
        ("grassland",): 2,
        ("shrub",): 6.5,
    } and both.owner.tolist() == [0, 1, 2, -1]
    assert [e.where for e in both.entries] == [
        *(e.where for e in near.entries),
        far.entries[1].where,
    ]
    assert (
        completed(near, far, {"ecosystem": ["forest"]}) is near
        and lacks(near, {"ecosystem": ["shrub"]})
        and not lacks(near, {"ecosystem": ["forest"]})
    )
    assert set(cells(completed(near, far, {}))) == {
        ("forest",),
        ("grassland",),
        ("shrub",),
        ("lake",),
    }


def test_a_table_completed_along_another_dimension():
    near = table(("", "forest", "", None, 1.0), ("", "shrub", "", 2020, 2.0))
    far = table(("", "", "East", None, 5.0), ("", "", "West", None, 6.0))
    both = completed(near, far, {"ecosystem": ["forest", "shrub", "lake"], "region": ["East"]})
    assert both.array.dims == ("ecosystem", "region", "year")
    assert cells(both) == {
        ("forest", "East", 2019): 1,
        ("forest", "East", 2020): 1,
        ("shrub", "East", 2020): 2,
        ("lake", "East", 2019): 5,
        ("lake", "East", 2020): 5,
    }
    assert [e.value for e in both.entries] == [1, 2, 5]


def test_the_price_of_a_service_serves_the_products_that_have_none():
    """a at 10 CNY/t of its own; c at 7, all else at 5 CNY/kg as the service says: 1, 2 and 3 t."""
    amounts = {"agricultural_products.crops.quantity": series([1, 2, 3], "t", item=["a", "b", "c"])}
    prices = {
        "agricultural_products.crops.product_price": series([10], "CNY/t", item=["a"]),
        "agricultural_products.product_price": series([5, 7], "CNY/kg", item=["", "c"]),
    }
    out = compute(amounts, prices, year=2020)
    assert out.by("item").to_dict() == pytest.approx({"a": 10, "b": 10_000, "c": 21_000})
    assert out.ledger.set_index("item")["price_unit"].to_dict() == {
        "a": "CNY/t",
        "b": "CNY/kg",
        "c": "CNY/kg",
    }
