"""The page of a standard for the docs, in Markdown, made from its profile: rows, clauses, methods,
evidence, switches.
"""

from __future__ import annotations

from collections.abc import Iterable

from gep.core.messages import Both
from gep.standards import Profile
from gep.words.labels import label


def markdown(profile: Profile) -> str:
    """One page: what the standard is, how far it is known to us, what it counts and how.

    >>> from gep import standards
    >>> markdown(standards.get("hj1173_2021")).splitlines()[0]
    '# HJ 1173-2021, assessment of ecosystem services (the biophysical base)'
    """
    facts = [
        f"- id: `{profile.id}`",
        f"- 中文：{profile.zh}",
        f"- total: {profile.total}",
        f"- known to us: {label('in_part' if profile.partial else 'in_full')}",
        *([f"- source: {profile.source}"] if profile.source else []),
    ]
    if profile.net_of_imports:
        facts.append(
            "- **net of imports**: the value of ecosystem products that come from outside the region is taken off. Give `imported` beside water supply; for other products give the value "
            "of what came in as a negative `remainder`. What is not said is taken as 0, with a warning."
        )
    facts += [
        f"- forbids counting together: `{rule}` (an error, not a warning)"
        for rule in profile.forbids
    ]
    out = [f"# {profile.en}", "", *facts, "", *([_full(profile.note), ""] if profile.note else [])]
    if profile.switches:
        out += ["## Switches", ""]
        out += [
            f'- **{s.en}** ({s.zh}): {s.state}, {s.evidence}. {_sentence(s.note)}. To turn it: `[switches]` `{s.id} = "{"in" if s.state == "out" else "out"}"` in `account.toml`.'
            for s in profile.switches.values()
        ]
        out.append("")
    out += [
        "## What it counts",
        "",
        "| indicator | 指标 | level | components | method | clause | evidence | note |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in profile.rows_written:
        idle = all(c in profile.left_out for c in row.components)
        cells = (
            row.en,
            row.zh,
            label(row.level),
            ", ".join(f"`{c}`" for c in row.components),
            row.method,
            row.clause,
            row.evidence,
            "; ".join(filter(None, ("**switched out**" if idle else "", row.note))),
        )
        out.append(f"| {' | '.join(_cell(c) for c in cells)} |")
    out += _bound("Routes", "quantity", profile.methods.items()) + _bound(
        "Pricing", "component", profile.pricing.items()
    )
    return "\n".join(out) + "\n"


def _bound(head: str, what: str, pairs: Iterable[tuple[str, str]]) -> list[str]:
    rows = [f"| `{name}` | `{bound}` |" for name, bound in pairs]
    return (
        ["", f"## {head} it binds", "", f"| {what} | bound to |", "|---|---|", *rows]
        if rows
        else []
    )


def _sentence(note: str) -> str:
    whole = _full(note)
    return whole[:1].upper() + whole[1:]


def _full(note: str) -> str:
    """A note in English, then in Chinese where it has that."""
    return f"{note} {note.zh}" if isinstance(note, Both) else note


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
