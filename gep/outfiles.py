"""Tables written as CSV files: whole or not at all, with nothing in them that a spreadsheet would run."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from gep.folder import neutral


def write_tables(out: str | os.PathLike[str], tables: Mapping[str, pd.DataFrame]) -> list[Path]:
    """Write each table under its file name; a run that is stopped leaves the old file or the new, never half.

    Parameters
    ----------
    out : path
        Folder, made where it is not there.
    tables : mapping of file name to DataFrame
        The index is not written.
    """
    target = Path(out)
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for name, frame in tables.items():
        safe = frame.copy()
        for column in safe.select_dtypes(exclude="number"):
            safe[column] = safe[column].map(neutral)
        handle, scratch = tempfile.mkstemp(prefix=".gep-", dir=target)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            safe.to_csv(stream, index=False, lineterminator="\n")
        os.replace(scratch, target / name)
        written.append(target / name)
    return written
