"""Rows of a table: which column holds what, and what a row says: a number or a belief, its unit, source and note."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

from ..checks import percent
from ..distributions import Distribution, LogNormal, Normal, StudentT, between, from_percentiles
from ..errors import ArgumentError, BrainparamsError, FileError, shown
from ..foreign import door, is_pint, is_ufloat
from ..graph.inputs import citations_of
from ..graph.nodes import Row
from ..graph.operations import Number, whole
from ..graph.values import number, same_unit, single
from ..render.numbers import written
from ..units import Unit
from .columns import Columns, is_empty
from .spelling import Decimal, plainly, unit_named

__all__ = ["MOST_FAULTS", "Cell", "Ends", "Roles", "Spread", "cells_of", "check_roles"]

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
    decimal: Decimal | None = None

    @property
    def numbers(self) -> list[str]:
        """The columns of numbers in the unit of the value, that of the value first."""
        return [each for each in (self.value, self.low, self.high, self.sd, self.sem) if each is not None]


def check_roles(roles: Roles, found: Columns) -> None:
    """Raise unless the roles make sense together and their columns are there."""
    if roles.value is None and (roles.low is None or roles.high is None):
        raise ArgumentError("from_table(): name the column of the values, value='mean', or both low= and high=")
    if (roles.low is None) != (roles.high is None):
        raise ArgumentError("from_table(): low= and high= go together")
    if isinstance(roles.level, str):
        found.column(roles.level, "level")
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


@dataclass(frozen=True, slots=True)
class Ends:
    """A positive interval and its level: many of one level make one belief of an array."""

    low: float
    high: float
    level: float

    @property
    def belief(self) -> Distribution:
        """The belief about one number."""
        return between(self.low, self.high, level=self.level)


@dataclass(frozen=True)
class Cell:
    """What one row says."""

    value: Any
    unit: Unit | None
    row: Row


def cells_of(found: Columns, roles: Roles) -> Iterator[Cell]:
    """Read every row; faults are told together."""
    faults: list[str] = []
    for row in range(len(found.lines)):
        try:
            yield _cell(found, roles, row)
        except BrainparamsError as error:
            faults.append(str(error))
            if len(faults) > MOST_FAULTS:
                break
    if faults:
        more = "; …" if len(faults) > MOST_FAULTS else ""
        raise FileError(f"{found.where}: {'; '.join(faults[:MOST_FAULTS])}{more}")


def _cell(found: Columns, roles: Roles, row: int) -> Cell:
    unit = _unit_of(found, roles, row)
    value, spread, text = _belief(found, roles, row, unit)
    if isinstance(value, tuple):
        value, unit = value
    return Cell(value, unit, Row(text, spread, _sources(found, roles, row), _note(found, roles, row)))


def _note(found: Columns, roles: Roles, row: int) -> str | None:
    individuals, note = _individuals(found, roles, row), cell_at(found, roles.note, row)
    told = (note, None if individuals is None else f"n = {individuals}")
    return "; ".join(str(each) for each in told if each is not None) or None


def _individuals(found: Columns, roles: Roles, row: int) -> Any:
    """Return the cell that says how many individuals there are, a whole number if it is a number."""
    cell = cell_at(found, roles.n, row)
    try:
        count = None if cell is None else float(cell)
    except (TypeError, ValueError):  # "4 to 6" is a note, and no standard error goes with it
        return cell
    if count is not None and not (count >= 1 and count.is_integer()):
        fault = f"n must be a whole number of individuals; got {shown(cell)}"
        raise found.fault(row, roles.n, fault)
    return cell


def cell_at(found: Columns, column: str | None, row: int) -> Any:
    cell = None if column is None else found.columns[column][row]
    return None if is_empty(cell) else cell


_unit = lru_cache(maxsize=256)(Unit)  # thousands of rows have few units
_named = lru_cache(maxsize=256)(unit_named)


def _unit_of(found: Columns, roles: Roles, row: int) -> Unit | None:
    if roles.unit is None:
        return None
    if roles.unit not in found.columns or roles.unit in (*roles.numbers, roles.n):
        return _unit(roles.unit)
    text = cell_at(found, roles.unit, row)
    if text is None:
        raise found.fault(row, roles.unit, "no unit; write one, such as 'neuron', or '1'")
    return _named(str(text)) or _with_place(lambda: Unit(str(text)), found, roles.unit, row)


def _sources(found: Columns, roles: Roles, row: int) -> Any:
    if not isinstance(roles.source, str) or roles.source not in found.columns:
        return ()
    key = cell_at(found, roles.source, row)
    if key is None:
        raise found.fault(row, roles.source, "no source; write the key of a reference")
    return _with_place(lambda: citations_of(str(key), "source"), found, roles.source, row)


def _with_place(read: Any, found: Columns, column: str, row: int) -> Any:
    """Call a reader, and say where the cell stands that it refuses."""
    try:
        return read()
    except BrainparamsError as error:
        raise found.fault(row, column, str(error)) from None


def _number(found: Columns, column: str, row: int, sign: Decimal | None = None) -> Number:
    """Return a cell as a number, multiplied as the head of its column says."""
    cell = found.columns[column][row]
    if type(cell) is float and math.isfinite(cell) and column not in found.scales:  # of thousands most are so
        return int(cell) if cell.is_integer() and abs(cell) < 2**53 else cell
    if is_empty(cell):
        raise found.fault(row, column, "empty; give a number or leave the row out")
    if is_ufloat(cell) or isinstance(cell, Distribution):
        raise found.fault(row, column, f"{shown(cell)} has a spread; a number stands here")
    if isinstance(cell, str):
        try:
            text = plainly(cell, sign).strip()
            cell = float(text) if text.casefold().strip("+-") in ("inf", "infinity") else Fraction(text)
        except (ValueError, ZeroDivisionError):
            raise found.fault(row, column, _no_number(cell, sign)) from None
    plain = _with_place(lambda: number(cell, "the cell"), found, column, row)
    scale = found.scales.get(column, Fraction(1))
    return plain if scale == 1 else whole(Fraction(str(plain)) * scale)


def _no_number(cell: str, sign: Decimal | None) -> str:
    if sign is None and "," in cell:
        return (
            f"the comma in {shown(cell)} may divide thousands or be the decimal sign; say decimal='.' if it divides, "
            f"decimal=',' if it is the sign"
        )
    return f"{shown(cell)} is no number; write it with a point, such as 1234.5"


def _belief(found: Columns, roles: Roles, row: int, unit: Unit | None) -> tuple[Any, str | None, str]:
    """Return the value of a row, what its spread means, and how it is written."""
    if roles.low is not None and roles.high is not None:
        return _of_interval(found, roles, row)
    assert roles.value is not None  # as was checked
    cell, column = found.columns[roles.value][row], roles.sd or roles.sem
    is_alone = column is None or is_empty(found.columns[column][row])
    if _is_belief(cell) or (isinstance(cell, str) and not is_empty(cell) and not _is_plain(cell, roles.decimal)):
        if not is_alone:
            fault = (
                f"{shown(cell)} says its own unit or spread, and what stands in {column!r} would be left out; give the "
                f"number alone and unit=, or both in one cell, such as '10 ± 2 mm'"
            )
            raise found.fault(row, roles.value, fault)
        return _of_cell(found, roles, row, unit)
    value = _number(found, roles.value, row, roles.decimal)
    if column is None or is_alone:
        return value, None, written(value)
    spread = float(_number(found, column, row, roles.decimal))
    if spread == 0:  # rounded, or all samples alike: the spread is not known
        return value, None, f"{written(value)} ± 0"
    if not spread > 0:
        fault = "a standard deviation is above 0; leave the cell empty where none was published"
        raise found.fault(row, column, f"{spread:g}: {fault}")
    return _of_spread(found, roles, row, float(value), spread)


def _is_belief(cell: Any) -> bool:
    return is_ufloat(cell) or is_pint(cell) or isinstance(cell, Distribution) or hasattr(cell, "node")


def _of_cell(found: Columns, roles: Roles, row: int, unit: Unit | None) -> tuple[Any, str | None, str]:
    """Return what one cell says by itself: text with a spread or a unit, a belief, a number of another package."""
    column = str(roles.value)
    cell, scale = found.columns[column][row], found.scales.get(column, Fraction(1))
    if hasattr(cell, "node") or (is_ufloat(cell) and not hasattr(cell, "tag")):
        what = f"{shown(cell)} is computed, and may share errors with other rows; put them side by side with bp.stacked"
        raise found.fault(row, column, what)
    if is_pint(cell):
        cell, foreign, _ = _with_place(lambda: door("pint_quantities").from_pint(cell, "value"), found, column, row)
        unit = foreign if unit is None else _with_place(lambda: same_unit(foreign, unit, "value"), found, column, row)
    if isinstance(cell, str):
        cell = plainly(cell, roles.decimal)
        if roles.decimal is None and re.search(r"\d,\d", cell):
            raise found.fault(row, column, _no_number(cell, None))
    read = _with_place(lambda: single(cell, unit, "value", scale), found, column, row)
    return (read.value, read.unit), read.spread, read.written


def _is_plain(text: str, sign: Decimal | None) -> bool:
    try:
        float(plainly(text, sign))
    except ValueError:
        return False
    return True


def _of_spread(found: Columns, roles: Roles, row: int, value: float, spread: float) -> tuple[Any, str | None, str]:
    text = f"{written(number(value, 'value'))} ± {written(number(spread, 'sd'))}"
    if roles.sem is not None:
        count = cell_at(found, roles.n, row)
        if count is None:
            return Normal(value, spread), "standard error of the mean, normal", text
        individuals = float(_number(found, str(roles.n), row))
        if not individuals >= 2:
            what = f"{individuals:g}: at least 2 individuals have a spread"
            raise found.fault(row, roles.n, what)
        means = f"standard error of the mean of {individuals:g}, Student t"
        return StudentT(value, spread, individuals - 1), means, text
    if roles.shape == "lognormal":
        belief = _with_place(lambda: LogNormal.from_mean(value, spread), found, str(roles.value), row)
        return belief, "standard deviation, lognormal", text
    return Spread(value, spread), "standard deviation, normal", text


def _of_interval(found: Columns, roles: Roles, row: int) -> tuple[Any, str | None, str]:
    low, high = (float(_number(found, str(column), row, roles.decimal)) for column in (roles.low, roles.high))
    is_column = isinstance(roles.level, str)
    level = float(_number(found, str(roles.level), row)) if is_column else float(roles.level or 0.0)
    column = str(roles.low)
    tail = (1.0 - level) / 2.0

    def belief() -> Distribution | Ends:
        if roles.value is not None and cell_at(found, roles.value, row) is not None:
            median = float(_number(found, roles.value, row, roles.decimal))
            return from_percentiles({tail: low, 0.5: median, 1.0 - tail: high})
        if 0 < low < high < math.inf and 0 < level < 1:
            return Ends(low, high, level)
        return between(low, high, level=level) if low > 0 else Normal.from_interval(low, high, level=level)

    made = _with_place(belief, found, column, row)
    name = LogNormal.name if isinstance(made, Ends) else made.name
    text = f"{written(number(low, 'low'))} to {written(number(high, 'high'))}"
    return made, f"{percent(level)}, {name}", text
