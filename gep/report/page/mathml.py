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

_COMPARED = {ast.Gt: "&gt;", ast.Lt: "&lt;", ast.GtE: "≥", ast.LtE: "≤", ast.Eq: "="}
_NAMED = {"maximum": "max", "minimum": "min", "sin": "sin", "log": "ln", "log10": "lg"}
# sign of a sum or product, how tightly it binds, and how tightly what stands right of it must
_BOUND = {ast.Add: ("+", 1, 1), ast.Sub: ("−", 1, 2), ast.Mult: ("×", 2, 2)}
_OPENED = "<mrow><mo>(</mo>{}<mo>)</mo></mrow>"
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
        lines = _Writer({x: name(x) for x in f.inputs}).kernel(tree, result, f.over)
    # no source, or Python that is no plain sum
    except (OSError, TypeError, SyntaxError, KeyError, ValueError):
        return ""
    return f"<div class=formula tabindex=0>{''.join(f'<p>{line}</p>' for line in lines)}</div>"


def _rank(node: ast.expr) -> int:
    """How tightly a node binds: 1 a sum, 2 a product, 4 a whole."""
    if isinstance(node, ast.BinOp) and type(node.op) in _BOUND:
        return _BOUND[type(node.op)][1]
    return 1 if isinstance(node, (ast.UnaryOp, ast.Compare)) else 4


class _Writer(ast.NodeVisitor):
    """Writes the nodes of a kernel; one that it does not know raises ValueError."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def kernel(self, tree: ast.stmt, result: str, over: str) -> list[str]:
        """Every statement of a function, as lines."""
        if not isinstance(tree, ast.FunctionDef):
            raise ValueError(ast.dump(tree))
        lines = []
        for s in tree.body:
            if isinstance(s, ast.Assign):
                lines += self.assigned(s.targets[0], s.value)
            elif isinstance(s, ast.Return) and s.value is not None:
                total = f"<munder><mo>∑</mo><mi>{text(over)}</mi></munder>" if over else ""
                lines.append(self.line(f"<mi>{text(result)}</mi>", s.value, total))
            elif not isinstance(s, ast.Expr):  # a docstring is passed over
                raise ValueError(ast.dump(s))
        return lines

    def assigned(self, target: ast.expr, value: ast.expr) -> list[str]:
        """A line for a name, or for each of several that are set at once."""
        pairs = [(target, value)]
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            pairs = list(zip(target.elts, value.elts, strict=True))
        return [self.line(self.node(name), v) for name, v in pairs]

    def line(self, left: str, right: ast.expr, lead: str = "") -> str:
        """One statement, in pieces between which a narrow page may break."""
        found = self.pieces(right)
        opened, closed = (f"{lead}<mo>(</mo>", "<mo>)</mo>") if lead else ("", "")
        found[0] = f'<mo form="infix">=</mo>{opened}{found[0]}'
        found[-1] += closed
        return "<wbr>".join(f'<math displaystyle="true">{piece}</math>' for piece in [left, *found])

    def pieces(self, node: ast.expr) -> list[str]:
        """A sum as its terms, a product as its factors, anything else whole."""
        if not isinstance(node, ast.BinOp) or type(node.op) not in _BOUND:
            return [self.node(node)]
        sign, rank, right = _BOUND[type(node.op)]
        alike = _rank(node.left) == rank
        left = self.pieces(node.left) if alike else [self.wrapped(node.left, rank)]
        return [*left, f'<mo form="infix">{sign}</mo>{self.wrapped(node.right, right)}']

    def wrapped(self, node: ast.expr, least: int) -> str:
        """A node, in brackets where it binds less than it must."""
        inner = self.node(node)
        return inner if _rank(node) >= least else _OPENED.format(inner)

    def node(self, n: ast.expr) -> str:
        """Any node, by the method for its kind."""
        return str(self.visit(n))

    def generic_visit(self, n: ast.AST) -> str:
        raise ValueError(ast.dump(n))

    def visit_Constant(self, n: ast.Constant) -> str:
        shown = format(n.value, ".12g") if isinstance(n.value, (int, float)) else n.value
        return f"<mn>{text(shown)}</mn>"

    def visit_Name(self, n: ast.Name) -> str:
        return f"<mi>{text(self.names.get(n.id) or n.id.replace('_', ' '))}</mi>"

    def visit_Attribute(self, n: ast.Attribute) -> str:
        return "<mi>π</mi>" if n.attr == "pi" else self.generic_visit(n)

    def visit_UnaryOp(self, n: ast.UnaryOp) -> str:
        if not isinstance(n.op, ast.USub):
            return self.generic_visit(n)
        return f"<mrow><mo>−</mo>{self.wrapped(n.operand, 2)}</mrow>"

    def visit_Compare(self, n: ast.Compare) -> str:
        sign = _COMPARED[type(n.ops[0])]
        return f"<mrow>{self.node(n.left)}<mo>{sign}</mo>{self.node(n.comparators[0])}</mrow>"

    def visit_BinOp(self, n: ast.BinOp) -> str:
        if isinstance(n.op, ast.Div):
            below = f"<mrow>{self.node(n.right)}</mrow>"
            return f"<mfrac><mrow>{self.node(n.left)}</mrow>{below}</mfrac>"
        if isinstance(n.op, ast.Pow):
            base = self.node(n.left)
            if not isinstance(n.left, (ast.Name, ast.Constant)):
                base = _OPENED.format(base)
            return f"<msup>{base}<mrow>{self.node(n.right)}</mrow></msup>"
        sign, left, right = _BOUND[type(n.op)]
        before, after = self.wrapped(n.left, left), self.wrapped(n.right, right)
        return f"<mrow>{before}<mo>{sign}</mo>{after}</mrow>"

    def visit_Call(self, n: ast.Call) -> str:
        name = getattr(n.func, "attr", "")
        arguments = [self.node(a) for a in n.args]
        if name == "exp":
            return f"<msup><mi>e</mi><mrow>{arguments[0]}</mrow></msup>"
        if name == "sqrt":
            return f"<msqrt>{arguments[0]}</msqrt>"
        if name == "where":
            condition, yes, no = arguments
            rows = (
                f"<mtr><mtd>{yes}</mtd><mtd>{condition}</mtd></mtr>"
                f"<mtr><mtd>{no}</mtd><mtd><mtext>…</mtext></mtd></mtr>"
            )
            return f"<mrow><mo>{{</mo><mtable columnalign=left>{rows}</mtable></mrow>"
        listed = "<mo>,</mo>".join(arguments)
        return f"<mrow><mi>{_NAMED[name]}</mi><mo>(</mo>{listed}<mo>)</mo></mrow>"
