"""The files of a computed account: ledger.csv, summary.json and index.html, written all of them or
none.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from gep.account.account import Account
from gep.account.confidential import public, withheld
from gep.core import output
from gep.report.page.document import page


def write(account: Account, out: str | os.PathLike[str], lang: str = "en") -> list[Path]:
    """Write ledger.csv, index.html and summary.json, which names the SHA-256 of the other two; see
    :func:`gep.core.output.write`.
    """
    shown = public(account)
    files = {"ledger.csv": ledger_csv(account), "index.html": page(shown, lang)}
    written = {
        name: hashlib.sha256(text.encode("utf-8")).hexdigest() for name, text in files.items()
    }
    summary = {**shown.summary(), "written": written}
    return output.write(
        out, {**files, "summary.json": json.dumps(summary, ensure_ascii=False, indent=1) + "\n"}
    )


def ledger_csv(account: Account) -> str:
    """The ledger as CSV text; text that a spreadsheet would take for a formula is led by an
    apostrophe.
    """
    return output.csv_text(withheld(account, account.ledger))
