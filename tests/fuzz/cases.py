"""Broken and hostile files, made from good ones: each reader either takes what it is given or
raises a GepError.

A case writes the files of a good example with a few edits into a folder, runs one reader on it, and
looks at what came out. :data:`CASES` names them; ``test_readers.py`` runs each for a moment,
``long.py`` for as long as one likes.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
import warnings
import zipfile
from functools import cache
from html.parser import HTMLParser
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from hypothesis import strategies as st

from gep import opening
from gep.account import Account
from gep.analysis.parcels import rank, read_parcels
from gep.analysis.scenario import run_scenario
from gep.analysis.targets import met, read_facts, read_targets, read_weather
from gep.analysis.uncertainty.settings import settings
from gep.analysis.uncertainty.sources import sources
from gep.core import units
from gep.core.errors import GepError
from gep.core.source import Source
from gep.report import results, seea
from gep.report.explain import explain

ROOT = Path(__file__).parents[2]
EVIL = "<script>alert(1)</script>\"'&\x1b[2J\u202e=cmd()"
CELLS = (
    "",
    "0",
    "-1",
    "1e308",
    "-1e308",
    "1e-320",
    "0e999",
    "1e999",
    "nan",
    "inf",
    "1,5",
    "１２",
    "12 345",
    "0.1.2",
    "99999999999999999999",
    "1" * 400,
    "0." + "0" * 400 + "1",
    "x" * 300,
    "x" * 20_000,
    "=1+1",
    "@SUM(A1)",
    "＝1",
    "\t=1",
    EVIL,
    "\u202eabc",
    "\ufeffa",
    "a\nb",
    'a"b',
    "a;b",
    "\\",
    "'",
    "..",
    "../..",
    "/etc/passwd",
    "𝕏",
    "e\u0301",
    "CON",
    "None",
    "True",
    "forest",
    "森林",
    "atlantis",
    "total",
    "City",
    "year",
    "2020",
    "2019",
    "3020",
    "-5",
    "2020.0",
    "synthetic",
    "confidential",
    "as_printed",
    "lognormal 20 %",
    "normal",
    "triangular",
    "t",
    "%",
    "1",
    "km2",
    "亿m3",
    "10 4 t",
    "kJ/m2 d",
    "m^9",
    "m^9^9",
    "/",
    "((((",
    "t" * 130,
    "degC",
    "CNY/t",
    "USD/t",
    "元",
    "CNY",
    "t C",
    "1e99 t",
    "1e-99 t",
    "quantity",
    "value",
    "share",
    "area",
    "water_retention",
    "retained_water",
    "tourism",
    "agricultural_products",
    "carbon_sequestration",
    "soil_retention",
    "population",
    "precipitation",
    "{0}",
    "{x}",
    "%s",
    "%(a)s",
)
TOMLS = (
    "1",
    "-1",
    "0",
    "true",
    '""',
    '"x"',
    "[]",
    "{}",
    "[[]]",
    "[1]",
    '["a"]',
    "[{a = 1}]",
    "{a = 1}",
    '{a = {b = {c = "d"}}}',
    "nan",
    "inf",
    "-inf",
    "1e308",
    "1e400",
    "9223372036854775807",
    "99999999999999999999",
    "0x" + "f" * 400,
    "1" * 5000,
    "2020-01-01",
    "2020-13-45",
    "07:32:00",
    '"\\u0000\\u001b[2J\\u202e"',
    '"' + "x" * 500 + '"',
    '"""\n\n"""',
    "2020",
    "[2019, 2020]",
    "[2020, 2020]",
    "[3000]",
    '"current"',
    '"deflate"',
    '"CNY"',
    '"EUR"',
    '"../x.toml"',
    '"county.toml"',
    '"12 km2"',
    '"1e999 km2"',
    '"1 人"',
    '"forest"',
    '"in"',
    '"grassland"',
    '"10 ha"',
    '"cell"',
    "[" * 400 + "]" * 400,
    '"ecosystem.tif"',
    '"/etc/passwd"',
    '"a\\u0000b"',
    '"' + "a" * 300 + '.tif"',
    '"nearest"',
    '"mm"',
    '"*"',
    '"' + "*" * 60 + 'x"',
    "{" + "a." * 60 + "b = 1}",
)
BYTES = (
    b"",
    b"\0",
    b"\xff",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b'"',
    b"\r",
    b"\n\n",
    b",",
    b";",
    b"\x1b",
    "汉字".encode("gb18030"),
    b"\xed\xa0\x80",
    b"[",
    b"]",
    b"=",
    b"{",
    b"}",
    b"#",
    b"a" * 200_000,
)
number = st.integers(0, 10_000)
cell = st.one_of(st.sampled_from(CELLS), st.text(max_size=12))
value = st.one_of(
    st.sampled_from(TOMLS),
    st.text(max_size=8).map(json.dumps),
    st.integers().map(str),
    st.floats().map(str),
)
edits = st.lists(
    st.tuples(
        number,
        st.sampled_from(
            ("cell", "cell", "cell", "swap", "drop", "twice", "column", "bytes", "cut", "lose")
        ),
        number,
        number,
        number,
        cell,
        value,
        st.sampled_from(BYTES),
    ),
    min_size=1,
    max_size=5,
)
Files = dict[str, bytes]


def edited(good: Files, changes: list[tuple]) -> Files:
    """Files with edits: of cells and rows in CSV, of keys and lines in TOML, of bytes in all."""
    out = dict(good)
    names = sorted(out)
    for n, kind, a, b, c, cell_, value_, raw in changes:
        name = names[n % len(names)]
        if kind == "lose" and len(out) > 1:
            del out[name]
            names = sorted(out)
        elif kind in ("bytes", "cut"):
            data = out[name]
            at = a * 7919 % (len(data) + 1)
            out[name] = data[:at] if kind == "cut" else data[:at] + raw + data[at + b % 3 :]
        elif name.endswith(".csv"):
            out[name] = _csv(out[name], kind, a, b, c, cell_)
        elif name.endswith(".toml"):
            out[name] = _toml(out[name], kind, a, b, value_)
        elif name.endswith("json"):
            out[name] = _json(out[name], kind, a, b, value_, cell_)
    return out


def _csv(data: bytes, kind: str, a: int, b: int, c: int, text: str) -> bytes:
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        return data
    rows = [r for r in rows if r] or [[""]]
    at = (
        a % len(rows) if kind != "cell" or a % 7 == 0 else 1 + a % max(1, len(rows) - 1)
    )  # seldom the header
    at = min(at, len(rows) - 1)
    place = b % len(rows[at])
    if kind == "cell":
        rows[at][place] = text
    elif kind == "swap":  # a cell of another row, right there and perhaps wrong here
        other = rows[c % len(rows)]
        rows[at][place] = other[min(place, len(other) - 1)]
    elif kind == "drop":
        del rows[at]
    elif kind == "twice":
        rows.insert(at, list(rows[at]))
        rows[at][place] = text
    elif kind == "column":
        for r in rows:
            r.insert(min(place, len(r)), r[0] if c % 2 else text)
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8", "surrogatepass")


def _toml(data: bytes, kind: str, a: int, b: int, text: str) -> bytes:
    try:
        lines = data.decode("utf-8").splitlines() or [""]
    except UnicodeDecodeError:
        return data
    at = a % len(lines)
    key, equals, old = lines[at].partition("=")
    if kind in ("cell", "swap"):
        if equals and kind == "swap" and re.search(r'"[^"]*"', old):  # one text within a value
            spans = list(re.finditer(r'"[^"]*"', old))
            span = spans[b % len(spans)]
            lines[at] = f"{key}={old[: span.start()]}{text}{old[span.end() :]}"
        else:
            lines[at] = f"{key}= {text}" if equals else lines[at]
    elif kind == "drop":
        del lines[at]
    elif kind == "twice":
        lines.insert(b % len(lines), lines[at])
    elif kind == "column":
        lines.insert(
            at,
            (
                f"{json.dumps(text)[:40]} = {text}"
                if b % 2
                else f"[{'[' * (b % 3 // 2)}x{']' * (b % 3 // 2)}]"
            ),
        )
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _json(data: bytes, kind: str, a: int, b: int, value_: str, text: str) -> bytes:
    try:
        tokens = re.split(r'([\[\]{},:]|"[^"]*")', data.decode("utf-8"))
    except UnicodeDecodeError:
        return data
    at = a * 31 % len(tokens)
    tokens[at] = {
        "drop": "",
        "twice": tokens[at] * 2,
        "swap": tokens[b * 31 % len(tokens)],
        "column": value_,
    }.get(kind, json.dumps(text))
    return "".join(tokens).encode("utf-8", "surrogatepass")


def put(at: Path, files: Files) -> Path:
    """Write files into a folder."""
    at.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (at / name).write_bytes(data)
    return at


@cache
def example(name: str, *wanted: str) -> Files:
    """The text files of an example."""
    return {
        p.name: p.read_bytes()
        for p in sorted((ROOT / "examples" / name).iterdir())
        if p.suffix in (".csv", ".toml") and (not wanted or p.name in wanted)
    }


INPUTS = (
    "indicator,component,input,item,ecosystem,region,year,value,unit,source,"
    "low,high,distribution,evidence,note,classification\n"
)
PRICES = "indicator,component,price,item,ecosystem,region,value,unit,year,method,source\n"
PROFILE = """id = "our_county"
zh = "本县办法"
en = "our county's rules"
total = "GEP"
source = "county notice 1"
note = ""
partial = true
net_of_imports = false
[methods]
"carbon_sequestration.sequestered_co2" = "co2_from_dry_matter"
[pricing]
"water_retention.retained_water" = "replacement_cost"
[floors]
"water_retention.retained_water" = "region"
[switches.sightseeing]
components = ["tourism"]
state = "in"
zh = "旅游"
en = "tourism"
evidence = "confirmed"
note = ""
[[indicator]]
id = "water"
level = "regulating"
zh = "水源涵养"
en = "water"
components = ["water_retention"]
evidence = "confirmed"
[[indicator]]
id = "carbon"
level = "regulating"
zh = "固碳"
en = "carbon"
components = ["carbon_sequestration"]
evidence = "confirmed"
[[indicator]]
id = "visits"
level = "cultural"
zh = "旅游"
en = "tourism"
components = ["tourism"]
evidence = "reconstructed"
"""


@cache
def county() -> Files:
    """An account with districts, years, maps of labels, an index, published figures and a standard
    of its own.
    """
    toml = (
        'title = "t"\nregion = "City"\nyears = [2019, 2020]\nprice_year = 2020\nstandard ='
        ' "county.toml"\ncurrency = "CNY"\nprice_basis = "deflate"\ninclude = []\narea = "150'
        ' km2"\npopulation = "12 万人"\ngdp = "30 亿元"\nsynthetic ='
        ' true\n[methods]\n[switches]\nsightseeing = "in"\n'
    )
    rows = ""
    for region, wood, meadow in (("North", 100, 50), ("South", 40, 80)):
        rows += f",,area,,wood,{region},,{wood},km2,s,,,,,,\n"
        rows += f",,area,,grassland,{region},,{meadow},km2,s,,,,,,\n"
        for name, i, pair in (
            ("precipitation", "", (1000, 1000)),
            ("evapotranspiration", "", (600, 500)),
            ("runoff", "water_retention", (100, 300)),
        ):
            rows += "".join(
                f"{i},,{name},,{e},{region},{y},{v},mm,s,{v * 0.9},{v * 1.1},normal,sourced,,\n"
                for e, v in zip(("wood", "grassland"), pair, strict=True)
                for y in (2019, 2020)
            )
    rows += (
        "carbon_sequestration,carbon,dry_matter,,wood,,,10,万t,s,,,,,,\ncarbon_sequestration,carbon,co2_per_dry_matter,,,,,1.63,t"
        " CO2/t,s,,,,,,\ntourism,paid_sites,visits,Park,,North,,3,万人次,s,,,,,,confidential\n"
    )
    prices = (
        "water_retention,,reservoir_cost,,,,6,元/m3,2019,,a\ncarbon_sequestration,,carbon_price,,,,50,元/t"
        " CO2,2020,,a\ntourism,,visit_cost,,,,80,元/人次,2020,,a\n"
    )
    text = {
        "account.toml": toml,
        "county.toml": PROFILE,
        "inputs.csv": INPUTS + rows,
        "prices.csv": PRICES + prices,
        "regions.csv": (
            "region,parent,code,area,population,gdp\nNorth,City,1,80 km2,5 万人,10"
            " 亿元\nSouth,City,2,70 km2,7 万人,20 亿元\n"
        ),
        "ecosystems.csv": "label,class\nwood,forest\n",
        "deflators.csv": "index,year,value\nCPI,2019,100\nCPI,2020,102.5\n",
        "controls.csv": (
            "level,indicator,component,ecosystem,region,year,value,unit,decimals,source\ntotal,,,,,2020,2.1,亿元,1,s\n,water_retention,,wood,North,2020,1.8,亿元,,s\n"
        ),
    }
    return {k: v.encode("utf-8") for k, v in text.items()}


class _Page(HTMLParser):
    """A page is text in tags of our own: no script, no handler, no address elsewhere."""

    def handle_starttag(self, tag, attrs):
        assert tag not in ("script", "iframe", "object", "embed", "form", "base"), tag
        assert not [
            k
            for k, v in attrs
            if k.startswith("on")
            or (k in ("href", "src") and not (v or "").startswith(("#", "data:")))
        ], (tag, attrs)


def _no_constant(name: str) -> None:
    raise AssertionError(f"{name} in JSON")


def told(error: GepError) -> None:
    """See that an error says itself: as text, and as JSON in both languages with each place."""
    assert str(error)
    for plain, problem in zip(
        json.loads(json.dumps(error.to_dict()))["problems"], error.problems, strict=True
    ):
        assert plain["code"] and plain["en"] and plain["zh"] and problem.where
        assert str(Source.from_dict(plain)) == problem.where


def looked_at(account: Account, at: Path, *, more: bool = False) -> None:
    """Write what an account gives and see that it is text, of numbers that JSON knows, and nowhere
    else.
    """
    before = {p: p.read_bytes() for p in at.rglob("*") if p.is_file()}
    written = results.write(account, at / "out", "zh")
    assert {p: p.read_bytes() for p in before} == before
    assert sorted(p.name for p in (at / "out").iterdir()) == sorted(p.name for p in written)
    ledger, page = ((at / "out" / n).read_text("utf-8") for n in ("ledger.csv", "index.html"))
    json.loads((at / "out" / "summary.json").read_text("utf-8"), parse_constant=_no_constant)
    json.loads(account.to_json(), parse_constant=_no_constant)
    for row in csv.reader(io.StringIO(ledger, newline="")):
        for n, c in enumerate(row):
            assert c[:1] not in ("=", "+", "@", "\t", "\r", "＝") and (
                c[:1] != "-" or re.fullmatch(r"-[\d.e+-]+|-inf", c)
            ), (n, c)
    for text in (ledger, page):
        assert not re.search(
            "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text
        )
    _Page().feed(page)
    for part in account.parts[:2]:
        str(explain(account, part.indicator.id, part.component.id or None))
    if more:
        account.to_markdown("en")
        account.to_excel(at / "out" / "a.xlsx", "zh")
        account.to_word(at / "out" / "a.docx", "en")


def read_folder(files: Files, at: Path) -> None:
    looked_at(opening.read(put(at / "account", files)), at)


def read_and_report(files: Files, at: Path) -> None:
    looked_at(opening.read(put(at / "account", files)), at, more=True)


def scenario(files: Files, at: Path) -> None:
    put(at / "account", county())
    found = run_scenario(at / "account", put(at, files) / "plan.toml")
    assert found.ledger is not None and isinstance(found.total, float)
    found.by("indicator")


@cache
def _county_account() -> Account:
    with tempfile.TemporaryDirectory() as at:
        return opening.read(put(Path(at) / "account", county()))


def targets(files: Files, at: Path) -> None:
    met(_county_account(), read_targets(put(at, files) / "targets.csv"))


def tables(files: Files, at: Path) -> None:
    """The smaller tables: each by itself, since the first fault of one would hide the next."""
    put(at / "account", county())
    put(at, files)
    for call in (
        lambda: read_weather(at / "normal.csv"),
        lambda: read_facts(at / "facts.csv"),
        lambda: rank(at / "account", read_parcels(at / "parcels.csv")),
        lambda: seea.tables(_county_account(), None, seea.read_users(at / "users.csv")),
    ):
        try:
            call()
        except GepError as error:
            told(error)


def spreads(files: Files, at: Path) -> None:
    put(at, files)
    said = settings(at)
    sources(
        _county_account(), said.get("errors", {}), said.get("together", []), said.get("confusion")
    )


PLAN = (
    'title = "plan"\nnote = "n"\n[[change]]\ninput = "precipitation"\necosystem = "forest"\nregion'
    ' = "North"\nfactor = 1.1\n[[change]]\ninput = "dry_matter"\nvalue = 12\nunit ='
    ' "万t"\n[[price]]\nindicator = "water_retention"\nprice = "reservoir_cost"\nadd = 1\nunit ='
    ' "元/m3"\n[[add]]\nindicator = "tourism"\ncomponent = "paid_sites"\ninput = "visits"\nitem ='
    ' "Lake"\nregion = "South"\nvalue = 5\nunit = "万人次"\n[[remove]]\ninput = "visits"\nitem ='
    ' "Park"\n[[move]]\nfrom = "grassland"\nto = "wood"\nregion = "North"\narea = "5 km2"\n'
)
TARGETS = (
    "region,level,indicator,component,measure,year,target,unit,baseline,weight,note\n"
    ",,water_retention,,value,2020,2.5,亿元,2,1,\n"
    "North,,water_retention,retained_water,quantity,2020,4000,万m3,,2,\n"
    ",regulating,,,value,,3,亿元,,,\n"
)
TABLES = {
    "normal.csv": (
        "indicator,component,input,item,ecosystem,region,year,value,unit,source\n,,precipitation,,wood,North,2011,900,mm,s\n"
    ),
    "facts.csv": (
        "region,year,area,population,gdp\nCity,2019,150km2,12万人,28亿元\nCity,2020,150km2,12万人,30亿元\n"
    ),
    "parcels.csv": (
        "parcel,region,from,to,area,unit\np1,North,grassland,wood,10,ha\np2,South,wood,grassland,1,km2\n"
    ),
    "users.csv": (
        "indicator,component,user,share,source\nwater_retention,,households,0.6,s\nwater_retention,,government,0.4,s\n"
    ),
}
SPREADS = (
    'draws = 200\nseed = 1\nlevel = 0.9\ntogether = ["price"]\n[errors]\n"*.price" = "lognormal 20'
    ' %"\n"precipitation" = 0.1\n[confusion]\nclasses = ["wood", "grassland"]\ncounts = [[90, 10],'
    " [5, 95]]\n"
)


@cache
def city() -> Files:
    """The demonstration city on a map of a few cells, with its areas as GeoJSON, GeoPackage,
    Shapefile and zip.
    """
    import geopandas

    spec = spec_from_file_location("demo_city_make", ROOT / "examples" / "demo_city" / "make.py")
    make = module_from_spec(spec)
    spec.loader.exec_module(make)
    with tempfile.TemporaryDirectory() as at:
        where = make.write(Path(at), size=12)
        frame = geopandas.read_file(where / "districts.geojson")
        frame.to_file(where / "d.gpkg")
        frame.to_file(where / "d.fgb")
        frame.to_file(where / "d.shp", encoding="utf-8")
        with zipfile.ZipFile(where / "d.zip", "w") as archive:
            for kind in ("shp", "shx", "dbf", "prj", "cpg"):
                archive.write(where / f"d.{kind}", f"d.{kind}")
        return {
            p.name: p.read_bytes()
            for p in sorted(where.iterdir())
            if p.suffix not in (".py", ".md", "") and p.is_file()
        }


ZONES = (
    "districts.geojson",
    "d.gpkg",
    "d.fgb",
    "d.shp",
    "d.shx",
    "d.dbf",
    "d.prj",
    "d.cpg",
    "d.zip",
)


def maps(files: Files, at: Path) -> None:
    looked_at(opening.read(put(at / "account", {**city(), **files})), at)


@cache
def _grid():
    from gep.core.source import named
    from gep.spatial.layers import open_source

    with tempfile.TemporaryDirectory() as at:
        return open_source(
            named("map"),
            put(Path(at), {"ecosystem.tif": city()["ecosystem.tif"]}) / "ecosystem.tif",
        ).grid


def zones(files: Files, at: Path) -> None:
    from gep.spatial.areas import from_file
    from gep.spatial.zones import Zones

    put(at, {**{n: city()[n] for n in ZONES}, **files})
    for name in ("districts.geojson", "d.gpkg", "d.fgb", "d.shp", "d.zip"):
        try:
            found = from_file(at / name, _grid())
            for window in _grid().windows():
                Zones(found.shapes, _grid()).coverage(window)
        except GepError as error:
            told(error)


def rasters(files: Files, at: Path) -> None:
    looked_at(opening.read(put(at / "account", {**city(), **files})), at)


@cache
def _round():
    from gep.forms.round import from_account

    return from_account(ROOT / "examples" / "demo_city_table")[0]


@cache
def books() -> Files:
    """Three filled workbooks, as their parts, and one form as CSV."""
    from gep.forms.out.fill import fill
    from gep.forms.out.template import write_templates

    with tempfile.TemporaryDirectory() as at:
        where = Path(at)
        out: Files = {}
        for path in sorted(write_templates(_round(), where / "templates"))[:2]:
            fill(path, _round(), _round().last, where / path.name)
            with zipfile.ZipFile(where / path.name) as archive:
                out |= {
                    f"{path.name}!{n}": archive.read(n)
                    for n in archive.namelist()
                    if "media" not in n
                }
        out["a.csv"] = (
            "表号,GEP-C12\n指标名称,代码,计量单位,本年\n氧气价格,C12-01,元/吨氧气,1160.7\n".encode()
        )
        return out


def forms(files: Files, at: Path) -> None:
    from gep.forms.back.read import read_files

    by_book: dict[str, Files] = {}
    for name, data in files.items():
        book, _, part = name.partition("!")
        by_book.setdefault(book, {})[part] = data
    for book, parts in by_book.items():
        if "" in parts:
            (at / book).write_bytes(parts[""])
            continue
        with zipfile.ZipFile(at / book, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, data in parts.items():
                archive.writestr(part, data)
    read_files(_round(), [(at / b, b, f"2024-01-0{n % 9 + 1}") for n, b in enumerate(by_book)])


def unit(files: Files, at: Path) -> None:
    for line in files["unit.txt"].decode("utf-8", "replace").splitlines():
        for call in (
            lambda text=line: units.conversion(text, "m^3"),
            lambda text=line: units.split(text),
            lambda text=line: units.lacks_only_year(text, "CNY/yr"),
        ):
            try:
                call()
            except GepError as error:
                told(error)


def _bytes(text: dict[str, str]) -> Files:
    return {k: v.encode("utf-8") for k, v in text.items()}


CASES = {
    "folder": (lambda: example("garze_2010"), read_folder),
    "steward": (
        lambda: example("beach_steward", "account.toml", "inputs.csv", "prices.csv"),
        read_folder,
    ),
    "county": (county, read_folder),
    "standard": (
        lambda: _bytes({"county.toml": PROFILE}),
        lambda files, at: read_folder({**county(), **files}, at),
    ),
    "report": (county, read_and_report),
    "scenario": (lambda: _bytes({"plan.toml": PLAN}), scenario),
    "targets": (lambda: _bytes({"targets.csv": TARGETS}), targets),
    "tables": (lambda: _bytes(TABLES), tables),
    "spreads": (lambda: _bytes({"uncertainty.toml": SPREADS}), spreads),
    "unit": (
        lambda: {
            "unit.txt": (
                "t/(km2 a)\n万m3\nCNY/t CO2\n38.86 亿t/yr\n"
                "10^4 t\n元/500g\n间·夜\nkJ/(m2 d)\n".encode()
            )
        },
        unit,
    ),
    "maps": (
        lambda: {
            n: city()[n]
            for n in ("rasters.toml", "account.toml", "inputs.csv", "prices.csv", "regions.csv")
        },
        maps,
    ),
    "rasters": (lambda: {n: d for n, d in city().items() if n.endswith(".tif")}, rasters),
    "zones": (lambda: {n: city()[n] for n in ZONES}, zones),
    "forms": (books, forms),
}
SPATIAL = ("maps", "rasters", "zones")


def run(name: str, changes: list[tuple]) -> None:
    """One case with some edits; anything but a GepError is a defect."""
    good, read = CASES[name]
    with tempfile.TemporaryDirectory(prefix="fuzz-") as at, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            read(edited(good(), changes), Path(at))
        except GepError as error:
            told(error)
