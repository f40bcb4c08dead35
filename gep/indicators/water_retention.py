"""Water retention (涵养水源): water that ecosystems intercept, infiltrate and store, and so hold back from running off.

Traps: HJ 1173-2021 means *runoff-producing* rainfall, while evapotranspiration is of the whole year: do not take one
of storm days and the other of the year unawares. Where evapotranspiration exceeds rain the result is negative and is
kept; a floor at zero is the profile's to set, with its scale.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.formula import Array, Component, Indicator, U, formula, worked
from gep.tables import beside

TABLE = beside(__file__)


@formula("m/yr", worked=worked("42.24 mm/yr", "by hand: 1200 mm × 3.52 %", precipitation="1200 mm/yr", runoff_coefficient="3.52 %"))
def runoff(
    precipitation: A[Array, U("m/yr", low=0)],
    runoff_coefficient: A[Array, U("1", low=0, high=1)] = TABLE["runoff_coefficient"],
) -> Array:
    r"""Surface runoff of a year from rain and a coefficient by ecosystem type.

    .. math:: R = P \, \alpha

    Parameters
    ----------
    precipitation : array [m/yr], any shape
        Rain of the year P.
    runoff_coefficient : array [1], dimension ``ecosystem`` by default
        Share of rain that runs off, α.

    Returns
    -------
    DataArray [m/yr], broadcast shape of the inputs

    Raises
    ------
    UnitError, InputError, ParameterError
        If a unit, a value or an ecosystem type does not fit.

    References
    ----------
    Gong et al. (2017), doi 10.5846/stxb201512012406, table 2.
    """
    return precipitation * runoff_coefficient


@formula(
    "m^3/yr",
    worked=worked(
        "457.76 万m3/yr", "by hand, methods check W1: 1000 ha × (1200 − 42.24 − 700) mm",
        precipitation="1200 mm/yr", runoff="42.24 mm/yr", evapotranspiration="700 mm/yr", area="1000 ha",
    ),
)  # fmt: skip
def retained_water(
    precipitation: A[Array, U("m/yr", low=0)],
    runoff: A[Array, U("m/yr", low=0)],
    evapotranspiration: A[Array, U("m/yr", low=0)],
    area: A[Array, U("m^2", low=0)],
) -> Array:
    r"""Water held back in a year, by the water balance.

    .. math:: Q = A \, (P - R - ET)

    Parameters
    ----------
    precipitation, runoff, evapotranspiration : array [m/yr], any shape
        Rain P, surface runoff R and evapotranspiration ET of the same period.
    area : array [m^2], broadcasts with the others
        Ground area A.

    Returns
    -------
    DataArray [m^3/yr], broadcast shape of the inputs; negative where ET exceeds P − R

    Raises
    ------
    UnitError, InputError
        If a unit or a value does not fit.

    References
    ----------
    HJ 1173-2021, formula A.1.
    """
    return (precipitation - runoff - evapotranspiration) * area


INDICATOR = Indicator(
    "water_retention", "regulating", "涵养水源", "water retention",
    components=(
        Component("retained_water", "水源涵养", "retained water", "m^3/yr", "reservoir_cost", "CNY/m^3", "shadow_project", quantity="retained_water"),
    ),
    quantities={"retained_water": (retained_water,), "runoff": (runoff,)},
    doc=__doc__,
)  # fmt: skip
