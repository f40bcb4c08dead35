"""Every problem that the code can raise has its Chinese."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from gep.text import messages, title

CODE = re.compile(r"[a-z]+\.(?!toml|csv)[a-z_]+")
ROOT = Path(__file__).parents[1] / "gep"


def _raised():
    """The code of every Problem written out, and of every call of a helper that makes one."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and (getattr(node.func, "id", "") or getattr(node.func, "attr", "")).strip("_") in ("Problem", "fault", "refused"):
                yield from (a.value for a in node.args[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str) and CODE.fullmatch(a.value))


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
