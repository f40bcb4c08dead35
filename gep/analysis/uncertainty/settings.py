"""What an account folder says of its uncertainty, in ``uncertainty.toml``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gep.analysis.uncertainty.spreads import map_error
from gep.core.errors import InputError, Problem
from gep.core.messages import word
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
        if r.problems:
            raise InputError("error.file_read", r.problems, name=FILE)
        return {}
    faults = list(_faults(data))
    if faults:
        raise InputError("error.file_used", faults, name=FILE)
    if "confusion" in data:
        table = data["confusion"]
        data["confusion"] = map_error(
            [str(c) for c in table.get("classes", [])], table.get("counts", [])
        )
    return data


def _faults(data: Mapping[str, Any]) -> Iterator[Problem]:
    def odd(key: str, kind: str, wording: str = "key.value/kind") -> Problem:
        return Problem(wording, f"{FILE}, {key}", values={"kind": kind})

    for key, value in data.items():
        if key not in KEYS:
            yield Problem("key.unknown", f"{FILE}, {key}", values={"names": ", ".join(KEYS)})
        elif isinstance(value, bool) or not isinstance(value, KEYS[key]):
            yield odd(key, KEYS[key].__name__)
        elif key == "together" and not all(isinstance(name, str) for name in value):
            yield odd(key, word("texts"))
        elif key == "errors":
            yield from (
                odd(f"errors, {k}", "text or number", "key.value/error")
                for k, v in value.items()
                if isinstance(v, bool) or not isinstance(v, (str, int, float))
            )
        elif key == "confusion":
            classes, counts = value.get("classes", []), value.get("counts", [])
            if (
                not isinstance(classes, list)
                or not isinstance(counts, list)
                or not all(isinstance(row, list) for row in counts)
            ):
                yield odd(key, "classes and rows of counts")
