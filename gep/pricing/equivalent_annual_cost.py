"""Equivalent annual cost (等值年成本): the level yearly cost of something built once, over its
life, with its upkeep.

Traps: GEP is a yearly flow, a dyke or a sound barrier is a stock; taking the building cost as the
yearly value counts the same dyke again in every year. Upkeep is per year already and is not spread.
Chinese accounts do not spread the cost of reservoirs: see :mod:`gep.pricing.shadow_project`.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Pricing, U, formula, worked
from gep.pricing.net_present_value import annuity_factor


@formula("CNY/({per} yr)")
def annual_cost(
    construction_cost: A[Array, U("CNY/{per}", low=0, rate=True)],
    annuity_factor: A[Array, U("yr", low=0, rate=True)],
    upkeep: A[Array, U("CNY/({per} yr)", low=0, rate=True)],
) -> Array:
    r"""Yearly cost of a work, of the same worth today as building it now and keeping it up.

    .. math:: c = \frac{C}{a} + u, \qquad \frac{1}{a} = \frac{r (1 + r)^n}{(1 + r)^n - 1}

    Parameters
    ----------
    construction_cost : array, any shape
        Cost C of building one unit (a metre, a square metre).
    annuity_factor : array
        Annuity factor a of the rate and the life of the work; its inverse is the capital recovery
        factor.
    upkeep : array
        Yearly cost u of operating and maintaining one unit.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    General arithmetic of annuities; SEEA EA (2021), chapter 9, on replacement cost as a yearly
    cost.
    """
    return construction_cost / annuity_factor + upkeep


dyke_cost = annual_cost.of(
    "dyke_cost",
    per="m",
    worked=worked(
        "750 CNY/(m yr)",
        "by hand: 12,000 / 20 + 150",
        construction_cost="1200 万元/km",
        annuity_factor="20 yr",
        upkeep="15 万元/(km yr)",
    ),
)
noise_barrier_cost = annual_cost.of(
    "noise_barrier_cost",
    per="m",
    worked=worked(
        "30 CNY/(m yr)",
        "by hand: 400 / 16 + 5",
        construction_cost="400000 CNY/km",
        annuity_factor="16 yr",
        upkeep="5 CNY/(m yr)",
    ),
)

PRICING = Pricing(
    "equivalent_annual_cost",
    "等值年成本法",
    "equivalent annual cost",
    exchange_value=True,
    seea="tool: spreads a cost over the life of the work; used with replacement cost",
    formulas={
        "dyke_cost": (dyke_cost,),
        "noise_barrier_cost": (noise_barrier_cost,),
        "annuity_factor": (annuity_factor,),
    },
    doc=__doc__,
)
