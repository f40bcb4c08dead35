"""The services of other packages: the records that their entry points name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import get_args

from gep.core.formula import Indicator
from gep.core.plugins import Found, found
from gep.core.records import Level

_ID = re.compile(r"[a-z][a-z0-9_]*")


def services(taken: Iterable[str] = ()) -> Found[Indicator]:
    """Every record that another package brings, less those whose id is taken."""

    def made(name: str, thing: object) -> tuple[str, Indicator]:
        if not isinstance(thing, Indicator):
            raise TypeError(f"{name} is no Indicator")
        if not _ID.fullmatch(thing.id) or thing.level not in get_args(Level):
            raise ValueError(f"'{thing.id}' is no id, or '{thing.level}' none of the levels")
        return thing.id, thing

    return found("gep.indicators", taken, made)
