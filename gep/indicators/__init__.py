"""The ecosystem services: one module each, imported when asked for.

A module holds formulas, a coefficient table beside it, and one record, ``INDICATOR``. No module
imports another.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from gep.core.errors import ParameterError, Problem, nearest
from gep.core.formula import Indicator
from gep.core.source import named

IDS = (
    "agricultural_products",
    "water_supply",
    "ecological_energy",
    "climate_regulation",
    "water_retention",
    "air_purification",
    "water_purification",
    "carbon_sequestration",
    "oxygen_release",
    "soil_retention",
    "flood_mitigation",
    "noise_attenuation",
    "coastal_protection",
    "sand_fixation",
    "pest_control",
    "negative_air_ions",
    "tourism",
    "landscape_premium",
    "wellbeing_education",
    "species_conservation",
    "non_use_value",
    "equivalent_factor",
)

# What a source gives only as the rest of a level: a value, and nothing to compute it from.
RESTS = {
    r.id: r
    for r in (
        Indicator(
            "material_other",
            "material",
            "其他物质产品",
            "material products not accounted separately",
            (),
        ),
        Indicator(
            "regulating_other",
            "regulating",
            "其他调节服务",
            "regulating services not accounted separately",
            (),
        ),
        Indicator(
            "cultural_other",
            "cultural",
            "其他文化旅游服务",
            "cultural services not accounted separately",
            (),
        ),
    )
}

# Inputs that several services share: they may stand in inputs.csv with a blank indicator and
# component.
SHARED = (
    "area",
    "precipitation",
    "evapotranspiration",
    "npp",
    "heterotrophic_respiration",
    "dry_matter_density",
    "population",
    "gdp",
)

# Sizes of places and their totals, which a service grows with: given for several places together,
# they are not each one's.
SIZES = (
    "area",
    "marsh_area",
    "lake_area",
    "reservoir_capacity",
    "road_length",
    "shore_length",
    "room_nights",
    "visits",
    "ecological_visits",
    "water_taken",
    "biomass_used",
    "population",
    "nep",
    "dry_matter",
    "retained_soil",
    "potential_erosion",
    "actual_erosion",
    "potential_wind_loss",
    "actual_wind_loss",
    "fixed_sand",
    "highest_volume",
    "lowest_volume",
    "opening_carbon_stock",
    "closing_carbon_stock",
    "opening_volume",
    "closing_volume",
    "sequestered_co2",
    "imported",
)


def routes(name: str) -> list[str]:
    """The formulas that can compute ``indicator.quantity``; none where there is no such quantity.

    >>> routes("water_retention.runoff")
    ['runoff', 'runoff_redline']
    """
    indicator, _, quantity = name.partition(".")
    return (
        [f.__name__ for f in get(indicator).quantities.get(quantity, ())]
        if indicator in IDS
        else []
    )


@cache
def get(id: str) -> Indicator:
    """The record of one service.

    >>> get("water_retention").en
    'water retention'

    Raises
    ------
    ParameterError
        If there is no such service.
    """
    if id in RESTS:
        return RESTS[id]
    if id not in IDS:
        raise ParameterError(
            "error.indicator",
            [
                Problem(
                    "indicator.unknown",
                    named(id),
                    indicator=id,
                    names=next((i.id for i in every() if id in (i.zh, i.en)), None)
                    or nearest(id, IDS, "gep list"),
                )
            ],
        )
    record: Indicator = import_module(f"gep.indicators.{id}").INDICATOR
    return record


def every() -> tuple[Indicator, ...]:
    """All services, in the order of the catalogue, and the three rests at the end."""
    return (*map(get, IDS), *RESTS.values())
