"""Building nodes: operations with their units resolved and their axes aligned."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ..units import Unit
from .axes import Axis, position_of, united, without
from .nodes import Node, Operated
from .operations import ONE, OPERATIONS, Operation, arithmetic, rearrangements

__all__ = ["apply", "convert", "stack", "take", "total"]


def apply(operation: Operation | str, *parents: Node, parameters: tuple[Any, ...] = ()) -> Node:
    """Apply an operation of the table, with units checked and axes aligned by name.

    Raises
    ------
    UnitError
        If the units do not fit the operation.
    ShapeError
        If an axis of one name has different labels in two arguments.
    """
    row = OPERATIONS[operation] if isinstance(operation, str) else operation
    unit, factors = row.unit([parent.unit for parent in parents], parameters)
    axes = united(parent.axes for parent in parents)
    arguments = tuple(
        _aligned(_converted(parent, factor), axes) for parent, factor in zip(parents, factors, strict=True)
    )
    return Operated(row.name, arguments, unit, axes, parameters)


def convert(node: Node, unit: Unit, factor: Fraction) -> Node:
    """Express a node in another unit of the same dimension."""
    if unit == node.unit:
        return node
    return Operated(arithmetic.convert.name, (node,), unit, node.axes, (factor, unit))


def total(node: Node, axis: str) -> Node:
    """Add up along the named axis, as one step."""
    position = position_of(node.axes, axis, "total()")
    length = len(node.axes[position].labels)
    return Operated(rearrangements.total.name, (node,), node.unit, without(node.axes, position), (position, length))


def take(node: Node, axis: str, start: int, stop: int | None = None, rename: str | None = None) -> Node:
    """Take one element along the named axis, or a run of them under a new axis name."""
    position = position_of(node.axes, axis, "take()")
    axes = without(node.axes, position)
    if stop is not None:
        labels = (
            tuple(str(index) for index in range(stop - start)) if rename else node.axes[position].labels[start:stop]
        )
        axes = (*node.axes[:position], Axis(rename or axis, labels), *node.axes[position + 1 :])
    return Operated(rearrangements.take.name, (node,), node.unit, axes, (position, start, stop))


def stack(nodes: Sequence[Node], axis: Axis) -> Node:
    """Put scalar nodes side by side along a new axis."""
    unit, factors = rearrangements.stack.unit([node.unit for node in nodes], ())
    arguments = tuple(_converted(node, factor) for node, factor in zip(nodes, factors, strict=True))
    return Operated(rearrangements.stack.name, arguments, unit, (axis,))


def _converted(node: Node, factor: Fraction) -> Node:
    """Scale an argument on its way into an operation that resolves its unit."""
    same = factor is ONE or factor == ONE  # comparing fractions is slow
    return node if same else Operated(arithmetic.convert.name, (node,), node.unit, node.axes, (factor, node.unit))


def _aligned(node: Node, axes: tuple[Axis, ...]) -> Node:
    if node.axes == axes or not node.axes:
        return node
    own = {axis.name: position for position, axis in enumerate(node.axes)}
    order = tuple(own[axis.name] for axis in axes if axis.name in own)
    fresh = tuple(position for position, axis in enumerate(axes) if axis.name not in own)
    return Operated(rearrangements.align.name, (node,), node.unit, axes, (order, fresh))
