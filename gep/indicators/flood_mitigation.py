"""Flood mitigation (调蓄雨洪): storm water that plants, lakes, reservoirs and marshes hold back.

Traps: a lake regression holds for one lake (dimension ``item``), never for a cell or a sum of lakes, and for its own
zone: name the route. Its result is printed in 1e4 m3, that of marsh in m3 (some papers label both alike). Reservoirs
count with 0.35 of their whole capacity. Water retention counts the same rain over the year: do not add its storms
again. What plants hold back is all rain that does not run off, measured against no reference; against bare ground it is
less (``vegetation_storage_over_bare``): say which.
"""

from __future__ import annotations

from typing import Annotated as A

import numpy as np

from gep.formula import Array, Component, Indicator, U, formula, worked
from gep.tables import beside

TABLE = beside(__file__)


@formula("m/yr", over="event", worked=worked("80 mm/yr", "by hand: one storm of 80 mm", event_rain="80 mm"))
def storm_rain(event_rain: A[Array, U("m", low=0)]) -> Array:
    r"""Rain that the storms of a year bring.

    .. math:: P = \sum_e P_e

    Parameters
    ----------
    event_rain : array [m], dimension ``event``
        Rain of each storm P_e, in the guides of 50 mm a day and more.

    Returns
    -------
    DataArray [m/yr], summed over ``event``

    Raises
    ------
    UnitError, InputError
        If a unit or a value does not fit.

    References
    ----------
    MEE technical guide for GEP of terrestrial ecosystems, 2020, flood mitigation.
    """
    return event_rain


@formula(
    "m/yr", over="event",
    worked=(
        worked("7.538776 mm/yr", "by hand: 7.5 × ln 100 − 27 = 7.5 × 4.605170 − 27", 1e-6, event_rain="100 mm", runoff_slope="7.5 mm",
               runoff_intercept="27 mm", unit_depth="1 mm"),
        worked("0 mm/yr", "by hand: 7.5 × ln 30 − 27 = −1.49, held at 0", event_rain="30 mm", runoff_slope="7.5 mm", runoff_intercept="27 mm",
               unit_depth="1 mm"),
        worked("60 mm/yr", "by hand: 40 × ln 60 − 30 = 133.8, held at the rain", event_rain="60 mm", runoff_slope="40 mm", runoff_intercept="30 mm",
               unit_depth="1 mm"),
    ),
)  # fmt: skip
def storm_runoff(
    event_rain: A[Array, U("m", low=0)],
    runoff_slope: A[Array, U("m", low=0)],
    runoff_intercept: A[Array, U("m")],
    unit_depth: A[Array, U("m", low=0)] = TABLE["unit_depth"],
) -> Array:
    r"""Runoff of the storms of a year, by a regression on the logarithm of rain.

    .. math:: R = \sum_e \left[a \ln P_e - b\right], \quad 0 \le R_e \le P_e

    Parameters
    ----------
    event_rain : array [m], dimension ``event``
        Rain of each storm P_e.
    runoff_slope, runoff_intercept : array [m], by ecosystem type
        Coefficients a and b, printed for mm. None is shipped: no standard with them could be read.
    unit_depth : array [m]
        The unit in which the regression takes rain.

    Returns
    -------
    DataArray [m/yr], summed over ``event``; never below 0 nor above the rain

    Raises
    ------
    UnitError, InputError
        If a unit or a value does not fit.

    References
    ----------
    MEE technical guide for GEP of terrestrial ecosystems, 2020, flood mitigation (form of the regression).
    """
    runoff = runoff_slope * np.log(np.maximum(event_rain, unit_depth) / unit_depth) - runoff_intercept
    return np.minimum(event_rain, np.maximum(0 * event_rain, runoff))


@formula(
    "m",
    worked=worked("63.5 mm", "by hand: 254 mm × (100/80 − 1), that is 25400/80 − 254", curve_number="80 1", retention_scale="254 mm",
                  full_curve_number="100 1"),
)  # fmt: skip
def potential_retention(
    curve_number: A[Array, U("1", low=1, high=100)],
    retention_scale: A[Array, U("m", low=0)] = TABLE["retention_scale"],
    full_curve_number: A[Array, U("1", low=1)] = TABLE["full_curve_number"],
) -> Array:
    r"""Most water that ground and plants can hold back in a storm, from the curve number.

    .. math:: S = S_0 \left(\frac{100}{CN} - 1\right)

    Parameters
    ----------
    curve_number, full_curve_number : array [1], any shape
        Curve number CN of land use, soil group and moisture, and that of ground from which all rain runs off.
    retention_scale : array [m]
        Scale S_0, 254 mm (10 inches).

    Returns
    -------
    DataArray [m], shape of the curve number

    Raises
    ------
    UnitError, InputError
        If a unit or a value does not fit.

    References
    ----------
    USDA NRCS, National Engineering Handbook, part 630, chapter 10.
    """
    return retention_scale * (full_curve_number / curve_number - 1)


@formula(
    "m/yr", over="event",
    worked=(
        worked("50.539 mm/yr", "by hand, CN 80: e = 100 − 0.2 × 63.5 = 87.3; 87.3²/(87.3 + 63.5) = 7621.29/150.8", 1e-5, event_rain="100 mm",
               potential_retention="63.5 mm", initial_abstraction_ratio="0.2 1"),
        worked("0 mm/yr", "by hand, CN 50: 40 mm stay below 0.2 × 254 = 50.8 mm", event_rain="40 mm", potential_retention="254 mm",
               initial_abstraction_ratio="0.2 1"),
    ),
)  # fmt: skip
def scs_runoff(
    event_rain: A[Array, U("m", low=0)],
    potential_retention: A[Array, U("m", low=0)],
    initial_abstraction_ratio: A[Array, U("1", low=0, high=1)] = TABLE["initial_abstraction_ratio"],
) -> Array:
    r"""Runoff of the storms of a year, by the curve number method.

    .. math:: R = \sum_e \frac{(P_e - \lambda S)^2}{P_e + (1 - \lambda) S} \; (P_e > \lambda S), \; \text{else } 0

    Parameters
    ----------
    event_rain : array [m], dimension ``event``
        Rain of each storm P_e.
    potential_retention : array [m]
        Most water held back S.
    initial_abstraction_ratio : array [1]
        Share λ of it that fills before anything runs off.

    Returns
    -------
    DataArray [m/yr], summed over ``event``; 0 for a storm below the initial abstraction

    Raises
    ------
    UnitError, InputError
        If a unit or a value does not fit.

    References
    ----------
    USDA NRCS, National Engineering Handbook, part 630, chapter 10; for Shenzhen doi 10.3390/su12114799.
    """
    excess = np.maximum(event_rain - initial_abstraction_ratio * potential_retention, 0 * event_rain)
    return excess**2 / (excess + potential_retention)


@formula(
    "m/yr", over="event",
    worked=(
        worked("91.7197 mm/yr", "by hand, CN 90: S = 28.2222, e = 120 − 5.64444 = 114.35556; e²/(e + S) = 13077.19/142.57778", 1e-6,
               event_rain="120 mm", bare_curve_number="90 1", retention_scale="254 mm", full_curve_number="100 1", initial_abstraction_ratio="0.2 1"),
        worked("0 mm/yr", "by hand, CN 90: 5 mm stay below 5.64 mm",
               event_rain="5 mm", bare_curve_number="90 1", retention_scale="254 mm", full_curve_number="100 1", initial_abstraction_ratio="0.2 1"),
    ),
)  # fmt: skip
def bare_storm_runoff(
    event_rain: A[Array, U("m", low=0)],
    bare_curve_number: A[Array, U("1", low=1, high=100)],
    retention_scale: A[Array, U("m", low=0)] = TABLE["retention_scale"],
    full_curve_number: A[Array, U("1", low=1)] = TABLE["full_curve_number"],
    initial_abstraction_ratio: A[Array, U("1", low=0, high=1)] = TABLE["initial_abstraction_ratio"],
) -> Array:
    r"""Runoff of the storms of a year from the bare ground that stands as reference, by the curve number method.

    .. math:: R_0 = \sum_e \frac{(P_e - \lambda S)^2}{P_e + (1 - \lambda) S}, \quad S = S_0 \left(\frac{100}{CN_0} - 1\right)

    Parameters
    ----------
    event_rain : array [m], dimension ``event``
        Rain of each storm P_e.
    bare_curve_number, full_curve_number : array [1]
        Curve number CN_0 of the same ground without plants, and that of ground from which all rain runs off.
    retention_scale : array [m]
        Scale S_0, 254 mm (10 inches).
    initial_abstraction_ratio : array [1]
        Share λ of the retention that fills before anything runs off.

    Returns
    -------
    DataArray [m/yr], summed over ``event``; 0 for a storm below the initial abstraction

    Raises
    ------
    UnitError, InputError
        If a unit or a value does not fit.

    References
    ----------
    USDA NRCS, National Engineering Handbook, part 630, chapter 10.
    """
    retention = retention_scale * (full_curve_number / bare_curve_number - 1)
    excess = np.maximum(event_rain - initial_abstraction_ratio * retention, 0 * event_rain)
    return excess**2 / (excess + retention)


@formula("m^3/yr", worked=worked("60 万m3/yr", "by hand: (340 − 40) mm × 2 km2", storm_rain="340 mm/yr", storm_runoff="40 mm/yr", area="2 km2"))
def vegetation_storage(storm_rain: A[Array, U("m/yr", low=0)], storm_runoff: A[Array, U("m/yr", low=0)], area: A[Array, U("m^2", low=0)]) -> Array:
    r"""Storm water that plants and their ground hold back in a year, measured against no reference.

    .. math:: C_v = (P - R) \, A

    Parameters
    ----------
    storm_rain, storm_runoff : array [m/yr], any shape
        Rain P and runoff R of the same storms.
    area : array [m^2], broadcasts with the others
        Ground area A.

    Returns
    -------
    DataArray [m^3/yr], broadcast shape of the inputs

    Raises
    ------
    UnitError, InputError
        If a unit or a value does not fit.

    References
    ----------
    MEE technical guide for GEP of terrestrial ecosystems, 2020, flood mitigation.
    """
    return (storm_rain - storm_runoff) * area


@formula("m^3/yr", worked=worked("18 万m3/yr", "by hand: (130 − 40) mm × 2 km2", bare_storm_runoff="130 mm/yr", storm_runoff="40 mm/yr", area="2 km2"))
def vegetation_storage_over_bare(
    bare_storm_runoff: A[Array, U("m/yr", low=0)], storm_runoff: A[Array, U("m/yr", low=0)], area: A[Array, U("m^2", low=0)]
) -> Array:
    r"""Storm water that plants hold back in a year beyond what bare ground would.

    .. math:: C_v = (R_0 - R) \, A

    Parameters
    ----------
    bare_storm_runoff, storm_runoff : array [m/yr], any shape
        Runoff of the same storms from the reference R_0 and from the ground with plants R.
    area : array [m^2], broadcasts with the others
        Ground area A.

    Returns
    -------
    DataArray [m^3/yr], broadcast shape of the inputs

    Raises
    ------
    UnitError, InputError
        If a unit or a value does not fit.

    References
    ----------
    Curve number method as in doi 10.3390/su12114799; the bare reference is the user's to state.
    """
    return (bare_storm_runoff - storm_runoff) * area


@formula(
    "m^3/yr",
    worked=worked("12476.015 万m3/yr", "by hand: e^6 × 50^0.7 × 2 = 403.42879 × 15.462470 × 2", 1e-6,
                  lake_area="50 km2", lake_intercept="6 1", lake_exponent="0.7 1", exchanges="2 1/yr", unit_area="1 km2", unit_volume="1 万m3"),
)  # fmt: skip
def lake_storage(
    lake_area: A[Array, U("m^2", low=0)],
    lake_intercept: A[Array, U("1")],
    lake_exponent: A[Array, U("1", low=0)],
    exchanges: A[Array, U("1/yr", low=0)] = TABLE["exchanges"],
    unit_area: A[Array, U("m^2", low=0)] = TABLE["unit_area"],
    unit_volume: A[Array, U("m^3", low=0)] = TABLE["unit_volume"],
) -> Array:
    r"""Storm water that a lake can hold back in a year, by a regression on its area for the lakes of a zone.

    .. math:: C_l = e^{a} A^{b} \, T

    Parameters
    ----------
    lake_area, unit_area : array [m^2], dimension ``item``: one lake each
        Area of the lake A, and the unit in which the regression takes it.
    lake_intercept, lake_exponent : array [1]
        Coefficients a and b of the zone.
    exchanges : array [1/yr]
        Times a year that its water is exchanged T.
    unit_volume : array [m^3]
        The unit in which the regression gives its result.

    Returns
    -------
    DataArray [m^3/yr], shape of the areas

    Raises
    ------
    UnitError, InputError
        If a unit or a value does not fit.

    References
    ----------
    Rao et al. 2014; Tibetan Plateau as printed in Pema Dolkar et al. 2017, doi 10.5846/stxb201607011362.
    """
    return unit_volume * np.exp(lake_intercept) * (lake_area / unit_area) ** lake_exponent * exchanges


lake_storage_tibetan_plateau = lake_storage.of(
    "lake_storage_tibetan_plateau",
    worked=(
        worked("17297.29 万m3/yr", "by hand: e^6.636 × 100^0.678 = 762.0407 × 22.69865", 1e-6, lake_area="100 km2"),
        worked("2.43 亿m3/yr", "Garzê 2010, doi 10.5846/stxb201607011362 (methods check F1: the lake area is inverted)", 1e-5, lake_area="165.098 km2"),
    ),
    defaults={"lake_intercept": TABLE["lake_intercept_tibetan_plateau"], "lake_exponent": TABLE["lake_exponent_tibetan_plateau"]},
)
lake_storage_eastern_plain = lake_storage.of(
    "lake_storage_eastern_plain",
    worked=worked("79114.6 万m3/yr", "by hand: e^4.924 × 100^1.128 × 3.19 = 137.5517 × 180.3018 × 3.19", 1e-6, lake_area="100 km2"),
    defaults={
        "lake_intercept": TABLE["lake_intercept_eastern_plain"],
        "lake_exponent": TABLE["lake_exponent_eastern_plain"],
        "exchanges": TABLE["exchanges_eastern_plain"],
    },
)
lake_storage_mongolia_xinjiang = lake_storage.of(
    "lake_storage_mongolia_xinjiang",
    worked=worked("6532.309 万m3/yr", "by hand: e^5.653 × 100^0.68 = 285.1456 × 22.90868", 1e-6, lake_area="100 km2"),
    defaults={"lake_intercept": TABLE["lake_intercept_mongolia_xinjiang"], "lake_exponent": TABLE["lake_exponent_mongolia_xinjiang"]},
)
lake_storage_yunnan_guizhou = lake_storage.of(
    "lake_storage_yunnan_guizhou",
    worked=worked("9633.412 万m3/yr", "by hand: e^4.904 × 100^0.927 = 134.8280 × 71.44963", 1e-6, lake_area="100 km2"),
    defaults={"lake_intercept": TABLE["lake_intercept_yunnan_guizhou"], "lake_exponent": TABLE["lake_exponent_yunnan_guizhou"]},
)
lake_storage_northeast = lake_storage.of(
    "lake_storage_northeast",
    worked=worked("17963.14 万m3/yr", "by hand: e^5.808 × 100^0.866 = 332.9526 × 53.95106", 1e-6, lake_area="100 km2"),
    defaults={"lake_intercept": TABLE["lake_intercept_northeast"], "lake_exponent": TABLE["lake_exponent_northeast"]},
)


@formula("m^3/yr", worked=worked("105 万m3/yr", "by hand: 300 万m3 × 0.35", reservoir_capacity="300 万m3", flood_share="0.35 1/yr"))
def reservoir_storage(reservoir_capacity: A[Array, U("m^3", low=0)], flood_share: A[Array, U("1/yr", low=0)] = TABLE["flood_share"]) -> Array:
    r"""Storm water that reservoirs hold back in a year.

    .. math:: C_r = 0.35 \, C_t

    Parameters
    ----------
    reservoir_capacity : array [m^3], any shape
        Whole capacity C_t.
    flood_share : array [1/yr]
        Share of it that takes up floods, once a year.

    Returns
    -------
    DataArray [m^3/yr], shape of the capacities

    Raises
    ------
    UnitError, InputError
        If a unit or a value does not fit.

    References
    ----------
    Rao et al. 2014, as used in Pema Dolkar et al. 2017, doi 10.5846/stxb201607011362.
    """
    return reservoir_capacity * flood_share


@formula(
    "m^3/yr",
    worked=worked("6.00 亿m3/yr", "Garzê 2010, doi 10.5846/stxb201607011362 (methods check F3: 0.3 m on 1999.23 km2)", 1e-3, marsh_area="1999.23 km2",
                  marsh_depth="0.3 m/yr"),
)  # fmt: skip
def marsh_storage(marsh_area: A[Array, U("m^2", low=0)], marsh_depth: A[Array, U("m/yr", low=0)] = TABLE["marsh_depth"]) -> Array:
    r"""Storm water that marshes hold on their surface in a year.

    .. math:: C_m = 0.3 \, A

    Parameters
    ----------
    marsh_area : array [m^2], any shape
        Area of marsh A.
    marsh_depth : array [m/yr]
        Depth of water that stands on it, once a year.

    Returns
    -------
    DataArray [m^3/yr], shape of the areas

    Raises
    ------
    UnitError, InputError
        If a unit or a value does not fit.

    References
    ----------
    Pema Dolkar et al. 2017, doi 10.5846/stxb201607011362, which labels the result 1e4 m3; only m3 fits its numbers.
    """
    return marsh_area * marsh_depth


@formula(
    "m^3/yr", over="event",
    worked=worked("2.45 亿m3/yr", "by hand: 3.10 − 0.65 亿m3, the amount of Baiyangdian 2011", highest_volume="3.10 亿m3", lowest_volume="0.65 亿m3"),
)  # fmt: skip
def stored_volume(highest_volume: A[Array, U("m^3", low=0)], lowest_volume: A[Array, U("m^3", low=0)]) -> Array:
    r"""Water that a lake or wetland took up between its lowest and highest level, over the events of a year.

    .. math:: C_e = \sum_e (V_{max,e} - V_{min,e})

    Parameters
    ----------
    highest_volume, lowest_volume : array [m^3], dimension ``event``
        Volume at the highest and at the lowest level of each event.

    Returns
    -------
    DataArray [m^3/yr], summed over ``event``

    Raises
    ------
    UnitError, InputError
        If a unit or a value does not fit.

    References
    ----------
    Baiyangdian final services, doi 10.5846/stxb201410091984.
    """
    return highest_volume - lowest_volume


def _component(id: str, zh: str, en: str, quantity: str, supplied_by: tuple[str, ...] = ()) -> Component:
    return Component(id, zh, en, "m^3/yr", "reservoir_cost", "CNY/m^3", "shadow_project", quantity, supplied_by=supplied_by)


INDICATOR = Indicator(
    "flood_mitigation", "regulating", "调蓄雨洪", "flood mitigation",
    components=(
        _component("vegetation", "植被调蓄", "storm water held by plants", "vegetation_storage", ("forest", "shrub", "grassland", "urban_green")),
        _component("lake", "湖泊调蓄", "storm water held by lakes", "lake_storage", ("wetland",)),
        _component("reservoir", "水库调蓄", "storm water held by reservoirs", "reservoir_storage", ("wetland",)),
        _component("marsh", "沼泽调蓄", "storm water held by marshes", "marsh_storage", ("wetland",)),
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
            lake_storage_tibetan_plateau, lake_storage_eastern_plain, lake_storage_mongolia_xinjiang, lake_storage_yunnan_guizhou, lake_storage_northeast,
        ),
        "reservoir_storage": (reservoir_storage,),
        "marsh_storage": (marsh_storage,),
        "stored_volume": (stored_volume,),
    },
    doc=__doc__,
)  # fmt: skip
