"""``gep seea``: the account as the UN's ecosystem accounts."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.markup import escape
from rich.table import Table

from gep import opening
from gep.account.confidential import may_leave
from gep.commands.shared import (
    Lang,
    blank,
    console,
    joined,
    names,
    plain_table,
    tell,
    told,
    written,
)
from gep.core import output
from gep.report import seea as ecosystem_accounts
from gep.words.labels import label, room, thing, worded
from gep.words.numbers import Scale, fixed, money_scale
from gep.words.problems import said, thing_named


def seea(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", help="the account folder; users.csv in it says who uses what"
        ),
    ],
    out: Annotated[Path | None, typer.Option(help="write seea.csv and seea.xlsx here")] = None,
    year: Annotated[int | None, typer.Option(help="a year of the account")] = None,
    lang: Lang = "en",
) -> None:
    """Show the account as the UN's ecosystem accounts: supply and use, extent, bridge to welfare
    values.
    """
    with told(lang):
        account = opening.read(path)
        who = path / "users.csv"
        users = ecosystem_accounts.read_users(who) if who.exists() else None
        found = ecosystem_accounts.tables(account, year, users)
        if out is not None:
            may_leave(account)
            output.write(out, {"seea.csv": found.to_csv(), "seea.xlsx": found.workbook()})
    scale = money_scale(float(account.total), account.basis.currency, lang)
    called = names((account,), lang) | room("seea", lang)
    for key, frame in (("supply", found.supply_money), ("use", found.use_money)):
        console.print(_table(f"{called[key]} [{scale.unit}]", frame, scale, called, lang))
    for row in found.bridge.reset_index().to_dict("records"):
        note = _noted(row["line"], found.bridge.attrs) if lang == "zh" else row["note"]
        figure = f"{fixed(row['value'] / scale.factor):>14} {scale.unit}"
        line = f"{called[row['line']]:22} {figure}   [dim]{escape(note)}[/]"
        console.print(line, soft_wrap=True)
    for problem, note in zip(found.problems, found.notes, strict=True):
        tell(escape(said(problem, lang, account.basis.currency) if lang == "zh" else note), "dim")
    written(out, ": seea.csv, seea.xlsx")


def _table(
    title: str, frame: pd.DataFrame, scale: Scale, called: Mapping[str, str], lang: str
) -> Table:
    """Supply by type or use by user: a line a component."""
    columns = [c for c in frame.columns if c not in ("service", "unit")]
    titles = (called["service"], label("component", lang), *(called.get(c, c) for c in columns))
    table = plain_table(*map(escape, titles), left=(0, 1), fold=True, title=escape(title))
    for row in frame.reset_index().to_dict("records"):
        whole = row["indicator"] == "total"
        component = "" if whole else thing(row["indicator"], row["component"], lang)
        figures = (blank(row[c], fixed(row[c] / scale.factor)) for c in columns)
        service = escape(_service(row, called, lang))
        style = "bold" if whole else None
        table.add_row(service, escape(component), *figures, style=style)
    return table


def _service(row: Mapping[Hashable, Any], called: Mapping[str, str], lang: str) -> str:
    """The name of a service; in Chinese that of the indicator where the list does not have it."""
    service, indicator = row["service"], row["indicator"]
    if lang != "zh":
        return called.get(service, service)
    whole = indicator == "total"
    listed = "" if whole else ecosystem_accounts.match(indicator, row["component"]).zh
    return listed or thing_named(indicator, lang)


def _noted(line: str, unknown: Mapping[Any, Any]) -> str:
    """The note of a line of the bridge in Chinese, with what is not known in it."""
    note = worded("bridge", line, "zh")
    if line == "of_which_travel_time" and unknown["travel_time"]:
        names_ = joined((thing_named(name, "zh") for name in unknown["travel_time"]), "zh")
        note += worded("bridge", "time_not_known", "zh", names=names_)
    if line == "welfare" and unknown["beyond"]:
        kinds = (kind.replace(" ", "_") for kind in unknown["beyond"])
        names_ = joined((worded("total", kind, "zh") for kind in kinds), "zh")
        note += worded("bridge", "not_accounted", "zh", names=names_)
    return note
