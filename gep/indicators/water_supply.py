"""Freshwater supply (淡水供给): water that homes, industry, farms and nature's own users take from
the area's waters.

Traps: water that a canal or pipe brings in was supplied elsewhere and is netted out by use.
Hydropower turns water without using it up and belongs to ecological energy. Water retention is
priced apart: it is the regulation of the flow, not the water delivered; report both only where the
standard does. A tap price holds treatment and pipes; a water resource fee or a net price comes
nearer to what nature gave.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Component, Indicator, U, formula, worked


@formula(
    "m^3/yr",
    worked=(
        worked(
            "12.4 亿m3/yr",
            "by hand: 17.3 − 4.9 (亿m3)",
            water_taken="17.3 亿m3/yr",
            imported="4.9 亿m3/yr",
        ),
        worked(
            "150.17 亿m3/yr",
            "Pema Dolkar et al. (2017), industrial water, nothing brought in",
            water_taken="150.17 亿m3/yr",
        ),
    ),
)
def net_supply(
    water_taken: A[Array, U("m^3/yr", low=0, size=True)],
    imported: A[Array, U("m^3/yr", low=0, size=True)] = 0.0,
) -> Array:
    r"""Water taken from the area's own waters in a year.

    .. math:: Q = W - W_{in}

    Parameters
    ----------
    water_taken : array, any shape
        Water that the users of one class took, W.
    imported : array, broadcasts with the other
        Part of it that was brought in from outside the area, 0 if not given.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Use by class times price: Pema Dolkar et al. (2017), doi 10.5846/stxb201607011362. Products from
    outside the region are left out: GB/T 46869-2025, scope.
    """
    return water_taken - imported


def _users(id: str, zh: str, en: str) -> Component:
    return Component(
        id,
        zh,
        en,
        "m^3/yr",
        "water_price",
        "CNY/m^3",
        "market_price",
        quantity="net_supply",
        given="water_taken",
    )


INDICATOR = Indicator(
    "water_supply",
    "material",
    "淡水供给",
    "freshwater supply",
    components=(
        _users("domestic", "生活用水", "domestic water"),
        _users("industrial", "工业用水", "industrial water"),
        _users("agricultural", "农业用水", "agricultural water"),
        _users("ecological", "生态用水", "environmental water"),
    ),
    quantities={"net_supply": (net_supply,)},
    doc=__doc__,
)
