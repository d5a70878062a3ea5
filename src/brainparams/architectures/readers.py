"""Architectures from the ``config.json`` that is published with a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..checks import strict
from ..errors import FileError, did_you_mean, shown
from . import Architecture
from .arguments import title
from .blocks import MLP, Attention, Block
from .configurations import Configuration, configuration
from .decoder_readers import DECODERS, PRE_NORMS
from .transformers import LearnedPositions, RelativeBuckets, encoder_decoder, transformer
from .vision import residual_network, vision_transformer

__all__ = ["from_config"]

CROSS_NORMS = ("attention", "cross attention", "mlp")


@strict
def from_config(source: Mapping[str, Any] | str | Path, *, name: str | None = None) -> Architecture:
    """Return the architecture that a published ``config.json`` of the Hugging Face format describes.

    Nothing is guessed: an unknown ``model_type``, a missing dimension, or a setting that changes the count in a way
    that is not counted here is an error that names it. What the format itself leaves open is taken as the format takes
    it, and said below the table.

    Parameters
    ----------
    source : mapping, path or JSON text
        The configuration.
    name : str, optional
        What the table calls the model; its ``model_type`` otherwise.

    Returns
    -------
    Architecture

    Raises
    ------
    FileError
        If it cannot be read, is not JSON, or does not say what is needed.
    KindError, RangeError
        If a dimension is not a whole number of at least one.

    Notes
    -----
    Encoders (bert, roberta, albert, …) are counted with pooler and without task heads, as their base models; vit, deit
    and resnet with the head for the classes in ``id2label``; all others with their output head. Only JSON is read.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.from_config(
    ...     {
    ...         "model_type": "llama", "vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 11008,
    ...         "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 32, "head_dim": 128,
    ...         "attention_bias": False, "mlp_bias": False, "tie_word_embeddings": False,
    ...     },
    ...     name="Llama 2 7B",
    ... )
    Llama 2 7B: 6,738,415,616 parameters
      term                parameters   share
      token embedding    131,072,000   1.95%
      attention        2,147,483,648  31.87%
      mlp              4,328,521,728  64.24%
      attention norm         131,072   0.00%
      mlp norm               131,072   0.00%
      final norm               4,096   0.00%
      output head        131,072,000   1.95%
      – positions: rotary, no parameters
    """
    c = configuration(source, "from_config")
    if not c.has("model_type"):
        raise FileError(f"{c.where}: no 'model_type'; it says how to read the rest; add it, such as \"llama\"")
    reader = READERS.get(c.model_type)
    if reader is None:
        inside = " Its 'text_config' may be; pass that alone." if c.has("text_config") else ""
        raise FileError(
            f"{c.where}: model_type {shown(c.content['model_type'])} is not known; known are {', '.join(READERS)}."
            f"{inside or did_you_mean(c.model_type, READERS)} Other models are built with bp.transformer(…)"
        )
    found = reader(c)
    called = c.model_type if name is None else title(name, "from_config(): 'name'")
    return replace(found, name=called, conventions=(*found.conventions, *c.notes))


# --- encoders ----------------------------------------------------------------------------------------------------


def _encoder_block(c: Configuration, layers: int) -> Block:
    return Block(
        layers=layers,
        attention=Attention(heads=c.whole("num_attention_heads"), bias=True),
        mlp=MLP(width=c.whole("intermediate_size"), gated=False, bias=True),
        norms=PRE_NORMS,
    )


def _encoder(c: Configuration, block: Block, *, pooler: bool, embedding_width: int | None = None) -> Architecture:
    c.refuse("add_cross_attention", False)
    c.refuse("position_embedding_type", "absolute")
    c.note(f"base model {'with' if pooler else 'without'} pooler, without task heads")
    return transformer(
        c.model_type,
        vocabulary=c.whole("vocab_size"),
        width=c.whole("hidden_size"),
        embedding_width=embedding_width,
        blocks=block,
        norm="LayerNorm",
        positions=LearnedPositions(c.whole("max_position_embeddings")),
        token_types=c.whole("type_vocab_size", least=0),
        embedding_norm=True,
        final_norm=False,
        pooler=pooler,
        head="none",
    )


def _bert(c: Configuration) -> Architecture:
    return _encoder(c, _encoder_block(c, c.whole("num_hidden_layers")), pooler=True)


def _albert(c: Configuration) -> Architecture:
    sets = c.whole("num_hidden_groups") * c.whole("inner_group_num")
    c.note(f"{c.whole('num_hidden_layers')} layers share {sets} set{'s' if sets > 1 else ''} of weights")
    return _encoder(c, _encoder_block(c, sets), pooler=True, embedding_width=c.whole("embedding_size"))


def _electra(c: Configuration) -> Architecture:
    narrow, width = c.whole("embedding_size"), c.whole("hidden_size")
    block = _encoder_block(c, c.whole("num_hidden_layers"))
    return _encoder(c, block, pooler=False, embedding_width=None if narrow == width else narrow)


def _distilbert(c: Configuration) -> Architecture:
    c.note("base model without task heads; sinusoidal positions are stored and counted like learned ones")
    return transformer(
        c.model_type,
        vocabulary=c.whole("vocab_size"),
        width=c.whole("dim"),
        blocks=Block(
            layers=c.whole("n_layers"),
            attention=Attention(heads=c.whole("n_heads"), bias=True),
            mlp=MLP(width=c.whole("hidden_dim"), gated=False, bias=True),
            norms=PRE_NORMS,
        ),
        norm="LayerNorm",
        positions=LearnedPositions(c.whole("max_position_embeddings")),
        embedding_norm=True,
        final_norm=False,
        head="none",
    )


# --- encoders with decoders --------------------------------------------------------------------------------------


def _t5(c: Configuration) -> Architecture:
    gate = c.word("feed_forward_proj", ("relu", "gelu", "gated-gelu", "gated-silu"), default=T5_MLP[c.model_type])
    attention = Attention(heads=c.whole("num_heads"), head_dim=c.whole("d_kv"), bias=False)
    mlp = MLP(width=c.whole("d_ff"), gated=gate.startswith("gated"), bias=False)
    layers = c.whole("num_layers")
    behind = c.whole_or("num_decoder_layers", layers, "as many as in the encoder")
    return encoder_decoder(
        c.model_type,
        vocabulary=c.whole("vocab_size"),
        width=c.whole("d_model"),
        encoder=Block(layers=layers, attention=attention, mlp=mlp, norms=PRE_NORMS),
        decoder=Block(layers=behind, attention=attention, cross_attention=attention, mlp=mlp, norms=CROSS_NORMS),
        norm="RMSNorm",
        positions=RelativeBuckets(c.whole_or("relative_attention_num_buckets", 32, "the default of the format")),
        head="tied" if c.switch("tie_word_embeddings", c.model_type == "t5") else "untied",
    )


T5_MLP = {"t5": "relu", "mt5": "gated-gelu"}


def _bart(c: Configuration) -> Architecture:
    c.note("two reserved positions are counted in each stack; the constant bias of the logits is not")
    return encoder_decoder(
        c.model_type,
        vocabulary=c.whole("vocab_size"),
        width=c.whole("d_model"),
        encoder=_bart_block(c, "encoder"),
        decoder=_bart_block(c, "decoder"),
        norm="LayerNorm",
        positions=LearnedPositions(c.whole("max_position_embeddings") + 2),
        embedding_norm=True,
        final_norm=False,
        head="tied" if c.switch("tie_word_embeddings", True) else "untied",
    )


def _bart_block(c: Configuration, stack: str) -> Block:
    attention = Attention(heads=c.whole(f"{stack}_attention_heads"), bias=True)
    is_decoder = stack == "decoder"
    return Block(
        layers=c.whole(f"{stack}_layers"),
        attention=attention,
        cross_attention=attention if is_decoder else None,
        mlp=MLP(width=c.whole(f"{stack}_ffn_dim"), gated=False, bias=True),
        norms=CROSS_NORMS if is_decoder else PRE_NORMS,
    )


# --- networks that see -------------------------------------------------------------------------------------------


def _classes(c: Configuration) -> int:
    """Return the classes of the head, which a configuration lists by name."""
    labels = c.content.get("id2label")
    if isinstance(labels, Mapping) and labels:
        return len(labels)
    return c.whole("num_labels", "id2label")


def _vit(c: Configuration) -> Architecture:
    is_distilled = c.model_type == "deit"
    bias = c.switch("qkv_bias", True)
    if is_distilled:
        c.note("a distillation token, and a head for it")
    return vision_transformer(
        c.model_type,
        image=c.whole("image_size"),
        patch=c.whole("patch_size"),
        channels=c.whole("num_channels"),
        width=c.whole("hidden_size"),
        blocks=Block(
            layers=c.whole("num_hidden_layers"),
            attention=Attention(heads=c.whole("num_attention_heads"), bias=True if bias else ("output",)),
            mlp=MLP(width=c.whole("intermediate_size"), gated=False, bias=True),
            norms=PRE_NORMS,
        ),
        classes=_classes(c),
        distillation=is_distilled,
    )


def _resnet(c: Configuration) -> Architecture:
    kind, width = c.word("layer_type", ("basic", "bottleneck")), c.whole("embedding_size")
    for key in ("depths", "hidden_sizes"):
        if not c.has(key):
            raise c.missing(key)
    depths = c.wholes_or_none("depths")
    c.refuse("hidden_sizes", [width * 2**stage * (4 if kind == "bottleneck" else 1) for stage in range(len(depths))])
    return residual_network(
        c.model_type,
        block=kind,
        blocks=depths,
        classes=_classes(c),
        channels=c.whole("num_channels"),
        width=width,
        running_statistics=False,
    )


READERS: Mapping[str, Callable[[Configuration], Architecture]] = MappingProxyType(
    dict(
        sorted(
            {
                **DECODERS,
                "albert": _albert,
                "bart": _bart,
                "bert": _bert,
                "camembert": _bert,
                "deit": _vit,
                "distilbert": _distilbert,
                "electra": _electra,
                "mt5": _t5,
                "resnet": _resnet,
                "roberta": _bert,
                "t5": _t5,
                "vit": _vit,
                "xlm-roberta": _bert,
            }.items()
        )
    )
)
