"""The factors of the soil loss equation (修正通用土壤流失方程): rain, soil, slope length and
steepness.

Traps: organic *carbon* goes into the soil factor, not organic matter. Rain is the depth of one day
in mm; the sum over the days of a record of several years is divided by those years. A slope in
percent is no angle: ``8 %`` is 4.57 deg. The steepness factor jumps at 10.20 deg (2.475 to 2.918):
that is the printed form. The cover factor is in ``soil_cover``.
"""

from __future__ import annotations

from typing import Annotated as A

import numpy as np

from gep.core.formula import Array, U, formula, worked
from gep.core.tables import beside

TABLE = beside(__file__)


@formula(
    "MJ mm/(m^2 h yr)",
    zh="由日雨量得到降雨侵蚀力，冷暖季系数不同。",
    over="day",
    empirical=True,
    worked=(
        worked(
            "69.405 MJ mm/(hm2 h yr)",
            "by hand: 0.3937 × 20^1.7265 = 0.3937 × 176.2902",
            1e-5,
            daily_rain="20 mm",
            warm_season="1",
            alpha_warm="0.3937 MJ mm/(hm2 h)",
            alpha_cold="0.3101 MJ mm/(hm2 h)",
            erosive_threshold="12 mm",
        ),
        worked(
            "44.5134 MJ mm/(hm2 h yr)",
            "by hand: (0.4 × 0.3937 + 0.6 × 0.3101) × 25^1.7265 / 2 years = 0.34354 × 259.1454 / 2",
            1e-5,
            daily_rain="25 mm",
            warm_season="0.4",
            alpha_warm="0.3937 MJ mm/(hm2 h)",
            alpha_cold="0.3101 MJ mm/(hm2 h)",
            erosive_threshold="12 mm",
            record_years="2 yr",
        ),
        worked(
            "0 MJ mm/(hm2 h yr)",
            "by hand: 8 mm stays below the threshold of 12 mm",
            daily_rain="8 mm",
            warm_season="1",
            alpha_warm="0.3937 MJ mm/(hm2 h)",
            alpha_cold="0.3101 MJ mm/(hm2 h)",
            erosive_threshold="12 mm",
        ),
    ),
)
def erosivity(
    daily_rain: A[Array, U("mm", low=0, state=True)],
    warm_season: A[Array, U("1", low=0, high=1, state=True)],
    alpha_warm: A[Array, U("MJ mm/(m^2 h)", low=0, rate=True)] = TABLE["alpha_warm"],
    alpha_cold: A[Array, U("MJ mm/(m^2 h)", low=0, rate=True)] = TABLE["alpha_cold"],
    erosive_threshold: A[Array, U("mm", low=0, state=True)] = TABLE["erosive_threshold"],
    record_years: A[Array, U("yr", low=0, state=True)] = 1.0,
) -> Array:
    r"""Rainfall erosivity from daily rain, with a coefficient for each half of the year.

    .. math:: R = \frac{1}{n} \sum_d \alpha_d \, P_d^{1.7265}, \quad P_d \ge P_0

    Parameters
    ----------
    daily_rain : array, dimension ``day``
        Rain of each day P_d.
    warm_season : array, dimension ``day``
        1 in the warm half-year (usually May to September), 0 in the cold half-year.
    alpha_warm, alpha_cold : array
        Coefficient α of each half-year, printed per hectare for rain in mm.
    erosive_threshold : array
        Rain P_0 from which a day is erosive. HJ 1173 says "erosive" and gives no number.
    record_years : array
        Years n that the days cover.

    Returns
    -------
    DataArray, summed over ``day``

    References
    ----------
    HJ 1173-2021, formulas A.5 and A.6; threshold of Zhang Wenbo et al. as in
    ChinaXiv-201711.00309V1.
    """
    excess = daily_rain - erosive_threshold
    erosive = np.where(excess < 0, 0, excess + erosive_threshold)
    return (
        (warm_season * alpha_warm + (1 - warm_season) * alpha_cold) * erosive**1.7265 / record_years
    )


@formula(
    "MJ mm/(m^2 h yr)",
    zh="章文波半月模型的降雨侵蚀力，按资料各日求和。",
    over="day",
    empirical=True,
    worked=(
        worked(
            "41.96989 MJ mm/(hm2 h yr)",
            "by hand: β = 0.8363 + 18.144/25 + 24.455/500 = 1.61097; λ = 21.586 β^−7.1891 ="
            " 0.7004865; λ × 30^β = 167.87955; / 4 years",
            1e-6,
            daily_rain="30 mm",
            mean_erosive_rain="25 mm",
            yearly_erosive_rain="500 mm",
            erosive_threshold="12 mm",
            unit_erosivity="1 MJ mm/(hm2 h)",
            record_years="4 yr",
        ),
        worked(
            "0 MJ mm/(hm2 h yr)",
            "by hand: 11.9 mm stays below the threshold of 12 mm",
            daily_rain="11.9 mm",
            mean_erosive_rain="25 mm",
            yearly_erosive_rain="500 mm",
            erosive_threshold="12 mm",
            unit_erosivity="1 MJ mm/(hm2 h)",
        ),
    ),
)
def erosivity_half_month(
    daily_rain: A[Array, U("mm", low=0, state=True)],
    mean_erosive_rain: A[Array, U("mm", low=10, state=True)],
    yearly_erosive_rain: A[Array, U("mm", low=10, state=True)],
    erosive_threshold: A[Array, U("mm", low=0, state=True)] = TABLE["erosive_threshold"],
    unit_erosivity: A[Array, U("MJ mm/(m^2 h)", low=0, rate=True)] = TABLE["unit_erosivity"],
    record_years: A[Array, U("yr", low=0, state=True)] = 1.0,
) -> Array:
    r"""Rainfall erosivity by the half-month model of Zhang Wenbo, its sum over the days of the
    record.

    .. math:: R = \frac{\lambda}{n} \sum_d P_d^{\beta},
        \quad \beta = 0.8363 + \frac{18.144}{P_{d12}} + \frac{24.455}{P_{y12}},
        \quad \lambda = 21.586 \, \beta^{-7.1891}

    Parameters
    ----------
    daily_rain : array, dimension ``day``
        Rain of each day P_d.
    mean_erosive_rain : array
        Mean rain of the days of 12 mm and more P_d12, of the whole record or, on dimension ``day``,
        of the half-month.
    yearly_erosive_rain : array
        Rain that a year brings on days of 12 mm and more P_y12.
    erosive_threshold : array
        Rain from which a day is erosive.
    unit_erosivity : array
        The unit in which the regression gives its result.
    record_years : array
        Years n that the days cover.

    Returns
    -------
    DataArray, summed over ``day``

    References
    ----------
    Zhang Wenbo et al., as printed in ChinaXiv-201711.00309V1 (Huanghua), section 2.2.
    """
    excess = daily_rain - erosive_threshold
    erosive = np.where(excess < 0, 0, excess + erosive_threshold)
    beta = 0.8363 + 18.144 / mean_erosive_rain + 24.455 / yearly_erosive_rain
    return unit_erosivity * 21.586 * beta**-7.1891 * erosive**beta / record_years


@formula(
    "1",
    zh="侵蚀-生产力模型（EPIC）的土壤可蚀性，用其自有的美制单位。",
    empirical=True,
    worked=(
        worked(
            "0.280618 1",
            "methods check S9: sand 40, silt 40, clay 20, carbon 1.2 %",
            2e-6,
            sand="40 %",
            silt="40 %",
            clay="20 %",
            organic_carbon="1.2 %",
        ),
        worked(
            "0.131139 1",
            "by hand, a sandy soil: 0.242325 × (10/15)^0.3 × (1 − 0.125/9.94065) × (1 − 0.105/(0.15"
            " + e^−2.075))",
            5e-6,
            sand="85 %",
            silt="10 %",
            clay="5 %",
            organic_carbon="0.5 %",
        ),
        worked(
            "0 1",
            "by hand, pure sand: nothing to erode as silt",
            sand="100 %",
            silt="0 %",
            clay="0 %",
            organic_carbon="0.5 %",
        ),
    ),
)
def erodibility_epic(
    sand: A[Array, U("%", low=0, high=100, rate=True)],
    silt: A[Array, U("%", low=0, high=100, rate=True)],
    clay: A[Array, U("%", low=0, high=100, rate=True)],
    organic_carbon: A[Array, U("%", low=0, high=100, rate=True)],
) -> Array:
    r"""Soil erodibility of the erosion-productivity model, in its own (US customary) scale.

    .. math:: K_e = \left[0.2 + 0.3 e^{-0.0256 m_s (1 - m_i/100)}\right]
        \left(\frac{m_i}{m_c + m_i}\right)^{0.3}
        \left[1 - \frac{0.25 C}{C + e^{3.72 - 2.95 C}}\right] \left[1 - \frac{0.7 s}{s + e^{-5.51 +
        22.9 s}}\right], \quad s = 1 - m_s/100

    Parameters
    ----------
    sand, silt, clay : array, any shape
        Grains of 0.05-2 mm m_s, of 0.002-0.05 mm m_i, and below 0.002 mm m_c.
    organic_carbon : array
        Organic carbon C; not organic matter.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    HJ 1173-2021, formula A.7.
    """
    rest = 1 - sand / 100
    texture = (0.2 + 0.3 * np.exp(-0.0256 * sand * (1 - silt / 100))) * (
        silt / np.maximum(clay + silt, 1e-9)
    ) ** 0.3  # pure sand has neither
    carbon = 1 - 0.25 * organic_carbon / (organic_carbon + np.exp(3.72 - 2.95 * organic_carbon))
    return texture * carbon * (1 - 0.7 * rest / (rest + np.exp(-5.51 + 22.9 * rest)))


@formula(
    "t h/(MJ mm)",
    zh="由侵蚀-生产力模型的值订正的中国土壤可蚀性。",
    empirical=True,
    worked=worked(
        "0.0172394 t hm2 h/(hm2 MJ mm)",
        "methods check S10: (−0.01383 + 0.51575 × 0.280618) × 0.1317; 0.02088 if the minus is lost",
        5e-6,
        erodibility_epic="0.280618 1",
    ),
)
def erodibility(erodibility_epic: A[Array, U("1", low=0, high=1, rate=True)]) -> Array:
    r"""Soil erodibility for China, from that of the erosion-productivity model.

    .. math:: K = (-0.01383 + 0.51575 \, K_e) \times 0.1317

    Parameters
    ----------
    erodibility_epic : array, any shape
        Erodibility of the model K_e in US customary scale; 0.1317 turns it into t hm2 h/(hm2 MJ
        mm).

    Returns
    -------
    DataArray, shape of the input

    References
    ----------
    HJ 1173-2021, formula A.8.
    """
    return (-0.01383 + 0.51575 * erodibility_epic) * 0.1317


@formula(
    "1",
    zh="坡长因子，指数随坡度变化。",
    empirical=True,
    worked=(
        worked(
            "1.5915 1",
            "methods check, 8 deg and 50 m: m = 0.5701",
            3e-5,
            slope_length="50 m",
            slope_angle="8 deg",
        ),
        worked(
            "2.6587 1",
            "by hand, 15 deg: β = (0.258819/0.089)/(3 × 0.258819^0.8 + 0.56) = 1.84352, m ="
            " 0.648323, (100/22.13)^m",
            2e-5,
            slope_length="100 m",
            slope_angle="15 deg",
        ),
    ),
)
def slope_length_factor(
    slope_length: A[Array, U("m", low=0, state=True)],
    slope_angle: A[Array, U("rad", low=0, high=1.5708, state=True)],
) -> Array:
    r"""Slope length factor, its exponent from the slope.

    .. math:: L = (\lambda / 22.13)^m, \quad m = \frac{\beta}{1 + \beta},
        \quad \beta = \frac{\sin\theta / 0.089}{3 \sin^{0.8}\theta + 0.56}

    Parameters
    ----------
    slope_length : array, any shape
        Length of the slope λ.
    slope_angle : array, broadcasts with it
        Angle of the slope θ, in any unit of angle; a slope in percent is none.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    HJ 1173-2021, formulas A.9 to A.11.
    """
    sine = np.sin(slope_angle)
    beta = (sine / 0.089) / (3.0 * sine**0.8 + 0.56)
    return (slope_length / 22.13) ** (beta / (1 + beta))


@formula(
    "1",
    zh="坡度因子，分四段。",
    empirical=True,
    worked=(
        worked(
            "0.5952 1", "methods check, 3 deg: 10.8 × 0.052336 + 0.03", 1e-4, slope_angle="3 deg"
        ),
        worked(
            "0.971282 1",
            "by hand, just below the first break, 5 deg: 10.8 × 0.0871557 + 0.03",
            1e-6,
            slope_angle="5 deg",
        ),
        worked(
            "1.022627 1",
            "by hand, just above it, 5.2 deg: 16.8 × 0.0906326 − 0.5",
            1e-6,
            slope_angle="5.2 deg",
        ),
        worked(
            "1.8381 1", "methods check, 8 deg: 16.8 × 0.139173 − 0.5", 3e-5, slope_angle="8 deg"
        ),
        worked(
            "2.955769 1",
            "by hand, just above the second, 10.3 deg: 21.9 × 0.1788022 − 0.96",
            1e-6,
            slope_angle="10.3 deg",
        ),
        worked(
            "4.7081 1", "methods check, 15 deg: 21.9 × 0.258819 − 0.96", 2e-5, slope_angle="15 deg"
        ),
        worked("9.5988 1", "as printed for 28.81 deg and more", 1e-9, slope_angle="30 deg"),
    ),
)
def slope_steepness_factor(
    slope_angle: A[Array, U("rad", low=0, high=1.5708, state=True)],
) -> Array:
    r"""Slope steepness factor, in four steps.

    .. math:: S = 10.8 \sin\theta + 0.03 \; (\theta < 5.14°), \;
        16.8 \sin\theta - 0.5 \; (< 10.20°), \; 21.9 \sin\theta - 0.96 \; (< 28.81°), \; 9.5988

    Parameters
    ----------
    slope_angle : array, any shape
        Angle of the slope θ, in any unit of angle; a slope in percent is none.

    Returns
    -------
    DataArray, shape of the input

    References
    ----------
    HJ 1173-2021, formula A.12; 28.81 deg itself, left open there, is counted with the steepest.
    """
    degrees, sine = slope_angle * 180 / np.pi, np.sin(slope_angle)
    steep = np.where(degrees < 28.81, 21.9 * sine - 0.96, 9.5988 + 0 * sine)
    return np.where(
        degrees < 5.14, 10.8 * sine + 0.03, np.where(degrees < 10.20, 16.8 * sine - 0.5, steep)
    )
