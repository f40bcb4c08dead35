"""Template → filled from the demonstration city → read → the account of the city itself, to the
last digit.
"""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from gep import opening
from gep.forms import define
from gep.forms.back.grid import position, read_book
from gep.forms.back.read import read_files
from gep.forms.desk import desk as room
from gep.forms.desk.result import write_account
from gep.forms.out.fill import fill
from gep.forms.out.template import write_templates
from gep.forms.round import load, save

DEMO = Path(__file__).parents[2] / "examples" / "demo_city_table"


def test_round_trip(desk):
    out = room.read(desk, mark=False)
    assert not out.problems
    assert len(out.answers) == len(out.round.last)
    mine, theirs = opening.read(desk / "account"), opening.read(DEMO)
    assert float(mine.total) == float(theirs.total)
    assert mine.missing == theirs.missing
    pd.testing.assert_frame_equal(
        mine.ledger.drop(columns="source"), theirs.ledger.drop(columns="source"), check_exact=True
    )


def test_source_leads_to_the_cell(desk):
    """The ledger names department, form, field, file, sheet and cell, and that cell holds the
    figure.
    """
    room.read(desk, mark=False)
    account = opening.read(desk / "account")
    source = account.ledger.query("indicator == 'oxygen_release'")["source"].iloc[0]
    price = next(s for s in source.split("; ") if "氧气价格" in s)
    department, form, field, file, sheet, cell = price.split(" / ")
    assert (department, form, field, file) == (
        "卫生健康主管部门",
        "GEP-C12 医用氧气价格表",
        "氧气价格",
        "13_卫生健康主管部门.xlsx",
    )
    page = next(s for s in read_book(desk / "returned" / file).sheets if s.name == sheet)
    assert page.at(*position(cell)) == 1160.7
    assert f"{sheet} / {cell}" in str(account.explain("oxygen_release"))


def test_a_changed_cell_changes_the_account_and_the_difference_names_it(desk):
    from openpyxl import load_workbook

    before = opening.read(room.read(desk, mark=False) and desk / "account")
    path = desk / "returned" / "13_卫生健康主管部门.xlsx"
    book = load_workbook(path)
    book["C12 医用氧气价格表"]["D10"] = 2321.4
    book.save(desk / "returned" / "更正.xlsx")
    out = room.read(desk, revision="", mark=False)
    after = opening.read(desk / "account")
    assert [(d.form, d.field, d.before, d.after) for d in out.differences] == [
        ("C12", "氧气价格", "1160.7 CNY/t O2", "2321.4 CNY/t O2")
    ]
    assert float(after.by("indicator")["oxygen_release"]) == 2 * float(
        before.by("indicator")["oxygen_release"]
    )
    assert "更正.xlsx" in next(
        s for s in after.ledger.query("indicator == 'oxygen_release'")["source"]
    )
    assert len(list((desk / "kept").iterdir())) == 19, "both submissions are kept"


def test_round_file_reads_back(demo, tmp_path):
    save(demo, tmp_path)
    again = load(tmp_path)
    assert (again.last, again.regions, again.account) == (demo.last, demo.regions, demo.account)


def test_units_of_primary_data_survive(desk):
    out = room.look(desk)
    write_account(out, desk / "a")
    entries = {
        (e.indicator, e.component, e.name, e.labels()): (e.value, e.unit)
        for e in opening.load(desk / "a").inputs
    }
    for e in opening.load(DEMO).inputs:
        # a component alone in its indicator stands under the indicator
        found = entries.get((e.indicator, e.component, e.name, e.labels())) or entries.get(
            (e.indicator, "", e.name, e.labels())
        )
        assert found is not None and found[0] == e.value, e


@pytest.mark.parametrize("lang", ["both", "en"])
def test_other_languages_read_back(demo, tmp_path, lang):
    r = replace(demo, lang=lang)
    for path in write_templates(r, tmp_path, ("water", "transport", "health")):
        fill(path, r, r.last, tmp_path / "returned" / path.name)
    out = read_files(r, [(p, p.name, "2021") for p in sorted((tmp_path / "returned").iterdir())])
    assert not out.problems
    mine = {
        f.code for f in define.forms().values() if f.department in ("water", "transport", "health")
    }
    assert len(out.answers) == sum(f.field[:3] in mine for f in r.last) > 100
