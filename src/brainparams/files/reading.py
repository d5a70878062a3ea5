"""Files of strangers, read within bounds."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ..errors import FileError, KindError, shown
from .json_texts import Document, strict_json

__all__ = ["LARGEST", "LARGEST_HEADER", "FileRead", "file_read", "header_of", "path_of", "read_json", "read_text"]

LARGEST = 10 * 2**20
LARGEST_HEADER = 100 * 2**20  # of a stored model: the limit of its format


class FileRead(NamedTuple):
    """A file that numbers were read from: its name without its folder, its bytes, and what they hash to.

    Of a stored model only the header is read, and so only that is hashed: its weights may be of any size.
    """

    name: str
    size: int
    sha256: str


def file_read(path: Path) -> FileRead:
    """Return what a file is known by.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with path.open("rb") as file:
        if path.suffix == ".safetensors":
            header = header_of(file)
            return FileRead(path.name, len(header), hashlib.sha256(header).hexdigest())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileRead(path.name, path.stat().st_size, digest)


def header_of(file: BinaryIO) -> bytes:
    """Return the header of a stored model with the eight bytes that say how long it is; empty if it says too much."""
    first = file.read(8)
    length = int.from_bytes(first, "little")
    return first + file.read(length) if length <= LARGEST_HEADER else b""


def path_of(path: object, where: str) -> Path:
    """Return a path, or say that something else came.

    Raises
    ------
    KindError
        For what is no path.
    """
    if not isinstance(path, str | os.PathLike) or not _is_name(str(path)):
        raise KindError(f"{where}: needs the path of a file, such as 'brain.json'; got {shown(path)}")
    return Path(path)


def _is_name(path: str) -> bool:
    """Return whether a text can be the name of a file at all."""
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        return False
    return bool(path.strip()) and "\0" not in path


def read_text(path: object, where: str, what: str, largest: int = LARGEST) -> str:
    """Return the text of a file, read once its size is known to be within bounds.

    Parameters
    ----------
    path
        Of the file.
    where
        Function that asks, for messages.
    what
        What the file should be: ``"a file that save() wrote"``.
    largest
        Bytes that it may hold.

    Raises
    ------
    FileError
        If there is no such file, it is larger, or it is no text in UTF-8.
    """
    source = path_of(path, where)
    try:
        if source.exists() and not source.is_file():
            raise FileError(f"{where}: {shown(source.name or str(source))} is no file; give the path of {what}")
        if source.stat().st_size > largest:
            raise FileError(f"{where}: the file is larger than {largest // 2**20} MB; it is not {what}")
        return source.read_text(encoding="utf-8-sig")
    except FileError:
        raise
    except OSError as error:
        raise FileError(f"{where}: {error.strerror or type(error).__name__}; give the path of {what}") from None
    except ValueError:
        raise FileError(f"{where}: not a text in UTF-8; save it as UTF-8, or give the path of {what}") from None


def read_json(path: object, where: str, what: str, largest: int = LARGEST) -> Document:
    """Return what a JSON file holds; see `read_text` and `strict_json`."""
    return strict_json(read_text(path, where, what, largest), where)
