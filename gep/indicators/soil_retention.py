"""Soil retention (保持土壤): soil that plants and practice keep in place, and the silt and
nutrients that so stay out of the water.

Traps: siltation with nitrogen and phosphorus (dredging and treatment costs) and fixed soil with
fertility (earthwork and fertiliser costs) are two views of the same soil: price one of them.
Contents of nutrients are printed in percent or g/kg of soil. Water and sealed ground retain no
soil, whatever a map of slopes says; HJ 1173 gives wetland the factor 0, so only marsh is counted
here. Where the cover is worse than bare ground the result is negative and is kept.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Component, Indicator, U, formula, worked
from gep.core.records import Seea
from gep.core.tables import beside
from gep.processes import soil_cover as cover
from gep.processes import soil_erosion as erosion
from gep.processes.soil_fertility import (
    fertility_nitrogen,
    fertility_nutrients,
    fixed_soil,
    organic_matter,
)

TABLE = beside(__file__)


@formula(
    "t/yr",
    zh="一年保持的土壤：裸地流失量减现有覆盖下的流失量。",
    worked=(
        worked(
            "685.645 t/yr",
            "methods check S12, forest on 15 deg: 1 hm2 × 5000 × 0.0172394 × 1.6963 × 4.7081 × (1 −"
            " 0.004)",
            1e-4,
            area="1 hm2",
            erosivity="5000 MJ mm/(hm2 h a)",
            erodibility="0.0172394 t hm2 h/(hm2 MJ mm)",
            slope_length_factor="1.6963 1",
            slope_steepness_factor="4.7081 1",
            cover_factor="0.004 1",
        ),
        worked(
            "50.4 万t/yr",
            "by hand: 200 km2 × 3000 × 0.02 × 1.4 × 0.5 t/hm2 = 84 万t; × (1 − 0.8 × 0.5) ="
            " 50.4 万t",
            area="200 km2",
            erosivity="3000 MJ mm/(hm2 h a)",
            erodibility="0.02 t hm2 h/(hm2 MJ mm)",
            slope_length_factor="1.4 1",
            slope_steepness_factor="0.5 1",
            cover_factor="0.8 1",
            practice_factor="0.5 1",
        ),
    ),
)
def retained_soil(
    area: A[Array, U("m^2", low=0, size=True)],
    erosivity: A[Array, U("MJ mm/(m^2 h yr)", low=0, state=True)],
    erodibility: A[Array, U("t h/(MJ mm)", low=0, rate=True)],
    slope_length_factor: A[Array, U("1", low=0, rate=True)],
    slope_steepness_factor: A[Array, U("1", low=0, rate=True)],
    cover_factor: A[Array, U("1", low=0, high=1, rate=True)],
    practice_factor: A[Array, U("1", low=0, high=1, rate=True)] = 1.0,
) -> Array:
    r"""Soil kept in place in a year: the loss from bare ground less that under the present cover.

    .. math:: Q = A \, R \, K \, L \, S \, (1 - C P)

    Parameters
    ----------
    area : array, any shape
        Ground area A.
    erosivity : array, broadcasts with area
        Rainfall erosivity R.
    erodibility : array
        Soil erodibility K.
    slope_length_factor, slope_steepness_factor, cover_factor : array
        Slope length L, slope steepness S and plant cover C.
    practice_factor : array
        Support practice P; HJ 1173 has none, hence 1.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    HJ 1173-2021, formulas A.2 to A.4; with P as in ChinaXiv-201711.00309V1 (Huanghua).
    """
    return (
        area
        * erosivity
        * erodibility
        * slope_length_factor
        * slope_steepness_factor
        * (1 - cover_factor * practice_factor)
    )


@formula(
    "t/yr",
    zh="由潜在与实际两个侵蚀总量得到一年保持的土壤。",
    worked=worked(
        "58 万t/yr",
        "by hand: 75 − 17 万t",
        potential_erosion="75 万t/yr",
        actual_erosion="17 万t/yr",
    ),
)
def retained_soil_by_difference(
    potential_erosion: A[Array, U("t/yr", low=0, size=True)],
    actual_erosion: A[Array, U("t/yr", low=0, size=True)],
) -> Array:
    r"""Soil kept in place in a year, from two totals of erosion.

    .. math:: Q = Q_p - Q_a

    Parameters
    ----------
    potential_erosion, actual_erosion : array, any shape
        Loss from bare ground Q_p and under the present cover Q_a.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    HJ 1173-2021, formula A.2.
    """
    return potential_erosion - actual_erosion


@formula(
    "t/yr",
    zh="由裸地和有植被小区的实测侵蚀得到一年保持的土壤。",
    worked=worked(
        "13000 t/yr",
        "by hand: 500 hm2 × (30 − 4) t/(hm2 a)",
        area="500 hm2",
        bare_erosion_rate="30 t/(hm2 a)",
        covered_erosion_rate="4 t/(hm2 a)",
    ),
)
def retained_soil_by_plots(
    area: A[Array, U("m^2", low=0, size=True)],
    bare_erosion_rate: A[Array, U("t/(m^2 yr)", low=0, rate=True)],
    covered_erosion_rate: A[Array, U("t/(m^2 yr)", low=0, rate=True)],
) -> Array:
    r"""Soil kept in place in a year, from erosion measured on bare and on covered plots.

    .. math:: Q = A \, (X_2 - X_1)

    Parameters
    ----------
    area : array, any shape
        Ground area A.
    bare_erosion_rate, covered_erosion_rate : array, broadcasts with area
        Erosion measured without plants X_2 and with them X_1.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    LY/T 1721-2008, soil conservation.
    """
    return area * (bare_erosion_rate - covered_erosion_rate)


@formula(
    "m^3/yr",
    zh="一年中没有进入江河湖库的泥沙。",
    worked=worked(
        "10.03 亿m3/yr",
        "Garzê 2010, doi 10.5846/stxb201607011362, table 3 (methods check S3)",
        5e-4,
        retained_soil="38.86 亿t/yr",
        siltation_share="0.24 1",
        bulk_density="0.93 t/m3",
    ),
)
def avoided_siltation(
    retained_soil: A[Array, U("t/yr", size=True)],
    bulk_density: A[Array, U("t/m^3", low=0, rate=True)],
    siltation_share: A[Array, U("1", low=0, high=1, rate=True)] = TABLE["siltation_share"],
) -> Array:
    r"""Silt that stays out of rivers, lakes and reservoirs in a year.

    .. math:: V = \lambda \, Q / \rho

    Parameters
    ----------
    retained_soil : array, any shape
        Soil kept in place Q.
    bulk_density : array
        Bulk density of the soil ρ, of the place.
    siltation_share : array
        Share of eroded soil that silts up waters λ.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Ouyang et al. 1999, as used in Pema Dolkar et al. 2017, doi 10.5846/stxb201607011362.
    """
    return retained_soil * siltation_share / bulk_density


@formula(
    "t N/yr",
    zh="随保持的土壤，一年中没有进入水体的氮。",
    worked=worked(
        "1437.94 万t N/yr",
        "Garzê 2010, doi 10.5846/stxb201607011362 (methods check S1)",
        2e-4,
        retained_soil="38.86 亿t/yr",
        nitrogen_content="0.37 %",
    ),
)
def avoided_nitrogen(
    retained_soil: A[Array, U("t/yr", size=True)],
    nitrogen_content: A[Array, U("t N/t", low=0, high=1, rate=True)],
) -> Array:
    r"""Nitrogen that stays out of the water with the retained soil in a year.

    .. math:: Q_N = Q \, c_N

    Parameters
    ----------
    retained_soil : array, any shape
        Soil kept in place Q.
    nitrogen_content : array
        Pure nitrogen in the soil c_N.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Pema Dolkar et al. 2017, doi 10.5846/stxb201607011362.
    """
    return retained_soil * nitrogen_content


@formula(
    "t P/yr",
    zh="随保持的土壤，一年中没有进入水体的磷。",
    worked=worked(
        "419.72 万t P/yr",
        "Garzê 2010, doi 10.5846/stxb201607011362 (methods check S2)",
        2e-4,
        retained_soil="38.86 亿t/yr",
        phosphorus_content="0.108 %",
    ),
)
def avoided_phosphorus(
    retained_soil: A[Array, U("t/yr", size=True)],
    phosphorus_content: A[Array, U("t P/t", low=0, high=1, rate=True)],
) -> Array:
    r"""Phosphorus that stays out of the water with the retained soil in a year.

    .. math:: Q_P = Q \, c_P

    Parameters
    ----------
    retained_soil : array, any shape
        Soil kept in place Q.
    phosphorus_content : array
        Pure phosphorus in the soil c_P.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Pema Dolkar et al. 2017, doi 10.5846/stxb201607011362.
    """
    return retained_soil * phosphorus_content


_LAND = ("forest", "shrub", "grassland", "marsh", "cropland", "urban_green", "desert")


_QUALITY = Seea(
    section="Regulating and maintenance",
    service="Soil quality regulation services",
    zh="土壤质量调节服务",
    role="intermediate",
    cices="2.2.4.2",
    cices_class="Decomposition and fixing processes and their effect on soil quality",
    users=(("agriculture", 1.0),),
    note="final where farms pay for it, as assumed by the price of fertiliser",
)


def _component(
    id: str,
    zh: str,
    en: str,
    price: str,
    pricing: str,
    quantity: str,
    headline: str = "",
    seea: Seea | None = None,
) -> Component:
    return Component(
        id=id,
        zh=zh,
        en=en,
        price=price,
        pricing=pricing,
        quantity=quantity,
        supplied_by=_LAND,
        headline=headline,
        seea=seea,
    )


INDICATOR = Indicator(
    "soil_retention",
    "regulating",
    "保持土壤",
    "soil retention",
    components=(
        _component(
            "siltation",
            "减少泥沙淤积",
            "less siltation",
            "dredging_cost",
            "avoided_cost",
            "avoided_siltation",
            "retained_soil",
        ),
        _component(
            "nitrogen",
            "减少氮面源污染",
            "less nitrogen load",
            "treatment_cost",
            "avoided_cost",
            "avoided_nitrogen",
        ),
        _component(
            "phosphorus",
            "减少磷面源污染",
            "less phosphorus load",
            "treatment_cost",
            "avoided_cost",
            "avoided_phosphorus",
        ),
        _component(
            "fixed_soil",
            "固土",
            "fixed soil",
            "earthwork_cost",
            "replacement_cost",
            "fixed_soil",
            seea=Seea(
                section="Regulating and maintenance",
                service="Soil and sediment retention services: soil erosion control",
                zh="土壤和沉积物保持服务：土壤侵蚀控制",
                cices="2.2.1.1",
                cices_class="Control of erosion rates",
                users=(("agriculture", 1.0),),
            ),
        ),
        _component(
            "organic_matter",
            "保持有机质",
            "organic matter kept",
            "organic_matter_price",
            "replacement_cost",
            "organic_matter",
            seea=_QUALITY,
        ),
        _component(
            "fertility_nitrogen",
            "保肥（氮）",
            "nitrogen kept",
            "fertiliser_price",
            "replacement_cost",
            "fertility_nitrogen",
            seea=_QUALITY,
        ),
        _component(
            "fertility_nutrients",
            "保肥（磷、钾）",
            "phosphorus and potassium kept",
            "fertiliser_price",
            "replacement_cost",
            "fertility_nutrients",
            seea=_QUALITY,
        ),
    ),
    quantities={
        "retained_soil": (retained_soil, retained_soil_by_difference, retained_soil_by_plots),
        "erosivity": (erosion.erosivity, erosion.erosivity_half_month),
        "erodibility": (erosion.erodibility,),
        "erodibility_epic": (erosion.erodibility_epic,),
        "slope_length_factor": (erosion.slope_length_factor,),
        "slope_steepness_factor": (erosion.slope_steepness_factor,),
        "cover_factor": (cover.cover_factor, cover.cover_factor_dryland, cover.cover_factor_cai),
        "avoided_siltation": (avoided_siltation,),
        "avoided_nitrogen": (avoided_nitrogen,),
        "avoided_phosphorus": (avoided_phosphorus,),
        "fixed_soil": (fixed_soil,),
        "organic_matter": (organic_matter,),
        "fertility_nitrogen": (fertility_nitrogen,),
        "fertility_nutrients": (fertility_nutrients,),
    },
    doc=__doc__,
    zh_doc=(
        "植被和水保措施保住的土壤，以及因此没有进入水体的泥沙和养分。注意：泥沙淤积加氮、磷（清"
        "淤和治理成本）与固土加保肥（挖填土方和肥料成本）是同一土壤的两种看法，只计一种。养分含"
        "量有以百分数计的，有以 g/kg 计的。水面和硬化地面不保持土壤，无论坡度图怎样；HJ 1173 给"
        "湿地的因子为 0，所以只计沼泽。覆盖不如裸地时结果为负，照实保留。"
    ),
    seea=Seea(
        section="Regulating and maintenance",
        service="Soil and sediment retention services: soil erosion control",
        zh="土壤和沉积物保持服务：土壤侵蚀控制",
        cices="2.2.1.1",
        cices_class="Control of erosion rates",
        users=(("government", 1.0),),
    ),
)
