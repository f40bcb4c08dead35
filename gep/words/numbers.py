"""Numbers as people write them: 亿元 and 万元, thousands grouped, a fixed number of digits a
column.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Scale(NamedTuple):
    """A unit that a column is shown in."""

    factor: float
    unit: str


_MONEY = {  # from which amount on, in units of, called: in Chinese or not
    True: ((1e9, 1e8, "亿"), (1e5, 1e4, "万")),
    False: ((1e11, 1e9, "billion "), (1e6, 1e6, "million ")),
}
_COUNTS = {
    True: ((1e8, 1e8, "亿"), (1e4, 1e4, "万")),
    False: ((1e10, 1e9, "billion "), (1e7, 1e6, "million ")),
}


def money_scale(largest: float, currency: str = "CNY", lang: str = "en") -> Scale:
    """The unit in which amounts of this size read best.

    >>> money_scale(7.5e11, lang="zh"), money_scale(7.2e8, lang="en")
    (Scale(factor=100000000.0, unit='亿元'), Scale(factor=1000000.0, unit='million CNY'))
    """
    name = "元" if lang == "zh" and currency == "CNY" else currency
    for least, factor, prefix in _MONEY[lang == "zh"]:
        if abs(largest) >= least:
            return Scale(factor, prefix + name)
    return Scale(1.0, name)


def fixed(value: float, digits: int = 2) -> str:
    """A number with grouped thousands and fixed digits; a dash where there is none.

    >>> fixed(7548.8956), fixed(float("nan"))
    ('7,548.90', '—')
    """
    return "—" if value != value else f"{value:,.{digits}f}"


def plain(value: float) -> str:
    """A number to six significant digits, large ones grouped.

    >>> plain(3886000000.0), plain(0.24)
    ('3,886,000,000', '0.24')
    """
    if value != value:
        return "—"
    return f"{value:,.0f}" if abs(value) >= 1e6 else f"{value:,.6g}"


_ZH_UNITS = {
    "m^3/yr": "m³",
    "t/yr": "t",
    "kWh/yr": "kWh",
    "visit/yr": "人次",
    "m^2/yr": "m²",
    "m^2": "m²",
    "CNY/yr": "元",
    "room_night/yr": "间夜",
    "person": "人",
}


def amount(value: float, unit: str, lang: str = "en") -> tuple[str, str]:
    """A physical quantity and its unit as shown: in Chinese with 万 and 亿, in English with grouped
    thousands.

    >>> amount(3.2149e10, "m^3/yr", "zh")
    ('321.49', '亿m³')
    >>> amount(1137.0, "t SO2/yr", "en")
    ('1,137', 't SO2/yr')
    """
    if value != value:
        return "—", unit
    shown = pretty(unit)
    if lang == "zh":
        shown = _ZH_UNITS.get(unit, pretty(unit.removesuffix("/yr"), lang))
    for least, factor, prefix in _COUNTS[lang == "zh"]:
        if abs(value) >= least:
            return f"{value / factor:,.6g}", prefix + shown
    return plain(value), shown


_CHINESE = {  # words inside units
    "CNY": "元",
    "room_night": "间夜",
    "visit": "人次",
    "person": "人",
    "dust": "粉尘",
    "degC": "℃",
}


def pretty(unit: str, lang: str = "en") -> str:
    """A unit text with raised powers; in Chinese with 元.

    >>> pretty("CNY/m^3"), pretty("CNY/visit", "zh"), pretty("t SO2/(m^2 yr)", "zh")
    ('CNY/m³', '元/人次', 't SO2/(m² 年)')
    """
    text = unit.replace("^2", "²").replace("^3", "³")
    if lang != "zh":
        return text
    for english, chinese in _CHINESE.items():
        text = text.replace(english, chinese)
    return re.sub(r"(?<![A-Za-z])yr\b", "年", text)


def bounds(low: float | None, high: float | None) -> str:
    """From the lowest to the highest that a figure may be; nothing where both are open.

    >>> bounds(0.0, 1.5), bounds(None, 2.0), bounds(None, None)
    ('0 … 1.5', ' … 2', '')
    """
    ends = ["" if bound is None else f"{bound:g}" for bound in (low, high)]
    return " … ".join(ends) if any(ends) else ""
