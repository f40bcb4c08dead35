"""``gep evidence`` and ``gep gallery``: on what figures rest, and published accounts run again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.markup import escape

from gep import opening, standards
from gep.account.account import Account
from gep.analysis import gallery
from gep.audit import evidence as tags
from gep.commands.shared import AsJson, Lang, console, joined, plain_table, print_json, told
from gep.core import ecosystems
from gep.core.text import own_words
from gep.standards import Profile
from gep.words.labels import label, thing, word
from gep.words.numbers import fixed, money_scale, pretty
from gep.words.problems import clause_name, quantity_name

_GIVEN = {
    "given": "用户给定（有来源）",
    "unsourced": "无来源",
}  # evidence of the user's own figures; the rest has the page's words


def evidence(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="FOLDER", help="an account: what share of its value rests on what"),
    ] = None,
    standard: Annotated[
        str,
        typer.Option(
            help="list every coefficient and price that this standard's components can take"
        ),
    ] = "",
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """Print every coefficient and price with source, year and evidence, and what share of a value
    rests on which.
    """
    if path is None and not standard:
        raise typer.BadParameter(
            "给出核算文件夹，或 --standard"
            if lang == "zh"
            else "name an account folder, or --standard"
        )
    with told(lang):
        account = opening.read(path, standard) if path is not None else None
        listed = tags.of_standard(standard) if standard else None
    if as_json:
        return print_json(_evidence(account, listed))
    if listed is not None:
        _show_coefficients(standards.get(standard), listed, lang)
    if account is not None:
        _show_shares(account, lang)
    return None


def _evidence(account: Account | None, listed: pd.DataFrame | None) -> dict[str, object]:
    data: dict[str, object] = {}
    if account is not None:
        data = {
            "standard": account.profile.id,
            "total": float(account.total),
            "shares": tags.shares(account).to_dict(),
            "rows": tags.shares(account, by="row").to_dict(),
            "parts": tags.of_account(account).reset_index().to_dict("records"),
        }
    return data if listed is None else data | {"coefficients": listed.to_dict("records")}


def _tag(tag: object, lang: str) -> str:
    return (_GIVEN.get(str(tag)) or word(str(tag), lang)) if lang == "zh" else str(tag)


def _show_coefficients(profile: Profile, listed: pd.DataFrame, lang: str) -> None:
    console.print(
        f"[bold]{escape(profile.zh if lang == 'zh' else profile.en)}[/]\n{escape(profile.source)}\n[dim]{escape(own_words(profile.note, lang))}[/]\n"
    )
    table = plain_table()
    for head in ("component", "name", "value", "unit", "year", "evidence", "source"):
        named = "数值" if head == "value" and lang == "zh" else label(head, lang)
        table.add_column(named, overflow="fold", justify="right" if head == "value" else "left")
    for r in listed.to_dict("records"):
        at = joined(
            filter(
                None,
                (
                    ecosystems.called(r["ecosystem"], lang) if lang == "zh" else r["ecosystem"],
                    r["item"],
                    r["region"],
                ),
            ),
            lang,
        )
        name = f"{quantity_name(r['name'], lang)} {r['name']}" if lang == "zh" else r["name"]
        cells = (
            thing(r["indicator"], r["component"], lang),
            name + (f" [{at}]" if at else ""),
            f"{r['value']:g}",
            pretty(r["unit"], lang) if lang == "zh" else r["unit"],
            r["year"],
            _tag(r["evidence"], lang),
            "; ".join(filter(None, (r["source"], clause_name(r["clause"], lang)))),
        )
        table.add_row(*map(escape, cells))
    console.print(table)
    counts = (f"{_tag(tag, lang)} {n}" for tag, n in listed["evidence"].value_counts().items())
    console.print(f"\n{len(listed)}: {joined(counts, lang)}")


def _show_shares(account: Account, lang: str) -> None:
    scale = money_scale(float(account.total), account.basis.currency, lang)
    table = plain_table()
    for head in (
        label("component", lang),
        f"{label('value', lang)} {scale.unit}",
        "%",
        label("evidence", lang),
        label("source", lang),
    ):
        table.add_column(
            head, justify="right" if head == "%" or scale.unit in head else "left", overflow="fold"
        )
    for r in tags.of_account(account).reset_index().to_dict("records"):
        name = thing(r["indicator"], r["component"], lang)
        sources = "; ".join(
            label("no_source", lang) if s == "no source" else s for s in r["sources"].split("; ")
        )
        table.add_row(
            escape(name),
            fixed(r["value"] / scale.factor),
            fixed(r["share"] * 100, 1),
            _tag(r["evidence"], lang),
            escape(sources),
        )
    console.print(table)
    for by, zh, en in (
        ("evidence", "按依据：", "by evidence: "),
        ("row", "按标准条目：", "by row of the standard: "),
    ):
        shares = (
            f"{_tag(tag, lang)} {share * 100:.1f} %"
            for tag, share in tags.shares(account, by=by).items()
            if share
        )
        console.print((zh if lang == "zh" else en) + joined(shares, lang))


def gallery_(
    root: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="the folder of the examples")
    ] = None,
    case: Annotated[str, typer.Option(help="one case, figure by figure")] = "",
    markdown: Annotated[
        bool, typer.Option("--markdown", help="print the page of the docs")
    ] = False,
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """Run the published accounts again: what recomputes, and where a source contradicts itself."""
    zh = lang == "zh"
    with told(lang):
        where = root or (
            Path("examples")
            if Path("examples").is_dir()
            else Path(gallery.__file__).parents[1] / "examples"
        )
        found = [o for o in gallery.run_all(where) if case in ("", o.id)]
    if markdown:
        return typer.echo(gallery.markdown(found), nl=False)
    if as_json:
        print_json(
            [
                {
                    "id": o.id,
                    "grade": o.about["grade"],
                    "title": o.about["title"],
                    "source": o.about["source"],
                    "passed": o.passed,
                    "total": float(o.account.total) if o.account else None,
                    "total_name": o.account.total_name if o.account else None,
                    "not_warned": list(o.warnings),
                    "checks": [
                        {**c._asdict(), "fits": c.fits, "passed": c.passed} for c in o.checks
                    ],
                }
                for o in found
            ]
        )
        raise typer.Exit(0 if all(o.passed for o in found) else 1)
    table = plain_table()
    for head in (
        "",
        "等级" if zh else "grade",
        "案例" if zh else "case",
        "",
        "符合" if zh else "fit",
        "来源自相矛盾" if zh else "known slips",
    ):
        table.add_column(head, overflow="fold")
    for o in found:
        table.add_row(
            "[green]✓[/]" if o.passed else "[red]✗[/]",
            o.about["grade"],
            o.id,
            escape(o.about["zh" if zh else "title"]),
            f"{sum(c.fits for c in o.checks)} / {len(o.checks)}",
            str(len(o.slips) or ""),
        )
    console.print(table)
    for o in found:
        for c in o.checks:
            if case or not c.passed or (c.expected and len(found) == 1):
                mark = (
                    "[red]✗[/]" if not c.passed else "[yellow]![/]" if c.expected else "[green]✓[/]"
                )
                console.print(
                    f"  {mark} {o.id} {escape(c.name)}: {c.printed:.8g} / {c.ours:.8g} ± {c.reach:.3g} {escape(c.unit)} {escape(c.why)}",
                    soft_wrap=True,
                )
        for code in o.warnings:
            console.print(f"  [red]✗[/] {o.id}: {code}")
    done, slips = sum(o.passed for o in found), sum(len(o.slips) for o in found)
    console.print(
        f"{done} / {len(found)}"
        + (
            f" 个案例如实重现；{slips} 个印刷数字与其来源不符，均已识别"
            if zh
            else f" cases behave as recorded; {slips} printed figures do not fit their own source, and are caught"
        )
    )
    if case and found:
        for key, name in (
            ("source", "来源"),
            ("printed", "所印内容"),
            ("recomputes", "可重现"),
            ("errs", "自相矛盾"),
        ):
            if found[0].about.get(key):
                console.print(
                    f"  [dim]{name if zh else key}:[/] {escape(found[0].about[key])}",
                    soft_wrap=True,
                )
    raise typer.Exit(0 if done == len(found) else 1)
