"""Workbooks that go out: one a department, with a cover, a sheet a form, the meaning of each field,
and a hidden key.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gep.core import ecosystems, output
from gep.core.errors import InputError, ParameterError, Problem
from gep.core.extras import need
from gep.core.output import neutral
from gep.forms.define import Field, Form, departments, forms, targets
from gep.forms.out.meanings import meanings
from gep.forms.out.style import Pen
from gep.forms.round import Figure, Key, Round, save
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
)


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
    at = Path(out)
    if (at / "returned").is_dir() and any((at / "returned").iterdir()):
        raise InputError("error.round_begun", [Problem("round.begun", str(out))])
    strangers = [x for x in only if x not in departments() and x not in forms()]
    if strangers:
        values: dict[str, object] = {"names": ", ".join((*departments(), *forms()))}
        raise ParameterError(
            "error.form", [Problem("form.unknown/department", ", ".join(strangers), values=values)]
        )
    names = []
    with output.scratch(at) as made:
        save(r, made)
        for n, d in enumerate(departments().values(), 1):
            mine = [f for f in forms().values() if f.department == d.id]
            if only and d.id not in only and not any(f.code in only for f in mine):
                continue
            names.append(f"{n:02d}_{d.zh if r.lang != 'en' else d.id}.xlsx")
            workbook(r, mine, d.id).save(made / names[-1])
    (at / "returned").mkdir(exist_ok=True)
    return [at / name for name in names]


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
    meanings(pen, book.create_sheet("指标解释" if r.lang != "en" else "Definitions"), mine)
    book.move_sheet(LIST_SHEET, len(book.sheetnames))
    key = book.create_sheet(KEY_SHEET)
    for row in (
        ("gep-form", 1),
        ("round", r.region, r.year, r.standard),
        ("department", department),
        *(("form", c, n) for c, n in names.items()),
    ):
        key.append([neutral(x) for x in row])
    for hidden in (LIST_SHEET, KEY_SHEET):
        book[hidden].sheet_state = "veryHidden"
    book.properties.title = f"GEP {r.region} {r.year} {department}"
    book.properties.creator = "gep"
    return book


def sheet_name(form: Form, lang: str) -> str:
    """Code and title, as long as a spreadsheet allows."""
    return f"{form.code} {form.en if lang == 'en' else form.zh}"[:31].replace("/", "-").strip()


def ecosystem_label(id: str, lang: str) -> str:
    """The printed name of a class."""
    e = ecosystems.tree().get(id)
    return id if e is None else e.en if lang == "en" else e.zh


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
    pen: Pen, ws: Any, r: Round, mine: Sequence[Form], names: dict[str, str], department: str
) -> None:
    ws.title = "封面" if r.lang != "en" else "Cover"
    d = departments()[department]
    pen.sheet(ws, widths=(2, 13, 40, 12, 16, 30, 2))
    pen.banner(
        ws,
        2,
        2,
        6,
        pen.say(
            f"{r.region} {r.year} 年度生态系统生产总值（GEP）核算统计报表",
            f"{r.region} {r.year}: forms for the gross ecosystem product account",
        ),
    )
    pen.put(ws, 3, 2, pen.say("填报部门", "department"), "label")
    pen.put(ws, 3, 3, pen.say(d.zh, d.en), "strong")
    last = max(r.deadline(f) for f in mine)
    pen.put(ws, 4, 2, pen.say("报送截止", "due"), "label")
    pen.put(ws, 4, 3, last.isoformat(), "strong")
    row = pen.heading(ws, 6, 2, 6, pen.say("本部门报表", "Forms of this department"))
    for column, text in enumerate(
        (
            ("表号", "form"),
            ("表名", "title"),
            ("频率", "frequency"),
            ("截止日期", "due"),
            ("数据类别", "category"),
        ),
        2,
    ):
        pen.put(ws, row, column, pen.say(*text), "head")
    for form in mine:
        row += 1
        pen.put(ws, row, 2, form.printed, "link", link=f"#'{names[form.code]}'!A1")
        pen.put(ws, row, 3, pen.say(form.zh, form.en), "cell")
        pen.put(ws, row, 4, pen.say(form.frequency, "yearly"), "middle")
        pen.put(ws, row, 5, r.deadline(form).isoformat(), "middle")
        pen.put(ws, row, 6, pen.say(form.category_zh, form.category_en), "cell")
    row = pen.heading(ws, row + 2, 2, 6, pen.say("怎样填", "How to fill it in"))
    for mark, zh, en in WAYS:
        pen.put(ws, row, 2, mark, "mark")
        pen.wide(ws, row, 3, 6, pen.say(zh, en))
        row += 1
    for zh, en in (
        (
            "只填浅黄色的格；灰色的格是表的结构和上年数，不必改动。",
            "Fill in the cream cells only; grey cells are the form itself and last year's figures.",
        ),
        (
            "单位印在表头；用别的单位报时请改表头的单位，系统会换算并注明。",
            "Units stand in the header; to report in another unit change it there, it is converted and noted.",
        ),
        (
            "“其中”行只作说明，不计入合计；合计行只用来核对。",
            "Rows that begin with 其中 (of which) are never added; total rows only check.",
        ),
        (
            "估计数请在备注中写明“估计”。填完填写表尾：单位负责人、填表人、联系电话、报出日期。",
            "Say so in the remark where a figure is estimated. Sign at the foot of each form.",
        ),
        (
            "改正时把整张表再报一次，后报的替代先报的，两份都保留。",
            "To correct, send the whole form again; the later replaces the earlier, both are kept.",
        ),
    ):
        pen.put(ws, row, 2, "·", "mark")
        pen.wide(ws, row, 3, 6, pen.say(zh, en))
        row += 1
    row = pen.heading(ws, row + 1, 2, 6, pen.say("说明", "Note"))
    note = pen.say(
        "官方 48 张报表和 18 个部门的名单没有公开。本套表式按十六项指标所需数据推定编排（reconstructed），部门以职能命名；表头中带斜纹的项目官方未公布，留空。",
        "The official list of 48 forms and 18 departments is not public. These forms are reconstructed from what the sixteen indicators need; hatched items of the head are unknown and left blank.",
    )
    pen.wide(ws, row, 2, 6, note, height=48)
    pen.finish(ws, landscape=False)


class FormSheet:
    """One form, drawn on its sheet."""

    def __init__(self, pen: Pen, ws: Any, r: Round, form: Form, lists: dict[str, str]) -> None:
        self.pen, self.ws, self.round, self.form, self.lists = pen, ws, r, form, lists
        self.rows = r.rows(form)
        self.beside = r.beside

    def draw(self) -> dict[str, Any]:
        """Draw the form; where its header and rows stand."""
        columns = {
            "list": self.list_columns,
            "delivery": self.delivery_columns,
            "table": self.table_columns,
        }[self.form.layout]()
        width = max(6, len(columns))
        self.pen.sheet(self.ws, widths=[c[3] for c in columns] + [14] * (width - len(columns)))
        top = self.head(width)
        below = 2 if self.form.layout == "table" else 1
        for n, (label, unit, code, _) in enumerate(columns, 1):
            self.pen.put(self.ws, top, n, label, "head")
            if below == 2:
                self.pen.put(self.ws, top + 1, n, unit or ("计量单位" if n == 1 else "—"), "unit")
            self.pen.put(self.ws, top + below, n, code, "code")
        self.ws.row_dimensions[top].height = 36 if self.pen.lang == "zh" else 54
        start = top + below + 1
        end = {"list": self.list_rows, "delivery": self.delivery_rows, "table": self.table_rows}[
            self.form.layout
        ](start)
        self.foot(end + 2, width)
        self.ws.freeze_panes = self.ws.cell(
            start, 1 + sum(1 for c in columns if c[2] in ("甲", "乙", "丙", "丁", "戊"))
        )
        self.ws.print_title_rows = f"{top}:{start - 1}"
        self.pen.finish(self.ws, landscape=True, protect=True)
        return {"header": top, "first": start, "last": end}

    def head(self, width: int) -> int:
        """The legal head of a statistical form; what is not public is left blank and hatched."""
        pen, ws, r, form = self.pen, self.ws, self.round, self.form
        pen.banner(ws, 1, 1, width, pen.say(form.zh, form.en))
        pen.wide(
            ws,
            2,
            1,
            width,
            pen.say(
                f"{form.category_zh} · {form.frequency} · 报送截止 {r.deadline(form)} · 表式为推定",
                f"{form.category_en} · yearly · due {r.deadline(form)} · reconstructed",
            ),
            style="sub",
        )
        left = {
            "报告期": pen.say(f"{r.year} 年", f"{r.year}"),
            "计量单位": pen.say("见表头", "see header"),
        }
        for n, ((zh, en), (right_zh, right_en)) in enumerate(zip(HEAD, LEGAL, strict=True), 3):
            pen.put(ws, n, 1, pen.say(zh, en), "label")
            ws.merge_cells(start_row=n, start_column=2, end_row=n, end_column=3)
            pen.put(ws, n, 2, left.get(zh, ""), "fixed" if zh in left else "entry")
            pen.put(ws, n, 3, None, "fixed" if zh in left else "entry")
            pen.put(ws, n, width - 1, pen.say(right_zh, right_en), "label")
            pen.put(
                ws,
                n,
                width,
                form.printed if right_zh == "表号" else "",
                "fixed" if right_zh == "表号" else "hatched",
            )
        ws.row_dimensions[7].height = 6
        return 8

    def foot(self, row: int, width: int) -> None:
        """Who signs."""
        for n, (zh, en) in enumerate(FOOT):
            at, column = row + n // 2, 1 if n % 2 == 0 else width - 1
            self.pen.put(self.ws, at, column, self.pen.say(zh, en), "label")
            self.pen.put(self.ws, at, column + 1, "", "entry")

    def key_columns(self) -> list[tuple[str, str, str, float]]:
        """Labels of a row, in front."""
        names = [
            n for key in self.form.keys for n in (("code", "region") if key == "region" else (key,))
        ]
        widths = {
            "code": 12,
            "region": 16,
            "ecosystem": 18,
            "item": 22,
            "component": 14,
            "unit": 12,
            "year": 9,
        }
        return [
            (self.pen.say(*LABELS[n]), "", "甲乙丙丁戊己"[k], widths[n])
            for k, n in enumerate(names)
        ]

    def tail(self) -> list[tuple[str, str, str, float]]:
        """Columns that every form ends with."""
        method = (
            [(self.pen.say(*LABELS["method"]), "", "", 14.0)] if "year" in self.form.keys else []
        )
        return [
            *method,
            (self.pen.say(*LABELS["class"]), "", "", 9 if self.pen.lang == "zh" else 14),
            (self.pen.say(*LABELS["remark"]), "", "", 22),
        ]

    def has_last(self, f: Field) -> bool:
        """Whether anything of last year stands beside a field."""
        return f.code in self.round.last_unit

    def table_columns(self) -> list[tuple[str, str, str, float]]:
        """A column a field, last year's figure to its right."""
        out = self.key_columns()
        for f in self.form.fields:
            out.append(
                (
                    self.pen.say(f.zh, f.en),
                    self.round.unit_of(f) if f.unit else "见本行",
                    f.code,
                    15.0,
                )
            )
            if self.has_last(f):
                out.append(
                    (
                        self.pen.say(f"上年·{f.zh}", f"last year: {f.en}"),
                        self.round.unit_of(f) if f.unit else "见本行",
                        "",
                        12.0,
                    )
                )
        return out + self.tail()

    def table_rows(self, start: int) -> int:
        """The rows with their labels; spare ones where names are open."""
        pen, ws, form = self.pen, self.ws, self.form
        open_ = "item" in form.keys
        keys: list[Key | None] = [
            k for k in self.rows if not (open_ and not k.item and not self.round.last)
        ]
        keys += [None] * (SPARE if open_ else 0)
        checked: list[tuple[Field, int]] = []
        for row, key in enumerate(keys, start):
            column = 0
            for name, text in self.key_texts(key):
                column += 1
                pen.put(ws, row, column, text, "fixed" if key is not None else "entry")
                if key is None and name == "region":
                    pen.choose(ws, row, column, self.lists["region"])
            for f in form.fields:
                column += 1
                pen.put(ws, row, column, None, "entry_number")
                if row == start:
                    checked.append((f, column))
                if self.has_last(f):
                    column += 1
                    self.put_last(
                        row, column, f, self.last_of(f, key), "" if key is None else key.unit
                    )
            for label, *_ in self.tail():
                column += 1
                pen.put(
                    ws,
                    row,
                    column,
                    None,
                    "entry_center" if label == pen.say(*LABELS["class"]) else "entry",
                )
            pen.choose(ws, row, column - 1, self.lists["class"])
        end = start + max(len(keys), 1) - 1
        for f, column in checked:
            pen.limit(ws, start, end, column, f.low, f.high)
        return end

    def key_texts(self, key: Key | None) -> list[tuple[str, Any]]:
        """The printed labels of a row."""
        out: list[tuple[str, Any]] = []
        for name in self.form.keys:
            value = getattr(key, name) if key else None
            if name == "region":
                found = self.round.regions.get(value) if value else None
                out.append(("code", found.code if found else self.round.code if key else None))
            if name == "component" and value:
                c = self.form.component(value)
                value = self.pen.say(c.zh, c.en) if c else value
            elif name == "ecosystem" and value:
                value = ecosystem_label(value, self.pen.lang)
            elif name == "year" and value:
                value = int(value)
            out.append(
                (name, neutral(value) if value else ALL.get(name) if key is not None else None)
            )
        return out

    def last_of(self, f: Field, key: Key | None) -> Figure | None:
        """Last year's figure of a field in a row."""
        if key is None:
            return None
        k = key._replace(unit="", year=key.year if f.code == "C05-03" else "")
        return self.beside.get((f.code, k))

    def put_last(self, row: int, column: int, f: Field, last: Figure | None, own: str = "") -> None:
        """Last year's figure in the unit of its column or row; behind it the year of its price,
        where the row asks for another's.
        """
        text = (
            converted(last.text, last.unit, self.round.unit_of(f) if f.unit else own or last.unit)
            if last
            else None
        )
        self.pen.put(self.ws, row, column, None if text is None else float(text), "last")
        if (
            last
            and last.key != self.round.asked(last)
            and any(t.kind == "price" for t in targets(f, last.key.component))
        ):
            self.ws.cell(row, column).number_format = f'General" ({last.key.year})"'

    def list_columns(self) -> list[tuple[str, str, str, float]]:
        """A row a field."""
        say = self.pen.say
        out = [
            (say(*LABELS["field"]), "", "甲", 40.0),
            (say(*LABELS["number"]), "", "乙", 11.0),
            (say(*LABELS["unit"]), "", "丙", 16.0),
            (say(*LABELS["value"]), "", "1", 16.0),
            (say(*LABELS["last"]), "", "2", 14.0),
        ]
        return (
            out
            + ([(say(*LABELS["year"]), "", "3", 9.0)] if "year" in self.form.keys else [])
            + self.tail()
        )

    def list_rows(self, start: int) -> int:
        """One row a field, with its unit and last year's figure."""
        pen, ws = self.pen, self.ws
        row = start - 1
        for row, f in enumerate(self.form.fields, start):
            given = next(
                (x for x in self.round.last_of.get(self.form.code, ()) if x.field == f.code), None
            )
            texts = (
                (pen.say(f.zh, f.en), "fixed"),
                (f.code, "code"),
                (self.round.unit_of(f), "entry_center"),
                (None, "entry_number"),
            )
            for column, (text, style) in enumerate(texts, 1):
                pen.put(ws, row, column, text, style)
            column = len(texts) + 1
            self.put_last(row, column, f, given)
            if "year" in self.form.keys:
                column += 1
                pen.put(
                    ws,
                    row,
                    column,
                    int((self.round.asked(given).year if given else "") or self.round.year),
                    "entry_center",
                )
            for label, *_ in self.tail():
                column += 1
                pen.put(
                    ws,
                    row,
                    column,
                    None,
                    "entry_center" if label == pen.say(*LABELS["class"]) else "entry",
                )
            pen.choose(ws, row, column - 1, self.lists["class"])
            pen.limit(ws, row, row, 4, f.low, f.high)
        return row

    def delivery_columns(self) -> list[tuple[str, str, str, float]]:
        """What must be said of a file."""
        widths = {
            "field": 24,
            "number": 11,
            "kind": 16,
            "file": 26,
            "sha256": 40,
            "crs": 14,
            "resolution": 11,
            "period": 14,
            "unit": 12,
        }
        return [
            (self.pen.say(*LABELS[n]), "", "甲乙丙1234567"[k], float(w))
            for k, (n, w) in enumerate(widths.items())
        ] + self.tail()

    def delivery_rows(self, start: int) -> int:
        """One row a file."""
        row = start - 1
        for row, f in enumerate(self.form.fields, start):
            for column, (text, style) in enumerate(
                (
                    (self.pen.say(f.zh, f.en), "fixed"),
                    (f.code, "code"),
                    (KINDS[f.type], "fixed"),
                    *[(None, "entry")] * 5,
                    (unit_text(f, self.pen.lang), "entry"),
                ),
                1,
            ):
                self.pen.put(self.ws, row, column, text, style)
            for extra in (1, 2):
                self.pen.put(self.ws, row, column + extra, None, "entry")
            self.pen.choose(self.ws, row, column + 1, self.lists["class"])
        return row
