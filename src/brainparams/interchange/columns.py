"""Tables of any kind as columns of plain values: files, data frames, dicts of columns, lists of records."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import FileError, KindError, MissingExtraError, did_you_mean, shown

__all__ = ["Columns", "columns_of", "is_missing"]

LARGEST = 512 * 2**20  # bytes of a file that is read whole


@dataclass(frozen=True)
class Columns:
    """A table as columns; `lines` says where each row stands in its file, counted as people count."""

    where: str
    columns: dict[str, list[Any]]
    lines: list[int]
    unit_of_line: str = "row"

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
                + did_you_mean(str(name), map(str, self.columns))
            )
        return self.columns[name]

    def place(self, row: int) -> str:
        """Return where a row stands, for a message."""
        return f"{self.unit_of_line} {self.lines[row]}"


def columns_of(table: Any, where: str, sheet: str | None = None) -> Columns:
    """Return a table as columns of plain Python values.

    Raises
    ------
    FileError, KindError
        If it cannot be read.
    MissingExtraError
        If the package that reads it is not installed.
    """
    if isinstance(table, str | Path):
        return _of_file(Path(table), where, sheet)
    if isinstance(table, Mapping):
        return _of_dict(table, where)
    if isinstance(table, list | tuple):
        return _of_records(table, where)
    return _of_frame(table, where)


# --- what is in memory -------------------------------------------------------------------------------------------


def _of_dict(table: Mapping[Any, Any], where: str) -> Columns:
    columns = {str(name): list(values) for name, values in table.items() if _is_column(values)}
    lengths = {len(values) for values in columns.values()}
    if len(columns) < len(table) or len(lengths) > 1 or not columns:
        example = "{'area': ['V1', 'V2'], 'mean': [1, 2]}"
        raise KindError(f"{where}: a dict is a table of columns of one length, such as {example}; got {shown(table)}")
    return Columns(where, columns, list(range(1, lengths.pop() + 1)))


def _is_column(values: Any) -> bool:
    return hasattr(values, "__iter__") and not isinstance(values, str | bytes | Mapping)


def _of_records(table: Sequence[Any], where: str) -> Columns:
    if not table or not all(isinstance(row, Mapping) for row in table):
        example = "[{'area': 'V1', 'mean': 1}]"
        raise KindError(f"{where}: a list is a table of records, such as {example}; got {shown(table)}")
    names = list(dict.fromkeys(str(name) for row in table for name in row))
    rows = [{str(name): value for name, value in row.items()} for row in table]
    return Columns(where, {name: [row.get(name) for row in rows] for name in names}, list(range(1, len(table) + 1)))


def _of_frame(table: Any, where: str) -> Columns:
    """Read a data frame of any library that narwhals knows; an index with a name is a column."""
    narwhals = _library("narwhals", where)
    if hasattr(table, "reset_index") and hasattr(table, "index"):  # pandas
        named = [name for name in table.index.names if name is not None]
        table = table.reset_index() if named else table
    if hasattr(table, "to_dataframe") and hasattr(table, "dims"):  # xarray
        table = table.to_dataframe(name=table.name or "value").reset_index()
    try:
        frame = narwhals.from_native(table)
    except TypeError:
        raise KindError(
            f"{where}: cannot read {type(table).__name__} as a table; give a path, a data frame of pandas, polars, "
            f"pyarrow or xarray, a dict of columns, or a list of records"
        ) from None
    if isinstance(frame, narwhals.LazyFrame):
        frame = frame.collect()
    columns = {str(name): frame[name].to_list() for name in frame.columns}
    return Columns(where, columns, list(range(1, len(frame) + 1)))


def _library(name: str, where: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError:
        raise MissingExtraError(
            f"{where}: needs {name}; install what reads tables with: pip install 'brainparams[data]'"
        ) from None


# --- files -------------------------------------------------------------------------------------------------------


def _of_file(path: Path, where: str, sheet: str | None) -> Columns:
    where = f"{where.removesuffix('()')}({path.name!r})"
    read = READERS.get(path.suffix.lower())
    if read is None:
        raise FileError(f"{where}: no reader for {path.suffix or 'a name without suffix'}; give {', '.join(READERS)}")
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise FileError(
                f"{where}: {size / 2**20:,.0f} MB, and a table that is read whole has at most {LARGEST // 2**20} MB; "
                f"aggregate it first, or read it with polars and give the frame"
            )
        return read(path, where, sheet)
    except OSError as error:
        raise FileError(f"{where}: {error.strerror or error}; give the path of a table") from None


def _of_text(path: Path, where: str, sheet: str | None) -> Columns:
    """Read separated values as text; the header says which sign separates them."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(f"{where}: byte {error.start} is not UTF-8; save the table as UTF-8") from None
    lines = text.splitlines()
    header = next((line for line in lines if line.strip()), "")
    separator = max("\t;,|", key=header.count) if path.suffix.lower() != ".tsv" else "\t"
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True)
    try:
        numbered = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise FileError(f"{where}: line {reader.line_num}: {error}") from None
    return _with_header([row for row in numbered if any(row[1])], where, "line")


def _of_sheet(path: Path, where: str, sheet: str | None) -> Columns:
    openpyxl = _library("openpyxl", where)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except OSError:
        raise
    except Exception as error:  # openpyxl lets through whatever a broken archive raises
        raise FileError(f"{where}: not a workbook: {type(error).__name__}; save it as .xlsx") from None
    if sheet is not None and sheet not in book.sheetnames:
        raise FileError(
            f"{where}: no sheet {shown(sheet)}; the sheets are {', '.join(book.sheetnames)}."
            + did_you_mean(sheet, book.sheetnames)
        )
    cells = (book[sheet] if sheet is not None else book.worksheets[0]).iter_rows(values_only=True)
    rows = [(number, [_cell(each) for each in row]) for number, row in enumerate(cells, start=1)]
    book.close()
    return _with_header([row for row in rows if any(cell is not None for cell in row[1])], where, "row")


def _cell(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _with_header(rows: Sequence[tuple[int, list[Any]]], where: str, unit: str) -> Columns:
    if len(rows) < 2:
        raise FileError(f"{where}: {'only a header' if rows else 'empty'}; a table has a header and at least one row")
    (line, header), *body = rows
    while header[-1] in (None, ""):
        header = header[:-1]
    names = ["" if name is None else str(name) for name in header]
    twice = [name for place, name in enumerate(names) if name in names[:place] or not name]
    if twice:
        what = f"the column {twice[0]!r} stands twice" if twice[0] else "a column has no name"
        raise FileError(f"{where}: {unit} {line}: {what}; give each column a name of its own")
    faults = [
        f"{unit} {number}: {len(cells)} cells, and the header has {len(names)}"
        for number, cells in body
        if len(cells) < len(names) or any(cell not in (None, "") for cell in cells[len(names) :])
    ]
    if faults:
        told = "; ".join(faults[:5]) + ("; …" if len(faults) > 5 else "")
        raise FileError(f"{where}: {told}; quote cells that hold the separator")
    columns = {name: [cells[place] for _, cells in body] for place, name in enumerate(names)}
    return Columns(where, columns, [number for number, _ in body], unit)


def _of_polars(reader: str) -> Callable[[Path, str, str | None], Columns]:
    def read(path: Path, where: str, sheet: str | None) -> Columns:
        polars = _library("polars", where)
        try:
            frame = getattr(polars, reader)(path)
        except OSError:
            raise
        except Exception as error:  # polars has errors of its own for each fault of a file
            raise FileError(f"{where}: not such a table: {type(error).__name__}: {str(error)[:120]}") from None
        columns = {name: frame[name].to_list() for name in frame.columns}
        return Columns(where, columns, list(range(1, frame.height + 1)))

    return read


READERS: dict[str, Callable[[Path, str, str | None], Columns]] = {
    ".csv": _of_text,
    ".tsv": _of_text,
    ".txt": _of_text,
    ".xlsx": _of_sheet,
    ".parquet": _of_polars("read_parquet"),
    ".feather": _of_polars("read_ipc"),
    ".arrow": _of_polars("read_ipc"),
}


def is_missing(value: Any) -> bool:
    """Whether a cell is empty."""
    if value is None:
        return True
    if isinstance(value, str):
        return value.strip().lower() in ("", "na", "nan", "n/a", "-", "–", "—")
    return isinstance(value, float) and math.isnan(value)
