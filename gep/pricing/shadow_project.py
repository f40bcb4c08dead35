"""Shadow project (影子工程法): the cost of a reservoir that would hold the same water.

Traps: Chinese accounts multiply the *building* cost of a cubic metre of capacity, a stock, with the
water held in a year, a flow, and so count the same reservoir again each year: this is the first
route, as the standards have it. The second route spreads the building cost over the life of the
reservoir and over the times that it fills in a year; it is far smaller, and the two do not compare.
Prices of 0.67 (of 1990), 6.11 (of 2005) and 7.06 CNY/m3 (of 2010) are the same cost at other years'
money.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Pricing, U, formula, worked
from gep.pricing.net_present_value import annuity_factor


@formula(
    "CNY/m^3",
    worked=worked(
        "6.25 CNY/m3",
        "by hand: 5.50 + 0.75",
        reservoir_construction="5.50 CNY/m3",
        reservoir_operation="0.75 CNY/m3",
    ),
)
def reservoir_cost(
    reservoir_construction: A[Array, U("CNY/m^3", low=0, rate=True)],
    reservoir_operation: A[Array, U("CNY/m^3", low=0, rate=True)],
) -> Array:
    r"""Unit cost of a reservoir as Chinese accounts use it: building and running a cubic metre of
    capacity.

    .. math:: c = c_b + c_o

    Parameters
    ----------
    reservoir_construction : array, any shape
        Cost c_b of building a cubic metre of capacity.
    reservoir_operation : array
        Cost cₒ of running it, per cubic metre held.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Practice of the technical guide for GEP of terrestrial ecosystems (2020); LY/T 1721-2008 takes
    the building cost.
    """
    return reservoir_construction + reservoir_operation


@formula(
    "CNY/m^3",
    worked=worked(
        "0.7 CNY/m3",
        "by hand: (21 / 15 + 0.35) / 2.5",
        reservoir_construction="21 CNY/m3",
        annuity_factor="15 yr",
        reservoir_upkeep="0.35 CNY/(m3 yr)",
        reservoir_turnover="2.5 1/yr",
    ),
)
def annual_reservoir_cost(
    reservoir_construction: A[Array, U("CNY/m^3", low=0, rate=True)],
    annuity_factor: A[Array, U("yr", low=0, rate=True)],
    reservoir_upkeep: A[Array, U("CNY/(m^3 yr)", low=0, rate=True)],
    reservoir_turnover: A[Array, U("1/yr", low=0, rate=True)],
) -> Array:
    r"""Cost of holding a cubic metre of water once, in a reservoir paid off over its life.

    .. math:: c = \left( \frac{c_b}{a} + u \right) \Big/ n

    Parameters
    ----------
    reservoir_construction : array, any shape
        Cost c_b of building a cubic metre of capacity.
    annuity_factor : array
        Annuity factor a of the rate and the life of the reservoir.
    reservoir_upkeep : array
        Yearly cost u of running and maintaining a cubic metre of capacity.
    reservoir_turnover : array
        Times n that the capacity fills and empties in a year.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    General arithmetic of annuities; SEEA EA (2021), chapter 9, on replacement cost as a yearly
    cost.
    """
    return (reservoir_construction / annuity_factor + reservoir_upkeep) / reservoir_turnover


PRICING = Pricing(
    "shadow_project",
    "影子工程法",
    "shadow project",
    exchange_value=True,
    seea="prices from expected expenditure (replacement cost of a built substitute)",
    formulas={
        "reservoir_cost": (reservoir_cost, annual_reservoir_cost),
        "annuity_factor": (annuity_factor,),
    },
    doc=__doc__,
)
