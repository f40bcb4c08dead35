"""Avoided cost (防治成本法): what would have to be spent on cleaning, dredging or treating if the
ecosystem did not do it.

Traps: a cost of treatment holds investment and operation; a price list that gives the operation
alone is not the whole of it, and an investment must be per tonne treated over the life of the
plant, not per tonne of yearly capacity. Silt is priced per cubic metre, sediment per tonne: the
bulk density of the soil lies between. Nobody would treat what the law lets pass: never value more
than is emitted.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Pricing, U, formula, worked


@formula("CNY/t {s}")
def treatment_cost(
    abatement_investment: A[Array, U("CNY/t {s}", low=0, rate=True)],
    abatement_operation: A[Array, U("CNY/t {s}", low=0, rate=True)],
) -> Array:
    r"""Cost of treating a tonne of a pollutant by technical means.

    .. math:: c = c_i + c_o

    Parameters
    ----------
    abatement_investment : array, any shape
        Investment cᵢ, spread over the tonnes that the plant treats in its life.
    abatement_operation : array
        Cost cₒ of running the plant.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Miao et al. (2017), doi 10.5846/stxb201607091410, table 1.
    """
    return abatement_investment + abatement_operation


treatment_cost_so2 = treatment_cost.of(
    "treatment_cost_so2",
    s="SO2",
    worked=worked(
        "0.83 CNY/kg SO2",
        "Miao et al. 2017, doi 10.5846/stxb201607091410, table 1: 0.69 + 0.14",
        abatement_investment="0.69 CNY/kg SO2",
        abatement_operation="0.14 CNY/kg SO2",
    ),
)
treatment_cost_nox = treatment_cost.of(
    "treatment_cost_nox",
    s="NOx",
    worked=worked(
        "1300 CNY/t NOx",
        "by hand: 900 + 400",
        abatement_investment="0.9 CNY/kg NOx",
        abatement_operation="400 CNY/t NOx",
    ),
)
treatment_cost_dust = treatment_cost.of(
    "treatment_cost_dust",
    s="dust",
    worked=worked(
        "230 CNY/t dust",
        "by hand: 150 + 80",
        abatement_investment="150 CNY/t dust",
        abatement_operation="0.08 CNY/kg dust",
    ),
)
treatment_cost_pm10 = treatment_cost.of(
    "treatment_cost_pm10",
    s="PM10",
    worked=worked(
        "260 CNY/t PM10",
        "by hand: 170 + 90",
        abatement_investment="170 CNY/t PM10",
        abatement_operation="90 CNY/t PM10",
    ),
)
treatment_cost_pm25 = treatment_cost.of(
    "treatment_cost_pm25",
    s="PM25",
    worked=worked(
        "390 CNY/t PM2.5",
        "by hand: 250 + 140",
        abatement_investment="250 CNY/t PM2.5",
        abatement_operation="140 CNY/t PM2.5",
    ),
)
treatment_cost_cod = treatment_cost.of(
    "treatment_cost_cod",
    s="COD",
    worked=worked(
        "5500 CNY/t COD",
        "by hand: 3700 + 1800",
        abatement_investment="3.7 CNY/kg COD",
        abatement_operation="1800 CNY/t COD",
    ),
)
treatment_cost_nh3n = treatment_cost.of(
    "treatment_cost_nh3n",
    s="NH3N",
    worked=worked(
        "9000 CNY/t NH3-N",
        "by hand: 5600 + 3400",
        abatement_investment="5600 CNY/t NH3-N",
        abatement_operation="3400 CNY/t NH3-N",
    ),
)
treatment_cost_tn = treatment_cost.of(
    "treatment_cost_tn",
    s="TN",
    worked=worked(
        "7200 CNY/t TN",
        "by hand: 4500 + 2700",
        abatement_investment="4500 CNY/t TN",
        abatement_operation="2700 CNY/t TN",
    ),
)
treatment_cost_tp = treatment_cost.of(
    "treatment_cost_tp",
    s="TP",
    worked=worked(
        "21000 CNY/t TP",
        "by hand: 12,000 + 9000",
        abatement_investment="12 CNY/kg TP",
        abatement_operation="9000 CNY/t TP",
    ),
)
treatment_cost_nitrogen = treatment_cost.of(
    "treatment_cost_nitrogen",
    s="N",
    worked=worked(
        "2500 CNY/t N",
        "by hand: 1600 + 900",
        abatement_investment="1600 CNY/t N",
        abatement_operation="900 CNY/t N",
    ),
)
treatment_cost_phosphorus = treatment_cost.of(
    "treatment_cost_phosphorus",
    s="P",
    worked=worked(
        "3000 CNY/t P",
        "by hand: 1900 + 1100",
        abatement_investment="1900 CNY/t P",
        abatement_operation="1100 CNY/t P",
    ),
)


@formula(
    "CNY/m^3",
    worked=worked(
        "21.06 CNY/m3",
        "by hand: 18 CNY/t, as printed by Bao Rui et al. 2018, on a soil of 1.17 t/m3",
        sediment_cost="18 CNY/t",
        bulk_density="1.17 t/m3",
    ),
)
def dredging_cost(
    sediment_cost: A[Array, U("CNY/t", low=0, rate=True)],
    bulk_density: A[Array, U("t/m^3", low=0, rate=True)],
) -> Array:
    r"""Cost of dredging a cubic metre of silt from the cost of a tonne of sediment.

    .. math:: c = c_s \, \rho

    Parameters
    ----------
    sediment_cost : array, any shape
        Cost c_s of removing a tonne of sediment.
    bulk_density : array
        Bulk density ρ of the soil, as it stands for the silt in the account.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Price per tonne of sediment: Bao Rui et al. (2018), doi 10.5846/stxb201612012472.
    """
    return sediment_cost * bulk_density


PRICING = Pricing(
    "avoided_cost",
    "防治成本法",
    "avoided cost",
    exchange_value=True,
    seea="prices from expected expenditure (averted treatment and avoided damage costs)",
    formulas={
        **{
            f.__name__: (f,)
            for f in (
                treatment_cost_so2,
                treatment_cost_nox,
                treatment_cost_dust,
                treatment_cost_pm10,
                treatment_cost_pm25,
                treatment_cost_cod,
                treatment_cost_nh3n,
                treatment_cost_tn,
                treatment_cost_tp,
                treatment_cost_nitrogen,
                treatment_cost_phosphorus,
            )
        },
        "dredging_cost": (dredging_cost,),
    },
    doc=__doc__,
)
