"""What the sheets of a workbook share: the lines with their keys, the sums over them, and where
everything stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from gep.account.account import Account, Part
from gep.core.text import label, name_of
from gep.report import lines as listed
from gep.report.lines import Line
from gep.standards import LEVELS
from gep.words.labels import component_name, row_name
from gep.words.numbers import Scale, money_scale
from gep.words.report import type_name, word

FIRST = 5  # first line of the monetary sheet; the heads stand above it
UNIT_CELL, SCALE_CELL = "$B$4", "$D$4"  # of the summary
FIXED = (
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
    "price_unit",
    "value",
    "shown",
    "counts",
    "status",
    "method",
    "source",
    "level_key",
    "row_key",
    "ecosystem_key",
)


def letter(column: int) -> str:
    """The letters of a column counted from 1.

    >>> letter(1), letter(27)
    ('A', 'AA')
    """
    out = ""
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out


class Plan:
    """The lines of an account with the keys that sums go by: 0 is what has none."""

    def __init__(self, account: Account, lang: str) -> None:
        self.account, self.lang = account, lang
        self.lines: list[Line] = listed.lines(account)
        parts = account.parts
        self.levels = [v for v in LEVELS if any(p.row.level == v for p in parts)]
        self.rows = {
            p.row.id: p.row for level in self.levels for p in parts if p.row.level == level
        }
        self.ecosystems = sorted(
            {line.ecosystem for line in self.lines},
            key=lambda e: (e == "", [x.ecosystem for x in self.lines].index(e)),
        )
        self.regions = listed.regions(account)
        self.deepest = max(self.regions.values(), default=0)
        self._sums: dict[tuple[str, ...], dict[tuple[int, ...], float]] = {}

    @cached_property
    def money(self) -> Scale:
        """The unit of money that suits the size of the account."""
        return money_scale(float(self.account.total), self.account.basis.currency, self.lang)

    @property
    def unit(self) -> str:
        """The account's currency in words."""
        return money_scale(0.0, self.account.basis.currency, self.lang).unit

    @property
    def year(self) -> int:
        """The year that is shown where one year is."""
        return self.account.basis.years[-1]

    @cached_property
    def columns(self) -> dict[str, int]:
        """The columns of the monetary sheet."""
        return {
            name: n
            for n, name in enumerate(
                (*FIXED, *(f"region_key_{d}" for d in range(1, self.deepest + 1))), 1
            )
        }

    @property
    def last(self) -> int:
        """The last line of the monetary sheet."""
        return FIRST + max(len(self.lines), 1) - 1

    @cached_property
    def keys(self) -> list[dict[str, int]]:
        """The keys of each line, by column."""
        levels, rows = (
            {k: n for n, k in enumerate(names, 1)} for names in (self.levels, self.rows)
        )
        types, regions = (
            {k: n for n, k in enumerate(names, 1)} for names in (self.ecosystems, self.regions)
        )
        out = []
        for line in self.lines:
            at = {self.regions[r]: regions[r] for r in line.regions if r in self.regions}
            out.append(
                {
                    "year": line.year,
                    "counts": int(line.counts),
                    "level_key": levels[line.part.row.level],
                    "row_key": rows[line.part.row.id],
                    "ecosystem_key": types[line.ecosystem],
                }
                | {f"region_key_{d}": at.get(d, 0) for d in range(1, self.deepest + 1)}
            )
        return out

    def sum(self, **by: tuple[str, int]) -> tuple[str, float]:
        """The formula that adds up the lines with these keys (each a cell and what it holds), and
        what it comes to.
        """
        sheet = f"'{word('sheet_monetary', self.lang)}'"

        def column(name: str) -> str:
            at = letter(self.columns[name])
            return f"{sheet}!${at}${FIRST}:${at}${self.last}"

        formula = f"SUMIFS({column('value')},{','.join(f'{column(name)},{cell}' for name, (cell, _) in by.items())})"
        return formula, self.amount(**{name: key for name, (_, key) in by.items()})

    def lines_of(self, part: Part, value: float) -> str:
        """The formula that adds up the lines of one part in the year shown; the value itself where
        some of its regions do not count.
        """
        rows = [n for n, line in enumerate(self.lines, FIRST) if line.part is part]
        own = sum(
            line.value
            for line in self.lines
            if line.part is part and line.year == self.year and line.value == line.value
        )
        if not rows or abs(own - value) > 1e-12 * abs(value):
            return repr(value)
        sheet, (at, year) = (
            f"'{word('sheet_monetary', self.lang)}'",
            (letter(self.columns[k]) for k in ("value", "year")),
        )
        return f"SUMIFS({sheet}!{at}{rows[0]}:{at}{rows[-1]},{sheet}!{year}{rows[0]}:{year}{rows[-1]},{self.year})"

    def amount(self, **by: int) -> float:
        """What the lines with these keys come to."""
        names = tuple(by)
        if names not in self._sums:
            sums: dict[tuple[int, ...], float] = {}
            for line, keys in zip(self.lines, self.keys, strict=True):
                if line.value == line.value:
                    at = tuple(keys[n] for n in names)
                    sums[at] = sums.get(at, 0.0) + line.value
            self._sums[names] = sums
        return self._sums[names].get(tuple(by.values()), 0.0)

    def occurs(self, **by: int) -> bool:
        """Whether any line has these keys."""
        self.amount(**by)
        return tuple(by.values()) in self._sums[tuple(by)]

    @property
    def scale_cell(self) -> str:
        """The cell that amounts are divided by."""
        return f"'{word('sheet_summary', self.lang)}'!{SCALE_CELL}"

    def head(self, name: str) -> tuple[str, str]:
        """A column head with the unit of money that is chosen, as a formula and as text."""
        left, right = ("（", "）") if self.lang == "zh" else (" (", ")")
        cell = f"'{word('sheet_summary', self.lang)}'!{UNIT_CELL}"
        return f'"{name}{left}"&{cell}&"{right}"', f"{name}{left}{self.money.unit}{right}"

    def row_label(self, id: str) -> str:
        """The name of a second-level indicator."""
        row = self.rows[id]
        return name_of(row, self.lang)

    def ecosystem_label(self, name: str) -> str:
        """The name of an ecosystem type in the language, where the tree knows it."""
        return type_name(name, self.lang, self.account.basis)

    def place(self, line: Line) -> list[object]:
        """What a line is about, as the first seven columns of its sheet."""
        return [
            label(line.part.row.level, self.lang),
            row_name(line.part, self.lang),
            component_name(line.part, self.lang),
            line.item,
            self.ecosystem_label(line.ecosystem) if line.ecosystem else "",
            line.region,
            line.year,
        ]

    def names(self, used_by: Sequence[str]) -> str:
        """The components of these ids, by name."""
        wanted = set(used_by)
        found = [
            f"{name_of(p.indicator, self.lang)}·{component_name(p, self.lang)}"
            for p in self.account.parts
            if p.name in wanted
        ]
        return ("；" if self.lang == "zh" else "; ").join(found)
