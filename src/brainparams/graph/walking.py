"""Going through a graph: every node once, the inputs, the uncertain ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import TypeVar

from .nodes import UNSTATED, Computed, Correlated, Leaf, Node, Step

__all__ = ["leaf_of", "leaves", "made_of", "numbers_of", "roots", "standing", "unknowns", "unstated", "walk"]

Made = TypeVar("Made")


def walk(
    outputs: Iterable[Node], known: Container[bytes] = (), name: Callable[[Node], Hashable] = attrgetter("key")
) -> Iterator[Node]:
    """Yield each node once, parents before children, without recursion; nothing that is known, nor what is below it.

    Two nodes of one `name` are one.
    """
    seen: set[Hashable] = set()
    pending = [(node, False) for node in reversed(list(outputs))]
    while pending:
        node, ready = pending.pop()
        called = name(node)
        if called in seen or node.key in known:
            continue
        if ready or not node.parents:
            seen.add(called)
            yield node
        else:
            pending.append((node, True))
            pending.extend((parent, False) for parent in reversed(node.parents))


def unnamed(node: Node) -> Node:
    """Return what stands behind names and caveats."""
    while isinstance(node, Step):
        node = node.parent
    return node


def made_of(node: Node, of_leaf: Callable[[Leaf], Made], of_computed: Callable[[Computed, list[Made]], Made]) -> Made:
    """Return what is made of a node from what is made of the nodes below it; a name alone makes nothing new."""
    made: dict[bytes, Made] = {}
    for each in walk([node]):
        if isinstance(each, Step):
            made[each.key] = made[each.parent.key]
        elif isinstance(each, Leaf):
            made[each.key] = of_leaf(each)
        elif isinstance(each, Computed):
            made[each.key] = of_computed(each, [made[parent.key] for parent in each.parents])
    return made[node.key]


def leaves(outputs: Sequence[Node]) -> list[Leaf]:
    """Return all leaves below the outputs, each once, in order of first appearance."""
    return [node for node in walk(outputs) if isinstance(node, Leaf)]


def unknowns(outputs: Sequence[Node]) -> list[Leaf]:
    """Return the uncertain leaves below the outputs, each once, in order of first appearance."""
    return [node for node in walk(outputs) if isinstance(node, Leaf) and node.is_uncertain]


def numbers_of(outputs: Sequence[Node]) -> int:
    """Return how many uncertain numbers stand below the outputs: each element of an array is one."""
    return sum(math.prod(leaf.value.shape) for leaf in unknowns(outputs))


def roots(outputs: Sequence[Node]) -> list[Leaf | Correlated]:
    """Return the uncertain inputs that a person gave, correlated ones as such, in order of first appearance."""
    return [
        node
        for node in walk(outputs)
        if isinstance(node, Correlated) or (isinstance(node, Leaf) and node.is_uncertain and node.group != "latent")
    ]


def leaf_of(root: Leaf | Correlated) -> Leaf:
    """Return an input as it was made."""
    return root.leaf if isinstance(root, Correlated) else root


def standing(outputs: Sequence[Node]) -> tuple[str, ...]:
    """Return the names of the inputs that are taken as they stand, for want of a stated spread."""
    names = (leaf.name or f"{leaf.written} {leaf.unit.text}" for leaf in leaves(outputs) if leaf.stands)
    return tuple(dict.fromkeys(names))


def unstated(outputs: Sequence[Node]) -> str:
    """Return what to say of the spread of a result that rests on numbers taken as they stand; an empty text if none."""
    said = {leaf.spread for leaf in leaves(outputs) if leaf.stands}
    return next((words for words in UNSTATED.values() if words in said), "")
