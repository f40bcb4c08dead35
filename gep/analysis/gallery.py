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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gep import indicators, opening, pricing
from gep.account.account import Account
from gep.core import units
from gep.core.errors import GepError, InputError, ParameterError, Problem
from gep.core.formula import Formula

GRADES = {
    "A": "quantities, prices and values are printed, and recompute",
    "B": "quantities, prices and values are printed; something is missing or slightly off",
    "C": "sums, shares or growth recompute; no quantity × price to test",
    "D": "the source contradicts itself, and the case is here to be caught",
}
CHECKS = ("value", "share", "growth", "per_km2", "per_hm2", "ratio", "quantity", "calculation")


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
        raise InputError("error.gallery", [Problem("gallery.missing", str(root))])
    return sorted(found, key=lambda p: (_about(p).get("order", 100), p.name))


def _about(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads((path / "case.toml").read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            "error.case_read",
            [Problem("file.toml", f"{path.name}/case.toml", values={"why": str(error)})],
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
        kind = raw.get("kind")
        if kind not in CHECKS:
            raise ParameterError(
                "error.case_read",
                [
                    Problem(
                        "gallery.check",
                        f"{path.name}, check {n}",
                        values={"kind": kind, "names": ", ".join(CHECKS)},
                    )
                ],
            )
        checks.append(
            _calculation(raw) if kind == "calculation" else _check(_need(account, path), raw)
        )
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


def _need(account: Account | None, path: Path) -> Account:
    if account is None:
        raise InputError(
            "error.case_run", [Problem("file.missing/gallery", f"{path.name}/account.toml")]
        )
    return account


def _figure(
    account: Account, raw: Mapping[str, Any], year: int | None = None
) -> tuple[float, float]:
    """The account's figure for what a check names, and how far the digits of the inputs can have
    moved it.
    """
    named = {k: raw.get(k, "") for k in ("indicator", "component", "ecosystem", "region")}
    level = raw.get("level", "" if named["indicator"] else "total")
    row = {
        **named,
        "level": level,
        "year": year if year is not None else raw.get("year"),
        "published": 0.0,
        "rounding": 0.0,
        "source": "",
    }
    control = replace(account, control_rows=(row,)).controls[0]
    return control.account, control.rounding_inputs


def _check(account: Account, raw: Mapping[str, Any]) -> Check:
    kind, printed = raw["kind"], float(raw["value"])
    half = 0.5 * 10.0 ** -int(raw.get("decimals", 0))
    named = [
        str(raw[k])
        for k in ("level", "indicator", "component", "ecosystem", "region", "year")
        if k in raw
    ] or ["total"]
    name = f"{kind}: {' · '.join(named)}"
    why = str(raw.get("beyond", ""))
    if kind == "quantity":
        ours, moved, unit = _quantity(account, raw)
        return Check(name, printed, ours, half + moved, unit, bool(why), why)
    value, moved = _figure(account, raw)
    unit = raw.get("unit", "%" if kind in ("share", "growth") else f"{account.basis.currency}/yr")
    if kind == "value":
        scale = _scale(account, unit)
        return Check(name, printed, value / scale, half + moved / scale, unit, bool(why), why)
    if kind in ("share", "growth"):
        base, base_moved = _base(account, raw)
        ours = 100 * (value / base - (kind == "growth"))
        return Check(
            name,
            printed,
            ours,
            half + 100 * _moved(value, moved, base, base_moved),
            unit,
            bool(why),
            why,
        )
    if kind == "ratio":
        base = float(raw["base"]) * _scale(account, raw["base_unit"])
        return Check(
            name, printed, value / base, half + _moved(value, moved, base, 0.0), "1", bool(why), why
        )
    area, area_half = _area(account, raw)
    scale = _scale(account, unit) / {"per_km2": 1e6, "per_hm2": 1e4}[kind]
    return Check(
        name,
        printed,
        value / area / scale,
        half + _moved(value, moved, area, area_half) / scale,
        unit,
        bool(why),
        why,
    )


def _base(account: Account, raw: Mapping[str, Any]) -> tuple[float, float]:
    """What a share is of, or growth is from: the total, the same figure of another year, or a
    figure that the case gives.
    """
    if raw["kind"] == "share":
        return _figure(account, {"year": raw.get("year")})
    if "base_year" in raw:
        return _figure(account, raw, raw["base_year"])
    scale = _scale(account, raw["base_unit"])
    return raw["base"] * scale, raw.get("base_half", 0.0) * scale


def _moved(value: float, moved: float, base: float, base_moved: float) -> float:
    """How far a quotient can have moved with what is above and below."""
    return moved / abs(base) + abs(value) * base_moved / base**2


def _scale(account: Account, unit: str) -> float:
    money = unit.replace(account.basis.currency, "CNY") if account.basis.currency != "CNY" else unit
    return units.conversion(
        units.per_year(money) if units.lacks_only_year(money, "CNY/yr") else money, "CNY/yr"
    )[0]


def _area(account: Account, raw: Mapping[str, Any]) -> tuple[float, float]:
    """Area of the region, or of the ecosystem type or year that a check names, as given."""
    if not raw.get("ecosystem") and account.basis.area:
        return account.basis.area, 0.0
    year, wanted = raw.get("year", account.basis.years[-1]), raw.get("ecosystem")
    rows = [
        e
        for e in account.entries
        if e.name == "area"
        and not e.indicator
        and wanted in (None, e.ecosystem)
        and e.year in (None, year)
    ]
    own = {
        (e.ecosystem, e.region): e for e in sorted(rows, key=lambda e: e.year is not None)
    }  # a row of the very year goes before one for all
    scales = {e: units.conversion(e.unit, "m^2")[0] for e in own.values()}
    return math.fsum(e.value * k for e, k in scales.items()), math.fsum(
        e.half * k for e, k in scales.items()
    )


def _quantity(account: Account, raw: Mapping[str, Any]) -> tuple[float, float, str]:
    part = next(
        (
            p
            for p in account.parts
            if p.indicator.id == raw["indicator"] and p.component.id == raw.get("component", "")
        ),
        None,
    )
    if part is None:
        return float("nan"), 0.0, ""
    data = account.cells(part)["quantity"].sel(year=raw.get("year", account.basis.years[-1]))
    if raw.get("ecosystem"):
        data = data.sel(ecosystem=raw["ecosystem"])
    own = (part.solution.quantity.given.units if part.solution.quantity.given else None) or {}
    if raw.get("item"):
        data = data.sel(item=raw["item"])
    unit = own.get(raw.get("item", ""), part.component.unit)
    scale = (
        units.conversion(
            units.per_year(raw["unit"])
            if units.lacks_only_year(raw["unit"], unit)
            else raw["unit"],
            unit,
        )[0]
        if raw.get("unit")
        else 1.0
    )
    return (
        float(np.nansum(data.values)) / scale,
        float(raw.get("reach", 0.0)),
        raw.get("unit", unit),
    )


def _calculation(raw: Mapping[str, Any]) -> Check:
    """A formula called with the printed inputs, several in a row where one feeds the next."""
    why = str(raw.get("beyond", ""))
    given = dict(raw["inputs"])
    for name, inner in dict(raw.get("first", {})).items():
        result = _formula(inner["formula"])(**inner["inputs"])
        given[name] = f"{float(result)!r} {result.attrs['units']}"
    result = _formula(raw["formula"])(**given)
    ours = float(result) / units.conversion(raw["unit"], result.attrs["units"])[0]
    return Check(
        f"calculation: {raw['formula']}",
        float(raw["value"]),
        ours,
        0.5 * 10.0 ** -int(raw.get("decimals", 0)) + float(raw.get("reach", 0.0)),
        raw["unit"],
        bool(why),
        why,
    )


def _formula(name: str) -> Formula:
    module, _, wanted = name.partition(".")
    known = (
        indicators.get(module).quantities
        if module in indicators.IDS
        else pricing.get(module).formulas
    )
    found = next((f for routes in known.values() for f in routes if f.__name__ == wanted), None)
    if found is None:
        raise ParameterError(
            "error.formula_unknown",
            [
                Problem(
                    "method.unknown/formula",
                    name,
                    values={"module": module, "route": wanted, "names": module},
                )
            ],
        )
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
        f"{passed} of {len(outcomes)} cases behave as recorded: {figures - slips} of {figures} printed figures are met within their rounding, and {slips} are known not to fit their own source and are caught. "
        "`gep gallery` runs all of them again, `gep gallery --case ID` shows one figure by figure.",
        "",
        "This page is made from the cases (`case.toml` beside each account); a test holds it to them.",
        "",
        "| grade | what it says |",
        "|---|---|",
        *(f"| {g} | {text} |" for g, text in GRADES.items()),
        "",
        "| case | grade | complete table | figures | do not fit |",
        "|---|---|---|---|---|",
        *(
            f"| [{o.about['title']}](#{o.id.replace('_', '-')}) | {o.about['grade']} | {'yes' if o.about.get('complete_table') else ''} | {len(o.checks)} | {len(o.slips) or ''} |"
            for o in outcomes
        ),
        "",
    ]
    for o in outcomes:
        a = o.about
        out += [
            f"({o.id.replace('_', '-')})=",
            f"## {a['title']}",
            "",
            f"{a['zh']} · grade {a['grade']} · `{o.id}` · {a['source']}",
            "",
            f"- **Printed:** {a['printed']}.",
            f"- **Recomputes:** {a['recomputes']}.",
        ]
        if a.get("errs"):
            out.append(f"- **Where the source errs:** {a['errs']}.")
        if o.account is not None and not math.isnan(o.account.total):
            total, scale = float(o.account.total), 1e9
            out.append(
                f"- **{o.account.total_name}** here: {total / scale:,.4g} billion {o.account.basis.currency}"
                + (f" ({o.account.basis.years[-1]})" if len(o.account.basis.years) > 1 else "")
                + "."
            )
        if o.slips:
            out += [
                "",
                "| printed figure | printed | recomputed | unit | why |",
                "|---|---|---|---|---|",
                *(
                    f"| {c.name} | {c.printed:,.6g} | {c.ours:,.6g} | {c.unit} | {c.why} |"
                    for c in o.slips
                ),
            ]
        out.append("")
    return "\n".join(out)
