"""Charts as inline SVG: real text at its own size on any width (positions in per cent), colours of
the page.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gep.report.page.markup import text

_LABEL = 46  # characters of a bar's label that fit beside its figure


class Bar(NamedTuple):
    """One bar: its label, its value, the figure as shown, and the colour class."""

    label: str
    value: float
    shown: str
    css: str = "accent"


def bars(title: str, items: Sequence[Bar], scale: Sequence[float] = ()) -> str:
    """Horizontal bars, label and figure above each; negative ones run left from zero. ``scale``
    holds other values to share the scale with.
    """
    items = [b for b in items if b.value == b.value]
    if not items:
        return ""
    values = (0.0, *scale, *(b.value for b in items))
    low = min(values)
    span = (max(values) - low) or 1.0
    zero = -low / span * 100
    out = ""
    for n, b in enumerate(items):
        y, width = n * 31, abs(b.value) / span * 100
        left = zero - width if b.value < 0 else zero
        label = b.label if len(b.label) <= _LABEL else b.label[: _LABEL - 1] + "…"
        out += (
            f"<text x=0 y={y + 13}>{text(label)}</text>"
            f'<text x="100%" y={y + 13} text-anchor=end class=fig>{text(b.shown)}</text>'
            f'<rect x=0 y={y + 19} width="100%" height=7 class=track />'
            f'<rect x="{left:.3f}%" y={y + 19} width="{max(width, 0.15):.3f}%" height=7'
            f' class="f-{b.css}" />'
        )
    return _svg(title, _told(items), len(items) * 31, out, "bars")


def _told(items: Iterable[Bar]) -> str:
    """What a chart shows, for those who cannot see it."""
    return "; ".join(f"{b.label} {b.shown}" for b in items)


def stack(title: str, items: Sequence[Bar]) -> str:
    """One bar made of shares, with a key below that carries the figures."""
    items = [b for b in items if b.value > 0]
    whole = sum(b.value for b in items)
    at, spans = 0.0, ""
    for b in items:
        width = b.value / whole * 100
        spans += (
            f'<rect x="{at:.3f}%" y=0 width="{width:.3f}%" height=18 class="f-{b.css} edge">'
            f"<title>{text(b.label)} {text(b.shown)}</title></rect>"
        )
        at += width
    return _svg(title, _told(items), 18, spans, "stack") + key(items) if items else ""


def key(items: Iterable[Bar]) -> str:
    """The key of a chart: a swatch, the label, the figure."""
    lines = "".join(
        f"<li><svg width=11 height=11 aria-hidden=true>"
        f'<rect width=11 height=11 class="f-{b.css}" /></svg> '
        f"{text(b.label)} <b>{text(b.shown)}</b></li>"
        for b in items
    )
    return f"<ul class=key>{lines}</ul>"


def columns(
    title: str,
    years: Mapping[int, Mapping[str, float]],
    shown: Mapping[int, str],
    levels: Sequence[Bar],
) -> str:
    """A column a year, stacked by level; negative levels are left to the table."""
    height, top = 180, 22
    most = max((sum(max(v, 0.0) for v in by.values()) for by in years.values()), default=0.0)
    if most <= 0:
        return ""
    step = 100 / max(len(years), 5)
    every = math.ceil(len(years) / 8)
    out = f'<line x1=0 x2="100%" y1={top + height} y2={top + height} class=axis />'
    for n, (year, by) in enumerate(years.items()):
        y: float = top + height
        for level in levels:
            size = max(by.get(level.label, 0.0), 0.0) / most * height
            if size:
                y -= size
                out += (
                    f'<rect x="{(n + 0.2) * step:.3f}%" y={y:.2f} width="{0.6 * step:.3f}%"'
                    f' height={size:.2f} class="f-{level.css} edge" />'
                )
        if (len(years) - 1 - n) % every == 0:
            middle = f'<text x="{(n + 0.5) * step:.3f}%"'
            out += (
                f"{middle} y={y - 6:.2f} text-anchor=middle class=fig>{text(shown[year])}</text>"
                f"{middle} y={top + height + 17} text-anchor=middle>{year}</text>"
            )
    told = "; ".join(f"{y} {s}" for y, s in shown.items())
    return _svg(title, told, top + height + 24, out, "columns")


Ring = list[tuple[float, float]]


class Shape(NamedTuple):
    """A region on the map: its name, its rings in map units, its class (1 to 5, 0 for none) and
    what the reader is told.
    """

    name: str
    rings: list[Ring]
    step: int
    shown: str


def rings(polygons: Mapping[str, Any]) -> dict[str, list[Ring]]:
    """The rings of a GeoJSON FeatureCollection by region, projected so that shapes look right at
    their latitude.

    The region's name is the property ``region`` or ``name``, else the feature's ``id``. Coordinates
    beyond those of longitude and latitude are taken as they are (metres of some projection).
    """
    raw: dict[str, list[Ring]] = {}
    for feature in polygons.get("features", ()):
        found = _outline(feature.get("geometry") or {})
        if found:
            raw.setdefault(_region(feature), []).extend(found)
    points = np.array(list(chain.from_iterable(chain.from_iterable(raw.values()))))
    return _projected(raw, points) if points.size and np.isfinite(points).all() else {}


def _region(feature: Mapping[str, Any]) -> str:
    """The name of the region that a feature draws."""
    own = feature.get("properties") or {}
    given = filter(None, (own.get("region"), own.get("name"), feature.get("id")))
    return str(next(given, ""))


def _projected(
    raw: Mapping[str, list[Ring]], points: npt.NDArray[np.float64]
) -> dict[str, list[Ring]]:
    """Rings in units of a thousandth of the map, north up; degrees of longitude drawn together."""
    (x0, y0), (x1, y1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    degrees = abs(x0) <= 180 and abs(x1) <= 360 and max(abs(y0), abs(y1)) <= 90
    squeeze = math.cos(math.radians((y0 + y1) / 2)) if degrees else 1.0
    scale = 1000 / max((x1 - x0) * squeeze, y1 - y0, 1e-12)
    return {
        name: [[((x - x0) * squeeze * scale, (y1 - y) * scale) for x, y in ring] for ring in parts]
        for name, parts in raw.items()
    }


def _outline(shape: Mapping[str, Any]) -> list[Ring]:
    """The rings of a polygon or several; none of any other geometry."""
    parts = shape.get("coordinates") or []
    many = {"MultiPolygon": parts, "Polygon": [parts]}.get(str(shape.get("type")), [])
    found = (ring for ring in chain.from_iterable(many) if len(ring) > 2)
    return [[(float(p[0]), float(p[1])) for p in ring] for ring in found]


def choropleth(title: str, shapes: Sequence[Shape], legend: Sequence[Bar]) -> str:
    """Regions shaded in five steps, named at their middle; a key below."""
    points = list(chain.from_iterable(chain.from_iterable(s.rings for s in shapes)))
    if not points:
        return ""
    width, height = map(max, zip(*points, strict=True))
    paths = names = ""
    for s in shapes:
        d = "".join(f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in thinned(r))}Z" for r in s.rings)
        paths += (
            f'<path d="{d}" class="edge f-s{s.step}" fill-rule=evenodd>'
            f"<title>{text(s.name)} {text(s.shown)}</title></path>"
        )
        x, y = middle(s.rings)
        place = f'<text x="{x:.1f}" y="{y:.1f}" text-anchor=middle class=halo>'
        names += f"{place}{text(s.name)}</text>"
    told = text(f"{title}: " + "; ".join(f"{s.name} {s.shown}" for s in shapes))
    return (
        f"<figure><figcaption>{text(title)}</figcaption><svg class=map"
        f' viewBox="-4 -4 {width + 8:.0f} {height + 8:.0f}" role=img aria-label="{told}">'
        f"{paths}{names if len(shapes) <= 40 else ''}</svg>{key(legend)}</figure>"
    )


def thinned(ring: Sequence[tuple[float, float]]) -> Ring:
    """A ring without the points that lie nearer than a unit to the one before and to the first: the
    eye cannot tell.
    """
    far = (p for at, p in pairwise(ring) if max(math.dist(p, at), math.dist(p, ring[0])) >= 1)
    out = [ring[0], *far]
    return out if len(out) > 3 else list(ring)


def signed(ring: Sequence[tuple[float, float]]) -> float:
    """Twice the area of a ring, signed by its direction."""
    return sum(turn for _, _, turn in _sides(ring))


def _sides(ring: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float, float]]:
    """Of each side of a ring: the sum of its ends, and twice the area that it spans with the
    origin.
    """
    for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
        yield a[0] + b[0], a[1] + b[1], a[0] * b[1] - b[0] * a[1]


def middle(shape: Sequence[Sequence[tuple[float, float]]]) -> tuple[float, float]:
    """The centroid of several rings."""
    area = x = y = 0.0
    for ring in shape:
        turn = 1.0 if signed(ring) >= 0 else -1.0
        for across, along, twice in _sides(ring):
            c = turn * twice
            area, x, y = area + c, x + across * c, y + along * c
    return (x / (3 * area), y / (3 * area)) if area else shape[0][0]


def _svg(title: str, told: str, height: float, content: str, css: str) -> str:
    size = f'width="100%" height={height:g}'
    drawn = f'<svg class="{css}" {size} role=img aria-label="{text(f"{title}: {told}")}">{content}'
    return f"<figure><figcaption>{text(title) or '&nbsp;'}</figcaption>{drawn}</svg></figure>"
