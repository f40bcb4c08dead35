"""What people read, in Chinese and English: labels by key, and the Chinese of every problem by its code.

Nothing is chosen at import: each caller says the language when it shows something.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gep.errors import Problem

LANGUAGES = ("zh", "en")

_LABELS: Mapping[str, tuple[str, str]] = {
    # levels
    "material": ("物质产品", "material products"),
    "regulating": ("调节服务", "regulating services"),
    "cultural": ("文化旅游服务", "culture and tourism services"),
    "other": ("其他", "other"),
    # columns
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
    "excludes": ("合计不含", "the total leaves out"),
    "nothing_left_out": ("无未核算项目", "nothing is left out"),
    "whole": ("整项", "as a whole"),
    "of_total": ("占总值", "of the total"),
    "per_km2": ("每平方公里", "per km²"),
    "per_head": ("人均", "per head"),
    "gep_to_gdp": ("GEP/GDP", "GEP/GDP"),
    "error": ("错误", "error"),
    "warning": ("提示", "warning"),
    "to_mend": ("改法", "To mend"),
    "formula": ("公式", "formula"),
    "inputs": ("输入", "inputs"),
    "coefficients": ("系数", "coefficients"),
    "used_by": ("所在标准", "used by"),
    "name": ("名称", "name"),
    "meaning": ("含义", "meaning"),
    "quantities": ("实物量", "quantities"),
    "not_separately": ("未单独核算", "not accounted separately"),
    "price_given": ("价格与单位", "price and unit"),
    "range": ("范围", "range"),
    "default": ("缺省", "default"),
    "worked": ("算例", "worked number"),
    "synthetic": ("模拟数据，非真实统计", "synthetic figures, not real statistics"),
    "confirmed": ("有据", "confirmed"),
    "reconstructed": ("推定", "reconstructed"),
}

# What the templates in the code say, in Chinese: (what, mend). The fields are those of the English.
_ZH: Mapping[str, tuple[str, str]] = {
    "unit.missing": ("没有单位", "写明单位；纯数写 1"),
    "unit.unreadable": ("单位读不懂：{why}", "例如写作 t/(km2 a)、万m3、CNY/t CO2"),
    "unit.dimension": ("单位是“{given}”，不能换算为“{wanted}”", "改用“{wanted}”或同类单位"),
    "unit.per_year": ("“{given}”按每年计", ""),
    "unit.stock": ("“{given}”是存量，此处需要年度量“{wanted}”", "先折算为年度量（租金收益率、等额年成本），或在 method 栏写 as_printed 按原文使用"),
    "number.unreadable": ("不是数：{text}", "写普通数字，如 1234.5，没有就删去该行"),
    "number.blank": ("是空的", "缺数请删去该行，不要留空，也不要写 0"),
    "argument.unknown": ("不是该公式的参数", "参数有：{names}"),
    "argument.missing": ("没有给出", "以“{unit}”为单位给出"),
    "coefficient.lacking": ("系数表 {table} 中没有“{label}”", "自行给出“{name}”"),
    "coefficient.unknown": ("系数表中没有", "可用：{names}"),
    "dimension.unknown": ("维度 {names} 未知或没有标签", "使用有标签的维度：{known}"),
    "dimension.unlabelled": ("是没有标签的数组", "请用带维度名的 DataArray 或 Series"),
    "label.double": ("同一标签出现两次", "每个标签只留一行"),
    "label.ragged": ("{full} 种标签组合只有 {given} 行", "补全组合，缺数写 NaN"),
    "label.apart": ("与“{first}”在“{dimension}”上的标签不同：{labels}", "两者使用同样的标签"),
    "range.infinite": ("是无穷大", "给出有限的数"),
    "range.outside": ("超出范围 {low} 至 {high} [{unit}]", "检查数值和单位"),
    "row.double": ("与 {first} 重复", "只留一行"),
    "row.long": ("有 {given} 格，而表头只有 {wanted} 列", "含逗号的文字要加引号"),
    "ecosystem.unknown": ("“{label}”不是已知的生态系统类型", "用 gep list --ecosystems 所列名称，或在 ecosystems.csv 中对应"),
    "region.unknown": ("regions.csv 中没有“{label}”", "在其中添加，或改正标签"),
    "region.parent": ("上级“{parent}”不是已知区域", "在 regions.csv 中添加"),
    "region.circle": ("上级关系成环", "改正上级"),
    "region.parts": ("自身数值 {own:.6g} 与各部分之和 {below:.6g} 不等，以自身数值为准", "核对各区域"),
    "region.loose": ("区域 {names} 不属于 {region}，未计入", "在 regions.csv 中写明上级"),
    "year.unknown": ("{label} 年不在核算年内", "核算年为 {years}"),
    "year.unreadable": ("不是年份：“{text}”", "写四位数字"),
    "input.unknown": ("“{name}”不是 {target} 的输入", "可用：{names}"),
    "input.blank": ("是空的", "写明这是什么数"),
    "input.both": ("“{input}”与由它算出的“{intermediate}”（{where}）同时给出", "只给其中之一"),
    "input.unused": ("“{name}”没有用到", "检查指标、组分和名称"),
    "indicator.unknown": ("不是已知指标", "可用：{names}"),
    "pricing.unknown": ("不是已知定价方法", "可用：{names}"),
    "price.unknown": ("价格登记表中没有", "可用：{names}"),
    "price.item": ("不是“{name}”的登记价格", "可用：{names}"),
    "crosswalk.unknown": ("不是已知的土地覆盖图例", "可用：{names}"),
    "deflator.gap": ("没有环比指数", "给出每一年"),
    "deflator.link": ("不是比值：{link}", "102.6 写作 1.026"),
    "deflator.base": ("不在指数序列之内", "取序列中的年份或其前一年"),
    "indicator.absent": ("不在本账户中", "账户中有：{names}"),
    "component.unknown": ("“{component}”不是 {indicator} 的组分", "可用：{names}"),
    "standard.unknown": ("不是已知标准", "可用：{names}"),
    "route.ambiguous": ("有几种算法可用：{routes}", '在 account.toml 中选定：[methods] "{key}" = "{first}"'),
    "route.other": ("按 {route} 计算；标准所定的 {named} 缺少 {needs}", "补上这些数据，或在 account.toml 的 [methods] 中选定算法"),
    "method.unknown": ("“{route}”不是它的算法", "可用：{names}"),
    "price.year": ("是 {own} 年价格，而账户以 {to} 年价格计", '给出含两年的 deflators.csv，或写 price_basis = "as_given"'),
    "price.years": ("有 {years} 年的价格，没有 {wanted} 年的", "给出 {wanted} 年价格，或只留一年并给出 deflators.csv"),
    "overlap.whole": ("整项价值与组分 {others} 的价值同时给出", "只给其一；剩余部分写作组分 remainder"),
    "overlap.*": ("{first}（{one:.6g}）与 {second}（{two:.6g}）可能重复计算，最多 {amount:.6g} {money}：{why_zh}", "{mend_zh}"),
    "control.beyond": (
        "公布值 {published:.8g}，账户为 {account:.8g}，差 {difference:+.6g}，超出印刷数字的舍入范围（±{reach:.3g}）",
        "核对来源：印刷数字之间不符",
    ),
    "standard.partial": ("仅部分已知：{note}", ""),
    "standard.switch": ("{zh}：{state_zh}（{evidence_zh}{why}）", ""),
    "esv.refused": ("含中间与支持服务，并把各项最终服务一并估入，不计入 {total}", "改用标准 equivalent_factor，其总值称 ESV"),
    "control.sum": ("公布的各部分之和为 {parts:.8g}，公布的合计为 {whole:.8g}，差 {difference:+.6g}，超出舍入范围", "核对来源"),
    "standard.outside": ("{standard} 不计入，其数据未使用", "换用计入它的标准，或见该标准的说明"),
    "standard.switched": ("{standard} 按当前设置不计入（{switch}：out）", '可在 account.toml 写 [switches] {switch} = "in"'),
    "imports.unsaid": (
        "{standard} 以扣除区域外来生态产品后的净值计，而未给出外来部分（{names}），按 0 处理",
        "给出 imported，或将外来产品价值以负值写入组分 remainder",
    ),
    "switch.unknown": ("不是 {standard} 的开关", "可用：{names}"),
    "switch.state": ("“{state}”不是有效设置", "in 或 out"),
    "profile.twice": ("出现两次", "只留一处"),
    "profile.supporting": ("属中间或支持服务，不能计入名为 GEP 的总值", "另起总值名称"),
    "compare.two": ("差异只能在两个账户之间分解", "给出两个账户"),
    "compare.one": ("没有可比较的对象", "给出两个以上账户、年份或标准"),
    "compare.currency": ("货币不同，不能比较", "先换算为同一货币"),
    "compare.labels": ("标签数与列数不同", "给出 {count} 个"),
    "compare.prices": ("价格年为 {years}：价格效应含价格水平变化", ""),
    "compare.gaps": ("合计不含 {names}", ""),
    "value.gap": ("给定价值 {value:.6g} 与 实物量×单价 {product:.6g} 不符，以给定价值为准", ""),
    "share.sum": ("各份额之和为 {sum:.6g}，不是 1", "改正份额"),
    "file.missing": ("文件夹中没有这个文件", "补上"),
    "file.empty": ("是空文件", "写上表头和数据，或删去"),
    "file.outside": ("链接指向文件夹之外", "把文件本身放进来"),
    "file.size": ("不是普通文件或超过 {limit} MiB", "拆分"),
    "file.binary": ("不是文本", "存为 UTF-8 的 CSV"),
    "file.encoding": ("既不是 UTF-8 也不是 GB18030", "存为 UTF-8 的 CSV"),
    "file.gb18030": ("按 GB18030 读入", "建议存为 UTF-8"),
    "file.csv": ("不是合法的 CSV：{why}", "重新存为 CSV"),
    "file.toml": ("不是合法的 TOML：{why}", "改正该行"),
    "folder.missing": ("不是文件夹", "给出含 account.toml 的文件夹"),
    "key.unknown": ("不是已知的键", "可用：{names}"),
    "key.value": ("取值不对", "见核算文件夹说明"),
    "column.unknown": ("有未知的列：{names}", "可用的列：{known}"),
    "column.missing": ("缺少列：{names}", "列为：{known}"),
    "column.double": ("列重复：{names}", "列为：{known}"),
    "level.unknown": ("“{level}”不是已知层级", "可用：{names}"),
    "evidence.unknown": ("不是 {names} 之一", ""),
    "currency.other": ("是 {found}，账户用 {currency}", "换算，并在来源中写明汇率"),
    "quantity.floored": ("按标准以 {scale} 为尺度将负的实物量计为零，共 {sum:.6g} {unit}", ""),
    "quantity.negative": ("有负值，合计 {sum:.6g}，仍计入", ""),
}
_PLACE = ((re.compile(r", line (\d+)"), r" 第\1行"), (re.compile(r", column (\w+)"), r" \1列"))


def label(key: str, lang: str = "en") -> str:
    """The words for a key; the key itself where there are none.

    >>> label("regulating", "zh"), label("regulating")
    ('调节服务', 'regulating services')
    """
    pair = _LABELS.get(key)
    return pair[0 if lang == "zh" else 1] if pair else key


def say(problem: Problem, lang: str = "en") -> str:
    """A problem in a language; English where the Chinese is lacking."""
    pair = _ZH.get(problem.code) or _ZH.get(f"{problem.code.partition('.')[0]}.*")
    if lang != "zh" or pair is None:
        return str(problem)
    what, mend = pair
    try:
        what, mend = what.format_map(problem.values), mend.format_map(problem.values)
    except KeyError:  # raised with fewer fields than the Chinese tells: say it in English rather than not at all
        return str(problem)
    where = problem.where
    for pattern, zh in _PLACE:
        where = pattern.sub(zh, where)
    return f"{where}：{what}。改法：{mend}" if mend else f"{where}：{what}"
