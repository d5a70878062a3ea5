"""A graph with some of its nodes exchanged for others, or with one input known."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..distributions import Normal
from ..errors import ShapeError
from .building import apply
from .inputs import plain_number
from .nodes import Correlated, Leaf, Node, Operated, Step
from .operations import OPERATIONS, arithmetic
from .values import exact_array
from .walking import leaf_of, walk

__all__ = ["check_scalar", "given_input", "is_uncertain", "moved_along", "score_correlations", "substitute"]

Array = np.ndarray[Any, np.dtype[np.float64]]
TINY = 1e-12


def check_scalar(node: Node, where: str) -> None:
    """Raise ShapeError for an array: the question is about one number."""
    if node.axes:
        names = ", ".join(axis.name for axis in node.axes)
        raise ShapeError(f"{where}: this quantity is an array along {names}; pick one element or take the total")


def is_uncertain(node: Node) -> bool:
    """Whether a node depends on anything uncertain."""
    return any(isinstance(each, Leaf) and each.is_uncertain for each in walk([node]))


def substitute(node: Node, replacements: Mapping[bytes, Node]) -> Node:
    """Return a graph with nodes exchanged, by key; what does not depend on them stays the same nodes.

    A replacement has the unit and the axes of what it replaces.
    """
    made: dict[bytes, Node] = {}
    for each in walk([node]):
        made[each.key] = replacements[each.key] if each.key in replacements else _above(each, made)
    return made[node.key]


def _above(node: Node, made: Mapping[bytes, Node]) -> Node:
    parents = tuple(made[parent.key] for parent in node.parents)
    if all(one is other for one, other in zip(parents, node.parents, strict=True)):
        return node
    if isinstance(node, Step):
        return replace(node, parent=parents[0])
    if isinstance(node, Correlated):
        return replace(node, score=parents[0])
    assert isinstance(node, Operated)
    return replace(node, parents=parents)


def given_input(node: Node, root: Leaf | Correlated, p: float | Array) -> Node:
    """Return what is believed about a node if one input were known to be its own quantile at `p`.

    Inputs that are correlated with it move along: their normal scores keep only the part that does not depend on the
    known one, about a mean that does.

    Parameters
    ----------
    root : Leaf or Correlated
        The input.
    p : float or array
        Probability in (0, 1); one for each element where the input is an array.

    References
    ----------
    Anderson (2003), An Introduction to Multivariate Statistical Analysis, theorem 2.5.1 (conditional normals).
    """
    leaf = leaf_of(root)
    replacements: dict[bytes, Node] = {root.key: _known(leaf, leaf.value.ppf(p))}
    if isinstance(root, Correlated) and not root.axes:  # elements of an array are correlated with each other alone
        replacements |= moved_along(node, {root.key: float(Normal(0.0, 1.0).ppf(float(p)))})
    return substitute(node, replacements)


def moved_along(node: Node, known: Mapping[bytes, float]) -> dict[bytes, Node]:
    """Return what becomes, by key, of inputs correlated with some whose normal scores are known, by key.

    One that these determine is known as well.
    """
    inputs = [each for each in walk([node]) if isinstance(each, Correlated) and not each.axes]
    matrix = score_correlations(inputs)
    places = [place for place, each in enumerate(inputs) if each.key in known]
    gains = np.linalg.pinv(matrix[np.ix_(places, places)]) @ matrix[places] if len(places) > 1 else matrix[places]
    left = np.diag(matrix) - np.sum(gains * matrix[places], axis=0)  # of the variance of each score
    scores = np.array([known[inputs[place].key] for place in places]) @ gains
    moved: dict[bytes, Node] = {}
    for other, gain, free, score in zip(inputs, gains.T, left.tolist(), scores.tolist(), strict=True):
        if other.key in known or not np.any(np.abs(gain) > TINY):
            continue
        if free <= TINY:
            moved[other.key] = _known(other.leaf, other.leaf.value.at_score(score))
        else:
            here = other
            for place, coefficient in zip(places, gain.tolist(), strict=True):
                here = _moved(here, inputs[place], coefficient, known[inputs[place].key])
            moved[other.key] = here
    return moved


def _known(leaf: Leaf, value: Any) -> Leaf:
    if leaf.axes:
        value = exact_array(value.ravel().tolist(), value.shape)
    told = hashlib.blake2b(np.asarray(value, dtype=np.float64).tobytes(), digest_size=8).hexdigest()
    return replace(leaf, uid=f"{leaf.uid}:{told}", value=value, group="exact", written="known", spread=None)


def _moved(other: Correlated, root: Correlated, coefficient: float, known: float) -> Correlated:
    shift = apply(arithmetic.subtract, plain_number(known, latent=True), root.score)
    moved = apply(arithmetic.multiply, plain_number(coefficient, latent=True), shift)
    return replace(other, score=apply(arithmetic.add, other.score, moved))


def score_correlations(roots: Sequence[Correlated]) -> Array:
    """Return the correlations of the normal scores of correlated inputs, which are weighted sums of latent ones."""
    nodes = list(walk([root.score for root in roots]))
    latent = [node.key for node in nodes if isinstance(node, Leaf) and node.is_uncertain]
    weights: dict[bytes, Any] = dict(zip(latent, np.eye(len(latent)), strict=True))
    for node in nodes:
        if isinstance(node, Leaf) and not node.is_uncertain:
            weights[node.key] = float(node.value)
        elif isinstance(node, Operated):
            arguments = [weights[parent.key] for parent in node.parents]
            weights[node.key] = OPERATIONS[node.operation].value(*arguments, *node.parameters)
    matrix = np.array([np.broadcast_to(weights[root.score.key], len(latent)) for root in roots])
    return np.asarray(matrix @ matrix.T)
