"""The account as the UN's ecosystem accounts lay it out: services matched to its reference list,
supply and use, extent, bridge.

The match, which stands on the record of each service, is ours: names are those of the reference
list of selected ecosystem services in SEEA EA and of the classes of CICES V5.1. Supply is by
ecosystem type, use by sector; each service is used as much as it is supplied. Who uses a service is
a convention of the match unless the account says otherwise in ``users.csv`` (indicator,component,
user,share,source; shares of a component add to 1). A service whose indicator is known only as a
whole keeps its name and goes to the first user of its components.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO, StringIO
from itertools import chain
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd

from gep import indicators
from gep.account.account import Account, Part
from gep.account.basis import no_year
from gep.account.chains import headlines
from gep.account.inputs import Slot, gather, number
from gep.core.errors import InputError, ParameterError, Problem
from gep.core.extras import need
from gep.core.messages import word
from gep.core.output import neutral
from gep.core.records import Seea, User
from gep.core.source import Source, named
from gep.intake.tables import read_table
from gep.report.views import mixed_units

USERS = get_args(User)
UNLISTED = Seea(role="not listed")  # of a service that says nothing of its place
NO_TYPE = "no type given"
Users = Mapping[tuple[str, str], Mapping[str, float]]  # of a component: each user's share
Figures = tuple[Part, dict[str, float]]  # a part and its figure by column
TABLES = (
    "crosswalk",
    "supply_physical",
    "use_physical",
    "supply_money",
    "use_money",
    "extent",
    "bridge",
)


def crosswalk() -> dict[tuple[str, str], Seea]:
    """Every component of the catalogue, and the three rests, by indicator and component.

    >>> crosswalk()["air_purification", "pm25"].service
    'Air filtration services'
    """
    return {
        (i.id, id): match(i.id, id)
        for i in indicators.every()
        for id in ([c.id for c in i.components] or [""])
    }


def match(indicator: str, component: str) -> Seea:
    """The class of a component; of an indicator as a whole or its remainder, that of its first
    component.

    >>> match("soil_retention", "").cices
    '2.2.1.1'

    Raises
    ------
    ParameterError
        If the catalogue has no such component.
    """
    record = indicators.get(indicator)
    whole = component in ("", "remainder")
    found = next(iter(record.components), None) if whole else record.component(component)
    found = found or headlines(record).get(component)  # a quantity that one of them is known by
    if found is None and not whole:
        values: dict[str, object] = {"component": component, "indicator": indicator}
        problem = Problem("component.unknown/bare", named(component), **values)
        raise ParameterError("error.seea", [problem])
    return (found and found.seea) or record.seea or UNLISTED


@dataclass(frozen=True)
class Tables:
    """The ecosystem accounts of one year; money in the account's currency per year, quantities in
    each service's own unit.

    ``supply_*`` have a column for each ecosystem type (and one for what no type was given for),
    ``use_*`` one for each using sector; both end in ``total``. The money tables end in a row
    ``total``. ``extent`` is in m². ``problems`` and, in English, ``notes`` say what had to be
    assumed; ``bridge.attrs`` names what is not known in it.
    """

    account: Account
    year: int
    crosswalk: pd.DataFrame
    supply_physical: pd.DataFrame
    use_physical: pd.DataFrame
    supply_money: pd.DataFrame
    use_money: pd.DataFrame
    extent: pd.DataFrame
    bridge: pd.DataFrame
    problems: tuple[Problem, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What had to be assumed, in English."""
        return tuple(p.what for p in self.problems)

    def to_csv(self) -> str:
        """All tables as one tidy CSV: table, service, indicator, component, column, unit, value."""
        out = StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("table", "service", "indicator", "component", "column", "unit", "value"))
        for name in TABLES[1:]:
            for row in _tidy(name, getattr(self, name)):
                writer.writerow(map(neutral, row))
        return out.getvalue()

    def workbook(self) -> bytes:
        """A workbook with a sheet for each table and one for the notes.

        Raises
        ------
        ParameterError
            If openpyxl is not installed.
        """
        book = need("openpyxl").Workbook()
        book.remove(book.active)
        for name in TABLES:
            _fill(book.create_sheet(name), getattr(self, name).reset_index())
        sheet = book.create_sheet("notes")
        for note in self.notes:
            sheet.append([neutral(note)])
        stream = BytesIO()
        book.save(stream)
        return stream.getvalue()


def _fill(sheet: Any, frame: pd.DataFrame) -> None:
    """A table as a sheet, its heads bold, its columns as wide as their text."""
    bold = need("openpyxl.styles").Font(bold=True)
    sheet.append(list(map(str, frame.columns)))
    shown = frame.astype(object).where(frame.notna(), None)
    for row in shown.itertuples(index=False):
        sheet.append(list(map(neutral, row)))
    for cell in sheet[1]:
        cell.font = bold
    sheet.freeze_panes = "B2"
    for column in sheet.columns:
        longest = max(len(str(c.value or "")) for c in column)
        sheet.column_dimensions[column[0].column_letter].width = min(60, max(10, longest + 2))


def tables(
    account: Account,
    year: int | None = None,
    users: Users | None = None,
) -> Tables:
    """The ecosystem accounts of an account.

    Parameters
    ----------
    account : Account
    year : int, optional
        The last year by default.
    users : mapping (indicator, component) → {user: share}, optional
        Who uses a service, in place of the convention of the match; see :func:`read_users`.

    Raises
    ------
    ParameterError
        If the year is not in the account.
    """
    year = account.basis.years[-1] if year is None else year
    if year not in account.basis.years:
        problem = no_year(named("year"), year, account.basis.years)
        raise ParameterError("error.account_year", [problem])
    users = users or {}
    parts = [p for p in account.parts if not p.component.outside]
    valued = _figures(account, [p for p in parts if p.counted], "value", year)
    physical = _figures(account, parts, "quantity", year)
    both = [*valued, *physical]
    types = sorted(
        dict.fromkeys(chain.from_iterable(cells for _, cells in both)), key=lambda t: t == NO_TYPE
    )
    using = set(chain.from_iterable(_users(part, users) for part, _ in both))
    sectors = list(filter(using.__contains__, USERS))
    money = f"{account.basis.currency}/yr"
    columns = ["service", "section", "role", "cices", "cices_class", "note"]
    return Tables(
        account,
        year,
        _frame([_facts(p) for p in parts], columns, parts),
        _table(physical, types),
        _table(_used(physical, users), sectors),
        _table(valued, types, money),
        _table(_used(valued, users), sectors, money),
        _extent(account),
        _bridge(account, year),
        tuple(_notes(account, year, [p for p, _ in valued], users)),
    )


def read_users(path: Path) -> dict[tuple[str, str], dict[str, float]]:
    """Who uses what, from a ``users.csv``: indicator,component,user,share,source.

    Raises
    ------
    InputError
        With every fault: unknown components or users, shares that are no numbers or do not add to
        1.
    """
    out: dict[tuple[str, str], dict[str, float]] = {}
    places: dict[tuple[str, str, str], Source] = {}
    faults = []
    for where, row in read_table(
        path,
        ("indicator", "component", "user", "share", "source", "note"),
        ("indicator", "user", "share"),
    ):
        key = (row["indicator"], row["component"])
        first = places.setdefault((*key, row["user"]), where)
        wrong = list(_user_faults(where, row))
        if first != where:
            wrong.append(Problem("row.double", where, first=first.both()))
        faults += wrong
        if not wrong:
            out.setdefault(key, {})[row["user"]] = float(row["share"])
    faults += [
        Problem("share.sum", Source(path.name, key=(".".join(key),)), sum=sum(shares.values()))
        for key, shares in out.items()
        if abs(sum(shares.values()) - 1) > 1e-9
    ]
    if faults:
        raise InputError("error.users", faults)
    return out


def _user_faults(where: Source, row: Mapping[str, str]) -> Iterator[Problem]:
    components = [
        component for indicator, component in crosswalk() if indicator == row["indicator"]
    ]
    if not components or row["component"] not in ("", *components):
        yield Problem(
            "component.unknown",
            where,
            component=row["component"],
            indicator=row["indicator"],
            names=", ".join(components) or word("none"),
        )
    if row["user"] not in USERS:
        yield Problem("user.unknown", where.at("user"), user=row["user"], names=", ".join(USERS))
    share = number(row["share"])
    if share is None or not 0 <= share <= 1:
        yield Problem(
            "range.outside", where.at("share"), text=row["share"], given="", low=0, high=1, unit="1"
        )


def _facts(part: Part) -> list[object]:
    m = match(part.indicator.id, part.component.id)
    return [m.service or "—", m.section or "—", m.role, m.cices, m.cices_class, m.note]


def _frame(rows: list[list[object]], columns: list[str], parts: Iterable[Part]) -> pd.DataFrame:
    index = (
        pd.MultiIndex.from_tuples(
            [(p.indicator.id, p.component.id) for p in parts], names=("indicator", "component")
        )
        if rows
        else None
    )
    return pd.DataFrame(rows, index=index, columns=columns)


def _figures(account: Account, parts: Iterable[Part], what: str, year: int) -> list[Figures]:
    """The figures of the parts of which any is known."""
    found = ((part, _by_type(account, part, what, year)) for part in parts)
    return [(part, cells) for part, cells in found if cells]


def _by_type(account: Account, part: Part, what: str, year: int) -> dict[str, float]:
    """The figure of a part by ecosystem type; nothing where it is not known."""
    if what == "quantity" and mixed_units(part.solution.quantity):
        return {}  # items in units of their own do not add
    cells = account.cells(part)[what].sel(year=year)
    if "ecosystem" not in cells.dims:
        cells = cells.expand_dims(ecosystem=[""])
    out = {}
    for name in cells["ecosystem"].values:
        figures = cells.sel(ecosystem=name).values
        if np.isfinite(figures).any():
            out[str(name) or NO_TYPE] = float(np.nansum(figures))
    return out


def _users(part: Part, users: Users) -> Mapping[str, float]:
    """Who uses the service of a part, by share."""
    own, whole = _keys(part)
    return users.get(own) or users.get(whole) or dict(match(*own).users)


def _keys(part: Part) -> tuple[tuple[str, str], tuple[str, str]]:
    """What names the users of a part: its component, or its indicator as a whole."""
    return (part.indicator.id, part.component.id), (part.indicator.id, "")


def _used(supplied: Iterable[Figures], users: Users) -> list[Figures]:
    """Who uses what is supplied; what the shares lose in their last digit goes to the last user:
    use is supply.
    """
    out = []
    for part, cells in supplied:
        whole, shares = math.fsum(cells.values()), _users(part, users)
        *others, last = shares
        used = {user: whole * shares[user] for user in others}
        out.append((part, {**used, last: whole - math.fsum(used.values())}))
    return out


def _table(figures: list[Figures], columns: list[str], money: str = "") -> pd.DataFrame:
    """A table of supply or use; one of money ends in its sums."""
    rows = []
    for part, cells in figures:
        service = match(part.indicator.id, part.component.id).service or part.indicator.en
        unit = money or part.solution.quantity.unit or part.component.unit
        each = (cells.get(c, math.nan) for c in columns)
        rows.append([service, unit, *each, math.fsum(cells.values())])
    frame = _frame(rows, ["service", "unit", *columns, "total"], [part for part, _ in figures])
    return _closed(frame) if money and rows else frame


def _closed(frame: pd.DataFrame) -> pd.DataFrame:
    """A table with a last row of sums."""
    sums = [math.fsum(frame[c].dropna()) for c in frame.columns[2:]]
    last = pd.DataFrame(
        [["total", frame["unit"].iloc[0], *sums]],
        columns=frame.columns,
        index=pd.MultiIndex.from_tuples([("total", "")], names=frame.index.names),
    )
    return pd.concat([frame, last])


def _extent(account: Account) -> pd.DataFrame:
    """Area by ecosystem type: one column a year, and net additions and reductions from the first to
    the last where there are several.
    """
    years = account.basis.years
    names = list(map(str, years))
    frame = pd.DataFrame(columns=names, dtype=float)
    given = [e for e in account.entries if e.name == "area" and e.ecosystem and not e.indicator]
    if given:
        area = gather("area", Slot("area", "m^2"), given, account.basis).array
        if "region" in area.dims:
            own = account.places(area["region"].values, account.basis.region)
            area = area.sel(region=own).sum("region")
        if "year" not in area.dims:
            area = area.expand_dims(year=list(years))
        area = area.transpose("ecosystem", "year").fillna(0.0)  # a type without a row is not there
        frame = pd.DataFrame(area.values, index=area["ecosystem"].values, columns=names)
    if len(years) > 1:
        change = frame[names[-1]] - frame[names[0]]
        frame.insert(1, "additions", change.clip(lower=0.0))
        frame.insert(2, "reductions", (-change).clip(lower=0.0))
    frame.index.name = "ecosystem"
    if len(frame):
        frame.loc["total"] = frame.apply(math.fsum)
    return frame


def _bridge(account: Account, year: int) -> pd.DataFrame:
    """From exchange values to a welfare measure, line by line; travel time is inside the travel
    cost and shown beside.
    """
    inside = [p for p in account.counted if not p.component.outside]
    exchange = float(account.add(inside, year=year))
    time, gaps = _travel_time(account, year) if exchange == exchange else (math.nan, [])
    surplus, non_use = (_beyond(account, kind, year) for kind in ("consumer_surplus", "non_use"))
    worth = {"consumer surplus": surplus, "non use": non_use}
    unknown = [kind for kind, value in worth.items() if math.isnan(value)]
    whole = f"; not known for {', '.join(gaps)}: their cost of a visit was given whole"
    lacking = f"; not accounted: {', '.join(unknown)}"
    sum_of = "exchange values + consumer surplus + non-use value; no GEP"
    notes = {
        "exchange_values": "total at exchange values, as accounted",
        "of_which_travel_time": "inside the cost of visits" + (whole if gaps else ""),
        "without_travel_time": "some hold that unpaid time is no exchange value",
        "consumer_surplus": "what visitors would have paid beyond their cost",
        "non_use_value": "stated willingness to pay",
        "welfare": sum_of + (lacking if unknown else ""),
    }
    welfare = exchange + float(np.nansum([surplus, non_use]))
    values = (exchange, time, exchange - time, surplus, non_use, welfare)
    rows = [(line, value, notes[line]) for line, value in zip(notes, values, strict=True)]
    frame = pd.DataFrame(rows, columns=["line", "value", "note"]).set_index("line")
    frame.insert(1, "unit", f"{account.basis.currency}/yr")
    frame.attrs = {"travel_time": gaps, "beyond": unknown}
    return frame


def _beyond(account: Account, kind: str, year: int) -> float:
    """What lies beyond exchange values, of one kind; NaN where the account has none of it."""
    parts = [p for p in account.parts if p.component.outside == kind]
    return float(account.add(parts, year=year)) if parts else math.nan


def _travel_time(account: Account, year: int) -> tuple[float, list[str]]:
    """What the time of visitors makes of their cost, NaN where it is not known of any, and the
    components whose it is not.
    """
    spent, gaps = [], []
    for part in account.counted:
        known = np.isfinite(part.data["value"].values).any()
        if part.solution.method != "travel_cost" or part.component.outside or not known:
            continue
        steps = (n for n in part.solution.price.walk() if n.name == "travel_time_cost")
        results = part.outcome.results
        cost = next((results[n].array for n in steps if n in results), None)
        if cost is None:
            gaps.append(part.name)
            continue
        time = account.cells(part)["quantity"] * cost
        spent.append(float(np.nansum(time.sel(year=year).values)))
    return (math.nan if gaps and not spent else sum(spent, 0.0)), gaps


def _notes(
    account: Account,
    year: int,
    parts: list[Part],
    users: Users,
) -> Iterator[Problem]:
    yield _note("seea.match")
    by_convention = (p for p in parts if users.keys().isdisjoint(_keys(p)))
    assumed = ", ".join(p.name for p in by_convention)
    if assumed:
        yield _note("seea.users", names=assumed)
    yield from _roles(account, year, parts)
    products = (p for p in parts if p.indicator.id == "agricultural_products")
    if {p.solution.method for p in products} - {"resource_rent"}:
        yield _note("seea.products")


def _note(key: str, **values: object) -> Problem:
    return Problem(key, named("SEEA EA"), **values)


def _roles(account: Account, year: int, parts: list[Part]) -> Iterator[Problem]:
    """What the total holds that is no final service of the reference list."""
    for role, why in (
        (word("intermediate"), word("used_by_others")),
        (word("abiotic"), word("no_ecosystem")),
        (word("not_listed"), word("not_in_reference")),
    ):
        found = [p for p in parts if match(p.indicator.id, p.component.id).role == role]
        if found:
            names = ", ".join(p.name for p in found)
            worth, unit = float(account.add(found, year=year)), f"{account.basis.currency}/yr"
            yield _note("seea.role", role=role, why=why, worth=worth, unit=unit, names=names)


def _tidy(name: str, frame: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    for key, row in zip(frame.index, frame.to_dict("records"), strict=True):
        indicator, component = key if isinstance(key, tuple) else (key, "")
        service, unit = row.get("service", ""), row.get("unit", "m^2")
        for column, value in row.items():
            if column not in ("service", "unit", "note") and value == value:
                yield name, service, indicator, component, column, unit, repr(float(value))
