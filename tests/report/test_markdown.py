"""Markdown: GitHub tables with the account's figures, and text from outside that stays text."""

import pytest

from gep import compute
from gep import opening as folders
from gep.report.content import Heading, Table, Text, content
from gep.report.markdown import escape, markdown
from tests.conftest import TOML


def table(text, caption):
    """The cells of the table under a caption."""
    lines = text.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("**") and caption in line) + 2
    out = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        out.append(
            [c.strip().strip("*").removeprefix("&emsp;") for c in line.strip("|").split(" | ")]
        )
    return [row for n, row in enumerate(out) if n != 1]


def test_figures_of_a_published_account():
    """Pema Dolkar et al. 2017, table 3: water retention 321.49 hundred million m3 at 7.06 yuan,
    tourism 70.6669.
    """
    text = markdown(folders.read("examples/garze_2010"), "zh")
    rows = {tuple(r[:2]): r[2:] for r in table(text, "价值量账户")}
    assert rows["水源涵养", "水源涵养"] == ["321.49 亿m³", "7.06 元/m³", "2,269.7194", "30.07 %"]
    assert rows["景观游憩", "收费景区"] == ["358.68 万人次", "", "70.6669", "0.94 %"]
    assert rows["GEP", ""][2:] == ["7,548.9055", "100.00 %"]
    assert "Garzê 2010 年GEP为7,548.91亿元（2010年价格" in text
    assert "单位面积GEP为每平方公里504.31万元" in text and "人均GEP为71.22万元" in text


def test_what_is_kept_out_of_the_total_has_a_status_in_words():
    inputs = {"tourism.consumer_surplus.quantity": "10 visit/yr", "tourism.value": "5 CNY"}
    account = compute(
        inputs, {"tourism.consumer_surplus.consumer_surplus": "3 CNY/visit"}, year=2020
    )
    (row,) = [r for r in table(markdown(account, "zh"), "实物量账户") if r[1] == "消费者剩余"]
    assert row[-1] == "实物量给定"


def test_totals_of_the_main_table():
    account = folders.read("examples/garze_2010")
    rows = {r[0]: r[1] for r in table(markdown(account), "Results by indicator")}
    by = account.by("level")
    assert rows["regulating services"] == f"{by['regulating'] / 1e9:,.2f}" == "684.56"
    assert rows["GEP"] == "754.89"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_are_whole(lang):
    """As many cells in each row as in its head, tables numbered from 1."""
    account = folders.read("examples/garze_2010_matrix")
    blocks = content(account, lang)
    assert all(len(row) == len(t.head) for t in blocks if isinstance(t, Table) for row in t.rows)
    text = markdown(account, lang)
    name = "表" if lang == "zh" else "Table"
    numbers = [
        int(line.split()[1].strip("*"))
        for line in text.splitlines()
        if line.startswith(f"**{name} ")
    ]
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) == sum(
        isinstance(b, Table) for b in blocks
    )
    assert isinstance(blocks[0], Heading) and any(isinstance(b, Text) for b in blocks)


def test_the_matrix_has_its_margins():
    """Table 4 of the same paper: water retention of eight types adds up to 2269.71 hundred million
    yuan.
    """
    account = folders.read("examples/garze_2010_matrix")
    last = [
        b
        for b in content(account, "en")
        if isinstance(b, Table) and b.caption.startswith("Value by ecosystem")
    ][-1]
    assert last.head[-1] == "total" and last.rows[-1][-1] == f"{float(account.total) / 1e9:,.2f}"
    assert (
        dict(zip((r[0] for r in last.rows), (r[-1] for r in last.rows), strict=True))[
            "water retention"
        ]
        == "226.97"
    )


def test_what_is_missing_is_told(folder):
    account = folders.read(
        folder(
            "soil_retention,,retained_soil,,forest,,,100,t/a,s\n",
            toml=TOML.replace("catalogue", "garze2010"),
        )
    )
    text = markdown(account)
    assert "lack figures and are not accounted" in text
    needs = {r[0]: r[2] for r in table(text, "Not accounted")}
    assert "dredging cost" in next(v for k, v in needs.items() if k.startswith("soil retention · "))
    chinese = {r[0]: r[2] for r in table(markdown(account, "zh"), "未核算项目")}
    assert chinese["保持土壤 · 减少泥沙淤积"] == "容重 \\[t/m³\\]、清淤成本 \\[元/m³\\]"


def test_text_from_outside_is_text(folder):
    path = folder(
        "water_retention,retained_water,quantity,,,<img src=x onerror=a> | [a](b),"
        ",10,m3/a,`x` **b** $y$ @user\n",
        "water_retention,retained_water,reservoir_cost,,,,2,CNY/m3,2020,,\n",
        'title = "# <script>|\\n| --- |"\n'
        'region = "City"\nyear = 2020\nprice_year = 2020\nstandard = "catalogue"\n',
    )
    text = markdown(folders.read(path))
    assert text.startswith("# \\# \\<script\\>\\| \\| --- \\|\n")
    assert "\\<img src=x onerror=a\\> \\| \\[a\\](b)" in text and "<img" not in text.replace(
        "\\<img", ""
    )
    assert "\\`x\\` \\*\\*b\\*\\* \\$y\\$ \\@user" in text
    assert "no source" in text


@pytest.mark.parametrize(
    ("plain", "safe"),
    [
        ("- a", "\\- a"),
        ("1. a", "1\\. a"),
        ("a\r\nb", "a b"),
        ("---", "\\---"),
        ("2020 1.5", "2020 1.5"),
        ("a\x00b", "ab"),
    ],
)
def test_escape(plain, safe):
    assert escape(plain) == safe


def test_the_same_account_gives_the_same_text():
    one, two = (folders.read("examples/gaotianyan_2014").to_markdown("zh") for _ in range(2))
    assert one == two
