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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple

import numpy as np
import pandas as pd

from gep import pricing
from gep.account.account import Account, Part
from gep.account.basis import no_year
from gep.account.inputs import or_else
from gep.account.nodes import Absent, Computed
from gep.analysis.shared import own_units, refuse
from gep.core.errors import ParameterError, Problem
from gep.core.messages import Both, told, word
from gep.core.output import csv_text
from gep.core.source import named, several
from gep.standards import LEVELS
from gep.words.labels import worded
from gep.words.problems import quantity_name, thing_named
from gep.words.report import method_name

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
        own = basis.regions.get(basis.region, basis)
        return float(getattr(basis, name) or getattr(own, name) or math.nan)


class Only(NamedTuple):
    """That one account alone has a line."""

    account: str


Why = Only | Both  # or two ways to it that differ


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
    why: tuple[Why, ...]

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
                [Problem("key.unknown/measure", named(measure), names=", ".join(MEASURES))],
            )
        columns = [_values(s) for s in self.sides]
        places = ("total", *LEVELS)
        keys = sorted(dict.fromkeys(chain(*columns)), key=lambda k: places.index(k[0]))
        values = pd.DataFrame(
            {label: pd.Series(c) for label, c in zip(self.labels, columns, strict=True)},
            index=pd.MultiIndex.from_tuples(keys, names=("level", "indicator")),
            dtype=float,
        )
        if measure == "value":
            return values
        if measure == "rank":
            return values.rank(axis=1, ascending=False, method="min")
        if measure == "share":
            whole = values.iloc[0]
            return values / whole.where(whole != 0)
        size, unit = {"per_km2": ("area", 1e6), "per_head": ("population", 1.0)}[measure]
        return values / pd.Series([s.size(size) / unit for s in self.sides], index=values.columns)

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
        frame = frame.join(frame.rank(ascending=False, method="min").add_prefix("rank_"))
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
                "error.difference",
                [Problem("compare.two", named(word("accounts_of", count=len(self.sides))))],
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
        lines = pd.DataFrame(self.lines, columns=Line._fields).drop(columns="why")
        lines["difference"] = lines["second"] - lines["first"]
        groups = lines.groupby(["level", "indicator"], sort=False)
        out = groups[names].agg(math.fsum).astype(float).assign(why=list(self.why().values()))
        whole = pd.MultiIndex.from_tuples([("total", "")], names=out.index.names)
        total = pd.DataFrame(lines[names].agg(math.fsum).to_dict(), index=whole)
        return pd.concat([out, total.assign(why="")])

    def why(
        self, lang: str = "en", called: Mapping[str, str] | None = None
    ) -> dict[tuple[str, str], str]:
        """Where the difference of two accounts comes from, by level and indicator, in a language;
        ``called`` has other names for the accounts.
        """
        names, out = called or {}, dict[tuple[str, str], list[str]]()
        for line in self.lines:
            reasons = (_told(reason, lang, names) for reason in line.why)
            out.setdefault((line.level, line.indicator), []).append(_said(reasons, lang))
        return {key: _said(whys, lang) for key, whys in out.items()}

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What to bear in mind when reading the figures: price years, gaps, standards known only in
        part.
        """
        out = []
        # current prices are those of the side's year
        prices = {str(s.account.basis.price_year or s.year) for s in self.sides}
        if len(prices) > 1:
            years = {"years": ", ".join(sorted(prices))}
            out.append(Problem("compare.prices", several("account", self.labels), **years))
        for s in self.sides:
            if gaps := s.account.total.left_out:
                names = Both(", ".join(gaps), "、".join(thing_named(n, "zh") for n in gaps))
                out.append(Problem("compare.gaps", several("account", [s.label]), names=names))
        return tuple(out)

    def to_csv(self) -> str:
        """The tables as one tidy CSV: account, level, indicator, measure, value."""
        columns = ["account", "level", "indicator", "measure", "value"]
        tables = [
            self.table(measure)
            .reset_index()
            .melt(["level", "indicator"], var_name="account")
            .assign(measure=measure)
            for measure in MEASURES
        ]
        return csv_text(pd.concat(tables)[columns].dropna())


def _told(reason: Why, lang: str, called: Mapping[str, str]) -> str:
    """Why a line differs, in a language."""
    if isinstance(reason, Only):
        name = called.get(reason.account, reason.account)
        return worded("compare", "only_in", lang, name=name)
    return told(reason, lang)


def _said(whys: Iterable[str], lang: str = "en") -> str:
    """Reasons, each once."""
    return ("；" if lang == "zh" else "; ").join(filter(None, dict.fromkeys(whys)))


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
    sides = _sides(accounts, years)
    faults = [
        no_year(named(a.basis.title or a.basis.region), y, a.basis.years)
        for a, y in sides
        if y not in a.basis.years
    ]
    money = sorted({a.basis.currency for a in accounts})
    if len(money) > 1:
        faults.append(Problem("compare.currency", several("currency", money)))
    if len(sides) < 2:
        faults.append(Problem("compare.one", named(word("account_of", count=len(sides)))))
    heads = or_else(labels, _labels(sides))
    if len(heads) != len(sides):
        faults.append(Problem("compare.labels", several("account", heads), count=len(sides)))
    refuse(ParameterError, "error.compare", faults)
    return Comparison(tuple(Side(head, *side) for head, side in zip(heads, sides, strict=True)))


def _sides(accounts: Sequence[Account], years: Sequence[int] | None) -> list[tuple[Account, int]]:
    """The columns: of each account the years asked for, else its last; of a single one all."""
    default = slice(None) if len(accounts) == 1 else slice(-1, None)
    return [(a, y) for a in accounts for y in or_else(years, a.basis.years[default])]


def _labels(sides: Sequence[tuple[Account, int]]) -> list[str]:
    """What tells the columns apart, and nothing else."""
    every = [(a.basis.region, a.profile.id, str(y), a.basis.title) for a, y in sides]
    *parts, titles = zip(*every, strict=True) if every else ((),)
    telling = [part for part in parts if len(set(part)) > 1] or [titles]
    out = [" ".join(told) for told in zip(*telling, strict=True)]
    return [f"{name} ({n})" if out.count(name) > 1 else name for n, name in enumerate(out, 1)]


def _values(side: Side) -> dict[tuple[str, str], float]:
    """Total, levels and indicators of an account; only what has a value."""
    out = {("total", ""): side.total}
    for part in chain.from_iterable(chain(*c.values()) for c in _parts(side).values()):
        value = float(side.account.add([part], year=side.year))
        for key in ((part.row.level, ""), (part.row.level, part.indicator.id)):
            out[key] = out.get(key, 0.0) + value
    return out


class _Cell(NamedTuple):
    quantity: float
    value: float
    unit: str


_NOTHING = _Cell(math.nan, 0.0, "")  # of a cell that a side does not have


def _lines(a: Side, b: Side) -> Iterator[Line]:
    mine, theirs = _parts(a), _parts(b)
    for name in dict.fromkeys([*mine, *theirs]):
        one, two = mine.get(name, {}), theirs.get(name, {})
        if ("" in one) != ("" in two):  # one gives the whole indicator, the other its components
            one, two = ({"": list(chain(*parts.values()))} for parts in (one, two))
        for component in dict.fromkeys([*one, *two]):
            yield _line(component, one.get(component, []), two.get(component, []), a, b)


def _parts(side: Side) -> dict[str, dict[str, list[Part]]]:
    """The counted parts that have a value, by indicator and component: a list of one."""
    out: dict[str, dict[str, list[Part]]] = {}
    for part in side.account.counted:
        if np.isfinite(side.account.cells(part)["value"].sel(year=side.year).values).any():
            out.setdefault(part.indicator.id, {})[part.component.id] = [part]
    return out


def _line(component: str, first: list[Part], second: list[Part], a: Side, b: Side) -> Line:
    part = (first or second)[0]
    level, indicator = part.row.level, part.indicator.id
    va = float(a.account.add(first, year=a.year))
    vb = float(b.account.add(second, year=b.year))
    effects = dict.fromkeys(EFFECTS, 0.0)
    if not (first and second):
        effects["coverage"] = vb - va
        why = Only((a if first else b).label)
        return Line(level, indicator, component, va, vb, **effects, why=(why,))
    route, pricing = _apart(first, second, _route), _apart(first, second, _pricing)
    by_method = {"quantity": route, "price": pricing}
    for one, two in _cells(first, second, a, b):
        for name, effect in _effects(one, two).items():
            effects["method" if by_method.get(name) else name] += effect
    whys = tuple(filter(None, by_method.values()))
    return Line(level, indicator, component, va, vb, **effects, why=whys)


def _effects(one: _Cell, two: _Cell) -> dict[str, float]:
    """The difference of two cells by its reasons."""
    gap = two.value - one.value
    if _NOTHING in (one, two):
        return {"coverage": gap}
    prices = _prices(one, two)
    if prices is None:
        return {"unsplit": gap}
    by_price = (prices[1] - prices[0]) * (one.quantity + two.quantity) / 2
    return {"price": by_price, "quantity": gap - by_price}


def _prices(one: _Cell, two: _Cell) -> tuple[float, float] | None:
    """Value per unit on both sides, None where there is none at all; a side with nothing of it
    takes the other's.
    """
    quantities = np.array([one.quantity, two.quantity])
    if one.unit != two.unit or not np.isfinite(quantities).all():
        return None
    with np.errstate(all="ignore"):
        prices = np.array([one.value, two.value]) / quantities
    if np.isinf(prices).any() or np.isnan(prices).all():
        return None
    first, second = np.where(np.isnan(prices), prices[::-1], prices).tolist()
    return first, second


def _cells(
    first: list[Part], second: list[Part], a: Side, b: Side
) -> Iterator[tuple[_Cell, _Cell]]:
    """Figures of both sides over the labels that they share; what only one has, or what is missing
    on one side, stands beside nothing.
    """
    one = pd.concat([_frame(part, a) for part in first])
    two = pd.concat([_frame(part, b) for part in second])
    labels = ("item", "ecosystem", "region")
    keep = ["all", *(k for k in labels if _shared(k, set(one[k]), set(two[k])))]
    mine, theirs = _added(one, keep), _added(two, keep)
    for key in dict.fromkeys([*mine, *theirs]):
        yield mine.get(key, _NOTHING), theirs.get(key, _NOTHING)


def _shared(kind: str, one: set[str], two: set[str]) -> bool:
    """Whether two sides can be compared by the labels of a kind: the same ones, or items that all
    have a name.
    """
    return one == two or (kind == "item" and "" not in one | two)


def _frame(part: Part, side: Side) -> pd.DataFrame:
    """The cells of a part in the year of its side, with their unit."""
    data = side.account.cells(part)[["quantity", "value", "status"]].sel(year=[side.year])
    frame = data.to_dataframe().reset_index()
    for label in ("all", "item", "ecosystem", "region"):
        frame[label] = frame.get(label, "")
    own = own_units(part)
    frame["unit"] = frame["item"].map(own) if own else part.component.unit
    return frame[frame["status"] != "absent"]


def _added(frame: pd.DataFrame, keep: list[str]) -> dict[object, _Cell]:
    """Sums by what is kept of the labels; no quantity where a part of it is unknown or in another
    unit.
    """
    by = frame[frame["value"].notna()].groupby(keep, sort=False)
    known = (by["unit"].nunique() == 1) & (by["quantity"].count() == by.size())
    quantity = by["quantity"].sum().where(known)
    cells = map(_Cell, quantity, by["value"].sum(), by["unit"].first())
    return dict(zip(quantity.index, cells, strict=True))


def _route(part: Part, lang: str) -> str:
    """The formulas that lead to the quantity; empty where it was given."""
    steps = (n.name for n in part.solution.quantity.walk() if isinstance(n, Computed))
    return " ← ".join(_way(name, lang) for name in steps)


def _pricing(part: Part, lang: str) -> str:
    """The ways of pricing that the prices name, else that of the account; empty without a price."""
    price = part.solution.price
    ways = [e.method for e in price.entries() if e.method]
    if not ways and not isinstance(price, Absent):
        ways = [part.solution.method]
    return _said((_way(way, lang) for way in ways), lang)


def _way(id: str, lang: str) -> str:
    """A formula or a way of pricing, in Chinese by name."""
    if lang != "zh":
        return id
    return method_name(id, "zh") if id in pricing.IDS else quantity_name(id, "zh")


def _apart(first: list[Part], second: list[Part], of: Callable[[Part, str], str]) -> Both | None:
    """In words, where two ways differ; a figure that was simply given has no way of its own to
    differ.
    """

    def ways(lang: str) -> list[str]:
        sides = ((of(part, lang) for part in parts) for parts in (first, second))
        return [" + ".join(dict.fromkeys(filter(None, side))) for side in sides]

    one, two = ways("en")
    if not (one and two) or one == two:
        return None
    return Both(f"{one} → {two}", " → ".join(ways("zh")))
