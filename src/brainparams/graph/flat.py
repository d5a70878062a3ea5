"""A graph as flat records, parents before children: what a pickle and a document are made from.

So a graph of any depth is written and read without recursion, and an unknown keeps its identity.
"""

from __future__ import annotations

import copyreg
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .nodes import Correlated, Leaf, Node, Operated, Step
from .walking import walk

__all__ = ["LEAF_FIELDS", "rebuild", "records"]


def records(outputs: Sequence[Node]) -> Iterator[tuple[Any, ...]]:
    """Yield one flat record per node, parents before children; parents are given by their position."""
    named = _Labelled()
    position: dict[tuple[bytes, int], int] = {}
    for node in walk(outputs, name=named):
        position[named(node)] = len(position)
        parents = tuple(position[named(parent)] for parent in node.parents)
        yield _record(node, parents)


class _Labelled:
    """Names nodes by what they are and under which labels: one stack may stand under two sets of labels."""

    def __init__(self) -> None:
        self._labels: dict[bytes, list[list[tuple[str, tuple[Any, ...]]]]] = {}

    def __call__(self, node: Node) -> tuple[bytes, int]:
        labels = [(axis.name, axis.labels) for axis in node.axes]
        known = self._labels.setdefault(node.key, [])
        if labels not in known:
            known.append(labels)
        return node.key, known.index(labels)


def _record(node: Node, parents: tuple[int, ...]) -> tuple[Any, ...]:
    if isinstance(node, Leaf):
        return ("leaf", {name: getattr(node, name) for name in LEAF_FIELDS})
    if isinstance(node, Correlated):
        fields = {name: getattr(node.leaf, name) for name in LEAF_FIELDS}
        return ("correlated", parents, fields, node.told, node.partners, node.together)
    if isinstance(node, Operated):
        return ("operated", parents, node.operation, node.unit, node.axes, node.parameters)
    if isinstance(node, Step):
        return ("step", parents, node.name, node.symbol, node.because, node.caveats, node.citations)
    raise TypeError(f"not a node of the graph: {node!r}")


LEAF_FIELDS = tuple(name for name in Leaf.__slots__ if name != "key")


def rebuild(flat: Iterable[tuple[Any, ...]]) -> list[Node]:
    """Rebuild the nodes from their flat records; the inverse of `records`."""
    nodes: list[Node] = []
    for record in flat:
        if record[0] == "leaf":
            nodes.append(Leaf(**record[1]))
        elif record[0] == "operated":
            _, parents, operation, unit, axes, parameters = record
            nodes.append(Operated(operation, tuple(nodes[each] for each in parents), unit, axes, parameters))
        elif record[0] == "correlated":
            _, (parent,), fields, *told = record
            nodes.append(Correlated(Leaf(**fields), nodes[parent], *told))
        else:
            _, (parent,), *told = record
            nodes.append(Step(nodes[parent], *told))
    return nodes


def _unpickle(flat: tuple[tuple[Any, ...], ...]) -> Node:
    return rebuild(flat)[-1]


def _reduced(node: Node) -> tuple[Any, ...]:
    return _unpickle, (tuple(records([node])),)


for _kind in (Leaf, Operated, Correlated, Step):
    copyreg.pickle(_kind, _reduced)
