"""Makes the files of this folder: a city that does not exist, with ten districts, drawn from a
seed.

No figure here was ever measured; every row says so. ``python make.py`` writes the same bytes each
time. The benchmark and the tests use :func:`inputs` with other sizes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path

import numpy as np

SEED = 20200604
YEAR = 2020
CITY = "模拟市"
DISTRICTS = (
    "东湾区",
    "西滩区",
    "南港区",
    "北岭区",
    "中央区",
    "青溪区",
    "榕湖区",
    "石峡区",
    "沙洲区",
    "云台区",
)
COASTAL = ("东湾区", "西滩区", "南港区", "沙洲区")
SOURCE = "模拟数据 synthetic, not a statistic of any place (make.py)"
INPUT = (
    "indicator",
    "component",
    "input",
    "item",
    "ecosystem",
    "region",
    "year",
    "value",
    "unit",
    "source",
    "evidence",
)
PRICE = (
    "indicator",
    "component",
    "price",
    "item",
    "ecosystem",
    "region",
    "value",
    "unit",
    "year",
    "method",
    "source",
    "evidence",
)

# By ecosystem type: share of a district (%), NPP and soil respiration (g C/m2), evapotranspiration
# (mm), runoff (%),
# curve number, plant cover (%), slope (deg), transpiration heat (kJ/(m2 d)), uptake of SO2, NOx,
# dust (kg/hm2).
TYPES = {
    "evergreen_broadleaf_forest": (24, 980, 560, 1010, 5, 45, 88, 18, 2600, 86, 6.0, 9800),
    "mixed_forest": (9, 820, 490, 930, 4, 48, 82, 16, 2300, 120, 6.4, 20500),
    "broadleaf_shrub": (6, 610, 400, 860, 6, 55, 66, 14, 1300, 90, 4.1, 11000),
    "tussock": (4, 430, 330, 780, 12, 62, 60, 9, 900, 28, 2.2, 110),
    "tree_orchard": (8, 640, 430, 850, 10, 58, 62, 11, 1500, 70, 3.8, 7600),
    "dry_cropland": (5, 520, 390, 760, 20, 76, 45, 3, 800, 45, 3.0, 900),
    "urban_green": (9, 560, 380, 800, 18, 60, 70, 4, 1400, 75, 4.4, 8800),
    "mangrove": (1, 1050, 430, 1050, 8, 50, 75, 1, 0, 40, 2.0, 600),
    "reservoir": (4, 0, 0, 1180, 0, 100, 0, 1, 0, 0, 0, 0),
    "settlement": (30, 0, 0, 380, 70, 92, 5, 3, 0, 0, 0, 0),
}
GREEN = ("evergreen_broadleaf_forest", "mixed_forest", "broadleaf_shrub", "tussock", "urban_green")
LAND = (*GREEN, "tree_orchard", "dry_cropland", "mangrove")
VEGETATED = LAND
WET = ("mangrove", "reservoir")


Row = dict[str, object]


class City:
    """Districts, coast and years of a city, and its draws, one after the other."""

    def __init__(
        self, districts: Sequence[str], coastal: Sequence[str], years: Sequence[int], seed: int
    ) -> None:
        self.districts, self.coastal, self.years = districts, coastal, years
        self.rng = np.random.default_rng(seed)
        self.each_year: Sequence[int | str] = tuple(years) or ("",)
        self.size = {d: self.near(200, 0.5) for d in districts}  # km2
        self.here = {d: [t for t in TYPES if t != "mangrove" or d in coastal] for d in districts}

    def near(self, value: float, spread: float = 0.1) -> float:
        """A number drawn around another."""
        return float(value * self.rng.uniform(1 - spread, 1 + spread))


def row(
    indicator: str,
    component: str,
    name: str,
    value: float,
    unit: str,
    region: str = "",
    ecosystem: str = "",
    item: str = "",
    year: int | str = "",
) -> Row:
    """A row of inputs.csv."""
    number = np.format_float_positional(float(f"{value:.5g}"), trim="-")
    place = (indicator, component, name, item, ecosystem, region, year)
    return dict(zip(INPUT, (*place, number, unit, SOURCE, "synthetic"), strict=True))


def inputs(
    districts: Sequence[str] = DISTRICTS,
    coastal: Sequence[str] = COASTAL,
    years: Sequence[int] = (),
    seed: int = SEED,
) -> Iterator[Row]:
    """Rows of inputs.csv; with ``years`` what a year changes (areas, weather, production) has a row
    for each.
    """
    c = City(districts, coastal, years, seed)
    for part in (shared, materials, climate, air, water, soil, floods, culture):
        yield from part(c)


def shared(c: City) -> Iterator[Row]:
    """Areas, weather, growth of plants."""
    for d in c.districts:
        shares = {t: c.near(TYPES[t][0], 0.35) for t in c.here[d]}
        for t in c.here[d]:
            for year in c.each_year:
                yield row(
                    "",
                    "",
                    "area",
                    c.near(c.size[d] * shares[t] / sum(shares.values()), 0.01 if c.years else 0),
                    "km2",
                    d,
                    t,
                    year=year,
                )
    for d in c.districts:
        for year in c.each_year:
            yield row("", "", "precipitation", c.near(1900, 0.12), "mm", d, year=year)
    for t, (_, npp, soil, evaporation, *_rest) in TYPES.items():
        for year in c.each_year:
            yield row("", "", "npp", c.near(npp, 0.04), "g C/m2", ecosystem=t, year=year)
            yield row(
                "",
                "",
                "heterotrophic_respiration",
                c.near(soil, 0.04),
                "g C/m2",
                ecosystem=t,
                year=year,
            )
            yield row(
                "",
                "",
                "evapotranspiration",
                c.near(evaporation, 0.03),
                "mm",
                ecosystem=t,
                year=year,
            )


def materials(c: City) -> Iterator[Row]:
    """Crops, water, energy."""
    products = (
        ("crops", "蔬菜", 9000, "t"),
        ("crops", "荔枝", 1800, "t"),
        ("forestry", "木材", 900, "m3"),
        ("livestock", "生猪", 2.1, "万头"),
        ("livestock", "家禽", 24, "万只"),
    )
    for d in c.districts:
        for year in c.each_year:
            for component, item, amount, unit in products:
                yield row(
                    "agricultural_products",
                    component,
                    "quantity",
                    c.near(amount, 0.6),
                    unit,
                    d,
                    item=item,
                    year=year,
                )
            if d in c.coastal:
                yield row(
                    "agricultural_products",
                    "fishery",
                    "quantity",
                    c.near(4200, 0.4),
                    "t",
                    d,
                    item="海水产品",
                    year=year,
                )
            for component, amount, brought in (
                ("domestic", 6200, 0.7),
                ("industrial", 2100, 0.6),
                ("agricultural", 1500, 0.1),
                ("ecological", 900, 0.3),
            ):
                taken = c.near(amount, 0.3)
                yield row("water_supply", component, "water_taken", taken, "万m3", d, year=year)
                yield row(
                    "water_supply",
                    component,
                    "imported",
                    taken * c.near(brought, 0.1),
                    "万m3",
                    d,
                    year=year,
                )
            yield row(
                "ecological_energy", "biomass", "biomass_used", c.near(2600, 0.5), "t", d, year=year
            )
            if d in ("北岭区", "石峡区") or c.years:
                yield row(
                    "ecological_energy",
                    "hydropower",
                    "quantity",
                    c.near(1900, 0.2),
                    "万kWh",
                    d,
                    year=year,
                )
    yield row("ecological_energy", "biomass", "heating_value", 14.2, "MJ/kg")
    yield row("ecological_energy", "biomass", "conversion_efficiency", 24, "%")


def climate(c: City) -> Iterator[Row]:
    """Days that need cooling, and water that evaporates on those days and in dry months; runoff."""
    for d in c.districts:
        for year in c.each_year:
            yield row(
                "climate_regulation",
                "vegetation",
                "cooling_days",
                round(c.near(128, 0.08)),
                "d/yr",
                d,
                year=year,
            )
            yield row(
                "climate_regulation",
                "water_surface",
                "cooling_evaporation",
                c.near(560),
                "mm",
                d,
                year=year,
            )
            yield row(
                "climate_regulation",
                "water_surface",
                "humidifying_evaporation",
                c.near(70),
                "mm",
                d,
                year=year,
            )
    for t in GREEN:
        yield row(
            "climate_regulation",
            "vegetation",
            "transpiration_heat",
            TYPES[t][8],
            "kJ/(m2 d)",
            ecosystem=t,
        )
    for t, values in TYPES.items():
        yield row(
            "water_retention", "retained_water", "runoff_coefficient", values[4], "%", ecosystem=t
        )


def air(c: City) -> Iterator[Row]:
    """What could be taken up from the air, held to what is emitted."""
    for component, pollutant, column, emitted in (
        ("so2", "SO2", 9, 700),
        ("nox", "NOx", 10, 1300),
        ("dust", "dust", 11, 9000),
    ):
        for t in VEGETATED:
            yield row(
                "air_purification",
                component,
                "uptake_rate",
                TYPES[t][column],
                f"kg {pollutant}/(hm2 a)",
                ecosystem=t,
            )
        for d in c.districts:
            for year in c.each_year:
                yield row(
                    "air_purification",
                    component,
                    "emission",
                    c.near(emitted, 0.5),
                    f"t {pollutant}",
                    d,
                    year=year,
                )


def water(c: City) -> Iterator[Row]:
    """The same of water. Carbon of mangroves is counted by burial; see :func:`carbon_areas`."""
    for component, pollutant, rates, emitted in (
        ("cod", "COD", (110, 68), 900),
        ("nh3n", "NH3-N", (9.5, 4.2), 40),
        ("tp", "TP", (1.9, 0.8), 9),
    ):
        for t, rate in zip(WET, rates, strict=True):
            yield row(
                "water_purification",
                component,
                "uptake_rate",
                rate,
                f"t {pollutant}/(km2 a)",
                ecosystem=t,
            )
        for d in c.districts:
            for year in c.each_year:
                yield row(
                    "water_purification",
                    component,
                    "emission",
                    c.near(emitted, 0.5),
                    f"t {pollutant}",
                    d,
                    year=year,
                )


def soil(c: City) -> Iterator[Row]:
    """Texture, erosivity, cover and slope."""
    for d in c.districts:
        sand, clay = c.near(48, 0.1), c.near(22, 0.15)
        for name, value in (
            ("sand", sand),
            ("silt", 100 - float(f"{sand:.5g}") - float(f"{clay:.5g}")),
            ("clay", clay),
            ("organic_carbon", c.near(1.4, 0.2)),
        ):
            yield row("soil_retention", "", name, value, "%", d)
        for year in c.each_year:
            yield row(
                "soil_retention",
                "",
                "erosivity",
                c.near(10500, 0.12),
                "MJ mm/(hm2 h yr)",
                d,
                year=year,
            )
    for t in LAND:
        yield row("soil_retention", "", "slope_angle", TYPES[t][7], "deg", ecosystem=t)
        yield row("soil_retention", "", "vegetation_cover", TYPES[t][6], "%", ecosystem=t)
    for name, value, unit in (
        ("slope_length", 60, "m"),
        ("bulk_density", 1.28, "t/m3"),
        ("nitrogen_content", 0.11, "%"),
        ("phosphorus_content", 0.042, "%"),
    ):
        yield row("soil_retention", "", name, value, unit)


def floods(c: City) -> Iterator[Row]:
    """Three storms, plants by curve number against bare ground, and the waters."""
    for item, rain in (("storm 1", 96), ("storm 2", 142), ("storm 3", 68)):
        yield row("flood_mitigation", "vegetation", "event_rain", rain, "mm", item=item)
    for t in GREEN:
        yield row("flood_mitigation", "vegetation", "curve_number", TYPES[t][5], "1", ecosystem=t)
    yield row("flood_mitigation", "vegetation", "bare_curve_number", 91, "1")
    for n, d in enumerate(c.districts):
        if n % 5 == 1:
            yield row(
                "flood_mitigation", "lake", "lake_area", c.near(1.6, 0.4), "km2", d, item=f"{d}湖"
            )
        for year in c.each_year:
            yield row(
                "flood_mitigation",
                "reservoir",
                "reservoir_capacity",
                c.near(5200, 0.6),
                "万m3",
                d,
                year=year,
            )
            if d in c.coastal:
                yield row(
                    "flood_mitigation", "marsh", "marsh_area", c.near(1.9, 0.2), "km2", d, year=year
                )


def culture(c: City) -> Iterator[Row]:
    """Roads, shores, visits, homes."""
    for d in c.districts:
        for item, reduction, length in (
            ("快速路 expressway", 5.2, 11),
            ("主干路 arterial", 3.8, 26),
        ):
            yield row(
                "noise_attenuation",
                "roadside",
                "attenuation",
                c.near(reduction, 0.2),
                "dB",
                d,
                item=item,
            )
            yield row(
                "noise_attenuation",
                "roadside",
                "road_length",
                c.near(length, 0.4),
                "km",
                d,
                item=item,
            )
        if d in c.coastal:
            for component, length in (
                ("mangrove", 6.5),
                ("reef", 1.8),
                ("beach", 4.2),
                ("other_shore", 9.0),
            ):
                yield row(
                    "coastal_protection", component, "shore_length", c.near(length, 0.4), "km", d
                )
        for year in c.each_year:
            yield row("tourism", "paid_sites", "visits", c.near(210, 0.5), "万人次", d, year=year)
            yield row("tourism", "free_space", "visits", c.near(5200, 0.4), "万人次", d, year=year)
            if d in c.coastal:
                yield row("tourism", "beach", "visits", c.near(380, 0.4), "万人次", d, year=year)
            yield row("landscape_premium", "homes", "area", c.near(2100, 0.5), "万m2", d, year=year)
            yield row(
                "landscape_premium",
                "hotels",
                "room_nights",
                c.near(62, 0.5),
                "万间夜",
                d,
                year=year,
            )
            yield row(
                "wellbeing_education",
                "wellbeing",
                "visits",
                c.near(16, 0.4),
                "万人次",
                d,
                year=year,
            )
            yield row(
                "wellbeing_education", "education", "visits", c.near(9, 0.4), "万人次", d, year=year
            )
    yield row("tourism", "paid_sites", "ecological_share", 55, "%")
    yield row("tourism", "beach", "ecological_share", 90, "%")


def carbon_areas(rows: Sequence[Row]) -> Iterator[Row]:
    """Areas of their own for the carbon component: all but mangrove, whose carbon is counted by
    what it buries.
    """
    for r in rows:
        if r["input"] == "area" and not r["indicator"] and r["ecosystem"] != "mangrove":
            yield {**r, "indicator": "carbon_sequestration", "component": "carbon"}


def made_up(
    indicator: str,
    component: str,
    name: str,
    value: float,
    unit: str,
    item: str = "",
    method: str = "",
) -> Row:
    """A row of prices.csv that is invented."""
    place = (indicator, component, name, item, "", "")
    price = (f"{value:g}", unit, YEAR, method, SOURCE, "synthetic")
    return dict(zip(PRICE, (*place, *price), strict=True))


def published(indicator: str, component: str, name: str, row: str) -> Row:
    """A row of prices.csv from the register of published prices."""
    register = resources.files("gep").joinpath("pricing", "prices.csv")
    with register.open(encoding="utf-8", newline="") as stream:
        r = next(r for r in csv.DictReader(stream) if r["name"] == name and r["item"] == row)
    clause = f", {r['clause']}" if r["clause"] else ""
    source = f"price register, {name} {row}: {r['source']}{clause}"
    place = (indicator, component, name, "", "", "")
    price = (r["value"], r["unit"], r["year"], "", source, r["evidence"])
    return dict(zip(PRICE, (*place, *price), strict=True))


def prices() -> Iterator[Row]:
    """Rows of prices.csv: published prices where the register has one that fits, else synthetic
    ones.
    """
    yield from product_prices()
    yield from service_prices()
    yield from culture_prices()


def product_prices() -> Iterator[Row]:
    """Crops, water, energy."""
    for component, item, value, unit in (
        ("crops", "蔬菜", 5.4, "元/kg"),
        ("crops", "荔枝", 14, "元/kg"),
        ("forestry", "木材", 860, "元/m3"),
        ("livestock", "生猪", 2600, "元/头"),
        ("livestock", "家禽", 38, "元/只"),
        ("fishery", "海水产品", 21, "元/kg"),
    ):
        yield made_up(
            "agricultural_products",
            component,
            "product_price",
            value,
            unit,
            item,
            "gross output 产值",
        )
    for component, value in (
        ("domestic", 2.7),
        ("industrial", 3.4),
        ("agricultural", 0.2),
        ("ecological", 1.1),
    ):
        yield made_up("water_supply", component, "water_price", value, "CNY/m3")
    for component in ("hydropower", "biomass"):
        yield made_up(
            "ecological_energy",
            component,
            "electricity_price",
            {"hydropower": 0.45, "biomass": 0.65}[component],
            "CNY/kWh",
        )


def service_prices() -> Iterator[Row]:
    """Of what regulates: published prices but for phosphorus in water."""
    for component in ("vegetation", "water_surface"):
        yield published("climate_regulation", component, "electricity_price", "shenzhen_2020")
    yield published("water_retention", "retained_water", "reservoir_cost", "shenzhen_2020")
    for component in ("vegetation", "lake", "reservoir", "marsh"):
        yield published("flood_mitigation", component, "reservoir_cost", "shenzhen_2020")
    for component in ("so2", "nox", "dust"):
        yield published("air_purification", component, "treatment_cost", f"{component}_garze_2010")
    for component in ("cod", "nh3n"):
        yield published(
            "water_purification", component, "treatment_cost", f"{component}_garze_2010"
        )
    yield made_up("water_purification", "tp", "treatment_cost", 5600, "CNY/t TP")
    for component in ("carbon", "blue_carbon"):
        yield published("carbon_sequestration", component, "carbon_price", "gaotianyan_2014")
    yield published("oxygen_release", "oxygen", "oxygen_price", "gaotianyan_2014")
    yield published("soil_retention", "siltation", "dredging_cost", "youyang_2023")
    for component in ("nitrogen", "phosphorus"):
        yield published("soil_retention", component, "treatment_cost", f"{component}_garze_2010")


def culture_prices() -> Iterator[Row]:
    """Walls, dykes, visits, homes."""
    # a wall and a dyke are built once: yearly cost by lifetime, interest and upkeep
    yield published("noise_attenuation", "roadside", "construction_cost", "noise_barrier_lyt1721")
    for indicator, component, lifetime, upkeep in (
        ("noise_attenuation", "roadside", 20, 12),
        ("coastal_protection", "", 50, 240),
    ):
        yield made_up(indicator, component, "lifetime", lifetime, "yr")
        yield made_up(indicator, component, "discount_rate", 4, "%/yr")
        yield made_up(indicator, component, "upkeep", upkeep, "CNY/(m yr)")
    yield made_up("noise_attenuation", "roadside", "barrier_attenuation", 12, "dB")
    yield made_up("coastal_protection", "", "construction_cost", 36000, "CNY/m")
    for component, transport, lodging, entrance, hours in (
        ("paid_sites", 85, 160, 60, 9),
        ("free_space", 3, 0, 0, 1.2),
        ("beach", 30, 20, 0, 4),
    ):
        for name, value, unit in (
            ("transport_cost", transport, "CNY/visit"),
            ("lodging_cost", lodging, "CNY/visit"),
            ("entrance_fee", entrance, "CNY/visit"),
            ("travel_time", hours, "h/visit"),
            ("wage", 52, "CNY/h"),
        ):
            yield made_up("tourism", component, name, value, unit)
    yield made_up("landscape_premium", "homes", "rent", 540, "CNY/(m2 yr)")
    yield made_up("landscape_premium", "homes", "premium_share", 3.2, "%")
    yield made_up("landscape_premium", "hotels", "room_rate", 460, "CNY/room_night")
    yield made_up("landscape_premium", "hotels", "premium_share", 12, "%")
    yield made_up("wellbeing_education", "wellbeing", "unit_value", 260, "CNY/visit")
    yield made_up("wellbeing_education", "education", "unit_value", 85, "CNY/visit")


def regions(
    rows: Sequence[Row], districts: Sequence[str] = DISTRICTS, seed: int = SEED + 1
) -> Iterator[Row]:
    """Rows of regions.csv, with codes that no place in China bears (province 99)."""
    rng = np.random.default_rng(seed)
    for n, d in enumerate(districts, 1):
        area = sum(
            float(str(r["value"]))
            for r in rows
            if r["input"] == "area" and r["region"] == d and not r["indicator"]
        )
        people = rng.uniform(40, 160)
        yield {
            "region": d,
            "parent": CITY,
            "code": f"9901{n:02d}",
            "area": f"{area:.2f} km2",
            "population": f"{people:.1f}万人",
            "gdp": f"{people * rng.uniform(9, 17):.0f}亿元",
        }


ACCOUNT = f"""\
title = "模拟市生态系统生产总值核算（模拟数据） Demo city, synthetic figures"
region = "{CITY}"
year = {YEAR}
price_year = {YEAR}
standard = "shenzhen"
synthetic = true
note = "No figure of this account was measured; the city does not exist. \
本账户全部数据为模拟，城市并不存在。"

[methods]
"flood_mitigation.lake_storage" = "lake_storage_eastern_plain"
"""


def write(folder: Path) -> None:
    """Write the folder's files."""
    plain = list(inputs())
    tables = {
        "inputs.csv": [*plain, *carbon_areas(plain)],
        "prices.csv": list(prices()),
        "regions.csv": list(regions(plain)),
        "deflators.csv": [
            {"index": "模拟指数 synthetic", "year": y, "value": f"{100 * 1.02 ** (y - YEAR):.2f}"}
            for y in range(2005, 2024)
        ],
    }
    (folder / "account.toml").write_text(ACCOUNT, "utf-8")
    for name, rows in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    write(Path(__file__).parent)
