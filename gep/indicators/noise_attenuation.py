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
from gep.core.records import Seea


@formula(
    "dB m",
    zh="路旁绿化减弱的噪声，沿道路计。",
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


@formula(
    "m^2",
    zh="起降噪作用的绿地面积。",
    worked=worked("12000 m2", "by hand: 18 亩 = 1.2 hm2", area="18 亩"),
)
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
            id="roadside",
            zh="道路绿化降噪",
            en="roadside green",
            price="noise_control_cost",
            pricing="replacement_cost",
            quantity="attenuated_length",
            stock=True,
        ),
        Component(
            id="green_area",
            zh="绿地降噪",
            en="green area",
            price="noise_control_cost",
            pricing="replacement_cost",
            quantity="green_area",
            supplied_by=("forest", "shrub", "grassland", "marsh", "urban_green"),
            shared=False,
            stock=True,
        ),
    ),
    quantities={"attenuated_length": (attenuated_length,), "green_area": (green_area,)},
    doc=__doc__,
    zh_doc=(
        "林带和其他绿地为路旁居民减弱的道路噪声。注意：分贝是对数，不能跨地点相加，两条路各 5 "
        "dB 不是 10 dB；能相加的是分贝乘以路长，每条路各为一个项目。降噪量是绿化在距离和墙体之"
        "外减弱的部分，不是超标的部分。隔音墙一次建成使用多年，每米造价是存量，须折为年成本；没"
        "有写“每年”的价格不接受。"
    ),
    seea=Seea(
        section="Regulating and maintenance",
        service="Noise attenuation services",
        zh="噪声衰减服务",
        cices="2.1.2.2",
        cices_class="Noise attenuation",
        users=(("households", 1.0),),
    ),
)
