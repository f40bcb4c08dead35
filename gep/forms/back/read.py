"""What came back: every file read, later submissions put over earlier ones, rules checked, and the
account's files made.

Files sent in are never changed. A fault refuses the one cell, column or row it is in, and is listed
with its place; nothing that can be read in two ways is guessed.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from gep.core import units
from gep.core.errors import GepError, InputError, Problem
from gep.core.source import Source
from gep.forms.back.body import read_sheet
from gep.forms.back.cells import read_cell, read_date
from gep.forms.back.grid import MAX_FILE, SUFFIXES, Book, Sheet, read_book
from gep.forms.back.match import EMPTY, Answer, Delivery, Placed, is_cover, other_year, which_form
from gep.forms.back.prices import carried, contradicted, indices
from gep.forms.back.rules import blanks, checked
from gep.forms.define import Field, Form, Target, forms, targets
from gep.forms.define import field as field_of
from gep.forms.out.template import KEY_SHEET, LIST_SHEET
from gep.forms.round import LAST_FILE, Key, Round, department_of

MAX_FILES = 2000
_GUESSED = re.compile("估计|估算|暂估|estimate")


class Submission(NamedTuple):
    """One file that came in."""

    file: str
    sha256: str
    received: str  # date and time
    forms: tuple[str, ...]
    reported: str = ""  # the date written in it


class Difference(NamedTuple):
    """A figure that a later submission changed."""

    form: str
    field: str
    row: str
    before: str
    after: str
    first: str
    second: str
    key: Key = Key()  # what ``row`` says in ids


class Row(NamedTuple):
    """A row of inputs.csv or prices.csv."""

    kind: str
    indicator: str
    component: str
    name: str
    item: str
    ecosystem: str
    region: str
    year: str
    value: str
    unit: str
    method: str
    source: str
    evidence: str
    note: str
    classification: str
    field: str


_NOTHING = Row(*[""] * len(Row._fields))


@dataclass
class Reading:
    """Everything that a round holds so far."""

    round: Round
    submissions: list[Submission] = field(default_factory=list)
    current: dict[str, Placed] = field(default_factory=dict)
    # form -> sha256 of the submission that counts
    by_form: dict[str, str] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    refused: dict[str, Problem] = field(default_factory=dict)  # file -> why
    problems: list[Problem] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    regions: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    deflators: dict[str, dict[int, str]] = field(default_factory=dict)
    astray: dict[str, Placed] = field(default_factory=dict)  # forms that came in for another year

    @property
    def answers(self) -> list[Answer]:
        """The figures that count."""
        return list(chain.from_iterable(p.answers for p in self.current.values()))

    @property
    def deliveries(self) -> list[Delivery]:
        """The files that delivery sheets list."""
        return list(chain.from_iterable(p.deliveries for p in self.current.values()))


def files_in(folder: Path) -> Iterator[tuple[Path, Problem | None]]:
    """The files of a folder that can hold forms, and why others are passed over; links that lead
    out are not followed.
    """
    home = folder.resolve()
    count = 0
    for path in sorted(folder.rglob("*")):
        if path.is_dir() or path.name.startswith(("~$", ".")):
            continue
        name = path.relative_to(folder).as_posix()
        count += 1
        if count > MAX_FILES:
            yield path, Problem("form.files", Source(name), limit=MAX_FILES)
            return
        yield path, _passed_over(path, name, home)


def _passed_over(path: Path, name: str, home: Path) -> Problem | None:
    """Why a file is not read; None where it is."""
    why = "no file, or no right to read it"
    try:
        if not path.resolve().is_relative_to(home):
            return Problem("file.outside", Source(name))
        if path.suffix.lower() not in SUFFIXES:
            return Problem("form.file_kind", Source(name))
        if path.stat().st_size > MAX_FILE:
            values: dict[str, object] = {"limit": MAX_FILE // 2**20}
            return Problem("form.file_size", Source(name), **values)
        if os.access(path, os.R_OK) and path.is_file():
            return None
    except (OSError, RuntimeError) as error:  # a link to nothing, or to itself
        why = getattr(error, "strerror", None) or "a link to itself"
    return Problem("file.unreadable", Source(name), why=why)


class _Sent(NamedTuple):
    """A file that was read: its forms, and what was noticed beside them."""

    sha256: str
    placed: list[Placed]
    problems: list[Problem]


def read_files(
    r: Round, sent: Iterable[tuple[Path, str, str]], faults: Sequence[Problem] = ()
) -> Reading:
    """Read files in the order they came in.

    Parameters
    ----------
    sent : (path, name, received)
        Where a file lies, what it is called in reports, and when it came in (text that sorts by
        time).
    """
    out = Reading(r, problems=list(faults))
    found = list(_received(out, sent))
    for file in found:
        for p in file.placed:
            _count(out, p, file.sha256)
    out.problems += chain.from_iterable(_noticed(out, file) for file in found)
    for code, p in out.astray.items():
        replaced = code in out.current  # what came in for this year stands in its place
        told = (Problem("form.year/replaced", x.source, **x.values) for x in p.problems)
        out.problems += told if replaced else p.problems
    out.current = {code: out.current[code] for code in forms() if code in out.current}
    _finish(out)
    return out


def _noticed(out: Reading, file: _Sent) -> list[Problem]:
    """What a file says beside its forms; a cover does not matter once other workbooks replaced all
    that lies behind it.
    """
    idle = "" if file.sha256 in out.by_form.values() else "form.cover"
    return [p for p in file.problems if p.code != idle]


def _received(out: Reading, sent: Iterable[tuple[Path, str, str]]) -> Iterator[_Sent]:
    """The files that can be read, each once; all of them are entered as submissions."""
    held: set[str] = set()
    for path, name, received in sent:
        data = path.read_bytes()
        sha = hashlib.sha256(data).hexdigest()
        if sha in held:
            out.problems.append(Problem("form.same", Source(name)))
            continue
        held.add(sha)
        try:
            placed, problems = _placed(out.round, path, name, data)
        except GepError as error:
            out.refused[name] = error.problems[-1]  # what was noticed before it refused nothing
            out.problems += error.problems
            out.submissions.append(Submission(name, sha, received, ()))
            continue
        dates = filter(None, (read_date(p.head.get("报出日期")) for p in placed))
        reported = max(map(str, dates), default="")
        codes = tuple(p.form.code for p in placed)
        out.submissions.append(Submission(name, sha, received, codes, reported))
        yield _Sent(sha, placed, problems)


def _count(out: Reading, p: Placed, sha256: str) -> None:
    """Put a form in the place of an earlier one."""
    code = p.form.code
    if p.astray:  # replaces nothing, and is a fault until the form comes in for this year
        out.astray[code] = p
    elif p.answers or p.deliveries or p.problems:  # one that was left empty replaces nothing
        if code in out.current:
            out.differences += _differences(out.current[code], p)
        out.current[code] = p
        out.by_form[code] = sha256


def _placed(r: Round, path: Path, name: str, data: bytes) -> tuple[list[Placed], list[Problem]]:
    """The forms of one file."""
    book = read_book(path, name, data)
    keys = _keys(r, book)
    out: dict[str, Placed] = {}
    problems = list(book.problems)
    for sheet in book.sheets:
        placed = None if _is_aside(sheet) else _sheet(r, sheet, name, keys, problems)
        if placed is None:
            continue
        first = out.setdefault(placed.form.code, placed)
        if first is not placed:
            values: dict[str, object] = {"code": placed.form.printed, "first": first.sheet}
            problems.append(Problem("form.twice", placed.where(), **values))
            first.answers.clear()
            first.deliveries.clear()
    if not out:
        raise InputError(
            "error.file_refused", [*problems, Problem("form.none", Source(name))], name=name
        )
    return list(out.values()), problems


def _keys(r: Round, book: Book) -> dict[str, str]:
    """The form of each sheet, as the workbook was given out; one of another round is refused."""
    rows = list(chain.from_iterable(map(_key_rows, book.sheets)))
    wanted = [r.region, str(r.year)]
    for row in rows:
        given = [str(row[1]), str(row[2]).split(".")[0]]
        if row[0] == "round" and given != wanted:
            values: dict[str, object] = {"given": " ".join(given), "wanted": " ".join(wanted)}
            fault = Problem("form.round", Source(book.name), **values)
            raise InputError("error.file_refused", [fault], name=book.name)
    return {str(row[2]): str(row[1]) for row in rows if row[0] == "form"}


def _key_rows(sheet: Sheet) -> list[list[Any]]:
    """The rows of the hidden sheet that says what a workbook was given out for."""
    rows = sheet.rows[:400] if sheet.name == KEY_SHEET else []
    return [row for row in rows if len(row) >= 3]


def _is_aside(sheet: Sheet) -> bool:
    """Whether a sheet holds nothing that was filled in."""
    cells = chain.from_iterable(sheet.rows)
    return sheet.name in (KEY_SHEET, LIST_SHEET) or all(v in EMPTY for v in cells)


def _sheet(
    r: Round, sheet: Sheet, name: str, keys: Mapping[str, str], problems: list[Problem]
) -> Placed | None:
    """What a sheet holds of a form; None where it is no form."""
    if is_cover(sheet):
        at, given = other_year(sheet, r.year)
        values: dict[str, object] = {"given": given, "wanted": r.year}
        told = Problem("form.cover", Source(name, sheet=sheet.name, cell=at), **values)
        problems += [told] if at else []
        return None
    form = which_form(sheet, keys)
    if form is None:
        problems.append(Problem("form.sheet", Source(name, sheet=sheet.name)))
        return None
    at, given = other_year(sheet, r.year)
    if not at:
        return read_sheet(sheet, name, form, r)
    placed = Placed(form, name, sheet.name, astray=True)
    placed.fault("form.year", at, given=given, wanted=r.year)
    return placed


def _differences(before: Placed, after: Placed) -> Iterator[Difference]:
    """What a later submission says otherwise."""
    old, new = ({(a.field, a.row): a for a in p.answers} for p in (before, after))
    for code, key in dict.fromkeys((*old, *new)):
        both = old.get((code, key)), new.get((code, key))
        if _said(both[0]) != _said(both[1]):
            hidden = any(a.hidden for a in both if a is not None)
            row = " ".join(
                filter(None, (key.region, key.component, key.ecosystem, key.item, key.year))
            )
            one, two = ("保密" if hidden and a else _said(a) for a in both)
            form, name = before.form.code, field_of(code).zh
            yield Difference(form, name, row, one, two, before.file, after.file, key)


def _said(a: Answer | None) -> str:
    """A figure with its unit, as it was given; states by their mark."""
    if a is None:
        return ""
    return f"{a.cell.text} {a.unit}".strip() if a.cell.known else a.cell.raw


def _finish(out: Reading) -> None:
    """Rules, then the rows of the account."""
    for placed in out.current.values():
        out.problems += placed.problems
        out.problems += blanks(placed, out.round)
    out.problems += checked(out.current, out.round)
    rows: dict[tuple[str, ...], tuple[Row, Answer]] = {}
    for row, a in _all_rows(out):
        if row.kind not in ("input", "price"):
            _keep(out, row, a)
        elif row[:8] in rows:
            _compare(out, rows[row[:8]][1], a)
        else:
            rows[row[:8]] = (row, a)
    out.rows, faults = carried(out.round, indices(out.round, out.deflators), list(rows.values()))
    out.problems += faults


def _all_rows(out: Reading) -> Iterator[tuple[Row, Answer]]:
    """What all figures become, form by form."""
    for code, placed in out.current.items():
        for a in placed.answers:
            for row in _rows(out.round, forms()[code], field_of(a.field), a):
                yield row, a


def _keep(out: Reading, row: Row, a: Answer) -> None:
    """A property of a region, or an index, if it is a number."""
    if not a.cell.known:
        return
    if row.kind == "region":
        out.regions.setdefault(a.key.region, {})[row.name] = (a.cell.text, a.unit)
        return
    out.problems += contradicted(out.round, a)
    out.deflators.setdefault(a.key.item or "index", {})[int(a.key.year)] = a.cell.text


def _compare(out: Reading, a: Answer, b: Answer) -> None:
    """The same figure from two forms: the first is the one that answers for it."""
    same = units.compatible(a.unit, b.unit) and abs(
        a.cell.value * units.conversion(a.unit, b.unit)[0] - b.cell.value
    ) <= 1e-9 * abs(b.cell.value)
    if not same:
        out.problems.append(Problem("figure.apart", b.place, first=a.place.both()))


def _rows(r: Round, form: Form, f: Field, a: Answer) -> Iterator[Row]:
    """What a figure becomes in the account."""
    state = a.cell.state
    if state in ("unavailable", "confidential") or (state == "absent" and f.type != "amount"):
        return
    guessed = _is_guessed(a)
    said = _NOTHING._replace(
        value=a.cell.text if a.cell.known else "0",
        unit=a.unit,
        source=" / ".join(
            (department_of(form), f"{form.printed} {form.zh}", f.zh, a.file, a.sheet, a.address)
        ),
        evidence=r.evidence or ("uncertain" if guessed or state == "below" else ""),
        note="; ".join(_notes(r, a, guessed)),
        classification="confidential" if a.hidden else "",
    )
    for t in targets(f, a.key.component):
        yield _row(t, f, a.key, a.method, said)


def _is_guessed(a: Answer) -> bool:
    """Whether a figure is an estimate, by its cell or the remark."""
    return "cell.about" in dict(a.cell.notes) or bool(_GUESSED.search(a.remark))


def _notes(r: Round, a: Answer, guessed: bool) -> Iterator[str]:
    """What is said of a figure in the account."""
    if a.cell.state == "below":
        yield _said_in(r, f"不足最小单位（{a.cell.raw}）", f"below the unit ({a.cell.raw})")
    if a.cell.state == "absent":
        yield _said_in(r, "没有发生（—）", "does not occur (—)")
    if guessed:
        yield _said_in(r, "估计数", "estimated")
    if a.remark and not a.hidden:
        yield a.remark


def _row(t: Target, f: Field, key: Key, method: str, said: Row) -> Row:
    """A figure as what one of its fields becomes; only a price has a year and a basis."""
    price = {"year": key.year, "method": method} if t.kind == "price" else {}
    labels = {"item": key.item, "ecosystem": key.ecosystem, "region": key.region}
    return said._replace(**t._asdict(), **labels, **price, field=f.code)


def _said_in(r: Round, zh: str, en: str) -> str:
    """What an account folder says of a figure, in the language of the forms."""
    return {"zh": zh, "en": en}.get(r.lang, f"{zh} {en}")


def stand_in(out: Reading) -> list[tuple[Row, Answer]]:
    """Last year's figures for fields of forms that did not come in, marked as such, with their
    place; the caller decides to use them.
    """
    made: dict[tuple[str, ...], tuple[Row, Answer]] = {}
    have = {row[:7] for row in out.rows}
    gone = {(a.field, a.row._replace(year="")) for a in out.answers if a.cell.state == "absent"}
    note = stand_in_note(out.round)
    for figure in out.round.last:
        f, key = field_of(figure.field), figure.key
        if (f.code, key._replace(unit="", year="")) in gone:  # it does not occur: nothing lacks
            continue
        said = _NOTHING._replace(
            value=figure.text,
            unit=figure.unit,
            source=f"{note} / GEP-{f.form} / {f.zh}",
            evidence=out.round.evidence or "uncertain",
            note=note,
        )
        cell, form = read_cell(figure.text), f"GEP-{f.form}"
        a = Answer(f.code, key, cell, figure.unit, LAST_FILE, form, f.zh)
        for t in targets(f, key.component):
            row = _row(t, f, key, figure.method, said)
            if t.kind in ("input", "price") and row[:7] not in have:
                made.setdefault(row[:8], (row, a))
    return list(made.values())


def stand_in_note(r: Round) -> str:
    """What the account says of a figure that stands in."""
    year = r.last_year or r.year - 1
    return _said_in(r, f"以 {year} 年数代替", f"the figure of {year} stands in")


def with_stand_ins(out: Reading) -> Reading:
    """The reading with last year's figures where this year's are missing; a price stands in only if
    it can be carried to the year of the round.
    """
    rows, faults = carried(out.round, indices(out.round, out.deflators), stand_in(out))
    return replace(out, rows=[*out.rows, *rows], problems=[*out.problems, *faults])
