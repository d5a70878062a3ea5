"""Workbooks: the cells of one sheet; XLSX through openpyxl, the older XLS, XLSB and ODS through calamine."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from ..errors import FileError, did_you_mean, shown
from ..foreign import library

__all__ = ["WORKBOOKS", "sheet_of"]

OLDER = (".xls", ".xlsb", ".ods")
WORKBOOKS = (".xlsx", ".xlsm", *OLDER)
MOST_UNPACKED = 2**30  # bytes
MOST_MERGED = 8 * 2**20  # bytes of a workbook whose merged cells are looked for, which takes the whole of it

Cells = list[list[Any]]
Merged = Iterable[tuple[tuple[int, int], tuple[int, int]]]  # first and last cell, row and column, counted from 0


def sheet_of(path: Path, where: str, sheet: str | None, most: int | None = None) -> Cells:
    """Return the cells of a sheet, row after row, None in empty ones; merged cells all hold what stands in them.

    Parameters
    ----------
    path
        A workbook.
    where
        Who asks and for which file, for messages.
    sheet
        Its sheet; the first one otherwise.
    most
        How many rows; all otherwise.

    Raises
    ------
    FileError
        If the file is no workbook, is too large, or has no such sheet.
    MissingExtraError
        If the package that reads it is not installed.
    """
    read = _of_older if path.suffix.casefold() in OLDER else _of_xlsx
    with path.open("rb") as file:
        is_archive = file.read(2) == b"PK"
    if is_archive:
        _check_size(path, where)
    rows, merged = read(path, where, sheet, most)
    for (top, left), (bottom, right) in merged:
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [rows[top][left]] * (right + 1 - left)
    return rows


def _check_size(path: Path, where: str) -> None:
    """Refuse an archive that is none, or unpacks to more than is read, before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(each.file_size for each in archive.infolist())
    except zipfile.BadZipFile as error:
        raise FileError(f"{where}: not a workbook: {error}; save it as .xlsx") from None
    if unpacked > MOST_UNPACKED:
        raise FileError(f"{where}: unpacks to {unpacked:,} bytes; save it as CSV or Parquet")


def _of_xlsx(path: Path, where: str, sheet: str | None, most: int | None) -> tuple[Cells, Merged]:
    openpyxl = library("openpyxl", where)
    is_whole = most is None and path.stat().st_size <= MOST_MERGED
    try:
        book = openpyxl.load_workbook(path, read_only=not is_whole, data_only=True, keep_links=False)
    except OSError:
        raise
    except Exception as error:  # openpyxl lets through whatever a broken archive raises
        raise FileError(f"{where}: not a workbook: {type(error).__name__}; save it as .xlsx") from None
    try:
        found = book[_chosen(book.sheetnames, sheet, where)]
        rows = [list(row) for row in islice(found.iter_rows(values_only=True), most)]
        merged = found.merged_cells.ranges if is_whole else ()
        return rows, [((each.min_row - 1, each.min_col - 1), (each.max_row - 1, each.max_col - 1)) for each in merged]
    finally:
        book.close()


def _of_older(path: Path, where: str, sheet: str | None, most: int | None) -> tuple[Cells, Merged]:
    calamine = library("python_calamine", where)
    try:
        book = calamine.CalamineWorkbook.from_path(path)
        found = book.get_sheet_by_name(_chosen(book.sheet_names, sheet, where))
        rows = found.to_python(skip_empty_area=False, nrows=most)
    except calamine.CalamineError as error:
        raise FileError(f"{where}: not a workbook: {error}; save it as .xlsx") from None
    return [[None if cell == "" else cell for cell in row] for row in rows], found.merged_cell_ranges or ()


def _chosen(names: list[str], sheet: str | None, where: str) -> str:
    if sheet is not None and sheet not in names:
        told = did_you_mean(sheet, names)
        raise FileError(f"{where}: has no sheet {shown(sheet)}; it has {', '.join(names)}.{told}")
    return sheet if sheet is not None else names[0]
