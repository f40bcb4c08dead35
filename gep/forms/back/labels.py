"""The labels of a row: region by code and name, ecosystem, category, name, unit and year; what is
in doubt is refused.
"""

from __future__ import annotations

import re

from gep.core import ecosystems, units
from gep.core.errors import UnitError
from gep.forms.back.cells import plain, squeezed
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

    def key(self, n: int) -> tuple[Key | None, str]:
        """The labels of a row, and whether it is a total or a part; None where a label is unknown."""
        values: dict[str, str] = {}
        kind = ""
        for name in self.form.keys:
            column = self.keys.get(name)
            raw = self.sheet.at(n, column) if column is not None else None
            text = (
                plain(raw)
                if isinstance(raw, (int, float)) and not isinstance(raw, bool)
                else str(raw or "").strip()
            )
            at = address(n, column if column is not None else 0)
            if squeezed(text) in _TOTALS:
                kind = "total"
                continue
            if name in ("item", "ecosystem") and squeezed(text).startswith(_OF_WHICH):
                return Key(), "of_which"
            found = self.label(name, n, text, at)
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
        if not small and name == "year":
            return str(self.round.year)
        if not small and name == "unit" and not any(not f.unit for f in self.form.fields):
            return ""
        if not small:
            if (
                name == "item"
                and "region" in self.form.keys
                and (self.keys.get("region") is not None)
                and (self.sheet.at(n, self.keys["region"]) is not None)
            ):
                self.out.fault("row.unnamed", at)
            else:
                self.out.fault("row.unlabelled", at, label=LABELS[name][0])
            return None
        if name == "ecosystem":
            found = ecosystems.find(text)
            if found is None:
                self.out.fault("ecosystem.cell", at, text=text[:60])
            return found
        if name == "component":
            if small not in self.components:
                self.out.fault("component.cell", at, text=text[:60])
            return self.components.get(small)
        if name == "year":
            if not re.fullmatch(r"[12]\d{3}(年|\.0)?", small):
                self.out.fault("year.cell", at, text=text[:60])
                return None
            return small[:4]
        if name == "unit":
            try:
                units.check(text)
            except UnitError:
                self.out.fault("unit.cell", at, text=text[:60])
                return None
            return text
        if len(text) > 120:
            self.out.fault("row.name", at)
            return None
        return text

    def region(self, n: int, name: str, at: str) -> str | None:
        """The region of a row by code and name, which must agree."""
        raw = self.sheet.at(n, self.keys["code"]) if "code" in self.keys else None
        code = squeezed(raw)
        by_code = self.round.coded(code) if code else None
        small = squeezed(name)
        city = small in _ALL or small == squeezed(self.round.region)
        by_name = (
            ""
            if city and small
            else next((r for r in self.round.regions if squeezed(r) == small), None)
            if small
            else None
        )
        if by_code is None and by_name is None:
            text = " ".join(filter(None, (code, name)))
            if not text:
                self.out.fault("row.unlabelled", at, label="区域")
            else:
                self.out.fault("region.cell", at, text=text[:60])
            return None
        if by_code is not None and by_name is not None and by_code != by_name:
            self.out.fault(
                "region.apart",
                at,
                code=by_code or self.round.region,
                name=by_name or self.round.region,
            )
            return None
        if code and by_code is None and by_name is not None:
            self.out.fault("region.code", at, code=code[:40], name=by_name or self.round.region)
            return None
        if small and by_name is None:
            self.out.fault(
                "region.name", at, "warning", text=name[:60], name=by_code or self.round.region
            )
        return by_code if by_code is not None else by_name

    def component_names(self) -> dict[str, str]:
        """Every way to write a component of the form, and its id."""
        out: dict[str, str] = {}
        for id in self.form.components:
            c = self.form.component(id)
            for s in (id, *((c.zh, c.en, c.zh + c.en) if c else ())):
                out[squeezed(s)] = id
        return out
