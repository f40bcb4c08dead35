"""What people read instead of ids: names of what a problem is about, of totals and standards, and
amounts with their unit.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from gep import indicators, standards
from gep.account.account import Account, Lacking
from gep.core import ecosystems
from gep.core.ecosystems import tree
from gep.core.errors import Problem
from gep.core.messages import Both, told
from gep.core.nomenclature import in_chinese, meaning
from gep.core.text import Figure, name_of, say
from gep.core.units import CURRENCIES
from gep.standards import LEVELS
from gep.words.labels import label, named, term
from gep.words.numbers import money_scale, pretty

TOTALS = {
    "valued services": "已估价的服务",
    "forest services": "森林生态服务",
    "consumer_surplus": "消费者剩余",
    "non_use": "非使用价值",
}
_MONEY = {  # figures of problems that are money, or in the unit that the problem names
    "quantity.negative": ("sum",),
    "value.gap": ("value", "product"),
    "region.parts": ("own", "below"),
    "control.beyond": ("published", "account", "difference", "reach"),
    "control.sum": ("parts", "whole", "difference"),
    "seea.role": ("worth",),
}


def thing_named(id: str, lang: str) -> str:
    """An indicator, component, level, type or standard by its name; any other word as it is.

    >>> [thing_named(id, "zh") for id in ("soil_retention.siltation", "level:material", "x")]
    ['保持土壤 · 减少泥沙淤积', '物质产品', 'x']
    """
    indicator, _, component = (id.name if isinstance(id, Lacking) else id).partition(".")
    if indicator in (*indicators.IDS, *indicators.RESTS):
        record = indicators.get(indicator)
        if component in record.quantities:  # a step between: soil_retention.erosivity
            return f"{named(indicator, lang)} · {quantity_name(component, lang)}"
        known = component in ("", "remainder") or record.component(component)
        return named(id, lang) if known else id
    level = id.removeprefix("level:")
    if level in (*LEVELS, "total"):
        return label(level, lang)
    if id in standards.ids():
        return short_name(standards.get(id), lang)
    return ecosystems.called(id, lang) if id in tree() else id


_CLAUSES = (
    ("appended table ", "附表 "),
    ("table ", "表 "),
    ("formula ", "公式 "),
    (r"section ([\d.]+)", r"第 \1 节"),
    (r"part (\d+)", r"第 \1 部分"),
    (r"chapter (\d+)", r"第 \1 章"),
    (r"item (\d+)", r"第 \1 项"),
    (r"\((air|water)\)", lambda m: {"air": "（大气）", "water": "（水）"}[m[1]]),
    ("introduction", "引言"),
    (" of the note", ""),
    ("public data table", "公开数据表"),
)


def clause_name(clause: str, lang: str) -> str:
    """Where in a source a figure stands.

    >>> clause_name("appended table 2, part 5 (air)", "zh"), clause_name("section 2.2", "zh")
    ('附表 2, 第 5 部分 （大气）', '第 2.2 节')
    """
    for pattern, zh in _CLAUSES if lang == "zh" else ():
        clause = re.sub(pattern, zh, clause)
    return clause


def short_name(profile: standards.Profile, lang: str) -> str:
    """The name of a standard without what stands in brackets."""
    return profile.zh.partition("（")[0] if lang == "zh" else profile.en.partition(" (")[0]


def quantity_name(id: str, lang: str) -> str:
    """What a quantity or input is: by its meaning, else by the component that it is the quantity
    of.

    >>> quantity_name("retained_soil", "zh"), quantity_name("released_oxygen", "zh")
    ('土壤保持量', '释氧')
    """
    supplied = next(
        (name_of(c, lang) for i in indicators.every() for c in i.components if c.quantity == id), ""
    )
    words = id.split("_")  # a coefficient of one substance or zone goes by that of all
    return (
        meaning(id, lang)
        or supplied
        or next(
            filter(
                None, (meaning("_".join(words[:n]), lang) for n in range(len(words) - 1, 0, -1))
            ),
            " ".join(words),
        )
    )


def total_name(account: Account, lang: str) -> str:
    """What the total is called, with names for the ids in it."""
    name = account.total_name
    return (
        name
        if lang != "zh"
        else " + ".join(TOTALS.get(word) or thing_named(word, lang) for word in name.split(" + "))
    )


def placed(where: str, lang: str) -> str:
    """What a problem is about: in Chinese by name, with the id in brackets; a file, line and column
    as they are called.

    >>> from gep.core.messages import Place
    >>> placed("air_purification.so2, 2020", "zh"), placed(Place("inputs.csv", 7, "unit"), "zh")
    ('净化空气 · 二氧化硫净化（air_purification.so2），2020 年', 'inputs.csv 第7行 unit列')
    """
    if lang != "zh":
        return where
    words = where.split(", ")
    about = [f"{name}（{w}）" if (name := thing_named(w, lang)) != w else w for w in words]
    return (
        told(where, lang)
        if about == words
        else "，".join(f"{w} 年" if len(w) == 4 and w.isdecimal() else w for w in about)
    )


def said(problem: Problem, lang: str, currency: str = "CNY") -> str:
    """A problem as people read it: in Chinese, what it is about by name with the id in brackets,
    and amounts with their unit.
    """
    if lang != "zh":
        return say(problem, lang)
    where = placed(problem.where, lang)
    values = {
        k: _in_error(problem.code, k, v, lang) if problem.level == "error" else _value(k, v, lang)
        for k, v in problem.values.items()
    }
    unit = str(problem.values.get("unit", f"{currency}/yr"))
    return say(
        replace(
            problem,
            where=where,
            values=values | {k: _figure(values[k], unit) for k in _MONEY.get(problem.code, ())},
        ),
        lang,
    )


def _in_error(code: str, key: str, value: object, lang: str) -> object:
    """A value of an error: as it was typed, but the unit that is wanted as it is printed, and names
    with their meaning.
    """
    if (
        key in ("wanted", "unit")
        and isinstance(value, str)
        and code.startswith(("unit.", "range."))
    ):
        return pretty(value, lang)
    if code == "input.unknown" and key == "names" and isinstance(value, str):
        return "、".join(f"{meaning(w, lang)} {w}".strip() for w in value.split(", "))
    return value


def _value(key: str, value: object, lang: str) -> object:
    """A value of a warning: names for ids, units as they are printed."""
    if not isinstance(value, str) or isinstance(value, Both):
        return value
    words = value.split(", ")
    if key in ("names", "others", "types", "users", "standard"):
        return "、".join(thing_named(w, lang) for w in words)
    if key in ("needs", "input"):
        return "、".join(f"{term(w, lang)} {w}" for w in words)
    if key in ("route", "named") and value in in_chinese():
        return f"{value}（{in_chinese()[value].rstrip('。')}）"
    if key == "scale":
        return {"cell": "像元", "region": "区域", "total": "全域"}.get(value, value)
    return pretty(value, lang) if key == "unit" else value


def _figure(value: Any, unit: str) -> Figure:
    """An amount in the unit that it reads best in."""
    money, _, per = unit.partition("/")
    scale = money_scale(float(value), money, "zh") if per == "yr" and money in CURRENCIES else None
    out = Figure(value / scale.factor if scale else value)
    out.unit = f"{scale.unit}/年" if scale else pretty(unit, "zh")
    return out
