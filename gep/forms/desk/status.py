"""Who has reported, what is missing or late, and which indicators can be accounted and which wait
for whom.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from gep import opening, standards
from gep.account.account import Account
from gep.core.errors import GepError, Problem
from gep.forms.back.read import Reading, stand_in_note
from gep.forms.back.rules import left_blank
from gep.forms.define import Field, departments, feeders, forms, needs, targets
from gep.forms.define import field as field_of
from gep.forms.desk.desk import STATES_ZH, Signature, look, signatures, state_of
from gep.forms.desk.result import place_of, write_account
from gep.forms.round import Key, read_csv

WORDS = {
    "missing": ("未报", "missing"),
    "due": ("未到期", "not due yet"),
    "overdue": ("逾期未报", "overdue"),
    "refused": ("退回", "refused"),
    "reported": ("已报", "reported"),
    "late": ("迟报", "reported late"),
}
SPITE = {
    "refused": ("{} 张表退回", "refused forms: {}"),
    "overdue": ("{} 张表逾期未报", "overdue forms: {}"),
    "faults": ("{} 处错误未改", "open faults: {}"),
    "stand_ins": ("{} 个数以上年数代替", "figures of last year standing in: {}"),
}
GAPS = {
    "unavailable": ("不详", "not available"),
    "confidential": ("保密", "withheld"),
    "refused": ("有误未读入", "refused"),
    "blank": ("未填", "blank"),
}


class FormStatus(NamedTuple):
    """Where one form stands."""

    form: str
    department: str
    deadline: dt.date
    word: str  # a key of WORDS
    state: str = ""
    name: str = ""
    date: str = ""
    figures: int = 0
    errors: int = 0
    warnings: int = 0
    file: str = ""


class Gap(NamedTuple):
    """Cells without a figure in forms that came in: the account may be made without them and not
    show that one of many is missing.
    """

    state: str  # a key of GAPS
    cells: int
    forms: tuple[str, ...]


class IndicatorStatus(NamedTuple):
    """Whether a row of the standard can be accounted, and what it waits for."""

    id: str
    zh: str
    en: str
    ready: tuple[str, ...]  # components
    waiting: tuple[
        tuple[str, tuple[str, ...], tuple[str, ...]], ...
    ]  # component, names that lack, forms that carry them
    gaps: tuple[Gap, ...] = ()


def form_status(
    out: Reading, rows: Sequence[Signature] = (), today: dt.date | None = None
) -> list[FormStatus]:
    """The forms in order, with their state and faults."""
    on = today or dt.date.today()
    files = {s.sha256: s for s in out.submissions}
    found: dict[tuple[str, str], list[Problem]] = {}
    for p in out.problems:
        file, sheet, _ = place_of(p)
        found.setdefault((file, sheet), []).append(p)
    result = []
    for code, form in forms().items():
        deadline = out.round.deadline(form)
        if code not in out.by_form and code in out.astray:
            result.append(
                FormStatus(
                    code, form.department, deadline, "refused", errors=1, file=out.astray[code].file
                )
            )
            continue
        if code not in out.by_form:
            result.append(
                FormStatus(code, form.department, deadline, "overdue" if on > deadline else "due")
            )
            continue
        placed, sent = out.current[code], files[out.by_form[code]]
        came = sent.reported or sent.received[:10]
        signed = state_of(code, sent.sha256, rows)
        own = found.get((placed.file, placed.sheet), [])
        errors = sum(p.level == "error" for p in own)
        word = (
            "refused"
            if errors and not (placed.answers or placed.deliveries)
            else "late"
            if came > deadline.isoformat()
            else "reported"
        )
        result.append(
            FormStatus(
                code,
                form.department,
                deadline,
                word,
                signed.state if signed else "filled",
                signed.name if signed else "",
                signed.date if signed else came,
                len(placed.answers) + len(placed.deliveries),
                errors,
                len(own) - errors,
                placed.file,
            )
        )
    return result


def gaps(out: Reading, components: Sequence[str]) -> tuple[Gap, ...]:
    """The cells without a figure that serve any of some components (``indicator.component``, or an
    indicator alone).
    """
    wanted = {(i, c.id) for i, c, _ in needs() if {i, f"{i}.{c.id}"} & set(components)}
    found: dict[str, dict[tuple[str, Key], None]] = {state: {} for state in GAPS}
    for p in out.current.values():
        for a in p.answers:
            if a.cell.state in GAPS and served(field_of(a.field), a.key.component) & wanted:
                found[a.cell.state][a.field, a.key] = None
        for code, key in p.refused:
            if served(field_of(code), key.component) & wanted:
                found["refused"][code, key] = None
        for f in p.form.fields:
            for key in left_blank(p, out.round, f):
                if served(f, key.component) & wanted:
                    found["blank"][f.code, key] = None
    return tuple(
        Gap(state, len(cells), tuple(sorted({code[:3] for code, _ in cells})))
        for state, cells in found.items()
        if cells
    )


@cache
def served(f: Field, component: str) -> set[tuple[str, str]]:
    """The components that a field serves: its own, all of its indicator, or all that take a shared
    name.
    """
    found = {
        (t.indicator, t.component, t.name)
        for t in targets(f, component)
        if t.kind in ("input", "price")
    }
    return {
        (i, c.id)
        for i, c, own in needs()
        for at, part, name in found
        if (at == i and part in ("", c.id) and (name in own or name == "quantity"))
        or (not at and c.shared and name in own)
    }


def gaps_text(found: Sequence[Gap], lang: str = "zh") -> str:
    """Gaps as people read them, with the forms.

    >>> gaps_text([Gap("unavailable", 2, ("C01",)), Gap("blank", 1, ("C01", "C04"))])
    '2 格不详 (C01)、1 格未填 (C01, C04)'
    """
    if lang == "en":
        return ", ".join(
            f"{g.cells} {'cell' if g.cells == 1 else 'cells'} {GAPS[g.state][1]} ({', '.join(g.forms)})"
            for g in found
        )
    return "、".join(f"{g.cells} 格{GAPS[g.state][0]} ({', '.join(g.forms)})" for g in found)


def indicator_status(account: Account) -> list[IndicatorStatus]:
    """The rows of the standard: components that are accounted, and what the others wait for."""
    done = {p.name for p in account.parts}
    out = []
    for row in account.profile.rows:
        ready, waiting = [], []
        for target in row.components:
            indicator, _, component = target.partition(".")
            lacking = [
                m
                for m in account.missing
                if m.indicator == indicator and component in ("", m.component)
            ]
            if target in done and not lacking:
                ready.append(target)
            for m in lacking:
                names = tuple(n for n, _ in m.needs)
                carry = [
                    f.form
                    for n in names
                    for f in feeders(m.indicator, m.component, n if n != "value" else "quantity")
                ]
                waiting.append((f"{m.indicator}.{m.component}", names, tuple(dict.fromkeys(carry))))
        out.append(IndicatorStatus(row.id, row.zh, row.en, tuple(ready), tuple(waiting)))
    return out


def account_of(out: Reading) -> tuple[Account | None, list[Problem]]:
    """The account as the forms give it now, or why it cannot be made; none where no figure has come
    in.
    """
    if not out.rows:
        return None, []
    with tempfile.TemporaryDirectory() as temporary:
        try:
            return opening.read(write_account(out, Path(temporary) / "account")), []
        except GepError as error:
            return None, list(error.problems)


def waiting_for(codes: Sequence[str], lang: str = "zh") -> str:
    """Forms with the departments that answer for them."""
    who: dict[str, list[str]] = {}
    for c in codes:
        d = departments()[forms()[c].department]
        who.setdefault(d.en if lang == "en" else d.zh, []).append(c)
    return "; ".join(f"{d} ({', '.join(found)})" for d, found in who.items())


def status(
    path: str | Path, today: dt.date | None = None
) -> tuple[Reading, list[FormStatus], list[IndicatorStatus], list[Problem]]:
    """Everything at once: the reading, the forms, the indicators, and why the account cannot be
    made.
    """
    out = look(path)
    rows = form_status(out, signatures(Path(path)), today)
    account, faults = account_of(out)
    if account is None:
        profile = standards.get(out.round.standard)
        return (
            out,
            rows,
            [
                IndicatorStatus(r.id, r.zh, r.en, (), (), gaps(out, r.components))
                for r in profile.rows
            ],
            faults,
        )
    components = {row.id: row.components for row in account.profile.rows}
    return (
        out,
        rows,
        [i._replace(gaps=gaps(out, components[i.id])) for i in indicator_status(account)],
        [],
    )


def in_spite(path: str | Path, version: Path, today: dt.date | None = None) -> dict[str, int]:
    """What a version was released in spite of, counted by a key of SPITE; what did not occur is
    left out.
    """
    out, forms_now, _, _ = status(path, today)
    words = [f.word for f in forms_now]
    note = stand_in_note(out.round)
    rows = [x for name in ("inputs.csv", "prices.csv") for x in read_csv(version / name)]
    counts = {
        "refused": words.count("refused"),
        "overdue": words.count("overdue"),
        "faults": sum(p.level == "error" for p in out.problems),
        "stand_ins": sum(x["note"] == note for x in rows),
    }
    return {k: n for k, n in counts.items() if n}


def state_word(state: str, lang: str = "zh") -> str:
    """A state in a language."""
    return STATES_ZH.get(state, state) if lang == "zh" else state
