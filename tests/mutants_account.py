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
import types
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
MODULES = (
    "solve",
    "reach",
    "pricelevel",
    "workout",
    "account",
    "inputs",
    "build",
    "ledger",
    "controls",
    "basis",
    "direct",
    "compare",
    "disclose",
    "overlaps",
    "standards",
    "ecosystems",
    "tables",
)
TESTS = (
    "tests/accounts",
    "tests/properties/test_rates.py",
    "tests/standards",
    "tests/decisions",
    "tests/test_ecosystems.py",
    "tests/test_crosswalks.py",
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
BELOW = ("errors", "names", "text", "units")  # of gep, that the account rests on
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
    here = ROOT / "gep" / module
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
    if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
        return True
    if isinstance(child, ast.keyword) and child.arg == "strict":  # of zip: an assertion
        return True
    if (
        isinstance(child, ast.If)
        and isinstance(child.test, ast.Name)
        and child.test.id == "TYPE_CHECKING"
    ):
        return True
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Problem"
        and (field != "args" or n != 1)
    )


def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[[Any], ast.AST]]]:
    """The small changes of one node, each with a function that makes it of a copy."""
    text = ast.unparse(node).split("\n")[0][:110]
    put: Callable[[str], Callable[[Any], ast.AST]] = lambda field: lambda n: getattr(n, field)
    if isinstance(node, ast.BinOp):
        if type(node.op) in FLIPPED:
            yield (
                f"flip the operator of {text}",
                lambda n: ast.BinOp(n.left, FLIPPED[type(n.op)](), n.right),
            )
        yield f"drop the right of {text}", put("left")
        if isinstance(node.op, ast.Add | ast.BitOr | ast.BitAnd):
            yield f"drop the left of {text}", put("right")
    elif isinstance(node, ast.UnaryOp):
        yield f"drop the sign of {text}", put("operand")
    elif isinstance(node, ast.BoolOp):
        yield f"and for or in {text}", lambda n: ast.BoolOp(FLIPPED[type(n.op)](), n.values)
        for k in range(len(node.values)):
            yield (
                f"drop '{ast.unparse(node.values[k])}' of {text}",
                lambda n, k=k: _less(n, "values", k),
            )
    elif isinstance(node, ast.Compare):
        yield (
            f"turn {text}",
            lambda n: ast.Compare(n.left, [FLIPPED[type(n.ops[0])](), *n.ops[1:]], n.comparators),
        )
        if type(node.ops[0]) in EDGE:
            yield (
                f"edge of {text}",
                lambda n: ast.Compare(n.left, [EDGE[type(n.ops[0])](), *n.ops[1:]], n.comparators),
            )
    elif isinstance(node, ast.If | ast.IfExp):
        for always in (True, False):
            yield (
                f"{always} for the condition of {text}",
                lambda n, a=always: type(n)(ast.Constant(a), n.body, n.orelse),
            )
    elif isinstance(node, ast.comprehension):
        for k in range(len(node.ifs)):
            yield (
                f"drop if {ast.unparse(node.ifs[k])[:100]}",
                lambda n, k=k: ast.comprehension(
                    n.target, n.iter, n.ifs[:k] + n.ifs[k + 1 :], n.is_async
                ),
            )
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield f"not {text}", lambda n: ast.Constant(not n.value)
        elif isinstance(node.value, int | float) and (
            node.value == 0 or 1e-3 < abs(node.value) < 1000
        ):
            yield (
                f"another number than {text}",
                lambda n: ast.Constant(type(n.value)({0: 1, 1: 0}.get(n.value, n.value + 1))),
            )
    elif (
        isinstance(node, ast.Return)
        and node.value is not None
        and not (isinstance(node.value, ast.Constant) and node.value.value is None)
    ):
        yield f"None for {text}", lambda n: ast.Return(ast.Constant(None))
    elif isinstance(node, ast.AugAssign | ast.Continue | ast.Raise) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Yield | ast.YieldFrom)
    ):
        yield f"drop {text}", lambda n: ast.If(ast.Constant(False), [n], [])
    elif (
        isinstance(node, ast.Tuple | ast.List | ast.Set)
        and isinstance(getattr(node, "ctx", None) or ast.Load(), ast.Load)
        and len(node.elts) > 1
    ):
        for k in range(len(node.elts)):
            yield (
                f"drop '{ast.unparse(node.elts[k])[:60]}' of {text}",
                lambda n, k=k: _less(n, "elts", k),
            )
    elif isinstance(node, ast.Dict) and len(node.keys) > 1:
        for k in range(len(node.keys)):
            yield (
                f"drop the entry {ast.unparse(node.keys[k] or node.values[k])[:60]} of {text}",
                lambda n, k=k: ast.Dict(
                    n.keys[:k] + n.keys[k + 1 :], n.values[:k] + n.values[k + 1 :]
                ),
            )
    elif isinstance(node, ast.Call):
        name = (
            node.func.attr
            if isinstance(node.func, ast.Attribute)
            else node.func.id
            if isinstance(node.func, ast.Name)
            else ""
        )
        if name in SWAPPED:
            yield f"swap {name} in {text}", _swapped


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
        package = importlib.import_module("gep")
    except Exception as error:
        return {"code": 1, "killer": f"import: {error!r}"}
    for name in BELOW:
        setattr(package, name, sys.modules[f"gep.{name}"])
    chosen = Chosen(names)
    return {
        "code": pytested(["-x", *dict.fromkeys(n.partition("::")[0] for n in names)], chosen),
        "killer": chosen.killer,
    }


def preload() -> None:
    """Import the libraries, and the part of gep below the account, without the rest of it."""
    for name in LIBRARIES:
        importlib.import_module(name)
    package = sys.modules["gep"] = types.ModuleType("gep")
    package.__path__ = [str(ROOT / "gep")]
    for name in BELOW:
        importlib.import_module(f"gep.{name}")
    sys.modules["gep.core.units"].conversion("km2", "m^2")
    del sys.modules["gep"]


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


def main() -> int:
    """Run all or a sample, print what survives and the share that was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="*", default=MODULES)
    parser.add_argument(
        "--sample", type=int, default=0, help="that many mutants, spread over the modules"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--again", type=Path, help="only mutants that an earlier log says survived")
    parser.add_argument(
        "--trace", type=Path, help="keep what the tests reach in this file, or take it from there"
    )
    parser.add_argument("--log", type=Path, help="write a line of JSON for each mutant")
    args = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    every = [m for module in args.modules for m in mutants(module)]
    pool = every
    if args.again:
        was = {
            tuple(d["key"])
            for d in map(json.loads, args.again.read_text("utf-8").splitlines())
            if d["result"] != "killed"
        }
        pool = [m for m in pool if m.key in was]
    if args.sample and args.sample < len(pool):
        pool = sorted(
            random.Random(args.seed).sample(pool, args.sample),
            key=lambda m: (MODULES.index(m.module), m.line),
        )
    if args.log and args.log.exists():  # go on where it ended
        done = {
            (*d["key"], d["line"])
            for d in map(json.loads, args.log.read_text("utf-8").splitlines())
        }
        pool = [m for m in pool if (*m.key, m.line) not in done]
    table = Path(__file__).with_suffix(".csv")
    same = (
        {
            (r["module"], r["function"], r["change"])
            for r in csv.DictReader(table.open(encoding="utf-8", newline=""))
        }
        if table.exists()
        else set()
    )

    start = time.perf_counter()
    known = args.trace and args.trace.exists()
    traced = json.loads(args.trace.read_text("utf-8")) if known else forked(trace, 1200)
    if args.trace and not known:
        args.trace.write_text(json.dumps(traced), "utf-8")
    if traced is None or traced["code"] not in (0, 1):
        raise SystemExit("the tests do not run as they stand")
    preload()
    good = sorted(
        (n for n, s in traced["seconds"].items() if s < SLOW and n not in traced["failed"]),
        key=traced["seconds"].__getitem__,
    )
    own: dict[str, Counter[str]] = {
        name: Counter(module for module, _ in lines) for name, lines in traced["reached"].items()
    }

    def stray(
        name: str, module: str
    ) -> (
        float
    ):  # the share of lines elsewhere: a test of the very module is the likeliest to notice
        return 1 - own[name][module] / own[name].total() if name in own else 1.0

    by_line: dict[tuple[str, int], set[str]] = defaultdict(set)
    for name, lines in traced["reached"].items():
        for module, line in lines:
            by_line[module, line].add(name)
    print(
        f"{len(every)} mutants, {len(pool)} to run; {len(good)} tests, {len(traced['failed'])} that do not pass; traced in {time.perf_counter() - start:.0f} s",
        flush=True,
    )

    changed = Mutant("basis", "", 0, "nothing", range(0), (("body", 0),), lambda node: node)
    if (found := run(changed, good, ())) != ("survived", ""):
        raise SystemExit(f"where nothing is changed the tests fail too: {found[1]}")
    killers: dict[tuple[str, str], list[str]] = defaultdict(list)
    often: Counter[str] = Counter()
    count: dict[str, Counter[str]] = {m: Counter() for m in args.modules}
    for m in pool:
        near = set().union(*(by_line[m.module, n] for n in m.lines)) if m.lines else None
        names = [n for n in good if near is None or n in near or n.partition("::")[0] in near]
        began = time.perf_counter()
        result, killer = run(
            m,
            names,
            [
                *killers[m.module, m.function],
                *sorted(names, key=lambda n: stray(n, m.module))[:4],
                *(n for n, _ in often.most_common(8)),
            ],
        )
        if killer in names:
            often[killer] += 1
            killers[m.module, m.function] = [
                killer,
                *(k for k in killers[m.module, m.function] if k != killer),
            ][:6]
        if result != "killed" and m.key in same:
            result = "equivalent"
        count[m.module][result] += 1
        if result not in ("killed", "equivalent"):
            print(f"{result:9} {m.module}:{m.line} {m.function}: {m.what}", flush=True)
        if args.log:
            with args.log.open("a", encoding="utf-8") as stream:
                stream.write(
                    json.dumps(
                        {
                            "key": m.key,
                            "line": m.line,
                            "result": result,
                            "killer": killer,
                            "tests": len(names),
                            "seconds": time.perf_counter() - began,
                        }
                    )
                    + "\n"
                )
    for module, c in [*count.items(), ("all", sum(count.values(), Counter()))]:
        if total := sum(c.values()):
            share = c["killed"] / max(total - c["equivalent"], 1)
            print(
                f"{module:12} {total:5} mutants {c['killed']:5} killed {c['equivalent']:4} equivalent {c['survived']:4} survived {c['unreached']:4} unreached {share:7.1%}"
            )
    print(f"{time.perf_counter() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
