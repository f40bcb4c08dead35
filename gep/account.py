"""The account: every component worked out, added up once and only here, with what is left out said beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from gep import indicators, standards
from gep.basis import Basis
from gep.errors import InputError, OverlapError, ParameterError, Problem
from gep.formula import Component, Indicator
from gep.inputs import LABELS, Entry, problems
from gep.inputs import components as named_components
from gep.solve import MISSING, Node, Solution, Solver, all_indicators, evaluate, labels
from gep.standards import Profile, ProfileRow
from gep.tables import EVIDENCE

if TYPE_CHECKING:
    from gep.explain import Explanation

LEDGER = (
    "standard", "region", "year", "price_year", "level", "indicator", "component", "item", "ecosystem", "role",
    "quantity", "quantity_unit", "price", "price_unit", "value", "value_unit", "method", "source", "evidence", "status", "second_level",
)  # fmt: skip
SCHEMA_VERSION = 1


class Total(float):
    """A sum of money, with what it leaves out: it is a float, in the account's currency per year."""

    left_out: tuple[str, ...]

    def __new__(cls, value: float, left_out: Iterable[str] = ()) -> Total:
        out = super().__new__(cls, value)
        out.left_out = tuple(left_out)
        return out


class Missing(NamedTuple):
    """A component that could not be accounted, and what it needs."""

    indicator: str
    component: str
    needs: tuple[tuple[str, str], ...]  # name, unit
    ecosystems: tuple[str, ...] = ()  # only these, where the rest is accounted
    inside: str = ""  # the figure that holds it unseparated: the rest of its level, or its indicator as a whole


@dataclass(frozen=True)
class Part:
    """One component of an account: its row in the profile, its solution, and its figures over the labels in use.

    ``data`` holds ``quantity``, ``price``, ``value`` and ``status``. ``counted`` says whether it enters the total.
    """

    row: ProfileRow
    solution: Solution
    counted: bool

    @property
    def indicator(self) -> Indicator:
        """Its service."""
        return self.solution.indicator

    @property
    def component(self) -> Component:
        """Its component."""
        return self.solution.component

    @property
    def data(self) -> xr.Dataset:
        """Its figures."""
        return self.solution.data

    @property
    def name(self) -> str:
        """``indicator.component``."""
        return f"{self.indicator.id}.{self.component.id}" if self.component.id else self.indicator.id


class Control(NamedTuple):
    """A published figure beside the account's own: compared, never added."""

    name: str
    labels: dict[str, str]
    published: float
    account: float
    unit: str
    rounding: float  # half of the last printed digit of the published figure
    rounding_inputs: float  # how far the printed digits of the inputs can move the account's figure
    source: str

    @property
    def difference(self) -> float:
        """Account less published."""
        return self.account - self.published

    @property
    def within(self) -> bool:
        """Whether the difference is explained by the rounding of the printed figures."""
        return abs(self.difference) <= (self.rounding + self.rounding_inputs) * (1 + 1e-9)


@dataclass(frozen=True)
class Account:
    """A gross ecosystem product account; nothing in it changes after it is made."""

    basis: Basis
    profile: Profile
    parts: tuple[Part, ...]
    missing: tuple[Missing, ...] = ()
    warnings: tuple[Problem, ...] = ()
    control_rows: tuple[Mapping[str, Any], ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)  # input file -> sha256

    # -- sums ---------------------------------------------------------------------------------------------------

    def cover(self, part: Part, region: str) -> list[str] | None:
        """The region labels of a part that make up a region, each place once; None where it has no regions."""
        if "region" not in part.data.dims:
            return None
        have = set(map(str, part.data["region"].values))

        def below(name: str) -> list[str]:
            return [name] if name in have else [leaf for child in self.basis.children(name) for leaf in below(child)]

        if not self.basis.regions and region == self.basis.region:
            return [region] if region in have else sorted(have, key=list(map(str, part.data["region"].values)).index)
        return below(region)

    def values(self, part: Part, region: str | None = None) -> xr.DataArray:
        """The value cells of a part that make up a region (the account's own by default); missing cells are NaN."""
        value = part.data["value"]
        cover = self.cover(part, region or self.basis.region)
        if cover is None:
            return value if region in (None, self.basis.region) else value.isel({d: slice(0, 0) for d in value.dims[:1]})
        return value.sel(region=cover)

    def add(self, parts: Iterable[Part], region: str | None = None, year: int | None = None) -> Total:
        """The one place where money is added up: the sum of what is known, and the names of what is not."""
        total, left_out = 0.0, []
        for part in parts:
            value = self.values(part, region)
            if year is not None:
                value = value.sel(year=year)
            absent = part.data["status"].sel({d: value[d] for d in value.dims if d in part.data["status"].dims}) == "absent"
            gaps = int((value.isnull() & ~absent).sum())
            if gaps:
                left_out.append(f"{part.name} ({gaps} of {value.size} cells)" if gaps < value.size else part.name)
            total += float(np.nansum(value.values)) if value.size else 0.0
        return Total(total, left_out)

    @property
    def counted(self) -> tuple[Part, ...]:
        """The parts that enter the total."""
        return tuple(p for p in self.parts if p.counted)

    @cached_property
    def total(self) -> Total:
        """The total of the last year, a float in the account's currency; ``.left_out`` names what is missing in it."""
        out = self.add(self.counted, year=self.basis.years[-1])
        lacking = [f"{m.indicator}.{m.component}".rstrip(".") for m in self.missing if not m.ecosystems and not m.inside]
        return Total(out, dict.fromkeys((*out.left_out, *lacking)))

    @property
    def total_name(self) -> str:
        """What the total may be called: GEP, or not."""
        if self.counted and all(p.component.outside == "esv" for p in self.counted):
            return "ESV"
        extra = [name for name in self.basis.include if any(p.component.outside == name for p in self.counted)]
        return f"{self.profile.total} + {' + '.join(extra)}" if extra else self.profile.total

    def by(self, key: str, year: int | None = None) -> pd.Series[float]:
        """Totals by ``level``, ``indicator`` (second level of the standard), ``component``, ``ecosystem``, ``region`` or ``year``.

        Returns
        -------
        Series, index named by the key, in the account's currency per year (``attrs["units"]``); of the last year
        unless ``year`` says otherwise. An empty ecosystem is what no type was given for.

        Raises
        ------
        ParameterError
            If the key is none of these.
        """
        year = self.basis.years[-1] if year is None else year
        out: dict[object, float] = {}
        if key == "year":
            out = {y: self.add(self.counted, year=y) for y in self.basis.years}
        elif key in ("level", "indicator", "component"):
            for part in self.counted:
                name = {"level": part.row.level, "indicator": part.row.id, "component": part.name}[key]
                out[name] = out.get(name, 0.0) + self.add([part], year=year)
        elif key in ("ecosystem", "region", "item"):
            for part in self.counted:
                value = self.values(part).sel(year=year)
                plain = self.basis.region if key == "region" else ""
                cells = [(plain, value)] if key not in value.dims else [(str(k), value.sel({key: k})) for k in value[key].values]
                for name, cell in cells:
                    out[name] = out.get(name, 0.0) + float(np.nansum(cell.values))
        else:
            raise ParameterError("Account.by", [Problem("key.unknown", key, "is no key", "one of level, indicator, component, ecosystem, region, item, year")])
        series = pd.Series(out, dtype=float, name="value").rename_axis(key)
        series.attrs["units"] = f"{self.basis.currency}/yr"
        return series

    # -- views --------------------------------------------------------------------------------------------------

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """One row a component, item, ecosystem, region and year; the columns are :data:`LEDGER`."""
        frames = [frame for part in self.parts for frame in self._rows(part)]
        if not frames:
            return pd.DataFrame(columns=list(LEDGER))
        return pd.concat(frames, ignore_index=True)[list(LEDGER)]

    def _rows(self, part: Part) -> Iterator[pd.DataFrame]:
        s, money = part.solution, self.basis.currency
        frame = part.data.to_dataframe().reset_index() if part.data.dims else pd.DataFrame([{k: v.item() for k, v in part.data.data_vars.items()}])
        frame = frame[frame["status"] != "absent"]
        if frame.empty:
            return
        fixed = {
            "standard": self.profile.id, "price_year": self.basis.prices, "level": part.row.level, "indicator": part.indicator.id,
            "component": part.component.id, "value_unit": f"{money}/yr", "method": _method(s), "source": _sources(s), "evidence": _evidence(s), "second_level": part.row.id,
        }  # fmt: skip
        frame = frame.assign(**{k: v for k, v in fixed.items() if k not in frame}, role="priced" if part.counted else "headline")
        for label in ("item", "ecosystem"):
            if label not in frame:
                frame[label] = ""
        if "region" not in frame:
            frame["region"] = self.basis.region
        frame["quantity_unit"] = _units(s.quantity, frame) if s.quantity.kind != MISSING else part.component.unit
        frame["price_unit"] = _units(s.price, frame)
        if money != "CNY":
            frame["price_unit"] = frame["price_unit"].str.replace("CNY", money)
        frame.loc[frame["quantity"].isna(), "quantity_unit"] = ""
        frame.loc[frame["price"].isna(), "price_unit"] = ""
        if s.headline:
            frame["role"] = "headline"
        if not part.counted:
            frame["value"] = np.nan
        frame.loc[frame["value"].isna(), "value_unit"] = ""
        yield frame

    @property
    def controls(self) -> tuple[Control, ...]:
        """Published figures beside the account's own."""
        return tuple(_control(self, row) for row in self.control_rows)

    def explain(self, indicator: str, component: str | None = None) -> Explanation:
        """How each figure of an indicator came about: formula, inputs with unit and origin, coefficients, result."""
        from gep.explain import explain

        return explain(self, indicator, component)

    def summary(self) -> dict[str, Any]:
        """Totals by level, indicator and region, what is missing, controls and warnings, as plain data."""
        year = self.basis.years[-1]
        return {
            "schema_version": SCHEMA_VERSION,
            "title": self.basis.title,
            "region": self.basis.region,
            "years": list(self.basis.years),
            "price_year": self.basis.prices,
            "standard": self.profile.id,
            "currency": self.basis.currency,
            "unit": f"{self.basis.currency}/yr",
            "total_name": self.total_name,
            "total": float(self.total),
            "left_out": list(self.total.left_out),
            "by_level": {k: float(v) for k, v in self.by("level").items()},
            "by_indicator": {k: float(v) for k, v in self.by("indicator").items()},
            "by_region": {k: float(v) for k, v in self.by("region").items()},
            "by_year": {str(y): float(v) for y, v in self.by("year").items()} if len(self.basis.years) > 1 else {str(year): float(self.total)},
            "missing": [{"indicator": m.indicator, "component": m.component, "needs": [{"name": n, "unit": u} for n, u in m.needs], "ecosystems": list(m.ecosystems), "inside": m.inside} for m in self.missing],
            "outside": {p.name: float(self.add([p], year=year)) for p in self.parts if not p.counted and p.component.outside},
            "negative": {p.name: total for p in self.counted if (total := _negative(self.values(p)))},
            "controls": [
                {"name": c.name, **c.labels, "published": c.published, "account": c.account, "difference": c.difference, "unit": c.unit, "rounding": c.rounding,
                 "rounding_inputs": c.rounding_inputs, "within_rounding": c.within, "source": c.source}
                for c in self.controls
            ],
            "warnings": [str(w) for w in self.warnings],
            "files": dict(self.files),
        }  # fmt: skip

    def to_json(self) -> str:
        """The summary and the ledger as one JSON text."""
        rows = self.ledger.astype(object).where(self.ledger.notna(), None).to_dict("records")
        return json.dumps({**self.summary(), "ledger": rows}, ensure_ascii=False, indent=1, default=_plain)

    def _repr_html_(self) -> str:
        from gep.report.page import notebook

        return notebook(self)


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else str(value)


def _negative(value: xr.DataArray) -> float:
    low = value.values[value.values < 0]
    return float(low.sum()) if low.size else 0.0


def _units(node: Node, frame: pd.DataFrame) -> Any:
    """The unit of a chain; of each item its own where items are counted in units of their own."""
    own = node.given.units if node.given else None
    return frame["item"].map(own) if own else node.unit


def _method(s: Solution) -> str:
    named = list(dict.fromkeys(e.method for e in s.price.entries() if e.method))
    return "; ".join(named) or ("" if s.price.kind == MISSING else s.method)


def _sources(s: Solution) -> str:
    said = [e.source or "no source" for e in s.entries]
    cited = [f"{r.source}" for n in s.nodes for part in n.walk() for r in part.rows]
    return "; ".join(dict.fromkeys([*said, *cited]))


def _evidence(s: Solution) -> str:
    """The weakest evidence among the figures and coefficients used."""
    words = [e.evidence for e in s.entries if e.evidence] + [r.evidence for n in s.nodes for part in n.walk() for r in part.rows]
    return max(words, key=EVIDENCE.index, default="")


# -- making an account ------------------------------------------------------------------------------------------


def build(
    inputs: Sequence[Entry],
    prices: Sequence[Entry],
    basis: Basis,
    controls: Sequence[Mapping[str, Any]] = (),
    faults: Sequence[Problem] = (),
    files: Mapping[str, str] | None = None,
) -> Account:
    """Check everything, then work out every component of the standard.

    Raises
    ------
    InputError, UnitError, OverlapError, ParameterError
        One error that lists every problem found; nothing is computed then.
    """
    profile = standards.get(basis.standard)
    bound = {(n.partition(".")[0], n.partition(".")[2]): m for n, m in profile.pricing.items()}
    wrong = [*faults, *problems([*inputs, *prices], basis, bound)]
    errors = [p for p in wrong if p.level == "error"]
    warnings = [p for p in wrong if p.level == "warning"]
    if errors:
        raise InputError("The account cannot be computed", errors)
    solver = Solver(inputs, prices, basis, profile)
    chosen = list(_chosen(solver, profile, warnings))
    solutions = [(row, solver.solve(i, c)) for row, i, c in chosen]
    solver.problems += [p for _, s in solutions for p in solver.conflicts(s)]
    if solver.problems:
        raise InputError("The account cannot be computed", _unique(solver.problems))
    parts: list[Part] = []
    missing: list[Missing] = []
    rests = {s.indicator.level: s.indicator.id for _, s in solutions if s.indicator.id in indicators.RESTS and s.value.kind != MISSING}
    wholes = {s.indicator.id for _, s in solutions if not s.component.id and s.value.kind != MISSING}
    only_esv = all(s.component.outside == "esv" for _, s in solutions)
    for row, s in solutions:
        needs = _needs(s)
        if needs:
            inside = s.indicator.id if s.indicator.id in wholes else rests.get(row.level, "")
            missing.append(Missing(s.indicator.id, s.component.id, tuple(needs), (), inside))
            s.headline = inside == s.indicator.id
        if s.value.kind == MISSING and s.quantity.missing():
            continue
        work_out(s, basis)
        gaps = _gaps(s)
        if gaps and not needs:
            missing.append(Missing(s.indicator.id, s.component.id, tuple(gaps[1]), tuple(gaps[0])))
        outside = s.component.outside
        counted = not outside or outside in basis.include or (outside == "esv" and (only_esv or profile.total == "ESV"))
        parts.append(Part(row, s, counted))
        warnings += s.notes
    account = Account(basis, profile, tuple(parts), tuple(missing), (), tuple(controls), files or {})
    twice = _twice(parts)
    if twice:
        raise OverlapError("The same service would be counted twice", twice)
    warnings += _parts_of_regions(account)
    unused = [e for e in (*inputs, *prices) if e not in solver.used and e.indicator]
    warnings += [Problem("input.unused", e.where, "'{name}' is not used", "check indicator, component and name", "warning", {"name": e.name}) for e in unused]
    return Account(basis, profile, tuple(parts), tuple(missing), tuple(_unique(warnings)), tuple(controls), files or {})


def _unique(found: Iterable[Problem]) -> list[Problem]:
    return list({(p.code, p.where, str(p)): p for p in found}.values())


def _chosen(solver: Solver, profile: Profile, warnings: list[Problem]) -> Iterator[tuple[ProfileRow, Indicator, Component]]:
    """The components to account, with the row they count in."""
    for i in [*all_indicators(profile), *(r for r in indicators.RESTS.values() if not profile.open)]:
        for c in named_components(i):
            row = profile.row(i.id, c.id)
            if row is None and i.id in indicators.RESTS:
                row = ProfileRow(i.id, i.level, i.zh, i.en, (i.id,), "confirmed")
            given = solver.has_figure(i.id) if not c.id else solver.has_own(i.id, c.id)
            if row is None:
                continue
            if c.id in ("", "remainder"):
                if given:
                    yield row, i, c
            elif given or not profile.open:
                yield row, i, c
            elif solver.has_any(i.id):
                trial = solver.solve(i, c)
                if not trial.quantity.missing() and any(e.indicator for e in trial.entries):
                    yield row, i, c


def _needs(s: Solution) -> list[tuple[str, str]]:
    """What a component lacks to be valued."""
    if s.value.kind != MISSING:
        return []
    needs = s.quantity.missing() or []
    if s.price.kind == MISSING or s.price.missing():
        needs = [*needs, *(s.price.missing() or [(s.component.price, s.component.price_unit)])] if s.component.price else needs
    return [(n or "value", u) for n, u in needs] or ([] if s.price.kind != MISSING else [("value", "CNY/yr")])


def _gaps(s: Solution) -> tuple[list[str], list[tuple[str, str]]] | None:
    """Ecosystems that a component could not be worked out for, and the names that lack them."""
    gap = s.data["value"].isnull() & (s.data["status"] == MISSING)
    if not bool(gap.any()):
        return None
    dims = [d for d in gap.dims if d != "ecosystem"]
    names = [str(e) for e in gap["ecosystem"].values[gap.any(dims).values]] if "ecosystem" in gap.dims else []
    nodes = [p for n in s.nodes for p in n.walk() if p.parts == {} and p.result is not None and bool(p.result.isnull().any())]
    return names, list(dict.fromkeys((p.name, p.unit) for p in nodes))


def work_out(s: Solution, basis: Basis, moved: Node | None = None) -> xr.Dataset:
    """The figures of one component over its labels: quantity, price, value and status of each cell."""
    grid = labels(s.nodes, s.component.supplied_by, basis.ecosystems)
    grid["year"] = list(basis.years)
    own = basis.ecosystems
    nothing = xr.DataArray(np.nan)
    known = s.quantity.kind != MISSING and not s.quantity.missing()
    quantity = evaluate(s.quantity, grid, own, moved) if known else nothing
    price = evaluate(s.price, grid, own, moved) if s.price.kind != MISSING and not s.price.missing() else nothing
    if known and s.cap.kind != MISSING:
        quantity, s.cap_ratio = capped(quantity, evaluate(s.cap, grid, own, moved), basis)
    given = evaluate(s.value, grid, own, moved) if s.value.kind != MISSING else None
    value = quantity * price
    as_given = any(e.name in ("quantity", s.component.quantity, s.component.given) for e in s.quantity.entries())
    status = xr.full_like(value, "given" if as_given else "computed", dtype="<U10")
    if given is not None:
        value, status = _given_value(s, quantity, price, given, moved)
    if s.share.kind != MISSING:
        share = evaluate(s.share, grid, own, moved)
        share = share / share.sum()
        quantity, value = quantity * share, value * share
        status = xr.full_like(value, "allocated", dtype="<U10")
    ds = xr.Dataset({"quantity": quantity, "price": price, "value": value})
    order = [d for d in LABELS if d in ds.dims]
    ds = xr.broadcast(ds.expand_dims(year=grid["year"]) if "year" not in ds.dims else ds)[0].transpose(*[*order, *(["year"] if "year" not in order else [])])
    status = status.broadcast_like(ds["value"]).transpose(*ds["value"].dims)
    absent = ~_present(s, ds["value"])
    status = xr.where(ds["value"].isnull(), xr.where(absent, "absent", status if s.headline else MISSING), status)
    ds["status"] = status.astype("<U10")
    if moved is None:
        s.data = ds
    return ds


def _given_value(s: Solution, quantity: xr.DataArray, price: xr.DataArray, given: xr.DataArray, moved: Node | None) -> tuple[xr.DataArray, xr.DataArray]:
    """A value that was given counts; beside a quantity and a price it is compared with their product."""
    product = quantity * price
    has_quantity = s.quantity.kind != MISSING and not s.quantity.missing()
    status = xr.full_like(given, "published" if has_quantity else "value_only", dtype="<U10")
    if has_quantity and set(product.dims) <= set(given.dims) and not bool(product.isnull().all()):
        half = s.value.given.half.reindex_like(given) if s.value.given else 0.0
        gap = abs(given - product)
        reach = half + (abs(s.quantity.given.half * price) if s.quantity.given is not None else 0.0)
        if moved is None and bool((gap > reach * (1 + 1e-9)).any()):
            s.notes.append(Problem("value.gap", f"{s.indicator.id}.{s.component.id}", "value {value:.6g} is given beside quantity × price {product:.6g}; the given value counts", "", "warning",
                                   {"value": float(given.sum()), "product": float(product.sum())}))  # fmt: skip
    if set(given.dims) == set(product.dims) and bool(given.isnull().any()):
        status = xr.where(given.isnull(), "computed", status)
        given = given.fillna(product)
    return given, status


def _present(s: Solution, value: xr.DataArray) -> xr.DataArray:
    """Cells that somebody gave a figure for: a combination named by no input of the most dimensions does not occur."""
    arrays = [p.given.array for n in s.nodes for p in n.walk() if p.given is not None]
    most = max((len([d for d in a.dims if d != "year"]) for a in arrays), default=0)
    widest = [a.notnull() for a in arrays if len([d for d in a.dims if d != "year"]) == most]
    out = xr.zeros_like(value, dtype=bool)
    for a in widest:
        out = out | a.reindex({d: value[d] for d in a.dims}, fill_value=False)
    return out


def capped(quantity: xr.DataArray, cap: xr.DataArray, basis: Basis) -> tuple[xr.DataArray, xr.DataArray]:
    """A capacity held to what was emitted: each region that reports an emission shares one factor, at most 1.

    The factor min(1, emission / Σ capacity) goes to every ecosystem and sub-region of the reporting region, so that
    parts still add up.
    """
    if "region" in cap.dims and "region" in quantity.dims:
        reporting = {str(k) for k in cap["region"].values[~cap.isnull().any([d for d in cap.dims if d != "region"]).values]}
        home = [_reporter(str(k), reporting, basis) for k in quantity["region"].values]
        groups = xr.DataArray(home, {"region": quantity["region"]}, ("region",), name="home")
        total = quantity.groupby(groups).sum(skipna=True).sum([d for d in quantity.dims if d not in ("region", "year")]).rename(home="region")
        ratio = _ratio(cap, total).reindex(region=[k for k in dict.fromkeys(home)])
        factor = ratio.sel(region=xr.DataArray(home, dims="region")).assign_coords(region=quantity["region"])
        return quantity * factor, ratio
    total = quantity.sum([d for d in quantity.dims if d not in (*cap.dims, "year")], skipna=True)
    ratio = _ratio(cap, total)
    return quantity * ratio, ratio


def _ratio(cap: xr.DataArray, capacity: xr.DataArray) -> xr.DataArray:
    # where nothing can be taken up any factor gives zero; 1 keeps it free of a division by zero
    return xr.where(capacity > 0, np.minimum(1.0, cap / capacity.where(capacity > 0)), 1.0).where(cap.notnull())


def _reporter(region: str, reporting: set[str], basis: Basis) -> str:
    at = region
    while at not in reporting and at in basis.regions:
        at = basis.regions[at].parent
    return at if at in reporting else basis.region if basis.region in reporting else region


def _twice(parts: Sequence[Part]) -> Iterator[Problem] | list[Problem]:
    """A value for an indicator as a whole beside values of its components."""
    out = []
    for part in parts:
        if part.component.id or not part.counted or not bool(part.data["value"].notnull().any()) or not part.indicator.components:
            continue
        others = [p.component.id for p in parts if p.indicator.id == part.indicator.id and p is not part and p.counted and bool(p.data["value"].notnull().any())]
        if others:
            out.append(Problem("overlap.whole", part.indicator.id, "has a value as a whole and values of {others}", "give the whole or the components; what is left over is the component 'remainder'",
                               values={"others": ", ".join(others)}))  # fmt: skip
    return out


def _parts_of_regions(account: Account) -> Iterator[Problem]:
    """Regions whose own figure differs from the sum of their parts, and regions that belong to none."""
    basis = account.basis
    for part in account.counted:
        if "region" not in part.data.dims:
            continue
        have = list(map(str, part.data["region"].values))
        for name in have:
            children = basis.children(name)
            if children and all(c in have for c in children):
                own, below = (float(np.nansum(part.data["value"].sel(region=r).values)) for r in (name, children))
                if abs(own - below) > 1e-6 * max(abs(own), abs(below), 1.0):
                    yield Problem("region.parts", f"{part.name}, {name}", "its own value {own:.6g} differs from the sum of its parts {below:.6g}; its own counts", "check the regions", "warning",
                                  {"own": own, "below": below})  # fmt: skip
        cover = set(account.cover(part, basis.region) or ())
        loose = [r for r in have if r not in cover and not _inside(r, cover | {basis.region}, basis)]
        if loose:
            yield Problem("region.loose", part.name, "regions {names} have no parent in {region} and are not added to it", "give them a parent in regions.csv", "warning",
                          {"names": ", ".join(loose), "region": basis.region})  # fmt: skip


def _inside(region: str, cover: set[str], basis: Basis) -> bool:
    at = region
    while at in basis.regions:
        at = basis.regions[at].parent
        if at in cover:
            return True
    return region == basis.region


def _control(account: Account, row: Mapping[str, Any]) -> Control:
    """The account's figure for what a control row names, with how far rounding can have moved it."""
    total = moved = 0.0
    for part in account.counted:
        if not _matches(part, row):
            continue
        year = row["year"] or account.basis.years[-1]
        total += _cell(account, part, part.data["value"], row, year)
        for node in (n for chain in (part.solution.quantity, part.solution.value) for n in chain.walk() if n.given is not None and not n.price):
            other = work_out(part.solution, account.basis, moved=node)["value"]
            moved += _cell(account, part, abs(other - part.data["value"]), row, year)
    name = row["component"] and f"{row['indicator']}.{row['component']}" or row["indicator"] or (f"level:{row['level']}" if row["level"] not in ("total", "") else "total")
    return Control(name, {k: str(row[k]) for k in ("ecosystem", "region", "year") if row[k]}, row["published"], total, f"{account.basis.currency}/yr", row["rounding"], moved, row["source"])


def _matches(part: Part, row: Mapping[str, Any]) -> bool:
    if row["indicator"]:
        return part.indicator.id in row["indicator"].split("+") and (not row["component"] or part.component.id == row["component"])
    return row["level"] in ("", "total", part.row.level)


def _cell(account: Account, part: Part, value: xr.DataArray, row: Mapping[str, Any], year: int) -> float:
    cover = account.cover(part, row["region"] or account.basis.region)
    if cover is None:
        if row["region"] not in ("", account.basis.region):
            return 0.0
    else:
        value = value.sel(region=[r for r in cover])
    value = value.sel(year=year)
    if row["ecosystem"]:
        if "ecosystem" not in value.dims or row["ecosystem"] not in value["ecosystem"].values:
            return 0.0
        value = value.sel(ecosystem=row["ecosystem"])
    return float(np.nansum(value.values))
