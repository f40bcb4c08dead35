"""``gep uncertainty``: intervals of an account and the inputs that matter most."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.markup import escape

from gep import opening
from gep.account.confidential import may_leave
from gep.analysis.uncertainty import Uncertainty, settings, sobol
from gep.analysis.uncertainty import uncertainty as run_draws
from gep.commands.shared import (
    AsJson,
    Lang,
    blank,
    console,
    heads,
    names,
    plain_table,
    print_json,
    titled,
    told,
    warn,
    word,
)
from gep.intake.tables import write_tables
from gep.report.page.certainty import input_name
from gep.report.page.document import page
from gep.words.labels import label
from gep.words.numbers import Scale, fixed, money_scale, plain, pretty
from gep.words.problems import total_name


def uncertainty(
    path: Annotated[Path, typer.Argument(metavar="FOLDER", help="the account folder")],
    draws: Annotated[
        int | None,
        typer.Option(help="number of draws; 10000 unless uncertainty.toml says otherwise"),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="seed of the draws")] = None,
    error: Annotated[
        list[str] | None,
        typer.Option(help="stated error of figures without a range, as '*.price=20%'"),
    ] = None,
    indices: Annotated[
        bool,
        typer.Option(
            "--sobol", help="Sobol indices of the ten inputs that matter most (needs SALib)"
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="write intervals.csv, totals.csv, tornado.csv and the report here"),
    ] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Draw the inputs of an account from their ranges: intervals of every figure, and the inputs
    that matter most.
    """
    with told(lang):
        said = settings(path)
        said |= {k: v for k, v in (("draws", draws), ("seed", seed)) if v is not None}
        said["errors"] = {**said.get("errors", {}), **dict(_pair(e, lang) for e in error or [])}
        account = opening.read(path)
        found = run_draws(account, **said)
        table = sobol(found) if indices else None
        if out is not None:
            may_leave(account)
            tables = {
                "intervals.csv": found.ledger,
                "totals.csv": found.totals,
                "tornado.csv": found.tornado,
            }
            write_tables(out, tables, {"index.html": page(account, lang, sure=found)})
    if as_json:
        more = {} if table is None else {"sobol": table.to_dict("records")}
        return print_json(_plain(found) | more)
    return _show(found, table, lang)


def _pair(text: str, lang: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(word("stated_error", lang), param_hint="--error")
    return name.strip(), value.strip()


def _plain(found: Uncertainty) -> dict[str, Any]:
    return {
        "draws": found.draws,
        "seed": found.seed,
        "level": found.level,
        "unit": f"{found.account.basis.currency}/yr",
        "first_order_sd": found.first_order,
        "totals": found.totals.to_dict("records"),
        "tornado": found.tornado.to_dict("records"),
        "warnings": [p.to_dict() for p in found.warnings],
    }


def _show(found: Uncertainty, indices: pd.DataFrame | None, lang: str) -> None:
    basis = found.account.basis
    scale = money_scale(found.interval().value, basis.currency, lang)
    drawn = f"{found.draws:,} {label('draws', lang)} · {label('seed', lang)} {found.seed}"
    title = escape(titled(basis))
    console.print(f"\n[bold]{title}[/]   [dim]{basis.years[-1]} · {drawn}[/]\n")
    _show_intervals(found, scale, lang)
    first = f"{fixed(found.first_order / scale.factor)} {scale.unit}"
    console.print(f"\n{label('first_order', lang)}: {first}", style="dim")
    _show_tornado(found.tornado.head(10), scale, lang)
    if indices is not None:
        _show_indices(indices, lang)
    warn(found.warnings, lang, basis.currency)


def _show_intervals(found: Uncertainty, scale: Scale, lang: str) -> None:
    """The indicators, the levels and the total with mean, spread and interval."""
    whole = total_name(found.account, lang)
    table = plain_table(
        f"{escape(whole)} {scale.unit}",
        *heads(lang, "value", "mean", "sd"),
        *(f"{head} {found.level:.0%}" for head in heads(lang, "low", "high")),
    )
    called = names((found.account,), lang) | {"total": whole}
    totals = found.totals[found.totals["year"] == found.account.basis.years[-1]]
    for key, style in (("indicator", None), ("level", "bold"), ("total", "bold")):
        for row in totals[totals["key"] == key].to_dict("records"):
            figures = (row[k] / scale.factor for k in ("value", "mean", "sd", "low", "high"))
            name = called["total" if key == "total" else row["name"]]
            table.add_row(escape(name), *map(fixed, figures), style=style)
    console.print(table)


def _show_tornado(inputs: pd.DataFrame, scale: Scale, lang: str) -> None:
    """The inputs that matter most, by the swing that each alone gives the total."""
    keys = ("input", "taken", "unit", "low", "high", "swing", "variance_share")
    title = label("tornado", lang)
    table = plain_table(*heads(lang, *keys), left=(0, 2), fold=True, title=title)
    table.columns[0].min_width = 36
    for row in inputs.to_dict("records"):
        share = row["variance_share"]
        table.add_row(
            escape(input_name(row["input"], lang)),
            plain(row["value"]),
            escape(pretty(row["unit"], lang)),
            plain(row["low"]),
            plain(row["high"]),
            fixed(row["swing"] / scale.factor),
            blank(share, f"{share:.1%}"),
        )
    console.print(table)


def _show_indices(indices: pd.DataFrame, lang: str) -> None:
    """First-order and total Sobol indices of each input."""
    total = label("total", lang)
    each = f"{{first:.3f}} ± {{first_reach:.3f}}, {total} {{total:.3f}} ± {{total_reach:.3f}}"
    for row in indices.to_dict("records"):
        console.print(f"  {escape(input_name(row['input'], lang))}: {each.format_map(row)}")
