"""Formulas as MathML, read from the kernel's own code, so that what is shown is what was computed.

Arguments stand by their names in the reader's language; numbers are those of the kernel.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable

from gep.core.formula import Formula
from gep.report.page.markup import text

_SIGNS = {"Gt": "&gt;", "Lt": "&lt;", "GtE": "≥", "LtE": "≤", "Eq": "="}
_NAMED = {"maximum": "max", "minimum": "min", "sin": "sin", "log": "ln", "log10": "lg"}
Namer = Callable[[str], str]


def formula(f: Formula, result: str, name: Namer) -> str:
    """The formula as one line of MathML per statement of its kernel.

    Parameters
    ----------
    f : Formula
    result : str
        What stands left of the equals sign.
    name : callable
        Turns an argument's name into the words to show.

    Returns
    -------
    str
        HTML; empty where the code cannot be read (a kernel typed into a shell).
    """
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(f.kernel))).body[0]
        assert isinstance(tree, ast.FunctionDef)
        writer = _Writer({x: name(x) for x in f.inputs})
        lines = [
            line for statement in tree.body for line in writer.statement(statement, result, f.over)
        ]
    except (
        OSError,
        TypeError,
        SyntaxError,
        AssertionError,
        KeyError,
        ValueError,
    ):  # no source, or Python that is no plain sum
        return ""
    return f"<div class=formula tabindex=0>{''.join(f'<p>{line}</p>' for line in lines)}</div>"


class _Writer:
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def statement(self, s: ast.stmt, result: str, over: str) -> list[str]:
        if isinstance(s, ast.Expr):
            return []
        if isinstance(s, ast.Assign):
            targets, values = s.targets[0], s.value
            if isinstance(targets, ast.Tuple) and isinstance(values, ast.Tuple):
                return [
                    self.line(self.node(t), v)
                    for t, v in zip(targets.elts, values.elts, strict=True)
                ]
            return [self.line(self.node(targets), values)]
        assert isinstance(s, ast.Return) and s.value is not None
        total = f"<munder><mo>∑</mo><mi>{text(over)}</mi></munder>" if over else ""
        return [self.line(f"<mi>{text(result)}</mi>", s.value, total)]

    def line(self, left: str, right: ast.expr, lead: str = "") -> str:
        """One statement, in pieces between which a narrow page may break."""
        found = [
            (f'<mo form="infix">{sign}</mo>' if sign else "") + node
            for sign, node in self.pieces(right)
        ]
        found[0] = '<mo form="infix">=</mo>' + (f"{lead}<mo>(</mo>" if lead else "") + found[0]
        found[-1] += "<mo>)</mo>" if lead else ""
        return "<wbr>".join(f'<math displaystyle="true">{piece}</math>' for piece in [left, *found])

    def pieces(self, node: ast.expr) -> list[tuple[str, str]]:
        """A sum as its terms, a product as its factors, anything else whole."""
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
            sign = "+" if isinstance(node.op, ast.Add) else "−"
            return [
                *(
                    self.pieces(node.left)
                    if self.rank(node.left) == 1
                    else [("", self.node(node.left))]
                ),
                (sign, self.wrapped(node.right, 2 if sign == "−" else 1)),
            ]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            left = (
                self.pieces(node.left)
                if isinstance(node.left, ast.BinOp) and isinstance(node.left.op, ast.Mult)
                else [("", self.wrapped(node.left, 2))]
            )
            return [*left, ("×", self.wrapped(node.right, 2))]
        return [("", self.node(node))]

    def rank(self, node: ast.expr) -> int:
        """How tightly a node binds: 1 a sum, 2 a product, 3 a sign, 4 a whole."""
        if isinstance(node, ast.BinOp):
            return (
                1
                if isinstance(node.op, (ast.Add, ast.Sub))
                else 2
                if isinstance(node.op, ast.Mult)
                else 4
            )
        return 1 if isinstance(node, (ast.UnaryOp, ast.Compare)) else 4

    def wrapped(self, node: ast.expr, least: int) -> str:
        inner = self.node(node)
        return inner if self.rank(node) >= least else f"<mrow><mo>(</mo>{inner}<mo>)</mo></mrow>"

    def node(self, n: ast.expr) -> str:
        if isinstance(n, ast.Constant):
            return f"<mn>{text(format(n.value, '.12g') if isinstance(n.value, (int, float)) else n.value)}</mn>"
        if isinstance(n, ast.Name):
            return f"<mi>{text(self.names.get(n.id) or n.id.replace('_', ' '))}</mi>"
        if isinstance(n, ast.Attribute) and n.attr == "pi":
            return "<mi>π</mi>"
        if isinstance(n, ast.UnaryOp) and isinstance(n.op, ast.USub):
            return f"<mrow><mo>−</mo>{self.wrapped(n.operand, 2)}</mrow>"
        if isinstance(n, ast.Compare):
            return f"<mrow>{self.node(n.left)}<mo>{_SIGNS[type(n.ops[0]).__name__]}</mo>{self.node(n.comparators[0])}</mrow>"
        if isinstance(n, ast.BinOp):
            return self.binary(n)
        if isinstance(n, ast.Call):
            return self.call(n)
        raise ValueError(ast.dump(n))

    def binary(self, n: ast.BinOp) -> str:
        if isinstance(n.op, ast.Div):
            return (
                f"<mfrac><mrow>{self.node(n.left)}</mrow><mrow>{self.node(n.right)}</mrow></mfrac>"
            )
        if isinstance(n.op, ast.Pow):
            base = (
                self.node(n.left)
                if isinstance(n.left, (ast.Name, ast.Constant))
                else f"<mrow><mo>(</mo>{self.node(n.left)}<mo>)</mo></mrow>"
            )
            return f"<msup>{base}<mrow>{self.node(n.right)}</mrow></msup>"
        sign = {"Add": "+", "Sub": "−", "Mult": "×"}[type(n.op).__name__]
        least = 2 if sign == "×" else 1
        return f"<mrow>{self.wrapped(n.left, least)}<mo>{sign}</mo>{self.wrapped(n.right, 2 if sign != '+' else 1)}</mrow>"

    def call(self, n: ast.Call) -> str:
        assert isinstance(n.func, ast.Attribute)
        name = n.func.attr
        arguments = [self.node(a) for a in n.args]
        if name == "exp":
            return f"<msup><mi>e</mi><mrow>{arguments[0]}</mrow></msup>"
        if name == "sqrt":
            return f"<msqrt>{arguments[0]}</msqrt>"
        if name == "where":
            condition, yes, no = arguments
            rows = f"<mtr><mtd>{yes}</mtd><mtd>{condition}</mtd></mtr><mtr><mtd>{no}</mtd><mtd><mtext>…</mtext></mtd></mtr>"
            return f"<mrow><mo>{{</mo><mtable columnalign=left>{rows}</mtable></mrow>"
        return f"<mrow><mi>{_NAMED[name]}</mi><mo>(</mo>{'<mo>,</mo>'.join(arguments)}<mo>)</mo></mrow>"
