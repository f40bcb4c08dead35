"""Planning: a scenario is a small difference on an account folder; what comes out is a difference
of accounts.

Traps: only what is computed from areas follows a move of areas: a quantity that was given stands
still, and is named. A type of ecosystem that a region did not have needs its own rain, runoff and
the like; what it lacks is named too, and a scenario that leaves more out than the account it starts
from is not the smaller for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from gep.account.account import Account
from gep.account.inputs import HUGE, Entry
from gep.analysis import series
from gep.core import ecosystems, units
from gep.core.errors import InputError, Problem, UnitError
from gep.core.messages import word
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
    labels = dict.fromkeys(label for column in columns.values() for label in column.index)
    return pd.DataFrame(
        {name: column.reindex(list(labels), fill_value=0.0) for name, column in columns.items()}
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
        old, new = (a.ledger[columns] for a in (self.before, self.after))
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
        missing = Problem("file.missing/scenario", file.name)
        raise InputError(
            "error.file_read",
            [p for p in r.problems if p.level == "error"] or [missing],
            name=file.name,
        )
    faults = [
        Problem(
            "key.unknown",
            f"{file.name}, {k}",
            values={"names": ", ".join(("title", "note", *STEPS))},
        )
        for k in data
        if k not in ("title", "note", *STEPS)
    ]
    steps: list[tuple[str, Mapping[str, Any]]] = []
    for kind in STEPS:
        rows = data.get(kind, [])
        if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
            faults.append(Problem("scenario.form", f"{file.name}, {kind}", values={"kind": kind}))
            continue
        for n, row in enumerate(rows, 1):
            faults += _form(f"{file.name}, {kind} {n}", kind, row)
            steps.append((kind, row))
    if faults:
        raise InputError("error.file_used", faults, name=file.name)
    return Scenario(str(data.get("title", file.stem)), tuple(steps), file.name)


def _form(where: str, kind: str, row: Mapping[str, Any]) -> Iterable[Problem]:
    for key in row:
        if key not in KEYS[kind]:
            yield Problem("key.unknown", f"{where}, {key}", values={"names": ", ".join(KEYS[kind])})
    for key, value in row.items():
        wanted = (
            "number" if key in ("factor", "value", "add") else "year" if key == "year" else "text"
        )
        if not _is(value, wanted):
            yield Problem(
                "scenario.kind",
                f"{where}, {key}",
                values={"kind": word("text") if wanted == "text" else wanted},
            )
    if kind in ("change", "price"):
        given = [k for k in ("factor", "value", "add") if k in row]
        if len(given) != 1:
            yield Problem("scenario.amount", where)
        elif given != ["factor"] and not row.get("unit"):
            yield Problem("unit.missing", where)
    needed = {
        "add": ("input", "value", "unit"),
        "add_price": ("price", "value", "unit"),
        "move": ("from", "to", "area"),
        "change": (),
        "price": (),
        "remove": (),
    }[kind]
    for key in needed:
        if key not in row:
            yield Problem("scenario.lacks", where, values={"key": key})


def _is(value: object, wanted: str) -> bool:
    if wanted == "text":
        return isinstance(value, str)
    return isinstance(value, int if wanted == "year" else (int, float)) and not isinstance(
        value, bool
    )


def apply(loaded: Loaded, scenario: Scenario) -> Loaded:
    """The figures of a folder with a scenario on them.

    Raises
    ------
    InputError
        One error that lists every step that fits no row, takes more area than there is, or has a
        bad unit.
    """
    inputs, prices = list(loaded.inputs), list(loaded.prices)
    faults: list[Problem] = []
    counts = dict.fromkeys(STEPS, 0)
    for kind, row in scenario.steps:
        counts[kind] += 1
        where = f"{scenario.file}, {kind} {counts[kind]}"
        store = prices if kind in ("price", "add_price") else inputs
        if kind == "move":
            faults += move(inputs, row, loaded, where)
        elif kind in ("add", "add_price"):
            store.append(_entry(row, loaded, where, is_price=kind == "add_price"))
        else:
            faults += _change(store, kind, row, loaded, where)
    for e in (*inputs, *prices):
        if not abs(e.value) <= HUGE:
            faults.append(Problem("result.huge", e.where, values={"limit": HUGE}))
    if faults:
        raise InputError("error.file_fits", faults, name=scenario.file)
    return replace(loaded, inputs=inputs, prices=prices)


def region_of(row: Mapping[str, Any], loaded: Loaded) -> str:
    """The region that a row of a scenario names; blank for the account's own."""
    name = str(row.get("region", ""))
    return "" if name == loaded.basis.region else name


def _fits(e: Entry, row: Mapping[str, Any], loaded: Loaded) -> bool:
    """Whether a step means an entry: all that it names is the entry's; a type of ecosystem holds
    those below it.
    """
    name = row.get("price", row.get("input"))
    if name is not None and e.name != name:
        return False
    if "year" in row and e.year != row["year"]:
        return False
    if "region" in row and e.region != region_of(row, loaded):
        return False
    if "ecosystem" in row:
        own = loaded.basis.ecosystems
        wanted = ecosystems.find(str(row["ecosystem"]), own)
        if not e.ecosystem or wanted is None or not ecosystems.belongs(e.ecosystem, (wanted,), own):
            return False
    return all(getattr(e, k) == str(row[k]) for k in ("indicator", "component", "item") if k in row)


def _change(
    store: list[Entry], kind: str, row: Mapping[str, Any], loaded: Loaded, where: str
) -> Iterable[Problem]:
    at = [n for n, e in enumerate(store) if _fits(e, row, loaded)]
    if not at:
        yield Problem("scenario.none", where)
        return
    if kind == "remove":
        for n in reversed(at):
            del store[n]
        return
    for n in at:
        e = store[n]
        try:
            if "factor" in row:
                store[n] = _valued(e, e.value * row["factor"], float(row["factor"]))
            else:
                amount = row.get("value", row.get("add"))
                scale, offset = units.conversion(str(row["unit"]), e.unit)
                store[n] = (
                    _valued(e, amount * scale + offset)
                    if "value" in row
                    else _valued(e, e.value + amount * scale)
                )
        except UnitError as error:
            yield from (replace(p, where=f"{where}, unit") for p in error.problems)
            return


def _valued(e: Entry, value: float, factor: float | None = None) -> Entry:
    """An entry of another value; its range moves with it."""
    if value == e.value:
        return e
    shift = value - e.value
    low, high = (
        None if x is None else x * factor if factor is not None else x + shift
        for x in (e.low, e.high)
    )
    return e._replace(value=value, text=repr(value), low=low, high=high)


def _entry(row: Mapping[str, Any], loaded: Loaded, where: str, *, is_price: bool) -> Entry:
    value = float(row["value"])
    name = str(row["price"] if is_price else row["input"])
    return Entry(
        str(row.get("indicator", "")),
        str(row.get("component", "")),
        name,
        str(row.get("item", "")),
        str(row.get("ecosystem", "")),
        region_of(row, loaded),
        row.get("year"),
        repr(value),
        value,
        str(row["unit"]),
        str(row.get("source", where)),
        where,
        is_price=is_price,
    )


def areas(
    inputs: Sequence[Entry], owner: tuple[str, str], label: str, region: str, year: object
) -> list[int]:
    """Where the area of a type and region stands: in the shared table, or in that of a component
    with areas of its own.
    """
    return [
        n
        for n, e in enumerate(inputs)
        if e.name == "area"
        and _at(e) == (*owner, label, region)
        and (year is None or e.year == year)
    ]


def _at(e: Entry) -> tuple[str, str, str, str]:
    return e.indicator, e.component, e.ecosystem, e.region


def move(
    inputs: list[Entry], row: Mapping[str, Any], loaded: Loaded, where: str
) -> Iterable[Problem]:
    """Move area from one type to another in a list of entries, or take it away where no type is
    named; faults come back.
    """
    region, year, label, to = (
        region_of(row, loaded),
        row.get("year"),
        str(row["from"]),
        row.get("to"),
    )
    if not areas(inputs, ("", ""), label, region, year):
        yield Problem(
            "scenario.no_area",
            where,
            values={"label": label, "region": region or loaded.basis.region},
        )
        return
    if to is not None and ecosystems.find(str(to), loaded.basis.ecosystems) is None:
        yield Problem("ecosystem.unknown/class", f"{where}, to", values={"label": to})
        return
    try:
        amount, unit = units.split(str(row["area"]))
        moved = amount * units.conversion(unit or "1", "m^2")[0]
    except UnitError as error:
        yield from (replace(p, where=f"{where}, area") for p in error.problems)
        return
    if moved < 0:
        yield Problem("scenario.negative", f"{where}, area")
        return
    tables = dict.fromkeys(
        (e.indicator, e.component) for e in inputs if e.name == "area" and e.ecosystem
    )
    years = dict.fromkeys(inputs[n].year for n in areas(inputs, ("", ""), label, region, year))
    for owner in tables:
        known = {
            e.ecosystem for e in inputs if e.name == "area" and (e.indicator, e.component) == owner
        }
        for y in years:
            if label in known:
                yield from _grow(inputs, owner, label, region, y, -moved, where)
            if to is not None and (
                str(to) in known or owner == ("", "")
            ):  # a component that leaves a type out goes on doing so
                yield from _grow(inputs, owner, str(to), region, y, moved, where)


def _grow(
    inputs: list[Entry],
    owner: tuple[str, str],
    label: str,
    region: str,
    year: int | None,
    by: float,
    where: str,
) -> Iterable[Problem]:
    """More or less area [m²] of one type in a year, or in every year where ``year`` is None."""
    at = areas(inputs, owner, label, region, year)
    if not at and (
        every := [n for n in areas(inputs, owner, label, region, None) if inputs[n].year is None]
    ):
        inputs.append(
            inputs[every[0]]._replace(year=year)
        )  # the row of all years stays that of the others
        at = [len(inputs) - 1]
    for n in at:
        e = inputs[n]
        there, own = e.value, units.conversion(e.unit, "m^2")[0]
        if there + by / own < -1e-9 * abs(there):
            yield Problem(
                "scenario.area",
                where,
                values={"moved": abs(by), "label": label, "there": there * own},
            )
            return
        inputs[n] = _valued(e, max(there + by / own, 0.0))
    if not at and by > 0:
        like = next(e for e in inputs if e.name == "area" and (e.indicator, e.component) == owner)
        value = by / units.conversion(like.unit, "m^2")[0]
        inputs.append(
            like._replace(
                ecosystem=label,
                region=region,
                year=year,
                value=value,
                text=repr(value),
                source=where,
                where=where,
                low=None,
                high=None,
                distribution="",
            )
        )


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


def _still(account: Account, plan: Scenario) -> Iterable[Problem]:
    """Parts of the ecosystems that change their area, whose quantity does not follow it."""
    moved = {
        str(row[k])
        for kind, row in plan.steps
        if kind == "move"
        for k in ("from", "to")
        if k in row
    }
    names = []
    for part in account.counted:
        if not moved or any(n.name == "area" for n in part.solution.quantity.walk()):
            continue
        labels = (
            set(map(str, part.data["ecosystem"].values)) if "ecosystem" in part.data.dims else set()
        )
        supplied = part.component.supplied_by
        if labels & moved or (
            not labels
            and supplied
            and any(ecosystems.belongs(m, supplied, account.basis.ecosystems) for m in moved)
        ):
            names.append(part.name)
    if names:
        yield Problem("scenario.still", plan.file, "warning", {"names": ", ".join(names)})
