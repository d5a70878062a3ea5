"""Mean and standard deviation without drawing: by algebra where parts are independent, else by integrals."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..convolution.factoring import factored
from ..convolution.moments import Moments, side_by_side, within_budget
from ..errors import MomentError, NoClosedForm
from ..estimate import Expectation
from ..graph import Node, elements, scalarised

__all__ = ["expectation_of"]

MOST_EVALUATIONS = 1e7  # about a second
MOST_ELEMENTS = 64  # of an array that is not known as a whole


def expectation_of(node: Node) -> Expectation | None:
    """Return mean and standard deviation with their errors, or why there are none; None if it takes draws."""
    try:
        with np.errstate(all="ignore"), within_budget(MOST_EVALUATIONS):
            found = _moments(node)
            mean, sd, mean_error, sd_error = (_shaped(each, node.shape) for each in found[:4])
            return Expectation(mean, sd, mean_error, sd_error, no_sd=found.lacks)
    except NoClosedForm:
        return None
    except MomentError as error:
        return Expectation(math.nan, math.nan, no_mean=str(error), no_sd=str(error))


def _moments(node: Node) -> Moments:
    """Return the moments of a number or an array, of each element where there are none for the whole."""
    try:
        return factored(node).moments(1.0, {})
    except NoClosedForm:
        if not node.axes and scalarised(node) is not node:
            return factored(scalarised(node)).moments(1.0, {})
        parts = elements(node) if node.axes and math.prod(node.shape) <= MOST_ELEMENTS else None
        if parts is None:
            raise
    return side_by_side([factored(each).moments(1.0, {}) for each in parts])


def _shaped(value: Any, shape: tuple[int, ...]) -> Any:
    if not shape:
        return float(value)
    array = np.asarray(value, dtype=np.float64)
    return (array.reshape(shape) if array.size == math.prod(shape) else np.broadcast_to(array, shape)).copy()
