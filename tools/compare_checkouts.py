"""What two checkouts of this project show, side by side: for a refactor that changes no behaviour.

    python tools/compare_checkouts.py BEFORE AFTER [--python PYTHON] [--only KIND ...] [--keep DIR]

Each checkout is run in processes of its own, on the same input, and what a user can see is written
down as text: the files of ``gep run`` and ``gep report`` (workbooks and Word documents taken
apart), the tables and the help of every command, explanations, notebook displays, reporting rounds,
JSON schemas, and above all what is said about faulty input, in both languages. Only paths, times of
the day and the date of today are made alike. Then each kind of text is counted, each text that
differs is named with its first lines, and the exit code is 1 if any differs.

Everything goes through the command line, ``gep.run``, ``gep.compute`` and the methods of
``gep.Account``, so that modules may move between the two. Faulty input is made once, from the first
checkout, and fed to both: by ``tests/fuzz/cases.py`` with a fixed seed, by damaging filled
reporting forms, by watching which folders its tests write (kept are those that bring out a fault
not seen twice already), and from ``../shared/cases`` where that lies beside a checkout. ``--keep``
keeps the input and the texts of BEFORE, and uses them again as long as BEFORE stands at the
same commit and this file is the same. ``--only`` takes kinds, see :data:`KINDS`.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import csv
import datetime as dt
import difflib
import hashlib
import importlib
import importlib.util
import io
import json
import os
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KINDS = (
    "ledger", "summary", "page", "workbook", "word", "markdown", "json", "explain", "repr",
    "terminal", "help", "tables", "maps", "forms", "problems", "errors", "compute", "schema",
    "failed",
)  # fmt: skip
LANGUAGES = ("zh", "en")
SHARDS = 2  # processes at once; the tasks of a side are spread over as many
SEED = 20260101
CITY_CELLS = 40  # cells on a side of the generated maps
PATIENCE = 120  # seconds for one command
SHOWN_LINES = 12
WIDTH = 220  # characters of a line that are shown of a difference
RECEIVED = dt.datetime(
    2022, 4, 1, tzinfo=dt.UTC
).timestamp()  # the day on which every returned form came in

GARZE, TABLE, YEARS = "examples/garze_2010", "examples/demo_city_table", "examples/demo_city_years"
HEAVY = (YEARS, "city")  # workbook, Word and Markdown in Chinese only: each takes long
EVERY_LANGUAGE = f"""
list
list --ecosystems
list --standards
show --inputs
evidence {GARZE}
evidence --standard shenzhen
evidence {TABLE}
evidence examples/shenzhen_2020
seea {GARZE}
seea {YEARS} --out {{out}}
seea {YEARS} --year 2019
compare {GARZE} examples/gaotianyan_2014
compare {TABLE} --standard shenzhen --standard gbt46869_2025 --out {{out}}/compare.csv
compare {TABLE} --standard hj1173_2021 --standard seea_ea --by share
compare {YEARS} --year 2019 --year 2021 --by per_head
series {YEARS} --out {{out}}
series {YEARS} --by ecosystem --base 2019
series examples/gallery/jiajiyu_2012_2022
series examples/gallery/netherlands_2013_2022 --by level
uncertainty {YEARS} --draws 100 --seed 1 --out {{out}}
uncertainty {GARZE} --draws 200 --seed 3 --error *=20%
scenario {YEARS} {YEARS}/scenario.toml --out {{out}}
scenario {YEARS} {YEARS}/parcels.csv --out {{out}}
assess {YEARS} --out {{out}}
assess {TABLE}
zone {{city}} --areas {{city}}/districts.geojson --out {{out}}
zone {{city}} --areas {{city}}/subdistricts.geojson --by name
map {{city}} --out {{out}} --no-png
report {GARZE} --out {{out}}
report examples/gallery/altai_2014 --out {{out}} --format html
form list
"""
ONCE = f"""
--version
list --json
list --ecosystems --json
list --standards --json
show --inputs --json
check --lang zh
scenario {{city}} {{city}}/plan.geojson --out {{out}} --lang zh
gallery --markdown
evidence {TABLE} --json
compare {GARZE} examples/gaotianyan_2014 --json
series {YEARS} --json
uncertainty {GARZE} --draws 100 --seed 2 --error *=20% --json
uncertainty {GARZE} --draws 100 --seed 2 --error *=20% --sobol
scenario {YEARS} {YEARS}/scenario.toml --json
zone {{city}} --areas {{city}}/districts.geojson --json
map {{city}} --out {{out}} --indicator water_retention --lang zh
form list --json
"""
HELPED = (
    "", "list", "show", "run", "check", "assess", "compare", "report", "scenario", "series",
    "evidence", "seea", "gallery", "uncertainty", "zone", "map", "form", "form list",
    "form template", "form fill", "form read",
    "form status", "form sign", "form release",
)  # fmt: skip
REFUSED = f"""
show turism
list --standard shenzen
run no/such/folder
run examples
run {GARZE} --lang fr
run {TABLE} --nonsense
nonsense
evidence
evidence --standard nothing
compare {GARZE}
compare {GARZE} {TABLE} --by size
compare {GARZE} --standard shenzen
compare {GARZE} --year 1999
series {GARZE}
series {YEARS} --base 1999
series {YEARS} --by colour
series {YEARS} --index none
uncertainty {GARZE} --draws 1
uncertainty {GARZE} --draws 50 --error price
uncertainty {GARZE} --draws 50 --error *.price=much
uncertainty {GARZE} --draws 50 --error *.nothing=20%
scenario {GARZE} {YEARS}/scenario.toml
scenario {GARZE} {YEARS}/parcels.csv
scenario {GARZE} {{city}}/plan.geojson
scenario {GARZE} no.toml
assess {YEARS} --base 1990
zone {GARZE} --areas {{city}}/districts.geojson
zone {{city}} --areas {{city}}/inputs.csv
zone {{city}} --areas {{city}}/districts.geojson --by nothing
map {GARZE} --out {{out}}
map {{city}} --out {{out}} --indicator nothing
seea {GARZE} --year 1999
gallery examples/notebooks
report {GARZE} --out {{out}} --format pdf
form template --out {{out}}
form template --out {{out}} --region 市 --year 2021 --standard nothing
form template --out {{out}} --region 市 --year 2021 --headers fr
form template --out {{out}} --last {GARZE}
form read {GARZE}
form status {GARZE}
"""
# Reader of tests/fuzz/cases.py -> how many damaged copies, and the command that reads them.
FAULTS = {
    "county": (36, "run {at}"),
    "folder": (12, "run {at}"),
    "steward": (8, "run {at}"),
    "standard": (12, "run {at}"),
    "maps": (8, "run {at}"),
    "scenario": (10, "scenario {at} {at}/plan.toml"),
    "targets": (7, "assess {at}"),
    "normal": (5, "assess {at}"),
    "facts": (5, "assess {at}"),
    "parcels": (6, "scenario {at} {at}/parcels.csv"),
    "users": (5, "seea {at}"),
    "spreads": (6, "uncertainty {at} --draws 100 --seed 1"),
    "zones": (5, "zone {at} --areas {at}/districts.geojson"),
}
TABLES_OF = ("normal", "facts", "parcels", "users")  # parts of the reader "tables"
EDITS = ("cell", "cell", "cell", "cell", "swap", "drop", "twice", "column", "bytes", "cut", "lose")
ROUNDS = 8  # damaged reporting rounds
SIGNED = 10  # steps of a round until all is signed; the rest in Chinese only
COMPUTED: tuple[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]], ...] = (
    ("one", {"water_retention.retained_water.quantity": "19.18 亿m3"},
     {"water_retention.retained_water.reservoir_cost": "6.11 CNY/m3"}, {"year": 2020}),
    ("two_years", {"tourism.paid_sites.visits": "3 万人次"}, {"tourism.visit_cost": "80 元/人次"},
     {"year": [2019, 2020], "price_year": 2020, "region": "城", "title": "题", "source": "s"}),
    ("standard", {"water_retention.retained_water.quantity": "19.18 亿m3"},
     {"water_retention.retained_water.reservoir_cost": "6.11 CNY/m3"},
     {"year": 2020, "standard": "shenzhen"}),
    ("no_unit", {"water_retention.retained_water.quantity": "19"}, {}, {"year": 2020}),
    ("number", {"water_retention.retained_water.quantity": 19.0}, {}, {"year": 2020}),
    ("wrong_unit", {"water_retention.retained_water.quantity": "19 t"}, {}, {"year": 2020}),
    ("unknown", {"water_retention.retained_water.quantty": "19 m3"}, {}, {"year": 2020}),
    ("unknown_indicator", {"water.quantity": "19 m3"}, {"tourism.prise": "1 CNY"}, {"year": 2020}),
    ("carbon_price", {"carbon_sequestration.carbon.quantity": "10 t CO2"},
     {"carbon_sequestration.carbon_price": "50 元/t C"}, {"year": 2020}),
    ("negative", {"tourism.paid_sites.visits": "-3 万人次"}, {"tourism.visit_cost": "80 元/人次"},
     {"year": 2020}),
    ("not_finite", {"tourism.paid_sites.visits": "nan 万人次"},
     {"tourism.visit_cost": "inf 元/人次"},
     {"year": 2020}),
    ("no_year", {}, {}, {"year": []}),
    ("odd_year", {}, {}, {"year": "soon"}),
    ("price_year", {"tourism.paid_sites.visits": "3 万人次"}, {"tourism.visit_cost": "80 元/人次"},
     {"year": 2020, "price_year": 2010}),
    ("no_mapping", [("a", 1)], {}, {"year": 2020}),  # type: ignore[arg-type]
    ("odd_basis", {"area": "3 km2"}, {}, {"year": 2020, "population": "12", "colour": "red"}),
    ("odd_methods", {"area": "3 km2"}, {}, {"year": 2020, "methods": {"a": "b"}, "include": ["c"]}),
    ("odd_standard", {"area": "3 km2"}, {}, {"year": 2020, "standard": "nothing"}),
    ("circle", {"area": "3 km2"}, {}, {"year": 2020, "parents": {"a": "b", "b": "a"}}),
)  # fmt: skip
FORMULAS: tuple[tuple[str, str, tuple[Any, ...], dict[str, Any]], ...] = (
    (
        "water_retention",
        "retained_water",
        ("1200 mm/a", "42 mm/a", "700 mm/a"),
        {"area": "15 万亩"},
    ),
    ("water_retention", "retained_water", ("1200 mm/a", "42 mm/a", "700 mm/a"), {"area": 15}),
    ("water_retention", "retained_water", ("1200 mm/a", "42 mm/a", "700 t"), {"area": "1 km2"}),
    ("water_retention", "retained_water", ("-1200 mm/a", "42 mm/a", "700 mm"), {"area": "-1 km2"}),
    ("water_retention", "retained_water", ("x", "nan mm", ""), {"area": "1 k"}),
    ("water_retention", "nothing", (), {}),
)
DIGEST = re.compile(
    r"\b[0-9a-f]{64}\b"
)  # of workbooks, which hold the time at which they were written
FRESH = re.compile(r"<SCRATCH>/o\d{5}")
STAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|\+00:00)?")


# -- the side of a checkout ------------------------------------------------------------------------


@dataclass
class Notes:
    """The texts of one side, as files: a folder a kind, a file a text."""

    out: Path
    kinds: frozenset[str]
    alike: Sequence[
        tuple[str, str]
    ]  # what differs from side to side in any case, and what stands for it
    seen: set[tuple[str, str]] = field(default_factory=set)

    def wants(self, *kinds: str) -> bool:
        """Whether one of these kinds is asked for."""
        return not self.kinds.isdisjoint(kinds)

    def put(self, kind: str, name: str, text: str) -> None:
        """Write one text down."""
        if not self.wants(kind):
            return
        name = re.sub(r"[^\w.,=@+-]+", "_", name.replace("/", "__"))[:150]
        if (kind, name) in self.seen:
            name += f"~{sum(k == kind and n.startswith(name) for k, n in self.seen)}"
        self.seen.add((kind, name))
        where = self.out / kind / f"{name}.txt"
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_bytes(self.plain(text, kind).encode("utf-8", "backslashreplace"))

    def plain(self, text: str, kind: str) -> str:
        """A text without what differs in any case."""
        for here, sign in self.alike:
            text = text.replace(here, sign)
        text = FRESH.sub("<SCRATCH>", text)
        text = DIGEST.sub("<DIGEST>", text) if kind == "forms" else text
        return STAMP.sub("<TIME>", text).replace(dt.date.today().isoformat(), "<TODAY>")


@dataclass
class Place:
    """Where a side works."""

    checkout: Path
    shared: Path
    scratch: Path
    notes: Notes
    count: int = 0

    def fresh(self) -> Path:
        """A folder that is not there yet; its name is as long on both sides."""
        self.count += 1
        return self.scratch / f"o{self.count:05}"


@dataclass(frozen=True)
class Task:
    """A piece of work: which kinds of text it may give, and about how many seconds it takes."""

    name: str
    kinds: tuple[str, ...]
    weight: float
    do: Callable[[Place], None]


def told(call: Callable[[], object]) -> str:
    """What a call gives, as text; an error is text too, without where in the code it was raised."""
    with warnings.catch_warnings(record=True) as caught, limited():
        warnings.simplefilter("always")
        try:
            text = str(call())
        except Exception as error:
            text = f"raised {type(error).__name__}: {error}"
    return text + _warned(caught)


def _warned(caught: Iterable[warnings.WarningMessage]) -> str:
    lines = dict.fromkeys(f"{w.category.__name__}: {w.message}" for w in caught)
    return "".join(f"\nwarned {line}" for line in lines)


@contextmanager
def limited() -> Iterator[None]:
    """No more than a while for what stands inside."""

    def late(*_: object) -> None:
        raise TimeoutError(f"no end after {PATIENCE} s")

    old = signal.signal(signal.SIGALRM, late)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, old)


def command(*arguments: str) -> str:
    """What ``gep ARGUMENTS`` prints, its exit code first."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace") for _ in range(2))
    sys.argv = ["gep", *arguments]
    with warnings.catch_warnings(record=True) as caught, redirect_stdout(out), redirect_stderr(err):
        warnings.simplefilter("always")
        code = _exit_of_main()
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8", "replace"))  # type: ignore[attr-defined]
    said = f"\n--- stderr\n{texts[1]}" if texts[1] else ""
    return f"$ gep {shlex.join(arguments)}\nexit {code}\n{texts[0]}{said}{_warned(caught)}"


def _exit_of_main() -> str:
    from gep.cli import main

    try:
        with limited():
            main()
    except SystemExit as error:
        return str(error.code)
    except Exception as error:
        return f"raised {type(error).__name__}: {error}"
    return "0"


# -- files as text ---------------------------------------------------------------------------------


def workbook_text(path: Path) -> str:
    """Every sheet of a workbook: cells with their looks, what is merged, widths, rules, remarks."""
    import openpyxl

    book = openpyxl.load_workbook(path)
    looks: dict[int, str] = {}
    lines = [
        f"names {sorted(book.defined_names)}",
        f"by {book.properties.creator} {book.properties.title}",
    ]
    for sheet in book.worksheets:
        lines += _sheet_lines(sheet, looks)
    return "\n".join(lines)


def _sheet_lines(sheet: Any, looks: dict[int, str]) -> Iterator[str]:
    yield f"== {sheet.title} {sheet.dimensions} {sheet.sheet_state} freeze {sheet.freeze_panes}"
    yield f"protected {sheet.protection.sheet} filter {sheet.auto_filter.ref}"
    yield f"images {len(sheet._images)}"
    yield f"merged {sorted(map(str, sheet.merged_cells.ranges))}"
    columns, rows = sheet.column_dimensions, sheet.row_dimensions
    yield f"widths {sorted((k, round(d.width, 2), d.hidden) for k, d in columns.items())}"
    yield f"heights {sorted((k, d.height) for k, d in rows.items() if d.height)}"
    for rule in sheet.data_validations.dataValidation:
        limits = f"{rule.operator} {rule.formula1} {rule.formula2}"
        yield f"valid {rule.sqref} {rule.type} {limits} {rule.error}"
    for where in sheet.conditional_formatting:
        yield f"conditional {where.sqref} {[(r.type, r.operator, r.formula) for r in where.rules]}"
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None or cell.has_style:
                yield f"{cell.coordinate} | {cell.value!r} | {_look(cell, looks)}{_remark(cell)}"


def _look(cell: Any, looks: dict[int, str]) -> str:
    """Number format, font, fill and lock of a cell; cells of one style are looked at once."""
    if cell.style_id not in looks:
        font, fill, at = cell.font, cell.fill, cell.alignment
        marks = f"{'b' * bool(font.b)}{'i' * bool(font.i)}{font.sz:g}"
        colours = f"{getattr(font.color, 'rgb', None)} {fill.fgColor.rgb}"
        align = f"{at.horizontal} {at.wrap_text} {at.indent:g}"
        lock = "locked" if cell.protection.locked else "open"
        looks[cell.style_id] = f"{cell.number_format} | {marks} {colours} {align} {lock}"
    return looks[cell.style_id]


def _remark(cell: Any) -> str:
    link, comment = getattr(cell, "hyperlink", None), getattr(cell, "comment", None)
    target = f" | link {link.ref} {link.target} {link.location}" if link else ""
    return target + (f" | comment {comment.text!r}" if comment else "")


def word_text(path: Path) -> str:
    """Paragraphs and tables of a Word document, their styles, its edges and its properties."""
    import docx

    document = docx.Document(str(path))
    about = document.core_properties
    lines = [
        f"{about.title} | {about.author} | {about.subject}",
        f"pictures {len(document.inline_shapes)}",
    ]
    lines += [f"[{p.style.name}] {p.text}" for p in document.paragraphs]
    for number, table in enumerate(document.tables):
        lines.append(f"== table {number} {table.style.name if table.style else ''}")
        lines += [" | ".join(c.text for c in row.cells) for row in table.rows]
    for section in document.sections:
        lines += [
            f"[edge] {p.text}" for edge in (section.header, section.footer) for p in edge.paragraphs
        ]
    return "\n".join(lines)


def raster_text(path: Path) -> str:
    """A map: its grid, its tags and the numbers of each band."""
    import numpy as np
    import rasterio

    with rasterio.open(path) as raster:
        lines = [str(sorted(raster.profile.items(), key=str)), str(sorted(raster.tags().items()))]
        for band in raster.indexes:
            data = raster.read(band)
            digest = hashlib.sha256(np.ascontiguousarray(data).tobytes()).hexdigest()
            lines.append(
                f"{band} {raster.descriptions[band - 1]} {raster.units[band - 1]} {digest}"
            )
            lines.append(f"{sorted(raster.tags(band).items())} {np.nansum(data, dtype='f8')!r}")
    return "\n".join(lines)


def file_text(path: Path) -> str:
    """A file as text, taken apart where its bytes say nothing; else its digest."""
    readers = {".xlsx": workbook_text, ".docx": word_text, ".tif": raster_text}
    if path.suffix in readers:
        return told(lambda: readers[path.suffix](path))
    data = path.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return f"{len(data)} bytes {hashlib.sha256(data).hexdigest()}"
    return text.replace("><", ">\n<") if path.suffix in (".html", ".svg") else text


def kind_of(path: Path) -> str:
    """The kind of text that a file gives."""
    by_name = {"ledger.csv": "ledger", "summary.json": "summary"}
    by_end = {
        ".html": "page", ".xlsx": "workbook", ".docx": "word", ".md": "markdown",
        ".json": "json", ".tif": "maps", ".png": "maps",
    }  # fmt: skip
    return by_name.get(path.name) or by_end.get(path.suffix, "tables")


def note_files(place: Place, name: str, at: Path, kind: str = "") -> None:
    """Write down every file of a folder."""
    for path in sorted(p for p in at.rglob("*") if p.is_file()):
        wanted = kind or kind_of(path)
        if place.notes.wants(wanted):
            place.notes.put(wanted, f"{name} {path.relative_to(at).as_posix()}", file_text(path))


# -- tasks: accounts -------------------------------------------------------------------------------

ACCOUNT_KINDS = (
    "terminal", "ledger", "summary", "page", "workbook", "word", "markdown", "json", "explain",
    "repr",
)  # fmt: skip


def account_tasks(place: Place) -> Iterator[Task]:
    """A task for every account folder among the examples, and for the generated city."""
    folders = sorted(p.parent for p in (place.checkout / "examples").rglob("account.toml"))
    for path in folders:
        name = path.relative_to(place.checkout).as_posix()
        lines = (
            (path / "inputs.csv").read_bytes().count(b"\n") if (path / "inputs.csv").exists() else 1
        )
        yield Task(name, ACCOUNT_KINDS, 2 + lines / 45, _account(name, name))
    yield Task("city", ACCOUNT_KINDS, 8, _account("city", str(place.shared / "city")))


def _account(name: str, folder: str) -> Callable[[Place], None]:
    def do(place: Place) -> None:
        if place.notes.wants("terminal", "ledger", "summary", "page"):
            _account_commands(place, name, folder)
        _account_views(place, name, folder)

    return do


def _account_commands(place: Place, name: str, folder: str) -> None:
    for lang in LANGUAGES:
        out = place.fresh()
        place.notes.put(
            "terminal",
            f"run {name} {lang}",
            command("run", folder, "--lang", lang, "--out", str(out)),
        )
        note_files(place, f"{name} {lang}", out)


def _account_views(place: Place, name: str, folder: str) -> None:
    import gep

    notes = place.notes
    try:
        account = gep.run(folder)
    except Exception as error:
        notes.put("repr", f"{name} refused", f"{type(error).__name__}: {error}")
        return
    if notes.wants("json"):
        notes.put("json", name, told(account.to_json))
        notes.put("json", f"{name} printed", command("run", folder, "--json"))
    if notes.wants("repr"):
        notes.put("repr", name, told(lambda: _shown(account)))
    for lang in LANGUAGES:
        if lang == "zh" or name not in HEAVY:
            _account_files(place, account, name, lang)
        if notes.wants("explain"):
            notes.put("explain", f"{name} {lang}", "\n\n".join(_explanations(account, lang)))


def _account_files(place: Place, account: Any, name: str, lang: str) -> None:
    out = place.fresh()
    out.mkdir(parents=True)
    for kind, end, write in (
        ("workbook", "xlsx", account.to_excel),
        ("word", "docx", account.to_word),
        ("markdown", "md", lambda path, lang: path.write_text(account.to_markdown(lang), "utf-8")),
    ):
        if not place.notes.wants(kind):
            continue
        path = out / f"a.{end}"
        done = told(lambda path=path, write=write: write(path, lang) and "")
        place.notes.put(kind, f"{name} {lang}", (file_text(path) if path.exists() else "") + done)


def _shown(account: Any) -> str:
    """The account at a prompt and in a notebook, and its sums."""
    keys = ("level", "indicator", "component", "ecosystem", "region", "item", "year", "colour")
    shown: list[Callable[[], object]] = [
        account.__repr__,
        account._repr_html_,
        lambda: repr(account.total),
        lambda: account.total.left_out,
        lambda: account.ledger.dtypes.to_dict(),
        *(lambda key=key: account.by(key).to_dict() for key in keys),
    ]
    return "\n".join(map(told, shown))


def _explanations(account: Any, lang: str) -> Iterator[str]:
    """Each indicator explained, also what is missing, one as HTML, and one that is not there."""
    missing = (m["indicator"] for m in account.summary()["missing"])
    names = {*account.ledger["indicator"], *missing}
    for number, name in enumerate(sorted(names)):
        yield f"# {name}\n" + told(lambda name=name: account.explain(name, lang=lang))
        if not number:
            yield told(lambda name=name: account.explain(name, lang=lang)._repr_html_())
    yield told(lambda: account.explain("turism", lang=lang))
    component = (
        account.ledger[["indicator", "component"]].iloc[0] if len(account.ledger) else ("a", "b")
    )
    yield told(lambda: account.explain(component.iloc[0], component.iloc[1] or None, lang=lang))


# -- tasks: commands -------------------------------------------------------------------------------

COMMAND_KINDS = (
    "terminal",
    "tables",
    "workbook",
    "word",
    "markdown",
    "page",
    "json",
    "ledger",
    "summary",
    "maps",
)


def command_tasks(place: Place) -> Iterator[Task]:
    """A task for every line of commands."""
    for line in filter(None, EVERY_LANGUAGE.split("\n")):
        yield Task(line, COMMAND_KINDS, 4, _command(line, LANGUAGES))
    for line in filter(None, ONCE.split("\n")):
        yield Task(line, COMMAND_KINDS, 3, _command(line, ("",)))
    yield Task("catalogue", ("terminal",), 8, _catalogue)
    yield Task("gallery", ("terminal",), 12, _gallery)
    yield Task("help", ("help",), 2, _help)
    for number, line in enumerate(filter(None, REFUSED.split("\n"))):
        yield Task(
            f"refused {number:03} {line}", ("problems",), 1, _command(line, LANGUAGES, "problems")
        )


def _command(
    line: str, languages: Sequence[str], kind: str = "terminal"
) -> Callable[[Place], None]:
    def do(place: Place) -> None:
        for lang in languages:
            out = place.fresh()
            words = [w.format(city=place.shared / "city", out=out) for w in line.split()]
            words += ["--lang", lang] if lang and "--lang" not in words else []
            place.notes.put(kind, f"{line} {lang}", command(*words))
            note_files(place, f"{line} {lang}", out)

    return do


def _catalogue(place: Place) -> None:
    """Every indicator and every standard shown, in both languages."""
    rows = _printed(command("list", "--json"))
    for name in sorted({c.partition(".")[0] for row in rows for c in row["components"]}):
        place.notes.put("terminal", f"show {name} json", command("show", name, "--json"))
        for lang in LANGUAGES:
            place.notes.put(
                "terminal", f"show {name} {lang}", command("show", name, "--lang", lang)
            )
    for standard in sorted(row["id"] for row in _printed(command("list", "--standards", "--json"))):
        line = f"evidence --standard {standard} --lang zh"
        place.notes.put("terminal", line, command(*line.split()))
        for lang in LANGUAGES:
            line = f"list --standard {standard} --lang {lang}"
            place.notes.put("terminal", line, command(*line.split()))


def _printed(text: str) -> Any:
    """The JSON that a command printed."""
    return json.loads(text.split("\n", 2)[2])


def _gallery(place: Place) -> None:
    """Each published case by itself, figure by figure; the page of all of them is English."""
    for case in sorted((place.checkout / "examples").rglob("case.toml")):
        root = place.fresh()
        shutil.copytree(case.parent, root / case.parent.name)
        text = command("gallery", str(root), "--case", case.parent.name, "--lang", "zh")
        place.notes.put("terminal", f"gallery {case.parent.name}", text)


def _help(place: Place) -> None:
    for words in HELPED:
        place.notes.put("help", words or "gep", command(*words.split(), "--help"))


# -- tasks: reporting rounds -----------------------------------------------------------------------


def form_tasks(place: Place) -> Iterator[Task]:
    """A round from templates to the released account, and damaged rounds read back."""
    for lang in LANGUAGES:
        yield Task(f"round {lang}", ("forms",), 20, _round(lang))
    for path in sorted((place.shared / "rounds").glob("*")):
        yield Task(f"{path.name}", ("forms",), 5, _read_back(path, "forms"))


def _round(lang: str) -> Callable[[Place], None]:
    def do(place: Place) -> None:
        at, first = place.fresh(), place.fresh()
        steps = (
            f"form template --last {TABLE} --year 2021 --code 990100 --headers {lang} --out {at}",
            f"form status {at} --date 2022-04-02",
            f"form fill {at} --from {TABLE}",
            f"form read {at}",
            f"form read {at} --json",
            f"form status {at} --date 2022-04-20",
            f"form status {at} --date 2022-04-20 --json",
            f"form sign {at} all --state checked --name 张三 --date 2022-04-21",
            f"form release {at} --name 王五 --date 2022-04-21",
            f"form sign {at} all --state approved --name 李四 --date 2022-04-22",
            f"form release {at} --name 王五 --date 2022-04-25",
            f"form read {at} --use-last",
            f"form read {at} --use-last --revision 更正",
            f"form status {at} --date 2022-05-01",
            f"run {at}/account",
            f"form template --region 模拟市 --year 2021 --headers both --out {first}"
            f" --regions {TABLE}/regions.csv",
            f"form status {first} --date 2022-04-20",
            f"form read {first}",
        )
        for number, step in enumerate(steps if lang == "zh" else steps[:SIGNED]):
            text = command(*step.split(), *(() if "--json" in step else ("--lang", lang)))
            place.notes.put("forms", f"{lang} {number:02}", text)
            received(at)
        shutil.rmtree(at / "kept", ignore_errors=True)  # the returned files once more
        for path in at.glob("*.xlsx"):
            path.unlink()  # as returned, without the figures
        note_files(place, f"round {lang}", at, "forms")
        if lang == "zh":  # its headers are in both languages
            note_files(place, "first", first, "forms")

    return do


def received(at: Path) -> None:
    """Every returned file came in on one day."""
    for path in (at / "returned").glob("*"):
        os.utime(path, (RECEIVED, RECEIVED))


def _read_back(path: Path, kind: str) -> Callable[[Place], None]:
    def do(place: Place) -> None:
        for lang in LANGUAGES:
            at = place.fresh()
            shutil.copytree(path, at)
            received(at)
            place.notes.put(
                kind, f"{path.name} {lang} read", command("form", "read", str(at), "--lang", lang)
            )
            status = command("form", "status", str(at), "--date", "2022-04-20", "--lang", lang)
            place.notes.put(kind, f"{path.name} {lang} status", status)
            for file in ("problems.csv", "account/inputs.csv", "account/prices.csv"):
                if (at / file).exists():
                    place.notes.put(kind, f"{path.name} {lang} {file}", file_text(at / file))

    return do


# -- tasks: faults ---------------------------------------------------------------------------------


def fault_tasks(place: Place) -> Iterator[Task]:
    """Every faulty folder, read in both languages and from Python."""
    for fault in json.loads((place.shared / "faults.json").read_text("utf-8")):
        at = place.shared / fault["at"]
        if fault["line"] == "form":
            yield Task(fault["name"], ("problems",), 2, _read_back(at, "problems"))
        else:
            yield Task(
                fault["name"], ("problems", "errors"), 1, _fault(fault["name"], at, fault["line"])
            )


def _fault(name: str, at: Path, line: str) -> Callable[[Place], None]:
    def do(place: Place) -> None:
        words = [w.format(at=at) for w in line.split()]
        both = words[0] != "run" or name.startswith("case")  # else English is that of Python
        if place.notes.wants("problems"):
            for lang in LANGUAGES if both else ("zh",):
                out = place.fresh()
                place.notes.put(
                    "problems", f"{name} {lang}", command(*words, "--lang", lang, "--out", str(out))
                )
                ledger = out / "ledger.csv"
                if ledger.exists():
                    place.notes.put("problems", f"{name} {lang} ledger", file_text(ledger))
        if words[0] == "run" and place.notes.wants("errors"):
            place.notes.put("errors", name, _error(at))

    return do


def _error(at: Path) -> str:
    """What reading a folder raises in Python, or what the account warns of."""
    import gep

    with warnings.catch_warnings(), limited():
        warnings.simplefilter("ignore")
        try:
            account = gep.run(str(at))
        except Exception as error:
            return _raised(error)
        told_of = [(*_code(p), str(p)) for p in (*account.warnings, *account.notes)]
    return f"{account!r}\n" + "\n".join(map(str, told_of))


def _code(problem: Any) -> tuple[str, str]:
    return getattr(problem, "code", "none"), getattr(problem, "level", "none")


def _raised(error: Exception) -> str:
    codes = "\n".join(str(_code(p)) for p in getattr(error, "problems", ()))
    shown = error._repr_html_() if hasattr(error, "_repr_html_") else ""
    return f"{type(error).__name__}\n{codes}\n{error}\n{shown}"


def _code(problem: Any) -> tuple[str, str]:
    return getattr(problem, "code", "none"), getattr(problem, "level", "none")


def _raised(error: Exception) -> str:
    codes = [_code(p) for p in getattr(error, "problems", ())]
    shown = error._repr_html_() if hasattr(error, "_repr_html_") else ""
    return f"{type(error).__name__} {codes}\n{error}\n{shown}"


# -- tasks: Python and schemas ---------------------------------------------------------------------


def python_tasks(place: Place) -> Iterator[Task]:
    """Accounts from values, formulas by themselves, and the schemas."""
    yield Task("compute", ("compute",), 3, _compute)
    yield Task("schema", ("schema",), 1, _schema)


def _compute(place: Place) -> None:
    import gep

    for name, inputs, prices, basis in COMPUTED:
        try:
            account = gep.compute(inputs, prices, **basis)
            text = f"{account!r}\n{account.to_json()}"
        except Exception as error:
            text = _raised(error)
        place.notes.put("compute", name, text)
    for number, (module, formula, given, named) in enumerate(FORMULAS):
        text = told(lambda m=module, f=formula, a=given, k=named: _formula(m, f)(*a, **k))
        place.notes.put("compute", f"formula {number} {formula}", text)
    place.notes.put("compute", "names", "\n".join(sorted(gep.__all__)))


def _formula(module: str, name: str) -> Callable[..., object]:
    found = getattr(importlib.import_module(f"gep.indicators.{module}"), name)
    assert callable(found)
    return found


def _schema(place: Place) -> None:
    for path in sorted((place.checkout / "gep").rglob("*.schema.json")):
        place.notes.put("schema", path.name, path.read_text("utf-8"))
    schema = importlib.import_module("gep.report.schema").schema
    for strict in (False, True):
        place.notes.put(
            "schema",
            f"strict {strict}",
            told(lambda s=strict: json.dumps(schema(strict=s), indent=1)),
        )


# -- one process of a side -------------------------------------------------------------------------


def tasks(place: Place) -> list[Task]:
    """All there is to do."""
    return [
        t
        for make in (account_tasks, command_tasks, form_tasks, fault_tasks, python_tasks)
        for t in make(place)
    ]


def shard(every: Sequence[Task], which: int) -> list[Task]:
    """The tasks of one process: the heaviest first, each to the process that has least to do."""
    load, mine = [0.0] * SHARDS, []
    for task in sorted(every, key=lambda t: (-t.weight, t.name)):
        least = load.index(min(load))
        load[least] += task.weight
        if least == which:
            mine.append(task)
    return mine


def work(
    checkout: Path, out: Path, shared: Path, scratch: Path, which: int, kinds: Sequence[str]
) -> None:
    """Write the texts of a checkout: one process of it."""
    use(checkout)
    signs = [(scratch, "<SCRATCH>"), (shared, "<SHARED>"), (checkout, "<CHECKOUT>")]
    place = Place(
        checkout, shared, scratch, Notes(out, frozenset(kinds), [(str(p), s) for p, s in signs])
    )
    for task in shard(tasks(place), which):
        if not place.notes.wants(*task.kinds):
            continue
        begun = time.monotonic()
        try:
            task.do(place)
        except Exception as error:
            place.notes.put("failed", task.name, f"{type(error).__name__}: {error}")
        spent = time.monotonic() - begun
        if spent > 10:
            print(f"  {out.name}: {task.name}: {spent:.0f} s", file=sys.stderr, flush=True)


def use(checkout: Path) -> None:
    """See to it that ``gep`` is that of the checkout.

    Raises
    ------
    SystemExit
        If another one is found, an editable install for instance.
    """
    import gep

    if not Path(str(gep.__file__)).resolve().is_relative_to(checkout.resolve()):
        raise SystemExit(f"gep comes from {gep.__file__}, not from {checkout}")


# -- faulty input ----------------------------------------------------------------------------------


def make(checkout: Path, shared: Path, cases_at: str) -> None:
    """Make the input that both sides read: the city on maps, faulty folders, damaged rounds."""
    use(checkout)
    _make_city(checkout, shared / "city")
    listed = [*_make_faults(checkout, shared), *_copy_cases(Path(cases_at), shared)]
    listed += _watched(checkout, shared)
    _make_rounds(shared)
    (shared / "faults.json").write_text(json.dumps(listed, ensure_ascii=False, indent=1), "utf-8")


def _load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} cannot be read")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def _make_city(checkout: Path, at: Path) -> None:
    """The generated city, with two of its sub-districts to become forest."""
    _load(checkout / "examples" / "demo_city" / "make.py").write(at, CITY_CELLS, 7)
    plan = json.loads((at / "subdistricts.geojson").read_text("utf-8"))
    plan["features"] = [f | {"properties": {"to": "mixed_forest"}} for f in plan["features"][:2]]
    (at / "plan.geojson").write_text(json.dumps(plan, ensure_ascii=False), "utf-8")


def _make_faults(checkout: Path, shared: Path) -> Iterator[dict[str, str]]:
    cases = _load(checkout / "tests" / "fuzz" / "cases.py")
    chance = random.Random(SEED)
    for name, (count, line) in FAULTS.items():
        base, good = _files(cases, name)
        for number in range(count + 1):  # the first is as it should be
            edited = cases.edited(good, _edits(cases, chance)) if number else good
            at = cases.put(shared / "faults" / f"{name}_{number:02}", {**base, **edited})
            yield {"name": at.name, "at": f"faults/{at.name}", "line": line}


def _files(cases: Any, name: str) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The files that a reader needs beside its own, and its own, which are damaged."""
    if name in TABLES_OF:
        return cases.county(), {f"{name}.csv": cases.TABLES[f"{name}.csv"].encode()}
    good = dict(cases.CASES[name][0]())
    if name in ("maps", "zones"):
        drawn = {n: d for n, d in good.items() if name == "maps" or n == "districts.geojson"}
        return cases.city(), drawn
    return ({} if name in ("county", "folder", "steward") else cases.county()), good


def _edits(cases: Any, chance: random.Random) -> list[tuple[Any, ...]]:
    def number() -> int:
        return chance.randint(0, 10_000)

    return [
        (number(), chance.choice(EDITS), number(), number(), number(), chance.choice(cases.CELLS),
         chance.choice(cases.TOMLS), chance.choice(cases.BYTES))
        for _ in range(chance.choice((1, 1, 2, 3)))
    ]  # fmt: skip


def _copy_cases(at: Path, shared: Path) -> Iterator[dict[str, str]]:
    """The cases of the project, each with the door through which it goes in."""
    if not (at / "cases.csv").is_file():
        return
    with (at / "cases.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    doors = {row["id"]: row["door"] for row in rows}
    for path in sorted(p for p in at.iterdir() if p.is_dir()):
        shutil.copytree(path, shared / "cases" / path.name)
        door = doors.get(path.name, "run")
        yield {
            "name": f"case {path.name}",
            "at": f"cases/{path.name}",
            "line": "form" if door == "form" else "run {at}",
        }


def _make_rounds(shared: Path) -> None:
    """Filled rounds with a few cells overwritten in each workbook."""
    good = shared / "good_round"
    print(command("form", "template", "--last", TABLE, "--year", "2021", "--out", str(good))[:300])
    print(command("form", "fill", str(good), "--from", TABLE)[:300])
    chance = random.Random(SEED)
    books = sorted((good / "returned").glob("*.xlsx"))
    for number in range(ROUNDS):
        at = shared / "rounds" / f"round_{number:02}"
        at.mkdir(parents=True)
        for path in (*good.glob("*.toml"), *good.glob("*.csv")):
            shutil.copy(path, at / path.name)
        (at / "returned").mkdir()
        for book in chance.sample(books, min(3, len(books))):
            _damage(book, at / "returned" / book.name, chance)


# -- faulty input that the tests write ------------------------------------------------------------

WATCHED = ("tests/accounts", "tests/decisions", "tests/spatial/test_bad_rasters.py", "tests/forms")
MARKS = {"account.toml": (150_000, 130), "round.toml": (2_000_000, 14)}  # bytes, and how many
BESIDE = {  # a file of an account folder -> another command that reads it
    "users.csv": "seea {at}",
    "targets.csv": "assess {at}",
    "normal.csv": "assess {at}",
    "facts.csv": "assess {at}",
    "parcels.csv": "scenario {at} {at}/parcels.csv",
    "uncertainty.toml": "uncertainty {at} --draws 100 --seed 1",
}


class Watch:
    """Copies every small account or round whose first file is opened for reading, each once."""

    def __init__(self, into: Path) -> None:
        self.into, self.on, self.seen = into, False, set[str]()

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """See what is opened; an audit hook."""
        if not self.on or event != "open" or not isinstance(arguments[0], (str, os.PathLike)):
            return
        path = Path(os.fspath(arguments[0]))
        if path.name in MARKS and "w" not in str(arguments[1]):
            self.on = False
            with contextlib.suppress(OSError):
                self.copy(path.parent, path.name)
            self.on = True

    def copy(self, folder: Path, mark: str) -> None:
        """Copy a folder, unless it is large or was seen."""
        files = sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink())
        if sum(p.stat().st_size for p in files) > MARKS[mark][0]:
            return
        data = {p.relative_to(folder): p.read_bytes() for p in files}
        digest = hashlib.sha256(repr(sorted(data.items())).encode()).hexdigest()
        if digest in self.seen:
            return
        self.seen.add(digest)
        for name, content in data.items():
            target = self.into / mark / f"{len(self.seen):04}" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def watch(tests: Path, into: Path) -> None:
    """Run some tests and copy what they read; whether they pass is not of interest."""
    import pytest

    hook = Watch(into)
    sys.addaudithook(hook)
    hook.on = True
    pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", str(tests)])
    hook.on = False


def _watched(checkout: Path, shared: Path) -> Iterator[dict[str, str]]:
    """The accounts and rounds of the tests that bring out something not seen twice yet."""
    into = shared.parent / "watched"
    env = os.environ | {"HYPOTHESIS_STORAGE_DIRECTORY": str(into / "hypothesis")}
    for tests in (checkout / name for name in WATCHED):
        line = [sys.executable, __file__, "--watch", str(tests), str(into / tests.stem)]
        subprocess.run(line, env=env, cwd=checkout, stdout=subprocess.DEVNULL, check=False)
    for mark, codes in (("account.toml", _codes_of_account), ("round.toml", _codes_of_round)):
        for number, at in enumerate(_telling(into, mark, codes, MARKS[mark][1])):
            name = f"{'round' if mark == 'round.toml' else 'account'}_{number:03}"
            shutil.copytree(at, shared / "watched" / name)
            where = {"name": f"watched {name}", "at": f"watched/{name}"}
            yield where | {"line": "form" if mark == "round.toml" else "run {at}"}
            lines = {line for file, line in BESIDE.items() if (at / file).exists()}
            yield from (where | {"name": f"{name} {n}", "line": n} for n in sorted(lines))
    print(f"  watched: {len(list(into.glob('*/*.toml/*')))} folders", file=sys.stderr, flush=True)
    shutil.rmtree(into, ignore_errors=True)


def _telling(at: Path, mark: str, codes: Callable[[Path], set[str]], most: int) -> list[Path]:
    """Folders that bring out a code not seen twice yet, at most so many."""
    seen: collections.Counter[str] = collections.Counter()
    out = []
    for folder in sorted(at.glob(f"*/{mark}/*")):
        if len(out) == most:
            break
        found = codes(folder)
        if any(seen[c] < 2 for c in found):
            seen.update(found)
            out.append(folder)
    return out


def _codes_of_account(at: Path) -> set[str]:
    return set(re.findall(r"^\W*([a-z_]+\.[a-z_]+)\b", _error(at), re.M)) or {"none"}


def _codes_of_round(at: Path) -> set[str]:
    scratch = at.with_name(f"{at.name}_read")
    shutil.copytree(at, scratch)
    text = command("form", "read", str(scratch), "--lang", "en")
    file = scratch / "problems.csv"
    if file.exists():
        with file.open(encoding="utf-8-sig", newline="") as stream:
            return {row.get("code") or "none" for row in csv.DictReader(stream)}
    return {re.sub(r"\d+", "", text[-80:])}


ODD = (
    "", "-1", "1,5", "12①", "约30", "—", "不详", "nan", "=1+1", "1e9", 0, -5, 1e12, "合计",
    "其中：稻谷", "元", "万吨", "2020", "X" * 40, "<b>", 75.5, "75%", True,
)  # fmt: skip


def _damage(path: Path, to: Path, chance: random.Random) -> None:
    import openpyxl

    book = openpyxl.load_workbook(path)
    for _ in range(6):
        sheet = chance.choice(book.worksheets)
        filled = [c for row in sheet.iter_rows() for c in row if c.value is not None]
        if filled:
            chance.choice(filled).value = chance.choice(ODD)
    book.save(to)


# -- the driver ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """What was asked for."""

    python: str
    root: Path
    kinds: tuple[str, ...]

    def start(self, checkout: Path, *words: str) -> subprocess.Popen[str]:
        """A process in a checkout, which finds that ``gep``."""
        env = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith(("GEP_", "FORCE_COLOR", "PYTEST"))
        }
        env |= {
            "PYTHONPATH": str(checkout), "PYTHONSAFEPATH": "1", "PYTHONHASHSEED": "0",
            "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200", "NO_COLOR": "1",
            "TZ": "UTC", "MPLBACKEND": "agg", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
        }  # fmt: skip
        line = [self.python, str(Path(__file__).resolve()), *words]
        return subprocess.Popen(line, cwd=checkout, env=env, text=True, stdout=subprocess.DEVNULL)

    def side(
        self, checkout: Path, name: str, which: int, kinds: Sequence[str]
    ) -> subprocess.Popen[str]:
        """One process of a side."""
        scratch = self.root / "work" / f"{name[0]}{which}"
        words = (checkout, self.root / name, self.root / "shared", scratch, which, *kinds)
        return self.start(checkout, "--work", *map(str, words))


def finished(processes: Iterable[subprocess.Popen[str]]) -> None:
    """Wait for processes.

    Raises
    ------
    SystemExit
        If one ends with an error.
    """
    running = list(processes)
    try:
        codes = [p.wait() for p in running]
    finally:
        for process in running:
            process.kill()
    if any(codes):
        raise SystemExit(f"a process ended with {codes}: nothing was compared")


def stamp(checkout: Path) -> str:
    """What the texts of a checkout rest on: its commit, what was changed since, and this file."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for words in (("rev-parse", "HEAD"), ("diff", "HEAD"), ("status", "--porcelain")):
        done = subprocess.run(
            ["git", "-C", str(checkout), *words], capture_output=True, check=False
        )
        digest.update(done.stdout)
    return f"{checkout} {digest.hexdigest()}"


def prepare(run: Run, before: Path, after: Path) -> tuple[str, ...]:
    """Make the input, unless it is there already; the kinds of BEFORE that are not there yet."""
    mark = run.root / "stamp.txt"
    if not mark.exists() or mark.read_text("utf-8") != stamp(before):
        for name in ("before", "shared", "done.txt", "stamp.txt"):
            shutil.rmtree(run.root / name, ignore_errors=True)
            (run.root / name).unlink(missing_ok=True)
        (run.root / "shared").mkdir(parents=True)
        cases = [
            p.parent / "shared" / "cases"
            for p in (before, after, Path(__file__).resolve().parents[1])
        ]
        found = next((p for p in cases if p.is_dir()), run.root / "none")
        finished([run.start(before, "--make", str(before), str(run.root / "shared"), str(found))])
        mark.write_text(stamp(before), "utf-8")
    done = run.root / "done.txt"
    have = done.read_text("utf-8").split() if done.exists() else []
    return tuple(k for k in run.kinds if k not in have)


def gather(run: Run, before: Path, after: Path) -> None:
    """Write the texts of both sides, two processes at a time."""
    lacking = prepare(run, before, after)
    shutil.rmtree(run.root / "work", ignore_errors=True)
    shutil.rmtree(run.root / "after", ignore_errors=True)
    for checkout, name, kinds in ((before, "before", lacking), (after, "after", run.kinds)):
        for kind in kinds:
            shutil.rmtree(run.root / name / kind, ignore_errors=True)
        if kinds:
            finished([run.side(checkout, name, n, kinds) for n in range(SHARDS)])
        if name == "before":
            with (run.root / "done.txt").open("a", encoding="utf-8") as out:
                out.write("\n".join((*(k for k in kinds if k != "failed"), "")))
    shutil.rmtree(run.root / "work", ignore_errors=True)


def texts(at: Path) -> dict[str, str]:
    """The texts of a kind, by name."""
    return {p.name.removesuffix(".txt"): p.read_text("utf-8") for p in sorted(at.glob("*.txt"))}


def difference(old: str, new: str) -> list[str]:
    """The first lines that differ, as a short unified difference."""
    a, b = old.splitlines(), new.splitlines()
    same = next(
        (n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )
    start = max(0, same - 1)
    lines = list(
        difflib.unified_diff(a[start : same + 60], b[start : same + 60], lineterm="", n=1)
    )[3:]
    cut = _where(a, b, same)
    return [f"line {same + 1}", *(_short(line, cut) for line in lines[: SHOWN_LINES - 1])]


def _where(a: Sequence[str], b: Sequence[str], same: int) -> int:
    """Where long lines are to be cut, so that their difference shows."""
    if same >= min(len(a), len(b)):
        return 0
    pairs = enumerate(zip(a[same], b[same], strict=False))
    common = next((n for n, (x, y) in pairs if x != y), 0)
    return max(0, common - 60) if common > WIDTH // 2 else 0


def _short(line: str, cut: int) -> str:
    if len(line) <= WIDTH:
        return line
    return f"{line[0]}…{line[1 + cut :][:WIDTH]}…" if cut else f"{line[:WIDTH]}…"


def compare_kind(root: Path, kind: str, diffs: int) -> tuple[int, int]:
    """Print how one kind compares; how many texts there are, and how many differ."""
    old, new = texts(root / "before" / kind), texts(root / "after" / kind)
    names = sorted(old.keys() | new.keys())
    unlike = [n for n in names if old.get(n) != new.get(n)]
    print(
        f"{kind:10} {len(names):5} texts, {len(names) - len(unlike):5} the same,"
        f" {len(unlike):5} differ"
    )
    for number, name in enumerate(unlike):
        if name not in old or name not in new:
            print(f"  {kind}/{name}: only in {'BEFORE' if name in old else 'AFTER'}")
            continue
        print(f"  {kind}/{name}")
        for line in difference(old[name], new[name]) if number < diffs else ():
            print(f"      {line}")
    return len(names), len(unlike)


def report(run: Run, diffs: int, begun: float) -> int:
    """Print how all kinds compare; the exit code."""
    found = [compare_kind(run.root, kind, diffs) for kind in run.kinds]
    count, unlike = sum(n for n, _ in found), sum(n for _, n in found)
    failed = len(texts(run.root / "after" / "failed"))
    note = f"; {failed} tasks of AFTER could not be run at all (kind failed)" if failed else ""
    seconds = time.monotonic() - begun
    print(f"{count} texts, {count - unlike} the same, {unlike} differ{note} ({seconds:.0f} s)")
    return 1 if unlike or not count else 0


def asked() -> argparse.Namespace:
    """The arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument(
        "--python", default=sys.executable, help="interpreter that has what gep needs"
    )
    parser.add_argument(
        "--only", nargs="+", choices=KINDS, default=[], metavar="KIND", help=", ".join(KINDS)
    )
    parser.add_argument(
        "--keep", type=Path, help="keep the texts here, and use those of BEFORE again"
    )
    parser.add_argument(
        "--diffs", type=int, default=20, help="texts of a kind whose lines are shown"
    )
    return parser.parse_args()


def main() -> int:
    """Compare two checkouts."""
    options, begun = asked(), time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    before, after = options.before.resolve(), options.after.resolve()
    for path in (before, after):
        if not (path / "gep" / "__init__.py").is_file():
            raise SystemExit(f"{path} is no checkout of gep")
    kinds = tuple(k for k in KINDS if not options.only or k in (*options.only, "failed"))
    with tempfile.TemporaryDirectory(prefix="gep-compare-") as scratch:
        root = options.keep.resolve() if options.keep else Path(scratch)
        run = Run(options.python, root, kinds)
        gather(run, before, after)
        return report(run, options.diffs, begun)


def start() -> int:
    """The driver, or one of the processes that it starts."""
    words = sys.argv[2:]
    if sys.argv[1:2] == ["--make"]:
        make(Path(words[0]), Path(words[1]), words[2])
        return 0
    if sys.argv[1:2] == ["--watch"]:
        watch(Path(words[0]), Path(words[1]))
        return 0
    if sys.argv[1:2] == ["--work"]:
        checkout, out, shared, scratch = map(Path, words[:4])
        work(checkout, out, shared, scratch, int(words[4]), words[5:])
        return 0
    return main()


if __name__ == "__main__":
    sys.exit(start())
