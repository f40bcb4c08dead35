"""Accounts from Python values, for tools that embed the library."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import gep.core.errors
from gep.core import units
from gep.core.errors import GepError
from gep.intake.python import compute
from tests.labelled import series

PRICE = {"water_retention.reservoir_cost": "2 CNY/m3"}


def test_text_and_series():
    inputs = {
        "area": series([100, 50], "ha", ecosystem=["forest", "shrub"]),
        "precipitation": "1000 mm",
        "water_retention.runoff": "100 mm",
        "evapotranspiration": series([700, 500], "mm", ecosystem=["forest", "shrub"]),
    }
    a = compute(inputs, PRICE, year=2020)
    assert a.by("ecosystem").to_dict() == pytest.approx(
        {"forest": 100e4 * 0.2 * 2, "shrub": 50e4 * 0.4 * 2}
    )
    assert json.loads(a.to_json())["total"] == pytest.approx(8e5)


def test_a_missing_figure_of_a_series_is_missing():
    inputs = {
        "water_retention.quantity": series([5.0, float("nan")], "m3", region=["East", "West"])
    }
    a = compute(inputs, PRICE, year=2020, region="City", parents={"East": "City", "West": "City"})
    assert a.total == 10 and len(a.ledger) == 1


def test_what_an_account_is_about_is_looked_at():
    value = {"water_retention.value": "5 CNY"}

    def faults(**about):
        with pytest.raises(GepError) as told:
            compute(value, **{"year": 2020, **about})
        return [(p.code, p.where) for p in told.value.problems]

    assert faults(parents={"A": "B", "B": "A", "C": "A"}) == [
        ("region.circle", "A"),
        ("region.circle", "B"),
        ("region.circle", "C"),
    ]
    assert faults(methods={"water_retention.runoff": "by_eye", "nothing.x": "y"}) == [
        ("method.unknown", "methods, water_retention.runoff"),
        ("method.unknown", "methods, nothing.x"),
    ]
    assert (
        faults(price_year="2015") == [("year.unreadable", "price_year")] == faults(price_year=True)
    )
    for year in ("2020", 2020.0, 999, 10**5, True, None):
        assert faults(year=year, price_year="current") == [("year.unreadable", "year")], year
    assert faults(year=[]) == [("year.lacks", "year")] and faults(
        year=[2019, "x"], price_year="current"
    ) == [("year.unreadable", "year")]
    odd = {"price_basis": "x", "currency": "XXX", "include": ("x",)}
    assert faults(**odd) == [("key.value", k) for k in odd] and faults(include=("",)) == [
        ("key.value", "include")
    ]
    assert faults(area=-1, population=True, gdp="5 km2") == [
        ("size.value", "area"),
        ("size.value", "population"),
        ("unit.dimension", "gdp"),
    ]
    about = compute(value, year=2020, area="30 km2", population="2 万人", gdp="3 亿元").basis
    assert (about.area, about.population, about.gdp) == (30e6, 20_000, 3e8)
    for year in (np.int64(2020), np.array([2020]), (2020,), pd.Index([2020])):
        assert compute(value, year=year, area=np.float64(5), include=("non_use",)).basis.years == (
            2020,
        )
    text = pd.Series(["5", "x"], index=pd.Index(["lake", "forest"], name="ecosystem"))
    text.attrs["units"] = "CNY"
    with pytest.raises(GepError, match="holds no number: 'x'"):
        compute({"water_retention.value": text}, year=2020)


def test_faults_are_listed_by_name():
    with pytest.raises(gep.core.errors.InputError) as caught:
        compute(
            {
                "water_retention.retained_water.quantity": "3",
                "water_retention.rain": "4 mm",
                "area": series([1], "km2", place=["x"]),
            },
            year=2020,
        )
    assert {(p.code, p.where.split(",")[0]) for p in caught.value.problems} == {
        ("unit.missing", "water_retention.retained_water.quantity"),
        ("input.unknown", "water_retention.rain"),
        ("dimension.unknown", "area"),
    }


def test_prices_of_two_years():
    a = compute(
        {"water_retention.quantity": "1 m3"},
        {"water_retention.reservoir_cost": series([2, 3], "CNY/m3", year=[2019, 2020])},
        year=[2019, 2020],
        price_year="current",
    )
    assert a.by("year").to_dict() == {2019: 2, 2020: 3}


def test_an_array_of_xarray_is_read_by_its_dimensions():
    """100 and 50 ha at (1000 − 700) and (1000 − 500) mm less 100 mm of runoff, at 2 CNY/m3; a
    missing number is left out.
    """
    area = xr.DataArray(
        [[100.0, np.nan], [50.0, 5.0]],
        {"ecosystem": ["forest", "shrub"], "region": ["East", "West"]},
        attrs={"units": "ha"},
    )
    loss = xr.DataArray([700, 500], {"ecosystem": ["forest", "shrub"]}, attrs={"units": "mm"})
    rain = xr.DataArray(1000.0, attrs={"units": "mm"})
    about = {"year": 2020, "region": "City", "parents": {"East": "City", "West": "City"}}
    out = compute(
        {
            "area": area,
            "precipitation": rain,
            "evapotranspiration": loss,
            "water_retention.runoff": "100 mm",
        },
        PRICE,
        **about,
    )
    assert out.by("region").to_dict() == pytest.approx(
        {"East": 100e4 * 0.2 * 2 + 50e4 * 0.4 * 2, "West": 5e4 * 0.4 * 2}
    )
    assert len(out.ledger) == 3 and not out.missing


def test_what_is_no_figure_is_named_by_its_kind():
    with pytest.raises(GepError) as told:
        compute(
            {
                "area": [1, 2],
                "precipitation": {"forest": 3},
                "evapotranspiration": pd.DataFrame({"a": [1]}),
                "npp": xr.DataArray([1.0], {"region": ["East"]}),
            },
            year=2020,
        )
    assert [(p.code, p.where, p.values.get("kind")) for p in told.value.problems] == [
        ("value.kind", "area", "list"),
        ("value.kind", "precipitation", "dict"),
        ("value.kind", "evapotranspiration", "DataFrame"),
        ("unit.missing", "npp", None),
    ]
    assert compute({"water_retention.value": units.quantity(3.0, "CNY/yr")}, year=2020).total == 3


def test_a_label_that_stands_twice_is_named():
    with pytest.raises(GepError, match=r"is the same row as area \(forest, East\)"):
        compute(
            {"area": series([1, 2], "ha", ecosystem=["forest"] * 2, region=["East"] * 2)}, year=2020
        )


def test_money_is_in_the_currency_of_the_account():
    """1000 t at 60 USD in an account in USD; yuan are not taken for dollars."""
    amount, price = (
        {"carbon_sequestration.carbon.quantity": "1000 t CO2"},
        "carbon_sequestration.carbon.carbon_price",
    )
    out = compute(amount, {price: "60 USD/t CO2"}, year=2020, currency="USD")
    assert (
        out.total == 60_000
        and out.ledger["price_unit"].tolist() == ["USD/t CO2"]
        and out.summary()["unit"] == "USD/yr"
    )
    for unit, currency in (("元", "USD"), ("CNY", "EUR"), ("USD", "CNY"), ("欧元", "USD")):
        with pytest.raises(GepError) as told:
            compute(amount, {price: f"60 {unit}/t CO2"}, year=2020, currency=currency)
        assert [p.code for p in told.value.problems] == ["currency.other"]


def test_price_indices_are_looked_at():
    """60 CNY of 2015 at an index of 100 → 110 is 66; years may be text, as JSON has them; nothing
    below or at zero is an index.
    """
    price = {"carbon_sequestration.carbon.carbon_price": series([60], "元/t CO2", year=[2015])}
    amount = {"carbon_sequestration.carbon.quantity": "1000 t CO2"}
    for table in (
        {2015: 100, 2020: 110},
        {"2015": 100, "2020": 110.0},
        {np.int64(2015): np.float64(1), 2020: 1.1},
    ):
        assert compute(amount, price, year=2020, deflators={"CPI": table}).total == pytest.approx(
            66_000
        )
    for table in (
        {2015: 1.0, 2020: 0.0},
        {2015: 0, 2020: 1},
        {2015: 1, 2020: -1},
        {2015: 1, 2020: float("nan")},
        {2015: "1", 2020: 1},
        5,
    ):
        with pytest.raises(GepError) as told:
            compute(amount, price, year=2020, deflators={"CPI": table})
        assert "deflator.range" in {p.code for p in told.value.problems}


def test_labels_are_what_they_say():
    amount = "carbon_sequestration.carbon.quantity"
    for year in (2020.7, "abc", pd.Timestamp("2020-01-01")):
        with pytest.raises(GepError) as told:
            compute({amount: series([3], "t CO2", year=[year])}, year=2020)
        assert [p.code for p in told.value.problems] == ["year.unreadable"]
    assert (
        compute(
            {amount: series([3], "t CO2", year=[2020.0])},
            {"carbon_sequestration.carbon.carbon_price": "1 元/t CO2"},
            year=[2020, 2020],
        ).total
        == 3
    )
    with pytest.raises(GepError) as told:
        compute({"area": xr.DataArray([1.0], dims="region", attrs={"units": "ha"})}, year=2020)
    assert [p.code for p in told.value.problems] == ["dimension.bare"]
    for given in (
        {"inputs": None},
        {"inputs": {}, "prices": [1]},
        {"inputs": {}, "parents": "x"},
        {"inputs": {}, "deflators": 3},
    ):
        with pytest.raises(GepError, match="give a dict"):
            compute(year=2020, **given)


def test_units_by_item():
    """10 万头 at 2000 元/头 and 3 t at 5 元/kg."""
    amounts, prices = (
        series([10, 3], {"pigs": "万头", "honey": "t"}, item=["pigs", "honey"]),
        series([2000, 5], {"pigs": "元/头", "honey": "元/kg"}, item=["pigs", "honey"]),
    )
    own = "agricultural_products.livestock"
    out = compute({f"{own}.quantity": amounts}, {f"{own}.product_price": prices}, year=2020)
    assert out.by("item").to_dict() == {"pigs": 2e8, "honey": 15_000}
    amounts.attrs["units"] = {"pigs": "万头"}
    with pytest.raises(GepError, match="has no unit"):
        compute({f"{own}.quantity": amounts}, {f"{own}.product_price": prices}, year=2020)


def test_a_number_that_is_none_is_said():
    quantity = series([1.0, float("nan")], "m3", region=["East", "West"])
    out = compute(
        {"water_retention.quantity": quantity},
        PRICE,
        year=2020,
        region="City",
        parents={"East": "City", "West": "City"},
    )
    assert out.total == 2 and [(w.code, w.values["labels"]) for w in out.warnings] == [
        ("figure.unknown", "West")
    ]


def test_half_a_character_stops_nothing():
    """A lone surrogate, which no file can hold, stands as its code; where it makes a unit or a name
    wrong, that is said.
    """
    value = {"water_retention.value": "3 CNY"}
    for about in ({"region": "City\ud800"}, {"title": "\udfff"}, {"source": "a\ud800"}):
        json.dumps(
            json.loads(compute(value, year=2020, **about).to_json()), ensure_ascii=False
        ).encode()
    labelled = series([1.0], "CNY", item=["a\ud800"])
    compute({"water_retention.value": labelled}, year=2020).to_json().encode()
    for bad in ({"water_retention.value": "3 CNY\ud800"}, {"water_retention\ud800.value": "3 CNY"}):
        with pytest.raises(GepError) as told:
            compute(bad, year=2020)
        str(told.value).encode()


def test_a_misplaced_price_is_told_from_both_doors(folder):
    """Two items are priced and one of them misspelt: from Python each cell has a place of its own,
    so the one without effect is seen there as it is in a file.
    """
    crops = "agricultural_products,crops"
    there = gep.run(
        folder(
            "".join(
                f"{crops},quantity,{item},,,,{n},t,s\n" for item, n in (("rice", 1), ("tea", 2))
            ),
            "".join(
                f"{crops},product_price,{item},,,{n},CNY/t,2020,,s\n"
                for item, n in (("rice", 3), ("tea", 4), ("rise", 5))
            ),
        )
    )

    def by_item(unit, **figures):
        series = pd.Series(figures, dtype=float).rename_axis("item")
        series.attrs["units"] = unit
        return series

    here = gep.compute(
        {"agricultural_products.crops.quantity": by_item("t/yr", rice=1, tea=2)},
        {"agricultural_products.crops.product_price": by_item("CNY/t", rice=3, tea=4, rise=5)},
        year=2020,
    )
    assert there.total == here.total == 1 * 3 + 2 * 4
    (from_file,) = (w for w in there.warnings if w.code == "figure.misplaced")
    (from_python,) = (w for w in here.warnings if w.code == "figure.misplaced")
    assert from_file.values == from_python.values and from_file.values["labels"] == "rise"
    assert (from_file.source.file, from_file.source.line) == ("prices.csv", 4)
    assert from_python.source.key == ("agricultural_products.crops.product_price",)
    assert from_python.source.labels == (("item", "rise"),)
    assert from_python.where == "agricultural_products.crops.product_price"
