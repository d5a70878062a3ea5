"""Convolutions and what stands beside them, counted exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..checks import strict
from ..errors import ArgumentError, KindError, RangeError, shown
from . import Architecture, Dimension, Weights, composed
from .arguments import listed, title, truth, whole, wholes
from .dense import dense_layer

__all__ = ["batch_norm", "convolution_layer", "convolution_network", "temporal_convolutional_network"]


@strict
def convolution_layer(
    inputs: int, outputs: int, *, kernel: Sequence[int], bias: bool, groups: int = 1, name: str = "convolution"
) -> Architecture:
    """Return a convolution: one kernel for each output channel and each input channel of its group.

    ``c_out · (c_in / groups) · k₁ · k₂ · …``, and a bias for each output channel. Stride, padding and dilation have no
    parameters, and a transposed convolution has as many as a plain one.

    Parameters
    ----------
    inputs, outputs : int
        Channels before and after.
    kernel : sequence of int
        Length in each direction: ``(54,)`` along time, ``(3, 3)`` in an image, ``(3, 3, 3)`` in a volume.
    bias : bool
        Whether every output channel has a bias. There is no default.
    groups : int
        Groups of channels that see only each other: 1 for a full convolution, `inputs` for a depthwise one.
    name : str
        What the table calls it.

    Returns
    -------
    Architecture

    Raises
    ------
    ArgumentError
        If the groups do not divide the channels.
    KindError, RangeError
        If a dimension is not a whole number of at least one, or the kernel has other than one to three directions.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.convolution_layer(3, 64, kernel=(11, 11), bias=True).count
    23296
    >>> bp.convolution_layer(32, 32, kernel=(3, 3), groups=32, bias=False).count
    288
    """
    where = "convolution_layer():"
    before, after = whole(inputs, f"{where} 'inputs'"), whole(outputs, f"{where} 'outputs'")
    parts = whole(groups, f"{where} 'groups'")
    if before % parts or after % parts:
        raise ArgumentError(f"{where} 'groups' = {parts} must divide the {before} inputs and the {after} outputs")
    sides = [Dimension(side, "kernel side", "k") for side in _kernel(kernel, f"{where} 'kernel'")]
    channels = Dimension(after, "output channels", "c_out")
    seen = Dimension(before // parts, "input channels of a group" if parts > 1 else "input channels", "c_in")
    weights = [Weights("weights", "weights", (channels, seen, *sides))]
    if truth(bias, f"{where} 'bias'"):
        weights.append(Weights("biases", "biases", (channels,)))
    return Architecture(title(name, f"{where} 'name'"), tuple(weights))


def _kernel(kernel: Sequence[int], where: str) -> list[int]:
    sides = wholes(kernel, where, example="(3, 3)")
    if len(sides) > 3:
        raise RangeError(
            f"{where} has one length for each of one to three directions, such as (3, 3); got {shown(kernel)}"
        )
    return sides


@strict
def batch_norm(channels: int, *, running_statistics: bool, name: str = "batch norm") -> Architecture:
    """Return a batch normalisation: scale and shift, and if asked for running mean and variance.

    Parameters
    ----------
    channels : int
        Channels it normalises.
    running_statistics : bool
        Whether running mean and variance count. They are stored with the network but not trained by gradient, so
        printed counts differ; there is no default.
    name : str
        What the table calls it.

    Returns
    -------
    Architecture

    References
    ----------
    Ioffe & Szegedy (2015), Batch normalization. doi:10.48550/arXiv.1502.03167

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.batch_norm(64, running_statistics=False).count, bp.batch_norm(64, running_statistics=True).count
    (128, 256)
    """
    width = Dimension(whole(channels, "batch_norm(): 'channels'"), "channels", "c")
    weights = [Weights("scale and shift", each, (width,)) for each in ("scale", "shift")]
    if truth(running_statistics, "batch_norm(): 'running_statistics'"):
        weights += [Weights("running statistics", each, (width,)) for each in ("mean", "variance")]
    return Architecture(title(name, "batch_norm(): 'name'"), tuple(weights))


@strict
def convolution_network(
    channels: Sequence[int],
    *,
    kernels: Sequence[Sequence[int]],
    bias: bool,
    batch_norm_statistics: bool | None = None,
    name: str = "convolution network",
) -> Architecture:
    """Return convolutions one after another.

    Parameters
    ----------
    channels : sequence of int
        Channels of the input, then of each convolution.
    kernels : sequence of sequence of int
        Kernel of each convolution.
    bias : bool
        Whether every output channel has a bias. There is no default.
    batch_norm_statistics : bool, optional
        None where no batch normalisation follows a convolution; else whether its running statistics count.
    name : str
        What the table calls it.

    Returns
    -------
    Architecture

    Raises
    ------
    ArgumentError
        If there is not one kernel for each convolution.

    Examples
    --------
    >>> import brainparams as bp
    >>> features = bp.convolution_network(
    ...     [3, 64, 192, 384, 256, 256], kernels=[(11, 11), (5, 5), (3, 3), (3, 3), (3, 3)], bias=True
    ... )
    >>> classifier = bp.dense_network([9216, 4096, 4096, 1000], bias=True)
    >>> bp.composed("AlexNet, one tower", {"features": features, "classifier": classifier})
    AlexNet, one tower: 61,100,840 parameters
      term        parameters   share
      features     2,469,696   4.04%
      classifier  58,631,144  95.96%
    """
    where = "convolution_network():"
    widths = wholes(channels, f"{where} 'channels'", least_count=2)
    sides = listed(kernels, f"{where} 'kernels'", "[(3, 3), (3, 3)]")
    if len(sides) != len(widths) - 1:
        raise ArgumentError(
            f"{where} {len(widths)} 'channels' make {len(widths) - 1} convolutions; got {len(sides)} 'kernels'"
        )
    layers = [
        convolution_layer(*each, kernel=kernel, bias=bias)
        for *each, kernel in zip(widths[:-1], widths[1:], sides, strict=True)
    ]
    parts: dict[str, list[Architecture]] = {"convolutions": layers}
    if batch_norm_statistics is not None:
        norms = [batch_norm(width, running_statistics=batch_norm_statistics) for width in widths[1:]]
        parts |= _by_term(norms)
    return composed(title(name, f"{where} 'name'"), parts)


def _by_term(norms: Sequence[Architecture]) -> dict[str, list[Architecture]]:
    """Return batch norms with what is trained and what is not in two terms."""
    terms = [row.name for row in norms[0]]
    return {
        f"batch norm {term}": [
            Architecture(norm.name, row.weights) for norm in norms for row in norm if row.name == term
        ]
        for term in terms
    }


@strict
def temporal_convolutional_network(
    name: str,
    *,
    inputs: int,
    widths: Sequence[int],
    kernels: Sequence[int],
    outputs: Mapping[str, int],
    running_statistics: bool,
) -> Architecture:
    """Return a temporal convolutional network with batch normalisation and linear read-outs, as fitted to one neuron.

    ``Σ (kᵢ · wᵢ₋₁ · wᵢ + wᵢ) + Σ 2 wᵢ + (w + 1) · outputs``.

    Parameters
    ----------
    name : str
        What the table calls it.
    inputs : int
        Input channels: twice the synapse locations where excitation and inhibition are apart.
    widths : sequence of int
        Channels of each layer.
    kernels : sequence of int
        Length in time steps of the kernel of each layer.
    outputs : mapping of str to int
        Read-outs by name, and how many of each: ``{"spike": 1, "soma": 1, "dendritic": 20}``.
    running_statistics : bool
        Whether the running mean and variance of the batch normalisation count; they are not trained by gradient.

    Returns
    -------
    Architecture

    Raises
    ------
    ArgumentError
        If there is not one kernel for each layer.

    References
    ----------
    Beniaguev, Segev & London (2021), Single cortical neurons as deep artificial neural networks.
    doi:10.1016/j.neuron.2021.07.002

    Examples
    --------
    The network of seven layers with 128 channels, which sees 153 ms:

    >>> import brainparams as bp
    >>> bp.temporal_convolutional_network(
    ...     "7 × 128", inputs=1278, widths=[128] * 7, kernels=[45] + [19] * 6,
    ...     outputs={"spike": 1, "soma": 1, "dendritic": 20}, running_statistics=False,
    ... )
    7 × 128: 9,234,582 parameters
      term                        parameters   share
      convolutions                 9,229,952  99.95%
      batch norm scale and shift       1,792   0.02%
      spike                              129   0.00%
      soma                               129   0.00%
      dendritic                        2,580   0.03%
    """
    where = "temporal_convolutional_network():"
    lengths = [(each,) for each in wholes(kernels, f"{where} 'kernels'")]
    channels = [whole(inputs, f"{where} 'inputs'"), *wholes(widths, f"{where} 'widths'")]
    if len(lengths) != len(channels) - 1:
        raise ArgumentError(f"{where} {len(channels) - 1} 'widths' need as many 'kernels'; got {len(lengths)}")
    statistics = truth(running_statistics, f"{where} 'running_statistics'")
    body = convolution_network(channels, kernels=lengths, bias=True, batch_norm_statistics=statistics)
    return composed(title(name, f"{where} 'name'"), {**_parts(body), **_readouts(channels[-1], outputs, where)})


def _parts(body: Architecture) -> dict[str, Architecture]:
    return {row.name: Architecture(row.name, row.weights) for row in body}


def _readouts(width: int, outputs: Any, where: str) -> dict[str, Architecture]:
    if not isinstance(outputs, Mapping) or not outputs:
        raise KindError(f"{where} 'outputs' needs read-outs by name, such as {{'spike': 1}}; got {shown(outputs)}")
    return {
        label: dense_layer(width, whole(count, f"{where} outputs[{label!r}]"), bias=True)
        for label, count in outputs.items()
    }
