"""``gep run``: the account of a folder, shown and written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from gep import opening
from gep.account.account import Account
from gep.commands.shared import AsJson, Lang, console, joined, plain_table, print_json, told
from gep.core import ecosystems
from gep.report.results import write
from gep.report.table import Row, rows
from gep.words.labels import label, named, term, thing
from gep.words.numbers import Scale, amount, fixed, money_scale, plain, pretty
from gep.words.problems import said, thing_named


def run(
    path: Annotated[Path, typer.Argument(metavar="FOLDER", help="the account folder")],
    out: Annotated[
        Path | None, typer.Option(help="write ledger.csv, summary.json and index.html here")
    ] = None,
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """Compute the account of a folder and show it."""
    with told(lang):
        account = opening.read(path)
        if out is not None:
            write(account, out, lang)
    if as_json:
        return print_json(account.summary())
    _show(account, lang)
    if out is not None:
        console.print(f"→ {escape(str(out))}: ledger.csv, summary.json, index.html", style="dim")
    return None


def _show(account: Account, lang: str) -> None:
    b = account.basis
    standard = account.profile.zh if lang == "zh" else account.profile.id
    about = f"{b.region} · {', '.join(map(str, b.years[-3:]))} · {label('price_year', lang)} {label(b.prices, lang)} · {standard}"
    if len(b.years) > 1:
        about += (
            f" · 表中为 {b.years[-1]} 年" if lang == "zh" else f" · the table is of {b.years[-1]}"
        )
    console.print(f"\n[bold]{escape(b.title or b.region)}[/]   [dim]{escape(about)}[/]\n")
    if b.synthetic:
        console.print(f"{label('synthetic', lang)}\n", style="bold yellow")
    _show_table(account, lang)
    left = account.total.left_out
    if left:
        console.print(
            f"\n{label('excludes', lang)}: {escape(joined([named(n, lang) for n in left], lang))}",
            style="yellow",
        )
    else:
        console.print(f"\n{label('nothing_left_out', lang).format(year=b.years[-1])}", style="dim")
    _show_missing(account, lang)
    for w in account.warnings:
        console.print(
            f"{label('warning', lang)}: {escape(said(w, lang, b.currency))}",
            style="yellow",
            soft_wrap=True,
        )
    for n in account.notes:
        if n.code == "standard.switch":
            console.print(escape(said(n, lang)), style="dim", soft_wrap=True)
    _show_controls(account, lang)


def _show_table(account: Account, lang: str) -> None:
    """The account table; without quantities and prices where the terminal is too narrow for them."""
    lines = rows(account, lang)
    scale = money_scale(float(account.total), account.basis.currency, lang)
    compared = any(r.control for r in lines)
    full, short = (_account_table(lines, scale, lang, compared, detail) for detail in (True, False))
    fits = (
        console.measure(full, options=console.options.update(width=1000)).maximum <= console.width
    )
    console.print(full if fits else short)
    if not fits:
        console.print(
            "终端再宽一些，可显示实物量和单价"
            if lang == "zh"
            else "a wider terminal shows quantities and prices",
            style="dim",
        )


def _account_table(
    lines: list[Row], scale: Scale, lang: str, compared: bool, detail: bool
) -> Table:
    table = plain_table()
    table.add_column(label("indicator", lang), overflow="fold")
    for head in ("quantity", "unit", "price", "unit") if detail else ():
        table.add_column(
            label(head, lang),
            justify="left" if head == "unit" else "right",
            style="dim" if head == "unit" else None,
            overflow="fold",
        )
    table.add_column(f"{label('value', lang)}\n{scale.unit}", justify="right", no_wrap=True)
    for head in ("%", *((label("published", lang), label("difference", lang)) if compared else ())):
        table.add_column(head, justify="right", no_wrap=True)
    for r in lines[1:] + lines[:1]:
        table.add_row(
            *_cells(r, scale.factor, lang, compared, detail), style="bold" if r.depth < 2 else None
        )
    return table


def _cells(r: Row, factor: float, lang: str, compared: bool, detail: bool) -> list[str]:
    digits = 2 if r.depth < 3 else 4
    cells = ["  " * max(r.depth - 1, 0) + escape(r.label)]
    if detail:
        cells += map(
            escape,
            amount(r.quantity, r.quantity_unit, lang) if r.quantity == r.quantity else ("", ""),
        )
        cells += (
            [plain(r.price), escape(pretty(r.price_unit, lang))] if r.price == r.price else ["", ""]
        )
    cells += [fixed(r.value / factor, digits), fixed(r.share * 100) if r.share == r.share else ""]
    if not compared:
        return cells
    if r.control is None:
        return [*cells, "", ""]
    colour = "green" if r.control.within else "red"
    return [
        *cells,
        fixed(r.control.published / factor, digits),
        f"[{colour}]{round(r.control.difference / factor, 4) + 0.0:+,.4f}[/]",
    ]


def _show_missing(account: Account, lang: str) -> None:
    """What is not accounted: by name, and by the ids that the account folder takes."""
    for m in account.missing:
        if m.inside:
            continue
        only = m.only(lang, account.basis.ecosystems)
        types = f" ({only})" if only else ""
        needs = joined([_need(n, u, lang) for n, u in m.needs], lang)
        name = f"{thing(m.indicator, m.component, lang)} {m.indicator}.{m.component}".rstrip(".")
        console.print(
            f"  {escape(name + types)}: {label('needs', lang)} {escape(needs)}",
            style="yellow",
            soft_wrap=True,
        )
    for inside in dict.fromkeys(m.inside for m in account.missing if m.inside):
        names = joined(
            [thing(m.indicator, m.component, lang) for m in account.missing if m.inside == inside],
            lang,
        )
        console.print(
            f"{label('not_separately', lang)} ({escape(thing(inside, '', lang))}): {escape(names)}",
            style="dim",
            soft_wrap=True,
        )


def _need(name: str, unit: str, lang: str) -> str:
    """What is needed: its meaning, the name to type, its unit."""
    said = term(name, lang)
    return (
        f"{name if said == name else f'{said} {name}'}{f' [{pretty(unit, lang)}]' if unit else ''}"
    )


def _show_controls(account: Account, lang: str) -> None:
    if not account.controls:
        return
    far = [
        " ".join(
            [
                _control(c.name, lang),
                *(
                    ecosystems.called(v, lang, account.basis.ecosystems)
                    for k, v in c.labels.items()
                    if k == "ecosystem"
                ),
            ]
        )
        for c in account.controls
        if not c.within
    ]
    text = f"{label('beyond', lang)}: {joined(far, lang)}" if far else label("within", lang)
    console.print(
        f"{label('controls', lang)}: {len(account.controls)} · {escape(text)}",
        style="yellow" if far else "dim",
    )


def _control(name: str, lang: str) -> str:
    """What a published figure is of: several indicators are joined by ``+``."""
    return name if lang != "zh" else " + ".join(thing_named(part, lang) for part in name.split("+"))
