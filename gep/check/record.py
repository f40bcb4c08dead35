"""Checks of what stands about a kernel: coefficients, docstring, worked numbers, names; and of an
indicator's record.
"""

from __future__ import annotations

import inspect
import math
import pickle
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from typing import get_args, get_type_hints

from gep import indicators, pricing
from gep.account.inputs import price_name
from gep.check.kernel import ALLOWED_NUMBERS
from gep.core import ecosystems, units
from gep.core import nomenclature as nomenclature
from gep.core.errors import GepError, Problem
from gep.core.formula import Component, Formula, Indicator, Input, U
from gep.core.records import Rule
from gep.core.source import named
from gep.core.tables import EVIDENCE, HEADER, Coefficient, Row

WIDEST = 0.05  # no printed figure is so coarse that a worked number may miss it by more
# a docstring shared by several substances says "t of the pollutant/yr"
_SUBSTANCE = re.compile(
    r"\{\w+\}| of the \w+|\b(?:NH3-N|PM2\.5|" + "|".join(units.SUBSTANCES) + r")\b"
)
_PER_PLACE = re.compile(r"/.*\b(?:k?m\^2|m|km|ha)(?![\^\w])")

SECTIONS = ("Parameters", "Returns", "Raises", "References")


def every_formula() -> Iterator[Formula]:
    """All formulas of the indicators and of pricing, each once."""
    records = [*(i.quantities for i in indicators.every()), *(p.formulas for p in pricing.every())]
    routes = chain.from_iterable(record.values() for record in records)
    by_name: dict[str, Formula] = {}
    for f in chain.from_iterable(routes):
        by_name.setdefault(full_name(f), f)
    yield from by_name.values()


def full_name(f: Formula) -> str:
    """``gep.indicators.tourism.travel_cost``: also what a formula pickles by."""
    return f"{f.__module__}.{f.__name__}"


def defaults(f: Formula) -> Iterator[str]:
    """Every coefficient is in its table, convertible, in range, and has a source."""
    for name, spec in f.inputs.items():
        if isinstance(spec.default, Coefficient):
            yield from _table_faults(name, spec, spec.default)
        elif spec.default is not None and spec.default not in ALLOWED_NUMBERS:
            yield f"{name}: the default {spec.default} belongs in a table with its source"


def _table_faults(name: str, spec: Input, table: Coefficient) -> Iterator[str]:
    with table.path.open(encoding="utf-8") as stream:
        if stream.readline().rstrip("\r\n") != ",".join(HEADER):
            yield f"{table.path.name} has another header than {','.join(HEADER)}"
    if len({(row.ecosystem, row.item, row.region) for row in table.rows}) < len(table.rows):
        yield f"{name}: two rows for the same ecosystem, item and region"
    for row in table.rows:
        yield from (f"{row.cite()}: {why}" for why in _row_faults(row, spec))


def _row_faults(row: Row, spec: Input) -> Iterator[str]:
    scale, offset = units.conversion(row.unit, spec.unit)
    least, most = _bounds(spec.low, spec.high)
    for number in (row.value, row.low, row.high):
        if number is not None and not number * scale + offset >= least:
            yield f"{number} lies below {spec.low} {spec.unit}"
        if number is not None and not number * scale + offset <= most:
            yield f"{number} lies above {spec.high} {spec.unit}"
    least, most = _bounds(row.low, row.high)
    wrong = {
        "the value lies outside its own low and high": not least <= row.value <= most,
        "has no source or no year": not (row.source and row.year),
        f"evidence '{row.evidence}' is none of {', '.join(EVIDENCE)}": row.evidence not in EVIDENCE,
        f"'{row.ecosystem}' is no ecosystem type": row.ecosystem not in ("", *ecosystems.tree()),
    }
    yield from (why for why, there in wrong.items() if there)


def _bounds(low: float | None, high: float | None) -> tuple[float, float]:
    return -math.inf if low is None else low, math.inf if high is None else high


def docstring(f: Formula) -> Iterator[str]:
    """One sentence of purpose, then what goes in with its unit, what comes out, what can go wrong,
    and the source.
    """
    text, sections = _sections(f)
    if not re.match(r"\S.*[.。]$", " ".join(text.partition("\n\n")[0].split())):
        yield "its first paragraph is no sentence"
    empty = [s for s in SECTIONS if not sections.get(s, "").strip()]
    if empty:
        yield f"has no section {', '.join(empty)}"
    listed = _documented_units(f)
    for name, spec in f.inputs.items():
        if not listed.get(name):
            yield f"does not list '{name} : array'"
        elif not _same_up_to_substance(listed[name], spec.unit):
            yield f"says [{listed[name]}] for '{name}', declared is {spec.unit}"
    if f"DataArray [{f.unit}]" not in sections.get("Returns", ""):
        yield "does not say 'DataArray' under Returns"


def _sections(f: Formula) -> tuple[str, dict[str, str]]:
    text = inspect.getdoc(f) or ""
    parts = re.split(r"^(\w+)\n-{3,}\n", text, flags=re.MULTILINE)
    return text, dict(zip(parts[1::2], parts[2::2], strict=True))


def _documented_units(f: Formula) -> dict[str, str]:
    """The unit that the docstring gives for each argument; empty where it gives none."""
    listed: dict[str, str] = {}
    for line in re.findall(
        r"^[\w*].* : .*$", _sections(f)[1].get("Parameters", ""), flags=re.MULTILINE
    ):
        names, kind = line.split(" : ", 1)
        bracket = re.search(r"\[([^\]]*)\]", kind)
        listed |= {name.strip(): bracket.group(1) if bracket else "" for name in names.split(",")}
    return listed


def _same_up_to_substance(first: str, second: str) -> bool:
    """Whether two units agree; one substance may stand for another, and an open ``{per}`` for
    anything.
    """
    for pattern, text in ((first, second), (second, first)):
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", ".+", re.escape(pattern)), text):
            return True
    a, b = (_SUBSTANCE.sub("", text).strip() for text in (first, second))
    try:
        return a == b or units.same(a, b)
    except GepError:
        return False


def pickles(f: Formula) -> Iterator[str]:
    """A formula travels to workers by its name."""
    if pickle.loads(pickle.dumps(f)) is not f:
        yield "comes back from pickle as another object"


def worked(f: Formula) -> Iterator[str]:
    """At least one number from outside, and all of them right to their printed digits."""
    if not f.worked:
        yield "has no worked number"
    for case in f.worked:
        if not case.source.strip():
            yield f"the worked number {case.result} has no source"
        if not 0 < case.rel <= WIDEST:
            yield f"the worked number {case.result} has the tolerance {case.rel}"
        number, unit = units.split(case.result)
        scale, offset = units.conversion(unit or "1", f.unit)
        out = f(**case.inputs).item()
        if not abs(out - (number * scale + offset)) <= case.rel * abs(number * scale + offset):
            given = f"{(out - offset) / scale:.8g} {unit}"
            yield f"gives {given}, worked is {case.result} ({case.source})"


def names(f: Formula) -> Iterator[str]:
    """One name has one unit in the whole library (up to the substance), and a line in the list of
    names.
    """
    for name, spec in f.inputs.items():
        own = _open_unit(f, name)
        first, unit, _ = _first_use().get(name, ("", own, ""))
        if not _same_up_to_substance(unit, own):
            yield f"'{name}' is in {spec.unit}, and in {unit} in {first}"
        line = nomenclature.every().get(name)
        if line is None or not all(line):
            yield f"'{name}' has no row in names.csv"


def kinds(f: Formula) -> Iterator[str]:
    """Every argument says whether it is a size, a rate or a state, and a name is one of them in the
    whole library; what is per area or per length is no size.
    """
    for name, spec in f.inputs.items():
        first, _, kind = _first_use().get(name, ("", "", spec.kind))
        if not spec.kind:
            yield f"'{name}' is declared neither size, rate nor state: U(…, size=True)"
        elif kind and spec.kind != kind:
            yield f"'{name}' is a {spec.kind}, and a {kind} in {first}"
        elif spec.size and _PER_PLACE.search(spec.unit):
            yield f"'{name}' is in {spec.unit}, and that is no size"


@cache
def _first_use() -> Mapping[str, tuple[str, str, str]]:
    """Of each argument the first formula that takes it, with its unit and kind there."""
    out: dict[str, tuple[str, str, str]] = {}
    for f in every_formula():
        for name, spec in f.inputs.items():
            out.setdefault(name, (full_name(f), _open_unit(f, name), spec.kind))
    return out


def _open_unit(f: Formula, name: str) -> str:
    """The unit of an argument as the kernel has it: open (``CNY/{per}``) if made for many."""
    hint = get_type_hints(f.kernel, include_extras=True)[name]
    return next(u.unit for u in get_args(hint) if isinstance(u, U))


def check_indicator(indicator: Indicator) -> list[Problem]:
    """What is wrong with a record: units of routes, components and prices that do not meet, unknown
    classes, cycles.
    """
    return [
        Problem("check.indicator", named(f"indicator {indicator.id}"), why=why)
        for why in _record_faults(indicator)
    ]


def _record_faults(indicator: Indicator) -> Iterator[str]:
    made = {quantity: routes[0].unit for quantity, routes in indicator.quantities.items()}
    for quantity, routes in indicator.quantities.items():
        if any(quantity in indicator.inputs(name) for f in routes for name in f.inputs):
            yield f"'{quantity}' is needed to compute itself"
        yield from chain.from_iterable(_route_faults(f, quantity, made) for f in routes)
    for c in indicator.components:
        yield from (f"component {c.id}{why}" for why in _component_faults(c, made))
    if indicator.components:
        yield from _told_faults(indicator)
    yield from chain.from_iterable(_overlap_faults(rule) for rule in indicator.overlaps)


def _told_faults(indicator: Indicator) -> Iterator[str]:
    """What the record leaves unsaid: Chinese, a place in SEEA EA; and words that are known."""
    if not (indicator.zh and indicator.en and indicator.zh_doc and indicator.doc.strip()):
        yield "lacks its name or its introduction in one of the languages (zh, en, doc, zh_doc)"
    untold = [name for name, f in indicator.formulas().items() if not f.zh]
    yield from (f"{name} says nothing in Chinese: formula(…, zh=…)" for name in untold)
    if not (indicator.seea or all(c.seea for c in indicator.components)):
        yield "says no place in SEEA EA: seea=Seea(…)"
    for seea in filter(None, (indicator.seea, *(c.seea for c in indicator.components))):
        if abs(math.fsum(share for _, share in seea.users) - 1) > 1e-9:
            yield "its users in SEEA EA do not add to 1"
    known = [n.name for n in indicator.names if n.name in nomenclature.shipped()]
    yield from (f"'{name}' is in the nomenclature already" for name in known)


def _overlap_faults(rule: Rule) -> Iterator[str]:
    """Sides of a pair that name no service or component."""
    for name in f"{rule.first}+{rule.second}".split("+"):
        id, _, component = name.partition(".")
        record = indicators.get(id) if id in indicators.ids() else None
        if record is None or (component and record.component(component) is None):
            yield f"the overlap {rule.id} names '{name}', which is no service or component"


def _route_faults(f: Formula, quantity: str, made: Mapping[str, str]) -> Iterator[str]:
    if not units.same(f.unit, made[quantity]):
        yield f"{f.__name__} gives {f.unit}, '{quantity}' is in {made[quantity]}"
    for name in f.inputs.keys() & made.keys():
        own, other = f.inputs[name].unit, made[name]
        if not units.same(own, other):
            yield f"{f.__name__} takes '{name}' in {own}, the quantity of that name is in {other}"


def _component_faults(c: Component, made: Mapping[str, str]) -> Iterator[str]:
    if c.pricing not in pricing.IDS:
        yield f": '{c.pricing}' is no pricing method: {', '.join(pricing.IDS)}"
    if c.quantity and c.quantity not in made:
        yield f" prices '{c.quantity}', which is no quantity"
    elif c.quantity and not units.same(made[c.quantity], c.unit):
        yield f" is in {c.unit}, its quantity in {made[c.quantity]}"
    product = f"({c.unit}) ({c.price_unit})"
    if c.unit and c.price_unit and not units.compatible(product, "CNY/yr"):
        yield f": {c.unit} times {c.price_unit} is no money per year"
    if c.price and c.pricing in pricing.IDS:
        yield from _price_faults(c)
    strange = [e for e in c.supplied_by if e not in ecosystems.tree()]
    yield from (f": '{e}' is no ecosystem type" for e in strange)


def _price_faults(c: Component) -> Iterator[str]:
    """Formulas of its pricing method that give its price in another unit."""
    name = price_name(c)
    for f in pricing.get(c.pricing).formulas.get(name, ()):
        if c.price_unit and not units.compatible(f.unit, c.price_unit):
            yield f": {f.__name__} gives {f.unit}, the price is in {c.price_unit}"
