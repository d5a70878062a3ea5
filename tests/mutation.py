"""Change the core, one place at a time, and count the changes that no test notices: ``python tests/mutation.py``.

All is done in a copy of the project. Which tests run which line is measured first; a change is then put to the tests
that run its line, the quick ones first, in a process that is forked where the libraries are loaded already. A sample of
all places is taken, by a seed; the score is told for every room.
"""

import argparse
import ast
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

# what the forked processes need and is not changed
import coverage
import hypothesis  # noqa: F401
import numpy  # noqa: F401
import pydantic  # noqa: F401
import pytest
import scipy.stats  # noqa: F401

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "brainparams"
# Which tests answer for which files.
CORE = {
    "graph/operations": ["test_graph_operations", "test_graph", "test_graph_axes"],
    "units": ["test_units", "test_units_notation", "test_errors"],
    "graph/document.py": ["test_records", "test_errors_structure"],
    "graph/identity.py": ["test_graph_identity", "test_records"],
    "engines": [
        "test_engines", "test_engines_digits", "test_engines_exact", "test_engines_laws", "test_engines_limits",
        "test_engines_parts", "test_engines_corners", "test_engines_sampling", "test_engines_points",
        "test_engines_common_points", "test_engines_stepwise", "test_engines_budget", "test_graph_correlation",
        "test_quantity_refusals", "test_convolution", "test_convolution_long_sums", "test_convolution_moments",
        "test_convolution_tables", "test_sensitivity", "test_questions", "test_questions_choices",
        "test_questions_next", "test_estimate", "test_reference_cases",
    ],
    "records": ["test_records", "test_records_papers"],
    "checks.py": ["test_checks", "test_errors", "test_errors_structure"],
    "files": ["test_files", "test_records", "test_errors_structure"],
}  # fmt: skip
LONGEST = 4.0  # s of processor time for all cases of a test function, watched
LONGEST_FILE = 60.0  # and for all tests of a file, of which one case counts that much at the most
SECONDS = 60.0  # of tests for one change
SWAPS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Lt: ast.LtE, ast.LtE: ast.Lt,
    ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.And: ast.Or, ast.Or: ast.And,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Pow: ast.Mult,
}  # fmt: skip


# --- changes ---------------------------------------------------------------------------------------------------------


class Mutant(NamedTuple):
    """One changed place."""

    room: str
    file: Path
    number: int  # of the node in the file
    line: int
    what: str

    def source(self) -> str:
        """Return the file with this place changed."""
        tree = ast.parse(self.file.read_text("utf-8"))
        _change(next(each for place, each in enumerate(ast.walk(tree)) if place == self.number))
        return ast.unparse(ast.fix_missing_locations(tree))


def mutants(room: str, file: Path) -> Iterator[Mutant]:
    """Yield every place of a file that can be changed; not in messages, nor in what only a type checker reads.

    Neither whether a zip is strict: that its parts are of one length is believed, and asked in case it is not so.
    """
    tree = ast.parse(file.read_text("utf-8"))
    silent = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        or (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
        or (isinstance(node, ast.keyword) and node.arg == "strict")
        for inner in ast.walk(node)
    }
    for number, node in enumerate(ast.walk(tree)):
        if id(node) not in silent and hasattr(node, "lineno"):
            for what in _changes(node):
                yield Mutant(room, file, number, node.lineno, what)


def _changes(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.BinOp | ast.BoolOp) and type(node.op) in SWAPS and not _is_of_types(node):
        yield f"{type(node.op).__name__} to {SWAPS[type(node.op)].__name__}"
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        yield f"{type(node.ops[0]).__name__} to {SWAPS[type(node.ops[0])].__name__}"
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield f"no {type(node.op).__name__}"
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float):
        yield f"another {node.value!r}"
    elif isinstance(node, ast.If):
        yield "if not"


def _is_of_types(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr)


def _change(node: ast.AST) -> None:
    if isinstance(node, ast.BinOp | ast.BoolOp):
        node.op = SWAPS[type(node.op)]()
    elif isinstance(node, ast.Compare):
        node.ops[0] = SWAPS[type(node.ops[0])]()
    elif isinstance(node, ast.UnaryOp):
        node.op = ast.UAdd() if isinstance(node.op, ast.USub) else node.op
        if isinstance(node.op, ast.Not):
            node.operand = ast.UnaryOp(ast.Not(), node.operand)
    elif isinstance(node, ast.Constant):
        node.value = not node.value if isinstance(node.value, bool) else node.value + 1
    elif isinstance(node, ast.If):
        node.test = ast.UnaryOp(ast.Not(), node.test)


# --- which tests run which line --------------------------------------------------------------------------------------


class Watched:
    """Every case of a test as a context of its own, and what it takes; of what takes long only the first cases run."""

    def __init__(self, watch: coverage.Coverage) -> None:
        self.watch = watch
        self.seconds: Counter[str] = Counter()
        self.spent: Counter[str] = Counter()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Run one case, and keep its processor time."""
        file = item.nodeid.partition("::")[0]
        function = item.nodeid.partition("[")[0]
        if self.spent[function] > LONGEST or self.spent[file] > LONGEST_FILE:
            pytest.skip("takes long")
        self.watch.switch_context(item.nodeid)
        start = time.process_time()
        try:
            result = yield
            self.seconds[item.nodeid] = time.process_time() - start
            return result
        finally:
            took = time.process_time() - start
            self.watch.switch_context("")
            self.spent.update({function: took, file: min(took, LONGEST)})


class Chosen:
    """Some cases, in an order."""

    def __init__(self, cases: list[str]) -> None:
        self.place = {case: place for place, case in enumerate(cases)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave the others out."""
        items[:] = sorted(
            (each for each in items if each.nodeid in self.place), key=lambda each: self.place[each.nodeid]
        )


class Known(NamedTuple):
    """Which cases run which line of which file, and how long each takes."""

    runs: dict[str, dict[str, list[str]]]
    seconds: dict[str, float]

    def of(self, mutant: Mutant) -> list[str]:
        """Return the cases for a change, the quick ones first: those of its line, or of its file if none runs it."""
        lines = self.runs.get(str(mutant.file.relative_to(ROOT)), {})
        found = {each for each in lines.get(str(mutant.line), ()) if each}
        found = found or {each for cases in lines.values() for each in cases if each}
        total, chosen = 0.0, []
        for each in sorted(found & self.seconds.keys(), key=self.seconds.__getitem__):
            total += self.seconds[each]
            if total <= SECONDS or not chosen:
                chosen.append(each)
        return chosen


def measure(copied: Path, tests: list[str]) -> int:
    """Run tests once, and write which lines each that passes runs, and how long it takes."""
    watch = coverage.Coverage(data_file=None, source_pkgs=["brainparams"], config_file=False)
    watched = Watched(watch)
    watch.start()
    code = pytest.main([*OPTIONS, *(f"{name}.py" for name in tests)], plugins=[watched])
    watch.stop()
    data = watch.get_data()
    files = {os.path.relpath(each, copied): data.contexts_by_lineno(each) for each in data.measured_files()}
    (copied / KNOWN).write_text(json.dumps([files, watched.seconds]))
    return int(code)


# --- whether a test notices ------------------------------------------------------------------------------------------

KNOWN = "known.json"
HOLDS, FAILED, NOTHING = 0, 1, 5  # exit codes of pytest: all pass, one fails, and none was run
OPTIONS = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", "ignore::pytest.PytestAssertRewriteWarning"]


def forked(call: Callable[[], int], seconds: int, output: Path) -> int:
    """Return the exit code of a call in a process of its own that has so much processor time, and ten times as long."""
    child = os.fork()
    if not child:
        printed = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(printed, 1)
        os.dup2(printed, 2)
        code = 70
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            code = call()
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    end = time.monotonic() + 10 * seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -signal.SIGKILL


def ask(files: Iterable[str], cases: list[str]) -> int:
    """Run some cases."""
    return int(pytest.main(["-x", *OPTIONS, *files], plugins=[Chosen(cases)]))


def is_noticed(mutant: Mutant, copied: Path, known: Known) -> bool:
    """Return whether a test fails, or none ends, with a changed file in place."""
    cases = known.of(mutant)
    if not cases:
        return False
    files = dict.fromkeys(each.partition("::")[0].rpartition("/")[2] for each in cases)
    target = copied / mutant.file.relative_to(ROOT)
    kept, times = target.read_text("utf-8"), target.stat()
    target.write_text(mutant.source(), "utf-8")
    try:
        return forked(lambda: ask(files, cases), 60, copied / "told.txt") not in (HOLDS, NOTHING)
    finally:
        target.write_text(kept, "utf-8")
        os.utime(target, ns=(times.st_atime_ns, times.st_mtime_ns))


def copied_to(folder: Path, rooms: Iterable[str]) -> Known:
    """Copy the project, go there, and return which tests of some rooms run which line."""
    for each in ("src", "tests", "docs", "examples", "benchmarks"):
        shutil.copytree(ROOT / each, folder / each, ignore=shutil.ignore_patterns("__pycache__", "_build"))
    for each in ("pyproject.toml", "conftest.py"):
        shutil.copy(ROOT / each, folder)
    os.chdir(folder / "tests")
    sys.path[:0] = [str(folder / "src"), str(folder / "tests")]
    os.environ["PYTHONPATH"] = str(folder / "src")
    start = time.monotonic()
    tests = sorted({name for room in rooms for name in CORE[room]})
    code = forked(lambda: measure(folder, tests), 3600, folder / "told.txt")
    told = (folder / "told.txt").read_text()
    if code not in (HOLDS, FAILED):
        raise SystemExit(f"the tests do not run:\n{told[-3000:]}")
    print(f"{len(tests)} files of tests in {time.monotonic() - start:.0f} s: {told.splitlines()[-1]}", flush=True)
    runs, seconds = json.loads((folder / KNOWN).read_text())
    sys.dont_write_bytecode = True
    return Known(runs, seconds)


def main() -> int:
    """Run and tell the score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=300, help="how many changes (default: 300)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="only files with these letters in their path")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="of changes; stop after so many")
    asked = parser.parse_args()
    found = []
    for room in CORE:
        files = [PACKAGE / room] if room.endswith(".py") else sorted((PACKAGE / room).glob("*.py"))
        found += [mutant for file in files if asked.only in str(file) for mutant in mutants(room, file)]
    sample = random.Random(asked.seed).sample(found, min(asked.n, len(found)))
    tried: Counter[str] = Counter()
    noticed: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        known = copied_to(Path(folder), {each.room for each in sample})
        start = time.monotonic()
        for mutant in sample:
            if time.monotonic() - start > asked.seconds:
                break
            tried[mutant.room] += 1
            if is_noticed(mutant, Path(folder), known):
                noticed[mutant.room] += 1
            else:
                print(f"{mutant.file.relative_to(PACKAGE)}:{mutant.line}: {mutant.what}", flush=True)
        os.chdir(ROOT)
    for room, count in sorted(tried.items()):
        print(f"  {room}: {noticed[room]} of {count}")
    done = tried.total()
    print(f"{done} of {len(found)} changes, {noticed.total()} noticed: {100 * noticed.total() / max(1, done):.0f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
