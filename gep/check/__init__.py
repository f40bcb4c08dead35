"""What every formula must pass, as a list that anyone can run on a formula of their own:
``check(my_formula)``.

The heart is :func:`~gep.check.kernel.dimension`, the proof: the kernel runs on bare numbers and on
pint quantities in the declared units, and both must give the same number in the declared unit of
the result. That finds a hidden conversion factor, a missing area, carbon taken for carbon dioxide.
It is blind to signs and pure factors; :func:`~gep.check.kernel.literals` and
:func:`~gep.check.record.worked` see those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain

from gep import indicators, standards
from gep.check.kernel import (
    dimension,
    lazy,
    literals,
    nan,
    samples,
    twice,
    unit_invariance,
    vectorised,
)
from gep.check.record import (
    check_indicator,
    defaults,
    docstring,
    every_formula,
    full_name,
    kinds,
    names,
    pickles,
    worked,
)
from gep.core import ecosystems
from gep.core.errors import Problem
from gep.core.formula import Formula
from gep.core.source import named

__all__ = ["CHECKS", "check", "check_indicator", "every_formula", "report", "run", "samples"]

Check = Callable[[Formula], Iterable[str]]
CHECKS: Mapping[str, Check] = {
    c.__name__: c
    for c in (
        dimension,
        literals,
        vectorised,
        lazy,
        unit_invariance,
        twice,
        nan,
        defaults,
        docstring,
        pickles,
        worked,
        names,
        kinds,
    )
}


def check(f: Formula, expected_failures: Mapping[str, str] | None = None) -> list[Problem]:
    """Run every check of :data:`CHECKS` on one formula.

    Parameters
    ----------
    f : Formula
        What ``@formula`` returned.
    expected_failures : mapping of check name to reason, optional
        Checks that may fail; one of them that passes is reported, so that the list cannot go stale.

    Returns
    -------
    list of Problem
        Empty if the formula conforms. A check that could not run is a problem of level ``warning``.

    >>> from gep.indicators import get
    >>> check(get("water_retention").formulas()["retained_water"])
    []
    """
    expected = expected_failures or {}
    out: list[Problem] = []
    for name in CHECKS:
        found = run(name, f)
        if name not in expected:
            out += found
        elif not found:
            out.append(
                _problem(name, f, f"passes, although it was expected to fail: {expected[name]}")
            )
    return out


def run(name: str, f: Formula) -> list[Problem]:
    """The problems that one check finds."""
    if name == "lazy" and not _has_dask():
        return [_problem(name, f, "did not run: dask is not installed", "/skipped")]
    try:
        return [_problem(name, f, why) for why in CHECKS[name](f)]
    except Exception as error:  # a formula that breaks a check has failed it
        return [_problem(name, f, f"raises {type(error).__name__}: {error}")]


def report() -> dict[str, list[Problem]]:
    """Every formula and every indicator of the library and of other packages, with what is wrong
    with it; and what those packages bring that cannot be used.
    """
    out = {full_name(f): check(f) for f in every_formula()}
    out |= {f"indicator {i.id}": check_indicator(i) for i in indicators.every()}
    outside = (indicators.problems(), standards.outside().problems, ecosystems.legends().problems)
    for p in chain.from_iterable(outside):
        out.setdefault(p.where, []).append(p)
    return out


def _problem(check: str, f: Formula, why: str, wording: str = "") -> Problem:
    return Problem(f"check.{check}{wording}", named(full_name(f)), check=check, why=why)


def _has_dask() -> bool:
    try:
        import dask.array  # noqa: F401
    except ImportError:
        return False
    return True
