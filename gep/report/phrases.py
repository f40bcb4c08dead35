"""Small pieces of text that the workbook, the text report and the lists share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from gep.account.account import Account, Part
from gep.account.basis import Basis
from gep.account.inputs import Entry
from gep.core.messages import Both
from gep.core.nomenclature import meaning
from gep.core.tables import Row
from gep.core.text import name_of
from gep.words.labels import component_name
from gep.words.numbers import pretty
from gep.words.problems import clause_name
from gep.words.report import type_name, word

if TYPE_CHECKING:
    from gep.report.lines import Parameter, Price

COMMA, STOP, BLANK = Both(", ", "、"), Both("; ", "；"), Both(" ", "")  # between words


def with_unit(name: str, unit: str, lang: str) -> str:
    """A name with a unit, or another addition, in the brackets of the language."""
    return f"{name}（{unit}）" if lang == "zh" else f"{name} ({unit})"


def part_name(part: Part, lang: str) -> str:
    """A component with its service before it."""
    return f"{name_of(part.indicator, lang)}·{component_name(part, lang)}"


def source_name(source: str, lang: str) -> str:
    """A source, or that there is none."""
    return source or word("no_source", lang)


def citation(row: Row, lang: str) -> str:
    """The source of a coefficient and where it stands in it."""
    return ", ".join(filter(None, (row.source, clause_name(row.clause, lang))))


def row_of(parameter: Parameter, lang: str) -> Row:
    """The row of a coefficient; one that says so of a number taken where nothing was given."""
    source = word("default_number", lang)
    return parameter.row or Row("", "", "", "", 0.0, "", None, None, "", source, "", "", "")


def as_given(e: Entry, unit: str) -> str:
    """A figure with its unit, and the year of its money where the account holds it in another's."""
    return f"{e.text} {unit}" + (f" ({e.money_of})" if e.money_of else "")


def price_year(price: Price, account: Account) -> int | str:
    """The year whose prices a price is in; empty where each year has its own."""
    return price.year or account.basis.price_year or ""


def sources_of(price: Price, lang: str) -> Iterable[str]:
    """The sources of a price, each once."""
    given = (source_name(e.source, lang) for e in price.entries)
    return dict.fromkeys([*given, *(citation(r, lang) for r in price.rows)])


def input_name(name: str, lang: str) -> str:
    """What an input is, in words."""
    return meaning(name, lang) or word(name, lang)


def bracketed(text: str, unit: str, lang: str) -> str:
    """A text with a unit in square brackets, where there is one."""
    return f"{text} [{pretty(unit, lang)}]" if unit else text


def control_place(labels: Mapping[str, str], lang: str, basis: Basis) -> str:
    """The labels of a published figure, the ecosystem type by its name."""
    named = (
        type_name(value, lang, basis) if key == "ecosystem" else value
        for key, value in labels.items()
    )
    return " ".join(named)


def breadth(text: str) -> int:
    """How wide text is: a Chinese character counts as two.

    >>> breadth("m³"), breadth("亿m³")
    (2, 4)
    """
    return len(text) + sum(c > "\u2e7f" for c in text)
