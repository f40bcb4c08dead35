"""Ways to a price: one module each, imported when asked for.

A module holds formulas that lead to a price, or to a step on the way, and one record, ``PRICING``.
What a price is multiplied with, and the product itself, are not here: that is done once, in the
account. A price found by formula is looked up by its name, ``{price}_{component}`` before
``{price}``: ``treatment_cost_so2``, then ``treatment_cost``.

The methods are what a profile binds to a component; the tools turn a price into another (a dyke
into a yearly cost, a price of one year into that of another) and serve the methods.
:mod:`gep.pricing.register` lists published prices.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from gep.core.errors import ParameterError, Problem
from gep.core.formula import Pricing
from gep.core.source import named

METHODS = (
    "market_price",
    "net_output",
    "resource_rent",
    "replacement_cost",
    "avoided_cost",
    "shadow_project",
    "environmental_tax",
    "travel_cost",
    "hedonic_premium",
    "contingent_valuation",
)
TOOLS = ("equivalent_annual_cost", "net_present_value", "deflator")
IDS = (*METHODS, *TOOLS)


@cache
def get(id: str) -> Pricing:
    """The record of one pricing method or tool.

    >>> get("travel_cost").zh
    '旅行费用法'

    Raises
    ------
    ParameterError
        If there is no such method.
    """
    if id not in IDS:
        raise ParameterError(
            "error.pricing", [Problem("pricing.unknown", named(id), names=", ".join(IDS))]
        )
    record: Pricing = import_module(f"gep.pricing.{id}").PRICING
    return record


def every() -> tuple[Pricing, ...]:
    """All methods, then the tools."""
    return tuple(map(get, IDS))
