"""How sure an account is: distributions, draws, intervals, and the inputs that matter."""

from gep.analysis.uncertainty.runs import Interval, Uncertainty, uncertainty
from gep.analysis.uncertainty.settings import settings
from gep.analysis.uncertainty.sobol import sobol
from gep.analysis.uncertainty.spreads import (
    MapError,
    Spread,
    from_data,
    map_error,
    sample,
    spread,
    uniform,
)

__all__ = [
    "Interval",
    "MapError",
    "Spread",
    "Uncertainty",
    "from_data",
    "map_error",
    "sample",
    "settings",
    "sobol",
    "spread",
    "uncertainty",
    "uniform",
]
