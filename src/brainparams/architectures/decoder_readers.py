"""How the published decoders count: one short reader for each ``model_type``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

from ..errors import FileError
from . import Architecture
from .blocks import MLP, Attention, Block, Experts, LatentAttention
from .configurations import Configuration
from .transformers import LearnedPositions, Positions, transformer

PRE_NORMS = ("attention", "mlp")
FOUR_NORMS = ("attention", "after attention", "mlp", "after mlp")
ONE_NORM = ("block",)
QKV = ("query", "key", "value")


# --- parts -------------------------------------------------------------------------------------------------------


def _attention(
    c: Configuration,
    *,
    bias: bool | Collection[str],
    heads: str = "num_attention_heads",
    kv_heads: int | None = None,
    qk_norm: str | None = None,
    sinks: bool = False,
) -> Attention:
    """Return the attention of a configuration that may give ``head_dim``."""
    even = c.whole("hidden_size") // c.whole(heads)
    is_even = even * c.whole(heads) == c.whole("hidden_size")
    head_dim = c.whole_or("head_dim", even, "width / heads") if is_even or c.has("head_dim") else None
    return Attention(
        heads=c.whole(heads), kv_heads=kv_heads, head_dim=head_dim, bias=bias, qk_norm=qk_norm, sinks=sinks
    )


def _kv_heads(c: Configuration) -> int:
    return c.whole("num_key_value_heads")


def _kv_heads_or_all(c: Configuration) -> int:
    return c.whole_or("num_key_value_heads", c.whole("num_attention_heads"), "as many as query heads")


def _gated(c: Configuration, bias: bool = False, key: str = "intermediate_size") -> MLP:
    return MLP(width=c.whole(key), gated=True, bias=bias)


def _plain(c: Configuration, bias: bool = True) -> MLP:
    return MLP(width=c.whole("intermediate_size"), gated=False, bias=bias)


def _experts(
    c: Configuration, *, count: str, width: str = "intermediate_size", shared: int = 0, bias: bool = False
) -> Experts:
    chosen = c.whole("num_experts_per_tok", "experts_per_token")
    return Experts(
        count=c.whole(count),
        active=chosen,
        width=c.whole(width),
        gated=True,
        bias=bias,
        router_bias=bias,
        shared=shared,
    )


def _head(c: Configuration, tied: bool) -> str:
    return "tied" if c.switch("tie_word_embeddings", tied) else "untied"


def _decoder(
    c: Configuration,
    blocks: Block | list[Block],
    *,
    tied: bool,
    norm: str = "RMSNorm",
    positions: Positions = "rotary",
    head_bias: bool = False,
    width: tuple[str, ...] = ("hidden_size",),
) -> Architecture:
    """Return a decoder; `tied` is what the format takes where the file does not say whether the head is."""
    return transformer(
        c.model_type,
        vocabulary=c.whole("vocab_size"),
        width=c.whole(*width),
        blocks=blocks,
        norm=norm,
        positions=positions,
        head=_head(c, tied),
        head_bias=head_bias,
        embedding_norm=c.model_type == "bloom",
    )


def _uniform(c: Configuration, attention: Attention, mlp: MLP | Experts, norms: tuple[str, ...] = PRE_NORMS) -> Block:
    return Block(layers=c.whole("num_hidden_layers"), attention=attention, mlp=mlp, norms=norms)


def _mixed(
    c: Configuration, attention: Attention | LatentAttention, dense: tuple[int, MLP], experts: tuple[int, Experts]
) -> list[Block]:
    """Return dense layers and layers with experts; either may be none."""
    return [
        Block(layers=count, attention=attention, mlp=mlp, norms=PRE_NORMS) for count, mlp in (dense, experts) if count
    ]


# --- gated, rotary, RMSNorm --------------------------------------------------------------------------------------


def _llama(c: Configuration) -> Architecture:
    attention = _attention(c, bias=c.switch("attention_bias", False), kv_heads=_kv_heads_or_all(c))
    return _decoder(c, _uniform(c, attention, _gated(c, c.switch("mlp_bias", False))), tied=False)


def _mistral(c: Configuration) -> Architecture:
    return _decoder(c, _uniform(c, _attention(c, bias=False, kv_heads=_kv_heads(c)), _gated(c)), tied=False)


def _mixtral(c: Configuration) -> Architecture:
    attention = _attention(c, bias=False, kv_heads=_kv_heads(c))
    return _decoder(c, _uniform(c, attention, _experts(c, count="num_local_experts")), tied=False)


def _qwen2(c: Configuration) -> Architecture:
    c.note("queries, keys and values have biases")
    return _decoder(c, _uniform(c, _attention(c, bias=QKV, kv_heads=_kv_heads(c)), _gated(c)), tied=False)


def _qwen3(c: Configuration) -> Architecture:
    bias = c.switch("attention_bias", False)
    attention = _attention(c, bias=bias, kv_heads=_kv_heads(c), qk_norm="head")
    c.whole("head_dim")
    c.note("queries and keys are normalised, with one scale of the width of a head each")
    return _decoder(c, _uniform(c, attention, _gated(c)), tied=False)


def _sparse_layers(c: Configuration) -> int:
    """Return how many layers have experts, where every n-th has them and some are excepted."""
    layers, step = c.whole("num_hidden_layers"), c.whole_or("decoder_sparse_step", 1, "every layer has experts")
    dense = set(c.wholes_or_none("mlp_only_layers"))
    return sum((place + 1) % step == 0 and place not in dense for place in range(layers))


def _qwen_moe(c: Configuration, attention: Attention, experts: Experts) -> Architecture:
    sparse = _sparse_layers(c)
    dense = (c.whole("num_hidden_layers") - sparse, _gated(c))
    return _decoder(c, _mixed(c, attention, dense, (sparse, experts)), tied=False)


def _qwen2_moe(c: Configuration) -> Architecture:
    experts = Experts(
        count=c.whole("num_experts"),
        active=c.whole("num_experts_per_tok"),
        width=c.whole("moe_intermediate_size"),
        gated=True,
        bias=False,
        shared=1,
        shared_width=c.whole("shared_expert_intermediate_size"),
        shared_gate=True,
    )
    c.note("queries, keys and values have biases; a learned vector gates the shared expert")
    return _qwen_moe(c, _attention(c, bias=QKV, kv_heads=_kv_heads(c)), experts)


def _qwen3_moe(c: Configuration) -> Architecture:
    bias = c.switch("attention_bias", False)
    attention = _attention(c, bias=bias, kv_heads=_kv_heads(c), qk_norm="head")
    c.note("queries and keys are normalised, with one scale of the width of a head each")
    return _qwen_moe(c, attention, _experts(c, count="num_experts", width="moe_intermediate_size"))


def _gemma(c: Configuration) -> Architecture:
    c.whole("head_dim")
    attention = _attention(c, bias=c.switch("attention_bias", False), kv_heads=_kv_heads(c))
    return _decoder(c, _uniform(c, attention, _gated(c)), tied=True)


def _gemma_four_norms(c: Configuration) -> Architecture:
    c.whole("head_dim")
    bias, is_third = c.switch("attention_bias", False), c.model_type == "gemma3_text"
    attention = _attention(c, bias=bias, kv_heads=_kv_heads(c), qk_norm="head" if is_third else None)
    c.note("four norms a layer" + (", and one on queries and keys of every head" if is_third else ""))
    return _decoder(c, _uniform(c, attention, _gated(c), FOUR_NORMS), tied=True)


def _olmo2(c: Configuration) -> Architecture:
    attention = _attention(c, bias=c.switch("attention_bias", False), kv_heads=_kv_heads_or_all(c), qk_norm="width")
    c.note("queries and keys are normalised over all heads; norms stand behind attention and mlp")
    return _decoder(c, _uniform(c, attention, _gated(c)), tied=False)


def _olmoe(c: Configuration) -> Architecture:
    attention = _attention(c, bias=c.switch("attention_bias", False), kv_heads=_kv_heads_or_all(c), qk_norm="width")
    c.note("queries and keys are normalised over all heads")
    return _decoder(c, _uniform(c, attention, _experts(c, count="num_experts")), tied=False)


def _llama4_text(c: Configuration) -> Architecture:
    layers, step = c.whole("num_hidden_layers"), c.whole("interleave_moe_layer_step")
    c.refuse("moe_layers", list(range(step - 1, layers, step)))
    attention = _attention(c, bias=c.switch("attention_bias", False), kv_heads=_kv_heads(c))
    experts = _experts(c, count="num_local_experts", shared=1)
    dense = (layers - layers // step, _gated(c, key="intermediate_size_mlp"))
    c.note("the text model alone, without the vision encoder; one shared expert in every layer with experts")
    return _decoder(c, _mixed(c, attention, dense, (layers // step, experts)), tied=False)


def _deepseek(c: Configuration) -> Architecture:
    c.refuse("attention_bias", False)
    c.refuse("moe_layer_freq", 1)
    layers, first = c.whole("num_hidden_layers"), c.whole("first_k_dense_replace", least=0)
    if first > layers:
        raise FileError(f"{c.where}: 'first_k_dense_replace' is {first} of {layers} layers; give as many or fewer")
    experts = _experts(
        c, count="n_routed_experts", width="moe_intermediate_size", shared=c.whole("n_shared_experts", least=0)
    )
    if c.model_type != "deepseek_v2":
        c.note("router bias corrections: not counted, as they are not trained by gradient")
        c.note("main model only, without modules that predict further tokens")
    return _decoder(c, _mixed(c, _latent(c), (first, _gated(c)), (layers - first, experts)), tied=False)


def _latent(c: Configuration) -> LatentAttention:
    if "q_lora_rank" not in c.content:
        raise c.missing("q_lora_rank")
    return LatentAttention(
        heads=c.whole("num_attention_heads"),
        query_rank=c.whole("q_lora_rank") if c.has("q_lora_rank") else None,
        kv_rank=c.whole("kv_lora_rank"),
        nope_dim=c.whole("qk_nope_head_dim"),
        rope_dim=c.whole("qk_rope_head_dim"),
        value_dim=c.whole("v_head_dim"),
    )


def _gpt_oss(c: Configuration) -> Architecture:
    c.whole("head_dim")
    attention = _attention(c, bias=c.switch("attention_bias", True), kv_heads=_kv_heads(c), sinks=True)
    c.note("a learned sink for each head; router and experts have biases")
    return _decoder(c, _uniform(c, attention, _experts(c, count="num_local_experts", bias=True)), tied=False)


# --- LayerNorm ---------------------------------------------------------------------------------------------------


def _gpt2(c: Configuration) -> Architecture:
    c.refuse("add_cross_attention", False)
    width = c.whole("n_embd")
    mlp = MLP(width=c.whole_or("n_inner", 4 * width, "four times the width"), gated=False, bias=True)
    block = Block(
        layers=c.whole("n_layer"), attention=Attention(heads=c.whole("n_head"), bias=True), mlp=mlp, norms=PRE_NORMS
    )
    positions = LearnedPositions(c.whole("n_positions"))
    return _decoder(c, block, tied=True, norm="LayerNorm", positions=positions, width=("n_embd",))


def _gptj(c: Configuration) -> Architecture:
    width = c.whole("n_embd")
    mlp = MLP(width=c.whole_or("n_inner", 4 * width, "four times the width"), gated=False, bias=True)
    block = Block(
        layers=c.whole("n_layer"), attention=Attention(heads=c.whole("n_head"), bias=False), mlp=mlp, norms=ONE_NORM
    )
    c.note("attention and mlp stand side by side behind one norm; the output head has a bias")
    return _decoder(c, block, tied=False, norm="LayerNorm", head_bias=True, width=("n_embd",))


def _gpt_neox(c: Configuration) -> Architecture:
    attention = Attention(heads=c.whole("num_attention_heads"), bias=c.switch("attention_bias", True))
    return _decoder(c, _uniform(c, attention, _plain(c)), tied=False, norm="LayerNorm")


def _bloom(c: Configuration) -> Architecture:
    width = c.whole("hidden_size", "n_embed")
    block = Block(
        layers=c.whole("n_layer", "num_hidden_layers"),
        attention=Attention(heads=c.whole("n_head", "num_attention_heads"), bias=True),
        mlp=MLP(width=4 * width, gated=False, bias=True),
        norms=PRE_NORMS,
    )
    c.note("the mlp is four times as wide as the model; a norm follows the embedding")
    return _decoder(c, block, tied=True, norm="LayerNorm", positions="alibi", width=("hidden_size", "n_embed"))


def _opt(c: Configuration) -> Architecture:
    for key in ("do_layer_norm_before", "enable_bias", "layer_norm_elementwise_affine"):
        c.refuse(key, True)
    c.refuse("_remove_final_layer_norm", False)
    c.refuse("word_embed_proj_dim", c.whole("hidden_size"))
    mlp = MLP(width=c.whole("ffn_dim"), gated=False, bias=True)
    positions = LearnedPositions(c.whole("max_position_embeddings") + 2)
    c.note("two reserved positions are counted")
    attention = Attention(heads=c.whole("num_attention_heads"), bias=True)
    return _decoder(c, _uniform(c, attention, mlp), tied=True, norm="LayerNorm", positions=positions)


def _phi(c: Configuration) -> Architecture:
    c.refuse("qk_layernorm", False)
    attention = _attention(c, bias=True, kv_heads=_kv_heads_or_all(c))
    c.note("attention and mlp stand side by side behind one norm; the output head has a bias")
    return _decoder(c, _uniform(c, attention, _plain(c), ONE_NORM), tied=False, norm="LayerNorm", head_bias=True)


def _phi3(c: Configuration) -> Architecture:
    return _decoder(c, _uniform(c, _attention(c, bias=False, kv_heads=_kv_heads_or_all(c)), _gated(c)), tied=False)


def _cohere(c: Configuration) -> Architecture:
    c.refuse("use_qk_norm", False)
    attention = _attention(c, bias=c.switch("attention_bias", False), kv_heads=_kv_heads_or_all(c))
    c.note("attention and mlp stand side by side behind one norm without bias")
    return _decoder(c, _uniform(c, attention, _gated(c), ONE_NORM), tied=True, norm="LayerNorm without bias")


def _starcoder2(c: Configuration) -> Architecture:
    bias = c.switch("use_bias", True)
    attention = _attention(c, bias=bias, kv_heads=_kv_heads(c))
    return _decoder(c, _uniform(c, attention, _plain(c, bias)), tied=True, norm="LayerNorm")


def _falcon(c: Configuration) -> Architecture:
    heads, is_new = c.whole("num_attention_heads"), c.switch("new_decoder_architecture", False)
    grouped = (
        c.whole_or("num_kv_heads", heads, "as many as query heads")
        if is_new
        else (1 if c.switch("multi_query", True) else heads)
    )
    bias, width = c.switch("bias", False), c.whole("hidden_size")
    mlp = MLP(width=c.whole_or("ffn_hidden_size", 4 * width, "four times the width"), gated=False, bias=bias)
    block = _uniform(c, Attention(heads=heads, kv_heads=grouped, bias=bias), mlp, _falcon_norms(c, is_new))
    positions = "alibi" if c.switch("alibi", False) else "rotary"
    return _decoder(c, block, tied=True, norm="LayerNorm", positions=positions)


def _falcon_norms(c: Configuration, is_new: bool) -> tuple[str, ...]:
    if is_new:
        return (
            PRE_NORMS if c.whole_or("num_ln_in_parallel_attn", 2, "one for attention, one for mlp") == 2 else ONE_NORM
        )
    return ONE_NORM if c.switch("parallel_attn", True) else PRE_NORMS


DECODERS: Mapping[str, Callable[[Configuration], Architecture]] = MappingProxyType(
    {
        "bloom": _bloom,
        "cohere": _cohere,
        "deepseek_v2": _deepseek,
        "deepseek_v3": _deepseek,
        "falcon": _falcon,
        "gemma": _gemma,
        "gemma2": _gemma_four_norms,
        "gemma3_text": _gemma_four_norms,
        "gpt2": _gpt2,
        "gpt_neox": _gpt_neox,
        "gpt_oss": _gpt_oss,
        "gptj": _gptj,
        "kimi_k2": _deepseek,
        "llama": _llama,
        "llama4_text": _llama4_text,
        "mistral": _mistral,
        "mixtral": _mixtral,
        "olmo2": _olmo2,
        "olmoe": _olmoe,
        "opt": _opt,
        "phi": _phi,
        "phi3": _phi3,
        "qwen2": _qwen2,
        "qwen2_moe": _qwen2_moe,
        "qwen3": _qwen3,
        "qwen3_moe": _qwen3_moe,
        "starcoder2": _starcoder2,
    }
)
