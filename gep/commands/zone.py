"""``gep zone`` and ``gep map``: the account of each area of a file, and maps of what each hectare
supplies.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pandas as pd
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gep import opening
from gep.account.account import Account
from gep.account.confidential import may_leave
from gep.commands.shared import (
    AsJson,
    Lang,
    console,
    excluded,
    joined,
    names,
    plain_table,
    print_json,
    tell,
    titled,
    told,
    warn,
    written,
)
from gep.core import output
from gep.core.errors import Problem
from gep.words.labels import label, named
from gep.words.numbers import Scale, fixed, money_scale

if TYPE_CHECKING:
    from gep.spatial.drawn import Measured


def zone(
    path: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="an account folder with rasters.toml")
    ],
    areas: Annotated[
        Path, typer.Option(help="GeoJSON, GeoPackage, FlatGeobuf or (zipped) Shapefile")
    ],
    by: Annotated[str, typer.Option(help="the column of the areas' names")] = "",
    out: Annotated[Path | None, typer.Option(help="write zones.csv here")] = None,
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """Account every area of a file on the maps of an account; areas may overlap."""
    with told(lang):
        from gep.spatial.areas import from_file
        from gep.spatial.drawn import measure, scene_of

        account = opening.read(path)
        scene = scene_of(account)
        found = from_file(areas, scene.grid, by)
        with _bar() as progress:
            measured = measure(account, found, progress)
        table = measured.table()
        if out is not None:
            may_leave(account)
            output.write(out, {"zones.csv": output.csv_text(table.reset_index())})
    mapped = {(p.indicator.id, p.component.id) for p in measured.parts}
    unmapped = [p.name for p in account.counted if (p.indicator.id, p.component.id) not in mapped]
    if as_json:
        return print_json(_plain(account, measured, table, unmapped, found.warnings))
    basis = account.basis
    money = money_scale(float(table["total"].max()), basis.currency, lang)
    console.print(f"\n[bold]{escape(titled(basis))}[/]")
    console.print(_table(table, names((account,), lang), money, lang))
    if unmapped:
        tell(f"\n{excluded(unmapped, lang)}")
    for area, cells in measured.gaps().items():
        lacking = joined((f"{named(n, lang)} ({fixed(x, 1)})" for n, x in cells.items()), lang)
        tell(f"{label('gap_cells', lang)}, {escape(area)}: {escape(lacking)}")
    warn(found.warnings, lang, basis.currency)
    return written(out / "zones.csv" if out else None)


def _table(table: pd.DataFrame, called: Mapping[str, str], money: Scale, lang: str) -> Table:
    """A line an area: its surface, and its value by level."""
    heads = (f"{called[str(column)]}\n{money.unit}" for column in table.columns[1:])
    shown = plain_table(label("region", lang), f"{label('area', lang)}\nkm²", *heads)
    for n, row in table.iterrows():
        figures = (fixed(v / money.factor, 4) for v in row.iloc[1:])
        shown.add_row(escape(str(n)), fixed(row["area"] / 1e6), *figures)
    return shown


def _plain(
    account: Account,
    measured: Measured,
    table: pd.DataFrame,
    unmapped: list[str],
    warnings: Iterable[Problem],
) -> dict[str, Any]:
    return {
        "schema_version": 2,
        "region": account.basis.region,
        "years": list(account.basis.years),
        "unit": f"{account.basis.currency}/yr",
        "area_unit": "m^2",
        "zones": [{"name": str(n), **row} for n, row in table.to_dict("index").items()],
        "left_out": unmapped,
        "gaps": measured.gaps(),
        "warnings": [p.to_dict() for p in warnings],
    }


def map_(
    path: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="an account folder with rasters.toml")
    ],
    out: Annotated[Path, typer.Option(help="write the maps here")],
    indicator: Annotated[
        list[str] | None, typer.Option(help="only this indicator; may be given several times")
    ] = None,
    png: Annotated[bool, typer.Option(help="pictures beside the rasters")] = True,
    lang: Lang = "en",
) -> None:
    """Write maps of quantity and value per hectare, as cloud-optimised GeoTIFF and as pictures."""
    with told(lang):
        from gep.spatial.maps import write_maps

        account = opening.read(path)
        may_leave(account)
        with _bar() as progress:
            only = tuple(indicator or ())
            files = write_maps(account, out, lang, only=only, png=png, progress=progress)
    written(out, f": {len(files)}")


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar on a terminal; nothing anywhere else."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("map 地图")
        yield lambda done, of: progress.update(task, completed=done, total=of)
