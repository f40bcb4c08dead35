"""Scenarios: nothing changed is nothing, disjoint ones add, parcels rank as their own scenarios
would.
"""

import numpy as np
import pytest

from gep import opening as reader
from gep.analysis.parcels import rank, read_parcels
from gep.analysis.scenario import Scenario, read_scenario, run_scenario
from gep.core.errors import GepError

PRICES = (
    "water_retention,retained_water,reservoir_cost,,,,7,CNY/m3,2020,,test,,,\n"
    "tourism,paid_sites,consumption_value,,,,100,CNY/visit,2020,,test,,,\n"
)


@pytest.fixture
def place(folder):
    """Two districts with forest and grassland; grassland holds back less. North has no wetland."""
    rows = ""
    for region, forest, grass in (("North", 100, 50), ("South", 40, 80)):
        rows += (
            f",,area,,forest,{region},,{forest},km2,test,,,\n"
            f",,area,,grassland,{region},,{grass},km2,test,,,\n"
        )
        for name, i, values in (
            ("precipitation", "", (1000, 1000)),
            ("evapotranspiration", "", (600, 500)),
            ("runoff", "water_retention", (100, 300)),
        ):
            rows += "".join(
                f"{i},,{name},,{e},{region},,{v},mm,test,,,\n"
                for e, v in zip(("forest", "grassland"), values, strict=True)
            )
    rows += "flood_mitigation,reservoir,quantity,,,North,,100,万m3,test,,,\n"
    return folder(
        rows,
        PRICES.splitlines(True)[0]
        + "flood_mitigation,reservoir,reservoir_cost,,,,7,CNY/m3,2020,,test,,,\n",
        regions_csv="region,parent\nNorth,City\nSouth,City\n",
    )


def write(path, text):
    file = path / "plan.toml"
    file.write_text(text, "utf-8")
    return file


def more(place, name, rows):
    (place / name).write_text((place / name).read_text("utf-8") + rows, "utf-8")


MOVE = '[[move]]\nfrom = "grassland"\nto = "forest"\nregion = "{region}"\narea = "{area}"\n'


@pytest.mark.parametrize(
    "text",
    [
        'title = "nothing"\n',
        MOVE.format(region="North", area="0 ha"),
        '[[change]]\ninput = "precipitation"\nfactor = 1\n',
    ],
)
def test_a_scenario_that_changes_nothing_gives_a_zero_account(place, text):
    found = run_scenario(place, write(place, text))
    assert found.total == 0
    assert (found.ledger["value_change"] == 0).all() and (
        found.ledger["quantity_change"] == 0
    ).all()
    assert (found.by("indicator")["change"] == 0).all() and found.left_out == ()


def test_moved_area_by_hand(place):
    """100 ha of grassland (0.2 m) become forest (0.3 m): 1e6 m² × 0.1 m × 7 CNY/m³ are 7e5 CNY."""
    found = run_scenario(place, write(place, MOVE.format(region="North", area="100 ha")))
    assert found.total == pytest.approx(700_000)
    assert found.by("region")["change"].to_dict() == pytest.approx(
        {
            "North": 700_000,
            "South": 0,
            **({"City": 0} if "City" in found.by("region").index else {}),
        }
    )
    effects = found.effects.set_index(["ecosystem", "region"])
    assert effects.loc[("forest", "North"), "extent"] == pytest.approx(2_100_000) and effects.loc[
        ("grassland", "North"), "extent"
    ] == pytest.approx(-1_400_000)
    assert found.effects[["quantity", "price"]].abs().to_numpy().max() == pytest.approx(0, abs=1e-6)
    assert found.effects["change"].sum() == pytest.approx(found.total)
    assert found.notes == ()


def test_what_does_not_follow_a_move_is_named(place):
    more(place, "inputs.csv", "pest_control,forest,quantity,,forest,North,,10,km2,test,,,\n")
    more(place, "prices.csv", "pest_control,forest,pest_control_cost,,,,3,CNY/m2,2020,,test,,,\n")
    found = run_scenario(place, write(place, MOVE.format(region="North", area="100 ha")))
    assert [p.code for p in found.notes] == ["scenario.still"] and "pest_control.forest" in str(
        found.notes[0]
    )


def test_two_disjoint_scenarios_add(place):
    north, south = (
        MOVE.format(region="North", area="100 ha"),
        '[[change]]\ninput = "precipitation"\nregion = "South"\nadd = 100\nunit = "mm"\n',
    )
    one, two, both = (
        run_scenario(place, write(place, text)) for text in (north, south, north + south)
    )
    assert one.total != 0 and two.total != 0
    assert both.total == pytest.approx(one.total + two.total, rel=1e-12)
    np.testing.assert_allclose(
        both.by("ecosystem")["change"],
        one.by("ecosystem")["change"] + two.by("ecosystem")["change"],
        rtol=1e-9,
        atol=1e-6,
    )


def test_rain_price_and_rows(place):
    rain = run_scenario(
        place,
        write(place, '[[change]]\ninput = "precipitation"\necosystem = "forest"\nfactor = 0.9\n'),
    )
    assert rain.total == pytest.approx(-140e6 * 0.1 * 7)  # 140 km² of forest lose 0.1 m
    dearer = run_scenario(
        place,
        write(
            place,
            (
                "[[price]]\n"
                'price = "reservoir_cost"\n'
                'indicator = "water_retention"\n'
                "value = 8\n"
                'unit = "CNY/m3"\n'
            ),
        ),
    )
    assert dearer.total == pytest.approx(140e6 * 0.3 + 130e6 * 0.2)
    assert dearer.effects["price"].sum() == pytest.approx(dearer.total)
    gone = run_scenario(place, write(place, '[[remove]]\nindicator = "flood_mitigation"\n'))
    assert gone.total == pytest.approx(-7e6)
    more = (
        "[[add]]\n"
        'indicator = "flood_mitigation"\n'
        'component = "reservoir"\n'
        'input = "quantity"\n'
        'region = "South"\n'
        "value = 50\n"
        'unit = "万m3"\n'
    )
    assert run_scenario(place, write(place, more)).total == pytest.approx(3.5e6)


def test_areas_of_a_component_of_its_own_move_too(place):
    """Carbon counts its own areas, of forest and grassland: 100 ha move there as well, and none to
    a type that it leaves out.
    """
    more(
        place,
        "inputs.csv",
        "".join(
            f"carbon_sequestration,carbon,area,,{e},{r},,{a},km2,test,,,\n"
            for e, r, a in (
                ("forest", "North", 100),
                ("grassland", "North", 50),
                ("forest", "South", 40),
            )
        )
        + "".join(
            f"carbon_sequestration,carbon,nep_density,,{e},,,{v},t C/(km2 a),test,,,\n"
            for e, v in (("forest", 200), ("grassland", 80))
        ),
    )
    more(
        place,
        "prices.csv",
        "carbon_sequestration,carbon,carbon_price,,,,100,CNY/t CO2,2020,,test,,,\n",
    )
    plan = run_scenario(place, write(place, MOVE.format(region="North", area="100 ha")))
    assert plan.by("indicator").loc["carbon_sequestration", "change"] == pytest.approx(
        (200 - 80) * 44.0095 / 12.0107 * 100, rel=2e-3
    )
    wet = run_scenario(
        place,
        write(
            place,
            MOVE.format(region="North", area="100 ha").replace('to = "forest"', 'to = "marsh"'),
        ),
    )
    assert wet.by("indicator").loc["carbon_sequestration", "change"] == pytest.approx(
        -80 * 44.0095 / 12.0107 * 100, rel=2e-3
    )
    parcels = [
        {"parcel": t, "region": "North", "from": "grassland", "to": t, "area": "100 ha"}
        for t in ("forest", "marsh")
    ]
    assert rank(place, parcels).set_index("parcel")["change"].to_dict() == pytest.approx(
        {"forest": plan.total, "marsh": wet.total}
    )


def test_a_row_of_all_years_and_rows_of_single_years_move_together(folder):
    """1 km² between forest (0.3 m, a row a year) and grassland (0.2 m, one row for both years): ±
    1e6 × 0.1 × 7 CNY in each year.
    """
    rows = (
        ",,area,,forest,,2019,100,km2,test,,,\n"
        ",,area,,forest,,2020,100,km2,test,,,\n"
        ",,area,,grassland,,,50,km2,test,,,\n"
    )
    for e, et in (("forest", 600), ("grassland", 700)):
        rows += (
            f",,precipitation,,{e},,,1000,mm,test,,,\n"
            f",,evapotranspiration,,{e},,,{et},mm,test,,,\n"
            f"water_retention,,runoff,,{e},,,100,mm,test,,,\n"
        )
    path = folder(rows, PRICES.splitlines(True)[0], "[2019, 2020]", price_year="2020")
    for start, end, change in (("forest", "grassland", -0.7e6), ("grassland", "forest", 0.7e6)):
        found = run_scenario(
            path, write(path, f'[[move]]\nfrom = "{start}"\nto = "{end}"\narea = "1 km2"\n')
        )
        assert found.by("year")["change"].to_dict() == pytest.approx({2019: change, 2020: change})
        parcel = {"parcel": "a", "from": start, "to": end, "area": "1 km2"}
        assert rank(path, [parcel])["change"].tolist() == pytest.approx([change])
    later = run_scenario(
        path,
        write(path, '[[move]]\nfrom = "forest"\nto = "grassland"\narea = "1 km2"\nyear = 2020\n'),
    )
    assert later.by("year")["change"].to_dict() == pytest.approx({2019: 0, 2020: -0.7e6})


def test_a_type_is_found_by_any_of_its_names(folder):
    """The account says 森林; a step may say so too, or forest. 100 km² lose a tenth of 1 m of rain:
    100e6 × 0.1 × 7 CNY.
    """
    rows = (
        ",,area,,森林,,,100,km2,test,,,\n"
        ",,precipitation,,森林,,,1000,mm,test,,,\n"
        ",,evapotranspiration,,森林,,,600,mm,test,,,\n"
        "water_retention,,runoff,,森林,,,100,mm,test,,,\n"
    )
    path = folder(rows, PRICES.splitlines(True)[0])
    for name in ("森林", "forest"):
        found = run_scenario(
            path,
            write(
                path, f'[[change]]\ninput = "precipitation"\necosystem = "{name}"\nfactor = 0.9\n'
            ),
        )
        assert found.total == pytest.approx(-70e6)


def test_a_new_type_lacks_what_nobody_gave_and_is_named(place):
    found = run_scenario(
        place,
        write(
            place,
            MOVE.format(region="North", area="100 ha").replace('to = "forest"', 'to = "shrub"'),
        ),
    )
    assert any("water_retention" in name for name in found.left_out)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('[[change]]\ninput = "precipitation"\n', "scenario.amount"),
        ('[[change]]\ninput = "precipitation"\nvalue = 9\n', "unit.missing"),
        ('[[chnage]]\ninput = "precipitation"\nfactor = 2\n', "key.unknown"),
        ('[[change]]\ninput = "rain"\nfactor = 2\n', "scenario.none"),
        ('[[change]]\ninput = "precipitation"\nvalue = 9\nunit = "ha"\n', "unit.dimension"),
        (MOVE.format(region="North", area="60 km2"), "scenario.area"),
        (MOVE.format(region="North", area="-1 km2"), "scenario.negative"),
        (MOVE.format(region="East", area="1 km2"), "scenario.no_area"),
        (MOVE.format(region="North", area="1 km2").replace("forest", "wood"), "ecosystem.unknown"),
        ("change = 3\n", "scenario.form"),
    ],
)
def test_a_bad_scenario_is_named(place, text, code):
    with pytest.raises(GepError) as error:
        run_scenario(place, write(place, text))
    assert code in {p.code for p in error.value.problems}


def test_parcels_rank_as_their_own_scenarios_would(place):
    parcels = [
        {"parcel": "a", "region": "North", "from": "grassland", "to": "forest", "area": "10 ha"},
        {"parcel": "b", "region": "South", "from": "forest", "to": "grassland", "area": "20 ha"},
        {"parcel": "c", "region": "South", "from": "forest", "to": "urban", "area": "30 ha"},
    ]
    table = rank(place, parcels)
    assert table["parcel"].tolist() == ["a", "b", "c"]
    for row in table.to_dict("records"):
        alone = run_scenario(
            place,
            Scenario(
                "one",
                (
                    (
                        "move",
                        {
                            k: v
                            for k, v in parcels["abc".index(row["parcel"])].items()
                            if k != "parcel"
                        },
                    ),
                ),
            ),
        )
        assert row["change"] == pytest.approx(alone.total, rel=1e-9)
    assert table["per_hectare"].tolist() == pytest.approx([7000, -7000, -21000])
    assert table.set_index("parcel").loc["c", "lacking"].count("water_retention") <= 1


def test_parcels_of_a_file(place):
    (place / "parcels.csv").write_text(
        (
            "parcel,region,from,to,area,unit\n"
            "p1,North,grassland,forest,10,ha\n"
            "p2,North,forest,grassland,x,ha\n"
        ),
        "utf-8",
    )
    with pytest.raises(GepError) as error:
        read_parcels(place / "parcels.csv")
    assert error.value.problems[0].where == "parcels.csv, line 3, column area"
    (place / "parcels.csv").write_text(
        "parcel,region,from,to,area,unit\np1,North,grassland,forest,10,ha\n", "utf-8"
    )
    assert rank(place, read_parcels(place / "parcels.csv"))[
        "per_hectare"
    ].tolist() == pytest.approx([7000])


def test_the_folder_is_only_read(place):
    before = {p.name: p.read_bytes() for p in place.iterdir()}
    run_scenario(place, read_scenario(write(place, MOVE.format(region="North", area="100 ha"))))
    after = {p.name: p.read_bytes() for p in place.iterdir() if p.name != "plan.toml"}
    assert after == before
    assert reader.read(place).total == pytest.approx(7 * (140e6 * 0.3 + 130e6 * 0.2 + 1e6))
