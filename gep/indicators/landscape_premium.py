"""Natural landscape premium (自然景观溢价): what people pay more each year to live or stay close to
nature.

Traps: a premium on a house price is a stock; the service is what the house yields of it in a year
(rent, or price times rental yield). A premium per m2 without the year is refused, not read as
yearly. ``area`` is the floor area of homes within reach of the green, not the area of an ecosystem:
give it for this indicator. Count homes once where the reaches of two parks meet. Trips of hotel
guests to the same park stand under tourism; the room premium is only what the view adds to the
rate.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Component, Indicator, U, formula, worked


@formula(
    "m^2", worked=worked("35 万m2", "by hand: the floor area as it was recorded", area="350000 m2")
)
def home_area(area: A[Array, U("m^2", low=0, size=True)]) -> Array:
    r"""Floor area of homes whose price holds a premium for nature nearby.

    .. math:: Q = A

    Parameters
    ----------
    area : array, any shape
        Floor area A of the homes within reach; dimension ``item`` for several estates.

    Returns
    -------
    DataArray, shape of ``area``

    References
    ----------
    Area of homes times premium is general practice; no standard was read.
    """
    return area


@formula(
    "room_night/yr",
    worked=worked(
        "1.8 万间夜/yr",
        "by hand: the nights as they were recorded",
        room_nights="18000 room_night/yr",
    ),
)
def nature_room_nights(room_nights: A[Array, U("room_night/yr", low=0, size=True)]) -> Array:
    r"""Hotel nights in rooms whose rate holds a premium for nature nearby.

    .. math:: Q = N

    Parameters
    ----------
    room_nights : array, any shape
        Nights N sold in such rooms; dimension ``item`` for several hotels.

    Returns
    -------
    DataArray, shape of ``room_nights``

    References
    ----------
    Room nights times premium is general practice; no standard was read.
    """
    return room_nights


INDICATOR = Indicator(
    "landscape_premium",
    "cultural",
    "自然景观溢价",
    "natural landscape premium",
    components=(
        Component(
            "homes",
            "住宅景观溢价",
            "homes",
            "m^2",
            "premium",
            "CNY/(m^2 yr)",
            "hedonic_premium",
            quantity="home_area",
            shared=False,
            stock=True,
        ),
        Component(
            "hotels",
            "酒店景观溢价",
            "hotels",
            "room_night/yr",
            "premium",
            "CNY/room_night",
            "hedonic_premium",
            quantity="nature_room_nights",
        ),
    ),
    quantities={"home_area": (home_area,), "nature_room_nights": (nature_room_nights,)},
    doc=__doc__,
)
