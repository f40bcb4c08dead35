"""Rain and runoff of storms: a regression on the logarithm of rain, and the curve number method,
with plants and bare.
"""

from __future__ import annotations

from typing import Annotated as A

import numpy as np

from gep.core.formula import Array, U, formula, worked
from gep.core.tables import beside

TABLE = beside(__file__)


@formula(
    "m/yr",
    zh="一年中各场暴雨的雨量。",
    over="event",
    worked=worked("80 mm/yr", "by hand: one storm of 80 mm", event_rain="80 mm"),
)
def storm_rain(event_rain: A[Array, U("m", low=0, state=True)]) -> Array:
    r"""Rain that the storms of a year bring.

    .. math:: P = \sum_e P_e

    Parameters
    ----------
    event_rain : array, dimension ``event``
        Rain of each storm P_e, in the guides of 50 mm a day and more.

    Returns
    -------
    DataArray, summed over ``event``

    References
    ----------
    MEE technical guide for GEP of terrestrial ecosystems, 2020, flood mitigation.
    """
    return event_rain


@formula(
    "m/yr",
    zh="一年中暴雨的径流，由雨量对数的回归式得到。",
    over="event",
    worked=(
        worked(
            "7.538776 mm/yr",
            "by hand: 7.5 × ln 100 − 27 = 7.5 × 4.605170 − 27",
            1e-6,
            event_rain="100 mm",
            runoff_slope="7.5 mm",
            runoff_intercept="27 mm",
            unit_depth="1 mm",
        ),
        worked(
            "0 mm/yr",
            "by hand: 7.5 × ln 30 − 27 = −1.49, held at 0",
            event_rain="30 mm",
            runoff_slope="7.5 mm",
            runoff_intercept="27 mm",
            unit_depth="1 mm",
        ),
        worked(
            "60 mm/yr",
            "by hand: 40 × ln 60 − 30 = 133.8, held at the rain",
            event_rain="60 mm",
            runoff_slope="40 mm",
            runoff_intercept="30 mm",
            unit_depth="1 mm",
        ),
    ),
)
def storm_runoff(
    event_rain: A[Array, U("m", low=0, state=True)],
    runoff_slope: A[Array, U("m", low=0, rate=True)],
    runoff_intercept: A[Array, U("m", rate=True)],
    unit_depth: A[Array, U("m", low=0, rate=True)] = TABLE["unit_depth"],
) -> Array:
    r"""Runoff of the storms of a year, by a regression on the logarithm of rain.

    .. math:: R = \sum_e \left[a \ln P_e - b\right], \quad 0 \le R_e \le P_e

    Parameters
    ----------
    event_rain : array, dimension ``event``
        Rain of each storm P_e.
    runoff_slope, runoff_intercept : array, by ecosystem type
        Coefficients a and b, printed for mm. None is shipped: no standard with them could be read.
    unit_depth : array
        The unit in which the regression takes rain.

    Returns
    -------
    DataArray, summed over ``event``; never below 0 nor above the rain

    References
    ----------
    MEE technical guide for GEP of terrestrial ecosystems, 2020, flood mitigation (form of the
    regression).
    """
    runoff = (
        runoff_slope * np.log(np.maximum(event_rain, unit_depth) / unit_depth) - runoff_intercept
    )
    return np.minimum(event_rain, np.maximum(0 * event_rain, runoff))


@formula(
    "m",
    zh="由径流曲线数得到一场暴雨中地面和植物最多能拦蓄的水。",
    worked=worked(
        "63.5 mm",
        "by hand: 254 mm × (100/80 − 1), that is 25400/80 − 254",
        curve_number="80 1",
        retention_scale="254 mm",
        full_curve_number="100 1",
    ),
)
def potential_retention(
    curve_number: A[Array, U("1", low=1, high=100, rate=True)],
    retention_scale: A[Array, U("m", low=0, rate=True)] = TABLE["retention_scale"],
    full_curve_number: A[Array, U("1", low=1, rate=True)] = TABLE["full_curve_number"],
) -> Array:
    r"""Most water that ground and plants can hold back in a storm, from the curve number.

    .. math:: S = S_0 \left(\frac{100}{CN} - 1\right)

    Parameters
    ----------
    curve_number, full_curve_number : array, any shape
        Curve number CN of land use, soil group and moisture, and that of ground from which all rain
        runs off.
    retention_scale : array
        Scale S_0, 254 mm (10 inches).

    Returns
    -------
    DataArray, shape of the curve number

    References
    ----------
    USDA NRCS, National Engineering Handbook, part 630, chapter 10.
    """
    return retention_scale * (full_curve_number / curve_number - 1)


@formula(
    "m/yr",
    zh="一年中暴雨的径流，由径流曲线数法得到。",
    over="event",
    worked=(
        worked(
            "50.539 mm/yr",
            "by hand, CN 80: e = 100 − 0.2 × 63.5 = 87.3; 87.3²/(87.3 + 63.5) = 7621.29/150.8",
            1e-5,
            event_rain="100 mm",
            potential_retention="63.5 mm",
            initial_abstraction_ratio="0.2 1",
        ),
        worked(
            "0 mm/yr",
            "by hand, CN 50: 40 mm stay below 0.2 × 254 = 50.8 mm",
            event_rain="40 mm",
            potential_retention="254 mm",
            initial_abstraction_ratio="0.2 1",
        ),
    ),
)
def scs_runoff(
    event_rain: A[Array, U("m", low=0, state=True)],
    potential_retention: A[Array, U("m", low=0, state=True)],
    initial_abstraction_ratio: A[Array, U("1", low=0, high=1, rate=True)] = TABLE[
        "initial_abstraction_ratio"
    ],
) -> Array:
    r"""Runoff of the storms of a year, by the curve number method.

    .. math:: R = \sum_e \frac{(P_e - \lambda S)^2}{P_e + (1 - \lambda) S}
        \; (P_e > \lambda S), \; \text{else } 0

    Parameters
    ----------
    event_rain : array, dimension ``event``
        Rain of each storm P_e.
    potential_retention : array
        Most water held back S.
    initial_abstraction_ratio : array
        Share λ of it that fills before anything runs off.

    Returns
    -------
    DataArray, summed over ``event``; 0 for a storm below the initial abstraction

    References
    ----------
    USDA NRCS, National Engineering Handbook, part 630, chapter 10; for Shenzhen doi
    10.3390/su12114799.
    """
    excess = np.maximum(
        event_rain - initial_abstraction_ratio * potential_retention, 0 * event_rain
    )
    return excess**2 / (excess + potential_retention)


@formula(
    "m/yr",
    zh="作参照的裸地一年中暴雨的径流，由径流曲线数法得到。",
    over="event",
    worked=(
        worked(
            "91.7197 mm/yr",
            "by hand, CN 90: S = 28.2222, e = 120 − 5.64444 = 114.35556; e²/(e + S) ="
            " 13077.19/142.57778",
            1e-6,
            event_rain="120 mm",
            bare_curve_number="90 1",
            retention_scale="254 mm",
            full_curve_number="100 1",
            initial_abstraction_ratio="0.2 1",
        ),
        worked(
            "0 mm/yr",
            "by hand, CN 90: 5 mm stay below 5.64 mm",
            event_rain="5 mm",
            bare_curve_number="90 1",
            retention_scale="254 mm",
            full_curve_number="100 1",
            initial_abstraction_ratio="0.2 1",
        ),
    ),
)
def bare_storm_runoff(
    event_rain: A[Array, U("m", low=0, state=True)],
    bare_curve_number: A[Array, U("1", low=1, high=100, rate=True)],
    retention_scale: A[Array, U("m", low=0, rate=True)] = TABLE["retention_scale"],
    full_curve_number: A[Array, U("1", low=1, rate=True)] = TABLE["full_curve_number"],
    initial_abstraction_ratio: A[Array, U("1", low=0, high=1, rate=True)] = TABLE[
        "initial_abstraction_ratio"
    ],
) -> Array:
    r"""Runoff of the storms of a year from the bare ground that stands as reference, by the curve
    number method.

    .. math:: R_0 = \sum_e \frac{(P_e - \lambda S)^2}{P_e + (1 - \lambda) S},
        \quad S = S_0 \left(\frac{100}{CN_0} - 1\right)

    Parameters
    ----------
    event_rain : array, dimension ``event``
        Rain of each storm P_e.
    bare_curve_number, full_curve_number : array
        Curve number CN_0 of the same ground without plants, and that of ground from which all rain
        runs off.
    retention_scale : array
        Scale S_0, 254 mm (10 inches).
    initial_abstraction_ratio : array
        Share λ of the retention that fills before anything runs off.

    Returns
    -------
    DataArray, summed over ``event``; 0 for a storm below the initial abstraction

    References
    ----------
    USDA NRCS, National Engineering Handbook, part 630, chapter 10.
    """
    retention = retention_scale * (full_curve_number / bare_curve_number - 1)
    excess = np.maximum(event_rain - initial_abstraction_ratio * retention, 0 * event_rain)
    return excess**2 / (excess + retention)
