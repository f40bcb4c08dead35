"""Figures over their labels: given values, shares, caps, floors, what is missing and what does not
occur; by hand.
"""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from gep import standards
from gep.account import build
from gep.account.basis import Basis, Region
from gep.account.evaluate import capped, floored, labels, on_grid
from gep.account.inputs import Entry
from gep.core.errors import InputError
from gep.core.source import named
from gep.intake.python import compute
from tests.labelled import series

RESERVOIR = {"water_retention.retained_water.reservoir_cost": "2 CNY/m3"}
NAN = float("nan")


def water(*args, prices=RESERVOIR, year=2020, **kwargs):
    inputs = {
        f"water_retention.{n}": v
        for n, v in zip(("quantity", "value", "share"), args, strict=False)
        if v is not None
    }
    return compute(inputs, prices, year=year, **kwargs)


def codes(account):
    return [w.code for w in account.warnings]


def cells(account, column="value", by="ecosystem"):
    return dict(zip(account.ledger[by], account.ledger[column], strict=True))


# -- what occurs


def test_a_year_without_the_given_value_is_missing_however_the_quantity_is_divided():
    """50 CNY of 2020 beside 3 and 7 m3 in two districts: 2019 has no value, and the quantity is
    that of both.
    """
    quantity = series(
        [1, 2, 3, 4], "m3", region=["East", "West"] * 2, year=[2019, 2019, 2020, 2020]
    )
    account = water(
        quantity,
        series([50], "CNY", year=[2020]),
        prices={},
        year=[2019, 2020],
        region="City",
        parents={"East": "City", "West": "City"},
    )
    assert account.parts[0].data["status"].values.tolist() == [
        "missing",
        "published",
    ] and account.parts[0].data["quantity"].values.tolist() == [3, 7]


def test_nothing_is_completed_from_a_table_that_has_no_row():
    """Forest is given its own coefficient; the table has none for desert, which is missing and not
    said to be completed.
    """
    own = {"water_retention.runoff_coefficient": series([0], "1", ecosystem=["forest"])}
    rain = {
        "area": series([100, 100], "ha", ecosystem=["forest", "desert"]),
        "precipitation": "1000 mm",
        "evapotranspiration": "900 mm",
    }
    account = compute({**rain, **own}, RESERVOIR, year=2020)
    assert account.total == pytest.approx(200_000) and "coefficient.completed" not in [
        n.code for n in account.notes
    ]
    assert [(m.ecosystems, m.needs) for m in account.missing] == [
        (("desert",), (("runoff_coefficient", "1"),))
    ]


def test_a_figure_of_one_district_is_lacking_in_the_other():
    """A coefficient of forest in A alone: in B it is missing, and the table does not stand in for a
    type that has its own.
    """
    own = {
        "water_retention.runoff_coefficient": series(
            [0], "1", ecosystem=["evergreen_broadleaf_forest"], region=["A"]
        )
    }
    rain = {
        "area": series(
            [100, 100], "ha", ecosystem=["evergreen_broadleaf_forest"] * 2, region=["A", "B"]
        ),
        "precipitation": "1000 mm",
        "evapotranspiration": "900 mm",
    }
    account = compute({**rain, **own}, RESERVOIR, year=2020)
    assert account.total == pytest.approx(200_000) and account.total.left_out == (
        "water_retention.retained_water (1 of 2 cells)",
    )
    assert [(m.ecosystems, m.needs) for m in account.missing] == [
        (("evergreen_broadleaf_forest",), (("runoff_coefficient", "1"),))
    ]


# -- what was given for all together


def repeated(inputs, prices, **kwargs):
    with pytest.raises(InputError) as told:
        compute(inputs, prices, year=2020, region="City", **kwargs)
    assert {p.code for p in told.value.problems} == {"quantity.repeated"}
    return [
        (p.where, p.values["other"], p.values["label"], p.values["count"])
        for p in told.value.problems
    ]


@pytest.mark.parametrize(
    ("label", "keys"),
    [
        ("item", ["a", "b"]),
        ("ecosystem", ["forest", "lake", "marsh"]),
        ("region", ["East", "West"]),
    ],
)
def test_a_quantity_of_all_is_not_that_of_each(label, keys):
    """10 m3 at a price for each label would be counted once for each; a single label, or a share by
    it, leaves no doubt.
    """
    name, cost = (
        "water_retention.retained_water.quantity",
        "water_retention.retained_water.reservoir_cost",
    )
    prices = {cost: series([3] * len(keys), "CNY/m3", **{label: keys})}
    assert repeated({name: "10 m3"}, prices) == [(name, "reservoir_cost", label, len(keys))]
    assert (
        compute(
            {name: "10 m3"}, {cost: series([3], "CNY/m3", **{label: keys[:1]})}, year=2020
        ).total
        == 30
    )
    each = {name: series([10] * len(keys), "m3", **{label: keys})}
    assert compute(each, prices, year=2020).total == 30 * len(keys)
    share = {
        "water_retention.retained_water.share": series(
            [1 / len(keys)] * len(keys), "1", **{label: keys}
        )
    }
    assert compute(
        {name: "9 m3", **share}, prices, year=2020, price_basis="as_given"
    ).total == pytest.approx(27)


def test_an_area_of_all_districts_is_not_that_of_each():
    rain = {
        "precipitation": series([1000, 1200], "mm", region=["East", "West"]),
        "evapotranspiration": "900 mm",
        "water_retention.runoff": "0 mm",
    }
    of_city = {"area": series([1, 1], "ha", ecosystem=["forest", "lake"])}
    assert repeated({**rain, **of_city}, RESERVOIR) == [("area", "precipitation", "region", 2)]
    each = {"area": series([1, 2], "ha", region=["East", "West"])}
    assert compute({**rain, **each}, RESERVOIR, year=2020).total == pytest.approx((1000 + 6000) * 2)
    uptake = {
        "air_purification.so2.uptake_rate": "100 kg SO2/(ha yr)",
        "air_purification.so2.emission": series([1, 2], "t SO2", region=["East", "West"]),
    }
    assert repeated(
        {**uptake, **of_city}, {"air_purification.so2.treatment_cost": "1 CNY/t SO2"}
    ) == [("area", "emission", "region", 2)]


def test_what_is_right_of_all_together():
    """A price of the city beside one of a district: the city's own counts. A value that was given.
    People who pay for several species.
    """
    name, cost = (
        "water_retention.retained_water.quantity",
        "water_retention.retained_water.reservoir_cost",
    )
    city = compute(
        {name: "10 m3"},
        {cost: series([3, 5], "CNY/m3", region=["City", "East"])},
        year=2020,
        region="City",
        parents={"East": "City"},
    )
    assert city.total == 30
    given = compute(
        {name: "10 m3", "water_retention.retained_water.value": "7 CNY"},
        {cost: series([3, 5], "CNY/m3", region=["A", "B"])},
        year=2020,
    )
    assert given.total == 7
    species = {
        "non_use_value.cvm.willingness_to_pay": series(
            [2, 3], "CNY/(person yr)", item=["crane", "tiger"]
        )
    }
    people = {
        "non_use_value.cvm.population": "100 person",
        "non_use_value.cvm.payment_rate": "50 %",
    }
    assert compute(people, species, year=2020, include=("non_use",)).total == pytest.approx(250)


def test_an_amount_without_a_name_is_of_the_one_item_that_has_a_price():
    """10 t at 3 CNY/kg of rice are 30,000 CNY, not 30."""
    price = {"agricultural_products.crops.product_price": series([3], "CNY/kg", item=["rice"])}
    account = compute({"agricultural_products.crops.quantity": "10 t"}, price, year=2020)
    assert account.by("item").to_dict() == {"rice": 30_000} and account.ledger[
        "quantity"
    ].tolist() == [10_000]


def test_a_final_figure_stands_whatever_the_type():
    """Plants cool, and a lake has none; but who gives the cooling of a lake's plants is taken at
    his word.
    """
    price = {"climate_regulation.electricity_price": "2 CNY/kWh"}
    for name, unit, worth in (("quantity", "kWh", 10), ("value", "CNY", 5)):
        account = compute(
            {f"climate_regulation.vegetation.{name}": series([5], unit, ecosystem=["lake"])},
            price,
            year=2020,
        )
        assert account.by("ecosystem").to_dict() == {
            "lake": worth
        } and "ecosystem.cut" not in codes(account)


# -- a value that was given


@pytest.mark.parametrize(
    ("quantity", "value", "price", "gap"),
    [
        ("3 m3", "7 CNY", "2 CNY/m3", False),  # 6 ± 0.5 × 2 beside 7 ± 0.5
        ("3 m3", "8 CNY", "2 CNY/m3", True),  # 2 apart, 1.5 explained
        ("6 m3", "7 CNY", "1 CNY/m3", False),  # 1 apart, 0.5 + 0.5 explained
        ("6 m3", "7.0 CNY", "1 CNY/m3", True),  # 0.55 explained
        ("6.0 m3", "7 CNY", "1 CNY/m3", True),
        ("-3 m3", "-7 CNY", "2 CNY/m3", False),
    ],
)
def test_a_value_beside_its_product(quantity, value, price, gap):
    account = water(quantity, value, prices={"water_retention.reservoir_cost": price})
    assert account.total == float(value.split()[0]) and ("value.gap" in codes(account)) is gap
    assert account.ledger.status.tolist() == ["published"] and account.ledger.price.tolist() == [
        float(price.split()[0])
    ]


def test_visits_times_a_share_are_computed():
    """10 visits, half of them for nature: 5 at 2 CNY. Visits alone, and water without what was
    brought in, are as given.
    """
    prices = {"tourism.visit_cost": "2 CNY/visit", "water_supply.water_price": "2 CNY/m3"}
    visits, water_ = (
        {"tourism.paid_sites.visits": "10 visit"},
        {"water_supply.domestic.water_taken": "5 m3"},
    )
    for inputs, status in (
        ({**visits, "tourism.paid_sites.ecological_share": "50 %"}, "computed"),
        ({"tourism.paid_sites.ecological_visits": "5 visit"}, "given"),
        (water_, "given"),
        ({**water_, "water_supply.domestic.imported": "0 m3"}, "computed"),
    ):
        account = compute(inputs, prices, year=2020)
        assert account.total == 10 and account.ledger.status.tolist() == [status]


def test_a_gap_is_told_of_its_year():
    """10 CNY a year beside 3 and 5 m3 at 2: nothing to say of 2020, 10 beside 6 in 2019; types that
    fit are not in the sums.
    """
    quantity = series(
        [3, 5, 1, 1], "m3", year=[2019, 2020] * 2, ecosystem=["forest"] * 2 + ["shrub"] * 2
    )
    value = series(
        [10, 10, 2, 2], "CNY", year=[2019, 2020] * 2, ecosystem=["forest"] * 2 + ["shrub"] * 2
    )
    account = compute(
        {
            "water_retention.retained_water.quantity": quantity,
            "water_retention.retained_water.value": value,
        },
        RESERVOIR,
        year=[2019, 2020],
    )
    (gap,) = account.warnings
    assert (gap.where, gap.values) == (
        "water_retention.retained_water, 2019",
        {"value": 10, "product": 6},
    )


def test_a_value_beside_a_computed_quantity():
    """1000 m2 × (1000 − 900) mm is 100 m3, 200 CNY: its own digits explain 0.5, not 1."""
    inputs = {
        "area": "1000 m2",
        "precipitation": "1000 mm",
        "evapotranspiration": "900 mm",
        "water_retention.runoff": "0 mm",
    }
    off, fits = (
        compute({**inputs, "water_retention.value": v}, RESERVOIR, year=2020)
        for v in ("201 CNY", "200 CNY")
    )
    assert codes(off) == ["value.gap"] and codes(fits) == []
    assert off.ledger.quantity.tolist() == [pytest.approx(100)] and off.total == 201


def test_where_only_some_values_are_given_the_rest_is_computed():
    account = water(
        series([1, 5], "m3", ecosystem=["forest", "shrub"]),
        series([2], "CNY", ecosystem=["forest"]),
    )
    assert cells(account) == {"forest": 2, "shrub": 10}
    assert cells(account, "status") == {"forest": "published", "shrub": "computed"}
    assert codes(account) == []


def test_a_value_without_types_takes_the_sum_of_the_quantities():
    account = water(series([1, 5], "m3", ecosystem=["forest", "shrub"]), "12 CNY")
    (row,) = account.ledger.itertuples()
    assert (row.quantity, row.price, row.value, row.status) == (6, 2, 12, "published")
    by_type = {
        "water_retention.reservoir_cost": series([2, 3], "CNY/m3", ecosystem=["forest", "shrub"])
    }
    (row,) = water(
        series([1, 5], "m3", ecosystem=["forest", "shrub"]), "99 CNY", prices=by_type
    ).ledger.itertuples()
    assert row.quantity == 6 and np.isnan(row.price) and row.value == 99


def test_values_of_types_beside_one_quantity():
    account = water("6 m3", series([7, 5], "CNY", ecosystem=["forest", "shrub"]))
    assert account.total == 12 and set(account.ledger.status) == {"published"}


def test_a_sum_of_which_one_is_unknown_is_unknown():
    account = water(
        series([1, 5], "m3", ecosystem=["forest", "shrub"], year=[2019, 2020]),
        "12 CNY",
        year=[2019, 2020],
        price_year=2020,
    )
    assert account.ledger.quantity.isna().all() and account.by("year").to_dict() == {
        2019: 12,
        2020: 12,
    }
    assert account.ledger.status.tolist() == ["value_only"] * 2


def test_a_quantity_that_nobody_gave_is_not_shown_beside_a_value():
    inputs = {
        "area": "1000 m2",
        "npp": "900 g C/m2",
        "heterotrophic_respiration": "600 g C/m2",
        "carbon_sequestration.carbon.value": "12 CNY",
    }
    account = compute(inputs, {"carbon_sequestration.carbon_price": "100 CNY/t CO2"}, year=2020)
    (row,) = account.ledger.query("component == 'carbon'").itertuples()
    assert (
        row.value == 12
        and np.isnan(row.quantity)
        and row.status == "value_only"
        and codes(account) == []
    )


def test_a_value_is_split_by_shares():
    account = water(None, "12 CNY", series([75, 25], "%", ecosystem=["forest", "shrub"]))
    assert cells(account) == {"forest": 9, "shrub": 3} and set(account.ledger.status) == {
        "allocated"
    }
    assert account.ledger.price.tolist() == [2, 2] and account.ledger.quantity.isna().all()
    both = water("4 m3", "12 CNY", series([75, 25], "%", ecosystem=["forest", "shrub"]))
    assert cells(both, "quantity") == {"forest": 3, "shrub": 1} and cells(both) == {
        "forest": 9,
        "shrub": 3,
    }


# -- what is missing, and what does not occur

PURE = {"air_purification.nox.treatment_cost": "1 CNY/kg NOx"}


def uptake(area, rate, more=None, **kwargs):
    return compute(
        {"area": area, "air_purification.nox.uptake_rate": rate, **(more or {})},
        PURE,
        year=2020,
        **kwargs,
    )


def test_a_type_without_its_rate_is_missing_and_a_district_without_the_type_is_nothing():
    area = series(
        [1, 2, 4], "ha", ecosystem=["forest", "shrub", "forest"], region=["East", "East", "West"]
    )
    account = uptake(
        area,
        series([10], "kg NOx/(ha yr)", ecosystem=["forest"]),
        parents={"East": "City", "West": "City"},
        region="City",
    )
    rows = {(r.ecosystem, r.region): (r.status, r.value) for r in account.ledger.itertuples()}
    assert rows.pop(("shrub", "East"))[0] == "missing"
    assert rows == {
        ("forest", "East"): ("computed", pytest.approx(10)),
        ("forest", "West"): ("computed", pytest.approx(40)),
    }
    assert account.total.left_out == ("air_purification.nox (1 of 3 cells)",)
    (lacking,) = account.missing
    assert lacking.ecosystems == ("shrub",) and lacking.needs == (
        ("uptake_rate", "t NOx/(m^2 yr)"),
    )


def test_a_year_without_a_figure_is_missing():
    account = water(
        series([1, 5], "m3", year=[2018, 2019]), year=[2018, 2019, 2020], price_year=2020
    )
    assert cells(account, "status", "year") == {2018: "given", 2019: "given", 2020: "missing"}
    assert account.by("year").to_dict() == pytest.approx(
        {2018: 2, 2019: 10, 2020: np.nan}, nan_ok=True
    )
    assert account.total.left_out == ("water_retention.retained_water",)
    assert account.add(account.parts, year=2019).left_out == ()


def test_what_is_named_in_one_year_is_missing_in_the_others_and_zero_says_that_it_is_gone():
    """Forest in 2018 and 0 after, shrub in 2019 and nothing said of the rest: what is not known is
    not zero.
    """
    given = series(
        [1, 0, 0, 5], "m3", ecosystem=["forest"] * 3 + ["shrub"], year=[2018, 2019, 2020, 2019]
    )
    account = water(given, year=[2018, 2019, 2020], price_year=2020)
    rows = {(r.year, r.ecosystem): r.status for r in account.ledger.itertuples()}
    assert rows == {
        **{(y, "forest"): "given" for y in (2018, 2019, 2020)},
        (2018, "shrub"): "missing",
        (2019, "shrub"): "given",
        (2020, "shrub"): "missing",
    }
    assert account.total == 0 and account.total.left_out == (
        "water_retention.retained_water (1 of 2 cells)",
    )
    (lacking,) = account.missing
    assert lacking.ecosystems == ("shrub",) and lacking.years == (2018, 2020)


def test_a_district_without_a_figure_in_a_year_is_missing_there():
    quantity = series([1, 5, 7], "m3", region=["East", "East", "West"], year=[2019, 2020, 2019])
    account = water(
        quantity,
        year=[2019, 2020],
        price_year=2020,
        region="City",
        parents={"East": "City", "West": "City"},
    )
    assert account.by("region").to_dict() == pytest.approx(
        {"East": 10, "West": np.nan}, nan_ok=True
    ) and account.total.left_out == ("water_retention.retained_water (1 of 2 cells)",)


def test_a_figure_of_each_label_given_is_given_and_of_inputs_computed():
    assert water("3 m3").ledger.status[0] == "given"
    visits = compute(
        {"tourism.paid_sites.visits": "10 visit"},
        {"tourism.paid_sites.visit_cost": "3 CNY/visit"},
        year=2020,
    )
    assert visits.total == 30 and visits.ledger.status[0] == "given"
    nep = compute(
        {"carbon_sequestration.carbon.nep": "12 t C"},
        {"carbon_sequestration.carbon_price": "1 CNY/t CO2"},
        year=2020,
    )
    assert nep.total == pytest.approx(44) and nep.ledger.status[0] == "computed"


def test_a_rounding_bound_leaves_the_account_as_it_was():
    area = series([1, 2], "ha", ecosystem=["forest", "shrub"])
    account = uptake(area, "10 kg NOx/(ha yr)", {"air_purification.nox.emission": "15 kg NOx"})
    (part,) = account.parts
    s, before, notes, ratio = (
        part.solution,
        part.data.copy(deep=True),
        part.outcome.notes,
        float(part.outcome.cap_ratio),
    )
    assert ratio == pytest.approx(0.5) and account.total == pytest.approx(15)
    (node,) = [n for n in s.quantity.walk() if n.name == "area"]
    kept = part.outcome.results[node].array.copy(deep=True)
    # 7.5 kg of capacity: all of it
    other = part.data_with(account.basis, {node: node.figures.array * 0.25})
    assert float(other["value"].sum()) == pytest.approx(7.5) and set(
        other["status"].values.ravel()
    ) == {"computed"}
    assert part.data.identical(before) and part.outcome.notes == notes
    assert part.outcome.results[node].array.identical(kept)
    assert float(part.outcome.cap_ratio) == ratio


def test_draws_have_no_status_and_stay_in_the_range_of_their_argument():
    account = compute(
        {
            "soil_retention.siltation.retained_soil": "120 t",
            "soil_retention.siltation.siltation_share": "50 %",
            "soil_retention.siltation.bulk_density": "1.2 t/m3",
        },
        {"soil_retention.siltation.dredging_cost": "10 CNY/m3"},
        year=2020,
    )
    part, _ = account.parts
    (share,) = [n for n in part.solution.quantity.walk() if n.name == "siltation_share"]
    drawn = part.data_with(account.basis, {share: xr.DataArray([-0.1, 0.3, 1.7], dims="draw")})
    assert (
        drawn["value"].values.ravel().tolist() == pytest.approx([0, 300, 1000])
        and "status" not in drawn
    )
    assert part.data["value"].values.ravel().tolist() == [pytest.approx(500)]


# -- caps and floors


def variable(dims, values):
    return xr.Variable(dims, np.array(values, dtype=float))


def test_an_emission_without_districts_holds_all_of_them_down_together():
    """Capacity 10 + 30; emission 20: half. Without capacity there is nothing to hold down; without
    an emission nothing is known.
    """
    q = variable(("region",), [10, 30])
    grid, basis = {"region": ["A", "B"], "year": [2019, 2020]}, Basis(region="City")
    held, ratio = capped(q, variable((), 20), grid, basis)
    assert held.values.tolist() == [5, 15] and float(ratio) == 0.5
    assert capped(q, variable((), 400), grid, basis)[0].values.tolist() == [10, 30]
    assert capped(q * 0, variable((), 20), grid, basis)[0].values.tolist() == [0, 0]
    assert np.isnan(capped(q, variable((), NAN), grid, basis)[0].values).all()
    each = capped(
        variable(("region", "year"), [[10, 10], [30, 70]]),
        variable(("year",), [20, 40]),
        grid,
        basis,
    )[0]
    assert each.values.tolist() == [[5, 5], [15, 35]]
    part = capped(variable(("region",), [10, NAN]), variable((), 5), grid, basis)[0].values
    assert part[0] == 5 and np.isnan(part[1])


def test_a_factor_for_each_year_and_each_region_that_reports():
    """A and B lie in North, which reports: 10 + 30, then 20 + 20, of which 20 were emitted. C
    reports for itself.
    """
    regions = {
        n: Region(n, p)
        for n, p in (("A", "North"), ("B", "North"), ("C", "City"), ("North", "City"))
    }
    grid, basis = (
        {"region": ["A", "C", "B", "North"], "year": [2019, 2020]},
        Basis(region="City", regions=regions),
    )
    q = variable(("region", "year"), [[10, 20], [8, 8], [30, 20], [0, 0]])
    cap = variable(("region", "year"), [[NAN, NAN], [2, 16], [NAN, NAN], [20, 20]])
    held, ratio = capped(q, cap, grid, basis)
    assert held.transpose("region", "year").values.tolist() == [[5, 10], [2, 8], [15, 10], [0, 0]]
    assert ratio["region"].values.tolist() == ["North", "C"] and ratio.transpose(
        "region", "year"
    ).values.tolist() == [[0.5, 0.5], [0.25, 1]]
    half_told = cap.copy(data=np.array([[NAN, NAN], [2, NAN], [NAN, NAN], [20, 20]]))
    held = (
        capped(q, half_told, grid, basis)[0].transpose("region", "year").values
    )  # C reports one year of two: the other is missing
    assert held[1][0] == 2 and np.isnan(held[1][1])


def test_what_a_floor_takes_away():
    basis = Basis(
        region="City",
        regions={"A": Region("A", "City"), "B": Region("B", "A"), "C": Region("C", "City")},
    )
    grid = {"region": ["A", "C"], "ecosystem": ["f", "s"]}
    q = variable(("region", "ecosystem"), [[-3, 1], [NAN, 4]])

    def floor(scale, at=grid, quantity=q):
        kept, taken = floored(quantity, scale, at, basis)
        return np.nan_to_num(kept.values, nan=99).tolist(), taken

    assert floor("cell") == ([[0, 1], [99, 4]], -3)
    assert floor("region") == ([[0, 0], [99, 4]], -2)
    assert floor("total") == ([[-3, 1], [99, 4]], 0)
    assert floor("total", quantity=q - 2) == ([[0, 0], [99, 0]], -4)
    assert floor("cell", {"region": ["A", "B"]}, variable(("region",), [-3, -2])) == (
        [0, 0],
        -3,
    )  # B lies in A
    assert floor("cell", {"region": ["B", "C"]}, variable(("region",), [-3, -2])) == ([0, 0], -5)
    assert floor("region", {"region": ["A", "B"]}, variable(("region",), [0, -2])) == ([0, 0], 0)
    assert floor("region", quantity=variable(("region", "ecosystem"), [[-3, 3], [NAN, -4]])) == (
        [[-3, 3], [99, 0]],
        -4,
    )
    years = variable(("year", "draw"), [[-1, 2], [3, -4]])
    assert floor("total", {}, years) == ([[0, 2], [3, 0]], -5)
    assert floor("region", {}, years) == ([[0, 2], [3, 0]], -5)


def test_a_district_inside_a_district_that_has_no_figure_of_its_own():
    regions = {n: Region(n, p) for n, p in (("A", "City"), ("B", "A"), ("C", "B"), ("D", "A"))}
    basis = Basis(region="City", regions=regions)
    q = variable(("region",), [-1, -1, -1])
    assert floored(q, "cell", {"region": ["A", "C", "elsewhere"]}, basis)[1] == -2
    assert floored(q, "cell", {"region": ["B", "C", "D"]}, basis)[1] == -2


# -- labels


def test_labels_keep_their_order_and_types_that_supply():
    account = uptake(
        series([1, 2, 4], "ha", ecosystem=["shrub", "forest", "lake"]), "10 kg NOx/(ha yr)"
    )
    nodes = account.parts[0].solution.nodes
    assert labels(nodes, ("forest", "shrub"), {}) == {"ecosystem": ["shrub", "forest"]}
    assert labels(nodes, (), {}) == {"ecosystem": ["shrub", "forest", "lake"]}
    assert account.by("ecosystem").to_dict() == pytest.approx({"shrub": 10, "forest": 20})
    assert "ecosystem.cut" not in codes(
        account
    )  # an area is shared: nobody said that a lake takes up NOx


def test_a_figure_without_a_type_stands_beside_those_with_one():
    account = uptake(series([1, 2], "ha", ecosystem=["", "forest"]), "10 kg NOx/(ha yr)")
    assert account.by("ecosystem").to_dict() == pytest.approx({"": 10, "forest": 20})


def test_figures_of_a_type_that_supplies_nothing_are_named():
    rate = series([10, 10, 10], "kg NOx/(ha yr)", ecosystem=["forest", "nearshore_sea", "lake"])
    account = uptake(series([1, 2, 4], "ha", ecosystem=["forest", "nearshore_sea", "lake"]), rate)
    (cut,) = [w for w in account.warnings if w.code == "ecosystem.cut"]
    assert cut.where == "air_purification.nox" and cut.values == {"names": "lake, nearshore_sea"}
    assert account.by("ecosystem").to_dict() == {"forest": pytest.approx(10)}


def test_an_array_on_the_labels_of_the_grid():
    a = xr.DataArray([[1.0, 2.0]], {"region": ["B"], "x": [7, 9]}, ("region", "x"))
    out = on_grid(a, {"region": ["A", "B"]})
    assert (
        np.isnan(out.values[0]).all()
        and out.values[1].tolist() == [1, 2]
        and out.dims == ("region", "x")
    )
    assert on_grid(a, {"region": ["B"]}).values.tolist() == [[1, 2]]


def test_a_coefficient_of_each_type_and_the_types_that_lack_one(monkeypatch):
    account = compute(
        {
            "area": series([1, 1], "ha", ecosystem=["forest", "grassland"]),
            "precipitation": "1000 mm",
            "evapotranspiration": "900 mm",
            "water_retention.runoff": "0 mm",
        },
        RESERVOIR,
        year=2020,
    )
    assert account.by("ecosystem").to_dict() == pytest.approx({"forest": 2000, "grassland": 2000})


def test_a_floor_is_said_with_its_sum(monkeypatch):
    from dataclasses import replace

    profile = replace(standards.get("catalogue"), floors={"water_retention.retained_water": "cell"})
    monkeypatch.setattr(build.standards, "get", lambda id: profile)
    account = water(series([-3, 5], "m3", ecosystem=["forest", "shrub"]))
    (said,) = [w for w in account.warnings if w.code == "quantity.floored"]
    assert said.values == {"sum": -3, "unit": "m^3/yr", "scale": "cell"} and account.total == 10
    (part,) = account.parts
    (node,) = part.solution.quantity.walk()
    part.data_with(account.basis, {node: node.figures.array * 10})
    assert (
        part.outcome.floored == -3
        and len([n for n in part.outcome.notes if n.code == "quantity.floored"]) == 1
    )
    assert not [w for w in water(series([3, 5], "m3", ecosystem=["forest", "shrub"])).warnings]


def test_a_sum_is_as_rough_as_its_parts_together():
    """1 ± 0.5 and 5 ± 0.5 m3 at 2 CNY/m3 are 12 ± 2, beside 14 ± 0.5; 15 is too far."""

    types = [
        Entry("water_retention", "", "quantity", "", e, "", None, t, float(t), "m3", "s", named(e))
        for e, t in (("forest", "1"), ("shrub", "5"))
    ]
    price = Entry(
        "water_retention",
        "",
        "reservoir_cost",
        "",
        "",
        "",
        None,
        "2",
        2.0,
        "CNY/m3",
        "s",
        named("p"),
        is_price=True,
    )
    for text, beyond in (("14", False), ("15", True)):
        value = Entry(
            "water_retention",
            "",
            "value",
            "",
            "",
            "",
            None,
            text,
            float(text),
            "CNY",
            "s",
            named("v"),
        )
        account = build.build([*types, value], [price], Basis(years=(2020,), price_year=2020))
        assert account.total == float(text) and ("value.gap" in codes(account)) is beyond


def test_an_emission_holds_down_no_quantity_that_is_not_known():
    account = compute(
        {
            "air_purification.nox.value": "5 CNY",
            "air_purification.nox.emission": series([3], "t NOx", region=["East"]),
        },
        year=2020,
    )
    (part,) = account.parts
    assert (
        part.outcome.cap_ratio is None
        and account.total == 5
        and part.data["quantity"].isnull().all()
    )


def test_a_table_completes_types_and_no_districts():
    """Rates are given for East: shrub in West is missing, though the table that ships has a rate
    for shrub.
    """
    area = series([1, 1], "ha", ecosystem=["shrub", "shrub"], region=["East", "West"])
    rate = series([10], "kg SO2/(ha yr)", region=["East"])
    account = compute(
        {"area": area, "air_purification.so2.uptake_rate": rate},
        {"air_purification.so2.treatment_cost": "1 CNY/kg SO2"},
        year=2020,
    )
    assert {r.region: r.status for r in account.ledger.itertuples()} == {
        "East": "computed",
        "West": "missing",
    }
    types = series([1, 1], "ha", ecosystem=["shrub", "bamboo"])
    rate = series([10], "kg SO2/(ha yr)", ecosystem=["bamboo"])
    account = compute(
        {"area": types, "air_purification.so2.uptake_rate": rate},
        {"air_purification.so2.treatment_cost": "1 CNY/kg SO2"},
        year=2020,
    )
    assert account.by("ecosystem").to_dict() == pytest.approx(
        {"shrub": 92.1, "bamboo": 10}
    )  # 92.1 kg SO2/hm2 is the row of the table


def test_a_product_of_all_types_fills_no_type():
    values = series(
        [7, 5, 4], "CNY", ecosystem=["forest", "forest", "shrub"], year=[2019, 2020, 2019]
    )
    account = water("6 m3", values, year=[2019, 2020], price_year="current")
    assert {(r.year, r.ecosystem): r.value for r in account.ledger.itertuples()} == pytest.approx(
        {(2019, "forest"): 7, (2019, "shrub"): 4, (2020, "forest"): 5, (2020, "shrub"): np.nan},
        nan_ok=True,
    )


def test_draws_vary_what_is_computed_and_not_what_is_given():
    """Forest has a value, 2; shrub is 5 m3 at 2 CNY/m3, drawn as 4 and 6 m3."""
    account = water(
        series([1, 5], "m3", ecosystem=["forest", "shrub"]),
        series([2], "CNY", ecosystem=["forest"]),
    )
    (part,) = account.parts
    (node,) = part.solution.quantity.walk()
    either = node.figures.array * xr.DataArray([0.8, 1.2], dims="draw")
    drawn = part.data_with(account.basis, {node: either})
    assert np.allclose(
        drawn["value"].squeeze().transpose("draw", "ecosystem"), [[2, 8], [2, 12]]
    ) and set(drawn["price"].dims) <= {"ecosystem", "year"}
    either = xr.DataArray([1.0, 3.0], dims="draw")
    price = part.data_with(account.basis, {part.solution.price: either})
    assert np.allclose(
        price["value"].squeeze().transpose("draw", "ecosystem"), [[2, 5], [2, 15]]
    ) and price["price"].values.ravel().tolist() == [1, 3]


def test_a_type_that_is_not_known_takes_no_part_in_the_capacity():
    """District A: 10 of forest, shrub unknown; 5 emitted: half of what is known."""
    q = variable(("region", "ecosystem"), [[10, NAN], [4, 4]])
    held, _ = capped(
        q,
        variable(("region",), [5, 8]),
        {"region": ["A", "B"], "ecosystem": ["f", "s"]},
        Basis(region="City"),
    )
    assert (
        held.values[0][0] == 5 and np.isnan(held.values[0][1]) and held.values[1].tolist() == [4, 4]
    )


def test_a_negative_step_on_the_way_stays():
    """10 t would erode without plants, 12 t do with them: −2 t × 50 % / 1 t/m3, at 10 CNY/m3."""
    inputs = {
        "soil_retention.potential_erosion": "10 t",
        "soil_retention.actual_erosion": "12 t",
        "soil_retention.siltation.siltation_share": "50 %",
        "soil_retention.siltation.bulk_density": "1 t/m3",
    }
    assert compute(
        inputs, {"soil_retention.siltation.dredging_cost": "10 CNY/m3"}, year=2020
    ).total == pytest.approx(-10)


def test_a_computed_step_out_of_its_range_is_refused():
    """Value added of 120 on an output of 100: a rate of 1.2 is told, not held to 1 unsaid; only
    draws are.
    """
    row = {
        "id": "w",
        "level": "material",
        "zh": "水",
        "en": "water",
        "components": ["water_supply"],
        "evidence": "confirmed",
    }
    net = standards.parse(
        {
            "id": "net",
            "zh": "净",
            "en": "net",
            "indicator": [row],
            "pricing": {"water_supply.domestic": "net_output"},
        }
    )

    def at(added):
        prices = {
            f"water_supply.domestic.{k}": v
            for k, v in (
                ("gross_price", "10 CNY/m3"),
                ("value_added", added),
                ("gross_output", "100 CNY/yr"),
            )
        }
        return compute(
            {"water_supply.domestic.quantity": "1 m3"}, prices, year=2020, profile=net
        ).total

    assert at("80 CNY/yr") == pytest.approx(8)
    with pytest.raises(InputError, match="value_added_rate: leaves the range"):
        at("120 CNY/yr")


def test_the_city_reports_for_districts_that_no_list_names():
    held, _ = capped(
        variable(("region",), [10, 30, 0]),
        variable(("region",), [NAN, NAN, 20]),
        {"region": ["A", "B", "City"]},
        Basis(region="City"),
    )
    assert held.values.tolist() == [5, 15, 0]


def test_a_share_of_a_type_that_does_not_supply_stands():
    shares = series([0.75, 0.25], "1", ecosystem=["forest", "lake"])
    account = compute(
        {"air_purification.nox.value": "12 CNY", "air_purification.nox.share": shares}, year=2020
    )
    assert cells(account) == {"forest": 9, "lake": 3}
