"""What a notebook shows: short tables that fold, light enough to be saved with the notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gep.account.account import Account
from gep.core.errors import GepError
from gep.core.tables import Coefficient
from gep.report.page import mathml
from gep.report.page.markup import text
from gep.report.table import rows
from gep.words.labels import label, named, term
from gep.words.numbers import fixed, money_scale, pretty
from gep.words.problems import said, total_name

if TYPE_CHECKING:
    from gep.core.formula import Formula, Indicator
    from gep.report.explain import Explanation

_LEFT = ' style="text-align:left"'


def account_html(account: Account, lang: str = "en") -> str:
    """The account down to its indicators, and what the total leaves out."""
    scale = money_scale(float(account.total), account.basis.currency, lang)
    lines = "".join(
        f'<tr><td style="text-align:left;padding-left:{8 + r.depth * 12}px">{_strong(text(r.label), r.depth < 2)}</td>'
        f"<td>{_strong(fixed(r.value / scale.factor), r.depth < 2)}</td><td>{fixed(r.share * 100, 1)}</td></tr>"
        for r in rows(account, lang)
        if r.depth < 3
    )
    left = account.total.left_out
    listed = text(("、" if lang == "zh" else ", ").join(named(name, lang) for name in left))
    note = (
        f"<details{' open' if len(left) < 5 else ''}><summary>{text(label('excludes', lang))} ({len(left)})</summary>{listed}</details>"
        if left
        else ""
    )
    title = f"{account.basis.title or account.basis.region}: {total_name(account, lang)} {fixed(account.total / scale.factor)} {scale.unit}"
    years = f"{account.basis.years[-1]}, {text(account.profile.id)}"
    return (
        f"<details open><summary><b>{text(title)}</b> ({years})</summary><table><thead><tr><th></th><th>{text(scale.unit)}</th><th>%</th></tr></thead>"
        f"<tbody>{lines}</tbody></table>{note}</details>"
    )


def _strong(content: str, yes: bool) -> str:
    return f"<b>{content}</b>" if yes else content


def formula_html(f: Formula, lang: str = "en") -> str:
    """A formula: what it gives, the sum itself, its arguments with units, ranges and defaults."""
    lines = []
    for x in f.inputs.values():
        bounds = (
            ""
            if x.low is None and x.high is None
            else f"{'' if x.low is None else format(x.low, 'g')} … {'' if x.high is None else format(x.high, 'g')}"
        )
        default = x.default
        given = (
            f"{len(default.rows)} × {default.path.name}"
            if isinstance(default, Coefficient)
            else ""
            if default is None
            else f"{default:g}"
        )
        lines.append(
            f"<tr><td{_LEFT}><code>{text(x.name)}</code></td><td{_LEFT}>{text(term(x.name, lang))}</td><td{_LEFT}>{text(pretty(x.unit) or '1')}</td><td{_LEFT}>{text(bounds)}</td><td{_LEFT}>{text(given)}</td></tr>"
        )
    heads = "".join(
        f"<th{_LEFT}>{text(label(k, lang))}</th>"
        for k in ("inputs", "meaning", "unit", "range", "default")
    )
    drawn = mathml.formula(f, f.__name__.replace("_", " "), lambda n: term(n, lang))
    return (
        f"<details open><summary><b>{text(f.__name__)}</b> [{text(pretty(f.unit))}] {text(f.summary)}</summary>{drawn}"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table></details>"
    )


def indicator_html(i: Indicator, lang: str = "en") -> str:
    """An indicator: its components with units, price and method; its formulas folded below."""
    lines = "".join(
        f"<tr><td{_LEFT}><code>{text(c.id)}</code></td><td{_LEFT}>{text(c.zh)} {text(c.en)}</td><td{_LEFT}>{text(pretty(c.unit) or '—')}</td>"
        f"<td{_LEFT}>{text(c.price or '—')}</td><td{_LEFT}>{text(c.pricing)}</td></tr>"
        for c in i.components
    )
    heads = "".join(
        f"<th{_LEFT}>{text(label(k, lang))}</th>"
        for k in ("component", "name", "unit", "price", "method")
    )
    formulas = "".join(
        formula_html(f, lang).replace("<details open>", "<details>", 1)
        for f in i.formulas().values()
    )
    return (
        f"<details open><summary><b>{text(i.id)}</b> {text(i.zh)} {text(i.en)}, {text(label(i.level, lang))}</summary>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>{formulas}</details>"
    )


def explanation_html(e: Explanation) -> str:
    """A worked sum: each line below what it serves, formulas written out."""
    lines = []
    for line in e.lines:
        drawn = (
            mathml.formula(
                line.formula, line.formula.__name__.replace("_", " "), lambda n: term(n, e.lang)
            )
            if line.formula
            else ""
        )
        told = line.text.partition(": ")[0] if drawn else line.text
        lines.append(
            f'<div style="margin-left:{(line.depth - 1) * 1.4:g}em">{text(told)}{drawn}</div>'
        )
    return f"<details open><summary><b>{text(e.title)}</b></summary>{''.join(lines)}</details>"


def problems_html(error: GepError, lang: str = "en") -> str:
    """A list of problems."""
    found = "".join(f"<li>{text(said(p, lang))}</li>" for p in error.problems)
    return f"<details open><summary><b>{text(error.titled(lang))}</b></summary><ul>{found}</ul></details>"
