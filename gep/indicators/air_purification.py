"""Air purification (净化空气): sulphur dioxide, nitrogen oxides and particles that plants take up,
filter and break down.

Traps: capacity is not service: where plants could take up more than is emitted, only the emission
counts, so each component is capped by ``emission`` of its region. The two dusts differ: ``dust``
here is general dust (一般性粉尘, 4 kg a pollutant equivalent), which retention rates and the fee of
150 CNY/t mean; soot (烟尘) has 2.18 kg and another price. Retained dust holds PM10, and PM10 holds
PM2.5: report one of them, never their sum, unless the standard's rates are of separate fractions.
Tables are per hm2 or per km2: a factor of 100. The default rates are of forest types, shrub and,
for dust, grass and crops; other classes and other pollutants need rates of their own. Prices may be
treatment costs or follow the environmental protection tax (pricing ``environmental_tax``): rate
over pollutant equivalent.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Component, Indicator, U, formula, worked
from gep.core.records import Seea
from gep.core.tables import beside

TABLE = beside(__file__)
VEGETATED = ("forest", "shrub", "grassland", "cropland", "marsh", "urban_green")


@formula("t {s}/yr")
def uptake(
    uptake_rate: A[Array, U("t {s}/(m^2 yr)", low=0, rate=True)],
    area: A[Array, U("m^2", low=0, size=True)],
) -> Array:
    r"""Air pollutant that vegetation can take up in a year, from a rate per area.

    .. math:: Q = q \, A

    Parameters
    ----------
    uptake_rate : array, dimension ``ecosystem`` where it comes from
    the table
        Uptake or retention q of one pollutant; the table has sulphur dioxide and dust, others must
        be given.
    area : array, broadcasts with the rate
        Ground area A.

    Returns
    -------
    DataArray, broadcast shape of the inputs; before the cap by emission

    References
    ----------
    Pema Dolkar et al. (2017), doi 10.5846/stxb201607011362, and Bo et al. (2017), doi
    10.5846/stxb201606161172; rates: Miao et al. (2017), doi 10.5846/stxb201607091410.
    """
    return uptake_rate * area


@formula("t {s}/yr")
def leaf_uptake(
    leaf_retention: A[Array, U("t {s}/m^2", low=0, rate=True)],
    washings: A[Array, U("1/yr", low=0, rate=True)],
    leaf_area_index: A[Array, U("1", low=0, rate=True)],
    area: A[Array, U("m^2", low=0, size=True)],
    biomass_correction: A[Array, U("1", low=0, rate=True)] = 1.0,
) -> Array:
    r"""Particles that leaves hold in a year, washed off and held anew.

    .. math:: Q = q \, n \, LAI \, F \, A

    Parameters
    ----------
    leaf_retention : array, any shape
        Particles q on a square metre of leaf between two washings.
    washings : array, broadcasts with the others
        Times n that rain or people wash the leaves in a year.
    leaf_area_index : array
        Leaf area over a unit of ground, LAI.
    area : array
        Ground area A.
    biomass_correction : array
        Ratio F of the stand's biomass to that of the plot where q was measured, 1 if not given.

    Returns
    -------
    DataArray, broadcast shape of the inputs; before the cap by emission

    References
    ----------
    GB/T 38582-2020, retention of PM10 and PM2.5, there with the factor 10 kg m2/(g hm2); known from
    general use, the clause was not read.
    """
    return leaf_retention * washings * leaf_area_index * area * biomass_correction


so2_uptake = uptake.of(
    "so2_uptake",
    zh="由单位面积净化量得到植被一年可净化的二氧化硫。",
    s="SO2",
    defaults={"uptake_rate": TABLE["uptake_rate_so2"]},
    worked=(
        worked(
            "13.22 万kg SO2/yr",
            "Miao et al. (2017), coniferous forest",
            rel=4e-4,
            uptake_rate="215.6 kg SO2/(hm2 a)",
            area="613 hm2",
        ),
        worked(
            "20.83 万kg SO2/yr",
            "Miao et al. (2017), broadleaf forest",
            rel=3e-4,
            uptake_rate="88.65 kg SO2/(hm2 a)",
            area="2350 hm2",
        ),
    ),
)
nox_uptake = uptake.of(
    "nox_uptake",
    zh="由单位面积净化量得到植被一年可净化的氮氧化物。",
    s="NOx",
    worked=worked(
        "60 t NOx/yr",
        "by hand: 100 km2 = 10000 hm2; × 6 kg",
        uptake_rate="6 kg NOx/(hm2 a)",
        area="100 km2",
    ),
)
dust_uptake = uptake.of(
    "dust_uptake",
    zh="由单位面积滞尘量得到植被一年可滞纳的粉尘。",
    s="dust",
    defaults={"uptake_rate": TABLE["uptake_rate_dust"]},
    worked=(
        worked(
            "2035.16 万kg dust/yr",
            "Miao et al. (2017), coniferous forest",
            uptake_rate="33200 kg dust/(hm2 a)",
            area="613 hm2",
        ),
        worked(
            "10.11 t dust/yr",
            "Bao et al. (2018), one hm2 of tree forest",
            uptake_rate="10110 kg dust/(hm2 a)",
            area="1 hm2",
        ),
    ),
)
pm10_uptake = uptake.of(
    "pm10_uptake",
    zh="由单位面积净化量得到植被一年可滞纳的PM10。",
    s="PM10",
    worked=worked(
        "600 kg PM10/yr", "by hand: 50 hm2 × 12 kg", uptake_rate="12 kg PM10/(hm2 a)", area="50 hm2"
    ),
)
pm25_uptake = uptake.of(
    "pm25_uptake",
    zh="由单位面积净化量得到植被一年可滞纳的PM2.5。",
    s="PM25",
    worked=worked(
        "160 kg PM2.5/yr",
        "by hand: 50 hm2 × 3.2 kg",
        uptake_rate="3.2 kg PM2.5/(hm2 a)",
        area="50 hm2",
    ),
)
pm10_leaf_uptake = leaf_uptake.of(
    "pm10_leaf_uptake",
    zh="叶面一年滞纳的PM10：雨水洗去后再次滞纳。",
    s="PM10",
    worked=worked(
        "21.6 t PM10/yr",
        "by hand: 10 × 0.4 g/m2 × 100 hm2 × 20 × LAI 3 = 24000 kg; × 0.9",
        leaf_retention="0.4 g PM10/m2",
        washings="20 1/yr",
        leaf_area_index="3",
        area="100 hm2",
        biomass_correction="0.9",
    ),
)
pm25_leaf_uptake = leaf_uptake.of(
    "pm25_leaf_uptake",
    zh="叶面一年滞纳的PM2.5：雨水洗去后再次滞纳。",
    s="PM25",
    worked=worked(
        "3.84 t PM2.5/yr",
        "by hand: 10 × 0.05 g/m2 × 200 hm2 × 12 × LAI 4 = 4800 kg; × 0.8",
        leaf_retention="0.05 g PM2.5/m2",
        washings="12 1/yr",
        leaf_area_index="4",
        area="200 hm2",
        biomass_correction="0.8",
    ),
)


def _pollutant(id: str, zh: str, en: str) -> Component:
    return Component(
        id=id,
        zh=zh,
        en=en,
        price="treatment_cost",
        pricing="replacement_cost",
        quantity=f"{id}_uptake",
        supplied_by=VEGETATED,
        cap="emission",
    )


INDICATOR = Indicator(
    "air_purification",
    "regulating",
    "净化空气",
    "air purification",
    components=(
        _pollutant("so2", "二氧化硫净化", "sulphur dioxide removal"),
        _pollutant("nox", "氮氧化物净化", "nitrogen oxides removal"),
        _pollutant("dust", "滞尘", "dust retention"),
        _pollutant("pm10", "滞纳PM10", "PM10 retention"),
        _pollutant("pm25", "滞纳PM2.5", "PM2.5 retention"),
    ),
    quantities={
        "so2_uptake": (so2_uptake,),
        "nox_uptake": (nox_uptake,),
        "dust_uptake": (dust_uptake,),
        "pm10_uptake": (pm10_uptake, pm10_leaf_uptake),
        "pm25_uptake": (pm25_uptake, pm25_leaf_uptake),
    },
    doc=__doc__,
    zh_doc=(
        "植物吸收、滞纳和分解的二氧化硫、氮氧化物和颗粒物。注意：能力不等于服务，净化能力超过排"
        "放时只计排放量，所以各组分以本区域的 emission 为上限。两种尘不同：这里的 dust 是一般性"
        "粉尘（污染当量 4 kg，滞尘率和每吨 150 元的收费均指它），烟尘为 2.18 kg，价格也不同。滞"
        "尘含 PM10，PM10 含 PM2.5，只计其一，除非标准的净化量本来分开。系数表有按公顷的，有按平"
        "方公里的，差 100 倍；缺省系数只有森林类型、灌丛和（滞尘的）草地、农田。单价可用治理成"
        "本，也可按环境保护税（environmental_tax）。"
    ),
    seea=Seea(
        section="Regulating and maintenance",
        service="Air filtration services",
        zh="空气过滤服务",
        cices="2.1.1.2",
        cices_class=(
            "Filtration/sequestration/storage/accumulation by micro-organisms, algae, plants, "
            "and animals"
        ),
        users=(("households", 1.0),),
    ),
)
