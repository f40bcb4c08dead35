"""The parts of the page that an auditor reads: methods, registers, published figures, changes, how
to redo it.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator, Sequence

import numpy as np

from gep import pricing
from gep.account.account import Part
from gep.account.chains import MISSING, Node
from gep.account.inputs import Entry
from gep.core import ecosystems
from gep.core.extras import OURS, installed
from gep.core.formula import Formula
from gep.core.messages import told
from gep.core.text import name_of, own_words
from gep.report.lines import nodes
from gep.report.page import mathml
from gep.report.page.markup import cell, figure, folded, head, row, text
from gep.report.page.sections import Page
from gep.words.labels import component_name, label, term, thing
from gep.words.numbers import plain
from gep.words.problems import clause_name, said, total_name

ROWS = 400  # of a register on the page; the rest is in the input files and the ledger


def methods(s: Page) -> str:
    """Each indicator: how its quantity and price were found, with the formulas that were used."""
    out: list[str] = []
    shown: set[str] = set()
    for id in dict.fromkeys(p.row.id for p in s.account.parts):
        parts = [p for p in s.account.parts if p.row.id == id]
        named = parts[0].row
        name = name_of(named, s.lang)
        facts = "".join(
            f"<p><small>{text(t)}</small></p>"
            for t in (clause_name(named.clause, s.lang), own_words(named.note, s.lang))
            if t
        )
        said: dict[str, list[str]] = {}  # what is said of several components is said once
        for part in parts:
            said.setdefault(_method(s, part, shown), []).append(component_name(part, s.lang))
        texts = [
            f"<p>{f'<b>{text(s.listed(who))}</b> ' if len(parts) > 1 else ''}{how}</div>"
            for how, who in said.items()
        ]
        texts = [t.replace("</p>", "</p><div>", 1) for t in texts]
        out.append(
            f"<div class=method><div><h3>{text(name)} <span class=tag>{text(s.word(named.evidence))}</span></h3>{facts}</div><div>{''.join(texts)}</div></div>"
        )
    return "".join(out)


def _method(s: Page, part: Part, shown: set[str]) -> str:
    """How one component was found: a sentence, then formulas."""
    solved, c = part.solution, part.component
    said: list[str] = []
    blocks: list[str] = []
    if solved.quantity.kind in ("given", "layer"):
        said.append(s.word("quantity_given"))
    elif (
        solved.quantity.formula is not None
        and not solved.quantity.missing()
        and solved.quantity.entries()
    ):
        blocks += _formulas(s, solved.quantity, component_name(part, s.lang), shown)
    if solved.cap_ratio is not None:
        ratios = solved.cap_ratio.values[~np.isnan(solved.cap_ratio.values)]
        said.append(
            s.word(
                "capped",
                ratio=" – ".join(
                    dict.fromkeys(plain(float(r)) for r in (ratios.min(), ratios.max()))
                )
                if ratios.size
                else "—",
            )
        )
    if solved.share.kind != MISSING:
        said.append(s.word("shared_out"))
    if solved.value.kind != MISSING:
        said.append(s.word("value_given"))
    elif solved.price.kind != MISSING:
        record = pricing.get(solved.method)
        said.append(s.word("value_rule", method=name_of(record, s.lang)))
        if solved.price.kind == "formula" and not solved.price.missing():
            blocks += _formulas(s, solved.price, term(c.price, s.lang), shown)
    end = "。" if s.lang == "zh" else ". "
    return f"{text(end.join(said) + end.strip()) if said else ''}</p>{''.join(blocks)}"


def _formulas(s: Page, node: Node, name: str, shown: set[str]) -> Iterator[str]:
    """The formula of a node and, below it, those of its parts; each formula once on the page."""
    f = node.formula
    if f is None:
        return
    key = f"{f.__module__}.{f.__name__}"
    if key not in shown:
        shown.add(key)
        drawn = (
            mathml.formula(f, name, lambda x: term(x, s.lang))
            or f"<p class=soft><code>{text(f.__name__)}</code> ({text(s.word('unread'))})</p>"
        )
        extra = f" · {text(s.word('empirical'))}" if f.empirical else ""
        yield f"{drawn}<p class=refs><code>{text(f.__name__)}</code> [{text(s.unit(f.unit))}]{extra}{_references(f)}</p>"
    for below, part in node.parts.items():
        yield from _formulas(s, part, term(below, s.lang), shown)


def _references(f: Formula) -> str:
    found = re.search(r"References\s*\n\s*-+\s*\n(.*?)(?:\n\s*\n|\Z)", f.__doc__ or "", re.DOTALL)
    return f" · {text(' '.join(found.group(1).replace('``', '').split()))}" if found else ""


def registers(s: Page) -> str:
    """Every coefficient, price and figure used, with its source and year."""
    rows = {(r, part.indicator.id) for part, node in nodes(s.account) for r in node.rows}
    coefficients = [
        row(
            head(f"{text(term(r.name, s.lang))}<br><code>{text(r.name)}</code>"),
            cell(text(thing(i, "", s.lang))),
            cell(
                text(
                    ", ".join(
                        filter(
                            None,
                            (
                                ecosystems.called(r.ecosystem, s.lang, s.account.basis.ecosystems),
                                r.item,
                                r.region,
                            ),
                        )
                    )
                )
            ),
            cell(figure(r.value, plain(r.value)), True),
            cell(text(s.unit(r.unit))),
            cell(text(r.year)),
            cell(text(", ".join(filter(None, (r.source, clause_name(r.clause, s.lang)))))),
            cell(text(s.word(r.evidence))),
        )
        for r, i in sorted(
            rows, key=lambda x: (x[1], x[0].name, x[0].ecosystem, x[0].item, x[0].region)
        )
    ]
    prices: dict[Entry, None] = {}
    data: dict[Entry, None] = {}
    for _, node in nodes(s.account):
        for e in node.given.entries if node.given else ():
            (prices if e.is_price or node.price else data)[e] = None
    columns = [
        (s.word("labels"), False),
        (s.word("amount"), True),
        (s.word("unit"), False),
        (s.word("year"), False),
    ]
    out = [
        _register(
            s,
            "coefficients",
            [
                (s.word("coefficient"), False),
                (s.word("indicator"), False),
                *columns,
                (s.word("source"), False),
                (s.word("evidence"), False),
            ],
            coefficients,
        ),
        _register(
            s,
            "prices",
            [
                (label("price", s.lang), False),
                *columns,
                (s.word("source"), False),
                (s.word("where"), False),
            ],
            [_entry(s, e) for e in prices],
        ),
        _register(
            s,
            "data",
            [
                (s.word("input"), False),
                *columns,
                (s.word("source"), False),
                (s.word("where"), False),
            ],
            [_entry(s, e) for e in data],
        ),
    ]
    return "".join(out)


def _entry(s: Page, e: Entry) -> str:
    labels = ", ".join(
        filter(
            None,
            (ecosystems.called(e.ecosystem, s.lang, s.account.basis.ecosystems), e.region, e.item),
        )
    )
    name = (
        label(e.name, s.lang) if e.name in ("quantity", "value", "share") else term(e.name, s.lang)
    )
    who = thing(e.indicator, e.component, s.lang)
    source = (
        text(e.source or s.word("source_none"))
        + (f" <small>({text(s.word(e.evidence))})</small>" if e.evidence else "")
        + (f" <small>{text(e.method)}</small>" if e.method else "")
    )
    return row(
        head(f"{text(f'{who}: ' if who else '')}{text(name)}"),
        cell(text(labels)),
        cell(figure(e.value, e.text), True),
        cell(text(e.unit)),
        cell(text(next((y for y in (e.year, e.money_of) if y is not None), ""))),
        cell(source),
        cell(f"<code>{text(told(e.where, s.lang))}</code>"),
    )


def _register(s: Page, key: str, columns: Sequence[tuple[str, bool]], rows: Sequence[str]) -> str:
    if not rows:
        return ""
    more = (
        f"<p><small>{text(s.word('more_rows', n=len(rows) - ROWS))}</small></p>"
        if len(rows) > ROWS
        else ""
    )
    count = s.word("rows", n=len(rows))
    shown = s.table(f"{s.word(key)}, {count}", columns, rows[:ROWS], "reg") + more
    return folded(
        f"{text(s.word(key))} <small>({text(count)})</small>", shown, opened=len(rows) <= 12
    )


def controls(s: Page) -> str:
    """The account's figures beside those that were published."""
    if not s.account.controls:
        return ""
    lines = []
    for c in s.account.controls:
        name, _, component = c.name.removeprefix("level:").partition(".")
        who = (
            total_name(s.account, s.lang)
            if name == "total"
            else label(name, s.lang)
            if c.name.startswith("level:")
            else " + ".join(thing(i, component, s.lang) for i in name.split("+"))
        )
        extra = [
            ecosystems.called(v, s.lang, s.account.basis.ecosystems) if k == "ecosystem" else v
            for k, v in c.labels.items()
            if not (k == "year" and v == str(s.year)) and v != s.account.basis.region
        ]
        reach = (c.rounding + c.rounding_inputs) / s.scale.factor
        verdict = cell(
            text(s.word("within" if c.within else "beyond")), css="" if c.within else "bad"
        )
        lines.append(
            row(
                head(text(" · ".join([who, *extra]))),
                cell(s.money(c.published, 4), True),
                cell(s.money(c.account, 4), True),
                cell(figure(c.difference, f"{c.difference / s.scale.factor:+,.4f}"), True),
                cell(text(f"±{reach:,.4f}"), True),
                verdict,
            )
        )
    columns = [
        (s.word("indicator"), False),
        (s.word("published"), True),
        (s.word("account_value"), True),
        (s.word("difference"), True),
        (s.word("within_reach"), True),
        (s.word("status"), False),
    ]
    sources = "; ".join(dict.fromkeys(c.source for c in s.account.controls if c.source))
    cited = f"<p><small>{text(s.word('source'))}: {text(sources)}</small></p>" if sources else ""
    shown = (
        s.table(f"{s.word('controls')}, {s.scale.unit}", columns, lines)
        + f"<p><small>{text(s.word('rounding_note'))}</small></p>"
        + cited
    )
    far = sum(not c.within for c in s.account.controls)
    told = f"{len(lines) - far} / {len(lines)} {s.word('within')}"
    return f"<p>{text(told)}</p>" + (
        shown if len(lines) <= 40 else folded(text(s.word("rows", n=len(lines))), shown)
    )


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
    columns = [
        (s.word("indicator"), False),
        (s.word("level"), False),
        (s.word("evidence"), False),
        (s.word("clause"), False),
        (s.word("note"), False),
    ]
    switches = [said(n, s.lang) for n in s.account.notes if n.code == "standard.switch"]
    net = label("net_of_imports", s.lang) if p.net_of_imports else ""
    stated = "".join(
        f"<p>{text(t)}</p>" for t in (p.source, own_words(p.note, s.lang), net, *switches) if t
    )
    listed = s.table(s.word("standard"), columns, lines, "reg")
    return f"<p><b>{text(p.zh if s.lang == 'zh' else p.en)}</b></p>{stated}" + folded(
        text(s.word("rows", n=len(lines))), listed, opened=len(lines) <= 20
    )


def reproduce(s: Page) -> str:
    """What somebody needs to get the very same figures."""
    b, p = s.account.basis, s.account.profile
    versions = ", ".join(
        [
            f"Python {platform.python_version()}",
            *(f"{name} {installed(name)}" for name in (OURS, "numpy", "pandas", "xarray", "pint")),
        ]
    )
    facts = [
        (s.word("command"), "gep run FOLDER --out DIR" + (" --lang zh" if s.lang == "zh" else "")),
        (label("standard", s.lang), p.id),
        (s.word("price_year"), label(b.prices, s.lang)),
        (s.word("price_basis"), s.word(b.price_basis)),
        (s.word("currency"), b.currency),
        (s.word("versions"), versions),
        (s.word("included"), ", ".join(s.word(i) for i in b.include)),
        (s.word("chosen"), "; ".join(f"{k} = {v}" for k, v in {**p.methods, **b.methods}.items())),
    ]
    lines = [
        row(head(text(name)), cell(f"<code>{text(value)}</code>")) for name, value in facts if value
    ]
    hashes = [
        row(head(text(name)), cell(f"<code>{text(h)}</code>"))
        for name, h in s.account.files.items()
    ]
    columns = [("", False), ("", False)]
    out = s.table(s.word("reproduce"), columns, lines, "reg plain")
    return out + (
        s.table(f"{s.word('files')}, sha256", columns, hashes, "reg plain") if hashes else ""
    )
