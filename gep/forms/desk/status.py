"""Who has reported, what is missing or late, and which indicators can be accounted and which wait
for whom.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from gep import opening, standards
from gep.account.account import Account, Missing
from gep.core.errors import GepError, Problem
from gep.forms.back.match import Placed
from gep.forms.back.read import Reading, stand_in_note
from gep.forms.back.rules import left_blank
from gep.forms.define import (
    ASKED,
    Field,
    Form,
    addresses,
    departments,
    feeders,
    forms,
    needs,
    targets,
    titled,
)
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


class Waiting(NamedTuple):
    """A component that is not accounted."""

    component: str
    needs: tuple[str, ...]  # names that lack
    forms: tuple[str, ...]  # that carry them


class IndicatorStatus(NamedTuple):
    """Whether a row of the standard can be accounted, and what it waits for."""

    id: str
    zh: str
    en: str
    ready: tuple[str, ...]  # components
    waiting: tuple[Waiting, ...]
    gaps: tuple[Gap, ...] = ()


def form_status(
    out: Reading, rows: Sequence[Signature] = (), today: dt.date | None = None
) -> list[FormStatus]:
    """The forms in order, with their state and faults."""
    on = today or dt.date.today()
    faults = Counter((*place_of(p)[:2], p.level == "error") for p in out.problems)
    result = []
    for code, form in forms().items():
        deadline = out.round.deadline(form)
        if code in out.by_form:
            result.append(_sent(out, form, deadline, rows, faults))
        elif code in out.astray:
            file = out.astray[code].file
            result.append(
                FormStatus(code, form.department, deadline, "refused", errors=1, file=file)
            )
        else:
            word = "overdue" if on > deadline else "due"
            result.append(FormStatus(code, form.department, deadline, word))
    return result


def _sent(
    out: Reading,
    form: Form,
    deadline: dt.date,
    rows: Sequence[Signature],
    faults: Counter[tuple[str, str, bool]],
) -> FormStatus:
    """Where a form stands that came in."""
    placed, sha = out.current[form.code], out.by_form[form.code]
    sent = next(s for s in out.submissions if s.sha256 == sha)
    came = sent.reported or sent.received[:10]
    unsigned = Signature(form.code, sha, "filled", "", came)
    signed = state_of(form.code, sha, rows) or unsigned
    figures = len(placed.answers) + len(placed.deliveries)
    errors = faults[placed.file, placed.sheet, True]
    word = "late" if came > deadline.isoformat() else "reported"
    return FormStatus(
        form.code,
        form.department,
        deadline,
        "refused" if errors and not figures else word,
        signed.state,
        signed.name,
        signed.date,
        figures,
        errors,
        faults[placed.file, placed.sheet, False],
        placed.file,
    )


def gaps(out: Reading, components: Sequence[str]) -> tuple[Gap, ...]:
    """The cells without a figure that serve any of some components (``indicator.component``, or an
    indicator alone).
    """
    wanted = {(i, c.id) for i, c, _ in needs() if {i, f"{i}.{c.id}"} & set(components)}
    found: dict[str, set[tuple[str, Key]]] = {state: set() for state in GAPS}
    for state, code, key in chain.from_iterable(_lacking(p, out) for p in out.current.values()):
        if served(field_of(code), key.component) & wanted:
            found[state].add((code, key))
    return tuple(
        Gap(state, len(cells), tuple(sorted({code[:3] for code, _ in cells})))
        for state, cells in found.items()
        if cells
    )


def _lacking(p: Placed, out: Reading) -> Iterator[tuple[str, str, Key]]:
    """The cells of a form that hold no figure: why, which field, which row."""
    for a in p.answers:
        if a.cell.state in GAPS:
            yield a.cell.state, a.field, a.key
    for code, key in p.refused:
        yield "refused", code, key
    for f in p.form.fields:
        for key in left_blank(p, out.round, f):
            yield "blank", f.code, key


@cache
def served(f: Field, component: str) -> set[tuple[str, str]]:
    """The components that a field serves: its own, all of its indicator, or all that take a shared
    name.
    """
    found = [t for t in targets(f, component) if t.kind in ASKED]
    return {
        (i, c.id)
        for i, c, own in needs()
        for t in found
        if t.name in own and t[1:3] in addresses(i, c.id, c.shared)
    }


def gaps_text(found: Sequence[Gap], lang: str = "zh") -> str:
    """Gaps as people read them, with the forms.

    >>> gaps_text([Gap("unavailable", 2, ("C01",)), Gap("blank", 1, ("C01", "C04"))])
    '2 格不详 (C01)、1 格未填 (C01, C04)'
    """
    if lang == "en":
        return ", ".join(
            f"{g.cells} {'cell' if g.cells == 1 else 'cells'} {worded(GAPS[g.state], lang)} "
            f"({', '.join(g.forms)})"
            for g in found
        )
    return "、".join(
        f"{g.cells} 格{worded(GAPS[g.state], 'zh')} ({', '.join(g.forms)})" for g in found
    )


def worded(pair: tuple[str, str], lang: str) -> str:
    """A word of the tables above in a language."""
    return pair[lang != "zh"]


def indicator_status(account: Account) -> list[IndicatorStatus]:
    """The rows of the standard: components that are accounted, and what the others wait for."""
    done = {p.name for p in account.parts}
    out = []
    for row in account.profile.rows:
        ready: list[str] = []
        waiting: list[Waiting] = []
        for target in row.components:
            indicator, _, component = target.partition(".")
            lacking = [
                _waiting(m)
                for m in account.missing
                if m.indicator == indicator and component in ("", m.component)
            ]
            if target in done and not lacking:
                ready.append(target)
            waiting += lacking
        out.append(IndicatorStatus(row.id, row.zh, row.en, tuple(ready), tuple(waiting)))
    return out


def _waiting(m: Missing) -> Waiting:
    """What a component waits for; a form carries the quantity of what lacks a value."""
    names = tuple(name for name, _ in m.needs)
    asked = [{"value": "quantity"}.get(name, name) for name in names]
    carry = [f.form for name in asked for f in feeders(m.indicator, m.component, name)]
    return Waiting(f"{m.indicator}.{m.component}", names, tuple(dict.fromkeys(carry)))


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
        department = departments()[forms()[c].department]
        who.setdefault(titled(department, lang), []).append(c)
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
        standard = standards.get(out.round.standard).rows
        found = [IndicatorStatus(row.id, row.zh, row.en, (), ()) for row in standard]
    else:
        standard, found = account.profile.rows, indicator_status(account)
    waits = [
        i._replace(gaps=gaps(out, row.components)) for i, row in zip(found, standard, strict=True)
    ]
    return out, rows, waits, faults


def in_spite(path: str | Path, version: Path, today: dt.date | None = None) -> dict[str, int]:
    """What a version was released in spite of, counted by a key of SPITE; what did not occur is
    left out.
    """
    out, forms_now, _, _ = status(path, today)
    words = Counter(f.word for f in forms_now)
    note = stand_in_note(out.round)
    rows = chain.from_iterable(read_csv(version / name) for name in ("inputs.csv", "prices.csv"))
    counts = {
        "refused": words["refused"],
        "overdue": words["overdue"],
        "faults": sum(p.level == "error" for p in out.problems),
        "stand_ins": sum(x["note"] == note for x in rows),
    }
    return {k: n for k, n in counts.items() if n}


def state_word(state: str, lang: str = "zh") -> str:
    """A state in a language."""
    return STATES_ZH.get(state, state) if lang == "zh" else state
