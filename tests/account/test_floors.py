"""Floors at zero: a profile says at which scale a negative quantity is set to zero; without one it
stays. By hand.
"""

from dataclasses import replace

import pytest

import gep
from gep import standards
from gep.account import build
from gep.core.errors import ParameterError

# P 1000 mm, no runoff; ET 1200 mm on shrub (−0.2 m), 900 mm on meadow (+0.1 m), 1100 mm on desert
# (−0.1 m).
# North: 10 km2 shrub −2e6, 30 km2 meadow +3e6: +1e6. South: 10 km2 meadow +1e6, 40 km2 desert −4e6:
# −3e6. In all −2e6 m3.
INPUTS = """,,area,,shrub,North,,10,km2,hand
,,area,,meadow,North,,30,km2,hand
,,area,,meadow,South,,10,km2,hand
,,area,,desert,South,,40,km2,hand
,,precipitation,,,,,1000,mm,hand
,,evapotranspiration,,shrub,,,1200,mm,hand
,,evapotranspiration,,meadow,,,900,mm,hand
,,evapotranspiration,,desert,,,1100,mm,hand
water_retention,retained_water,runoff,,,,,0,mm,hand
"""
PRICES = "water_retention,retained_water,reservoir_cost,,,,5,CNY/m3,2020,,hand\n"
KEPT = {
    ("North", "shrub"): -2e6,
    ("North", "meadow"): 3e6,
    ("South", "meadow"): 1e6,
    ("South", "desert"): -4e6,
}
CASES = {
    "": KEPT,
    "cell": {
        ("North", "shrub"): 0,
        ("North", "meadow"): 3e6,
        ("South", "meadow"): 1e6,
        ("South", "desert"): 0,
    },
    "region": {
        ("North", "shrub"): -2e6,
        ("North", "meadow"): 3e6,
        ("South", "meadow"): 0,
        ("South", "desert"): 0,
    },
    "total": dict.fromkeys(KEPT, 0),
}


@pytest.fixture
def account(folder, monkeypatch):
    def run(scale, inputs=INPUTS, **files):
        profile = standards.get("catalogue")
        floors = {"water_retention.retained_water": scale} if scale else {}
        monkeypatch.setattr(build.standards, "get", lambda id: replace(profile, floors=floors))
        return gep.run(folder(inputs, PRICES, **files))

    return run


@pytest.mark.parametrize("scale", CASES)
def test_scales(account, scale):
    done = account(scale)
    rows = done.ledger.query("component == 'retained_water'")
    assert {(r.region, r.ecosystem): r.quantity for r in rows.itertuples()} == pytest.approx(
        CASES[scale], abs=1e-3
    )
    assert float(done.total) == pytest.approx(5 * sum(CASES[scale].values()), abs=1e-2)
    taken = sum(KEPT.values()) - sum(CASES[scale].values())  # never lost from sight
    summary = done.summary()
    if scale:
        assert summary["floored"]["water_retention.retained_water"] == {
            "scale": scale,
            "quantity": pytest.approx(taken),
            "unit": "m^3/yr",
        }
        assert any(w.code == "quantity.floored" for w in done.warnings)
    else:
        assert summary["floored"] == {}
    kept = 5 * sum(q for q in CASES[scale].values() if q < 0)
    assert summary["negative"] == (
        {"water_retention.retained_water": pytest.approx(kept)} if kept else {}
    )
    assert any(w.code == "quantity.negative" for w in done.warnings) == bool(kept)


def test_total_counts_each_place_once(account):
    """A district beside its own city: the city's +3e6 stands for all, the district's −4e6 lies
    inside it.
    """
    inputs = (
        "water_retention,retained_water,quantity,,,Whole,,3,万m3,hand\n"
        "water_retention,retained_water,quantity,,,Inner,,-4,万m3,hand\n"
    )
    done = account("total", inputs, regions_csv="region,parent\nWhole,City\nInner,Whole\n")
    assert float(done.total) == pytest.approx(5 * 3e4)
    done = account("total", inputs, regions_csv="region,parent\nWhole,City\nInner,City\n")
    assert float(done.total) == 0


def test_years_stand_apart(account):
    """A dry year does not take the water of a wet one."""
    inputs = (
        "water_retention,retained_water,quantity,,,,2019,3,万m3,hand\n"
        "water_retention,retained_water,quantity,,,,2020,-4,万m3,hand\n"
    )
    done = account(
        "total", inputs, account_toml='region = "City"\nyears = [2019, 2020]\nprice_year = 2020\n'
    )
    assert done.by("year").to_dict() == {2019: 15e4, 2020: 0}


def test_profile_names_scale_and_component():
    row = {
        "id": "w",
        "level": "regulating",
        "zh": "水",
        "en": "water",
        "components": ["water_retention.retained_water"],
        "evidence": "confirmed",
    }
    data = {"id": "mine", "zh": "我", "en": "mine", "indicator": [row]}
    good = standards.parse({**data, "floors": {"water_retention.retained_water": "region"}})
    assert good.floors == {"water_retention.retained_water": "region"}
    with pytest.raises(ParameterError) as error:
        standards.parse(
            {
                **data,
                "floors": {
                    "water_retention.retained_water": "pixel",
                    "soil_retention.siltation": "cell",
                },
                "methods": {"water_retention.runoff": "guess"},
            }
        )
    assert [p.code for p in error.value.problems] == [
        "profile.stray",
        "profile.floor",
        "method.unknown",
    ]


def test_no_shipped_standard_floors_unsaid():
    """A floor changes the total: one that ships must say where it comes from."""
    assert [s for s in standards.ids() if standards.get(s).floors] == []
