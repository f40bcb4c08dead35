"""Every Python block of the documentation runs as it stands, page by page, in order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    p
    for p in (*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md")
    if "```python" in p.read_text("utf-8")
]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_blocks_run(page, monkeypatch):
    monkeypatch.chdir(ROOT)
    text = page.read_text("utf-8")
    if "gep-accounting[spatial]" in text:
        pytest.importorskip(
            "rasterio", reason="rasterio is not installed: pip install 'gep-accounting[spatial]'"
        )
    space: dict[str, object] = {"__name__": "docs"}
    for block in re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        if (
            "# UnitError" in block or "..." in block
        ):  # shows what an error looks like, or a shape to fill in
            continue
        exec(compile(block, str(page), "exec"), space)


def test_every_page_is_listed():
    """What is in no table of contents is never found."""
    listed = re.findall(
        r"^[a-z/-]+$", (ROOT / "docs" / "index.md").read_text("utf-8"), re.MULTILINE
    )
    assert {p.stem for p in (ROOT / "docs").glob("*.md")} - {"index"} <= set(listed)


def test_the_tutorial_folder_runs(tmp_path):
    import gep

    page = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
    toml = re.search(r"```toml\n(.*?)```", page, re.DOTALL).group(1)
    inputs, prices = re.findall(r"```text\n(.*?)```", page, re.DOTALL)[:2]
    for name, text in (("account.toml", toml), ("inputs.csv", inputs), ("prices.csv", prices)):
        (tmp_path / name).write_text(text, "utf-8")
    account = gep.run(tmp_path, tmp_path / "results", lang="zh")
    assert account.total.left_out == ()
    # forest 800 ha × (1200 − 48 − 700) mm, grassland 300 ha × (1200 − 108 − 600) mm, at 6.11;
    # 35,000 visits at 80
    assert account.total == pytest.approx((800e4 * 0.452 + 300e4 * 0.492) * 6.11 + 35000 * 80)


def test_the_chinese_page_runs(tmp_path):
    """2023: rain 1500 mm; water = Σ area × (rain × (1 − runoff) − evapotranspiration), areas in
    万亩 of 666.67 m² × 1e4.
    """
    import gep

    page = (ROOT / "docs" / "chinese.md").read_text("utf-8")
    texts = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    for name, text in zip(
        ("account.toml", "regions.csv", "inputs.csv", "prices.csv"),
        [re.search(r"```toml\n(.*?)```", page, re.DOTALL).group(1), *texts],
        strict=True,
    ):
        (tmp_path / name).write_text(text, "utf-8")
    account = gep.run(tmp_path, tmp_path / "results", lang="zh")
    mu = 1e4 * 10_000 / 15
    water = (
        mu
        * (90 * (1.5 * (1 - 0.0465) - 0.8) + 21 * (1.5 * 0.7 - 0.75) + 12 * (1.5 * 0.9 - 0.65))
        * 7.2
    )
    products = 11.2e4 * 2850 + 5.2e4 * 980 + 1230e4 * 2.4
    carbon = 90 * mu * 300e-6 * 44 / 12 * 68
    so2 = 1990 * 1260  # the uptake, 6,282 t, is more than what is emitted
    soil = 1300e4 * 0.24 / 1.3 * 18.5
    assert account.total == pytest.approx(
        water + products + carbon + so2 + soil + 131e4 * 0.7 * 420, rel=1e-6
    )
    assert [(m.component, m.ecosystems, m.needs) for m in account.missing] == [
        ("carbon", ("水田", "草地"), (("nep_density", "t C/(m^2 yr)"),))
    ]


def blocks(page: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", (ROOT / "docs" / page).read_text("utf-8"), re.DOTALL)


def test_the_small_examples_of_the_account_folder(folder):
    import gep

    text = blocks("account-folder.md", "text")
    small = text[next(n for n, t in enumerate(text) if "forest inventory" in t) :]
    rain, reservoir, shared, capped, products, controls = small
    one = gep.run(
        folder(
            rain.split("\n", 1)[1],
            reservoir.split("\n", 1)[1],
            blocks("account-folder.md", "toml")[0],
        )
    )
    assert one.total == pytest.approx((1.4 * (1 - 0.0352) - 0.82) * 120e6 * 6.11)
    districts = {"regions_csv": "region,parent\nEast,City\nWest,City\n"}
    split = gep.run(folder(shared.split("\n", 1)[1], **districts))
    assert split.by("region").to_dict() == pytest.approx({"East": 0.6 * 42e8, "West": 0.4 * 42e8})
    areas = ",,area,,shrub,East,,100,km2,hand\n,,area,,shrub,West,,50,km2,hand\n"
    held = gep.run(
        folder(
            areas + capped,
            "air_purification,so2,treatment_cost,,,,1,CNY/t SO2,2020,,hand\n",
            **districts,
        )
    )
    assert held.by("region").to_dict() == pytest.approx(
        {"East": 640 * 2 / 3, "West": 640 / 3}
    )  # 150 km2 × 9.2 t = 1380 t of capacity
    amount, price = products.strip().split("\n")
    assert gep.run(folder(amount + "\n", price + "\n")).total == 10e4 * 2600
    compared = gep.run(ROOT / "examples" / "garze_2010")
    for line in controls.strip().split("\n")[1:]:
        level, names, *_, value, _unit, _decimals, _source = line.split(",")
        found = (
            next(c for c in compared.controls if c.name in (names or level, f"level:{level}"))
            if not names
            else None
        )
        figure = (
            found.published
            if found
            else sum(
                c.published
                for c in compared.controls
                if c.name.split(".")[0] in names.split("+") and not c.labels.get("ecosystem")
            )
        )
        assert figure / 1e8 == pytest.approx(float(value), abs=0.005)


def test_the_profile_of_the_standards_page():
    import tomllib

    from gep import standards

    profile = standards.parse(tomllib.loads(blocks("standards.md", "toml")[0]))
    assert profile.floors == {"water_retention.retained_water": "region"} and len(profile.rows) == 2


def test_the_standards_page_says_what_the_profile_says():
    from gep import standards

    page = (ROOT / "docs" / "standards.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \| (\S+) .*?\| (confirmed|reconstructed)", page, re.MULTILINE)
    assert [(n, zh, evidence) for n, zh, evidence in rows] == [
        (str(n), r.zh, r.evidence) for n, r in enumerate(standards.get("shenzhen").rows, 1)
    ]
