"""Adjacency matrices: a row for each sender, a column for each receiver, and blanks where there is nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ....errors import FileError, shown
from ..files import library
from . import tables
from .format import LINE, Raw, reads
from .tables import is_number

__all__ = ["frame", "is_matrix", "read"]

MOST_BYTES = 2 * 2**30
TOLD = "a matrix: rows send, columns receive"


def is_matrix(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether rows are a labelled matrix: names above and before, and nothing but numbers and blanks inside."""
    if len(rows) < 2 or len(rows[0]) < 3:
        return False
    heads, body = rows[0], rows[1:]
    labels = [row[0].strip() for row in body if row]
    inside_is_numeric = all(not cell.strip() or is_number(cell) for row in body for cell in row[1:])
    if not inside_is_numeric or not all(cell.strip() for cell in heads[1:]):
        return False
    if not heads[0].strip():
        return True
    return len(set(labels) & {cell.strip() for cell in heads[1:]}) * 2 >= len(labels)


@reads("matrix", most_bytes=MOST_BYTES, recognises=is_matrix)
def read(path: Path, sheet: str | None) -> Raw:
    """Return the connections of a matrix in a text or a workbook; a binary file holds columns, and so edges."""
    if tables.is_binary(path):
        return tables.read(path, sheet)
    return Raw(frame(tables.grid(path, sheet), path.name), told=(TOLD,))


def frame(cells: Sequence[Sequence[str | None]], file: str) -> Any:
    """Return the connections of a matrix as a lazy frame: source, target, weight and line.

    Raises
    ------
    FileError
        For a label that stands twice or is missing, a row of another length, or a cell that is no number.
    """
    receivers = [(cell or "").strip() for cell in cells[0][1:]]
    _check_labels(receivers, file, "column")
    senders, rows = [], []
    for line, row in enumerate(cells[1:], start=2):
        if not any(cell and cell.strip() for cell in row):
            continue
        if len(row) != len(receivers) + 1:
            raise FileError(
                f"connectome(): {file}, line {line}: has {len(row) - 1} cells, and there are {len(receivers)} columns"
            )
        sender = (row[0] or "").strip()
        senders.append(sender)
        for receiver, cell in zip(receivers, row[1:], strict=True):
            text = (cell or "").strip()
            if text and text != "0":
                if not is_number(text):
                    raise FileError(
                        f"connectome(): {file}, line {line}, column {receiver!r}: {shown(text)} is no number; "
                        f"leave the cell blank where there is no connection"
                    )
                rows.append((line, sender, receiver, float(text)))
    _check_labels(senders, file, "row")
    pl = library("polars")
    schema = {LINE: pl.UInt32, "source": pl.String, "target": pl.String, "weight": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row").lazy()


def _check_labels(labels: Sequence[str], file: str, what: str) -> None:
    if not all(labels):
        raise FileError(f"connectome(): {file}: {what} {labels.index('') + 1} has no label; name every neuron")
    twice = (
        next((label for label in labels if labels.count(label) > 1), None) if len(set(labels)) < len(labels) else None
    )
    if twice is not None:
        raise FileError(f"connectome(): {file}: two {what}s are called {twice!r}; give each its own name")
