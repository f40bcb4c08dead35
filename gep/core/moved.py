"""Where the modules of 0.1.0 went: one table, and a finder that serves the old paths with a
``DeprecationWarning``.
"""

from __future__ import annotations

import csv
import importlib
import sys
import warnings
from collections.abc import Sequence
from functools import cache
from importlib import resources
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


@cache
def table() -> dict[str, list[str]]:
    """Old module -> the modules that hold its names now, in the order in which they are looked
    through.
    """
    text = resources.files("gep.core").joinpath("moved.csv").read_text("utf-8")
    return {row["old"]: row["new"].split() for row in csv.DictReader(text.splitlines())}


class _Old(Loader):
    """Makes a module of 0.1.0 whose names are those of its successors."""

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        new = table()[module.__name__]
        warnings.warn(
            f"{module.__name__} is now {' and '.join(new)}", DeprecationWarning, stacklevel=2
        )

        def find(name: str) -> Any:
            for successor in map(importlib.import_module, new):
                if hasattr(successor, name):
                    return getattr(successor, name)
            raise AttributeError(f"module '{module.__name__}' has no attribute '{name}'")

        module.__dict__["__getattr__"] = find


class _Finder(MetaPathFinder):
    """Looks a name up in the table, after everything that exists."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not name.startswith("gep.") or name not in table():
            return None
        return ModuleSpec(
            name, _Old(), is_package=any(old.startswith(f"{name}.") for old in table())
        )


def serve() -> None:
    """Put the finder behind all others, once."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.append(_Finder())
