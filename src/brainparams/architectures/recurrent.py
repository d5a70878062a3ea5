"""Recurrent networks, counted exactly."""

from __future__ import annotations

from ..checks import strict
from . import Architecture, Dimension, Weights
from .arguments import one_of, truth, whole

__all__ = ["recurrent_network"]

GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
BIASES = {
    "PyTorch": {"RNN": 2, "GRU": 2, "LSTM": 2},
    "Keras": {"RNN": 1, "GRU": 2, "LSTM": 1},
    "Keras, reset_after=False": {"RNN": 1, "GRU": 1, "LSTM": 1},
    "none": {"RNN": 0, "GRU": 0, "LSTM": 0},
}


@strict
def recurrent_network(
    cell: str, *, inputs: int, hidden: int, biases: str, layers: int = 1, bidirectional: bool = False
) -> Architecture:
    """Return a recurrent network: ``g · (h · n + h · h)`` weights a layer, with g = 1, 3 or 4 gates.

    Parameters
    ----------
    cell : {"RNN", "GRU", "LSTM"}
        Plain recurrent unit, gated recurrent unit, long short-term memory.
    inputs, hidden : int
        Width of the input and of the hidden state.
    biases : {"PyTorch", "Keras", "Keras, reset_after=False", "none"}
        Whose convention. PyTorch has a bias for the input and another for the hidden state in every gate; Keras has one
        of them, but for the GRU, which has two since ``reset_after=True`` is its default. There is no default here.
    layers : int
        Layers one upon another.
    bidirectional : bool
        Whether every layer runs in both directions and hands on both hidden states.

    Returns
    -------
    Architecture

    Raises
    ------
    ArgumentError
        For an unknown cell or convention.

    References
    ----------
    Hochreiter & Schmidhuber (1997), Long short-term memory. doi:10.1162/neco.1997.9.8.1735
    Cho et al. (2014), Learning phrase representations using RNN encoder–decoder. doi:10.3115/v1/D14-1179

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.recurrent_network("LSTM", inputs=128, hidden=256, biases="PyTorch")
    LSTM: 395,264 parameters
      term               parameters   share
      input weights         131,072  33.16%
      recurrent weights     262,144  66.32%
      biases                  2,048   0.52%
      – biases: the convention of PyTorch
    >>> bp.recurrent_network("LSTM", inputs=128, hidden=256, biases="Keras").count
    394240
    """
    where = "recurrent_network():"
    gates = Dimension(GATES[one_of(cell, GATES, f"{where} 'cell'")], "gates", "g")
    kinds = BIASES[one_of(biases, BIASES, f"{where} 'biases'")][cell]
    state = Dimension(whole(hidden, f"{where} 'hidden'"), "hidden state", "h")
    first = Dimension(whole(inputs, f"{where} 'inputs'"), "inputs", "n")
    both = truth(bidirectional, f"{where} 'bidirectional'")
    copies = (Dimension(2, "directions", "D"),) if both else ()
    rest = whole(layers, f"{where} 'layers'") - 1
    weights = [Weights("input weights", "first layer", (gates, state, first), copies)]
    every = (*copies, Dimension(rest + 1, "layers", "L"))
    if rest:
        upper = (*copies, Dimension(rest, "layers behind the first", "L_2"))
        weights.append(Weights("input weights", "layers behind the first", (gates, state, *copies, state), upper))
    weights.append(Weights("recurrent weights", "recurrent weights", (gates, state, state), every))
    if kinds:
        weights.append(Weights("biases", "biases", (Dimension(kinds, "biases of a gate", "b"), gates, state), every))
    said = "no biases" if biases == "none" else f"biases: the convention of {biases}"
    return Architecture(cell, tuple(weights), (said,))
