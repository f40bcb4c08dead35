"""The price register: published prices to choose from, each with its place, year, source and
oddities. Never a default.

A price keeps its basis in its unit: ``CNY/t C`` is not ``CNY/t CO2``, and neither converts to the
other by itself. The ``note`` says what is odd about a row; read it before the price is used.
"""

from __future__ import annotations

from pathlib import Path

from gep.core.errors import ParameterError, Problem
from gep.core.source import named
from gep.core.tables import Row, read

PATH = Path(__file__).with_name("prices.csv")


def prices(name: str | None = None) -> tuple[Row, ...]:
    """All rows of the register, or those of one price.

    >>> [f"{row.value:g} {row.unit}" for row in prices("dredging_cost")]
    ['15.58 CNY/m3', '45 CNY/m3', '19.76 CNY/m3']

    Raises
    ------
    ParameterError
        If no row has that name.
    """
    rows = read(PATH)
    if name is None:
        return tuple(row for group in rows.values() for row in group)
    if name not in rows:
        raise ParameterError(
            "error.price",
            [Problem("price.unknown", named(name), names=", ".join(rows))],
            name=name,
        )
    return rows[name]


def price(name: str, item: str) -> Row:
    """One row of the register.

    >>> price("carbon_price", "garze_2010").cite().partition(" (")[0]
    'carbon_price [garze_2010, Garzê] = 380 CNY/t CO2'

    Raises
    ------
    ParameterError
        If there is no such row.
    """
    rows = {row.item: row for row in prices(name)}
    if item not in rows:
        raise ParameterError(
            "error.price_item",
            [Problem("price.item", named(item), name=name, names=", ".join(rows))],
            name=name,
            item=item,
        )
    return rows[item]
