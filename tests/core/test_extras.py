"""The core runs alone, each extra runs without the others, and what is lacking is said in a line.

Each case runs in a process of its own that cannot import the packages named, whatever is installed
here.
"""

import ast
import subprocess
import sys
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

import gep

ROOT = Path(__file__).parents[2]
EXTRAS = {
    "cli": ("typer", "rich"),
    "report": ("matplotlib", "docx"),
    "notebook": ("ipyleaflet", "ipywidgets", "IPython"),
    "excel": ("openpyxl", "python_calamine"),
    "spatial": ("rasterio", "rioxarray", "geopandas", "shapely", "pyproj", "matplotlib", "affine"),
    "terrain": ("xrspatial", "pyflwdir", "affine"),
    "fast": ("numba",),
    "sensitivity": ("SALib",),
    "distributed": ("dask", "distributed"),
}
BRINGS = {
    "terrain": ("numba", "scipy", "dask"),
    "sensitivity": ("scipy", "matplotlib"),
}  # what the packages of an extra need themselves
PUBLISHED = {"xrspatial": "xarray-spatial"}  # under another name than it is imported by
PACKAGES = {name for names in (*EXTRAS.values(), *BRINGS.values()) for name in names}
BLOCK = """
import sys
class Without:
    def __init__(self, finder): self.finder = finder
    def __getattr__(self, name): return getattr(self.finder, name)
    def find_spec(self, name, path=None, target=None):
        hidden = name.partition(".")[0] in {names!r}
        return None if hidden else self.finder.find_spec(name, path, target)
sys.meta_path[:] = [Without(f) for f in sys.meta_path]
"""

READ = "from gep import opening; account = opening.read('examples/garze_2010')\n"
TABLE = "from gep import opening; account = opening.read('examples/demo_city_table')\n"
ROUND = (
    "from pathlib import Path; from gep.forms.round import from_account; asked ="
    " from_account('examples/demo_city_table')[0]\n"
)
MAP = "from gep import opening; account = opening.read(city)\n"
GRID = (
    "import numpy as np, xarray as xr\nheight = xr.DataArray(np.add.outer(np.arange(5.),"
    " np.arange(5.)), {'y': np.arange(5.)[::-1], 'x': np.arange(5.)}, ('y', 'x'), attrs={'units':"
    " 'm'})\n"
)
DRAWS = (
    TABLE + "from gep.analysis.uncertainty import uncertainty\nfound = uncertainty(account, 200, 1,"
    " errors={'*': '10 %'})\n"
)
COMMAND = (
    "sys.argv = ['gep', 'run', 'examples/garze_2010', '--lang', 'zh']; from gep.cli import main;"
    " main()"
)
TEMPLATES = (
    ROUND + "from gep.forms.out.template import write_templates; write_templates(asked, out)"
)

CORE = {  # runs without any extra
    "account": (
        "import gep; account = gep.run('examples/garze_2010', out); assert round(account.total /"
        " 1e8) == 7549"
    ),
    "explain": (
        READ + "str(account.explain('soil_retention')); account._repr_html_(); account.to_json();"
        " account.to_markdown()"
    ),
    "formula": (
        "from gep.indicators.water_retention import retained_water as f; f('1200 mm/a', '42 mm/a',"
        " '700 mm/a', area='15 万亩')"
    ),
    "check": (
        "from gep import check; from gep.indicators.water_retention import retained_water as f;"
        " found = [str(p) for c in check.CHECKS for p in check.run(c, f) if p.level == 'error'];"
        " assert not found, found"
    ),
    "seea": READ + "from gep.report import seea; seea.tables(account).to_csv()",
    "compare": READ + "account.compare(account)",
    "uncertainty": DRAWS + "found.tornado",
    "evapotranspiration": (
        "import pandas as pd\nfrom gep.spatial import terrain\nt = pd.Series([20.0],"
        " pd.DatetimeIndex(['2015-07-15'])); assert terrain.hargreaves(t, t + 5, t - 5,"
        " 0.8).iloc[0] > 4"
    ),
    "gallery": (
        "from pathlib import Path; from gep.analysis import gallery; assert"
        " gallery.cases(Path('examples'))"
    ),
    "forms": "from gep.forms.define import forms; assert len(forms()) == 48",
}
ALONE = {  # runs with this extra and no other
    "cli": COMMAND,
    "report": READ + "account.plot.indicators(); account.to_word(out + '/a.docx')",
    "notebook": "from gep.report import draw; draw.need('ipyleaflet'); draw.need('ipywidgets')",
    "excel": READ + "account.to_excel(out + '/a.xlsx')\n" + TEMPLATES,
    "spatial": (
        MAP
        + "account.within(account.scene.zones.shapes[0]); from gep.spatial.maps import write_maps;"
        " write_maps(account, out)"
    ),
    "terrain": (
        GRID
        + "from gep.spatial import terrain; terrain.slope(height); terrain.slope_length(height)"
    ),
    "sensitivity": (
        DRAWS + "from gep.analysis.uncertainty.sobol import sobol; sobol(found, inputs=2, points=8)"
    ),
}
LACKING = [  # package, its extra, what asks for it
    ("typer", "cli", COMMAND),
    ("rich", "cli", COMMAND),
    ("matplotlib", "report", READ + "account.plot.indicators()"),
    ("docx", "report", READ + "account.to_word(out + '/a.docx')"),
    ("openpyxl", "excel", READ + "account.to_excel(out + '/a.xlsx')"),
    ("openpyxl", "excel", READ + "from gep.report import seea; seea.tables(account).workbook()"),
    ("openpyxl", "excel", TEMPLATES),
    (
        "openpyxl",
        "excel",
        ROUND + "from gep.forms.out.fill import fill; fill('a.xlsx', asked, [], 'b.xlsx')",
    ),
    *[(name, "spatial", MAP) for name in ("rasterio", "geopandas", "pyproj")],
    (
        "shapely",
        "spatial",
        "from gep.spatial.areas import from_geometry; from_geometry('POINT (0 0)', None)",
    ),
    (
        "rasterio",
        "spatial",
        (
            "from gep.analysis.map_scenario import polygons_become; polygons_become(city,"
            " 'areas.geojson', 'lake')"
        ),
    ),
    (
        "matplotlib",
        "report",
        MAP + "from gep.spatial.maps import write_maps; write_maps(account, out)",
    ),
    (
        "numba",
        "fast",
        MAP + "from gep.spatial import engine; engine.run(account.scene.plan, None, fast=True)",
    ),
    ("ipyleaflet", "notebook", MAP + "from gep.report.draw import draw; draw(account)"),
    ("xrspatial", "terrain", GRID + "from gep.spatial import terrain; terrain.slope(height)"),
    ("pyflwdir", "terrain", GRID + "from gep.spatial import terrain; terrain.slope_length(height)"),
    (
        "SALib",
        "sensitivity",
        DRAWS
        + "from gep.analysis.uncertainty.sobol import sobol; sobol(found, inputs=2, points=8)",
    ),
]


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    """A small account on maps."""
    for name in ("rasterio", "geopandas"):
        pytest.importorskip(name, reason="needs the extra 'spatial'")
    spec = spec_from_file_location("demo_city_make", ROOT / "examples" / "demo_city" / "make.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.write(tmp_path_factory.mktemp("city"), size=60)


def run_without(names, code, out, city=""):
    """The code in a process that lacks the packages: exit status and what it wrote."""
    text = BLOCK.format(names=set(names)) + f"city, out = {str(city)!r}, {str(out)!r}\n" + code
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", text],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("what", CORE)
def test_the_core_needs_no_extra(what, tmp_path):
    code, said = run_without(PACKAGES, CORE[what], tmp_path)
    assert code == 0, said


@pytest.mark.parametrize("extra", ALONE)
def test_an_extra_works_alone(extra, tmp_path, request):
    own = {*EXTRAS[extra], *BRINGS.get(extra, ())}
    lacking = [n for n in EXTRAS[extra] if find_spec(n) is None]
    if lacking:
        pytest.skip(f"not installed: {', '.join(lacking)}")
    code, said = run_without(
        PACKAGES - own,
        ALONE[extra],
        tmp_path,
        request.getfixturevalue("city") if "city" in ALONE[extra] else "",
    )
    assert code == 0, said


@pytest.mark.parametrize(
    ("package", "extra", "what"), LACKING, ids=[f"{n}-{p}" for n, (p, _, _) in enumerate(LACKING)]
)
def test_what_is_lacking_is_said_in_a_line(package, extra, what, tmp_path, request):
    code, said = run_without(
        {package}, what, tmp_path, request.getfixturevalue("city") if "city" in what else ""
    )
    assert code == 1, said
    last = said.rstrip().splitlines()[-1]
    assert PUBLISHED.get(package, package) in last and last.endswith(
        f"pip install 'gep-accounting[{extra}]'"
    ), said
    assert not list(tmp_path.iterdir())


def test_every_optional_import_is_listed():
    """A package that gep imports is in the core, in the standard library or in the table above."""
    core = {"numpy", "pandas", "xarray", "pint", "gep", *sys.stdlib_module_names}
    found = {}
    for path in sorted(Path(gep.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else [node.module]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") in ("need", "_need")
                and isinstance(node.args[0], ast.Constant)
            ):
                names = [node.args[0].value]
            found |= {str(n).partition(".")[0]: path.name for n in names}
    assert {n: f for n, f in found.items() if n not in core | PACKAGES} == {}
