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
from gep.core.records import Role, Seea, User


@formula(
    "m^3/yr",
    zh="一年中取自本地水体的水。",
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


_DRINKING = ("4.2.1.1", "Surface water for drinking")
_OTHER = ("4.2.1.2", "Surface water used as a material (non-drinking purposes)")
_ABIOTIC = "abiotic in CICES"


def _users(
    id: str,
    zh: str,
    en: str,
    user: User,
    cices: tuple[str, str] = _OTHER,
    role: Role = "final",
    note: str = _ABIOTIC,
) -> Component:
    return Component(
        id=id,
        zh=zh,
        en=en,
        price="water_price",
        quantity="net_supply",
        given="water_taken",
        seea=Seea(
            section="Provisioning",
            service="Water supply",
            zh="供水",
            role=role,
            cices=cices[0],
            cices_class=cices[1],
            users=((user, 1.0),),
            note=note,
        ),
    )


INDICATOR = Indicator(
    "water_supply",
    "material",
    "淡水供给",
    "freshwater supply",
    components=(
        _users("domestic", "生活用水", "domestic water", "households", _DRINKING),
        _users("industrial", "工业用水", "industrial water", "industry"),
        _users("agricultural", "农业用水", "agricultural water", "agriculture"),
        _users(
            "ecological",
            "生态用水",
            "environmental water",
            "ecosystems",
            role="intermediate",
            note="water for other ecosystems is used by ecosystems: intermediate",
        ),
    ),
    quantities={"net_supply": (net_supply,)},
    doc=__doc__,
    zh_doc=(
        "居民、工业、农业和生态从本地水体取用的水。注意：渠道或管道从外面调入的水是别处供给的，"
        "按用途扣除；水电用水不消耗水，归入生态能源；涵养水源计的是调节作用而非供水，两者只在标"
        "准都列时才都计。自来水价含处理和管网成本，水资源费或净价更接近自然的贡献。"
    ),
)
