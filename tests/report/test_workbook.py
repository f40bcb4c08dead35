"""The workbook: formulas that calculate to the ledger, nothing added twice, nothing run that came
from outside.
"""

import io
import sys
import zipfile

import pytest

from gep import opening as folders
from gep.core.archive import clean
from gep.core.errors import InputError, ParameterError
from gep.report import lines as listed
from gep.report.excel import book as module
from gep.report.excel.book import workbook
from gep.words.report import word
from tests.report.office import converted, needs_office

openpyxl = pytest.importorskip("openpyxl", reason="needs the extra 'excel'")

EXAMPLES = ("garze_2010", "garze_2010_matrix", "gaotianyan_2014", "shenzhen_2020")
SHEETS = (
    "summary",
    "physical",
    "monetary",
    "matrix",
    "districts",
    "prices",
    "parameters",
    "sources",
    "problems",
)
TREE = """region,parent,code,area,population,gdp
East,City,,10 km2,100人,1e8 CNY
West,City,,20 km2,200人,2e8 CNY
East One,East,,4 km2,,
East Two,East,,6 km2,,
"""
# water per region; East is given as a whole and in parts, so that its own figure counts
NESTED = """water_retention,retained_water,quantity,,,East,,100,m3/a,s
water_retention,retained_water,quantity,,,East One,,30,m3/a,s
water_retention,retained_water,quantity,,,East Two,,60,m3/a,s
water_retention,retained_water,quantity,,,West,,7,m3/a,s
flood_mitigation,lake,quantity,,,East One,,3,m3/a,s
flood_mitigation,lake,quantity,,,East Two,,4,m3/a,s
flood_mitigation,marsh,quantity,,,,,11,m3/a,s
"""
NESTED_PRICES = """water_retention,retained_water,reservoir_cost,,,,2,CNY/m3,2020,,p
flood_mitigation,,reservoir_cost,,,,5,CNY/m3,2020,,p
"""


def opened(data, values=False):
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def sheet(wb, name, lang="en"):
    return wb[word(f"sheet_{name}", lang)]


def cells(ws):
    return {c.coordinate: c.value for row in ws.iter_rows() for c in row if c.value is not None}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sheets_heads_and_pages(lang):
    wb = opened(workbook(folders.read("examples/garze_2010"), lang))
    assert wb.sheetnames == [word(f"sheet_{s}", lang) for s in SHEETS]
    for ws in wb:
        assert ws.freeze_panes and ws.print_area and ws.page_setup.paperSize == 9
        assert (
            ws.page_setup.fitToWidth == 1
            and ws.page_setup.fitToHeight == 0
            and ws.sheet_properties.pageSetUpPr.fitToPage
        )
    assert wb.worksheets[1].page_setup.orientation == "landscape"
    assert wb.calculation.fullCalcOnLoad


def test_values_are_formulas_of_a_quantity_and_a_price():
    account = folders.read("examples/garze_2010")
    ws = sheet(opened(workbook(account)), "monetary")
    found = {
        (ws.cell(r, 2).value, ws.cell(r, 3).value): ws.cell(r, 12) for r in range(5, ws.max_row + 1)
    }
    assert len(found) == len(account.ledger) == 30
    water = found["water retention", "retained water"]
    assert water.value == f"=H{water.row}*J{water.row}"
    assert ws.cell(water.row, 8).value.startswith("='Physical'!") and ws.cell(
        water.row, 10
    ).value.startswith("='Prices'!")
    given = (
        found["scenic recreation", "paid sites"]
        if ("scenic recreation", "paid sites") in found
        else next(c for (_, c_name), c in found.items() if c_name == "paid sites")
    )
    assert (
        given.value == 7066690000 and given.style == "gep given"
    )  # table 3 prints 70.6669 hundred million yuan
    assert (
        sum(isinstance(c.value, str) for c in found.values()) == 23
    )  # four values of farming and one of tourism are given


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_formulas_are_stored_with_equals_the_ledger(name):
    account = folders.read(f"examples/{name}")
    wb = opened(workbook(account), values=True)
    money = sheet(wb, "monetary")
    values = [money.cell(r, 12).value for r in range(5, 5 + len(account.ledger))]
    for value, row in zip(values, account.ledger.to_dict("records"), strict=True):
        assert (value is None) == (row["value"] != row["value"])
        assert value is None or value == pytest.approx(row["value"], rel=1e-12)
    summary = sheet(wb, "summary")
    assert summary["B8"].value == pytest.approx(float(account.total), rel=1e-12)
    assert summary["B7"].value * summary["D4"].value == pytest.approx(
        float(account.total), rel=1e-12
    )
    assert summary["B9"].value == "agrees"
    matrix = sheet(wb, "matrix")
    assert matrix.cell(matrix.max_row, matrix.max_column).value * summary[
        "D4"
    ].value == pytest.approx(float(account.total), rel=1e-12)


@needs_office
@pytest.mark.system
@pytest.mark.parametrize(
    ("name", "lang"), [("garze_2010", "zh"), ("gaotianyan_2014", "en"), ("shenzhen_2020", "en")]
)
def test_libreoffice_calculates_what_the_account_holds(name, lang, tmp_path):
    """Every formula of every sheet, calculated afresh, gives what it is stored with; those equal
    the ledger (above).
    """
    account = folders.read(f"examples/{name}")
    data = workbook(account, lang)
    formulas, stored = opened(data), opened(data, values=True)
    formulas.save(tmp_path / "bare.xlsx")  # without the stored results
    again = opened(converted(tmp_path / "bare.xlsx", "xlsx").read_bytes(), values=True)
    compared = 0
    for ws in formulas:
        for where, formula in cells(ws).items():
            if not str(formula).startswith("="):
                continue
            want, got = stored[ws.title][where].value, again[ws.title][where].value
            assert got is not None, (ws.title, where, formula)
            assert got == (
                want if isinstance(want, str) else pytest.approx(want, rel=1e-9, abs=1e-9)
            ), (ws.title, where, formula)
            compared += 1
    assert compared > 2 * len(account.ledger)
    assert again[word("sheet_summary", lang)]["B8"].value == pytest.approx(
        float(account.total), rel=1e-9
    )


@needs_office
@pytest.mark.system
def test_a_changed_price_runs_through(tmp_path):
    """Ten more yuan a cubic metre on 321.49 hundred million m3 of retained water; the unit of money
    switched to 万元.
    """
    account = folders.read("examples/garze_2010")
    wb = opened(workbook(account, "zh"))
    prices = sheet(wb, "prices", "zh")
    row = next(r for r in range(5, 60) if prices.cell(r, 8).value == 7.06)
    prices.cell(row, 8).value = 17.06
    sheet(wb, "summary", "zh")["B4"].value = "万元"
    wb.save(tmp_path / "b.xlsx")
    again = opened(converted(tmp_path / "b.xlsx", "xlsx").read_bytes(), values=True)
    summary = sheet(again, "summary", "zh")
    assert summary["B8"].value == pytest.approx(float(account.total) + 3.2149e11, rel=1e-9)
    assert summary["B7"].value == pytest.approx((float(account.total) + 3.2149e11) / 1e4, rel=1e-9)
    assert summary["C7"].value == "万元" and summary["B9"].value == "一致"
    assert sheet(again, "matrix", "zh")["A1"].value.endswith("（万元）")


def test_regions_are_added_once(folder):
    """City = East 100 + West 7 at 2, lakes of East's parts 7 and the marsh of no region 11 at 5;
    East's parts beside its own figure do not count.
    """
    account = folders.read(folder(NESTED, NESTED_PRICES, regions_csv=TREE))
    assert account.total == 107 * 2 + 18 * 5
    wb = opened(workbook(account), values=True)
    ws = sheet(wb, "districts")
    row, total = 4, 8  # region, parent, code, area, population, gdp, one level, total
    found = {
        str(ws.cell(r, 1).value).strip("　"): ws.cell(r, total).value
        for r in range(row + 1, ws.max_row + 1)
    }
    assert found == {
        "East": 100 * 2 + 7 * 5,
        "East One": 30 * 2 + 3 * 5,
        "East Two": 60 * 2 + 4 * 5,
        "West": 14,
        "sum of the regions": 249,
        "not by region, or the whole counts": 55,
        "City": 304,
    }
    assert found == {
        k: float(account.add(account.counted, k))
        for k in ("East", "East One", "East Two", "West", "City")
    } | {"sum of the regions": 249, "not by region, or the whole counts": 55}
    money = sheet(wb, "monetary")
    counted = sorted(
        (money.cell(r, 3).value, money.cell(r, 6).value)
        for r in range(5, 12)
        if money.cell(r, 14).value == 1
    )
    assert counted == [
        ("retained water", "East"),
        ("retained water", "West"),
        ("storm water held by lakes", "East One"),
        ("storm water held by lakes", "East Two"),
        ("storm water held by marshes", "City"),
    ]


@needs_office
@pytest.mark.system
def test_libreoffice_adds_nested_regions(folder, tmp_path):
    path = folders.read(folder(NESTED, NESTED_PRICES, regions_csv=TREE)).to_excel(
        tmp_path / "n.xlsx"
    )
    ws = sheet(opened(converted(path, "xlsx").read_bytes(), values=True), "districts")
    found = {
        str(ws.cell(r, 1).value).strip("　"): ws.cell(r, 8).value for r in range(5, ws.max_row + 1)
    }
    assert (
        found["East"] == 235
        and found["East One"] == 75
        and found["sum of the regions"] == 249
        and found["City"] == 304
    )


def test_quantities_of_a_whole_stand_apart():
    """Visits whose money is in the figure of the whole are shown without a value and are in no
    total.
    """
    account = folders.read("examples/shenzhen_2020")
    headline = [x for x in listed.lines(account) if x.value != x.value]
    assert [x.part.name for x in headline] == ["tourism.paid_sites", "tourism.free_space"]
    ws = sheet(opened(workbook(account), values=True), "monetary")
    row = next(r for r in range(5, 20) if ws.cell(r, 3).value == "paid sites")
    assert (
        ws.cell(row, 8).value == 26187700
        and ws.cell(row, 12).value is None
        and ws.cell(row, 14).value == 0
    )


def test_years_and_what_is_kept_out(folder):
    """Water of two years at the prices of each; consumer surplus 10 visits at 3 yuan is shown and
    in no total.
    """
    path = folder(
        "water_retention,retained_water,quantity,,,,2019,10,m3/a,s\nwater_retention,retained_water,quantity,,,,2020,20,m3/a,s\n"
        "tourism,consumer_surplus,quantity,,,,,10,visit/a,s\n",
        "water_retention,retained_water,reservoir_cost,,,,2,CNY/m3,2019,,p\nwater_retention,retained_water,reservoir_cost,,,,3,CNY/m3,2020,,p\n"
        "tourism,consumer_surplus,consumer_surplus,,,,3,CNY/visit,,,p\n",
        'title = "t"\nregion = "City"\nyears = [2019, 2020]\n'
        'price_year = "current"\nstandard = "catalogue"\n',
    )
    account = folders.read(path)
    wb = opened(workbook(account), values=True)
    summary = sheet(wb, "summary")
    found = {
        summary.cell(r, 1).value: [summary.cell(r, c).value for c in (2, 3, 4)]
        for r in range(10, summary.max_row + 1)
    }
    assert (
        found["water retention"] == [20, 60, 1]
        and found["GEP"] == [20, 60, 1]
        and found["regulating services"] == [20, 60, 1]
    )
    apart = next(v for k, v in found.items() if k and "consumer surplus" in k)
    assert apart[0] == 30
    prices = sheet(wb, "prices")
    assert [(prices.cell(r, 7).value, prices.cell(r, 8).value) for r in range(5, 9)] == [
        (2019, 2),
        (2020, 3),
        (2019, 3),
        (2020, 3),
    ]


def test_text_from_outside_is_text(folder):
    """Formulas, control characters and names that sheets or XML cannot hold come out as text."""
    path = folder(
        "water_retention,retained_water,quantity,,,-2+3,,10,m3/a,=HYPERLINK(1)\nwater_retention,retained_water,quantity,,,@x,,5,m3/a,a\x0bb_x0041_\n",
        "water_retention,retained_water,reservoir_cost,,,,2,CNY/m3,2020,,+1\n",
        'title = "=1+1 [a]:*?/ <b>&amp;"\n'
        'region = "City"\nyear = 2020\nprice_year = 2020\nstandard = "catalogue"\n',
    )
    wb = opened(workbook(folders.read(path)))
    formulas = [
        value
        for ws in wb
        for row in ws.iter_rows()
        for c in row
        if c.data_type == "f"
        for value in [c.value]
    ]
    assert formulas and not any(
        name in f for f in formulas for name in ("HYPERLINK", "1+1", "2+3", "@x")
    )
    texts = {c.value for ws in wb for row in ws.iter_rows() for c in row if c.data_type == "s"}
    assert not [t for t in texts if t[:1] in "=+-@"]
    assert {
        "'-2+3",
        "'@x",
        "'=HYPERLINK(1)",
        "'+1",
        "ab_x005F_x0041_",
        "'=1+1 [a]:*?/ <b>&amp;",
    } <= texts


def test_characters_that_xml_cannot_hold():
    assert clean("a\x00b\x1f\ud800\ufffe\tc\n森林😀") == "ab\tc\n森林😀"


def test_the_same_account_gives_the_same_bytes(tmp_path):
    one, two = (workbook(folders.read("examples/gaotianyan_2014"), "zh") for _ in range(2))
    assert one == two
    assert all(
        i.date_time == (1980, 1, 1, 0, 0, 0) for i in zipfile.ZipFile(io.BytesIO(one)).infolist()
    )
    path = folders.read("examples/gaotianyan_2014").to_excel(tmp_path / "new" / "a.xlsx", "zh")
    assert path.read_bytes() == one and [p.name for p in path.parent.iterdir()] == ["a.xlsx"]


def test_without_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(ParameterError, match=r"pip install 'gep-accounting\[excel\]'"):
        workbook(folders.read("examples/shenzhen_2020"))


def test_a_ledger_too_long_for_a_workbook(monkeypatch):
    monkeypatch.setattr(module, "ROWS_MAX", 8)
    with pytest.raises(InputError, match=r"use ledger\.csv"):
        workbook(folders.read("examples/shenzhen_2020"))


def test_the_size_of_a_city_is_that_of_its_districts(folder):
    """Two districts of 2 and 3 km2, the city without an area of its own: 50 yuan over 5 km2, as on
    the page.
    """
    path = folder(
        "water_retention,retained_water,quantity,,,a,,10,m3/a,s\nwater_retention,retained_water,quantity,,,b,,15,m3/a,s\n",
        "water_retention,retained_water,reservoir_cost,,,,2,CNY/m3,2020,,p\n",
    )
    (path / "regions.csv").write_text("region,parent,area\na,City,2 km2\nb,City,3 km2\n", "utf-8")
    account = folders.read(path)
    summary = sheet(opened(workbook(account), values=True), "summary")
    found = {summary.cell(r, 1).value: summary.cell(r, 2).value for r in range(6, 16)}
    assert found["area"] == 5 and found["per km²"] == 10
    districts = sheet(opened(workbook(account), values=True), "districts")
    assert [districts.cell(r, 4).value for r in range(5, 10)][:2] == [2, 3] and 5 in [
        districts.cell(r, 4).value for r in range(7, 10)
    ]
