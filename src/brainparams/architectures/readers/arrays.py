"""Arrays as readers write them: a dense layer, a norm, a convolution, a table, in a number of layers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .. import Architecture, Dimension, Weights
from ..blocks import norm_weights

Arrays = list[Weights]


def model_width(width: int) -> Dimension:
    """Return the width of a model as a side of its arrays."""
    return Dimension(width, "width", "d")


def dense(term: str, before: int, after: int, *, bias: bool, name: str = "") -> Arrays:
    """Return a dense layer."""
    sides = (Dimension(before, "inputs", "n"), Dimension(after, "outputs", "m"))
    weights = [Weights(term, f"{name} weights".strip(), sides)]
    return [*weights, *([Weights(term, f"{name} biases".strip(), sides[1:])] if bias else [])]


def dense_twice(term: str, width: int, wide: int, *, bias: bool) -> Arrays:
    """Return two dense layers, to another width and back."""
    return [*dense(term, width, wide, bias=bias), *dense(term, wide, width, bias=bias)]


def queries_keys_values(term: str, before: int, after: int, *, bias: bool) -> Arrays:
    """Return the three projections that look for, are found, and are handed on."""
    return [each for name in ("query", "key", "value") for each in dense(term, before, after, bias=bias, name=name)]


def norm(term: str, width: int, kind: str = "LayerNorm") -> Arrays:
    """Return a norm over a width."""
    return norm_weights(term, kind, model_width(width))


def array(term: str, *sides: int, name: str = "array") -> Arrays:
    """Return an array of any shape."""
    return [Weights(term, name, tuple(Dimension(side, "side", "s") for side in sides))]


def convolution(term: str, before: int, after: int, *kernel: int, bias: bool, groups: int = 1) -> Arrays:
    """Return a convolution."""
    channels = Dimension(after, "output channels", "c_out")
    sides = [Dimension(before // groups, "input channels", "c_in"), *(Dimension(k, "kernel side", "k") for k in kernel)]
    weights = [Weights(term, "convolution weights", (channels, *sides))]
    return [*weights, *([Weights(term, "convolution biases", (channels,))] if bias else [])]


def times(count: int, arrays: Iterable[Weights], what: str = "layers") -> Arrays:
    """Return arrays as they stand in a number of layers; none where there is no layer."""
    copies = Dimension(count, what, "L")
    return [_copied(each, copies) for each in arrays] if count else []


def _copied(array: Weights, copies: Dimension) -> Weights:
    active = None if array.active_copies is None else (copies, *array.active_copies)
    return replace(array, copies=(copies, *array.copies), active_copies=active)


def with_more(found: Architecture, arrays: Iterable[Weights]) -> Architecture:
    """Return an architecture with more arrays behind its own."""
    return replace(found, weights=(*found.weights, *arrays))


def without_terms(found: Architecture, *terms: str) -> Architecture:
    """Return an architecture without the arrays of some terms."""
    return replace(found, weights=tuple(each for each in found.weights if each.term not in terms))
