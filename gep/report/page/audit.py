"""The parts of the page that an auditor reads: methods, registers, published figures, changes, how
to redo it.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from gep import pricing
from gep.account.account import Part
from gep.account.controls import Control
from gep.account.inputs import Entry
from gep.account.nodes import Absent, Computed, Given, Layer, Node, top
from gep.core.extras import OURS, installed
from gep.core.formula import Formula
from gep.core.messages import told
from gep.core.tables import Row
from gep.core.text import name_of, own_words
from gep.report.page import mathml
from gep.report.page.markup import cell, figure, folded, head, row, text
from gep.report.page.sections import Page
from gep.words.labels import component_name, label, term, thing
from gep.words.numbers import plain
from gep.words.problems import clause_name, said, total_name

T = TypeVar("T")
ROWS = 400  # of a register on the page; the rest is in the input files and the ledger


def methods(s: Page) -> str:
    """Each indicator: how its quantity and price were found, with the formulas that were used."""
    shown: set[str] = set()
    by_row: dict[str, list[Part]] = {}
    for part in s.account.parts:
        by_row.setdefault(part.row.id, []).append(part)
    return "".join(_indicator(s, parts, shown) for parts in by_row.values())


def _indicator(s: Page, parts: Sequence[Part], shown: set[str]) -> str:
    """One row of the standard: what it is, and how its components were found; what is said of
    several of them is said once.
    """
    of = parts[0].row
    facts = filter(None, (clause_name(of.clause, s.lang), own_words(of.note, s.lang)))
    told = "".join(f"<p><small>{text(t)}</small></p>" for t in facts)
    said: dict[tuple[str, str], list[str]] = {}
    for part in parts:
        said.setdefault(_method(s, part, shown), []).append(component_name(part, s.lang))
    found = ""
    for (how, formulas), who in said.items():
        lead = f"<b>{text(s.listed(who))}</b> " if len(parts) > 1 else ""
        found += f"<p>{lead}{how}</p><div>{formulas}</div>"
    tag = f"<span class=tag>{text(s.word(of.evidence))}</span>"
    name = f"<h3>{text(name_of(of, s.lang))} {tag}</h3>"
    return f"<div class=method><div>{name}{told}</div><div>{found}</div></div>"


def _method(s: Page, part: Part, shown: set[str]) -> tuple[str, str]:
    """How one component was found: a sentence, and formulas."""
    solved = part.solution
    said: list[str] = []
    formulas = ""
    quantity = solved.quantity
    if isinstance(quantity, Given) or (isinstance(quantity, Layer) and quantity.chain is None):
        said.append(s.word("quantity_given"))
    elif not quantity.missing() and quantity.entries():
        formulas += "".join(_formulas(s, quantity, component_name(part, s.lang), shown))
    if part.outcome.cap_ratio is not None:
        said.append(s.word("capped", ratio=_range(part.outcome.cap_ratio.values)))
    if not isinstance(solved.share, Absent):
        said.append(s.word("shared_out"))
    if not isinstance(solved.value, Absent):
        said.append(s.word("value_given"))
    elif not isinstance(solved.price, Absent):
        said.append(s.word("value_rule", method=name_of(pricing.get(solved.method), s.lang)))
        if isinstance(solved.price, Computed) and not solved.price.missing():
            price = term(part.component.price, s.lang)
            formulas += "".join(_formulas(s, solved.price, price, shown))
    end = s.word("full_stop")
    return text(end.join(said) + end.strip()) if said else "", formulas


def _range(values: npt.NDArray[np.float64]) -> str:
    """From the lowest to the highest of the figures that are known; a dash where none is."""
    known = values[~np.isnan(values)]
    if not known.size:
        return "—"
    return " – ".join(dict.fromkeys(plain(float(x)) for x in (known.min(), known.max())))


def _formulas(s: Page, node: Node, name: str, shown: set[str]) -> Iterator[str]:
    """The formula of a node and, below it, those of its parts; each formula once on the page."""
    made = top(node)
    if not isinstance(made, Computed):
        return
    f = made.formula
    key = f"{f.__module__}.{f.__name__}"
    if key not in shown:
        shown.add(key)
        drawn = (
            mathml.formula(f, name, partial(term, lang=s.lang))
            or f"<p class=soft><code>{text(f.__name__)}</code> ({text(s.word('unread'))})</p>"
        )
        extra = f" · {text(s.word('empirical'))}" if f.empirical else ""
        name_ = f"<code>{text(f.__name__)}</code> [{text(s.unit(f.unit))}]"
        yield f"{drawn}<p class=refs>{name_}{extra}{_references(f)}</p>"
    for below, part in made.arguments.items():
        yield from _formulas(s, part, term(below, s.lang), shown)


def _references(f: Formula) -> str:
    found = re.search(r"References\s*\n\s*-+\s*\n(.*?)(?:\n\s*\n|\Z)", f.__doc__ or "", re.DOTALL)
    return f" · {text(' '.join(found.group(1).replace('``', '').split()))}" if found else ""


def registers(s: Page) -> str:
    """Every coefficient, price and figure used, with its source and year."""
    parts = s.account.parts
    rows = {(r, p.indicator.id) for p in parts for r in p.outcome.rows(p.solution.nodes)}
    order = sorted(rows, key=lambda x: (x[1], x[0].name, x[0].ecosystem, x[0].item, x[0].region))
    prices: dict[Entry, None] = {}
    data: dict[Entry, None] = {}
    for part in parts:
        for node, given in part.solution.told():
            into = prices if node.price else data
            for e in given.entries:
                (prices if e.is_price else into)[e] = None
    figures = "labels amount+ unit year source"
    return (
        _register(
            s, "coefficients", f"coefficient indicator {figures} evidence", _coefficient, order
        )
        + _register(s, "prices", f"price {figures} where", _entry, list(prices))
        + _register(s, "data", f"input {figures} where", _entry, list(data))
    )


def _labels(s: Page, ecosystem: str, *others: str) -> str:
    return text(", ".join(filter(None, (s.called(ecosystem), *others))))


def _coefficient(s: Page, used: tuple[Row, str]) -> str:
    r, indicator = used
    return row(
        head(f"{text(term(r.name, s.lang))}<br><code>{text(r.name)}</code>"),
        cell(text(thing(indicator, "", s.lang))),
        cell(_labels(s, r.ecosystem, r.item, r.region)),
        cell(figure(r.value, plain(r.value)), True),
        cell(text(s.unit(r.unit))),
        cell(text(r.year)),
        cell(text(", ".join(filter(None, (r.source, clause_name(r.clause, s.lang)))))),
        cell(text(s.word(r.evidence))),
    )


def _entry(s: Page, e: Entry) -> str:
    who = thing(e.indicator, e.component, s.lang)
    year = e.money_of if e.year is None else e.year
    small = (f"({s.word(e.evidence)})" if e.evidence else "", e.method)
    notes = (f"<small>{text(word)}</small>" for word in small if word)
    source = text(e.source or s.word("source_none"))
    return row(
        head(text(": ".join(filter(None, (who, term(e.name, s.lang)))))),
        cell(_labels(s, e.ecosystem, e.region, e.item)),
        cell(figure(e.value, e.text), True),
        cell(text(e.unit)),
        cell("" if year is None else text(year)),
        cell(" ".join([source, *notes])),
        cell(f"<code>{text(told(e.where, s.lang))}</code>"),
    )


def _register(
    s: Page, key: str, columns: str, line: Callable[[Page, T], str], found: Sequence[T]
) -> str:
    """A register, folded where it is long; nothing where it is empty."""
    if not found:
        return ""
    count = s.word("rows", n=len(found))
    rows = [line(s, x) for x in found[:ROWS]]
    shown = s.table(f"{s.word(key)}, {count}", s.columns(columns), rows, "reg")
    if len(found) > ROWS:
        shown += f"<p><small>{text(s.word('more_rows', n=len(found) - ROWS))}</small></p>"
    title = f"{text(s.word(key))} <small>({text(count)})</small>"
    return folded(title, shown, opened=len(found) <= 12)


def controls(s: Page) -> str:
    """The account's figures beside those that were published."""
    found = s.account.controls
    if not found:
        return ""
    columns = s.columns("indicator published+ account_value+ difference+ within_reach+ status")
    lines = [_control(s, c) for c in found]
    shown = s.table(f"{s.word('controls')}, {s.scale.unit}", columns, lines)
    shown += f"<p><small>{text(s.word('rounding_note'))}</small></p>"
    sources = "; ".join(dict.fromkeys(filter(None, (c.source for c in found))))
    if sources:
        shown += f"<p><small>{text(s.word('source'))}: {text(sources)}</small></p>"
    told = f"{sum(c.within for c in found)} / {len(found)} {s.word('within')}"
    return f"<p>{text(told)}</p>{s.long(shown, len(lines), 40)}"


def _control(s: Page, c: Control) -> str:
    """A published figure, the account's own, and whether rounding explains the difference."""
    reach = (c.rounding + c.rounding_inputs) / s.scale.factor
    return row(
        head(text(" · ".join([_controlled(s, c.name), *_where(s, c)]))),
        cell(s.money(c.published, 4), True),
        cell(s.money(c.account, 4), True),
        cell(figure(c.difference, f"{c.difference / s.scale.factor:+,.4f}"), True),
        cell(text(f"±{reach:,.4f}"), True),
        cell(text(s.word("within"))) if c.within else cell(text(s.word("beyond")), css="bad"),
    )


def _controlled(s: Page, name: str) -> str:
    """What a published figure is of: the total, a level, or indicators joined by ``+``."""
    level = name.removeprefix("level:")
    if level == "total":
        return total_name(s.account, s.lang)
    if level != name:
        return label(level.partition(".")[0], s.lang)
    indicators, _, component = name.partition(".")
    return " + ".join(thing(i, component, s.lang) for i in indicators.split("+"))


def _where(s: Page, c: Control) -> Iterator[str]:
    """The labels of a published figure, but the region and the year of the page."""
    for key, value in c.labels.items():
        if (key, value) != ("year", str(s.year)) and value != s.account.basis.region:
            yield s.called(value) if key == "ecosystem" else value


def standard(s: Page) -> str:
    """What the standard is, where its rows come from, and which of them are inferred."""
    p = s.account.profile
    lines = [
        row(
            head(text(name_of(r, s.lang))),
            cell(text(label(r.level, s.lang))),
            cell(text(s.word(r.evidence))),
            cell(text(clause_name(r.clause, s.lang))),
            cell(text(own_words(r.note, s.lang))),
        )
        for r in p.rows
    ]
    switches = [said(n, s.lang) for n in s.account.notes if n.code == "standard.switch"]
    net = label("net_of_imports", s.lang) if p.net_of_imports else ""
    facts = filter(None, (p.source, own_words(p.note, s.lang), net, *switches))
    stated = "".join(f"<p>{text(t)}</p>" for t in facts)
    columns = s.columns("indicator level evidence clause note")
    listed = s.table(s.word("standard"), columns, lines, "reg")
    return f"<p><b>{text(name_of(p, s.lang))}</b></p>{stated}" + s.long(listed, len(lines), 0, 20)


def reproduce(s: Page) -> str:
    """What somebody needs to get the very same figures."""
    b, p = s.account.basis, s.account.profile
    packages = (f"{name} {installed(name)}" for name in (OURS, "numpy", "pandas", "xarray", "pint"))
    facts = {
        s.word("command"): s.word("command_line"),
        label("standard", s.lang): p.id,
        s.word("price_year"): label(b.prices, s.lang),
        s.word("price_basis"): s.word(b.price_basis),
        s.word("currency"): b.currency,
        s.word("versions"): ", ".join([f"Python {platform.python_version()}", *packages]),
        s.word("included"): ", ".join(map(s.word, b.include)),
        s.word("chosen"): "; ".join(f"{k} = {v}" for k, v in {**p.methods, **b.methods}.items()),
    }
    out = _pairs(s, s.word("reproduce"), facts)
    return out + _pairs(s, f"{s.word('files')}, sha256", s.account.files)


def _pairs(s: Page, caption: str, facts: Mapping[str, str]) -> str:
    """What is known of some facts, as a table; nothing where none is."""
    known = ((text(k), text(v)) for k, v in facts.items() if v)
    lines = [row(head(name), cell(f"<code>{value}</code>")) for name, value in known]
    return s.table(caption, [("", False), ("", False)], lines, "reg plain") if lines else ""
