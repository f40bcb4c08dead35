"""Coastal protection (海岸带防护): shore that mangroves, reefs, beaches and other natural shores
shelter from waves and surge.

Traps: a dyke costs once and stands for decades. Its building cost is a stock: turn it into a yearly
amount by lifetime, interest and upkeep; a price per metre without the year is refused, or marked
``as_printed``. Count only shore behind which there is something to protect, each metre once:
mangrove in front of a beach is one shore. No unit cost is shipped.
"""

from __future__ import annotations

from typing import Annotated as A

from gep.core.formula import Array, Component, Indicator, U, formula, worked


@formula(
    "m",
    worked=worked("260.5 km", "by hand: the length as it was measured", shore_length="260500 m"),
)
def protected_shore(shore_length: A[Array, U("m", low=0, size=True)]) -> Array:
    r"""Length of shore that an ecosystem shelters.

    .. math:: Q = l

    Parameters
    ----------
    shore_length : array, any shape
        Shore l with people or goods behind it that the ecosystem shelters; dimension ``item`` for
        several stretches.

    Returns
    -------
    DataArray, shape of ``shore_length``

    References
    ----------
    Length times unit cost of a dyke is general practice; no standard was read.
    """
    return shore_length


def _shore(id: str, zh: str, en: str, *classes: str) -> Component:
    return Component(
        id,
        zh,
        en,
        "m",
        "dyke_cost",
        "CNY/(m yr)",
        "replacement_cost",
        quantity="protected_shore",
        supplied_by=classes,
        stock=True,
    )


INDICATOR = Indicator(
    "coastal_protection",
    "regulating",
    "海岸带防护",
    "coastal protection",
    components=(
        _shore("mangrove", "红树林护岸", "mangrove", "mangrove"),
        _shore("reef", "礁石与珊瑚礁护岸", "reef", "nearshore_sea"),
        _shore("beach", "沙滩护岸", "beach", "beach"),
        _shore("other_shore", "其他自然岸线护岸", "other natural shore"),
    ),
    quantities={"protected_shore": (protected_shore,)},
    doc=__doc__,
)
