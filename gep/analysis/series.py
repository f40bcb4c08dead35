"""Monitoring: an account of several years as one object, at current and at comparable prices, and
why it changed.

Traps: a value that was given without a quantity has no price of its own: it is carried by a price
index, or stands as it is and is named. Volumes that are chained do not add up; contributions to
their growth use the prices of the year before. A total moves too when a figure that was missing is
there: that is coverage, and no change of anything in nature. What is not known in a year is NaN in
its column, and left out of the column ``total``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from gep.account.account import Account, Part
from gep.account.basis import no_year
from gep.account.inputs import or_else
from gep.account.nodes import Layer
from gep.analysis import decompose
from gep.analysis.shared import refuse
from gep.core.errors import InputError, ParameterError, Problem
from gep.core.messages import word
from gep.core.source import named, several

Floats = np.ndarray[Any, np.dtype[np.float64]]
KEYS = ("total", "level", "indicator", "component", "item", "ecosystem", "region")
EFFECTS = ("extent", "quantity", "price", "unsplit", "coverage")


@dataclass(frozen=True)
class Series:
    """Accounts of several years, cell by cell: a cell is a component of an item, ecosystem type and
    region.

    ``cells`` names them; the arrays are cell × year: quantity in the component's own unit, price
    and value in the currency, area [m^2] of the ecosystem where one is behind the figure. A cell
    that does not occur in a year is 0 there; one whose figure is missing, or whose component is not
    accounted at all in that year, is NaN.
    """

    years: tuple[int, ...]
    cells: pd.DataFrame
    quantity: Floats
    price: Floats
    value: Floats
    area: Floats
    currency: str = "CNY"
    deflators: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()  # accounts of several places or standards

    @cached_property
    def priced(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Cells whose value is quantity × price in every year where there is a value."""
        product = self.quantity * self.price
        with np.errstate(invalid="ignore"):
            fits = np.isclose(product, self.value, rtol=1e-9, atol=0) | np.isnan(self.value)
        return np.asarray(fits.all(1) & (~np.isnan(self.value)).any(1))

    def at(self, year: int) -> int:
        """The place of a year.

        Raises
        ------
        ParameterError
            If the series does not cover it.
        """
        if year not in self.years:
            fault = no_year(named(str(year)), year, self.years)
            raise ParameterError("error.series_year", [fault])
        return self.years.index(year)

    def current(self, key: str = "indicator") -> pd.DataFrame:
        """Values as they stand in the account: a row a year, a column a total; NaN in a year of
        which nothing is known.

        ``key`` is one of ``total, level, indicator, component, item, ecosystem, region``; the
        column ``total`` is always there.

        Raises
        ------
        ParameterError
            If the series has no such key.
        """
        return self._table(self.value, key)

    def constant(
        self, key: str = "indicator", base: int | None = None, index: str = ""
    ) -> pd.DataFrame:
        """Values at the prices of one year (fixed base): each quantity at its price of the base
        year, the last unless said otherwise.

        A value without a quantity is carried to the base year by the deflator table ``index`` (the
        only one if there is one); where there is none it stands as it is, and
        ``attrs["as_it_stands"]`` names its component. A cell without a price in the base year takes
        its price of the nearest year that has one.

        Raises
        ------
        ParameterError
            If the series has no such key or year, or the index lacks a year.
        """
        n = self.at(or_else(base, self.years[-1]))
        carried, stands = self._carried(n, index)
        out = self._table(
            np.where(self.priced[:, None], self.quantity * self._price_at(n), carried), key
        )
        out.attrs["as_it_stands"] = stands
        return out

    def chained(
        self, key: str = "indicator", base: int | None = None, index: str = ""
    ) -> pd.DataFrame:
        """Values at the prices of one year, chained: the growth of each year at the prices of the
        year before.

        Columns do not add up to the total, except in the base year and the one after it. A chain
        ends, with NaN, where a year has no figure.
        """
        n = self.at(or_else(base, self.years[-1]))
        links = self._links(key, index)
        after = links.iloc[n + 1 :].to_numpy().cumprod(axis=0)
        before = links.iloc[n:0:-1].to_numpy().cumprod(axis=0)[::-1]
        with np.errstate(invalid="ignore", divide="ignore"):
            level = np.concatenate([1 / before, np.ones((1, links.shape[1])), after])
        out = (
            pd.DataFrame(level, index=links.index, columns=links.columns)
            * self.current(key).iloc[n]
        )
        out.attrs["as_it_stands"] = self._carried(n, index)[1]
        return out

    def deflated(
        self, key: str = "indicator", base: int | None = None, index: str = ""
    ) -> pd.DataFrame:
        """Values divided by a price index, the base year = 1: real values, whose relative prices
        may change.

        Raises
        ------
        ParameterError
            If the index lacks a year.
        """
        n = self.at(or_else(base, self.years[-1]))
        return self.current(key).mul(
            pd.Series(1 / self._index(n, index), index=list(self.years)), axis=0
        )

    def growth(self, table: pd.DataFrame) -> pd.DataFrame:
        """Growth over the year before, of a table of this series; 0.05 is 5 %."""
        return (table / table.shift() - 1).iloc[1:]

    def contributions(
        self,
        key: str = "indicator",
        *,
        chained: bool = True,
        base: int | None = None,
        index: str = "",
    ) -> pd.DataFrame:
        """Contribution of each total to the growth of the whole, year by year; the columns add up
        to the column ``total``.

        With ``chained`` each change is weighed at the prices of the year before, so that it adds up
        although chained volumes do not. What is known in one of the two years only contributes all
        of it: to coverage, see :meth:`decomposition`.
        """
        if not chained:
            table = self.constant(key, base, index)
            return table.fillna(0.0).diff().div(table["total"].shift(), axis=0).iloc[1:]
        now, before = self._at_last_prices(key, index)
        change: pd.DataFrame = now.fillna(0.0) - before.fillna(0.0)
        return change.div(before["total"], axis=0)

    def decomposition(
        self, first: int | None = None, last: int | None = None, form: str = "auto"
    ) -> pd.DataFrame:
        """The change between two years, cell by cell, split into extent, quantity and price.

        Value = area of the ecosystem × quantity per area × price; without an area, quantity ×
        price.

        Parameters
        ----------
        first, last : int
            Years; the first and the last of the series unless said otherwise.
        form : {"auto", "shapley", "laspeyres", "paasche"}
            ``auto`` is LMDI, and Shapley's where a factor is zero, negative or new. The column
            ``form`` names what was taken.

        Returns
        -------
        DataFrame
            The cells with ``first, last, change, extent, quantity, price, unsplit, coverage,
            form``: ``unsplit`` is the change of a value that has no quantity, ``coverage`` of one
            whose figure is missing, NaN, in one of the years. The five parts of a row add up to its
            change, and the changes to that of the total.
        """
        a, b = self.at(or_else(first, self.years[0])), self.at(or_else(last, self.years[-1]))
        old, new = self.value[:, a], self.value[:, b]
        gone = np.isnan(old) | np.isnan(new)
        change = np.nan_to_num(new) - np.nan_to_num(old)
        priced = self.priced & ~gone
        split = decompose.effects(*self._factors(a, b), form)
        parts = {
            name: np.where(priced, effect, 0.0)
            for name, effect in zip(EFFECTS[:3], split.parts, strict=True)
        }
        parts["unsplit"] = np.where(self.priced | gone, 0.0, change)
        parts["coverage"] = np.where(gone, change, 0.0)
        out = self.cells.assign(
            first=old, last=new, change=change, **parts, form=np.where(priced, split.form, "none")
        )
        return out[(out["first"].fillna(0.0) != 0) | (out["last"].fillna(0.0) != 0)].reset_index(
            drop=True
        )

    def indices(self, first: int | None = None, last: int | None = None) -> pd.DataFrame:
        """Indices of quantity and price of Laspeyres, Paasche and Fisher over the cells that have
        both, the first year = 1.
        """
        a, b = self.at(or_else(first, self.years[0])), self.at(or_else(last, self.years[-1]))
        at = self.priced & ~np.isnan(self.value[:, [a, b]]).any(1)
        q0, q1 = self.quantity[at, a], self.quantity[at, b]
        p0, p1 = self._price_at(a)[at, 0], self._price_at(b)[at, 0]
        rows = {
            "quantity": decompose.quantity_indices(q0, p0, q1, p1),
            "price": decompose.quantity_indices(p0, q0, p1, q1),
        }
        return pd.DataFrame.from_dict(rows, orient="index")

    # -- inside

    def _table(self, values: Floats, key: str) -> pd.DataFrame:
        if key not in KEYS:
            raise ParameterError(
                "error.series_key",
                [Problem("key.unknown/series", named(key), names=", ".join(KEYS))],
            )
        known = pd.DataFrame(values.T, index=pd.Index(self.years, name="year"))
        out = pd.DataFrame({"total": _known(known)})
        if key != "total":
            names = self.cells[key].to_numpy()
            for name in dict.fromkeys(names):
                out[name] = _known(known.loc[:, names == name])
        out.attrs["units"] = f"{self.currency}/yr"
        out["total"] = out.pop("total")  # it stands last
        return out

    def _price_at(self, n: int) -> Floats:
        """Price of each cell in a year, or in the nearest year that has one: cell × 1."""
        order = sorted(range(len(self.years)), key=lambda k: abs(self.years[k] - self.years[n]))
        out = np.full(len(self.cells), np.nan)
        for k in order:
            out = np.where(np.isnan(out), self.price[:, k], out)
        return out[:, None]

    def _index(self, n: int, index: str) -> Floats:
        tables = self.deflators
        name = index or (
            next(iter(tables)) if len(tables) == 1 else "CPI" if "CPI" in tables else ""
        )
        level = pd.Series(tables.get(name, {}), dtype=float).reindex(list(self.years))
        lacking = level.index[level.isna()]
        if len(lacking):
            told = {"years": ", ".join(map(str, lacking))}
            fault = Problem("deflator.years", named(name or "index"), **told)
            raise ParameterError("error.price_index", [fault])
        return np.asarray(level / level.iloc[n])

    def _carried(self, n: int, index: str) -> tuple[Floats, tuple[str, ...]]:
        """Values without quantities in money of a year, with the components for which no index
        serves.
        """
        if index or self.deflators:
            return self.value / self._index(n, index), ()
        stands = ~self.priced & ~np.isnan(self.value).all(axis=1)
        return self.value, tuple(dict.fromkeys(self.cells["component"][stands]))

    def _at_last_prices(self, key: str, index: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Each year from the second at the prices of the year before, and the year before at its
        own.
        """
        now, before = [], []
        for n in range(1, len(self.years)):
            carried, _ = self._carried(n - 1, index)
            then = np.where(self.priced[:, None], self.quantity * self._price_at(n - 1), carried)
            now.append(self._table(then, key).iloc[[n]])
            before.append(self.current(key).iloc[[n - 1]].set_axis([self.years[n]], axis=0))
        return pd.concat(now), pd.concat(before)

    def _links(self, key: str, index: str) -> pd.DataFrame:
        now, before = self._at_last_prices(key, index)
        with np.errstate(invalid="ignore", divide="ignore"):
            links = now / before
        first = pd.DataFrame(1.0, index=[self.years[0]], columns=links.columns)
        return pd.concat([first, links]).rename_axis("year")

    def _factors(self, a: int, b: int) -> tuple[list[Floats], list[Floats]]:
        """Extent, quantity per extent and price of both years; what is new takes price and density
        of the year that has them.
        """
        has = ~np.isnan(self.area[:, [a, b]]).any(1)
        both = []
        for n in (a, b):
            extent = np.where(has, self.area[:, n], 1.0)
            with np.errstate(invalid="ignore", divide="ignore"):
                density = np.where(extent != 0, np.nan_to_num(self.quantity[:, n]) / extent, np.nan)
            both.append([extent, density, self.price[:, n]])
        (e0, d0, p0), (e1, d1, p1) = both
        d0, d1 = np.where(np.isnan(d0), d1, d0), np.where(np.isnan(d1), d0, d1)
        p0, p1 = np.where(np.isnan(p0), p1, p0), np.where(np.isnan(p1), p0, p1)
        return list(np.nan_to_num([e0, d0, p0])), list(np.nan_to_num([e1, d1, p1]))


def _known(cells: pd.DataFrame) -> pd.Series[float]:
    """The sum of each year; unknown where figures are missing and nothing else is there: a type
    that does not occur is no figure.
    """
    return cells.sum(axis=1).where(~cells.isna().any(axis=1) | (cells.fillna(0.0) != 0).any(axis=1))


def series(*accounts: Account) -> Series:
    """Accounts as one series: one account of several years, or several of one place.

    Raises
    ------
    InputError
        If there is only one year, a year comes twice, or the currencies differ. Names or standards
        that differ are ``warnings``.
    """
    years = [y for a in accounts for y in a.basis.years]
    faults = []
    if len(years) < 2:
        faults.append(Problem("series.years", named(word("account"))))
    faults += [
        Problem("series.twice", named(str(y)))
        for y, count in sorted(Counter(years).items())
        if count > 1
    ]
    if len({a.basis.currency for a in accounts}) > 1:
        faults.append(Problem("series.currency", named("accounts")))
    refuse(InputError, "error.series", faults)
    frames = [_frame(a, p) for a in accounts for p in a.counted]
    found = _assembled(frames, tuple(sorted(years)), accounts)
    return replace(found, warnings=_apart(accounts))


def _apart(accounts: Sequence[Account]) -> tuple[Problem, ...]:
    """Warnings where accounts are of several places, or by several standards."""
    named = {
        "series.places": dict.fromkeys(a.basis.region for a in accounts),
        "series.standards": dict.fromkeys(a.profile.id for a in accounts),
    }
    return tuple(
        Problem(code, several("name", names)) for code, names in named.items() if len(names) > 1
    )


def between(before: Account, after: Account, year: int | None = None) -> Series:
    """Two accounts of the same year, as of a scenario, as the steps 0 and 1 of a series.

    Parameters
    ----------
    before, after : Account
    year : int, optional
        The year taken of both; the last of ``before`` unless said otherwise.

    Returns
    -------
    Series, of the years 0 and 1
    """
    at = or_else(year, before.basis.years[-1])
    frames = []
    for step, account in enumerate((before, after)):
        for part in account.counted:
            frame = _frame(account, part)
            frames.append(frame[frame["year"] == at].assign(year=step))
    return _assembled(frames, (0, 1), (before, after))


def _assembled(
    frames: Sequence[pd.DataFrame], ordered: tuple[int, ...], accounts: Sequence[Account]
) -> Series:
    names = ["level", "indicator", "component", "item", "ecosystem", "region"]
    numbers = ("quantity", "price", "value", "area")
    frame = (
        pd.concat(frames, ignore_index=True)
        if frames
        else pd.DataFrame(columns=[*names, *numbers, "year"])
    )
    keys = pd.MultiIndex.from_frame(frame[names])
    cells = keys.unique()
    row, column = cells.get_indexer(keys), pd.Index(ordered).get_indexer(pd.Index(frame["year"]))
    tables = {}
    for name, nothing in (("quantity", 0.0), ("price", np.nan), ("value", 0.0), ("area", np.nan)):
        tables[name] = np.full((len(cells), len(ordered)), nothing)
        tables[name][row, column] = frame[name]
    # a component that an account leaves out is missing there, not zero
    components = pd.Index(frame["component"].unique())
    there = np.zeros((len(components), len(ordered)), dtype=bool)
    there[components.get_indexer(keys.get_level_values("component")), column] = True
    absent = ~there[components.get_indexer(cells.get_level_values("component"))]
    tables["quantity"][absent] = tables["value"][absent] = np.nan
    deflators: dict[str, Mapping[int, float]] = {}
    for account in accounts:
        deflators |= account.basis.deflators
    quantity, price, value, area = tables.values()
    return Series(
        ordered,
        cells.to_frame(index=False),
        quantity,
        price,
        value,
        area,
        accounts[0].basis.currency,
        deflators,
    )


def _frame(account: Account, part: Part) -> pd.DataFrame:
    """The cells of a part that count in its account, with the area that its chain rests on."""
    data = account.cells(part)
    data = data.assign(area=_area(account, part, data))
    frame = data.to_dataframe().reset_index()
    blank = {"item": "", "ecosystem": "", "region": account.basis.region}
    for label, name in blank.items():
        frame[label] = frame.get(label, name)
    absent = frame["status"] == "absent"
    frame.loc[absent, ["quantity", "value"]] = 0.0
    known = frame["value"].notna() & frame["quantity"].notna()
    given = known & ~np.isclose(
        frame["quantity"] * frame["price"], frame["value"], rtol=1e-9, atol=0
    )
    with np.errstate(
        invalid="ignore", divide="ignore"
    ):  # a value beside a quantity has a price of its own
        implied = frame["value"] / frame["quantity"].where(frame["quantity"] != 0)
    frame.loc[given & ~absent, "price"] = implied
    return frame.assign(level=part.row.level, indicator=part.row.id, component=part.name)


def _area(account: Account, part: Part, data: xr.Dataset) -> xr.DataArray:
    """The area [m^2] that the quantity of each cell rests on; NaN where it rests on none."""
    quantity = part.solution.quantity
    if isinstance(quantity, Layer):
        area = None if account.scene is None else account.scene.ground(account.basis)
    else:
        area = next(
            (figures.array for node, figures in quantity.told() if node.name == "area"), None
        )
    if area is None or not set(area.dims) <= set(data.dims):
        return xr.full_like(data["value"], np.nan)
    like: xr.DataArray = area.reindex_like(data["value"]).broadcast_like(data["value"])
    return like.fillna(0.0)


def carried_back(old: Mapping[int, float], new: Mapping[int, float]) -> pd.DataFrame:
    """A change of method carried back: earlier years of the old series, scaled to the new one where
    the two first meet.

    Parameters
    ----------
    old, new : mapping of year to figure
        The series by the old and by the new method; they share at least one year.

    Returns
    -------
    DataFrame, index year: ``old``, ``new`` as given (both are kept), ``linked``, and ``factor`` in
    the years that were scaled.

    Raises
    ------
    InputError
        If they share no year, or the old figure of that year is zero.

    >>> old, new = {2018: 80.0, 2019: 100.0}, {2019: 110.0, 2020: 121.0}
    >>> carried_back(old, new)["linked"].round(6).tolist()
    [88.0, 110.0, 121.0]
    """
    shared = sorted(set(old) & set(new))
    if not shared or not old[shared[0]]:
        raise InputError("error.back_cast", [Problem("series.link", named("old and new"))])
    factor = new[shared[0]] / old[shared[0]]
    table = pd.DataFrame({"old": pd.Series(old), "new": pd.Series(new)}).sort_index()
    scaled = table.index.isin(list(old)) & (table.index < shared[0])
    linked = table["new"].where(~scaled, table["old"] * factor)
    table = table.assign(linked=linked, factor=np.where(scaled, factor, np.nan))
    return table.rename_axis("year")


def summed(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """A decomposition added up by labels, the total last; NaN where nothing of a label is known in
    a year.
    """
    columns = ["first", "last", "change", *EFFECTS]
    out = (
        table.groupby(list(by), sort=False)[columns].sum(min_count=1).reset_index()
        if by
        else table.iloc[:0]
    )
    total = {c: table[c].sum(min_count=int(c in ("first", "last"))) for c in columns}
    return pd.concat(
        [
            out,
            pd.DataFrame([{**dict.fromkeys(by, ""), **({by[0]: "total"} if by else {}), **total}]),
        ],
        ignore_index=True,
    )
