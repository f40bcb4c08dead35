"""What must hold for any formula and any component, whatever the numbers: found by record, nothing
is named here by hand but what differs by nature (the sizes of places, lakes, capped services).

Numbers lie near the worked numbers of each formula, so that regressions stay where they were made
for.
"""

from __future__ import annotations

from functools import cache
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gep import check, indicators
from gep.account import Account, build
from gep.account.basis import Basis, Region
from gep.account.inputs import Entry
from gep.check import samples
from gep.core import ecosystems, units
from gep.core.formula import Component, Formula, Indicator, Input
from gep.core.source import named
from gep.standards import Profile, ProfileRow

few = settings(max_examples=8, deadline=None, derandomize=True, database=None)
fewer = settings(few, max_examples=2)
ratios = st.floats(1.0, 50.0)
shares = st.floats(0.0, 1.0)

FORMULAS = {f"{f.__module__.removeprefix('gep.')}.{f.__name__}": f for f in check.every_formula()}
# What a service grows with. A lake regression is no sum: it holds for one lake.
SIZES = {x.name for f in FORMULAS.values() for x in f.inputs.values() if x.size} - {"lake_area"}
SIZED = {name: f for name, f in FORMULAS.items() if not SIZES.isdisjoint(f.inputs)}
LAKES = {name: f for name, f in FORMULAS.items() if "lake_area" in f.inputs}
COMPONENTS = {f"{i.id}.{c.id}": (i, c) for i in indicators.every() for c in i.components if c.price}


def test_there_is_something_to_test():
    assert len(FORMULAS) > 150 and len(SIZED) > 50 and len(LAKES) == 6 and len(COMPONENTS) > 50


# --- kernels --------------------------------------------------------------------------------------


def scaled(f: Formula, ratio: float) -> np.ndarray:
    """The kernel where every size is so many times as large."""
    numbers = samples(f)
    with np.errstate(all="ignore"):
        return np.asarray(
            f.kernel(
                **{k: v * ratio if k in (*SIZES, "lake_area") else v for k, v in numbers.items()}
            ),
            float,
        )


@few
@given(ratio=ratios, share=shares)
def test_size(ratio, share):
    """Nothing without a place; more of a larger one; and the parts of a place give what the whole
    gives.
    """
    for name, f in SIZED.items():
        whole, larger = scaled(f, 1), scaled(f, ratio)
        assert (scaled(f, 0) == 0).all(), name
        assert (np.sign(larger) == np.sign(whole)).all() and (
            abs(larger) >= abs(whole) * (1 - 1e-12)
        ).all(), name
        np.testing.assert_allclose(larger, ratio * whole, rtol=1e-9, err_msg=name)
        np.testing.assert_allclose(
            scaled(f, share) + scaled(f, 1 - share),
            whole,
            rtol=1e-9,
            atol=1e-9 * abs(whole).max(),
            err_msg=name,
        )


@few
@given(ratio=ratios)
def test_lake(ratio):
    """A larger lake holds more, and no lake nothing; two lakes are not one of their area."""
    for name, f in LAKES.items():
        assert (scaled(f, 0) == 0).all() and (
            scaled(f, ratio) >= scaled(f, 1) * (1 - 1e-12)
        ).all(), name
        assert ratio < 1.1 or not np.allclose(scaled(f, ratio), ratio * scaled(f, 1), rtol=1e-3), (
            name
        )


@few
@given(turn=st.integers(0, 10**6))
def test_unit(turn):
    """The unit that a number is written in does not change the result."""
    for name, f in FORMULAS.items():
        case, written = f.worked[0], {}
        for argument, text in case.inputs.items():
            number, unit = units.split(text)
            wanted = f.inputs[argument].unit
            kinds = spellings(unit or "1", wanted)
            other = kinds[turn % len(kinds)]
            scale, offset = units.conversion(unit or "1", wanted)
            back, zero = units.conversion(other, wanted)
            written[argument] = f"{(number * scale + offset - zero) / back!r} {other}"
        # the last digits of a range (0 to 1) may be lost on the way there and back
        np.testing.assert_allclose(
            f(**written).item(), f(**case.inputs).item(), rtol=1e-9, err_msg=f"{name}: {written}"
        )


@cache
def spellings(unit: str, wanted: str) -> list[str]:
    """The units that this number can be written in."""
    kinds = (
        unit,
        wanted,
        "m",
        "mm",
        "km",
        "m2",
        "km2",
        "亩",
        "m3",
        "万m3",
        "t",
        "kg",
        "kWh",
        "MJ",
        "%",
        "1",
        "degC",
        "kelvin",
        "h",
        "yr",
        "d",
        "deg",
        "rad",
        "mm/yr",
        "t/yr",
        "万t/yr",
        "万m3/yr",
        "亿kWh/yr",
        "万人次/yr",
        "万人",
        "元/km",
        "元/m3",
        "元/t",
        "万元/t",
        "元/亩",
        "t C",
        "kg C",
        "g/kg",
    )
    return list(dict.fromkeys(u for u in kinds if units.compatible(u, wanted)))


# --- components: an account of two regions and two ecosystem types --------------------------------

REGIONS = ("North", "South")
Places = dict[tuple[str, str], float]  # region and ecosystem: how large, against the worked number


@cache
def needed(i: Indicator, name: str) -> dict[str, tuple[Formula, Input]]:
    """What to give for a quantity: the inputs of its first route, taken apart as long as a size is
    in them.
    """
    out: dict[str, tuple[Formula, Input]] = {}
    f = i.quantities[name][0]
    for argument, spec in f.inputs.items():
        inside = needed(i, argument) if argument in i.quantities else {}
        if any(n in SIZES for n in inside):
            out |= inside
        else:
            out.setdefault(argument, (f, spec))
    return out


@cache
def near(f: Formula, name: str) -> float:
    """A number near a worked one of the formula, in the unit of the argument."""
    return float(samples(f)[name][-1])


def types(c: Component) -> list[str]:
    """Two classes that supply it, or as many as there are."""
    some = (
        "evergreen_broadleaf_forest",
        "meadow",
        "mangrove",
        "salt_marsh",
        "tussock",
        "nearshore_sea",
        "beach",
    )
    return [
        e
        for e in (*some, *reversed(ecosystems.tree()))
        if not c.supplied_by or ecosystems.belongs(e, c.supplied_by)
    ][:2]


def account(
    i: Indicator,
    c: Component,
    places: Places,
    price: float = 3.0,
    emission: dict[str, float] | None = None,
) -> Account:
    """An account of one component: what grows with the place by region and ecosystem, the rest
    once.
    """
    rows: list[Entry] = []

    def add(
        name: str,
        value: float,
        unit: str,
        ecosystem: str = "",
        region: str = "",
        is_price: bool = False,
    ) -> None:
        rows.append(
            Entry(
                i.id,
                c.id,
                name,
                "",
                ecosystem,
                region,
                None,
                repr(value),
                value,
                unit,
                "drawn",
                named(f"row {len(rows)}"),
                is_price=is_price,
            )
        )

    inputs = needed(i, c.quantity) if c.quantity else {}
    growing = [name for name in inputs if name in (*SIZES, "lake_area")]
    for (region, ecosystem), size in places.items():
        if not growing:  # a quantity that can only be given
            add("quantity", 100 * size, c.unit or "t", ecosystem, region)
        for name in growing:
            add(name, near(inputs[name][0], name) * size, inputs[name][1].unit, ecosystem, region)
    for name in inputs if growing else ():
        if name not in growing:
            add(name, near(inputs[name][0], name), inputs[name][1].unit)
    for region, value in (emission or {}).items():
        add(c.cap, value, c.unit, region=region)
    add(c.price, price, c.price_unit or "元/t", is_price=True)
    basis = Basis(
        region="City",
        years=(2020,),
        price_year=2020,
        regions={r: Region(r, "City") for r in REGIONS},
        include=("consumer_surplus", "non_use"),
    )
    profile = Profile(
        "one",
        "",
        "",
        (ProfileRow(i.id, i.level, i.zh, i.en, (f"{i.id}.{c.id}",), "confirmed"),),
        total="all",
    )
    with mock.patch.object(build.standards, "get", lambda id: profile):
        return build.build(
            [r for r in rows if not r.is_price], [r for r in rows if r.is_price], basis
        )


def worth(done: Account, region: str | None = None) -> float:
    return float(done.add(done.parts, region))


def cells(c: Component) -> list[tuple[str, str]]:
    return (
        [(r, e) for r in REGIONS for e in types(c)]
        if c.quantity != "lake_storage"
        else [(r, "") for r in REGIONS]
    )


UNCAPPED = [name for name, (_, c) in COMPONENTS.items() if not c.cap]
CAPPED = [name for name, (_, c) in COMPONENTS.items() if c.cap]
sizes = st.lists(st.floats(0.01, 20), min_size=4, max_size=4)


@pytest.mark.parametrize("name", UNCAPPED)
@fewer
@given(drawn=sizes, ratio=ratios)
def test_component(name, drawn, ratio):
    """Regions and ecosystem types add up, more of a place is worth more, a higher price as much
    more; nothing is worth nothing.
    """
    i, c = COMPONENTS[name]
    places = dict(zip(cells(c), drawn, strict=False))
    done = account(i, c, places)
    whole = worth(done)
    assert whole != 0 and not done.total.left_out
    alone = [worth(account(i, c, {place: size})) for place, size in places.items()]
    assert sum(alone) == pytest.approx(whole, rel=1e-9)
    assert sum(worth(done, region) for region in REGIONS) == pytest.approx(whole, rel=1e-12)
    assert worth(account(i, c, places, price=3 * ratio)) == pytest.approx(ratio * whole, rel=1e-9)
    larger = worth(account(i, c, {p: s * ratio for p, s in places.items()}))
    assert np.sign(larger) == np.sign(whole) and abs(larger) >= abs(whole) * (1 - 1e-12)
    assert worth(account(i, c, dict.fromkeys(places, 0.0))) == 0


@pytest.mark.parametrize("name", CAPPED)
@fewer
@given(drawn=sizes, ratio=ratios, held=st.floats(0.05, 3))
def test_capped_component(name, drawn, ratio, held):
    """Held to the emission of each region: within a region the parts add up by one factor, and
    nothing passes the cap.
    """
    i, c = COMPONENTS[name]
    places = dict(zip(cells(c), drawn, strict=False))
    free = {
        r: worth(account(i, c, {p: s for p, s in places.items() if p[0] == r}, emission={r: 1e15}))
        / 3
        for r in REGIONS
    }
    assert worth(account(i, c, places, emission=dict.fromkeys(REGIONS, 1e15))) == pytest.approx(
        3 * sum(free.values()), rel=1e-9
    )
    emission = {r: held * q for r, q in free.items()}
    done = account(i, c, places, emission=emission)
    quantity = done.parts[0].data["quantity"].isel(year=0)
    for r in REGIONS:
        assert worth(done, r) == pytest.approx(3 * min(emission[r], free[r]), rel=1e-9)
        same = [quantity.sel(region=r, ecosystem=e).item() / places[r, e] for e in types(c)]
        np.testing.assert_allclose(same, same[0], rtol=1e-9)
    assert worth(account(i, c, places, price=3 * ratio, emission=emission)) == pytest.approx(
        ratio * worth(done), rel=1e-9
    )
    assert worth(
        account(i, c, {p: s * ratio for p, s in places.items()}, emission=emission)
    ) >= worth(done) * (1 - 1e-9)
    assert worth(account(i, c, dict.fromkeys(places, 0.0), emission=emission)) == 0
