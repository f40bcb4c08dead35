"""Cells as people fill them: each reads in one way, or is refused."""

import datetime as dt
import io

import pytest

from gep.forms.back.cells import read_cell, read_date


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (12.5, "12.5"),
        (3, "3"),
        (0.1, "0.1"),
        (1e21, "1e+21"),
        ("12.50", "12.50"),
        ("１２３．４", "123.4"),
        ("1,234.5", "1234.5"),
        ("1，234", "1234"),
        ("12 345", "12345"),
        ("约30", "30"),
        ("30左右", "30"),
        ("≈ 30", "30"),
        ("30万", "300000"),
        ("1.5亿", "150000000"),
        ("−5", "-5"),
        ("－5", "-5"),
        (" 7 ", "7"),
        ("+7", "+7"),
        ("1e3", "1e3"),
        ("'42", "42"),
    ],
)
def test_numbers(raw, text):
    cell = read_cell(raw)
    assert (cell.state, cell.text) == ("number", text)
    assert float(text) == cell.value
    if isinstance(raw, str):
        assert cell.notes, "a figure that was text is told"


@pytest.mark.parametrize(
    ("raw", "state"),
    [
        (None, "blank"),
        ("", "blank"),
        ("　", "blank"),
        (0, "zero"),
        ("0", "zero"),
        ("0.00", "zero"),
        ("…", "below"),
        ("……", "below"),
        ("...", "below"),
        ("<0.5", "below"),
        ("＜0.5", "below"),
        ("—", "absent"),
        ("－", "absent"),
        ("--", "absent"),
        ("——", "absent"),
        ("-", "absent"),
        ("不详", "unavailable"),
        ("N/A", "unavailable"),
        ("缺", "unavailable"),
        ("保密", "confidential"),
        ("（C）", "confidential"),
    ],
)
def test_states_stay_apart(raw, state):
    assert read_cell(raw).state == state


@pytest.mark.parametrize(
    "raw",
    [
        "1,5",
        "1,23,456",
        "30-40",
        "30~40",
        "三十",
        "1.2.3",
        "1O0",
        "(123)",
        "无",
        "abc",
        "=1+1",
        "#N/A",
        "12,345,6",
        True,
        float("nan"),
        float("inf"),
        dt.datetime(2021, 3, 4),
        "1 2",
        "10 4",
        "5 6/7",
        "1e999",
        "30 flurbs",
        "x" * 500,
        "１２ ３",
        "12；5",
        "1/2",
        "0x10",
        "--5",
        "5%%",
        "/",
        "／",
        "＼",
    ],
)
def test_what_reads_in_two_ways_is_refused(raw):
    cell = read_cell(raw)
    assert cell.state == "refused", cell
    assert cell.fault


def test_what_is_not_the_printed_mark_is_noted():
    """The marks of the form need no word; what stands for them does, and a slash stands for two of
    them.
    """
    for raw in ("—", "——", "…", "……", "不详", "保密", " — "):
        assert read_cell(raw).notes == (), raw
    for raw in ("-", "－", "--", "–", "...", "缺", "N/A", "（C）"):
        assert read_cell(raw).notes == (("cell.mark", raw),), raw
    assert {read_cell(raw).fault for raw in ("/", "／", " / ", "\\", "//")} == {"cell.slash"}
    assert read_cell("1/2").fault == "cell.unreadable"


def test_units_in_the_cell():
    assert (read_cell("30 公顷").text, read_cell("30 公顷").unit) == ("30", "公顷")
    assert (read_cell("30%").text, read_cell("30%").unit) == ("30", "%")
    assert read_cell("5万吨").unit == "万吨"


def test_confidential_figures_are_used_and_hidden():
    for raw in ("12.5(C)", "12.5（保密）", "12.5 保密", "12.5[c]"):
        cell = read_cell(raw)
        assert (cell.state, cell.text, cell.hidden) == ("number", "12.5", True), raw


@pytest.mark.parametrize(
    "raw",
    [
        "2021-3-5",
        "2021年3月5日",
        "2021.03.05",
        "2021/3/5",
        "20210305",
        20210305.0,
        "２０２１年３月５日",
        dt.date(2021, 3, 5),
        dt.datetime(2021, 3, 5, 9),
    ],
)
def test_dates(raw):
    assert read_date(raw) == dt.date(2021, 3, 5)


@pytest.mark.parametrize("raw", ["", None, "三月五日", "2021-13-45", "5/3/21"])
def test_no_dates(raw):
    assert read_date(raw) is None


def test_a_number_that_shows_as_per_cent_is_per_cent():
    """0.55 under the format 0% is 55 %; a sign that only stands beside the number is none."""
    openpyxl = pytest.importorskip("openpyxl", reason="needs the extra 'excel'")
    from gep.forms.back.xlsx import read_xlsx

    book = openpyxl.Workbook()
    for n, (value, shown) in enumerate(
        (
            (0.55, "0%"),
            (0.125, "0.0%"),
            (0.07, "0.00%"),
            (5, '0"%"'),
            (0.5, "0.00"),
            (0.3, "0.0000%;-0.0000%"),
        ),
        1,
    ):
        book.active.cell(n, 1, value).number_format = shown
    data = io.BytesIO()
    book.save(data)
    ((_, sheet),) = read_xlsx("a.xlsx", data.getvalue())
    assert [row[0] for row in sheet.cells.values()] == ["55%", "12.5%", "7%", 5, 0.5, "30%"]
    cell = read_cell("55%")
    assert (cell.text, cell.unit) == ("55", "%")
