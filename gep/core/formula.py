"""The machinery: a formula is a plain function whose arguments carry their units, behind one
checked door.

``@formula("m^3/yr")`` keeps the bare function as ``.kernel`` and returns a function that takes each
argument as text (``"100 ha"``), a quantity of any pint registry, a labelled pandas Series or an
xarray DataArray with ``attrs["units"]``; converts it to the unit beside the argument; checks its
range; fills coefficients from their table for the labels present; runs the kernel on bare numbers;
and writes units and sources on the result.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, cast, get_args, get_type_hints

import numpy as np
import pandas as pd
import xarray as xr

from gep.core import units
from gep.core.errors import InputError, ParameterError, Problem, UnitError
from gep.core.tables import Coefficient

# a float, a numpy array, a DataArray, dask-backed or not, or (in the proof) a pint quantity
Array = Any
DIMENSIONS = ("ecosystem", "region", "item", "year", "draw", "scenario", "y", "x")
_MAY_LACK_LABELS = ("y", "x", "draw")  # grids and draws are counted, not named


class U(NamedTuple):
    """The unit of an argument, with the range that its values must keep (in that unit).

    ``stock`` marks a flow that people often give as a stock (a house price for a yearly premium): a
    unit that lacks the year is then refused instead of being read as per year.
    """

    unit: str
    low: float | None = None
    high: float | None = None
    stock: bool = False


class Worked(NamedTuple):
    """A worked number: inputs as printed in the source, the result as printed, and where.

    ``rel`` is the relative tolerance that the printed digits allow.
    """

    result: str
    source: str
    inputs: Mapping[str, str]
    rel: float = 1e-6


def worked(result: str, source: str, rel: float = 1e-6, **inputs: str) -> Worked:
    """A worked number, its inputs by name."""
    return Worked(result, source, inputs, rel)


class Input(NamedTuple):
    """One argument of a formula."""

    name: str
    unit: str
    low: float | None
    high: float | None
    stock: bool
    default: Coefficient | float | None


class Formula(Protocol):
    """A checked formula: call it with units, or call ``.kernel`` with bare numbers in the declared
    units.
    """

    __name__: str
    __module__: str
    kernel: Callable[..., Any]
    unit: str
    inputs: Mapping[str, Input]
    over: str
    empirical: bool
    worked: tuple[Worked, ...]
    summary: str

    def __call__(self, *args: Any, **kwargs: Any) -> xr.DataArray: ...

    def of(
        self,
        name: str,
        *,
        worked: Worked | Iterable[Worked] = (),
        defaults: Mapping[str, Coefficient] = ...,
        **names: str,
    ) -> Formula:
        """The same formula for one substance or base: ``uptake.of("so2_uptake", s="SO2")``; with
        coefficients of its own by argument.
        """
        ...


shown: list[Callable[[Formula], str]] = [
    repr
]  # what a notebook shows of a formula; gep.views puts its own here


def formula(
    unit: str, *, over: str = "", empirical: bool = False, worked: Worked | Iterable[Worked] = ()
) -> Callable[[Callable[..., Any]], Formula]:
    """Turn a kernel into a checked formula.

    Parameters
    ----------
    unit : str
        Unit of the result. ``{s}`` in it and in argument units is filled by ``.of``.
    over : str
        A dimension (``day``, ``month``, ``event``) that the result is summed over.
    empirical : bool
        The kernel holds the constants of a regression as its source prints them, so that dimensions
        do not prove it.
    worked : Worked or several
        Numbers from a source, or laid out by hand, that the formula must give.
    """
    examples = (worked,) if isinstance(worked, Worked) else tuple(worked)

    def build(kernel: Callable[..., Any]) -> Formula:
        hints = get_type_hints(kernel, include_extras=True)
        inputs = {}
        for name, parameter in inspect.signature(kernel).parameters.items():
            u = next((x for x in get_args(hints.get(name)) if isinstance(x, U)), None)
            if u is None:
                raise TypeError(f"{kernel.__qualname__}: argument '{name}' carries no unit")
            default = None if parameter.default is parameter.empty else parameter.default
            inputs[name] = Input(name, u.unit, u.low, u.high, u.stock, default)
        return _wrap(kernel, kernel.__name__, unit, inputs, over, empirical, examples)

    return build


def _wrap(
    kernel: Callable[..., Any],
    name: str,
    unit: str,
    inputs: Mapping[str, Input],
    over: str,
    empirical: bool,
    examples: tuple[Worked, ...],
) -> Formula:
    def door(*args: Any, **kwargs: Any) -> xr.DataArray:
        return _call(cast(Formula, door), args, kwargs)

    def of(
        name: str,
        *,
        worked: Worked | Iterable[Worked] = (),
        defaults: Mapping[str, Coefficient] = MappingProxyType({}),
        **names: str,
    ) -> Formula:
        filled = {
            k: Input(
                i.name, i.unit.format(**names), i.low, i.high, i.stock, defaults.get(k, i.default)
            )
            for k, i in inputs.items()
        }
        own = (worked,) if isinstance(worked, Worked) else tuple(worked)
        return _wrap(kernel, name, unit.format(**names), filled, over, empirical, own or examples)

    signature = inspect.signature(kernel)
    door.__dict__.update(
        kernel=kernel,
        unit=unit,
        inputs=inputs,
        over=over,
        empirical=empirical,
        worked=examples,
        of=of,
        summary=" ".join((kernel.__doc__ or "").strip().partition("\n\n")[0].split()),
        __signature__=signature,
        _repr_html_=lambda: shown[0](cast(Formula, door)),
    )
    door.__name__ = door.__qualname__ = name
    door.__module__, door.__doc__ = kernel.__module__, kernel.__doc__
    return cast(Formula, door)


def _call(f: Formula, args: tuple[Any, ...], kwargs: dict[str, Any]) -> xr.DataArray:
    title = _name(f)
    problems: list[Problem] = []
    given = dict(zip(f.inputs, args, strict=False)) | kwargs
    if (
        len(args) > len(f.inputs)
        or any(name not in f.inputs for name in kwargs)
        or len(given) < len(args) + len(kwargs)
    ):
        strange = [n for n in kwargs if n not in f.inputs] or ["arguments"]
        problems += [
            Problem("argument.unknown", n, values={"names": ", ".join(f.inputs)}) for n in strange
        ]
    values: dict[str, Any] = {}
    pending: dict[str, Coefficient] = {}
    for name, spec in f.inputs.items():
        if name in given:
            try:
                values[name] = _inside(name, given[name], spec, (*DIMENSIONS, f.over))
            except (UnitError, InputError) as error:
                problems += [replace(p, where=name) for p in error.problems]
                values[name] = None
        elif isinstance(spec.default, Coefficient):
            pending[name] = spec.default
        elif spec.default is not None:
            values[name] = spec.default
        else:
            problems.append(Problem("argument.missing", name, values={"unit": spec.unit}))
    ecosystems = next(
        (
            list(map(str, v["ecosystem"].values))
            for v in values.values()
            if isinstance(v, xr.DataArray) and "ecosystem" in v.coords
        ),
        None,
    )
    cited: list[str] = []
    for name, coefficient in pending.items():
        try:
            numbers, rows, lacking = coefficient.numbers(
                f.inputs[name].unit, ecosystems if coefficient.by_ecosystem else None
            )
        except ParameterError as error:  # a label that no tree knows
            problems += [p for p in error.problems if p not in problems]
            continue
        problems += [
            Problem(
                "coefficient.lacking",
                name,
                values={"label": label, "table": coefficient.path.name, "name": name},
            )
            for label in lacking
        ]
        cited += [row.cite() for row in rows]
        by_label = coefficient.by_ecosystem and ecosystems is not None
        values[name] = (
            xr.DataArray(numbers, {"ecosystem": ecosystems}, ("ecosystem",))
            if by_label
            else numbers[0]
        )
    problems += [
        p
        for name, value in values.items()
        if value is not None
        for p in _range(name, value, f.inputs[name])
    ]
    if problems:
        kinds = {p.code.split(".")[0] for p in problems}
        kind: Any = (
            UnitError
            if kinds == {"unit"}
            else ParameterError
            if kinds <= {"coefficient", "ecosystem"}
            else InputError
        )
        raise kind("error.formula", problems, name=title)
    arrays = [values[name] for name in f.inputs]
    if not any(isinstance(v, xr.DataArray) for v in arrays):
        out = xr.DataArray(f.kernel(*arrays))
    else:
        out = xr.apply_ufunc(
            f.kernel,
            *_aligned(title, dict(zip(f.inputs, arrays, strict=True))),
            dask="allowed",
            join="exact",
            keep_attrs=False,
        )
        if f.over and f.over in out.dims:
            out = out.sum(f.over, skipna=False)
    out.attrs = {"units": f.unit, "long_name": f.summary}
    if cited:
        out.attrs["coefficients"] = cited
    return out


def _name(f: Formula) -> str:
    return f"{f.__module__.removeprefix('gep.')}.{f.__name__}"


def apply(f: Formula, values: Mapping[str, xr.Variable]) -> xr.Variable:
    """Run a formula on numbers that are in its units and lie on one grid: only their range is
    looked at.

    The door of the account, whose inputs were converted when they were read and share the labels of
    each dimension.

    Raises
    ------
    InputError
        If a number leaves the range of its argument.
    """
    problems = [p for name, value in values.items() for p in _range(name, value, f.inputs[name])]
    if problems:
        raise InputError("error.formula", problems, name=_name(f))
    out: xr.Variable = xr.apply_ufunc(
        f.kernel, *(values[name] for name in f.inputs), dask="allowed"
    )
    return out.sum(f.over, skipna=False) if f.over in out.dims else out


def _inside(name: str, value: Any, spec: Input, dimensions: tuple[str, ...]) -> Any:
    """The value in the declared unit: a float, or a DataArray without attributes."""
    bare, unit = _taken_apart(name, value, spec, dimensions)
    if unit is None and spec.unit != "1":
        raise _refused(name, "unit.missing/formula", unit=spec.unit)
    scale, offset = units.conversion(str(unit or "1"), spec.unit)
    if not isinstance(bare, xr.DataArray):
        return float(bare) * scale + offset
    strange = [
        str(d)
        for d in bare.dims
        if d not in dimensions or not (d in bare.coords or d in _MAY_LACK_LABELS)
    ]
    if strange:
        raise _refused(
            name, "dimension.unknown", names=strange, known=", ".join(filter(None, dimensions))
        )
    if bare.dtype.kind not in "fiu":
        raise _refused(name, "number.unreadable/array", text=str(bare.dtype))
    if any(bare.indexes[d].has_duplicates for d in bare.dims if d in bare.indexes):
        raise _refused(name, "label.double")
    data = (
        bare.data
        if scale == 1 and not offset
        else bare.data * scale + offset
        if offset
        else bare.data * scale
    )
    return xr.DataArray(data, {d: bare.coords[d] for d in bare.dims if d in bare.coords}, bare.dims)


def _taken_apart(
    name: str, value: Any, spec: Input, dimensions: tuple[str, ...]
) -> tuple[Any, str | None]:
    """A number or a DataArray, and the text of its unit; None where it has none."""
    if isinstance(value, str):
        number, unit = units.split(value)
        return number, unit or None
    if isinstance(value, pd.Series):
        return _of_series(name, value, dimensions), value.attrs.get("units")
    if isinstance(value, xr.DataArray):
        if hasattr(value.data, "magnitude"):
            return value.copy(data=value.data.magnitude), units.foreign(value.data.units)
        return value, value.attrs.get("units")
    quantity = hasattr(value, "magnitude") and hasattr(value, "units")  # of any pint registry
    bare = value.magnitude if quantity else value
    if isinstance(bare, (xr.Dataset, Sequence, np.ndarray, pd.DataFrame)) or hasattr(bare, "dask"):
        raise _refused(name, "dimension.unlabelled")
    if isinstance(bare, bool) or not isinstance(bare, (int, float, np.integer, np.floating)):
        raise _refused(name, "number.unreadable/value", text=repr(bare)[:60], unit=spec.unit)
    return bare, units.foreign(value.units) if quantity else None


def _of_series(name: str, value: pd.Series[Any], dimensions: tuple[str, ...]) -> xr.DataArray:
    """A Series as an array; its index must name the dimensions and hold every combination of labels
    once.
    """
    if any(n not in dimensions for n in value.index.names):
        raise _refused(
            name,
            "dimension.unknown/series",
            names=list(value.index.names),
            known=", ".join(filter(None, dimensions)),
        )
    if value.index.has_duplicates:
        raise _refused(name, "label.double")
    full = (
        math.prod(len(level) for level in value.index.remove_unused_levels().levels)
        if isinstance(value.index, pd.MultiIndex)
        else len(value)
    )
    if full != len(value):
        raise _refused(name, "label.ragged", given=len(value), full=full)
    return xr.DataArray.from_series(value)


def _refused(name: str, code: str, **values: object) -> UnitError | InputError:
    """One fault of an argument."""
    kind = UnitError if code.startswith("unit.") else InputError
    return kind(name, [Problem(code, name, values=values)])


def _range(name: str, value: Any, spec: Input) -> Iterable[Problem]:
    """Problems of values that leave the declared range; never computes a dask array."""
    data = value.data if isinstance(value, (xr.DataArray, xr.Variable)) else value
    if hasattr(data, "dask") or np.size(data) == 0:
        return
    least, most = (
        (np.fmin.reduce(data, axis=None), np.fmax.reduce(data, axis=None))
        if np.ndim(data)
        else (data, data)
    )
    if math.isinf(least) or math.isinf(most):
        yield Problem("range.infinite", name)
    elif (spec.low is not None and least < spec.low) or (
        spec.high is not None and most > spec.high
    ):
        bounds = {
            "low": "−∞" if spec.low is None else f"{spec.low:g}",
            "high": "∞" if spec.high is None else f"{spec.high:g}",
        }
        worst = least if spec.low is not None and least < spec.low else most
        yield Problem(
            "range.outside/formula",
            name,
            values={**bounds, "unit": spec.unit, "worst": float(worst)},
        )


def _apart(name: str, first: str, dimension: str, labels: str) -> Problem:
    return Problem(
        "label.apart", name, values={"first": first, "dimension": dimension, "labels": labels}
    )


def _aligned(title: str, values: dict[str, Any]) -> list[Any]:
    """The values with every shared dimension in the same label order; different labels are an error
    that lists them.
    """
    reference: dict[str, tuple[str, pd.Index[Any]]] = {}
    sizes: dict[str, tuple[str, int]] = {}
    problems: list[Problem] = []
    for name, value in values.items():
        if not isinstance(value, xr.DataArray):
            continue
        for d in value.dims:
            if (
                d not in value.indexes
            ):  # a grid or draws without labels: only the number of steps can differ
                first, steps = sizes.setdefault(str(d), (name, value.sizes[d]))
                if steps != value.sizes[d]:
                    problems.append(
                        _apart(name, first, str(d), f"{value.sizes[d]} and {steps} steps")
                    )
                continue
            index = value.indexes[d]
            if d not in reference:
                reference[str(d)] = (name, index)
            elif not index.equals(reference[str(d)][1]):
                first, wanted = reference[str(d)]
                apart = sorted(map(str, set(index) ^ set(wanted)))
                if apart:
                    problems.append(_apart(name, first, str(d), ", ".join(apart[:8])))
                else:
                    value = values[name] = value.reindex({d: wanted})
    if problems:
        raise InputError("error.formula", problems, name=title)
    return list(values.values())


class Component(NamedTuple):
    """A part of an indicator that has a quantity and a price of its own; its id is a contract
    (``ids.csv``).
    """

    id: str
    zh: str
    en: str
    unit: str  # of the quantity; "" where each item is counted in a unit of its own
    price: str = ""  # name of the price
    price_unit: str = ""
    pricing: str = "market_price"  # pricing module that a profile may replace
    quantity: str = ""  # the named quantity that is priced; "" where it can only be given
    # the name that an input called ``quantity`` fills, where that is not the priced quantity itself
    given: str = ""
    supplied_by: tuple[str, ...] = ()  # ecosystem classes that supply it; () is all
    cap: str = ""  # input whose regional total the sum of the quantity must not pass
    outside: str = ""  # why it stands outside GEP: "consumer_surplus", "non_use" or "esv"
    headline: str = ""  # a quantity shown and not priced
    # takes the shared names; no, where its "area" is of homes or roadside green, not of an
    # ecosystem
    shared: bool = True
    # a price given without the year is a stock (a dyke, a house) and is refused, never read as per
    # year
    stock: bool = False


@dataclass(frozen=True, eq=False)
class Indicator:
    """An ecosystem service: named quantities, and components that carry a price."""

    id: str
    level: str
    zh: str
    en: str
    components: tuple[Component, ...]
    quantities: Mapping[str, tuple[Formula, ...]] = field(
        default_factory=dict
    )  # by name: the first is the default route
    doc: str = ""

    def component(self, id: str) -> Component | None:
        """The component of that id, if there is one."""
        return next((c for c in self.components if c.id == id), None)

    def formulas(self) -> dict[str, Formula]:
        """Every formula of the indicator by its own name."""
        return {f.__name__: f for routes in self.quantities.values() for f in routes}

    def inputs(self, quantity: str) -> dict[str, Input]:
        """Every argument that can be needed to compute a quantity, through all routes."""
        out: dict[str, Input] = {}
        todo, seen = [quantity], set()
        while todo:
            name = todo.pop()
            if name in seen:
                continue
            seen.add(name)
            for f in self.quantities.get(name, ()):
                out.update(f.inputs)
                todo += f.inputs
        return out


@dataclass(frozen=True)
class Pricing:
    """A way to a price: which valuation family it belongs to, and the formulas that lead to prices."""

    id: str
    zh: str
    en: str
    exchange_value: bool  # whether a price found this way may stand in GEP
    seea: str  # the valuation family of SEEA EA, in words
    formulas: Mapping[str, tuple[Formula, ...]] = field(
        default_factory=dict
    )  # by the price or intermediate they give: the first is the default route
    doc: str = ""
    # it is what costs leave of a market price; one that was given outright is a market price
    residual: bool = False
