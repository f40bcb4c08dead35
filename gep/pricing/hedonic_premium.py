"""Hedonic premium (享乐价格法): what people pay more for a home or a room because nature is near.

Traps: the premium on the *price* of a home is a stock paid once, the service is a flow: a rental
yield, or an annuity over the years of use, turns one into the other, and a premium without "per
year" is refused. A premium share (5–10 % for trees in some studies) goes on what is bought or on
what is rented, not on both. Homes near parks cost more for other reasons too: only the part that a
regression gives to nature counts.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Pricing, U, formula, worked
from gep.pricing.net_present_value import annuity_factor


@formula(
    "CNY/m^2",
    worked=worked(
        "1400 CNY/m2", "by hand: 20,000 × 7 %", house_price="2 万元/m2", premium_share="7 %"
    ),
)
def price_premium(
    house_price: A[Array, U("CNY/m^2", low=0, rate=True)],
    premium_share: A[Array, U("1", high=1, rate=True)],
) -> Array:
    r"""Part of the price of a home that is paid for nature near by.

    .. math:: \Delta P = P \, s

    Parameters
    ----------
    house_price : array, any shape
        Price P of homes in reach of the ecosystem.
    premium_share : array
        Share s of it that a hedonic regression gives to the ecosystem.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    SEEA EA (2021), chapter 9, hedonic pricing.
    """
    return house_price * premium_share


@formula(
    "CNY/(m^2 yr)",
    worked=worked(
        "28 CNY/(m2 yr)", "by hand: 1400 × 2 %", price_premium="1400 CNY/m2", rental_yield="2 %/yr"
    ),
)
def premium(
    price_premium: A[Array, U("CNY/m^2", rate=True)],
    rental_yield: A[Array, U("1/yr", low=0, rate=True)],
) -> Array:
    r"""Yearly premium of a home, from the premium on its price and the yield of renting it out.

    .. math:: p = \Delta P \, y

    Parameters
    ----------
    price_premium : array, any shape
        Premium ΔP on the price of a square metre.
    rental_yield : array
        Yearly rent over price, y.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    SEEA EA (2021), chapter 9, hedonic pricing, turned into a yearly flow.
    """
    return price_premium * rental_yield


@formula(
    "CNY/(m^2 yr)",
    worked=worked(
        "36 CNY/(m2 yr)", "by hand: 50 × 12 × 6 %", rent="50 CNY/(m2 month)", premium_share="6 %"
    ),
)
def premium_of_rent(
    rent: A[Array, U("CNY/(m^2 yr)", low=0, stock=True, rate=True)],
    premium_share: A[Array, U("1", high=1, rate=True)],
) -> Array:
    r"""Yearly premium of a home, from its rent and the share paid for nature near by.

    .. math:: p = R \, s

    Parameters
    ----------
    rent : array, any shape
        Yearly rent R of homes in reach of the ecosystem.
    premium_share : array
        Share s of it that a hedonic regression gives to the ecosystem.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    SEEA EA (2021), chapter 9, hedonic pricing.
    """
    return rent * premium_share


@formula(
    "CNY/(m^2 yr)",
    worked=worked(
        "40 CNY/(m2 yr)", "by hand: 1400 / 35", price_premium="1400 CNY/m2", annuity_factor="35 yr"
    ),
)
def premium_annuity(
    price_premium: A[Array, U("CNY/m^2", rate=True)],
    annuity_factor: A[Array, U("yr", low=0, rate=True)],
) -> Array:
    r"""Yearly premium of a home, from the premium on its price spread over the years of use.

    .. math:: p = \Delta P / a

    Parameters
    ----------
    price_premium : array, any shape
        Premium ΔP on the price of a square metre.
    annuity_factor : array
        Annuity factor a of the rate and the years of use (the term of the land).

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    General arithmetic of annuities.
    """
    return price_premium / annuity_factor


@formula(
    "CNY/room_night",
    worked=worked(
        "54 CNY/room_night", "by hand: 450 × 12 %", room_rate="450 元/间夜", premium_share="12 %"
    ),
)
def premium_hotels(
    room_rate: A[Array, U("CNY/room_night", low=0, rate=True)],
    premium_share: A[Array, U("1", high=1, rate=True)],
) -> Array:
    r"""Premium of a night in a hotel near nature.

    .. math:: p = R \, s

    Parameters
    ----------
    room_rate : array, any shape
        Room rate R of hotels in reach of the ecosystem.
    premium_share : array
        Share s of it that is paid for nature near by.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    SEEA EA (2021), chapter 9, hedonic pricing.
    """
    return room_rate * premium_share


PRICING = Pricing(
    "hedonic_premium",
    "享乐价格法",
    "hedonic premium",
    exchange_value=True,
    seea="prices embodied in market transactions (hedonic pricing)",
    formulas={
        "premium": (premium, premium_of_rent, premium_annuity),
        "premium_hotels": (premium_hotels,),
        "price_premium": (price_premium,),
        "annuity_factor": (annuity_factor,),
    },
    doc=__doc__,
)
