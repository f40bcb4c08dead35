"""What can go wrong, said once and in full: a :class:`Problem` is one fault, a :class:`GepError`
carries all of them.

What a fault says stands in the catalogue (:mod:`gep.core.messages`), in both languages, by its
code.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from gep.core.frozen import Frozen
from gep.core.messages import Level, catalogue, sentence
from gep.core.source import Source
from gep.core.text import sentences

MAX_FAULTS = 1_000  # that are listed; the rest is counted


@dataclass(frozen=True, slots=True, init=False)
class Problem:
    """One fault: what it is, where, and the values that its sentence is filled from.

    ``key`` is its row in the catalogue: the code, and after a slash which wording of it. The row
    says the level too. Values are texts, numbers and words in both languages
    (:class:`gep.core.messages.Both`).

    >>> from gep.core.source import named
    >>> print(Problem("argument.missing", named("area"), unit="m^2"))
    area: is missing. To mend: give it in 'm^2'
    """

    key: str
    source: Source
    values: Mapping[str, object]

    def __init__(self, key: str, source: Source, /, **values: object) -> None:
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "source", source)
        object.__setattr__(self, "values", Frozen(values))

    @property
    def code(self) -> str:
        """What kind of fault it is."""
        return self.key.partition("/")[0]

    @property
    def level(self) -> Level:
        """How grave it is: ``error``, ``warning`` or ``note``."""
        return sentence(self.key).level

    @property
    def where(self) -> str:
        """The text of its place, in English; ``source`` has it as data."""
        return str(self.source)

    @property
    def what(self) -> str:
        """What is wrong, in English."""
        return sentence(self.key).en.format_map(self.values)

    @property
    def mend(self) -> str:
        """How to mend it, in English."""
        return sentence(self.key).mend_en.format_map(self.values)

    def at(self, source: Source) -> Problem:
        """The same, seen from a place."""
        return Problem(self.key, source, **self.values)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON: code, level, what is wrong and how to mend it in both languages, and
        the fields of its place.

        >>> from gep.core.source import named
        >>> fault = Problem("argument.missing", named("area"), unit="m^2").to_dict()
        >>> fault["zh"], fault["mend_en"], fault["key"], fault["file"]
        ('没有给出', "give it in 'm^2'", ['area'], None)
        """
        (en, mend_en), (zh, mend_zh) = sentences(self, "en"), sentences(self, "zh")
        said = {"en": en, "zh": zh, "mend_en": mend_en, "mend_zh": mend_zh}
        return {"code": self.code, "level": self.level, **said, **self.source.to_dict()}

    def __str__(self) -> str:
        where = f"{self.source}: " if self.source else ""
        return where + self.what + (f". To mend: {self.mend}" if self.mend else "")


def nearest(name: str, names: Iterable[str], lister: str) -> str:
    """The names that one may have meant, with the command that lists all; all of them where none is
    near.

    >>> nearest("turism", ["tourism", "pest_control"], "gep list")
    'tourism (gep list)'
    """
    from difflib import get_close_matches  # only when something went wrong

    known = list(names)
    close = get_close_matches(name, known, 3, 0.7)
    return f"{', '.join(close)} ({lister})" if close else ", ".join(known)


class GepError(Exception):
    """Base of every error this library raises on purpose; ``problems`` lists all that was found.

    ``key`` is its title in the catalogue (``error.…``, filled from ``values``), or the title
    itself; ``about`` is what it stands in front of, such as the folder of an account.

    >>> print(GepError("error.account", about="city"))
    city: The account cannot be computed
    """

    def __init__(
        self, key: str, problems: Iterable[Problem] = (), *, about: str = "", **values: Any
    ) -> None:
        self.key = key
        self.problems = tuple(problems)
        self.about = about
        self.values = values
        super().__init__(key, self.problems)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.key, self.problems, self.about, self.values)

    @property
    def title(self) -> str:
        """What could not be done, in English."""
        return self.titled("en")

    def titled(self, lang: str) -> str:
        """What could not be done, in a language.

        >>> GepError("error.account", about="city").titled("zh")
        'city: 账户无法计算'
        """
        row = catalogue().get(self.key)
        said = (
            self.key
            if row is None
            else (row.zh if lang == "zh" else row.en).format_map(self.values)
        )
        return f"{self.about}: {said}" if self.about else said

    def of(self, about: str, problems: Iterable[Problem] | None = None) -> Self:
        """The same error about something named, or with its problems seen from there."""
        return type(self)(
            self.key, self.problems if problems is None else problems, about=about, **self.values
        )

    def at(self, source: Source) -> list[Problem]:
        """Its problems, seen from a place."""
        return [p.at(source) for p in self.problems]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON: what could not be done, in both languages, and the problems.

        >>> GepError("error.account", about="city").to_dict()
        {'en': 'city: The account cannot be computed', 'zh': 'city: 账户无法计算', 'problems': []}
        """
        problems = [p.to_dict() for p in self.problems]
        return {"en": self.titled("en"), "zh": self.titled("zh"), "problems": problems}

    def __str__(self) -> str:
        return "\n  ".join([self.title, *map(str, self.problems)])


def _again(
    kind: type[GepError],
    key: str,
    problems: tuple[Problem, ...],
    about: str,
    values: dict[str, Any],
) -> GepError:
    """An error as it was pickled."""
    return kind(key, problems, about=about, **values)


class GepWarning(UserWarning):
    """What deserves a look in an account that was computed: one for each warning of the account.

    ``warnings.simplefilter("ignore", gep.GepWarning)`` keeps them quiet, ``"error"`` refuses such
    accounts; ``account.warnings`` lists them in either case.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def warn(problems: Iterable[Problem]) -> None:
    """Raise each problem once as a warning, at the line that called the caller."""
    for problem in problems:
        warnings.warn(GepWarning(problem), stacklevel=3)


class UnitError(GepError, ValueError):
    """A unit is missing, unknown, or of the wrong dimension."""


class InputError(GepError, ValueError):
    """A value is missing, out of range, doubled or misaligned."""


class ParameterError(GepError, LookupError):
    """A coefficient, formula, indicator or standard that was asked for does not exist."""


class OverlapError(GepError, ValueError):
    """The same service would be counted twice."""
