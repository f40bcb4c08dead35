"""The change of a product split among its factors, so that the parts add up to the change.

Every form takes the factors of both years as arrays of one shape and gives one effect a factor.
LMDI (the logarithmic mean Divisia index, additive) and Shapley's form treat both years alike:
turned round, each effect changes its sign. The forms of Laspeyres and Paasche change one factor
after the other, from the first to the last: Laspeyres takes those still to come from the earlier
year, Paasche from the later; turned round, one becomes the other with its sign changed.

Traps: LMDI has no meaning where a factor is zero or below; :func:`effects` then takes Shapley's
form and says so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from gep.core.errors import ParameterError, Problem
from gep.core.source import named

Floats = np.ndarray[Any, np.dtype[np.float64]]
Factors = Sequence[Floats]


class Effects(NamedTuple):
    """Effects, factor × cell, and the name of the form taken for each cell."""

    parts: Floats
    form: np.ndarray[Any, np.dtype[np.str_]]


def logarithmic_mean(a: Floats, b: Floats) -> Floats:
    """Logarithmic mean of two positive numbers, which lies between them.

    >>> float(logarithmic_mean(np.array(2.0), np.array(2.0)))
    2.0
    >>> round(float(logarithmic_mean(np.array(1.0), np.array(math.e))), 6)
    1.718282
    """
    ratio = np.log(b) - np.log(a)
    near = np.abs(ratio) < 1e-4
    safe = np.where(near, 1.0, ratio)
    # near one another the quotient loses its digits: the series of sinh(x/2)/(x/2) about the
    # geometric mean does not
    series = np.sqrt(a * b) * (1 + ratio**2 / 24 + ratio**4 / 1920)
    return np.where(near, series, (b - a) / safe)


def lmdi(before: Factors, after: Factors) -> Floats:
    r"""Additive LMDI-I: the effect of a factor is :math:`L(V_1, V_0) \ln(x_1 / x_0)`, L the
    logarithmic mean.

    Parameters
    ----------
    before, after : sequences of arrays
        The factors of each year, all above zero.

    Returns
    -------
    array, factor × cell; NaN where a factor is not above zero.

    References
    ----------
    Ang 2005, doi 10.1016/j.enpol.2003.10.010.

    >>> parts = lmdi([np.array([2.0]), np.array([3.0])], [np.array([4.0]), np.array([3.0])])
    >>> parts.round(12).tolist()
    [[6.0], [0.0]]
    """
    x0, x1 = np.asarray(before, float), np.asarray(after, float)
    fits = (x0 > 0).all(0) & (x1 > 0).all(0)
    x0, x1 = np.where(fits, x0, np.nan), np.where(fits, x1, np.nan)
    return _exact(
        logarithmic_mean(x0.prod(0), x1.prod(0)) * (np.log(x1) - np.log(x0)),
        x1.prod(0) - x0.prod(0),
    )


def shapley(before: Factors, after: Factors) -> Floats:
    """Shapley's form: the effect of a factor averaged over all orders in which the factors could
    have changed.

    With two factors it is Bennet's: each difference times the mean of the other factor.

    Parameters
    ----------
    before, after : sequences of arrays
        The factors of each year; any numbers.

    Returns
    -------
    array, factor × cell

    References
    ----------
    Sun 1998, doi 10.1016/S0140-9883(97)00028-5; Ang et al. 2003, doi 10.1016/S0140-9883(03)00008-9.

    >>> shapley([np.array([0.0]), np.array([3.0])], [np.array([4.0]), np.array([5.0])]).tolist()
    [[16.0], [4.0]]
    """
    x0, x1 = np.asarray(before, float), np.asarray(after, float)
    n = len(x0)
    out = np.zeros_like(x0)
    for k in range(n):
        others = np.delete(np.arange(n), k)
        for size in range(n):
            weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
            for changed in map(list, combinations(others, size)):
                mixed = x0.copy()
                mixed[changed] = x1[changed]
                out[k] += weight * (x1[k] - x0[k]) * np.delete(mixed, k, 0).prod(0)
    return _exact(out, x1.prod(0) - x0.prod(0))


def laspeyres(before: Factors, after: Factors) -> Floats:
    """One factor after the other, those still to come as in the earlier year: of quantity and
    price, the quantity effect at the earlier prices (Laspeyres) and the price effect at the later
    quantities.

    >>> laspeyres([np.array([2.0]), np.array([3.0])], [np.array([4.0]), np.array([5.0])]).tolist()
    [[6.0], [8.0]]
    """
    return _in_turn(before, after, range(len(before)))


def paasche(before: Factors, after: Factors) -> Floats:
    """One factor after the other from the last: of quantity and price, the quantity effect at the
    later prices (Paasche).

    >>> paasche([np.array([2.0]), np.array([3.0])], [np.array([4.0]), np.array([5.0])]).tolist()
    [[10.0], [4.0]]
    """
    return _in_turn(before, after, range(len(before) - 1, -1, -1))


def _in_turn(before: Factors, after: Factors, order: Sequence[int]) -> Floats:
    x0, x1 = np.asarray(before, float), np.asarray(after, float)
    out, at = np.empty_like(x0), x0.copy()
    for k in order:
        others = np.delete(at, k, 0).prod(0)
        out[k] = (x1[k] - x0[k]) * others
        at[k] = x1[k]
    return _exact(out, x1.prod(0) - x0.prod(0))


def effects(before: Factors, after: Factors, form: str = "auto") -> Effects:
    """The change split by a form, named cell by cell; ``auto`` is LMDI where every factor is above
    zero in both years, else Shapley's.

    Raises
    ------
    ParameterError
        If there is no such form.

    >>> effects([np.array([2.0, 0.0])], [np.array([3.0, 1.0])]).form.tolist()
    ['LMDI', 'Shapley']
    """
    forms = {"shapley": shapley, "laspeyres": laspeyres, "paasche": paasche}
    if form in forms:
        return Effects(forms[form](before, after), np.full(before[0].shape, form.capitalize()))
    if form != "auto":
        names = ", ".join(["auto", *forms])
        raise ParameterError("error.change", [Problem("series.form", named(form), names=names)])
    first = lmdi(before, after)
    fits = ~np.isnan(first).any(0)
    return Effects(np.where(fits, first, shapley(before, after)), np.where(fits, "LMDI", "Shapley"))


def _exact(parts: Floats, change: Floats) -> Floats:
    """What rounding leaves over, some units in the last place, goes to the largest part: parts that
    are zero stay zero.
    """
    rest = change - parts.sum(0)
    largest = np.abs(parts).argmax(0)
    at = np.arange(len(parts)).reshape(-1, *[1] * (parts.ndim - 1)) == largest
    return np.where(at & np.isfinite(rest) & (parts != 0), parts + rest, parts)


def quantity_indices(q0: Floats, p0: Floats, q1: Floats, p1: Floats) -> dict[str, float]:
    """Indices of quantity of Laspeyres, Paasche and Fisher, the earlier year = 1; for those of
    price, change q for p.

    >>> prices = np.array([3.0, 5.0])
    >>> at = quantity_indices(np.array([2.0, 1.0]), prices, np.array([4.0, 1.0]), prices)
    >>> {k: round(v, 6) for k, v in at.items()}
    {'laspeyres': 1.545455, 'paasche': 1.545455, 'fisher': 1.545455}
    """

    def ratio(above: float, below: float) -> float:
        return above / below if below else math.nan

    first, last = (
        ratio(float((q1 * p0).sum()), float((q0 * p0).sum())),
        ratio(float((q1 * p1).sum()), float((q0 * p1).sum())),
    )
    return {
        "laspeyres": first,
        "paasche": last,
        "fisher": math.sqrt(first * last) if first * last >= 0 else math.nan,
    }
