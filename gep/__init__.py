"""Gross ecosystem product accounts: from figures with units to a ledger that can be traced.

>>> import gep
>>> account = gep.run("examples/garze_2010")  # doctest: +SKIP
>>> round(account.total / 1e8, 2)  # doctest: +SKIP
7548.91
"""

from gep.account import Account
from gep.direct import compute
from gep.errors import GepError, InputError, OverlapError, ParameterError, Problem, UnitError
from gep.folder import run

__all__ = ["Account", "GepError", "InputError", "OverlapError", "ParameterError", "Problem", "UnitError", "compute", "run"]


def __getattr__(name: str) -> str:
    if name == "__version__":
        from gep.extras import installed

        return installed()
    raise AttributeError(f"module 'gep' has no attribute '{name}'")
