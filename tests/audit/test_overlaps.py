"""Double counting: each rule bites where both sides are counted, names both and the amount, and is
silent where they are not.
"""

from __future__ import annotations

import re

import pytest

import gep
from gep import standards
from gep.core.errors import OverlapError
from gep.core.text import say
from gep.standards.overlaps import rules

TOML = 'region = "City"\nyear = 2020\nprice_year = 2020\nstandard = "{}"\n'
RULES = {r.id: r for r in rules()}


def value(name, amount, ecosystem=""):
    indicator, _, component = name.partition(".")
    return f"{indicator},{component},value,,{ecosystem},,,{amount},元,s\n"


def first(side):
    name = side.split("+")[0]
    if "." in name:
        return name
    from gep import indicators

    return f"{name}.{next(c.id for c in indicators.get(name).components if not c.outside)}"


@pytest.mark.parametrize(
    "rule", [r for r in RULES.values() if r.when != "same_price"], ids=lambda r: r.id
)
def test_rule(folder, rule):
    one, two = first(rule.first), first(rule.second)
    found = [
        w
        for w in gep.run(folder(value(one, 300) + value(two, 120))).warnings
        if w.code == f"overlap.{rule.id}"
    ]
    assert len(found) == 1
    text = str(found[0])
    assert one in text and two in text and "at most 120 CNY/yr" in text and "To mend" in text
    assert "可能重复计算，最多 120" in say(found[0], "zh") and re.search(
        "[\u4e00-\u9fff]", rule.mend_zh
    )
    alone = gep.run(folder(value(one, 300)))
    assert not [w for w in alone.warnings if w.code.startswith("overlap.")]


def test_same_price_only(folder):
    rows = (
        "water_retention,retained_water,quantity,,,,,100,m3,s\n"
        "flood_mitigation,reservoir,quantity,,,,,40,m3,s\n"
    )
    prices = (
        "water_retention,retained_water,reservoir_cost,,,,7,CNY/m3,2020,,s\n"
        "flood_mitigation,reservoir,reservoir_cost,,,,{},CNY/m3,2020,,s\n"
    )
    codes = [[w.code for w in gep.run(folder(rows, prices.format(p))).warnings] for p in (7, 8)]
    assert "overlap.retention_flood" in codes[0] and "overlap.retention_flood" not in codes[1]


def test_only_the_same_ecosystem_overlaps(folder):
    def found(*rows):
        return [
            w for w in gep.run(folder("".join(rows))).warnings if w.code == "overlap.carbon_blue"
        ]

    buried = value("carbon_sequestration.blue_carbon", 120, "mangrove")
    assert not found(value("carbon_sequestration.carbon", 900, "shrub"), buried)
    (both,) = found(
        value("carbon_sequestration.carbon", 900, "shrub"),
        value("carbon_sequestration.carbon", 300, "mangrove"),
        buried,
    )
    assert both.values["one"] == 300 and both.values["amount"] == 120


def test_a_standard_can_forbid(folder):
    rows = value("water_purification.nh3n", 3) + value("water_purification.tn", 5)
    assert gep.run(folder(rows)).total == 8
    with pytest.raises(OverlapError) as caught:
        gep.run(folder(rows, toml=TOML.format("seea_ea")))
    assert [p.code for p in caught.value.problems] == ["overlap.nh3n_in_tn"]


def test_forbidden_rules_exist():
    for id in standards.ids():
        assert set(standards.get(id).forbids) <= set(RULES)


def test_equivalent_factors_stay_out_of_gep(folder):
    rows = (
        "equivalent_factor,all,quantity,,forest,,,10,ha,s\n"
        "water_retention,retained_water,value,,,,,7,元,s\n"
    )
    prices = "equivalent_factor,all,unit_value,,forest,,5,元/hm2,2020,,s\n"
    account = gep.run(folder(rows, prices))
    assert account.total == 7 and account.total_name == "GEP"
    assert "esv.refused" in [w.code for w in account.warnings]
    esv = gep.run(folder(rows, prices, toml=TOML.format("equivalent_factor")))
    assert esv.total == pytest.approx(50) and esv.total_name == "ESV"


def test_printed_figures_that_do_not_fit(folder):
    """Levels of 10.0 and 5.0 beside a total of 15.4: half a digit each explains 0.15, not 0.4."""
    rows = "regulating_other,,value,,,,,10.0,元,s\ncultural_other,,value,,,,,5.0,元,s\n"
    controls = (
        "level,indicator,component,ecosystem,region,year,value,unit,decimals,source\n"
        "regulating,,,,,,10.0,元,1,s\n"
        "cultural,,,,,,5.0,元,1,s\n"
        "total,,,,,,{},元,1,s\n"
    )
    off = gep.run(folder(rows, controls_csv=controls.format("15.4")))
    assert [w.code for w in off.warnings] == ["control.beyond", "control.sum"]
    assert "15" in str(off.warnings[1]) and "15.4" in str(off.warnings[1])
    assert gep.run(folder(rows, controls_csv=controls.format("15.1"))).warnings == ()
