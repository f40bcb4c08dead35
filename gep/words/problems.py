"""What people read instead of ids: names of what a problem is about, of totals and standards, and
amounts with their unit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gep import indicators, standards
from gep.account.account import Account, Lacking
from gep.core import ecosystems
from gep.core.ecosystems import tree
from gep.core.errors import Problem
from gep.core.messages import Both, told
from gep.core.nomenclature import meaning
from gep.core.source import Source
from gep.core.text import Figure, name_of, say, with_place
from gep.core.units import CURRENCIES
from gep.standards import LEVELS
from gep.words.labels import label, named, room, term
from gep.words.numbers import money_scale, pretty

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
    if indicator in (*indicators.ids(), *indicators.RESTS):
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


def clause_name(clause: str, lang: str) -> str:
    """Where in a source a figure stands: by the words for it, else as it is written.

    >>> clause_name("appended table 2, part 5 (air)", "zh"), clause_name("section 2.2", "zh")
    ('附表 2, 第 5 部分 （大气）', '第 2.2 节')
    """
    if lang != "zh" or isinstance(clause, Both):
        return told(clause, lang)
    return room("clause", "zh").get(clause, clause)


def short_name(profile: standards.Profile, lang: str) -> str:
    """The name of a standard without what stands in brackets."""
    return profile.zh.partition("（")[0] if lang == "zh" else profile.en.partition(" (")[0]


def quantity_name(id: str, lang: str) -> str:
    """What a quantity or input is: by its meaning, else by the component that it is the quantity
    of.

    >>> quantity_name("retained_soil", "zh"), quantity_name("released_oxygen", "zh")
    ('土壤保持量', '释氧')
    """
    known = meaning(id, lang)
    if known:
        return known
    components = (c for i in indicators.every() for c in i.components)
    supplied = next((name_of(c, lang) for c in components if c.quantity == id), "")
    words = id.split("_")  # a coefficient of one substance or zone goes by that of all
    shorter = (meaning("_".join(words[:n]), lang) for n in range(len(words) - 1, 0, -1))
    return supplied or next(filter(None, shorter), " ".join(words))


def total_name(account: Account, lang: str) -> str:
    """What the total is called, with names for the ids in it."""
    if lang != "zh":
        return account.total_name
    names, words = room("total", lang), account.total_name.split(" + ")
    return " + ".join(names.get(word) or thing_named(word, lang) for word in words)


def placed(where: Source, lang: str) -> str:
    """What a problem is about: in Chinese by name, with the id in brackets; a file, line and column
    as they are called.

    >>> from gep.core.source import cell_of
    >>> placed(cell_of("air_purification.so2", year=2020), "zh")
    '净化空气 · 二氧化硫净化（air_purification.so2），2020 年'
    >>> placed(Source("inputs.csv", line=7, column="unit"), "zh")
    'inputs.csv 第7行 unit列'
    """
    if lang != "zh" or where.line is not None:
        return where.told(lang)
    parts = list(where.parts())
    names = {text: thing_named(text, "zh") for _, text in parts}
    if all(name == text for text, name in names.items()):
        return where.told("zh")
    return "，".join(_part(kind, text, names[text]) for kind, text in parts)


def _part(kind: str, text: str, name: str) -> str:
    """A part of a place in Chinese: by name where it has one."""
    if name != text:
        return f"{name}（{text}）"
    return f"{text} 年" if kind == "year" else text


def said(problem: Problem, lang: str, currency: str = "CNY") -> str:
    """A problem as people read it: in Chinese, what it is about by name with the id in brackets,
    and amounts with their unit.
    """
    if lang != "zh":
        return say(problem, lang)
    values: dict[str, object] = dict(problem.values)
    for key, value in problem.values.items():
        if not isinstance(value, str) or isinstance(value, Both):
            continue
        if problem.level == "error":
            values[key] = _in_error(problem.code, key, value)
        else:
            values[key] = _value(key, value)
    unit = str(problem.values.get("unit", f"{currency}/yr"))
    for key in _MONEY.get(problem.code, ()):
        values[key] = _figure(values[key], unit)
    shown = Problem(problem.key, problem.source, **values)
    return with_place(placed(problem.source, lang), shown, lang)


def _in_error(code: str, key: str, value: str) -> str:
    """A value of an error in Chinese: as typed, but a wanted unit as it is printed, and names
    with their meaning.
    """
    if key in ("wanted", "unit") and code.startswith(("unit.", "range.")):
        return pretty(value, "zh")
    if code == "input.unknown" and key == "names":
        return "、".join(f"{meaning(w, 'zh')} {w}".strip() for w in value.split(", "))
    return value


def _value(key: str, value: str) -> str:
    """A value of a warning in Chinese: names for ids, units as they are printed."""
    show = _SHOWN.get(key)
    return show(value) if show else value


def _names(value: str) -> str:
    return "、".join(thing_named(w, "zh") for w in value.split(", "))


def _terms(value: str) -> str:
    return "、".join(f"{term(w, 'zh')} {w}" for w in value.split(", "))


def _routes() -> dict[str, str]:
    """What each formula of the services computes, in Chinese, by its name."""
    return {name: f.zh for i in indicators.every() for name, f in i.formulas().items()}


def _route(value: str) -> str:
    known = _routes().get(value)
    return f"{value}（{known.rstrip('。')}）" if known else value


def _scale(value: str) -> str:
    return room("scale", "zh").get(value, value)


def _unit(value: str) -> str:
    return pretty(value, "zh")


_SHOWN: Mapping[str, Callable[[str], str]] = {  # how a value of a warning is shown, by its key
    **dict.fromkeys(("names", "others", "types", "users", "standard"), _names),
    **dict.fromkeys(("needs", "input"), _terms),
    **dict.fromkeys(("route", "named"), _route),
    "scale": _scale,
    "unit": _unit,
}


def _figure(value: Any, unit: str) -> Figure:
    """An amount in the unit that it reads best in."""
    money, _, per = unit.partition("/")
    scale = money_scale(float(value), money, "zh") if per == "yr" and money in CURRENCIES else None
    out = Figure(value / scale.factor if scale else value)
    out.unit = f"{scale.unit}/年" if scale else pretty(unit, "zh")
    return out
