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
from collections.abc import Iterator, Mapping
from pathlib import Path

from gep.account.account import Account
from gep.account.basis import Region
from gep.core.errors import InputError, Problem
from gep.core.messages import told
from gep.core.output import place
from gep.core.source import named
from gep.report import lines as listed
from gep.report.excel import registers
from gep.report.excel.cells import ROWS_MAX, Book, Cell, Sheet, figure, letter, number_format
from gep.report.excel.plan import FIRST, KEYS, Plan
from gep.report.excel.summary import summary
from gep.report.lines import Line
from gep.report.phrases import BLANK, source_name, with_unit
from gep.report.views import measure
from gep.words.numbers import amount, pretty
from gep.words.report import evidence_name, method_name, status_name, word

SHEETS = (
    *("summary", "physical", "monetary", "matrix", "districts"),
    *("prices", "parameters", "sources", "problems"),
)
SIZES = ("area", 1e6, "#,##0.00"), ("population", 1.0, "#,##0"), ("gdp", 1.0, "#,##0")


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
    rows = len(account.ledger)
    if rows > ROWS_MAX:
        values = {"rows": rows, "most": ROWS_MAX}
        raise InputError("error.workbook", [Problem("workbook.rows", named("ledger"), **values)])
    book, plan = Book(lang), Plan(account, lang)
    sheets = {name: book.sheet(word(f"sheet_{name}", lang)) for name in SHEETS}
    quantities = _physical(sheets["physical"], plan)
    prices = registers.prices(sheets["prices"], plan)
    _monetary(sheets["monetary"], plan, quantities, prices)
    summary(sheets["summary"], plan)
    _matrix(sheets["matrix"], plan)
    _Districts(sheets["districts"], plan).fill()
    registers.parameters(sheets["parameters"], plan)
    registers.sources(sheets["sources"], plan)
    registers.problems(sheets["problems"], plan)
    return book.data(plan.title)


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
    lang = plan.lang
    title = f"{plan.title} · {word('physical_account', lang)}"
    head = sheet.title(title, [word("legend", lang)])
    heads = "level indicator component item ecosystem region year quantity unit"
    sheet.heads(head, plan.words(f"{heads} in_short unit status how source evidence"), (8, 10))
    at: dict[int, str] = {}
    row = head
    routes = {p.name: listed.route(p, lang) for p in plan.account.parts}
    for line in plan.lines:
        if line.quantity != line.quantity:
            continue
        row += 1
        at[line.number] = f"{sheet.name}!H{row}"
        amounts = (
            figure(line.quantity, "input"),
            Cell(pretty(line.quantity_unit, lang), "unit"),
            *_in_short(line, f"H{row}", lang),
            Cell(status_name(line.status, lang), "unit"),
        )
        source = (source_name(line.source, lang), evidence_name(line.evidence, lang))
        sheet.row(row, (*plan.place(line), *amounts, routes[line.part.name], *source))
    widths = [16, 22, 26, 14, 18, 16, 7, 22, 16, 14, 18, 14, 44, 44, 10]
    sheet.finish(widths, head, row, 12, freeze=3)
    return at


def _in_short(line: Line, where: str, lang: str) -> tuple[Cell, Cell]:
    """A quantity in the unit that it reads best in, by its cell, and that unit."""
    shown, unit = amount(line.quantity, line.quantity_unit, lang)
    number = float(shown.replace(",", ""))
    ratio = line.quantity / number if number else 0.0
    factor = 10 ** round(math.log10(ratio)) if ratio > 0 else 1
    short = line.quantity / factor
    formula = f"{where}/{factor}" if factor != 1 else where
    form = number_format(float(f"{short:.6g}"))
    return Cell(formula, "sum", form, shown=short), Cell(unit, "unit")


def _monetary(sheet: Sheet, plan: Plan, quantities: dict[int, str], prices: dict[int, str]) -> None:
    lang, columns = plan.lang, plan.columns
    title = f"{plan.title} · {word('monetary_account', lang)}"
    sheet.title(title, [word("legend", lang)])
    value = word("value", lang)
    heads: list[str | tuple[str, str]] = [
        *plan.words("level indicator component item ecosystem region year"),
        *plan.words("quantity unit price unit"),
        with_unit(value, plan.unit, lang),
        plan.head(value),
        *plan.words("counts status method source"),
    ]
    regions = (f"{word('region', lang)} {d}" for d in range(1, plan.deepest + 1))
    keys = [*plan.words("level indicator ecosystem"), *regions]
    numbers = [columns[k] for k in ("quantity", "price", "value", "shown", "counts")]
    sheet.heads(FIRST - 1, heads, numbers)
    names = [f"{word('key', lang)}·{key}" for key in keys]
    sheet.row(FIRST - 1, names, "keyhead", len(heads) + 1)
    for row, (line, key) in enumerate(zip(plan.lines, plan.keys, strict=True), FIRST):
        what = (Cell(key["counts"], "mark"), Cell(status_name(line.status, lang), "unit"))
        how = (method_name(line.method, lang), source_name(line.source, lang))
        sheet.row(row, (*plan.place(line), *_money(line, row, plan, quantities, prices)))
        sheet.row(row, (*what, *how), start=columns["counts"])
        marks = [key[name] for name in (*KEYS, *plan.region_keys)]
        sheet.row(row, marks, "key", columns["level_key"])
    widths = [16, 22, 26, 14, 18, 16, 7, 22, 14, 14, 16, 24, 16, 9, 14, 18, 44, *[7] * len(keys)]
    sheet.finish(widths, FIRST - 1, plan.last, columns["status"], freeze=3)


def _money(
    line: Line, row: int, plan: Plan, quantities: dict[int, str], prices: dict[int, str]
) -> Iterator[Cell]:
    """Quantity, price and value of a line; a value that is no product stands as a number."""
    price = line.price or listed.Price("", "", math.nan)
    columns = (plan.columns[k] for k in ("quantity", "price", "value"))
    quantity, each, value = (f"{letter(n)}{row}" for n in columns)
    known = line.quantity == line.quantity
    yield _linked(quantities.get(line.number), line.quantity)
    yield Cell(pretty(line.quantity_unit, plan.lang), "unit") if known else Cell("")
    yield _linked(prices.get(id(price)), price.value)
    yield Cell(pretty(price.unit, plan.lang), "unit")
    if line.value != line.value:
        yield from (Cell(line.value), Cell(""))
        return
    product = Cell(f"{quantity}*{each}", "sum", shown=line.value)
    yield product if line.product else figure(line.value, "given")
    shown = line.value / plan.money.factor
    yield Cell(f"{value}/{plan.scale_cell}", "sum", "#,##0.0000", shown)


def _linked(cell: str | None, value: float) -> Cell:
    """A figure that stands in another sheet; an empty cell where none does."""
    return Cell(cell, "sum", number_format(value), value) if cell else Cell("")


def _matrix(sheet: Sheet, plan: Plan) -> None:
    """Ecosystem types down, indicators across; a cell without lines stays empty."""
    lang, year = plan.lang, plan.year
    title, says = plan.head(f"{word('matrix', lang)}{told(BLANK, lang)}{year}")
    sheet.put(1, 1, title, "title", shown=says)
    head, first = 4, 6
    rows = {id: n for id, n in plan.row_keys.items() if plan.occurs(counts=1, row_key=n, year=year)}
    types = [
        (n, e)
        for n, e in enumerate(plan.ecosystems, 1)
        if plan.occurs(counts=1, ecosystem_key=n, year=year)
    ]
    last, wide = first + len(types) - 1, len(rows) + 3
    names = (word("ecosystem", lang), "", *map(plan.row_label, rows), word("total", lang))
    sheet.heads(head, names, range(3, wide + 1))
    sheet.put(head + 1, 1, word("key", lang), "keyhead")
    sheet.row(head + 1, rows.values(), "key", 3)
    for row, (key, name) in enumerate(types, first):
        sheet.row(row, (plan.ecosystem_label(name), Cell(key, "key")))
        for n, row_key in enumerate(rows.values(), 3):
            formula, value, known = plan.scaled(
                plan.scale_cell,
                counts=("1", 1),
                ecosystem_key=(f"$B{row}", key),
                row_key=(f"{letter(n)}${head + 1}", row_key),
                year=(str(year), year),
            )
            sheet.row(row, [Cell(formula, "sum", shown=value) if known else ""], start=n)
        whole, known = plan.tally(counts=1, ecosystem_key=key, year=year)
        sheet.sum(row, wide, "boldsum", f"SUM(C{row}:{letter(wide - 1)}{row})", whole, known)
    sheet.row(last + 1, (word("total", lang), ""), "total")
    sums = [*({"row_key": n} for n in rows.values()), {}]
    for n, keys in enumerate(sums, 3):
        whole, _ = plan.tally(counts=1, **keys, year=year)
        formula = f"SUM({letter(n)}{first}:{letter(n)}{last})"
        sheet.sum(last + 1, n, "totalsum", formula, whole, bool(types))
    widths = [24, 6, *[13] * len(rows), 14]
    sheet.finish(widths, head, last + 1, wide, freeze=2, filtered=False, least=11)


class _Districts:
    """The sheet of the regions: each with its levels, then their sum, the rest, and the whole."""

    head = 4
    first_level = 7  # column; before it region, parent, code, area, population, GDP

    def __init__(self, sheet: Sheet, plan: Plan) -> None:
        self.sheet, self.plan = sheet, plan
        self.year = (str(plan.year), plan.year)
        self.total = self.first_level + len(plan.levels)
        self.ratios, self.marks = self.total + 1, self.total + 4  # first column of each
        self.last = self.head + len(plan.regions)
        self.inside = {name: listed.inside(plan.account, name) for name in plan.regions}
        # the keys of the regions of the first level that count
        self.tops = {
            name: key
            for key, (name, depth) in enumerate(plan.regions.items(), 1)
            if depth == 1 and self.inside[name]
        }

    def fill(self) -> None:
        """Write it."""
        plan, sheet, last = self.plan, self.sheet, self.last
        self.heads()
        for row, (name, depth) in enumerate(plan.regions.items(), self.head + 1):
            self.region(row, name, depth)
        for row, style in enumerate(("text", "text", "total"), last + 1):
            sheet.row(row, [""] * (self.total + 3), style)
        names = plan.words("sum_of_districts not_by_region")
        for row, name in enumerate(names, last + 1):
            sheet.put(row, 1, name)
        sheet.put(last + 3, 1, plan.account.basis.region, "total")
        columns = [*({"level_key": n} for n in plan.level_keys.values()), {}]
        for n, keys in enumerate(columns, self.first_level):
            self.sums(n, keys)
        for n, (size, factor, form) in enumerate(SIZES, 4):
            sizes = [measure(plan.account, name, size) or 0.0 for name in self.tops]
            if sizes and all(sizes):
                shown = sum(sizes) / factor
                sheet.put(last + 1, n, self.sum_of(n), "sum", shown=shown, form=form)
        whole = {"counts": 1, "year": plan.year}
        self.sizes(last + 3, plan.account.basis.region, whole, "total")
        widths = [22, 14, 10, 12, 12, 16, *[13] * len(plan.levels), 14, 14, 14, 10, 6, 6, 6]
        sheet.finish(widths, self.head, last + 3, self.marks - 1, filtered=False, least=9)

    def heads(self) -> None:
        """The title, the heads and the keys of the levels."""
        plan, sheet, lang = self.plan, self.sheet, self.plan.lang
        title, says = plan.head(f"{word('districts', lang)}{told(BLANK, lang)}{plan.year}")
        sheet.put(1, 1, title, "title", shown=says)
        region, parent, code, area, people, gdp = plan.words(
            "region parent code area population gdp"
        )
        sizes = (f"{area} (km²)", people, f"{gdp} ({plan.unit})")
        levels = plan.words(" ".join(plan.levels))
        total, per_km2, per_head, to_gdp = plan.words("total per_km2 per_head gep_to_gdp")
        ratios = (f"{per_km2} ({plan.unit})", f"{per_head} ({plan.unit})", to_gdp)
        names = (region, parent, code, *sizes, *levels, total, *ratios)
        sheet.heads(self.head, names, range(4, self.marks))
        marks = [f"{word('key', lang)}·{name}" for name in plan.words("region level counts")]
        sheet.row(self.head, marks, "keyhead", self.marks)
        sheet.row(self.head - 1, plan.level_keys.values(), "key", self.first_level)

    def region(self, row: int, name: str, depth: int) -> None:
        """The line of a region."""
        plan, sheet, basis = self.plan, self.sheet, self.plan.account.basis
        key, by = row - self.head, f"region_key_{depth}"
        beside = "" if self.inside[name] else word("outside_region", plan.lang)
        region = basis.regions.get(name) or Region(name, basis.region)
        sheet.row(row, ("　" * (depth - 1) + name + beside, region.parent, region.code))
        mine = {by: key, "year": plan.year}
        self.sizes(row, name, mine)
        own = {by: (f"${letter(self.marks)}{row}", key)}
        for n, level in enumerate(plan.level_keys.values(), self.first_level):
            keys = {**own, "level_key": (f"{letter(n)}${self.head - 1}", level), "year": self.year}
            sheet.sum(row, n, "sum", *plan.scaled(plan.scale_cell, **keys))
        formula = f"SUM(G{row}:{letter(self.total - 1)}{row})"
        sheet.sum(row, self.total, "boldsum", formula, *plan.tally(**mine))
        sheet.row(row, (key, depth, int(self.inside[name])), "key", self.marks)

    def sum_of(self, column: int) -> str:
        """The sum over the regions of the first level that count: the keys of level and of counting
        are 1.
        """
        columns = (column, self.marks + 1, self.marks + 2)
        cells = (f"{letter(n)}{self.head + 1}:{letter(n)}{self.last}" for n in columns)
        figures, level, counts = cells
        return f"SUMIFS({figures},{level},1,{counts},1)"

    def sums(self, n: int, keys: Mapping[str, int]) -> None:
        """The lines below the regions in a column of money: their sum, the rest, the whole."""
        plan, sheet, last, year = self.plan, self.sheet, self.last, self.plan.year
        at = letter(n)
        each = [{"region_key_1": key, **keys, "year": year} for key in self.tops.values()]
        below = sum(plan.amount(**k) for k in each)
        some = any(plan.occurs(**k) for k in each)
        sheet.sum(last + 1, n, "sum", self.sum_of(n), below / plan.money.factor, some)
        by = {k: (f"{at}${self.head - 1}", key) for k, key in keys.items()}
        formula, whole, known = plan.sum(counts=("1", 1), **by, year=self.year)
        # what the last digits of the two leave is nothing
        gap = f"{at}{last + 3}-{f'{at}{last + 1}' if some else 0}"
        rest = 0.0 if abs(whole - below) <= 1e-9 * abs(whole) else whole - below
        nearly = f"IF(ABS({gap})<=0.000000001*ABS({at}{last + 3}),0,{gap})"
        sheet.sum(last + 2, n, "sum", nearly, rest / plan.money.factor, known)
        scaled = f"{formula}/{plan.scale_cell}"
        sheet.sum(last + 3, n, "totalsum", scaled, whole / plan.money.factor, known)

    def sizes(self, row: int, region: str, keys: Mapping[str, int], style: str = "") -> None:
        """Area, population and GDP of a region, and its total by each."""
        plan, sheet = self.plan, self.sheet
        total, known = f"{letter(self.total)}{row}*{plan.scale_cell}", plan.occurs(**keys)
        for n, (what, factor, form) in enumerate(SIZES):
            size = measure(plan.account, region, what)
            if not size:
                for place in (4 + n, self.ratios + n):
                    sheet.put(row, place, "", style or "text")
                continue
            where = sheet.put(row, 4 + n, size / factor, "input", form=form)
            ratio = plan.amount(**keys) / size * factor
            form = "0.00" if what == "gdp" else "#,##0"
            where = f"{total}/{where}"
            sheet.sum(row, self.ratios + n, f"{style}sum", where, ratio, known, form)
