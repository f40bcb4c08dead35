"""The commands behind ``gep``; each prints for people, or JSON for machines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from gep.commands import (
    assess,
    catalogue,
    check,
    compare,
    form,
    report,
    run,
    scenario,
    seea,
    sources,
    uncertainty,
    zone,
)
from gep.core.extras import OURS, installed

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Gross ecosystem product accounts 生态系统生产总值核算",
    rich_markup_mode=None,
)
_COMMANDS: Mapping[str, Callable[..., None]] = {
    "list": catalogue.list_,
    "show": catalogue.show,
    "run": run.run,
    "check": check.check,
    "assess": assess.assess,
    "compare": compare.compare,
    "report": report.report,
    "scenario": scenario.scenario,
    "series": scenario.series,
    "evidence": sources.evidence,
    "seea": seea.seea,
    "gallery": sources.gallery_,
    "uncertainty": uncertainty.uncertainty,
    "zone": zone.zone,
    "map": zone.map_,
}


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"{OURS} {installed()}")
        raise typer.Exit


@app.callback()
def gep(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="show the version and leave", callback=_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Gross ecosystem product accounts 生态系统生产总值核算"""


for name, command in _COMMANDS.items():
    app.command(name)(command)
app.add_typer(form.form, name="form")
