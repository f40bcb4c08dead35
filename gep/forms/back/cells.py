"""One cell, as people fill it: a number, zero, below the unit, not occurring, not available,
confidential, or blank.

The states of a Chinese statistical form stay apart: ``…`` is less than the unit shows, ``—`` does
not occur, ``不详`` is not known, ``保密`` may not be told, and a blank cell is not filled. What can
be read in one way only is read and noted (full-width digits, thousands separators, ``约30``,
``30万``, ``-`` for ``—``); what can be read in two ways is refused, and so is ``/``: some write it
for "does not occur", some for "no data".
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from gep.core import units
from gep.core.errors import UnitError

MARKS = {"below": "…", "absent": "—", "unavailable": "不详", "confidential": "保密"}
_WORDS = {
    "below": ("...", "..", "......", "···", "······"),
    "absent": ("-", "--", "---", "----"),
    "unavailable": (
        "不详",
        "无数据",
        "缺",
        "缺失",
        "暂缺",
        "n/a",
        "na",
        "n.a.",
        "未掌握",
        "暂无",
        "notavailable",
        "unknown",
    ),
    "confidential": ("保密", "涉密", "(c)", "c", "***", "confidential"),
}
_STATE = {word: state for state, words in _WORDS.items() for word in words}
_PRINTED = {
    *MARKS.values(),
    "……",
    "——",
}  # as the form prints them, or a Chinese keyboard writes them
_SLASHES = ("/", "//", "\\")
_SIGNS = str.maketrans("−–—―‐─－﹣", "--------")
_HIDDEN = re.compile(r"(.*?)(?:\((?:c|保密|涉密)\)|\[(?:c|保密|涉密)\]|保密|涉密)$", re.IGNORECASE)
_ABOUT = re.compile(
    r"^(?:约为|大约|约|近似|≈|~|ca\.?|about)(.*)$|^(.*?)(?:左右|上下)$", re.IGNORECASE
)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_SPACED = re.compile(r"[+-]?\d{1,3}(?: \d{3})+(?:\.\d+)?", re.ASCII)
_TIMES = {"万": 4, "亿": 8, "万亿": 12, "百万": 6, "千万": 7}


class Cell(NamedTuple):
    """A cell as it was read: its state, the number as text and as float, and what was done to read
    it.
    """

    state: str  # "number", "zero", a key of MARKS, "blank" or "refused"
    text: str = ""
    value: float = math.nan
    unit: str = ""  # written in the cell itself
    hidden: bool = False  # confidential: used in the account, told nowhere
    notes: tuple[tuple[str, str], ...] = ()  # code and what was there
    fault: str = ""
    raw: str = ""
    bound: str = ""  # "<0.5": how large it can be

    @property
    def known(self) -> bool:
        """Whether it gives a number."""
        return self.state in ("number", "zero")


def read_cell(raw: object) -> Cell:
    """Read one cell.

    >>> read_cell("１，２３４．５").text, read_cell("…").state, read_cell("—").state, read_cell("约30").notes
    ('1234.5', 'below', 'absent', (('cell.about', '约30'),))
    >>> read_cell("1,5").fault, read_cell("").state, read_cell(0).state
    ('cell.unreadable', 'blank', 'zero')
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return Cell("blank")
    if isinstance(raw, bool):
        return Cell("refused", fault="cell.unreadable", raw=str(raw))
    if isinstance(raw, (int, float)):
        return (
            _number(plain(raw), str(raw), ())
            if math.isfinite(raw)
            else Cell("refused", fault="cell.unreadable", raw=str(raw))
        )
    if isinstance(raw, (dt.datetime, dt.date, dt.time, dt.timedelta)):
        return Cell("refused", fault="cell.date", raw=str(raw))
    return _text(str(raw))


def plain(value: float) -> str:
    """A float as the shortest text that reads back the same, without ``.0``."""
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(float(value))


def _number(
    text: str, raw: str, notes: tuple[tuple[str, str], ...], unit: str = "", hidden: bool = False
) -> Cell:
    value = float(text)
    if not math.isfinite(value):
        return Cell("refused", fault="cell.unreadable", raw=raw)
    return Cell("zero" if value == 0 else "number", text, value, unit, hidden, notes, raw=raw)


def _text(raw: str) -> Cell:
    if len(raw) > 200:
        return Cell("refused", fault="cell.unreadable", raw=raw[:40] + "…")
    shown = raw.strip()
    text = (
        unicodedata.normalize("NFKC", raw)
        .translate(_SIGNS)
        .replace(" ", " ")
        .strip()
        .strip("'")
        .strip()
    )
    notes: list[tuple[str, str]] = []
    state = _STATE.get(re.sub(r"\s", "", text).casefold())
    if state:
        return Cell(
            state,
            raw=shown,
            hidden=state == "confidential",
            notes=() if shown in _PRINTED else (("cell.mark", shown),),
        )
    if text in _SLASHES:
        return Cell("refused", fault="cell.slash", raw=shown)
    if any(unicodedata.east_asian_width(c) == "F" for c in raw):
        notes.append(("cell.fullwidth", shown))
    if text.startswith("="):
        return Cell("refused", fault="cell.formula", raw=shown)
    hidden = False
    if match := _HIDDEN.fullmatch(text):
        text, hidden = match[1].strip(), True
    if text.startswith(("<", "≤")):
        bound = text.lstrip("<≤= ").strip()
        return (
            Cell("below", raw=shown, bound=bound, hidden=hidden)
            if _NUMBER.fullmatch(bound)
            else Cell("refused", fault="cell.unreadable", raw=shown, hidden=hidden)
        )
    if match := _ABOUT.fullmatch(text):
        text = (match[1] if match[1] is not None else match[2]).strip()
        notes.append(("cell.about", shown))
    amount, unit = _taken_apart(text)
    if amount is None:
        return Cell("refused", fault="cell.unreadable", raw=shown, hidden=hidden)
    if "," in amount:
        amount = amount.replace(",", "")
        notes.append(("cell.thousands", shown))
    elif " " in amount:
        amount = amount.replace(" ", "")
        notes.append(("cell.thousands", shown))
    if unit in _TIMES:
        amount = format(Decimal(amount).scaleb(_TIMES[unit]), "f")
        notes.append(("cell.multiple", shown))
        unit = ""
    elif unit:
        try:
            units.check(unit)
        except UnitError:
            return Cell("refused", fault="cell.unreadable", raw=shown, hidden=hidden)
        notes.append(("cell.unit", shown))
    if not notes:
        notes.append(("cell.text", shown))
    return _number(amount, shown, tuple(notes), unit, hidden)


def _taken_apart(text: str) -> tuple[str | None, str]:
    """The number and what stands behind it."""
    for pattern in (_THOUSANDS, _SPACED, _NUMBER):
        match = pattern.match(text)
        if match is None:
            continue
        rest = text[match.end() :]
        if rest[:1].isdigit() or rest[:1] in (",", ".", "-", "/") or re.match(r"\s*[\d,.~-]", rest):
            continue
        return match.group(), rest.strip()
    return None, ""


_DATE = re.compile(r"(\d{4})\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})\s*日?")


def read_date(raw: object) -> dt.date | None:
    """A date as people write it, or None.

    >>> read_date("２０２１年３月５日"), read_date("2021.3.5"), read_date("next week")
    (datetime.date(2021, 3, 5), datetime.date(2021, 3, 5), None)
    """
    if isinstance(raw, dt.datetime):
        return raw.date()
    if isinstance(raw, dt.date):
        return raw
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        raw = plain(raw)
    text = unicodedata.normalize("NFKC", str(raw or "")).strip()
    match = _DATE.match(text) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text)
    if match is None:
        return None
    try:
        return dt.date(*(int(x) for x in match.groups()))
    except ValueError:
        return None


def squeezed(raw: object) -> str:
    """Text for comparing: half-width, without spaces, line breaks and case.

    >>> squeezed("单位 负责人：")
    '单位负责人:'
    """
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    return re.sub(
        r"\s", "", unicodedata.normalize("NFKC", "" if raw is None else str(raw))
    ).casefold()
