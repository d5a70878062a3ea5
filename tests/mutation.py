"""Change the core, one place at a time, and count the changes that no test notices.

``python tests/mutation.py --n 300`` works in a copy of the project, so that nothing here is touched. A sample of all
places is taken, by a seed.
"""

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
# Which tests answer for which files; the quick ones first.
CORE = {
    "graph/operations": ["test_graph_operations.py", "test_graph.py"],
    "units": ["test_units.py", "test_units_notation.py"],
    "graph/document.py": ["test_records.py"],
    "graph/identity.py": ["test_graph_identity.py"],
    "records": ["test_records.py", "test_records_papers.py"],
    "engines/exact.py": ["test_engines.py"],
    "engines/linear.py": ["test_engines.py"],
    "checks.py": ["test_checks.py", "test_errors.py", "test_errors_structure.py"],
    "files.py": ["test_records.py", "test_errors_structure.py"],
}
SWAPS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Lt: ast.LtE, ast.LtE: ast.Lt,
    ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.And: ast.Or, ast.Or: ast.And,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Pow: ast.Mult,
}  # fmt: skip


class Mutant(NamedTuple):
    """One changed place."""

    file: Path
    line: int
    what: str
    source: str


def mutants(file: Path) -> Iterator[Mutant]:
    """Yield the file with one place changed, for every place."""
    tree = ast.parse(file.read_text("utf-8"))
    silent = {id(inner) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for inner in ast.walk(node)}
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in silent or not hasattr(node, "lineno"):
            continue
        for what in _changes(node):
            changed = copy.deepcopy(tree)
            twin = next(each for place, each in enumerate(ast.walk(changed)) if place == number)
            _change(twin)
            yield Mutant(file, node.lineno, what, ast.unparse(ast.fix_missing_locations(changed)))


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


def is_noticed(mutant: Mutant, copied: Path, tests: list[str], seconds: float) -> bool:
    """Return whether a test fails, or does not end, with a changed file in place."""
    target = copied / mutant.file.relative_to(ROOT)
    kept = target.read_text("utf-8")
    target.write_text(mutant.source, "utf-8")
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]
    try:
        run = subprocess.run(
            command, cwd=copied / "tests", env={**os.environ, "PYTHONPATH": str(copied / "src")},
            capture_output=True, timeout=seconds, check=False,
        )  # fmt: skip
        return run.returncode != 0
    except subprocess.TimeoutExpired:
        return True
    finally:
        target.write_text(kept, "utf-8")


def main() -> int:
    """Run and tell the score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=300, help="how many changes (default: 300)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="only files with these letters in their path")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so many")
    asked = parser.parse_args()
    package = ROOT / "src" / "brainparams"
    found = []
    for place, tests in CORE.items():
        files = [package / place] if place.endswith(".py") else sorted((package / place).glob("*.py"))
        found += [(mutant, tests) for file in files if asked.only in str(file) for mutant in mutants(file)]
    sample = random.Random(asked.seed).sample(found, min(asked.n, len(found)))
    start, done, survived = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(folder)
        for each in ("src", "tests", "docs", "examples", "benchmarks"):
            shutil.copytree(ROOT / each, copied / each, ignore=shutil.ignore_patterns("__pycache__", "_build"))
        shutil.copy(ROOT / "pyproject.toml", copied)
        for mutant, tests in sample:
            if time.monotonic() - start > asked.seconds:
                break
            done += 1
            if not is_noticed(mutant, copied, tests, 240):
                survived += 1
                print(f"{mutant.file.relative_to(package)}:{mutant.line}: {mutant.what}", flush=True)
    print(f"{done} of {len(found)} changes, {done - survived} noticed: {100 * (done - survived) / max(1, done):.0f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
