"""The page: every figure is the ledger's, everything from outside is text, the same bytes each
time.
"""

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from gep import opening
from gep.report.page.document import page
from gep.report.views import districts, matrix

ROOT = Path(__file__).parents[2] / "examples"
NAMES = ("garze_2010", "shenzhen_2020", "garze_2010_matrix", "demo_city_table")
VOID = {"meta", "link", "br", "wbr"}


class Reader(HTMLParser):
    """Tables by the id of their section, each cell as (text, full value); and whether the tags
    nest.
    """

    def __init__(self, html):
        super().__init__()
        self.stack, self.section, self.tables, self.scripts, self.links, self.ids, self.words = (
            [],
            "",
            {},
            0,
            [],
            [],
            [],
        )
        self.value = None
        self.feed(html)
        assert self.stack == []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.scripts += tag in ("script", "img", "iframe", "object", "b-evil") or any(
            a.startswith("on") for a in attrs
        )
        self.links += [attrs[a] for a in ("src", "href") if a in attrs]
        self.ids += [attrs["id"]] if "id" in attrs else []
        if tag == "h2":
            self.section = attrs["id"]
        if tag == "tr":
            self.tables.setdefault(self.section, []).append([])
        if tag in ("td", "th"):
            self.tables[self.section][-1].append(["", None])
        if tag == "data":
            self.value = float(attrs["value"])
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.scripts += tag in ("script", "img")

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag, tag

    def handle_data(self, data):
        self.words.append(data)
        if {"td", "th"} & set(self.stack):
            cell = self.tables[self.section][-1][-1]
            cell[0] += data
            if self.stack[-1] == "data":
                cell[1] = self.value


@pytest.fixture(scope="module")
def accounts():
    return {name: opening.read(ROOT / name) for name in NAMES}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_values_are_the_ledgers(accounts, name, lang):
    account = accounts[name]
    html = page(account, lang)
    read = Reader(html)
    ledger = account.ledger
    ledger = ledger[ledger["year"] == account.basis.years[-1]]
    shown = ledger.groupby(["indicator", "component"])["quantity"].sum()
    ledger = ledger[ledger["role"] == "priced"]
    lines = read.tables["table"][1:]
    indicators = [line[-2][1] for line in lines]
    total = ledger["value"].sum()
    assert indicators[-1] == pytest.approx(total, rel=1e-12)
    components = ledger.groupby(["indicator", "component"], sort=False)["value"].sum()
    for value in components[components != 0]:
        assert any(v == pytest.approx(value, rel=1e-9) for v in indicators if v is not None), (
            name,
            value,
        )
    for key in ("level", "second_level"):
        for value in ledger.groupby(key)["value"].sum():
            assert any(v == pytest.approx(value, rel=1e-9) for v in indicators if v is not None)
    quantities = [line[1][1] for line in lines if len(line) == 7 and line[1][1] is not None]
    for quantity in quantities:
        assert np.isclose(shown, quantity, rtol=1e-9).any(), quantity


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_shown_is_the_full_value_rounded(accounts, lang):
    """The printed digits of money in the account table are those of the ledger in the unit of the
    head.
    """
    read = Reader(page(accounts["garze_2010"], lang))
    factor = 1e8 if lang == "zh" else 1e9
    shown = [
        (cell[0], cell[1])
        for line in read.tables["table"][1:]
        for cell in line[-2:-1]
        if cell[1] is not None
    ]
    assert len(shown) > 30
    for text, value in shown:
        assert text.replace(",", "").replace("−", "-") == f"{value / factor:.4f}"


def test_published_figures(accounts):
    """Garzê as printed: 7545.59, 632.64, 6842.28 and 70.67 (10^8 CNY) stand beside the account's
    own.
    """
    read = Reader(page(accounts["garze_2010"], "zh"))
    published = [line[1][1] for line in read.tables["controls"][1:]]
    assert published[-1] == pytest.approx(754559000000)
    assert published[-4:-1] == pytest.approx([63264000000, 684228000000, 7067000000])


@pytest.mark.parametrize("name", ["garze_2010_matrix", "demo_city_table"])
def test_matrix_and_districts_add_up(accounts, name):
    account = accounts[name]
    ledger = account.ledger[account.ledger["role"] == "priced"]
    cross = matrix(account)
    for (row, column), value in cross.values.items():
        cells = ledger[(ledger["second_level"] == row) & (ledger["ecosystem"] == column)]
        assert value == pytest.approx(cells["value"].sum(), rel=1e-9)
    assert sum(cross.values.values()) == pytest.approx(float(account.total), rel=1e-12)
    assert sum(cross.column_totals.values()) == pytest.approx(float(account.total), rel=1e-12)
    by_district = districts(account)
    if name == "demo_city_table":
        assert len(by_district.rows) == 10
        for r in by_district.rows:
            assert by_district.row_totals[r] == pytest.approx(
                float(account.add(account.counted, r, 2020)), rel=1e-12
            )
            assert by_district.row_totals[r] == pytest.approx(
                ledger[ledger["region"] == r]["value"].sum(), rel=1e-9
            )
        assert sum(by_district.row_totals.values()) == pytest.approx(
            float(account.total), rel=1e-12
        )
    else:
        assert by_district is None


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_page_is_whole_and_light(accounts, name, lang):
    html = page(accounts[name], lang)
    read = Reader(html)
    assert html == page(opening.read(ROOT / name), lang)
    assert len(html.encode()) < 2_000_000
    assert not read.scripts
    assert all(link.startswith("#") or link == "data:," for link in read.links)
    assert {link[1:] for link in read.links if link.startswith("#")} <= set(read.ids) and len(
        set(read.ids)
    ) == len(read.ids)
    assert "url(" not in html and "@import" not in html
    assert html.count("<h1>") == 1 and "<caption>" in html
    assert all(cell[0].strip() for line in read.tables["table"] for cell in line[:1])


EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&\x1b[2J\u202e\x00=cmd()"


def write_evil(at):
    """An account whose every free text is hostile."""
    quoted = '"' + EVIL.replace("\x00", "").replace('"', '""') + '"'
    toml = (
        EVIL.replace("\\", "\\\\")
        .replace('"', '\\"')
        .replace("\x00", "\\u0000")
        .replace("\x1b", "\\u001b")
    )
    at.joinpath("account.toml").write_text(
        (
            f'title = "{toml}"\nregion = "{toml}"\nyear = 2020\nprice_year = 2020\n'
            'standard = "catalogue"\n'
        ),
        "utf-8",
    )
    at.joinpath("regions.csv").write_text(f"region,parent\n{quoted},\n", "utf-8")
    at.joinpath("ecosystems.csv").write_text(f"label,class\n{quoted},forest\n", "utf-8")
    at.joinpath("inputs.csv").write_text(
        "indicator,component,input,item,ecosystem,region,value,unit,source\n"
        f"agricultural_products,crops,quantity,{quoted},,,10,t,{quoted}\n"
        f"water_retention,retained_water,quantity,,{quoted},,5,万m3,{quoted}\n",
        "utf-8",
    )
    at.joinpath("prices.csv").write_text(
        "indicator,component,price,item,value,unit,year,source\n"
        f"agricultural_products,crops,product_price,{quoted},3,CNY/t,2020,{quoted}\n"
        f"water_retention,retained_water,reservoir_cost,,7,CNY/m3,2020,{quoted}\n",
        "utf-8",
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hostile_text_stays_text(tmp_path, lang):
    write_evil(tmp_path)
    account = opening.read(tmp_path)
    html = page(
        account,
        lang,
        {
            "features": [
                {
                    "properties": {"name": EVIL},
                    "geometry": {
                        "type": "Polygon",
                        "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]],
                    },
                }
            ]
        },
    )
    read = Reader(html)
    assert not read.scripts
    assert "<script>alert(1)</script>" in "".join(read.words), "shown as it was written"
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]", html)
    assert not re.search("[\x00-\x08\x1b\u202e]|<script|<img", account._repr_html_())


def many_years(at):
    """Two years at constant prices: 100 and 110 (万m3) of water at 7 CNY/m3, so +10 %."""
    at.joinpath("account.toml").write_text(
        'region = "R"\nyears = [2019, 2020]\nprice_year = 2020\nstandard = "catalogue"\n', "utf-8"
    )
    at.joinpath("inputs.csv").write_text(
        (
            "indicator,component,input,region,year,value,unit\n"
            "water_retention,retained_water,quantity,A,2019,60,万m3\n"
            "water_retention,retained_water,quantity,B,2019,40,万m3\n"
            "water_retention,retained_water,quantity,A,2020,60,万m3\n"
            "water_retention,retained_water,quantity,B,2020,50,万m3\n"
        ),
        "utf-8",
    )
    at.joinpath("prices.csv").write_text(
        (
            "indicator,component,price,value,unit,year\n"
            "water_retention,retained_water,reservoir_cost,7,CNY/m3,2020\n"
        ),
        "utf-8",
    )
    at.joinpath("regions.csv").write_text(
        (
            "region,parent,area,population,gdp\nR,,3 km2,,\nA,R,1 km2,10人,1万元\n"
            "B,R,2 km2,10人,1万元\n"
        ),
        "utf-8",
    )
    return opening.read(at)


def test_years_changes_and_map(tmp_path):
    account = many_years(tmp_path)

    def square(x):
        corners = [[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]
        return {"type": "Polygon", "coordinates": [corners]}

    polygons = {
        "type": "FeatureCollection",
        "features": [
            {"properties": {"region": r}, "geometry": square(x)} for x, r in enumerate("AB")
        ],
    }
    html = page(account, "en", polygons)
    read = Reader(html)
    assert [line[-2][1] for line in read.tables["years"][1:]] == pytest.approx([7e6, 7.7e6])
    change = read.tables["changes"][1]
    assert [c[1] for c in change[1:5]] == pytest.approx([7e6, 7.7e6, 0.7e6, 0.1])
    assert [c[1] for c in change[5:]] == [None, pytest.approx(0.7e6), None, None, None], (
        "all of it by quantity"
    )
    assert "+10.00%" in html and html.count("<path") == 2
    first, second, whole = [[cell[1] for cell in line] for line in read.tables["districts"][1:]]
    assert (
        first[2] == pytest.approx(4.2e6)
        and second[2] == pytest.approx(3.5e6)
        and whole[2] == pytest.approx(7.7e6)
    )
    assert first[4:7] == pytest.approx([4.2e6, 420000, 420]) and whole[4:7] == pytest.approx(
        [7.7e6 / 3, 385000, 385]
    )


def test_synthetic_is_said(accounts):
    html = page(accounts["demo_city_table"], "en")
    if not hasattr(accounts["demo_city_table"].basis, "synthetic"):
        pytest.skip("the basis does not say it yet")
    assert "are synthetic" in html and "are synthetic" not in page(accounts["garze_2010"], "en")


def words_of(html):
    """The text of the first three sections, a line a paragraph or table row."""
    part = html[html.index("<main>") : html.index('<section aria-labelledby="left_out"')]
    lines = re.sub(
        r"</(?:p|h2|tr|dt|div|dd|li|text|title|figcaption|caption)>",
        "\n",
        re.sub(r"</t[hd]>", " | ", part),
    )
    return (
        "\n".join(
            filter(None, (re.sub("<[^>]*>", "", line).strip(" |") for line in lines.splitlines()))
        )
        + "\n"
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_reads_as_before(accounts, lang):
    """Where a change is meant, read the new text and write it over the file."""
    expected = Path(__file__).parent / "expected" / f"page_{lang}.txt"
    assert words_of(page(accounts["shenzhen_2020"], lang)) == expected.read_text("utf-8")
