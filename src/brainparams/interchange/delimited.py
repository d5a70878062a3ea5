"""Delimited text: how a file is packed and encoded, what separates its cells, and which of its lines are comments."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import lzma
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ..errors import FileError
from ..foreign import library

__all__ = ["COMMENTS", "PACKED", "contents", "decoded", "lines_of", "opened", "separator_of", "split", "suffix_of"]

PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip")
COMMENTS = ("#", "%")
SEPARATORS = "\t;,|"
SAMPLED = 50


def suffix_of(path: Path) -> str:
    """Return the suffix of a file, or of what is packed in it: ``edges.csv.gz`` is ``.csv``.

    Examples
    --------
    >>> suffix_of(Path("edges.CSV.gz")), suffix_of(Path("regions.xlsx"))
    ('.csv', '.xlsx')
    """
    suffix = path.suffix.casefold()
    return suffix if suffix not in PACKED else path.with_suffix("").suffix.casefold()


@contextmanager
def opened(path: Path, where: str) -> Iterator[IO[bytes]]:
    """Open a file to read its bytes, unpacked where it is packed.

    Raises
    ------
    FileError
        If it is not packed as its suffix says, or an archive holds more than one file.
    """
    try:
        with _unpacking(path, where) as file:
            yield file
    except (OSError, zipfile.BadZipFile, lzma.LZMAError, EOFError) as error:
        if (
            isinstance(error, OSError) and error.errno is not None
        ):  # it is missing or may not be read: said by whoever asked
            raise
        raise FileError(f"{where}: is not packed as {path.suffix} says ({error}); pack it again") from None


@contextmanager
def _unpacking(path: Path, where: str) -> Iterator[IO[bytes]]:
    match path.suffix.casefold():
        case ".zip":
            with zipfile.ZipFile(path) as archive:
                hidden = ("__MACOSX/", ".")
                members = [
                    each for each in archive.infolist() if not each.is_dir() and not each.filename.startswith(hidden)
                ]
                if len(members) != 1:
                    raise FileError(f"{where}: holds {len(members)} files; unpack it and give one of them")
                with archive.open(members[0]) as file:
                    yield file
        case ".zst":
            with library("pyarrow", where).input_stream(str(path), compression="zstd") as file:
                yield file
        case suffix:
            openers: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
            with openers.get(suffix, open)(path, "rb") as file:
                yield file


def contents(path: Path, where: str, largest: int) -> bytes:
    """Return the bytes of a file, unpacked; no more than `largest` are held."""
    with opened(path, where) as file:
        found = file.read(largest + 1)
    if len(found) > largest:
        raise FileError(
            f"{where}: has more than {largest / 2**20:,.0f} MB, the most that is read whole; aggregate it first, or "
            f"read it with polars and give the frame"
        )
    return found


def decoded(content: bytes, where: str) -> str:
    """Return a text; UTF-8, or UTF-16 where a byte-order mark says so.

    Raises
    ------
    FileError
        If the bytes are neither.
    """
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileError(f"{where}, line {line}: byte {error.start} is not UTF-8; save the table as UTF-8") from None


def lines_of(text: str) -> list[str]:
    r"""Return the lines of a text with their ends, as an editor counts them: a form feed ends none.

    Examples
    --------
    >>> lines_of("a,b\r\nc\x0cd,e\n")
    ['a,b\r\n', 'c\x0cd,e\n']
    """
    return io.StringIO(text, newline="").readlines()


def separator_of(lines: Sequence[str]) -> str | None:
    """Return what separates cells: the sign by which most lines have one number of cells; None where blanks do.

    Examples
    --------
    >>> separator_of(["region;value", "cortex;16,34", "cerebellum;69,03"])
    ';'
    >>> separator_of(["region  value", "cortex  16.34"]) is None
    True
    """
    sample = [line for line in lines if line.strip()][:SAMPLED]
    best: tuple[int, int, str | None] = (0, 1, None)
    for sign in SEPARATORS:
        width, count = Counter(len(row) for row in _rows(sample, sign)).most_common(1)[0] if sample else (1, 0)
        if width > 1 and (count, width) > best[:2]:
            best = count, width, sign
    return best[2]


def _rows(lines: Sequence[str], sign: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(lines, delimiter=sign, skipinitialspace=True)
    except csv.Error:
        return


def split(line: str, separator: str | None) -> list[str]:
    """Return the cells of one line."""
    return line.split() if separator is None else next(csv.reader([line], delimiter=separator))
