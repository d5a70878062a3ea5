"""A table as columns of plain values: where its rows stand, which of them hold the names of the columns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..checks import stands_twice
from ..errors import FileError, did_you_mean, shown
from ..foreign import is_missing

__all__ = ["Columns", "check_unique", "is_empty", "joined", "with_header"]

HEADLESS = 0
"""What `header` is where a table has none."""


@dataclass(frozen=True)
class Columns:
    """A table as columns; `lines` says where each row stands in its file, counted as people count.

    `units` has the unit of a column where the table says it beside its name, `scales` by how much its numbers are to
    be multiplied.
    """

    where: str
    columns: dict[str, list[Any]]
    lines: list[int]
    unit_of_line: str = "row"
    units: Mapping[str, str] = field(default_factory=dict)
    scales: Mapping[str, Fraction] = field(default_factory=dict)

    def column(self, name: str, role: str) -> list[Any]:
        """Return a column by its name.

        Raises
        ------
        FileError
            If there is none.
        """
        if name not in self.columns:
            have = ", ".join(map(repr, list(self.columns)[:12]))
            raise FileError(
                f"{self.where}: no column {shown(name)} for {role}=; the columns are {have}."
                + (did_you_mean(str(name), map(str, self.columns)) or self._about_heads())
            )
        return self.columns[name]

    def _about_heads(self) -> str:
        """Say how to name the line of the heads, of a file whose first line seems to be none."""
        if self.unit_of_line == "row" and not self.where.endswith("')"):
            return ""
        return (
            f" Say header= where the names of the columns stand in another {self.unit_of_line}, 0 where there are none."
        )

    def place(self, row: int) -> str:
        """Return where a row stands, for a message."""
        return f"{self.unit_of_line} {self.lines[row]}"

    def fault(self, row: int, column: str | None, why: str) -> FileError:
        """Return the error of one cell, with where it stands."""
        return FileError(f"{self.place(row)}, column {column!r}: {why}")


def with_header(rows: Sequence[tuple[int, list[Any]]], where: str, unit: str, header: Any = None) -> Columns:
    """Return rows, each with the line where it stands, as columns under the names of the first or of another one."""
    names, body = _headed(rows, where, unit, header)
    faults = [
        f"{unit} {number}: {len(cells)} cells, and the header has {len(names)}"
        for number, cells in body
        if len(cells) < len(names) or any(cell not in (None, "") for cell in cells[len(names) :])
    ]
    if faults:
        told = "; ".join(faults[:5]) + ("; …" if len(faults) > 5 else "")
        raise FileError(
            f"{where}: {told}; quote cells that hold the separator, delete lines that are no rows"
            + _wider(rows, len(names), unit)
        )
    columns = {name: [cells[place] for _, cells in body] for place, name in enumerate(names)}
    return Columns(where, columns, [number for number, _ in body], unit)


def _wider(rows: Sequence[tuple[int, list[Any]]], width: int, unit: str) -> str:
    """Name the first row that is wider than the header: it may be the true one."""
    wider = next(
        (number for number, cells in rows if len([each for each in cells if each not in (None, "")]) > width), 0
    )
    return f", or say header={wider} if the names of the columns stand in {unit} {wider}" if wider else ""


def _headed(
    rows: Sequence[tuple[int, list[Any]]], where: str, unit: str, header: Any
) -> tuple[list[str], list[tuple[int, list[Any]]]]:
    """Return the names of the columns, and the rows below them."""
    if header == HEADLESS and rows:
        return [f"column {place}" for place in range(1, len(rows[0][1]) + 1)], list(rows)
    first = [rows[0][0]] if rows else []
    asked: list[int] = [header] if isinstance(header, int) else list(header or first)
    heads = [_without_end(cells) for number, cells in rows if number in asked]
    body = [(number, cells) for number, cells in rows if number > max(asked, default=0)]
    if len(heads) < len(asked):
        span = f"{rows[0][0]} to {rows[-1][0]}" if rows else "none"
        raise FileError(f"{where}: header={shown(header)}: there is no such {unit}; it has {unit}s {span}")
    if not heads or not body:
        raise FileError(f"{where}: {'only a header' if rows else 'empty'}; a table has a header and at least one row")
    width = max(map(len, heads))
    names = [joined([head[place] for head in heads if place < len(head)]) for place in range(width)]
    twice = stands_twice(names)
    if twice or "" in names:
        what = f"the column {twice!r} stands twice" if twice else "a column has no name"
        raise FileError(
            f"{where}: {unit} {asked[-1]}: {what}; give each column a name of its own, or say header= the {unit} where "
            f"the names stand: two of them, such as header=({asked[-1]}, {asked[-1] + 1}), are joined"
        )
    return names, body


def _without_end(cells: list[Any]) -> list[Any]:
    while cells and cells[-1] in (None, ""):
        cells = cells[:-1]
    return cells


def joined(parts: Sequence[Any]) -> str:
    """Return the heads that stand above each other as one name; what stands twice is said once."""
    return ", ".join(dict.fromkeys(str(part) for part in parts if part not in (None, "")))


def check_unique(names: Sequence[str], where: str) -> None:
    """Raise where two columns have one name."""
    twice = stands_twice(names)
    if twice is not None:
        raise FileError(f"{where}: the column {twice!r} stands twice; give each column a name of its own")


def is_empty(cell: Any) -> bool:
    """Whether a cell says nothing."""
    if isinstance(cell, str):
        return cell.strip().casefold() in _EMPTY
    is_nan = isinstance(cell, float) and math.isnan(cell)
    return cell is None or is_nan or is_missing(cell) or type(cell).__name__ == "NaTType"


_EMPTY = {"", "na", "nan", "n/a", "n.a.", "n.d.", "nd", "null", "none", "-", "–", "—", ".", "..", "…", "?"}
