"""The account: every component worked out, added up once and only here, with what is left out said
beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from gep.account.basis import Basis, no_year
from gep.account.chains import Solution
from gep.account.controls import Control, control
from gep.account.evaluate import Instead, Outcome, Status, work_out_with
from gep.account.identity import Digests, digests
from gep.account.inputs import Entry, listed, or_else
from gep.account.ledger import Role, ledger
from gep.core.ecosystems import called
from gep.core.errors import ParameterError, Problem
from gep.core.extras import OURS, installed
from gep.core.formula import Component, Indicator
from gep.core.frozen import Fixed, freeze
from gep.core.plugins import Used
from gep.core.source import named
from gep.standards import Profile, ProfileRow

if TYPE_CHECKING:
    from gep.views import Views as Views
else:

    class Views:
        """What an account can show; :mod:`gep.views` binds it."""


SCHEMA_VERSION: Literal[2] = 2
KEYS = ("level", "second_level", "indicator", "component", "item", "ecosystem", "region", "year")
SHOWN = 12  # labels of each kind that a gap names; the rest is counted


class Lacking(Fixed, str):
    """A component of which some cells have no figure, read as text.

    >>> print(Lacking("water_supply.domestic", 3, 12))
    water_supply.domestic (3 of 12 cells)
    """

    name: str
    gaps: int
    cells: int

    def __new__(cls, name: str, gaps: int, cells: int) -> Lacking:
        out = super().__new__(cls, f"{name} ({gaps} of {cells} cells)")
        out.__dict__.update(name=name, gaps=gaps, cells=cells)
        return out

    def __reduce__(self) -> tuple[type[Lacking], tuple[str, int, int]]:
        return Lacking, (self.name, self.gaps, self.cells)


class Total(Fixed, float):
    """A sum of money, a float in the account's currency per year, with what it leaves out."""

    left_out: tuple[str, ...]

    def __new__(cls, value: float, left_out: Iterable[str] = ()) -> Total:
        out = super().__new__(cls, value)
        out.__dict__["left_out"] = tuple(left_out)
        return out

    def __reduce__(self) -> tuple[type[Total], tuple[float, tuple[str, ...]]]:
        return Total, (float(self), self.left_out)


class Missing(NamedTuple):
    """A component that could not be accounted, and what it needs."""

    indicator: str
    component: str
    needs: tuple[tuple[str, str], ...]  # name, unit
    ecosystems: tuple[str, ...] = ()  # only these, where the rest is accounted
    # the figure that holds it unseparated: the rest of its level, or its indicator as a whole
    inside: str = ""
    items: tuple[str, ...] = ()  # only these, and so on
    regions: tuple[str, ...] = ()
    years: tuple[int, ...] = ()

    def only(self, lang: str = "en", own: Mapping[str, str] | None = None) -> str:
        """The items, ecosystem types, regions and years that lack a figure, as people read them;
        empty where all do.
        """
        comma, stop = ("、", "；") if lang == "zh" else (", ", "; ")
        types = [called(e, lang, own) for e in self.ecosystems]
        every = filter(None, (self.items, types, self.regions, self.years))
        return stop.join(listed(names, SHOWN, comma) for names in every)

    @property
    def name(self) -> str:
        """``indicator.component``."""
        return f"{self.indicator}.{self.component}".rstrip(".")


@dataclass(frozen=True)
class Part:
    """One component of an account: its row in the profile, the chains that lead to its figures, and
    what they came to over the labels in use.

    ``data`` holds ``quantity``, ``price``, ``value`` and ``status``. ``counted`` says whether it
    enters the total.
    """

    row: ProfileRow
    solution: Solution
    outcome: Outcome
    counted: bool
    # a quantity that is shown; its money is in the figure of the whole indicator, or in others
    headline: bool = False

    @property
    def role(self) -> Role:
        """What its rows are to the total."""
        if self.headline:
            return Role.HEADLINE
        return Role.PRICED if self.counted else Role.OUTSIDE

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
        return self.outcome.data

    def data_with(self, basis: Basis, instead: Instead) -> xr.Dataset:
        """Its figures with other numbers in the place of some nodes of its chains."""
        return work_out_with(self.solution, self.data, basis, instead, headline=self.headline)

    @property
    def name(self) -> str:
        """``indicator.component``."""
        return f"{self.indicator.id}.{self.component.id}".rstrip(".")


@dataclass(frozen=True, eq=False)
class Account(Views):
    """A gross ecosystem product account; nothing in it changes after it is made.

    Two are equal where what determines their numbers is the same: see :attr:`digest`.
    """

    basis: Basis
    profile: Profile
    parts: tuple[Part, ...]
    missing: tuple[Missing, ...] = ()
    warnings: tuple[Problem, ...] = ()
    control_rows: tuple[Mapping[str, Any], ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)  # input file -> sha256
    notes: tuple[Problem, ...] = ()  # how figures were read
    # its maps, where it rests on some
    scene: Any = field(default=None, kw_only=True)
    entries: tuple[Entry, ...] = ()  # all that was given, used or not
    plugins: tuple[Used, ...] = ()  # of other packages, that it rests on
    cut: str = ""  # what was taken out of another account: an outline, what may be shown

    def __post_init__(self) -> None:
        freeze(self, "control_rows", "files")

    @cached_property
    def _digests(self) -> Digests:
        return digests(self)

    @property
    def digest(self) -> str:
        """SHA-256 of what determines the numbers: not of places, citations, titles, languages and
        times. The same account from a folder and from Python has the same.
        """
        return self._digests.digest

    @property
    def record(self) -> str:
        """SHA-256 of the account with what it rests on: citations, evidence, ranges, published
        figures beside it.
        """
        return self._digests.record

    def __getstate__(self) -> dict[str, Any]:
        known = {**self.__dict__, "_digests": self._digests}  # maps may not travel along
        known.pop("_ledger", None)
        return known

    def __eq__(self, other: object) -> bool:
        return self.digest == other.digest if isinstance(other, Account) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)

    def cover(self, part: Part, region: str) -> list[str] | None:
        """The region labels of a part that make up a region, each place once; None where it has no
        regions.
        """
        if "region" not in part.data.dims:
            return None
        return self.places(part.data["region"].values, region)

    def places(self, labels: Iterable[object], region: str) -> list[str]:
        """Those of some region labels that make up a region, each place once."""
        have = dict.fromkeys(map(str, labels))

        def below(name: str) -> list[str]:
            if name in have:
                return [name]
            return list(chain.from_iterable(map(below, self.basis.children(name))))

        if not self.basis.regions and region == self.basis.region and region not in have:
            return list(have)
        return below(region)

    def cells(self, part: Part, region: str | None = None) -> xr.Dataset:
        """The figures of a part that make up a region (the account's own by default); missing
        values are NaN.
        """
        cover = self.cover(part, region or self.basis.region)
        if cover is not None:
            return part.data.sel(region=cover)
        return part.data if region in (None, "", self.basis.region) else part.data.isel(year=[])

    def add(
        self, parts: Iterable[Part], region: str | None = None, year: int | None = None
    ) -> Total:
        """The one place where money is added up: the sum of what is known, and the names of what is
        not; NaN where nothing is.
        """
        total, left_out, seen, known = 0.0, [], False, False
        for part in parts:
            cells = self.cells(part, region)
            if year is not None:
                cells = cells.isel(year=np.flatnonzero(cells["year"].values == year))
            value = cells["value"].values
            gaps = int((cells["status"] == Status.MISSING).sum())
            if gaps:
                there = int((cells["status"] != Status.ABSENT).sum())
                some = Lacking(part.name, gaps, there)
                left_out.append(some if gaps < there else part.name)
            seen |= 0 not in (cells.sizes.get("region"), cells.sizes["year"])
            known |= not np.isnan(value).all()
            total += float(np.nansum(value))
        return Total(np.nan if seen and not known else total, left_out)

    @property
    def counted(self) -> tuple[Part, ...]:
        """The parts that enter the total."""
        return tuple(filter(attrgetter("counted"), self.parts))

    @cached_property
    def total(self) -> Total:
        """The total of the last year, a float in the account's currency (NaN where nothing is
        known); ``.left_out`` names what is missing in it.
        """
        out = self.add(self.counted, year=self.basis.years[-1])
        named = {p.name for p in self.parts}  # these say themselves which cells they lack
        lacking = [m.name for m in self.missing if not m.inside and m.name not in named]
        known = self.by("component").notna().any()
        return Total(out if known else np.nan, (*out.left_out, *lacking))

    @property
    def total_name(self) -> str:
        """What the total may be called: GEP, or not."""
        outside = {p.component.outside for p in self.counted}
        if outside == {"esv"}:
            return "ESV"
        extra = [name for name in self.basis.include if name in outside]
        if self.profile.total == "GEP":
            # what only supports other services is no part of GEP: the sum is not called so
            extra += dict.fromkeys(
                p.indicator.id
                for p in self.counted
                if p.indicator.level == "other" and not p.component.outside
            )
        return " + ".join([self.profile.total, *extra])

    def by(self, key: str, year: int | None = None) -> pd.Series[float]:
        """Totals by ``level``, ``second_level`` (the rows of the standard; ``indicator`` is the
        same), ``component``, ``item``, ``ecosystem``, ``region`` or ``year``.

        Returns
        -------
        Series, index named by the key, in the account's currency per year (``attrs["units"]``); of
        the last year unless ``year`` says otherwise. An empty ecosystem is what no type was given
        for. NaN where nothing is known.

        Raises
        ------
        ParameterError
            If the key is none of these, or the account has no such year.
        """
        year = or_else(year, self.basis.years[-1])
        self._known(key, year)
        out: dict[object, float | None] = {}
        for part in self.counted:
            for name, cells in self._pieces(part, key, year):
                known = out.setdefault(name, None)
                if not np.isnan(cells.values).all():
                    out[name] = or_else(known, 0.0) + float(np.nansum(cells.values))
        series = pd.Series(out, dtype=float, name="value").rename_axis(key)
        series.attrs["units"] = f"{self.basis.currency}/yr"
        return series

    def _known(self, key: str, year: int) -> None:
        """Refuse a key and a year that the account does not have."""
        faults = []
        if key not in KEYS:
            faults.append(Problem("key.unknown/by", named(key)))
        if year not in self.basis.years:
            faults.append(no_year(named("year"), year, self.basis.years))
        if faults:
            raise ParameterError("error.by", faults)

    def _pieces(self, part: Part, key: str, year: int) -> list[tuple[object, xr.DataArray]]:
        """The value of a part, piece by piece of a key."""
        value = self.cells(part)["value"]
        if key == "year":
            return [(y, value.sel(year=y)) for y in self.basis.years]
        value = value.sel(year=year)
        if key in value.dims:
            return [(str(k), value.sel({key: k})) for k in value[key].values]
        names = {
            "level": part.row.level,
            "indicator": part.row.id,
            "second_level": part.row.id,
            "component": part.name,
            "item": "",
            "ecosystem": "",
            "region": self.basis.region,
        }
        return [(names[key], value)]

    @property
    def ledger(self) -> pd.DataFrame:
        """One row a component, item, ecosystem, region and year, in a frame of its own each time;
        the columns are :data:`LEDGER`.
        """
        return self._ledger.copy()

    @cached_property
    def _ledger(self) -> pd.DataFrame:
        return ledger(self)

    @cached_property
    def controls(self) -> tuple[Control, ...]:
        """Published figures beside the account's own."""
        return tuple(control(self, row) for row in self.control_rows)

    def summary(self) -> dict[str, Any]:
        """Totals by level, indicator and region, what is missing, controls and warnings, as plain
        data.
        """
        return {
            "schema_version": SCHEMA_VERSION,
            "software": f"{OURS} {installed()}",
            "title": self.basis.title,
            "region": self.basis.region,
            "years": list(self.basis.years),
            "price_year": self.basis.prices,
            "standard": self.profile.id,
            "currency": self.basis.currency,
            "unit": f"{self.basis.currency}/yr",
            "synthetic": self.basis.synthetic,
            "total_name": self.total_name,
            "total": _known(float(self.total)),
            "left_out": list(self.total.left_out),
            **{
                f"by_{key}": {str(k): _known(float(v)) for k, v in self.by(key).items()}
                for key in ("level", "indicator", "region", "year")
            },
            "missing": [_plain_missing(m) for m in self.missing],
            **self._beside(),
            "controls": [_plain_control(c) for c in self.controls],
            "warnings": [p.to_dict() for p in self.warnings],
            "notes": [p.to_dict() for p in self.notes],
            "files": dict(self.files),
            "plugins": [p._asdict() for p in self.plugins],
            "digest": self.digest,
            "record": self.record,
        }

    def _beside(self) -> dict[str, dict[str, Any]]:
        """What stands outside the total, what is negative in it and what was set to zero."""
        year = self.basis.years[-1]
        return {
            "outside": {
                p.name: _known(float(self.add([p], year=year)))
                for p in self.parts
                if p.role is Role.OUTSIDE
            },
            "negative": {
                p.name: total
                for p in self.counted
                if (total := _negative(self.cells(p)["value"].sel(year=year)))
            },
            "floored": {
                p.name: {
                    "scale": p.solution.floor,
                    "quantity": p.outcome.floored,
                    "unit": p.component.unit,
                }
                for p in self.counted
                if p.outcome.floored
            },
        }

    def to_json(self) -> str:
        """The summary and the ledger as one JSON text."""
        rows = [{k: _known(v) for k, v in row.items()} for row in self._ledger.to_dict("records")]
        return json.dumps({**self.summary(), "ledger": rows}, ensure_ascii=False, indent=1)

    def __repr__(self) -> str:
        b, left = self.basis, len(self.total.left_out)
        said = len(self.warnings)
        out = f", {left} left out" if left else ""
        out += f", {said} warning{'s' if said > 1 else ''}" if said else ""
        total = f"{float(self.total):,.6g}" if self.total == self.total else "not known,"
        return (
            f"<Account {b.title or b.region}: {self.total_name} {total} {b.currency}/yr "
            f"in {b.years[-1]}, {self.profile.id}, {len(self.counted)} components{out}>"
        )


def _plain_missing(m: Missing) -> dict[str, Any]:
    """A gap as plain data."""
    return {
        "indicator": m.indicator,
        "component": m.component,
        "needs": [{"name": name, "unit": unit} for name, unit in m.needs],
        "ecosystems": list(m.ecosystems),
        "items": list(m.items),
        "regions": list(m.regions),
        "years": list(m.years),
        "inside": m.inside,
    }


def _plain_control(c: Control) -> dict[str, Any]:
    """A control as plain data."""
    return {
        "name": c.name,
        **c.labels,
        "published": c.published,
        "account": _known(c.account),
        "difference": _known(c.difference),
        "unit": c.unit,
        "rounding": c.rounding,
        "rounding_inputs": c.rounding_inputs,
        "within_rounding": c.within,
        "source": c.source,
    }


def _known(value: Any) -> Any:
    """A figure as JSON has it: null where there is none."""
    return None if value != value else value


def _negative(value: xr.DataArray) -> float:
    return float(np.nansum(np.minimum(value.values, 0.0)))
