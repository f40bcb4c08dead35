"""Reference pages made from the records, so that they cannot drift from the code: one page an
indicator.
"""

from __future__ import annotations

import re
import shutil
import textwrap
from html import escape
from pathlib import Path

import api
import notebooks
from latex2mathml.converter import convert

from gep import indicators, pricing, standards
from gep.core import ecosystems, units
from gep.core import nomenclature as names
from gep.core.formula import Formula, Indicator
from gep.core.tables import Coefficient
from gep.pricing import register
from gep.report.explain import body
from gep.words.numbers import pretty


def write(folder: Path) -> None:
    """Write every reference page anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pages = {f"indicator-{i.id}": indicator(i) for i in indicators.every() if i.components}
    pages |= {f"pricing-{p.id}": method(p) for p in pricing.every()}
    pages |= {f"standard-{id}": standard(standards.get(id)) for id in standards.ids()}
    books = notebooks.pages(Path(__file__).parents[1] / "examples" / "notebooks", folder)
    pages |= {"api": api.page(), "notebooks": shelf(books), **books}
    pages |= {
        "nomenclature": nomenclature(),
        "ecosystems": tree(),
        "prices": prices(),
        "units": unit_page(),
    }
    order = {"Indicators": "indicator-", "Pricing": "pricing-", "Standards": "standard-"}
    toc = ["# Reference", "", "Made from the records when these pages are built.", ""]
    for caption, prefix in order.items():
        toc += [
            "```{toctree}",
            f":caption: {caption}",
            ":maxdepth: 1",
            "",
            *(n for n in pages if n.startswith(prefix)),
            "```",
            "",
        ]
    toc += [
        "```{toctree}",
        ":caption: Words and tables",
        ":maxdepth: 1",
        "",
        "nomenclature",
        "ecosystems",
        "prices",
        "units",
        "```",
        "",
    ]
    for name, text in {**pages, "index": "\n".join(toc)}.items():
        (folder / f"{name}.md").write_text(text, "utf-8")


def shelf(books: dict[str, str]) -> str:
    """The page that lists the notebooks."""
    head = (
        "# Notebooks\n\nRun and stored with what they gave; the tests run them again. They lie in"
        " `examples/notebooks`.\n"
    )
    return "\n".join([head, "```{toctree}", ":maxdepth: 1", "", *books, "```", ""])


def table(heads: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; what comes from outside is text."""
    line = [
        "| " + " | ".join(str(c).replace("|", "\\|").replace("\n", " ") for c in r) + " |"
        for r in rows
    ]
    return "\n".join(["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads), *line, ""])


def indicator(i: Indicator) -> str:
    """Definition, components, formulas with inputs and coefficients, worked numbers, the standards
    that use it.
    """
    used = [
        f"[{p.zh}](standard-{p.id}.md)"
        for p in map(standards.get, standards.ids())
        if any(r.holds(i.id, c.id) for r in p.rows for c in i.components)
    ]
    out = [
        f"# {i.en} {i.zh}",
        "",
        f"`{i.id}`, {i.level}",
        "",
        _prose(i.doc),
        "",
        "## Components",
        "",
    ]
    out.append(
        table(
            ["id", "中文", "English", "quantity", "unit", "price", "unit", "priced by"],
            [
                [
                    f"`{c.id}`",
                    c.zh,
                    c.en,
                    f"`{c.quantity or 'quantity'}`",
                    pretty(c.unit) or "of each item",
                    f"`{c.price}`",
                    pretty(c.price_unit) or "of each item",
                    f"[{c.pricing}](pricing-{c.pricing}.md)"
                    + (f" (outside GEP: {c.outside})" if c.outside else ""),
                ]
                for c in i.components
            ],
        )
    )
    for name, routes in i.quantities.items():
        out += [f"## `{name}`", ""]
        for n, f in enumerate(routes):
            out += [
                _formula(
                    f,
                    "default route" if len(routes) > 1 and not n else "another route" if n else "",
                )
            ]
    out += ["## Standards that use it", "", ", ".join(used), ""]
    return "\n".join(out)


def method(p) -> str:
    """A pricing method with its formulas."""
    out = [
        f"# {p.en} {p.zh}",
        "",
        (
            f"`{p.id}`. SEEA EA: {p.seea}."
            + (
                " An exchange value."
                if p.exchange_value
                else " No exchange value: it stays out of GEP."
            )
        ),
        "",
        _prose(p.doc),
        "",
    ]
    for name, routes in p.formulas.items():
        out += [f"## `{name}`", "", *(_formula(f, "") for f in routes)]
    return "\n".join(out)


def _prose(text: str) -> str:
    return (
        textwrap.dedent(text)
        .strip()
        .replace("``", "`")
        .replace("<", "\\<")
        .replace("*", "\\*")
        .replace("|", "\\|")
    )


def _formula(f: Formula, role: str) -> str:
    latex = re.search(r"\.\. math::\s*(.+?)\n\s*\n", f.kernel.__doc__ or "", re.DOTALL)
    out = [
        f"### `{f.__name__}` [{pretty(f.unit)}]",
        "",
        f.summary + (f" *{role.capitalize()}.*" if role else ""),
        "",
    ]
    if latex:
        out += [f"<div>{convert(' '.join(latex.group(1).split()))}</div>", ""]
    out += [
        f"Computed as `{' '.join(body(f).split())}`"
        + (f", added up over `{f.over}`" if f.over else "")
        + ".",
        "",
    ]
    rows = []
    for x in f.inputs.values():
        low, high = ("" if v is None else f"{v:g}" for v in (x.low, x.high))
        default = (
            "table below"
            if isinstance(x.default, Coefficient)
            else ""
            if x.default is None
            else f"{x.default:g}"
        )
        rows.append(
            [
                f"`{x.name}`",
                pretty(x.unit),
                f"{low} … {high}" if low or high else "",
                default,
                names.meaning(x.name, "zh"),
                names.meaning(x.name),
            ]
        )
    out += [table(["input", "unit", "range", "default", "中文", "English"], rows)]
    coefficients = [
        r for x in f.inputs.values() if isinstance(x.default, Coefficient) for r in x.default.rows
    ]
    if coefficients:
        out += [
            "<details><summary>Coefficients with their sources</summary>",
            "",
            table(
                [
                    "name",
                    "ecosystem",
                    "value",
                    "unit",
                    "year",
                    "source",
                    "clause",
                    "evidence",
                    "note",
                ],
                [
                    [
                        r.name,
                        r.ecosystem,
                        f"{r.value:g}",
                        r.unit,
                        r.year,
                        escape(r.source),
                        escape(r.clause),
                        r.evidence,
                        escape(r.note),
                    ]
                    for r in coefficients
                ],
            ),
            "</details>",
            "",
        ]
    out += [_worked(f)]
    references = re.search(
        r"References\s*\n\s*-+\n(.+?)(\n\s*\n|\Z)", f.kernel.__doc__ or "", re.DOTALL
    )
    if references:
        out += ["Source of the method: " + escape(" ".join(references.group(1).split())), ""]
    return "\n".join(out)


def _worked(f: Formula) -> str:
    """The worked numbers, computed while the page is built."""
    rows = []
    for w in f.worked:
        result = f(**w.inputs)
        wanted, unit = units.split(w.result)
        scale, offset = units.conversion(f.unit, unit or "1")
        got = float(result) * scale + offset
        rows.append(
            [
                ", ".join(f"{k} = {v}" for k, v in w.inputs.items()),
                w.result,
                f"{got:.6g} {unit}",
                escape(w.source),
            ]
        )
        assert abs(got - wanted) <= w.rel * abs(wanted) + 1e-300, (
            f"{f.__name__}: {got} for {wanted}"
        )
    return table(["worked number: inputs", "printed or by hand", "computed here", "source"], rows)


def standard(p) -> str:
    """The page of a standard: how far it is known, its switches, its rows with clause, method and
    evidence.
    """
    from gep.report.standard_page import markdown

    return markdown(p)


TWICE = [  # English words that have two meanings here, kept apart by their Chinese
    ["source (place)", "位置", "Where a figure or a problem stands: file, line, column; `Source`."],
    ["source (citation)", "来源", "Who published a figure: the column `source` of a table."],
]


def nomenclature() -> str:
    """One word for one thing, in two languages."""
    rows = [[f"`{n.name}`", n.zh, n.en, n.definition] for n in names.every().values()]
    return "\n".join(
        [
            "# Nomenclature 术语\n\nThe names of inputs, coefficients and prices.\n",
            table(["name", "中文", "English", "meaning"], rows),
            "\n## One word for two things\n",
            table(["word", "中文", "meaning"], TWICE),
        ]
    )


def tree() -> str:
    """The tree of ecosystem types."""
    rows = [
        [e.code, f"`{e.id}`", e.zh, e.en, e.criterion, e.source] for e in ecosystems.tree().values()
    ]
    return "# Ecosystem types 生态系统类型\n\n" + table(
        ["code", "id", "中文", "English", "criterion", "source"], rows
    )


def prices() -> str:
    """The register of published prices."""
    rows = [
        [
            r.name,
            r.item,
            f"{r.value:g}",
            r.unit,
            r.region,
            r.year,
            escape(r.source),
            r.evidence,
            escape(r.note),
        ]
        for r in register.prices()
    ]
    head = (
        "# Published prices 公布的价格\n\nA register to choose from: the price of one place or"
        " study is never a default elsewhere.\n\n"
    )
    return head + table(
        ["price", "row", "value", "unit", "place", "year", "source", "evidence", "note"], rows
    )


def unit_page() -> str:
    """How units are written."""
    examples = [
        "万吨",
        "亿元",
        "万m³",
        "亿kWh",
        "万人次",
        "亩",
        "千公顷",
        "kg SO2/(hm2 a)",
        "t·km⁻²·a⁻¹",
        "CNY/t CO2",
        "元/(m²·年)",
        "吨标准煤",
        "dB(A)",
        "%",
    ]
    rows = [[f"`{e}`", f"`{units._Parser(e).parse()}`"] for e in examples]
    text = (
        "# Units 单位\n\nA unit stands beside every figure. What follows a `/` and has several"
        " factors needs brackets: `kJ/(m2 d)`. A substance belongs to the unit before it: `CNY/t"
        " CO2` is yuan per tonne of carbon dioxide, and does not convert to yuan per tonne of"
        " carbon.\n\n"
    )
    return text + table(["as written", "as read"], rows)
