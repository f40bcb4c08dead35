"""Units as a form prints them: in Chinese on a Chinese form, and in each column the one that last
year's answers used.
"""

from __future__ import annotations

import re
from functools import lru_cache

from gep.core import units
from gep.core.errors import UnitError
from gep.forms.define import Field

_WORDS = {
    "m": "米",
    "km": "公里",
    "mm": "毫米",
    "m2": "平方米",
    "km2": "平方公里",
    "ha": "公顷",
    "m3": "立方米",
    "t": "吨",
    "kg": "千克",
    "g": "克",
    "yr": "年",
    "a": "年",
    "d": "天",
    "h": "小时",
    "MJ": "兆焦",
    "kJ": "千焦",
    "kWh": "千瓦时",
    "dB": "分贝",
    "CNY": "元",
    "person": "人",
    "visit": "人次",
}


@lru_cache(maxsize=1024)
def chinese(unit: str) -> str:
    """A unit in Chinese words; as it stands where a word is not known or the unit would be another.

    >>> chinese("t/(km2 yr)"), chinese("CNY/t O2"), chinese("万m3"), chinese("lux")
    ('吨/(平方公里·年)', '元/吨 O2', '万立方米', 'lux')
    """
    names = set(re.findall(r"[A-Za-z]+\d?", re.sub(r"NH3-N|PM2\.5", "", unit)))
    if names - {*_WORDS, *units.SUBSTANCES}:
        return unit
    words = re.sub(r"[A-Za-z]+\d?", lambda m: _WORDS.get(m.group(), m.group()), unit)
    words = re.sub("(?<=[一-鿿]) (?=[一-鿿])", "·", words)
    try:
        return words if units.same(words, unit) else unit
    except UnitError:
        return unit


def unit_text(f: Field, lang: str) -> str:
    """The unit as printed in the header; readable by the unit reader in either language."""
    return f.unit if lang == "en" else chinese(f.unit_zh)


def column_unit(f: Field, last: str, lang: str) -> str:
    """The unit of a column: that of last year's answers where it is another one that the field can
    be reported in, else the form's own.
    """
    if not f.unit or not last or not units.compatible(last, f.unit) or units.same(last, f.unit):
        return unit_text(f, lang)
    return last if lang == "en" else chinese(last)


def converted(text: str, unit: str, wanted: str) -> str | None:
    """A figure in another unit, without the dust of floating point; None where it does not convert,
    and marks as they stand.

    >>> converted("4.5", "万亩", "公顷"), converted("1.650", "m", "mm"), converted("…", "m", "mm")
    ('3000', '1650', '…')
    >>> converted("4.50", "ha", "公顷")
    '4.50'
    """
    if unit == wanted:
        return text
    try:
        value = float(text)
        scale, offset = units.showing(unit, wanted)  # a form of a year asks for 万m3, not 万m3/yr
    except UnitError:
        return None
    except ValueError:
        return text
    return text if (scale, offset) == (1.0, 0.0) else f"{value * scale + offset:.12g}"
