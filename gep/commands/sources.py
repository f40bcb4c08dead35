"""``gep evidence``, ``gep seea`` and ``gep gallery``: on what figures rest, the UN's tables, published accounts run again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from gep import evidence as tags
from gep import folder, gallery, output, standards
from gep import seea as ecosystem_accounts
from gep.commands import AsJson, Lang, _check_lang, _print_json, _told, app, console
from gep.report.formats import fixed, money_scale
from gep.text import label

_TAGS = {
    "sourced": "有据",
    "given": "用户给定（有来源）",
    "derived": "推算",
    "general": "一般知识",
    "uncertain": "存疑",
    "unsourced": "无来源",
    "synthetic": "模拟",
    "confirmed": "有据",
    "reconstructed": "推定",
}


@app.command()
def evidence(
    path: Annotated[Path | None, typer.Argument(metavar="FOLDER", help="an account: what share of its value rests on what")] = None,
    standard: Annotated[str, typer.Option(help="list every coefficient and price that this standard's components can take")] = "",
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """Print every coefficient and price with source, year and evidence, and what share of a value rests on which."""
    _check_lang(lang)
    if path is None and not standard:
        raise typer.BadParameter("name an account folder, or --standard")
    zh = lang == "zh"
    with _told(lang):
        account = folder.read(path, standard) if path is not None else None
        listed = tags.of_standard(standard or (account.profile.id if account else "")) if standard else None
    if as_json:
        data: dict[str, object] = {}
        if account is not None:
            data = {"standard": account.profile.id, "total": float(account.total), "shares": tags.shares(account).to_dict(), "rows": tags.shares(account, by="row").to_dict(),
                    "parts": tags.of_account(account).reset_index().to_dict("records")}  # fmt: skip
        if listed is not None:
            data["coefficients"] = listed.to_dict("records")
        return _print_json(data)
    if listed is not None:
        profile = standards.get(standard)
        console.print(f"[bold]{escape(profile.zh if zh else profile.en)}[/]\n{escape(profile.source)}\n[dim]{escape(profile.note)}[/]\n")
        table = Table(box=None, header_style="bold", pad_edge=False)
        for head in ("component", "name", "value", "unit", "year", "evidence", "source"):
            table.add_column(label(head, lang), overflow="fold", justify="right" if head == "value" else "left")
        for r in listed.to_dict("records"):
            at = ", ".join(filter(None, (r["ecosystem"], r["item"], r["region"])))
            table.add_row(
                f"{r['indicator']}.{r['component']}",
                escape(r["name"] + (f" [{at}]" if at else "")),
                f"{r['value']:g}",
                escape(r["unit"]),
                r["year"],
                r["evidence"],
                escape("; ".join(filter(None, (r["source"], r["clause"])))),
            )
        console.print(table)
        console.print(f"\n{len(listed)}: " + ", ".join(f"{_TAGS[str(t)] if zh else t} {n}" for t, n in listed["evidence"].value_counts().items()))
    if account is not None:
        scale = money_scale(float(account.total), account.basis.currency, lang)
        table = Table(box=None, header_style="bold", pad_edge=False)
        for head in ("component", f"{label('value', lang)} {scale.unit}", "%", label("evidence", lang), label("source", lang)):
            table.add_column(label(head, lang), justify="right" if head == "%" or scale.unit in head else "left", overflow="fold")
        for r in tags.of_account(account).reset_index().to_dict("records"):
            table.add_row(
                f"{r['indicator']}.{r['component']}".rstrip("."),
                fixed(r["value"] / scale.factor),
                fixed(r["share"] * 100, 1),
                _TAGS[r["evidence"]] if zh else r["evidence"],
                escape(r["sources"]),
            )
        console.print(table)
        for by in ("evidence", "row"):
            shares = tags.shares(account, by=by)
            console.print((("按依据：" if by == "evidence" else "按标准条目：") if zh else f"by {'evidence' if by == 'evidence' else 'row of the standard'}: ")
                          + ", ".join(f"{_TAGS[str(t)] if zh else t} {v * 100:.1f} %" for t, v in shares.items() if v))  # fmt: skip
    return None


@app.command()
def seea(
    path: Annotated[Path, typer.Argument(metavar="FOLDER", help="the account folder; users.csv in it says who uses what")],
    out: Annotated[Path | None, typer.Option(help="write seea.csv and seea.xlsx here")] = None,
    year: Annotated[int | None, typer.Option(help="a year of the account")] = None,
    lang: Lang = "en",
) -> None:
    """Show the account as the UN's ecosystem accounts: supply and use, extent, bridge to welfare values."""
    _check_lang(lang)
    with _told(lang):
        account = folder.read(path)
        users = ecosystem_accounts.read_users(path / "users.csv") if (path / "users.csv").exists() else None
        found = ecosystem_accounts.tables(account, year, users)
        if out is not None:
            output.write(out, {"seea.csv": found.to_csv(), "seea.xlsx": found.workbook()})
    scale = money_scale(float(account.total), account.basis.currency, lang)
    for name, frame in (("supply", found.supply_money), ("use", found.use_money)):
        table = Table(title=f"{name} [{scale.unit}]", title_justify="left", box=None, header_style="bold", pad_edge=False)
        columns = [c for c in frame.columns if c not in ("service", "unit")]
        for head in ("service", "component", *columns):
            table.add_column(head, justify="left" if head in ("service", "component") else "right", overflow="fold")
        for row in frame.reset_index().to_dict("records"):
            table.add_row(
                escape(row["service"]),
                ".".join(filter(None, (row["indicator"], row["component"]))),
                *("" if row[c] != row[c] else fixed(row[c] / scale.factor) for c in columns),
                style="bold" if row["indicator"] == "total" else None,
            )
        console.print(table)
    for row in found.bridge.reset_index().to_dict("records"):
        console.print(f"{row['line']:22} {fixed(row['value'] / scale.factor):>14} {scale.unit}   [dim]{escape(row['note'])}[/]")
    for note in found.notes:
        console.print(escape(note), style="dim", soft_wrap=True)
    if out is not None:
        console.print(f"→ {escape(str(out))}: seea.csv, seea.xlsx", style="dim")


@app.command("gallery")
def gallery_(
    root: Annotated[Path | None, typer.Argument(metavar="FOLDER", help="the folder of the examples")] = None,
    case: Annotated[str, typer.Option(help="one case, figure by figure")] = "",
    markdown: Annotated[bool, typer.Option("--markdown", help="print the page of the docs")] = False,
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """Run the published accounts again: what recomputes, and where a source contradicts itself."""
    _check_lang(lang)
    zh = lang == "zh"
    with _told(lang):
        where = root or (Path("examples") if Path("examples").is_dir() else Path(gallery.__file__).parents[1] / "examples")
        found = [o for o in gallery.run_all(where) if case in ("", o.id)]
    if markdown:
        return typer.echo(gallery.markdown(found), nl=False)
    if as_json:
        _print_json([{"id": o.id, "grade": o.about["grade"], "title": o.about["title"], "source": o.about["source"], "passed": o.passed, "total": float(o.account.total) if o.account else None,
                      "total_name": o.account.total_name if o.account else None, "not_warned": list(o.warnings), "checks": [{**c._asdict(), "fits": c.fits, "passed": c.passed} for c in o.checks]} for o in found])  # fmt: skip
        raise typer.Exit(0 if all(o.passed for o in found) else 1)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for head in ("", "等级" if zh else "grade", "案例" if zh else "case", "", "符合" if zh else "fit", "来源自相矛盾" if zh else "known slips"):
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
                mark = "[red]✗[/]" if not c.passed else "[yellow]![/]" if c.expected else "[green]✓[/]"
                console.print(
                    f"  {mark} {o.id} {escape(c.name)}: {c.printed:.8g} / {c.ours:.8g} ± {c.reach:.3g} {escape(c.unit)} {escape(c.why)}", soft_wrap=True
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
        for key in ("source", "printed", "recomputes", "errs"):
            if found[0].about.get(key):
                console.print(f"  [dim]{key}:[/] {escape(found[0].about[key])}", soft_wrap=True)
    raise typer.Exit(0 if done == len(found) else 1)
