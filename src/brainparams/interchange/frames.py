"""Tables as quantities: which column is which, one unknown a row, every row with its own spread, source and note."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ..checks import strict
from ..distributions import Distribution, Normal, between
from ..errors import ArgumentError, DoubleCountWarning, FileError, ShapeError, shown, warn
from ..files import file_read
from ..graph.arrays import side_by_side
from ..graph.axes import labels_of
from ..graph.inputs import leaf
from ..graph.nodes import UNSTATED, Group, Leaf
from ..graph.part_labels import by_paths, subtotals
from ..quantity import Quantity
from ..render.numbers import counted
from ..units import COUNTED, Unit
from .columns import Columns, is_empty, joined
from .heads import with_header_units
from .levels import with_levels
from .rows import MOST_FAULTS, Cell, Ends, Roles, Spread, cells_of, check_roles
from .spelling import Decimal, decimal_sign, header_unit, unit_named
from .tables_in import columns_of

__all__ = ["from_table"]

_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}")


@strict
def from_table(
    table: Any,
    *,
    axis: str | Sequence[str] | Mapping[str, str | Sequence[str]],
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
    rows: Mapping[str, Any] | None = None,
    decimal: Decimal | None = None,
    header: int | Sequence[int] | None = None,
    sheet: str | None = None,
) -> Quantity:
    """Return what stands in a table as one quantity, every cell an unknown of its own.

    Parameters
    ----------
    table : path, data frame, dict of columns or of records by label, list of records or rows
        CSV, TSV, columns apart by blanks (also packed: ``.csv.gz``), XLSX, Parquet, Feather; a frame of pandas, polars,
        pyarrow or xarray, lazy ones too (through narwhals).
    axis : str, sequence of str, or dict
        The columns that hold labels; each becomes an axis. Of a pivoted table, whose values stand in several columns,
        the last name is that of the axis across the columns. A dict gives an axis another name than its column,
        ``{"area": "brain_region"}``, or makes one axis of several columns, where not every pair of labels has a row:
        ``{"cell": ("region", "type")}``.
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
        or from the text of each value. A power of ten in the header, ``"neurons (1e6)"`` or ``"neurons (millions)"``,
        and per cent are multiplied out in any case.
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
    rows : dict, optional
        Which rows are read: the value, or several, that a column must have, such as ``{"species": "Mus musculus"}``.
    decimal : {".", ","}, optional
        The decimal sign of numbers in text. Needed only where they would read both ways, such as ``1,234``.
    header : int or sequence of int, optional
        The line, or row of a workbook, where the names of the columns stand; two of them are joined: ``"V1, mean"``.
        0 where there are none: columns are then called ``"column 1"`` and so on. The first that is not empty otherwise.
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
    labels, columns = _asked(axis)
    found = columns_of(table, "from_table()", sheet, header, labels[0])
    found, notes = _chosen(_with_joined(found, columns), rows)
    value, sd = (_of_two_heads(found, each) for each in (value, sd))
    if value is not None and not isinstance(value, str):
        found, labels, value, sd = _melted(found, labels, list(value), sd)
    roles = Roles(
        value, sd if sd is None else str(sd), sem, n, low, high, level, _text(unit), source, note, shape, decimal
    )
    _check_apart(labels, roles)
    words = {"because": because, "name": name, "symbol": symbol}
    made = _read(found, roles, labels, words, notes)
    if isinstance(table, str | Path):
        made = replace(made, file=file_read(Path(table).expanduser()))
    return _with_parts(Quantity(made), found, _named(roles, labels), parent)


def _check_apart(labels: Sequence[str], roles: Roles) -> None:
    """Refuse a column that is to be both label and number."""
    doubled = sorted({*labels} & {*roles.numbers})
    if doubled:
        raise ArgumentError(
            f"from_table(): the column {doubled[0]!r} is given for axis= and for a number; name "
            f"that of the labels in axis="
        )


def _read(
    found: Columns, roles: Roles, labels: Sequence[str], words: Mapping[str, str | None], notes: Sequence[str]
) -> Leaf:
    """Return what the rows of a table say, each cell of the grid an unknown of its own."""
    found, roles, more = with_header_units(found, roles)
    found, roles = with_levels(found, roles)
    check_roles(roles, found)
    roles = _with_decimal_sign(found, roles)
    cells = list(cells_of(found, roles))
    axes = _grid(found, labels)
    ordered = [cells[place] for place in _order(found, labels, axes)]
    return _leaf_of(ordered, axes, roles.source, {**words, "note": "; ".join((*notes, *more)) or None})


def _named(roles: Roles, labels: Sequence[str]) -> list[str]:
    """Return the columns that the caller named."""
    return [
        each
        for each in (*labels, *roles.numbers, roles.n, roles.unit, roles.source, roles.note)
        if isinstance(each, str)
    ]


def _asked(axis: Any) -> tuple[list[str], dict[str, list[str]]]:
    """Return the names of the axes, and of which columns each one is made."""
    if isinstance(axis, str):
        return [axis], {}
    if not axis:
        raise ArgumentError("from_table(): axis= names the columns of labels; got none")
    if not isinstance(axis, Mapping):
        return list(axis), {}
    return list(axis), {name: [each] if isinstance(each, str) else list(each) for name, each in axis.items()}


def _of_two_heads(found: Columns, asked: Any) -> Any:
    """Return the name of one column that was named as frames with two heads do: ``("density", "mean")``."""
    return joined(asked) if isinstance(asked, tuple) and joined(asked) in found.columns else asked


def _with_joined(found: Columns, columns_of_axis: Mapping[str, Sequence[str]]) -> Columns:
    """Return a table in which labels of several columns are one, and columns have the names of their axes."""
    made = {}
    for name, columns in columns_of_axis.items():
        cells = [found.column(each, "axis") for each in columns]
        made[name] = [
            None if any(map(is_empty, row)) else ", ".join(map(_label, row)) for row in zip(*cells, strict=True)
        ]
    return replace(found, columns={**found.columns, **made}) if made else found


def _chosen(found: Columns, rows: Mapping[str, Any] | None) -> tuple[Columns, tuple[str, ...]]:
    """Return the rows that have the values asked for, and what was left out, in words."""
    if not rows:
        return found, ()
    kept = set(range(len(found.lines)))
    told = []
    for column, asked in rows.items():
        wanted = [asked] if isinstance(asked, str) or not isinstance(asked, Iterable) else list(asked)
        texts = {_label(each) for each in wanted}
        cells = found.column(column, "rows")
        some = {row for row in kept if _label(cells[row]) in texts}
        if not some:
            have = ", ".join(map(repr, dict.fromkeys(_label(cells[row]) for row in sorted(kept))))
            raise FileError(f"{found.where}: no row has {shown(asked)} in the column {column!r}; it has {have[:200]}")
        kept = some
        told.append(f"{column} {' or '.join(sorted(texts))}")
    order = sorted(kept)
    columns = {name: [cells[row] for row in order] for name, cells in found.columns.items()}
    note = f"{len(order):,} of {counted(len(found.lines), 'row')}: {', '.join(told)}"
    return replace(found, columns=columns, lines=[found.lines[row] for row in order]), (note,)


def _with_decimal_sign(found: Columns, roles: Roles) -> Roles:
    """Return roles that know the decimal sign which the texts of all numbers can only have."""
    if roles.decimal is not None:
        return roles
    sign = decimal_sign(cell for name in roles.numbers for cell in found.columns[name])
    if sign is None:
        _check_points(found, roles)
    return replace(roles, decimal=sign)


def _check_points(found: Columns, roles: Roles) -> None:
    """Raise where every point in a column of counts stands before three digits, as one that divides thousands."""
    unit = unit_named(roles.unit) if roles.unit and roles.unit not in found.columns else None
    if unit is None or not unit.terms or any(name not in COUNTED or power != 1 for name, power in unit.terms):
        return
    for name in roles.numbers:
        pointed = [cell for cell in found.columns[name] if isinstance(cell, str) and "." in cell]
        if name not in found.scales and pointed and all(map(_THOUSANDS.fullmatch, pointed)):
            raise FileError(
                f"{found.where}: the point in {shown(pointed[0])}, column {name!r}, may divide thousands or be the "
                f"decimal sign of a count that is not whole; say decimal=',' if it divides, decimal='.' if it is that"
            )


def _label(cell: Any) -> str:
    """Return a label as text; a whole number that a table holds as a float has no point."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


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
    _check_partners(found, values, spreads)
    *rows, across = labels
    for each in (*rows, *values, *spreads):
        found.column(each, "axis" if each in rows else "value")
    kept = {
        label: [cell for cell in cells for _ in values]
        for label, cells in found.columns.items()
        if label not in (*values, *spreads)
    }
    names, value = _common_head(found, values, "value")
    kept[across] = names * len(found.lines)
    kept[value] = [found.columns[each][row] for row in range(len(found.lines)) for each in values]
    spread = _common_head(found, spreads, "sd")[1] if spreads else None
    if spread is not None:
        kept[spread] = [found.columns[each][row] for row in range(len(found.lines)) for each in spreads]
    lines = [line for line in found.lines for _ in values]
    return replace(found, columns=kept, lines=lines), labels, value, spread


def _check_partners(found: Columns, values: Sequence[str], spreads: Sequence[str]) -> None:
    """Raise where the head of a spread names another value than the one it stands beside."""
    for value, spread in zip(values, spreads, strict=True) if spreads else ():
        named = [each for each in values if re.search(rf"(?<!\w){re.escape(each)}(?!\w)", spread)]
        partner = max(named, key=len, default=value)
        if partner != value:
            raise FileError(
                f"{found.where}: sd= has {spread!r} beside {value!r}, and its head names {partner!r}; give the columns "
                f"of sd= in the order of value="
            )


def _common_head(found: Columns, heads: Sequence[str], name: str) -> tuple[list[str], str]:
    """Return heads without their unit, and `name` with the unit that all of them say."""
    said = [header_unit(head, found.where) for head in heads]
    if len({each[1:] for each in said}) > 1:
        raise FileError(
            f"{found.where}: the columns {', '.join(map(repr, heads))} are in different units; convert them first"
        )
    units = "" if said[0].name == heads[0] else heads[0][len(said[0].name) :]
    return [each.name or head for each, head in zip(said, heads, strict=True)], f"{name}{units}"


# --- the grid ----------------------------------------------------------------------------------------------------


def _grid(found: Columns, labels: Sequence[str]) -> dict[str, tuple[str, ...]]:
    axes = {}
    for name in labels:
        cells = found.column(name, "axis")
        empty = [found.place(row) for row, cell in enumerate(cells) if is_empty(cell)]
        if empty:
            raise FileError(f"{found.where}: {', '.join(empty[:MOST_FAULTS])}, column {name!r}: no label; write one")
        axes[name] = labels_of(dict.fromkeys(map(_label, cells)), name, found.where)
    return axes


def _order(found: Columns, labels: Sequence[str], axes: Mapping[str, Sequence[str]]) -> list[int]:
    """Return for each cell of the grid in which row it stands."""
    rows: dict[tuple[str, ...], int] = {}
    twice = []
    for row, point in enumerate(zip(*(found.columns[name] for name in labels), strict=True)):
        key = tuple(map(_label, point))
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
            f"number), or make one axis of the columns: axis={{'cell': {tuple(labels)}}}"
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
    is_sourced = own is not None and not (isinstance(own, str | tuple | list) and not own)
    group: Group = "measured" if is_sourced else "assumed" if words["because"] is not None else "given"
    made = leaf(group, value, units[0], axis=dict(axes), source=own, where="from_table()", **words)
    few = ", ".join(cell.row.written for cell in cells[:5])
    listed = f"[{few}]" if len(cells) <= 5 else f"[{few}, …] ({len(cells)} values)"
    rows = (
        cell.row
        if isinstance(cell.value, Distribution | Spread | Ends)
        else cell.row._replace(spread=UNSTATED.get(group))
        for cell in cells
    )
    return replace(made, rows=tuple(rows), written=listed)


def _together(values: Sequence[Any], shape: tuple[int, ...]) -> Any:
    """Return the numbers and beliefs of all cells as one array."""
    if all(isinstance(value, Spread) for value in values):
        means, sds = (np.array([getattr(value, name) for value in values]).reshape(shape) for name in ("mean", "sd"))
        return Normal(means, sds)
    if all(isinstance(value, Ends) for value in values) and len({value.level for value in values}) == 1:
        lows, highs = (np.array([getattr(value, name) for value in values]).reshape(shape) for name in ("low", "high"))
        return between(lows, highs, level=values[0].level)
    return side_by_side([value.belief if isinstance(value, Spread | Ends) else value for value in values], shape)


def _with_parts(made: Quantity, found: Columns, roles: Sequence[str], parent: str | None) -> Quantity:
    """Say which label lies in which, by a column or by paths; warn of sums where neither says it."""
    axis, name = made.node.axes[0], made.node.axes[0].name
    if parent is None:
        if not by_paths(axis.labels):  # totals know them
            _warn_of_parents(found, name, roles)
            _warn_of_sums(made, found.where)
        return made
    pairs = zip(map(_label, found.columns[name]), _parents(found, name, parent), strict=True)
    return made.parts({label: whole for label, whole in pairs if whole is not None}, axis.name)


def _parents(found: Columns, name: str, parent: str) -> list[str | None]:
    """Return for every row the label in which it lies; where parents are numbers, that of the row with the number."""
    cells = [None if is_empty(cell) else _label(cell) for cell in found.column(parent, "parent")]
    labels = set(map(_label, found.columns[name]))
    if any(cell in labels for cell in cells) or not any(cells):
        return cells
    for column, keys in found.columns.items():
        of_key = {_label(key): _label(label) for key, label in zip(keys, found.columns[name], strict=True)}
        if column not in (name, parent) and len(of_key) == len(keys) and sum(cell in of_key for cell in cells) > 1:
            return [of_key.get(cell) if cell is not None else None for cell in cells]
    return cells


def _warn_of_parents(found: Columns, name: str, roles: Sequence[str]) -> None:
    """Warn of a column that names other labels of an axis: it may say which lies in which."""
    labels = {_label(cell) for cell in found.columns[name]}
    for column, cells in found.columns.items():
        own = [
            (_label(cell), _label(label))
            for cell, label in zip(cells, found.columns[name], strict=True)
            if not is_empty(cell)
        ]
        others = [cell for cell, label in own if cell != label]
        if (
            column not in roles
            and len(set(others)) > 0
            and all(isinstance(cell, str) for cell in cells if not is_empty(cell))
            and labels.issuperset(others)
        ):
            text = (
                f"{found.where}: the column {column!r} names other labels of {name!r}; say parent={column!r} if these "
                f"lie in them: a total would count them twice"
            )
            warn(text, DoubleCountWarning)


def _warn_of_sums(made: Quantity, where: str) -> None:
    """Warn of labels whose numbers are the sums of others: a total would count these twice."""
    assert isinstance(made.node, Leaf)  # as it was made
    axes, value = made.node.axes, made.node.value
    numbers = np.asarray(value.ppf(0.5) if isinstance(value, Distribution) else value, dtype=np.float64)
    for place, axis in enumerate(axes):
        for label, others in subtotals(np.moveaxis(numbers, place, 0), axis.labels):
            text = (
                f"{where}: {label!r} along {axis.name!r} is the sum of {others}, so a total counts "
                f"{'everything' if others == 'all others' else 'these'} twice; leave it out, or say parent= or "
                f".parts({{…: {label!r}}})"
            )
            warn(text, DoubleCountWarning)
