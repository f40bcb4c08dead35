"""Files out: several at once, all or none of them, whoever else writes there and whenever the run
is stopped.

They are made in a scratch folder inside the output folder. One rename of that folder, to
:data:`SWITCH`, decides: before it the output is the old one, after it the new one. The files are
then moved to their names; what a killed run left to move is moved by the next one that holds the
lock, before anything else. The lock lets one run at a time do that.

Text that came from outside is written so that no spreadsheet runs it (:func:`neutral`).
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from gep.core.errors import InputError, Problem
from gep.core.source import Source

if TYPE_CHECKING:
    import pandas as pd

SWITCH = ".gep-switch"  # holds the new files that are not in place yet
LOCK = ".gep-lock"
SCRATCH = ".gep-scratch-"
STALE = 7 * 24 * 3600  # seconds after which a scratch folder is one that a killed run left behind
PATIENCE = 60.0  # seconds to wait for another run to move its files


def write(out: str | os.PathLike[str], files: Mapping[str, str | bytes]) -> list[Path]:
    """Write files into a folder, all of them or none.

    Parameters
    ----------
    out : path
        Folder, made where it is not there. Other files in it stay as they are.
    files : mapping of file name to text or bytes
        Text is written as UTF-8.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    with scratch(out) as at:
        for name, data in files.items():
            (at / name).write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
    return [Path(out) / name for name in files]


@contextlib.contextmanager
def scratch(out: str | os.PathLike[str], *, held: bool = False) -> Iterator[Path]:
    """A scratch folder whose files, also those of its subfolders, take their place in ``out`` when
    the block ends without an error.

    Parameters
    ----------
    out : path
        Folder, made where it is not there.
    held : bool
        Whether the caller holds the lock of the folder already; see :func:`alone`.

    Raises
    ------
    InputError
        If the folder cannot be written, or another run keeps it for more than :data:`PATIENCE`
        seconds.
    """
    target = Path(out)
    at: Path | None = None
    try:
        target.mkdir(parents=True, exist_ok=True)
        at = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=target))
        yield at
        with contextlib.nullcontext() if held else alone(target):
            _switch(target, at)
    except OSError as error:
        raise _failed(target, error) from None
    finally:
        if at is not None:
            shutil.rmtree(at, ignore_errors=True)


def place(path: str | os.PathLike[str], data: bytes) -> Path:
    """Write one file whole or not at all.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    target = Path(path)
    made = target.parent / f"{SCRATCH}{uuid.uuid4().hex}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with made.open("xb") as stream:
            stream.write(data)
        os.replace(made, target)
    except OSError as error:
        raise _failed(target, error) from None
    finally:
        with contextlib.suppress(
            OSError
        ):  # gone where it was moved; never there where the folder is none
            made.unlink()
    return target


def _switch(target: Path, new: Path) -> None:
    """Move the files of a scratch folder into the folder that it lies in, whose lock is held."""
    for name in _names(new):
        place = target / name
        if place.is_dir() and not place.is_symlink():
            raise _fault("output.folder", place)
        place.parent.mkdir(parents=True, exist_ok=True)
    os.rename(new, target / SWITCH)
    _settle(target)
    for old in target.glob(f"{SCRATCH}*"):
        with contextlib.suppress(OSError):
            if time.time() - old.lstat().st_mtime > STALE:
                shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()


def _settle(target: Path) -> None:
    """Move the files that are ready and not in place yet, if there are any."""
    ready = target / SWITCH
    if ready.is_symlink() or (ready.exists() and not ready.is_dir()):
        raise _fault("output.strange", ready)
    if ready.is_dir():
        for name in _names(ready):
            os.replace(ready / name, target / name)
        shutil.rmtree(ready)


def _names(folder: Path) -> list[Path]:
    """The files of a folder and its subfolders, as paths below it."""
    return sorted(
        file.relative_to(folder)
        for file in folder.rglob("*")
        if file.is_symlink() or not file.is_dir()
    )


@contextlib.contextmanager
def alone(target: Path) -> Iterator[None]:
    """Hold the lock of a folder, once what a killed run left to move is in place.

    The system lets go of the lock when the process ends, however it ends.

    Raises
    ------
    InputError
        If the folder cannot be written, or another run keeps it for more than :data:`PATIENCE`
        seconds.
    """
    path = target / LOCK
    until = time.monotonic() + PATIENCE
    while True:
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
        except OSError as error:
            raise _failed(target, error) from None
        try:
            if _locked(handle) and _same(handle, path):
                break
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
        if time.monotonic() > until:
            raise _fault("output.kept", target)
        time.sleep(0.02)
    try:
        try:
            _settle(target)
        except OSError as error:
            raise _failed(target, error) from None
        yield
    finally:
        if os.name == "posix":  # elsewhere an open file cannot be taken away, and stays
            path.unlink(missing_ok=True)
        os.close(handle)


def _locked(handle: int) -> bool:
    """Whether the lock could be had."""
    try:
        if os.name == "posix":
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    except OSError as error:
        if error.errno in (
            errno.ENOLCK,
            errno.ENOTSUP,
            errno.ENOSYS,
        ):  # a file system without locks
            return True
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        raise
    return True


def _same(handle: int, path: Path) -> bool:
    """Whether the file that was locked is still the one of that name: its last holder takes it
    away.
    """
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path))
    except FileNotFoundError:
        return False


def _failed(target: Path, error: OSError) -> InputError:
    why = error.strerror or str(error)
    return _fault("output.failed", error.filename or target, why=why)


def _fault(code: str, where: object, **values: object) -> InputError:
    return InputError("error.output", [Problem(code, Source(str(where)), **values)])


def csv_text(frame: pd.DataFrame) -> str:
    """A table as CSV text without its index; no cell of it runs as a formula.

    >>> import pandas as pd
    >>> csv_text(pd.DataFrame({"name": ["=1+1"], "value": [-1.5]}))
    "name,value\\n'=1+1,-1.5\\n"
    """
    safe = frame.copy()
    for column in safe.select_dtypes(exclude="number"):
        safe[column] = safe[column].map(neutral)
    return str(safe.to_csv(index=False, lineterminator="\n"))


_RUNS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "＝",
    "＋",
    "－",
    "＠",
)  # the wide ones where the keyboard is Chinese


def neutral(text: object) -> object:
    """Text that no spreadsheet runs as a formula.

    >>> neutral("=1+1"), neutral("forest")
    ("'=1+1", 'forest')
    """
    return f"'{text}" if isinstance(text, str) and text[:1] in _RUNS else text
