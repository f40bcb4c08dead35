"""The sheets that say what the figures rest on: prices, coefficients, sources, and what is wrong or
missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gep.account.controls import Control
from gep.account.inputs import Entry
from gep.core.messages import told
from gep.core.nomenclature import meaning
from gep.core.tables import Row
from gep.report import lines as listed
from gep.report.excel.cells import Cell, Sheet, figure
from gep.report.excel.plan import Plan
from gep.report.phrases import (
    as_given,
    bracketed,
    control_place,
    input_name,
    price_year,
    row_of,
    source_name,
    sources_of,
)
from gep.words.labels import term, thing
from gep.words.numbers import pretty
from gep.words.problems import clause_name
from gep.words.report import evidence_name, method_name, word


def prices(sheet: Sheet, plan: Plan) -> dict[int, str]:
    """The prices, each once, in cells that may be changed; gives the cell of each, by the identity
    of the price.
    """
    head = sheet.title(word("prices", plan.lang), [word("legend", plan.lang)])
    heads = "number price used_for item ecosystem region price_year figure unit as_given source"
    sheet.heads(head, plan.words(f"{heads} where method how evidence"), (8,))
    used = listed.prices(plan.lines)
    lines = ([Cell(n, "key"), *_price(p, plan)] for n, p in enumerate(used, 1))
    last = sheet.below(head, lines)
    widths = [6, 18, 34, 14, 16, 14, 7, 16, 16, 26, 44, 22, 18, 40, 12]
    sheet.finish(widths, head, last, 11, freeze=2)
    return {id(p): f"{sheet.name}!H{row}" for row, p in enumerate(used, head + 1)}


def _price(p: listed.Price, plan: Plan) -> Iterator[object]:
    """A price as the cells right of its number."""
    lang = plan.lang
    rests_on: tuple[Entry | Row, ...] = (*p.entries, *p.rows)
    shown = p.entries[:3]
    more = "; …" if len(p.entries) > len(shown) else ""
    yield meaning(p.name, lang) or p.name
    yield plan.names(p.used_by)
    yield from (p.item, plan.type_label(p.ecosystem), p.region, price_year(p, plan.account))
    yield figure(p.value, "input")
    yield Cell(pretty(p.unit, lang), "unit")
    yield "; ".join(as_given(e, e.unit) for e in shown) + more
    yield "; ".join(sources_of(p, lang))
    yield "; ".join(told(e.where, lang) for e in shown)
    yield from (method_name(p.method, lang), p.formula)
    yield _evidence(dict.fromkeys(x.evidence for x in rests_on), lang)


def _evidence(words: Iterable[str], lang: str) -> str:
    return ", ".join(evidence_name(w, lang) for w in filter(None, words))


def parameters(sheet: Sheet, plan: Plan) -> None:
    """The coefficients that were used, with their sources."""
    head = sheet.title(word("parameters", plan.lang))
    heads = "coefficient input ecosystem item region figure unit low high year source clause"
    sheet.heads(head, plan.words(f"{heads} evidence used_for note"), (6, 8, 9))
    last = sheet.below(head, (_parameter(p, plan) for p in listed.parameters(plan.account)))
    widths = [20, 22, 14, 10, 10, 12, 16, 10, 10, 8, 44, 24, 10, 40, 40]
    sheet.finish(widths, head, last, 12, freeze=2)


def _parameter(p: listed.Parameter, plan: Plan) -> Iterator[object]:
    """A coefficient as the cells of its line."""
    lang, r = plan.lang, row_of(p, plan.lang)
    yield from (term(p.name, lang), p.name, plan.type_label(r.ecosystem), r.item, r.region)
    yield from (figure(p.value), Cell(pretty(p.unit, lang), "unit"))
    yield from (_bound(r.low), _bound(r.high))
    yield from (r.year, r.source, clause_name(r.clause, lang), evidence_name(r.evidence, lang))
    yield from (plan.names(p.used_by), r.note)


def _bound(value: float | None) -> Cell:
    return Cell("") if value is None else figure(value)


def sources(sheet: Sheet, plan: Plan) -> None:
    """The figures that were given with file and line, then the sources, then the files with their
    checksums.
    """
    lang = plan.lang
    head = sheet.title(word("data", lang))
    heads = "where input used_for item ecosystem region year figure unit source evidence"
    sheet.heads(head, plan.words(heads), (8,))
    given = listed.figures(plan.account).items()
    last = sheet.below(head, (_given(e, plan.names(used_by), plan) for e, used_by in given))
    sheet.put(last + 2, 1, word("sources", lang), "heading")
    sheet.row(last + 3, plan.words("source figures parameters evidence"), "head")
    by_source = listed.sources(plan.account).items()
    lines = (
        (source_name(s, lang), Cell(n, "input"), Cell(m, "input"), _evidence(words, lang))
        for s, (n, m, words) in by_source
    )
    row = sheet.below(last + 3, lines) + 2
    sheet.put(row, 1, word("files", lang), "heading")
    files = plan.account.files.items()
    row = sheet.below(row, ((name, f"sha256 {digest}") for name, digest in files))
    widths = [24, 20, 34, 12, 14, 12, 7, 16, 14, 50, 10]
    sheet.finish(widths, head, row, 11, filtered=False)
    sheet.filter(head, last, len(widths))


def _given(e: Entry, used_by: str, plan: Plan) -> Iterator[object]:
    """A figure that was given as the cells of its line."""
    lang = plan.lang
    yield from (told(e.where, lang), input_name(e.name, lang), used_by)
    yield from (e.item, plan.type_label(e.ecosystem), e.region, e.year or e.money_of or "")
    yield from (figure(e.as_given), Cell(e.unit, "unit"))
    yield from (source_name(e.source, lang), evidence_name(e.evidence, lang))


def problems(sheet: Sheet, plan: Plan) -> None:
    """What is not accounted and what it needs, warnings, how figures were read, and published
    figures beside the account's.
    """
    lang, account = plan.lang, plan.account
    head = sheet.title(word("problems", lang))
    sheet.heads(head, plan.words("kind where what"))
    found = [*_missing(plan), *listed.told(account, lang)] or [(word("nothing", lang), "", "")]
    lines = ((Cell(kind), where, what) for kind, where, what in found)
    last = row = sheet.below(head, lines, "long")
    if account.controls:
        row = _controls(sheet, plan, row + 2)
    columns = 8 if account.controls else 3
    sheet.finish([24, 34, 80, 20, 20, 18, 18, 16], head, row, columns, filtered=False)
    sheet.filter(head, last, 3)


def _missing(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """What is not accounted: kind, place and what it needs."""
    lang = plan.lang
    for m in plan.account.missing:
        where, only = (
            thing(m.indicator, m.component, lang),
            m.only(lang, plan.account.basis.ecosystems),
        )
        needs = ", ".join(bracketed(f"{input_name(n, lang)} {n}", u, lang) for n, u in m.needs)
        kind = word("not_separately" if m.inside else "missing_status", lang)
        what = (m.inside, f"{word('needs', lang)}: {needs}")
        yield kind, f"{where} ({only})" if only else where, "; ".join(filter(None, what))


def _controls(sheet: Sheet, plan: Plan, row: int) -> int:
    """Published figures beside the account's own, from a row on; gives the last."""
    heads = plan.words("indicator ecosystem source published value difference reach verdict")
    for money in (3, 4):
        heads[money] += f" ({plan.unit})"
    sheet.put(row, 1, word("controls", plan.lang), "heading")
    sheet.put(row + 1, 1, word("recheck", plan.lang), "soft")
    sheet.row(row + 2, heads, "head")
    return sheet.below(row + 2, (_control(c, plan) for c in plan.account.controls))


def _control(c: Control, plan: Plan) -> Iterator[object]:
    """A published figure as the cells of its line."""
    yield word(c.name.removeprefix("level:"), plan.lang)
    yield from (control_place(c.labels, plan.lang, plan.account.basis), c.source)
    for number in (c.published, c.account, c.difference, c.rounding + c.rounding_inputs):
        yield Cell(number, "sum", "#,##0.00")
    verdict, style = ("within", "text") if c.within else ("beyond", "warn")
    yield Cell(word(verdict, plan.lang), style)
