"""Services that may be counted twice: the rules of :mod:`gep.standards.overlaps`, found in an account once its parts are made.

Where an account counts both sides of a rule, it says so and names the amount that can be double at most: the smaller of
the two. Most standards count both and live with it, so this is a warning; a standard that forbids a rule by name
(``forbids`` in its profile) makes it an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np

from gep.account.account import Account, Part
from gep.core.errors import Problem
from gep.standards.overlaps import Rule, rules


def found(account: Account) -> Iterator[Problem]:
    """Every rule that an account touches, as a warning, or as an error where its standard forbids it."""
    for rule in rules():
        first, second = _side(account, rule.first), _side(account, rule.second)
        amounts = _common(account, rule, first, second)
        if amounts is None:
            continue
        one, two = amounts
        level: Literal["error", "warning"] = "error" if rule.id in account.profile.forbids else "warning"
        yield Problem(f"overlap.{rule.id}", account.profile.id, "{first} ({one_said}) and {second} ({two_said}) can hold the same thing, at most {amount_said}: {why}", "{mend}", level, {
            "first": " + ".join(p.name for p in first), "second": " + ".join(p.name for p in second), "one": one, "two": two, "amount": min(one, two), "why": rule.en, "mend": rule.mend_en,
            "first_zh": "＋".join(map(_zh, first)), "second_zh": "＋".join(map(_zh, second)), "why_zh": rule.zh, "mend_zh": rule.mend_zh,
            **{f"{k}_said{z}": _said(v, account.basis.currency, z) for k, v in (("one", one), ("two", two), ("amount", min(one, two))) for z in ("", "_zh")}})  # fmt: skip


def _side(account: Account, text: str) -> list[Part]:
    """The counted parts that a side of a rule names."""
    names = text.split("+")
    return [p for p in account.counted if p.indicator.id in names or p.name in names]


def _zh(part: Part) -> str:
    return part.indicator.zh if part.component.zh == part.indicator.zh else f"{part.indicator.zh}·{part.component.zh}"


def _said(value: float, currency: str, lang: str) -> str:
    """An amount as people say it.

    >>> _said(5.4536e10, "CNY", ""), _said(5.4536e10, "CNY", "_zh"), _said(120.0, "CNY", "")
    ('54.54 billion CNY/yr', '545.36亿元/年', '120 CNY/yr')
    """
    steps = ((1e8, "亿"), (1e4, "万")) if lang else ((1e9, "billion "), (1e6, "million "))
    factor, name = next(((f, n) for f, n in steps if value >= f), (1.0, ""))
    amount = f"{value / factor:,.2f}" if factor > 1 else f"{value:,.6g}"
    return f"{amount}{name}{'元' if currency == 'CNY' else currency}/年" if lang else f"{amount} {name}{currency}/yr"


def _common(account: Account, rule: Rule, first: Sequence[Part], second: Sequence[Part]) -> tuple[float, float] | None:
    """What both sides are worth where the rule bites; None where it does not."""
    if rule.when == "same_price" and not _prices(account, first) & _prices(account, second):
        return None
    types: set[str] | None = None
    if rule.when == "same_ecosystem":
        named = [_types(account, parts) for parts in (first, second)]
        if all(named):  # where one gives no types nobody can tell, and the rule bites as a whole
            types = named[0] & named[1]
            if not types:
                return None
    one, two = (sum(_worth(account, p, types) for p in parts) for parts in (first, second))
    return (one, two) if one > 0 and two > 0 else None


def _worth(account: Account, part: Part, types: set[str] | None) -> float:
    value = account.cells(part)["value"].sel(year=account.basis.years[-1])
    if types is not None:
        value = value.sel(ecosystem=[e for e in value["ecosystem"].values if e in types])
    return float(np.nansum(value.values))


def _types(account: Account, parts: Sequence[Part]) -> set[str]:
    out: set[str] = set()
    for part in parts:
        value = account.cells(part)["value"]
        if "ecosystem" not in value.dims:
            return set()
        out |= {str(e) for e in value["ecosystem"].values if float(np.nansum(value.sel(ecosystem=e).values)) > 0}
    return out


def _prices(account: Account, parts: Sequence[Part]) -> set[float]:
    prices = [account.cells(p)["price"].values.ravel() for p in parts]
    return {float(f"{v:.9g}") for values in prices for v in values if np.isfinite(v)}
