"""What was done to read the cells of a sheet, told so that faults are not buried: many cells of one
kind are one note.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gep.core.messages import Both
from gep.forms.back.cells import MARKS
from gep.forms.back.match import Placed

FEW = 3  # cells that are told one by one
NAMED = 5  # cells that are named of many
MEANINGS = {
    "below": Both("below the unit", "不足本表最小单位"),
    "absent": Both("does not occur", "没有发生"),
    "unavailable": Both("not available", "没有数据"),
    "confidential": Both("withheld", "保密"),
}
_KINDS = {
    "cell.about": Both("rounded, marked as estimated", "约数，已标为估计"),
    "cell.fullwidth": Both("full-width", "全角"),
    "cell.multiple": Both("in multiples", "以万、亿等计"),
    "cell.text": Both("kept as text", "文本格式"),
    "cell.thousands": Both("with thousands separators", "有千位分隔"),
    "cell.unit": Both("with a unit of their own", "自带单位"),
}


class Note(NamedTuple):
    """A cell that was read otherwise than it was written."""

    code: str
    at: str
    text: str
    read: str  # the figure, or a key of MARKS


def tell(out: Placed, notes: Sequence[Note]) -> None:
    """Note what was read otherwise than it was written: figures cell by cell while they are few,
    marks once for each meaning.
    """
    for code in dict.fromkeys(n.code for n in notes if n.code != "cell.mark"):
        mine = [n for n in notes if n.code == code]
        if len(mine) <= FEW:
            for n in mine:
                out.fault(code, n.at, "warning", text=n.text, read=n.read)
            continue
        shown = [f"{n.at} {n.text} → {n.read}" for n in mine[:NAMED]] + (
            ["…"] if len(mine) > NAMED else []
        )
        out.fault(
            "cell.many", "", "warning", count=len(mine), kind=_KINDS[code], cells="、".join(shown)
        )
    for state, meaning in MEANINGS.items():
        mine = [n for n in notes if n.code == "cell.mark" and n.read == state]
        if mine:
            written = " ".join(dict.fromkeys(n.text for n in mine))
            out.fault(
                "cell.mark",
                mine[0].at if len(mine) == 1 else "",
                "warning",
                written=written,
                cells="、".join(n.at for n in mine),
                mark=MARKS[state],
                meaning=meaning,
            )
