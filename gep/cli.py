"""The ``gep`` command; what it can do is in :mod:`gep.commands`."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point; without the ``cli`` extra it says in one line what to install."""
    try:
        from gep.commands import app
    except ModuleNotFoundError as error:
        if error.name not in ("typer", "rich", "click"):
            raise
        sys.exit("gep: the command line needs typer and rich: pip install 'gep-accounting[cli]'")
    app()
