"""The numbers of a paper: LaTeX macros for named quantities, and beside them the records that give them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from ..checks import level_in, percent, strict
from ..errors import ArgumentError, KindError, shown
from ..files import path_of, write_whole
from ..graph.schema import Strict
from ..quantity import Quantity, quantity
from ..render.blocks import Line
from ..render.letters import escaped
from ..render.numbers import given_digits, words
from ..render.tables import Table
from ..render.words import answer, ends, value_words
from ..version import __version__
from .record import Record, content_hash, name_of, record_of
from .results import Settings

__all__ = ["FORMS", "MADE", "NamedNumber", "Numbers", "NumbersFile", "forms_of", "macro_of", "macros", "numbers"]

FORMS = {"median": "", "low": "Low", "high": "High", "interval": "Interval", "words": "Words", "unit": "Unit",
         "full": "Full"}  # fmt: skip
DIGITS = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
MADE = "% Numbers made by brainparams"
NUMERAL = re.compile(r"-?\d+(?:,\d{3}(?!\d))*(?:\.\d+)?(?:e-?\d+)?")
MARK = r"\newcommand{\bpnumber}[2]{#2}% \bpnumber{name}{as typed}: 'brainparams check' compares what was typed"
Word = Annotated[str, Field(min_length=1, max_length=200)]


class NumberRecord(Strict):
    """One number as it is printed, and the record that gives it."""

    forms: dict[str, str]
    record: Record


class NumbersFile(Strict):
    """What stands beside the macros."""

    kind: Literal["numbers"]
    format: Literal[1]
    brainparams: str
    level: Annotated[float, Field(gt=0, lt=1)]
    numbers: dict[Word, NumberRecord]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True, eq=False)
class NamedNumber:
    """A quantity with the name by which a paper calls it, and its forms.

    Attributes
    ----------
    name : str
        What it is called.
    quantity : Quantity
        What it is.
    forms : mapping of str to str
        ``median``, ``low``, ``high``, ``interval``, ``words``, ``unit``, ``full``; empty where there is none.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.numbers({"weights": bp.exact("3e9 parameter")})[0].forms["words"]
    '3 billion'
    """

    name: str
    quantity: Quantity
    forms: Mapping[str, str]


@strict
@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Numbers(Table[NamedNumber]):
    r"""The named numbers of an analysis; `write` makes LaTeX macros of them, and the records beside.

    Attributes
    ----------
    rows : tuple of NamedNumber
        In the order given.
    level : float
        Of the intervals, which are equal-tailed.

    Examples
    --------
    >>> import brainparams as bp
    >>> found = bp.numbers({"weights": bp.exact("3e9 parameter")})
    >>> print(found.latex().splitlines()[2])
    \newcommand{\bpWeights}{\num{3000000000}}
    """

    rows: tuple[NamedNumber, ...]
    level: float

    def _caption(self) -> str:
        return f"numbers of a paper, with {percent(self.level)} intervals, equal-tailed"

    def _head(self) -> Sequence[str]:
        return "name", "macro", "median", "interval", "unit"

    def _cells(self, row: NamedNumber) -> Sequence[Line]:
        return row.name, f"\\{macro_of(row.name)}", *(row.forms[each] for each in ("median", "interval", "unit"))

    def latex(self) -> str:
        """Return the macros, a line for each form of each number; they need the package siunitx."""
        about = f"{MADE} {__version__}; do not edit. Needs \\usepackage{{siunitx}}."
        lines = [about, MARK]
        for row in self.rows:
            lines += [f"\\newcommand{{\\{name}}}{{{body}}}" for name, body in macros(row.name, row.forms).items()]
        return "\n".join(lines) + "\n"

    def write(self, path: str | Path) -> Path:
        """Write the macros to ``numbers.tex`` and the records to ``numbers.json`` beside it; return the path.

        Parameters
        ----------
        path : str or Path
            Of the macros; its suffix is ``.tex``.

        Raises
        ------
        FileError
            If they cannot be written; what stood there before is untouched then.
        ArgumentError
            For another suffix.
        """
        where = f"write({shown(name_of(path))})"
        target = path_of(path, where)
        if target.suffix != ".tex":
            raise ArgumentError(f"{where}: the macros go to a .tex file, such as 'numbers.tex'")
        text = json.dumps(self.to_json(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        write_whole(target.with_suffix(".json"), text, where)
        return write_whole(target, self.latex(), where)

    def to_json(self) -> dict[str, Any]:
        """Return forms and records, as plain lists and dicts."""
        found = {
            row.name: {"forms": dict(row.forms), "record": record_of(row.quantity, Settings())} for row in self.rows
        }
        told = {"kind": "numbers", "format": 1, "brainparams": __version__, "level": self.level, "numbers": found}
        return {**told, "sha256": content_hash(told)}


@strict
def numbers(named: Mapping[str, Any], *, level: float = 0.90) -> Numbers:
    r"""Return the named numbers of an analysis, to be written as LaTeX macros.

    A number called ``synapses per neuron`` is ``\bpSynapsesPerNeuron`` in the paper, with ``…Low``, ``…High``,
    ``…Interval``, ``…Words``, ``…Unit`` and ``…Full`` for its other forms; one without a spread has no ends, and one
    below a million is a number in ``…Words`` too. ``brainparams check paper.tex`` rebuilds all of them from the records
    and compares.

    Parameters
    ----------
    named : mapping of str to Quantity or text
        The numbers by name; an array is a number for each label.
    level : float
        Of the intervals, in (0, 1).

    Returns
    -------
    Numbers
        ``.write("numbers.tex")`` writes them.

    Raises
    ------
    KindError
        If it is no mapping of names to quantities.
    ArgumentError
        If two names give one macro, or a name has no letter.

    Examples
    --------
    >>> import brainparams as bp
    >>> synapses = bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range")
    >>> bp.numbers({"synapses per neuron": synapses})
    numbers of a paper, with 90 % intervals, equal-tailed
      name                                macro  median       interval                 unit
      synapses per neuron  \bpSynapsesPerNeuron    3200  1000 to 10000  synapses per neuron
    """
    level = level_in(level, "numbers(): level")
    rows = tuple(_rows(named, level))
    taken: dict[str, str] = {}
    for row in rows:
        for suffix in FORMS.values():
            macro = f"{macro_of(row.name)}{suffix}"
            if macro in taken:
                raise ArgumentError(f"numbers(): {taken[macro]!r} and {row.name!r} would both be \\{macro}; rename one")
            taken[macro] = row.name
    return Numbers(rows, level)


def _rows(named: Any, level: float) -> Iterator[NamedNumber]:
    if not isinstance(named, Mapping) or not named:
        raise KindError(f"numbers(): needs names with quantities, such as {{'synapses': q}}; got {shown(named)}")
    for name, value in named.items():
        if not isinstance(name, str) or not re.search("[A-Za-z]", name):
            raise ArgumentError(f"numbers(): {shown(name)} is no name; write words, such as 'synapses per neuron'")
        found = quantity(value, f"numbers(): {name!r}")
        for labels in product(*found.axes.values()):
            element = found
            for label in labels:
                element = element[label]
            yield NamedNumber(" ".join([name, *labels]), element, forms_of(element, level))


# --- forms -------------------------------------------------------------------------------------------------------


def forms_of(number: Quantity, level: float) -> dict[str, str]:
    """Return a number in every form, as text.

    Examples
    --------
    >>> import brainparams as bp
    >>> forms_of(bp.assumed("1e3 to 1e4 synapse/neuron", because="textbook range"), 0.90)["full"]
    '3200 synapses per neuron, 90 % interval 1000 to 10000'
    """
    found = number.estimate()
    told = answer(found, level)
    has_spread = not found.is_exact_number
    low, high = ends(found, level) if has_spread else ("", "")
    unit = found.unit.plural(float(found.median))
    full = f"{told.value}{f' ({told.words})' if told.words else ''}"
    interval = f"{low} to {high}" if has_spread else ""
    return {
        "median": value_words(found, level, unit=False),
        "low": low,
        "high": high,
        "interval": interval,
        "words": told.words or words(float(found.median), given_digits(found.median)),
        "unit": unit,
        "full": f"{full}, {told.level} interval {interval}" if has_spread else full,
    }


def macro_of(name: str) -> str:
    """Return the name of the macro of a number: letters only.

    Examples
    --------
    >>> macro_of("synapses_per neuron (layer 4)")
    'bpSynapsesPerNeuronLayerFour'
    """
    spelled = "".join(f" {DIGITS[int(each)]} " if each in "0123456789" else each for each in name)
    return "bp" + "".join(part[:1].upper() + part[1:] for part in re.findall("[A-Za-z]+", spelled))


def macros(name: str, forms: Mapping[str, str]) -> dict[str, str]:
    r"""Return the macros of a number with their bodies: ends only of a spread; in place of no words the number.

    Examples
    --------
    >>> macros("x", {"median": "302", "low": "", "words": ""})
    {'bpX': '\\num{302}', 'bpXWords': '\\num{302}'}
    """
    bodies = {**forms, "words": forms.get("words") or forms.get("median", "")}
    told = [form for form in FORMS if form in forms and (bodies[form] or form == "unit")]
    return {f"{macro_of(name)}{FORMS[form]}": _latex(bodies[form]) for form in told}


def _latex(text: str) -> str:
    """Return text for LaTeX, its numbers in siunitx form."""
    parts, last = [], 0
    for match in NUMERAL.finditer(text):
        parts += [escaped(text[last : match.start()]), f"\\num{{{match[0].replace(',', '')}}}"]
        last = match.end()
    return "".join([*parts, escaped(text[last:])])
