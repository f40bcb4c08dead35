"""What a reading leaves behind: the account folder, the list of problems, and copies of the
workbooks with marks in them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from gep.core import output
from gep.core.errors import GepError, Problem
from gep.core.output import neutral
from gep.core.text import say, sentences
from gep.forms.back.grid import position, read_book
from gep.forms.back.prices import indices
from gep.forms.back.read import Difference, Reading
from gep.forms.back.rules import label_text
from gep.forms.define import forms
from gep.forms.round import toml, write_csv
from gep.intake.account_toml import COLUMNS

PROBLEMS = {
    "level": "级别",
    "file": "文件",
    "sheet": "表",
    "cell": "单元格",
    "what": "问题",
    "mend": "改法",
    "code": "代号",
}
DIFFERENCES = {
    "form": "表号",
    "field": "指标",
    "row": "行",
    "before": "先前",
    "after": "现在",
    "first": "先报文件",
    "second": "后报文件",
}
_WHERE = re.compile(
    r"(?P<file>[^\n]*?\.(?:xlsx|xlsm|xls|csv))(?:, (?P<sheet>.*?)(?:, (?P<cell>[A-Z]{1,3}\d{1,7}))?)?",
    re.IGNORECASE,
)


def place_of(p: Problem) -> tuple[str, str, str]:
    """File, sheet and cell of a problem; blank where it has none."""
    match = _WHERE.fullmatch(p.where)
    return (
        (match["file"], match["sheet"] or "", match["cell"] or "") if match else (p.where, "", "")
    )


def write_account(out: Reading, folder: str | Path) -> Path:
    """Write the files of the account that the forms give; the caller sees to it that they take
    their places as a whole.

    Tables without rows are written too, so that none of an earlier reading stays.
    """
    at, r = Path(folder), out.round
    account = {
        "title": f"{r.region} {r.year}",
        "region": r.region,
        "year": r.year,
        "price_year": r.year,
        "standard": r.standard,
        **({"synthetic": True} if r.evidence == "synthetic" else {}),
        **r.account,
        **{k: " ".join(v) for k, v in out.regions.get("", {}).items()},
    }
    output.place(at / "account.toml", toml(account).encode("utf-8"))
    for name, kind in (("inputs.csv", "input"), ("prices.csv", "price")):
        columns = [c for c in COLUMNS[name] if c not in ("low", "high", "distribution")]
        write_csv(
            at / name,
            columns,
            ({**row._asdict(), kind: row.name} for row in out.rows if row.kind == kind),
        )
    write_csv(at / "regions.csv", COLUMNS["regions.csv"], _regions(out))
    write_csv(at / "deflators.csv", COLUMNS["deflators.csv"], _deflators(out))
    return at


def _deflators(out: Reading) -> Iterator[dict[str, object]]:
    for index, table in indices(out.round, out.deflators).items():
        for year, value in table.items():
            yield {"index": index, "year": year, "value": value}


def _regions(out: Reading) -> Iterator[dict[str, str]]:
    for region in out.round.regions.values():
        given = out.regions.get(region.name, {})
        size = {
            "area": (region.area, "m2"),
            "population": (region.population, "person"),
            "gdp": (region.gdp, "CNY/yr"),
        }
        known = {
            k: f"{v:.15g} {u}"
            for k, (v, u) in size.items()
            if v is not None and out.round.last_year in (None, out.round.year)
        }
        yield {
            "region": region.name,
            "parent": region.parent,
            "code": region.code,
            **known,
            **{k: " ".join(v) for k, v in given.items()},
        }


def write_problems(problems: Iterable[Problem], path: Path, lang: str = "zh") -> None:
    """The list of problems as CSV: file, sheet, cell, what is wrong and how to mend it."""
    rows = []
    for p in problems:
        file, sheet, cell = place_of(p)
        what, mend = sentences(p, lang)
        level = {"error": "错误", "warning": "提示"}[p.level] if lang == "zh" else p.level
        rows.append(
            {
                "level": level,
                "file": file,
                "sheet": sheet,
                "cell": cell,
                "what": what,
                "mend": mend,
                "code": p.code,
            }
        )
    _write_table(path, PROBLEMS, rows, lang)


def write_differences(differences: Iterable[Difference], path: Path, lang: str = "zh") -> None:
    """The figures that a later submission changed, as CSV."""
    _write_table(
        path,
        DIFFERENCES,
        [{**d._asdict(), "row": label_text(forms()[d.form], d.key, lang)} for d in differences],
        lang,
    )


def _write_table(
    path: Path, heads: Mapping[str, str], rows: Sequence[Mapping[str, object]], lang: str
) -> None:
    """A CSV file that people open in a spreadsheet: with heads in their language, and the mark by
    which Excel knows UTF-8.
    """
    if lang == "zh":
        rows = [{zh: row[name] for name, zh in heads.items()} for row in rows]
    write_csv(path, list(heads.values() if lang == "zh" else heads), rows, mark=True)


def annotated(path: Path, problems: Sequence[Problem], out: Path, lang: str = "zh") -> bool:
    """Write a copy of a workbook with the cells of its problems marked and explained; whether one
    was written.

    The copy holds values only: formulas, macros and links of the original do not travel.
    """
    try:
        from openpyxl import Workbook
        from openpyxl.comments import Comment
        from openpyxl.styles import Alignment, Font, PatternFill
        from openpyxl.utils import get_column_letter
    except ImportError:
        return False
    mine = [(p, *place_of(p)[1:]) for p in problems]
    try:
        book = read_book(path)
    except GepError:
        return False
    red, amber, head = (
        PatternFill("solid", fgColor="F8C9C4"),
        PatternFill("solid", fgColor="FDEBB3"),
        Font(bold=True, color="1F5F5B"),
    )
    copy = Workbook()
    first = copy.active
    first.title = "问题清单" if lang == "zh" else "Problems"
    first.append(
        ["级别", "表", "单元格", "问题"] if lang == "zh" else ["level", "sheet", "cell", "problem"]
    )
    for p, sheet, cell in mine:
        level = {"error": "错误", "warning": "提示"}[p.level] if lang == "zh" else p.level
        first.append([level, neutral(sheet), cell, neutral(say(p, lang))])
        first.cell(first.max_row, 1).fill = red if p.level == "error" else amber
        if cell:
            first.cell(first.max_row, 3).hyperlink = f"#'{_title(sheet)}'!{cell}"
    for n, width in enumerate((8, 30, 9, 120), 1):
        first.column_dimensions["ABCD"[n - 1]].width = width
        first.cell(1, n).font = head
    for page in book.sheets:
        if page.name.startswith("_"):
            continue
        ws = copy.create_sheet(_title(page.name))
        for row in page.rows:
            ws.append([_safe(v) for v in row])
        for n in range(1, min(max((len(row) for row in page.rows), default=1), 60) + 1):
            ws.column_dimensions[get_column_letter(n)].width = 16
        texts: dict[str, list[Problem]] = {}
        for p, name, cell in mine:
            if name == page.name and cell:
                texts.setdefault(cell, []).append(p)
        for cell, found in texts.items():
            row_at, column_at = position(cell)
            target = ws.cell(row_at + 1, column_at + 1)
            target.fill = red if any(p.level == "error" for p in found) else amber
            words = "\n".join(say(replace(p, where=""), lang).lstrip("：: ") for p in found)[:900]
            target.comment = Comment(words, "gep", width=320, height=120)
            target.alignment = Alignment(wrap_text=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    copy.save(out)
    return True


def _title(name: str) -> str:
    return re.sub(r"[\\/*?:\[\]']", "_", name)[:31] or "_"


def _safe(value: object) -> object:
    if value == "":
        return None
    if isinstance(value, str):
        return neutral(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", value)[:32000])
    if isinstance(value, (dt.timedelta, dt.time)):
        return str(value)
    return value
