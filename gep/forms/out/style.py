"""How the workbooks look: one pen with a few styles, made once and shared by all cells."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any

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


class Pen:
    """Writes cells in the styles of the forms; text is neutralised."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._styles: dict[str, Any] = {}
        self._choices: dict[tuple[int, str], Any] = {}

    def say(self, zh: str, en: str) -> str:
        """Chinese, English, or both one above the other."""
        return (
            en if self.lang == "en" else f"{zh}\n{en}" if self.lang == "both" and zh != en else zh
        )

    def _style(self, ws: Any, name: str) -> Any:
        if name not in self._styles:
            from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

            side = Side(style="thin", color=LINE)
            box = Border(left=side, right=side, top=side, bottom=side)
            spec: dict[str, tuple[Any, str | None, Any, Any, bool, str]] = {
                # font, fill, border, alignment, locked, number format
                "head": (
                    Font(FONT, 10, bold=True, color="FFFFFF"),
                    DEEP,
                    box,
                    ("center", True),
                    True,
                    "@",
                ),
                "unit": (Font(FONT, 9, color=DEEP), PALE, box, ("center", True), False, "@"),
                "code": (Font(FONT, 8, color=FADED), GREY, box, ("center", False), True, "@"),
                "fixed": (Font(FONT, 10, color=INK), GREY, box, ("left", True), True, "General"),
                "entry": (Font(FONT, 10, color=INK), CREAM, box, ("left", True), False, "General"),
                "entry_number": (
                    Font(FONT, 10, color=INK),
                    CREAM,
                    box,
                    ("right", False),
                    False,
                    "General",
                ),
                "entry_center": (
                    Font(FONT, 10, color=INK),
                    CREAM,
                    box,
                    ("center", False),
                    False,
                    "General",
                ),
                "middle": (Font(FONT, 10, color=INK), None, box, ("center", False), True, "@"),
                "last": (
                    Font(FONT, 9, italic=True, color=FADED),
                    GREY,
                    box,
                    ("right", False),
                    True,
                    "General",
                ),
                "label": (Font(FONT, 9, color=FADED), None, None, ("left", True), True, "@"),
                "strong": (
                    Font(FONT, 11, bold=True, color=DEEP),
                    None,
                    None,
                    ("left", False),
                    True,
                    "@",
                ),
                "cell": (Font(FONT, 10, color=INK), None, box, ("left", True), True, "@"),
                "text": (Font(FONT, 9, color=INK), None, box, ("left", True), True, "@"),
                "link": (
                    Font(FONT, 10, underline="single", color=DEEP),
                    None,
                    box,
                    ("left", False),
                    True,
                    "@",
                ),
                "mark": (
                    Font(FONT, 10, bold=True, color=DEEP),
                    None,
                    None,
                    ("center", False),
                    True,
                    "@",
                ),
                "body": (Font(FONT, 10, color=INK), None, None, ("left", True), True, "@"),
                "sub": (Font(FONT, 9, color=FADED), None, None, ("left", True), True, "@"),
                "banner": (
                    Font(FONT, 15, bold=True, color=DEEP),
                    None,
                    Border(bottom=Side(style="medium", color=DEEP)),
                    ("left", False),
                    True,
                    "@",
                ),
                "heading": (
                    Font(FONT, 11, bold=True, color=DEEP),
                    None,
                    Border(bottom=Side(style="thin", color=DEEP)),
                    ("left", False),
                    True,
                    "@",
                ),
                "hatched": (
                    Font(FONT, 9, color=FADED),
                    "lightUp",
                    box,
                    ("left", False),
                    False,
                    "@",
                ),
            }
            font, fill, border, (horizontal, wrap), locked, number = spec[name]
            proto = ws.cell(1, 1)
            before = copy(proto._style)
            proto.font, proto.alignment, proto.protection, proto.number_format = (
                font,
                Alignment(
                    horizontal=horizontal,
                    vertical="center",
                    wrap_text=wrap,
                    indent=1
                    if horizontal != "center" and name not in ("banner", "heading", "label", "sub")
                    else 0,
                ),
                Protection(locked=locked),
                number,
            )
            if fill == "lightUp":
                proto.fill = PatternFill("lightUp", fgColor=LINE)
            elif fill:
                proto.fill = PatternFill("solid", fgColor=fill)
            if border:
                proto.border = border
            self._styles[name] = copy(proto._style)
            proto._style = before
        return self._styles[name]

    def put(
        self, ws: Any, row: int, column: int, value: object, style: str, link: str = ""
    ) -> None:
        """Write a cell."""
        cell = ws.cell(row, column)
        made = self._style(ws, style)
        if value is not None and value != "":
            cell.value = neutral(value)
            if isinstance(value, str) and "\n" in value:  # two languages, one above the other
                ws.row_dimensions[row].height = max(ws.row_dimensions[row].height or 0, 30)
        if link:
            cell.hyperlink = link
        cell._style = copy(made)

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
        ws.row_dimensions[row].height = 20
        if height or "\n" in text:
            ws.row_dimensions[row].height = height or 30

    def banner(self, ws: Any, row: int, first: int, last: int, text: str) -> None:
        """The title of a sheet."""
        for column in range(first, last + 1):
            self.put(ws, row, column, None, "banner")
        ws.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
        self.put(ws, row, first, text, "banner")
        ws.row_dimensions[row].height = 46 if "\n" in text else 32

    def heading(self, ws: Any, row: int, first: int, last: int, text: str) -> int:
        """A heading; the row below it."""
        for column in range(first, last + 1):
            self.put(ws, row, column, text if column == first else None, "heading")
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
        parts = [
            f"ISNUMBER({at})",
            *([f"{at}>={low:g}"] if low is not None else []),
            *([f"{at}<={high:g}"] if high is not None else []),
        ]
        marks = ",".join(f'{at}="{m}"' for m in MARKS.values())
        rule = DataValidation(
            "custom",
            formula1=f"=OR(AND({','.join(parts)}),{marks})",
            allow_blank=True,
            showErrorMessage=True,
        )
        rule.errorTitle = "请检查 Please check"
        wanted = (
            (
                f"{low:g} – {high:g}"
                if low is not None and high is not None
                else f"≥ {low:g}"
                if low is not None
                else f"≤ {high:g}"
            )
            if low is not None or high is not None
            else ""
        )
        rule.error = f"请填数字{('（' + wanted + '）') if wanted else ''}，或 {'、'.join(MARKS.values())}。 A number {wanted} or one of the marks."
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
            p.sheet, p.formatColumns, p.formatRows, p.insertRows, p.sort, p.autoFilter = (
                True,
                False,
                False,
                False,
                False,
                False,
            )
