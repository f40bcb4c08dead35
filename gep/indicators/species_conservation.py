"""Species conservation (物种保育): habitat that keeps species from dying out, by area and a value
per area.

Traps: the values by Shannon-Wiener class (table beside this module, for reference) are of forests
and of their own price year, and jump at the class borders: 20000 a hectare just above an index of
3, 10000 just below. Habitat underlies other services, so most standards leave this one out of the
total or show it apart; its level is ``other``. Willingness to pay for species stands under non-use
value.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Component, Indicator, U, formula, worked
from gep.core.records import Seea
from gep.core.tables import beside

TABLE = beside(__file__)


@formula("m^2", zh="生境面积。", worked=worked("5 hm2", "by hand: 75 亩 = 5 hm2", area="75 亩"))
def habitat_area(area: A[Array, U("m^2", low=0, size=True)]) -> Array:
    r"""Area of habitat.

    .. math:: Q = A

    Parameters
    ----------
    area : array, any shape
        Ground area A.

    Returns
    -------
    DataArray, shape of ``area``

    References
    ----------
    LY/T 1721-2008, species conservation value, from general knowledge.
    """
    return area


@formula(
    "m^2",
    zh="生境面积，按其中的濒危、特有和古老物种加权。",
    worked=worked(
        "165 hm2",
        "by hand: 100 hm2 × (1 + 0.1 × 3 + 0.1 × 2 + 0.1 × 1.5)",
        rel=1e-9,
        area="100 hm2",
        endangered_score="3",
        endemic_score="2",
        old_tree_score="1.5",
    ),
)
def weighted_habitat_area(
    area: A[Array, U("m^2", low=0, size=True)],
    endangered_score: A[Array, U("1", low=0, rate=True)],
    endemic_score: A[Array, U("1", low=0, rate=True)],
    old_tree_score: A[Array, U("1", low=0, rate=True)],
    species_weight: A[Array, U("1", low=0, rate=True)] = TABLE["species_weight"],
) -> Array:
    r"""Area of habitat, weighted by the endangered, endemic and old that live in it.

    .. math:: Q = A \left(1 + w \sum E + w \sum B + w \sum O\right)

    Parameters
    ----------
    area : array, any shape
        Ground area A.
    endangered_score, endemic_score, old_tree_score : array, broadcast with the area
        Sums of the class scores of endangered species, ΣE, endemic species, ΣB, and old trees, ΣO;
        0 where there are none.
    species_weight : array
        Weight w of a point of score.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    GB/T 38582-2020, species conservation value, (1 + 0.1 ΣE + 0.1 ΣB + 0.1 ΣO); from general
    knowledge, the clause was not read.
    """
    return area * (1 + species_weight * (endangered_score + endemic_score + old_tree_score))


INDICATOR = Indicator(
    "species_conservation",
    "other",
    "物种保育",
    "species conservation",
    components=(
        Component(
            id="all",
            zh="物种保育",
            en="species conservation",
            price="unit_value",
            pricing="avoided_cost",
            quantity="habitat_area",
        ),
    ),
    quantities={"habitat_area": (habitat_area, weighted_habitat_area)},
    doc=__doc__,
    zh_doc=(
        "使物种不致消失的生境，按面积和单位面积价值计。注意：按香农-维纳指数分级的价值（见模块"
        "旁的表，供参考）只用于森林，有自己的价格年，且在级界处跳变：指数略高于 3 为每公顷 "
        "20000，略低为 10000。生境支撑其他服务，所以多数标准不计入总值或另列，层级为“其他”。对"
        "物种的支付意愿归入非使用价值。"
    ),
    seea=Seea(
        section="Regulating and maintenance",
        service="Nursery population and habitat maintenance services",
        zh="育苗种群和栖息地维护服务",
        role="intermediate",
        cices="2.2.2.3",
        cices_class=(
            "Maintaining nursery populations and habitats (including gene pool protection)"
        ),
        users=(("ecosystems", 1.0),),
        note="an intermediate service",
    ),
)
