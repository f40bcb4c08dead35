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


@formula(
    "kWh/yr",
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
            "hydropower",
            "水力发电",
            "hydropower",
            "kWh/yr",
            "electricity_price",
            "CNY/kWh",
            "market_price",
        ),
        Component(
            "biomass",
            "生物质能",
            "biomass energy",
            "kWh/yr",
            "electricity_price",
            "CNY/kWh",
            "market_price",
            quantity="biomass_energy",
        ),
        Component(
            "other",
            "其他生态能源",
            "other ecological energy",
            "kWh/yr",
            "electricity_price",
            "CNY/kWh",
            "market_price",
        ),
    ),
    quantities={"biomass_energy": (biomass_energy,)},
    doc=__doc__,
)
