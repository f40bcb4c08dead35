"""The page docs/reporting-round.md, followed as it stands."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from gep.commands import app
from gep.forms import desk as room
from gep.forms.back.grid import read_book
from gep.forms.round import read_csv

ROOT = Path(__file__).parents[2]
DEMO = str(ROOT / "examples" / "demo_city_table")


def gep(*words, code=0):
    out = CliRunner().invoke(app, list(words), terminal_width=200)
    assert out.exit_code == code, out.output
    return out.output


def test_the_page(tmp_path):
    at = tmp_path / "round2021"
    assert "18 个工作簿" in gep(
        "form", "template", "--last", DEMO, "--year", "2021", "--code", "990100", "--out", str(at)
    )
    gep("form", "fill", str(at), "--from", DEMO)
    path = at / "returned" / "05_水务主管部门.xlsx"
    book = load_workbook(path)
    for cell, value in {"D11": "约8100", "D12": "1,900.5", "D13": "1,5"}.items():
        book["C06 取用水与外调水表"][cell] = value
    book.save(path)
    (at / "returned" / "17_人力资源和社会保障部门.xlsx").unlink()
    told = gep("form", "read", str(at), code=1)
    page = (ROOT / "docs" / "reporting-round.md").read_text("utf-8")
    block = next(b for b in page.split("```") if "读不出唯一的数" in b)
    for line in block.strip().splitlines():
        assert line.rstrip("…") in told, line
    status = gep("form", "status", str(at), "--date", "2022-04-20")
    block = next(b for b in page.split("```") if "◐ 淡水供给" in b)
    assert all(line in status.splitlines() for line in block.strip().splitlines())
    assert {
        p["form"]
        for p in json.loads(gep("form", "status", str(at), "--date", "2022-04-20", "--json"))[
            "forms"
        ]
        if p["word"] == "overdue"
    } >= {"C19"}
    gep("form", "read", str(at), "--use-last", code=1)
    gep(
        "form",
        "sign",
        str(at),
        "all",
        "--state",
        "checked",
        "--name",
        "张三",
        "--date",
        "2022-04-21",
    )
    gep(
        "form",
        "sign",
        str(at),
        "all",
        "--state",
        "approved",
        "--name",
        "李四",
        "--date",
        "2022-04-22",
    )
    released = gep(
        "form", "release", str(at), "--name", "王五", "--date", "2022-04-25"
    ).splitlines()
    block = next(b for b in page.split("```") if "注意，发布时尚有" in b)
    assert released[-1] == block.strip().splitlines()[-1], (
        "the wages did not come in, one cell was refused"
    )
    gep("form", "read", str(at), code=2)
    gep("form", "read", str(at), "--revision", "水务部门更正取水量", code=1)
    assert "v1 · 2022-04-25 · 王五" in gep("form", "status", str(at)).splitlines()[-1]


def test_without_an_earlier_account(tmp_path):
    gep(
        "form",
        "template",
        "--standard",
        "shenzhen",
        "--region",
        "模拟市",
        "--year",
        "2021",
        "--regions",
        DEMO + "/regions.csv",
        "--out",
        str(tmp_path / "first_round"),
        "--headers",
        "both",
    )
    ws = load_workbook(tmp_path / "first_round" / "02_规划和自然资源主管部门.xlsx")[
        "A01 生态系统类型面积表"
    ]
    assert ws.max_row > 10 * 18
    gep("form", "template", "--out", str(tmp_path / "x"), code=2)
    assert gep("form", "list").count("GEP-") == 48


def test_what_a_clerk_reads_is_chinese(tmp_path):
    """Heads of tables and names of figures; ids stand beside them in brackets."""
    head = gep("form", "list").splitlines()[0].split()
    assert head == ["表号", "类别", "部门", "表名", "报送截止", "指标数"]
    assert gep("form", "list", "--lang", "en").splitlines()[0].split() == [
        "form",
        "category",
        "department",
        "title",
        "deadline",
        "fields",
    ]
    at = tmp_path / "round"
    gep("form", "template", "--last", DEMO, "--year", "2021", "--out", str(at))
    assert f"还没有收到报表；收回的文件放入 {at / 'returned'}" in gep("form", "read", str(at))
    assert "inputs.csv" not in gep("form", "status", str(at)), (
        "that nothing came in is no fault of a file"
    )
    gep("form", "fill", str(at), "--from", DEMO)
    path = at / "returned" / "08_农业农村主管部门.xlsx"
    book = load_workbook(path)
    book["C01 农牧产品产量表"]["F11"] = None
    book.save(path)
    told = gep("form", "read", str(at), code=1)
    assert "“产品产量”（C01-01）有 1 行未填：东湾区 农业产品 " in told and "crops" not in told
    assert (at / "problems.csv").read_text("utf-8-sig").splitlines()[
        0
    ] == "level,code,file,sheet,cell,zh,mend_zh,en,mend_en"
    assert (at / "differences.csv").read_text("utf-8-sig").splitlines()[
        0
    ] == "表号,指标,行,先前,现在,先报文件,后报文件"


def test_figures_without_a_place_are_counted_and_named(tmp_path):
    """The published totals of Shenzhen 2020 stand in no form; a round of one department has no room
    for the others' figures.
    """
    published = str(ROOT / "examples" / "shenzhen_2020")
    told = gep(
        "form", "template", "--last", published, "--year", "2021", "--out", str(tmp_path / "a")
    ).splitlines()
    at = told.index("账户中有 11 个数在报表中没有位置，未带入：")
    assert (
        "  其他物质产品 · 价值量 (material_other.value) × 1" in told[at:]
        and "  调节气候 · 实物量 (climate_regulation.quantity) × 1" in told[at:]
    )
    english = gep(
        "form",
        "template",
        "--last",
        published,
        "--year",
        "2021",
        "--out",
        str(tmp_path / "a"),
        "--lang",
        "en",
    )
    assert (
        "11 figures of the account have no place in the forms and were left out:" in english
        and "climate regulation · quantity (climate_regulation.quantity) × 1" in english
    )
    gep(
        "form",
        "template",
        "--last",
        DEMO,
        "--year",
        "2021",
        "--only",
        "health",
        "--out",
        str(tmp_path / "b"),
    )
    told = gep("form", "fill", str(tmp_path / "b"), "--from", DEMO).splitlines()
    assert told[0] == "13_卫生健康主管部门.xlsx: 12"
    assert told[1] == "822 个数在本轮的工作簿中没有对应的行，未填入：", "of 834"
    assert "  农牧产品产量表 · 产品产量 (C01-01, agricultural_products.crops.quantity) × 20" in told
    assert told[-1].startswith("  …… 另有 ")


def test_of_an_account_of_several_years_the_last_is_asked(tmp_path):
    told = gep(
        "form",
        "template",
        "--last",
        str(ROOT / "examples" / "demo_city_years"),
        "--year",
        "2022",
        "--out",
        str(tmp_path / "a"),
    )
    years = [x["year"] for x in read_csv(ROOT / "examples" / "demo_city_years" / "inputs.csv")]
    assert (
        f"账户中另有 {sum(y in ('2019', '2020') for y in years)} 个数是 2021 年以前的，未带入"
        in told
    )
    rain = [
        x["value"]
        for x in read_csv(ROOT / "examples" / "demo_city_years" / "inputs.csv")
        if (x["input"], x["region"], x["year"]) == ("precipitation", "东湾区", "2021")
    ]
    assert (
        [
            x["value"]
            for x in read_csv(tmp_path / "a" / "last.csv")
            if x["field"] == "B01-01" and x["region"] == "东湾区"
        ]
        == rain
        != []
    )


def test_what_cannot_be_a_round_is_told_at_once(tmp_path):
    for words, code in (
        (("--only", "helth"), 2),
        (("--standard", "foo"), 2),
        (("--year", "21"), 2),
    ):
        gep(
            "form",
            "template",
            "--region",
            "模拟市",
            "--year",
            "2021",
            *words,
            "--out",
            str(tmp_path / "a"),
            code=code,
        )
    assert not (tmp_path / "a").exists()


def test_what_came_in_by_mistake_is_told_in_the_language(tmp_path):
    """Links to nothing, to themselves and to elsewhere, a pipe, a file of another kind: one line
    each, and the rest is read.
    """
    at = tmp_path / "round"
    gep("form", "template", "--last", DEMO, "--year", "2021", "--only", "health", "--out", str(at))
    gep("form", "fill", str(at), "--from", DEMO)
    (at / "returned" / "nothing.xlsx").symlink_to("none.xlsx")
    (at / "returned" / "itself.xlsx").symlink_to("itself.xlsx")
    (at / "returned" / "hosts.csv").symlink_to("/etc/hosts")
    os.mkfifo(at / "returned" / "pipe.csv")
    (at / "returned" / "junk.csv").write_text("junk")
    told = gep("form", "read", str(at), code=1)
    assert (
        "nothing.xlsx：无法读取" in told
        and "itself.xlsx：无法读取" in told
        and "pipe.csv：无法读取" in told
        and "hosts.csv：链接指向文件夹之外" in told
    )
    assert "\n2 个文件 · " in told, "the department's own, and the junk"
    status = gep("form", "status", str(at))
    assert "退回 junk.csv：没有本轮的报表" in status and "refused" not in status
    refused = json.loads(gep("form", "status", str(at), "--json"))["refused"]["junk.csv"]
    assert (refused["file"], refused["zh"]) == ("junk.csv", "没有本轮的报表")
    assert refused["en"] == "holds no form of this round"
    assert refused["mend_en"] == "use the workbook as it was given out"
    assert refused in json.loads(gep("form", "read", str(at), "--json", code=1))["problems"]


@pytest.mark.system
def test_workbooks_through_libreoffice(desk, tmp_path):
    """Saved by another program as .xls and as .xlsx, the figures are the same; and it prints."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    source = desk / "returned" / "05_水务主管部门.xlsx"
    for kind in ("xls", "pdf"):
        subprocess.run(
            [
                "soffice",
                "--headless",
                f"-env:UserInstallation=file://{tmp_path}/lo",
                "--convert-to",
                kind,
                "--outdir",
                str(tmp_path),
                str(source),
            ],
            check=True,
            capture_output=True,
            timeout=180,
        )
    assert (tmp_path / "05_水务主管部门.pdf").stat().st_size > 10_000
    before = {(a.field, a.key): a.cell.value for a in room.look(desk).answers}
    old = tmp_path / "05_水务主管部门.xls"
    assert read_book(old).kind == "xls"
    source.unlink()
    shutil.rmtree(desk / "kept")
    (desk / "submissions.csv").unlink()
    shutil.copyfile(old, desk / "returned" / "回复.xls")
    assert {(a.field, a.key): a.cell.value for a in room.look(desk).answers} == before
