"""Maps that cannot be right: one clear error, in bounded memory, never a number."""

import resource

import numpy as np
import pytest

from gep import opening as folders
from gep.core.errors import GepError
from tests.spatial.conftest import write_tif
from tests.spatial.test_account import part, water


def codes_of(path):
    with pytest.raises(GepError) as error:
        folders.read(path)
    return {p.code for p in error.value.problems}


def test_a_truncated_file(folder):
    path = folder(
        np.ones((300, 300), "u1"),
        {
            **water((300, 300)),
            "precipitation": (
                np.random.default_rng(0).uniform(1, 2, (300, 300)).astype("f4"),
                "mm/yr",
            ),
        },
        compress="deflate",
    )
    file = path / "precipitation.tif"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert codes_of(path) == {"raster.unreadable"}


@pytest.mark.parametrize(
    "content, code",
    [
        (b"", "raster.empty"),
        (b"II*\0 no raster at all", "raster.unreadable"),
        (b"<VRTDataset rasterXSize='9'/>", "raster.unreadable"),
    ],
)
def test_no_raster(folder, content, code):
    path = folder([[1]], water((1, 1)))
    (path / "precipitation.tif").write_bytes(content)
    assert codes_of(path) == {code}


def test_a_file_that_is_not_there_and_a_way_out_of_the_folder(folder):
    path = folder([[1]], water((1, 1)))
    (path / "precipitation.tif").unlink()
    assert codes_of(path) == {"raster.missing"}
    toml = (path / "rasters.toml").read_text("utf-8")
    (path / "rasters.toml").write_text(toml.replace("precipitation.tif", "../secret.tif"), "utf-8")
    assert codes_of(path) == {"file.outside"}


def test_wrong_band(folder):
    path = folder([[1]], water((1, 1)))
    toml = (path / "rasters.toml").read_text("utf-8")
    (path / "rasters.toml").write_text(
        toml.replace('file = "precipitation.tif"', 'file = "precipitation.tif", band = 2'), "utf-8"
    )
    assert codes_of(path) == {"raster.band"}


def test_unknown_codes_are_listed(folder):
    path = folder([[1, 7], [9, 9]], water((2, 2)))
    with pytest.raises(GepError) as error:
        folders.read(path)
    assert error.value.problems[0].values["codes"] == "7 (1 cells), 9 (2 cells)"
    toml = (path / "rasters.toml").read_text("utf-8")
    (path / "rasters.toml").write_text(
        toml.replace("[ecosystem]\n", "[ecosystem]\nignore = [7, 9]\n"), "utf-8"
    )
    assert float(part(folders.read(path)).data["quantity"].sum()) == pytest.approx(6000)


def test_all_nodata(folder):
    assert codes_of(
        folder([[1]], {**water((1, 1)), "precipitation": (np.array([[-9999]], "f4"), "mm/yr")})
    ) == {"layer.nothing"}
    assert codes_of(folder([[0]], water((1, 1)))) == {"map.nothing"}


@pytest.mark.parametrize("bad", [np.inf, -np.inf])
def test_infinities(folder, bad):
    assert codes_of(
        folder([[1, 1]], {**water((1, 2)), "precipitation": (np.array([[bad, 9]], "f4"), "mm/yr")})
    ) == {"range.infinite"}


def test_a_forgotten_nodata_value_leaves_the_range(folder):
    assert codes_of(
        folder(
            [[1, 1]], {**water((1, 2)), "precipitation": (np.array([[-32768, 900]], "f4"), "mm/yr")}
        )
    ) == {"layer.range"}


def test_codes_that_are_fractions(folder):
    assert codes_of(folder(np.array([[1, 1.5]], "f4"), water((1, 2)))) == {"map.fraction"}


def test_a_hundred_gigabytes_in_a_kilobyte(folder, tmp_path):
    """Declared, not stored: refused before anything is allocated."""
    path = folder([[1]], water((1, 1)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for options in ({"tiled": True, "blockxsize": 512, "blockysize": 512}, {}):
        import rasterio

        with rasterio.open(
            path / "ecosystem.tif",
            "w",
            driver="GTiff",
            width=330_000,
            height=330_000,
            count=1,
            dtype="uint8",
            crs="EPSG:32650",
            sparse_ok=True,
            bigtiff="yes",
            transform=rasterio.Affine(1, 0, 400_000, 0, -1, 2_500_000),
            compress="deflate",
            **options,
        ):
            pass
        assert codes_of(path) & {"raster.size", "raster.chunk"}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000


def test_another_grid_is_an_error_unless_asked_for(folder):
    import rasterio

    path = folder(np.ones((4, 4), "u1"), water((4, 4)))
    coarse = rasterio.Affine(200, 0, 600_000, 0, -200, 2_500_000)
    write_tif(
        path / "precipitation.tif", np.array([[1000, 2000], [1500, 1700]], "f4"), transform=coarse
    )
    assert codes_of(path) == {"raster.grid"}
    toml = (path / "rasters.toml").read_text("utf-8")
    (path / "rasters.toml").write_text(
        toml.replace(
            'file = "precipitation.tif"', 'file = "precipitation.tif", resample = "average"'
        ),
        "utf-8",
    )
    account = folders.read(path)
    assert "layer.resampled" in {w.code for w in account.warnings}
    assert float(part(account).data["quantity"].sum()) == pytest.approx(
        16e4 * (1.55 - 0.9), rel=1e-6
    )


def test_another_reference_system_is_another_grid(folder):
    path = folder(np.ones((2, 2), "u1"), water((2, 2)))
    write_tif(path / "precipitation.tif", np.full((2, 2), 1500, "f4"), crs="EPSG:32649")
    assert codes_of(path) == {"raster.grid"}


@pytest.mark.parametrize(
    "line, code",
    [
        ('rain = { file = "precipitation.tif", unit = "mm/yr" }', "layer.unknown"),
        ('"water_retention.runoff" = { file = "precipitation.tif", unit = "t" }', "unit.dimension"),
        ('"water_retention.runoff" = { file = "precipitation.tif" }', "unit.missing"),
        (
            '"flood_mitigation.lake_area" = { file = "precipitation.tif", unit = "m2" }',
            "layer.lake",
        ),
        (
            '"water_retention.runoff" = { file = "precipitation.tif", unit = "mm/yr", colour = 1 }',
            "key.unknown",
        ),
        ("water_retention.runoff = 3", "key.unknown"),
        ('water_retention.runoff = { unit = "mm" }', "layer.name"),
        ('"water_retention.runoff" = { unit = "mm/yr" }', "raster.file"),
        (
            (
                '"water_retention.runoff" = { file = "precipitation.tif", unit = "mm/yr", resample'
                ' = "magic" }'
            ),
            "layer.resample",
        ),
        (
            (
                '"water_retention.runoff" = { file = "precipitation.tif", unit = "mm/yr",'
                ' ecosystems = ["moon"] }'
            ),
            "ecosystem.unknown",
        ),
        ("= 3", "file.toml"),
        ('[roads]\nfile = "x"', "key.unknown"),
        ('[zones]\nfile = "gone.gpkg"', "areas.missing"),
    ],
)
def test_faults_of_the_list_of_maps(folder, line, code):
    path = folder([[1]], water((1, 1)))
    with (path / "rasters.toml").open("a", encoding="utf-8") as f:
        f.write(line + "\n")
    assert code in codes_of(path)


def test_a_figure_by_region_inside_a_map_formula_is_told(folder):
    path = folder(
        [[1]],
        water((1, 1)),
        inputs="water_retention,,runoff_coefficient,,North,3,%,s\nwater_retention,,runoff_coefficient,,South,4,%,s\n",
    )
    assert codes_of(path) == {"layer.labels"}


def test_several_years_beside_maps(folder):
    path = folder(
        [[1]],
        water((1, 1)),
        account=(
            'title = "t"\nregion = "City"\nyears = [2019, 2020]\nprice_year = 2020\nstandard ='
            ' "catalogue"\n'
        ),
    )
    assert codes_of(path) == {"layers.years"}


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_netcdf_and_scaled_integers(folder):
    """The same numbers from a NetCDF variable, and from whole numbers with scale and offset in the
    file.
    """
    import rasterio

    xarray = pytest.importorskip("xarray")
    pytest.importorskip("netCDF4", reason="needs the extra 'spatial'")
    path = folder(np.ones((2, 3), "u1"), water((2, 3)))
    wanted = float(folders.read(path).total)
    data = xarray.Dataset(
        {"rain": (("y", "x"), np.full((2, 3), 1500.0))},
        {"y": 2_500_000 - 50 - 100.0 * np.arange(2), "x": 600_050 + 100.0 * np.arange(3)},
    )
    import rioxarray  # noqa: F401

    data.rio.write_crs("EPSG:32650").to_netcdf(path / "rain.nc")
    toml = (path / "rasters.toml").read_text("utf-8")
    (path / "rasters.toml").write_text(toml.replace('"precipitation.tif"', '"rain.nc"'), "utf-8")
    assert float(folders.read(path).total) == pytest.approx(wanted)
    (path / "rasters.toml").write_text(toml, "utf-8")
    write_tif(path / "precipitation.tif", np.full((2, 3), 140, "i2"), nodata=-1)
    with rasterio.open(path / "precipitation.tif", "r+") as f:
        f.scales, f.offsets = (10.0,), (100.0,)
    assert float(folders.read(path).total) == pytest.approx(wanted)
