"""Every problem that the code can raise has its Chinese."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import gep
from gep.text import messages, title

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
    assert code in messages() or f"{code.partition('.')[0]}.*" in messages(), f"{code}: add its Chinese to gep/messages.csv"


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
    assert title(text, "zh") != text, f"{text}: add its Chinese to gep/text.py"


def test_sorted_and_once():
    lines = (ROOT / "messages.csv").read_text("utf-8").splitlines()[1:]
    codes = [line.partition(",")[0] for line in lines]
    assert codes == sorted(set(codes))
