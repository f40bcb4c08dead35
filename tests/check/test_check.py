"""The conformance checks themselves: each must find the fault it is there for."""

from typing import Annotated as A

import numpy as np
import pytest

from gep import check, indicators
from gep.core.formula import Component, Indicator, U, formula, worked
from gep.core.records import Name, Rule, Seea

Area = A[object, U("m^2", low=0, size=True)]
Depth = A[object, U("m/yr", low=0, state=True)]
DOC = """Volume of water in a year.

Parameters
----------
depth : array [m/yr], any shape
    Depth.
area : array [m^2], any shape
    Area.

Returns
-------
DataArray [m^3/yr]

Raises
------
UnitError
    If a unit does not fit.

References
----------
By hand.
"""
OK = worked("6 m3/yr", "by hand: 2 × 3", depth="2 m/yr", area="3 m2")


def good(depth: Depth, area: Area):
    return depth * area


def hidden_factor(depth: Depth, area: Area):
    return depth * area / 10000


def forgotten_area(depth: Depth, area: Area):
    return depth + 0 * area / area


def branches(depth: Depth, area: Area):
    return depth * area if depth > 1 else area * depth + 0


def clamp_with_where(depth: Depth, area: Area):
    return np.where(depth * area > 0, depth * area, 0)


def reduces(depth: Depth, area: Area):
    return np.max(depth) * area


def writes(depth: Depth, area: Area):
    depth *= 2
    return depth * area / 2


def calls_numpy_any(depth: Depth, area: Area):
    if np.any(depth < 0):
        return depth
    return depth * area


@pytest.mark.parametrize(
    ("kernel", "found"),
    [
        (good, set()),
        (hidden_factor, {"literals", "worked"}),
        (forgotten_area, {"dimension", "worked"}),
        (branches, {"literals", "vectorised"}),
        (clamp_with_where, {"nan"}),
        (reduces, {"literals", "vectorised"}),
        (writes, {"literals", "twice"}),
        (calls_numpy_any, {"literals", "lazy"}),
    ],
)
def test_a_check_finds_its_fault(kernel, found):
    kernel.__doc__ = DOC
    f = formula("m^3/yr", worked=OK)(kernel)
    codes = {p.code.removeprefix("check.") for p in check.check(f)} - {"pickles", "names"}
    assert found <= codes
    assert (
        codes
        <= found | {"vectorised", "lazy", "nan", "twice", "worked", "dimension", "unit_invariance"}
        if found
        else not codes
    )


def test_a_conversion_in_a_kernel_is_found():
    """It gives the right number, and would go wrong the day someone mends the unit."""

    def volume(depth: A[object, U("mm/yr", low=0)], area: A[object, U("ha", low=0)]):
        return depth * area * 10

    f = formula(
        "m^3/yr",
        worked=worked(
            "200 m3/yr", "by hand: 10 mm on 1 ha are 100 m3", depth="10 mm/yr", area="2 ha"
        ),
    )(volume)
    assert not check.run("worked", f)
    assert "hides a factor" in str(check.run("dimension", f)[0])


def test_a_wrong_worked_number_is_found():
    good.__doc__ = DOC
    wrong = formula("m^3/yr", worked=worked("6.1 m3/yr", "by hand", depth="2 m/yr", area="3 m2"))(
        good
    )
    assert check.run("worked", wrong) and "gives 6" in str(check.run("worked", wrong)[0])
    assert check.run("worked", formula("m^3/yr")(good))
    assert check.run(
        "worked",
        formula(
            "m^3/yr", worked=worked("6.1 m3/yr", "by hand", rel=0.2, depth="2 m/yr", area="3 m2")
        )(good),
    )


def test_a_wrong_substance_is_found():
    """The price of carbon dioxide on carbon."""

    def value(
        carbon: A[object, U("t {s}/yr", low=0)], carbon_price: A[object, U("CNY/t CO2", low=0)]
    ):
        return carbon * carbon_price

    price = worked(
        "600 CNY/yr", "by hand: 2 × 300", carbon="2 t CO2/yr", carbon_price="300 CNY/t CO2"
    )
    base = formula("CNY/yr", worked=price)(value)
    assert not check.run("dimension", base.of("right", s="CO2")) and not check.run(
        "worked", base.of("right", s="CO2")
    )
    assert check.run("dimension", base.of("wrong", s="C")) and check.run(
        "worked", base.of("wrong", s="C")
    )


def test_a_docstring_with_another_unit_is_found():
    good.__doc__ = DOC.replace("[m/yr]", "[mm/yr]")
    assert "mm/yr" in str(check.run("docstring", formula("m^3/yr", worked=OK)(good))[0])


def test_expected_failures_may_not_go_stale():
    hidden_factor.__doc__ = good.__doc__ = DOC
    expected = {
        "literals": "on purpose",
        "worked": "on purpose",
        "pickles": "local",
        "names": "own",
    }
    assert check.check(formula("m^3/yr", worked=OK)(hidden_factor), expected) == []
    stale = check.check(formula("m^3/yr", worked=OK)(good), expected)
    assert {p.code for p in stale} == {"check.literals", "check.worked"}
    assert all("passes, although" in str(p) for p in stale)


@pytest.mark.parametrize(
    ("unit", "why"),
    [
        (U("m^2", low=0), "neither size, rate nor state"),
        (U("m^2", low=0, size=True, rate=True), "neither size, rate nor state"),
        (U("m^2", low=0, rate=True), "is a rate, and a size in"),
        (U("m^2/(m yr)", low=0, size=True), "no size"),
    ],
)
def test_an_argument_says_whether_it_is_a_size(unit, why):
    """What is undeclared is not taken for a rate: an area that nobody called a size would serve
    each district anew.
    """
    name = "area" if "/" not in unit.unit else "span"

    def volume(depth: Depth, area: A[object, unit]):
        return depth * area

    def spread(depth: Depth, span: A[object, unit]):
        return depth * span

    (found,) = check.run("kinds", formula("m^3/yr")(volume if name == "area" else spread))
    assert f"'{name}'" in str(found) and why in str(found)
    assert not check.run("kinds", formula("m^3/yr")(good))


FOREST = indicators.get("water_retention")
SERVICE = {
    "id": "x",
    "level": "regulating",
    "zh": "某",
    "en": "something",
    "quantities": FOREST.quantities,
    "doc": "Something.",
    "zh_doc": "某项服务。",
    "seea": Seea(),
}
PART = {"id": "a", "zh": "甲", "en": "a", "quantity": "retained_water", "price": "reservoir_cost"}
PRICED = {**PART, "pricing": "shadow_project"}
OVERLAP = Rule("r", "water_retention.nothing", "tourism", "", "", "", "", "", "", "general")


@pytest.mark.parametrize(
    ("part", "more", "why"),
    [
        (PRICED, {}, None),
        ({**PART, "pricing": "cheap"}, {}, "no pricing method"),
        ({**PRICED, "unit": "t/yr"}, {}, "is in t/yr, its quantity in m^3/yr"),
        ({**PRICED, "price_unit": "CNY/t"}, {}, "the price is in CNY/t"),
        ({**PRICED, "supplied_by": ("moon",)}, {}, "'moon' is no ecosystem type"),
        (PRICED, {"zh_doc": ""}, "in one of the languages"),
        (PRICED, {"seea": None}, "says no place in SEEA EA"),
        ({**PRICED, "seea": Seea()}, {"seea": None}, None),
        (PRICED, {"seea": Seea(users=(("households", 0.5),))}, "do not add to 1"),
        (PRICED, {"names": (Name("area", "面积", "area", "Area."),)}, "nomenclature already"),
        (PRICED, {"overlaps": (OVERLAP,)}, "'water_retention.nothing', which is no service"),
    ],
)
def test_a_record_that_does_not_fit_is_found(part, more, why):
    found = check.check_indicator(Indicator(**{**SERVICE, **more}, components=(Component(**part),)))
    assert bool(found) == (why is not None)
    assert why is None or any(why in str(p) for p in found), found
