"""``gep assess``: targets, weather apart from management, GEP beside GDP."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from gep import assess as rooms
from gep import folder, tablefiles
from gep.commands import AsJson, Lang, _check_lang, _print_json, _told, app, console
from gep.commands.scenario import _frame
from gep.errors import InputError, Problem
from gep.report.formats import fixed, money_scale
from gep.text import label

FILES = ("targets.csv", "normal.csv", "facts.csv")


@app.command()
def assess(
    path: Annotated[Path, typer.Argument(metavar="FOLDER", help="the account folder; targets.csv, normal.csv and facts.csv in it are used where they are")],
    base: Annotated[int | None, typer.Option(help="year of the comparable prices of growth; the last unless said otherwise")] = None,
    index: Annotated[str, typer.Option(help="price index of deflators.csv for values without quantities")] = "",
    out: Annotated[Path | None, typer.Option(help="write targets.csv, scores.csv, weather.csv and dual.csv here")] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Assess districts: targets met, change under management apart from the weather, GEP beside GDP, the red line."""
    _check_lang(lang)
    tables: dict[str, pd.DataFrame] = {}
    with _told(lang):
        account = folder.read(path)
        region, several = account.basis.region, len(account.basis.years) > 1
        if (path / "targets.csv").exists():
            tables["targets"] = rooms.met(account, rooms.read_targets(path / "targets.csv"))
            tables["scores"] = rooms.scores(tables["targets"]).reset_index()
        if (path / "normal.csv").exists() and several:
            tables["weather"] = rooms.controllable(account, rooms.read_weather(path / "normal.csv"))
        facts = rooms.read_facts(path / "facts.csv", account.basis.currency) if (path / "facts.csv").exists() else rooms.facts_of(account)
        if len(facts):
            tables["dual"] = rooms.red_line(rooms.dual(account, facts, region, base, index))
        if not tables:
            raise InputError(
                "There is nothing to assess",
                [Problem("assess.files", path.name, "holds none of {names}, and no GDP", "write one", values={"names": ", ".join(FILES)})],
            )
        if out is not None:
            tablefiles.write_tables(out, {f"{k}.csv": t for k, t in tables.items()})
    if as_json:
        return _print_json({k: [{n: None if v != v else v for n, v in row.items()} for row in t.to_dict("records")] for k, t in tables.items()})
    return _show(tables, account.basis.currency, lang)


def _show(tables: dict[str, pd.DataFrame], currency: str, lang: str) -> None:
    if "targets" in tables:
        t = tables["targets"]
        shown = t[["region", "indicator", "component", "year", "target", "actual", "gap", "unit", "score"]]
        _frame(shown.assign(**{c: shown[c].map(fixed) for c in ("target", "actual", "gap")}, score=shown["score"].map(lambda x: fixed(x, 1))), lang)
        console.print()
        _frame(tables["scores"].assign(score=tables["scores"]["score"].map(lambda x: fixed(x, 1))), lang)
        console.print()
    if "weather" in tables:
        added = tables["weather"].groupby("region", sort=False, as_index=False)[["change", "controllable", "weather", "price"]].sum()
        added.loc[len(added)] = ["total", *added.iloc[:, 1:].sum()]
        scale = money_scale(float(added.iloc[:, 1:].abs().max().max()), currency, lang)
        _frame(_signed(added.assign(region=[label(str(n), lang) for n in added["region"]]), added.columns[1:], scale.factor), lang)
        console.print(scale.unit + "\n", style="dim")
    if "dual" in tables:
        t = tables["dual"]
        scale = money_scale(float(t["gep"].max()), currency, lang)
        each = money_scale(float(t["per_km2"].max()), currency, lang)
        t = t.assign(per_km2=t["per_km2"] / each.factor)
        shown = t.assign(gep=(t["gep"] / scale.factor).map(fixed), gdp=(t["gdp"] / scale.factor).map(lambda x: fixed(x, 0)), **{c: t[c].map(lambda x: "—" if x != x else f"{x:+.2%}") for c in ("gep_growth", "gdp_growth")},
                         green_gold_index=t["green_gold_index"].map(lambda x: fixed(x, 3)), **{c: t[c].map(lambda x: fixed(x, 0)) for c in ("per_km2", "per_head")},
                         state=[label(f"red_line_{s}", lang) for s in t["state"]])  # fmt: skip
        _frame(shown, lang)
        console.print(f"GEP, GDP: {scale.unit} · {label('per_km2', lang)}: {each.unit} · {label('per_head', lang)}: {currency}", style="dim")


def _signed(frame: pd.DataFrame, columns: Any, factor: float) -> pd.DataFrame:
    return frame.assign(**{c: (frame[c] / factor).map(lambda x: f"{x:+,.2f}") for c in columns})
