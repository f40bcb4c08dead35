"""The account as a workbook that can be followed and changed: values are quantity × price, totals
are sums over rows.

Every line of the monetary account points at one quantity and one price; a value that was given
stands as a number on a yellow ground. What counts in a total is marked by keys at the right of each
line, and all totals add up those lines by their keys: nothing is added twice, and a changed price
runs through every sheet.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from pathlib import Path

from gep.account.account import Account
from gep.core.errors import InputError, Problem
from gep.core.output import place
from gep.report import lines as listed
from gep.report.excel import registers
from gep.report.excel.cells import ROWS_MAX, Book, Sheet, number_format
from gep.report.excel.plan import FIRST, Plan, letter
from gep.report.excel.summary import summary
from gep.report.views import measure
from gep.words.numbers import amount, pretty
from gep.words.report import evidence_name, method_name, status_name, word


def workbook(account: Account, lang: str = "en") -> bytes:
    """The workbook of an account.

    Parameters
    ----------
    account : Account
    lang : "zh" or "en"

    Returns
    -------
    bytes
        An .xlsx file; the same account gives the same bytes.

    Raises
    ------
    ParameterError
        If openpyxl is not installed.
    InputError
        If the ledger has more rows than a workbook is fit for.
    """
    if len(account.ledger) > ROWS_MAX:
        raise InputError(
            "error.workbook",
            [
                Problem(
                    "workbook.rows",
                    "ledger",
                    values={"rows": len(account.ledger), "most": ROWS_MAX},
                )
            ],
        )
    book, plan = Book(lang), Plan(account, lang)
    names = (
        "summary",
        "physical",
        "monetary",
        "matrix",
        "districts",
        "prices",
        "parameters",
        "sources",
        "problems",
    )
    sheets = {name: book.sheet(word(f"sheet_{name}", lang)) for name in names}
    quantities = _physical(sheets["physical"], plan)
    prices = registers.prices(sheets["prices"], plan)
    _monetary(sheets["monetary"], plan, quantities, prices)
    summary(book, sheets["summary"], plan)
    _matrix(sheets["matrix"], plan)
    _districts(sheets["districts"], plan)
    registers.parameters(sheets["parameters"], plan)
    registers.sources(sheets["sources"], plan)
    registers.problems(sheets["problems"], plan)
    return book.data(account.basis.title or account.basis.region)


def write(account: Account, path: str | os.PathLike[str], lang: str = "en") -> Path:
    """Write the workbook of an account, whole or not at all; gives its path. See :func:`workbook`.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    return place(path, workbook(account, lang))


def _physical(sheet: Sheet, plan: Plan) -> dict[int, str]:
    """The quantities; gives the cell of each line's quantity."""
    lang, account = plan.lang, plan.account
    heads = [
        word(k, lang)
        for k in (
            "level",
            "indicator",
            "component",
            "item",
            "ecosystem",
            "region",
            "year",
            "quantity",
            "unit",
        )
    ]
    head = sheet.title(
        f"{account.basis.title or account.basis.region} · {word('physical_account', lang)}",
        [word("legend", lang)],
    )
    sheet.heads(
        head,
        [
            *heads,
            *(word(k, lang) for k in ("in_short", "unit", "status", "how", "source", "evidence")),
        ],
        (8, 10),
    )
    at: dict[int, str] = {}
    row = head
    routes: dict[str, str] = {}
    for line in plan.lines:
        if line.quantity != line.quantity:
            continue
        row += 1
        for n, value in enumerate(plan.place(line), 1):
            sheet.put(row, n, value)
        where = sheet.put(row, 8, line.quantity, "input", form=number_format(line.quantity))
        at[line.number] = f"{sheet.name}!{where}"
        sheet.put(row, 9, pretty(line.quantity_unit, lang), "unit")
        shown, unit = amount(line.quantity, line.quantity_unit, lang)
        number = float(shown.replace(",", ""))
        factor = (
            10 ** round(math.log10(line.quantity / number))
            if number and line.quantity / number > 0
            else 1
        )
        short = line.quantity / factor
        sheet.put(
            row,
            10,
            f"{where}/{factor}" if factor != 1 else where,
            "sum",
            shown=short,
            form=number_format(float(f"{short:.6g}")),
        )
        sheet.put(row, 11, unit, "unit")
        sheet.put(row, 12, status_name(line.status, lang), "unit")
        if line.part.name not in routes:
            routes[line.part.name] = listed.route(line.part, plan.lang)
        sheet.put(row, 13, routes[line.part.name])
        sheet.put(row, 14, line.source or word("no_source", lang))
        sheet.put(row, 15, evidence_name(line.evidence, lang))
    sheet.finish(
        [16, 22, 26, 14, 18, 16, 7, 22, 16, 14, 18, 14, 44, 44, 10], head, row, 12, freeze=3
    )
    return at


def _monetary(sheet: Sheet, plan: Plan, quantities: dict[int, str], prices: dict[int, str]) -> None:
    lang, account, columns = plan.lang, plan.account, plan.columns
    sheet.title(
        f"{account.basis.title or account.basis.region} · {word('monetary_account', lang)}",
        [word("legend", lang)],
    )
    names = (
        "level",
        "indicator",
        "component",
        "item",
        "ecosystem",
        "region",
        "year",
        "quantity",
        "unit",
        "price",
        "unit",
    )
    left, right = ("（", "）") if lang == "zh" else (" (", ")")
    heads: list[str | tuple[str, str]] = [word(k, lang) for k in names]
    heads += [f"{word('value', lang)}{left}{plan.unit}{right}", plan.head(word("value", lang))]
    heads += [word(k, lang) for k in ("counts", "status", "method", "source")]
    keys = [f"{word('key', lang)}·{word(k, lang)}" for k in ("level", "indicator", "ecosystem")] + [
        f"{word('key', lang)}·{word('region', lang)} {d}" for d in range(1, plan.deepest + 1)
    ]
    sheet.heads(
        FIRST - 1, heads, [columns[k] for k in ("quantity", "price", "value", "shown", "counts")]
    )
    for n, name in enumerate(keys, len(heads) + 1):
        sheet.put(FIRST - 1, n, name, "keyhead")
    value_at, quantity_at, price_at = (letter(columns[k]) for k in ("value", "quantity", "price"))
    for row, (line, key) in enumerate(zip(plan.lines, plan.keys, strict=True), FIRST):
        for n, cell in enumerate(plan.place(line), 1):
            sheet.put(row, n, cell)
        if line.number in quantities:
            sheet.put(
                row,
                columns["quantity"],
                quantities[line.number],
                "sum",
                shown=line.quantity,
                form=number_format(line.quantity),
            )
            sheet.put(row, columns["unit"], pretty(line.quantity_unit, lang), "unit")
        else:
            sheet.put(row, columns["quantity"], "")
            sheet.put(row, columns["unit"], "")
        if line.price is not None:
            sheet.put(
                row,
                columns["price"],
                prices[id(line.price)],
                "sum",
                shown=line.price.value,
                form=number_format(line.price.value),
            )
        else:
            sheet.put(row, columns["price"], "")
        sheet.put(
            row, columns["price_unit"], pretty(line.price.unit, lang) if line.price else "", "unit"
        )
        if line.product:
            sheet.put(
                row,
                columns["value"],
                f"{quantity_at}{row}*{price_at}{row}",
                "sum",
                shown=line.value,
            )
        else:
            sheet.put(
                row,
                columns["value"],
                line.value,
                "given" if line.value == line.value else "text",
                form=number_format(line.value) if line.value == line.value else "",
            )
        if line.value == line.value:
            sheet.put(
                row,
                columns["shown"],
                f"{value_at}{row}/{plan.scale_cell}",
                "sum",
                shown=line.value / plan.money.factor,
                form="#,##0.0000",
            )
        else:
            sheet.put(row, columns["shown"], "")
        sheet.put(row, columns["counts"], key["counts"], "mark")
        sheet.put(row, columns["status"], status_name(line.status, lang), "unit")
        sheet.put(row, columns["method"], method_name(line.method, lang))
        sheet.put(row, columns["source"], line.source or word("no_source", lang))
        for name in (
            "level_key",
            "row_key",
            "ecosystem_key",
            *(f"region_key_{d}" for d in range(1, plan.deepest + 1)),
        ):
            sheet.put(row, columns[name], key[name], "key")
    sheet.finish(
        [16, 22, 26, 14, 18, 16, 7, 22, 14, 14, 16, 24, 16, 9, 14, 18, 44, *[7] * len(keys)],
        FIRST - 1,
        plan.last,
        columns["status"],
        freeze=3,
    )


def _matrix(sheet: Sheet, plan: Plan) -> None:
    """Ecosystem types down, indicators across; a cell without lines stays empty."""
    lang, year = plan.lang, plan.year
    title, says = plan.head(f"{word('matrix', lang)}{' ' if lang == 'en' else ''}{year}")
    sheet.put(1, 1, title, "title", shown=says)
    head, first = 4, 6
    rows = [id for n, id in enumerate(plan.rows, 1) if plan.occurs(counts=1, row_key=n, year=year)]
    keys = {id: n for n, id in enumerate(plan.rows, 1)}
    types = [
        (n, e)
        for n, e in enumerate(plan.ecosystems, 1)
        if plan.occurs(counts=1, ecosystem_key=n, year=year)
    ]
    sheet.heads(
        head,
        [word("ecosystem", lang), "", *map(plan.row_label, rows), word("total", lang)],
        range(3, len(rows) + 4),
    )
    sheet.put(head + 1, 1, word("key", lang), "keyhead")
    for n, id in enumerate(rows, 3):
        sheet.put(head + 1, n, keys[id], "key")
    last, wide = first + len(types) - 1, len(rows) + 3
    for row, (key, name) in enumerate(types, first):
        sheet.put(row, 1, plan.ecosystem_label(name))
        sheet.put(row, 2, key, "key")
        for n, id in enumerate(rows, 3):
            if not plan.occurs(counts=1, ecosystem_key=key, row_key=keys[id], year=year):
                sheet.put(row, n, "")
                continue
            formula, value = plan.sum(
                counts=("1", 1),
                ecosystem_key=(f"$B{row}", key),
                row_key=(f"{letter(n)}${head + 1}", keys[id]),
                year=(str(year), year),
            )
            sheet.put(
                row, n, f"{formula}/{plan.scale_cell}", "sum", shown=value / plan.money.factor
            )
        whole = plan.amount(counts=1, ecosystem_key=key, year=year)
        sheet.put(
            row,
            wide,
            f"SUM(C{row}:{letter(wide - 1)}{row})" if rows else "0",
            "boldsum",
            shown=whole / plan.money.factor,
        )
    sheet.put(last + 1, 1, word("total", lang), "total")
    sheet.put(last + 1, 2, "", "total")
    for n in range(3, wide + 1):
        whole = (
            plan.amount(counts=1, row_key=keys[rows[n - 3]], year=year)
            if n < wide
            else plan.amount(counts=1, year=year)
        )
        at = letter(n)
        sheet.sum(
            last + 1,
            n,
            f"SUM({at}{first}:{at}{last})",
            "totalsum",
            whole / plan.money.factor,
            bool(types),
        )
    sheet.finish(
        [24, 6, *[13] * len(rows), 14], head, last + 1, wide, freeze=2, filtered=False, least=11
    )


def _districts(sheet: Sheet, plan: Plan) -> None:
    lang, year, basis = plan.lang, plan.year, plan.account.basis
    title, says = plan.head(f"{word('districts', lang)}{' ' if lang == 'en' else ''}{year}")
    sheet.put(1, 1, title, "title", shown=says)
    head = 4
    levels = {v: n for n, v in enumerate(plan.levels, 1)}
    total, tail = 7 + len(levels), 8 + len(levels)
    facts = [
        word("area", lang) + " (km²)",
        word("population", lang),
        f"{word('gdp', lang)} ({plan.unit})",
    ]
    sheet.heads(
        head,
        [
            word("region", lang),
            word("parent", lang),
            word("code", lang),
            *facts,
            *(word(v, lang) for v in levels),
            word("total", lang),
            f"{word('per_km2', lang)} ({plan.unit})",
            f"{word('per_head', lang)} ({plan.unit})",
            word("gep_to_gdp", lang),
        ],
        range(4, tail + 3),
    )
    for n, name in enumerate(("region", "level", "counts"), tail + 3):
        sheet.put(head, n, f"{word('key', lang)}·{word(name, lang)}", "keyhead")
    for n, key in enumerate(levels.values(), 7):
        sheet.put(head - 1, n, key, "key")
    row = head
    for key, (name, depth) in enumerate(plan.regions.items(), 1):
        row += 1
        held = listed.inside(plan.account, name)
        region = basis.regions.get(name)
        sheet.put(
            row, 1, "　" * (depth - 1) + name + ("" if held else word("outside_region", lang))
        )
        sheet.put(row, 2, region.parent if region else basis.region)
        sheet.put(row, 3, region.code if region else "")
        _facts(sheet, row, name, total, tail, plan, {f"region_key_{depth}": key, "year": year})
        for n, level in enumerate(levels.values(), 7):
            formula, value = plan.sum(
                **{
                    f"region_key_{depth}": (f"${letter(tail + 3)}{row}", key),
                    "level_key": (f"{letter(n)}${head - 1}", level),
                    "year": (str(year), year),
                }
            )
            sheet.sum(
                row,
                n,
                f"{formula}/{plan.scale_cell}",
                "sum",
                value / plan.money.factor,
                plan.occurs(**{f"region_key_{depth}": key, "level_key": level, "year": year}),
            )
        mine = {f"region_key_{depth}": key, "year": year}
        sheet.sum(
            row,
            total,
            f"SUM(G{row}:{letter(total - 1)}{row})",
            "boldsum",
            plan.amount(**mine) / plan.money.factor,
            plan.occurs(**mine),
        )
        for n, mark in enumerate((key, depth, int(held)), tail + 3):
            sheet.put(row, n, mark, "key")
    last = row
    for n in range(1, total + 4):
        for below in (1, 2, 3):
            sheet.put(last + below, n, "", "total" if below == 3 else "text")
    for below, named in enumerate(("sum_of_districts", "not_by_region", "total"), 1):
        sheet.put(
            last + below,
            1,
            basis.region if named == "total" else word(named, lang),
            "total" if named == "total" else "text",
        )

    def districts_sum(column: str) -> str:
        """The sum over the regions of the first level that count: the keys of level and of counting
        are 1.
        """
        columns = (column, letter(tail + 4), letter(tail + 5))
        figures, level, counts = (f"{c}{head + 1}:{c}{last}" for c in columns)
        return f"SUMIFS({figures},{level},1,{counts},1)"

    tops = [
        (n, name)
        for n, (name, depth) in enumerate(plan.regions.items(), 1)
        if depth == 1 and listed.inside(plan.account, name)
    ]
    for n, (top, key) in enumerate([*levels.items(), ("", 0)], 7):
        by = {"level_key": (f"{letter(n)}${head - 1}", key)} if top else {}
        keys = {"level_key": key} if top else {}
        below_sum = sum(plan.amount(**{"region_key_1": k}, **keys, year=year) for k, _ in tops)
        at = letter(n)
        below = any(plan.occurs(**{"region_key_1": k}, **keys, year=year) for k, _ in tops)
        sheet.sum(last + 1, n, districts_sum(at), "sum", below_sum / plan.money.factor, below)
        formula, whole = plan.sum(counts=("1", 1), **by, year=(str(year), year))
        known, rest = plan.occurs(counts=1, **keys, year=year), whole - below_sum
        # what the last digits of the two leave is nothing
        gap = f"{at}{last + 3}-{f'{at}{last + 1}' if below else 0}"
        sheet.sum(
            last + 2,
            n,
            f"IF(ABS({gap})<=0.000000001*ABS({at}{last + 3}),0,{gap})",
            "sum",
            0.0 if abs(rest) <= 1e-9 * abs(whole) else rest / plan.money.factor,
            known,
        )
        sheet.sum(
            last + 3,
            n,
            f"{formula}/{plan.scale_cell}",
            "totalsum",
            whole / plan.money.factor,
            known,
        )
    for n, size in enumerate(("area", "population", "gdp"), 4):
        sizes = [measure(plan.account, name, size) or 0.0 for _, name in tops]
        if tops and all(sizes):
            at = letter(n)
            form = "#,##0.00" if n == 4 else "#,##0"
            sheet.put(
                last + 1,
                n,
                districts_sum(at),
                "sum",
                shown=sum(sizes) / (1e6 if n == 4 else 1.0),
                form=form,
            )
    _facts(sheet, last + 3, basis.region, total, tail, plan, {"counts": 1, "year": year}, "total")
    sheet.finish(
        [22, 14, 10, 12, 12, 16, *[13] * len(levels), 14, 14, 14, 10, 6, 6, 6],
        head,
        last + 3,
        tail + 2,
        filtered=False,
        least=9,
    )


def _facts(
    sheet: Sheet,
    row: int,
    region: str,
    total: int,
    tail: int,
    plan: Plan,
    keys: Mapping[str, int],
    style: str = "",
) -> None:
    """Area, population and GDP of a region, and its total by each."""
    at = f"{letter(total)}{row}*{plan.scale_cell}"
    for n, (what, factor, form) in enumerate(
        (("area", 1e6, "#,##0.00"), ("population", 1.0, "#,##0"), ("gdp", 1.0, "#,##0")), 4
    ):
        size = measure(plan.account, region, what)
        if not size:
            for place in (n, tail + n - 4):
                sheet.put(row, place, "", style or "text")
            continue
        where = sheet.put(row, n, size / factor, "input", form=form)
        form = "0.00" if n == 6 else "#,##0"
        sheet.sum(
            row,
            tail + n - 4,
            f"{at}/{where}",
            f"{style}sum",
            plan.amount(**keys) / size * factor,
            plan.occurs(**keys),
            form,
        )
