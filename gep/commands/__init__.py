"""The commands behind ``gep``; each prints for people, or JSON for machines."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gep import check as checks
from gep import ecosystems, folder, indicators, standards
from gep.account import Account
from gep.errors import GepError
from gep.explain import body
from gep.formula import Formula, Indicator, Input
from gep.inputs import Slot, slots
from gep.names import meaning
from gep.report.formats import Scale, amount, fixed, money_scale, plain, pretty
from gep.report.table import Row, rows
from gep.tables import Coefficient
from gep.text import label, say, title

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Gross ecosystem product accounts 生态系统生产总值核算",
    rich_markup_mode=None,
)
console = Console(highlight=False, width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else 200)  # a pipe or file takes whole lines
Lang = Annotated[str, typer.Option("--lang", help="zh or en")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]


@contextmanager
def _told(lang: str) -> Iterator[None]:
    """Print a GepError as the list of its problems and leave with exit code 2."""
    try:
        yield
    except GepError as error:
        err = Console(stderr=True, highlight=False, soft_wrap=True)
        err.print(f"[bold red]{label('error', lang)}[/] {escape(title(error.title, lang))}")
        for p in error.problems:
            err.print("  " + escape(say(p, lang)))
        raise typer.Exit(2) from None


def _check_lang(lang: str) -> str:
    if lang not in ("zh", "en"):
        raise typer.BadParameter("zh or en", param_hint="--lang")
    return lang


def _print_json(data: object) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")


@app.command("list")
def list_(
    standard: Annotated[str, typer.Option(help="rows of this standard")] = "",
    ecosystem_types: Annotated[bool, typer.Option("--ecosystems", help="the tree of ecosystem types")] = False,
    standards_: Annotated[bool, typer.Option("--standards", help="the standards that ship")] = False,
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """List the indicators (of a standard), the standards, or the ecosystem types."""
    _check_lang(lang)
    data: list[dict[str, Any]]
    with _told(lang):
        if ecosystem_types:
            data = [{"id": e.id, "code": e.code, "parent": e.parent, "zh": e.zh, "en": e.en} for e in ecosystems.tree().values()]
        elif standards_:
            data = [
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
        else:
            profile = standards.get(standard or "catalogue")
            data = [
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
                for r in profile.rows
            ]
    if as_json:
        return _print_json(data)
    table = Table(box=None, header_style="bold", pad_edge=False)
    keys = [k for k in data[0] if k not in ("components", "clause", "note")]
    for key in keys:
        table.add_column(key, no_wrap=key == "id", overflow="fold")
    for row in data:
        table.add_row(*(escape(str(row[k])) for k in keys))
    console.print(table)
    if standard:
        profile = standards.get(standard)
        console.print(f"\n{escape(profile.zh)} · {escape(profile.en)}\n{escape(profile.note)}", style="yellow" if profile.partial else "dim")
        for s in profile.switches.values():
            console.print(
                f"{label('switch', lang)} {s.id}: {escape(s.zh if lang == 'zh' else s.en)} {label(s.state, lang)} ({label(s.evidence, lang)}: {escape(s.note)})",
                soft_wrap=True,
            )
        if profile.net_of_imports:
            console.print(label("net_of_imports", lang))
        for rule in profile.forbids:
            console.print(f"{label('forbids', lang)}: {rule}")


@app.command()
def show(
    indicator: Annotated[str, typer.Argument(help="an indicator's id")] = "",
    inputs: Annotated[bool, typer.Option("--inputs", help="the names that indicators share")] = False,
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """Show an indicator: components, quantities, formulas, inputs with units, coefficients with sources, where it is used."""
    _check_lang(lang)
    if inputs or not indicator:
        shared = [(n, s.unit) for n in indicators.SHARED for s in [_shared(n)]]
        if as_json:
            return _print_json([{"name": n, "unit": u} for n, u in shared])
        for n, u in shared:
            console.print(f"{n:26} {escape('[' + pretty(u) + ']'):16} {escape(meaning(n, lang))}")
        return None
    with _told(lang):
        record = indicators.get(indicator)
        data = describe(record)
    if as_json:
        return _print_json(data)
    return _show(record, data, lang)


def _shared(name: str) -> Any:
    for i in indicators.every():
        for c in i.components:
            if name in slots(i, c):
                return slots(i, c)[name]
    return Slot(name, "CNY/yr" if name == "gdp" else "person")


def describe(i: Indicator) -> dict[str, Any]:
    """An indicator as plain data, for JSON and for the docs."""
    used = [p.id for p in map(standards.get, standards.ids()) if any(r.holds(i.id, c.id) for r in p.rows for c in i.components)]
    return {
        "id": i.id, "level": i.level, "zh": i.zh, "en": i.en, "doc": i.doc.strip(), "standards": used,
        "components": [
            {"id": c.id, "zh": c.zh, "en": c.en, "quantity": c.quantity, "unit": c.unit, "price": c.price, "price_unit": c.price_unit, "pricing": c.pricing,
             "supplied_by": list(c.supplied_by), "cap": c.cap, "outside": c.outside}
            for c in i.components
        ],
        "quantities": {name: [_formula(f) for f in routes] for name, routes in i.quantities.items()},
    }  # fmt: skip


def _formula(f: Formula) -> dict[str, Any]:
    return {
        "name": f.__name__, "unit": f.unit, "summary": f.summary, "body": body(f), "over": f.over, "empirical": f.empirical,
        "inputs": [{"name": x.name, "unit": x.unit, "low": x.low, "high": x.high, "default": _default(x)} for x in f.inputs.values()],
        "worked": [{"inputs": dict(w.inputs), "result": w.result, "source": w.source} for w in f.worked],
    }  # fmt: skip


def _default(x: Input) -> Any:
    if isinstance(x.default, Coefficient):
        return [r.cite() for r in x.default.rows]
    return x.default


def _show(i: Indicator, data: dict[str, Any], lang: str) -> None:
    zh = lang == "zh"
    console.print(f"[bold]{i.id}[/]  {escape(i.zh)}  {escape(i.en)}   [dim]{label(i.level, lang)}[/]\n")
    console.print(escape(re.sub(r"(?<!\n)\n(?!\n)", " ", data["doc"])) + "\n", style="dim")
    table = Table(title=None, box=None, header_style="bold", pad_edge=False)
    for n, head in enumerate((label("component", lang), "", label("quantity", lang), label("price", lang), label("method", lang))):
        table.add_column(head, no_wrap=not n, overflow="fold")
    for c in i.components:
        table.add_row(c.id, c.zh if zh else c.en, escape(f"{c.quantity or 'quantity'} [{pretty(c.unit) or '—'}]"), escape(f"{c.price} [{pretty(c.price_unit) or '—'}]"),
                      c.pricing + (f" ({c.outside})" if c.outside else ""))  # fmt: skip
    console.print(table)
    for name, routes in data["quantities"].items():
        for f in routes:
            console.print(f"\n[bold]{name}[/] {escape('[' + pretty(f['unit']) + ']')}  {escape(f['summary'])}")
            console.print(f"  {f['name']} = {escape(f['body'])}" + (f"   [dim]Σ {f['over']}[/]" if f["over"] else ""))
            for x in f["inputs"]:
                bounds = (
                    ""
                    if x["low"] is None and x["high"] is None
                    else f"  {'' if x['low'] is None else format(x['low'], 'g')} … {'' if x['high'] is None else format(x['high'], 'g')}"
                )
                console.print(f"    {x['name']} {escape('[' + pretty(x['unit']) + ']')}[dim]{bounds}  {escape(meaning(x['name'], lang))}[/]")
                defaults = x["default"] if isinstance(x["default"], list) else [] if x["default"] is None else [f"{label('default', lang)} {x['default']:g}"]
                for line in defaults:
                    console.print(f"      [dim]{escape(line)}[/]", soft_wrap=True)
    console.print(f"\n{label('used_by', lang)}: {', '.join(data['standards'])}")


@app.command()
def run(
    path: Annotated[Path, typer.Argument(metavar="FOLDER", help="the account folder")],
    out: Annotated[Path | None, typer.Option(help="write ledger.csv, summary.json and index.html here")] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Compute the account of a folder and show it."""
    _check_lang(lang)
    with _told(lang):
        account = folder.read(path)
        if out is not None:
            folder.write(account, out, lang)
    if as_json:
        return _print_json(account.summary())
    return _account(account, lang, out)


def _account(account: Account, lang: str, out: Path | None) -> None:
    b = account.basis
    scale = money_scale(float(account.total), b.currency, lang)
    table_rows = rows(account, lang)
    compared = any(r.control for r in table_rows)
    console.print(
        f"\n[bold]{escape(b.title or b.region)}[/]   [dim]{b.region} · {', '.join(map(str, b.years[-3:]))} · {label('price_year', lang)} {label(b.prices, lang)} · {escape(account.profile.id)}[/]\n"
    )
    if b.synthetic:
        console.print(f"{label('synthetic', lang)}\n", style="bold yellow")
    tables = [_account_table(table_rows, scale, lang, compared, detail) for detail in (True, False)]
    wide = console.options.update(width=1000)
    fits = console.measure(tables[0], options=wide).maximum <= console.width
    console.print(tables[0 if fits else 1])
    if not fits:
        console.print("终端再宽一些，可显示实物量和单价" if lang == "zh" else "a wider terminal shows quantities and prices", style="dim")
    left = account.total.left_out
    console.print(
        f"\n{label('excludes', lang)}: {escape(', '.join(left))}" if left else f"\n{label('nothing_left_out', lang)}", style="yellow" if left else "dim"
    )
    for m in (m for m in account.missing if not m.inside):
        who = f"{m.indicator}.{m.component}".rstrip(".") + (f" ({', '.join(m.ecosystems)})" if m.ecosystems else "")
        console.print(
            f"  {escape(who)}: {label('needs', lang)} " + escape(", ".join(f"{n} [{u}]" if u else n for n, u in m.needs)), style="yellow", soft_wrap=True
        )
    for inside in dict.fromkeys(m.inside for m in account.missing if m.inside):
        names = [f"{m.indicator}.{m.component}" for m in account.missing if m.inside == inside]
        console.print(f"{label('not_separately', lang)} ({inside}): {', '.join(names)}", style="dim", soft_wrap=True)
    for w in account.warnings:
        console.print(f"{label('warning', lang)}: {escape(say(w, lang))}", style="yellow", soft_wrap=True)
    for n in account.notes:
        if n.code == "standard.switch":
            console.print(escape(say(n, lang)), style="dim", soft_wrap=True)
    if compared:
        far = [c for c in account.controls if not c.within]
        text = (
            label("within", lang)
            if not far
            else f"{label('beyond', lang)}: {', '.join(' '.join([c.name, *(v for k, v in c.labels.items() if k == 'ecosystem')]) for c in far)}"
        )
        console.print(f"{label('controls', lang)}: {len(account.controls)} · {escape(text)}", style="dim" if not far else "yellow")
    if out is not None:
        console.print(f"→ {escape(str(out))}: ledger.csv, summary.json, index.html", style="dim")


def _account_table(lines: list[Row], scale: Scale, lang: str, compared: bool, detail: bool) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column(label("indicator", lang), overflow="fold")
    for head in ("quantity", "unit", "price", "unit") if detail else ():
        table.add_column(label(head, lang), justify="left" if head == "unit" else "right", style="dim" if head == "unit" else None, overflow="fold")
    table.add_column(f"{label('value', lang)}\n{scale.unit}", justify="right", no_wrap=True)
    for head in ("%", *((label("published", lang), label("difference", lang)) if compared else ())):
        table.add_column(head, justify="right", no_wrap=True)
    for r in lines[1:] + lines[:1]:
        table.add_row(*_cells(r, scale.factor, lang, compared, detail), style="bold" if r.depth < 2 else None)
    return table


def _cells(r: Row, factor: float, lang: str, compared: bool, detail: bool) -> list[str]:
    quantity, unit = amount(r.quantity, r.quantity_unit, lang) if r.quantity == r.quantity else ("", "")
    priced = r.price == r.price
    figures = [quantity, escape(unit), plain(r.price) if priced else "", escape(pretty(r.price_unit, lang)) if priced else ""]
    cells = [
        "  " * max(r.depth - 1, 0) + escape(r.label), *(figures if detail else ()),
        fixed(r.value / factor, 2 if r.depth < 3 else 4), fixed(r.share * 100) if r.share == r.share else "",
    ]  # fmt: skip
    if compared:
        c = r.control
        cells += (
            ["", ""]
            if c is None
            else [fixed(c.published / factor, 2 if r.depth < 3 else 4), f"[{'green' if c.within else 'red'}]{c.difference / factor:+,.4f}[/]"]
        )
    return cells


@app.command()
def check(as_json: AsJson = False) -> None:
    """Prove every formula: dimension, scale, literals, laziness, worked numbers and the rest."""
    found = list(checks.report().items())
    bad = [p for _, problems in found for p in problems]
    if as_json:
        _print_json([{"formula": name, "problems": [str(p) for p in problems]} for name, problems in found])
    else:
        for name, problems in found:
            console.print(f"[{'red' if problems else 'green'}]{'✗' if problems else '✓'}[/] {escape(name)}")
            for p in problems:
                console.print("    " + escape(str(p)), soft_wrap=True)
        console.print(f"{len(found)} formulas, {len(bad)} problems")
    raise typer.Exit(1 if bad else 0)


from gep.commands import assess as _assess  # noqa: E402, F401
from gep.commands import compare as _compare  # noqa: E402, F401
from gep.commands import form as _form  # noqa: E402, F401
from gep.commands import report as _report  # noqa: E402, F401
from gep.commands import scenario as _scenario  # noqa: E402, F401  (their commands join the app)
from gep.commands import sources as _sources  # noqa: E402, F401
from gep.commands import uncertainty as _uncertainty  # noqa: E402, F401  (its command joins the app)
from gep.commands import zone as _zone  # noqa: E402, F401
