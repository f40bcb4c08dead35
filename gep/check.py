"""What every formula must pass, as a list that anyone can run on a formula of their own: ``check(my_formula)``.

The heart is :func:`dimension`, the proof: the kernel runs on bare numbers and on pint quantities in the declared
units, and both must give the same number in the declared unit of the result. That finds a hidden conversion factor, a
missing area, carbon taken for carbon dioxide. It is blind to signs and pure factors; :func:`literals` and
:func:`worked` see those.
"""

from __future__ import annotations

import ast
import inspect
import pickle
import re
import textwrap
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
import xarray as xr

from gep import ecosystems, indicators, pricing, units
from gep import names as nomenclature
from gep.errors import GepError, Problem
from gep.formula import Formula, Indicator, Input, Worked
from gep.tables import EVIDENCE, HEADER, Coefficient, Row

ALLOWED_NUMBERS = (0, 1, 2)
ALLOWED_CALLS = ("where", "maximum", "minimum", "exp", "log", "log10", "sqrt", "sin")
WIDEST = 0.05  # no printed figure is so coarse that a worked number may miss it by more
ROUNDING = 1e-4  # vector instructions round otherwise than scalar ones, and a small difference of large numbers magnifies it
# a docstring shared by several substances says "t of the pollutant/yr"
_SUBSTANCE = re.compile(r"\{\w+\}| of the \w+|\b(?:NH3-N|PM2\.5|" + "|".join(units.SUBSTANCES) + r")\b")
# Another unit of the same kind, for unit_invariance.
_OTHERS = {
    "m": "km", "mm": "cm", "ha": "km2", "t": "kg", "kg": "t", "g": "kg", "yr": "d", "d": "h", "h": "min", "s": "min", "kWh": "MJ", "MJ": "kWh", "kJ": "J",
    "J": "kJ", "CNY": "万元", "person": "万人", "visit": "万人次", "%": "1", "1": "%", "kelvin": "degC", "degC": "kelvin", "deg": "rad",
}  # fmt: skip

Check = Callable[[Formula], Iterable[str]]


def check(f: Formula, expected_failures: Mapping[str, str] | None = None) -> list[Problem]:
    """Run every check of :data:`CHECKS` on one formula.

    Parameters
    ----------
    f : Formula
        What ``@formula`` returned.
    expected_failures : mapping of check name to reason, optional
        Checks that may fail; one of them that passes is reported, so that the list cannot go stale.

    Returns
    -------
    list of Problem
        Empty if the formula conforms. A check that could not run is a problem of level ``warning``.

    >>> from gep.indicators import get
    >>> check(get("water_retention").formulas()["retained_water"])
    []
    """
    expected = expected_failures or {}
    out: list[Problem] = []
    for name in CHECKS:
        found = run(name, f)
        if name not in expected:
            out += found
        elif not found:
            out.append(_problem(name, f, f"passes, although it was expected to fail: {expected[name]}"))
    return out


def run(name: str, f: Formula) -> list[Problem]:
    """The problems that one check finds."""
    if name == "lazy" and not _has_dask():
        return [_problem(name, f, "did not run: dask is not installed", "warning")]
    try:
        return [_problem(name, f, why) for why in CHECKS[name](f)]
    except Exception as error:  # a formula that breaks a check has failed it
        return [_problem(name, f, f"raises {type(error).__name__}: {error}")]


def report() -> dict[str, list[Problem]]:
    """Every formula and every indicator of the library, with what is wrong with it."""
    out = {_name(f): check(f) for f in every_formula()}
    out |= {f"indicator {i.id}": check_indicator(i) for i in indicators.every()}
    return out


def every_formula() -> Iterator[Formula]:
    """All formulas of the indicators and of pricing, each once."""
    seen: set[str] = set()
    routes = [r for record in (*(i.quantities for i in indicators.every()), *(p.formulas for p in pricing.every())) for r in record.values()]
    for f in (f for route in routes for f in route):
        if _name(f) not in seen:
            seen.add(_name(f))
            yield f


# --- what the checks share --------------------------------------------------------------------------------------------


def _name(f: Formula) -> str:
    return f"{f.__module__}.{f.__name__}"


def _problem(check: str, f: Formula, why: str, level: Any = "error") -> Problem:
    return Problem(f"check.{check}", _name(f), "{check}: {why}", level=level, values={"check": check, "why": why})


def _has_dask() -> bool:
    try:
        import dask.array  # noqa: F401
    except ImportError:
        return False
    return True


def samples(f: Formula, size: int = 6) -> dict[str, Any]:
    """Bare numbers for every argument, the same at each run: some at random in the range, some near the worked numbers."""
    rng = np.random.default_rng(zlib.crc32(_name(f).encode()))
    out = {name: _between(spec, rng, size) for name, spec in f.inputs.items()}
    for case in f.worked:
        near = {name: _near(case, spec, rng) for name, spec in f.inputs.items()}
        out = {name: np.append(out[name], near[name]) for name in out}
    with np.errstate(all="ignore"):
        finite = np.isfinite(np.broadcast_to(f.kernel(**out), np.shape(next(iter(out.values())))))
    return {name: values[finite] for name, values in out.items()}


def _between(spec: Input, rng: np.random.Generator, size: int) -> Any:
    if spec.low is not None and spec.high is not None:
        return spec.low + (spec.high - spec.low) * rng.uniform(0.1, 0.9, size)
    if spec.high is not None:
        return spec.high - rng.uniform(0.5, 2, size)
    return (spec.low or 0) + rng.uniform(0.5, 2, size)


def _near(case: Worked, spec: Input, rng: np.random.Generator) -> Any:
    try:
        number, unit = units.split(case.inputs[spec.name])
        scale, offset = units.conversion(unit or "1", spec.unit)
    except (GepError, KeyError):
        return _between(spec, rng, 2)
    near = (number * scale + offset) * rng.uniform(0.9, 1.1, 2)
    return np.clip(near, -np.inf if spec.low is None else spec.low, np.inf if spec.high is None else spec.high)


def _labelled(f: Formula, leave_defaults: bool = True) -> dict[str, xr.DataArray]:
    """Arguments for the door: labelled arrays with units, over ecosystem types if a coefficient asks for them."""
    spared = [s.default for s in f.inputs.values() if isinstance(s.default, Coefficient)] if leave_defaults else []
    dimension: str = "x"
    labels: list[Any] = [0, 1, 2]
    classed = [c for c in spared if c.by_ecosystem]
    if classed:
        dimension, labels = "ecosystem", [e for e in ecosystems.tree() if all(c.pick(e) for c in classed)][:3]
    drawn = samples(f)
    arrays = {}
    for name, spec in f.inputs.items():
        if leave_defaults and spec.default is not None:
            continue
        numbers = np.resize(drawn[name], (len(labels), 2))
        dims, coords = ((dimension, f.over), {dimension: labels, f.over: [1, 2]}) if f.over else ((dimension, "draw"), {dimension: labels})
        arrays[name] = xr.DataArray(numbers, coords, dims, attrs={"units": spec.unit})
    return arrays


def _equal(a: Any, b: Any, rel: float = 1e-9) -> bool:
    return bool(np.allclose(np.asarray(a, float), np.asarray(b, float), rtol=rel, atol=0, equal_nan=True))


# --- the checks -------------------------------------------------------------------------------------------------------


def dimension(f: Formula) -> Iterator[str]:
    """The proof. An empirical formula is not proved; its worked number and :func:`unit_invariance` stand in."""
    if f.empirical:
        return
    numbers = samples(f)
    if not len(next(iter(numbers.values()))):
        yield "gives no finite number for any sample"
        return
    bare = f.kernel(**numbers)
    # copies: a kernel that writes into its arguments is for `twice` to find
    proved = f.kernel(**{name: units.quantity(np.array(values), f.inputs[name].unit) for name, values in numbers.items()})
    # a sum over the days or events of a year is per year, although the kernel of one day is not
    wanted = [f.unit, f"({f.unit}) yr"] if f.over else [f.unit]
    ratios = [(proved / units.quantity(1.0, unit)).to_base_units() for unit in wanted]
    fitting = [ratio for ratio in ratios if ratio.dimensionless]
    if not fitting:
        yield f"gives {getattr(proved, 'units', 'a pure number')}, declared is {f.unit}"
    elif not any(_equal(ratio.magnitude, bare) for ratio in fitting):
        yield f"hides a factor: {np.ravel(bare)[0]:g} bare, {np.ravel(fitting[0].magnitude)[0]:g} {f.unit} with units"


def literals(f: Formula) -> Iterator[str]:
    """A kernel is elementwise arithmetic; its numbers are in tables, except the constants of a regression."""
    source = ast.parse(textwrap.dedent(inspect.getsource(f.kernel))).body[0]
    if not isinstance(source, ast.FunctionDef):
        yield "is no plain function"
        return
    known = {"np", *f.inputs}
    for statement in source.body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):  # the docstring
            continue
        if not isinstance(statement, (ast.Assign, ast.Return)):
            yield f"has a statement that is no assignment: {ast.unparse(statement)}"
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                known.add(node.id)
        for node in ast.walk(statement):
            yield from _fault(node, known, f.empirical)


def _fault(node: ast.AST, known: set[str], empirical: bool) -> Iterator[str]:
    if isinstance(node, ast.Constant) and node.value not in ALLOWED_NUMBERS and not (empirical and isinstance(node.value, (int, float))):
        yield f"holds the constant {node.value!r}, which belongs in a table"
    elif isinstance(node, ast.Name) and node.id not in known:
        yield f"reads '{node.id}', which is no argument"
    elif isinstance(node, ast.Attribute) and not (isinstance(node.value, ast.Name) and node.value.id == "np" and node.attr in (*ALLOWED_CALLS, "pi")):
        yield f"uses {ast.unparse(node)}, which is not one of np.{', np.'.join(ALLOWED_CALLS)}"
    elif isinstance(node, ast.Call) and not isinstance(node.func, ast.Attribute):
        yield f"calls {ast.unparse(node.func)}"
    elif isinstance(node, (ast.IfExp, ast.BoolOp, ast.Subscript, ast.Lambda, ast.ListComp)):
        yield f"is not elementwise: {ast.unparse(node)}"


def vectorised(f: Formula) -> Iterator[str]:
    """An array gives what its elements give one by one."""
    numbers = samples(f)
    whole = f.kernel(**numbers)
    single = [f.kernel(**{name: float(values[i]) for name, values in numbers.items()}) for i in range(len(next(iter(numbers.values()))))]
    if np.shape(whole) != np.shape(single):
        yield f"gives shape {np.shape(whole)} for inputs of shape {np.shape(single)}"
    elif not _equal(whole, single, ROUNDING):
        yield "gives other numbers for an array than for its elements"


def lazy(f: Formula) -> Iterator[str]:
    """A dask input is not computed before the caller asks."""
    import dask
    from dask.local import get_sync as synchronous

    computes = 0

    def counting(graph: Any, keys: Any, **_: Any) -> Any:
        nonlocal computes
        computes += 1
        return synchronous(graph, keys)

    arrays = _labelled(f)
    with dask.config.set(scheduler=counting):
        out = f(**{name: a.chunk() for name, a in arrays.items()})
    if computes:
        yield f"computes dask inputs {computes} times"
    if arrays and not hasattr(out.data, "dask"):
        yield "turns a dask array into a numpy array"
    elif not _equal(out.values, f(**arrays).values, ROUNDING):
        yield "gives other numbers for a dask array"


def unit_invariance(f: Formula) -> Iterator[str]:
    """The same inputs in other units give the same result."""
    numbers = samples(f)
    first = {name: float(values[0]) for name, values in numbers.items()}
    plain = f(**{name: f"{value!r} {f.inputs[name].unit}" for name, value in first.items()})
    if not units.same(plain.attrs["units"], f.unit):
        yield f"carries the unit {plain.attrs['units']}"
    for name, value in first.items():
        unit = f.inputs[name].unit
        other = re.sub(r"[A-Za-z%]+|(?<![\d^])1(?!\d)", lambda m: _OTHERS.get(m.group(), m.group()), unit)
        scale, offset = units.conversion(other, unit)
        moved = f(**{n: f"{v!r} {f.inputs[n].unit}" for n, v in first.items() if n != name}, **{name: f"{(value - offset) / scale!r} {other}"})
        if not _equal(moved, plain, 1e-6 if offset else 1e-9):
            yield f"depends on the unit of '{name}': {plain.item():g} with {unit}, {moved.item():g} with {other}"


def twice(f: Formula) -> Iterator[str]:
    """Two calls give the same, and leave their arguments alone."""
    arrays = _labelled(f)
    kept = {name: a.copy(deep=True) for name, a in arrays.items()}
    if not f(**arrays).identical(f(**arrays)):
        yield "gives another result at the second call"
    numbers = samples(f)
    copies = {name: np.array(values) for name, values in numbers.items()}
    f.kernel(**copies)
    for name in f.inputs:
        if (name in arrays and not arrays[name].identical(kept[name])) or not np.array_equal(copies[name], numbers[name]):
            yield f"changes its argument '{name}'"


def nan(f: Formula) -> Iterator[str]:
    """A missing number never becomes a number."""
    numbers = samples(f)
    for name in numbers:
        with np.errstate(invalid="ignore"):
            out = f.kernel(**{**numbers, name: np.full_like(numbers[name], np.nan)})
        if not np.isnan(out).all():
            yield f"turns a missing '{name}' into a number"


def defaults(f: Formula) -> Iterator[str]:
    """Every coefficient is in its table, convertible, in range, and has a source."""
    for name, spec in f.inputs.items():
        if isinstance(spec.default, Coefficient):
            with spec.default.path.open(encoding="utf-8") as stream:
                if stream.readline().rstrip("\r\n") != ",".join(HEADER):
                    yield f"{spec.default.path.name} has another header than {','.join(HEADER)}"
            places = [(row.ecosystem, row.item, row.region) for row in spec.default.rows]
            if len(set(places)) < len(places):
                yield f"{name}: two rows for the same ecosystem, item and region"
            for row in spec.default.rows:
                yield from (f"{row.cite()}: {why}" for why in _row_faults(row, spec))
        elif spec.default is not None and spec.default not in ALLOWED_NUMBERS:
            yield f"{name}: the default {spec.default} belongs in a table with its source"


def _row_faults(row: Row, spec: Input) -> Iterator[str]:
    scale, offset = units.conversion(row.unit, spec.unit)
    for number in (row.value, row.low, row.high):
        if number is not None and not (spec.low is None or number * scale + offset >= spec.low):
            yield f"{number} lies below {spec.low} {spec.unit}"
        if number is not None and not (spec.high is None or number * scale + offset <= spec.high):
            yield f"{number} lies above {spec.high} {spec.unit}"
    if (row.low is not None and row.value < row.low) or (row.high is not None and row.value > row.high):
        yield "the value lies outside its own low and high"
    if not row.source or not row.year:
        yield "has no source or no year"
    if row.evidence not in EVIDENCE:
        yield f"evidence '{row.evidence}' is none of {', '.join(EVIDENCE)}"
    if row.ecosystem and row.ecosystem not in ecosystems.tree():
        yield f"'{row.ecosystem}' is no ecosystem type"


def docstring(f: Formula) -> Iterator[str]:
    """One line of purpose, then what goes in with its unit, what comes out, what can go wrong, and the source."""
    text, sections = _sections(f)
    if not re.match(r"\S.*[.。]$", text.split("\n")[0]):
        yield "its first line is no sentence"
    if empty := [s for s in ("Parameters", "Returns", "Raises", "References") if not sections.get(s, "").strip()]:
        yield f"has no section {', '.join(empty)}"
    listed = _documented_units(f)
    for name, spec in f.inputs.items():
        if name not in listed:
            yield f"does not list '{name}'"
        elif not _same_up_to_substance(listed[name], spec.unit):
            yield f"says [{listed[name]}] for '{name}', declared is {spec.unit}"
    result = re.search(r"\[([^\]]*)\]", sections.get("Returns", ""))
    if result is None or not _same_up_to_substance(result.group(1), f.unit):
        yield f"does not say [{f.unit}] under Returns"


def _sections(f: Formula) -> tuple[str, dict[str, str]]:
    text = inspect.getdoc(f) or ""
    parts = re.split(r"^(\w+)\n-{3,}\n", text, flags=re.MULTILINE)
    return text, dict(zip(parts[1::2], parts[2::2], strict=True))


def _documented_units(f: Formula) -> dict[str, str]:
    """The unit that the docstring gives for each argument; empty where it gives none."""
    listed: dict[str, str] = {}
    for line in re.findall(r"^[\w*].* : .*$", _sections(f)[1].get("Parameters", ""), flags=re.MULTILINE):
        names, kind = line.split(" : ", 1)
        bracket = re.search(r"\[([^\]]*)\]", kind)
        listed |= {name.strip(): bracket.group(1) if bracket else "" for name in names.split(",")}
    return listed


def _same_up_to_substance(first: str, second: str) -> bool:
    """Whether two units agree; one substance may stand for another, and an open ``{per}`` for anything."""
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
            yield f"gives {(out - offset) / scale:.8g} {unit}, worked is {case.result} ({case.source})"


def names(f: Formula) -> Iterator[str]:
    """One name has one unit in the whole library (up to the substance), and a line in the list of names."""
    for name, spec in f.inputs.items():
        own = _open_unit(f, name)
        first, unit = _first_use().get(name, ("", own))
        if not _same_up_to_substance(unit, own):
            yield f"'{name}' is in {spec.unit}, and in {unit} in {first}"
        line = nomenclature.every().get(name)
        if line is None or not all(line):
            yield f"'{name}' has no row in names.csv"


@cache
def _first_use() -> Mapping[str, tuple[str, str]]:
    out: dict[str, tuple[str, str]] = {}
    for f in every_formula():
        for name in f.inputs:
            out.setdefault(name, (_name(f), _open_unit(f, name)))
    return out


def _open_unit(f: Formula, name: str) -> str:
    """The unit of an argument; of a formula made for many units, the open one that the docstring shows (``CNY/{per}``)."""
    documented, declared = _documented_units(f).get(name, ""), f.inputs[name].unit
    return documented if "{" in documented and _same_up_to_substance(documented, declared) else declared


CHECKS: Mapping[str, Check] = {
    c.__name__: c for c in (dimension, literals, vectorised, lazy, unit_invariance, twice, nan, defaults, docstring, pickles, worked, names)
}


# --- the record of an indicator ---------------------------------------------------------------------------------------


def check_indicator(indicator: Indicator) -> list[Problem]:
    """What is wrong with a record: units of routes, components and prices that do not meet, unknown classes, cycles."""
    return [Problem("check.indicator", f"indicator {indicator.id}", "{why}", values={"why": why}) for why in _record_faults(indicator)]


def _record_faults(indicator: Indicator) -> Iterator[str]:
    made = {}
    for quantity, routes in indicator.quantities.items():
        made[quantity] = routes[0].unit
        yield from (f"{f.__name__} gives {f.unit}, '{quantity}' is in {made[quantity]}" for f in routes if not units.same(f.unit, made[quantity]))
    for f in indicator.formulas().values():
        for name, spec in f.inputs.items():
            if name in made and not units.same(spec.unit, made[name]):
                yield f"{f.__name__} takes '{name}' in {spec.unit}, the quantity of that name is in {made[name]}"
    for quantity in made:
        if any(quantity in indicator.inputs(name) for f in indicator.quantities[quantity] for name in f.inputs):
            yield f"'{quantity}' is needed to compute itself"
    for c in indicator.components:
        if c.quantity and c.quantity not in made:
            yield f"component {c.id} prices '{c.quantity}', which is no quantity"
        elif c.quantity and not units.same(made[c.quantity], c.unit):
            yield f"component {c.id} is in {c.unit}, its quantity in {made[c.quantity]}"
        if c.unit and c.price_unit and not units.compatible(f"({c.unit}) ({c.price_unit})", "CNY/yr"):
            yield f"component {c.id}: {c.unit} times {c.price_unit} is no money per year"
        yield from (f"component {c.id}: '{e}' is no ecosystem type" for e in c.supplied_by if e not in ecosystems.tree())
