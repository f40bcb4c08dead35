"""What deserves a look in a finished account: services counted twice, imports not said, printed
figures that do not fit.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gep.account.account import Account
from gep.account.chains import MISSING
from gep.account.inputs import LABELS, Slot, gather, read_unit
from gep.audit import double_counting
from gep.core import units
from gep.core.errors import Problem
from gep.core.messages import Both, word
from gep.core.text import own_words

# Round figures well above what is measured anywhere: 11.9 m of rain a year at Mawsynram, some 3 m
# of evaporation from open
# water in deserts, some 3 kg of carbon fixed on a square metre by the most productive vegetation.
# General knowledge, only to find slips.
HIGHEST = {
    "precipitation": ("m/yr", 15.0),
    "evapotranspiration": ("m/yr", 5.0),
    "npp": ("t C/(m^2 yr)", 0.006),
    "nep_density": ("t C/(m^2 yr)", 0.006),
}


def found(account: Account) -> Iterator[Problem]:
    """All of it: warnings, errors where the account's standard forbids an overlap, and notes on
    what it counts.
    """
    yield from _standing(account)
    yield from double_counting.found(account)
    yield from _supporting(account)
    yield from _imports(account)
    yield from _areas(account)
    yield from _uncapped(account)
    yield from _beyond(account)
    yield from _controls(account)
    yield from _printed(account)


def _standing(account: Account) -> Iterator[Problem]:
    """How far the standard is known to us, and how its switches stand."""
    p = account.profile
    if p.partial:
        yield Problem("standard.partial", p.id, "warning", {"note": _known(p.note)})
    for s in p.switches.values():
        yield Problem(
            "standard.switch",
            f"{p.id}, {s.id}",
            "note",
            {
                "name": Both(s.en, s.zh),
                "state": word(f"switch_{s.state}"),
                "evidence": word(f"evidence_{s.evidence}"),
                "why": _why(s.note),
            },
        )


def _known(note: str) -> Both:
    """What a standard says of how far it is known, inside a sentence that says so."""
    known = own_words(note, "zh").removeprefix("仅部分已知：")
    return Both(own_words(note).removeprefix("Known in part: "), known)


def _why(note: str) -> Both:
    """Why a switch stands as it does, behind its evidence."""
    if not note:
        return Both("", "")
    return Both(f": {own_words(note).rstrip('.。')}", f"：{own_words(note, 'zh').rstrip('.。')}")


def _supporting(account: Account) -> Iterator[Problem]:
    """Equivalent-factor values beside services: they stand for all services at once, and are kept
    out.
    """
    names = [
        p.name
        for p in account.parts
        if p.component.outside == "esv"
        and not p.counted
        and bool(np.isfinite(p.data["value"].values).any())
    ]
    if names:
        yield Problem("esv.refused", ", ".join(names), "warning", {"total": account.profile.total})


def _imports(account: Account) -> Iterator[Problem]:
    """Under a standard that is net of products from outside: material products for which nobody
    said how much came in.
    """
    if not account.profile.net_of_imports:
        return
    said = {
        (e.indicator, e.component)
        for e in account.entries
        if e.name == "imported" or (e.component == "remainder" and e.value < 0)
    }
    parts = [
        p
        for p in account.counted
        if p.row.level == "material"
        and p.component.id
        and bool(np.isfinite(p.data["value"].values).any())
    ]
    unsaid = [
        p.name
        for p in parts
        if not said & {(p.indicator.id, c) for c in ("", p.component.id, "remainder")}
    ]
    if unsaid:
        yield Problem(
            "imports.unsaid",
            ", ".join(unsaid),
            "warning",
            {"standard": account.profile.id, "names": ", ".join(unsaid)},
        )


def _areas(account: Account) -> Iterator[Problem]:
    """Regions whose ecosystems cover more than the region, by more than a hundredth: a unit or a
    digit is wrong somewhere.
    """
    basis, rows = (
        account.basis,
        [e for e in account.entries if e.name == "area" and not e.indicator],
    )
    stated = {basis.region: basis.area} | {r.name: r.area for r in basis.regions.values() if r.area}
    for region, size in stated.items() if rows else ():
        inside = account.places([e.region or basis.region for e in rows], region)
        mine = [e for e in rows if (e.region or basis.region) in inside]
        if size and mine and not any(e.classification for e in mine):
            covered = float(
                gather("area", Slot("area", "m^2"), mine, basis)
                .array.sum([d for d in LABELS[:3] if any(getattr(e, d) for e in mine)])
                .max()
            )
            if covered > 1.01 * size:
                yield Problem(
                    "area.beyond",
                    mine[0].where,
                    "warning",
                    {"region": region, "covered": covered / 1e6, "stated": size / 1e6},
                )


def _beyond(account: Account) -> Iterator[Problem]:
    """Weather and growth beyond what occurs on Earth: a unit or a digit is wrong."""
    told: set[str] = set()
    for e in account.entries:
        if e.name not in HIGHEST or e.name in told or e.classification:
            continue
        unit, highest = HIGHEST[e.name]
        value = e.value * units.conversion(read_unit(e.unit, Slot(e.name, unit)), unit)[0]
        if value > highest:
            told.add(e.name)
            yield Problem(
                "figure.beyond",
                e.where,
                "warning",
                {"name": e.name, "value": value, "unit": unit, "highest": highest},
            )


def _uncapped(account: Account) -> Iterator[Problem]:
    """Purification worked out from rates, for which nobody said how much was emitted: no more can
    be taken up than there is.
    """
    for part in account.counted:
        s = part.solution
        if (
            part.component.cap
            and s.cap.kind == MISSING
            and s.quantity.formula is not None
            and s.value.kind == MISSING
            and bool(part.data["value"].notnull().any())
        ):
            yield Problem("cap.lacks", part.name, "warning", {"cap": part.component.cap})


def _controls(account: Account) -> Iterator[Problem]:
    """Published figures that the account misses by more than printed digits explain."""
    for c in account.controls:
        if not c.within and c.account == c.account:
            where = ", ".join([c.name, *c.labels.values()])
            yield Problem(
                "control.beyond",
                where,
                "warning",
                {
                    "published": c.published,
                    "account": c.account,
                    "difference": c.difference,
                    "unit": c.unit,
                    "reach": c.rounding + c.rounding_inputs,
                },
            )


def _printed(account: Account) -> Iterator[Problem]:
    """Published levels that do not add up to the published total."""
    for labels in {tuple(sorted(c.labels.items())) for c in account.controls}:
        same = [c for c in account.controls if tuple(sorted(c.labels.items())) == labels]
        whole = next((c for c in same if c.name == "total"), None)
        levels = [c for c in same if c.name.startswith("level:")]
        counted = {
            p.row.level for p in account.counted if bool(np.isfinite(p.data["value"].values).any())
        }
        if whole is None or {c.name.removeprefix("level:") for c in levels} != counted:
            continue
        parts, reach = sum(c.published for c in levels), sum(c.rounding for c in (whole, *levels))
        if abs(parts - whole.published) > reach * (1 + 1e-9):
            yield Problem(
                "control.sum",
                ", ".join(["total", *dict(labels).values()]),
                "warning",
                {"parts": parts, "whole": whole.published, "difference": parts - whole.published},
            )
