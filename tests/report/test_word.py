"""The Word document: headings, numbered tables, fonts and page of an official text; opens in
LibreOffice.
"""

import io
import shutil
import subprocess
import sys
import zipfile

import pytest

from gep import opening as folders
from gep.core.errors import ParameterError
from gep.report.content import Heading, Table, content
from gep.report.word import document
from tests.report.office import converted, needs_office

docx = pytest.importorskip("docx", reason="needs the extra 'report'")

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def opened(data):
    return docx.Document(io.BytesIO(data))


def test_headings_tables_and_captions():
    account = folders.read("examples/garze_2010")
    doc = opened(document(account, "zh"))
    heads = [p.text for p in doc.paragraphs if p.style.name == "Heading 1"]
    assert heads[:3] == ["一、核算结果", "二、实物量核算", "三、价值量核算"]
    assert len(heads) == sum(
        isinstance(b, Heading) and b.level == 1 for b in content(account, "zh")
    )
    captions = [p for p in doc.paragraphs if p.style.name == "Caption"]
    fields = [p._p.findall(f"{W}fldSimple") for p in captions]
    assert len(captions) == len(doc.tables) and all(
        len(f) == 1 and f[0].get(f"{W}instr").startswith("SEQ 表") for f in fields
    )
    assert "".join(t.text for t in captions[0]._p.iter(f"{W}t")) == "表1　分指标核算结果"
    money = [[c.text for c in row.cells] for row in doc.tables[2].rows]
    assert ["水源涵养", "水源涵养", "321.49 亿m³", "7.06 元/m³", "2,269.7194", "30.07 %"] in money
    assert all(t.rows[0]._tr.trPr.find(f"{W}tblHeader") is not None for t in doc.tables)


def test_page_and_fonts():
    doc = opened(document(folders.read("examples/garze_2010"), "zh"))
    section = doc.sections[0]
    # GB/T 9704-2012: A4, 37 mm above, 28 mm at the left, text block 156 × 225 mm
    assert abs(section.page_width - docx.shared.Mm(210)) < docx.shared.Mm(0.1) and abs(
        section.page_height - docx.shared.Mm(297)
    ) < docx.shared.Mm(0.1)
    assert abs(
        section.page_width - section.left_margin - section.right_margin - docx.shared.Mm(156)
    ) < docx.shared.Mm(0.1)
    assert abs(
        section.page_height - section.top_margin - section.bottom_margin - docx.shared.Mm(225)
    ) < docx.shared.Mm(0.1)
    fonts = {
        n: doc.styles[n].element.rPr.find(f"{W}rFonts")
        for n in ("Body Text", "Heading 1", "Title", "Caption")
    }
    assert {n: f.get(f"{W}eastAsia") for n, f in fonts.items()} == {
        "Body Text": "仿宋",
        "Heading 1": "黑体",
        "Title": "黑体",
        "Caption": "黑体",
    }
    assert {f.get(f"{W}ascii") for f in fonts.values()} == {"Times New Roman"} and not any(
        "Theme" in k for f in fonts.values() for k in f.attrib
    )
    assert doc.styles["Body Text"].font.size.pt == 16  # 三号
    widths = [[c.width for c in t.rows[0].cells] for t in doc.tables]
    assert all(abs(sum(w) - docx.shared.Mm(156)) < docx.shared.Mm(1) for w in widths)


def test_english():
    doc = opened(document(folders.read("examples/gaotianyan_2014"), "en"))
    assert next(p.text for p in doc.paragraphs if p.style.name == "Heading 1") == "1  Results"
    assert any(
        "719.63 million CNY" in p.text for p in doc.paragraphs
    )  # the sum of the figures the paper prints is 7.196 hundred million yuan


def test_text_from_outside_is_text(folder):
    path = folder(
        "water_retention,retained_water,quantity,,,<w:p>&\x0b=1,,10,m3/a,\x1f{ TOC }\n",
        "water_retention,retained_water,reservoir_cost,,,,2,CNY/m3,2020,,p\n",
        'title = "<w:t>&amp;\\u0001 {PAGE}"\n'
        'region = "City"\nyear = 2020\nprice_year = 2020\nstandard = "catalogue"\n',
    )
    doc = opened(document(folders.read(path)))
    assert doc.paragraphs[0].text == "<w:t>&amp; {PAGE}" == doc.core_properties.title
    cells = {c.text for t in doc.tables for row in t.rows for c in row.cells}
    assert "<w:p>&=1" in cells and "{ TOC }" in cells
    codes = {f.get(f"{W}instr") for f in doc.element.iter(f"{W}fldSimple")}
    assert codes == {"SEQ Table \\* ARABIC"} and not list(doc.element.iter(f"{W}instrText"))


def test_the_same_account_gives_the_same_bytes(tmp_path):
    one, two = (document(folders.read("examples/gaotianyan_2014"), "zh") for _ in range(2))
    assert one == two
    assert all(
        i.date_time == (1980, 1, 1, 0, 0, 0) for i in zipfile.ZipFile(io.BytesIO(one)).infolist()
    )
    assert (
        folders.read("examples/gaotianyan_2014").to_word(tmp_path / "a.docx", "zh").read_bytes()
        == one
    )


def test_without_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(ParameterError, match=r"pip install 'gep-accounting\[report\]'"):
        document(folders.read("examples/gaotianyan_2014"))


@pytest.mark.skipif(not shutil.which("pdfinfo"), reason="poppler-utils is not installed")
@needs_office
@pytest.mark.system
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_libreoffice_prints_it(lang, tmp_path):
    """Every page is A4, every table and the total are there."""
    account = folders.read("examples/garze_2010")
    pdf = converted(account.to_word(tmp_path / "a.docx", lang), "pdf")
    info = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, text=True, check=True).stdout
    assert "(A4)" in info
    text = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True
    ).stdout
    tables = sum(isinstance(b, Table) for b in content(account, lang))
    assert all(
        f"{'表' if lang == 'zh' else 'Table'} {n}" in text.replace(f"表{n}", f"表 {n}")
        for n in range(1, tables + 1)
    )
    assert "7,548.91" in text if lang == "zh" else "754.89" in text
