r"""Check a paper: every number that it takes from a record, or marks, is rebuilt from that record and compared.

In LaTeX these are the macros that ``bp.numbers(…).write("numbers.tex")`` made, and ``\bpnumber{name}{as typed}``; in
Markdown and Quarto ``[as typed]{bp=name}`` and ``<!-- bp:name -->as typed<!-- /bp -->``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from ..checks import strict
from ..errors import FileError, UnitError, did_you_mean, shown
from ..files import path_of, read_json, read_text
from ..graph.document import checked, nodes_of
from ..graph.wording import misworded_inputs
from ..quantity import Quantity
from ..render.blocks import Line
from ..render.numbers import counted
from ..render.tables import TextTable
from .marks import MarkError, Use, inputs, named_files, printed, uses
from .numbers import FORMS, MADE, MARK, NumbersFile, forms_of, macro_of, macros
from .record import changed_parts, conflicts, content_hash, outdated
from .typed import fault_of, plain_text

__all__ = ["PaperCheck", "PaperNumber", "check"]

SUFFIXES = (".tex", ".md", ".qmd")
A_PAPER = "a paper in .tex, .md or .qmd"
NO_FILE = (
    "no file of numbers is beside the paper; run the analysis that writes it with bp.numbers(…).write(…), or name the "
    "file with --numbers"
)
OUTSIDE = "lies outside of the folder of the paper, where nothing is read unasked; name the file with --numbers"
UNREAD = "lies outside of the folder of the paper and was not read; name it beside the paper"
MOST_PARTS = 1000
DEFINED = re.compile(r"\\newcommand\{\\(bp[A-Z][A-Za-z]*)\}\{(.*)\}\s*$")
Verdict = Literal["holds", "outdated", "stale", "edited", "wrong unit", "unknown"]


@dataclass(frozen=True, slots=True)
class PaperNumber:
    r"""One number of a paper, and whether it holds.

    Attributes
    ----------
    file, line : str, int
        Where it stands.
    name : str
        The macro, or the name of the marked number.
    written : str
        What stands there.
    verdict : {"holds", "outdated", "stale", "edited", "wrong unit", "unknown"}
        ``outdated``: a finding behind it has a newer number; ``stale``: its record gives another number;
        ``edited``: a macro or its record was changed by hand.
    why : str
        The reason; empty where it holds.

    Examples
    --------
    >>> PaperNumber("paper.tex", 3, "parameters", "2.7e14", "stale", "its record gives 2.8e14").place
    'paper.tex:3'
    """

    file: str
    line: int
    name: str
    written: str
    verdict: Verdict
    why: str = ""

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, repr=False)
class PaperCheck(TextTable[PaperNumber]):
    r"""Which numbers of a paper hold.

    Attributes
    ----------
    rows : tuple of PaperNumber
        Every number, in the order of the paper.

    Examples
    --------
    >>> one = PaperNumber("paper.tex", 3, "neurons", "302", "stale", "its record gives 279 now")
    >>> PaperCheck((one,)).holds
    False
    """

    rows: tuple[PaperNumber, ...]
    _files: tuple[str, ...] = field(default=(), repr=False)

    @property
    def holds(self) -> bool:
        """Whether every number holds; an outdated one is still what its record gives."""
        return all(each.verdict in ("holds", "outdated") for each in self.rows)

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain lists and dicts, for programs."""
        return {"holds": self.holds, "numbers": list(map(asdict, self.rows))}

    def _caption(self) -> str:
        if not self.rows:
            return f"{', '.join(self._files)}: no number is marked"
        kinds = [row.verdict for row in self.rows]
        told = [f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(["holds", *kinds]) if kind in kinds]
        return f"{counted(len(kinds), 'number')}: {', '.join(told)}"

    def _head(self) -> Sequence[str]:
        return "where", "number", "written", "verdict"

    def _cells(self, row: PaperNumber) -> Sequence[Line]:
        return row.place, row.name, row.written, f"{row.verdict}: {row.why}" if row.why else row.verdict

    def _faults(self) -> PaperCheck:
        """Return those that do not simply hold."""
        return PaperCheck(tuple(row for row in self.rows if row.verdict != "holds"), self._files)


@strict
def check(paper: str | Path, *more: str | Path, numbers: str | Path | None = None) -> PaperCheck:
    r"""Rebuild every number that a paper takes from a record or marks, and compare.

    The numbers come from the JSON beside the macros that a LaTeX paper inputs, from the file that a Markdown paper
    names in ``<!-- bp numbers=results/numbers.json -->``, or else from ``numbers.json`` beside the paper. The parts
    that a LaTeX paper inputs are checked with it.

    Parameters
    ----------
    paper, *more : str or Path
        The papers: ``.tex``, ``.md`` or ``.qmd``, or a folder, all papers in which are checked.
    numbers : str or Path, optional
        The JSON file of the numbers, where it stands elsewhere.

    Returns
    -------
    PaperCheck
        It prints itself; ``check(path).holds`` is the answer.

    Raises
    ------
    FileError
        If a paper or the file of its numbers cannot be read.

    Examples
    --------
    >>> import brainparams as bp, pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = bp.numbers({"neurons": bp.exact("302 neuron", because="a count")}).write(folder / "numbers.tex")
    >>> _ = (folder / "paper.tex").write_text(r"\input{numbers.tex} A worm has \bpNeurons.")
    >>> bp.records.check(folder / "paper.tex").holds
    True
    """
    papers = _whole([found for each in (paper, *more) for found in _papers_of(path_of(each, "check()"))])
    named = {sources[0].path.resolve() for sources in papers}
    folder = Path(os.path.commonpath([sources[0].path.absolute().parent for sources in papers]))  # of one, its own
    rows = [row for sources in papers for row in _checked_paper(sources, numbers, named, folder)]
    return PaperCheck(tuple(rows), tuple(each.path.name for each, *_ in papers))


def _papers_of(path: Path) -> list[list[_Source]]:
    """Return the sources of a paper, or of those of a folder; what another one inputs is a part of it."""
    where = f"check({shown(path.name or str(path))})"
    if not os.path.isdir(path):  # a text too long for a name is none
        if path.suffix not in SUFFIXES:
            raise FileError(f"{where}: give {A_PAPER}, or a folder; `brainparams verify` is for saved estimates")
        return [[_macros_alone(path, where)] if _is_made(path) else _sources(path)]
    found = sorted(each for each in path.iterdir() if each.suffix in SUFFIXES and each.is_file())
    sources = [_sources(each) for each in found if not _is_made(each)]
    papers = [each for each in _whole(sources) if any(part.uses for part in each)]
    if not papers:
        raise FileError(f"{where}: holds no paper in {', '.join(SUFFIXES)} with numbers that are marked; name it")
    return papers


def _macros_alone(path: Path, where: str) -> _Source:
    """Return what stands for a file of macros that is named itself: a paper that does nothing but input it."""
    if not path.with_suffix(".json").is_file():
        raise FileError(f"{where}: {shown(path.with_suffix('.json').name)}, which write() made beside it, is not there")
    return _Source(path, f"\\input{{{path.name}}}")


def _whole(papers: Sequence[list[_Source]]) -> list[list[_Source]]:
    """Return each paper once, without those that another one inputs: a part is checked with the whole."""
    parts = {}
    for paper in papers:
        path = paper[0].path
        parts[path.resolve()] = {part.resolve() for each in paper for part in each.inputs(path.parent)}
    wholes: dict[Path, list[Path]] = {}
    for path, inner in parts.items():
        for part in inner - {path}:
            wholes.setdefault(part, []).append(path)
    found = {paper[0].path.resolve(): paper for paper in papers}
    return [found[path] for path in found if all(whole in parts[path] for whole in wholes.get(path, ()))]


def _beside(file: Path, folder: Path) -> str:
    """Return what a file is called in a folder."""
    return Path(os.path.relpath(file, folder)).as_posix()


def _is_within(file: Path, folder: Path) -> bool:
    return file.resolve().is_relative_to(folder.resolve())


@dataclass(frozen=True, slots=True)
class _Source:
    """One file of a paper, without its comments."""

    path: Path
    text: str

    @property
    def is_tex(self) -> bool:
        return self.path.suffix == ".tex"

    @property
    def uses(self) -> list[Use]:
        """The numbers that it takes or marks."""
        with self._told():
            return uses(self.text, is_tex=self.is_tex)

    def line(self, start: int) -> int:
        return self.text.count("\n", 0, start) + 1

    def inputs(self, folder: Path) -> Iterator[Path]:
        """Yield the files that it names, as LaTeX takes them; a paper leads nowhere outside its folder."""
        yield from (file for file, _ in self._named(folder) if _is_within(file, folder))

    def outside(self, folder: Path) -> Iterator[tuple[Path, int]]:
        """Yield the files that it names and that lie outside of the folder of the paper, and on which line."""
        yield from ((file, line) for file, line in self._named(folder) if not _is_within(file, folder))

    def _named(self, folder: Path) -> Iterator[tuple[Path, int]]:
        named = inputs(self.text) if self.is_tex else ()
        for each, line in [*((each, self.line(start)) for start, each in named), *self.numbers.items()]:
            beside = self.path.parent / each  # a part may name its own parts as they stand to it
            yield beside if not (folder / each).is_file() and beside.is_file() else folder / each, line

    @property
    def numbers(self) -> dict[str, int]:
        """The files of numbers that a text in Markdown names, and on which line."""
        with self._told():
            return {} if self.is_tex else {name: self.line(start) for start, name in named_files(self.text)}

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell a mark that is not closed with its file and line."""
        try:
            yield
        except MarkError as error:
            raise FileError(f"check(): {self.path.name}:{self.line(error.start)}: {error}") from None


def _sources(paper: Path) -> list[_Source]:
    """Return a paper, and then the parts that it inputs, each once, but for the macros that `write` made."""
    found: dict[Path, _Source] = {}
    waiting = [paper]
    while waiting and len(found) < MOST_PARTS:
        path = waiting.pop(0)
        if path not in found and path.suffix in SUFFIXES and (path == paper or path.is_file()):
            text = read_text(path, f"check({shown(paper.name)})", A_PAPER)
            found[path] = _Source(path, printed(text, is_tex=path.suffix == ".tex"))
            waiting += [each for each in found[path].inputs(paper.parent) if not _is_made(each)]
    return list(found.values())


def _is_made(path: Path) -> bool:
    """Whether a file holds the macros that `write` made."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(len(MADE)) == MADE
    except OSError:
        return False


def _checked_paper(
    sources: Sequence[_Source], numbers: str | Path | None, named: Set[Path], folder: Path
) -> Iterator[PaperNumber]:
    paper = sources[0].path
    files = [Path(numbers)] if numbers is not None else _files_of(sources, paper.parent)
    known = _known(files, paper.name)
    inputs = [each for source in sources if source.is_tex for each in source.inputs(paper.parent) if _is_made(each)]
    written = list(dict.fromkeys([*(file.with_suffix(".tex") for file in files), *inputs]))
    owners = {f"{macro_of(name)}{suffix}": name for name in known for suffix in FORMS.values()}
    outside = [(source, *each) for source in sources for each in source.outside(paper.parent) if each[0].is_file()]
    missing = next((f"{file.name} {OUTSIDE}" for _, file, _ in outside), NO_FILE)
    defined: set[str] = set()
    for file in written if files else ():
        yield from _edited(file, known, defined, folder)
    for source, part, line in outside:
        if part.suffix == ".tex" and not _is_made(part) and part.resolve() not in named:
            yield PaperNumber(_beside(source.path, folder), line, part.name, part.name, "unknown", UNREAD)
    for source in sources:
        for each in source.uses:
            verdict, why = _verdict(each, known, owners, defined)
            why = why if files else missing
            yield PaperNumber(
                _beside(source.path, folder), source.line(each.start), each.name, each.written, verdict, why
            )


def _known(files: Sequence[Path], paper: str) -> dict[str, _Rebuilt]:
    """Return the numbers of some files, each worked out again from its record; one name is one number."""
    known: dict[str, _Rebuilt] = {}
    homes: dict[str, Path] = {}
    for file in files:
        for name, number in _rebuilt(file, paper).items():
            if name in known and known[name].fresh != number.fresh:
                both = " and ".join(shown("/".join(each.parts[-2:])) for each in (homes[name], file))
                raise FileError(f"check({shown(paper)}): {shown(name)} is another number in {both}; rename one")
            known[name], homes[name] = number, file
    return known


def _files_of(sources: Sequence[_Source], folder: Path) -> list[Path]:
    """Return the files of numbers that a paper names, or else the one beside it."""
    named = [each.with_suffix(".json") for source in sources for each in source.inputs(folder)]
    found = [each for each in dict.fromkeys(named) if each.is_file()]
    for source in sources:
        for name, line in source.numbers.items():
            file = folder / Path(name).with_suffix(".json")
            if file in named and file not in found:
                raise FileError(f"check(): {source.path.name}:{line}: names {shown(name)}, and there is no such file")
    beside = folder / "numbers.json"
    is_named = any(source.numbers for source in sources)
    return found or ([beside] if beside.is_file() and not is_named else [])


# --- numbers from their records ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Rebuilt:
    """A number with the forms that were saved and those of today, and what is wrong with its record."""

    quantity: Quantity
    saved: Mapping[str, str]
    fresh: Mapping[str, str]
    edited: str
    misworded: str
    outdated: str
    level: float

    @property
    def verdict(self) -> tuple[Verdict, str]:
        """What holds for every use of it."""
        if self.edited:
            return "edited", self.edited
        moved = [form for form in self.fresh if self.saved.get(form) != self.fresh[form]]
        if moved:
            both = f"{self.saved.get(moved[0]) or 'nothing'}, and its record gives {self.fresh[moved[0]] or 'nothing'}"
            return "stale", f"{moved[0]} was {both}"
        if self.misworded:
            return "edited", f"its record was changed by hand: {self.misworded}"
        return ("outdated", self.outdated) if self.outdated else ("holds", "")


def _rebuilt(file: Path, paper: str) -> dict[str, _Rebuilt]:
    """Return the numbers of a file, each worked out again from its record."""
    where = f"check({shown(paper)}): {file.name}"
    read = read_json(file, where, "a file of numbers that write() made beside the macros")
    content = read.content
    if not isinstance(content, dict) or content.get("kind") != "numbers":
        raise FileError(
            f"check({shown(paper)}): {shown(file.name)} holds no numbers; bp.numbers(…).write('numbers.tex') makes such"
        )
    told = checked(NumbersFile, content, where, lambda way: f"{read.place(way)}: ")
    is_whole = content["sha256"] == content_hash(content)
    found = {}
    for name, each in told.numbers.items():
        record = content["numbers"][name]["record"]
        number = Quantity(nodes_of(each.record, where)[-1])
        changes = [*changed_parts(record), *conflicts(number.node, each.record)]
        faults = [f"its record was changed by hand: {', '.join(changes)}"] if changes else []
        faults += [] if is_whole or changes else [f"{file.name} was changed by hand"]
        words, newer = ("; ".join(each_of(number.node)) for each_of in (misworded_inputs, outdated))
        forms = forms_of(number, told.level)
        found[name] = _Rebuilt(number, each.forms, forms, "; ".join(faults), words, newer, told.level)
    return found


def _edited(file: Path, known: Mapping[str, _Rebuilt], defined: set[str], folder: Path) -> Iterator[PaperNumber]:
    """Yield the lines of a file of macros that nothing gives; add the macros that it has to those `defined`."""
    if not file.is_file():
        return
    beside = _beside(file, folder)
    expected = {macro: body for name, each in known.items() for macro, body in macros(name, each.saved).items()}
    lines = read_text(file, f"check(): {file.name}", "the macros that write() made").split("\n")
    for line, text in enumerate(lines, start=1):
        if match := DEFINED.match(text):
            name, body = match.groups()
            defined.add(name)
            says = expected.get(name)
            if body != says:
                why = f"its record says {says}" if says is not None else "no record gives it"
                yield PaperNumber(beside, line, f"\\{name}", body, "edited", why)
        elif text.strip() and text != MARK and not text.lstrip().startswith("%"):
            yield PaperNumber(beside, line, file.name, text.strip(), "edited", "write() made no such line")


# --- numbers in the text -----------------------------------------------------------------------------------------


def _verdict(
    use: Use, known: Mapping[str, _Rebuilt], owners: Mapping[str, str], defined: set[str]
) -> tuple[Verdict, str]:
    """Return whether what a text takes or marks holds; `owners` has the name of the number behind each macro."""
    if use.kind == "typed":
        return _typed(use.name, use.written, known)
    if use.name == "bpnumber":
        return "edited", "the paper defines it anew, so that it need not print what was typed"
    if use.name not in owners:
        return "unknown", f"no number has this macro.{did_you_mean(use.name, owners)}"
    name = owners[use.name]
    body = macros(name, known[name].saved).get(use.name)
    if body is None:
        return "unknown", f"{shown(name)} has no spread, so that it has no interval and no ends"
    if use.kind == "definition":
        return "edited", f"the paper defines it anew; its record says {body}"
    if use.name not in defined:
        return "edited", "the file of macros has no such line; run the analysis that writes it"
    return known[name].verdict


def _typed(name: str, written: str, known: Mapping[str, _Rebuilt]) -> tuple[Verdict, str]:
    """Return whether a typed number is one of the forms, or rounds to what its record gives."""
    if name not in known:
        return "unknown", f"no number is called {shown(name)}.{did_you_mean(name, known)}"
    each = known[name]
    if each.edited:
        return "edited", each.edited
    forms, unit = [form for form in each.fresh.values() if form], each.fresh["unit"]
    if plain_text(written) not in {plain_text(text) for form in forms for text in (form, f"{form} {unit}")}:
        try:
            fault = fault_of(written, each.quantity, each.level)
        except UnitError as error:
            return "wrong unit", str(error).partition(": ")[2] or str(error)
        if fault:
            return "stale", fault
    return ("outdated", each.outdated) if each.outdated else ("holds", "")
