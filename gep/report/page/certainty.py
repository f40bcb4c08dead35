"""The part of the page about uncertainty: an interval for every figure that counts, and the ten
inputs that matter most.
"""

from __future__ import annotations

from collections.abc import Iterator

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
_SHARED = ("quantity", "value", "area", "price")  # names that all rooms share


def certainty(s: Page, found: Uncertainty) -> str:
    """Intervals of the total, the levels and the indicators; then the inputs by the swing that each
    alone gives the total.
    """
    share = f"{found.level * 100:g}%"
    told = s.word(
        "interval_note",
        draws=f"{found.draws:,}",
        seed=found.seed,
        level=share,
        first=s.money(found.first_order),
        unit=text(s.scale.unit),
    )
    warned = "".join(
        f"<p class=soft>{text(said(w, s.lang, found.account.basis.currency))}</p>"
        for w in found.warnings
    )
    columns = [
        *s.columns("indicator value+ mean+ sd+", "shared"),
        *((f"{label(k, s.lang)} {share}", True) for k in ("low", "high")),
    ]
    caption = s.headed(label("intervals", s.lang), s.scale.unit)
    return f"<p class=soft>{told}</p>{warned}{s.table(caption, columns, _lines(s, found))}" + (
        _tornado(s, found)
    )


def _lines(s: Page, found: Uncertainty) -> Iterator[str]:
    """The total, the levels in their order, the indicators."""
    yield _line(s, total_name(s.account, s.lang), found.interval(), "sum")
    known = found.totals[found.totals["year"] == s.year].groupby("key")["name"]
    here = {key: list(names) for key, names in known}
    for name in sorted(here.get("level", []), key=LEVELS.index):
        yield _line(s, s.start(label(name, s.lang)), found.interval("level", name), "d1")
    names = {p.row.id: name_of(p.row, s.lang) for p in found.account.parts}
    for name in here.get("indicator", []):
        yield _line(s, names.get(name, name), found.interval("indicator", name))


def _tornado(s: Page, found: Uncertainty) -> str:
    """The inputs that matter most, by the swing that each alone gives the total."""
    inputs = found.tornado.head(MOST).to_dict("records")
    names = [input_name(r["input"], s.lang) for r in inputs]
    swings = [float(r["swing"]) for r in inputs]
    shown = [f"{swing / s.scale.factor:,.2f}" for swing in swings]
    rows = [
        row(
            head(text(name)),
            cell(text(plain(r["value"])), True),
            cell(text(s.unit(r["unit"]))),
            cell(text(plain(r["low"])), True),
            cell(text(plain(r["high"])), True),
            cell(s.money(r["total_low"]), True),
            cell(s.money(r["total_high"]), True),
            cell(s.percent(r["variance_share"]), True),
        )
        for name, r in zip(names, inputs, strict=True)
    ]
    title = label("tornado", s.lang)
    caption = s.headed(f"{title} · {label('swing', s.lang)}", s.scale.unit)
    keys = "input taken+ unit low+ high+ total_low+ total_high+ variance_share+"
    heads = s.columns(keys, "shared")
    return charts.bars(caption, list(map(Bar, names, swings, shown))) + s.table(title, heads, rows)


def _line(s: Page, name: str, at: Interval, css: str = "") -> str:
    return row(head(text(name)), *map(s.sum, (at.value, at.mean, at.sd, at.low, at.high)), css=css)


def input_name(name: str, lang: str) -> str:
    """The name of an input as people read it: what it is, where it belongs, and the labels it is
    of; a coefficient of a table belongs nowhere.

    >>> input_name("water_retention.precipitation [forest]", "zh")
    '降水量 · 涵养水源 [森林]'
    >>> input_name("water_retention.runoff [forest] (coefficient)", "zh")
    '地表径流量 [森林]'
    """
    known, _, at = name.partition(" [")
    priced, own = " (price)" in name, not name.endswith("(coefficient)")
    *place, what = known.removesuffix(" (price)").removesuffix(" (coefficient)").split(".")
    out = (label(what, lang) if what in _SHARED else meaning(what, lang)) or what.replace("_", " ")
    if place and own:
        out += f" · {named('.'.join(place), lang)}"
    labels = list(filter(None, at.partition("]")[0].split(", ")))
    if labels:
        out += f" [{', '.join(called(x, lang) for x in labels)}]"
    return f"{out} ({label('price', lang)})" if priced and what in ("quantity", "value") else out
