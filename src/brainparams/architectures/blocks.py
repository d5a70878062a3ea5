"""The parts of a transformer layer: attention, feed-forward network, experts, norms."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from ..checks import strict
from ..errors import ArgumentError, KindError, RangeError, shown
from . import Dimension, Weights
from .arguments import instance, one_of, settle, switches
from .mixers import MIXERS, OtherMixer

__all__ = ["MLP", "Attention", "Block", "Experts", "LatentAttention"]

Copies = tuple[Dimension, ...]

PROJECTIONS = ("query", "key", "value", "output")
NORMS = {
    "LayerNorm": ("scale", "shift"),
    "LayerNorm without bias": ("scale",),
    "RMSNorm": ("scale",),
    "without parameters": (),
}


def norm_weights(term: str, kind: str, width: Dimension, copies: Copies = ()) -> list[Weights]:
    """Return the arrays of a norm over the width."""
    return [Weights(term, each, (width,), copies) for each in NORMS[kind]]


@strict
@dataclass(frozen=True, kw_only=True)
class Attention:
    """Multi-head, grouped-query or multi-query attention.

    Four projections: ``2 · d · H · k`` for query and output, ``2 · d · K · k`` for key and value.

    Parameters
    ----------
    heads : int
        Query heads H.
    bias : bool or collection of {"query", "key", "value", "output"}
        Which projections have a bias: all, none, or the ones named. There is no default.
    kv_heads : int, optional
        Key and value heads K, which must divide `heads`: 1 is multi-query attention; `heads` otherwise (multi-head).
    head_dim : int, optional
        Width k of a head; the width of the model divided by `heads` otherwise, which must come out even.
    qk_norm : {"head", "width"}, optional
        Scales of a norm on queries and keys: one of the width of a head that all heads share, or one for all heads.
    sinks : bool
        Whether every head has a learned logit that belongs to no token.
    qk_norm_bias : bool
        Whether the norms on queries and keys also shift.
    value_dim : int, optional
        Width of a head's values, where it is not that of its keys.
    output_gate : {"head", "width"}, optional
        Whether a projection of the input gates the output: each head, or each of its entries.
    source_width : int, optional
        Width of what keys and values are made of, where it is not that of the model: of another tower, in
        cross-attention.

    Raises
    ------
    ArgumentError
        If the heads do not divide.
    KindError, RangeError
        If a dimension is not a whole number of at least one.

    References
    ----------
    Vaswani et al. (2017), Attention is all you need. doi:10.48550/arXiv.1706.03762
    Shazeer (2019), Fast transformer decoding: one write-head is all you need. doi:10.48550/arXiv.1911.02150
    Ainslie et al. (2023), GQA. doi:10.48550/arXiv.2305.13245

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.Attention(heads=32, kv_heads=8, head_dim=128, bias=False).kv_heads
    8
    >>> bp.Attention(heads=32, kv_head=8, bias=False)
    Traceback (most recent call last):
    brainparams.errors.ArgumentError: Attention(): unknown argument 'kv_head'. Did you mean 'kv_heads'... It takes ...
    """

    heads: int
    bias: bool | Collection[str]
    kv_heads: int | None = None
    head_dim: int | None = None
    qk_norm: str | None = None
    sinks: bool = False
    qk_norm_bias: bool = False
    value_dim: int | None = None
    output_gate: str | None = None
    source_width: int | None = None

    term: ClassVar[str] = "attention"

    def __post_init__(self) -> None:
        settle(self, "heads", optional=("kv_heads", "head_dim", "value_dim", "source_width"))
        if self.kv_heads is not None and self.heads % self.kv_heads:
            raise ArgumentError(f"Attention(): 'kv_heads' = {self.kv_heads} must divide the {self.heads} 'heads'")
        for name in ("qk_norm", "output_gate"):
            if getattr(self, name) is not None:
                one_of(getattr(self, name), ("head", "width"), f"Attention(): {name!r}")
        switches(self, "sinks", "qk_norm_bias")
        _projections(self.bias)

    def head_width(self, width: Dimension) -> Dimension:
        """Return the width of a head in a model of this width."""
        if self.head_dim is None and width.value % self.heads:
            raise ArgumentError(
                f"Attention(): {self.heads} 'heads' do not divide the width {width.value}; give 'head_dim'"
            )
        return Dimension(self.head_dim or width.value // self.heads, "head dimension", "k")

    def weights(self, width: Dimension, copies: Copies, term: str) -> list[Weights]:
        """Return the arrays for a model of this width."""
        sides = self._sides(width)
        other = width if self.source_width is None else Dimension(self.source_width, "width of the source", "d_s")
        before = {"query": width, "key": other, "value": other, "output": width}
        arrays = [Weights(term, f"{each} weights", (before[each], *sides[each]), copies) for each in PROJECTIONS]
        shapes = sides | {"output": (width,)}
        arrays += [Weights(term, f"{each} biases", shapes[each], copies) for each in _projections(self.bias)]
        for each in ("query", "key") if self.qk_norm else ():
            shape = sides[each][-1:] if self.qk_norm == "head" else sides[each]
            kinds = ("scale", "shift") if self.qk_norm_bias else ("scale",)
            arrays += [Weights(term, f"{each} norm {kind}", shape, copies) for kind in kinds]
        if self.output_gate:
            gates = sides["output"] if self.output_gate == "width" else sides["output"][:1]
            arrays.append(Weights(term, "output gate weights", (width, *gates), copies))
        return [*arrays, Weights(term, "sinks", sides["query"][:1], copies)] if self.sinks else arrays

    def _sides(self, width: Dimension) -> dict[str, tuple[Dimension, Dimension]]:
        each = self.head_width(width)
        value = each if self.value_dim is None else Dimension(self.value_dim, "value dimension of a head", "v")
        heads = Dimension(self.heads, "heads", "H")
        is_grouped = self.kv_heads is not None and self.kv_heads != self.heads
        shared = Dimension(int(self.kv_heads or 0), "key–value heads", "K") if is_grouped else heads
        return {"query": (heads, each), "key": (shared, each), "value": (shared, value), "output": (heads, value)}


def _projections(bias: bool | Collection[str]) -> tuple[str, ...]:
    """Return the projections that have a bias."""
    if isinstance(bias, bool):
        return PROJECTIONS if bias else ()
    if isinstance(bias, str) or not isinstance(bias, Collection):
        raise KindError(
            f"Attention(): 'bias' is True, False, or names such as ('query', 'key', 'value'); got {shown(bias)}"
        )
    named = [one_of(each, PROJECTIONS, "Attention(): 'bias'") for each in bias]
    return tuple(each for each in PROJECTIONS if each in named)


@strict
@dataclass(frozen=True, kw_only=True)
class LatentAttention:
    """Multi-head latent attention: keys and values, and mostly queries, pass through a narrow latent vector.

    ``d·q + q + q·H·(n + r) + d·(c + r) + c + c·H·(n + v) + H·v·d``; the norms of the two latent vectors are included.

    Parameters
    ----------
    heads : int
        Heads H.
    query_rank : int or None
        Width q of the latent vector of the queries; None where queries are projected directly (``d·H·(n + r)``).
    kv_rank : int
        Width c of the latent vector of keys and values.
    nope_dim, rope_dim : int
        Widths n and r of the part of a head without and with rotary position.
    value_dim : int
        Width v of a head's values.

    Raises
    ------
    KindError, RangeError
        If a dimension is not a whole number of at least one.

    References
    ----------
    DeepSeek-AI (2024), DeepSeek-V2. doi:10.48550/arXiv.2405.04434

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.LatentAttention(heads=128, query_rank=1536, kv_rank=512, nope_dim=128, rope_dim=64, value_dim=128).heads
    128
    """

    heads: int
    query_rank: int | None
    kv_rank: int
    nope_dim: int
    rope_dim: int
    value_dim: int

    term: ClassVar[str] = "attention"

    def __post_init__(self) -> None:
        settle(self, "heads", "kv_rank", "nope_dim", "rope_dim", "value_dim", optional=("query_rank",))

    def weights(self, width: Dimension, copies: Copies, term: str) -> list[Weights]:
        """Return the arrays for a model of this width."""
        heads, latent = Dimension(self.heads, "heads", "H"), Dimension(self.kv_rank, "key–value rank", "c")
        plain = Dimension(self.nope_dim, "head dimension without rotary position", "n")
        rotary = Dimension(self.rope_dim, "head dimension with rotary position", "r")
        value = Dimension(self.value_dim, "value dimension of a head", "v")
        shapes = self._query_shapes(width, heads, plain, rotary) | {
            "key–value down": (width, latent),
            "rotary key": (width, rotary),
            "key–value norm scale": (latent,),
            "key up": (latent, heads, plain),
            "value up": (latent, heads, value),
            "output": (heads, value, width),
        }
        return [Weights(term, name, shape, copies) for name, shape in shapes.items()]

    def _query_shapes(
        self, width: Dimension, heads: Dimension, plain: Dimension, rotary: Dimension
    ) -> dict[str, tuple[Dimension, ...]]:
        if self.query_rank is None:
            return {"query": (width, heads, plain), "rotary query": (width, heads, rotary)}
        rank = Dimension(self.query_rank, "query rank", "q")
        down: dict[str, tuple[Dimension, ...]] = {"query down": (width, rank), "query norm scale": (rank,)}
        return down | {"query up": (rank, heads, plain), "rotary query up": (rank, heads, rotary)}


@strict
@dataclass(frozen=True, kw_only=True)
class MLP:
    """The feed-forward network of a layer: two matrices, or three where one gates.

    Parameters
    ----------
    width : int
        Width f of the hidden layer.
    gated : bool
        Whether a third matrix gates (SwiGLU, GeGLU): ``3 · d · f`` in place of ``2 · d · f``. There is no default.
    bias : bool
        Whether the matrices have biases. There is no default.

    Raises
    ------
    KindError, RangeError
        If the width is not a whole number of at least one.

    References
    ----------
    Shazeer (2020), GLU variants improve transformer. doi:10.48550/arXiv.2002.05202

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.MLP(width=3072, gated=False, bias=True).width
    3072
    """

    width: int
    gated: bool
    bias: bool

    def __post_init__(self) -> None:
        settle(self, "width")
        switches(self, "gated", "bias")

    def weights(self, width: Dimension, copies: Copies, term: str) -> list[Weights]:
        """Return the arrays for a model of this width."""
        hidden = _Hidden(Dimension(self.width, "MLP width", "f"), self.gated, self.bias)
        return _mlp_weights(term, width, hidden, copies)


class _Hidden(NamedTuple):
    """The hidden layer of a feed-forward network: its width, whether a third matrix gates it, whether it has biases."""

    width: Dimension
    gated: bool
    bias: bool


def _mlp_weights(
    term: str, width: Dimension, hidden: _Hidden, copies: Copies, active: Copies | None = None
) -> list[Weights]:
    into = ("gate", "up") if hidden.gated else ("up",)
    shapes = {f"{each} weights": (width, hidden.width) for each in into} | {"down weights": (hidden.width, width)}
    biases = {f"{each} biases": (hidden.width,) for each in into} | {"down biases": (width,)}
    every: dict[str, Copies] = {**shapes, **(biases if hidden.bias else {})}
    return [Weights(term, name, shape, copies, active) for name, shape in every.items()]


@strict
@dataclass(frozen=True, kw_only=True)
class Experts:
    """A mixture of experts in place of the feed-forward network: a router sends each token to a few of many MLPs.

    Parameters
    ----------
    count : int
        Routed experts E.
    active : int
        Routed experts that one token is sent to.
    width : int
        Width of the hidden layer of a routed expert.
    gated, bias : bool
        As in `MLP`, for routed and shared experts. There is no default.
    router_bias : bool
        Whether the router has a bias for each expert.
    shared : int
        Experts that every token passes.
    shared_width : int, optional
        Width of the hidden layer of a shared expert; that of a routed one otherwise.
    shared_gate : bool
        Whether a learned vector of the width of the model weighs the output of the shared experts.

    Raises
    ------
    ArgumentError
        If more experts are active than there are.
    KindError, RangeError
        If a dimension is not a whole number.

    References
    ----------
    Fedus, Zoph & Shazeer (2022), Switch transformers. doi:10.48550/arXiv.2101.03961
    Jiang et al. (2024), Mixtral of experts. doi:10.48550/arXiv.2401.04088

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.Experts(count=8, active=2, width=14336, gated=True, bias=False).count
    8
    """

    count: int
    active: int
    width: int
    gated: bool
    bias: bool
    router_bias: bool = False
    shared: int = 0
    shared_width: int | None = None
    shared_gate: bool = False

    def __post_init__(self) -> None:
        settle(self, "count", "active", "width", optional=("shared_width",))
        settle(self, "shared", least=0)
        switches(self, "gated", "bias", "router_bias", "shared_gate")
        if self.active > self.count:
            raise ArgumentError(
                f"Experts(): 'active' = {self.active} of a 'count' of {self.count}; give as many or fewer"
            )
        if not self.shared and (self.shared_gate or self.shared_width is not None):
            raise ArgumentError("Experts(): 'shared_width' and 'shared_gate' describe shared experts; give 'shared'")

    def weights(self, width: Dimension, copies: Copies, term: str) -> list[Weights]:
        """Return the arrays for a model of this width."""
        before = term.removesuffix("mlp")
        experts = Dimension(self.count, "routed experts", "E")
        chosen = Dimension(self.active, "routed experts for one token", "A")
        hidden = _Hidden(Dimension(self.width, "expert width", "f_E"), self.gated, self.bias)
        router = [Weights(f"{before}router", "router weights", (width, experts), copies)]
        router += [Weights(f"{before}router", "router biases", (experts,), copies)] if self.router_bias else []
        routed = _mlp_weights(f"{before}routed experts", width, hidden, (*copies, experts), (*copies, chosen))
        return [*router, *routed, *self._shared_weights(width, copies, f"{before}shared experts")]

    def _shared_weights(self, width: Dimension, copies: Copies, term: str) -> list[Weights]:
        if not self.shared:
            return []
        number = Dimension(self.shared, "shared experts", "S")
        side = Dimension(self.shared_width or self.width, "shared expert width", "f_S")
        hidden = _Hidden(side, self.gated, self.bias)
        gate = [Weights(term, "shared gate", (width,), copies)] if self.shared_gate else []
        return [*_mlp_weights(term, width, hidden, (*copies, number)), *gate]


Mixer = Attention | LatentAttention | OtherMixer


@strict
@dataclass(frozen=True, kw_only=True)
class Block:
    """A number of transformer layers of the same shape.

    Parameters
    ----------
    layers : int
        How many.
    attention : Attention, LatentAttention or another mixer
        Self-attention, or what mixes tokens in its place: a state space, a linear attention.
    mlp : MLP or Experts, or None
        What follows it, or stands beside it.
    norms : sequence of str
        A name for each norm of a layer: ``("attention", "mlp")`` for one before (or after) either part, ``("block",)``
        for the single one of parallel blocks (PaLM, GPT-J), four where there is one before and one after (Gemma 2).
    cross_attention : Attention, optional
        Attention to the output of an encoder, of the same width.
    shared : bool
        Whether all these layers use one and the same set of weights (ALBERT).

    Raises
    ------
    KindError, RangeError
        If a part is of another kind, or the layers are not a whole number of at least one.
    ArgumentError
        If two norms have one name.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.Block(
    ...     layers=12,
    ...     attention=bp.Attention(heads=12, bias=True),
    ...     mlp=bp.MLP(width=3072, gated=False, bias=True),
    ...     norms=("attention", "mlp"),
    ... ).layers
    12
    """

    layers: int
    attention: Mixer
    mlp: MLP | Experts | None
    norms: Sequence[str]
    cross_attention: Attention | None = None
    shared: bool = False

    def __post_init__(self) -> None:
        settle(self, "layers")
        instance(self.attention, (Attention, LatentAttention, *MIXERS), "Block(): 'attention'")
        if self.mlp is not None:
            instance(self.mlp, (MLP, Experts), "Block(): 'mlp'")
        if self.cross_attention is not None:
            instance(self.cross_attention, Attention, "Block(): 'cross_attention'")
        switches(self, "shared")
        if isinstance(self.norms, str) or not all(isinstance(each, str) for each in self.norms):
            raise KindError(f"Block(): 'norms' needs names, such as ('attention', 'mlp'); got {shown(self.norms)}")
        if len(set(self.norms)) != len(self.norms):
            raise ArgumentError(f"Block(): 'norms' has a name twice: {shown(self.norms)}; name each norm once")

    def weights(self, width: Dimension, norm: str, prefix: str = "") -> list[Weights]:
        """Return the arrays of all these layers, in a model of this width with norms of this kind."""
        copies = () if self.shared else (Dimension(self.layers, f"{prefix}layers", "L"),)
        arrays = self.attention.weights(width, copies, f"{prefix}{self.attention.term}")
        if self.cross_attention is not None:
            arrays += self.cross_attention.weights(width, copies, f"{prefix}cross attention")
        if self.mlp is not None:
            arrays += self.mlp.weights(width, copies, f"{prefix}mlp")
        for each in self.norms:
            arrays += norm_weights(f"{prefix}{each} norm", norm, width, copies)
        return arrays


def blocks_of(value: Block | Sequence[Block], where: str) -> tuple[Block, ...]:
    """Return one block or a list of them as a tuple."""
    found = tuple(value) if isinstance(value, list | tuple) else (value,)
    if not found:
        raise RangeError(f"{where} needs at least one bp.Block(…); got an empty list")
    return tuple(instance(each, Block, where) for each in found)
