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
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Protocol, cast, get_args, get_type_hints

import numpy as np
import pandas as pd
import xarray as xr

from gep.core import units
from gep.core.docstring import told
from gep.core.errors import InputError, ParameterError, Problem, UnitError
from gep.core.frozen import Frozen, freeze
from gep.core.records import Name, Rule, Seea
from gep.core.source import named
from gep.core.tables import Coefficient

# a float, a numpy array, a DataArray, dask-backed or not, or (in the proof) a pint quantity
Array = Any
DIMENSIONS = ("ecosystem", "region", "item", "year", "draw", "scenario", "y", "x")
_MAY_LACK_LABELS = ("y", "x", "draw")  # grids and draws are counted, not named


Kind = Literal["size", "rate", "state", ""]


class U(NamedTuple):
    """The unit of an argument, with the range that its values must keep (in that unit), and which
    of three kinds it is: ``U("m^2", low=0, size=True)``.

    A *size* grows with the place, and of two places it is the sum: areas, lengths, tonnes, visits,
    people. Given for several places together it is not each one's. A *rate* is per something: per
    area or unit, a price, a share, a coefficient. A *state* is a condition that places may have in
    common: rain, temperature, depth, slope, days. An argument that says none is found by
    ``gep check``.

    ``stock`` marks a flow that people often give as a stock (a house price for a yearly premium): a
    unit that lacks the year is then refused instead of being read as per year.
    """

    unit: str
    low: float | None = None
    high: float | None = None
    stock: bool = False
    size: bool = False
    rate: bool = False
    state: bool = False

    @property
    def kind(self) -> Kind:
        """``size``, ``rate`` or ``state``; empty where the argument says none or several."""
        said: dict[Kind, bool] = {"size": self.size, "rate": self.rate, "state": self.state}
        kinds = [kind for kind, so in said.items() if so]
        return kinds[0] if len(kinds) == 1 else ""


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
    kind: Kind = ""

    @property
    def size(self) -> bool:
        """Whether it grows with the place."""
        return self.kind == "size"


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
    zh: str  # the same in Chinese

    def __call__(self, *args: Any, **kwargs: Any) -> xr.DataArray: ...

    def of(
        self,
        name: str,
        *,
        zh: str = "",
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
    unit: str,
    *,
    zh: str = "",
    over: str = "",
    empirical: bool = False,
    worked: Worked | Iterable[Worked] = (),
) -> Callable[[Callable[..., Any]], Formula]:
    """Turn a kernel into a checked formula.

    Parameters
    ----------
    unit : str
        Unit of the result. ``{s}`` in it and in argument units is filled by ``.of``.
    zh : str
        What the first sentence of the docstring says, in Chinese.
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
            inputs[name] = Input(name, u.unit, u.low, u.high, u.stock, default, u.kind)
        return _wrap(kernel, kernel.__name__, unit, inputs, over, empirical, examples, zh)

    return build


def _wrap(
    kernel: Callable[..., Any],
    name: str,
    unit: str,
    inputs: Mapping[str, Input],
    over: str,
    empirical: bool,
    examples: tuple[Worked, ...],
    zh: str,
) -> Formula:
    def door(*args: Any, **kwargs: Any) -> xr.DataArray:
        return _call(cast(Formula, door), args, kwargs)

    def of(
        name: str,
        *,
        zh: str = zh,
        worked: Worked | Iterable[Worked] = (),
        defaults: Mapping[str, Coefficient] = MappingProxyType({}),
        **names: str,
    ) -> Formula:
        filled = {
            k: i._replace(unit=i.unit.format(**names), default=defaults.get(k, i.default))
            for k, i in inputs.items()
        }
        own = (worked,) if isinstance(worked, Worked) else tuple(worked)
        return _wrap(
            kernel, name, unit.format(**names), filled, over, empirical, own or examples, zh
        )

    signature = inspect.signature(kernel).replace(return_annotation=xr.DataArray)
    door.__dict__.update(
        kernel=kernel,
        unit=unit,
        inputs=Frozen(inputs),
        over=over,
        empirical=empirical,
        worked=examples,
        of=of,
        summary=" ".join((kernel.__doc__ or "").strip().partition("\n\n")[0].split()),
        zh=zh,
        __signature__=signature,
        _repr_html_=lambda: shown[0](cast(Formula, door)),
    )
    door.__name__ = door.__qualname__ = name
    door.__annotations__ = {**kernel.__annotations__, "return": xr.DataArray}
    door.__module__, door.__doc__ = kernel.__module__, told(kernel.__doc__ or "", unit, inputs)
    return cast(Formula, door)


def _call(f: Formula, args: tuple[Any, ...], kwargs: dict[str, Any]) -> xr.DataArray:
    """The door: each argument in its unit, all problems at once, then the kernel on bare arrays."""
    given = dict(zip(f.inputs, args, strict=False)) | kwargs
    problems = [*_strange(f, args, kwargs, given)]
    values = dict(_filled(f, given, problems))
    looked_up, cited = _looked_up(f, given, values, problems)
    values |= looked_up
    problems += chain.from_iterable(_range(n, v, f.inputs[n]) for n, v in values.items())
    if problems:
        raise _kind(problems)("error.formula", problems, name=_name(f))
    out = _run(f, [values[name] for name in f.inputs])
    out.attrs = {"units": f.unit, "long_name": f.summary}
    if cited:
        out.attrs["coefficients"] = cited
    return out


def _strange(
    f: Formula, args: tuple[Any, ...], kwargs: dict[str, Any], given: Mapping[str, Any]
) -> Iterator[Problem]:
    """Arguments that the formula does not take, or takes once and was given twice."""
    unknown = [name for name in kwargs if name not in f.inputs]
    if unknown or len(args) > len(f.inputs) or len(given) < len(args) + len(kwargs):
        for name in unknown or ["arguments"]:
            yield Problem("argument.unknown", named(name), names=", ".join(f.inputs))


def _filled(
    f: Formula, given: Mapping[str, Any], problems: list[Problem]
) -> Iterator[tuple[str, Any]]:
    """The arguments that are given, and the numbers that stand where they are not."""
    for name, spec in f.inputs.items():
        if name in given:
            try:
                yield name, _inside(name, given[name], spec, (*DIMENSIONS, f.over))
            except (UnitError, InputError) as error:
                problems += error.at(named(name))
        elif spec.default is None:
            problems.append(Problem("argument.missing", named(name), unit=spec.unit))
        elif not isinstance(spec.default, Coefficient):
            yield name, spec.default


def _looked_up(
    f: Formula, given: Mapping[str, Any], values: Mapping[str, Any], problems: list[Problem]
) -> tuple[dict[str, Any], list[str]]:
    """The coefficients of what is not given, for the ecosystem types at hand, and their sources."""
    types = _types(values.values())
    found: dict[str, Any] = {}
    cited: list[str] = []
    for name, spec in f.inputs.items():
        table = spec.default
        if name in given or not isinstance(table, Coefficient):
            continue
        here = types if table.by_ecosystem else None
        try:
            numbers, rows, lacking = table.numbers(spec.unit, here)
        except ParameterError as error:  # a label that no tree knows
            problems += [p for p in error.problems if p not in problems]
            continue
        for label in lacking:
            told = {"label": label, "table": table.path.name, "name": name}
            problems.append(Problem("coefficient.lacking", named(name), **told))
        cited += [row.cite() for row in rows]
        found[name] = xr.DataArray(numbers, {"ecosystem": here}) if here else numbers[0]
    return found, cited


def _types(values: Iterable[Any]) -> list[str] | None:
    """The ecosystem types of the first argument that has any."""
    for value in values:
        if isinstance(value, xr.DataArray) and "ecosystem" in value.coords:
            return [*map(str, value["ecosystem"].values)]
    return None


def _kind(problems: Iterable[Problem]) -> type[UnitError | ParameterError | InputError]:
    """What to raise: of units alone, of coefficients alone, or of values."""
    kinds = {p.code.partition(".")[0] for p in problems}
    if kinds == {"unit"}:
        return UnitError
    return ParameterError if kinds <= {"coefficient", "ecosystem"} else InputError


def _run(f: Formula, arrays: list[Any]) -> xr.DataArray:
    """The kernel on bare numbers, or on labelled ones in one order."""
    if not any(isinstance(v, xr.DataArray) for v in arrays):
        return xr.DataArray(f.kernel(*arrays))
    aligned = _aligned(_name(f), dict(zip(f.inputs, arrays, strict=True)))
    out: xr.DataArray = xr.apply_ufunc(
        f.kernel, *aligned, dask="allowed", join="exact", keep_attrs=False
    )
    return out.sum(f.over, skipna=False) if f.over in out.dims else out


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
    problems = [*chain.from_iterable(_range(n, v, f.inputs[n]) for n, v in values.items())]
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
    _look_at(name, bare, dimensions)
    data = bare.data if scale == 1 else bare.data * scale
    coords = {d: bare.coords[d] for d in bare.dims if d in bare.coords}
    return xr.DataArray(data + offset if offset else data, coords, bare.dims)


def _look_at(name: str, array: xr.DataArray, dimensions: tuple[str, ...]) -> None:
    """Refuse dimensions that are unknown or lack their labels, what is no number, labels twice."""
    known = {*dimensions} & ({*array.coords} | {*_MAY_LACK_LABELS})
    strange = [str(d) for d in array.dims if d not in known]
    if strange:
        names = ", ".join(filter(None, dimensions))
        raise _refused(name, "dimension.unknown", names=strange, known=names)
    if array.dtype.kind not in "fiu":
        raise _refused(name, "number.unreadable/array", text=str(array.dtype))
    if any(index.has_duplicates for d, index in array.indexes.items() if d in array.dims):
        raise _refused(name, "label.double")


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
    return kind(name, [Problem(code, named(name), **values)])


def _range(name: str, value: Any, spec: Input) -> Iterable[Problem]:
    """Problems of values that leave the declared range; never computes a dask array."""
    data = value.data if isinstance(value, (xr.DataArray, xr.Variable)) else value
    if hasattr(data, "dask") or np.size(data) == 0:
        return
    least = most = data
    if np.ndim(data):
        least, most = np.fmin.reduce(data, axis=None), np.fmax.reduce(data, axis=None)
    low = -math.inf if spec.low is None else spec.low
    high = math.inf if spec.high is None else spec.high
    if math.isinf(least) or math.isinf(most):
        yield Problem("range.infinite", named(name))
    elif least < low or most > high:
        worst = float(least if least < low else most)
        told = {"low": bound(low), "high": bound(high), "unit": spec.unit, "worst": worst}
        yield Problem("range.outside/formula", named(name), **told)


def bound(value: float) -> str:
    """An end of a range as it is printed."""
    return f"{value:g}".replace("-inf", "−∞").replace("inf", "∞")


def _aligned(title: str, values: dict[str, Any]) -> list[Any]:
    """The values with every shared dimension in the same label order; different labels are an error
    that lists them.
    """
    firsts: dict[tuple[Hashable, bool], tuple[str, xr.DataArray]] = {}
    problems: list[Problem] = []
    for name, value in values.items():
        for d in value.dims if isinstance(value, xr.DataArray) else ():
            labelled = d in value.indexes  # a grid or draws may have steps alone
            first, reference = firsts.setdefault((d, labelled), (name, value))
            apart = (_labels_apart if labelled else _steps_apart)(values[name], reference, d)
            if apart:
                told = {"first": first, "dimension": str(d), "labels": apart}
                problems.append(Problem("label.apart", named(name), **told))
            elif labelled and not values[name].indexes[d].equals(reference.indexes[d]):
                values[name] = values[name].reindex({d: reference.indexes[d]})
    if problems:
        raise InputError("error.formula", problems, name=title)
    return list(values.values())


def _labels_apart(value: xr.DataArray, reference: xr.DataArray, d: Hashable) -> str:
    """Labels that only one of two arrays has."""
    return ", ".join(sorted(map(str, {*value.indexes[d]} ^ {*reference.indexes[d]}))[:8])


def _steps_apart(value: xr.DataArray, reference: xr.DataArray, d: Hashable) -> str:
    """How many steps without labels two arrays have, where they differ."""
    own, wanted = value.sizes[d], reference.sizes[d]
    return "" if own == wanted else f"{own} and {wanted} steps"


@dataclass(frozen=True, kw_only=True)
class Component:
    """A part of an indicator that has a quantity and a price of its own; its id is a contract
    (``ids.csv``).

    Its units are those of its quantity's first formula and of money per that. They are written out
    where there is no formula, and nowhere else.
    """

    id: str
    zh: str
    en: str
    unit: str = ""  # of the quantity; "" where each item is counted in a unit of its own
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
    seea: Seea | None = None  # its place in SEEA EA, where that is not the one of its indicator

    def _with_units(self, quantities: Mapping[str, tuple[Formula, ...]]) -> Component:
        """The component with the units that follow from its formulas."""
        routes = quantities.get(self.quantity, ())
        unit = self.unit or (routes[0].unit if routes else "")
        per_year, flow = unit.removesuffix("/yr"), unit.endswith("/yr")
        price = f"CNY/{per_year}" if flow else f"CNY/({unit} yr)"
        priced = self.price_unit or (price if self.price and unit else "")
        return replace(self, unit=unit, price_unit=priced)


@dataclass(frozen=True, eq=False)
class Indicator:
    """An ecosystem service: named quantities, and components that carry a price.

    ``doc`` is told in English and ``zh_doc`` in Chinese. ``names`` are the words of its arguments
    that the nomenclature lacks, ``overlaps`` what it may hold of another service.
    """

    id: str
    level: str
    zh: str
    en: str
    components: tuple[Component, ...]
    # by name: the first is the default route
    quantities: Mapping[str, tuple[Formula, ...]] = field(default_factory=dict)
    doc: str = ""
    zh_doc: str = ""
    seea: Seea | None = None  # its place in SEEA EA, but for components that have their own
    names: tuple[Name, ...] = ()
    overlaps: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        settled = tuple(c._with_units(self.quantities) for c in self.components)
        object.__setattr__(self, "components", settled)
        freeze(self, "quantities")

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
    """A way to a price: its valuation family, and the formulas that lead to prices."""

    id: str
    zh: str
    en: str
    exchange_value: bool  # whether a price found this way may stand in GEP
    seea: str  # the valuation family of SEEA EA, in words
    # by the price or intermediate they give: the first is the default route
    formulas: Mapping[str, tuple[Formula, ...]] = field(default_factory=dict)
    doc: str = ""
    # it is what costs leave of a market price; one that was given outright is a market price
    residual: bool = False

    def __post_init__(self) -> None:
        freeze(self, "formulas")
