"""Polygons of an ecosystem map become another type."""

import json

import numpy as np
import pytest

from gep.analysis.map_scenario import polygons_become
from gep.core.errors import GepError

rasterio = pytest.importorskip("rasterio", reason="the extra 'spatial' is not installed")
pytest.importorskip("geopandas", reason="the extra 'spatial' is not installed")


@pytest.fixture
def place(folder):
    """10 × 10 cells of 100 m: forest in the west, cropland in the east; what a type holds back
    stands in the table.
    """
    rows = "".join(
        f",,{n},,{e},,,{v},mm,test,,,\n"
        for n, values in (("precipitation", (1000, 1000)), ("evapotranspiration", (600, 500)))
        for e, v in zip(("forest", "cropland"), values, strict=True)
    )
    rows += "".join(
        f"water_retention,retained_water,runoff,,{e},,,{v},mm,test,,,\n"
        for e, v in (("forest", 100), ("cropland", 300))
    )
    path = folder(
        rows,
        "water_retention,retained_water,reservoir_cost,,,,7,CNY/m3,2020,,test,,,\n",
        price_year="2020",
        rasters_toml=(
            "[ecosystem]\n"
            'file = "map.tif"\n'
            'source = "test"\n'
            "[ecosystem.classes]\n"
            '1 = "forest"\n'
            '2 = "cropland"\n'
        ),
    )
    write(path, halves())
    return path


def halves():
    band = np.ones((10, 10), np.uint8)
    band[:, 5:] = 2
    return band


def write(path, *bands):
    with rasterio.open(
        path / "map.tif",
        "w",
        driver="GTiff",
        width=10,
        height=10,
        count=len(bands),
        dtype="uint8",
        crs="EPSG:32650",
        transform=rasterio.Affine(100, 0, 500000, 0, -100, 2501000),
        nodata=0,
    ) as raster:
        raster.write(np.stack(bands))


def square(path, x0, y0, x1, y1, **properties):
    ring = [[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]
    data = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32650"}},
        "features": [
            {
                "type": "Feature",
                "properties": properties,
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        ],
    }
    file = path.parent / "plan.geojson"
    file.write_text(json.dumps(data), "utf-8")
    return file


def test_cropland_on_the_map_becomes_forest(place):
    """A square of 2 × 3 cells of cropland (0.2 m) becomes forest (0.3 m): 6 ha × 0.1 m × 7 CNY =
    42,000.
    """
    found = polygons_become(place, square(place, 500600, 2500300, 500800, 2500600, to="forest"))
    assert found.total == pytest.approx(60_000 * 0.1 * 7)
    assert found.by("ecosystem")["change"].to_dict() == pytest.approx(
        {"forest": 60_000 * 0.3 * 7, "cropland": -60_000 * 0.2 * 7}
    )
    assert (
        polygons_become(place, square(place, 500100, 2500300, 500300, 2500600), to="forest").total
        == 0
    )
    effects = found.effects.set_index("ecosystem")  # nothing but the extent changed
    assert effects["extent"].to_dict() == pytest.approx({"forest": 126_000, "cropland": -84_000})
    assert effects["change"].to_dict() == pytest.approx(effects["extent"].to_dict())


def test_what_has_no_class_stays_outside(place):
    """East of x = 500,900 m the map has no class: of the square of 2 × 3 cells the western half
    becomes forest, 3 ha × 0.1 m × 7 CNY.
    """
    band = halves()
    band[:, 9:] = 0
    write(place, band)
    found = polygons_become(place, square(place, 500800, 2500300, 501000, 2500600, to="forest"))
    assert found.total == pytest.approx(30_000 * 0.1 * 7)


def test_the_band_of_the_map_is_the_one_that_changes(place):
    write(place, np.full((10, 10), 2, np.uint8), halves())
    toml = place / "rasters.toml"
    toml.write_text(
        toml.read_text("utf-8").replace('file = "map.tif"\n', 'file = "map.tif"\nband = 2\n'),
        "utf-8",
    )
    found = polygons_become(place, square(place, 500600, 2500300, 500800, 2500600, to="forest"))
    assert found.total == pytest.approx(60_000 * 0.1 * 7)


def test_a_type_that_the_map_does_not_have_is_named(place):
    with pytest.raises(GepError) as error:
        polygons_become(place, square(place, 500600, 2500300, 500800, 2500600, to="lake"))
    assert [p.code for p in error.value.problems] == ["mapchange.class"]
