"""Blocks as plain text for a terminal or a file."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Collection, Iterator, Sequence
from itertools import zip_longest
from typing import ClassVar

from .. import blocks as kinds
from ..plain import capital, cleaned, columns, lines_of
from .writer import Writer

__all__ = ["Brief", "Text", "line_width", "wrapped"]

NARROW, WIDE = 80, 100
SHORT = 20  # a page or a table, which is not broken
HARD = "\u00a0"  # holds a label and its address on one line


def line_width() -> int:
    """Return the columns of the terminal, at most 100; 80 where the text goes elsewhere."""
    try:
        return min(max(os.get_terminal_size(sys.__stdout__.fileno()).columns, 40), WIDE)  # type: ignore[union-attr]
    except (AttributeError, OSError, ValueError):
        return NARROW


class Text(Writer):
    """Plain text; `is_tight` leaves no line empty between blocks."""

    style: ClassVar[str] = "text"

    def __init__(self, *, is_tight: bool = False, width: int | None = None) -> None:
        self.is_tight = is_tight
        self._width = width
        self._is_alone = False

    @property
    def width(self) -> int:
        """Columns of a line."""
        return self._width or line_width()

    @classmethod
    def for_length(cls, length: kinds.Length) -> Text:
        """Return the writer of blocks below each other, without empty lines where they are brief."""
        return cls(is_tight=length == "brief")

    def joined(self, blocks: Sequence[kinds.Block]) -> str:
        """Return the blocks below each other."""
        self._is_alone = len(blocks) == 1
        parts = [part for part in map(self.block, blocks) if part]
        return ("\n" if self.is_tight else "\n\n").join(parts)

    def escaped(self, text: str) -> str:
        """Return text without what would steer the terminal."""
        return cleaned(text)

    prose = strong = escaped

    def code(self, code: kinds.Code) -> str:
        """Return the characters as they stand."""
        return code.text

    # --- blocks --------------------------------------------------------------------------------------------------

    def sentence(self, block: kinds.Sentence) -> str:
        """Return a paragraph on lines; one that stands alone is a single line, which people search for as a whole."""
        lead = self.escaped(block.lead)
        text = f"{capital(lead)}: {self.line(block.line)}" if lead else self.line(block.line)
        return text if self._is_alone else self._wrapped(text, "")

    def steps(self, block: kinds.Steps) -> str:
        """Return three lines for a step, or one."""
        lines = [self._brief_step(each) if block.is_brief else self._step(each) for each in block.steps]
        return "\n".join([*lines, *([f"  … and {block.earlier} earlier named steps"] if block.earlier else [])])

    def _step(self, step: kinds.StepLine) -> str:
        formula, put_in = self.formula(step.formula), self.formula(step.put_in)
        head = f"  {self.symbol(step.symbol)} = {formula}   [{self.escaped(step.name)}]{self.marks(step.marks)}"
        lines = [self._wrapped(head, "", "      ")]
        lines += [self._wrapped(f"= {put_in}", "      ")] if put_in != formula else []
        result = f"= {step.result}" + (f"  ({step.spread})" if step.spread else "")
        lines += [f"      {result}" if len(result) + 6 <= self.width else self._wrapped(result, "      ", "        ")]
        lines += [self._wrapped(self.prose(step.because), "      because ")] if step.because else []
        return "\n".join(lines)

    def _brief_step(self, step: kinds.StepLine) -> str:
        interval = f" ({step.spread})" if step.spread else ""
        line = f"  {self.symbol(step.symbol)} = {self.formula(step.formula)} = {step.result}{interval}"
        return self._wrapped(line + self.marks(step.marks), "", "      ")

    def grid(self, block: kinds.Grid) -> str:
        """Return the caption, and below it the cells in columns."""
        rows = [[self.line(cell) for cell in row] for row in block.rows]
        head = [self.line(each) for each in block.head]
        notes = [self._wrapped(self.prose(each), "  – ") for each in block.notes]
        if block.is_wrapped:
            caption = [self.escaped(block.caption), ""] if block.caption else []
            return "\n".join([*caption, *wrapped([head, *rows] if head else rows, self.width), *notes])
        caption = [self.escaped(block.caption)] if block.caption else []
        return "\n".join([*caption, self.table(head, rows, block.numeric), *notes])

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]], numeric: Collection[int] = ()) -> str:
        """Return cells in columns as wide as they are."""
        lines = [head, *rows] if head else rows
        widths = [max(map(columns, column)) for column in zip(*lines, strict=True)]
        shown = (
            "  ".join(
                _filled(cell, width, is_right=place in numeric)
                for place, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        )
        return "\n".join(f"  {each}" for each in shown)

    def bullets(self, items: Sequence[str]) -> str:
        """Return a paragraph for each item."""
        return "\n".join(self._wrapped(each, "  - ") for each in items)

    def picture(self, block: kinds.Picture) -> str:
        """Return the drawing in characters, where there is one."""
        return block.text

    def items(self, block: kinds.Items) -> str:
        """Return the title and a line or more for each item."""
        return "\n".join([self.escaped(block.title), *map(self.item, block.items)])

    def item(self, item: kinds.Entry | kinds.Line) -> str:
        """Return one item in a paragraph."""
        return self.entry(item) if isinstance(item, kinds.Entry) else self._wrapped(self.line(item), "  - ")

    def entry(self, entry: kinds.Entry) -> str:
        """Return an input with what stands behind it below, or a brief one in a line."""
        if entry.is_brief:
            return self._brief_entry(entry)
        marks = self.marks(entry.marks)
        head = f"  {self.symbol(entry.symbol)}  {self.escaped(entry.name)}: {self.prose(entry.value)}"
        behind = "; ".join(_unbroken(self.prose(each)) for each in entry.behind)
        line = f"{head} {marks} {behind}".rstrip()
        told = [self._wrapped(self.prose(each), "     ") for each in entry.told]
        return "\n".join([self._wrapped(line, "", "     ").replace(HARD, " "), *told])

    def _brief_entry(self, entry: kinds.Entry) -> str:
        marks = "".join(f"[{each.number}]" for each in entry.marks.works)
        line = f"  {self.symbol(entry.symbol)} = {self.prose(entry.value)}: {self.escaped(entry.name)}"
        return self._wrapped(" ".join(filter(None, [line, marks, *map(self.prose, entry.told)])), "", "      ")

    def note(self, block: kinds.Note) -> str:
        """Return the text below its title, or behind it where it is tight."""
        title, line = self.escaped(block.title), self.line(block.line)
        if self.is_tight:
            return self._wrapped(f"{title}: {line}", "", "  ")
        return f"{self._wrapped(title + self.aside(block.aside), '', '  ')}\n{self._wrapped(line, '  ')}"

    def references(self, block: kinds.References) -> str:
        """Return the works, a paragraph each; brief ones one behind the other, by their short names."""
        if not block.is_brief:
            works = (self._wrapped(self.escaped(each.text), f"  [{each.number}] ") for each in block.works)
            return "\n".join(["References", *works])
        named = (
            f"[{each.number}] {self.escaped(each.label)}{f' doi:{each.doi}' if each.doi else ''}".replace(" ", HARD)
            for each in block.works
        )
        return self._wrapped(f"References: {', '.join(named)}", "", "  ").replace(HARD, " ")

    def folded(self, block: kinds.Folded) -> str:
        """Return the title, and the blocks below it."""
        title = self.escaped(block.title) + self.aside(block.aside)
        if not all(isinstance(each, kinds.Items) for each in block.blocks):
            return "\n".join([title, *map(self.block, block.blocks)])
        inner = Text(is_tight=True, width=self.width - 2).write(block.blocks)
        return f"{title}\n{textwrap.indent(inner, '  ')}"

    def _wrapped(self, text: str, lead: str, indent: str | None = None) -> str:
        lines = lines_of(text, self.width, lead, " " * len(lead) if indent is None else indent)
        return "\n".join(lines or [lead])


class Brief(Text):
    """Plain text with a line for each step and input."""

    style: ClassVar[str] = "brief"
    length: ClassVar[kinds.Length] = "brief"

    @classmethod
    def for_length(cls, length: kinds.Length) -> Text:
        """Return a tight writer, whatever is said."""
        return super().for_length("brief")


def _unbroken(text: str) -> str:
    return text.replace(" ", HARD) if len(text) < SHORT else text


def _filled(cell: str, width: int, *, is_right: bool = False) -> str:
    blanks = " " * (width - columns(cell))
    return blanks + cell if is_right else cell + blanks


def wrapped(lines: Sequence[Sequence[str]], width: int = WIDE, shortest: int = 22) -> list[str]:
    r"""Return rows of cells in columns: narrow ones as wide as they are, the others with an equal share of the rest.

    Examples
    --------
    >>> print(*wrapped([["a", "one two three"], ["b", "four"]], width=10, shortest=2), sep="\n")
    a  one two
       three
    b  four
    """
    natural = [max(map(columns, column)) for column in zip(*lines, strict=True)]
    narrow = [each for each in natural if each <= shortest]
    rest = width - sum(narrow) - 2 * (len(natural) - 1)
    share = rest // max(1, len(natural) - len(narrow))
    widths = [each if each <= shortest else min(each, share) for each in natural]
    return [part for line in lines for part in _wrapped_row(line, widths)]


def _wrapped_row(line: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    cells = [lines_of(cell, width) for cell, width in zip(line, widths, strict=True)]
    for parts in zip_longest(*cells, fillvalue=""):
        yield "  ".join(_filled(part, width) for part, width in zip(parts, widths, strict=True)).rstrip()
