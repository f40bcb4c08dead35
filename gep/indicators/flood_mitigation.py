"""Flood mitigation (调蓄雨洪): storm water that plants, lakes, reservoirs and marshes hold back.

Traps: a lake regression holds for one lake (dimension ``item``), never for a cell or a sum of
lakes, and for its own zone: name the route. Its result is printed in 1e4 m3, that of marsh in m3
(some papers label both alike). Reservoirs count with 0.35 of their whole capacity. Water retention
counts the same rain over the year: do not add its storms again. What plants hold back is all rain
that does not run off, measured against no reference; against bare ground it is less
(``vegetation_storage_over_bare``): say which.
"""

from __future__ import annotations

from typing import Annotated as A

import numpy as np

from gep.core.formula import Array, Component, Indicator, U, formula, worked
from gep.core.records import Seea
from gep.core.tables import beside
from gep.processes.storm_water import (
    bare_storm_runoff,
    potential_retention,
    scs_runoff,
    storm_rain,
    storm_runoff,
)

TABLE = beside(__file__)


@formula(
    "m^3/yr",
    zh="植物及其下垫面一年拦蓄的暴雨水量，不与参照相比。",
    worked=worked(
        "60 万m3/yr",
        "by hand: (340 − 40) mm × 2 km2",
        storm_rain="340 mm/yr",
        storm_runoff="40 mm/yr",
        area="2 km2",
    ),
)
def vegetation_storage(
    storm_rain: A[Array, U("m/yr", low=0, state=True)],
    storm_runoff: A[Array, U("m/yr", low=0, state=True)],
    area: A[Array, U("m^2", low=0, size=True)],
) -> Array:
    r"""Storm water that plants and their ground hold back in a year, measured against no reference.

    .. math:: C_v = (P - R) \, A

    Parameters
    ----------
    storm_rain, storm_runoff : array, any shape
        Rain P and runoff R of the same storms.
    area : array, broadcasts with the others
        Ground area A.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    MEE technical guide for GEP of terrestrial ecosystems, 2020, flood mitigation.
    """
    return (storm_rain - storm_runoff) * area


@formula(
    "m^3/yr",
    zh="植物一年比裸地多拦蓄的暴雨水量。",
    worked=worked(
        "18 万m3/yr",
        "by hand: (130 − 40) mm × 2 km2",
        bare_storm_runoff="130 mm/yr",
        storm_runoff="40 mm/yr",
        area="2 km2",
    ),
)
def vegetation_storage_over_bare(
    bare_storm_runoff: A[Array, U("m/yr", low=0, state=True)],
    storm_runoff: A[Array, U("m/yr", low=0, state=True)],
    area: A[Array, U("m^2", low=0, size=True)],
) -> Array:
    r"""Storm water that plants hold back in a year beyond what bare ground would.

    .. math:: C_v = (R_0 - R) \, A

    Parameters
    ----------
    bare_storm_runoff, storm_runoff : array, any shape
        Runoff of the same storms from the reference R_0 and from the ground with plants R.
    area : array, broadcasts with the others
        Ground area A.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Curve number method as in doi 10.3390/su12114799; the bare reference is the user's to state.
    """
    return (bare_storm_runoff - storm_runoff) * area


@formula(
    "m^3/yr",
    zh="湖泊一年可调蓄的暴雨水量，由该湖区的面积回归式得到。",
    worked=worked(
        "12476.015 万m3/yr",
        "by hand: e^6 × 50^0.7 × 2 = 403.42879 × 15.462470 × 2",
        1e-6,
        lake_area="50 km2",
        lake_intercept="6 1",
        lake_exponent="0.7 1",
        exchanges="2 1/yr",
        unit_area="1 km2",
        unit_volume="1 万m3",
    ),
)
def lake_storage(
    lake_area: A[Array, U("m^2", low=0, size=True)],
    lake_intercept: A[Array, U("1", rate=True)],
    lake_exponent: A[Array, U("1", low=0, rate=True)],
    exchanges: A[Array, U("1/yr", low=0, rate=True)] = TABLE["exchanges"],
    unit_area: A[Array, U("m^2", low=0, rate=True)] = TABLE["unit_area"],
    unit_volume: A[Array, U("m^3", low=0, rate=True)] = TABLE["unit_volume"],
) -> Array:
    r"""Storm water that a lake can hold back in a year, by a regression on its area for the lakes
    of a zone.

    .. math:: C_l = e^{a} A^{b} \, T

    Parameters
    ----------
    lake_area, unit_area : array, dimension ``item``: one lake each
        Area of the lake A, and the unit in which the regression takes it.
    lake_intercept, lake_exponent : array
        Coefficients a and b of the zone.
    exchanges : array
        Times a year that its water is exchanged T.
    unit_volume : array
        The unit in which the regression gives its result.

    Returns
    -------
    DataArray, shape of the areas

    References
    ----------
    Rao et al. 2014; Tibetan Plateau as printed in Pema Dolkar et al. 2017, doi
    10.5846/stxb201607011362.
    """
    return (
        unit_volume * np.exp(lake_intercept) * (lake_area / unit_area) ** lake_exponent * exchanges
    )


lake_storage_tibetan_plateau = lake_storage.of(
    "lake_storage_tibetan_plateau",
    zh="青藏高原湖区：湖泊一年可调蓄的暴雨水量，由面积回归式得到。",
    worked=(
        worked(
            "17297.29 万m3/yr",
            "by hand: e^6.636 × 100^0.678 = 762.0407 × 22.69865",
            1e-6,
            lake_area="100 km2",
        ),
        worked(
            "2.43 亿m3/yr",
            "Garzê 2010, doi 10.5846/stxb201607011362 (methods check F1: the lake area is"
            " inverted)",
            1e-5,
            lake_area="165.098 km2",
        ),
    ),
    defaults={
        "lake_intercept": TABLE["lake_intercept_tibetan_plateau"],
        "lake_exponent": TABLE["lake_exponent_tibetan_plateau"],
    },
)
lake_storage_eastern_plain = lake_storage.of(
    "lake_storage_eastern_plain",
    zh="东部平原湖区：湖泊一年可调蓄的暴雨水量，由面积回归式得到。",
    worked=worked(
        "79114.6 万m3/yr",
        "by hand: e^4.924 × 100^1.128 × 3.19 = 137.5517 × 180.3018 × 3.19",
        1e-6,
        lake_area="100 km2",
    ),
    defaults={
        "lake_intercept": TABLE["lake_intercept_eastern_plain"],
        "lake_exponent": TABLE["lake_exponent_eastern_plain"],
        "exchanges": TABLE["exchanges_eastern_plain"],
    },
)
lake_storage_mongolia_xinjiang = lake_storage.of(
    "lake_storage_mongolia_xinjiang",
    zh="蒙新高原湖区：湖泊一年可调蓄的暴雨水量，由面积回归式得到。",
    worked=worked(
        "6532.309 万m3/yr",
        "by hand: e^5.653 × 100^0.68 = 285.1456 × 22.90868",
        1e-6,
        lake_area="100 km2",
    ),
    defaults={
        "lake_intercept": TABLE["lake_intercept_mongolia_xinjiang"],
        "lake_exponent": TABLE["lake_exponent_mongolia_xinjiang"],
    },
)
lake_storage_yunnan_guizhou = lake_storage.of(
    "lake_storage_yunnan_guizhou",
    zh="云贵高原湖区：湖泊一年可调蓄的暴雨水量，由面积回归式得到。",
    worked=worked(
        "9633.412 万m3/yr",
        "by hand: e^4.904 × 100^0.927 = 134.8280 × 71.44963",
        1e-6,
        lake_area="100 km2",
    ),
    defaults={
        "lake_intercept": TABLE["lake_intercept_yunnan_guizhou"],
        "lake_exponent": TABLE["lake_exponent_yunnan_guizhou"],
    },
)
lake_storage_northeast = lake_storage.of(
    "lake_storage_northeast",
    zh="东北平原与山地湖区：湖泊一年可调蓄的暴雨水量，由面积回归式得到。",
    worked=worked(
        "17963.14 万m3/yr",
        "by hand: e^5.808 × 100^0.866 = 332.9526 × 53.95106",
        1e-6,
        lake_area="100 km2",
    ),
    defaults={
        "lake_intercept": TABLE["lake_intercept_northeast"],
        "lake_exponent": TABLE["lake_exponent_northeast"],
    },
)


@formula(
    "m^3/yr",
    zh="水库一年拦蓄的暴雨水量。",
    worked=worked(
        "105 万m3/yr",
        "by hand: 300 万m3 × 0.35",
        reservoir_capacity="300 万m3",
        flood_share="0.35 1/yr",
    ),
)
def reservoir_storage(
    reservoir_capacity: A[Array, U("m^3", low=0, size=True)],
    flood_share: A[Array, U("1/yr", low=0, rate=True)] = TABLE["flood_share"],
) -> Array:
    r"""Storm water that reservoirs hold back in a year.

    .. math:: C_r = 0.35 \, C_t

    Parameters
    ----------
    reservoir_capacity : array, any shape
        Whole capacity C_t.
    flood_share : array
        Share of it that takes up floods, once a year.

    Returns
    -------
    DataArray, shape of the capacities

    References
    ----------
    Rao et al. 2014, as used in Pema Dolkar et al. 2017, doi 10.5846/stxb201607011362.
    """
    return reservoir_capacity * flood_share


@formula(
    "m^3/yr",
    zh="沼泽一年在地表蓄存的暴雨水量。",
    worked=worked(
        "6.00 亿m3/yr",
        "Garzê 2010, doi 10.5846/stxb201607011362 (methods check F3: 0.3 m on 1999.23 km2)",
        1e-3,
        marsh_area="1999.23 km2",
        marsh_depth="0.3 m/yr",
    ),
)
def marsh_storage(
    marsh_area: A[Array, U("m^2", low=0, size=True)],
    marsh_depth: A[Array, U("m/yr", low=0, state=True)] = TABLE["marsh_depth"],
) -> Array:
    r"""Storm water that marshes hold on their surface in a year.

    .. math:: C_m = 0.3 \, A

    Parameters
    ----------
    marsh_area : array, any shape
        Area of marsh A.
    marsh_depth : array
        Depth of water that stands on it, once a year.

    Returns
    -------
    DataArray, shape of the areas

    References
    ----------
    Pema Dolkar et al. 2017, doi 10.5846/stxb201607011362, which labels the result 1e4 m3; only m3
    fits its numbers.
    """
    return marsh_area * marsh_depth


@formula(
    "m^3/yr",
    zh="湖泊或湿地在最低与最高水位之间蓄存的水，按一年中各次洪水求和。",
    over="event",
    worked=worked(
        "2.45 亿m3/yr",
        "by hand: 3.10 − 0.65 亿m3, the amount of Baiyangdian 2011",
        highest_volume="3.10 亿m3",
        lowest_volume="0.65 亿m3",
    ),
)
def stored_volume(
    highest_volume: A[Array, U("m^3", low=0, size=True)],
    lowest_volume: A[Array, U("m^3", low=0, size=True)],
) -> Array:
    r"""Water that a lake or wetland took up between its lowest and highest level, over the events
    of a year.

    .. math:: C_e = \sum_e (V_{max,e} - V_{min,e})

    Parameters
    ----------
    highest_volume, lowest_volume : array, dimension ``event``
        Volume at the highest and at the lowest level of each event.

    Returns
    -------
    DataArray, summed over ``event``

    References
    ----------
    Baiyangdian final services, doi 10.5846/stxb201410091984.
    """
    return highest_volume - lowest_volume


def _component(
    id: str, zh: str, en: str, quantity: str, supplied_by: tuple[str, ...] = ()
) -> Component:
    return Component(
        id=id,
        zh=zh,
        en=en,
        price="reservoir_cost",
        pricing="shadow_project",
        quantity=quantity,
        supplied_by=supplied_by,
    )


INDICATOR = Indicator(
    "flood_mitigation",
    "regulating",
    "调蓄雨洪",
    "flood mitigation",
    components=(
        _component(
            "vegetation",
            "植被调蓄",
            "storm water held by plants",
            "vegetation_storage",
            ("forest", "shrub", "grassland", "urban_green"),
        ),
        _component("lake", "湖泊调蓄", "storm water held by lakes", "lake_storage", ("wetland",)),
        _component(
            "reservoir",
            "水库调蓄",
            "storm water held by reservoirs",
            "reservoir_storage",
            ("wetland",),
        ),
        _component(
            "marsh", "沼泽调蓄", "storm water held by marshes", "marsh_storage", ("wetland",)
        ),
        _component("event", "洪水期蓄水量", "water taken up in floods", "stored_volume"),
    ),
    quantities={
        "vegetation_storage": (vegetation_storage, vegetation_storage_over_bare),
        "storm_rain": (storm_rain,),
        "storm_runoff": (storm_runoff, scs_runoff),
        "bare_storm_runoff": (bare_storm_runoff,),
        "potential_retention": (potential_retention,),
        "lake_storage": (
            lake_storage,  # first, so that no zone is taken unless it is named
            lake_storage_tibetan_plateau,
            lake_storage_eastern_plain,
            lake_storage_mongolia_xinjiang,
            lake_storage_yunnan_guizhou,
            lake_storage_northeast,
        ),
        "reservoir_storage": (reservoir_storage,),
        "marsh_storage": (marsh_storage,),
        "stored_volume": (stored_volume,),
    },
    doc=__doc__,
    zh_doc=(
        "植物、湖泊、水库和沼泽拦蓄的暴雨水量。注意：湖泊回归式只适用于单个湖泊（写在 item "
        "中），不能用于像元或湖泊之和，且只适用于所在湖区，须指明算法；其结果以万 m3 印出，沼泽"
        "以 m3 印出，有的论文混标。水库按总库容的 0.35 计。涵养水源已计全年的同一降雨，不得再加"
        "暴雨部分。植被调蓄是没有流走的全部雨水，不与任何参照相比；与裸地相比的数较小（"
        "vegetation_storage_over_bare），须说明用哪个。"
    ),
    seea=Seea(
        section="Regulating and maintenance",
        service="Flood control services: river flood mitigation",
        zh="防洪服务：减轻河流洪水",
        cices="2.2.1.3",
        cices_class=(
            "Hydrological cycle and water flow regulation (including flood control, and "
            "coastal protection)"
        ),
        users=(("households", 1.0),),
    ),
)
