"""Coefficient tables: CSV files beside the code that uses them, one row a number, every row with
its source.

Rows stay plain tuples until used: building labelled arrays at import would cost every user their
start-up.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from gep.core.ecosystems import lineage
from gep.core.errors import ParameterError, Problem
from gep.core.source import named
from gep.core.units import conversion

HEADER = (
    "name",
    "ecosystem",
    "item",
    "region",
    "value",
    "unit",
    "low",
    "high",
    "year",
    "source",
    "clause",
    "evidence",
    "note",
)
EVIDENCE = ("sourced", "derived", "general", "uncertain", "synthetic")  # from firm to weak


class Row(NamedTuple):
    """One number of a table, with where it comes from."""

    name: str
    ecosystem: str
    item: str
    region: str
    value: float
    unit: str
    low: float | None
    high: float | None
    year: str
    source: str
    clause: str
    evidence: str
    note: str

    def cite(self) -> str:
        """The row as a person would quote it."""
        at = ", ".join(part for part in (self.ecosystem, self.item, self.region) if part)
        clause = f", {self.clause}" if self.clause else ""
        name = f"{self.name} [{at}]" if at else self.name
        source = f"{self.source}{clause}; {self.evidence}"
        return f"{name} = {self.value:g} {self.unit} ({source})"


@cache
def read(path: Path) -> Mapping[str, tuple[Row, ...]]:
    """The rows of a shipped table by name."""
    out: dict[str, list[Row]] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for raw in csv.DictReader(stream):
            numbers: dict[str, Any] = {
                "value": float(raw["value"]),
                **{k: float(raw[k]) if raw[k] else None for k in ("low", "high")},
            }
            row = Row(**{**raw, **numbers})
            out.setdefault(row.name, []).append(row)
    return {name: tuple(rows) for name, rows in out.items()}


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A named coefficient of a table: what an argument takes when the caller gives nothing."""

    path: Path
    name: str

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows of this name."""
        try:
            return read(self.path)[self.name]
        except KeyError:
            raise ParameterError(
                "error.coefficient",
                [
                    Problem(
                        "coefficient.unknown", named(self.name), names=", ".join(read(self.path))
                    )
                ],
                name=self.name,
                table=self.path.name,
            ) from None

    @property
    def by_ecosystem(self) -> bool:
        """Whether the rows differ by ecosystem type."""
        return any(row.ecosystem for row in self.rows)

    def pick(
        self, ecosystem: str | None = None, own: Mapping[str, str] | None = None
    ) -> Row | None:
        """The row for one ecosystem label: the class itself or its nearest ancestor with a row;
        else the row for all.
        """
        rows: dict[str, Row | None] = {}
        # of several rows for one class nobody can tell which is meant, unless one is for all items
        # and regions
        for row in self.rows:
            rows[row.ecosystem] = None if row.ecosystem in rows else row
        rows |= {row.ecosystem: row for row in self.rows if not (row.item or row.region)}
        if ecosystem is not None:
            for step in lineage(ecosystem, own):
                if step in rows:
                    return rows[step]
        return rows.get("")

    def numbers(
        self, unit: str, ecosystems: Sequence[str] | None, own: Mapping[str, str] | None = None
    ) -> tuple[list[float], list[Row], list[str]]:
        """The coefficient in ``unit`` for each label (or once, without labels), the rows used, and
        labels without a row.
        """
        picked = (
            [self.pick(label, own) for label in ecosystems]
            if ecosystems is not None
            else [self.pick()]
        )
        lacking = [
            label
            for label, row in zip(
                ["no ecosystem given"] if ecosystems is None else ecosystems, picked, strict=True
            )
            if row is None
        ]
        out = [
            float("nan")
            if row is None
            else row.value * conversion(row.unit, unit)[0] + conversion(row.unit, unit)[1]
            for row in picked
        ]
        return out, list(dict.fromkeys(row for row in picked if row)), lacking


class Table:
    """The coefficient table of one module."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __getitem__(self, name: str) -> Coefficient:
        return Coefficient(self.path, name)


@lru_cache(maxsize=256)
def beside(file: str) -> Table:
    """The table that lies beside a module, of the same name."""
    return Table(Path(file).with_suffix(".csv"))


CONSTANTS = Table(
    Path(__file__).with_name("constants.csv")
)  # of nature: what services and prices both take
