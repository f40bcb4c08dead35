"""Figures with labels, as a test writes them."""

import pandas as pd


def series(values, unit, **index):
    """Numbers with their unit by labels: ``series([1, 2], "m3", region=["East", "West"])``."""
    names, keys = list(index), list(zip(*index.values(), strict=True))
    at = (
        pd.MultiIndex.from_tuples(keys, names=names)
        if len(names) > 1
        else pd.Index([k[0] for k in keys], name=names[0])
    )
    out = pd.Series(values, index=at, dtype=float)
    out.attrs["units"] = unit
    return out
