"""What comes by standard input, where ``-`` stands for a file."""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from ..errors import ArgumentError, FileError

__all__ = ["MARK", "StandardInput"]

MARK = "-"
LARGEST = 2 * 2**30
CHUNK = 2**20


class StandardInput:
    """Standard input as a file with a suffix, for as long as a command runs; it is read once."""

    def __init__(self) -> None:
        self._held = ExitStack()
        self._is_read = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._held.close()

    def path(self, word: str, suffix: str) -> str:
        """Return the path that a word of the command line is, or that of a copy of what comes in."""
        if word != MARK:
            return word
        if self._is_read:
            raise ArgumentError("'-': standard input is read once; give a file in one of the places")
        self._is_read = True
        copy = Path(self._held.enter_context(tempfile.TemporaryDirectory())) / f"standard input{suffix}"
        try:
            with copy.open("wb") as file:
                _copy(sys.stdin.buffer, file)
        except (OSError, AttributeError) as error:  # it is closed, or there is none
            raise FileError(f"'-': standard input cannot be read ({type(error).__name__}); give a file") from None
        return str(copy)


def _copy(source: BinaryIO, target: BinaryIO) -> None:
    size = 0
    while chunk := source.read(CHUNK):
        size += target.write(chunk)
        if size > LARGEST:
            raise FileError(f"'-': more than {LARGEST // 2**30} GB came in; give a file")
