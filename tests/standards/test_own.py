"""A standard of one's own: a TOML file of the account folder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gep import GepError, folder, standards
from gep.text import say

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to.md"
INPUTS = "water_retention,retained_water,quantity,,,,,2,亿m3,a\ncarbon_sequestration,carbon,dry_matter,,,,,10,万t,a\ncarbon_sequestration,carbon,co2_per_dry_matter,,,,,1.63,t CO2/t,a\ntourism,paid_sites,visits,,,,,3,万人次,a\n"
PRICES = (
    "water_retention,,reservoir_cost,,,,6,元/m3,2020,,a\ncarbon_sequestration,,carbon_price,,,,50,元/t CO2,2020,,a\ntourism,,visit_cost,,,,80,元/人次,2020,,a\n"
)
TOML = 'title = "t"\nregion = "County"\nyear = 2020\nstandard = "county.toml"\n'
ONE_ROW = 'id = "a"\nzh = "a"\nen = "a"\n{}\n[[indicator]]\nid="w"\nlevel="cultural"\nzh="a"\nen="a"\ncomponents=["tourism"]\nevidence="confirmed"'


@pytest.fixture
def written():
    """The standard as the how-to guide writes it."""
    return next(b for b in re.findall(r"```toml\n(.*?)```", HOW_TO.read_text("utf-8"), re.DOTALL) if "[[indicator]]" in b)


def test_the_how_to_runs(folder_of, written):
    account = folder.read(folder_of(written))
    assert account.profile.id == account.ledger["standard"].iloc[0] == "our_county"
    # 2 亿 m³ at 6; 10 万 t of dry matter × 1.63 t CO2/t at 50; tourism is in no row
    assert account.by("indicator").to_dict() == pytest.approx({"water": 12e8, "carbon_and_oxygen": 10e4 * 1.63 * 50})
    assert account.total == pytest.approx(12e8 + 8.15e6)
    assert any(w.code == "standard.outside" and "tourism" in w.where for w in account.warnings)


def test_a_file_of_the_folder_is_named_like_a_standard(folder_of, written):
    path = folder_of(written)
    (path / "account.toml").write_text(TOML.replace("county.toml", "catalogue"), "utf-8")
    assert folder.read(path, standard="county.toml").total == pytest.approx(12e8 + 8.15e6)
    with pytest.raises(GepError) as caught:
        folder.read(path, standard="town.toml")
    assert [(p.code, p.where) for p in caught.value.problems] == [("file.missing", "town.toml")]


def test_under_another_standard(folder_of, written):
    assert folder.read(folder_of(written), standard="catalogue").total == pytest.approx(12e8 + 8.15e6 + 3e4 * 80)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('id = "shenzhen"\nzh = "a"\nen = "a"\n[[indicator]]\nid="w"\nlevel="regulating"\nzh="a"\nen="a"\ncomponents=["tourism"]\nevidence="confirmed"', "profile.taken"),
        ("id = ", "file.toml"),
        ("", "file.empty"),
        ('zh = "a"', "profile.lacks"),
        ('id = "a/b"\nzh = "a"\nen = "a"', "profile.id"),
        ('id = "a"\nzh = 3\nen = "a"', "profile.kind"),
        ('id = "a"\nzh = "a"\nen = "a"\nindicator = 3', "profile.kind"),
        ('id = "a"\nzh = "a"\nen = "a"\nswitches = [1]', "profile.kind"),
        ('id = "a"\nzh = "a"\nen = "a"\n[[indicator]]\nid="w"\ncomponents="tourism"', "profile.kind"),
        ('id = "a"\nzh = "a"\nen = "a"\n[[indicator]]\nid="w"\ncomponents=["tourism"]', "profile.lacks"),
        ('id = "a"\nzh = "a"\nen = "a"\n[[indicator]]\nid="w"\nlevel="cultural"\nzh="a"\nen="a"\ncomponents=["tourism"]\nevidence="confirmed"\nodd="x"', "profile.key"),
        (ONE_ROW.format('forbids = ["nothing"]'), "profile.forbids"),
        (ONE_ROW.format('pricing = { "tourism.paid_sites" = "guessing" }'), "method.unknown"),
        (ONE_ROW.format('pricing = { "water_supply.supply" = "market_price" }'), "profile.stray"),
        (ONE_ROW.format('floors = { "tourism" = "year" }'), "profile.floor"),
        ('id = "a"\nzh = "a"\nen = "a"\n[[indicator]]\nid="w"\nlevel="x"\nzh="a"\nen="a"\ncomponents=["nothing"]\nevidence="confirmed"', "indicator.unknown"),
        ('id = "a"\nzh = "a"\nen = "a"\nmethods = {a = 1}', "profile.kind"),
        ('id = "a"\nzh = "a"\nen = "a"\nodd = 1', "profile.key"),
        ('id = "a"\nzh = "a"\nen = "a"', "profile.empty"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(folder_of, text, code):
    with pytest.raises(GepError) as told:
        folder.read(folder_of(text))
    assert code in {p.code for p in told.value.problems}
    for p in told.value.problems:
        assert "county.toml" in p.where
        assert re.search(r"[\u4e00-\u9fff]", say(p, "zh")), p.code


def test_no_file_elsewhere_is_read(folder_of, tmp_path, written):
    (tmp_path / "county.toml").write_text(written, "utf-8")
    with pytest.raises(GepError) as told:
        folder.read(folder_of(None, TOML.replace("county.toml", "../county.toml")))
    assert [p.code for p in told.value.problems] == ["file.outside"]
    with pytest.raises(GepError) as told:
        folder.read(folder_of(None))
    assert [p.code for p in told.value.problems] == ["file.missing"]


def test_what_ships_has_the_same_shape():
    assert all(standards.get(id).zh for id in standards.ids())


@pytest.fixture
def folder_of(folder):
    """An account folder with a standard of its own."""
    return lambda text, toml=TOML: folder(INPUTS, PRICES, toml, **({} if text is None else {"county_toml": text}))
