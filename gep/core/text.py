"""What people read, in Chinese and English: labels by key, and the Chinese of every problem by its code.

Nothing is chosen at import: each caller says the language when it shows something.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from importlib import resources
from typing import Protocol

from gep.core.errors import Problem

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
    "net_of_imports": ("扣除区域外来生态产品的价值", "net of the value of ecosystem products from outside the region"),
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
    "as_it_stands": ("没有实物量也没有指数，按现值计", "values without a quantity or an index, as they stand"),
    "split_by": ("分解方法（项数）：", "split by (cells): "),
    "none": ("未分解", "not split"),
    "Shapley": ("Shapley 法", "Shapley"),
    "LMDI": ("LMDI 法", "LMDI"),
    "proved": ("已验证 {count} 个公式和指标，{problems} 处问题", "{count} formulas and indicators, {problems} problems"),
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
    "held": ("以排放量为限：系数 min(1, 排放量 / Σ 净化能力)", "held to the emission: factor min(1, emission / Σ capacity)"),
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


@lru_cache(maxsize=1)
def messages() -> Mapping[str, tuple[str, str]]:
    """What the templates in the code say, in Chinese, by code: (what, mend). The fields are those of the English."""
    stream = resources.files("gep.core").joinpath("messages.csv").read_text("utf-8").splitlines()
    return {row["code"]: (row["what"], row["mend"]) for row in csv.DictReader(stream)}


@lru_cache(maxsize=1)
def phrases() -> Mapping[str, str]:
    """The Chinese of what errors hold in English words: their titles, ways to mend that one code has several of, words in their values."""
    stream = resources.files("gep.core").joinpath("phrases.csv").read_text("utf-8").splitlines()
    return {row["en"]: row["zh"] for row in csv.DictReader(stream)}


_MADE = (  # titles that hold what was given
    (re.compile("Unit '(.*)' cannot be read"), r"单位“\1”读不懂"),
    (re.compile("'(.*)' does not convert to '(.*)'"), r"“\1”不能换算为“\2”"),
    (re.compile("'(.*)' is no number with a unit"), r"“\1”不是带单位的数"),
    (re.compile("No price '(.*)' of '(.*)' in the register"), r"价格登记表中没有“\2”的“\1”"),
    (re.compile("No price '(.*)' in the register"), r"价格登记表中没有“\1”"),
    (re.compile("No coefficient '(.*)' in (.*)"), r"系数表 \2 中没有“\1”"),
)
_ENDINGS = {
    " cannot be used": "无法使用",
    " cannot be read": "无法读取",
    " does not fit the account": "与账户不符",
    " is refused": "退回",
    " cannot run": "无法运算",
}  # after the name of a file
_PLACE = (
    (re.compile(r" ?\(at line (\d+), column (\d+)\)"), r"（第\1行第\2列）"),  # as the reader of TOML says it
    (re.compile(r" ?\(at end of document\)"), "（文件末尾）"),
    (re.compile(r", line (\d+)"), r" 第\1行"),
    (re.compile(r", column (\w+)"), r" \1列"),
    (re.compile(r"^(\d+) accounts?$"), r"\1 个账户"),
    (re.compile(r"^account$"), "账户"),
)
_OWN = re.compile(r"(?:^|(?<=[.;)] ))[\u4e00-\u9fff]")  # where the Chinese of a note begins


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


def title(text: str, lang: str = "en") -> str:
    """The title of an error in a language; what stands before its last colon (a folder, a name) stays, and the name of a file.

    >>> title("city: The account cannot be computed", "zh"), title("targets.csv cannot be used", "zh")
    ('city: 账户无法计算', 'targets.csv无法使用')
    """
    head, colon, last = text.rpartition(": ")
    if lang != "zh":
        return text
    if last in phrases():
        return f"{head}{colon}{phrases()[last]}"
    for form, zh in _MADE:
        if form.fullmatch(text):
            return form.sub(zh, text)
    for ending, zh in _ENDINGS.items():
        text = f"{text.removesuffix(ending)}{zh}" if text.endswith(ending) else text
    return text


def place(where: str, lang: str = "en") -> str:
    """Where something stands in a file.

    >>> place("inputs.csv, line 7, column unit", "zh")
    'inputs.csv 第7行 unit列'
    """
    for pattern, zh in _PLACE if lang == "zh" else ():
        where = pattern.sub(zh, where)
    return where


def own_words(note: str, lang: str = "en") -> str:
    """The part of a note in a language: notes of standards stand in English, then in Chinese.

    >>> own_words("Known in part. 仅部分已知。", "zh"), own_words("Known in part. 仅部分已知。"), own_words("As printed.", "zh")
    ('仅部分已知。', 'Known in part.', '（英文说明）As printed.')
    """
    found = _OWN.search(note)
    if lang == "zh":
        return note[found.start() :] if found else f"（英文说明）{note}" if note else ""
    return note[: found.start()].rstrip() or note if found else note


class Figure(float):
    """A number written out where its format would give an exponent, with its unit behind it."""

    unit = ""

    def __format__(self, spec: str) -> str:
        text = super().__format__(spec)
        if "e+" in text and abs(self) < 1e15:
            text = f"{float(text):{'+' if text[0] == '+' else ''},.0f}"
        return f"{text} {self.unit}".rstrip()


def _standing(key: str, note: str, lang: str) -> str:
    """What a standard says of itself (``note``) or of one of its switches (``why``), inside the sentence of a problem."""
    colon, said = ("：" if lang == "zh" else ": ") if note.startswith(": ") else "", note.removeprefix(": ")
    said = phrases().get(said) or own_words(said, "zh") if lang == "zh" else own_words(said)
    return colon + (said.rstrip(".。") if key == "why" else said.removeprefix("仅部分已知：").removeprefix("Known in part: "))


def _values(problem: Problem, lang: str) -> dict[str, object]:
    """What a problem holds, as readers of the language take it."""
    out: dict[str, object] = dict(problem.values)
    for key, value in problem.values.items():
        if isinstance(value, str) and key in ("note", "why") and problem.code.startswith("standard."):
            out[key] = _standing(key, value, lang)
        elif lang == "zh" and type(value) is float:
            out[key] = Figure(value)
        elif lang == "zh" and isinstance(value, str):
            out[key] = phrases().get(value, value)
    return out


def say(problem: Problem, lang: str = "en") -> str:
    """A problem in a language; English where the Chinese is lacking."""
    pair = messages().get(problem.code) or messages().get(f"{problem.code.partition('.')[0]}.*")
    values = _values(problem, lang)
    if lang != "zh" or pair is None:
        return str(replace(problem, values=values))
    what, mend = pair
    try:
        what = what.format_map(values)
    except KeyError:  # raised with fewer fields than the Chinese tells: say it in English rather than not at all
        return str(problem)
    own = phrases().get(problem.mend, problem.mend)
    try:
        mend = (own if mend == "=" else mend).format_map(values)
    except KeyError:
        mend = own.format_map(values)
    where, what = place(problem.where, lang), place(what, lang)
    return f"{where}：{what}。改法：{mend}" if mend else f"{where}：{what}"
