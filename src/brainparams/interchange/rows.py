"""Rows of a table: which column holds what, and what a row says: a number or a belief, its unit, source and note."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ..distributions import Distribution, LogNormal, Normal, StudentT, between, from_percentiles
from ..errors import ArgumentError, BrainparamsError, FileError, shown
from ..graph.inputs import citations_of
from ..graph.nodes import Row
from ..graph.values import number, single, written
from ..units import Unit
from .columns import Columns, is_missing

__all__ = ["MOST_FAULTS", "Cell", "Roles", "Spread", "cells_of", "check_roles"]

MOST_FAULTS = 5


@dataclass(frozen=True)
class Roles:
    """Which column holds what; a unit, a source or a level may also be given for all rows."""

    value: str | None
    sd: str | None
    sem: str | None
    n: str | None
    low: str | None
    high: str | None
    level: str | float | None
    unit: str | None
    source: Any
    note: str | None
    shape: Literal["normal", "lognormal"]


def check_roles(roles: Roles, found: Columns) -> None:
    """Raise unless the roles make sense together and their columns are there."""
    if roles.value is None and (roles.low is None or roles.high is None):
        raise ArgumentError("from_table(): name the column of the values, value='mean', or both low= and high=")
    if (roles.low is None) != (roles.high is None):
        raise ArgumentError("from_table(): low= and high= go together")
    if roles.low is not None and roles.level is None:
        raise ArgumentError("from_table(): an interval needs its level=, such as 0.95, or the column that holds it")
    if sum(each is not None for each in (roles.sd, roles.sem, roles.low)) > 1:
        raise ArgumentError("from_table(): one kind of spread: sd=, sem=, or low= and high=")
    for role in ("value", "sd", "sem", "n", "low", "high", "note"):
        column = getattr(roles, role)
        if column is not None:
            found.column(column, role)


@dataclass(frozen=True, slots=True)
class Spread:
    """A mean and a standard deviation: many of them make one belief of an array, which is quicker than one each."""

    mean: float
    sd: float

    @property
    def belief(self) -> Normal:
        """The belief about one number."""
        return Normal(self.mean, self.sd)


@dataclass(frozen=True)
class Cell:
    """What one row says."""

    value: Any
    unit: Unit | None
    row: Row


def cells_of(found: Columns, roles: Roles, because: str | None) -> Iterator[Cell]:
    """Read every row; faults are told together."""
    faults: list[str] = []
    for row in range(len(found.lines)):
        try:
            yield _cell(found, roles, row, because)
        except BrainparamsError as error:
            faults.append(str(error))
            if len(faults) > MOST_FAULTS:
                break
    if faults:
        more = "; …" if len(faults) > MOST_FAULTS else ""
        raise FileError(f"{found.where}: {'; '.join(faults[:MOST_FAULTS])}{more}")


def _cell(found: Columns, roles: Roles, row: int, because: str | None) -> Cell:
    unit = _unit_of(found, roles, row)
    value, spread, text = _belief(found, roles, row, unit)
    if isinstance(value, tuple):
        value, unit = value
    return Cell(value, unit, Row(text, spread, _sources(found, roles, row), _note(found, roles, row)))


def _note(found: Columns, roles: Roles, row: int) -> str | None:
    individuals, note = cell_at(found, roles.n, row), cell_at(found, roles.note, row)
    told = (note, None if individuals is None else f"n = {individuals}")
    return "; ".join(str(each) for each in told if each is not None) or None


def cell_at(found: Columns, column: str | None, row: int) -> Any:
    cell = None if column is None else found.columns[column][row]
    return None if is_missing(cell) else cell


def _unit_of(found: Columns, roles: Roles, row: int) -> Unit | None:
    if roles.unit is None:
        return None
    if roles.unit not in found.columns or roles.unit in (
        roles.value,
        roles.sd,
        roles.sem,
        roles.n,
        roles.low,
        roles.high,
    ):
        return Unit(roles.unit)
    text = cell_at(found, roles.unit, row)
    if text is None:
        raise FileError(f"{found.place(row)}, column {roles.unit!r}: no unit; write one, such as 'neuron', or '1'")
    unit: Unit = _told(lambda: Unit(str(text)), found, roles.unit, row)
    return unit


def _sources(found: Columns, roles: Roles, row: int) -> Any:
    if not isinstance(roles.source, str) or roles.source not in found.columns:
        return ()
    key = cell_at(found, roles.source, row)
    if key is None:
        raise FileError(f"{found.place(row)}, column {roles.source!r}: no source; write the key of a reference")
    return _told(lambda: citations_of(str(key), "source"), found, roles.source, row)


def _told(read: Any, found: Columns, column: str, row: int) -> Any:
    """Call a reader, and say where the cell stands that it refuses."""
    try:
        return read()
    except BrainparamsError as error:
        raise FileError(f"{found.place(row)}, column {column!r}: {error}") from None


def _number(found: Columns, column: str, row: int) -> float:
    """Return a cell as a number."""
    cell = found.columns[column][row]
    if is_missing(cell):
        raise FileError(f"{found.place(row)}, column {column!r}: empty; give a number or leave the row out")
    if isinstance(cell, str):
        try:
            cell = float(cell.replace("\u2212", "-").replace("\u202f", "").replace(" ", ""))
        except ValueError:
            what = f"{shown(cell)} is no number; write it with a point, such as 1234.5"
            raise FileError(f"{found.place(row)}, column {column!r}: {what}") from None
    return float(_told(lambda: number(cell, "the cell"), found, column, row))


def _belief(found: Columns, roles: Roles, row: int, unit: Unit | None) -> tuple[Any, str | None, str]:
    """Return the value of a row, what its spread means, and how it is written."""
    if roles.low is not None and roles.high is not None:
        return _of_interval(found, roles, row)
    assert roles.value is not None  # as was checked
    cell = found.columns[roles.value][row]
    if isinstance(cell, str) and not is_missing(cell) and not _is_plain(cell):
        read = _told(lambda: single(cell, unit, roles.value), found, roles.value, row)
        return (read.value, read.unit), read.spread, read.written
    value = _number(found, roles.value, row)
    column = roles.sd or roles.sem
    if column is None or is_missing(found.columns[column][row]):
        return number(value, "value"), None, written(number(value, "value"))
    spread = _number(found, column, row)
    if not spread > 0:
        fault = "a standard deviation is above 0; leave the cell empty where none was published"
        raise FileError(f"{found.place(row)}, column {column!r}: {spread:g}: {fault}")
    return _of_spread(found, roles, row, value, spread)


def _is_plain(text: str) -> bool:
    try:
        float(text.replace("\u2212", "-").replace("\u202f", "").replace(" ", ""))
    except ValueError:
        return False
    return True


def _of_spread(found: Columns, roles: Roles, row: int, value: float, spread: float) -> tuple[Any, str | None, str]:
    text = f"{written(number(value, 'value'))} ± {written(number(spread, 'sd'))}"
    if roles.sem is not None:
        count = cell_at(found, roles.n, row)
        if count is None:
            return Normal(value, spread), "standard error of the mean, normal", text
        individuals = _number(found, str(roles.n), row)
        if not individuals >= 2:
            what = f"{individuals:g}: at least 2 individuals have a spread"
            raise FileError(f"{found.place(row)}, column {roles.n!r}: {what}")
        means = f"standard error of the mean of {individuals:g}, Student t"
        return StudentT(value, spread, individuals - 1), means, text
    if roles.shape == "lognormal":
        belief = _told(lambda: LogNormal.from_mean(value, spread), found, str(roles.value), row)
        return belief, "standard deviation, lognormal", text
    return Spread(value, spread), "standard deviation, normal", text


def _of_interval(found: Columns, roles: Roles, row: int) -> tuple[Any, str | None, str]:
    low, high = (_number(found, str(column), row) for column in (roles.low, roles.high))
    is_column = isinstance(roles.level, str)
    level = _number(found, str(roles.level), row) if is_column else float(roles.level or 0.0)
    level = level / 100 if is_column and 1 < level < 100 else level
    column = str(roles.low)
    tail = (1.0 - level) / 2.0

    def belief() -> Distribution:
        if roles.value is not None and cell_at(found, roles.value, row) is not None:
            return from_percentiles({tail: low, 0.5: _number(found, roles.value, row), 1.0 - tail: high})
        return between(low, high, level=level) if low > 0 else Normal.from_interval(low, high, level=level)

    made = _told(belief, found, column, row)
    text = f"{written(number(low, 'low'))} to {written(number(high, 'high'))}"
    return made, f"{100 * level:g} %, {made.name}", text
