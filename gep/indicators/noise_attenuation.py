"""Noise attenuation (减弱噪声): road noise that belts of trees and other green keep from those who
live behind them.

Traps: decibels are logarithms and are never added up over places: 5 dB along one road and 5 dB
along another are not 10 dB. What adds up is decibel times metre of road, and each road is an item
of its own. The attenuation is what the green takes away beyond distance and walls, not the excess
over a limit. A noise barrier costs once and stands for years: its price per metre is a stock, to be
turned into a yearly cost; one given without the year is refused.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Component, Indicator, U, formula, worked


@formula(
    "dB m",
    worked=worked(
        "13800 dB m", "by hand: 4.6 dB × 3 km", attenuation="4.6 dB(A)", road_length="3 km"
    ),
)
def attenuated_length(
    attenuation: A[Array, U("dB", low=0, state=True)],
    road_length: A[Array, U("m", low=0, size=True)],
) -> Array:
    r"""Noise that roadside green takes away, along the road.

    .. math:: Q = \Delta L \, l

    Parameters
    ----------
    attenuation : array, dimension ``item`` for several roads
        Noise ΔL that the green belt takes away, beyond what distance does.
    road_length : array, broadcasts with the other
        Length l of road with such a belt.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Cost of noise control per decibel, as in ChinaXiv-202110.00026V1 (7.66 CNY/dB), and per length
    of wall, as in LY/T 1721-2008.
    """
    return attenuation * road_length


@formula("m^2", worked=worked("12000 m2", "by hand: 18 亩 = 1.2 hm2", area="18 亩"))
def green_area(area: A[Array, U("m^2", low=0, size=True)]) -> Array:
    r"""Area of green that dampens noise.

    .. math:: Q = A

    Parameters
    ----------
    area : array, any shape
        Area A of the green, where a price per area is at hand and attenuation was not measured.

    Returns
    -------
    DataArray, shape of ``area``

    References
    ----------
    Definition.
    """
    return area


INDICATOR = Indicator(
    "noise_attenuation",
    "regulating",
    "减弱噪声",
    "noise attenuation",
    components=(
        Component(
            "roadside",
            "道路绿化降噪",
            "roadside green",
            "dB m",
            "noise_control_cost",
            "CNY/(dB m yr)",
            "replacement_cost",
            quantity="attenuated_length",
            stock=True,
        ),
        Component(
            "green_area",
            "绿地降噪",
            "green area",
            "m^2",
            "noise_control_cost",
            "CNY/(m^2 yr)",
            "replacement_cost",
            quantity="green_area",
            supplied_by=("forest", "shrub", "grassland", "marsh", "urban_green"),
            shared=False,
            stock=True,
        ),
    ),
    quantities={"attenuated_length": (attenuated_length,), "green_area": (green_area,)},
    doc=__doc__,
)
