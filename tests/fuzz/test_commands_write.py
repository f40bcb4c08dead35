"""Each command that writes: everything through a scratch folder and one rename that decides, so old
or new, never half.

``test_output.py`` shows what that buys: a run that is killed, and two at once. Here every file that
a command opens for writing, and every rename, is watched while it runs.
"""

import csv
import os
import shutil
import sys
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from gep.core import output

pytest.importorskip("typer", reason="needs the extra 'cli'")
from typer.testing import CliRunner

from gep.commands import app

EXAMPLES = Path(__file__).parents[2] / "examples"
CITY, BEACH, TABLES = (
    EXAMPLES / "demo_city_years",
    EXAMPLES / "beach_steward",
    EXAMPLES / "demo_city_table",
)
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_watched: list[tuple[Path, list[str], list[str]]] = []


def _hook(event, arguments):
    """What a file of the watched folder is opened for, or moved to; a hook stays for the life of
    the process.
    """
    if not _watched or event not in ("open", "os.rename"):
        return
    at, opened, moved = _watched[-1]
    path = arguments[0] if event == "open" else arguments[1]
    if isinstance(path, int) or not Path(os.fsdecode(path)).is_relative_to(at):
        return
    name = Path(os.fsdecode(path)).relative_to(at).as_posix()
    if event == "os.rename":
        moved.append(name)
    elif arguments[2] & WRITES:
        opened.append(name)


sys.addaudithook(_hook)


@contextmanager
def watched(at):
    """Names of the files below a folder that are opened for writing, and of what is moved there."""
    _watched.append((at, [], []))
    try:
        yield _watched[-1][1:]
    finally:
        _watched.pop()


def run(*words, code=0):
    done = CliRunner().invoke(app, list(map(str, words)))
    assert done.exit_code == code, done.output
    return done.output


def through_scratch(opened):
    return [
        name
        for name in opened
        if not any(part.startswith(output.SCRATCH) for part in name.split("/"))
        and not name.endswith(output.LOCK)
    ]


def hidden(at):
    return [p for p in at.rglob("*") if p.name.startswith(".gep")]


COMMANDS = {
    "run": ("run", BEACH, "--out"),
    "report": ("report", BEACH, "--out"),
    "uncertainty": ("uncertainty", BEACH, "--draws", 200, "--out"),
    "assess": ("assess", CITY, "--out"),
    "series": ("series", CITY, "--out"),
    "scenario": ("scenario", CITY, CITY / "scenario.toml", "--out"),
    "parcels": ("scenario", CITY, CITY / "parcels.csv", "--out"),
    "seea": ("seea", BEACH, "--out"),
}
NEEDS = {"report": ("openpyxl", "docx"), "seea": ("openpyxl",)}


@pytest.mark.parametrize("name", COMMANDS)
def test_several_files_take_their_places_at_once(name, tmp_path):
    if lacking := [package for package in NEEDS.get(name, ()) if find_spec(package) is None]:
        pytest.skip(f"not installed: {lacking}")
    for _ in range(2):  # into an empty folder, then over the files of the first run
        with watched(tmp_path) as (opened, moved):
            run(*COMMANDS[name], tmp_path)
        assert opened and not through_scratch(opened)
        assert moved.count(output.SWITCH) == 1
        written = sorted(p.name for p in tmp_path.iterdir())
        assert sorted(n for n in moved if n != output.SWITCH) == written and not hidden(tmp_path)


@pytest.mark.parametrize(
    "name", [n for n in COMMANDS if n not in ("run", "report", "parcels")] + ["compare"]
)
def test_tables_that_would_tell_a_confidential_figure_are_not_written(name, tmp_path):
    city = tmp_path / "city"
    shutil.copytree(CITY, city)
    rows = list(csv.reader((city / "prices.csv").read_text("utf-8").splitlines()))
    with (city / "prices.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(
            [[*row, "classification" if not n else "confidential"] for n, row in enumerate(rows)]
        )
    words = [
        city if word in (CITY, BEACH) else word
        for word in COMMANDS.get(name, ("compare", CITY, BEACH, "--out"))
    ]
    told = run(*words, tmp_path / "out", code=2)
    assert "confidential figures" in told and not (tmp_path / "out").exists()


def test_one_file_takes_its_place_at_once(tmp_path):
    with watched(tmp_path) as (opened, moved):
        run("compare", BEACH, EXAMPLES / "garze_2010", "--out", tmp_path / "sides.csv")
    assert (
        opened and not through_scratch(opened) and moved == ["sides.csv"] and not hidden(tmp_path)
    )


@pytest.mark.skipif(
    find_spec("openpyxl") is None or find_spec("python_calamine") is None,
    reason="needs the extra 'excel'",
)
def test_a_round_takes_its_places_at_once(tmp_path):
    at = tmp_path / "round"
    steps = (
        ("form", "template", "--last", TABLES, "--year", 2021, "--only", "health", "--out", at),
        ("form", "fill", at, "--from", TABLES),
        ("form", "read", at),
        ("form", "sign", at, "all", "--state", "checked", "--name", "n"),
        ("form", "sign", at, "all", "--state", "approved", "--name", "n"),
        ("form", "release", at, "--name", "n"),
    )
    at.mkdir()
    for step in steps:
        with watched(at) as (opened, moved):
            run(*step)
        assert opened and not through_scratch(opened), step
        assert moved.count(output.SWITCH) == (step[1] in ("template", "read", "release")), step
        assert not hidden(at), step


@pytest.mark.skipif(
    any(find_spec(n) is None for n in ("rasterio", "geopandas", "exactextract", "matplotlib")),
    reason="needs the extras 'spatial' and 'report'",
)
def test_maps_take_their_places_at_once(tmp_path):
    """Rasters are written by a library that the watch does not see: nothing but the scratch folder
    is there until the switch.
    """
    import cases

    city, out = tmp_path / "city", tmp_path / "out"
    city.mkdir()
    for name, data in cases.city().items():
        (city / name).write_bytes(data)
    for command in (
        ("zone", city, "--areas", city / "districts.geojson", "--by", "name", "--out", out),
        ("map", city, "--indicator", "oxygen_release", "--out", out),
    ):
        with watched(out) as (opened, moved):
            run(*command)
        assert not through_scratch(opened) and moved.count(output.SWITCH) == 1 and not hidden(out)
        assert {n for n in moved if n != output.SWITCH} <= {p.name for p in out.iterdir()}
