"""Arrays taken apart: a graph in which every element of an array is an input, or an operation, of its own.

So what is known about single numbers (closed forms, convolution, shares of the spread) is known about elements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache, reduce
from itertools import product

import numpy as np

from ..distributions import Distribution, Point
from .building import apply
from .nodes import UNSTATED, Correlated, Leaf, Node, Operated, Row, Step
from .operations import OPERATIONS
from .operations.row import Place
from .values import number, single
from .walking import walk

__all__ = ["element_of_leaf", "elements", "scalarised"]

MOST = 4_000  # elements of all arrays together
Part = tuple[Node, Place]


@lru_cache(maxsize=16)
def elements(node: Node) -> tuple[Node, ...] | None:
    """Return the elements of an array in the order of its axes; None where there are too many."""
    wanted = [(node, place) for place in product(*(range(len(axis.labels)) for axis in node.axes))]
    if len(wanted) > MOST:
        return None
    made: dict[tuple[bytes, Place], Node] = {}
    pending = [(part, False) for part in reversed(wanted)]
    while pending:
        (part, place), ready = pending.pop()
        if (part.key, place) in made:
            continue
        if len(made) > 4 * MOST:
            return None
        needed = _needed(part, place)
        if ready or not needed:
            made[part.key, place] = _element(part, place, [made[each.key, at] for each, at in needed])
        else:
            pending.append(((part, place), True))
            pending.extend((each, False) for each in reversed(needed))
    return tuple(made[part.key, place] for part, place in wanted)


def scalarised(node: Node) -> Node:
    """Return a single number without arrays below it; the node itself where there are none, or too many elements."""
    if node.axes or not any(each.axes for each in walk([node])):
        return node
    found = elements(node)
    return node if found is None else found[0]


def _needed(node: Node, place: Place) -> list[Part]:
    """Return which elements of which parents an element is made from."""
    if isinstance(node, Leaf):
        return []
    if isinstance(node, Operated):
        origins = OPERATIONS[node.operation].origins
        if origins is not None:
            _, parts = origins(place, node.parameters)
            return [(node.parents[argument], at) for argument, at in parts]
    return [(parent, place if parent.axes else ()) for parent in node.parents]  # a scalar has one for all


def _element(node: Node, place: Place, parts: Sequence[Node]) -> Node:
    if isinstance(node, Leaf):
        return element_of_leaf(node, place)
    if isinstance(node, Step):
        return replace(node, parent=parts[0]) if not place else parts[0]
    if isinstance(node, Correlated):
        return replace(node, leaf=element_of_leaf(node.leaf, place), score=parts[0])
    assert isinstance(node, Operated)
    row = OPERATIONS[node.operation]
    if row.origins is None:
        return replace(node, parents=tuple(parts), axes=())
    fold, _ = row.origins(place, node.parameters)
    return parts[0] if fold is None else reduce(lambda one, other: apply(fold, one, other), parts)


def element_of_leaf(leaf: Leaf, place: Place) -> Leaf:
    """Return one element of an input as an input of its own; the same element is the same one everywhere."""
    if not leaf.axes:
        return leaf
    labels = [axis.labels[at] for axis, at in zip(leaf.axes, place, strict=True)]
    value = leaf.value.element(place) if isinstance(leaf.value, Distribution) else leaf.value[place]
    value = number(value.mean, "element") if isinstance(value, Point) else value  # a row without a spread
    row = leaf.rows[int(np.ravel_multi_index(place, leaf.shape))] if leaf.rows else None
    row = row or _row(value)
    return replace(
        leaf,
        uid=f"{leaf.uid}[{', '.join(labels)}]",
        value=value,
        written=row.written,
        spread=row.spread or leaf.spread or (None if isinstance(value, Distribution) else UNSTATED.get(leaf.group)),
        axes=(),
        rows=(),
        name=f"{leaf.name}, {', '.join(labels)}" if leaf.name else ", ".join(labels),
        citations=tuple(dict.fromkeys((*row.citations, *leaf.citations))) if row.citations else leaf.citations,
        note="; ".join(filter(None, (leaf.note, row.note))) or None,
    )


def _row(value: object) -> Row:
    """Return an element in words where it came with others in one array."""
    read = single(value, None, "element")
    return Row(read.written, read.spread)
