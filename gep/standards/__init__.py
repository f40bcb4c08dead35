"""Accounting standards as data: a profile says which components make up its indicators, and how
sure we are of that.

One TOML file a standard. A row groups components of the catalogue into a second-level indicator of
the standard; ``evidence`` is ``confirmed`` where a source prints the row, ``reconstructed`` where
it had to be inferred.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cache
from importlib import resources
from itertools import chain
from pathlib import Path
from typing import Any, get_args

from gep import indicators, pricing
from gep.core.errors import ParameterError, Problem, nearest
from gep.core.formula import Indicator
from gep.core.frozen import freeze
from gep.core.messages import Both, word
from gep.core.plugins import Found, found
from gep.core.records import Level
from gep.core.source import Source, named
from gep.standards.overlaps import rules as overlaps

LEVELS = get_args(Level)
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

    def __post_init__(self) -> None:
        freeze(self, "methods", "pricing", "floors", "switches")

    def switched(self, states: Mapping[str, str]) -> Profile:
        """The profile with some switches turned: ``{"oxygen": "in"}``.

        Raises
        ------
        ParameterError
            If the profile has no such switch, or the state is neither in nor out.
        """
        told = {"standard": self.id, "names": ", ".join(self.switches) or word("none")}
        unknown = [name for name in states if name not in self.switches]
        faults = [Problem("switch.unknown", named(name), **told) for name in unknown]
        odd = {name: s for name, s in states.items() if s not in ("in", "out")}
        faults += [Problem("switch.state", named(name), state=s) for name, s in odd.items()]
        if faults:
            raise ParameterError("error.switch", faults)
        moved = {n: s for n, s in states.items() if s != self.switches[n].state}
        turned = {
            n: replace(self.switches[n], state=s, note=word("turned")) for n, s in moved.items()
        }
        turned = {**self.switches, **turned}
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
        """The row that a component counts in; a named component goes before a whole indicator."""
        wanted = [f"{indicator}.{component}", indicator]
        rows = [r for name in wanted for r in self.rows if name in r.components]
        if component in ("", "remainder"):  # of the whole: in the row that takes its parts
            rows += [
                r for r in self.rows if any(c.startswith(f"{indicator}.") for c in r.components)
            ]
        return rows[0] if rows else None


@cache
def shipped() -> tuple[str, ...]:
    """The standards that ship, the catalogue first."""
    names = [p.name for p in resources.files(__name__).iterdir()]
    return ("catalogue", *sorted(n.removesuffix(".toml") for n in names if n.endswith(".toml")))


def ids() -> tuple[str, ...]:
    """The standards that ship, the catalogue first, and those of other packages."""
    return (*shipped(), *(p.id for p in outside().plugins))


@cache
def outside() -> Found[Profile]:
    """The standards of other packages: their entry points name a TOML file."""

    def made(name: str, thing: object) -> tuple[str, Profile]:
        if not isinstance(thing, (str, Path)):
            raise TypeError(f"{name} is no path of a TOML file")
        profile = parse(tomllib.loads(Path(thing).read_text("utf-8")))
        return profile.id, profile

    return found("gep.standards", shipped(), made)


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
        return _catalogue(indicators.every())
    if id in shipped():
        return _read(id)
    found = next((p.thing for p in outside().plugins if p.id == id), None)
    if found is None:
        names = nearest(id, ids(), "gep list --standards")
        problem = Problem("standard.unknown", named(id), standard=id, names=names)
        raise ParameterError("error.standard", [problem])
    return found


@cache
def _read(id: str) -> Profile:
    """The profile of a standard that ships."""
    return parse(tomllib.loads(resources.files(__name__).joinpath(f"{id}.toml").read_text("utf-8")))


@cache
def _catalogue(services: tuple[Indicator, ...]) -> Profile:
    """The profile that counts every service there is."""
    rows = tuple(ProfileRow(i.id, i.level, i.zh, i.en, (i.id,), "confirmed") for i in services)
    return Profile(
        "catalogue",
        "目录：凡有数据的组分",
        "catalogue: every component that has inputs",
        rows,
        open=True,
    )


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
        ProfileRow(**{**_noted(raw), "components": tuple(raw["components"])})
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
    """A table with its note, or the clause it cites, in both languages, where it has both."""
    out = dict(raw)
    note, clause = out.get("note", ""), out.get("clause", "")
    if zh := out.pop("note_zh", ""):
        out["note"] = Both(note, zh, f"{note} {zh}")
    if zh := out.pop("clause_zh", ""):
        out["clause"] = Both(clause, zh)
    return out


_TEXT = ("id", "zh", "en", "total", "source", "note", "note_zh")
_TABLES = ("methods", "pricing", "floors")
ROW_KEYS, SWITCH_KEYS = (
    {f.name: f.default is MISSING for f in fields(kind) if kind is ProfileRow or f.name != "id"}
    for kind in (ProfileRow, Switch)
)  # key -> needed
SWITCH_KEYS["note_zh"] = ROW_KEYS["clause_zh"] = False


_KINDS: Mapping[
    str, tuple[str, Callable[[object], bool]]
] = {  # key -> what it must be, whether it is
    **dict.fromkeys(_TEXT, ("text", lambda v: isinstance(v, str))),
    **dict.fromkeys(
        ("partial", "net_of_imports"), ("true_or_false", lambda v: isinstance(v, bool))
    ),
    **dict.fromkeys(
        _TABLES, ("table_of_text", lambda v: isinstance(v, dict) and _texts(v.values()))
    ),
    "forbids": ("texts", lambda v: isinstance(v, list) and _texts(v)),
    "switches": ("table_of_tables", lambda v: isinstance(v, dict)),
    "indicator": ("tables", lambda v: isinstance(v, list)),
}


def _texts(values: Iterable[object]) -> bool:
    return all(isinstance(v, str) for v in values)


def _shape(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Keys that are unknown or lacking, and values of another kind than they must be."""
    id = str(data.get("id"))
    for k, value in data.items():
        if k not in _KINDS:
            yield Problem("profile.key", named(str(k)), names=", ".join(sorted(_KINDS)))
        elif not _KINDS[k][1](value):
            yield _odd(named(id, str(k)), _KINDS[k][0])
    yield from _lacking(named(id), (k for k in ("id", "zh", "en") if not data.get(k)))
    if isinstance(data.get("id"), str) and data["id"] and not re.fullmatch(r"[a-z0-9_]+", id):
        yield Problem("profile.id", named(id))
    rows, switches = data.get("indicator"), data.get("switches")
    for n, raw in enumerate(rows if isinstance(rows, list) else (), 1):
        yield from _shape_of(named(id, f"indicator {n}"), raw, ROW_KEYS)
    for name, raw in switches.items() if isinstance(switches, dict) else ():
        yield from _shape_of(named(id, f"switch {name}"), raw, SWITCH_KEYS)


def _shape_of(where: Source, raw: object, known: Mapping[str, bool]) -> Iterator[Problem]:
    """The same of a row or a switch."""
    if not isinstance(raw, dict):
        yield _odd(where, "table")
        return
    for k, value in raw.items():
        if k not in known:
            yield Problem("profile.key", where.under(k), names=", ".join(known))
        elif k == "components":
            if not (isinstance(value, list) and value and _texts(value)):
                yield _odd(where.under("components"), "ids")
        elif not isinstance(value, str):
            yield _odd(where.under(k), "text")
    yield from _lacking(where, (k for k, needed in known.items() if needed and k not in raw))


def _odd(where: Source, kind: str) -> Problem:
    return Problem("profile.kind", where, kind=word(kind))


def _lacking(where: Source, keys: Iterable[str]) -> Iterator[Problem]:
    return (Problem("profile.lacks", where, key=k) for k in keys)


def _row_faults(data: Mapping[str, Any], rows: Sequence[ProfileRow]) -> Iterator[Problem]:
    """What is wrong with rows: levels, evidence, components that do not exist or stand twice."""
    id = data["id"]
    if not rows:
        yield Problem("profile.empty", named(id))
    for n, row in enumerate(rows, 1):
        where = named(id, f"indicator {n}")
        if row.level not in LEVELS:
            told = {"level": row.level, "names": ", ".join(LEVELS)}
            yield Problem("profile.level", where, **told)
        if row.evidence not in EVIDENCE:
            yield Problem("profile.evidence", where, evidence=row.evidence)
        if row.level == "other" and data.get("total", "GEP") == "GEP":
            yield Problem("profile.supporting", named(id, row.id))
        yield from chain.from_iterable(_unknown(where, name) for name in row.components)
    for names in (chain.from_iterable(r.components for r in rows), (r.id for r in rows)):
        twice = (name for name, count in Counter(names).items() if count > 1)
        yield from (Problem("profile.twice", named(id, name)) for name in sorted(twice))


def _unknown(where: Source, name: str) -> Iterator[Problem]:
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
        yield Problem("component.unknown", where, **values)


def _switch_faults(
    data: Mapping[str, Any], rows: Sequence[ProfileRow], switches: Mapping[str, Switch]
) -> Iterator[Problem]:
    known = {c for r in rows for c in r.components}
    for s in switches.values():
        lost = [c for c in s.components if c not in known]
        if lost or s.state not in ("in", "out") or s.evidence not in EVIDENCE:
            yield Problem(
                "profile.switch", named(data["id"], f"switch {s.id}"), names=", ".join(lost)
            )


def _choices(data: Mapping[str, Any], rows: Sequence[ProfileRow]) -> Iterator[Problem]:
    """What is wrong with the routes, pricing, floors and rules that a profile names."""
    id, rules = data["id"], [r.id for r in overlaps()]
    floors, priced = data.get("floors", {}), data.get("pricing", {})
    for table, names in (("floors", floors), ("pricing", priced)):
        stray = (n for n in names if not any(row.holds(*_parted(n)) for row in rows))
        yield from (Problem("profile.stray", named(id, table, name)) for name in stray)
    for name, scale in floors.items():
        if scale not in FLOORS:
            told = {"scale": scale, "names": ", ".join(FLOORS)}
            yield Problem("profile.floor", named(id, "floors", name), **told)
    for name, route in data.get("methods", {}).items():
        yield from _method(named(id, "methods", name), route, indicators.routes(name))
    for name, method in priced.items():
        yield from _method(named(id, "pricing", name), method, pricing.METHODS)
    for rule in (r for r in data.get("forbids", ()) if r not in rules):
        told = {"rule": rule, "names": ", ".join(rules)}
        yield Problem("profile.forbids", named(id, "forbids"), **told)


def _parted(name: str) -> tuple[str, str]:
    """``soil_retention.siltation`` by its two names."""
    indicator, _, component = name.partition(".")
    return indicator, component


def _method(where: Source, route: str, known: Sequence[str]) -> Iterator[Problem]:
    if route not in known:
        values: dict[str, object] = {"route": route, "names": ", ".join(known) or word("none")}
        yield Problem("method.unknown", where, **values)
