"""Files that came back, as grids of cells: read-only, bounded in size and time, nothing in them is
run.

A workbook is read by :mod:`gep.forms.back.xlsx`, an old ``.xls`` in a process of its own, a CSV
file in the encoding it has. Nothing is written to disk.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from gep.core.errors import InputError, Problem
from gep.core.extras import lacking
from gep.core.source import Source
from gep.forms.back.xlsx import MAX_CELLS, column_of, read_xlsx, refused

MAX_FILE = 32 * 2**20
SUFFIXES = (".xlsx", ".xlsm", ".xls", ".csv")
OLD_SECONDS = 60
_OLD = """
import datetime, json, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (3 * 2**30, 3 * 2**30))
except ImportError:
    pass
try:
    from python_calamine import CalamineWorkbook
except ImportError:
    sys.exit(3)
from io import BytesIO
def plain(v):
    if isinstance(v, (str, int, float, bool)):
        return v
    return {'date': v.isoformat()} if isinstance(v, datetime.date) else str(v)
book = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
out = []
for name in book.sheet_names[:200]:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > 2000000:
        sys.exit('a sheet has cells far outside the form')
    rows = sheet.to_python(skip_empty_area=False)
    out.append((name, [[plain(v) for v in row] for row in rows]))
json.dump(out, sys.stdout)
"""


@dataclass
class Sheet:
    """One sheet: rows of cells from A1 on, and the ranges that were merged."""

    name: str
    rows: list[list[Any]]
    # first row, first column, last row, last column; from 0
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    unread: set[tuple[int, int]] = field(default_factory=set)  # formulas without a result
    # a file whose cells are all text: a figure kept as text is nothing to tell there
    text: bool = False

    def at(self, row: int, column: int) -> Any:
        """The cell, None outside the sheet."""
        line = self.rows[row] if 0 <= row < len(self.rows) else []
        value = line[column] if 0 <= column < len(line) else None
        return None if value == "" else value

    def words(self, row: int, column: int) -> str:
        """The cell as text, blank outside the sheet."""
        return str(self.at(row, column) or "").strip()


@dataclass
class Book:
    """A file that was read, with what was noticed while reading it."""

    name: str
    sheets: list[Sheet]
    problems: list[Problem]
    kind: str  # "xlsx", "xls", "csv"


def address(row: int, column: int) -> str:
    """The name of a cell, from rows and columns counted from 0.

    >>> address(6, 27)
    'AB7'
    """
    name, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return f"{name}{row + 1}"


def position(cell: str) -> tuple[int, int]:
    """Row and column of a cell's name, from 0.

    >>> position("AB7")
    (6, 27)
    """
    letters = cell.rstrip("0123456789")
    return int(cell[len(letters) :]) - 1, column_of(letters)


def read_book(path: Path, name: str = "", data: bytes | None = None) -> Book:
    """The sheets of a file.

    Raises
    ------
    InputError
        If the file is too large, no workbook or table, protected by a password, or built to do
        harm.
    """
    name = name or path.name
    if data is None:
        if path.stat().st_size > MAX_FILE:
            raise _refused(name, "form.file_size", limit=MAX_FILE // 2**20)
        data = path.read_bytes()
    if path.suffix.lower() not in SUFFIXES:
        raise _refused(name, "form.file_kind/refused")
    if data[:4] == b"PK\x03\x04":
        return _xlsx(name, data)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _xls(name, data)
    return _csv(name, data)


def _refused(name: str, code: str, **values: object) -> InputError:
    return refused(name, code, values)


def _xlsx(name: str, data: bytes) -> Book:
    book = Book(name, [], [], "xlsx")
    for found in read_xlsx(name, data):
        if isinstance(found, Problem):
            book.problems.append(found)
            continue
        title, page = found
        rows = [_line(page.cells.get(n, {})) for n in range(max(page.cells, default=-1) + 1)]
        book.sheets.append(Sheet(title, rows, page.merged, page.unread))
    return book


def _line(cells: Mapping[int, Any]) -> list[Any]:
    """A row from its filled cells."""
    line: list[Any] = [""] * (max(cells, default=-1) + 1)
    for column, value in cells.items():
        line[column] = value
    return line


def _xls(name: str, data: bytes) -> Book:
    """The old format is read by another process under limits of memory and time: its reader unrolls
    sheets to rectangles.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _OLD],
            input=data,
            capture_output=True,
            timeout=OLD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _refused(name, "form.broken", why=f"more than {OLD_SECONDS} s") from None
    if done.returncode == 3:
        raise lacking("python_calamine")
    if done.returncode:
        why = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:120]
        package = "EncryptedPackage".encode("utf-16-le")
        if re.search("password|encrypt", why.lower()) or package in data[:65536]:
            raise _refused(name, "form.password")
        raise _refused(name, "form.broken/password", why=why or "broken")
    sheets = json.loads(done.stdout, object_hook=_dated)  # nothing but a date is an object there
    return Book(name, [Sheet(*sheet) for sheet in sheets], [], "xls")


def _dated(value: dict[str, str]) -> dt.datetime:
    return dt.datetime.fromisoformat(value["date"])


def _csv(name: str, data: bytes) -> Book:
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if b"\0" in data[:4096] and not wide:
        raise _refused(name, "form.broken/csv", why="binary content")
    if data.lstrip()[:1] == b"<":
        raise _refused(name, "form.file_kind/web")
    text, encoding = _decoded(name, data, ["utf-16"] if wide else [])
    told = [Problem("form.gb18030", Source(name))] if encoding == "gb18030" else []
    delimiter = max(",\t;", key=text[:20000].count)
    try:
        rows = list(_bounded(csv.reader(StringIO(text, newline=""), delimiter=delimiter), name))
    except csv.Error as error:
        raise _refused(name, "form.broken/csv_again", why=str(error)) from None
    return Book(name, [Sheet(Path(name).stem, rows, text=True)], told, "csv")


def _decoded(name: str, data: bytes, likely: Sequence[str]) -> tuple[str, str]:
    """The text of a file, and the encoding that it has."""
    for encoding in (*likely, "utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            return data.decode(encoding), encoding
    raise _refused(name, "form.encoding")


def _bounded(reader: Iterator[list[str]], name: str) -> Iterator[list[Any]]:
    cells = 0
    for row in reader:
        cells += len(row) + 1
        if cells > MAX_CELLS:
            raise _refused(name, "form.far", count=MAX_CELLS)
        yield list(row)
