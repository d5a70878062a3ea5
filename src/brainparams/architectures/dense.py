"""Fully connected networks, counted exactly."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ..checks import strict
from . import Architecture, Dimension, Weights
from .arguments import title, truth, whole, wholes

__all__ = ["dense_layer", "dense_network"]


@strict
def dense_layer(inputs: int, outputs: int, *, bias: bool, name: str = "dense layer") -> Architecture:
    """Return a fully connected layer: ``n_in · n_out`` weights, and a bias for each output.

    Parameters
    ----------
    inputs, outputs : int
        Width before and after the layer.
    bias : bool
        Whether every output has a bias. There is no default.
    name : str
        What the table calls it.

    Returns
    -------
    Architecture

    Raises
    ------
    KindError, RangeError
        If a width is not a whole number of at least one.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.dense_layer(512, 1000, bias=True).count
    513000
    """
    before = Dimension(whole(inputs, "dense_layer(): 'inputs'"), "inputs", "n_in")
    after = Dimension(whole(outputs, "dense_layer(): 'outputs'"), "outputs", "n_out")
    weights = [Weights("weights", "weights", (before, after))]
    if truth(bias, "dense_layer(): 'bias'"):
        weights.append(Weights("biases", "biases", (after,)))
    return Architecture(title(name, "dense_layer(): 'name'"), tuple(weights))


@strict
def dense_network(widths: Sequence[int], *, bias: bool, name: str = "dense network") -> Architecture:
    """Return a fully connected network: every neuron of a layer is connected with every neuron of the next.

    `dense_parameters` gives the same count as a quantity, and takes uncertain widths as well.

    Parameters
    ----------
    widths : sequence of int
        Neurons in each layer, input layer first.
    bias : bool
        Whether every neuron behind the first layer has a bias. There is no default.
    name : str
        What the table calls it.

    Returns
    -------
    Architecture

    Raises
    ------
    KindError, RangeError
        For fewer than two layers, or a width that is not a whole number of at least one.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.dense_network([400, 120, 84, 10], bias=True).parameters
    59,134 parameters exactly
    """
    counts = wholes(widths, "dense_network(): 'widths'", least_count=2)
    layers = [Dimension(count, f"width of layer {place}", f"n_{place}") for place, count in enumerate(counts)]
    gaps = list(pairwise(layers))
    weights = [Weights("weights", f"weights of layer {place}", gap) for place, gap in enumerate(gaps, start=1)]
    if truth(bias, "dense_network(): 'bias'"):
        weights += [Weights("biases", f"biases of {after.name}", (after,)) for _, after in gaps]
    return Architecture(title(name, "dense_network(): 'name'"), tuple(weights))
