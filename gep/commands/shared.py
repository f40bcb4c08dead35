"""What the commands share: the console, the two languages, JSON, tables, how faults are told."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console, OverflowMethod
from rich.markup import escape
from rich.table import Table

from gep.account.account import Account
from gep.account.basis import Basis
from gep.core import ecosystems
from gep.core.ecosystems import tree
from gep.core.errors import GepError, Problem
from gep.core.text import LANGUAGES
from gep.standards import LEVELS
from gep.words.labels import label, listed, named, row_name, worded
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
    known = json.loads(json.dumps(data), parse_constant=lambda no_number: None)
    sys.stdout.write(json.dumps(known, ensure_ascii=False, indent=1) + "\n")


def plain_table(
    *heads: str, left: Collection[int] = (0,), fold: bool = False, title: str | None = None
) -> Table:
    """A table without rules; the columns of words are named, the others hold figures."""
    table = Table(box=None, header_style="bold", pad_edge=False, title=title, title_justify="left")
    overflow: OverflowMethod = "fold" if fold else "ellipsis"
    for n, head in enumerate(heads):
        table.add_column(head, justify="left" if n in left else "right", overflow=overflow)
    return table


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
    return listed(words, lang)


def word(key: str, lang: str, **fields: object) -> str:
    """The words of the commands for a key, filled."""
    return worded("commands", key, lang, **fields)


def heads(lang: str, *keys: str) -> list[str]:
    """Heads of columns by key."""
    return [word(key, lang) for key in keys]


def blank(value: float, shown: str) -> str:
    """A figure as shown; nothing where there is none."""
    return shown if value == value else ""


def signed(value: float) -> str:
    """A change with its sign."""
    return f"{value:+,.2f}"


def percent(share: float) -> str:
    """A change as per cent; a dash where there is none."""
    return "—" if share != share else f"{share:+.2%}"


def tell(text: str, style: str = "yellow") -> None:
    """Print a line that is not broken."""
    console.print(text, style=style, soft_wrap=True)


def warn(problems: Iterable[Problem], lang: str, currency: str) -> None:
    """Print warnings, a line each."""
    for p in problems:
        tell(f"{label('warning', lang)}: {escape(said(p, lang, currency))}")


def titled(basis: Basis) -> str:
    """What an account is called."""
    return basis.title or basis.region


def excluded(components: Iterable[str], lang: str) -> str:
    """What a total leaves out."""
    left = joined((named(name, lang) for name in components), lang)
    return f"{label('excludes', lang)}: {escape(left)}"


def written(out: Path | None, files: str = "") -> None:
    """Say where files were written, if they were."""
    if out is not None:
        console.print(f"→ {escape(str(out))}{files}", style="dim")


def names(accounts: Iterable[Account], lang: str) -> dict[str, str]:
    """Levels, rows of the standards, components and ecosystem types as people read them, by id."""
    out = {level: label(level, lang) for level in (*LEVELS, "total")}
    for account in accounts:
        out |= {type_: ecosystems.called(type_, lang, account.basis.ecosystems) for type_ in tree()}
        out |= {part.name: named(part.name, lang) for part in account.parts}
        out |= {part.row.id: row_name(part, lang) for part in account.parts}
    return out
