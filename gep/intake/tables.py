"""Small tables beside an account: CSV files read with every fault named, and written whole or not
at all.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from gep.core import output
from gep.core.errors import InputError, Problem
from gep.core.source import Source
from gep.intake.reader import Reader


def read_table(
    path: str | os.PathLike[str],
    columns: Sequence[str],
    needed: Sequence[str],
    numbers: Sequence[str] = (),
) -> list[tuple[Source, dict[str, Any]]]:
    """Place and cells of each row of a CSV file; columns that are missing read as blank, those in
    ``numbers`` as numbers.

    Raises
    ------
    InputError
        One error that lists every fault by line and column.
    """
    file = Path(path)
    r = Reader(file.parent)
    texts = list(r.rows(file.name, columns, needed))
    rows = [
        (where, row | {c: _figure(r, where, row, c, needed) for c in numbers})
        for where, row in texts
    ]
    if not file.exists():
        r.problems.append(
            Problem("file.missing/table", Source(str(path)), names=", ".join(columns))
        )
    faults = [p for p in r.problems if p.level == "error"]
    if faults:
        raise InputError("error.file_used", faults, name=file.name)
    return rows


def _figure(
    r: Reader, where: Source, row: Mapping[str, str], column: str, needed: Sequence[str]
) -> float | None:
    """The number in a cell; None where it is blank and may be."""
    if row[column] or column in needed:
        return r.number(where, column, row[column])
    return None


def write_tables(
    out: str | os.PathLike[str],
    tables: Mapping[str, pd.DataFrame],
    texts: Mapping[str, str] | None = None,
) -> list[Path]:
    """Write each table under its file name, all of them or none; see :func:`gep.core.output.write`.

    Parameters
    ----------
    out : path
        Folder, made where it is not there.
    tables : mapping of file name to DataFrame
        The index is not written.
    texts : mapping of file name to text, optional
        Files that belong with them.
    """
    return output.write(
        out, {**{name: output.csv_text(frame) for name, frame in tables.items()}, **(texts or {})}
    )
