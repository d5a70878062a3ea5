"""Counting by layers: a fully connected network of given widths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..annotations import Parameters
from ..checks import is_integer
from ..errors import BrainparamsError, KindError, RangeError, UnitError, shown
from ..graph import Leaf, take
from ..graph.operations import LARGEST
from ..makers import exact, stacked
from ..quantity import Quantity, quantity
from ..units import Unit, same_dimension
from . import estimator

__all__ = ["dense_parameters"]

MOST_LAYERS = 10_000


@estimator
def dense_parameters(widths: Any, *, bias: bool) -> Parameters:
    """Return the parameters of a fully connected network.

    Every neuron of a layer is connected with every neuron of the next, so ``n`` layers have ``n − 1`` gaps:
    ``P = Σ wᵢ wᵢ₊₁``, and with biases one more for each neuron that is not in the first layer.

    Parameters
    ----------
    widths : sequence of int or Quantity [neuron], or Quantity with one axis
        Neurons in each layer, input layer first. Integers give exact integers; uncertain widths a spread.
    bias : bool
        Whether every neuron behind the first layer has a bias. There is no default.

    Returns
    -------
    Quantity [parameter]

    Raises
    ------
    RangeError
        For fewer than two layers, a width below one, or an exact width that is not a whole number.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.dense_parameters([1000] * 1000, bias=False).value
    999000000
    >>> bp.dense_parameters([784, "200 to 400 neuron", 10], bias=True).unit
    'parameter'
    """
    if not isinstance(bias, bool):
        raise KindError(f"dense_parameters(): 'bias' is True or False; got {shown(bias)}")
    layers = _layers(widths)
    (axis,) = layers.node.axes
    count = len(axis.labels)
    before = Quantity(take(layers.node, axis.name, 0, count - 1, rename="gap"))
    after = Quantity(take(layers.node, axis.name, 1, count, rename="gap"))
    dense = exact(
        "1 parameter/neuron^2", because="every pair across a gap has one weight", name="weights per pair", symbol="w"
    )
    why = f"{count:,} layers have {count - 1:,} gaps"
    weights = ((before * after).total("gap") * dense).named("weights", symbol="W", because=why)
    if not bias:
        return weights.named("dense parameters", symbol="P")
    one = exact("1 parameter/neuron", because="one bias a neuron behind the first layer", name="bias", symbol="b")
    biases = (after.total("gap") * one).named("biases", symbol="B")
    return (weights + biases).named("dense parameters", symbol="P")


def _layers(widths: Any) -> Quantity:
    """Return the widths as one array of neurons along the layers."""
    if isinstance(widths, Quantity):
        return _checked_array(widths)
    if isinstance(widths, str) or not isinstance(widths, Sequence | np.ndarray):
        raise KindError(
            f"dense_parameters(): 'widths' needs a list of widths in order, such as [784, 300, 10]; got {shown(widths)}"
        )
    _check_count(len(widths))
    each = [_width(width, position) for position, width in enumerate(widths)]
    if all(isinstance(width, int) for width in each):
        return exact(each, "neuron", axis="layer", name="layer widths", symbol="n", because="structure of the network")
    return stacked([f"{width} neuron" if isinstance(width, int) else width for width in each], "layer")


def _checked_array(widths: Quantity) -> Quantity:
    """Return an array of widths as it is, if it has one axis, a usual length, and whole numbers where it is exact."""
    if len(widths.axes) != 1:
        got = f"an array with {len(widths.axes)} axes" if widths.axes else "a scalar"
        raise KindError(f"dense_parameters(): 'widths' needs one width per layer, such as [784, 300, 10]; got {got}")
    (labels,) = widths.axes.values()
    _check_count(len(labels))
    if not same_dimension(widths.node.unit, Unit("neuron")):
        raise UnitError(f"dense_parameters(): 'widths' needs [neuron]; got an array in {widths.unit}; give neurons")
    if isinstance(widths.node, Leaf) and not widths.node.is_uncertain:
        for position, width in enumerate(widths.to("neuron").value):
            _width(width, position)
    return widths


def _check_count(count: int) -> None:
    if not 2 <= count <= MOST_LAYERS:
        raise RangeError(f"dense_parameters(): 'widths' needs between 2 and {MOST_LAYERS:,} layers; got {count}")


def _width(width: Any, position: int) -> int | Quantity:
    """Return a whole number as it is, and anything else as a quantity of neurons."""
    where = f"dense_parameters(): widths[{position}]"
    if isinstance(width, bool) or width is None:
        raise KindError(f"{where} is {width}, not a number of neurons; write such as 300")
    if is_integer(width) or isinstance(width, float):
        if not 1 <= width <= LARGEST or int(width) != width:  # NaN compares false
            raise RangeError(f"{where} must be a whole number >= 1, within float range (1.8e308); got {shown(width)}")
        return int(width)
    try:
        taken = quantity(width, where)
    except BrainparamsError as error:
        raise error if str(error).startswith(where) else type(error)(f"{where}: {error}") from None
    if not same_dimension(taken.node.unit, Unit("neuron")):
        raise UnitError(f"{where} needs [neuron]; got a quantity in {taken.unit}; write such as '300 neuron'")
    if isinstance(taken.node, Leaf) and not taken.node.is_uncertain:
        return _width(taken.to("neuron").value, position)
    return taken
