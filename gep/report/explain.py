"""A figure taken apart: formula, inputs with unit and origin, coefficients with source, result; to
be redone by hand.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr

from gep import indicators
from gep.account.account import Account, Part
from gep.account.chains import MISSING, Node
from gep.account.inputs import Entry
from gep.core.ecosystems import called
from gep.core.errors import ParameterError, Problem
from gep.core.formula import Formula
from gep.core.messages import told
from gep.core.nomenclature import meaning
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
    parts = [
        p
        for p in account.parts
        if p.indicator.id == indicator and component in (None, p.component.id)
    ]
    lacking = [
        m for m in account.missing if m.indicator == indicator and component in (None, m.component)
    ]
    if not parts and not lacking:
        have = ", ".join(dict.fromkeys(p.indicator.id for p in account.parts))
        raise ParameterError(
            "error.explain", [Problem("indicator.absent", indicator, values={"names": have})]
        )
    lines = [line for part in parts for line in _part(account, part, lang)]
    for m in lacking:
        only = m.only(lang, account.basis.ecosystems)
        of = f" ({only})" if only else ""
        needs = ", ".join(f"{_called(n, lang)} [{u}]" for n, u in m.needs)
        found = indicators.get(indicator).component(m.component)
        what = (
            _titled(found.id, found, lang) if found and lang == "zh" else m.component or indicator
        )
        lines.append(
            Line(1, f"{what}{of}: {label('not_accounted', lang)}; {label('needs', lang)} {needs}")
        )
    return Explanation(_titled(indicator, indicators.get(indicator), lang), tuple(lines), lang)


def _titled(id: str, record: Named, lang: str) -> str:
    """An indicator or a component by its id and names."""
    return f"{id} ({record.zh})" if lang == "zh" else f"{id} ({record.zh}, {record.en})"


def _part(account: Account, part: Part, lang: str) -> Iterator[Line]:
    s, money = part.solution, account.basis.currency
    yield Line(1, _titled(part.component.id or label("the_whole", lang), part.component, lang))
    if s.quantity.kind != MISSING:
        yield from _node(s.quantity, 2, label("quantity", lang), lang)
    if s.cap_ratio is not None:
        yield Line(2, f"{label('held', lang)} = {_numbers(s.cap_ratio, lang)}")
        yield from _node(s.cap, 3, label("emission", lang), lang)
    for name in ("price", "value", "share"):
        node: Node = getattr(s, name)
        if node.kind != MISSING:
            yield from _node(node, 2, label(name, lang), lang)
    years = account.basis.years
    total = account.add([part], year=years[-1])
    how = label("as_given" if s.value.kind != MISSING else "product", lang)
    few = (
        any(e.classification for e in s.entries) and part.data["value"].size < 3
    )  # a total of one or two tells its parts
    known = bool(account.cells(part)["value"].sel(year=years[-1]).notnull().any())
    shown = (
        label("confidential", lang)
        if few
        else f"{float(total):,.6g} {money}/yr"
        if known
        else label("not_known", lang)
    )
    kept_out = "" if part.counted else f" ({label('kept_out', lang)})"
    yield Line(
        2,
        f"{label('value', lang)} ({how}{f', {years[-1]}' if len(years) > 1 else ''}) = {shown}{kept_out}",
    )


def _node(node: Node, depth: int, name: str, lang: str) -> Iterator[Line]:
    hidden = any(e.classification for e in node.entries())
    amount = ""
    if node.result is not None:
        amount = f" = {label('confidential', lang) if hidden else f'{_numbers(node.result, lang)} {node.unit}'.rstrip()}"
    if node.kind in ("formula", "summed") and node.formula is not None:
        amount += f", {label('over_cells', lang)}" if node.kind == "summed" else ""
        yield Line(
            depth,
            f"{name}{amount}, {label('by_formula', lang)} {node.formula.__name__}: {body(node.formula)}",
            node.formula,
        )
        for part_name, part in node.parts.items():
            yield from _node(part, depth + 1, _called(part_name, lang), lang)
    elif node.kind in ("given", "layer") and node.given is not None:
        yield Line(depth, f"{name}{amount}")
        for e in node.given.entries[:SHOWN]:
            yield Line(depth + 1, _entry(e, lang))
        if len(node.given.entries) > SHOWN:
            yield Line(
                depth + 1, label("and_more", lang).format(count=len(node.given.entries) - SHOWN)
            )
        for rest in node.parts.values():  # the types that no figure was given for
            yield from _rows(rest, depth + 1, lang)
    elif node.kind == "coefficient":
        yield Line(depth, f"{name}{amount}")
        yield from _rows(node, depth + 1, lang)
    elif node.kind == "number":
        yield Line(depth, f"{name} = {node.number:g} {node.unit} ({label('where_nothing', lang)})")


def _called(name: str, lang: str) -> str:
    """An input by its meaning and its name in the formula."""
    return f"{meaning(name, lang)} {name}".strip() if lang == "zh" else name


def _rows(node: Node, depth: int, lang: str) -> Iterator[Line]:
    """The rows of the table that a coefficient is from, and the types that have none."""
    for row in node.rows:
        yield Line(depth, row.cite())
    for type_ in node.lacking:
        yield Line(
            depth, f"{label('no_row', lang)} {called(type_, lang) if lang == 'zh' else type_}"
        )


def _entry(e: Entry, lang: str) -> str:
    type_ = called(e.ecosystem, lang) if lang == "zh" else e.ecosystem
    labels = e._replace(ecosystem=type_).at
    figure = label("confidential", lang) if e.classification else f"{e.text} {e.unit}"
    return f"{f'[{labels}] ' if labels else ''}{figure} — {told(e.where, lang)}; {e.source or label('no_source', lang)}"


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
