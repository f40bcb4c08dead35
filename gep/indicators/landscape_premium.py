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
from gep.core.records import Seea


@formula(
    "m^2",
    zh="价格含附近自然溢价的住宅建筑面积。",
    worked=worked("35 万m2", "by hand: the floor area as it was recorded", area="350000 m2"),
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
    zh="房价含附近自然溢价的酒店间夜数。",
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
            id="homes",
            zh="住宅景观溢价",
            en="homes",
            price="premium",
            pricing="hedonic_premium",
            quantity="home_area",
            shared=False,
            stock=True,
        ),
        Component(
            id="hotels",
            zh="酒店景观溢价",
            en="hotels",
            price="premium",
            pricing="hedonic_premium",
            quantity="nature_room_nights",
            seea=Seea(
                section="Cultural",
                service="Visual amenity services",
                zh="视觉舒适性服务",
                cices="3.1.2.4",
                cices_class="Characteristics of living systems that enable aesthetic experiences",
                users=(("services", 1.0),),
            ),
        ),
    ),
    quantities={"home_area": (home_area,), "nature_room_nights": (nature_room_nights,)},
    doc=__doc__,
    zh_doc=(
        "人们为住得或宿得离自然近而每年多付的钱。注意：房价溢价是存量，服务是房子一年从中产生的"
        "部分（租金，或房价乘以租金收益率）；每平方米溢价没有写“每年”的不接受，也不当作每年。这"
        "里的 area 是绿地影响范围内的住宅建筑面积，不是生态系统面积，须为本指标单独给出；两个公"
        "园范围重叠处住宅只计一次。酒店客人游同一公园的花费归旅游，这里只计景观使房价高出的部"
        "分。"
    ),
    seea=Seea(
        section="Cultural",
        service="Visual amenity services",
        zh="视觉舒适性服务",
        cices="3.1.2.4",
        cices_class="Characteristics of living systems that enable aesthetic experiences",
        users=(("households", 1.0),),
    ),
)
