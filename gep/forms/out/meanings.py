"""What each field means and serves: the sheet of definitions of a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gep import indicators
from gep.forms.define import Field, Form, Words, titled
from gep.forms.out.style import Pen, span
from gep.forms.unitwords import unit_text

HEADS = (
    ("代码", "code"),
    ("指标", "figure"),
    ("计量单位", "unit"),
    ("取值范围", "range"),
    ("填报要求", "needed"),
    ("用于核算", "feeds"),
    ("含义", "meaning"),
)
SHARED = {  # what no single indicator takes, by the first word of what a field feeds
    "": Words("多项指标共用", "shared by several indicators"),
    "region": Words("地区情况", "region"),
    "deflator": Words("价格换算", "deflator"),
}


def meanings(pen: Pen, ws: Any, mine: Sequence[Form]) -> None:
    """The sheet of definitions: unit, range, when a field is needed, what it serves and what it
    means.
    """
    pen.sheet(ws, widths=(11, 30, 20, 16, 24, 46, 52))
    pen.banner(ws, 1, 1, 7, pen.say("指标解释", "Definitions"))
    pen.row(ws, 2, 1, ((pen.say(*head), "head") for head in HEADS))
    row = 2
    for form in mine:
        for f in form.fields:
            row += 1
            texts = (
                pen.say(f.zh, f.en),
                unit_text(f, pen.lang),
                bounds(f),
                needed(f, pen),
                uses(form, f, pen.lang),
                f.definition,
            )
            pen.row(ws, row, 1, ((f.code, "code"), *((text, "text") for text in texts)))
    ws.freeze_panes = "C3"
    pen.finish(ws, landscape=True)


def bounds(f: Field) -> str:
    """The range of a field in words of mathematics."""
    return span(f.low, f.high)


def needed(f: Field, pen: Pen) -> str:
    """When a field must be filled, and what is checked."""
    when, _, other = f.required.partition(" ")
    first = {
        "always": pen.say("每行必填", "each row"),
        "once": pen.say("必填", "needed"),
        "with": pen.say(f"填 {other} 时必填", f"with {other}"),
    }.get(when, pen.say("有则填", "where known"))
    rule, _, other = f.rule.partition(" ")
    part = {
        "last": pen.say("与上年相差超过 50% 请说明", "explain a change of over 50 %"),
        "<=": pen.say(f"不大于 {other}", f"at most {other}"),
        "parts": pen.say("各部分合计应为 100", "the parts add up to 100"),
    }.get(rule)
    return f"{first}；{part}" if part else first


def uses(form: Form, f: Field, lang: str) -> str:
    """The indicators that a field serves."""
    heads = dict.fromkeys(feed.rpartition(".")[0].partition(".")[0] for feed in f.feeds)
    names = dict.fromkeys(titled(SHARED.get(h) or indicators.get(h), lang) for h in heads)
    return (", " if lang == "en" else "、").join(names)
