"""The words of the page and the notebook, in Chinese and English; what the whole library shares is
in gep.core.text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gep import indicators
from gep.account.account import Part
from gep.core.nomenclature import meaning
from gep.core.text import label, name_of

_CELLS = re.compile(r"(\d+) of (\d+) cells")
_WORDS: Mapping[str, tuple[str, str]] = {
    # headings
    "contents": ("目录", "Contents"),
    "skip": ("跳到正文", "Skip to the text"),
    "summary": ("主要结果", "Headline figures"),
    "composition": ("构成", "Composition"),
    "table": ("核算表", "Account table"),
    "matrix": ("生态系统类型与指标", "Indicators by ecosystem type"),
    "districts": ("分区", "Districts"),
    "years": ("历年", "Years"),
    "changes": ("与上年相比", "Change on last year"),
    "left_out": ("未核算项目", "What is not accounted"),
    "controls": ("与公布值对照", "Against published figures"),
    "methods": ("方法与公式", "Methods"),
    "registers": ("系数、价格与数据登记", "Coefficients, prices and data"),
    "warnings": ("提示", "Warnings"),
    "standard": ("核算标准与依据", "Standard and evidence"),
    "reproduce": ("复核信息", "To redo this account"),
    "coefficients": ("系数登记", "Coefficients"),
    "prices": ("价格登记", "Prices"),
    "data": ("数据登记", "Data"),
    # captions
    "by_level": ("按一级指标", "By level"),
    "by_indicator": ("按二级指标", "By indicator"),
    "by_ecosystem": ("按生态系统类型", "By ecosystem type"),
    "by_district": ("按区", "By district"),
    "effects": ("变动的来源", "What the change is made of"),
    "below": ("区内各区域", "regions inside the districts"),
    "map": ("分布图", "Map"),
    "scroll": ("可左右滚动", "scrolls sideways"),
    # key figures
    "change": ("比上年（可比价）", "change on last year, comparable prices"),
    "not_attributed": ("未分到类型", "no type given"),
    "not_in_district": ("未分到区", "not given by district"),
    "outside": ("不计入总值", "kept out of the total"),
    "new": ("新增", "new"),
    # columns
    "input": ("数据项", "input"),
    "coefficient": ("系数", "coefficient"),
    "labels": ("类型、区域、项目", "type, region, item"),
    "amount": ("数值", "figure"),
    "where": ("出处", "place"),
    "clause": ("条款", "clause"),
    "note": ("说明", "note"),
    "needs": ("缺少的数据", "what it needs"),
    "account_value": ("本账户", "account"),
    "moved": ("增减", "difference"),
    "relative": ("增减率", "change, %"),
    "within_reach": ("允差", "rounding"),
    # sentences
    "lead_unknown": (
        "{year} 年{region}的{name}尚无可用数据。",
        "Nothing is known yet of {name} of {region} in {year}.",
    ),
    "lead": (
        "{year} 年{region}{name}为 {value} {unit}{and_levels}。",
        "{name} of {region} in {year} came to {value} {unit}{and_levels}.",
    ),
    "lead_level": ("{level}占 {share}", "{level} {share}"),
    "is_synthetic": (
        "本账户使用模拟数据，非真实统计，不得引用。",
        "The figures of this account are synthetic. They are no real statistics and must not be quoted.",
    ),
    "inside_other": (
        "未单独核算，已包含在“{inside}”中",
        "Not accounted separately; part of ‘{inside}’",
    ),
    "only_for": ("仅缺：{names}", "only for {names}"),
    "all_accounted": ("该标准下各组分均已核算。", "Every component of the standard is accounted."),
    "left_note": (
        "以下组分缺数据，未按零计；给出右栏数据即可核算。",
        "These components lack figures. They are not counted as zero; the figures on the right would let them be accounted.",
    ),
    "quantity_given": ("实物量由资料给出", "The quantity is as given"),
    "value_given": ("价值量由资料给出", "The value is as given"),
    "value_rule": (
        "价值量 = 实物量 × 单价；定价方法：{method}",
        "Value = quantity × price; pricing: {method}",
    ),
    "capped": ("以排放量为上限，系数 {ratio}", "Held to what was emitted, factor {ratio}"),
    "shared_out": ("按给定份额分摊", "Split by the given shares"),
    "empirical": ("经验公式，常数按来源", "empirical; constants as printed in the source"),
    "and_more": (" 等 {n} 项，见“未核算项目”", " … {n} in all: see what is not accounted"),
    "more_rows": (
        "另有 {n} 行，见输入文件与 ledger.csv。",
        "{n} more rows: see the input files and ledger.csv.",
    ),
    "rows": ("{n} 行", "{n} rows"),
    "unread": ("公式文本不可得", "its text is not at hand"),
    "table_note": (
        "“推定”：标准原文未列此行，据公开资料推定。",
        "‘Reconstructed’: the row was inferred, not read in the standard’s own text.",
    ),
    "matrix_note": ("单位：{unit}", "In {unit}"),
    "rounding_note": (
        "“允差”为公布值末位与输入数据末位舍入所能造成的最大差异。",
        "‘Rounding’ is how far the last printed digits of the published figure and of the inputs can move the difference.",
    ),
    "current_note": (
        "各年按当年价格；增长率按上年价格计算。",
        "Each year at its own prices; growth is at the prices of the year before.",
    ),
    "stands_note": (
        "无实物量且无价格指数者按原值比较：{names}。",
        "Without quantity and price index, these are compared as they stand: {names}.",
    ),
    "effects_note": (
        "变动分解为面积、单位面积实物量和单价的影响（LMDI；有零或负值时用 Shapley 法），各项之和等于增减额。",
        "The change is split into extent, quantity per area and price (LMDI; Shapley’s form where a figure is zero or negative); the parts add up to it.",
    ),
    "growth": ("可比增长率", "growth, comparable prices"),
    "effect_extent": ("面积", "extent"),
    "effect_quantity": ("实物量", "quantity"),
    "effect_price": ("单价", "price"),
    "effect_unsplit": ("无实物量", "no quantity"),
    "effect_coverage": ("有无数据", "coverage"),
    "constant_note": ("各年按 {year} 年价格。", "All years at prices of {year}."),
    "command": ("复算命令", "command"),
    "versions": ("软件版本", "versions"),
    "files": ("输入文件", "Input files"),
    "price_basis": ("价格口径", "price basis"),
    "deflate": ("以价格指数折算", "converted by price index"),
    "as_given": ("按原价使用，未折算", "as given, not converted"),
    "currency": ("货币", "currency"),
    "included": ("另计入", "also included"),
    "chosen": ("选用算法", "chosen routes"),
    "source_none": ("未注明来源", "no source"),
    "evidence": ("依据", "evidence"),
    # evidence
    "sourced": ("有来源", "sourced"),
    "derived": ("推导", "derived"),
    "general": ("通行值", "general"),
    "uncertain": ("存疑", "uncertain"),
    "synthetic": ("模拟", "synthetic"),
    # extras of the total
    "consumer_surplus": ("消费者剩余", "consumer surplus"),
    "non_use": ("非使用价值", "non-use value"),
    # notebook
    "draw_hint": (
        "在地图上画一个范围，其账户显示在下方。",
        "Draw an area on the map: its account appears below.",
    ),
    "download": ("下载", "Download"),
}


def word(key: str, lang: str = "en", **fields: object) -> str:
    """The words for a key, filled; those of :func:`gep.core.text.label` where the page has none of
    its own.

    >>> word("more_rows", n=3)
    '3 more rows: see the input files and ledger.csv.'
    """
    pair = _WORDS.get(key)
    text = pair[0 if lang == "zh" else 1] if pair else label(key, lang)
    return text.format_map(fields) if fields else text


def component_name(part: Part, lang: str = "en") -> str:
    """The name of a component, or of its indicator as a whole."""
    if not part.component.id:
        return label("whole", lang)
    return name_of(part.component, lang)


def row_name(part: Part, lang: str = "en") -> str:
    """The second-level indicator that a component counts in."""
    return name_of(part.row, lang)


def term(name: str, lang: str) -> str:
    """An argument or price by its meaning, else by its name in words; a coefficient of one
    substance by that of all (``uptake_rate_so2``).

    >>> term("uptake_rate_so2", "zh")
    '单位面积净化量'
    """
    return meaning(name, lang) or meaning(name.rpartition("_")[0], lang) or name.replace("_", " ")


def thing(indicator: str, component: str, lang: str) -> str:
    """An indicator, or one of its components, as people read it."""
    if not indicator:
        return ""
    i = indicators.get(indicator)
    whole = name_of(i, lang)
    c = i.component(component) if component else None
    if c is None:
        return f"{whole} · {label(component, lang)}" if component else whole
    part = name_of(c, lang)
    return part if part == whole else f"{whole} · {part}"


def named(component: str, lang: str) -> str:
    """``indicator.component (3 of 12 cells)`` as people read it."""
    known, _, cells = component.partition(" (")
    indicator, _, part = known.partition(".")
    if lang == "zh":
        cells = _CELLS.sub(r"\2 格缺 \1 格", cells)
    return thing(indicator, part, lang) + (
        f"（{cells[:-1]}）" if cells and lang == "zh" else f" ({cells}" if cells else ""
    )
