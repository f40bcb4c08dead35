"""Accounting standards as data: a profile says which components make up its indicators, and how
sure we are of that.

One TOML file a standard. A row groups components of the catalogue into a second-level indicator of
the standard; ``evidence`` is ``confirmed`` where a source prints the row, ``reconstructed`` where
it had to be inferred.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cache
from importlib import resources
from typing import Any

from gep import indicators, pricing
from gep.core.errors import ParameterError, Problem, nearest
from gep.core.formula import Indicator
from gep.core.messages import Both, word
from gep.standards.overlaps import rules as overlaps

LEVELS = ("material", "regulating", "cultural", "other")
FLOORS = (
    "cell",
    "region",
    "total",
)  # scales at which a standard can set a negative quantity to zero
EVIDENCE = (
    "confirmed",
    "reconstructed",
)  # of a row or the state of a switch: printed in a source, or inferred


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
    method: str = (
        ""  # how the standard quantifies and values it, in words, as far as its text is known to us
    )

    def holds(self, indicator: str, component: str) -> bool:
        """Whether a component of the catalogue belongs to this row."""
        return indicator in self.components or f"{indicator}.{component}" in self.components


@dataclass(frozen=True, slots=True)
class Switch:
    """Components that a standard counts or leaves out, where people ask and standards differ; an
    account may turn it.
    """

    id: str
    zh: str
    en: str
    components: tuple[str, ...]
    state: str  # "in" or "out"
    evidence: str  # of the state: confirmed or reconstructed
    note: str = ""


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
    pricing: Mapping[str, str] = field(
        default_factory=dict
    )  # "indicator.component" -> pricing module
    floors: Mapping[str, str] = field(
        default_factory=dict
    )  # "indicator.component" -> scale at which a negative quantity becomes zero
    open: bool = False  # takes whatever has inputs (the catalogue)
    partial: bool = False  # its text is known to us only in part
    net_of_imports: bool = False  # counts products less those that come from outside the region
    forbids: tuple[
        str, ...
    ] = ()  # rules of gep/standards/overlaps.csv that are errors under it, not warnings
    switches: Mapping[str, Switch] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()  # components that a switch keeps out
    _all: tuple[
        ProfileRow, ...
    ] = ()  # the rows as they are written, where a switch can keep some out

    def switched(self, states: Mapping[str, str]) -> Profile:
        """The profile with some switches turned: ``{"oxygen": "in"}``.

        Raises
        ------
        ParameterError
            If the profile has no such switch, or the state is neither in nor out.
        """
        faults = [
            Problem(
                "switch.unknown",
                name,
                values={"standard": self.id, "names": ", ".join(self.switches) or word("none")},
            )
            for name in states
            if name not in self.switches
        ]
        faults += [
            Problem("switch.state", name, values={"state": s})
            for name, s in states.items()
            if s not in ("in", "out")
        ]
        if faults:
            raise ParameterError("error.switch", faults)
        turned = {
            name: replace(
                s,
                state=states.get(name, s.state),
                note=s.note if states.get(name, s.state) == s.state else word("turned"),
            )
            for name, s in self.switches.items()
        }
        return replace(self, switches=turned)._settled(self.rows_written)

    @property
    def rows_written(self) -> tuple[ProfileRow, ...]:
        """All rows, with those that a switch keeps out."""
        return self._all or self.rows

    @property
    def indicators(self) -> list[Indicator]:
        """The services that it takes components from, in its order."""
        return [
            indicators.get(n)
            for n in dict.fromkeys(c.partition(".")[0] for row in self.rows for c in row.components)
        ]

    def _settled(self, written: tuple[ProfileRow, ...]) -> Profile:
        """Rows less the components that are switched out."""
        out = tuple(c for s in self.switches.values() if s.state == "out" for c in s.components)
        kept = tuple(
            replace(r, components=tuple(c for c in r.components if c not in out)) for r in written
        )
        return replace(
            self, rows=tuple(r for r in kept if r.components), left_out=out, _all=written
        )

    def row(self, indicator: str, component: str) -> ProfileRow | None:
        """The row that a component is counted in; a named component goes before a whole indicator."""
        exact = f"{indicator}.{component}"
        named = next((r for r in self.rows if exact in r.components), None) or next(
            (r for r in self.rows if indicator in r.components), None
        )
        if named is None and component in (
            "",
            "remainder",
        ):  # a figure of the whole counts in the row that takes its parts
            return next(
                (
                    r
                    for r in self.rows
                    if any(c.partition(".")[0] == indicator for c in r.components)
                ),
                None,
            )
        return named


def ids() -> tuple[str, ...]:
    """The standards that ship, the catalogue first."""
    shipped = sorted(
        p.name.removesuffix(".toml")
        for p in resources.files(__name__).iterdir()
        if p.name.endswith(".toml")
    )
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
        rows = tuple(
            ProfileRow(i.id, i.level, i.zh, i.en, (i.id,), "confirmed") for i in indicators.every()
        )
        return Profile(
            "catalogue",
            "目录：凡有数据的组分",
            "catalogue: every component that has inputs",
            rows,
            open=True,
        )
    if id not in ids():
        raise ParameterError(
            "error.standard",
            [
                Problem(
                    "standard.unknown",
                    id,
                    values={"standard": id, "names": nearest(id, ids(), "gep list --standards")},
                )
            ],
        )
    return parse(tomllib.loads(resources.files(__name__).joinpath(f"{id}.toml").read_text("utf-8")))


def parse(data: Mapping[str, Any]) -> Profile:
    """A profile from the content of its TOML file.

    Raises
    ------
    ParameterError
        With everything that does not fit: unknown keys, levels, evidence words, indicators,
        components, routes or rules.
    """
    faults = list(_shape(data))
    if faults:
        raise ParameterError("error.profile", faults)
    rows = tuple(
        ProfileRow(**{**raw, "components": tuple(raw["components"])})
        for raw in data.get("indicator", ())
    )
    switches = {
        name: Switch(name, **{**_noted(raw), "components": tuple(raw["components"])})
        for name, raw in data.get("switches", {}).items()
    }
    faults = [
        *_row_faults(data, rows),
        *_switch_faults(data, rows, switches),
        *_choices(data, rows),
    ]
    if faults:
        raise ParameterError("error.profile", faults)
    rest = {k: v for k, v in _noted(data).items() if k not in ("indicator", "switches", "forbids")}
    return Profile(
        rows=rows, switches=switches, forbids=tuple(data.get("forbids", ())), **rest
    )._settled(rows)


def _noted(raw: Mapping[str, Any]) -> dict[str, Any]:
    """A table with its note in both languages, where it has both."""
    out = dict(raw)
    zh = out.pop("note_zh", "")
    return out | {"note": Both(out.get("note", ""), zh)} if zh else out


_TEXT = ("id", "zh", "en", "total", "source", "note", "note_zh")
_TABLES = ("methods", "pricing", "floors")
ROW_KEYS, SWITCH_KEYS = (
    {f.name: f.default is MISSING for f in fields(kind) if kind is ProfileRow or f.name != "id"}
    for kind in (ProfileRow, Switch)
)  # key -> needed
SWITCH_KEYS["note_zh"] = False


def _shape(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Keys that are unknown or lacking, and values of another kind than they must be."""
    id = str(data.get("id"))

    def odd(where: str, kind: str) -> Problem:
        return Problem("profile.kind", f"{id}, {where}", values={"kind": kind})

    keys = (*_TEXT, *_TABLES, "indicator", "switches", "partial", "net_of_imports", "forbids")
    for k, value in data.items():
        if k not in keys:
            yield Problem("profile.key", str(k), values={"names": ", ".join(sorted(keys))})
        elif k in _TEXT and not isinstance(value, str):
            yield odd(k, word("text"))
        elif k in ("partial", "net_of_imports") and not isinstance(value, bool):
            yield odd(k, word("true_or_false"))
        elif k in _TABLES and not (
            isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
        ):
            yield odd(k, word("table_of_text"))
        elif k == "forbids" and not (
            isinstance(value, list) and all(isinstance(v, str) for v in value)
        ):
            yield odd(k, word("texts"))
        elif k == "switches" and not isinstance(value, dict):
            yield odd(k, word("table_of_tables"))
        elif k == "indicator" and not isinstance(value, list):
            yield odd(k, word("tables"))
    for k in ("id", "zh", "en"):
        if not data.get(k):
            yield Problem("profile.lacks", str(data.get("id")), values={"key": k})
    if isinstance(data.get("id"), str) and data["id"] and not re.fullmatch(r"[a-z0-9_]+", id):
        yield Problem("profile.id", id)
    rows, switches = data.get("indicator"), data.get("switches")
    named = (
        [(f"indicator {n}", raw) for n, raw in enumerate(rows, 1)] if isinstance(rows, list) else []
    )
    named += (
        [(f"switch {name}", raw) for name, raw in switches.items()]
        if isinstance(switches, dict)
        else []
    )
    for where, raw in named:
        if not isinstance(raw, dict):
            yield odd(where, word("table"))
            continue
        known = ROW_KEYS if where.startswith("indicator") else SWITCH_KEYS
        for k, value in raw.items():
            if k not in known:
                yield Problem(
                    "profile.key", f"{id}, {where}, {k}", values={"names": ", ".join(known)}
                )
            elif k == "components" and not (
                isinstance(value, list) and value and all(isinstance(v, str) for v in value)
            ):
                yield odd(f"{where}, components", word("ids"))
            elif k != "components" and not isinstance(value, str):
                yield odd(f"{where}, {k}", word("text"))
        for k, needed in known.items():
            if needed and k not in raw:
                yield Problem("profile.lacks", f"{id}, {where}", values={"key": k})


def _row_faults(data: Mapping[str, Any], rows: Sequence[ProfileRow]) -> Iterator[Problem]:
    """What is wrong with the rows: levels, evidence, components that do not exist or stand twice."""
    id = data["id"]
    if not rows:
        yield Problem("profile.empty", id)
    for n, row in enumerate(rows, 1):
        where = f"{id}, indicator {n}"
        if row.level not in LEVELS:
            yield Problem(
                "profile.level", where, values={"level": row.level, "names": ", ".join(LEVELS)}
            )
        if row.evidence not in EVIDENCE:
            yield Problem("profile.evidence", where, values={"evidence": row.evidence})
        if row.level == "other" and data.get("total", "GEP") == "GEP":
            yield Problem("profile.supporting", f"{id}, {row.id}")
        for name in row.components:
            yield from _unknown(where, name)
    for names in ([c for r in rows for c in r.components], [r.id for r in rows]):
        for name in sorted({n for n in names if names.count(n) > 1}):
            yield Problem("profile.twice", f"{id}, {name}")


def _unknown(where: str, name: str) -> Iterator[Problem]:
    """Whether the catalogue lacks an indicator or component."""
    indicator, _, component = name.partition(".")
    try:
        record = indicators.get(indicator)
    except ParameterError as error:
        yield from error.problems
        return
    if component not in ("", "remainder") and record.component(component) is None:
        values: dict[str, object] = {
            "component": component,
            "indicator": indicator,
            "names": ", ".join(c.id for c in record.components),
        }
        yield Problem("component.unknown", where, values=values)


def _switch_faults(
    data: Mapping[str, Any], rows: Sequence[ProfileRow], switches: Mapping[str, Switch]
) -> Iterator[Problem]:
    named = {c for r in rows for c in r.components}
    for s in switches.values():
        lost = [c for c in s.components if c not in named]
        if lost or s.state not in ("in", "out") or s.evidence not in EVIDENCE:
            yield Problem(
                "profile.switch", f"{data['id']}, switch {s.id}", values={"names": ", ".join(lost)}
            )


def _choices(data: Mapping[str, Any], rows: Sequence[ProfileRow]) -> Iterator[Problem]:
    """What is wrong with the routes, pricing, floors and rules that a profile names."""
    id, rules = data["id"], [r.id for r in overlaps()]
    for table in ("floors", "pricing"):
        for name in data.get(table, {}):
            indicator, _, component = name.partition(".")
            if not any(row.holds(indicator, component) for row in rows):
                yield Problem("profile.stray", f"{id}, {table}, {name}")
    for name, scale in data.get("floors", {}).items():
        if scale not in FLOORS:
            yield Problem(
                "profile.floor",
                f"{id}, floors, {name}",
                values={"scale": scale, "names": ", ".join(FLOORS)},
            )
    for name, route in data.get("methods", {}).items():
        yield from _method(f"{id}, methods, {name}", route, indicators.routes(name))
    for name, method in data.get("pricing", {}).items():
        yield from _method(f"{id}, pricing, {name}", method, pricing.METHODS)
    for rule in data.get("forbids", ()):
        if rule not in rules:
            yield Problem(
                "profile.forbids",
                f"{id}, forbids",
                values={"rule": rule, "names": ", ".join(rules)},
            )


def _method(where: str, route: str, known: Sequence[str]) -> Iterator[Problem]:
    if route not in known:
        values: dict[str, object] = {"route": route, "names": ", ".join(known) or word("none")}
        yield Problem("method.unknown", where, values=values)
