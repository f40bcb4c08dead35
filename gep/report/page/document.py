"""The report of one account as one HTML file: no network, no script, Chinese or English; everything
from outside is text.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from gep.account.account import Account
from gep.core.text import name_of
from gep.report.page import audit, over_time, sections
from gep.report.page.markup import folded, text
from gep.report.page.sections import Page
from gep.report.table import rows
from gep.report.views import measure
from gep.words.labels import label

if TYPE_CHECKING:
    from gep.analysis.uncertainty import Uncertainty


_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)
_SECTIONS = (
    ("summary", sections.headline),
    ("composition", sections.composition),
    ("table", sections.account_table),
    ("matrix", sections.matrix_table),
    ("districts", sections.district_section),
    ("years", over_time.years),
    ("changes", over_time.changes),
    ("left_out", sections.left_out),
    ("controls", audit.controls),
    ("warnings", sections.warnings),
    ("methods", audit.methods),
    ("standard", audit.standard),
    ("registers", audit.registers),
    ("reproduce", audit.reproduce),
)
_ORDER = [key for key, _ in _SECTIONS]
_ORDER.insert(_ORDER.index("left_out"), "certainty")


@lru_cache(maxsize=1)
def _style() -> str:
    return (
        resources.files("gep.report.page").joinpath("page.css").read_text("utf-8").replace("\n", "")
    )


def page(
    account: Account,
    lang: str = "en",
    polygons: Mapping[str, Any] | None = None,
    sure: Uncertainty | None = None,
) -> str:
    """The whole page as HTML text; the same account gives the same bytes.

    Parameters
    ----------
    account : Account
    lang : "zh" or "en"
    polygons : GeoJSON FeatureCollection, optional
        Outlines of the districts, named by the property ``region`` or ``name``; draws the map.
    sure : Uncertainty, optional
        What :func:`gep.analysis.uncertainty.uncertainty` found for this account: intervals, and the
        inputs that matter most.

    Returns
    -------
    str
        One HTML document that loads nothing. Every figure stands in a ``<data value="…">`` with its
        full value.

    Examples
    --------
    >>> from gep import opening
    >>> page(opening.read("examples/garze_2010"))[:15]  # doctest: +SKIP
    '<!doctype html>'
    """
    s = Page(account, lang, rows(account, lang), polygons)
    title = account.basis.title or label("account", lang)
    found = {key: build(s) for key, build in _SECTIONS}
    if sure is not None:
        from gep.report.page.certainty import certainty

        found["certainty"] = certainty(s, sure)
    kept = [(key, found[key]) for key in _ORDER if found.get(key)]
    links = body = ""
    for n, (key, html) in enumerate(kept, 1):
        links += f'<li><a href="#{key}">{n} {text(s.word(key))}</a></li>'
        name = f'<h2 id="{key}"><span class=no>{n}</span>{text(s.word(key))}</h2>'
        body += f'<section aria-labelledby="{key}">{name}{html}</section>'
    contents = folded(text(s.word("contents")), f"<ol>{links}</ol>")
    return (
        f'<!doctype html>\n<html lang="{s.word("html_lang")}">{_head(title)}'
        f'<body><a class=skip href="#summary">{text(s.word("skip"))}</a><div class=page>'
        f'{_header(s, title)}<nav aria-label="{text(s.word("contents"))}">{contents}</nav>'
        f"<main>{body}</main></div></body></html>\n"
    )


def _head(title: str) -> str:
    return (
        f'<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy"'
        f' content="{_POLICY}"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<link rel="icon" href="data:,"><title>{text(title)}</title>'
        f"<style>{_style()}</style></head>"
    )


def _header(s: Page, title: str) -> str:
    """What the account is, with a banner where its figures are synthetic."""
    banner = ""
    if s.account.basis.synthetic:
        told = f"<strong>{text(s.word('is_synthetic'))}</strong>"
        banner = f"<p class=banner role=note>{told}</p>"
    over = f"<p class=over>{text(label('account', s.lang))}</p>"
    return f"<header>{banner}{over}<h1>{text(title)}</h1>{_facts(s)}</header>"


def _facts(s: Page) -> str:
    b, p = s.account.basis, s.account.profile
    area, people = measure(s.account, b.region, "area"), measure(s.account, b.region, "population")
    facts = {
        "region": b.region,
        "years": "–".join(dict.fromkeys(map(str, (b.years[0], b.years[-1])))),
        "price_year": label(b.prices, s.lang),
        "standard": name_of(p, s.lang),
        "area": f"{area / 1e6:,.6g} km²" if area else "",
        "population": s.word("people", ones=people, tens=people / 1e4) if people else "",
    }
    pairs = ((text(label(key, s.lang)), text(v)) for key, v in facts.items() if v)
    listed = "".join(f"<div><dt>{name}</dt><dd>{shown}</dd></div>" for name, shown in pairs)
    return f"<dl class=facts>{listed}</dl>"
