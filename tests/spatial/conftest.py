"""A small map made by hand, and what writes it as an account folder."""

import numpy as np
import pytest

pytest.importorskip("rasterio", reason="needs the extra 'spatial'")
pytest.importorskip("geopandas", reason="needs the extra 'spatial'")

CELL = 100.0  # m: one hectare
X0, Y0 = 600_000.0, 2_500_000.0
ACCOUNT = 'title = "t"\nregion = "City"\nyear = 2020\nprice_year = 2020\nstandard = "catalogue"\n'
CLASSES = {1: "evergreen_broadleaf_forest", 2: "meadow", 3: "lake"}


def write_tif(path, array, nodata=None, crs="EPSG:32650", transform=None, **more):
    import rasterio

    array = np.asarray(array)
    transform = transform or rasterio.Affine(CELL, 0, X0, 0, -CELL, Y0)
    bands = array if array.ndim == 3 else array[None]
    options = {
        "driver": "GTiff",
        "width": bands.shape[2],
        "height": bands.shape[1],
        "count": bands.shape[0],
        "dtype": bands.dtype,
        "crs": crs,
        "transform": transform,
    }
    with rasterio.open(path, "w", nodata=nodata, **options, **more) as out:
        out.write(bands)
    return path


@pytest.fixture
def folder(tmp_path):
    """Writes an account folder: maps as arrays, rasters.toml as text with what is wanted beside the
    defaults.
    """

    def make(
        codes,
        layers,
        *,
        inputs="",
        prices="",
        zones=None,
        account=ACCOUNT,
        ecosystem="",
        more="",
        **tif,
    ):
        write_tif(tmp_path / "ecosystem.tif", codes, **{"nodata": 0, **tif})
        text = (
            '[ecosystem]\nfile = "ecosystem.tif"\n'
            + (
                ecosystem
                or "classes = { " + ", ".join(f'{c} = "{n}"' for c, n in CLASSES.items()) + " }\n"
            )
            + more
            + "\n[inputs]\n"
        )
        for name, (array, unit) in layers.items():
            if array is not None:
                write_tif(tmp_path / f"{name}.tif", array, **{"nodata": -9999.0, **tif})
            text += f'"{name}" = {{ file = "{name}.tif", unit = "{unit}" }}\n'
        if zones is not None:
            zones.to_file(tmp_path / "zones.gpkg")
            text += '[zones]\nfile = "zones.gpkg"\nname = "name"\n'
        (tmp_path / "rasters.toml").write_text(text, "utf-8")
        (tmp_path / "account.toml").write_text(account, "utf-8")
        (tmp_path / "inputs.csv").write_text(
            "indicator,component,input,ecosystem,region,value,unit,source\n"
            + (inputs or "water_retention,,runoff_coefficient,,,0,1,s\n"),
            "utf-8",
        )
        (tmp_path / "prices.csv").write_text(
            "indicator,component,price,ecosystem,region,value,unit,year,source\n"
            + (prices or "water_retention,,reservoir_cost,,,2,CNY/m3,2020,s\n"),
            "utf-8",
        )
        return tmp_path

    return make


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    """The demo city, small."""
    import importlib.util
    from pathlib import Path

    spec = importlib.util.spec_from_file_location(
        "demo_city_make", Path(__file__).parents[2] / "examples" / "demo_city" / "make.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.write(tmp_path_factory.mktemp("city"), size=150)
