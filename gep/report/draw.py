"""An area drawn on a map in a notebook cell: its account appears below, and can be taken away as a
file.

The map shows the account's own zones and needs no tiles, so no network. Needs ipyleaflet and the
maps of :mod:`gep.spatial`: ``pip install 'gep-accounting[notebook,spatial]'``.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from itertools import chain
from typing import Any

from gep.account.account import Account
from gep.core.errors import GepError, InputError, Problem
from gep.core.extras import need
from gep.core.source import named
from gep.report.page.document import page
from gep.report.page.markup import text
from gep.report.page.notebook import account_html, problems_html
from gep.report.results import ledger_csv
from gep.report.views import outlines
from gep.words.labels import word


class Drawing:
    """A map to draw on, and the account of what was drawn; show it as the last line of a notebook
    cell.

    Attributes
    ----------
    account : Account
        The account around.
    drawn : Account or None
        The account of the area drawn last.
    map, result, widget : ipywidgets
        The map, the account below it, and both in one box.

    Examples
    --------
    >>> from gep import opening
    >>> Drawing(opening.read("examples/demo_city"))  # doctest: +SKIP
    """

    def __init__(self, account: Account, lang: str = "en", height: str = "420px") -> None:
        if account.scene is None:
            raise InputError("error.map_none", [Problem("scene.none", named(account.basis.region))])
        leaflet, widgets = need("ipyleaflet"), need("ipywidgets")
        self.account, self.lang = account, lang
        self.drawn: Account | None = None
        zones, (west, south, east, north) = _ground(account)
        style = {"color": "#56625d", "weight": 1, "fillColor": "#a9d0bb", "fillOpacity": 0.25}
        self.map = leaflet.Map(
            layers=(leaflet.GeoJSON(data=zones, style=style),),
            center=((south + north) / 2, (west + east) / 2),
            zoom=9,
            zoom_snap=0.25,
            attribution_control=False,
            scroll_wheel_zoom=True,
            layout=widgets.Layout(height=height),
        )
        shape = {"shapeOptions": {"color": "#9c3217", "weight": 2, "fillOpacity": 0.15}}
        self.control = leaflet.DrawControl(
            polygon=shape, rectangle=shape, polyline={}, circlemarker={}, edit=True
        )
        self.control.on_draw(self._on_draw)
        self.map.add(self.control)
        self.map.fit_bounds([[south, west], [north, east]])
        self.result = widgets.HTML(f"<p>{text(word('draw_hint', lang))}</p>")
        self.widget = widgets.VBox([self.map, self.result])

    def _on_draw(self, control: Any, action: str, geo_json: Mapping[str, Any] | None) -> None:
        """What the map calls when something was drawn, changed or deleted."""
        if action == "deleted" or not geo_json:
            self.drawn = None
            self.result.value = f"<p>{text(word('draw_hint', self.lang))}</p>"
            return
        try:
            self.drawn = self.account.within(geo_json.get("geometry", geo_json))
        except GepError as error:
            self.drawn = None
            self.result.value = problems_html(error, self.lang)
            return
        self.result.value = account_html(self.drawn, self.lang) + self._links(self.drawn)

    def _links(self, drawn: Account) -> str:
        """The account as files inside the cell itself: nothing is written to disk."""
        links = (
            _link("ledger.csv", "text/csv", ledger_csv(drawn)),
            _link("report.html", "text/html", page(drawn, self.lang)),
        )
        return f"<p>{text(word('download', self.lang))}: {' · '.join(links)}</p>"

    def _ipython_display_(self) -> None:
        need("IPython.display").display(self.widget)


def _link(name: str, kind: str, content: str) -> str:
    data = base64.b64encode(content.encode()).decode()
    return f'<a download="{name}" href="data:{kind};base64,{data}">{name}</a>'


def draw(account: Account, lang: str = "en", height: str = "420px") -> Drawing:
    """A map of the account's zones to draw on; the account of the area appears below it.

    Parameters
    ----------
    account : Account
        Made from a folder with ``rasters.toml``.
    lang : "zh" or "en"
    height : str
        Of the map, as CSS.

    Returns
    -------
    Drawing
        ``.drawn`` is the account of the last area.

    Raises
    ------
    InputError
        If the account has no maps.
    ParameterError
        If ipyleaflet is not installed.
    """
    return Drawing(account, lang, height)


def _ground(account: Account) -> tuple[dict[str, Any], tuple[float, float, float, float]]:
    """The zones (or the frame of the maps) in longitude and latitude, and their bounds."""
    pyproj, scene = need("pyproj"), account.scene
    turn = pyproj.Transformer.from_crs(scene.grid.crs, "EPSG:4326", always_xy=True).transform
    shapes = outlines(account) or {
        "features": [
            {"properties": {}, "geometry": {"type": "Polygon", "coordinates": [_frame(scene.grid)]}}
        ]
    }
    features = [
        {
            "type": "Feature",
            "id": str(n),
            "properties": f["properties"],
            "geometry": {
                "type": f["geometry"]["type"],
                "coordinates": _turned(f["geometry"]["coordinates"], turn),
            },
        }
        for n, f in enumerate(shapes["features"])
    ]
    points = chain.from_iterable(_points(f["geometry"]["coordinates"]) for f in features)
    x, y = zip(*points, strict=True)
    bounds = (min(x), min(y), max(x), max(y))
    return {"type": "FeatureCollection", "features": features}, bounds


def _frame(grid: Any) -> list[tuple[float, float]]:
    a, b, c, d, e, f = tuple(grid.transform)[:6]
    corners = ((0, 0), (grid.width, 0), (grid.width, grid.height), (0, grid.height), (0, 0))
    return [(a * x + b * y + c, d * x + e * y + f) for x, y in corners]


def _turned(coordinates: Any, turn: Any) -> Any:
    if isinstance(coordinates[0], (int, float)):
        return [round(v, 6) for v in turn(coordinates[0], coordinates[1])]
    return [_turned(part, turn) for part in coordinates]


def _points(coordinates: Any) -> list[Any]:
    return (
        [coordinates]
        if isinstance(coordinates[0], (int, float))
        else [p for part in coordinates for p in _points(part)]
    )
