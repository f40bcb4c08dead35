"""``gep scenario`` and ``gep series``: what a plan changes, and what the years have changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.markup import escape

from gep import opening
from gep.account.account import Account
from gep.account.confidential import may_leave
from gep.analysis import map_scenario, parcels
from gep.analysis.scenario import Difference, run_scenario
from gep.analysis.series import EFFECTS, Series, summed
from gep.analysis.series import series as series_of
from gep.commands.shared import (
    AsJson,
    Lang,
    console,
    excluded,
    heads,
    joined,
    names,
    percent,
    plain_table,
    print_frame,
    print_json,
    signed,
    tell,
    titled,
    told,
    warn,
)
from gep.core import ecosystems
from gep.intake.tables import write_tables
from gep.words.labels import label, named, worded
from gep.words.numbers import Scale, fixed, money_scale
from gep.words.problems import total_name


def scenario(
    path: Annotated[Path, typer.Argument(metavar="FOLDER", help="the account folder")],
    plan: Annotated[
        Path,
        typer.Argument(
            metavar="SCENARIO.toml",
            help="the scenario; parcels.csv, to rank parcels; or polygons that become another type"
            " of the ecosystem map (.geojson)",
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
        if plan.suffix.lower() in (".geojson", ".gpkg", ".shp"):
            found = map_scenario.polygons_become(path, plan)
        else:
            found = run_scenario(path, plan)
        if out is not None:
            may_leave(found.before, found.after)
            write_tables(out, {"difference.csv": found.ledger, "effects.csv": found.effects})
    return print_json(_plain(found)) if as_json else _difference(found, lang)


def _plain(found: Difference) -> dict[str, Any]:
    kinds = ("level", "indicator", "ecosystem", "region")
    return {
        "title": found.title,
        "unit": f"{found.before.basis.currency}/yr",
        "before": float(found.before.total),
        "after": float(found.after.total),
        "change": found.total,
        **{f"by_{k}": found.by(k).reset_index().to_dict("records") for k in kinds},
        "effects": summed(found.effects, []).to_dict("records"),
        "left_out": list(found.left_out),
        "notes": [p.to_dict() for p in found.notes],
    }


def _difference(found: Difference, lang: str) -> None:
    basis, before = found.before.basis, float(found.before.total)
    scale = money_scale(max(abs(found.total), abs(before) / 1e4), basis.currency, lang)
    called = names((found.before, found.after), lang)
    about = f"{escape(titled(basis))} · {basis.years[-1]}"
    console.print(f"\n[bold]{escape(found.title)}[/]   [dim]{about}[/]\n")
    table = plain_table(scale.unit, *heads(lang, "before", "after", "change"))

    def add(
        name: str, row: Mapping[str, float] | pd.Series[float], style: str | None = None
    ) -> None:
        sides = (fixed(row[k] / scale.factor) for k in ("before", "after"))
        table.add_row(escape(name), *sides, signed(row["change"] / scale.factor), style=style)

    for key in ("indicator", "ecosystem", "region"):
        rows = found.by(key)
        moved = rows[rows["change"].abs() > 1e-9 * max(abs(before), 1.0)]
        if len(rows) > 1 and len(moved):
            table.add_row(label(key, lang), style="dim")
            for name, row in moved.iterrows():
                add(called.get(str(name), str(name)) or "—", row)
    whole = {"before": before, "after": float(found.after.total), "change": found.total}
    add(total_name(found.after, lang), whole, "bold")
    console.print(table)
    effects = summed(found.effects, []).iloc[-1]
    told_ = (
        f"{label(_effect(e), lang)} {signed(effects[e] / scale.factor)}"
        for e in EFFECTS
        if effects[e]
    )
    console.print(f"\n{' · '.join(told_)}", style="dim")
    if found.left_out:
        console.print(excluded(found.left_out, lang), style="yellow")
    warn(found.notes, lang, basis.currency)


def _effect(name: str) -> str:
    """The key of the label of an effect."""
    return f"{name}_effect" if name in EFFECTS[:3] else name


def _parcels(path: Path, plan: Path, out: Path | None, lang: str, as_json: bool) -> None:
    ranked = parcels.rank(path, parcels.read_parcels(plan))
    if out is not None:
        write_tables(out, {"parcels.csv": ranked})
    if as_json:
        return print_json(ranked.to_dict("records"))

    def lacks(text: str) -> str:
        return joined((named(name, lang) for name in filter(None, text.split(", "))), lang)

    forms: dict[str, Callable[..., str]] = {
        "from": partial(ecosystems.called, lang=lang),
        "to": partial(ecosystems.called, lang=lang),
        "hectares": partial(fixed, digits=1),
        "change": "{:+,.0f}".format,
        "per_hectare": "{:+,.0f}".format,
        "lacking": lacks,
    }
    return print_frame(ranked.assign(**{c: ranked[c].map(f) for c, f in forms.items()}), lang)


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
            help="write current.csv, comparable.csv, chained.csv, contributions.csv and"
            " decomposition.csv here"
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
        split = found.decomposition()
        tables = {
            "current": found.current(by),
            "comparable": found.constant(by, base, index),
            "chained": found.chained(by, base, index),
            "contributions": found.contributions(by, index=index),
        }
        if out is not None:
            may_leave(*accounts)
            kept = {f"{k}.csv": t.reset_index() for k, t in tables.items()}
            write_tables(out, {**kept, "decomposition.csv": split})
    if as_json:
        return print_json(_numbers(found, tables, split, by))
    called, titles = names(accounts, lang), _titles(accounts, base or found.years[-1], lang)
    scale = money_scale(float(tables["current"]["total"].abs().max()), found.currency, lang)
    _years(found, tables, titles, called, scale, lang)
    _causes(found, split, "level" if by == "total" else by, called, scale, lang)
    warn(found.warnings, lang, found.currency)
    stands = tables["comparable"].attrs["as_it_stands"]
    if stands:
        told_ = joined((named(n, lang) for n in stands), lang)
        tell(f"{label('as_it_stands', lang)}: {escape(told_)}")
    return None


def _numbers(
    found: Series, tables: Mapping[str, pd.DataFrame], split: pd.DataFrame, by: str
) -> dict[str, Any]:
    """A series as plain data."""
    return {
        "years": list(found.years),
        "unit": f"{found.currency}/yr",
        "as_it_stands": list(tables["comparable"].attrs["as_it_stands"]),
        **{k: t.rename(index=str).to_dict("index") for k, t in tables.items()},
        "decomposition": summed(split, [by] if by != "total" else []).to_dict("records"),
        "indices": found.indices().to_dict("index"),
        "warnings": [p.to_dict() for p in found.warnings],
    }


def _prices(accounts: Sequence[Account], lang: str) -> str:
    """In which money the accounts are: years each at their own prices, or those that they name."""
    several = len(accounts) > 1
    prices = dict.fromkeys(
        a.basis.prices
        for a in accounts
        if not (several and a.basis.prices == str(a.basis.years[-1]))
    )
    if set(prices) <= {"current"}:
        return label("current_prices", lang)
    told_ = joined((label(p, lang) for p in prices), lang)
    return worded("shared", "as_accounted", lang, prices=told_)


def _titles(accounts: Sequence[Account], base: int, lang: str) -> dict[str, str]:
    """What each table of values is called, with the money that it is in."""
    comparable = {k: f"{label(k, lang)} ({base})" for k in ("comparable", "chained")}
    return {"current": _prices(accounts, lang), **comparable}


def _named(ids: pd.Index | pd.Series, called: Mapping[str, str]) -> list[str]:
    return [called.get(str(id), str(id)) or "—" for id in ids]


def _years(
    found: Series,
    tables: Mapping[str, pd.DataFrame],
    titles: Mapping[str, str],
    called: Mapping[str, str],
    scale: Scale,
    lang: str,
) -> None:
    """Values by year, what each line adds to growth, and growth."""
    for key, heading in titles.items():
        table = (tables[key].T / scale.factor).map(fixed)
        table.insert(0, f"{heading} {scale.unit}", _named(table.index, called))
        print_frame(table, lang)
        console.print()
    shares = tables["contributions"].map(percent).T
    shares.insert(0, label("contribution", lang), _named(shares.index, called))
    print_frame(shares, lang)
    growth = found.growth(tables["chained"])["total"]
    grown = ", ".join(f"{y} {percent(g)}" for y, g in growth.items())
    console.print(f"{label('growth', lang)}: {grown}\n", style="dim")


def _causes(
    found: Series,
    cells: pd.DataFrame,
    key: str,
    called: Mapping[str, str],
    scale: Scale,
    lang: str,
) -> None:
    """Why the last year differs from the first, and by which method that was split."""
    split = summed(cells, [key])
    split[key] = _named(split[key], called)
    _decomposition(split, found, scale, lang)
    forms = cells["form"].value_counts().to_dict()
    counted = joined((f"{label(str(k), lang)} {v}" for k, v in forms.items()), lang)
    console.print(label("split_by", lang) + counted, style="dim")


def _decomposition(split: pd.DataFrame, found: Series, scale: Scale, lang: str) -> None:
    """Why the last year differs from the first: a column an effect."""
    empty = [c for c in ("unsplit", "coverage") if not split[c].any()]
    shown = split.drop(columns=empty)
    forms = {"first": fixed, "last": fixed} | dict.fromkeys(("change", *EFFECTS), signed)
    for column in shown.columns.intersection(list(forms)):
        shown[column] = (shown[column] / scale.factor).map(forms[column])
    years = (str(found.years[0]), str(found.years[-1]))
    title = f"{label('decomposition', lang)} {scale.unit}"
    shown.columns = pd.Index([title, *years, *map(_effect, shown.columns[3:])])
    print_frame(shown, lang)
