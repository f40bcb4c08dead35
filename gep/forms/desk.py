"""The desk of a round: what came in is kept and logged, read, signed, and at last released under lock.

``returned/`` is where departments' files go; each is kept unchanged under ``kept/`` by its checksum, so that a later
submission never wipes out the first. ``states.csv`` says who checked and approved what, and when. A released account
lies under ``released/v1`` with the checksums of its files; another one is a new version with its reason.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import NamedTuple

from gep import folder, output
from gep.errors import InputError, Problem
from gep.forms.cells import read_date
from gep.forms.define import field as field_of
from gep.forms.define import forms
from gep.forms.read import Reading, Submission, files_in, read_files, with_stand_ins
from gep.forms.result import annotated, place, write_account, write_problems
from gep.forms.round import load, read_csv, toml, write_csv

STATES = ("filled", "checked", "approved", "final")
STATES_ZH = {"filled": "已填报", "checked": "已审核", "approved": "已批准", "final": "已定稿"}
_LOG = ("sha256", "file", "received")
_SIGNED = ("form", "sha256", "state", "name", "date", "reason")


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
            new.append((when, file.relative_to(at / "returned").as_posix(), sha, file))
    for when, name, sha, file in sorted(new):
        kept = at / "kept" / f"{sha}{file.suffix.lower()}"
        kept.parent.mkdir(exist_ok=True)
        shutil.copyfile(file, kept)
        log.append({"sha256": sha, "file": name, "received": when})
    if new:
        write_csv(at / "submissions.csv", _LOG, log)
    for x in log:
        yield at / "kept" / f"{x['sha256']}{Path(x['file']).suffix.lower()}", x["file"], x["received"]


@contextmanager
def _desk(path: str | Path) -> Iterator[Path]:
    """The folder of a round, held so that two at once do not lose what each other writes; one that is not there is told of later."""
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
    faults = [p for _, p in files_in(at / "returned") if p is not None and Path(p.where).name not in _delivered_names(at)]
    out = read_files(r, list(received(at)), faults)
    out.problems += _deliveries(at, out)
    return out


def _delivered_names(at: Path) -> set[str]:
    return {Path(x["file"]).name for x in read_csv(at / "deliveries.csv")}


def _deliveries(at: Path, out: Reading) -> Iterator[Problem]:
    """Files that a delivery sheet lists: whether they lie there, and are the very ones."""
    home = (at / "returned").resolve()
    for d in out.deliveries:
        found = [p for p in sorted(home.rglob(Path(d.file).name)) if p.is_file() and p.resolve().is_relative_to(home)] if Path(d.file).name else []
        where = f"{d.source}, {d.where}"
        if not found:
            yield Problem("delivery.file", where, "lists '{file}', which did not come in", "put it into returned/", "warning", {"file": d.file})
        elif d.sha256 and _sha(found[0]) != d.sha256:
            yield Problem("delivery.other", where, "lists '{file}', which has another checksum", "send the file or the sheet again", values={"file": d.file})


def _sha(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as f:
        while block := f.read(2**20):
            digest.update(block)
    return digest.hexdigest()


def read(path: str | Path, lang: str = "zh", last: bool = False, revision: str = "", mark: bool = True) -> Reading:
    """Read a round and write its account, problems, differences and marked copies.

    Parameters
    ----------
    last : bool
        Let last year's figures stand in for what did not come in; each is marked so.
    revision : str
        Why a released account is worked on again.

    Raises
    ------
    GepError
        If the folder holds no round, or its account is released and no reason for a revision is given.
    """
    with _desk(path) as at:
        versions = releases(at)
        if versions and not revision and not (at / "revision.toml").exists():
            v = versions[-1]
            what, mend = "is released as {version} ({date}, {name}) and locked", "give the reason of a new version: --revision 'why'"
            raise InputError("The account is locked", [Problem("round.locked", str(path), what, mend, values={k: v[k] for k in ("version", "date", "name")})])
        if revision:
            output.place(at / "revision.toml", ("\n".join(toml({"reason": revision})) + "\n").encode("utf-8"))
        out = _looked(at)
        out = with_stand_ins(out) if last else out
        write_account(out, at / "account")
        write_problems(out.problems, at / "problems.csv", lang)
        rows = [d._asdict() for d in out.differences]
        if rows:
            write_csv(at / "differences.csv", tuple(rows[0]), rows)
        if mark:
            _mark(at, out, lang)
        _filled(at, out)
        return out


def _mark(at: Path, out: Reading, lang: str) -> None:
    by_file: dict[str, list[Problem]] = {}
    for p in out.problems:
        by_file.setdefault(place(p)[0], []).append(p)
    marked = at / "marked"
    mine = {Path(s.file).name + ".marked.xlsx": s for s in out.submissions if s.file in by_file and s.forms}
    if mine:
        with output.scratch(marked) as made:
            for name, s in mine.items():
                annotated(at / "kept" / f"{s.sha256}{Path(s.file).suffix.lower()}", by_file[s.file], made / name, lang)
    for old in marked.glob("*.marked.xlsx"):
        if old.name not in mine:
            old.unlink()


def signatures(at: Path) -> list[Signature]:
    """All that was signed, in order."""
    return [Signature(**{k: x.get(k, "") for k in _SIGNED}) for x in read_csv(at / "states.csv")]


def _write_signatures(at: Path, rows: Sequence[Signature]) -> None:
    write_csv(at / "states.csv", _SIGNED, (s._asdict() for s in rows))


def _filled(at: Path, out: Reading) -> None:
    """Note who filled in what came in."""
    rows = signatures(at)
    have = {(s.form, s.sha256) for s in rows}
    by_sha = {s.sha256: s for s in out.submissions}
    for code, sha in out.by_form.items():
        if (code, sha) not in have:
            head = out.current[code].head
            date = read_date(head.get("报出日期"))
            rows.append(Signature(code, sha, "filled", str(head.get("填表人", ""))[:60], date.isoformat() if date else by_sha[sha].received[:10]))
    _write_signatures(at, rows)


def state_of(code: str, sha: str, rows: Sequence[Signature]) -> Signature | None:
    """The last thing signed for the submission that counts; a newer submission begins again at filled."""
    mine = [s for s in rows if s.form == code and s.sha256 == sha]
    return mine[-1] if mine else None


def sign(path: str | Path, codes: Sequence[str], state: str, name: str, date: str = "", reason: str = "") -> list[Signature]:
    """Move forms to the next state: filled → checked → approved; ``filled`` again sends one back.

    Raises
    ------
    InputError
        With every form that did not come in, or that skips a state.
    """
    with _desk(path) as at:
        out, rows = _looked(at), signatures(at)
        wanted = [c for c in forms() if c in codes or forms()[c].department in codes or "all" in codes]
        wanted = [c for c in wanted if c in out.by_form or c in codes]
        faults = []
        if state not in STATES[:3] or not name.strip():
            faults.append(Problem("state.value", state, "is no state that can be signed", "filled, checked or approved, with --name"))
        if not wanted:
            faults.append(Problem("form.unknown", ", ".join(codes), "is no form", "one of: {names}", values={"names": ", ".join(forms())}))
        day = read_date(date) if date else dt.date.today()
        if day is None:
            faults.append(Problem("state.date", date, "is no date", "write 2021-03-05"))
        made = []
        for code in wanted:
            if code not in out.by_form:
                faults.append(Problem("state.absent", code, "has not come in", "wait for it"))
                continue
            now = state_of(code, out.by_form[code], rows)
            at_now = STATES.index(now.state) if now else 0
            if state in STATES and STATES.index(state) > at_now + 1:
                faults.append(
                    Problem("state.skip", code, "is {now}; it cannot be {state} yet", "check it first", values={"now": STATES[at_now], "state": state})
                )
            made.append(Signature(code, out.by_form[code], state, name.strip(), day.isoformat() if day else "", reason))
        if faults:
            raise InputError("Nothing was signed", faults)
        _write_signatures(at, [*rows, *made])
        return made


def releases(path: str | Path) -> list[dict[str, str]]:
    """The released versions, first to last, with the names of files that were changed since (there should be none)."""
    out = []
    for file in sorted((Path(path) / "released").glob("v*/release.toml"), key=lambda p: int(p.parent.name[1:])):
        data = tomllib.loads(file.read_text("utf-8"))
        changed = [n for n, sha in data["files"].items() if not (file.parent / n).is_file() or _sha(file.parent / n) != sha]
        out.append({**{k: str(data[k]) for k in ("version", "name", "date", "reason")}, "changed": ", ".join(changed)})
    return out


def release(path: str | Path, name: str, date: str = "") -> Path:
    """Lock the account as the next version: its files, their checksums, who released it, and why again.

    Raises
    ------
    InputError
        If forms that came in are not approved, the account is out of step with them, or nothing changed since the last version.
    """
    with _desk(path) as at:
        versions = releases(at)
        out, rows = _looked(at), signatures(at)
        faults = []
        for code, sha in out.by_form.items():
            now = state_of(code, sha, rows)
            if now is None or now.state not in ("approved", "final"):
                faults.append(
                    Problem(
                        "state.open",
                        code,
                        "is {now}, not approved",
                        "gep form sign DIR {code} --state approved",
                        values={"now": now.state if now else "unread", "code": code},
                    )
                )
        reason = tomllib.loads((at / "revision.toml").read_text("utf-8"))["reason"] if (at / "revision.toml").exists() else ""
        if versions and not reason:
            faults.append(Problem("round.locked", str(path), "is released as {version} ({date}, {name}) and locked", "give the reason of a new version: --revision 'why'",
                                  values={k: versions[-1][k] for k in ("version", "date", "name")}))  # fmt: skip
        if not (at / "account" / "inputs.csv").is_file():
            faults.append(Problem("round.unread", str(path), "has no account yet", "gep form read"))
        day = read_date(date) if date else dt.date.today()
        if day is None or not name.strip():
            faults.append(Problem("state.date", date or name, "is no date or no name", "write 2021-03-05 and --name"))
        if faults:
            raise InputError("The account cannot be released", faults)
        folder.read(at / "account")  # whatever is wrong in it is told here
        version = f"v{len(versions) + 1}"
        released = at / "released" / version
        (at / "released").mkdir(exist_ok=True)
        target = Path(tempfile.mkdtemp(prefix=output.SCRATCH, dir=at / "released")) / version  # moved into place when all is in it
        shutil.copytree(at / "account", target)
        for extra in ("problems.csv", "differences.csv", "submissions.csv", "deliveries.csv"):
            if (at / extra).is_file():
                shutil.copyfile(at / extra, target / extra)
        _write_signatures(at, [*rows, *(Signature(c, s, "final", name.strip(), day.isoformat() if day else "", version) for c, s in out.by_form.items())])
        shutil.copyfile(at / "states.csv", target / "states.csv")
        files = {p.relative_to(target).as_posix(): _sha(p) for p in sorted(target.rglob("*")) if p.is_file()}
        head: Mapping[str, object] = {"version": version, "name": name.strip(), "date": day.isoformat() if day else "", "reason": reason, "files": files}
        (target / "release.toml").write_text("\n".join(toml(head)) + "\n", "utf-8", newline="\n")
        for p in target.rglob("*"):
            if p.is_file():
                p.chmod(0o444)
        target.rename(released)
        target.parent.rmdir()
        (at / "revision.toml").unlink(missing_ok=True)
        return released


def summary(out: Reading) -> dict[str, object]:
    """What a reading found, as plain data; confidential figures are not in it."""
    return {
        "region": out.round.region,
        "year": out.round.year,
        "submissions": [_submission(s, out) for s in out.submissions],
        "figures": len(out.answers),
        "rows": len(out.rows),
        "errors": sum(p.level == "error" for p in out.problems),
        "warnings": sum(p.level == "warning" for p in out.problems),
        "problems": [{"code": p.code, "level": p.level, "where": p.where, "text": str(p)} for p in out.problems],
        "differences": [d._asdict() for d in out.differences],
        "confidential": sorted({field_of(a.field).code for a in out.answers if a.hidden}),
    }


def _submission(s: Submission, out: Reading) -> dict[str, object]:
    return {
        **s._asdict(),
        "forms": list(s.forms),
        "counts_for": [c for c, sha in out.by_form.items() if sha == s.sha256],
        "refused": out.refused.get(s.file, ""),
    }


def to_json(out: Reading) -> str:
    """:func:`summary` as JSON text."""
    return json.dumps(summary(out), ensure_ascii=False, indent=1)
