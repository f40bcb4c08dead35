"""What makes two accounts the same."""

from __future__ import annotations

import copy
import pickle
import shutil

import pandas as pd
import pytest

import gep

RAIN = {"water_retention.retained_water.quantity": "3 亿m3"}
COST = {"water_retention.retained_water.reservoir_cost": "6.11 CNY/m3"}


def water(inputs=RAIN, prices=COST, **basis):
    return gep.compute(inputs, prices, **{"year": 2020, "region": "City", **basis})


def test_the_same_account_from_a_folder_from_python_and_from_another_folder(folder, tmp_path):
    path = folder(
        "water_retention,retained_water,quantity,,,,,3,亿m3,gauge\n",
        "water_retention,retained_water,reservoir_cost,,,,6.11,CNY/m3,2020,,books\n",
    )
    here = gep.run(path)
    shutil.copytree(path, tmp_path / "elsewhere")
    there = gep.run(tmp_path / "elsewhere")
    assert here.digest == there.digest == water().digest and here.record == there.record
    assert here == there == water() and len({here, there, water()}) == 1


@pytest.mark.parametrize(
    "same",
    [
        water({"water_retention.retained_water.quantity": "300000000 m3/yr"}),
        water(prices={"water_retention.retained_water.reservoir_cost": "61100 元/万m3"}),
        water(title="another title"),
        water(source="another source"),
        water(include=()),
    ],
    ids=["unit", "unit of a price", "title", "source", "default"],
)
def test_units_titles_and_citations_make_no_difference(same):
    assert same.digest == water().digest and same == water()


@pytest.mark.parametrize(
    "other",
    [
        water({"water_retention.retained_water.quantity": "3.0001 亿m3"}),
        water(prices={"water_retention.retained_water.reservoir_cost": "6.12 CNY/m3"}),
        water(year=2021),
        water(region="Town"),
        water(standard="seea_ea"),
        water({**RAIN, "tourism.value": "1 CNY"}),
        water(parents={"East": "City"}),
        water(area=1e6),
    ],
    ids=["figure", "price", "year", "region", "standard", "service", "parents", "area"],
)
def test_what_determines_the_numbers_makes_a_difference(other):
    assert other.digest != water().digest and other != water()


def test_citations_are_in_the_record_alone():
    first, second = water(source="gauge"), water(source="a guess")
    assert first == second and first.record != second.record


def test_types_of_one_class_are_one_however_they_are_spelled():
    def of(label):
        area = pd.Series([2.0], pd.Index([label], name="ecosystem"))
        area.attrs["units"] = "km2"
        return gep.compute({"species_conservation.all.area": area}, year=2020)

    assert of("forest").digest == of("森林").digest != of("wetland").digest


def test_the_version_of_a_plugin_makes_a_difference():
    from dataclasses import replace

    from gep.core.plugins import Used

    used = Used("gep.indicators", "pollination", "gep-pollination", "0.1.0")
    account = water()
    one, other = (replace(account, plugins=(used._replace(version=v),)) for v in ("0.1.0", "0.2.0"))
    assert account.plugins == () and account.summary()["plugins"] == []
    assert len({account.digest, one.digest, other.digest}) == 3
    assert one.summary()["plugins"] == [used._asdict()]


def test_an_account_travels():
    account = water()
    for other in (pickle.loads(pickle.dumps(account)), copy.copy(account), copy.deepcopy(account)):
        assert other == account and hash(other) == hash(account)
        pd.testing.assert_frame_equal(other.ledger, account.ledger)
        with pytest.raises(ValueError, match="read-only"):
            other.parts[0].data["value"].values[...] = 0


def test_an_account_is_no_other_thing():
    assert water() != "an account"


def test_warnings_are_raised_once_each():
    inputs = {**RAIN, "water_supply.domestic.value": "1 万元"}  # may be the same water
    with pytest.warns(gep.GepWarning) as told:
        account = water(inputs)
    assert [w.message.problem for w in told] == list(account.warnings) != []
    assert f"{len(account.warnings)} warning" in repr(account)


def test_every_account_conforms():
    from gep.check.account import check_account

    for account in (water(), gep.run("examples/shenzhen_2020"), gep.run("examples/garze_2010")):
        assert check_account(account) == []


def test_what_can_be_changed_fails_the_check():
    from gep.check.account import changed

    held = {"a": [1]}
    assert list(changed(held, lambda: held)) == ["takes a new key"]
    assert list(changed(held["a"], lambda: held["a"])) == ["takes a new item"]
    frame = pd.DataFrame({"value": [1.0, 2.0]})
    kept = frame.copy()
    assert list(changed(frame, lambda: frame)) != []
    assert list(changed(kept.copy(), kept.copy)) == []


def test_a_key_a_year_or_an_argument_that_there_is_not_is_told():
    for asked in (lambda: water().by("levle"), lambda: water().by("level", year=1999)):
        with pytest.raises(gep.ParameterError):
            asked()
    with pytest.raises(gep.ParameterError, match="price_yaer: is no argument of compute"):
        water(price_yaer=2020)
    assert water().by("second_level").to_dict() == water().by("indicator").to_dict()
