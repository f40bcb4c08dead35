"""The commands, the report with intervals, and the example folders."""

import csv
import importlib.util
import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gep import opening as reader
from gep.analysis.uncertainty import uncertainty
from gep.commands import app
from gep.report.page.document import page

EXAMPLES = Path(__file__).parents[2] / "examples"
CITY, BEACH = EXAMPLES / "demo_city_years", EXAMPLES / "beach_steward"


def run(*words, code=0):
    out = CliRunner().invoke(app, list(map(str, words)))
    assert out.exit_code == code, out.output
    return out.output


def test_uncertainty_writes_intervals_and_a_report(tmp_path):
    out = run(
        "uncertainty", BEACH, "--draws", 400, "--seed", 3, "--out", tmp_path / "u", "--lang", "zh"
    )
    assert "影响最大的十项输入" in out and "一阶传播" in out
    with (tmp_path / "u" / "intervals.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert all(
        float(r["value_low"]) <= float(r["value"]) <= float(r["value_high"])
        for r in rows
        if r["value"]
    )
    html = (tmp_path / "u" / "index.html").read_text("utf-8")
    assert "不确定性" in html and "http://" not in html.replace("http://www.w3.org", "")
    again = run("uncertainty", BEACH, "--draws", 400, "--seed", 3, "--json")
    data = json.loads(again)
    assert data["draws"] == 400 and len(data["tornado"]) >= 10
    assert data["totals"][0]["low"] < data["totals"][0]["value"] < data["totals"][0]["high"]


def test_a_page_without_draws_says_nothing_of_them():
    account = reader.read(BEACH)
    assert "不确定性" not in page(account, "zh")
    assert "ten inputs that matter most" in page(account, "en", sure=uncertainty(account, 200))


def test_series_and_scenario_and_assess(tmp_path):
    told = json.loads(run("series", CITY, "--by", "level", "--json"))
    assert told["years"] == [2019, 2020, 2021]
    total = told["decomposition"][-1]
    assert sum(
        total[e] for e in ("extent", "quantity", "price", "unsplit", "coverage")
    ) == pytest.approx(total["change"], rel=1e-12)
    assert told["current"]["2021"]["total"] - told["current"]["2019"]["total"] == pytest.approx(
        total["change"], rel=1e-12
    )
    plan = json.loads(run("scenario", CITY, CITY / "scenario.toml", "--json"))
    assert plan["after"] - plan["before"] == pytest.approx(plan["change"]) and {
        r["region"] for r in plan["by_region"] if abs(r["change"]) > 1
    } == {"北岭区"}
    ranked = json.loads(run("scenario", CITY, CITY / "parcels.csv", "--json"))
    assert [r["per_hectare"] for r in ranked] == sorted(
        (r["per_hectare"] for r in ranked), reverse=True
    )
    judged = json.loads(run("assess", CITY, "--json", "--out", tmp_path / "a"))
    assert len(judged["targets"]) == 30 and {r["state"] for r in judged["dual"]} <= {
        "kept",
        "broken",
        "both_fell",
        "unknown",
    }
    for row in judged["weather"]:
        assert row["controllable"] + row["weather"] + row["price"] == pytest.approx(
            row["change"], rel=1e-9, abs=1e-3
        )
    assert (tmp_path / "a" / "dual.csv").exists()


@pytest.mark.parametrize(
    "words", [("scenario", BEACH, BEACH / "restoration.toml"), ("series", CITY), ("assess", CITY)]
)
def test_shown_in_chinese(words):
    out = run(*words, "--lang", "zh")
    assert any(word in out for word in ("变化", "可比价", "绿金指数"))


def test_faults_leave_with_code_2(tmp_path):
    (tmp_path / "bad.toml").write_text('[[change]]\ninput = "rain"\nfactor = 2\n', "utf-8")
    run("scenario", BEACH, tmp_path / "bad.toml", "--lang", "zh", code=2)
    run("series", BEACH, code=2)


@pytest.mark.parametrize("folder", [CITY, BEACH])
def test_examples_are_synthetic_and_made_again_alike(folder, tmp_path, monkeypatch):
    account = reader.read(folder)
    assert {
        e
        for p in account.parts
        for e in p.solution.entries
        if "synthetic" not in e.source and e.evidence == "synthetic"
    } == set()
    assert "synthetic = true" in (folder / "account.toml").read_text("utf-8")
    spec = importlib.util.spec_from_file_location("made", folder / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / folder.name).mkdir()
    kept = {p.name: p.read_bytes() for p in folder.iterdir() if p.suffix in (".csv", ".toml")}
    if folder is CITY:  # its maker looks for its neighbour
        module.city = lambda made=module.city: made()
        city = module.city()
        monkeypatch.setattr(module, "city", lambda: city)
    monkeypatch.setattr(module, "HERE", tmp_path / folder.name)
    module.write()
    assert {p.name: p.read_bytes() for p in (tmp_path / folder.name).iterdir()} == kept


def test_a_series_says_which_money_it_is_in(tmp_path):
    """Years at prices of 2020 are no current prices; comparable prices name their year."""
    path = tmp_path / "fixed"
    shutil.copytree(CITY, path)
    toml = path / "account.toml"
    toml.write_text(
        re.sub("(?m)^price_year.*$", "price_year = 2020", toml.read_text("utf-8")), "utf-8"
    )
    shown = run("series", path, "--lang", "zh", "--base", "2019")
    assert "账户所用价格（2020）" in shown and "可比价 (2019)" in shown and "当年价" not in shown
    assert "current prices" in run("series", CITY) and "comparable prices (2021)" in run(
        "series", CITY
    )
