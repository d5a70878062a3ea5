"""How published networks that hear count: convolutions over sound, then a transformer encoder."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ...errors import FileError
from .. import Architecture
from ..blocks import MLP, Attention
from .arrays import Arrays, array, convolution, dense, norm, times
from .configurations import Configuration
from .families import Family, Reader
from .towers import layers

KINDS = {"Model": "base", "ForCTC": "tokens", "ForSequenceClassification": "sequence"}


def _wav2vec(c: Configuration) -> Architecture:
    width, count = c.whole("hidden_size"), c.whole("num_hidden_layers")
    c.ignore("num_feat_extract_layers", "conv_stride", "feat_quantizer_dropout")
    if c.model_type != "hubert":
        c.refuse("add_adapter", False)
    c.refuse("adapter_attn_dim")
    c.ignore(*QUANTISER)
    features, last = _features(c)
    projection = dense("feature projection", last, width, bias=True)
    if c.model_type != "hubert" or c.switch("feat_proj_layer_norm", True):
        projection += norm("feature projection", last)
    mixer = Attention(heads=c.whole("num_attention_heads"), bias=True)
    mlp = MLP(width=c.whole("intermediate_size"), gated=False, bias=True)
    c.refuse("conv_pos_batch_norm", False)
    body = [*layers(count, width, mixer, mlp), *norm("encoder norm", width), *_positions(c, width)]
    masked = c.number("mask_time_prob", 0.05) if c.value("mask_time_prob") != 0 else 0.0
    hidden = c.value("mask_feature_prob")
    mask = array("mask", width) if masked or hidden else []
    found = [*mask, *features, *projection, *body, *(_offsets(c, width) if c.model_type == "wavlm" else [])]
    return Architecture(c.model_type, (*found, *_head(c, width)))


def _features(c: Configuration) -> tuple[Arrays, int]:
    """Return the convolutions over sound; a norm stands behind the first or behind each."""
    widths, kernels = c.wholes("conv_dim"), c.wholes("conv_kernel")
    if len(widths) != len(kernels):
        raise FileError(
            f"{c.where}: {len(widths)} 'conv_dim' and {len(kernels)} 'conv_kernel'; give one for each layer"
        )
    bias, normed = c.switch("conv_bias", False), c.word("feat_extract_norm", ("group", "layer"), "group")
    found: Arrays = []
    for place, (before, after, kernel) in enumerate(zip([1, *widths], widths, kernels, strict=False)):
        found += convolution("features", before, after, kernel, bias=bias)
        if normed == "layer" or place == 0:
            found += norm("features", after)
    return found, widths[-1]


def _positions(c: Configuration, width: int) -> Arrays:
    """Return the convolution that stands for positions, with the lengths of its weights apart from their directions."""
    kernel, groups = c.whole("num_conv_pos_embeddings"), c.whole("num_conv_pos_embedding_groups")
    term = "position convolution"
    return [*convolution(term, width, width, kernel, bias=True, groups=groups), *array(term, kernel, name="lengths")]


def _offsets(c: Configuration, width: int) -> Arrays:
    """Return the gated biases of distances of WavLM."""
    heads, count = c.whole("num_attention_heads"), c.whole("num_hidden_layers")
    c.ignore("max_bucket_distance")
    each = [*array("relative position", heads, name="constants"),
            *dense("relative position", width // heads, 8, bias=True)]  # fmt: skip
    return [*times(count, each), *array("relative position", c.whole("num_buckets"), heads, name="biases")]


def _head(c: Configuration, width: int) -> Arrays:
    if c.kind == "tokens":
        return dense("output head", width, c.whole("vocab_size"), bias=True)
    c.ignore("vocab_size")
    if c.kind != "sequence":
        c.ignore("use_weighted_layer_sum", "classifier_proj_size")
        return []
    inner = c.whole("classifier_proj_size")
    mixed = (
        array("layer weights", c.whole("num_hidden_layers") + 1) if c.switch("use_weighted_layer_sum", False) else []
    )
    return [*mixed, *dense("classes", width, inner, bias=True), *dense("classes", inner, c.labels(), bias=True)]


QUANTISER = (
    "num_codevectors_per_group", "num_codevector_groups", "codevector_dim", "proj_codevector_dim", "num_negatives",
    "tdnn_dim", "tdnn_kernel", "tdnn_dilation", "xvector_output_dim", "num_ctc_classes", "adapter_kernel_size",
    "adapter_stride", "num_adapter_layers", "output_hidden_size",
)  # fmt: skip


def _hearing(prefix: str, read: Reader) -> Family:
    return Family(read, {f"{prefix}{suffix}": kind for suffix, kind in KINDS.items()}, f"{prefix}Model")


HEARING: Mapping[str, Family] = MappingProxyType({
    "hubert": _hearing("Hubert", _wav2vec),
    "unispeech": _hearing("UniSpeech", _wav2vec),
    "unispeech-sat": _hearing("UniSpeechSat", _wav2vec),
    "wav2vec2": _hearing("Wav2Vec2", _wav2vec),
    "wavlm": _hearing("WavLM", _wav2vec),
})  # fmt: skip
