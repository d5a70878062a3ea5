"""How the decoders of before llama count: learned positions, ALiBi, LayerNorm, parallel blocks; keys of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from ...errors import FileError
from .. import Architecture, Dimension, Weights
from ..blocks import MLP, Attention, Block, Experts
from ..transformers import LearnedPositions, Positions
from .arrays import dense_twice, with_more
from .configurations import Configuration
from .decoders import ONE_NORM, PRE_NORMS, attention, decoder, uniform
from .families import Family, decoder_family

LAYER = "LayerNorm"
CROSS_NORMS = ("attention", "cross attention", "mlp")
SIDE_BY_SIDE = "attention and mlp stand side by side behind one norm; the output head has a bias"


def _four_times(c: Configuration, key: str, width: int, bias: bool = True) -> MLP:
    return MLP(width=c.whole_or(key, 4 * width, "four times the width"), gated=False, bias=bias)


def _gpt2(c: Configuration) -> Architecture:
    width = c.whole("n_embd")
    mixer = Attention(heads=c.whole("n_head"), kv_heads=_one_if_multi_query(c), bias=True)
    crossed = c.has("add_cross_attention") and c.switch("add_cross_attention", False)
    if crossed and c.model_type == "gpt_bigcode":
        c.refuse("multi_query", False)
    block = Block(
        layers=c.whole("n_layer"), attention=mixer, mlp=_four_times(c, "n_inner", width),
        norms=CROSS_NORMS if crossed else PRE_NORMS, cross_attention=mixer if crossed else None,
    )  # fmt: skip
    positions = LearnedPositions(c.whole("n_positions"))
    return decoder(c, block, tied=True, norm=LAYER, positions=positions, width=("n_embd",))


def _one_if_multi_query(c: Configuration) -> int | None:
    c.ignore("num_key_value_heads")
    return 1 if c.model_type == "gpt_bigcode" and c.switch("multi_query", True) else None


def _gpt1(c: Configuration) -> Architecture:
    width = c.whole("n_embd")
    block = Block(
        layers=c.whole("n_layer"), attention=Attention(heads=c.whole("n_head"), bias=True),
        mlp=MLP(width=4 * width, gated=False, bias=True), norms=PRE_NORMS,
    )  # fmt: skip
    positions = LearnedPositions(c.whole("n_positions"))
    return decoder(c, block, tied=True, norm=LAYER, positions=positions, width=("n_embd",), final_norm=False)


def _gptj(c: Configuration) -> Architecture:
    width = c.whole("n_embd")
    block = Block(
        layers=c.whole("n_layer"), attention=Attention(heads=c.whole("n_head"), bias=False),
        mlp=_four_times(c, "n_inner", width), norms=ONE_NORM,
    )  # fmt: skip
    c.note(SIDE_BY_SIDE)
    return decoder(c, block, tied=False, norm=LAYER, head_bias=True, width=("n_embd",))


def _gpt_neo(c: Configuration) -> Architecture:
    width, layers = c.whole("hidden_size"), c.whole("num_layers")
    c.ignore("attention_types", "attention_layers")
    block = Block(
        layers=layers, attention=Attention(heads=c.whole("num_heads"), bias=("output",)),
        mlp=_four_times(c, "intermediate_size", width), norms=PRE_NORMS,
    )  # fmt: skip
    positions = LearnedPositions(c.whole("max_position_embeddings"))
    return decoder(c, block, tied=True, norm=LAYER, positions=positions)


def _gpt_neox(c: Configuration) -> Architecture:
    mixer = Attention(heads=c.whole("num_attention_heads"), bias=c.switch("attention_bias", True))
    mlp = MLP(width=c.whole("intermediate_size"), gated=False, bias=True)
    return decoder(c, uniform(c, mixer, mlp), tied=False, norm=LAYER)


def _bloom(c: Configuration) -> Architecture:
    width = c.whole("hidden_size", "n_embed")
    block = Block(
        layers=c.whole("n_layer", "num_hidden_layers"),
        attention=Attention(heads=c.whole("n_head", "num_attention_heads"), bias=True),
        mlp=MLP(width=4 * width, gated=False, bias=True), norms=PRE_NORMS,
    )  # fmt: skip
    c.note("the mlp is four times as wide as the model; a norm follows the embedding")
    return decoder(
        c, block, tied=True, norm=LAYER, positions="alibi", width=("hidden_size", "n_embed"), embedding_norm=True
    )


def _opt(c: Configuration) -> Architecture:
    width, bias = c.whole("hidden_size"), c.switch("enable_bias", True)
    narrow = c.whole_or("word_embed_proj_dim", width, "the width")
    mlp = MLP(width=c.whole("ffn_dim"), gated=False, bias=bias)
    positions = LearnedPositions(c.whole("max_position_embeddings") + 2)
    c.note("two reserved positions are counted")
    mixer = Attention(heads=c.whole("num_attention_heads"), bias=bias)
    found = decoder(
        c, uniform(c, mixer, mlp), tied=True, positions=positions, head_width=narrow,
        norm=LAYER if c.switch("layer_norm_elementwise_affine", True) else "without parameters",
        final_norm=c.switch("do_layer_norm_before", True) and not c.switch("_remove_final_layer_norm", False),
    )  # fmt: skip
    if narrow == width:
        return found
    return with_more(_narrow_table(found, narrow), dense_twice("embedding projection", narrow, width, bias=False))


def _narrow_table(found: Architecture, narrow: int) -> Architecture:
    """Return a model whose table of tokens and output head are narrower than the model; its positions are not."""
    side = Dimension(narrow, "embedding width", "e")

    def narrowed(each: Weights) -> Weights:
        is_table = each.term in ("token embedding", "output head")
        return replace(each, shape=tuple(side if d.symbol == "d" else d for d in each.shape)) if is_table else each

    return replace(found, weights=tuple(map(narrowed, found.weights)))


def _biogpt(c: Configuration) -> Architecture:
    mlp = MLP(width=c.whole("intermediate_size"), gated=False, bias=True)
    positions = LearnedPositions(c.whole("max_position_embeddings") + 2)
    mixer = Attention(heads=c.whole("num_attention_heads"), bias=True)
    return decoder(c, uniform(c, mixer, mlp), tied=True, norm=LAYER, positions=positions)


def _ctrl(c: Configuration) -> Architecture:
    block = Block(
        layers=c.whole("n_layer"), attention=Attention(heads=c.whole("n_head"), bias=True),
        mlp=MLP(width=c.whole("dff"), gated=False, bias=True), norms=PRE_NORMS,
    )  # fmt: skip
    return decoder(c, block, tied=True, norm=LAYER, positions="sinusoidal", width=("n_embd",), head_bias=True)


def _xglm(c: Configuration) -> Architecture:
    c.refuse("add_cross_attention", False)
    block = Block(
        layers=c.whole("num_layers"), attention=Attention(heads=c.whole("attention_heads"), bias=True),
        mlp=MLP(width=c.whole("ffn_dim"), gated=False, bias=True), norms=PRE_NORMS,
    )  # fmt: skip
    return decoder(c, block, tied=True, norm=LAYER, positions="sinusoidal", width=("d_model",))


def _persimmon(c: Configuration) -> Architecture:
    normed = c.switch("qk_layernorm", True)
    mixer = attention(c, bias=True, qk_norm="head" if normed else None, qk_norm_bias=normed)
    mlp = MLP(width=c.whole("intermediate_size"), gated=False, bias=True)
    return decoder(c, uniform(c, mixer, mlp), tied=False, norm=LAYER)


def _falcon(c: Configuration) -> Architecture:
    heads, is_new = c.whole("num_attention_heads"), c.switch("new_decoder_architecture", False)
    c.ignore("num_kv_heads", "multi_query", "parallel_attn", "num_ln_in_parallel_attn")
    grouped = (
        c.whole_or("num_kv_heads", heads, "as many as query heads")
        if is_new
        else (1 if c.switch("multi_query", True) else heads)
    )
    bias, width = c.switch("bias", False), c.whole("hidden_size")
    mixer = Attention(heads=heads, kv_heads=grouped, bias=bias)
    block = uniform(c, mixer, _four_times(c, "ffn_hidden_size", width, bias), _falcon_norms(c, is_new))
    positions = "alibi" if c.switch("alibi", False) else "rotary"
    return decoder(c, block, tied=True, norm=LAYER, positions=positions)


def _falcon_norms(c: Configuration, is_new: bool) -> tuple[str, ...]:
    if not is_new:
        return ONE_NORM if c.switch("parallel_attn", True) else PRE_NORMS
    two = c.whole_or("num_ln_in_parallel_attn", 2, "one for attention, one for mlp") == 2
    return PRE_NORMS if two or not c.switch("parallel_attn", True) else ONE_NORM


def _mpt(c: Configuration) -> Architecture:
    """Return MPT: the class of the library has no biases, that of its makers has them unless ``no_bias`` says so."""
    width, is_makers = c.whole("d_model"), c.counted_class.startswith("MPT")
    has_bias = not c.switch("no_bias", True)
    if has_bias and not c.content.get("architectures"):
        raise FileError(
            f"{c.where}: 'no_bias' is false, and 'architectures' does not say which class: MptForCausalLM, which has "
            f"no biases whatever it says, or MPTForCausalLM, which has them; add it"
        )
    if has_bias and not is_makers:
        c.note(f"no_bias is false, and {c.counted_class} has no biases all the same")
    inside = c.within("attn_config", "")
    inside.refuse("qk_ln", False)
    inside.refuse("attn_type", "multihead_attention")
    positions = _mpt_positions(c, inside) if is_makers else "alibi"
    inside.ignore("alibi")
    if not is_makers:
        c.refuse("expansion_ratio", 4)
    bias = has_bias and is_makers
    wide = int(width * c.number("expansion_ratio", 4))
    block = Block(
        layers=c.whole("n_layers"), attention=Attention(heads=c.whole("n_heads"), bias=bias),
        mlp=MLP(width=wide, gated=False, bias=bias), norms=PRE_NORMS,
    )  # fmt: skip
    kind = LAYER if bias else "LayerNorm without bias"
    return decoder(c, block, tied=True, norm=kind, positions=positions, width=("d_model",))


def _mpt_positions(c: Configuration, inside: Configuration) -> Positions:
    """Return the positions of MPT as its makers have it: ALiBi, or learned ones."""
    inside.refuse("rope", False)
    if inside.switch("alibi", False):
        return "alibi"
    return LearnedPositions(c.whole("max_seq_len")) if c.switch("learned_pos_emb", True) else "none"


def _dbrx(c: Configuration) -> Architecture:
    mixing, feeding = c.within("attn_config", "dbrx_attention"), c.within("ffn_config", "dbrx_ffn")
    block = Block(
        layers=c.whole("n_layers"),
        attention=Attention(heads=c.whole("n_heads"), kv_heads=mixing.whole("kv_n_heads"), bias=False),
        mlp=Experts(
            count=feeding.whole("moe_num_experts"), active=feeding.whole("moe_top_k"),
            width=feeding.whole("ffn_hidden_size"), gated=True, bias=False,
        ),
        norms=PRE_NORMS,
    )  # fmt: skip
    return decoder(c, block, tied=False, norm="LayerNorm without bias", width=("d_model",))


MPT = decoder_family("Mpt", _mpt)
CLASSICS: Mapping[str, Family] = MappingProxyType({
    "biogpt": decoder_family("BioGpt", _biogpt),
    "bloom": decoder_family("Bloom", _bloom),
    "codegen": decoder_family("CodeGen", _gptj),
    "ctrl": decoder_family("CTRL", _ctrl, causal="LMHeadModel"),
    "dbrx": decoder_family("Dbrx", _dbrx),
    "falcon": decoder_family("Falcon", _falcon),
    "gpt2": decoder_family("GPT2", _gpt2, causal="LMHeadModel"),
    "gpt_bigcode": decoder_family("GPTBigCode", _gpt2),
    "gpt_neo": decoder_family("GPTNeo", _gpt_neo),
    "gpt_neox": decoder_family("GPTNeoX", _gpt_neox),
    "gptj": decoder_family("GPTJ", _gptj),
    "mpt": replace(MPT, classes={**MPT.classes, "MPTModel": "base", "MPTForCausalLM": "causal"}),
    "openai-gpt": decoder_family("OpenAIGPT", _gpt1, causal="LMHeadModel"),
    "opt": decoder_family("OPT", _opt),
    "persimmon": decoder_family("Persimmon", _persimmon),
    "xglm": decoder_family("XGLM", _xglm),
})  # fmt: skip
