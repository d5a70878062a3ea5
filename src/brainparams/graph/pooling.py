"""Sums over many independent normal elements as one unknown: the same law from one number in place of thousands.

A sum Σ cᵢ·xᵢ of independent normal numbers is normal, with mean Σ cᵢ·mᵢ and variance Σ cᵢ²·sᵢ²; a factor that all
elements share stands before it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..distributions import Normal
from ..units import Unit
from .building import apply
from .nodes import Leaf, Node, Operated, Step
from .operations import OPERATIONS, arithmetic, rearrangements
from .substitution import substitute
from .walking import walk

__all__ = ["pooled"]

FEWEST = 64  # elements that are worth it
ONE = Unit("1")


@dataclass(frozen=True)
class _Weighted:
    """Elements of a leaf, each times a coefficient, summed along the axes that the node has no more; before it factors.

    `kept` says for each axis of the node which axis of the leaf it is.
    """

    leaf: Leaf
    coefficients: Any
    kept: tuple[int, ...]
    factors: tuple[Node, ...] = ()
    divisors: tuple[Node, ...] = ()

    def times(self, values: Any, power: int) -> _Weighted | None:
        """Return it with each element multiplied (or divided) by numbers along the axes of the node."""
        shape = [1] * self.coefficients.ndim
        ordered = np.transpose(values, np.argsort(self.kept)) if np.ndim(values) else values
        for axis, length in zip(sorted(self.kept), np.shape(ordered), strict=False):
            shape[axis] = length
        numbers = np.reshape(ordered, shape) if np.ndim(ordered) else ordered
        with np.errstate(all="ignore"):
            found = self.coefficients * numbers if power > 0 else self.coefficients / numbers
        return replace(self, coefficients=found) if np.all(np.isfinite(found)) else None


def pooled(node: Node) -> Node:
    """Return a number that has the same law, with sums of independent normal elements as one unknown each.

    It is the same node where nothing is to be pooled. Draws of the two differ, so it serves questions of one number.

    Examples
    --------
    >>> import brainparams as bp
    >>> counts = bp.assumed(bp.Normal([3.0] * 100, [1.0] * 100), "neuron", axis="area", because="an example")
    >>> pooled(counts.total("area").node).value
    Normal(mean=300.0, sd=10.0)
    """
    if node.axes or not any(each.axes for each in walk([node])):
        return node
    used = Counter(parent.key for each in walk([node]) for parent in each.parents)
    seen = Counter(each.uid for each in walk([node]) if isinstance(each, Leaf))
    forms: dict[bytes, _Weighted | None] = {}
    constants: dict[bytes, Any] = {}
    made: dict[bytes, Node] = {}
    for each in walk([node]):
        constants[each.key] = _constant(each, constants)
        form = forms[each.key] = _form(each, forms, constants, used, seen)
        if form is not None and not each.axes and not form.kept and form.coefficients.size >= FEWEST:
            made[each.key] = substitute(_single(form, each), made)
    return substitute(node, made) if made else node


def _constant(node: Node, constants: dict[bytes, Any]) -> Any:
    """Return the numbers of a node on which nothing uncertain bears, as one draw of it; None of another."""
    if isinstance(node, Leaf):
        return None if node.is_uncertain else np.asarray(node.value, dtype=np.float64)[..., np.newaxis]
    if isinstance(node, Step):
        return constants[node.parent.key]
    if not isinstance(node, Operated):
        return None
    values = [constants[parent.key] for parent in node.parents]
    if any(value is None for value in values):
        return None
    with np.errstate(all="ignore"):
        return OPERATIONS[node.operation].value(*values, *node.parameters)


def _form(
    node: Node,
    forms: dict[bytes, _Weighted | None],
    constants: dict[bytes, Any],
    used: Counter[bytes],
    seen: Counter[str],
) -> _Weighted | None:
    """Return a node as weighted elements of one leaf that nothing else uses; None where it is not that."""
    if used[node.key] > 1:
        return None
    if isinstance(node, Leaf):
        is_one = isinstance(node.value, Normal) and bool(node.axes) and seen[node.uid] == 1
        return _Weighted(node, np.ones(node.value.shape), tuple(range(len(node.axes)))) if is_one else None
    if isinstance(node, Step):
        return forms[node.parent.key]
    if not isinstance(node, Operated):
        return None
    parents = [forms[parent.key] for parent in node.parents]
    if len(parents) == 1:
        return _of_one(node, parents[0])
    if node.operation == arithmetic.multiply.name and len(parents) == 2:
        one, other = parents
        form, beside = (one, node.parents[1]) if one is not None else (other, node.parents[0])
        return None if form is None or (one and other) else _beside(form, beside, constants[beside.key], node, 1)
    if node.operation == arithmetic.divide.name and parents[0] is not None and parents[1] is None:
        return _beside(parents[0], node.parents[1], constants[node.parents[1].key], node, -1)
    return None


def _of_one(node: Operated, form: _Weighted | None) -> _Weighted | None:
    if form is None:
        return None
    if node.operation == rearrangements.total.name:
        axis = node.parameters[0]
        return replace(form, kept=form.kept[:axis] + form.kept[axis + 1 :])
    if node.operation == rearrangements.take.name and node.parameters[2] is None:
        axis, place, _ = node.parameters
        alone = np.zeros(form.leaf.value.shape[form.kept[axis]])
        alone[place] = 1.0
        others = [1] * form.coefficients.ndim
        others[form.kept[axis]] = len(alone)
        kept = form.kept[:axis] + form.kept[axis + 1 :]
        return replace(form, coefficients=form.coefficients * alone.reshape(others), kept=kept)
    if node.operation == arithmetic.convert.name:
        return form.times(float(node.parameters[0]), 1)
    if node.operation == arithmetic.negative.name:
        return form.times(-1.0, 1)
    if node.operation == rearrangements.align.name and not node.parameters[1]:
        return replace(form, kept=tuple(form.kept[axis] for axis in node.parameters[0]))
    return None


def _beside(form: _Weighted, beside: Node, numbers: Any, node: Operated, power: int) -> _Weighted | None:
    """Return weighted elements times numbers along the same axes, or times a single unknown."""
    if len(node.axes) != len(form.kept):
        return None
    if numbers is not None:
        return form.times(np.broadcast_to(numbers[..., 0], beside.shape), power)
    if beside.axes:
        return None
    if power > 0:
        return replace(form, factors=(*form.factors, beside))
    return replace(form, divisors=(*form.divisors, beside))


def _single(form: _Weighted, node: Node) -> Node:
    """Return the sum as one unknown, times the factors that all elements share."""
    leaf, weights = form.leaf, form.coefficients
    mean = float(np.sum(weights * leaf.value.mean))
    sd = float(np.sqrt(np.sum(np.square(weights * leaf.value.sd))))
    whole: Node = Leaf(
        uid=f"pooled:{node.key.hex()}", value=Normal(mean, sd), unit=node.unit, group=leaf.group,
        written=f"{mean:g} ± {sd:g}", spread=leaf.spread, name=leaf.name,
    )  # fmt: skip
    for factor in form.factors:
        whole = apply(arithmetic.multiply, whole, _pure(factor))
    for divisor in form.divisors:
        whole = apply(arithmetic.divide, whole, _pure(divisor))
    return replace(whole, unit=node.unit) if isinstance(whole, Operated) else whole


def _pure(node: Node) -> Node:
    """Return a factor as a plain number: its unit is counted where it was multiplied."""
    return Operated(arithmetic.convert.name, (node,), ONE, node.axes, (1, ONE))
