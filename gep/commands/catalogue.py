"""``gep list`` and ``gep show``: what there is, and what an indicator takes."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer
from rich.markup import escape

from gep import indicators, standards
from gep.account.inputs import Slot, slots
from gep.commands.shared import AsJson, Lang, console, joined, plain_table, print_json, told
from gep.core import ecosystems
from gep.core.formula import Formula, Indicator, Input
from gep.core.nomenclature import has_words, in_chinese, in_words, meaning
from gep.core.tables import Coefficient, Row
from gep.core.text import name_of, own_words
from gep.report.explain import body
from gep.standards.overlaps import rules
from gep.words.labels import label
from gep.words.numbers import pretty
from gep.words.problems import TOTALS, clause_name, thing_named
from gep.words.report import evidence_name, method_name, word


def list_(
    standard: Annotated[str, typer.Option(help="rows of this standard")] = "",
    ecosystem_types: Annotated[
        bool, typer.Option("--ecosystems", help="the tree of ecosystem types")
    ] = False,
    standards_: Annotated[
        bool, typer.Option("--standards", help="the standards that ship")
    ] = False,
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """List the indicators (of a standard), the standards, or the ecosystem types."""
    with told(lang):
        rows = (
            _types()
            if ecosystem_types
            else _standards(lang)
            if standards_
            else _rows(standard or "catalogue")
        )
    if as_json:
        return print_json(rows)
    keys = [
        k
        for k in rows[0]
        if k not in ("components", "clause", "note", "en" if lang == "zh" else "")
    ]
    table = plain_table()
    for key in keys:
        table.add_column(label(key, lang), no_wrap=key == "id", overflow="fold")
    for row in rows:
        table.add_row(*(escape(_cell(k, str(row[k]), lang)) for k in keys))
    console.print(table)
    if standard:
        _about(standards.get(standard), lang)
    return None


def _cell(key: str, text: str, lang: str) -> str:
    if key == "total":
        return TOTALS.get(text, text) if lang == "zh" else text
    return label(text, lang) if key in ("level", "evidence") else text


def _types() -> list[dict[str, Any]]:
    return [
        {"id": e.id, "code": e.code, "parent": e.parent, "zh": e.zh, "en": e.en}
        for e in ecosystems.tree().values()
    ]


def _standards(lang: str) -> list[dict[str, Any]]:
    return [
        {
            "id": p.id,
            "zh": p.zh,
            "en": p.en,
            "total": p.total,
            "indicators": len(p.rows),
            "known": label("in_part" if p.partial else "in_full", lang),
            "source": p.source,
        }
        for p in map(standards.get, standards.ids())
    ]


def _rows(standard: str) -> list[dict[str, Any]]:
    return [
        {
            "id": r.id,
            "level": r.level,
            "zh": r.zh,
            "en": r.en,
            "components": list(r.components),
            "evidence": r.evidence,
            "clause": r.clause,
            "note": r.note,
        }
        for r in standards.get(standard).rows
    ]


def _about(profile: standards.Profile, lang: str) -> None:
    """The name of a standard, its note, its switches and what it forbids."""
    name = profile.zh if lang == "zh" else f"{profile.zh} · {profile.en}"
    console.print(
        f"\n{escape(name)}\n{escape(own_words(profile.note, lang))}",
        style="yellow" if profile.partial else "dim",
    )
    for s in profile.switches.values():
        name, why = (
            escape(name_of(s, lang)),
            f"{label(s.evidence, lang)}: {escape(own_words(s.note, lang))}",
        )
        console.print(
            f"{label('switch', lang)} {s.id}: {name} {label(s.state, lang)} ({why})", soft_wrap=True
        )
    if profile.net_of_imports:
        console.print(label("net_of_imports", lang))
    for rule in rules():
        if rule.id in profile.forbids:
            sides = " 与 ".join(
                "＋".join(thing_named(name, "zh") for name in side.split("+"))
                for side in (rule.first, rule.second)
            )
            console.print(
                f"{label('forbids', lang)}: {escape(f'{sides}（{rule.zh}）' if lang == 'zh' else rule.id)}",
                soft_wrap=True,
            )


def show(
    indicator: Annotated[str, typer.Argument(help="an indicator, by its id or name")] = "",
    inputs: Annotated[
        bool, typer.Option("--inputs", help="the names that indicators share")
    ] = False,
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """Show an indicator: components, quantities, formulas, inputs with units, coefficients with
    sources, where it is used.
    """
    with told(lang):
        record = indicators.get(_meant(indicator)) if indicator and not inputs else None
    if record is None:
        return _show_shared(as_json, lang)
    data = _described(record)
    if as_json:
        return print_json(data)
    return _show(record, data, lang)


def _meant(name: str) -> str:
    """The id of an indicator that is named by its id, a component's (``tourism.beach``), or its
    Chinese or English name.
    """
    at = name.partition(".")[0]
    return next(
        (i.id for i in indicators.every() if name in (i.zh, i.en)),
        at if at in indicators.IDS else name,
    )


def _show_shared(as_json: bool, lang: str) -> None:
    """The names that indicators share, with unit and meaning."""
    units = {name: _shared(name).unit for name in indicators.SHARED}
    if as_json:
        return print_json([{"name": name, "unit": unit} for name, unit in units.items()])
    for name, unit in units.items():
        console.print(
            f"{name:26} {escape('[' + pretty(unit, lang) + ']'):16} {escape(meaning(name, lang))}"
        )
    return None


def _shared(name: str) -> Slot:
    for i in indicators.every():
        for c in i.components:
            if name in slots(i, c):
                return slots(i, c)[name]
    return Slot(name, "CNY/yr" if name == "gdp" else "person")


def _described(i: Indicator) -> dict[str, Any]:
    """An indicator as plain data."""
    used = [
        p.id
        for p in map(standards.get, standards.ids())
        if any(r.holds(i.id, c.id) for r in p.rows for c in i.components)
    ]
    return {
        "id": i.id,
        "level": i.level,
        "zh": i.zh,
        "en": i.en,
        "doc": i.doc.strip(),
        "standards": used,
        "components": [
            {
                "id": c.id,
                "zh": c.zh,
                "en": c.en,
                "quantity": c.quantity,
                "unit": c.unit,
                "price": c.price,
                "price_unit": c.price_unit,
                "pricing": c.pricing,
                "supplied_by": list(c.supplied_by),
                "cap": c.cap,
                "outside": c.outside,
            }
            for c in i.components
        ],
        "quantities": {
            name: [_formula(f) for f in routes] for name, routes in i.quantities.items()
        },
    }


def _formula(f: Formula) -> dict[str, Any]:
    return {
        "name": f.__name__,
        "unit": f.unit,
        "summary": f.summary,
        "body": body(f),
        "over": f.over,
        "empirical": f.empirical,
        "inputs": [
            {"name": x.name, "unit": x.unit, "low": x.low, "high": x.high, "default": _default(x)}
            for x in f.inputs.values()
        ],
        "worked": [
            {"inputs": dict(w.inputs), "result": w.result, "source": w.source} for w in f.worked
        ],
    }


def _default(x: Input) -> Any:
    return [r.cite() for r in x.default.rows] if isinstance(x.default, Coefficient) else x.default


def _show(i: Indicator, data: dict[str, Any], lang: str) -> None:
    zh = lang == "zh"
    console.print(
        f"[bold]{i.id}[/]  {escape(i.zh if zh else f'{i.zh}  {i.en}')}   [dim]{label(i.level, lang)}[/]\n"
    )
    doc = re.sub(r"(?<!\n)\n(?!\n)", " ", data["doc"])
    console.print(
        escape(in_chinese().get(i.id) or own_words(doc, lang) if zh else doc) + "\n", style="dim"
    )
    table = plain_table()
    for n, head in enumerate(
        (
            label("component", lang),
            "",
            label("quantity", lang),
            label("price", lang),
            label("method", lang),
        )
    ):
        table.add_column(head, no_wrap=not n, overflow="fold")
    for c in i.components:
        quantity, price = (
            f"{c.quantity or 'quantity'} [{pretty(c.unit, lang) or '—'}]",
            f"{c.price} [{pretty(c.price_unit, lang) or '—'}]",
        )
        method = method_name(c.pricing, lang) + (f" ({word(c.outside, lang)})" if c.outside else "")
        table.add_row(c.id, name_of(c, lang), escape(quantity), escape(price), method)
    console.print(table)
    supplied = {c.quantity: name_of(c, lang) for c in reversed(i.components)}
    for name, routes in i.quantities.items():
        for f in routes:
            _show_formula(f, name, meaning(name, lang) or supplied.get(name, ""), lang)
    used = (
        data["standards"]
        if not zh
        else [f"{thing_named(id, lang)}（{id}）" for id in data["standards"]]
    )
    console.print(f"\n{label('used_by', lang)}: {escape(joined(used, lang))}")


def _show_formula(f: Formula, name: str, called: str, lang: str) -> None:
    """A formula, in Chinese also in words where every name has a meaning, with its inputs."""
    zh = lang == "zh"
    summary = (
        f"{called}  {in_chinese().get(f.__name__) or own_words(f.summary, lang)}"
        if zh
        else f.summary
    )
    console.print(f"\n[bold]{name}[/] {escape(f'[{pretty(f.unit, lang)}]')}  {escape(summary)}")
    if zh and called and has_words(body(f)):
        console.print(f"  {escape(f'{called} = {in_words(body(f))}')}", soft_wrap=True)
    console.print(
        f"  {f.__name__} = {escape(body(f))}"
        + (f"   [dim]Σ {label(f.over, lang)}[/]" if f.over else "")
    )
    for x in f.inputs.values():
        low, high = ("" if bound is None else f"{bound:g}" for bound in (x.low, x.high))
        bounds = f"  {low} … {high}" if low or high else ""
        console.print(
            f"    {x.name} {escape(f'[{pretty(x.unit, lang)}]')}[dim]{bounds}  {escape(meaning(x.name, lang))}[/]"
        )
        for line in _defaults(x, lang):
            console.print(f"      [dim]{escape(line)}[/]", soft_wrap=True)


def _defaults(x: Input, lang: str) -> list[str]:
    """What an input takes where nothing is given."""
    if isinstance(x.default, Coefficient):
        return [_cited(row, meaning(x.name, lang), lang) for row in x.default.rows]
    return [] if x.default is None else [f"{label('default', lang)} {x.default:g}"]


def _cited(row: Row, name: str, lang: str) -> str:
    """A row of a table as a person would quote it."""
    if lang != "zh":
        return row.cite()
    at = joined(filter(None, (ecosystems.called(row.ecosystem, lang), row.item, row.region)), lang)
    number = f"{row.value:g}" + (f" {row.unit}" if row.unit != "1" else "")
    source = joined(filter(None, (row.source, clause_name(row.clause, lang))), lang)
    return f"{name}{f'［{at}］' if at else ''} = {number}（{source}；{evidence_name(row.evidence, lang)}）"
