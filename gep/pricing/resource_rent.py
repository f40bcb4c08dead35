"""Resource rent (资源租金法): what is left of a product's price after all that people put in has
been paid.

Traps: the return on machines and ponds is a cost here, not rent. Self-employed farmers pay
themselves no wage, so their labour must be imputed, or rent swallows it. Open access can drive rent
to zero or below: a negative rent is kept, and says that the method does not fit. Taxes on
production are taken off net of subsidies.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Pricing, U, formula, worked


@formula("CNY/{per}")
def unit_rent(
    gross_price: A[Array, U("CNY/{per}", low=0, rate=True)],
    intermediate_cost: A[Array, U("CNY/{per}", low=0, rate=True)],
    labour_cost: A[Array, U("CNY/{per}", low=0, rate=True)],
    production_tax: A[Array, U("CNY/{per}", rate=True)],
    depreciation: A[Array, U("CNY/{per}", low=0, rate=True)],
    capital_intensity: A[Array, U("CNY yr/{per}", low=0, rate=True)],
    return_rate: A[Array, U("1/yr", low=0, rate=True)],
) -> Array:
    r"""Rent of the ecosystem in a unit of product, as the residual of its price.

    .. math:: p = p_g - m - w - t - \delta - k \, r

    A product not counted in tonnes takes ``unit_rent.of("product_price", per="head")``.

    Parameters
    ----------
    gross_price : array, any shape
        Price p_g that the producer gets.
    intermediate_cost : array
        Goods and services m used up.
    labour_cost : array
        Labour w, that of the self-employed included.
    production_tax : array
        Taxes less subsidies on production t; negative where subsidies prevail.
    depreciation : array
        Use of fixed capital δ.
    capital_intensity : array
        Produced capital k that one unit of yearly output takes.
    return_rate : array
        Return r that such capital earns elsewhere.

    Returns
    -------
    DataArray, broadcast shape of the inputs; negative where the price does not cover
    the costs

    References
    ----------
    SEEA EA (2021), chapter 9, residual value and resource rent; SEEA Central Framework (2012),
    section 5.4.
    """
    return (
        gross_price
        - intermediate_cost
        - labour_cost
        - production_tax
        - depreciation
        - capital_intensity * return_rate
    )


product_price = unit_rent.of(
    "product_price",
    per="t",
    worked=worked(
        "930 CNY/t",
        "by hand: 3000 − 1100 − 650 − 40 − 160 − 2400 × 5 %",
        gross_price="3000 CNY/t",
        intermediate_cost="1100 CNY/t",
        labour_cost="650 CNY/t",
        production_tax="40 CNY/t",
        depreciation="160 CNY/t",
        capital_intensity="2400 CNY/(t/yr)",
        return_rate="5 %/yr",
    ),
)
water_price = unit_rent.of(
    "water_price",
    per="m^3",
    worked=worked(
        "0.62 CNY/m3",
        "by hand: 2.60 − 0.70 − 0.45 − 0.03 − 0.20 − 10 × 6 %",
        gross_price="2.60 CNY/m3",
        intermediate_cost="0.70 CNY/m3",
        labour_cost="0.45 CNY/m3",
        production_tax="0.03 CNY/m3",
        depreciation="0.20 CNY/m3",
        capital_intensity="10 CNY yr/m3",
        return_rate="6 %/yr",
    ),
)
electricity_price = unit_rent.of(
    "electricity_price",
    per="kWh",
    worked=worked(
        "0.12 CNY/kWh",
        "by hand: 0.53 − 0.05 − 0.06 + 0.02 − 0.14 − 3 × 6 %",
        gross_price="0.53 CNY/kWh",
        intermediate_cost="0.05 CNY/kWh",
        labour_cost="0.06 CNY/kWh",
        production_tax="-0.02 CNY/kWh",
        depreciation="0.14 CNY/kWh",
        capital_intensity="3 CNY yr/kWh",
        return_rate="6 %/yr",
    ),
)

PRICING = Pricing(
    "resource_rent",
    "资源租金法",
    "resource rent",
    exchange_value=True,
    seea="prices embodied in market transactions (residual value, resource rent)",
    formulas={
        "product_price": (product_price,),
        "water_price": (water_price,),
        "electricity_price": (electricity_price,),
    },
    doc=__doc__,
    residual=True,
)
