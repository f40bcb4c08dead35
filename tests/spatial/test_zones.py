"""Zones: exact coverage, tiles that add up, overlaps, drawn areas, bad shapes."""

import json

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gep import opening as folders
from gep.core.errors import InputError
from gep.core.source import named
from gep.spatial.areas import from_file, from_geometry
from gep.spatial.drawn import measure
from gep.spatial.grid import Grid, Window
from gep.spatial.zones import Zones
from tests.spatial.conftest import ACCOUNT, CELL, X0, Y0
from tests.spatial.test_account import part, water

GRID = Grid("", (1.0, 0.0, 0.0, 0.0, -1.0, 0.0), 200, 150, 1.0)


WHOLE = Window(0, 0, 150, 200)


def dense(zones, window=WHOLE):
    """Coverage as zone × cell; the last row is what no zone covers."""
    c = zones.coverage(window)
    out = np.zeros((len(zones) + 1, window.size))
    names = np.append(c.zones, len(zones))
    whole = c.base <= len(c.zones)
    out[names[c.base[whole]], np.flatnonzero(whole)] += 1
    np.add.at(out, (names[c.zone], c.cell), c.weight)
    return out


def voronoi(seed, count):
    points = shapely.MultiPoint(
        np.random.default_rng(seed).uniform((0, -150), (200, 0), (count, 2))
    )
    box = shapely.box(0, -150, 200, 0)
    return [c.intersection(box) for c in shapely.voronoi_polygons(points, extend_to=box).geoms]


def test_coverage_by_hand():
    """A right triangle over two cells: the diagonal halves the first cell; a quarter and an eighth
    checked by area.
    """
    got = dense(
        Zones([shapely.Polygon([(0, 0), (0, -1), (1, -1)]), shapely.box(1, -1, 1.5, -0.5)], GRID)
    )
    assert got[0, 0] == pytest.approx(0.5) and got[1, 1] == pytest.approx(0.25)
    assert got[2, 0] == pytest.approx(0.5) and got[2, 1] == pytest.approx(0.75) and got[2, 2] == 1


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 40))
def test_tiles_cover_each_cell_once(seed, count):
    shapes = voronoi(seed, count)
    got = dense(Zones(shapes, GRID))
    assert np.abs(got.sum(0) - 1).max() < 1e-12
    assert got[:-1].sum(1) == pytest.approx([s.area for s in shapes], rel=1e-10, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_coverage_is_that_of_exactextract(seed, on_lines):
    """Stars, rings with holes and pieces apart, some with borders on the lines of the grid."""
    exact_extract = pytest.importorskip("exactextract", reason="stands beside ours").exact_extract
    from exactextract.raster import NumPyRasterSource

    rng = np.random.default_rng(seed)
    angles = np.sort(rng.uniform(0, 2 * np.pi, 17))
    far = rng.uniform(0.1, 1, 17)
    star = shapely.make_valid(
        shapely.Polygon(
            np.column_stack([100 + 95 * np.cos(angles) * far, -75 + 70 * np.sin(angles) * far])
        )
    )
    shape = star.symmetric_difference(shapely.box(60, -90, 120.5, -20.25)).union(
        shapely.box(-20, -30, 7.125, 10)
    )
    if on_lines:
        shape = shapely.set_precision(
            shapely.set_precision(shape, 1.0), 0
        )  # on lines, and no longer held to them
    carrier = NumPyRasterSource(np.ones((150, 200), np.uint8), 0, -150, 200, 0)
    found = exact_extract(
        carrier,
        [{"type": "Feature", "geometry": shapely.geometry.mapping(shape), "properties": {}}],
        ["cell_id", "coverage"],
    )
    wanted = np.zeros(150 * 200)
    wanted[found[0]["properties"]["cell_id"]] = found[0]["properties"]["coverage"]
    got = dense(Zones([shape], GRID))
    assert np.abs(got[0] - wanted).max() < 1e-6
    assert got[0].sum() == pytest.approx(
        shape.intersection(shapely.box(0, -150, 200, 0)).area, rel=1e-11
    )
    assert np.abs(got.sum(0) - 1).max() < 1e-12


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 70), st.integers(3, 90))
def test_windows_change_nothing(seed, rows, cols):
    zones = Zones(voronoi(seed, 12), GRID)
    whole = dense(zones).reshape(13, 150, 200)
    pieces = np.zeros_like(whole)
    for w in GRID.windows(rows, cols):
        pieces[:, w.row : w.row + w.rows, w.col : w.col + w.cols] = dense(zones, w).reshape(
            13, w.rows, w.cols
        )
    assert np.abs(whole - pieces).max() < 1e-11


def test_overlapping_zones_each_have_their_own():
    a, b = shapely.box(10, -90, 110, -5), shapely.box(60.5, -120, 150, -20.25)
    got = dense(Zones([a, b, a], GRID))
    assert got[:3].sum(1) == pytest.approx([a.area, b.area, a.area], rel=1e-12)
    outside = 200 * 150 - a.union(b).area
    assert got[3].sum() == pytest.approx(outside, rel=1e-3)


def frame(shapes, names, crs="EPSG:32650"):
    return geopandas.GeoDataFrame({"name": names}, geometry=shapes, crs=crs)


def halves():
    """West and east of a slanting line through a square of 40 × 40 hectares."""
    x, y, s = X0, Y0, 40 * CELL
    west = shapely.Polygon([(x, y), (x + 0.31 * s, y), (x + 0.77 * s, y - s), (x, y - s)])
    return west, shapely.box(x, y - s, x + s, y).difference(west)


@pytest.fixture
def account(folder):
    rng = np.random.default_rng(3)
    codes = rng.integers(0, 4, (40, 40)).astype("u1")
    layers = {
        "precipitation": (rng.uniform(1000, 2000, (40, 40)).astype("f4"), "mm/yr"),
        "evapotranspiration": (np.full((40, 40), 900, "f4"), "mm/yr"),
    }
    uptake = (
        "air_purification,so2,uptake_rate,forest,,120,kg SO2/(hm2"
        " yr),s\nair_purification,so2,uptake_rate,meadow,,21,kg SO2/(hm2 yr),s\n"
    )
    emissions = (
        "air_purification,so2,emission,,West,9,t"
        " SO2/yr,s\nair_purification,so2,emission,,East,1e6,t SO2/yr,s\n"
    )
    other = "tourism,paid_sites,visits,,,500,visit/yr,s\n"
    prices = (
        "water_retention,,reservoir_cost,,,2,CNY/m3,2020,s\nair_purification,so2,treatment_cost,,,1200,CNY/t"
        " SO2,2020,s\ntourism,paid_sites,visit_cost,,,40,CNY/visit,2020,s\n"
    )
    inputs = "water_retention,,runoff_coefficient,,,0,1,s\n" + uptake + emissions + other
    return folders.read(
        folder(
            codes,
            layers,
            inputs=inputs,
            prices=prices,
            zones=frame(list(halves()), ["West", "East"]),
        )
    )


def test_the_city_is_the_sum_of_its_zones(account):
    by_region = account.by("region")
    assert set(by_region.index) == {
        "West",
        "East",
        "City",
    }  # City: what was given for it as a whole
    assert by_region.sum() == pytest.approx(float(account.total), rel=1e-9)
    assert by_region["City"] == pytest.approx(500 * 40)


def test_areas_that_tile_add_up(account):
    square = shapely.union_all(halves())
    tiles = [
        t.intersection(square)
        for t in shapely.voronoi_polygons(
            shapely.MultiPoint(
                np.random.default_rng(5).uniform((X0, Y0 - 4000), (X0 + 4000, Y0), (23, 2))
            ),
            extend_to=square,
        ).geoms
    ]
    measured = measure(account, from_geometry_list(account, tiles))
    mapped = [
        p for p in account.counted if (p.indicator.id, p.component.id) in account.scene.places
    ]
    for k, p in enumerate(measured.parts):
        assert np.nansum(measured.value[k]) == pytest.approx(float(account.add([p])), rel=1e-9)
    assert measured.table()["total"].sum() == pytest.approx(float(account.add(mapped)), rel=1e-9)


def test_an_area_without_any_number_is_unknown_not_zero(folder):
    """Three cells in a row, two of forest and one without a class; the first has no rain."""
    rain, et = np.array([[-9999, 1500, 1500]], "f4"), np.full((1, 3), 900, "f4")
    prices = "water_retention,,reservoir_cost,,,2,CNY/m3,2020,s\n"
    account = folders.read(
        folder(
            [[1, 1, 0]],
            {"precipitation": (rain, "mm/yr"), "evapotranspiration": (et, "mm/yr")},
            prices=prices,
        )
    )
    cells = [shapely.box(X0 + 100 * n, Y0 - 100, X0 + 100 * (n + 1), Y0) for n in range(3)]
    measured = measure(account, from_geometry_list(account, [*cells, shapely.union_all(cells[:2])]))
    assert measured.table()["water_retention"].tolist() == pytest.approx(
        [np.nan, 12000, 0, 12000], nan_ok=True
    )
    assert measured.table()["total"].tolist() == pytest.approx(
        [np.nan, 12000, 0, 12000], nan_ok=True
    )
    assert measured.gaps() == {name: {"water_retention.retained_water": 1} for name in ("0", "3")}


def from_geometry_list(account, shapes):
    from gep.spatial.areas import checked

    names = [str(n) for n in range(len(shapes))]
    return checked(named("areas"), names, shapes, "", account.scene.grid)


def test_a_drawn_area_takes_the_ratio_of_the_region_around_it(account):
    """West emits 9 t and could take up more: its factor is below 1, the east's is 1."""
    west, east = halves()
    ratio = (
        part(account, "air_purification.so2").outcome.cap_ratio.isel(year=-1)
        if "year" in part(account, "air_purification.so2").outcome.cap_ratio.dims
        else part(account, "air_purification.so2").outcome.cap_ratio
    )
    assert float(ratio.sel(region="West")) < 1 and float(ratio.sel(region="East")) == 1
    middle = shapely.box(X0 + 500, Y0 - 3500, X0 + 3700, Y0 - 300)
    mine = account.within(middle, "middle")
    raw = [account.within(middle.intersection(half)) for half in (west, east)]
    assert sum(float(a.total) for a in raw) == pytest.approx(float(mine.total), rel=1e-6)
    so2 = float(part(mine, "air_purification.so2").data["quantity"].sum())
    full = sum(float(part(a, "air_purification.so2").data["quantity"].sum()) for a in raw)
    assert so2 == pytest.approx(full, rel=1e-6)
    assert "tourism.paid_sites" in mine.total.left_out
    assert mine.basis.area == pytest.approx(sum(a.basis.area for a in raw), rel=1e-6)


def test_the_whole_drawn_is_the_whole(account):
    whole = account.within(shapely.union_all(halves()))
    mapped = [
        p for p in account.counted if (p.indicator.id, p.component.id) in account.scene.places
    ]
    assert float(whole.total) == pytest.approx(float(account.add(mapped)), rel=1e-9)


def test_every_way_to_give_an_area(account):
    shape = shapely.box(X0 + 50, Y0 - 2000, X0 + 2000, Y0 - 75)
    wanted = float(account.within(shape).total)
    lonlat = geopandas.GeoSeries([shapely.segmentize(shape, 10)], crs="EPSG:32650").to_crs(4326)
    geojson = json.loads(lonlat.to_json())
    for given_ in (
        shape.wkt,
        frame([shape], ["a"]),
        geopandas.GeoSeries([shape], crs="EPSG:32650"),
        f"SRID=32650;{shape.wkt}",
    ):
        assert float(account.within(given_).total) == pytest.approx(wanted, rel=1e-9)
    for given_ in (geojson, geojson["features"][0], lonlat.iloc[0].__geo_interface__):
        assert float(account.within(given_).total) == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize(
    "geometry, code",
    [
        ("POINT (600100 2499900)", "area.kind"),
        ("POLYGON EMPTY", "area.empty"),
        ("POLYGON ((0 0, 1 0, 1 1, 0 0))", "area.outside"),
        ("no geometry", "area.kind"),
        ({"type": "Polygon"}, "area.kind"),
        (42, "area.kind"),
        ("LINESTRING (600000 2499000, 603000 2499900)", "area.kind"),
    ],
)
def test_what_is_no_area_is_told(account, geometry, code):
    with pytest.raises(InputError) as error:
        account.within(geometry)
    assert code in {p.code for p in error.value.problems}


def test_an_outline_that_crosses_itself_is_mended_and_told(account):
    bow = shapely.Polygon([(X0, Y0), (X0 + 1000, Y0 - 1000), (X0 + 1000, Y0), (X0, Y0 - 1000)])
    mine = account.within(bow)
    assert "area.mended" in {w.code for w in mine.warnings}
    assert mine.basis.area < 0.5e6


def test_an_account_of_tables_has_no_maps():
    with pytest.raises(InputError) as error:
        folders.read("examples/garze_2010").within("POLYGON ((0 0, 1 0, 1 1, 0 0))")
    assert error.value.problems[0].code == "scene.none"


@pytest.mark.parametrize("suffix", [".shp", ".geojson", ".gpkg", ".zip"])
def test_chinese_names_in_every_file(account, tmp_path, suffix):
    import shutil

    shapes = frame(list(halves()), ["西区", "东区"])
    path = tmp_path / f"areas{suffix}"
    if suffix == ".zip":
        (tmp_path / "z").mkdir()
        shapes.to_file(tmp_path / "z" / "a.shp", encoding="gb18030")
        (tmp_path / "z" / "a.cpg").unlink(missing_ok=True)
        shutil.make_archive(str(tmp_path / "areas"), "zip", tmp_path / "z")
    else:
        shapes.to_file(path)
    assert from_file(path, account.scene.grid, "name").names == ("西区", "东区")


def test_bad_area_files(account, tmp_path):
    grid = account.scene.grid
    (tmp_path / "empty.geojson").write_text("")
    (tmp_path / "junk.geojson").write_text("{no json")
    (tmp_path / "none.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    frame(list(halves()), ["a", "a"]).to_file(tmp_path / "double.gpkg")
    for name, code in (
        ("empty.geojson", "areas.missing"),
        ("junk.geojson", "areas.unreadable"),
        ("none.geojson", "areas.none"),
        ("double.gpkg", "area.double"),
        ("gone.gpkg", "areas.missing"),
    ):
        with pytest.raises(InputError) as error:
            from_file(tmp_path / name, grid)
        assert code in {p.code for p in error.value.problems}, name
    with pytest.raises(InputError) as error:
        from_file(tmp_path / "double.gpkg", grid, "district")
    assert error.value.problems[0].code == "areas.column"


def test_a_parent_names_the_district(folder):
    west, east = halves()
    zones = frame([west, east], ["w1", "e1"])
    path = folder(np.ones((40, 40), "u1"), water((40, 40)), zones=zones, account=ACCOUNT)
    (path / "regions.csv").write_text("region,parent\nWest,City\nw1,West\n", "utf-8")
    account = folders.read(path)
    assert float(account.add(account.counted, "West")) == pytest.approx(
        float(account.add(account.counted, "w1"))
    )
    assert float(account.add(account.counted, "West")) == pytest.approx(
        west.area * 0.6 * 2, rel=1e-6
    )


def test_geojson_area_of_from_geometry_is_longitude_and_latitude(account):
    with pytest.raises(InputError):
        from_geometry(
            {"type": "Polygon", "coordinates": [[(0, 0), (1, 0), (1, 1), (0, 0)]]},
            account.scene.grid,
        )
