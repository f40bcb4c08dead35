"""The year of a round: forms, covers and rows of another year are told with their cell; prices of
another year need an index.
"""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from gep import opening
from gep.core.errors import InputError
from gep.core.text import say
from gep.forms.back.grid import read_book
from gep.forms.back.read import read_files
from gep.forms.desk import desk as room
from gep.forms.desk import status as standing
from gep.forms.out.fill import fill
from gep.forms.out.template import write_templates
from gep.forms.round import Figure, Key, from_account, load, save

DEMO = Path(__file__).parents[2] / "examples" / "demo_city_table"
WATER = "C06 取用水与外调水表"
PRICES = "C12 医用氧气价格表"


@pytest.fixture(scope="module")
def next_year():
    """A round of 2021 that asks again for what the city reported in 2020."""
    return from_account(DEMO, 2021)[0]


@pytest.fixture(scope="module")
def books(next_year, tmp_path_factory):
    """Its workbooks by number of the department, filled with last year's figures as this year's."""
    at = tmp_path_factory.mktemp("next")
    for path in write_templates(next_year, at):
        fill(
            path,
            next_year,
            [f._replace(key=next_year.asked(f)) for f in next_year.last],
            at / "filled" / path.name,
        )
    return {p.name[:2]: p for p in (at / "filled").iterdir()}


def returned(r, source, out, edits):
    """What is read of a workbook after cells were written over: (sheet, cell) -> value."""
    book = load_workbook(source)
    for (sheet, at), value in edits.items():
        book[sheet][at] = value
    book.save(out)
    return read_files(r, [(out, out.name, "2022")])


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_workbooks_as_they_were_given_out_raise_no_word(next_year, tmp_path, lang):
    r = replace(next_year, lang=lang)
    out = read_files(r, [(p, p.name, "2022") for p in write_templates(r, tmp_path)])
    assert not out.problems and not out.refused
    first = replace(r, last=(), last_year=None)
    assert not read_files(
        first, [(p, p.name, "2022") for p in write_templates(first, tmp_path / "first")]
    ).problems


def test_filled_workbooks_raise_no_word(next_year, books):
    assert not read_files(next_year, [(p, p.name, "2022") for p in books.values()]).problems


@pytest.mark.parametrize("written", ["2020 年", 2020, "二〇二〇年度", "２０２０年", "20201231"])
def test_a_form_of_another_year_is_refused_at_its_cell(next_year, books, tmp_path, written):
    out = returned(next_year, books["05"], tmp_path / "a.xlsx", {(WATER, "B5"): written})
    (fault,) = out.problems
    assert (fault.code, fault.level, fault.where) == ("form.year", "error", f"a.xlsx, {WATER}, B5")
    assert say(fault, "zh").partition("：")[2] == (
        "报告期写作 2020 年，本轮为 2021 年，该表未读入。"
        "改法：报送 2021 年的表；若数据确为 2021 年，改正该处年份"
    )
    assert "C06" not in out.current and {"A09", "B05", "C09"} <= set(out.current), (
        "the other forms of the file are read"
    )
    assert {f.form: f.word for f in standing.form_status(out)}["C06"] == "refused"


@pytest.mark.parametrize("written", ["2021年1—12月", "2020-2021", "二〇二一年", "年报", "", None])
def test_the_year_may_be_written_otherwise(next_year, books, tmp_path, written):
    assert not returned(
        next_year, books["05"], tmp_path / "a.xlsx", {(WATER, "B5"): written}
    ).problems


def test_a_csv_file_of_another_year(next_year, books, tmp_path):
    sheet = next(s for s in read_book(books["05"]).sheets if s.name == WATER)
    for text, where in ((["报告期", "2020 年"], "B5"), (["报告期：2020年", ""], "A5")):
        with (tmp_path / "a.csv").open("w", encoding="gb18030", newline="") as f:
            csv.writer(f).writerows([text if row[:1] == ["报告期"] else row for row in sheet.rows])
        out = read_files(next_year, [(tmp_path / "a.csv", "a.csv", "2022")])
        assert [(p.code, p.where) for p in out.problems if p.level == "error"] == [
            ("form.year", f"a.csv, a, {where}")
        ]
        assert not out.answers


def test_the_year_of_a_cover(next_year, books, tmp_path):
    title = "模拟市 2020 年度生态系统生产总值（GEP）核算统计报表"
    out = returned(next_year, books["05"], tmp_path / "a.xlsx", {("封面", "B2"): title})
    assert [(p.code, p.where) for p in out.problems] == [("form.cover", "a.xlsx, 封面, B2")]
    assert "写作 2020 年，本轮为 2021 年" in say(out.problems[0], "zh") and len(out.answers) == 112
    both = read_files(
        next_year, [(tmp_path / "a.xlsx", "a.xlsx", "2022-01"), (books["05"], "b.xlsx", "2022-02")]
    )
    assert not both.problems, "all its forms came in again"


def test_a_form_of_another_year_takes_the_place_of_none(next_year, books, tmp_path):
    """The right one before it counts, and the right one after it ends the fault."""
    returned(next_year, books["05"], tmp_path / "a.xlsx", {(WATER, "B5"): "2020 年"})
    wrong, right = (tmp_path / "a.xlsx", "a.xlsx"), (books["05"], "b.xlsx")
    for sent in ((wrong, right), (right, wrong)):
        out = read_files(next_year, [(*x, f"2022-0{n}") for n, x in enumerate(sent, 1)])
        assert [(p.code, p.level) for p in out.problems] == [("form.year", "warning")]
        assert out.current["C06"].file == "b.xlsx" and len(out.current["C06"].answers) == 80
        assert {f.form: f.word for f in standing.form_status(out)}["C06"] != "refused"


def test_a_row_of_another_year_is_refused_unless_it_is_a_price(next_year, tmp_path):
    """People and money of 2020 are not those of 2021; an index of 2020 is wanted."""
    r = replace(next_year, last=(), last_year=None)
    write_templates(r, tmp_path, ("statistics",))
    book = load_workbook(tmp_path / "09_统计部门.xlsx")
    ws = book["C05 人口、地区生产总值与价格指数表"]
    rows = (
        ("990101", "东湾区", None, 2020, 130, 1300, None),
        ("990102", "西滩区", None, 2021, 46, 771, None),
        (None, "全市", "CPI", 2020, None, None, 100),
    )
    for n, row in enumerate(rows, 11):
        for column, value in enumerate(row, 1):
            ws.cell(n, column, value)
    for n in (11, 12):
        ws.cell(n, 3, "不分项")
    book.save(tmp_path / "a.xlsx")
    out = read_files(r, [(tmp_path / "a.xlsx", "a.xlsx", "2022")])
    faults = [p for p in out.problems if p.code == "year.other"]
    assert [p.where.rpartition(", ")[2] for p in faults] == ["E11", "F11"]
    assert say(faults[0], "zh").endswith(
        "E11：是 2020 年的数，本轮为 2021 年，未读入。改法：填报 2021 年的数"
    )
    assert out.regions == {"西滩区": {"population": ("46", "万人"), "gdp": ("771", "亿元")}}
    assert out.deflators == {"CPI": {2020: "100"}}


@pytest.fixture
def first_round(tmp_path):
    """A round of 2021 with a price of oxygen of 2020 and no earlier account: 1000 CNY a tonne."""
    r = replace(from_account(DEMO, 2021)[0], last=(), last_year=None)
    save(r, tmp_path)
    (path,) = write_templates(r, tmp_path, ("health",))
    fill(
        path,
        r,
        [Figure("C12-01", Key(year="2020"), "1000", "元/t O2")],
        tmp_path / "returned" / path.name,
    )
    return tmp_path


def oxygen(at):
    with (at / "account" / "prices.csv").open(encoding="utf-8", newline="") as f:
        return [(x["value"], x["year"]) for x in csv.DictReader(f) if x["price"] == "oxygen_price"]


def test_a_price_of_another_year_without_an_index_is_told_how_to_mend(first_round):
    out = room.read(first_round, mark=False)
    (fault,) = [p for p in out.problems if p.level == "error"]
    assert (fault.code, fault.where) == ("price.carry", f"13_卫生健康主管部门.xlsx, {PRICES}, D10")
    assert "是 2020 年价格，本轮以 2021 年价格计" in say(fault, "zh")
    for lang in ("zh", "en"):
        assert (
            "deflators.csv" in say(fault, lang)
            and "index,year,value" in say(fault, lang)
            and "C05" in say(fault, lang)
        )
    assert oxygen(first_round) == [], "the account can be computed without it"


def test_the_indices_of_the_round_carry_it(first_round):
    """CPI 100 in 2020 and 105 in 2021: 1000 becomes 1050."""
    (first_round / "deflators.csv").write_text(
        "index,year,value\nCPI,2020,100\nCPI,2021,105\n", "utf-8"
    )
    out = room.read(first_round, mark=False)
    assert not [p for p in out.problems if p.level == "error"]
    (note,) = [p for p in out.problems if p.code == "price.carried"]
    assert say(note, "zh").endswith(
        f"{PRICES}：有其他年份的价格，已按价格指数换算为 2021 年价格：D10 (2020)"
    )
    assert oxygen(first_round) == [("1000", "2020")]
    assert (first_round / "account" / "deflators.csv").read_text(
        "utf-8"
    ) == "index,year,value\nCPI,2020,100\nCPI,2021,105\n"
    (first_round / "account" / "inputs.csv").write_text(
        "indicator,component,input,value,unit\noxygen_release,oxygen,quantity,10,t O2/yr\n", "utf-8"
    )
    assert float(opening.read(first_round / "account").total) == pytest.approx(10 * 1050)


def test_indices_stand_over_one_another(next_year, tmp_path):
    """Last year's index is replaced as a whole by the round's own of the same name; what form C05
    reports stands over both.
    """
    from gep.forms.back.prices import indices

    last = tuple(
        Figure("C05-03", Key(item=name, year=year), text, "1")
        for name, year, text in (("CPI", "2019", "90"), ("CPI", "2020", "92"), ("PPI", "2020", "7"))
    )
    r = replace(next_year, last=last, indices={"CPI": {2020: "100", 2021: "102"}})
    assert indices(r, {"CPI": {2021: "103"}}) == {
        "CPI": {2020: "100", 2021: "103"},
        "PPI": {2020: "7"},
    }


def test_form_c05_against_the_indices_of_the_round(next_year, books):
    """The demonstration city's index of 2020 is 100 in both or is told; the form's own is used."""
    name = "模拟指数 synthetic"
    for given, told in (("100.00", 0), ("99", 1)):
        out = read_files(
            replace(next_year, indices={name: {2020: given}}), [(books["09"], "a.xlsx", "2022")]
        )
        faults = [p for p in out.problems if p.code == "deflator.apart"]
        assert len(faults) == told and float(out.deflators[name][2020]) == 100
        assert all("轮次文件夹的 deflators.csv 为 99" in say(p, "zh") for p in faults)


def test_what_is_wrong_in_the_indices_is_told(first_round):
    (first_round / "deflators.csv").write_text(
        "index,year,value\nCPI,,100\nCPI,2021,0\nCPI,2019,1\nCPI,2019,2\n", "utf-8"
    )
    with pytest.raises(InputError) as told:
        load(first_round)
    assert [(p.code, p.where) for p in told.value.problems] == [
        ("year.unreadable", "deflators.csv, line 2, column year"),
        ("deflator.range", "deflators.csv, line 3, column value"),
        ("deflator.double", "deflators.csv, line 5"),
    ]


@pytest.fixture
def without_prices(tmp_path):
    """A round of 2021 beside a price of oxygen of 2020, 1000 CNY a tonne, for which nothing came
    in.
    """
    r = replace(
        from_account(DEMO, 2021)[0],
        last=(Figure("C12-01", Key(year="2020"), "1000", "元/t O2"),),
        last_year=2020,
    )
    write_templates(r, tmp_path, ("health",))
    return tmp_path


def test_a_price_that_stands_in_keeps_its_year(without_prices):
    """1000 of 2020 is 1050 of 2021, the index being 100 and 105."""
    at = without_prices
    (at / "deflators.csv").write_text("index,year,value\nCPI,2020,100\nCPI,2021,105\n", "utf-8")
    out = room.read(at, mark=False, last=True)
    assert oxygen(at) == [("1000", "2020")]
    (note,) = out.problems
    assert (
        say(note, "zh")
        == "last.csv, GEP-C12：有其他年份的价格，已按价格指数换算为 2021 年价格：氧气价格 (2020)"
    )
    (at / "account" / "inputs.csv").write_text(
        "indicator,component,input,value,unit\noxygen_release,oxygen,quantity,10,t O2/yr\n", "utf-8"
    )
    assert float(opening.read(at / "account").total) == pytest.approx(10 * 1050)


def test_a_price_that_no_index_carries_does_not_stand_in(without_prices):
    """Neither the price of 2015 that came in nor that of 2020 that would stand in is used; both are
    told, and the account can be read.
    """
    at = without_prices
    book = load_workbook(at / "13_卫生健康主管部门.xlsx")
    book[PRICES]["D10"], book[PRICES]["F10"] = 900, 2015
    book.save(at / "returned" / "a.xlsx")
    out = room.read(at, mark=False, last=True)
    faults = [(p.code, p.where, p.values["own"]) for p in out.problems if p.level == "error"]
    assert faults == [
        ("price.carry", f"a.xlsx, {PRICES}, D10", 2015),
        ("price.carry", "last.csv, GEP-C12, 氧气价格", 2020),
    ]
    assert oxygen(at) == []
    (at / "account" / "inputs.csv").write_text(
        "indicator,component,input,value,unit\noxygen_release,oxygen,quantity,10,t O2/yr\n", "utf-8"
    )
    assert opening.read(at / "account").missing


def test_the_year_of_last_years_price_stands_beside_it(without_prices):
    """The blank asks for the price of 2021; the grey cell shows 1000 (2020)."""
    ws = load_workbook(without_prices / "13_卫生健康主管部门.xlsx")[PRICES]
    assert [ws[c].value for c in ("D10", "E10", "F10")] == [None, 1000, 2021]
    assert ws["E10"].number_format == 'General" (2020)"'


def test_prices_are_filled_in_with_their_year(next_year, tmp_path):
    """Prices of 2020 say 2020 in a round of 2021; people and visits beside them are this year's."""
    for path in write_templates(next_year, tmp_path):
        fill(path, next_year, next_year.last, tmp_path / "returned" / path.name)
    out = read_files(
        next_year, [(p, p.name, "2022") for p in sorted((tmp_path / "returned").iterdir())]
    )
    assert {p.code for p in out.problems} == {"price.carried"}
    given = {
        (f.field, f.key.item): f.key.year
        for f in next_year.last
        if f.field.startswith(("C04", "C12", "C19"))
    }
    assert {
        (a.field, a.key.item): a.key.year for a in out.answers if (a.field, a.key.item) in given
    } == given
    assert {a.key.year for a in out.answers if a.field in ("C05-01", "C05-02", "C22-01")} == {
        "2021"
    }
