"""A round of the demonstration city, its templates filled with the city's own figures, once."""

from importlib.util import find_spec
from pathlib import Path

import pytest

collect_ignore_glob = []
if not (find_spec("openpyxl") and find_spec("python_calamine")):  # of the extra "excel"
    collect_ignore_glob += ["test_*.py"]
if not find_spec("typer"):  # of the extra "cli"
    collect_ignore_glob += ["test_command.py", "test_gaps.py"]

DEMO = Path(__file__).parents[2] / "examples" / "demo_city_table"


@pytest.fixture(scope="session")
def demo():
    from gep.forms.round import from_account

    found, homeless = from_account(DEMO)
    assert not homeless, f"no form carries {homeless[:3]}"
    return found


@pytest.fixture(scope="session")
def templates(demo, tmp_path_factory):
    from gep.forms.out.template import write_templates

    return write_templates(demo, tmp_path_factory.mktemp("templates"))


@pytest.fixture(scope="session")
def filled(demo, templates, tmp_path_factory):
    """The filled workbooks, by number of the department."""
    from gep.forms.out.fill import fill

    out = tmp_path_factory.mktemp("filled")
    for path in templates:
        fill(path, demo, demo.last, out / path.name)
    return {p.name[:2]: p for p in sorted(out.iterdir())}


@pytest.fixture
def desk(demo, filled, tmp_path):
    """A round on disk with everything returned."""
    from gep.forms.round import save

    save(demo, tmp_path)
    (tmp_path / "returned").mkdir()
    for p in filled.values():
        (tmp_path / "returned" / p.name).write_bytes(p.read_bytes())
    return tmp_path
