"""The account as the UN's ecosystem accounts lay it out: services matched to its reference list,
supply and use, extent, bridge.

The match (``seea.csv``) is ours: names are those of the reference list of selected ecosystem
services in SEEA EA and of the classes of CICES V5.1. Supply is by ecosystem type, use by sector;
each service is used as much as it is supplied. Who uses a service is a convention of the match
unless the account says otherwise in ``users.csv`` (indicator,component, user,share,source; shares
of a component add to 1). A service whose indicator is known only as a whole keeps its name and goes
to the first user of its components.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from gep.account.account import Account, Part
from gep.account.inputs import Slot, gather, number
from gep.core.errors import InputError, ParameterError, Problem
from gep.core.extras import need
from gep.core.messages import at, word
from gep.core.output import neutral
from gep.intake.tables import read_table

PATH = Path(__file__).with_suffix(".csv")
USERS = (
    "agriculture",
    "industry",
    "services",
    "government",
    "households",
    "rest_of_world",
    "ecosystems",
    "unallocated",
)
NO_TYPE = "no type given"
TABLES = (
    "crosswalk",
    "supply_physical",
    "use_physical",
    "supply_money",
    "use_money",
    "extent",
    "bridge",
)


class Match(NamedTuple):
    """A component beside its class in SEEA EA and CICES."""

    indicator: str
    component: str
    # Provisioning, Regulating and maintenance, Cultural; "" where the reference list has no place
    # for it
    section: str
    service: str
    role: str  # final, intermediate, abiotic, welfare, not listed
    cices: str
    cices_class: str
    users: str
    evidence: str
    note: str

    def shares(self) -> dict[str, float]:
        """Who uses it, by share."""
        return {
            name: float(share)
            for name, _, share in (part.partition(":") for part in self.users.split("|"))
        }


@cache
def crosswalk() -> Mapping[tuple[str, str], Match]:
    """Every component of the catalogue, and the three rests, by indicator and component.

    >>> crosswalk()["air_purification", "pm25"].service
    'Air filtration services'
    """
    with PATH.open(encoding="utf-8", newline="") as stream:
        return {
            (row["indicator"], row["component"]): Match(**row) for row in csv.DictReader(stream)
        }


def match(indicator: str, component: str) -> Match:
    """The match of a component; of an indicator as a whole or its remainder, that of its first
    component.

    Raises
    ------
    ParameterError
        If the crosswalk has no such component.
    """
    table = crosswalk()
    found = table.get((indicator, component)) or next(
        (m for (i, _), m in table.items() if i == indicator and component in ("", "remainder")),
        None,
    )
    if found is None:
        raise ParameterError(
            "error.seea",
            [
                Problem(
                    "component.unknown/bare",
                    component,
                    values={"component": component, "indicator": indicator},
                )
            ],
        )
    return found._replace(component=component)


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
                writer.writerow([neutral(cell) for cell in row])
        return out.getvalue()

    def workbook(self) -> bytes:
        """A workbook with a sheet for each table and one for the notes.

        Raises
        ------
        ParameterError
            If openpyxl is not installed.
        """
        book, font = need("openpyxl").Workbook(), need("openpyxl.styles").Font
        book.remove(book.active)
        for name in TABLES:
            frame = getattr(self, name).reset_index()
            sheet = book.create_sheet(name)
            sheet.append([str(c) for c in frame.columns])
            for row in frame.itertuples(index=False):
                sheet.append(
                    [
                        None
                        if isinstance(v, float) and math.isnan(v)
                        else neutral(v)
                        if isinstance(v, str)
                        else v
                        for v in row
                    ]
                )
            for cell in sheet[1]:
                cell.font = font(bold=True)
            sheet.freeze_panes = "B2"
            for column in sheet.columns:
                sheet.column_dimensions[column[0].column_letter].width = min(
                    60, max(10, *(len(str(c.value or "")) + 2 for c in column))
                )
        sheet = book.create_sheet("notes")
        for note in self.notes:
            sheet.append([neutral(note)])
        stream = BytesIO()
        book.save(stream)
        return stream.getvalue()


def tables(
    account: Account,
    year: int | None = None,
    users: Mapping[tuple[str, str], Mapping[str, float]] | None = None,
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
        values: dict[str, object] = {
            "label": year,
            "years": ", ".join(map(str, account.basis.years)),
        }
        problem = Problem("year.unknown", "year", values=values)
        raise ParameterError("error.account_year", [problem])
    users = users or {}
    parts = [p for p in account.parts if not p.component.outside]
    physical, valued = (
        [(p, _by_type(account, p, what, year)) for p in parts] for what in ("quantity", "value")
    )
    valued = [(p, cells) for p, cells in valued if p.counted and cells]
    physical = [(p, cells) for p, cells in physical if cells]
    types = list(dict.fromkeys(t for _, cells in [*valued, *physical] for t in cells))
    types = [t for t in types if t != NO_TYPE] + ([NO_TYPE] if NO_TYPE in types else [])
    sectors = [u for u in USERS if any(u in _users(p, users) for p, _ in [*valued, *physical])]

    def own(part: Part) -> str:
        return part.solution.quantity.unit or part.component.unit

    def money(part: Part) -> str:
        return f"{account.basis.currency}/yr"

    return Tables(
        account,
        year,
        _frame(
            [_facts(p) for p in parts],
            ["service", "section", "role", "cices", "cices_class", "note"],
            parts,
        ),
        _supply(physical, types, own, total=False),
        _use(physical, sectors, users, own, total=False),
        _supply(valued, types, money, total=True),
        _use(valued, sectors, users, money, total=True),
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
    places: dict[tuple[str, str, str], str] = {}
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
            wrong.append(Problem("row.double", where, values={"first": first}))
        faults += wrong
        if not wrong:
            out.setdefault(key, {})[row["user"]] = float(row["share"])
    faults += [
        Problem("share.sum", f"{path.name}, {'.'.join(key)}", values={"sum": sum(shares.values())})
        for key, shares in out.items()
        if abs(sum(shares.values()) - 1) > 1e-9
    ]
    if faults:
        raise InputError("error.users", faults)
    return out


def _user_faults(where: str, row: Mapping[str, str]) -> Iterator[Problem]:
    components = [
        component for indicator, component in crosswalk() if indicator == row["indicator"]
    ]
    if not components or row["component"] not in ("", *components):
        yield Problem(
            "component.unknown",
            where,
            values={
                "component": row["component"],
                "indicator": row["indicator"],
                "names": ", ".join(components) or word("none"),
            },
        )
    if row["user"] not in USERS:
        yield Problem(
            "user.unknown",
            at(where, "user"),
            values={"user": row["user"], "names": ", ".join(USERS)},
        )
    share = number(row["share"])
    if share is None or not 0 <= share <= 1:
        yield Problem(
            "range.outside",
            at(where, "share"),
            values={"text": row["share"], "given": "", "low": 0, "high": 1, "unit": "1"},
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


def _by_type(account: Account, part: Part, what: str, year: int) -> dict[str, float]:
    """The figure of a part by ecosystem type; nothing where it is not known."""
    own = part.solution.quantity.given.units if part.solution.quantity.given else None
    if what == "quantity" and own and len(set(own.values())) > 1:
        return {}  # items in units of their own do not add
    cells = account.cells(part)[what].sel(year=year)
    if not bool(np.isfinite(cells.values).any()):
        return {}
    if "ecosystem" not in cells.dims:
        return {NO_TYPE: float(np.nansum(cells.values))}
    by_type = {str(e) or NO_TYPE: cells.sel(ecosystem=e).values for e in cells["ecosystem"].values}
    return {
        name: float(np.nansum(figures))
        for name, figures in by_type.items()
        if np.isfinite(figures).any()
    }


def _users(part: Part, users: Mapping[tuple[str, str], Mapping[str, float]]) -> Mapping[str, float]:
    key = (part.indicator.id, part.component.id)
    return users.get(key) or users.get((key[0], "")) or match(*key).shares()


def _supply(
    figures: list[tuple[Part, dict[str, float]]],
    types: list[str],
    unit: Callable[[Part], str],
    total: bool,
) -> pd.DataFrame:
    rows = [
        [*_named(p, unit), *(cells.get(t, math.nan) for t in types), math.fsum(cells.values())]
        for p, cells in figures
    ]
    return _closed(
        _frame(rows, ["service", "unit", *types, "total"], [p for p, _ in figures]), total
    )


def _use(
    figures: list[tuple[Part, dict[str, float]]],
    sectors: list[str],
    users: Mapping[tuple[str, str], Mapping[str, float]],
    unit: Callable[[Part], str],
    total: bool,
) -> pd.DataFrame:
    rows = []
    for part, cells in figures:
        supplied, shares = math.fsum(cells.values()), _users(part, users)
        used = {u: supplied * s for u, s in shares.items()}
        last = list(used)[
            -1
        ]  # what the shares lose in their last digit goes to the last user: use is supply
        used[last] = supplied - math.fsum(v for u, v in used.items() if u != last)
        rows.append(
            [
                *_named(part, unit),
                *(used.get(s, math.nan) for s in sectors),
                math.fsum(used.values()),
            ]
        )
    return _closed(
        _frame(rows, ["service", "unit", *sectors, "total"], [p for p, _ in figures]), total
    )


def _named(part: Part, unit: Callable[[Part], str]) -> tuple[str, str]:
    return match(part.indicator.id, part.component.id).service or part.indicator.en, unit(part)


def _closed(frame: pd.DataFrame, total: bool) -> pd.DataFrame:
    if not total or frame.empty:
        return frame
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
    years, given = (
        account.basis.years,
        [e for e in account.entries if e.name == "area" and not e.indicator and e.ecosystem],
    )
    names = [str(y) for y in years]
    frame = pd.DataFrame(columns=names, dtype=float)
    if given:
        area = gather("area", Slot("area", "m^2"), given, account.basis).array
        if "region" in area.dims:
            area = area.sel(region=account.places(area["region"].values, account.basis.region)).sum(
                "region"
            )
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
        frame.loc["total"] = [math.fsum(frame[c]) for c in frame]
    return frame


def _bridge(account: Account, year: int) -> pd.DataFrame:
    """From exchange values to a welfare measure, line by line; travel time is inside the travel
    cost and shown beside.
    """
    exchange = float(
        account.add([p for p in account.counted if not p.component.outside], year=year)
    )
    time, gaps = _travel_time(account, year) if exchange == exchange else (math.nan, [])
    beyond = {
        kind: [p for p in account.parts if p.component.outside == kind]
        for kind in ("consumer_surplus", "non_use")
    }
    worth = {
        kind: float(account.add(parts, year=year)) if parts else math.nan
        for kind, parts in beyond.items()
    }
    unknown = [kind.replace("_", " ") for kind, value in worth.items() if math.isnan(value)]
    rows = [
        ("exchange_values", exchange, "total at exchange values, as accounted"),
        (
            "of_which_travel_time",
            time,
            "inside the cost of visits"
            + (
                f"; not known for {', '.join(gaps)}: their cost of a visit was given whole"
                if gaps
                else ""
            ),
        ),
        ("without_travel_time", exchange - time, "some hold that unpaid time is no exchange value"),
        (
            "consumer_surplus",
            worth["consumer_surplus"],
            "what visitors would have paid beyond their cost",
        ),
        ("non_use_value", worth["non_use"], "stated willingness to pay"),
        (
            "welfare",
            exchange + math.fsum(v for v in worth.values() if v == v),
            "exchange values + consumer surplus + non-use value; no GEP"
            + (f"; not accounted: {', '.join(unknown)}" if unknown else ""),
        ),
    ]
    frame = pd.DataFrame(rows, columns=["line", "value", "note"]).set_index("line")
    frame.insert(1, "unit", f"{account.basis.currency}/yr")
    frame.attrs = {"travel_time": gaps, "beyond": unknown}
    return frame


def _travel_time(account: Account, year: int) -> tuple[float, list[str]]:
    """What the time of visitors makes of their cost, NaN where it is not known of any, and the
    components whose it is not.
    """
    total, gaps = 0.0, []
    known = False
    for part in account.counted:
        if (
            part.solution.method != "travel_cost"
            or part.component.outside
            or not bool(np.isfinite(part.data["value"].values).any())
        ):
            continue
        node = next(
            (
                n
                for n in part.solution.price.walk()
                if n.name == "travel_time_cost" and n.result is not None
            ),
            None,
        )
        if node is None:
            gaps.append(part.name)
            continue
        assert node.result is not None
        spent = account.cells(part)["quantity"] * node.result
        total, known = total + float(np.nansum(spent.sel(year=year).values)), True
    return (total if known or not gaps else math.nan), gaps


def _notes(
    account: Account,
    year: int,
    parts: list[Part],
    users: Mapping[tuple[str, str], Mapping[str, float]],
) -> Iterator[Problem]:
    where = "SEEA EA"
    yield Problem("seea.match", where, level="note")
    assumed = [
        p.name
        for p in parts
        if (p.indicator.id, p.component.id) not in users and (p.indicator.id, "") not in users
    ]
    if assumed:
        yield Problem("seea.users", where, level="note", values={"names": ", ".join(assumed)})
    for role, why in (
        (word("intermediate"), word("used_by_others")),
        (word("abiotic"), word("no_ecosystem")),
        (word("not_listed"), word("not_in_reference")),
    ):
        names = [p.name for p in parts if match(p.indicator.id, p.component.id).role == role]
        if names:
            worth = float(account.add([p for p in parts if p.name in names], year=year))
            yield Problem(
                "seea.role",
                where,
                level="note",
                values={
                    "role": role,
                    "why": why,
                    "worth": worth,
                    "unit": f"{account.basis.currency}/yr",
                    "names": ", ".join(names),
                },
            )
    if any(
        p.indicator.id == "agricultural_products" and p.solution.method != "resource_rent"
        for p in parts
    ):
        yield Problem("seea.products", where, level="note")


def _tidy(name: str, frame: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    for key, row in zip(frame.index, frame.to_dict("records"), strict=True):
        indicator, component = key if isinstance(key, tuple) else (key, "")
        service, unit = row.get("service", ""), row.get("unit", "m^2")
        for column, value in row.items():
            if column not in ("service", "unit", "note") and value == value:
                yield name, service, indicator, component, column, unit, repr(float(value))
