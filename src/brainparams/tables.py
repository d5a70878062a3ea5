"""Small tables that answer one question: rows to loop over, aligned text to print, Markdown for notebooks."""

from __future__ import annotations

import html
import re
import textwrap
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any, Generic, TypeVar

__all__ = ["Table", "TextRecord", "TextTable", "escaped", "rounded", "wrapped"]

Row = TypeVar("Row")


class Table(ABC, Generic[Row]):
    """A tuple of rows with a caption; the rows are plain records, so ``pandas.DataFrame(list(table))`` takes them."""

    __slots__ = ()
    rows: tuple[Row, ...]

    @abstractmethod
    def _caption(self) -> str:
        """Return what the table says, in one line."""

    @abstractmethod
    def _head(self) -> Sequence[str]:
        """Return the heads of the columns."""

    @abstractmethod
    def _cells(self, row: Row) -> Sequence[str]:
        """Return one row as it is shown."""

    def __iter__(self) -> Iterator[Row]:
        """Iterate over the rows."""
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, position: int) -> Row:
        return self.rows[position]

    def __str__(self) -> str:
        """Return the caption, and the rows with their columns aligned."""
        lines = [list(self._head()), *(list(self._cells(row)) for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        shown = ["  ".join(_set(*cell) for cell in zip(range(len(line)), line, widths, strict=True)) for line in lines]
        return "\n".join([self._caption(), *(f"  {line}".rstrip() for line in shown)])

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        head = [escaped(cell) for cell in self._head()]
        rule = ["---", *["---:"] * (len(head) - 1)]
        body = [[escaped(cell) for cell in self._cells(row)] for row in self.rows]
        lines = [f"| {' | '.join(line)} |" for line in (head, rule, *body)]
        return "\n".join([escaped(self._caption()), "", *lines])


def rounded(value: Any) -> str:
    """Write a number to three digits: ``2.72e14``, ``3160``, ``0.25``.

    Examples
    --------
    >>> rounded(2.7195e14), rounded(3162.3), rounded(0.25)
    ('2.72e14', '3160', '0.25')
    """
    number = float(f"{float(value):.3g}")
    if 1e-4 <= abs(number) < 1e5 or number == 0:
        return f"{number:.10g}"
    mantissa, exponent = f"{number:.2e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


def _set(column: int, text: str, width: int) -> str:
    """Names stand on the left, numbers on the right."""
    return text.ljust(width) if column == 0 else text.rjust(width)


def escaped(text: str) -> str:
    """Escape what Markdown or HTML would take for markup; a name may come from a stranger."""
    text = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]|#])", r"\\\1", text)


class TextTable(Table[Row]):
    """A table whose cells are sentences: they start on the left and wrap inside their columns."""

    __slots__ = ()

    def __str__(self) -> str:
        """Return the caption, and the rows with their cells wrapped."""
        return "\n".join([self._caption(), "", *wrapped([self._head(), *map(self._cells, self.rows)])])

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        lines = [[escaped(cell) for cell in line] for line in (self._head(), *map(self._cells, self.rows))]
        lines.insert(1, ["---"] * len(self._head()))
        return "\n".join([escaped(self._caption()), "", *(f"| {' | '.join(line)} |" for line in lines)])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(cell)}</th>" for cell in self._head())
        body = [f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in self._cells(row))}</tr>" for row in self]
        caption = f"<caption>{html.escape(self._caption())}</caption>"
        return "\n".join(["<table>", caption, f"<tr>{head}</tr>", *body, "</table>"])


class TextRecord(ABC):
    """One record as labelled sentences, below its title."""

    __slots__ = ()

    @abstractmethod
    def _title(self) -> str:
        """Return what it is, in one line."""

    @abstractmethod
    def _told(self) -> Sequence[tuple[str, str]]:
        """Return the labels with their sentences."""

    def __str__(self) -> str:
        """Return the title, and a line or more for each label."""
        return "\n".join([self._title(), "", *wrapped(self._told())])

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        lines = [f"| {label} | {escaped(text)} |" for label, text in self._told()]
        return "\n".join([f"| | **{escaped(self._title())}** |", "|---|---|", *lines])

    def _repr_html_(self) -> str:
        lines = [f"<tr><th>{label}</th><td>{html.escape(text)}</td></tr>" for label, text in self._told()]
        return "\n".join(["<table>", f"<caption>{html.escape(self._title())}</caption>", *lines, "</table>"])


def wrapped(lines: Sequence[Sequence[str]], width: int = 100, shortest: int = 22) -> list[str]:
    r"""Return rows of cells in columns: narrow ones as wide as they are, the others with an equal share of the rest.

    Examples
    --------
    >>> print(*wrapped([["a", "one two three"], ["b", "four"]], width=10, shortest=2), sep="\n")
    a  one two
       three
    b  four
    """
    natural = [max(map(len, column)) for column in zip(*lines, strict=True)]
    narrow = [each for each in natural if each <= shortest]
    rest = width - sum(narrow) - 2 * (len(natural) - 1)
    share = rest // max(1, len(natural) - len(narrow))
    widths = [each if each <= shortest else min(each, share) for each in natural]
    return [part for line in lines for part in _wrapped_row(line, widths)]


def _wrapped_row(line: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    columns = [textwrap.wrap(cell, width, break_on_hyphens=False) for cell, width in zip(line, widths, strict=True)]
    for parts in zip_longest(*columns, fillvalue=""):
        yield "  ".join(part.ljust(width) for part, width in zip(parts, widths, strict=True)).rstrip()
