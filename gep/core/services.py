"""The services of other packages: the records that their entry points name."""

from __future__ import annotations

from collections.abc import Iterable

from gep.core.formula import Indicator
from gep.core.plugins import Found, found


def services(taken: Iterable[str] = ()) -> Found[Indicator]:
    """Every record that another package brings, less those whose id is taken."""

    def made(name: str, thing: object) -> tuple[str, Indicator]:
        if not isinstance(thing, Indicator):
            raise TypeError(f"{name} is no Indicator")
        return thing.id, thing

    return found("gep.indicators", taken, made)
