"""Published accounts run again: what is printed, what recomputes, and where a source contradicts
itself.

A case is an account folder with a ``case.toml`` beside its files, or a ``case.toml`` alone that
calls formulas. It says what the source prints beyond the account's own ``controls.csv`` (shares,
growth, figures per area, quantities), and which of the printed figures are known not to fit: those
must stand out when the case is run, or the case fails.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gep import indicators, opening, pricing
from gep.account.account import Account
from gep.account.inputs import Entry
from gep.analysis.shared import own_units, scale
from gep.core import units
from gep.core.errors import GepError, InputError, ParameterError, Problem
from gep.core.formula import Formula
from gep.core.source import Source, named

GRADES = {
    "A": "quantities, prices and values are printed, and recompute",
    "B": "quantities, prices and values are printed; something is missing or slightly off",
    "C": "sums, shares or growth recompute; no quantity × price to test",
    "D": "the source contradicts itself, and the case is here to be caught",
}
NAMES = ("formula", "level", "indicator", "component", "ecosystem", "region", "year")


class Check(NamedTuple):
    """One printed figure beside ours."""

    name: str
    printed: float
    ours: float
    reach: float  # how far the printed digits let the two lie apart
    unit: str
    expected: bool  # whether the printed figure is known not to fit, and so must not
    why: str

    @property
    def fits(self) -> bool:
        """Whether the two agree within the printed digits."""
        return abs(self.ours - self.printed) <= self.reach * (1 + 1e-9)

    @property
    def passed(self) -> bool:
        """Whether it fits, or was known not to and does not."""
        return self.fits != self.expected


@dataclass(frozen=True)
class Outcome:
    """A case after it ran."""

    id: str
    path: Path
    about: Mapping[str, Any]
    account: Account | None
    checks: tuple[Check, ...]
    warnings: tuple[str, ...]  # codes that had to be raised and were not

    @property
    def passed(self) -> bool:
        """Whether every printed figure behaves as the case says."""
        return bool(self.checks) and all(c.passed for c in self.checks) and not self.warnings

    @property
    def slips(self) -> tuple[Check, ...]:
        """Printed figures that do not fit, as the case says."""
        return tuple(c for c in self.checks if c.expected)


def cases(root: Path) -> list[Path]:
    """The folders of the cases under a folder, in the order of their ``order`` and name.

    Raises
    ------
    InputError
        If there are none.
    """
    found = sorted(p.parent for p in [*root.glob("*/case.toml"), *root.glob("*/*/case.toml")])
    if not found:
        raise InputError("error.gallery", [Problem("gallery.missing", Source(str(root)))])
    return sorted(found, key=lambda p: (_about(p).get("order", 100), p.name))


def _about(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads((path / "case.toml").read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            "error.case_read",
            [Problem("file.toml", Source(f"{path.name}/case.toml"), why=str(error))],
        ) from None


def run(path: Path) -> Outcome:
    """Run one case again.

    Raises
    ------
    GepError
        If its account cannot be computed, or a check of it cannot be read.
    """
    about = _about(path)
    account = opening.read(path) if (path / "account.toml").exists() else None
    checks = [] if account is None else list(_controls(account, about.get("beyond", {})))
    for n, raw in enumerate(about.get("check", ()), 1):
        checks.append(_check(account, raw, path, n))
    codes = {w.code for w in account.warnings} if account else set()
    return Outcome(
        path.name,
        path,
        about,
        account,
        tuple(checks),
        tuple(c for c in about.get("warns", ()) if c not in codes),
    )


def _controls(account: Account, known: Mapping[str, str]) -> Iterator[Check]:
    """The account's own published figures, each named by the labels that tell it apart."""
    plain = {"region": account.basis.region} | (
        {"year": str(account.basis.years[0])} if len(account.basis.years) == 1 else {}
    )
    for c in account.controls:
        name = " · ".join([c.name, *(v for k, v in c.labels.items() if v != plain.get(k))])
        why = known.get(name, "")
        yield Check(
            name, c.published, c.account, c.rounding + c.rounding_inputs, c.unit, bool(why), why
        )


def _check(account: Account | None, raw: Mapping[str, Any], path: Path, n: int) -> Check:
    """A figure that the case prints, the n-th of them, beside ours."""
    kind = raw.get("kind")
    if kind not in list(CHECKS):
        values = {"kind": kind, "names": ", ".join(CHECKS)}
        fault = Problem("gallery.check", Source(path.name, key=(f"check {n}",)), **values)
        raise ParameterError("error.case_read", [fault])
    if account is None and kind != "calculation":
        fault = Problem("file.missing/gallery", Source(f"{path.name}/account.toml"))
        raise InputError("error.case_run", [fault])
    named = [str(raw[k]) for k in NAMES if k in raw] or ["total"]
    ours, moved, unit = CHECKS[kind](account, raw)
    half = 0.5 * 10.0 ** -int(raw.get("decimals", 0))
    why = str(raw.get("beyond", ""))
    name = f"{kind}: {' · '.join(named)}"
    return Check(name, float(raw["value"]), ours, half + moved, unit, bool(why), why)


def _figure(account: Account, raw: Mapping[str, Any]) -> tuple[float, float]:
    """The account's figure for what a check names, and how far the digits of the inputs can have
    moved it.
    """
    named = {k: raw.get(k, "") for k in ("indicator", "component", "ecosystem", "region")}
    row = {
        **named,
        "level": raw.get("level", "" if named["indicator"] else "total"),
        "year": raw.get("year"),
        "published": 0.0,
        "rounding": 0.0,
        "source": "",
    }
    control = replace(account, control_rows=(row,)).controls[0]
    return control.account, control.rounding_inputs


Ours = tuple[float, float, str]  # our figure, how far it can have moved, its unit


def _value(account: Account, raw: Mapping[str, Any]) -> Ours:
    value, moved = _figure(account, raw)
    unit = raw.get("unit", f"{account.basis.currency}/yr")
    size = _scale(account, unit)
    return value / size, moved / size, unit


def _share(account: Account, raw: Mapping[str, Any]) -> Ours:
    """A share of the total, in percent."""
    value, moved = _figure(account, raw)
    base, base_moved = _figure(account, {"year": raw.get("year")})
    return 100 * (value / base), 100 * _moved(value, moved, base, base_moved), raw.get("unit", "%")


def _growth(account: Account, raw: Mapping[str, Any]) -> Ours:
    """Growth in percent, from the same figure of another year, or from one that the case gives."""
    value, moved = _figure(account, raw)
    if "base_year" in raw:
        base, base_moved = _figure(account, {**raw, "year": raw["base_year"]})
    else:
        size = _scale(account, raw["base_unit"])
        base, base_moved = raw["base"] * size, raw.get("base_half", 0.0) * size
    reach = 100 * _moved(value, moved, base, base_moved)
    return 100 * (value / base - 1), reach, raw.get("unit", "%")


def _ratio(account: Account, raw: Mapping[str, Any]) -> Ours:
    """How many times a figure that the case gives."""
    value, moved = _figure(account, raw)
    base = float(raw["base"]) * _scale(account, raw["base_unit"])
    return value / base, _moved(value, moved, base, 0.0), "1"


def _per_area(per: float, account: Account, raw: Mapping[str, Any]) -> Ours:
    """A figure for each so many square metres."""
    value, moved = _figure(account, raw)
    area, area_half = _area(account, raw)
    unit = raw.get("unit", f"{account.basis.currency}/yr")
    size = _scale(account, unit) / per
    return value / area / size, _moved(value, moved, area, area_half) / size, unit


def _moved(value: float, moved: float, base: float, base_moved: float) -> float:
    """How far a quotient can have moved with what is above and below."""
    return moved / abs(base) + abs(value) * base_moved / base**2


def _scale(account: Account, unit: str) -> float:
    return scale(unit.replace(account.basis.currency, "CNY"), "CNY/yr")


def _area(account: Account, raw: Mapping[str, Any]) -> tuple[float, float]:
    """Area of the region, or of the ecosystem type or year that a check names, as given."""
    wanted = raw.get("ecosystem")
    if account.basis.area and not wanted:
        return account.basis.area, 0.0
    year = raw.get("year", account.basis.years[-1])
    rows = [e for e in account.entries if (e.indicator, e.name) == ("", "area")]
    told = _of_year(rows, wanted, year)
    sizes = [(e.value, e.half, units.conversion(e.unit, "m^2")[0]) for e in told]
    return math.fsum(v * size for v, _, size in sizes), math.fsum(h * size for _, h, size in sizes)


def _of_year(rows: Iterable[Entry], ecosystem: str | None, year: int) -> Iterable[Entry]:
    """The rows of one type, or of all, for a year: one of the very year goes before one for all."""
    told = [e for e in rows if ecosystem in (None, e.ecosystem) and e.year in (None, year)]
    told.sort(key=lambda e: e.year is not None)
    return {(e.ecosystem, e.region): e for e in told}.values()


def _quantity(account: Account, raw: Mapping[str, Any]) -> Ours:
    wanted = raw["indicator"], raw.get("component", "")
    parts = [p for p in account.parts if (p.indicator.id, p.component.id) == wanted]
    if not parts:
        return math.nan, 0.0, ""
    data = account.cells(parts[0])["quantity"]
    data = data.sel(year=raw.get("year", account.basis.years[-1]))
    data = data.sel({k: raw[k] for k in ("ecosystem", "item") if raw.get(k)})
    own = own_units(parts[0]).get(raw.get("item", ""), parts[0].component.unit)
    size = scale(raw["unit"], own) if raw.get("unit") else 1.0
    ours = float(np.nansum(data.values)) / size
    return ours, float(raw.get("reach", 0.0)), raw.get("unit", own)


def _calculation(account: Account | None, raw: Mapping[str, Any]) -> Ours:
    """A formula called with the printed inputs, several in a row where one feeds the next."""
    inputs = dict(raw["inputs"])
    for name, inner in dict(raw.get("first", {})).items():
        result = _formula(inner["formula"])(**inner["inputs"])
        inputs[name] = f"{float(result)!r} {result.attrs['units']}"
    result = _formula(raw["formula"])(**inputs)
    ours = float(result) / units.conversion(raw["unit"], result.attrs["units"])[0]
    return ours, float(raw.get("reach", 0.0)), raw["unit"]


CHECKS: Mapping[str, Callable[[Any, Mapping[str, Any]], Ours]] = {
    "value": _value,
    "share": _share,
    "growth": _growth,
    "per_km2": partial(_per_area, 1e6),
    "per_hm2": partial(_per_area, 1e4),
    "ratio": _ratio,
    "quantity": _quantity,
    "calculation": _calculation,
}


def _formula(name: str) -> Formula:
    module, _, wanted = name.partition(".")
    known = (
        indicators.get(module).quantities
        if module in indicators.ids()
        else pricing.get(module).formulas
    )
    routes = chain.from_iterable(known.values())
    found = next((f for f in routes if f.__name__ == wanted), None)
    if found is None:
        values = {"module": module, "route": wanted, "names": module}
        fault = Problem("method.unknown/formula", named(name), **values)
        raise ParameterError("error.formula_unknown", [fault])
    return found


def run_all(root: Path) -> list[Outcome]:
    """Run every case under a folder.

    Raises
    ------
    GepError
        Of the first case that cannot be run at all.
    """
    out = []
    for path in cases(root):
        try:
            out.append(run(path))
        except GepError as error:
            raise error.of(path.name) from None
    return out


def markdown(outcomes: list[Outcome]) -> str:
    """The gallery as a page for the docs: a section a case, with what is printed, what recomputes,
    where the source errs.
    """
    passed, slips = sum(o.passed for o in outcomes), sum(len(o.slips) for o in outcomes)
    figures = sum(len(o.checks) for o in outcomes)
    out = [
        "# Gallery of published accounts",
        "",
        f"{passed} of {len(outcomes)} cases behave as recorded: {figures - slips} of {figures} "
        f"printed figures are met within their rounding, and {slips} are known not to fit their "
        "own source and are caught. `gep gallery` runs all of them again, `gep gallery --case ID` "
        "shows one figure by figure.",
        "",
        "This page is made from the cases (`case.toml` beside each account); a test holds it to "
        "them.",
        "",
        "| grade | what it says |",
        "|---|---|",
        *(f"| {g} | {text} |" for g, text in GRADES.items()),
        "",
        "| case | grade | complete table | figures | do not fit |",
        "|---|---|---|---|---|",
        *map(_row, outcomes),
        "",
        *chain.from_iterable(map(_section, outcomes)),
    ]
    return "\n".join(out)


def _row(o: Outcome) -> str:
    """A case in the table of all."""
    title, whole = o.about["title"], "yes" if o.about.get("complete_table") else ""
    return (
        f"| [{title}](#{o.id.replace('_', '-')}) | {o.about['grade']} | {whole} "
        f"| {len(o.checks)} | {len(o.slips) or ''} |"
    )


def _section(o: Outcome) -> Iterator[str]:
    """The lines of a case."""
    a = o.about
    yield f"({o.id.replace('_', '-')})="
    yield f"## {a['title']}"
    yield ""
    yield f"{a['zh']} · grade {a['grade']} · `{o.id}` · {a['source']}"
    yield ""
    yield f"- **Printed:** {a['printed']}."
    yield f"- **Recomputes:** {a['recomputes']}."
    if a.get("errs"):
        yield f"- **Where the source errs:** {a['errs']}."
    if o.account is not None and not math.isnan(o.account.total):
        basis, total = o.account.basis, float(o.account.total) / 1e9
        year = f" ({basis.years[-1]})" if len(basis.years) > 1 else ""
        yield f"- **{o.account.total_name}** here: {total:,.4g} billion {basis.currency}{year}."
    if o.slips:
        yield ""
        yield "| printed figure | printed | recomputed | unit | why |"
        yield "|---|---|---|---|---|"
    for c in o.slips:
        yield f"| {c.name} | {c.printed:,.6g} | {c.ours:,.6g} | {c.unit} | {c.why} |"
    yield ""
