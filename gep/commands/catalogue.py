"""``gep list`` and ``gep show``: what there is, and what an indicator takes."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer
from rich.markup import escape

from gep import indicators, standards
from gep.account.inputs import slots
from gep.commands.shared import (
    AsJson,
    Lang,
    console,
    heads,
    joined,
    plain_table,
    print_json,
    told,
    warn,
)
from gep.core import ecosystems
from gep.core.errors import Problem
from gep.core.formula import Formula, Indicator, Input
from gep.core.nomenclature import has_words, in_words, meaning
from gep.core.tables import Coefficient, Row
from gep.core.text import name_of, own_words
from gep.report.explain import body
from gep.standards.overlaps import Rule, rules
from gep.words.labels import label, room
from gep.words.numbers import bounds, pretty
from gep.words.problems import clause_name, thing_named
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
        if ecosystem_types:
            rows = _types()
        elif standards_:
            rows = _standards(lang)
        else:
            rows = _rows(standard or "catalogue")
    if as_json:
        return print_json(rows)
    hidden = {"components", "clause", "note"} | ({"en"} if lang == "zh" else set())
    keys = [k for k in rows[0] if k not in hidden]
    table = plain_table(*heads(lang, *keys), left=range(len(keys)), fold=True)
    table.columns[0].no_wrap = True
    for row in rows:
        table.add_row(*(escape(_cell(k, str(row[k]), lang)) for k in keys))
    console.print(table)
    if standard:
        _about(standards.get(standard), lang)
    if not ecosystem_types:
        warn(_amiss(standards_), lang, "CNY")
    return None


def _amiss(of_standards: bool) -> tuple[Problem, ...]:
    """What other packages bring and cannot be used."""
    return standards.outside().problems if of_standards else indicators.problems()


def _cell(key: str, text: str, lang: str) -> str:
    if key == "total":
        return room("total", lang).get(text, text)
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
        name, note = escape(name_of(s, lang)), escape(own_words(s.note, lang))
        state = f"{label(s.state, lang)} ({label(s.evidence, lang)}: {note})"
        console.print(f"{label('switch', lang)} {s.id}: {name} {state}", soft_wrap=True)
    if profile.net_of_imports:
        console.print(label("net_of_imports", lang))
    for rule in rules():
        if rule.id in profile.forbids:
            forbidden = _sides(rule) if lang == "zh" else rule.id
            console.print(f"{label('forbids', lang)}: {escape(forbidden)}", soft_wrap=True)


def _sides(rule: Rule) -> str:
    """What two things a rule keeps apart, in Chinese."""
    sides = [
        "＋".join(thing_named(name, "zh") for name in side.split("+"))
        for side in (rule.first, rule.second)
    ]
    return f"{' 与 '.join(sides)}（{rule.zh}）"


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
        at if at in indicators.ids() else name,
    )


def _show_shared(as_json: bool, lang: str) -> None:
    """The names that indicators share, with unit and meaning."""
    units = _units()
    if as_json:
        return print_json([{"name": name, "unit": unit} for name, unit in units.items()])
    for name, unit in units.items():
        shown = escape(f"[{pretty(unit, lang)}]")
        console.print(f"{name:26} {shown:16} {escape(meaning(name, lang))}")
    return None


def _units() -> dict[str, str]:
    """The unit of each name that indicators share: that of the first component that takes it."""
    units = dict.fromkeys(indicators.SHARED, "person") | {"gdp": "CNY/yr"}
    components = [(i, c) for i in indicators.every() for c in i.components]
    for i, c in reversed(components):
        units |= {name: slot.unit for name, slot in slots(i, c).items() if name in units}
    return units


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
    name = i.zh if lang == "zh" else f"{i.zh}  {i.en}"
    console.print(f"[bold]{i.id}[/]  {escape(name)}   [dim]{label(i.level, lang)}[/]\n")
    doc = re.sub(r"(?<!\n)\n(?!\n)", " ", data["doc"])
    console.print(escape(_told(i.zh_doc, doc, lang)) + "\n", style="dim")
    columns = heads(lang, "component", "", "quantity", "price", "method")
    table = plain_table(*columns, left=range(len(columns)), fold=True)
    table.columns[0].no_wrap = True
    for c in i.components:
        quantity = escape(_in_unit(c.quantity or "quantity", c.unit, lang))
        price = escape(_in_unit(c.price, c.price_unit, lang))
        method = method_name(c.pricing, lang)
        if c.outside:
            method += f" ({word(c.outside, lang)})"
        table.add_row(c.id, name_of(c, lang), quantity, price, method)
    console.print(table)
    supplied = {c.quantity: name_of(c, lang) for c in reversed(i.components)}
    for quantity, routes in i.quantities.items():
        called = meaning(quantity, lang) or supplied.get(quantity, "")
        for f in routes:
            _show_formula(f, quantity, called, lang)
    used = data["standards"]
    if lang == "zh":
        used = [f"{thing_named(id, lang)}（{id}）" for id in used]
    console.print(f"\n{label('used_by', lang)}: {escape(joined(used, lang))}")


def _in_unit(name: str, unit: str, lang: str) -> str:
    return f"{name} [{pretty(unit, lang) or '—'}]"


def _told(zh: str, text: str, lang: str) -> str:
    """What an indicator or a formula says of itself."""
    return zh if lang == "zh" and zh else own_words(text, lang)


def _show_formula(f: Formula, name: str, called: str, lang: str) -> None:
    """A formula, in Chinese also in words where every name has a meaning, with its inputs."""
    told_, code = _told(f.zh, f.summary, lang), body(f)
    summary = f"{called}  {told_}" if lang == "zh" else told_
    console.print(f"\n[bold]{name}[/] {escape(f'[{pretty(f.unit, lang)}]')}  {escape(summary)}")
    if lang == "zh" and called and has_words(code):
        console.print(f"  {escape(f'{called} = {in_words(code)}')}", soft_wrap=True)
    over = f"   [dim]Σ {label(f.over, lang)}[/]" if f.over else ""
    console.print(f"  {f.__name__} = {escape(code)}{over}")
    for x in f.inputs.values():
        reach = bounds(x.low, x.high)
        told_ = f"  {reach}" if reach else ""
        unit = escape(f"[{pretty(x.unit, lang)}]")
        console.print(f"    {x.name} {unit}[dim]{told_}  {escape(meaning(x.name, lang))}[/]")
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
    where = f"［{at}］" if at else ""
    number = f"{row.value:g} {row.unit}".removesuffix(" 1")
    source = joined(filter(None, (row.source, clause_name(row.clause, lang))), lang)
    return f"{name}{where} = {number}（{source}；{evidence_name(row.evidence, lang)}）"
