"""Net output (增加值法): the part of a product's price that remains after the goods and services
bought to produce it.

Traps: value added still holds wages, profit and the return on machines, so it is more than what the
ecosystem gave; resource rent takes those off as well. Gross output, value added and "net output
value" of farming are three series of Chinese statistics; do not take the rate from one and the
price from another. Never apply the rate to a price that is net already.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Pricing, U, formula, worked


@formula(
    "1",
    worked=worked(
        "57.5 %", "by hand: 23 / 40", value_added="23 亿元/yr", gross_output="40 亿元/yr"
    ),
)
def value_added_rate(
    # of the branch, not of the place: as a ratio they serve every district
    value_added: A[Array, U("CNY/yr", state=True)],
    gross_output: A[Array, U("CNY/yr", low=0, state=True)],
) -> Array:
    r"""Share of value added in the gross output of a branch.

    .. math:: v = \frac{VA}{GO}

    Parameters
    ----------
    value_added : array, any shape
        Value added VA of the branch in the year.
    gross_output : array
        Gross output GO of the same branch and year.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Net output used for farming, forestry, animal husbandry and fishery by Pema Dolkar et al.
    (2017), doi 10.5846/stxb201607011362.
    """
    return value_added / gross_output


@formula("CNY/{per}")
def net_price(
    gross_price: A[Array, U("CNY/{per}", low=0, rate=True)],
    value_added_rate: A[Array, U("1", high=1, rate=True)],
) -> Array:
    r"""Net price of a product: the part of its gross price that is value added.

    .. math:: p = p_g \, v

    A product not counted in tonnes takes ``net_price.of("product_price", per="head")``.

    Parameters
    ----------
    gross_price : array, any shape
        Price p_g that the producer gets.
    value_added_rate : array
        Share of value added in gross output v.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Net output used for farming, forestry, animal husbandry and fishery by Pema Dolkar et al.
    (2017), doi 10.5846/stxb201607011362.
    """
    return gross_price * value_added_rate


product_price = net_price.of(
    "product_price",
    per="t",
    worked=worked(
        "2300 CNY/t", "by hand: 4000 × 57.5 %", gross_price="4 CNY/kg", value_added_rate="57.5 %"
    ),
)
water_price = net_price.of(
    "water_price",
    per="m^3",
    worked=worked(
        "1.3 CNY/m3", "by hand: 2.6 × 50 %", gross_price="2.6 CNY/m3", value_added_rate="50 %"
    ),
)
electricity_price = net_price.of(
    "electricity_price",
    per="kWh",
    worked=worked(
        "0.318 CNY/kWh", "by hand: 0.53 × 60 %", gross_price="0.53 CNY/kWh", value_added_rate="60 %"
    ),
)

PRICING = Pricing(
    "net_output",
    "增加值法",
    "net output",
    exchange_value=True,
    seea=(
        "prices embodied in market transactions (residual value; wages and profit not yet taken"
        " off)"
    ),
    formulas={
        "product_price": (product_price,),
        "water_price": (water_price,),
        "electricity_price": (electricity_price,),
        "value_added_rate": (value_added_rate,),
    },
    doc=__doc__,
    residual=True,
)
