"""``gep compare``: accounts side by side."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.markup import escape

from gep import indicators, opening
from gep.account.confidential import may_leave
from gep.analysis import compare as sides
from gep.analysis.compare import EFFECTS, MEASURES, Comparison, Side
from gep.commands.shared import (
    AsJson,
    Lang,
    console,
    plain_table,
    print_json,
    signed,
    tell,
    told,
    warn,
    written,
)
from gep.core import output
from gep.core.source import Source, several
from gep.core.text import name_of
from gep.words.labels import label, worded
from gep.words.numbers import Scale, fixed, money_scale, pretty
from gep.words.problems import said, short_name


def compare(
    paths: Annotated[list[Path], typer.Argument(metavar="FOLDER...", help="account folders")],
    standard: Annotated[
        list[str] | None,
        typer.Option(
            "--standard", help="account every folder under this standard; repeat for several"
        ),
    ] = None,
    year: Annotated[
        list[int] | None, typer.Option("--year", help="a year of every account; repeat for several")
    ] = None,
    by: Annotated[str, typer.Option(help=f"what the table shows: {', '.join(MEASURES)}")] = "value",
    out: Annotated[Path | None, typer.Option(help="write the tables as one CSV here")] = None,
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """Put accounts side by side: folders, years or standards; of two, say where the difference
    comes from.
    """
    with told(lang):
        accounts = [opening.read(p, s) for p in paths for s in standard or [""]]
        found = sides.compare(*accounts, years=year or None)
        table = found.table(by)
        if out is not None:
            may_leave(*accounts)
            output.place(out, found.to_csv().encode("utf-8"))
    if as_json:
        return print_json(_plain(found))
    _show(found, table, by, lang)
    return written(out)


def _plain(found: Comparison) -> dict[str, Any]:
    def rows(frame: Any) -> Any:
        return frame.reset_index().to_dict("records")

    out = {
        "currency": found.currency,
        "unit": f"{found.currency}/yr",
        "accounts": found.labels,
        "ranking": rows(found.ranking),
        **{m: rows(found.table(m)) for m in MEASURES},
        "notes": [p.to_dict() for p in found.notes],
    }
    return {**out, "difference": rows(found.difference)} if len(found.sides) == 2 else out


def _show(found: Comparison, frame: pd.DataFrame, by: str, lang: str) -> None:
    scale = money_scale(max((abs(s.total) for s in found.sides), default=1.0), found.currency, lang)
    heads = {name: _head(side, lang) for name, side in zip(found.labels, found.sides, strict=True)}
    _show_table(frame, heads, scale, found.currency, by, lang)
    console.print()
    if len(found.sides) == 2:
        _show_split(found, heads, scale, lang)
    else:
        for place, (account, row) in enumerate(found.ranking.iterrows(), 1):
            total = f"{fixed(row['total'] / scale.factor)} {scale.unit}"
            console.print(f"{place}. {escape(heads[str(account)])}  {total}")
    notes = [n.at(_renamed(n.source, heads)) for n in found.notes]
    warn(notes, lang, found.currency)
    about = [
        said(n, lang)
        for side in found.sides
        for n in (*side.account.warnings, *side.account.notes)
        if n.code in ("standard.partial", "standard.switch")
    ]
    for text in dict.fromkeys(about):
        tell(escape(text), "dim")


def _renamed(accounts: Source, heads: Mapping[str, str]) -> Source:
    """Accounts by the heads of their columns."""
    return several("account", (heads.get(name, name) for _, name in accounts.labels))


def _show_table(
    frame: Any, heads: Mapping[str, str], scale: Scale, currency: str, by: str, lang: str
) -> None:
    """A line an indicator, a column an account."""
    units = {
        "value": (scale.factor, scale.unit),
        "per_km2": (1.0, pretty(f"{currency}/km²", lang)),
        "per_head": (1.0, pretty(f"{currency}/person", lang)),
        "share": (0.01, "%"),
        "rank": (1.0, ""),
    }
    factor, unit = units[by]
    table = plain_table(f"{worded('compare', by, lang)}\n{unit}", *map(escape, heads.values()))
    for column in table.columns[1:]:
        column.overflow = "fold"
    digits = 0 if by == "rank" else 2
    for key, row in frame.iterrows():
        level, indicator = map(str, key)
        cells = [escape(_name(level, indicator, lang)), *(fixed(v / factor, digits) for v in row)]
        table.add_row(*cells, style=None if indicator else "bold")
    console.print(table)


def _show_split(found: Comparison, heads: Mapping[str, str], scale: Scale, lang: str) -> None:
    """Where the difference of two accounts comes from."""
    whys = found.why(lang, heads)
    columns = ("difference", *EFFECTS)
    title = f"{escape(' → '.join(heads.values()))}\n{scale.unit}"
    split = plain_table(title, *(worded("compare", head, lang) for head in columns))
    split.add_column("")
    for key, row in found.difference.iterrows():
        level, indicator = map(str, key)  # type: ignore[call-overload]
        cells = [_moved(row[k], scale) for k in columns]
        why = escape(whys.get((level, indicator), ""))
        style = "bold" if level == "total" else None
        split.add_row(escape(_name(level, indicator, lang)), *cells, why, style=style)
    console.print(split)


def _moved(value: float, scale: Scale) -> str:
    """A difference; a dot where there is none."""
    return signed(value / scale.factor) if abs(value) > scale.factor * 5e-7 else "·"


def _head(side: Side, lang: str) -> str:
    """The head of a column, in Chinese with the name of the standard, without what stands in
    brackets, for its id.
    """
    profile, words = side.account.profile, side.label.split(" ")
    name = short_name(profile, lang) if lang == "zh" else profile.id
    return " ".join(name if w == profile.id else w for w in words)


def _name(level: str, indicator: str, lang: str) -> str:
    return f"  {name_of(indicators.get(indicator), lang)}" if indicator else label(level, lang)
