"""``gep check``: every formula proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import typer
from rich.markup import escape

from gep import check as checks
from gep.commands.shared import AsJson, Lang, console, print_json, told
from gep.core.errors import Problem
from gep.words.labels import label, worded


def check(as_json: AsJson = False, lang: Lang = "en") -> None:
    """Prove every formula: dimension, scale, literals, laziness, worked numbers and the rest."""
    with told(lang):
        found = checks.report()
    count = sum(p.level == "error" for problems in found.values() for p in problems)
    if as_json:
        plain = {name: [p.to_dict() for p in problems] for name, problems in found.items()}
        print_json([{"formula": name, "problems": told} for name, told in plain.items()])
    else:
        _show(found, lang)
        console.print(worded("shared", "proved", lang, count=len(found), problems=count))
    raise typer.Exit(1 if count else 0)


def _show(found: Mapping[str, Sequence[Problem]], lang: str) -> None:
    """Each formula with what is wrong with it, and which checks could not run: that proves nothing,
    and disproves nothing.
    """
    skipped: dict[str, None] = {}
    for name, problems in found.items():
        wrong = [str(p) for p in problems if p.level == "error"]
        mark = "[red]✗[/]" if wrong else "[green]✓[/]"
        console.print(f"{mark} {escape(name)}")
        for told_ in wrong:
            console.print(f"    {escape(told_)}", soft_wrap=True)
        others = (p.values for p in problems if p.level != "error")
        skipped |= dict.fromkeys(f"{v['check']}: {v['why']}" for v in others)
    for why in skipped:
        console.print(f"[yellow]{label('warning', lang)}[/]: {escape(why)}")
