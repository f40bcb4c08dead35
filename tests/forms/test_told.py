"""What is said of marks, of figures read otherwise than they were written, and of cells that were
refused: each once.
"""

import csv

from openpyxl import load_workbook

from gep.core.text import say
from gep.forms.back.grid import read_book
from gep.forms.back.read import read_files
from gep.forms.define import field, forms

WATER = "C06 取用水与外调水表"


def returned(demo, filled, out, cells, sheet=WATER, number="05"):
    """What is read of a workbook after some cells of one sheet were written over."""
    book = load_workbook(filled[number])
    for at, value in cells.items():
        book[sheet][at] = value
    book.save(out)
    return read_files(demo, [(out, "a.xlsx", "2021")])


def as_csv(filled, out, encoding, edit=lambda rows: rows):
    """The form of water as CSV."""
    sheet = next(s for s in read_book(filled["05"]).sheets if s.name == WATER)
    with out.open("w", encoding=encoding, newline="") as f:
        csv.writer(f).writerows(
            edit([["" if v is None else str(v) for v in row] for row in sheet.rows])
        )
    return out


def test_a_dash_is_read_and_named_once_a_form(demo, filled, tmp_path):
    """Five ways to write that nothing occurs: the printed ones need no word, the others are one
    note that names their cells.
    """
    out = returned(
        demo,
        filled,
        tmp_path / "a.xlsx",
        {"D11": "-", "D12": "－", "D13": "--", "D14": "—", "D15": "——", "D16": "缺"},
    )
    marks = [p for p in out.problems if p.code == "cell.mark"]
    assert [(p.level, p.where) for p in marks] == [
        ("warning", f"a.xlsx, {WATER}"),
        ("warning", f"a.xlsx, {WATER}, D16"),
    ]
    assert say(marks[0], "zh") == (
        f"a.xlsx, {WATER}：D11、D12、D13 写作 - － --，读作 —（没有发生）。改法：若另有所指，请改写"
    )
    assert "D11、D12、D13" in say(marks[0], "en") and "does not occur" in say(marks[0], "en")
    assert "D16 写作 缺，读作 不详（没有数据）" in say(marks[1], "zh")
    states = {a.address: a.cell.state for a in out.answers if a.field == "C06-01"}
    assert [states[f"D{n}"] for n in range(11, 17)] == ["absent"] * 5 + ["unavailable"]
    assert not [p for p in out.problems if p.level == "error"]


def test_a_slash_says_two_things_and_is_refused(demo, filled, tmp_path):
    out = returned(demo, filled, tmp_path / "a.xlsx", {"D11": "/", "D12": "／"})
    errors = [p for p in out.problems if p.level == "error"]
    assert [(p.code, p.where) for p in errors] == [
        ("cell.slash", f"a.xlsx, {WATER}, D11"),
        ("cell.slash", f"a.xlsx, {WATER}, D12"),
    ]
    assert say(errors[0], "zh").endswith(
        "D11：写作 /，分不清是没有发生（—）还是没有数据（不详），未读入。改法：写 — 或 不详"
    )
    assert {"D11", "D12"}.isdisjoint(a.address for a in out.answers if a.field == "C06-01")


def test_a_refused_cell_is_not_called_blank(demo, filled, tmp_path):
    """One word for each cell: unreadable, out of range, in no unit; and a blank one beside them is
    still asked for.
    """
    out = returned(
        demo, filled, tmp_path / "a.xlsx", {"D11": "1,5", "D12": -3, "D13": "5 摄氏度", "D14": None}
    )
    errors = [p for p in out.problems if p.level == "error"]
    assert [(p.code, p.where.rpartition(", ")[2]) for p in errors[:3]] == [
        ("cell.unreadable", "D11"),
        ("range.cell", "D12"),
        ("unit.other", "D13"),
    ]
    assert [say(p, "zh") for p in errors[3:]] == [
        f"a.xlsx, {WATER}：“取用水量”（C06-01）有 1 行未填：东湾区 生态用水。"
        "改法：补填，或写 0、—、…、不详"
    ]
    assert "东湾区 environmental water" in say(errors[3], "en")


def test_many_figures_kept_as_text_are_one_note(demo, filled, tmp_path):
    """Of forty figures the first five are named; while there are three, each has its own note."""
    ws = load_workbook(filled["05"])[WATER]
    forty = {f"D{n}": str(ws[f"D{n}"].value) for n in range(11, 51)}
    assert ws["D51"].value is None
    out = returned(demo, filled, tmp_path / "a.xlsx", forty)
    (note,) = out.problems
    named = "、".join(f"{at} {text} → {text}" for at, text in list(forty.items())[:5])
    assert say(note, "zh") == f"a.xlsx, {WATER}：有 40 个数按原意读入（文本格式）：{named}、…"
    assert "has 40 figures that were read as they are meant (kept as text): D11" in say(note, "en")
    few = returned(demo, filled, tmp_path / "b.xlsx", dict(list(forty.items())[:3]))
    assert [(p.code, p.where.rpartition(", ")[2]) for p in few.problems] == [
        ("cell.text", "D11"),
        ("cell.text", "D12"),
        ("cell.text", "D13"),
    ]
    assert [a.cell.value for a in out.answers] == [a.cell.value for a in few.answers]


def test_in_a_csv_file_every_figure_is_text(demo, filled, tmp_path):
    """There it is nothing to tell; what else is odd is told."""
    plain = as_csv(filled, tmp_path / "a.csv", "utf-8-sig")
    assert not read_files(demo, [(plain, "a.csv", "2021")]).problems
    out = read_files(demo, [(as_csv(filled, tmp_path / "b.csv", "gb18030"), "b.csv", "2021")])
    assert [p.code for p in out.problems] == ["form.gb18030"] and len(out.answers) == 80

    def odd(rows):
        rows[10][3], rows[11][3], rows[12][3] = "7,939.9", "1,5", "-"
        return rows

    out = read_files(
        demo, [(as_csv(filled, tmp_path / "c.csv", "utf-8-sig", odd), "c.csv", "2021")]
    )
    assert [(p.code, p.where) for p in out.problems] == [
        ("cell.thousands", "c.csv, c, D11"),
        ("cell.unreadable", "c.csv, c, D12"),
        ("cell.mark", "c.csv, c, D13"),
    ]


def test_a_confidential_figure_is_in_no_note(demo, filled, tmp_path):
    out = returned(
        demo, filled, tmp_path / "a.xlsx", {f"D{n}": f"98,765.{n}（保密）" for n in range(11, 16)}
    )
    assert "cell.many" in {p.code for p in out.problems}
    assert not [
        p for p in out.problems if "98" in say(p, "zh").replace("—", "") and "765" in say(p, "zh")
    ]


def test_fields_that_are_compared_have_one_unit():
    """What a rule sets beside each other is compared without converting anything."""
    rules = [(f, f.rule.split()) for form in forms().values() for f in form.fields if f.rule]
    most = [(f, field(words[1])) for f, words in rules if words[0] == "<="]
    assert len(most) > 5 and all(f.unit == other.unit for f, other in most)
    assert {words[0] for _, words in rules} == {"<=", "parts", "last"}
