"""Tidy rows as data frames, and as files of separated values."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FileError
from ..files import path_of
from ..foreign import library

__all__ = ["to_csv", "to_pandas", "to_polars", "to_xarray"]

Rows = Sequence[dict[str, Any]]


def columns(rows: Rows) -> dict[str, list[Any]]:
    """Return rows as columns of one type each: numbers together are floats, anything else beside text is text."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return {name: _of_one_type([row.get(name) for row in rows]) for name in names}


def _of_one_type(values: list[Any]) -> list[Any]:
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int} and any(abs(value) >= 2**63 for value in values if value is not None):
        return [None if value is None else float(value) for value in values]
    if not kinds:
        return [math.nan] * len(values)
    if len(kinds) == 1:
        return values
    convert = float if kinds == {int, float} else str
    return [None if value is None else convert(value) for value in values]


def to_pandas(rows: Rows) -> Any:
    """Return rows as a pandas data frame."""
    return library("pandas", "to_pandas()").DataFrame(columns(rows))


def to_polars(rows: Rows) -> Any:
    """Return rows as a polars data frame."""
    return library("polars", "to_polars()").DataFrame(columns(rows), strict=False)


def to_csv(rows: Rows, path: str | Path | None) -> Any:
    """Return rows as text, or write them."""
    together = columns(rows)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(together)
    writer.writerows([_cell(cell) for cell in row] for row in zip(*together.values(), strict=True))
    if path is None:
        return text.getvalue()
    target = path_of(path, "to_csv()")
    try:
        target.write_text(text.getvalue(), encoding="utf-8")
    except OSError as error:
        raise FileError(f"to_csv({target.name!r}): {error.strerror or error}; give the path of a file") from None
    return target


def _cell(value: Any) -> Any:
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else value


def to_xarray(numbers: dict[str, Any], axes: dict[str, tuple[str, ...]], words: dict[str, Any]) -> Any:
    """Return arrays along named axes as an xarray data set."""
    xarray = library("xarray", "to_xarray()")
    variables = {name: (tuple(axes), np.asarray(values, dtype=np.float64)) for name, values in numbers.items()}
    return xarray.Dataset(variables, coords={name: list(labels) for name, labels in axes.items()}, attrs=words)
