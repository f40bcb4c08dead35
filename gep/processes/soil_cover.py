"""The cover factor of RUSLE: what plants leave of the erosion of bare ground, by class and cover,
or by cover alone.

Trap: cover is a share of the ground.
"""

from __future__ import annotations

from typing import Annotated as A

import numpy as np

from gep.core.formula import Array, U, formula, worked
from gep.core.tables import beside

TABLE = beside(__file__)


_FOREST = {
    "cover_factor_below_10": "0.10",
    "cover_factor_10_30": "0.08",
    "cover_factor_30_50": "0.06",
    "cover_factor_50_70": "0.02",
    "cover_factor_70_90": "0.004",
    "cover_factor_above_90": "0.001",
    "cover_factor_log": "0",
}


_DRYLAND = {**dict.fromkeys(_FOREST, "0.221"), "cover_factor_log": "-0.595"}


@formula(
    "1",
    zh="按生态系统类型和覆盖度分级的植被覆盖因子；旱地随覆盖度的对数下降。",
    empirical=True,
    worked=(
        *(
            worked(
                f"{factor} 1",
                "HJ 1173-2021, table A.1, forest",
                1e-9,
                vegetation_cover=cover,
                **_FOREST,
            )
            for cover, factor in (
                ("0 %", "0.10"),
                ("5 %", "0.10"),
                ("10 %", "0.08"),
                ("29 %", "0.08"),
                ("31 %", "0.06"),
                ("40 %", "0.06"),
                ("51 %", "0.02"),
                ("60 %", "0.02"),
                ("71 %", "0.004"),
                ("90 %", "0.004"),
                ("95 %", "0.001"),
            )
        ),
        worked(
            "0.5321 1",
            "methods check, dry cropland at 30 %: 0.221 − 0.595 × (−0.522879)",
            1e-4,
            vegetation_cover="30 %",
            **_DRYLAND,
        ),
        worked(
            "1 1",
            "by hand, dry cropland at 3 %: 0.221 − 0.595 × (−1.522879) = 1.127, held at 1",
            1e-9,
            vegetation_cover="3 %",
            **_DRYLAND,
        ),
    ),
)
def cover_factor(
    vegetation_cover: A[Array, U("1", low=0, high=1, rate=True)],
    cover_factor_below_10: A[Array, U("1", low=0, high=1, rate=True)] = TABLE[
        "cover_factor_below_10"
    ],
    cover_factor_10_30: A[Array, U("1", low=0, high=1, rate=True)] = TABLE["cover_factor_10_30"],
    cover_factor_30_50: A[Array, U("1", low=0, high=1, rate=True)] = TABLE["cover_factor_30_50"],
    cover_factor_50_70: A[Array, U("1", low=0, high=1, rate=True)] = TABLE["cover_factor_50_70"],
    cover_factor_70_90: A[Array, U("1", low=0, high=1, rate=True)] = TABLE["cover_factor_70_90"],
    cover_factor_above_90: A[Array, U("1", low=0, high=1, rate=True)] = TABLE[
        "cover_factor_above_90"
    ],
    cover_factor_log: A[Array, U("1", high=0, rate=True)] = TABLE["cover_factor_log"],
) -> Array:
    r"""Cover factor by ecosystem type and band of cover; on dry cropland it falls with the
    logarithm of cover.

    .. math:: C = c_{band} + b \log_{10} f, \quad 0 \le C \le 1

    Parameters
    ----------
    vegetation_cover : array, any shape
        Share of the ground under vegetation f. A printed break belongs to the band above it, 90 %
        to the band below.
    cover_factor_below_10, cover_factor_10_30, cover_factor_30_50 : array, dimension
    ``ecosystem`` by default
        Factor c at a cover below 10 %, of 10 to 30 %, of 30 to 50 %.
    cover_factor_50_70, cover_factor_70_90, cover_factor_above_90 : array, dimension
    ``ecosystem`` by default
        Factor c at a cover of 50 to 70 %, of 70 to 90 %, above 90 %.
    cover_factor_log : array, dimension ``ecosystem`` by default
        Slope b on the logarithm of cover: −0.595 on dry cropland, else 0.

    Returns
    -------
    DataArray, broadcast shape of the inputs

    References
    ----------
    HJ 1173-2021, A.2, table A.1 and formula A.13 (base 10 is inferred: a natural logarithm passes 1
    already at 27 % cover).
    """
    low = np.where(
        vegetation_cover < 0.1,
        cover_factor_below_10,
        np.where(vegetation_cover < 0.3, cover_factor_10_30, cover_factor_30_50),
    )
    high = np.where(
        vegetation_cover < 0.7,
        cover_factor_50_70,
        np.where(vegetation_cover <= 0.9, cover_factor_70_90, cover_factor_above_90),
    )
    # nothing is added, and a factor that is missing in one band leaves the type without a number in
    # all
    whole = 0 * (
        cover_factor_below_10
        + cover_factor_10_30
        + cover_factor_30_50
        + cover_factor_50_70
        + cover_factor_70_90
        + cover_factor_above_90
    )
    band = np.where(vegetation_cover < 0.5, low, high) + whole
    # below 1 % the logarithm would run away; there dry cropland has long been held at 1
    return np.minimum(
        1, np.maximum(0, band + cover_factor_log * np.log10(np.maximum(vegetation_cover, 0.01)))
    )


@formula(
    "1",
    zh="只用于旱地的植被覆盖因子。",
    empirical=True,
    worked=(
        worked(
            "0.4001 1",
            "methods check, 50 %: 0.221 − 0.595 × (−0.301030)",
            1e-4,
            vegetation_cover="50 %",
        ),
        worked(
            "0.221 1", "by hand, full cover: the logarithm is 0", 1e-9, vegetation_cover="100 %"
        ),
        worked(
            "1 1",
            "by hand, 4 %: 0.221 + 0.595 × 1.397940 = 1.0528, held at 1",
            1e-9,
            vegetation_cover="4 %",
        ),
    ),
)
def cover_factor_dryland(vegetation_cover: A[Array, U("1", low=0, high=1, rate=True)]) -> Array:
    r"""Cover factor of dry cropland alone.

    .. math:: C = 0.221 - 0.595 \log_{10} f, \quad C \le 1

    Parameters
    ----------
    vegetation_cover : array, any shape
        Share of the ground under vegetation f.

    Returns
    -------
    DataArray, shape of the input

    References
    ----------
    HJ 1173-2021, formula A.13; base 10 is inferred, and C would exceed 1 below 4.9 % cover.
    """
    return np.minimum(1, 0.221 - 0.595 * np.log10(np.maximum(vegetation_cover, 0.01)))


@formula(
    "1",
    zh="蔡崇法回归式的植被覆盖因子，各类型相同。",
    empirical=True,
    worked=(
        worked(
            "0.20377 1", "by hand, 20 %: 0.6508 − 0.3436 × 1.301030", 2e-5, vegetation_cover="20 %"
        ),
        worked(
            "0 1",
            "by hand, 80 %: 0.6508 − 0.3436 × 1.903090 = −0.0031, held at 0",
            1e-9,
            vegetation_cover="80 %",
        ),
        worked("1 1", "as printed: bare ground", 1e-9, vegetation_cover="0 %"),
    ),
)
def cover_factor_cai(vegetation_cover: A[Array, U("1", low=0, high=1, rate=True)]) -> Array:
    r"""Cover factor by the regression of Cai Chongfa, alike for all ecosystem types.

    .. math:: C = 0.6508 - 0.3436 \log_{10} v, \quad 0 \le C \le 1

    Parameters
    ----------
    vegetation_cover : array, any shape
        Share of the ground under vegetation, v in percent.

    Returns
    -------
    DataArray, shape of the input

    References
    ----------
    Cai Chongfa et al. 2000, as used in ChinaXiv-201711.00309V1 (Huanghua), whose text reads 0.3464;
    only 0.3436 meets its own limit, C = 0 from 78.3 % on.
    """
    percent_log = (
        np.log10(np.maximum(vegetation_cover, 1e-6)) + 2
    )  # of 100 v; far below 0.1 % the factor is held at 1 anyway
    return np.minimum(1, np.maximum(0, 0.6508 - 0.3436 * percent_log))
