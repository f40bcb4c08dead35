"""A corpus of damaged forms: whatever is done to them, each figure is read right or refused with
its place.
"""

import csv
import io
import random
from copy import deepcopy
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from gep.core import units
from gep.forms.back.body import Table
from gep.forms.back.grid import address, read_book
from gep.forms.back.match import Placed
from gep.forms.back.read import read_files
from gep.forms.define import field, forms
from gep.forms.desk.result import place_of

CASES = 260
SEEN: dict[str, int] = {}


@dataclass
class Held:
    """A cell of the grid that remembers which figure it is, whatever is done to the sheet."""

    value: object
    tag: tuple | None = None  # (field, key)
    head: tuple | None = None  # ("label" | "unit" | "code", field)
    touched: bool = False


@pytest.fixture(scope="module")
def sheets(demo, filled):
    """The filled sheets of some forms, with every figure tagged by where it belongs."""
    out = Box(round=demo)
    for code, number in (
        ("B06", "01"),
        ("C06", "05"),
        ("A12", "04"),
        ("A13", "16"),
        ("C15", "14"),
        ("C18", "14"),
        ("B02", "06"),
        ("C01", "08"),
    ):
        sheet = next(s for s in read_book(filled[number]).sheets if s.name.startswith(code))
        out[code] = tagged(demo, code, sheet)
    return out


def tagged(demo, code, sheet):
    """The cells of a sheet with what belongs in them, and where the table has what."""
    table = Table(deepcopy(sheet), Placed(forms()[code], "", ""), demo)
    table.header()
    width = max(map(len, sheet.rows))
    rows = [[Held(v) for v in row + [""] * (width - len(row))] for row in sheet.rows]
    truth = {(f.field, f.key): Decimal(f.text) for f in demo.last if f.field.startswith(code)}
    for n in range(table.first, len(rows)):
        labelled = any(rows[n][c].value != "" for c in table.keys.values())
        key = table.key(n)[0] if labelled and not table.is_foot(n) else None
        for c, f in table.columns.items():
            if key is not None and (f.code, key) in truth:
                rows[n][c].tag = (f.code, key)
                rows[n][c].value = Decimal(str(rows[n][c].value))
    for c, f in table.columns.items():
        for back, kind in ((3, "label"), (2, "unit"), (1, "code")):
            rows[table.first - back][c].head = (kind, f.code)
    unit_of = {f.code: str(rows[table.first - 2][c].value) for c, f in table.columns.items()}
    return rows, truth, table.first, dict(table.keys), unit_of


class Box(dict):
    """A dictionary whose text is short, for Hypothesis prints the arguments of a case."""

    def __repr__(self):
        return "…"


class Damage:
    """One sheet on its way through several hands."""

    def __init__(self, code, data, seed):
        rows, truth, self.first, self.keys, unit_of = data
        self.unit_of = dict(unit_of)
        self.code, self.rows, self.rng = code, deepcopy(rows), random.Random(seed)
        # what a right reading may give: a number in the unit of `unit_of`, or a state
        self.truth = {t: ("number", v) for t, v in truth.items()}
        self.name = code
        self.csv = None

    def figures(self):
        return [
            (n, c, cell)
            for n, row in enumerate(self.rows)
            for c, cell in enumerate(row)
            if cell.tag and isinstance(cell.value, Decimal)
        ]

    def some(self):
        found = self.figures()
        return self.rng.choice(found) if found else None

    def write(self, make, expect=None):
        """Rewrite one figure; what it now says, if that changed."""
        picked = self.some()
        if picked is None:
            return
        _, _, cell = picked
        value = cell.value
        cell.value = make(value)
        cell.touched = True
        if expect:
            self.truth[cell.tag] = (expect, None)


def full_width(text):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def d_text(d):
    d.write(lambda v: str(v))


def d_full_width(d):
    d.write(lambda v: full_width(str(v)))


def d_thousands(d):
    d.write(lambda v: f"{v:,}")


def d_thousands_full(d):
    d.write(lambda v: full_width(f"{v:,}"))


def d_about(d):
    d.write(lambda v: f"约{v}")


def d_around(d):
    d.write(lambda v: f"{v} 左右")


def d_unit_in_cell(d):
    picked = d.some()
    if picked and field(picked[2].tag[0]).unit:
        picked[2].value = f"{picked[2].value} {d.unit_of[picked[2].tag[0]]}"
        picked[2].touched = True


def d_wrong_unit_in_cell(d):
    picked = d.some()
    if picked and field(picked[2].tag[0]).unit:
        picked[2].value, picked[2].touched = f"{picked[2].value} 摄氏度", True
        d.truth[picked[2].tag] = ("refused", None)


def d_garbage(d):
    bad = d.rng.choice(
        [
            "abc",
            "1,5",
            "30-40",
            "三十",
            "1.2.3",
            "无",
            "#N/A",
            "见附件",
            "=1+1",
            "12；5",
            "-=",
            "@SUM(1)",
        ]
    )
    d.write(lambda v: bad, "refused")


def d_date(d):
    import datetime as dt

    d.write(lambda v: dt.datetime(2021, 3, 4), "refused")


def d_negative(d):
    d.write(lambda v: -abs(v) if v else Decimal(-1), "refused")


def d_below(d):
    d.write(lambda v: d.rng.choice(["…", "……", "..."]), "below")


def d_absent(d):
    d.write(lambda v: d.rng.choice(["—", "－", "--"]), "absent")


def d_unavailable(d):
    d.write(lambda v: d.rng.choice(["不详", "N/A", "暂缺"]), "unavailable")


def d_confidential(d):
    d.write(lambda v: "保密", "confidential")


def d_blank(d):
    d.write(lambda v: "", "blank")


def d_hidden_figure(d):
    d.write(lambda v: f"{v}（保密）")


def d_columns(d):
    order = list(range(max(len(row) for row in d.rows)))
    # the printed word "unit" in front of the row of units moves along with its column
    d.rng.shuffle(order)
    d.rows = [[row[c] if c < len(row) else Held("") for c in order] for row in d.rows]


def d_blank_rows(d):
    for _ in range(d.rng.randint(1, 6)):
        d.rows.insert(d.rng.randrange(len(d.rows) + 1), [Held("") for _ in d.rows[0]])


def d_blank_column(d):
    at = d.rng.randrange(len(d.rows[0]) + 1)
    for row in d.rows:
        row.insert(min(at, len(row)), Held(""))


def d_rows_shuffled(d):
    held = [n for n, row in enumerate(d.rows) if any(c.tag for c in row)]
    moved = [d.rows[n] for n in held]
    d.rng.shuffle(moved)
    for n, row in zip(held, moved, strict=True):
        d.rows[n] = row


def _head(d, kind):
    found = [c for row in d.rows for c in row if c.head and c.head[0] == kind and c.value != ""]
    return d.rng.choice(found) if found else None


def d_unit_changed(d):
    cell = _head(d, "unit")
    if cell is None or not field(cell.head[1]).unit:
        return
    code = cell.head[1]
    for other in (
        "公顷",
        "亩",
        "m2",
        "万t",
        "kg",
        "km",
        "m",
        "亿m3",
        "m3",
        "m",
        "人次",
        "元/小时",
        "万元/人次",
    ):
        if other != cell.value not in ("摄氏度", "若干") and units.compatible(
            other, field(code).unit
        ):
            cell.value = other
            # the department changes the unit and leaves the figures: they now mean another amount
            d.unit_of[code] = other
            return


def d_unit_foreign(d):
    cell = _head(d, "unit")
    if cell is None or not field(cell.head[1]).unit:
        return
    cell.value = "摄氏度"
    for tag in d.truth:
        if tag[0] == cell.head[1]:
            d.truth[tag] = ("refused", None)


def d_unit_nonsense(d):
    cell = _head(d, "unit")
    if cell is None or not field(cell.head[1]).unit:
        return
    cell.value = "若干"
    for tag in d.truth:
        if tag[0] == cell.head[1]:
            d.truth[tag] = ("refused", None)


def d_unit_behind_name(d):
    label = _head(d, "label")
    if label is None or not field(label.head[1]).unit:
        return
    unit = next((c for row in d.rows for c in row if c.head == ("unit", label.head[1])), None)
    if unit is not None and unit.value not in ("", "摄氏度", "若干"):
        label.value, unit.value = f"{label.value}（{unit.value}）", ""


def d_labels_merged(d):
    cell = _head(d, "label")
    if cell is not None:
        cell.value = ""


def d_codes_gone(d):
    for row in d.rows:
        for c in row:
            if c.head and c.head[0] == "code":
                c.value = ""


def d_labels_spaced(d):
    cell = _head(d, "label")
    if cell is not None:
        cell.value = "\n".join(str(cell.value))


def d_labels_swapped(d):
    """Two names change places, the codes do not: neither column may be read."""
    cells = [c for row in d.rows for c in row if c.head and c.head[0] == "label" and c.value != ""]
    if len(cells) < 2:
        return
    a, b = d.rng.sample(cells, 2)
    a.value, b.value = b.value, a.value
    coded = {
        c.head[1] for row in d.rows for c in row if c.head and c.head[0] == "code" and c.value != ""
    }
    d.truth = {
        t: ("refused", None) if t[0] in (a.head[1], b.head[1]) and t[0] in coded else v
        for t, v in d.truth.items()
    }
    if not {a.head[1], b.head[1]} <= coded:  # nobody could know
        a.value, b.value = b.value, a.value


def d_row_twice(d):
    held = [
        n
        for n, row in enumerate(d.rows)
        if any(isinstance(c.value, Decimal) and c.tag for c in row)
    ]
    if not held:
        return
    n = d.rng.choice(held)
    again = [replace(c) for c in d.rows[n]]
    for c in again:
        if c.tag and isinstance(c.value, Decimal):
            c.value = c.value + 1
            d.truth[c.tag] = ("refused", None)
        c.tag = None
    d.rows.insert(n + 1, again)


def d_head_cut(d):
    d.rows = (
        d.rows[d.rng.randint(1, 5) :]
        if not any(c.head for row in d.rows[:6] for c in row)
        else d.rows
    )


def d_region_unknown(d):
    held = [row for row in d.rows if any(c.tag for c in row)]
    if not held:
        return
    row = d.rng.choice(held)
    labels = [c for c in row if isinstance(c.value, str) and c.value.endswith("区")]
    if labels:
        labels[0].value = "火星区"
        codes = [c for c in row if isinstance(c.value, str) and c.value.startswith("9901")]
        for c in codes:
            c.value = "123456"
        for c in row:
            if c.tag:
                d.truth[c.tag] = ("refused", None)


def d_region_code_gone(d):
    for row in d.rows:
        for c in row:
            if not c.tag and isinstance(c.value, str) and c.value.startswith("9901"):
                c.value = ""


def d_region_renamed(d):
    """The name is misspelt, the code is right: read by the code, and told."""
    held = [
        c
        for row in d.rows
        if any(x.tag for x in row)
        for c in row
        if isinstance(c.value, str) and c.value.endswith("区") and len(c.value) == 3
    ]
    rows = [
        row
        for row in d.rows
        if any(isinstance(c.value, str) and c.value.startswith("9901") for c in row)
    ]
    held = [c for c in held if any(c is x for row in rows for x in row)]
    if held:
        d.rng.choice(held).value += "（新）"


def d_total_row(d):
    at = max((n for n, row in enumerate(d.rows) if any(c.tag for c in row)), default=None)
    if at is None or ("item" not in forms()[d.code].keys and "region" not in forms()[d.code].keys):
        return
    total = [
        replace(c, tag=None, value="合计" if c.tag is None and c.value not in ("",) else c.value)
        for c in d.rows[at]
    ]
    d.rows.insert(at + 1, total)


def d_of_which(d):
    if "item" not in forms()[d.code].keys:
        return
    held = [n for n, row in enumerate(d.rows) if any(c.tag for c in row)]
    if not held:
        return
    n = d.rng.choice(held)
    names = {c.tag[1].item or "不分项" for c in d.rows[n] if c.tag}
    part = [
        replace(c, tag=None, value=f"其中：{c.value}" if c.value in names else c.value)
        for c in d.rows[n]
    ]
    if any(str(c.value).startswith("其中") for c in part):
        d.rows.insert(n + 1, part)


def d_notes_below(d):
    d.rows.append(
        [Held("说明：以上数据 2021 年调查，共 12 处")] + [Held("") for _ in d.rows[0][1:]]
    )


def d_stray_column(d):
    for n, row in enumerate(d.rows):
        row.append(Held(Decimal(n) if any(c.tag for c in row) else ""))


def d_csv_gbk(d):
    d.csv = "gb18030"


def d_csv_utf8(d):
    d.csv = "utf-8"


def d_csv_bom(d):
    d.csv = "utf-8-sig"


def d_renamed(d):
    d.name = d.rng.choice(["Sheet1", "最终版(2)", "=cmd", "../../etc", "A01", "新建表"])


DAMAGES = [f for name, f in sorted(globals().items()) if name.startswith("d_")]


def workbook(d, path):
    if d.csv:
        out = io.StringIO()
        csv.writer(out).writerows(
            [["" if c.value is None else str(c.value) for c in row] for row in d.rows]
        )
        path = path.with_suffix(".csv")
        path.write_bytes(out.getvalue().encode(d.csv, "replace"))
        return path
    book = Workbook()
    ws = book.active
    ws.title = "".join("_" if c in "\\/*?:[]" else c for c in d.name)[:31]
    for n, row in enumerate(d.rows, 1):
        for c, cell in enumerate(row, 1):
            if cell.value not in ("", None):
                at = ws.cell(n, c)
                at.value = float(cell.value) if isinstance(cell.value, Decimal) else cell.value
                if isinstance(cell.value, str) and cell.value.startswith(("=", "@", "-")):
                    at.data_type = "s"
    path = path.with_suffix(".xlsx")
    book.save(path)
    return path


def covered(n, c, problems):
    """Whether a problem names the cell, its row, its column, its sheet or its file."""
    for p in problems:
        at = place_of(p)[2]
        if not at or at == address(n, c):
            return True
        letters, digits = at.rstrip("0123456789"), at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        if digits == str(n + 1) or letters == address(0, c)[:-1]:
            return True
    return False


@settings(
    max_examples=CASES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    code=st.sampled_from(["B06", "C06", "A12", "A13", "C15", "C18", "B02", "C01"]),
    damages=st.lists(st.sampled_from(DAMAGES), min_size=1, max_size=4, unique=True),
    seed=st.integers(0, 2**32),
)
def test_nothing_is_silently_wrong(sheets, scratch, code, damages, seed):
    judge(sheets, scratch, code, damages, seed)


def judge(sheets, scratch, code, damages, seed):
    """Damage a form, read it, and compare every figure with what was there."""
    d = Damage(code, sheets[code], seed)
    # what a later hand could make untellable comes last: names swapped and codes wiped, a row
    # doubled and one of the two blanked
    for damage in sorted(damages, key=lambda f: f in (d_labels_swapped, d_row_twice)):
        SEEN[damage.__name__] = SEEN.get(damage.__name__, 0) + 1
        damage(d)
    SEEN["cases"] = SEEN.get("cases", 0) + 1
    path = workbook(d, scratch / f"f{SEEN['cases']}")
    before = path.read_bytes()
    out = read_files(sheets["round"], [(path, path.name, "2021-03-01")])
    assert path.read_bytes() == before
    errors = [p for p in out.problems if p.level == "error"]
    where = {
        cell.tag: (n, c, cell)
        for n, row in enumerate(d.rows)
        for c, cell in enumerate(row)
        if cell.tag
    }
    got = {}
    for a in out.answers:
        tag = (a.field, a.key)
        assert tag in d.truth, f"{tag} was made up"
        got[tag] = a
    for tag, (state, value) in d.truth.items():
        a = got.get(tag)
        if a is None:
            done = [p.__name__ if callable(p) else p for p in damages]
            assert state == "blank" or covered(*where[tag][:2], errors), (
                f"{tag} is gone without a word: {done}"
            )
            continue
        assert state != "refused", f"{tag} was read as {a.cell} though it reads in two ways"
        if state == "number":
            unit = d.unit_of[tag[0]] if field(tag[0]).unit else a.unit
            scale = units.conversion(unit, a.unit)[0]
            assert a.cell.value == pytest.approx(float(value) * scale, rel=1e-12), tag
            n, c, cell = where[tag]
            if cell.touched and d.csv is None:
                assert covered(
                    n, c, [p for p in out.problems if place_of(p)[2] == address(n, c)]
                ), f"{tag} was mended without a note"
        else:
            assert a.cell.state == state, tag


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("damaged")


def test_every_damage_was_done():
    """The corpus holds at least 200 cases and every kind of damage."""
    if not SEEN:
        pytest.skip("run with the corpus")
    assert SEEN["cases"] >= 200
    assert {f.__name__ for f in DAMAGES} <= set(SEEN)
    assert Path(__file__).exists()
