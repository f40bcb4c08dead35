"""Replacement cost (替代成本法): what it would cost to have the same service from something built,
bought or done.

Traps: the substitute must give the same service, be the cheapest that does, and be wanted if the
ecosystem failed; otherwise the price is only an upper bound. Fertiliser is priced by its pure
nutrient: urea at 1920 CNY/t holds 46 % nitrogen. Where one fertiliser holds two nutrients, pricing
each by the whole bag pays for the bag twice. Walls and dykes are stocks and come in as a yearly
cost.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Pricing, U, formula, worked
from gep.pricing import avoided_cost
from gep.pricing.equivalent_annual_cost import dyke_cost, noise_barrier_cost
from gep.pricing.market_price import carbon_price
from gep.pricing.net_present_value import annuity_factor


@formula("CNY/t {s}")
def fertiliser_price(
    fertiliser_product_price: A[Array, U("CNY/t", low=0, rate=True)],
    fertiliser_content: A[Array, U("t {s}/t", low=0, high=1, rate=True)],
) -> Array:
    r"""Price of a tonne of pure nutrient from that of a fertiliser and what it holds.

    .. math:: p = p_f / c

    Parameters
    ----------
    fertiliser_product_price : array, any shape
        Price p_f of the fertiliser as sold.
    fertiliser_content : array
        Share c of the pure nutrient in it.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Miao et al. (2017), doi 10.5846/stxb201607091410, table 1; LY/T 1721-2008, soil fertility.
    """
    return fertiliser_product_price / fertiliser_content


fertiliser_price_fertility_nitrogen = fertiliser_price.of(
    "fertiliser_price_fertility_nitrogen",
    s="N",
    worked=worked(
        "4.173913 CNY/kg N",
        "Miao et al. 2017, doi 10.5846/stxb201607091410, table 1: urea at 1920 CNY/t with 46 % N;"
        " the quotient by hand",
        fertiliser_product_price="1920 CNY/t",
        fertiliser_content="46 %",
    ),
)
fertiliser_price_phosphorus = fertiliser_price.of(
    "fertiliser_price_phosphorus",
    s="P",
    worked=worked(
        "15989.34 CNY/t P",
        "by hand: 2400 / 0.1501, diammonium phosphate of LY/T 1721-2008",
        fertiliser_product_price="2400 CNY/t",
        fertiliser_content="15.01 %",
    ),
)
fertiliser_price_potassium = fertiliser_price.of(
    "fertiliser_price_potassium",
    s="K",
    worked=worked(
        "4400 CNY/t K",
        "by hand: 2200 / 0.5, potassium chloride of LY/T 1721-2008",
        fertiliser_product_price="2200 CNY/t",
        fertiliser_content="50 %",
    ),
)


@formula(
    "CNY/(dB m yr)",
    worked=worked(
        "2.5 CNY/(dB m yr)",
        "by hand: 30 / 12",
        noise_barrier_cost="3 万元/(km yr)",
        barrier_attenuation="12 dB",
    ),
)
def noise_control_cost_roadside(
    noise_barrier_cost: A[Array, U("CNY/(m yr)", low=0, rate=True)],
    barrier_attenuation: A[Array, U("dB", low=0, rate=True)],
) -> Array:
    r"""Yearly cost of a decibel less along a metre of road, had a sound barrier to take it off.

    .. math:: c = c_b / \Delta L

    Parameters
    ----------
    noise_barrier_cost : array, any shape
        Yearly cost c_b of a metre of sound barrier.
    barrier_attenuation : array
        Sound level ΔL that the barrier takes off.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Cost of a sound barrier per kilometre as the price of noise control: LY/T 1721-2008.
    """
    return noise_barrier_cost / barrier_attenuation


PRICING = Pricing(
    "replacement_cost",
    "替代成本法",
    "replacement cost",
    exchange_value=True,
    seea="prices from expected expenditure (replacement cost)",
    formulas={
        "fertiliser_price_fertility_nitrogen": (fertiliser_price_fertility_nitrogen,),
        "fertiliser_price_phosphorus": (fertiliser_price_phosphorus,),
        "fertiliser_price_potassium": (fertiliser_price_potassium,),
        "noise_control_cost_roadside": (noise_control_cost_roadside,),
        "noise_barrier_cost": (noise_barrier_cost,),
        "dyke_cost": (dyke_cost,),
        "annuity_factor": (annuity_factor,),
        "carbon_price": (carbon_price,),  # of afforestation, printed per tonne of carbon
        **{
            name: routes
            for name, routes in avoided_cost.PRICING.formulas.items()
            if name.startswith("treatment_cost")
        },
    },
    doc=__doc__,
)
