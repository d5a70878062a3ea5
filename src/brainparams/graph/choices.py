"""Choices between rival options: which inputs select, and what the options are called."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeGuard

import numpy as np

from ..checks import number
from ..distributions import Discrete
from ..errors import ArgumentError, RangeError, UnknownNameError, did_you_mean, shown
from ..render.numbers import weight_of
from .nodes import Leaf, Node, Operated, Step
from .operations.functions import choose
from .walking import unknowns, walk

__all__ = [
    "WEIGHTS",
    "folded",
    "is_choice_open",
    "is_selector",
    "option_names",
    "place_of_option",
    "reweighted",
    "shares_of",
    "weights_in_words",
]

WEIGHTS = "weights of a choice"
"""What the spread of an input means that selects between options."""


def is_selector(node: object) -> TypeGuard[Leaf]:
    """Return whether a node is an input that selects between options."""
    return isinstance(node, Leaf) and node.spread == WEIGHTS


def is_choice_open(outputs: Iterable[Node]) -> bool:
    """Return whether something is chosen by an input that is not known."""
    return any(
        isinstance(node, Operated) and node.operation == choose.name and bool(unknowns([node.parents[0]]))
        for node in walk(outputs)
    )


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
    for same in (str, folded):
        places = [place for place, name in enumerate(names) if same(name) == same(asked)]
        if len(places) == 1:
            return places[0]
    return None


def folded(name: str) -> str:
    """Return a name as it is compared: keyword arguments have underscores for blanks, and people write as they like."""
    return " ".join(name.replace("_", " ").casefold().split())


def weights_in_words(weights: Iterable[tuple[str, float]]) -> str:
    """Return options with their weights in per cent.

    Examples
    --------
    >>> weights_in_words([("one", 0.6), ("ten", 0.4)])
    'one 60 %, ten 40 %'
    """
    return ", ".join(f"{name} {weight_of(weight)}" for name, weight in weights)


def shares_of(options: Collection[str], weights: Any, where: str) -> dict[str, float]:
    """Return the weight of each option, given by name or in their order.

    Raises
    ------
    ArgumentError
        If options and weights have different names, or there are fewer than two.
    RangeError
        If a weight is not above 0, or they do not add up to 1.
    """
    if isinstance(weights, list | tuple | np.ndarray) and len(weights) == len(options):
        weights = dict(zip(options, weights, strict=True))
    if len(options) < 2 or not isinstance(weights, Mapping) or set(options) != set(weights):
        came = shown([*weights]) if isinstance(weights, Mapping) else shown(weights)
        raise ArgumentError(
            f"{where}: needs at least two options, and a weight for each by the same name, or a list of weights in "
            f"their order; got options {shown([*options])} and weights {came}"
        )
    shares = {label: number(weights[label], f"{where}: the weight of {label!r}", "0.6") for label in options}
    total = math.fsum(shares.values())
    if any(not share > 0 for share in shares.values()):
        raise RangeError(
            f"{where}: weights must be above 0; got {weights_in_words(shares.items())}; leave an option out"
        )
    if abs(total - 1.0) > 1e-9:
        scaled = {label: round(share / total, 4) for label, share in shares.items()}
        raise RangeError(f"{where}: weights must sum to 1; they sum to {total:.6g}; correct them, for example {scaled}")
    return shares


def reweighted(selector: Leaf, names: Sequence[str], asked: Mapping[str, Any] | Sequence[Any], where: str) -> Leaf:
    """Return a selector with other weights; options that are not named share the rest in their old proportion.

    The same weights make the same unknown, wherever they are assumed.

    Raises
    ------
    UnknownNameError
        For an option that there is not.
    ArgumentError
        For a list of another length than that of the options.
    RangeError
        For weights that are none, or that cannot add up to 1.
    """
    given = _given_weights(names, asked, where)
    old = dict(zip(map(int, selector.value.values), map(float, selector.value.weights), strict=True))
    left, total = 1.0 - math.fsum(given.values()), math.fsum(old[place] for place in old if place not in given)
    if any(not 0 <= share <= 1 for share in given.values()) or left < -1e-9 or (left > 1e-9 and not total):
        told = weights_in_words((names[place], share) for place, share in given.items())
        raise RangeError(f"{where}: weights are from 0 to 1 and add up to 1; got {told}")
    shares = given | {place: old[place] * max(left, 0.0) / total for place in old if place not in given}
    kept = {place: share for place, share in sorted(shares.items()) if share > 0}
    belief, words = Discrete.normalised(kept), weights_in_words((names[place], share) for place, share in kept.items())
    identity = hashlib.blake2b(repr((selector.key, belief.key())).encode(), digest_size=8).hexdigest()
    because = f"in place of {selector.written}"
    return replace(selector, value=belief, written=words, because=because, uid=f"assumed:{identity}")


def _given_weights(names: Sequence[str], asked: Mapping[str, Any] | Sequence[Any], where: str) -> dict[int, float]:
    """Return the weights that are asked for, by the place of the option."""
    if not isinstance(asked, Mapping):
        if len(asked) != len(names):
            raise ArgumentError(f"{where}: a list has a weight for each of {', '.join(map(repr, names))}; got {asked}")
        asked = dict(zip(names, asked, strict=True))
    places = {option: place_of_option(tuple(names), str(option)) for option in asked}
    unknown = [option for option, place in places.items() if place is None]
    if unknown:
        raise UnknownNameError(
            f"{where}: no option is called {shown(unknown[0])}; there are {', '.join(map(repr, names))}."
            + did_you_mean(str(unknown[0]), names)
        )
    weights = {option: number(share, f"{where}: the weight of {option!r}", "0.6") for option, share in asked.items()}
    return {place: weights[option] for option, place in places.items() if place is not None}
