"""Towers that see or hear: how the encoders of images and of sound count, alone and inside models of several parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from .. import Weights
from ..blocks import MLP, Attention, Block
from .arrays import Arrays, array, convolution, dense, dense_twice, model_width, norm, times
from .configurations import Configuration
from .decoders import PRE_NORMS, QKV

LAYER = "LayerNorm"


class Tower(NamedTuple):
    """The arrays of a tower, and the width of what it hands on."""

    arrays: Arrays
    width: int


def layers(
    count: int, width: int, mixer: Attention, mlp: MLP, kind: str = LAYER, *, scaled: bool = False,
    norms: tuple[str, ...] = PRE_NORMS,
) -> Arrays:  # fmt: skip
    """Return transformer layers with two norms, and with a learned scale behind each part where they are scaled."""
    block = Block(layers=count, attention=mixer, mlp=mlp, norms=norms)
    found = block.weights(model_width(width), kind)
    return [*found, *(times(count, array("layer scale", 2, width)) if scaled else [])]


def qkv_bias(c: Configuration) -> bool | tuple[str, ...]:
    """Return which projections have a bias, where a switch says it of queries, keys and values together."""
    return True if c.switch("qkv_bias", True) else ("output",)


def plain_layers(c: Configuration, bias: bool | tuple[str, ...] = True, *, scaled: bool = False) -> Arrays:
    """Return layers with a plain MLP, by the usual keys."""
    mlp = MLP(width=c.whole("intermediate_size"), gated=False, bias=True)
    mixer = Attention(heads=c.whole("num_attention_heads"), bias=bias)
    return layers(c.whole("num_hidden_layers"), c.whole("hidden_size"), mixer, mlp, scaled=scaled)


def patches(c: Configuration, width: int, *, bias: bool = True, channels: str = "num_channels") -> Arrays:
    """Return the convolution that makes vectors of patches."""
    return convolution("patch embedding", c.whole_or(channels, 3), width, *c.pair("patch_size"), bias=bias)


def grid(c: Configuration) -> int:
    """Return the number of patches of an image."""
    high, wide = c.pair("image_size")
    tall, broad = c.pair("patch_size")
    return (high // tall) * (wide // broad)


def learned(rows: int, width: int) -> Arrays:
    """Return learned positions."""
    return array("position embedding", rows, width, name="table")


# --- towers ------------------------------------------------------------------------------------------------------


def clip_vision(c: Configuration) -> Tower:
    """Return the tower of CLIP."""
    width = c.whole("hidden_size")
    found = [
        *array("class token", width), *patches(c, width, bias=False), *learned(grid(c) + 1, width),
        *norm("embedding norm", width), *plain_layers(c), *norm("final norm", width),
    ]  # fmt: skip
    return Tower(found, width)


def siglip_vision(c: Configuration) -> Tower:
    """Return the tower of SigLIP, with the head that pools by attention where it has one."""
    found, width = idefics_vision(c)
    return Tower([*found, *pooling(c, width)], width)


def siglip2_vision(c: Configuration) -> Tower:
    """Return the tower of SigLIP 2, which sees patches of any number: a dense layer makes vectors of them."""
    width = c.whole("hidden_size")
    seen = dense("patch embedding", c.whole_or("num_channels", 3) * c.whole("patch_size") ** 2, width, bias=True)
    found = [*seen, *learned(c.whole("num_patches"), width), *plain_layers(c), *norm("final norm", width)]
    return Tower([*found, *pooling(c, width)], width)


def pooling(c: Configuration, width: int) -> Arrays:
    """Return the head that pools by attention from one learned query, where there is one."""
    if not c.switch("vision_use_head", True):
        return []
    wide = c.whole("intermediate_size")
    parts = [(width, 3 * width), (width, width), (width, wide), (wide, width)]
    return [*array("pooling head", width, name="probe"), *norm("pooling head", width),
            *(each for sides in parts for each in dense("pooling head", *sides, bias=True))]  # fmt: skip


def pixtral_vision(c: Configuration) -> Tower:
    """Return the tower of Pixtral: rotary in two directions, gated MLP, RMSNorm, no biases."""
    width, heads = c.whole("hidden_size"), c.whole("num_attention_heads")
    c.ignore("image_size")
    each = c.whole_or("head_dim", width // heads, "width / heads")
    if each * heads != width:
        raise c.refused("head_dim", each, f"{width} in {heads} heads")
    mixer = Attention(heads=heads, bias=False)
    mlp = MLP(width=c.whole("intermediate_size"), gated=True, bias=False)
    found = [*patches(c, width, bias=False), *norm("embedding norm", width, "RMSNorm"),
             *layers(c.whole("num_hidden_layers"), width, mixer, mlp, "RMSNorm")]  # fmt: skip
    return Tower(found, width)


def idefics_vision(c: Configuration) -> Tower:
    """Return the tower of Idefics and SmolVLM, and the layers of SigLIP: patches, learned positions, a norm behind."""
    width = c.whole("hidden_size")
    return Tower([*patches(c, width), *learned(grid(c), width), *plain_layers(c), *norm("final norm", width)], width)


def vit_vision(c: Configuration, *own: Weights) -> Tower:
    """Return the transformer over patches as ViT has it, and as the tower of BLIP-2; with further tokens of its own."""
    width = c.whole("hidden_size")
    found = [*array("class token", width), *own, *patches(c, width), *learned(grid(c) + 1, width),
             *plain_layers(c, qkv_bias(c)), *norm("final norm", width)]  # fmt: skip
    return Tower(found, width)


def internvl_vision(c: Configuration) -> Tower:
    """Return the tower of InternVL."""
    width = c.whole("hidden_size")
    c.refuse("use_qk_norm", False)
    c.refuse("norm_type", "layer_norm")
    positions = learned(grid(c) + 1, width) if c.switch("use_absolute_position_embeddings", True) else []
    mask = array("mask token", width) if c.switch("use_mask_token", False) else []
    bias = True if c.switch("attention_bias", False) else ("output",)
    found = [*array("class token", width), *mask, *patches(c, width), *positions, *plain_layers(c, bias, scaled=True)]
    if not c.switch("use_mean_pooling", True):
        found += norm("final norm", width)
    return Tower(found, width)


def llama4_vision(c: Configuration) -> Tower:
    """Return the tower of Llama 4, with the adapter that makes one vector of four patches."""
    width, inner = c.whole("hidden_size"), c.whole("intermediate_size")
    side = c.whole("patch_size")
    found = [
        *array("class token", width), *learned(grid(c) + 1, width), *norm("embedding norm", width),
        *dense("patch embedding", c.whole_or("num_channels", 3) * side * side, width, bias=False),
        *plain_layers(c), *norm("final norm", width),
        *dense("adapter", inner, c.whole("projector_input_dim"), bias=False),
        *dense("adapter", c.whole("projector_output_dim"), c.whole("projector_output_dim"), bias=False),
    ]  # fmt: skip
    if c.whole("projector_input_dim") != c.whole("projector_output_dim"):
        raise c.refused("projector_output_dim", c.whole("projector_output_dim"), "the width that comes in")
    c.ignore("pixel_shuffle_ratio")
    return Tower(found, c.whole("vision_output_dim"))


def _cubes(c: Configuration, width: int, *, bias: bool) -> Arrays:
    side, deep = c.whole("patch_size"), c.whole("temporal_patch_size")
    key = "in_channels" if c.has("in_channels") else "in_chans"
    c.ignore("in_chans")
    return convolution("patch embedding", c.whole_or(key, 3), width, deep, side, side, bias=bias)


def qwen2_vision(c: Configuration) -> Tower:
    """Return the tower of Qwen2-VL, with the merger that makes one vector of several patches."""
    width, after = c.whole("embed_dim"), c.whole("hidden_size")
    wide = int(width * c.number("mlp_ratio"))
    merged = width * c.whole("spatial_merge_size") ** 2
    found = [
        *_cubes(c, width, bias=False),
        *layers(c.whole("depth"), width, Attention(heads=c.whole("num_heads"), bias=True),
                MLP(width=wide, gated=False, bias=True)),
        *norm("merger", width), *dense("merger", merged, merged, bias=True), *dense("merger", merged, after, bias=True),
    ]  # fmt: skip
    return Tower(found, after)


def qwen25_vision(c: Configuration) -> Tower:
    """Return the tower of Qwen2.5-VL: RMSNorm and a gated MLP with biases."""
    width, after = c.whole("hidden_size"), c.whole("out_hidden_size")
    merged = width * c.whole("spatial_merge_size") ** 2
    mlp = MLP(width=c.whole("intermediate_size"), gated=True, bias=True)
    found = [
        *_cubes(c, width, bias=False),
        *layers(c.whole("depth"), width, Attention(heads=c.whole("num_heads"), bias=True), mlp, "RMSNorm"),
        *norm("merger", width, "RMSNorm"), *dense("merger", merged, merged, bias=True),
        *dense("merger", merged, after, bias=True),
    ]  # fmt: skip
    c.ignore("fullatt_block_indexes", "window_size")
    return Tower(found, after)


def qwen3_vision(c: Configuration) -> Tower:
    """Return the tower of Qwen3-VL and Qwen3.5: learned positions, and mergers for several depths."""
    width, after = c.whole("hidden_size"), c.whole("out_hidden_size")
    merged = width * c.whole("spatial_merge_size") ** 2
    mlp = MLP(width=c.whole("intermediate_size"), gated=False, bias=True)
    merger = [*dense("merger", merged, merged, bias=True), *dense("merger", merged, after, bias=True)]
    deep = len(c.wholes("deepstack_visual_indexes", least=0)) if c.has("deepstack_visual_indexes") else 0
    found = [
        *_cubes(c, width, bias=True), *learned(c.whole("num_position_embeddings"), width),
        *layers(c.whole("depth"), width, Attention(heads=c.whole("num_heads"), bias=True), mlp),
        *norm("merger", width), *merger, *times(deep, [*norm("merger", merged), *merger], "mergers of inner layers"),
    ]  # fmt: skip
    return Tower(found, after)


def glm4v_vision(c: Configuration) -> Tower:
    """Return the tower of GLM-4.1V."""
    width, after, wide = c.whole("hidden_size"), c.whole("out_hidden_size"), c.whole("intermediate_size")
    merge = c.whole("spatial_merge_size")
    bias = QKV if c.switch("attention_bias", False) else False
    found = [
        *_cubes(c, width, bias=True), *learned(grid(c), width), *norm("embedding norm", width, "RMSNorm"),
        *layers(c.whole("depth"), width, Attention(heads=c.whole("num_heads"), bias=bias),
                MLP(width=after, gated=True, bias=False), "RMSNorm"),
        *norm("final norm", width, "RMSNorm"), *convolution("merger", width, after, merge, merge, bias=True),
        *dense("merger", after, after, bias=False), *norm("merger", after),
        *dense("merger", after, wide, bias=False), *dense_twice("merger", after, wide, bias=False),
    ]  # fmt: skip
    return Tower(found, after)


def kimi_vision(c: Configuration) -> Tower:
    """Return the tower of Kimi K2.5: a square of learned positions, and rotary ones in time."""
    width = c.whole("hidden_size")
    c.ignore("pos_emb_time", "merge_kernel_size")
    rows = c.whole("pos_emb_height") * c.whole("pos_emb_width")
    return Tower([*patches(c, width), *learned(rows, width), *plain_layers(c), *norm("final norm", width)], width)


TOWERS: Mapping[str, Callable[[Configuration], Tower]] = {
    "blip_2_vision_model": vit_vision, "clip_vision_model": clip_vision, "glm4v_moe_vision": glm4v_vision,
    "glm4v_vision": glm4v_vision, "idefics2_vision": idefics_vision, "idefics3_vision": idefics_vision,
    "internvl_vision": internvl_vision, "kimi_k25_vision": kimi_vision,
    "llama4_vision_model": llama4_vision, "pixtral": pixtral_vision, "qwen2_5_vl_vision": qwen25_vision,
    "qwen2_vl_vision": qwen2_vision, "qwen3_5_moe_vision": qwen3_vision, "qwen3_5_vision": qwen3_vision,
    "qwen3_vl_moe_vision": qwen3_vision, "qwen3_vl_vision": qwen3_vision, "siglip2_vision_model": siglip2_vision,
    "siglip_vision_model": siglip_vision,
    "smolvlm_vision": idefics_vision,
}  # fmt: skip
