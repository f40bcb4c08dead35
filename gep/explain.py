"""A figure taken apart: formula, inputs with unit and origin, coefficients with source, result; to be redone by hand."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr

from gep.account import Account, Part
from gep.errors import ParameterError, Problem
from gep.formula import Formula
from gep.inputs import Entry
from gep.solve import MISSING, Node

SHOWN = 8  # figures of an input that are listed before "… and n more"


@dataclass(frozen=True)
class Line:
    """One line of a worked sum."""

    depth: int
    text: str
    formula: Formula | None = None  # what the line was worked out by


@dataclass(frozen=True)
class Explanation:
    """How the figures of an indicator came about; ``str()`` is plain text, notebooks show it folded."""

    title: str
    lines: tuple[Line, ...]

    def __str__(self) -> str:
        return "\n".join([self.title, *("  " * line.depth + line.text for line in self.lines)])

    def _repr_html_(self) -> str:
        from gep.report.web.notebook import explanation_html

        return explanation_html(self)


def explain(account: Account, indicator: str, component: str | None = None) -> Explanation:
    """The worked sums of one indicator (or of one of its components).

    Raises
    ------
    ParameterError
        If the account holds no such indicator.
    """
    parts = [p for p in account.parts if p.indicator.id == indicator and component in (None, p.component.id)]
    lacking = [m for m in account.missing if m.indicator == indicator and component in (None, m.component)]
    if not parts and not lacking:
        have = ", ".join(dict.fromkeys(p.indicator.id for p in account.parts))
        raise ParameterError(
            "Nothing to explain", [Problem("indicator.absent", indicator, "is not in this account", "it holds: {names}", values={"names": have})]
        )
    lines = [line for part in parts for line in _part(account, part)]
    for m in lacking:
        lines.append(
            Line(
                1,
                f"{m.component or indicator}: not accounted{' for ' + ', '.join(m.ecosystems) if m.ecosystems else ''}; needs "
                + ", ".join(f"{n} [{u}]" for n, u in m.needs),
            )
        )
    named = parts[0].indicator if parts else None
    return Explanation(f"{indicator} ({named.zh}, {named.en})" if named else indicator, tuple(lines))


def _part(account: Account, part: Part) -> Iterator[Line]:
    s, money = part.solution, account.basis.currency
    yield Line(1, f"{part.component.id or 'the whole'} ({part.component.zh}, {part.component.en})")
    if s.quantity.kind != MISSING:
        yield from _node(s.quantity, 2, "quantity")
    if s.cap_ratio is not None:
        yield Line(2, f"held to the emission: factor min(1, emission / Σ capacity) = {_numbers(s.cap_ratio)}")
        yield from _node(s.cap, 3, "emission")
    if s.price.kind != MISSING:
        yield from _node(s.price, 2, "price")
    if s.value.kind != MISSING:
        yield from _node(s.value, 2, "value")
    if s.share.kind != MISSING:
        yield from _node(s.share, 2, "share")
    years = account.basis.years
    total = account.add([part], year=years[-1])
    how = "given" if s.value.kind != MISSING else "quantity × price"
    few = any(e.classification for e in s.entries) and part.data["value"].size < 3  # a total of one or two tells its parts
    known = bool(account.cells(part)["value"].sel(year=years[-1]).notnull().any())
    shown = "confidential" if few else f"{float(total):,.6g} {money}/yr" if known else "not known"
    yield Line(2, f"value ({how}{f', {years[-1]}' if len(years) > 1 else ''}) = {shown}" + ("" if part.counted else " (kept out of the total)"))


def _node(node: Node, depth: int, name: str) -> Iterator[Line]:
    hidden = any(e.classification for e in node.entries())
    amount = "" if node.result is None else " = confidential" if hidden else f" = {_numbers(node.result)} {node.unit}".rstrip()
    if node.kind in ("formula", "summed") and node.formula is not None:
        amount += ", added up over the cells of the map" if node.kind == "summed" else ""
        yield Line(depth, f"{name}{amount}, by {node.formula.__name__}: {body(node.formula)}", node.formula)
        for part_name, part in node.parts.items():
            yield from _node(part, depth + 1, part_name)
    elif node.kind in ("given", "layer") and node.given is not None:
        yield Line(depth, f"{name}{amount}")
        for e in node.given.entries[:SHOWN]:
            yield Line(depth + 1, _entry(e))
        if len(node.given.entries) > SHOWN:
            yield Line(depth + 1, f"… and {len(node.given.entries) - SHOWN} more")
        for rest in node.parts.values():  # the types that no figure was given for
            yield from _rows(rest, depth + 1)
    elif node.kind == "coefficient":
        yield Line(depth, f"{name}{amount}")
        yield from _rows(node, depth + 1)
    elif node.kind == "number":
        yield Line(depth, f"{name} = {node.number:g} {node.unit} (where nothing is given)")


def _rows(node: Node, depth: int) -> Iterator[Line]:
    """The rows of the table that a coefficient is from, and the types that have none."""
    for row in node.rows:
        yield Line(depth, row.cite())
    for label in node.lacking:
        yield Line(depth, f"no row for {label}")


def _entry(e: Entry) -> str:
    labels = ", ".join(str(x) for x in e.labels() if x not in ("", None))
    return f"{f'[{labels}] ' if labels else ''}{'confidential' if e.classification else f'{e.text} {e.unit}'} — {e.where}; {e.source or 'no source'}"


def _numbers(array: xr.DataArray) -> str:
    values = np.atleast_1d(array.values).ravel()
    known = values[~np.isnan(values)]
    if not known.size:
        return "no figures"
    if known.size == 1:
        return f"{known[0]:,.6g}"
    return f"{known.size} figures, {known.min():,.6g} to {known.max():,.6g}"


def body(f: Formula) -> str:
    """The last expression of a kernel, as it stands in the code."""
    return inspect.getsource(f.kernel).rpartition("return ")[2].strip()
