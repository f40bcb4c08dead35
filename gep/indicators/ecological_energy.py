"""Ecological energy (生态能源): power from running water, biomass and other renewable sources that
ecosystems feed.

Traps: installed capacity (kW) is no quantity, generation (kWh) is. The feed-in tariff pays for dams
and turbines too; a standard that wants nature's part alone prices by ``resource_rent``. Wind, sun
and waste heat are fed by no ecosystem: they count, as ``other``, only where the standard lists
them. Biomass burned for energy must not be counted again as a crop or forest product.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Component, Indicator, U, formula, worked
from gep.core.records import Seea


@formula(
    "kWh/yr",
    zh="一年中由生物质得到的电或热。",
    worked=worked(
        "1000000 kWh/yr",
        "by hand: 1000 t × 14.4 MJ/kg = 14.4e6 MJ = 4e6 kWh; × 0.25",
        biomass_used="1000 t/yr",
        heating_value="14.4 MJ/kg",
        conversion_efficiency="25 %",
    ),
)
def biomass_energy(
    biomass_used: A[Array, U("t/yr", low=0, size=True)],
    heating_value: A[Array, U("kWh/t", low=0, rate=True)],
    conversion_efficiency: A[Array, U("1", low=0, high=1, rate=True)],
) -> Array:
    r"""Electricity or heat obtained from biomass in a year.

    .. math:: E = M \, h \, \eta

    Parameters
    ----------
    biomass_used : array, any shape
        Mass of straw, wood or other biomass used for energy, M.
    heating_value : array, broadcasts with the others
        Lower heating value h of that biomass at its moisture.
    conversion_efficiency : array
        Share of the heat that becomes useful energy, η.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Energy balance of a conversion plant; the priced quantity is generation, as in Pema Dolkar et
    al. (2017), doi 10.5846/stxb201607011362.
    """
    return biomass_used * heating_value * conversion_efficiency


INDICATOR = Indicator(
    "ecological_energy",
    "material",
    "生态能源",
    "ecological energy",
    components=(
        Component(
            id="hydropower",
            zh="水力发电",
            en="hydropower",
            unit="kWh/yr",
            price="electricity_price",
        ),
        Component(
            id="biomass",
            zh="生物质能",
            en="biomass energy",
            price="electricity_price",
            quantity="biomass_energy",
            seea=Seea(
                section="Provisioning",
                service="Other provisioning services",
                zh="其他供给服务",
                cices="1.1.1.3",
                cices_class=(
                    "Cultivated plants (including fungi, algae) grown as a source of energy"
                ),
                users=(("households", 1.0),),
            ),
        ),
        Component(
            id="other",
            zh="其他生态能源",
            en="other ecological energy",
            unit="kWh/yr",
            price="electricity_price",
            seea=Seea(
                role="abiotic",
                users=(("industry", 1.0),),
                note="abiotic flows, outside the reference list",
            ),
        ),
    ),
    quantities={"biomass_energy": (biomass_energy,)},
    doc=__doc__,
    zh_doc=(
        "来自流水、生物质及生态系统所支撑的其他可再生能源的能量。注意：装机容量（kW）不是实物"
        "量，发电量（kWh）才是；上网电价也含水坝和机组的成本，只计自然贡献的标准用 "
        "resource_rent 定价。风、光、余热不由生态系统提供，只在标准列出时计入 other。作能源的生"
        "物质不得再计为农林产品。"
    ),
    seea=Seea(
        role="abiotic",
        cices="4.2.1.3",
        cices_class="Freshwater surface water used as an energy source",
        users=(("industry", 1.0),),
        note="an abiotic flow, outside the reference list",
    ),
)
