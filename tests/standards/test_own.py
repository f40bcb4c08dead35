"""A standard of one's own: a TOML file of the account folder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gep import GepError, opening, standards
from gep.core.text import say

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to.md"
INPUTS = (
    "water_retention,retained_water,quantity,,,,,2,亿m3,a\ncarbon_sequestration,carbon,dry_matter,,,,,10,万t,a\ncarbon_sequestration,carbon,co2_per_dry_matter,,,,,1.63,t"
    " CO2/t,a\ntourism,paid_sites,visits,,,,,3,万人次,a\n"
)
PRICES = (
    "water_retention,,reservoir_cost,,,,6,元/m3,2020,,a\ncarbon_sequestration,,carbon_price,,,,50,元/t"
    " CO2,2020,,a\ntourism,,visit_cost,,,,80,元/人次,2020,,a\n"
)
TOML = 'title = "t"\nregion = "County"\nyear = 2020\nstandard = "county.toml"\n'
ONE_ROW = (
    'id = "a"\nzh = "a"\nen = "a"\n'
    '{}\n[[indicator]]\nid="w"\nlevel="cultural"\nzh="a"\nen="a"'
    '\ncomponents=["tourism"]\nevidence="confirmed"'
)


@pytest.fixture
def written():
    """The standard as the how-to guide writes it."""
    return next(
        b
        for b in re.findall(r"```toml\n(.*?)```", HOW_TO.read_text("utf-8"), re.DOTALL)
        if "[[indicator]]" in b
    )


def test_the_how_to_runs(folder_of, written):
    account = opening.read(folder_of(written))
    assert account.profile.id == account.ledger["standard"].iloc[0] == "our_county"
    # 2 亿 m³ at 6; 10 万 t of dry matter × 1.63 t CO2/t at 50; tourism is in no row
    assert account.by("indicator").to_dict() == pytest.approx(
        {"water": 12e8, "carbon_and_oxygen": 10e4 * 1.63 * 50}
    )
    assert account.total == pytest.approx(12e8 + 8.15e6)
    assert any(w.code == "standard.outside" and "tourism" in w.where for w in account.warnings)


def test_a_file_of_the_folder_is_named_like_a_standard(folder_of, written):
    path = folder_of(written)
    (path / "account.toml").write_text(TOML.replace("county.toml", "catalogue"), "utf-8")
    assert opening.read(path, standard="county.toml").total == pytest.approx(12e8 + 8.15e6)
    with pytest.raises(GepError) as caught:
        opening.read(path, standard="town.toml")
    assert [(p.code, p.where) for p in caught.value.problems] == [("file.missing", "town.toml")]


def test_under_another_standard(folder_of, written):
    assert opening.read(folder_of(written), standard="catalogue").total == pytest.approx(
        12e8 + 8.15e6 + 3e4 * 80
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            (
                'id = "shenzhen"\nzh = "a"\nen = "a"\n'
                '[[indicator]]\nid="w"\nlevel="regulating"\nzh="a"\nen="a"'
                '\ncomponents=["tourism"]\nevidence="confirmed"'
            ),
            "profile.taken",
        ),
        ("id = ", "file.toml"),
        ("", "file.empty"),
        ('zh = "a"', "profile.lacks"),
        ('id = "a/b"\nzh = "a"\nen = "a"', "profile.id"),
        ('id = "a"\nzh = 3\nen = "a"', "profile.kind"),
        ('id = "a"\nzh = "a"\nen = "a"\nindicator = 3', "profile.kind"),
        ('id = "a"\nzh = "a"\nen = "a"\nswitches = [1]', "profile.kind"),
        (
            'id = "a"\nzh = "a"\nen = "a"\n[[indicator]]\nid="w"\ncomponents="tourism"',
            "profile.kind",
        ),
        (
            'id = "a"\nzh = "a"\nen = "a"\n[[indicator]]\nid="w"\ncomponents=["tourism"]',
            "profile.lacks",
        ),
        (
            (
                'id = "a"\nzh = "a"\nen = "a"\n'
                '[[indicator]]\nid="w"\nlevel="cultural"\nzh="a"\nen="a"'
                '\ncomponents=["tourism"]\nevidence="confirmed"\nodd="x"'
            ),
            "profile.key",
        ),
        (ONE_ROW.format('forbids = ["nothing"]'), "profile.forbids"),
        (ONE_ROW.format('pricing = { "tourism.paid_sites" = "guessing" }'), "method.unknown"),
        (ONE_ROW.format('pricing = { "water_supply.supply" = "market_price" }'), "profile.stray"),
        (ONE_ROW.format('floors = { "tourism" = "year" }'), "profile.floor"),
        (
            (
                'id = "a"\nzh = "a"\nen = "a"\n'
                '[[indicator]]\nid="w"\nlevel="x"\nzh="a"\nen="a"'
                '\ncomponents=["nothing"]\nevidence="confirmed"'
            ),
            "indicator.unknown",
        ),
        ('id = "a"\nzh = "a"\nen = "a"\nmethods = {a = 1}', "profile.kind"),
        ('id = "a"\nzh = "a"\nen = "a"\nodd = 1', "profile.key"),
        ('id = "a"\nzh = "a"\nen = "a"', "profile.empty"),
    ],
)
def test_what_is_wrong_is_said(folder_of, text, code):
    with pytest.raises(GepError) as told:
        opening.read(folder_of(text))
    assert code in {p.code for p in told.value.problems}
    for p in told.value.problems:
        assert "county.toml" in p.where
        assert re.search(r"[\u4e00-\u9fff]", say(p, "zh")), p.code


def faults(**data):
    with pytest.raises(GepError) as told:
        standards.parse(data)
    return [(p.code, p.where, p.values) for p in told.value.problems]


def test_every_fault_of_shape_is_said_at_once():
    """Keys, kinds and what is lacking, at the top, in rows and in switches."""
    row = {
        "id": "w",
        "level": "cultural",
        "zh": "a",
        "en": "a",
        "components": ["tourism"],
        "evidence": "confirmed",
    }
    found = faults(
        zh="",
        source=1,
        partial="no",
        net_of_imports=1,
        floors={"a": 1},
        methods=[],
        pricing=3,
        forbids=[1],
        odd=1,
        switches={"s": 3, "t": {"zh": "a", "en": "a", "odd": "x", "components": []}},
        indicator=[row, 7, {**row, "components": [1], "level": 3}],
    )
    kinds = [(where, values["kind"]) for code, where, values in found if code == "profile.kind"]
    assert kinds == [
        ("None, source", "text"),
        ("None, partial", "true or false"),
        ("None, net_of_imports", "true or false"),
        ("None, floors", "table of text"),
        ("None, methods", "table of text"),
        ("None, pricing", "table of text"),
        ("None, forbids", "list of text"),
        ("None, indicator 2", "table"),
        ("None, indicator 3, level", "text"),
        ("None, indicator 3, components", "list of ids"),
        ("None, switch s", "table"),
        ("None, switch t, components", "list of ids"),
    ]
    lacking = [(where, values["key"]) for code, where, values in found if code == "profile.lacks"]
    assert lacking == [
        ("None", "id"),
        ("None", "zh"),
        ("None", "en"),
        ("None, switch t", "state"),
        ("None, switch t", "evidence"),
    ]
    assert [
        (where, values["names"].split(", ")[:2])
        for code, where, values in found
        if code == "profile.key"
    ] == [("odd", ["en", "floors"]), ("None, switch t, odd", ["zh", "en"])]
    assert faults(id="a", zh="a", en="a", switches=3, indicator=3) == [
        ("profile.kind", "a, switches", {"kind": "table of tables"}),
        ("profile.kind", "a, indicator", {"kind": "list of tables: write [[indicator]]"}),
    ]


def test_every_fault_of_content_is_said_at_once():
    row = {
        "id": "w",
        "level": "cultural",
        "zh": "a",
        "en": "a",
        "components": ["tourism.paid_sites"],
        "evidence": "confirmed",
    }
    other = {
        **row,
        "id": "o",
        "level": "other",
        "components": ["tourism.hotel", "water_retention", "tourism.remainder"],
    }
    found = faults(
        id="a",
        zh="a",
        en="a",
        indicator=[row, other, {**row, "level": "x", "evidence": "sure"}],
        switches={
            "s": {
                "zh": "a",
                "en": "a",
                "components": ["tourism.paid_sites", "soil_retention"],
                "state": "in",
                "evidence": "confirmed",
            },
            "t": {
                "zh": "a",
                "en": "a",
                "components": ["water_retention"],
                "state": "on",
                "evidence": "confirmed",
            },
            "u": {
                "zh": "a",
                "en": "a",
                "components": ["water_retention"],
                "state": "out",
                "evidence": "sure",
            },
        },
        floors={
            "soil_retention.siltation": "cell",
            "water_retention": "cell",
            "tourism.paid_sites": "year",
        },
        methods={"water_retention.runoff": "by_eye", "nothing.x": "y"},
        pricing={"tourism.paid_sites": "guess"},
        forbids=["nh3n_in_tn", "none"],
    )
    assert [(code, where) for code, where, _ in found] == [
        ("profile.supporting", "a, o"),
        ("component.unknown", "a, indicator 2"),
        ("profile.level", "a, indicator 3"),
        ("profile.evidence", "a, indicator 3"),
        ("profile.twice", "a, tourism.paid_sites"),
        ("profile.twice", "a, w"),
        ("profile.switch", "a, switch s"),
        ("profile.switch", "a, switch t"),
        ("profile.switch", "a, switch u"),
        ("profile.stray", "a, floors, soil_retention.siltation"),
        ("profile.floor", "a, floors, tourism.paid_sites"),
        ("method.unknown", "a, methods, water_retention.runoff"),
        ("method.unknown", "a, methods, nothing.x"),
        ("method.unknown", "a, pricing, tourism.paid_sites"),
        ("profile.forbids", "a, forbids"),
    ]
    told = {code: values for code, _, values in found}
    assert told["component.unknown"] == {
        "component": "hotel",
        "indicator": "tourism",
        "names": "paid_sites, free_space, beach, consumer_surplus",
    }
    assert (
        told["profile.level"]["level"] == "x"
        and told["profile.evidence"]["evidence"] == "sure"
        and told["profile.floor"]["scale"] == "year"
    )
    assert [values["names"] for code, _, values in found if code == "profile.switch"] == [
        "soil_retention",
        "",
        "",
    ]
    routes = [values for code, _, values in found if code == "method.unknown"]
    assert (
        routes[0] == {"route": "by_eye", "names": "runoff, runoff_redline"}
        and routes[1]["names"] == "none"
        and "market_price" in routes[2]["names"]
    )
    assert (
        told["profile.forbids"]["rule"] == "none"
        and "nh3n_in_tn" in told["profile.forbids"]["names"]
    )


def test_no_file_elsewhere_is_read(folder_of, tmp_path, written):
    (tmp_path / "county.toml").write_text(written, "utf-8")
    with pytest.raises(GepError) as told:
        opening.read(folder_of(None, TOML.replace("county.toml", "../county.toml")))
    assert [p.code for p in told.value.problems] == ["file.outside"]
    with pytest.raises(GepError) as told:
        opening.read(folder_of(None))
    assert [p.code for p in told.value.problems] == ["file.missing"]


def test_what_ships_has_the_same_shape():
    assert all(standards.get(id).zh for id in standards.ids())


@pytest.fixture
def folder_of(folder):
    """An account folder with a standard of its own."""
    return lambda text, toml=TOML: folder(
        INPUTS, PRICES, toml, **({} if text is None else {"county_toml": text})
    )
