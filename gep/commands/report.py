"""``gep report``: the account of a folder as a workbook, Word document, Markdown, HTML or JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from gep import opening
from gep.account.account import Account
from gep.account.confidential import public
from gep.commands.shared import Lang, console, told
from gep.core import output


class Format(StrEnum):
    """What can be written."""

    xlsx = "xlsx"
    docx = "docx"
    md = "md"
    html = "html"
    json = "json"
    all = "all"


def _xlsx(account: Account, lang: str) -> bytes:
    from gep.report.excel.book import workbook

    return workbook(account, lang)


def _docx(account: Account, lang: str) -> bytes:
    from gep.report.word import document

    return document(account, lang)


def _html(account: Account, lang: str) -> bytes:
    from gep.report.page.document import page

    return page(account, lang).encode("utf-8")


_FILES: Mapping[Format, tuple[str, Callable[[Account, str], bytes]]] = {
    Format.xlsx: ("account.xlsx", _xlsx),
    Format.docx: ("account.docx", _docx),
    Format.md: ("account.md", lambda account, lang: account.to_markdown(lang).encode("utf-8")),
    Format.html: ("index.html", _html),
    Format.json: ("account.json", lambda account, lang: (account.to_json() + "\n").encode("utf-8")),
}


def report(
    path: Annotated[Path, typer.Argument(metavar="FOLDER", help="the account folder")],
    out: Annotated[Path, typer.Option(help="write the files here")],
    format: Annotated[Format, typer.Option("--format", help="what to write")] = Format.all,
    lang: Lang = "en",
) -> None:
    """Compute the account of a folder and write it for readers: workbook, Word, Markdown, HTML,
    JSON.
    """
    with told(lang):
        account = public(opening.read(path))  # what leaves tells no confidential figure
        wanted = [f for f in _FILES if format in (f, Format.all)]
        written = output.write(out, {_FILES[f][0]: _FILES[f][1](account, lang) for f in wanted})
    for path_ in written:
        console.print(escape(str(path_)), soft_wrap=True)
