"""Maps out: what each hectare supplies and what it is worth, as COGs with unit and provenance, and
quick-looks as PNG.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gep.account.account import Account, Part
from gep.core import output
from gep.core.extras import need
from gep.core.tables import EVIDENCE
from gep.spatial import engine
from gep.spatial.block import evaluate
from gep.spatial.drawn import factors, mapped, scene_of
from gep.spatial.grid import Floats, Window
from gep.spatial.plan import Plan
from gep.spatial.scene import Scene
from gep.words.fonts import fonts
from gep.words.labels import label
from gep.words.numbers import pretty

HECTARE = 1e4  # m^2
BLOCK = (512, 2048)
PIXELS = 1100  # of a quick-look, along its longer side


@dataclass(frozen=True)
class Sheet:
    """One map: a component's quantity, or an indicator's value, per hectare."""

    stem: str
    zh: str
    en: str
    unit: str
    parts: tuple[int, ...]  # places among the mapped parts
    money: bool


def write_maps(
    account: Account,
    out: str | os.PathLike[str],
    lang: str = "en",
    *,
    only: Sequence[str] = (),
    png: bool = True,
    progress: engine.Progress | None = None,
) -> list[Path]:
    """Write a COG, and a PNG quick-look, of every mapped component's quantity and every mapped
    indicator's value, per hectare.

    Parameters
    ----------
    account : Account
        An account made from a folder with ``rasters.toml``.
    out : path
        Folder for the files, written all of them or none.
    lang : str
        Language of the quick-looks, ``zh`` or ``en``.
    only : names of indicators, optional
        Second-level indicators to draw; all by default.
    png : bool
        Whether to draw quick-looks (needs matplotlib).
    progress : callable, optional
        Told the number of blocks done and of all.

    Returns
    -------
    list of the files written

    Raises
    ------
    InputError
        If the account has no maps.
    """
    scene = scene_of(account)
    assert scene.plan is not None
    parts = mapped(account, scene)
    sheets = [s for s in _sheets(account, parts) if not only or s.stem.partition(".")[0] in only]
    names = [f"{s.stem}.{kind}" for s in sheets for kind in (("tif", "png") if png else ("tif",))]
    with output.scratch(out) as scratch:
        _raw(account, scene, parts, sheets, scratch, progress)
        copy = need("rasterio.shutil").copy
        for s in sheets:
            copy(
                scratch / f"{s.stem}.raw.tif",
                scratch / f"{s.stem}.tif",
                driver="COG",
                compress="DEFLATE",
                predictor="YES",
                overview_resampling="AVERAGE",
                num_threads="ALL_CPUS",
            )
            if png:
                quick_look(scratch / f"{s.stem}.tif", scratch / f"{s.stem}.png", account, s, lang)
        for other in {f.name for f in scratch.iterdir()} - set(names):
            (scratch / other).unlink()
    return [Path(out) / name for name in names]


def _sheets(account: Account, parts: Sequence[Part]) -> Iterator[Sheet]:
    for n, p in enumerate(parts):
        yield Sheet(
            f"{p.indicator.id}.{p.component.id}",
            p.component.zh,
            p.component.en,
            per_hectare(p.component.unit),
            (n,),
            False,
        )
    for row in dict.fromkeys(p.row.id for p in parts if p.counted):
        mine = tuple(n for n, p in enumerate(parts) if p.row.id == row and p.counted)
        first = parts[mine[0]].row
        yield Sheet(
            f"{row}.value", first.zh, first.en, f"{account.basis.currency}/(hm2 yr)", mine, True
        )


def per_hectare(unit: str) -> str:
    """A yearly unit per hectare.

    >>> per_hectare("m^3/yr"), per_hectare("m")
    ('m^3/(hm2 yr)', 'm/hm2')
    """
    return f"{unit.removesuffix('/yr')}/(hm2 yr)" if unit.endswith("/yr") else f"{unit}/hm2"


def _raw(
    account: Account,
    scene: Scene,
    parts: Sequence[Part],
    sheets: Sequence[Sheet],
    folder: Path,
    progress: engine.Progress | None,
) -> None:
    """The maps as plain tiled files, written block by block."""
    rasterio = need("rasterio")
    plan = scene.plan
    assert plan is not None
    factor, price = factors(account, scene, parts)
    g = plan.grid
    profile = {
        "driver": "GTiff",
        "width": g.width,
        "height": g.height,
        "count": 1,
        "dtype": "float32",
        "nodata": float("nan"),
        "crs": g.crs,
        "transform": rasterio.Affine(*g.transform),
        "tiled": True,
        "blockxsize": 512,
        "blockysize": 512,
        "compress": "deflate",
        "predictor": 3,
        "bigtiff": "if_safer",
    }
    windows = list(g.windows(*BLOCK))
    box = need("rasterio.windows").Window

    def compute(w: Window) -> list[npt.NDArray[np.float32]]:
        per_cell = list(cells(plan, scene, parts, w, factor, price))
        return [_sheet(s, per_cell) for s in sheets]

    with (
        ExitStack() as stack,
        ThreadPoolExecutor(scene.options.get("threads") or os.cpu_count() or 1) as pool,
    ):
        files = []
        for s in sheets:
            f = stack.enter_context(rasterio.open(folder / f"{s.stem}.raw.tif", "w", **profile))
            f.update_tags(**tags(account, parts, s))
            f.set_band_description(1, f"{s.en} [{s.unit}]")
            f.set_band_unit(1, s.unit)
            files.append(f)
        # two blocks at a time, so that memory stays flat
        for start in range(0, len(windows), 2):
            for w, results in zip(
                windows[start : start + 2],
                pool.map(compute, windows[start : start + 2]),
                strict=True,
            ):
                for f, values in zip(files, results, strict=True):
                    f.write(
                        values.reshape(w.rows, w.cols), 1, window=box(w.col, w.row, w.cols, w.rows)
                    )
            if progress is not None:
                progress(min(start + 2, len(windows)), len(windows))


def _sheet(s: Sheet, per_cell: Sequence[tuple[Floats, Floats]]) -> npt.NDArray[np.float32]:
    """One map of a block: a quantity, or values added where at least one is known."""
    if not s.money:
        return per_cell[s.parts[0]][0].astype(np.float32)
    stack = [per_cell[n][1] for n in s.parts]
    known = np.logical_or.reduce([~np.isnan(v) for v in stack])
    total = np.add.reduce([np.nan_to_num(v) for v in stack])
    return np.where(known, total, np.nan).astype(np.float32)


def cells(
    plan: Plan, scene: Scene, parts: Sequence[Part], w: Window, factor: Floats, price: Floats
) -> Iterator[tuple[Floats, Floats]]:
    """Quantity and value per hectare of each cell of a window, for each part."""
    classes, _ = plan.map.read(w)
    index = classes.astype(np.intp)
    data = {s.layer: plan.layers[s.layer].source.numbers(w) for s in plan.steps if s.layer >= 0}
    area = plan.grid.areas(w)
    results = evaluate(plan, index, data, area)
    zone = _zone(scene, w)
    for k, p in enumerate(parts):
        place, money = scene.places[(p.indicator.id, p.component.id)]
        may = np.array([*plan.outputs[place].classes, False])[index]
        share = factor[k][zone] * HECTARE / area
        quantity = np.where(may, _whole(plan, place, results, index), np.nan) * share
        unit = np.column_stack([price[k], np.full(len(price[k]), np.nan)])
        worth = (
            quantity * unit[zone, index]
            if money < 0
            else np.where(may, _whole(plan, money, results, index), np.nan) * share
        )
        yield quantity, worth


def _whole(
    plan: Plan, place: int, results: Sequence[Floats | None], index: npt.NDArray[np.intp]
) -> Floats:
    """An output's number of each cell."""
    ref = plan.outputs[place].ref
    if ref.kind != "step":
        return np.append(plan.table(ref), np.nan).take(index)
    found = results[ref.index]
    assert found is not None
    return found


def _zone(scene: Scene, w: Window) -> npt.NDArray[np.intp]:
    """The zone that each cell's centre lies in."""
    if scene.zones is None:
        return np.zeros(w.size, np.intp)
    rasterio, features = need("rasterio"), need("rasterio.features")
    a, b, c, d, e, f = scene.grid.transform
    moved = rasterio.Affine(a, b, a * w.col + b * w.row + c, d, e, d * w.col + e * w.row + f)
    last = len(scene.zones.shapes)
    out = features.rasterize(
        ((s, n) for n, s in enumerate(scene.zones.shapes)),
        (w.rows, w.cols),
        fill=last,
        transform=moved,
        dtype="int32",
    )
    return np.asarray(out.ravel(), np.intp)


def tags(account: Account, parts: Sequence[Part], s: Sheet) -> dict[str, str]:
    """What a map says about itself."""
    b = account.basis
    mine = [parts[n] for n in s.parts]
    sources = dict.fromkeys(e.source or "no source" for p in mine for e in p.solution.entries)
    return {
        "title": f"{s.zh} {s.en}",
        "units": s.unit,
        "scale": "1",
        "region": b.region,
        "year": str(b.years[-1]),
        "standard": account.profile.id,
        "price_year": b.prices,
        "components": ", ".join(p.name for p in mine),
        "sources": "; ".join(sources)[:2000],
        "evidence": evidence(mine),
        "software": "gep-accounting",
        "meaning": "value per hectare of ground" if s.money else "quantity per hectare of ground",
        "account": b.title,
    }


def evidence(parts: Sequence[Part]) -> str:
    """The weakest evidence among the figures of some parts."""
    words = [e.evidence for p in parts for e in p.solution.entries if e.evidence in EVIDENCE]
    return max(words, key=EVIDENCE.index, default="")


def quick_look(raster: Path, png: Path, account: Account, s: Sheet, lang: str = "en") -> None:
    """A picture of a map with legend, scale bar and title; Chinese only where a font for it is
    installed.
    """
    rasterio = need("rasterio")
    with rasterio.open(raster) as source:
        shrink = max(1.0, max(source.width, source.height) / PIXELS)
        shape = (max(1, round(source.height / shrink)), max(1, round(source.width / shrink)))
        values = source.read(1, out_shape=shape, resampling=rasterio.enums.Resampling.average)
        metre = (
            source.crs.linear_units_factor[1]
            if source.crs.is_projected
            else 111_320 * np.cos(np.radians(source.transform.f))
        )
        step = abs(source.transform.a) * metre * source.width / shape[1]
        words = source.tags()
    draw(values, step, png, s, words, account.basis.title or account.basis.region, lang)


def draw(
    values: npt.NDArray[Any],
    step: float,
    png: Path,
    s: Sheet,
    words: dict[str, str],
    title: str,
    lang: str,
) -> None:
    """Draw a grid of numbers; ``step`` is the width of a cell in metres."""
    need("matplotlib").use("agg", force=False)
    figure_of, patches = need("matplotlib.figure").Figure, need("matplotlib.patches")
    installed = fonts()
    chinese, family = len(installed) > 1, {"fontfamily": installed[::-1]}
    zh = lang == "zh" and chinese
    height, width = values.shape
    figure = figure_of(
        figsize=(8.4, 8.4 * min(max(height / width, 0.5), 1.6) * 0.86 + 0.9),
        dpi=120,
        layout="constrained",
    )
    axes = figure.add_subplot()
    known = values[np.isfinite(values)]
    low, high = (float(x) for x in np.percentile(known, (2, 98))) if known.size else (0.0, 1.0)
    low = 0.0 if 0 <= low < 0.3 * high else low
    colours = "YlGnBu" if not s.money else "YlOrBr"
    if low < 0 < high:
        low, high, colours = -max(-low, high), max(-low, high), "RdYlBu"
    image = axes.imshow(
        values,
        cmap=colours,
        vmin=low,
        vmax=high if high > low else low + 1,
        interpolation="nearest",
    )
    axes.set_facecolor("#e9ecef")
    axes.set_xticks([])
    axes.set_yticks([])
    bar = figure.colorbar(
        image,
        ax=axes,
        shrink=0.72,
        pad=0.02,
        extend="both",
        format=need("matplotlib.ticker").StrMethodFormatter("{x:,.10g}"),
    )
    bar.set_label(_unit(s.unit, "zh" if zh else "en"), **family)
    name = s.zh if zh else s.en
    axes.set_title(
        f"{name} · {_ascii(title, chinese)} · {words.get('year', '')}", fontsize=11, **family
    )
    length = _round_length(step * width / 4)
    x0, y0, w = width * 0.04, height * 0.955, length / step
    axes.add_patch(patches.Rectangle((x0, y0), w, height * 0.008, color="#222"))
    axes.text(
        x0 + w / 2,
        y0 - height * 0.008,
        f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m",
        ha="center",
        va="bottom",
        fontsize=9,
    )
    if words.get("evidence") == "synthetic":
        axes.text(
            0.99,
            0.985,
            label("synthetic", "zh" if zh else "en"),
            transform=axes.transAxes,
            ha="right",
            va="top",
            fontsize=9,
            color="#b00020",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 2},
            **family,
        )
    figure.savefig(png)


def _ascii(text: str, chinese: bool) -> str:
    return (
        text if chinese else " ".join("".join(c if ord(c) < 0x2E80 else "" for c in text).split())
    )


def _unit(unit: str, lang: str) -> str:
    """A unit per hectare as people write it.

    >>> _unit("CNY/(hm2 yr)", "en"), _unit("CNY/(hm2 yr)", "zh")
    ('CNY/(ha · yr)', '元/(公顷·年)')
    """
    text = pretty(unit.replace("hm2", "ha"), lang)
    return text.replace("ha 年", "公顷·年") if lang == "zh" else text.replace(" yr", " · yr")


def _round_length(metres: float) -> float:
    """The longest of 1, 2, 5 × 10^n that fits.

    >>> _round_length(33_000), _round_length(780)
    (20000.0, 500.0)
    """
    power = 10.0 ** np.floor(np.log10(max(metres, 1e-9)))
    return float(max(m * power for m in (1, 2, 5) if m * power <= metres))
