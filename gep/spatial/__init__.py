"""Accounts on maps: the same formulas run cell by cell, summed by zone and ecosystem type.

:mod:`~gep.spatial.layers` reads and aligns rasters, :mod:`~gep.spatial.plan` turns solved components into steps,
:mod:`~gep.spatial.engine` runs them block by block, :mod:`~gep.spatial.zones` says which cells lie in which zone, and
:mod:`~gep.spatial.scene` puts the sums into the account. Needs the extra ``spatial``.
"""

from __future__ import annotations

from types import ModuleType


def need(name: str, extra: str = "spatial") -> ModuleType:
    """An optional package, or one line that says how to get it.

    Raises
    ------
    ParameterError
        If it is not installed.
    """
    from importlib import import_module

    from gep.errors import ParameterError, Problem

    try:
        return import_module(name)
    except ImportError:
        package = name.partition(".")[0]
        raise ParameterError(
            "A package is missing", [Problem("extra.missing", package, "is needed and not installed", "pip install 'gep-accounting[{extra}]'", values={"package": package, "extra": extra})]
        ) from None  # fmt: skip
