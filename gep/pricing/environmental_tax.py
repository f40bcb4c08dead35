"""Environmental tax (环境保护税法): the tax on a tonne of a pollutant, in place of the cost of
treating it.

Traps: a rate is per pollution equivalent, and a *small* equivalent makes a dear pollutant: 0.95 kg
SO2 but 4 kg dust. The law has no entry for total nitrogen, PM10 or PM2.5; accounts borrow those of
ammonia nitrogen and of dust, and must say so. The discharge fees of 2003 and the tax of 2018 share
the equivalents, not the rates. A rate is set by a province within the bounds of the law: it is a
policy, and can lie far below what treatment costs.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Pricing, U, formula, worked
from gep.core.tables import beside

TABLE = beside(__file__)


@formula("CNY/t {s}")
def treatment_cost(
    tax_rate: A[Array, U("CNY/equivalent", low=0, rate=True)],
    pollutant_equivalent: A[Array, U("t {s}/equivalent", low=0, rate=True)],
) -> Array:
    r"""Tax on a tonne of a pollutant, from the rate per equivalent and the mass of one equivalent.

    .. math:: c = \tau / e

    Parameters
    ----------
    tax_rate : array, any shape
        Rate τ of the place and year, that for air or that for water.
    pollutant_equivalent : array
        Mass e of the pollutant that counts as one equivalent.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Environmental Protection Tax Law of the People's Republic of China (2018), appended tables 1 and
    2; the fee rules of 2003 before it.
    """
    return tax_rate / pollutant_equivalent


treatment_cost_so2 = treatment_cost.of(
    "treatment_cost_so2",
    s="SO2",
    defaults={"pollutant_equivalent": TABLE["pollutant_equivalent_so2"]},
    worked=worked(
        "1263.158 CNY/t SO2",
        "by hand: 1.2 / 0.95, the lowest rate of the law",
        tax_rate="1.2 CNY/equivalent",
    ),
)
treatment_cost_nox = treatment_cost.of(
    "treatment_cost_nox",
    s="NOx",
    defaults={"pollutant_equivalent": TABLE["pollutant_equivalent_nox"]},
    worked=worked(
        "630 CNY/t NOx",
        "Pema Dolkar et al. 2017, doi 10.5846/stxb201607011362, table 3, on the fee rules of 2003:"
        " 0.6 / 0.95, printed rounded",
        rel=4e-3,
        tax_rate="0.6 CNY/equivalent",
    ),
)
treatment_cost_dust = treatment_cost.of(
    "treatment_cost_dust",
    s="dust",
    defaults={"pollutant_equivalent": TABLE["pollutant_equivalent_dust"]},
    worked=worked(
        "150 CNY/t dust",
        "Pema Dolkar et al. 2017, table 3, on the fee rules of 2003: 0.6 / 4",
        tax_rate="0.6 CNY/equivalent",
    ),
)
treatment_cost_pm10 = treatment_cost.of(
    "treatment_cost_pm10",
    s="PM10",
    worked=worked(
        "300 CNY/t PM10",
        "by hand: 1.2 / 4, with the equivalent of dust",
        tax_rate="1.2 CNY/equivalent",
        pollutant_equivalent="4 kg PM10/equivalent",
    ),
)
treatment_cost_pm25 = treatment_cost.of(
    "treatment_cost_pm25",
    s="PM25",
    worked=worked(
        "1100.917 CNY/t PM2.5",
        "by hand: 2.4 / 2.18, with the equivalent of soot",
        tax_rate="2.4 CNY/equivalent",
        pollutant_equivalent="2.18 kg PM2.5/equivalent",
    ),
)
treatment_cost_cod = treatment_cost.of(
    "treatment_cost_cod",
    s="COD",
    defaults={"pollutant_equivalent": TABLE["pollutant_equivalent_cod"]},
    worked=worked(
        "700 CNY/t COD",
        "Pema Dolkar et al. 2017, table 3, on the fee rules of 2003: 0.7 / 1",
        tax_rate="0.7 CNY/equivalent",
    ),
)
treatment_cost_nh3n = treatment_cost.of(
    "treatment_cost_nh3n",
    s="NH3N",
    defaults={"pollutant_equivalent": TABLE["pollutant_equivalent_nh3n"]},
    worked=worked(
        "875 CNY/t NH3-N",
        "Pema Dolkar et al. 2017, table 3, on the fee rules of 2003: 0.7 / 0.8",
        tax_rate="0.7 CNY/equivalent",
    ),
)
treatment_cost_tn = treatment_cost.of(
    "treatment_cost_tn",
    s="TN",
    worked=worked(
        "1750 CNY/t TN",
        "by hand: 1.4 / 0.8, with the equivalent of ammonia nitrogen",
        tax_rate="1.4 CNY/equivalent",
        pollutant_equivalent="0.8 kg TN/equivalent",
    ),
)
treatment_cost_tp = treatment_cost.of(
    "treatment_cost_tp",
    s="TP",
    defaults={"pollutant_equivalent": TABLE["pollutant_equivalent_tp"]},
    worked=worked(
        "2800 CNY/t TP",
        "methods section 8, on the fee rules of 2003: 0.7 / 0.25",
        tax_rate="0.7 CNY/equivalent",
    ),
)
treatment_cost_nitrogen = treatment_cost.of(
    "treatment_cost_nitrogen",
    s="N",
    worked=worked(
        "875 CNY/t N",
        "Pema Dolkar et al. 2017, table 3: 0.7 / 0.8, with the equivalent of ammonia nitrogen",
        tax_rate="0.7 CNY/equivalent",
        pollutant_equivalent="0.8 kg N/equivalent",
    ),
)
treatment_cost_phosphorus = treatment_cost.of(
    "treatment_cost_phosphorus",
    s="P",
    worked=worked(
        "2800 CNY/t P",
        "Pema Dolkar et al. 2017, table 3: 0.7 / 0.25, with the equivalent of total phosphorus",
        tax_rate="0.7 CNY/equivalent",
        pollutant_equivalent="0.25 kg P/equivalent",
    ),
)

PRICING = Pricing(
    "environmental_tax",
    "环境保护税法",
    "environmental tax",
    exchange_value=True,
    seea=(
        "prices from expected expenditure (an administered rate in place of the cost of treatment)"
    ),
    formulas={
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
    doc=__doc__,
)
