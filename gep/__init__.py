"""Gross ecosystem product accounts: from figures with units to a ledger that can be traced.

>>> import gep
>>> account = gep.run("examples/garze_2010")  # doctest: +SKIP
>>> round(account.total / 1e8, 2)  # doctest: +SKIP
7548.91
"""

import os

from gep import opening, views
from gep.account.account import Account
from gep.core import moved
from gep.core.errors import (
    GepError,
    GepWarning,
    InputError,
    OverlapError,
    ParameterError,
    Problem,
    UnitError,
    warn,
)
from gep.intake.python import compute

__all__ = [
    "Account",
    "GepError",
    "GepWarning",
    "InputError",
    "OverlapError",
    "ParameterError",
    "Problem",
    "UnitError",
    "compute",
    "run",
]

views.bind()
moved.serve()


def run(
    folder: str | os.PathLike[str], out: str | os.PathLike[str] | None = None, lang: str = "en"
) -> Account:
    """Compute the account of a folder; with ``out``, write ledger.csv, summary.json and index.html
    there, whole or not at all.

    >>> run("examples/garze_2010").total_name  # doctest: +SKIP
    'GEP'

    Raises
    ------
    GepError
        If the folder holds faults: all are listed, and nothing is written.

    Warns
    -----
    GepWarning
        Once for each warning of the account.
    """
    account = opening.read(folder)
    if out is not None:
        from gep.report.results import write

        write(account, out, lang)
    warn(account.warnings)
    return account


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])


def __getattr__(name: str) -> str:
    if name == "__version__":
        from gep.core.extras import installed

        return installed()
    raise AttributeError(f"module 'gep' has no attribute '{name}'")
