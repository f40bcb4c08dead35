"""The page of the public interface, made from signatures and docstrings when the site is built."""

from __future__ import annotations

import inspect
import re
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

import gep

ROOT = Path(gep.__file__).parent
SECTIONS = (
    "Parameters",
    "Returns",
    "Yields",
    "Raises",
    "Attributes",
    "Examples",
    "Notes",
    "References",
    "Warns",
    "See Also",
)
FIRST = (
    "total",
    "by",
    "ledger",
    "explain",
    "controls",
    "compare",
    "within",
    "summary",
    "plot",
)  # what people ask an account for
SIGNS = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
WIDE = 70  # characters of a signature before it is broken
LISTED = ("Parameters", "Returns", "Yields", "Raises", "Attributes", "Warns")


def page() -> str:
    """Every name of ``gep.__all__``, the account's methods, and what each module is for."""
    functions = [n for n in gep.__all__ if inspect.isfunction(getattr(gep, n))]
    errors = [
        n
        for n in gep.__all__
        if inspect.isclass(getattr(gep, n)) and issubclass(getattr(gep, n), Exception)
    ]
    rest = [n for n in gep.__all__ if n not in (*functions, *errors, "Account")]
    out = [
        "# The public interface",
        "",
        "What `import gep` gives. Made from the docstrings when these pages are built.",
        "",
        "## Functions",
        "",
    ]
    for name in functions:
        out += [entry(f"gep.{name}", getattr(gep, name)), ""]
    out += ["## Account", "", told(gep.Account), ""]
    for name, member in members(gep.Account):
        out += [entry(name, member), ""]
    out += [
        "## Problems and errors",
        "",
        (
            "Bad figures, labels and settings raise a `GepError`, which carries every problem that"
            " was found; an argument of another kind than its annotation (a list where a mapping"
            " belongs) is an error of Python's own."
        ),
        "",
    ]
    for name in (*rest, *errors):
        out += [f"### `gep.{name}`", "", told(getattr(gep, name)), ""]
    out += [
        "## Modules",
        "",
        "Import what you need from them; names that begin with `_` may change at any time.",
        "",
        "| module | |",
        "|---|---|",
        *modules(),
        "",
    ]
    return "\n".join(out)


def members(cls: type) -> list[tuple[str, Any]]:
    """The public methods and properties of a class, in the order of the file, those asked for most
    first.
    """
    found = [
        (n, m)
        for n, m in vars(cls).items()
        if not n.startswith("_")
        and (inspect.isfunction(m) or isinstance(m, (property, cached_property)))
    ]
    return sorted(found, key=lambda x: FIRST.index(x[0]) if x[0] in FIRST else len(FIRST))


def modules() -> list[str]:
    """A row a module: its name, and the first sentence of what it says about itself."""
    rows = []
    for path in sorted(ROOT.rglob("*.py")):
        name = ".".join(("gep", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(
            ".__init__"
        )
        source = path.read_text("utf-8")
        found = re.match(r'r?"""(.+?)(?:\n\s*\n|""")', source, re.DOTALL)
        if found and not any(part.startswith("_") for part in name.split(".")):
            rows.append(f"| `{name}` | {line(' '.join(found.group(1).split()))} |")
    return rows


def entry(name: str, member: Any) -> str:
    """Heading with the signature, then the docstring."""
    function = member if inspect.isfunction(member) else None
    shown = f"{name}{signature(function)}" if function else name
    heading = f"### `{name.rpartition('.')[2] if not name.startswith('gep.') else name}`"
    return "\n".join(
        [heading, "", *(["```text", shown, "```", ""] if function else []), told(member)]
    )


def signature(function: Any) -> str:
    """Its signature as it stands in the file, without ``self``."""
    found = inspect.signature(function)
    parameters = [p for p in found.parameters.values() if p.name != "self"]
    written = [
        f"{SIGNS.get(p.kind, '')}{p.name}: {p.annotation}"
        + ("" if p.default is p.empty else f" = {p.default!r}")
        for p in parameters
    ]
    for n, p in enumerate(parameters):
        if p.kind is p.KEYWORD_ONLY and not any(
            q.kind in (p.KEYWORD_ONLY, p.VAR_POSITIONAL) for q in parameters[:n]
        ):
            written[n] = f"*, {written[n]}"
    line = ", ".join(written)
    return (
        f"({line}) -> {found.return_annotation}"
        if len(line) < WIDE
        else "(\n" + "".join(f"    {w},\n" for w in written) + f") -> {found.return_annotation}"
    )


def told(thing: Any) -> str:
    """A docstring as Markdown; that of a cached property is its function's."""
    return markdown(
        inspect.cleandoc(
            (thing.func if isinstance(thing, cached_property) else thing).__doc__ or ""
        )
    )


def markdown(text: str) -> str:
    """numpydoc as Markdown: sections become headings in bold, examples blocks of code."""
    out: list[str] = []
    section = ""
    lines = text.splitlines()
    k = 0
    while k < len(lines):
        now = lines[k]
        if now.strip() in SECTIONS and k + 1 < len(lines) and set(lines[k + 1].strip()) == {"-"}:
            section = now.strip()
            out += ["", f"**{section}**", ""]
            k += 2
            continue
        if now.lstrip().startswith(">>>"):
            block = []
            while k < len(lines) and lines[k].strip():
                block.append(re.sub(r"\s*# doctest:.*", "", lines[k]))
                k += 1
            out += ["", "```pycon", *block, "```", ""]
            continue
        if section in LISTED and now.strip():
            if now.startswith(" "):
                out.append(f"  {line(now.strip())}")
            else:
                goes_on = lines[k + 1 : k + 2] and lines[k + 1].startswith(" ")
                out.append(f"- {named(now.strip())}{'  ' if goes_on else ''}")
        else:
            out.append(line(now))
        k += 1
    return "\n".join(out).strip()


def named(text: str) -> str:
    """``path : str`` with the name as code."""
    name, colon, kind = text.partition(" : ")
    return f"`{name}`: {line(kind)}" if colon else line(text)


def line(text: str) -> str:
    """Roles and double quotes of reStructuredText as code; the rest as text."""
    text = re.sub(r":\w+:`~?\.?([^`]+)`", r"`\1`", text).replace("``", "`")
    parts = text.split("`")
    return "`".join(
        part if n % 2 else escape(part, quote=False).replace("*", "\\*").replace("|", "\\|")
        for n, part in enumerate(parts)
    )
