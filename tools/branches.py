"""Branches of a package: radon's complexity less one, summed over its functions, and its spread.

``python tools/branches.py CHECKOUT [CHECKOUT ...]`` prints one line a checkout, so that what a
change did to the whole can be said in numbers. Needs radon (``pip install radon``).
"""

from __future__ import annotations

import sys
from pathlib import Path

from radon.complexity import cc_visit
from radon.visitors import Function


def counted(checkout: Path) -> str:
    """What there is in the package ``gep`` of a checkout."""
    texts = [p.read_text("utf-8") for p in sorted((checkout / "gep").rglob("*.py"))]
    found = [b.complexity for text in texts for b in cc_visit(text) if isinstance(b, Function)]
    over = {limit: sum(c > limit for c in found) for limit in (10, 15, 20)}
    spread = ", ".join(f"{count} over {limit}" for limit, count in over.items())
    lines = sum(text.count("\n") for text in texts)
    return (
        f"{checkout}: {lines} lines, {len(found)} functions, {sum(found) - len(found)} branches, "
        f"mean complexity {sum(found) / len(found):.2f}, {spread}"
    )


if __name__ == "__main__":
    for name in sys.argv[1:] or ["."]:
        print(counted(Path(name)))
