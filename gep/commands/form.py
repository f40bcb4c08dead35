"""``gep form``: a reporting round, from templates out to the account that comes back."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from gep import standards
from gep.account.inputs import Entry
from gep.commands.shared import AsJson, console, joined, plain_table, print_json, told
from gep.core.errors import InputError, Problem
from gep.core.nomenclature import every
from gep.core.text import name_of, say
from gep.forms import define
from gep.forms.back.cells import read_date
from gep.forms.back.rules import label_text
from gep.forms.define import field as field_of
from gep.forms.define import targets
from gep.forms.desk import desk
from gep.forms.desk import status as standing
from gep.forms.out.fill import fill as put
from gep.forms.out.template import write_templates
from gep.forms.round import Figure, Round, from_account, load, read_regions
from gep.words.labels import label, named, term, thing

form = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The statistical report system: forms out, data in 统计报表：发放、回收、核对",
)
Lang = Annotated[str, typer.Option("--lang", help="zh or en")]
NAMED = 20  # names of figures without a place that are printed
Folder = Annotated[Path, typer.Argument(help="the folder of the round")]


@form.command("list")
def list_(lang: Lang = "zh", as_json: AsJson = False) -> None:
    """List the forms: code, department, deadline, fields."""
    with told(lang):
        zh = lang == "zh"
    rows = [
        {
            "form": f.printed,
            "category": f.category_zh if zh else f.category_en,
            "department": getattr(define.departments()[f.department], lang),
            "title": f.zh if zh else f.en,
            "deadline": f.deadline,
            "fields": len(f.fields),
        }
        for f in define.forms().values()
    ]
    if as_json:
        return print_json(rows)
    table = plain_table()
    for head in ("表号", "类别", "部门", "表名", "报送截止", "指标数") if zh else rows[0]:
        table.add_column(head)
    for row in rows:
        table.add_row(*(escape(str(v)) for v in row.values()))
    console.print(table)
    console.print(
        "官方表名和部门名单未公开，以上为推定。"
        if zh
        else "The official forms and departments are not public; these are reconstructed.",
        style="dim",
    )
    return None


@form.command()
def template(
    out: Annotated[Path, typer.Option("--out", help="folder of the new round")],
    year: Annotated[
        int | None, typer.Option("--year", help="reporting year", min=1000, max=2999)
    ] = None,
    region: Annotated[str, typer.Option("--region", help="name of the city")] = "",
    standard: Annotated[str, typer.Option("--standard")] = "shenzhen",
    regions: Annotated[
        Path | None, typer.Option("--regions", help="regions.csv: region, parent, code")
    ] = None,
    last: Annotated[
        Path | None,
        typer.Option(
            "--last",
            help="account folder of last year: its rows and figures stand beside the blanks",
        ),
    ] = None,
    code: Annotated[str, typer.Option("--code", help="division code of the city")] = "",
    only: Annotated[
        list[str] | None, typer.Option("--only", help="a department or form; may be repeated")
    ] = None,
    headers: Annotated[str, typer.Option("--headers", help="zh, en or both")] = "zh",
    lang: Lang = "zh",
) -> None:
    """Write a round: one workbook for each department."""
    if headers not in ("zh", "en", "both"):
        raise typer.BadParameter("zh, en or both", param_hint="--headers")
    with told(lang):
        if last is not None:
            r, homeless = from_account(last, year, code=code, lang=headers, region=region)
        elif region and year:
            standards.get(standard)
            r, homeless = Round(region, year, code, standard, headers), []
        else:
            raise InputError("error.round_needs", [Problem("round.what", "gep form template")])
        if regions is not None:
            r = replace(r, regions=read_regions(regions, r.region))
        made = write_templates(r, out, tuple(only or ()))
    for path in made:
        console.print(str(path), highlight=False, soft_wrap=True)
    zh, answers = lang == "zh", escape(str(out / "returned"))
    _say_left(homeless, r.last_year, lang)
    n = len(made)
    console.print(
        f"{n} 个工作簿 · 收回的报表放入 {answers}"
        if zh
        else f"{n} workbooks · answers go to {answers}",
        style="dim",
        soft_wrap=True,
    )


@form.command()
def fill(
    path: Folder,
    source: Annotated[
        Path, typer.Option("--from", help="account folder whose figures are put into the blanks")
    ],
    lang: Lang = "zh",
) -> None:
    """Fill the templates of a round from an account folder, for a trial: the answers appear in
    DIR/returned.
    """
    with told(lang):
        r = load(path)
        given, homeless = from_account(source, r.year)
        done = {
            p.name: put(p, r, given.last, path / "returned" / p.name)
            for p in sorted(path.glob("*.xlsx"))
        }
    for name, figures in done.items():
        console.print(f"{escape(name)}: {len(figures)}", soft_wrap=True)
    _say_left(homeless, given.last_year, lang)
    placed = {(f.field, f.key) for figures in done.values() for f in figures}
    line = (
        "{} 个数在本轮的工作簿中没有对应的行，未填入："
        if lang == "zh"
        else "{} figures have no row in the workbooks of this round and were not filled in:"
    )
    _say_names(
        line, [_field_called(f, lang) for f in given.last if (f.field, f.key) not in placed], lang
    )


def _say_left(entries: Sequence[Entry], year: int | None, lang: str) -> None:
    """Which figures of an account stand in no form."""
    earlier = sum(not e.is_price and e.year not in (None, year) for e in entries)
    line = (
        "账户中有 {} 个数在报表中没有位置，未带入："
        if lang == "zh"
        else "{} figures of the account have no place in the forms and were left out:"
    )
    _say_names(
        line, [_called(e, lang) for e in entries if e.is_price or e.year in (None, year)], lang
    )
    if earlier:
        line = (
            "账户中另有 {} 个数是 {} 年以前的，未带入"
            if lang == "zh"
            else "{} figures of the account are of years before {} and were left out"
        )
        console.print(line.format(earlier, year), style="yellow")


def _say_names(line: str, names: Sequence[str], lang: str) -> None:
    """How many figures were left out, and how many of each name."""
    counts = Counter(names)
    if counts:
        console.print(line.format(len(names)), style="yellow")
    for name, count in counts.most_common(NAMED):
        console.print(f"  {escape(name)} × {count}", soft_wrap=True)
    if len(counts) > NAMED:
        console.print("  " + label("and_more", lang).format(count=len(counts) - NAMED))


def _called(e: Entry, lang: str) -> str:
    """An input of the account as people read it, with its ids."""
    words = (
        thing(e.indicator, e.component, lang),
        term(e.name, lang) if e.name in every() else label(e.name, lang),
    )
    return f"{' · '.join(filter(None, words))} ({'.'.join(filter(None, (e.indicator, e.component, e.name)))})"


def _field_called(f: Figure, lang: str) -> str:
    """A figure of a form as people read it, with its code and what it becomes."""
    own, place = field_of(f.field), targets(field_of(f.field), f.key.component)[0]
    titles = (define.forms()[own.form], own)
    ids = ".".join(filter(None, (place.indicator, place.component, place.name)))
    return f"{' · '.join(name_of(x, lang) for x in titles)} ({own.code}, {ids})"


@form.command()
def read(
    path: Folder,
    last: Annotated[
        bool, typer.Option("--use-last", help="let last year's figures stand in, marked so")
    ] = False,
    revision: Annotated[
        str, typer.Option("--revision", help="why a released account is worked on again")
    ] = "",
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Read what came back into DIR/account; list every fault by file, sheet and cell. Exit code 1
    if figures were refused.
    """
    with told(lang):
        out = desk.read(path, lang, last, revision)
    errors = [p for p in out.problems if p.level == "error"]
    if as_json:
        print_json(desk.summary(out, lang))
        raise typer.Exit(1 if errors else 0)
    for p in (*errors, *(p for p in out.problems if p.level == "warning")):
        console.print(
            f"[{'red' if p.level == 'error' else 'yellow'}]{label(p.level, lang)}[/] {escape(say(p, lang))}",
            soft_wrap=True,
        )
    for d in out.differences:
        console.print(
            f"[cyan]{escape(d.form)}[/] {escape(d.field)} {escape(label_text(define.forms()[d.form], d.key, lang))}: {escape(d.before or '∅')} → {escape(d.after or '∅')}  ({escape(d.first)} → {escape(d.second)})",
            soft_wrap=True,
        )
    counts = (
        len(out.submissions),
        len(out.by_form),
        len(out.answers),
        len(errors),
        len(out.problems) - len(errors),
    )
    line = (
        "{} 个文件 · {} 张表 · {} 个数 · {} 处错误 · {} 条提示"
        if lang == "zh"
        else "{} files · {} forms · {} figures · {} errors · {} warnings"
    )
    if not out.submissions:
        where = escape(str(path / "returned"))
        console.print(
            f"还没有收到报表；收回的文件放入 {where}"
            if lang == "zh"
            else f"nothing has come in yet; put what comes back into {where}",
            style="yellow",
            soft_wrap=True,
        )
    console.print("\n" + line.format(*counts))
    console.print(
        f"→ {escape(str(path / 'account'))}, problems.csv, marked/", style="dim", soft_wrap=True
    )
    raise typer.Exit(1 if errors else 0)


@form.command()
def status(
    path: Folder,
    on: Annotated[str, typer.Option("--date", help="as of this day")] = "",
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Who has reported, who is late, and which indicators wait for whom."""
    zh = lang == "zh"
    with told(lang):
        today = read_date(on) if on else dt.date.today()
        if today is None:
            raise InputError("error.date", [Problem("state.date", on)])
        out, rows, found, faults = standing.status(path, today)
        versions = desk.releases(path)
    if as_json:
        return print_json(
            {
                "forms": [{**r._asdict(), "deadline": r.deadline.isoformat()} for r in rows],
                "indicators": [
                    {
                        "id": i.id,
                        "ready": i.ready,
                        "waiting": [
                            {"component": c, "needs": n, "forms": f} for c, n, f in i.waiting
                        ],
                        "gaps": [g._asdict() for g in i.gaps],
                    }
                    for i in found
                ],
                "refused": {file: say(why, lang) for file, why in out.refused.items()},
                "problems": [say(p, lang) for p in faults],
                "releases": versions,
            }
        )
    table = plain_table()
    heads = (
        ("表号", "部门", "截止", "情况", "状态", "签署", "数", "错误", "提示")
        if zh
        else (
            "form",
            "department",
            "due",
            "standing",
            "state",
            "signed",
            "figures",
            "errors",
            "warnings",
        )
    )
    for h in heads:
        table.add_column(h)
    colour = {
        "overdue": "red",
        "refused": "red",
        "late": "yellow",
        "due": "dim",
        "reported": "green",
    }
    for r in rows:
        d = define.departments()[r.department]
        word = standing.WORDS[r.word][0 if zh else 1]
        signed = f"{r.name} {r.date}".strip()
        table.add_row(
            r.form,
            d.zh if zh else d.en,
            r.deadline.isoformat(),
            f"[{colour[r.word]}]{word}[/]",
            standing.state_word(r.state, lang) if r.state else "",
            escape(signed),
            *(str(n) if r.state else "" for n in (r.figures, r.errors, r.warnings)),
        )
    console.print(table)
    for why in out.refused.values():
        console.print(
            f"[red]{standing.WORDS['refused'][0 if zh else 1]}[/] {escape(say(why, lang))}",
            soft_wrap=True,
        )
    console.print()
    for i in found:
        name = i.zh if zh else i.en
        mark = (
            "[green]✓[/]"
            if i.ready and not i.waiting
            else "[yellow]◐[/]"
            if i.ready
            else "[red]○[/]"
        )
        console.print(
            f"{mark} {escape(name)}"
            + (f"  {len(i.ready)}/{len(i.ready) + len(i.waiting)}" if i.waiting else "")
        )
        for component, names, codes in i.waiting:
            lacking = joined((f"{term(n, lang)} ({n})" for n in names), lang)
            who = standing.waiting_for(codes, lang) or (
                "没有报表提供" if zh else "no form carries it"
            )
            console.print(
                f"    {escape(named(component, lang))} ({escape(component)}): {'缺' if zh else 'lacks'} {escape(lacking)} ← {escape(who)}",
                style="dim",
                soft_wrap=True,
            )
        if i.gaps:
            text = standing.gaps_text(i.gaps, lang)
            accounted = ("已核算；" if zh else "accounted; ") if i.ready and not i.waiting else ""
            console.print(
                f"    {accounted}{'另有' if zh else 'besides:'} {escape(text)}",
                style="yellow",
                soft_wrap=True,
            )
    for p in faults:
        console.print(f"[red]{label('error', lang)}[/] {escape(say(p, lang))}", soft_wrap=True)
    for v in versions:
        console.print(
            escape(" · ".join(filter(None, (v["version"], v["date"], v["name"], v["reason"]))))
            + (
                f" [red]{'已被改动' if zh else 'changed'}: {escape(v['changed'])}[/]"
                if v["changed"]
                else ""
            ),
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
        console.print(
            f"{s.form} {standing.state_word(s.state, lang)} · {escape(s.name)} · {s.date}"
        )


@form.command()
def release(
    path: Folder,
    name: Annotated[str, typer.Option("--name", help="who releases")],
    date: Annotated[str, typer.Option("--date")] = "",
    lang: Lang = "zh",
) -> None:
    """Lock the account as the next version."""
    with told(lang):
        made = desk.release(path, name, date)
        spite = standing.in_spite(path, made, read_date(date) if date else None)
    console.print(
        f"{'已发布为' if lang == 'zh' else 'released as'} {made.name}: {escape(str(made))}",
        soft_wrap=True,
    )
    if spite:
        zh = lang == "zh"
        texts = (standing.SPITE[k][0 if zh else 1].format(n) for k, n in spite.items())
        console.print(
            f"{'注意，发布时尚有：' if zh else 'still open at the release: '}{joined(texts, lang)}",
            style="yellow",
            soft_wrap=True,
        )
