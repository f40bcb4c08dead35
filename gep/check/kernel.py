"""Checks of the kernel: each is a generator of what is wrong, in words."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import xarray as xr

from gep.core import ecosystems, units
from gep.core.errors import GepError
from gep.core.formula import Formula, Input, Worked
from gep.core.tables import Coefficient

ALLOWED_NUMBERS = (0, 1, 2)
ALLOWED_CALLS = ("where", "maximum", "minimum", "exp", "log", "log10", "sqrt", "sin")
_ALLOWED = {f"np.{name}" for name in (*ALLOWED_CALLS, "pi")}
_UNIT_WORD = re.compile(r"[A-Za-z%]+|(?<![\d^])1(?!\d)")
# vector instructions round otherwise than scalar ones, and a small difference of large numbers
# magnifies it
ROUNDING = 1e-4
# Another unit of the same kind, for unit_invariance.
_OTHERS = {
    "m": "km",
    "mm": "cm",
    "ha": "km2",
    "t": "kg",
    "kg": "t",
    "g": "kg",
    "yr": "d",
    "d": "h",
    "h": "min",
    "s": "min",
    "kWh": "MJ",
    "MJ": "kWh",
    "kJ": "J",
    "J": "kJ",
    "CNY": "万元",
    "person": "万人",
    "visit": "万人次",
    "%": "1",
    "1": "%",
    "kelvin": "degC",
    "degC": "kelvin",
    "deg": "rad",
}


def samples(f: Formula, size: int = 6) -> dict[str, Any]:
    """Bare numbers for every argument, the same at each run: some at random in the range, some near
    the worked numbers.
    """
    rng = np.random.default_rng(zlib.crc32(f"{f.__module__}.{f.__name__}".encode()))
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
    return np.clip(
        near, -np.inf if spec.low is None else spec.low, np.inf if spec.high is None else spec.high
    )


def _labelled(f: Formula) -> dict[str, xr.DataArray]:
    """Arguments for the door: labelled arrays with units, over ecosystem types if a coefficient
    asks for them.
    """
    tables = [s.default for s in f.inputs.values() if isinstance(s.default, Coefficient)]
    classed = [table for table in tables if table.by_ecosystem]
    types = [e for e in ecosystems.tree() if all(table.pick(e) for table in classed)][:3]
    if not types:
        raise ValueError("no ecosystem type has a row for every coefficient")
    coords: dict[str, list[Any]] = {"ecosystem": types} if classed else {"x": [0, 1, 2]}
    shape = (len(*coords.values()), 2)
    dims = (*coords, f.over or "draw")
    coords |= {f.over: [1, 2]} if f.over else {}
    return {
        name: xr.DataArray(
            np.resize(numbers, shape), coords, dims, attrs={"units": f.inputs[name].unit}
        )
        for name, numbers in samples(f).items()
        if f.inputs[name].default is None
    }


def _equal(a: Any, b: Any, rel: float = 1e-9) -> bool:
    return bool(
        np.allclose(np.asarray(a, float), np.asarray(b, float), rtol=rel, atol=0, equal_nan=True)
    )


def dimension(f: Formula) -> Iterator[str]:
    """The proof. An empirical formula is not proved; its worked number and :func:`unit_invariance`
    stand in.
    """
    if f.empirical:
        return
    numbers = samples(f)
    bare = f.kernel(**numbers)
    # copies: a kernel that writes into its arguments is for `twice` to find
    quantities = {n: units.quantity(np.array(v), f.inputs[n].unit) for n, v in numbers.items()}
    proved = f.kernel(**quantities)
    # a sum over the days or events of a year is per year, although the kernel of one day is not
    wanted = [f.unit, f"({f.unit}) yr"] if f.over else [f.unit]
    ratios = [(proved / units.quantity(1.0, unit)).to_base_units() for unit in wanted]
    fitting = [ratio for ratio in ratios if ratio.dimensionless]
    if not fitting:
        yield f"gives {getattr(proved, 'units', 'a pure number')}, declared is {f.unit}"
    elif not any(_equal(ratio.magnitude, bare) for ratio in fitting):
        proved = np.ravel(fitting[0].magnitude)[0]
        yield f"hides a factor: {np.ravel(bare)[0]:g} bare, {proved:g} {f.unit} with units"


def literals(f: Formula) -> Iterator[str]:
    """A kernel is elementwise arithmetic; its numbers are in tables, except the constants of a
    regression.
    """
    source = ast.parse(textwrap.dedent(inspect.getsource(f.kernel))).body[0]
    if not isinstance(source, ast.FunctionDef):
        yield "is no plain function"
        return
    known = {"np", *f.inputs}
    told = ast.get_docstring(source) is not None
    for statement in source.body[told:]:
        if not isinstance(statement, (ast.Assign, ast.Return)):
            yield f"has a statement that is no assignment: {ast.unparse(statement)}"
        nodes = [*ast.walk(statement)]
        known |= {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        for node in nodes:
            yield from _fault(node, known, f.empirical)


def _fault(node: ast.AST, known: set[str], empirical: bool) -> Iterator[str]:
    match node:
        case ast.Constant(value=int() | float()) if empirical:
            pass
        case ast.Constant(value=value) if value not in ALLOWED_NUMBERS:
            yield f"holds the constant {value!r}, which belongs in a table"
        case ast.Name(id=name) if name not in known:
            yield f"reads '{name}', which is no argument"
        case ast.Attribute() if ast.unparse(node) not in _ALLOWED:
            yield f"uses {ast.unparse(node)}, which is not one of np.{', np.'.join(ALLOWED_CALLS)}"
        case ast.Call(func=called) if not isinstance(called, ast.Attribute):
            yield f"calls {ast.unparse(called)}"
        case ast.IfExp() | ast.BoolOp() | ast.Subscript() | ast.Lambda() | ast.ListComp():
            yield f"is not elementwise: {ast.unparse(node)}"


def vectorised(f: Formula) -> Iterator[str]:
    """An array gives what its elements give one by one."""
    numbers = samples(f)
    if not len(next(iter(numbers.values()))):
        yield "gives no finite number for any sample"
        return
    whole = f.kernel(**numbers)
    single = [
        f.kernel(**{name: float(values[i]) for name, values in numbers.items()})
        for i in range(len(next(iter(numbers.values()))))
    ]
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
        other = _UNIT_WORD.sub(lambda m: _OTHERS.get(m.group(), m.group()), unit)
        scale, offset = units.conversion(other, unit)
        given = {n: f"{v!r} {f.inputs[n].unit}" for n, v in first.items()}
        moved = f(**given | {name: f"{(value - offset) / scale!r} {other}"})
        if not _equal(moved, plain, 1e-6 if offset else 1e-9):
            yield (
                f"depends on the unit of '{name}': "
                f"{plain.item():g} with {unit}, {moved.item():g} with {other}"
            )


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
        same = name not in arrays or arrays[name].identical(kept[name])
        if not same or not np.array_equal(copies[name], numbers[name]):
            yield f"changes its argument '{name}'"


def nan(f: Formula) -> Iterator[str]:
    """A missing number never becomes a number."""
    numbers = samples(f)
    for name in numbers:
        with np.errstate(invalid="ignore"):
            out = f.kernel(**{**numbers, name: np.full_like(numbers[name], np.nan)})
        if not np.isnan(out).all():
            yield f"turns a missing '{name}' into a number"
