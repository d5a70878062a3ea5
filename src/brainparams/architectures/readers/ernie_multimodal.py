"""How Ernie 4.5 that sees counts: experts for text and others for images side by side, a tower, and a resampler."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from .. import Architecture, Dimension
from ..blocks import MLP, Attention, Experts
from .arrays import Arrays, array, dense, model_width, norm, times, with_more
from .configurations import Configuration
from .decoders import decoder, kv_heads
from .families import Family
from .mixtures import sparse_by_list
from .multimodal import prefixed, text_inside, whole_family
from .stacks import stack
from .towers import layers

TEXT, VISION = "ernie4_5_vl_moe_text", "ernie4_5_vl_moe_vision"


def _text(c: Configuration) -> Architecture:
    """Return the text model: each layer with experts has two sets of them, and one shared expert beside both."""
    count, width = c.whole("num_hidden_layers"), c.whole("hidden_size")
    c.refuse("use_bias", False)
    listed = sparse_by_list(c)
    sparse = count - 1 if listed is None else listed
    sizes = c.wholes("moe_intermediate_size")
    if len(sizes) != 2:
        raise c.refused("moe_intermediate_size", sizes, "two widths, of experts for text and for images,")
    many, active, shared = c.whole("moe_num_experts"), c.whole("moe_k"), c.whole("moe_num_shared_experts", least=0)
    mixer = Attention(heads=c.whole("num_attention_heads"), kv_heads=kv_heads(c), bias=False)
    plain = MLP(width=c.whole("intermediate_size"), gated=True, bias=False)
    of_text = Experts(
        count=many, active=active, width=sizes[0], gated=True, bias=False, shared=1 if shared else 0,
        shared_width=sizes[0] * shared if shared else None,
    )  # fmt: skip
    blocks = stack([(mixer, plain)] * (count - sparse) + [(mixer, of_text)] * sparse)
    of_images = Experts(count=many, active=active, width=sizes[1], gated=True, bias=False)
    images = prefixed(of_images.weights(model_width(width), (), "mlp"), "image")
    resting = (Dimension(0, "experts for images that see a token of text"),)
    beside = [*(replace(each, active_copies=resting) for each in images),
              *array("router", 2, many, name="corrections")]  # fmt: skip
    c.note("active a token: of text; the experts for images and their router rest")
    return with_more(decoder(c, blocks, tied=True), times(sparse, beside, "layers with experts"))


def _vision(c: Configuration) -> tuple[Arrays, int]:
    width, side = c.whole("hidden_size"), c.whole("patch_size")
    mixer = Attention(heads=c.whole("num_heads"), bias=True)
    mlp = MLP(width=c.whole("intermediate_size"), gated=False, bias=True)
    found = [*dense("patch embedding", c.whole_or("in_channels", 3) * side * side, width, bias=False),
             *layers(c.whole("depth"), width, mixer, mlp), *norm("final norm", width)]  # fmt: skip
    return found, width


def _resampler(c: Configuration, before: int, after: int) -> Arrays:
    """Return what joins neighbours in space, then in time, and leads to the text."""
    wide = before * c.whole("spatial_merge_size") ** 2
    found: Arrays = []
    for seen in (wide, wide * c.whole("temporal_merge_size")):
        found += [*dense("first", seen, wide, bias=True), *dense("second", wide, wide, bias=True), *norm("norm", wide)]
    return [*found, *dense("linear", wide, after, bias=True), *norm("norm", after, "RMSNorm")]


def _ernie(c: Configuration) -> Architecture:
    text, vision = text_inside(c, TEXT, tied=True), c.within("vision_config", VISION)
    found, width = _text(text), text.whole("hidden_size")
    tower, before = _vision(vision)
    between = prefixed(_resampler(vision, before, width), "resampler")
    return with_more(found, [*prefixed(tower, "vision"), *between])


MULTIMODAL_ERNIE: Mapping[str, Family] = MappingProxyType({
    "ernie4_5_vl_moe": whole_family("Ernie4_5_VLMoe", _ernie),
})  # fmt: skip
