"""A drawn area in JupyterLab in headless Chromium: run the cell, draw a rectangle, see its account,
take it away.
"""

import json
import os
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.request import urlopen

import pytest
from browser import CHROMIUM, Browser

ROOT = Path(__file__).parents[2]
LACKING = [
    name
    for name in ("jupyterlab", "ipykernel", "ipyleaflet", "rasterio", "geopandas", "exactextract")
    if find_spec(name) is None
]
pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.skipif(bool(LACKING), reason=f"not installed: {LACKING}"),
]
CELL = (
    "import sys; sys.path.insert(0, {root!r})\n"
    "from gep import opening\n"
    "from gep.report.draw import draw\n"
    "account = opening.read({city!r})\n"
    "draw(account)"
)


@pytest.fixture
def lab(tmp_path):
    city = tmp_path / "city"
    city.mkdir()
    for file in (ROOT / "examples" / "demo_city").glob("*.*"):
        (city / file.name).write_bytes(file.read_bytes())
    subprocess.run(
        [sys.executable, city / "make.py", city, "--size", "120"],
        check=True,
        capture_output=True,
        cwd=ROOT,
    )
    cell = {
        "cell_type": "code",
        "id": "c1",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": CELL.format(root=str(ROOT), city=str(city)),
    }
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    (tmp_path / "x.ipynb").write_text(
        json.dumps({"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = os.environ | {"HOME": str(tmp_path), "JUPYTER_CONFIG_DIR": str(tmp_path / "cfg")}
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        f"--port={port}",
        "--ServerApp.token=t",
        f"--ServerApp.root_dir={tmp_path}",
    ]
    server = subprocess.Popen(
        command, env=env, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}/"
    for _ in range(100):
        try:
            urlopen(f"{address}api?token=t").close()
            break
        except OSError:
            time.sleep(0.3)
    tab = Browser()
    yield tab, f"{address}lab/tree/x.ipynb?token=t"
    tab.close()
    server.terminate()
    server.wait()


def test_draw_see_export(lab):
    tab, address = lab
    tab.open(address, 1280, 1000)
    tab.wait("document.querySelector('.jp-Cell .cm-content')")
    tab.wait("document.querySelector('[data-status=idle]')")
    for _ in range(3):  # a kernel that calls itself idle may still lose the first request
        time.sleep(4)
        tab.click(".jp-Cell .cm-content")
        tab.click('[data-jp-item-name="run"]')
        try:
            tab.wait("document.querySelector('.leaflet-draw-draw-rectangle')", 30)
            break
        except AssertionError:
            continue
    tab.wait("document.querySelectorAll('.leaflet-container path').length >= 74")
    time.sleep(1)  # the map settles on its bounds
    tab.click(".leaflet-draw-draw-rectangle")
    x, y, w, h = tab.box(".leaflet-container")
    tab.mouse("mouseMoved", x + w * 0.45, y + h * 0.3)
    tab.mouse("mousePressed", x + w * 0.45, y + h * 0.3)
    for k in range(1, 11):
        tab.mouse("mouseMoved", x + w * (0.45 + 0.01 * k), y + h * (0.3 + 0.03 * k), buttons=1)
    tab.mouse("mouseReleased", x + w * 0.55, y + h * 0.6)
    tab.wait("document.querySelector('a[download=\"ledger.csv\"]')")
    told = tab.evaluate("document.querySelector('.jp-OutputArea').innerText")
    assert "regulating services" in told and "CNY" in told
    ledger = tab.evaluate(
        "fetch(document.querySelector('a[download=\"ledger.csv\"]').href).then(r => r.text())"
    )
    assert ledger.startswith("standard,region,year") and ledger.count("\n") > 20
    asked = {
        e["params"]["request"]["url"]
        for e in tab.events
        if e.get("method") == "Network.requestWillBeSent"
    }
    assert {url.split("/")[2].partition(":")[0] for url in asked if url.startswith("http")} == {
        "127.0.0.1"
    }, "no tiles, no network"
