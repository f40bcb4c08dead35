"""Office files are zip archives: made the same, byte for byte, whenever and wherever they are
written.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

_MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip archive can hold
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
# what XML 1.0 cannot hold: control characters, lone surrogates, non-characters
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Text without the characters that no XML file can hold.

    >>> clean("for\\x0best\\ud800")
    'forest'
    """
    return _FORBIDDEN.sub("", text)


def sealed(data: bytes, edit: Callable[[str, bytes], bytes] = lambda name, part: part) -> bytes:
    """The archive with each part edited, and no trace of when it was made."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new,
    ):
        for name in old.namelist():
            part = edit(name, old.read(name))
            if name == "docProps/core.xml":
                part = _STAMP.sub(rb"\g<1>2000-01-01T00:00:00Z\g<2>", part)
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            new.writestr(entry, part)
    return out.getvalue()
