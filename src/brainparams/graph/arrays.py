"""Arrays on their way to an input: nested dicts and lists, numpy arrays, array beliefs, and frames."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from ..distributions import Distribution, Point, stack
from ..errors import KindError, RangeError, ShapeError, UnitError, shown
from ..foreign import door, is_labelled, is_missing, is_pint
from ..render.numbers import written
from ..units import Unit, read_unit
from .axes import Axis, AxisNames, asked_axes, labels_of
from .nodes import Row
from .values import Value, exact_array, number, same_unit, single

__all__ = ["side_by_side", "taken"]


class _Items(NamedTuple):
    """What stands in an array, in the order of its axes, and the labels along each."""

    items: list[Any]
    labels: tuple[tuple[Any, ...], ...]


def taken(value: Any, unit: str | Unit | None, axis: AxisNames | None, where: str) -> Value:
    """Return a value with what is known about it; an array where it has an axis."""
    if is_pint(value):
        magnitude, foreign, notes = door("pint_quantities").from_pint(value, where)
        inner = taken(magnitude, foreign, axis, where)
        own = foreign if unit is None else same_unit(foreign, read_unit(unit, where), where)
        return inner._replace(unit=own, notes=tuple(notes))
    if is_missing(value):
        raise RangeError(f"{where}: {value!r} is not a number; leave it out instead")
    if is_labelled(value):
        value, axis = door("labelled_arrays").labelled(value, axis, where)
    if axis is None and not isinstance(value, Mapping | list | tuple | np.ndarray):
        return single(value, unit, where)
    if isinstance(value, str):
        raise KindError(f"{where}: axis={shown(axis)} needs a dict, a list or an array; got {shown(value)}")
    return _array(value, read_unit(unit, where) if unit is not None else None, axis, where)


def _array(value: Any, unit: Unit | None, axis: AxisNames | None, where: str) -> Value:
    if axis is None:
        raise ShapeError(
            f"{where}: an array needs the name of its axis, such as axis='region'; got {shown(value)}{_range(value)}"
        )
    asked = asked_axes(axis, where)
    names = tuple(name for name, _ in asked)
    if isinstance(value, set | frozenset) or not isinstance(value, Mapping | list | tuple | np.ndarray | Distribution):
        raise KindError(f"{where}: axis={shown(axis)} needs a dict, a list or an array; got {shown(value)}")
    if isinstance(value, Distribution):
        return _of_belief(value, unit, asked, where)
    found = _items(value, names, where)
    axes = _axes(asked, found.labels, where)
    if isinstance(value, np.ndarray) and value.dtype != object:
        return _of_numbers(value, unit, axes, where)
    each = [
        taken(item, None, None, f"{where.removesuffix('()')}({_point(names, point)})")
        for item, point in zip(found.items, _points(axes), strict=True)
    ]
    unit = _common_unit(each, unit, where)
    belief = side_by_side([_in_unit(one, unit, where) for one in each], tuple(len(axis.labels) for axis in axes))
    rows = tuple(Row(one.written, one.spread, note="; ".join(one.notes) or None) for one in each)
    return Value(belief, unit, _listed([one.written for one in each]), None, axes, rows=rows)


def _range(value: Any) -> str:
    """Say that two numbers were perhaps meant as a range."""
    is_pair = (
        isinstance(value, tuple | list) and len(value) == 2 and all(isinstance(each, int | float) for each in value)
    )
    return f"; a range is written as text, '{value[0]:g} to {value[1]:g} …'" if is_pair else ""


# --- reading shapes ----------------------------------------------------------------------------------------------


def _items(value: Any, names: Sequence[str], where: str) -> _Items:
    """Read a nested value, one level for each axis."""
    if isinstance(value, np.ndarray) and value.ndim != len(names):
        raise ShapeError(
            f"{where}: an array needs one axis per dimension; got shape {value.shape} for "
            f"{_said(names)}; write {_written_axes(value.ndim)}"
        )
    labels = tuple(value) if isinstance(value, Mapping) else tuple(range(len(value)))
    rows = list(value.values()) if isinstance(value, Mapping) else list(value)
    if not rows:
        raise ShapeError(f"{where}: an array along {names[0]!r} needs at least one element")
    if len(names) == 1:
        return _Items(rows, (labels,))
    for label, row in zip(labels, rows, strict=True):
        if not isinstance(row, Mapping | list | tuple | np.ndarray):
            raise ShapeError(f"{where}: {_said(names)}: {label!r} holds {shown(row)}, which has no {names[1]!r}")
    inner = [_items(row, names[1:], where) for row in rows]
    for label, one in zip(labels[1:], inner[1:], strict=True):
        if any(set(mine) != set(first) for mine, first in zip(one.labels, inner[0].labels, strict=True)):
            raise ShapeError(
                f"{where}: {names[0]}={label!r} has other labels than {names[0]}={labels[0]!r}: {_few(one.labels[-1])} "
                f"and {_few(inner[0].labels[-1])}; give every cell, or make each row a quantity and use bp.stacked"
            )
    ordered = [one.items if one.labels == inner[0].labels else _reordered(one, inner[0].labels) for one in inner]
    return _Items([item for row in ordered for item in row], (labels, *inner[0].labels))


def _reordered(one: _Items, labels: tuple[tuple[Any, ...], ...]) -> list[Any]:
    cells = dict(zip(product(*one.labels), one.items, strict=True))
    return [cells[point] for point in product(*labels)]


def _axes(asked: Any, labels: Sequence[Sequence[Any]], where: str) -> tuple[Axis, ...]:
    """Return the axes with the labels that were asked for, or those that the value has."""
    axes = []
    for (name, given), own in zip(asked, labels, strict=True):
        if given is not None and len(given) != len(own):
            raise ShapeError(
                f"{where}: axis {name!r} has {len(own)} elements, and {len(given)} labels are given: {_few(given)}"
            )
        axes.append(Axis(name, labels_of(own if given is None else given, name, where)))
    return tuple(axes)


def _points(axes: Sequence[Axis]) -> Iterator[tuple[str, ...]]:
    return product(*(axis.labels for axis in axes))


def _point(names: Sequence[str], point: Sequence[str]) -> str:
    return ", ".join(f"{name}={label!r}" for name, label in zip(names, point, strict=True))


def _said(names: Sequence[str]) -> str:
    return f"axis {names[0]!r}" if len(names) == 1 else f"axes {', '.join(map(repr, names))}"


def _written_axes(count: int) -> str:
    return "axis='region'" if count == 1 else f"axis=({', '.join(map(repr, ('area', 'layer', 'type', 'age')[:count]))})"


def _few(labels: Sequence[Any]) -> str:
    return ", ".join(str(label) for label in labels[:4]) + (", …" if len(labels) > 4 else "")


# --- making values -----------------------------------------------------------------------------------------------


def _of_belief(belief: Distribution, unit: Unit | None, asked: Any, where: str) -> Value:
    shape = belief.shape
    if len(shape) != len(asked):
        names = [name for name, _ in asked]
        raise ShapeError(
            f"{where}: the belief is an array of shape {shape}, and {_said(names)} "
            f"{'is' if len(names) == 1 else 'are'} named; write {_written_axes(max(1, len(shape)))}"
        )
    axes = _axes(asked, [range(length) for length in shape], where)
    return Value(belief, unit, f"{math.prod(shape)} values", None, axes)


def _of_numbers(value: Any, unit: Unit | None, axes: tuple[Axis, ...], where: str) -> Value:
    if value.dtype.kind not in "iuf":
        is_time = value.dtype.kind in "mM"
        mend = "divide it by a unit of time, np.timedelta64(1, 's')" if is_time else "convert it with .astype(float)"
        raise KindError(f"{where}: an array of numbers is needed; got {value.dtype}; {mend}")
    names = [axis.name for axis in axes]
    bad = ~np.isfinite(value.astype(np.float64)).ravel()
    if np.any(bad):
        points = [_point(names, point) for point, is_bad in zip(_points(axes), bad, strict=True) if is_bad]
        raise RangeError(f"{where}: numbers that are not finite, at {_few(points)}; leave them out instead")
    exact = exact_array([number(each, where) for each in value.ravel().tolist()], value.shape)
    return Value(exact, unit, _listed([written(each) for each in exact.flat]), None, axes)


def _listed(each: list[str]) -> str:
    few = each if len(each) <= 6 else [*each[:5], "…"]
    return f"[{', '.join(few)}]" + (f" ({len(each)} values)" if len(each) > 6 else "")


def _common_unit(each: list[Value], unit: Unit | None, where: str) -> Unit:
    units = [one.unit for one in each if one.unit is not None] + ([unit] if unit else [])
    if not units or (len(units) < len(each) and unit is None):
        raise UnitError(f"{where}: every element needs a unit, or give one unit for all as the second argument")
    return unit or units[0]


def _in_unit(one: Value, unit: Unit, where: str) -> Any:
    if one.unit is None or one.unit == unit:
        return one.value
    raise UnitError(f"{where}: one element is in {one.unit} and another in {unit}; write all in one unit")


def side_by_side(values: list[Any], shape: tuple[int, ...]) -> Any:
    """Return numbers as an array of exact ones, beliefs as one belief of an array."""
    if not any(isinstance(each, Distribution) for each in values):
        return exact_array(values, shape)
    beliefs = [each if isinstance(each, Distribution) else Point(float(each)) for each in values]
    return _shaped(beliefs, shape)


def _shaped(beliefs: Sequence[Distribution], shape: tuple[int, ...]) -> Distribution:
    if len(shape) == 1:
        return stack(beliefs)
    flat = stack(beliefs)
    if type(flat) is type(beliefs[0]):  # one kind: its parameters are arrays
        return type(flat)(*(np.reshape(getattr(flat, each.name), shape) for each in fields(flat)))
    last = shape[-1]  # beliefs stand side by side along their last axis
    return stack([_shaped(beliefs[place::last], shape[:-1]) for place in range(last)])
