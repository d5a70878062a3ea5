"""A graph as a page computes it: a flat list of operations on single numbers, over fixed points, with inputs to change.

The points are Sobol points with a digital shift, in whole numbers, so that a page has the same ones. An input that is
changed becomes a lognormal where it is positive, else a normal; what is not changed keeps its belief.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from ..distributions import Discrete, Distribution, LogNormal, Normal
from ..engines.points import INDEX_BITS, MOST_DIMENSIONS, direction_numbers
from ..graph import Computed, Correlated, Leaf, Node, Operated, Step, walk
from ..graph.elements import scalarised
from ..graph.identity import united
from ..graph.operations import OPERATIONS

__all__ = ["POWER", "Column", "Setting", "Sheet", "directions", "sheet_of", "shifts", "table"]

Array = np.ndarray[Any, np.dtype[np.float64]]
Setting = tuple[float, float]  # median, and spread: a factor of a lognormal (one sd), the sd of a normal

POWER = 12  # 2**12 points
MOST_INSTRUCTIONS = 4000
MOST_TABLES = 12  # beliefs that travel as a table of quantiles
SHIFT_SEED = 2026


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One input of the sheet.

    Attributes
    ----------
    leaf : Leaf
        The input.
    kind : {"lognormal", "normal", "exact", "choice", "table"}
        How its numbers are made.
    setting : tuple of float
        Median and spread, as they are when nothing is changed.
    options : tuple of str
        Names of what a choice is between.
    dimension : int or None
        Which of the points it takes; None where it has no spread, or takes a score that others share.
    """

    leaf: Leaf
    kind: Literal["lognormal", "normal", "exact", "choice", "table"]
    setting: Setting
    dimension: int | None
    options: tuple[str, ...] = ()

    @property
    def can_change(self) -> bool:
        """Whether a person may move it: a single number with a name, which is no element of an array."""
        is_told = bool(self.leaf.name) and "[" not in self.leaf.uid and self.leaf.group != "latent"
        return is_told and (self.kind != "choice" or bool(self.options))

    @property
    def is_positive(self) -> bool:
        """Whether a change makes it a lognormal."""
        return self.kind != "normal" and self.setting[0] > 0


@dataclass(frozen=True, slots=True)
class Line:
    """One operation: the row, the slots of its arguments, its parameters, and the column it takes, if any."""

    operation: str
    arguments: tuple[int, ...]
    parameters: tuple[Any, ...] = ()
    column: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """What a page computes.

    Attributes
    ----------
    columns : tuple of Column
        Inputs; slot ``k`` holds the numbers of column ``k`` unless a line makes them from a score.
    constants : mapping of slot to float
        Numbers that nobody changes.
    lines : mapping of slot to Line
        Operations, in order.
    outputs : tuple of int
        The slots of the results.
    """

    columns: tuple[Column, ...]
    constants: Mapping[int, float]
    lines: Mapping[int, Line]
    outputs: tuple[int, ...]

    def result(self, settings: Mapping[int, Setting] | None = None, nth: int = 0) -> Array:
        """Return a result at every point, shape (2**POWER,), with some columns changed, by their number."""
        changed = settings or {}
        slots: dict[int, Any] = dict(self.constants)
        for place, column in enumerate(self.columns):
            if column.dimension is not None or column.kind == "exact":
                slots[place] = self._numbers(place, changed.get(place), None)
        with np.errstate(all="ignore"):
            for slot, line in self.lines.items():
                arguments = [slots[each] for each in line.arguments]
                if line.column is not None:
                    slots[slot] = self._numbers(line.column, changed.get(line.column), arguments[0])
                else:
                    slots[slot] = OPERATIONS[line.operation].value(*arguments, *line.parameters)
        return np.asarray(np.zeros(2**POWER) + slots[self.outputs[nth]])

    def _numbers(self, place: int, setting: Setting | None, score: Any) -> Any:
        """Return the numbers of a column: at scores that it shares with others, or at its own points."""
        column = self.columns[place]
        median, spread = setting or column.setting
        if column.kind == "exact" or (column.kind == "choice" and setting is not None):
            return median
        if setting is None and column.kind == "choice":
            return column.leaf.value.ppf(uniforms(_dimension(column)))
        if setting is None and column.kind == "table":
            return table(column)[grid(_dimension(column))]
        scores = Normal(0.0, 1.0).ppf(uniforms(_dimension(column))) if score is None else score
        if column.is_positive:
            return np.exp(math.log(median) + math.log(spread) * scores)
        return median + spread * scores


def _dimension(column: Column) -> int:
    assert column.dimension is not None
    return column.dimension


def table(column: Column) -> Array:
    """Return the quantiles of a belief in the middles of the parts, in single precision, as they travel."""
    middles = (np.arange(2**POWER) + 0.5) / 2.0**POWER
    return np.asarray(np.asarray(column.leaf.value.ppf(middles), dtype=np.float32).astype(np.float64))


def uniforms(dimension: int) -> Array:
    """Return the points of one dimension, in (0, 1): the middles of 2**POWER equal parts, in Sobol's order."""
    return np.asarray((grid(dimension).astype(np.float64) + 0.5) / 2.0**POWER)


def grid(dimension: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return which part each point falls into."""
    columns, shift = directions(dimension + 1)[dimension], int(shifts(dimension + 1)[dimension])
    found = np.array([shift], dtype=np.int64)
    for column in columns:
        found = np.concatenate([found, found ^ int(column)])
    return found


def directions(dimensions: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the first direction numbers of each dimension, shape (dimensions, POWER), below 2**POWER."""
    return (direction_numbers(dimensions)[:, :POWER] >> np.uint64(INDEX_BITS - POWER)).astype(np.int64)


def shifts(dimensions: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return a shift for each dimension; the first ones do not depend on how many there are."""
    generator = np.random.Generator(np.random.PCG64(SHIFT_SEED))
    return generator.integers(2**POWER, size=MOST_DIMENSIONS)[:dimensions]


# --- from a graph ------------------------------------------------------------------------------------------------


def sheet_of(*nodes: Node) -> Sheet | None:
    """Return what a page computes for single numbers; None where a page cannot, or would be too large."""
    roots = united(tuple(map(scalarised, nodes)))
    if any(root.axes for root in roots):
        return None
    columns: list[Column] = []
    options = dict(_options(roots))
    numbers: dict[bytes, int] = {}
    for each in walk(roots):
        if isinstance(each, Leaf) and each.key not in numbers:
            column = _column(each, sum(known.dimension is not None for known in columns), options)
            if column is not None:
                numbers[each.key] = len(columns)
                columns.append(column)
    for each in walk(roots):
        if isinstance(each, Correlated) and each.leaf.key not in numbers:
            column = _column(each.leaf, 0, options)
            if column is None or column.kind not in ("lognormal", "normal"):
                return None
            numbers[each.leaf.key] = len(columns)
            columns.append(Column(column.leaf, column.kind, column.setting, None))
    if sum(each.kind == "table" for each in columns) > MOST_TABLES:
        return None
    return _lines(roots, tuple(columns), numbers)


def _lines(roots: Sequence[Node], columns: tuple[Column, ...], numbers: Mapping[bytes, int]) -> Sheet | None:
    slot: dict[bytes, int] = dict(numbers)
    constants: dict[int, float] = {}
    lines: dict[int, Line] = {}
    free = len(columns)
    for each in walk(roots):
        if isinstance(each, Step):
            slot[each.key] = slot[each.parent.key]
        elif isinstance(each, Leaf) and each.key not in slot:
            slot[each.key], constants[free] = free, float(each.value)
            free += 1
        elif isinstance(each, Computed):
            arguments = tuple(slot[parent.key] for parent in each.parents)
            column = numbers.get(each.leaf.key) if isinstance(each, Correlated) else None
            if column is None and OPERATIONS[each.operation].script is None:
                return None
            parameters = () if column is not None else tuple(map(_as_float, each.parameters))
            lines[free], slot[each.key] = Line(each.operation, arguments, parameters, column), free
            free += 1
    if len(lines) > MOST_INSTRUCTIONS:
        return None
    return Sheet(columns, constants, lines, tuple(slot[root.key] for root in roots))


def _options(roots: Sequence[Node]) -> Iterator[tuple[bytes, tuple[str, ...]]]:
    """Yield each selector with the names of what it selects from."""
    for each in walk(roots):
        if isinstance(each, Operated) and isinstance(each.parents[0], Leaf) and len(each.parents) > 2:
            names = tuple(
                getattr(parent, "name", None) or f"option {k}" for k, parent in enumerate(each.parents[1:], 1)
            )
            yield each.parents[0].key, names


def _as_float(parameter: Any) -> Any:
    return float(parameter) if isinstance(parameter, int | Fraction) else parameter


def _column(leaf: Leaf, dimension: int, options: Mapping[bytes, tuple[str, ...]]) -> Column | None:
    """Return an input as a column; None for a plain number without a name, which is a constant."""
    belief = leaf.value
    if not isinstance(belief, Distribution):
        is_input = bool(leaf.name) and leaf.group != "latent"
        return Column(leaf, "exact", (float(belief), 1.0), None) if is_input else None
    median = float(belief.ppf(0.5))
    if isinstance(belief, LogNormal):
        return Column(leaf, "lognormal", (math.exp(float(belief.mu)), math.exp(float(belief.sigma))), dimension)
    if isinstance(belief, Normal):
        return Column(leaf, "normal", (float(belief.mean), float(belief.sd)), dimension)
    if isinstance(belief, Discrete):
        return Column(leaf, "choice", (median, 1.0), dimension, options.get(leaf.key, ()))
    low, high = (float(belief.ppf(p)) for p in (0.15865525393145707, 0.8413447460685429))
    spread = math.sqrt(high / low) if low > 0 else (high - low) / 2.0
    return Column(leaf, "table", (median, spread), dimension)
