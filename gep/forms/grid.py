"""Files that came back, as grids of cells: read-only, bounded in size and time, nothing in them is run.

A workbook is unpacked in memory under a limit, stripped of macros, external links, drawings and everything else that
is no cell, refused if it declares XML entities, and only then handed to the reader. Nothing is written to disk.
"""

from __future__ import annotations

import csv
import html
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from gep.errors import GepError, InputError, Problem

MAX_FILE = 32 * 2**20
MAX_UNPACKED = 160 * 2**20
MAX_PARTS = 2000
MAX_CELLS = 2_000_000
MAX_SHEETS = 200
SUFFIXES = (".xlsx", ".xlsm", ".xls", ".csv")
_LEFT_OUT = re.compile(r"(?:^|/)(?:externallinks|drawings|media|charts|embeddings|customxml|activex|ctrlprops|printersettings|docprops|querytables|pivot\w*)/|connections\.xml$|comments\d*\.xml$|vba|(?:^|/)worksheets/_rels/", re.I)  # fmt: skip
_VALUED = re.compile(rb'<(?:\w{1,20}:)?c\s[^<>]{0,200}?\br="([A-Z]{1,3})(\d{1,7})"[^<>]{0,200}(?<!/)>')
_NO_RESULT = re.compile(
    rb'<(?:\w{1,20}:)?c\s[^<>]{0,200}?\br="([A-Z]{1,3}\d{1,7})"[^<>]{0,200}(?<!/)>\s{0,9}<(?:\w{1,20}:)?f\b[^<>]{0,400}(?:/>|>[^<]{0,9000}</(?:\w{1,20}:)?f>)'
    rb"\s{0,9}(?:<(?:\w{1,20}:)?v\s?/>|<(?:\w{1,20}:)?v></(?:\w{1,20}:)?v>)?\s{0,9}</(?:\w{1,20}:)?c>"
)


@dataclass
class Sheet:
    """One sheet: rows of cells from A1 on, and the ranges that were merged."""

    name: str
    rows: list[list[Any]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # first row, first column, last row, last column; from 0
    unread: set[tuple[int, int]] = field(default_factory=set)  # formulas without a result

    def at(self, row: int, column: int) -> Any:
        """The cell, None outside the sheet."""
        line = self.rows[row] if 0 <= row < len(self.rows) else []
        value = line[column] if 0 <= column < len(line) else None
        return None if value == "" else value


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
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(cell[len(letters) :]) - 1, column - 1


def read_book(path: Path, name: str = "", data: bytes | None = None) -> Book:
    """The sheets of a file.

    Raises
    ------
    InputError
        If the file is too large, no workbook or table, protected by a password, or built to do harm.
    """
    name = name or path.name
    if data is None:
        if path.stat().st_size > MAX_FILE:
            raise _refused(name, "form.file_size", "is larger than {limit} MiB", "send the workbook alone, without pictures", limit=MAX_FILE // 2**20)
        data = path.read_bytes()
    if path.suffix.lower() not in SUFFIXES:
        raise _refused(name, "form.file_kind", "is no workbook or table that can be read", "save it as .xlsx, .xls or .csv")
    if data[:4] == b"PK\x03\x04":
        return _xlsx(name, data)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _calamine(name, data, "xls", {}, [])
    return _csv(name, data)


def _refused(name: str, code: str, what: str, mend: str = "", **values: object) -> InputError:
    return InputError(f"{name} is refused", [Problem(code, name, what, mend, values=values)])


def _xlsx(name: str, data: bytes) -> Book:
    problems: list[Problem] = []
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(BytesIO(data)) as z:
            infos = z.infolist()
            if len(infos) > MAX_PARTS or sum(i.file_size for i in infos) > MAX_UNPACKED:
                raise _refused(name, "form.bomb", "unpacks to more than {limit} MiB", "send the form as it was given out", limit=MAX_UNPACKED // 2**20)
            left = MAX_UNPACKED
            for i in infos:
                if not i.filename.lower().endswith((".xml", ".rels")) or _LEFT_OUT.search(i.filename) or i.filename in parts:
                    continue
                with z.open(i) as f:  # stops at the size the directory declares
                    part = f.read(left + 1)
                left -= len(part)
                if left < 0:
                    raise _refused(name, "form.bomb", "unpacks to more than {limit} MiB", "send the form as it was given out", limit=MAX_UNPACKED // 2**20)
                if b"<!DOCTYPE" in part or b"<!ENTITY" in part or part[:2] in (b"\xff\xfe", b"\xfe\xff"):
                    raise _refused(name, "form.entity", "declares XML entities", "save it again with a spreadsheet program")
                parts[i.filename] = part
            names = " ".join(i.filename.lower() for i in infos)
    except GepError:
        raise
    except Exception as error:  # a zip can be broken in many ways
        raise _refused(name, "form.broken", "cannot be unpacked: {why}", "save it again with a spreadsheet program", why=str(error)[:120]) from None
    if "vbaproject" in names:
        problems.append(Problem("form.macro", name, "holds macros; they were not read", "send it as .xlsx", "warning"))
    if "externallinks/" in names:
        problems.append(Problem("form.external", name, "refers to other files; the references were not followed", "paste values instead", "warning"))
    refused, unread = _scanned(parts)
    clean = BytesIO()
    with zipfile.ZipFile(clean, "w", zipfile.ZIP_STORED) as z:
        for part_name, part in parts.items():
            z.writestr(part_name, b"<worksheet/>" if part_name in refused else part)
    if refused:
        problems.append(Problem("form.far", name, "has cells so far out that {count} sheets were not read", "delete what stands far below or right of the form", values={"count": len(refused)}))  # fmt: skip
    return _calamine(name, clean.getvalue(), "xlsx", unread, problems)


def _scanned(parts: dict[str, bytes]) -> tuple[set[str], dict[str, set[tuple[int, int]]]]:
    """Sheets whose cells span too much to be unrolled, and formulas without a result, by part."""
    refused: set[str] = set()
    unread: dict[str, set[tuple[int, int]]] = {}
    for part_name, part in parts.items():
        if "/worksheets/" not in part_name.lower():
            continue
        rows = columns = 0
        for match in _VALUED.finditer(part):
            column = 0
            for letter in match[1]:
                column = column * 26 + letter - 64
            columns, rows = max(columns, column), max(rows, int(match[2]))
        if rows * columns > MAX_CELLS:
            refused.add(part_name)
        if b"<f" in part or b":f" in part:
            unread[part_name] = {position(m[1].decode()) for m in _NO_RESULT.finditer(part)}
    return refused, unread


def _calamine(name: str, data: bytes, kind: str, unread: dict[str, set[tuple[int, int]]], problems: list[Problem]) -> Book:
    try:
        from python_calamine import CalamineWorkbook
    except ImportError:
        raise InputError(
            "Forms cannot be read", [Problem("extra.missing", name, "reading workbooks needs python-calamine", "pip install 'gep-accounting[excel]'")]
        ) from None
    sheets: list[Sheet] = []
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        if len(book.sheet_names) > MAX_SHEETS:
            raise _refused(name, "form.sheets", "has more than {limit} sheets", "send the form as it was given out", limit=MAX_SHEETS)
        for n, sheet_name in enumerate(book.sheet_names):
            meta = book.sheets_metadata[n]
            if "sheet" not in str(meta.typ).lower() or "chart" in str(meta.typ).lower():
                continue
            sheet = book.get_sheet_by_name(sheet_name)
            if sheet.total_height * sheet.total_width > MAX_CELLS:
                problems.append(Problem("form.far", name, "has cells so far out that {count} sheets were not read", "delete what stands far below or right of the form", values={"count": 1}))  # fmt: skip
                continue
            rows = sheet.to_python(skip_empty_area=False)
            merged = [(a[0], a[1], b[0], b[1]) for a, b in (getattr(sheet, "merged_cell_ranges", None) or [])[:20000]]
            sheets.append(Sheet(sheet_name, rows, merged))
    except GepError:
        raise
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # the reader reports some broken files as a panic, which is no Exception
        why = str(error)[:120]
        code, what = (
            ("form.password", "is protected by a password")
            if "password" in why.lower() or "encrypt" in why.lower()
            else ("form.broken", "cannot be read: {why}")
        )
        raise _refused(name, code, what, "save it again with a spreadsheet program, without a password", why=why) from None
    if unread:
        _place_unread(data, sheets, unread)
    return Book(name, sheets, problems, kind)


def _place_unread(data: bytes, sheets: list[Sheet], unread: dict[str, set[tuple[int, int]]]) -> None:
    """Put formulas without a result on their sheets, by way of the relations of the workbook."""
    with zipfile.ZipFile(BytesIO(data)) as z:
        book = z.read("xl/workbook.xml") if "xl/workbook.xml" in z.namelist() else b""
        rels = z.read("xl/_rels/workbook.xml.rels") if "xl/_rels/workbook.xml.rels" in z.namelist() else b""
    where = {}
    for tag in re.findall(rb"<(?:\w{1,20}:)?Relationship\s[^<>]{0,900}>", rels):
        id, target = re.search(rb'\bId="([^"]*)"', tag), re.search(rb'\bTarget="([^"]*)"', tag)
        if id and target:
            where[id[1]] = target[1].decode("utf-8", "replace").removeprefix("/xl/").removeprefix("xl/")
    parts = {}
    for tag in re.findall(rb"<(?:\w{1,20}:)?sheet\s[^<>]{0,900}>", book):
        called, id = re.search(rb'\bname="([^"]*)"', tag), re.search(rb'\b\w+:id="([^"]*)"', tag)
        if called and id:
            parts[html.unescape(called[1].decode("utf-8", "replace"))] = where.get(id[1], "")
    for sheet in sheets:
        sheet.unread = unread.get(f"xl/{parts.get(sheet.name, '')}", set())


def _csv(name: str, data: bytes) -> Book:
    problems: list[Problem] = []
    if b"\0" in data[:4096] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise _refused(name, "form.broken", "is no table: {why}", "save it as .xlsx or .csv", why="binary content")
    if data.lstrip()[:1] == b"<":
        raise _refused(name, "form.file_kind", "is a web page, not a table", "save it as .xlsx or .csv")
    for encoding in ("utf-16", "utf-8-sig", "gb18030") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise _refused(name, "form.encoding", "is neither UTF-8 nor GB18030", "save it as CSV in UTF-8")
    if encoding == "gb18030":
        problems.append(Problem("form.gb18030", name, "was read as GB18030", "", "warning"))
    head = text[:20000]
    delimiter = max(",\t;", key=head.count)
    try:
        rows = list(_bounded(csv.reader(StringIO(text, newline=""), delimiter=delimiter), name))
    except csv.Error as error:
        raise _refused(name, "form.broken", "is no table: {why}", "save it again as CSV", why=str(error)) from None
    return Book(name, [Sheet(Path(name).stem, rows)], problems, "csv")


def _bounded(reader: Iterator[list[str]], name: str) -> Iterator[list[Any]]:
    cells = 0
    for row in reader:
        cells += len(row) + 1
        if cells > MAX_CELLS:
            raise _refused(name, "form.far", "has more than {count} cells", "send the form alone", count=MAX_CELLS)
        yield list(row)
