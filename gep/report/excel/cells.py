"""A workbook being written: cells with styles, formulas with the number they should give, and a
file that is always the same.

A formula is stored with its result, so that a preview that cannot calculate shows the figures;
programs that can are told to calculate afresh when they open the file.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from gep.core.archive import clean, sealed
from gep.core.extras import need
from gep.core.output import neutral

if TYPE_CHECKING:
    from openpyxl.styles import NamedStyle
    from openpyxl.worksheet.worksheet import Worksheet

ROWS_MAX = 200_000
_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f>.*?</f>)<v\s*(?:/>|></v>)', re.DOTALL)
_ESCAPE = re.compile("_x(?=[0-9A-Fa-f]{4}_)")  # what spreadsheets read as a character by its number
_INK, _INPUT, _SOFT, _HEAD, _GIVEN, _LINE = (
    "1B2B26",
    "1F3FBF",
    "7A8883",
    "E4EEE9",
    "FFF6D6",
    "C9D5D0",
)


@lru_cache(maxsize=4096)
def number_format(value: float) -> str:
    """A format that shows a number to six significant digits, large ones whole.

    >>> number_format(0.01125), number_format(1234567.5), number_format(12.0)
    ('#,##0.00000', '#,##0', '#,##0')
    """
    if value != value or not value or math.isinf(value) or value == int(value) or abs(value) >= 1e6:
        return "#,##0"
    digits = max(0, 5 - math.floor(math.log10(abs(value))))
    places = len(f"{value:.{digits}f}".rstrip("0").partition(".")[2])
    return "#,##0." + "0" * min(places, 12) if places else "#,##0"


def text(value: object) -> str:
    """Text that a cell can hold and no spreadsheet runs.

    >>> text("=1+1"), text("fo\\x00rest")
    ("'=1+1", 'forest')
    """
    return _ESCAPE.sub("_x005F_x", str(neutral(clean(str(value)))))[:32_000]


class Book:
    """Sheets, and what each formula should come to."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.wb = need("openpyxl").Workbook()
        self.wb.remove(self.wb.worksheets[0])
        self.shown: list[dict[str, float | str]] = []
        self.font = "宋体" if lang == "zh" else "Arial"
        for style in _styles(self.font):
            self.wb.add_named_style(style)

    def sheet(self, title: str) -> Sheet:
        """A new sheet at the end."""
        self.shown.append({})
        return Sheet(self.wb.create_sheet(title), self.shown[-1])

    def data(self, title: str) -> bytes:
        """The file."""
        from openpyxl.workbook.properties import CalcProperties

        self.wb.properties.title, self.wb.properties.creator = clean(title), "gep-accounting"
        self.wb.calculation = CalcProperties(fullCalcOnLoad=True)
        out = io.BytesIO()
        self.wb.save(out)
        return sealed(out.getvalue(), self._edit)

    def _edit(self, name: str, part: bytes) -> bytes:
        if (
            name == "docProps/app.xml"
        ):  # LibreOffice trusts the stored results of some programs and would not calculate
            return part.replace(b"Microsoft Excel", b"gep-accounting")
        found = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
        if not found:
            return part
        shown = self.shown[int(found[1]) - 1]

        def fill(match: re.Match[bytes]) -> bytes:
            value = shown.get(match[1].decode())
            if value is None or value != value:
                return match[0]
            kind, inner = (
                (b"", repr(float(value)))
                if isinstance(value, (int, float))
                else (b' t="str"', escape(value))
            )
            return b'<c r="%s"%s%s>%s<v>%s</v>' % (
                match[1],
                match[2],
                kind,
                match[3],
                inner.encode("utf-8"),
            )

        return _FORMULA.sub(fill, part)


class Sheet:
    """One sheet; rows and columns are counted from 1."""

    def __init__(self, ws: Worksheet, shown: dict[str, float | str]) -> None:
        self.ws, self.shown = ws, shown
        self.longest: dict[
            int, int
        ] = {}  # by column, in characters of the figures and text below the heads
        self.folded: list[
            tuple[int, int, int]
        ] = []  # row, column and characters of what is broken into lines

    @property
    def name(self) -> str:
        """The name as a formula writes it."""
        return f"'{self.ws.title}'"

    def put(
        self,
        row: int,
        column: int,
        value: object,
        style: str = "text",
        *,
        shown: float | str | None = None,
        form: str = "",
    ) -> str:
        """Write a cell and return where it is: text, a number, or (with ``shown``, what it gives) a
        formula.
        """
        cell: Any = self.ws.cell(row, column)
        where: str = cell.coordinate
        if shown is not None:
            cell.value, cell.data_type = f"={value}", "f"
            self.shown[where] = shown
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            if value == value:
                cell.value = value
        elif value not in ("", None):
            cell.value, cell.data_type = text(value), "s"
        cell.style = f"gep {style}"
        if form:
            cell.number_format = form
        if style in _FOLDING:
            self.folded.append((row, column, _length(value if shown is None else shown, form)))
        if style not in _SPILLING:
            self.longest[column] = max(
                self.longest.get(column, 0), _length(value if shown is None else shown, form)
            )
        return where

    def sum(
        self,
        row: int,
        column: int,
        formula: str,
        style: str,
        shown: float,
        known: bool = True,
        form: str = "",
    ) -> str:
        """Write a formula, or a dash where none of the figures that it adds up is known: that is no
        zero.
        """
        return (
            self.put(row, column, formula, style, shown=shown, form=form)
            if known
            else self.put(row, column, "—", style)
        )

    def heads(
        self, row: int, names: Sequence[str | tuple[str, str]], numbers: Sequence[int] = ()
    ) -> None:
        """A row of column heads, at the right over ``numbers``; a pair is a formula and what it
        says.
        """
        for n, name in enumerate(names, 1):
            style = "numhead" if n in numbers else "head"
            if isinstance(name, tuple):
                self.put(row, n, name[0], style, shown=name[1])
            else:
                self.put(row, n, name, style)

    def title(self, text: str, below: Sequence[str] = ()) -> int:
        """The title and lines below it; gives the next free row."""
        self.put(1, 1, text, "title")
        for n, line in enumerate(below, 2):
            self.put(n, 1, line, "soft")
        return 3 + len(below)

    def finish(
        self,
        widths: Sequence[float],
        head: int,
        last: int,
        columns: int,
        *,
        freeze: int = 1,
        filtered: bool = True,
        upright: bool = False,
        least: int = 6,
    ) -> None:
        """Widths at most as given, frozen head, print area and page; ``columns`` are printed, what
        stands right of them is not.
        """
        from openpyxl.utils import get_column_letter as letter

        ws = self.ws
        for n, width in enumerate(widths, 1):
            ws.column_dimensions[letter(n)].width = min(
                width, max(least, self.longest.get(n, 0) + 2)
            )
        ws.row_dimensions[1].height = 24
        lines: dict[int, int] = {}
        for row, column, length in self.folded:
            lines[row] = max(
                lines.get(row, 1),
                math.ceil(length * 1.15 / max(ws.column_dimensions[letter(column)].width - 1, 1)),
            )
        for row, count in lines.items():
            ws.row_dimensions[row].height = 14.0 * count + 2
        ws.freeze_panes = f"{letter(freeze + 1)}{head + 1}"
        last = max(last, head)
        ws.print_area = f"A1:{letter(columns)}{last}"
        ws.print_title_rows = f"{head}:{head}"
        if filtered and last > head:
            ws.auto_filter.ref = f"A{head}:{letter(len(widths))}{last}"
        ws.page_setup.orientation = "portrait" if upright else "landscape"
        ws.page_setup.paperSize = 9  # A4
        ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
        ws.sheet_properties.pageSetUpPr.fitToPage = True
        ws.page_margins.left = ws.page_margins.right = 0.5
        ws.page_margins.top, ws.page_margins.bottom, ws.page_margins.footer = 0.6, 0.75, 0.35
        ws.oddFooter.center.text = "&P / &N"
        ws.sheet_view.showGridLines = False
        ws.sheet_view.zoomScale = 100


_SPILLING = (
    "title",
    "soft",
    "softlong",
    "warn",
    "heading",
    "head",
    "numhead",
    "keyhead",
)  # may stand wider than their column
_FOLDING = ("head", "numhead", "keyhead", "long")


def _length(value: object, form: str) -> int:
    """How many characters wide a cell is; a Chinese one counts as two."""
    if isinstance(value, float):
        return len(f"{value:,.{len(form.partition('.')[2].partition(';')[0]) if form else 2}f}")
    return sum(2 if ord(c) > 0x2E7F else 1 for c in str(value)[:200])


def _styles(font: str) -> list[NamedStyle]:
    from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

    line = Border(bottom=Side("thin", color=_LINE))
    strong = Border(top=Side("thin", color=_INK), bottom=Side("thin", color=_INK))

    def style(
        name: str,
        *,
        size: int = 10,
        bold: bool = False,
        colour: str = _INK,
        fill: str = "",
        wrap: bool = False,
        right: bool = False,
        indent: int = 0,
        border: Border = line,
        form: str = "General",
    ) -> NamedStyle:
        return NamedStyle(
            f"gep {name}",
            font=Font(name=font, size=size, bold=bold, color=colour),
            border=border,
            number_format=form,
            fill=PatternFill("solid", fgColor=fill) if fill else PatternFill(),
            alignment=Alignment(
                horizontal="right" if right else "left",
                vertical="top" if name == "long" else "center",
                wrap_text=wrap,
                indent=indent,
            ),
        )

    none = Border()
    return [
        style("title", size=15, bold=True, border=none),
        style("soft", size=9, colour=_SOFT, border=none),
        style("softlong", size=9, colour=_SOFT, wrap=True, border=none),
        style("warn", bold=True, colour="A33B1F", border=none),
        style("heading", size=12, bold=True, border=none),
        style("head", bold=True, fill=_HEAD, wrap=True, border=strong),
        style("numhead", bold=True, fill=_HEAD, wrap=True, right=True, border=strong),
        style("text"),
        style("long", wrap=True),
        style("unit", indent=1, colour=_SOFT),
        style("mark", right=True, form="0"),
        style("part", indent=1),
        style("bold", bold=True, fill="F4F8F6"),
        style("total", bold=True, border=strong),
        style("key", size=8, colour=_SOFT, right=True, border=none),
        style("keyhead", size=8, colour=_SOFT, wrap=True, border=none),
        style("choice", bold=True, colour=_INPUT, fill=_GIVEN, border=strong),
        style("input", colour=_INPUT, right=True, form="#,##0"),
        style("given", colour=_INPUT, fill=_GIVEN, right=True, form="#,##0"),
        style("sum", right=True, form="#,##0.00"),
        style("boldsum", bold=True, fill="F4F8F6", right=True, form="#,##0.00"),
        style("totalsum", bold=True, border=strong, right=True, form="#,##0.00"),
        style("share", right=True, form="0.00%"),
        style("boldshare", bold=True, fill="F4F8F6", right=True, form="0.00%"),
        style("totalshare", bold=True, border=strong, right=True, form="0.00%"),
    ]
