"""``gep form``: a reporting round, from templates out to the account that comes back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from gep.commands.shared import AsJson, console, plain_table, print_json, told
from gep.errors import InputError, Problem
from gep.forms import define, desk
from gep.forms import status as standing
from gep.forms.cells import read_date
from gep.forms.fill import fill as put
from gep.forms.round import Round, from_account, load, read_regions
from gep.forms.template import write_templates
from gep.text import label, say

form = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The statistical report system: forms out, data in 统计报表：发放、回收、核对")
Lang = Annotated[str, typer.Option("--lang", help="zh or en")]
Folder = Annotated[Path, typer.Argument(help="the folder of the round")]


@form.command("list")
def list_(lang: Lang = "zh", as_json: AsJson = False) -> None:
    """List the forms: code, department, deadline, fields."""
    zh = lang == "zh"
    rows = [
        {"form": f.printed, "category": f.category_zh if zh else f.category_en, "department": getattr(define.departments()[f.department], lang),
         "title": f.zh if zh else f.en, "deadline": f.deadline, "fields": len(f.fields)}
        for f in define.forms().values()
    ]  # fmt: skip
    if as_json:
        return print_json(rows)
    table = plain_table()
    for key in rows[0]:
        table.add_column(key)
    for row in rows:
        table.add_row(*(escape(str(v)) for v in row.values()))
    console.print(table)
    console.print(
        "官方表名和部门名单未公开，以上为推定。" if zh else "The official forms and departments are not public; these are reconstructed.", style="dim"
    )
    return None


@form.command()
def template(
    out: Annotated[Path, typer.Option("--out", help="folder of the new round")],
    year: Annotated[int, typer.Option("--year", help="reporting year")] = 0,
    region: Annotated[str, typer.Option("--region", help="name of the city")] = "",
    standard: Annotated[str, typer.Option("--standard")] = "shenzhen",
    regions: Annotated[Path | None, typer.Option("--regions", help="regions.csv: region, parent, code")] = None,
    last: Annotated[Path | None, typer.Option("--last", help="account folder of last year: its rows and figures stand beside the blanks")] = None,
    code: Annotated[str, typer.Option("--code", help="division code of the city")] = "",
    only: Annotated[list[str] | None, typer.Option("--only", help="a department or form; may be repeated")] = None,
    headers: Annotated[str, typer.Option("--headers", help="zh, en or both")] = "zh",
    lang: Lang = "zh",
) -> None:
    """Write a round: one workbook for each department."""
    if headers not in ("zh", "en", "both"):
        raise typer.BadParameter("zh, en or both", param_hint="--headers")
    with told(lang):
        if last is not None:
            r, homeless = from_account(last, year or None, code=code, lang=headers, region=region)
        elif region and year:
            r, homeless = Round(region, year, code, standard, headers), []
        else:
            raise InputError(
                "A round needs a region and a year",
                [Problem("round.what", "gep form template", "has no --region and --year, and no --last", "give both, or last year's folder")],
            )
        if regions is not None:
            r = replace(r, regions=read_regions(regions, r.region))
        made = write_templates(r, out, tuple(only or ()))
    for path in made:
        console.print(str(path), highlight=False, soft_wrap=True)
    zh, answers = lang == "zh", escape(str(out / "returned"))
    if homeless:
        n = len(homeless)
        console.print(f"上年有 {n} 个数在报表中没有位置" if zh else f"{n} figures of last year have no place in the forms", style="yellow")
    n = len(made)
    console.print(f"{n} 个工作簿 · 收回的报表放入 {answers}" if zh else f"{n} workbooks · answers go to {answers}", style="dim", soft_wrap=True)


@form.command()
def fill(
    path: Folder,
    source: Annotated[Path, typer.Option("--from", help="account folder whose figures are put into the blanks")],
    lang: Lang = "zh",
) -> None:
    """Fill the templates of a round from an account folder, for a trial: the answers appear in DIR/returned."""
    with told(lang):
        r = load(path)
        given, _ = from_account(source, r.year)
        done = {p.name: put(p, r, given.last, path / "returned" / p.name) for p in sorted(path.glob("*.xlsx"))}
    for name, count in done.items():
        console.print(f"{escape(name)}: {count}", soft_wrap=True)


@form.command()
def read(
    path: Folder,
    last: Annotated[bool, typer.Option("--use-last", help="let last year's figures stand in, marked so")] = False,
    revision: Annotated[str, typer.Option("--revision", help="why a released account is worked on again")] = "",
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Read what came back into DIR/account; list every fault by file, sheet and cell. Exit code 1 if figures were refused."""
    with told(lang):
        out = desk.read(path, lang, last, revision)
    errors = [p for p in out.problems if p.level == "error"]
    if as_json:
        print_json(desk.summary(out, lang))
        raise typer.Exit(1 if errors else 0)
    for p in (*errors, *(p for p in out.problems if p.level == "warning")):
        console.print(f"[{'red' if p.level == 'error' else 'yellow'}]{label(p.level, lang)}[/] {escape(say(p, lang))}", soft_wrap=True)
    for d in out.differences:
        console.print(
            f"[cyan]{escape(d.form)}[/] {escape(d.field)} {escape(d.row)}: {escape(d.before or '∅')} → {escape(d.after or '∅')}  ({escape(d.first)} → {escape(d.second)})",
            soft_wrap=True,
        )
    counts = (len(out.submissions), len(out.by_form), len(out.answers), len(errors), len(out.problems) - len(errors))
    line = "{} 个文件 · {} 张表 · {} 个数 · {} 处错误 · {} 条提示" if lang == "zh" else "{} files · {} forms · {} figures · {} errors · {} warnings"
    console.print("\n" + line.format(*counts))
    console.print(f"→ {escape(str(path / 'account'))}, problems.csv, marked/", style="dim", soft_wrap=True)
    raise typer.Exit(1 if errors else 0)


@form.command()
def status(path: Folder, on: Annotated[str, typer.Option("--date", help="as of this day")] = "", as_json: AsJson = False, lang: Lang = "zh") -> None:
    """Who has reported, who is late, and which indicators wait for whom."""
    zh = lang == "zh"
    with told(lang):
        today = read_date(on) if on else dt.date.today()
        if today is None:
            raise InputError("No date", [Problem("state.date", on, "is no date", "write 2021-03-05")])
        out, rows, found, faults = standing.status(path, today)
        versions = desk.releases(path)
    if as_json:
        return print_json({
            "forms": [{**r._asdict(), "deadline": r.deadline.isoformat()} for r in rows],
            "indicators": [{"id": i.id, "ready": i.ready, "waiting": [{"component": c, "needs": n, "forms": f} for c, n, f in i.waiting]} for i in found],
            "refused": {file: say(why, lang) for file, why in out.refused.items()}, "problems": [say(p, lang) for p in faults], "releases": versions,
        })  # fmt: skip
    table = plain_table()
    heads = (
        ("表号", "部门", "截止", "情况", "状态", "签署", "数", "错误", "提示")
        if zh
        else ("form", "department", "due", "standing", "state", "signed", "figures", "errors", "warnings")
    )
    for h in heads:
        table.add_column(h)
    colour = {"overdue": "red", "refused": "red", "late": "yellow", "due": "dim", "reported": "green"}
    for r in rows:
        d = define.departments()[r.department]
        word = standing.WORDS[r.word][0 if zh else 1]
        signed = f"{r.name} {r.date}".strip()
        table.add_row(r.form, d.zh if zh else d.en, r.deadline.isoformat(), f"[{colour[r.word]}]{word}[/]", standing.state_word(r.state, lang) if r.state else "", escape(signed),
                      *(str(n) if r.state else "" for n in (r.figures, r.errors, r.warnings)))  # fmt: skip
    console.print(table)
    for why in out.refused.values():
        console.print(f"[red]{standing.WORDS['refused'][0 if zh else 1]}[/] {escape(say(why, lang))}", soft_wrap=True)
    console.print()
    for i in found:
        name = i.zh if zh else i.en
        mark = "[green]✓[/]" if i.ready and not i.waiting else "[yellow]◐[/]" if i.ready else "[red]○[/]"
        console.print(f"{mark} {escape(name)}" + (f"  {len(i.ready)}/{len(i.ready) + len(i.waiting)}" if i.waiting else ""))
        for component, names, codes in i.waiting:
            console.print(
                f"    {escape(component)}: {'缺' if zh else 'lacks'} {escape(', '.join(names))} ← {escape(standing.waiting_for(codes, lang)) or '?'}",
                style="dim",
                soft_wrap=True,
            )
    for p in faults:
        console.print(f"[red]{label('error', lang)}[/] {escape(say(p, lang))}", soft_wrap=True)
    for v in versions:
        console.print(
            f"{v['version']} · {v['date']} · {escape(v['name'])} · {escape(v['reason'])}"
            + (f" [red]{'已被改动' if zh else 'changed'}: {escape(v['changed'])}[/]" if v["changed"] else ""),
            style="cyan",
        )
    return None


@form.command()
def sign(
    path: Folder,
    codes: Annotated[list[str], typer.Argument(help="forms, departments, or all")],
    state: Annotated[str, typer.Option("--state", help="filled, checked or approved")],
    name: Annotated[str, typer.Option("--name", help="who signs")],
    date: Annotated[str, typer.Option("--date")] = "",
    reason: Annotated[str, typer.Option("--reason")] = "",
    lang: Lang = "zh",
) -> None:
    """Move forms to the next state, with name and date."""
    with told(lang):
        made = desk.sign(path, codes, state, name, date, reason)
    for s in made:
        console.print(f"{s.form} {standing.state_word(s.state, lang)} · {escape(s.name)} · {s.date}")


@form.command()
def release(
    path: Folder, name: Annotated[str, typer.Option("--name", help="who releases")], date: Annotated[str, typer.Option("--date")] = "", lang: Lang = "zh"
) -> None:
    """Lock the account as the next version."""
    with told(lang):
        made = desk.release(path, name, date)
    console.print(str(made), soft_wrap=True)
