"""The standards: no component twice, oxygen as the evidence says, what is known in part says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import gep
from gep import opening as folders
from gep import standards

ROOT = Path(__file__).parents[2]
SHIPPED = [i for i in standards.ids() if i != "catalogue"]
OXYGEN = {
    "beijing_db11_2059": "out",
    "garze2010": "in",
    "gbt38582": "in",
    "gbt46869_2025": "out",
    "lyt1721": "in",
    "ndrc2022": "out",
    "ouyang2020": "out",
    "seea_ea": "out",
    "shenzhen": "in",
    "shenzhen_alt": "in",
}


@pytest.mark.parametrize("id", SHIPPED)
def test_nothing_appears_twice(id):
    rows = standards.get(id).rows_written
    assert len({r.id for r in rows}) == len(rows)
    named = [c for r in rows for c in r.components]
    assert len(set(named)) == len(named)
    assert not [c for c in named if "." in c and c.partition(".")[0] in named], (
        "an indicator and one of its components"
    )


@pytest.mark.parametrize("id", SHIPPED)
def test_a_standard_says_where_it_comes_from(id):
    profile = standards.get(id)
    assert profile.source and profile.note
    if any(r.evidence == "reconstructed" for r in profile.rows) and id != "seea_ea":
        assert profile.partial and (
            "in part" in profile.note
            or "reconstructed" in profile.note
            or "not the standard's own" in profile.note
            or "open code" in profile.note
        )


@pytest.mark.parametrize(("id", "state"), sorted(OXYGEN.items()))
def test_oxygen(id, state):
    profile = standards.get(id)
    assert profile.switches["oxygen"].state == state
    assert (profile.row("oxygen_release", "oxygen") is not None) == (state == "in")
    turned = profile.switched({"oxygen": "in" if state == "out" else "out"})
    assert (turned.row("oxygen_release", "oxygen") is not None) == (state == "out")


def test_oxygen_switched_in_garze():
    path = ROOT / "examples" / "garze_2010"
    out, turned = (
        folders.read(path, "gbt46869_2025"),
        folders.read(path, "gbt46869_2025", {"oxygen": "in"}),
    )
    assert float(turned.total) - float(out.total) == pytest.approx(2.51e8 * 727)
    assert "standard.switched" in [w.code for w in out.warnings] and "standard.switched" not in [
        w.code for w in turned.warnings
    ]
    assert any(n.code == "standard.switch" and "oxygen release is out" in str(n) for n in out.notes)
    with pytest.raises(gep.ParameterError):
        folders.read(path, "gbt46869_2025", {"pests": "in"})


def test_switch_in_the_folder(folder):
    toml = (
        'region = "City"\nyear = 2020\nprice_year = 2020\nstandard = "ndrc2022"\n[switches]\noxygen'
        ' = "{}"\n'
    )
    rows, prices = (
        "oxygen_release,oxygen,quantity,,,,,10,t O2,s\n",
        "oxygen_release,oxygen,oxygen_price,,,,700,CNY/t O2,2020,,s\n",
    )
    assert gep.run(folder(rows, prices, toml=toml.format("in"))).total == 7000
    out = gep.run(folder(rows, prices, toml=toml.format("out")))
    assert np.isnan(out.total) and not out.parts and "GEP not known, CNY/yr in 2020" in repr(out)


def test_known_in_part_is_said_with_the_account():
    account = folders.read(ROOT / "examples" / "garze_2010", "gbt46869_2025")
    assert "standard.partial" in [w.code for w in account.warnings]
    assert "standard.partial" not in [
        w.code for w in folders.read(ROOT / "examples" / "garze_2010", "garze2010").warnings
    ]


def test_net_of_what_comes_from_outside(folder):
    toml = 'region = "City"\nyear = 2020\nprice_year = 2020\nstandard = "gbt46869_2025"\n'
    prices = "water_supply,domestic,water_price,,,,2,CNY/m3,2020,,s\n"
    used = "water_supply,domestic,quantity,,,,,100,m3,s\n"
    unsaid = gep.run(folder(used, prices, toml=toml))
    assert unsaid.total == 200 and "imports.unsaid" in [w.code for w in unsaid.warnings]
    said = gep.run(folder(used + "water_supply,domestic,imported,,,,,30,m3,s\n", prices, toml=toml))
    assert said.total == 140 and "imports.unsaid" not in [w.code for w in said.warnings]


def test_products_from_outside_as_a_negative_remainder(folder):
    toml = 'region = "City"\nyear = 2020\nprice_year = 2020\nstandard = "gbt46869_2025"\n'
    rows = (
        "agricultural_products,crops,value,,,,,500,元,s\n"
        "agricultural_products,remainder,value,,,,,-120,元,s\n"
    )
    account = gep.run(folder(rows, toml=toml))
    assert account.total == 380 and "imports.unsaid" not in [w.code for w in account.warnings]
    assert account.summary()["negative"] == {"agricultural_products.remainder": -120}


def test_supporting_services_have_no_place_in_gep():
    data = {
        "id": "x",
        "zh": "x",
        "en": "x",
        "indicator": [
            {
                "id": "s",
                "level": "other",
                "zh": "s",
                "en": "s",
                "components": ["species_conservation"],
                "evidence": "confirmed",
            }
        ],
    }
    with pytest.raises(gep.ParameterError) as caught:
        standards.parse(data)
    assert [p.code for p in caught.value.problems] == ["profile.supporting"]
    assert standards.parse({**data, "total": "forest services"}).total == "forest services"


def test_a_total_with_supporting_services_is_not_called_gep():
    assert gep.run(ROOT / "examples" / "gaotianyan_2014").total_name == "GEP + species_conservation"


def test_twice_is_refused():
    row = {
        "level": "regulating",
        "zh": "s",
        "en": "s",
        "components": ["sand_fixation"],
        "evidence": "confirmed",
    }
    with pytest.raises(gep.ParameterError) as caught:
        standards.parse(
            {"id": "x", "zh": "x", "en": "x", "indicator": [{"id": "a", **row}, {"id": "b", **row}]}
        )
    assert [p.code for p in caught.value.problems] == ["profile.twice"]


def test_the_carbon_routes_of_the_national_guide(folder):
    toml = (
        'region = "City"\nyear = 2020\nprice_year = 2020\nstandard ='
        ' "gbt46869_2025"\n[methods]\n"carbon_sequestration.sequestered_co2" = "{}"\n'
    )
    for route in ("co2_from_nep", "co2_from_rate", "co2_from_biomass"):
        gep.run(
            folder("sand_fixation,fixed_sand,value,,,,,5,元,s\n", toml=toml.format(route))
        )  # each is known by name
