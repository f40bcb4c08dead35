"""Capacity held to emission, by the region that reports it; worked out by hand beside each case."""

import pytest

import gep
from gep.analysis.uncertainty import uncertainty
from gep.intake.python import compute
from tests.labelled import series

# Three districts in an order that is not the alphabet's; dust: rate 100 kg/hm2 = 10 t/km2.
AREA = """,,area,,shrub,Zhu,,10,km2,hand
,,area,,shrub,An,,20,km2,hand
,,area,,shrub,Min,,30,km2,hand
,,area,,grassland,Zhu,,10,km2,hand
"""
RATE = (
    "air_purification,dust,uptake_rate,,shrub,,,100,kg dust/(hm2 a),hand\n"
    "air_purification,dust,uptake_rate,,grassland,,,50,kg dust/(hm2 a),hand\n"
)
PRICE = "air_purification,dust,treatment_cost,,,,200,CNY/t dust,2020,,hand\n"
REGIONS = "region,parent\nZhu,North\nAn,North\nMin,City\nNorth,City\n"


def emission(*rows):
    return "".join(
        f"air_purification,dust,emission,,,{region},,{value},t dust,hand\n"
        for region, value in rows
    )


def quantities(account):
    rows = account.ledger.query("component == 'dust' and role == 'priced'")
    return {(r.region, r.ecosystem): r.quantity for r in rows.itertuples()}


def test_each_district_its_own(folder):
    # capacity: Zhu 100 + 50, An 200, Min 300; emission 75 → half, 500 → all, 30 → a tenth
    account = gep.run(
        folder(
            AREA + RATE + emission(("Zhu", 75), ("An", 500), ("Min", 30)),
            PRICE,
            regions_csv=REGIONS,
        )
    )
    assert quantities(account) == pytest.approx(
        {("Zhu", "shrub"): 50, ("Zhu", "grassland"): 25, ("An", "shrub"): 200, ("Min", "shrub"): 30}
    )
    assert float(account.total) == pytest.approx(305 * 200)


def test_a_parent_reports_for_its_parts(folder):
    # North (Zhu 150 + An 200 = 350) emits 70 → a fifth; Min by itself; all of them count
    account = gep.run(
        folder(AREA + RATE + emission(("North", 70), ("Min", 300)), PRICE, regions_csv=REGIONS)
    )
    assert quantities(account) == pytest.approx(
        {("Zhu", "shrub"): 20, ("Zhu", "grassland"): 10, ("An", "shrub"): 40, ("Min", "shrub"): 300}
    )
    assert float(account.total) == pytest.approx(370 * 200) and account.by(
        "region"
    ).to_dict() == pytest.approx({"Zhu": 6000, "An": 8000, "Min": 60000})
    assert not account.warnings
    drawn = uncertainty(
        account, draws=200, errors={"uptake_rate": "normal 1 %", "emission": "normal 1 %"}
    )
    assert drawn.interval().mean == pytest.approx(370 * 200, rel=0.01)
    assert drawn.ledger.set_index(["region", "ecosystem"])[
        "quantity_low"
    ].to_dict() == pytest.approx(quantities(account), rel=0.05)


def test_the_city_reports_for_all(folder):
    # 650 of capacity, 65 emitted → a tenth everywhere
    account = gep.run(folder(AREA + RATE + emission(("City", 65)), PRICE, regions_csv=REGIONS))
    assert quantities(account) == pytest.approx(
        {("Zhu", "shrub"): 10, ("Zhu", "grassland"): 5, ("An", "shrub"): 20, ("Min", "shrub"): 30}
    )


def test_a_district_without_a_report_is_missing(folder):
    account = gep.run(
        folder(AREA + RATE + emission(("Zhu", 75), ("Min", 30)), PRICE, regions_csv=REGIONS)
    )
    rows = account.ledger.query("component == 'dust'").set_index(["region", "ecosystem"])
    assert rows.loc[("An", "shrub"), "status"] == "missing"
    assert "air_purification.dust (1 of 4 cells)" in account.total.left_out
    assert float(account.total) == pytest.approx((75 + 30) * 200)


def test_a_capacity_without_an_emission_is_said(folder):
    """Rates alone count in full, with a warning; a quantity that was given may hold the emission
    already.
    """
    account = gep.run(folder(AREA + RATE, PRICE, regions_csv=REGIONS))
    assert float(account.total) == pytest.approx(650 * 200) and [
        (w.code, w.where) for w in account.warnings
    ] == [("cap.lacks", "air_purification.dust")]
    given = gep.run(
        folder("air_purification,dust,quantity,,,,,650,t dust,hand\n", PRICE, name="given")
    )
    assert float(given.total) == 650 * 200 and not given.warnings


def test_types_that_cannot_supply_are_said_once():
    """A lake takes up no SO2: one warning, no region is lost, and nothing is known."""
    area = series([1, 2], "ha", ecosystem=["lake", "lake"], region=["East", "West"])
    rate = series([5], "kg SO2/(hm2 a)", ecosystem=["lake"])
    account = compute(
        {"area": area, "air_purification.so2.uptake_rate": rate},
        {"air_purification.treatment_cost": "3 CNY/kg SO2"},
        year=2020,
        region="City",
        parents={"East": "City", "West": "City"},
    )
    assert [w.code for w in account.warnings] == ["ecosystem.cut"] and account.parts[0].data[
        "region"
    ].values.tolist() == ["East", "West"]
