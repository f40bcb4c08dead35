"""Makes the files of this folder: the demo city in three years, with all that the five rooms of
monitoring need.

No figure here was ever measured; every row says so. ``python make.py`` writes the same bytes each
time. The city and its prices are those of ``demo_city_table``; years, weather, targets, ranges and
plans are added here.
"""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
YEARS = (2019, 2020, 2021)
SEED = 20210604
SOURCE = "模拟数据 synthetic, not a statistic of any place (make.py)"
# what changes from year to year: a trend and a yearly scatter, by the name of the input
MOVING = {
    "precipitation": (0.0, 0.09),
    "erosivity": (0.0, 0.10),
    "cooling_evaporation": (0.0, 0.03),
    "cooling_days": (0.0, 0.03),
    "npp": (0.01, 0.02),
    "visits": (0.06, 0.03),
    "room_nights": (0.05, 0.03),
    "water_taken": (0.01, 0.01),
    "imported": (0.01, 0.01),
    "biomass_used": (-0.02, 0.02),
}
GROWING = {("agricultural_products", "quantity"): 0.02, ("ecological_energy", "quantity"): 0.01}
# what a year moves between types, as a share of the first: crops to forest and urban green
# everywhere, settlement grows in the north
MOVES = (
    ("dry_cropland", "mixed_forest", 0.04),
    ("dry_cropland", "urban_green", 0.03),
    ("tussock", "settlement", 0.05),
)
RANGES = {
    "precipitation": "normal 4 %",
    "npp": "normal 10 %",
    "evapotranspiration": "normal 8 %",
    "visits": "normal 5 %",
    "runoff_coefficient": "normal 10 %",
    "curve_number": "normal 4 %",
    "transpiration_heat": "lognormal 15 %",
    "uptake_rate": "lognormal 30 %",
    "bulk_density": "normal 5 %",
}


def city() -> Any:
    """The maker of the one-year demo city."""
    spec = importlib.util.spec_from_file_location(
        "demo_city_table", HERE.parent / "demo_city_table" / "make.py"
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def digits(value: float) -> str:
    return str(np.format_float_positional(float(f"{value:.5g}"), trim="-"))


def inputs(plain: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rows of one year spread over three: areas moved, weather drawn, the rest on its trend."""
    rng = np.random.default_rng(SEED)
    rows = [dict(r) for r in plain]
    area = {
        (r["region"], r["ecosystem"]): float(r["value"])
        for r in rows
        if r["input"] == "area" and not r["indicator"] and r["ecosystem"]
    }
    for row in rows:
        name, value = row["input"], float(row["value"])
        row |= {"source": SOURCE, "distribution": RANGES.get(name, "")}
        if name == "area" and (row["region"], row["ecosystem"]) in area:
            for n, year in enumerate(YEARS):
                yield row | {
                    "year": year,
                    "value": digits(_area(area, row["region"], row["ecosystem"], n)),
                }
        elif name in MOVING:
            trend, scatter = MOVING[name]
            for n, year in enumerate(YEARS):
                yield row | {
                    "year": year,
                    "value": digits(value * (1 + trend) ** n * (1 + scatter * rng.uniform(-1, 1))),
                }
        elif (row["indicator"], name) in GROWING:
            for n, year in enumerate(YEARS):
                yield row | {
                    "year": year,
                    "value": digits(
                        value * (1 + GROWING[row["indicator"], name]) ** n * rng.uniform(0.98, 1.02)
                    ),
                }
        else:
            yield row


def _area(area: Mapping[tuple[str, str], float], region: str, label: str, years: int) -> float:
    out = area[region, label]
    for first, to, share in MOVES:
        pace = share * (2 if region in ("北岭区", "云台区") else 1) * years
        if label in (first, to) and (region, first) in area:
            out += pace * area[region, first] * (1 if label == to else -1)
    return out


def prices(plain: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The prices of one year, and those of three for electricity; the index carries the others."""
    for row in plain:
        if row["price"] == "electricity_price" and row["indicator"] == "climate_regulation":
            for year, value in zip(YEARS, ("0.703", "0.717", "0.738"), strict=True):
                yield {
                    **row,
                    "year": year,
                    "value": value,
                    "source": SOURCE,
                    "evidence": "synthetic",
                    "distribution": "normal 5 %",
                }
        else:
            yield {
                **row,
                "distribution": (
                    "lognormal 15 %"
                    if row["price"] in ("reservoir_cost", "carbon_price", "treatment_cost")
                    else ""
                ),
            }


def weather(districts: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Rain and erosivity of a normal period of ten years."""
    rng = np.random.default_rng(SEED + 1)
    for year in range(2001, 2011):
        wet = rng.uniform(-0.15, 0.15)
        for d in districts:
            rain = 1900 * (1 + wet + rng.uniform(-0.05, 0.05))
            yield {
                "indicator": "",
                "input": "precipitation",
                "region": d,
                "year": year,
                "value": digits(rain),
                "unit": "mm",
                "source": SOURCE,
            }
            yield {
                "indicator": "soil_retention",
                "input": "erosivity",
                "region": d,
                "year": year,
                "value": digits(10500 * (rain / 1900) ** 1.6),
                "unit": "MJ mm/(hm2 h yr)",
                "source": SOURCE,
            }


def facts(regions: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """GDP at comparable prices and population by year."""
    rng = np.random.default_rng(SEED + 2)
    for row in regions:
        gdp, people = (
            float(row["gdp"].removesuffix("亿元")),
            float(row["population"].removesuffix("万人")),
        )
        for n, year in enumerate(YEARS):
            yield {
                "region": row["region"],
                "year": year,
                "area": row["area"],
                "population": f"{people * 1.01**n:.1f}万人",
                "gdp": f"{gdp * rng.uniform(1.02, 1.07) ** n:.0f}亿元",
            }


def targets(districts: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Targets of 2021 for three indicators, with baselines and aims alike in every district."""
    for d in districts:
        yield {
            "region": d,
            "indicator": "climate_regulation",
            "measure": "value",
            "year": 2021,
            "target": "32",
            "unit": "亿元",
            "weight": 2,
            "note": SOURCE,
        }
        yield {
            "region": d,
            "indicator": "water_retention",
            "measure": "value",
            "year": 2021,
            "target": "9",
            "unit": "亿元",
            "weight": 1,
            "note": SOURCE,
        }
        yield {
            "region": d,
            "indicator": "tourism",
            "measure": "value",
            "year": 2021,
            "target": "20",
            "unit": "亿元",
            "weight": 1,
            "note": SOURCE,
        }


ACCOUNT = """\
title = "模拟市三年生态系统生产总值核算（模拟数据） Demo city in three years, synthetic figures"
region = "模拟市"
years = [2019, 2020, 2021]
price_year = "current"
standard = "shenzhen"
synthetic = true
note = "No figure of this account was measured; the city does not exist. \
本账户全部数据为模拟，城市并不存在。"

[methods]
"flood_mitigation.lake_storage" = "lake_storage_eastern_plain"
"""
UNCERTAINTY = """\
# synthetic, made by make.py
draws = 2000
seed = 7
together = ["reservoir_cost", "electricity_price"]   # one price, written once a component: \
its error is one

[errors]                                            # for figures that state no range of their own
"area" = "normal 2 %"
"tourism.*" = "normal 10 %"
"landscape_premium.*" = "lognormal 15 %"
"""
SCENARIO = """\
# synthetic, made by make.py
title = "北岭区退耕还林 300 公顷 Cropland to forest in Beiling"

[[move]]
from = "dry_cropland"
to = "mixed_forest"
region = "北岭区"
area = "300 ha"
year = 2021

[[change]]
indicator = "tourism"
component = "free_space"
input = "visits"
region = "北岭区"
year = 2021
factor = 1.03
note = "the new forest is open to walkers"
"""
PARCELS = (
    ("P1", "北岭区", "dry_cropland", "mixed_forest", 40),
    ("P2", "云台区", "dry_cropland", "urban_green", 25),
    ("P3", "西滩区", "tussock", "settlement", 60),
    ("P4", "中央区", "settlement", "urban_green", 12),
    ("P5", "沙洲区", "mangrove", "settlement", 18),
    ("P6", "东湾区", "settlement", "mangrove", 10),
)


def table(name: str, rows: Iterable[Mapping[str, Any]]) -> None:
    listed = list(rows)
    columns = list(dict.fromkeys(k for r in listed for k in r))
    with (HERE / name).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(listed)


def write() -> None:
    """Write the folder's files."""
    made = city()
    plain = list(made.inputs())
    regions = list(made.regions(plain))
    for name, text in (
        ("account.toml", ACCOUNT),
        ("uncertainty.toml", UNCERTAINTY),
        ("scenario.toml", SCENARIO),
    ):
        (HERE / name).write_text(text, "utf-8")
    table("inputs.csv", inputs([*plain, *made.carbon_areas(plain)]))
    table("prices.csv", prices(made.prices()))
    table("regions.csv", regions)
    table(
        "deflators.csv",
        (
            {"index": "模拟指数 synthetic", "year": y, "value": f"{100 * 1.02 ** (y - 2020):.2f}"}
            for y in range(2005, 2024)
        ),
    )
    table("normal.csv", weather(made.DISTRICTS))
    table("facts.csv", facts(regions))
    table("targets.csv", targets(made.DISTRICTS))
    table(
        "parcels.csv",
        (
            {"parcel": p, "region": r, "from": f, "to": t, "area": a, "unit": "ha", "note": SOURCE}
            for p, r, f, t, a in PARCELS
        ),
    )


if __name__ == "__main__":
    write()
