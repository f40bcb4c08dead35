"""Monte Carlo over an account: intervals of every figure of the ledger and every total, and which
inputs matter.

All draws of a block go through the account at once, as one more dimension; blocks follow each
other, so that memory does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from gep.account import ledger as ledgers
from gep.account.account import Account, Part
from gep.account.inputs import listed, or_else
from gep.account.ledger import LEDGER
from gep.analysis.shared import labels_of, worked
from gep.analysis.uncertainty.sketch import Sketch
from gep.analysis.uncertainty.sources import MAP, DrawnNode, Sources, sources
from gep.analysis.uncertainty.spreads import Floats, MapError, Spread, uniform
from gep.core.errors import InputError, ParameterError, Problem
from gep.core.messages import word
from gep.core.source import named

FIGURES = ("quantity", "price", "value")
ENDS = tuple(f"{name}_{end}" for name in FIGURES for end in ("low", "high"))
KEYS = ("level", "indicator", "component", "ecosystem", "region")
TORNADO = (
    "input",
    "value",
    "unit",
    "low",
    "high",
    "total_low",
    "total_high",
    "swing",
    "variance_share",
    "where",
)
MAX_DRAWS = 10_000_000
ROOM = 384 * 2**20  # bytes of draws kept for exact quantiles
CELLS = 2**20  # numbers in the largest array of a block
STEP = 0.01  # of a standard deviation: the step of a derivative


class Interval(NamedTuple):
    """A total with its spread, in the account's currency per year."""

    value: float  # the account's own figure
    mean: float
    sd: float
    low: float
    median: float
    high: float


@dataclass(frozen=True)
class Uncertainty:
    """What the draws say of an account.

    ``ledger`` is the account's ledger with ``quantity_low``, ``quantity_high``, ``price_low`` …
    beside the figures. ``totals`` has one row a key (``total``, ``level``, ``indicator``,
    ``component``, ``ecosystem``, ``region``), name and year. ``tornado`` has one row an input, the
    largest swing first: the total with that input alone at its low and high, and the share of the
    variance of the draws that goes with it.
    """

    account: Account
    draws: int
    seed: int
    level: float
    ledger: pd.DataFrame
    totals: pd.DataFrame
    tornado: pd.DataFrame
    first_order: float  # standard deviation of the total by first-order propagation
    sources: Sources = field(repr=False)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Stated errors that fit no figure that spreads: a slip in a name would make an interval
        too narrow.
        """
        return tuple(Problem("spread.idle", named(name)) for name in self.sources.idle)

    def interval(self, key: str = "total", name: str = "", year: int | None = None) -> Interval:
        """The interval of a total, of the last year unless said otherwise.

        Raises
        ------
        ParameterError
            If there is no such total.
        """
        at = or_else(year, self.account.basis.years[-1])
        row = self.totals[
            (self.totals["key"] == key)
            & (self.totals["name"] == name)
            & (self.totals["year"] == at)
        ]
        if row.empty:
            rows = self.totals[["key", "name", "year"]].itertuples(index=False)
            there = (" ".join(map(str, filter(None, row))) for row in rows)
            told = {"names": listed(list(dict.fromkeys(there)), 12)}
            where = named(*filter(None, (key, name, str(at))))
            raise ParameterError("error.by", [Problem("interval.unknown", where, **told)])
        return Interval(*map(float, row[list(Interval._fields)].iloc[0]))


def uncertainty(
    account: Account,
    draws: int = 10_000,
    seed: int = 1,
    *,
    level: float = 0.95,
    errors: Mapping[str, str | float | Spread] | None = None,
    together: Iterable[str] = (),
    confusion: MapError | None = None,
    block: int | None = None,
) -> Uncertainty:
    """Intervals of every figure of an account, and the inputs that matter most.

    Parameters
    ----------
    account : Account
    draws : int
        Number of draws, 100 to 10 million.
    seed : int
        The same seed gives the same draws, whatever the order of rows and the size of blocks.
    level : float
        Share of the draws that an interval holds.
    errors : mapping of pattern to stated error, optional
        For figures without a range of their own: ``{"*.price": "lognormal 20 %", "tourism.*":
        0.1}``; a number is a relative standard deviation, a pattern fits the dotted name or the
        bare name of an input, the longest wins.
    together : names
        Inputs whose rows move together, as one error made everywhere: ``["precipitation"]``.
    confusion : MapError, optional
        How the map that the areas come from errs.
    block : int, optional
        Draws in a block; chosen by size otherwise. No figure depends on it beyond rounding.

    Returns
    -------
    Uncertainty

    Raises
    ------
    InputError
        If a spread cannot be read, nothing spreads, or a number is out of range; all are listed.

    References
    ----------
    JCGM 101:2008 (Monte Carlo propagation) and JCGM 100:2008 (first order); Saltelli et al. 2010
    for the indices of :func:`gep.analysis.uncertainty.sobol`.
    """
    if not 100 <= draws <= MAX_DRAWS or not 0 < level < 1 or seed < 0:
        raise InputError("error.draws", [Problem("draws.range", named("draws"))])
    found = sources(account, errors, together, confusion)
    if not found.figures and confusion is None:
        raise InputError("error.spreads_none", [Problem("spread.none", named(word("account")))])
    size = block or _block(found, draws)
    stats = _Stats(account, found, draws)
    moments = _Moments(list(found.figures))
    for start in range(0, draws, size):
        stop = min(start + size, draws)
        x = drawn(found, seed, start, stop)
        totals = stats.add(x, stop - start)
        moments.add(x, totals)
    tornado, first = _tornado(account, found, level, moments)
    tails = ((1 - level) / 2, 0.5, (1 + level) / 2)
    return Uncertainty(
        account, draws, seed, level, stats.ledger(tails), stats.totals(tails), tornado, first, found
    )


def drawn(found: Sources, seed: int, start: int, stop: int) -> dict[str, Floats]:
    """The draws of every figure from ``start`` to ``stop``, by its name."""
    x = found.at({stream: uniform(seed, stream, start, stop) for stream in found.streams})
    if found.map is not None:
        x[MAP] = found.map.shares(seed, start, stop)
    return x


def _worked(
    part: Part, nodes: Sequence[DrawnNode], account: Account, x: Mapping[str, Floats], draws: int
) -> xr.Dataset:
    """A part's figures along ``draw``; as they are where nothing in it is drawn."""
    instead = {n.node: array for n in nodes if (array := n.at(x, draws)) is not None}
    return worked(part, account.basis, instead)


def total_of(account: Account, found: Sources, x: Mapping[str, Floats], draws: int) -> Floats:
    """The total of the last year for each draw."""
    out = np.zeros(draws)
    for part, nodes in found.nodes:
        if part.counted:
            value = _worked(part, nodes, account, x, draws)["value"]
            out = out + _by_year(account, part, value, draws)[-1]
    return out


def _by_year(account: Account, part: Part, value: xr.DataArray, draws: int, *keep: str) -> Floats:
    """Sums over everything but the kept label, year and draw: [label ×] year × draw; what is
    missing is left out, as in the account.
    """
    cover = account.cover(part, account.basis.region)
    if labels_of(value, "region", or_else(cover, ())) != or_else(cover, []):
        value = value.sel(region=cover)
    value = value.sum(list({*value.dims} - {*keep, "year", "draw"}), skipna=True)
    lacking = {"year": list(account.basis.years), "draw": draws}
    wide = value.expand_dims({d: n for d, n in lacking.items() if d not in value.dims})
    return np.asarray(wide.transpose(*keep, "year", "draw").values)


def _block(found: Sources, draws: int) -> int:
    largest = max((part.data["value"].size for part, nodes in found.nodes if nodes), default=1)
    return max(100, min(draws, CELLS // largest))


class _Stats:
    """Running statistics of every figure of the ledger and of every total."""

    def __init__(self, account: Account, found: Sources, draws: int) -> None:
        self.account, self.found, self.draws = account, found, draws
        self.names: dict[tuple[str, str], int] = {("total", ""): 0}
        self.places = [self._places(part) for part, _ in found.nodes]
        cells = sum(part.data["value"].size * len(FIGURES) for part, nodes in found.nodes if nodes)
        sums = len(self.names) * len(account.basis.years)
        self.room = max(1000, ROOM // (8 * max(cells + sums, 1)))
        self.sums = Sketch(sums, draws, self.room)
        self.cells: list[dict[str, tuple[Sketch, xr.DataArray]]] = [{} for _ in found.nodes]

    def _places(self, part: Part) -> dict[str, list[int]]:
        """Which totals a part enters: for each key the rows of the sums."""
        if not part.counted:
            return {}
        data, region = self.account.cells(part), self.account.basis.region
        names = {
            "level": [part.row.level],
            "indicator": [part.row.id],
            "component": [part.name],
            "ecosystem": labels_of(data, "ecosystem", [""]),
            "region": labels_of(data, "region", [region]),
        }
        rows = {
            key: [self.names.setdefault((key, n), len(self.names)) for n in names[key]]
            for key in KEYS
        }
        return {"total": [0], **rows}

    def add(self, x: Mapping[str, Floats], draws: int) -> Floats:
        """A block of draws; the totals of the last year come back."""
        sums = np.zeros((len(self.names), len(self.account.basis.years), draws))
        each = zip(self.found.nodes, self.cells, self.places, strict=True)
        for (part, nodes), cells, places in each:
            ds = _worked(part, nodes, self.account, x, draws)
            self._keep(cells, ds, draws)
            if places:
                self._enter(sums, places, part, ds["value"], draws)
        self.sums.add(sums.reshape(-1, draws))
        return np.asarray(sums[0, -1])

    def _enter(
        self,
        sums: Floats,
        places: Mapping[str, list[int]],
        part: Part,
        value: xr.DataArray,
        draws: int,
    ) -> None:
        """Add a part to the totals that it enters."""
        split: dict[str, Floats] = {
            label: _by_year(self.account, part, value, draws, label)
            for label in ("ecosystem", "region")
            if label in value.dims
        }
        whole = next((by.sum(0) for by in split.values()), None)
        if whole is None:
            whole = _by_year(self.account, part, value, draws)
        for key, rows in places.items():
            sums[rows] += split.get(key, whole)

    def _keep(
        self, cells: dict[str, tuple[Sketch, xr.DataArray]], ds: xr.Dataset, draws: int
    ) -> None:
        """Add a block of draws to the figures of a part that are drawn."""
        for name in FIGURES:
            if "draw" not in ds[name].dims:
                continue
            array = ds[name].transpose(..., "draw")
            block = array.values.reshape(-1, draws)
            if name not in cells:
                sketch = Sketch(len(block), self.draws, self.room)
                cells[name] = sketch, array.isel(draw=0, drop=True)
            cells[name][0].add(block)

    def totals(self, tails: tuple[float, float, float]) -> pd.DataFrame:
        """One row a total and year."""
        years = self.account.basis.years
        low, median, high = self.sums.quantiles(tails)
        rows = [(key, name, year) for (key, name), year in product(self.names, years)]
        tables = {(key, y): self._figures(key, y) for key, y in product(("total", *KEYS), years)}
        frame = pd.DataFrame(rows, columns=["key", "name", "year"])
        frame["value"] = [tables[key, year][name] for key, name, year in rows]
        spread = pd.DataFrame(
            {
                "mean": self.sums.mean,
                "sd": self.sums.deviation,
                "low": low,
                "median": median,
                "high": high,
            }
        )
        spread[frame["value"].isna()] = np.nan  # of what nothing is known no draw says anything
        return frame.join(spread)

    def _figures(self, key: str, year: int) -> dict[str, float]:
        """The account's own totals of a kind, by name."""
        if key == "total":
            return {"": float(self.account.add(self.account.counted, year=year))}
        return {str(name): value for name, value in self.account.by(key, year).items()}

    def ledger(self, tails: tuple[float, float, float]) -> pd.DataFrame:
        """The ledger with the interval of each figure beside it; a figure that nothing moves is its
        own interval.
        """
        frames = [
            frame.assign(**dict(zip(ENDS, self._ends(frame, part, cells, tails), strict=True)))
            for (part, _), cells in zip(self.found.nodes, self.cells, strict=True)
            for frame in ledgers.rows(self.account, part)
        ]
        if not frames:
            return self.account.ledger
        return pd.concat(frames, ignore_index=True)[[*LEDGER, *ENDS]]

    def _ends(
        self,
        frame: pd.DataFrame,
        part: Part,
        cells: Mapping[str, tuple[Sketch, xr.DataArray]],
        tails: tuple[float, float, float],
    ) -> list[pd.Series[float]]:
        """The ends of the interval of each figure of the rows of a part; see :data:`ENDS`."""
        out = []
        for name in FIGURES:
            if name not in cells:
                out += [frame[name], frame[name]]
                continue
            sketch, like = cells[name]
            for column in sketch.quantiles((tails[0], tails[2])):
                wide = like.copy(data=column.reshape(like.shape)).broadcast_like(part.data[name])
                wide = wide.transpose(*part.data.dims)  # the order that the rows are in
                end = pd.Series(wide.values.reshape(-1)[frame.index], frame.index)
                out.append(end.where(frame[name].notna()))
        return out


class _Moments:
    """Running covariance of each input with the total, for its share of the variance."""

    def __init__(self, names: list[str]) -> None:
        self.names, self.count = names, 0
        self.x, self.xx, self.xy, self.middle = np.zeros((4, len(names)))
        self.y = self.yy = self.shift = 0.0

    def add(self, x: Mapping[str, Floats], y: Floats) -> None:
        """A block of draws of the inputs and of the total."""
        if not self.count:
            self.middle = np.array([x[n].mean() for n in self.names])
            self.shift = float(y.mean())
        moved = y - self.shift  # about the first mean, so that nothing is lost to large numbers
        self.count += len(moved)
        self.y += float(moved.sum())
        self.yy += float(moved @ moved)
        for k, name in enumerate(self.names):
            z = x[name] - self.middle[k]
            self.x[k] += z.sum()
            self.xx[k] += z @ z
            self.xy[k] += z @ moved

    def shares(self) -> Floats:
        """Squared correlation of each input with the total."""
        n = self.count
        xy = self.xy - self.x * self.y / n
        xx, yy = self.xx - self.x**2 / n, self.yy - self.y**2 / n
        return np.divide(xy**2, xx * yy, out=np.zeros(len(self.names)), where=xx * yy > 0)


def _tornado(
    account: Account, found: Sources, level: float, moments: _Moments
) -> tuple[pd.DataFrame, float]:
    """Each input alone at its ends, and first-order propagation from small steps either way."""
    streams = found.streams
    names = list(streams)
    ends = np.array([(1 - level) / 2, (1 + level) / 2])
    share = dict(zip(moments.names, moments.shares(), strict=True))
    size = max(1, CELLS // (4 * found.largest))
    rows, variance = [], 0.0
    for start in range(0, len(names), size):
        part = names[start : start + size]
        for stream, totals in zip(part, _alone(account, found, part, ends), strict=True):
            low, high, down, up = totals
            variance += ((up - down) / (2 * STEP)) ** 2
            first = found.figures[streams[stream][0]]
            least, most = first.spread.at(ends)
            told = (stream, first.value, first.unit, least, most, low, high, abs(high - low))
            rows.append((*told, max(share[n] for n in streams[stream]), first.where))
    if found.map is not None:
        low, high, sd = _map_alone(account, found, found.map, ends)
        gap = np.nan
        told = (MAP, gap, "", gap, gap, low, high, abs(high - low))
        rows.append((*told, gap, "confusion matrix"))
        variance += sd**2
    frame = pd.DataFrame(rows, columns=list(TORNADO)).sort_values(
        "swing", ascending=False, kind="stable", ignore_index=True
    )
    return frame, float(np.sqrt(variance))


def _alone(account: Account, found: Sources, part: Sequence[str], ends: Floats) -> Floats:
    """The total with each of some inputs alone at its low and high end, and a step down and up."""
    streams, count = found.streams, 4 * len(part)
    x = {name: np.full(count, source.value) for name, source in found.figures.items()}
    for n, stream in enumerate(part):
        for name in streams[stream]:
            s = found.figures[name].spread
            step = STEP * s.deviation
            x[name][4 * n : 4 * n + 4] = [*s.at(ends), s.value - step, s.value + step]
    return total_of(account, found, x, count).reshape(-1, 4)


def _map_alone(
    account: Account, found: Sources, error: MapError, ends: Floats
) -> tuple[float, float, float]:
    """Low, high and standard deviation of the total where only the map errs."""
    totals = total_of(account, found, {MAP: error.shares(0, 0, 1024)}, 1024)
    low, high = np.quantile(totals, ends)
    return float(low), float(high), float(totals.std(ddof=1))
