"""Whether a node fits an annotation: its dimension, and its values within the bounds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..distributions import Distribution
from ..errors import NegativeWarning, RangeError, UnitError, warn
from ..units import COUNTED, Unit, conversion_factor, quotient, same_dimension, with_unit
from .nodes import Leaf, Node
from .ranges import range_of
from .walking import unnamed

__all__ = ["ROUNDING", "check_fit", "example"]

NOTICEABLE = 0.01
CERTAIN = 1.0 - 1e-6
ROUNDING = 1e-12
Outside = Callable[[float, float], float]
HERTZ, FIRING, FAN_OUT = Unit("Hz"), Unit("spike/neuron/s"), Unit("synapse/neuron")


def check_fit(node: Node, unit: Unit, where: str, outside: Outside | None = None) -> None:
    """Raise unless a node has the dimension of an annotation, and its values lie within the bounds.

    Parameters
    ----------
    outside : callable, optional
        How likely what was computed lies below one number or above another; it is asked only where that may be.

    Raises
    ------
    UnitError
        If the dimension is another.
    RangeError
        If a number, or the support of a belief, lies outside the bounds, or what was computed certainly does.
    """
    if not same_dimension(node.unit, unit):
        raise UnitError(_mismatch(where, node, unit))
    inner = unnamed(node)
    if isinstance(inner, Leaf):
        _check_range(where, inner, unit)
    elif outside is not None and (unit.low is not None or unit.high is not None):
        _check_computed(where, inner, unit, outside)


def example(unit: Unit) -> str:
    """Return a quantity in a unit, as text to write."""
    amounts = {"neuron": "86e9", "synapse": "1.6e14", "synapse/neuron": "7000", "1": "0.8", "synapse/mm**3": "7e8"}
    return f"'{amounts.get(unit.text, '1')}{'' if unit.text == '1' else ' ' + unit.text}'"


def _mismatch(where: str, node: Node, unit: Unit) -> str:
    came = node.unit
    amount = f"{node.written} {came.text}" if isinstance(node, Leaf) else f"a quantity in {came.text}"
    dimension = "a pure number" if came.is_dimensionless else came.dimension
    return f"{where} needs [{unit.text}]; got {amount} ({dimension}).{_mend(came, unit)}"


def _mend(came: Unit, wanted: Unit) -> str:
    """Say what would turn the one into the other."""
    if came.is_dimensionless:
        return f" Write the unit: {example(wanted)}."
    if same_dimension(came, HERTZ) and same_dimension(wanted, FIRING):
        return f" A firing rate says of what: write {wanted.text}, as in '2 {wanted.text}'."
    if same_dimension(quotient(wanted, came)[0], FAN_OUT):
        return (
            " A spike is an event at each synapse of its neuron: multiply by the synapses per neuron (synapse/neuron)."
        )
    if wanted.is_dimensionless:
        return " Give a pure number, such as '0.8', or divide by a quantity of the same dimension."
    return f" Multiply by a quantity in {wanted.text} per {came.text}, if that is what you mean."


def _bounds(came: Unit, unit: Unit) -> tuple[float, float, str]:
    """Return the ends that an annotation allows, in the unit of what came, and both in words."""
    factor = float(conversion_factor(came, unit))
    low = -np.inf if unit.low is None else unit.low / factor
    high = np.inf if unit.high is None else unit.high / factor
    return low, high, f"must be >= {unit.low:g}" if unit.high is None else f"must be in [{unit.low:g}, {unit.high:g}]"


def _check_computed(where: str, node: Node, unit: Unit, outside: Outside) -> None:
    """Hold what was computed against the bounds: what lies outside with certainty is refused, what may is told."""
    low, high, bounds = _bounds(node.unit, unit)
    least, most = range_of(node)
    slack = ROUNDING * max([1.0, *(abs(end) for end in (least, most) if np.isfinite(end))])
    if least >= low - slack and most <= high + slack:
        return
    is_outside = most < low - slack or least > high + slack
    share = 1.0 if is_outside else 0.0 if node.axes else outside(low, high)
    if share > CERTAIN:
        ends = f"{least:.6g}" if least == most else f"between {least:.4g} and {most:.4g}"
        what = with_unit(ends, node.unit.text)
        raise RangeError(f"{where} {bounds}; what was computed for it is {what}; look at the step that makes it")
    if share > NOTICEABLE:
        text = f"{where} {bounds}; what was computed for it lies outside with probability {share:.2g}"
        warn(f"{text}; look at the inputs whose beliefs reach so far", NegativeWarning)


def _check_range(where: str, leaf: Leaf, unit: Unit) -> None:
    """Hold a number, or a belief about one, against the bounds of its annotation."""
    if unit.low is None and unit.high is None:
        return
    low, high, bounds = _bounds(leaf.unit, unit)
    if isinstance(leaf.value, Distribution):
        _check_belief(f"{where} {bounds}", leaf, low, high)
        return
    values = leaf.value.ravel() if isinstance(leaf.value, np.ndarray) else [leaf.value]
    outliers = [float(each) for each in values if float(each) < low - ROUNDING or float(each) > high + ROUNDING]
    if outliers:
        came = with_unit(f"{outliers[0]:.14g}", leaf.unit.text)
        raise RangeError(f"{where} {bounds}; got {came}; give a number within these bounds")


def _check_belief(wanted: str, leaf: Leaf, low: float, high: float) -> None:
    first, last = leaf.value.support
    finite = np.all(np.isfinite(first)) and np.all(np.isfinite(last))
    ends = [np.full(leaf.value.shape, end) if leaf.value.shape else end for end in (low, high)]
    outside = float(np.max(leaf.value.cdf(ends[0]) + 1.0 - leaf.value.cdf(ends[1])))
    beyond = np.any(first < low - ROUNDING) or np.any(last > high + ROUNDING)
    if (finite and beyond) or outside > CERTAIN:
        raise RangeError(f"{wanted}; got {leaf.written} {leaf.unit.text}; use a distribution within these bounds")
    if outside <= NOTICEABLE or any(name in COUNTED for name, _ in leaf.unit.terms):
        return  # counts are told when they are made
    mend = "use bp.Beta.from_mean" if leaf.unit.is_dimensionless else "use a lognormal, such as bp.LogNormal.from_mean"
    text = f"{wanted}; {outside:.0%} of the draws of {leaf.written} lie outside; {mend}"
    warn(text, NegativeWarning)
