"""The first sheet: the main results, and the indicators of the standard, each a sum over the lines
of the monetary account.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gep.account.controls import Control
from gep.core.messages import Both, told
from gep.core.text import name_of
from gep.report import lines as listed
from gep.report.excel.cells import Sheet, letter
from gep.report.excel.plan import SCALE_CELL, UNIT_CELL, Plan
from gep.report.phrases import COMMA, breadth
from gep.report.views import grouped, measure
from gep.words.labels import named
from gep.words.numbers import Scale, fixed, money_scale
from gep.words.problems import total_name
from gep.words.report import word


def summary(sheet: Sheet, plan: Plan) -> None:
    """Fill the sheet."""
    lang, account, b = plan.lang, plan.account, plan.account.basis
    years = "–".join(map(str, sorted({b.years[0], b.years[-1]})))
    about = {
        "region": b.region,
        "years": years,
        "price_year": word(b.prices, lang),
        "standard": name_of(account.profile, lang),
    }
    sheet.put(1, 1, b.title or word("account", lang), "title")
    what = " · ".join(f"{word(key, lang)}: {text}" for key, text in about.items())
    sheet.put(2, 1, what, "soft")
    if listed.synthetic(account):
        sheet.put(3, 1, word("synthetic", lang), "warn")
    _unit(sheet, plan)
    sizes = _sizes(plan)
    head = 13 + 2 * len(sizes)
    total_row = head + len(plan.levels) + len(plan.rows) + 1
    _key_figures(sheet, plan, sizes, total_row)
    table = _Table(sheet, plan, head, total_row)
    table.fill()
    row = _below(sheet, plan, total_row + 2)
    sheet.ws.print_area = f"A1:{letter(table.key_at - 1)}{row}"
    sheet.ws.freeze_panes = "B6"


def _unit(sheet: Sheet, plan: Plan) -> None:
    """The unit of money, to be chosen, and what it divides by."""
    from openpyxl.worksheet.datavalidation import DataValidation

    lang, currency = plan.lang, plan.account.basis.currency
    sizes = (0.0, 1e6, 1e10) if lang == "zh" else (0.0, 1e7, 1e12)
    one, more, most = (money_scale(size, currency, lang) for size in sizes)
    names = [one.unit, more.unit, most.unit]
    sheet.put(4, 1, word("money_unit", lang), "bold")
    sheet.put(4, 2, plan.money.unit, "choice")
    sheet.put(4, 3, word("divided_by", lang), "bold")
    smaller = f'IF({UNIT_CELL}="{more.unit}",{more.factor:.0f},1)'
    formula = f'IF({UNIT_CELL}="{most.unit}",{most.factor:.0f},{smaller})'
    sheet.put(4, 4, formula, "boldsum", shown=plan.money.factor, form="#,##0")
    hint = word("scale_hint", lang, units=told(COMMA, lang).join(names))
    sheet.put(4, 5, hint, "soft")
    choice = DataValidation(
        type="list", formula1=f'"{",".join(names)}"', allow_blank=False, showErrorMessage=True
    )
    choice.add(UNIT_CELL.replace("$", ""))
    sheet.ws.add_data_validation(choice)
    sheet.put(5, 1, word("legend", lang), "softlong")
    sheet.ws.merge_cells("A5:F5")
    sheet.ws.row_dimensions[5].height = 28


class _Size(NamedTuple):
    """What the total is set beside."""

    name: str
    ratio: str
    factor: float  # what one unit of it is
    unit: str
    form: str
    value: float = 0.0


def _sizes(plan: Plan) -> list[_Size]:
    """Area, population and GDP, as far as they are known."""
    persons = told(Both("persons", "人"), plan.lang)
    sizes = (
        _Size("area", "per_km2", 1e6, "km²", "#,##0.00"),
        _Size("population", "per_head", 1.0, persons, "#,##0"),
        _Size("gdp", "gep_to_gdp", 1.0, plan.unit, "#,##0"),
    )
    region = plan.account.basis.region
    known = (s._replace(value=measure(plan.account, region, s.name) or 0.0) for s in sizes)
    return [size for size in known if size.value]


def _key_figures(sheet: Sheet, plan: Plan, sizes: list[_Size], total_row: int) -> None:
    lang, account, year = plan.lang, plan.account, plan.year
    name = f"{total_name(account, lang)} {year}"
    sheet.put(6, 1, word("key_figures", lang), "heading")
    formula, whole, known = plan.sum(counts=("1", 1), year=(str(year), year))
    sheet.put(7, 1, name, "bold")
    cell = f"{letter(1 + len(account.basis.years))}{total_row}"
    sheet.sum(7, 2, "boldsum", cell, whole / plan.money.factor, known)
    sheet.put(7, 3, UNIT_CELL, "unit", shown=plan.money.unit)
    sheet.put(8, 1, name)
    exact = sheet.sum(8, 2, "sum", formula, whole, known)
    sheet.put(8, 3, plan.unit, "unit")
    sheet.put(9, 1, word("cross_check", lang))
    agree, differ = plan.words("agree disagree")
    if known:
        gap = f"ABS(B7*{SCALE_CELL}-{exact})<=0.000000001*ABS({exact})"
        sheet.put(9, 2, f'IF({gap},"{agree}","{differ}")', shown=agree)
    for row, size in zip(range(10, 10 + 2 * len(sizes), 2), sizes, strict=True):
        sheet.put(row, 1, word(size.name, lang))
        where = sheet.put(row, 2, size.value / size.factor, "input", form=size.form)
        sheet.put(row, 3, size.unit, "unit")
        each = whole / size.value * size.factor
        money = money_scale(each, account.basis.currency, lang)
        scale = Scale(1.0, "") if size.name == "gdp" else money
        divided = f"/{scale.factor:.0f}" if scale.factor != 1 else ""
        sheet.put(row + 1, 1, word(size.ratio, lang))
        sheet.sum(row + 1, 2, "sum", f"{exact}/{where}{divided}", each / scale.factor, known)
        sheet.put(row + 1, 3, scale.unit, "unit")


def _controls(plan: Plan) -> dict[str, Control]:
    """The published figures of the whole account in the year shown, by what they are about."""
    whole = {"ecosystem": "", "region": plan.account.basis.region, "year": str(plan.year)}
    return {c.name: c for c in plan.account.controls if {**whole, **c.labels} == whole}


class _Table:
    """The levels and indicators of the standard, a column a year."""

    def __init__(self, sheet: Sheet, plan: Plan, head: int, total_row: int) -> None:
        self.sheet, self.plan, self.head, self.total_row = sheet, plan, head, total_row
        self.years = plan.account.basis.years
        self.controls = _controls(plan)
        self.share = len(self.years) + 2  # column
        self.printed = self.share + 1
        self.width = self.printed + 1 if self.controls else self.share
        self.key_at = max(self.width, 6) + 1  # right of what is printed

    def fill(self) -> None:
        """Write it."""
        plan, sheet, head, lang = self.plan, self.sheet, self.head, self.plan.lang
        sheet.put(head - 1, 1, word("by_indicator", lang), "heading")
        printed = plan.words("published difference") if self.controls else []
        heads: list[str | tuple[str, str]] = [
            word("indicator", lang),
            *map(plan.head, map(str, self.years)),
            word("share", lang),
            *map(plan.head, printed),
        ]
        sheet.heads(head, heads, range(2, self.width + 1))
        sheet.put(head, self.key_at, word("key", lang), "keyhead")
        sheet.row(head - 1, self.years, "key", 2)
        row, tops, inside = head, [], grouped(plan.rows.values(), "level")
        for level, key in plan.level_keys.items():
            top = row + 1
            for row, indicator in enumerate(inside[level], top + 1):
                self.indicator(row, indicator.id)
            tops.append(top)
            sheet.put(top, 1, word(level, lang), "bold")
            sums = [f"SUM({letter(n)}{top + 1}:{letter(n)}{row})" for n in self.columns]
            self.sums(top, "bold", sums, {"counts": 1, "level_key": key}, f"level:{level}")
        sheet.put(self.total_row, 1, total_name(plan.account, lang), "total")
        cells = (",".join(f"{letter(n)}{top}" for top in tops) for n in self.columns)
        sums = [f"SUM({each})" for each in cells]
        self.sums(self.total_row, "total", sums, {"counts": 1}, "total")
        widths = [38, 22, 18, 18, 18, 16][: max(self.width, 4)] + [14] * max(0, self.width - 6)
        sheet.finish(
            widths, head, self.total_row, self.key_at - 1, filtered=False, upright=True, least=14
        )

    @property
    def columns(self) -> range:
        """Those of the years."""
        return range(2, self.share)

    def indicator(self, row: int, id: str) -> None:
        """The line of an indicator: sums over the lines of the monetary account."""
        plan, key = self.plan, self.plan.row_keys[id]
        self.sheet.put(row, 1, plan.row_label(id), "part")
        self.sheet.put(row, self.key_at, key, "key")
        sums = []
        for n, year in zip(self.columns, self.years, strict=True):
            formula, _, _ = plan.scaled(
                SCALE_CELL,
                counts=("1", 1),
                row_key=(f"${letter(self.key_at)}{row}", key),
                year=(f"{letter(n)}${self.head - 1}", year),
            )
            sums.append(formula)
        services = dict.fromkeys(p.indicator.id for p in plan.account.parts if p.row.id == id)
        self.sums(row, "", sums, {"counts": 1, "row_key": key}, "+".join(services))

    def sums(
        self, row: int, style: str, formulas: list[str], keys: Mapping[str, int], name: str
    ) -> None:
        """The figures of a line: by year, the share of the last, and what was published of it."""
        plan, sheet, factor = self.plan, self.sheet, self.plan.money.factor
        for n, (formula, year) in enumerate(zip(formulas, self.years, strict=True), 2):
            sheet.sum(row, n, f"{style}sum", formula, *plan.tally(**keys, year=year))
        whole = plan.amount(counts=1, year=plan.year)
        value, known = plan.amount(**keys, year=plan.year), plan.occurs(**keys, year=plan.year)
        last = letter(self.share - 1)
        all_ = f"{last}{self.total_row}"
        share = value / whole if whole else 0.0
        formula = f"IF({all_}=0,0,{last}{row}/{all_})"
        sheet.sum(row, self.share, f"{style}share", formula, share, known)
        control = self.controls.get(name)
        if control:
            shown, money = control.published / factor, f"{style}sum"
            # as a number first: the column is then wide enough for its digits
            sheet.put(row, self.printed, shown, money, form="#,##0.00##")
            formula = f"{control.published!r}/{SCALE_CELL}"
            where = sheet.put(row, self.printed, formula, money, shown=shown)
            gap, form = (value - control.published) / factor, "+#,##0.0000;-#,##0.0000;0"
            formula = f"{last}{row}-{where}"
            sheet.sum(row, self.printed + 1, money, formula, gap, known, form)
        elif self.controls:
            sheet.row(row, ("", ""), style or "text", self.printed)


def _below(sheet: Sheet, plan: Plan, row: int) -> int:
    """What stands apart, and what is left out, from a row on; gives the last."""
    lang, account = plan.lang, plan.account
    apart = [p for p in account.parts if not p.counted and p.component.outside]
    if apart:
        sheet.put(row, 1, word("kept_out", lang), "heading")
        for at, part in enumerate(apart, row + 1):
            value = float(account.add([part], year=plan.year))
            sheet.put(at, 1, plan.names([part.name]), "part")
            formula = f"{plan.lines_of(part, value)}/{SCALE_CELL}"
            sheet.sum(at, 2, "sum", formula, value / plan.money.factor, value == value)
            sheet.put(at, 3, word(part.component.outside, lang))
        row += len(apart) + 2
    left = account.total.left_out
    if left:
        names = told(COMMA, lang).join(named(n, lang) for n in left)
        sheet.put(row, 1, f"{word('excludes', lang)} ({len(left)})", "warn")
        row += 1
        sheet.put(row, 1, names, "softlong")
        sheet.ws.merge_cells(f"A{row}:F{row}")
        sheet.ws.row_dimensions[row].height = 14 * (1 + breadth(names) // 90)
    else:
        sheet.put(row, 1, word("nothing_left_out", lang).format(year=plan.year), "soft")
    lines = (x for x in plan.lines if x.counts and x.year == plan.year)
    negative = fixed(sum(min(x.value, 0.0) for x in lines) / plan.money.factor)
    if negative != "0.00":
        text = f"{word('negative', lang)}: {negative} {plan.money.unit}"
        sheet.put(row + 1, 1, text, "soft")
    return row + 1
