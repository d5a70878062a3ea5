"""Adjacency matrices: a row for each sender, a column for each receiver, and blanks where there is nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ....checks import stands_twice
from ....errors import FileError, shown
from ..dialects import looks_like_heads
from ..files import library
from . import tables
from .format import LINE, Raw, reads
from .tables import is_number

__all__ = ["TOLD", "frame", "is_matrix", "of_array", "read", "unlabelled"]

MOST_BYTES = 2 * 2**30
TOLD = "a matrix: rows send, columns receive"


def is_matrix(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether rows are a matrix: square, with names above or before its numbers, or without any.

    Raises
    ------
    FileError
        For three rows of three numbers, which may be edges as well.
    """
    if len(rows) < 2 or len(rows[0]) < 3 or looks_like_heads(rows[0]):
        return False
    heads, body = [cell.strip() for cell in rows[0]], rows[1:]
    if not _are_numbers(body, 1) or not all(heads[1:]):
        return False
    firsts = [row[0].strip() for row in body if row]
    if not heads[0] or (len(set(firsts) & set(heads[1:])) * 2 >= len(firsts) > 0 and not _are_numbers(rows, 0)):
        return True
    height, width = len(rows), len(heads)
    if _are_numbers(rows, 0):
        if height == width == 3:
            raise FileError(
                "connectome(): three rows of three numbers may be a matrix or edges; say format='matrix' or "
                "format='edges'"
            )
        return width > 3 and (height == width or height >= tables.FIRST <= width)
    words_above = not any(is_number(head) for head in heads)
    if words_above and _are_numbers(body, 0):
        return width > 2 and (height - 1 == width or height >= tables.FIRST <= width)
    return not words_above and width > 3 and (height == width - 1 or height >= tables.FIRST <= width)


def _are_numbers(rows: Sequence[Sequence[str]], first: int) -> bool:
    """Whether the cells from some column on are numbers, blank or not known."""
    known = (cell.strip() for row in rows for cell in row[first:])
    return all(not cell or is_number(cell) or cell.casefold() in ("nan", "na") for cell in known)


@reads("matrix", most_bytes=MOST_BYTES, recognises=is_matrix)
def read(path: Path, sheet: str | None) -> Raw:
    """Return the connections of a matrix in a text or a workbook; a binary file holds columns, and so edges."""
    if tables.is_binary(path):
        return tables.read(path, sheet)
    found, names = frame(tables.grid(path, sheet), path.name)
    return Raw(found, told=(TOLD,), listed=names)


def frame(cells: Sequence[Sequence[str | None]], file: str) -> tuple[Any, tuple[str, ...]]:
    """Return the connections of a matrix as a lazy frame, source, target, weight and line, and all names in it.

    Raises
    ------
    FileError
        For a label that stands twice or is missing, a row of another length, or a cell that is no number.
    """
    texts = [(line, [(cell or "").strip() for cell in row]) for line, row in enumerate(cells, start=1)]
    rows = [(line, row) for line, row in texts if any(row)]
    senders, receivers, body = _labelled(rows, file)
    _check_labels(senders, file, "row")
    _check_labels(receivers, file, "column")
    found = []
    for sender, (line, row) in zip(senders, body, strict=True):
        if len(row) != len(receivers):
            raise FileError(
                f"connectome(): {file}, line {line}: has {len(row)} cells, and there are {len(receivers)} columns"
            )
        for receiver, text in zip(receivers, row, strict=True):
            if text and text != "0":
                if not is_number(text):
                    raise FileError(
                        f"connectome(): {file}, line {line}, column {receiver!r}: {shown(text)} is no number; "
                        f"leave the cell blank where there is no connection"
                    )
                found.append((line, sender, receiver, float(text)))
    pl = library("polars")
    schema = {LINE: pl.UInt32, "source": pl.String, "target": pl.String, "weight": pl.Float64}
    names = tuple(dict.fromkeys((*senders, *receivers)))
    return pl.DataFrame(found, schema=schema, orient="row").lazy(), names


def _labelled(
    rows: Sequence[tuple[int, list[str]]], file: str
) -> tuple[list[str], list[str], list[tuple[int, list[str]]]]:
    """Return the names of senders and receivers, and the rows of numbers: names may stand above, before, or nowhere."""
    heads, body = rows[0][1], rows[1:]
    firsts = [row[0] for _, row in body]
    has_heads = not heads[0] or not _are_numbers([heads], 1)
    has_firsts = not heads[0] or not _are_numbers([[first] for first in firsts], 0)
    if has_heads and (has_firsts or len(body) == len(heads) - 1):
        return firsts, heads[1:], [(line, row[1:]) for line, row in body]
    if has_heads:
        _check_square(len(body), len(heads), file)
        return heads, heads, list(body)
    if has_firsts or not _are_numbers([heads], 0):
        labels = [row[0] for _, row in rows]
        _check_square(len(rows), len(heads) - 1, file)
        return labels, labels, [(line, row[1:]) for line, row in rows]
    _check_square(len(rows), len(heads), file)
    if len(heads) > 3 and firsts == heads[1:] and firsts == [str(int(float(heads[1])) + k) for k in range(len(firsts))]:
        raise FileError(
            f"connectome(): {file}: the first row and column may be names or numbers; leave the first cell blank "
            f"if they are names"
        )
    return unlabelled(len(rows)), unlabelled(len(heads)), list(rows)


def _check_square(height: int, width: int, file: str) -> None:
    if height != width:
        raise FileError(
            f"connectome(): {file}: a matrix of {height:,} × {width:,} needs names above and before its numbers"
        )


def unlabelled(count: int) -> list[str]:
    """Return the names of neurons that have none: their places, from 1."""
    return [str(place) for place in range(1, count + 1)]


def of_array(values: Any, senders: Sequence[str], receivers: Sequence[str], name: str) -> Any:
    """Return the connections of an array of numbers as a lazy frame."""
    _check_labels(list(senders), name, "row")
    _check_labels(list(receivers), name, "column")
    missing = np.argwhere(np.isnan(values)).tolist() if values.dtype.kind == "f" else []
    if missing:
        row, column = missing[0]
        raise FileError(
            f"connectome(): {name}: row {senders[row]!r}, column {receivers[column]!r} is not a number (NaN); write 0 "
            f"where there is no connection"
        )
    rows, columns = np.nonzero(values)
    pl = library("polars")
    ends = {
        name: pl.Series(list(labels), dtype=pl.String)[places.tolist()]
        for name, labels, places in (("source", senders, rows), ("target", receivers, columns))
    }
    return pl.DataFrame({**ends, "weight": values[rows, columns]}).lazy()


def _check_labels(labels: Sequence[str], file: str, what: str) -> None:
    if not all(labels):
        raise FileError(f"connectome(): {file}: {what} {labels.index('') + 1} has no label; name every neuron")
    twice = stands_twice(labels)
    if twice is not None:
        raise FileError(f"connectome(): {file}: two {what}s are called {twice!r}; give each its own name")
