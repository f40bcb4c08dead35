"""Water retention (涵养水源): water that ecosystems intercept, infiltrate and store, and so hold
back from running off.

Traps: HJ 1173-2021 means *runoff-producing* rainfall, while evapotranspiration is of the whole
year: do not take one of storm days and the other of the year unawares. Where evapotranspiration
exceeds rain the result is negative and is kept; a floor at zero is the profile's to set, with its
scale. The precipitation-storage route takes rain of the whole year and cuts it to the
runoff-producing part itself: do not give it rain that is cut already. The runoff coefficients of
Gong 2017 stand by fine type only; ``forest`` or ``grassland`` as a whole has none, so give your own
there.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Component, Indicator, U, formula, worked
from gep.core.records import Seea
from gep.core.tables import beside

TABLE = beside(__file__)


@formula(
    "m/yr",
    zh="由降水量和各生态系统类型的径流系数得到的年地表径流。",
    worked=worked(
        "42.24 mm/yr",
        "by hand: 1200 mm × 3.52 %",
        precipitation="1200 mm/yr",
        runoff_coefficient="3.52 %",
    ),
)
def runoff(
    precipitation: A[Array, U("m/yr", low=0, state=True)],
    runoff_coefficient: A[Array, U("1", low=0, high=1, rate=True)] = TABLE["runoff_coefficient"],
) -> Array:
    r"""Surface runoff of a year from rain and a coefficient by ecosystem type.

    .. math:: R = P \, \alpha

    Parameters
    ----------
    precipitation : array, any shape
        Rain of the year P.
    runoff_coefficient : array, dimension ``ecosystem`` by default
        Share of rain that runs off, α.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Gong et al. (2017), doi 10.5846/stxb201512012406, table 2.
    """
    return precipitation * runoff_coefficient


@formula(
    "m/yr",
    zh="用生态保护红线划定指南的系数得到的年地表径流。",
    worked=worked(
        "57.36 mm/yr",
        "by hand: 1200 mm × 4.78 %",
        precipitation="1200 mm/yr",
        runoff_coefficient_redline="4.78 %",
    ),
)
def runoff_redline(
    precipitation: A[Array, U("m/yr", low=0, state=True)],
    runoff_coefficient_redline: A[Array, U("1", low=0, high=1, rate=True)] = TABLE[
        "runoff_coefficient_redline"
    ],
) -> Array:
    r"""Surface runoff of a year with the coefficients of the ecological red-line guide.

    .. math:: R = P \, \alpha

    Parameters
    ----------
    precipitation : array, any shape
        Rain of the year P.
    runoff_coefficient_redline : array, dimension ``ecosystem`` by default
        Share of rain that runs off α, in the set of the red-line guide.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Guide to drawing ecological red lines (环办生态〔2017〕48 号).
    """
    return precipitation * runoff_coefficient_redline


@formula(
    "m^3/yr",
    zh="按水量平衡，一年中涵养的水。",
    worked=worked(
        "457.76 万m3/yr",
        "by hand, methods check W1: 1000 ha × (1200 − 42.24 − 700) mm",
        precipitation="1200 mm/yr",
        runoff="42.24 mm/yr",
        evapotranspiration="700 mm/yr",
        area="1000 ha",
    ),
)
def retained_water(
    precipitation: A[Array, U("m/yr", low=0, state=True)],
    runoff: A[Array, U("m/yr", low=0, state=True)],
    evapotranspiration: A[Array, U("m/yr", low=0, state=True)],
    area: A[Array, U("m^2", low=0, size=True)],
) -> Array:
    r"""Water held back in a year, by the water balance.

    .. math:: Q = A \, (P - R - ET)

    Parameters
    ----------
    precipitation, runoff, evapotranspiration : array, any shape
        Rain P, surface runoff R and evapotranspiration ET of the same period.
    area : array, broadcasts with the others
        Ground area A.

    Returns
    -------
    DataArray, broadcast shape of the inputs; negative where ET exceeds P − R

    References
    ----------
    HJ 1173-2021, formula A.1.
    """
    return (precipitation - runoff - evapotranspiration) * area


@formula(
    "1",
    zh="产流降雨中，生态系统比裸地少流走的部分。",
    worked=worked(
        "0.36 1", "by hand: 0.51 − 0.15", bare_runoff_rate="0.51 1", runoff_rate="0.15 1"
    ),
)
def runoff_reduction(
    bare_runoff_rate: A[Array, U("1", low=0, high=1, rate=True)],
    runoff_rate: A[Array, U("1", low=0, high=1, rate=True)],
) -> Array:
    r"""Part of runoff-producing rain that an ecosystem keeps from running off, compared with bare
    ground.

    .. math:: R = R_0 - R_g

    Parameters
    ----------
    bare_runoff_rate, runoff_rate : array, any shape
        Share of the rain that runs off bare ground R_0 and off the ecosystem R_g.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    HJ 1175-2021, formula B.3.
    """
    return bare_runoff_rate - runoff_rate


@formula(
    "m^3/yr",
    zh="按降水贮存量法，一年中比裸地多涵养的水。",
    worked=worked(
        "23.83 万m3/yr",
        "Gaotianyan 2014, coniferous forest, doi 10.5846/stxb201607091410; 180 mm is fitted (the"
        " stored text is garbled) and fits all five rows",
        3e-4,
        area="613 hm2",
        precipitation="180 mm/yr",
        runoff_producing_share="0.6 1",
        runoff_reduction="0.36 1",
    ),
)
def retained_water_by_storage(
    area: A[Array, U("m^2", low=0, size=True)],
    precipitation: A[Array, U("m/yr", low=0, state=True)],
    runoff_producing_share: A[Array, U("1", low=0, high=1, rate=True)],
    runoff_reduction: A[Array, U("1", low=-1, high=1, rate=True)],
) -> Array:
    r"""Water held back in a year beyond what bare ground would, by the precipitation-storage
    method.

    .. math:: Q = A \, J_0 K \, R

    Parameters
    ----------
    area : array, any shape
        Ground area A.
    precipitation : array, broadcasts with area
        Rain of the whole year J_0.
    runoff_producing_share : array
        Share K of it that makes runoff, of the place.
    runoff_reduction : array, by ecosystem type
        Part of that rain R which bare ground would let run off and the ecosystem does not.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    HJ 1175-2021, formulas B.1 and B.2 (printed without the factor from mm m2 to m3).
    """
    return area * precipitation * runoff_producing_share * runoff_reduction


INDICATOR = Indicator(
    "water_retention",
    "regulating",
    "涵养水源",
    "water retention",
    components=(
        Component(
            id="retained_water",
            zh="水源涵养",
            en="retained water",
            price="reservoir_cost",
            pricing="shadow_project",
            quantity="retained_water",
        ),
    ),
    quantities={
        "retained_water": (retained_water, retained_water_by_storage),
        "runoff": (runoff, runoff_redline),
        "runoff_reduction": (runoff_reduction,),
    },
    doc=__doc__,
    zh_doc=(
        "生态系统截留、下渗和蓄存、因而没有流走的水。注意：HJ 1173-2021 指产流降雨量，而蒸散发"
        "量是全年的，不要不知情地混用；蒸散发大于降水时结果为负，照实保留，是否归零及其尺度由标"
        "准规定。降水贮存量法取全年降水，公式自己折算产流部分，不要给已折算的雨量。龚诗涵2017的"
        "径流系数只有细类，森林、草地等大类须自行给出。"
    ),
    seea=Seea(
        section="Regulating and maintenance",
        service="Water flow regulation services: baseline flow maintenance",
        zh="水流调节服务：维持基流",
        cices="2.2.1.3",
        cices_class=(
            "Hydrological cycle and water flow regulation (including flood control, and "
            "coastal protection)"
        ),
        users=(("government", 1.0),),
    ),
)
