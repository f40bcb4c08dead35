"""What goes wrong: level and words come from the catalogue, and JSON has both languages."""

import json
import pickle
import re
from typing import get_args

import pytest

from gep.core.errors import GepError, InputError, Problem
from gep.core.messages import Level, catalogue, sentence
from gep.core.source import Source, named

FAULT = Problem("number.unreadable", Source("inputs.csv", line=7, column="value"), text="x")


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_every_code_has_a_level_and_titles_and_words_have_none(code):
    bare = code.startswith(("error.", "word."))
    assert sentence(code).level in (("",) if bare else get_args(Level))


def test_the_level_is_that_of_the_wording_else_of_the_family():
    levels = {
        "form.year": "error",
        "form.year/replaced": "warning",
        "overlap.any": "warning",
        "overlap.any/forbidden": "error",
        "check.any": "error",
        "check.any/skipped": "warning",
        "no.such": "error",
    }
    assert {key: Problem(key, named("x")).level for key in levels} == levels
    assert {Problem(key, named("x")).code for key in levels} == {
        key.partition("/")[0] for key in levels
    }


def test_a_value_may_be_called_like_anything():
    taken = Problem("profile.level", named("x"), level="high", names="a", source="s", key="k")
    assert taken.values == {"level": "high", "names": "a", "source": "s", "key": "k"}
    assert (taken.level, taken.what) == ("error", "has level 'high'")


def test_a_problem_as_plain_data():
    assert FAULT.to_dict() == {
        "code": "number.unreadable",
        "level": "error",
        "en": FAULT.what,
        "zh": "不是数：x",
        "mend_en": FAULT.mend,
        "mend_zh": FAULT.to_dict()["mend_zh"],
        "file": "inputs.csv",
        "sheet": None,
        "cell": None,
        "line": 7,
        "column": "value",
        "layer": None,
        "band": None,
        "key": None,
        "labels": None,
    }
    assert re.search(r"[\u4e00-\u9fff]", FAULT.to_dict()["mend_zh"])
    assert FAULT.where == "inputs.csv, line 7, column value" == str(FAULT).partition(":")[0]


def test_an_error_as_plain_data_and_through_pickle():
    error = InputError("error.account", [FAULT], about="city")
    plain = error.to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["en"] == "city: The account cannot be computed"
    assert plain["zh"] == "city: 账户无法计算"
    assert plain["problems"] == [FAULT.to_dict()]
    again = pickle.loads(pickle.dumps(error))
    assert again.problems == (FAULT,) and again.to_dict() == plain
    assert GepError("error.account").to_dict()["problems"] == []


def test_problems_seen_from_elsewhere_keep_their_words():
    place = Source("account.toml").under("year")
    (moved,) = InputError("error.account", [FAULT]).at(place)
    assert (moved.source, moved.what) == (place, FAULT.what) and moved != FAULT
