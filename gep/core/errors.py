"""What can go wrong, said once and in full: a :class:`Problem` is one fault, a :class:`GepError` carries all of them.

A problem is written in English where it is found; :mod:`gep.core.text` holds its Chinese, by ``code``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

MAX_FAULTS = 1_000  # that are listed; the rest is counted


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where it is, what it is, and how to mend it.

    ``what`` and ``mend`` are templates filled from ``values``, so that another language can say the same.

    >>> print(Problem("unit.missing", "area", "has no unit", "write '{example}'", values={"example": "100 ha"}))
    area: has no unit. To mend: write '100 ha'
    """

    code: str
    where: str
    what: str
    mend: str = ""
    level: Literal["error", "warning", "note"] = "error"
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        text = f"{self.where}: {self.what.format_map(self.values)}"
        return f"{text}. To mend: {self.mend.format_map(self.values)}" if self.mend else text


def nearest(name: str, names: Iterable[str], lister: str) -> str:
    """The names that one may have meant, with the command that lists all; all of them where none is near.

    >>> nearest("turism", ["tourism", "pest_control"], "gep list")
    'tourism (gep list)'
    """
    from difflib import get_close_matches  # only when something went wrong

    known = list(names)
    close = get_close_matches(name, known, 3, 0.7)
    return f"{', '.join(close)} ({lister})" if close else ", ".join(known)


class GepError(Exception):
    """Base of every error this library raises on purpose; ``problems`` lists all that was found."""

    def __init__(self, title: str, problems: Iterable[Problem] = ()) -> None:
        self.title = title
        self.problems = tuple(problems)
        super().__init__(title, self.problems)

    def __str__(self) -> str:
        return "\n  ".join([self.title, *map(str, self.problems)])


class UnitError(GepError, ValueError):
    """A unit is missing, unknown, or of the wrong dimension."""


class InputError(GepError, ValueError):
    """A value is missing, out of range, doubled or misaligned."""


class ParameterError(GepError, LookupError):
    """A coefficient, formula, indicator or standard that was asked for does not exist."""


class OverlapError(GepError, ValueError):
    """The same service would be counted twice."""
