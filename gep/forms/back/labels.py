"""The labels of a row: region by code and name, ecosystem, category, name, unit and year; what is
in doubt is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from gep.core import ecosystems
from gep.forms.back.cells import is_unit, plain, squeezed
from gep.forms.back.grid import Sheet, address
from gep.forms.back.match import Placed
from gep.forms.out.template import ALL, LABELS
from gep.forms.round import Key, Round

_TOTALS = tuple(
    map(squeezed, ("合计", "总计", "小计", "总数", "全部合计", "total", "sum", "subtotal"))
)
_OF_WHICH = ("其中", "#", "of which", "ofwhich")
_ALL = {squeezed(x): "" for x in ("全市", "全部类型", "不分项", "全部", "不分类型", "all")}


class Labels:
    """Reads the labels of the rows of one sheet."""

    def __init__(self, sheet: Sheet, out: Placed, r: Round) -> None:
        self.sheet, self.out, self.form, self.round = sheet, out, out.form, r
        self.keys: dict[str, int] = {}
        self.components = self.component_names()
        # the first of two regions that are spelled alike or share a code
        regions = list(r.regions.items())[::-1]
        self.names = {squeezed(name): name for name, _ in regions} | {squeezed(r.region): ""} | _ALL
        self.codes = {region.code: region.name for _, region in regions} | {r.code: ""}
        for table in (self.names, self.codes):
            table.pop("", None)

    def held(self, n: int, name: str) -> Any:
        """What a row holds under a label; None where no column has it."""
        return self.sheet.at(n, self.keys.get(name, -1))

    def words(self, n: int, name: str) -> str:
        """The same as text."""
        return self.sheet.words(n, self.keys.get(name, -1))

    def key(self, n: int) -> tuple[Key | None, str]:
        """The labels of a row, and whether it is a total or a part; None where one is unknown."""
        values: dict[str, str] = {}
        kind = ""
        for name in self.form.keys:
            raw = self.held(n, name)
            text = plain(raw) if type(raw) in (int, float) else self.words(n, name)
            if squeezed(text) in _TOTALS:
                kind = "total"
                continue
            if name in ("item", "ecosystem") and squeezed(text).startswith(_OF_WHICH):
                return Key(), "of_which"
            found = self.label(name, n, text, address(n, self.keys.get(name, 0)))
            if found is None:
                return None, ""
            values[name] = found
        return Key(**values), kind

    def label(self, name: str, n: int, text: str, at: str) -> str | None:
        """One label, as the account spells it."""
        small = squeezed(text)
        if name == "region":
            return self.region(n, text, at)
        if name in ALL and small in _ALL:
            return ""
        if not small:
            return self.unsaid(name, n, at)
        if name == "item":
            return self.item(text, at)
        code, find = _FOUND[name]
        found = find(self, text)
        if found is None:
            self.out.fault(code, at, text=text[:60])
        return found

    def unsaid(self, name: str, n: int, at: str) -> str | None:
        """A label that is blank: the year of the round, a unit that no field needs, or a fault."""
        if name == "year":
            return str(self.round.year)
        if name == "unit" and all(f.unit for f in self.form.fields):
            return ""
        if name == "item" and self.held(n, "region") is not None:
            self.out.fault("row.unnamed", at)
        else:
            self.out.fault("row.unlabelled", at, label=LABELS[name][0])
        return None

    def item(self, text: str, at: str) -> str | None:
        """A name, as it stands."""
        if len(text) <= 120:
            return text
        self.out.fault("row.name", at)
        return None

    def region(self, n: int, name: str, at: str) -> str | None:
        """The region of a row by code and name, which must agree."""
        code, small = squeezed(self.held(n, "code")), squeezed(name)
        by_code, by_name = self.codes.get(code), self.names.get(small)
        found = [x for x in (by_code, by_name) if x is not None]
        if not found:
            self.nowhere(f"{code} {name}".strip(), at)
            return None
        first, last = map(self.called, (found[0], found[-1]))
        if found[0] != found[-1]:
            self.out.fault("region.apart", at, code=first, name=last)
            return None
        if code and by_code is None:
            self.out.fault("region.code", at, code=code[:40], name=first)
            return None
        if small and by_name is None:
            self.out.fault("region.name", at, text=name[:60], name=first)
        return found[0]

    def called(self, region: str) -> str:
        """A region by name, the city itself too."""
        return region or self.round.region

    def nowhere(self, text: str, at: str) -> None:
        """A row of no known region."""
        if text:
            self.out.fault("region.cell", at, text=text[:60])
        else:
            self.out.fault("row.unlabelled", at, label="区域")

    def component_names(self) -> dict[str, str]:
        """Every way to write a component of the form, and its id."""
        out: dict[str, str] = {}
        for id in self.form.components:
            c = self.form.component(id)
            for s in (id, *((c.zh, c.en, c.zh + c.en) if c else ())):
                out[squeezed(s)] = id
        return out


def _year(_: Labels, text: str) -> str | None:
    match = re.fullmatch(r"([12]\d{3})(年|\.0)?", squeezed(text))
    return match and match[1]


# how a label is found, and what is said where it is not
_FOUND: dict[str, tuple[str, Callable[[Labels, str], str | None]]] = {
    "ecosystem": ("ecosystem.cell", lambda _, text: ecosystems.find(text)),
    "component": ("component.cell", lambda labels, text: labels.components.get(squeezed(text))),
    "year": ("year.cell", _year),
    "unit": ("unit.cell", lambda _, text: text if is_unit(text) else None),
}
