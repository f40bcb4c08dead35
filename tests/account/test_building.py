"""What an account takes in, leaves out, refuses and warns of, once figures are read; by hand."""

from __future__ import annotations

import pytest

import gep
from gep import standards
from gep.account.basis import Basis
from gep.account.build import build
from gep.account.inputs import Entry
from gep.core.errors import GepError, InputError, OverlapError, ParameterError, Problem
from gep.core.source import named
from gep.intake.python import compute
from gep.intake.reader import MAX_FAULTS
from tests.labelled import series

RESERVOIR = {"water_retention.retained_water.reservoir_cost": "2 CNY/m3"}
PRICE = "water_retention,retained_water,reservoir_cost,,,,2,CNY/m3,2020,,s\n"
TOML = 'region = "City"\nyear = 2020\nprice_year = 2020\nstandard = "{}"\n'


def refused(inputs, prices=None, kind=GepError, **kwargs):
    with pytest.raises(kind) as told:
        compute(inputs, prices, **{"year": 2020, **kwargs})
    return [(p.code, p.where) for p in told.value.problems]


def warned(account):
    return [(w.code, w.where) for w in account.warnings]


def names(account):
    return [p.name for p in account.parts]


# -- refusing


WARNING = Problem("file.gb18030", named("b"))


def rows(count):
    return [
        Entry(
            "", "", "area", "", "forest", f"r{n}", None, "-1", -1.0, "ha", "s", named(f"line {n}")
        )
        for n in range(count)
    ]


def test_faults_are_listed_once_and_up_to_a_limit():
    with pytest.raises(InputError) as told:
        build(
            rows(MAX_FAULTS),
            [],
            Basis(years=(2020,)),
            faults=[Problem("a", named("b")), Problem("a", named("b")), WARNING],
        )
    assert len(told.value.problems) == MAX_FAULTS + 1 and [
        p.code for p in told.value.problems[:2]
    ] == ["a", "range.outside"]
    assert (
        told.value.problems[-1].values == {"count": 1}
        and told.value.problems[-1].code == "problems.many"
    )
    with pytest.raises(InputError) as told:
        build(rows(MAX_FAULTS), [], Basis(years=(2020,)))
    assert len(told.value.problems) == MAX_FAULTS and {p.code for p in told.value.problems} == {
        "range.outside"
    }


def test_an_unknown_standard_comes_with_the_other_faults():
    with pytest.raises(ParameterError) as alone:
        build(
            [],
            [],
            Basis(years=(2020,), standard="none"),
            faults=[WARNING],
        )
    assert [p.code for p in alone.value.problems] == ["standard.unknown"]
    with pytest.raises(InputError) as told:
        build([], [], Basis(years=(2020,), standard="none"), faults=[Problem("a", named("b"))])
    assert [p.code for p in told.value.problems] == ["a", "standard.unknown"]
    assert refused(
        {"area": "1 ha"}, kind=ParameterError, standard="ndrc2022", switches={"no": "in"}
    ) == [("switch.unknown", "no")]


def test_a_standard_of_ones_own_and_its_pricing():
    row = {
        "id": "shore",
        "level": "regulating",
        "zh": "岸",
        "en": "shore",
        "components": ["coastal_protection"],
        "evidence": "confirmed",
    }
    own = standards.parse(
        {
            "id": "mine",
            "zh": "我",
            "en": "mine",
            "indicator": [row],
            "pricing": {"coastal_protection.beach": "market_price"},
        }
    )
    account = compute(
        {"coastal_protection.beach.quantity": "2 m"},
        {"coastal_protection.beach.dyke_cost": "3 CNY/(m yr)"},
        year=2020,
        profile=own,
        standard="mine",
    )
    assert (
        account.total == 6
        and account.ledger.query("value > 0").method.tolist() == ["market_price"]
        and account.profile is not None
    )
    assert (
        refused(
            {"coastal_protection.beach.quantity": "2 m"},
            {"coastal_protection.beach.construction_cost": "3 CNY/m"},
            profile=own,
        )[0][0]
        == "input.unknown"
    )


def test_figures_beyond_all_sense():
    assert refused(
        {"water_retention.quantity": "1e60 m3"}, {"water_retention.reservoir_cost": "1e60 CNY/m3"}
    ) == [("result.huge", "water_retention.retained_water, value")]
    assert compute({"water_retention.value": "1e100 CNY"}, year=2020).total == 1e100
    assert (
        refused(
            {"water_retention.quantity": "-1e60 m3"},
            {"water_retention.reservoir_cost": "1e60 CNY/m3"},
        )[0][0]
        == "result.huge"
    )
    dear = (
        {"water_retention.quantity": "1e-10 m3"},
        {"water_retention.reservoir_cost": "1e99 CNY/L"},
    )  # 1e102 CNY/m3
    assert refused(*dear) == [("result.huge", "water_retention.retained_water, price")]
    tiny = {"water_retention.quantity": series([1e60, 1], "m3", ecosystem=["forest", "lake"])}
    assert refused(tiny, {"water_retention.reservoir_cost": "1e60 CNY/m3"})[0][0] == "result.huge"


def test_a_whole_and_its_components_would_count_twice():
    both = {
        "flood_mitigation.value": "5 CNY",
        "flood_mitigation.marsh.value": "3 CNY",
        "flood_mitigation.lake.value": "4 CNY",
    }
    with pytest.raises(OverlapError) as told:
        compute(both, year=2020)
    assert [(p.code, p.where, p.values) for p in told.value.problems] == [
        ("overlap.whole", "flood_mitigation", {"others": "lake, marsh"})
    ]
    for name in (
        "flood_mitigation.value",
        "flood_mitigation.marsh.value",
    ):  # known in one year of two
        some = {
            "flood_mitigation.value": "5 CNY",
            "flood_mitigation.marsh.value": "3 CNY",
            name: series([3], "CNY", year=[2019]),
        }
        assert refused(some, year=[2019, 2020], price_year="current") == [
            ("overlap.whole", "flood_mitigation")
        ]
    assert (
        compute(
            {"flood_mitigation.value": "5 CNY", "flood_mitigation.marsh.quantity": "3 m3"},
            year=2020,
        ).total
        == 5
    )
    assert (
        compute(
            {"tourism.value": "5 CNY", "tourism.consumer_surplus.value": "3 CNY"}, year=2020
        ).total
        == 5
    )  # outside of the total
    assert (
        compute(
            {"flood_mitigation.value": "5 CNY", "water_retention.value": "3 CNY"}, year=2020
        ).total
        == 8
    )
    assert refused({"tourism.value": "5 CNY", "tourism.remainder.value": "3 CNY"}) == [
        ("overlap.whole", "tourism")
    ]


# -- taking in and leaving out
# ----------------------------------------------------------------------------------------


def test_the_catalogue_takes_what_has_figures_of_its_own():
    inputs = {
        "area": "1 ha",
        "precipitation": "1000 mm",
        "evapotranspiration": "900 mm",
        "soil_retention.retained_soil": "12 t",
        "soil_retention.siltation.bulk_density": "1.2 t/m3",
    }
    account = compute(inputs, {"soil_retention.siltation.dredging_cost": "10 CNY/m3"}, year=2020)
    assert account.by("component").to_dict() == {
        "soil_retention.siltation": pytest.approx(12 * 0.24 / 1.2 * 10)
    }
    assert "water_retention" not in {
        p.indicator.id for p in account.parts
    }  # rain and area alone ask for nothing


def test_a_component_is_tried_where_its_service_has_figures():
    """Retained soil is given for the service: fixed soil needs only a bulk density more, and has it
    there.
    """
    account = compute(
        {"soil_retention.retained_soil": "12 t", "soil_retention.bulk_density": "1.2 t/m3"},
        {"soil_retention.earthwork_cost": "3 CNY/m3"},
        year=2020,
    )
    assert account.by("component").to_dict()["soil_retention.fixed_soil"] == pytest.approx(30)
    assert (
        "tourism.paid_sites"
        not in names(compute({"tourism.paid_sites.value": "1 CNY", "area": "1 ha"}, year=2020))[1:]
    )
    lone = compute(
        {"soil_retention.retained_soil": "12 t"},
        {"soil_retention.earthwork_cost": "3 CNY/m3"},
        year=2020,
    )
    assert "fixed_soil" not in {
        m.component for m in lone.missing
    }  # it lacks more than a price, and was not asked for


def test_figures_of_a_service_and_prices_of_a_service_each_bring_its_components_in():
    """Soil kept without a price is lacking one; broad-leaved forest takes 88.65 kg SO2/(hm2 yr) by
    the table, and the price is of the service.
    """
    soil = compute(
        {"soil_retention.retained_soil": "120 t", "soil_retention.bulk_density": "1.2 t/m3"},
        year=2020,
    )
    assert ("fixed_soil", (("earthwork_cost", "CNY/m^3"),)) in [
        (m.component, m.needs) for m in soil.missing
    ]
    forest = {"area": series([1], "ha", ecosystem=["broadleaf_forest"])}
    assert compute(
        forest, {"air_purification.treatment_cost": "1000 CNY/t SO2"}, year=2020
    ).total == pytest.approx(88.65)


def test_a_standard_asks_for_all_that_it_counts():
    account = compute(
        {"water_retention.quantity": "3 m3"}, RESERVOIR, year=2020, standard="garze2010"
    )
    lacking = {f"{m.indicator}.{m.component}": m for m in account.missing}
    assert (
        account.total == 6
        and "tourism.paid_sites" in lacking
        and "water_retention.retained_water" not in lacking
    )
    assert (
        lacking["soil_retention.siltation"].needs[-1] == ("dredging_cost", "CNY/m^3")
        and not lacking["soil_retention.siltation"].inside
    )
    assert not [m for m in account.missing if m.component in ("", "remainder")]
    assert lacking["agricultural_products.crops"].needs == (("quantity", ""), ("product_price", ""))


def test_what_is_lacking_for_a_value():
    def needs(inputs, prices=None):
        (lacking,) = compute(inputs, prices, year=2020).missing
        return lacking.needs

    assert needs({"water_retention.quantity": "3 m3"}) == (("reservoir_cost", "CNY/m^3"),)
    assert needs({"soil_retention.siltation.retained_soil": "3 t"}) == (
        ("bulk_density", "t/m^3"),
        ("dredging_cost", "CNY/m^3"),
    )
    assert needs(
        {"soil_retention.siltation.retained_soil": "3 t"},
        {"soil_retention.siltation.dredging_cost": "1 CNY/m3"},
    ) == (("bulk_density", "t/m^3"),)
    assert needs({"soil_retention.quantity": "3 m3"}) == (
        ("value", "CNY/yr"),
    )  # a whole whose components have prices of their own
    assert compute({"water_retention.value": "3 CNY"}, year=2020).missing == ()


def test_the_rest_of_a_level_holds_what_is_not_accounted_apart():
    inputs = {
        "regulating_other.value": "9 CNY",
        "climate_regulation.value": "5 CNY",
        "climate_regulation.vegetation.quantity": "1 kWh",
        "water_retention.value": "1 CNY",
    }
    account = compute(inputs, year=2020, standard="garze2010")
    inside = {f"{m.indicator}.{m.component}": m.inside for m in account.missing}
    assert (
        inside["climate_regulation.vegetation"] == "climate_regulation"
        and inside["soil_retention.siltation"] == "regulating_other"
    )
    assert inside["agricultural_products.crops"] == "" and account.total == 15
    assert account.by("indicator").to_dict()["regulating_other"] == 9
    assert (
        "soil_retention.siltation" not in account.total.left_out
        and "agricultural_products.crops" in account.total.left_out
    )
    (rest,) = [p for p in account.parts if p.indicator.id == "regulating_other"]
    assert (rest.row.level, rest.row.evidence, rest.row.components) == (
        "regulating",
        "confirmed",
        ("regulating_other",),
    )


def test_what_stands_outside_is_counted_where_it_is_asked_for():
    inputs = {
        "water_retention.value": "1 CNY",
        "tourism.consumer_surplus.value": "2 CNY",
        "non_use_value.value": "4 CNY",
        "equivalent_factor.all.value": "8 CNY",
    }
    totals = [
        float(compute(inputs, year=2020, include=i).total)
        for i in (
            (),
            ("consumer_surplus",),
            ("non_use",),
            ("esv",),
            ("consumer_surplus", "non_use", "esv"),
        )
    ]
    assert totals == [1, 3, 5, 9, 15]
    assert (
        compute({"equivalent_factor.all.value": "8 CNY"}, year=2020).total == 8
    )  # alone it is an account of its own
    assert compute(inputs, year=2020, standard="equivalent_factor").total == 8


def test_idle_figures_are_named():
    inputs = {
        "water_retention.value": "1 CNY",
        "tourism.paid_sites.value": "2 CNY",
        "oxygen_release.oxygen.value": "3 CNY",
        "soil_retention.siltation.bulk_density": "1.2 t/m3",
        "area": "1 ha",
    }
    account = compute(inputs, year=2020, standard="ndrc2022")
    assert ("standard.switched", "oxygen_release.oxygen") in warned(
        account
    ) and "input.unused" not in dict(warned(account))
    (said,) = [w for w in account.warnings if w.code == "standard.switched"]
    assert said.values == {"standard": "ndrc2022", "switch": "oxygen"}
    unpriced = compute(
        {"equivalent_factor.all.value": "3 CNY", "equivalent_factor.value": "1 CNY", **inputs},
        year=2020,
        standard="garze2010",
    )
    outside = [w for w in unpriced.warnings if w.code == "standard.outside"]
    assert [w.where for w in outside] == ["equivalent_factor.all", "equivalent_factor"] and outside[
        0
    ].values == {"standard": "garze2010"}
    lone = compute(
        {"water_retention.quantity": "1 m3", "water_retention.value": "2 CNY"},
        {"soil_retention.siltation.dredging_cost": "10 CNY/m3"},
        year=2020,
    )
    assert "standard.outside" not in dict(warned(lone)) and lone.total == 2


def test_a_figure_that_nothing_uses():
    inputs = {"landscape_premium.homes.value": "5 CNY", "water_retention.value": "1 CNY"}
    assert warned(compute(inputs, year=2020)) == []
    odd = compute({**inputs, "soil_retention.siltation_share": "50 %"}, year=2020)
    assert "soil_retention.siltation" not in names(odd) and odd.total == 6


# -- what is said

REGIONS = "region,parent\nEast,City\nWest,City\nPark,East\nLoose,\nPond,Loose\n"


def water(region, value, ecosystem=""):
    return f"water_retention,retained_water,quantity,,{ecosystem},{region},,{value},m3,s\n"


def said(folder, *figures):
    account = gep.run(
        folder(
            "".join(water(*f) for f in figures),
            PRICE,
            TOML.format("catalogue"),
            regions_csv=REGIONS,
        )
    )
    return [(w.code, w.where, w.values) for w in account.warnings]


def test_a_region_beside_its_parts(folder):
    assert said(folder, ("City", 7), ("East", 3), ("West", 4)) == []
    assert said(folder, ("City", 8), ("East", 3), ("West", 4)) == [
        ("region.parts", "water_retention.retained_water, City", {"own": 16, "below": 14})
    ]
    assert said(folder, ("City", 6), ("East", 3), ("West", 4)) == [
        ("region.parts", "water_retention.retained_water, City", {"own": 12, "below": 14})
    ]
    assert said(folder, ("City", 8), ("East", 3)) == []  # not all its parts have one
    assert (
        len(said(folder, ("City", "0.50000075"), ("East", "0.25"), ("West", "0.25"))) == 1
    )  # 1.0000015 beside 1
    assert said(folder, ("East", 3), ("Park", 1), ("West", 4)) == [
        ("region.parts", "water_retention.retained_water, East", {"own": 6, "below": 2})
    ]
    assert (
        said(folder, ("City", "7000001"), ("East", "3000000"), ("West", "4000000")) == []
    )  # a millionth is rounding
    assert len(said(folder, ("City", "7000010"), ("East", "3000000"), ("West", "4000000"))) == 1


def test_a_region_beside_parts_of_which_one_is_unknown(folder):
    """East gives forest and lake, the park in it forest alone: 15 m3 beside 4."""
    found = said(folder, ("East", 10, "forest"), ("East", 5, "lake"), ("Park", 4, "forest"))
    assert [values for code, _, values in found if code == "region.parts"] == [
        {"own": 30, "below": 8}
    ]


def test_a_whole_without_a_value_stands_beside_its_components():
    account = compute(
        {"climate_regulation.quantity": "5 kWh", "climate_regulation.vegetation.value": "3 CNY"},
        year=2020,
    )
    assert account.total == 3 and account.total.left_out == ("climate_regulation",)


def test_figures_of_the_whole_for_one_type_and_of_its_parts_for_others_are_refused(folder):
    """The city gives the lake, East and West the forest: 2 × (3 + 4) CNY would not count; a part of
    the city mends it.
    """
    for rows, names, value in (
        ((("East", 3, "forest"), ("West", 4, "forest")), "East, West", 14),
        ((("East", 3, "forest"),), "East", 6),
    ):
        with pytest.raises(InputError) as told:
            said(folder, ("City", 5, "lake"), *rows)
        (problem,) = told.value.problems
        assert (problem.code, problem.where) == (
            "region.dropped",
            "water_retention.retained_water, City",
        )
        assert (problem.values["names"], problem.values["value"]) == (names, value)
    assert said(folder, ("City", 7, "forest"), ("East", 3, "forest"), ("West", 4, "forest")) == []
    assert said(folder, ("Park", 5, "lake"), ("West", 4, "forest")) == []


def test_regions_that_belong_to_none(folder):
    loose = "water_retention.retained_water"
    assert said(folder, ("East", 3), ("Loose", 1), ("Pond", 1)) == [
        ("region.loose", loose, {"names": "Loose, Pond", "region": "City"})
    ]
    assert (
        said(folder, ("East", 3), ("Park", 3)) == []
        and said(folder, ("East", 3), ("West", 1)) == []
    )
    assert (
        compute(
            {"water_retention.quantity": series([3, 3], "m3", region=["A", "B"])},
            RESERVOIR,
            year=2020,
        ).warnings
        == ()
    )


def test_negative_values_are_said_with_their_sum(folder):
    assert said(folder, ("East", -3, "forest"), ("East", 5, "lake"), ("West", -1, "lake")) == [
        ("quantity.negative", "water_retention.retained_water", {"sum": -8})
    ]
    assert said(folder, ("East", 0)) == []


def test_warnings_and_notes_stand_apart():
    notes = [
        Problem("seea.match", named("w")),
        Problem("seea.match", named("w")),
        WARNING,
    ]
    rows = [
        Entry(
            "water_retention",
            "",
            "value",
            "",
            "",
            "",
            None,
            "-3",
            -3.0,
            "CNY/yr",
            "s",
            named("line 2"),
        )
    ]
    account = build(
        rows, [], Basis(years=(2020,), price_year=2020), faults=notes, controls=(), files={"a": "b"}
    )
    assert [w.code for w in account.warnings] == ["file.gb18030", "quantity.negative"] and [
        n.code for n in account.notes
    ] == ["seea.match"]
    assert (
        dict(account.files) == {"a": "b"}
        and account.control_rows == ()
        and [e.component for e in account.entries] == ["retained_water"]
    )


def test_a_component_may_rest_on_shared_figures_too():
    inputs = {
        "area": series([1], "ha", ecosystem=["forest"]),
        "air_purification.uptake_rate": "10 kg NOx/(ha yr)",
    }
    account = compute(inputs, {"air_purification.nox.treatment_cost": "1 CNY/kg NOx"}, year=2020)
    assert account.by("component").to_dict()["air_purification.nox"] == pytest.approx(10)
    tried = compute(inputs, {"air_purification.treatment_cost": "1 CNY/kg NOx"}, year=2020)
    assert tried.by("component").to_dict()["air_purification.nox"] == pytest.approx(10)


def standard(*components, **more):
    row = {"level": "regulating", "zh": "行", "en": "row", "evidence": "confirmed"}
    rows = [{**row, "id": f"row{n}", "components": [c]} for n, c in enumerate(components)]
    return standards.parse({"id": "mine", "zh": "我", "en": "mine", "indicator": rows, **more})


def test_a_total_of_equivalents_may_hold_more():
    inputs = {"water_retention.value": "1 CNY", "equivalent_factor.all.value": "8 CNY"}
    assert (
        compute(
            inputs, year=2020, profile=standard("water_retention", "equivalent_factor", total="ESV")
        ).total
        == 9
    )
    assert (
        compute(
            inputs, year=2020, profile=standard("water_retention", "equivalent_factor", total="X")
        ).total
        == 1
    )


def test_which_switch_left_a_figure_out():
    turn = {"zh": "换", "en": "turn", "state": "out", "evidence": "confirmed"}
    profile = standard(
        "water_retention",
        "soil_retention.nitrogen",
        "sand_fixation",
        switches={
            "a": {**turn, "components": ["water_retention"]},
            "b": {**turn, "components": ["soil_retention.nitrogen"]},
        },
    )
    inputs = {
        "water_retention.value": "1 CNY",
        "soil_retention.nitrogen.value": "2 CNY",
        "sand_fixation.value": "4 CNY",
        "population": "3 person",
    }
    account = compute(inputs, year=2020, profile=profile)
    assert [(w.where, w.values["switch"]) for w in account.warnings] == [
        ("water_retention.retained_water", "a"),
        ("soil_retention.nitrogen", "b"),
    ]
    assert account.total == 4


def test_a_standard_may_have_a_row_of_its_own_for_the_rest():
    account = compute(
        {"regulating_other.value": "5 CNY", "cultural_other.value": "1 CNY"},
        year=2020,
        profile=standard("regulating_other"),
    )
    assert account.by("indicator").to_dict() == {"row0": 5, "cultural_other": 1}


def test_a_rest_without_a_value_holds_nothing():
    """A quantity of the rest of a level is no money: what its level lacks is lacking."""
    account = compute(
        {"regulating_other.quantity": "5 1", "water_retention.quantity": "3 m3"}, year=2020
    )
    assert [(m.indicator, m.inside) for m in account.missing] == [
        ("water_retention", ""),
        ("regulating_other", ""),
    ]
    assert account.total.left_out == ("water_retention.retained_water", "regulating_other")


def test_what_is_said_of_one_place_is_said_once_and_all_of_it():
    one, two = (Problem("delivery.file", named("w"), file=name) for name in "ab")
    assert build(
        [], [], Basis(region="City", years=(2020,), price_year=2020), faults=[one, two, one]
    ).warnings == (one, two)
