"""Codes of public land cover maps to the tree of ecosystem types."""

import csv
from importlib import resources

import pytest

from gep.core.ecosystems import CROSSWALKS, belongs, crosswalk, tree
from gep.core.errors import ParameterError

CODES = {
    "globeland30": [*range(10, 101, 10)],
    "esa_worldcover": [*range(10, 91, 10), 95, 100],
    "clcd": [*range(1, 10)],
    "corine": [
        111,
        112,
        121,
        122,
        123,
        124,
        131,
        132,
        133,
        141,
        142,
        211,
        212,
        213,
        221,
        222,
        223,
        231,
        241,
        242,
        243,
        244,
        311,
        312,
        313,
        321,
        322,
        323,
        324,
        331,
        332,
        333,
        334,
        335,
        411,
        412,
        421,
        422,
        423,
        511,
        512,
        521,
        522,
        523,
    ],
}
# For some classes of each map, the first-level class that they must lie in.
LEVELS = {
    "globeland30": {
        10: "cropland",
        20: "forest",
        30: "grassland",
        40: "shrub",
        50: "wetland",
        60: "wetland",
        80: "urban",
        90: "other",
        100: "other",
    },
    "esa_worldcover": {
        10: "forest",
        20: "shrub",
        30: "grassland",
        40: "cropland",
        50: "urban",
        60: "other",
        80: "wetland",
        90: "wetland",
        95: "wetland",
    },
    "clcd": {
        1: "cropland",
        2: "forest",
        3: "shrub",
        4: "grassland",
        5: "wetland",
        6: "other",
        7: "other",
        8: "urban",
        9: "wetland",
    },
    "corine": {
        111: "urban",
        141: "urban",
        213: "cropland",
        223: "cropland",
        231: "grassland",
        312: "forest",
        322: "shrub",
        335: "other",
        411: "wetland",
        511: "wetland",
        523: "other",
    },
}


@pytest.mark.parametrize("name", CROSSWALKS)
def test_every_code_of_the_legend_has_a_class_of_the_tree(name):
    found = crosswalk(name)
    assert list(found) == CODES[name]
    assert set(found.values()) <= set(tree())


@pytest.mark.parametrize(
    ("name", "code", "level"),
    [(name, code, level) for name, codes in LEVELS.items() for code, level in codes.items()],
)
def test_a_class_lies_where_its_label_says(name, code, level):
    assert belongs(crosswalk(name)[code], [level])


@pytest.mark.parametrize("name", CROSSWALKS)
def test_the_tables_are_whole(name):
    text = resources.files("gep.core").joinpath("crosswalks", f"{name}.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert list(rows[0]) == ["code", "label", "class", "note"]
    assert all(row["label"] for row in rows)
    assert len({row["code"] for row in rows}) == len({row["label"] for row in rows}) == len(rows)


def test_classes_that_mix_ecosystems_say_so():
    text = resources.files("gep.core").joinpath("crosswalks", "clcd.csv").read_text("utf-8")
    notes = {row["label"]: row["note"] for row in csv.DictReader(text.splitlines())}
    assert (
        notes["Water"].startswith("approximate")
        and notes["Barren"].startswith("approximate")
        and not notes["Forest"]
    )


def test_an_unknown_map_is_refused_with_the_list():
    with pytest.raises(ParameterError, match="globeland30"):
        crosswalk("modis")
