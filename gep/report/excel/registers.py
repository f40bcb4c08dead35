"""The sheets that say what the figures rest on: prices, coefficients, sources, and what is wrong or
missing.
"""

from __future__ import annotations

from gep.core.messages import told
from gep.core.nomenclature import meaning
from gep.report import lines as listed
from gep.report.excel.cells import Sheet, number_format
from gep.report.excel.plan import Plan
from gep.words.labels import term, thing
from gep.words.numbers import pretty
from gep.words.problems import clause_name
from gep.words.report import evidence_name, method_name, word


def prices(sheet: Sheet, plan: Plan) -> dict[int, str]:
    """The prices, each once, in cells that may be changed; gives the cell of each, by the identity
    of the price.
    """
    lang = plan.lang
    head = sheet.title(word("prices", lang), [word("legend", lang)])
    keys = (
        "number",
        "price",
        "used_for",
        "item",
        "ecosystem",
        "region",
        "price_year",
        "figure",
        "unit",
        "as_given",
        "source",
        "where",
        "method",
        "how",
        "evidence",
    )
    sheet.heads(head, [word(k, lang) for k in keys], (8,))
    at: dict[int, str] = {}
    row = head
    for row, p in enumerate(listed.prices(plan.lines), head + 1):
        sheet.put(row, 1, row - head, "key")
        sheet.put(row, 2, meaning(p.name, lang) or p.name)
        sheet.put(row, 3, plan.names(p.used_by))
        sheet.put(row, 4, p.item)
        sheet.put(row, 5, plan.ecosystem_label(p.ecosystem) if p.ecosystem else "")
        sheet.put(row, 6, p.region)
        sheet.put(row, 7, p.year or plan.account.basis.price_year or "")
        at[id(p)] = (
            f"{sheet.name}!{sheet.put(row, 8, p.value, 'input', form=number_format(p.value))}"
        )
        sheet.put(row, 9, pretty(p.unit, lang), "unit")
        sheet.put(
            row,
            10,
            "; ".join(
                f"{e.text} {e.unit}{f' ({e.money_of})' if e.money_of else ''}"
                for e in p.entries[:3]
            )
            + ("; …" if len(p.entries) > 3 else ""),
        )
        cited = [
            *(e.source or word("no_source", lang) for e in p.entries),
            *(
                f"{r.source}{', ' + clause_name(r.clause, lang) if r.clause else ''}"
                for r in p.rows
            ),
        ]
        sheet.put(row, 11, "; ".join(dict.fromkeys(cited)))
        sheet.put(row, 12, "; ".join(told(e.where, lang) for e in p.entries[:3]))
        sheet.put(row, 13, method_name(p.method, lang))
        sheet.put(row, 14, p.formula)
        words = dict.fromkeys(
            w for w in (*(e.evidence for e in p.entries), *(r.evidence for r in p.rows)) if w
        )
        sheet.put(row, 15, ", ".join(evidence_name(w, lang) for w in words))
    sheet.finish(
        [6, 18, 34, 14, 16, 14, 7, 16, 16, 26, 44, 22, 18, 40, 12], head, row, 11, freeze=2
    )
    return at


def parameters(sheet: Sheet, plan: Plan) -> None:
    """The coefficients that were used, with their sources."""
    lang = plan.lang
    head = sheet.title(word("parameters", lang))
    heads = (
        "coefficient",
        "input",
        "ecosystem",
        "item",
        "region",
        "figure",
        "unit",
        "low",
        "high",
        "year",
        "source",
        "clause",
        "evidence",
        "used_for",
        "note",
    )
    sheet.heads(head, [word(k, lang) for k in heads], (6, 8, 9))
    row = head
    for row, p in enumerate(listed.parameters(plan.account), head + 1):
        r = p.row
        sheet.put(row, 1, term(p.name, lang))
        sheet.put(row, 2, p.name)
        sheet.put(row, 3, plan.ecosystem_label(r.ecosystem) if r and r.ecosystem else "")
        sheet.put(row, 4, r.item if r else "")
        sheet.put(row, 5, r.region if r else "")
        sheet.put(row, 6, p.value, "sum", form=number_format(p.value))
        sheet.put(row, 7, pretty(p.unit, lang), "unit")
        for n, bound in enumerate((r.low if r else None, r.high if r else None), 8):
            sheet.put(
                row,
                n,
                "" if bound is None else bound,
                "text" if bound is None else "sum",
                form="" if bound is None else number_format(bound),
            )
        for n, cell in enumerate(
            (r.year, r.source, clause_name(r.clause, lang), evidence_name(r.evidence, lang))
            if r
            else ("", word("default_number", lang), "", ""),
            10,
        ):
            sheet.put(row, n, cell)
        sheet.put(row, 14, plan.names(p.used_by))
        sheet.put(row, 15, r.note if r else "")
    sheet.finish(
        [20, 22, 14, 10, 10, 12, 16, 10, 10, 8, 44, 24, 10, 40, 40], head, row, 12, freeze=2
    )


def sources(sheet: Sheet, plan: Plan) -> None:
    """The figures that were given with file and line, then the sources, then the files with their
    checksums.
    """
    lang = plan.lang
    head = sheet.title(word("data", lang))
    keys = (
        "where",
        "input",
        "used_for",
        "item",
        "ecosystem",
        "region",
        "year",
        "figure",
        "unit",
        "source",
        "evidence",
    )
    sheet.heads(head, [word(k, lang) for k in keys], (8,))
    row = head
    for row, (e, used_by) in enumerate(listed.figures(plan.account).items(), head + 1):
        cells = (
            told(e.where, lang),
            meaning(e.name, lang) or word(e.name, lang),
            plan.names(used_by),
            e.item,
            plan.ecosystem_label(e.ecosystem) if e.ecosystem else "",
            e.region,
            e.year or e.money_of or "",
        )
        for n, cell in enumerate(cells, 1):
            sheet.put(row, n, cell)
        sheet.put(row, 8, e.as_given, "sum", form=number_format(e.as_given))
        sheet.put(row, 9, e.unit, "unit")
        sheet.put(row, 10, e.source or word("no_source", lang))
        sheet.put(row, 11, evidence_name(e.evidence, lang))
    last = row
    row += 2
    sheet.put(row, 1, word("sources", lang), "heading")
    row += 1
    for n, key in enumerate(("source", "figures", "parameters", "evidence"), 1):
        sheet.put(row, n, word(key, lang), "head")
    for source, (given, cited, words) in listed.sources(plan.account).items():
        row += 1
        sheet.put(row, 1, source or word("no_source", lang))
        sheet.put(row, 2, given, "input")
        sheet.put(row, 3, cited, "input")
        sheet.put(row, 4, ", ".join(evidence_name(w, lang) for w in words))
    row += 2
    sheet.put(row, 1, word("files", lang), "heading")
    for name, digest in plan.account.files.items():
        row += 1
        sheet.put(row, 1, name)
        sheet.put(row, 2, f"sha256 {digest}")
    sheet.finish([24, 20, 34, 12, 14, 12, 7, 16, 14, 50, 10], head, row, 11, filtered=False)
    if last > head:
        sheet.ws.auto_filter.ref = f"A{head}:K{last}"


def problems(sheet: Sheet, plan: Plan) -> None:
    """What is not accounted and what it needs, warnings, how figures were read, and published
    figures beside the account's.
    """
    lang, account = plan.lang, plan.account
    head = sheet.title(word("problems", lang))
    sheet.heads(head, [word("kind", lang), word("where", lang), word("what", lang)])
    found: list[tuple[str, str, str]] = []
    for m in account.missing:
        where = thing(m.indicator, m.component, lang) + (
            f" ({only})" if (only := m.only(lang, account.basis.ecosystems)) else ""
        )
        needs = ", ".join(
            f"{meaning(n, lang) or word(n, lang)} {n}{f' [{pretty(u, lang)}]' if u else ''}"
            for n, u in m.needs
        )
        kind = word("not_separately" if m.inside else "missing_status", lang)
        found.append(
            (
                kind,
                where,
                f"{m.inside}; {word('needs', lang)}: {needs}"
                if m.inside
                else f"{word('needs', lang)}: {needs}",
            )
        )
    found += listed.told(account, lang)
    row = head
    for row, (kind, where, what) in enumerate(found or [(word("nothing", lang), "", "")], head + 1):
        sheet.put(row, 1, kind)
        sheet.put(row, 2, where, "long")
        sheet.put(row, 3, what, "long")
    last = row
    if account.controls:
        row += 2
        sheet.put(row, 1, word("controls", lang), "heading")
        sheet.put(row + 1, 1, word("recheck", lang), "soft")
        row += 2
        for n, key in enumerate(
            (
                "indicator",
                "ecosystem",
                "source",
                "published",
                "value",
                "difference",
                "reach",
                "verdict",
            ),
            1,
        ):
            sheet.put(
                row,
                n,
                word(key, lang) + (f" ({plan.unit})" if key in ("published", "value") else ""),
                "head",
            )
        for c in account.controls:
            row += 1
            sheet.put(row, 1, word(c.name.removeprefix("level:"), lang))
            sheet.put(
                row,
                2,
                " ".join(
                    plan.ecosystem_label(v) if k == "ecosystem" else v for k, v in c.labels.items()
                ),
            )
            sheet.put(row, 3, c.source)
            for n, number in enumerate(
                (c.published, c.account, c.difference, c.rounding + c.rounding_inputs), 4
            ):
                sheet.put(row, n, number, "sum", form="#,##0.00")
            sheet.put(
                row,
                8,
                word("within" if c.within else "beyond", lang),
                "text" if c.within else "warn",
            )
    sheet.finish(
        [24, 34, 80, 20, 20, 18, 18, 16], head, row, 8 if account.controls else 3, filtered=False
    )
    if last > head:
        sheet.ws.auto_filter.ref = f"A{head}:C{last}"
