"""Small files that ask for much, and files that point elsewhere."""

import math
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import cases
import pytest

import gep
from gep import opening
from gep.account import inputs
from gep.analysis.uncertainty.spreads import by_pattern
from gep.core.errors import GepError, InputError
from gep.intake import reader
from gep.intake.reader import toml

ROOT = Path(__file__).parents[2]


def codes(files, at):
    with pytest.raises(GepError) as told:
        opening.read(cases.put(at, files))
    return {p.code for p in told.value.problems}


def crowd(count, step=1):
    """Rows that name so many items and so many regions, each once."""
    rows = "".join(
        f"water_retention,retained_water,quantity,i{n},,r{n * step},,1,m3/a,s,,,,,,\n"
        for n in range(count)
    )
    return {
        **cases.county(),
        "inputs.csv": (cases.INPUTS + rows).encode(),
        "regions.csv": b"region\n" + b"".join(f"r{n * step}\n".encode() for n in range(count)),
        "controls.csv": b"value,unit\n",
    }


def test_ten_thousand_items_in_ten_thousand_regions_are_refused(tmp_path):
    """A table of 10⁸ cells from 10⁴ rows: said at once, in the memory of its rows."""
    cases.put(tmp_path / "account", crowd(10_000))
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (2 * 2**30,) * 2)\nfrom gep"
        " import opening\nfrom gep.core.errors import GepError\ntry:"
        " opening.read(sys.argv[1])\nexcept GepError as e: print(*(p.code for p in e.problems))"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "account")],
        capture_output=True,
        text=True,
        check=True,
        env=env,
        timeout=120,
    )
    assert done.stdout.split() == ["grid.large"]


def test_cells_are_counted_over_all_figures(tmp_path, monkeypatch):
    files = crowd(30)
    assert math.isnan(opening.read(cases.put(tmp_path / "a", files)).total)  # without a price
    monkeypatch.setattr(inputs, "MAX_CELLS", 30 * 30 * 2 - 1)  # two years of 30 items in 30 regions
    assert codes(files, tmp_path / "b") == {"grid.large"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a = " + "[" * 4000 + "]" * 4000, "brackets"),
        ("a = " + "1" * 5000, "without end"),
        ("a = 0x" + "f" * 5000, "without end"),
        ("a = 1e400", "without end"),
        ("a = nan", "without end"),
        ("a" + ".a" * 4900 + " = 1", "without end"),
        ("x" * 20_000 + " = 1", "more than 10000"),
        ("a = 1\n" * 2, "overwrite"),
        ("#" + "x\n#" * 600_000, "1 MiB"),
    ],
)
def test_toml_without_end(text, why):
    start = time.process_time()
    with pytest.raises(ValueError, match=why):
        toml(text)
    assert time.process_time() - start < 5


def test_rows_faults_and_cells_have_limits(tmp_path, monkeypatch):
    good = cases.county()
    long = {**good, "inputs.csv": good["inputs.csv"].replace(b"Park", b"P" * 201)}
    assert codes(long, tmp_path / "a") == {"text.long"}
    assert codes(
        {**good, "inputs.csv": good["inputs.csv"].replace(b"Park", b"P" * 200_000)}, tmp_path / "b"
    ) == {"file.csv"}
    bad = {**good, "inputs.csv": (cases.INPUTS + ",,area,,wood,,,x,km2,s\n" * 5000).encode()}
    with pytest.raises(GepError) as told:
        opening.read(cases.put(tmp_path / "c", bad))
    assert len(told.value.problems) < 1010 and told.value.problems[-1].code == "problems.many"
    monkeypatch.setattr(reader, "MAX_ROWS", 5)
    assert "file.rows" in codes(good, tmp_path / "d")


def test_hostile_text_comes_out_as_text_everywhere(tmp_path):
    evil = cases.EVIL.replace('"', '""')
    files = {
        k: v.replace(b"Park", f'"{evil}"'.encode()).replace(b"North", f'"{evil}N"'.encode())
        for k, v in cases.county().items()
    }
    files["prices.csv"] = files["prices.csv"].replace(b",a\n", f',"=cmd(){evil}"\n'.encode())
    cases.put(tmp_path / "account", files)
    account = opening.read(tmp_path / "account")
    assert {w.code for w in account.warnings} >= {"text.hidden"}
    cases.looked_at(account, tmp_path, more=True)
    from openpyxl import load_workbook

    for sheet in load_workbook(tmp_path / "out" / "a.xlsx"):
        assert not [
            c.coordinate
            for row in sheet.iter_rows()
            for c in row
            if c.data_type == "f" and "cmd" in str(c.value)
        ]


def test_links_are_not_followed_out_of_the_folder(tmp_path):
    cases.put(tmp_path / "elsewhere", cases.county())
    for name in cases.county():
        at = cases.put(
            tmp_path / name.replace(".", "_"),
            {k: v for k, v in cases.county().items() if k != name},
        )
        (at / name).symlink_to(tmp_path / "elsewhere" / name)
        with pytest.raises(GepError) as told:
            opening.read(at)
        assert ("file.outside", name) in {(p.code, p.where) for p in told.value.problems}
    loop = cases.put(
        tmp_path / "loop", {k: v for k, v in cases.county().items() if k != "regions.csv"}
    )
    (loop / "regions.csv").symlink_to("regions.csv")
    with pytest.raises(GepError):
        opening.read(loop)


def test_a_file_of_areas_is_of_the_format_that_it_says(tmp_path):
    """GDAL would read a VRT under any name, and the file or address that it names."""
    pytest.importorskip("geopandas")
    from gep.spatial.areas import polygons

    (tmp_path / "secret.geojson").write_bytes(cases.city()["districts.geojson"])
    vrt = (
        '<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>'
        f"{tmp_path / 'secret.geojson'}"
        "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )
    for name in ("a.geojson", "a.json", "a.shp", "a.fgb", "a.gpkg"):
        (tmp_path / name).write_text(vrt)
    for n, (inner, data) in enumerate({"a.vrt": vrt, "a.shp": vrt, "a.csv": "a,b"}.items()):
        with zipfile.ZipFile(tmp_path / f"{n}.zip", "w") as archive:
            archive.writestr(inner, data)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.shp", b"\0\0\x27\x0a" + bytes(10**6))
        archive.filelist[0].file_size = 2**31
    tried = [p for p in sorted(tmp_path.iterdir()) if p.name != "secret.geojson"]
    assert len(tried) == 9
    for path in tried:
        with pytest.raises(InputError) as told:
            polygons("here", path)
        assert told.value.problems[0].code == "areas.kind", path
    (tmp_path / "d.dbf").symlink_to("/etc/hostname")
    (tmp_path / "d.shp").write_bytes(cases.city()["d.shp"])
    with pytest.raises(InputError, match="leads out of the folder"):
        polygons("here", tmp_path / "d.shp")


def test_a_changed_map_copies_nothing_from_elsewhere(tmp_path):
    pytest.importorskip("geopandas")
    from gep.analysis.map_scenario import _plain

    at = cases.put(tmp_path / "account", {"a.csv": b"a"})
    (at / "out").symlink_to("/etc")
    (at / "host.csv").symlink_to("/etc/hostname")
    (at / "b.csv").symlink_to("a.csv")
    os.mkfifo(at / "pipe")
    assert {p.name for p in at.iterdir() if _plain(at, p)} == {"a.csv", "b.csv"}


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "", "/dev/null"])
def test_no_folder_is_said(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GepError):
        opening.read(name)


def test_patterns_take_no_time():
    start = time.process_time()
    assert (
        by_pattern("a" * 200, {"*a" * 60 + "x": 1}) is None
        and by_pattern("tourism.visits", {"t*m*.*s": 1}) == 1
        and by_pattern("ab", {"ab*b": 1}) is None
    )
    assert time.process_time() - start < 0.5


def test_nothing_runs_and_nothing_is_fetched():
    """No text of a user reaches eval, pickle or a shell, and no module speaks to the net; the one
    exec fuses loops of our own formulas.
    """
    import ast

    found = {}
    for path in sorted(Path(gep.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            names += (
                [node.func.id]
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                else []
            )
            names += (
                [node.func.attr]
                if isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("system", "popen", "read_pickle", "allow_pickle")
                else []
            )
            bad = {
                "eval",
                "exec",
                "pickle",
                "marshal",
                "shelve",
                "subprocess",
                "socket",
                "urllib",
                "http",
                "requests",
                "system",
                "popen",
                "read_pickle",
                "ctypes",
                "__import__",
            }
            for name in names:
                if name.split(".")[0] in bad:
                    found.setdefault(
                        "gep/" + path.relative_to(Path(gep.__file__).parent).as_posix(), set()
                    ).add(name)
    assert found == {
        "gep/spatial/fast.py": {"exec"},
        "gep/check/account.py": {"pickle"},  # proves that an account comes back as it was
        "gep/check/record.py": {"pickle"},  # proves that our own formulas can be sent to workers
        "gep/forms/back/grid.py": {
            "subprocess"
        },  # opens old workbooks in a process of bounded memory
    }


def test_two_years_and_nothing_that_counts(tmp_path):
    """Not one price, or districts that lie in nothing: an account all the same, with a page."""
    good = {k: v for k, v in cases.county().items() if k != "controls.csv"}
    for n, files in enumerate(
        (
            {k: v for k, v in good.items() if k != "prices.csv"},
            {
                **good,
                "regions.csv": b"region,parent\nNorth,Elsewhere\nSouth,Elsewhere\nElsewhere,\n",
            },
        )
    ):
        account = opening.read(cases.put(tmp_path / str(n) / "account", files))
        cases.looked_at(account, tmp_path / str(n))
