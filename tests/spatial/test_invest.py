"""The same maps through InVEST and through gep: carbon by class, curve-number runoff, the RUSLE
product.

InVEST wants an environment of its own; ``GEP_INVEST_PYTHON`` names its interpreter (docs/spatial.md
says how to make one).
"""

import importlib.util
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from gep import opening as folders
from tests.spatial.conftest import ACCOUNT, CELL, X0, Y0, write_tif

pytestmark = pytest.mark.system
PYTHON = os.environ.get("GEP_INVEST_PYTHON") or (
    sys.executable if importlib.util.find_spec("natcap") else ""
)
if not PYTHON:
    pytest.skip(
        "needs InVEST: name a Python that has natcap.invest in GEP_INVEST_PYTHON",
        allow_module_level=True,
    )

ROWS, COLS = 120, 160
POOLS = {
    1: (60, 20, 80, 5),
    2: (5, 8, 60, 1),
    3: (0, 0, 0, 0),
}  # t C/hm2: above and below ground, soil, dead
NUMBERS = {
    1: (30, 55, 70, 77),
    2: (39, 61, 74, 80),
    3: (98, 98, 98, 98),
}  # curve number by soil group
COVER = {1: (0.003, 1.0), 2: (0.05, 0.8), 3: (0.01, 1.0)}  # C and P of RUSLE


def table(path, head, rows):
    path.write_text(
        "\n".join([head, *(",".join(map(str, (code, *numbers))) for code, numbers in rows.items())])
        + "\n",
        "utf-8",
    )
    return str(path)


@pytest.fixture(scope="module")
def maps(tmp_path_factory):
    """Classes and soil groups in patches, a rough slope, random erosivity and erodibility."""
    import geopandas
    import shapely

    at, rng = tmp_path_factory.mktemp("invest"), np.random.default_rng(7)
    y, x = np.mgrid[:ROWS, :COLS]
    arrays = {
        "classes": (
            np.kron(rng.integers(1, 4, (ROWS // 10, COLS // 10)), np.ones((10, 10))).astype("i4")
        ),
        "soils": (
            np.kron(rng.integers(1, 5, (ROWS // 20, COLS // 20)), np.ones((20, 20))).astype("i4")
        ),
        "dem": (300 - 4 * y + 20 * np.sin(x / 9) + rng.random((ROWS, COLS))).astype("f4"),
        "erosivity": rng.uniform(3000, 9000, (ROWS, COLS)).astype("f4"),
        "erodibility": rng.uniform(0.01, 0.05, (ROWS, COLS)).astype("f4"),
    }
    for name, array in arrays.items():
        write_tif(at / f"{name}.tif", array, nodata=0 if array.dtype.kind == "i" else -9999.0)
    box = shapely.box(X0, Y0 - ROWS * CELL, X0 + COLS * CELL, Y0)
    geopandas.GeoDataFrame({"ws_id": [1]}, geometry=[box], crs="EPSG:32650").to_file(
        at / "area.gpkg"
    )
    return at, arrays


def invest(at, model, **args):
    """Run a model of InVEST in its own interpreter; a reader of its rasters."""
    import rasterio

    out = at / model.rpartition(".")[2]
    args = {"workspace_dir": str(out), "n_workers": -1, **args}
    code = (
        "import importlib, json, sys; importlib.import_module('natcap.invest.' +"
        " sys.argv[1]).execute(json.loads(sys.argv[2]))"
    )
    env = {
        k: v
        for k, v in os.environ.items()
        if k not in ("PYTHONPATH", "GDAL_DATA", "PROJ_LIB", "PROJ_DATA")
    }
    done = subprocess.run(
        [PYTHON, "-c", code, model, json.dumps(args)],
        capture_output=True,
        text=True,
        env=env,
        cwd=at,
    )
    assert done.returncode == 0, done.stderr[-2000:]

    def raster(name):
        with rasterio.open(out / name) as source:
            return source.read(1, masked=True).astype("f8")

    return raster


def quantity(path, name):
    """Quantity by class of one component of an account folder."""
    part = next(p for p in folders.read(path).parts if p.name == name)
    return (
        part.data["quantity"]
        .sel(year=2020)
        .sum(set(part.data["quantity"].dims) - {"ecosystem", "year"})
    )


def test_carbon(maps, folder):
    """Stocks by class times area; InVEST writes single precision, whole t C/hm2 exactly."""
    at, arrays = maps
    pools = table(at / "pools.csv", "lucode,c_above,c_below,c_soil,c_dead", POOLS)
    stored = invest(
        at,
        "carbon",
        lulc_bas_path=str(at / "classes.tif"),
        carbon_pools_path=pools,
        calc_sequestration=False,
        do_valuation=False,
    )("c_storage_bas.tif")
    names = ("evergreen_broadleaf_forest", "meadow", "lake")
    rates = "".join(
        f"carbon_sequestration,carbon,rate,{n},,{sum(POOLS[c])},t C/(hm2 a),s\n"
        for c, n in enumerate(names, 1)
    )
    path = folder(
        arrays["classes"],
        {},
        inputs=rates,
        prices="carbon_sequestration,,carbon_price,,,90,CNY/t CO2,2020,s\n",
    )
    mine = quantity(path, "carbon_sequestration.carbon")
    assert float(mine.sum()) * 12 / 44 == pytest.approx(stored.sum() * CELL**2 / 1e4, rel=1e-12)


def test_curve_number_runoff(maps, folder):
    """Rain held back in an event of 120 mm; InVEST's rasters are of single precision."""
    at, arrays = maps
    numbers = table(at / "cn.csv", "lucode,cn_a,cn_b,cn_c,cn_d", NUMBERS)
    held = invest(
        at,
        "urban_flood_risk_mitigation",
        aoi_watersheds_path=str(at / "area.gpkg"),
        rainfall_depth=120,
        lulc_path=str(at / "classes.tif"),
        soils_hydrological_group_raster_path=str(at / "soils.tif"),
        curve_number_table_path=numbers,
    )("Runoff_retention_m3.tif")
    lookup = np.array([[0] * 4, *NUMBERS.values()], "f4")
    layers = {
        "flood_mitigation.event_rain": (np.full((ROWS, COLS), 120, "f4"), "mm"),
        "flood_mitigation.curve_number": (lookup[arrays["classes"], arrays["soils"] - 1], "1"),
    }
    methods = (
        '[methods]\n"flood_mitigation.storm_runoff" ='
        ' "scs_runoff"\n"flood_mitigation.vegetation_storage" = "vegetation_storage"\n'
    )
    path = folder(
        arrays["classes"],
        layers,
        account=ACCOUNT + methods,
        prices="flood_mitigation,,reservoir_cost,,,2,CNY/m3,2020,s\n",
    )
    mine = quantity(path, "flood_mitigation.vegetation")
    for code, name in ((1, "evergreen_broadleaf_forest"), (2, "meadow")):
        assert float(mine.sel(ecosystem=name)) == pytest.approx(
            held[arrays["classes"] == code].sum(), rel=1e-6
        ), name


def test_rusle_product(maps, folder):
    """Soil that cover keeps: R K LS less R K LS C P of the sediment model, with its own slope
    factor, off its streams.
    """
    at, arrays = maps
    cover = table(at / "cover.csv", "lucode,usle_c,usle_p", COVER)
    names = {
        "dem_path": "dem",
        "erosivity_path": "erosivity",
        "erodibility_path": "erodibility",
        "lulc_path": "classes",
    }
    raster = invest(
        at,
        "sdr.sdr",
        **{k: str(at / f"{n}.tif") for k, n in names.items()},
        watersheds_path=str(at / "area.gpkg"),
        biophysical_table_path=cover,
        threshold_flow_accumulation=100,
        k_param=2,
        sdr_max=0.8,
        ic_0_param=0.5,
        l_max=122,
        flow_dir_algorithm="MFD",
    )
    kept = raster("rkls.tif") - raster("usle.tif")
    assert 0.5 * kept.size < kept.count() < kept.size  # streams are left out
    codes = np.where(kept.mask, 0, arrays["classes"])
    by_class = np.array([(0, 0), *COVER.values()], "f8")[arrays["classes"]]
    layers = {
        "erosivity": (arrays["erosivity"], "MJ mm/(hm2 h a)"),
        "erodibility": (arrays["erodibility"], "t hm2 h/(hm2 MJ mm)"),
        "slope_length_factor": (raster("intermediate_outputs/ls.tif").filled(np.nan), "1"),
        "slope_steepness_factor": (np.ones((ROWS, COLS), "f4"), "1"),
        "cover_factor": (by_class[..., 0], "1"),
        "practice_factor": (by_class[..., 1], "1"),
    }
    path = folder(
        codes,
        {f"soil_retention.{k}": v for k, v in layers.items()},
        inputs="soil_retention,,nitrogen_content,,,1,g/kg,s\n",
        prices="soil_retention,nitrogen,treatment_cost,,,1750,CNY/t N,2020,s\n",
    )
    mine = quantity(path, "soil_retention.nitrogen") * 1000  # of soil with 1 g of nitrogen a kg
    for code, name in ((1, "evergreen_broadleaf_forest"), (2, "meadow")):
        assert float(mine.sel(ecosystem=name)) == pytest.approx(
            kept[codes == code].sum() * CELL**2 / 1e4, rel=1e-6
        ), name
