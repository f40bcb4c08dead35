"""The table of words: both languages, the same fields in each, no key twice in a room."""

import csv
import re
from importlib import resources
from pathlib import Path
from string import Formatter

from gep import standards
from gep.core.messages import Both
from gep.words.labels import label, room, word, worded
from gep.words.problems import clause_name

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


def test_clauses_that_ship_have_their_chinese():
    """Of coefficients, prices and standards; no row is idle."""
    gep = resources.files("gep")
    tables = [p for p in Path(str(gep)).rglob("*.csv") if p.name != "labels.csv"]
    rows = [row for p in tables for row in csv.DictReader(p.read_text("utf-8").splitlines())]
    profiles = map(standards.get, standards.ids())
    clauses = {row.get("clause") or "" for row in rows} | {
        r.clause for p in profiles for r in p.rows
    }
    worded_ = re.compile(r"\b(table|section|formula|part|chapter|item|introduction)\b")
    assert set(room("clause")) == {c for c in clauses if worded_.search(c)}
    for clause in room("clause"):
        assert not worded_.search(clause_name(clause, "zh")) and clause_name(clause, "en") == clause
    assert clause_name("page 7", "zh") == "page 7"
    assert clause_name(Both("page 7", "第 7 页"), "zh") == "第 7 页"
