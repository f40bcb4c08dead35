"""Pest control (病虫害控制): pest outbreaks that natural forest and grassland hold down without
spraying.

Traps: the area counts each year that it would have been treated, so the quantity is an area per
year and the price a cost per treated area. Incidence is the share of the area struck in a year; the
difference is between planted and natural stands of one region. Where natural stands suffer more,
the result is negative and is kept. Some sources give the area that recovered by itself: it is the
quantity, and nothing is computed. Field pests that cropland sprays against are not meant.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Component, Indicator, U, formula, worked
from gep.core.records import Seea


@formula(
    "m^2/yr",
    zh="固定的沙一年本会埋没的土地。",
    worked=(
        worked(
            "5600 hm2/yr",
            "by hand: 80000 hm2 × (12 % − 5 %)",
            area="8 万hm2",
            planted_incidence="12 %/yr",
            natural_incidence="5 %/yr",
        ),
        worked(
            "-800 hm2/yr",
            "by hand: 80000 hm2 × (5 % − 6 %)",
            area="8 万hm2",
            planted_incidence="5 %/yr",
            natural_incidence="6 %/yr",
        ),
    ),
)
def controlled_area(
    area: A[Array, U("m^2", low=0, size=True)],
    planted_incidence: A[Array, U("1/yr", low=0, rate=True)],
    natural_incidence: A[Array, U("1/yr", low=0, rate=True)],
) -> Array:
    r"""Area spared from pests in a year, by the difference between planted and natural stands.

    .. math:: Q = A \, (f_p - f_n)

    Parameters
    ----------
    area : array, any shape
        Area A of natural forest or grassland.
    planted_incidence, natural_incidence : array, broadcast with the area
        Share of planted, f_p, and of natural stands, f_n, that pests strike in a year.

    Returns
    -------
    DataArray, broadcast shape of the inputs; negative where natural stands suffer more

    References
    ----------
    Technical guide for GEP accounting of terrestrial ecosystems (2020), from general knowledge;
    recovered area times cost in Pema Dolkar et al. (2017), doi 10.5846/stxb201607011362.
    """
    return area * (planted_incidence - natural_incidence)


INDICATOR = Indicator(
    "pest_control",
    "regulating",
    "病虫害控制",
    "pest control",
    components=(
        Component(
            id="forest",
            zh="森林病虫害控制",
            en="forest pest control",
            price="pest_control_cost",
            pricing="avoided_cost",
            quantity="controlled_area",
            supplied_by=("forest",),
        ),
        Component(
            id="grassland",
            zh="草地病虫害控制",
            en="grassland pest control",
            price="pest_control_cost",
            pricing="avoided_cost",
            quantity="controlled_area",
            supplied_by=("grassland",),
        ),
    ),
    quantities={"controlled_area": (controlled_area,)},
    doc=__doc__,
    zh_doc=(
        "天然林和天然草地不用喷药就抑制住的病虫害。注意：面积按本应防治的年份每年计一次，所以实"
        "物量是每年的面积，单价是每单位防治面积的成本。发生率是一年中受害面积的占比，取同一地区"
        "人工与天然林（草）之差；天然的受害更重时结果为负，照实保留。有的资料直接给出自愈面积，"
        "那就是实物量，不再计算。农田喷药防治的害虫不在此列。"
    ),
    seea=Seea(
        section="Regulating and maintenance",
        service="Biological control services: pest control",
        zh="生物防治服务：病虫害防治",
        cices="2.2.3.1",
        cices_class="Pest control (including invasive species)",
        users=(("agriculture", 1.0),),
    ),
)
