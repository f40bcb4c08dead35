"""A standard as data: which row a component counts in, what a switch turns, and every fault of a
profile, with its place.
"""

from __future__ import annotations

import pytest

from gep import standards
from gep.core.errors import ParameterError
from gep.standards import ProfileRow, Switch, parse

WATER = {
    "id": "w",
    "level": "regulating",
    "zh": "水",
    "en": "water",
    "components": ["water_retention"],
    "evidence": "confirmed",
}
SOIL = {
    **WATER,
    "id": "s",
    "components": ["soil_retention.siltation", "soil_retention.nitrogen"],
    "evidence": "reconstructed",
}
DATA = {"id": "mine", "zh": "我", "en": "mine", "indicator": [WATER, SOIL]}
TURN = {
    "zh": "换",
    "en": "turn",
    "components": ["water_retention", "soil_retention.nitrogen"],
    "state": "out",
    "evidence": "confirmed",
}


def faults(**changed):
    with pytest.raises(ParameterError) as told:
        parse({**DATA, **changed})
    return [(p.code, p.where) for p in told.value.problems]


def test_a_profile_as_it_is_read():
    p = parse(
        {
            **DATA,
            "note": "n",
            "source": "s",
            "partial": True,
            "net_of_imports": True,
            "forbids": ["nh3n_in_tn"],
            "total": "X",
            "methods": {"carbon_sequestration.sequestered_co2": "co2_from_nep"},
            "pricing": {"water_retention.retained_water": "market_price"},
            "floors": {"soil_retention.siltation": "region"},
        }
    )
    assert (p.id, p.zh, p.en, p.note, p.source, p.total, p.partial, p.net_of_imports, p.open) == (
        "mine",
        "我",
        "mine",
        "n",
        "s",
        "X",
        True,
        True,
        False,
    )
    assert (
        p.rows
        == p.rows_written
        == (
            ProfileRow("w", "regulating", "水", "water", ("water_retention",), "confirmed"),
            ProfileRow(
                "s",
                "regulating",
                "水",
                "water",
                ("soil_retention.siltation", "soil_retention.nitrogen"),
                "reconstructed",
            ),
        )
    )
    assert (p.forbids, p.left_out, dict(p.switches)) == (("nh3n_in_tn",), (), {})
    assert (dict(p.methods), dict(p.pricing)) == (
        {"carbon_sequestration.sequestered_co2": "co2_from_nep"},
        {"water_retention.retained_water": "market_price"},
    )
    assert (
        dict(p.floors) == {"soil_retention.siltation": "region"}
        and parse(DATA).total == "GEP"
        and not parse(DATA).partial
    )


def test_the_row_of_a_component():
    p = parse(DATA)
    found = {
        name: (row.id if (row := p.row(*name.split("/"))) else None)
        for name in (
            "water_retention/retained_water",
            "water_retention/",
            "water_retention/remainder",
            "soil_retention/siltation",
            "soil_retention/fixed_soil",
            "soil_retention/",
            "soil_retention/remainder",
            "tourism/paid_sites",
            "tourism/",
            "soil/siltation",
        )
    }
    assert found == {
        "water_retention/retained_water": "w",
        "water_retention/": "w",
        "water_retention/remainder": "w",
        "soil_retention/siltation": "s",
        "soil_retention/fixed_soil": None,
        "soil_retention/": "s",
        "soil_retention/remainder": "s",
        "tourism/paid_sites": None,
        "tourism/": None,
        "soil/siltation": None,
    }
    named_first = parse(
        {
            **DATA,
            "indicator": [
                {**SOIL, "components": ["soil_retention"]},
                {**WATER, "components": ["soil_retention.nitrogen"]},
            ],
        }
    )
    assert [named_first.row("soil_retention", c).id for c in ("siltation", "nitrogen")] == [
        "s",
        "w",
    ]
    assert (
        p.rows[0].holds("water_retention", "x")
        and p.rows[1].holds("soil_retention", "nitrogen")
        and not p.rows[1].holds("soil_retention", "fixed_soil")
    )


def test_what_a_switch_turns():
    p = parse({**DATA, "switches": {"turn": TURN}})
    assert p.switches == {
        "turn": Switch(
            "turn", "换", "turn", ("water_retention", "soil_retention.nitrogen"), "out", "confirmed"
        )
    }
    assert p.left_out == ("water_retention", "soil_retention.nitrogen") and [
        r.components for r in p.rows
    ] == [("soil_retention.siltation",)]
    assert [r.id for r in p.rows_written] == ["w", "s"]
    back = p.switched({"turn": "in"})
    assert (
        back.rows == p.rows_written
        and back.left_out == ()
        and (back.switches["turn"].state, back.switches["turn"].note)
        == ("in", "turned in account.toml")
    )
    assert (
        back.switched({"turn": "out"}).rows == p.rows
        and p.switched({}).rows == p.rows
        and p.switched({"turn": "out"}).switches["turn"].note == ""
    )
    with pytest.raises(ParameterError) as told:
        p.switched({"turn": "off", "other": "in"})
    assert [(q.code, q.where) for q in told.value.problems] == [
        ("switch.unknown", "other"),
        ("switch.state", "turn"),
    ]
    assert (
        told.value.problems[0].values["names"] == "turn"
        and told.value.problems[0].values["standard"] == "mine"
    )


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"odd": 1}, [("profile.key", "odd")]),
        ({"note": 1}, [("profile.kind", "mine, note")]),
        ({"partial": "yes"}, [("profile.kind", "mine, partial")]),
        ({"net_of_imports": 1}, [("profile.kind", "mine, net_of_imports")]),
        ({"floors": []}, [("profile.kind", "mine, floors")]),
        ({"pricing": {"a": "b", "c": 1}}, [("profile.kind", "mine, pricing")]),
        ({"forbids": "x"}, [("profile.kind", "mine, forbids")]),
        ({"forbids": ["x", 1]}, [("profile.kind", "mine, forbids")]),
        ({"switches": [1]}, [("profile.kind", "mine, switches")]),
        ({"indicator": {}}, [("profile.kind", "mine, indicator")]),
        ({"indicator": [1]}, [("profile.kind", "mine, indicator 1")]),
        ({"zh": ""}, [("profile.lacks", "mine")]),
        ({"id": ""}, [("profile.lacks", "")]),
        ({"id": "Mine"}, [("profile.id", "Mine")]),
        ({"id": "a b"}, [("profile.id", "a b")]),
        ({"indicator": []}, [("profile.empty", "mine")]),
        (
            {"indicator": [WATER, {**SOIL, "components": []}]},
            [("profile.kind", "mine, indicator 2, components")],
        ),
        (
            {"indicator": [{**WATER, "components": ["tourism", 1]}]},
            [("profile.kind", "mine, indicator 1, components")],
        ),
        (
            {"indicator": [{**WATER, "components": "tourism"}]},
            [("profile.kind", "mine, indicator 1, components")],
        ),
        ({"indicator": [{**WATER, "note": 1}]}, [("profile.kind", "mine, indicator 1, note")]),
        ({"indicator": [{**WATER, "odd": "x"}]}, [("profile.key", "mine, indicator 1, odd")]),
        (
            {"indicator": [{"id": "x", "components": ["tourism"]}]},
            [("profile.lacks", "mine, indicator 1")] * 4,
        ),
        (
            {"indicator": [WATER, {**SOIL, "level": "high"}]},
            [("profile.level", "mine, indicator 2")],
        ),
        (
            {"indicator": [{**WATER, "evidence": "sure"}]},
            [("profile.evidence", "mine, indicator 1")],
        ),
        ({"indicator": [{**WATER, "level": "other"}]}, [("profile.supporting", "mine, w")]),
        ({"indicator": [{**WATER, "components": ["nothing"]}]}, [("indicator.unknown", "nothing")]),
        (
            {
                "indicator": [
                    {**WATER, "components": ["water_retention.x", "water_retention.remainder"]}
                ]
            },
            [("component.unknown", "mine, indicator 1")],
        ),
        (
            {"indicator": [WATER, {**SOIL, "components": ["tourism", "water_retention"]}]},
            [("profile.twice", "mine, water_retention")],
        ),
        (
            {"indicator": [WATER, {**SOIL, "id": "w"}, {**SOIL, "id": "t"}]},
            [
                ("profile.twice", "mine, soil_retention.nitrogen"),
                ("profile.twice", "mine, soil_retention.siltation"),
                ("profile.twice", "mine, w"),
            ],
        ),
        ({"switches": {"t": 3}}, [("profile.kind", "mine, switch t")]),
        ({"switches": {"t": {**TURN, "id": "t"}}}, [("profile.key", "mine, switch t, id")]),
        ({"switches": {"t": {"zh": "a"}}}, [("profile.lacks", "mine, switch t")] * 4),
        (
            {"switches": {"t": {**TURN, "components": ["tourism", "water_retention"]}}},
            [("profile.switch", "mine, switch t")],
        ),
        ({"switches": {"t": {**TURN, "state": "off"}}}, [("profile.switch", "mine, switch t")]),
        ({"switches": {"t": {**TURN, "evidence": "sure"}}}, [("profile.switch", "mine, switch t")]),
        (
            {"floors": {"water_retention.retained_water": "pixel"}},
            [("profile.floor", "mine, floors, water_retention.retained_water")],
        ),
        (
            {"floors": {"soil_retention.fixed_soil": "cell"}},
            [("profile.stray", "mine, floors, soil_retention.fixed_soil")],
        ),
        (
            {"pricing": {"tourism.paid_sites": "travel_cost"}},
            [("profile.stray", "mine, pricing, tourism.paid_sites")],
        ),
        (
            {"pricing": {"water_retention.retained_water": "guess"}},
            [("method.unknown", "mine, pricing, water_retention.retained_water")],
        ),
        (
            {"methods": {"carbon_sequestration.sequestered_co2": "guess"}},
            [("method.unknown", "mine, methods, carbon_sequestration.sequestered_co2")],
        ),
        (
            {"methods": {"nothing.sequestered_co2": "co2_from_nep"}},
            [("method.unknown", "mine, methods, nothing.sequestered_co2")],
        ),
        ({"forbids": ["nh3n_in_tn", "no_rule"]}, [("profile.forbids", "mine, forbids")]),
        (
            {"odd": 1, "note": 2, "zh": ""},
            [("profile.key", "odd"), ("profile.kind", "mine, note"), ("profile.lacks", "mine")],
        ),
    ],
)
def test_faults(changed, found):
    assert faults(**changed) == found


def test_a_route_of_nothing_has_no_names():
    with pytest.raises(ParameterError) as told:
        parse({**DATA, "methods": {"nothing.x": "y", "carbon_sequestration.sequestered_co2": "y"}})
    names = [p.values["names"] for p in told.value.problems]
    assert names[0] == "none" and "co2_from_nep" in names[1].split(", ")


def test_what_ships():
    ids = standards.ids()
    assert (
        ids[0] == "catalogue"
        and list(ids[1:]) == sorted(ids[1:])
        and "garze2010" in ids
        and len(ids) == 13
    )
    catalogue = standards.get("catalogue")
    assert catalogue.open and catalogue.total == "GEP" and not standards.get("garze2010").open
    assert catalogue.rows[3] == ProfileRow(
        "climate_regulation",
        "regulating",
        "调节气候",
        "climate regulation",
        ("climate_regulation",),
        "confirmed",
    )
    for wrong in ("none", "../garze2010", ""):
        with pytest.raises(ParameterError) as told:
            standards.get(wrong)
        assert [(p.code, p.where) for p in told.value.problems] == [("standard.unknown", wrong)]
