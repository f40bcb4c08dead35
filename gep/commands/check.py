"""``gep check``: every formula proved."""

from __future__ import annotations

import typer
from rich.markup import escape

from gep import check as checks
from gep.commands.shared import AsJson, console, print_json


def check(as_json: AsJson = False) -> None:
    """Prove every formula: dimension, scale, literals, laziness, worked numbers and the rest."""
    found = checks.report()
    count = sum(map(len, found.values()))
    if as_json:
        print_json([{"formula": name, "problems": [str(p) for p in problems]} for name, problems in found.items()])
    else:
        for name, problems in found.items():
            console.print(f"[{'red' if problems else 'green'}]{'✗' if problems else '✓'}[/] {escape(name)}")
            for p in problems:
                console.print("    " + escape(str(p)), soft_wrap=True)
        console.print(f"{len(found)} formulas, {count} problems")
    raise typer.Exit(1 if count else 0)
