"""What each field means and serves: the sheet of definitions of a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gep import indicators
from gep.forms.define import Field, Form
from gep.forms.out.style import Pen
from gep.forms.unitwords import unit_text


def meanings(pen: Pen, ws: Any, mine: Sequence[Form]) -> None:
    """The sheet of definitions: unit, range, when a field is needed, what it serves and what it
    means.
    """
    pen.sheet(ws, widths=(11, 30, 20, 16, 24, 46, 52))
    pen.banner(ws, 1, 1, 7, pen.say("指标解释", "Definitions"))
    heads = (
        ("代码", "code"),
        ("指标", "figure"),
        ("计量单位", "unit"),
        ("取值范围", "range"),
        ("填报要求", "needed"),
        ("用于核算", "feeds"),
        ("含义", "meaning"),
    )
    for column, head in enumerate(heads, 1):
        pen.put(ws, 2, column, pen.say(*head), "head")
    row = 2
    for form in mine:
        for f in form.fields:
            row += 1
            for column, text in enumerate(
                (
                    f.code,
                    pen.say(f.zh, f.en),
                    unit_text(f, pen.lang),
                    bounds(f),
                    needed(f, pen),
                    uses(form, f, pen.lang),
                    f.definition,
                ),
                1,
            ):
                pen.put(ws, row, column, text, "text" if column > 1 else "code")
    ws.freeze_panes = "C3"
    pen.finish(ws, landscape=True)


def bounds(f: Field) -> str:
    """The range of a field in words of mathematics."""
    if f.low is None and f.high is None:
        return ""
    if f.high is None:
        return f"≥ {f.low:g}"
    return f"≤ {f.high:g}" if f.low is None else f"{f.low:g} – {f.high:g}"


def needed(f: Field, pen: Pen) -> str:
    """When a field must be filled, and what is checked."""
    words = {"always": pen.say("每行必填", "each row"), "once": pen.say("必填", "needed")}
    first = words.get(f.required) or (
        pen.say(f"填 {f.required[5:]} 时必填", f"with {f.required[5:]}")
        if f.required.startswith("with ")
        else pen.say("有则填", "where known")
    )
    rule = {
        "last": pen.say("与上年相差超过 50% 请说明", "explain a change of over 50 %"),
        "<=": pen.say(f"不大于 {f.rule[3:]}", f"at most {f.rule[3:]}"),
    }
    part = next(
        (text for begin, text in rule.items() if f.rule.startswith(begin)),
        pen.say("各部分合计应为 100", "the parts add up to 100")
        if f.rule.startswith("parts")
        else "",
    )
    return f"{first}；{part}" if part else first


def uses(form: Form, f: Field, lang: str) -> str:
    """The indicators that a field serves."""
    out: dict[str, None] = {}
    for feed in f.feeds:
        head = feed.split(".")[0]
        if "." not in feed:
            out["多项指标共用" if lang != "en" else "shared by several indicators"] = None
        elif head in ("region", "deflator"):
            out[
                "地区情况"
                if head == "region" and lang != "en"
                else "价格换算"
                if lang != "en"
                else head
            ] = None
        else:
            i = indicators.get(head)
            out[i.en if lang == "en" else i.zh] = None
    return "、".join(out) if lang != "en" else ", ".join(out)
