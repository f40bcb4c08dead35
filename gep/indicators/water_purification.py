"""Water purification (净化水质): organic matter, ammonia, nitrogen and phosphorus that wetlands
take out of the water.

Traps: as with air, capacity is not service: each component is capped by the ``emission`` that
reaches the region's waters. Ammonia nitrogen is a part of total nitrogen, so price NH3-N or TN,
never both. Nitrogen and phosphorus that soil retention keeps out of the water may not be counted
here again, nor may the purification fee that forestry accounts put on retained water (a price per
m3 on water already priced under water retention; no component here takes it). No removal rate is
shipped: the figures in circulation are not traced to a printed standard, and one of them is quoted
for NH3-N by some and for TN by others. The tax law's table of equivalents has no entry for TN.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Component, Indicator, U, formula, worked
from gep.core.records import Seea


@formula("t {s}/yr")
def uptake(
    uptake_rate: A[Array, U("t {s}/(m^2 yr)", low=0, rate=True)],
    area: A[Array, U("m^2", low=0, size=True)],
) -> Array:
    r"""Water pollutant that wetlands can remove in a year, from a rate per area.

    .. math:: Q = q \, A

    Parameters
    ----------
    uptake_rate : array, any shape
        Removal q of one pollutant per wetland area.
    area : array, broadcasts with the rate
        Wetland area A.

    Returns
    -------
    DataArray, broadcast shape of the inputs; before the cap by emission

    References
    ----------
    Rate times area, capped by emission, is general practice; Pema Dolkar et al. (2017), doi
    10.5846/stxb201607011362, takes the emission itself as the quantity.
    """
    return uptake_rate * area


cod_uptake = uptake.of(
    "cod_uptake",
    zh="由单位面积净化量得到湿地一年可去除的化学需氧量。",
    s="COD",
    worked=worked(
        "800 t COD/yr", "by hand: 10 km2 × 80 t", uptake_rate="80 t COD/(km2 a)", area="10 km2"
    ),
)
nh3n_uptake = uptake.of(
    "nh3n_uptake",
    zh="由单位面积净化量得到湿地一年可去除的氨氮。",
    s="NH3-N",
    worked=worked(
        "27 t NH3-N/yr",
        "by hand: 450 hm2 = 4.5 km2; × 6 t",
        uptake_rate="6 t NH3-N/(km2 a)",
        area="450 hm2",
    ),
)
tn_uptake = uptake.of(
    "tn_uptake",
    zh="由单位面积净化量得到湿地一年可去除的总氮。",
    s="TN",
    worked=worked("32 t TN/yr", "by hand: 4 km2 × 8 t", uptake_rate="8 t TN/(km2 a)", area="4 km2"),
)
tp_uptake = uptake.of(
    "tp_uptake",
    zh="由单位面积净化量得到湿地一年可去除的总磷。",
    s="TP",
    worked=worked(
        "150 kg TP/yr",
        "by hand: 300 亩 = 20 hm2; × 7.5 kg",
        uptake_rate="7.5 kg TP/(hm2 a)",
        area="300 亩",
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
        supplied_by=("wetland",),
        cap="emission",
    )


INDICATOR = Indicator(
    "water_purification",
    "regulating",
    "净化水质",
    "water purification",
    components=(
        _pollutant("cod", "化学需氧量净化", "chemical oxygen demand removal"),
        _pollutant("nh3n", "氨氮净化", "ammonia nitrogen removal"),
        _pollutant("tn", "总氮净化", "total nitrogen removal"),
        _pollutant("tp", "总磷净化", "total phosphorus removal"),
    ),
    quantities={
        "cod_uptake": (cod_uptake,),
        "nh3n_uptake": (nh3n_uptake,),
        "tn_uptake": (tn_uptake,),
        "tp_uptake": (tp_uptake,),
    },
    doc=__doc__,
    zh_doc=(
        "湿地从水中去除的有机物、氨氮、总氮和总磷。注意：与净化空气一样，能力不等于服务，各组分"
        "以进入本区域水体的 emission 为上限。氨氮是总氮的一部分，只计其一。保持土壤已减少的氮磷"
        "不得再计；林业核算中按立方米计的净化水质费针对的是涵养的水，已在涵养水源中计价。不附去"
        "除率：流传的数没有查到原标准，其中一个有人用于氨氮，有人用于总氮。税法的当量表没有总"
        "氮。"
    ),
    seea=Seea(
        section="Regulating and maintenance",
        service="Water purification services: breakdown of nutrients and other pollutants",
        zh="水净化服务：分解养分和其他污染物",
        cices="2.2.5.1",
        cices_class="Regulation of the chemical condition of freshwaters by living processes",
        users=(("government", 1.0),),
    ),
)
