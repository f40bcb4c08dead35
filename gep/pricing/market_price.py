"""Market price (市场价格法): the price at which the product changes hands, less what people added
on the way.

Traps: a price at the farm gate, at wholesale and in the shop are three prices; GEP wants the one
nearest the ecosystem. A carbon price is per tonne of carbon or per tonne of carbon dioxide, 3.67
times apart, and sources mix the two: the unit must say which. A tax or a subsidised tariff is a
price set by rule, not by a market.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Pricing, U, formula, worked
from gep.core.tables import CONSTANTS


@formula("CNY/{per}")
def net_of_cost(
    observed_price: A[Array, U("CNY/{per}", low=0, rate=True)],
    unit_cost: A[Array, U("CNY/{per}", low=0, rate=True)],
) -> Array:
    r"""Price at the ecosystem, from the price where it was observed and the cost of getting there.

    .. math:: p = p_o - c

    A price observed at the ecosystem itself needs no formula: give it as it is. A product not
    counted in tonnes takes ``net_of_cost.of("product_price", per="head")``.

    Parameters
    ----------
    observed_price : array, any shape
        Price pₒ as observed.
    unit_cost : array
        Cost c of harvest, transport and trade between the ecosystem and the place of observation.

    Returns
    -------
    DataArray, broadcast shape of the inputs; negative where the cost is above the price

    References
    ----------
    SEEA EA (2021), chapter 9, directly observed prices.
    """
    return observed_price - unit_cost


product_price = net_of_cost.of(
    "product_price",
    per="t",
    worked=worked(
        "5800 CNY/t", "by hand: 7000 − 1200", observed_price="7 CNY/kg", unit_cost="1200 CNY/t"
    ),
)
water_price = net_of_cost.of(
    "water_price",
    per="m^3",
    worked=worked(
        "1.85 CNY/m3", "by hand: 2.60 − 0.75", observed_price="2.60 CNY/m3", unit_cost="0.75 CNY/m3"
    ),
)
electricity_price = net_of_cost.of(
    "electricity_price",
    per="kWh",
    worked=worked(
        "0.35 CNY/kWh",
        "by hand: 0.53 − 0.18",
        observed_price="0.53 CNY/kWh",
        unit_cost="180 CNY/MWh",
    ),
)
oxygen_price = net_of_cost.of(
    "oxygen_price",
    per="t O2",
    worked=worked(
        "870 CNY/t O2",
        "by hand: 1000 − 130",
        observed_price="1 CNY/kg O2",
        unit_cost="130 CNY/t O2",
    ),
)


@formula(
    "CNY/t CO2",
    worked=worked(
        "327.27 CNY/t CO2",
        "methods check C16: the Swedish tax of LY/T 1721-2008, 1200 CNY/t C × 12 / 44",
        rel=1e-5,
        price_per_carbon="1200 CNY/t C",
    ),
)
def carbon_price(
    price_per_carbon: A[Array, U("CNY/t C", low=0, rate=True)],
    co2_per_carbon: A[Array, U("t CO2/t C", low=0, rate=True)] = CONSTANTS["co2_per_carbon"],
) -> Array:
    r"""Price of a tonne of carbon dioxide from the price of a tonne of carbon.

    .. math:: p_{CO_2} = p_C \Big/ \frac{44}{12}

    Parameters
    ----------
    price_per_carbon : array, any shape
        Price of a tonne of carbon: a tax, a market, or the cost of afforestation.
    co2_per_carbon : array
        Carbon dioxide that a tonne of carbon makes, 44/12.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    LY/T 1721-2008 prices per tonne of carbon; molar masses 12 and 44.
    """
    return price_per_carbon / co2_per_carbon


PRICING = Pricing(
    "market_price",
    "市场价格法",
    "market price",
    exchange_value=True,
    seea="prices directly observed",
    formulas={
        "product_price": (product_price,),
        "water_price": (water_price,),
        "electricity_price": (electricity_price,),
        "oxygen_price": (oxygen_price,),
        "carbon_price": (carbon_price,),
    },
    doc=__doc__,
)
