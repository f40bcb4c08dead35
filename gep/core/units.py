"""Unit text, as people and Chinese statistics write it, to a scale and a dimension.

This is the only module that imports pint, and it does so at first use. The registry is private: no
other library's registry is touched, none can touch ours. Our own small parser reads the text first,
because pint alone takes ``t C`` for coulombs, ``t P`` for poise, ``kt`` for knots and ``a`` for
ares.

Grammar: factors joined by a space, ``*``, ``·`` or ``×``; ``/`` divides by the one factor that
follows, so a product below the line needs brackets: ``kJ/(m2 d)``. A substance belongs to the unit
before it: ``CNY/t CO2`` is yuan per tonne of carbon dioxide. Substances and counts are base
dimensions: ``kg CO2`` does not convert to ``kg C``.
"""

from __future__ import annotations

import math
import re
import unicodedata
from functools import lru_cache
from typing import Any, NamedTuple

from gep.core.errors import Problem, UnitError
from gep.core.messages import Both, word
from gep.core.source import named

SUBSTANCES = (
    "C",
    "CO2",
    "O2",
    "SO2",
    "NOx",
    "PM10",
    "PM25",
    "dust",
    "COD",
    "NH3N",
    "TN",
    "TP",
    "N",
    "P",
    "K",
)
COUNTS = (
    "visit",
    "person",
    "head",
    "animal",
    "plant",
    "room_night",
    "household",
    "ion",
    "equivalent",
    "piece",
    "event",
)
CURRENCIES = ("CNY", "USD", "EUR", "GBP", "JPY", "HKD")

# Spelling on the left, pint expression on the right. What is not here is asked of pint by its own
# name.
_NAMES: dict[str, str] = {
    **{s: s for s in (*SUBSTANCES, *COUNTS, *CURRENCIES)},
    # substances
    "PM2.5": "PM25",
    "NH3-N": "NH3N",
    "NOX": "NOx",
    "二氧化碳": "CO2",
    "氧气": "O2",
    "碳": "C",
    "二氧化硫": "SO2",
    "氮氧化物": "NOx",
    "粉尘": "dust",
    "滞尘": "dust",
    "氨氮": "NH3N",
    "总氮": "TN",
    "总磷": "TP",
    "氮": "N",
    "磷": "P",
    "钾": "K",
    # counts
    "人次": "visit",
    "人·次": "visit",
    "visits": "visit",
    "person-trip": "visit",
    "person-trips": "visit",
    "人": "person",
    "persons": "person",
    "people": "person",
    "头": "head",
    "只": "animal",
    "羽": "animal",
    "株": "plant",
    "plants": "plant",
    "culm": "plant",
    "culms": "plant",
    "间夜": "room_night",
    "间·夜": "room_night",
    "户": "household",
    "households": "household",
    "个": "piece",
    "件": "piece",
    "次": "",
    "exchanges": "",
    "当量": "equivalent",
    "污染当量": "equivalent",
    "ions": "ion",
    # money
    "元": "CNY",
    "yuan": "CNY",
    "RMB": "CNY",
    "人民币": "CNY",
    "¥": "CNY",
    "美元": "USD",
    "欧元": "EUR",
    # length, area, volume
    "m": "meter",
    "km": "kilometer",
    "Km": "kilometer",
    "KM": "kilometer",
    "cm": "centimeter",
    "mm": "millimeter",
    "um": "micrometer",
    "μm": "micrometer",
    "米": "meter",
    "公里": "kilometer",
    "千米": "kilometer",
    "毫米": "millimeter",
    "厘米": "centimeter",
    "ha": "hectare",
    "公顷": "hectare",
    "千公顷": "kilohectare",
    "mu": "mu_cn",
    "亩": "mu_cn",
    "平方米": "meter**2",
    "平方公里": "kilometer**2",
    "平方千米": "kilometer**2",
    "立方米": "meter**3",
    "方": "meter**3",
    "L": "liter",
    "l": "liter",
    "升": "liter",
    # mass
    "t": "metric_ton",
    "kt": "kilometric_ton",
    "Mt": "megametric_ton",
    "g": "gram",
    "kg": "kilogram",
    "mg": "milligram",
    "吨": "metric_ton",
    "千克": "kilogram",
    "公斤": "kilogram",
    "克": "gram",
    "斤": "0.5*kilogram",
    "毫克": "milligram",
    "千吨": "kilometric_ton",
    # energy
    "J": "joule",
    "kJ": "kilojoule",
    "MJ": "megajoule",
    "GJ": "gigajoule",
    "W": "watt",
    "kW": "kilowatt",
    "MW": "megawatt",
    "Wh": "watt_hour",
    "kWh": "kilowatt_hour",
    "KWh": "kilowatt_hour",
    "kwh": "kilowatt_hour",
    "KWH": "kilowatt_hour",
    "MWh": "megawatt_hour",
    "GWh": "gigawatt_hour",
    "TWh": "terawatt_hour",
    "度": "kilowatt_hour",
    "千瓦时": "kilowatt_hour",
    "千瓦小时": "kilowatt_hour",
    "瓦": "watt",
    "千瓦": "kilowatt",
    "兆瓦": "megawatt",
    "兆瓦时": "megawatt_hour",
    "焦": "joule",
    "千焦": "kilojoule",
    "兆焦": "megajoule",
    "tce": "tonne_coal_equivalent",
    "吨标准煤": "tonne_coal_equivalent",
    "吨标煤": "tonne_coal_equivalent",
    "kgce": "kilogram_coal_equivalent",
    "千克标准煤": "kilogram_coal_equivalent",
    # time
    "s": "second",
    "min": "minute",
    "h": "hour",
    "d": "day",
    "day": "day",
    "days": "day",
    "month": "month",
    "yr": "year",
    "a": "year",
    "year": "year",
    "秒": "second",
    "分钟": "minute",
    "小时": "hour",
    "时": "hour",
    "天": "day",
    "日": "day",
    "月": "month",
    "年": "year",
    # the rest
    "1": "",
    "%": "percent",
    "‰": "permille",
    "percent": "percent",
    "ratio": "",
    "fraction": "",
    "无量纲": "",
    "rad": "radian",
    "deg": "degree",
    "°": "degree",
    "度角": "degree",
    "degC": "degC",
    "°C": "degC",
    "摄氏度": "degC",
    "K_temp": "kelvin",
    "kelvin": "kelvin",
    "delta_degC": "delta_degC",
    "dB": "decibel_linear",
    "dB(A)": "decibel_linear",
    "分贝": "decibel_linear",
    "Pa": "pascal",
    "kPa": "kilopascal",
    "hPa": "hectopascal",
}
_MULTIPLES = {
    "百": 1e2,
    "千": 1e3,
    "万": 1e4,
    "十万": 1e5,
    "百万": 1e6,
    "千万": 1e7,
    "亿": 1e8,
    "十亿": 1e9,
    "百亿": 1e10,
    "千亿": 1e11,
    "万亿": 1e12,
}
# Read by pint as something else than the writer means.
_TRAPS = {
    **dict.fromkeys(
        ("ton", "tons"), ("is 907 kg in America: write 't'", "在美国指 907 kg，请写 t")
    ),
    **{
        t: (
            f"can mean {t[0]} times m3 or the cube of {t}: write '1e6 m3' or '1e9 m3'",
            f"可指 {t[0]} 倍的 m3，也可指 {t} 的立方，请写 1e6 m3 或 1e9 m3",
        )
        for t in ("Mm", "Gm", "Tm")
    },
}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SIGNS = str.maketrans("−–—‐∙⋅・", "----···")
_CHEMICAL = r"NH3-?N|PM2\.5|PM25|PM10|CO2|SO2|O2|NO[xX]"
_TOKEN = (  # compiled at first use: at import it would cost everybody a millisecond
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)"
    rf"|(?P<name>dB\(A\)|{_CHEMICAL}|person-trips?|间·夜|人·次"
    rf"|(?:[mkMGTP]?g|[kMG]?t)(?=(?:{_CHEMICAL}|COD|TN|TP|dust|C|N|P|K)(?![A-Za-z0-9]))"  # gC, tCO2
    r"|[A-Za-zμ°_]+|[一-鿿%‰¥]+)"
    r"|(?P<op>\*\*|\^|[*·×/()÷-]))"
)
_TONNES_OF = (
    "(.*[吨克斤])("
    + "|".join(n for n, s in _NAMES.items() if s in SUBSTANCES and not n.isascii())
    + ")"
)  # 吨二氧化碳


def _plain(text: str) -> str:
    """Superscripts as powers (10⁸ is no 108), full-width and squared signs as plain ones."""
    text = re.sub(
        "[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda m: "^" + m.group().translate(_SUPERSCRIPTS), text.strip()
    )
    text = re.sub(r"\bper\b|每", "/", unicodedata.normalize("NFKC", text).translate(_SIGNS))
    return "1" if text == "-" else text


class _Parser:
    """Reads one unit text into a pint expression; a closed grammar, nothing is evaluated."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str, bool]] = []  # kind, text, whether a space stood before it
        source = _plain(text)
        at = 0
        while at < len(source):
            match = re.compile(_TOKEN).match(source, at)
            if match is None or match.end() == at:
                raise self.fault(word("unit_sign", sign=source[at:]))
            kind = str(match.lastgroup)
            self.tokens.append((kind, match.group(kind), match.start(kind) > at))
            at = match.end()
        self.at = 0

    def fault(self, why: str) -> UnitError:
        problem = Problem("unit.unreadable", named(self.text or "unit"), why=why, text=self.text)
        return UnitError("error.unit", [problem], text=self.text)

    def peek(self) -> tuple[str, str, bool]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "", False)

    def parse(self) -> str:
        out = self.product()
        if self.peek()[0] != "end":
            raise self.fault(word("unit_unexpected", token=self.peek()[1]))
        return out

    def product(self) -> str:
        out = self.factor()
        divided = False
        while True:
            kind, token, _ = self.peek()
            if kind == "op" and token in "*·×" and not divided:
                self.at += 1
                out = f"{out}*{self.factor()}"
            elif kind == "op" and token in "/÷":
                self.at += 1
                out, divided = f"{out}/{self.factor()}", True
            elif kind == "number":  # "10 4 t", "m10"
                raise self.fault(word("unit_middle", token=token))
            elif kind == "name" or token in ("(", "*", "·", "×"):
                if divided:
                    raise self.fault(word("unit_below"))
                out = f"{out}*{self.factor()}"
            else:
                return out

    def factor(self) -> str:
        kind, token, _ = self.peek()
        self.at += 1
        if kind == "number":
            return self.number(token)
        if token == "(":
            inner = self.product()
            if not self.take(")"):
                raise self.fault(word("unit_bracket"))
            return f"({inner}){self.power()}"
        if kind != "name":
            raise self.fault(word("unit_unexpected", token=token) if token else word("unit_end"))
        out = f"{self.name(token)}{self.power()}"
        substance = _NAMES.get(self.peek()[1])
        if substance in SUBSTANCES and _NAMES.get(token) not in SUBSTANCES:
            self.at += 1
            out = f"({out}*{substance})"
        return out

    def number(self, token: str) -> str:
        """A leading number is a multiple ("1e4 m3", "10^4 t"); a bare 1 is the unit of a number."""
        if not 0 < float(token) < 1e100:
            raise self.fault(word("unit_unexpected", token=token))
        if re.fullmatch("10[1-9]", token):
            raise self.fault(word("unit_power_of_ten", token=token, digit=token[2]))
        out = f"({float(token)!r}{self.power()})"
        return f"({out}*{self.factor()})" if self.peek()[0] == "name" else out  # 元/500g

    def take(self, sign: str) -> str:
        """A sign, if it is the next token."""
        if self.peek()[1] != sign:
            return ""
        self.at += 1
        return sign

    def power(self) -> str:
        if self.take("^") or self.take("**"):
            return self.exponent()
        kind, token, spaced = self.peek()
        ahead = [after[0] for after in self.tokens[self.at + 1 : self.at + 2]]
        close = (kind == "number" and len(token) == 1) or (token == "-" and ahead == ["number"])
        return self.exponent() if close and not spaced else ""  # m2, km3, a-1

    def exponent(self) -> str:
        sign = self.take("-")
        kind, token, _ = self.peek()
        if kind != "number" or len(token) != 1:
            raise self.fault(word("unit_power"))
        self.at += 1
        return f"**{sign}{token}"

    def name(self, token: str) -> str:
        if token in _NAMES:
            return f"({_NAMES[token]})" if _NAMES[token] else "1"
        if token in _TRAPS:
            why, why_zh = _TRAPS[token]
            raise self.fault(Both(f"has '{token}', which {why}", f"“{token}”{why_zh}"))
        if of := re.fullmatch(_TONNES_OF, token):
            return f"({self.name(of[1])}*{_NAMES[of[2]]})"
        length = next((n for n in (2, 1) if token[:n] in _MULTIPLES), 0)
        if length:
            return self.multiple(_MULTIPLES[token[:length]], token[length:])
        if _pint_knows(token):
            return token
        raise self.fault(word("unit_unknown", token=token))

    def multiple(self, multiple: float, unit: str) -> str:
        """万吨, 百万元, 亿 kWh: a multiple before its unit, which may be the next token."""
        kind, token, spaced = self.peek()
        if not unit and kind == "name" and not spaced:
            self.at += 1
            unit = token
        return f"({multiple!r}*{self.name(unit)}{self.power()})" if unit else f"({multiple!r})"


@lru_cache(maxsize=1)
def _registry() -> Any:
    import pint

    registry: Any = pint.UnitRegistry(autoconvert_offset_to_baseunit=False, cache_folder=None)
    for base in (*SUBSTANCES, *COUNTS, *CURRENCIES, "decibel_linear"):
        registry.define(f"gep_{base} = [gep_{base}]")
    for definition in (
        "kilohectare = 1000 * hectare",
        "kilometric_ton = 1000 * metric_ton",
        "megametric_ton = 1e6 * metric_ton",
        "mu_cn = 10000 / 15 * meter ** 2",
        # GB/T 2589: one kilogram of standard coal is 29307.6 kJ (7000 kcal)
        "kilogram_coal_equivalent = 29307.6 * kilojoule",
        "tonne_coal_equivalent = 1000 * kilogram_coal_equivalent",
        "permil = 0.001" if "permille" in registry else "permille = 0.001",
    ):
        registry.define(definition)
    return registry


@lru_cache(maxsize=4096)
def _pint_knows(token: str) -> bool:
    try:
        return re.fullmatch("[A-Za-z]+(?:_[A-Za-z]+)*", token) is not None and token in _registry()
    except Exception:  # pint answers some names, such as 'nan', with an error of its own
        return False


_OURS = frozenset((*SUBSTANCES, *COUNTS, *CURRENCIES, "decibel_linear"))


@lru_cache(maxsize=4096)
def _quantity(text: str) -> Any:
    """The unit as a pint quantity (a scale and a unit)."""
    expression = re.sub(
        "[A-Za-z_][A-Za-z_0-9]*",
        lambda m: f"gep_{m.group()}" if m.group() in _OURS else m.group(),
        _Parser(text).parse(),
    )
    registry = _registry()
    if expression.strip("()") == "degC":
        return registry.Quantity(1.0, "degC")
    try:
        out = registry.parse_expression(
            re.sub(r"\bdegC\b", "delta_degC", expression)
        ) * registry.Quantity(1.0, "")
        if "(degC)" in expression and out.check("[temperature]"):
            raise ValueError("a multiple of a temperature")
        if not 0 < out.to_base_units().magnitude < math.inf:
            raise ValueError("no scale")
    except Exception as error:
        problem = Problem(
            "unit.unreadable/bare", named(text), why=word("unit_scale", error=error), text=text
        )
        raise UnitError("error.unit", [problem], text=text) from error
    return out


def check(text: str) -> None:
    """Raise :class:`~gep.core.errors.UnitError` if the text is no unit."""
    if not text or not text.strip():
        raise UnitError("error.unit_none", [Problem("unit.missing", named("unit"))])
    if len(text) > 120:
        short = text[:40] + "…"
        values: dict[str, object] = {"why": word("unit_characters"), "text": short}
        raise UnitError(
            "error.unit_long", [Problem("unit.unreadable/bare", named(short), **values)]
        )
    _quantity(text)


@lru_cache(maxsize=4096)
def conversion(given: str, wanted: str) -> tuple[float, float]:
    """Scale and offset that turn a number in ``given`` into a number in ``wanted``.

    A pure number (``%``, ``1``, ``g/kg``) is taken where a content such as ``kg N/kg`` is wanted:
    the argument says of what.

    >>> conversion("万m3", "m^3")
    (10000.0, 0.0)
    >>> conversion("degC", "kelvin")[1]
    273.15

    Raises
    ------
    UnitError
        If a text is no unit, or the dimensions differ.
    """
    check(given)
    check(wanted)
    source, target = _quantity(given), _quantity(wanted)
    if source.dimensionality != target.dimensionality:
        content = {f"[gep_{substance}]": 1 for substance in SUBSTANCES}.items()
        of_one = len(target.dimensionality) == 1 and not content.isdisjoint(
            target.dimensionality.items()
        )
        if not (source.dimensionless and of_one):
            told: dict[str, Any] = {"given": given, "wanted": wanted}
            raise UnitError(
                "error.conversion", [Problem("unit.dimension", named(given), **told)], **told
            )
        return _ratio(source, target), 0.0
    if source.units == target.units:  # two offset scales of the same zero
        return _ratio(source, target), 0.0
    zero = _registry().Quantity(0.0, source.units).to(target.units).magnitude
    one = _registry().Quantity(1.0, source.units).to(target.units).magnitude
    if zero:  # an offset scale carries no multiple
        return float(one - zero), float(zero)
    return _ratio(source, target), 0.0


def _ratio(source: Any, target: Any) -> float:
    """How many of the second unit make one of the first, without the dust of floating point:
    0.0001, not 0.00010000000000000002.
    """
    if source.units == target.units:
        return float(source.magnitude / target.magnitude)
    ratio = float(source.to_base_units().magnitude / target.to_base_units().magnitude)
    short = float(f"{ratio:.14g}")
    return short if math.isclose(short, ratio, rel_tol=1e-15) else ratio


def same(first: str, second: str) -> bool:
    """Whether two unit texts mean the same unit."""
    return _quantity(first).dimensionality == _quantity(second).dimensionality and conversion(
        first, second
    ) == (1.0, 0.0)


@lru_cache(maxsize=8192)
def compatible(first: str, second: str) -> bool:
    """Whether one unit converts to the other.

    >>> compatible("亩", "km2"), compatible("t C", "t CO2")
    (True, False)
    """
    try:
        conversion(first, second)
    except UnitError:
        return False
    return True


def per_year(text: str) -> str:
    """The unit with ``/yr`` put below it."""
    return f"({text})/yr" if "/" in text else f"{text}/yr"


@lru_cache(maxsize=8192)
def lacks_only_year(given: str, wanted: str) -> bool:
    """Whether ``given`` would convert to ``wanted`` if it were per year, and does not as it is."""
    return not compatible(given, wanted) and compatible(per_year(given), wanted)


class Reading(NamedTuple):
    """How numbers in one unit are read in another."""

    unit: str  # the other one
    scale: float
    offset: float
    per_year: bool = False  # what lacks only the year is read as per year

    def of(self, value: float) -> float:
        """A number of the first unit in the other."""
        return value * self.scale + self.offset


@lru_cache(maxsize=8192)
def reading(given: str, wanted: str, stock: bool = False) -> Reading:
    """How a number in one unit is read where another is wanted; a unit that lacks only the year is
    read as per year, unless it is that of a ``stock``, which is no yearly amount.

    >>> reading("万m3", "m^3/yr")
    Reading(unit='m^3/yr', scale=10000.0, offset=0.0, per_year=True)

    Raises
    ------
    UnitError
        If a text is no unit, or the dimensions differ.
    """
    lacking = not stock and lacks_only_year(given, wanted)
    return Reading(wanted, *conversion(per_year(given) if lacking else given, wanted), lacking)


@lru_cache(maxsize=8192)
def reads(given: str, wanted: str, stock: bool = False) -> bool:
    """Whether numbers in one unit can be read where another is wanted; see :func:`reading`.

    >>> reads("CNY/m2", "CNY/(m2 yr)"), reads("CNY/m2", "CNY/(m2 yr)", stock=True)
    (True, False)
    """
    return compatible(given, wanted) or (not stock and lacks_only_year(given, wanted))


def showing(given: str, wanted: str) -> tuple[float, float]:
    """Scale and offset that bring a number to a unit in which the year may go without saying.

    >>> showing("m^3/yr", "万m3")
    (0.0001, 0.0)

    Raises
    ------
    UnitError
        If a text is no unit, or the dimensions differ.
    """
    return conversion(given, per_year(wanted) if lacks_only_year(wanted, given) else wanted)


def in_base(given: str) -> Reading:
    """How a number in a unit is read in the base units of its dimension.

    >>> in_base("km2")
    Reading(unit='meter ** 2', scale=1000000.0, offset=0.0, per_year=False)
    """
    base = f"{_quantity(given).to_base_units().units}"
    return Reading(base, _quantity(given).to_base_units().magnitude, 0.0)


def is_currency(text: str) -> bool:
    """Whether the unit is money per something."""
    return any(f"[gep_{c}]" in _quantity(text).dimensionality for c in CURRENCIES)


def quantity(value: Any, text: str) -> Any:
    """The value as a pint quantity of the private registry: used to prove formulas, never to run
    them.
    """
    unit = _quantity(text)
    if str(unit.units) == "degree_Celsius":
        return _registry().Quantity(value, unit.units)
    return value * unit


def foreign(units: Any) -> str:
    """The text of a unit object of any pint registry, in words our parser reads."""
    text = f"{units:D}" if units is not None else ""
    return (
        text.replace(" ** ", "^")
        .replace("delta_degree_Celsius", "delta_degC")
        .replace("degree_Celsius", "degC")
        or "1"
    )


_SPLIT = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*)", re.DOTALL)


def split(text: str) -> tuple[float, str]:
    """A number with its unit as text, taken apart.

    >>> split("38.86 亿t/yr")
    (38.86, '亿t/yr')
    """
    number, unit = as_printed(text)
    return float(number), unit


def as_printed(text: str) -> tuple[str, str]:
    """A number, with all the digits that are printed, and its unit.

    >>> as_printed("38.860 亿t/yr")
    ('38.860', '亿t/yr')
    """
    match = _SPLIT.fullmatch(text)
    if match is None or re.match(
        "[0-9]{3}(?![0-9.^*eE])", match.group(2)
    ):  # "12 345 t" is no 12 times 345 t
        problem = Problem("number.unreadable/quantity", named(text), text=text)
        raise UnitError("error.quantity", [problem], text=text)
    return match.group(1), match.group(2).strip()
