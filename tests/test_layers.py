"""The floor plan, read from the imports: they go left only (see docs/architecture.md)."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import gep
from gep import indicators

PACKAGE = Path(gep.__file__).parent
LAYERS = [
    {"errors"},
    {"text", "names", "output", "extras"},
    {"units"},
    {"ecosystems"},
    {"tables"},
    {"formula"},
    {"indicators", "pricing"},
    {
        "basis",
        "standards",
        "inputs",
        "reader",
        "reach",
        "pricelevel",
        "solve",
        "workout",
        "account",
        "build",
        "overlaps",
        "audit",
        "direct",
        "disclose",
        "explain",
        "ledger",
        "compare",
        "controls",
    },
    {
        "basisfiles",
        "folder",
        "seea",
        "evidence",
        "gallery",
        "uncertainty",
        "tablefiles",
        "series",
        "decompose",
        "scenario",
        "parcels",
        "mapchange",
        "assess",
        "decide",
        "forms",
        "spatial",
        "report",
        "check",
    },
    {"commands", "cli"},
]
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
# what is asked of an account in a notebook, or as a file, is loaded when it is asked
TURNING_RIGHT = {("gep.account", "gep.spatial.drawn"), ("gep.account", "gep.report.plot")}
TURNING_RIGHT |= {(f"gep.{left}", "gep.report.web.notebook") for left in ("account", "errors", "formula", "explain")}
TURNING_RIGHT |= {("gep.account", f"gep.report.{m}") for m in ("workbook", "word", "markdown")}
FILES = {".".join(("gep", *p.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): p for p in sorted(PACKAGE.rglob("*.py"))}
OPTIONAL = ("dask", "matplotlib", "scipy", "geopandas", "openpyxl", "typer", "rich", "pint", "numba", "rasterio")


def imports(module):
    """Every module that a file imports, at the top or inside a function."""
    for node in ast.walk(ast.parse(FILES[module].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}: relative import"
            below = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in FILES else node.module for name in below)


def part(module):
    """``gep.indicators.tourism`` → ``indicators``."""
    return module.split(".")[1] if "." in module else ""


@pytest.mark.parametrize("module", [m for m in FILES if m != "gep"])
def test_imports_go_left(module):
    assert part(module) in RANK, f"{module} has no layer: add it to LAYERS and docs/architecture.md"
    for name in imports(module):
        if name.startswith("gep.") and (module, name) not in TURNING_RIGHT:
            assert RANK[part(name)] <= RANK[part(module)], f"{module} imports {name}, which stands further right"
        assert name != "gep", f"{module} imports the whole package: name the part"


@pytest.mark.parametrize("id", indicators.IDS)
def test_a_service_stands_alone(id):
    """It may share a part such as ``soil_erosion`` that is no service; prices it never sees."""
    others = [n for n in imports(f"gep.indicators.{id}") if n.startswith("gep.pricing") or n.removeprefix("gep.indicators.") in indicators.IDS]
    assert not others, f"{id} imports {others}: a profile binds them by name"


def test_pint_has_one_importer():
    assert [m for m in FILES if any(name.split(".")[0] == "pint" for name in imports(m))] == ["gep.units"]


def test_optional_packages_are_not_imported():
    code = f"import sys, gep; print(*[m for m in {OPTIONAL!r} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    assert out.stdout.split() == []


def test_the_plan_is_drawn():
    """The picture in the documentation shows every room, in the order of the layers."""
    page = (Path(__file__).parents[1] / "docs" / "architecture.md").read_text("utf-8")
    drawn = re.findall(r"[a-z]+", page.partition("```\nerrors")[2].partition("```")[0])
    rooms = ["errors", *(name for name in drawn if name in RANK)]
    assert sorted(rooms) == sorted(RANK) and [RANK[name] for name in rooms] == sorted(RANK.values())
