"""The list that every account must pass, over every example and gallery case, and over accounts
that nobody thought of.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gep
from gep.check.account import check_account

EXAMPLES = sorted(
    path.parent
    for path in Path("examples").rglob("account.toml")
    if not (path.parent / "rasters.toml").exists()  # its maps are made by a script
)
TYPES = ("forest", "shrub", "grassland", "lake")
AMOUNTS = st.one_of(st.just(0.0), st.floats(1e-3, 1e9).map(lambda x: float(f"{x:.6g}")))


@pytest.mark.parametrize("folder", EXAMPLES, ids=str)
def test_every_example_conforms(folder):
    assert check_account(gep.run(folder)) == []


@st.composite
def accounts(draw):
    """Water by type and region, in one or two years, some cells unknown, with and without a price;
    beside it a service outside GEP and soil, which has a headline quantity.
    """
    years = draw(st.sampled_from([(2020,), (2019, 2020)]))
    regions = draw(st.sampled_from([("City",), ("East", "West"), ("City", "East", "West")]))
    types = draw(st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True))
    index = pd.MultiIndex.from_product(
        [types, regions, years], names=["ecosystem", "region", "year"]
    )
    cells = draw(st.lists(st.none() | AMOUNTS, min_size=len(index), max_size=len(index)))
    water = pd.Series([float("nan") if c is None else c for c in cells], index)
    water.attrs["units"] = "m3"
    inputs = {"water_retention.retained_water.quantity": water}
    prices = {}
    if draw(st.booleans()):
        prices["water_retention.retained_water.reservoir_cost"] = f"{draw(AMOUNTS)!r} CNY/m3"
    if draw(st.booleans()):
        inputs["tourism.consumer_surplus.value"] = f"{draw(AMOUNTS)!r} CNY"
    if draw(st.booleans()):
        inputs["soil_retention.retained_soil"] = f"{draw(AMOUNTS)!r} t"
        prices["soil_retention.siltation.dredging_cost"] = "10 CNY/m3"
    parents = {"East": "City", "West": "City"}
    try:
        return gep.compute(
            inputs, prices, year=years, region="City", parents=parents, price_year="current"
        )
    except gep.GepError:  # a city beside some districts, and the like
        return None


@settings(max_examples=40)
@given(accounts())
def test_accounts_that_nobody_thought_of_conform(account):
    if account is not None:
        assert check_account(account) == []


def water():
    amount = pd.Series([3.0, 4.0], pd.Index(["East", "West"], name="region"))
    amount.attrs["units"] = "m3"
    return gep.compute(
        {"water_retention.retained_water.quantity": amount},
        {"water_retention.retained_water.reservoir_cost": "2 CNY/m3"},
        year=2020,
        region="City",
        parents={"East": "City", "West": "City"},
    )


def amiss(account):
    return {p.code for p in check_account(account)}


def test_a_live_ledger_fails(monkeypatch):
    """What 0.1.0 handed out: the frame that it went on using."""
    monkeypatch.setattr(gep.Account, "ledger", property(lambda self: self._ledger))
    assert "check.unchangeable" in amiss(water())


def test_numbers_that_can_be_written_fail():
    account = water()
    account.parts[0].outcome._data["value"].variable._data.flags.writeable = True
    assert "check.unchangeable" in amiss(account)


def test_a_standard_that_can_be_changed_fails():
    account = water()
    object.__setattr__(account.profile, "methods", {})
    try:
        assert "check.unchangeable" in amiss(account)
    finally:  # it is that of the whole process
        account.profile.__post_init__()


def test_a_value_that_stands_in_no_total_fails(monkeypatch):
    account = water()
    ledger = account.ledger
    ledger.loc[0, "value"] += 1
    monkeypatch.setattr(gep.Account, "ledger", property(lambda self: ledger.copy()))
    assert "check.sums" in amiss(account)
