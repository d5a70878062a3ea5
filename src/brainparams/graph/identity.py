"""One identity, one belief: what may not stand side by side in one graph, and what is the same in two units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from ..distributions import Distribution
from ..errors import CorrelationError
from ..render.numbers import written
from ..units import conversion_factor, same_dimension
from .building import convert
from .nodes import Correlated, Leaf, Node
from .substitution import substitute
from .walking import leaf_of, walk

__all__ = ["marks", "one_belief", "says_the_same", "told", "united"]

ROUNDING = 1e-12


@lru_cache(maxsize=32)
def united(outputs: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return nodes in which every input stands in one form; an input that was made in two units is made one.

    Raises
    ------
    CorrelationError
        If two inputs of one identity say different things, or an input stands there both correlated and as it was
        made, or correlated in two ways: it would be two unknowns; or if an input that was correlated with another
        stands beside that in another form.
    """
    forms: dict[str, Leaf | Correlated] = {}
    replaced: dict[bytes, Node] = {}
    for node in walk(outputs):
        if isinstance(node, Leaf | Correlated):
            leaf = leaf_of(node)
            known = forms.setdefault(leaf.uid, node)
            if known.key != node.key:
                one_belief(known, node)
                replaced[node.key] = _in_unit_of(known, node)
    _check_partners(forms)
    return tuple(substitute(node, replaced) for node in outputs) if replaced else outputs


def _check_partners(forms: Mapping[str, Leaf | Correlated]) -> None:
    """Raise CorrelationError where a partner of a correlated input stands beside it in another form."""
    for node in [each for each in forms.values() if isinstance(each, Correlated)]:
        for uid in node.partners:
            other = forms.get(uid, node)
            if other is not node and getattr(other, "together", None) != node.together:
                what = "correlated in another call" if isinstance(other, Correlated) else "as it was made"
                raise CorrelationError(
                    f"the input {other.name or leaf_of(other).written!r} was correlated with "
                    f"{node.name or node.leaf.written!r} and stands beside it {what}, where that correlation would be "
                    f"lost; use what one call of bp.correlate returned everywhere"
                )


def one_belief(known: Leaf | Correlated, node: Leaf | Correlated) -> None:
    """Raise CorrelationError where two inputs of one identity say different things, or stand in two forms."""
    one, other = leaf_of(known), leaf_of(node)
    if not says_the_same(one, other):
        raise CorrelationError(
            f"{_called(one, other)} is {told(one)} in one place and {told(other)} in another, and one identity has "
            f"one belief; take the same one in both places, or make them two inputs (without finding=)"
        )
    if isinstance(known, Correlated) != isinstance(node, Correlated):
        raise CorrelationError(
            f"the input {one.name or one.written!r} stands in one expression both correlated and as it was made; "
            f"use what bp.correlate returned everywhere"
        )
    if isinstance(known, Correlated) and isinstance(node, Correlated) and known.score.key != node.score.key:
        raise CorrelationError(
            f"the input {one.name or one.written!r} was correlated in two calls of bp.correlate, which makes it two "
            f"unknowns; declare all of its correlations in one call"
        )


def _called(one: Leaf, other: Leaf) -> str:
    prefix, _, finding = one.uid.partition(":")
    return (
        f"finding {finding!r}" if prefix == "finding" else f"the input {one.name or other.name or 'without a name'!r}"
    )


def told(leaf: Leaf) -> str:
    """Return the belief of an input in a few numbers, for a message."""
    if leaf.axes:
        return f"{leaf.written} {leaf.unit.text}"
    if not isinstance(leaf.value, Distribution):
        return f"{written(float(leaf.value))} {leaf.unit.text}"
    low, middle, high = (float(leaf.value.ppf(p)) for p in (0.05, 0.5, 0.95))
    return f"{written(middle)} {leaf.unit.text} ({written(low)} to {written(high)})"


def says_the_same(one: Leaf, other: Leaf) -> bool:
    """Whether two leaves hold one belief, in whichever units."""
    if one.axes != other.axes or one.is_uncertain != other.is_uncertain or not same_dimension(one.unit, other.unit):
        return False
    factor = float(conversion_factor(other.unit, one.unit))
    return all(
        np.allclose(a, b * factor, rtol=ROUNDING, atol=0.0) for a, b in zip(marks(one), marks(other), strict=True)
    )


def marks(leaf: Leaf) -> Iterable[Any]:
    """Return numbers that tell a belief: its kind is told by seven of its quantiles."""
    if isinstance(leaf.value, Distribution):
        return [np.asarray(leaf.value.ppf(p), dtype=np.float64) for p in (0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999)]
    return [np.asarray(leaf.value, dtype=np.float64)]


def _in_unit_of(known: Leaf | Correlated, node: Leaf | Correlated) -> Node:
    return convert(known, node.unit, conversion_factor(known.unit, node.unit))
