"""A round of the demonstration city, its templates filled with the city's own figures; made once."""

from pathlib import Path

import pytest

pytest.importorskip("openpyxl")
pytest.importorskip("python_calamine")

from gep.forms.fill import fill
from gep.forms.round import from_account, save
from gep.forms.template import write_templates

DEMO = Path(__file__).parents[2] / "examples" / "demo_city_table"


@pytest.fixture(scope="session")
def demo():
    found, homeless = from_account(DEMO)
    assert not homeless, f"no form carries {homeless[:3]}"
    return found


@pytest.fixture(scope="session")
def templates(demo, tmp_path_factory):
    return write_templates(demo, tmp_path_factory.mktemp("templates"))


@pytest.fixture(scope="session")
def filled(demo, templates, tmp_path_factory):
    """The filled workbooks, by number of the department."""
    out = tmp_path_factory.mktemp("filled")
    for path in templates:
        fill(path, demo, demo.last, out / path.name)
    return {p.name[:2]: p for p in sorted(out.iterdir())}


@pytest.fixture
def desk(demo, filled, tmp_path):
    """A round on disk with everything returned."""
    save(demo, tmp_path)
    (tmp_path / "returned").mkdir()
    for p in filled.values():
        (tmp_path / "returned" / p.name).write_bytes(p.read_bytes())
    return tmp_path
