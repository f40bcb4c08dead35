"""A plain page of one account: self-contained, printable, Chinese or English; everything from outside is text."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from importlib.metadata import PackageNotFoundError, version

from gep.account import Account
from gep.report.formats import Scale, amount, fixed, money_scale, plain, pretty
from gep.report.table import Row, rows
from gep.text import label, say

_STYLE = """
:root{--ink:#1b2b26;--soft:#5b6b66;--line:#d9e2de;--tint:#f2f7f4;--accent:#1f7a54;--bad:#a33b1f;--paper:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#e6efeb;--soft:#9fb0a9;--line:#33423c;--tint:#1c2723;--accent:#5fc79a;--bad:#f08a6c;--paper:#121a17}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.55 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",system-ui,sans-serif}
main{max-width:1080px;margin:0 auto;padding:28px 20px 60px}h1{font-size:1.6rem;margin:0 0 2px}h2{font-size:1.15rem;margin:34px 0 8px}p{margin:6px 0}
.soft{color:var(--soft)}.cards{display:flex;flex-wrap:wrap;gap:12px;margin:18px 0}.card{flex:1 1 170px;background:var(--tint);border-radius:8px;padding:12px 16px}
.card b{display:block;font-size:1.45rem;font-variant-numeric:tabular-nums;line-height:1.25}.card.main b{color:var(--accent);font-size:1.8rem}
.wrap{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th,td{padding:5px 9px;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
th{font-weight:600;color:var(--soft);white-space:nowrap}td.n,th.n{text-align:right;white-space:nowrap}tr.d0 td,tr.d1 td{font-weight:700}tr.d1 td{background:var(--tint)}tr.d3 td:first-child{padding-left:30px;color:var(--soft)}
.bar{height:22px;display:flex;border-radius:6px;overflow:hidden;margin:10px 0}.bar span{display:block}.key{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:6px}
.bad{color:var(--bad)}.ok{color:var(--accent)}code{font-size:.85em;overflow-wrap:anywhere}
@media print{main{max-width:none;padding:0}.wrap{overflow:visible}h2{break-after:avoid}tr{break-inside:avoid}body{font-size:10pt}}
"""
_COLOURS = {"material": "#c8912b", "regulating": "#1f7a54", "cultural": "#2f6ca3", "other": "#86958f"}


def _cell(text: str, number: bool = False, extra: str = "") -> str:
    return f"<td{' class=n' if number else ''}{extra}>{text}</td>"


def page(account: Account, lang: str = "en") -> str:
    """The whole page as HTML text.

    Parameters
    ----------
    account : Account
    lang : "zh" or "en"
    """
    table = rows(account, lang)
    scale = money_scale(float(account.total), account.basis.currency, lang)
    b = account.basis
    title = b.title or label("account", lang)
    name = account.profile.zh if lang == "zh" else account.profile.en
    years = "–".join(map(str, sorted({b.years[0], b.years[-1]})))
    facts = f"{label('region', lang)}: {b.region} · {label('years', lang)}: {years} · {label('price_year', lang)}: {label(b.prices, lang)} · {label('standard', lang)}: {name}"
    body = [
        f"<h1>{escape(title)}</h1>",
        f"<p class=soft>{escape(facts)}</p>",
        _cards(account, table, scale, lang),
        f"<h2>{label('composition', lang)}</h2>",
        _bar(table),
        f"<h2>{label('table', lang)}</h2>",
        _table(table, scale, lang),
        _left_out(account, lang),
        _controls(account, scale, lang),
        _warnings(account, lang),
        _reproduce(account, lang),
    ]
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(title)}</title><style>{_STYLE}</style></head>'
        f"<body><main>{''.join(body)}</main></body></html>\n"
    )


def _cards(account: Account, table: Iterable[Row], scale: Scale, lang: str) -> str:
    b, total = account.basis, account.total
    cards = [f'<div class="card main"><span class=soft>{escape(account.total_name)}</span><b>{fixed(total / scale.factor)}</b>{scale.unit}</div>']
    for row in table:
        if row.depth == 1:
            cards.append(
                f"<div class=card><span class=soft>{row.label}</span><b>{fixed(row.value / scale.factor)}</b>{scale.unit} · {fixed(row.share * 100, 1)} %</div>"
            )
    region = b.regions.get(b.region)
    for key, size, per in (("per_km2", b.area or (region and region.area), 1e6), ("per_head", b.population or (region and region.population), 1.0)):
        if size:
            each = money_scale(total / size * per, b.currency, lang)
            cards.append(f"<div class=card><span class=soft>{label(key, lang)}</span><b>{fixed(total / size * per / each.factor)}</b>{each.unit}</div>")
    gdp = b.gdp or (region and region.gdp)
    if gdp:
        cards.append(f"<div class=card><span class=soft>{label('gep_to_gdp', lang)}</span><b>{fixed(total / gdp)}</b></div>")
    left = account.total.left_out
    note = f"{label('excludes', lang)}: {', '.join(left)}" if left else label("nothing_left_out", lang)
    return f"<div class=cards>{''.join(cards)}</div><p class={'bad' if left else 'soft'}>{escape(note)}</p>"


def _bar(table: Iterable[Row]) -> str:
    levels = [r for r in table if r.depth == 1 and r.value > 0]
    whole = sum(r.value for r in levels) or 1.0
    spans = "".join(f'<span style="width:{r.value / whole * 100:.2f}%;background:{_COLOURS[r.id]}" title="{escape(r.label)}"></span>' for r in levels)
    keys = " &nbsp; ".join(f'<span><span class=key style="background:{_COLOURS[r.id]}"></span>{r.label} {fixed(r.share * 100, 1)} %</span>' for r in levels)
    alt = escape(", ".join(f"{r.label} {fixed(r.share * 100, 1)} %" for r in levels), quote=True)
    return f'<div class=bar role=img aria-label="{alt}">{spans}</div><p>{keys}</p>'


def _table(table: list[Row], scale: Scale, lang: str) -> str:
    compared = any(r.control for r in table)
    heads = [("indicator", False), ("quantity", True), ("unit", False), ("price", True), ("unit", False), ("value", True), ("share", True)]
    heads += [("published", True), ("difference", True)] if compared else []
    head = "".join(
        f"<th scope=col{' class=n' if n else ''}>{label(k, lang)}{f' ({scale.unit})' if k in ('value', 'published', 'difference') else ''}</th>"
        for k, n in heads
    )
    lines = []
    for r in table:
        quantity, unit = amount(r.quantity, r.quantity_unit, lang) if r.quantity == r.quantity else ("", "")
        cells = [
            f"<td>{escape(r.label)}</td>", _cell(quantity, True), _cell(escape(unit)), _cell(plain(r.price) if r.price == r.price else "", True),
            _cell(escape(pretty(r.price_unit, lang)) if r.price == r.price else ""), _cell(fixed(r.value / scale.factor, 2 if r.depth < 3 else 4), True), _cell(f"{fixed(r.share * 100)} %" if r.share == r.share else "", True),
        ]  # fmt: skip
        if compared:
            c = r.control
            mark = "" if c is None else f' class="n {"ok" if c.within else "bad"}" title="{label("within" if c.within else "beyond", lang)}"'
            cells += [
                _cell(fixed(c.published / scale.factor, 4 if r.depth == 3 else 2) if c else "", True),
                f"<td{mark or ' class=n'}>{f'{c.difference / scale.factor:+,.4f}' if c else ''}</td>",
            ]
        lines.append(f"<tr class=d{r.depth}>{''.join(cells)}</tr>")
    return f"<div class=wrap><table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"


def _left_out(account: Account, lang: str) -> str:
    if not account.missing:
        return ""
    items = []
    for inside in dict.fromkeys(m.inside for m in account.missing if m.inside):
        names = ", ".join(f"{m.indicator}.{m.component}" for m in account.missing if m.inside == inside)
        items.append(f"<li class=soft>{label('not_separately', lang)} (<code>{escape(inside)}</code>): {escape(names)}</li>")
    for m in (m for m in account.missing if not m.inside):
        who = f"{m.indicator}.{m.component}".rstrip(".") + (f" [{', '.join(m.ecosystems)}]" if m.ecosystems else "")
        needs = ", ".join(f"{n} [{u}]" for n, u in m.needs)
        items.append(f"<li><code>{escape(who)}</code> — {label('needs', lang)}: {escape(needs)}</li>")
    return f"<h2>{label('left_out', lang)}</h2><ul>{''.join(items)}</ul>"


def _controls(account: Account, scale: Scale, lang: str) -> str:
    if not account.controls:
        return ""
    lines = []
    for c in account.controls:
        reach = (c.rounding + c.rounding_inputs) / scale.factor
        verdict = f"<td class={'ok' if c.within else 'bad'}>{label('within' if c.within else 'beyond', lang)}</td>"
        name = " · ".join([c.name.removeprefix("level:"), *(v for k, v in c.labels.items() if k == "ecosystem")])
        lines.append(f"<tr>{_cell(escape(label(name, lang)))}{_cell(fixed(c.published / scale.factor, 4), True)}{_cell(fixed(c.account / scale.factor, 4), True)}"
                     f"{_cell(f'{c.difference / scale.factor:+,.4f}', True)}{_cell(f'±{reach:,.4f}', True)}{verdict}{_cell(escape(c.source))}</tr>")  # fmt: skip
    heads = "".join(
        f"<th scope=col{' class=n' if k in ('published', 'value', 'difference', 'rounding') else ''}>{label(k, lang)}</th>"
        for k in ("indicator", "published", "value", "difference", "rounding", "status", "source")
    )
    return (
        f"<h2>{label('controls', lang)} ({scale.unit})</h2><div class=wrap><table><thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def _warnings(account: Account, lang: str) -> str:
    if not account.warnings:
        return ""
    return f"<h2>{label('warnings', lang)}</h2><ul>{''.join(f'<li>{escape(say(w, lang))}</li>' for w in account.warnings)}</ul>"


def _reproduce(account: Account, lang: str) -> str:
    files = "".join(f"<tr><td>{escape(n)}</td><td><code>sha256 {h}</code></td></tr>" for n, h in account.files.items())
    return (
        f"<h2>{label('reproduce', lang)}</h2><p>gep-accounting {escape(_version())} · {escape(account.profile.id)}</p>"
        f"<div class=wrap><table><thead><tr><th scope=col colspan=2>{label('files', lang)}</th></tr></thead><tbody>{files}</tbody></table></div>"
    )


def _version() -> str:
    try:
        return version("gep-accounting")
    except PackageNotFoundError:
        return "(not installed)"


def notebook(account: Account) -> str:
    """A short table for a notebook cell."""
    scale = money_scale(float(account.total), account.basis.currency)
    lines = "".join(
        f'<tr><td style="text-align:left;padding-left:{r.depth * 12}px">{escape(r.label)}</td><td>{fixed(r.value / scale.factor)}</td><td>{fixed(r.share * 100, 1)} %</td></tr>'
        for r in rows(account) if r.depth < 3
    )  # fmt: skip
    left = f"<p>{escape(label('excludes'))}: {escape(', '.join(account.total.left_out))}</p>" if account.total.left_out else ""
    title = escape(f"{account.basis.title or account.basis.region}: {account.total_name} {fixed(account.total / scale.factor)} {scale.unit}")
    return f"<details open><summary><b>{title}</b></summary><table><thead><tr><th></th><th>{scale.unit}</th><th>%</th></tr></thead><tbody>{lines}</tbody></table>{left}</details>"
