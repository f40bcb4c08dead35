"""``rasters.toml``: which files stand in for which inputs, the ecosystem map, the zones.

Its form is written out in docs/spatial.md. Every fault is reported with its key; only files of the
folder are read.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

from gep.account.basis import Basis
from gep.core import ecosystems, units
from gep.core.errors import GepError, ParameterError
from gep.core.tables import EVIDENCE
from gep.intake.reader import Reader
from gep.spatial.areas import Areas, from_file
from gep.spatial.grid import Grid
from gep.spatial.layers import METHODS, AreaSource, EcosystemMap, Layer, Source, open_source
from gep.spatial.plan import read_unit
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
        try:
            found = self._map()
        except GepError as error:
            self.r.problems += error.problems
            found = None
        if found is None:
            return None
        grid, map = found
        layers = [
            layer
            for name, spec in self._table("inputs").items()
            if (layer := self._layer(name, spec, grid, map)) is not None
        ]
        zones = self._zones(grid)
        if sum(p.level == "error" for p in self.r.problems) > self.before:
            return None
        options = {k: v for k, v in self._table("engine").items() if k in KEYS["engine"]}
        return Scene(grid, map, tuple(layers), zones, options)

    def _table(self, name: str) -> dict[str, Any]:
        out = self.data.get(name, {})
        if not isinstance(out, dict):
            self.r.fault("key.value/tables", f"{FILE}, {name}", name=name)
            return {}
        return out

    def _keys(self, at: str, data: Mapping[str, Any], where: str = "") -> None:
        for key in data:
            if key not in KEYS[at]:
                self.r.fault("key.unknown", f"{FILE}, {where}{key}", names=", ".join(KEYS[at]))

    def _path(self, where: str, spec: Mapping[str, Any]) -> Path | None:
        name = spec.get("file")
        if not isinstance(name, str) or not name:
            self.r.fault("raster.file", where)
            return None
        path = self.folder / name
        try:
            inside = (
                path.resolve().is_relative_to(self.folder.resolve())
                and self.r.there(name) >= path.is_file()
            )
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

    def _whole(self, where: str, spec: Mapping[str, Any], key: str, default: int) -> int:
        value = spec.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self.r.fault("key.value/number", f"{where}, {key}")
            return default
        return value

    def _map(self) -> tuple[Grid, EcosystemMap] | None:
        where, spec = f"{FILE}, ecosystem", self._table("ecosystem")
        self._keys("ecosystem", spec, "ecosystem.")
        path = self._path(where, spec)
        codes = self._codes(where, spec)
        if path is None or codes is None:
            return None
        source = open_source(
            where, path, self._whole(where, spec, "band", 1), variable=str(spec.get("variable", ""))
        )
        ignore = spec.get("ignore", [])
        if not isinstance(ignore, list) or not all(isinstance(c, int) for c in ignore):
            self.r.fault("key.value/codes", f"{where}, ignore")
            ignore = []
        return source.grid, EcosystemMap(source, tuple(codes), tuple(codes.values()), tuple(ignore))

    def _codes(self, where: str, spec: Mapping[str, Any]) -> dict[int, str] | None:
        """The label of each code, from the one place that gives it."""
        given = [k for k in ("classes", "table", "crosswalk") if k in spec]
        if len(given) != 1:
            self.r.fault("map.legend", where)
            return None
        pairs: list[tuple[object, object]] = []
        if given == ["crosswalk"]:
            try:
                return dict(ecosystems.crosswalk(str(spec["crosswalk"])))
            except ParameterError as error:
                self.r.problems += error.problems
                return None
        if given == ["classes"] and isinstance(spec["classes"], dict):
            pairs = list(spec["classes"].items())
        elif given == ["table"]:
            text = self.r.text(str(spec["table"]))
            try:
                rows = list(csv.DictReader(StringIO(text))) if text else []
            except csv.Error:
                rows = []
            if not rows or not {"code", "class"} <= set(rows[0]):
                self.r.fault("map.legend/columns", f"{where}, table")
                return None
            pairs = [(row["code"], row["class"]) for row in rows]
        out: dict[int, str] = {}
        for code, label in pairs:
            at = f"{where}, code {code}"
            if not re.fullmatch(r"\s*-?[0-9]{1,9}\s*", str(code)):
                self.r.fault("map.code", at)
            elif (
                not isinstance(label, str) or ecosystems.find(label, self.basis.ecosystems) is None
            ):
                self.r.fault("ecosystem.unknown/legend", at, label=label)
            elif int(str(code)) in out:
                self.r.fault("row.double", at, first=out[int(str(code))])
            else:
                out[int(str(code))] = label
        if not out or len(set(out.values())) > MAX_CLASSES:
            self.r.fault("map.legend/classes", where, limit=MAX_CLASSES)
            return None
        return out

    def _layer(self, name: str, spec: Any, grid: Grid, map: EcosystemMap) -> Layer | None:
        where = f"{FILE}, inputs.{name}"
        if isinstance(spec, dict) and spec and all(isinstance(v, dict) for v in spec.values()):
            self.r.fault("layer.name", where)
            return None
        if not isinstance(spec, dict):
            self.r.fault("key.value/layer", where)
            return None
        self._keys("inputs", spec, f"inputs.{name}.")
        bare, known = name.rpartition(".")[2], known_inputs()
        if bare not in known:
            self.r.fault("layer.unknown", where, name=bare)
            return None
        if bare in PER_OBJECT:
            self.r.fault("layer.lake", where)
            return None
        unit = "m2" if spec.get("of") == "area" else spec.get("unit")
        if not isinstance(unit, str) or not unit:
            self.r.fault("unit.missing", where)
            return None
        try:
            units.check(unit)
        except GepError as error:
            self.r.problems += [replace(p, where=where) for p in error.problems]
            return None
        if not any(units.compatible(read_unit(unit, u), u) for u in known[bare]):
            self.r.fault(
                "unit.dimension", where, given=unit, wanted=" | ".join(sorted(known[bare]))
            )
            return None
        resample = spec.get("resample", "")
        if resample not in ("", *METHODS):
            self.r.fault("layer.resample", where, given=resample, names=", ".join(METHODS))
            return None
        wanted = spec.get("ecosystems", [])
        if not isinstance(wanted, list) or any(
            ecosystems.find(str(e), self.basis.ecosystems) is None for e in wanted
        ):
            self.r.fault("ecosystem.unknown/class", where, label=wanted)
            return None
        evidence = str(spec.get("evidence", ""))
        if evidence and evidence not in EVIDENCE:
            self.r.fault("evidence.unknown", where, names=", ".join(EVIDENCE))
        source = self._source(where, spec, grid, map, str(resample))
        if source is None:
            return None
        return Layer(
            name,
            unit,
            source,
            str(spec.get("source", "")),
            evidence,
            tuple(str(e) for e in wanted),
            where,
        )

    def _source(
        self, where: str, spec: Mapping[str, Any], grid: Grid, map: EcosystemMap, resample: str
    ) -> Source | None:
        if spec.get("of") == "area":
            return AreaSource(where, grid)
        path = self._path(where, spec)
        if path is None:
            return None
        try:
            source = open_source(
                where,
                path,
                self._whole(where, spec, "band", 1),
                grid,
                resample,
                str(spec.get("variable", "")),
            )
        except GepError as error:
            self.r.problems += error.problems
            return None
        if source.target is not None:
            self.r.fault("layer.resampled", where, "warning", method=resample)
        return source

    def _zones(self, grid: Grid) -> Areas | None:
        if "zones" not in self.data:
            return None
        where, spec = f"{FILE}, zones", self._table("zones")
        self._keys("zones", spec, "zones.")
        path = self._path(where, spec)
        if path is None:
            return None
        try:
            name, parent, layer, encoding = (
                str(spec.get(k, "")) for k in ("name", "parent", "layer", "encoding")
            )
            return from_file(path, grid, name, parent, where, layer, encoding)
        except GepError as error:
            self.r.problems += error.problems
            return None
