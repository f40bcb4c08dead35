"""``gep run``: the account of a folder, shown and written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from gep import opening
from gep.account.account import Account
from gep.account.controls import Control
from gep.commands.shared import (
    AsJson,
    Lang,
    blank,
    console,
    excluded,
    heads,
    joined,
    plain_table,
    print_json,
    tell,
    titled,
    told,
    warn,
    word,
    written,
)
from gep.core import ecosystems
from gep.report.results import write
from gep.report.table import Row, rows
from gep.words.labels import held_inside, label, term, thing, worded
from gep.words.numbers import amount, fixed, money_scale, plain, pretty
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
    return written(out, ": ledger.csv, summary.json, index.html")


def _show(account: Account, lang: str) -> None:
    b = account.basis
    standard = account.profile.zh if lang == "zh" else account.profile.id
    years = ", ".join(map(str, b.years[-3:]))
    about = (
        f"{b.region} · {years} · {label('price_year', lang)} {label(b.prices, lang)} · {standard}"
    )
    if len(b.years) > 1:
        about += word("table_of", lang, year=b.years[-1])
    console.print(f"\n[bold]{escape(titled(b))}[/]   [dim]{escape(about)}[/]\n")
    if b.synthetic:
        console.print(f"{label('synthetic', lang)}\n", style="bold yellow")
    _show_table(account, lang)
    if account.total.left_out:
        console.print(f"\n{excluded(account.total.left_out, lang)}", style="yellow")
    else:
        whole = worded("shared", "nothing_left_out", lang, year=b.years[-1])
        console.print(f"\n{whole}", style="dim")
    _show_missing(account, lang)
    warn(account.warnings, lang, b.currency)
    for n in account.notes:
        if n.code == "standard.switch":
            tell(escape(said(n, lang)), "dim")
    _show_controls(account, lang)


def _show_table(account: Account, lang: str) -> None:
    """The account table; without quantities and prices where the terminal is too narrow."""
    full = _account_table(account, lang, detail=True)
    wide = console.options.update(width=1000)
    if console.measure(full, options=wide).maximum <= console.width:
        return console.print(full)
    console.print(_account_table(account, lang, detail=False))
    return console.print(word("wider", lang), style="dim")


def _account_table(account: Account, lang: str, detail: bool) -> Table:
    lines = rows(account, lang)
    scale = money_scale(float(account.total), account.basis.currency, lang)
    compared = any(r.control for r in lines)
    table = plain_table(label("indicator", lang), fold=True)
    for head in ("quantity", "price") if detail else ():
        table.add_column(label(head, lang), justify="right", overflow="fold")
        table.add_column(label("unit", lang), style="dim", overflow="fold")
    published = heads(lang, "published", "difference") if compared else []
    for head in (f"{label('value', lang)}\n{scale.unit}", "%", *published):
        table.add_column(head, justify="right", no_wrap=True)
    for r in lines[1:] + lines[:1]:
        cells = ["  " * max(r.depth - 1, 0) + escape(r.label)]
        cells += _physical(r, lang) if detail else []
        cells += [fixed(r.value / scale.factor, _digits(r)), _share(r)]
        cells += _published(r, scale.factor) if compared else []
        table.add_row(*cells, style="bold" if r.depth < 2 else None)
    return table


def _digits(r: Row) -> int:
    return 2 if r.depth < 3 else 4


def _share(r: Row) -> str:
    return blank(r.share, fixed(r.share * 100))


def _physical(r: Row, lang: str) -> list[str]:
    """Quantity and price with their units; blank where there is none."""
    out = ["", "", "", ""]
    if r.quantity == r.quantity:
        out[:2] = map(escape, amount(r.quantity, r.quantity_unit, lang))
    if r.price == r.price:
        out[2:] = plain(r.price), escape(pretty(r.price_unit, lang))
    return out


def _published(r: Row, factor: float) -> list[str]:
    """The published figure and the difference; blank where there is none."""
    c = r.control
    if c is None:
        return ["", ""]
    colour = "green" if c.within else "red"
    difference = f"{round(c.difference / factor, 4) + 0.0:+,.4f}"
    return [fixed(c.published / factor, _digits(r)), f"[{colour}]{difference}[/]"]


def _show_missing(account: Account, lang: str) -> None:
    """What is not accounted: by name, and by the ids that the account folder takes."""
    for m in account.missing:
        if m.inside:
            continue
        only = m.only(lang, account.basis.ecosystems)
        name = f"{thing(m.indicator, m.component, lang)} {m.indicator}.{m.component}".rstrip(".")
        name += f" ({only})" if only else ""
        needs = joined((_need(n, u, lang) for n, u in m.needs), lang)
        tell(f"  {escape(name)}: {label('needs', lang)} {escape(needs)}")
    for inside, names in held_inside(account.missing, lang).items():
        whole = f"{label('not_separately', lang)} ({escape(thing(inside, '', lang))})"
        tell(f"{whole}: {escape(joined(names, lang))}", "dim")


def _need(name: str, unit: str, lang: str) -> str:
    """What is needed: its meaning, the name to type, its unit."""
    names = " ".join(dict.fromkeys((term(name, lang), name)))
    return f"{names} [{pretty(unit, lang)}]" if unit else names


def _show_controls(account: Account, lang: str) -> None:
    if not account.controls:
        return
    far = [_control(c, account, lang) for c in account.controls if not c.within]
    text = f"{label('beyond', lang)}: {joined(far, lang)}" if far else label("within", lang)
    count = f"{label('controls', lang)}: {len(account.controls)}"
    console.print(f"{count} · {escape(text)}", style="yellow" if far else "dim")


def _control(c: Control, account: Account, lang: str) -> str:
    """What a published figure is of: several indicators are joined by ``+``."""
    name = c.name
    if lang == "zh":
        name = " + ".join(thing_named(part, lang) for part in name.split("+"))
    if "ecosystem" not in c.labels:
        return name
    type_ = ecosystems.called(c.labels["ecosystem"], lang, account.basis.ecosystems)
    return f"{name} {type_}"
