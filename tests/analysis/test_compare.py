"""Accounts side by side: by hand for two small ones, and adding up for every standard on published
accounts.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import gep
from gep import opening as folders
from gep import standards
from gep.analysis.compare import EFFECTS, compare

ROOT = Path(__file__).parents[2]
# a city on rasters has them made by its script; it is compared in tests/spatial
FOLDERS = [
    p
    for p in (ROOT / "examples").iterdir()
    if (p / "account.toml").exists()
    and not p.name.endswith("_matrix")
    and not (p / "rasters.toml").exists()
]
TOML = (
    'region = "City"\n'
    "years = [2019, 2020]\n"
    'price_year = "current"\n'
    'standard = "catalogue"\n'
    'area = "10 km2"\n'
    'population = "1000人"\n'
)


def water(year, volume):
    return f"water_retention,retained_water,quantity,,,,{year},{volume},m3,s\n"


def price(year, value):
    return f"water_retention,retained_water,reservoir_cost,,,,{value},CNY/m3,{year},,s\n"


def test_quantity_and_price_share_their_joint_effect(plain_folder):
    """100 m³ at 2, then 150 m³ at 3: 450 - 200 = 250 = 50 × 2.5 + 1 × 125."""
    account = gep.run(
        plain_folder(
            water(2019, 100) + water(2020, 150), price(2019, 2) + price(2020, 3), toml=TOML
        )
    )
    found = compare(account).difference.loc[("regulating", "water_retention")]
    assert found[["first", "second", "difference"]].tolist() == [200, 450, 250]
    assert found[list(EFFECTS)].tolist() == [0, 0, 125, 125, 0]
    (note,) = compare(account).notes
    assert note.code == "compare.prices" and "2019, 2020" in str(note)


def test_current_prices_are_those_of_the_year(plain_folder):
    """Current prices of 2020 beside prices of 2020: no change of the price level to warn of."""
    one = gep.run(
        plain_folder(water(2020, 150), price(2020, 3), toml=TOML.replace("[2019, 2020]", "[2020]"))
    )
    two = gep.run(
        plain_folder(
            water(2020, 150),
            price(2020, 3),
            toml=TOML.replace("[2019, 2020]", "[2020]").replace('"current"', "2020"),
        )
    )
    assert compare(one, two).notes == ()


def test_the_order_turns_every_sign(plain_folder):
    account = gep.run(
        plain_folder(
            water(2019, 100) + water(2020, 150), price(2019, 2) + price(2020, 3), toml=TOML
        )
    )
    there, back = (
        compare(account, years=years).difference.loc[("total", "")]
        for years in ((2019, 2020), (2020, 2019))
    )
    assert (there[list(EFFECTS)] == -back[list(EFFECTS)]).all()


def test_coverage_is_what_only_one_has(plain_folder):
    rows = water(2019, 100) + water(2020, 100) + "sand_fixation,fixed_sand,value,,,,2020,70,元,s\n"
    found = compare(
        gep.run(plain_folder(rows, price(2019, 2) + price(2020, 2), toml=TOML))
    ).difference
    assert found.loc[("regulating", "sand_fixation"), "coverage"] == 70
    assert found.loc[("total", ""), list(EFFECTS)].tolist() == [70, 0, 0, 0, 0]
    assert "only in 2020" in found.loc[("regulating", "sand_fixation"), "why"]


def test_another_formula_is_method(plain_folder):
    """10 t dry matter is 16.3 t CO2 by photosynthesis; 10 t C of NEP is 36.67: at 100 CNY/t,
    2036.67 of method.
    """
    rows = {
        "co2_from_nep": "carbon_sequestration,carbon,nep,,,,,10,t C,s\n",
        "co2_from_dry_matter": "carbon_sequestration,carbon,dry_matter,,,,,10,t,s\n",
    }
    carbon = "carbon_sequestration,carbon,carbon_price,,,,100,CNY/t CO2,2020,,s\n"
    toml = (
        'region = "City"\n'
        "year = 2020\n"
        "price_year = 2020\n"
        "[methods]\n"
        '"carbon_sequestration.sequestered_co2" = "{}"\n'
    )
    one, two = (
        gep.run(plain_folder(rows[route], carbon, toml=toml.format(route)))
        for route in ("co2_from_dry_matter", "co2_from_nep")
    )
    found = compare(one, two, labels=("biomass", "NEP")).difference.loc[("total", "")]
    assert found["method"] == pytest.approx(10 * 44 / 12 * 100 - 1630) and found[
        "method"
    ] == pytest.approx(found["difference"])
    assert (
        "co2_from_dry_matter"
        in compare(one, two).difference.loc[("regulating", "carbon_sequestration"), "why"]
    )


def test_only_values_cannot_be_split(plain_folder):
    rows = "".join(
        f"sand_fixation,fixed_sand,value,,,,{y},{v},元,s\n" for y, v in ((2019, 70), (2020, 90))
    )
    found = compare(gep.run(plain_folder(rows, toml=TOML))).difference.loc[("total", "")]
    assert found[list(EFFECTS)].tolist() == [0, 0, 0, 0, 20]


def test_whole_against_components(plain_folder):
    """Climate as a whole (200 kWh at 0.5) against its two components (100 and 50 kWh at 1)."""
    toml = 'region = "City"\nyear = 2020\nprice_year = 2020\n'
    rows = (
        "climate_regulation,vegetation,quantity,,,,,100,kWh,s\n"
        "climate_regulation,water_surface,quantity,,,,,50,kWh,s\n"
    )
    prices = "".join(
        f"climate_regulation,{c},electricity_price,,,,1,CNY/kWh,2020,,s\n"
        for c in ("vegetation", "water_surface")
    )
    parts = gep.run(plain_folder(rows, prices, toml=toml))
    whole = gep.run(
        plain_folder(
            "climate_regulation,,quantity,,,,,200,kWh,s\n",
            "climate_regulation,,electricity_price,,,,0.5,CNY/kWh,2020,,s\n",
            toml=toml,
        )
    )
    found = compare(whole, parts, labels=("whole", "parts")).difference.loc[
        ("regulating", "climate_regulation")
    ]
    assert found[["first", "second", "coverage", "quantity", "price"]].tolist() == [
        100,
        150,
        0,
        -37.5,
        87.5,
    ]


def test_measures(plain_folder):
    account = gep.run(
        plain_folder(
            water(2019, 100) + water(2020, 300), price(2019, 2) + price(2020, 2), toml=TOML
        )
    )
    c = compare(account)
    assert c.table("per_km2").loc[("total", "")].tolist() == [20, 60]
    assert c.table("per_head").loc[("total", "")].tolist() == [0.2, 0.6]
    assert c.table("share").loc[("regulating", "water_retention")].tolist() == [1, 1]
    assert c.table("rank").loc[("total", "")].tolist() == [2, 1]
    assert c.ranking.index.tolist() == ["2020", "2019"]
    assert "2019,regulating,water_retention,value,200.0" in c.to_csv()


def test_refused():
    garze = folders.read(ROOT / "examples" / "garze_2010")
    with pytest.raises(gep.ParameterError) as caught:
        compare(garze)
    assert [p.code for p in caught.value.problems] == ["compare.one"]
    with pytest.raises(gep.ParameterError):
        compare(garze, garze, years=[1999])


@pytest.mark.parametrize("path", FOLDERS, ids=lambda p: p.name)
def test_every_standard_adds_up(path):
    """Under each standard: every line splits without a rest, and the lines add up to the difference
    of the totals.
    """
    first = folders.read(path)
    for standard in standards.ids():
        second = folders.read(path, standard)
        found = compare(first, second).difference
        assert (found[list(EFFECTS)].sum(axis=1) - found["difference"]).abs().max() <= 1e-9 * max(
            1.0, abs(float(first.total))
        )
        assert found.loc[("total", ""), "difference"] == pytest.approx(
            float(np.nan_to_num(second.total)) - float(first.total), rel=1e-12, abs=1e-3
        )
        assert (
            found.loc[("total", ""), "price"] == 0
        )  # one set of prices: a standard changes what is counted and how, never what it costs


def test_two_cities_add_up():
    accounts = [folders.read(ROOT / "examples" / name) for name in ("garze_2010", "shenzhen_2020")]
    found = compare(*accounts).difference
    assert found.loc[("total", ""), list(EFFECTS)].sum() == pytest.approx(
        float(accounts[1].total) - float(accounts[0].total), rel=1e-12
    )
    assert found.loc[("cultural", "tourism"), "unsplit"] == pytest.approx(41939e6 - 7066.69e6)


def test_the_table_of_the_docs():
    """Garzê under each standard, as docs/standards-compare.md prints it."""
    page = (ROOT / "docs" / "standards-compare.md").read_text("utf-8")
    lines = [
        line.split("|")[1:4]
        for line in page.splitlines()
        if line.startswith("| `") and ("," in line.split("|")[2])
    ]
    assert len(lines) == 6
    base = None
    for names, total, less in lines:
        for name in names.replace("`", "").split(","):
            ours = float(folders.read(ROOT / "examples" / "garze_2010", name.strip()).total) / 1e8
            base = base or ours
            assert round(ours, 2) == float(total.replace(",", ""))
            assert not less.strip() or round(base - ours, 2) == float(less.replace(",", ""))
