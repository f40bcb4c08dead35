"""Decisions: what a project adds, who compensates whom, what an incident destroys, and what the
flow of services is worth.

Traps: what happened after a project is not what it did: the account without it is the measure.
Present values are stocks; they stand beside GEP, never in it, and rate, lifetime and growth are
part of the figure.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gep.account.account import Account
from gep.account.inputs import or_else
from gep.analysis.scenario import Difference, Scenario, beside, run_scenario
from gep.analysis.series import EFFECTS, Series
from gep.core import units
from gep.core.errors import InputError, Problem
from gep.core.source import named
from gep.pricing.net_present_value import annuity_factor, net_present_value, net_present_value_due


def project(
    before: Account, after: Account, without: Account | None = None, by: str = "indicator"
) -> pd.DataFrame:
    """What a project did: before and after, with and without.

    Parameters
    ----------
    before, after : Account
        The accounts before the project and with it.
    without : Account, optional
        The account of the later time as it would be without the project; else the state before
        stands for it.
    by : str
        ``indicator``, ``level``, ``component``, ``ecosystem`` or ``region``: the keys of
        :meth:`gep.account.account.Account.by`.

    Returns
    -------
    DataFrame
        ``before, without, after, change, background, effect``, the total last: change = after −
        before, background = without − before, effect = after − without.
    """
    columns = {"before": before, "without": or_else(without, before), "after": after}
    frame = beside({name: a.by(by) for name, a in columns.items()})
    frame.loc["total"] = [float(a.total) for a in columns.values()]
    return frame.assign(
        change=frame["after"] - frame["before"],
        background=frame["without"] - frame["before"],
        effect=frame["after"] - frame["without"],
    )


@dataclass(frozen=True)
class Terms:
    """The terms of a present value: rate and growth a year (0.03 is 3 %), lifetime in years, and
    when the first flow falls.

    ``due`` counts the first flow at once and undiscounted; else it falls at the end of the first
    year, grown by a year.
    """

    discount_rate: float
    lifetime: float
    growth: float = 0.0
    due: bool = False

    def __str__(self) -> str:
        when = "first flow at once" if self.due else "first flow after a year"
        rates = f"discount rate {self.discount_rate:.4g}, growth {self.growth:.4g} a year"
        return f"{rates}, {self.lifetime:g} years, {when}"


def present_value(flow: float, terms: Terms) -> float:
    """Worth today of a yearly flow on stated terms.

    A flow that grows is discounted at the rate that is left, (1 + r) / (1 + g) − 1.

    Raises
    ------
    InputError
        If the growth exceeds the discount rate, or the lifetime is below a year.

    >>> round(present_value(21000, Terms(0.02, 100)))
    905065
    >>> round(present_value(100, Terms(0.10, 2, growth=0.05)), 6)
    186.570248
    """
    if not terms.discount_rate >= terms.growth > -1 or terms.lifetime < 1:
        raise InputError("error.present_value", [Problem("decide.terms", named("terms"))])
    rate = f"{(1 + terms.discount_rate) / (1 + terms.growth) - 1!r} 1/yr"
    factor = annuity_factor(discount_rate=rate, lifetime=f"{terms.lifetime!r} yr")
    told = {"annual_value": f"{flow!r} CNY/yr", "annuity_factor": f"{float(factor)!r} yr"}
    if terms.due:
        return float(net_present_value_due(**told, discount_rate=rate))
    return float(net_present_value(**told))


def asset(account: Account, terms: Terms, by: str = "indicator") -> pd.DataFrame:
    """The asset account: the present value of the yearly flow of each service, in the account's
    currency.

    Returns
    -------
    DataFrame
        ``flow`` (a year) and ``asset`` (a stock), the total last; ``attrs["terms"]`` states the
        terms.
    """
    flows = pd.Series(account.by(by).to_dict() | {"total": float(account.total)})
    assets = flows * present_value(1.0, terms)
    frame = pd.DataFrame({"flow": flows, "asset": assets}).rename_axis(by)
    frame.attrs |= {"terms": str(terms), "units": account.basis.currency}
    return frame


def asset_change(
    found: Series,
    terms: Terms,
    first: int | None = None,
    last: int | None = None,
    by: str = "ecosystem",
) -> pd.DataFrame:
    """Opening and closing asset with the reasons between them: extent (conversion), quantity
    (condition), price (revaluation), and the rest.

    Returns
    -------
    DataFrame
        ``opening, extent, quantity, price, unsplit, coverage, closing``, the total last; each row
        adds up. What is known in one of the two years only goes from or to nothing by ``coverage``.
    """
    table = (
        found.decomposition(first, last).groupby(by, sort=False)[["first", *EFFECTS, "last"]].sum()
    )
    table.loc["total"] = table.sum()
    out = (table * present_value(1.0, terms)).rename(
        columns={"first": "opening", "last": "closing"}
    )
    out.attrs |= {"terms": str(terms), "units": found.currency}
    return out


def worth(effect: float, cost: float, terms: Terms, upkeep: float = 0.0) -> dict[str, float]:
    """What a project returns: present value of its yearly effect less cost and upkeep, and the
    ratio of the two.

    >>> {k: round(v, 6) for k, v in worth(100.0, 120.0, Terms(0.10, 2), upkeep=10.0).items()}
    {'benefits': 173.553719, 'costs': 137.355372, 'net': 36.198347, 'ratio': 1.263538}
    """
    benefits, costs = present_value(effect, terms), cost + present_value(upkeep, terms)
    return {
        "benefits": benefits,
        "costs": costs,
        "net": benefits - costs,
        "ratio": benefits / costs if costs else float("nan"),
    }


def compensate_by_gap(table: pd.DataFrame, rate: float) -> pd.DataFrame:
    """Compensation between districts: who misses a target pays a share of the gap, who exceeds it
    receives in proportion to the excess.

    Parameters
    ----------
    table : DataFrame
        ``region, actual, target`` in one unit of money.
    rate : float
        Share of the gap that is paid, from 0 to 1.

    Returns
    -------
    DataFrame
        With ``gap`` (actual − target) and ``payment``: paid is negative, received positive, and all
        add up to zero; where nobody exceeds the target nothing is paid.

    Raises
    ------
    InputError
        If the rate lies outside 0 to 1.

    >>> table = pd.DataFrame({"region": ["a", "b", "c"], "actual": [80.0, 130.0, 110.0]})
    >>> compensate_by_gap(table.assign(target=100.0), 0.5)["payment"].tolist()
    [-10.0, 7.5, 2.5]
    """
    _share(rate, "error.rule")
    gap = table["actual"] - table["target"]
    over, under = gap.clip(lower=0), (-gap).clip(lower=0)
    fund = rate * float(under.sum()) if float(over.sum()) > 0 else 0.0
    paid = under * (fund / float(under.sum())) if fund else under * 0.0
    received = over * (fund / float(over.sum())) if fund else over * 0.0
    out = table.assign(gap=gap, payment=received - paid)
    out.attrs["rule"] = (
        f"a district below its target pays {rate:.4g} of the gap; districts above theirs share the "
        "fund in proportion to the excess"
    )
    return out


def compensate_by_flow(flows: pd.DataFrame, rate: float) -> pd.DataFrame:
    """Compensation along the flow of services: who uses what another supplies pays it a share of
    the value.

    Parameters
    ----------
    flows : DataFrame
        ``supplier, user, value``: the value that a user (downstream) receives of a supplier's
        (upstream) services.
    rate : float
        Share of the value that is paid, from 0 to 1.

    Returns
    -------
    DataFrame
        ``region, supplied, used, payment``; payments add up to zero.

    Raises
    ------
    InputError
        If the rate lies outside 0 to 1.

    >>> flows = pd.DataFrame({"supplier": ["up", "up", "mid"], "user": ["mid", "down", "down"]})
    >>> table = compensate_by_flow(flows.assign(value=[100.0, 60.0, 20.0]), 0.1)
    >>> table.set_index("region")["payment"].to_dict()
    {'up': 16.0, 'mid': -8.0, 'down': -8.0}
    """
    _share(rate, "error.rule")
    others = flows[flows["supplier"] != flows["user"]]
    names = list(dict.fromkeys([*others["supplier"], *others["user"]]))
    supplied = others.groupby("supplier")["value"].sum().reindex(names, fill_value=0.0)
    used = others.groupby("user")["value"].sum().reindex(names, fill_value=0.0)
    out = pd.DataFrame(
        {
            "region": names,
            "supplied": supplied.to_numpy(),
            "used": used.to_numpy(),
            "payment": rate * (supplied - used).to_numpy(),
        }
    )
    out.attrs["rule"] = f"a user pays its supplier {rate:.4g} of the value it receives"
    return out


def _share(rate: float, title: str) -> None:
    if not 0 <= rate <= 1:
        raise InputError(title, [Problem("decide.rate", named("rate"), rate=rate)])


@dataclass(frozen=True)
class Damage:
    """What an incident destroys: the loss of the first year as a difference of accounts, and its
    present value until recovery.

    ``years`` until the ecosystems have recovered; ``discount_rate`` a year (0.03 is 3 %);
    ``restoration_cost`` paid at once, in the account's currency.
    """

    difference: Difference
    years: int
    discount_rate: float
    restoration_cost: float = 0.0

    @property
    def first_year(self) -> float:
        """Services lost in the first year, in the account's currency; positive is a loss."""
        return -self.difference.total

    @property
    def path(self) -> pd.Series[float]:
        """Services lost in each year: all of the first year's, then less by equal steps, of which
        one is left in the last year.
        """
        left = 1 - np.arange(self.years) / self.years
        return pd.Series(
            self.first_year * left, index=pd.RangeIndex(1, self.years + 1, name="year"), name="loss"
        )

    @property
    def present_value(self) -> float:
        """Losses until recovery, each discounted from the end of its year."""
        return float((self.path / (1 + self.discount_rate) ** self.path.index.to_numpy()).sum())

    @property
    def total(self) -> float:
        """Present value of the losses with the cost of restoring."""
        return self.present_value + self.restoration_cost


def damage(
    folder: str | os.PathLike[str],
    struck: Sequence[Mapping[str, Any]],
    years: int,
    discount_rate: float,
    restoration_cost: float = 0.0,
) -> Damage:
    """Damage of an incident: the services of the area struck, until they have recovered.

    Parameters
    ----------
    folder : path
        The account folder.
    struck : sequence of mappings
        ``ecosystem``, ``area`` (text with unit), and where there are regions ``region``; ``share``
        of the services lost, 1 unless said otherwise.
    years : int
        Years until the ecosystems have recovered, in equal steps.
    discount_rate : float
        A year; 0.03 is 3 %.
    restoration_cost : float
        Paid at once, in the account's currency.

    Raises
    ------
    GepError
        If an area fits no row of the account or is larger than what is there, or the years, rate or
        a share are no such.
    """
    if years < 1 or not discount_rate >= 0:
        raise InputError("error.damage", [Problem("decide.recovery", named("incident"))])
    steps = []
    for row in struck:
        amount, unit = units.split(str(row["area"]))
        share = float(row.get("share", 1.0))
        _share(share, "error.damage")
        step = {"from": row["ecosystem"], "area": f"{amount * share!r} {unit}"}
        steps.append(("move", step | ({"region": row["region"]} if row.get("region") else {})))
    found = run_scenario(folder, Scenario("incident", tuple(steps), "incident"))
    return Damage(found, years, discount_rate, restoration_cost)
