"""Pollination (作物授粉): the part of a harvest that would be lost without wild pollinators.

Traps: the harvest itself is an agricultural product; this part of it is inside that product's value
and is not added to it, unless the standard takes it out there. Managed bees are no gift of nature.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Component, Indicator, U, formula, worked
from gep.core.records import Name, Rule, Seea
from gep.core.tables import beside

TABLE = beside(__file__)


@formula(
    "t/yr",
    zh="一年中靠野生传粉者得到的收成。",
    worked=worked(
        "390 t/yr",
        "by hand: 100 hm² × 6 t/hm² × 65 %",
        area="100 hm2",
        crop_yield="6 t/(hm2 yr)",
        pollinator_dependence="65 %",
    ),
)
def pollinated_harvest(
    area: A[Array, U("m^2", low=0, size=True)],
    crop_yield: A[Array, U("t/(m^2 yr)", low=0, rate=True)],
    pollinator_dependence: A[Array, U("1", low=0, high=1, rate=True)] = TABLE[
        "pollinator_dependence"
    ],
) -> Array:
    r"""Harvest of a year that is owed to wild pollinators.

    .. math:: Q = A \, y \, D

    Parameters
    ----------
    area : array, any shape
        Area A under the crop.
    crop_yield : array, broadcasts with the others
        Harvest y per area.
    pollinator_dependence : array, dimension ``ecosystem`` by default
        Part D of the harvest that would be lost without pollinators.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    The dependence method of Gallai et al. (2009), doi 10.1016/j.ecolecon.2008.06.014.
    """
    return area * crop_yield * pollinator_dependence


INDICATOR = Indicator(
    "pollination",
    "regulating",
    "作物授粉",
    "pollination",
    components=(
        Component(
            id="crops",
            zh="作物授粉",
            en="pollination of crops",
            price="product_price",
            quantity="pollinated_harvest",
            supplied_by=("cropland",),
        ),
    ),
    quantities={"pollinated_harvest": (pollinated_harvest,)},
    doc=__doc__,
    zh_doc=(
        "没有野生传粉者就会失去的那部分收成。注意：收成本身是农产品，这一部分已含在其产值中，"
        "除非标准在那里扣除，否则不得再加；人工饲养的蜜蜂不由自然提供。"
    ),
    seea=Seea(
        section="Regulating and maintenance",
        service="Pollination services",
        zh="授粉服务",
        cices="2.2.2.1",
        cices_class="Pollination (or 'gamete' dispersal in a marine context)",
        users=(("agriculture", 1.0),),
    ),
    names=(
        Name("crop_yield", "单位面积产量", "crop yield", "Harvest per area and year."),
        Name(
            "pollinator_dependence",
            "传粉依赖度",
            "pollinator dependence",
            "Part of a harvest that would be lost without pollinators.",
        ),
    ),
    overlaps=(
        Rule(
            "pollination_crops",
            "pollination",
            "agricultural_products.crops",
            "",
            "靠传粉得到的收成已含在农产品的产值中",
            "the pollinated part of a harvest is inside the value of the crops",
            "从农产品中扣除，或只计其一",
            "take it out of the crops, or count one of the two",
            "general accounting rule",
            "general",
        ),
    ),
)
