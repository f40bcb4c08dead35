"""What is public says what it is: every module, function, class and method whose name does not
begin with ``_``.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import gep

PACKAGE = Path(gep.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))


def silent(node, prefix=""):
    """Names of public definitions without a docstring; what a decorator already told (overloads,
    setters) is left out.
    """
    for n in node.body:
        if not isinstance(
            n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        ) or n.name.startswith("_"):
            continue
        told_before = any(
            ast.unparse(d).endswith((".setter", ".register", "overload")) for d in n.decorator_list
        )
        if not told_before and not (ast.get_docstring(n) or "").strip():
            yield prefix + n.name
        if isinstance(n, ast.ClassDef):
            yield from silent(n, f"{prefix}{n.name}.")


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_says_what_it_is(path):
    tree = ast.parse(path.read_text("utf-8"))
    assert not list(silent(tree))
    assert not tree.body or ast.get_docstring(tree), "the module says nothing"


def test_the_check_can_fail():
    tree = ast.parse(
        "def told():\n    '''It is.'''\ndef silent_one(): ...\nclass Open:\n    '''It is.'''\n   "
        " def method(self): ...\n    def _own(self): ...\n"
    )
    assert list(silent(tree)) == ["silent_one", "Open.method"]


def test_what_is_exported_is_there_and_told():
    assert sorted(gep.__all__) == list(gep.__all__)
    for name in gep.__all__:
        assert (getattr(gep, name).__doc__ or "").strip(), name
