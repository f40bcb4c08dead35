"""What an account folder says of its uncertainty, in ``uncertainty.toml``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from gep.analysis.shared import refuse
from gep.analysis.uncertainty.spreads import map_error
from gep.core.errors import InputError, Problem
from gep.core.messages import word
from gep.core.source import Source
from gep.intake.reader import Reader

KEYS: Mapping[str, Any] = {
    "draws": int,
    "seed": int,
    "level": float,
    "together": list,
    "errors": dict,
    "confusion": dict,
}
FILE = "uncertainty.toml"


def settings(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """The arguments of :func:`gep.analysis.uncertainty.uncertainty` that a folder states; none
    without the file.

    ``[errors]`` maps patterns to stated errors (``"*.price" = "lognormal 20 %"``); ``[confusion]``
    has ``classes`` and ``counts``, a row of counts for each class of the map.

    Raises
    ------
    InputError
        One error that lists every fault of the file.
    """
    r = Reader(Path(folder))
    data = r.toml(FILE)
    if data is None:
        refuse(InputError, "error.file_read", r.problems, name=FILE)
        return {}
    refuse(InputError, "error.file_used", _faults(data), name=FILE)
    if "confusion" in data:
        table = data["confusion"]
        classes = list(map(str, table.get("classes", [])))
        data["confusion"] = map_error(classes, table.get("counts", []))
    return data


def _faults(data: Mapping[str, Any]) -> Iterator[Problem]:
    for key, value in data.items():
        if key not in KEYS:
            yield Problem("key.unknown", Source(FILE, key=(key,)), names=", ".join(KEYS))
        elif type(value) is not KEYS[key]:
            yield _odd(key, KEYS[key].__name__)
        elif key in _INSIDE:
            yield from _INSIDE[key](value)


def _odd(key: str, kind: str, wording: str = "key.value/kind") -> Problem:
    return Problem(wording, Source(FILE, key=(key,)), kind=kind)


def _together(names: Sequence[object]) -> Iterator[Problem]:
    if set(map(type, names)) - {str}:
        yield _odd("together", word("texts"))


def _errors(stated: Mapping[str, object]) -> Iterator[Problem]:
    for key, value in stated.items():
        if type(value) not in (str, int, float):
            yield _odd(f"errors, {key}", "text or number", "key.value/error")


def _confusion(table: Mapping[str, Any]) -> Iterator[Problem]:
    classes, counts = table.get("classes", []), table.get("counts", [])
    if {type(classes), type(counts)} != {list} or set(map(type, counts)) - {list}:
        yield _odd("confusion", "classes and rows of counts")


_INSIDE: Mapping[str, Callable[[Any], Iterator[Problem]]] = {
    "together": _together,
    "errors": _errors,
    "confusion": _confusion,
}
