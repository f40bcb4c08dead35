"""A reporting round: one city, one year, its regions, and what was reported last year.

A round is a folder. ``round.toml`` says what it is about, ``regions.csv`` who reports, ``last.csv``
what stood in the forms last year. Primary data of an account can be spread over the forms
(:func:`spread`), which is how last year's figures come to stand beside the blanks.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from gep import opening, standards
from gep.account.basis import Basis, Region
from gep.account.inputs import Entry
from gep.core import ecosystems, output
from gep.core.errors import GepError, InputError, Problem
from gep.core.messages import at
from gep.forms.define import Field, Form, departments, forms, needs, targets
from gep.forms.define import field as field_of
from gep.forms.unitwords import column_unit
from gep.intake import account_toml
from gep.intake.account_toml import COLUMNS
from gep.intake.reader import Reader

CLASSES = (
    "broadleaf_forest",
    "coniferous_forest",
    "mixed_forest",
    "shrub",
    "grassland",
    "mangrove",
    "marsh",
    "lake",
    "river",
    "reservoir",
    "arable_land",
    "garden",
    "urban_green",
    "settlement",
    "industry_transport",
    "bare",
    "nearshore_sea",
    "beach",
)
INDICES = "deflators.csv"
LAST_FILE = "last.csv"
LAST = ("field", "component", "region", "ecosystem", "item", "year", "value", "unit", "method")
ACCOUNT_KEYS = (
    "title",
    "price_year",
    "price_basis",
    "currency",
    "include",
    "note",
    "synthetic",
    "methods",
    "switches",
    "classification",
)


class Key(NamedTuple):
    """The labels of a row; a region or ecosystem that is blank means all of it."""

    component: str = ""
    region: str = ""
    ecosystem: str = ""
    item: str = ""
    unit: str = ""
    year: str = ""


class Figure(NamedTuple):
    """A figure in its place in the forms."""

    field: str
    key: Key
    text: str
    unit: str
    method: str = ""


@dataclass(frozen=True)
class Round:
    """What a round is about."""

    region: str
    year: int
    code: str = ""
    standard: str = "shenzhen"
    lang: str = "zh"
    ecosystems: tuple[str, ...] = CLASSES
    evidence: str = ""
    account: Mapping[str, object] = field(default_factory=dict)
    regions: Mapping[str, Region] = field(default_factory=dict)
    last: tuple[Figure, ...] = ()
    last_year: int | None = None
    indices: Mapping[str, Mapping[int, str]] = field(
        default_factory=dict
    )  # of the round's own deflators.csv

    def deadline(self, form: Form) -> dt.date:
        """When a form is due."""
        month, day = map(int, form.deadline.split("-"))
        return dt.date(self.year + 1, month, day)

    def leaves(self) -> list[Region]:
        """The regions with no region inside them."""
        parents = {r.parent for r in self.regions.values()}
        return [r for r in self.regions.values() if r.name not in parents]

    def reporting(self, level: str) -> list[Region]:
        """The regions that report at a level: districts lie directly in the city, sub-districts are
        the smallest.
        """
        if level == "city" or not self.regions:
            return []
        if level == "district":
            return [
                r
                for r in self.regions.values()
                if r.parent in ("", self.region) and r.name != self.region
            ]
        return self.leaves()

    def coded(self, code: str) -> str | None:
        """The name of the region of a code; blank for the city itself."""
        if code and code == self.code:
            return ""
        return next((r.name for r in self.regions.values() if r.code == code), None)

    @cached_property
    def last_of(self) -> Mapping[str, tuple[Figure, ...]]:
        """Last year's figures by form."""
        out: dict[str, list[Figure]] = {}
        for f in self.last:
            out.setdefault(f.field[:3], []).append(f)
        return {k: tuple(v) for k, v in out.items()}

    @cached_property
    def last_unit(self) -> Mapping[str, str]:
        """The unit of last year's first figure, by field."""
        return {f.field: f.unit for f in reversed(self.last)}

    def unit_of(self, f: Field) -> str:
        """The unit that the form prints for a field, in which last year's figures stand beside the
        blanks.
        """
        return column_unit(f, self.last_unit.get(f.code, ""), self.lang)

    def asked(self, f: Figure) -> Key:
        """The row in which a figure of last year is asked for again: a price of last year asks for
        this year's, an index keeps its year.
        """
        moved = f.key.year == str(self.last_year) and f.field != "C05-03"
        return f.key._replace(year=str(self.year)) if moved else f.key

    def rows(self, form: Form) -> list[Key]:
        """The rows of a form: those of last year where there are any, else every combination that
        it asks for.
        """
        mine = self.last_of.get(form.code, ())
        if mine and form.layout == "table":
            asked = map(self.asked, mine)
            return list(
                dict.fromkeys(
                    asked if "unit" in form.keys else (k._replace(unit="") for k in asked)
                )
            )
        regions = [r.name for r in self.reporting(form.level)] or [""]
        classes = [
            c
            for c in self.ecosystems
            if not form.ecosystems or ecosystems.belongs(c, form.ecosystems)
        ] or list(form.ecosystems)
        out = []
        for component in form.components or ("",):
            for region in regions if "region" in form.keys else [""]:
                for e in classes if "ecosystem" in form.keys and "item" not in form.keys else [""]:
                    out.append(
                        Key(
                            component,
                            region,
                            e,
                            "",
                            "",
                            str(self.year) if "year" in form.keys else "",
                        )
                    )
        return out

    @cached_property
    def beside(self) -> Mapping[tuple[str, Key], Figure]:
        """Last year's figures by field and row; a row is found whatever its price year."""
        return {
            (
                f.field,
                f.key._replace(
                    year="" if not f.field.startswith("C05-03") else f.key.year, unit=""
                ),
            ): f
            for f in self.last
        }


@cache
def _places() -> Mapping[tuple[str, str, str, str], tuple[tuple[Field, str], ...]]:
    out: dict[tuple[str, str, str, str], list[tuple[Field, str]]] = {}
    for form in forms().values():
        for f in form.fields:
            for part in form.components or ("",):
                for t in targets(f, part):
                    if not f.delivered:
                        out.setdefault(tuple(t), []).append((f, part))  # type: ignore[arg-type]
    return {k: tuple(v) for k, v in out.items()}


def _found(kind: str, e: Entry) -> tuple[tuple[Field, str], ...]:
    """The fields of an entry; one of an indicator with a single component may stand under the
    indicator alone.
    """
    exact = _places().get((kind, e.indicator, e.component, e.name), ())
    single = len([c for i, c, _ in needs() if i == e.indicator]) == 1
    return exact or (_places().get((kind, e.indicator, "", e.name), ()) if single else ())


def spread(
    inputs: Iterable[Entry], prices: Iterable[Entry], basis: Basis
) -> tuple[list[Figure], list[Entry]]:
    """Figures of an account in their places in the forms, and the entries that no form has a place
    for (of several years the last is asked).
    """
    out: dict[tuple[str, Key], Figure] = {}
    homeless: list[Entry] = []
    year = basis.years[-1] if basis.years else None
    for e in (*inputs, *prices):
        kind = "price" if e.is_price else "input"
        if kind == "input" and e.year not in (
            None,
            year,
        ):  # an earlier year of several: no form asks for it
            homeless.append(e)
            continue
        for f, part in _found(kind, e):
            form = forms()[f.form]
            own = ecosystems.find(e.ecosystem, basis.ecosystems) or e.ecosystem
            key = Key(
                part,
                e.region,
                own,
                e.item,
                e.unit if "unit" in form.keys else "",
                str(e.year or year or "") if "year" in form.keys else "",
            )
            held = {
                "component": part,
                "region": e.region,
                "ecosystem": own,
                "item": e.item,
                "year": e.year if e.is_price else None,
            }
            if all(k in form.keys for k, v in held.items() if v and k != "year"):
                out.setdefault((f.code, key), Figure(f.code, key, e.text, e.unit, e.method))
                break
        else:
            homeless.append(e)
    for r in basis.regions.values():
        for code, value, unit in (
            ("D03-01", r.area, "m2"),
            ("C05-01", r.population, "person"),
            ("C05-02", r.gdp, "CNY"),
        ):
            if value is not None:
                key = Key(region=r.name, year=str(year or "") if code.startswith("C05") else "")
                out[code, key] = Figure(code, key, f"{value:.15g}", unit)
    for index, table in basis.deflators.items():
        for y, value in table.items():
            key = Key(item=index, year=str(y))
            out["C05-03", key] = Figure("C05-03", key, f"{value:.15g}", "1")
    return list(out.values()), homeless


def from_account(
    path: str | Path, year: int | None = None, **own: object
) -> tuple[Round, list[Entry]]:
    """A round that asks again for what an account folder holds, with its figures as last year's.

    Raises
    ------
    GepError
        If the folder cannot be read.
    """
    loaded = opening.load(path)
    errors = [p for p in loaded.problems if p.level == "error"]
    if errors:
        raise InputError("error.file_read", errors, name=Path(path).name)
    b = loaded.basis
    figures, homeless = spread(loaded.inputs, loaded.prices, b)
    raw = tomllib.loads((Path(path) / "account.toml").read_text("utf-8"))
    account = {k: raw[k] for k in ACCOUNT_KEYS if k in raw}
    last = b.years[-1]
    if year not in (None, last):
        account.pop("price_year", None)
        account.pop("title", None)
    found = Round(
        b.region,
        year or last,
        standard=b.standard,
        evidence="synthetic" if raw.get("synthetic") else "",
        account=account,
        regions=b.regions,
        ecosystems=tuple(dict.fromkeys(f.key.ecosystem for f in figures if f.key.ecosystem))
        or CLASSES,
        last=tuple(figures),
        last_year=last,
    )
    return replace(found, **{k: v for k, v in own.items() if v}), homeless  # type: ignore[arg-type]


def toml(data: Mapping[str, object]) -> str:
    """A TOML file: text, numbers, flags and lists first, then tables.

    >>> toml({"region": "City", "methods": {"area": 1}})
    'region = "City"\\n\\n[methods]\\narea = 1\\n'
    """
    return "\n".join(_lines(data)) + "\n"


def _lines(data: Mapping[str, object], at: str = "") -> Iterator[str]:
    for key, value in data.items():
        if not isinstance(value, Mapping):
            yield f"{_bare(key)} = {json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)}"
    for key, value in data.items():
        if isinstance(value, Mapping) and value:
            name = f"{at}.{_bare(key)}" if at else _bare(key)
            yield f"\n[{name}]"
            yield from _lines(value, name)


def _bare(key: str) -> str:
    return (
        key
        if key.replace("_", "").isalnum() and key.isascii()
        else json.dumps(key, ensure_ascii=False)
    )


def save(r: Round, at: Path) -> None:
    """Write the files of a round; the caller sees to it that they take their places as a whole."""
    head = {
        "region": r.region,
        "code": r.code,
        "year": r.year,
        "standard": r.standard,
        "lang": r.lang,
        "ecosystems": r.ecosystems,
        "evidence": r.evidence,
    }
    if r.last_year:
        head["last_year"] = r.last_year
    rows = (
        {"field": f.field, **f.key._asdict(), "value": f.text, "unit": f.unit, "method": f.method}
        for f in r.last
    )
    output.place(at / "round.toml", toml({**head, "account": r.account}).encode("utf-8"))
    write_csv(at / "regions.csv", COLUMNS["regions.csv"], (_region(x) for x in r.regions.values()))
    write_csv(at / LAST_FILE, LAST, rows)


def _region(r: Region) -> dict[str, str]:
    size = {
        "area": (r.area, "m2"),
        "population": (r.population, "person"),
        "gdp": (r.gdp, "CNY/yr"),
    }
    return {
        "region": r.name,
        "parent": r.parent,
        "code": r.code,
        **{k: f"{v:.15g} {u}" if v is not None else "" for k, (v, u) in size.items()},
    }


def write_csv(
    path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]], mark: bool = False
) -> None:
    """A CSV file in UTF-8, with or without its mark in front; text that a spreadsheet would take
    for a formula is led by an apostrophe.
    """
    text = StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: _neutral(v) for k, v in row.items()} for row in rows)
    output.place(path, text.getvalue().encode("utf-8-sig" if mark else "utf-8"))


def _neutral(value: object) -> object:
    """A number stays a number: a leading minus is no formula there."""
    if isinstance(value, str) and value[:1] in "+-":
        try:
            float(value)
        except ValueError:
            return output.neutral(value)
        return value
    return output.neutral(value)


def read_csv(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file that this room wrote; none where it is not there."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def load(path: str | Path) -> Round:
    """The round of a folder.

    Raises
    ------
    InputError
        If the folder holds no round, or one that cannot be read.
    """
    at = Path(path)
    if not (at / "round.toml").is_file():
        raise InputError("error.round_none", [Problem("round.missing", str(path))])
    try:
        raw = tomllib.loads((at / "round.toml").read_text("utf-8"))
        standards.get(str(raw.get("standard", "shenzhen")))
        regions = {x["region"]: _read_region(x) for x in read_csv(at / "regions.csv")}
        last = []
        for x in read_csv(at / LAST_FILE):
            field_of(x["field"])
            last.append(
                Figure(
                    x["field"],
                    Key(
                        x["component"],
                        x["region"],
                        x["ecosystem"],
                        x["item"],
                        x["unit"] if "unit" in forms()[x["field"][:3]].keys else "",
                        x["year"],
                    ),
                    x["value"],
                    x["unit"],
                    x["method"],
                )
            )
        return Round(
            str(raw["region"]),
            int(raw["year"]),
            str(raw.get("code", "")),
            str(raw.get("standard", "shenzhen")),
            str(raw.get("lang", "zh")),
            tuple(map(str, raw.get("ecosystems", CLASSES))),
            str(raw.get("evidence", "")),
            raw.get("account", {}),
            regions,
            tuple(last),
            raw.get("last_year"),
            _indices(at),
        )
    except GepError:
        raise
    except (
        tomllib.TOMLDecodeError,
        UnicodeDecodeError,
        KeyError,
        TypeError,
        ValueError,
        csv.Error,
    ) as error:
        raise InputError(
            "error.round", [Problem("round.broken", str(path), values={"why": str(error)})]
        ) from None


def _read_region(x: Mapping[str, str]) -> Region:
    def amount(text: str) -> float | None:
        return float(text.split()[0]) if text.strip() else None

    return Region(
        x["region"],
        x.get("parent", ""),
        x.get("code", ""),
        amount(x.get("area", "")),
        amount(x.get("population", "")),
        amount(x.get("gdp", "")),
    )


def _indices(folder: Path) -> dict[str, dict[int, str]]:
    """The indices of ``deflators.csv`` in the folder of a round, by name and year; none where it is
    not there.

    Raises
    ------
    InputError
        With everything wrong in the file.
    """
    r = Reader(folder)
    out: dict[str, dict[int, str]] = {}
    for where, row in account_toml.rows(r, INDICES):
        year, value = r.year(where, row["year"]), r.number(where, "value", row["value"])
        table = out.setdefault(row["index"] or "index", {})
        if year is None and not row["year"]:
            r.fault("year.unreadable", at(where, "year"), text="")
        if value is not None and value <= 0:
            r.fault("deflator.range", at(where, "value"))
        elif year is not None and value is not None:
            if year in table:
                r.fault("deflator.double", where, year=year)
            table[year] = row["value"]
    faults = [p for p in r.problems if p.level == "error"]
    if faults:
        raise InputError("error.file_read", faults, name=INDICES)
    return out


def read_regions(path: str | Path, region: str) -> dict[str, Region]:
    """The regions of a city from a ``regions.csv`` of the form that account folders have.

    Parameters
    ----------
    path : path
    region : str
        The city, the parent of those that name none.

    Raises
    ------
    InputError
        With everything wrong in the file; what is only a warning there lets it pass.
    """
    file = Path(path)
    r = Reader(file.parent)
    found = account_toml.regions(r, file.name, region)
    if not r.there(file.name):
        r.fault("file.missing/table", str(path), names=", ".join(COLUMNS["regions.csv"]))
    faults = [p for p in r.problems if p.level == "error"]
    if faults:
        raise InputError("error.regions", faults)
    return {name: replace(x, parent=x.parent or region) for name, x in found.items()}


def department_of(form: Form, lang: str = "zh") -> str:
    """The department that answers for a form."""
    d = departments()[form.department]
    return d.en if lang == "en" else d.zh
