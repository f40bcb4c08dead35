"""``gep form``: a reporting round, from templates out to the account that comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
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
from gep.core.source import Source
from gep.core.text import name_of, say
from gep.forms import define
from gep.forms.back.read import Difference, Reading
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
COLOURS = {
    "overdue": "red",
    "refused": "red",
    "late": "yellow",
    "due": "dim",
    "reported": "green",
    "error": "red",
    "warning": "yellow",
}
MARKS = {  # whether something of a row is accounted, whether something of it waits
    (True, False): "[green]✓[/]",
    (True, True): "[yellow]◐[/]",
}
FORM_HEADS = {
    "zh": ("表号", "类别", "部门", "表名", "报送截止", "指标数"),
    "en": ("form", "category", "department", "title", "deadline", "fields"),
}
STATUS_HEADS = {
    "zh": ("表号", "部门", "截止", "情况", "状态", "签署", "数", "错误", "提示"),
    "en": (
        "form",
        "department",
        "due",
        "standing",
        "state",
        "signed",
        "figures",
        "errors",
        "warnings",
    ),
}
_TEXTS = {
    "unofficial": (
        "官方表名和部门名单未公开，以上为推定。",
        "The official forms and departments are not public; these are reconstructed.",
    ),
    "made": ("{} 个工作簿 · 收回的报表放入 {}", "{} workbooks · answers go to {}"),
    "no_row": (
        "{} 个数在本轮的工作簿中没有对应的行，未填入：",
        "{} figures have no row in the workbooks of this round and were not filled in:",
    ),
    "no_place": (
        "账户中有 {} 个数在报表中没有位置，未带入：",
        "{} figures of the account have no place in the forms and were left out:",
    ),
    "earlier": (
        "账户中另有 {} 个数是 {} 年以前的，未带入",
        "{} figures of the account are of years before {} and were left out",
    ),
    "nothing": (
        "还没有收到报表；收回的文件放入 {}",
        "nothing has come in yet; put what comes back into {}",
    ),
    "counts": (
        "{} 个文件 · {} 张表 · {} 个数 · {} 处错误 · {} 条提示",
        "{} files · {} forms · {} figures · {} errors · {} warnings",
    ),
    "lacks": ("缺", "lacks"),
    "no_form": ("没有报表提供", "no form carries it"),
    "accounted": ("已核算；", "accounted; "),
    "besides": ("另有", "besides:"),
    "changed": ("已被改动", "changed"),
    "released": ("已发布为", "released as"),
    "in_spite": ("注意，发布时尚有：", "still open at the release: "),
}
Folder = Annotated[Path, typer.Argument(help="the folder of the round")]


def _text(key: str, lang: str, *values: object) -> str:
    """A text of this command, filled."""
    return _TEXTS[key][lang != "zh"].format(*values)


def _print(text: str, style: str = "") -> None:
    """Print a line that only the reader's own window breaks."""
    console.print(text, style=style, soft_wrap=True)


def _print_table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    table = plain_table()
    for head in heads:
        table.add_column(head)
    for row in rows:
        table.add_row(*map(str, row))
    console.print(table)


@form.command("list")
def list_(lang: Lang = "zh", as_json: AsJson = False) -> None:
    """List the forms: code, department, deadline, fields."""
    with told(lang):
        departments = define.departments()
    rows = [
        (
            f.printed,
            getattr(f, f"category_{lang}"),
            name_of(departments[f.department], lang),
            name_of(f, lang),
            f.deadline,
            len(f.fields),
        )
        for f in define.forms().values()
    ]
    if as_json:
        return print_json([dict(zip(FORM_HEADS["en"], row, strict=True)) for row in rows])
    _print_table(FORM_HEADS[lang], (map(escape, map(str, row)) for row in rows))
    console.print(_text("unofficial", lang), style="dim")
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
            raise InputError(
                "error.round_needs", [Problem("round.what", Source(key=("gep form template",)))]
            )
        if regions is not None:
            r = replace(r, regions=read_regions(regions, r.region))
        made = write_templates(r, out, tuple(only or ()))
    for path in made:
        console.print(str(path), highlight=False, soft_wrap=True)
    _say_left(homeless, r.last_year, lang)
    _print(_text("made", lang, len(made), escape(str(out / "returned"))), "dim")


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
        _print(f"{escape(name)}: {len(figures)}")
    _say_left(homeless, given.last_year, lang)
    placed = {f[:2] for figures in done.values() for f in figures}
    left = [_field_called(f, lang) for f in given.last if f[:2] not in placed]
    _say_names("no_row", left, lang)


def _say_left(entries: Sequence[Entry], year: int | None, lang: str) -> None:
    """Which figures of an account stand in no form."""
    left = [e for e in entries if e.is_price or e.year in (None, year)]
    _say_names("no_place", [_called(e, lang) for e in left], lang)
    earlier = len(entries) - len(left)
    if earlier:
        console.print(_text("earlier", lang, earlier, year), style="yellow")


def _say_names(text: str, names: Sequence[str], lang: str) -> None:
    """How many figures were left out, and how many of each name."""
    counts = Counter(names)
    if counts:
        console.print(_text(text, lang, len(names)), style="yellow")
    for name, count in counts.most_common(NAMED):
        _print(f"  {escape(name)} × {count}")
    if len(counts) > NAMED:
        console.print("  " + label("and_more", lang).format(count=len(counts) - NAMED))


def _joined(sign: str, words: Iterable[str]) -> str:
    """Words in a row, without the blank ones."""
    return sign.join(filter(None, words))


def _called(e: Entry, lang: str) -> str:
    """An input of the account as people read it, with its ids."""
    name = (term if e.name in every() else label)(e.name, lang)
    words = _joined(" · ", (thing(e.indicator, e.component, lang), name))
    return f"{words} ({_joined('.', e[:3])})"


def _field_called(f: Figure, lang: str) -> str:
    """A figure of a form as people read it, with its code and what it becomes."""
    own = field_of(f.field)
    form = define.forms()[own.form]
    _, *place = targets(own, f.key.component)[0]
    names = f"{name_of(form, lang)} · {name_of(own, lang)}"
    return f"{names} ({own.code}, {_joined('.', place)})"


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
        print_json(desk.summary(out))
    else:
        _print_reading(out, errors, path, lang)
    raise typer.Exit(1 if errors else 0)


def _print_reading(out: Reading, errors: Sequence[Problem], path: Path, lang: str) -> None:
    """What a reading found."""
    for p in (*errors, *(p for p in out.problems if p.level == "warning")):
        _print(f"[{COLOURS[p.level]}]{label(p.level, lang)}[/] {escape(say(p, lang))}")
    for d in out.differences:
        _print(_changed(d, lang))
    if not out.submissions:
        _print(_text("nothing", lang, escape(str(path / "returned"))), "yellow")
    counts = (
        len(out.submissions),
        len(out.by_form),
        len(out.answers),
        len(errors),
        len(out.problems) - len(errors),
    )
    console.print("\n" + _text("counts", lang, *counts))
    _print(f"→ {escape(str(path / 'account'))}, problems.csv, marked/", "dim")


def _changed(d: Difference, lang: str) -> str:
    """A figure that a later submission changed."""
    row = escape(label_text(define.forms()[d.form], d.key, lang))
    before, after = escape(d.before or "∅"), escape(d.after or "∅")
    place = f"[cyan]{escape(d.form)}[/] {escape(d.field)} {row}"
    return f"{place}: {before} → {after}  ({escape(d.first)} → {escape(d.second)})"


@form.command()
def status(
    path: Folder,
    on: Annotated[str, typer.Option("--date", help="as of this day")] = "",
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Who has reported, who is late, and which indicators wait for whom."""
    with told(lang):
        today = desk.day_of(on)
        if today is None:
            raise InputError("error.date", [Problem("state.date", Source(key=(on,)))])
        out, rows, found, faults = standing.status(path, today)
        versions = desk.releases(path)
    if as_json:
        return print_json(
            {
                "forms": [{**r._asdict(), "deadline": r.deadline.isoformat()} for r in rows],
                "indicators": [_indicator(i) for i in found],
                "refused": {file: why.to_dict() for file, why in out.refused.items()},
                "problems": [p.to_dict() for p in faults],
                "releases": versions,
            }
        )
    _print_table(STATUS_HEADS[lang], (_form_row(r, lang) for r in rows))
    refused = standing.worded(standing.WORDS["refused"], lang)
    _print_faults(refused, out.refused.values(), lang)
    console.print()
    for i in found:
        _print_indicator(i, lang)
    _print_faults(label("error", lang), faults, lang)
    for v in versions:
        console.print(_version(v, lang), style="cyan")
    return None


def _print_faults(word: str, problems: Iterable[Problem], lang: str) -> None:
    """Problems behind a word in red."""
    for p in problems:
        _print(f"[red]{word}[/] {escape(say(p, lang))}")


def _indicator(i: standing.IndicatorStatus) -> dict[str, object]:
    """What a row of the standard waits for, as plain data."""
    return {
        "id": i.id,
        "ready": i.ready,
        "waiting": [{"component": c, "needs": n, "forms": f} for c, n, f in i.waiting],
        "gaps": [g._asdict() for g in i.gaps],
    }


def _form_row(r: standing.FormStatus, lang: str) -> tuple[str, ...]:
    """Where a form stands, as a row of the table."""
    word = standing.worded(standing.WORDS[r.word], lang)
    row = (
        r.form,
        name_of(define.departments()[r.department], lang),
        r.deadline.isoformat(),
        f"[{COLOURS[r.word]}]{word}[/]",
    )
    signed = escape(f"{r.name} {r.date}".strip())
    if not r.state:  # it did not come in
        return (*row, "", signed, "", "", "")
    counts = map(str, (r.figures, r.errors, r.warnings))
    return (*row, standing.state_word(r.state, lang), signed, *counts)


def _print_indicator(i: standing.IndicatorStatus, lang: str) -> None:
    """Whether a row of the standard is accounted, and what it waits for."""
    waiting, ready = len(i.waiting), len(i.ready)
    mark = MARKS.get((ready > 0, waiting > 0), "[red]○[/]")
    count = f"  {ready}/{ready + waiting}" if waiting else ""
    console.print(f"{mark} {escape(name_of(i, lang))}{count}")
    for component, names, codes in i.waiting:
        lacking = joined((f"{term(n, lang)} ({n})" for n in names), lang)
        who = standing.waiting_for(codes, lang) or _text("no_form", lang)
        name = f"{escape(named(component, lang))} ({escape(component)})"
        _print(f"    {name}: {_text('lacks', lang)} {escape(lacking)} ← {escape(who)}", "dim")
    if i.gaps:
        accounted = _text("accounted", lang) if ready and not waiting else ""
        besides = _text("besides", lang)
        gaps = escape(standing.gaps_text(i.gaps, lang))
        _print(f"    {accounted}{besides} {gaps}", "yellow")


def _version(v: dict[str, str], lang: str) -> str:
    """A released version, and which of its files were changed since."""
    line = escape(_joined(" · ", (v["version"], v["date"], v["name"], v["reason"])))
    if not v["changed"]:
        return line
    return f"{line} [red]{_text('changed', lang)}: {escape(v['changed'])}[/]"


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
        spite = standing.in_spite(path, made, desk.day_of(date))
    _print(f"{_text('released', lang)} {made.name}: {escape(str(made))}")
    if spite:
        texts = (standing.worded(standing.SPITE[k], lang).format(n) for k, n in spite.items())
        _print(_text("in_spite", lang) + joined(texts, lang), "yellow")
