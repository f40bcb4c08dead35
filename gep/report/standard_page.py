"""The page of a standard for the docs, in Markdown, made from its profile: rows, clauses, methods,
evidence, switches.
"""

from __future__ import annotations

from collections.abc import Iterable

from gep.standards import Profile, Switch
from gep.words.labels import label

_OTHER = {"in": "out", "out": "in"}
_NET = (
    "- **net of imports**: the value of ecosystem products that come from outside the region is "
    "taken off. Give `imported` beside water supply; for other products give the value "
    "of what came in as a negative `remainder`. What is not said is taken as 0, with a warning."
)


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
    ]
    if profile.source:
        facts.append(f"- source: {profile.source}")
    if profile.net_of_imports:
        facts.append(_NET)
    for rule in profile.forbids:
        facts.append(f"- forbids counting together: `{rule}` (an error, not a warning)")
    note = [profile.note, ""] if profile.note else []
    out = [f"# {profile.en}", "", *facts, "", *note]
    if profile.switches:
        out += ["## Switches", "", *map(_switch, profile.switches.values()), ""]
    out += [
        "## What it counts",
        "",
        "| indicator | 指标 | level | components | method | clause | evidence | note |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in profile.rows_written:
        idle = "**switched out**" if set(row.components) <= set(profile.left_out) else ""
        components = ", ".join(f"`{c}`" for c in row.components)
        what = (row.en, row.zh, label(row.level), components, row.method, row.clause, row.evidence)
        said = "; ".join(filter(None, (idle, row.note)))
        out.append(f"| {' | '.join(map(_cell, (*what, said)))} |")
    routes = _bound("Routes", "quantity", profile.methods.items())
    pricing = _bound("Pricing", "component", profile.pricing.items())
    return "\n".join([*out, *routes, *pricing]) + "\n"


def _switch(s: Switch) -> str:
    """A switch: how it stands, on what evidence, and how to turn it."""
    turned = f'`[switches]` `{s.id} = "{_OTHER[s.state]}"` in `account.toml`'
    stands = f"- **{s.en}** ({s.zh}): {s.state}, {s.evidence}"
    return f"{stands}. {s.note[:1].upper()}{s.note[1:]}. To turn it: {turned}."


def _bound(head: str, what: str, pairs: Iterable[tuple[str, str]]) -> list[str]:
    rows = [f"| `{name}` | `{bound}` |" for name, bound in pairs]
    return (
        ["", f"## {head} it binds", "", f"| {what} | bound to |", "|---|---|", *rows]
        if rows
        else []
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
