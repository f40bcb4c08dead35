"""The part of the page about uncertainty: an interval for every figure that counts, and the ten
inputs that matter most.
"""

from __future__ import annotations

from gep.analysis.uncertainty.runs import Interval, Uncertainty
from gep.core.ecosystems import called
from gep.core.nomenclature import meaning
from gep.core.text import name_of
from gep.report.page import charts
from gep.report.page.charts import Bar
from gep.report.page.markup import cell, head, row, text
from gep.report.page.sections import Page
from gep.standards import LEVELS
from gep.words.labels import label, named
from gep.words.numbers import plain
from gep.words.problems import said, total_name

MOST = 10


def certainty(s: Page, found: Uncertainty) -> str:
    """Intervals of the total, the levels and the indicators; then the inputs by the swing that each
    alone gives the total.
    """
    share = f"{found.level * 100:g}%"
    told = label("interval_note", s.lang).format(
        draws=f"{found.draws:,}",
        seed=found.seed,
        level=share,
        first=s.money(found.first_order),
        unit=text(s.scale.unit),
    )
    names = {p.row.id: name_of(p.row, s.lang) for p in found.account.parts}
    lines = [_line(s, total_name(s.account, s.lang), found.interval(), "sum")]
    known = found.totals[found.totals["year"] == s.year]
    for key in ("level", "indicator"):
        listed = list(known[known["key"] == key]["name"])
        for name in sorted(listed, key=LEVELS.index) if key == "level" else listed:
            shown = s.start(label(name, s.lang)) if key == "level" else names.get(name, name)
            lines.append(_line(s, shown, found.interval(key, name), "d1" if key == "level" else ""))
    columns = [
        (label("indicator", s.lang), False),
        *((label(k, s.lang), True) for k in ("value", "mean", "sd")),
        *((f"{label(k, s.lang)} {share}", True) for k in ("low", "high")),
    ]
    inputs = found.tornado.head(MOST).to_dict("records")
    bars = [
        Bar(
            input_name(r["input"], s.lang), float(r["swing"]), f"{r['swing'] / s.scale.factor:,.2f}"
        )
        for r in inputs
    ]
    rows = [
        row(
            head(text(input_name(r["input"], s.lang))),
            cell(text(plain(r["value"])), True),
            cell(text(s.unit(r["unit"]))),
            cell(text(plain(r["low"])), True),
            cell(text(plain(r["high"])), True),
            cell(s.money(r["total_low"]), True),
            cell(s.money(r["total_high"]), True),
            cell(s.percent(r["variance_share"]), True),
        )
        for r in inputs
    ]
    heads = [
        ("input", False),
        ("taken", True),
        ("unit", False),
        ("low", True),
        ("high", True),
        ("total_low", True),
        ("total_high", True),
        ("variance_share", True),
    ]
    warned = "".join(
        f"<p class=soft>{text(said(w, s.lang, found.account.basis.currency))}</p>"
        for w in found.warnings
    )
    return (
        f"<p class=soft>{told}</p>{warned}"
        + s.table(s.headed(label("intervals", s.lang), s.scale.unit), columns, lines)
        + charts.bars(
            s.headed(label("tornado", s.lang) + " · " + label("swing", s.lang), s.scale.unit), bars
        )
        + s.table(label("tornado", s.lang), [(label(k, s.lang), n) for k, n in heads], rows)
    )


def _line(s: Page, name: str, at: Interval, css: str = "") -> str:
    return row(
        head(text(name)),
        *(cell(s.money(x, s.digits), True) for x in (at.value, at.mean, at.sd, at.low, at.high)),
        css=css,
    )


def input_name(name: str, lang: str) -> str:
    """The name of an input as people read it: what it is, where it belongs, and the labels it is
    of.
    """
    known, _, at = name.partition(" [")
    known, price = known.removesuffix(" (price)"), " (price)" in name
    *place, what = known.removesuffix(" (coefficient)").split(".")
    label_ = (
        label(what, lang) if what in ("quantity", "value", "area", "price") else meaning(what, lang)
    )
    said = label_ or what.replace("_", " ")
    where = (
        named(".".join(place), lang) if len(place) and not name.endswith("(coefficient)") else ""
    )
    labels = at.partition("]")[0]
    parts = [called(x, lang) for x in labels.split(", ") if x]
    out = said + (f" · {where}" if where else "") + (f" [{', '.join(parts)}]" if parts else "")
    return out + (f" ({label('price', lang)})" if price and what in ("quantity", "value") else "")
