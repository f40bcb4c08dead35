"""``gep seea``: the account as the UN's ecosystem accounts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from gep import opening
from gep.account.confidential import may_leave
from gep.commands.shared import Lang, console, joined, names, told
from gep.core import output
from gep.report import seea as ecosystem_accounts
from gep.words.labels import label, thing
from gep.words.numbers import fixed, money_scale
from gep.words.problems import said, thing_named

_WORDS: dict[str, str] = {
    "supply": "供给表",
    "use": "使用表",
    "service": "服务",
    "no type given": "未分类型",
    # users
    "agriculture": "农业",
    "industry": "工业",
    "government": "政府",
    "households": "住户",
    "services": "服务业",
    "rest_of_world": "区外",
    "ecosystems": "生态系统",
    "unallocated": "未分配",
    # the bridge
    "exchange_values": "交换价值",
    "of_which_travel_time": "其中旅行时间",
    "without_travel_time": "扣除旅行时间",
    "consumer_surplus": "消费者剩余",
    "non_use_value": "非使用价值",
    "welfare": "福利价值",
}
SERVICES: Mapping[str, str] = {  # the reference list of SEEA EA
    "Crop provisioning services": "作物供给服务",
    "Wood provisioning services": "木材供给服务",
    "Grazed biomass provisioning services": "放牧生物质供给服务",
    "Aquaculture provisioning services": "水产养殖供给服务",
    "Other provisioning services": "其他供给服务",
    "Water supply": "供水",
    "Global climate regulation services": "全球气候调节服务",
    "Local (micro and meso) climate regulation services": "当地（微观和中观）气候调节服务",
    "Air filtration services": "空气过滤服务",
    "Soil quality regulation services": "土壤质量调节服务",
    "Soil and sediment retention services: soil erosion control": "土壤和沉积物保持服务：土壤侵蚀控制",
    "Water purification services: breakdown of nutrients and other pollutants": "水净化服务：分解养分和其他污染物",
    "Water flow regulation services: baseline flow maintenance": "水流调节服务：维持基流",
    "Flood control services: coastal protection": "防洪服务：海岸保护",
    "Flood control services: river flood mitigation": "防洪服务：减轻河流洪水",
    "Noise attenuation services": "噪声衰减服务",
    "Biological control services: pest control": "生物防治服务：病虫害防治",
    "Nursery population and habitat maintenance services": "育苗种群和栖息地维护服务",
    "Recreation-related services": "娱乐相关服务",
    "Visual amenity services": "视觉舒适性服务",
    "Education, scientific and research services": "教育、科学和研究服务",
    "Ecosystem and species appreciation": "生态系统和物种欣赏",
    "not separately classified": "未单独分类",
}
_BRIDGE: Mapping[str, str] = {
    "exchange_values": "按交换价值核算的合计",
    "of_which_travel_time": "含在游览成本中",
    "without_travel_time": "有人认为无偿的时间不是交换价值",
    "consumer_surplus": "游客愿意支付而超出其成本的部分",
    "non_use_value": "陈述的支付意愿",
    "welfare": "交换价值＋消费者剩余＋非使用价值；不是 GEP",
}


def seea(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", help="the account folder; users.csv in it says who uses what"
        ),
    ],
    out: Annotated[Path | None, typer.Option(help="write seea.csv and seea.xlsx here")] = None,
    year: Annotated[int | None, typer.Option(help="a year of the account")] = None,
    lang: Lang = "en",
) -> None:
    """Show the account as the UN's ecosystem accounts: supply and use, extent, bridge to welfare
    values.
    """
    with told(lang):
        account = opening.read(path)
        users = (
            ecosystem_accounts.read_users(path / "users.csv")
            if (path / "users.csv").exists()
            else None
        )
        found = ecosystem_accounts.tables(account, year, users)
        if out is not None:
            may_leave(account)
            output.write(out, {"seea.csv": found.to_csv(), "seea.xlsx": found.workbook()})
    scale = money_scale(float(account.total), account.basis.currency, lang)
    zh = lang == "zh"
    called = names((account,), lang) | (_WORDS if zh else {})
    for key, frame in (("supply", found.supply_money), ("use", found.use_money)):
        table = Table(
            title=escape(f"{called.get(key, key)} [{scale.unit}]"),
            title_justify="left",
            box=None,
            header_style="bold",
            pad_edge=False,
        )
        columns = [c for c in frame.columns if c not in ("service", "unit")]
        for head in ("service", "component", *columns):
            text = label("component", lang) if head == "component" else called.get(head, head)
            table.add_column(
                escape(text),
                justify="left" if head in ("service", "component") else "right",
                overflow="fold",
            )
        for row in frame.reset_index().to_dict("records"):
            whole = row["indicator"] == "total"
            figures = ("" if row[c] != row[c] else fixed(row[c] / scale.factor) for c in columns)
            component = "" if whole else thing(row["indicator"], row["component"], lang)
            service = (
                SERVICES.get(row["service"]) or thing_named(row["indicator"], lang)
                if zh
                else called.get(row["service"], row["service"])
            )
            table.add_row(
                escape(service), escape(component), *figures, style="bold" if whole else None
            )
        console.print(table)
    for row in found.bridge.reset_index().to_dict("records"):
        line, note = (
            (_WORDS[row["line"]], _noted(row["line"], found.bridge.attrs))
            if zh
            else (row["line"], row["note"])
        )
        console.print(
            f"{line:22} {fixed(row['value'] / scale.factor):>14} {scale.unit}   [dim]{escape(note)}[/]",
            soft_wrap=True,
        )
    for problem, note in zip(found.problems, found.notes, strict=True):
        console.print(
            escape(said(problem, lang, account.basis.currency) if zh else note),
            style="dim",
            soft_wrap=True,
        )
    if out is not None:
        console.print(f"→ {escape(str(out))}: seea.csv, seea.xlsx", style="dim")


def _noted(line: str, unknown: Mapping[Any, Any]) -> str:
    """The note of a line of the bridge in Chinese, with what is not known in it."""
    note = _BRIDGE[line]
    if line == "of_which_travel_time" and unknown["travel_time"]:
        note += f"；{joined((thing_named(name, 'zh') for name in unknown['travel_time']), 'zh')}只给出了整个游览成本，时间部分不明"
    if line == "welfare" and unknown["beyond"]:
        note += f"；未核算：{joined(('消费者剩余' if kind == 'consumer surplus' else '非使用价值' for kind in unknown['beyond']), 'zh')}"
    return note
