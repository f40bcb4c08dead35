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
from gep.words.labels import label, word

if TYPE_CHECKING:
    from gep.analysis.uncertainty import Uncertainty


_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
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
    b = account.basis
    title = b.title or label("account", lang)
    found = [(key, build(s)) for key, build in _SECTIONS]
    if sure is not None:
        from gep.report.page.certainty import certainty

        found.insert([key for key, _ in found].index("left_out"), ("certainty", certainty(s, sure)))
    kept = [(key, html) for key, html in found if html]
    links = "".join(
        f'<li><a href="#{key}">{n} {text(s.word(key))}</a></li>'
        for n, (key, _) in enumerate(kept, 1)
    )
    body = "".join(
        f'<section aria-labelledby="{key}"><h2 id="{key}"><span class=no>{n}</span>{text(s.word(key))}</h2>{html}</section>'
        for n, (key, html) in enumerate(kept, 1)
    )
    banner = (
        f"<p class=banner role=note><strong>{text(word('is_synthetic', lang))}</strong></p>"
        if b.synthetic
        else ""
    )
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,"><title>{text(title)}</title><style>{_style()}</style></head>'
        f'<body><a class=skip href="#summary">{text(s.word("skip"))}</a><div class=page><header>{banner}<p class=over>{text(label("account", lang))}</p><h1>{text(title)}</h1>{_facts(s)}</header>'
        f'<nav aria-label="{text(s.word("contents"))}">{folded(text(s.word("contents")), f"<ol>{links}</ol>")}</nav><main>{body}</main></div></body></html>\n'
    )


def _facts(s: Page) -> str:
    b, p = s.account.basis, s.account.profile
    years = "–".join(dict.fromkeys(map(str, (b.years[0], b.years[-1]))))
    area, people = measure(s.account, b.region, "area"), measure(s.account, b.region, "population")
    facts = [
        (label("region", s.lang), b.region),
        (label("years", s.lang), years),
        (label("price_year", s.lang), label(b.prices, s.lang)),
        (label("standard", s.lang), name_of(p, s.lang)),
        (label("area", s.lang), f"{area / 1e6:,.6g} km²" if area else ""),
        (
            label("population", s.lang),
            f"{people / 1e4:,.6g} 万人"
            if people and s.lang == "zh"
            else f"{people:,.0f}"
            if people
            else "",
        ),
    ]
    return (
        "<dl class=facts>"
        + "".join(f"<div><dt>{text(k)}</dt><dd>{text(v)}</dd></div>" for k, v in facts if v)
        + "</dl>"
    )
