"""Small tables that answer one question: rows to loop over, aligned text to print, Markdown and HTML for notebooks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Generic, Literal, TypeVar

from ..checks import one_of
from .blocks import Block, Grid, Length, Line
from .numbers import rounded
from .showing import Shown
from .tidy import Tidy, flat_row
from .writers.latex import Latex
from .writers.markdown import escaped
from .writers.text import wrapped

__all__ = ["Table", "TextRecord", "TextTable", "escaped", "rounded", "wrapped"]

Row = TypeVar("Row")


class Table(Shown, Tidy, ABC, Generic[Row]):
    """A tuple of rows with a caption; the rows are plain records, so ``pandas.DataFrame(list(table))`` takes them."""

    __slots__ = ()
    rows: tuple[Row, ...]
    _holds_sentences: ClassVar[bool] = False

    @abstractmethod
    def _caption(self) -> str:
        """Return what the table says, in one line."""

    @abstractmethod
    def _head(self) -> Sequence[str]:
        """Return the heads of the columns."""

    @abstractmethod
    def _cells(self, row: Row) -> Sequence[Line]:
        """Return one row as it is shown."""

    def _numeric(self) -> frozenset[int]:
        """Return which columns are numbers, which stand on the right: all but the first."""
        return frozenset(range(1, len(self._head())))

    def _grid(self, rows: Sequence[Row] | None = None) -> Grid:
        """Return the table, or some of its rows, as it is shown."""
        cells = tuple(tuple(self._cells(row)) for row in (self.rows if rows is None else rows))
        return Grid(self._caption(), tuple(self._head()), cells, self._numeric(), self._holds_sentences)

    def _blocks(self, length: Length) -> Sequence[Block]:
        return (self._grid(),)

    def _tidy(self, level: float) -> list[dict[str, Any]]:
        return [flat_row(row, self._head(), level) for row in self.rows]

    def to_latex(self, *, columns: Literal[1, 2] = 1) -> str:
        r"""Return the table for a paper of one or two columns; ``bp.latex_preamble()`` gives what it needs."""
        return Latex(columns=one_of(columns, (1, 2), "to_latex(): columns")).write(self._blocks("full"))

    def __iter__(self) -> Iterator[Row]:
        """Iterate over the rows."""
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, position: int) -> Row:
        return self.rows[position]


class TextTable(Table[Row]):
    """A table whose cells are sentences: they start on the left and wrap inside their columns."""

    __slots__ = ()
    _holds_sentences = True

    def _numeric(self) -> frozenset[int]:
        return frozenset()


class TextRecord(Shown, ABC):
    """One record as labelled sentences, below its title."""

    __slots__ = ()

    @abstractmethod
    def _title(self) -> str:
        """Return what it is, in one line."""

    @abstractmethod
    def _told(self) -> Sequence[tuple[str, str]]:
        """Return the labels with their sentences."""

    def _blocks(self, length: Length) -> Sequence[Block]:
        return (Grid(self._title(), (), tuple(self._told()), is_wrapped=True),)
