"""The parts of the page about several years: the years themselves, and why the last one differs
from the one before.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from gep.analysis.series import EFFECTS, summed
from gep.core.text import name_of
from gep.report.page import charts
from gep.report.page.charts import Bar
from gep.report.page.markup import cell, figure, head, row, text
from gep.report.page.sections import Page
from gep.report.views import per_year
from gep.standards import LEVELS
from gep.words.labels import label, named
from gep.words.numbers import fixed
from gep.words.problems import total_name


def years(s: Page) -> str:
    """Totals by level for each year, with columns, and growth at comparable prices."""
    b = s.account.basis
    if s.series is None:
        return ""
    by = per_year(s.account)
    levels = [r for r in LEVELS if any(r in found for found in by.values())]
    totals = {y: float(s.account.add(s.account.counted, year=y)) for y in b.years}
    growth = s.series.growth(s.series.chained("total"))["total"]
    note = (
        s.word("constant_note", year=b.price_year)
        if b.price_year is not None
        else s.word("current_note")
    )
    stands = s.series.constant("total").attrs["as_it_stands"] if b.price_year is None else ()
    note += (
        (" " if s.lang == "en" else "")
        + s.word("stands_note", names=s.listed(named(c, s.lang) for c in stands))
        if stands
        else ""
    )
    columns = [
        (s.word("year"), False),
        *((label(k, s.lang), True) for k in levels),
        (s.word("total"), True),
        (s.word("growth"), True),
    ]
    lines = []
    for y, found in by.items():
        cells = [cell(s.money(found.get(k, float("nan")), s.digits), True) for k in levels]
        grown = s.percent(float(growth[y]), 2, sign=True) if y in growth.index else ""
        lines.append(
            row(head(str(y)), *cells, cell(s.money(totals[y], s.digits), True), cell(grown, True))
        )
    shown = {
        y: fixed(t / s.scale.factor, 0 if t / s.scale.factor >= 1000 else 2)
        for y, t in totals.items()
    }
    drawn = charts.columns(
        s.headed(total_name(s.account, s.lang), s.scale.unit),
        by,
        shown,
        [Bar(k, 0.0, "", k) for k in levels],
    )
    legend = charts.key(Bar(s.start(label(k, s.lang)), 1.0, "", k) for k in levels)
    return f"<p class=soft>{text(note)}</p>{drawn}{legend}" + s.table(
        f"{s.word('years')}, {s.scale.unit}", columns, lines
    )


def changes(s: Page) -> str:
    """The last year against the one before, split into extent, quantity and price; the parts add up
    to the change.
    """
    if s.series is None:
        return ""
    before, now = s.account.basis.years[-2:]
    cells = s.series.decomposition(before, now)
    whole = summed(cells, []).iloc[-1]
    effects = [
        _bar(s, s.word(f"effect_{name}"), float(whole[name])) for name in EFFECTS if whole[name]
    ]
    rows_of = {p.row.id: name_of(p.row, s.lang) for p in s.account.parts}
    by = cells.groupby("indicator", sort=False)["change"].sum()
    moved = sorted(
        (_bar(s, rows_of.get(str(k), str(k)), float(v)) for k, v in by.items() if v),
        key=lambda b: -abs(b.value),
    )
    drawn = [
        charts.bars(s.headed(s.word("effects"), s.scale.unit), effects),
        charts.bars(s.headed(s.word("by_indicator"), s.scale.unit), moved),
    ]
    lines = [
        _line(s, r, named(str(r["component"]), s.lang))
        for _, r in summed(cells, ["component"]).iloc[:-1].iterrows()
    ]
    lines.append(_line(s, whole, total_name(s.account, s.lang), "sum"))
    columns = [
        (s.word("component"), False),
        (str(before), True),
        (str(now), True),
        (s.word("moved"), True),
        (s.word("relative"), True),
    ]
    columns += [(s.word(f"effect_{name}"), True) for name in EFFECTS]
    told = f"<p class=soft>{text(s.word('effects_note'))}</p>"
    return (
        told
        + f"<div class=two>{''.join(drawn)}</div>"
        + s.table(f"{before} → {now}, {s.scale.unit}", columns, lines)
    )


def _bar(s: Page, name: str, value: float) -> Bar:
    return Bar(
        s.start(name),
        value,
        f"{value / s.scale.factor:+,.2f}".replace("-", "−"),
        "accent" if value >= 0 else "down",
    )


def _line(s: Page, r: pd.Series[float], name: str, css: str = "") -> str:
    first, last = float(r["first"]), float(r["last"])
    moved: Sequence[float] = [float(r["change"]), *(float(r[e]) for e in EFFECTS)]
    shown = [
        cell(figure(v, f"{v / s.scale.factor:+,.{s.digits}f}") if v or not n else "", True)
        for n, v in enumerate(moved)
    ]
    share = (
        s.percent(last / first - 1, 2, sign=True) if first else text(s.word("new")) if last else ""
    )
    return row(
        head(text(name)),
        cell(s.money(first, s.digits), True),
        cell(s.money(last, s.digits), True),
        shown[0],
        cell(share, True),
        *shown[1:],
        css=css,
    )
