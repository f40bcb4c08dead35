"""Coastal protection (海岸带防护): shore that mangroves, reefs, beaches and other natural shores
shelter from waves and surge.

Traps: a dyke costs once and stands for decades. Its building cost is a stock: turn it into a yearly
amount by lifetime, interest and upkeep; a price per metre without the year is refused, or marked
``as_printed``. Count only shore behind which there is something to protect, each metre once:
mangrove in front of a beach is one shore. No unit cost is shipped.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Component, Indicator, U, formula, worked
from gep.core.records import Seea


@formula(
    "m",
    zh="生态系统掩护的岸线长度。",
    worked=worked("260.5 km", "by hand: the length as it was measured", shore_length="260500 m"),
)
def protected_shore(shore_length: A[Array, U("m", low=0, size=True)]) -> Array:
    r"""Length of shore that an ecosystem shelters.

    .. math:: Q = l

    Parameters
    ----------
    shore_length : array, any shape
        Shore l with people or goods behind it that the ecosystem shelters; dimension ``item`` for
        several stretches.

    Returns
    -------
    DataArray, shape of ``shore_length``

    References
    ----------
    Length times unit cost of a dyke is general practice; no standard was read.
    """
    return shore_length


def _shore(id: str, zh: str, en: str, *classes: str) -> Component:
    return Component(
        id=id,
        zh=zh,
        en=en,
        price="dyke_cost",
        pricing="replacement_cost",
        quantity="protected_shore",
        supplied_by=classes,
        stock=True,
    )


INDICATOR = Indicator(
    "coastal_protection",
    "regulating",
    "海岸带防护",
    "coastal protection",
    components=(
        _shore("mangrove", "红树林护岸", "mangrove", "mangrove"),
        _shore("reef", "礁石与珊瑚礁护岸", "reef", "nearshore_sea"),
        _shore("beach", "沙滩护岸", "beach", "beach"),
        _shore("other_shore", "其他自然岸线护岸", "other natural shore"),
    ),
    quantities={"protected_shore": (protected_shore,)},
    doc=__doc__,
    zh_doc=(
        "红树林、礁石、沙滩和其他自然岸线挡住风浪和风暴潮的岸线。注意：堤防一次建成使用数十年，"
        "造价是存量，须按寿命、利率和维护折为年成本；没有写“每年”的每米价格不接受，或标明 "
        "as_printed。只计后面有东西要保护的岸线，每米只计一次，沙滩前有红树林的是同一段岸线。不"
        "附单位成本。"
    ),
    seea=Seea(
        section="Regulating and maintenance",
        service="Flood control services: coastal protection",
        zh="防洪服务：海岸保护",
        cices="2.2.1.3",
        cices_class=(
            "Hydrological cycle and water flow regulation (including flood control, and "
            "coastal protection)"
        ),
        users=(("government", 1.0),),
    ),
)
