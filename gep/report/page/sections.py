"""The parts of the page that people read first: headline figures, tables, charts, what lacks."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

from gep.account.account import Account, Missing
from gep.analysis.series import series
from gep.core import ecosystems
from gep.core.text import name_of
from gep.report.page import charts
from gep.report.page.charts import Bar
from gep.report.page.markup import cell, figure, folded, head, row, table, text
from gep.report.table import Row
from gep.report.views import Cross, districts, matrix, measure, outlines
from gep.words.labels import held_inside, label, listed, named, term, thing, word, worded
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
        self.account, self.lang, self.rows = account, lang, rows
        self.polygons = polygons or outlines(account)
        self.scale = money_scale(float(account.total), account.basis.currency, lang)
        self.levels = [r for r in rows if r.depth == 1]
        known = (abs(r.value) for r in rows if r.value == r.value and r.value)
        self.digits = 3 if self.scale.factor == 1e9 else 2
        if min(known, default=math.inf) / self.scale.factor < 0.05:
            self.digits = 4
        self.year = account.basis.years[-1]
        self.series = series(account) if len(account.basis.years) > 1 else None

    def word(self, key: str, **fields: object) -> str:
        """A word in the page's language."""
        return word(key, self.lang, **fields)

    def called(self, ecosystem: str) -> str:
        """The name of an ecosystem type."""
        return ecosystems.called(ecosystem, self.lang, self.account.basis.ecosystems)

    def type(self, ecosystem: str) -> str:
        """The name of an ecosystem type, or that none was given."""
        return self.called(ecosystem) or self.word("not_attributed")

    def money(self, value: float, digits: int = 2, scale: Scale | None = None) -> str:
        """An amount of money in the page's unit."""
        return figure(value, fixed(value / (scale or self.scale).factor, digits))

    def sum(self, value: float) -> str:
        """A cell with an amount of money."""
        return cell(self.money(value, self.digits), True)

    def percent(self, value: float, digits: int = 1, sign: bool = False) -> str:
        """A ratio as per cent."""
        return figure(value, f"{value * 100:{'+' if sign else ''}.{digits}f}%")

    def share(self, value: float) -> str:
        """A cell with a part of the total; blank where there is none."""
        return cell(self.percent(value, 2) if value == value else "", True)

    def part(self, value: float) -> float:
        """A value as a share of the total; NaN where there is no total."""
        return value / float(self.account.total) if self.account.total else float("nan")

    def bar(self, name: str, value: float, css: str = "accent") -> Bar:
        """A bar with its amount and its share."""
        share = self.part(value)
        after = f" · {share * 100:.1f}%" if share == share else ""
        return Bar(self.start(name), value, fixed(value / self.scale.factor) + after, css)

    def start(self, words: str) -> str:
        """Words at the start of a line: in English with a capital."""
        return words[:1].upper() + words[1:] if self.lang == "en" else words

    def headed(self, words: str, unit: str) -> str:
        """A caption with its unit."""
        return self.word("bracketed", words=words, inside=unit)

    def unit(self, raw: str) -> str:
        """A unit with raised powers and lowered indices."""
        return self.written(pretty(raw, self.lang))

    def written(self, unit: str) -> str:
        """A unit's text with indices and powers set, and in Chinese no English words."""
        lowered = _FORMULAE.sub(lambda m: m.group().translate(_LOWER), unit)
        out = _POWERS.sub(lambda m: m.group(1) + _RAISED[m.group(2)], lowered)
        return _YEARS.sub("年", out).replace("dust", "粉尘") if self.lang == "zh" else out

    def amount(self, value: float, unit: str) -> tuple[str, str]:
        """A quantity and its unit as shown."""
        shown, of = amount(value, unit, self.lang)
        return shown, self.written(of)

    def listed(self, words: Iterable[str]) -> str:
        """Words in a row."""
        return listed(words, self.lang)

    def columns(self, keys: str, room: str = "page") -> list[tuple[str, bool]]:
        """Heads of columns by key; those of figures are marked by ``+``."""
        heads = ((key.rstrip("+"), key.endswith("+")) for key in keys.split())
        return [(worded(room, key, self.lang), number) for key, number in heads]

    def table(
        self, caption: str, columns: Sequence[tuple[str, bool]], rows: Iterable[str], css: str = ""
    ) -> str:
        """A table that says when it scrolls."""
        return table(caption, columns, rows, css=css, scroll=self.word("scroll"))

    def long(self, content: str, rows: int, most: int, opened: int = 0) -> str:
        """What has more than so many rows is folded, and opened up to a number."""
        if rows <= most:
            return content
        return folded(text(self.word("rows", n=rows)), content, opened=rows <= opened)


SHOWN = 8  # names of what the total leaves out, at the top; the section on it lists all


def headline(s: Page) -> str:
    """GEP, by level, per square kilometre, per head, against GDP, and the change on last year."""
    a, total = s.account, float(s.account.total)
    name = s.word("gep_in_full") if a.total_name == "GEP" else total_name(a, s.lang)
    shares = s.listed(
        s.word("lead_level", level=r.label, share=f"{r.share * 100:.1f}%")
        for r in s.levels
        if r.share == r.share
    )
    lead = s.word(
        "lead" if total == total else "lead_unknown",
        year=s.year,
        region=a.basis.region,
        name=name,
        value=fixed(total / s.scale.factor),
        unit=s.scale.unit,
        and_levels=shares and s.word("and_of_which") + shares,
    )
    main = f"{s.money(total)} <small>{text(s.scale.unit)}</small>"
    keys = [_key(r.label, s.money(r.value), s.scale.unit, s.percent(r.share)) for r in s.levels]
    keys.insert(0, f"<div class=main><dt>{text(name)}, {s.year}</dt><dd>{main}</dd></div>")
    listed = "".join([*keys, *_ratios(s)])
    return f"<p class=lead>{text(lead)}</p><dl class=keys>{listed}</dl>{_excluded(s)}"


def _ratios(s: Page) -> Iterator[str]:
    """The total per square kilometre and per head, against GDP, and against last year."""
    a, b, total = s.account, s.account.basis, float(s.account.total)
    for key, what, per in (("per_km2", "area", 1e6), ("per_head", "population", 1.0)):
        size = measure(a, b.region, what)
        if size:
            each = money_scale(total / size * per, b.currency, s.lang)
            yield _key(s.word(key), s.money(total / size * per, scale=each), each.unit)
    gdp = measure(a, b.region, "gdp")
    if gdp:
        yield _key(s.word("gep_to_gdp"), figure(total / gdp, f"{total / gdp:.3g}"), "")
    if s.series is not None:
        growth = s.series.growth(s.series.chained("total"))["total"].iloc[-1]
        yield _key(s.word("change"), s.percent(float(growth), 2, sign=True), "")


def _excluded(s: Page) -> str:
    """What the total leaves out, the first few by name."""
    left = s.account.total.left_out
    if not left:
        return f"<p class=soft>{text(s.start(s.word('nothing_left_out', year=s.year)))}</p>"
    told = s.word("excludes") + s.word("colon") + s.listed(named(n, s.lang) for n in left[:SHOWN])
    more = s.word("and_more", n=len(left)) if len(left) > SHOWN else ""
    return f"<p class=bad>{text(told + more)}</p>"


def _key(name: str, shown: str, unit: str, extra: str = "") -> str:
    after = " · ".join(filter(None, (text(unit), extra)))
    return f"<div><dt>{text(name)}</dt><dd>{shown} <small>{after}</small></dd></div>"


def composition(s: Page) -> str:
    """Levels as one bar; indicators and ecosystem types as bars."""
    levels = [s.bar(r.label, r.value, r.id) for r in s.levels]
    level, found = "other", []
    for r in s.rows:
        level = r.id if r.depth == 1 else level
        if r.depth == 2 and r.share == r.share and r.value:
            found.append(s.bar(r.label, r.value, level))
    found.sort(key=attrgetter("value"), reverse=True)
    title = s.headed(s.word("by_indicator"), s.scale.unit)
    types = s.account.by("ecosystem")
    if any(types.index):
        order = [s.bar(s.type(str(k)), float(v)) for k, v in types.dropna().items()]
        order.sort(key=attrgetter("value"), reverse=True)
        by_type = charts.bars(s.headed(s.word("by_ecosystem"), s.scale.unit), order)
        pair = [charts.bars(title, found), by_type]
    elif len(found) > 8:  # two columns of one scale
        half, span = (len(found) + 1) // 2, [b.value for b in found]
        pair = [charts.bars(title, found[:half], span), charts.bars("", found[half:], span)]
    else:
        pair = [charts.bars(title, found)]
    whole = charts.stack(s.headed(s.word("by_level"), s.scale.unit), levels)
    return f"{whole}<div class=two>{''.join(pair)}</div>"


def account_table(s: Page) -> str:
    """Quantity, price, value and share of every indicator and component."""
    kinds = []  # of columns that hold anything
    if any(r.quantity == r.quantity or r.items for r in s.rows):
        kinds.append(("quantity+ unit", _quantity))
    if any(r.price == r.price for r in s.rows):
        kinds.append(("price+ unit", _price))
    columns = s.columns(" ".join(["indicator", *(heads for heads, _ in kinds)]))
    columns += [(s.headed(s.word("value"), s.scale.unit), True), *s.columns("share+")]
    evidence = {r.id: r.evidence for r in s.account.profile.rows}
    evidence |= {p.name: p.row.evidence for p in s.account.parts}
    lines, note = [], ""
    for r in s.rows[1:] + s.rows[:1]:
        name = text(r.label)
        if r.depth == 2 and evidence.get(r.id) == "reconstructed":
            name += _tag(s, "reconstructed")
            note = f"<p><small>{text(s.word('table_note'))}</small></p>"
        if not r.counted:
            name += _tag(s, "outside")
        cells = [shown for _, kind in kinds for shown in kind(s, r)]
        lines.append(row(head(name), *cells, s.sum(r.value), s.share(r.share), css=f"d{r.depth}"))
    return s.table(f"{s.word('table')}, {s.year}", columns, lines, "account") + note


def _tag(s: Page, key: str) -> str:
    return f" <span class=tag>{text(s.word(key))}</span>"


def _quantity(s: Page, r: Row) -> list[str]:
    """A quantity and its unit; items in units of their own one by one."""
    if r.quantity == r.quantity:
        shown, unit = s.amount(r.quantity, r.quantity_unit)
        return [cell(figure(r.quantity, shown), True), cell(text(unit), css="u")]
    each = (f"{text(item)} {text(' '.join(s.amount(q, own)))}" for item, q, own in r.items)
    return [cell(f"<small>{'<br>'.join(each)}</small>", True), cell("", css="u")]


def _price(s: Page, r: Row) -> list[str]:
    """A price and its unit."""
    if r.price != r.price:
        return [cell("", True), cell("", css="u")]
    shown = cell(figure(r.price, plain(r.price)), True)
    return [shown, cell(text(s.unit(r.price_unit)), css="u")]


def matrix_table(s: Page) -> str:
    """Ecosystem types by second-level indicator."""
    cross = matrix(s.account)
    if cross is None:
        return ""
    names = {p.row.id: name_of(p.row, s.lang) for p in s.account.parts}
    types = [(s.type(c), True) for c in cross.columns]
    columns = [*s.columns("indicator"), *types, *s.columns("total+")]
    return s.table(s.word("matrix_note", unit=s.scale.unit), columns, _crossed(s, cross, names))


def _crossed(s: Page, cross: Cross, names: Mapping[str, str]) -> Iterable[str]:
    shown = {key: s.sum(value) for key, value in cross.values.items()}
    for r in cross.rows:
        cells = [shown.get((r, c), cell("", True)) for c in cross.columns]
        yield row(head(text(names.get(r, r))), *cells, s.sum(cross.row_totals[r]))
    margin = [s.sum(cross.column_totals[c]) for c in cross.columns]
    yield row(head(text(s.word("total"))), *margin, s.sum(cross.total), css="sum")


def district_section(s: Page) -> str:
    """Districts by level, per square kilometre and per head; bars, and a map where polygons are
    given; what lies inside them folded.
    """
    cross = districts(s.account)
    if cross is None:
        return ""
    known = {r: v for r, v in cross.row_totals.items() if np.nan_to_num(v)}
    found = [s.bar(r or s.word("not_in_district"), v) for r, v in known.items()]
    found.sort(key=attrgetter("value"), reverse=True)
    bars = charts.bars(s.headed(s.word("by_district"), s.scale.unit), found[:40])
    out = _districts(s, cross, f"{s.word('districts')}, {s.year}, {s.scale.unit}")
    out += f"<div class=two>{_map(s, cross)}{bars}</div>"
    below = districts(s.account, inside=list(filter(None, cross.rows)))
    if below is None:
        return out
    title = text(s.start(s.word("below")))
    count = text(s.word("rows", n=len(below.rows)))
    shown = _districts(s, below, f"{s.word('below')}, {s.year}, {s.scale.unit}")
    return out + folded(f"{title} <small>({count})</small>", shown)


class _Ratio(NamedTuple):
    """A column of a value by the size of its region."""

    head: str
    sizes: Mapping[str, float | None]
    show: Callable[[float], str]

    def cell(self, region: str, value: float) -> str:
        """A value by the size of a region; blank where that is not known."""
        size = self.sizes.get(region)
        return cell(self.show(value / size) if size else "", True)


def _by_size(s: Page, cross: Cross) -> Iterator[_Ratio]:
    """Columns per square kilometre, per head and by GDP, for sizes that some district has."""
    a, b = s.account, s.account.basis
    named = list(filter(None, cross.rows))
    for key, what, per in (
        ("per_km2", "area", 1e6),
        ("per_head", "population", 1.0),
        ("gep_to_gdp", "gdp", 1.0),
    ):
        sizes = {r: measure(a, r, what) for r in (*named, b.region)}
        known = {r: size for r in named if (size := sizes[r])}
        if not known:
            continue
        if what == "gdp":
            yield _Ratio(s.word(key), sizes, lambda x: figure(x, fixed(x, 4)))
            continue
        most = max(
            abs(np.nan_to_num(cross.row_totals[r])) / size * per for r, size in known.items()
        )
        scale = money_scale(most, b.currency, s.lang)
        yield _Ratio(s.headed(s.word(key), scale.unit), sizes, partial(_each, s, per, scale))


def _each(s: Page, per: float, scale: Scale, value: float) -> str:
    """An amount for each so many units, in a unit of its own."""
    return s.money(value * per, scale=scale)


def _districts(s: Page, cross: Cross, caption: str) -> str:
    b = s.account.basis
    ratios = list(_by_size(s, cross))
    columns = [
        (label("region", s.lang), False),
        *((label(c, s.lang), True) for c in cross.columns),
        *s.columns("total+ share+"),
        *((ratio.head, True) for ratio in ratios),
    ]

    def line(name: str, region: str, values: list[float], whole: float, css: str = "") -> str:
        by_size = (ratio.cell(region, whole) for ratio in ratios)
        part = cell(s.percent(s.part(whole)), True)
        return row(head(text(name)), *map(s.sum, (*values, whole)), part, *by_size, css=css)

    lines = []
    for r in cross.rows:
        whole = cross.row_totals[r]
        if not np.nan_to_num(whole) and b.children(b.region) and r.startswith(b.region):
            continue  # a rest that holds nothing
        values = [cross.values[r, c] for c in cross.columns]
        lines.append(line(r or s.word("not_in_district"), r, values, whole))
    sums = [cross.column_totals.get(c, np.nan) for c in cross.columns]
    lines.append(line(b.region, b.region, sums, cross.total, "sum"))
    return s.table(caption, columns, lines)


def _map(s: Page, cross: Cross) -> str:
    """Districts shaded by value, per square kilometre where the area of each is known."""
    if not s.polygons:
        return ""
    shapes = charts.rings(s.polygons)
    names = [r for r in cross.rows if r in shapes and cross.row_totals[r] == cross.row_totals[r]]
    sizes = {r: measure(s.account, r, "area") for r in names}
    dense = bool(names) and all(sizes.values())
    per = 1e6 if dense else 1.0
    value = {r: cross.row_totals[r] / (sizes[r] or 1.0) * per for r in names}
    most = max(map(abs, value.values()), default=0.0)
    scale = money_scale(most, s.account.basis.currency, s.lang)
    step, shown = _fifths(value), {r: fixed(v / scale.factor) for r, v in value.items()}
    drawn = [charts.Shape(r, shapes[r], step[r], f"{shown[r]} {scale.unit}") for r in names]
    drawn += [charts.Shape(r, shapes[r], 0, "—") for r in shapes if r not in value]
    legend = list(_legend(step, shown, sorted(value, key=value.__getitem__)))
    unit = f"{s.word('per_km2')}, {scale.unit}" if dense else scale.unit
    title = f"{s.word('map')}: {total_name(s.account, s.lang)} ({unit})"
    return charts.choropleth(title, drawn, legend)


def _legend(step: Mapping[str, int], shown: Mapping[str, str], order: list[str]) -> Iterator[Bar]:
    """Each fifth that occurs, from its lowest figure to its highest."""
    for k, found in groupby(order, step.__getitem__):
        low, *more = (shown[r] for r in found)
        yield Bar("–".join(dict.fromkeys([low, *more[-1:]])), 1.0, "", f"s{k}")


def _fifths(value: Mapping[str, float]) -> dict[str, int]:
    """In which fifth of all values each lies, 1 to 5."""
    order = sorted(value.values())
    edges = [order[len(order) * k // 5] for k in range(5)] if order else []
    return {r: sum(v >= e for e in edges) for r, v in value.items()}


def left_out(s: Page) -> str:
    """What is not accounted, and what it needs."""
    if not s.account.missing:
        return f"<p class=soft>{text(s.word('all_accounted'))}</p>"
    lines = [_missing(s, m) for m in s.account.missing if not m.inside]
    out = ""
    if lines:
        listed = s.table(s.word("left_out"), s.columns("component needs"), lines, "reg")
        note = f"<p class=soft>{text(s.word('left_note'))}</p>"
        out = note + s.long(listed, len(lines), 25)
    for inside, names in held_inside(s.account.missing, s.lang).items():
        told = s.word("inside_other", inside=thing(inside, "", s.lang)) + s.word("colon")
        out += f"<p>{text(told + s.listed(names))}</p>"
    return out


def _missing(s: Page, m: Missing) -> str:
    """A component that is not accounted, for what it lacks and what it needs."""
    where = m.only(s.lang, s.account.basis.ecosystems)
    only = f"<br><small>{text(s.word('only_for', names=where))}</small>" if where else ""
    needs = "<br>".join(
        f"{text(term(n, s.lang))} <small>[{text(s.unit(u))}] <code>{text(n)}</code></small>"
        for n, u in m.needs
    )
    return row(head(text(thing(m.indicator, m.component, s.lang)) + only), cell(needs))


def warnings(s: Page) -> str:
    """What deserves a look."""
    found = [said(w, s.lang, s.account.basis.currency) for w in s.account.warnings]
    if not found:
        return ""
    listed = f"<ul>{''.join(f'<li>{text(w)}</li>' for w in found)}</ul>"
    return s.long(listed, len(found), 10, opened=25)
