"""How the workbooks look: one pen with a few styles, made once and shared by all cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any, NamedTuple

from gep.core.output import neutral
from gep.forms.back.cells import MARKS

DEEP, PALE, GREY, CREAM, LINE, INK, FADED = (
    "1F5F5B",
    "E4F0EE",
    "F2F4F4",
    "FFFBEB",
    "C9D3D1",
    "21302E",
    "8A9694",
)
FONT = "Microsoft YaHei"
_SPANS = {  # whether there is a lower and an upper bound -> the range in words of mathematics
    (True, True): "{low:g} – {high:g}",
    (True, False): "≥ {low:g}",
    (False, True): "≤ {high:g}",
    (False, False): "",
}


class _Look(NamedTuple):
    """How the cells of a style look."""

    size: int
    color: str
    fill: str = ""
    align: str = "left"
    border: str = "box"  # "box", a line below ("medium", "thin"), or ""
    number: str = "@"
    wrap: bool = False
    indent: int = 0
    locked: bool = True
    bold: bool | None = None
    italic: bool | None = None
    underline: str | None = None
    pattern: str = "solid"


_CENTER: dict[str, Any] = {"align": "center"}
_LEFT: dict[str, Any] = {"indent": 1}
_WRAPPED: dict[str, Any] = {"indent": 1, "wrap": True}
_ENTRY: dict[str, Any] = {"number": "General", "locked": False}
_BARE: dict[str, Any] = {"border": ""}
_LOOKS = {
    "head": _Look(10, "FFFFFF", DEEP, **_CENTER, wrap=True, bold=True),
    "unit": _Look(9, DEEP, PALE, **_CENTER, wrap=True, locked=False),
    "code": _Look(8, FADED, GREY, **_CENTER),
    "fixed": _Look(10, INK, GREY, **_WRAPPED, number="General"),
    "entry": _Look(10, INK, CREAM, **_WRAPPED, **_ENTRY),
    "entry_number": _Look(10, INK, CREAM, **_LEFT, **_ENTRY, align="right"),
    "entry_center": _Look(10, INK, CREAM, **_CENTER, **_ENTRY),
    "middle": _Look(10, INK, **_CENTER),
    "last": _Look(9, FADED, GREY, **_LEFT, align="right", number="General", italic=True),
    "label": _Look(9, FADED, **_BARE, wrap=True),
    "strong": _Look(11, DEEP, **_BARE, **_LEFT, bold=True),
    "cell": _Look(10, INK, **_WRAPPED),
    "text": _Look(9, INK, **_WRAPPED),
    "link": _Look(10, DEEP, **_LEFT, underline="single"),
    "mark": _Look(10, DEEP, **_BARE, **_CENTER, bold=True),
    "body": _Look(10, INK, **_BARE, **_WRAPPED),
    "sub": _Look(9, FADED, **_BARE, wrap=True),
    "banner": _Look(15, DEEP, border="medium", bold=True),
    "heading": _Look(11, DEEP, border="thin", bold=True),
    "hatched": _Look(9, FADED, LINE, **_LEFT, locked=False, pattern="lightUp"),
}


def span(low: float | None, high: float | None) -> str:
    """A range in words of mathematics; blank where it has no bounds.

    >>> span(0, 100), span(0, None), span(None, None)
    ('0 – 100', '≥ 0', '')
    """
    return _SPANS[low is not None, high is not None].format(low=low, high=high)


class Pen:
    """Writes cells in the styles of the forms; text is neutralised."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._styles: dict[str, Any] = {}
        self._choices: dict[tuple[int, str], Any] = {}

    def one(self, zh: str, en: str) -> str:
        """English on an English form, else Chinese."""
        return en if self.lang == "en" else zh

    def say(self, zh: str, en: str) -> str:
        """Chinese, English, or both one above the other."""
        return f"{zh}\n{en}" if self.lang == "both" and zh != en else self.one(zh, en)

    def _style(self, ws: Any, name: str) -> Any:
        """A style of the workbook, made at its first use."""
        if name not in self._styles:
            proto = ws.cell(1, 1)
            before = copy(proto._style)
            _dress(proto, _LOOKS[name])
            self._styles[name] = copy(proto._style)
            proto._style = before
        return self._styles[name]

    def put(
        self, ws: Any, row: int, column: int, value: object, style: str, link: str = ""
    ) -> None:
        """Write a cell."""
        cell = ws.cell(row, column)
        made = self._style(ws, style)
        if value not in (None, ""):
            cell.value = neutral(value)
        if "\n" in str(value):  # two languages, one above the other
            ws.row_dimensions[row].height = max(ws.row_dimensions[row].height or 0, 30)
        if link:
            cell.hyperlink = link
        cell._style = copy(made)

    def row(self, ws: Any, row: int, column: int, cells: Iterable[tuple[object, str]]) -> int:
        """Write values with their styles side by side; the column behind them."""
        for value, style in cells:
            self.put(ws, row, column, value, style)
            column += 1
        return column

    def wide(
        self,
        ws: Any,
        row: int,
        first: int,
        last: int,
        text: str,
        style: str = "body",
        height: float = 0,
    ) -> None:
        """Text across columns."""
        ws.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
        self.put(ws, row, first, text, style)
        ws.row_dimensions[row].height = height or (30 if "\n" in text else 20)

    def banner(self, ws: Any, row: int, first: int, last: int, text: str) -> None:
        """The title of a sheet."""
        self.row(ws, row, first, [(None, "banner")] * (last - first + 1))
        ws.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
        self.put(ws, row, first, text, "banner")
        ws.row_dimensions[row].height = 46 if "\n" in text else 32

    def heading(self, ws: Any, row: int, first: int, last: int, text: str) -> int:
        """A heading; the row below it."""
        self.row(ws, row, first, [(text, "heading")] + [(None, "heading")] * (last - first))
        ws.row_dimensions[row].height = 36 if "\n" in text else 24
        return row + 1

    def sheet(self, ws: Any, widths: Sequence[float]) -> None:
        """Column widths, no grid lines."""
        from openpyxl.utils import get_column_letter

        ws.sheet_view.showGridLines = False
        ws.sheet_format.defaultRowHeight, ws.sheet_format.customHeight = 19, True
        ws.sheet_properties.tabColor = DEEP
        for n, width in enumerate(widths, 1):
            ws.column_dimensions[get_column_letter(n)].width = width

    def choose(self, ws: Any, row: int, column: int, source: str) -> None:
        """A drop-down from a list; one rule a column, so that a sheet stays small."""
        from openpyxl.worksheet.datavalidation import DataValidation

        key = (id(ws), f"{column} {source}")
        if key not in self._choices:
            rule = DataValidation(
                "list", formula1=f"={source}", allow_blank=True, showErrorMessage=False
            )
            ws.add_data_validation(rule)
            self._choices[key] = rule
        self._choices[key].add(ws.cell(row, column).coordinate)

    def limit(
        self, ws: Any, first: int, last: int, column: int, low: float | None, high: float | None
    ) -> None:
        """A number in its range, or one of the marks."""
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation

        at = f"{get_column_letter(column)}{first}"
        bounds = [
            f"{at}{sign}{end:g}" for sign, end in ((">=", low), ("<=", high)) if end is not None
        ]
        marks = ",".join(f'{at}="{m}"' for m in MARKS.values())
        rule = DataValidation(
            "custom",
            formula1=f"=OR(AND({','.join([f'ISNUMBER({at})', *bounds])}),{marks})",
            allow_blank=True,
            showErrorMessage=True,
        )
        rule.errorTitle = "请检查 Please check"
        wanted = span(low, high)
        rule.error = (
            f"请填数字{wanted and f'（{wanted}）'}，或 {'、'.join(MARKS.values())}。"
            f" A number {wanted} or one of the marks."
        )
        ws.add_data_validation(rule)
        rule.add(f"{at}:{get_column_letter(column)}{last}")

    def finish(self, ws: Any, landscape: bool, protect: bool = False) -> None:
        """Print on A4, as wide as the page; the structure locked, without a password."""
        ws.page_setup.orientation = "landscape" if landscape else "portrait"
        ws.page_setup.paperSize = 9
        ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
        ws.sheet_properties.pageSetUpPr.fitToPage = True
        ws.page_margins.left = ws.page_margins.right = 0.5
        ws.page_margins.top, ws.page_margins.bottom, ws.page_margins.footer = 0.6, 0.75, 0.35
        ws.print_options.horizontalCentered = True
        ws.oddFooter.center.text = "&A · &P/&N"
        if protect:
            p = ws.protection
            p.sheet = True
            p.formatColumns = p.formatRows = p.insertRows = p.sort = p.autoFilter = False


def _dress(cell: Any, look: _Look) -> None:
    """Give a cell a look."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

    cell.font = Font(
        FONT,
        look.size,
        bold=look.bold,
        italic=look.italic,
        underline=look.underline,
        color=look.color,
    )
    cell.alignment = Alignment(
        horizontal=look.align, vertical="center", wrap_text=look.wrap, indent=look.indent
    )
    cell.protection = Protection(locked=look.locked)
    cell.number_format = look.number
    if look.fill:
        cell.fill = PatternFill(look.pattern, fgColor=look.fill)
    if look.border == "box":
        side = Side(style="thin", color=LINE)
        cell.border = Border(left=side, right=side, top=side, bottom=side)
    elif look.border:
        cell.border = Border(bottom=Side(style=look.border, color=DEEP))
