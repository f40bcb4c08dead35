"""A place is data: its text is made when it is shown, in either language, and it survives pickle
and JSON.
"""

import json
import pickle
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gep.core.messages import Both, told, word
from gep.core.source import NOWHERE, Source, cell_of, named, several

WORDS = st.text(min_size=1, max_size=8)
PLACES = st.builds(
    Source,
    file=st.text(max_size=8),
    sheet=st.text(max_size=8),
    cell=st.sampled_from(["", "B7"]),
    line=st.none() | st.integers(1, 10**6),
    column=st.text(max_size=8),
    layer=st.text(max_size=8),
    band=st.none() | st.integers(1, 40),
    key=st.lists(WORDS, max_size=3).map(tuple),
    labels=st.lists(st.tuples(WORDS, WORDS), max_size=3).map(tuple),
)


@given(PLACES)
def test_a_place_survives_pickle_and_json(place):
    assert pickle.loads(pickle.dumps(place)) == place
    assert Source.from_dict(json.loads(json.dumps(place.to_dict()))) == place
    assert hash(replace(place)) == hash(place)


@given(PLACES)
def test_its_plain_data_has_every_field(place):
    plain = place.to_dict()
    assert list(plain) == [f.name for f in fields(Source)]
    assert all(value is None or value not in ("", [], ()) for value in plain.values())


@pytest.mark.parametrize(
    ("place", "en", "zh"),
    [
        (Source("inputs.csv"), "inputs.csv", "inputs.csv"),
        (Source("inputs.csv", line=7), "inputs.csv, line 7", "inputs.csv 第7行"),
        (
            Source("inputs.csv", line=7).at("unit"),
            "inputs.csv, line 7, column unit",
            "inputs.csv 第7行 unit列",
        ),
        (Source("a.xlsx", "表1", "B7"), "a.xlsx, 表1, B7", "a.xlsx, 表1, B7"),
        (Source("account.toml").under("price_year"), "account.toml, price_year", None),
        (Source("rasters.toml", layer="inputs.rain", band=3), "rasters.toml, inputs.rain", None),
        (named("area", ecosystem="forest").at("value"), "area", None),
        (named("deflators", "CPI", "2015"), "deflators, CPI, 2015", None),
        (cell_of("tourism.hotel", year=2020), "tourism.hotel, 2020", None),
        (several("form", ["A01", "C05"]), "A01, C05", None),
        (named(word("account_of", count=1)), "1 account", "1 个账户"),
        (NOWHERE, "", ""),
    ],
)
def test_its_text(place, en, zh):
    assert str(place) == en == told(place, "en")
    assert told(place, "zh") == (en if zh is None else zh)
    assert place.both() == Both(en, told(place, "zh"))


def test_a_cell_has_no_columns_and_nowhere_is_nothing():
    cell = Source("a.xlsx", "表1", "B7")
    assert cell.at("year") is cell
    assert cell and not NOWHERE and not Source()
