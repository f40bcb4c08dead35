"""Equivalent-factor quick estimate (当量因子法): ecosystem service value by area, a unit value per
class and an adjustment.

Traps: this is another method, not another service: its results overlap everything else in the
catalogue and never enter GEP. The component ``all`` is the sum of the nine others: give it or them.
Unit values rest on the worth of one year's grain from a hectare in a given year and region; do not
mix tables. Printed adjustments are often rounded to two digits, which shifts a product by up to
half a percent.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Component, Indicator, U, formula, worked
from gep.core.records import Seea


@formula(
    "m^2",
    zh="某类土地的面积，按当地长势调节。",
    worked=(
        worked(
            "402379.9506 hm2",
            "by hand from Jiangsu (2017), forest: 362504.46 hm2 × 1.11",
            area="362504.46 hm2",
            adjustment="1.11",
        ),
        worked("79358.59 hm2", "Jiangsu (2017), wetland: no adjustment", area="79358.59 hm2"),
    ),
)
def adjusted_area(
    area: A[Array, U("m^2", low=0, size=True)], adjustment: A[Array, U("1", low=0, rate=True)] = 1.0
) -> Array:
    r"""Area of a class, adjusted for how well it grows there.

    .. math:: Q = k \, A

    Parameters
    ----------
    area : array, dimension ``ecosystem`` for several classes
        Ground area A.
    adjustment : array, broadcasts with the other
        Ratio k of the local condition (biomass, rain) to that of the table; 1 if not given.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Area × unit value × adjustment as in doi 10.5846/stxb201603140453 (Jiangsu).
    """
    return area * adjustment


def _service(id: str, zh: str, en: str) -> Component:
    return Component(
        id=id, zh=zh, en=en, price="unit_value", quantity="adjusted_area", outside="esv"
    )


INDICATOR = Indicator(
    "equivalent_factor",
    "other",
    "当量因子法",
    "equivalent-factor quick estimate",
    components=(
        _service("food", "食物生产", "food production"),
        _service("raw_material", "原料生产", "raw material production"),
        _service("gas_regulation", "气体调节", "gas regulation"),
        _service("climate_regulation", "气候调节", "climate regulation"),
        _service("water_conservation", "水文调节", "water conservation"),
        _service("waste_treatment", "废物处理", "waste treatment"),
        _service("soil", "保持土壤", "soil conservation"),
        _service("biodiversity", "维持生物多样性", "biodiversity"),
        _service("recreation", "提供美学景观", "recreation"),
        _service("all", "全部服务", "all services"),
    ),
    quantities={"adjusted_area": (adjusted_area,)},
    doc=__doc__,
    zh_doc=(
        "按土地类型的单位面积价值乘以面积和调节系数，快速估算生态系统服务价值。注意：这是另一种"
        "方法，不是另一种服务，结果与目录中其他指标全部重叠，绝不计入 GEP。组分 all 是其余九项"
        "之和，只给其一。单位价值以某地某年一公顷粮食的价值为基准，不同的表不能混用。印出的调节"
        "系数常只有两位，可使乘积差到百分之零点五。"
    ),
    seea=Seea(
        role="not listed",
        note="a transfer of unit values, not a service",
    ),
)
