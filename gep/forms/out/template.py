"""Workbooks that go out: one a department, with a cover, a sheet a form, the meaning of each field,
and a hidden key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from gep.core import ecosystems, output
from gep.core.errors import InputError, ParameterError, Problem
from gep.core.extras import need
from gep.core.output import neutral
from gep.core.source import Source, several
from gep.forms.define import Field, Form, departments, forms, is_price, titled
from gep.forms.out.meanings import meanings
from gep.forms.out.style import Pen
from gep.forms.round import Figure, Key, Round, beside_key, save
from gep.forms.unitwords import converted, unit_text

KEY_SHEET = "_gep"
LIST_SHEET = "_lists"
SPARE = 20  # blank rows where names are open
ALL = {"region": "全市", "ecosystem": "全部类型", "item": "不分项"}
LABELS = {
    "component": ("类别", "category"),
    "code": ("区划代码", "division code"),
    "region": ("区域", "region"),
    "ecosystem": ("生态系统类型", "ecosystem type"),
    "item": ("名称", "name"),
    "unit": ("计量单位", "unit"),
    "year": ("年份", "year"),
    "method": ("价格口径", "price basis"),
    "class": ("密级", "classification"),
    "remark": ("备注", "remark"),
    "field": ("指标名称", "figure"),
    "number": ("代码", "code"),
    "value": ("本年", "this year"),
    "last": ("上年", "last year"),
    "kind": ("数据类型", "kind"),
    "file": ("文件名", "file"),
    "sha256": ("SHA-256校验值", "SHA-256"),
    "crs": ("坐标系", "CRS"),
    "resolution": ("分辨率", "resolution"),
    "period": ("数据期", "period"),
}
HEAD = (
    ("填报单位", "reported by"),
    ("统一社会信用代码", "credit code"),
    ("报告期", "period"),
    ("计量单位", "unit"),
)
LEGAL = (
    ("表号", "form no."),
    ("制定机关", "issued by"),
    ("批准文号", "approval no."),
    ("有效期至", "valid until"),
)
FOOT = (
    ("单位负责人", "head of unit"),
    ("填表人", "filled in by"),
    ("联系电话", "telephone"),
    ("报出日期", "date of report"),
)
CLASSIFICATIONS = ("公开", "内部", "保密")
KINDS = {"raster": "栅格 raster", "series": "站点序列 series", "vector": "矢量 vector"}
WAYS = (  # to fill in a cell
    ("数字", "照单位填写；零就写 0", "a number, in the unit of the column; zero is 0"),
    ("…", "有发生，但不足本表最小单位", "it occurs, below the unit"),
    (
        "—",
        "没有发生，不存在该项；不要写“/”，那样分不清是没有发生还是没有数据",
        "it does not occur; never '/', which could also mean that there are no data",
    ),
    ("不详", "有发生，但本单位没有数据", "not available"),
    (
        "保密",
        "不便提供；能提供而须保密的，照填数字，密级选“保密”",
        "confidential; where the figure may be used, fill it in and choose 保密 beside it",
    ),
    ("空白", "尚未填写", "not filled in yet"),
    (
        "·",
        "只填浅黄色的格；灰色的格是表的结构和上年数，不必改动。",
        "Fill in the cream cells only; grey cells are the form itself and last year's figures.",
    ),
    (
        "·",
        "单位印在表头；用别的单位报时请改表头的单位，系统会换算并注明。",
        "Units stand in the header; to report in another unit change it there, it is converted and "
        "noted.",
    ),
    (
        "·",
        "“其中”行只作说明，不计入合计；合计行只用来核对。",
        "Rows that begin with 其中 (of which) are never added; total rows only check.",
    ),
    (
        "·",
        "估计数请在备注中写明“估计”。填完填写表尾：单位负责人、填表人、联系电话、报出日期。",
        "Say so in the remark where a figure is estimated. Sign at the foot of each form.",
    ),
    (
        "·",
        "改正时把整张表再报一次，后报的替代先报的，两份都保留。",
        "To correct, send the whole form again; the later replaces the earlier, both are kept.",
    ),
)
NOTE = (
    "官方 48 张报表和 18 个部门的名单没有公开。本套表式按十六项指标所需数据推定编排"
    "（reconstructed），部门以职能命名；表头中带斜纹的项目官方未公布，留空。",
    "The official list of 48 forms and 18 departments is not public. These forms are reconstructed "
    "from what the sixteen indicators need; hatched items of the head are unknown and left blank.",
)
FORM_HEADS = (
    ("表号", "form"),
    ("表名", "title"),
    ("频率", "frequency"),
    ("截止日期", "due"),
    ("数据类别", "category"),
)
_SIGNS = ("甲", "乙", "丙", "丁", "戊")  # of the columns of labels
_WIDTHS = {
    "code": 12,
    "region": 16,
    "ecosystem": 18,
    "item": 22,
    "component": 14,
    "unit": 12,
    "year": 9,
}
_PRINTED = {"region": ("code", "region")}  # labels that have two columns
_OWN_UNIT = "见本行"  # of a column whose rows have units of their own


def write_templates(r: Round, out: str | Path, only: Sequence[str] = ()) -> list[Path]:
    """Write the round and one workbook a department, all of them or none; ``returned/`` is where
    the answers go.

    Raises
    ------
    ParameterError
        If openpyxl is missing, or a form or department of ``only`` is unknown.
    InputError
        If the folder already holds a round with answers, or cannot be written.
    """
    need("openpyxl")
    _check(out, only)
    at = Path(out)
    names = []
    with output.scratch(at) as made:
        save(r, made)
        for n, d in enumerate(departments().values(), 1):
            mine = [f for f in forms().values() if f.department == d.id]
            if only and {d.id, *(f.code for f in mine)}.isdisjoint(only):
                continue
            names.append(f"{n:02d}_{d.zh if r.lang != 'en' else d.id}.xlsx")
            workbook(r, mine, d.id).save(made / names[-1])
    (at / "returned").mkdir(exist_ok=True)
    return [at / name for name in names]


def _check(out: str | Path, only: Sequence[str]) -> None:
    """Refuse a folder that holds answers, and what is neither a form nor a department."""
    returned = Path(out) / "returned"
    if returned.is_dir() and any(returned.iterdir()):
        raise InputError("error.round_begun", [Problem("round.begun", Source(str(out)))])
    known = (*departments(), *forms())
    strangers = [x for x in only if x not in known]
    if strangers:
        values: dict[str, object] = {"names": ", ".join(known)}
        raise ParameterError(
            "error.form", [Problem("form.unknown/department", several("form", strangers), **values)]
        )


def workbook(r: Round, mine: Sequence[Form], department: str) -> Any:
    """The workbook of one department.

    Raises
    ------
    ParameterError
        If openpyxl is missing.
    """
    book = need("openpyxl").Workbook()
    pen = Pen(r.lang)
    names = {f.code: sheet_name(f, r.lang) for f in mine}
    _cover(pen, book.active, r, mine, names, department)
    placed = {}
    lists = _lists(book, r)
    for form in mine:
        ws = book.create_sheet(names[form.code])
        placed[form.code] = FormSheet(pen, ws, r, form, lists).draw()
    meanings(pen, book.create_sheet(pen.one("指标解释", "Definitions")), mine)
    book.move_sheet(LIST_SHEET, len(book.sheetnames))
    key = book.create_sheet(KEY_SHEET)
    for row in (
        ("gep-form", 1),
        ("round", r.region, r.year, r.standard),
        ("department", department),
        *(("form", c, n) for c, n in names.items()),
    ):
        key.append(list(map(neutral, row)))
    for hidden in (LIST_SHEET, KEY_SHEET):
        book[hidden].sheet_state = "veryHidden"
    book.properties.title = f"GEP {r.region} {r.year} {department}"
    book.properties.creator = "gep"
    return book


def sheet_name(form: Form, lang: str) -> str:
    """Code and title, as long as a spreadsheet allows."""
    return f"{form.code} {titled(form, lang)}"[:31].replace("/", "-").strip()


def ecosystem_label(id: str, lang: str) -> str:
    """The printed name of a class."""
    e = ecosystems.tree().get(id)
    return id if e is None else titled(e, lang)


def _lists(book: Any, r: Round) -> dict[str, str]:
    """Lists that drop-downs choose from, on a sheet of their own because a list in a cell holds 255
    signs only.
    """
    ws = book.create_sheet(LIST_SHEET)
    regions = [ALL["region"], *r.regions]
    out = {}
    for column, (name, items) in enumerate((("region", regions), ("class", CLASSIFICATIONS)), 1):
        for row, item in enumerate(items, 1):
            ws.cell(row, column, neutral(item))
        letter = "ABC"[column - 1]
        out[name] = f"{LIST_SHEET}!${letter}$1:${letter}${len(items)}"
    return out


def _cover(
    pen: Pen, ws: Any, r: Round, mine: Sequence[Form], names: Mapping[str, str], department: str
) -> None:
    """Who reports until when, which forms, and how they are filled in."""
    ws.title = pen.one("封面", "Cover")
    d = departments()[department]
    pen.sheet(ws, widths=(2, 13, 40, 12, 16, 30, 2))
    title = pen.say(
        f"{r.region} {r.year} 年度生态系统生产总值（GEP）核算统计报表",
        f"{r.region} {r.year}: forms for the gross ecosystem product account",
    )
    pen.banner(ws, 2, 2, 6, title)
    due = max(map(r.deadline, mine))
    pen.row(
        ws, 3, 2, ((pen.say("填报部门", "department"), "label"), (pen.say(d.zh, d.en), "strong"))
    )
    pen.row(ws, 4, 2, ((pen.say("报送截止", "due"), "label"), (due.isoformat(), "strong")))
    row = pen.heading(ws, 6, 2, 6, pen.say("本部门报表", "Forms of this department"))
    pen.row(ws, row, 2, ((pen.say(*head), "head") for head in FORM_HEADS))
    for form in mine:
        row += 1
        pen.put(ws, row, 2, form.printed, "link", link=f"#'{names[form.code]}'!A1")
        cells = (
            (pen.say(form.zh, form.en), "cell"),
            (pen.say(form.frequency, "yearly"), "middle"),
            (r.deadline(form).isoformat(), "middle"),
            (pen.say(form.category_zh, form.category_en), "cell"),
        )
        pen.row(ws, row, 3, cells)
    row = pen.heading(ws, row + 2, 2, 6, pen.say("怎样填", "How to fill it in"))
    for mark, zh, en in WAYS:
        pen.put(ws, row, 2, mark, "mark")
        pen.wide(ws, row, 3, 6, pen.say(zh, en))
        row += 1
    row = pen.heading(ws, row + 1, 2, 6, pen.say("说明", "Note"))
    pen.wide(ws, row, 2, 6, pen.say(*NOTE), height=48)
    pen.finish(ws, landscape=False)


class Column(NamedTuple):
    """The head of a column."""

    label: str
    unit: str
    code: str
    width: float


class FormSheet:
    """One form, drawn on its sheet."""

    def __init__(self, pen: Pen, ws: Any, r: Round, form: Form, lists: dict[str, str]) -> None:
        self.pen, self.ws, self.round, self.form, self.lists = pen, ws, r, form, lists
        self.labels = [name for key in form.keys for name in _PRINTED.get(key, (key,))]
        self.tails = ("method", "class", "remark") if "year" in form.keys else ("class", "remark")
        self.codes = {name: x.code for name, x in r.regions.items()}
        self.printers: dict[str, Callable[[str], Any]] = {
            "component": self.component_label,
            "ecosystem": partial(ecosystem_label, lang=pen.lang),
            "year": int,
        }

    def draw(self) -> dict[str, Any]:
        """Draw the form; where its header and rows stand."""
        columns, draw_rows = {
            "list": (self.list_columns, self.list_rows),
            "delivery": (self.delivery_columns, self.delivery_rows),
            "table": (self.table_columns, self.table_rows),
        }[self.form.layout]
        heads = columns()
        width = max(6, len(heads))
        self.pen.sheet(self.ws, widths=[c.width for c in heads] + [14] * (width - len(heads)))
        top = self.head(width)
        start = self.heads(top, heads)
        end = draw_rows(start)
        self.foot(end + 2, width)
        labels = sum(c.code in _SIGNS for c in heads)
        self.ws.freeze_panes = self.ws.cell(start, 1 + labels)
        self.ws.print_title_rows = f"{top}:{start - 1}"
        self.pen.finish(self.ws, landscape=True, protect=True)
        return {"header": top, "first": start, "last": end}

    def head(self, width: int) -> int:
        """The legal head of a statistical form; what is not public is left blank and hatched."""
        pen, ws, r, form = self.pen, self.ws, self.round, self.form
        pen.banner(ws, 1, 1, width, pen.say(form.zh, form.en))
        what = pen.say(
            f"{form.category_zh} · {form.frequency} · 报送截止 {r.deadline(form)} · 表式为推定",
            f"{form.category_en} · yearly · due {r.deadline(form)} · reconstructed",
        )
        pen.wide(ws, 2, 1, width, what, style="sub")
        said = {
            "报告期": (pen.say(f"{r.year} 年", f"{r.year}"), "fixed"),
            "计量单位": (pen.say("见表头", "see header"), "fixed"),
            "表号": (form.printed, "fixed"),
        }
        for n, (left, right) in enumerate(zip(HEAD, LEGAL, strict=True), 3):
            text, style = said.get(left[0], ("", "entry"))
            ws.merge_cells(start_row=n, start_column=2, end_row=n, end_column=3)
            pen.row(ws, n, 1, ((pen.say(*left), "label"), (text, style), (None, style)))
            legal = said.get(right[0], ("", "hatched"))
            pen.row(ws, n, width - 1, ((pen.say(*right), "label"), legal))
        ws.row_dimensions[7].height = 6
        return 8

    def heads(self, top: int, columns: Sequence[Column]) -> int:
        """The heads of the columns; of a table their units too. The row below them."""
        lines = [[(c.label, "head") for c in columns], [(c.code, "code") for c in columns]]
        if self.form.layout == "table":
            units = ["计量单位", *(c.unit or "—" for c in columns[1:])]
            lines.insert(1, [(unit, "unit") for unit in units])
        for row, cells in enumerate(lines, top):
            self.pen.row(self.ws, row, 1, cells)
        self.ws.row_dimensions[top].height = 36 if self.pen.lang == "zh" else 54
        return top + len(lines)

    def foot(self, row: int, width: int) -> None:
        """Who signs."""
        for n, words in enumerate(FOOT):
            cells = ((self.pen.say(*words), "label"), ("", "entry"))
            self.pen.row(self.ws, row + n // 2, (1, width - 1)[n % 2], cells)

    def column(self, name: str, code: str, width: float) -> Column:
        """A column that is named in :data:`LABELS`."""
        return Column(self.pen.say(*LABELS[name]), "", code, width)

    def key_columns(self) -> list[Column]:
        """Labels of a row, in front."""
        named = zip(self.labels, _SIGNS, strict=False)
        return [self.column(name, sign, _WIDTHS[name]) for name, sign in named]

    def tail(self) -> list[Column]:
        """Columns that every form ends with."""
        widths = {"method": 14.0, "class": 9 if self.pen.lang == "zh" else 14, "remark": 22}
        return [self.column(name, "", widths[name]) for name in self.tails]

    def put_tail(self, row: int, column: int) -> None:
        """The blanks that every row ends with."""
        styles = {"class": "entry_center"}
        blanks = ((None, styles.get(name, "entry")) for name in self.tails)
        end = self.pen.row(self.ws, row, column, blanks)
        self.pen.choose(self.ws, row, end - 2, self.lists["class"])

    def has_last(self, f: Field) -> bool:
        """Whether anything of last year stands beside a field."""
        return f.code in self.round.last_unit

    def table_columns(self) -> list[Column]:
        """A column a field, last year's figure to its right."""
        out = self.key_columns()
        for f in self.form.fields:
            unit = self.round.unit_of(f) or _OWN_UNIT
            out.append(Column(self.pen.say(f.zh, f.en), unit, f.code, 15.0))
            if self.has_last(f):
                label = self.pen.say(f"上年·{f.zh}", f"last year: {f.en}")
                out.append(Column(label, unit, "", 12.0))
        return out + self.tail()

    def table_rows(self, start: int) -> int:
        """The rows with their labels; spare ones where names are open."""
        keys = self.table_keys()
        for row, key in enumerate(keys, start):
            self.table_row(row, key)
        end = start + max(len(keys), 1) - 1
        column = len(self.labels) + 1
        for f in self.form.fields if keys else ():
            self.pen.limit(self.ws, start, end, column, f.low, f.high)
            column += 1 + self.has_last(f)
        return end

    def table_keys(self) -> list[Key | None]:
        """The rows of a table. Where names are open, None stands for a spare row; without a last
        year no name is known, and all rows are spare.
        """
        rows: list[Key | None] = [*self.round.rows(self.form)]
        if "item" not in self.form.keys:
            return rows
        return (rows if self.round.last else []) + [None] * SPARE

    def table_row(self, row: int, key: Key | None) -> None:
        """A row: its labels, and a blank for each field with last year's figure beside it."""
        if key is None:
            labels = [(None, "entry")] * len(self.labels)
        else:
            labels = [(self.printed(name, key), "fixed") for name in self.labels]
        column = self.pen.row(self.ws, row, 1, labels)
        if key is None and "region" in self.labels:
            at = self.labels.index("region") + 1
            self.pen.choose(self.ws, row, at, self.lists["region"])
        for f in self.form.fields:
            self.pen.put(self.ws, row, column, None, "entry_number")
            column += 1
            if self.has_last(f):
                self.put_last(row, column, f, self.last_of(f, key), key.unit if key else "")
                column += 1
        self.put_tail(row, column)

    def printed(self, name: str, key: Key) -> Any:
        """A label of a row as it is printed."""
        if name == "code":
            return self.codes.get(key.region, self.round.code)
        value = getattr(key, name)
        return self.printers.get(name, str)(value) if value else ALL.get(name)

    def component_label(self, id: str) -> str:
        """The printed name of a component."""
        c = self.form.component(id)
        return self.pen.say(c.zh, c.en) if c else id

    def last_of(self, f: Field, key: Key | None) -> Figure | None:
        """Last year's figure of a field in a row."""
        return self.round.beside.get(beside_key(f.code, key)) if key else None

    def put_last(self, row: int, column: int, f: Field, last: Figure | None, own: str = "") -> None:
        """Last year's figure in the unit of its column or row; behind it the year of its price,
        where the row asks for another's.
        """
        self.pen.put(self.ws, row, column, None, "last")
        if last is None:
            return
        cell = self.ws.cell(row, column)
        text = converted(last.text, last.unit, self.round.unit_of(f) or own or last.unit)
        if text is not None:
            cell.value = float(text)
        if last.key != self.round.asked(last) and is_price(f, last.key.component):
            cell.number_format = f'General" ({last.key.year})"'

    def list_columns(self) -> list[Column]:
        """A row a field."""
        widths = {"field": 40.0, "number": 11.0, "unit": 16.0, "value": 16.0, "last": 14.0}
        if "year" in self.form.keys:
            widths["year"] = 9.0
        named = zip(widths.items(), "甲乙丙123", strict=False)
        return [self.column(name, sign, width) for (name, width), sign in named] + self.tail()

    def list_rows(self, start: int) -> int:
        """One row a field, with its unit and last year's figure."""
        pen, ws, r = self.pen, self.ws, self.round
        given = {x.field: x for x in reversed(r.last_of.get(self.form.code, ()))}
        for row, f in enumerate(self.form.fields, start):
            cells = (
                (pen.say(f.zh, f.en), "fixed"),
                (f.code, "code"),
                (r.unit_of(f), "entry_center"),
                (None, "entry_number"),
            )
            column = pen.row(ws, row, 1, cells)
            last = given.get(f.code)
            self.put_last(row, column, f, last)
            if "year" in self.form.keys:
                column += 1
                year = r.asked(last).year if last else ""
                pen.put(ws, row, column, int(year or r.year), "entry_center")
            self.put_tail(row, column + 1)
            pen.limit(ws, row, row, 4, f.low, f.high)
        return start + len(self.form.fields) - 1

    def delivery_columns(self) -> list[Column]:
        """What must be said of a file."""
        widths = {
            "field": 24.0,
            "number": 11.0,
            "kind": 16.0,
            "file": 26.0,
            "sha256": 40.0,
            "crs": 14.0,
            "resolution": 11.0,
            "period": 14.0,
            "unit": 12.0,
        }
        named = zip(widths.items(), "甲乙丙123456", strict=True)
        return [self.column(name, sign, width) for (name, width), sign in named] + self.tail()

    def delivery_rows(self, start: int) -> int:
        """One row a file."""
        blank = (None, "entry")
        for row, f in enumerate(self.form.fields, start):
            cells = (
                (self.pen.say(f.zh, f.en), "fixed"),
                (f.code, "code"),
                (KINDS[f.type], "fixed"),
                *[blank] * 5,
                (unit_text(f, self.pen.lang), "entry"),
                *[blank] * 2,
            )
            end = self.pen.row(self.ws, row, 1, cells)
            self.pen.choose(self.ws, row, end - 2, self.lists["class"])
        return start + len(self.form.fields) - 1
