"""What was done to read the cells of a sheet, told so that faults are not buried: many cells of one kind are one note."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gep.forms.back.cells import MARKS
from gep.forms.back.match import Placed

FEW = 3  # cells that are told one by one
NAMED = 5  # cells that are named of many
MEANINGS = {
    "below": ("不足本表最小单位", "below the unit"),
    "absent": ("没有发生", "does not occur"),
    "unavailable": ("没有数据", "not available"),
    "confidential": ("保密", "withheld"),
}
_KINDS = {
    "cell.about": ("约数，已标为估计", "rounded, marked as estimated"),
    "cell.fullwidth": ("全角", "full-width"),
    "cell.multiple": ("以万、亿等计", "in multiples"),
    "cell.text": ("文本格式", "kept as text"),
    "cell.thousands": ("有千位分隔", "with thousands separators"),
    "cell.unit": ("自带单位", "with a unit of their own"),
}


class Note(NamedTuple):
    """A cell that was read otherwise than it was written."""

    code: str
    at: str
    text: str
    read: str  # the figure, or a key of MARKS


def tell(out: Placed, notes: Sequence[Note]) -> None:
    """Note what was read otherwise than it was written: figures cell by cell while they are few, marks once for each meaning."""
    for code in dict.fromkeys(n.code for n in notes if n.code != "cell.mark"):
        mine = [n for n in notes if n.code == code]
        if len(mine) <= FEW:
            for n in mine:
                out.fault(code, n.at, "was written {text} and read as {read}", "", "warning", text=n.text, read=n.read)
            continue
        kind_zh, kind = _KINDS[code]
        shown = [f"{n.at} {n.text} → {n.read}" for n in mine[:NAMED]] + (["…"] if len(mine) > NAMED else [])
        out.fault("cell.many", "", "has {count} figures that were read as they are meant ({kind}): {cells}", "", "warning", count=len(mine), kind=kind, kind_zh=kind_zh, cells="、".join(shown))  # fmt: skip
    for state, (zh, en) in MEANINGS.items():
        mine = [n for n in notes if n.code == "cell.mark" and n.read == state]
        if mine:
            written = " ".join(dict.fromkeys(n.text for n in mine))
            out.fault("cell.mark", mine[0].at if len(mine) == 1 else "", "has {written} in {cells}, read as {mark} ({meaning})", "where something else is meant, write it", "warning",
                      written=written, cells="、".join(n.at for n in mine), mark=MARKS[state], meaning=en, meaning_zh=zh)  # fmt: skip
