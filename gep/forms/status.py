"""Who has reported, what is missing or late, and which indicators can be accounted and which wait for whom."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from gep import folder, standards
from gep.account import Account
from gep.errors import GepError, Problem
from gep.forms.define import departments, feeders, forms
from gep.forms.desk import STATES_ZH, Signature, look, signatures, state_of
from gep.forms.read import Reading
from gep.forms.result import place_of, write_account

WORDS = {
    "missing": ("未报", "missing"), "due": ("未到期", "not due yet"), "overdue": ("逾期未报", "overdue"), "refused": ("退回", "refused"), "reported": ("已报", "reported"),
    "late": ("迟报", "reported late"),
}  # fmt: skip


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


class IndicatorStatus(NamedTuple):
    """Whether a row of the standard can be accounted, and what it waits for."""

    id: str
    zh: str
    en: str
    ready: tuple[str, ...]  # components
    waiting: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]  # component, names that lack, forms that carry them


def form_status(out: Reading, rows: Sequence[Signature] = (), today: dt.date | None = None) -> list[FormStatus]:
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
            result.append(FormStatus(code, form.department, deadline, "refused", errors=1, file=out.astray[code].file))
            continue
        if code not in out.by_form:
            result.append(FormStatus(code, form.department, deadline, "overdue" if on > deadline else "due"))
            continue
        placed, sent = out.current[code], files[out.by_form[code]]
        came = sent.reported or sent.received[:10]
        signed = state_of(code, sent.sha256, rows)
        own = found.get((placed.file, placed.sheet), [])
        errors = sum(p.level == "error" for p in own)
        word = "refused" if errors and not (placed.answers or placed.deliveries) else "late" if came > deadline.isoformat() else "reported"
        result.append(FormStatus(code, form.department, deadline, word, signed.state if signed else "filled", signed.name if signed else "", signed.date if signed else came,
                                 len(placed.answers) + len(placed.deliveries), errors, len(own) - errors, placed.file))  # fmt: skip
    return result


def indicator_status(account: Account) -> list[IndicatorStatus]:
    """The rows of the standard: components that are accounted, and what the others wait for."""
    done = {p.name for p in account.parts}
    out = []
    for row in account.profile.rows:
        ready, waiting = [], []
        for target in row.components:
            indicator, _, component = target.partition(".")
            lacking = [m for m in account.missing if m.indicator == indicator and component in ("", m.component)]
            if target in done and not lacking:
                ready.append(target)
            for m in lacking:
                names = tuple(n for n, _ in m.needs)
                carry = [f.form for n in names for f in feeders(m.indicator, m.component, n if n != "value" else "quantity")]
                waiting.append((f"{m.indicator}.{m.component}", names, tuple(dict.fromkeys(carry))))
        out.append(IndicatorStatus(row.id, row.zh, row.en, tuple(ready), tuple(waiting)))
    return out


def account_of(out: Reading) -> tuple[Account | None, list[Problem]]:
    """The account as the forms give it now, or why it cannot be made; none where no figure has come in."""
    if not out.rows:
        return None, []
    with tempfile.TemporaryDirectory() as temporary:
        try:
            return folder.read(write_account(out, Path(temporary) / "account")), []
        except GepError as error:
            return None, list(error.problems)


def waiting_for(codes: Sequence[str], lang: str = "zh") -> str:
    """Forms with the departments that answer for them."""
    who: dict[str, list[str]] = {}
    for c in codes:
        d = departments()[forms()[c].department]
        who.setdefault(d.en if lang == "en" else d.zh, []).append(c)
    return "; ".join(f"{d} ({', '.join(found)})" for d, found in who.items())


def status(path: str | Path, today: dt.date | None = None) -> tuple[Reading, list[FormStatus], list[IndicatorStatus], list[Problem]]:
    """Everything at once: the reading, the forms, the indicators, and why the account cannot be made."""
    out = look(path)
    rows = form_status(out, signatures(Path(path)), today)
    account, faults = account_of(out)
    if account is None:
        profile = standards.get(out.round.standard)
        return out, rows, [IndicatorStatus(r.id, r.zh, r.en, (), ()) for r in profile.rows], faults
    return out, rows, indicator_status(account), []


def state_word(state: str, lang: str = "zh") -> str:
    """A state in a language."""
    return STATES_ZH.get(state, state) if lang == "zh" else state
