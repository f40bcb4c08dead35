"""What people read, in Chinese and English: labels by key, and the Chinese of every problem by its code.

Nothing is chosen at import: each caller says the language when it shows something.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Protocol

from gep.errors import Problem

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
    "coverage": ("口径", "coverage"),
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
    stream = resources.files("gep").joinpath("messages.csv").read_text("utf-8").splitlines()
    return {row["code"]: (row["what"], row["mend"]) for row in csv.DictReader(stream)}


_TITLES = {
    "The account cannot be computed": "账户无法计算",
    "No account folder": "没有核算文件夹",
    "The results cannot be written": "结果无法写入",
    "A package is missing": "缺少扩展包",
    "Unknown standard": "没有这个标准",
    "Unknown indicator": "没有这个指标",
    "Nothing to explain": "没有可说明的内容",
    "The standard cannot be switched so": "标准不能这样设置",
    "The standard forbids counting these together": "标准不允许同时计入",
    "The same service would be counted twice": "同一服务会重复计算",
    "The profile cannot be read": "标准文件无法读取",
    "The maps cannot be used": "地图无法使用",
    "The account has no maps": "账户没有地图",
    "The areas cannot be used": "区域无法使用",
    "The price index does not serve": "价格指数不适用",
    "The accounts cannot be compared": "账户无法比较",
    "The spreads of the figures cannot be used": "数据的误差范围无法使用",
    "The targets cannot be assessed": "目标无法考核",
    "No reporting round": "没有填报轮次",
    "The account is locked": "账户已锁定",
    "There is no series": "不成时间序列",
    "The series does not cover the year": "序列不含该年",
    "The series has no such key": "序列没有这个分组",
    "The change cannot be split": "变化无法分解",
    "The change of method cannot be carried back": "方法变更无法回溯",
    "The account does not cover the year": "账户不含该年",
    "The weather cannot be told apart": "天气影响无法分离",
    "There is nothing to assess": "没有可考核的内容",
    "There is no present value": "没有现值",
    "There is no such rule": "没有这样的补偿规则",
    "The damage cannot be assessed": "损害无法评估",
    "The comparison has no such table": "比较没有这张表",
    "The difference cannot be split": "差值无法分解",
    "No gallery": "没有案例库",
    "The case cannot be run": "案例无法运行",
    "The case cannot be read": "案例无法读取",
    "Unknown formula": "没有这个公式",
    "The polygons do not fit the map": "多边形与地图不符",
    "The account has no map to change": "账户没有可改的地图",
    "The parcels do not fit the account": "地块与账户不符",
    "No match in SEEA EA": "SEEA EA 中没有对应项",
    "The users cannot be read": "使用者表无法读取",
    "The area cannot be accounted": "该区域无法核算",
    "The cluster failed": "集群出错",
    "No such zone": "没有这个分区",
    "The erosivity cannot be worked out": "降雨侵蚀力无法算出",
    "The curve number cannot be worked out": "径流曲线数无法算出",
    "The evapotranspiration cannot be worked out": "蒸散发量无法算出",
    "The terrain cannot be used": "地形数据无法使用",
    "The draws cannot be taken": "无法抽样",
    "Nothing spreads": "没有带误差范围的数据",
    "Sobol indices cannot be computed": "Sobol 指数无法计算",
    "The spread cannot be read": "误差范围无法读取",
    "The confusion matrix cannot be used": "混淆矩阵无法使用",
    "A round needs a region and a year": "填报轮次须有地区和年份",
    "No date": "不是日期",
    "No districts to draw": "没有分区可画",
    "No unit": "没有单位",
    "No workbook": "无法生成工作簿",
    "Nothing to draw on": "没有可画的地图",
    "Nothing was signed": "没有签署",
    "The account cannot be released": "账户无法发布",
    "The regions cannot be read": "区域表无法读取",
    "The round cannot be read": "填报轮次无法读取",
    "The chain of price indices cannot be built": "价格指数无法连接",
    "The round has begun": "填报已经开始",
    "Unit too long": "单位过长",
    "Unknown crosswalk": "没有这个对照表",
    "Unknown ecosystem type": "没有这个生态系统类型",
    "Unknown field": "没有这个指标项",
    "Unknown form": "没有这张表",
    "Unknown pricing method": "没有这种定价方法",
}
_ENDINGS = {
    " cannot be used": "无法使用",
    " cannot be read": "无法读取",
    " does not fit the account": "与账户不符",
    " is refused": "退回",
    " cannot run": "无法运算",
}  # after the name of a file
_PLACE = ((re.compile(r", line (\d+)"), r" 第\1行"), (re.compile(r", column (\w+)"), r" \1列"))


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
    if last in _TITLES:
        return f"{head}{colon}{_TITLES[last]}"
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


def say(problem: Problem, lang: str = "en") -> str:
    """A problem in a language; English where the Chinese is lacking."""
    pair = messages().get(problem.code) or messages().get(f"{problem.code.partition('.')[0]}.*")
    if lang != "zh" or pair is None:
        return str(problem)
    what, mend = pair
    try:
        what = what.format_map(problem.values)
    except KeyError:  # raised with fewer fields than the Chinese tells: say it in English rather than not at all
        return str(problem)
    try:
        mend = (problem.mend if mend == "=" else mend).format_map(problem.values)
    except KeyError:
        mend = problem.mend.format_map(problem.values)
    where, what = place(problem.where, lang), place(what, lang)
    return f"{where}：{what}。改法：{mend}" if mend else f"{where}：{what}"
