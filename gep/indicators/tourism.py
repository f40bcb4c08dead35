"""Tourism and leisure (旅游休闲): visits that nature draws, at what people spend and give up for
them.

Traps: count nature's part of a trip: visitors of museums and fairs, and the share of a
multi-purpose trip spent elsewhere, are left out by ``ecological_share``. A visitor to three parks
is three visits, and one trip: do not put the cost of the whole trip on each. Consumer surplus is
what visitors would have paid beyond what they did: a gain in welfare, no exchange value, so it
stands outside. Tourism revenue is not travel cost: in Garzê 2010 the printed value is three times
the revenue. Entrance fees are part of the expense, not a value beside it.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Component, Indicator, U, formula, worked
from gep.core.records import Seea


@formula(
    "visit/yr",
    zh="一年中自然吸引来的人次。",
    worked=(
        worked(
            "94.5 万人次/yr",
            "by hand: 135 万 × 70 %",
            visits="135 万人次/yr",
            ecological_share="70 %",
        ),
        worked(
            "135 万人次/yr", "Jiang et al. (2017), Baiyangdian: all visits", visits="135 万人次/yr"
        ),
    ),
)
def ecological_visits(
    visits: A[Array, U("visit/yr", low=0, size=True)],
    ecological_share: A[Array, U("1", low=0, high=1, rate=True)] = 1.0,
) -> Array:
    r"""Visits in a year that nature drew.

    .. math:: N_e = s \, N

    Parameters
    ----------
    visits : array, any shape
        Visits N to a site, or by visitors of one origin; dimension ``item`` for several.
    ecological_share : array, broadcasts with the other
        Share s of a visit that is owed to nature; 1 if not given.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Visits times cost a visit: Jiang et al. (2017), doi 10.5846/stxb201410091984, formula 8; the
    share is ours, 1 where a source has none.
    """
    return visits * ecological_share


def _visits(
    id: str, zh: str, en: str, price: str, outside: str = "", seea: Seea | None = None
) -> Component:
    return Component(
        id=id,
        zh=zh,
        en=en,
        price=price,
        pricing="travel_cost",
        quantity="ecological_visits",
        given="visits",
        outside=outside,
        seea=seea,
    )


INDICATOR = Indicator(
    "tourism",
    "cultural",
    "旅游休闲",
    "tourism and leisure",
    components=(
        _visits("paid_sites", "收费景区", "paid sites", "visit_cost"),
        _visits("free_space", "免费绿色空间", "free green space", "visit_cost"),
        _visits("beach", "沙滩", "beach", "visit_cost"),
        _visits(
            "consumer_surplus",
            "消费者剩余",
            "consumer surplus",
            "consumer_surplus",
            outside="consumer_surplus",
            seea=Seea(
                role="welfare",
                cices="3.1.1.1",
                cices_class=(
                    "Characteristics of living systems that enable activities promoting health, "
                    "recuperation or enjoyment through active or immersive interactions"
                ),
                users=(("households", 1.0),),
                note="bridge table only",
            ),
        ),
    ),
    quantities={"ecological_visits": (ecological_visits,)},
    doc=__doc__,
    zh_doc=(
        "自然吸引来的游览，按游客的花费和付出计。注意：只计自然的部分，看博物馆、赶会的游客和一"
        "次多地旅行花在别处的部分，用 ecological_share 扣除。一个人去三个公园是三人次、一次旅"
        "行，不要每人次都计全程费用。消费者剩余是游客愿付而未付的部分，属福利而非交换价值，另"
        "列。旅游收入不是旅行费用：甘孜2010年的印刷值是收入的三倍。门票是费用的一部分，不另加。"
    ),
    seea=Seea(
        section="Cultural",
        service="Recreation-related services",
        zh="娱乐相关服务",
        cices="3.1.1.1",
        cices_class=(
            "Characteristics of living systems that enable activities promoting health, "
            "recuperation or enjoyment through active or immersive interactions"
        ),
        users=(("households", 1.0),),
        note="visitors from elsewhere: split off rest_of_world by users.csv",
    ),
)
