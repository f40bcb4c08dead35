"""Money: in the currency of the account, and of one year at the prices of another by the indices of
``deflators.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gep.account.basis import Basis
from gep.account.inputs import Entry
from gep.core import units
from gep.core.errors import Problem
from gep.core.messages import at

_MONEY = re.compile(
    r"(?<![A-Za-z])("
    + "|".join(c for c in units.CURRENCIES)
    + r")(?![A-Za-z])|美元|欧元|人民币|元|yuan|RMB|¥|￥"
)


def own_money(unit: str, currency: str) -> tuple[str, str]:
    """A unit with CNY for the account's currency, as it stands inside; and what it is in, where
    that is another currency.

    >>> own_money("USD/m3", "USD"), own_money("元/m3", "USD"), own_money("元/m3", "CNY")
    (('CNY/m3', ''), ('元/m3', 'CNY'), ('元/m3', ''))
    """
    found = {
        ("CNY" if m not in units.CURRENCIES else m)
        for m in (x.group() for x in _MONEY.finditer(unit))
    }
    found = {"USD" if "美元" in unit else "EUR" if "欧元" in unit else f for f in found}
    if not found or currency == "CNY" == min(found):
        return unit, ""
    return (
        (unit, ", ".join(sorted(found))) if found != {currency} else (_MONEY.sub("CNY", unit), "")
    )


def at_price_year(
    entries: Sequence[Entry], basis: Basis, *, is_price: bool
) -> tuple[list[Entry], list[Problem]]:
    """Money at the prices of the account: rows of the right year as they are, others by the
    deflator table; and what hinders it.

    What stands among the prices and is no money (a lifetime, a share) serves any year as it is.
    """
    targets = [basis.price_year] if basis.price_year is not None else list(basis.years)
    out: list[Entry] = []
    faults: list[Problem] = []
    places: dict[tuple[object, ...], list[Entry]] = {}
    for e in entries:
        places.setdefault((e.item, e.ecosystem, e.region, None if is_price else e.year), []).append(
            e
        )
    for rows in places.values():
        by_year = {e.year: e for e in rows}
        if not is_price:  # a given value is at the prices of its own year
            e = rows[0]
            own = (
                e.year if e.year is not None else basis.years[0] if len(basis.years) == 1 else None
            )
            to = basis.price_year
            out.append(
                (
                    e
                    if own is None or to is None or own == to
                    else _deflated(e, own, to, basis, faults)
                )._replace(money_of=own)
            )
            continue
        for year in targets:
            row = by_year.get(year) or by_year.get(None) or (rows[0] if len(rows) == 1 else None)
            if row is None:
                faults.append(
                    Problem(
                        "price.years",
                        rows[0].where,
                        values={"years": ", ".join(str(r.year) for r in rows), "wanted": year},
                    )
                )
                continue
            if row.year is not None and row.year != year and units.is_currency(row.unit):
                row = _deflated(row, row.year, year, basis, faults)
            out.append(row._replace(year=year if len(targets) > 1 else None, money_of=row.year))
    return out, faults


def _deflated(e: Entry, own: int, to: int, basis: Basis, faults: list[Problem]) -> Entry:
    """A figure in money of another year."""
    if basis.price_basis == "as_given":
        return e._replace(source="; ".join(filter(None, (e.source, f"as given, price of {own}"))))
    tables = basis.deflators
    index = next((n for n in (e.name, e.indicator, "CPI") if n in tables), None) or (
        next(iter(tables)) if len(tables) == 1 else None
    )
    if index is None and tables:
        faults.append(
            Problem(
                "price.index",
                at(e.where, "year"),
                values={
                    "own": own,
                    "to": to,
                    "indices": ", ".join(tables),
                    "name": e.name,
                    "indicator": e.indicator or e.name,
                },
            )
        )
        return e
    if index is None or to not in tables[index] or own not in tables[index]:
        faults.append(Problem("price.year", at(e.where, "year"), values={"own": own, "to": to}))
        return e
    factor = tables[index][to] / tables[index][own]
    low, high = (None if x is None else x * factor for x in (e.low, e.high))
    return e._replace(
        value=e.value * factor,
        low=low,
        high=high,
        source="; ".join(filter(None, (e.source, f"{index} {own}→{to} × {factor:.6g}"))),
    )
