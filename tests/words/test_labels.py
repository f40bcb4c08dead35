"""The table of words: both languages, the same fields in each, no key twice in a room."""

import csv
from importlib import resources
from string import Formatter

from gep.words.labels import label, room, word, worded

ROWS = list(
    csv.DictReader(
        resources.files("gep.words").joinpath("labels.csv").read_text("utf-8").splitlines()
    )
)


def fields(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_a_key_stands_once_in_a_room():
    keys = [(row["room"], row["key"]) for row in ROWS]
    assert len(keys) == len(set(keys))


def test_both_languages_say_the_same_fields():
    """The English of the bridge stands in the table that is written to files; Chinese has no space
    between sentences, and counts people in 万.
    """
    for row in ROWS:
        if row["room"] == "bridge":
            assert row["zh"] and not row["en"], row
        elif row["key"] not in ("space", "people"):
            assert row["zh"] and row["en"] and fields(row["zh"]) == fields(row["en"]), row


def test_a_room_takes_its_own_word_then_the_shared_one_then_the_key():
    assert word("change", "zh") == "比上年（可比价）" and label("change", "zh") == "变化"
    assert worded("page", "tornado", "zh") == label("tornado", "zh") == "影响最大的十项输入"
    assert worded("page", "nothing_of_the_sort") == "nothing_of_the_sort"
    assert room("scale", "zh") == {"cell": "像元", "region": "区域", "total": "全域"}
