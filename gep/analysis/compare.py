"""Accounts side by side: two or more years, standards or cities; for two, where the difference
comes from.

The difference of two totals is split line by line into *coverage* (only one accounts it), *method*
(another formula or another way of pricing), *quantity*, *price*, and *unsplit* (only a value is
known, so nobody can tell). The five parts of a line add up to its difference, and the lines to the
difference of the totals. Quantity and price share their joint effect equally: (q₂ − q₁)(p₁ + p₂)/2
and (p₂ − p₁)(q₁ + q₂)/2 (Bennet 1920), so that the order of the two does not matter.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from gep.account.account import Account, Part
from gep.core.errors import ParameterError, Problem
from gep.core.messages import Both
from gep.core.output import csv_text
from gep.standards import LEVELS
from gep.words.problems import thing_named

EFFECTS = ("coverage", "method", "quantity", "price", "unsplit")
MEASURES = ("value", "per_km2", "per_head", "share", "rank")


@dataclass(frozen=True)
class Side:
    """One column of a comparison: an account in one of its years."""

    label: str
    account: Account
    year: int

    @property
    def total(self) -> float:
        """Its total."""
        return float(self.account.add(self.account.counted, year=self.year))

    def size(self, name: str) -> float:
        """Area [m^2] or population [person] of its region, NaN where the account does not say."""
        basis = self.account.basis
        own = basis.regions.get(basis.region)
        value = getattr(basis, name) or (getattr(own, name) if own else None)
        return float(value) if value else math.nan


class Line(NamedTuple):
    """One line of the difference between two accounts, in their currency per year."""

    level: str
    indicator: str
    component: str  # "" where the indicator is compared as a whole
    first: float
    second: float
    coverage: float
    method: float
    quantity: float
    price: float
    unsplit: float
    why: str

    @property
    def difference(self) -> float:
        """Second less first."""
        return self.second - self.first


@dataclass(frozen=True)
class Comparison:
    """Accounts side by side; see :func:`compare`."""

    sides: tuple[Side, ...]

    @property
    def currency(self) -> str:
        """The currency they share."""
        return self.sides[0].account.basis.currency

    @property
    def labels(self) -> list[str]:
        """The column heads."""
        return [s.label for s in self.sides]

    def table(self, measure: str = "value") -> pd.DataFrame:
        """Total, levels and indicators of the catalogue by account.

        Parameters
        ----------
        measure : {"value", "per_km2", "per_head", "share", "rank"}
            Money per year; per km²; per head; share of the account's own total; place by value, 1
            is the largest.

        Returns
        -------
        DataFrame, index (level, indicator), a column for each account; NaN where an account does
        not have the line.

        Raises
        ------
        ParameterError
            If the measure is none of these.
        """
        if measure not in MEASURES:
            raise ParameterError(
                "error.comparison_table",
                [Problem("key.unknown/measure", measure, values={"names": ", ".join(MEASURES)})],
            )
        columns = [_values(s) for s in self.sides]
        places = ("total", *LEVELS)
        keys = sorted(
            dict.fromkeys(k for c in columns for k in c), key=lambda k: places.index(k[0])
        )
        index = pd.MultiIndex.from_tuples(keys, names=("level", "indicator"))
        values = pd.DataFrame(
            {
                s.label: [c.get(k, math.nan) for k in keys]
                for s, c in zip(self.sides, columns, strict=True)
            },
            index=index,
            dtype=float,
        )
        if measure == "rank":
            return values.rank(axis=1, ascending=False, method="min")
        if measure == "value":
            return values
        by = {"per_km2": ("area", 1e6), "per_head": ("population", 1.0)}
        scale = [
            s.total if measure == "share" else s.size(by[measure][0]) / by[measure][1]
            for s in self.sides
        ]
        return values / pd.Series([x or math.nan for x in scale], index=values.columns)

    @property
    def ranking(self) -> pd.DataFrame:
        """One row an account, the largest total first: total, per km², per head, and the place by
        each.
        """
        rows = [
            {
                "account": s.label,
                "total": s.total,
                "per_km2": s.total / s.size("area") * 1e6,
                "per_head": s.total / s.size("population"),
            }
            for s in self.sides
        ]
        frame = pd.DataFrame(rows).set_index("account")
        for name in ("total", "per_km2", "per_head"):
            frame[f"rank_{name}"] = frame[name].rank(ascending=False, method="min")
        return frame.sort_values("total", ascending=False, kind="stable")

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The difference of two accounts, component by component (of a whole indicator where one
        gives only that).

        Raises
        ------
        ParameterError
            If there are not exactly two accounts.
        """
        if len(self.sides) != 2:
            raise ParameterError(
                "error.difference", [Problem("compare.two", f"{len(self.sides)} accounts")]
            )
        return tuple(_lines(*self.sides))

    @cached_property
    def difference(self) -> pd.DataFrame:
        """The lines added up by indicator, the total last.

        Returns
        -------
        DataFrame, index (level, indicator): ``first, second, difference``, the five parts of the
        difference, and ``why``.

        Raises
        ------
        ParameterError
            If there are not exactly two accounts.
        """
        names = ["first", "second", "difference", *EFFECTS]
        groups: dict[tuple[str, str], list[Line]] = {}
        for line in self.lines:
            groups.setdefault((line.level, line.indicator), []).append(line)
        whys = [
            "; ".join(dict.fromkeys(line.why for line in lines if line.why))
            for lines in groups.values()
        ]
        added = [
            [math.fsum(getattr(line, n) for line in lines) for n in names]
            for lines in (*groups.values(), self.lines)
        ]
        index = pd.MultiIndex.from_tuples([*groups, ("total", "")], names=("level", "indicator"))
        return pd.DataFrame(added, index=index, columns=names).assign(why=[*whys, ""])

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What to bear in mind when reading the figures: price years, gaps, standards known only in
        part.
        """
        out = []
        prices = {
            str(s.account.basis.price_year or s.year) for s in self.sides
        }  # current prices are those of the side's year
        if len(prices) > 1:
            out.append(
                Problem(
                    "compare.prices",
                    ", ".join(self.labels),
                    "warning",
                    {"years": ", ".join(sorted(prices))},
                )
            )
        for s in self.sides:
            left = s.account.total.left_out
            if left:
                names = Both(", ".join(left), "、".join(thing_named(n, "zh") for n in left))
                out.append(Problem("compare.gaps", s.label, "warning", {"names": names}))
        return tuple(out)

    def to_csv(self) -> str:
        """The tables as one tidy CSV: account, level, indicator, measure, value."""
        frames = []
        for measure in MEASURES:
            table = self.table(measure)
            frames += [
                pd.DataFrame(
                    {
                        "account": label,
                        "level": table.index.get_level_values(0),
                        "indicator": table.index.get_level_values(1),
                        "measure": measure,
                        "value": table[label].to_numpy(),
                    }
                )
                for label in table
            ]
        return csv_text(pd.concat(frames).dropna())


def compare(
    *accounts: Account, years: Sequence[int] | None = None, labels: Sequence[str] | None = None
) -> Comparison:
    """Put accounts side by side.

    Parameters
    ----------
    *accounts : Account
        Two or more accounts; or one that covers several years, which is compared with itself.
    years : sequence of int, optional
        The years taken of each account (each is a column); by default the last year of each, or all
        years of a single account.
    labels : sequence of str, optional
        Column heads; by default what tells the accounts apart among region, standard and year.

    Raises
    ------
    ParameterError
        If there are fewer than two columns, a year is not in an account, or the currencies differ.
    """
    sides: list[tuple[Account, int]] = []
    faults = []
    for account in accounts:
        wanted = (
            years
            if years is not None
            else account.basis.years
            if len(accounts) == 1
            else account.basis.years[-1:]
        )
        for year in wanted:
            if year not in account.basis.years:
                faults.append(
                    Problem(
                        "year.unknown",
                        account.basis.title or account.basis.region,
                        values={"label": year, "years": ", ".join(map(str, account.basis.years))},
                    )
                )
            sides.append((account, year))
    money = sorted({a.basis.currency for a in accounts})
    if len(money) > 1:
        faults.append(Problem("compare.currency", ", ".join(money)))
    if len(sides) < 2:
        faults.append(Problem("compare.one", f"{len(sides)} account"))
    if labels is not None and len(labels) != len(sides):
        faults.append(Problem("compare.labels", ", ".join(labels), values={"count": len(sides)}))
    if faults:
        raise ParameterError("error.compare", faults)
    return Comparison(
        tuple(
            Side(label, a, y) for label, (a, y) in zip(labels or _labels(sides), sides, strict=True)
        )
    )


def _labels(sides: Sequence[tuple[Account, int]]) -> list[str]:
    """What tells the columns apart, and nothing else."""
    parts = [[a.basis.region, a.profile.id, str(y), a.basis.title] for a, y in sides]
    telling = [n for n in range(3) if len({p[n] for p in parts}) > 1] or [3]
    out = [" ".join(p[n] for n in telling) for p in parts]
    return [f"{name} ({n + 1})" if out.count(name) > 1 else name for n, name in enumerate(out)]


def _values(side: Side) -> dict[tuple[str, str], float]:
    """Total, levels and indicators of an account; only what has a value."""
    out = {("total", ""): side.total}
    for part in (p for components in _parts(side).values() for p in components.values()):
        value = float(side.account.add([part], year=side.year))
        for key in ((part.row.level, ""), (part.row.level, part.indicator.id)):
            out[key] = out.get(key, 0.0) + value
    return out


class _Cell(NamedTuple):
    quantity: float
    value: float
    unit: str


def _lines(a: Side, b: Side) -> Iterator[Line]:
    mine, theirs = _parts(a), _parts(b)
    for name in dict.fromkeys([*mine, *theirs]):
        one, two = mine.get(name, {}), theirs.get(name, {})
        level = next(iter((one or two).values())).row.level
        if ("" in one) != (
            "" in two
        ):  # one gives the indicator as a whole, the other its components
            yield _line(level, name, "", list(one.values()), list(two.values()), a, b)
            continue
        for component in dict.fromkeys([*one, *two]):
            first, second = ([side[component]] if component in side else [] for side in (one, two))
            yield _line((first or second)[0].row.level, name, component, first, second, a, b)


def _parts(side: Side) -> dict[str, dict[str, Part]]:
    """The counted parts that have a value, by indicator and component."""
    out: dict[str, dict[str, Part]] = {}
    for part in side.account.counted:
        if np.isfinite(side.account.cells(part)["value"].sel(year=side.year).values).any():
            out.setdefault(part.indicator.id, {})[part.component.id] = part
    return out


def _line(
    level: str,
    indicator: str,
    component: str,
    first: list[Part],
    second: list[Part],
    a: Side,
    b: Side,
) -> Line:
    va, vb = (float(s.account.add(p, year=s.year)) for s, p in ((a, first), (b, second)))
    if not first or not second:
        return Line(
            level,
            indicator,
            component,
            va,
            vb,
            vb - va,
            0.0,
            0.0,
            0.0,
            0.0,
            f"only in {(a if first else b).label}",
        )
    effects = dict.fromkeys(EFFECTS, 0.0)
    route, pricing = _apart(first, second, _route), _apart(first, second, _pricing)
    for one, two in _cells(first, second, a, b):
        if one is None or two is None:
            effects["coverage"] += (two.value if two else 0.0) - (one.value if one else 0.0)
            continue
        gap = two.value - one.value
        prices = _prices(one, two)
        if prices is None:
            effects["unsplit"] += gap
            continue
        by_price = (prices[1] - prices[0]) * (one.quantity + two.quantity) / 2
        effects["method" if pricing else "price"] += by_price
        effects["method" if route else "quantity"] += gap - by_price
    return Line(
        level,
        indicator,
        component,
        va,
        vb,
        **effects,
        why="; ".join(filter(None, (route, pricing))),
    )


def _prices(one: _Cell, two: _Cell) -> tuple[float, float] | None:
    """Value per unit on both sides, None where there is none at all; a side with nothing of it
    takes the other's.
    """
    if one.unit != two.unit or not (math.isfinite(one.quantity) and math.isfinite(two.quantity)):
        return None
    units = [
        c.value / c.quantity if c.quantity else math.nan if not c.value else math.inf
        for c in (one, two)
    ]
    if math.inf in map(abs, units) or all(map(math.isnan, units)):
        return None
    return (units[1] if math.isnan(units[0]) else units[0]), (
        units[0] if math.isnan(units[1]) else units[1]
    )


def _cells(
    first: list[Part], second: list[Part], a: Side, b: Side
) -> Iterator[tuple[_Cell | None, _Cell | None]]:
    """Figures of both sides over the labels that they share; what only one has, or what is missing
    on one side, comes alone.
    """
    frames = [_frame(parts, side) for parts, side in ((first, a), (second, b))]
    keep = ["all"]
    for label in ("item", "ecosystem", "region"):
        have = [set(f[label]) for f in frames]
        if have[0] == have[1] or (label == "item" and "" not in have[0] | have[1]):
            keep.append(label)
    grouped = [_added(f, keep) for f in frames]
    for key in dict.fromkeys([*grouped[0], *grouped[1]]):
        yield grouped[0].get(key), grouped[1].get(key)


def _frame(parts: list[Part], side: Side) -> pd.DataFrame:
    frames = []
    for part in parts:
        data = (
            side.account.cells(part)[["quantity", "value", "status"]]
            .sel(year=side.year)
            .drop_vars("year", errors="ignore")
        )
        frame = (
            data.to_dataframe().reset_index()
            if data.dims
            else pd.DataFrame([{k: v.item() for k, v in data.data_vars.items()}])
        )
        own = part.solution.quantity.given.units if part.solution.quantity.given else None
        for label in ("all", "item", "ecosystem", "region"):
            frame[label] = frame.get(label, "")
        frame["unit"] = frame["item"].map(own) if own else part.component.unit
        frames.append(frame[frame["status"] != "absent"])
    return pd.concat(frames)


def _added(frame: pd.DataFrame, keep: list[str]) -> dict[object, _Cell]:
    """Sums by what is kept of the labels; no quantity where a part of it is unknown or in another
    unit.
    """
    by = frame[frame["value"].notna()].groupby(keep, sort=False)
    known = (by["unit"].nunique() == 1) & (by["quantity"].count() == by.size())
    quantity = by["quantity"].sum().where(known)
    return {
        key: _Cell(*figures)
        for key, *figures in zip(
            quantity.index, quantity, by["value"].sum(), by["unit"].first(), strict=True
        )
    }


def _route(part: Part) -> str:
    """The formulas that lead to the quantity; empty where it was given."""
    return " ← ".join(n.name for n in part.solution.quantity.walk() if n.kind == "formula")


def _pricing(part: Part) -> str:
    named = list(dict.fromkeys(e.method for e in part.solution.price.entries() if e.method))
    return "; ".join(named) or (
        part.solution.method if part.solution.price.kind != "missing" else ""
    )


def _apart(first: list[Part], second: list[Part], of: Callable[[Part], str]) -> str:
    """In words, where two ways differ; a figure that was simply given has no way of its own to
    differ.
    """
    ways = [" + ".join(dict.fromkeys(filter(None, map(of, parts)))) for parts in (first, second)]
    return f"{ways[0]} → {ways[1]}" if all(ways) and ways[0] != ways[1] else ""
