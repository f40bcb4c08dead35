"""The revised wind erosion equation (修正风蚀方程 RWEQ): what the wind can carry over a field, and
the loss.

Traps: HJ 1173 prints the loss in t/(km2 a), while its formula gives kg/m2; units tell the two apart
here (2.66 kg/m2 is 2660 t/km2). 150.71 is sometimes mistyped 105.71. The factors are in
``wind_factors``.
"""

from __future__ import annotations

from typing import Annotated as A

import numpy as np

from gep.core.formula import Array, U, formula, worked
from gep.core.tables import beside

TABLE = beside(__file__)


_SAMPLE = {
    "weather_factor": "20 kg/(m a)",
    "erodible_fraction": "0.4824 1",
    "crust_factor": "0.399 1",
    "roughness_factor": "0.8 1",
}


@formula(
    "t/(m yr)",
    zh="风一年最多能吹过一米宽裸地的土。",
    empirical=True,
    worked=worked(
        "338.1446 kg/(m a)",
        "by hand: 109.8 × 20 × 0.4824 × 0.399 × 0.8 = 109.8 × 3.0796416",
        2e-7,
        **_SAMPLE,
    ),
)
def potential_transport(
    weather_factor: A[Array, U("t/(m yr)", low=0, state=True)],
    erodible_fraction: A[Array, U("1", low=0, high=1, rate=True)],
    crust_factor: A[Array, U("1", low=0, high=1, rate=True)],
    roughness_factor: A[Array, U("1", low=0, rate=True)],
) -> Array:
    r"""Most soil that the wind can carry across a metre of bare ground in a year.

    .. math:: Q_{max,p} = 109.8 \, (WF \cdot EF \cdot SCF \cdot K')

    Parameters
    ----------
    weather_factor : array, any shape
        Weather factor WF.
    erodible_fraction, crust_factor, roughness_factor : array
        Erodible fraction EF, soil crust SCF and roughness K'.

    Returns
    -------
    DataArray, broadcast shape of the inputs; printed in kg/m

    References
    ----------
    HJ 1173-2021, formula A.15.
    """
    return 109.8 * weather_factor * erodible_fraction * crust_factor * roughness_factor


@formula(
    "t/(m yr)",
    zh="风一年最多能吹过一米宽有植被地面的土。",
    worked=worked(
        "10.70228 kg/(m a)",
        "by hand: 338.1446 × 0.03165",
        1e-6,
        potential_transport="338.1446 kg/(m a)",
        wind_cover_factor="0.03165 1",
    ),
)
def actual_transport(
    potential_transport: A[Array, U("t/(m yr)", low=0, rate=True)],
    wind_cover_factor: A[Array, U("1", low=0, high=1, rate=True)],
) -> Array:
    r"""Most soil that the wind can carry across a metre of ground with plants in a year.

    .. math:: Q_{max} = Q_{max,p} \, C

    Parameters
    ----------
    potential_transport : array, any shape
        Transport on bare ground Q_max,p.
    wind_cover_factor : array
        Plant factor C.

    Returns
    -------
    DataArray, broadcast shape of the inputs; printed in kg/m

    References
    ----------
    HJ 1173-2021, formula A.16.
    """
    return potential_transport * wind_cover_factor


@formula(
    "m",
    zh="裸地的关键地块长度。",
    empirical=True,
    worked=worked(
        "99.28 m",
        "methods check RWEQ: 150.71 × 3.0796^−0.3711",
        5e-5,
        unit_weather_factor="1 kg/(m a)",
        **_SAMPLE,
    ),
)
def potential_field_length(
    weather_factor: A[Array, U("t/(m yr)", low=0, state=True)],
    erodible_fraction: A[Array, U("1", low=0, high=1, rate=True)],
    crust_factor: A[Array, U("1", low=0, high=1, rate=True)],
    roughness_factor: A[Array, U("1", low=0, rate=True)],
    unit_weather_factor: A[Array, U("t/(m yr)", low=0, rate=True)] = TABLE["unit_weather_factor"],
) -> Array:
    r"""Critical field length on bare ground.

    .. math:: s_p = 150.71 \, (WF \cdot EF \cdot SCF \cdot K')^{-0.3711}

    Parameters
    ----------
    weather_factor, unit_weather_factor : array, any shape
        Weather factor WF, and the unit in which the regression takes it.
    erodible_fraction, crust_factor, roughness_factor : array
        Erodible fraction EF, soil crust SCF and roughness K'.

    Returns
    -------
    DataArray, broadcast shape of the inputs; very long, not infinite, where no wind blows

    References
    ----------
    HJ 1173-2021, formula A.15.
    """
    return (
        150.71
        * np.maximum(
            weather_factor
            / unit_weather_factor
            * erodible_fraction
            * crust_factor
            * roughness_factor,
            1e-12,
        )
        ** -0.3711
    )


@formula(
    "m",
    zh="有植被地面的关键地块长度。",
    empirical=True,
    worked=worked(
        "357.56 m",
        "methods check RWEQ: 150.71 × (3.0796 × 0.03165)^−0.3711",
        1e-4,
        unit_weather_factor="1 kg/(m a)",
        wind_cover_factor="0.03165 1",
        **_SAMPLE,
    ),
)
def actual_field_length(
    weather_factor: A[Array, U("t/(m yr)", low=0, state=True)],
    erodible_fraction: A[Array, U("1", low=0, high=1, rate=True)],
    crust_factor: A[Array, U("1", low=0, high=1, rate=True)],
    roughness_factor: A[Array, U("1", low=0, rate=True)],
    wind_cover_factor: A[Array, U("1", low=0, high=1, rate=True)],
    unit_weather_factor: A[Array, U("t/(m yr)", low=0, rate=True)] = TABLE["unit_weather_factor"],
) -> Array:
    r"""Critical field length on ground with plants.

    .. math:: s = 150.71 \, (WF \cdot EF \cdot SCF \cdot K' \cdot C)^{-0.3711}

    Parameters
    ----------
    weather_factor, unit_weather_factor : array, any shape
        Weather factor WF, and the unit in which the regression takes it.
    erodible_fraction, crust_factor, roughness_factor, wind_cover_factor : array
        Erodible fraction EF, soil crust SCF, roughness K' and plants C.

    Returns
    -------
    DataArray, broadcast shape of the inputs; very long, not infinite, where no wind blows

    References
    ----------
    HJ 1173-2021, formula A.16.
    """
    force = (
        weather_factor
        / unit_weather_factor
        * erodible_fraction
        * crust_factor
        * roughness_factor
        * wind_cover_factor
    )
    return 150.71 * np.maximum(force, 1e-12) ** -0.3711


@formula(
    "t/(m^2 yr)",
    zh="裸地一年会被风吹走的土。",
    worked=worked(
        "2662.6 t/(km2 a)",
        "methods check RWEQ: 2 × 50/99.28² × 338.14 × exp(−(50/99.28)²) = 2.6626 kg/m2",
        3e-4,
        potential_transport="338.1446 kg/(m a)",
        potential_field_length="99.28 m",
        downwind_distance="50 m",
    ),
)
def potential_wind_erosion(
    potential_transport: A[Array, U("t/(m yr)", low=0, rate=True)],
    potential_field_length: A[Array, U("m", low=0, state=True)],
    downwind_distance: A[Array, U("m", low=0, state=True)],
) -> Array:
    r"""Soil that wind would take from bare ground in a year.

    .. math:: S_{L,p} = \frac{2 z}{s_p^2} \, Q_{max,p} \, e^{-(z/s_p)^2}

    Parameters
    ----------
    potential_transport : array, any shape
        Most soil carried Q_max,p.
    potential_field_length, downwind_distance : array
        Critical field length s_p, and distance downwind of the greatest erosion z. HJ 1173 leaves z
        open; codes take 50 m.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    HJ 1173-2021, formula A.15.
    """
    return (
        2
        * downwind_distance
        / potential_field_length**2
        * potential_transport
        * np.exp(-((downwind_distance / potential_field_length) ** 2))
    )


@formula(
    "t/(m^2 yr)",
    zh="有植被的地面一年被风吹走的土。",
    worked=(
        worked(
            "0.00821 kg/(m2 a)",
            "methods check RWEQ: 2 × 50/357.56² × 10.7023 × exp(−(50/357.56)²)",
            5e-4,
            actual_transport="10.7023 kg/(m a)",
            actual_field_length="357.56 m",
            downwind_distance="50 m",
        ),
        worked(
            "0.1467833 kg/(m2 a)",
            "by hand: 2 × 40/160² × 50 × exp(−(40/160)²) = 0.15625 × 0.939413",
            1e-6,
            actual_transport="50 kg/(m a)",
            actual_field_length="160 m",
            downwind_distance="40 m",
        ),
    ),
)
def actual_wind_erosion(
    actual_transport: A[Array, U("t/(m yr)", low=0, rate=True)],
    actual_field_length: A[Array, U("m", low=0, state=True)],
    downwind_distance: A[Array, U("m", low=0, state=True)],
) -> Array:
    r"""Soil that wind takes from ground with plants in a year.

    .. math:: S_L = \frac{2 z}{s^2} \, Q_{max} \, e^{-(z/s)^2}

    Parameters
    ----------
    actual_transport : array, any shape
        Most soil carried Q_max.
    actual_field_length, downwind_distance : array
        Critical field length s, and distance downwind of the greatest erosion z, the same as on
        bare ground.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    HJ 1173-2021, formula A.16.
    """
    return (
        2
        * downwind_distance
        / actual_field_length**2
        * actual_transport
        * np.exp(-((downwind_distance / actual_field_length) ** 2))
    )
