"""Every problem that the code can raise has its Chinese."""

from __future__ import annotations

import ast
import csv
import re
from pathlib import Path
from string import Formatter

import pytest

import gep
from gep import indicators, standards
from gep.core import nomenclature
from gep.core.errors import Problem
from gep.core.text import Figure, messages, own_words, phrases, say, title

CODE = re.compile(r"[a-z]+\.(?!toml|csv)[a-z_]+")
ROOT = Path(gep.__file__).parent


def _calls():
    """Every Problem that is written out, and every call of a helper that makes one: place, code, call."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and (getattr(node.func, "id", "") or getattr(node.func, "attr", "")).strip("_") in ("Problem", "fault", "refused"):
                for code in (a.value for a in node.args[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str) and CODE.fullmatch(a.value)):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", code, node


def _raised():
    return (code for _, code, _ in _calls())


def _values(call):
    """The names of the values that a call gives; None where the code works them out."""
    known = {k.arg for k in call.keywords if k.arg not in ("values", "level", "mend")}
    texts = [c.value for a in call.args for c in ast.walk(a) if isinstance(c, ast.Constant) and isinstance(c.value, str)]
    known |= {field for text in texts for _, field, _, _ in Formatter().parse(text) if field}
    given = [k.value for k in call.keywords if k.arg == "values"] + call.args[5:6]
    for values in given:
        if not isinstance(values, ast.Dict) or any(not isinstance(key, ast.Constant) for key in values.keys):
            return None
        known |= {key.value for key in values.keys}
    return None if None in known else known


def test_what_the_chinese_tells_is_given():
    """Else a reader of Chinese gets the English."""
    lacking = {}
    for place, code, call in _calls():
        told, known = messages().get(code), _values(call)
        if told and known is not None:
            fields = {field.partition(".")[0] for _, field, _, _ in Formatter().parse(told[0]) if field}
            if fields - known:
                lacking[f"{place} {code}"] = fields - known
    assert not lacking


@pytest.mark.parametrize("code", sorted(set(_raised())))
def test_it_has_chinese(code):
    assert code in messages() or f"{code.partition('.')[0]}.*" in messages(), f"{code}: add its Chinese to gep/core/messages.csv"


PYTHON = {"Account.by", "component"}  # names of what was called, for programmers


def _titles():
    """The title of every error that is written out."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = isinstance(node, ast.Call) and getattr(node.func, "id", "").endswith("Error") and len(node.args) == 2
            if named and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
                yield node.args[0].value


@pytest.mark.parametrize("text", sorted(set(_titles()) - PYTHON))
def test_a_title_has_chinese(text):
    assert title(text, "zh") != text, f"{text}: add its Chinese to gep/core/phrases.csv"


@pytest.mark.parametrize("name", ["messages.csv", "phrases.csv", "indicators_zh.csv"])
def test_sorted_and_once(name):
    with (ROOT / name).open(encoding="utf-8", newline="") as stream:
        keys = [row[0] for row in csv.reader(stream)][1:]
    assert keys == sorted(set(keys))


def _mends():
    """Ways to mend that the Chinese of a code leaves to the place where it is raised: written out, or for want of a field."""
    for place, code, call in _calls():
        told, known = messages().get(code), _values(call)
        mends = [a.value for a in call.args[2:] if isinstance(a, ast.Constant) and isinstance(a.value, str)][1:2]
        if told and known is not None and mends and mends[0]:
            fields = {field for _, field, _, _ in Formatter().parse(told[1]) if field}
            if told[1] == "=" or fields - known:
                yield place, mends[0]


def test_a_way_to_mend_has_chinese():
    found = list(_mends())
    assert len(found) > 8 and not [(place, mend) for place, mend in found if mend not in phrases()]


def test_every_indicator_and_formula_is_told_in_chinese():
    formulas = {f.__name__ for i in indicators.every() for routes in i.quantities.values() for f in routes}
    assert set(nomenclature.in_chinese()) == {*indicators.IDS, *formulas}
    assert all(re.search("[\u4e00-\u9fff]", text) and text.endswith("。") for text in nomenclature.in_chinese().values())


@pytest.mark.parametrize("id", standards.ids())
def test_notes_of_a_standard_stand_in_both_languages(id):
    profile = standards.get(id)
    for note in filter(None, (profile.note, *(s.note for s in profile.switches.values()))):
        zh, en = own_words(note, "zh"), own_words(note, "en")
        assert zh != note != en and "英文" not in zh and not re.search("[\u4e00-\u9fff]", en)


def test_a_figure_is_written_out():
    assert f"{Figure(7.203015e8):.8g}" == "720,301,500" and f"{Figure(-1234567.0):+.3g}" == "-1,230,000" and f"{Figure(0.5):.3g}" == "0.5"
    assert f"{Figure(1e30):g}" == "1e+30"


def test_a_note_without_chinese_is_marked():
    own = Problem("standard.partial", "own", "{note}", level="warning", values={"note": "Only a draft."})
    assert say(own, "zh") == "own：仅部分已知：（英文说明）Only a draft."
    turned = Problem("standard.switch", "own, oxygen", "{en} is {state} ({evidence}{why})", level="note", values={
        "en": "oxygen", "zh": "释氧", "state": "in", "state_zh": "计入", "evidence": "confirmed", "evidence_zh": "有据", "why": ": turned in account.toml"})  # fmt: skip
    assert say(turned, "zh") == "own, oxygen：释氧：计入（有据：在 account.toml 中改定）" and say(turned).endswith("is in (confirmed: turned in account.toml)")


@pytest.mark.parametrize(("en", "zh"), [("Unit 'x' cannot be read", "单位“x”读不懂"), ("'t' does not convert to 'm'", "“t”不能换算为“m”")])
def test_a_title_holds_what_was_given(en, zh):
    assert title(en, "zh") == zh and title(en) == en
