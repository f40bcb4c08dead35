"""What retained soil holds, as forest standards count it: volume, organic matter, nutrients."""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, U, formula, worked
from gep.core.tables import beside

TABLE = beside(__file__)


@formula(
    "m^3/yr",
    zh="一年保持的土壤体积，按土方搬运计。",
    worked=worked(
        "1.2 万m3/yr",
        "by hand: 15000 t / 1.25 t/m3",
        retained_soil="15000 t/yr",
        bulk_density="1.25 t/m3",
    ),
)
def fixed_soil(
    retained_soil: A[Array, U("t/yr", size=True)],
    bulk_density: A[Array, U("t/m^3", low=0, rate=True)],
) -> Array:
    r"""Volume of the soil kept in place in a year, as earthwork would move it.

    .. math:: V = Q / \rho

    Parameters
    ----------
    retained_soil : array, any shape
        Soil kept in place Q.
    bulk_density : array
        Bulk density of the soil ρ.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    LY/T 1721-2008, soil fixation.
    """
    return retained_soil / bulk_density


@formula(
    "t/yr",
    zh="一年保持在土壤中的有机质。",
    worked=worked(
        "69529.97 kg/yr",
        "Gaotianyan 2014, doi 10.5846/stxb201607091410, one hectare: 2985.4 t × 23.29 g/kg",
        1e-7,
        retained_soil="2985.4 t/yr",
        organic_matter_content="23.29 g/kg",
    ),
)
def organic_matter(
    retained_soil: A[Array, U("t/yr", size=True)],
    organic_matter_content: A[Array, U("1", low=0, high=1, rate=True)],
) -> Array:
    r"""Organic matter kept in the soil in a year.

    .. math:: Q_M = Q \, c_M

    Parameters
    ----------
    retained_soil : array, any shape
        Soil kept in place Q.
    organic_matter_content : array
        Organic matter in the soil c_M.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    LY/T 1721-2008, soil fertility.
    """
    return retained_soil * organic_matter_content


@formula(
    "t N/yr",
    zh="一年保持在土壤中的氮，按折纯肥料计价。",
    worked=worked(
        "24 t N/yr",
        "by hand: 15000 t × 1.6 g/kg",
        retained_soil="15000 t/yr",
        nitrogen_content="1.6 g/kg",
    ),
)
def fertility_nitrogen(
    retained_soil: A[Array, U("t/yr", size=True)],
    nitrogen_content: A[Array, U("t N/t", low=0, high=1, rate=True)],
) -> Array:
    r"""Nitrogen kept in the soil in a year, to be priced as fertiliser by its pure content.

    .. math:: Q_N = Q \, c_N

    Parameters
    ----------
    retained_soil : array, any shape
        Soil kept in place Q.
    nitrogen_content : array
        Pure nitrogen in the soil c_N.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    LY/T 1721-2008, soil fertility.
    """
    return retained_soil * nitrogen_content


@formula(
    "t/yr",
    zh="相当于一年保持在土壤中的磷、钾的肥料量。",
    worked=worked(
        "600 t/yr",
        "by hand: 15000 t × 0.6 g/kg / 15 % = 60 t, and 15000 t × 18 g/kg / 50 % = 540 t",
        retained_soil="15000 t/yr",
        phosphorus_content="0.6 g/kg",
        potassium_content="18 g/kg",
        fertiliser_phosphorus="15 %",
        fertiliser_potassium="50 %",
    ),
)
def fertility_nutrients(
    retained_soil: A[Array, U("t/yr", size=True)],
    phosphorus_content: A[Array, U("t P/t", low=0, high=1, rate=True)],
    potassium_content: A[Array, U("t K/t", low=0, high=1, rate=True)],
    fertiliser_phosphorus: A[Array, U("t P/t", low=0, high=1, rate=True)] = TABLE[
        "fertiliser_phosphorus"
    ],
    fertiliser_potassium: A[Array, U("t K/t", low=0, high=1, rate=True)] = TABLE[
        "fertiliser_potassium"
    ],
) -> Array:
    r"""Fertiliser that would bring the phosphorus and potassium kept in the soil in a year.

    .. math:: Q_F = Q \, (c_P / r_P + c_K / r_K)

    Parameters
    ----------
    retained_soil : array, any shape
        Soil kept in place Q.
    phosphorus_content, fertiliser_phosphorus : array
        Phosphorus in the soil c_P and in its fertiliser r_P.
    potassium_content, fertiliser_potassium : array
        Potassium in the soil c_K and in its fertiliser r_K.

    Returns
    -------
    DataArray, tonnes of fertiliser; give quantities and prices by item where the two differ
    in price

    References
    ----------
    LY/T 1721-2008, soil fertility: diammonium phosphate and potassium chloride.
    """
    return retained_soil * (
        phosphorus_content / fertiliser_phosphorus + potassium_content / fertiliser_potassium
    )
