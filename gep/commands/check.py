"""``gep check``: every formula proved."""

from __future__ import annotations

import typer
from rich.markup import escape

from gep import check as checks
from gep.commands.shared import AsJson, Lang, console, print_json, told
from gep.words.labels import label


def check(as_json: AsJson = False, lang: Lang = "en") -> None:
    """Prove every formula: dimension, scale, literals, laziness, worked numbers and the rest."""
    with told(lang):
        found = checks.report()
    wrong = {name: [p for p in problems if p.level == "error"] for name, problems in found.items()}
    skipped = dict.fromkeys(
        f"{p.values['check']}: {p.values['why']}"
        for problems in found.values()
        for p in problems
        if p.level != "error"
    )
    count = sum(map(len, wrong.values()))
    if as_json:
        print_json(
            [
                {"formula": name, "problems": [str(p) for p in problems]}
                for name, problems in found.items()
            ]
        )
    else:
        for name, problems in wrong.items():
            console.print(
                f"[{'red' if problems else 'green'}]{'✗' if problems else '✓'}[/] {escape(name)}"
            )
            for p in problems:
                console.print("    " + escape(str(p)), soft_wrap=True)
        for why in skipped:  # a check that could not run proves nothing, and disproves nothing
            console.print(f"[yellow]{label('warning', lang)}[/]: {escape(why)}")
        console.print(label("proved", lang).format(count=len(found), problems=count))
    raise typer.Exit(1 if count else 0)
