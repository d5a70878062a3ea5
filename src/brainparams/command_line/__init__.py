"""``brainparams``, or ``python -m brainparams``: the command line."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, NoReturn, TextIO

from ..errors import BrainparamsError, BrainparamsWarning, did_you_mean, shown
from ..version import __version__
from . import commands
from .commands import ERROR, tell
from .standard_input import StandardInput

__all__ = ["COMMANDS", "main", "parser"]

ABOUT = """If this brain were a deep-learning model, how many parameters would it have?
Estimates with units, spread, steps and sources. Without a command: the human brain, explained."""
EXIT_CODES = """exit codes: 0 the answer is yes, or was printed; 1 the answer is no (verify, diff, check); 2 an error.
WHAT is a saved file (brain.json), a finding (human/brain/neurons), or a number with a unit ('86e9 neuron');
- in the place of a file is standard input.

examples:
  brainparams show human/brain/synapses
  brainparams explain brain.json
  brainparams verify results/*.json
  brainparams convert '180 mm^3' cm^3
  brainparams compare human/brain/synapses gpt-3 --reference gpt-3"""
INTERRUPTED, CLOSED = 130, 141


def _style(text: str) -> str:
    """Return a style that there is a writer for; writers are loaded only where one is asked for."""
    from ..render.writers import all_writers

    if text not in all_writers():
        raise argparse.ArgumentTypeError(f"no writer of {text!r}; there are {', '.join(all_writers())}")
    return text


class _Argument:
    """One argument of a command, as argparse takes it."""

    def __init__(self, *flags: str, **options: Any) -> None:
        self.flags, self.options = flags, options


class _Command(NamedTuple):
    """One command: its name, what it does in a sentence, the function that does it, and its arguments."""

    name: str
    about: str
    run: Callable[[argparse.Namespace], int]
    arguments: tuple[_Argument, ...] = ()


WHAT = _Argument("what", metavar="WHAT")
CONNECTOME = (
    _Argument("file", metavar="FILE", help="edge list, matrix, SONATA, GraphML or GML file"),
    _Argument("--weight", required=True, help="what one unit of weight counts: synapses, contacts, connections, …"),
    _Argument("--column", action="append", default=[], metavar="ROLE=NAME", help="which column is what: source=pre"),
    _Argument("--kind", help="chemical, electrical, …: of all rows, or the column that says it"),
    _Argument("--undirected", action="store_true", help="pairs are listed from both ends, and counted once"),
    _Argument("--nodes", metavar="FILE", help="table of neurons with their types"),
    _Argument("--format", help="edges, matrix, sonata, graphml or gml, where the suffix does not say it"),
    _Argument("--sheet", help="sheet of a workbook"),
)
COMMANDS = (
    _Command(
        "demo",
        "explain the human brain, from the evidence",
        commands.demo,
        (_Argument("--full", action="store_true", help="with the reasons, what is left out, and the sources"),),
    ),
    _Command("show", "say each quantity in a sentence", commands.show, (_Argument("what", nargs="+", metavar="WHAT"),)),
    _Command(
        "explain",
        "tell a derivation: steps, inputs with sources, drivers, caveats, references",
        commands.explain,
        (
            WHAT,
            _Argument(
                "--style", type=_style, default="text", help="text, brief, markdown, latex, html, … (default: text)"
            ),
        ),
    ),
    _Command(
        "verify",
        "run saved estimates again and compare every number",
        commands.verify,
        (_Argument("files", nargs="+", metavar="FILE"),),
    ),
    _Command(
        "diff",
        "say which inputs and steps two saved estimates do not share, and what that does",
        commands.diff,
        (_Argument("one", metavar="FILE"), _Argument("other", metavar="FILE")),
    ),
    _Command(
        "check",
        "rebuild every number of a paper from its record and compare",
        commands.check,
        (
            _Argument(
                "papers",
                nargs="*",
                default=["."],
                metavar="PAPER",
                help=".tex, .md or .qmd, or a folder with such (default: this one)",
            ),
            _Argument("--numbers", metavar="FILE", help="JSON of the numbers, where it stands elsewhere"),
            _Argument("--suffix", choices=(".tex", ".md", ".qmd"), default=".tex", help="of standard input"),
        ),
    ),
    _Command(
        "report",
        "write one page about a quantity, to send to somebody",
        commands.report,
        (WHAT, _Argument("-o", "--output", required=True, metavar="PAGE.html", help="file to write")),
    ),
    _Command(
        "compare",
        "put quantities and machine models on one ladder",
        commands.compare,
        (
            _Argument("what", nargs="+", metavar="WHAT", help="as above, or the name of a model: gpt-3"),
            _Argument("--reference", metavar="WHAT", help="what the others are told as multiples of"),
        ),
    ),
    _Command(
        "search",
        "find whatever comes with the package by words",
        commands.search,
        (_Argument("words", nargs="+", metavar="WORD"),),
    ),
    _Command(
        "evidence",
        "say all there is to a finding; all ids without one",
        commands.evidence,
        (_Argument("id", nargs="?", metavar="ID"),),
    ),
    _Command(
        "count",
        "count the parameters of a model's config.json",
        commands.count,
        (_Argument("config", metavar="CONFIG.json"), _Argument("--name", help="what the table calls the model")),
    ),
    _Command("connectome", "count neurons, connections and synapses of a file", commands.connectome, CONNECTOME),
    _Command("convert", "say a quantity in another unit", commands.convert, (WHAT, _Argument("unit", metavar="UNIT"))),
    _Command(
        "completion",
        "print what makes a shell complete the commands",
        commands.completion,
        (_Argument("shell", choices=tuple(commands.COMPLETION)),),
    ),
)
NAMES = tuple(each.name for each in COMMANDS)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands; ``--json`` may stand before or behind a command."""
    top = argparse.ArgumentParser(
        prog="brainparams",
        description=ABOUT,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action=_Version, nargs=0, help="print the versions of package and evidence")
    top.add_argument("--json", action="store_true", help="answer in JSON, for programs")
    top.set_defaults(run=commands.demo, full=False, names=NAMES)
    parts = top.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for command in COMMANDS:
        each = parts.add_parser(command.name, help=command.about, description=command.about, allow_abbrev=False)
        each.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="answer in JSON")
        for argument in command.arguments:
            each.add_argument(*argument.flags, **argument.options)
        each.set_defaults(run=command.run)
    return top


class _Version(argparse.Action):
    """Prints the versions: that of the evidence is read only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        from ..findings import evidence

        print(f"brainparams {__version__}, evidence {evidence.edition}")
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code.

    Examples
    --------
    >>> main(["convert", "180 mm^3", "cm^3"])
    0.18 cm³
    0
    """
    _write_anything()
    try:
        return _exit_code(arguments)
    finally:
        _write_last_errors()


def _exit_code(arguments: Sequence[str] | None) -> int:
    if sys.stdout is None:
        tell("standard output is closed: there is nowhere to write the answer")
        return ERROR
    try:
        try:
            return _answered(arguments)
        finally:
            sys.stdout.flush()
    except BrainparamsError as error:
        tell(str(error))
        return ERROR
    except BrokenPipeError:  # whoever read the answer has had enough of it
        _write_no_more(sys.stdout)
        return CLOSED
    except OSError as error:  # files that a command reads and writes have errors of ours
        _write_no_more(sys.stdout)
        tell(f"the answer cannot be written: {error.strerror or type(error).__name__}")
        return ERROR
    except KeyboardInterrupt:
        return INTERRUPTED


def _answered(arguments: Sequence[str] | None) -> int:
    words = sys.argv[1:] if arguments is None else arguments
    top = parser()
    _check_command(next((each for each in words if not each.startswith("-")), None), top)
    asked = top.parse_args(words)
    with warnings.catch_warnings(), StandardInput() as asked.standard_input:
        warnings.simplefilter("always", BrainparamsWarning)
        warnings.showwarning = lambda message, *_, **__: tell(f"warning: {message}")
        code: int = asked.run(asked)
    return code


def _check_command(word: str | None, top: argparse.ArgumentParser) -> None:
    """Say which command was meant, where there is none of that name."""
    if word is not None and word not in NAMES:
        hint = did_you_mean(word, NAMES) or f" To see a quantity: brainparams show {shown(word)}."
        top.error(f"{shown(word)} is no command.{hint} All of them: brainparams --help")


def _write_no_more(stream: TextIO) -> None:
    """Let what is left to write go nowhere: Python writes it again when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _write_last_errors() -> None:
    """Write what is held for standard error; one that takes nothing leaves the exit code as it is."""
    if sys.stderr is not None:
        try:
            sys.stderr.flush()
        except OSError:
            _write_no_more(sys.stderr)


def _write_anything() -> None:
    """Let a terminal that cannot show a letter show its code in place of it."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
