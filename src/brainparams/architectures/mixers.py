"""What mixes tokens in place of attention: state spaces, linear attention, gated recurrences."""

from __future__ import annotations

import typing
from dataclasses import dataclass
from typing import ClassVar

from ..checks import strict
from . import Dimension, Weights
from .arguments import settle, switches

__all__ = [
    "GatedDelta",
    "GatedRecurrence",
    "LightningAttention",
    "NoMixer",
    "ShortConvolution",
    "StateSpace",
    "StateSpaceDual",
]

Copies = tuple[Dimension, ...]
Shapes = dict[str, tuple[Dimension, ...]]


def _arrays(term: str, shapes: Shapes, copies: Copies) -> list[Weights]:
    return [Weights(term, name, shape, copies) for name, shape in shapes.items()]


def _only(shapes: Shapes, wanted: bool) -> Shapes:
    return shapes if wanted else {}


@strict
@dataclass(frozen=True, kw_only=True)
class StateSpace:
    """A selective state space, as in Mamba: every channel has a small state of its own.

    ``3·d·i`` to and from i channels, a convolution ``i·k``, ``i·(r + 2n)`` and ``r·i`` for what selects, ``i·n + i``
    for the dynamics.

    Parameters
    ----------
    channels : int
        Channels i, mostly twice the width of the model.
    state : int
        Numbers n that one channel keeps.
    rank : int
        Rank r of the projection to the time steps.
    kernel : int
        Length k of the convolution over time.
    bias : bool
        Whether the projections to and from the channels have biases. There is no default.
    convolution_bias : bool
        Whether the convolution has. There is no default.
    norms : bool
        Whether norms stand on time steps, inputs and outputs of the state (Jamba).

    References
    ----------
    Gu & Dao (2023), Mamba: linear-time sequence modeling with selective state spaces. doi:10.48550/arXiv.2312.00752

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.architectures.StateSpace(
    ...     channels=5120, state=16, rank=160, kernel=4, bias=False, convolution_bias=True
    ... ).channels
    5120
    """

    channels: int
    state: int
    rank: int
    kernel: int
    bias: bool
    convolution_bias: bool
    norms: bool = False

    term: ClassVar[str] = "state space"

    def __post_init__(self) -> None:
        settle(self, "channels", "state", "rank", "kernel")
        switches(self, "bias", "convolution_bias", "norms")

    def weights(self, width: Dimension, copies: Copies, term: str) -> list[Weights]:
        """Return the arrays for a model of this width."""
        inner, state = Dimension(self.channels, "channels", "i"), Dimension(self.state, "state", "n")
        rank, kernel = Dimension(self.rank, "rank of the time steps", "r"), Dimension(self.kernel, "kernel", "k")
        shapes: Shapes = {
            "input weights": (width, inner),
            "gate weights": (width, inner),
            "convolution weights": (inner, kernel),
            "selection of time steps": (inner, rank),
            "selection of inputs": (inner, state),
            "selection of outputs": (inner, state),
            "time step weights": (rank, inner),
            "time step biases": (inner,),
            "state matrix": (inner, state),
            "passed on": (inner,),
            "output weights": (inner, width),
        }
        shapes |= _only({"input biases": (inner,), "gate biases": (inner,), "output biases": (width,)}, self.bias)
        shapes |= _only({"convolution biases": (inner,)}, self.convolution_bias)
        shapes |= _only({"step norm": (rank,), "input norm": (state,), "output norm": (state,)}, self.norms)
        return _arrays(term, shapes, copies)


@strict
@dataclass(frozen=True, kw_only=True)
class StateSpaceDual:
    """A state space of heads, as in Mamba-2: one decay for each head, inputs and outputs shared by groups of them.

    ``d·(2i + 2gn + h) + i·d``, a convolution ``(i + 2gn)·k``, three numbers for each of h heads, with ``i = h·p``.

    Parameters
    ----------
    heads, head_dim : int
        Heads h and their width p.
    state : int
        Numbers n that one channel keeps.
    groups : int
        Groups g of heads that share what selects.
    kernel : int
        Length k of the convolution over time.
    bias : bool
        Whether the projections to and from the channels have biases. There is no default.
    convolution_bias : bool
        Whether the convolution has. There is no default.
    norm : bool
        Whether a gated norm stands before the output.

    References
    ----------
    Dao & Gu (2024), Transformers are SSMs. doi:10.48550/arXiv.2405.21060

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.architectures.StateSpaceDual(
    ...     heads=80, head_dim=64, state=128, groups=1, kernel=4, bias=False, convolution_bias=True
    ... ).norm
    True
    """

    heads: int
    head_dim: int
    state: int
    groups: int
    kernel: int
    bias: bool
    convolution_bias: bool
    norm: bool = True

    term: ClassVar[str] = "state space"

    def __post_init__(self) -> None:
        settle(self, "heads", "head_dim", "state", "groups", "kernel")
        switches(self, "bias", "convolution_bias", "norm")

    def weights(self, width: Dimension, copies: Copies, term: str) -> list[Weights]:
        """Return the arrays for a model of this width."""
        heads, each = Dimension(self.heads, "heads", "h"), Dimension(self.head_dim, "head dimension", "p")
        groups, state = Dimension(self.groups, "groups", "g"), Dimension(self.state, "state", "n")
        kernel = Dimension(self.kernel, "kernel", "k")
        sides: Shapes = {
            "channels": (heads, each),
            "gate": (heads, each),
            "inputs of the state": (groups, state),
            "outputs of the state": (groups, state),
            "time steps": (heads,),
        }
        shapes: Shapes = {f"{name} weights": (width, *side) for name, side in sides.items()}
        shapes |= _only({f"{name} biases": side for name, side in sides.items()}, self.bias)
        seen = [side for name, side in sides.items() if name not in ("gate", "time steps")]
        for place, side in enumerate(seen, start=1):
            shapes |= {f"convolution {place}": (*side, kernel)}
            shapes |= _only({f"convolution biases {place}": side}, self.convolution_bias)
        shapes |= dict.fromkeys(("decay", "time step biases", "passed on"), (heads,))
        shapes |= _only({"norm scale": (heads, each)}, self.norm) | {"output weights": (heads, each, width)}
        return _arrays(term, shapes | _only({"output biases": (width,)}, self.bias), copies)


@strict
@dataclass(frozen=True, kw_only=True)
class GatedDelta:
    """A gated delta rule, as in Qwen3-Next: linear attention that overwrites, with a convolution on what it reads.

    Parameters
    ----------
    key_heads, key_dim : int
        Heads of queries and keys, and their width.
    value_heads, value_dim : int
        Heads of values, and their width.
    kernel : int
        Length of the convolution over time.

    References
    ----------
    Yang, Kautz & Hatamizadeh (2024), Gated delta networks. doi:10.48550/arXiv.2412.06464

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.architectures.GatedDelta(key_heads=16, key_dim=128, value_heads=32, value_dim=128, kernel=4).kernel
    4
    """

    key_heads: int
    key_dim: int
    value_heads: int
    value_dim: int
    kernel: int

    term: ClassVar[str] = "linear attention"

    def __post_init__(self) -> None:
        settle(self, "key_heads", "key_dim", "value_heads", "value_dim", "kernel")

    def weights(self, width: Dimension, copies: Copies, term: str) -> list[Weights]:
        """Return the arrays for a model of this width."""
        keys = (Dimension(self.key_heads, "key heads", "K"), Dimension(self.key_dim, "key dimension", "k"))
        values = (Dimension(self.value_heads, "value heads", "H"), Dimension(self.value_dim, "value dimension", "v"))
        kernel = Dimension(self.kernel, "kernel", "c")
        sides: Shapes = {"query": keys, "key": keys, "value": values}
        shapes: Shapes = {f"{name} weights": (width, *side) for name, side in sides.items()}
        shapes |= {f"{name} convolution": (*side, kernel) for name, side in sides.items()}
        shapes |= {"output gate weights": (width, *values), "output weights": (width, *values)}
        shapes |= {f"{name} weights": (width, values[0]) for name in ("strength", "decay")}
        shapes |= {"decay": values[:1], "time step biases": values[:1], "norm scale": values[1:]}
        return _arrays(term, shapes, copies)


@strict
@dataclass(frozen=True, kw_only=True)
class LightningAttention:
    """A linear attention with a norm and an output gate, as in MiniMax: ``5·d·H·k + H·k``.

    Parameters
    ----------
    heads, head_dim : int
        Heads H and their width k.

    References
    ----------
    MiniMax (2025), MiniMax-01: scaling foundation models with lightning attention. doi:10.48550/arXiv.2501.08313

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.architectures.LightningAttention(heads=64, head_dim=128).heads
    64
    """

    heads: int
    head_dim: int

    term: ClassVar[str] = "linear attention"

    def __post_init__(self) -> None:
        settle(self, "heads", "head_dim")

    def weights(self, width: Dimension, copies: Copies, term: str) -> list[Weights]:
        """Return the arrays for a model of this width."""
        sides = (Dimension(self.heads, "heads", "H"), Dimension(self.head_dim, "head dimension", "k"))
        names = ("query", "key", "value", "output gate", "output")
        shapes: Shapes = {f"{name} weights": (width, *sides) for name in names}
        return _arrays(term, shapes | {"norm scale": sides}, copies)


@strict
@dataclass(frozen=True, kw_only=True)
class GatedRecurrence:
    """A gated linear recurrence, as in Griffin and RecurrentGemma, with gates in blocks.

    ``3·(d·i) + 2i + d`` for the projections, ``i·(k + 1)`` for the convolution, ``2·(i²/b + i) + i`` for the gates.

    Parameters
    ----------
    channels : int
        Channels i.
    blocks : int
        Blocks b of the gates, which must divide the channels.
    kernel : int
        Length k of the convolution over time.

    References
    ----------
    De et al. (2024), Griffin: mixing gated linear recurrences with local attention. doi:10.48550/arXiv.2402.19427

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.architectures.GatedRecurrence(channels=2560, blocks=10, kernel=4).blocks
    10
    """

    channels: int
    blocks: int
    kernel: int

    term: ClassVar[str] = "recurrence"

    def __post_init__(self) -> None:
        settle(self, "channels", "blocks", "kernel")

    def weights(self, width: Dimension, copies: Copies, term: str) -> list[Weights]:
        """Return the arrays for a model of this width."""
        inner, kernel = Dimension(self.channels, "channels", "i"), Dimension(self.kernel, "kernel", "k")
        blocks = Dimension(self.blocks, "blocks of the gates", "b")
        side = Dimension(self.channels // self.blocks, "channels of a block", "c")
        shapes: Shapes = {f"{name} weights": (width, inner) for name in ("input", "gate", "output")}
        shapes |= {"input biases": (inner,), "gate biases": (inner,), "output biases": (width,)}
        shapes |= {"convolution weights": (inner, kernel), "convolution biases": (inner,), "decay": (inner,)}
        for name in ("input gate", "recurrence gate"):
            shapes |= {f"{name} weights": (blocks, side, side), f"{name} biases": (blocks, side)}
        return _arrays(term, shapes, copies)


@strict
@dataclass(frozen=True, kw_only=True)
class ShortConvolution:
    """A gated short convolution, as in LFM2: ``4·d² + d·k``.

    Parameters
    ----------
    kernel : int
        Length k over time.
    bias : bool
        Whether projections and convolution have biases. There is no default.

    References
    ----------
    Liquid AI (2025), LFM2 technical report. doi:10.48550/arXiv.2511.23404

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.architectures.ShortConvolution(kernel=3, bias=False).kernel
    3
    """

    kernel: int
    bias: bool

    term: ClassVar[str] = "short convolution"

    def __post_init__(self) -> None:
        settle(self, "kernel")
        switches(self, "bias")

    def weights(self, width: Dimension, copies: Copies, term: str) -> list[Weights]:
        """Return the arrays for a model of this width."""
        names = ("input", "gate before", "gate behind", "output")
        shapes: Shapes = {f"{name} weights": (width, width) for name in names}
        shapes |= {"convolution weights": (width, Dimension(self.kernel, "kernel", "k"))}
        shapes |= _only({f"{name} biases": (width,) for name in (*names, "convolution")}, self.bias)
        return _arrays(term, shapes, copies)


@strict
@dataclass(frozen=True)
class NoMixer:
    """Nothing: a layer in which no token sees another, as in stacks that alternate mixers and feed-forward networks.

    Examples
    --------
    >>> import brainparams as bp
    >>> mlp = bp.MLP(width=4096, gated=False, bias=False)
    >>> bp.Block(layers=24, attention=bp.architectures.NoMixer(), mlp=mlp, norms=("layer",)).layers
    24
    """

    term: ClassVar[str] = "nothing"

    def weights(self, width: Dimension, copies: Copies, term: str) -> list[Weights]:
        """Return no arrays."""
        return []


OtherMixer = (
    StateSpace | StateSpaceDual | GatedDelta | LightningAttention | GatedRecurrence | ShortConvolution | NoMixer
)
MIXERS: tuple[type, ...] = typing.get_args(OtherMixer)
