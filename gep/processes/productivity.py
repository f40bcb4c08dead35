"""What plants build and what the ground keeps of it (净初级生产力与净生态系统生产力): the basis of
carbon and oxygen.

It is no service: carbon sequestration and oxygen release both start here, so that one account takes
them on one basis.

Traps: net primary production comes in t C or in t of dry matter, and a price or ratio of the one
does not fit the other. Net ecosystem production takes off what soil organisms breathe out
(heterotrophic respiration), not the respiration of the roots, which net primary production has
taken off already. It is negative where the ground loses carbon. The carbon of a harvested crop is
back in the air within the year: it does not count.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, U, formula, worked
from gep.core.tables import CONSTANTS, beside

TABLE = beside(__file__)


@formula(
    "t C/(m^2 yr)",
    zh="单位面积净生态系统生产力：植物生产的减去土壤呼出的。",
    worked=(
        worked(
            "230 g C/(m2 a)",
            "by hand: 560 − 330",
            npp="560 g C/(m2 a)",
            heterotrophic_respiration="330 g C/(m2 a)",
        ),
        worked(
            "-40 g C/(m2 a)",
            "by hand: a source, 290 − 330",
            npp="290 g C/(m2 a)",
            heterotrophic_respiration="330 g C/(m2 a)",
        ),
    ),
)
def nep_density(
    npp: A[Array, U("t C/(m^2 yr)", low=0, rate=True)],
    heterotrophic_respiration: A[Array, U("t C/(m^2 yr)", low=0, rate=True)],
) -> Array:
    r"""Net ecosystem production per area: what plants build less what the soil breathes out.

    .. math:: NEP = NPP - R_h

    Parameters
    ----------
    npp : array, any shape
        Net primary production NPP, as carbon.
    heterotrophic_respiration : array, broadcasts with the other
        Carbon that soil organisms release, R_h; the respiration of roots is not in it.

    Returns
    -------
    DataArray, broadcast shape of the inputs; negative where the ground loses carbon

    References
    ----------
    Bo et al. (2017), doi 10.5846/stxb201606161172.
    """
    return npp - heterotrophic_respiration


@formula(
    "t C/yr",
    zh="一个地区一年的净生态系统生产力。",
    worked=worked(
        "575 t C/yr", "by hand: 250 hm2 × 2.3 t C", nep_density="230 g C/(m2 a)", area="250 hm2"
    ),
)
def nep(
    nep_density: A[Array, U("t C/(m^2 yr)", rate=True)], area: A[Array, U("m^2", low=0, size=True)]
) -> Array:
    r"""Net ecosystem production of an area in a year.

    .. math:: NEP = e \, A

    Parameters
    ----------
    nep_density : array, any shape
        Net ecosystem production per area, e.
    area : array, broadcasts with the other
        Ground area A.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Bo et al. (2017), doi 10.5846/stxb201606161172.
    """
    return nep_density * area


@formula(
    "t C/yr",
    zh="用地区比例由净初级生产量得到净生态系统生产力。",
    worked=worked(
        "160 t C/yr",
        "by hand: 1800 t × 0.2 = 360 t; × 72/162",
        rel=1e-9,
        dry_matter="1800 t/yr",
        nep_share="20 %",
    ),
)
def nep_from_dry_matter(
    dry_matter: A[Array, U("t/yr", low=0, size=True)],
    nep_share: A[Array, U("1", low=-1, high=1, rate=True)],
    carbon_per_dry_matter: A[Array, U("t C/t", low=0, high=1, rate=True)] = TABLE[
        "carbon_per_dry_matter"
    ],
) -> Array:
    r"""Net ecosystem production from net primary production by a regional share.

    .. math:: NEP = \alpha \, c \, B

    Parameters
    ----------
    dry_matter : array, any shape
        Net primary production B of the area as dry matter.
    nep_share : array, broadcasts with the others
        Share α of net primary production that stays in the ecosystem; by province, to be given.
    carbon_per_dry_matter : array
        Carbon c in dry matter.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Technical guide for GEP accounting of terrestrial ecosystems (2020), NEP = α NPP 72/162; known
    from general use, the clause was not read.
    """
    return nep_share * carbon_per_dry_matter * dry_matter


@formula(
    "t/yr",
    zh="一个地区一年的净初级生产量，以干物质计。",
    worked=(
        worked(
            "1042.6 t/yr",
            "Miao et al. (2017), shrub: 260 hm2 × 4.01 t",
            dry_matter_density="4.01 t/(hm2 a)",
            area="260 hm2",
        ),
        worked(
            "5 t/yr",
            "by hand: 30 亩 = 2 hm2; × 2.5 t",
            dry_matter_density="2.5 t/(hm2 a)",
            area="30 亩",
        ),
    ),
)
def dry_matter(
    dry_matter_density: A[Array, U("t/(m^2 yr)", low=0, rate=True)],
    area: A[Array, U("m^2", low=0, size=True)],
) -> Array:
    r"""Net primary production of an area in a year, as dry matter.

    .. math:: B = b \, A

    Parameters
    ----------
    dry_matter_density : array, any shape
        Net primary production per area b, as dry matter.
    area : array, broadcasts with the other
        Ground area A.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    LY/T 1721-2008, as in Miao et al. (2017), doi 10.5846/stxb201607091410.
    """
    return dry_matter_density * area


@formula(
    "t CO2/yr",
    zh="由净生态系统生产力得到一年固定的二氧化碳。",
    worked=(
        worked("1100 t CO2/yr", "by hand: 300 × 44/12", rel=1e-9, nep="300 t C/yr"),
        worked("-220 t CO2/yr", "by hand: a source, −60 × 44/12", rel=1e-9, nep="-60 t C/yr"),
    ),
)
def co2_from_nep(
    nep: A[Array, U("t C/yr", size=True)],
    co2_per_carbon: A[Array, U("t CO2/t C", low=0, rate=True)] = CONSTANTS["co2_per_carbon"],
) -> Array:
    r"""Carbon dioxide kept in a year, from net ecosystem production.

    .. math:: Q = \frac{44}{12} \, NEP

    Parameters
    ----------
    nep : array, any shape
        Net ecosystem production NEP of the area.
    co2_per_carbon : array
        Carbon dioxide that holds a tonne of carbon.

    Returns
    -------
    DataArray, shape of ``nep``; negative where the area loses carbon

    References
    ----------
    Bo et al. (2017), doi 10.5846/stxb201606161172; GB/T 46869-2025, annex A.7, third route.
    """
    return nep * co2_per_carbon
