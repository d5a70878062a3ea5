"""``python -m brainparams.findings``: check the evidence, print the page of all findings, export a data set."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ..citations import references
from ..render.numbers import counted
from .catalogue import edition, packaged_texts, tables_of
from .page import page
from .validation import evidence_faults

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the commands and return the exit code, 1 for faults.

    Examples
    --------
    >>> main(["page", "extra"])
    Traceback (most recent call last):
    SystemExit: 2
    """
    parser = argparse.ArgumentParser(prog="python -m brainparams.findings", description="Work on the evidence.")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="name every fault with file and line; exit code 1 if there is one")
    check.add_argument("files", nargs="*", type=Path, help="your .toml and .bib files, beside those of the package")
    commands.add_parser("page", help="print the page of all findings")
    export = commands.add_parser("export", help="write the findings as a data set: CSV, JSON, codebook, data package")
    export.add_argument("folder", type=Path, help="where to; it is made where it is missing")
    asked = parser.parse_args(arguments)
    if asked.command == "export":
        from .export import exported

        print(*exported(asked.folder), sep="\n")
        return 0
    if asked.command == "page":
        return _page()
    return _check(asked.files)


def _check(files: Sequence[Path]) -> int:
    unreadable = [str(file) for file in files if not file.is_file() or file.suffix not in (".toml", ".bib")]
    if unreadable:
        return _exit_code([f"{file}: no .toml or .bib file there" for file in unreadable])
    texts = {**packaged_texts(), **{file.name: file.read_text(encoding="utf-8") for file in files}}
    found, faults = evidence_faults(texts)
    if not faults:
        told = f"{len(found)} findings in {len(tables_of(texts))} files, {len(references())} references"
        print(f"{told}, edition {edition()}: no fault")
    return _exit_code(faults)


def _page() -> int:
    found, faults = evidence_faults(packaged_texts())
    if not faults:
        sys.stdout.write(page(found.values(), references(), edition().partition("+")[0]))
    return _exit_code(faults)


def _exit_code(faults: Sequence[str]) -> int:
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        print(counted(len(faults), "fault"), file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
