"""Every problem that the code can raise has its Chinese."""

from __future__ import annotations

import ast
import csv
import pickle
import re
from pathlib import Path
from string import Formatter

import pytest

import gep
from gep import indicators, standards
from gep.core.errors import Problem, UnitError
from gep.core.messages import Both, catalogue, sentence, told, word
from gep.core.source import Source, named
from gep.core.text import Figure, own_words, say

CODE = re.compile(r"[a-z]+\.(?!toml|csv)[a-z_]+(/[a-z_]+)?")
ROOT = Path(gep.__file__).parent
ENGLISH = {"check.*", "check.*/skipped", "key.by"}  # for programmers only
MAKERS = ("Problem", "fault", "refused", "rule", "Refused", "Cell", "Note")  # what takes a code


def _calls():
    """Every Problem that is written out, and every call of a helper that makes one: place, code,
    call.
    """
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and (getattr(node.func, "id", "") or getattr(node.func, "attr", "")).strip("_")
                in MAKERS
            ):
                for code in (
                    a.value
                    for a in node.args[:2]
                    if isinstance(a, ast.Constant)
                    and isinstance(a.value, str)
                    and CODE.fullmatch(a.value)
                ):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", code, node


def _fields(*texts):
    return {
        field.partition(".")[0]
        for text in texts
        for _, field, _, _ in Formatter().parse(text)
        if field
    }


def _values(call):
    """The names of the values that a call gives; None where the code works them out."""
    known = {k.arg for k in call.keywords}
    return None if known & {None, "values"} else known


def test_what_a_row_tells_is_given():
    lacking = {}
    for place, code, call in _calls():
        known = _values(call)
        if known is not None and _fields(*sentence(code)) - known:
            lacking[f"{place} {code}"] = _fields(*sentence(code)) - known
    assert not lacking


@pytest.mark.parametrize("code", sorted({code for _, code, _ in _calls()}))
def test_a_code_has_its_row(code):
    assert code in catalogue() or f"{code.partition('.')[0]}.*" in catalogue(), (
        f"{code}: add it to gep/core/messages.csv"
    )


@pytest.mark.parametrize("code", catalogue())
def test_a_row_says_it_in_both_languages(code):
    row = sentence(code)
    assert row.en and (row.zh or code in ENGLISH)
    assert (
        row.zh in ("", row.en)
        or re.search("[\u4e00-\u9fff]", row.zh)
        or not re.sub(r"{.*?}", "", row.zh).strip("：（） ")
    )


def _coded(path):
    """Titles and words of the catalogue that a file names."""
    tree = ast.parse(path.read_text("utf-8"))
    texts = [
        n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    ]
    yield from (text for text in texts if re.fullmatch(r"error\.[a-z_]+", text))
    if any(
        isinstance(n, ast.ImportFrom)
        and n.module == "gep.core.messages"
        and "word" in [a.name for a in n.names]
        for n in ast.walk(tree)
    ):
        calls = (
            n
            for n in ast.walk(tree)
            if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "word" and n.args
        )
        yield from (f"word.{n.args[0].value}" for n in calls if isinstance(n.args[0], ast.Constant))


def test_titles_and_words_have_rows():
    found = {code for path in ROOT.rglob("*.py") for code in _coded(path)}
    assert len(found) > 80 and not found - set(catalogue())


def test_no_row_is_idle():
    source = "\n".join(p.read_text("utf-8") for p in ROOT.rglob("*.py"))
    named = (
        c
        for c in catalogue()
        if ".*" not in c and f'"{c}"' not in source and f'"{c.removeprefix("word.")}"' not in source
    )
    made = (
        "column.",
        "file.faults",
        "file.rows",
        "word.switch_",
        "word.evidence_",
    )  # by the kind of what is wrong
    assert [c for c in named if not c.startswith(made)] == []


def test_sorted_and_once():
    with (ROOT / "core" / "messages.csv").open(encoding="utf-8", newline="") as stream:
        keys = [row[0] for row in csv.reader(stream)][1:]
    assert keys == sorted(set(keys))


def test_every_indicator_and_formula_is_told_in_chinese():
    services = [i for i in indicators.every() if i.components]
    told = {i.id: i.zh_doc for i in services}
    told |= {name: f.zh for i in services for name, f in i.formulas().items()}
    assert len(told) > 100
    untold = [k for k, zh in told.items() if not re.search("[\u4e00-\u9fff].*。$", zh)]
    assert not untold


@pytest.mark.parametrize("id", standards.ids())
def test_notes_of_a_standard_stand_in_both_languages(id):
    profile = standards.get(id)
    for note in filter(None, (profile.note, *(s.note for s in profile.switches.values()))):
        zh, en = own_words(note, "zh"), own_words(note, "en")
        assert zh != note != en and "英文" not in zh and not re.search("[\u4e00-\u9fff]", en)


def test_a_figure_is_written_out():
    assert (
        f"{Figure(7.203015e8):.8g}" == "720,301,500"
        and f"{Figure(-1234567.0):+.3g}" == "-1,230,000"
        and f"{Figure(0.5):.3g}" == "0.5"
    )
    assert f"{Figure(1e30):g}" == "1e+30"


def test_a_note_without_chinese_is_marked():
    assert (
        own_words("Only a draft.", "zh") == "（英文说明）Only a draft."
        and own_words(Both("A draft.", "草案。"), "zh") == "草案。"
    )
    turned = Problem(
        "standard.switch",
        named("own", "oxygen"),
        name=Both("oxygen", "释氧"),
        state=word("switch_in"),
        evidence=word("evidence_confirmed"),
        why=Both(": turned in account.toml", "：在 account.toml 中改定"),
    )
    assert say(turned, "zh") == "own, oxygen：释氧：计入（有据：在 account.toml 中改定）" and say(
        turned
    ).endswith("is in (confirmed: turned in account.toml)")


def test_texts_in_both_languages_survive():
    for text in (Both("none", "无"), Source("inputs.csv", line=7, column="unit")):
        again = pickle.loads(pickle.dumps(text))
        assert again == text and told(again, "zh") == told(text, "zh") != told(text, "en") == str(
            text
        )


@pytest.mark.parametrize(
    ("error", "en", "zh"),
    [
        (UnitError("error.unit", text="x"), "Unit 'x' cannot be read", "单位“x”读不懂"),
        (
            UnitError("error.conversion", given="t", wanted="m"),
            "'t' does not convert to 'm'",
            "“t”不能换算为“m”",
        ),
        (UnitError("{own} title"), "{own} title", "{own} title"),
    ],
)
def test_a_title_holds_what_was_given(error, en, zh):
    assert error.title == en and error.titled("zh") == zh
    assert pickle.loads(pickle.dumps(error)).titled("zh") == zh
