"""Blocks, pieces, threads, compiled loop and cluster: the same sums."""

import os
import pickle
from dataclasses import replace

import numpy as np
import pytest

from gep import opening as folders
from gep.core.errors import InputError
from gep.core.source import named
from gep.report import results
from gep.spatial import block, engine
from gep.spatial.zones import Zones


@pytest.fixture(scope="module")
def scene(city):
    return folders.read(city).scene


def near(a, b, rel=1e-12):
    """Equal to rel, measured against what was added up."""
    for x, y in ((a.total, b.total), (a.area[None], b.area[None]), (a.missing, b.missing)):
        assert (np.isnan(x) == np.isnan(y)).all()
        size = np.nanmax(np.abs(y), axis=(1, 2), keepdims=True)
        assert np.nanmax(np.abs(x - y) / np.where(size > 0, size, 1)) <= rel


@pytest.mark.parametrize(
    "how",
    [
        {"block": (64, 64)},
        {"block": (512, 33)},
        {"piece": 997},
        {"threads": 1},
        {"threads": 5, "block": (17, 150)},
    ],
)
def test_blocks_pieces_and_threads_change_nothing(scene, how):
    zones = Zones(scene.zones.shapes, scene.grid)
    near(engine.run(scene.plan, zones, **how), scene.sums, 1e-12)
    near(engine.run(scene.plan, None, **how), engine.run(scene.plan, None), 1e-12)


@pytest.mark.parametrize("shortest", [0, 10**9], ids=["always", "never"])
def test_summing_runs_first_changes_nothing(scene, monkeypatch, shortest):
    monkeypatch.setattr(block, "RUN", shortest)
    near(engine.run(scene.plan, Zones(scene.zones.shapes, scene.grid)), scene.sums, 1e-12)


def test_the_compiled_loop_gives_the_same(scene):
    pytest.importorskip("numba", reason="needs the extra 'fast'")
    zones = Zones(scene.zones.shapes, scene.grid)
    fast = engine.run(scene.plan, zones, fast=True)
    near(fast, scene.sums)
    assert fast.gaps == scene.sums.gaps


def test_gaps_are_counted_alike_when_compiled(folder):
    pytest.importorskip("numba", reason="needs the extra 'fast'")
    from tests.spatial.test_account import water

    rain = np.array([[1500, -9999], [1500, 1500]], "f4")
    path = folder([[1, 1], [2, 0]], {**water((2, 2)), "precipitation": (rain, "mm/yr")})
    slow = folders.read(path)
    with (path / "rasters.toml").open("a") as f:
        f.write("[engine]\nfast = true\n")
    fast = folders.read(path)
    assert fast.scene.sums.gaps == slow.scene.sums.gaps == {0: (1, 1e4)}
    assert fast.total == slow.total


def test_two_runs_are_the_same_to_the_byte(city):
    assert results.ledger_csv(folders.read(city)) == results.ledger_csv(folders.read(city))


def test_a_plan_travels_by_the_names_of_its_formulas(scene):
    text = pickle.dumps(scene.plan)
    assert len(text) < 200_000
    near(engine.run(pickle.loads(text), None), engine.run(scene.plan, None), 0)


def test_memory_does_not_grow_with_the_raster(scene):
    """A block asks for its own window of each layer and no more."""
    seen = []
    source = scene.plan.layers[0].source

    class Watched:
        where, scale, offset, nodata = source.where, source.scale, source.offset, source.nodata

        def numbers(self, window):
            seen.append(window.size)
            return source.numbers(window)

    plan = engine.Plan(
        scene.plan.grid,
        scene.plan.map,
        (replace(scene.plan.layers[0], source=Watched()), *scene.plan.layers[1:]),
        scene.plan.steps,
        scene.plan.tables,
        scene.plan.outputs,
    )
    engine.run(plan, None, block=(32, 32))
    assert max(seen) <= 1024 and sum(seen) <= scene.grid.size


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed", reason="needs the extra 'distributed'")
    with (
        distributed.LocalCluster(
            2, threads_per_worker=1, dashboard_address=None, memory_limit=0
        ) as local,
        distributed.Client(local) as client,
    ):
        yield client


@pytest.mark.filterwarnings("default")
def test_a_cluster_gives_the_same(scene, cluster):
    near(
        engine.run(scene.plan, None, client=cluster, block=(40, 40)),
        engine.run(scene.plan, None, block=(40, 40)),
        0,
    )


@pytest.mark.filterwarnings("default")
def test_a_worker_killed_in_mid_run(scene, cluster):
    """The blocks it held are done again: the same result."""
    workers = list(cluster.scheduler_info()["workers"])
    killed = []

    def progress(done, of):
        if done == 3 and not killed:
            killed.append(True)
            cluster.run(
                os._exit, 1, workers=workers[:1], nanny=False, wait=False, on_error="ignore"
            )

    got = engine.run(scene.plan, None, client=cluster, block=(15, 40), progress=progress)
    assert killed
    near(got, engine.run(scene.plan, None, block=(15, 40)), 0)


def test_an_error_in_a_block_leaves_nothing(scene):
    bad = np.full((150, 150), np.inf, "f4")
    from gep.spatial.layers import ArraySource

    n = next(s.layer for s in scene.plan.steps if s.layer >= 0)
    layers = list(scene.plan.layers)
    layers[n] = replace(layers[n], source=ArraySource(named("x"), bad))
    plan = engine.Plan(
        scene.plan.grid,
        scene.plan.map,
        tuple(layers),
        scene.plan.steps,
        scene.plan.tables,
        scene.plan.outputs,
    )
    with pytest.raises(InputError) as error:
        engine.run(plan)
    assert error.value.problems[0].code == "range.infinite"
