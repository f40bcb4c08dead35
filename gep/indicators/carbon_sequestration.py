"""Carbon sequestration (固碳): carbon dioxide that plants and soils take out of the air and keep.

Traps: a price per t C is 3.667 times the same price per t CO2, and sources mix them; here the
quantity is t CO2, and a price per t C does not fit it. Net primary production comes in t C or in t
of dry matter: 1.63 and 1.19 belong to dry matter alone. Net primary production is not net ecosystem
production: what soil organisms breathe out (heterotrophic respiration, not that of the roots) is
still in it, so 1.63 per dry matter overstates what is kept. The carbon of a crop that is harvested
does not count. A change of stock is divided by the years between the surveys. Take one route for a
place: production, rate and stock change measure the same carbon. Blue carbon that is buried on the
coast must not lie in the area of the other routes as well. A loss is negative and stays so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated as A

from gep.core.formula import Array, Component, Indicator, U, formula, worked
from gep.core.records import Seea
from gep.core.tables import CONSTANTS, beside
from gep.processes.productivity import (
    co2_from_nep,
    dry_matter,
    nep,
    nep_density,
    nep_from_dry_matter,
)

TABLE = beside(__file__)


@formula(
    "t CO2/yr",
    zh="植物一年形成干物质所吸收的二氧化碳。",
    worked=(
        worked("1699.44 t CO2/yr", "Miao et al. (2017), shrub", rel=3e-6, dry_matter="1042.6 t/yr"),
        worked(
            "6.0962 万t CO2/yr",
            "Jiang et al. (2017), reed: 3.74 万t × 1.63",
            dry_matter="3.74 万t/yr",
        ),
    ),
)
def co2_from_dry_matter(
    dry_matter: A[Array, U("t/yr", low=0, size=True)],
    co2_per_dry_matter: A[Array, U("t CO2/t", low=0, rate=True)] = TABLE["co2_per_dry_matter"],
) -> Array:
    r"""Carbon dioxide that plants took up to build the year's dry matter.

    .. math:: Q = 1.63 \, B

    Parameters
    ----------
    dry_matter : array, any shape
        Net primary production B as dry matter.
    co2_per_dry_matter : array
        Carbon dioxide taken up for a tonne of dry matter.

    Returns
    -------
    DataArray, shape of ``dry_matter``

    References
    ----------
    LY/T 1721-2008, as in Jiang et al. (2017), doi 10.5846/stxb201410091984, and Miao et al. (2017),
    doi 10.5846/stxb201607091410.
    """
    return dry_matter * co2_per_dry_matter


@formula(
    "t CO2/yr",
    zh="林分及其下土壤一年固定的二氧化碳。",
    worked=worked(
        "1850 t CO2/yr",
        "by hand: 1000 × 1.63 = 1630; 120 hm2 × 0.5 t C × 44/12 = 220",
        rel=1e-9,
        dry_matter="1000 t/yr",
        soil_carbon_rate="0.5 t C/(hm2 a)",
        area="120 hm2",
    ),
)
def co2_from_dry_matter_and_soil(
    dry_matter: A[Array, U("t/yr", low=0, size=True)],
    soil_carbon_rate: A[Array, U("t C/(m^2 yr)", rate=True)],
    area: A[Array, U("m^2", low=0, size=True)],
    co2_per_dry_matter: A[Array, U("t CO2/t", low=0, rate=True)] = TABLE["co2_per_dry_matter"],
    co2_per_carbon: A[Array, U("t CO2/t C", low=0, rate=True)] = CONSTANTS["co2_per_carbon"],
) -> Array:
    r"""Carbon dioxide kept by a stand and the soil under it in a year.

    .. math:: Q = 1.63 \, B + \frac{44}{12} \, f \, A

    Parameters
    ----------
    dry_matter : array, any shape
        Net production B of the stand as dry matter.
    soil_carbon_rate : array, broadcasts with the others
        Carbon that the soil gains per area, f.
    area : array
        Ground area A.
    co2_per_dry_matter : array
        Carbon dioxide taken up for a tonne of dry matter.
    co2_per_carbon : array
        Carbon dioxide that holds a tonne of carbon.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    LY/T 1721-2008, carbon of stand and soil, as in ChinaXiv-201803.01069V1 (there in t C, with
    0.2727 = 12/44).
    """
    return dry_matter * co2_per_dry_matter + soil_carbon_rate * area * co2_per_carbon


@formula(
    "t CO2/yr",
    zh="由各生态系统类型的固碳速率得到一年固定的二氧化碳。",
    worked=worked(
        "550 t CO2/yr",
        "by hand: 100 hm2 × 1.5 t C × 44/12",
        rel=1e-9,
        rate="1.5 t C/(hm2 a)",
        area="100 hm2",
    ),
)
def co2_from_rate(
    rate: A[Array, U("t C/(m^2 yr)", rate=True)],
    area: A[Array, U("m^2", low=0, size=True)],
    co2_per_carbon: A[Array, U("t CO2/t C", low=0, rate=True)] = CONSTANTS["co2_per_carbon"],
) -> Array:
    r"""Carbon dioxide kept in a year, from a sequestration rate by ecosystem type.

    .. math:: Q = \frac{44}{12} \, r \, A

    Parameters
    ----------
    rate : array, any shape
        Carbon kept per area, r, of forest, grassland, wetland or cropland; plants and soil
        together.
    area : array, broadcasts with the others
        Ground area A.
    co2_per_carbon : array
        Carbon dioxide that holds a tonne of carbon.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    GB/T 46869-2025, annex A.7, second route (named in the annex; formula as in general use).
    """
    return rate * area * co2_per_carbon


@formula(
    "t CO2/yr",
    zh="由两次调查间碳储量的变化得到每年固定的二氧化碳。",
    worked=(
        worked(
            "220 t CO2/yr",
            "by hand: 300 t C in 5 years = 60 a year; × 44/12",
            rel=1e-9,
            opening_carbon_stock="12000 t C",
            closing_carbon_stock="12300 t C",
            interval="5 yr",
        ),
        worked(
            "-220 t CO2/yr",
            "by hand: the same stocks the other way round",
            rel=1e-9,
            opening_carbon_stock="12300 t C",
            closing_carbon_stock="12000 t C",
            interval="5 yr",
        ),
    ),
)
def co2_from_biomass(
    opening_carbon_stock: A[Array, U("t C", low=0, size=True)],
    closing_carbon_stock: A[Array, U("t C", low=0, size=True)],
    interval: A[Array, U("yr", low=1, state=True)],
    co2_per_carbon: A[Array, U("t CO2/t C", low=0, rate=True)] = CONSTANTS["co2_per_carbon"],
) -> Array:
    r"""Carbon dioxide kept a year, from the change of the carbon stock between two surveys.

    .. math:: Q = \frac{44}{12} \, \frac{C_1 - C_0}{n}

    Parameters
    ----------
    opening_carbon_stock, closing_carbon_stock : array, any shape
        Carbon in plants (and soil, if both surveys have it) at the first survey, C₀, and at the
        last, C₁.
    interval : array, broadcasts with the others
        Years n between the surveys, at least 1.
    co2_per_carbon : array
        Carbon dioxide that holds a tonne of carbon.

    Returns
    -------
    DataArray, broadcast shape of the inputs; negative where the stock shrank

    References
    ----------
    GB/T 46869-2025, annex A.7, first route (named in the annex; formula as in general use).
    """
    return (closing_carbon_stock - opening_carbon_stock) / interval * co2_per_carbon


@formula(
    "t CO2/yr",
    zh="由活立木蓄积的增长得到每年固定的二氧化碳。",
    worked=worked(
        "154.6875 t CO2/yr",
        "by hand: 100 m3 a year × 1.5 × 0.45 = 67.5 t; × 1.25 = 84.375 t; × 0.5 = 42.1875 t C; ×"
        " 44/12",
        rel=1e-9,
        opening_volume="10000 m3",
        closing_volume="10500 m3",
        interval="5 yr",
        biomass_expansion="1.5",
        wood_density="0.45 g/cm3",
        root_shoot_ratio="25 %",
    ),
)
def co2_from_volume(
    opening_volume: A[Array, U("m^3", low=0, size=True)],
    closing_volume: A[Array, U("m^3", low=0, size=True)],
    interval: A[Array, U("yr", low=1, state=True)],
    biomass_expansion: A[Array, U("1", low=0, rate=True)],
    wood_density: A[Array, U("t/m^3", low=0, rate=True)],
    root_shoot_ratio: A[Array, U("1", low=0, rate=True)],
    carbon_fraction: A[Array, U("t C/t", low=0, high=1, rate=True)] = TABLE["carbon_fraction"],
    co2_per_carbon: A[Array, U("t CO2/t C", low=0, rate=True)] = CONSTANTS["co2_per_carbon"],
) -> Array:
    r"""Carbon dioxide kept a year, from the growth of standing timber.

    .. math:: Q = \frac{44}{12} \, \frac{V_1 - V_0}{n} \, BEF \, \rho \, (1 + R) \, c

    Parameters
    ----------
    opening_volume, closing_volume : array, any shape
        Standing timber at the first survey, V₀, and at the last, V₁.
    interval : array, broadcasts with the others
        Years n between the surveys, at least 1.
    biomass_expansion : array
        Biomass above ground over that of the stem, BEF, by species.
    wood_density : array
        Basic density of the wood ρ.
    root_shoot_ratio : array
        Biomass below ground over that above, R.
    carbon_fraction : array
        Carbon in biomass, c.
    co2_per_carbon : array
        Carbon dioxide that holds a tonne of carbon.

    Returns
    -------
    DataArray, broadcast shape of the inputs; negative where timber was lost

    References
    ----------
    Biomass expansion as in the method note of the Lhasa greening assessment system v0.5.0, formula
    5-6, after GB/T 38582-2020 and IPCC.
    """
    return (
        (closing_volume - opening_volume)
        / interval
        * biomass_expansion
        * wood_density
        * (1 + root_shoot_ratio)
        * carbon_fraction
        * co2_per_carbon
    )


@formula(
    "t CO2/yr",
    zh="海岸植物及其沉积物一年埋藏的二氧化碳。",
    worked=worked(
        "82.86666666666667 t CO2/yr",
        "by hand: 10 hm2 of mangrove × 2.26 t C = 22.6 t C; × 44/12",
        rel=1e-9,
        burial_rate="226 g C/(m2 a)",
        area="10 hm2",
    ),
)
def co2_from_burial(
    area: A[Array, U("m^2", low=0, size=True)],
    burial_rate: A[Array, U("t C/(m^2 yr)", low=0, rate=True)] = TABLE["burial_rate"],
    co2_per_carbon: A[Array, U("t CO2/t C", low=0, rate=True)] = CONSTANTS["co2_per_carbon"],
) -> Array:
    r"""Carbon dioxide buried by coastal plants and their sediment in a year.

    .. math:: Q = \frac{44}{12} \, b \, A

    Parameters
    ----------
    area : array, any shape
        Area A of salt marsh, mangrove or seagrass.
    burial_rate : array, dimension ``ecosystem`` by default
        Carbon buried per area, b.
    co2_per_carbon : array
        Carbon dioxide that holds a tonne of carbon.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Rates: Chi et al. (2018), doi 10.5846/stxb201705301000, introduction.
    """
    return area * burial_rate * co2_per_carbon


@formula("t {s}/yr")
def accumulated(
    dry_matter: A[Array, U("t/yr", low=0, size=True)],
    nutrient_content: A[Array, U("t {s}/t", low=0, high=1, rate=True)],
) -> Array:
    r"""Nutrient that trees built into the year's growth.

    It stands here because it follows from the same dry matter; it is shown, and no component prices
    it.

    .. math:: G = c \, B

    Parameters
    ----------
    dry_matter : array, any shape
        Net production B of the stand as dry matter.
    nutrient_content : array, broadcasts with the other
        Nutrient c in the trees' dry matter.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    LY/T 1721-2008, nutrients accumulated by trees, as implemented by others (mrjiao2018/enviroment,
    G1).
    """
    return dry_matter * nutrient_content


accumulated_nitrogen = accumulated.of(
    "accumulated_nitrogen",
    zh="林木一年生长积累的氮。",
    s="N",
    worked=worked(
        "40 t N/yr", "by hand: 5000 t × 0.8 %", dry_matter="5000 t/yr", nutrient_content="0.8 %"
    ),
)
accumulated_phosphorus = accumulated.of(
    "accumulated_phosphorus",
    zh="林木一年生长积累的磷。",
    s="P",
    worked=worked(
        "2.5 t P/yr", "by hand: 5000 t × 0.05 %", dry_matter="5000 t/yr", nutrient_content="0.05 %"
    ),
)
accumulated_potassium = accumulated.of(
    "accumulated_potassium",
    zh="林木一年生长积累的钾。",
    s="K",
    worked=worked(
        "20 t K/yr", "by hand: 5000 t × 4 g/kg", dry_matter="5000 t/yr", nutrient_content="4 g K/kg"
    ),
)


SEEA = Seea(
    section="Regulating and maintenance",
    service="Global climate regulation services",
    zh="全球气候调节服务",
    cices="2.2.6.1",
    cices_class="Regulation of chemical composition of atmosphere and oceans",
    users=(("government", 1.0),),
)
INDICATOR = Indicator(
    "carbon_sequestration",
    "regulating",
    "固碳",
    "carbon sequestration",
    components=(
        Component(
            id="carbon",
            zh="固碳",
            en="carbon sequestration",
            price="carbon_price",
            pricing="replacement_cost",
            quantity="sequestered_co2",
        ),
        Component(
            id="blue_carbon",
            zh="蓝碳",
            en="blue carbon",
            price="carbon_price",
            pricing="replacement_cost",
            quantity="buried_co2",
            supplied_by=("salt_marsh", "mangrove", "seagrass"),
            seea=SEEA,
        ),
    ),
    quantities={
        "sequestered_co2": (
            co2_from_nep,
            co2_from_dry_matter,
            co2_from_dry_matter_and_soil,
            co2_from_rate,
            co2_from_biomass,
            co2_from_volume,
        ),
        "buried_co2": (co2_from_burial,),
        "nep": (nep, nep_from_dry_matter),
        "nep_density": (nep_density,),
        "dry_matter": (dry_matter,),
        "accumulated_nitrogen": (accumulated_nitrogen,),
        "accumulated_phosphorus": (accumulated_phosphorus,),
        "accumulated_potassium": (accumulated_potassium,),
    },
    doc=__doc__,
    zh_doc=(
        "植物和土壤从大气中取走并保存的二氧化碳。注意：每吨碳的价格是每吨二氧化碳的 3.667 倍，"
        "资料常混用；这里的实物量是 t CO2，每吨碳的价格不能用。净初级生产量有以 t C 计的，有以"
        "干物质计的，1.63 和 1.19 只用于干物质；它还含土壤异养呼吸，不是净生态系统生产力，所以"
        "按 1.63 算会偏高。收获的作物碳不计。储量变化要除以两次调查间的年数。同一地块只用一种算"
        "法；海岸埋藏的蓝碳不得与其他算法的面积重叠。减少为负，照实保留。"
    ),
    seea=replace(SEEA, note="used by government for all, as the table convention of SEEA EA"),
)
