"""What people read, in Chinese and English: names of records, and the sentences of a problem. The
words for keys are in :mod:`gep.words.labels`.

Nothing is chosen at import: each caller says the language when it shows something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from gep.core.messages import Both, sentence, told

if TYPE_CHECKING:
    from gep.core.errors import Problem

LANGUAGES = ("zh", "en")


class Named(Protocol):
    """What has a name in both languages."""

    @property
    def zh(self) -> str:
        """In Chinese."""

    @property
    def en(self) -> str:
        """In English."""


def name_of(record: Named, lang: str = "en") -> str:
    """The name of a service, a component, a row of a standard, a type or a method."""
    return record.zh if lang == "zh" else record.en


def own_words(note: str, lang: str = "en") -> str:
    """A note in a language; one that stands in English only is marked so in Chinese.

    >>> own_words("As printed.", "zh"), own_words("As printed.")
    ('（英文说明）As printed.', 'As printed.')
    """
    if lang != "zh" or isinstance(note, Both):
        return told(note, lang)
    return f"（英文说明）{note}" if note else ""


class Figure(float):
    """A number written out where its format would give an exponent, with its unit behind it."""

    unit = ""

    def __format__(self, spec: str) -> str:
        text = super().__format__(spec)
        if "e+" in text and abs(self) < 1e15:
            text = f"{float(text):{'+' if text[0] == '+' else ''},.0f}"
        return f"{text} {self.unit}".rstrip()


def _value(value: object, lang: str) -> object:
    """What a problem holds, as readers of the language take it."""
    if lang == "zh" and type(value) is float:
        return Figure(value)
    return told(value, lang) if isinstance(value, str) else value


def sentences(problem: Problem, lang: str = "en") -> tuple[str, str]:
    """What is wrong and how to mend it, in a language; English where the Chinese is lacking."""
    row = sentence(problem.key)
    values = {key: _value(value, lang) for key, value in problem.values.items()}
    if lang == "zh" and row.zh:
        return row.zh.format_map(values), row.mend_zh.format_map(values)
    return row.en.format_map(values), row.mend_en.format_map(values)


def say(problem: Problem, lang: str = "en") -> str:
    """A problem in a language; without a place what is wrong alone."""
    return with_place(problem.source.told(lang), problem, lang)


def with_place(where: str, problem: Problem, lang: str) -> str:
    """A problem in a language behind the text of a place."""
    what, mend = sentences(problem, lang)
    zh = lang == "zh" and sentence(problem.key).zh
    colon, to_mend = ("：", "。改法：") if zh else (": ", ". To mend: ")
    return (f"{where}{colon}" if where else "") + what + (f"{to_mend}{mend}" if mend else "")
