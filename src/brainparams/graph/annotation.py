"""Whether a node fits an annotation: its dimension, and its values within the bounds."""

from __future__ import annotations

import warnings

import numpy as np

from ..distributions import Distribution
from ..errors import NegativeWarning, RangeError, UnitError
from ..units import Unit, conversion_factor, quotient, same_dimension
from .nodes import Leaf, Node

__all__ = ["ROUNDING", "check_fit", "example"]

NOTICEABLE = 0.01
ROUNDING = 1e-12
HERTZ, FIRING, FAN_OUT = Unit("Hz"), Unit("spike/neuron/s"), Unit("synapse/neuron")


def check_fit(node: Node, unit: Unit, where: str) -> None:
    """Raise unless a node has the dimension of an annotation, and its values lie within the bounds.

    Raises
    ------
    UnitError
        If the dimension is another.
    RangeError
        If a number, or the support of a belief, lies outside the bounds.
    """
    if not same_dimension(node.unit, unit):
        raise UnitError(_mismatch(where, node, unit))
    if isinstance(node, Leaf):
        _check_range(where, node, unit)


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


def _check_range(where: str, leaf: Leaf, unit: Unit) -> None:
    """Hold a number, or a belief about one, against the bounds of its annotation."""
    if unit.low is None and unit.high is None:
        return
    factor = float(conversion_factor(leaf.unit, unit))
    low = -np.inf if unit.low is None else unit.low / factor
    high = np.inf if unit.high is None else unit.high / factor
    bounds = f"must be >= {unit.low:g}" if unit.high is None else f"must be in [{unit.low:g}, {unit.high:g}]"
    if isinstance(leaf.value, Distribution):
        first, last = leaf.value.support
        finite = np.all(np.isfinite(first)) and np.all(np.isfinite(last))
        if finite and (np.any(first < low - ROUNDING) or np.any(last > high + ROUNDING)):
            raise RangeError(f"{where} {bounds}; got {leaf.written}; use a distribution within these bounds")
        ends = [np.full(leaf.value.shape, end) if leaf.value.shape else end for end in (low, high)]
        outside = float(np.max(leaf.value.cdf(ends[0]) + 1.0 - leaf.value.cdf(ends[1])))
        if outside > NOTICEABLE and leaf.unit.is_dimensionless:
            text = f"{where} {bounds}; {outside:.0%} of the draws of {leaf.written} lie outside; use bp.Beta.from_mean"
            warnings.warn(text, NegativeWarning, stacklevel=6)
        return
    values = leaf.value.ravel() if isinstance(leaf.value, np.ndarray) else [leaf.value]
    outliers = [float(each) for each in values if float(each) < low - ROUNDING or float(each) > high + ROUNDING]
    if outliers:
        came = "" if leaf.unit.text == "1" else f" {leaf.unit.text}"
        raise RangeError(f"{where} {bounds}; got {outliers[0]:.14g}{came}; give a number within these bounds")
