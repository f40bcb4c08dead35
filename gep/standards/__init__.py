"""Accounting standards as data: a profile says which components make up its indicators, and how sure we are of that.

One TOML file a standard. A row groups components of the catalogue into a second-level indicator of the standard;
``evidence`` is ``confirmed`` where a source prints the row, ``reconstructed`` where it had to be inferred.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from gep import indicators
from gep.errors import ParameterError, Problem

LEVELS = ("material", "regulating", "cultural", "other")


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """A second-level indicator of a standard."""

    id: str
    level: str
    zh: str
    en: str
    components: tuple[str, ...]  # "indicator.component", or "indicator" for all that it has
    evidence: str
    clause: str = ""
    note: str = ""

    def holds(self, indicator: str, component: str) -> bool:
        """Whether a component of the catalogue belongs to this row."""
        return indicator in self.components or f"{indicator}.{component}" in self.components


@dataclass(frozen=True)
class Profile:
    """A standard: its rows, the routes and pricing it names, and what it calls the total."""

    id: str
    zh: str
    en: str
    rows: tuple[ProfileRow, ...]
    total: str = "GEP"
    source: str = ""
    note: str = ""
    methods: Mapping[str, str] = field(default_factory=dict)  # "indicator.quantity" -> formula
    pricing: Mapping[str, str] = field(default_factory=dict)  # "indicator.component" -> pricing module
    floors: Mapping[str, str] = field(default_factory=dict)  # "indicator.component" -> scale of the floor at zero
    open: bool = False  # takes whatever has inputs (the catalogue)

    def row(self, indicator: str, component: str) -> ProfileRow | None:
        """The row that a component is counted in; a named component goes before a whole indicator."""
        exact = f"{indicator}.{component}"
        named = next((r for r in self.rows if exact in r.components), None) or next((r for r in self.rows if indicator in r.components), None)
        if named is None and component in ("", "remainder"):  # a figure of the whole counts in the row that takes its parts
            return next((r for r in self.rows if any(c.partition(".")[0] == indicator for c in r.components)), None)
        return named


def ids() -> tuple[str, ...]:
    """The standards that ship, the catalogue first."""
    shipped = sorted(p.name.removesuffix(".toml") for p in resources.files(__name__).iterdir() if p.name.endswith(".toml"))
    return ("catalogue", *shipped)


@cache
def get(id: str) -> Profile:
    """The profile of a standard.

    >>> get("catalogue").row("soil_retention", "siltation").level
    'regulating'

    Raises
    ------
    ParameterError
        If there is no such standard.
    """
    if id == "catalogue":
        rows = tuple(ProfileRow(i.id, i.level, i.zh, i.en, (i.id,), "confirmed") for i in indicators.every())
        return Profile("catalogue", "目录：凡有数据的组分", "catalogue: every component that has inputs", rows, open=True)
    if id not in ids() or not re.fullmatch(r"[a-z0-9_]+", id):
        raise ParameterError("Unknown standard", [Problem("standard.unknown", id, "is no standard", "one of: {names}", values={"names": ", ".join(ids())})])
    return parse(tomllib.loads(resources.files(__name__).joinpath(f"{id}.toml").read_text("utf-8")))


def parse(data: Mapping[str, object]) -> Profile:
    """A profile from the content of its TOML file.

    Raises
    ------
    ParameterError
        With everything that does not fit: unknown keys, levels, evidence words, indicators or components.
    """
    faults: list[Problem] = []
    rows: list[ProfileRow] = []
    raw_rows = data.get("indicator")
    for n, raw in enumerate(raw_rows if isinstance(raw_rows, list) else [], 1):
        where = f"{data.get('id')}, indicator {n}"
        try:
            row = ProfileRow(**{**raw, "components": tuple(raw["components"])})
        except (TypeError, KeyError) as error:
            faults.append(Problem("profile.row", where, "{why}", values={"why": str(error)}))
            continue
        rows.append(row)
        if row.level not in LEVELS:
            faults.append(Problem("profile.level", where, "has level '{level}'", "one of: {names}", values={"level": row.level, "names": ", ".join(LEVELS)}))
        if row.evidence not in ("confirmed", "reconstructed"):
            faults.append(Problem("profile.evidence", where, "has evidence '{evidence}'", "confirmed or reconstructed", values={"evidence": row.evidence}))
        for name in row.components:
            indicator, _, component = name.partition(".")
            try:
                if component and component != "remainder" and indicators.get(indicator).component(component) is None:
                    faults.append(
                        Problem(
                            "component.unknown", where, "'{component}' is no component of {indicator}", values={"component": component, "indicator": indicator}
                        )
                    )
                indicators.get(indicator)
            except ParameterError as error:
                faults += error.problems
    keys = {"id", "zh", "en", "total", "source", "note", "methods", "pricing", "floors", "indicator"}
    faults += [
        Problem("profile.key", str(k), "is no key of a profile", "one of: {names}", values={"names": ", ".join(sorted(keys))}) for k in data if k not in keys
    ]
    if not rows:
        faults.append(Problem("profile.empty", str(data.get("id")), "has no rows", "write [[indicator]] tables"))
    if faults:
        raise ParameterError("The profile cannot be read", faults)
    rest: dict[str, object] = {k: v for k, v in data.items() if k != "indicator"}
    return Profile(rows=tuple(rows), **rest)  # type: ignore[arg-type]
