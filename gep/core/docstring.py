"""What a docstring says that the record of its formula knows: units, and what can go wrong.

A kernel tells what an argument means and its shape; the unit beside the argument, that of the
result and the errors that the door can raise are put in here, so that they are written once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from gep.core.tables import Coefficient

if TYPE_CHECKING:
    from gep.core.formula import Input

_ARGUMENT = re.compile(r"^(    (\w+)[\w, ]* : array)(?=,|$)", re.MULTILINE)
_RESULT = re.compile(r"^(    DataArray)(?=,|$)", re.MULTILINE)
_RAISES = """    Raises
    ------
    UnitError, InputError{more}
        If {what} does not fit.

    References
    ----------
"""


def told(doc: str, unit: str, inputs: Mapping[str, Input]) -> str:
    """The docstring of a kernel with its units, and with a section on errors before the sources."""

    def argument(found: re.Match[str]) -> str:
        own = inputs.get(found[2])
        return f"{found[1]} [{own.unit}]" if own else found[0]

    out = _RESULT.sub(lambda found: f"{found[1]} [{unit}]", _ARGUMENT.sub(argument, doc), count=1)
    looked_up = any(isinstance(i.default, Coefficient) for i in inputs.values())
    what = "a unit, a value or an ecosystem type" if looked_up else "a unit or a value"
    raises = _RAISES.format(more=", ParameterError" if looked_up else "", what=what)
    return out.replace("    References\n    ----------\n", raises, 1)
