"""Net present value (净现值): what a yearly flow over many years is worth today; an ecosystem
asset, not a yearly service.

Traps: it makes no difference of method but of timing whether the first payment falls at the end of
the first year (ordinary, as SEEA EA counts) or at once (due, as the valuation of China's forests
counts): the latter is larger by one year's interest. A real flow takes a real rate, a flow that
grows with prices a nominal one. The result is a stock and never enters a GEP total.
"""

from __future__ import annotations

from typing import Annotated as A

import numpy as np

from gep.core.formula import Array, Pricing, U, formula, worked


@formula(
    "yr",
    worked=[
        worked(
            "43.09833 yr",
            "SEEALand (SEEA EA worked case, methods checks G4 and G5): 905,065 / 21,000 and 788,700"
            " / 18,300",
            discount_rate="2 %/yr",
            lifetime="100 yr",
        ),
        worked(
            "1.7355372 yr", "by hand: 1 / 1.1 + 1 / 1.21", discount_rate="10 %/yr", lifetime="2 yr"
        ),
        worked(
            "25 yr",
            "by hand: at a rate of zero every year counts in full",
            discount_rate="0 %/yr",
            lifetime="25 yr",
        ),
        worked(
            "30 yr",
            "by hand: 30 − 30 × 31 / 2 × 1e-13, which does not show",
            rel=1e-9,
            discount_rate="1e-13 1/yr",
            lifetime="30 yr",
        ),
        worked(
            "0.9297052 yr",
            "by hand: (1 / 1.05 + 1 / 1.1025) × half a year",
            discount_rate="10 %/yr",
            lifetime="1 yr",
            compounding_period="0.5 yr",
        ),
    ],
)
def annuity_factor(
    discount_rate: A[Array, U("1/yr", low=0, rate=True)],
    lifetime: A[Array, U("yr", low=1, state=True)],
    compounding_period: A[Array, U("yr", low=0, state=True)] = 1.0,
) -> Array:
    r"""Years' worth that a level yearly payment over a lifetime has today, paid at the end of each
    period.

    .. math:: a = \frac{1 - (1 + r p)^{-n/p}}{r p} \, p, \qquad a \to n \text{ as } r \to 0

    Its inverse is the capital recovery factor. It holds eight digits down to a rate of zero, for
    whole periods.

    Parameters
    ----------
    discount_rate : array, any shape
        Discount rate r.
    lifetime : array
        Years n over which the payment is made.
    compounding_period : array
        Length p of the period after which interest is added and a payment made; a year unless said
        otherwise.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    SEEA EA (2021), chapter 10; general arithmetic of annuities.
    """
    growth = 1 + discount_rate * compounding_period
    flat = growth == 1
    # Over growth - 1, not over the rate: what was rounded off in growth is then missing above and
    # below alike.
    fading = 1 - growth ** (-lifetime / compounding_period)
    return np.where(flat, lifetime, fading * compounding_period / np.where(flat, 1, growth - 1))


@formula(
    "CNY",
    worked=worked(
        "905065 CNY",
        "SEEALand (SEEA EA worked case): 21,000 a year over 100 years at 2 %",
        annual_value="21000 CNY/yr",
        annuity_factor="43.0983 yr",
    ),
)
def net_present_value(
    annual_value: A[Array, U("CNY/yr", size=True)],
    annuity_factor: A[Array, U("yr", low=0, rate=True)],
) -> Array:
    r"""Worth today of a level yearly flow whose first payment falls at the end of the first year.

    .. math:: V = F \, a

    Parameters
    ----------
    annual_value : array, any shape
        Yearly value F, the same in each year.
    annuity_factor : array
        Annuity factor a of the rate and the lifetime.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    SEEA EA (2021), chapter 10.
    """
    return annual_value * annuity_factor


@formula(
    "CNY",
    worked=[
        worked(
            "190.90909 CNY",
            "by hand: 100 + 100 / 1.1, the annuity factor being 1.7355372 yr",
            annual_value="100 CNY/yr",
            annuity_factor="1.7355372 yr",
            discount_rate="10 %/yr",
        ),
        worked(
            "97.619048 CNY",
            "by hand: 50 + 50 / 1.05, the annuity factor of two half-yearly payments being"
            " 0.9297052 yr",
            annual_value="100 CNY/yr",
            annuity_factor="0.9297052 yr",
            discount_rate="10 %/yr",
            compounding_period="0.5 yr",
        ),
    ],
)
def net_present_value_due(
    annual_value: A[Array, U("CNY/yr", size=True)],
    annuity_factor: A[Array, U("yr", low=0, rate=True)],
    discount_rate: A[Array, U("1/yr", low=0, rate=True)],
    compounding_period: A[Array, U("yr", low=0, state=True)] = 1.0,
) -> Array:
    r"""Worth today of a level yearly flow whose first payment falls at once and is not discounted.

    .. math:: V = \sum_{i=1}^{n} \frac{F}{(1 + r)^{i-1}} = F \, a \, (1 + r p)

    Parameters
    ----------
    annual_value : array, any shape
        Yearly value F, the same in each year.
    annuity_factor : array
        Annuity factor a of the rate and the lifetime.
    discount_rate : array
        Discount rate r.
    compounding_period : array
        Length p of a period; a year unless said otherwise.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    Bo Wenjing et al. (2017), doi 10.5846/stxb201606161172 (valuation of China's forests).
    """
    return annual_value * annuity_factor * (1 + discount_rate * compounding_period)


PRICING = Pricing(
    "net_present_value",
    "净现值法",
    "net present value",
    exchange_value=False,
    seea="tool: value of an asset from its expected yearly services",
    formulas={
        "net_present_value": (net_present_value, net_present_value_due),
        "annuity_factor": (annuity_factor,),
    },
    doc=__doc__,
)
