"""``gep assess``: targets, weather apart from management, GEP beside GDP."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from gep import opening
from gep.account.account import Account
from gep.account.confidential import may_leave
from gep.analysis import targets as rooms
from gep.commands.shared import (
    AsJson,
    Lang,
    console,
    percent,
    print_frame,
    print_json,
    signed,
    told,
)
from gep.core.errors import InputError, Problem
from gep.core.source import Source
from gep.intake.tables import write_tables
from gep.words.labels import label, thing
from gep.words.numbers import fixed, money_scale

FILES = ("targets.csv", "normal.csv", "facts.csv")


def assess(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            help="the account folder; targets.csv, normal.csv and facts.csv in it are used where"
            " they are",
        ),
    ],
    base: Annotated[
        int | None,
        typer.Option(
            help="year of the comparable prices of growth; the last unless said otherwise"
        ),
    ] = None,
    index: Annotated[
        str, typer.Option(help="price index of deflators.csv for values without quantities")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(help="write targets.csv, scores.csv, weather.csv and dual.csv here"),
    ] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Assess districts: targets met, change under management apart from the weather, GEP beside
    GDP, the red line.
    """
    with told(lang):
        account = opening.read(path)
        tables = _tables(account, path, base, index)
        if not tables:
            names = {"names": ", ".join(FILES)}
            raise InputError("error.assess", [Problem("assess.files", Source(path.name), **names)])
        if out is not None:
            may_leave(account)
            write_tables(out, {f"{k}.csv": t for k, t in tables.items()})
    if as_json:
        return print_json({k: t.to_dict("records") for k, t in tables.items()})
    return _show(tables, account.basis.currency, lang)


def _tables(account: Account, path: Path, base: int | None, index: str) -> dict[str, pd.DataFrame]:
    """What can be assessed with the files that a folder holds."""
    tables = {}
    targets, normal, facts = (path / name for name in FILES)
    if targets.exists():
        tables["targets"] = rooms.met(account, rooms.read_targets(targets))
        tables["scores"] = rooms.scores(tables["targets"]).reset_index()
    if normal.exists() and len(account.basis.years) > 1:
        tables["weather"] = rooms.controllable(account, rooms.read_weather(normal))
    if facts.exists():
        known = rooms.read_facts(facts, account.basis.currency)
    else:
        known = rooms.facts_of(account)
    if len(known):
        both = rooms.dual(account, known, account.basis.region, base, index)
        tables["dual"] = rooms.red_line(both)
    return tables


def _show(tables: dict[str, pd.DataFrame], currency: str, lang: str) -> None:
    if "targets" in tables:
        _show_targets(tables["targets"], lang)
        scores = tables["scores"]
        print_frame(scores.assign(score=scores["score"].map(_one_digit)), lang)
        console.print()
    if "weather" in tables:
        _show_weather(tables["weather"], currency, lang)
    if "dual" in tables:
        _show_dual(tables["dual"], currency, lang)


def _one_digit(x: float) -> str:
    return fixed(x, 1)


def _whole(x: float) -> str:
    return fixed(x, 0)


def _whole_of(r: Mapping[Hashable, str], lang: str) -> str:
    """The indicator or level that a target is of."""
    return thing(r["indicator"], "", lang) or label(r["level"] or "total", lang)


def _part_of(r: Mapping[Hashable, str], lang: str) -> str:
    return thing(r["indicator"], r["component"], lang) if r["component"] else ""


def _show_targets(targets: pd.DataFrame, lang: str) -> None:
    records = targets.to_dict("records")
    figures = ["target", "actual", "gap"]
    shown = targets[["region", "indicator", "component", "year", *figures, "unit", "score"]].assign(
        indicator=[_whole_of(r, lang) for r in records],
        component=[_part_of(r, lang) for r in records],
        score=targets["score"].map(_one_digit),
        **{c: targets[c].map(fixed) for c in figures},
    )
    print_frame(shown, lang)
    console.print()


def _show_weather(weather: pd.DataFrame, currency: str, lang: str) -> None:
    figures = ["change", "controllable", "weather", "price", "coverage"]
    added = weather.groupby("region", sort=False, as_index=False)[figures].sum()
    added.loc[len(added)] = [label("total", lang), *added[figures].sum()]
    scale = money_scale(float(added[figures].abs().max().max()), currency, lang)
    shown = {c: (added[c] / scale.factor).map(signed) for c in figures}
    print_frame(added.assign(**shown), lang)
    console.print(scale.unit + "\n", style="dim")


def _show_dual(dual: pd.DataFrame, currency: str, lang: str) -> None:
    money = money_scale(float(dual["gep"].max()), currency, lang)
    each = money_scale(float(dual["per_km2"].max()), currency, lang)
    shown = dual.assign(
        gep=(dual["gep"] / money.factor).map(fixed),
        gdp=(dual["gdp"] / money.factor).map(_whole),
        gep_growth=dual["gep_growth"].map(percent),
        gdp_growth=dual["gdp_growth"].map(percent),
        green_gold_index=[fixed(x, 3) for x in dual["green_gold_index"]],
        per_km2=(dual["per_km2"] / each.factor).map(_whole),
        per_head=dual["per_head"].map(_whole),
        state=[label(f"red_line_{state}", lang) for state in dual["state"]],
    )
    print_frame(shown, lang)
    units = {
        "GEP, GDP": money.unit,
        label("per_km2", lang): each.unit,
        label("per_head", lang): money_scale(0.0, currency, lang).unit,
    }
    console.print(" · ".join(f"{name}: {unit}" for name, unit in units.items()), style="dim")
