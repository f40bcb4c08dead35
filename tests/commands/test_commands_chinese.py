"""Commands in Chinese: what people read has Chinese names; ids stand only where they are to be
typed.
"""

import json
import re
from functools import cache
from pathlib import Path

import pytest

pytest.importorskip("typer", reason="needs the extra 'cli'")
from typer.testing import CliRunner

from gep import indicators, standards
from gep import opening as folders
from gep.audit.evidence import of_account, of_standard
from gep.commands import app
from gep.commands.shared import console, print_json, said
from gep.core.ecosystems import tree
from gep.core.errors import Problem
from gep.core.source import cell_of, named
from gep.report import seea

EXAMPLES = Path(__file__).parents[2] / "examples"
CITY, TABLES, SHENZHEN = (
    EXAMPLES / "demo_city_years",
    EXAMPLES / "demo_city_table",
    EXAMPLES / "shenzhen_2020",
)
GARZE, RESERVE = EXAMPLES / "garze_2010", EXAMPLES / "gaotianyan_2014"
IDS = re.compile(
    r"\b("
    + "|".join([*indicators.IDS, *indicators.RESTS, *(t for t in tree() if "_" in t)])
    + r")\b"
)
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


READ = {
    **COMMANDS,
    **{f"run {path.name}": ("run", path) for path in (TABLES, CITY, GARZE, RESERVE)},
    **{f"seea {path.name}": ("seea", path) for path in (GARZE, RESERVE)},
    **{f"evidence {path.name}": ("evidence", path) for path in (GARZE, RESERVE)},
    **{f"evidence {id}": ("evidence", "--standard", id) for id in ("seea_ea", "lyt1721")},
    **{f"list {id}": ("list", "--standard", id) for id in standards.ids()},
    **{f"show {id}": ("show", id) for id in indicators.IDS},
    "two standards": ("compare", TABLES, "--standard", "shenzhen", "--standard", "seea_ea"),
    "two years": ("compare", CITY, "--year", 2019, "--year", 2021, "--by", "per_head"),
    "three accounts": ("compare", TABLES, GARZE, RESERVE),
    "inputs": ("show", "--inputs"),
    "list": ("list",),
    "standards": ("list", "--standards"),
    "types": ("list", "--ecosystems"),
    "check": ("check",),
}
SENTENCE = re.compile(r"[A-Za-z']{2,}(?: [A-Za-z']{2,}){2,}")  # three English words in a row
OWN = {
    "coniferous forest",
    "broadleaf forest",
    "mixed forest",
    "bamboo forest",
    "Cropland to forest in Beiling",
}  # types and a title of examples


def own_texts():
    """What stands in English because its source or its writer has it so: sources, and titles of
    accounts.
    """
    for path in (TABLES, CITY, SHENZHEN, GARZE, RESERVE):
        account = folders.read(path)
        yield from (
            account.basis.title,
            *of_account(account)["sources"],
            *(e.source for e in account.entries),
        )
    yield from (
        s for id in standards.ids() for s in (standards.get(id).source, *of_standard(id)["source"])
    )
    yield from (s for id in standards.ids() for s in of_standard(id)["clause"])
    rows = (
        r
        for i in indicators.every()
        for routes in i.quantities.values()
        for f in routes
        for x in f.inputs.values()
        for r in getattr(x.default, "rows", ())
    )
    yield from (text for r in rows for text in (r.source, r.clause))


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    """No cell of a table is broken into lines."""
    monkeypatch.setattr(console, "_width", 3000)


@pytest.fixture(scope="module")
def texts():
    return sorted({*OWN, *filter(None, own_texts())}, key=len, reverse=True)


def english(told, texts=()):
    """English sentences in what a command says, besides code."""
    for text in texts:
        told = told.replace(text, "")
    lines = (line for line in told.splitlines() if not re.match(r"  [a-z][a-z_0-9]* = ", line))
    return [m[0] for line in lines for m in SENTENCE.finditer(line)]


@cache
def read(name):
    """What a command says in Chinese."""
    return run(*READ[name], "--lang", "zh")


@pytest.mark.parametrize("name", READ)
def test_no_english_sentence(name, texts):
    told = read(name)
    assert (
        not english(told, texts)
        and re.search("[\u4e00-\u9fff]", told)
        and "（英文说明）" not in told
    )


def test_an_english_sentence_is_found(texts):
    assert (
        english(run("show", "tourism"), texts)
        and english(run("seea", RESERVE), texts)
        and english(run("run", GARZE), texts)
    )


def run(*words, code=0):
    done = CliRunner().invoke(app, list(map(str, words)))
    assert done.exit_code == code, done.output
    return done.output


@pytest.mark.parametrize("name", COMMANDS)
def test_no_id_stands_for_a_name(name):
    told = read(name)
    lines = [
        re.sub("（[^（）]*）", "", line) for line in told.splitlines() if not line.startswith("  ")
    ]  # not what lacks, with its ids; not an id behind its name
    found = {m[0] for line in lines for m in IDS.finditer(line)}
    assert not found, found


def test_the_heads_of_lists_are_chinese():
    first = run("list", "--lang", "zh").splitlines()[0].split()
    assert first == ["代号", "一级指标", "中文", "依据"]
    assert run("list").splitlines()[0].split() == ["id", "level", "zh", "en", "evidence"]


def test_quantities_of_a_service_have_chinese_names():
    told = run("show", "soil_retention", "--lang", "zh")
    assert "fixed_soil [m³/年]  固土  " in told and "retained_soil [t/年]  土壤保持量  " in told
    assert "fixed_soil [m³/yr]  Volume" in run("show", "soil_retention")


def test_the_unit_of_a_table_is_no_markup():
    assert "supply [million CNY]" in run(
        "seea", EXAMPLES / "garze_2010"
    ) or "supply [billion CNY]" in run("seea", EXAMPLES / "garze_2010")


def test_another_language_is_refused():
    run("run", SHENZHEN, "--lang", "fr", code=2)


def test_no_number_is_null(capsys):
    print_json({"a": float("nan"), "b": [float("inf"), 1.5, {"c": float("nan")}], "d": "nan"})
    assert json.loads(capsys.readouterr().out) == {
        "a": None,
        "b": [None, 1.5, {"c": None}],
        "d": "nan",
    }


def test_every_service_of_the_reference_list_has_chinese():
    for m in seea.crosswalk().values():
        assert bool(m.service) == bool(re.search("[\u4e00-\u9fff]", m.zh)), m


def test_what_is_not_known_in_the_bridge_is_told():
    told = run("seea", RESERVE, "--lang", "zh")
    assert (
        "旅游休闲只给出了整个游览成本，时间部分不明" in told
        and "未核算：消费者剩余、非使用价值" in told
    )
    assert (
        "中间服务（供其他生态系统或产品使用）在合计中占 42646.8 万元/年：保持土壤 · 保持有机质、"
        in told
    )


def test_a_warning_names_its_component_and_its_money():
    negative = Problem("quantity.negative", named("carbon_sequestration.carbon"), sum=-1.1e6)
    assert (
        said(negative, "zh")
        == "固碳（carbon_sequestration.carbon）：有负值，合计 -110 万元/年，仍计入"
    )
    assert (
        said(negative, "zh", "EUR")
        == "固碳（carbon_sequestration.carbon）：有负值，合计 -110 万EUR/年，仍计入"
    )
    beyond = Problem(
        "control.beyond",
        cell_of("air_purification.so2", year=2014),
        published=1137.0,
        account=1.2e6,
        difference=1.198863e6,
        unit="t SO2/yr",
        reach=0.5,
    )
    assert said(beyond, "zh") == (
        "净化空气 · 二氧化硫净化（air_purification.so2），2014 年：公布值 1137 t SO2/"
        "年，账户为 1200000 t SO2/年，差 +1,198,860 t SO2/年，"
        "超出印刷数字的舍入范围（±0.5 t SO2/年）。改法：核对来源：印刷数字之间不符"
    )
    route = Problem(
        "route.other",
        named("oxygen_release.released_oxygen"),
        route="oxygen_from_dry_matter",
        named="oxygen_from_co2",
        needs="npp",
    )
    assert said(route, "zh").startswith(
        "释氧 · 释氧（oxygen_release.released_oxygen）：按 "
        "oxygen_from_dry_matter（由当年生长的干物质得到一年释放的氧气） 计算"
    )
    assert "缺少 净初级生产力 npp" in said(route, "zh")


def test_an_id_that_is_to_be_typed_stays():
    unknown = Problem(
        "route.ambiguous",
        named("soil_retention.retained_soil"),
        routes="retained_soil, retained_soil_by_plots",
        key="k",
        first="retained_soil",
    )
    assert "retained_soil, retained_soil_by_plots" in said(unknown, "zh")


def test_what_is_needed_has_chinese_units(folder):
    path = folder(
        "climate_regulation,all,quantity,,,,,5,kWh,x\n"
        "water_retention,retained_water,precipitation,,森林,,,1400,mm,x\n"
        ",,area,,森林,,,5,km2,x\n"
    )
    told = run("run", path, "--lang", "zh")
    assert (
        "需要 电价 electricity_price [元/kWh]" in told
        and "蒸散发量 evapotranspiration [m/年]" in told
    )
    assert "electricity price electricity_price [CNY/kWh]" in run("run", path)
    told = run("run", folder("pest_control,forest,value,,,,,5,元,x\n", toml=SEEA), "--lang", "zh")
    assert "需要 实物量 quantity [kWh/年]" in told and "quantity quantity" not in run("run", path)


SEEA = 'region = "City"\nyear = 2020\nprice_year = 2020\nstandard = "seea_ea"\n'
BROKEN = (
    (
        'price_year = "x"',
        "account.toml, price_year：取值不对。改法：写 price_year = 2020；按各年当年价写",
    ),
    (
        'price_year = 2020\nprice_basis = "no"',
        '改法：写 "deflate"（按指数换算）或 "as_given"（按原价）',
    ),
    (
        'price_year = 2020\ncurrency = "RUB"',
        "account.toml, currency：取值不对。改法：可用：CNY, USD",
    ),
    ("price_year = 2020\nsynthetic = 3", "改法：写 true 或 false"),
    ('price_year = 2020\ninclude = "x"', "改法：写成列表，只含"),
    (
        "price_year = abc",
        "account.toml：TOML 语法错误：Invalid value（第3行第14列）。改法：改正该处",
    ),
)


@pytest.mark.parametrize(("line", "told"), BROKEN)
def test_a_broken_account_is_told_in_chinese(folder, line, told):
    path = folder(
        "water_supply,domestic,value,,,,,5,元,x\n", toml=f'region = "City"\nyear = 2020\n{line}\n'
    )
    found = run("run", path, "--lang", "zh", code=2)
    assert told in found and not english(found)


UNITS = {
    "mmm": "不认识单位“mmm”",
    "m?": "有不认识的符号“?”",
    "kJ/m2 d": "分母有几个因子，须加括号，如 kJ/(m2 d)",
    "ton": "“ton”在美国指 907 kg，请写 t",
    "103 t": "以 103 开头：是否为 10^3？",
    "(t": "括号没有闭合",
    "t^x": "幂次不是一位数字",
    "t/": "没有写完",
    "t 5 m": "中间有数“5”",
    "t)": "“)”用得不对",
}


def test_bad_rows_are_told_in_chinese(folder):
    rows = "".join(
        f"water_retention,retained_water,precipitation,i{n},,,,100,{unit},x\n"
        for n, unit in enumerate(UNITS)
    )
    rows += (
        "watr,x,precipitation,,,,,1,mm,x\nwater_retention,x,precipitation,,,,,1,mm,x\n"
        "water_retention,retained_water,rain,,,,,1,mm,x\n"
    )
    rows += (
        "water_retention,retained_water,runoff,,无此林,,,1,mm,x\n"
        "water_retention,retained_water,runoff,,,,1990,x,,x\n"
    )
    found = run("run", folder(rows), "--lang", "zh", code=2)
    assert all(f"读不懂（{why}）" in found for why in UNITS.values()) and not english(found)


def test_a_control_of_an_unknown_indicator_points_to_the_list(folder):
    controls = "indicator,value,unit\nwater,5,元\n"
    assert "改法：见 gep list --lang zh" in run(
        "run",
        folder("water_supply,domestic,value,,,,,5,元,x\n", controls_csv=controls),
        "--lang",
        "zh",
        code=2,
    )


def test_the_language_may_stand_in_the_environment():
    found = CliRunner().invoke(app, ["list"], env={"GEP_LANG": "zh"}).output
    assert found.splitlines()[0].split()[0] == "代号"
    assert (
        CliRunner()
        .invoke(app, ["list", "--lang", "en"], env={"GEP_LANG": "zh"})
        .output.splitlines()[0]
        .split()[0]
        == "id"
    )


def test_the_total_has_a_chinese_name():
    assert "GEP + 物种保育 " in run(
        "run", RESERVE, "--lang", "zh"
    ) and "GEP + species_conservation " in run("run", RESERVE)
