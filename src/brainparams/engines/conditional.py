"""What a number would be if one of its inputs were known, for several values of that input at once.

By the rule of steps where that is quick; for every input of a large graph in turn, at common points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..convolution.parts import Constant
from ..convolution.tabulated import Rule
from ..errors import NoClosedForm
from ..estimate import Estimate
from ..graph import Correlated, Leaf, Node, walk
from ..graph.substitution import given_input
from .common_points import AtPoints, CommonPoints
from .stepwise import STEPS, Form, Steps, quantiles

__all__ = ["IF_KNOWN", "IfKnown", "each_if_known", "quantiles_at_points", "quantiles_if_known", "with_values"]

Array = np.ndarray[Any, np.dtype[np.float64]]
Root = Leaf | Correlated
Estimates = Callable[[Sequence[Node]], list[Estimate]]
GOOD = Rule(spacing=0.5, points=33, tolerance=1e-5, panel=14)  # for three digits
IF_KNOWN = Steps(GOOD)
MOST_TABLES = 32  # made afresh, some milliseconds each, that are quicker than common points


class IfKnown(NamedTuple):
    """Quantiles of a scalar with each of some inputs known, and their standard errors: nothing where a rule gives them.

    One array of shape (values, probabilities) for each input; `points` is the number of common points, if there are.
    """

    quantiles: list[Array]
    errors: list[Array]
    points: int = 0


def each_if_known(
    node: Node,
    asked: Sequence[tuple[Root, Sequence[Any]]],
    wanted: Sequence[float],
    *,
    seed: int,
    estimates: Estimates,
    is_closed: Callable[[Node], bool],
) -> IfKnown:
    """Return quantiles with one input after the other known.

    Parameters
    ----------
    asked : sequence of pairs
        Each input, and the probabilities at which it is put; see `quantiles_if_known`.
    is_closed : callable
        Whether a node has a closed form.
    """
    if not (_are_few_tables(node, asked) or all(is_closed(given_input(node, root, at[0])) for root, at in asked)):
        try:
            points = CommonPoints(node, seed)
        except NoClosedForm:
            pass
        else:
            (now,) = estimates([node])
            anchor = points.anchored(wanted, [float(now.quantile(p)) for p in wanted])
            found = [points.if_known(root, at, anchor) for root, at in asked]
            return IfKnown([each.quantiles for each in found], [each.errors for each in found], points.count)
    known = [quantiles_if_known(node, root, at, wanted, estimates) for root, at in asked]
    return IfKnown(known, [np.zeros(each.shape) for each in known])


def _are_few_tables(node: Node, asked: Sequence[tuple[Root, Sequence[Any]]]) -> bool:
    """Return whether closed forms or a few tables give what would be known."""
    if not all(isinstance(root, Leaf) and not root.value.shape for root, _ in asked):
        return False
    try:
        STEPS.form(node)
    except NoClosedForm:
        return False
    return sum(_tables_above(node, {root.key for root, _ in asked})) <= MOST_TABLES


def _tables_above(node: Node, roots: set[bytes]) -> Iterable[int]:
    """Yield of each node that is a table how many of some inputs it rests on."""
    rests: dict[bytes, frozenset[bytes]] = {}
    for each in walk([node]):
        own = frozenset([each.key]) & roots
        rests[each.key] = own.union(*(rests[parent.key] for parent in each.parents))
        form = STEPS.forms.get(each)
        if len(each.parents) > 1 and isinstance(form, Form) and not form.is_simple:
            yield len(rests[each.key]) * len(form.options if form.beside is None else form.beside.options)


def with_values(node: Node, known: Mapping[bytes, Array], wanted: Sequence[float]) -> Array | None:
    """Return quantiles with scalars at values, by key, shape (values, probabilities); None where there is no rule."""
    from scipy.special import ndtri

    count = len(next(iter(known.values())))
    try:
        with np.errstate(all="ignore"):
            form = IF_KNOWN.form(node, {key: Constant(np.reshape(values, (-1, 1))) for key, values in known.items()})
            found = quantiles(form, ndtri(np.asarray(wanted)))
    except NoClosedForm:
        return None
    return np.array(np.broadcast_to(found, (count, len(wanted)))) if np.all(np.isfinite(found)) else None


def quantiles_at_points(
    node: Node, wanted: Sequence[float], now: Estimate, seed: int
) -> Callable[[Mapping[bytes, Array]], AtPoints] | None:
    """Return what gives quantiles with scalars at values, by key, at common points; None where there is no room.

    Parameters
    ----------
    now : Estimate
        What is believed without these values.
    """
    try:
        points = CommonPoints(node, seed)
    except NoClosedForm:
        return None
    anchor = points.anchored(wanted, [float(now.quantile(p)) for p in wanted])
    return lambda known: points.at(known, anchor)


def quantiles_if_known(
    node: Node, root: Root, at: Sequence[Any], wanted: Sequence[float], estimates: Estimates
) -> Array:
    """Return quantiles of a scalar, shape (values, probabilities), with an input at its own quantiles.

    Parameters
    ----------
    at : sequence of float or array
        The probabilities at which the input is put, one for each element where it is an array.
    wanted : sequence of float
        Which quantiles of the scalar.
    estimates : callable
        What estimates several nodes with common draws, where that is needed.
    """
    if isinstance(root, Leaf) and not root.value.shape:
        values = np.asarray(root.value.ppf(np.asarray(at, dtype=np.float64)), dtype=np.float64)
        known = with_values(node, {root.key: values}, wanted)
        if known is not None:
            return known
    found = estimates([given_input(node, root, each) for each in at])
    return np.array([[float(each.quantile(p)) for p in wanted] for each in found])
