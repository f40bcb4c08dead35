"""Deflator (价格指数换算): a price of one year in the prices of another, and a nominal rate made
real.

Traps: an index has a base of its own and only ratios count, so both years must come from one index;
an index "previous year = 100" is a chain of links and is first multiplied up. Consumer, producer
and construction indices differ, and the choice is the account's. Deflate either the price or the
value, never both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated as A

from gep.core.errors import InputError, Problem
from gep.core.formula import Array, Pricing, U, formula, worked
from gep.core.source import named


@formula(
    "1",
    worked=worked(
        "1.229133",
        "by hand: 606.70 / 493.60, the consumer price indices of 2014 and 2007 in Miao et al. 2017,"
        " doi 10.5846/stxb201607091410, table 1",
        index_from="493.60",
        index_to="606.70",
    ),
)
def deflator(
    index_from: A[Array, U("1", low=0, rate=True)], index_to: A[Array, U("1", low=0, rate=True)]
) -> Array:
    r"""Factor that turns a price of one year into the prices of another.

    .. math:: d = I_1 / I_0

    Parameters
    ----------
    index_from : array, any shape
        Index I₀ of the year that the price is of.
    index_to : array
        Index I₁ of the year wanted, of the same series.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    General index arithmetic; used so by Miao et al. (2017), doi 10.5846/stxb201607091410, table 1.
    """
    return index_to / index_from


@formula(
    "1",
    worked=worked("1.0608", "by hand: 1.04 × 102 %", previous_index="104 %", index_link="102 %"),
)
def chained_index(
    previous_index: A[Array, U("1", low=0, rate=True)],
    index_link: A[Array, U("1", low=0, rate=True)],
) -> Array:
    r"""Index of a year from that of the year before and the link between them.

    .. math:: I_t = I_{t-1} \, l_t

    Parameters
    ----------
    previous_index : array, any shape
        Index of the year before.
    index_link : array
        Index of the year with the year before = 1; a printed 102.6 on "previous year = 100" is
        102.6 %.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    General index arithmetic.
    """
    return previous_index * index_link


@formula("CNY/{per}")
def deflated_price(
    price: A[Array, U("CNY/{per}", rate=True)], deflator: A[Array, U("1", low=0, rate=True)]
) -> Array:
    r"""Price in the money of another year.

    .. math:: p_1 = p_0 \, d = p_0 \, I_1 / I_0

    Parameters
    ----------
    price : array, any shape
        Price p₀ in the money of its own year: nominal, or of a base year.
    deflator : array
        Ratio d of the index of the year wanted to that of the price's own year.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    General index arithmetic.
    """
    return price * deflator


deflated_value = deflated_price.of(
    "deflated_value",
    per="yr",
    worked=worked(
        "552.00 CNY/yr",
        "by hand: 449.1 × 606.70 / 493.60, indices of Miao et al. 2017; so their table 4, 5417.84e4"
        " / (4750 × 4.51 × 99.10 / 21.63)",
        rel=1e-5,
        price="449.1 CNY/yr",
        deflator="1.229133",
    ),
)


@formula(
    "1/yr",
    worked=[
        worked(
            "4 %/yr", "by hand: 1.0608 / 1.02 − 1", nominal_rate="6.08 %/yr", inflation="2 %/yr"
        ),
        worked(
            "-1 %/yr", "by hand: 1.0395 / 1.05 − 1", nominal_rate="3.95 %/yr", inflation="5 %/yr"
        ),
        worked(
            "6 %/yr",
            "by hand, of half a year: 1.0506 / 1.02 − 1 = 3 %",
            nominal_rate="10.12 %/yr",
            inflation="4 %/yr",
            compounding_period="0.5 yr",
        ),
    ],
)
def real_discount_rate(
    nominal_rate: A[Array, U("1/yr", rate=True)],
    inflation: A[Array, U("1/yr", low=-1, rate=True)],
    compounding_period: A[Array, U("yr", low=0, state=True)] = 1.0,
) -> Array:
    r"""Discount rate for flows at constant prices, from a rate in money and the rise of prices.

    .. math:: r = \frac{1 + i p}{1 + \pi p} \frac{1}{p} - \frac{1}{p} = \frac{i - \pi}{1 + \pi p}

    Parameters
    ----------
    nominal_rate : array, any shape
        Rate of interest in money, i.
    inflation : array
        Rise of prices in a year, π.
    compounding_period : array
        Length p of a period; a year unless said otherwise.

    Returns
    -------
    DataArray, broadcast shape of the inputs; negative where prices rise faster than money
    earns

    References
    ----------
    General (Fisher equation).
    """
    return (nominal_rate - inflation) / (1 + inflation * compounding_period)


def chain(links: Mapping[int, float], base: int) -> dict[int, float]:
    """An index with ``base`` = 1 from yearly links, each year's being its ratio to the year before.

    >>> chain({2019: 1.04, 2020: 1.02}, base=2018)
    {2018: 1.0, 2019: 1.04, 2020: 1.0608}
    >>> round(chain({2019: 1.04, 2020: 1.02}, base=2020)[2018], 6)
    0.942685

    Raises
    ------
    InputError
        If a year is missing between the first and the last, a link is not above zero, or the base
        lies outside.
    """
    years = sorted(links)
    faults = (
        [
            Problem("deflator.gap", named(str(y)))
            for y in range(years[0], years[-1])
            if y not in links
        ]
        if years
        else []
    )
    faults += [
        Problem("deflator.link", named(str(y)), link=x) for y, x in links.items() if not x > 0
    ]
    if not years or not years[0] - 1 <= base <= years[-1]:
        faults.append(Problem("deflator.base", named(str(base))))
    if faults:
        raise InputError("error.chain", faults)
    level = {years[0] - 1: 1.0}
    for year in years:
        level[year] = level[year - 1] * links[year]
    return {year: value / level[base] for year, value in level.items()}


PRICING = Pricing(
    "deflator",
    "价格指数换算",
    "deflator",
    exchange_value=True,
    seea="tool: the same price in the money of another year",
    formulas={
        "deflator": (deflator,),
        "index_to": (chained_index,),
        "deflated_value": (deflated_value,),
        "discount_rate": (real_discount_rate,),
    },
    doc=__doc__,
)
