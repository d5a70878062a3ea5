"""Building nodes: operations with their units resolved and their axes aligned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, TypeGuard

from ..errors import ShapeError, UnitError
from ..units import Unit
from .axes import Axis, labels_of, place_of, position_of, united, without
from .nodes import Correlated, Leaf, Node, Operated, Step
from .operations import ONE, OPERATIONS, Operation, arithmetic, rearrangements

__all__ = [
    "aligned",
    "along",
    "apply",
    "convert",
    "cumulated",
    "gather",
    "join",
    "relabelled",
    "stack",
    "take",
    "total",
]

MOST_ELEMENTS = 10**7


def apply(operation: Operation | str, *parents: Node, parameters: tuple[Any, ...] = ()) -> Node:
    """Apply an operation of the table, with units checked and axes aligned by name.

    Raises
    ------
    UnitError
        If the units do not fit the operation.
    ShapeError
        If an axis of one name has different labels in two arguments; in another order they are aligned.
    """
    row = OPERATIONS[operation] if isinstance(operation, str) else operation
    try:
        unit, factors = row.unit([parent.unit for parent in parents], parameters)
    except UnitError as error:
        raise UnitError(str(error) if str(error).startswith(row.name) else f"{row.name}: {error}") from None
    axes = united(parent.axes for parent in parents)
    if len(axes) > 1:
        _check_size(axes)
    arguments = tuple(
        aligned(_converted(parent, factor), axes) for parent, factor in zip(parents, factors, strict=True)
    )
    return Operated(row.name, arguments, unit, axes, parameters)


def _check_size(axes: tuple[Axis, ...]) -> None:
    size = math.prod(len(axis.labels) for axis in axes)
    if size > MOST_ELEMENTS:
        told = " × ".join(f"{len(axis.labels)} along {axis.name!r}" for axis in axes)
        raise ShapeError(
            f"the result would have {size:,} elements ({told}); at most {MOST_ELEMENTS:,}; take totals along an axis "
            f"first"
        )


def convert(node: Node, unit: Unit, factor: Fraction) -> Node:
    """Express a node in another unit of the same dimension."""
    if unit == node.unit:
        return node
    return Operated(arithmetic.convert.name, (node,), unit, node.axes, (factor, unit))


def take(node: Node, axis: str, start: int, stop: int | None = None, rename: str | None = None) -> Node:
    """Take one element along the named axis, or a run of them under a new axis name."""
    position = position_of(node.axes, axis, "take()")
    if stop is None:
        return _element(node, position, start)
    own = node.axes[position].labels
    labels = tuple(str(index) for index in range(stop - start)) if rename else own[start:stop]
    axes = (*node.axes[:position], Axis(rename or axis, labels), *node.axes[position + 1 :])
    return Operated(rearrangements.take.name, (node,), node.unit, axes, (position, start, stop))


def _element(node: Node, position: int, place: int) -> Node:
    """Take one element; the same element is the same node, in whichever order its labels are named."""
    taken = [(position, place)]
    while isinstance(node, Operated) and node.operation == rearrangements.take.name and node.parameters[2] is None:
        taken.append(node.parameters[:2])
        node = node.parents[0]
    axes, fixed = list(range(len(node.axes))), dict[int, int]()
    for at, index in reversed(taken):
        fixed[axes.pop(at)] = index
    for at in sorted(fixed, reverse=True):
        index = fixed[at]
        if _is_gathered(node, at):  # a reordering along the axis from which an element is taken
            index = node.parameters[1][index]
            node = node.parents[0]
        node = Operated(rearrangements.take.name, (node,), node.unit, without(node.axes, at), (at, index, None))
    return node


def _is_gathered(node: Node, position: int) -> TypeGuard[Operated]:
    return isinstance(node, Operated) and (node.operation, *node.parameters[:1]) == (_GATHER, position)


_GATHER = rearrangements.gather.name


def relabelled(node: Node, axes: tuple[Axis, ...]) -> Node:
    """Return the same node under axes of the same labels that know more."""
    if isinstance(node, Step):
        return replace(node, parent=relabelled(node.parent, axes))
    if isinstance(node, Correlated):
        return replace(node, leaf=replace(node.leaf, axes=axes))
    assert isinstance(node, Leaf | Operated)
    return replace(node, axes=axes)


def along(row: Operation, node: Node, axis: str, where: str) -> Node:
    """Return the total, the largest or the smallest along the named axis."""
    position = position_of(node.axes, axis, where)
    length = len(node.axes[position].labels)
    return Operated(row.name, (node,), node.unit, without(node.axes, position), (position, length))


def total(node: Node, axis: str) -> Node:
    """Add up along the named axis, as one step."""
    return along(rearrangements.total, node, axis, "total()")


def cumulated(node: Node, axis: str) -> Node:
    """Return running totals along the named axis."""
    position = position_of(node.axes, axis, "cumulative()")
    parameters = (position, len(node.axes[position].labels))
    return Operated(rearrangements.cumulate.name, (node,), node.unit, node.axes, parameters)


def gather(node: Node, axis: str, labels: Sequence[Any], where: str) -> Node:
    """Return the elements with these labels, in this order."""
    position = position_of(node.axes, axis, where)
    own = node.axes[position]
    chosen = labels_of(labels, axis, where)
    if chosen == own.labels:
        return node
    places = tuple(place_of(own, label, where) for label in chosen)
    while _is_gathered(node, position):
        places = tuple(node.parameters[1][place] for place in places)
        node = node.parents[0]
    if node.axes[position].labels == chosen:
        return node  # as if it had not been gathered before
    kept = tuple((part, whole) for part, whole in own.parts if part in chosen)
    axes = (*node.axes[:position], Axis(axis, chosen, kept), *node.axes[position + 1 :])
    return Operated(rearrangements.gather.name, (node,), node.unit, axes, (position, places))


def stack(nodes: Sequence[Node], axis: Axis) -> Node:
    """Put nodes of the same axes side by side along a new first axis.

    Raises
    ------
    UnitError
        If one has another dimension than the first.
    ShapeError
        If they have different axes, or the new axis is among them.
    """
    unit, factors = _one_unit(rearrangements.stack, nodes, [repr(label) for label in axis.labels], "stacked()")
    axes = united(node.axes for node in nodes)
    names = {axis.name for axis in axes}
    for node, label in zip(nodes, axis.labels, strict=True):
        if {own.name for own in node.axes} != names:
            has = ", ".join(repr(own.name) for own in node.axes) or "no axis"
            raise ShapeError(
                f"stacked(): {label!r} has {has}, and the others {', '.join(map(repr, names))}; stack quantities that "
                f"have the same axes"
            )
    if axis.name in names:
        raise ShapeError(
            f"stacked(): the quantities have an axis {axis.name!r} already; give the new one another name, or put them "
            f"one behind the other with bp.concatenated(…, axis={axis.name!r})"
        )
    pairs = zip(nodes, factors, strict=True)
    arguments = tuple(aligned(_converted(node, factor), axes) for node, factor in pairs)
    return Operated(rearrangements.stack.name, arguments, unit, (axis, *axes))


def join(nodes: Sequence[Node], axis: str) -> Node:
    """Put nodes one behind the other along an axis that all of them have.

    Raises
    ------
    UnitError
        If one has another dimension than the first.
    ShapeError
        If one lacks the axis, other axes differ, or a label stands in two of them.
    """
    where = "concatenated()"
    unit, factors = _one_unit(rearrangements.join, nodes, [f"value {place}" for place in range(len(nodes))], where)
    places = [position_of(node.axes, axis, where) for node in nodes]
    others = united(without(node.axes, place) for node, place in zip(nodes, places, strict=True))
    if any(len(node.axes) != len(others) + 1 for node in nodes):
        raise ShapeError(f"{where}: the quantities have different axes beside {axis!r}; give all of them the same")
    labels = labels_of(
        (label for node, at in zip(nodes, places, strict=True) for label in node.axes[at].labels), axis, where
    )
    arguments = tuple(
        aligned(_converted(node, factor), (node.axes[at], *others))
        for node, factor, at in zip(nodes, factors, places, strict=True)
    )
    lengths = tuple(len(node.axes[0].labels) for node in arguments)
    return Operated(rearrangements.join.name, arguments, unit, (Axis(axis, labels), *others), (0, lengths))


def _one_unit(row: Operation, nodes: Sequence[Node], names: Sequence[str], where: str) -> tuple[Unit, Any]:
    """Return the unit of all, and what each is multiplied by; or raise with the name of the one that has another."""
    units = [node.unit for node in nodes]
    try:
        return row.unit(units, ())
    except UnitError:
        for unit, name in zip(units, names, strict=True):
            try:
                row.unit([units[0], unit], ())
            except UnitError as error:
                raise UnitError(f"{where}: {name}: {error}") from None
        raise


def _converted(node: Node, factor: Fraction) -> Node:
    """Scale an argument on its way into an operation that resolves its unit."""
    same = factor is ONE or factor == ONE  # comparing fractions is slow
    return node if same else Operated(arithmetic.convert.name, (node,), node.unit, node.axes, (factor, node.unit))


def aligned(node: Node, axes: tuple[Axis, ...]) -> Node:
    """Give a node the order of axes and labels that a result has."""
    if node.axes == axes or not node.axes:
        return node
    wanted = {axis.name: axis for axis in axes}
    for axis in node.axes:
        node = gather(node, axis.name, wanted[axis.name].labels, "align()")
    own = {axis.name: position for position, axis in enumerate(node.axes)}
    order = tuple(own[axis.name] for axis in axes if axis.name in own)
    fresh = tuple(position for position, axis in enumerate(axes) if axis.name not in own)
    if not fresh and order == tuple(range(len(order))):
        return node
    return Operated(rearrangements.align.name, (node,), node.unit, axes, (order, fresh))
