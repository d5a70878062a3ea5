"""What is shown, before it is written: blocks of lines, and lines of spans; the writers know how.

A line is plain text, or several spans in a row. Text is always a stranger's: each writer escapes it in its own way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "Amount", "Block", "Code", "Entry", "Folded", "Formula", "Grid", "Heading", "Items", "Length", "Line", "Link",
    "Marks", "Note", "Picture", "Reference", "References", "Sentence", "Span", "StepLine", "Steps", "Symbol",
]  # fmt: skip

Length = Literal["sentence", "brief", "full"]
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


@dataclass(frozen=True, slots=True)
class Marks:
    """The numbers of references, behind what they stand for, with the keys of the works."""

    numbers: tuple[int, ...]
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """Text whose characters stand below each other, such as a drawing made of them."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Text that leads to an address."""

    text: str
    address: str


Span = str | Symbol | Amount | Formula | Marks | Code | Link
Line = Span | tuple[Span, ...]


# --- blocks ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A paragraph; `lead` names what it is about."""

    line: Line
    lead: str = ""


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step: how it is made, with numbers put in, and what comes out."""

    name: str
    symbol: Symbol
    formula: Formula
    put_in: Formula
    result: str
    interval: str = ""
    because: str | None = None
    marks: Marks = Marks(())


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps in order; brief ones are a line each."""

    steps: tuple[StepLine, ...]
    level: str
    earlier: int = 0
    is_brief: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of cells.

    Attributes
    ----------
    caption : str
        What it says, in one line.
    head : tuple of str
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
    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    numeric: frozenset[int] = frozenset()
    is_wrapped: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing: `svg` where one can be shown, `text` in characters where not, `alt` for who does not see it."""

    svg: str
    alt: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An input with what stands behind it."""

    name: str
    symbol: Symbol
    value: str
    marks: Marks = Marks(())
    behind: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    is_brief: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list, below its title."""

    title: str
    items: tuple[Line | Entry, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A title with its text on the same line."""

    title: str
    line: Line
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
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
class References:
    """The works, numbered; brief ones by their short names."""

    works: tuple[Reference, ...]
    is_brief: bool = False


@dataclass(frozen=True, slots=True)
class Folded:
    """Blocks below a title, which a page may fold away."""

    title: str
    blocks: tuple[Block, ...]
    aside: str = ""


Block = Heading | Sentence | Steps | Grid | Picture | Items | Note | References | Folded
