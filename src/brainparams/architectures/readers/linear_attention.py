"""How published linear attention and recurrences count, alone and in stacks with attention."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .. import Architecture, Weights
from ..blocks import MLP, Experts, Mixer
from ..mixers import GatedDelta, GatedRecurrence, LightningAttention, NoMixer, ShortConvolution
from .arrays import array, convolution, dense, norm, queries_keys_values, times, with_more
from .configurations import Configuration
from .decoders import attention, decoder, kv_heads_or_all
from .families import Family
from .mixtures import Mixture, latent
from .stacks import families, gated, layer_kinds, of_arrays, stack

# --- recurrences -------------------------------------------------------------------------------------------------


def _recurrent_gemma(c: Configuration) -> Architecture:
    width, layers = c.whole("hidden_size"), c.whole("num_hidden_layers")
    pattern = c.value("block_types") or ["recurrent", "recurrent", "attention"]
    if not isinstance(pattern, list | tuple):
        raise c.refused("block_types", pattern, "a list of 'recurrent' and 'attention'")
    kinds = [str(pattern[place % len(pattern)]) for place in range(layers)]
    heads = c.whole("num_attention_heads")
    c.ignore("layers_block_type", "_block_types")
    channels = c.whole_or("lru_width", width, "the width")
    if (
        channels % heads
        or c.whole("intermediate_size") % 2
        or channels != width
        or set(kinds) - {"recurrent", "attention"}
    ):
        raise c.refused("lru_width", channels, f"{width} in whole heads, with an even MLP,")
    mixers: dict[str, Mixer] = {
        "recurrent": GatedRecurrence(channels=channels, blocks=heads, kernel=c.whole("conv1d_width")),
        "attention": attention(
            c, kv_heads=kv_heads_or_all(c),
            bias=True if c.switch("attention_bias", False) else ("output",),
        ),
    }  # fmt: skip
    mlp = MLP(width=c.whole("intermediate_size") // 2, gated=True, bias=True)
    return decoder(c, stack((mixers[kind], mlp) for kind in kinds), tied=True)


def _xlstm(c: Configuration) -> Architecture:
    width, layers, heads = c.whole("hidden_size", "embedding_dim"), c.whole("num_hidden_layers", "num_blocks"), c.whole(
        "num_heads")  # fmt: skip
    c.refuse("weight_mode", "single")
    bias = c.switch("use_bias", False)
    keys, values = int(width * c.number("qk_dim_factor")), int(width * c.number("v_dim_factor"))
    step = c.whole("ffn_round_up_to_multiple_of")
    wide = int((int(c.number("ffn_proj_factor") * width) + step - 1) // step * step)
    sides = {"query": keys, "key": keys, "value": values, "output gate": values}
    cell = [each for name, side in sides.items() for each in dense("mLSTM", width, side, bias=bias, name=name)]
    for name in ("input gate", "forget gate"):
        cell += dense("mLSTM", width, heads, bias=True, name=name)
    kind = "LayerNorm" if bias else "RMSNorm"
    cell += [*norm("mLSTM", values, kind), *dense("mLSTM", values, width, bias=bias, name="output")]
    mlp = [each for name in ("gate", "up") for each in dense("mlp", width, wide, bias=bias, name=name)]
    mlp += dense("mlp", wide, width, bias=bias, name="down")
    norms = [*norm("norms", width, kind), *norm("norms", width, kind)]
    c.ignore("add_out_norm")
    last = norm("norms", width, "RMSNorm")
    return of_arrays(c, [*times(layers, [*cell, *mlp, *norms]), *last], tied=None)


# --- linear attention --------------------------------------------------------------------------------------------


def _kinds_by_interval(c: Configuration) -> list[str]:
    count = c.whole("num_hidden_layers")
    if c.has("layer_types"):
        c.ignore("full_attention_interval")
        return layer_kinds(c, "layer_types", count)
    step = c.whole_or("full_attention_interval", 4)
    return ["linear" if (place + 1) % step else "attention" for place in range(count)]


def _delta(c: Configuration) -> GatedDelta:
    return GatedDelta(
        key_heads=c.whole("linear_num_key_heads"), key_dim=c.whole("linear_key_head_dim"),
        value_heads=c.whole("linear_num_value_heads"), value_dim=c.whole("linear_value_head_dim"),
        kernel=c.whole("linear_conv_kernel_dim"),
    )  # fmt: skip


def _qwen_next(c: Configuration) -> Architecture:
    c.refuse("attention_bias", False)
    seen = attention(c, bias=False, kv_heads=kv_heads_or_all(c), qk_norm="head", output_gate="width")
    mixers: dict[str, Mixer] = {"attention": seen, "linear": _delta(c)}
    kinds = _kinds_by_interval(c)
    is_dense = c.model_type == "qwen3_5_text"
    feeds: list[MLP | Experts] = [gated(c)] * len(kinds) if is_dense else _sparse_feeds(c, len(kinds))
    return decoder(c, stack((mixers[kind], feed) for kind, feed in zip(kinds, feeds, strict=True)), tied=False)


def _sparse_feeds(c: Configuration, count: int) -> list[MLP | Experts]:
    """Return experts or an MLP for each layer."""
    routed = Mixture(shared=1, shared_width="shared_expert_intermediate_size", shared_gate=True).experts(c)
    if c.model_type != "qwen3_next":
        c.ignore("intermediate_size", "decoder_sparse_step", "mlp_only_layers")
        return [routed] * count
    step, without = c.whole_or("decoder_sparse_step", 1), set(c.wholes_or_none("mlp_only_layers"))
    sparse = [(place + 1) % step == 0 and place not in without for place in range(count)]
    if all(sparse):
        c.ignore("intermediate_size")
    return [routed if each else gated(c) for each in sparse]


def _olmo_hybrid(c: Configuration) -> Architecture:
    kinds = layer_kinds(c, "layer_types", c.whole("num_hidden_layers"))
    seen = attention(c, bias=c.switch("attention_bias", False), kv_heads=kv_heads_or_all(c), qk_norm="width")
    mixers: dict[str, Mixer] = {"attention": seen, "linear": _delta(c)}
    return decoder(c, stack((mixers[kind], gated(c)) for kind in kinds), tied=False)


def _minimax(c: Configuration) -> Architecture:
    count, heads = c.whole("num_hidden_layers"), c.whole("num_attention_heads")
    if c.has("layer_types"):
        kinds = layer_kinds(c, "layer_types", count)
    else:
        kinds = ["attention" if (place + 1) % 2 else "linear" for place in range(count)]
        c.note(
            "layer_types: not in the configuration; attention and linear attention alternate, as the format takes it"
        )
    seen = attention(c, bias=False, kv_heads=kv_heads_or_all(c))
    each = seen.head_dim or c.whole("hidden_size") // heads
    mixers: dict[str, Mixer] = {"attention": seen, "linear": LightningAttention(heads=heads, head_dim=each)}
    routed = Mixture(count=("num_local_experts", "num_experts"), width="intermediate_size").experts(c)
    return decoder(c, stack((mixers[kind], routed) for kind in kinds), tied=False)


def _kimi_linear(c: Configuration) -> Architecture:
    count, width = c.whole("num_hidden_layers"), c.whole("hidden_size")
    kinds = layer_kinds(c, "layer_types", count)
    c.refuse("attention_bias", False)
    feeds = c.words("mlp_layer_types", ("dense", "sparse"), count)
    routed = Mixture(active=("num_experts_per_token", "num_experts_per_tok"), shared="num_shared_experts").experts(c)
    mlps: dict[str, MLP | Experts] = {"dense": gated(c), "sparse": routed}
    parts: dict[str, Mixer] = {"attention": latent(replace_rank(c)), "linear": NoMixer()}
    blocks = stack((parts[kind], mlps[feed]) for kind, feed in zip(kinds, feeds, strict=True))
    found = decoder(c, blocks, tied=None, positions="none")
    return with_more(found, times(kinds.count("linear"), _kimi_delta(c, width), "linear layers"))


def replace_rank(c: Configuration) -> Configuration:
    """Return the configuration with a rank of the queries, which Kimi Linear leaves out where there is none."""
    if not c.has("q_lora_rank"):
        c.content = {**c.content, "q_lora_rank": None}
    return c


def _kimi_delta(c: Configuration, width: int) -> list[Weights]:
    """Return the arrays of Kimi delta attention: a delta rule that decays each channel by itself."""
    heads, each = c.whole("linear_num_heads"), c.whole("linear_head_dim")
    inner, term = heads * each, "linear attention"
    found = queries_keys_values(term, width, inner, bias=False)
    found += convolution(term, inner, 3 * inner, c.whole("linear_conv_kernel_dim"), bias=False, groups=inner)
    for name in ("forget gate", "output gate"):
        found += [*dense(term, width, each, bias=False, name=name), *dense(term, each, inner, bias=False, name=name)]
    found += [*array(term, inner, name="time step biases"), *array(term, heads, name="decay")]
    return [*found, *dense(term, width, heads, bias=False, name="strength"), *array(term, each, name="norm scale"),
            *dense(term, inner, width, bias=False, name="output")]  # fmt: skip


def _lfm2(c: Configuration) -> Architecture:
    count = c.whole("num_hidden_layers")
    if c.has("layer_types"):
        kinds = layer_kinds(c, "layer_types", count)
        c.ignore("full_attn_idxs")
    else:
        places = set(c.wholes("full_attn_idxs", least=0))
        kinds = ["attention" if place in places else "linear" for place in range(count)]
    seen = attention(c, bias=False, kv_heads=kv_heads_or_all(c), qk_norm="head")
    mixers: dict[str, Mixer] = {
        "attention": seen,
        "linear": ShortConvolution(kernel=c.whole("conv_L_cache"), bias=c.switch("conv_bias", False)),
    }
    feeds: list[MLP | Experts] = [_lfm2_mlp(c)] * count
    if c.model_type == "lfm2_moe":
        dense_layers = c.whole("num_dense_layers", least=0)
        feeds = [gated(c) if place < dense_layers else Mixture().experts(c) for place in range(count)]
    return decoder(c, stack((mixers[kind], feed) for kind, feed in zip(kinds, feeds, strict=True)), tied=True)


def _lfm2_mlp(c: Configuration) -> MLP:
    """Return the MLP, whose width is brought to two thirds, times a factor, up to a multiple."""
    if c.model_type == "lfm2_moe":
        return gated(c)
    inner = c.whole("intermediate_size", "block_ff_dim")
    if c.switch("block_auto_adjust_ff_dim", True):
        step, factor = c.whole("block_multiple_of"), c.value("block_ffn_dim_multiplier")
        inner = int(2 * inner / 3)
        inner = inner if factor is None else int(c.number("block_ffn_dim_multiplier") * inner)
        inner = step * ((inner + step - 1) // step)
    c.ignore("block_multiple_of", "block_ffn_dim_multiplier")
    return MLP(width=inner, gated=True, bias=False)


LINEAR: Mapping[str, Family] = MappingProxyType(families(
    kimi_linear=("KimiLinear", _kimi_linear), lfm2=("Lfm2", _lfm2), lfm2_moe=("Lfm2Moe", _lfm2),
    minimax=("MiniMax", _minimax), olmo_hybrid=("OlmoHybrid", _olmo_hybrid),
    qwen3_5_moe_text=("Qwen3_5Moe", _qwen_next), qwen3_5_text=("Qwen3_5", _qwen_next),
    qwen3_next=("Qwen3Next", _qwen_next), recurrent_gemma=("RecurrentGemma", _recurrent_gemma),
    xlstm=("xLSTM", _xlstm),
))  # fmt: skip
