"""Money: in the currency of the account, and of one year at the prices of another by the indices of
``deflators.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from gep.account.basis import Basis
from gep.account.inputs import Entry
from gep.core import units
from gep.core.errors import Problem

_MONEY = re.compile(
    r"(?<![A-Za-z])("
    + "|".join(units.CURRENCIES)
    + r")(?![A-Za-z])|美元|欧元|人民币|元|yuan|RMB|¥|￥"
)


def own_money(unit: str, currency: str) -> tuple[str, str]:
    """A unit with CNY for the account's currency, as it stands inside; and what it is in, where
    that is another currency.

    >>> own_money("USD/m3", "USD"), own_money("元/m3", "USD"), own_money("元/m3", "CNY")
    (('CNY/m3', ''), ('元/m3', 'CNY'), ('元/m3', ''))
    """
    found = {code or "CNY" for code in _MONEY.findall(unit)}
    if "美元" in unit:
        found = {"USD"}
    elif "欧元" in unit:
        found = {"EUR"}
    if not found or currency == "CNY" == min(found):
        return unit, ""
    if found == {currency}:
        return _MONEY.sub("CNY", unit), ""
    return unit, ", ".join(sorted(found))


def at_price_year(
    entries: Sequence[Entry], basis: Basis, *, is_price: bool
) -> tuple[list[Entry], list[Problem]]:
    """Money at the prices of the account: rows of the right year as they are, others by the
    deflator table; and what hinders it.

    What stands among the prices and is no money (a lifetime, a share) serves any year as it is.
    """
    faults: list[Problem] = []
    carried = _prices if is_price else _values
    return list(carried(entries, basis, faults)), faults


def _values(entries: Iterable[Entry], basis: Basis, faults: list[Problem]) -> Iterator[Entry]:
    """Values: each is at the prices of its own year."""
    only = basis.years[0] if len(basis.years) == 1 else None
    for e in entries:
        own = only if e.year is None else e.year
        yield _carried(e, own, basis.price_year, basis, faults)._replace(money_of=own)


def _prices(entries: Iterable[Entry], basis: Basis, faults: list[Problem]) -> Iterator[Entry]:
    """Prices: for each year that the account is at, the row of that year, else that of no year,
    else the only one.
    """
    targets = basis.years if basis.price_year is None else (basis.price_year,)
    places: dict[tuple[str, str, str], list[Entry]] = {}
    for e in entries:
        places.setdefault((e.item, e.ecosystem, e.region), []).append(e)
    for rows in places.values():
        by_year = _by_year(rows)
        for year in targets:
            row = by_year.get(year) or by_year.get(None)
            if row is None:
                values = {"years": ", ".join(str(e.year) for e in rows), "wanted": year}
                faults.append(Problem("price.years", rows[0].where, **values))
                continue
            carried = _carried(row, row.year, year, basis, faults)
            served = year if len(targets) > 1 else None
            yield carried._replace(year=served, money_of=row.year)


def _by_year(rows: Sequence[Entry]) -> dict[int | None, Entry]:
    """The rows of one price; a lone one serves every year."""
    out = {e.year: e for e in rows}
    return {None: rows[0], **out} if len(rows) == 1 else out


def _carried(
    e: Entry, own: int | None, to: int | None, basis: Basis, faults: list[Problem]
) -> Entry:
    """A figure in money of another year; what is of that year, of none, or no money as it is."""
    if own is None or to is None or own == to or not units.is_currency(e.unit):
        return e
    if basis.price_basis == "as_given":
        return e._replace(source=_noted(e, f"as given, price of {own}"))
    index = _index(e, basis.deflators)
    figures = basis.deflators.get(index, {})
    if {own, to} <= figures.keys():
        factor = figures[to] / figures[own]
        low, high = (None if x is None else x * factor for x in (e.low, e.high))
        source = _noted(e, f"{index} {own}→{to} × {factor:.6g}")
        return e._replace(value=e.value * factor, low=low, high=high, source=source)
    faults.append(_hindered(e, own, to, index, basis.deflators))
    return e


def _hindered(e: Entry, own: int, to: int, index: str, tables: Collection[str]) -> Problem:
    """Why a figure cannot be carried: none of several indices is for it, or its years are not in
    the one that is.
    """
    code = "price.year"
    values: dict[str, object] = {"own": own, "to": to}
    if tables and not index:
        code, name = "price.index", e.indicator or e.name
        values |= {"indices": ", ".join(tables), "name": e.name, "indicator": name}
    return Problem(code, e.where.at("year"), **values)


def _index(e: Entry, tables: Collection[str]) -> str:
    """The index of a figure: of its own name, of its service, of consumer prices, or the only
    one.
    """
    names = (e.name, e.indicator, "CPI", *(tables if len(tables) == 1 else ()))
    return next((name for name in names if name in tables), "")


def _noted(e: Entry, note: str) -> str:
    """The source of a figure with what became of it."""
    return "; ".join(filter(None, (e.source, note)))
