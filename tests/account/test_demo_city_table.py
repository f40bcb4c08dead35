"""The synthetic city from tables: complete, labelled, the same bytes from its seed, and some
figures redone by hand.
"""

import csv
import importlib.util
import json
import math
from pathlib import Path

import pytest

import gep
from gep.commands import app

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "demo_city_table"


@pytest.fixture(scope="module")
def make():
    spec = importlib.util.spec_from_file_location("make_demo_city_table", FOLDER / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def account():
    return gep.run(FOLDER)


def rows(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def figure(name, **where):
    found = [
        r
        for r in rows("inputs.csv")
        if r["input"] == name and all(r[k] == v for k, v in where.items())
    ]
    assert len(found) == 1
    return float(found[0]["value"])


def test_all_sixteen_and_nothing_left_out(account):
    assert len(account.profile.rows) == 16
    assert account.by("indicator").index.tolist() == [r.id for r in account.profile.rows]
    assert (account.by("indicator") > 0).all()
    assert not account.missing and not account.total.left_out
    named = {c for r in account.profile.rows for c in r.components}
    assert named == {p.name for p in account.parts if p.counted}


def test_ten_districts_ten_types(account):
    by_region = account.by("region")
    assert len(by_region) == 10 and (by_region > 0).all()
    assert by_region.sum() == pytest.approx(float(account.total), rel=1e-12)
    assert len(account.by("ecosystem").drop("")) == 10
    codes = [r["code"] for r in rows("regions.csv")]
    assert len(set(codes)) == 10 and all(c.startswith("99") for c in codes)


def test_synthetic_everywhere(account):
    for r in rows("inputs.csv"):
        assert r["evidence"] == "synthetic" and "synthetic" in r["source"] and "模拟" in r["source"]
    for r in rows("prices.csv"):
        assert (r["evidence"] == "synthetic") == ("synthetic" in r["source"])
        assert r["evidence"] == "synthetic" or r["source"].startswith("price register")
    assert account.basis.synthetic and account.summary()["synthetic"] is True
    assert "模拟" in account.basis.title and "synthetic" in account.basis.title
    assert set(account.ledger.evidence) == {"synthetic"}


def test_said_in_terminal_and_page(account, tmp_path):
    from typer.testing import CliRunner

    for lang, words in (
        ("en", "synthetic figures, not real statistics"),
        ("zh", "模拟数据，非真实统计"),
    ):
        out = CliRunner().invoke(
            app, ["run", str(FOLDER), "--lang", lang, "--out", str(tmp_path / lang)]
        )
        assert out.exit_code == 0 and words in out.output
    assert "must not be quoted" in (tmp_path / "en" / "index.html").read_text("utf-8")
    plain = CliRunner().invoke(app, ["run", str(ROOT / "examples" / "garze_2010")])
    assert "synthetic" not in plain.output


def test_synthetic_is_true_or_false(folder):
    with pytest.raises(gep.GepError) as error:
        gep.run(
            folder(
                toml='region = "C"\nyear = 2020\nsynthetic = "yes"\n',
                inputs="tourism,paid_sites,value,,,,,1,元,x\n",
            )
        )
    assert [p.where for p in error.value.problems] == ["account.toml, synthetic"]


def test_same_bytes_from_its_seed(make, tmp_path):
    make.write(tmp_path)
    for file in sorted(p.name for p in FOLDER.iterdir() if p.suffix in (".csv", ".toml")):
        assert (tmp_path / file).read_bytes() == (FOLDER / file).read_bytes(), file


def test_water_of_one_cell(account):
    """(P − R − ET) A of forest in the east, by hand from the file: R = 5 % of P."""
    at = {"region": "东湾区", "ecosystem": "evergreen_broadleaf_forest"}
    rain, evaporation = (
        figure("precipitation", region="东湾区"),
        figure("evapotranspiration", ecosystem=at["ecosystem"]),
    )
    area = figure("area", indicator="", **at)
    wanted = (rain - 0.05 * rain - evaporation) / 1000 * area * 1e6
    got = account.ledger.query(
        "component == 'retained_water' and region == '东湾区'"
        " and ecosystem == 'evergreen_broadleaf_forest'"
    )
    assert got.quantity.item() == pytest.approx(wanted, rel=1e-9)
    assert got.value.item() == pytest.approx(wanted * 6.11, rel=1e-9)


def test_carbon_and_oxygen_on_one_basis(account):
    """Oxygen is 32/44 of the carbon dioxide; mangrove stands under blue carbon alone: 226 g C/(m2
    a) × 44/12.
    """
    ledger = account.ledger.set_index("component")
    green, blue, oxygen = (ledger.loc[[c]] for c in ("carbon", "blue_carbon", "oxygen"))
    assert "mangrove" not in set(green.ecosystem) and set(blue.ecosystem) == {"mangrove"}
    land = oxygen[oxygen.ecosystem != "mangrove"]
    assert land.quantity.sum() == pytest.approx(green.quantity.sum() * 32 / 44, rel=1e-9)
    area = figure("area", indicator="", region="南港区", ecosystem="mangrove")
    assert blue[blue.region == "南港区"].quantity.item() == pytest.approx(
        area * 226 * 44 / 12, rel=1e-9
    )  # km2 × g/m2 = t


def test_imported_water_is_netted(account):
    where = {"indicator": "water_supply", "component": "domestic", "region": "榕湖区"}
    net = figure("water_taken", **where) - figure("imported", **where)
    got = account.ledger.query("component == 'domestic' and region == '榕湖区'").quantity.item()
    assert got == pytest.approx(net * 1e4, rel=1e-9)


def test_barrier_and_dyke_are_yearly_costs(account):
    """400 CNY/m of 2008 at prices of 2020 (index 1.02^12), 20 years at 4 %: annuity factor 13.5903;
    plus upkeep 12; per 12 dB.
    """
    factor = (1 - 1.04**-20) / 0.04
    assert factor == pytest.approx(13.5903, abs=1e-4)
    index = {r["year"]: float(r["value"]) for r in rows("deflators.csv")}
    wanted = (400 * index["2020"] / index["2008"] / factor + 12) / 12
    assert account.ledger.query("component == 'roadside'").price.unique() == pytest.approx(
        [wanted], rel=1e-9
    )
    dyke = 36000 * 0.04 / (1 - 1.04**-50) + 240
    assert account.ledger.query(
        "indicator == 'coastal_protection'"
    ).price.unique() == pytest.approx([dyke], rel=1e-9)


def test_curve_number_against_bare_ground(account):
    """Forest (CN 45) and bare ground (CN 91), three storms: S = 25400/CN − 254, initial abstraction
    0.2 S.
    """

    def runoff(rain, number):
        kept = 25400 / number - 254
        return max(rain - 0.2 * kept, 0) ** 2 / (max(rain - 0.2 * kept, 0) + kept)

    held = sum(runoff(p, 91) - runoff(p, 45) for p in (96, 142, 68))
    area = figure("area", indicator="", region="云台区", ecosystem="evergreen_broadleaf_forest")
    got = account.ledger.query(
        "indicator == 'flood_mitigation' and component == 'vegetation'"
        " and region == '云台区' and ecosystem == 'evergreen_broadleaf_forest'"
    )
    assert got.quantity.sum() == pytest.approx(held / 1000 * area * 1e6, rel=1e-9)


def test_capped_air(account):
    """Where less is emitted than could be taken up, the emission is the quantity."""
    for component in ("so2", "nox", "dust"):
        for district in (r["region"] for r in rows("regions.csv")):
            emitted = figure(
                "emission", indicator="air_purification", component=component, region=district
            )
            got = account.ledger.query(
                "component == @component and region == @district"
            ).quantity.sum()
            rates = {
                r["ecosystem"]: float(r["value"])
                for r in rows("inputs.csv")
                if r["component"] == component and r["input"] == "uptake_rate"
            }
            areas = {
                r["ecosystem"]: float(r["value"])
                for r in rows("inputs.csv")
                if r["input"] == "area" and r["region"] == district and not r["indicator"]
            }
            capacity = sum(
                rates[e] * a / 10 for e, a in areas.items() if e in rates
            )  # kg/hm2 × km2 = 100 kg
            assert got == pytest.approx(min(emitted, capacity), rel=1e-9)


def test_cop_divides_latent_heat_only(account):
    """Open water: (cooling evaporation × 2450 MJ/t / 3.6 / 3 + dry-month evaporation × 125 kWh/m3)
    × area.
    """
    district = "青溪区"
    cooling, humid = (
        figure(n, region=district) / 1000
        for n in ("cooling_evaporation", "humidifying_evaporation")
    )
    area = figure("area", indicator="", region=district, ecosystem="reservoir") * 1e6
    wanted = area * (cooling * 2450 / 3.6 / 3 + humid * 125)
    got = account.ledger.query(
        "component == 'water_surface' and region == @district"
    ).quantity.sum()
    assert got == pytest.approx(wanted, rel=1e-9)


def test_lake_by_lake(account):
    """e^4.924 A^1.128 × 3.19 (1e4 m3) for each lake of the eastern plain."""
    lakes = [float(r["value"]) for r in rows("inputs.csv") if r["input"] == "lake_area"]
    assert len(lakes) == 2
    wanted = sum(math.exp(4.924) * a**1.128 * 3.19 * 1e4 for a in lakes)
    assert account.ledger.query("component == 'lake'").quantity.sum() == pytest.approx(
        wanted, rel=1e-9
    )


def test_list_gives_sixteen_in_three_levels():
    from typer.testing import CliRunner

    with (Path(__file__).parent / "expected" / "ids.csv").open(
        encoding="utf-8", newline=""
    ) as stream:
        ids = {r["indicator"] for r in csv.DictReader(stream)}
    for standard, layout in (("shenzhen", (3, 10, 3)), ("shenzhen_alt", (4, 9, 3))):
        out = CliRunner().invoke(app, ["list", "--standard", standard, "--json"])
        data = json.loads(out.stdout)
        assert out.exit_code == 0 and len(data) == 16
        assert (
            tuple(
                sum(r["level"] == level for r in data)
                for level in ("material", "regulating", "cultural")
            )
            == layout
        )
        for row in data:
            assert (
                row["id"]
                and row["zh"]
                and row["en"]
                and row["evidence"] in ("confirmed", "reconstructed")
            )
        if standard == "shenzhen":
            assert {r["id"] for r in data} <= ids
            assert {r["zh"] for r in data if r["evidence"] == "confirmed"} == {
                "农林牧渔产品",
                "调节气候",
                "涵养水源",
                "净化空气",
                "旅游休闲服务",
                "自然景观溢价",
            }
        shown = CliRunner().invoke(app, ["list", "--standard", standard]).output
        assert "not the standard's own" in " ".join(shown.split())


def test_explained_in_chinese(account):
    text = str(account.explain("air_purification", "so2", lang="zh"))
    assert (
        "[常绿阔叶林] 86 kg SO2/(hm2 a)" in text
        and "以排放量为限" in text
        and "10 个数" in text
        and "…… 另有 86 个" in text
    )
