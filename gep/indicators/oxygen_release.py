"""Oxygen release (释氧): oxygen that plants give off while they build up matter.

Traps: take carbon and oxygen on one basis. With dry matter both follow from the same growth (1.63
and 1.19 per tonne); with carbon dioxide the oxygen is 32/44 of it, here too from net ecosystem
production if that is given. Carbon from net ecosystem production beside oxygen from net primary
production gives figures that contradict each other: in Garzê 2010 the oxygen is 8.1 times the
carbon dioxide. Sources round 192/162 to 1.185, 1.19 or 1.2. National rules since 2022 are said to
leave oxygen out, because the air does not run short of it: it is the profile's to say.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Component, Indicator, U, formula, worked
from gep.core.records import Seea
from gep.core.tables import beside
from gep.processes.productivity import (
    co2_from_nep,
    dry_matter,
    nep,
    nep_density,
    nep_from_dry_matter,
)

TABLE = beside(__file__)


@formula(
    "t O2/yr",
    zh="由当年生长的干物质得到一年释放的氧气。",
    worked=(
        worked("1240.69 t O2/yr", "Miao et al. (2017), shrub", rel=5e-6, dry_matter="1042.6 t/yr"),
        worked(
            "4.49 万t O2/yr",
            "Jiang et al. (2017), reed, with 1.2",
            rel=1e-3,
            dry_matter="3.74 万t/yr",
            o2_per_dry_matter="1.2 t O2/t",
        ),
    ),
)
def oxygen_from_dry_matter(
    dry_matter: A[Array, U("t/yr", low=0, size=True)],
    o2_per_dry_matter: A[Array, U("t O2/t", low=0, rate=True)] = TABLE["o2_per_dry_matter"],
) -> Array:
    r"""Oxygen released in a year, from the dry matter that grew.

    .. math:: Q = 1.19 \, B

    Parameters
    ----------
    dry_matter : array, any shape
        Net primary production B as dry matter.
    o2_per_dry_matter : array
        Oxygen given off for a tonne of dry matter.

    Returns
    -------
    DataArray, shape of ``dry_matter``

    References
    ----------
    LY/T 1721-2008, as in Miao et al. (2017), doi 10.5846/stxb201607091410; with 1.2 in Jiang et al.
    (2017), doi 10.5846/stxb201410091984.
    """
    return dry_matter * o2_per_dry_matter


@formula(
    "t O2/yr",
    zh="由吸收的二氧化碳得到一年释放的氧气。",
    worked=worked(
        "800 t O2/yr", "by hand: 1100 × 32/44", rel=1e-9, sequestered_co2="1100 t CO2/yr"
    ),
)
def oxygen_from_co2(
    sequestered_co2: A[Array, U("t CO2/yr", size=True)],
    o2_per_co2: A[Array, U("t O2/t CO2", low=0, rate=True)] = TABLE["o2_per_co2"],
) -> Array:
    r"""Oxygen released in a year, from the carbon dioxide that was taken up.

    .. math:: Q = \frac{32}{44} \, Q_{CO_2}

    Parameters
    ----------
    sequestered_co2 : array, any shape
        Carbon dioxide taken up; the figure of carbon sequestration.
    o2_per_co2 : array
        Oxygen given off for a tonne of carbon dioxide.

    Returns
    -------
    DataArray, shape of ``sequestered_co2``; negative where carbon was lost

    References
    ----------
    ChinaXiv-202110.00026V1 (green infrastructure of Xi'an).
    """
    return sequestered_co2 * o2_per_co2


INDICATOR = Indicator(
    "oxygen_release",
    "regulating",
    "释氧",
    "oxygen release",
    components=(
        Component(
            id="oxygen",
            zh="释氧",
            en="oxygen release",
            price="oxygen_price",
            pricing="replacement_cost",
            quantity="released_oxygen",
        ),
    ),
    quantities={
        "released_oxygen": (oxygen_from_dry_matter, oxygen_from_co2),
        "sequestered_co2": (co2_from_nep,),
        "nep": (nep, nep_from_dry_matter),
        "nep_density": (nep_density,),
        "dry_matter": (dry_matter,),
    },
    doc=__doc__,
    zh_doc=(
        "植物生长时放出的氧气。注意：固碳和释氧用同一基础：按干物质时两者都来自同一生长量（每吨"
        " 1.63 和 1.19），按二氧化碳时氧为其 32/44（给出净生态系统生产力时也如此）。固碳用净生"
        "态系统生产力而释氧用净初级生产量，两数会互相矛盾：甘孜2010年的氧是二氧化碳的 8.1 倍。"
        "192/162 在资料中写作 1.185、1.19 或 1.2。据说2022年以来的国家规范因空气并不缺氧而不计"
        "释氧，是否计入由标准决定。"
    ),
    seea=Seea(
        role="not listed",
        cices="2.2.6.1",
        cices_class="Regulation of chemical composition of atmosphere and oceans",
        users=(("government", 1.0),),
        note="not in the reference list",
    ),
)
