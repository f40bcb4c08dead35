"""LibreOffice without a window: files are opened, calculated afresh and saved in another format."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

OFFICE = next(filter(None, map(shutil.which, ("soffice", "libreoffice"))), None)
needs_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")


def converted(path: Path, form: str) -> Path:
    """The file saved in another format beside it, in a folder of its own; a profile of its own
    keeps runs apart.
    """
    out = path.parent / f"as_{form}"
    with tempfile.TemporaryDirectory() as profile:
        command = [
            OFFICE,
            f"-env:UserInstallation=file://{profile}",
            "--headless",
            "--convert-to",
            form,
            "--outdir",
            str(out),
            str(path),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    return out / f"{path.stem}.{form}"
