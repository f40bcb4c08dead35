"""``gep compare``: accounts side by side."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from gep import indicators, opening, pricing
from gep.account.confidential import may_leave
from gep.analysis import compare as sides
from gep.analysis.compare import EFFECTS, MEASURES, Comparison, Side
from gep.commands.shared import AsJson, Lang, console, plain_table, print_json, told
from gep.core import output
from gep.words.labels import label
from gep.words.numbers import fixed, money_scale, pretty
from gep.words.problems import quantity_name, said, short_name
from gep.words.report import method_name

_HEADS = {
    "difference": ("差值", "difference"),
    "coverage": ("有无数据", "coverage"),
    "method": ("方法", "method"),
    "quantity": ("实物量", "quantity"),
    "price": ("价格", "price"),
    "unsplit": ("未分解", "unsplit"),
}
_WAYS = {
    "value": ("价值量", "value"),
    "per_km2": ("单位面积", "per km²"),
    "per_head": ("人均", "per head"),
    "share": ("占比 %", "share %"),
    "rank": ("位次", "rank"),
}


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
    if out is not None:
        console.print(f"→ {escape(str(out))}", style="dim")
    return None


def _plain(found: Comparison) -> dict[str, Any]:
    def rows(frame: Any) -> Any:
        return frame.reset_index().to_dict("records")

    out = {
        "currency": found.currency,
        "unit": f"{found.currency}/yr",
        "accounts": found.labels,
        "ranking": rows(found.ranking),
        **{m: rows(found.table(m)) for m in MEASURES},
        "notes": [str(n) for n in found.notes],
    }
    return {**out, "difference": rows(found.difference)} if len(found.sides) == 2 else out


def _show(found: Comparison, frame: Any, by: str, lang: str) -> None:
    zh = lang == "zh"
    scale = money_scale(max((abs(s.total) for s in found.sides), default=1.0), found.currency, lang)
    factor, unit = {
        "value": (scale.factor, scale.unit),
        "share": (0.01, "%"),
        "rank": (1.0, ""),
    }.get(by, (1.0, pretty(f"{found.currency}/{'km²' if by == 'per_km2' else 'person'}", lang)))
    heads = dict(zip(found.labels, (_head(side, lang) for side in found.sides), strict=True))
    table = plain_table()
    table.add_column(f"{_WAYS[by][0 if zh else 1]}\n{unit}")
    for head in heads.values():
        table.add_column(escape(head), justify="right", overflow="fold")
    for key, row in frame.iterrows():
        level, indicator = map(str, key)
        name = _name(level, indicator, lang)
        table.add_row(
            *([escape(name)] + [fixed(v / factor, 0 if by == "rank" else 2) for v in row]),
            style="bold" if not indicator else None,
        )
    console.print(table)
    if len(found.sides) == 2:
        console.print()
        split = plain_table()
        split.add_column(f"{escape(' → '.join(heads.values()))}\n{scale.unit}")
        for head in ("difference", *EFFECTS):
            split.add_column(_HEADS[head][0 if zh else 1], justify="right")
        split.add_column("")
        for key, row in found.difference.iterrows():
            level, indicator = map(str, key)  # type: ignore[call-overload]
            cells = [
                f"{row[k] / scale.factor:+,.2f}" if abs(row[k]) > scale.factor * 5e-7 else "·"
                for k in ("difference", *EFFECTS)
            ]
            split.add_row(
                escape(_name(level, indicator, lang)),
                *cells,
                escape(_why(row["why"], heads) if zh else row["why"]),
                style="bold" if level == "total" else None,
            )
        console.print(split)
    else:
        console.print()
        for place, (account, row) in enumerate(found.ranking.iterrows(), 1):
            console.print(
                f"{place}. {escape(heads[str(account)])}  {fixed(row['total'] / scale.factor)} {scale.unit}"
            )
    for note in found.notes:
        note = replace(
            note, where=", ".join(heads.get(name, name) for name in note.where.split(", "))
        )
        console.print(
            f"{label('warning', lang)}: {escape(said(note, lang, found.currency))}",
            style="yellow",
            soft_wrap=True,
        )
    about = [
        said(n, lang)
        for side in found.sides
        for n in (*side.account.warnings, *side.account.notes)
        if n.code in ("standard.partial", "standard.switch")
    ]
    for text in dict.fromkeys(about):
        console.print(escape(text), style="dim", soft_wrap=True)


def _head(side: Side, lang: str) -> str:
    """The head of a column, in Chinese with the name of the standard, without what stands in
    brackets, for its id.
    """
    profile, words = side.account.profile, side.label.split(" ")
    return (
        " ".join(short_name(profile, lang) if w == profile.id else w for w in words)
        if lang == "zh"
        else side.label
    )


def _why(text: str, heads: Mapping[str, str]) -> str:
    """Where a difference comes from: which account has the line alone, two ways to a quantity, or
    two ways of pricing.
    """
    for name, head in heads.items():
        text = text.replace(f"only in {name}", f"仅见于{head}")
    ways = re.sub(
        r"[a-z][a-z0-9_]+",
        lambda m: (
            method_name(m.group(), "zh")
            if m.group() in pricing.IDS
            else quantity_name(m.group(), "zh")
        ),
        text,
    )
    return ways.replace("; ", "；")


def _name(level: str, indicator: str, lang: str) -> str:
    if not indicator:
        return label(level, lang)
    record = indicators.get(indicator)
    return f"  {record.zh if lang == 'zh' else record.en}"
