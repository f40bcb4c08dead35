"""What everything stands on: units, formulas, tables with sources, errors, texts, files out.
Imports nothing of gep.
"""

from gep.core.errors import GepError, InputError, OverlapError, ParameterError, Problem, UnitError
from gep.core.formula import Component, Formula, Indicator, Input, Pricing, U, Worked
from gep.core.source import Source
from gep.core.tables import Coefficient, Table

__all__ = [
    "Coefficient",
    "Component",
    "Formula",
    "GepError",
    "Indicator",
    "Input",
    "InputError",
    "OverlapError",
    "ParameterError",
    "Pricing",
    "Problem",
    "Source",
    "Table",
    "U",
    "UnitError",
    "Worked",
]
