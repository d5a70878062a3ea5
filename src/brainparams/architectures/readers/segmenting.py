"""How Segment Anything counts: a tower with relative positions, an encoder of prompts, a decoder of masks."""

from __future__ import annotations

from ..blocks import MLP, Attention, Block
from .arrays import Arrays, array, convolution, dense, dense_twice, model_width, norm, queries_keys_values, times
from .configurations import Configuration
from .decoders import PRE_NORMS
from .towers import grid, learned, patches, qkv_bias


def sam_vision(c: Configuration) -> Arrays:
    """Return the tower, and the frequencies of positions that all parts share."""
    width, count, heads = c.whole("hidden_size"), c.whole("num_hidden_layers"), c.whole("num_attention_heads")
    wide = c.whole("mlp_dim") if c.has("mlp_dim") else int(width * c.number("mlp_ratio", 4.0))
    after, mlp = c.whole("output_channels"), MLP(width=wide, gated=False, bias=True)
    c.ignore("mlp_ratio", "scale")
    found = [*array("positions of prompts", 2, c.whole("num_pos_feats")), *patches(c, width)]
    if c.switch("use_abs_pos", True):
        found += learned(grid(c), width)
    block = Block(layers=count, attention=Attention(heads=heads, bias=qkv_bias(c)), mlp=mlp, norms=PRE_NORMS)
    found += block.weights(model_width(width), "LayerNorm")
    if c.switch("use_rel_pos", True):
        everywhere = len({place for place in c.wholes("global_attn_indexes", least=0) if place < count})
        side, window = c.whole("image_size") // c.whole("patch_size"), c.whole("window_size", least=0)
        for many, reach in ((everywhere, side), (count - everywhere, window or side)):
            found += times(many, array("relative position", 2 * (2 * reach - 1), width // heads))
    return [*found, *convolution("neck", width, after, 1, 1, bias=False), *norm("neck", after),
            *convolution("neck", after, after, 3, 3, bias=False), *norm("neck", after)]  # fmt: skip


def sam_prompts(c: Configuration) -> Arrays:
    """Return the encoder of points, boxes and masks."""
    width, inner = c.whole("hidden_size"), c.whole("mask_input_channels")
    c.ignore("image_size", "patch_size", "image_embedding_size")
    return [
        *convolution("mask embedding", 1, inner // 4, 2, 2, bias=True), *norm("mask embedding", inner // 4),
        *convolution("mask embedding", inner // 4, inner, 2, 2, bias=True), *norm("mask embedding", inner),
        *convolution("mask embedding", inner, width, 1, 1, bias=True),
        *array("point embedding", c.whole("num_point_embeddings") + 2, width, name="table"),
    ]  # fmt: skip


def sam_masks(c: Configuration) -> Arrays:
    """Return the decoder of masks: two-way attention, convolutions that widen, and small networks for each mask."""
    width, wide, narrow = c.whole("hidden_size"), c.whole("mlp_dim"), c.whole("attention_downsample_rate")
    masks, c_ = c.whole("num_multimask_outputs") + 1, width // c.whole("attention_downsample_rate")
    if width % (8 * narrow):
        raise c.refused("hidden_size", width, f"a multiple of {8 * narrow}")
    c.whole("num_attention_heads")
    c.refuse("attention_downsample_rate", 2)
    cross = [*_projections(width, c_), *norm("norms", width)]
    own = [*_projections(width, width), *norm("norms", width)]
    mlp = [*dense_twice("mlp", width, wide, bias=True), *norm("norms", width)]
    layer = [*own, *cross, *mlp, *cross]
    up = [*convolution("upscaling", width, width // 4, 2, 2, bias=False), *array("upscaling", width // 4),
          *convolution("upscaling", width // 4, width // 8, 2, 2, bias=False), *array("upscaling", width // 8),
          *norm("upscaling", width // 4)]  # fmt: skip
    small = [*dense("networks of masks", width, width, bias=True) * 2,
             *dense("networks of masks", width, width // 8, bias=True)]  # fmt: skip
    depth, hidden = c.whole("iou_head_depth"), c.whole("iou_head_hidden_dim")
    inner = times(depth - 2, dense("quality", hidden, hidden, bias=True))
    quality = [*dense("quality", width, hidden, bias=True), *inner, *dense("quality", hidden, masks, bias=True)]
    return [*array("tokens", masks + 1, width), *times(c.whole("num_hidden_layers"), layer), *cross, *up,
            *times(masks, small, "masks"), *quality]  # fmt: skip


def _projections(width: int, inner: int) -> Arrays:
    return [
        *queries_keys_values("attention", width, inner, bias=True),
        *dense("attention", inner, width, bias=True, name="output"),
    ]
