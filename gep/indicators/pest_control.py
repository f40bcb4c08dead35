"""Pest control (病虫害控制): pest outbreaks that natural forest and grassland hold down without
spraying.

Traps: the area counts each year that it would have been treated, so the quantity is an area per
year and the price a cost per treated area. Incidence is the share of the area struck in a year; the
difference is between planted and natural stands of one region. Where natural stands suffer more,
the result is negative and is kept. Some sources give the area that recovered by itself: it is the
quantity, and nothing is computed. Field pests that cropland sprays against are not meant.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Component, Indicator, U, formula, worked


@formula(
    "m^2/yr",
    worked=(
        worked(
            "5600 hm2/yr",
            "by hand: 80000 hm2 × (12 % − 5 %)",
            area="8 万hm2",
            planted_incidence="12 %/yr",
            natural_incidence="5 %/yr",
        ),
        worked(
            "-800 hm2/yr",
            "by hand: 80000 hm2 × (5 % − 6 %)",
            area="8 万hm2",
            planted_incidence="5 %/yr",
            natural_incidence="6 %/yr",
        ),
    ),
)
def controlled_area(
    area: A[Array, U("m^2", low=0, size=True)],
    planted_incidence: A[Array, U("1/yr", low=0, rate=True)],
    natural_incidence: A[Array, U("1/yr", low=0, rate=True)],
) -> Array:
    r"""Area spared from pests in a year, by the difference between planted and natural stands.

    .. math:: Q = A \, (f_p - f_n)

    Parameters
    ----------
    area : array, any shape
        Area A of natural forest or grassland.
    planted_incidence, natural_incidence : array, broadcast with the area
        Share of planted, f_p, and of natural stands, f_n, that pests strike in a year.

    Returns
    -------
    DataArray, broadcast shape of the inputs; negative where natural stands suffer more

    References
    ----------
    Technical guide for GEP accounting of terrestrial ecosystems (2020), from general knowledge;
    recovered area times cost in Pema Dolkar et al. (2017), doi 10.5846/stxb201607011362.
    """
    return area * (planted_incidence - natural_incidence)


INDICATOR = Indicator(
    "pest_control",
    "regulating",
    "病虫害控制",
    "pest control",
    components=(
        Component(
            "forest",
            "森林病虫害控制",
            "forest pest control",
            "m^2/yr",
            "pest_control_cost",
            "CNY/m^2",
            "avoided_cost",
            quantity="controlled_area",
            supplied_by=("forest",),
        ),
        Component(
            "grassland",
            "草地病虫害控制",
            "grassland pest control",
            "m^2/yr",
            "pest_control_cost",
            "CNY/m^2",
            "avoided_cost",
            quantity="controlled_area",
            supplied_by=("grassland",),
        ),
    ),
    quantities={"controlled_area": (controlled_area,)},
    doc=__doc__,
)
