"""What is shown, before it is written: blocks of lines, and lines of spans; the writers know how.

A line is plain text, or several spans in a row. Text is always a stranger's: each writer escapes it in its own way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

__all__ = [
    "LENGTHS", "Amount", "Answer", "Block", "Code", "Entry", "Folded", "Formula", "Grid", "Items", "Length",
    "Line", "Link", "Marks", "Note", "Picture", "Reference", "References", "Sentence", "Span", "StepLine", "Steps",
    "Strip", "Symbol",
]  # fmt: skip

Length = Literal["sentence", "brief", "full"]
LENGTHS: tuple[Length, ...] = get_args(Length)
Notation = Literal["text", "latex"]


# --- spans -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Symbol:
    """A letter of a formula; what follows the first underscore stands below it."""

    text: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as it is printed, with its unit, inside a formula."""

    number: str
    unit: str = ""

    @property
    def text(self) -> str:
        """Both in one text."""
        return f"{self.number} {self.unit}".rstrip()


Atom = Symbol | Amount


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that is written once its atoms are.

    Attributes
    ----------
    write : callable
        ``write(atom, notation, escape)``: `atom` writes a symbol or an amount, `escape` mends the labels of axes.
    """

    write: Callable[[Callable[[Atom], str], Notation, Callable[[str], str]], str]


class Reference(NamedTuple):
    """A work with its number."""

    number: int
    key: str
    label: str
    text: str
    doi: str | None = None
    url: str | None = None

    @property
    def address(self) -> str | None:
        """Where a reader finds it."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url


@dataclass(frozen=True, slots=True)
class Marks:
    """The works behind what stands before, shown by their numbers or keys."""

    works: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Strip:
    """An interval with its median, drawn on an axis that it shares with others; `text` is a drawing in characters."""

    low: float
    median: float
    high: float
    axis: tuple[float, float]
    is_logarithmic: bool
    text: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """Text whose characters stand below each other, such as a drawing made of them."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Text that leads to an address."""

    text: str
    address: str


Span = str | Symbol | Amount | Formula | Marks | Code | Link | Strip
Line = Span | tuple[Span, ...]


# --- blocks ------------------------------------------------------------------------------------------------------


class Sentence(NamedTuple):
    """A paragraph; `lead` names what it is about."""

    line: Line
    lead: str = ""


class Answer(NamedTuple):
    """The result.

    Attributes
    ----------
    value : str
        Number and unit.
    words : str
        The number in words, where there are any.
    interval : str
        Both ends, empty where there is no spread, with their `level`.
    how : str
        Kind of the interval, and who found it; without one, what is known of the spread.
    lead : str
        What it is the answer to.
    """

    value: str
    words: str = ""
    interval: str = ""
    level: str = ""
    how: str = ""
    lead: str = ""

    @property
    def sentence(self) -> str:
        """All of it in one sentence."""
        in_words = f" ({self.words})" if self.words else ""
        return f"{self.value}{in_words}{f', {self.spread}' if self.spread else ''}"

    @property
    def spread(self) -> str:
        """The interval, or what is said of a number that has none."""
        return f"{self.level} interval {self.interval} ({self.how})" if self.interval else self.how


class StepLine(NamedTuple):
    """One step: how it is made, with numbers put in, and what comes out."""

    name: str
    symbol: Symbol
    formula: Formula
    put_in: Formula
    result: str
    interval: str = ""
    because: str | None = None
    marks: Marks = Marks()
    mixture: str = ""

    @property
    def spread(self) -> str:
        """The interval, and of a mixture its options."""
        return "; ".join(filter(None, (self.interval, self.mixture)))


class Steps(NamedTuple):
    """Steps in order; brief ones are a line each."""

    steps: tuple[StepLine, ...]
    level: str
    earlier: int = 0
    is_brief: bool = False


class Grid(NamedTuple):
    """A table of cells.

    Attributes
    ----------
    caption : str
        What it says, in one line.
    head : tuple of lines
        Heads of the columns; empty where the first cell of each row says what the others are.
    rows : tuple of rows
        The cells.
    numeric : frozenset of int
        Columns of numbers, which stand on the right.
    is_wrapped : bool
        Whether cells are sentences that wrap inside their columns.
    notes : tuple of str
        What stands below the table.
    """

    caption: str
    head: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]
    numeric: frozenset[int] = frozenset()
    is_wrapped: bool = False
    notes: tuple[str, ...] = ()


class Picture(NamedTuple):
    """A drawing: `svg` makes it where one can be shown, `text` is one in characters, `alt` says it in words."""

    svg: Callable[[], str]
    alt: str
    text: str = ""


class Entry(NamedTuple):
    """An input with what stands behind it."""

    name: str
    symbol: Symbol
    value: str
    marks: Marks = Marks()
    behind: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    is_brief: bool = False


class Items(NamedTuple):
    """A list, below its title."""

    title: str
    items: tuple[Line | Entry, ...]


class Note(NamedTuple):
    """A title with its text on the same line."""

    title: str
    line: Line
    aside: str = ""


class References(NamedTuple):
    """The works, numbered; brief ones by their short names."""

    works: tuple[Reference, ...]
    is_brief: bool = False


class Folded(NamedTuple):
    """Blocks below a title, which a page may fold away."""

    title: str
    blocks: tuple[Block, ...]
    aside: str = ""


Block = Answer | Sentence | Steps | Grid | Picture | Items | Note | References | Folded
