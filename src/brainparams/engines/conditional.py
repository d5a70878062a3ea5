"""What a number would be if one of its inputs were known, for several values of that input at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..convolution.parts import Constant
from ..convolution.tabulated import Rule
from ..errors import NoClosedForm
from ..estimate import Estimate
from ..graph import Correlated, Leaf, Node
from ..graph.substitution import given_input
from .stepwise import Steps, quantiles

__all__ = ["IF_KNOWN", "quantiles_if_known"]

Array = np.ndarray[Any, np.dtype[np.float64]]
GOOD = Rule(spacing=0.5, points=33, tolerance=1e-5, panel=14)  # for three digits
IF_KNOWN = Steps(GOOD)


def quantiles_if_known(
    node: Node,
    root: Leaf | Correlated,
    at: Sequence[Any],
    wanted: Sequence[float],
    estimate_all: Callable[[Sequence[Node]], list[Estimate]],
) -> Array:
    """Return quantiles of a scalar, shape (values, probabilities), with an input at its own quantiles.

    Parameters
    ----------
    at : sequence of float or array
        The probabilities at which the input is put, one for each element where it is an array.
    wanted : sequence of float
        Which quantiles of the scalar.
    estimate_all : callable
        What estimates several nodes with common draws, where that is needed.
    """
    from scipy.special import ndtri

    if isinstance(root, Leaf) and not root.value.shape:
        values = np.asarray(root.value.ppf(np.asarray(at, dtype=np.float64)), dtype=np.float64)
        try:
            form = IF_KNOWN.form(node, {root.key: Constant(values[:, np.newaxis])})
        except NoClosedForm:
            pass
        else:
            return np.array(np.broadcast_to(quantiles(form, ndtri(np.asarray(wanted))), (len(values), len(wanted))))
    found = estimate_all([given_input(node, root, each) for each in at])
    return np.array([[float(each.quantile(p)) for p in wanted] for each in found])
