"""Break every kernel in every small way, and see whether the conformance checks notice: ``python
tests/mutants.py [NAME]``.

A mutant that no check finds is printed. Some cannot be found, because they compute the same (``x *
1`` for ``x / 1``); the others want one more worked number. Only checks that look at the kernel
count: a mutant does not pickle anyway.
"""

from __future__ import annotations

import ast
import copy
import inspect
import itertools
import linecache
import re
import sys
import textwrap
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from gep import check
from gep.core import units
from gep.core.formula import Formula, _wrap

CHECKS = ("worked", "dimension", "nan", "vectorised", "literals", "unit_invariance")
FLIPPED: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
}
SWAPPED = {
    "maximum": "minimum",
    "minimum": "maximum",
    "exp": "log",
    "log": "log10",
    "log10": "log",
    "sqrt": "exp",
    "sin": "exp",
}
CONTROL = "nothing changed"  # must survive, or the finding means nothing
_numbers = itertools.count()


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Every small change of one node."""
    text = ast.unparse(node)
    match node:
        case ast.BinOp(left, op, right):
            yield f"drop the right of {text}", left
            yield f"drop the left of {text}", right
            if type(op) in FLIPPED:
                yield f"flip {text}", ast.BinOp(left, FLIPPED[type(op)](), right)
            if isinstance(op, ast.Pow):
                more = ast.BinOp(right, ast.Add(), ast.Constant(1))
                yield f"higher power in {text}", ast.BinOp(left, op, more)
        case ast.UnaryOp(ast.USub(), operand):
            yield f"drop the sign of {text}", operand
        case ast.Compare(left, [op, *_], others) if type(op) in FLIPPED:
            yield f"flip {text}", ast.Compare(left, [FLIPPED[type(op)]()], others)
        case ast.Call(ast.Attribute()):
            yield from _of_call(node, text)
        case ast.Constant(int() | float() as value):
            yield f"{text} a tenth larger", ast.Constant(value * 1.1 if value else 0.1)


def _of_call(node: ast.Call, text: str) -> Iterator[tuple[str, ast.AST]]:
    func: Any = node.func
    yield from ((f"only '{ast.unparse(a)}' of {text}", a) for a in node.args)
    if func.attr in SWAPPED:
        swapped = ast.Attribute(func.value, SWAPPED[func.attr])
        yield f"swap {func.attr} in {text}", ast.Call(swapped, node.args, [])
    if func.attr == "where":
        condition, yes, no = node.args
        yield f"swap the branches of {text}", ast.Call(func, [condition, no, yes], [])


def kernels(f: Formula) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every mutant of the kernel."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(f.kernel)))
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    function.decorator_list, function.returns = [], None
    for argument in function.args.args:
        argument.annotation = None
    function.args.defaults = []
    if isinstance(function.body[0], ast.Expr) and isinstance(function.body[0].value, ast.Constant):
        del function.body[0]
    yield CONTROL, _compiled(tree, f)
    for place, node in enumerate(ast.walk(function)):
        for what, _ in changes(node):
            mutant = copy.deepcopy(tree)
            target = list(ast.walk(mutant.body[0]))[place]
            new = next(n for w, n in changes(target) if w == what)
            yield what, _compiled(_Put(target, new).visit(mutant), f)


class _Put(ast.NodeTransformer):
    """Puts one node in place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.old else self.generic_visit(node)


def _compiled(tree: ast.AST, f: Formula) -> Callable[..., Any]:
    source, file = ast.unparse(ast.fix_missing_locations(tree)) + "\n", f"<mutant {next(_numbers)}>"
    linecache.cache[file] = (
        len(source),
        None,
        source.splitlines(True),
        file,
    )  # for inspect.getsource
    scope = dict(vars(sys.modules[f.__module__]))
    exec(compile(source, file, "exec"), scope)
    kernel: Callable[..., Any] = scope[f.kernel.__name__]
    kernel.__module__ = f.__module__
    return kernel


def mutants(f: Formula) -> Iterator[tuple[str, Formula]]:
    """Every mutant of a formula: of its kernel, and of the substances in its units."""

    def wrapped(
        kernel: Callable[..., Any] = f.kernel, unit: str = f.unit, **swapped: str
    ) -> Formula:
        inputs = {
            k: i._replace(unit=swapped[k], default=None) if k in swapped else i
            for k, i in f.inputs.items()
        }
        return _wrap(kernel, f.__name__, unit, inputs, f.over, f.empirical, f.worked, f.zh)

    for what, kernel in kernels(f):
        yield what, wrapped(kernel)
    for substance in units.SUBSTANCES:
        other = "CO2" if substance == "C" else "C"
        for name, unit in [("", f.unit), *((i.name, i.unit) for i in f.inputs.values())]:
            swapped = re.sub(rf"(?<![\w.-]){substance}(?![\w.-])", other, unit)
            if swapped != unit:
                yield (
                    f"{other} for {substance} in {name or 'the result'}",
                    wrapped(**{name: swapped} if name else {"unit": swapped}),
                )


def main(wanted: str = "") -> int:
    """Run all, print what survives and the share that was found."""
    warnings.simplefilter("ignore")
    start, killed, total, broken = time.perf_counter(), 0, 0, 0
    for f in check.every_formula():
        name = f"{f.__module__.removeprefix('gep.')}.{f.__name__}"
        if wanted not in name:
            continue
        survivors, found = [], 0
        for what, mutant in mutants(f):
            noticed = [str(p) for c in CHECKS for p in check.run(c, mutant)][:1]
            if what == CONTROL:
                if noticed:
                    print(f"{name} is found faulty as it stands: {noticed[0]}")
                    broken += 1
            elif noticed:
                found += 1
            else:
                survivors.append(what)
        killed, total = killed + found, total + found + len(survivors)
        print(f"{found:4} found {len(survivors):3} survived  {name}")
        for what in survivors:
            print(f"                        survived: {what}")
    print(
        f"{killed} of {total} mutants found ({killed / max(total, 1):.1%}) in"
        f" {time.perf_counter() - start:.0f} s"
    )
    return broken


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
