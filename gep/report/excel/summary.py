"""The first sheet: the main results, and the indicators of the standard, each a sum over the lines
of the monetary account.
"""

from __future__ import annotations

from collections.abc import Mapping

from gep.account.controls import Control
from gep.core.text import name_of
from gep.report import lines as listed
from gep.report.excel.cells import Book, Sheet
from gep.report.excel.plan import SCALE_CELL, UNIT_CELL, Plan, letter
from gep.report.views import measure
from gep.words.labels import named
from gep.words.numbers import fixed, money_scale
from gep.words.problems import total_name
from gep.words.report import word

HEAD = 3  # rows above the unit of money


def summary(book: Book, sheet: Sheet, plan: Plan) -> None:
    """Fill the sheet."""
    lang, account, b = plan.lang, plan.account, plan.account.basis
    name = name_of(account.profile, lang)
    years = "–".join(map(str, sorted({b.years[0], b.years[-1]})))
    sheet.put(1, 1, b.title or word("account", lang), "title")
    sheet.put(
        2,
        1,
        f"{word('region', lang)}: {b.region} · {word('years', lang)}: {years} · {word('price_year', lang)}: {word(b.prices, lang)} · {word('standard', lang)}: {name}",
        "soft",
    )
    if listed.synthetic(account):
        sheet.put(3, 1, word("synthetic", lang), "warn")
    _unit(sheet, plan)
    head = 7 + _key_rows(plan) + 3
    total_row = head + len(plan.levels) + len(plan.rows) + 1
    _key_figures(sheet, plan, total_row)
    _table(sheet, plan, head, total_row)
    _below(sheet, plan, total_row)
    sheet.ws.freeze_panes = "B6"


def _unit(sheet: Sheet, plan: Plan) -> None:
    """The unit of money, to be chosen, and what it divides by."""
    from openpyxl.worksheet.datavalidation import DataValidation

    lang, currency = plan.lang, plan.account.basis.currency
    scales = [
        money_scale(size, currency, lang)
        for size in ((0.0, 1e6, 1e10) if lang == "zh" else (0.0, 1e7, 1e12))
    ]
    names = [s.unit for s in scales]
    sheet.put(4, 1, word("money_unit", lang), "bold")
    sheet.put(4, 2, plan.money.unit, "choice")
    sheet.put(4, 3, word("divided_by", lang), "bold")
    sheet.put(
        4,
        4,
        f'IF({UNIT_CELL}="{names[2]}",{scales[2].factor:.0f},IF({UNIT_CELL}="{names[1]}",{scales[1].factor:.0f},1))',
        "boldsum",
        shown=plan.money.factor,
        form="#,##0",
    )
    sheet.put(
        4, 5, word("scale_hint", lang, units=("、" if lang == "zh" else ", ").join(names)), "soft"
    )
    choice = DataValidation(
        type="list", formula1=f'"{",".join(names)}"', allow_blank=False, showErrorMessage=True
    )
    choice.add(UNIT_CELL.replace("$", ""))
    sheet.ws.add_data_validation(choice)
    sheet.put(5, 1, word("legend", lang), "softlong")
    sheet.ws.merge_cells("A5:F5")
    sheet.ws.row_dimensions[5].height = 28


def _sizes(plan: Plan) -> list[tuple[str, str, float, float, str, str]]:
    """Name, name of the ratio, size, what one unit of it is, its unit and its format, for what the
    total is set beside.
    """
    out = []
    for key, ratio, factor, unit, form in (
        ("area", "per_km2", 1e6, "km²", "#,##0.00"),
        ("population", "per_head", 1.0, "人" if plan.lang == "zh" else "persons", "#,##0"),
        ("gdp", "gep_to_gdp", 1.0, plan.unit, "#,##0"),
    ):
        size = measure(plan.account, plan.account.basis.region, key)
        if size:
            out.append((key, ratio, size, factor, unit, form))
    return out


def _key_rows(plan: Plan) -> int:
    return 3 + 2 * len(_sizes(plan))


def _key_figures(sheet: Sheet, plan: Plan, total_row: int) -> None:
    lang, account, year = plan.lang, plan.account, plan.year
    at = letter(1 + len(account.basis.years))
    sheet.put(6, 1, word("key_figures", lang), "heading")
    row = 7
    whole, known = plan.amount(counts=1, year=year), plan.occurs(counts=1, year=year)
    scaled = whole / plan.money.factor
    sheet.put(row, 1, f"{total_name(account, lang)} {year}", "bold")
    sheet.sum(row, 2, f"{at}{total_row}", "boldsum", scaled, known)
    sheet.put(row, 3, UNIT_CELL, "unit", shown=plan.money.unit)
    formula, _ = plan.sum(counts=("1", 1), year=(str(year), year))
    sheet.put(row + 1, 1, f"{total_name(account, lang)} {year}")
    exact = sheet.sum(row + 1, 2, formula, "sum", whole, known)
    sheet.put(row + 1, 3, plan.unit, "unit")
    sheet.put(row + 2, 1, word("cross_check", lang))
    agree, differ = word("agree", lang), word("disagree", lang)
    if known:
        sheet.put(
            row + 2,
            2,
            f'IF(ABS(B{row}*{SCALE_CELL}-{exact})<=0.000000001*ABS({exact}),"{agree}","{differ}")',
            "text",
            shown=agree,
        )
    row += 3
    for key, ratio, size, factor, unit, form in _sizes(plan):
        sheet.put(row, 1, word(key, lang))
        where = sheet.put(row, 2, size / factor, "input", form=form)
        sheet.put(row, 3, unit, "unit")
        each = whole / size * factor
        scale = money_scale(each, account.basis.currency, lang) if key != "gdp" else None
        divided = f"/{scale.factor:.0f}" if scale and scale.factor != 1 else ""
        sheet.put(row + 1, 1, word(ratio, lang))
        sheet.sum(
            row + 1,
            2,
            f"{exact}/{where}{divided}",
            "sum",
            each / (scale.factor if scale else 1),
            known,
        )
        sheet.put(row + 1, 3, scale.unit if scale else "", "unit")
        row += 2


def _controls(plan: Plan) -> dict[str, Control]:
    own = plan.account.basis.region
    return {
        c.name: c
        for c in plan.account.controls
        if not c.labels.get("ecosystem")
        and c.labels.get("region", own) == own
        and c.labels.get("year", str(plan.year)) == str(plan.year)
    }


def _table(sheet: Sheet, plan: Plan, head: int, total_row: int) -> None:
    lang, account, years = plan.lang, plan.account, plan.account.basis.years
    controls = _controls(plan)
    sheet.put(head - 1, 1, word("by_indicator", lang), "heading")
    share, printed = len(years) + 2, len(years) + 3
    heads: list[str | tuple[str, str]] = [
        word("indicator", lang),
        *(plan.head(str(y)) for y in years),
        word("share", lang),
    ]
    if controls:
        heads += [plan.head(word("published", lang)), plan.head(word("difference", lang))]
    sheet.heads(head, heads, range(2, len(heads) + 1))
    key_at = max(len(heads), 6) + 1  # right of what is printed
    sheet.put(head, key_at, word("key", lang), "keyhead")
    for n, year in enumerate(years, 2):
        sheet.put(head - 1, n, year, "key")
    whole = plan.amount(counts=1, year=plan.year)

    def finish(row: int, style: str, keys: Mapping[str, int], control: Control | None) -> None:
        last, value, known = letter(share - 1), plan.amount(**keys), plan.occurs(**keys)
        sheet.sum(
            row,
            share,
            f"IF({last}{total_row}=0,0,{last}{row}/{last}{total_row})",
            f"{style}share",
            value / whole if whole else 0.0,
            known,
        )
        if controls and control:
            where = sheet.put(
                row,
                printed,
                control.published / plan.money.factor,
                f"{style}sum",
                form="#,##0.00##",
            )
            sheet.put(
                row,
                printed,
                f"{control.published!r}/{SCALE_CELL}",
                f"{style}sum",
                shown=control.published / plan.money.factor,
            )
            gap = (value - control.published) / plan.money.factor
            sheet.sum(
                row,
                printed + 1,
                f"{last}{row}-{where}",
                f"{style}sum",
                gap,
                known,
                "+#,##0.0000;-#,##0.0000;0",
            )
        elif controls:
            for n in (printed, printed + 1):
                sheet.put(row, n, "", style or "text")

    rows = {id: n for n, id in enumerate(plan.rows, 1)}
    row, tops = head, []
    for level in plan.levels:
        row += 1
        top = row
        tops.append(top)
        inside = [id for id, r in plan.rows.items() if r.level == level]
        for id in inside:
            row += 1
            sheet.put(row, 1, plan.row_label(id), "part")
            sheet.put(row, key_at, rows[id], "key")
            for n, year in enumerate(years, 2):
                formula, value = plan.sum(
                    counts=("1", 1),
                    row_key=(f"${letter(key_at)}{row}", rows[id]),
                    year=(f"{letter(n)}${head - 1}", year),
                )
                sheet.sum(
                    row,
                    n,
                    f"{formula}/{SCALE_CELL}",
                    "sum",
                    value / plan.money.factor,
                    plan.occurs(counts=1, row_key=rows[id], year=year),
                )
            names = "+".join(dict.fromkeys(p.indicator.id for p in account.parts if p.row.id == id))
            finish(
                row, "", {"counts": 1, "row_key": rows[id], "year": plan.year}, controls.get(names)
            )
        key = plan.levels.index(level) + 1
        sheet.put(top, 1, word(level, lang), "bold")
        for n, year in enumerate(years, 2):
            at = letter(n)
            keys = {"counts": 1, "level_key": key, "year": year}
            sheet.sum(
                top,
                n,
                f"SUM({at}{top + 1}:{at}{row})",
                "boldsum",
                plan.amount(**keys) / plan.money.factor,
                plan.occurs(**keys),
            )
        finish(
            top,
            "bold",
            {"counts": 1, "level_key": key, "year": plan.year},
            controls.get(f"level:{level}"),
        )
    sheet.put(total_row, 1, total_name(account, lang), "total")
    for n, year in enumerate(years, 2):
        cells = ",".join(f"{letter(n)}{top}" for top in tops)
        sheet.sum(
            total_row,
            n,
            f"SUM({cells})",
            "totalsum",
            plan.amount(counts=1, year=year) / plan.money.factor,
            plan.occurs(counts=1, year=year),
        )
    finish(total_row, "total", {"counts": 1, "year": plan.year}, controls.get("total"))
    widths = [38, 22, 18, 18, 18, 16]
    sheet.finish(
        [*widths[: max(len(heads), 4)], *[14] * max(0, len(heads) - 6)],
        head,
        total_row,
        max(len(heads), 6),
        filtered=False,
        upright=True,
        least=14,
    )


def _below(sheet: Sheet, plan: Plan, total_row: int) -> None:
    """What stands apart, and what is left out."""
    lang, account = plan.lang, plan.account
    row = total_row + 2
    apart = [
        (p, float(account.add([p], year=plan.year)))
        for p in account.parts
        if not p.counted and p.component.outside
    ]
    if apart:
        sheet.put(row, 1, word("kept_out", lang), "heading")
        for part, value in apart:
            row += 1
            sheet.put(row, 1, plan.names([part.name]), "part")
            sheet.sum(
                row,
                2,
                f"{plan.lines_of(part, value)}/{SCALE_CELL}",
                "sum",
                value / plan.money.factor,
                value == value,
            )
            sheet.put(row, 3, word(part.component.outside, lang))
        row += 2
    left = account.total.left_out
    names = ("、" if lang == "zh" else ", ").join(named(n, lang) for n in left)
    sheet.put(
        row,
        1,
        f"{word('excludes', lang)} ({len(left)})"
        if left
        else word("nothing_left_out", lang).format(year=plan.year),
        "warn" if left else "soft",
    )
    if left:
        row += 1
        sheet.put(row, 1, names, "softlong")
        sheet.ws.merge_cells(f"A{row}:F{row}")
        sheet.ws.row_dimensions[row].height = 14 * (
            1 + sum(2 if c > "\u2e7f" else 1 for c in names) // 90
        )
    negative = fixed(
        sum(
            line.value
            for line in plan.lines
            if line.counts and line.year == plan.year and line.value < 0
        )
        / plan.money.factor
    )
    if negative != "0.00":
        sheet.put(row + 1, 1, f"{word('negative', lang)}: {negative} {plan.money.unit}", "soft")
    sheet.ws.print_area = (
        f"A1:{letter(max(len(account.basis.years) + (4 if _controls(plan) else 2), 6))}{row + 1}"
    )
