"""Contingent valuation (条件价值法): what people say they would pay.

Traps: stated willingness to pay holds consumer surplus and non-use value; it is no exchange value
and stays out of GEP. Bids are asked per month or per year, per person or per household: the unit
must say which. Whether the mean bid is of all respondents or only of those who pay decides if it is
multiplied with the rate of payment; the Baiyangdian study multiplies, the study of the brown eared
pheasant prints a rate and does not.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Pricing, U, formula, worked


@formula(
    "CNY/(person yr)",
    worked=worked(
        "113.2448 CNY/(person yr)",
        "Jiang Bo et al. 2017, doi 10.5846/stxb201410091984, section 2.3.2, visitors: 11.31 a month"
        " × 12 × 83.44 %; with 61.92e4 persons it gives their 0.70e8 CNY",
        mean_bid="11.31 CNY/(person month)",
        payment_rate="83.44 %",
    ),
)
def willingness_to_pay(
    mean_bid: A[Array, U("CNY/(person yr)", low=0, rate=True)],
    payment_rate: A[Array, U("1", low=0, high=1, rate=True)],
) -> Array:
    r"""Willingness to pay per head of the population, from the bids of those who would pay.

    .. math:: w = b \, R

    Parameters
    ----------
    mean_bid : array, any shape
        Mean bid b of those who would pay.
    payment_rate : array
        Share R of people who would.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Jiang Bo et al. (2017), doi 10.5846/stxb201410091984, sections 1.3.3 and 2.3.2.
    """
    return mean_bid * payment_rate


PRICING = Pricing(
    "contingent_valuation",
    "条件价值法",
    "contingent valuation",
    exchange_value=False,
    seea="stated preference: a welfare value, outside exchange values",
    formulas={"willingness_to_pay": (willingness_to_pay,)},
    doc=__doc__,
)
