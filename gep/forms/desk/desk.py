"""The desk of a round: what came in is kept and logged, read, signed, and at last released under
lock.

``returned/`` is where departments' files go; each is kept unchanged under ``kept/`` by its
checksum, so that a later submission never wipes out the first. ``states.csv`` says who checked and
approved what, and when. A released account lies under ``released/v1`` with the checksums of its
files; another one is a new version with its reason.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from gep import opening
from gep.core import output
from gep.core.errors import InputError, Problem
from gep.core.messages import Both
from gep.core.source import Source, named, several
from gep.forms.back.cells import read_date
from gep.forms.back.match import Delivery
from gep.forms.back.read import (
    Difference,
    Reading,
    Submission,
    files_in,
    read_files,
    with_stand_ins,
)
from gep.forms.define import forms
from gep.forms.desk.result import (
    annotated,
    place_of,
    write_account,
    write_differences,
    write_problems,
)
from gep.forms.round import load, read_csv, toml, write_csv

STATES = ("filled", "checked", "approved", "final")
STATES_ZH = {"filled": "已填报", "checked": "已审核", "approved": "已批准", "final": "已定稿"}
_LOG = ("sha256", "file", "received")
_LISTS = ("problems.csv", "differences.csv", "submissions.csv", "deliveries.csv")


class Signature(NamedTuple):
    """One line of ``states.csv``."""

    form: str
    sha256: str
    state: str
    name: str
    date: str
    reason: str = ""


def received(path: str | Path) -> Iterator[tuple[Path, str, str]]:
    """Every file that came in, in order; new ones are kept and logged first."""
    at = Path(path)
    log = read_csv(at / "submissions.csv")
    known = {x["sha256"] for x in log}
    new = []
    for file, problem in files_in(at / "returned"):
        if problem is not None:
            continue
        data = file.read_bytes()
        sha = hashlib.sha256(data).hexdigest()
        if sha not in known:
            known.add(sha)
            when = dt.datetime.fromtimestamp(file.stat().st_mtime).isoformat(timespec="seconds")
            name = file.relative_to(at / "returned").as_posix()
            output.place(_kept(at, name, sha), data)
            new.append((when, name, sha))
    log += [{"sha256": sha, "file": name, "received": when} for when, name, sha in sorted(new)]
    if new:
        write_csv(at / "submissions.csv", _LOG, log)
    for x in log:
        yield _kept(at, x["file"], x["sha256"]), x["file"], x["received"]


def _kept(at: Path, file: str, sha: str) -> Path:
    """Where a file that came in is kept."""
    return at / "kept" / f"{sha}{Path(file).suffix.lower()}"


@contextmanager
def _desk(path: str | Path) -> Iterator[Path]:
    """The folder of a round, held so that two at once do not lose what each other writes; one that
    is not there is told of by ``load``.
    """
    at = Path(path)
    with output.alone(at) if at.is_dir() else nullcontext():
        yield at


def look(path: str | Path) -> Reading:
    """The round as it stands; nothing is written but the log of what came in.

    Raises
    ------
    GepError
        If the folder holds no round.
    """
    with _desk(path) as at:
        return _looked(at)


def _looked(at: Path) -> Reading:
    r = load(at)
    (at / "returned").mkdir(exist_ok=True)
    faults = [
        p
        for _, p in files_in(at / "returned")
        if p is not None and Path(p.source.file).name not in _delivered_names(at)
    ]
    out = read_files(r, list(received(at)), faults)
    out.problems += _deliveries(at, out)
    return out


def _delivered_names(at: Path) -> set[str]:
    return {Path(x["file"]).name for x in read_csv(at / "deliveries.csv")}


def _deliveries(at: Path, out: Reading) -> Iterator[Problem]:
    """Files that a delivery sheet lists: whether they lie there, and are the very ones."""
    home = (at / "returned").resolve()
    there = {
        p.name: p
        for p in sorted(home.rglob("*"), reverse=True)
        if p.is_file() and p.resolve().is_relative_to(home)
    }
    for d in out.deliveries:
        found = there.get(Path(d.file).name)
        where = replace(d.source, cell=d.where)
        if found is None:
            yield Problem("delivery.file", where, file=d.file)
        elif d.sha256 and _sha(found) != d.sha256:
            yield Problem("delivery.other", where, file=d.file)


def _sha(path: Path) -> str:
    """The checksum of a file; blank where it is not there."""
    if not path.is_file():
        return ""
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def _files(folder: Path) -> list[Path]:
    """The files of a folder and its subfolders, in order."""
    return sorted(filter(Path.is_file, folder.rglob("*")))


def day_of(date: str) -> dt.date | None:
    """The day that a text names, today where it is blank; None where it cannot be read."""
    return read_date(date) if date else dt.date.today()


def read(
    path: str | Path, lang: str = "zh", last: bool = False, revision: str = "", mark: bool = True
) -> Reading:
    """Read a round and write its account, problems, differences and marked copies, all of them or
    none.

    Parameters
    ----------
    path : path
        Folder of the round.
    lang : "zh" or "en"
        Language of the list of differences and of the marks.
    last : bool
        Let last year's figures stand in for what did not come in; each is marked so.
    revision : str
        Why a released account is worked on again.
    mark : bool
        Write copies of the workbooks with the faulty cells marked.

    Raises
    ------
    GepError
        If the folder holds no round, or its account is released and no reason for a revision is
        given.
    """
    with _desk(path) as at:
        versions = releases(at)
        if versions and not revision and not _reason(at, versions):
            raise InputError("error.locked", [_locked(at, versions[-1])])
        out = _looked(at)
        out = with_stand_ins(out) if last else out
        marked = _to_mark(out) if mark else {}
        with output.scratch(at, held=True) as made:
            if revision:
                opened = toml({"after": _latest(versions), "reason": revision})
                output.place(made / "revision.toml", opened.encode("utf-8"))
            write_account(out, made / "account")
            write_problems(out.problems, made / "problems.csv")
            write_differences(out.differences, made / "differences.csv", lang)
            _write_rows(made / "deliveries.csv", Delivery, out.deliveries)
            _write_rows(made / "states.csv", Signature, _filled(at, out))
            for name, (s, problems) in marked.items():
                annotated(_kept(at, s.file, s.sha256), problems, made / "marked" / name, lang)
        if mark:
            _tidy(at / "marked", set(marked))
        return out


def _tidy(folder: Path, keep: set[str]) -> None:
    """Take away the marked copies of an earlier reading."""
    for old in folder.glob("*.marked.xlsx"):
        if old.name not in keep:
            old.unlink()


def _to_mark(out: Reading) -> dict[str, tuple[Submission, list[Problem]]]:
    """The workbooks that have problems, with them, by the name of the marked copy."""
    by_file: dict[str, list[Problem]] = {}
    for p in out.problems:
        by_file.setdefault(place_of(p)[0], []).append(p)
    read_ = [s for s in out.submissions if s.forms and s.file in by_file]
    return {_marked(s.file): (s, by_file[s.file]) for s in read_}


def _marked(file: str) -> str:
    """The name of the marked copy of a file; files of one name in two folders have two."""
    return "_".join(Path(file).parts) + ".marked.xlsx"


def _latest(versions: Sequence[Mapping[str, str]]) -> str:
    return versions[-1]["version"] if versions else ""


def _reason(at: Path, versions: Sequence[Mapping[str, str]]) -> str:
    """Why the version after the last release is worked on; blank where no reason was given."""
    file = at / "revision.toml"
    noted = tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
    return str(noted.get("reason", "")) if noted.get("after") == _latest(versions) else ""


def _locked(at: Path, version: Mapping[str, str]) -> Problem:
    return Problem(
        "round.locked", Source(str(at)), **{k: version[k] for k in ("version", "date", "name")}
    )


def signatures(at: Path) -> list[Signature]:
    """All that was signed, in order."""
    return [
        Signature(**{k: x.get(k, "") for k in Signature._fields})
        for x in read_csv(at / "states.csv")
    ]


def _write_rows(path: Path, kind: Any, rows: Iterable[Any]) -> None:
    """Named tuples as a CSV file."""
    write_csv(path, kind._fields, (row._asdict() for row in rows))


def _filled(at: Path, out: Reading) -> list[Signature]:
    """All that was signed, and who filled in what came in since."""
    rows = signatures(at)
    have = {(s.form, s.sha256) for s in rows}
    by_sha = {s.sha256: s for s in out.submissions}
    for code, sha in out.by_form.items():
        if (code, sha) not in have:
            head = out.current[code].head
            date = read_date(head.get("报出日期"))
            rows.append(
                Signature(
                    code,
                    sha,
                    "filled",
                    str(head.get("填表人", ""))[:60],
                    date.isoformat() if date else by_sha[sha].received[:10],
                )
            )
    return rows


def state_of(code: str, sha: str, rows: Sequence[Signature]) -> Signature | None:
    """The last thing signed for the submission that counts; a newer submission begins again at
    filled.
    """
    return next((s for s in reversed(rows) if s[:2] == (code, sha)), None)


def sign(
    path: str | Path, codes: Sequence[str], state: str, name: str, date: str = "", reason: str = ""
) -> list[Signature]:
    """Move forms to the next state: filled → checked → approved; ``filled`` again sends one back.

    Raises
    ------
    InputError
        With every form that did not come in, or that skips a state.
    """
    with _desk(path) as at:
        out, rows, day = _looked(at), signatures(at), day_of(date)
        new = Signature("", "", state, name.strip(), date, reason)
        wanted = _wanted(codes, out)
        sent = {code: out.by_form[code] for code in wanted if code in out.by_form}
        faults = [
            *_unsignable(new, codes, wanted),
            *(Problem("state.absent", named(code)) for code in wanted if code not in sent),
            *_skipped(sent, state, rows),
        ]
        if faults or day is None:
            raise InputError("error.unsigned", faults)
        new = new._replace(date=day.isoformat())
        made = [new._replace(form=code, sha256=sha) for code, sha in sent.items()]
        _write_rows(at / "states.csv", Signature, [*rows, *made])
        return made


def _wanted(codes: Sequence[str], out: Reading) -> list[str]:
    """The forms that are named, and those that came in of the departments that are, or of all."""
    named = set(codes)
    return [
        code
        for code, form in forms().items()
        if code in named or (code in out.by_form and named & {form.department, "all"})
    ]


def _unsignable(new: Signature, codes: Sequence[str], wanted: Sequence[str]) -> Iterator[Problem]:
    """What is wrong with a signature, whatever came in."""
    if new.state not in STATES[:3] or not new.name:
        yield Problem("state.value", named(new.state))
    if not wanted:
        values: dict[str, object] = {"names": ", ".join(forms())}
        yield Problem("form.unknown/department", several("form", codes), **values)
    if day_of(new.date) is None:
        yield Problem("state.date", named(new.date))


def _by_state(
    sent: Mapping[str, str], rows: Sequence[Signature], unsigned: str
) -> dict[str, list[str]]:
    """Forms that came in by their state; those that nobody signed under a word of their own."""
    out: dict[str, list[str]] = {}
    for code, sha in sent.items():
        now = state_of(code, sha, rows)
        out.setdefault(now.state if now else unsigned, []).append(code)
    return out


def _skipped(sent: Mapping[str, str], state: str, rows: Sequence[Signature]) -> Iterator[Problem]:
    """The forms that would come to a state before the one in front of it."""
    for now, codes in _by_state(sent, rows, STATES[0]).items():
        if state in STATES[STATES.index(now) + 2 :]:
            values: dict[str, object] = {
                "now": Both(now, STATES_ZH[now]),
                "state": Both(state, STATES_ZH[state]),
            }
            yield Problem("state.skip", several("form", codes), **values)


def releases(path: str | Path) -> list[dict[str, str]]:
    """The released versions, first to last, with the names of files that were changed since (there
    should be none).
    """
    out = []
    for file in sorted(
        (Path(path) / "released").glob("v*/release.toml"), key=lambda p: int(p.parent.name[1:])
    ):
        data = tomllib.loads(file.read_text("utf-8"))
        changed = [n for n, sha in data["files"].items() if _sha(file.parent / n) != sha]
        said = {k: str(data[k]) for k in ("version", "name", "date", "reason")}
        out.append({**said, "changed": ", ".join(changed)})
    return out


def release(path: str | Path, name: str, date: str = "") -> Path:
    """Lock the account as the next version: its files, their checksums, who released it, and why
    again.

    Raises
    ------
    InputError
        If forms that came in are not approved, the account is not what they give, or the last
        version is locked.
    """
    with _desk(path) as at:
        versions = releases(at)
        out, rows = _looked(at), signatures(at)
        reason = _reason(at, versions)
        day = day_of(date)
        faults = list(_not_approved(out, rows))
        if versions and not reason:
            faults.append(_locked(at, versions[-1]))
        if not (at / "account" / "inputs.csv").is_file():
            faults.append(Problem("round.unread", Source(str(path))))
        elif not _in_step(at, out):
            faults.append(Problem("round.stale", Source(str(path))))
        if day is None or not name.strip():
            faults.append(Problem("state.date/name", named(date or name)))
        if faults or day is None:
            raise InputError("error.release", faults)
        opening.read(at / "account")  # whatever is wrong in it is told here
        head = {
            "version": f"v{len(versions) + 1}",
            "name": name.strip(),
            "date": day.isoformat(),
            "reason": reason,
        }
        return _locked_away(at, head, [*rows, *_final(out, head)])


def _final(out: Reading, head: Mapping[str, str]) -> Iterator[Signature]:
    """The signatures of a release."""
    for code, sha in out.by_form.items():
        yield Signature(code, sha, "final", head["name"], head["date"], head["version"])


def _locked_away(at: Path, head: Mapping[str, str], rows: Sequence[Signature]) -> Path:
    """Write a version with the checksums of its files, none of which may be written again."""
    with output.scratch(at, held=True) as made:
        target = made / "released" / head["version"]
        shutil.copytree(at / "account", target)
        _write_rows(made / "states.csv", Signature, rows)
        lists = [at / name for name in _LISTS]
        for extra in filter(Path.is_file, (*lists, made / "states.csv")):
            shutil.copyfile(extra, target / extra.name)
        sums = {p.relative_to(target).as_posix(): _sha(p) for p in _files(target)}
        output.place(target / "release.toml", toml({**head, "files": sums}).encode("utf-8"))
        for p in _files(target):
            p.chmod(0o444)
    return at / "released" / head["version"]


def _not_approved(out: Reading, rows: Sequence[Signature]) -> Iterator[Problem]:
    """The forms that came in and are not approved, by what they are."""
    for state, codes in _by_state(out.by_form, rows, "unread").items():
        where = several("form", codes)
        if state == "unread":
            yield Problem("state.unread", where)
        elif state not in ("approved", "final"):
            values: dict[str, object] = {
                "now": Both(state, STATES_ZH[state]),
                "codes": " ".join(codes),
                "next": STATES[STATES.index(state) + 1],
            }
            yield Problem("state.open", where, **values)


def _in_step(at: Path, out: Reading) -> bool:
    """Whether the account is what the forms that came in give now, with or without last year's
    figures standing in.
    """
    with tempfile.TemporaryDirectory() as temporary:
        for name, reading in (("plain", out), ("last", with_stand_ins(out))):
            made = write_account(reading, Path(temporary) / name)
            if all(_sha(f) == _sha(at / "account" / f.name) for f in made.iterdir()):
                return True
    return False


def summary(out: Reading) -> dict[str, object]:
    """What a reading found, as plain data; confidential figures are not in it."""
    levels = Counter(p.level for p in out.problems)
    told = Difference._fields[:-1]  # the labels of its row stand in it as text
    return {
        "region": out.round.region,
        "year": out.round.year,
        "submissions": [_submission(s, out) for s in out.submissions],
        "figures": len(out.answers),
        "rows": len(out.rows),
        "errors": levels["error"],
        "warnings": levels["warning"],
        "problems": [p.to_dict() for p in out.problems],
        "differences": [dict(zip(told, d, strict=False)) for d in out.differences],
        "confidential": sorted({a.field for a in out.answers if a.hidden}),
    }


def _submission(s: Submission, out: Reading) -> dict[str, object]:
    refused = out.refused.get(s.file)
    return {
        **s._asdict(),
        "forms": list(s.forms),
        "counts_for": [c for c, sha in out.by_form.items() if sha == s.sha256],
        "refused": refused.to_dict() if refused else None,
    }
