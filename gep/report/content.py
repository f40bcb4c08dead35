"""The text report as plain blocks (headings, paragraphs, captioned tables), for Word and Markdown
alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gep.account.account import Account, Missing, Part
from gep.account.controls import Control
from gep.account.inputs import Entry
from gep.account.ledger import Role
from gep.core.ecosystems import called
from gep.core.extras import installed
from gep.core.messages import Both, told
from gep.core.tables import Row as Coefficient
from gep.core.text import name_of, own_words
from gep.report import lines as listed
from gep.report.phrases import (
    BLANK,
    COMMA,
    STOP,
    as_given,
    bracketed,
    citation,
    control_place,
    input_name,
    part_name,
    price_year,
    row_of,
    source_name,
    with_unit,
)
from gep.report.table import Row, rows, summed
from gep.report.views import by_level, districts, grouped, matrix, measure
from gep.words.labels import component_name, row_name, term, thing
from gep.words.numbers import Scale, amount, fixed, money_scale, plain, pretty
from gep.words.problems import total_name
from gep.words.report import evidence_name, method_name, status_name, type_name, word

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
        self.total_name = total_name(account, lang)
        self.part_names = {p.name: part_name(p, lang) for p in account.parts}

    # -- words

    def w(self, key: str, **values: object) -> str:
        return word(key, self.lang, **values)

    def words(self, keys: str) -> tuple[str, ...]:
        """The words for keys with blanks between them."""
        return tuple(word(key, self.lang) for key in keys.split())

    def listing(self, names: Iterable[str]) -> str:
        """Names with commas between them, without the empty ones."""
        return told(COMMA, self.lang).join(filter(None, names))

    def amount(self, value: float, scale: Scale | None = None) -> str:
        """Money in words, in the unit that suits it unless one is given."""
        scale = scale or money_scale(value, self.account.basis.currency, self.lang)
        return f"{fixed(value / scale.factor)}{told(BLANK, self.lang)}{scale.unit}"

    def money_cell(self, value: float, digits: int = 2) -> str:
        """Money in the unit of the report."""
        return fixed(value / self.money.factor, digits)

    def share(self, value: float) -> str:
        """Money as a share of the total."""
        total = float(self.account.total)
        return f"{fixed(value / total * 100)} %" if total and value == value else "—"

    def in_money(self, key: str) -> str:
        """The words for a key with the unit of money."""
        return with_unit(self.w(key), self.money.unit, self.lang)

    def status(self, status: str) -> str:
        """Statuses with commas between them, in words."""
        return self.listing(status_name(s, self.lang) for s in status.split(", "))

    # -- sections

    def blocks(self) -> Iterator[Block]:
        a = self.account
        yield Heading(0, a.basis.title or self.w("account"))
        if listed.synthetic(a):
            yield Text(self.w("synthetic_all"), warning=True)
        sections = {
            "result": self.result(),
            "physical_section": self.physical(),
            "monetary_section": self.monetary(),
            "matrix_section": self.matrix(),
            "districts_section": self.districts(),
            "scope_section": self.scope(),
            "method_section": self.methods(),
            "source_section": self.sources(),
            "control_section": self.controls(),
            "redo_section": self.redo(),
        }
        for title, section in sections.items():
            blocks = tuple(section)
            if blocks:
                yield from (Heading(1, self.w(title)), *blocks)

    def result(self) -> Iterator[Block]:
        a, b = self.account, self.account.basis
        year = b.price_year
        total = self.w(
            "headline_total" if a.total == a.total else "headline_unknown",
            region=b.region,
            year=b.years[-1],
            name=self.total_name,
            total=self.amount(float(a.total)),
            prices=self.w("prices_of" if year else "prices_current", year=year),
            standard=name_of(a.profile, self.lang),
        )
        dot = told(Both(".", "。"), self.lang)
        parts = list(self.level_parts())
        levels = self.w("of_which") + told(STOP, self.lang).join(parts) + dot
        text = [total, *([levels] if len(parts) > 1 else []), *(r + dot for r in self.ratios())]
        yield Text(told(Both(" ", ""), self.lang).join(text))
        lines: list[tuple[str, ...]] = []
        strong: list[int] = []
        for level, inside in grouped(by_level(a.counted), "row.level").items():
            strong.append(len(lines))
            lines.append(self.line(self.w(level), inside))
            for group in grouped(inside, "row.id").values():
                lines.append(self.line(f"　{row_name(group[0], self.lang)}", group))
        strong.append(len(lines))
        each = (self.money_cell(float(a.add(a.counted, year=y))) for y in b.years)
        lines.append((self.total_name, *each, self.share(float(a.total))))
        years = (with_unit(str(y), self.money.unit, self.lang) for y in b.years)
        head = (self.w("indicator"), *years, self.w("share"))
        numbers = tuple(range(1, len(head)))
        yield Table(self.w("by_indicator"), head, tuple(lines), numbers, tuple(strong))

    def level_parts(self) -> Iterator[str]:
        """What each level comes to, in words."""
        for r in self.rows:
            if r.depth == 1 and r.value == r.value:
                value, share = self.amount(r.value, self.money), fixed(r.share * 100)
                yield self.w("level_part", level=r.label, value=value, share=share)

    def ratios(self) -> Iterator[str]:
        """The total by area, by head and beside GDP, in words, as far as they are known."""
        total, region = float(self.account.total), self.account.basis.region
        ratios = {
            "area": ("per_area", 1e6),
            "population": ("per_person", 1.0),
            "gdp": ("to_gdp", 1.0),
        }
        for size, (key, factor) in ratios.items():
            own = measure(self.account, region, size)
            if own and total == total:
                each = total / own * factor
                value = fixed(each) if size == "gdp" else self.amount(each)
                yield self.w(key, name=self.total_name, value=value)

    def line(self, name: str, parts: Sequence[Part]) -> tuple[str, ...]:
        """The money of some parts by year, and its share of the total in the last."""
        each = [summed(self.account, parts, y) for y in self.account.basis.years]
        return name, *map(self.money_cell, each), self.share(each[-1])

    def named(self) -> Iterator[tuple[str, str, Row]]:
        """The rows of the account table that stand for one component: indicator, component, row."""
        parts = {p.name: p for p in self.account.parts}
        for r in self.rows:
            part = parts.get(r.id)
            if part is not None:
                yield row_name(part, self.lang), component_name(part, self.lang), r

    def of_year(self, key: str) -> str:
        """The words for a key with the year that is shown."""
        return with_unit(self.w(key), str(self.account.basis.years[-1]), self.lang)

    def physical(self) -> Iterator[Table]:
        head = self.words("indicator component quantity unit status")
        lines = [
            (
                i,
                "·".join(filter(None, (c, item))),
                *amount(q, unit, self.lang),
                self.status(r.status),
            )
            for i, c, r in self.named()
            for item, q, unit in r.items or (("", r.quantity, r.quantity_unit),)
            if q == q
        ]
        yield Table(self.of_year("physical_account"), head, tuple(lines), (2,))

    def monetary(self) -> Iterator[Table]:
        lines = [(i, c, *self.money_cells(r)) for i, c, r in self.named()]
        total = float(self.account.total)
        last = (self.total_name, "", "", "", self.money_cell(total, 4), self.share(total))
        names = self.words("indicator component quantity price")
        head = (*names, self.in_money("value"), self.w("share"))
        caption, strong = self.of_year("monetary_account"), (len(lines),)
        yield Table(caption, head, (*lines, last), (2, 3, 4, 5), strong)

    def money_cells(self, r: Row) -> Iterator[str]:
        """Quantity, price, value and share of a row."""
        quantity = " ".join(amount(r.quantity, r.quantity_unit, self.lang))
        yield quantity if r.quantity == r.quantity else ""
        price = f"{plain(r.price)} {pretty(r.price_unit, self.lang)}"
        yield price if r.price == r.price else ""
        yield self.money_cell(r.value, 4)
        yield f"{fixed(r.share * 100)} %" if r.share == r.share else ""

    def matrix(self) -> Iterator[Table]:
        """Indicators down, ecosystem types across, as many side by side as the page holds."""
        cross = matrix(self.account)
        if cross is None:
            return
        names = {p.row.id: row_name(p, self.lang) for p in self.account.parts}
        columns = []
        for c in cross.columns:
            found = (cross.values.get((id, c)) for id in cross.rows)
            cells = ("" if value is None else self.money_cell(value) for value in found)
            total = self.money_cell(cross.column_totals[c])
            columns.append((type_name(c, self.lang, self.account.basis), *cells, total))
        groups = [columns[n : n + WIDE] for n in range(0, len(columns), WIDE)]
        totals = (self.money_cell(cross.row_totals[id]) for id in cross.rows)
        groups[-1].append((self.w("total"), *totals, self.money_cell(cross.total)))
        first = (self.w("indicator"), *(names[id] for id in cross.rows), self.w("total"))
        for n, group in enumerate(groups, 1):
            head, *lines = zip(first, *group, strict=True)
            part = f" {n}/{len(groups)}" if len(groups) > 1 else ""
            numbers, strong = tuple(range(1, len(head))), (len(lines) - 1,)
            yield Table(self.in_money("matrix") + part, head, tuple(lines), numbers, strong)

    def districts(self) -> Iterator[Table]:
        cross = districts(self.account)
        if cross is None:
            return
        lines = []
        for name in cross.rows:
            total = cross.row_totals[name]
            levels = (self.money_cell(cross.values[name, c]) for c in cross.columns)
            each = (self.per(total, name, "area", 1e6), self.per(total, name, "population", 1.0))
            first = name or self.w("not_by_region")
            lines.append((first, *levels, self.money_cell(total), *each))
        sums = (self.money_cell(cross.column_totals[c]) for c in cross.columns)
        last = (self.account.basis.region, *sums, self.money_cell(cross.total), "", "")
        head = self.words(" ".join(("region", *cross.columns, "total per_km2 per_head")))
        numbers, strong = tuple(range(1, len(head))), (len(lines),)
        yield Table(self.in_money("districts"), head, (*lines, last), numbers, strong)

    def per(self, total: float, region: str, what: str, factor: float) -> str:
        """Money of a region by its area or its people; empty where either is not known."""
        size = measure(self.account, region, what) if region else None
        return self.amount(total / size * factor) if size and total == total else ""

    def scope(self) -> Iterator[Block]:
        a, lang = self.account, self.lang
        missing = grouped(a.missing, "inside")
        left = missing.pop("", [])
        if left:
            yield Text(self.w("left_out_n", n=len({m[:2] for m in left})), warning=True)
        else:
            yield Text(self.w("all_in"))
        head = self.words("component only_in needs")
        yield from self.some(self.w("left_out"), head, [self.lacking(m) for m in left])
        for inside, held in missing.items():
            parts = self.listing(thing(m.indicator, m.component, lang) for m in held)
            yield Text(self.w("not_apart", inside=thing(inside, "", lang), names=parts))
        yield from self.remarks()
        said = listed.told(a, lang, notes=False)
        yield from self.some(self.w("warnings"), self.words("kind where what"), said)

    def remarks(self) -> Iterator[Text]:
        """What stands apart, what is negative, what is said of the standard."""
        a, names = self.account, self.part_names
        year = a.basis.years[-1]
        worth = {p.name: float(a.add([p], year=year)) for p in a.parts if p.role is Role.OUTSIDE}
        yield from self.those("apart_n", [f"{names[p]} {self.amount(w)}" for p, w in worth.items()])
        shown = [p for p in a.parts if p.headline]
        within = [names[p.name] for p in shown if not p.solution.unpriced]
        yield from self.those("headline_n", within)
        yield from self.those("unpriced_n", [names[p.name] for p in shown if p.solution.unpriced])
        negative = [names[p.name] for p in a.counted if (a.cells(p)["value"] < 0).any()]
        yield from self.those("negative_n", negative)
        if a.profile.note:
            yield Text(self.w("standard_note", note=own_words(a.profile.note, self.lang)))
        inferred = (r for r in a.profile.rows if r.evidence == "reconstructed")
        yield from self.those("reconstructed_n", [name_of(r, self.lang) for r in inferred])

    def those(self, key: str, names: list[str]) -> Iterator[Text]:
        """A sentence about some components, where there are any."""
        if names:
            yield Text(self.w(key, names=self.listing(names)))

    def lacking(self, m: Missing) -> tuple[str, str, str]:
        """What is not accounted, of which labels, and what it needs."""
        needs = (bracketed(input_name(n, self.lang), u, self.lang) for n, u in m.needs)
        only = m.only(self.lang, self.account.basis.ecosystems)
        return thing(m.indicator, m.component, self.lang), only, self.listing(needs)

    def methods(self) -> Iterator[Block]:
        a, lang = self.account, self.lang
        said = {r.id: r.status for r in self.rows}
        lines = []
        for p in a.parts:
            how = listed.route(p, lang) or self.status(said[p.name])
            method = method_name(p.solution.method, lang) if p.component.price else ""
            lines.append((row_name(p, lang), component_name(p, lang), how, method))
        yield self.cut(self.w("how"), self.words("indicator component how method"), lines)
        prices = [self.price(x) for x in listed.prices(listed.lines(a))]
        head = self.words("used_for price unit price_year as_given source")
        yield from self.some(self.w("prices"), head, prices, (1,))
        coefficients = [self.coefficient(c) for c in listed.parameters(a)]
        head = self.words("coefficient ecosystem figure unit source")
        yield from self.some(self.w("parameters"), head, coefficients, (2,))

    def price(self, x: listed.Price) -> tuple[str, ...]:
        """A price, what it is used for, and what it rests on."""
        rests_on: tuple[Entry | Coefficient, ...] = (*x.entries, *x.rows)
        labels = self.listing((x.item, self.type_label(x.ecosystem), x.region))
        used_for = self.listing(self.part_names[n] for n in x.used_by)
        given = dict.fromkeys(as_given(e, pretty(e.unit, self.lang)) for e in x.entries)
        cited = dict.fromkeys(source_name(e.source, self.lang) for e in rests_on)
        return (
            f"{used_for} [{labels}]" if labels else used_for,
            plain(x.value),
            pretty(x.unit, self.lang),
            str(price_year(x, self.account)),
            self.listing(given),
            "; ".join(cited),
        )

    def coefficient(self, c: listed.Parameter) -> tuple[str, ...]:
        """A coefficient, of what it is, and its source."""
        r, lang = row_of(c, self.lang), self.lang
        at = self.listing((self.type_label(r.ecosystem), r.item, r.region))
        return term(c.name, lang), at, f"{c.value:g}", pretty(c.unit, lang), citation(r, lang)

    def type_label(self, name: str) -> str:
        """The name of an ecosystem type; empty where there is none."""
        return called(name, self.lang, self.account.basis.ecosystems)

    def sources(self) -> Iterator[Table]:
        lang = self.lang
        lines = []
        for source, (*counts, words) in listed.sources(self.account).items():
            figures, cited = (str(n or "") for n in counts)
            evidence = self.listing(evidence_name(x, lang) for x in words)
            lines.append((source_name(source, lang), figures, cited, evidence))
        head = self.words("source figures parameters evidence")
        yield self.cut(self.w("sources"), head, lines, (1, 2))

    def controls(self) -> Iterator[Block]:
        found = self.account.controls
        if not found:
            return
        yield Text(self.w("controls_n", n=len(found), m=sum(not c.within for c in found)))
        head = self.words("indicator published value difference reach verdict")
        lines = [self.control(c) for c in found]
        yield self.cut(self.in_money("controls"), head, lines, (1, 2, 3, 4))

    def control(self, c: Control) -> tuple[str, ...]:
        """A published figure beside the account's own."""
        basis, factor = self.account.basis, self.money.factor
        labels = dict(c.labels)
        if len(basis.years) == 1:
            labels.pop("year", None)
        at = control_place(labels, self.lang, basis)
        return (
            " ".join(filter(None, (self.name_of(c.name), at))),
            self.money_cell(c.published, 4),
            self.money_cell(c.account, 4),
            f"{round(c.difference / factor, 4) + 0.0:+,.4f}",
            f"±{(c.rounding + c.rounding_inputs) / factor:,.4f}",
            self.w("within" if c.within else "beyond"),
        )

    def name_of(self, control: str) -> str:
        """What a control is about, in words."""
        whole = {p.indicator.id: name_of(p.indicator, self.lang) for p in self.account.parts}
        names = control.removeprefix("level:").split("+")
        return self.part_names.get(control) or " + ".join(whole.get(n, self.w(n)) for n in names)

    def redo(self) -> Iterator[Block]:
        yield Text(self.w("made_with", version=installed()))
        files = tuple(self.account.files.items())
        if files:
            yield Table(self.w("files"), (self.w("file"), "SHA-256"), files)

    # -- tables

    def some(
        self,
        caption: str,
        head: tuple[str, ...],
        lines: Sequence[tuple[str, ...]],
        numbers: tuple[int, ...] = (),
    ) -> Iterator[Table]:
        """A table, where it has any lines."""
        if lines:
            yield self.cut(caption, head, lines, numbers)

    def cut(
        self,
        caption: str,
        head: tuple[str, ...],
        lines: Sequence[tuple[str, ...]],
        numbers: tuple[int, ...] = (),
    ) -> Table:
        """A table of at most so many rows, which says how many it leaves to the workbook."""
        more = len(lines) - ROWS_MAX
        note = self.w("more_rows", n=more) if more > 0 else ""
        return Table(caption, head, tuple(lines[:ROWS_MAX]), numbers, note=note)
