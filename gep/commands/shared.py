"""What the commands share: the console, the two languages, JSON, tables, and how faults are told."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gep.account.account import Account
from gep.core import ecosystems
from gep.core.ecosystems import tree
from gep.core.errors import GepError
from gep.core.text import LANGUAGES
from gep.standards import LEVELS
from gep.words.labels import label, named, row_name
from gep.words.problems import said

if TYPE_CHECKING:
    import pandas as pd

console = Console(
    highlight=False, width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else 200
)  # a pipe or file takes whole lines
Lang = Annotated[str, typer.Option("--lang", envvar="GEP_LANG", help="zh or en")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]


@contextmanager
def told(lang: str) -> Iterator[None]:
    """Print a GepError as the list of its problems and leave with exit code 2.

    Raises
    ------
    typer.BadParameter
        If the language is none of the two.
    """
    if lang not in LANGUAGES:
        raise typer.BadParameter(" or ".join(LANGUAGES), param_hint="--lang")
    try:
        yield
    except GepError as error:
        err = Console(stderr=True, highlight=False, soft_wrap=True)
        err.print(f"[bold red]{label('error', lang)}[/] {escape(error.titled(lang))}")
        for p in error.problems:
            err.print("  " + escape(said(p, lang)))
        raise typer.Exit(2) from None


def print_json(data: object) -> None:
    """Print plain data as JSON; a number that is none is null."""
    sys.stdout.write(json.dumps(_known(data), ensure_ascii=False, indent=1) + "\n")


def _known(data: Any) -> Any:
    if isinstance(data, dict):
        return {k: _known(v) for k, v in data.items()}
    if isinstance(data, (list, tuple)):
        return [_known(v) for v in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data


def plain_table() -> Table:
    """A table without rules."""
    return Table(box=None, header_style="bold", pad_edge=False)


def print_frame(frame: pd.DataFrame, lang: str) -> None:
    """Print a table whose columns have labels; figures stand at the right."""
    table = plain_table()
    for column in frame.columns:
        figures = frame[column].map(lambda x: str(x)[:1] in "+-0123456789—").all()
        table.add_column(
            label(str(column), lang), overflow="fold", justify="right" if figures else "left"
        )
    for row in frame.to_dict("records"):
        table.add_row(*(escape(str(x)) for x in row.values()))
    console.print(table)


def joined(words: Iterable[str], lang: str) -> str:
    """Words in a row."""
    return ("、" if lang == "zh" else ", ").join(words)


def names(accounts: Iterable[Account], lang: str) -> dict[str, str]:
    """Levels, rows of the standards, components and ecosystem types as people read them, by id."""
    out = {level: label(level, lang) for level in (*LEVELS, "total")}
    for account in accounts:
        out |= {type_: ecosystems.called(type_, lang, account.basis.ecosystems) for type_ in tree()}
        out |= {part.name: named(part.name, lang) for part in account.parts}
        out |= {part.row.id: row_name(part, lang) for part in account.parts}
    return out
