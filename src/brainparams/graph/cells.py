"""An array along several axes as one along a single axis of cells, for questions about each cell by itself."""

from __future__ import annotations

from dataclasses import fields, replace
from math import prod
from typing import Any

import numpy as np

from ..distributions import Distribution
from .axes import Axis
from .nodes import Leaf, Node, Operated, Step
from .operations import OPERATIONS, rearrangements
from .walking import walk

__all__ = ["in_cells"]


def in_cells(node: Node) -> Node | None:
    """Return an array along one axis whose elements have the laws of an array along several; None where there is none.

    What bears on several cells at once, such as a number for each layer of all areas, is another unknown in each: the
    law of each cell is the same, what cells share is not.

    Examples
    --------
    >>> import brainparams as bp
    >>> counts = bp.assumed(bp.Normal([[3.0, 4.0]], [[1.0, 1.0]]), "neuron", axis=("area", "layer"), because="example")
    >>> in_cells(counts.node).axes[0].labels
    ('0', '1')
    """
    shape = node.shape
    names = tuple(axis.name for axis in node.axes)
    cells = Axis("cell", tuple(map(str, range(prod(shape)))))
    made: dict[bytes, Node] = {}
    for each in walk([node]):
        parents = [made.get(parent.key) for parent in each.parents]
        if any(parent is None for parent in parents):
            return None
        found = _flat(each, [parent for parent in parents if parent is not None], cells, names, shape)
        if found is None:
            return None
        made[each.key] = found
    return made[node.key]


def _flat(node: Node, parents: list[Node], cells: Axis, names: tuple[str, ...], shape: tuple[int, ...]) -> Node | None:
    if not node.axes:
        return node if not any(parent.axes for parent in node.parents) else None
    if any(axis.name not in names for axis in node.axes):
        return None
    if isinstance(node, Leaf):
        return _flat_leaf(node, cells, names, shape)
    if isinstance(node, Step):
        return replace(node, parent=parents[0])
    if not isinstance(node, Operated):
        return None
    if node.operation == rearrangements.align.name:
        return parents[0]
    if not OPERATIONS[node.operation].elementwise:
        return None
    return replace(node, parents=tuple(parents), axes=(cells,))


def _flat_leaf(leaf: Leaf, cells: Axis, names: tuple[str, ...], shape: tuple[int, ...]) -> Leaf | None:
    """Return an input with a value for each cell; None of a belief whose parameters have a form of their own."""
    own = leaf.shape
    order = [names.index(axis.name) for axis in leaf.axes]
    if any(shape[place] != length for place, length in zip(order, own, strict=True)):
        return None

    def spread_out(values: Any) -> Any:
        placed = np.transpose(values, np.argsort(order)).reshape(
            [shape[k] if k in order else 1 for k in range(len(shape))]
        )
        return np.broadcast_to(placed, shape).reshape(-1)

    value = leaf.value
    if isinstance(value, Distribution):
        parameters = [np.asarray(getattr(value, each.name)) for each in fields(value)]
        if any(each.shape not in ((), own) for each in parameters):
            return None
        value = type(value)(*(spread_out(each) if each.shape else each for each in parameters))
    else:
        value = spread_out(value)
    return replace(leaf, uid=f"{leaf.uid}, in cells", value=value, axes=(cells,), rows=())
