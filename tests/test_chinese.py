"""Every problem that the code can raise has its Chinese."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from gep.text import messages

ROOT = Path(__file__).parents[1] / "gep"


def _raised():
    """The code of every Problem written out."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem" and node.args
            if named and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
                yield node.args[0].value


@pytest.mark.parametrize("code", sorted(set(_raised())))
def test_it_has_chinese(code):
    assert code in messages() or f"{code.partition('.')[0]}.*" in messages(), f"{code}: add its Chinese to gep/messages.csv"


def test_sorted_and_once():
    lines = (ROOT / "messages.csv").read_text("utf-8").splitlines()[1:]
    codes = [line.partition(",")[0] for line in lines]
    assert codes == sorted(set(codes))
