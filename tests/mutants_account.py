"""Break the code of the account in small ways, one at a time, and see whether a test notices.

``python tests/mutants_account.py [MODULE ...] [--sample N --seed S] [--trace FILE] [--log FILE]
[--again LOG]``; POSIX only.

A tracer writes down which test reaches which line; ``--trace`` keeps that for the next run. Each
mutant then runs in a fork of a process that holds the libraries and not gep, with the changed
module in place of the file. Only tests that reach the changed line run: those that found a mutant
of the same function or mostly reach its module, then all from the quickest on. Tests stop after two
rounds of BUDGET seconds, so a survivor may still be found by a slow test. Words of problems,
annotations and tolerances are not changed. ``mutants_account.csv`` names mutants that compute the
same, each with the reason. What else survives, or is reached by no test, is printed with its line;
then the share that was found, by module.
"""

from __future__ import annotations

import argparse
import ast
import copy
import csv
import functools
import gc
import importlib
import importlib.machinery
import importlib.util
import json
import os
import random
import resource
import select
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
MODULES = (
    "account.chains",
    "account.fallback",
    "account.deflate",
    "account.evaluate",
    "account.account",
    "account.inputs",
    "account.build",
    "account.ledger",
    "account.controls",
    "account.basis",
    "account.confidential",
    "audit.double_counting",
    "intake.python",
    "analysis.compare",
    "standards",
    "core.ecosystems",
    "core.tables",
)
TESTS = (
    "tests/account",
    "tests/intake",
    "tests/properties/test_rates.py",
    "tests/standards",
    "tests/audit",
    "tests/analysis",
    "tests/core/test_ecosystems.py",
    "tests/core/test_crosswalks.py",
    "tests/fuzz/test_limits.py",
    "tests/report/test_schema.py",
)
LIBRARIES = (
    "hypothesis.strategies",
    "numpy",
    "pandas",
    "pint",
    "pytest",
    "rich.console",
    "scipy.stats",
    "typer.testing",
    "xarray",
)
SLOW, BUDGET, LIMIT = (
    4.0,
    30.0,
    150.0,
)  # seconds: a test while it is traced, each of two rounds of tests, a run that hangs
LIKELY = 12  # tests in the first round; the second takes the quickest first
FLIPPED = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
EDGE = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
SWAPPED = {
    "min": "max",
    "any": "all",
    "isnull": "notnull",
    "isna": "notna",
    "minimum": "maximum",
    "sorted": "list",
    "nansum": "sum",
    "isfinite": "isnan",
}
SWAPPED |= {v: k for k, v in SWAPPED.items() if k not in ("sorted", "nansum", "isfinite")}


class Mutant(NamedTuple):
    """One small change of one module."""

    module: str
    function: str
    line: int
    what: str
    lines: range  # of the statement; empty where it runs at import
    path: tuple[tuple[str, int | None], ...]  # of the node in the tree
    turn: Callable[[Any], ast.AST]

    @property
    def key(self) -> tuple[str, str, str]:
        return self.module, self.function, self.what


def file_of(module: str) -> Path:
    here = ROOT / "gep" / module.replace(".", "/")
    return here / "__init__.py" if here.is_dir() else here.with_suffix(".py")


def mutants(module: str) -> Iterator[Mutant]:
    """Every small change of a module."""
    yield from _below(ast.parse(file_of(module).read_text("utf-8")), module, "", range(0), ())


def _below(
    node: ast.AST,
    module: str,
    function: str,
    lines: range,
    path: tuple[tuple[str, int | None], ...],
) -> Iterator[Mutant]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        function = f"{function}.{node.name}".strip(".")
    for field, value in ast.iter_fields(node):
        inside = isinstance(node, ast.FunctionDef) and field == "body"
        for n, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or _left(node, field, n, child):
                continue
            within = lines
            if isinstance(child, ast.stmt) and (inside or lines):
                end = (
                    child.body[0].lineno - 1
                    if getattr(child, "body", None)
                    else child.end_lineno or child.lineno
                )
                within = range(child.lineno, max(end, child.lineno) + 1)
            here = (*path, (field, n))
            if (line := getattr(child, "lineno", 0)) or isinstance(child, ast.comprehension):
                for what, turn in _changes(child):
                    yield Mutant(
                        module,
                        function,
                        line or (within.start if within else 0),
                        what,
                        within,
                        here,
                        turn,
                    )
            yield from _below(child, module, function, within, here)


def _left(node: ast.AST, field: str, n: int | None, child: ast.AST) -> bool:
    """What is not changed: annotations, decorators, docstrings, assertions, imports, words of
    problems.
    """
    if field in ("annotation", "returns", "decorator_list", "bases") or isinstance(
        child, ast.Assert | ast.Import | ast.ImportFrom | ast.JoinedStr
    ):
        return True
    told = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
    asserted = isinstance(child, ast.keyword) and child.arg == "strict"  # of zip
    typed = isinstance(child, ast.If) and getattr(child.test, "id", "") == "TYPE_CHECKING"
    problem = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem"
    return told or asserted or typed or (problem and (field != "args" or n != 1))


Change = tuple[str, Callable[[Any], ast.AST]]


def _changes(node: ast.AST) -> Iterator[Change]:
    """The small changes of one node, each with a function that makes it of a copy."""
    text = ast.unparse(node).split("\n")[0][:110]
    of = next((make for kinds, make in _KINDS.items() if isinstance(node, kinds)), None)
    if of is not None:
        yield from of(node, text)


def _field(name: str) -> Callable[[Any], ast.AST]:
    """One part in place of the whole."""
    return lambda n: getattr(n, name)


def _of_sum(node: ast.BinOp, text: str) -> Iterator[Change]:
    if type(node.op) in FLIPPED:
        yield (
            f"flip the operator of {text}",
            lambda n: ast.BinOp(n.left, FLIPPED[type(n.op)](), n.right),
        )
    yield f"drop the right of {text}", _field("left")
    if isinstance(node.op, ast.Add | ast.BitOr | ast.BitAnd):
        yield f"drop the left of {text}", _field("right")


def _of_sign(node: ast.UnaryOp, text: str) -> Iterator[Change]:
    yield f"drop the sign of {text}", _field("operand")


def _of_terms(node: ast.BoolOp, text: str) -> Iterator[Change]:
    yield f"and for or in {text}", lambda n: ast.BoolOp(FLIPPED[type(n.op)](), n.values)
    for k, value in enumerate(node.values):
        yield f"drop '{ast.unparse(value)}' of {text}", lambda n, k=k: _less(n, "values", k)


def _of_comparison(node: ast.Compare, text: str) -> Iterator[Change]:
    for name, table in (("turn", FLIPPED), ("edge of", EDGE)):
        if type(node.ops[0]) in table:
            yield (
                f"{name} {text}",
                lambda n, table=table: ast.Compare(
                    n.left, [table[type(n.ops[0])](), *n.ops[1:]], n.comparators
                ),
            )


def _of_condition(node: ast.If | ast.IfExp, text: str) -> Iterator[Change]:
    for always in (True, False):
        yield (
            f"{always} for the condition of {text}",
            lambda n, a=always: type(n)(ast.Constant(a), n.body, n.orelse),
        )


def _of_loop(node: ast.comprehension, text: str) -> Iterator[Change]:
    for k, condition in enumerate(node.ifs):
        yield f"drop if {ast.unparse(condition)[:100]}", lambda n, k=k: _less(n, "ifs", k)


def _of_constant(node: ast.Constant, text: str) -> Iterator[Change]:
    if isinstance(node.value, bool):
        yield f"not {text}", lambda n: ast.Constant(not n.value)
    elif isinstance(node.value, int | float) and (node.value == 0 or 1e-3 < abs(node.value) < 1000):
        yield (
            f"another number than {text}",
            lambda n: ast.Constant(type(n.value)({0: 1, 1: 0}.get(n.value, n.value + 1))),
        )


def _of_return(node: ast.Return, text: str) -> Iterator[Change]:
    if node.value is not None and getattr(node.value, "value", "") is not None:
        yield f"None for {text}", lambda n: ast.Return(ast.Constant(None))


def _of_step(node: ast.stmt, text: str) -> Iterator[Change]:
    done = ast.Call | ast.Yield | ast.YieldFrom
    if not isinstance(node, ast.Expr) or isinstance(node.value, done):
        yield f"drop {text}", lambda n: ast.If(ast.Constant(False), [n], [])


def _of_items(node: ast.Tuple | ast.List | ast.Set, text: str) -> Iterator[Change]:
    if isinstance(getattr(node, "ctx", None) or ast.Load(), ast.Load) and len(node.elts) > 1:
        for k, item in enumerate(node.elts):
            yield (
                f"drop '{ast.unparse(item)[:60]}' of {text}",
                lambda n, k=k: _less(n, "elts", k),
            )


def _of_entries(node: ast.Dict, text: str) -> Iterator[Change]:
    for k in range(len(node.keys) if len(node.keys) > 1 else 0):
        yield (
            f"drop the entry {ast.unparse(node.keys[k] or node.values[k])[:60]} of {text}",
            lambda n, k=k: ast.Dict(n.keys[:k] + n.keys[k + 1 :], n.values[:k] + n.values[k + 1 :]),
        )


def _of_call(node: ast.Call, text: str) -> Iterator[Change]:
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name in SWAPPED:
        yield f"swap {name} in {text}", _swapped


_KINDS: dict[Any, Callable[[Any, str], Iterator[Change]]] = {
    ast.BinOp: _of_sum,
    ast.UnaryOp: _of_sign,
    ast.BoolOp: _of_terms,
    ast.Compare: _of_comparison,
    (ast.If, ast.IfExp): _of_condition,
    ast.comprehension: _of_loop,
    ast.Constant: _of_constant,
    ast.Return: _of_return,
    (ast.AugAssign, ast.Continue, ast.Raise, ast.Expr): _of_step,
    (ast.Tuple, ast.List, ast.Set): _of_items,
    ast.Dict: _of_entries,
    ast.Call: _of_call,
}


def _less(node: Any, field: str, k: int) -> ast.AST:
    new = copy.copy(node)
    items = getattr(node, field)
    setattr(new, field, items[:k] + items[k + 1 :])
    return new.values[0] if isinstance(new, ast.BoolOp) and len(new.values) == 1 else new


def _swapped(node: ast.Call) -> ast.AST:
    func: Any = copy.copy(node.func)
    field = "attr" if isinstance(func, ast.Attribute) else "id"
    name = getattr(func, field)
    setattr(func, field, SWAPPED[name])
    return ast.Call(func, node.args, [] if name == "sorted" else node.keywords)


def compiled(m: Mutant) -> Any:
    """The module with the change in it."""
    tree: Any = ast.parse(file_of(m.module).read_text("utf-8"))
    *above, (field, n) = m.path
    at = tree
    for name, k in above:
        at = getattr(at, name) if k is None else getattr(at, name)[k]
    old = getattr(at, field) if n is None else getattr(at, field)[n]
    new = m.turn(old)
    if not isinstance(new, ast.comprehension):
        ast.copy_location(new, old)
    if n is None:
        setattr(at, field, new)
    else:
        getattr(at, field)[n] = new
    return compile(ast.fix_missing_locations(tree), str(file_of(m.module)), "exec")


class _Finder:
    """Finds the changed module in place of its file."""

    def __init__(self, m: Mutant) -> None:
        self.name, self.code, self.file = f"gep.{m.module}", compiled(m), file_of(m.module)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != self.name:
            return None
        loader = importlib.machinery.SourceFileLoader(name, str(self.file))
        loader.get_code = lambda fullname: self.code  # type: ignore[method-assign]
        return importlib.util.spec_from_file_location(name, self.file, loader=loader)


class Traced:
    """A plugin that writes down which test reaches which line, and how long it takes."""

    def __init__(self) -> None:
        self.files = {str(file_of(m)): m for m in MODULES}
        self.names = {f"gep.{m}" for m in MODULES}
        self.at, self.seconds, self.failed = "", Counter[str](), set[str]()
        self.reached: dict[str, set[tuple[str, int]]] = defaultdict(set)

    def local(self, frame: Any, event: str, arg: object) -> Any:
        if event == "line":
            self.reached[self.at].add((self.files[frame.f_code.co_filename], frame.f_lineno))
        return self.local

    def start(self, frame: Any, event: str, arg: object) -> Any:
        return self.local if frame.f_code.co_filename in self.files else None

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.seconds[report.nodeid] += report.duration
        if report.outcome != "passed":
            self.failed.add(report.nodeid)

    def hooks(self) -> Any:
        import pytest

        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_protocol(item: Any) -> Any:
            for kept in gc.get_objects():  # what is remembered was computed for an earlier test
                if isinstance(kept, functools._lru_cache_wrapper) and kept.__module__ in self.names:
                    kept.cache_clear()
            self.at = item.nodeid
            sys.settrace(self.start)
            try:
                return (yield)
            finally:
                sys.settrace(None)

        @pytest.hookimpl(wrapper=True)
        def pytest_fixture_setup(fixturedef: Any) -> Any:
            before = self.at
            if fixturedef.scope != "function":  # serves every test of its file
                self.at = before.partition("::")[0]
            try:
                return (yield)
            finally:
                self.at = before

        return type(
            "Hooks",
            (),
            {
                "pytest_runtest_protocol": staticmethod(pytest_runtest_protocol),
                "pytest_fixture_setup": staticmethod(pytest_fixture_setup),
            },
        )()


class Chosen:
    """A plugin that runs the tests named, in their order, and remembers the one that fails."""

    def __init__(self, names: Sequence[str]) -> None:
        self.order, self.killer, self.end = (
            {n: k for k, n in enumerate(names)},
            "",
            time.process_time() + BUDGET,
        )

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = sorted(
            (i for i in items if i.nodeid in self.order), key=lambda i: self.order[i.nodeid]
        )

    def pytest_runtest_protocol(self, item: Any) -> bool | None:
        return True if time.process_time() > self.end else None  # what is left is passed over

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.outcome == "failed" and not self.killer:
            self.killer = report.nodeid


def forked(work: Callable[[], object], limit: float) -> Any:
    """What a function returns in a fork of this process, or None if it dies or takes too long."""
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        resource.setrlimit(resource.RLIMIT_DATA, (6 << 30, 6 << 30))
        silent = os.open(os.devnull, os.O_RDWR)
        for n in (0, 1, 2):
            os.dup2(silent, n)
        text = json.dumps(work()).encode()
        while text:
            text = text[os.write(write, text) :]
        os._exit(0)
    os.close(write)
    out, end = b"", time.monotonic() + limit
    while select.select([read], [], [], max(0.0, end - time.monotonic()))[0]:
        piece = os.read(read, 1 << 20)
        if not piece:
            break
        out += piece
    else:
        os.kill(pid, signal.SIGKILL)
        out = b""
    os.close(read)
    os.waitpid(pid, 0)
    return json.loads(out) if out else None


def pytested(args: Sequence[str], *plugins: Any) -> int:
    import pytest

    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    quick = [
        "-q",
        "--tb=no",
        "--assert=plain",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:faulthandler",
        "-W",
        "ignore::pytest.PytestAssertRewriteWarning",
    ]
    with tempfile.TemporaryDirectory() as base:
        return int(pytest.main([*quick, f"--basetemp={base}/t", *args], list(plugins)))


def trace() -> Any:
    """Run all tests once: reached lines, seconds, tests that do not pass, and the libraries that
    were loaded.
    """
    t = Traced()
    code = pytested([*TESTS, *(str(file_of(m).relative_to(ROOT)) for m in MODULES)], t, t.hooks())
    return {
        "code": code,
        "reached": {k: sorted(v) for k, v in t.reached.items()},
        "seconds": t.seconds,
        "failed": sorted(t.failed),
    }


def attempt(m: Mutant, names: Sequence[str]) -> Any:
    """Whether the tests notice: the exit status of pytest and the test that failed."""
    sys.meta_path.insert(0, _Finder(m))  # type: ignore[arg-type]
    try:
        importlib.import_module("gep")
    except Exception as error:
        return {"code": 1, "killer": f"import: {error!r}"}
    chosen = Chosen(names)
    return {
        "code": pytested(["-x", *dict.fromkeys(n.partition("::")[0] for n in names)], chosen),
        "killer": chosen.killer,
    }


def preload() -> None:
    """Import the libraries without gep."""
    for name in LIBRARIES:
        importlib.import_module(name)


def run(m: Mutant, names: Sequence[str], first: Sequence[str]) -> tuple[str, str]:
    """``killed``, ``survived`` or ``unreached``, and by which test."""
    if not names:
        return "unreached", ""
    likely = list(dict.fromkeys(n for n in first if n in names))[:LIKELY]
    for part in (likely, [n for n in names if n not in likely]):
        if part:
            said = forked(lambda part=part: attempt(m, part), LIMIT)
            if said is None or said["code"] in (1, 2, 3):
                return "killed", said["killer"] if said else "no end"
            if said["code"]:
                raise SystemExit(f"pytest ends with {said['code']} on {part}")
    return "survived", ""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add = parser.add_argument
    add("modules", nargs="*", default=MODULES)
    add("--sample", type=int, default=0, help="that many mutants, spread over the modules")
    add("--seed", type=int, default=0)
    add("--again", type=Path, help="only mutants that an earlier log says survived")
    add("--trace", type=Path, help="keep what tests reach in this file, or take it from there")
    add("--log", type=Path, help="write a line of JSON for each mutant")
    return parser.parse_args()


def logged(path: Path | None) -> list[dict[str, Any]]:
    """The lines of a log."""
    there = path is not None and path.exists()
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if there else []


def chosen(every: list[Mutant], args: argparse.Namespace) -> list[Mutant]:
    """The mutants to run: all, a sample, or what a log leaves."""
    pool = every
    if args.again:
        was = {tuple(d["key"]) for d in logged(args.again) if d["result"] != "killed"}
        pool = [m for m in pool if m.key in was]
    if args.sample and args.sample < len(pool):
        pool = random.Random(args.seed).sample(pool, args.sample)
        pool.sort(key=lambda m: (MODULES.index(m.module), m.line))
    done = {(*d["key"], d["line"]) for d in logged(args.log)}  # go on where it ended
    return [m for m in pool if (*m.key, m.line) not in done]


def reached(keep: Path | None) -> Any:
    """Which test reaches which line, from the file where it is kept or from a run of all tests."""
    if keep and keep.exists():
        return json.loads(keep.read_text("utf-8"))
    traced = forked(trace, 1800)
    if traced is None or traced["code"] not in (0, 1):
        raise SystemExit("the tests do not run as they stand")
    if keep:
        keep.write_text(json.dumps(traced), "utf-8")
    return traced


class Tests:
    """The tests that can notice a mutant, the likeliest first."""

    def __init__(self, traced: Any) -> None:
        seconds = traced["seconds"]
        fit = (n for n, s in seconds.items() if s < SLOW and n not in traced["failed"])
        self.good = sorted(fit, key=seconds.__getitem__)
        lines = traced["reached"]
        self.own = {name: Counter(module for module, _ in at) for name, at in lines.items()}
        self.by_line: dict[tuple[str, int], set[str]] = defaultdict(set)
        for name, at in lines.items():
            for module, line in at:
                self.by_line[module, line].add(name)
        self.killers: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.often: Counter[str] = Counter()

    def near(self, m: Mutant) -> list[str]:
        """Those that reach its statement; all where it runs at import."""
        if not m.lines:
            return self.good
        near = set().union(*(self.by_line[m.module, n] for n in m.lines))
        return [n for n in self.good if n in near or n.partition("::")[0] in near]

    def stray(self, name: str, module: str) -> float:
        """The share of lines elsewhere: a test of the very module is the likeliest to notice."""
        own = self.own.get(name)
        return 1 - own[module] / own.total() if own else 1.0

    def likely(self, m: Mutant, names: list[str]) -> list[str]:
        mostly = sorted(names, key=lambda n: self.stray(n, m.module))[:4]
        usual = [n for n, _ in self.often.most_common(8)]
        return [*self.killers[m.module, m.function], *mostly, *usual]

    def noted(self, m: Mutant, killer: str) -> None:
        """A test that noticed one mutant is asked first of the next."""
        self.often[killer] += 1
        before = self.killers[m.module, m.function]
        self.killers[m.module, m.function] = [killer, *(k for k in before if k != killer)][:6]


def equivalent() -> set[tuple[str, str, str]]:
    """Mutants that are known to compute the same."""
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as stream:
        return {(r["module"], r["function"], r["change"]) for r in csv.DictReader(stream)}


def share(module: str, c: Counter[str]) -> str:
    """One line of the table."""
    found = c["killed"] / max(c.total() - c["equivalent"], 1)
    return (
        f"{module:22} {c.total():5} mutants {c['killed']:5} killed {c['equivalent']:4}"
        f" equivalent {c['survived']:4} survived {c['unreached']:4} unreached {found:7.1%}"
    )


def main() -> int:
    """Run all or a sample, print what survives and the share that was found."""
    args = arguments()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    every = [m for module in args.modules for m in mutants(module)]
    pool, same = chosen(every, args), equivalent()
    tests = Tests(reached(args.trace))
    preload()
    print(f"{len(every)} mutants, {len(pool)} to run; {len(tests.good)} tests", flush=True)
    nothing = Mutant("account.basis", "", 0, "nothing", range(0), (("body", 0),), lambda node: node)
    if (found := run(nothing, tests.good, ())) != ("survived", ""):
        raise SystemExit(f"where nothing is changed the tests fail too: {found[1]}")
    count: dict[str, Counter[str]] = {m: Counter() for m in args.modules}
    for m in pool:
        names, began = tests.near(m), time.perf_counter()
        result, killer = run(m, names, tests.likely(m, names))
        if killer in names:
            tests.noted(m, killer)
        result = "equivalent" if result != "killed" and m.key in same else result
        count[m.module][result] += 1
        if result not in ("killed", "equivalent"):
            print(f"{result:9} {m.module}:{m.line} {m.function}: {m.what}", flush=True)
        if args.log:
            told = {"key": m.key, "line": m.line, "result": result, "killer": killer}
            told |= {"tests": len(names), "seconds": time.perf_counter() - began}
            with args.log.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(told) + "\n")
    for module, c in [*count.items(), ("all", sum(count.values(), Counter()))]:
        if c.total():
            print(share(module, c))
    return 0


if __name__ == "__main__":
    sys.exit(main())
