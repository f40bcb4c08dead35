"""Writes gep/forms/departments.csv, forms.csv and fields.csv from the layout in forms.txt beside
it and the registry of formulas.

The layout says which form carries which input, and in which unit people report it. Names, ranges
and definitions come from the registry and gep/core/nomenclature.csv, so that they are stated once.
Run it after a change and review the difference: ``python tools/forms.py``. The official names of
the forms and departments are not public: all of this is reconstructed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from gep.account.inputs import Slot
from gep.core import nomenclature, units
from gep.forms.define import needs

LAYOUT = Path(__file__).with_suffix(".txt")
OUT = Path(__file__).parent.parent / "gep" / "forms"
NOTE = "reconstructed: laid out for this library; the official list is not public"

DEPARTMENTS = """
ecology             生态环境主管部门        ecology and environment
natural_resources   规划和自然资源主管部门  planning and natural resources
forestry            林业和城市绿化主管部门  forestry and urban greening
marine              海洋和渔业主管部门      sea and fishery
water               水务主管部门            water affairs
meteorology         气象主管部门            meteorology
emergency           应急管理部门            emergency management
agriculture         农业农村主管部门        agriculture and rural affairs
statistics          统计部门                statistics
development_reform  发展改革和价格主管部门  development, reform and prices
energy              能源主管部门            energy
finance             财政部门                finance
health              卫生健康主管部门        health
culture_tourism     文化和旅游主管部门      culture and tourism
housing             住房和建设主管部门      housing and construction
transport           交通运输主管部门        transport
human_resources     人力资源和社会保障部门  human resources and social security
education           教育和科普主管部门      education and science outreach
"""

# unit text that the reader understands -> how a Chinese form prints it
UNITS = {
    "km2": "平方公里",
    "万m2": "万平方米",
    "m": "米",
    "km": "公里",
    "mm": "毫米",
    "m3": "立方米",
    "万m3": "万立方米",
    "t": "吨",
    "万人": "万人",
    "亿元": "亿元",
    "万人次": "万人次",
    "万间夜": "万间夜",
    "万kWh": "万千瓦时",
    "%": "%",
    "1": "无量纲",
    "yr": "年",
    "1/yr": "次/年",
    "d/yr": "天/年",
    "dB": "分贝",
    "degC": "°C",
    "t/m3": "吨/立方米",
    "h/visit": "小时/人次",
    "CNY/h": "元/小时",
    "CNY/visit": "元/人次",
    "CNY/m3": "元/立方米",
    "CNY/(m3 yr)": "元/(立方米·年)",
    "CNY/kWh": "元/千瓦时",
    "CNY/m2": "元/平方米",
    "CNY/(m2 yr)": "元/(平方米·年)",
    "CNY/m": "元/米",
    "CNY/(m yr)": "元/(米·年)",
    "CNY/(dB m yr)": "元/(分贝·米·年)",
    "CNY/room_night": "元/间夜",
    "CNY/t": "元/吨",
    "MJ/kg": "兆焦/千克",
    "%/yr": "%/年",
    "kWh/m3": "千瓦时/立方米",
    "kWh/t": "千瓦时/吨",
    "deg": "度角",
    "kJ/(m2 d)": "千焦/(平方米·天)",
    "d": "天",
}

CATEGORIES = {
    "A": ("生态系统监测", "ecosystem monitoring"),
    "B": ("环境与气象监测", "environment and weather monitoring"),
    "C": ("社会经济活动与定价", "socio-economic activity and pricing"),
    "D": ("地理信息", "geographic information"),
}
DEADLINES = {
    "A": "03-31",
    "B": "02-28",
    "C": "04-15",
    "D": "03-15",
}  # of the year after the reporting year
POLLUTANTS = (
    ("air_purification.so2", "SO2"),
    ("air_purification.nox", "NOx"),
    ("air_purification.dust", "dust"),
    ("water_purification.cod", "COD"),
    ("water_purification.nh3n", "NH3-N"),
    ("water_purification.tp", "TP"),
    ("soil_retention.nitrogen", "N"),
    ("soil_retention.phosphorus", "P"),
)
SUBSTANCES = {
    "SO2": "二氧化硫",
    "NOx": "氮氧化物",
    "dust": "粉尘",
    "COD": "化学需氧量",
    "NH3-N": "氨氮",
    "TP": "总磷",
    "N": "氮",
    "P": "磷",
    "CO2": "二氧化碳",
    "O2": "氧气",
    "C": "碳",
}


SPELT = {**SUBSTANCES, "COD": " COD"}  # behind a unit
HIGHEST = {"climate_regulation.vegetation.cooling_days": "366"}
AMOUNTS = (
    "quantity",
    "population",
    "gdp",
    "area",
    "shore_length",
    "road_length",
    "protected_shore",
)
AMOUNT_UNITS = ("m^2", "m^3", "t", "kWh", "visit", "room_night")


def treatment() -> str:
    """The lines of the form of treatment costs: three for each pollutant."""
    lines = []
    for place, s in POLLUTANTS:
        for name, rule, zh, en in (
            ("treatment_cost", "last 50%", "治理成本", "treatment cost"),
            ("abatement_investment", "", "单位治理投资", "abatement investment"),
            ("abatement_operation", "", "单位治理运行成本", "abatement operation cost"),
        ):
            title = f"{SUBSTANCES[s]}{zh} | {en}, {s}"
            lines.append(f"  CNY/t {s} | {place}.{name} | | {rule} | {title}")
    return "\n".join(lines)


def cells(line: str, count: int) -> list[str]:
    """The cells of a line; those that it leaves out are blank."""
    return [*map(str.strip, line.split("|")), *[""] * count][:count]


def candidates(feed: str) -> Iterator[Slot]:
    """The slots that a feed can mean."""
    place, _, name = feed.rpartition(".")
    indicator, _, component = place.partition(".")
    for i, c, own in needs():
        if indicator in ("", i) and component in ("", "*", c.id) and name in own:
            yield own[name]


def fitting(code: str, unit: str, feeds: str) -> Slot:
    """The slot that a figure in some unit fits; one without bounds where the registry has none."""
    first = feeds.split()[0]
    found = list(candidates(first))
    for s in found:
        if "" in (unit, s.unit) or units.compatible(unit, s.unit):
            return s
        if units.lacks_only_year(unit, s.unit):
            return s
    if found:
        raise SystemExit(f"{code}: {unit} does not convert to {found[0].unit} ({feeds})")
    return Slot(first.rpartition(".")[2], unit)


def unit_zh(unit: str) -> str:
    """The unit as a Chinese form prints it; the same text where no custom exists."""
    head, _, substance = unit.rpartition(" ")
    if head in UNITS and substance in SPELT:
        return UNITS[head] + SPELT[substance]
    return UNITS.get(unit, unit)


def bounds(unit: str, first: str, slot: Slot) -> tuple[str, str]:
    """The range that a form checks."""
    low = high = ""
    if slot.low in (0, 1) and unit != "degC":
        low = f"{slot.low:g}"
    if slot.high is not None:
        high = {"%": "100", "1": f"{slot.high:g}"}.get(unit, "")
    if slot.name == "quantity" or first.startswith(("region.", "deflator.")):
        low = "0"
    return low, HIGHEST.get(first, high)


def field_row(form: str, number: int, line: str, delivery: bool) -> dict[str, str]:
    """One field, with what the registry knows of it."""
    code = f"{form}-{number:02d}"
    unit, feeds, needed, rule, zh, en = cells(line, 6)
    slot = fitting(code, unit, feeds)
    entry = nomenclature.every().get(slot.name, nomenclature.Name("", slot.name, slot.name, ""))
    low, high = bounds(unit, feeds.split()[0], slot)
    kind = "amount" if is_amount(slot) else "rate"
    if delivery:
        kind, rule = rule, ""
    return {
        "code": code,
        "form": form,
        "zh": zh or entry.zh,
        "en": en or entry.en,
        "type": kind,
        "unit": unit,
        "unit_zh": unit_zh(unit),
        "low": low,
        "high": high,
        "required": needed,
        "feeds": feeds,
        "rule": rule,
    }


def is_amount(slot: Slot) -> bool:
    """Whether the figure is an amount, which is zero where nothing occurs; a rate or a price then
    does not exist.
    """
    if slot.kind == "price" or slot.name.startswith("unit_"):
        return False
    unit = slot.unit.removesuffix("/yr")
    of_substance = unit.startswith("t ") and "/" not in unit
    return slot.name in AMOUNTS or unit in AMOUNT_UNITS or of_substance


def write(name: str, rows: list[dict[str, str]]) -> None:
    """Write one of the files."""
    with (OUT / f"{name}.csv").open("w", encoding="utf-8", newline="") as f:
        writer = csv.DictWriter(f, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Write the three files."""
    departments, forms, fields = [], [], []
    for line in DEPARTMENTS.strip().splitlines():
        id, zh, en = line.split(maxsplit=2)
        departments.append({"id": id, "zh": zh, "en": en, "evidence": NOTE})
    layout = LAYOUT.read_text("utf-8").format(treatment=treatment())
    for block in layout.split("\n@")[1:]:
        head, *lines = block.strip().splitlines()
        named, zh, en, kind, keys, level, components, classes = cells(head, 8)
        code, department = named.split()
        category = CATEGORIES[code[0]]
        forms.append(
            {
                "code": code,
                "category_zh": category[0],
                "category_en": category[1],
                "department": department,
                "zh": zh,
                "en": en,
                "layout": kind,
                "keys": keys,
                "level": level,
                "components": components,
                "ecosystems": classes,
                "frequency": "年报",
                "deadline": DEADLINES[code[0]],
                "evidence": NOTE,
            }
        )
        for n, line in enumerate(lines, 1):
            fields.append(field_row(code, n, line, kind == "delivery"))
    write("departments", departments)
    write("forms", forms)
    write("fields", fields)
    print(f"{len(forms)} forms, {len(fields)} fields, {len(departments)} departments")


if __name__ == "__main__":
    main()
