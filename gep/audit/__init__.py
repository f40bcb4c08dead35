"""What deserves a look in a finished account: slips, double counting, evidence. Imports account and
what is left of it.
"""

from gep.audit.plausible import found

__all__ = ["found"]
