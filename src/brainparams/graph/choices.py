"""Choices between rival options: which inputs select, and what the options are called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeGuard

from .nodes import Leaf, Node, Operated, Step
from .operations.functions import choose
from .walking import walk

__all__ = ["WEIGHTS", "is_selector", "option_names", "place_of_option", "weights_in_words"]

WEIGHTS = "weights of a choice"
"""What the spread of an input means that selects between options."""


def is_selector(node: object) -> TypeGuard[Leaf]:
    """Return whether a node is an input that selects between options."""
    return isinstance(node, Leaf) and node.spread == WEIGHTS


def option_names(outputs: Iterable[Node]) -> dict[str, tuple[str, ...]]:
    """Return the names of the options of each choice, by the uid of the input that selects."""
    found: dict[str, tuple[str, ...]] = {}
    for node in walk(outputs):
        if isinstance(node, Operated) and node.operation == choose.name:
            selector, *options = node.parents
            if isinstance(selector, Leaf):
                found.setdefault(selector.uid, tuple(map(_name, options, range(len(options)))))
    return found


def _name(option: Node, place: int) -> str:
    while isinstance(option, Operated) and len(option.parents) == 1:  # a change of unit on the way in
        option = option.parents[0]
    return (option.name if isinstance(option, Step | Leaf) else None) or str(place)


def place_of_option(names: tuple[str, ...], asked: str) -> int | None:
    """Return which option is meant by its name; None if no option or several have it."""
    for same in (str, _folded):
        places = [place for place, name in enumerate(names) if same(name) == same(asked)]
        if len(places) == 1:
            return places[0]
    return None


def _folded(name: str) -> str:
    return " ".join(name.replace("_", " ").casefold().split())


def weights_in_words(weights: Iterable[tuple[str, float]]) -> str:
    """Return options with their weights in per cent.

    Examples
    --------
    >>> weights_in_words([("one", 0.6), ("ten", 0.4)])
    'one 60 %, ten 40 %'
    """
    return ", ".join(f"{name} {100 * weight:.3g} %" for name, weight in weights)
