"""Commands in Chinese: what people read has Chinese names; ids stand only where they are to be typed."""

import json
import re
from pathlib import Path

import pytest

pytest.importorskip("typer", reason="needs the extra 'cli'")
from typer.testing import CliRunner

from gep import indicators
from gep.commands import app
from gep.commands.shared import print_json
from gep.ecosystems import tree

EXAMPLES = Path(__file__).parents[1] / "examples"
CITY, TABLES, SHENZHEN = EXAMPLES / "demo_city_years", EXAMPLES / "demo_city_table", EXAMPLES / "shenzhen_2020"
IDS = re.compile(r"\b(" + "|".join([*indicators.IDS, *indicators.RESTS, *(t for t in tree() if "_" in t)]) + r")\b")
COMMANDS = {
    "run": ("run", SHENZHEN),
    "compare": ("compare", TABLES, SHENZHEN),
    "evidence": ("evidence", TABLES),
    "seea": ("seea", TABLES),
    "uncertainty": ("uncertainty", TABLES, "--draws", 200),
    "series": ("series", CITY),
    "components": ("series", CITY, "--by", "component"),
    "ecosystems": ("series", CITY, "--by", "ecosystem"),
    "scenario": ("scenario", CITY, CITY / "scenario.toml"),
    "parcels": ("scenario", CITY, CITY / "parcels.csv"),
    "assess": ("assess", CITY),
}


def run(*words, code=0):
    done = CliRunner().invoke(app, list(map(str, words)), env={"COLUMNS": "300"})
    assert done.exit_code == code, done.output
    return done.output


@pytest.mark.parametrize("name", COMMANDS)
def test_no_id_stands_for_a_name(name):
    told = run(*COMMANDS[name], "--lang", "zh")
    lines = [
        line for line in told.splitlines() if re.search("[\u4e00-\u9fff]", line) and not line.startswith("  ")
    ]  # not what lacks, with its ids; not SEEA's notes
    found = {m[0] for line in lines for m in IDS.finditer(line)}
    assert not found, found


def test_the_heads_of_lists_are_chinese():
    first = run("list", "--lang", "zh").splitlines()[0].split()
    assert first == ["代号", "一级指标", "中文", "英文", "依据"]
    assert run("list").splitlines()[0].split() == ["id", "level", "zh", "en", "evidence"]


def test_quantities_of_a_service_have_chinese_names():
    told = run("show", "soil_retention", "--lang", "zh")
    assert "fixed_soil [m³/年]  固土  " in told and "retained_soil [t/年]  土壤保持量  " in told
    assert "fixed_soil [m³/yr]  Volume" in run("show", "soil_retention")


def test_the_unit_of_a_table_is_no_markup():
    assert "supply [million CNY]" in run("seea", EXAMPLES / "garze_2010") or "supply [billion CNY]" in run("seea", EXAMPLES / "garze_2010")


def test_another_language_is_refused():
    run("run", SHENZHEN, "--lang", "fr", code=2)


def test_no_number_is_null(capsys):
    print_json({"a": float("nan"), "b": [float("inf"), 1.5, {"c": float("nan")}], "d": "nan"})
    assert json.loads(capsys.readouterr().out) == {"a": None, "b": [None, 1.5, {"c": None}], "d": "nan"}
