"""What all writers do alike: take blocks one by one, and lines span by span."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Literal

from .blocks import Amount, Answer, Atom, Block, Code, Formula, Line, Link, Marks, Sentence, Span, Strip, Symbol

__all__ = ["POWER", "Writer", "cleaned"]

POWER = re.compile(r"(?<![\w.])(\d[\d.,]*e-?\d+)")
SPACE = re.compile(r"\s+")
# What moves a cursor, colours a terminal or turns the direction of writing is nothing that a name needs.
UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


def cleaned(text: str) -> str:
    r"""Return text on one line, without characters that steer a terminal or turn the direction of writing.

    Examples
    --------
    >>> cleaned("two\n lines, \x1b[31mred")
    'two lines, [31mred'
    """
    return UNSEEN.sub("", SPACE.sub(" ", text))


class Writer(ABC):
    """Writes blocks in one notation: a method for each kind of block and span, named after it in small letters."""

    notation: ClassVar[Literal["text", "latex"]] = "text"

    @abstractmethod
    def write(self, blocks: Sequence[Block]) -> str:
        """Return the whole text."""

    @abstractmethod
    def escaped(self, text: str) -> str:
        """Return a stranger's text so that nothing in it is markup."""

    @abstractmethod
    def prose(self, text: str) -> str:
        """Return escaped text with its powers of ten as the notation writes them."""

    @abstractmethod
    def symbol(self, symbol: Symbol) -> str:
        """Return a letter of a formula."""

    def block(self, block: Block) -> str:
        """Return one block."""
        written: str = getattr(self, type(block).__name__.lower())(block)
        return written

    def line(self, line: Line) -> str:
        """Return a line, its spans one after the other."""
        return "".join(map(self.span, line)) if isinstance(line, tuple) else self.span(line)

    def span(self, span: Span) -> str:
        """Return one span."""
        if isinstance(span, str):
            return self.prose(span)
        written: str = getattr(self, type(span).__name__.lower())(span)
        return written

    def formula(self, formula: Formula) -> str:
        """Return a formula."""
        return formula.write(self.atom, self.notation, self.escaped)

    def atom(self, atom: Atom) -> str:
        """Return what stands in a formula."""
        return self.symbol(atom) if isinstance(atom, Symbol) else self.amount(atom)

    def amount(self, amount: Amount) -> str:
        """Return a number with its unit."""
        return self.prose(amount.text)

    def marks(self, marks: Marks) -> str:
        """Return the numbers of references."""
        return "".join(f" [{each.number}]" for each in marks.works)

    def code(self, code: Code) -> str:
        """Return characters below each other."""
        return self.escaped(code.text)

    def strip(self, strip: Strip) -> str:
        """Return nothing: the numbers stand beside it."""
        return ""

    def link(self, link: Link) -> str:
        """Return the text of a link."""
        return self.prose(link.text)

    # --- blocks that most notations write alike ------------------------------------------------------------------

    def answer(self, block: Answer) -> str:
        """Return the result in one sentence."""
        return self.block(Sentence(block.sentence, block.lead))
