"""The ecosystem services: one module each, imported when asked for.

A module holds formulas, a coefficient table beside it, and one record, ``INDICATOR``. No module
imports another.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from gep.core.errors import ParameterError, Problem, nearest
from gep.core.extras import OURS
from gep.core.formula import Indicator
from gep.core.plugins import Found, Plugin, by_hand, clash, place
from gep.core.records import Section, Seea
from gep.core.services import services
from gep.core.source import named

SHIPPED = (  # the catalogue in its order, which is that of ledgers and pages
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


def _rest(level: str, zh: str, section: Section) -> Indicator:
    """What a source gives only as the rest of a level: a value, and nothing to compute it from."""
    seea = Seea(
        section=section,
        service="not separately classified",
        zh="未单独分类",
        note="the rest of a level",
    )
    en = f"{level} {'products' if level == 'material' else 'services'} not accounted separately"
    return Indicator(f"{level}_other", level, zh, en, (), seea=seea)


RESTS = {
    level.id: level
    for level in (
        _rest("material", "其他物质产品", "Provisioning"),
        _rest("regulating", "其他调节服务", "Regulating and maintenance"),
        _rest("cultural", "其他文化旅游服务", "Cultural"),
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


def routes(name: str) -> list[str]:
    """The formulas that can compute ``indicator.quantity``; none where there is no such quantity.

    >>> routes("water_retention.runoff")
    ['runoff', 'runoff_redline']
    """
    indicator, _, quantity = name.partition(".")
    if indicator not in ids():
        return []
    return [f.__name__ for f in get(indicator).quantities.get(quantity, ())]


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
    if id in SHIPPED:
        shipped: Indicator = import_module(f"{__name__}.{id}").INDICATOR
        return shipped
    found = next((p.thing for p in plugins() if p.id == id), None)
    if found is None:
        broken = [p for p in problems() if p.source == place("gep.indicators", id)]
        raise ParameterError("error.indicator", broken or [_unknown(id)])
    return found


def _unknown(id: str) -> Problem:
    """That there is no such service, with the names that may be meant."""
    meant = next((i.id for i in every() if id in (i.zh, i.en)), None)
    names = meant or nearest(id, ids(), "gep list")
    return Problem("indicator.unknown", named(id), indicator=id, names=names)


def ids() -> tuple[str, ...]:
    """The ids of all services: those that ship in the order of the catalogue, then those of other
    packages.

    >>> ids()[:2]
    ('agricultural_products', 'water_supply')
    """
    return (*SHIPPED, *(p.id for p in plugins()))


def every() -> tuple[Indicator, ...]:
    """All services, in the order of the catalogue, and the three rests at the end."""
    return (*map(get, ids()), *RESTS.values())


def register(indicator: Indicator) -> Indicator:
    """Add a service for this process, as the entry-point group ``gep.indicators`` does for good.

    Parameters
    ----------
    indicator : Indicator
        Its record.

    Returns
    -------
    Indicator
        The same record.

    Raises
    ------
    ParameterError
        If another service has its id.
    """
    if all(p.thing is not indicator for p in plugins()):
        own = Plugin("gep.indicators", indicator.id, "", "", indicator)
        first = dict.fromkeys((*SHIPPED, *RESTS), OURS) | {p.id: p.package for p in plugins()}
        if own.id in first:
            raise ParameterError("error.plugin", [clash(own, first[own.id])])
        by_hand(own)
    return indicator


def plugins() -> tuple[Plugin[Indicator], ...]:
    """The services of other packages, each with the name and version of its package."""
    return outside().plugins


def problems() -> tuple[Problem, ...]:
    """Services of other packages that cannot be used, and why."""
    return outside().problems


def outside() -> Found[Indicator]:
    """What other packages bring, looked for when it is asked for."""
    return services((*SHIPPED, *RESTS))


def __getattr__(name: str) -> tuple[str, ...]:
    if name == "IDS":
        return ids()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
