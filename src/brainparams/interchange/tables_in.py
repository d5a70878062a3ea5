"""Tables of any kind as columns: data frames, dicts, lists of records or rows, and files."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import KindError, shown
from ..foreign import is_labelled, is_pint, library
from .columns import Columns, check_unique, joined, with_header
from .table_files import columns_of_file

__all__ = ["columns_of"]


def columns_of(
    table: Any, where: str, sheet: str | None = None, header: Any = None, labels: str | None = None
) -> Columns:
    """Return a table as columns of plain Python values.

    Parameters
    ----------
    table
        A path, a data frame, a dict of columns or of records by label, a list of records or of rows.
    where
        The function, for messages.
    sheet
        The sheet of a workbook.
    header
        The line of the names of the columns, several of them, or 0 where there are none.
    labels
        What the column of labels is called, where they are the keys of a dict.

    Raises
    ------
    FileError, KindError
        If it cannot be read.
    MissingExtraError
        If the package that reads it is not installed.
    """
    if isinstance(table, str | Path):
        return columns_of_file(Path(table).expanduser(), where, sheet, header)
    if isinstance(table, Mapping) and not is_labelled(table):
        return _of_dict(table, where, labels)
    if isinstance(table, list | tuple):
        return _of_list(table, where, header)
    if isinstance(table, np.ndarray) and table.dtype.names:
        return _of_dict({name: table[name].tolist() for name in table.dtype.names}, where, None)
    return _of_frame(table, where, labels)


# --- what is in memory -------------------------------------------------------------------------------------------


def _of_dict(table: Mapping[Any, Any], where: str, labels: str | None) -> Columns:
    if table and labels is not None and all(isinstance(row, Mapping) for row in table.values()):
        return _of_records([{labels: label, **row} for label, row in table.items()], where)
    columns = {str(name): _cells(values) for name, values in table.items() if _is_column(values)}
    lengths = {len(values) for values in columns.values()}
    if len(columns) < len(table) or len(lengths) > 1 or not columns:
        example = "{'area': ['V1', 'V2'], 'mean': [1, 2]} or {'V1': {'mean': 1}, 'V2': {'mean': 2}}"
        raise KindError(
            f"{where}: a dict is a table of columns of one length, or of records by label, such as {example}; got "
            f"{shown(table)}; numbers by label are no table: bp.measured(values, unit, axis='area', source=…)"
        )
    return Columns(where, columns, list(range(1, lengths.pop() + 1)))


def _is_column(values: Any) -> bool:
    return hasattr(values, "__iter__") and not isinstance(values, str | bytes | Mapping)


def _cells(values: Any) -> list[Any]:
    """Return the cells of a column; a quantity of pint with many numbers keeps its unit in each."""
    return [values.__class__(each, values.units) for each in values.magnitude] if is_pint(values) else list(values)


def _of_list(table: Sequence[Any], where: str, header: Any) -> Columns:
    if table and all(isinstance(row, list | tuple) for row in table):
        return with_header([(place, list(row)) for place, row in enumerate(table, start=1)], where, "row", header)
    if not table or not all(isinstance(row, Mapping) for row in table):
        example = "[{'area': 'V1', 'mean': 1}] or [('area', 'mean'), ('V1', 1)]"
        raise KindError(f"{where}: a list is a table of records or rows, such as {example}; got {shown(table)}")
    return _of_records(table, where)


def _of_records(table: Sequence[Mapping[Any, Any]], where: str) -> Columns:
    names = list(dict.fromkeys(str(name) for row in table for name in row))
    rows = [{str(name): value for name, value in row.items()} for row in table]
    return Columns(where, {name: [row.get(name) for row in rows] for name in names}, list(range(1, len(table) + 1)))


def _of_frame(table: Any, where: str, labels: str | None) -> Columns:
    """Read a data frame of any library that narwhals knows; an index is a column."""
    narwhals = library("narwhals", where)
    units: dict[str, str] = {}
    if type(table).__module__.partition(".")[0] == "pandas":
        table = _of_pandas(table, labels)
        check_unique(list(table.columns), where)
    elif hasattr(table, "dims") and hasattr(table, "coords"):  # xarray
        units = {str(name): str(each.attrs["units"]) for name, each in _variables(table) if "units" in each.attrs}
        table = (table if hasattr(table, "data_vars") else table.to_dataset(name=table.name or "value")).to_dataframe()
        table = table.reset_index()
    elif hasattr(table, "to_pydict"):  # pyarrow, also a batch of it
        names = list(table.schema.names)
        check_unique(names, where)
        return Columns(where, table.to_pydict(), list(range(1, table.num_rows + 1)))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # narwhals on where its support of dask will live
            frame = narwhals.from_native(table)
    except TypeError:
        raise KindError(
            f"{where}: cannot read {type(table).__name__} as a table; give a path, a data frame of pandas, polars, "
            f"pyarrow or xarray, a dict of columns, or a list of records"
        ) from None
    if isinstance(frame, narwhals.LazyFrame):
        frame = frame.collect()
    columns = {str(name): frame[name].to_list() for name in frame.columns}
    return Columns(where, columns, list(range(1, len(frame) + 1)), units=units)


def _variables(table: Any) -> list[tuple[Any, Any]]:
    """Return the variables of a labelled array, or of a set of them, by name."""
    return list(table.data_vars.items()) if hasattr(table, "data_vars") else [(table.name or "value", table)]


def _of_pandas(table: Any, labels: str | None) -> Any:
    """Return a frame whose index is a column, and whose heads are one text each; a nameless index is the labels."""
    if table.ndim == 1:
        table = table.to_frame(table.name if table.name is not None else "value")
    names = table.index.names
    if names == [None] and labels is not None and labels not in table.columns and table.index.dtype.kind not in "iu":
        table = table.rename_axis(labels)
    table = table.reset_index() if table.index.names != [None] else table
    heads = [joined(head) if isinstance(head, tuple) else str(head) for head in table.columns]
    return table.set_axis(heads, axis=1)
