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
    s="COD",
    worked=worked(
        "800 t COD/yr", "by hand: 10 km2 × 80 t", uptake_rate="80 t COD/(km2 a)", area="10 km2"
    ),
)
nh3n_uptake = uptake.of(
    "nh3n_uptake",
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
    s="TN",
    worked=worked("32 t TN/yr", "by hand: 4 km2 × 8 t", uptake_rate="8 t TN/(km2 a)", area="4 km2"),
)
tp_uptake = uptake.of(
    "tp_uptake",
    s="TP",
    worked=worked(
        "150 kg TP/yr",
        "by hand: 300 亩 = 20 hm2; × 7.5 kg",
        uptake_rate="7.5 kg TP/(hm2 a)",
        area="300 亩",
    ),
)


def _pollutant(id: str, zh: str, en: str, s: str) -> Component:
    return Component(
        id,
        zh,
        en,
        f"t {s}/yr",
        "treatment_cost",
        f"CNY/t {s}",
        "replacement_cost",
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
        _pollutant("cod", "化学需氧量净化", "chemical oxygen demand removal", "COD"),
        _pollutant("nh3n", "氨氮净化", "ammonia nitrogen removal", "NH3-N"),
        _pollutant("tn", "总氮净化", "total nitrogen removal", "TN"),
        _pollutant("tp", "总磷净化", "total phosphorus removal", "TP"),
    ),
    quantities={
        "cod_uptake": (cod_uptake,),
        "nh3n_uptake": (nh3n_uptake,),
        "tn_uptake": (tn_uptake,),
        "tp_uptake": (tp_uptake,),
    },
    doc=__doc__,
)
