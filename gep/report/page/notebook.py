"""What a notebook shows: short tables that fold, light enough to be saved with the notebook."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from gep.account.account import Account
from gep.core.errors import GepError
from gep.core.tables import Coefficient
from gep.report.page import mathml
from gep.report.page.markup import folded, text
from gep.report.table import Row, rows
from gep.words.labels import label, listed, named, term
from gep.words.numbers import Scale, bounds, fixed, money_scale, pretty
from gep.words.problems import said, total_name

if TYPE_CHECKING:
    from gep.core.formula import Formula, Indicator, Input
    from gep.report.explain import Explanation

_LEFT = ' style="text-align:left"'


def account_html(account: Account, lang: str = "en") -> str:
    """The account down to its indicators, and what the total leaves out."""
    basis, scale = account.basis, money_scale(float(account.total), account.basis.currency, lang)
    lines = "".join(_row(r, scale) for r in rows(account, lang) if r.depth < 3)
    left, note = account.total.left_out, ""
    if left:
        names = text(listed((named(name, lang) for name in left), lang))
        told = f"{text(label('excludes', lang))} ({len(left)})"
        note = folded(told, names, opened=len(left) < 5)
    total = f"{total_name(account, lang)} {fixed(account.total / scale.factor)} {scale.unit}"
    title = text(f"{basis.title or basis.region}: {total}")
    heads = f"<tr><th></th><th>{text(scale.unit)}</th><th>%</th></tr>"
    return folded(
        f"<b>{title}</b> ({basis.years[-1]}, {text(account.profile.id)})",
        f"<table><thead>{heads}</thead><tbody>{lines}</tbody></table>{note}",
        opened=True,
    )


def _row(r: Row, scale: Scale) -> str:
    """A line of the account, indented by its depth; the total and the levels strong."""
    name, shown = text(r.label), fixed(r.value / scale.factor)
    if r.depth < 2:
        name, shown = f"<b>{name}</b>", f"<b>{shown}</b>"
    return (
        f'<tr><td style="text-align:left;padding-left:{8 + r.depth * 12}px">{name}</td>'
        f"<td>{shown}</td><td>{fixed(r.share * 100, 1)}</td></tr>"
    )


def _table(heads: Iterable[str], lines: Iterable[Iterable[str]], lang: str) -> str:
    """A table of texts; the first column is code."""
    top = "".join(f"<th{_LEFT}>{text(label(k, lang))}</th>" for k in heads)
    body = "".join(
        f"<tr><td{_LEFT}><code>{text(id)}</code></td>"
        f"{''.join(f'<td{_LEFT}>{text(x)}</td>' for x in cells)}</tr>"
        for id, *cells in lines
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def formula_html(f: Formula, lang: str = "en") -> str:
    """A formula: what it gives, the sum itself, its arguments with units, ranges and defaults."""
    lines = (
        (x.name, term(x.name, lang), pretty(x.unit) or "1", bounds(x.low, x.high), _default(x))
        for x in f.inputs.values()
    )
    shown = _table(("inputs", "meaning", "unit", "range", "default"), lines, lang)
    told = f"<b>{text(f.__name__)}</b> [{text(pretty(f.unit))}] {text(f.summary)}"
    return folded(told, _drawn(f, lang) + shown, opened=True)


def _drawn(f: Formula, lang: str) -> str:
    return mathml.formula(f, f.__name__.replace("_", " "), partial(term, lang=lang))


def _default(x: Input) -> str:
    """What an input takes where nothing is given."""
    if isinstance(x.default, Coefficient):
        return f"{len(x.default.rows)} × {x.default.path.name}"
    return "" if x.default is None else f"{x.default:g}"


def indicator_html(i: Indicator, lang: str = "en") -> str:
    """An indicator: its components with units, price and method; its formulas folded below."""
    lines = (
        (c.id, f"{c.zh} {c.en}", pretty(c.unit) or "—", c.price or "—", c.pricing)
        for c in i.components
    )
    shown = _table(("component", "name", "unit", "price", "method"), lines, lang)
    formulas = "".join(
        formula_html(f, lang).replace("<details open>", "<details>", 1)
        for f in i.formulas().values()
    )
    names = f"<b>{text(i.id)}</b> {text(i.zh)} {text(i.en)}, {text(label(i.level, lang))}"
    return folded(names, shown + formulas, opened=True)


def explanation_html(e: Explanation) -> str:
    """A worked sum: each line below what it serves, formulas written out."""
    lines = ""
    for line in e.lines:
        drawn = _drawn(line.formula, e.lang) if line.formula else ""
        told = line.text.partition(": ")[0] if drawn else line.text
        indent = f"margin-left:{(line.depth - 1) * 1.4:g}em"
        lines += f'<div style="{indent}">{text(told)}{drawn}</div>'
    return folded(f"<b>{text(e.title)}</b>", lines, opened=True)


def problems_html(error: GepError, lang: str = "en") -> str:
    """A list of problems."""
    found = "".join(f"<li>{text(said(p, lang))}</li>" for p in error.problems)
    return folded(f"<b>{text(error.titled(lang))}</b>", f"<ul>{found}</ul>", opened=True)
