"""An account folder opened: what intake reads and spatial maps, built into an account."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from gep import standards
from gep.account.account import Account
from gep.account.basis import Basis
from gep.account.build import build
from gep.audit import plausible
from gep.core.errors import GepError
from gep.intake import account_toml
from gep.intake import folder as folders
from gep.intake.folder import Loaded
from gep.intake.reader import Reader


def read(
    folder: str | os.PathLike[str], standard: str = "", switches: Mapping[str, str] | None = None
) -> Account:
    """The account of a folder; under another standard, or with a switch of it turned, where one is
    named.

    ``standard`` is the id of one that ships, or a ``.toml`` file of the folder.

    Raises
    ------
    GepError
        One error that lists every fault found, by file, line and column; nothing is computed then.
    """
    loaded = load(folder)
    basis = loaded.basis
    if standard not in ("", basis.standard):
        r = Reader(Path(folder))
        profile = (
            account_toml.profile_of(r, standard)
            if standard.endswith(".toml")
            else standards.get(standard)
        )
        loaded.problems.extend(r.problems)
        basis = replace(
            basis,
            standard=profile.id,
            profile=account_toml.own_profile(profile),
            switches={},
        )
    basis = replace(basis, switches={**basis.switches, **(switches or {})})
    return made(replace(loaded, basis=basis), Path(folder).name)


def load(folder: str | os.PathLike[str]) -> Loaded:
    """The figures of an account folder, and its maps, with the faults found so far; see
    :func:`made`.

    Raises
    ------
    InputError
        If there is no such folder.
    """
    return folders.load(folder, _maps)


def _maps(r: Reader, path: Path, basis: Basis) -> Any:
    from gep.spatial.sources import read_scene  # only where there are maps

    return read_scene(r, path, basis)


def made(loaded: Loaded, name: str) -> Account:
    """The account of what was loaded.

    Raises
    ------
    GepError
        One error that lists every fault found, ``name`` leading its title.
    """
    try:
        return build(
            loaded.inputs,
            loaded.prices,
            loaded.basis,
            loaded.controls,
            loaded.problems,
            loaded.files,
            loaded.scene,
            plausible.found,
        )
    except GepError as error:
        raise error.of(name) from None
