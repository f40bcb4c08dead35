"""The account as the rows that people read, once, for the terminal, the page and the workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gep.account.account import Account, Part
from gep.account.controls import Control
from gep.core.text import name_of
from gep.standards import LEVELS
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
    items: tuple[
        tuple[str, float, str], ...
    ] = ()  # name, quantity and unit of each, where they have units of their own and do not add


def rows(account: Account, lang: str = "en") -> list[Row]:
    """Total, levels, indicators and components of the last year, in the order of the standard."""
    year = account.basis.years[-1]
    total = account.total
    controls = {
        c.name: c
        for c in account.controls
        if not c.labels.get("ecosystem")
        and c.labels.get("region", "") in ("", account.basis.region)
    }

    def share(value: float) -> float:
        return value / total if total else np.nan

    out = [
        Row(
            0,
            "total",
            total_name(account, lang),
            float(total),
            share(float(total)),
            control=controls.get("total"),
        )
    ]
    for level in LEVELS:
        in_level = [p for p in account.parts if p.row.level == level]
        if not in_level:
            continue
        value = summed(account, in_level, year)
        out.append(
            Row(
                1,
                level,
                label(level, lang),
                value,
                share(value),
                control=controls.get(f"level:{level}"),
            )
        )
        for id in dict.fromkeys(p.row.id for p in in_level):
            group = [p for p in in_level if p.row.id == id]
            value = summed(account, group, year)
            names = dict.fromkeys(p.indicator.id for p in group)
            control = controls.get("+".join(names))
            if len(group) == 1:
                whole, part = name_of(group[0].row, lang), component_name(group[0], lang)
                alone = any(
                    m.indicator == group[0].indicator.id and m.component != group[0].component.id
                    for m in account.missing
                )  # the others are not known
                out.append(
                    _line(
                        account,
                        group[0],
                        2,
                        f"{whole} · {part}"
                        if alone and group[0].component.id and part != whole
                        else whole,
                        share,
                        controls,
                        control,
                    )
                )
                continue
            row = group[0].row
            out.append(Row(2, id, name_of(row, lang), value, share(value), control=control))
            out += [_line(account, p, 3, component_name(p, lang), share, controls) for p in group]
    return out


def summed(account: Account, parts: Sequence[Part], year: int) -> float:
    """The money of the counted parts; none where not one of their figures is known: that is no
    zero.
    """
    counted = [p for p in parts if p.counted]
    return float(account.add(counted, year=year)) if counted else np.nan


def _line(
    account: Account,
    part: Part,
    depth: int,
    name: str,
    share: Callable[[float], float],
    controls: dict[str, Control],
    control: Control | None = None,
) -> Row:
    year = account.basis.years[-1]
    data, s = part.data.sel(year=year), part.solution
    cover = account.cover(part, account.basis.region)
    if cover is not None:
        data = data.sel(region=cover)
    total = float(account.add([part], year=year))
    quantities, prices = data["quantity"].values, data["price"].values
    own = s.quantity.given.units or {} if s.quantity.given else {}
    mixed = len(set(own.values())) > 1
    first = next(iter(own.values()), s.quantity.unit or part.component.unit)
    quantity = np.nan if mixed or np.isnan(quantities).all() else float(np.nansum(quantities))
    known = prices[~np.isnan(prices)]
    unpriced = bool(
        (~np.isnan(quantities) & np.isnan(data["value"].values)).any()
    )  # then quantity × price would not be the value
    price = (
        float(known.flat[0])
        if known.size
        and np.allclose(known, known.flat[0], rtol=1e-12)
        and not mixed
        and not unpriced
        else np.nan
    )
    apart = (
        [
            (str(i), data["quantity"].sel(item=i).values, own.get(str(i), first))
            for i in data["item"].values
        ]
        if mixed
        else []
    )
    items = tuple((i, float(np.nansum(q)), unit) for i, q, unit in apart if not np.isnan(q).all())
    first_price = (
        next(iter((s.price.given.units or {}).values()), s.price.unit)
        if s.price.given
        else s.price.unit
    )
    status = sorted(set(data["status"].values.ravel().tolist()) - {"absent"})
    return Row(
        depth,
        part.name,
        name,
        total,
        share(total) if part.counted else np.nan,
        quantity,
        first,
        price,
        first_price.replace("CNY", account.basis.currency),
        ", ".join(status),
        part.counted,
        control or controls.get(part.name),
        items,
    )
