"""Travel cost (旅行费用法): what a visit costs the visitor, in money and in time.

Traps: consumer surplus, what a visitor would have paid beyond that, is no exchange value and stays
out of GEP; many Chinese accounts add it. Tourism revenue of a place is not travel cost: it misses
the journey and holds shopping. A trip to several places is shared between them. Expense and time
cost are each per visit, and a visit is counted once, not once a day.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Pricing, U, formula, worked
from gep.core.tables import beside

TABLE = beside(__file__)


@formula(
    "CNY/visit",
    worked=worked(
        "385 CNY/visit",
        "by hand: 180 + 145 + 60",
        transport_cost="180 CNY/visit",
        lodging_cost="145 CNY/visit",
        entrance_fee="60 CNY/visit",
    ),
)
def travel_expense(
    transport_cost: A[Array, U("CNY/visit", low=0, rate=True)],
    lodging_cost: A[Array, U("CNY/visit", low=0, rate=True)],
    entrance_fee: A[Array, U("CNY/visit", low=0, rate=True)],
) -> Array:
    r"""Money that a visitor spends for a visit.

    .. math:: c = c_t + c_l + c_e

    Parameters
    ----------
    transport_cost : array, any shape
        Cost c_t of the journey there and back.
    lodging_cost : array
        Cost c_l of bed and board.
    entrance_fee : array
        Entrance fees cₑ.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Parts as named in the technical guide for GEP of terrestrial ecosystems (2020).
    """
    return transport_cost + lodging_cost + entrance_fee


@formula(
    "CNY/visit",
    worked=worked(
        "108 CNY/visit", "by hand: 9 h × 40 CNY/h × 30 %", travel_time="9 h/visit", wage="40 CNY/h"
    ),
)
def travel_time_cost(
    travel_time: A[Array, U("h/visit", low=0, rate=True)],
    wage: A[Array, U("CNY/h", low=0, rate=True)],
    wage_share: A[Array, U("1", low=0, high=1, rate=True)] = TABLE["wage_share"],
) -> Array:
    r"""Worth of the time that a visit takes.

    .. math:: c = T \, W \, s

    Parameters
    ----------
    travel_time : array, any shape
        Time T of the journey and the stay.
    wage : array
        Hourly wage W of the visitors' place of origin.
    wage_share : array
        Share s of the wage at which leisure time is counted.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Jiang Bo et al. (2017), doi 10.5846/stxb201410091984, section 2.3.1, counts time at 30 % of the
    wage.
    """
    return travel_time * wage * wage_share


@formula(
    "CNY/visit",
    worked=worked(
        "395.80 CNY/visit",
        "Jiang Bo et al. 2017, doi 10.5846/stxb201410091984, section 2.3.1: 52.47 + 343.33; with"
        " 578.03 of consumer surplus and 135e4 visits it gives their 13.15e8 CNY",
        travel_expense="52.47 CNY/visit",
        travel_time_cost="343.33 CNY/visit",
    ),
)
def visit_cost(
    travel_expense: A[Array, U("CNY/visit", low=0, rate=True)],
    travel_time_cost: A[Array, U("CNY/visit", low=0, rate=True)],
) -> Array:
    r"""Cost of a visit to the visitor: the price at which the visit is counted.

    .. math:: p = c_m + c_t

    Parameters
    ----------
    travel_expense : array, any shape
        Money spent for the visit.
    travel_time_cost : array
        Worth of the time spent.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Jiang Bo et al. (2017), doi 10.5846/stxb201410091984, section 1.3.3, without its consumer
    surplus.
    """
    return travel_expense + travel_time_cost


@formula(
    "CNY/visit",
    worked=worked("500 CNY/visit", "by hand: 1 / 0.002", travel_cost_slope="-0.002 visit/CNY"),
)
def consumer_surplus(travel_cost_slope: A[Array, U("visit/CNY", high=0, rate=True)]) -> Array:
    r"""Consumer surplus of a visit, from the slope of a count regression of visits on their cost.

    .. math:: S = -1 / \beta

    It stays out of GEP; an account can show it beside.

    Parameters
    ----------
    travel_cost_slope : array, any shape
        Coefficient β of the cost of a visit in ln(visits) = α + β cost; below zero.

    Returns
    -------
    DataArray, shape of the input

    References
    ----------
    General, for Poisson models of individual travel cost, as used by Jiang Bo et al. (2017), doi
    10.5846/stxb201410091984, section 2.3.1.
    """
    return -1 / travel_cost_slope


PRICING = Pricing(
    "travel_cost",
    "旅行费用法",
    "travel cost",
    exchange_value=True,
    seea="prices from revealed expenditure (travel cost, without consumer surplus)",
    formulas={
        "visit_cost": (visit_cost,),
        "travel_expense": (travel_expense,),
        "travel_time_cost": (travel_time_cost,),
        "consumer_surplus": (consumer_surplus,),
    },
    doc=__doc__,
)
