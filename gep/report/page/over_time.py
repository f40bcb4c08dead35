"""The parts of the page about several years: the years themselves, and why the last one differs
from the one before.
"""

from __future__ import annotations

from itertools import chain

import pandas as pd

from gep.analysis.series import EFFECTS, Series, summed
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
    if s.series is None:
        return ""
    by = per_year(s.account)
    have = set(chain.from_iterable(by.values()))
    names = {level: label(level, s.lang) for level in LEVELS if level in have}
    totals = {y: float(s.account.add(s.account.counted, year=y)) for y in s.account.basis.years}
    growth = s.series.growth(s.series.chained("total"))["total"].map(
        lambda x: s.percent(float(x), 2, sign=True)
    )
    columns = [
        *s.columns("year"),
        *((name, True) for name in names.values()),
        *s.columns("total+ growth+"),
    ]
    lines = []
    for y, found in by.items():
        cells = [s.sum(found.get(k, float("nan"))) for k in names]
        grown = cell(growth.get(y, ""), True)
        lines.append(row(head(str(y)), *cells, s.sum(totals[y]), grown))
    scaled = {y: t / s.scale.factor for y, t in totals.items()}
    drawn = charts.columns(
        s.headed(total_name(s.account, s.lang), s.scale.unit),
        by,
        {y: fixed(t, 0 if t >= 1000 else 2) for y, t in scaled.items()},
        [Bar(k, 0.0, "", k) for k in names],
    )
    legend = charts.key(Bar(s.start(name), 1.0, "", k) for k, name in names.items())
    shown = s.table(f"{s.word('years')}, {s.scale.unit}", columns, lines)
    return f"<p class=soft>{text(_prices(s, s.series))}</p>{drawn}{legend}{shown}"


def _prices(s: Page, over: Series) -> str:
    """At which prices the years stand, and what stands as it is for lack of any."""
    year = s.account.basis.price_year
    if year is not None:
        return s.word("constant_note", year=year)
    note, stands = s.word("current_note"), over.constant("total").attrs["as_it_stands"]
    if not stands:
        return note
    names = s.listed(named(c, s.lang) for c in stands)
    return note + s.word("space") + s.word("stands_note", names=names)


def changes(s: Page) -> str:
    """The last year against the one before, split into extent, quantity and price; the parts add up
    to the change.
    """
    if s.series is None:
        return ""
    before, now = s.account.basis.years[-2:]
    cells = s.series.decomposition(before, now)
    whole = summed(cells, []).iloc[-1]
    rows_of = {p.row.id: name_of(p.row, s.lang) for p in s.account.parts}
    by = cells.groupby("indicator", sort=False)["change"].sum()
    moved = [_bar(s, rows_of.get(str(k), str(k)), float(v)) for k, v in by[by != 0].items()]
    moved.sort(key=lambda b: -abs(b.value))
    drawn = [
        charts.bars(
            s.headed(s.word("effects"), s.scale.unit),
            [_bar(s, s.word(f"effect_{e}"), float(whole[e])) for e in EFFECTS if whole[e]],
        ),
        charts.bars(s.headed(s.word("by_indicator"), s.scale.unit), moved),
    ]
    lines = [
        _line(s, r, named(str(r["component"]), s.lang))
        for _, r in summed(cells, ["component"]).iloc[:-1].iterrows()
    ]
    lines.append(_line(s, whole, total_name(s.account, s.lang), "sum"))
    columns = [
        *s.columns("component"),
        (str(before), True),
        (str(now), True),
        *s.columns("moved+ relative+"),
        *((s.word(f"effect_{e}"), True) for e in EFFECTS),
    ]
    told = f"<p class=soft>{text(s.word('effects_note'))}</p><div class=two>{''.join(drawn)}</div>"
    return told + s.table(f"{before} → {now}, {s.scale.unit}", columns, lines)


def _bar(s: Page, name: str, value: float) -> Bar:
    shown = f"{value / s.scale.factor:+,.2f}".replace("-", "−")
    return Bar(s.start(name), value, shown, "accent" if value >= 0 else "down")


def _line(s: Page, r: pd.Series[float], name: str, css: str = "") -> str:
    first, last, change, *effects = (float(r[k]) for k in ("first", "last", "change", *EFFECTS))
    share = ""
    if first:
        share = s.percent(last / first - 1, 2, sign=True)
    elif last:
        share = text(s.word("new"))
    return row(
        head(text(name)),
        s.sum(first),
        s.sum(last),
        _moved(s, change),
        cell(share, True),
        *(_moved(s, e) if e else cell("", True) for e in effects),
        css=css,
    )


def _moved(s: Page, value: float) -> str:
    return cell(figure(value, f"{value / s.scale.factor:+,.{s.digits}f}"), True)
