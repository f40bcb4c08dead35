"""A service that another package brings: built, installed and found everywhere, no line of gep
changed; and what becomes of one that is broken, undeclared or named like another.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import gep

SOURCE = Path(__file__).parents[1] / "examples" / "own_service"
AT = str(Path(gep.__file__).parents[1])
ACCOUNT = """title = "Orchards"
region = "City"
year = 2020
price_year = 2020
standard = "catalogue"
"""
INPUTS = """indicator,component,input,item,ecosystem,region,year,value,unit,source
,,area,,cropland,,,100,hm2,survey
,,area,,garden,,,10,hm2,survey
pollination,crops,crop_yield,,,,,6,t/(hm2 yr),survey
"""
PRICES = """indicator,component,price,item,ecosystem,region,value,unit,year,method,source
pollination,crops,product_price,,,,2000,CNY/t,2020,,market
"""
# by hand: 100 hm2 × 6 t/hm2 × 20 % = 120 t and 10 × 6 × 65 % = 39 t, at 2000 a tonne
TONNES, WORTH = [120.0, 39.0], 318_000.0

ASKED = """
import json, sys
from importlib import metadata
from pathlib import Path
from typer.testing import CliRunner
read = []
points = metadata.entry_points
metadata.entry_points = lambda **k: read.append(k) or points(**k)
import gep
at_import = len(read)
from gep.commands import app

def run(*words):
    out = CliRunner().invoke(app, [*map(str, words)])
    return out.output if out.exception is None or out.exit_code < 2 else repr(out.exception)

version = run("--version")
at_version = len(read)
"""
EVERYWHERE = """
import openpyxl
from gep import check, indicators
from gep.report import schema, seea

folder, out = Path(sys.argv[1]), Path(sys.argv[2])
account = gep.run(folder, out, "zh")
book = openpyxl.load_workbook(account.to_excel(out / "book.xlsx"))
tables = seea.tables(account)
import jsonschema
jsonschema.Draft202012Validator(schema.schema(strict=True)).validate(json.loads(account.to_json()))
print(json.dumps({
    "at_import": at_import, "at_version": at_version, "version": version,
    "plugins": [(p.id, p.distribution, p.version) for p in indicators.plugins()],
    "list": run("list"), "list_zh": run("list", "--lang", "zh"),
    "show": run("show", "pollination"), "show_zh": run("show", "作物授粉", "--lang", "zh"),
    "run": run("run", folder), "check": run("check", "--json"),
    "seea": run("seea", folder), "seea_zh": run("seea", folder, "--lang", "zh"),
    "used": account.summary()["plugins"],
    "quantity": account.ledger["quantity"].tolist(), "total": float(account.total),
    "ledger": (out / "ledger.csv").read_text("utf-8"),
    "page": (out / "index.html").read_text("utf-8"),
    "book": [str(c.value) for sheet in book for row in sheet for c in row if c.value is not None],
    "supply": tables.supply_money["service"].tolist(), "use": [*tables.use_money.columns],
    "overlaps": [r.id for r in gep.standards.overlaps() if r.first == "pollination"],
    "groups": [k["group"] for k in read if k["group"].startswith("gep.")],
}))
"""
AMISS = """
from gep import check, indicators
found = {}
try:
    indicators.get("pollination")
except gep.ParameterError as error:
    found["error"] = [p.code for p in error.problems]
def checked():
    if "all" in sys.argv:
        return check.report()
    own = [f for f in check.every_formula() if not f.__module__.startswith("gep.")]
    records = [p.thing for p in indicators.plugins()]
    formulas = {f"{f.__module__}.{f.__name__}": check.check(f) for f in own}
    return formulas | {f"indicator {i.id}": check.check_indicator(i) for i in records}


print(json.dumps(found | {
    "ids": indicators.ids()[-2:],
    "problems": [p.key for p in indicators.problems()],
    "said": [str(p) for p in indicators.problems()],
    "list": run("list"), "list_zh": run("list", "--lang", "zh"),
    "check": {name: [*map(str, p)] for name, p in checked().items() if p},
    "crops": indicators.get("agricultural_products").zh,
}))
"""


def wheel(at: Path, name: str, code: str, table: str, more: str) -> Path:
    """The package of the example as a wheel, under a name of its own, with more entry points."""
    project = tomllib.loads((SOURCE / "pyproject.toml").read_text("utf-8"))["project"]
    version, info = project["version"], f"{name.replace('-', '_')}-{project['version']}.dist-info"
    module = name.replace("-", "_")
    points = project["entry-points"]["gep.indicators"]
    lines = [f"{k} = {v.replace('gep_pollination', module)}" for k, v in points.items()]
    files = {
        f"{module}.py": code,
        f"{module}.csv": table,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "\n".join(["[gep.indicators]", *lines, more, ""]),
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD"))
    path = at / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in files.items():
            archive.writestr(member, text)
    return path


@pytest.fixture
def asked(tmp_path):
    """Install packages, each made from the example by replacing text, and ask Python something."""

    def ask(script, *words, more="", **packages):
        code, table = ((SOURCE / f"gep_pollination.{e}").read_text("utf-8") for e in ("py", "csv"))
        site = tmp_path / "site"
        made = []
        for name, (old, new) in packages.items():
            assert not old or code.count(old) == 1
            own = code.replace(old, new)
            made.append(wheel(tmp_path, name.replace("_", "-"), own, table, more))
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
        quiet = ["--disable-pip-version-check", "--target", str(site)]
        subprocess.run([*pip, *quiet, *map(str, made)], check=True, timeout=120)
        path = os.pathsep.join((str(site), AT))
        out = subprocess.run(
            [sys.executable, "-c", ASKED + script, *map(str, words)],
            capture_output=True,
            env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1", "COLUMNS": "200"},
            timeout=300,
        )
        assert out.returncode == 0, out.stderr.decode()
        return json.loads(out.stdout.decode().splitlines()[-1])

    return ask


AS_IT_IS = ("", "")
BEES = ('"pollination",\n    "regulating"', '"bees",\n    "regulating"')


def test_a_service_of_another_package_is_found_everywhere(asked, tmp_path):
    for extra in ("openpyxl", "jsonschema"):
        pytest.importorskip(extra, reason="needs the extra 'dev'")
    folder = tmp_path / "account"
    folder.mkdir()
    for name, text in (("account.toml", ACCOUNT), ("inputs.csv", INPUTS), ("prices.csv", PRICES)):
        (folder / name).write_text(text, "utf-8")
    told = asked(EVERYWHERE, folder, tmp_path / "out", gep_pollination=AS_IT_IS)
    assert told["at_import"] == told["at_version"] == 0 and gep.__version__ in told["version"]
    assert sorted(told["groups"]) == ["gep.indicators", "gep.legends", "gep.standards"]
    assert told["plugins"] == [["pollination", "gep-pollination", "0.1.0"]]
    (used,) = told["used"]
    assert used == {"group": "gep.indicators", "id": "pollination"} | {
        "distribution": "gep-pollination",
        "version": "0.1.0",
    }
    assert told["quantity"] == pytest.approx(TONNES) and told["total"] == pytest.approx(WORTH)
    assert "pollination" in told["list"] and "作物授粉" in told["list_zh"]
    assert "wild pollinators" in told["show"] and "pollinator dependence" in told["show"]
    assert "一年中靠野生传粉者得到的收成" in told["show_zh"] and "传粉依赖度" in told["show_zh"]
    assert "没有野生传粉者就会失去的那部分收成" in told["show_zh"]
    assert "pollination" in told["run"] and "pollination,crops" in told["ledger"]
    assert "作物授粉" in told["page"] and "made up for the example" in told["page"]
    assert any("作物授粉" in c or "pollination" in c for c in told["book"])
    assert "Pollination services" in told["supply"] and "agriculture" in told["use"]
    assert "Pollination services" in told["seea"] and "授粉服务" in told["seea_zh"]
    assert told["overlaps"] == ["pollination_crops"]
    checked = {row["formula"]: row["problems"] for row in json.loads(told["check"])}
    own = [name for name in checked if "pollinat" in name]
    assert own == ["gep_pollination.pollinated_harvest", "indicator pollination"]
    assert not any(checked.values())


def test_a_size_that_does_not_say_so_fails_the_check(asked):
    said = ('area: A[Array, U("m^2", low=0, size=True)]', 'area: A[Array, U("m^2", low=0)]')
    told = asked(AMISS, gep_pollination=said)
    assert [*told["check"]] == ["gep_pollination.pollinated_harvest"]
    (fault,) = told["check"]["gep_pollination.pollinated_harvest"]
    assert "'area' is declared neither size, rate nor state" in fault


def test_a_record_that_leaves_something_unsaid_fails_the_check(asked):
    told = asked(AMISS, gep_pollination=('zh="一年中靠野生传粉者得到的收成。",', ""))
    assert [*told["check"]] == ["indicator pollination"]
    assert "says nothing in Chinese" in told["check"]["indicator pollination"][0]


def test_a_package_that_raises_is_one_problem_and_the_rest_works(asked):
    broken = ("TABLE = beside(__file__)", "raise OSError('no licence')")
    told = asked(AMISS, "all", gep_pollination=broken, gep_other=BEES)
    assert told["problems"] == told["error"] == ["plugin.broken"]
    assert "gep-pollination 0.1.0" in told["said"][0] and "no licence" in told["said"][0]
    assert told["ids"] == ["equivalent_factor", "bees"] and told["crops"] == "农林牧渔产品"
    assert "bees" in told["list"] and "no licence" in told["list"]
    assert "gep-pollination 0.1.0 的扩展无法使用" in told["list_zh"]
    assert [*told["check"]] == ["indicator bees", "gep.indicators, pollination"]
    assert "names 'pollination'" in told["check"]["indicator bees"][0]  # its overlap, now of none


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("INDICATOR = Indicator(", "INDICATOR = dict; Indicator(", "no Indicator"),
        ('"regulating",\n    "作物', '"regulation",\n    "作物', "'regulation' none of the levels"),
    ],
)
def test_what_is_no_record_is_a_problem(asked, old, new, why):
    told = asked(AMISS, gep_pollination=(old, new))
    assert told["problems"] == ["plugin.broken"] and why in told["said"][0]


def test_of_two_with_one_id_the_first_stands_and_both_are_named(asked):
    shipped = ('"pollination",\n    "regulating"', '"tourism",\n    "regulating"')
    told = asked(AMISS, gep_a=AS_IT_IS, gep_b=AS_IT_IS, gep_c=shipped)
    assert told["problems"] == ["plugin.clash", "plugin.clash"]
    first, second = told["said"]
    assert "gep-a 0.1.0" in first and "gep-b 0.1.0" in first and "'pollination'" in first
    assert "gep-accounting" in second and "gep-c 0.1.0" in second and "'tourism'" in second
    assert told["ids"] == ["equivalent_factor", "pollination"]


OWN = (
    "TABLE = beside(__file__)",
    """TABLE = beside(__file__)
STANDARD = TABLE.path.with_suffix(".toml")
STANDARD.write_text('id = "orchards"\\nzh = "果园"\\nen = "orchards"\\n[[indicator]]\\n'
    'id = "p"\\nlevel = "regulating"\\nzh = "授粉"\\nen = "pollination"\\n'
    'components = ["pollination"]\\nevidence = "confirmed"\\n', "utf-8")
LEGEND, STRANGE = {1: "tree orchard", 2: "lake"}, {1: "atlantis"}
""",
)
POINTS = """[gep.standards]
orchards = gep_pollination:STANDARD
bad = gep_pollination:TABLE
[gep.legends]
orchards = gep_pollination:LEGEND
clcd = gep_pollination:LEGEND
strange = gep_pollination:STRANGE"""
OTHERS = """
from gep import standards
from gep.core import ecosystems
print(json.dumps({
    "rows": [r.components for r in standards.get("orchards").rows],
    "standards": [p.key for p in standards.outside().problems],
    "listed": run("list", "--standards"),
    "legend": {str(code): label for code, label in ecosystems.crosswalk("orchards").items()},
    "shipped": ecosystems.crosswalk("clcd")[9],
    "legends": sorted((p.key, str(p)) for p in ecosystems.legends().problems),
}))
"""


def test_a_standard_and_a_legend_of_another_package(asked):
    told = asked(OTHERS, gep_pollination=OWN, more=POINTS)
    assert told["rows"] == [["pollination"]] and told["standards"] == ["plugin.broken"]
    assert "果园" in told["listed"] and "bad" in told["listed"]
    assert told["legend"] == {"1": "tree orchard", "2": "lake"} and told["shipped"] == "marsh"
    (broken, why), (clash, both) = told["legends"]
    assert (broken, clash) == ("plugin.broken", "plugin.clash") and "atlantis" not in both
    assert "strange" in why and "gep-accounting" in both and "gep-pollination 0.1.0" in both


BY_HAND = """
from gep import indicators
from gep.core import nomenclature
import gep_pollination
metadata.entry_points = lambda **k: ()
record = gep_pollination.INDICATOR
assert indicators.register(record) is record and indicators.register(record) is record
try:
    indicators.register(type(record)("tourism", "cultural", "游", "visits", ()))
except gep.ParameterError as error:
    print(json.dumps({
        "ids": indicators.ids()[-1], "plugins": [p.package for p in indicators.plugins()],
        "error": str(error), "word": nomenclature.meaning("crop_yield", "zh"),
        "same": indicators.get("pollination") is record,
    }))
"""


def test_a_service_registered_by_hand(asked):
    """Where no entry point says anything."""
    told = asked(BY_HAND, gep_pollination=AS_IT_IS)
    assert told["ids"] == "pollination" and told["same"] and told["word"] == "单位面积产量"
    assert "gep-accounting" in told["error"] and "'tourism'" in told["error"]
