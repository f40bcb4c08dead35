"""Assessment: targets met or missed, what management did apart from the weather, GEP beside GDP,
and the red line.

Traps: the result of mean rain is not the mean result: the weather of every year of a normal period
is run through the account and the results are averaged. GEP and GDP are never added: they share
products and measure different things. A red line is read at comparable prices, else a rise of
prices hides a fall.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from gep.account.account import Account, Part
from gep.account.chains import MISSING, Node
from gep.account.evaluate import work_out
from gep.account.fallback import reaching
from gep.account.inputs import Entry, Slot, gather, read_unit
from gep.analysis.series import Series, series
from gep.core import units
from gep.core.errors import InputError, Problem, UnitError
from gep.core.messages import at as column_at
from gep.intake.reader import Reader
from gep.intake.tables import read_table

TARGETS = (
    "region",
    "level",
    "indicator",
    "component",
    "measure",
    "year",
    "target",
    "unit",
    "baseline",
    "weight",
    "note",
)
WEATHER = (
    "indicator",
    "component",
    "input",
    "item",
    "ecosystem",
    "region",
    "year",
    "value",
    "unit",
    "source",
)
SIZES = ("area", "population", "gdp")
FACTS = ("region", "year", *SIZES)


@dataclass(frozen=True)
class Target:
    """What a district is to reach: the value or quantity of an indicator, component, level or the
    whole, in a year.
    """

    target: float
    unit: str
    region: str = ""
    level: str = ""
    indicator: str = ""
    component: str = ""
    measure: str = "value"
    year: int | None = None
    baseline: float | None = None
    weight: float = 1.0
    where: str = "target"


def read_targets(path: str | os.PathLike[str]) -> list[Target]:
    """Targets of a CSV file with the columns :data:`TARGETS`; ``target`` and ``unit`` are needed.

    Raises
    ------
    InputError
        One error that lists every fault by line and column.
    """
    rows = read_table(path, TARGETS, ("target", "unit"), ("target", "baseline", "weight", "year"))
    faults = [
        Problem("assess.measure", column_at(where, "measure"), values={"text": row["measure"]})
        for where, row in rows
        if row["measure"] not in ("", "value", "quantity")
    ]
    if faults:
        raise InputError("error.file_used", faults, name=Path(path).name)
    return [
        Target(
            row["target"],
            row["unit"],
            row["region"],
            row["level"],
            row["indicator"],
            row["component"],
            row["measure"] or "value",
            int(row["year"]) if row["year"] else None,
            row["baseline"],
            1.0 if row["weight"] is None else row["weight"],
            where,
        )
        for where, row in rows
    ]


def met(account: Account, targets: Sequence[Target]) -> pd.DataFrame:
    """Each target with what the account says: actual, gap and score.

    The score is 100 × actual / target, from 0 to 100; with a baseline 100 × (actual − baseline) /
    (target − baseline).

    Returns
    -------
    DataFrame
        ``region, level, indicator, component, measure, year, target, baseline, actual, gap, score,
        weight, unit``; actual, target and gap in the target's unit.

    Raises
    ------
    InputError
        One error that lists every target that fits no figure, names a year that is not there or has
        another unit.
    """
    rows, faults = [], []
    for t in targets:
        year = account.basis.years[-1] if t.year is None else t.year
        if year not in account.basis.years:
            faults.append(
                Problem(
                    "year.unknown",
                    t.where,
                    values={"label": year, "years": ", ".join(map(str, account.basis.years))},
                )
            )
            continue
        parts = [p for p in account.counted if _named(p, t)]
        found = _figure(account, parts, t, year)
        if found is None:
            faults.append(Problem("assess.none", t.where))
            continue
        actual, unit = found
        try:
            given = units.per_year(t.unit) if units.lacks_only_year(t.unit, unit) else t.unit
            actual *= units.conversion(unit, given)[0]
        except UnitError as error:
            faults += [replace(p, where=f"{t.where}, unit") for p in error.problems]
            continue
        rows.append(
            (
                t.region or account.basis.region,
                t.level,
                t.indicator,
                t.component,
                t.measure,
                year,
                t.target,
                np.nan if t.baseline is None else t.baseline,
                actual,
                actual - t.target,
                _score(actual, t),
                t.weight,
                t.unit,
            )
        )
    if faults:
        raise InputError("error.targets", faults)
    columns = [
        "region",
        "level",
        "indicator",
        "component",
        "measure",
        "year",
        "target",
        "baseline",
        "actual",
        "gap",
        "score",
        "weight",
        "unit",
    ]
    return pd.DataFrame(rows, columns=columns)


def _score(actual: float, t: Target) -> float:
    start = 0.0 if t.baseline is None else t.baseline
    if t.target == start:
        return 100.0 if actual >= t.target else 0.0
    return 100 * min(1.0, max(0.0, (actual - start) / (t.target - start)))


def scores(table: pd.DataFrame) -> pd.Series[float]:
    """The mean score of each district, by the weights of its targets."""
    weighted = (
        table.assign(points=table["score"] * table["weight"])
        .groupby("region", sort=False)[["points", "weight"]]
        .sum()
    )
    return (weighted["points"] / weighted["weight"]).rename("score")


def _named(part: Part, t: Target) -> bool:
    if t.indicator and t.indicator not in (part.indicator.id, part.row.id):
        return False
    return (not t.component or t.component == part.component.id) and (
        not t.level or t.level == part.row.level
    )


def _figure(
    account: Account, parts: Sequence[Part], t: Target, year: int
) -> tuple[float, str] | None:
    """What the account has for a target, with its unit; None where it has nothing, or quantities
    that do not add.
    """
    known, quantity, kinds = [], 0.0, set()
    for part in parts:
        data = account.cells(part, t.region)[t.measure]
        data = data.isel(year=data["year"].values == year)
        if bool(data.notnull().any()):
            known.append(part)
            quantity += float(np.nansum(data.values))
            kinds |= _units(part)
    if not known:
        return None
    if t.measure == "value":
        return float(account.add(known, t.region, year)), f"{account.basis.currency}/yr"
    return (quantity, kinds.pop()) if len(kinds) == 1 else None


def _units(part: Part) -> set[str]:
    """The unit of a part's quantity; those of its items where each has its own."""
    given = part.solution.quantity.given
    return set(given.units.values()) if given is not None and given.units else {part.component.unit}


def read_weather(path: str | os.PathLike[str]) -> list[Entry]:
    """The weather of a normal period: rows as in inputs.csv, each with the year that it was
    measured in.

    Raises
    ------
    InputError
        One error that lists every fault by line and column.
    """
    rows = read_table(path, WEATHER, ("input", "year", "value", "unit"), ("value", "year"))
    return [
        Entry(
            row["indicator"],
            row["component"],
            row["input"],
            row["item"],
            row["ecosystem"],
            row["region"],
            int(row["year"]),
            repr(row["value"]),
            row["value"],
            row["unit"],
            row["source"],
            where,
        )
        for where, row in rows
    ]


def controllable(
    account: Account, weather: Sequence[Entry], first: int | None = None, last: int | None = None
) -> pd.DataFrame:
    """The change between two years split into what management did, what the weather did, and
    prices.

    For each year of the normal period its weather takes the place of the account's own, in both
    years and at the prices of the last; the mean of the results is the result of normal weather.
    Its change is controllable; the rest of the change at these prices is weather; the rest of all
    is price. A figure that is missing in one of the years is coverage.

    Parameters
    ----------
    account : Account
        An account of at least two years.
    weather : sequence of Entry
        Weather inputs of the normal period, by year; see :func:`read_weather`.
    first, last : int, optional
        The years compared; the first and the last of the account unless said otherwise.

    Returns
    -------
    DataFrame
        ``level, indicator, region, first, last, change, controllable, weather, price, coverage,
        normal``; ``normal`` is the last year's result under normal weather. The four parts of a row
        add up to its change.

    Raises
    ------
    InputError
        If the account has one year, no input of it is weather, or labels are missing in the weather
        of a year.
    """
    years = account.basis.years
    a, b = years[0] if first is None else first, years[-1] if last is None else last
    if a == b or a not in years or b not in years:
        raise InputError("error.weather", [Problem("series.years", "account")])
    normal = sorted({e.year for e in weather if e.year is not None})
    faults: list[Problem] = []
    used: set[tuple[str, str, str]] = set()
    rows = []
    for part in account.counted:
        instead = _normal(part, weather, normal, account, used, faults)
        if faults:
            continue
        own, prices, held = part.data["value"], part.data["price"], {}
        both = (part.data["status"].sel(year=[a, b]) != MISSING).all("year")
        if part.solution.price.kind != MISSING:
            held = {
                part.solution.price: prices.sel(year=b, drop=True).fillna(
                    prices.sel(year=a, drop=True)
                )
            }
        constant = work_out(part.solution, account.basis, held)["value"] if held else own
        drawn = (
            work_out(part.solution, account.basis, held | instead)["value"].mean(
                "draw", skipna=False
            )
            if instead
            else constant
        )
        for region, at in _regions(account, part):
            opening, closing = (_sum(own, year, at) for year in (a, b))
            known, real, managed = (
                _sum(value.where(both), b, at) - _sum(value.where(both), a, at)
                for value in (own, constant, drawn)
            )
            change, normal_year = closing - opening, _sum(drawn, b, at)
            rows.append(
                (
                    part.row.level,
                    part.row.id,
                    region,
                    opening,
                    closing,
                    change,
                    managed,
                    real - managed,
                    known - real,
                    change - known,
                    normal_year,
                )
            )
    unused = {(e.indicator, e.component, e.name) for e in weather} - used
    faults += [Problem("assess.unused", ".".join(filter(None, u))) for u in sorted(unused)]
    if faults:
        raise InputError("error.weather", list({str(p): p for p in faults}.values()))
    frame = pd.DataFrame(
        rows,
        columns=[
            "level",
            "indicator",
            "region",
            "first",
            "last",
            "change",
            "controllable",
            "weather",
            "price",
            "coverage",
            "normal",
        ],
    )
    return frame.groupby(["level", "indicator", "region"], sort=False, as_index=False).sum()


def _normal(
    part: Part,
    weather: Sequence[Entry],
    years: Sequence[int],
    account: Account,
    used: set[tuple[str, str, str]],
    faults: list[Problem],
) -> dict[Node, xr.DataArray]:
    """The weather inputs of a part along ``draw``, one step a year of the normal period."""
    out: dict[Node, xr.DataArray] = {}
    for node in (n for chain in part.solution.nodes for n in chain.walk() if n.given is not None):
        assert node.given is not None
        e = node.given.entries[0]
        place = (e.indicator, e.component, e.name)
        mine = [w for w in weather if (w.indicator, w.component, w.name) == place]
        if not mine:
            continue
        used.add(place)
        slot = Slot(node.name, node.unit)
        base = node.given.array
        like = base.isel(year=0, drop=True) if "year" in base.dims else base
        labels = {str(d): list(map(str, like[d].values)) for d in like.dims}
        arrays = []
        for year in years:
            rows = [
                w._replace(
                    year=None,
                    region="" if w.region == account.basis.region else w.region,
                    unit=read_unit(w.unit, slot),
                )
                for w in mine
                if w.year == year
            ]
            try:
                array = (
                    reaching(
                        gather(node.name, slot, rows, account.basis), labels, account.basis
                    ).array
                    if rows
                    else xr.DataArray(np.nan)
                )
            except UnitError as error:
                faults += [
                    replace(p, where=column_at(rows[0].where, "unit")) for p in error.problems
                ]
                return {}
            array = array.reindex(
                {d: like[d] for d in array.dims if d in like.dims}
            ).broadcast_like(like)
            if set(array.dims) - set(like.dims) or bool((array.isnull() & like.notnull()).any()):
                faults.append(
                    Problem("assess.weather", ".".join(filter(None, place)), values={"year": year})
                )
                return {}
            arrays.append(array)
        out[node] = xr.concat(arrays, "draw").transpose(..., "draw")
    return out


def _regions(account: Account, part: Part) -> list[tuple[str, list[str] | None]]:
    cover = account.cover(part, account.basis.region)
    return [(account.basis.region, None)] if cover is None else [(r, [r]) for r in cover]


def _sum(value: xr.DataArray, year: int, regions: list[str] | None) -> float:
    value = value.sel(year=year) if "year" in value.dims else value
    if regions is not None and "region" in value.dims:
        value = value.sel(region=regions)
    return float(np.nansum(value.values))


def read_facts(path: str | os.PathLike[str], currency: str = "CNY") -> pd.DataFrame:
    """Area [m²], population and GDP by region and year of a CSV file, each figure with its unit:
    ``1305亿元``, ``132.3万人``.

    Raises
    ------
    InputError
        One error that lists every fault by line and column.
    """
    rows = read_table(path, FACTS, ("region", "year"), ("year",))
    r = Reader(Path(path).parent)
    wanted = {"area": "m^2", "population": "person", "gdp": f"{currency}/yr"}
    table = [
        {
            "region": row["region"],
            "year": int(row["year"]),
            **{k: r.amount(column_at(where, k), row[k], u) for k, u in wanted.items()},
        }
        for where, row in rows
    ]
    places: dict[tuple[str, int], str] = {}
    for (where, _), facts in zip(rows, table, strict=True):
        first = places.setdefault((facts["region"], facts["year"]), where)
        if first != where:
            r.fault("row.double", where, first=first)
    if r.problems:
        raise InputError("error.file_used", r.problems, name=Path(path).name)
    return pd.DataFrame(table).astype(dict.fromkeys(SIZES, float))


def facts_of(account: Account) -> pd.DataFrame:
    """Area [m²], population [person] and GDP that the account folder itself states: the GDP in the
    last year, the others in every year.
    """
    b = account.basis
    rows = [(b.region, b.area, b.population, b.gdp)] if b.region not in b.regions else []
    rows += [(r.name, r.area, r.population, r.gdp) for r in b.regions.values()]
    table = [
        (name, y, area, population, gdp if y == b.years[-1] else None)
        for name, area, population, gdp in rows
        for y in b.years
    ]
    return pd.DataFrame(table, columns=list(FACTS)).astype(dict.fromkeys(SIZES, float))


def dual(
    found: Series | Account,
    facts: pd.DataFrame,
    region: str,
    base: int | None = None,
    index: str = "",
) -> pd.DataFrame:
    """GEP beside GDP: never added, each with its growth; per km², per head, and the green-gold
    index GEP / GDP.

    Parameters
    ----------
    found : Series or Account
        Of several years for growth, which is at the prices of the year ``base`` (the last unless
        said otherwise).
    facts : DataFrame
        ``region, year, area, population, gdp``; see :func:`read_facts` and :func:`facts_of`. GDP at
        comparable prices where its growth is to be read beside that of GEP. What the whole lacks is
        added up from its regions, in the years in which all of them have it.
    region : str
        The name of the whole.

    Returns
    -------
    DataFrame
        ``region, year, gep, gdp, gep_growth, gdp_growth, green_gold_index, per_km2, per_head``
    """
    if isinstance(found, Account):
        current = {y: found.by("region", y) for y in found.basis.years}
        tables = pd.DataFrame(current).T
        tables["total"] = [float(found.add(found.counted, year=y)) for y in found.basis.years]
        constant = (
            series(found).constant("region", base, index) if len(found.basis.years) > 1 else tables
        )
    else:
        tables, constant = found.current("region"), found.constant("region", base, index)
    parts = [str(name) for name in tables.columns if name not in ("total", region)]
    table, years = facts.set_index(["region", "year"])[list(SIZES)], tables.index
    sizes = {
        str(name): table.reindex([(name, y) for y in years]).set_axis(years)
        for name in dict.fromkeys([region, *parts, *facts["region"]])
    }
    below = [sizes[name] for name in (parts or sizes) if name != region]
    if below:  # a region that lacks a size leaves the whole without it
        sizes[region] = sizes[region].fillna(sum(below[1:], below[0]))
    frames = []
    for name, label in [("total", region), *((p, p) for p in parts)]:
        own = sizes[label].where(sizes[label] > 0)  # a zero is a gap: no place is without them
        gep = tables[name]
        frames.append(
            pd.DataFrame(
                {
                    "region": label,
                    "year": years,
                    "gep": gep,
                    "gdp": own["gdp"],
                    "gep_growth": _growth(constant[name]),
                    "gdp_growth": _growth(own["gdp"]),
                    "green_gold_index": gep / own["gdp"],
                    "per_km2": gep / own["area"] * 1e6,
                    "per_head": gep / own["population"],
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _growth(figures: pd.Series[float]) -> pd.Series[float]:
    before = figures.shift()
    return figures / before.where(before != 0) - 1


def red_line(table: pd.DataFrame, tolerance: float = 0.0) -> pd.DataFrame:
    """The GEP red line: GEP must not fall while GDP grows.

    ``state`` is ``kept`` where GEP did not fall by more than the tolerance (a share), ``broken``
    where it fell while GDP grew, ``both_fell`` where both fell, ``unknown`` where GDP or an earlier
    year is not known.

    >>> red_line(pd.DataFrame({"gep_growth": [0.01, -0.01, -0.01, float("nan")], "gdp_growth": [0.05, 0.05, -0.1, 0.05]}))["state"].tolist()
    ['kept', 'broken', 'both_fell', 'unknown']
    """
    states = [
        _state(g, d, tolerance)
        for g, d in zip(table["gep_growth"], table["gdp_growth"], strict=True)
    ]
    return table.assign(state=states)


def _state(gep: float, gdp: float, tolerance: float) -> str:
    if math.isnan(gep):
        return "unknown"
    if gep >= -tolerance:
        return "kept"
    return "unknown" if math.isnan(gdp) else "broken" if gdp > 0 else "both_fell"
