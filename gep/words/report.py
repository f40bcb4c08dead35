"""The words of the workbook and the text report, in Chinese and English; what the whole library
shares is in gep.core.text.
"""

from __future__ import annotations

from collections.abc import Mapping

from gep import pricing
from gep.account.basis import Basis
from gep.core import ecosystems
from gep.core.text import label, name_of
from gep.words.labels import word as shared

_WORDS: Mapping[str, tuple[str, str]] = {
    # sheets
    "sheet_summary": ("汇总", "Summary"),
    "sheet_physical": ("实物量", "Physical"),
    "sheet_monetary": ("价值量", "Monetary"),
    "sheet_matrix": ("生态系统矩阵", "Matrix"),
    "sheet_districts": ("分区", "Districts"),
    "sheet_prices": ("单价", "Prices"),
    "sheet_parameters": ("参数", "Parameters"),
    "sheet_sources": ("来源", "Sources"),
    "sheet_problems": ("问题", "Problems"),
    # headings
    "physical_account": ("实物量账户", "Physical account"),
    "monetary_account": ("价值量账户", "Monetary account"),
    "matrix": ("分生态系统类型的价值量", "Value by ecosystem type"),
    "districts": ("分区核算结果", "Results by region"),
    "prices": ("单价", "Prices"),
    "parameters": ("参数（系数）", "Coefficients"),
    "data": ("基础数据", "Figures given"),
    "sources": ("数据来源", "Sources"),
    "problems": ("未核算项目、提示与对照", "Not accounted, warnings, checks"),
    "key_figures": ("主要结果", "Main results"),
    "by_indicator": ("分指标核算结果", "Results by indicator"),
    "kept_out": ("另列项目（不计入总值）", "Shown apart (not in the total)"),
    # columns
    "figure": ("数值", "value"),
    "counts": ("计入合计", "in total"),
    "key": ("键", "key"),
    "in_short": ("简写", "in short"),
    "how": ("核算公式", "formula"),
    "used_for": ("用于", "used for"),
    "as_given": ("原始数据", "as given"),
    "where": ("位置", "place"),
    "clause": ("条款", "clause"),
    "low": ("下限", "low"),
    "high": ("上限", "high"),
    "note": ("备注", "note"),
    "input": ("数据项", "input"),
    "coefficient": ("系数", "coefficient"),
    "figures": ("数据条数", "figures"),
    "file": ("文件", "file"),
    "kind": ("类别", "kind"),
    "what": ("说明", "what"),
    "parent": ("上级", "parent"),
    "code": ("区划代码", "code"),
    "money_unit": ("金额单位", "money in"),
    "divided_by": ("换算系数", "divided by"),
    "number": ("序号", "no."),
    "reach": ("允差", "allowance"),
    "verdict": ("结论", "verdict"),
    # cells
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "no_type": ("不分类型", "not by type"),
    "no_source": ("未注明来源", "no source"),
    "not_by_region": ("未分区或以全域数为准", "not by region, or the whole counts"),
    "outside_region": ("（不属本区域）", " (not inside)"),
    "sum_of_districts": ("各分区合计", "sum of the regions"),
    "default_number": ("未给出时的取值", "taken where nothing is given"),
    "missing_status": ("未核算", "not accounted"),
    "warning_status": ("提示", "warning"),
    "note_status": ("读数说明", "how read"),
    "nothing": ("无", "none"),
    "agree": ("一致", "agrees"),
    "disagree": ("不一致", "differs"),
    "cross_check": ("核对：逐行相加与分指标合计", "check: rows added one by one against the table"),
    "consumer_surplus": ("消费者剩余", "consumer surplus"),
    "non_use": ("非使用价值", "non-use value"),
    "esv": ("生态系统服务价值", "ecosystem service value"),
    "legend": (
        "蓝色数字为录入数，可改；黑色为公式；黄底为直接给定的价值量（不是实物量×单价）。改动“单价”或“实物量”表中的数，全表随之重算。",
        "Blue figures are entered and may be changed; black ones are formulas; a yellow ground marks values that were given, not quantity × price. Change a figure in Prices or Physical and everything follows.",
    ),
    "scale_hint": ("可选：{units}", "choose: {units}"),
    "recheck": (
        "以下为导出时的对照，不随改动重算。",
        "As compared when this file was written; it does not follow changes.",
    ),
    # sentences of the text report
    "result": ("核算结果", "Results"),
    "physical_section": ("实物量核算", "Physical account"),
    "monetary_section": ("价值量核算", "Monetary account"),
    "matrix_section": ("分生态系统类型结果", "Results by ecosystem type"),
    "districts_section": ("分区结果", "Results by region"),
    "scope_section": ("核算范围说明", "Scope, and what is left out"),
    "method_section": ("核算方法、单价与参数", "Methods, prices and coefficients"),
    "source_section": ("数据来源", "Sources"),
    "control_section": ("与公布值对照", "Against published figures"),
    "redo_section": ("复核信息", "To redo this account"),
    "table_n": ("表", "Table"),
    "more_rows": ("（其余 {n} 行见工作簿）", "({n} more rows are in the workbook)"),
    "headline_unknown": (
        "{region} {year} 年{name}尚无可用数据（按“{standard}”核算）。",
        "Nothing is known yet of {name} of {region} in {year}, under {standard}.",
    ),
    "headline_total": (
        "{region} {year} 年{name}为{total}（{prices}，按“{standard}”核算）。",
        "In {year} the {name} of {region} was {total} ({prices}; standard: {standard}).",
    ),
    "prices_current": ("当年价", "at current prices"),
    "prices_of": ("{year}年价格", "at prices of {year}"),
    "level_part": ("{level}{value}，占{share}%", "{level} {value} ({share} %)"),
    "of_which": ("其中，", "Of this: "),
    "per_area": ("单位面积{name}为每平方公里{value}", "{name} per km² is {value}"),
    "per_person": ("人均{name}为{value}", "{name} per head is {value}"),
    "to_gdp": ("{name}与地区生产总值之比为{value}", "{name} is {value} times GDP"),
    "held_to": ("以排放量为上限", "held to what was emitted"),
    "only_in": ("仅缺", "only for"),
    "all_in": ("本次核算无未核算项目。", "Nothing that the standard asks for is left out."),
    "left_out_n": (
        "以下 {n} 项缺少数据，未核算或未全部核算，总值不含所缺部分。",
        "The following {n} lack figures and are not accounted, or not all of them; the total does not hold what lacks.",
    ),
    "not_apart": (
        "以下组分未单独核算，其价值含在“{inside}”中：{names}。",
        "Not accounted separately, their value being within {inside}: {names}.",
    ),
    "negative_n": (
        "以下组分含负值，已计入总值：{names}。",
        "Negative values, counted in the total: {names}.",
    ),
    "apart_n": (
        "以下项目另列，不计入总值：{names}。",
        "Shown apart and not in the total: {names}.",
    ),
    "headline_n": (
        "以下实物量另列，价值已含于整项：{names}。",
        "Quantities shown whose value is within the figure of the whole: {names}.",
    ),
    "standard_note": ("核算标准说明：{note}", "On the standard: {note}"),
    "reconstructed_n": (
        "标准中以下指标为推定，非原文列明：{names}。",
        "Rows of the standard that are reconstructed, not printed in a source: {names}.",
    ),
    "controls_n": (
        "与公布值对照 {n} 项，{m} 项超出舍入范围。",
        "{n} figures are compared with published ones; {m} differ beyond rounding.",
    ),
    "made_with": (
        "软件：gep-accounting {version}。同样的输入文件得到同样的结果，输入文件的校验值见下表。",
        "Made with gep-accounting {version}. The same input files give the same results; their checksums are below.",
    ),
    "synthetic_all": (
        "本报告含模拟数据，非真实统计。",
        "This report holds synthetic figures, not real statistics.",
    ),
}


def word(key: str, lang: str = "en", **values: object) -> str:
    """The words for a key, from here or from :func:`gep.core.text.label`.

    >>> word("prices_of", "zh", year=2020)
    '2020年价格'
    """
    pair = _WORDS.get(key)
    text = pair[0 if lang == "zh" else 1] if pair else label(key, lang)
    return text.format_map(values) if values else text


def type_name(name: str, lang: str, basis: Basis) -> str:
    """The name of an ecosystem type, or that there is none."""
    return ecosystems.called(name, lang, basis.ecosystems) or word("no_type", lang)


def method_name(method: str, lang: str = "en") -> str:
    """The pricing of a component in words; what a source calls it stays as it is.

    >>> method_name("replacement_cost", "zh")
    '替代成本法'
    """
    known = (
        (m, pricing.get(m)) if m in pricing.IDS else (m, None)
        for m in filter(None, method.split("; "))
    )
    return "; ".join(m if record is None else name_of(record, lang) for m, record in known)


def evidence_name(tag: str, lang: str = "en") -> str:
    """A word for evidence, as people read it.

    >>> evidence_name("sourced", "zh"), evidence_name("sourced")
    ('有来源', 'sourced')
    """
    return shared(tag, lang) if tag else ""


def status_name(status: str, lang: str = "en") -> str:
    """The status of a ledger row, in words."""
    return label("published_status" if status == "published" else status, lang)
