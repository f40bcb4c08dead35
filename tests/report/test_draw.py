"""A drawn area: the callback that the map calls, the account it gives, the files it offers."""

import asyncio
import base64
import contextlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gep import opening
from gep.core.errors import InputError
from gep.report import results
from gep.report.draw import _ground, draw

ROOT = Path(__file__).parents[2] / "examples"
for name in ("ipyleaflet", "ipywidgets", "rasterio", "geopandas", "exactextract"):
    pytest.importorskip(name, reason=f"{name} is not installed")


@pytest.fixture(autouse=True)
def no_task_is_left():
    """The map asks its loop to fit the bounds; outside a notebook no loop runs, and the task would
    die in another test.
    """
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    for task in asyncio.all_tasks(loop):
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
    loop.close()
    asyncio.set_event_loop(None)


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    at = tmp_path_factory.mktemp("city")
    for file in (ROOT / "demo_city").glob("*.*"):
        (at / file.name).write_bytes(file.read_bytes())
    subprocess.run(
        [sys.executable, at / "make.py", at, "--size", "120"],
        check=True,
        capture_output=True,
        cwd=ROOT.parent,
    )
    return opening.read(at)


def feature(box):
    w, s, e, n = box
    return {
        "type": "Feature",
        "properties": {"style": {"color": "#000"}},
        "geometry": {"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
    }


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_drawn_area(city):
    drawing = draw(city, "zh")
    zones, (w, s, e, n) = _ground(city)
    assert len(zones["features"]) == 74 and 100 < w < e < 125 and 15 < s < n < 30, (
        "degrees, not metres"
    )
    assert "http" not in str([layer.url for layer in drawing.map.layers if hasattr(layer, "url")])
    half = feature((w, s, (w + e) / 2, n))
    drawing._on_draw(drawing.control, "created", half)
    assert float(drawing.drawn.total) == pytest.approx(
        float(city.within(half["geometry"]).total), rel=1e-12
    )
    assert 0 < float(drawing.drawn.total) < float(city.total)
    links = dict(
        re.findall(r'download="([^"]+)" href="data:[^;]+;base64,([^"]+)"', drawing.result.value)
    )
    ledger = base64.b64decode(links["ledger.csv"]).decode()
    assert ledger == results.ledger_csv(drawing.drawn)
    assert base64.b64decode(links["report.html"]).startswith(b"<!doctype html>")
    drawing._on_draw(drawing.control, "deleted", half)
    assert drawing.drawn is None and "href" not in drawing.result.value


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_area_beside_the_maps_is_said(city):
    drawing = draw(city)
    drawing._on_draw(drawing.control, "created", feature((0, 0, 1, 1)))
    assert drawing.drawn is None and "outside the maps" in drawing.result.value


def test_an_account_of_tables_has_no_map():
    with pytest.raises(InputError, match="Nothing to draw on"):
        draw(opening.read(ROOT / "garze_2010"))
