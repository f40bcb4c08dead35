"""Non-use value (非使用价值): what people would pay so that nature exists, now and for those after
them.

Traps: stated willingness to pay is no exchange value and stands outside GEP. Studies differ in whom
they count: Baiyangdian multiplies by the share of people willing to pay, the study of the brown
eared pheasant prints that share and does not; with a mean over all answers, zeros included, the
share must stay 1, with a mean over those who pay it must be given. Payments may be asked per month,
and per household: say which in the unit. Visits are not persons: who comes twice pays once.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Component, Indicator, U, formula, worked
from gep.core.records import Seea


@formula(
    "person",
    zh="愿意支付的人数。",
    worked=(
        worked(
            "51.666048 万人",
            "Jiang et al. (2017), visitors: 61.92 万 × 83.44 %",
            population="61.92 万人",
            payment_rate="83.44 %",
        ),
        worked(
            "77116 万人",
            "study of the brown eared pheasant (2018), urban China: no share applied",
            population="77116 万人",
        ),
    ),
)
def paying_population(
    population: A[Array, U("person", low=0, size=True)],
    payment_rate: A[Array, U("1", low=0, high=1, rate=True)] = 1.0,
) -> Array:
    r"""Persons who would pay.

    .. math:: N_p = r \, N

    Parameters
    ----------
    population : array, any shape
        Persons N whom the survey stands for; dimension ``item`` for several groups.
    payment_rate : array, broadcasts with the other
        Share r of them willing to pay; 1 if not given.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Jiang et al. (2017), doi 10.5846/stxb201410091984, formula 9; without the share doi
    10.5846/stxb201703290552.
    """
    return population * payment_rate


INDICATOR = Indicator(
    "non_use_value",
    "other",
    "非使用价值",
    "non-use value",
    components=(
        Component(
            id="cvm",
            zh="条件价值法非使用价值",
            en="contingent valuation",
            price="willingness_to_pay",
            pricing="contingent_valuation",
            quantity="paying_population",
            given="population",
            outside="non_use",
        ),
    ),
    quantities={"paying_population": (paying_population,)},
    doc=__doc__,
    zh_doc=(
        "人们为自然的存在，为自己和后人，愿意支付的钱。注意：陈述的支付意愿不是交换价值，不计入"
        " GEP。各研究计的人不同：白洋淀乘以愿付者的比例，褐马鸡的研究列出该比例而没有乘；支付意"
        "愿若为全部答卷（含零）的平均，比例须为 1，若为愿付者的平均，须给出比例。支付可能按月"
        "问，也可能按户问，须在单位中写明。人次不是人数，来两次的人只付一次。"
    ),
    seea=Seea(
        service="Ecosystem and species appreciation",
        zh="生态系统和物种欣赏",
        role="welfare",
        cices="3.2.2.1",
        cices_class="Characteristics or features of living systems that have an existence value",
        users=(("households", 1.0),),
        note="listed as a non-use flow; no exchange value: bridge table only",
    ),
)
