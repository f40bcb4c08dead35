"""Wellbeing and nature education (康养与科普): stays for health and lessons that nature offers.

Traps: a guest of a spa or a pupil on a nature walk who was counted among the visits of tourism must
not be counted here again. The unit value is what a visit is worth as health or teaching, not the
turnover of clinics, hotels and schools. No value is shipped.
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
            "8800 visit/yr",
            "by hand: 1.1 万 × 80 %",
            visits="1.1 万人次/yr",
            ecological_share="80 %",
        ),
        worked("1.1 万人次/yr", "by hand: all of them", visits="11000 visit/yr"),
    ),
)
def ecological_visits(
    visits: A[Array, U("visit/yr", low=0, size=True)],
    ecological_share: A[Array, U("1", low=0, high=1, rate=True)] = 1.0,
) -> Array:
    r"""Stays or lessons in a year that nature made possible.

    .. math:: N_e = s \, N

    Parameters
    ----------
    visits : array, any shape
        Stays for health, or persons taught, N; dimension ``item`` for several places.
    ecological_share : array, broadcasts with the other
        Share s of a visit that is owed to nature; 1 if not given.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Visits times unit value is general practice; no standard was read.
    """
    return visits * ecological_share


def _visits(id: str, zh: str, en: str, seea: Seea | None = None) -> Component:
    return Component(
        id=id,
        zh=zh,
        en=en,
        price="unit_value",
        quantity="ecological_visits",
        given="visits",
        seea=seea,
    )


INDICATOR = Indicator(
    "wellbeing_education",
    "cultural",
    "康养与科普",
    "wellbeing and nature education",
    components=(
        _visits("wellbeing", "康养", "wellbeing"),
        _visits(
            "education",
            "科普教育",
            "nature education",
            Seea(
                section="Cultural",
                service="Education, scientific and research services",
                zh="教育、科学和研究服务",
                cices="3.1.2.2",
                cices_class="Characteristics of living systems that enable education and training",
                users=(("households", 1.0),),
            ),
        ),
    ),
    quantities={"ecological_visits": (ecological_visits,)},
    doc=__doc__,
    zh_doc=(
        "自然提供的康养和科普。注意：已计入旅游人次的康养客人和研学学生不得再计。单位价值是一次"
        "康养或教学本身的价值，不是诊所、酒店、学校的营业额。不附单位价值。"
    ),
    seea=Seea(
        section="Cultural",
        service="Recreation-related services",
        zh="娱乐相关服务",
        cices="3.1.1.2",
        cices_class=(
            "Characteristics of living systems that enable activities promoting health, "
            "recuperation or enjoyment through passive or observational interactions"
        ),
        users=(("households", 1.0),),
    ),
)
