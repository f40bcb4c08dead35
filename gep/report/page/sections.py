"""The parts of the page that people read first: headline figures, tables, charts, what is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from gep.account.account import Account
from gep.analysis.series import series
from gep.core import ecosystems
from gep.core.text import name_of
from gep.report.page import charts
from gep.report.page.charts import Bar
from gep.report.page.markup import cell, figure, folded, head, row, table, text
from gep.report.table import Row
from gep.report.views import Cross, districts, matrix, measure, outlines
from gep.words.labels import label, named, term, thing, word
from gep.words.numbers import Scale, amount, fixed, money_scale, plain, pretty
from gep.words.problems import said, total_name

_FORMULAE = re.compile(r"\b(?:CO2|O2|SO2|NOx|NH3)\b")
_LOWER = str.maketrans("23x", "₂₃ₓ")
_POWERS, _RAISED = re.compile(r"\b([a-z]?m)([23])\b"), {"2": "²", "3": "³"}
_YEARS = re.compile(r"\byr\b")


class Page:
    """What every section needs: the account, the language, its table rows and the unit that money
    is shown in.
    """

    def __init__(
        self,
        account: Account,
        lang: str,
        rows: list[Row],
        polygons: Mapping[str, Any] | None = None,
    ) -> None:
        self.account, self.lang, self.rows, self.polygons = (
            account,
            lang,
            rows,
            polygons or outlines(account),
        )
        self.scale = money_scale(float(account.total), account.basis.currency, lang)
        small = [abs(r.value / self.scale.factor) for r in rows if r.value == r.value and r.value]
        self.digits = 4 if small and min(small) < 0.05 else 3 if self.scale.factor == 1e9 else 2
        self.year = account.basis.years[-1]
        self.series = series(account) if len(account.basis.years) > 1 else None

    def word(self, key: str, **fields: object) -> str:
        """A word in the page's language."""
        return word(key, self.lang, **fields)

    def money(self, value: float, digits: int | None = None, scale: Scale | None = None) -> str:
        """An amount of money in the page's unit."""
        return figure(
            value, fixed(value / (scale or self.scale).factor, 2 if digits is None else digits)
        )

    def percent(self, value: float, digits: int = 1, sign: bool = False) -> str:
        """A ratio as per cent."""
        return figure(value, f"{value * 100:{'+' if sign else ''}.{digits}f}%")

    def part(self, value: float) -> float:
        """A value as a share of the total; NaN where there is no total."""
        return value / float(self.account.total) if self.account.total else float("nan")

    def bar(self, name: str, value: float, css: str = "accent") -> Bar:
        """A bar with its amount and its share."""
        share = self.part(value)
        return Bar(
            self.start(name),
            value,
            fixed(value / self.scale.factor) + (f" · {share * 100:.1f}%" if share == share else ""),
            css,
        )

    def start(self, words: str) -> str:
        """Words at the start of a line: in English with a capital."""
        return words[:1].upper() + words[1:] if self.lang == "en" else words

    def headed(self, words: str, unit: str) -> str:
        """A caption with its unit."""
        return f"{words}（{unit}）" if self.lang == "zh" else f"{words} ({unit})"

    def unit(self, raw: str) -> str:
        """A unit with raised powers and lowered indices."""
        return self.written(pretty(raw, self.lang))

    def written(self, unit: str) -> str:
        """A unit's text with indices and powers set, and in Chinese its last English words turned."""
        out = _POWERS.sub(
            lambda m: m.group(1) + _RAISED[m.group(2)],
            _FORMULAE.sub(lambda m: m.group().translate(_LOWER), unit),
        )
        return _YEARS.sub("年", out).replace("dust", "粉尘") if self.lang == "zh" else out

    def amount(self, value: float, unit: str) -> tuple[str, str]:
        """A quantity and its unit as shown."""
        shown, of = amount(value, unit, self.lang)
        return shown, self.written(of)

    def listed(self, words: Iterable[str]) -> str:
        """Words in a row."""
        return ("、" if self.lang == "zh" else ", ").join(words)

    def table(
        self, caption: str, columns: Sequence[tuple[str, bool]], rows: Iterable[str], css: str = ""
    ) -> str:
        """A table that says when it scrolls."""
        return table(caption, columns, rows, css=css, scroll=self.word("scroll"))


SHOWN = 8  # names of what the total leaves out, at the top; the section on it lists all


def headline(s: Page) -> str:
    """GEP, by level, per square kilometre, per head, against GDP, and the change on last year."""
    a, b = s.account, s.account.basis
    levels = [r for r in s.rows if r.depth == 1]
    name = (
        total_name(a, s.lang)
        if a.total_name != "GEP" or s.lang == "en"
        else "生态系统生产总值（GEP）"
    )
    said = [
        s.word("lead_level", level=r.label, share=f"{r.share * 100:.1f}%")
        for r in levels
        if r.share == r.share
    ]
    lead = s.word(
        "lead" if a.total == a.total else "lead_unknown",
        year=s.year,
        region=b.region,
        name=name,
        value=fixed(a.total / s.scale.factor),
        unit=s.scale.unit,
        and_levels=("，其中" if s.lang == "zh" else ": ") + s.listed(said) if said else "",
    )
    keys = [
        f"<div class=main><dt>{text(name)}, {s.year}</dt><dd>{s.money(float(a.total))} <small>{text(s.scale.unit)}</small></dd></div>"
    ]
    for r in levels:
        keys.append(_key(r.label, s.money(r.value), s.scale.unit, s.percent(r.share)))
    for what, size, per in (
        ("per_km2", measure(a, b.region, "area"), 1e6),
        ("per_head", measure(a, b.region, "population"), 1.0),
    ):
        if size:
            each = money_scale(a.total / size * per, b.currency, s.lang)
            keys.append(_key(s.word(what), s.money(a.total / size * per, scale=each), each.unit))
    gdp = measure(a, b.region, "gdp")
    if gdp:
        keys.append(_key(s.word("gep_to_gdp"), figure(a.total / gdp, f"{a.total / gdp:.3g}"), ""))
    if s.series is not None:
        keys.append(
            _key(
                s.word("change"),
                s.percent(
                    float(s.series.growth(s.series.chained("total"))["total"].iloc[-1]),
                    2,
                    sign=True,
                ),
                "",
            )
        )
    left = a.total.left_out
    listed = s.listed(named(name, s.lang) for name in left[:SHOWN]) + (
        s.word("and_more", n=len(left)) if len(left) > SHOWN else ""
    )
    colon = "：" if s.lang == "zh" else ": "
    note = (
        f"<p class=bad>{text(s.word('excludes') + colon + listed)}</p>"
        if left
        else f"<p class=soft>{text(s.start(s.word('nothing_left_out', year=s.year)))}</p>"
    )
    return f"<p class=lead>{text(lead)}</p><dl class=keys>{''.join(keys)}</dl>{note}"


def _key(name: str, shown: str, unit: str, extra: str = "") -> str:
    after = " · ".join(filter(None, (text(unit), extra)))
    return f"<div><dt>{text(name)}</dt><dd>{shown} <small>{after}</small></dd></div>"


def composition(s: Page) -> str:
    """Levels as one bar; indicators and ecosystem types as bars."""
    levels = [s.bar(r.label, r.value, r.id) for r in s.rows if r.depth == 1]
    out = [charts.stack(s.headed(s.word("by_level"), s.scale.unit), levels)]
    level, found = "other", []
    for r in s.rows:
        level = r.id if r.depth == 1 else level
        if r.depth == 2 and r.share == r.share and r.value:
            found.append(s.bar(r.label, r.value, level))
    found.sort(key=lambda b: -b.value)
    title = s.headed(s.word("by_indicator"), s.scale.unit)
    types = s.account.by("ecosystem")
    if [k for k in types.index if k]:
        order = [
            s.bar(
                ecosystems.called(str(k), s.lang, s.account.basis.ecosystems)
                or s.word("not_attributed"),
                float(v),
            )
            for k, v in types.dropna().items()
        ]
        pair = [
            charts.bars(title, found),
            charts.bars(
                s.headed(s.word("by_ecosystem"), s.scale.unit),
                sorted(order, key=lambda b: -b.value),
            ),
        ]
    elif len(found) > 8:  # two columns of one scale
        half, span = (len(found) + 1) // 2, [b.value for b in found]
        pair = [charts.bars(title, found[:half], span), charts.bars("", found[half:], span)]
    else:
        pair = [charts.bars(title, found)]
    return "".join(out) + f"<div class=two>{''.join(pair)}</div>"


def account_table(s: Page) -> str:
    """Quantity, price, value and share of every indicator and component."""
    rows_of = {r.id: r for r in s.account.profile.rows} | {p.name: p.row for p in s.account.parts}
    counted, priced = (
        any(r.quantity == r.quantity or r.items for r in s.rows),
        any(r.price == r.price for r in s.rows),
    )
    columns = [
        (s.word("indicator"), False),
        *(((s.word("quantity"), True), (s.word("unit"), False)) if counted else ()),
        *(((label("price", s.lang), True), (s.word("unit"), False)) if priced else ()),
        (s.headed(s.word("value"), s.scale.unit), True),
        (s.word("share"), True),
    ]
    lines, inferred = [], False
    for r in s.rows[1:] + s.rows[:1]:
        profile = rows_of.get(r.id) if r.depth == 2 else None
        tag = ""
        if profile is not None and profile.evidence == "reconstructed":
            inferred, tag = True, f" <span class=tag>{text(s.word('reconstructed'))}</span>"
        if not r.counted:
            tag += f" <span class=tag>{text(s.word('outside'))}</span>"
        cells = []
        if counted:
            shown, unit = (
                s.amount(r.quantity, r.quantity_unit) if r.quantity == r.quantity else ("", "")
            )
            each = "<br>".join(
                f"{text(item)} {text(' '.join(s.amount(q, own)))}" for item, q, own in r.items
            )
            cells += [
                cell(figure(r.quantity, shown) if shown else f"<small>{each}</small>", True),
                cell(text(unit), css="u"),
            ]
        if priced:
            has = r.price == r.price
            cells += [
                cell(figure(r.price, plain(r.price)) if has else "", True),
                cell(text(s.unit(r.price_unit)) if has else "", css="u"),
            ]
        cells += [
            cell(s.money(r.value, s.digits), True),
            cell(s.percent(r.share, 2) if r.share == r.share else "", True),
        ]
        lines.append(row(head(text(r.label) + tag), *cells, css=f"d{r.depth}"))
    note = f"<p><small>{text(s.word('table_note'))}</small></p>" if inferred else ""
    return s.table(f"{s.word('table')}, {s.year}", columns, lines, "account") + note


def matrix_table(s: Page) -> str:
    """Ecosystem types by second-level indicator."""
    cross = matrix(s.account)
    if cross is None:
        return ""
    names = {p.row.id: name_of(p.row, s.lang) for p in s.account.parts}
    types = {
        c: ecosystems.called(c, s.lang, s.account.basis.ecosystems) or s.word("not_attributed")
        for c in cross.columns
    }
    caption = s.word("matrix_note", unit=s.scale.unit)
    return s.table(
        caption,
        [
            (s.word("indicator"), False),
            *((n, True) for n in types.values()),
            (s.word("total"), True),
        ],
        _crossed(s, cross, names),
    )


def _crossed(s: Page, cross: Cross, names: Mapping[str, str]) -> Iterable[str]:
    for r in cross.rows:
        cells = [
            cell(s.money(cross.values[r, c], s.digits) if (r, c) in cross.values else "", True)
            for c in cross.columns
        ]
        yield row(
            head(text(names.get(r, r))), *cells, cell(s.money(cross.row_totals[r], s.digits), True)
        )
    margin = [cell(s.money(cross.column_totals[c], s.digits), True) for c in cross.columns]
    yield row(
        head(text(s.word("total"))), *margin, cell(s.money(cross.total, s.digits), True), css="sum"
    )


def district_section(s: Page) -> str:
    """Districts by level, per square kilometre and per head; bars, and a map where polygons are
    given; what lies inside them folded.
    """
    cross = districts(s.account)
    if cross is None:
        return ""
    found = [
        s.bar(r or s.word("not_in_district"), v)
        for r, v in cross.row_totals.items()
        if v and v == v
    ]
    title = s.headed(s.word("by_district"), s.scale.unit)
    drawn = [_map(s, cross), charts.bars(title, sorted(found, key=lambda x: -x.value)[:40])]
    out = (
        _districts(s, cross, f"{s.word('districts')}, {s.year}, {s.scale.unit}")
        + f"<div class=two>{''.join(drawn)}</div>"
    )
    below = districts(s.account, inside=[r for r in cross.rows if r])
    if below is not None:
        caption = f"{s.word('below')}, {s.year}, {s.scale.unit}"
        out += folded(
            f"{text(s.start(s.word('below')))} <small>({text(s.word('rows', n=len(below.rows)))})</small>",
            _districts(s, below, caption),
        )
    return out


def _districts(s: Page, cross: Cross, caption: str) -> str:
    a, b = s.account, s.account.basis
    have = {
        what: any(measure(a, r, what) for r in cross.rows if r)
        for what in ("area", "population", "gdp")
    }
    per = {"area": 1e6, "population": 1.0}
    size = {
        (r, what): measure(a, r or b.region, what) if r != "" else None
        for r in (*cross.rows, None)
        for what in have
    }
    each = {
        what: money_scale(
            max(
                (
                    abs(np.nan_to_num(cross.row_totals[r])) / (size[r, what] or np.inf) * one
                    for r in cross.rows
                    if r
                ),
                default=0.0,
            ),
            b.currency,
            s.lang,
        )
        for what, one in per.items()
    }
    columns = [
        (label("region", s.lang), False),
        *((label(c, s.lang), True) for c in cross.columns),
        (s.word("total"), True),
        (s.word("share"), True),
    ]
    columns += [
        (s.headed(s.word(key), each[what].unit), True)
        for key, what in (("per_km2", "area"), ("per_head", "population"))
        if have[what]
    ]
    columns += [(s.word("gep_to_gdp"), True)] if have["gdp"] else []
    lines = []
    for r in (*cross.rows, None):
        whole = cross.total if r is None else cross.row_totals[r]
        if (
            r is not None
            and not np.nan_to_num(whole)
            and b.children(b.region)
            and r.startswith(b.region)
        ):  # a rest that holds nothing
            continue
        values = [
            cross.column_totals.get(c, np.nan) if r is None else cross.values[r, c]
            for c in cross.columns
        ]
        cells = [
            *(cell(s.money(v, s.digits), True) for v in (*values, whole)),
            cell(s.percent(s.part(whole)), True),
        ]
        for what in (w for w in per if have[w]):
            of = size[r, what]
            cells.append(
                cell(s.money(whole / of * per[what], scale=each[what]) if of else "", True)
            )
        if have["gdp"]:
            gdp = size[r, "gdp"]
            cells.append(cell(figure(whole / gdp, fixed(whole / gdp, 4)) if gdp else "", True))
        name = b.region if r is None else r or s.word("not_in_district")
        lines.append(row(head(text(name)), *cells, css="sum" if r is None else ""))
    return s.table(caption, columns, lines)


def _map(s: Page, cross: Cross) -> str:
    if not s.polygons:
        return ""
    shapes = charts.rings(s.polygons)
    names = [r for r in cross.rows if r in shapes and cross.row_totals[r] == cross.row_totals[r]]
    dense = bool(names) and all(measure(s.account, r, "area") for r in names)
    value = {
        r: cross.row_totals[r] / (measure(s.account, r, "area") or 1.0) * (1e6 if dense else 1.0)
        for r in names
    }
    scale = money_scale(
        max(map(abs, value.values()), default=0.0), s.account.basis.currency, s.lang
    )
    order = sorted(value.values())
    edges = [order[min(len(order) * k // 5, len(order) - 1)] for k in range(5)] if order else []
    step = {r: sum(v >= e for e in edges) for r, v in value.items()}
    drawn = [
        charts.Shape(r, shapes[r], step[r], f"{fixed(value[r] / scale.factor)} {scale.unit}")
        for r in names
    ]
    drawn += [charts.Shape(r, shapes[r], 0, "—") for r in shapes if r not in value]
    legend = []
    for k in sorted(set(step.values())):
        within = [v / scale.factor for r, v in value.items() if step[r] == k]
        low, high = fixed(min(within)), fixed(max(within))
        legend.append(Bar(low if low == high else f"{low}–{high}", 1.0, "", f"s{k}"))
    unit = f"{s.word('per_km2')}, {scale.unit}" if dense else scale.unit
    return charts.choropleth(
        f"{s.word('map')}: {total_name(s.account, s.lang)} ({unit})", drawn, legend
    )


def left_out(s: Page) -> str:
    """What is not accounted, and what it needs."""
    missing = [m for m in s.account.missing if not m.inside]
    out = []
    if missing:
        lines = []
        for m in missing:
            where = m.only(s.lang, s.account.basis.ecosystems)
            only = f"<br><small>{text(s.word('only_for', names=where))}</small>" if where else ""
            needs = "<br>".join(
                f"{text(term(n, s.lang))} <small>[{text(s.unit(u))}] <code>{text(n)}</code></small>"
                for n, u in m.needs
            )
            lines.append(
                row(head(text(thing(m.indicator, m.component, s.lang)) + only), cell(needs))
            )
        listed = s.table(
            s.word("left_out"),
            [(s.word("component"), False), (s.word("needs"), False)],
            lines,
            "reg",
        )
        out.append(
            f"<p class=soft>{text(s.word('left_note'))}</p>"
            + (listed if len(lines) <= 25 else folded(text(s.word("rows", n=len(lines))), listed))
        )
    elif not s.account.missing:
        return f"<p class=soft>{text(s.word('all_accounted'))}</p>"
    for inside in dict.fromkeys(m.inside for m in s.account.missing if m.inside):
        names = s.listed(
            thing(m.indicator, m.component, s.lang) for m in s.account.missing if m.inside == inside
        )
        out.append(
            f"<p>{text(s.word('inside_other', inside=thing(inside, '', s.lang)))}{'：' if s.lang == 'zh' else ': '}{text(names)}</p>"
        )
    return "".join(out)


def warnings(s: Page) -> str:
    """What deserves a look."""
    found = s.account.warnings
    if not found:
        return ""
    listed = f"<ul>{''.join(f'<li>{text(said(w, s.lang, s.account.basis.currency))}</li>' for w in found)}</ul>"
    return (
        listed
        if len(found) <= 10
        else folded(text(s.word("rows", n=len(found))), listed, opened=len(found) <= 25)
    )
