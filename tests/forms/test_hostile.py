"""Workbooks built to do harm: read safely or refused, in bounded memory and time, with no trace of
them left behind.
"""

import csv
import io
import re
import resource
import time
import zipfile
from itertools import chain
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from gep.core.errors import InputError
from gep.forms.back import grid
from gep.forms.back.grid import read_book
from gep.forms.back.read import files_in, read_files
from gep.forms.desk import desk as room
from gep.forms.desk.result import annotated

SHEET = "xl/worksheets/sheet1.xml"


def small(
    path,
    rows=(
        ("表号", "GEP-C12"),
        ("指标名称", "代码", "计量单位", "本年"),
        ("氧气价格", "C12-01", "元/吨氧气", 1160.7),
    ),
):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def rewritten(path, edits, extra=()):
    """The workbook with parts replaced or added."""
    with zipfile.ZipFile(path) as z:
        parts = {n: z.read(n) for n in z.namelist()}
    parts |= {n: f(parts[n]) for n, f in edits.items()} | dict(extra)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for n, data in parts.items():
            z.writestr(n, data)
    return path


@pytest.fixture(autouse=True)
def bounded():
    """Each of these takes seconds at most and little memory."""
    began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.process_time() - began < 15
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 900 * 1024  # kB


def read_one(demo, path):
    return read_files(demo, [(path, path.name, "2021-01-01")])


def refused(demo, path, code):
    out = read_one(demo, path)
    assert not out.answers
    assert path.name in out.refused
    assert code in {p.code for p in out.problems}, out.problems


def test_small_is_read(demo, tmp_path):
    assert [a.cell.text for a in read_one(demo, small(tmp_path / "a.xlsx")).answers] == ["1160.7"]


def test_formula_without_result(demo, tmp_path):
    path = small(
        tmp_path / "a.xlsx",
        (
            ("表号", "GEP-C12"),
            ("指标名称", "代码", "计量单位", "本年"),
            ("氧气价格", "C12-01", "元/吨氧气", "=1160+0.7"),
        ),
    )
    out = read_one(demo, path)
    assert not out.answers
    assert [p.where for p in out.problems if p.code == "cell.formula"] == ["a.xlsx, Sheet, D3"]


def test_formula_injection_is_neutralised_in_all_that_is_written(demo, tmp_path, desk):
    evil = '=HYPERLINK("http://evil","x")'
    for n, text in enumerate((evil, "+cmd|'/c calc'!A0", "-2+3+cmd", "@SUM(1)")):
        book = load_workbook(desk / "returned" / "16_交通运输主管部门.xlsx")
        ws = book["A13 道路绿化降噪监测表"]
        for row in range(31, 33):
            ws.cell(row, 1, "990101").data_type = "s"
            ws.cell(row, 3, text).data_type = "s"
            ws.cell(row, 4, 3.5)
            ws.cell(row, 5 if ws.cell(10, 5).value else 6, 1.0)
            ws.cell(row, ws.max_column, text).data_type = "s"
        book.save(desk / "returned" / f"x{n}.xlsx")
    out = room.read(desk)
    assert any(a.key.item.startswith("@") for a in out.answers), "the name itself is read"
    for path in [*desk.glob("*.csv"), *(desk / "account").glob("*.csv")]:
        with path.open(encoding="utf-8", newline="") as f:
            for cell in chain.from_iterable(csv.reader(f)):
                assert harmless(cell), f"{path.name}: {cell}"
    for path in (desk / "marked").iterdir():
        for cell in cells_of(path):
            place = (path.name, cell.coordinate, cell.value)
            assert cell.data_type != "f", place
            text = cell.value if isinstance(cell.value, str) else ""
            assert not re.match(r"(?s)[=+@-].", text), place


def harmless(text):
    """Text that no program takes for a formula; a number may be negative."""
    digits = text[1:].replace(".", "").replace("e", "").replace("-", "")
    return text[:1] not in tuple("=+@") and (text[:1] != "-" or digits.isdigit())


def cells_of(path):
    """Every cell of a workbook."""
    for ws in load_workbook(path):
        yield from chain.from_iterable(ws.iter_rows())


def test_external_links_and_macros_are_left_alone(demo, tmp_path):
    path = small(tmp_path / "a.xlsx")
    rewritten(
        path,
        {},
        {
            "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 macro",
            "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
        }.items(),
    )
    path = path.rename(tmp_path / "a.xlsm")
    out = read_one(demo, path)
    assert {"form.macro", "form.external"} <= {p.code for p in out.problems}
    assert [a.cell.text for a in out.answers] == ["1160.7"]


def test_zip_bomb(demo, tmp_path):
    path = small(tmp_path / "a.xlsx")
    rewritten(
        path, {SHEET: lambda x: x.replace(b"<sheetData>", b"<sheetData>" + b" " * (170 * 2**20))}
    )
    assert path.stat().st_size < 2**20
    refused(demo, path, "form.bomb")


def test_zip_that_lies_about_its_size(demo, tmp_path):
    path = small(tmp_path / "a.xlsx")
    big = []
    rewritten(
        path,
        {
            SHEET: lambda x: (
                big.append(x.replace(b"<sheetData>", b"<sheetData>" + b" " * (200 * 2**20)))
                or big[0]
            )
        },
    )
    data = path.read_bytes()
    size = len(big.pop()).to_bytes(4, "little")
    assert data.count(size) >= 2
    path.write_bytes(data.replace(size, (1000).to_bytes(4, "little")))
    refused(demo, path, "form.broken")


def test_many_parts(demo, tmp_path):
    path = small(tmp_path / "a.xlsx")
    rewritten(path, {}, {f"xl/worksheets/x{n}.xml": b"<worksheet/>" for n in range(3000)}.items())
    refused(demo, path, "form.bomb")


def test_a_million_blank_rows(demo, tmp_path):
    path = small(tmp_path / "a.xlsx")
    rows = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (n, n) for n in range(4, 1048577))
    rewritten(path, {SHEET: lambda x: x.replace(b"</sheetData>", rows + b"</sheetData>")})
    out = read_one(demo, path)
    assert [a.cell.text for a in out.answers] == ["1160.7"]


def test_a_cell_at_the_far_corner(demo, tmp_path):
    path = small(tmp_path / "a.xlsx")
    rewritten(
        path,
        {
            SHEET: lambda x: x.replace(
                b"</sheetData>",
                b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
            )
        },
    )
    out = read_one(demo, path)
    assert "form.far" in {p.code for p in out.problems if p.level == "error"}
    assert [a.cell.text for a in out.answers] == ["1160.7"]


def test_a_cell_that_hides_its_place(demo, tmp_path):
    """Quotes and order of attributes as a scanner may not expect them: the far cell must not slip
    through.
    """
    for cell in (
        b"<c t='n' r='XFD1048576'><v>1</v></c>",
        b'<c r = "XFD1048576"><v>1</v></c>',
        b'<c r="XFD1048576" ><v>1</v></c >',
        b'<c\nr="XFD1048576"><v>1</v></c>',
        b'<c r="XFD1048576" x="a>b"><v>1</v></c>',
        b'<c r="xfd1048576"><v>1</v></c>',
        b'<c r="&#88;FD1048576"><v>1</v></c>',
    ):
        path = small(tmp_path / "a.xlsx")
        rewritten(
            path,
            {
                SHEET: lambda x, cell=cell: x.replace(
                    b"</sheetData>", b'<row r="1048576">' + cell + b"</row></sheetData>"
                )
            },
        )
        out = read_one(demo, path)
        assert not out.answers or [a.cell.text for a in out.answers] == ["1160.7"]


def test_xml_entities(demo, tmp_path):
    entities = b'<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    laugh = b'<?xml version="1.0"?><!DOCTYPE x [' + entities + b"]>"
    for part in (SHEET, "xl/workbook.xml"):
        path = small(tmp_path / "a.xlsx")
        rewritten(path, {part: lambda x: laugh + x[x.index(b"<", 5) :]})
        refused(demo, path, "form.entity")


def test_entities_behind_utf16(demo, tmp_path):
    path = small(tmp_path / "a.xlsx")
    rewritten(
        path,
        {
            SHEET: lambda x: (
                '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "b">]>' + x.decode()
            ).encode("utf-16")
        },
    )
    refused(demo, path, "form.entity")


def test_scanner_is_not_slowed_down(demo, tmp_path):
    path = small(tmp_path / "a.xlsx")
    rewritten(path, {SHEET: lambda x: b'<c r="A1" ' * 3_000_000})
    out = read_one(demo, path)
    assert not out.answers


@pytest.mark.parametrize(
    "name", ["..\\..\\etc", "a&b<c>", "'; DROP", "=cmd()", "C:\\x", "x" * 31, "../../../tmp/x"]
)
def test_sheet_names(demo, tmp_path, name):
    path = small(tmp_path / "a.xlsx")
    import html

    rewritten(
        path,
        {
            "xl/workbook.xml": lambda x: x.replace(
                b'name="Sheet"', b'name="%s"' % html.escape(name).encode()
            )
        },
    )
    before = {p for p in tmp_path.rglob("*")}
    out = read_one(demo, path)
    assert annotated(path, out.problems, tmp_path / "marked" / "a.xlsx")
    assert {p for p in tmp_path.rglob("*")} - before == {
        tmp_path / "marked",
        tmp_path / "marked" / "a.xlsx",
    }


def test_member_names_lead_nowhere(demo, tmp_path):
    path = small(tmp_path / "a.xlsx")
    rewritten(
        path, {}, {"../../evil.xml": b"<x/>", "/abs.xml": b"<x/>", "..\\evil.xml": b"<x/>"}.items()
    )
    out = read_one(demo, path)
    assert [a.cell.text for a in out.answers] == ["1160.7"]
    assert [p.name for p in tmp_path.rglob("*")] == ["a.xlsx"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", b""),
        ("a.xlsx", b"PK\x03\x04"),
        ("a.xlsx", b"PK\x03\x04" + b"\0" * 5000),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5000),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>"),
        ("a.csv", b"\x00\x01\x02" * 100),
        ("a.csv", b"\xff" * 100),
        ("a.csv", b'"' + b"x" * 200000),
        ("a.docx", b"PK\x03\x04"),
        ("a.csv", b"a,b\n" * 10),
    ],
)
def test_broken_files(demo, tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    out = read_one(demo, path)
    assert not out.answers
    assert out.problems


def test_every_prefix_of_a_workbook(demo, tmp_path):
    whole = small(tmp_path / "a.xlsx").read_bytes()
    for n in range(0, len(whole), 211):
        path = tmp_path / "cut.xlsx"
        path.write_bytes(whole[:n])
        assert not read_one(demo, path).answers


def test_flipped_bytes(demo, tmp_path):
    """A zip carries checksums: a flipped byte is refused or changes nothing that is read."""
    whole = small(tmp_path / "a.xlsx").read_bytes()
    for n in range(0, len(whole), 37):
        path = tmp_path / "flip.xlsx"
        path.write_bytes(whole[:n] + bytes([whole[n] ^ 0x55]) + whole[n + 1 :])
        assert [a.cell.text for a in read_one(demo, path).answers] in ([], ["1160.7"])


def test_links_and_large_files(tmp_path, monkeypatch):
    outside = tmp_path / "secret.csv"
    outside.write_text("x")
    home = tmp_path / "returned"
    home.mkdir()
    (home / "link.csv").symlink_to(outside)
    (home / "big.csv").write_bytes(b"x" * 100)
    (home / "~$lock.xlsx").write_bytes(b"x")
    monkeypatch.setattr("gep.forms.back.read.MAX_FILE", 50)
    found = {p.name: problem.code for p, problem in files_in(home)}
    assert found == {"link.csv": "file.outside", "big.csv": "form.file_size"}


def test_wide_csv(demo, tmp_path, monkeypatch):
    monkeypatch.setattr(grid, "MAX_CELLS", 1000)
    path = tmp_path / "a.csv"
    path.write_text("1,2,3\n" * 1000)
    with pytest.raises(InputError):
        read_book(Path(path))


def test_password(demo, tmp_path):
    """An encrypted workbook is an OLE file with one stream; it is refused, not asked about."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + io.BytesIO(b"EncryptedPackage" * 100).getvalue()
    )
    out = read_one(demo, path)
    assert path.name in out.refused
