"""The account as the rows that people read, once, for the terminal, the page and the workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from gep.account.account import Account, Part
from gep.account.controls import Control
from gep.account.ledger import Role
from gep.account.nodes import Node
from gep.core.text import name_of
from gep.report.views import by_level, grouped, known_sum, mixed_units, units_of_items
from gep.words.labels import component_name, label
from gep.words.problems import total_name


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the account table; amounts are in the account's currency and the component's own
    units.
    """

    depth: int  # 0 total, 1 level, 2 indicator, 3 component
    id: str
    label: str
    value: float
    share: float
    quantity: float = np.nan
    quantity_unit: str = ""
    price: float = np.nan
    price_unit: str = ""
    status: str = ""  # those of its cells, with commas between
    counted: bool = True  # whether it is in the total
    control: Control | None = None
    # name, quantity and unit of each, where they have units of their own and do not add
    items: tuple[tuple[str, float, str], ...] = ()


def rows(account: Account, lang: str = "en") -> list[Row]:
    """Total, levels, indicators and components of the last year, in the order of the standard."""
    return list(_Table(account, lang).rows())


def summed(account: Account, parts: Sequence[Part], year: int) -> float:
    """The money of the counted parts; none where not one of their figures is known: that is no
    zero.
    """
    counted = [p for p in parts if p.counted]
    return float(account.add(counted, year=year)) if counted else np.nan


class _Table:
    def __init__(self, account: Account, lang: str) -> None:
        self.account, self.lang = account, lang
        self.year = account.basis.years[-1]
        whole = {"ecosystem": "", "region": account.basis.region, "year": ""}
        # the published figures of the whole account, by what they are about
        self.controls = {
            c.name: c for c in account.controls if {**whole, **c.labels, "year": ""} == whole
        }

    def rows(self) -> Iterator[Row]:
        """All rows."""
        total = float(self.account.total)
        yield self.sum(0, "total", total_name(self.account, self.lang), total, "total")
        for level, inside in grouped(by_level(self.account.parts), "row.level").items():
            value = summed(self.account, inside, self.year)
            yield self.sum(1, level, label(level, self.lang), value, f"level:{level}")
            for id, group in grouped(inside, "row.id").items():
                yield from self.indicator(id, group)

    def share(self, value: float) -> float:
        """Money as a share of the total."""
        return value / self.account.total if self.account.total else np.nan

    def sum(self, depth: int, id: str, name: str, value: float, control: str) -> Row:
        """A row of money alone."""
        return Row(depth, id, name, value, self.share(value), control=self.controls.get(control))

    def indicator(self, id: str, group: list[Part]) -> Iterator[Row]:
        """An indicator of the standard, then its components where it has several."""
        control, first = "+".join(dict.fromkeys(p.indicator.id for p in group)), group[0]
        if len(group) == 1:
            yield self.line(first, 2, self.only(first), self.controls.get(control))
            return
        value = summed(self.account, group, self.year)
        yield self.sum(2, id, name_of(first.row, self.lang), value, control)
        for part in group:
            yield self.line(part, 3, component_name(part, self.lang))

    def only(self, part: Part) -> str:
        """The name of an indicator of one component, with that of the component where others of it
        are not known.
        """
        whole, own = name_of(part.row, self.lang), component_name(part, self.lang)
        missing = {m.component for m in self.account.missing if m.indicator == part.indicator.id}
        others = missing - {part.component.id}
        return f"{whole} · {own}" if others and part.component.id and own != whole else whole

    def line(self, part: Part, depth: int, name: str, control: Control | None = None) -> Row:
        """The row of a component."""
        account, s, data = self.account, part.solution, part.data.sel(year=self.year)
        cover = account.cover(part, account.basis.region)
        if cover is not None:
            data = data.sel(region=cover)
        total = float(account.add([part], year=self.year))
        unit = s.quantity.unit or part.component.unit
        price_unit = next(iter(units_of_items(s.price).values()), s.price.unit)
        status = sorted(set(data["status"].values.ravel().tolist()) - {"absent"})
        row = Row(
            depth,
            part.name,
            name,
            total,
            self.share(total) if part.counted else np.nan,
            quantity_unit=next(iter(units_of_items(s.quantity).values()), unit),
            price_unit=price_unit.replace("CNY", account.basis.currency),
            status=", ".join(status),
            counted=part.role is not Role.OUTSIDE,
            control=control or self.controls.get(part.name),
        )
        if mixed_units(s.quantity):
            return replace(row, items=tuple(_items(data["quantity"], s.quantity)))
        return replace(row, quantity=known_sum(data["quantity"].values), price=_price(data))


def _price(data: xr.Dataset) -> float:
    """The price of all cells; NaN where they differ, or quantity × price is not the value."""
    quantities, prices, values = (data[k].values for k in ("quantity", "price", "value"))
    unpriced = (~np.isnan(quantities) & np.isnan(values)).any()
    known = prices[~np.isnan(prices)]
    if unpriced or not np.allclose(known, known[:1], rtol=1e-12):
        return np.nan
    return next(iter(known.tolist()), np.nan)


def _items(quantities: xr.DataArray, node: Node) -> Iterator[tuple[str, float, str]]:
    """The items that are counted in units of their own: name, quantity and unit."""
    units = units_of_items(node)
    first = next(iter(units.values()))
    for item in quantities["item"].values:
        found = quantities.sel(item=item).values
        if not np.isnan(found).all():
            yield str(item), float(np.nansum(found)), units.get(str(item), first)
