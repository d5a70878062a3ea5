"""Tables as quantities: which column is which, one unknown a row, every row with its own spread, source and note."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any, Literal

import numpy as np

from ..checks import strict
from ..distributions import Distribution, Normal
from ..errors import ArgumentError, FileError, ShapeError
from ..graph.arrays import side_by_side
from ..graph.axes import labels_of
from ..graph.inputs import leaf
from ..graph.nodes import UNSTATED, Group, Leaf
from ..graph.parts import by_paths
from ..quantity import Quantity
from ..units import Unit
from .columns import Columns, columns_of, is_missing
from .rows import MOST_FAULTS, Cell, Roles, Spread, cells_of, check_roles

__all__ = ["from_table"]

HEADER_UNIT = re.compile(r"^(?P<name>.+?)\s*[\[(](?P<unit>[^\])]+)[\])]\s*$")


@strict
def from_table(
    table: Any,
    *,
    axis: str | Sequence[str],
    value: str | Sequence[str] | None = None,
    sd: str | Sequence[str] | None = None,
    sem: str | None = None,
    n: str | None = None,
    low: str | None = None,
    high: str | None = None,
    level: str | float | None = None,
    unit: str | Unit | None = None,
    source: Any = None,
    because: str | None = None,
    note: str | None = None,
    parent: str | None = None,
    shape: Literal["normal", "lognormal"] = "normal",
    name: str | None = None,
    symbol: str | None = None,
    sheet: str | None = None,
) -> Quantity:
    """Return what stands in a table as one quantity, every cell an unknown of its own.

    Parameters
    ----------
    table : path, data frame, dict of columns, or list of records
        CSV, TSV, XLSX, Parquet, Feather; a frame of pandas, polars, pyarrow or xarray (through narwhals).
    axis : str or sequence of str
        The columns that hold labels; each becomes an axis. Of a pivoted table, whose values stand in several columns,
        the last name is that of the axis across the columns.
    value : str or sequence of str
        The column of the values: numbers, or text such as ``"86.06(8.12)e9"`` or ``"1e3 to 1e4"`` that carries its own
        spread and perhaps its unit. Several columns make a pivoted table. Not needed beside `low` and `high`.
    sd : str or sequence of str, optional
        The column of the standard deviation; several for a pivoted table, in the order of `value`.
    sem, n : str, optional
        The column of the standard error of the mean, and that of the number of individuals: with both, a Student t with
        n − 1 degrees of freedom. `n` alone is kept as a note.
    low, high, level : str, str, and str or float, optional
        The columns of an interval, and its level (a column, or one number for all). Lognormal where it is positive,
        else normal; with `value` as the median, its two sides may differ.
    unit : str, optional
        A unit, or the column that holds it; otherwise it is taken from the header, such as ``"density (neuron/mm^3)"``,
        or from the text of each value.
    source : str, Citation, or the name of a column
        With a source the values are measured; with `because` instead, assumed; with neither, given.
    because : str, optional
        The reason for assumed values.
    note : str, optional
        The column of notes.
    parent : str, optional
        The column that says in which other label each one lies: `Quantity.total` leaves parts out. Labels that are
        paths, such as ``cortex/V1``, need none.
    shape : {"normal", "lognormal"}
        Of the belief that a value with a standard deviation makes.
    name, symbol : str, optional
        What the derivation and its formulas call it.
    sheet : str, optional
        The sheet of a workbook; the first one otherwise.

    Returns
    -------
    Quantity
        With one axis for each column of labels, in the order in which labels first appear. A row without a spread is a
        number whose spread nobody states.

    Raises
    ------
    FileError
        If the table cannot be read, a column is not there, or cells are not what they should be; with the row, the
        column and the mend, several at once.
    ShapeError
        If a cell of the grid is missing or stands twice.

    Examples
    --------
    >>> import brainparams as bp
    >>> table = {"area": ["V1", "V2"], "mean": [6e4, 5e4], "sd": [1e4, 1e4]}
    >>> density = bp.from_table(table, axis="area", value="mean", sd="sd", unit="neuron/mm^3", source="azevedo2009")
    >>> density["V1"]
    60000 neurons per mm³, 90 % interval 44000 to 76000 (equal-tailed; exact engine)
    """
    found = columns_of(table, "from_table()", sheet)
    labels = [axis] if isinstance(axis, str) else list(axis)
    if value is not None and not isinstance(value, str):
        found, labels, value, sd = _melted(found, labels, list(value), sd)
    roles = Roles(value, sd if sd is None else str(sd), sem, n, low, high, level, _text(unit), source, note, shape)
    found, roles = _with_header_unit(found, roles)
    check_roles(roles, found)
    cells = list(cells_of(found, roles, because))
    axes = _grid(found, labels)
    order = _order(found, labels, axes)
    words = {"because": because, "name": name, "symbol": symbol}
    made = _leaf_of([cells[place] for place in order], axes, source, words)
    return _with_parts(Quantity(made), found, labels[0], parent)


def _text(unit: str | Unit | None) -> str | None:
    return unit.text if isinstance(unit, Unit) else unit


def _melted(
    found: Columns, labels: list[str], values: list[str], sd: Any
) -> tuple[Columns, list[str], str, str | None]:
    """Return a pivoted table as a long one: the last axis runs across the columns."""
    if len(labels) < 2:
        raise ArgumentError(
            f"from_table(): values in {len(values)} columns need the name of an axis across them; write "
            f"axis=({labels[0]!r}, 'layer')"
        )
    spreads = [] if sd is None else [sd] if isinstance(sd, str) else list(sd)
    if spreads and len(spreads) != len(values):
        raise ArgumentError(f"from_table(): {len(values)} columns of values and {len(spreads)} of standard deviations")
    *rows, across = labels
    for each in (*rows, *values, *spreads):
        found.column(each, "axis" if each in rows else "value")
    repeated = len(values)
    kept = {
        label: [cell for cell in cells for _ in values]
        for label, cells in found.columns.items()
        if label not in (*values, *spreads)
    }
    kept[across] = values * len(found.lines)
    kept["value"] = [found.columns[each][row] for row in range(len(found.lines)) for each in values]
    if spreads:
        kept["sd"] = [found.columns[each][row] for row in range(len(found.lines)) for each in spreads]
    lines = [line for line in found.lines for _ in range(repeated)]
    return replace(found, columns=kept, lines=lines), labels, "value", "sd" if spreads else None


def _with_header_unit(found: Columns, roles: Roles) -> tuple[Columns, Roles]:
    """Let a role name a column without its unit, and take the unit from the header."""
    named = {match["name"]: (full, match["unit"]) for full in found.columns if (match := HEADER_UNIT.match(full))}
    units, changes, columns = set(), {}, dict(found.columns)
    for role in ("value", "low", "high", "sd", "sem"):
        column = getattr(roles, role)
        match = HEADER_UNIT.match(column) if column in columns and column is not None else None
        if match:
            units.add(match["unit"])
        elif column is not None and column not in columns and column in named:
            full, text = named[column]
            changes[role] = full
            units.add(text)
    if roles.unit is None and len(units) == 1:
        changes["unit"] = units.pop()
    elif len(units) > 1:
        told = ", ".join(sorted(units))
        raise FileError(f"{found.where}: the columns are in different units: {told}; convert them first")
    return found, replace(roles, **changes)  # type: ignore[arg-type]


# --- the grid ----------------------------------------------------------------------------------------------------


def _grid(found: Columns, labels: Sequence[str]) -> dict[str, tuple[str, ...]]:
    axes = {}
    for name in labels:
        cells = found.column(name, "axis")
        empty = [found.place(row) for row, cell in enumerate(cells) if is_missing(cell)]
        if empty:
            raise FileError(f"{found.where}: {', '.join(empty[:MOST_FAULTS])}, column {name!r}: no label; write one")
        axes[name] = labels_of(dict.fromkeys(str(cell).strip() for cell in cells), name, found.where)
    return axes


def _order(found: Columns, labels: Sequence[str], axes: Mapping[str, Sequence[str]]) -> list[int]:
    """Return for each cell of the grid in which row it stands."""
    rows: dict[tuple[str, ...], int] = {}
    twice = []
    for row, point in enumerate(zip(*(found.columns[name] for name in labels), strict=True)):
        key = tuple(str(label).strip() for label in point)
        if rows.setdefault(key, row) != row:
            twice.append(f"{found.place(row)} and {found.place(rows[key])}: {', '.join(key)}")
    if twice:
        raise ShapeError(
            f"{found.where}: the same label stands in several rows: {'; '.join(twice[:MOST_FAULTS])}; name another "
            f"column of labels in axis=, or add the rows up first"
        )
    points = list(product(*axes.values()))
    missing = [point for point in points if point not in rows]
    if missing:
        told = "; ".join(", ".join(point) for point in missing[:MOST_FAULTS]) + ("; …" if len(missing) > 5 else "")
        raise ShapeError(
            f"{found.where}: {len(missing)} of {len(points)} cells have no row: {told}; add them (a count of 0 is a "
            f"number), or read one axis only"
        )
    return [rows[point] for point in points]


def _leaf_of(cells: Sequence[Cell], axes: Mapping[str, Sequence[str]], source: Any, words: Mapping[str, Any]) -> Leaf:
    """Return the cells as one input; with a source it is measured, with a reason assumed."""
    units = list(dict.fromkeys(cell.unit for cell in cells if cell.unit is not None))
    if len(units) != 1 or any(cell.unit is None for cell in cells):
        what = ", ".join(unit.text for unit in units) or "none"
        raise FileError(
            f"from_table(): every row needs a unit, and all the same; got {what}; give unit='neuron', or the column "
            f"that holds it, and read rows of different units one table at a time"
        )
    value = _together([cell.value for cell in cells], tuple(len(labels) for labels in axes.values()))
    own = tuple(dict.fromkeys(each for cell in cells for each in cell.row.citations)) or source
    group: Group = "measured" if own else "assumed" if words["because"] is not None else "given"
    made = leaf(group, value, units[0], axis=dict(axes), source=own, where="from_table()", **words)
    few = ", ".join(cell.row.written for cell in cells[:5])
    listed = f"[{few}]" if len(cells) <= 5 else f"[{few}, …] ({len(cells)} values)"
    rows = (
        cell.row if isinstance(cell.value, Distribution) else cell.row._replace(spread=UNSTATED.get(group))
        for cell in cells
    )
    return replace(made, rows=tuple(rows), written=listed)


def _together(values: Sequence[Any], shape: tuple[int, ...]) -> Any:
    """Return the numbers and beliefs of all cells as one array."""
    if all(isinstance(value, Spread) for value in values):
        means, sds = (np.array([getattr(value, name) for value in values]).reshape(shape) for name in ("mean", "sd"))
        return Normal(means, sds)
    return side_by_side([value.belief if isinstance(value, Spread) else value for value in values], shape)


def _with_parts(made: Quantity, found: Columns, name: str, parent: str | None) -> Quantity:
    """Say which label lies in which, by a column or by paths."""
    axis = made.node.axes[0]
    if parent is None:
        paths = by_paths(axis.labels)
        return made.parts(paths, axis.name) if paths else made
    pairs = zip(found.columns[name], found.column(parent, "parent"), strict=True)
    wholes = {str(label).strip(): str(whole).strip() for label, whole in pairs if not is_missing(whole)}
    return made.parts(wholes, axis.name)
