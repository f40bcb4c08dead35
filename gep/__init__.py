"""Gross ecosystem product accounts: from figures with units to a ledger that can be traced.

>>> import gep
>>> account = gep.run("examples/garze_2010")  # doctest: +SKIP
>>> round(account.total / 1e8, 2)  # doctest: +SKIP
7548.91
"""

from gep.account import Account
from gep.direct import compute
from gep.errors import GepError, GepWarning, InputError, OverlapError, ParameterError, Problem, UnitError
from gep.folder import run

__all__ = ["Account", "GepError", "GepWarning", "InputError", "OverlapError", "ParameterError", "Problem", "UnitError", "compute", "run"]
