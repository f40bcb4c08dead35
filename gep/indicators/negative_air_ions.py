"""Negative air ions (负氧离子): ions that forests add to the air above what is thought to do people
good.

Traps: the printed constant 5.256e15 is nothing but units (525600 min × 1e4 m2 × 1e6 cm3) and is not
needed here; it counts 365 days, a year here has 365.25, so results are 0.07 % higher. Two things
get lost in copies of the formula: the division by the lifetime and the height of the canopy. Some
sources report all ions and price only those above 600 per cm3: here the quantity is the part above.
Where the air has fewer, the result is negative and is kept. No price is shipped: the customary
5.8185e-18 CNY an ion is of unclear origin.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Component, Indicator, U, formula, worked
from gep.core.tables import beside

TABLE = beside(__file__)


@formula(
    "ion/yr",
    worked=(
        worked(
            "6.3072e18 ion/yr",
            "methods check A15: 5.256e15 × 1 hm2 × 10 m × (1800 − 600) / 10 min; the constant"
            " counts 365 days",
            rel=7e-4,
            area="1 hm2",
            canopy_height="10 m",
            ion_concentration="1800 ion/cm3",
            ion_lifetime="10 min",
        ),
        worked(
            "-1.05192e18 ion/yr",
            "by hand: 2 hm2 × 5 m × (500 − 600) ion/cm3 = −1e13 ion, made anew every 5 min: 105192"
            " times in 365.25 days",
            rel=1e-9,
            area="2 hm2",
            canopy_height="5 m",
            ion_concentration="500 ion/cm3",
            ion_lifetime="5 min",
            ion_background="600 ion/cm3",
        ),
    ),
)
def produced_ions(
    area: A[Array, U("m^2", low=0, size=True)],
    canopy_height: A[Array, U("m", low=0, state=True)],
    ion_concentration: A[Array, U("ion/m^3", low=0, rate=True)],
    ion_lifetime: A[Array, U("yr", low=1e-9, state=True)],
    ion_background: A[Array, U("ion/m^3", low=0, rate=True)] = TABLE["ion_background"],
) -> Array:
    r"""Negative ions made in a year, above the background.

    The air under the canopy holds the surplus at any time, and makes it anew once in a lifetime.

    .. math:: G = A \, H \, (c - c_0) / L

    Parameters
    ----------
    area : array, any shape
        Ground area A.
    canopy_height : array, broadcasts with the others
        Mean height H of the canopy.
    ion_concentration : array
        Negative ions in the air, c.
    ion_lifetime : array
        Mean lifetime L of an ion; minutes as a rule.
    ion_background : array
        Concentration c₀ from which ions count.

    Returns
    -------
    DataArray, broadcast shape of the inputs; negative where the air holds less than the
    background

    References
    ----------
    LY/T 1721-2008 and GB/T 38582-2020, value of negative ions, as implemented by others
    (mrjiao2018/enviroment, H1).
    """
    return area * canopy_height * (ion_concentration - ion_background) / ion_lifetime


INDICATOR = Indicator(
    "negative_air_ions",
    "regulating",
    "负氧离子",
    "negative air ions",
    components=(
        Component(
            "all",
            "负氧离子",
            "negative air ions",
            "ion/yr",
            "ion_price",
            "CNY/ion",
            "replacement_cost",
            quantity="produced_ions",
            supplied_by=("forest", "shrub", "grassland", "wetland", "garden", "urban_green"),
        ),
    ),
    quantities={"produced_ions": (produced_ions,)},
    doc=__doc__,
)
