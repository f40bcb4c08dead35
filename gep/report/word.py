"""The account as a Word document: the official text version, on A4, in the fonts that Chinese
offices use.

Page, fonts and heading numbers follow the habits of GB/T 9704-2012 (layout of official documents of
party and government organs): margins of 37, 35, 28 and 26 mm, body in 仿宋, headings in 黑体 with
一、二、三, page numbers between dashes. Tables are smaller than that standard's body text, so that
they fit the page.
"""

from __future__ import annotations

import io
import os
import re
from itertools import compress
from operator import not_
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gep.account.account import Account
from gep.core.archive import clean, sealed
from gep.core.extras import need
from gep.core.messages import Both, told
from gep.core.output import place
from gep.report.content import Heading, Table, Text, content
from gep.report.phrases import BLANK, breadth
from gep.words.report import word

if TYPE_CHECKING:
    from docx.document import Document

_ONES: tuple[str, ...] = ("", *"一二三四五六七八九")
_TENS: tuple[str, ...] = ("", "十", *(f"{ten}十" for ten in _ONES[2:]))
_LATIN = "Times New Roman"
_CHAPTER, _BODY = "黑体", "仿宋"


def document(account: Account, lang: str = "en") -> bytes:
    """The text report of an account as a Word file.

    Parameters
    ----------
    account : Account
    lang : "zh" or "en"

    Returns
    -------
    bytes
        A .docx file; the same account gives the same bytes.

    Raises
    ------
    ParameterError
        If python-docx is not installed.
    """
    docx = need("docx")
    doc = docx.Document()
    _page(doc, lang)
    chapters = tables = 0
    for block in content(account, lang):
        if isinstance(block, Heading):
            chapters += block.level > 0
            _heading(doc, block, chapters, lang)
        elif isinstance(block, Text):
            paragraph = doc.add_paragraph(clean(block.text), "Body Text")
            if block.warning:
                paragraph.runs[0].bold = True
        else:
            tables += 1
            _table(doc, block, tables, lang)
    core = doc.core_properties
    core.title = clean(account.basis.title or account.basis.region)[:255]
    core.author, core.comments, core.revision = "gep-accounting", "", 1
    out = io.BytesIO()
    doc.save(out)
    return sealed(out.getvalue())


def write(account: Account, path: str | os.PathLike[str], lang: str = "en") -> Path:
    """Write the Word document of an account, whole or not at all; gives its path. See
    :func:`document`.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    return place(path, document(account, lang))


def _page(doc: Document, lang: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.shared import Mm, Pt

    section: Any = doc.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(20)
    zh = lang == "zh"
    # size in Chinese and in English, bold, east Asian font, space before and after
    for name, sizes, bold, font, before, after in (
        ("Normal", (12, 12), False, _BODY, 0, 0),
        ("Body Text", (16, 11.5), False, _BODY, 0, 4),
        ("Title", (22, 20), not zh, _CHAPTER, 0, 18),
        ("Heading 1", (16, 14), not zh, _CHAPTER, 14, 6),
        ("Caption", (12, 10.5), not zh, _CHAPTER, 8, 3),
    ):
        size = sizes[0 if zh else 1]
        style: Any = doc.styles[name]
        _font(style.element.get_or_add_rPr(), font)
        style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
        style.font.color.rgb = _black()
        shape = style.paragraph_format
        shape.space_before, shape.space_after = Pt(before), Pt(after)
        if name in ("Title", "Caption"):
            shape.alignment, shape.keep_with_next = WD_ALIGN_PARAGRAPH.CENTER, name == "Caption"
        if name == "Title":
            for border in style.element.findall(".//" + _w("pBdr")):
                border.getparent().remove(border)
        if name == "Body Text" and zh:
            shape.first_line_indent = Pt(32)  # two characters
            shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(28)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run("— ")
    _field(footer, "PAGE", "1")
    footer.add_run(" —")


def _black() -> Any:
    from docx.shared import RGBColor

    return RGBColor(0, 0, 0)


def _w(name: str) -> str:
    from docx.oxml.ns import qn

    found: str = qn(f"w:{name}")
    return found


def _font(properties: Any, east: str) -> None:
    """Latin text in Times New Roman, Chinese in its own font."""
    fonts = properties.get_or_add_rFonts()
    for key in list(fonts.attrib):
        if key.endswith("Theme"):
            del fonts.attrib[key]
    for key, name in (("ascii", _LATIN), ("hAnsi", _LATIN), ("cs", _LATIN), ("eastAsia", east)):
        fonts.set(_w(key), name)


def _heading(doc: Document, heading: Heading, number: int, lang: str) -> None:
    if heading.level == 0:
        doc.add_paragraph(clean(heading.text), "Title")
        return
    mark = f"{_ordinal(number)}、" if lang == "zh" else f"{number}  "
    doc.add_paragraph(mark + clean(heading.text), "Heading 1")


def _ordinal(number: int) -> str:
    """A number from 1 to 99 in Chinese.

    >>> _ordinal(3), _ordinal(10), _ordinal(12), _ordinal(21)
    ('三', '十', '十二', '二十一')
    """
    tens, ones = divmod(number, 10)
    return _TENS[tens] + _ONES[ones]


def _field(paragraph: Any, code: str, shown: str) -> None:
    """A field that Word keeps up to date, with what it shows until then."""
    from docx.oxml import OxmlElement

    field = OxmlElement("w:fldSimple")
    field.set(_w("instr"), code)
    run = paragraph.add_run(shown)
    run._r.getparent().replace(run._r, field)
    field.append(run._r)


def _table(doc: Document, table: Table, number: int, lang: str) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Mm

    caption = doc.add_paragraph(style="Caption")
    name = word("table_n", lang)
    caption.add_run(name + told(BLANK, lang))
    _field(caption, f"SEQ {name} \\* ARABIC", str(number))
    caption.add_run(told(Both("  ", "　"), lang)).add_text(clean(table.caption))
    built: Any = doc.add_table(rows=len(table.rows) + 1, cols=len(table.head))
    built.alignment, built.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _borders(built)
    widths = [Mm(w) for w in _widths(table, 1.9 if lang == "zh" else 1.65)]
    for column, width in zip(built.columns, widths, strict=True):
        column.width = width
    for n, (row, cells) in enumerate(zip(built.rows, (table.head, *table.rows), strict=True), -1):
        strong = n < 0 or n in table.strong
        properties = row._tr.get_or_add_trPr()
        _flag(properties, "cantSplit")
        if n < 0:
            _flag(properties, "tblHeader")
        for m, (cell, text, width) in enumerate(zip(row.cells, cells, widths, strict=True)):
            cell.width = width
            _cell(cell.paragraphs[0], text, right=m in table.numbers, strong=strong, lang=lang)
            cell.paragraphs[0].paragraph_format.keep_with_next = n < 0  # a head never ends a page
    if table.note:
        doc.add_paragraph(clean(table.note), "Normal")


def _cell(paragraph: Any, text: str, *, right: bool, strong: bool, lang: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    run = paragraph.add_run(clean(_breakable(text)))
    run.font.size = Pt(10.5 if lang == "zh" else 9)
    if strong:
        run.bold = True


def _breakable(text: str) -> str:
    """Long words, such as checksums and formulas, may be broken anywhere: a zero-width space every
    so often.
    """
    return re.sub(r"[^\s　-鿿＀-￯]{24,}", lambda m: "\u200b".join(re.findall(".{1,12}", m[0])), text)


def _widths(table: Table, character: float) -> list[float]:
    """The widths of the columns in mm, 156 in all: figures and short text on one line, long text
    shares what is left.
    """
    columns = list(zip(table.head, *table.rows, strict=True))
    longest = [max(map(breadth, cells), default=0) for _, *cells in columns]
    short = [n in table.numbers or length <= 16 for n, length in enumerate(longest)]
    wanted = [
        max(w, min(breadth(head), 8), 4) * character + 5 if s else min(w, 64) * character
        for w, head, s in zip(longest, table.head, short, strict=True)
    ]
    fixed, room = sum(compress(wanted, short)), sum(compress(wanted, map(not_, short)))
    if not room or fixed > 120:
        return [156 * w / sum(wanted) for w in wanted]
    return [w if s else (156 - fixed) * w / room for w, s in zip(wanted, short, strict=True)]


def _flag(properties: Any, name: str) -> None:
    from docx.oxml import OxmlElement

    properties.append(OxmlElement(f"w:{name}"))


def _borders(table: Any) -> None:
    """A rule above, below and under the head; thin lines between rows; none upright."""
    from docx.oxml import OxmlElement

    borders = OxmlElement("w:tblBorders")
    edges = (("top", "12", "000000"), ("bottom", "12", "000000"), ("insideH", "4", "9AA5A0"))
    for edge, size, colour in edges:
        line = OxmlElement(f"w:{edge}")
        for key, value in (("val", "single"), ("sz", size), ("space", "0"), ("color", colour)):
            line.set(_w(key), value)
        borders.append(line)
    properties = table._tbl.tblPr
    properties.append(borders)
    margins = OxmlElement("w:tblCellMar")
    for edge in ("left", "right"):
        side = OxmlElement(f"w:{edge}")
        side.set(_w("w"), "60")
        side.set(_w("type"), "dxa")
        margins.append(side)
    properties.append(margins)
