"""Files that hold a table: separated text, workbooks, Parquet and Arrow."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ..errors import FileError, shown
from ..foreign import library
from .columns import Columns, with_header
from .delimited import COMMENTS, PACKED, contents, decoded, lines_of, separator_of, suffix_of
from .workbooks import WORKBOOKS, sheet_of

__all__ = ["columns_of_file"]

LARGEST = 512 * 2**20  # bytes of a file that is read whole


def columns_of_file(path: Path, where: str, sheet: str | None, header: Any) -> Columns:
    """Return the table in a file.

    Raises
    ------
    FileError
        If it cannot be read: with the line and the mend.
    """
    read = READERS.get(suffix_of(path))
    named = shown(path.name if read is not None else str(path))
    where = f"{where.removesuffix('()')}({named})"
    if os.path.isdir(path):  # of a name that is too long too
        raise FileError(f"{where}: is a folder; give the path of a table in it")
    if read is None or (path.suffix.casefold() in PACKED and read is not _of_text):
        raise FileError(
            f"{where}: no reader for {path.suffix or 'a name without suffix'}; give {', '.join(READERS)}; "
            f"a text may be packed: {', '.join(PACKED)}"
        )
    if sheet is not None and read is not _of_sheet:
        raise FileError(f"{where}: sheet={sheet!r}: only a workbook has sheets; leave it out")
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise FileError(
                f"{where}: {size / 2**20:,.0f} MB, and a table that is read whole has at most {LARGEST // 2**20} MB; "
                f"aggregate it first, or read it with polars and give the frame"
            )
        return read(path, where, sheet, header)
    except OSError as error:
        raise FileError(f"{where}: {error.strerror or error}; give the path of a table") from None


def _of_text(path: Path, where: str, sheet: str | None, header: Any) -> Columns:
    """Read separated values as text; what stands equally often in the lines separates them."""
    lines = lines_of(decoded(contents(path, where, LARGEST), where))
    first = next((place for place, line in enumerate(lines) if line.strip() and not line.startswith(COMMENTS)), 0)
    separator = "\t" if suffix_of(path) == ".tsv" else separator_of(lines[first:])
    delimiter = " " if separator is None and _has_blanks(lines[first:]) else separator or ","
    reader = csv.reader(lines[first:], skipinitialspace=True, delimiter=delimiter)
    try:
        rows = [(first + reader.line_num, [" ".join(cell.split()) for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise FileError(f"{where}: line {first + reader.line_num}: {error}") from None
    if delimiter == " ":
        rows = [(line, [cell for cell in cells if cell]) for line, cells in rows]
    return with_header([row for row in rows if any(row[1])], where, "line", header)


def _has_blanks(lines: Iterable[str]) -> bool:
    """Whether blanks give all lines the same number of cells, more than one."""
    return len({len(line.split()) for line in lines if line.strip()} - {1}) == 1


def _of_sheet(path: Path, where: str, sheet: str | None, header: Any) -> Columns:
    cells = sheet_of(path, where, sheet)
    rows = [(number, [_cell(each) for each in row]) for number, row in enumerate(cells, 1)]
    return with_header([row for row in rows if any(cell is not None for cell in row[1])], where, "row", header)


def _cell(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


def _of_polars(reader: str) -> Callable[[Path, str, str | None, Any], Columns]:
    def read(path: Path, where: str, sheet: str | None, header: Any) -> Columns:
        polars = library("polars", where)
        try:
            frame = getattr(polars, reader)(path)
        except (FileNotFoundError, IsADirectoryError, PermissionError):
            raise
        except Exception:  # polars has errors of its own for each fault of a file, in its own words
            kind = path.suffix[1:]
            raise FileError(f"{where}: is no {kind} file that can be read; save the table again, or give CSV") from None
        columns = {name: frame[name].to_list() for name in frame.columns}
        return Columns(where, columns, list(range(1, frame.height + 1)))

    return read


READERS: dict[str, Callable[[Path, str, str | None, Any], Columns]] = {
    ".csv": _of_text,
    ".tsv": _of_text,
    ".txt": _of_text,
    ".dat": _of_text,
    ".tab": _of_text,
    **dict.fromkeys(WORKBOOKS, _of_sheet),
    ".parquet": _of_polars("read_parquet"),
    ".feather": _of_polars("read_ipc"),
    ".arrow": _of_polars("read_ipc"),
}
