"""A reporting round: one city, one year, its regions, and what was reported last year.

A round is a folder. ``round.toml`` says what it is about, ``regions.csv`` who reports, ``last.csv``
what stood in the forms last year. Primary data of an account can be spread over the forms
(:func:`spread`), which is how last year's figures come to stand beside the blanks.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from io import StringIO
from itertools import product
from pathlib import Path
from typing import NamedTuple

from gep import opening, standards
from gep.account.basis import Basis, Region
from gep.account.inputs import Entry
from gep.core import ecosystems, output
from gep.core.errors import GepError, InputError, Problem
from gep.core.source import Source
from gep.forms.define import Field, Form, Target, departments, fed, forms, needs, titled
from gep.forms.define import field as field_of
from gep.forms.unitwords import column_unit
from gep.intake import account_toml
from gep.intake.account_toml import COLUMNS
from gep.intake.reader import Reader, toml_said

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
_INDEX = "C05-03"  # the field of price indices: a row of it is of its own year
_SIZES = {  # of a region: the field that asks for it, with its unit there and in an account
    "area": ("D03-01", "m2", "m2"),
    "population": ("C05-01", "person", "person"),
    "gdp": ("C05-02", "CNY", "CNY/yr"),
}
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
        if level == "city":
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
            return list(dict.fromkeys(map(self.asked, mine)))
        labels = {
            "component": form.components,
            "region": [r.name for r in self.reporting(form.level)] or [""],
            "ecosystem": [""] if "item" in form.keys else self._classes(form),
            "year": [str(self.year)],
        }
        asked = {name: found for name, found in labels.items() if name in form.keys}
        return [Key(**dict(zip(asked, row, strict=True))) for row in product(*asked.values())]

    def _classes(self, form: Form) -> Sequence[str]:
        """The classes of the round that a form asks for; those of the form where there are none."""
        if not form.ecosystems:
            return self.ecosystems
        mine = [c for c in self.ecosystems if ecosystems.belongs(c, form.ecosystems)]
        return mine or form.ecosystems

    @cached_property
    def beside(self) -> Mapping[tuple[str, Key], Figure]:
        """Last year's figures by field and row, as :func:`beside_key` says."""
        return {beside_key(f.field, f.key): f for f in self.last}


def beside_key(code: str, key: Key) -> tuple[str, Key]:
    """A field and a row whatever its unit and, but for an index, its year."""
    return code, key._replace(unit="", year=key.year if code == _INDEX else "")


@cache
def _places() -> Mapping[Target, Sequence[tuple[Field, str]]]:
    """The fields that give something of an account, each with the component of its row."""
    out: dict[Target, list[tuple[Field, str]]] = {}
    for f, part, target in fed():
        if not f.delivered:
            out.setdefault(target, []).append((f, part))
    return out


def _found(e: Entry) -> Sequence[tuple[Field, str]]:
    """The fields of an entry; one of an indicator with a single component may stand under the
    indicator alone.
    """
    place = Target("price" if e.is_price else "input", *e[:3])
    exact = _places().get(place, ())
    if exact or sum(i == e.indicator for i, *_ in needs()) != 1:
        return exact
    return _places().get(place._replace(component=""), ())


def _key(form: Form, **labels: str) -> Key:
    """The row that a form has for some labels, as far as it asks for them."""
    return Key(**{name: labels.get(name, "") for name in form.keys})


def _figure(e: Entry, basis: Basis, last: int | None) -> Figure | None:
    """An entry in the first form that has a place for it; None where no form has, or where it is of
    an earlier year of several.
    """
    if not e.is_price and e.year not in (None, last):
        return None
    own = ecosystems.find(e.ecosystem, basis.ecosystems) or e.ecosystem
    for f, part in _found(e):
        labels = {"component": part, "region": e.region, "ecosystem": own, "item": e.item}
        year = str(e.year or last or "")
        key = _key(forms()[f.form], **labels, unit=e.unit, year=year)
        if key[:4] == (part, e.region, own, e.item):  # else the form does not ask for one of them
            return Figure(f.code, key, e.text, e.unit, e.method)
    return None


def known_sizes(r: Region) -> dict[str, str]:
    """The area, population and GDP of a region as plain numbers; what is not known is left out."""
    sizes = {"area": r.area, "population": r.population, "gdp": r.gdp}
    return {name: f"{value:.15g}" for name, value in sizes.items() if value is not None}


def _statistics(basis: Basis, last: int | None) -> Iterator[Figure]:
    """Sizes of the regions and price indices as figures of the forms."""
    for r in basis.regions.values():
        for name, text in known_sizes(r).items():
            code, unit, _ = _SIZES[name]
            key = _key(forms()[code[:3]], region=r.name, year=str(last or ""))
            yield Figure(code, key, text, unit)
    for index, table in basis.deflators.items():
        for year, value in table.items():
            yield Figure(_INDEX, Key(item=index, year=str(year)), f"{value:.15g}", "1")


def spread(
    inputs: Iterable[Entry], prices: Iterable[Entry], basis: Basis
) -> tuple[list[Figure], list[Entry]]:
    """Figures of an account in their places in the forms, and the entries that no form has a place
    for (of several years the last is asked).
    """
    out: dict[tuple[str, Key], Figure] = {}
    homeless: list[Entry] = []
    last = basis.years[-1] if basis.years else None
    for e in (*inputs, *prices):
        found = _figure(e, basis, last)
        if found is None:
            homeless.append(e)
        else:
            out.setdefault(found[:2], found)
    out |= {f[:2]: f for f in _statistics(basis, last)}
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
    _refuse(loaded.problems, "error.file_read", name=Path(path).name)
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
        ecosystems=tuple(filter(None, dict.fromkeys(f.key.ecosystem for f in figures))) or CLASSES,
        last=tuple(figures),
        last_year=last,
    )
    return replace(found, **{k: v for k, v in own.items() if v}), homeless  # type: ignore[arg-type]


def _refuse(problems: Iterable[Problem], title: str, **values: str) -> None:
    """Raise all that is wrong; what is only a warning lets it pass."""
    errors = [p for p in problems if p.level == "error"]
    if errors:
        raise InputError(title, errors, **values)


def toml(data: Mapping[str, object]) -> str:
    """A TOML file: text, numbers, flags and lists first, then tables.

    >>> toml({"region": "City", "methods": {"area": 1}})
    'region = "City"\\n\\n[methods]\\narea = 1\\n'
    """
    return "\n".join(_lines(data)) + "\n"


def _lines(data: Mapping[str, object], above: str = "") -> Iterator[str]:
    for key, value in data.items():
        if not isinstance(value, Mapping):
            yield f"{_bare(key)} = {json.dumps(value, ensure_ascii=False)}"
    for key, value in data.items():
        if isinstance(value, Mapping) and value:
            name = above + _bare(key)
            yield f"\n[{name}]"
            yield from _lines(value, name + ".")


def _bare(key: str) -> str:
    """A key of TOML, in quotes where it needs them."""
    bare = re.fullmatch("_*[A-Za-z0-9][A-Za-z0-9_]*", key)
    return key if bare else json.dumps(key, ensure_ascii=False)


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
    write_csv(at / "regions.csv", COLUMNS["regions.csv"], map(region_row, r.regions.values()))
    write_csv(at / LAST_FILE, LAST, rows)


def region_row(r: Region) -> dict[str, str]:
    """A region as a row of ``regions.csv``."""
    sizes = {name: f"{text} {_SIZES[name][2]}" for name, text in known_sizes(r).items()}
    return {"region": r.name, "parent": r.parent, "code": r.code, **sizes}


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
        with suppress(ValueError):
            float(value)
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
        raise InputError("error.round_none", [Problem("round.missing", Source(str(path)))])
    try:
        raw = tomllib.loads((at / "round.toml").read_text("utf-8"))
        standards.get(str(raw.get("standard", "shenzhen")))
        regions = {x["region"]: _read_region(x) for x in read_csv(at / "regions.csv")}
        last = tuple(map(_read_figure, read_csv(at / LAST_FILE)))
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
            last,
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
            "error.round", [Problem("round.broken", Source(str(path)), why=toml_said(error))]
        ) from None


def _read_figure(x: Mapping[str, str]) -> Figure:
    form = forms()[field_of(x["field"]).form]
    unit = x["unit"] if "unit" in form.keys else ""
    key = Key(x["component"], x["region"], x["ecosystem"], x["item"], unit, x["year"])
    return Figure(x["field"], key, x["value"], x["unit"], x["method"])


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
        if not row["year"]:
            r.fault("year.unreadable", where.at("year"), text="")
        if value is not None and value <= 0:
            r.fault("deflator.range", where.at("value"))
        elif year is not None and value is not None:
            if year in table:
                r.fault("deflator.double", where, year=year)
            table[year] = row["value"]
    _refuse(r.problems, "error.file_read", name=INDICES)
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
        r.fault("file.missing/table", Source(str(path)), names=", ".join(COLUMNS["regions.csv"]))
    _refuse(r.problems, "error.regions")
    return {name: replace(x, parent=x.parent or region) for name, x in found.items()}


def department_of(form: Form, lang: str = "zh") -> str:
    """The department that answers for a form."""
    return titled(departments()[form.department], lang)
