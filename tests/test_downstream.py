"""Programs of others: what they import is typed, and runs."""

import os
import subprocess
import sys
import sysconfig
from importlib import resources
from pathlib import Path

import pytest

import gep

EXAMPLE = Path(__file__).parent / "downstream" / "example.py"
AT = str(Path(gep.__file__).parents[1])
INSTALLED = sysconfig.get_path("purelib") == AT
ENVIRONMENT = os.environ if INSTALLED else {**os.environ, "PYTHONPATH": AT, "MYPYPATH": AT}


def test_the_package_says_that_it_is_typed():
    assert resources.files("gep").joinpath("py.typed").is_file()


def test_mypy_reads_it_strictly(tmp_path):
    pytest.importorskip("mypy", reason="mypy is not installed: pip install 'gep-accounting[dev]'")
    (tmp_path / "example.py").write_bytes(EXAMPLE.read_bytes())
    (tmp_path / "wrong.py").write_text(
        "import gep\naccount = gep.run('x')\naccount.sum()\ngep.run(1.5)\ntotal: str ="
        " account.by('level')\n",
        "utf-8",
    )
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file",
        "",
        "--cache-dir",
        str(tmp_path / "cache"),
    ]
    done = subprocess.run(
        [*command, "example.py", "wrong.py"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=ENVIRONMENT,
        timeout=300,
    )
    told = [line for line in done.stdout.splitlines() if "error:" in line]
    assert [line.split(":")[:2] for line in told if "example.py" in line or "wrong.py" in line] == [
        ["wrong.py", str(n)] for n in (3, 4, 5)
    ], done.stdout


def test_it_runs():
    done = subprocess.run(
        [sys.executable, EXAMPLE], capture_output=True, text=True, env=ENVIRONMENT, timeout=120
    )
    assert done.returncode == 0, done.stderr
    total, water, components = done.stdout.split(" ", 2)
    assert float(total) == pytest.approx(7548.91e8, rel=1e-6)
    assert float(water) == pytest.approx((1.2 - 0.042 - 0.7) * 3e6)
    assert "siltation" in components
