"""What the record of a service says beside its formulas: its place in the UN's accounts, new words,
and what it may hold of another service.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Section = Literal["Provisioning", "Regulating and maintenance", "Cultural", ""]
Level = Literal["material", "regulating", "cultural", "other"]
Role = Literal["final", "intermediate", "abiotic", "welfare", "not listed"]
User = Literal[
    "agriculture",
    "industry",
    "services",
    "government",
    "households",
    "rest_of_world",
    "ecosystems",
    "unallocated",
]


@dataclass(frozen=True, kw_only=True)
class Seea:
    """A service beside its class in SEEA EA and CICES.

    ``service`` is its name in the reference list of selected ecosystem services and ``zh`` that in
    Chinese; both are empty, and so is ``section``, where the list has no place for it. ``users``
    says who uses it, by share, as long as an account does not say otherwise.

    >>> Seea(service="Pollination services", zh="授粉服务", users=(("agriculture", 1.0),)).role
    'final'
    """

    section: Section = ""
    service: str = ""
    zh: str = ""
    role: Role = "final"
    cices: str = ""
    cices_class: str = ""
    users: tuple[tuple[User, float], ...] = (("unallocated", 1.0),)
    evidence: str = "general"
    note: str = ""


class Name(NamedTuple):
    """A name that formulas use."""

    name: str
    zh: str
    en: str
    definition: str


class Rule(NamedTuple):
    """A pair of services that can hold the same thing."""

    id: str
    first: str
    second: str
    when: str
    zh: str
    en: str
    mend_zh: str
    mend_en: str
    source: str
    evidence: str
