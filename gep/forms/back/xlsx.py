"""Workbooks read cell by cell from their XML: sparse, under limits, with nothing run, followed or
expanded.

A general reader unrolls a sheet to a rectangle, so that one cell in the last corner takes all
memory; this one keeps the cells that hold something, refuses any document type declaration, and
stops at the size the archive declares.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any, NamedTuple
from xml.parsers import expat

from gep.core.errors import InputError, Problem
from gep.core.source import Source

MAX_UNPACKED = 160 * 2**20
MAX_PARTS = 2000
MAX_CELLS = 2_000_000
MAX_SHEETS = 200
MAX_ROW, MAX_COLUMN = 200_000, 2_000
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_CELL = r"([A-Z]{1,3})([1-9]\d{0,6})"
_PLACE = re.compile(_CELL, re.ASCII)
_RANGE = re.compile(f"{_CELL}:{_CELL}", re.ASCII)
_PERCENT_FORMATS = {9, 10}

Cells = dict[int, dict[int, Any]]


class Styles(NamedTuple):
    """The places of the styles that show a number otherwise than it is kept."""

    dates: set[int]
    percents: set[int]


class Refused(Exception):
    """Why a workbook is not read: a code and its values."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.problem: tuple[str, dict[str, object]] = (code, values)


def _too_large() -> Refused:
    return Refused("form.bomb", limit=MAX_UNPACKED // 2**20)


class Archive:
    """The parts of a workbook, read in pieces under one budget."""

    def __init__(self, data: bytes) -> None:
        self.zip = zipfile.ZipFile(BytesIO(data))
        infos = self.zip.infolist()
        if len(infos) > MAX_PARTS or sum(i.file_size for i in infos) > MAX_UNPACKED:
            raise _too_large()
        self.parts = {i.filename.lower().lstrip("/"): i for i in infos}
        self.left = MAX_UNPACKED

    def parse(
        self,
        name: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> bool:
        """Run a part through a parser; whether it is there."""
        info = self.parts.get(name.lower())
        if info is None:
            return False
        parser = expat.ParserCreate()
        parser.buffer_text = True

        def first(tag: str, attributes: dict[str, str]) -> None:
            """The root says whether names carry a prefix; without one the handlers are called
            directly.
            """
            if ":" in tag:
                parser.StartElementHandler = lambda t, a: start(t.rpartition(":")[2], a)
                parser.EndElementHandler = (
                    None if end is None else lambda t: end(t.rpartition(":")[2])
                )
            else:
                parser.StartElementHandler, parser.EndElementHandler = start, end
            start(tag.rpartition(":")[2], attributes)

        parser.StartElementHandler = first
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = _no_doctype
        # stops at the size that the archive declares, and checks the checksum there
        with self.zip.open(info) as f:
            while piece := f.read(2**18):
                self.left -= len(piece)
                if self.left < 0:
                    raise _too_large()
                parser.Parse(piece, False)
        parser.Parse(b"", True)
        return True


def _no_doctype(*_: object) -> None:
    raise Refused("form.entity")


class SheetParser:
    """The cells of one sheet that hold something."""

    def __init__(self, strings: list[str], styles: Styles, epoch: dt.datetime) -> None:
        self.strings, self.styles, self.epoch = strings, styles, epoch
        self.cells: Cells = {}
        self.merged: list[tuple[int, int, int, int]] = []
        self.unread: set[tuple[int, int]] = set()
        self.far = 0
        self.count = 0
        self.row = self.column = -1
        self.kind = self.style = ""
        self.pieces: list[str] = []
        self.inside = self.formula = self.phonetic = False
        self.starts: dict[str, Callable[[dict[str, str]], None]] = {
            "c": self.cell,
            "v": self.shown,
            "t": self.shown,
            "row": self.line,
            "f": self.formulated,
            "rPh": self.guided,
            "mergeCell": self.merge,
        }
        self.values: dict[str, Callable[[str], Any]] = {
            "s": self.shared,
            "b": lambda text: text.strip() == "1",
            "d": _moment,
        } | dict.fromkeys(("str", "inlineStr", "e"), str)

    def start(self, tag: str, a: dict[str, str]) -> None:
        """An element begins."""
        if tag in self.starts:
            self.starts[tag](a)

    def cell(self, a: dict[str, str]) -> None:
        """A cell, where it says or behind the one before it."""
        self.column += 1
        if "r" in a:
            match = _PLACE.fullmatch(a["r"])
            if match is None:
                raise Refused("form.broken/xml", why=f"cell {a['r'][:20]}")
            self.row, self.column = _place(*match.groups())
        self.kind, self.style = a.get("t", "n"), a.get("s", "")
        self.pieces, self.formula = [], False

    def line(self, a: dict[str, str]) -> None:
        """A row, where it says or below the one before it."""
        said = a.get("r", "")
        self.row = int(said) - 1 if said.isdigit() and len(said) < 9 else self.row + 1
        self.column = -1

    def shown(self, _: dict[str, str]) -> None:
        """A value begins, unless it says how another one sounds."""
        self.inside = not self.phonetic

    def formulated(self, _: dict[str, str]) -> None:
        """The cell has a formula."""
        self.formula = True

    def guided(self, _: dict[str, str]) -> None:
        """What follows says how a text sounds."""
        self.phonetic = True

    def merge(self, a: dict[str, str]) -> None:
        """A merged range."""
        match = _RANGE.fullmatch(a.get("ref", ""))
        if match and len(self.merged) < 20_000:
            self.merged.append((*_place(match[1], match[2]), *_place(match[3], match[4])))

    def text(self, piece: str) -> None:
        """Text of a value."""
        if self.inside:
            self.pieces.append(piece)

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag in ("v", "t"):
            self.inside = False
        elif tag == "rPh":
            self.phonetic = False
        elif tag == "c" and min(self.row, self.column) >= 0:
            self.filled()

    def filled(self) -> None:
        """A cell ends: its value, or a formula without one."""
        if self.pieces:
            self.keep("".join(self.pieces))
        elif self.formula:
            self.unread.add((self.row, self.column))
            self.keep(None)

    def keep(self, text: str | None) -> None:
        """Put a value in its place."""
        if self.row >= MAX_ROW or self.column >= MAX_COLUMN:
            self.far += 1
            return
        self.count += 1
        if self.count > MAX_CELLS:
            raise _too_large()
        self.cells.setdefault(self.row, {})[self.column] = "" if text is None else self.value(text)

    def value(self, text: str) -> Any:
        """A value by its type."""
        return self.values.get(self.kind, self.number)(text)

    def shared(self, text: str) -> str:
        """One of the texts that the workbook keeps apart."""
        at = _whole(text.strip(), -1)
        if not 0 <= at < len(self.strings):
            raise Refused("form.broken/xml", why="a text that is not there")
        return self.strings[at]

    def number(self, text: str) -> Any:
        """A number, a date or a share, by how it shows: 0.55 that shows as 55% is 55 %."""
        style = _whole(self.style, -1)
        try:
            number = float(text)
            if style in self.styles.dates:
                return self.epoch + dt.timedelta(days=number)
        except (OverflowError, ValueError):
            return text
        return f"{number * 100:.15g}%" if style in self.styles.percents else number


def _moment(text: str) -> Any:
    """A date that is written as one; else the text."""
    try:
        return dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return text


def _whole(text: str, default: int) -> int:
    """A whole number, or what stands in for it."""
    return int(text) if text.isdigit() else default


def _place(letters: str, number: str) -> tuple[int, int]:
    """Row and column of a cell, from 0."""
    return int(number) - 1, column_of(letters)


def column_of(letters: str) -> int:
    """The column of its letters, from 0."""
    out = 0
    for letter in letters:
        out = out * 26 + ord(letter) - 64
    return out - 1


def read_xlsx(name: str, data: bytes) -> Iterator[tuple[str, SheetParser] | Problem]:
    """The sheets of a workbook with their cells, and what was left out.

    Raises
    ------
    InputError
        If it is too large, broken, or declares entities.
    """
    try:
        yield from _read(name, Archive(data))
    except Refused as error:
        raise refused(name, *error.problem) from None
    except Exception as error:  # an archive can be broken in many ways
        values: dict[str, object] = {"why": str(error)[:120]}
        raise refused(name, "form.broken/xml_password", values=values) from None


def refused(name: str, code: str, values: dict[str, object]) -> InputError:
    """That a file is not read, and why."""
    return InputError("error.file_refused", [Problem(code, Source(name), **values)], name=name)


def _read(name: str, archive: Archive) -> Iterator[tuple[str, SheetParser] | Problem]:
    names = " ".join(archive.parts)
    if "vbaproject" in names:
        yield Problem("form.macro", Source(name))
    if "externallinks/" in names:
        yield Problem("form.external", Source(name))
    main = _targets(archive, "_rels/.rels", "").get("officeDocument", [("", "xl/workbook.xml")])
    book = main[0][1]
    home = posixpath.dirname(book)
    related = _targets(archive, f"{home}/_rels/{posixpath.basename(book)}.rels", home)
    sheets, epoch = _sheets(archive, book)
    if len(sheets) > MAX_SHEETS:
        raise Refused("form.sheets", limit=MAX_SHEETS)
    strings = _strings(archive, related.get("sharedStrings", [("", "")])[0][1])
    styles = _styles(archive, related.get("styles", [("", "")])[0][1])
    pages = dict(related.get("worksheet", ()))
    for title, id in sheets:
        if id not in pages:
            continue
        page = SheetParser(strings, styles, epoch)
        archive.parse(pages[id], page.start, page.end, page.text)
        if page.far:
            yield Problem("form.far/outside", Source(name, sheet=title), count=page.far)
        yield title, page


def _sheets(archive: Archive, book: str) -> tuple[list[tuple[str, str]], dt.datetime]:
    """The sheets of a workbook by name and id, and the day from which it counts dates."""
    sheets: list[tuple[str, str]] = []
    epoch = dt.datetime(1899, 12, 30)

    def started(tag: str, a: dict[str, str]) -> None:
        nonlocal epoch
        if tag == "sheet":
            id = next((v for k, v in a.items() if k.endswith(":id")), "")
            sheets.append((a.get("name", ""), id))
        elif tag == "workbookPr" and a.get("date1904") in ("1", "true"):
            epoch = dt.datetime(1904, 1, 1)

    if not archive.parse(book, started) or not sheets:
        raise Refused("form.broken/xml", why="no sheets")
    return sheets, epoch


def _targets(archive: Archive, part: str, home: str) -> dict[str, list[tuple[str, str]]]:
    """The parts that one refers to, by the last word of their type."""
    out: dict[str, list[tuple[str, str]]] = {}

    def started(tag: str, a: dict[str, str]) -> None:
        if tag == "Relationship" and a.get("TargetMode") != "External":
            target = a.get("Target", "")
            own = posixpath.normpath(posixpath.join(home, target))
            path = target.lstrip("/") if target.startswith("/") else own
            out.setdefault(a.get("Type", "").rpartition("/")[2], []).append((a.get("Id", ""), path))

    archive.parse(part, started)
    return out


def _strings(archive: Archive, part: str) -> list[str]:
    """The texts that a workbook keeps apart from its cells."""
    out: list[str] = []
    pieces: list[str] = []
    inside: set[str] = set()

    def started(tag: str, _: dict[str, str]) -> None:
        inside.add(tag)
        if tag == "si":
            pieces.clear()

    def ended(tag: str) -> None:
        inside.discard(tag)
        if tag == "si":
            out.append("".join(pieces))

    def text(piece: str) -> None:
        if "t" in inside and "rPh" not in inside:
            pieces.append(piece)

    archive.parse(part, started, ended, text)
    return out


def _styles(archive: Archive, part: str) -> Styles:
    """The styles that show a number as a date, and as per cent."""
    own: dict[int, str] = {}
    formats: list[int] = []
    state = {"cellXfs": False}

    def started(tag: str, a: dict[str, str]) -> None:
        if tag == "numFmt" and a.get("numFmtId", "").isdigit():
            own[int(a["numFmtId"])] = a.get("formatCode", "")
        elif tag == "cellXfs":
            state["cellXfs"] = True
        elif tag == "xf" and state["cellXfs"]:
            formats.append(_whole(a.get("numFmtId", ""), 0))

    def ended(tag: str) -> None:
        if tag == "cellXfs":
            state["cellXfs"] = False

    archive.parse(part, started, ended)
    bare = {
        n: re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|General', "", code[:200], flags=re.I)
        for n, code in own.items()
    }

    def shown(builtin: set[int], sign: str) -> set[int]:
        looks = {n for n, code in bare.items() if re.search(sign, code, re.I)}
        return {
            n for n, id in enumerate(formats) if (id in builtin and id not in own) or id in looks
        }

    return Styles(shown(_DATE_FORMATS, "[ymdhs]"), shown(_PERCENT_FORMATS, "%"))
