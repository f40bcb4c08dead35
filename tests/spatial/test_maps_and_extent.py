"""Maps out, the extent account, the command, and the demo city from end to end."""

import json

import numpy as np
import pytest

from gep import opening as folders
from gep import standards
from gep.core.source import named
from gep.spatial.extent import NONE, extent
from gep.spatial.grid import Grid
from gep.spatial.layers import ArraySource, EcosystemMap
from tests.spatial.conftest import write_tif

GRID = Grid("", (1.0, 0.0, 0.0, 0.0, -1.0, 0.0), 4, 2, 1e4)


def legend(codes, labels, array):
    return EcosystemMap(ArraySource(named("map"), np.array(array, "u1")), codes, labels, (0,))


def test_extent_by_hand():
    """Of 8 cells of a hectare: forest 4 → 3 (one built over), meadow 3 → 2 (one becomes forest, one
    urban, one unmapped becomes meadow).
    """
    opening = legend((1, 2), ("forest", "meadow"), [[1, 1, 1, 1], [2, 2, 2, 0]])
    closing = legend((5, 6, 7), ("forest", "urban", "meadow"), [[5, 5, 6, 0], [5, 6, 7, 7]])
    got = extent(GRID, opening, closing)
    table = got.table() / 1e4
    assert table.loc["forest"].tolist() == [4, 1, 2, -1, 3]
    assert table.loc["meadow"].tolist() == [3, 1, 2, -1, 2]
    assert table.loc["urban"].tolist() == [0, 2, 0, 2, 2]
    assert table.loc[NONE].tolist() == [1, 1, 1, 0, 1]
    assert got.matrix().loc["forest", "urban"] == got.matrix().loc["meadow", "forest"] == 1e4
    assert (table["opening"] + table["additions"] - table["reductions"]).tolist() == table[
        "closing"
    ].tolist()


def test_extent_keeps_no_file_open(tmp_path):
    """A map that was written again is read again: 4 cells of a hectare, all forest, then all
    meadow.
    """
    from gep.spatial.layers import open_source

    def on_disk(name):
        source = open_source(named(name), tmp_path / name)
        return source.grid, EcosystemMap(source, (1, 2), ("forest", "meadow"))

    for name, code in (("a.tif", 1), ("b.tif", 1), ("b.tif", 2)):
        write_tif(tmp_path / name, np.full((2, 2), code, "u1"))
        if name == "b.tif":
            (grid, first), (_, last) = on_disk("a.tif"), on_disk("b.tif")
            assert extent(grid, first, last).table()["closing"].to_dict() == {
                "forest" if code == 1 else "meadow": 4e4
            } | ({"forest": 0} if code == 2 else {})


def test_what_was_summed_from_maps_counts_as_certain(folder):
    """A stated error of everything spreads the price alone: 20 % of (6000 + 1000 + 3000 m3) × 2
    CNY.
    """
    from gep.analysis.uncertainty import uncertainty

    rain = np.array([[1500, 1000], [1200, 9]], "f4")
    layers = {
        "precipitation": (rain, "mm/yr"),
        "evapotranspiration": (np.full((2, 2), 900, "f4"), "mm/yr"),
    }
    found = uncertainty(folders.read(folder([[1, 1], [2, 0]], layers)), 200, errors={"*": 0.2})
    assert len(found.tornado) == 1 and "reservoir_cost" in found.tornado.loc[0, "input"]
    assert found.first_order == pytest.approx(0.2 * 20000)


def test_extent_by_zone_adds_up():
    import shapely

    from gep.spatial.areas import Areas

    rng = np.random.default_rng(0)
    maps = [
        legend((1, 2, 3), ("forest", "meadow", "lake"), rng.integers(1, 4, (2, 4)))
        for _ in range(2)
    ]
    tiles = Areas(
        ("a", "b"),
        (
            shapely.Polygon([(0, 0), (2.5, 0), (1.2, -2), (0, -2)]),
            shapely.Polygon([(2.5, 0), (4, 0), (4, -2), (1.2, -2)]),
        ),
    )
    got = extent(GRID, *maps, tiles)
    whole = got.table("a").add(got.table("b"), fill_value=0)
    assert np.allclose(whole.reindex(got.table().index), got.table(), rtol=1e-12, atol=1e-6)


def test_the_demo_city_has_all_sixteen_indicators(city):
    account = folders.read(city)
    assert {r.id for r in standards.get("shenzhen").rows} == set(account.by("indicator").index)
    assert (account.by("indicator") != 0).all() and len(account.by("indicator")) == 16
    assert account.total.left_out == () and "synthetic" in account.basis.title.lower()
    assert set(account.ledger["evidence"]) == {"synthetic"}
    assert account.by("region").sum() == pytest.approx(float(account.total), rel=1e-9)
    assert len(account.scene.zones.names) == 74 and len({*account.scene.zones.parents}) == 10


def test_the_demo_city_is_the_same_for_the_same_seed_and_alike_at_any_size(city, tmp_path):
    import importlib.util
    from pathlib import Path

    spec = importlib.util.spec_from_file_location(
        "demo_again", Path(__file__).parents[2] / "examples" / "demo_city" / "make.py"
    )
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    again, finer = make.city(150, 7), make.city(300, 7)
    import rasterio

    with rasterio.open(city / "precipitation.tif") as f:
        assert np.array_equal(
            f.read(1)[again["ecosystem"] > 0],
            again["precipitation"].astype("f4")[again["ecosystem"] > 0],
        )
    assert (again["ecosystem"] == 1).mean() == pytest.approx(
        (finer["ecosystem"] == 1).mean(), rel=0.05
    )


def test_maps_say_what_they_show_and_add_up(city, tmp_path):
    import rasterio

    from gep.spatial.maps import write_maps

    account = folders.read(city)
    files = write_maps(
        account, tmp_path, "zh", only=("water_retention", "air_purification"), png=False
    )
    assert {f.name for f in files} == {
        "water_retention.retained_water.tif",
        "water_retention.value.tif",
        "air_purification.value.tif",
        *(f"air_purification.{c}.tif" for c in ("so2", "nox", "dust")),
    }
    for name, unit, total in (
        (
            "water_retention.retained_water",
            "m^3/(hm2 yr)",
            float(
                np.nansum(
                    next(
                        p for p in account.parts if p.name == "water_retention.retained_water"
                    ).data["quantity"]
                )
            ),
        ),
        (
            "air_purification.value",
            "CNY/(hm2 yr)",
            account.by("indicator")["air_purification"],
        ),  # capped
    ):
        with rasterio.open(tmp_path / f"{name}.tif") as f:
            assert (
                f.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
                and f.units == (unit,)
                and f.tags()["evidence"] == "synthetic"
            )
            hectares = abs(f.transform.a * f.transform.e) / 1e4
            assert np.nansum(f.read(1).astype("f8")) * hectares == pytest.approx(total, rel=1e-6)
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_a_quick_look_without_tofu(city, tmp_path, recwarn):
    pytest.importorskip("matplotlib", reason="needs the extra 'spatial'")
    from gep.report.plot import fonts
    from gep.spatial.maps import write_maps

    account = folders.read(city)
    (png,) = [
        f
        for f in write_maps(account, tmp_path, "zh", only=("oxygen_release",))
        if f.name == "oxygen_release.value.png"
    ]
    assert png.stat().st_size > 20_000
    assert not [w for w in recwarn if "missing from font" in str(w.message)], fonts()


def test_the_command(city, tmp_path):
    from typer.testing import CliRunner

    from gep.commands import app

    result = CliRunner().invoke(
        app,
        [
            "zone",
            str(city),
            "--areas",
            str(city / "districts.geojson"),
            "--by",
            "name",
            "--json",
            "--out",
            str(tmp_path),
        ],
    )
    assert result.exit_code == 0, result.output
    data = json.loads(result.stdout)
    account = folders.read(city)
    mapped = [
        p for p in account.counted if (p.indicator.id, p.component.id) in account.scene.places
    ]
    assert len(data["zones"]) == 10 and "tourism.beach" in data["left_out"]
    assert sum(z["total"] for z in data["zones"]) == pytest.approx(
        float(account.add(mapped)), rel=1e-9
    )
    assert (tmp_path / "zones.csv").read_text("utf-8").count("\n") == 11
    wrong = CliRunner().invoke(
        app, ["zone", str(city), "--areas", str(city / "districts.geojson"), "--by", "nothing"]
    )
    assert wrong.exit_code == 2
