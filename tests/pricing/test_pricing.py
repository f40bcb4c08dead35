"""Ways to a price, against published figures and sums laid out by hand; and the register of
published prices.
"""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gep import indicators, pricing
from gep.core import ecosystems, units
from gep.core.errors import InputError, ParameterError, UnitError
from gep.core.formula import Formula
from gep.core.tables import EVIDENCE, HEADER, Coefficient
from gep.pricing import (
    avoided_cost,
    contingent_valuation,
    deflator,
    environmental_tax,
    equivalent_annual_cost,
    hedonic_premium,
    market_price,
    net_output,
    net_present_value,
    replacement_cost,
    resource_rent,
    shadow_project,
    travel_cost,
)
from gep.pricing.register import PATH, price, prices

ROUTES = [
    (p.id, name, f) for p in pricing.every() for name, routes in p.formulas.items() for f in routes
]


def money(f: Formula, **inputs: object) -> float:
    return float(f(**inputs).item())


# --- the records ----------------------------------------------------------------------------------


@pytest.mark.parametrize("id", pricing.IDS)
def test_a_method_says_what_it_is(id):
    record = pricing.get(id)
    assert record.id == id and record.zh and record.en and record.seea and record.formulas
    assert "Traps:" in record.doc


def test_stated_preference_and_assets_give_no_exchange_value():
    assert [p.id for p in pricing.every() if not p.exchange_value] == [
        "contingent_valuation",
        "net_present_value",
    ]


def test_an_unknown_method_is_refused_with_the_list():
    with pytest.raises(ParameterError, match="travel_cost"):
        pricing.get("guess")


@pytest.mark.parametrize(
    ("id", "name", "f"), ROUTES, ids=[f"{i}.{n}.{f.__name__}" for i, n, f in ROUTES]
)
def test_all_routes_to_a_name_agree_with_each_other_and_with_who_takes_it(id, name, f):
    formulas = pricing.get(id).formulas
    assert units.same(f.unit, formulas[name][0].unit)
    takers = [g for routes in formulas.values() for g in routes if name in g.inputs]
    assert all(units.same(g.inputs[name].unit, f.unit) for g in takers)


@pytest.mark.parametrize("indicator", indicators.IDS)
@pytest.mark.parametrize("method", pricing.METHODS)
def test_a_computed_price_is_in_the_unit_of_the_component(indicator, method):
    for c in indicators.get(indicator).components:
        formulas = pricing.get(method).formulas
        for f in (
            formulas.get(f"{c.price}_{c.id}", formulas.get(c.price, ())) if c.price_unit else ()
        ):
            assert units.same(f.unit, c.price_unit), (c.id, f.unit, c.price_unit)


# --- present value, yearly cost -------------------------------------------------------------------


@pytest.mark.parametrize(("flow", "printed"), [("21000 CNY/yr", 905065), ("18300 CNY/yr", 788700)])
def test_seealand_asset(flow, printed):
    years = net_present_value.annuity_factor("2 %/yr", "100 yr")
    assert money(
        net_present_value.net_present_value, annual_value=flow, annuity_factor=years
    ) == pytest.approx(printed, abs=0.5)


def test_china_forest_asset_counts_the_first_year_whole():
    years = net_present_value.annuity_factor("2.77 %/yr", "100 yr")
    out = net_present_value.net_present_value_due("19.10 万亿元/yr", years, "2.77 %/yr")
    # F and r are printed to three digits: half a digit of r moves the result by 0.15 %
    assert out.item() == pytest.approx(662e12, rel=2e-3)


def exactly(rate: Fraction, years: int) -> Fraction:
    return sum((Fraction(1) / (1 + rate) ** k for k in range(1, years + 1)), Fraction(0))


@settings(deadline=None, max_examples=60)
@given(rate=st.floats(0, 0.5), years=st.integers(1, 60))
def test_the_annuity_factor_is_the_sum_of_its_payments(rate, years):
    assert net_present_value.annuity_factor.kernel(rate, years) == pytest.approx(
        float(exactly(Fraction(rate), years)), rel=1e-8
    )


@pytest.mark.parametrize("rate", [0.0, 1e-300, 1e-17, 3e-16, 1e-15, 1e-12, 1e-8, 1e-5])
def test_the_annuity_factor_holds_down_to_a_rate_of_zero(rate):
    assert net_present_value.annuity_factor.kernel(rate, 30) == pytest.approx(
        float(exactly(Fraction(rate), 30)), rel=1e-8
    )


def test_the_annuity_factor_of_a_very_long_life_is_one_over_the_rate():
    assert net_present_value.annuity_factor.kernel(0.1, 1e5) == pytest.approx(10, rel=1e-14)


def test_the_annuity_factor_broadcasts_and_keeps_what_is_missing():
    out = net_present_value.annuity_factor.kernel(np.array([0.0, 0.1, np.nan]), 2)
    assert out[:2] == pytest.approx([2, 1 / 1.1 + 1 / 1.21]) and np.isnan(out[2])


def test_dyke_as_a_yearly_cost():
    # capital recovery at 10 % over 2 years: 0.1 × 1.21 / (1.21 − 1) = 0.5761905
    years = net_present_value.annuity_factor("10 %/yr", "2 yr")
    out = equivalent_annual_cost.dyke_cost("1000 万元/km", years, "100 CNY/(m yr)")
    assert out.attrs["units"] == "CNY/(m yr)"
    assert out.item() == pytest.approx(5761.905 + 100, abs=5e-4)


def test_without_interest_a_work_costs_its_price_over_its_life():
    years = net_present_value.annuity_factor("0 %/yr", "50 yr")
    assert (
        money(
            equivalent_annual_cost.dyke_cost,
            construction_cost="10000 CNY/m",
            annuity_factor=years,
            upkeep="0 CNY/(m yr)",
        )
        == 200
    )


def test_a_yearly_cost_for_another_unit():
    wall = equivalent_annual_cost.annual_cost.of("wall_cost", per="m^2")
    assert money(
        wall, construction_cost="600 CNY/m2", annuity_factor="12 yr", upkeep="4 CNY/(m2 yr)"
    ) == pytest.approx(54)


def test_a_building_cost_is_no_upkeep():
    with pytest.raises(UnitError, match="upkeep"):
        equivalent_annual_cost.dyke_cost("10000 CNY/m", "20 yr", "100 CNY/m")


def test_reservoir_once_and_by_the_year():
    assert money(
        shadow_project.reservoir_cost,
        reservoir_construction="5.50 CNY/m3",
        reservoir_operation="0.75 CNY/m3",
    ) == pytest.approx(6.25)
    years = net_present_value.annuity_factor("0 %/yr", "50 yr")
    by_year = shadow_project.annual_reservoir_cost(
        "5.50 CNY/m3", years, "0.04 CNY/(m3 yr)", "1.5 1/yr"
    )
    assert by_year.item() == pytest.approx((0.11 + 0.04) / 1.5)


# --- prices of another year -----------------------------------------------------------------------


def test_gaotianyan_price_of_2007_in_2014():
    # 449.1 in 2007, moved by the indices that the paper prints; its value 5417.84e4 CNY on 4750 ha
    # at 4.51 × 99.10 / 21.63 equivalents gives the same
    ratio = deflator.deflator("493.60", "606.70")
    per_hectare = deflator.deflated_price.of("unit_value", per="ha")
    assert money(per_hectare, price="449.1 CNY/ha", deflator=ratio) == pytest.approx(
        5417.84e4 / (4750 * 4.51 * 99.10 / 21.63), rel=1e-5
    )


def test_a_price_there_and_back_is_the_same_price():
    there, back = (
        deflator.deflator(a, b).item() for a, b in (("493.60", "606.70"), ("606.70", "493.60"))
    )
    assert there * back == pytest.approx(1)


def test_links_are_chained_in_both_directions():
    links = {2019: 1.04, 2020: 1.02, 2021: 1.005}
    assert deflator.chain(links, base=2018) == pytest.approx(
        {2018: 1, 2019: 1.04, 2020: 1.0608, 2021: 1.066104}
    )
    assert deflator.chain(links, base=2020) == pytest.approx(
        {2018: 1 / 1.0608, 2019: 1 / 1.02, 2020: 1, 2021: 1.005}
    )
    assert money(
        deflator.chained_index, previous_index="106.08 %", index_link="100.5 %"
    ) == pytest.approx(1.066104)


@pytest.mark.parametrize(
    ("links", "base", "where"),
    [
        ({2018: 1.02, 2020: 1.03}, 2018, "2019"),
        ({2018: 1.02, 2019: 0.0}, 2018, "2019"),
        ({2018: 1.02}, 2030, "2030"),
        ({}, 2020, "2020"),
    ],
)
def test_a_broken_chain_says_where(links, base, where):
    with pytest.raises(InputError, match=where):
        deflator.chain(links, base)


def test_a_nominal_rate_made_real_discounts_constant_prices_alike():
    # 100 a year at constant prices, prices rising 2 %, money at 6.08 %: each payment is worth 100 ×
    # 1.02^k / 1.0608^k
    real = deflator.real_discount_rate("6.08 %/yr", "2 %/yr")
    by_hand = sum(100 * 1.02**k / 1.0608**k for k in range(1, 11))
    years = net_present_value.annuity_factor(real, "10 yr")
    assert money(
        net_present_value.net_present_value, annual_value="100 CNY/yr", annuity_factor=years
    ) == pytest.approx(by_hand)


# --- market, net output, rent ---------------------------------------------------------------------


def test_carbon_is_not_carbon_dioxide():
    assert money(market_price.carbon_price, price_per_carbon="1200 CNY/t C") == pytest.approx(
        1200 * 12 / 44
    )
    assert money(market_price.carbon_price, price_per_carbon="1320 CNY/t C") == pytest.approx(360)
    assert money(
        market_price.carbon_price, price_per_carbon="0.38 CNY/kg C", co2_per_carbon="1 t CO2/t C"
    ) == pytest.approx(380)
    with pytest.raises(UnitError, match="price_per_carbon"):
        market_price.carbon_price("380 CNY/t CO2")


def test_prices_of_things_not_counted_in_tonnes():
    sheep = market_price.net_of_cost.of("product_price", per="head")
    assert money(sheep, observed_price="1500 元/头", unit_cost="0.02 万元/头") == pytest.approx(
        1300
    )
    eggs = net_output.net_price.of("product_price", per="piece")
    assert money(eggs, gross_price="1.2 元/个", value_added_rate="45 %") == pytest.approx(0.54)
    with pytest.raises(UnitError):
        market_price.product_price("1500 元/头", "200 元/头")


def test_net_price_of_a_branch():
    rate = net_output.value_added_rate("23 亿元/yr", "40 亿元/yr")
    assert money(
        net_output.product_price, gross_price="4000 CNY/t", value_added_rate=rate
    ) == pytest.approx(2300)


def test_resource_rent_can_be_negative_and_subsidies_lower_it():
    costs = {
        "gross_price": "900 CNY/t",
        "intermediate_cost": "500 CNY/t",
        "labour_cost": "300 CNY/t",
        "depreciation": "90 CNY/t",
        "capital_intensity": "1000 CNY yr/t",
        "return_rate": "4 %/yr",
    }
    assert money(resource_rent.product_price, production_tax="0 CNY/t", **costs) == pytest.approx(
        -30
    )
    assert money(resource_rent.product_price, production_tax="-50 CNY/t", **costs) == pytest.approx(
        20
    )


# --- treatment ------------------------------------------------------------------------------------

FEES_OF_2003 = [
    ("nox", "0.6", 630, 4e-3),
    ("dust", "0.6", 150, 1e-9),
    ("cod", "0.7", 700, 1e-9),
    ("nh3n", "0.7", 875, 1e-9),
    ("tp", "0.7", 2800, 1e-9),
]


@pytest.mark.parametrize(("pollutant", "fee", "printed", "rel"), FEES_OF_2003)
def test_fees_of_2003_give_the_prices_of_garze(pollutant, fee, printed, rel):
    out = getattr(environmental_tax, f"treatment_cost_{pollutant}")(f"{fee} 元/污染当量")
    assert out.item() == pytest.approx(printed, rel=rel)
    assert "appended table 2" in out.attrs["coefficients"][0]


@pytest.mark.parametrize("pollutant", ["tn", "pm10", "pm25", "nitrogen", "phosphorus"])
def test_what_the_law_does_not_list_must_be_given(pollutant):
    with pytest.raises(InputError, match="pollutant_equivalent"):
        getattr(environmental_tax, f"treatment_cost_{pollutant}")("1.4 CNY/equivalent")


def test_the_equivalent_of_one_pollutant_is_not_that_of_another():
    with pytest.raises(UnitError, match="pollutant_equivalent"):
        environmental_tax.treatment_cost_tn("1.4 CNY/equivalent", "0.8 kg NH3-N/equivalent")


def test_gaotianyan_so2_is_investment_and_operation():
    assert money(
        avoided_cost.treatment_cost_so2,
        abatement_investment="0.69 CNY/kg SO2",
        abatement_operation="0.14 CNY/kg SO2",
    ) == pytest.approx(830)
    assert pricing.get("replacement_cost").formulas["treatment_cost_so2"] == (
        avoided_cost.treatment_cost_so2,
    )


def test_sediment_by_the_tonne_and_silt_by_the_cubic_metre():
    assert money(
        avoided_cost.dredging_cost, sediment_cost="18 CNY/t", bulk_density="1.3 g/cm3"
    ) == pytest.approx(23.4)


def test_nitrogen_of_urea():
    out = replacement_cost.fertiliser_price_fertility_nitrogen("1920 CNY/t", "46 %")
    # 4573.81 kg N per ha on 4750 ha are printed at 9068.08e4 CNY
    assert out.item() / 1000 * 4573.81 * 4750 == pytest.approx(9068.08e4, rel=1e-6)


def test_a_decibel_of_a_sound_barrier():
    # 400,000 CNY/km of LY/T 1721-2008 over 20 years without interest, 10 dB: 400 / 20 / 10
    years = net_present_value.annuity_factor("0 %/yr", "20 yr")
    yearly = equivalent_annual_cost.noise_barrier_cost("400000 CNY/km", years, "0 CNY/(m yr)")
    assert money(
        replacement_cost.noise_control_cost_roadside,
        noise_barrier_cost=yearly,
        barrier_attenuation="10 dB(A)",
    ) == pytest.approx(2)


# --- visits, homes, bids --------------------------------------------------------------------------


def test_baiyangdian_visit():
    visit = money(
        travel_cost.visit_cost, travel_expense="52.47 元/人次", travel_time_cost="343.33 元/人次"
    )
    assert visit == pytest.approx(395.80)
    assert (visit + 578.03) * 135e4 == pytest.approx(13.15e8, rel=5e-4)


def test_a_visit_from_its_parts():
    origin = pd.Index(["near", "far"], name="item")
    wage = pd.Series([40.0, 30.0], origin)
    wage.attrs["units"] = "CNY/h"
    hours = pd.Series([6.0, 20.0], origin)
    hours.attrs["units"] = "h/visit"
    time = travel_cost.travel_time_cost(hours, wage)
    spent = travel_cost.travel_expense("180 CNY/visit", "145 CNY/visit", "60 CNY/visit")
    assert travel_cost.visit_cost(spent, time).values == pytest.approx([385 + 72, 385 + 180])
    assert (
        "30" not in str(time.attrs["units"]) and "wage_share = 0.3" in time.attrs["coefficients"][0]
    )


def test_consumer_surplus_of_a_falling_demand():
    assert money(
        travel_cost.consumer_surplus, travel_cost_slope="-2.5 visit/千元"
    ) == pytest.approx(400)
    with pytest.raises(InputError, match="travel_cost_slope"):
        travel_cost.consumer_surplus("0.002 visit/CNY")


def test_the_premium_of_a_home_three_ways():
    bought = hedonic_premium.price_premium("20000 CNY/m2", "7 %")
    assert money(
        hedonic_premium.premium, price_premium=bought, rental_yield="2 %/yr"
    ) == pytest.approx(28)
    assert money(
        hedonic_premium.premium_annuity, price_premium=bought, annuity_factor="35 yr"
    ) == pytest.approx(40)
    assert money(
        hedonic_premium.premium_of_rent, rent="50 CNY/(m2 month)", premium_share="6 %"
    ) == pytest.approx(36)
    assert money(
        hedonic_premium.premium_hotels, room_rate="450 元/间夜", premium_share="12 %"
    ) == pytest.approx(54)


def test_a_price_of_a_home_is_no_rent():
    with pytest.raises(UnitError, match="rent"):
        hedonic_premium.premium_of_rent("20000 CNY/m2", "7 %")


def test_baiyangdian_visitors_would_pay():
    bid = money(
        contingent_valuation.willingness_to_pay,
        mean_bid="11.31 CNY/(person month)",
        payment_rate="83.44 %",
    )
    assert bid * 61.92e4 == pytest.approx(0.70e8, rel=0.01)


# --- the register ---------------------------------------------------------------------------------


def test_the_register_has_the_header_of_every_table():
    assert PATH.read_text("utf-8").splitlines()[0] == ",".join(HEADER)


@pytest.mark.parametrize("row", prices(), ids=lambda row: f"{row.name}-{row.item}")
def test_a_registered_price_can_be_traced(row):
    assert (
        row.item and row.region and row.source and row.year.isdigit() and row.evidence in EVIDENCE
    )
    assert (
        row.value > 0
        and (row.low is None or row.low <= row.value)
        and (row.high is None or row.high >= row.value)
    )
    assert units.is_currency(row.unit)
    assert not row.ecosystem or row.ecosystem in ecosystems.tree()
    assert price(row.name, row.item) is row


def test_each_registered_price_has_an_id_of_its_own():
    ids = [(row.name, row.item) for row in prices()]
    assert len(set(ids)) == len(ids)


def test_a_registered_price_keeps_its_basis():
    assert units.compatible(price("carbon_price", "garze_2010").unit, "CNY/t CO2")
    assert not units.compatible(price("carbon_price", "baiyangdian_2011").unit, "CNY/t CO2")
    assert "suspicious" in price("carbon_price", "xian_2018").note


def test_the_register_is_never_a_default():
    defaults = [
        i.default
        for _, _, f in ROUTES
        for i in f.inputs.values()
        if isinstance(i.default, Coefficient)
    ]
    assert defaults and all(d.path != PATH for d in defaults)


def test_an_unknown_price_is_refused_with_the_list():
    with pytest.raises(ParameterError, match="carbon_price"):
        prices("coal_price")
    with pytest.raises(ParameterError, match="gaotianyan_2014"):
        price("carbon_price", "atlantis_2010")
