"""Everything that an account can show, called by a program of somebody else."""

from __future__ import annotations

import json
from pathlib import Path

import gep
from gep.account import Control
from gep.analysis.compare import Comparison
from gep.report.explain import Explanation
from gep.report.plot import Plots


def shown(account: gep.Account, out: Path) -> list[str]:
    """What each view gives, as text."""
    explanation: Explanation = account.explain("soil_retention", "siltation", lang="zh")
    comparison: Comparison = account.compare(account)
    plots: Plots = account.plot
    controls: tuple[Control, ...] = account.controls
    written: list[Path] = [account.to_excel(out / "a.xlsx"), account.to_word(out / "a.docx", "zh")]
    texts: list[str] = [account.to_markdown("en"), account._repr_html_(), account.to_json()]
    return [
        *texts,
        str(explanation),
        comparison.to_csv(),
        type(plots).__name__,
        *(p.name for p in written),
        *(c.name for c in controls),
        json.dumps(account.summary()),
    ]


def inside(account: gep.Account) -> gep.Account:
    """The account of a drawn area."""
    return account.within("POLYGON ((0 0, 1 0, 1 1, 0 0))", name="park", crs="EPSG:4326")
