"""HTML written by hand: text made safe, figures that keep their full value, tables that scroll and
can be read aloud.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

# control characters, bidirectional overrides and lone surrogates: shown as one sign each, never
# obeyed
_STRANGE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def text(raw: object) -> str:
    """Anything from outside as HTML text.

    >>> text("<b>森林</b>\\x1b[2J")
    '&lt;b&gt;森林&lt;/b&gt;�[2J'
    """
    return escape(_STRANGE.sub("\ufffd", str(raw)), quote=True)


def figure(value: float, shown: str) -> str:
    """A figure as shown, with its full value beside it for machines; a dash where there is none."""
    if value != value:
        return "<span class=none>—</span>"
    if shown[:1] in "+-" and not set(shown) & set("123456789"):  # rounds to zero: no sign
        shown = shown[1:]
    if shown[:1] == "-":
        shown = f"−{shown[1:]}"
    return f'<data value="{float(value)!r}">{text(shown)}</data>'


def cell(content: str, number: bool = False, css: str = "") -> str:
    """A table cell; the content is HTML already."""
    classes = f"n {css}".rstrip() if number else css
    return f"<td{_css(classes)}>{content}</td>"


def _css(css: str) -> str:
    return f' class="{css}"' if css else ""


def head(content: str, css: str = "") -> str:
    """The cell that names its row."""
    return f"<th scope=row{_css(css)}>{content}</th>"


def table(
    caption: str,
    columns: Sequence[tuple[str, bool]],
    rows: Iterable[str],
    *,
    css: str = "",
    scroll: str = "",
) -> str:
    """A table with caption and column heads; ``rows`` are whole ``<tr>``; ``columns`` are text and
    whether it is a number.
    """
    heads = "".join(
        f"<th scope=col{' class=n' if number else ''}>{text(name)}</th>" for name, number in columns
    )
    top = f"<thead><tr>{heads}</tr></thead>" if any(name for name, _ in columns) else ""
    label = text(f"{caption} ({scroll})" if scroll else caption.strip())
    return (
        f'<div class=wrap tabindex=0 role=region aria-label="{label}"><table{_css(css)}>'
        f"<caption>{text(caption)}</caption>{top}<tbody>{''.join(rows)}</tbody></table></div>"
    )


def row(*cells: str, css: str = "") -> str:
    """A table row."""
    return f"<tr{_css(css)}>{''.join(cells)}</tr>"


def folded(title: str, content: str, opened: bool = False) -> str:
    """Something long, folded away; print shows it."""
    return f"<details{' open' if opened else ''}><summary>{title}</summary>{content}</details>"
