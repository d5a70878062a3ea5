"""The law of an array from those of its elements, where there is none for the whole."""

from __future__ import annotations

import math
from collections.abc import Callable

from ..errors import NoClosedForm
from ..estimate import Law, side_by_side
from ..graph import Node, elements, leaves, pooled, scalarised, take

__all__ = ["whole_or_elements"]

MOST_BELOW = 1000  # elements of the arrays below a number


def whole_or_elements(law_of: Callable[[Node], Law], node: Node, most: int) -> Law:
    """Return the law of a number or an array; where there is none for the whole, that of each element.

    Parameters
    ----------
    most : int
        Elements of an array that are looked at one by one.

    Raises
    ------
    NoClosedForm
        With the reason why the whole has none.
    """
    try:
        return law_of(node)
    except NoClosedForm:
        parts = _taken_apart(node, most)
        if parts is None:
            raise
        try:
            laws = tuple(law_of(part) for part in parts)
        except NoClosedForm:
            laws = ()
        if not laws:
            raise
    return side_by_side(laws, tuple(len(axis.labels) for axis in node.axes)) if node.axes else laws[0]


def _taken_apart(node: Node, most: int) -> tuple[Node, ...] | None:
    """Return the elements of an array, or a number without arrays below it; None where that is no help."""
    if node.axes:
        count = math.prod(len(axis.labels) for axis in node.axes)
        return (_by_place(node) or elements(node)) if count <= most else None
    if sum(math.prod(len(axis.labels) for axis in leaf.axes) for leaf in leaves([node])) > MOST_BELOW:
        return None
    alone = scalarised(node)
    return None if alone is node else (alone,)


def _by_place(node: Node) -> tuple[Node, ...] | None:
    """Return the elements of an array, each a sum over so many others that it is pooled; None where it is none."""
    first = node
    for axis in node.axes:
        first = take(first, axis.name, 0)
    if pooled(first) is first:
        return None
    parts = [node]
    for axis in node.axes:
        parts = [take(part, axis.name, place) for part in parts for place in range(len(axis.labels))]
    return tuple(map(pooled, parts))
