"""``gep evidence`` and ``gep gallery``: on what figures rest, and published accounts run again."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.markup import escape

from gep import opening, standards
from gep.account.account import Account
from gep.analysis import gallery
from gep.analysis.gallery import Outcome
from gep.audit import evidence as tags
from gep.commands.shared import (
    AsJson,
    Lang,
    console,
    heads,
    joined,
    plain_table,
    print_json,
    told,
    word,
)
from gep.core import ecosystems
from gep.core.text import name_of, own_words
from gep.standards import Profile
from gep.words.labels import label, thing
from gep.words.numbers import fixed, money_scale, pretty
from gep.words.problems import clause_name, quantity_name
from gep.words.report import evidence_name


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
        raise typer.BadParameter(word("evidence_of_what", lang))
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


def _tag(tag: str, lang: str) -> str:
    """A word for evidence; of the user's own figures in the commands' words."""
    return word(tag, lang) if tag in ("given", "unsourced") else evidence_name(tag, lang)


def _show_coefficients(profile: Profile, listed: pd.DataFrame, lang: str) -> None:
    note = escape(own_words(profile.note, lang))
    console.print(
        f"[bold]{escape(name_of(profile, lang))}[/]\n{escape(profile.source)}\n[dim]{note}[/]\n"
    )
    keys = ("component", "name", "figure", "unit", "year", "evidence", "source")
    table = plain_table(*heads(lang, *keys), left=(0, 1, 3, 4, 5, 6), fold=True)
    for r in listed.to_dict("records"):
        table.add_row(*map(escape, _coefficient(r, lang)))
    console.print(table)
    counts = (f"{_tag(str(tag), lang)} {n}" for tag, n in listed["evidence"].value_counts().items())
    console.print(f"\n{len(listed)}: {joined(counts, lang)}")


def _coefficient(r: Mapping[Hashable, Any], lang: str) -> tuple[str, ...]:
    """A coefficient or price; in English by the ids that stand in tables."""
    name, unit, ecosystem = r["name"], r["unit"], r["ecosystem"]
    if lang == "zh":
        name, unit = f"{quantity_name(name, lang)} {name}", pretty(unit, lang)
        ecosystem = ecosystems.called(ecosystem, lang)
    at = joined(filter(None, (ecosystem, r["item"], r["region"])), lang)
    return (
        thing(r["indicator"], r["component"], lang),
        f"{name} [{at}]" if at else name,
        f"{r['value']:g}",
        unit,
        r["year"],
        _tag(r["evidence"], lang),
        "; ".join(filter(None, (r["source"], clause_name(r["clause"], lang)))),
    )


def _show_shares(account: Account, lang: str) -> None:
    scale = money_scale(float(account.total), account.basis.currency, lang)
    columns = heads(lang, "component", "value", "%", "evidence", "source")
    columns[1] += f" {scale.unit}"
    table = plain_table(*columns, left=(0, 3, 4), fold=True)
    for r in tags.of_account(account).reset_index().to_dict("records"):
        sources = r["sources"].split("; ")
        table.add_row(
            escape(thing(r["indicator"], r["component"], lang)),
            fixed(r["value"] / scale.factor),
            fixed(r["share"] * 100, 1),
            _tag(r["evidence"], lang),
            escape("; ".join(_source(s, lang) for s in sources)),
        )
    console.print(table)
    for by in ("evidence", "row"):
        shares = (
            f"{_tag(str(tag), lang)} {share * 100:.1f} %"
            for tag, share in tags.shares(account, by=by).items()
            if share
        )
        console.print(word(f"by_{by}", lang) + joined(shares, lang))


def _source(name: str, lang: str) -> str:
    return label("no_source", lang) if name == "no source" else name


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
    with told(lang):
        found = [o for o in gallery.run_all(root or _examples()) if case in ("", o.id)]
    if markdown:
        return typer.echo(gallery.markdown(found), nl=False)
    if as_json:
        print_json(list(map(_plain, found)))
    else:
        _show_gallery(found, case, lang)
    raise typer.Exit(0 if all(o.passed for o in found) else 1)


def _examples() -> Path:
    here = Path("examples")
    return here if here.is_dir() else Path(gallery.__file__).parents[1] / "examples"


def _plain(o: Outcome) -> dict[str, Any]:
    """What a case gave, as plain data."""
    return {
        "id": o.id,
        "grade": o.about["grade"],
        "title": o.about["title"],
        "source": o.about["source"],
        "passed": o.passed,
        "total": float(o.account.total) if o.account else None,
        "total_name": o.account.total_name if o.account else None,
        "not_warned": list(o.warnings),
        "checks": [{**c._asdict(), "fits": c.fits, "passed": c.passed} for c in o.checks],
    }


def _show_gallery(found: list[Outcome], case: str, lang: str) -> None:
    """A line a case, what does not fit, how many behave as recorded; of one case all."""
    columns = heads(lang, "", "grade", "case", "", "fit", "slips")
    table = plain_table(*columns, left=range(len(columns)), fold=True)
    for o in found:
        fits = [c.fits for c in o.checks]
        table.add_row(
            _mark(o.passed),
            o.about["grade"],
            o.id,
            escape(o.about["zh" if lang == "zh" else "title"]),
            f"{sum(fits)} / {len(fits)}",
            str(len(o.slips) or ""),
        )
    console.print(table)
    for o in found:
        _show_checks(o, every=bool(case), slips=len(found) == 1)
    done, slips = sum(o.passed for o in found), sum(len(o.slips) for o in found)
    console.print(f"{done} / {len(found)}{word('gallery_done', lang, slips=slips)}")
    if case and found:
        _show_about(found[0].about, lang)


def _show_checks(o: Outcome, every: bool, slips: bool) -> None:
    """Figures that do not behave as recorded, and known slips or all of them if wanted."""
    for c in o.checks:
        if every or not c.passed or (slips and c.expected):
            figures = f"{c.printed:.8g} / {c.ours:.8g} ± {c.reach:.3g} {escape(c.unit)}"
            told_ = f"  {_mark(c.passed, c.expected)} {o.id} {escape(c.name)}: {figures}"
            console.print(f"{told_} {escape(c.why)}", soft_wrap=True)
    for code in o.warnings:
        console.print(f"  {_mark(False)} {o.id}: {code}")


def _show_about(about: Mapping[str, str], lang: str) -> None:
    for key in ("source", "printed", "recomputes", "errs"):
        if about.get(key):
            console.print(f"  [dim]{word(key, lang)}:[/] {escape(about[key])}", soft_wrap=True)


def _mark(passed: bool, expected: bool = False) -> str:
    if not passed:
        return "[red]✗[/]"
    return "[yellow]![/]" if expected else "[green]✓[/]"
