"""What makes two accounts the same: digests of what determines the numbers, and of what they rest
on.

Both are SHA-256 over plain data in one order: figures stand in the unit of what they fill, labels
under the class that they name, so that neither units nor spelling nor places, titles, languages and
times make a difference.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from gep.account.basis import Basis
from gep.account.inputs import Entry, Reader
from gep.core import ecosystems, units
from gep.core.tables import Row
from gep.standards import Profile

if TYPE_CHECKING:
    from gep.account.account import Account


class Digests(NamedTuple):
    """The two digests of an account."""

    digest: str
    record: str


def digests(account: Account) -> Digests:
    """SHA-256 of what determines the numbers of an account (its basis, the standard, every figure,
    the coefficients used, its maps and plug-ins), and of that with what the numbers rest on:
    citations, evidence, ranges, published figures beside it.
    """
    read = Reader(account.profile.pricing)
    figures = [_figure(e, account.basis, read) for e in account.entries]
    coefficients = {r: _coefficient(r) for r in _rows(account)}
    digest = _hashed(
        {
            "basis": _basis(account.basis),
            "profile": _profile(account.profile),
            "figures": _sorted(figures),
            "coefficients": _sorted(coefficients.values()),
            "maps": None if account.scene is None else account.scene.facts(),
            "plugins": sorted(account.plugins),
            "cut": account.cut,
        }
    )
    cited = ((*f, *_cited(e, read)) for f, e in zip(figures, account.entries, strict=True))
    rows = ((*c, r.source, r.clause, r.evidence, r.year) for r, c in coefficients.items())
    standard = [(r.id, r.evidence, r.clause, str(r.note)) for r in account.profile.rows]
    record = _hashed(
        {
            "digest": digest,
            "figures": _sorted(cited),
            "coefficients": _sorted(rows),
            "profile": [account.profile.source, str(account.profile.note), *standard],
            "controls": [sorted((k, str(v)) for k, v in c.items()) for c in account.control_rows],
            "synthetic": account.basis.synthetic,
        }
    )
    return Digests(digest, record)


def _cited(e: Entry, read: Reader) -> tuple[str, ...]:
    """What a figure rests on."""
    ends = (_number(end, read(e)) for end in (e.low, e.high))
    return e.source, e.evidence, e.method, e.distribution, e.classification, *ends


def _hashed(facts: Mapping[str, Any]) -> str:
    text = json.dumps(facts, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _sorted(rows: Iterable[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Rows in one order, whatever they hold."""
    return sorted(rows, key=repr)


def _number(value: float | None, reading: units.Reading) -> str:
    """A figure in the unit it is used in, with the digits that no conversion moves."""
    return "" if value is None else f"{reading.of(value):.11e}"


def _figure(e: Entry, basis: Basis, read: Reader) -> tuple[object, ...]:
    """A figure by what it is and where it belongs."""
    reading = read(e)
    return (
        e.is_price,
        e.indicator,
        e.component,
        e.name,
        e.item,
        _class(e.ecosystem, basis),
        e.region or basis.region,
        _year(e, basis),
        _number(e.value, reading),
        reading.unit,
    )


def _class(label: str, basis: Basis) -> str:
    """An ecosystem type by its class; a label of one's own beside its class."""
    if label in basis.ecosystems:
        return f"{label}: {ecosystems.find(label, basis.ecosystems)}"
    return ecosystems.find(label) or label


def _year(e: Entry, basis: Basis) -> int | None:
    """The year of a figure; where an account has one year or one of prices, that of a blank."""
    if e.year is not None:
        return e.year
    if e.is_price:
        return basis.price_year
    return basis.years[0] if len(basis.years) == 1 else None


def _basis(basis: Basis) -> dict[str, Any]:
    """What an account is about, as far as numbers depend on it."""
    regions = {
        r.name: (r.parent or basis.region, r.area, r.population, r.gdp)
        for r in basis.regions.values()
    }
    return {
        "region": basis.region,
        "years": basis.years,
        "price_year": basis.price_year,
        "currency": basis.currency,
        "price_basis": basis.price_basis,
        "include": sorted(basis.include),
        "methods": basis.methods,
        "regions": regions,
        "deflators": {
            name: {str(year): value for year, value in table.items()}
            for name, table in basis.deflators.items()
        },
        "sizes": (basis.area, basis.population, basis.gdp),
    }


def _profile(profile: Profile) -> dict[str, Any]:
    """A standard, as far as numbers depend on it."""
    return {
        "id": profile.id,
        "rows": [(r.id, r.level, r.components) for r in profile.rows],
        "total": profile.total,
        "methods": profile.methods,
        "pricing": profile.pricing,
        "floors": profile.floors,
        "open": profile.open,
        "net_of_imports": profile.net_of_imports,
        "left_out": profile.left_out,
    }


def _rows(account: Account) -> list[Row]:
    """The coefficient rows that an account rests on, each once."""
    parts = (part.outcome.rows(part.solution.nodes) for part in account.parts)
    return list(dict.fromkeys(row for rows in parts for row in rows))


def _coefficient(row: Row) -> tuple[object, ...]:
    return row.name, row.ecosystem, row.item, row.region, f"{row.value:.11e}", row.unit
