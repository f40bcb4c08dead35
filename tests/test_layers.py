"""The floor plan, read from the imports: they go left only, inside functions too (see
docs/architecture.md).
"""

import ast
import re
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import gep
from gep import indicators

PACKAGE = Path(gep.__file__).parent
LAYERS = [  # rooms of one layer do not import each other
    {"core"},
    {"processes"},
    {"indicators", "pricing"},
    {"standards"},
    {"account"},
    {"audit", "words"},
    {"intake"},
    {"spatial"},
    {"opening"},
    {"analysis"},
    {"forms", "report"},
    {"check"},
    {"views"},
    {"", "commands"},  # gep/__init__.py composes run and compute
    {"cli"},
]
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
FILES = {
    ".".join(("gep", *p.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): p
    for p in sorted(PACKAGE.rglob("*.py"))
}
AT_THE_TOP = {"__init__", "__main__", "cli"}
OPTIONAL = (
    "dask",
    "matplotlib",
    "scipy",
    "geopandas",
    "openpyxl",
    "typer",
    "rich",
    "pint",
    "numba",
    "rasterio",
)


def for_types_only(node):
    return isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"


def statements(tree):
    """Every statement that runs, at the top or inside a function; what is only for the type checker
    does not.
    """
    todo = [tree]
    while todo:
        node = todo.pop()
        yield node
        todo += node.orelse if for_types_only(node) else ast.iter_child_nodes(node)


@cache
def imports(module):
    """Every module that a file imports."""
    found = []
    for node in statements(ast.parse(FILES[module].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}: relative import"
            below = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [name if name in FILES else node.module for name in below]
    return found


def room(module):
    """``gep.indicators.tourism`` → ``indicators``."""
    return module.split(".")[1] if "." in module else ""


@pytest.mark.parametrize("module", FILES)
def test_imports_go_left(module):
    here = room(module)
    assert here in RANK, f"{module} is in no room: add it to LAYERS and docs/architecture.md"
    for name in imports(module):
        if name.split(".")[0] == "gep" and room(name) != here:
            assert RANK[room(name)] < RANK[here], (
                f"{module} imports {name}, which does not stand to its left"
            )


def test_no_circle_of_files():
    """Files that import each other, by way of others or not, would be named by a CycleError."""
    graph = {module: {*imports(module)} & {*FILES} - {module} for module in FILES}
    TopologicalSorter(graph).prepare()


def test_few_modules_at_the_top():
    assert len({p.stem for p in PACKAGE.glob("*.py")} - AT_THE_TOP) <= 3


def test_rooms_say_what_they_are_for():
    for name, path in FILES.items():
        if path.name == "__init__.py":
            assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), (
                f"{name} does not say what it is for"
            )


@pytest.mark.parametrize("id", indicators.IDS)
def test_a_service_stands_alone(id):
    """It may share a process such as ``soil_erosion``; other services and prices it never sees."""
    others = [
        n
        for n in imports(f"gep.indicators.{id}")
        if room(n) in ("pricing", "indicators") and n.startswith("gep.")
    ]
    assert not others, f"{id} imports {others}: a profile binds them by name"


def test_pint_has_one_importer():
    assert [m for m in FILES if any(name.split(".")[0] == "pint" for name in imports(m))] == [
        "gep.core.units"
    ]


def test_optional_packages_are_not_imported():
    code = f"import sys, gep; print(*[m for m in {OPTIONAL!r} if m in sys.modules])"
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent
    )
    assert out.stdout.split() == []


def test_the_plan_is_drawn():
    """The picture in the documentation shows every room, in the order of the layers."""
    page = (Path(__file__).parents[1] / "docs" / "architecture.md").read_text("utf-8")
    drawn = re.findall(r"[a-z]+", page.partition("```\ncore")[2].partition("```")[0])
    rooms = ["core", *(name for name in drawn if name in RANK)]
    assert sorted(rooms) == sorted(RANK.keys() - {""})
    assert [RANK[name] for name in rooms] == sorted(RANK[name] for name in rooms)
