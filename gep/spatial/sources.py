"""``rasters.toml``: which files stand in for which inputs, the ecosystem map, the zones.

Its form is written out in docs/spatial.md. Every fault is reported with its key; only files of the
folder are read.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from gep.account.basis import Basis
from gep.core import ecosystems, units
from gep.core.errors import GepError, Problem
from gep.core.source import Source as Place
from gep.core.tables import EVIDENCE
from gep.intake.reader import Reader
from gep.spatial.areas import Areas, from_file
from gep.spatial.grid import Grid
from gep.spatial.layers import METHODS, AreaSource, EcosystemMap, Layer, Source, open_source
from gep.spatial.scene import PER_OBJECT, Scene, known_inputs

FILE = "rasters.toml"
KEYS = {
    "": ("ecosystem", "inputs", "zones", "engine"),
    "ecosystem": ("file", "band", "variable", "classes", "table", "crosswalk", "ignore", "source"),
    "inputs": (
        "file",
        "unit",
        "band",
        "variable",
        "resample",
        "ecosystems",
        "of",
        "source",
        "evidence",
    ),
    "zones": ("file", "name", "parent", "layer", "encoding"),
    "engine": ("threads", "fast"),
}
MAX_CLASSES = 250
HASHED = (
    64 * 2**20
)  # larger files are named by their size: hashing them would take longer than the account

_T = TypeVar("_T")


def read_scene(r: Reader, folder: Path, basis: Basis) -> Scene | None:
    """The maps of an account folder; faults go to the reader's list, and None comes back where
    there are any.

    ``r`` is the folder's reader (:mod:`gep.intake.folder`): it reads the text, notes files and
    collects faults.
    """
    data = r.toml(FILE)
    return None if data is None else _Maps(r, folder, basis, data).scene()


class _Maps:
    def __init__(self, r: Reader, folder: Path, basis: Basis, data: dict[str, Any]) -> None:
        self.r, self.folder, self.basis, self.data = r, folder, basis, data
        self.before = sum(p.level == "error" for p in r.problems)

    def scene(self) -> Scene | None:
        """The maps, or None where something is wrong with them."""
        self._keys("", self.data)
        found = self._tried(self._map)
        if found is None:
            return None
        grid, map = found
        read = (self._layer(name, spec, grid, map) for name, spec in self._table("inputs").items())
        layers = [*filter(None, read)]
        zones = self._zones(grid)
        if sum(p.level == "error" for p in self.r.problems) > self.before:
            return None
        options = {k: v for k, v in self._table("engine").items() if k in KEYS["engine"]}
        return Scene(grid, map, tuple(layers), zones, options)

    def _table(self, name: str) -> dict[str, Any]:
        out = self.data.get(name, {})
        if not isinstance(out, dict):
            self.r.fault("key.value/tables", Place(FILE, layer=name), name=name)
            return {}
        return out

    def _keys(self, at: str, data: Mapping[str, Any], where: str = "") -> None:
        for key in data:
            if key not in KEYS[at]:
                self.r.fault(
                    "key.unknown", Place(FILE, key=(f"{where}{key}",)), names=", ".join(KEYS[at])
                )

    def _path(self, where: Place, spec: Mapping[str, Any]) -> Path | None:
        name = spec.get("file")
        if not isinstance(name, str) or not name:
            self.r.fault("raster.file", where)
            return None
        path = self.folder / name
        try:
            inside = path.resolve().is_relative_to(self.folder.resolve())
            inside = inside and self.r.there(name) >= path.is_file()
        except (OSError, RuntimeError, ValueError):  # a name that is too long, a link to itself
            inside = False
        if not inside:
            self.r.fault("file.outside", where)
            return None
        if path.is_file():
            size = path.stat().st_size
            self.r.files[name] = (
                hashlib.sha256(path.read_bytes()).hexdigest() if size <= HASHED else f"{size} bytes"
            )
        return path

    def _whole(self, where: Place, spec: Mapping[str, Any], key: str, default: int) -> int:
        value = spec.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self.r.fault("key.value/number", where.under(key))
            return default
        return value

    def _map(self) -> tuple[Grid, EcosystemMap] | None:
        where, spec = Place(FILE, layer="ecosystem"), self._table("ecosystem")
        self._keys("ecosystem", spec, "ecosystem.")
        path = self._path(where, spec)
        codes = self._codes(where, spec)
        if path is None or codes is None:
            return None
        band = self._whole(where, spec, "band", 1)
        variable = str(spec.get("variable", ""))
        source = open_source(replace(where, band=band), path, band, variable=variable)
        ignore = spec.get("ignore", [])
        if not isinstance(ignore, list) or not all(isinstance(c, int) for c in ignore):
            self.r.fault("key.value/codes", where.under("ignore"))
            ignore = []
        return source.grid, EcosystemMap(
            source,
            tuple(codes),
            tuple(codes.values()),
            tuple(ignore),
            str(spec.get("crosswalk", "")),
        )

    def _codes(self, where: Place, spec: Mapping[str, Any]) -> dict[int, str] | None:
        """The label of each code, from the one place that gives it."""
        given = [k for k in ("classes", "table", "crosswalk") if k in spec]
        if len(given) != 1:
            self.r.fault("map.legend", where)
            return None
        if given == ["crosswalk"]:
            return self._tried(lambda: dict(ecosystems.crosswalk(str(spec["crosswalk"]))))
        pairs = self._pairs(where, spec)
        return None if pairs is None else self._legend(where, pairs)

    def _tried(self, read: Callable[[], _T]) -> _T | None:
        """What was read; None, with its problems noted, where that failed."""
        try:
            return read()
        except GepError as error:
            self.r.problems += error.problems
            return None

    def _pairs(self, where: Place, spec: Mapping[str, Any]) -> list[tuple[Any, Any]] | None:
        """Codes and labels as they are written."""
        if "classes" in spec:
            return [*spec["classes"].items()] if isinstance(spec["classes"], dict) else []
        try:
            rows = [*csv.DictReader(StringIO(self.r.text(str(spec["table"])) or ""))]
        except csv.Error:
            rows = []
        if not rows or not {"code", "class"} <= rows[0].keys():
            self.r.fault("map.legend/columns", where.under("table"))
            return None
        return [(row["code"], row["class"]) for row in rows]

    def _legend(self, where: Place, pairs: Iterable[tuple[Any, Any]]) -> dict[int, str] | None:
        """Codes and labels that can be used, with every other noted."""
        out: dict[int, str] = {}
        for code, label in pairs:
            at = where.under(f"code {code}")
            if not re.fullmatch(r"\s*-?[0-9]{1,9}\s*", str(code)):
                self.r.fault("map.code", at)
            elif not isinstance(label, str) or not self._type(label):
                self.r.fault("ecosystem.unknown/legend", at, label=label)
            elif int(str(code)) in out:
                self.r.fault("row.double", at, first=out[int(str(code))])
            else:
                out[int(str(code))] = label
        if not out or len({*out.values()}) > MAX_CLASSES:
            self.r.fault("map.legend/classes", where, limit=MAX_CLASSES)
            return None
        return out

    def _type(self, label: object) -> str | None:
        """The ecosystem type of a label, if it is one."""
        return ecosystems.find(str(label), self.basis.ecosystems)

    def _layer(self, name: str, spec: Any, grid: Grid, map: EcosystemMap) -> Layer | None:
        """A layer, or None with what is wrong with it noted."""
        where = Place(FILE, layer=f"inputs.{name}")
        fault = next(self._layer_faults(where, name, spec), None)
        if fault is not None:
            self.r.problems.append(fault)
            return None
        evidence = str(spec.get("evidence", ""))
        if evidence not in ("", *EVIDENCE):
            self.r.fault("evidence.unknown", where, names=", ".join(EVIDENCE))
        source = self._source(where, spec, grid, map, str(spec.get("resample", "")))
        if source is None:
            return None
        types = tuple(str(e) for e in spec.get("ecosystems", []))
        origin = str(spec.get("source", ""))
        return Layer(name, _unit(spec), source, origin, evidence, types, where)

    def _layer_faults(self, where: Place, name: str, spec: Any) -> Iterator[Problem]:
        """What keeps a layer from being used; the first is told."""
        if not isinstance(spec, dict):
            yield Problem("key.value/layer", where)
        elif spec and all(isinstance(v, dict) for v in spec.values()):
            yield Problem("layer.name", where)
        self._keys("inputs", spec, f"inputs.{name}.")
        bare, known = name.rpartition(".")[2], known_inputs()
        if bare not in known:
            yield Problem("layer.unknown", where, name=bare)
        if bare in PER_OBJECT:
            yield Problem("layer.lake", where)
        yield from _unit_faults(where, _unit(spec), known[bare])
        resample, wanted = spec.get("resample", ""), spec.get("ecosystems", [])
        if resample not in ("", *METHODS):
            told = {"given": resample, "names": ", ".join(METHODS)}
            yield Problem("layer.resample", where, **told)
        if not isinstance(wanted, list) or not all(self._type(e) for e in wanted):
            yield Problem("ecosystem.unknown/class", where, label=wanted)

    def _source(
        self, where: Place, spec: Mapping[str, Any], grid: Grid, map: EcosystemMap, resample: str
    ) -> Source | None:
        if spec.get("of") == "area":
            return AreaSource(where, grid)
        path = self._path(where, spec)
        if path is None:
            return None
        band, variable = self._whole(where, spec, "band", 1), str(spec.get("variable", ""))
        at = replace(where, band=band)
        source = self._tried(lambda: open_source(at, path, band, grid, resample, variable))
        if source is not None and source.target is not None:
            self.r.fault("layer.resampled", where, method=resample)
        return source

    def _zones(self, grid: Grid) -> Areas | None:
        if "zones" not in self.data:
            return None
        where, spec = Place(FILE, layer="zones"), self._table("zones")
        self._keys("zones", spec, "zones.")
        path = self._path(where, spec)
        if path is None:
            return None
        name, parent, layer, encoding = (
            str(spec.get(k, "")) for k in ("name", "parent", "layer", "encoding")
        )
        return self._tried(lambda: from_file(path, grid, name, parent, where, layer, encoding))


def _unit(spec: Mapping[str, Any]) -> Any:
    """The unit that a layer is said to be in."""
    return "m2" if spec.get("of") == "area" else spec.get("unit")


def _unit_faults(where: Place, unit: Any, known: set[str]) -> Iterator[Problem]:
    if not isinstance(unit, str) or not unit:
        yield Problem("unit.missing", where)
    try:
        units.check(unit)
    except GepError as error:
        yield from error.at(where)
    if not any(units.reads(unit, u) for u in known):
        told = {"given": unit, "wanted": " | ".join(sorted(known))}
        yield Problem("unit.dimension", where, **told)
