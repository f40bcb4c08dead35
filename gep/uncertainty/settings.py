"""What an account folder says of its uncertainty, in ``uncertainty.toml``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gep.errors import InputError, Problem
from gep.reader import Reader
from gep.uncertainty.spreads import map_error

KEYS = ("draws", "seed", "level", "together", "errors", "confusion")
FILE = "uncertainty.toml"


def settings(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """The arguments of :func:`gep.uncertainty.uncertainty` that a folder states; none without the file.

    ``[errors]`` maps patterns to stated errors (``"*.price" = "lognormal 20 %"``); ``[confusion]`` has ``classes`` and
    ``counts``, a row of counts for each class of the map.

    Raises
    ------
    InputError
        One error that lists every fault of the file.
    """
    r = Reader(Path(folder))
    data = r.toml(FILE)
    if data is None:
        if r.problems:
            raise InputError(f"{FILE} cannot be read", r.problems)
        return {}
    faults = [Problem("key.unknown", f"{FILE}, {k}", "is no key", "the keys are {names}", values={"names": ", ".join(KEYS)}) for k in data if k not in KEYS]
    wanted: Mapping[str, Any] = {"draws": int, "seed": int, "level": float, "together": list, "errors": dict, "confusion": dict}
    faults += [
        Problem("key.value", f"{FILE}, {k}", "is not of the kind wanted: {kind}", "see docs/uncertainty.md", values={"kind": wanted[k].__name__})
        for k, v in data.items()
        if k in wanted and (not isinstance(v, wanted[k]) or isinstance(v, bool))
    ]
    errors = data.get("errors", {})
    if isinstance(errors, dict):
        faults += [
            Problem("key.value", f"{FILE}, errors, {k}", "is not of the kind wanted: {kind}", 'write "20 %" or 0.2', values={"kind": "text or number"})
            for k, v in errors.items()
            if isinstance(v, bool) or not isinstance(v, (str, int, float))
        ]
    table = data.get("confusion", {})
    if isinstance(table, dict) and not (
        isinstance(table.get("classes", []), list)
        and isinstance(table.get("counts", []), list)
        and all(isinstance(row, list) for row in table.get("counts", []))
    ):
        faults.append(
            Problem(
                "key.value", f"{FILE}, confusion", "is not of the kind wanted: {kind}", "see docs/uncertainty.md", values={"kind": "classes and rows of counts"}
            )
        )
    if faults:
        raise InputError(f"{FILE} cannot be used", faults)
    if "confusion" in data:
        data["confusion"] = map_error([str(c) for c in table.get("classes", [])], [list(row) for row in table.get("counts", [])])
    return data
