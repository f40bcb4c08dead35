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

MARKS = {"below": "…", "absent": "—", "unavailable": "不详", "confidential": "保密"}
_WORDS = {
    "below": "... .. ...... ··· ······",
    "absent": "- -- --- ----",
    "unavailable": "不详 无数据 缺 缺失 暂缺 n/a na n.a. 未掌握 暂无 notavailable unknown",
    "confidential": "保密 涉密 (c) c *** confidential",
}
_STATE = {word: state for state, words in _WORDS.items() for word in words.split()}
_PRINTED = {*MARKS.values(), "……", "——"}  # as the form or a Chinese keyboard writes them
_SLASHES = ("/", "//", "\\")
_SIGNS = str.maketrans("−–—―‐─－﹣", "--------")
_HIDDEN = re.compile(r"^(.*?)(?:\((?:c|保密|涉密)\)|\[(?:c|保密|涉密)\]|保密|涉密)$", re.IGNORECASE)
_ABOUT = re.compile(
    r"^(?:约为|大约|约|近似|≈|~|ca\.?|about)(.*)$|^(.*?)(?:左右|上下)$", re.IGNORECASE
)
_PLAIN = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?"
_GROUPED = tuple(rf"[+-]?\d{{1,3}}(?:{sign}\d{{3}})+(?:\.\d+)?" for sign in ", ")
_NUMBER = re.compile(_PLAIN, re.ASCII)
# the longest number at the start, unless what follows looks like more of a number
_AMOUNT = re.compile(
    "|".join(rf"(?>(?a:{number}))(?!/|\s*[\d,.~-])" for number in (*_GROUPED, _PLAIN))
)
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

    >>> read_cell("１，２３４．５").text, read_cell("…").state, read_cell("—").state
    ('1234.5', 'below', 'absent')
    >>> read_cell("1,5").fault, read_cell("").state, read_cell(0).state, read_cell("约30").notes
    ('cell.unreadable', 'blank', 'zero', (('cell.about', '约30'),))
    """
    if raw is None or not str(raw).strip():
        return Cell("blank")
    if isinstance(raw, bool):
        return _unread("cell.unreadable", str(raw))
    if isinstance(raw, (int, float)):
        return _number(plain(raw), str(raw), ())
    if isinstance(raw, (dt.date, dt.time, dt.timedelta)):
        return _unread("cell.date", str(raw))
    return _text(str(raw))


def is_unit(text: str) -> bool:
    """Whether a text is a unit: one that converts to itself."""
    return units.compatible(text, text)


def plain(value: float) -> str:
    """A float as the shortest text that reads back the same, without ``.0``."""
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(float(value))


def _unread(fault: str, raw: str, hidden: bool = False) -> Cell:
    return Cell("refused", fault=fault, raw=raw, hidden=hidden)


def _number(
    text: str, raw: str, notes: tuple[tuple[str, str], ...], unit: str = "", hidden: bool = False
) -> Cell:
    value = float(text)
    if not math.isfinite(value):
        return _unread("cell.unreadable", raw)
    return Cell("zero" if value == 0 else "number", text, value, unit, hidden, notes, raw=raw)


def _text(raw: str) -> Cell:
    """A cell that holds text: a mark, or what may be a number."""
    if len(raw) > 200:
        return _unread("cell.unreadable", raw[:40] + "…")
    shown = raw.strip()
    text = unicodedata.normalize("NFKC", raw).translate(_SIGNS).strip().strip("'").strip()
    state = _STATE.get(re.sub(r"\s", "", text).casefold())
    if state:
        notes = () if shown in _PRINTED else (("cell.mark", shown),)
        return Cell(state, raw=shown, hidden=state == "confidential", notes=notes)
    if text in _SLASHES:
        return _unread("cell.slash", shown)
    if text.startswith("="):
        return _unread("cell.formula", shown)
    bare = _HIDDEN.sub(r"\1", text).strip()
    if bare.startswith(("<", "≤")):
        return _bound(bare.lstrip("<≤= ").strip(), shown, bare != text)
    return _figure(bare, raw, bare != text)


def _bound(bound: str, shown: str, hidden: bool) -> Cell:
    """``<0.5``: how large what is below the unit can be."""
    if _NUMBER.fullmatch(bound):
        return Cell("below", raw=shown, bound=bound, hidden=hidden)
    return _unread("cell.unreadable", shown, hidden)


def _figure(text: str, raw: str, hidden: bool) -> Cell:
    """A number with what people write around it: about, separators, a multiple, a unit."""
    shown = raw.strip()
    sure = _ABOUT.sub(r"\1\2", text).strip()
    match = _AMOUNT.match(sure)
    if match is None:
        return _unread("cell.unreadable", shown, hidden)
    amount, unit = re.sub("[, ]", "", match.group()), sure[match.end() :].strip()
    done = {
        "cell.fullwidth": "F" in map(unicodedata.east_asian_width, raw),
        "cell.about": sure != text,
        "cell.thousands": amount != match.group(),
        "cell.multiple": unit in _TIMES,
        "cell.unit": unit not in ("", *_TIMES),
    }
    if unit in _TIMES:
        amount, unit = format(Decimal(amount).scaleb(_TIMES[unit]), "f"), ""
    elif unit and not is_unit(unit):
        return _unread("cell.unreadable", shown, hidden)
    codes = [code for code, so in done.items() if so] or ["cell.text"]
    return _number(amount, shown, tuple((code, shown) for code in codes), unit, hidden)


_DATE = re.compile(r"(\d{4})\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})\s*日?")


def read_date(raw: object) -> dt.date | None:
    """A date as people write it, or None.

    >>> read_date("２０２１年３月５日"), read_date("2021.3.5"), read_date("next week")
    (datetime.date(2021, 3, 5), datetime.date(2021, 3, 5), None)
    """
    if isinstance(raw, dt.date):
        return raw.date() if isinstance(raw, dt.datetime) else raw
    text = plain(raw) if isinstance(raw, (int, float)) else str(raw)
    text = unicodedata.normalize("NFKC", text).strip()
    match = _DATE.match(text) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text)
    if match is None:
        return None
    try:
        return dt.date(*map(int, match.groups()))
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
