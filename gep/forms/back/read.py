"""What came back: every file read, later submissions put over earlier ones, rules checked, and the
account's files made.

Files sent in are never changed. A fault refuses the one cell, column or row it is in, and is listed
with its place; nothing that can be read in two ways is guessed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from gep.core import units
from gep.core.errors import GepError, InputError, Problem
from gep.forms.back.body import read_sheet
from gep.forms.back.cells import read_cell, read_date
from gep.forms.back.grid import MAX_FILE, SUFFIXES, read_book
from gep.forms.back.match import Answer, Delivery, Placed, is_cover, other_year, which_form
from gep.forms.back.prices import carried, contradicted, indices
from gep.forms.back.rules import blanks, checked
from gep.forms.define import Field, Form, forms, targets
from gep.forms.define import field as field_of
from gep.forms.out.template import KEY_SHEET, LIST_SHEET
from gep.forms.round import LAST_FILE, Key, Round, department_of

MAX_FILES = 2000
ESTIMATED = ("估计", "估算", "暂估", "estimate")


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


@dataclass
class Reading:
    """Everything that a round holds so far."""

    round: Round
    submissions: list[Submission] = field(default_factory=list)
    current: dict[str, Placed] = field(default_factory=dict)
    by_form: dict[str, str] = field(
        default_factory=dict
    )  # form -> sha256 of the submission that counts
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
        return [a for p in self.current.values() for a in p.answers]

    @property
    def deliveries(self) -> list[Delivery]:
        """The files that delivery sheets list."""
        return [d for p in self.current.values() for d in p.deliveries]


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
            yield path, Problem("form.files", name, values={"limit": MAX_FILES})
            return
        yield path, _passed_over(path, name, home)


def _passed_over(path: Path, name: str, home: Path) -> Problem | None:
    """Why a file is not read; None where it is."""
    try:
        if not path.resolve().is_relative_to(home):
            return Problem("file.outside", name)
        if path.suffix.lower() not in SUFFIXES:
            return Problem("form.file_kind", name, "warning")
        if path.stat().st_size > MAX_FILE:
            values: dict[str, object] = {"limit": MAX_FILE // 2**20}
            return Problem("form.file_size", name, values=values)
        why = (
            "" if os.access(path, os.R_OK) and path.is_file() else "no file, or no right to read it"
        )
    except (OSError, RuntimeError) as error:  # a link to nothing, or to itself
        why = getattr(error, "strerror", None) or "a link to itself"
    return Problem("file.unreadable", name, values={"why": why}) if why else None


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
    history: dict[str, tuple[str, Placed]] = {}
    notes: dict[str, list[Problem]] = {}
    held: set[str] = set()
    found: list[tuple[str, str, list[Placed], str]] = []
    for path, name, received in sent:
        data = path.read_bytes()
        sha = hashlib.sha256(data).hexdigest()
        if sha in held:
            out.problems.append(Problem("form.same", name, "warning"))
            continue
        held.add(sha)
        try:
            placed, own = _placed(r, path, name, data)
        except GepError as error:
            out.refused[name] = error.problems[-1]  # what was noticed before it refused nothing
            out.problems += error.problems
            out.submissions.append(Submission(name, sha, received, ()))
            continue
        notes[sha] = own
        dates = [d for p in placed if (d := read_date(p.head.get("报出日期"))) is not None]
        reported = max(dates).isoformat() if dates else ""
        out.submissions.append(
            Submission(name, sha, received, tuple(p.form.code for p in placed), reported)
        )
        found.append((received, sha, placed, name))
    for _, sha, placed, name in found:
        for p in placed:
            code = p.form.code
            if (
                p.astray
            ):  # replaces nothing, and is told as a fault until the form comes in for this year
                out.astray[code] = p
                continue
            if not (p.answers or p.deliveries or p.problems):
                continue  # a form that was left empty replaces nothing
            before = history.get(code)
            if before is not None:
                out.differences += _differences(p.form, before[1], p, before[0], name)
            history[code] = (name, p)
            out.by_form[code] = sha
    out.current = {code: history[code][1] for code in forms() if code in history}
    count = set(out.by_form.values())
    for (
        _,
        sha,
        _,
        _,
    ) in (
        found
    ):  # a cover does not matter once other workbooks have replaced all that lies behind it
        out.problems += [p for p in notes[sha] if p.code != "form.cover" or sha in count]
    for code, p in out.astray.items():
        out.problems += [replace(x, level="warning") if code in history else x for x in p.problems]
    _finish(out)
    return out


def _placed(r: Round, path: Path, name: str, data: bytes) -> tuple[list[Placed], list[Problem]]:
    """The forms of one file."""
    book = read_book(path, name, data)
    problems = list(book.problems)
    keys: dict[str, str] = {}
    for sheet in book.sheets:
        if sheet.name == KEY_SHEET:
            for row in sheet.rows[:400]:
                if len(row) >= 3 and row[0] == "form":
                    keys[str(row[2])] = str(row[1])
                if (
                    len(row) >= 3
                    and row[0] == "round"
                    and (str(row[1]) != r.region or str(row[2]).split(".")[0] != str(r.year))
                ):
                    values: dict[str, object] = {
                        "given": f"{row[1]} {str(row[2]).split('.')[0]}",
                        "wanted": f"{r.region} {r.year}",
                    }
                    raise InputError(
                        "error.file_refused",
                        [Problem("form.round", name, values=values)],
                        name=name,
                    )
    out: list[Placed] = []
    for sheet in book.sheets:
        if sheet.name in (KEY_SHEET, LIST_SHEET) or not any(
            v not in ("", None) for row in sheet.rows for v in row
        ):
            continue
        if is_cover(sheet):
            at, given = other_year(sheet, r.year)
            if at:
                problems.append(
                    Problem(
                        "form.cover",
                        f"{name}, {sheet.name}, {at}",
                        values={"given": given, "wanted": r.year},
                    )
                )
            continue
        form = which_form(sheet, keys)
        if form is None:
            problems.append(Problem("form.sheet", f"{name}, {sheet.name}"))
            continue
        first = next((p for p in out if p.form is form), None)
        at, given = other_year(sheet, r.year)
        if at:
            placed = Placed(form, name, sheet.name, astray=True)
            placed.fault("form.year", at, given=given, wanted=r.year)
        else:
            placed = read_sheet(sheet, name, form, r)
        if first is not None:
            problems.append(
                Problem(
                    "form.twice",
                    placed.where(),
                    values={"code": form.printed, "first": first.sheet},
                )
            )
            first.answers.clear()
            first.deliveries.clear()
            continue
        out.append(placed)
    if not out:
        raise InputError("error.file_refused", [*problems, Problem("form.none", name)], name=name)
    return out, problems


def _differences(
    form: Form, before: Placed, after: Placed, first: str, second: str
) -> Iterator[Difference]:
    """What a later submission says otherwise."""

    def table(p: Placed) -> dict[tuple[str, Key], Answer]:
        return {(a.field, a.key._replace(unit="")): a for a in p.answers}

    old, new = table(before), table(after)
    for code, key in dict.fromkeys((*old, *new)):
        a, b = old.get((code, key)), new.get((code, key))
        if _said(a) != _said(b):
            hidden = (a is not None and a.hidden) or (b is not None and b.hidden)
            yield Difference(
                form.code,
                field_of(code).zh,
                " ".join(
                    x for x in (key.region, key.component, key.ecosystem, key.item, key.year) if x
                ),
                "保密" if hidden and a else _said(a),
                "保密" if hidden and b else _said(b),
                first,
                second,
                key,
            )


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
    rows: dict[tuple[object, ...], tuple[Row, Answer]] = {}
    for code, placed in out.current.items():
        for a in placed.answers:
            f = field_of(a.field)
            for row in _rows(out.round, forms()[code], f, a):
                if row.kind == "region":
                    if a.cell.known:
                        out.regions.setdefault(a.key.region, {})[row.name] = (a.cell.text, a.unit)
                    continue
                if row.kind == "deflator":
                    if a.cell.known:
                        out.problems += contradicted(out.round, a)
                        out.deflators.setdefault(a.key.item or "index", {})[int(a.key.year)] = (
                            a.cell.text
                        )
                    continue
                place = row[:7] + ((row.year,) if row.kind == "price" else ())
                if place in rows:
                    _compare(out, rows[place], (row, a))
                    continue
                rows[place] = (row, a)
    out.rows, faults = carried(out.round, indices(out.round, out.deflators), list(rows.values()))
    out.problems += faults


def _compare(out: Reading, first: tuple[Row, Answer], second: tuple[Row, Answer]) -> None:
    """The same figure from two forms: the first is the one that answers for it."""
    a, b = first[1], second[1]
    same = units.compatible(a.unit, b.unit) and abs(
        a.cell.value * units.conversion(a.unit, b.unit)[0] - b.cell.value
    ) <= 1e-9 * abs(b.cell.value)
    if not same:
        out.problems.append(
            Problem(
                "figure.apart",
                f"{b.file}, {b.sheet}, {b.address}",
                "warning",
                {"first": f"{a.file}, {a.sheet}, {a.address}"},
            )
        )


def _rows(r: Round, form: Form, f: Field, a: Answer) -> Iterator[Row]:
    """What a figure becomes in the account."""
    notes = []
    value, evidence = a.cell.text, r.evidence
    if a.cell.state in ("unavailable", "confidential"):
        return
    if a.cell.state == "below":
        value, evidence = "0", evidence or "uncertain"
        notes.append(_said_in(r, f"不足最小单位（{a.cell.raw}）", f"below the unit ({a.cell.raw})"))
    if a.cell.state == "absent":
        if f.type != "amount":
            return
        value = "0"
        notes.append(_said_in(r, "没有发生（—）", "does not occur (—)"))
    if any(code == "cell.about" for code, _ in a.cell.notes) or any(
        w in a.remark for w in ESTIMATED
    ):
        evidence = evidence or "uncertain"
        notes.append(_said_in(r, "估计数", "estimated"))
    if a.remark and not a.hidden:
        notes.append(a.remark)
    source = " / ".join(
        (department_of(form), f"{form.printed} {form.zh}", f.zh, a.file, a.sheet, a.address)
    )
    for t in targets(f, a.key.component):
        year = a.key.year if t.kind == "price" else ""
        yield Row(
            t.kind,
            t.indicator,
            t.component,
            t.name,
            a.key.item,
            a.key.ecosystem,
            a.key.region,
            year,
            value,
            a.unit,
            a.method if t.kind == "price" else "",
            source,
            evidence,
            "; ".join(notes),
            "confidential" if a.hidden else "",
            f.code,
        )


def _said_in(r: Round, zh: str, en: str) -> str:
    """What an account folder says of a figure, in the language of the forms."""
    return {"zh": zh, "en": en}.get(r.lang, f"{zh} {en}")


def stand_in(out: Reading) -> list[tuple[Row, Answer]]:
    """Last year's figures for fields of forms that did not come in, marked as such, with their
    place; the caller decides to use them.
    """
    made: dict[tuple[str, ...], tuple[Row, Answer]] = {}
    have = {row[:7] for row in out.rows}
    gone = {
        (a.field, a.key._replace(unit="", year="")) for a in out.answers if a.cell.state == "absent"
    }
    note = stand_in_note(out.round)
    for figure in out.round.last:
        f, key = field_of(figure.field), figure.key
        if (
            f.code,
            key._replace(unit="", year=""),
        ) in gone:  # it does not occur this year: nothing is missing
            continue
        for t in targets(f, key.component):
            row = Row(
                t.kind,
                t.indicator,
                t.component,
                t.name,
                key.item,
                key.ecosystem,
                key.region,
                key.year if t.kind == "price" else "",
                figure.text,
                figure.unit,
                figure.method,
                f"{note} / GEP-{f.form} / {f.zh}",
                out.round.evidence or "uncertain",
                note,
                "",
                f.code,
            )
            if t.kind in ("input", "price") and row[:7] not in have:
                made.setdefault(
                    row[:8],
                    (
                        row,
                        Answer(
                            f.code,
                            key,
                            read_cell(figure.text),
                            figure.unit,
                            LAST_FILE,
                            f"GEP-{f.form}",
                            f.zh,
                        ),
                    ),
                )
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
