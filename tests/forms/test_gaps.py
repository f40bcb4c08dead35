"""Cells without a figure among others that have one: the account is made without them, so the
status counts them.
"""

import json

from openpyxl import load_workbook
from typer.testing import CliRunner

from gep.commands import app
from gep.forms.desk import status as standing


def test_the_status_counts_cells_without_a_figure(desk):
    """Of 20 outputs in C01 two are not available, one withheld, one refused and one blank; prices
    in C04 are whole.
    """
    path = desk / "returned" / "08_农业农村主管部门.xlsx"
    book = load_workbook(path)
    ws = book["C01 农牧产品产量表"]
    for cell, mark in {
        "F11": "不详",
        "F12": "暂无",
        "F13": "保密",
        "F14": "1,5",
        "F15": None,
    }.items():
        ws[cell] = mark
    book.save(path)
    found = {i.id: i for i in standing.status(desk)[2]}
    products = next(
        i for i in found.values() if any(c.startswith("agricultural_products") for c in i.ready)
    )
    forms = ("C01",)
    assert products.gaps == (
        ("unavailable", 2, forms),
        ("confidential", 1, forms),
        ("refused", 1, forms),
        ("blank", 1, forms),
    )
    assert not products.waiting, "the account alone would not show it"
    assert not any(i.gaps for i in found.values() if i.id != products.id)
    told = CliRunner().invoke(app, ["form", "status", str(desk)], terminal_width=200).output
    assert (
        "    已核算；另有 2 格不详 (C01)、1 格保密 (C01)、1 格有误未读入 (C01)、1 格未填 (C01)"
        in told.splitlines()
    )
    told = (
        CliRunner()
        .invoke(app, ["form", "status", str(desk), "--lang", "en"], terminal_width=200)
        .output
    )
    assert (
        "besides: 2 cells not available (C01), 1 cell withheld (C01), "
        "1 cell refused (C01), 1 cell blank (C01)" in told
    )
    data = json.loads(CliRunner().invoke(app, ["form", "status", str(desk), "--json"]).output)
    assert {
        g["state"]: g["cells"]
        for i in data["indicators"]
        if i["id"] == products.id
        for g in i["gaps"]
    } == {"unavailable": 2, "confidential": 1, "refused": 1, "blank": 1}


def test_a_shared_figure_is_a_gap_of_all_that_take_it(desk):
    path = next((desk / "returned").glob("02_*"))
    book = load_workbook(path)
    ws = book["A01 生态系统类型面积表"]
    at = next(c for row in ws.iter_rows() for c in row if c.value == "面积")
    ws.cell(at.row + 3, at.column, "不详")
    book.save(path)
    served = {i.id for i in standing.status(desk)[2] if i.gaps}
    assert {"carbon_sequestration", "soil_retention"} <= served


def test_a_release_says_what_it_was_made_in_spite_of(desk):
    """One sheet sent back for its year, which is the one fault; of the eight forms that never came
    one was due in February.
    """
    path = desk / "returned" / "16_交通运输主管部门.xlsx"
    book = load_workbook(path)
    ws = book["C13 隔声屏障造价与效果表"]
    ws["B5"] = "2019 年"
    book.save(path)
    run = CliRunner().invoke
    run(app, ["form", "read", str(desk)])
    for state in ("checked", "approved"):
        run(
            app,
            [
                "form",
                "sign",
                str(desk),
                "all",
                "--state",
                state,
                "--name",
                "A",
                "--date",
                "2021-03-01",
            ],
        )
    out = run(
        app,
        ["form", "release", str(desk), "--name", "B", "--date", "2021-03-01", "--lang", "en"],
        terminal_width=200,
    )
    assert out.exit_code == 0, out.output
    assert (
        out.output.splitlines()[-1]
        == "still open at the release: refused forms: 1, overdue forms: 1, open faults: 1"
    )
