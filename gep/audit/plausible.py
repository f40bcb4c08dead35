"""What deserves a look in a finished account: services counted twice, imports not said, printed
figures that do not fit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from gep.account.account import Account, Part
from gep.account.controls import Control
from gep.account.inputs import Entry, Slot, gather
from gep.account.nodes import Absent, Computed, top
from gep.audit import double_counting
from gep.core import units
from gep.core.errors import Problem
from gep.core.messages import Both, word
from gep.core.source import cell_of, named, several
from gep.core.text import own_words

Labels = tuple[tuple[str, str], ...]

# Round figures well above what is measured anywhere: 11.9 m of rain a year at Mawsynram, some 3 m
# of evaporation from open water in deserts, some 3 kg of carbon fixed on a square metre by the most
# productive vegetation. General knowledge, only to find slips.
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


def _valued(part: Part) -> bool:
    """Whether any value of a part is known."""
    return bool(np.isfinite(part.data["value"].values).any())


def _standing(account: Account) -> Iterator[Problem]:
    """How far the standard is known to us, and how its switches stand."""
    p = account.profile
    if p.partial:
        yield Problem("standard.partial", named(p.id), note=_known(p.note))
    for s in p.switches.values():
        yield Problem(
            "standard.switch",
            named(p.id, s.id),
            name=Both(s.en, s.zh),
            state=word(f"switch_{s.state}"),
            evidence=word(f"evidence_{s.evidence}"),
            why=_why(s.note),
        )


def _known(note: str) -> Both:
    """What a standard says of how far it is known, inside a sentence that says so."""
    known = own_words(note, "zh").removeprefix("仅部分已知：")
    return Both(own_words(note).removeprefix("Known in part: "), known, note)


def _why(note: str) -> Both:
    """Why a switch stands as it does, behind its evidence."""
    if not note:
        return Both("", "")
    en, zh = (own_words(note, lang).rstrip(".。") for lang in ("en", "zh"))
    return Both(f": {en}", f"：{zh}", f": {note}")


def _supporting(account: Account) -> Iterator[Problem]:
    """Equivalent-factor values beside services: they stand for all services at once, and are kept
    out.
    """
    names = [
        p.name
        for p in account.parts
        if p.component.outside == "esv" and not p.counted and _valued(p)
    ]
    if names:
        yield Problem("esv.refused", several("component", names), total=account.profile.total)


def _imports(account: Account) -> Iterator[Problem]:
    """Under a standard that is net of products from outside: material products for which nobody
    said how much came in.
    """
    if not account.profile.net_of_imports:
        return
    said = _imports_said(account)
    parts = [p for p in account.counted if p.row.level == "material" and p.component.id]
    unsaid = [
        p.name
        for p in filter(_valued, parts)
        if said.isdisjoint(product([p.indicator.id], ("", p.component.id, "remainder")))
    ]
    if unsaid:
        values: dict[str, object] = {"standard": account.profile.id, "names": ", ".join(unsaid)}
        yield Problem("imports.unsaid", several("component", unsaid), **values)


def _imports_said(account: Account) -> set[tuple[str, str]]:
    """The products of which somebody said how much came in, or took something off as a rest."""
    return {
        (e.indicator, e.component)
        for e in account.entries
        if e.name == "imported" or (e.component == "remainder" and e.value < 0)
    }


def _areas(account: Account) -> Iterator[Problem]:
    """Regions whose ecosystems cover more than the region, by more than a hundredth: a unit or a
    digit is wrong somewhere.
    """
    basis = account.basis
    rows = [e for e in account.entries if e.name == "area" and not e.indicator]
    stated = {basis.region: basis.area} | {r.name: r.area for r in basis.regions.values() if r.area}
    for region, size in stated.items():
        if size:
            yield from _covered(account, rows, region, size)


def _covered(
    account: Account, rows: Sequence[Entry], region: str, size: float
) -> Iterator[Problem]:
    """A region of which more is covered than its size; nothing is told of confidential areas."""
    places = [e.region or account.basis.region for e in rows]
    inside = account.places(places, region)
    mine = [e for e, place in zip(rows, places, strict=True) if place in inside]
    if not mine or any(e.classification for e in mine):
        return
    area = gather("area", Slot("area", "m^2"), mine, account.basis).array
    covered = float(area.sum(set(area.dims) - {"year"}).max())
    if covered > 1.01 * size:
        values = {"region": region, "covered": covered / 1e6, "stated": size / 1e6}
        yield Problem("area.beyond", mine[0].where, **values)


def _beyond(account: Account) -> Iterator[Problem]:
    """Weather and growth beyond what occurs on Earth: a unit or a digit is wrong."""
    untold = dict(HIGHEST)
    for e in account.entries:
        if e.name not in untold or e.classification:
            continue
        unit, highest = untold[e.name]
        value = e.value * units.reading(e.unit, unit).scale
        if value > highest:
            del untold[e.name]
            values = {"name": e.name, "value": value, "unit": unit, "highest": highest}
            yield Problem("figure.beyond", e.where, **values)


def _uncapped(account: Account) -> Iterator[Problem]:
    """Purification worked out from rates, for which nobody said how much was emitted: no more can
    be taken up than there is.
    """
    for part in account.counted:
        s, cap = part.solution, part.component.cap
        worked_out = isinstance(top(s.quantity), Computed)
        unknown = worked_out and isinstance(s.cap, Absent) and isinstance(s.value, Absent)
        if cap and unknown and bool(part.data["value"].notnull().any()):
            yield Problem("cap.lacks", cell_of(part.name), cap=cap)


def _controls(account: Account) -> Iterator[Problem]:
    """Published figures that the account misses by more than printed digits explain."""
    for c in account.controls:
        if not c.within and c.account == c.account:
            values: dict[str, object] = {
                "published": c.published,
                "account": c.account,
                "difference": c.difference,
                "unit": c.unit,
                "reach": c.rounding + c.rounding_inputs,
            }
            yield Problem("control.beyond", cell_of(c.name, **c.labels), **values)


def _printed(account: Account) -> Iterator[Problem]:
    """Published levels that do not add up to the published total."""
    counted = {f"level:{p.row.level}" for p in filter(_valued, account.counted)}
    wholes, levels = _published(account)
    for labels, whole in wholes.items():
        if {c.name for c in levels[labels]} != counted:
            continue
        parts = sum(c.published for c in levels[labels])
        reach = sum(c.rounding for c in (whole, *levels[labels]))
        if abs(parts - whole.published) > reach * (1 + 1e-9):
            values = {
                "parts": parts,
                "whole": whole.published,
                "difference": parts - whole.published,
            }
            yield Problem("control.sum", cell_of("total", **dict(labels)), **values)


def _published(account: Account) -> tuple[dict[Labels, Control], dict[Labels, list[Control]]]:
    """The published totals and levels, by the labels that they are of."""
    wholes: dict[Labels, Control] = {}
    levels: dict[Labels, list[Control]] = defaultdict(list)
    for c in account.controls:
        labels = tuple(sorted(c.labels.items()))
        if c.name == "total":
            wholes.setdefault(labels, c)
        elif c.name.startswith("level:"):
            levels[labels].append(c)
    return wholes, levels
