"""What must hold within a form and between years: what is needed, at most, adds up, and is near
last year's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from gep.core import units
from gep.core.errors import Problem, UnitError
from gep.core.messages import Both
from gep.core.text import name_of
from gep.forms.back.match import Answer, Placed
from gep.forms.define import Field, Form
from gep.forms.define import field as field_of
from gep.forms.out.template import ALL, ecosystem_label
from gep.forms.round import Key, Round, beside_key


def label_text(form: Form, key: Key, lang: str) -> str:
    """The labels of a row as one text, as the form prints them; the whole city is not said."""
    c = form.component(key.component) if key.component else None
    component = name_of(c, lang) if c else key.component
    ecosystem = ecosystem_label(key.ecosystem, lang)
    labels = (key.region, component, ecosystem, key.item, key.year)
    return " ".join(filter(None, labels)) or (ALL["region"] if lang != "en" else "all")


def _listed(form: Form, keys: Sequence[Key]) -> Both:
    """The first rows of many."""
    more = "…" if len(keys) > 5 else ""
    en, zh = ("、".join(label_text(form, k, lang) for k in keys[:5]) for lang in ("en", "zh"))
    return Both(en + more, zh + more)


def _bare(key: Key) -> Key:
    """The row alone: neither its unit nor its year."""
    return key._replace(unit="", year="")


def in_field_unit(a: Answer, f: Field) -> float:
    """The figure in the unit of its field; NaN where the row has a unit of its own or no number."""
    return a.value_in(f.unit) if f.unit and a.cell.known else math.nan


def reported(p: Placed) -> dict[str, set[Key]]:
    """The rows of each field that hold an answer."""
    have: dict[str, set[Key]] = {}
    for a in p.answers:
        have.setdefault(a.field, set()).add(_bare(a.key))
    return have


def reported_last(p: Placed, r: Round) -> dict[str, list[Key]]:
    """The rows of each field that held one last year."""
    last: dict[str, list[Key]] = {}
    for figure in r.last_of.get(p.form.code, ()):
        last.setdefault(figure.field, []).append(_bare(figure.key))
    return last


def _excused(f: Field, last: Mapping[str, list[Key]]) -> bool:
    """Whether a field may be blank: a file, or what last year was not reported either."""
    new = last and f.code not in last and f.required in ("always", "once")
    return f.delivered or bool(new)


def _lacking(p: Placed, f: Field, wanted: Iterable[Key], have: Mapping[str, set[Key]]) -> list[Key]:
    """The rows of some that were not filled, read or not."""
    mine = have.get(f.code, set()) | {key for code, key in p.refused if code == f.code}
    return [k for k in dict.fromkeys(wanted) if k not in mine]


def left_blank(p: Placed, r: Round, f: Field) -> list[Key]:
    """The rows of a field that were asked for and left blank: those of last year, else each of a
    field that is always needed.
    """
    last = reported_last(p, r)
    if _excused(f, last):
        return []
    every = map(_bare, r.rows(p.form)) if f.required == "always" else ()
    return _lacking(p, f, last.get(f.code) or every, reported(p))


def blanks(p: Placed, r: Round) -> Iterator[Problem]:
    """Fields that were needed and left blank; where last year is known, what was reported then is
    asked for again.
    """
    have, last = reported(p), reported_last(p, r)
    few = len({problem.source for problem in p.problems}) < 10000
    for f in p.form.fields:
        if _excused(f, last):
            continue
        values: dict[str, object] = {"field": f.zh, "code": f.code}
        if f.required == "once" and not last and _never(p, f):
            yield Problem("field.blank", p.where(), **values)
        lacking = left_blank(p, r, f)
        if lacking and few:
            told = {"count": len(lacking), "rows": _listed(p.form, lacking)}
            yield Problem("cell.blank", p.where(), **values, **told)
        other = f.required.partition("with ")[2]
        lone = _lacking(p, f, have.get(other, ()), have)
        if lone:
            values = {"field": f.zh, "other": field_of(other).zh, "rows": _listed(p.form, lone)}
            yield Problem("cell.with", p.where(), **values)


def _never(p: Placed, f: Field) -> bool:
    """Whether no row of a field was filled."""
    return f.code not in {a.field for a in p.answers} | {code for code, _ in p.refused}


def checked(current: Mapping[str, Placed], r: Round) -> Iterator[Problem]:
    """The rules of the fields, row by row."""
    for p in current.values():
        table = {(a.field, a.row): a for a in p.answers}
        for a in table.values():
            rule, _, rest = field_of(a.field).rule.partition(" ")
            yield from _RULES[rule](a, rest, table, r)
        yield from _totals(p)


Answers = Mapping[tuple[str, Key], Answer]


def _free(a: Answer, rest: str, table: Answers, r: Round) -> Iterator[Problem]:
    """No rule."""
    return iter(())


def _above(a: Answer, rest: str, table: Answers, r: Round) -> Iterator[Problem]:
    """At most another field of the row; both have one unit."""
    other = table.get((rest, a.row))
    if other is None:
        return
    most = in_field_unit(other, field_of(rest))
    if in_field_unit(a, field_of(a.field)) > most * (1 + 1e-9):
        yield Problem("rule.above", a.place, other=field_of(rest).zh)


def _parts(a: Answer, rest: str, table: Answers, r: Round) -> Iterator[Problem]:
    """Fields of a row that add up to a number; with one that is no number nothing is known."""
    codes, _, total = rest.partition("=")
    parts = [table[code, a.row] for code in codes.split() if (code, a.row) in table]
    if len(parts) < len(codes.split()):
        return
    found = sum(in_field_unit(x, field_of(x.field)) for x in parts)
    slack = sum(map(half_digit, parts)) + 1e-9 * abs(float(total))
    if abs(found - float(total)) > slack:
        values = {"sum": _open(parts, f"{found:.6g}"), "total": total.strip()}
        yield Problem("rule.parts", a.place, **values)


def _near(a: Answer, rest: str, table: Answers, r: Round) -> Iterator[Problem]:
    """Not far from last year, in percent."""
    last = r.beside.get(beside_key(a.field, a.key))
    if last is None or not a.cell.known:
        return
    wanted = field_of(a.field).unit or a.unit
    try:
        scale, offset = units.conversion(last.unit, wanted)
        then, now = float(last.text) * scale + offset, a.value_in(wanted)
    except UnitError:
        yield Problem("rule.unit", a.place, unit=a.unit, last=last.unit)
        return
    if abs(now - then) > float(rest.rstrip("%")) / 100 * abs(then) * (1 + 1e-12):
        change = "—" if then == 0 else f"{(now / then - 1) * 100:+.0f} %"
        yield Problem("rule.last", a.place, change=a.told(change))


_RULES = {"": _free, "<=": _above, "parts": _parts, "last": _near}


def _open(answers: Iterable[Answer], text: str) -> str:
    """What may be said of several figures together."""
    return "保密" if any(a.hidden for a in answers) else text


def half_digit(a: Answer) -> float:
    """Half of the last digit that was given."""
    mantissa, _, exponent = a.cell.text.lower().partition("e")
    return 0.5 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


def _totals(p: Placed) -> Iterator[Problem]:
    """Total rows against the rows they add up; they are never passed on."""
    for total in p.totals:
        if field_of(total.field).type == "amount" and total.cell.known:
            yield from _total(total, _under(total, p.answers))


def _under(total: Answer, answers: Iterable[Answer]) -> list[Answer]:
    """The figures that a total adds up: those that share its labels."""
    fixed = {(k, v) for k, v in total.row._asdict().items() if v}
    return [a for a in answers if a.field == total.field and fixed <= a.row._asdict().items()]


def _total(total: Answer, parts: Sequence[Answer]) -> Iterator[Problem]:
    """A total against its parts, unless one of them is not known."""
    if not parts or {a.cell.state for a in parts} - {"number", "zero", "absent"}:
        return
    known = [a for a in parts if a.cell.known]
    try:
        found = sum(a.cell.value * units.conversion(a.unit, total.unit)[0] for a in known)
    except UnitError:
        return
    slack = half_digit(total) + sum(map(half_digit, known))
    if abs(found - total.cell.value) > slack * (1 + 1e-9):
        every = (total, *parts)
        values = {"total": _open(every, total.cell.text), "sum": _open(every, f"{found:.10g}")}
        yield Problem("rule.total", total.place, **values)
