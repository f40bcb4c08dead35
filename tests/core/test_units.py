"""Unit text: what people and statistics write, what must not convert, what nobody may write."""

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gep.core import units
from gep.core.errors import UnitError
from gep.core.units import (
    SUBSTANCES,
    compatible,
    conversion,
    foreign,
    is_currency,
    lacks_only_year,
    per_year,
    quantity,
    same,
    split,
)

SPELLINGS = [
    # area
    ("亩", "m^2", 10000 / 15),
    ("mu", "m^2", 10000 / 15),
    ("公顷", "m^2", 1e4),
    ("ha", "m^2", 1e4),
    ("hm2", "m^2", 1e4),
    ("hm²", "m^2", 1e4),
    ("千公顷", "m^2", 1e7),
    ("万公顷", "m^2", 1e8),
    ("万hm2", "m^2", 1e8),
    ("万亩", "km2", 20 / 3),
    ("km²", "m^2", 1e6),
    ("平方公里", "m^2", 1e6),
    ("平方千米", "km2", 1),
    ("㎡", "m^2", 1),
    ("㎢", "m^2", 1e6),
    ("平方米", "m**2", 1),
    ("万平方米", "ha", 1),
    # volume, length
    ("万m³", "m^3", 1e4),
    ("万m3", "m^3", 1e4),
    ("亿m3", "m^3", 1e8),
    ("亿立方米", "m^3", 1e8),
    ("立方米", "m3", 1),
    ("万米³", "m3", 1e4),
    ("L", "m3", 1e-3),
    ("mm", "m", 1e-3),
    ("毫米", "m", 1e-3),
    ("公里", "km", 1),
    ("㎜", "mm", 1),
    ("百万米", "km", 1e3),
    # mass
    ("万吨", "t", 1e4),
    ("万t", "t", 1e4),
    ("亿t", "t", 1e8),
    ("千克", "kg", 1),
    ("公斤", "kg", 1),
    ("斤", "kg", 0.5),
    ("kt", "t", 1e3),
    ("Mt", "t", 1e6),
    ("千吨", "t", 1e3),
    # money
    ("元", "CNY", 1),
    ("万元", "CNY", 1e4),
    ("亿元", "CNY", 1e8),
    ("百万元", "CNY", 1e6),
    ("十亿元", "CNY", 1e9),
    ("yuan", "CNY", 1),
    ("RMB", "CNY", 1),
    ("￥", "CNY", 1),
    ("万亿元", "CNY", 1e12),
    ("亿美元", "USD", 1e8),
    # energy
    ("亿kWh", "kWh", 1e8),
    ("亿千瓦时", "kWh", 1e8),
    ("度", "kWh", 1),
    ("kW·h", "kWh", 1),
    ("万kW·h", "kWh", 1e4),
    ("kWh", "kJ", 3600),
    ("GJ", "MJ", 1e3),
    ("KWh", "kWh", 1),
    ("tce", "kJ", 29307600),
    ("kgce", "kJ", 29307.6),
    ("吨标准煤", "MJ", 29307.6),
    ("万吨标准煤", "tce", 1e4),
    # counts
    ("人次", "visit", 1),
    ("万人次", "visit", 1e4),
    ("人·次", "visit", 1),
    ("1e4 person-trips", "visit", 1e4),
    ("人", "person", 1),
    ("万人", "person", 1e4),
    ("头", "head", 1),
    ("万头", "head", 1e4),
    ("只", "animal", 1),
    ("株", "plant", 1),
    ("间夜", "room_night", 1),
    ("间·夜", "room_night", 1),
    ("户", "household", 1),
    ("个/cm3", "piece/cm3", 1),
    # substances
    ("t CO2", "kg CO2", 1e3),
    ("tCO2", "t CO2", 1),
    ("t CO₂", "t CO2", 1),
    ("万tCO2", "t CO2", 1e4),
    ("吨二氧化碳", "t CO2", 1),
    ("t C", "t C", 1),
    ("tC", "kg C", 1e3),
    ("gC/(m2·a)", "t C/(m2 yr)", 1e-6),
    ("gC·m-2·a-1", "t C/(m2 yr)", 1e-6),
    ("kg NH3-N", "t NH3N", 1e-3),
    ("千克氨氮", "kg NH3-N", 1),
    ("NH₃-N t", "t NH3N", 1),
    ("t PM2.5", "kg PM25", 1e3),
    ("t PM10", "kg PM10", 1e3),
    ("t 粉尘", "kg dust", 1e3),
    ("t滞尘", "t dust", 1),
    ("万吨SO2", "t SO2", 1e4),
    ("t NOX", "t NOx", 1),
    ("t TN", "kg TN", 1e3),
    ("kg总氮", "kg TN", 1),
    ("t TP", "kg TP", 1e3),
    ("kg N", "t N", 1e-3),
    ("吨磷", "t P", 1),
    ("t O₂", "kg O2", 1e3),
    ("kg K", "t K", 1e-3),
    # quotients
    ("t·hm⁻²·a⁻¹", "t/(m2 yr)", 1e-4),
    ("t/(hm2·a)", "t/(m2 yr)", 1e-4),
    ("t/hm2/a", "t/(m2 yr)", 1e-4),
    ("t hm^-2 a^-1", "t/(m2 yr)", 1e-4),
    ("t ha-1 yr-1", "t/(m2 yr)", 1e-4),
    ("t·hm−2·a−1", "t/(m2 yr)", 1e-4),
    ("t / (km2 * a)", "t/(m2 yr)", 1e-6),
    ("吨/年", "t/yr", 1),
    ("MJ·mm/(hm2·h·a)", "MJ mm/(m^2 h yr)", 1e-4),
    ("t·hm2·h/(hm2·MJ·mm)", "t h/(MJ mm)", 1),
    ("kJ/(m2 d)", "J/(m2 d)", 1e3),
    ("元/（m·a）", "CNY/(m yr)", 1),
    ("元/kg COD", "CNY/t COD", 1e3),
    ("元/(t·CO2)", "CNY/t CO2", 1),
    ("元／吨CO2", "CNY/(t CO2)", 1),
    ("元每吨", "CNY/t", 1),
    ("元/500g", "CNY/kg", 2),
    ("元/亩", "CNY/m2", 0.0015),
    ("元/kWh", "CNY/kWh", 1),
    ("元/度", "CNY/kWh", 1),
    ("元/人次", "CNY/visit", 1),
    ("yuan per 1000 m3", "CNY/m3", 1e-3),
    ("元/(人·a)", "CNY/(person yr)", 1),
    ("t CO2/t C", "kg CO2/kg C", 1),
    ("kg N/t", "t N/t", 1e-3),
    ("次/年", "1/yr", 1),
    ("m3/s", "m3/d", 86400),
    ("W/m2", "kJ/(m2 d)", 86.4),
    ("g/cm3", "t/m3", 1),
    # pure numbers, sound, multiples
    ("%", "1", 0.01),
    ("％", "1", 0.01),
    ("‰", "1", 1e-3),
    ("-", "1", 1),
    ("1/%", "1", 100),
    ("无量纲", "1", 1),
    ("dB", "dB(A)", 1),
    ("分贝", "dB", 1),
    ("dB km", "dB m", 1e3),
    ("1e4 t", "t", 1e4),
    ("10^4 t", "t", 1e4),
    ("10⁴ t", "t", 1e4),
    ("10⁸m³", "m3", 1e8),
    ("10⁻³ m", "mm", 1),
    ("100 km2", "ha", 1e4),
    # a content takes a pure number
    ("%", "t N/t", 0.01),
    ("g/kg", "t P/t", 1e-3),
    ("mg/kg", "t N/t", 1e-6),
]
REFUSED = [
    "",
    " ",
    "ton",
    "tons",
    "Mm3",
    "Gm3",
    "104 t",
    "108m3",
    "10 4 t",
    "m10",
    "t 2",
    "kJ/m2 d",
    "t/km2·a",
    "元/t CO2 a",
    "(t",
    "t)",
    "t//a",
    "t/",
    "/",
    "*",
    "m^",
    "m^x",
    "m^2.5",
    "0 t",
    "1e300 t",
    "foo",
    "袋",
    "1 degC",
    "1e4 ℃",
    "nan",
    "inf",
    "t; import os",
    "__import__",
    "lambda: 0",
    "t, ha",
    "1,000 t",
    "m" * 200,
    "((((((((",
    "9" * 99 + "^9",
]


@pytest.mark.parametrize(("given", "wanted", "scale"), SPELLINGS)
def test_spelling(given, wanted, scale):
    assert conversion(given, wanted) == (pytest.approx(scale, rel=1e-14), 0)


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text):
    with pytest.raises(UnitError) as error:
        units.check(text)
    assert error.value.problems and str(error.value)


def test_scales_carry_no_dust():
    assert conversion("元/(hm2·a)", "CNY/(m2 yr)") == (0.0001, 0)
    assert conversion("g/cm3", "t/m3") == (1, 0) and same("g/cm3", "t/m3")
    assert conversion("mg/m3", "t/m3") == (1e-9, 0)
    assert conversion("t·hm⁻²·a⁻¹", "t/(km2 a)") == (100, 0)


@pytest.mark.parametrize("first", SUBSTANCES)
def test_substances_never_convert(first):
    for second in SUBSTANCES:
        assert compatible(f"t {first}", f"kg {second}") == (first == second)
        assert compatible(f"CNY/t {first}", f"CNY/kg {second}") == (first == second)
        assert compatible(f"t {first}", "t") is False
        assert compatible("%", f"t {first}/t {second}") == (first == second), (
            "a ratio of two substances is no pure number"
        )


def test_what_pint_alone_takes_for_something_else():
    assert not compatible("t C", "t coulomb")
    assert not compatible("t P", "t poise")
    assert not compatible("kt", "knot")
    assert not compatible("a", "are")
    assert not compatible("t N", "t newton")
    assert conversion("a", "d") == (365.25, 0)


def test_counts_and_money_stay_apart():
    names = (
        "visit",
        "person",
        "head",
        "animal",
        "plant",
        "room_night",
        "household",
        "1",
        "CNY",
        "USD",
        "dB",
    )
    assert all(compatible(a, b) == (a == b) for a in names for b in names)


def test_stock_is_no_flow():
    assert not compatible("亿m3", "m3/yr")
    assert (
        lacks_only_year("亿m3", "m3/yr")
        and lacks_only_year("mm", "m/yr")
        and lacks_only_year("元/m2", "CNY/(m2 yr)")
    )
    assert (
        not lacks_only_year("亿m3/a", "m3/yr")
        and not lacks_only_year("t", "m3/yr")
        and not lacks_only_year("nonsense", "m/yr")
    )
    assert per_year("m3") == "m3/yr" and compatible(per_year("t/hm2"), "t/(m2 yr)")


def test_temperature():
    assert conversion("℃", "kelvin") == (1, 273.15) and conversion("(℃)", "kelvin") == (1, 273.15)
    assert conversion("degC", "degC") == (1, 0)
    assert conversion("kelvin", "degC") == (1, -273.15)
    assert conversion("kJ/(m2 ℃)", "kJ/(m2 kelvin)") == (1, 0), "per degree is a difference"
    assert not compatible("℃", "K"), "K alone is potassium"


def test_money():
    assert is_currency("亿元/a") and is_currency("CNY/t CO2") and not is_currency("t CO2")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("100 ha", (100, "ha")),
        ("100ha", (100, "ha")),
        ("38.86 亿t/yr", (38.86, "亿t/yr")),
        ("-5 mm", (-5, "mm")),
        ("1e4m3", (1e4, "m3")),
        (".5 %", (0.5, "%")),
        ("5.%", (5, "%")),
        (" 7 ", (7, "")),
        ("2 10^4 t", (2, "10^4 t")),
        ("2 1e4 t", (2, "1e4 t")),
        ("3 1/yr", (3, "1/yr")),
        ("1 000", None),
        ("12 345 t", None),
        ("ha", None),
        ("", None),
        ("five ha", None),
    ],
)
def test_split(text, parts):
    if parts is None:
        with pytest.raises(UnitError):
            split(text)
    else:
        assert split(text) == parts


def test_a_foreign_registry_is_read():
    import pint

    theirs = pint.UnitRegistry()
    pairs = {
        "hectare": "ha",
        "mm/year": "mm/a",
        "MJ*mm/(ha*h*year)": "MJ mm/(hm2 h a)",
        "degC": "℃",
        "delta_degC": "delta_degC",
        "dimensionless": "1",
        "metric_ton/km**2": "t/km2",
        "percent": "%",
        "1/year": "1/a",
        "kWh": "kWh",
    }
    for unit, ours in pairs.items():
        assert same(foreign(theirs.Unit(unit)), ours), unit


def test_the_registry_is_private():
    import pint

    before = pint.get_application_registry()
    units.check("亩")
    assert pint.get_application_registry() is before
    assert "gep_CO2" not in pint.UnitRegistry()


def test_quantity():
    assert (
        quantity(2.0, "t C/yr") * quantity(44.0, "t CO2/t C")
    ).to_base_units().magnitude == pytest.approx(88 * 1000 / 365.25 / 86400)
    assert str(quantity(20.0, "degC").units) == "degree_Celsius"


SAFE = [
    "t",
    "kg",
    "m",
    "mm",
    "km",
    "ha",
    "亩",
    "元",
    "万元",
    "kWh",
    "yr",
    "d",
    "人次",
    "dB",
    "%",
    "CO2",
    "C",
    "TN",
    "万吨",
    "m3",
    "km2",
    "g/cm3",
    "t/(hm2 a)",
    "kJ/(m2 d)",
]
UNIT = st.lists(st.sampled_from(SAFE), min_size=1, max_size=3).map(
    lambda parts: " ".join(f"({p})" for p in parts)
)


@given(UNIT, UNIT)
def test_there_and_back(first, second):
    assert conversion(first, first) == (1, 0)
    if compatible(first, second):
        assert conversion(first, second)[0] * conversion(second, first)[0] == pytest.approx(
            1, rel=1e-12
        )
    assert compatible(first, second) == compatible(second, first) or "%" in first + second


@given(UNIT, st.sampled_from(["万", "亿", "百万", "10^4", "1e8", "10⁴"]))
def test_multiples(unit, multiple):
    expected = {"万": 1e4, "亿": 1e8, "百万": 1e6, "10^4": 1e4, "1e8": 1e8, "10⁴": 1e4}[multiple]
    assert conversion(f"{multiple} {unit}", unit)[0] == pytest.approx(expected, rel=1e-12)


@given(st.floats(-1e15, 1e15, allow_nan=False), UNIT)
def test_split_takes_apart_what_was_put_together(number, unit):
    assert split(f"{number!r} {unit}") == (number, unit)


VOCABULARY = [
    *units._NAMES,
    *"()/*·×^-.,;'\"\\{}%＾₂½٣\n\0",
    "²",
    "⁻¹",
    "10",
    "1e4",
    "1e99",
    "0",
    "万",
    "亿",
    "per ",
    "每",
    " ",
    "degF",
    "dBm",
    "delta_degC",
    "pi",
    "nan",
    "Np",
    "pH",
    "lambda",
    "__import__",
    "kilo",
    "None",
    "{x}",
    "%s",
    "in",
    "if",
]
HOSTILE = st.one_of(
    st.text(max_size=30), st.lists(st.sampled_from(VOCABULARY), max_size=8).map("".join)
)


@settings(max_examples=600, deadline=None)
@given(HOSTILE)
@example("{0.__class__}")
@example("kilodegC")
@example("GWh__import__")
@example("(" * 60 + "t" + ")" * 60)
@example("t^9" * 30)
@example("\ud800")
def test_hostile_text_is_a_unit_or_a_unit_error(text):
    for attempt in (
        lambda: units.check(text),
        lambda: conversion(text, "t/(m^2 yr)"),
        lambda: conversion("kelvin", text),
        lambda: is_currency(text),
        lambda: same(text, "m"),
        lambda: split(f"5 {text}"),
        lambda: lacks_only_year(text, "m/yr"),
    ):
        try:
            attempt()
        except UnitError as error:
            assert str(error)


@settings(deadline=None)
@given(HOSTILE)
def test_a_scale_is_a_positive_number(text):
    try:
        units.check(text)
    except UnitError:
        return
    assert conversion(text, text) == (1, 0)
    assert 0 < quantity(1.0, text).to_base_units().magnitude < math.inf
