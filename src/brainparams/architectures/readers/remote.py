"""Decoders whose code is published with the model: most are a known layout under a new name and with keys renamed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from .. import Architecture
from ..blocks import MLP, Attention, Block
from .classics import CLASSICS
from .configurations import Configuration
from .decoders import LAYER, LLAMA, PRE_NORMS, QKV, Decoder, Switch, attention, decoder, uniform
from .families import Family
from .mixtures import Mixture, behind_the_first

Reader = Callable[[Configuration], Architecture]


def _same(name: str, layout: str, read: Reader) -> Reader:
    """Return a reader that says whose layout a type has."""

    def told(c: Configuration) -> Architecture:
        c.note(f"{name} has the layout of {layout} under a new name")
        return read(c)

    return told


def _chatglm(c: Configuration) -> Architecture:
    """Return ChatGLM 2 and 3, and GLM-4 of the same code."""
    c.refuse("rmsnorm", True)
    c.refuse("kv_channels", c.whole("hidden_size") // c.whole("num_attention_heads"))
    everywhere = c.switch("add_bias_linear", False)
    bias = True if everywhere else (QKV if c.switch("add_qkv_bias", False) else False)
    shared = c.whole("multi_query_group_num") if c.switch("multi_query_attention", False) else None
    mixer = Attention(heads=c.whole("num_attention_heads"), kv_heads=shared, bias=bias)
    mlp = MLP(width=c.whole("ffn_hidden_size"), gated=True, bias=everywhere)
    return decoder(c, uniform(c, mixer, mlp), tied=False, final_norm=c.switch("post_layer_norm", True))


def _qwen(c: Configuration) -> Architecture:
    """Return the first Qwen: its width of the MLP is that of both its gated matrices together."""
    c.refuse("no_bias", True)
    c.refuse("kv_channels", c.whole("hidden_size") // c.whole("num_attention_heads"))
    wide = c.whole("intermediate_size")
    if wide % 2:
        raise c.refused("intermediate_size", wide, "an even width")
    mlp = MLP(width=wide // 2, gated=True, bias=False)
    return decoder(c, uniform(c, attention(c, bias=QKV), mlp), tied=False)


def _phi3small(c: Configuration) -> Architecture:
    """Return Phi-3 small: grouped queries and LayerNorm, all with biases, and a tied head."""
    c.ignore("dummy_token_indices")
    c.refuse("ff_dim_multiplier")
    mixer = Attention(heads=c.whole("num_attention_heads"), kv_heads=c.whole("num_key_value_heads"), bias=True)
    mlp = MLP(width=c.whole("ff_intermediate_size"), gated=True, bias=True)
    return decoder(c, uniform(c, mixer, mlp), tied=True, norm=LAYER)


def _openelm(c: Configuration) -> Architecture:
    """Return OpenELM, whose layers differ in their heads and in the width of their MLP."""
    width, count, each = c.whole("model_dim"), c.whole("num_transformer_layers"), c.whole("head_dim")
    c.refuse("normalization_layer_name", "rms_norm")
    c.ignore("num_gqa_groups", "qkv_multipliers")
    heads, shared = c.wholes("num_query_heads"), c.wholes("num_kv_heads")
    ratios, step = c.numbers("ffn_multipliers"), c.whole("ffn_dim_divisor")
    if not len(heads) == len(shared) == len(ratios) == count:
        raise c.refused("num_query_heads", heads, f"{count} numbers, as of 'num_kv_heads' and 'ffn_multipliers',")
    normed = c.switch("normalize_qk_projections", False)
    gates = c.switch("ffn_with_glu", True)
    blocks = [
        Block(
            layers=1, norms=PRE_NORMS,
            attention=Attention(heads=h, kv_heads=k, head_dim=each, bias=False, qk_norm="head" if normed else None),
            mlp=MLP(width=_to_multiple(ratio * width, step), gated=gates, bias=False),
        )
        for h, k, ratio in zip(heads, shared, ratios, strict=True)
    ]  # fmt: skip
    c.content = {**c.content, "tie_word_embeddings": c.switch("share_input_output_layers", True)}
    return decoder(c, blocks, tied=True, width=("model_dim",))


def _to_multiple(value: float, step: int) -> int:
    """Return the multiple nearest to a value, raised where that falls more than a tenth short."""
    found = max(step, int(value + step / 2) // step * step)
    return found + step if found < 0.9 * value else found


def _stepwise_falcon(c: Configuration) -> Architecture:
    """Return Falcon from a file of before it was named so."""
    if c.model_type == "RefinedWeb":
        c.content = {"new_decoder_architecture": True, **c.content}
    return CLASSICS["falcon"].read(c)


DEEPSEEK = Mixture(
    count=("n_routed_experts",), shared="n_shared_experts", sparse=behind_the_first, bias=Switch("attention_bias"),
)  # fmt: skip


def _deepseek(c: Configuration) -> Architecture:
    c.refuse("moe_layer_freq", 1)
    return DEEPSEEK(c)


def _family(read: Reader, *classes: str, **more: str) -> Family:
    """Return a family: classes that end in Model are base models."""
    kinds = {name: "base" if name.endswith("Model") else "causal" for name in classes} | more
    return Family(read, kinds, classes[0])


LLAMAS = {
    "Yi": "Yi", "aquila": "Aquila", "baichuan": "Baichuan", "exaone": "Exaone", "iquestcoder": "IQuestCoder",
    "xverse": "Xverse",
}  # fmt: skip

REMOTE: Mapping[str, Family] = MappingProxyType({
    name: _family(_same(name, "llama", LLAMA), f"{prefix}ForCausalLM", f"{prefix}Model",
                  **({"BaiChuanForCausalLM": "causal"} if name == "baichuan" else {}))
    for name, prefix in LLAMAS.items()
} | {
    "RefinedWeb": _family(_stepwise_falcon, "RWForCausalLM", "RWModel"),
    "RefinedWebModel": _family(_stepwise_falcon, "RWForCausalLM", "RWModel"),
    "chatglm": _family(_chatglm, "ChatGLMForConditionalGeneration", ChatGLMModel="causal"),
    "deepseek": _family(_deepseek, "DeepseekForCausalLM", "DeepseekModel"),
    "gpt-sw3": CLASSICS["gpt2"],
    "internlm": _family(Decoder(bias=Switch("bias", True)), "InternLMForCausalLM", "InternLMModel"),
    "internlm2": _family(Decoder(bias=Switch("bias")), "InternLM2ForCausalLM", "InternLM2Model"),
    "minicpm": _family(_same("minicpm", "llama", replace(LLAMA, tied=True)), "MiniCPMForCausalLM", "MiniCPMModel"),
    "openelm": _family(_openelm, "OpenELMForCausalLM", "OpenELMModel"),
    "orion": _family(Decoder(norm=LAYER), "OrionForCausalLM", "OrionModel"),
    "phi3small": _family(_phi3small, "Phi3SmallForCausalLM", "Phi3SmallModel"),
    "qwen": _family(_qwen, "QWenLMHeadModel", QWenModel="base", QWenLMHeadModel="causal"),
})  # fmt: skip
