"""What became of the rows of a file: read, kept, listed twice, merged, dropped – and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ...render.blocks import Block, Items, Length
from ...render.numbers import counted
from ...render.tables import Table

__all__ = ["Report", "ReportRow"]


class ReportRow(NamedTuple):
    """Rows of one code as they stand in the file.

    Attributes
    ----------
    code : str
        What the file calls the kind, or the kind itself where the file says none.
    kind : str
        What it was read as.
    rows, self_rows : int
        Rows, and those whose source is their target.
    weight : int or float
        Sum of the weights as listed, before anything is merged.
    """

    code: str
    kind: str
    rows: int
    self_rows: int
    weight: float


@dataclass(frozen=True, repr=False)
class Report(Table[ReportRow]):
    """What became of the rows of a connectome file.

    Attributes
    ----------
    rows : tuple of ReportRow
        A row for each kind of connection as the file lists it.
    told : tuple of str
        What was dropped, merged or counted once, and why.

    Examples
    --------
    >>> import brainparams as bp
    >>> ring = [("a", "b", 2), ("b", "c", 1), ("c", "a", 4), ("a", "b", 1)]
    >>> bp.connectome(ring, weight="synapses").report.rows[0].weight
    8
    """

    rows: tuple[ReportRow, ...]
    name: str
    told: tuple[str, ...]

    def _caption(self) -> str:
        count, total = sum(row.rows for row in self.rows), sum(row.weight for row in self.rows)
        return f"{self.name}: {counted(count, 'row')} read, weights as listed add up to {total:,}"

    def _head(self) -> Sequence[str]:
        return "kind", "rows", "self-connections", "weight as listed"

    def _cells(self, row: ReportRow) -> Sequence[str]:
        return row.kind, f"{row.rows:,}", f"{row.self_rows:,}", f"{row.weight:,}"

    def _blocks(self, length: Length) -> Sequence[Block]:
        return (self._grid(), Items("what was done", self.told)) if self.told else (self._grid(),)

    def __getitem__(self, key: int | str) -> ReportRow:
        """Return a row by its place, or by its kind."""
        if isinstance(key, str):
            return next(row for row in self.rows if row.kind == key)
        return self.rows[key]
