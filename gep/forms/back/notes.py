"""What was done to read the cells of a sheet, told so that faults are not buried: many cells of one
kind are one note.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    by_code = _grouped(notes, "code")
    marks = _grouped(by_code.pop("cell.mark", []), "read")
    for code, mine in by_code.items():
        if len(mine) > FEW:
            _tell_many(out, code, mine)
            continue
        for n in mine:
            out.fault(code, n.at, text=n.text, read=n.read)
    for state in filter(marks.__contains__, MEANINGS):
        _tell_mark(out, state, marks[state])


def _grouped(notes: Iterable[Note], name: str) -> dict[str, list[Note]]:
    """Notes by what they have under a name."""
    out: dict[str, list[Note]] = {}
    for note in notes:
        out.setdefault(getattr(note, name), []).append(note)
    return out


def _tell_many(out: Placed, code: str, notes: Sequence[Note]) -> None:
    """How many cells were read so, and the first of them."""
    shown = [f"{n.at} {n.text} → {n.read}" for n in notes[:NAMED]]
    cells = "、".join([*shown, "…"] if len(notes) > NAMED else shown)
    out.fault("cell.many", "", count=len(notes), kind=_KINDS[code], cells=cells)


def _tell_mark(out: Placed, state: str, notes: Sequence[Note]) -> None:
    """What stands for a mark, and where."""
    cells = [n.at for n in notes]
    out.fault(
        "cell.mark",
        cells[0] if len(cells) == 1 else "",
        written=" ".join(dict.fromkeys(n.text for n in notes)),
        cells="、".join(cells),
        mark=MARKS[state],
        meaning=MEANINGS[state],
    )
