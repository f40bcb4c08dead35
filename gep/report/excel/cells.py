"""A workbook being written: cells with styles, formulas with the number they should give, and a
file that is always the same.

A formula is stored with its result, so that a preview that cannot calculate shows the figures;
programs that can are told to calculate afresh when they open the file.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.sax.saxutils import escape

from gep.core.archive import clean, sealed
from gep.core.extras import need
from gep.core.output import neutral
from gep.report.phrases import breadth

if TYPE_CHECKING:
    from openpyxl.styles import NamedStyle
    from openpyxl.worksheet.worksheet import Worksheet

ROWS_MAX = 200_000
_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f>.*?</f>)<v\s*(?:/>|></v>)', re.DOTALL)
_ESCAPE = re.compile("_x(?=[0-9A-Fa-f]{4}_)")  # what spreadsheets read as a character by its number
_INK, _INPUT, _SOFT, _LINE = "1B2B26", "1F3FBF", "7A8883", "C9D5D0"
_HEAD, _GIVEN, _SUM = "E4EEE9", "FFF6D6", "F4F8F6"  # grounds


def letter(column: int) -> str:
    """The letters of a column counted from 1.

    >>> letter(1), letter(27)
    ('A', 'AA')
    """
    out = ""
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out


@lru_cache(maxsize=4096)
def number_format(value: float) -> str:
    """A format that shows a number to six significant digits, large ones whole.

    >>> number_format(0.01125), number_format(1234567.5), number_format(12.0)
    ('#,##0.00000', '#,##0', '#,##0')
    """
    if not math.isfinite(value) or value == int(value) or abs(value) >= 1e6:
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


class Cell(NamedTuple):
    """What a cell holds: text, a number, or (with ``shown``, what it gives) a formula."""

    value: object
    style: str = "text"
    form: str = ""
    shown: float | str | None = None


def figure(value: float, style: str = "sum") -> Cell:
    """A number in the format that shows it best."""
    return Cell(value, style, number_format(value))


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
        # LibreOffice trusts the stored results of some programs and would not calculate
        if name == "docProps/app.xml":
            return part.replace(b"Microsoft Excel", b"gep-accounting")
        found = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
        if not found:
            return part
        shown = self.shown[int(found[1]) - 1]

        def fill(match: re.Match[bytes]) -> bytes:
            value = shown.get(match[1].decode(), math.nan)
            if value != value:
                return match[0]
            kind, inner = (
                (b' t="str"', escape(value))
                if isinstance(value, str)
                else (b"", repr(float(value)))
            )
            result = inner.encode("utf-8")
            return b'<c r="%s"%s%s>%s<v>%s</v>' % (match[1], match[2], kind, match[3], result)

        return _FORMULA.sub(fill, part)


class Sheet:
    """One sheet; rows and columns are counted from 1."""

    def __init__(self, ws: Worksheet, shown: dict[str, float | str]) -> None:
        self.ws, self.shown = ws, shown
        # by column, in characters of the figures and text below the heads
        self.longest: dict[int, int] = {}
        # row, column and characters of what is broken into lines
        self.folded: list[tuple[int, int, int]] = []

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
        says = value if shown is None else shown
        if shown is not None:
            cell.value, cell.data_type = f"={value}", "f"
            self.shown[where] = shown
        elif isinstance(value, (int, float)):
            if value == value:
                cell.value = value
        elif value not in ("", None):
            cell.value, cell.data_type = text(value), "s"
        cell.style = f"gep {style}"
        if form:
            cell.number_format = form
        if style in _FOLDING:
            self.folded.append((row, column, _length(says, form)))
        if style not in _SPILLING:
            self.longest[column] = max(self.longest.get(column, 0), _length(says, form))
        return where

    def row(self, row: int, cells: Iterable[object], style: str = "text", start: int = 1) -> None:
        """Write cells side by side; ``style`` is that of the plain values among them."""
        for column, value in enumerate(cells, start):
            cell = value if isinstance(value, Cell) else Cell(value, style)
            self.put(row, column, cell.value, cell.style, shown=cell.shown, form=cell.form)

    def below(self, head: int, lines: Iterable[Iterable[object]], style: str = "text") -> int:
        """Write lines below a row; gives the row of the last."""
        last = head
        for last, cells in enumerate(lines, head + 1):
            self.row(last, cells, style)
        return last

    def sum(
        self,
        row: int,
        column: int,
        style: str,
        formula: str,
        shown: float,
        known: bool = True,
        form: str = "",
    ) -> str:
        """Write a formula, or a dash where none of the figures that it adds up is known: that is no
        zero.
        """
        if not known:
            return self.put(row, column, "—", style)
        return self.put(row, column, formula, style, shown=shown, form=form)

    def heads(
        self, row: int, names: Sequence[str | tuple[str, str]], numbers: Sequence[int] = ()
    ) -> None:
        """A row of column heads, at the right over ``numbers``; a pair is a formula and what it
        says.
        """
        for n, name in enumerate(names, 1):
            head, says = name if isinstance(name, tuple) else (name, None)
            self.put(row, n, head, "numhead" if n in numbers else "head", shown=says)

    def filter(self, head: int, last: int, columns: int) -> None:
        """Let readers choose among the lines below the heads, where there are any."""
        if last > head:
            self.ws.auto_filter.ref = f"A{head}:{letter(columns)}{last}"

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
        ws = self.ws
        for n, width in enumerate(widths, 1):
            longest = self.longest.get(n, 0) + 2
            ws.column_dimensions[letter(n)].width = min(width, max(least, longest))
        ws.row_dimensions[1].height = 24
        lines: dict[int, int] = {}
        for row, column, length in self.folded:
            room = max(ws.column_dimensions[letter(column)].width - 1, 1)
            lines[row] = max(lines.get(row, 1), math.ceil(length * 1.15 / room))
        for row, count in lines.items():
            ws.row_dimensions[row].height = 14.0 * count + 2
        ws.freeze_panes = f"{letter(freeze + 1)}{head + 1}"
        ws.print_area = f"A1:{letter(columns)}{max(last, head)}"
        ws.print_title_rows = f"{head}:{head}"
        if filtered:
            self.filter(head, last, len(widths))
        ws.page_setup.orientation = "portrait" if upright else "landscape"
        ws.page_setup.paperSize = 9  # A4
        ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
        ws.sheet_properties.pageSetUpPr.fitToPage = True
        ws.page_margins.left = ws.page_margins.right = 0.5
        ws.page_margins.top, ws.page_margins.bottom, ws.page_margins.footer = 0.6, 0.75, 0.35
        ws.oddFooter.center.text = "&P / &N"
        ws.sheet_view.showGridLines = False
        ws.sheet_view.zoomScale = 100


_FOLDING = ("head", "numhead", "keyhead", "long")
# may stand wider than their column
_SPILLING = ("title", "soft", "softlong", "warn", "heading", "head", "numhead", "keyhead")


def _length(value: object, form: str) -> int:
    """How many characters wide a cell is; a Chinese one counts as two."""
    if not isinstance(value, float):
        return breadth(str(value)[:200])
    digits = len(form.partition(".")[2].partition(";")[0]) if form else 2
    return len(f"{value:,.{digits}f}")


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
        fill: PatternFill | None = None,
        wrap: bool = False,
        at: str = "left",
        upright: str = "center",
        indent: int = 0,
        border: Border = line,
        form: str = "General",
    ) -> NamedStyle:
        return NamedStyle(
            f"gep {name}",
            font=Font(name=font, size=size, bold=bold, color=colour),
            border=border,
            number_format=form,
            fill=fill or PatternFill(),
            alignment=Alignment(horizontal=at, vertical=upright, wrap_text=wrap, indent=indent),
        )

    head, given, sums = (PatternFill("solid", fgColor=c) for c in (_HEAD, _GIVEN, _SUM))
    none = Border()
    return [
        style("title", size=15, bold=True, border=none),
        style("soft", size=9, colour=_SOFT, border=none),
        style("softlong", size=9, colour=_SOFT, wrap=True, border=none),
        style("warn", bold=True, colour="A33B1F", border=none),
        style("heading", size=12, bold=True, border=none),
        style("head", bold=True, fill=head, wrap=True, border=strong),
        style("numhead", bold=True, fill=head, wrap=True, at="right", border=strong),
        style("text"),
        style("long", wrap=True, upright="top"),
        style("unit", indent=1, colour=_SOFT),
        style("mark", at="right", form="0"),
        style("part", indent=1),
        style("bold", bold=True, fill=sums),
        style("total", bold=True, border=strong),
        style("key", size=8, colour=_SOFT, at="right", border=none),
        style("keyhead", size=8, colour=_SOFT, wrap=True, border=none),
        style("choice", bold=True, colour=_INPUT, fill=given, border=strong),
        style("input", colour=_INPUT, at="right", form="#,##0"),
        style("given", colour=_INPUT, fill=given, at="right", form="#,##0"),
        style("sum", at="right", form="#,##0.00"),
        style("boldsum", bold=True, fill=sums, at="right", form="#,##0.00"),
        style("totalsum", bold=True, border=strong, at="right", form="#,##0.00"),
        style("share", at="right", form="0.00%"),
        style("boldshare", bold=True, fill=sums, at="right", form="0.00%"),
        style("totalshare", bold=True, border=strong, at="right", form="0.00%"),
    ]
