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
VIEWS = EXAMPLE.with_name("views.py")
WRONG = """import gep
account = gep.run('x')
account.sum()
gep.run(1.5)
total: str = account.by('level')
account.to_excel(1.5)
text: int = account.to_markdown()
account.plot.nothing()
account.explain()
account.within("POINT (0 0)").within(name=3)
"""
AT = str(Path(gep.__file__).parents[1])
INSTALLED = sysconfig.get_path("purelib") == AT
ENVIRONMENT = os.environ if INSTALLED else {**os.environ, "PYTHONPATH": AT, "MYPYPATH": AT}


def test_the_package_says_that_it_is_typed():
    assert resources.files("gep").joinpath("py.typed").is_file()


def test_mypy_reads_it_strictly(tmp_path):
    pytest.importorskip("mypy", reason="mypy is not installed: pip install 'gep-accounting[dev]'")
    for path in (EXAMPLE, VIEWS):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "wrong.py").write_text(WRONG, "utf-8")
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
        [*command, "example.py", "views.py", "wrong.py"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=ENVIRONMENT,
        timeout=300,
    )
    told = [line.split(":")[:2] for line in done.stdout.splitlines() if "error:" in line]
    own = [(name, int(n)) for name, n in told if name in ("example.py", "views.py", "wrong.py")]
    assert [*dict.fromkeys(own)] == [("wrong.py", n) for n in range(3, 11)], done.stdout


def test_it_runs():
    done = subprocess.run(
        [sys.executable, EXAMPLE], capture_output=True, text=True, env=ENVIRONMENT, timeout=120
    )
    assert done.returncode == 0, done.stderr
    total, water, components = done.stdout.split(" ", 2)
    assert float(total) == pytest.approx(7548.91e8, rel=1e-6)
    assert float(water) == pytest.approx((1.2 - 0.042 - 0.7) * 3e6)
    assert "siltation" in components
