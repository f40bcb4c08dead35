"""Planning: a scenario is a small difference on an account folder; what comes out is a difference
of accounts.

Traps: only what is computed from areas follows a move of areas: a quantity that was given stands
still, and is named. A type of ecosystem that a region did not have needs its own rain, runoff and
the like; what it lacks is named too, and a scenario that leaves more out than the account it starts
from is not the smaller for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import product
from operator import add, mul
from pathlib import Path
from typing import Any

import pandas as pd

from gep.account.account import Account, Part
from gep.account.inputs import HUGE, Entry
from gep.analysis import series
from gep.analysis.shared import labels_of, moved, refuse, unknown
from gep.core import ecosystems, units
from gep.core.errors import InputError, Problem, UnitError
from gep.core.messages import word
from gep.core.source import Source
from gep.intake.folder import Loaded
from gep.intake.reader import Reader
from gep.opening import load, made

STEPS = ("change", "price", "add", "add_price", "remove", "move")
FITS = ("indicator", "component", "input", "item", "ecosystem", "region", "year")
KEYS = {
    "change": (*FITS, "factor", "value", "add", "unit", "note"),
    "price": (*FITS, "price", "factor", "value", "add", "unit", "note"),
    "add": (*FITS, "value", "unit", "source", "note"),
    "add_price": (*FITS, "price", "value", "unit", "source", "note"),
    "remove": (*FITS, "note"),
    "move": ("from", "to", "area", "region", "year", "note"),
}
NEEDED = {
    "add": ("input", "value", "unit"),
    "add_price": ("price", "value", "unit"),
    "move": ("from", "to", "area"),
}
AMOUNTS = frozenset({"factor", "value", "add"})
_KINDS = {"number": (int, float), "year": (int,), "text": (str,)}
_TYPED = {**dict.fromkeys(AMOUNTS, "number"), "year": "year"}  # any other key takes a text
ROW = ("year", "level", "second_level", "indicator", "component", "item", "ecosystem", "region")


@dataclass(frozen=True)
class Scenario:
    """A difference on an account folder: steps in their order, each a kind with its keys."""

    title: str
    steps: tuple[tuple[str, Mapping[str, Any]], ...]
    file: str = "scenario"


def beside(columns: Mapping[str, pd.Series[float]]) -> pd.DataFrame:
    """Sums of several accounts side by side: 0 where an account has no such label, NaN where it has
    one and knows nothing of it.
    """
    labels = pd.concat(columns.values()).index.unique()
    return pd.DataFrame(
        {name: column.reindex(labels, fill_value=0.0) for name, column in columns.items()}
    )


@dataclass(frozen=True)
class Difference:
    """The account after less the account before, in their currency per year."""

    before: Account
    after: Account
    title: str = ""
    notes: tuple[Problem, ...] = ()

    @cached_property
    def total(self) -> float:
        """Change of the total of the last year."""
        return float(self.after.total) - float(self.before.total)

    def by(self, key: str, year: int | None = None) -> pd.DataFrame:
        """``before, after, change`` by level, indicator, component, ecosystem, region, item or
        year; see :meth:`Account.by`.
        """
        frame = beside({"before": self.before.by(key, year), "after": self.after.by(key, year)})
        return frame.assign(change=frame["after"] - frame["before"])

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """The rows of both ledgers side by side, with the change of quantity and value of each."""
        columns = [
            *ROW,
            "role",
            "quantity",
            "quantity_unit",
            "price",
            "price_unit",
            "value",
            "value_unit",
            "status",
        ]
        old, new = self.before.ledger[columns], self.after.ledger[columns]
        frame = old.merge(
            new, on=list(ROW), how="outer", suffixes=("_before", "_after"), sort=False
        )
        for name in ("role", "quantity_unit", "price_unit", "value_unit"):
            frame[name] = frame.pop(f"{name}_after").combine_first(frame.pop(f"{name}_before"))
        for name in ("quantity", "value"):
            both = frame[[f"{name}_before", f"{name}_after"]]
            frame[f"{name}_change"] = (
                both.iloc[:, 1].fillna(0.0) - both.iloc[:, 0].fillna(0.0)
            ).where(both.notna().any(axis=1))
        return frame

    @cached_property
    def effects(self) -> pd.DataFrame:
        """The change cell by cell, split into extent, quantity and price; see
        :meth:`gep.analysis.series.Series.decomposition`.
        """
        return series.between(self.before, self.after).decomposition()

    @property
    def left_out(self) -> tuple[str, ...]:
        """What the account after leaves out and the one before does not."""
        return tuple(n for n in self.after.total.left_out if n not in self.before.total.left_out)


def read_scenario(path: str | os.PathLike[str]) -> Scenario:
    """A scenario file, checked for form.

    Raises
    ------
    InputError
        One error that lists every fault of the file.
    """
    file = Path(path)
    r = Reader(file.parent)
    data = r.toml(file.name)
    if data is None:
        faults = [p for p in r.problems if p.level == "error"]
        missing = Problem("file.missing/scenario", Source(file.name))
        raise InputError("error.file_read", faults or [missing], name=file.name)
    faults = list(unknown(Source(file.name), data, ("title", "note", *STEPS)))
    steps = []
    for kind in STEPS:
        rows = data.get(kind, [])
        if not (isinstance(rows, list) and set(map(type, rows)) <= {dict}):
            faults.append(Problem("scenario.form", Source(file.name, key=(kind,)), kind=kind))
            continue
        for n, row in enumerate(rows, 1):
            faults += _form(Source(file.name, key=(f"{kind} {n}",)), kind, row)
            steps.append((kind, row))
    refuse(InputError, "error.file_used", faults, name=file.name)
    return Scenario(str(data.get("title", file.stem)), tuple(steps), file.name)


def _form(where: Source, kind: str, row: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with a step as it is written, whatever it is applied to."""
    yield from unknown(where, row, KEYS[kind])
    for key, value in row.items():
        wanted = _TYPED.get(key, "text")
        if type(value) not in _KINDS[wanted]:
            told = word("text") if wanted == "text" else wanted
            yield Problem("scenario.kind", where.under(key), kind=told)
    if kind in ("change", "price"):
        yield from _amount(where, row)
    for key in NEEDED.get(kind, ()):
        if key not in row:
            yield Problem("scenario.lacks", where, key=key)


def _amount(where: Source, row: Mapping[str, Any]) -> Iterator[Problem]:
    """A change is told by one of three keys, and by a unit where it is no factor."""
    told = AMOUNTS & row.keys()
    if len(told) != 1:
        yield Problem("scenario.amount", where)
    elif "factor" not in told and not row.get("unit"):
        yield Problem("unit.missing", where)


def apply(loaded: Loaded, scenario: Scenario) -> Loaded:
    """The figures of a folder with a scenario on them.

    Raises
    ------
    InputError
        One error that lists every step that fits no row, takes more area than there is, or has a
        bad unit.
    """
    inputs, prices = list(loaded.inputs), list(loaded.prices)
    stores = {"price": prices, "add_price": prices}
    faults: list[Problem] = []
    counts = dict.fromkeys(STEPS, 0)
    for kind, row in scenario.steps:
        counts[kind] += 1
        where = Source(scenario.file, key=(f"{kind} {counts[kind]}",))
        faults += _DONE_BY[kind](stores.get(kind, inputs), row, loaded, where)
    faults += [
        Problem("result.huge", e.where, limit=HUGE)
        for e in (*inputs, *prices)
        if not abs(e.value) <= HUGE
    ]
    refuse(InputError, "error.file_fits", faults, name=scenario.file)
    return replace(loaded, inputs=inputs, prices=prices)


def region_of(row: Mapping[str, Any], loaded: Loaded) -> str:
    """The region that a row of a scenario names; blank for the account's own."""
    name = str(row.get("region", ""))
    return "" if name == loaded.basis.region else name


def _fits(e: Entry, row: Mapping[str, Any], loaded: Loaded) -> bool:
    """Whether a step means an entry: all that it names is the entry's; a type of ecosystem holds
    those below it.
    """
    asked = (
        str(row.get("indicator", e.indicator)),
        str(row.get("component", e.component)),
        row.get("price", row.get("input", e.name)),
        str(row.get("item", e.item)),
        region_of(row, loaded) if "region" in row else e.region,
        row.get("year", e.year),
    )
    if asked != (*e[:4], e.region, e.year):
        return False
    if "ecosystem" not in row:
        return True
    own = loaded.basis.ecosystems
    wanted = ecosystems.find(str(row["ecosystem"]), own)
    return bool(e.ecosystem and wanted) and ecosystems.belongs(e.ecosystem, (str(wanted),), own)


def _meant(
    store: list[Entry], row: Mapping[str, Any], loaded: Loaded, where: Source
) -> tuple[list[int], list[Problem]]:
    """Where the entries that a step means stand; a fault where there are none."""
    meant = [n for n, e in enumerate(store) if _fits(e, row, loaded)]
    return meant, [] if meant else [Problem("scenario.none", where)]


def _remove(
    store: list[Entry], row: Mapping[str, Any], loaded: Loaded, where: Source
) -> list[Problem]:
    meant, faults = _meant(store, row, loaded, where)
    for n in reversed(meant):
        del store[n]
    return faults


def _change(
    store: list[Entry], row: Mapping[str, Any], loaded: Loaded, where: Source
) -> list[Problem]:
    meant, faults = _meant(store, row, loaded, where)
    try:
        for n in meant:
            store[n] = _changed(store[n], row)
    except UnitError as error:
        return error.at(where.under("unit"))
    return faults


def _changed(e: Entry, row: Mapping[str, Any]) -> Entry:
    """An entry times a factor, of another value, or with something added."""
    if "factor" in row:
        return _valued(e, e.value * row["factor"], partial(mul, float(row["factor"])))
    scale, offset = units.conversion(str(row["unit"]), e.unit)
    if "value" in row:
        return _shifted(e, row["value"] * scale + offset)
    return _shifted(e, e.value + row["add"] * scale)


def _valued(e: Entry, value: float, by: Callable[[float], float]) -> Entry:
    """An entry of another value, written out; its range moves with it."""
    return e if value == e.value else moved(e, value, by)._replace(text=repr(value))


def _shifted(e: Entry, value: float) -> Entry:
    return _valued(e, value, partial(add, value - e.value))


def _add(
    store: list[Entry],
    row: Mapping[str, Any],
    loaded: Loaded,
    where: Source,
    name: str = "input",
) -> Iterable[Problem]:
    """A figure more; ``name`` is the key that it is named by."""
    value = float(row["value"])
    entry = Entry(
        str(row.get("indicator", "")),
        str(row.get("component", "")),
        str(row[name]),
        str(row.get("item", "")),
        str(row.get("ecosystem", "")),
        region_of(row, loaded),
        row.get("year"),
        repr(value),
        value,
        str(row["unit"]),
        str(row.get("source", where)),
        where,
        is_price=name == "price",
    )
    store.append(entry)
    return ()


def areas(
    inputs: Sequence[Entry], owner: tuple[str, str], label: str, region: str, year: object
) -> list[int]:
    """Where the area of a type and region stands: in the shared table, or in that of a component
    with areas of its own.
    """
    place = ("area", *owner, label, region)
    return [
        n
        for n, e in enumerate(inputs)
        if (e.name, e.indicator, e.component, e.ecosystem, e.region) == place
        and year in (None, e.year)
    ]


def move(
    inputs: list[Entry], row: Mapping[str, Any], loaded: Loaded, where: Source
) -> Iterable[Problem]:
    """Move area from one type to another in a list of entries, or take it away where no type is
    named; faults come back.
    """
    region, year = region_of(row, loaded), row.get("year")
    label, *to = (str(row[k]) for k in ("from", "to") if row.get(k) is not None)
    taken = areas(inputs, ("", ""), label, region, year)
    if not taken:
        values = {"label": label, "region": region or loaded.basis.region}
        return [Problem("scenario.no_area", where, **values)]
    if None in (ecosystems.find(name, loaded.basis.ecosystems) for name in to):
        return [Problem("ecosystem.unknown/class", where.under("to"), label=row["to"])]
    try:
        size = _size(str(row["area"]))
    except UnitError as error:
        return error.at(where.under("area"))
    if size < 0:
        return [Problem("scenario.negative", where.under("area"))]
    years = list(dict.fromkeys(inputs[n].year for n in taken))
    changes = list(zip((label, *to), (-size, size), strict=False))
    return list(_moved(inputs, changes, region, years, where))


def _size(area: str) -> float:
    """An area [m²] told as text."""
    amount, unit = units.split(area)
    return amount * units.conversion(unit or "1", "m^2")[0]


def _moved(
    inputs: list[Entry],
    changes: Sequence[tuple[str, float]],
    region: str,
    years: Sequence[int | None],
    where: Source,
) -> Iterator[Problem]:
    """The changes of area [m²] by type, in the shared table and in those of components with areas
    of their own.
    """
    owners = dict.fromkeys(e[:2] for e in inputs if e.name == "area" and e.ecosystem)
    for owner in owners:
        known = {e.ecosystem for e in inputs if e[:3] == (*owner, "area")}
        if owner == ("", ""):  # a component that leaves a type out goes on doing so
            known.update(dict(changes))
        for year, (name, by) in product(years, changes):
            if name in known:
                yield from _grow(inputs, owner, name, region, year, by, where)


def _grow(
    inputs: list[Entry],
    owner: tuple[str, str],
    label: str,
    region: str,
    year: int | None,
    by: float,
    where: Source,
) -> Iterator[Problem]:
    """More or less area [m²] of one type in a year, or in every year where ``year`` is None."""
    rows = _rows(inputs, owner, label, region, year)
    for n in rows:
        e = inputs[n]
        there, own = e.value, units.conversion(e.unit, "m^2")[0]
        if there + by / own < -1e-9 * abs(there):
            values = {"moved": abs(by), "label": label, "there": there * own}
            yield Problem("scenario.area", where, **values)
            return
        inputs[n] = _shifted(e, max(there + by / own, 0.0))
    if not rows and by > 0:
        like = next(e for e in inputs if e[:3] == (*owner, "area"))
        value = by / units.conversion(like.unit, "m^2")[0]
        new = like._replace(
            ecosystem=label, region=region, year=year, source=str(where), where=where
        )
        inputs.append(
            new._replace(value=value, text=repr(value), low=None, high=None, distribution="")
        )


def _rows(
    inputs: list[Entry], owner: tuple[str, str], label: str, region: str, year: int | None
) -> list[int]:
    """Where an area of a year stands; where a row serves all years, a copy for this one is added:
    the row stays that of the others.
    """
    rows = areas(inputs, owner, label, region, year)
    every = [n for n in areas(inputs, owner, label, region, None) if inputs[n].year is None]
    if rows or not every:
        return rows
    inputs.append(inputs[every[0]]._replace(year=year))
    return [len(inputs) - 1]


_Step = Callable[[list[Entry], Mapping[str, Any], Loaded, Source], Iterable[Problem]]
_DONE_BY: Mapping[str, _Step] = {
    "change": _change,
    "price": _change,
    "add": _add,
    "add_price": partial(_add, name="price"),
    "remove": _remove,
    "move": move,
}


def run_scenario(
    folder: str | os.PathLike[str], scenario: Scenario | str | os.PathLike[str]
) -> Difference:
    """What a scenario changes in the account of a folder.

    Parameters
    ----------
    folder : path
        The account folder; it is only read.
    scenario : Scenario or path
        The scenario, or its TOML file.

    Returns
    -------
    Difference

    Raises
    ------
    GepError
        One error that lists every fault of the folder, of the scenario, or of both together.
    """
    plan = scenario if isinstance(scenario, Scenario) else read_scenario(scenario)
    loaded = load(folder)
    before = made(loaded, Path(folder).name)
    after = made(apply(loaded, plan), plan.file)
    return Difference(before, after, plan.title, tuple(_still(before, plan)))


def _still(account: Account, plan: Scenario) -> Iterator[Problem]:
    """Parts of the ecosystems that change their area, whose quantity does not follow it."""
    types = {str(row[k]) for _, row in plan.steps for k in row.keys() & {"from", "to"}}
    names = [p.name for p in account.counted if _stands(p, types, account.basis.ecosystems)]
    if names:
        yield Problem("scenario.still", Source(plan.file), names=", ".join(names))


def _stands(part: Part, types: set[str], own: Mapping[str, str]) -> bool:
    """Whether a part is one of some ecosystem types and its quantity does not follow their area."""
    if any(n.name == "area" for n in part.solution.quantity.walk()):
        return False
    labels = labels_of(part.data, "ecosystem")
    if labels:
        return not types.isdisjoint(labels)
    return any(ecosystems.belongs(name, part.component.supplied_by, own) for name in types)
