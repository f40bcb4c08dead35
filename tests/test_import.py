"""What importing costs, counted in modules: seconds differ by machine, and benchmarks/ reports
them.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def modules(statement):
    code = f"{statement}; import sys; print(len(sys.modules), *sorted(sys.modules))"
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(out.stdout.split()[1:])


def test_import_budget():
    added = modules("import xarray, gep") - modules("import xarray")
    assert len(added) < 60, sorted(added)
    assert not any(name.startswith("gep.indicators.") for name in added), (
        "services are imported when asked for"
    )
    assert "gep.check" not in added and "gep.cli" not in added


def test_import_reads_no_table():
    """Tables and profiles are read at first use."""
    code = (
        "import builtins, io, pathlib, numpy, pandas, xarray\nseen = []\ndef note(path, *a,"
        " _open=io.open, **k): seen.append(str(path)); return _open(path, *a, **k)\nbuiltins.open ="
        " io.open = note\nimport gep\nprint(*[p for p in seen if p.endswith(('.csv', '.toml'))])"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert out.stdout.split() == []


def test_version_is_that_of_the_package():
    import re

    import gep

    assert re.fullmatch(r"\d+\.\d+\.\d+.*|not installed", gep.__version__)
    written = re.search(
        r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE
    )
    assert written and gep.__version__ in (written[1], "not installed")
