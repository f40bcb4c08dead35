"""Prints the lowest versions that pyproject.toml allows to those who use the library, as
constraints for pip.

``python tools/lowest.py > lowest.txt && pip install -c lowest.txt '.[dev]'`` installs them, so that
the bounds can be tested.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))[
    "project"
]


def lowest() -> dict[str, str]:
    """Package: lowest version, over all extras but those of development."""
    extras = {
        name: packages
        for name, packages in PROJECT["optional-dependencies"].items()
        if name not in ("all", "dev", "docs")
    }
    wanted = [*PROJECT["dependencies"], *(r for packages in extras.values() for r in packages)]
    return dict(
        sorted(
            m.groups() for r in wanted if (m := re.fullmatch(r"([\w-]+)(?:\[\w+\])?>=([\d.]+)", r))
        )
    )  # type: ignore[misc]


if __name__ == "__main__":
    print(*(f"{name}=={version}" for name, version in lowest().items()), sep="\n")
