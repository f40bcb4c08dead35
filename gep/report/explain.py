"""A figure taken apart: formula, inputs with unit and origin, coefficients with source, result; to
be redone by hand.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import xarray as xr

from gep import indicators
from gep.account.account import Account, Missing, Part
from gep.account.inputs import Entry
from gep.account.ledger import Role
from gep.account.nodes import (
    Absent,
    Coefficient,
    Computed,
    Constant,
    Given,
    Layer,
    Node,
    Results,
    top,
)
from gep.core.ecosystems import called
from gep.core.errors import ParameterError, Problem
from gep.core.formula import Formula
from gep.core.nomenclature import meaning
from gep.core.source import named
from gep.core.text import Named
from gep.words.labels import label

_FOLDS = re.compile(r"(?<=[(\[{])\s*\n\s*|,?\s*\n\s*(?=[)\]}])")  # just inside brackets

SHOWN = 8  # figures of an input that are listed before "… and n more"


@dataclass(frozen=True)
class Line:
    """One line of a worked sum."""

    depth: int
    text: str
    formula: Formula | None = None  # what the line was worked out by


@dataclass(frozen=True)
class Explanation:
    """How the figures of an indicator came about; ``str()`` is plain text, notebooks show it
    folded.
    """

    title: str
    lines: tuple[Line, ...]
    lang: str = "en"

    def __str__(self) -> str:
        return "\n".join([self.title, *("  " * line.depth + line.text for line in self.lines)])

    def _repr_html_(self) -> str:
        from gep.report.page.notebook import explanation_html  # only in a notebook

        return explanation_html(self)


def explain(
    account: Account, indicator: str, component: str | None = None, lang: str = "en"
) -> Explanation:
    """The worked sums of one indicator (or of one of its components), in English or Chinese.

    Raises
    ------
    ParameterError
        If the account holds no such indicator.
    """

    def asked(of: str, what: str) -> bool:
        return of == indicator and component in (None, what)

    parts = [p for p in account.parts if asked(p.indicator.id, p.component.id)]
    lacking = [m for m in account.missing if asked(m.indicator, m.component)]
    if not parts and not lacking:
        have = ", ".join(dict.fromkeys(p.indicator.id for p in account.parts))
        problem = Problem("indicator.absent", named(indicator), names=have)
        raise ParameterError("error.explain", [problem])
    worked = (_part(account, part, lang) for part in parts)
    gaps = (_gap(account, m, lang) for m in lacking)
    title = _titled(indicator, indicators.get(indicator), lang)
    return Explanation(title, (*chain.from_iterable(worked), *gaps), lang)


def _gap(account: Account, m: Missing, lang: str) -> Line:
    """What is not accounted, and what it needs."""
    only = m.only(lang, account.basis.ecosystems)
    of = f" ({only})" if only else ""
    needs = ", ".join(f"{_called(n, lang)} [{u}]" for n, u in m.needs)
    found = indicators.get(m.indicator).component(m.component)
    what = m.component or m.indicator
    if found and lang == "zh":
        what = _titled(found.id, found, lang)
    gap, needed = label("not_accounted", lang), label("needs", lang)
    return Line(1, f"{what}{of}: {gap}; {needed} {needs}")


def _titled(id: str, record: Named, lang: str) -> str:
    """An indicator or a component by its id and names."""
    return f"{id} ({record.zh})" if lang == "zh" else f"{id} ({record.zh}, {record.en})"


def _part(account: Account, part: Part, lang: str) -> Iterator[Line]:
    s, results, ratio = part.solution, part.outcome.results, part.outcome.cap_ratio
    yield Line(1, _titled(part.component.id or label("the_whole", lang), part.component, lang))
    yield from _chain(s.quantity, results, "quantity", lang)
    if ratio is not None:
        yield Line(2, f"{label('held', lang)} = {_numbers(ratio, lang)}")
        yield from _node(s.cap, results, 3, label("emission", lang), lang)
    for name, node in (("price", s.price), ("value", s.value), ("share", s.share)):
        yield from _chain(node, results, name, lang)
    if s.unpriced:
        return
    years = account.basis.years
    how = label("product" if isinstance(s.value, Absent) else "as_given", lang)
    of_year = f", {years[-1]}" if len(years) > 1 else ""
    kept_out = f" ({label('kept_out', lang)})" if part.role is Role.OUTSIDE else ""
    worth = _worth(account, part, lang)
    yield Line(2, f"{label('value', lang)} ({how}{of_year}) = {worth}{kept_out}")


def _chain(node: Node, results: Results, name: str, lang: str) -> Iterator[Line]:
    """A chain of a component from its top, where it has one."""
    if not isinstance(node, Absent):
        yield from _node(node, results, 2, label(name, lang), lang)


def _worth(account: Account, part: Part, lang: str) -> str:
    """What a component came to in the last year."""
    year = account.basis.years[-1]
    classified = any(e.classification for e in part.solution.entries)
    if classified and part.data["value"].size < 3:  # a total of one or two tells its parts
        return label("confidential", lang)
    if account.cells(part)["value"].sel(year=year).isnull().all():
        return label("not_known", lang)
    return f"{float(account.add([part], year=year)):,.6g} {account.basis.currency}/yr"


def _node(node: Node, results: Results, depth: int, name: str, lang: str) -> Iterator[Line]:
    """What a step came to and how, then what it was made of."""
    result = f"{name}{_amount(node, results, lang)}"
    made = top(node)
    match made:
        case Constant():
            said = f"{made.number:g} {made.unit} ({label('where_nothing', lang)})"
            yield Line(depth, f"{name} = {said}")
        case Computed():
            f = made.formula
            over = "" if made is node else f", {label('over_cells', lang)}"
            how = f"{label('by_formula', lang)} {f.__name__}: {body(f)}"
            yield Line(depth, f"{result}{over}, {how}", f)
            for part_name, part in made.arguments.items():
                yield from _node(part, results, depth + 1, _called(part_name, lang), lang)
        case Given() | Layer():
            yield Line(depth, result)
            yield from _given(made.figures.entries, depth + 1, lang)
            for rest in made.parts.values():  # the types that no figure was given for
                yield from _rows(rest, results, depth + 1, lang)
        case Coefficient():
            yield Line(depth, result)
            yield from _rows(made, results, depth + 1, lang)
        case Absent():
            pass


def _amount(node: Node, results: Results, lang: str) -> str:
    """What a step came to; nothing where it was not worked out."""
    result = results.get(node)
    if result is None:
        return ""
    if any(e.classification for e in node.entries()):
        return f" = {label('confidential', lang)}"
    return f" = {_numbers(result.array, lang)} {node.unit}".rstrip()


def _given(entries: Sequence[Entry], depth: int, lang: str) -> Iterator[Line]:
    """The figures of an input, the first of many."""
    for e in entries[:SHOWN]:
        yield Line(depth, _entry(e, lang))
    if len(entries) > SHOWN:
        yield Line(depth, label("and_more", lang).format(count=len(entries) - SHOWN))


def _called(name: str, lang: str) -> str:
    """An input by its meaning and its name in the formula."""
    return f"{meaning(name, lang)} {name}".strip() if lang == "zh" else name


def _rows(node: Node, results: Results, depth: int, lang: str) -> Iterator[Line]:
    """The rows of the table that a coefficient is from, and the types that have none."""
    found = results.get(node)
    if found is None:
        return
    for row in found.rows:
        yield Line(depth, row.cite())
    for type_ in found.lacking:
        yield Line(depth, f"{label('no_row', lang)} {_type(type_, lang)}")


def _type(name: str, lang: str) -> str:
    """An ecosystem type: in Chinese by its name, else as it was given."""
    return called(name, lang) if lang == "zh" else name


def _entry(e: Entry, lang: str) -> str:
    labels = e._replace(ecosystem=_type(e.ecosystem, lang)).at
    at = f"[{labels}] " if labels else ""
    figure = label("confidential", lang) if e.classification else f"{e.text} {e.unit}"
    return f"{at}{figure} — {e.where.told(lang)}; {e.source or label('no_source', lang)}"


def _numbers(array: xr.DataArray, lang: str) -> str:
    values = np.atleast_1d(array.values).ravel()
    known = values[~np.isnan(values)]
    if not known.size:
        return label("no_figures", lang)
    if known.size == 1:
        return f"{known[0]:,.6g}"
    return label("figures_from_to", lang).format(
        count=known.size, low=f"{known.min():,.6g}", high=f"{known.max():,.6g}"
    )


def body(f: Formula) -> str:
    """The last expression of a kernel on one line, without the brackets and commas that only break
    lines.
    """
    text = inspect.getsource(f.kernel).rpartition("return ")[2].strip()
    if "\n" not in text:
        return text
    bare = ast.get_source_segment(text, ast.parse(text, mode="eval").body) or text
    return " ".join(_FOLDS.sub("", bare).split())
