"""Bad input: one error that lists every problem by file, line and column, nothing computed and
nothing written.
"""

from __future__ import annotations

import re

import pytest

import gep
from gep.report import results

GOOD = ",,area,,forest,,,100,km2,s\nwater_retention,retained_water,quantity,,,,,3,亿m3,s\n"
PRICE = "water_retention,retained_water,reservoir_cost,,,,7.06,CNY/m3,2020,,s\n"


def codes(path):
    with pytest.raises(gep.GepError) as caught:
        gep.run(path)
    return {(p.code, p.where) for p in caught.value.problems}


def test_good(folder):
    account = gep.run(folder(GOOD, PRICE))
    assert account.total == pytest.approx(3e8 * 7.06)


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("water_retention,retained_water,quantity,,,,,3,亿t,s", "unit.dimension", "unit"),
        ("water_retention,retained_water,quantity,,,,,3,,s", "unit.missing", "unit"),
        (
            "water_retention,retained_water,quantity,,,,,3,bushels per moon,s",
            "unit.unreadable",
            "unit",
        ),
        ("water_retention,retained_water,runoff_coefficient,,,,,352,%,s", "range.outside", "value"),
        (",,area,,shrub,,,-5,km2,s", "range.outside", "value"),
        ("water_retentoin,retained_water,quantity,,,,,3,亿m3,s", "indicator.unknown", "indicator"),
        ("water_retention,stored,quantity,,,,,3,亿m3,s", "component.unknown", "component"),
        ("water_retention,retained_water,rain,,,,,3,mm,s", "input.unknown", "input"),
        (",,area,,atlantis,,,5,km2,s", "ecosystem.unknown", "ecosystem"),
        (",,area,,shrub,,,about 30,km2,s", "number.unreadable", "value"),
        (",,area,,shrub,,,１２,km2,s", "number.unreadable", "value"),
        (",,area,,shrub,,,nan,km2,s", "number.unreadable", "value"),
        (",,area,,shrub,,,,km2,s", "number.blank", "value"),
        (",,area,,shrub,,next,5,km2,s", "year.unreadable", "year"),
        (",,area,,shrub,,1999,5,km2,s", "year.unknown", "year"),
    ],
)
def test_one_fault(folder, row, code, column):
    assert codes(folder(row + "\n", PRICE)) == {(code, f"inputs.csv, line 2, column {column}")}


@pytest.mark.parametrize(
    "row",
    [
        "water_retention,retained_water,quantity,,,,,3,亿t,s",
        "water_retention,stored,quantity,,,,,3,亿m3,s",
        "water_retention,retained_water,rain,,,,,3,mm,s",
        ",,area,,atlantis,,,about 30,km2,s",
        ",,area,,shrub,,1999,-5,km2,s",
    ],
)
def test_a_fault_as_plain_data_says_it_in_both_languages_with_its_place(folder, row):
    with pytest.raises(gep.GepError) as caught:
        gep.run(folder(row + "\n", PRICE))
    faults = caught.value.to_dict()["problems"]
    assert faults
    for fault in faults:
        assert (fault["level"], fault["file"], fault["line"]) == ("error", "inputs.csv", 2)
        assert fault["column"] and fault["key"] is fault["labels"] is None
        for name in ("zh", "mend_zh"):
            assert re.search(r"[\u4e00-\u9fff]", fault[name]), fault
        for name in ("en", "mend_en"):
            assert fault[name] and not re.search(r"[\u4e00-\u9fff]", fault[name].replace("亿", ""))


def test_all_at_once(folder):
    found = codes(
        folder(
            ",,area,,atlantis,,,-5,km,s\n,,area,,forest,,,x,km2,s\n",
            "water_retention,retained_water,price,,,,7,CNY/t,2020,,s\n",
        )
    )
    assert {c for c, _ in found} == {
        "ecosystem.unknown",
        "unit.dimension",
        "number.unreadable",
        "input.unknown",
    }


def test_double_row(folder):
    assert codes(folder(",,area,,forest,,,1,km2,s\n,,area,,forest,,,2,km2,s\n")) == {
        ("row.double", "inputs.csv, line 3")
    }


def test_carbon_price_on_carbon_dioxide(folder):
    rows = "carbon_sequestration,carbon,quantity,,,,,1,万t CO2,s\n"
    assert codes(
        folder(rows, "carbon_sequestration,carbon,carbon_price,,,,1200,CNY/t C,2020,,s\n")
    ) == {("unit.dimension", "prices.csv, line 2, column unit")}


def test_empty_file(folder):
    assert codes(folder("", PRICE, inputs_csv=b"")) == {("file.empty", "inputs.csv")}


def test_header_only(folder):
    assert codes(folder("")) == {("file.empty", "inputs.csv")}


def test_price_of_another_year(folder):
    other = PRICE.replace("2020", "2015")
    assert codes(folder(GOOD, other)) == {("price.year", "prices.csv, line 2, column year")}
    with_index = gep.run(
        folder(GOOD, other, deflators_csv="index,year,value\nCPI,2015,100\nCPI,2020,110\n")
    )
    assert with_index.total == pytest.approx(3e8 * 7.06 * 1.1)
    as_given = gep.run(folder(GOOD, other, toml=TOML + 'price_basis = "as_given"\n'))
    assert as_given.total == pytest.approx(3e8 * 7.06)
    assert "price of 2015" in as_given.ledger.source[0]


TOML = 'title = "t"\nregion = "City"\nyear = 2020\nprice_year = 2020\nstandard = "catalogue"\n'


def test_intermediate_with_its_inputs(folder):
    rows = (
        "soil_retention,,retained_soil,,,,,5,t,s\n"
        "soil_retention,,erosivity,,,,,300,MJ mm/(ha h yr),s\n"
        "soil_retention,siltation,bulk_density,,,,,1.2,t/m3,s\n"
    )
    found = codes(folder(rows, "soil_retention,siltation,dredging_cost,,,,15,CNY/m3,2020,,s\n"))
    assert found == {("input.both", "inputs.csv, line 3")}


def test_whole_with_components(folder):
    rows = "flood_mitigation,,value,,,,,5,亿元,s\nflood_mitigation,marsh,quantity,,,,,3,亿m3,s\n"
    with pytest.raises(gep.OverlapError):
        gep.run(
            folder(rows, PRICE.replace("water_retention,retained_water", "flood_mitigation,marsh"))
        )


def test_gb18030_is_read_with_a_warning(folder):
    text = (
        "indicator,component,input,item,ecosystem,region,year,value,unit,source\n"
        "water_retention,retained_water,quantity,,,,,3,亿m3,统计年鉴\n"
    )
    account = gep.run(folder("", PRICE, inputs_csv=text.encode("gb18030")))
    assert account.total == pytest.approx(3e8 * 7.06)
    assert [w.code for w in account.warnings] == ["file.gb18030"]


def test_neither_encoding(folder):
    assert codes(folder("", inputs_csv=b"indicator,\xff\xfe\x81\n")) == {
        ("file.encoding", "inputs.csv")
    }


def test_missing_price_is_not_zero(folder):
    account = gep.run(
        folder(GOOD + "carbon_sequestration,carbon,quantity,,,,,1,万t CO2,s\n", PRICE)
    )
    assert account.total == pytest.approx(3e8 * 7.06)
    assert account.total.left_out == ("carbon_sequestration.carbon",)
    assert account.missing[0].needs == (("carbon_price", "CNY/t CO2"),)
    row = account.ledger.query("indicator == 'carbon_sequestration'").iloc[0]
    assert row.status == "missing" and row.value != row.value and row.quantity == 10000


def test_missing_label_is_not_zero(folder):
    rows = (
        ",,area,,forest,,,100,ha,s\n"
        ",,area,,shrub,,,50,ha,s\n"
        "water_retention,,precipitation,,,,,1000,mm,s\n"
        "water_retention,,runoff,,,,,50,mm,s\n"
        "water_retention,,evapotranspiration,,forest,,,600,mm,s\n"
    )
    account = gep.run(folder(rows, PRICE))
    assert account.total == pytest.approx(100e4 * 0.35 * 7.06)
    assert account.missing[0].ecosystems == ("shrub",)
    assert account.total.left_out


def test_stock_premium_is_refused(folder):
    rows = "landscape_premium,homes,area,,,,,100,万m2,s\n"
    price = "landscape_premium,homes,premium,,,,500,CNY/m2,2020,{},s\n"
    assert codes(folder(rows, price.format(""))) == {
        ("unit.stock", "prices.csv, line 2, column unit")
    }
    assert gep.run(folder(rows, price.format("as_printed"))).total == pytest.approx(1e6 * 500)


def test_wrong_currency(folder):
    assert {c for c, _ in codes(folder(GOOD, PRICE.replace("CNY", "EUR")))} == {"currency.other"}


def test_euro_account(folder):
    account = gep.run(folder(GOOD, PRICE.replace("CNY", "EUR"), toml=TOML + 'currency = "EUR"\n'))
    assert account.total == pytest.approx(3e8 * 7.06)
    assert account.ledger.price_unit[0] == "EUR/m^3" and account.ledger.value_unit[0] == "EUR/yr"


def test_nothing_written(folder, tmp_path):
    with pytest.raises(gep.GepError):
        gep.run(folder(",,area,,atlantis,,,5,km2,s\n"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "toml",
    [
        "year = ",
        "",
        'year = "x"',
        'year = 2020\nstandard = "none"',
        "year = 2020\nfoo = 1",
        'year = 2020\nstandard = "../../etc/passwd"',
        "year = true",
    ],
)
def test_bad_toml(folder, toml):
    codes(folder(GOOD, PRICE, toml=toml))


def test_not_a_folder(tmp_path):
    with pytest.raises(gep.InputError, match="is no folder"):
        gep.run(tmp_path / "nowhere")


def test_a_link_out_of_the_folder_is_not_followed(folder, tmp_path):
    (tmp_path / "elsewhere.csv").write_text("label,class\na,forest\n")
    path = folder(GOOD, PRICE)
    (path / "ecosystems.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert ("file.outside", "ecosystems.csv") in codes(path)


def test_formula_injection_is_neutralised(folder):
    account = gep.run(folder(GOOD.replace(",s\n", ",=cmd()\n"), PRICE))
    assert "'=cmd()" in results.ledger_csv(account)


def test_html_is_text(folder):
    from gep.report.page.document import page

    account = gep.run(folder(GOOD, PRICE, toml=TOML.replace('"t"', '"<script>alert(1)</script>"')))
    assert "<script" not in page(account, "zh")


def test_exit_code_and_chinese(folder):
    from typer.testing import CliRunner

    from gep.commands import app

    result = CliRunner().invoke(
        app, ["run", str(folder(",,area,,atlantis,,,5,km2,s\n")), "--lang", "zh"]
    )
    assert result.exit_code == 2
    assert "第2行 ecosystem列" in result.output and "不是已知的生态系统类型" in result.output


def test_what_a_newcomer_does(folder):
    """A Chinese name where an id is wanted, a workbook in the place of a CSV file, both ``year``
    and ``years``.
    """
    path = folder(
        "旅游休闲,,visits,,,,,10,万人次,s\n",
        "",
        'region = "City"\nyear = 2020\nyears = [2020, 2021]\n'
        'price_year = 2020\nstandard = "catalogue"\n',
    )
    (path / "prices.csv").unlink(missing_ok=True)
    (path / "prices.xlsx").write_bytes(b"PK")
    with pytest.raises(gep.GepError) as told:
        gep.run(path)
    found = {p.code: p.values for p in told.value.problems}
    assert set(found) == {"key.both", "file.workbook", "indicator.unknown"}
    assert (
        found["indicator.unknown"]["names"] == "tourism"
        and found["file.workbook"]["file"] == "prices.xlsx"
    )
    (path / "inputs.csv").rename(path / "inputs.xlsx")
    with pytest.raises(gep.GepError) as told:
        gep.run(path)
    assert [p.where for p in told.value.problems if p.code == "file.workbook"] == [
        "inputs.csv",
        "prices.csv",
    ]
