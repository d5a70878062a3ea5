"""Series, frames and labelled arrays of other packages as makers take them: numbers, and the labels along each axis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from ..errors import ShapeError
from .columns import Columns, is_empty
from .tables_in import columns_of

__all__ = ["labelled"]

_BY_COLUMN = "a table with columns for value and spread is read by bp.from_table(frame, axis=…, value='mean', sd='sd')"
_SPREADS = {"sd", "s.d.", "std", "stdev", "sem", "s.e.m.", "se", "s.e.", "cv", "variance"}


def labelled(value: Any, axis: Any, where: str) -> tuple[Any, dict[str, list[Any]]]:
    """Return the numbers of a series, a frame or a labelled array, and its labels by axis.

    A frame is a pivoted table: rows along one axis, columns along the other.
    """
    numbers, labels = _labelled(value, axis, where)
    for name, each in labels.items():
        missing = next((place for place, label in enumerate(each, start=1) if is_empty(label)), None)
        if missing is not None:
            raise ShapeError(f"{where}: element {missing} along {name!r} has no label; give it one, or leave it out")
    return numbers, labels


def _labelled(value: Any, axis: Any, where: str) -> tuple[Any, dict[str, list[Any]]]:
    names = [axis] if isinstance(axis, str) else list(axis or ())
    if hasattr(value, "data_vars"):
        raise ShapeError(f"{where}: a Dataset has several variables; give one: dataset['name'], or {_BY_COLUMN}")
    if hasattr(value, "dims") and hasattr(value, "coords"):  # xarray
        labels = {str(dim): _coordinates(value, dim) for dim in value.dims}
        return np.asarray(value.values), _renamed(labels, names, where)
    if hasattr(value, "iloc"):  # pandas
        return _of_pandas(value, names, where)
    found = columns_of(value, where) if hasattr(value, "columns") or hasattr(value, "column_names") else None
    if found is not None:
        return _pivoted(found, names, where)
    if len(names) != 1:
        raise ShapeError(f"{where}: a series without labels needs the name of one axis, such as axis='region'")
    numbers = value.to_pylist() if hasattr(value, "to_pylist") else value
    return np.asarray(numbers), {names[0]: list(range(len(value)))}


def _coordinates(value: Any, dim: Any) -> list[Any]:
    return list(value.coords[dim].values.tolist()) if dim in value.coords else list(range(value.sizes[dim]))


def _renamed(labels: dict[str, list[Any]], names: Sequence[str], where: str) -> dict[str, list[Any]]:
    if names and len(names) != len(labels):
        raise ShapeError(f"{where}: it has axes {', '.join(labels)}, and {len(names)} are named: {', '.join(names)}")
    return dict(zip(names or labels, labels.values(), strict=True))


def _of_pandas(value: Any, names: Sequence[str], where: str) -> tuple[Any, dict[str, list[Any]]]:
    if value.ndim == 1 and value.index.nlevels > 1:
        return _labelled(value.to_xarray(), names, where)
    axes = [value.index, value.columns] if value.ndim == 2 else [value.index]
    for which, index in zip(("rows", "columns"), axes, strict=False):
        if index.nlevels > 1:
            raise ShapeError(
                f"{where}: its {which} have {index.nlevels} levels of labels, such as {index[0]}; write "
                f"frame.stack() until one level of columns is left; {_BY_COLUMN}"
            )
    _check_values(value.columns if value.ndim == 2 else (), where)
    own = names or [index.name for index in axes]
    if len(own) != len(axes) or None in own:
        has = "rows and columns: axis=('area', 'layer')" if len(axes) == 2 else "rows: axis='region'"
        raise ShapeError(f"{where}: name the axes of its {has}; {_BY_COLUMN}")
    return _numbers(value.to_numpy()), dict(zip(own, (index.tolist() for index in axes), strict=True))


def _pivoted(found: Columns, names: Sequence[str], where: str) -> tuple[Any, dict[str, list[Any]]]:
    """Read a frame without an index: labels in its first column."""
    first, *columns = found.columns
    _check_values(columns, where)
    if len(names) not in (0, 2) or not columns:
        raise ShapeError(f"{where}: name the axes of its rows and columns: axis=('area', 'layer'); {_BY_COLUMN}")
    rows = [list(row) for row in zip(*(found.columns[name] for name in columns), strict=True)]
    labels = (found.columns[first], columns)
    return _numbers(np.array(rows, dtype=object)), dict(zip(names or (first, "column"), labels, strict=True))


def _check_values(columns: Iterable[Any], where: str) -> None:
    """Raise where a column is by its name a spread, and would become one more value."""
    spread = next((name for name in columns if str(name).strip().casefold() in _SPREADS), None)
    if spread is not None:
        raise ShapeError(f"{where}: the column {spread!r} is by its name a spread, not one more value; {_BY_COLUMN}")


def _numbers(values: Any) -> Any:
    """Return numbers as an array of numbers, and text as rows to read one by one."""
    try:
        return values.astype(np.float64) if values.dtype == object else values
    except (TypeError, ValueError):
        return values.tolist()
