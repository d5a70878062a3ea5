"""A format of connectomes: what files of it are called, and who reads them. A new one is one file of this folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ..files import Origin

__all__ = ["FORMATS", "LINE", "MOST_BYTES", "Format", "Raw", "reads"]

LINE = "line in the file"
"""Name of the column that holds where a row stood."""

MOST_BYTES = 200 * 2**30


class Raw(NamedTuple):
    """Rows as they stand in a source, with the neurons where it lists them, and where all of it came from.

    `nodes` is a table of neurons, `listed` the names that a matrix gives to its rows and columns.
    """

    frame: Any
    nodes: Any | None = None
    origin: Origin = Origin("")
    is_undirected: bool = False
    told: tuple[str, ...] = ()
    held: Any = None
    listed: tuple[Any, ...] | None = None


Read = Callable[[Path, str | None], Raw]


@dataclass(frozen=True, slots=True)
class Format:
    """One way to lay out a connectome in a file.

    Attributes
    ----------
    read : callable
        ``read(path, sheet)`` returns the rows.
    endings : tuple of str
        Of files that are laid out so.
    most_bytes : int
        How large a file is read.
    recognises : callable
        Whether the first rows of a table, as text, show that it is laid out so.
    read_nodes : callable, optional
        ``read_nodes(path)`` returns the nodes of a file that holds nothing else.
    """

    read: Read
    endings: tuple[str, ...] = ()
    most_bytes: int = MOST_BYTES
    recognises: Callable[[Sequence[Sequence[str]]], bool] = lambda rows: False
    read_nodes: Callable[[Path], Any] | None = None


FORMATS: dict[str, Format] = {}


def reads(name: str, *endings: str, **further: Any) -> Callable[[Read], Read]:
    """Register a function as the reader of a format, and of files with these endings; see `Format`."""

    def registered(read: Read) -> Read:
        FORMATS[name] = Format(read, endings, **further)
        return read

    return registered
