"""Units of an earlier account in the forms: a figure stands in the unit of its column, and heads
are in Chinese.
"""

import csv

import pytest
from openpyxl import load_workbook

from gep.core.text import say
from gep.forms.back.read import read_files
from gep.forms.desk import desk as room
from gep.forms.out.fill import fill
from gep.forms.out.template import write_templates
from gep.forms.round import from_account, load

AREA = "A01 生态系统类型面积表"
INPUTS = """indicator,component,input,item,ecosystem,region,value,unit
,,area,,水田,云岭镇,120,公顷
,,area,,水田,石桥乡,4.5,万亩
,,precipitation,,,云岭镇,1650,mm
,,precipitation,,,石桥乡,1.65,m
"""


@pytest.fixture
def small(tmp_path):
    """A county of two towns with areas and rain in two units each."""
    at = tmp_path / "account"
    at.mkdir()
    (at / "account.toml").write_text(
        'region = "某县"\nyear = 2022\nprice_year = 2022\nstandard = "shenzhen"\n'
        'population = "20 万人"\n',
        "utf-8",
    )
    (at / "regions.csv").write_text(
        "region,parent,code,area,population,gdp\n"
        "云岭镇,某县,1,,1200 person,1e8 CNY\n石桥乡,某县,2,,1000 person,\n",
        "utf-8",
    )
    (at / "inputs.csv").write_text(INPUTS, "utf-8")
    return at


def sheet_of(paths, title):
    return next(
        book[name]
        for book in map(load_workbook, paths)
        for name in book.sheetnames
        if name.startswith(title)
    )


def column(ws, head):
    """The unit below a head and the figures below it, by the name of their row."""
    at = next(c for row in ws.iter_rows() for c in row if str(c.value).startswith(head))
    region = next(c for c in ws[at.row] if c.value == "区域").column
    return ws.cell(at.row + 1, at.column).value, {
        ws.cell(n, region).value: ws.cell(n, at.column).value for n in range(at.row + 3, at.row + 5)
    }


def test_last_year_stands_in_the_unit_of_its_column(small, tmp_path):
    """4.5 万亩 are 45 000 亩, 15 to the hectare: 3000 公顷."""
    made = write_templates(from_account(small, 2023)[0], tmp_path / "round")
    assert column(sheet_of(made, "A01"), "上年·面积") == ("公顷", {"云岭镇": 120, "石桥乡": 3000})


def test_filled_in_figures_stand_in_the_unit_of_their_column(small, tmp_path):
    r = from_account(small, 2022)[0]
    made = write_templates(r, tmp_path / "round")
    for path in made:
        fill(path, r, r.last, tmp_path / "round" / "returned" / path.name)
    assert column(sheet_of(sorted((tmp_path / "round" / "returned").iterdir()), "A01"), "面积") == (
        "公顷",
        {"云岭镇": 120, "石桥乡": 3000},
    )
    room.read(tmp_path / "round", mark=False)
    with (tmp_path / "round" / "account" / "inputs.csv").open(encoding="utf-8", newline="") as f:
        found = [(x["input"], x["region"], float(x["value"]), x["unit"]) for x in csv.DictReader(f)]
    assert {("area", "云岭镇", 120, "公顷"), ("area", "石桥乡", 3000, "公顷")} <= set(found)
    assert {x[2:] for x in found if x[0] == "precipitation"} == {(1650, "mm")}


def test_a_unit_in_a_cell_is_told_against_that_of_its_column(small, tmp_path):
    """The form prints 公顷, so 平方公里 is not spoken of; one 万亩 is 2000/3 公顷."""
    made = write_templates(from_account(small, 2023)[0], tmp_path / "round", ("natural_resources",))
    (path,) = made
    book = load_workbook(path)
    ws = book[AREA]
    at = next(c for row in ws.iter_rows() for c in row if c.value == "面积")
    ws.cell(at.row + 3, at.column, "0.6 万亩")
    ws.cell(at.row + 4, at.column, 3000)
    book.save(tmp_path / "a.xlsx")
    out = read_files(load(tmp_path / "round"), [(tmp_path / "a.xlsx", "a.xlsx", "2024")])
    (note,) = [p for p in out.problems if p.code == "unit.changed"]
    assert (
        say(note, "zh")
        .partition("：")[2]
        .startswith("单位由“公顷”改为“万亩”，按 1 万亩 = 666.6666667 公顷 换算")
    )
    ws.cell(at.row + 3, at.column, 120)
    ws.cell(at.row + 1, at.column, None)
    book.save(tmp_path / "b.xlsx")
    out = read_files(load(tmp_path / "round"), [(tmp_path / "b.xlsx", "b.xlsx", "2024")])
    assert {a.unit for a in out.answers} == {"公顷"}, (
        "a head without a unit is read in the one that was printed"
    )


def test_heads_are_in_chinese(small, tmp_path):
    r = from_account(small, 2023)[0]
    made = write_templates(r, tmp_path / "round")
    ws = sheet_of(made, "C05")
    units = {
        c.value: ws.cell(c.row + 1, c.column).value
        for row in ws.iter_rows()
        for c in row
        if str(c.value).startswith("上年")
    }
    assert set(units.values()) <= {"人", "元", "无量纲"} and len(units) == 2, units
    for title, unit in (("A09", "米/年"), ("A11", "吨/(平方公里·年)")):
        texts = [c.value for row in sheet_of(made, title).iter_rows() for c in row]
        assert unit in texts and not {"m/yr", "t/(km2 yr)"} & set(texts)
