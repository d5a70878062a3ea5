"""A result as a picture, in one of several kinds."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ..engines import estimate
from ..errors import ArgumentError, RangeError, ShapeError, did_you_mean, shown
from ..estimate import Estimate
from ..graph import Node, convert
from ..render import plots
from ..render.numbers import each_of, rounded
from ..render.plots import Belief
from ..render.words import value_words
from ..units import conversion_factor, same_dimension
from .deriving import derive
from .product import factors_of

__all__ = ["KINDS", "plotted"]


PLAIN, OF_ARRAYS = "density", "elements"  # of an array, the elements beside each other
Lines = Mapping[str, float]
Drawing = Callable[[Node, Belief, Any, Lines], Any]


def plotted(node: Node, shown_as: Belief, ax: Any, *, kind: str, lines: Lines) -> Any:
    """Draw a result and return the axes.

    Raises
    ------
    ArgumentError
        For a kind that is not known.
    ShapeError, RangeError
        For an array where one number is drawn, and for a number without a spread.
    """
    if kind not in KINDS:
        raise ArgumentError(
            f"plot(): kind is one of {', '.join(KINDS)}; got {shown(kind)}.{did_you_mean(str(kind), KINDS)}"
        )
    if node.axes and kind == PLAIN:
        kind = OF_ARRAYS
    return KINDS[kind](node, shown_as, ax, lines)


def _density(node: Node, belief: Belief, ax: Any, lines: Lines) -> Any:
    """Draw in the unit that the axes has already."""
    unit = plots.unit_on(ax)
    if unit is not None and unit != node.unit and same_dimension(unit, node.unit):
        factor = conversion_factor(node.unit, unit)
        lines = {name: value * float(factor) for name, value in lines.items()}
        belief = replace(belief, estimate=estimate(convert(node, unit, factor), seed=belief.estimate.seed or 0))
    return plots.density([belief], ax, lines)


def _elements(node: Node, belief: Belief, ax: Any, lines: Lines) -> Any:
    found = belief.estimate
    if not found.axes:
        raise ShapeError("plot(): kind 'elements' shows the elements of an array; this quantity is one number")
    points = itertools.product(*(axis.labels for axis in found.axes))
    low, high = (np.broadcast_to(end, np.shape(found.median)) for end in found.interval(belief.level))
    ends = zip(points, each_of(low), each_of(found.median), each_of(high), strict=True)
    marks = [plots.Mark(", ".join(point), float(low), float(median), float(high)) for point, low, median, high in ends]
    return plots.elements(marks, _unit(found), belief.level, ax)


def _waterfall(node: Node, belief: Belief, ax: Any, lines: Lines) -> Any:
    found = belief.estimate
    told = derive(node, level=belief.level, estimate=found)
    factors = factors_of(told.steps[-1].formula, told.told) if told.steps and not found.axes else None
    if not factors:
        raise RangeError(
            f"plot(): kind 'waterfall' shows factors; {value_words(found, belief.level)} is no product of numbers"
        )
    medians = [(told.told(key).name, float(told.told(key).result.median), sign) for key, sign in factors]
    for name, median, _ in medians:
        if not median > 0:
            raise RangeError(
                f"plot(): kind 'waterfall' shows factors above zero; the median of {name} is {rounded(median)}"
            )
    steps = [(name, median**sign) for name, median, sign in medians]
    return plots.waterfall(steps, _unit(found), ax)


def _unit(found: Estimate) -> str:
    return found.unit.plural(2) or "value"


KINDS: Mapping[str, Drawing] = {
    PLAIN: _density,
    "cumulative": lambda node, belief, ax, lines: plots.cumulative([belief], ax, lines),
    "dots": lambda node, belief, ax, lines: plots.dots(belief, ax),
    OF_ARRAYS: _elements,
    "waterfall": _waterfall,
}
