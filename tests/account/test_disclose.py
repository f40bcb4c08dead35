"""Confidential figures count in the totals and are told nowhere."""

from __future__ import annotations

import json

import pytest

import gep
from gep.account.confidential import public
from gep.report import results
from gep.report.page.document import page

REGIONS = "region,parent\n" + "".join(f"D{n},City\n" for n in range(1, 6))
PRICE = "water_retention,retained_water,reservoir_cost,,,,2,CNY/m3,2020,,s\n"
CARBON = "carbon_sequestration,carbon,carbon_price,,,,60,CNY/t CO2,2020,,s\n"
OXYGEN = "oxygen_release,oxygen,oxygen_price,,,,1000,CNY/t O2,2020,,s\n"
HEAD = "indicator,component,input,item,ecosystem,region,year,value,unit,source,classification\n"


def written(path, out):
    account = gep.run(path, out)
    return account, {f.name: f.read_text("utf-8") for f in out.iterdir()}


def test_a_district_cannot_be_told_from_the_rest(folder, tmp_path):
    rows = "".join(
        f"water_retention,retained_water,quantity,,,D{n},,{1000 + 7 * n},m3,s,"
        f"{'confidential' if n == 2 else ''}\n"
        for n in range(1, 6)
    )
    account, files = written(
        folder("", PRICE, inputs_csv=HEAD + rows, regions_csv=REGIONS), tmp_path / "out"
    )
    assert account.total == 2 * (5000 + 7 * 15)
    assert json.loads(files["summary.json"])["total"] == account.total
    for name, text in files.items():
        assert "1014" not in text and "2028" not in text, name
    shown = public(account)
    assert shown.total == account.total and shown.by("region").to_dict() == {"City": account.total}


def test_a_single_figure_is_pooled_with_others_of_its_level(folder, tmp_path):
    rows = (
        "water_retention,retained_water,quantity,,,,,123457,m3,s,confidential\n"
        "carbon_sequestration,carbon,quantity,,,,,100,t CO2,s,\n"
        "oxygen_release,oxygen,quantity,,,,,80,t O2,s,\n"
    )
    account, files = written(
        folder("", PRICE + CARBON + OXYGEN, inputs_csv=HEAD + rows), tmp_path / "out"
    )
    assert account.total == pytest.approx(2 * 123457 + 6000 + 80000)
    for name, text in files.items():
        assert "123457" not in text and "246914" not in text and "80000" not in text, name
    shown = public(account)
    assert shown.total == account.total
    assert shown.by("indicator").to_dict() == {"regulating_other": account.total}
    assert "123457" not in page(shown, "zh") + shown.to_json() + str(
        shown.explain("regulating_other")
    )


def test_an_open_account_is_shown_as_it_is(folder):
    account = gep.run(folder("water_retention,retained_water,quantity,,,,,5,m3,s\n", PRICE))
    assert public(account) is account
    assert "10.0" in results.ledger_csv(account)
