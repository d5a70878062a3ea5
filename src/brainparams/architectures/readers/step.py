"""How Step 3.5 and 3.7 count: two widths of attention, a gate for each head, experts behind the first layers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from .. import Architecture
from ..blocks import MLP, Attention, Experts
from .arrays import Arrays, convolution, dense, norm, with_more
from .configurations import Configuration
from .decoders import decoder
from .families import Family
from .multimodal import prefixed, text_inside
from .stacks import FULL, SLIDING, gated, stack
from .towers import grid, layers, learned, patches

DENSE_BEFORE = 3


def _wide(c: Configuration, count: int) -> list[bool]:
    """Return which layers look at a window, from the words of the first layers; modules for further tokens follow."""
    words = c.listed("layer_types") if c.has("layer_types") else [FULL] * count
    if len(words) < count or set(words) - {SLIDING, FULL}:
        raise c.refused("layer_types", words, f"{count} words, sliding_attention or full_attention,")
    return [word == SLIDING for word in words[:count]]


def _sparse(c: Configuration, count: int) -> list[bool]:
    """Return which layers have experts: by a list of words, by their places, or all behind the first three."""
    if c.has("mlp_layer_types"):
        words = c.listed("mlp_layer_types")
        if len(words) < count or set(words) - {"dense", "sparse"}:
            raise c.refused("mlp_layer_types", words, f"{count} words, dense or sparse,")
        return [word == "sparse" for word in words[:count]]
    said = c.value("moe_layers_enum")
    if said is None:
        return [place >= DENSE_BEFORE for place in range(count)]
    places = [each.strip() for each in said.split(",")] if isinstance(said, str) else [str(each) for each in said]
    if not all(each.isdigit() for each in places):
        raise c.refused("moe_layers_enum", said, "places of layers with commas between")
    return [str(place) in places for place in range(count)]


def _sliding_heads(c: Configuration, heads: int) -> int:
    other = c.value("attention_other_setting")
    if c.has("num_sliding_attention_heads"):
        return c.whole("num_sliding_attention_heads")
    if isinstance(other, Mapping) and other:
        inside = c.within("attention_other_setting", "")
        inside.ignore("attention_type", "true_head_dim")
        inside.refuse("num_attention_groups", c.whole("num_key_value_heads"))
        inside.refuse("head_dim", c.whole("head_dim"))
        return inside.whole_or("num_attention_heads", heads, "as in the other layers")
    return heads


def step_text(c: Configuration) -> Architecture:
    """Return the text model."""
    count, heads = c.whole("num_hidden_layers"), c.whole("num_attention_heads")
    c.refuse("gating", True, "per-head")
    c.refuse("use_head_wise_attn_gate", True)
    c.ignore("mtp_layer_types", "mtp_mlp_layer_types", "num_nextn_predict_layers", "moe_every_n_layer",
             "need_fp32_gate", "use_moe", "moe_router_activation", "moe_router_scaling_factor")  # fmt: skip
    bias, mlp_bias = c.switch("attention_bias", False), c.switch("mlp_bias", False)
    if mlp_bias:
        raise c.refused("mlp_bias", True, "False")
    parts: dict[str, Any] = {"kv_heads": c.whole("num_key_value_heads"), "head_dim": c.whole("head_dim")}
    mixers = {
        wide: Attention(heads=each, bias=bias, qk_norm="head", output_gate="head", **parts)
        for wide, each in ((False, heads), (True, _sliding_heads(c, heads)))
    }
    routed = Experts(
        count=c.whole("n_routed_experts"), active=c.whole("num_experts_per_tok"), gated=True, bias=False,
        width=c.whole("moe_intermediate_size"), shared=1, shared_width=c.whole("share_expert_dim"),
    )  # fmt: skip
    plain, kinds = gated(c), zip(_wide(c, count), _sparse(c, count), strict=True)
    blocks = stack((mixers[wide], routed if sparse else plain) for wide, sparse in kinds)
    c.note("router corrections are not counted; main model only, without modules that predict further tokens")
    return decoder(c, blocks, tied=False)


def _step_vision(c: Configuration) -> Arrays:
    """Return the tower: patches, layers with scales, and two convolutions that halve the sides."""
    width = c.whole("hidden_size")
    c.ignore("intermediate_size", "layer_scale_init_value", "max_position_embeddings")
    mlp = MLP(width=int(width * c.number("mlp_ratio", 8960 / 1536)), gated=False, bias=True)
    mixer, count = Attention(heads=c.whole("num_attention_heads"), bias=True), c.whole("num_hidden_layers")
    return [
        *patches(c, width, bias=False), *learned(grid(c), width), *norm("embedding norm", width),
        *layers(count, width, mixer, mlp, scaled=True),
        *convolution("reduction", width, 2 * width, 3, 3, bias=True),
        *convolution("reduction", 2 * width, 4 * width, 3, 3, bias=True),
    ]  # fmt: skip


def _step(c: Configuration) -> Architecture:
    seeing, text = c.within("vision_config", "step3p5_vision"), text_inside(c, "step3p5", tied=False)
    found, width = step_text(text), text.whole("hidden_size")
    bias = c.switch("projector_bias", False)
    between = dense("projector", 4 * seeing.whole("hidden_size"), width, bias=bias)
    return with_more(found, [*prefixed(_step_vision(seeing), "vision"), *between])


STEP: Mapping[str, Family] = MappingProxyType({
    "step3p5": Family(step_text, {"Step3p5ForCausalLM": "causal", "Step3p5Model": "base", "Step3p7TextModel": "base"},
                      "Step3p5ForCausalLM"),
    "step3p7": Family(_step, {"Step3p7ForConditionalGeneration": "causal", "Step3p7Model": "base"},
                      "Step3p7ForConditionalGeneration"),
})  # fmt: skip
