"""The account: what is given, how far it reaches, what follows from it, added up once. Imports
core, indicators, pricing, standards.
"""

from gep.account.account import SCHEMA_VERSION, Account, Missing, Part, Total
from gep.account.basis import Basis, Region
from gep.account.controls import Control
from gep.account.inputs import Entry
from gep.account.ledger import LEDGER

__all__ = [
    "LEDGER",
    "SCHEMA_VERSION",
    "Account",
    "Basis",
    "Control",
    "Entry",
    "Missing",
    "Part",
    "Region",
    "Total",
]
