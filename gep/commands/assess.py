"""``gep assess``: targets, weather apart from management, GEP beside GDP."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from gep import opening
from gep.account.account import Account
from gep.account.confidential import may_leave
from gep.analysis import targets as rooms
from gep.commands.shared import AsJson, Lang, console, print_frame, print_json, told
from gep.core.errors import InputError, Problem
from gep.intake.tables import write_tables
from gep.words.labels import label, thing
from gep.words.numbers import fixed, money_scale

FILES = ("targets.csv", "normal.csv", "facts.csv")


def assess(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            help="the account folder; targets.csv, normal.csv and facts.csv in it are used where they are",
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
    tables: dict[str, pd.DataFrame] = {}
    with told(lang):
        account = opening.read(path)
        region, several = account.basis.region, len(account.basis.years) > 1
        if (path / "targets.csv").exists():
            tables["targets"] = rooms.met(account, rooms.read_targets(path / "targets.csv"))
            tables["scores"] = rooms.scores(tables["targets"]).reset_index()
        if (path / "normal.csv").exists() and several:
            tables["weather"] = rooms.controllable(account, rooms.read_weather(path / "normal.csv"))
        facts = (
            rooms.read_facts(path / "facts.csv", account.basis.currency)
            if (path / "facts.csv").exists()
            else rooms.facts_of(account)
        )
        if len(facts):
            tables["dual"] = rooms.red_line(rooms.dual(account, facts, region, base, index))
        if not tables:
            raise InputError(
                "error.assess",
                [Problem("assess.files", path.name, values={"names": ", ".join(FILES)})],
            )
        if out is not None:
            may_leave(account)
            write_tables(out, {f"{k}.csv": t for k, t in tables.items()})
    if as_json:
        return print_json({k: t.to_dict("records") for k, t in tables.items()})
    return _show(tables, account, lang)


def _show(tables: dict[str, pd.DataFrame], account: Account, lang: str) -> None:
    currency = account.basis.currency
    if "targets" in tables:
        _show_targets(tables["targets"], lang)
        print_frame(
            tables["scores"].assign(score=tables["scores"]["score"].map(lambda x: fixed(x, 1))),
            lang,
        )
        console.print()
    if "weather" in tables:
        _show_weather(tables["weather"], currency, lang)
    if "dual" in tables:
        _show_dual(tables["dual"], currency, lang)


def _show_targets(targets: pd.DataFrame, lang: str) -> None:
    whole = [
        thing(row["indicator"], "", lang) or label(row["level"] or "total", lang)
        for row in targets.to_dict("records")
    ]
    parts = [
        thing(row["indicator"], row["component"], lang) if row["component"] else ""
        for row in targets.to_dict("records")
    ]
    shown = targets[
        ["region", "indicator", "component", "year", "target", "actual", "gap", "unit", "score"]
    ].assign(indicator=whole, component=parts)
    shown = shown.assign(
        **{c: shown[c].map(fixed) for c in ("target", "actual", "gap")},
        score=shown["score"].map(lambda x: fixed(x, 1)),
    )
    print_frame(shown, lang)
    console.print()


def _show_weather(weather: pd.DataFrame, currency: str, lang: str) -> None:
    added = weather.groupby("region", sort=False, as_index=False)[
        ["change", "controllable", "weather", "price", "coverage"]
    ].sum()
    added.loc[len(added)] = [label("total", lang), *added.iloc[:, 1:].sum()]
    figures = added.columns[1:]
    scale = money_scale(float(added[figures].abs().max().max()), currency, lang)
    print_frame(
        added.assign(**{c: (added[c] / scale.factor).map(lambda x: f"{x:+,.2f}") for c in figures}),
        lang,
    )
    console.print(scale.unit + "\n", style="dim")


def _show_dual(dual: pd.DataFrame, currency: str, lang: str) -> None:
    money = money_scale(float(dual["gep"].max()), currency, lang)
    each = money_scale(float(dual["per_km2"].max()), currency, lang)

    def whole(x: float) -> str:
        return fixed(x, 0)

    def growth(x: float) -> str:
        return "—" if x != x else f"{x:+.2%}"

    shown = dual.assign(
        gep=(dual["gep"] / money.factor).map(fixed),
        gdp=(dual["gdp"] / money.factor).map(whole),
        gep_growth=dual["gep_growth"].map(growth),
        gdp_growth=dual["gdp_growth"].map(growth),
        green_gold_index=dual["green_gold_index"].map(lambda x: fixed(x, 3)),
        per_km2=(dual["per_km2"] / each.factor).map(whole),
        per_head=dual["per_head"].map(whole),
        state=[label(f"red_line_{state}", lang) for state in dual["state"]],
    )
    print_frame(shown, lang)
    currency = money_scale(0.0, currency, lang).unit
    console.print(
        f"GEP, GDP: {money.unit} · {label('per_km2', lang)}: {each.unit} · {label('per_head', lang)}: {currency}",
        style="dim",
    )
