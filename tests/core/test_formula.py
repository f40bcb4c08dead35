"""The door of a formula: what comes in, in which shapes and units; what is refused, and how it is
said.
"""

from typing import Annotated as A

import dask
import dask.array
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from gep.core import tables
from gep.core.errors import GepError, InputError, ParameterError, UnitError
from gep.core.formula import Component, Indicator, U, formula, worked
from gep.report.explain import body

HEADER = ",".join(tables.HEADER)
SOURCE = "2020,by hand,,synthetic,"


@formula("m^3/yr", worked=worked("5 m3/yr", "by hand", depth="5 m/yr", area="1 m2"))
def volume(depth: A[object, U("m/yr", low=0)], area: A[object, U("m^2", low=0)]):
    """Water on a ground area."""
    return depth * area


@formula("1")
def kept(share: A[object, U("1", low=0, high=1)]):
    """What a share leaves."""
    return 1 - share


@formula("kelvin")
def warmth(temperature: A[object, U("kelvin", low=0)]):
    """A temperature."""
    return temperature


@formula("m/yr", over="day")
def rain(daily: A[object, U("m/yr")]):
    """A sum over days."""
    return np.maximum(daily - 1, 0)


@pytest.fixture
def by_class(tmp_path):
    """A formula whose coefficient differs by ecosystem type."""
    path = tmp_path / "c.csv"
    rows = [
        f"rate,{e},,,{v},kg/(hm2 a),,,{SOURCE}"
        for e, v in [("forest", 10), ("coniferous_forest", 20), ("wetland", 5)]
    ]
    path.write_text("\n".join([HEADER, *rows, f"loss,,,,50,%,,,{SOURCE}"]), "utf-8")
    table = tables.Table(path)

    @formula("t/yr")
    def uptake(
        area: A[object, U("m^2", low=0)],
        rate: A[object, U("t/(m^2 yr)")] = table["rate"],
        loss: A[object, U("1", low=0, high=1)] = table["loss"],
    ):
        """Something taken up."""
        return area * rate * (1 - loss)

    return uptake


def array(values, unit, **coords):
    return xr.DataArray(
        values, coords, list(coords), attrs={"units": unit, "long_name": "must not ride along"}
    )


FOREST = {"ecosystem": ["forest", "lake"]}


def problems(f, *args, **kwargs):
    with pytest.raises(GepError) as error:
        f(*args, **kwargs)
    assert str(error.value)
    return {p.where: p.code for p in error.value.problems}


# --- what comes in --------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", ["5 mm/yr", "0.005 m/a", " 5mm/a ", "5e-3 m/yr"])
def test_text(depth):
    out = volume(depth, "2 ha")
    assert out.item() == pytest.approx(100)
    assert out.attrs["units"] == "m^3/yr" and out.attrs["long_name"] == "Water on a ground area."


def test_pure_number():
    assert (
        kept(0.25).item()
        == kept("25 %").item()
        == kept("0.25").item()
        == kept(np.float64(0.25)).item()
        == 0.75
    )
    assert kept(0).item() == 1 and kept(np.int64(1)).item() == 0


def test_foreign_quantity():
    import pint

    theirs = pint.UnitRegistry()
    theirs.define("hectare_of_mine = 1e4 * meter**2")
    assert volume(
        theirs.Quantity(5, "mm/year"), theirs.Quantity(2.0, "hectare")
    ).item() == pytest.approx(100)
    assert problems(volume, theirs.Quantity([5, 6], "mm/year"), "2 ha") == {
        "depth": "dimension.unlabelled"
    }
    assert problems(volume, theirs.Quantity(5, "mm"), theirs.Quantity(2, "hectare_of_mine")) == {
        "depth": "unit.dimension",
        "area": "unit.unreadable",
    }
    held = xr.DataArray(theirs.Quantity(np.array([1.0, 2.0]), "hectare"), FOREST, ["ecosystem"])
    assert volume("5 mm/yr", held).values.tolist() == pytest.approx([50, 100])


def test_series():
    area = pd.Series([1.0, 2.0], pd.Index(["forest", "lake"], name="ecosystem"))
    area.attrs["units"] = "公顷"
    out = volume("5 mm/yr", area)
    assert out.dims == ("ecosystem",) and out.sel(ecosystem="lake").item() == pytest.approx(100)


def test_series_of_two_levels():
    index = pd.MultiIndex.from_product(
        [["forest", "lake", "bare"], [2019, 2020]], names=["ecosystem", "year"]
    )
    area = pd.Series(np.arange(6.0), index)
    area = area[
        area.index.get_level_values("ecosystem") != "bare"
    ]  # pandas keeps "bare" among the levels
    area.attrs["units"] = "ha"
    out = volume("5 mm/yr", area)
    assert out.shape == (2, 2) and out.sel(ecosystem="lake", year=2020).item() == pytest.approx(150)


def test_array_with_units():
    area = array([1.0, 2.0], "ha", **FOREST)
    before = area.copy(deep=True)
    out = volume("5 mm/yr", area)
    assert out.attrs["units"] == "m^3/yr", "attributes never ride through arithmetic"
    assert area.identical(before)
    assert volume.kernel(0.005, 10000) == pytest.approx(50)


def test_broadcast_by_label():
    out = volume(
        array([1.0, 2.0, 3.0], "m/yr", year=[2018, 2019, 2020]), array([1.0, 2.0], "m2", **FOREST)
    )
    assert dict(out.sizes) == {"year": 3, "ecosystem": 2}
    assert out.sel(year=2020, ecosystem="lake").item() == 6


def test_draws_and_grids_need_no_labels():
    depth = xr.DataArray(np.ones((2, 3)), dims=("y", "x"), attrs={"units": "m/yr"})
    assert volume(depth, "2 m2").shape == (2, 3)
    assert volume(depth, xr.DataArray(np.ones(5), dims="draw", attrs={"units": "ha"})).sizes == {
        "y": 2,
        "x": 3,
        "draw": 5,
    }


def test_labels_in_another_order_are_reindexed():
    depth = array([1.0, 2.0], "m/yr", **FOREST)
    area = array([10.0, 20.0], "m2", ecosystem=["lake", "forest"])
    out = volume(depth, area)
    assert out.sel(ecosystem="forest").item() == 20 and out.sel(ecosystem="lake").item() == 20
    assert (out == volume(depth.chunk(), area.chunk())).all()


def test_a_sum_over_days():
    daily = array(
        [[0.0, 1.0, 3.0], [2.0, 2.0, 2.0]], "m/yr", ecosystem=["forest", "lake"], day=[1, 2, 3]
    )
    assert rain(daily).values.tolist() == [2, 3]
    assert rain("5 m/yr").item() == 4
    gap = daily.where(daily > 0)
    gap.attrs["units"] = "m/yr"
    assert np.isnan(rain(gap).sel(ecosystem="forest")), "a missing day is a missing year"


def test_dask_stays_lazy():
    computes = []

    def counting(graph, keys, **_):
        computes.append(keys)
        return dask.get(graph, keys)

    area = xr.DataArray(dask.array.ones((4, 4), chunks=2), dims=("y", "x"), attrs={"units": "km2"})
    with dask.config.set(scheduler=counting):
        out = volume("5 mm/yr", area)
        assert not computes and isinstance(out.data, dask.array.Array)
        assert float(out.sum()) == pytest.approx(16 * 5000)
        assert len(computes) == 1
    assert volume("5 mm/yr", -area.assign_attrs(units="km2")).dtype == float, (
        "the range of a lazy array is not computed"
    )


def test_offset_temperature():
    assert warmth("20 ℃").item() == pytest.approx(293.15)
    assert warmth(array([0.0, -5.0], "degC", **FOREST)).values.tolist() == pytest.approx(
        [273.15, 268.15]
    )
    assert problems(warmth, "-300 degC") == {"temperature": "range.outside"}


def test_missing_numbers_stay_missing():
    out = volume(array([np.nan, 2.0], "m/yr", **FOREST), "3 m2")
    assert np.isnan(out.values).tolist() == [True, False]
    assert np.isnan(kept(float("nan"))).item()


def test_integers_and_small_floats():
    assert volume(array([1, 2], "m/yr", **FOREST), "3 m2").values.tolist() == [3, 6]
    assert volume(array(np.float32([1, 2]), "mm/yr", **FOREST), "3 m2").values == pytest.approx(
        [0.003, 0.006]
    )


# --- coefficients ---------------------------------------------------------------------------------


def test_coefficient_of_the_class_or_its_nearest_ancestor(by_class):
    out = by_class(
        array(
            [1.0, 1.0, 1.0, 1.0],
            "ha",
            ecosystem=["落叶针叶林", "forest", "broadleaf forest", "mangrove"],
        )
    )
    assert out.values == pytest.approx([0.010, 0.005, 0.005, 0.0025])
    assert [c.split(" = ")[0] for c in out.attrs["coefficients"]] == [
        "rate [coniferous_forest]",
        "rate [forest]",
        "rate [wetland]",
        "loss",
    ]


def test_coefficient_given_by_the_caller(by_class):
    out = by_class("1 ha", rate="30 kg/(hm2 a)")
    assert out.item() == pytest.approx(0.015) and out.attrs["coefficients"] == [
        "loss = 50 % (by hand; synthetic)"
    ]


def test_coefficient_needs_an_ecosystem(by_class):
    assert problems(by_class, "1 ha") == {"rate": "coefficient.lacking"}
    with pytest.raises(ParameterError):
        by_class(array([1.0], "ha", region=["north"]))


def test_no_row_up_to_the_root(by_class):
    with pytest.raises(ParameterError, match=r"'desert'[^ï]*c\.csv"):
        by_class(array([1.0, 1.0], "ha", ecosystem=["forest", "desert"]))


def test_unknown_class(by_class):
    assert problems(
        by_class, array([1.0, 1.0], "ha", ecosystem=["forest", "atlantis"]), loss="120 %"
    ) == {"atlantis": "ecosystem.unknown", "loss": "range.outside"}


def test_several_rows_for_one_class(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text(
        "\n".join(
            [
                HEADER,
                f"a,,rice,,1,1,,,{SOURCE}",
                f"a,,wheat,,2,1,,,{SOURCE}",
                f"b,,rice,,1,1,,,{SOURCE}",
                f"b,,,,3,1,,,{SOURCE}",
            ]
        ),
        "utf-8",
    )
    table = tables.Table(path)
    assert table["a"].pick() is None, "which is meant cannot be told"
    assert table["b"].pick().value == 3
    with pytest.raises(ParameterError, match="one of: a, b"):
        _ = table["nothing"].rows


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("depth", "code"),
    [
        (5, "unit.missing"),
        (5.0, "unit.missing"),
        ("5", "unit.missing"),
        ("5 mm", "unit.dimension"),
        ("5 kg", "unit.dimension"),
        ("5 foo", "unit.unreadable"),
        ("five mm", "number.unreadable"),
        ("", "number.unreadable"),
        ("12 345 mm/yr", "number.unreadable"),
        (None, "number.unreadable"),
        (True, "number.unreadable"),
        (1j, "number.unreadable"),
        ({}, "number.unreadable"),
        (object(), "number.unreadable"),
        ([1, 2], "dimension.unlabelled"),
        (np.ones(3), "dimension.unlabelled"),
        (xr.Dataset({"a": 1}), "dimension.unlabelled"),
        (pd.DataFrame({"a": [1]}), "dimension.unlabelled"),
        (dask.array.ones(3), "dimension.unlabelled"),
        ("-5 mm/yr", "range.outside"),
        ("1e400 mm/yr", "range.infinite"),
        (xr.DataArray([1.0], {"ecosystem": ["forest"]}), "unit.missing"),
        (xr.DataArray([1.0], {"time": [0]}, attrs={"units": "m/yr"}), "dimension.unknown"),
        (xr.DataArray([1.0], dims=["ecosystem"], attrs={"units": "m/yr"}), "dimension.unknown"),
        (xr.DataArray(["a"], dims=["x"], attrs={"units": "m/yr"}), "number.unreadable"),
        (xr.DataArray([1.0, np.inf], dims=["x"], attrs={"units": "m/yr"}), "range.infinite"),
        (xr.DataArray([1.0, -1.0, np.nan], dims=["x"], attrs={"units": "m/yr"}), "range.outside"),
        (
            xr.DataArray([1.0, 2.0], {"ecosystem": ["forest", "forest"]}, attrs={"units": "m/yr"}),
            "label.double",
        ),
        (pd.Series([1.0, 2.0]), "dimension.unknown"),
        (pd.Series([1.0, 2.0], pd.Index(["a", "b"], name="month")), "dimension.unknown"),
        (pd.Series([1.0, 2.0], pd.Index(["forest", "forest"], name="ecosystem")), "label.double"),
        (pd.Series([1.0, 2.0], pd.Index(["forest", "lake"], name="ecosystem")), "unit.missing"),
        (
            pd.Series(
                [1.0] * 3,
                pd.MultiIndex.from_tuples(
                    [("forest", 1), ("lake", 1), ("lake", 2)], names=["ecosystem", "year"]
                ),
            ),
            "label.ragged",
        ),
    ],
    ids=lambda value: None if isinstance(value, str) else type(value).__name__,
)
def test_refused(depth, code):
    assert problems(volume, depth, "1 m2") == {"depth": code}


def test_all_problems_at_once():
    with pytest.raises(InputError) as error:
        volume(area="-1 ha", height="3 m")
    assert {(p.where, p.code) for p in error.value.problems} == {
        ("height", "argument.unknown"),
        ("depth", "argument.missing"),
        ("area", "range.outside"),
    }
    assert "volume cannot run" in str(error.value) and "To mend: it takes: depth, area" in str(
        error.value
    )
    with pytest.raises(UnitError) as error:
        volume("5", "1 kg")
    assert len(error.value.problems) == 2
    with pytest.raises(InputError):
        volume("1 m/yr", "1 m2", "1 m2")
    with pytest.raises(InputError):
        volume("1 m/yr", depth="1 m/yr", area="1 m2")


def test_a_message_says_how_to_mend():
    with pytest.raises(
        UnitError,
        match=r"depth: has no unit. To mend: say it: '100 m/yr', or attrs\['units'\] = 'm/yr'",
    ):
        volume(5, "1 m2")


def test_a_percent_outside_its_range():
    assert problems(kept, "120 %") == {"share": "range.outside"}
    assert problems(kept, 35.2) == {"share": "range.outside"}
    assert problems(kept, array([0.5, -0.1], "1", **FOREST)) == {"share": "range.outside"}


@pytest.mark.parametrize(
    "area",
    [
        array([1.0, 2.0], "m2", ecosystem=["forest", "desert"]),
        array([1.0], "m2", ecosystem=["forest"]),
        array([1.0, 2.0, 3.0], "m2", ecosystem=["forest", "lake", "desert"]),
    ],
)
def test_other_labels(area):
    assert problems(volume, array([1.0, 2.0], "m/yr", **FOREST), area) == {"area": "label.apart"}


def test_grids_of_different_size():
    depth, area = (
        xr.DataArray(np.ones(n), dims="x", attrs={"units": unit})
        for n, unit in [(3, "m/yr"), (4, "m2")]
    )
    assert problems(volume, depth, area) == {"area": "label.apart"}


# --- the record -----------------------------------------------------------------------------------


def test_the_record():
    assert volume.unit == "m^3/yr" and list(volume.inputs) == ["depth", "area"]
    assert (
        volume.inputs["depth"].unit == "m/yr"
        and volume.inputs["depth"].low == 0
        and volume.inputs["depth"].default is None
    )
    assert volume.summary == "Water on a ground area." and volume.__name__ == "volume"
    assert body(volume) == "depth * area"


def test_one_formula_for_many_substances():
    @formula(
        "t {s}/yr", worked=worked("6 t {s}/yr", "by hand", rate="2 t {s}/(m2 yr)", area="3 m2")
    )
    def uptake(rate: A[object, U("t {s}/(m^2 yr)")], area: A[object, U("m^2")]):
        """Taken up."""
        return rate * area

    so2 = uptake.of(
        "so2_uptake",
        s="SO2",
        worked=worked("6 t SO2/yr", "by hand", rate="2 t SO2/(m2 yr)", area="3 m2"),
    )
    assert (
        so2.__name__ == "so2_uptake"
        and so2.unit == "t SO2/yr"
        and so2.inputs["rate"].unit == "t SO2/(m^2 yr)"
        and len(so2.worked) == 1
    )
    assert so2("2 kg SO2/(m2 a)", "3 m2").item() == pytest.approx(0.006)
    assert problems(so2, "2 kg NOx/(m2 a)", "3 m2") == {"rate": "unit.dimension"}


def test_an_argument_without_unit_is_a_mistake_of_the_author():
    with pytest.raises(TypeError, match="'x' carries no unit"):

        @formula("1")
        def f(x: float):
            return x


@pytest.mark.parametrize(
    ("unit", "price"),
    [
        ("t CO2/yr", "CNY/t CO2"),
        ("m^2", "CNY/(m^2 yr)"),
        ("person", "CNY/(person yr)"),
        ("dB m", "CNY/(dB m yr)"),
    ],
)
def test_units_of_a_component_follow_from_its_formula(unit, price):
    @formula(unit)
    def made(x: A[object, U(unit, size=True)]):
        return x

    def units_of(**said):
        part = Component(id="a", zh="甲", en="a", **said)
        (c,) = Indicator("i", "other", "乙", "i", (part,), {"q": (made,)}).components
        return c.unit, c.price_unit

    assert units_of(quantity="q", price="p") == (unit, price)
    assert units_of(quantity="q") == (unit, "")
    assert units_of(price="p") == ("", "")
    assert units_of(unit=unit, price="p") == (unit, price)
    assert units_of(quantity="q", price="p", price_unit="CNY/ha") == (unit, "CNY/ha")


def test_an_argument_says_one_kind_or_none():
    said = [U("m"), U("m", size=True), U("m", rate=True), U("m", state=True)]
    assert [u.kind for u in said] == ["", "size", "rate", "state"]
    assert U("m", size=True, state=True).kind == ""
    assert not volume.inputs["area"].size
