"""What must hold within a form and between years: what is needed, at most, adds up, and is near
last year's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from gep.core import units
from gep.core.errors import Problem, UnitError
from gep.core.messages import Both
from gep.core.text import name_of
from gep.forms.back.match import Answer, Placed
from gep.forms.define import Field, Form
from gep.forms.define import field as field_of
from gep.forms.out.template import ALL, ecosystem_label
from gep.forms.round import Figure, Key, Round


def label_text(form: Form, key: Key, lang: str) -> str:
    """The labels of a row as one text, as the form prints them; the whole of the city is not said."""
    c = form.component(key.component) if key.component else None
    labels = (
        key.region,
        name_of(c, lang) if c else key.component,
        ecosystem_label(key.ecosystem, lang),
        key.item,
        key.year,
    )
    return " ".join(x for x in labels if x) or (ALL["region"] if lang != "en" else "all")


def _listed(form: Form, keys: Sequence[Key]) -> Both:
    """The first rows of many."""
    more = "…" if len(keys) > 5 else ""
    en, zh = ("、".join(label_text(form, k, lang) for k in keys[:5]) for lang in ("en", "zh"))
    return Both(en + more, zh + more)


def _bare(key: Key) -> Key:
    return key._replace(unit="")


def in_field_unit(a: Answer, f: Field) -> float:
    """The figure in the unit of its field; NaN where the row has a unit of its own or no number."""
    if not f.unit or not a.cell.known:
        return math.nan
    scale, offset = units.conversion(a.unit, f.unit)
    return a.cell.value * scale + offset


def reported(p: Placed) -> dict[str, set[Key]]:
    """The rows of each field that hold an answer."""
    have: dict[str, set[Key]] = {}
    for a in p.answers:
        have.setdefault(a.field, set()).add(a.key._replace(unit="", year=""))
    return have


def reported_last(p: Placed, r: Round) -> dict[str, list[Key]]:
    """The rows of each field that held one last year."""
    last: dict[str, list[Key]] = {}
    for figure in r.last_of.get(p.form.code, ()):
        last.setdefault(figure.field, []).append(figure.key._replace(unit="", year=""))
    return last


def left_blank(p: Placed, r: Round, f: Field) -> list[Key]:
    """The rows of a field that were asked for and left blank: those of last year, else each of a
    field that is always needed.
    """
    last = reported_last(p, r)
    if f.delivered or (last and f.code not in last and f.required in ("always", "once")):
        return []
    mine = reported(p).get(f.code, set()) | {key for code, key in p.refused if code == f.code}
    wanted = last.get(f.code) or (
        [_bare(k)._replace(year="") for k in r.rows(p.form)] if f.required == "always" else []
    )
    return [k for k in dict.fromkeys(wanted) if k not in mine]


def blanks(p: Placed, r: Round) -> Iterator[Problem]:
    """Fields that were needed and left blank; where last year is known, what was reported then is
    asked for again.
    """
    have, last = reported(p), reported_last(p, r)
    told = {problem.where for problem in p.problems}
    for f in p.form.fields:
        if f.delivered or (last and f.code not in last and f.required in ("always", "once")):
            continue
        mine = have.get(f.code, set()) | {key for code, key in p.refused if code == f.code}
        if f.required == "once" and not mine and not last:
            yield Problem("field.blank", p.where(), "warning", {"field": f.zh, "code": f.code})
        lacking = left_blank(p, r, f)
        if lacking and (f.required or last) and len(told) < 10000:
            yield Problem(
                "cell.blank",
                p.where(),
                values={
                    "field": f.zh,
                    "code": f.code,
                    "count": len(lacking),
                    "rows": _listed(p.form, lacking),
                },
            )
        if f.required.startswith("with "):
            other = f.required[5:]
            lone = [k for k in have.get(other, set()) if k not in mine]
            if lone:
                yield Problem(
                    "cell.with",
                    p.where(),
                    values={
                        "field": f.zh,
                        "other": field_of(other).zh,
                        "rows": _listed(p.form, lone),
                    },
                )


def checked(current: Mapping[str, Placed], r: Round) -> Iterator[Problem]:
    """The rules of the fields, row by row."""
    beside = r.beside
    for p in current.values():
        table = {(a.field, _bare(a.key)): a for a in p.answers}
        for (code, key), a in table.items():
            f = field_of(code)
            if f.rule.startswith("last"):
                yield from _near(
                    a,
                    f,
                    beside.get((code, key._replace(year="" if code != "C05-03" else key.year))),
                    float(f.rule.split()[1].rstrip("%")) / 100,
                )
            elif f.rule.startswith("<="):
                other = table.get((f.rule[3:], key))
                one, two = (
                    in_field_unit(a, f),
                    in_field_unit(other, field_of(f.rule[3:])) if other else math.nan,
                )
                if two == two and units.compatible(f.unit or "1", field_of(f.rule[3:]).unit or "1"):
                    two *= units.conversion(field_of(f.rule[3:]).unit or "1", f.unit or "1")[0]
                if one > two * (1 + 1e-9):
                    yield _rule("rule.above", p, a, other=field_of(f.rule[3:]).zh)
            elif f.rule.startswith("parts"):
                left, _, total = f.rule.removeprefix("parts").partition("=")
                parts = [table.get((c, key)) for c in left.split()]
                known = [in_field_unit(x, field_of(x.field)) for x in parts if x is not None]
                if len(known) == len(parts) and all(v == v for v in known):
                    slack = sum(half_digit(x) for x in parts if x is not None)
                    if abs(sum(known) - float(total)) > slack + 1e-9 * abs(float(total)):
                        shown = (
                            "保密"
                            if any(x is not None and x.hidden for x in parts)
                            else f"{sum(known):.6g}"
                        )
                        yield _rule("rule.parts", p, a, sum=shown, total=total.strip())
        yield from _totals(p)


def _rule(code: str, p: Placed, a: Answer, level: str = "warning", /, **values: object) -> Problem:
    return Problem(code, p.where(a.address), level, values)  # type: ignore[arg-type]


def half_digit(a: Answer) -> float:
    """Half of the last digit that was given."""
    mantissa, _, exponent = a.cell.text.lower().partition("e")
    return 0.5 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


def _near(a: Answer, f: Field, last: Figure | None, share: float) -> Iterator[Problem]:
    if last is None or not a.cell.known:
        return
    wanted = f.unit or a.unit
    try:
        scale, offset = units.conversion(last.unit, wanted)
        own, own_offset = units.conversion(a.unit, wanted)
    except UnitError:
        yield Problem(
            "rule.unit",
            f"{a.file}, {a.sheet}, {a.address}",
            "warning",
            {"unit": a.unit, "last": last.unit},
        )
        return
    then, now = float(last.text) * scale + offset, a.cell.value * own + own_offset
    if abs(now - then) > share * abs(then) * (1 + 1e-12):
        change = "保密" if a.hidden else "—" if then == 0 else f"{(now / then - 1) * 100:+.0f} %"
        yield Problem(
            "rule.last", f"{a.file}, {a.sheet}, {a.address}", "warning", {"change": change}
        )


def _totals(p: Placed) -> Iterator[Problem]:
    """Total rows against the rows they add up; they are never passed on."""
    for total, _ in p.totals:
        f = field_of(total.field)
        if f.type != "amount" or not total.cell.known:
            continue
        fixed = {k: v for k, v in zip(Key._fields, total.key, strict=True) if v and k != "unit"}
        parts = [
            a
            for a in p.answers
            if a.field == total.field and all(getattr(a.key, k) == v for k, v in fixed.items())
        ]
        if not parts or any(not a.cell.known and a.cell.state not in ("absent",) for a in parts):
            continue
        try:
            values = [
                a.cell.value * units.conversion(a.unit, total.unit)[0]
                for a in parts
                if a.cell.known
            ]
        except UnitError:
            continue
        slack = half_digit(total) + sum(half_digit(a) for a in parts if a.cell.known)
        if abs(sum(values) - total.cell.value) > slack * (1 + 1e-9):
            hidden = total.hidden or any(a.hidden for a in parts)
            yield _rule(
                "rule.total",
                p,
                total,
                total="保密" if hidden else total.cell.text,
                sum="保密" if hidden else f"{sum(values):.10g}",
            )
