"""SEEA EA: supply equals use, rows and columns add up, every component has its place; the bridge by
hand.
"""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import gep
from gep import indicators
from gep import opening as folders
from gep.report import seea

ROOT = Path(__file__).parents[2] / "examples"
FOLDERS = [
    p.parent
    for p in sorted([*ROOT.glob("*/account.toml"), *ROOT.glob("gallery/*/account.toml")])
    if not (p.parent / "rasters.toml").exists()
]
TOML = 'region = "City"\nyear = 2020\nprice_year = 2020\nstandard = "{}"\n'


def test_every_component_has_its_place():
    catalogue = {(i.id, c.id) for i in indicators.every() for c in i.components} | {
        (r, "") for r in indicators.RESTS
    }
    assert set(seea.crosswalk()) == catalogue
    for m in seea.crosswalk().values():
        assert m.role in ("final", "intermediate", "abiotic", "welfare", "not listed")
        assert sum(dict(m.users).values()) == 1 and set(dict(m.users)) <= set(seea.USERS)
        assert bool(m.section) or m.role != "final"
        assert not m.cices or (len(m.cices.split(".")) == 4 and m.cices_class)


@pytest.mark.parametrize("path", FOLDERS, ids=lambda p: p.name)
def test_supply_equals_use_and_all_adds_up(path):
    account = folders.read(path)
    t = seea.tables(account)
    for supply, use in ((t.supply_physical, t.use_physical), (t.supply_money, t.use_money)):
        assert supply.index.tolist() == use.index.tolist()
        assert supply["total"].tolist() == use["total"].tolist() or np.allclose(
            supply["total"].astype(float), use["total"].astype(float), rtol=1e-13, atol=0
        )
        for frame in (supply, use):
            inner = frame.drop(columns=["service", "unit", "total"]).astype(float)
            assert np.allclose(
                inner.sum(axis=1), frame["total"].astype(float), rtol=1e-12, atol=1e-6
            )
    for frame in (t.supply_money, t.use_money):
        if len(frame):
            body, last = (
                frame.iloc[:-1].drop(columns=["service", "unit"]),
                frame.iloc[-1].drop(["service", "unit"]).astype(float),
            )
            assert np.allclose(body.sum(), last, rtol=1e-12, atol=1e-6)
            inside = account.add(
                [p for p in account.counted if not p.component.outside], year=t.year
            )
            assert last["total"] == pytest.approx(float(inside), rel=1e-12, nan_ok=True)
    if len(t.extent):
        assert np.allclose(t.extent.iloc[:-1].sum(), t.extent.iloc[-1])
    b = t.bridge["value"]
    assert b["welfare"] == pytest.approx(
        b["exchange_values"] + np.nansum([b["consumer_surplus"], b["non_use_value"]]), nan_ok=True
    )
    assert b["without_travel_time"] == pytest.approx(
        b["exchange_values"] - b["of_which_travel_time"], nan_ok=True
    )


def test_extent_changes_add_up():
    t = seea.tables(folders.read(ROOT / "gallery" / "jiajiyu_2012_2022"))
    e = t.extent
    assert np.allclose(e["2012"] + e["additions"] - e["reductions"], e["2022"])
    assert e.loc["slope farmland", "reductions"] == pytest.approx(
        2124500
    )  # 212.45 hm² in 2012, none planned for 2022


WATER = "".join(
    f"{i},,{n},,forest,,,{v},mm,s\n"
    for i, n, v in (
        ("", "precipitation", 1000),
        ("", "evapotranspiration", 600),
        ("water_retention", "runoff", 50),
    )
)
RESERVOIR = "water_retention,retained_water,reservoir_cost,,,,6,CNY/m3,2020,,s\n"


def test_extent_counts_no_place_and_no_year_twice(folder):
    """100 km² in every year but 2020, which has 110 of its own; districts of 100 and 50 km² inside
    a city of 150.
    """
    years = 'region = "City"\nyears = [2019, 2020]\nprice_year = 2020\nstandard = "catalogue"\n'
    rows = ",,area,,forest,,,100,km2,s\n,,area,,forest,,2020,110,km2,s\n" + WATER
    extent = seea.tables(folders.read(folder(rows, RESERVOIR, toml=years))).extent
    assert extent.loc["forest"].tolist() == pytest.approx([100e6, 10e6, 0, 110e6])
    rows = (
        ",,area,,forest,,,150,km2,s\n,,area,,forest,North,,100,km2,s\n,,area,,forest,South,,50,km2,s\n"
        + WATER
    )
    account = folders.read(
        folder(
            rows,
            RESERVOIR,
            toml=TOML.format("catalogue"),
            regions_csv="region,parent\nNorth,City\nSouth,City\n",
        )
    )
    assert seea.tables(account).extent["2020"].to_dict() == pytest.approx(
        {"forest": 150e6, "total": 150e6}
    )
    assert account.total == pytest.approx(150e6 * 0.35 * 6)


def test_notes_are_of_the_year_of_the_tables(folder):
    """Oxygen, which the reference list does not have: 1 t at 100 CNY in 2019, 3 t in 2020."""
    rows = "".join(
        f"oxygen_release,oxygen,quantity,,,,{y},{q},t O2,s\n" for y, q in ((2019, 1), (2020, 3))
    )
    toml = 'region = "City"\nyears = [2019, 2020]\nprice_year = 2020\nstandard = "catalogue"\n'
    account = folders.read(
        folder(rows, "oxygen_release,oxygen,oxygen_price,,,,100,CNY/t O2,2020,,s\n", toml=toml)
    )
    for year, worth in ((2019, 100), (2020, 300)):
        assert any(
            n.startswith("not listed") and f", {worth} CNY/yr" in n
            for n in seea.tables(account, year).notes
        )
    with pytest.raises(gep.ParameterError) as caught:
        seea.tables(account, 2018)
    assert "the account covers 2019, 2020" in str(caught.value)


def test_bridge_of_baiyangdian():
    """135e4 visits: 343.33 of time and 578.03 of surplus each; printed non-use value 0.98e8."""
    b = seea.tables(folders.read(ROOT / "gallery" / "baiyangdian_2011")).bridge["value"]
    assert b["of_which_travel_time"] == pytest.approx(135e4 * 343.33)
    assert b["consumer_surplus"] == pytest.approx(135e4 * 578.03)
    assert b["non_use_value"] == pytest.approx(0.98e8, abs=0.005e8)
    assert b["welfare"] == pytest.approx(35.55e8, rel=2e-3)


def test_who_uses_what(folder, tmp_path):
    path = folder(
        "tourism,paid_sites,visits,,,,,10,人次,s\n",
        "tourism,paid_sites,visit_cost,,,,100,元/人次,2020,,s\n",
        toml=TOML.format("catalogue"),
    )
    (path / "users.csv").write_text(
        "indicator,component,user,share,source\ntourism,paid_sites,households,0.7,s\ntourism,paid_sites,rest_of_world,0.3,s\n",
        "utf-8",
    )
    t = seea.tables(folders.read(path), users=seea.read_users(path / "users.csv"))
    row = t.use_money.loc[("tourism", "paid_sites")]
    assert (
        row["households"] == pytest.approx(700)
        and row["rest_of_world"] == pytest.approx(300)
        and row["total"] == 1000
    )
    assert not [n for n in t.notes if "convention" in n]
    (path / "users.csv").write_text(
        "indicator,component,user,share,source\ntourism,paid_sites,martians,0.7,s\ntourism,nothing,households,1,s\ntourism,beach,households,0.5,s\ntourism,free_space,households,x,s\n",
        "utf-8",
    )
    with pytest.raises(gep.InputError) as caught:
        seea.read_users(path / "users.csv")
    assert sorted(p.code for p in caught.value.problems) == [
        "component.unknown",
        "range.outside",
        "share.sum",
        "user.unknown",
    ]
    (path / "users.csv").write_text(
        "indicator,component,user,share,source\ntourism,beach,households,0.5,s\ntourism,beach,households,1,s\n",
        "utf-8",
    )
    with pytest.raises(gep.InputError) as caught:
        seea.read_users(path / "users.csv")
    assert "row.double" in {p.code for p in caught.value.problems}


def test_resource_rent_for_products(folder):
    """500 t at 1000 gross; per tonne 300 intermediate, 250 labour, 20 tax, 80 depreciation, 10 % of
    1000 capital: rent 250.
    """
    rows = "agricultural_products,crops,quantity,,,,,500,t,s\n"
    costs = (
        ("gross_price", "1000", "CNY/t"),
        ("intermediate_cost", "300", "CNY/t"),
        ("labour_cost", "250", "CNY/t"),
        ("production_tax", "20", "CNY/t"),
        ("depreciation", "80", "CNY/t"),
        ("capital_intensity", "1000", "CNY yr/t"),
        ("return_rate", "10", "%/yr"),
    )
    prices = "".join(f"agricultural_products,crops,{n},,,,{v},{u},2020,,s\n" for n, v, u in costs)
    account = gep.run(folder(rows, prices, toml=TOML.format("seea_ea")))
    assert account.total == pytest.approx(500 * 250)


def test_outside_the_reference_list():
    t = seea.tables(folders.read(ROOT / "garze_2010", "seea_ea"))
    assert ("oxygen_release", "oxygen") not in t.supply_money.index and (
        "ecological_energy",
        "hydropower",
    ) not in t.supply_money.index
    whole = seea.tables(folders.read(ROOT / "garze_2010"))
    assert any(n.startswith("not listed") and "oxygen_release.oxygen" in n for n in whole.notes)


def test_exports():
    t = seea.tables(folders.read(ROOT / "gaotianyan_2014"))
    frame = pd.read_csv(StringIO(t.to_csv()))
    money = frame[
        (frame.table == "supply_money") & (frame.column == "total") & (frame.indicator != "total")
    ]
    assert money.value.sum() == pytest.approx(t.supply_money.iloc[-1]["total"])
    openpyxl = pytest.importorskip("openpyxl")
    from io import BytesIO

    book = openpyxl.load_workbook(BytesIO(t.workbook()))
    assert book.sheetnames == [*seea.TABLES, "notes"]
    sheet = book["use_money"]
    heads = [c.value for c in sheet[1]]
    assert sheet.cell(sheet.max_row, heads.index("total") + 1).value == pytest.approx(
        t.use_money.iloc[-1]["total"]
    )


def test_a_type_without_a_figure_has_no_zero(folder):
    """Forest has a rate, cropland none: what cropland takes up is not known."""
    rows = (
        "".join(f",,area,,{e},,,10,km2,s\n" for e in ("mixed_forest", "cropland"))
        + "air_purification,so2,uptake_rate,,mixed_forest,,,100,kg SO2/hm2,s\n"
    )
    account = gep.run(
        folder(rows, "air_purification,so2,treatment_cost,,,,1200,CNY/t SO2,2020,,s\n")
    )
    row = seea.tables(account).supply_money.reset_index().set_index("component").loc["so2"]
    assert row["mixed_forest"] == pytest.approx(100 * 1200)
    assert row.get("cropland") is None or row["cropland"] != row["cropland"]


def test_a_price_that_was_given_outright_is_no_resource_rent(folder):
    """Under seea_ea rice at 3 CNY/kg is a market price; with gross price and costs it is what they
    leave: 2.6 − 0.7 − 0.45 − 0.03 − 0.2 − 10 × 6 %.
    """
    toml = 'region = "City"\nyear = 2020\nprice_year = 2020\nstandard = "seea_ea"\n'
    rice = "agricultural_products,crops,quantity,rice,,,,10,t,hand\n"
    given = gep.run(
        folder(rice, "agricultural_products,crops,product_price,rice,,,3,元/kg,2020,,hand\n", toml)
    )
    assert given.ledger["method"].tolist() == ["market_price"] and any(
        "market price" in n for n in seea.tables(given).notes
    )
    parts = {
        "gross_price": "2.6,元/kg",
        "intermediate_cost": "0.7,元/kg",
        "labour_cost": "0.45,元/kg",
        "production_tax": "0.03,元/kg",
        "depreciation": "0.2,元/kg",
        "capital_intensity": "10,CNY yr/kg",
        "return_rate": "6,%/yr",
    }
    prices = "".join(
        f"agricultural_products,crops,{name},rice,,,{figure},2020,,hand\n"
        for name, figure in parts.items()
    )
    rent = gep.run(folder(rice, prices, toml, name="rent"))
    assert rent.ledger["method"].tolist() == ["resource_rent"] and rent.total == pytest.approx(
        10_000 * (2.6 - 0.7 - 0.45 - 0.03 - 0.2 - 0.6)
    )
    assert not any("market price" in n for n in seea.tables(rent).notes)
