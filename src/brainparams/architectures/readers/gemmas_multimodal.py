"""How Gemma 3n and Gemma 4 count whole: the text model, towers that see and hear, and what leads to the text."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .. import Architecture
from ..arguments import whole
from ..blocks import MLP, Attention
from .arrays import Arrays, array, convolution, dense, dense_twice, norm, times, with_more
from .configurations import Configuration
from .decoders import FOUR_NORMS
from .families import Family
from .gemmas import GEMMAS
from .multimodal import prefixed, text_inside, whole_family
from .towers import Tower, layers

RMS = "RMSNorm"
# Parameters of the published convolutional tower of Gemma 3n, which its configuration names and does not describe.
NAMED_TOWERS = {"mobilenetv5_300m_enc": 294_126_912}


def _conformer(width: int, heads: int, kernel: int) -> Arrays:
    """Return a layer that hears: two halves of an MLP around attention with relative keys and a convolution."""
    half = [*dense_twice("mlp", width, 4 * width, bias=False),
            *norm("norms", width, RMS) * 2]  # fmt: skip
    mixing = dense("attention", width, width, bias=False) * 5
    gate = [*dense("convolution", width, 2 * width, bias=False), *dense("convolution", width, width, bias=False),
            *convolution("convolution", width, width, kernel, bias=False, groups=width)]  # fmt: skip
    return [*half, *half, *mixing, *array("attention", width // heads, name="scales"), *gate,
            *norm("norms", width, RMS) * 5]  # fmt: skip


def _two(c: Configuration, key: str) -> list[int]:
    """Return the channels of the two convolutions."""
    found = c.wholes(key)
    if len(found) != 2:
        raise c.refused(key, found, "the channels of two convolutions")
    return found


def _sides(c: Configuration, key: str) -> list[list[int]]:
    """Return two numbers for each of the two convolutions."""
    found = c.listed(key)
    if len(found) != 2 or not all(isinstance(each, list | tuple) and len(each) == 2 for each in found):
        raise c.refused(key, found, "two numbers for each of two convolutions")
    return [[whole(side, c.place(key)) for side in each] for each in found]


def _listening(first: int, second: int, width: int, kernels: list[list[int]], bins: int) -> Arrays:
    """Return the two convolutions before the layers, each with a norm, and the projection of what they hand on."""
    return [
        *convolution("stem", 1, first, *kernels[0], bias=False), *norm("stem", first, RMS),
        *convolution("stem", first, second, *kernels[1], bias=False), *norm("stem", second, RMS),
        *dense("stem", second * bins, width, bias=False),
    ]  # fmt: skip


# --- Gemma 4 -----------------------------------------------------------------------------------------------------


def _seeing4(c: Configuration) -> Tower:
    width = c.whole("hidden_size")
    mixer = Attention(
        heads=c.whole("num_attention_heads"), kv_heads=c.whole("num_key_value_heads"), head_dim=c.whole("head_dim"),
        bias=False, qk_norm="head",
    )  # fmt: skip
    c.refuse("attention_bias", False)
    mlp = MLP(width=c.whole("intermediate_size"), gated=True, bias=False)
    body = layers(c.whole("num_hidden_layers"), width, mixer, mlp, RMS, norms=FOUR_NORMS)
    c.ignore("use_clipped_linears", "standardize", "pooling_kernel_size")
    before = [
        *array("position embedding", 2, c.whole("position_embedding_size"), width, name="table"),
        *dense("patch embedding", 3 * c.whole("patch_size") ** 2, width, bias=False),
    ]
    return Tower([*before, *body], width)


def _hearing4(c: Configuration) -> Tower:
    width, heads, after = c.whole("hidden_size"), c.whole("num_attention_heads"), c.whole("output_proj_dims")
    first, second = _two(c, "subsampling_conv_channels")
    stem = _listening(first, second, width, [[3, 3], [3, 3]], first // 4)
    layer = _conformer(width, heads, c.whole("conv_kernel_size"))
    c.ignore("attention_context_left", "attention_context_right", "use_clipped_linears")
    return Tower([*stem, *times(c.whole("num_hidden_layers"), layer), *dense("projection", width, after, bias=True)],
                 after)  # fmt: skip


def _gemma4(c: Configuration) -> Architecture:
    text = text_inside(c, "gemma4_text", tied=True)
    found, width = GEMMAS["gemma4_text"].read(text), text.whole("hidden_size")
    parts: Arrays = []
    for part, read in (("vision", _seeing4), ("audio", _hearing4)):
        if c.has(f"{part}_config"):
            tower = read(c.within(f"{part}_config", f"gemma4_{part}"))
            parts += prefixed([*tower.arrays, *dense("projector", tower.width, width, bias=False)], part)
        else:
            c.note(f"{part}_config: not in the configuration; no such tower is counted")
    return with_more(found, parts)


# --- Gemma 3n ----------------------------------------------------------------------------------------------------


def _hearing3n(c: Configuration) -> Tower:
    width = c.whole("hidden_size")
    kernels, strides = (_sides(c, f"sscp_conv_{each}_size") for each in ("kernel", "stride"))
    bins = c.whole("input_feat_size")
    for kernel, stride in zip(kernels, strides, strict=True):
        bins = (bins + 2 - kernel[1]) // stride[1] + 1
    first, second = _two(c, "sscp_conv_channel_size")
    stem = _listening(first, second, width, kernels, bins)
    layer = _conformer(width, c.whole("conf_num_attention_heads"), c.whole("conf_conv_kernel_size"))
    c.ignore("conf_attention_chunk_size", "conf_attention_context_left", "conf_attention_context_right",
             "conf_attention_logit_cap", "conf_reduction_factor", "conf_residual_weight", "gradient_clipping",
             "sscp_conv_group_norm_eps")  # fmt: skip
    return Tower([*stem, *times(c.whole("conf_num_hidden_layers"), layer)], width)


def _bridge(c: Configuration, before: int, after: int) -> Arrays:
    """Return the table of hard tokens of a tower, two norms, and the projection to the text."""
    c.ignore("vocab_offset")
    return [*array("token embedding", c.whole("vocab_size"), before, name="table"), *norm("norms", before, RMS) * 2,
            *dense("projector", before, after, bias=False)]  # fmt: skip


def _gemma3n(c: Configuration) -> Architecture:
    text = text_inside(c, "gemma3n_text", tied=True)
    found, width = GEMMAS["gemma3n_text"].read(text), text.whole("hidden_size")
    seeing, hearing = c.within("vision_config", "gemma3n_vision"), c.within("audio_config", "gemma3n_audio")
    named = seeing.value("architecture")
    if not isinstance(named, str) or named not in NAMED_TOWERS:
        raise seeing.refused("architecture", named, " or ".join(map(repr, NAMED_TOWERS)))
    seeing.refuse("do_pooling", False)
    seeing.refuse("model_args")
    before = seeing.whole("hidden_size")
    seeing.refuse("hidden_size", 2048)
    seeing.ignore("num_classes", "label_names", "model_args")
    tower = array("convolutions", NAMED_TOWERS[named], name=f"all weights of {named}")
    c.note(f"the tower {named} is counted as published; its configuration names it and does not describe it")
    heard = _hearing3n(hearing)
    vision = prefixed([*tower, *_bridge(seeing, before, width)], "vision")
    audio = prefixed([*heard.arrays, *_bridge(hearing, heard.width, width)], "audio")
    return with_more(found, [*vision, *audio])


MULTIMODAL_GEMMAS: Mapping[str, Family] = MappingProxyType({
    "gemma3n": whole_family("Gemma3n", _gemma3n),
    "gemma4": whole_family("Gemma4", _gemma4),
})  # fmt: skip
