"""Everything that enters: files, folders, Python values, read by one set of rules. Imports account
and what is left of it.
"""

from gep.intake.python import compute
from gep.intake.reader import Reader

__all__ = ["Reader", "compute"]
