"""The law of an array from those of its elements, where there is none for the whole; how many there may be."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from ..errors import NoClosedForm, RangeError
from ..estimate import Law, side_by_side
from ..graph import Node, elements, leaves, pooled, scalarised, take, walk

__all__ = ["check_elements", "too_many_elements", "whole_or_elements"]

MOST_BELOW = 1000  # elements of the arrays below a number
MOST_ELEMENTS = 2**22


def check_elements(nodes: Sequence[Node]) -> int:
    """Return how many elements the largest array on the way has, or raise where no engine has room for it.

    Raises
    ------
    RangeError
        With the array and what to take in its place.
    """
    largest = max(walk(nodes), key=lambda node: math.prod(node.shape))
    elements = math.prod(largest.shape)
    if elements > MOST_ELEMENTS:
        raise RangeError(too_many_elements(largest, elements, MOST_ELEMENTS))
    return elements


def too_many_elements(node: Node, elements: int, most: int) -> str:
    """Return what is said of an array that does not fit in memory."""
    axes = " × ".join(f"{len(axis.labels):,} along {axis.name}" for axis in node.axes)
    return (
        f"estimate(): an uncertain array of {elements:,} elements ({axes}) does not fit in memory; the limit is "
        f"{most:,}; ask elements by label, or totals along an axis"
    )


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
    return side_by_side(laws, node.shape) if node.axes else laws[0]


def _taken_apart(node: Node, most: int) -> tuple[Node, ...] | None:
    """Return the elements of an array, or a number without arrays below it; None where that is no help."""
    if node.axes:
        return (_by_place(node) or elements(node)) if math.prod(node.shape) <= most else None
    if sum(math.prod(leaf.shape) for leaf in leaves([node])) > MOST_BELOW:
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
