"""``gep uncertainty``: intervals of an account and the inputs that matter most."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from gep import opening
from gep.account.confidential import may_leave
from gep.analysis.uncertainty import Uncertainty, settings, sobol
from gep.analysis.uncertainty import uncertainty as run_draws
from gep.commands.shared import AsJson, Lang, console, names, plain_table, print_json, told
from gep.intake.tables import write_tables
from gep.report.page.certainty import input_name
from gep.report.page.document import page
from gep.words.labels import label
from gep.words.numbers import fixed, money_scale, plain, pretty
from gep.words.problems import said, total_name


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
        return print_json(
            _plain(found) | ({"sobol": table.to_dict("records")} if table is not None else {})
        )
    return _show(found, table, lang)


def _pair(text: str, lang: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(
            "写作 名称=20%" if lang == "zh" else "write NAME=20%", param_hint="--error"
        )
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
        "warnings": [str(w) for w in found.warnings],
    }


def _show(found: Uncertainty, indices: Any, lang: str) -> None:
    account, year = found.account, found.account.basis.years[-1]
    total = found.interval()
    scale = money_scale(total.value, account.basis.currency, lang)
    console.print(
        f"\n[bold]{escape(account.basis.title or account.basis.region)}[/]   [dim]{year} · {found.draws:,} {label('draws', lang)} · {label('seed', lang)} {found.seed}[/]\n"
    )
    table = plain_table()
    table.add_column(f"{escape(total_name(account, lang))} {scale.unit}")
    for head in ("value", "mean", "sd", "low", "high"):
        table.add_column(
            f"{label(head, lang)}{f' {found.level:.0%}' if head in ('low', 'high') else ''}",
            justify="right",
        )
    called = names((account,), lang)
    rows = found.totals[found.totals["year"] == year]
    for key in ("indicator", "level", "total"):
        for row in rows[rows["key"] == key].to_dict("records"):
            name = total_name(account, lang) if key == "total" else called[row["name"]]
            table.add_row(
                escape(name),
                *(
                    fixed(float(x) / scale.factor)
                    for x in (row["value"], row["mean"], row["sd"], row["low"], row["high"])
                ),
                style=None if key == "indicator" else "bold",
            )
    console.print(table)
    console.print(
        f"\n{label('first_order', lang)}: {fixed(found.first_order / scale.factor)} {scale.unit}",
        style="dim",
    )
    table = Table(
        box=None,
        header_style="bold",
        pad_edge=False,
        title=label("tornado", lang),
        title_justify="left",
    )
    for head in ("input", "taken", "unit", "low", "high", "swing", "variance_share"):
        table.add_column(
            label(head, lang),
            justify="left" if head in ("input", "unit") else "right",
            overflow="fold",
            min_width=36 if head == "input" else None,
        )
    for row in found.tornado.head(10).to_dict("records"):
        shown = (
            "" if row["variance_share"] != row["variance_share"] else f"{row['variance_share']:.1%}"
        )
        table.add_row(
            escape(input_name(row["input"], lang)),
            plain(row["value"]),
            escape(pretty(row["unit"], lang)),
            plain(row["low"]),
            plain(row["high"]),
            fixed(row["swing"] / scale.factor),
            shown,
        )
    console.print(table)
    if indices is not None:
        for row in indices.to_dict("records"):
            each = "{first:.3f} ± {first_reach:.3f}, {name} {total:.3f} ± {total_reach:.3f}".format(
                **row, name=label("total", lang)
            )
            console.print(f"  {escape(input_name(row['input'], lang))}: {each}")
    for w in found.warnings:
        console.print(
            f"{label('warning', lang)}: {escape(said(w, lang, account.basis.currency))}",
            style="yellow",
            soft_wrap=True,
        )
