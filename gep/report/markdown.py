"""The account as Markdown with GitHub's tables; whatever came from outside is text and nothing
else.
"""

from __future__ import annotations

import re

from gep.account.account import Account
from gep.core.archive import clean
from gep.report.content import Heading, Table, Text, content
from gep.words.report import word

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$!&@])")
_LEADING = re.compile(r"^(\s*)(?:([-+])(?=\s)|(\d+)([.)])(?=\s)|(=+|-{3,})(?=\s*$))")


def escape(text: str) -> str:
    r"""Text that Markdown shows as it is: no markup, no HTML, no new column or line.

    >>> escape("a|b <script>")
    'a\\|b \\<script\\>'
    """
    line = _SPECIAL.sub(r"\\\1", " ".join(clean(text).split()))
    return _LEADING.sub(lambda m: "\\" + m[0] if not m[3] else f"{m[3]}\\{m[4]}", line)


def markdown(account: Account, lang: str = "en") -> str:
    """The text report of an account as Markdown.

    Parameters
    ----------
    account : Account
    lang : "zh" or "en"

    Returns
    -------
    str
        Headings, paragraphs and numbered tables; the same account gives the same text.
    """
    out: list[str] = []
    number = 0
    for block in content(account, lang):
        if isinstance(block, Heading):
            out.append(f"{'#' * (block.level + 1)} {escape(block.text)}")
        elif isinstance(block, Text):
            out.append(f"> **{escape(block.text)}**" if block.warning else escape(block.text))
        else:
            number += 1
            out.append(f"**{word('table_n', lang)} {number}** {escape(block.caption)}")
            out.append(_table(block))
            if block.note:
                out.append(escape(block.note))
    return "\n\n".join(out) + "\n"


def _table(table: Table) -> str:
    rule = ["---"] * len(table.head)
    for n in table.numbers:
        rule[n] += ":"
    lines = [map(escape, table.head), rule]
    lines += ([_cell(cell, n in table.strong) for cell in row] for n, row in enumerate(table.rows))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _cell(text: str, strong: bool) -> str:
    indent = "&emsp;" if text.startswith("　") else ""
    cell = escape(text)
    return f"**{cell}**" if strong and cell else indent + cell
