"""Negative air ions (负氧离子): ions that forests add to the air above what is thought to do people
good.

Traps: the printed constant 5.256e15 is nothing but units (525600 min × 1e4 m2 × 1e6 cm3) and is not
needed here; it counts 365 days, a year here has 365.25, so results are 0.07 % higher. Two things
get lost in copies of the formula: the division by the lifetime and the height of the canopy. Some
sources report all ions and price only those above 600 per cm3: here the quantity is the part above.
Where the air has fewer, the result is negative and is kept. No price is shipped: the customary
5.8185e-18 CNY an ion is of unclear origin.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Component, Indicator, U, formula, worked
from gep.core.records import Seea
from gep.core.tables import beside

TABLE = beside(__file__)


@formula(
    "ion/yr",
    zh="一年产生的、超过本底的负离子。",
    worked=(
        worked(
            "6.3072e18 ion/yr",
            "methods check A15: 5.256e15 × 1 hm2 × 10 m × (1800 − 600) / 10 min; the constant"
            " counts 365 days",
            rel=7e-4,
            area="1 hm2",
            canopy_height="10 m",
            ion_concentration="1800 ion/cm3",
            ion_lifetime="10 min",
        ),
        worked(
            "-1.05192e18 ion/yr",
            "by hand: 2 hm2 × 5 m × (500 − 600) ion/cm3 = −1e13 ion, made anew every 5 min: 105192"
            " times in 365.25 days",
            rel=1e-9,
            area="2 hm2",
            canopy_height="5 m",
            ion_concentration="500 ion/cm3",
            ion_lifetime="5 min",
            ion_background="600 ion/cm3",
        ),
    ),
)
def produced_ions(
    area: A[Array, U("m^2", low=0, size=True)],
    canopy_height: A[Array, U("m", low=0, state=True)],
    ion_concentration: A[Array, U("ion/m^3", low=0, rate=True)],
    ion_lifetime: A[Array, U("yr", low=1e-9, state=True)],
    ion_background: A[Array, U("ion/m^3", low=0, rate=True)] = TABLE["ion_background"],
) -> Array:
    r"""Negative ions made in a year, above the background.

    The air under the canopy holds the surplus at any time, and makes it anew once in a lifetime.

    .. math:: G = A \, H \, (c - c_0) / L

    Parameters
    ----------
    area : array, any shape
        Ground area A.
    canopy_height : array, broadcasts with the others
        Mean height H of the canopy.
    ion_concentration : array
        Negative ions in the air, c.
    ion_lifetime : array
        Mean lifetime L of an ion; minutes as a rule.
    ion_background : array
        Concentration c₀ from which ions count.

    Returns
    -------
    DataArray, broadcast shape of the inputs; negative where the air holds less than the
    background

    References
    ----------
    LY/T 1721-2008 and GB/T 38582-2020, value of negative ions, as implemented by others
    (mrjiao2018/enviroment, H1).
    """
    return area * canopy_height * (ion_concentration - ion_background) / ion_lifetime


INDICATOR = Indicator(
    "negative_air_ions",
    "regulating",
    "负氧离子",
    "negative air ions",
    components=(
        Component(
            id="all",
            zh="负氧离子",
            en="negative air ions",
            price="ion_price",
            pricing="replacement_cost",
            quantity="produced_ions",
            supplied_by=("forest", "shrub", "grassland", "wetland", "garden", "urban_green"),
        ),
    ),
    quantities={"produced_ions": (produced_ions,)},
    doc=__doc__,
    zh_doc=(
        "森林给空气增加的、超过有益浓度的负离子。注意：资料中的常数 5.256e15 只是单位换算（"
        "525600 分钟 × 1 万 m2 × 100 万 cm3），这里不需要；它按 365 天计，这里一年为 365.25 "
        "天，结果大 0.07 %。公式传抄中常漏两处：除以寿命，乘以林分高度。有的资料报出全部离子而"
        "只给每立方厘米 600 个以上的部分计价，这里的实物量就是超出部分；不足时为负，照实保留。"
        "不附单价：常用的每个 5.8185e-18 元来历不明。"
    ),
    seea=Seea(
        role="not listed",
        cices="3.1.1.2",
        cices_class=(
            "Characteristics of living systems that enable activities promoting health, "
            "recuperation or enjoyment through passive or observational interactions"
        ),
        users=(("households", 1.0),),
        note="not in the reference list",
    ),
)
