"""Variance-based sensitivity: how much of the variance of the total each input explains alone and
with all its joint effects.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from gep.analysis.uncertainty.runs import CELLS, Uncertainty, total_of
from gep.core.errors import InputError, Problem
from gep.core.extras import need
from gep.core.source import named


def sobol(
    of: Uncertainty, inputs: Sequence[str] | int = 10, points: int = 1024, seed: int = 1
) -> pd.DataFrame:
    """First-order and total Sobol indices of the inputs that matter most, the others held at their
    values.

    Parameters
    ----------
    of : Uncertainty
        A run of :func:`gep.analysis.uncertainty.uncertainty`.
    inputs : names or int
        Inputs as the tornado names them, or how many of its longest bars.
    points : int
        Base points, a power of two; the account is worked out points × (inputs + 2) times, in
        blocks.
    seed : int
        Seed of the point set.

    Returns
    -------
    DataFrame
        ``input, first, first_reach, total, total_reach``, the largest total index first; a reach is
        half of the 95 % interval that SALib gives for its estimate.

    Raises
    ------
    ParameterError
        If SALib is not installed.
    InputError
        If an input does not exist.

    References
    ----------
    Saltelli et al. 2010, doi 10.1016/j.cpc.2009.09.018; the SALib package, doi 10.21105/joss.00097.
    """
    analyse, points_of = need("SALib.analyze.sobol"), need("SALib.sample.sobol")
    streams, known = of.sources.streams, of.tornado["input"]
    names = (
        known[known.isin(list(streams))].tolist()[:inputs]
        if isinstance(inputs, int)
        else list(inputs)
    )
    strange = [n for n in names if n not in streams]
    if strange or len(names) < 2:
        raise InputError(
            "error.sobol", [Problem("input.spread", named(n)) for n in strange or ["inputs"]]
        )
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    at = np.clip(
        points_of.sample(problem, points, calc_second_order=False, seed=seed),
        2.0**-54,
        1 - 2.0**-53,
    )
    size = max(100, CELLS // of.sources.largest)
    blocks = []
    for start in range(0, len(at), size):
        shares = at[start : start + size]
        x = of.sources.at(dict(zip(names, shares.T, strict=True)))
        blocks.append(total_of(of.account, of.sources, x, len(shares)))
    totals = np.concatenate(blocks)
    found = analyse.analyze(
        problem, (totals - totals.mean()) / totals.std(), calc_second_order=False, seed=seed
    )
    frame = pd.DataFrame(
        {
            "input": names,
            "first": found["S1"],
            "first_reach": found["S1_conf"],
            "total": found["ST"],
            "total_reach": found["ST_conf"],
        }
    )
    return frame.sort_values("total", ascending=False, ignore_index=True)
