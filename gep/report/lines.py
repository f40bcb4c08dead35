"""What an account rests on, as lists: its lines, the prices, coefficients and figures used, the
sources, the regions.

Read by the workbook and the text report. Nothing is worked out here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np

from gep.account.account import Account, Part
from gep.account.inputs import LABELS, Entry
from gep.account.nodes import Computed, Constant, Node, top, walk
from gep.core import messages
from gep.core.formula import Formula
from gep.core.nomenclature import in_words
from gep.core.source import NOWHERE, Source
from gep.core.tables import Row
from gep.report.explain import body
from gep.report.phrases import STOP
from gep.report.views import labels_of
from gep.words.problems import placed, said
from gep.words.report import word


@dataclass(eq=False, slots=True)
class Price:
    """One price as it was used: a single cell that every line with this price refers to."""

    name: str
    unit: str
    value: float
    item: str = ""
    ecosystem: str = ""
    region: str = ""
    year: int | None = None
    entries: tuple[Entry, ...] = ()
    rows: tuple[Row, ...] = ()
    formula: str = ""
    method: str = ""
    used_by: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the ledger, with what a sum needs to know about it."""

    number: int  # row of the ledger, from 1
    part: Part
    item: str
    ecosystem: str
    region: str
    year: int
    quantity: float
    quantity_unit: str
    price: Price | None
    value: float  # also of what is kept out of the total, where the ledger shows none
    status: str
    method: str
    source: str
    evidence: str
    counts: bool  # whether the account's total holds it
    regions: tuple[str, ...]  # the regions whose total holds it

    @property
    def product(self) -> bool:
        """Whether its value is its quantity times its price; otherwise the value was given, or is
        missing.
        """
        if self.price is None or np.isnan([self.quantity, self.value]).any():
            return False
        return bool(abs(self.value - self.quantity * self.price.value) <= 1e-12 * abs(self.value))


@dataclass(frozen=True, slots=True)
class Parameter:
    """A coefficient of a table, or a number taken where nothing was given, with what uses it."""

    name: str
    value: float
    unit: str
    row: Row | None
    used_by: tuple[str, ...]


def lines(account: Account) -> list[Line]:
    """The rows of the ledger in its order, each with its price and the totals that it enters."""
    ledger = account.ledger
    out: list[Line] = []
    found: dict[tuple[object, ...], Price] = {}
    for part in account.parts:
        own = part.data.to_dataframe().reset_index()
        own = own[own["status"] != "absent"]
        rows = ledger.iloc[len(out) : len(out) + len(own)].to_dict("records")
        covers = _covers(account, part)
        for row, value in zip(rows, own["value"].tolist(), strict=True):
            region, enters = str(row["region"]), part.counted and value == value
            holding = [r for r, held in covers.items() if region in held] if enters else []
            line = Line(
                number=len(out) + 1,
                part=part,
                item=str(row["item"]),
                ecosystem=str(row["ecosystem"]),
                region=region,
                year=int(row["year"]),
                quantity=float(row["quantity"]),
                quantity_unit=str(row["quantity_unit"]),
                price=_price(part, row, found),
                value=float(value),
                status=str(row["status"]),
                method=str(row["method"]),
                source=str(row["source"]),
                evidence=str(row["evidence"]),
                counts=enters and (not covers or account.basis.region in holding),
                regions=tuple(holding),
            )
            out.append(line)
    return out


def _covers(account: Account, part: Part) -> dict[str, set[str]]:
    """For each region the labels of a part that make it up; nothing where it has no regions."""
    labels = labels_of(part, "region")
    if not labels:
        return {}
    names = dict.fromkeys([*regions(account), account.basis.region])
    return {name: set(account.places(labels, name)) for name in names}


def _price(
    part: Part, row: Mapping[Any, Any], found: dict[tuple[object, ...], Price]
) -> Price | None:
    """The price of a row: that of an earlier row where both rest on the same figures."""
    value = float(row["price"])
    if value != value:
        return None
    node = part.solution.price
    result, made = part.outcome.results.get(node), top(node)
    dims = LABELS if result is None else result.numbers.dims
    labels = {k: row[k] for k in LABELS if k in dims}
    entries = tuple(e for e in node.entries() if _names(e, labels))
    cited = tuple(part.outcome.rows([node]))
    home = "" if entries or cited else part.name
    key = (node.name, entries, cited, home, tuple(labels.items()), row["price_unit"], value)
    if key not in found:
        found[key] = Price(
            part.component.price or node.name,
            str(row["price_unit"]),
            value,
            entries=entries,
            rows=cited,
            formula=_equation(made.formula) if isinstance(made, Computed) else "",
            method=str(row["method"]),
            **labels,
        )
    price = found[key]
    if part.name not in price.used_by:
        price.used_by.append(part.name)
    return price


def _equation(formula: Formula) -> str:
    return f"{formula.__name__} = {body(formula)}"


def _names(e: Entry, labels: Mapping[str, object]) -> bool:
    """Whether an entry speaks of these labels; a blank one speaks of all."""
    return all(getattr(e, k) in ("", None, wanted) for k, wanted in labels.items())


def regions(account: Account) -> dict[str, int]:
    """The regions inside (or beside) the account's own, parents before their parts, with how deep
    they lie from 1.
    """
    basis = account.basis
    out: dict[str, int] = {}

    def add(name: str, depth: int) -> None:
        if name not in out and name != basis.region:
            out[name] = depth
            for child in basis.children(name):
                add(child, depth + 1)

    for region in basis.regions.values():
        if region.parent == basis.region or region.parent not in basis.regions:
            add(region.name, 1)
    for label in chain.from_iterable(labels_of(part, "region") for part in account.parts):
        add(label, 1)
    return out


def inside(account: Account, region: str) -> bool:
    """Whether a region lies within the account's own: its total is then part of the account's."""
    basis, at = account.basis, region
    while at in basis.regions:
        at = basis.regions[at].parent
        if at == basis.region:
            return True
    return not basis.regions


def prices(rows: list[Line]) -> list[Price]:
    """The prices used, each once, in the order of the lines."""
    return list(dict.fromkeys(line.price for line in rows if line.price is not None))


def parameters(account: Account) -> list[Parameter]:
    """The coefficients used and the numbers taken where nothing was given, each once, with the
    components that use them.
    """
    users: dict[tuple[str, float, str, Row | None], dict[str, None]] = {}
    for part, node in nodes(account):
        result = part.outcome.results.get(node)
        if result is None:  # of a chain that led nowhere
            continue
        used: list[tuple[str, float, str, Row | None]] = [
            (row.name, row.value, row.unit, row) for row in result.rows
        ]
        if isinstance(node, Constant):
            used.append((node.name, node.number, node.unit, None))
        for key in used:
            users.setdefault(key, {})[part.name] = None
    return [Parameter(*key, tuple(names)) for key, names in users.items()]


def figures(account: Account) -> dict[Entry, list[str]]:
    """The figures that were given and used, by file and line, with the components that use them."""
    out: dict[Entry, list[str]] = {}
    for part in account.parts:
        for e in part.solution.entries:
            out.setdefault(e, []).append(part.name)
    return dict(sorted(out.items(), key=lambda pair: _place(pair[0].where)))


def _place(where: Source) -> tuple[str, int]:
    return (where.file, where.line) if where.line else (str(where), 0)


def sources(account: Account) -> dict[str, tuple[int, int, tuple[str, ...]]]:
    """By source: how many figures and how many coefficients rest on it, and their evidence."""
    out: dict[str, tuple[int, int, tuple[str, ...]]] = {}
    records: list[tuple[int, Entry | Row]] = [(1, e) for e in figures(account)]
    records += [(0, p.row) for p in parameters(account) if p.row is not None]
    for figure, record in records:
        a, b, words = out.get(record.source, (0, 0, ()))
        evidence = dict.fromkeys(filter(None, (*words, record.evidence)))
        out[record.source] = (a + figure, b + 1 - figure, tuple(evidence))
    return out


def synthetic(account: Account) -> bool:
    """Whether the account says that its figures are made up, or any figure or coefficient does."""
    return account.basis.synthetic or any(
        "synthetic" in words for _, _, words in sources(account).values()
    )


def route(part: Part, lang: str = "en") -> str:
    """How the quantity of a component was found: the formulas from the top down; empty where it was
    given, or is not known.

    In Chinese each name stands by its meaning, the component itself by its own name.
    """
    if part.solution.quantity.missing():
        return ""
    formulas = (n.formula for n in part.solution.quantity.walk() if isinstance(n, Computed))
    steps = list(dict.fromkeys((f.__name__, body(f).replace("np.", "")) for f in formulas))
    if lang == "zh":
        steps = [(in_words(name), in_words(text)) for name, text in steps]
        steps[:1] = [(part.component.zh, text) for _, text in steps[:1]]
    said = [f"{name} = {text}" for name, text in steps]
    if part.outcome.cap_ratio is not None:
        said.append(word("held_to", lang))
    return messages.told(STOP, lang).join(said)


def nodes(account: Account) -> Iterator[tuple[Part, Node]]:
    """Every step of every chain, with the component that it belongs to."""
    for part in account.parts:
        for node in walk(part.solution.nodes):
            yield part, node


def told(account: Account, lang: str, *, notes: bool = True) -> list[tuple[str, str, str]]:
    """Warnings, and how figures were read: kind, place and words; what is said of many places is
    said once.
    """
    places: dict[tuple[str, str], list[Source]] = {}
    for kind, rows in (("warning", account.warnings), ("note", account.notes if notes else ())):
        for p in rows:
            what = said(p.at(NOWHERE), lang, account.basis.currency)
            places.setdefault((word(f"{kind}_status", lang), what), []).append(p.source)
    return [
        (kind, placed(where[0], lang) + (f" … ({len(where)})" if len(where) > 1 else ""), what)
        for (kind, what), where in places.items()
    ]
