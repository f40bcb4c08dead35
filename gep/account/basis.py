"""What an account is about: an argument that is passed on, never a global."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gep.core.errors import Problem
from gep.core.frozen import freeze
from gep.core.source import Source
from gep.standards import Profile


@dataclass(frozen=True, slots=True)
class Region:
    """A region of the account: a city, district, sub-district or site, and what it lies in."""

    name: str
    parent: str = ""
    code: str = ""
    area: float | None = None  # m^2
    population: float | None = None  # person
    gdp: float | None = None  # CNY/yr


def no_year(where: Source, year: object, years: Iterable[int]) -> Problem:
    """A year that is not among those there are."""
    return Problem("year.unknown", where, label=year, years=", ".join(map(str, years)))


def circular(name: str, regions: Mapping[str, Region]) -> bool:
    """Whether a region is part of itself through its parents."""
    seen, at = {name}, regions[name].parent
    while at in regions and at not in seen:
        seen.add(at)
        at = regions[at].parent
    return bool(at) and at in seen


@dataclass(frozen=True)
class Basis:
    """Which standard, which region, which years, at prices of which year.

    ``price_year`` None means current prices: each year takes its own. ``methods`` names the route
    of a quantity, ``{"carbon_sequestration.sequestered_co2": "co2_from_dry_matter"}``. ``include``
    adds what GEP keeps out.
    """

    title: str = ""
    region: str = "region"
    years: tuple[int, ...] = ()
    price_year: int | None = None
    standard: str = "catalogue"
    currency: str = "CNY"
    price_basis: str = "deflate"  # or "as_given"
    include: tuple[str, ...] = ()
    methods: Mapping[str, str] = field(default_factory=dict)
    regions: Mapping[str, Region] = field(default_factory=dict)
    ecosystems: Mapping[str, str] = field(default_factory=dict)  # own label -> class
    # index -> year -> value
    deflators: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    area: float | None = None
    population: float | None = None
    gdp: float | None = None
    # switch of the standard -> "in" or "out"
    switches: Mapping[str, str] = field(default_factory=dict)
    profile: Profile | None = None  # a standard that does not ship; ``standard`` is then its id
    synthetic: bool = False  # the figures are made up, and every output says so

    def __post_init__(self) -> None:
        freeze(self, "methods", "regions", "ecosystems", "deflators", "switches")

    @property
    def prices(self) -> str:
        """The price year as it is shown."""
        return "current" if self.price_year is None else str(self.price_year)

    def above(self, region: str) -> Iterator[str]:
        """The regions that one lies in, nearest first."""
        at = self.regions.get(region)
        while at and at.parent:
            yield at.parent
            at = self.regions.get(at.parent)

    def children(self, region: str) -> list[str]:
        """The regions directly inside one."""
        return [r.name for r in self.regions.values() if r.parent == region]
