"""Every message of the forms has its Chinese, with the same fields, and says cell and mend."""

import re
from pathlib import Path
from string import Formatter

import pytest

from gep import forms
from gep.core.errors import Problem
from gep.core.messages import catalogue
from gep.core.source import Source
from gep.core.text import say

ROOM = Path(forms.__file__).parent
SOURCE = "\n".join(p.read_text("utf-8") for p in ROOM.rglob("*.py"))
CODES = sorted(
    set(
        re.findall(
            r'"((?:cell|range|field|column|row|region|ecosystem|component|year|unit|class|rule|figure|delivery|form|round|state)\.[a-z_0-9]+)"',
            SOURCE,
        )
    )
    - {"round.toml"}
)


def test_codes_are_found():
    assert len(CODES) > 70


@pytest.mark.parametrize("code", CODES)
def test_chinese(code):
    assert any(row.partition("/")[0] == code for row in catalogue()), (
        f"{code} has no Chinese in gep/core/messages.csv"
    )


def test_a_problem_reads_in_both_languages():
    p = Problem("cell.unreadable", Source("a.xlsx", "A01 面积", "D11"), text="1,5")
    assert (
        say(p, "zh")
        == "a.xlsx, A01 面积, D11：读不出唯一的数：1,5。改法：写普通数字，或 …、—、不详、保密"
    )
    assert "1,5" in say(p, "en")


def test_fields_are_those_that_the_code_gives(desk):
    """Faults of a damaged workbook are said in Chinese, none falls back to English."""
    from openpyxl import load_workbook

    from gep.forms import desk as room

    path = desk / "returned" / "05_水务主管部门.xlsx"
    book = load_workbook(path)
    ws = book["C06 取用水与外调水表"]
    for at, value in {
        "D11": "1,5",
        "D12": "约30",
        "D13": -4,
        "F9": "公顷",
        "C14": "火星",
        "D15": "１２３",
        "D16": "5万",
        "D17": "=1+1",
    }.items():
        ws[at] = value
    book.save(path)
    out = room.look(desk)
    assert len(out.problems) >= 8
    for p in out.problems:
        assert re.search("[一-鿿]", say(p, "zh").rpartition("：")[2]), p.code
    assert all(
        name in p.values
        for p in out.problems
        for t in catalogue()[p.key]
        for _, name, _, _ in Formatter().parse(t)
        if name
    )
