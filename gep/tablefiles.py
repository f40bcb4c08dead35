"""Small tables beside an account: CSV files read with every fault named, and written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from gep.errors import InputError, Problem
from gep.folder import _Reader, neutral


def read_table(path: str | os.PathLike[str], columns: Sequence[str], needed: Sequence[str], numbers: Sequence[str] = ()) -> list[tuple[str, dict[str, Any]]]:
    """Place and cells of each row of a CSV file; columns that are missing read as blank, those in ``numbers`` as numbers.

    Raises
    ------
    InputError
        One error that lists every fault by line and column.
    """
    file = Path(path)
    r = _Reader(file.parent)
    rows: list[tuple[str, dict[str, Any]]] = [(where, dict(row)) for where, row in r.rows(file.name, columns, needed)]
    for where, row in rows:
        for column in numbers:
            row[column] = r.number(where, column, row[column]) if row[column] or column in needed else None
    if not file.exists():
        r.problems.append(Problem("file.missing", str(path), "is not there", "write it with the columns {names}", values={"names": ", ".join(columns)}))
    faults = [p for p in r.problems if p.level == "error"]
    if faults:
        raise InputError(f"{file.name} cannot be used", faults)
    return rows


def write_tables(out: str | os.PathLike[str], tables: Mapping[str, pd.DataFrame]) -> list[Path]:
    """Write each table under its file name; a run that is stopped leaves the old file or the new, never half.

    Parameters
    ----------
    out : path
        Folder, made where it is not there.
    tables : mapping of file name to DataFrame
        The index is not written.
    """
    written = []
    for name, frame in tables.items():
        safe = frame.copy()
        for column in safe.select_dtypes(exclude="number"):
            safe[column] = safe[column].map(neutral)
        written.append(write_text(out, name, str(safe.to_csv(index=False, lineterminator="\n"))))
    return written


def write_text(out: str | os.PathLike[str], name: str, text: str) -> Path:
    """Write one file of a folder, whole or not at all."""
    target = Path(out)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".gep-", dir=target) as scratch:
        file = Path(scratch) / name
        file.write_bytes(text.encode("utf-8"))
        os.replace(file, target / name)
    return target / name
