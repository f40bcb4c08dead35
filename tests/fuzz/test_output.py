"""Files out: all or none, whatever else happens in the folder."""

import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from gep import opening
from gep.analysis.compare import compare
from gep.core import output
from gep.core.errors import InputError
from gep.report import results

ROOT = Path(__file__).parents[2]
NAMES = ("a.csv", "b.json", "c.html")


def held(out):
    """What a reader sees, by name, without what is hidden."""
    return {p.name: p.read_text("utf-8") for p in out.iterdir() if not p.name.startswith(".")}


def files(word):
    return {name: f"{word} {name}" for name in NAMES}


KILLED = """
    import os, signal, sys
    from gep.core import output
    steps = iter(range(100))
    def counted(real):
        def call(*args, **options):
            if next(steps) == {at}:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **options)
        return call
    for name in ("rename", "replace"):
        setattr(os, name, counted(getattr(os, name)))
    output.Path.write_bytes = counted(output.Path.write_bytes)
    output.shutil.rmtree = counted(output.shutil.rmtree)
    output.write({out!r}, {files!r})
"""


@pytest.mark.skipif(os.name != "posix", reason="kills a process by signal")
@pytest.mark.parametrize("at", range(8))
def test_a_killed_run_leaves_the_old_files_or_the_new(tmp_path, at):
    """Killed before each write (0 to 2), before the rename that decides (3), before each move (4 to
    6) and at the end (7).
    """
    out = tmp_path / "out"
    output.write(out, files("old"))
    code = textwrap.dedent(KILLED.format(at=at, out=str(out), files=files("new")))
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == -signal.SIGKILL
    decided = at > 3
    assert (out / output.SWITCH).is_dir() == decided
    if not decided:
        assert held(out) == files("old")
    output.write(out, {"d.txt": "next"})  # whoever writes next finishes first
    assert held(out) == {**files("new" if decided else "old"), "d.txt": "next"}
    assert not (out / output.SWITCH).exists()


def test_an_error_on_the_way_leaves_the_old_files(tmp_path):
    output.write(tmp_path, files("old"))
    with pytest.raises(ZeroDivisionError), output.scratch(tmp_path) as at:
        (at / "a.csv").write_text("new")
        raise ZeroDivisionError
    assert held(tmp_path) == files("old") and sorted(p.name for p in tmp_path.iterdir()) == sorted(
        NAMES
    )


def test_files_of_subfolders_take_their_places_too(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("old")
    (tmp_path / "in" / "own.csv").write_text("own")
    with output.alone(tmp_path), output.scratch(tmp_path, held=True) as at:
        (at / "in" / "deep").mkdir(parents=True)
        for name in ("b.csv", "in/a.csv", "in/deep/c.csv"):
            (at / name).write_text("new")
    found = {
        p.relative_to(tmp_path).as_posix(): p.read_text()
        for p in tmp_path.rglob("*")
        if p.is_file()
    }
    assert found == {"b.csv": "new", "in/a.csv": "new", "in/deep/c.csv": "new", "in/own.csv": "own"}


def test_what_a_killed_run_left_is_in_place_before_anyone_reads(tmp_path):
    output.write(tmp_path, files("old"))
    (tmp_path / output.SWITCH).mkdir()
    (tmp_path / output.SWITCH / "a.csv").write_text("new a.csv")
    with output.alone(tmp_path):
        assert held(tmp_path) == {**files("old"), "a.csv": "new a.csv"}


def test_one_file_keeps_the_rights_that_the_system_gives(tmp_path):
    """No change of the process's mask on the way: a file that another thread makes at the same time
    would get it.
    """
    (tmp_path / "plain").write_text("")
    made = output.place(tmp_path / "a.csv", b"a")
    assert made.stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.csv", "plain"]


def test_two_at_once_leave_one_of_them_whole(tmp_path):
    code = (
        "import sys; from gep.core import output\nfor n in range(25): output.write(sys.argv[1], {k:"
        " sys.argv[2] * 50_000 for k in ('a', 'b', 'c', 'd')})"
    )
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path), word],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for word in "xyz"
    ]
    assert [r.wait(120) for r in runs] == [0, 0, 0]
    assert len(set(held(tmp_path).values())) == 1 and sorted(held(tmp_path)) == ["a", "b", "c", "d"]
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "a",
        "b",
        "c",
        "d",
    ], "no lock and no scratch folder is left"


def test_two_accounts_at_once_belong_together(tmp_path):
    """Two runs of different accounts into one folder: the summary says which ledger and page it
    belongs to.
    """
    code = (
        "import sys; from gep import opening\nfrom gep.report import results\na ="
        " opening.read(sys.argv[1])\nfor n in range(2): results.write(a, sys.argv[2])"
    )
    cases = [ROOT / "examples" / name for name in ("garze_2010", "gaotianyan_2014")]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    runs = [
        subprocess.Popen([sys.executable, "-c", code, str(case), str(tmp_path)], cwd=ROOT, env=env)
        for case in cases
    ]
    assert [r.wait(120) for r in runs] == [0, 0]
    written = json.loads((tmp_path / "summary.json").read_text("utf-8"))["written"]
    assert written == {
        name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
        for name in ("ledger.csv", "index.html")
    }


def test_another_run_is_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(output, "PATIENCE", 0.1)
    with output.alone(tmp_path), pytest.raises(InputError, match="kept by another run"):
        output.write(tmp_path, files("new"))
    assert held(tmp_path) == {}
    output.write(tmp_path, files("new"))
    assert held(tmp_path) == files("new")


def test_links_and_folders_in_the_way(tmp_path):
    outside, out = tmp_path / "outside", tmp_path / "out"
    outside.mkdir()
    (outside / "kept.csv").write_text("kept")
    out.mkdir()
    (out / "a.csv").symlink_to(outside / "kept.csv")
    output.write(out, files("new"))
    assert (outside / "kept.csv").read_text() == "kept" and not (out / "a.csv").is_symlink()
    (out / output.SWITCH).symlink_to(outside)
    with pytest.raises(InputError, match="no folder of gep"):
        output.write(out, files("newer"))
    (out / output.SWITCH).unlink()
    (out / "b.json").unlink()
    (out / "b.json").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        output.write(out, files("newer"))
    assert (out / "a.csv").read_text() == "new a.csv" and sorted(
        p.name for p in outside.iterdir()
    ) == ["kept.csv"]


def test_what_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    for call in (
        lambda: output.write(tmp_path / "file", files("new")),
        lambda: output.place(tmp_path / "file" / "x.xlsx", b""),
    ):
        with pytest.raises(InputError, match="cannot be written"):
            call()
    account = opening.read(ROOT / "examples" / "garze_2010")
    with pytest.raises(InputError, match="cannot be written"):
        results.write(account, tmp_path / "file")


def test_old_scratch_folders_go(tmp_path):
    old, young = tmp_path / f"{output.SCRATCH}old", tmp_path / f"{output.SCRATCH}young"
    for p in (old, young):
        p.mkdir()
        (p / "part").write_text("half")
    single = tmp_path / f"{output.SCRATCH}single"
    single.write_text("half")
    for p in (old, single):
        os.utime(p, (1, 1))
    output.write(tmp_path, files("new"))
    assert not old.exists() and not single.exists() and young.exists()


def test_a_desk_is_held_by_one(tmp_path, monkeypatch):
    """Two that read, sign or release a round at once would lose what the other noted; the second
    waits its turn.
    """
    pytest.importorskip("openpyxl")
    pytest.importorskip("python_calamine")
    import cases

    from gep.forms import desk
    from gep.forms.round import save

    save(cases._round(), tmp_path)
    monkeypatch.setattr(output, "PATIENCE", 0.1)
    with output.alone(tmp_path):
        for call in (
            desk.look,
            desk.read,
            lambda at: desk.sign(at, ["all"], "checked", "n"),
            lambda at: desk.release(at, "n"),
        ):
            with pytest.raises(InputError, match="kept by another run"):
                call(tmp_path)
    desk.look(tmp_path)
    assert not (tmp_path / output.LOCK).exists()


def test_no_csv_runs_in_a_spreadsheet():
    """The rows of a comparison begin with the name of an account, which can be anything."""
    account = opening.read(ROOT / "examples" / "garze_2010")
    told = compare(account, account, labels=("=cmd|a", "=cmd|b")).to_csv()
    assert "=cmd|a" in told and not any(
        cell.startswith("=") for row in csv.reader(told.splitlines()) for cell in row
    )
