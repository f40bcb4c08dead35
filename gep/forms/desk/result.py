"""What a reading leaves behind: the account folder, the list of problems, and copies of the
workbooks with marks in them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from gep.account.basis import Region
from gep.core import output
from gep.core.errors import GepError, Problem
from gep.core.extras import need
from gep.core.output import neutral
from gep.core.source import NOWHERE
from gep.core.text import say
from gep.forms.back.grid import Sheet, position, read_book
from gep.forms.back.prices import indices
from gep.forms.back.read import Difference, Reading
from gep.forms.back.rules import label_text
from gep.forms.define import forms
from gep.forms.round import region_row, toml, write_csv
from gep.intake.account_toml import COLUMNS
from gep.words.labels import label

PROBLEMS = ("level", "code", "file", "sheet", "cell", "zh", "mend_zh", "en", "mend_en")
DIFFERENCES = {
    "form": "表号",
    "field": "指标",
    "row": "行",
    "before": "先前",
    "after": "现在",
    "first": "先报文件",
    "second": "后报文件",
}
_LISTS = {  # of the problems in a marked copy: its title and its heads
    "zh": ("问题清单", "级别", "表", "单元格", "问题"),
    "en": ("Problems", "level", "sheet", "cell", "problem"),
}
_RED, _AMBER = "F8C9C4", "FDEBB3"


def place_of(p: Problem) -> tuple[str, str, str]:
    """File, sheet and cell of a problem; blank where it has none."""
    return p.source.file or str(p.source), p.source.sheet, p.source.cell


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
        **_reported(out, ""),
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


def _reported(out: Reading, region: str) -> dict[str, str]:
    """What the forms say of a region, the city itself where it is blank."""
    return {name: " ".join(figure) for name, figure in out.regions.get(region, {}).items()}


def _regions(out: Reading) -> Iterator[dict[str, str]]:
    current = out.round.last_year in (None, out.round.year)  # else its sizes are those of last year
    for region in out.round.regions.values():
        known = region if current else Region(region.name, region.parent, region.code)
        yield {**region_row(known), **_reported(out, region.name)}


def write_problems(problems: Iterable[Problem], path: Path) -> None:
    """The list of problems as CSV: codes and columns are the same in every language, and the words
    stand in both.
    """
    rows = []
    for p in problems:
        plain = p.to_dict()
        row = {name: plain[name] for name in PROBLEMS}
        rows.append(row | dict(zip(("file", "sheet", "cell"), place_of(p), strict=True)))
    write_csv(path, PROBLEMS, rows, mark=True)


def write_differences(differences: Iterable[Difference], path: Path, lang: str = "zh") -> None:
    """The figures that a later submission changed, as CSV."""
    heads = DIFFERENCES if lang == "zh" else {name: name for name in DIFFERENCES}
    told = ({**d._asdict(), "row": label_text(forms()[d.form], d.key, lang)} for d in differences)
    rows = ({heads[name]: row[name] for name in heads} for row in told)
    write_csv(path, list(heads.values()), rows, mark=True)


def annotated(path: Path, problems: Sequence[Problem], out: Path, lang: str = "zh") -> bool:
    """Write a copy of a workbook with the cells of its problems marked and explained; whether one
    was written.

    The copy holds values only: formulas, macros and links of the original do not travel.
    """
    try:
        copy = need("openpyxl").Workbook()
        book = read_book(path)
    except GepError:
        return False
    _list(copy.active, problems, lang)
    for page in book.sheets:
        if not page.name.startswith("_"):
            ws = copy.create_sheet(_title(page.name))
            _copy(ws, page)
            _mark(ws, [p for p in problems if place_of(p)[1] == page.name], lang)
    out.parent.mkdir(parents=True, exist_ok=True)
    copy.save(out)
    return True


def _list(ws: Any, problems: Sequence[Problem], lang: str) -> None:
    """The list of problems, on a sheet in front of the others."""
    bold = need("openpyxl.styles").Font(bold=True, color="1F5F5B")
    ws.title, *heads = _LISTS.get(lang, _LISTS["en"])
    ws.append(heads)
    for p in problems:
        _, sheet, cell = place_of(p)
        ws.append([label(p.level, lang), neutral(sheet), cell, neutral(say(p, lang))])
        ws.cell(ws.max_row, 1).fill = _fill([p])
        if cell:
            ws.cell(ws.max_row, 3).hyperlink = f"#'{_title(sheet)}'!{cell}"
    for letter, width in zip("ABCD", (8, 30, 9, 120), strict=True):
        ws.column_dimensions[letter].width = width
        ws[f"{letter}1"].font = bold


def _copy(ws: Any, page: Sheet) -> None:
    """The values of a sheet."""
    letter = need("openpyxl.utils").get_column_letter
    for row in page.rows:
        ws.append(list(map(_safe, row)))
    for n in range(min(max(map(len, page.rows), default=1), 60)):
        ws.column_dimensions[letter(n + 1)].width = 16


def _mark(ws: Any, problems: Iterable[Problem], lang: str) -> None:
    """Mark and explain the cells of problems."""
    by_cell: dict[str, list[Problem]] = defaultdict(list)
    for p in problems:
        by_cell[place_of(p)[2]].append(p)
    by_cell.pop("", None)
    for cell, found in by_cell.items():
        row, column = position(cell)
        target = ws.cell(row + 1, column + 1)
        target.fill = _fill(found)
        words = "\n".join(say(p.at(NOWHERE), lang) for p in found)[:900]
        target.comment = need("openpyxl.comments").Comment(words, "gep", width=320, height=120)
        target.alignment = need("openpyxl.styles").Alignment(wrap_text=True)


def _fill(problems: Iterable[Problem]) -> Any:
    """The colour of problems: red where one is an error."""
    colour = _RED if any(p.level == "error" for p in problems) else _AMBER
    return need("openpyxl.styles").PatternFill("solid", fgColor=colour)


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
