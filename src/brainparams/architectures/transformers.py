"""Transformers of one stack or of two, counted exactly from their dimensions.

The mask is not a parameter: an encoder and a decoder of the same dimensions count the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..checks import strict
from ..errors import ArgumentError, KindError, shown
from . import Architecture, Dimension, Weights
from .arguments import instance, one_of, settle, title, truth, whole
from .blocks import NORMS, Attention, Block, blocks_of, norm_weights

__all__ = ["LearnedPositions", "RelativeBuckets", "RelativeProjection", "encoder_decoder", "transformer"]

FREE_POSITIONS = ("rotary", "alibi", "sinusoidal", "none")
HEADS = ("tied", "untied", "none")


@strict
@dataclass(frozen=True)
class LearnedPositions:
    """A learned vector for each position: ``T · d``.

    Parameters
    ----------
    count : int
        Positions T, with those that an implementation reserves (2 in OPT and BART).

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.LearnedPositions(1024).count
    1024
    """

    count: int

    def __post_init__(self) -> None:
        settle(self, "count")

    def weights(self, width: Dimension, blocks: tuple[Block, ...], prefix: str) -> list[Weights]:
        """Return the arrays for a model of this width."""
        rows = Dimension(self.count, f"{prefix}positions", "T")
        return [Weights(f"{prefix}position embedding", "table", (rows, width))]


@strict
@dataclass(frozen=True)
class RelativeBuckets:
    """A learned bias for each bucket of distances and each head, as in T5: ``b · H`` once a stack.

    Parameters
    ----------
    count : int
        Buckets b of distances.

    References
    ----------
    Raffel et al. (2020), Exploring the limits of transfer learning. doi:10.48550/arXiv.1910.10683

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.RelativeBuckets(32).count
    32
    """

    count: int

    def __post_init__(self) -> None:
        settle(self, "count")

    def weights(self, width: Dimension, blocks: tuple[Block, ...], prefix: str) -> list[Weights]:
        """Return the arrays for these blocks."""
        buckets = Dimension(self.count, "buckets of distances", "b")
        first = blocks[0].attention
        if not isinstance(first, Attention):
            raise KindError("RelativeBuckets(): needs blocks with bp.Attention(…)")
        heads = Dimension(first.heads, "heads", "H")
        return [Weights(f"{prefix}relative position", "biases", (buckets, heads))]


@strict
@dataclass(frozen=True, kw_only=True)
class RelativeProjection:
    """A projection of relative positions to keys in every layer, as in Transformer-XL and Gopher: ``L · d · H · k``.

    Parameters
    ----------
    biases : {"none", "shared", "each layer"}
        Where the two bias vectors of Transformer-XL (u and v, ``H · k`` each) stand. There is no default.

    References
    ----------
    Dai et al. (2019), Transformer-XL. doi:10.48550/arXiv.1901.02860
    Rae et al. (2021), Scaling language models: Gopher. doi:10.48550/arXiv.2112.11446

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.RelativeProjection(biases="none").biases
    'none'
    """

    biases: str

    def __post_init__(self) -> None:
        one_of(self.biases, ("none", "shared", "each layer"), "RelativeProjection(): 'biases'")

    def weights(self, width: Dimension, blocks: tuple[Block, ...], prefix: str) -> list[Weights]:
        """Return the arrays for a model of this width."""
        term, arrays = f"{prefix}relative position", []
        for place, block in enumerate(blocks):
            if not isinstance(block.attention, Attention):
                raise KindError("RelativeProjection(): needs blocks with bp.Attention(…)")
            layers = (Dimension(block.layers, f"{prefix}layers", "L"),)
            sides = (Dimension(block.attention.heads, "heads", "H"), block.attention.head_width(width))
            arrays.append(Weights(term, "key weights", (width, *sides), layers))
            if self.biases == "each layer" or (self.biases == "shared" and place == 0):
                copies = layers if self.biases == "each layer" else ()
                arrays += [Weights(term, each, sides, copies) for each in ("content bias", "position bias")]
        return arrays


Positions = str | LearnedPositions | RelativeBuckets | RelativeProjection


@strict
def transformer(
    name: str,
    *,
    vocabulary: int,
    width: int,
    blocks: Block | Sequence[Block],
    norm: str,
    positions: Positions,
    head: str,
    head_bias: bool = False,
    final_norm: bool = True,
    embedding_norm: bool = False,
    embedding_width: int | None = None,
    token_types: int = 0,
    pooler: bool = False,
) -> Architecture:
    """Return a transformer of one stack, encoder or decoder.

    Parameters
    ----------
    name : str
        What the table calls it.
    vocabulary : int
        Rows V of the table of token embeddings, with padding rows if they are stored.
    width : int
        Width d of the model.
    blocks : Block or sequence of Block
        Its layers.
    norm : {"LayerNorm", "LayerNorm without bias", "RMSNorm", "without parameters"}
        Kind of all norms over the width: ``2 d``, ``d``, ``d`` or no parameters each.
    positions : {"rotary", "alibi", "sinusoidal", "none"}, LearnedPositions, RelativeBuckets or RelativeProjection
        How positions come in. The four words have no parameters.
    head : {"tied", "untied", "none"}
        Whether the output head is the table of token embeddings, a matrix of its own (``V · d``), or absent.
    head_bias : bool
        Whether the head has a bias for each token of the vocabulary.
    final_norm : bool
        Whether a norm follows the last layer.
    embedding_norm : bool
        Whether a norm follows the embeddings.
    embedding_width : int, optional
        Width of the embeddings, where it is not that of the model: a dense layer then leads to the model (ALBERT).
    token_types : int
        Rows of a table of token types (2 in BERT).
    pooler : bool
        Whether a dense layer with bias follows the first token (BERT).

    Returns
    -------
    Architecture

    Raises
    ------
    ArgumentError
        If the heads do not divide the width, or a word is none of those listed.
    KindError, RangeError
        If a dimension is not a whole number of at least one.

    References
    ----------
    Vaswani et al. (2017), Attention is all you need. doi:10.48550/arXiv.1706.03762

    Examples
    --------
    >>> import brainparams as bp
    >>> gpt2 = bp.transformer(
    ...     "GPT-2 small",
    ...     vocabulary=50257,
    ...     width=768,
    ...     blocks=bp.Block(
    ...         layers=12,
    ...         attention=bp.Attention(heads=12, bias=True),
    ...         mlp=bp.MLP(width=3072, gated=False, bias=True),
    ...         norms=("attention", "mlp"),
    ...     ),
    ...     norm="LayerNorm",
    ...     positions=bp.LearnedPositions(1024),
    ...     head="tied",
    ... )
    >>> gpt2
    GPT-2 small: 124,439,808 parameters
      term                parameters   share
      token embedding     38,597,376  31.02%
      position embedding     786,432   0.63%
      attention           28,348,416  22.78%
      mlp                 56,669,184  45.54%
      attention norm          18,432   0.01%
      mlp norm                18,432   0.01%
      final norm               1,536   0.00%
      – output head: tied to the token embedding, counted once
    """
    where = "transformer():"
    d, v = _width_and_vocabulary(width, vocabulary, where)
    stack = blocks_of(blocks, f"{where} 'blocks'")
    one_of(norm, NORMS, f"{where} 'norm'")
    switches = {"final_norm": final_norm, "embedding_norm": embedding_norm, "pooler": pooler, "head_bias": head_bias}
    for switch, value in switches.items():
        truth(value, f"{where} {switch!r}")
    e = (
        d
        if embedding_width is None
        else Dimension(whole(embedding_width, f"{where} 'embedding_width'"), "embedding width", "e")
    )
    weights = [token_table(v, e, one_of(head, HEADS, f"{where} 'head'")), *_positions(positions, e, stack, where)]
    if whole(token_types, f"{where} 'token_types'", least=0):
        weights.append(Weights("type embedding", "table", (Dimension(int(token_types), "token types", "t"), e)))
    weights += norm_weights("embedding norm", norm, e) if embedding_norm else []
    weights += dense_weights("embedding projection", e, d) if e is not d else []
    weights += stack_weights(stack, d, norm)
    weights += norm_weights("final norm", norm, d) if final_norm else []
    weights += dense_weights("pooler", d, d) if pooler else []
    weights += head_weights(head, head_bias, v, e, where)
    return Architecture(title(name, f"{where} 'name'"), tuple(weights), conventions(head, positions))


@strict
def encoder_decoder(
    name: str,
    *,
    vocabulary: int,
    width: int,
    encoder: Block | Sequence[Block],
    decoder: Block | Sequence[Block],
    norm: str,
    positions: Positions,
    head: str,
    head_bias: bool = False,
    final_norm: bool = True,
    embedding_norm: bool = False,
    encoder_positions: Positions | None = None,
    stem: Architecture | None = None,
) -> Architecture:
    """Return a transformer with an encoder and a decoder that share one table of token embeddings.

    Parameters
    ----------
    name, vocabulary, width, norm, positions, head, head_bias
        As in `transformer`; learned positions and buckets stand once in each stack.
    encoder, decoder : Block or sequence of Block
        Their layers; those of a decoder have a `cross_attention`.
    final_norm, embedding_norm : bool
        Whether a norm follows the last layer, or the embeddings, of each stack.
    encoder_positions : Positions, optional
        Positions of the encoder, where they are not those of the decoder (Whisper).
    stem : Architecture, optional
        What stands before the encoder, such as convolutions over sound; tokens are then seen by the decoder alone.

    Returns
    -------
    Architecture

    Raises
    ------
    ArgumentError
        If a block of the decoder has no cross-attention, or one of the encoder has.
    KindError, RangeError
        If a dimension is not a whole number of at least one.

    References
    ----------
    Vaswani et al. (2017), Attention is all you need. doi:10.48550/arXiv.1706.03762
    Raffel et al. (2020), Exploring the limits of transfer learning. doi:10.48550/arXiv.1910.10683

    Examples
    --------
    >>> import brainparams as bp
    >>> attention = bp.Attention(heads=8, head_dim=64, bias=False)
    >>> mlp = bp.MLP(width=2048, gated=False, bias=False)
    >>> bp.encoder_decoder(
    ...     "T5 small", vocabulary=32128, width=512, norm="RMSNorm", positions=bp.RelativeBuckets(32), head="tied",
    ...     encoder=bp.Block(layers=6, attention=attention, mlp=mlp, norms=("attention", "mlp")),
    ...     decoder=bp.Block(
    ...         layers=6, attention=attention, cross_attention=attention, mlp=mlp,
    ...         norms=("attention", "cross attention", "mlp"),
    ...     ),
    ... ).parameters
    60,506,624 parameters exactly
    """
    where = "encoder_decoder():"
    d, v = _width_and_vocabulary(width, vocabulary, where)
    one_of(norm, NORMS, f"{where} 'norm'")
    stacks = {
        "encoder ": blocks_of(encoder, f"{where} 'encoder'"),
        "decoder ": blocks_of(decoder, f"{where} 'decoder'"),
    }
    _check_cross_attention(stacks["encoder "], stacks["decoder "], where)
    weights = [token_table(v, d, one_of(head, HEADS, f"{where} 'head'"))]
    if stem is not None:
        arrays = instance(stem, Architecture, f"{where} 'stem'").weights
        weights += [replace(each, term="stem", name=f"{each.term} {each.name}") for each in arrays]
    for prefix, stack in stacks.items():
        own = encoder_positions if prefix == "encoder " and encoder_positions is not None else positions
        weights += _positions(own, d, stack, where, prefix)
        weights += (
            norm_weights(f"{prefix}embedding norm", norm, d)
            if truth(embedding_norm, f"{where} 'embedding_norm'")
            else []
        )
        weights += stack_weights(stack, d, norm, prefix)
        weights += norm_weights(f"{prefix}final norm", norm, d) if truth(final_norm, f"{where} 'final_norm'") else []
    weights += head_weights(head, truth(head_bias, f"{where} 'head_bias'"), v, d, where)
    return Architecture(title(name, f"{where} 'name'"), tuple(weights), conventions(head, positions))


def _width_and_vocabulary(width: int, vocabulary: int, where: str) -> tuple[Dimension, Dimension]:
    d = Dimension(whole(width, f"{where} 'width'"), "width", "d")
    return d, Dimension(whole(vocabulary, f"{where} 'vocabulary'"), "vocabulary", "V")


def _check_cross_attention(encoder: tuple[Block, ...], decoder: tuple[Block, ...], where: str) -> None:
    if any(each.cross_attention is not None for each in encoder):
        raise ArgumentError(f"{where} 'encoder' has a cross-attention; only a decoder attends to another stack")
    if any(each.cross_attention is None for each in decoder):
        raise ArgumentError(f"{where} 'decoder' has no cross-attention; give cross_attention=… to each of its blocks")


# --- the parts of every transformer ------------------------------------------------------------------------------


def token_table(vocabulary: Dimension, width: Dimension, head: str) -> Weights:
    """Return the table of token embeddings; tied to the head it is more than an input embedding."""
    return Weights("token embedding", "table", (vocabulary, width), is_input_embedding=head != "tied")


def dense_weights(term: str, before: Dimension, after: Dimension) -> list[Weights]:
    """Return a dense layer with bias."""
    return [Weights(term, "weights", (before, after)), Weights(term, "biases", (after,))]


def stack_weights(blocks: tuple[Block, ...], width: Dimension, norm: str, prefix: str = "") -> list[Weights]:
    """Return the arrays of all layers."""
    return [each for block in blocks for each in block.weights(width, norm, prefix)]


def head_weights(head: str, bias: bool, vocabulary: Dimension, width: Dimension, where: str) -> list[Weights]:
    """Return the arrays that the output head has for itself."""
    if head == "none" and bias:
        raise ArgumentError(f"{where} 'head_bias' is True and 'head' is 'none'; a head that is absent has no bias")
    matrix = [Weights("output head", "weights", (width, vocabulary))] if head == "untied" else []
    return [*matrix, *([Weights("output head", "biases", (vocabulary,))] if bias else [])]


def conventions(head: str, positions: Positions) -> tuple[str, ...]:
    """Return what the table says below it."""
    said = {
        "tied": ["output head: tied to the token embedding, counted once"],
        "untied": [],
        "none": ["output head: none, or not counted"],
    }[head]
    free = isinstance(positions, str) and positions != "none"
    return (*said, *([f"positions: {positions}, no parameters"] if free else []))


def _positions(
    positions: Positions, width: Dimension, blocks: tuple[Block, ...], where: str, prefix: str = ""
) -> list[Weights]:
    if isinstance(positions, LearnedPositions | RelativeBuckets | RelativeProjection):
        return positions.weights(width, blocks, prefix)
    if not isinstance(positions, str):
        raise KindError(
            f"{where} 'positions' needs a word or such as bp.LearnedPositions(1024); got {shown(positions)}"
        )
    one_of(positions, FREE_POSITIONS, f"{where} 'positions'")
    return []
