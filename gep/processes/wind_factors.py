"""The factors of the revised wind erosion equation (RWEQ): weather, soil, crust, roughness and
plant cover.

Traps: the minus of the plant factor sits in its coefficient, never in the exponent as well. Sand is
the coarse sand of 0.2-2 mm, and organic matter goes in, not organic carbon.
"""

from __future__ import annotations

from typing import Annotated as A

import numpy as np

from gep.core.formula import Array, U, formula, worked
from gep.core.tables import beside

TABLE = beside(__file__)


@formula(
    "t/(m yr)",
    zh="风蚀气候因子，十二个月之和。",
    over="month",
    empirical=True,
    worked=worked(
        "2.644898 kg/(m a)",
        "by hand, one month: 30 × 1.2/9.8 × 0.8 × 0.9",
        1e-6,
        wind_factor="30 m3/s3",
        air_density="1.2 kg/m3",
        soil_wetness_factor="0.8 1",
        snow_cover_factor="0.9 1",
        gravity="9.8 m/s2",
    ),
)
def weather_factor(
    wind_factor: A[Array, U("m^3/s^3", low=0, state=True)],
    air_density: A[Array, U("t/m^3", low=0, rate=True)],
    soil_wetness_factor: A[Array, U("1", low=0, high=1, rate=True)],
    snow_cover_factor: A[Array, U("1", low=0, high=1, rate=True)],
    gravity: A[Array, U("m/s^2", low=0, rate=True)] = TABLE["gravity"],
) -> Array:
    r"""Weather factor of wind erosion, the sum of twelve months.

    .. math:: WF = \sum_m Wf_m \, \frac{\rho_m}{g} \, SW_m \, SD_m

    Parameters
    ----------
    wind_factor : array, dimension ``month``
        Wind factor of the month Wf, commonly the sum of u (u − 5)² over winds u above 5 m/s.
    air_density : array, dimension ``month``
        Density of the air ρ.
    soil_wetness_factor, snow_cover_factor : array, dimension ``month``
        What soil moisture SW and snow SD leave of the wind's force.
    gravity : array
        Acceleration of gravity g.

    Returns
    -------
    DataArray, summed over ``month``; printed in kg/m

    References
    ----------
    HJ 1173-2021, formula A.17. The printed kg/m does not follow from its factors; the number is
    taken as it stands.
    """
    return wind_factor * air_density / gravity * soil_wetness_factor * snow_cover_factor


@formula(
    "1",
    zh="表土中风能吹走的比例，限于 0 至 1。",
    empirical=True,
    worked=(
        worked(
            "0.47475 1",
            "by hand: (29.09 + 0.31 × 60 + 0.17 × 25 + 0.33 × 60/15 − 2.59 × 1.5 − 0.95 × 2)/100 ="
            " 47.475/100",
            1e-9,
            coarse_sand="60 %",
            silt="25 %",
            clay="15 %",
            soil_organic_matter="1.5 %",
            carbonate="2 %",
        ),
        worked(
            "0 1",
            "by hand: (29.09 + 0.31 × 20 + 0.17 × 30 + 0.33 × 20/50 − 2.59 × 20)/100 < 0, held"
            " at 0",
            coarse_sand="20 %",
            silt="30 %",
            clay="50 %",
            soil_organic_matter="20 %",
        ),
        worked(
            "1 1",
            "by hand: (29.09 + 0.31 × 98 + 0.17 × 1 + 0.33 × 98/0.5)/100 = 1.24, held at 1",
            coarse_sand="98 %",
            silt="1 %",
            clay="0.5 %",
            soil_organic_matter="0 %",
        ),
    ),
)
def erodible_fraction(
    coarse_sand: A[Array, U("%", low=0, high=100, rate=True)],
    silt: A[Array, U("%", low=0, high=100, rate=True)],
    clay: A[Array, U("%", low=0.1, high=100, rate=True)],
    soil_organic_matter: A[Array, U("%", low=0, high=100, rate=True)],
    carbonate: A[Array, U("%", low=0, high=100, rate=True)] = 0.0,
) -> Array:
    r"""Share of the top soil that wind can carry off, kept between 0 and 1.

    .. math:: EF = (29.09 + 0.31 sa + 0.17 si + 0.33 \, sa/cl - 2.59 \, OM - 0.95 \, CaCO_3) / 100

    Parameters
    ----------
    coarse_sand, silt, clay : array, any shape
        Sand of 0.2-2 mm sa, silt si and clay cl.
    soil_organic_matter, carbonate : array
        Organic matter OM, and calcium carbonate, which may be left out.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    HJ 1173-2021, formula A.18.
    """
    percent = (
        29.09
        + 0.31 * coarse_sand
        + 0.17 * silt
        + 0.33 * coarse_sand / clay
        - 2.59 * soil_organic_matter
        - 0.95 * carbonate
    )
    return np.minimum(1, np.maximum(0, percent / 100))


@formula(
    "1",
    zh="土壤结皮后剩下的风蚀可能。",
    empirical=True,
    worked=worked(
        "0.3949057 1",
        "by hand: 1/(1 + 0.0066 × 15² + 0.021 × 1.5²) = 1/2.53225",
        2e-7,
        clay="15 %",
        soil_organic_matter="1.5 %",
    ),
)
def crust_factor(
    clay: A[Array, U("%", low=0, high=100, rate=True)],
    soil_organic_matter: A[Array, U("%", low=0, high=100, rate=True)],
) -> Array:
    r"""What the crust of the soil leaves of its erodibility by wind.

    .. math:: SCF = \frac{1}{1 + 0.0066 \, cl^2 + 0.021 \, OM^2}

    Parameters
    ----------
    clay, soil_organic_matter : array, any shape
        Clay cl and organic matter OM of the top soil.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    HJ 1173-2021, formula A.19.
    """
    return 1 / (1 + 0.0066 * clay**2 + 0.021 * soil_organic_matter**2)


@formula(
    "cm",
    zh="由地势起伏得到的土垄粗糙度。",
    empirical=True,
    worked=worked(
        "2.5 cm", "by hand: 0.2 × 5² m2 / 200 m = 0.025 m", relief="5 m", relief_distance="200 m"
    ),
)
def ridge_roughness(
    relief: A[Array, U("cm", low=0, state=True)],
    relief_distance: A[Array, U("cm", low=1, state=True)],
) -> Array:
    r"""Ridge roughness from relief.

    .. math:: K_r = 0.2 \, (\Delta H)^2 / L

    Parameters
    ----------
    relief, relief_distance : array, any shape
        Difference of height ΔH within the distance L.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    HJ 1173-2021, formula A.22 (Smith and Carson).
    """
    return 0.2 * relief**2 / relief_distance


@formula(
    "1",
    zh="地表粗糙后剩下的风蚀可能。",
    empirical=True,
    worked=worked(
        "0.34224252 1",
        "by hand: exp(1.86 × 2.5 − 2.41 × 2.5^0.934 − 0.127 × 0.4)",
        1e-7,
        ridge_roughness="2.5 cm",
        random_roughness="0.4 cm",
    ),
)
def roughness_factor(
    ridge_roughness: A[Array, U("cm", low=0, state=True)],
    random_roughness: A[Array, U("cm", low=0, state=True)] = 0.0,
) -> Array:
    r"""What the roughness of the ground leaves of wind erosion.

    .. math:: K' = \exp(1.86 K_r - 2.41 K_r^{0.934} - 0.127 \, C_{rr})

    Parameters
    ----------
    ridge_roughness, random_roughness : array, any shape
        Ridge roughness K_r, and random roughness C_rr, which HJ 1173 sets to 0.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    HJ 1173-2021, formula A.21.
    """
    return np.exp(1.86 * ridge_roughness - 2.41 * ridge_roughness**0.934 - 0.127 * random_roughness)


@formula(
    "1",
    zh="有植被后剩下的风蚀可能。",
    worked=worked(
        "0.03165 1",
        "methods check RWEQ, grass at 30 %: exp(−0.1151 × 30) = exp(−3.453)",
        5e-5,
        vegetation_cover="30 %",
        wind_cover_coefficient="-0.1151 1/%",
    ),
)
def wind_cover_factor(
    vegetation_cover: A[Array, U("1", low=0, high=1, rate=True)],
    wind_cover_coefficient: A[Array, U("1", high=0, rate=True)] = TABLE["wind_cover_coefficient"],
) -> Array:
    r"""What plants leave of wind erosion.

    .. math:: C = e^{a f}

    Parameters
    ----------
    vegetation_cover : array, any shape
        Share of the ground under vegetation f.
    wind_cover_coefficient : array, dimension ``ecosystem`` by default
        Coefficient a, negative; printed per percent of cover.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    HJ 1173-2021, formula A.20; that cover is in percent is inferred (a share would leave C at 0.97
    for 30 % cover).
    """
    return np.exp(wind_cover_coefficient * vegetation_cover)
