"""Every published account in the gallery runs again; what is known not to fit must stand out."""

from __future__ import annotations

import math
import shutil
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

import gep
from gep.analysis import gallery

ROOT = Path(__file__).parents[2] / "examples"
CASES = gallery.cases(ROOT)


@pytest.fixture(scope="module")
def outcomes():
    return {o.id: o for o in gallery.run_all(ROOT)}


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.name)
def test_case(outcomes, path):
    o = outcomes[path.name]
    assert o.checks, "a case without a check shows nothing"
    assert not [c for c in o.checks if not c.passed], [
        (c.name, c.printed, c.ours, c.reach) for c in o.checks if not c.passed
    ]
    assert not o.warnings
    assert (
        o.about["grade"] in gallery.GRADES
        and o.about["source"]
        and o.about["printed"]
        and o.about["recomputes"]
        and o.about["zh"]
    )


def test_there_are_twenty(outcomes):
    assert len(outcomes) >= 20
    assert {"A", "B", "C", "D"} == {o.about["grade"] for o in outcomes.values()}


@pytest.mark.parametrize(
    "path",
    [p for p in CASES if tomllib.loads((p / "case.toml").read_text("utf-8"))["grade"] == "D"],
    ids=lambda p: p.name,
)
def test_a_source_that_contradicts_itself_is_caught(outcomes, path):
    o = outcomes[path.name]
    assert o.slips and o.account and "control.beyond" in {w.code for w in o.account.warnings}


@pytest.mark.parametrize(
    ("id", "total", "name"),
    [
        ("baiyangdian_2011", 35.55e8, "GEP + consumer_surplus + non_use"),
        ("jiangsu_2010", 1158.71e8, "ESV"),
        ("hainan_park_2020", 2051.43e8, "GEP"),
        ("inner_mongolia_2019", 44760.75e8, "GEP"),
        ("shandong_carbon_2013", 253.42e8, "forest services"),
        ("altai_2014", 479.5779e8, "forest services"),
        ("huaihe_1990_2013", 555.27e8, "ESV"),
        ("netherlands_2013_2022", 15.11e9, "GEP"),
    ],
)
def test_printed_totals(outcomes, id, total, name):
    account = outcomes[id].account
    assert float(account.total) == pytest.approx(total, rel=1e-3)
    assert account.total_name == name


def test_the_negative_service_stays_in(outcomes):
    assert outcomes["huaihe_services_1990_2013"].account.summary()["negative"] == {
        "equivalent_factor.remainder": pytest.approx(-6.42e8)
    }


def test_alternatives_have_no_common_total(outcomes):
    assert math.isnan(
        outcomes["brown_eared_pheasant"].account.total
    )  # regions without a parent are not added


def test_present_values_by_hand(outcomes):
    """19.10e12 × (1 - 1.0277^-100) / 0.0277 × 1.0277 = 662.5e12; 21000 × 43.0983 = 905,065."""
    assert outcomes["china_forest_2010"].checks[0].ours == pytest.approx(
        19.10e12 * (1 - 1.0277**-100) / 0.0277 * 1.0277
    )
    assert outcomes["seealand"].checks[0].ours == pytest.approx(21000 * (1 - 1.02**-100) / 0.02)


def copied(tmp_path, name):
    target = tmp_path / "x" / name
    shutil.copytree(ROOT / "gallery" / name, target)
    return target


def test_a_changed_figure_is_noticed(tmp_path):
    path = copied(tmp_path, "inner_mongolia_2019")
    text = (path / "inputs.csv").read_text("utf-8")
    (path / "inputs.csv").write_text(text.replace("33727.9", "33737.9"), "utf-8")
    assert not gallery.run(path).passed


def test_a_slip_that_is_gone_is_noticed(tmp_path):
    path = copied(tmp_path, "changsha_county_2021")
    for name in ("inputs.csv", "controls.csv"):
        text = (path / name).read_text("utf-8")
        (path / name).write_text(text.replace("1318.44", "1318.04"), "utf-8")
    o = gallery.run(path)
    assert not o.passed and o.warnings == ("control.beyond", "control.sum")


def test_bad_cases_are_told(tmp_path):
    with pytest.raises(gep.InputError, match="holds no cases"):
        gallery.cases(tmp_path)
    path = copied(tmp_path, "seealand")
    (path / "case.toml").write_text('grade = "A"\n[[check]]\nkind = "guess"\n', "utf-8")
    with pytest.raises(gep.ParameterError, match="no kind of check"):
        gallery.run(path)
    (path / "case.toml").write_text('grade = "A"\n[[check]]\nkind = "share"\nvalue = 1\n', "utf-8")
    with pytest.raises(gep.InputError, match=r"account\.toml"):
        gallery.run(path)
    (path / "case.toml").write_text("grade =", "utf-8")
    with pytest.raises(gep.InputError, match="no TOML"):
        gallery.run(path)


def test_the_page_says_what_the_cases_say(outcomes):
    page = (ROOT.parent / "docs" / "gallery.md").read_text("utf-8")
    assert page == gallery.markdown(list(outcomes.values())), (
        "write it anew: gep gallery --markdown > docs/gallery.md"
    )


def test_command():
    from gep.commands import app

    result = CliRunner().invoke(
        app, ["gallery", str(ROOT / "gallery"), "--case", "changsha_county_2021"]
    )
    assert result.exit_code == 0 and "1691.84" in result.output
