"""Assessment: targets met or missed, what management did apart from the weather, GEP beside GDP,
and the red line.

Traps: the result of mean rain is not the mean result: the weather of every year of a normal period
is run through the account and the results are averaged. GEP and GDP are never added: they share
products and measure different things. A red line is read at comparable prices, else a rise of
prices hides a fall.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from gep.account.account import Account, Part
from gep.account.basis import no_year
from gep.account.evaluate import Status
from gep.account.fallback import reaching
from gep.account.inputs import Entry, Slot, gather, or_else
from gep.account.nodes import Absent, Node
from gep.analysis.series import Series, series
from gep.analysis.shared import at, once, own_units, refuse, worked
from gep.core import units
from gep.core.errors import GepError, InputError, Problem, UnitError
from gep.core.messages import word
from gep.core.source import Source, named
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
MET = (
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
)
SPLIT = (
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
)
SIZES = ("area", "population", "gdp")
FACTS = ("region", "year", *SIZES)


_TARGET = named("target")


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
    where: Source = _TARGET


def read_targets(path: str | os.PathLike[str]) -> list[Target]:
    """Targets of a CSV file with the columns :data:`TARGETS`; ``target`` and ``unit`` are needed.

    Raises
    ------
    InputError
        One error that lists every fault by line and column.
    """
    rows = read_table(path, TARGETS, ("target", "unit"), ("target", "baseline", "weight", "year"))
    faults = [
        Problem("assess.measure", where.at("measure"), text=row["measure"])
        for where, row in rows
        if row["measure"] not in ("", "value", "quantity")
    ]
    refuse(InputError, "error.file_used", faults, name=Path(path).name)
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
            or_else(row["weight"], 1.0),
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
    rows: list[dict[str, object]] = []
    faults: list[Problem] = []
    for t in targets:
        year = or_else(t.year, account.basis.years[-1])
        try:
            actual = _actual(account, t, year)
        except GepError as error:
            faults += error.problems
            continue
        rows.append(
            {
                "region": t.region or account.basis.region,
                "level": t.level,
                "indicator": t.indicator,
                "component": t.component,
                "measure": t.measure,
                "year": year,
                "target": t.target,
                "baseline": or_else(t.baseline, np.nan),
                "actual": actual,
                "gap": actual - t.target,
                "score": _score(actual, t),
                "weight": t.weight,
                "unit": t.unit,
            }
        )
    refuse(InputError, "error.targets", faults)
    return pd.DataFrame(rows, columns=list(MET))


def _actual(account: Account, t: Target, year: int) -> float:
    """What the account says of a target, in the target's unit."""
    if year not in account.basis.years:
        raise InputError("error.targets", [no_year(t.where, year, account.basis.years)])
    found = _figure(account, t, year)
    if found is None:
        raise InputError("error.targets", [Problem("assess.none", t.where)])
    actual, unit = found
    try:
        return actual * units.showing(unit, t.unit)[0]
    except UnitError as error:
        raise error.of("", error.at(t.where.under("unit"))) from None


def _score(actual: float, t: Target) -> float:
    start = or_else(t.baseline, 0.0)
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
    """Whether a target counts a part in: all that it names is the part's."""
    return (
        t.indicator in ("", part.indicator.id, part.row.id)
        and t.component in ("", part.component.id)
        and t.level in ("", part.row.level)
    )


def _figure(account: Account, t: Target, year: int) -> tuple[float, str] | None:
    """What the account has for a target, with its unit; None where it has nothing, or quantities
    that do not add.
    """
    known, quantity = [], 0.0
    kinds: set[str] = set()
    for part in (p for p in account.counted if _named(p, t)):
        data = account.cells(part, t.region)[t.measure]
        data = data.isel(year=data["year"].values == year)
        if bool(data.notnull().any()):
            known.append(part)
            quantity += float(np.nansum(data.values))
            kinds.update(own_units(part).values() or [part.component.unit])
    if known and t.measure == "value":
        return float(account.add(known, t.region, year)), f"{account.basis.currency}/yr"
    return (quantity, kinds.pop()) if len(kinds) == 1 else None


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
    a, b = or_else(first, years[0]), or_else(last, years[-1])
    if a == b or not {a, b} <= set(years):
        raise InputError("error.weather", [Problem("series.years", named(word("account")))])
    normal = _Weather(account, weather)
    faults: list[Problem] = []
    rows = []
    for part in account.counted:
        try:
            instead = normal.of(part)
        except GepError as error:
            faults += error.problems
        if not faults:
            rows += _split(account, part, instead, a, b)
    unused = {e[:3] for e in weather} - normal.used
    faults += [Problem("assess.unused", named(_dotted(place))) for place in sorted(unused)]
    refuse(InputError, "error.weather", once(faults))
    frame = pd.DataFrame(rows, columns=list(SPLIT))
    return frame.groupby(["level", "indicator", "region"], sort=False, as_index=False).sum()


def _split(
    account: Account, part: Part, instead: dict[Node, xr.DataArray], first: int, last: int
) -> list[tuple[str | float, ...]]:
    """The change of a part by its reasons, a row for each region; see :data:`SPLIT`."""
    own, prices = part.data["value"], part.data["price"]
    held: dict[Node, xr.DataArray] = {}
    both = (part.data["status"].sel(year=[first, last]) != Status.MISSING).all("year")
    if not isinstance(part.solution.price, Absent):
        late, early = (prices.sel(year=year, drop=True) for year in (last, first))
        held[part.solution.price] = late.fillna(early)
    constant = worked(part, account.basis, held)["value"]
    drawn = worked(part, account.basis, held | instead)["value"] if instead else constant
    if instead:
        drawn = drawn.mean("draw", skipna=False)
    rows: list[tuple[str | float, ...]] = []
    cover = account.cover(part, account.basis.region)
    for region in or_else(cover, [account.basis.region]):
        opening, closing, usual = (
            _sum(value, year, region) for value, year in ((own, first), (own, last), (drawn, last))
        )
        known, real, managed = (
            _sum(value.where(both), last, region) - _sum(value.where(both), first, region)
            for value in (own, constant, drawn)
        )
        change = closing - opening
        parts = (managed, real - managed, known - real, change - known)
        rows.append((part.row.level, part.row.id, region, opening, closing, change, *parts, usual))
    return rows


def _sum(value: xr.DataArray, year: int, region: str) -> float:
    return float(np.nansum(at(value, year=year, region=[region]).values))


def _dotted(place: Sequence[str]) -> str:
    return ".".join(filter(None, place))


class _Weather:
    """The weather of a normal period, and what of it an account takes."""

    def __init__(self, account: Account, weather: Sequence[Entry]) -> None:
        self.basis = account.basis
        self.years = sorted({e.year for e in weather if e.year is not None})
        self.used: set[tuple[str, str, str]] = set()
        self.rows: dict[tuple[str, str, str], list[Entry]] = {}
        for e in weather:
            own = "" if e.region == self.basis.region else e.region
            self.rows.setdefault(e[:3], []).append(e._replace(region=own))

    def of(self, part: Part) -> dict[Node, xr.DataArray]:
        """The weather inputs of a part along ``draw``, one step a year of the normal period."""
        out: dict[Node, xr.DataArray] = {}
        for node, figures in part.solution.told():
            place = figures.entries[0][:3]
            if place in self.rows:
                self.used.add(place)
                like = figures.array.isel(year=0, drop=True, missing_dims="ignore")
                arrays = [self._year(node, place, like, year) for year in self.years]
                out[node] = xr.concat(arrays, "draw").transpose(..., "draw")
        return out

    def _year(
        self, node: Node, place: tuple[str, str, str], like: xr.DataArray, year: int
    ) -> xr.DataArray:
        """What stands for a node in the weather of a year."""
        slot = Slot(node.name, node.unit)
        rows = [e._replace(year=None) for e in self.rows[place] if e.year == year]
        array = self._gathered(slot, rows, like) if rows else xr.DataArray(np.nan)
        array = array.reindex_like(like).broadcast_like(like)
        if set(array.dims) - set(like.dims) or bool((array.isnull() & like.notnull()).any()):
            fault = Problem("assess.weather", named(_dotted(place)), year=year)
            raise InputError("error.weather", [fault])
        return array

    def _gathered(self, slot: Slot, rows: list[Entry], like: xr.DataArray) -> xr.DataArray:
        labels = {str(d): list(map(str, like[d].values)) for d in like.dims}
        try:
            return reaching(gather(slot.name, slot, rows, self.basis), labels, self.basis).array
        except UnitError as error:
            raise error.of("", error.at(rows[0].where.at("unit"))) from None


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
            **{k: r.amount(where.at(k), row[k], u) for k, u in wanted.items()},
        }
        for where, row in rows
    ]
    places: dict[tuple[str, int], Source] = {}
    for (where, _), facts in zip(rows, table, strict=True):
        first = places.setdefault((facts["region"], facts["year"]), where)
        if first != where:
            r.fault("row.double", where, first=first.both())
    refuse(InputError, "error.file_used", r.problems, name=Path(path).name)
    return pd.DataFrame(table).astype(dict.fromkeys(SIZES, float))


def facts_of(account: Account) -> pd.DataFrame:
    """Area [m²], population [person] and GDP that the account folder itself states: the GDP in the
    last year, the others in every year.
    """
    b = account.basis
    rows = [(b.region, b.area, b.population, b.gdp)] if b.region not in b.regions else []
    rows += [(r.name, r.area, r.population, r.gdp) for r in b.regions.values()]
    table = [(name, year, *sizes) for name, *sizes in rows for year in b.years]
    frame = pd.DataFrame(table, columns=list(FACTS)).astype(dict.fromkeys(SIZES, float))
    return frame.assign(gdp=frame["gdp"].where(frame["year"] == b.years[-1]))


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
    tables, constant = _by_region(found, base, index)
    parts = list(map(str, tables.columns.drop(["total", region], errors="ignore")))
    years = tables.index
    table = facts.set_index(["region", "year"])[list(SIZES)]
    sizes = {
        str(name): table.reindex(pd.MultiIndex.from_product([[name], years])).set_axis(years)
        for name in dict.fromkeys([region, *parts, *facts["region"]])
    }
    below = [sizes[name] for name in parts or sizes if name != region]
    if below:  # a region that lacks a size leaves the whole without it
        sizes[region] = sizes[region].fillna(reduce(add, below))
    frames = [_beside(region, tables["total"], constant["total"], sizes[region])]
    frames += [_beside(name, tables[name], constant[name], sizes[name]) for name in parts]
    return pd.concat(frames, ignore_index=True)


def _by_region(
    found: Series | Account, base: int | None, index: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """GEP by region and year as it stands, and at the prices of one year."""
    if isinstance(found, Series):
        return found.current("region"), found.constant("region", base, index)
    years = found.basis.years
    tables = pd.DataFrame({y: found.by("region", y) for y in years}).T
    tables["total"] = [float(found.add(found.counted, year=y)) for y in years]
    if len(years) == 1:
        return tables, tables
    return tables, series(found).constant("region", base, index)


def _beside(
    label: str, gep: pd.Series[float], constant: pd.Series[float], sizes: pd.DataFrame
) -> pd.DataFrame:
    """GEP of a region beside its sizes; a zero is a gap: no place is without them."""
    own = sizes.where(sizes > 0)
    return pd.DataFrame(
        {
            "region": label,
            "year": gep.index,
            "gep": gep,
            "gdp": own["gdp"],
            "gep_growth": _growth(constant),
            "gdp_growth": _growth(own["gdp"]),
            "green_gold_index": gep / own["gdp"],
            "per_km2": gep / own["area"] * 1e6,
            "per_head": gep / own["population"],
        }
    )


def _growth(figures: pd.Series[float]) -> pd.Series[float]:
    before = figures.shift()
    return figures / before.where(before != 0) - 1


def red_line(table: pd.DataFrame, tolerance: float = 0.0) -> pd.DataFrame:
    """The GEP red line: GEP must not fall while GDP grows.

    ``state`` is ``kept`` where GEP did not fall by more than the tolerance (a share), ``broken``
    where it fell while GDP grew, ``both_fell`` where both fell, ``unknown`` where GDP or an earlier
    year is not known.

    >>> gep, gdp = [0.01, -0.01, -0.01, np.nan], [0.05, 0.05, -0.1, 0.05]
    >>> red_line(pd.DataFrame({"gep_growth": gep, "gdp_growth": gdp}))["state"].tolist()
    ['kept', 'broken', 'both_fell', 'unknown']
    """
    gep, gdp = table["gep_growth"], table["gdp_growth"]
    cases = [gep.isna(), gep >= -tolerance, gdp.isna(), gdp > 0]
    states = ["unknown", "kept", "unknown", "broken"]
    return table.assign(state=np.select(cases, states, "both_fell"))
