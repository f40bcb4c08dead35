"""The notebooks of examples/notebooks run from top to bottom and are stored with their outputs."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

pytest.importorskip(
    "nbclient", reason="nbclient is not installed: pip install 'gep-accounting[dev]'"
)
pytest.importorskip(
    "ipykernel", reason="ipykernel is not installed: pip install 'gep-accounting[dev]'"
)

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))
HEAVY = 400_000  # bytes


def ids(path):
    return path.stem


def printed(book):
    return [
        "".join(o.text for o in c.outputs if o.get("name") == "stdout")
        for c in book.cells
        if c.cell_type == "code"
    ]


def test_there_are_some():
    assert len(NOTEBOOKS) >= 3


@pytest.mark.parametrize("path", NOTEBOOKS, ids=ids)
def test_stored_as_it_ran(path):
    """Light, with outputs, without an error, without a path of the machine it ran on."""
    text = path.read_text("utf-8")
    book = nbformat.reads(text, as_version=4)
    nbformat.validate(book)
    cells = [c for c in book.cells if c.cell_type == "code"]
    assert [c.execution_count for c in cells] == list(range(1, len(cells) + 1)), (
        "run it from top to bottom and save it"
    )
    outputs = [o for c in cells for o in c.outputs]
    assert outputs
    assert not [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]
    assert len(text.encode()) < HEAVY
    assert not [word for word in ("/tmp/", "/home/", "/root/", "/work/", "C:\\\\") if word in text]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=ids)
def test_runs(path, monkeypatch):
    book = nbformat.read(path, as_version=4)
    lacking = [name for name in book.metadata.get("needs", ()) if find_spec(name) is None]
    if lacking:
        pytest.skip(f"{path.name} needs {', '.join(lacking)}: pip install 'gep-accounting[all]'")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    kept = printed(book)
    NotebookClient(
        book, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    assert printed(book) == kept, "what it prints has changed: run it and save it again"
