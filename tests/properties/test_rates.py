"""Rates of wider places and types, however they are given, come to what every cell written out
would come to.
"""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from gep.account.basis import Basis, Region
from gep.account.build import build
from gep.account.inputs import Entry
from gep.core.source import named

PARENTS = {"East": "City", "West": "City", "Hill": "West", "Dale": "West"}
REGIONS = {name: Region(name, parent) for name, parent in PARENTS.items()}
ABOVE = {
    "mixed_forest": ("mixed_forest", "forest", ""),
    "shrub": ("shrub", ""),
    "forest": ("forest", ""),
}
TYPES = ("", "forest", "mixed_forest", "shrub")
PLACES = ("", "East", "West", "Hill")
WATER = ("water_retention", "retained_water")


def row(name, value, unit, ecosystem="", region="", of=("", ""), year=None, price=False):
    return Entry(
        *of,
        name,
        "",
        ecosystem,
        region,
        year,
        repr(value),
        value,
        unit,
        "s",
        named(f"{name} {of} {ecosystem} {region}"),
        is_price=price,
    )


def upwards(region):
    out = [region]
    while out[-1] in PARENTS:
        out.append(PARENTS[out[-1]])
    return ["" if r == "City" else r for r in out]


def nearest(rates, ecosystem, region):
    """The rate of a cell by looking: the row that names the nearest type goes before the one that
    names the nearest place.
    """
    return next(
        (rates[e, r] for e in ABOVE[ecosystem] for r in upwards(region) if (e, r) in rates), None
    )


rates = st.dictionaries(
    st.tuples(st.sampled_from(TYPES), st.sampled_from(PLACES)), st.integers(0, 900), max_size=7
)
areas = st.dictionaries(
    st.tuples(st.sampled_from(sorted(ABOVE)), st.sampled_from(("East", "Hill", "Dale"))),
    st.integers(1, 50),
    min_size=1,
)


@settings(deadline=None, max_examples=60)
@given(areas, rates, rates)
@example(
    {("forest", "East"): 1}, {("", "West"): 0}, {("", ""): 0}
)  # of West its own, of all others the shared one without a place
def test_a_rate_comes_to_the_same_as_every_cell_written_out(sizes, own, shared):
    """Rain of 1000 mm less what the service says is lost in a cell, else what all services say, at
    2 CNY/m3.
    """
    rows = [row("area", float(v), "ha", e, r) for (e, r), v in sizes.items()]
    rows += [row("precipitation", 1000.0, "mm"), row("runoff", 0.0, "mm", of=WATER)]
    rows += [
        row("evapotranspiration", float(v), "mm", e, r, (WATER[0], "")) for (e, r), v in own.items()
    ]
    rows += [row("evapotranspiration", float(v), "mm", e, r) for (e, r), v in shared.items()]
    account = build(
        rows,
        [row("reservoir_cost", 2.0, "CNY/m3", of=WATER, year=2020, price=True)],
        Basis(region="City", years=(2020,), price_year=2020, regions=REGIONS),
    )
    expected = {}
    for (e, r), v in sizes.items():
        lost = nearest(own, e, r)
        lost = nearest(shared, e, r) if lost is None else lost
        if lost is not None:
            expected[e, r] = v * 1e4 * (1000 - lost) / 1000 * 2
    ledger = account.ledger.dropna(subset="value") if len(account.ledger) else account.ledger
    got = {(x.ecosystem or next(iter(sizes))[0], x.region): x.value for x in ledger.itertuples()}
    assert {k: round(v, 4) for k, v in got.items()} == {k: round(v, 4) for k, v in expected.items()}
