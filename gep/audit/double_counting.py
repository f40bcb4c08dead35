"""Services that may be counted twice: the rules of :mod:`gep.standards.overlaps`, found in an
account once its parts are made.

Where an account counts both sides of a rule, it says so and names the amount that can be double at
most: the smaller of the two. Most standards count both and live with it, so this is a warning; a
standard that forbids a rule by name (``forbids`` in its profile) makes it an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from gep.account.account import Account, Part
from gep.core.errors import Problem
from gep.core.messages import Both
from gep.core.source import named
from gep.standards.overlaps import Rule, rules


def found(account: Account) -> Iterator[Problem]:
    """Every rule that an account touches, as a warning, or as an error where its standard forbids
    it.
    """
    for rule in rules():
        first, second = _side(account, rule.first), _side(account, rule.second)
        common = _common(account, rule, first, second)
        if common is None:
            continue
        amounts = {"one": common[0], "two": common[1], "amount": min(common)}
        forbidden = "/forbidden" if rule.id in account.profile.forbids else ""
        yield Problem(
            f"overlap.{rule.id}{forbidden}",
            named(account.profile.id),
            first=_named(first),
            second=_named(second),
            why=Both(rule.en, rule.zh),
            mend=Both(rule.mend_en, rule.mend_zh),
            **amounts,
            **{f"{k}_said": _said(v, account.basis.currency) for k, v in amounts.items()},
        )


def _side(account: Account, text: str) -> list[Part]:
    """The counted parts that a side of a rule names."""
    names = set(text.split("+"))
    return [p for p in account.counted if names & {p.indicator.id, p.name}]


def _zh(part: Part) -> str:
    return "·".join(dict.fromkeys((part.indicator.zh, part.component.zh)))


def _named(parts: Sequence[Part]) -> Both:
    """A side of a rule by the names of its parts."""
    return Both(" + ".join(p.name for p in parts), "＋".join(map(_zh, parts)))


def _said(value: float, currency: str) -> Both:
    """An amount as people say it.

    >>> _said(5.4536e10, "CNY"), _said(5.4536e10, "CNY").zh, _said(120.0, "CNY")
    ('54.54 billion CNY/yr', '545.36亿元/年', '120 CNY/yr')
    """
    amount, name = _scaled(value, ((1e9, "billion "), (1e6, "million ")))
    zh, ten_thousands = _scaled(value, ((1e8, "亿"), (1e4, "万")))
    money = "元" if currency == "CNY" else currency
    return Both(f"{amount} {name}{currency}/yr", f"{zh}{ten_thousands}{money}/年")


def _scaled(value: float, steps: Sequence[tuple[float, str]]) -> tuple[str, str]:
    """An amount by the first step that it reaches, and the name of the step."""
    factor, name = next((step for step in steps if value >= step[0]), (1.0, ""))
    return (f"{value / factor:,.2f}" if factor > 1 else f"{value:,.6g}"), name


def _common(
    account: Account, rule: Rule, first: Sequence[Part], second: Sequence[Part]
) -> tuple[float, float] | None:
    """What both sides are worth where the rule bites; None where it does not."""
    if rule.when == "same_price" and not _prices(account, first) & _prices(account, second):
        return None
    types: set[str] | None = None
    if rule.when == "same_ecosystem":
        here, there = _types(account, first), _types(account, second)
        if (
            here and there
        ):  # where one gives no types nobody can tell, and the rule bites as a whole
            types = here & there
    one, two = _worth(account, first, types), _worth(account, second, types)
    return (one, two) if min(one, two) > 0 else None


def _worth(account: Account, parts: Sequence[Part], types: set[str] | None) -> float:
    """The value of several parts, of some types only where they are named."""
    return sum(_part_worth(account, p, types) for p in parts)


def _part_worth(account: Account, part: Part, types: set[str] | None) -> float:
    value = account.cells(part)["value"].sel(year=account.basis.years[-1])
    if types is not None:
        value = value.isel(ecosystem=np.flatnonzero(value["ecosystem"].isin([*types])))
    return float(np.nansum(value.values))


def _types(account: Account, parts: Sequence[Part]) -> set[str]:
    out: set[str] = set()
    for part in parts:
        value = account.cells(part)["value"]
        if "ecosystem" not in value.dims:
            return set()
        out |= {
            str(e)
            for e in value["ecosystem"].values
            if float(np.nansum(value.sel(ecosystem=e).values)) > 0
        }
    return out


def _prices(account: Account, parts: Sequence[Part]) -> set[float]:
    return {
        float(f"{v:.9g}")
        for p in parts
        for v in account.cells(p)["price"].values.ravel()
        if np.isfinite(v)
    }
