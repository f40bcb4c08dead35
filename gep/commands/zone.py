"""``gep zone`` and ``gep map``: the account of each area of a file, and maps of what each hectare
supplies.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from gep import opening
from gep.account.confidential import may_leave
from gep.commands.shared import AsJson, Lang, console, joined, names, plain_table, print_json, told
from gep.core import output
from gep.words.labels import label, named
from gep.words.numbers import fixed, money_scale
from gep.words.problems import said


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
        with _bar(lang) as progress:
            scene.options["progress"] = progress
            measured = measure(account, found)
        table = measured.table()
        if out is not None:
            may_leave(account)
            output.write(out, {"zones.csv": output.csv_text(table.reset_index())})
    mapped = {(p.indicator.id, p.component.id) for p in measured.parts}
    unmapped = [p.name for p in account.counted if (p.indicator.id, p.component.id) not in mapped]
    if as_json:
        return print_json(
            {
                "schema_version": 1,
                "region": account.basis.region,
                "years": list(account.basis.years),
                "unit": f"{account.basis.currency}/yr",
                "area_unit": "m^2",
                "zones": [
                    {"name": str(n), **{k: None if v != v else float(v) for k, v in row.items()}}
                    for n, row in table.to_dict("index").items()
                ],
                "left_out": unmapped,
                "gaps": measured.gaps(),
                "warnings": [str(w) for w in found.warnings],
            }
        )
    money = money_scale(float(table["total"].max()), account.basis.currency, lang)
    called = names((account,), lang)
    shown = plain_table()
    shown.add_column(label("region", lang))
    shown.add_column(f"{label('area', lang)}\nkm²", justify="right")
    for column in table.columns[1:]:
        shown.add_column(f"{called[str(column)]}\n{money.unit}", justify="right")
    for n, row in table.iterrows():
        shown.add_row(
            escape(str(n)),
            fixed(row["area"] / 1e6),
            *(fixed(v / money.factor, 4) for v in row.iloc[1:]),
        )
    console.print(f"\n[bold]{escape(account.basis.title or account.basis.region)}[/]")
    console.print(shown)
    if unmapped:
        console.print(
            f"\n{label('excludes', lang)}: {escape(joined((named(n, lang) for n in unmapped), lang))}",
            style="yellow",
            soft_wrap=True,
        )
    for area, cells in measured.gaps().items():
        lacking = joined(
            (f"{named(n, lang)} ({fixed(count, 1)})" for n, count in cells.items()), lang
        )
        console.print(
            f"{label('gap_cells', lang)}, {escape(area)}: {escape(lacking)}",
            style="yellow",
            soft_wrap=True,
        )
    for w in found.warnings:
        console.print(
            f"{label('warning', lang)}: {escape(said(w, lang, account.basis.currency))}",
            style="yellow",
            soft_wrap=True,
        )
    if out is not None:
        console.print(f"→ {escape(str(out / 'zones.csv'))}", style="dim")
    return None


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
        with _bar(lang) as progress:
            files = write_maps(
                account, out, lang, only=tuple(indicator or ()), png=png, progress=progress
            )
    console.print(f"→ {escape(str(out))}: {len(files)}", style="dim")


class _bar:
    """A progress bar on a terminal; nothing anywhere else."""

    def __init__(self, lang: str) -> None:
        self.on = sys.stderr.isatty()
        self.lang = lang

    def __enter__(self) -> _bar:
        if self.on:
            from rich.progress import Progress

            self.progress = Progress(console=Console(stderr=True), transient=True)
            self.progress.start()
            self.task = self.progress.add_task("map 地图")
        return self

    def __call__(self, done: int, of: int) -> None:
        if self.on:
            self.progress.update(self.task, completed=done, total=of)

    def __exit__(self, *error: object) -> None:
        if self.on:
            self.progress.stop()
