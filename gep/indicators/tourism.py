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


@formula(
    "visit/yr",
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


def _visits(id: str, zh: str, en: str, price: str, outside: str = "") -> Component:
    return Component(
        id,
        zh,
        en,
        "visit/yr",
        price,
        "CNY/visit",
        "travel_cost",
        quantity="ecological_visits",
        given="visits",
        outside=outside,
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
        ),
    ),
    quantities={"ecological_visits": (ecological_visits,)},
    doc=__doc__,
)
