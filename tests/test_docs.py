"""Every Python block of the documentation runs as it stands, page by page, in order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [p for p in (*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md") if "```python" in p.read_text("utf-8")]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_blocks_run(page, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    space: dict[str, object] = {"__name__": "docs"}
    for block in re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE):
        if "# UnitError" in block or "..." in block:  # shows what an error looks like, or a shape to fill in
            continue
        exec(compile(block, str(page), "exec"), space)


def test_the_tutorial_folder_runs(tmp_path):
    import gep

    page = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
    toml = re.search(r"```toml\n(.*?)```", page, re.DOTALL).group(1)
    inputs, prices = re.findall(r"```text\n(.*?)```", page, re.DOTALL)[:2]
    for name, text in (("account.toml", toml), ("inputs.csv", inputs), ("prices.csv", prices)):
        (tmp_path / name).write_text(text, "utf-8")
    account = gep.run(tmp_path, tmp_path / "results", lang="zh")
    assert account.total.left_out == ()
    # forest 800 ha × (1200 − 48 − 700) mm, grassland 300 ha × (1200 − 108 − 600) mm, at 6.11; 35,000 visits at 80
    assert account.total == pytest.approx((800e4 * 0.452 + 300e4 * 0.492) * 6.11 + 35000 * 80)
