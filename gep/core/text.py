"""What people read, in Chinese and English: labels by key, names of records, and the sentences of a
problem.

Nothing is chosen at import: each caller says the language when it shows something.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from gep.core.errors import Problem
from gep.core.messages import Both, sentence, told

LANGUAGES = ("zh", "en")

_LABELS: Mapping[str, tuple[str, str]] = {
    # levels
    "material": ("物质产品", "material products"),
    "regulating": ("调节服务", "regulating services"),
    "cultural": ("文化旅游服务", "culture and tourism services"),
    "other": ("其他", "other"),
    # columns
    "id": ("代号", "id"),
    "code": ("编码", "code"),
    "parent": ("上级", "parent"),
    "zh": ("中文", "zh"),
    "en": ("英文", "en"),
    "indicators": ("指标数", "indicators"),
    "known": ("已知", "known"),
    "level": ("一级指标", "level"),
    "indicator": ("二级指标", "indicator"),
    "component": ("组分", "component"),
    "quantity": ("实物量", "quantity"),
    "unit": ("单位", "unit"),
    "price": ("单价", "price"),
    "value": ("价值量", "value"),
    "share": ("占比", "share"),
    "published": ("公布值", "published"),
    "difference": ("差值", "difference"),
    "rounding": ("舍入允差", "rounding"),
    "source": ("来源", "source"),
    "status": ("状态", "status"),
    "method": ("定价方法", "pricing"),
    "item": ("项目", "item"),
    "ecosystem": ("生态系统类型", "ecosystem type"),
    "region": ("区域", "region"),
    "year": ("年份", "year"),
    "total": ("合计", "total"),
    "evidence": ("依据", "evidence"),
    # status of a row
    "computed": ("核算", "computed"),
    "given": ("实物量给定", "quantity given"),
    "published_status": ("公布", "as published"),
    "value_only": ("仅有价值量", "value only"),
    "allocated": ("分摊", "allocated"),
    "missing": ("缺数", "missing"),
    # headings and sentences
    "account": ("生态系统生产总值核算", "Gross ecosystem product account"),
    "standard": ("核算标准", "standard"),
    "price_year": ("价格年", "price year"),
    "current": ("当年价", "current prices"),
    "years": ("核算年", "year"),
    "area": ("面积", "area"),
    "population": ("人口", "population"),
    "gdp": ("地区生产总值", "GDP"),
    "composition": ("构成", "Composition"),
    "table": ("核算表", "Account table"),
    "controls": ("与公布值对照", "Against published figures"),
    "left_out": ("未核算项目", "Not accounted"),
    "needs": ("需要", "needs"),
    "warnings": ("提示", "Warnings"),
    "notes": ("读数说明", "How figures were read"),
    "reproduce": ("复核信息", "To redo this account"),
    "files": ("输入文件", "input files"),
    "within": ("在舍入范围内", "within rounding"),
    "beyond": ("超出舍入范围", "beyond rounding"),
    "gap_cells": ("缺数的像元", "cells without a number"),
    "excludes": ("合计不含", "the total leaves out"),
    "nothing_left_out": ("{year} 年无未核算项目", "nothing is left out in {year}"),
    "whole": ("整项", "as a whole"),
    "remainder": ("其余部分", "remainder"),
    "per_km2": ("每平方公里", "per km²"),
    "per_head": ("人均", "per head"),
    "gep_to_gdp": ("GEP/GDP", "GEP/GDP"),
    "error": ("错误", "error"),
    "warning": ("提示", "warning"),
    "formula": ("公式", "formula"),
    "inputs": ("输入", "inputs"),
    "coefficients": ("系数", "coefficients"),
    "used_by": ("所在标准", "used by"),
    "name": ("名称", "name"),
    "meaning": ("含义", "meaning"),
    "quantities": ("实物量", "quantities"),
    "not_separately": ("未单独核算", "not accounted separately"),
    "range": ("范围", "range"),
    "default": ("缺省", "default"),
    "worked": ("算例", "worked number"),
    "switch": ("开关", "switch"),
    "in": ("计入", "in"),
    "out": ("不计", "out"),
    "in_part": ("部分", "in part"),
    "in_full": ("全部", "in full"),
    "net_of_imports": (
        "扣除区域外来生态产品的价值",
        "net of the value of ecosystem products from outside the region",
    ),
    "forbids": ("不得同时计入", "forbids counting together"),
    "synthetic": ("模拟数据，非真实统计", "synthetic figures, not real statistics"),
    "confirmed": ("有据", "confirmed"),
    "reconstructed": ("推定", "reconstructed"),
    # uncertainty, change over years, scenarios, assessment
    "day": ("逐日", "day"),
    "month": ("逐月", "month"),
    "event": ("逐次", "event"),
    "draws": ("次抽样", "draws"),
    "seed": ("随机种子", "seed"),
    "mean": ("均值", "mean"),
    "sd": ("标准差", "standard deviation"),
    "low": ("下限", "low"),
    "high": ("上限", "high"),
    "first_order": ("一阶传播的标准差", "standard deviation by first-order propagation"),
    "tornado": ("影响最大的十项输入", "The ten inputs that matter most"),
    "input": ("输入", "input"),
    "swing": ("总值变幅", "swing of the total"),
    "variance_share": ("方差占比", "share of variance"),
    "comparable": ("可比价", "comparable prices"),
    "growth": ("增长", "growth"),
    "contribution": ("贡献", "contribution"),
    "change": ("变化", "change"),
    "before": ("之前", "before"),
    "after": ("之后", "after"),
    "extent_effect": ("面积效应", "extent effect"),
    "quantity_effect": ("实物量效应", "quantity effect"),
    "price_effect": ("价格效应", "price effect"),
    "unsplit": ("未分解", "unsplit"),
    "decomposition": ("变化分解", "What changed"),
    "parcel": ("地块", "parcel"),
    "per_hectare": ("每公顷", "per hectare"),
    "target": ("目标", "target"),
    "actual": ("实际", "actual"),
    "score": ("得分", "score"),
    "gap": ("差距", "gap"),
    "controllable": ("可控部分", "controllable"),
    "weather": ("天气部分", "weather"),
    "green_gold_index": ("绿金指数", "green-gold index"),
    "kept": ("守住", "kept"),
    "broken": ("突破", "broken"),
    "scenario": ("情景", "scenario"),
    "certainty": ("不确定性", "How sure"),
    "intervals": ("区间", "Intervals"),
    "interval_note": (
        "各输入按自己的范围抽样 {draws} 次（种子 {seed}），区间含 {level} 的结果；没有写明范围的数按确定计；一阶传播的总值标准差为 {first} {unit}。",
        "Every input was drawn {draws} times from its own range (seed {seed}); an interval holds {level} of the results; a figure that states no range counts as certain. By first-order propagation the standard deviation of the total is {first} {unit}.",
    ),
    "taken": ("取值", "value"),
    "total_low": ("取下限时总值", "total at its low"),
    "total_high": ("取上限时总值", "total at its high"),
    "as_it_stands": (
        "没有实物量也没有指数，按现值计",
        "values without a quantity or an index, as they stand",
    ),
    "split_by": ("分解方法（项数）：", "split by (cells): "),
    "none": ("未分解", "not split"),
    "Shapley": ("Shapley 法", "Shapley"),
    "LMDI": ("LMDI 法", "LMDI"),
    "proved": (
        "已验证 {count} 个公式和指标，{problems} 处问题",
        "{count} formulas and indicators, {problems} problems",
    ),
    "as_accounted": ("账户所用价格（{prices}）", "as accounted (prices: {prices})"),
    "chained": ("链式可比价", "chained"),
    "gep": ("GEP", "GEP"),
    "gep_growth": ("GEP 增长", "GEP growth"),
    "gdp_growth": ("GDP 增长", "GDP growth"),
    "state": ("红线", "red line"),
    "red_line_kept": ("守住", "kept"),
    "red_line_broken": ("突破", "broken"),
    "red_line_both_fell": ("同降", "both fell"),
    "red_line_unknown": ("未知", "unknown"),
    "hectares": ("公顷", "hectares"),
    "from": ("原类型", "from"),
    "to": ("变为", "to"),
    "lacking": ("缺数项目", "lacking"),
    "coverage": ("有无数据", "coverage"),
    "current_prices": ("当年价", "current prices"),
    # a figure taken apart
    "the_whole": ("整项", "the whole"),
    "not_accounted": ("未核算", "not accounted"),
    "held": (
        "以排放量为限：系数 min(1, 排放量 / Σ 净化能力)",
        "held to the emission: factor min(1, emission / Σ capacity)",
    ),
    "emission": ("排放量", "emission"),
    "as_given": ("给定", "given"),
    "product": ("实物量 × 单价", "quantity × price"),
    "confidential": ("保密", "confidential"),
    "not_known": ("未知", "not known"),
    "kept_out": ("不计入合计", "kept out of the total"),
    "by_formula": ("公式", "by"),
    "over_cells": ("按图逐像元累加", "added up over the cells of the map"),
    "where_nothing": ("未给出时的取值", "where nothing is given"),
    "no_row": ("系数表中没有", "no row for"),
    "no_source": ("无来源", "no source"),
    "no_figures": ("没有数", "no figures"),
    "figures_from_to": ("{count} 个数，{low} 至 {high}", "{count} figures, {low} to {high}"),
    "and_more": ("…… 另有 {count} 个", "… and {count} more"),
}


def label(key: str, lang: str = "en") -> str:
    """The words for a key; the key itself where there are none.

    >>> label("regulating", "zh"), label("regulating")
    ('调节服务', 'regulating services')
    """
    pair = _LABELS.get(key)
    return pair[0 if lang == "zh" else 1] if pair else key


class Named(Protocol):
    """What has a name in both languages."""

    @property
    def zh(self) -> str:
        """In Chinese."""

    @property
    def en(self) -> str:
        """In English."""


def name_of(record: Named, lang: str = "en") -> str:
    """The name of a service, a component, a row of a standard, a type or a method."""
    return record.zh if lang == "zh" else record.en


def own_words(note: str, lang: str = "en") -> str:
    """A note in a language; one that stands in English only is marked so in Chinese.

    >>> own_words("As printed.", "zh"), own_words("As printed.")
    ('（英文说明）As printed.', 'As printed.')
    """
    if lang != "zh" or isinstance(note, Both):
        return told(note, lang)
    return f"（英文说明）{note}" if note else ""


class Figure(float):
    """A number written out where its format would give an exponent, with its unit behind it."""

    unit = ""

    def __format__(self, spec: str) -> str:
        text = super().__format__(spec)
        if "e+" in text and abs(self) < 1e15:
            text = f"{float(text):{'+' if text[0] == '+' else ''},.0f}"
        return f"{text} {self.unit}".rstrip()


def _value(value: object, lang: str) -> object:
    """What a problem holds, as readers of the language take it."""
    if lang == "zh" and type(value) is float:
        return Figure(value)
    return told(value, lang) if isinstance(value, str) else value


def sentences(problem: Problem, lang: str = "en") -> tuple[str, str]:
    """What is wrong and how to mend it, in a language; English where the Chinese is lacking."""
    row = sentence(problem.key)
    values = {key: _value(value, lang) for key, value in problem.values.items()}
    if lang == "zh" and row.zh:
        return row.zh.format_map(values), row.mend_zh.format_map(values)
    return row.en.format_map(values), row.mend_en.format_map(values)


def say(problem: Problem, lang: str = "en") -> str:
    """A problem in a language."""
    what, mend = sentences(problem, lang)
    where = told(problem.where, lang)
    if lang == "zh" and sentence(problem.key).zh:
        return f"{where}：{what}" + (f"。改法：{mend}" if mend else "")
    return f"{where}: {what}" + (f". To mend: {mend}" if mend else "")
