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
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from gep.account.inputs import HUGE, number
from gep.core import units
from gep.core.errors import MAX_FAULTS, Problem, UnitError
from gep.core.messages import Both
from gep.core.source import Source

T = TypeVar("T")

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
_SIGNS = {";": ";", "\t": "tab"}  # between cells where a comma should stand
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
    # a key of a thousand points takes minutes
    if max(map(len, text.splitlines()), default=0) > MAX_CELL:
        raise tomllib.TOMLDecodeError(f"a line of more than {MAX_CELL} characters")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise tomllib.TOMLDecodeError(shown(str(error))) from None
    except RecursionError:
        raise tomllib.TOMLDecodeError("brackets in brackets") from None
    except ValueError:  # integers of thousands of digits
        raise tomllib.TOMLDecodeError("a number without end") from None
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
    if isinstance(value, (int, float)) and not _ends(value):
        raise tomllib.TOMLDecodeError("a number without end")
    return value


def _ends(number: float) -> bool:
    """Whether a number is finite and, a whole one, of no more than 64 bits."""
    return math.isfinite(number) if isinstance(number, float) else abs(number) < 2**63


def without(names: Iterable[T], known: Container[T]) -> list[T]:
    """The names that are not among those that are known."""
    return [name for name in names if name not in known]


class Reader:
    """Collects what is wrong while the files are read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.files: dict[str, str] = {}

    def fault(self, code: str, source: Source, /, **values: object) -> None:
        """Note a fault; reading goes on, so that all are told at once."""
        self.problems.append(Problem(code, source, **values))

    def there(self, name: str) -> bool:
        """Whether the folder has a file of this name, or a link."""
        try:
            return (self.folder / name).exists() or (self.folder / name).is_symlink()
        except (OSError, ValueError):
            return False

    def text(self, name: str, limit: int = MAX_BYTES) -> str | None:
        """The text of a file of the folder, None where it is not there or cannot be read."""
        data = self._bytes(name, limit) if self.there(name) else None
        if data is None:
            return None
        self.files[name] = hashlib.sha256(data).hexdigest()
        if not data.strip():
            self.fault("file.empty", Source(name))
            return None
        if b"\0" in data:
            self.fault("file.binary", Source(name))
            return None
        out = self._decoded(name, data)
        bare = None if out is None else shown(out)
        if out != bare:
            self.fault("text.hidden", Source(name))
        return bare

    def _bytes(self, name: str, limit: int) -> bytes | None:
        """What a file of the folder holds; a link that leads out of it is not followed."""
        path = self.folder / name
        try:
            if not path.resolve().is_relative_to(self.folder.resolve()):
                self.fault("file.outside", Source(name))
                return None
            if not path.is_file() or path.stat().st_size > limit:
                self.fault("file.size", Source(name), limit=limit // 2**20)
                return None
            return path.read_bytes()
        except (OSError, RuntimeError) as error:  # no right to read it; a link to itself
            why = getattr(error, "strerror", None) or type(error).__name__
            self.fault("file.unreadable", Source(name), why=why)
            return None

    def _decoded(self, name: str, data: bytes) -> str | None:
        """Text in UTF-8, or in GB18030 with a warning."""
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            pass
        try:
            out = data.decode("gb18030")
        except UnicodeDecodeError:
            self.fault("file.encoding", Source(name))
            return None
        self.fault("file.gb18030", Source(name))
        return out

    def toml(self, name: str) -> dict[str, Any] | None:
        """The content of a TOML file of the folder, None where it is not there or unreadable."""
        text = self.text(name, MAX_TOML)
        try:
            return None if text is None else toml(text)
        except tomllib.TOMLDecodeError as error:
            self.fault("file.toml", Source(name), why=toml_said(error))
            return None

    def rows(
        self, name: str, columns: Sequence[str], needed: Sequence[str] = ()
    ) -> Iterator[tuple[Source, dict[str, str]]]:
        """Place and cells of each row of a CSV file; columns that are missing read as blank."""
        text = self.text(name)
        if text is None:
            return
        try:
            reader = csv.reader(StringIO(text, newline=""), strict=True)
            header = self._header(name, next(reader, []), columns, needed)
            if header is not None:
                yield from self._cells(name, reader, header, columns)
        except csv.Error as error:
            self.fault("file.csv", Source(name), why=str(error))

    def _header(
        self, name: str, cells: list[str], columns: Sequence[str], needed: Sequence[str]
    ) -> list[str] | None:
        """The columns of a table; None, with a fault noted, where they are not what they should."""
        header = list(map(str.strip, _trimmed(cells, 0)))
        where, only = Source(name, line=1), header[0] if len(header) == 1 else ""
        sign = next(filter(only.__contains__, _SIGNS), "")
        if sign:
            self.fault("column.split", where, sign=_SIGNS[sign])
            return None
        wrong = {"unknown": without(header, columns), "missing": without(needed, header)}
        if len(header) <= 2 * len(columns):
            wrong["double"] = sorted(Counter(header) - Counter(set(header)))
        for kind, names in wrong.items():
            if names:
                told = {"names": _short(", ".join(names)), "known": ", ".join(columns)}
                self.fault(f"column.{kind}", where, **told)
        return None if any(wrong.values()) else header

    def _cells(
        self, name: str, reader: Any, header: list[str], columns: Sequence[str]
    ) -> Iterator[tuple[Source, dict[str, str]]]:
        """Place and cells of each row below the header."""
        blank = dict.fromkeys(columns, "")
        faults, count = len(self.problems), 0
        for count, cells in enumerate(filter(_filled, reader), 1):
            where, full = Source(name, line=reader.line_num), count > MAX_ROWS
            if full or len(self.problems) - faults >= MAX_FAULTS:
                code, limit = ("rows", MAX_ROWS) if full else ("faults", MAX_FAULTS)
                self.fault(f"file.{code}", where, limit=limit)
                return
            if len(_trimmed(cells, len(header))) > len(header):
                self.fault("row.long", where, given=len(cells), wanted=len(header))
                continue
            row = blank | dict(zip(header, map(str.strip, cells), strict=False))
            if max(map(len, cells)) <= MAX_LABEL or self._short_enough(where, row):
                yield where, row
        if not count and name == "inputs.csv":
            self.fault("file.empty/rows", Source(name))

    def _short_enough(self, where: Source, row: Mapping[str, str]) -> bool:
        """Whether no cell is longer than its column may be."""
        limits = dict.fromkeys(row, MAX_CELL) | dict.fromkeys(LABELS, MAX_LABEL)
        long = {column: limits[column] for column, c in row.items() if len(c) > limits[column]}
        for column, limit in long.items():
            self.fault("text.long", where.at(column), count=len(row[column]), limit=limit)
        return not long

    def number(
        self, where: Source, column: str, text: str, *, blank: str = "number.blank"
    ) -> float | None:
        """The number in a cell, None with a fault noted where it holds none."""
        value = number(text)
        if value is None:
            self.fault("number.unreadable" if text else blank, where.at(column), text=_short(text))
        return value

    def year(self, where: Source, text: str) -> int | None:
        """The year in a cell, None where it is blank or, with a fault noted, no year."""
        if not text:
            return None
        if re.fullmatch(r"[12]\d{3}(\.0)?", text):
            return int(float(text))
        self.fault("year.unreadable", where.at("year"), text=_short(text))
        return None

    def amount(self, where: Source, text: str, unit: str) -> float | None:
        """A number with its unit as text, in ``unit``; a unit that lacks only the year is read as
        per year.
        """
        if not text:
            return None
        try:
            value, given = units.split(text)
            if "population" in (where.column, *where.key) and given in ("", "1"):
                given = "person"
            reading = units.reading(given or "1", unit)
        except UnitError as error:
            self.problems += error.at(where)
            return None
        found = reading.of(value)
        if not abs(found) <= HUGE:
            self.fault("number.unreadable", where, text=_short(text))
            return None
        return found


def _filled(cells: list[str]) -> bool:
    """Whether a row holds anything."""
    return bool("".join(cells).strip())


def _trimmed(cells: list[str], least: int) -> list[str]:
    """A row less the blank cells that a spreadsheet leaves at the right of it."""
    while len(cells) > least and not cells[-1].strip():
        cells.pop()
    return cells


def _short(text: str) -> str:
    """The beginning of a text, for a message."""
    return text if len(text) <= MAX_LABEL else text[:MAX_LABEL] + "…"


_TOML_PLACE = re.compile(r" \((?:at line (\d+), column (\d+)|at end of document)\)$")


def toml_said(error: Exception) -> Both:
    """What the reader of TOML says: it tells the place in its sentence alone until Python 3.14."""
    said = str(error)
    found = _TOML_PLACE.search(said)
    if found is None:
        return Both(said, said)
    place = f"（第{found[1]}行第{found[2]}列）" if found[1] else "（文件末尾）"
    return Both(said, said[: found.start()] + place)
