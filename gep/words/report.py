"""The words of the workbook and the text report, in Chinese and English."""

from __future__ import annotations

from gep import pricing
from gep.account.basis import Basis
from gep.core import ecosystems
from gep.core.text import name_of
from gep.words.labels import label, worded
from gep.words.labels import word as shared


def word(key: str, lang: str = "en", **values: object) -> str:
    """The words of the workbook and the text report for a key, filled.

    >>> word("prices_of", "zh", year=2020)
    '2020年价格'
    """
    return worded("report", key, lang, **values)


def type_name(name: str, lang: str, basis: Basis) -> str:
    """The name of an ecosystem type, or that there is none."""
    return ecosystems.called(name, lang, basis.ecosystems) or word("no_type", lang)


def method_name(method: str, lang: str = "en") -> str:
    """The pricing of a component in words; what a source calls it stays as it is.

    >>> method_name("replacement_cost", "zh")
    '替代成本法'
    """
    names = filter(None, method.split("; "))
    return "; ".join(name_of(pricing.get(m), lang) if m in pricing.IDS else m for m in names)


def evidence_name(tag: str, lang: str = "en") -> str:
    """A word for evidence, as people read it.

    >>> evidence_name("sourced", "zh"), evidence_name("sourced")
    ('有来源', 'sourced')
    """
    return shared(tag, lang) if tag else ""


def status_name(status: str, lang: str = "en") -> str:
    """The status of a ledger row, in words."""
    return label("published_status" if status == "published" else status, lang)
