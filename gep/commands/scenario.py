"""``gep scenario`` and ``gep series``: what a plan changes, and what the years have changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.markup import escape

from gep import opening
from gep.account.confidential import may_leave
from gep.analysis import map_scenario, parcels
from gep.analysis.scenario import Difference, run_scenario
from gep.analysis.series import EFFECTS, Series, summed
from gep.analysis.series import series as series_of
from gep.commands.shared import (
    AsJson,
    Lang,
    console,
    joined,
    names,
    plain_table,
    print_frame,
    print_json,
    told,
)
from gep.core import ecosystems
from gep.intake.tables import write_tables
from gep.words.labels import label, named
from gep.words.numbers import fixed, money_scale
from gep.words.problems import said, total_name


def scenario(
    path: Annotated[Path, typer.Argument(metavar="FOLDER", help="the account folder")],
    plan: Annotated[
        Path,
        typer.Argument(
            metavar="SCENARIO.toml",
            help="the scenario; parcels.csv, to rank parcels; or polygons that become another type of the ecosystem map (.geojson)",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="write difference.csv and effects.csv (or parcels.csv) here")
    ] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Work out what a scenario changes in an account, or rank parcels by GEP gained or lost per
    hectare.
    """
    with told(lang):
        if plan.suffix.lower() == ".csv":
            return _parcels(path, plan, out, lang, as_json)
        found = (
            map_scenario.polygons_become(path, plan)
            if plan.suffix.lower() in (".geojson", ".gpkg", ".shp")
            else run_scenario(path, plan)
        )
        if out is not None:
            may_leave(found.before, found.after)
            write_tables(out, {"difference.csv": found.ledger, "effects.csv": found.effects})
    if as_json:
        return print_json(
            {
                "title": found.title,
                "unit": f"{found.before.basis.currency}/yr",
                "before": float(found.before.total),
                "after": float(found.after.total),
                "change": found.total,
                **{
                    f"by_{k}": found.by(k).reset_index().to_dict("records")
                    for k in ("level", "indicator", "ecosystem", "region")
                },
                "effects": summed(found.effects, []).to_dict("records"),
                "left_out": list(found.left_out),
                "notes": [str(n) for n in found.notes],
            }
        )
    return _difference(found, lang)


def _difference(found: Difference, lang: str) -> None:
    scale = money_scale(
        max(abs(found.total), abs(float(found.before.total)) / 1e4),
        found.before.basis.currency,
        lang,
    )
    called = names((found.before, found.after), lang)
    console.print(
        f"\n[bold]{escape(found.title)}[/]   [dim]{escape(found.before.basis.title or found.before.basis.region)} · {found.before.basis.years[-1]}[/]\n"
    )
    table = plain_table()
    table.add_column(scale.unit)
    for head in ("before", "after", "change"):
        table.add_column(label(head, lang), justify="right")

    def add(name: str, row: Any, style: str | None = None) -> None:
        table.add_row(
            escape(name),
            *(fixed(row[k] / scale.factor) for k in ("before", "after")),
            f"{row['change'] / scale.factor:+,.2f}",
            style=style,
        )

    for key in ("indicator", "ecosystem", "region"):
        rows = found.by(key)
        moved = rows[rows["change"].abs() > 1e-9 * max(abs(float(found.before.total)), 1.0)]
        if len(rows) > 1 and len(moved):
            table.add_row(label(key, lang), style="dim")
            for name, row in moved.iterrows():
                add(called.get(str(name), str(name)) or "—", row)
    add(
        total_name(found.after, lang),
        {
            "before": float(found.before.total),
            "after": float(found.after.total),
            "change": found.total,
        },
        "bold",
    )
    console.print(table)
    effects = summed(found.effects, []).iloc[-1]
    console.print(
        "\n"
        + " · ".join(
            f"{label(f'{e}_effect', lang) if e in EFFECTS[:3] else label(e, lang)} {effects[e] / scale.factor:+,.2f}"
            for e in EFFECTS
            if effects[e]
        ),
        style="dim",
    )
    if found.left_out:
        console.print(
            f"{label('excludes', lang)}: {escape(joined((named(n, lang) for n in found.left_out), lang))}",
            style="yellow",
        )
    for note in found.notes:
        console.print(
            f"{label('warning', lang)}: {escape(said(note, lang, found.before.basis.currency))}",
            style="yellow",
            soft_wrap=True,
        )


def _parcels(path: Path, plan: Path, out: Path | None, lang: str, as_json: bool) -> None:
    ranked = parcels.rank(path, parcels.read_parcels(plan))
    if out is not None:
        write_tables(out, {"parcels.csv": ranked})
    if as_json:
        return print_json(ranked.to_dict("records"))
    types = {c: [ecosystems.called(name, lang) for name in ranked[c]] for c in ("from", "to")}
    signed = {c: ranked[c].map(lambda x: f"{x:+,.0f}") for c in ("change", "per_hectare")}
    lacking = [
        joined((named(name, lang) for name in filter(None, text.split(", "))), lang)
        for text in ranked["lacking"]
    ]
    return print_frame(
        ranked.assign(
            lacking=lacking,
            hectares=ranked["hectares"].map(lambda x: fixed(x, 1)),
            **types,
            **signed,
        ),
        lang,
    )


def series(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="FOLDER...",
            help="an account folder of several years, or folders of one place, a year each",
        ),
    ],
    base: Annotated[
        int | None,
        typer.Option(help="year of the comparable prices; the last unless said otherwise"),
    ] = None,
    by: Annotated[
        str, typer.Option(help="indicator, level, component, ecosystem or region")
    ] = "indicator",
    index: Annotated[
        str, typer.Option(help="price index of deflators.csv for values without quantities")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            help="write current.csv, comparable.csv, chained.csv, contributions.csv and decomposition.csv here"
        ),
    ] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Show the years of an account at current and comparable prices, and split the change into
    extent, quantity and price.
    """
    with told(lang):
        accounts = [opening.read(path) for path in paths]
        found = series_of(*accounts)
        tables = {
            "current": found.current(by),
            "comparable": found.constant(by, base, index),
            "chained": found.chained(by, base, index),
            "contributions": found.contributions(by, index=index),
            "decomposition": found.decomposition(),
        }
        if out is not None:
            may_leave(*accounts)
            write_tables(
                out,
                {
                    f"{k}.csv": t if k == "decomposition" else t.reset_index()
                    for k, t in tables.items()
                },
            )
    if as_json:
        return print_json(
            {
                "years": list(found.years),
                "unit": f"{found.currency}/yr",
                "as_it_stands": list(tables["comparable"].attrs["as_it_stands"]),
                **{
                    k: {str(y): row for y, row in t.to_dict("index").items()}
                    for k, t in tables.items()
                    if k != "decomposition"
                },
                "decomposition": summed(
                    tables["decomposition"], [by] if by != "total" else []
                ).to_dict("records"),
                "indices": found.indices().to_dict("index"),
                "warnings": [str(w) for w in found.warnings],
            }
        )
    prices = list(
        dict.fromkeys(
            a.basis.prices
            for a in accounts
            if len(accounts) == 1 or a.basis.prices != str(a.basis.years[-1])
        )
    ) or ["current"]
    return _years(
        found,
        tables,
        by,
        (prices, found.years[-1] if base is None else base),
        names(accounts, lang),
        lang,
    )


def _years(
    found: Series,
    tables: dict[str, pd.DataFrame],
    by: str,
    money: tuple[list[str], int],
    called: Mapping[str, str],
    lang: str,
) -> None:
    scale = money_scale(float(tables["current"]["total"].abs().max()), found.currency, lang)
    prices, base = money
    own = "current_prices" if prices == ["current"] else "as_accounted"
    heads = {
        "current": label(own, lang).format(prices=joined((label(p, lang) for p in prices), lang)),
        **{k: f"{label(k, lang)} ({base})" for k in ("comparable", "chained")},
    }
    for key, heading in heads.items():
        table = (tables[key].T / scale.factor).map(fixed)
        table.insert(
            0, f"{heading} {scale.unit}", [called.get(str(n), str(n)) or "—" for n in table.index]
        )
        print_frame(table, lang)
        console.print()
    growth = found.growth(tables["chained"])["total"]
    shares = tables["contributions"].map(_percent).T
    shares.insert(
        0, label("contribution", lang), [called.get(str(n), str(n)) or "—" for n in shares.index]
    )
    print_frame(shares, lang)
    console.print(
        f"{label('growth', lang)}: "
        + ", ".join(f"{y} {_percent(g)}" for y, g in growth.items())
        + "\n",
        style="dim",
    )
    key = by if by != "total" else "level"
    split = summed(tables["decomposition"], [key])
    split[key] = [called.get(str(n), str(n)) or "—" for n in split[key]]
    shown = split.drop(columns=[c for c in ("unsplit", "coverage") if not split[c].any()])
    shown = shown.assign(
        **{
            c: (shown[c] / scale.factor).map(fixed) for c in shown.columns if c in ("first", "last")
        },
        **{
            c: (shown[c] / scale.factor).map(lambda x: f"{x:+,.2f}")
            for c in shown.columns
            if c in ("change", *EFFECTS)
        },
    )
    shown.columns = pd.Index(
        [
            f"{label('decomposition', lang)} {scale.unit}",
            str(found.years[0]),
            str(found.years[-1]),
            *(f"{c}_effect" if c in EFFECTS[:3] else c for c in shown.columns[3:]),
        ]
    )
    print_frame(shown, lang)
    forms = tables["decomposition"]["form"].value_counts().to_dict()
    console.print(
        label("split_by", lang)
        + joined((f"{label(str(k), lang)} {v}" for k, v in forms.items()), lang),
        style="dim",
    )
    for w in found.warnings:
        console.print(
            f"{label('warning', lang)}: {escape(said(w, lang, found.currency))}",
            style="yellow",
            soft_wrap=True,
        )
    stands = tables["comparable"].attrs["as_it_stands"]
    if stands:
        console.print(
            f"{label('as_it_stands', lang)}: {escape(joined((named(n, lang) for n in stands), lang))}",
            style="yellow",
            soft_wrap=True,
        )


def _percent(share: float) -> str:
    return "—" if share != share else f"{share:+.2%}"
