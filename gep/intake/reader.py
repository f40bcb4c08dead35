"""Files in: text read with every fault noted by file, line and column; nothing outside the folder,
nothing without end.

Traps: a file that is small on disk can still be too much: many rows, one endless cell, brackets in
brackets. Each has a limit here. Control characters, and marks that turn the direction of writing,
are left out with a warning: on a terminal or beside a number they show something else than what is
there.
"""

from __future__ import annotations

import csv
import hashlib
import math
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

from gep.account.inputs import HUGE, number
from gep.core import units
from gep.core.errors import MAX_FAULTS, Problem, UnitError
from gep.core.messages import Place, at

MAX_BYTES = 256 * 2**20
MAX_TOML = 2**20
MAX_ROWS = 1_000_000

MAX_LABEL = 200
MAX_CELL = 10_000
LABELS = (
    "region",
    "parent",
    "item",
    "ecosystem",
    "label",
    "class",
    "index",
    "indicator",
    "component",
    "input",
    "price",
    "unit",
)
_DEEP = 20  # tables in tables
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)


def shown(text: str) -> str:
    """Text without control characters and marks that turn its direction.

    >>> shown("for\x1best\u202e")
    'forest'
    """
    return _HIDDEN.sub("", text)


def toml(text: str) -> dict[str, Any]:
    """The content of a TOML file, its text as by :func:`shown`.

    Raises
    ------
    tomllib.TOMLDecodeError
        If it is no TOML, or holds what no file of ours does: more than 1 MiB, tables in tables
        without end, numbers that are not finite or of more than 64 bits, endless texts.
    """
    if len(text) > MAX_TOML:
        raise tomllib.TOMLDecodeError("longer than 1 MiB")
    if any(
        len(line) > MAX_CELL for line in text.splitlines()
    ):  # a key of a thousand points takes minutes
        raise tomllib.TOMLDecodeError(f"a line of more than {MAX_CELL} characters")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise tomllib.TOMLDecodeError(shown(str(error))) from None
    except (
        ValueError,
        RecursionError,
    ) as error:  # integers of thousands of digits, brackets in brackets
        raise tomllib.TOMLDecodeError(
            "brackets in brackets" if isinstance(error, RecursionError) else "a number without end"
        ) from None
    checked: dict[str, Any] = _checked(data, 0)
    return checked


def _checked(value: Any, depth: int) -> Any:
    if depth > _DEEP:
        raise tomllib.TOMLDecodeError("tables in tables without end")
    if isinstance(value, dict):
        return {shown(k): _checked(v, depth + 1) for k, v in value.items()}
    if isinstance(value, list):
        return [_checked(v, depth + 1) for v in value]
    if isinstance(value, str):
        return shown(value)
    if (isinstance(value, float) and not math.isfinite(value)) or (
        isinstance(value, int) and abs(value) >= 2**63
    ):
        raise tomllib.TOMLDecodeError("a number without end")
    return value


class Reader:
    """Collects what is wrong while the files are read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.files: dict[str, str] = {}

    def fault(self, code: str, where: str, level: str = "error", **values: object) -> None:
        """Note a fault; reading goes on, so that all are told at once."""
        self.problems.append(Problem(code, where, level, values))  # type: ignore[arg-type]

    def there(self, name: str) -> bool:
        """Whether the folder has a file of this name, or a link."""
        try:
            return (self.folder / name).exists() or (self.folder / name).is_symlink()
        except (OSError, ValueError):
            return False

    def text(self, name: str, limit: int = MAX_BYTES) -> str | None:
        """The text of a file of the folder, None where it is not there or cannot be read."""
        path = self.folder / name
        if not self.there(name):
            return None
        try:
            if not path.resolve().is_relative_to(self.folder.resolve()):
                self.fault("file.outside", name)
                return None
            if not path.is_file() or path.stat().st_size > limit:
                self.fault("file.size", name, limit=limit // 2**20)
                return None
            data = path.read_bytes()
        except (OSError, RuntimeError) as error:  # no right to read it; a link to itself
            self.fault(
                "file.unreadable",
                name,
                why=getattr(error, "strerror", None) or type(error).__name__,
            )
            return None
        self.files[name] = hashlib.sha256(data).hexdigest()
        if not data.strip():
            self.fault("file.empty", name)
            return None
        if b"\0" in data:
            self.fault("file.binary", name)
            return None
        out = self._decoded(name, data)
        bare = None if out is None else shown(out)
        if out != bare:
            self.fault("text.hidden", name, "warning")
        return bare

    def _decoded(self, name: str, data: bytes) -> str | None:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            try:
                out = data.decode("gb18030")
            except UnicodeDecodeError:
                self.fault("file.encoding", name)
                return None
            self.fault("file.gb18030", name, "warning")
            return out

    def toml(self, name: str) -> dict[str, Any] | None:
        """The content of a TOML file of the folder, None where it is not there or cannot be read."""
        text = self.text(name, MAX_TOML)
        try:
            return None if text is None else toml(text)
        except tomllib.TOMLDecodeError as error:
            self.fault("file.toml", name, why=str(error))
            return None

    def rows(
        self, name: str, columns: Sequence[str], needed: Sequence[str] = ()
    ) -> Iterator[tuple[str, dict[str, str]]]:
        """Place and cells of each row of a CSV file; columns that are missing read as blank."""
        text = self.text(name)
        if text is None:
            return
        try:
            reader = csv.reader(StringIO(text, newline=""), strict=True)
            header = [h.strip() for h in next(reader, [])]
            while header and not header[-1]:  # columns that a spreadsheet leaves at the right
                header.pop()
            sign = next((s for s in (";", "\t") if len(header) == 1 and s in header[0]), "")
            if sign:
                self.fault("column.split", Place(name, 1), sign=sign if sign == ";" else "tab")
                return
            unknown = [h for h in header if h not in columns]
            lacking = [h for h in needed if h not in header]
            double = (
                sorted({h for h in header if header.count(h) > 1})
                if len(header) <= 2 * len(columns)
                else []
            )
            for kind, names in (("unknown", unknown), ("missing", lacking), ("double", double)):
                if names:
                    self.fault(
                        f"column.{kind}",
                        Place(name, 1),
                        names=_short(", ".join(names)),
                        known=", ".join(columns),
                    )
            if unknown or lacking or double:
                return
            blank = dict.fromkeys(columns, "")
            faults, count = len(self.problems), 0
            for cells in reader:
                if not any(c.strip() for c in cells):
                    continue
                count += 1
                where = Place(name, reader.line_num)
                if count > MAX_ROWS or len(self.problems) - faults >= MAX_FAULTS:
                    few = count <= MAX_ROWS
                    self.fault(
                        "file.faults" if few else "file.rows",
                        where,
                        limit=MAX_FAULTS if few else MAX_ROWS,
                    )
                    return
                while len(cells) > len(header) and not cells[-1].strip():
                    cells.pop()
                if len(cells) > len(header):
                    self.fault("row.long", where, given=len(cells), wanted=len(header))
                    continue
                row = blank | {h: c.strip() for h, c in zip(header, cells, strict=False)}
                long = [
                    h
                    for h, c in row.items()
                    if len(c) > MAX_LABEL and len(c) > (MAX_LABEL if h in LABELS else MAX_CELL)
                ]
                for h in long:
                    self.fault(
                        "text.long",
                        at(where, h),
                        count=len(row[h]),
                        limit=MAX_LABEL if h in LABELS else MAX_CELL,
                    )
                if not long:
                    yield where, row
            if not count and name == "inputs.csv":
                self.fault("file.empty/rows", name)
        except csv.Error as error:
            self.fault("file.csv", name, why=str(error))

    def number(
        self, where: str, column: str, text: str, *, blank: str = "number.blank"
    ) -> float | None:
        """The number in a cell, None with a fault noted where it holds none."""
        value = number(text)
        if value is None:
            self.fault("number.unreadable" if text else blank, at(where, column), text=_short(text))
        return value

    def year(self, where: str, text: str) -> int | None:
        """The year in a cell, None where it is blank or, with a fault noted, no year."""
        if not text:
            return None
        if re.fullmatch(r"[12]\d{3}(\.0)?", text):
            return int(float(text))
        self.fault("year.unreadable", at(where, "year"), text=_short(text))
        return None

    def amount(self, where: str, text: str, unit: str) -> float | None:
        """A number with its unit as text, in ``unit``; a unit that lacks only the year is read as
        per year.
        """
        if not text:
            return None
        try:
            value, given = units.split(text)
            given = (
                units.per_year(given) if units.lacks_only_year(given or "1", unit) else given or "1"
            )
            if where.endswith("population") and given == "1":
                given = "person"
            scale, offset = units.conversion(given, unit)
        except UnitError as error:
            p = error.problems[0]
            self.problems.append(replace(p, where=where))
            return None
        found = value * scale + offset
        if not abs(found) <= HUGE:
            self.fault("number.unreadable", where, text=_short(text))
            return None
        return found


def _short(text: str) -> str:
    """The beginning of a text, for a message."""
    return text if len(text) <= MAX_LABEL else text[:MAX_LABEL] + "…"
