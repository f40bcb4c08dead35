"""A program of somebody else that uses gep; mypy --strict reads it as it reads theirs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import xarray as xr

import gep
from gep.indicators import get
from gep.indicators.water_retention import retained_water


def answer(folder: Path, lang: str) -> Mapping[str, object]:
    """What a service would give back: the account, or what is to be mended."""
    try:
        account = gep.run(folder, lang=lang)
    except gep.GepError as error:
        lines = [p.source.line for p in error.problems if p.level == "error"]
        return {**error.to_dict(), "lines": lines}
    levels: pd.Series[float] = account.by("level")
    return {
        "total": float(account.total),
        "left_out": list(account.total.left_out),
        "levels": levels.to_dict(),
        "rows": len(account.ledger),
    }


def rain(area: xr.DataArray) -> float:
    """One formula by itself."""
    water = retained_water("1200 mm/yr", "42 mm/yr", "700 mm/yr", area=area)
    return float(water.sum())


def names() -> list[str]:
    """The components of one indicator."""
    return [c.id for c in get("soil_retention").components]


if __name__ == "__main__":
    places = xr.DataArray([1.0, 2.0], {"region": ["East", "West"]}, attrs={"units": "km^2"})
    root = Path(__file__).parents[2] / "examples"
    print(answer(root / "garze_2010", "en")["total"], rain(places), names())
