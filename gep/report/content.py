"""The text report as plain blocks (headings, paragraphs, captioned tables), for Word and Markdown
alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gep.account.account import Account, Part
from gep.core.extras import installed
from gep.core.nomenclature import meaning
from gep.core.text import name_of, own_words
from gep.report import lines as listed
from gep.report.table import Row, rows, summed
from gep.report.views import Cross, districts, matrix, measure
from gep.standards import LEVELS
from gep.words.labels import component_name, row_name, term, thing
from gep.words.numbers import Scale, amount, fixed, money_scale, plain, pretty
from gep.words.problems import clause_name, total_name
from gep.words.report import evidence_name, method_name, type_name, word

ROWS_MAX = 200  # of a table in a text report; the workbook holds all
WIDE = 6  # columns of figures side by side on an upright page


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 0 is the title."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; a warning is set off."""

    text: str
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A numbered table; the columns of ``numbers`` stand at the right, the rows of ``strong`` are
    sums.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()
    strong: tuple[int, ...] = ()
    note: str = ""


Block = Heading | Text | Table


def content(account: Account, lang: str = "en") -> tuple[Block, ...]:
    """The report of an account as blocks, in reading order."""
    return tuple(_Report(account, lang).blocks())


class _Report:
    def __init__(self, account: Account, lang: str) -> None:
        self.account, self.lang = account, lang
        self.rows = rows(account, lang)
        self.money = money_scale(float(account.total), account.basis.currency, lang)
        self.dot, self.stop, self.comma = ("。", "；", "、") if lang == "zh" else (".", "; ", ", ")

    def w(self, key: str, **values: object) -> str:
        return word(key, self.lang, **values)

    def type_name(self, name: str) -> str:
        """The name of an ecosystem type."""
        return type_name(name, self.lang, self.account.basis)

    def amount(self, value: float, scale: Scale | None = None) -> str:
        """Money in words, in the unit that suits it unless one is given."""
        scale = scale or money_scale(value, self.account.basis.currency, self.lang)
        return f"{fixed(value / scale.factor)}{'' if self.lang == 'zh' else ' '}{scale.unit}"

    def with_unit(self, name: str, unit: str) -> str:
        return f"{name}（{unit}）" if self.lang == "zh" else f"{name} ({unit})"

    def blocks(self) -> Iterator[Block]:
        a = self.account
        yield Heading(0, a.basis.title or self.w("account"))
        if listed.synthetic(a):
            yield Text(self.w("synthetic_all"), warning=True)
        yield Heading(1, self.w("result"))
        yield from self.result()
        yield Heading(1, self.w("physical_section"))
        yield self.physical()
        yield Heading(1, self.w("monetary_section"))
        yield self.monetary()
        cross = matrix(a)
        if cross is not None:
            yield Heading(1, self.w("matrix_section"))
            yield from self.matrix(cross)
        cross = districts(a)
        if cross is not None:
            yield Heading(1, self.w("districts_section"))
            yield self.districts(cross)
        yield Heading(1, self.w("scope_section"))
        yield from self.scope()
        yield Heading(1, self.w("method_section"))
        yield from self.methods()
        yield Heading(1, self.w("source_section"))
        yield self.sources()
        if a.controls:
            yield Heading(1, self.w("control_section"))
            yield from self.controls()
        yield Heading(1, self.w("redo_section"))
        yield Text(self.w("made_with", version=installed()))
        if a.files:
            yield Table(self.w("files"), (self.w("file"), "SHA-256"), tuple(a.files.items()))

    def result(self) -> Iterator[Block]:
        a, b, lang = self.account, self.account.basis, self.lang
        prices = (
            self.w("prices_current")
            if b.price_year is None
            else self.w("prices_of", year=b.price_year)
        )
        standard = name_of(a.profile, lang)
        text = [
            self.w(
                "headline_total" if a.total == a.total else "headline_unknown",
                region=b.region,
                year=b.years[-1],
                name=total_name(a, self.lang),
                total=self.amount(float(a.total)),
                prices=prices,
                standard=standard,
            )
        ]
        levels = [
            self.w(
                "level_part",
                level=r.label,
                value=self.amount(r.value, self.money),
                share=fixed(r.share * 100),
            )
            for r in self.rows
            if r.depth == 1 and r.value == r.value
        ]
        if len(levels) > 1:
            text.append(self.w("of_which") + self.stop.join(levels) + self.dot)
        own = {
            k: measure(a, b.region, k) if a.total == a.total else None
            for k in ("area", "population", "gdp")
        }
        if own["area"]:
            text.append(
                self.w(
                    "per_area",
                    name=total_name(a, self.lang),
                    value=self.amount(float(a.total) / own["area"] * 1e6),
                )
                + self.dot
            )
        if own["population"]:
            text.append(
                self.w(
                    "per_person",
                    name=total_name(a, self.lang),
                    value=self.amount(float(a.total) / own["population"]),
                )
                + self.dot
            )
        if own["gdp"]:
            text.append(
                self.w(
                    "to_gdp",
                    name=total_name(a, self.lang),
                    value=fixed(float(a.total) / own["gdp"]),
                )
                + self.dot
            )
        yield Text(("" if lang == "zh" else " ").join(text))
        years = b.years
        lines: list[tuple[str, ...]] = []
        strong: list[int] = []

        def line(name: str, parts: Sequence[Part]) -> tuple[str, ...]:
            each = [summed(a, parts, y) for y in years]
            return name, *map(self.money_cell, each), self.share(each[-1])

        for level in [v for v in LEVELS if any(p.row.level == v for p in a.counted)]:
            strong.append(len(lines))
            inside = [p for p in a.counted if p.row.level == level]
            lines.append(line(self.w(level), inside))
            for id in dict.fromkeys(p.row.id for p in inside):
                rows_ = [p for p in inside if p.row.id == id]
                lines.append(line(f"　{row_name(rows_[0], lang)}", rows_))
        strong.append(len(lines))
        lines.append(
            (
                total_name(a, self.lang),
                *(self.money_cell(float(a.add(a.counted, year=y))) for y in years),
                self.share(float(a.total)),
            )
        )
        head = (
            self.w("indicator"),
            *(self.with_unit(str(y), self.money.unit) for y in years),
            self.w("share"),
        )
        yield Table(
            self.w("by_indicator"), head, tuple(lines), tuple(range(1, len(head))), tuple(strong)
        )

    def money_cell(self, value: float) -> str:
        return fixed(value / self.money.factor)

    def share(self, value: float) -> str:
        return (
            f"{fixed(value / float(self.account.total) * 100)} %"
            if self.account.total and value == value
            else "—"
        )

    def _named(self) -> Iterator[tuple[str, str, Row]]:
        """The rows of the account table that stand for one component: indicator, component, row."""
        for r in self.rows:
            part = next((p for p in self.account.parts if p.name == r.id), None)
            if r.depth >= 2 and part is not None:
                yield row_name(part, self.lang), component_name(part, self.lang), r

    def physical(self) -> Table:
        lines = []
        for i, c, r in self._named():
            each = r.items or (("", r.quantity, r.quantity_unit),)
            lines += [
                (
                    i,
                    f"{c}·{item}" if item else c,
                    *amount(q, unit, self.lang),
                    self.status(r.status),
                )
                for item, q, unit in each
                if q == q
            ]
        head = tuple(self.w(k) for k in ("indicator", "component", "quantity", "unit", "status"))
        return Table(
            self.with_unit(self.w("physical_account"), str(self.account.basis.years[-1])),
            head,
            tuple(lines),
            (2,),
        )

    def status(self, status: str) -> str:
        return self.comma.join(
            self.w("published_status" if s == "published" else s) for s in status.split(", ")
        )

    def monetary(self) -> Table:
        lines = []
        for i, c, r in self._named():
            quantity = (
                " ".join(amount(r.quantity, r.quantity_unit, self.lang))
                if r.quantity == r.quantity
                else ""
            )
            price = (
                f"{plain(r.price)} {pretty(r.price_unit, self.lang)}" if r.price == r.price else ""
            )
            lines.append(
                (
                    i,
                    c,
                    quantity,
                    price,
                    fixed(r.value / self.money.factor, 4),
                    f"{fixed(r.share * 100)} %" if r.share == r.share else "",
                )
            )
        lines.append(
            (
                total_name(self.account, self.lang),
                "",
                "",
                "",
                fixed(float(self.account.total) / self.money.factor, 4),
                self.share(float(self.account.total)),
            )
        )
        head = (
            *(self.w(k) for k in ("indicator", "component", "quantity", "price")),
            self.with_unit(self.w("value"), self.money.unit),
            self.w("share"),
        )
        return Table(
            self.with_unit(self.w("monetary_account"), str(self.account.basis.years[-1])),
            head,
            tuple(lines),
            (2, 3, 4, 5),
            (len(lines) - 1,),
        )

    def matrix(self, cross: Cross) -> Iterator[Table]:
        """Indicators down, ecosystem types across, as many side by side as the page holds."""
        names = {p.row.id: row_name(p, self.lang) for p in self.account.parts}
        groups = [cross.columns[n : n + WIDE] for n in range(0, len(cross.columns), WIDE)]
        for n, group in enumerate(groups, 1):
            last = n == len(groups)
            lines = []
            for id in cross.rows:
                cells = [
                    self.money_cell(cross.values[id, c]) if (id, c) in cross.values else ""
                    for c in group
                ]
                lines.append(
                    (names[id], *cells, *([self.money_cell(cross.row_totals[id])] if last else []))
                )
            sums = [
                self.money_cell(
                    cross.column_totals.get(
                        c, sum(v for (_, k), v in cross.values.items() if k == c)
                    )
                )
                for c in group
            ]
            lines.append(
                (self.w("total"), *sums, *([self.money_cell(cross.total)] if last else []))
            )
            head = (
                self.w("indicator"),
                *(self.type_name(c) for c in group),
                *([self.w("total")] if last else []),
            )
            part = f" {n}/{len(groups)}" if len(groups) > 1 else ""
            yield Table(
                self.with_unit(self.w("matrix"), self.money.unit) + part,
                head,
                tuple(lines),
                tuple(range(1, len(head))),
                (len(lines) - 1,),
            )

    def districts(self, cross: Cross) -> Table:
        lines = []
        for name in cross.rows:
            total = cross.row_totals[name]
            area = measure(self.account, name, "area") if name else None
            people = measure(self.account, name, "population") if name else None
            lines.append(
                (
                    name or self.w("not_by_region"),
                    *(self.money_cell(cross.values[name, c]) for c in cross.columns),
                    self.money_cell(total),
                    self.amount(total / area * 1e6) if area and total == total else "",
                    self.amount(total / people) if people and total == total else "",
                )
            )
        lines.append(
            (
                self.account.basis.region,
                *(self.money_cell(cross.column_totals[c]) for c in cross.columns),
                self.money_cell(cross.total),
                "",
                "",
            )
        )
        head = (
            self.w("region"),
            *(self.w(c) for c in cross.columns),
            self.w("total"),
            self.w("per_km2"),
            self.w("per_head"),
        )
        return Table(
            self.with_unit(self.w("districts"), self.money.unit),
            head,
            tuple(lines),
            tuple(range(1, len(head))),
            (len(lines) - 1,),
        )

    def scope(self) -> Iterator[Block]:
        a, lang = self.account, self.lang
        names = {p.name: f"{name_of(p.indicator, lang)}·{component_name(p, lang)}" for p in a.parts}
        left = [m for m in a.missing if not m.inside]
        if left:
            yield Text(self.w("left_out_n", n=len({m[:2] for m in left})), warning=True)
            lines = [
                (
                    thing(m.indicator, m.component, lang),
                    m.only(lang, a.basis.ecosystems),
                    self.comma.join(
                        f"{meaning(n, lang) or self.w(n)}{f' [{pretty(u, lang)}]' if u else ''}"
                        for n, u in m.needs
                    ),
                )
                for m in left
            ]
            yield self.cut(
                self.w("left_out"), (self.w("component"), self.w("only_in"), self.w("needs")), lines
            )
        else:
            yield Text(self.w("all_in"))
        for inside in dict.fromkeys(m.inside for m in a.missing if m.inside):
            yield Text(
                self.w(
                    "not_apart",
                    inside=thing(inside, "", lang),
                    names=self.comma.join(
                        thing(m.indicator, m.component, lang)
                        for m in a.missing
                        if m.inside == inside
                    ),
                )
            )
        apart = [
            f"{names[p.name]} {self.amount(float(a.add([p], year=a.basis.years[-1])))}"
            for p in a.parts
            if not p.counted
        ]
        if apart:
            yield Text(self.w("apart_n", names=self.comma.join(apart)))
        headline = [names[p.name] for p in a.parts if p.solution.headline]
        if headline:
            yield Text(self.w("headline_n", names=self.comma.join(headline)))
        negative = [names[p.name] for p in a.counted if bool((a.cells(p)["value"] < 0).any())]
        if negative:
            yield Text(self.w("negative_n", names=self.comma.join(negative)))
        if a.profile.note:
            yield Text(self.w("standard_note", note=own_words(a.profile.note, lang)))
        reconstructed = [name_of(r, lang) for r in a.profile.rows if r.evidence == "reconstructed"]
        if reconstructed:
            yield Text(self.w("reconstructed_n", names=self.comma.join(reconstructed)))
        said = listed.told(a, lang, notes=False)
        if said:
            yield self.cut(
                self.w("warnings"), (self.w("kind"), self.w("where"), self.w("what")), said
            )

    def methods(self) -> Iterator[Block]:
        a, lang = self.account, self.lang
        lines: list[tuple[str, ...]] = []
        said = {r.id: r.status for r in self.rows}
        for p in a.parts:
            lines.append(
                (
                    row_name(p, lang),
                    component_name(p, lang),
                    listed.route(p, lang) or self.status(said[p.name]),
                    method_name(p.solution.method, lang) if p.component.price else "",
                )
            )
        yield self.cut(
            self.w("how"),
            tuple(self.w(k) for k in ("indicator", "component", "how", "method")),
            lines,
        )
        used = listed.prices(listed.lines(a))
        by_part = {
            p.name: f"{name_of(p.indicator, lang)}·{component_name(p, lang)}" for p in a.parts
        }
        prices = []
        for x in used:
            labels = self.comma.join(
                str(v) for v in (x.item, x.ecosystem and self.type_name(x.ecosystem), x.region) if v
            )
            given = dict.fromkeys(
                f"{e.text} {pretty(e.unit, lang)}{f' ({e.money_of})' if e.money_of else ''}"
                for e in x.entries
            )
            cited = dict.fromkeys(
                [*(e.source or self.w("no_source") for e in x.entries), *(r.source for r in x.rows)]
            )
            prices.append(
                (
                    self.comma.join(by_part[n] for n in x.used_by)
                    + (f" [{labels}]" if labels else ""),
                    plain(x.value),
                    pretty(x.unit, lang),
                    str(x.year or a.basis.price_year or ""),
                    self.comma.join(given),
                    "; ".join(cited),
                )
            )
        if prices:
            yield self.cut(
                self.w("prices"),
                tuple(
                    self.w(k)
                    for k in ("used_for", "price", "unit", "price_year", "as_given", "source")
                ),
                prices,
                (1,),
            )
        coefficients = []
        for c in listed.parameters(a):
            r = c.row
            at = (
                self.comma.join(
                    x for x in (r.ecosystem and self.type_name(r.ecosystem), r.item, r.region) if x
                )
                if r
                else ""
            )
            source = (
                f"{r.source}{', ' + clause_name(r.clause, lang) if r.clause else ''}"
                if r
                else self.w("default_number")
            )
            coefficients.append(
                (term(c.name, lang), at, f"{c.value:g}", pretty(c.unit, lang), source)
            )
        if coefficients:
            yield self.cut(
                self.w("parameters"),
                (
                    self.w("coefficient"),
                    self.w("ecosystem"),
                    self.w("figure"),
                    self.w("unit"),
                    self.w("source"),
                ),
                coefficients,
                (2,),
            )

    def sources(self) -> Table:
        lang = self.lang
        lines = [
            (
                s or self.w("no_source"),
                str(n) if n else "",
                str(m) if m else "",
                self.comma.join(evidence_name(x, lang) for x in words),
            )
            for s, (n, m, words) in listed.sources(self.account).items()
        ]
        return self.cut(
            self.w("sources"),
            tuple(self.w(k) for k in ("source", "figures", "parameters", "evidence")),
            lines,
            (1, 2),
        )

    def controls(self) -> Iterator[Block]:
        all_ = self.account.controls
        yield Text(self.w("controls_n", n=len(all_), m=sum(not c.within for c in all_)))
        lines = []
        for c in all_:
            at = " ".join(
                self.type_name(v) if k == "ecosystem" else v
                for k, v in c.labels.items()
                if k != "year" or len(self.account.basis.years) > 1
            )
            f = self.money.factor
            lines.append(
                (
                    " ".join(filter(None, (self.name_of(c.name), at))),
                    fixed(c.published / f, 4),
                    fixed(c.account / f, 4),
                    f"{round(c.difference / f, 4) + 0.0:+,.4f}",
                    f"±{(c.rounding + c.rounding_inputs) / f:,.4f}",
                    self.w("within" if c.within else "beyond"),
                )
            )
        head = (
            self.w("indicator"),
            self.w("published"),
            self.w("value"),
            self.w("difference"),
            self.w("reach"),
            self.w("verdict"),
        )
        yield self.cut(
            self.with_unit(self.w("controls"), self.money.unit), head, lines, (1, 2, 3, 4)
        )

    def name_of(self, control: str) -> str:
        """What a control is about, in words."""
        names = {
            p.name: f"{p.indicator.zh if self.lang == 'zh' else p.indicator.en}·{component_name(p, self.lang)}"
            for p in self.account.parts
        }
        whole = {p.indicator.id: name_of(p.indicator, self.lang) for p in self.account.parts}
        plain_name = control.removeprefix("level:")
        return names.get(control) or " + ".join(
            whole.get(n, self.w(n)) for n in plain_name.split("+")
        )

    def cut(
        self,
        caption: str,
        head: tuple[str, ...],
        lines: Sequence[tuple[str, ...]],
        numbers: tuple[int, ...] = (),
    ) -> Table:
        """A table of at most so many rows, which says how many it leaves to the workbook."""
        more = len(lines) - ROWS_MAX
        return Table(
            caption,
            head,
            tuple(lines[:ROWS_MAX]),
            numbers,
            note=self.w("more_rows", n=more) if more > 0 else "",
        )
