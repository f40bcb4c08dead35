"""What the sheets of a workbook share: the lines with their keys, the sums over them, and where
everything stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from gep.account.account import Account, Part
from gep.core.ecosystems import called
from gep.core.messages import told
from gep.core.text import name_of
from gep.report import lines as listed
from gep.report.excel.cells import letter
from gep.report.lines import Line
from gep.report.phrases import STOP, part_name, with_unit
from gep.report.views import by_level, levels_of
from gep.words.labels import component_name, label, row_name
from gep.words.numbers import Scale, money_scale
from gep.words.report import type_name, word

FIRST = 5  # first line of the monetary sheet; the heads stand above it
UNIT_CELL, SCALE_CELL = "$B$4", "$D$4"  # of the summary
PLACE = ("level", "indicator", "component", "item", "ecosystem", "region", "year")
MONEY = ("quantity", "unit", "price", "price_unit", "value", "shown")
FACTS = ("counts", "status", "method", "source")
KEYS = ("level_key", "row_key", "ecosystem_key")


def numbered(names: Iterable[str]) -> dict[str, int]:
    """Names with their place, counted from 1."""
    return {name: n for n, name in enumerate(names, 1)}


class Plan:
    """The lines of an account with the keys that sums go by: 0 is what has none."""

    def __init__(self, account: Account, lang: str) -> None:
        self.account, self.lang = account, lang
        self.lines: list[Line] = listed.lines(account)
        self.levels = levels_of(account.parts)
        self.rows = {p.row.id: p.row for p in by_level(account.parts)}
        found = dict.fromkeys(line.ecosystem for line in self.lines)
        self.ecosystems = sorted(found, key=lambda e: e == "")  # what has no type comes last
        self.regions = listed.regions(account)
        self.deepest = max(self.regions.values(), default=0)
        self.region_keys = [f"region_key_{d}" for d in range(1, self.deepest + 1)]
        self.row_keys, self.level_keys = numbered(self.rows), numbered(self.levels)
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

    @property
    def title(self) -> str:
        """The title of the account, or its region."""
        return self.account.basis.title or self.account.basis.region

    @cached_property
    def columns(self) -> dict[str, int]:
        """The columns of the monetary sheet."""
        return numbered((*PLACE, *MONEY, *FACTS, *KEYS, *self.region_keys))

    @property
    def last(self) -> int:
        """The last line of the monetary sheet."""
        return FIRST + max(len(self.lines), 1) - 1

    @cached_property
    def keys(self) -> list[dict[str, int]]:
        """The keys of each line, by column."""
        types, regions = numbered(self.ecosystems), numbered(self.regions)
        none = dict.fromkeys(self.region_keys, 0)
        return [
            {
                "year": line.year,
                "counts": int(line.counts),
                "level_key": self.level_keys[line.part.row.level],
                "row_key": self.row_keys[line.part.row.id],
                "ecosystem_key": types[line.ecosystem],
                **none,
                **{
                    f"region_key_{self.regions[r]}": regions[r]
                    for r in line.regions
                    if r in self.regions
                },
            }
            for line in self.lines
        ]

    def words(self, keys: str) -> list[str]:
        """The words for keys with blanks between them."""
        return [word(key, self.lang) for key in keys.split()]

    def sum(self, **by: tuple[str, int]) -> tuple[str, float, bool]:
        """The formula that adds up the lines with these keys (each a cell and what it holds), what
        it comes to, and whether any line has them.
        """
        criteria = ",".join(f"{self._column(name)},{cell}" for name, (cell, _) in by.items())
        keys = {name: key for name, (_, key) in by.items()}
        return (
            f"SUMIFS({self._column('value')},{criteria})",
            self.amount(**keys),
            self.occurs(**keys),
        )

    def _column(self, name: str) -> str:
        """The lines of a column of the monetary sheet, as a formula names them."""
        at = letter(self.columns[name])
        return f"'{word('sheet_monetary', self.lang)}'!${at}${FIRST}:${at}${self.last}"

    def scaled(self, cell: str, **by: tuple[str, int]) -> tuple[str, float, bool]:
        """A sum in the unit of money that is chosen, which the cell divides by."""
        formula, value, known = self.sum(**by)
        return f"{formula}/{cell}", value / self.money.factor, known

    def tally(self, **by: int) -> tuple[float, bool]:
        """What the lines with these keys come to in the unit of money, and whether any has them."""
        return self.amount(**by) / self.money.factor, self.occurs(**by)

    def lines_of(self, part: Part, value: float) -> str:
        """The formula that adds up the lines of one part in the year shown; the value itself where
        some of its regions do not count.
        """
        mine = {n: line for n, line in enumerate(self.lines, FIRST) if line.part is part}
        own = sum(x.value for x in mine.values() if x.year == self.year and x.value == x.value)
        if not mine or abs(own - value) > 1e-12 * abs(value):
            return repr(value)
        sheet, first, last = f"'{word('sheet_monetary', self.lang)}'", min(mine), max(mine)
        at, year = letter(self.columns["value"]), letter(self.columns["year"])
        figures, years = (f"{sheet}!{c}{first}:{c}{last}" for c in (at, year))
        return f"SUMIFS({figures},{years},{self.year})"

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
        cell = f"'{word('sheet_summary', self.lang)}'!{UNIT_CELL}"
        formula = with_unit(name, f'"&{cell}&"', self.lang)
        return f'"{formula}"', with_unit(name, self.money.unit, self.lang)

    def row_label(self, id: str) -> str:
        """The name of a second-level indicator."""
        return name_of(self.rows[id], self.lang)

    def ecosystem_label(self, name: str) -> str:
        """The name of an ecosystem type in the language, where the tree knows it."""
        return type_name(name, self.lang, self.account.basis)

    def type_label(self, name: str) -> str:
        """The name of an ecosystem type; empty where there is none."""
        return called(name, self.lang, self.account.basis.ecosystems)

    def place(self, line: Line) -> list[object]:
        """What a line is about, as the first seven columns of its sheet."""
        return [
            label(line.part.row.level, self.lang),
            row_name(line.part, self.lang),
            component_name(line.part, self.lang),
            line.item,
            self.type_label(line.ecosystem),
            line.region,
            line.year,
        ]

    def names(self, used_by: Sequence[str]) -> str:
        """The components of these ids, by name."""
        found = [part_name(p, self.lang) for p in self.account.parts if p.name in used_by]
        return told(STOP, self.lang).join(found)
