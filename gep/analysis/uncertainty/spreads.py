"""How a figure spreads: a distribution by its quantile function, and draws that depend on nothing
but seed and name.

Every draw is a quantile of a uniform number. The uniform numbers of a name come from a generator of
its own, seeded by the seed and the name, which can start at any draw. So neither the order of the
names nor the size of the blocks in which draws are taken changes a single one.

Traps: a triangular or bounded figure whose range lies askew has another mean than its value; a
normal figure of more than some 30 % relative error reaches below zero, where the log-normal does
not.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from gep.account.inputs import or_else
from gep.analysis.shared import refuse
from gep.core.errors import InputError, Problem
from gep.core.source import Source, named

Floats = np.ndarray[Any, np.dtype[np.float64]]
KINDS = ("normal", "lognormal", "triangular", "uniform", "bounded", "data")
Z95 = 1.959963984540054  # low and high of a normal or log-normal figure hold 95 % between them
_STATED = re.compile(r"\s*([a-z]*)\s*(?:(\d+(?:\.\d+)?)\s*%)?\s*")


def uniform(seed: int, name: str, start: int, stop: int) -> Floats:
    """Uniform numbers between 0 and 1, those of the draws from ``start`` to ``stop``.

    >>> bool((uniform(1, "area", 0, 9)[4:7] == uniform(1, "area", 4, 7)).all())
    True
    """
    generator = np.random.PCG64(_seeds(seed, name))
    generator.advance(start)
    return (
        np.random.Generator(generator).random(stop - start) + 2.0**-54
    )  # never 0: the quantile there is −∞


def _seeds(seed: int, name: str, page: int = 0) -> np.random.SeedSequence:
    words = np.frombuffer(hashlib.sha256(name.encode()).digest(), "<u4")
    return np.random.SeedSequence([seed, page, *words.tolist()])


@dataclass(frozen=True, slots=True)
class Spread:
    """The distribution of one figure, in the figure's own unit.

    ``value`` is the mean of a normal, log-normal or data figure, the mode of a triangular one;
    ``low`` and ``high`` are the ends of a triangular, uniform or bounded figure, and hold 95 % of a
    normal or log-normal one.
    """

    kind: str
    value: float
    low: float
    high: float
    sd: float
    data: tuple[float, ...] = ()  # sorted

    def at(self, u: Floats) -> Floats:
        """Quantiles: the figure at shares ``u`` of its draws."""
        return _SHAPES[self.kind].at(self, u)

    @property
    def mean(self) -> float:
        """The mean, by formula."""
        return _SHAPES[self.kind].mean(self)

    @property
    def deviation(self) -> float:
        """The standard deviation, by formula."""
        return _SHAPES[self.kind].deviation(self)


class _Normal:
    """What a kind of distribution makes of the numbers of a spread; here of a normal one."""

    def at(self, s: Spread, u: Floats) -> Floats:
        return s.value + s.sd * normal_quantile(u)

    def mean(self, s: Spread) -> float:
        return s.value

    def deviation(self, s: Spread) -> float:
        return s.sd


class _Lognormal(_Normal):
    def at(self, s: Spread, u: Floats) -> Floats:
        width = _log_width(s.sd / s.value)
        return s.value * np.exp(width * normal_quantile(u) - width * width / 2)


class _Data(_Normal):
    def at(self, s: Spread, u: Floats) -> Floats:
        return np.interp(u, (np.arange(len(s.data)) + 0.5) / len(s.data), s.data)


class _Uniform(_Normal):
    def at(self, s: Spread, u: Floats) -> Floats:
        return s.low + u * (s.high - s.low)

    def mean(self, s: Spread) -> float:
        return (s.low + s.high) / 2

    def deviation(self, s: Spread) -> float:
        return (s.high - s.low) / math.sqrt(12)


class _Triangular(_Normal):
    def at(self, s: Spread, u: Floats) -> Floats:
        a, b, v = s.low, s.high, s.value
        left = a + np.sqrt(u * (b - a) * (v - a))
        right = b - np.sqrt((1 - u) * (b - a) * (b - v))
        return np.where(u < (v - a) / (b - a), left, right)

    def mean(self, s: Spread) -> float:
        return (s.low + s.value + s.high) / 3

    def deviation(self, s: Spread) -> float:
        a, b, v = s.low, s.high, s.value
        return math.sqrt((a * a + b * b + v * v - a * b - a * v - b * v) / 18)


class _Bounded(_Normal):
    def at(self, s: Spread, u: Floats) -> Floats:
        first, last = map(_below, self._ends(s))
        inside = s.value + s.sd * normal_quantile(first + u * (last - first))
        return np.clip(inside, s.low, s.high)

    def mean(self, s: Spread) -> float:
        first, last = self._ends(s)
        return s.value + s.sd * (_density(first) - _density(last)) / (_below(last) - _below(first))

    def deviation(self, s: Spread) -> float:
        first, last = self._ends(s)
        whole = _below(last) - _below(first)
        edges = first * _density(first) - last * _density(last)
        slope = _density(first) - _density(last)
        return s.sd * math.sqrt(1 + edges / whole - (slope / whole) ** 2)

    def _ends(self, s: Spread) -> tuple[float, float]:
        """Where the normal is cut, in its standard deviations."""
        return (s.low - s.value) / s.sd, (s.high - s.value) / s.sd


_SHAPES: Mapping[str, _Normal] = {
    "normal": _Normal(),
    "lognormal": _Lognormal(),
    "triangular": _Triangular(),
    "uniform": _Uniform(),
    "bounded": _Bounded(),
    "data": _Data(),
}

_FIGURE = named("figure")


def spread(
    value: float,
    low: float | None = None,
    high: float | None = None,
    distribution: str = "",
    where: Source = _FIGURE,
) -> Spread | None:
    """The spread that a row states; None where it states none.

    Parameters
    ----------
    value, low, high : float
        The figure and its range, in one unit. Without a distribution a range is read as triangular.
    distribution : str
        ``normal``, ``lognormal``, ``triangular``, ``uniform`` or ``bounded`` (a normal cut at low
        and high, its standard deviation a quarter of the range). ``"lognormal 20 %"`` states the
        standard deviation as a share of the value instead of a range; ``"20 %"`` alone is normal.

    Raises
    ------
    InputError
        If the distribution is unknown, or the range does not fit the value.

    >>> round(spread(10.0, distribution="normal 5 %").sd, 6), spread(10.0)
    (0.5, None)
    """
    kind, error = _kind(where, distribution)
    sd = None
    if error is not None:
        kind, sd = kind or "normal", abs(value) * float(error) / 100
        low, high = _ends(kind, value, sd)
    if low is None or high is None:
        if low is high and not kind:
            return None
        raise _fault(where, "spread.range", text=distribution or "one bound")
    kind = kind or "triangular"
    if not low <= value <= high:
        raise _fault(where, "spread.askew", value=value, low=low, high=high)
    if low == high:
        return None
    return Spread(kind, value, low, high, or_else(sd, _deviation(where, kind, value, low, high)))


def _kind(where: Source, distribution: str) -> tuple[str, str | None]:
    """The kind that a row states, and the error in percent; blank and None where it states none."""
    found = _STATED.fullmatch(distribution)
    kind, error = found.groups() if found else ("?", None)
    if kind not in ("", *KINDS[:5]):
        raise _fault(where, "spread.unknown", text=distribution, names=", ".join(KINDS[:5]))
    return kind, error


def _fault(where: Source, code: str, **values: object) -> InputError:
    return InputError("error.spread", [Problem(code, where, **values)])


def _log_width(share: float) -> float:
    """The standard deviation of the logarithm of a log-normal figure."""
    return math.sqrt(math.log1p(share**2))


def _ends(kind: str, value: float, sd: float) -> tuple[float, float]:
    """The range of a figure whose standard deviation is stated."""
    if kind == "lognormal" and value > 0:
        s = _log_width(sd / value)
        return value * math.exp(-Z95 * s - s * s / 2), value * math.exp(Z95 * s - s * s / 2)
    reach = {"triangular": math.sqrt(6), "uniform": math.sqrt(3), "bounded": 2.0}.get(kind, Z95)
    return value - reach * sd, value + reach * sd


def _deviation(where: Source, kind: str, value: float, low: float, high: float) -> float:
    """The standard deviation of a figure whose range is stated."""
    if kind == "lognormal" and not low > 0:
        raise _fault(where, "spread.positive", low=low)
    if kind == "lognormal":
        return value * math.sqrt(math.expm1((math.log(high / low) / (2 * Z95)) ** 2))
    return (high - low) / (4 if kind == "bounded" else 2 * Z95)


def from_data(data: Sequence[float]) -> Spread:
    """The spread of figures that were observed: draws are quantiles of the sample.

    >>> from_data([3.0, 1.0, 2.0]).value
    2.0
    """
    ordered = tuple(sorted(map(float, data)))
    if len(ordered) < 2 or not all(map(math.isfinite, ordered)):
        raise InputError("error.spread", [Problem("spread.data", named("data"))])
    return Spread(
        "data", float(np.mean(ordered)), ordered[0], ordered[-1], float(np.std(ordered)), ordered
    )


def sample(name: str, what: Spread, draws: int, seed: int, start: int = 0) -> xr.DataArray:
    """Draws of one figure under a name, as an array along ``draw`` that broadcasts against tables
    and grids alike.

    >>> one = spread(5.0, distribution="normal 10 %")
    >>> late = sample("price", one, 5, seed=1, start=4)
    >>> bool((sample("price", one, 9, seed=1)[4:] == late).all())
    True
    """
    return xr.DataArray(what.at(uniform(seed, name, start, start + draws)), dims="draw")


@dataclass(frozen=True)
class MapError:
    """How a map errs: counts of reference samples, a row for each class of the map and a column for
    each true class.

    The true make-up of what the map shows as one class is drawn from the counts of its row (a
    Dirichlet distribution), so that the mean of the areas drawn is the area adjusted for error and
    the sum of all areas stays.
    """

    classes: tuple[str, ...]
    counts: tuple[tuple[float, ...], ...]

    PAGE = 256

    def shares(self, seed: int, start: int, stop: int) -> Floats:
        """Share of each true class in each class of the map: draws × map class × true class."""
        pages = [self._page(seed, p) for p in range(start // self.PAGE, -(-stop // self.PAGE))]
        first = start // self.PAGE * self.PAGE
        return np.concatenate(pages)[start - first : stop - first]

    def _page(self, seed: int, page: int) -> Floats:
        generator = np.random.Generator(np.random.PCG64(_seeds(seed, "map error", page + 1)))
        counts = np.asarray(self.counts, float)
        drawn = generator.standard_gamma(np.broadcast_to(counts, (self.PAGE, *counts.shape)))
        return np.asarray(drawn / drawn.sum(-1, keepdims=True))

    @property
    def adjusted(self) -> Floats:
        """Mean shares: map class × true class."""
        counts = np.asarray(self.counts, float)
        return np.asarray(counts / counts.sum(-1, keepdims=True))


def map_error(classes: Sequence[str], counts: Sequence[Sequence[float]]) -> MapError:
    """A confusion matrix, checked.

    Raises
    ------
    InputError
        If it is not square, a count is negative, or a class has no samples.
    """
    faults = []
    if {len(counts), *map(len, counts)} != {len(classes)}:
        faults.append(Problem("confusion.shape", named("confusion"), n=len(classes)))
    faults += [
        Problem("confusion.counts", named(name))
        for name, row in zip(classes, counts, strict=False)
        if not _counted(row)
    ]
    refuse(InputError, "error.confusion", faults)
    return MapError(tuple(classes), tuple(tuple(map(float, row)) for row in counts))


def _counted(row: Sequence[object]) -> bool:
    """Whether a row of counts is numbers from 0 up, not all of them 0."""
    numbers = [x for x in row if isinstance(x, (int, float)) and 0 <= x < math.inf]
    return len(numbers) == len(row) and sum(numbers) > 0


def by_pattern(name: str, table: Mapping[str, Any]) -> Any:
    """What a table of patterns says for a dotted name: the longest pattern that fits, ``*``
    standing for anything.

    >>> by_pattern("tourism.paid_sites.value", {"*": 1, "*.value": 2, "value": 3})
    3
    """
    fitting = [p for p in table if fits(p, name)]
    return table[max(fitting, key=lambda p: (p == name, "*" not in p, len(p)))] if fitting else None


def fits(pattern: str, name: str) -> bool:
    """Whether a pattern is a dotted name, its last part, or fits it with ``*`` for anything.

    >>> name = "tourism.value"
    >>> fits("value", name), fits("tourism.*", name), fits("tour", name)
    (True, True, False)
    """
    return pattern == name.split(".")[-1] or _like(pattern, name)


def _like(pattern: str, name: str) -> bool:
    """Whether a name fits a pattern, piece by piece: a regular expression takes for ever where
    there are many stars.
    """
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == name
    at = len(first)
    for piece in rest[:-1]:
        found = name.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return name.startswith(first) and name.endswith(rest[-1]) and len(name) - len(rest[-1]) >= at


def _below(z: float) -> float:
    return math.erfc(-z / math.sqrt(2)) / 2


def _density(z: float) -> float:
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


_CENTRE = (
    (
        2.5090809287301226727e3,
        3.3430575583588128105e4,
        6.7265770927008700853e4,
        4.5921953931549871457e4,
        1.3731693765509461125e4,
        1.9715909503065514427e3,
        1.3314166789178437745e2,
        3.3871328727963666080e0,
    ),
    (
        5.2264952788528545610e3,
        2.8729085735721942674e4,
        3.9307895800092710610e4,
        2.1213794301586595867e4,
        5.3941960214247511077e3,
        6.8718700749205790830e2,
        4.2313330701600911252e1,
        1.0,
    ),
)
_NEAR = (
    (
        7.7454501427834140764e-4,
        2.27238449892691845833e-2,
        2.41780725177450611770e-1,
        1.27045825245236838258e0,
        3.64784832476320460504e0,
        5.76949722146069140550e0,
        4.63033784615654529590e0,
        1.42343711074968357734e0,
    ),
    (
        1.05075007164441684324e-9,
        5.475938084995344946e-4,
        1.51986665636164571966e-2,
        1.48103976427480074590e-1,
        6.89767334985100004550e-1,
        1.67638483018380384940e0,
        2.05319162663775882187e0,
        1.0,
    ),
)
_FAR = (
    (
        2.01033439929228813265e-7,
        2.71155556874348757815e-5,
        1.24266094738807843860e-3,
        2.65321895265761230930e-2,
        2.96560571828504891230e-1,
        1.78482653991729133580e0,
        5.46378491116411436990e0,
        6.65790464350110377720e0,
    ),
    (
        2.04426310338993978564e-15,
        1.42151175831644588870e-7,
        1.84631831751005468180e-5,
        7.86869131145613259100e-4,
        1.48753612908506148525e-2,
        1.36929880922735805310e-1,
        5.99832206555887937690e-1,
        1.0,
    ),
)


def normal_quantile(u: Floats) -> Floats:
    """Quantile of the standard normal distribution, to about 16 digits (Wichura 1988, algorithm AS
    241, PPND16).

    >>> round(float(normal_quantile(np.array([0.975]))[0]), 12)
    1.95996398454
    """
    q = u - 0.5
    out = q * _ratio(_CENTRE, 0.180625 - q * q)
    outer = np.abs(q) > 0.425
    if outer.any():
        tail = np.minimum(u, 1 - u)[outer]
        r = np.sqrt(-np.log(tail))
        z = np.where(r <= 5, _ratio(_NEAR, r - 1.6), _ratio(_FAR, r - 5))
        out[outer] = np.where(q[outer] < 0, -z, z)
    return out


def _ratio(terms: tuple[tuple[float, ...], tuple[float, ...]], x: Floats) -> Floats:
    return np.polyval(np.array(terms[0]), x) / np.polyval(np.array(terms[1]), x)
