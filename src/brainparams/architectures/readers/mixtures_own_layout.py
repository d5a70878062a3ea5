"""How mixtures of experts count that have more than experts in place of the MLP, or layers that are not alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from .. import Architecture, Dimension
from ..blocks import MLP, Attention, Block, Experts
from .arrays import Arrays, array, dense, model_width, norm, times, with_more
from .configurations import Configuration
from .decoders import FOUR_NORMS, PRE_NORMS, QKV, Switch, decoder, kv_heads_or_all, task_head
from .families import Family, decoder_family
from .mixtures import Mixture, corrections, latent, sparse_by_list
from .stacks import FULL, SLIDING, gated, of_arrays, stack

DENSE, SPARSE = "dense", "sparse"


def _afmoe_sparse(c: Configuration) -> int:
    return max(c.whole("num_hidden_layers") - c.whole_or("num_dense_layers", 1, least=0), 0)


AFMOE = Mixture(
    bias=Switch("attention_bias"), qk_norm="head", output_gate="width", norms=FOUR_NORMS, sparse=_afmoe_sparse,
    count=("num_experts",), shared="num_shared_experts", one_shared=True,
    extra=corrections(_afmoe_sparse, "num_experts"),
    note="router corrections are stored as parameters, and counted",
)  # fmt: skip


def _mimo(c: Configuration) -> Architecture:
    """Return MiMo V2: layers that look at a window have twice the keys, and sinks."""
    count, keys = c.whole("num_hidden_layers"), c.whole("num_key_value_heads")
    kinds = _mimo_kinds(c, count)
    feeds = _mimo_feeds(c, count)
    bias = QKV if c.switch("attention_bias", False) else False
    for key, same in (("swa_num_key_value_heads", 2 * keys), ("swa_head_dim", c.whole("head_dim")),
                      ("swa_v_head_dim", c.whole("v_head_dim"))):  # fmt: skip
        c.refuse(key, same)
    c.refuse("add_swa_attention_sink_bias", True)
    c.refuse("add_full_attention_sink_bias", False)
    c.refuse("n_shared_experts", 0)
    routed = Experts(count=c.whole("n_routed_experts"), active=c.whole("num_experts_per_tok"), gated=True, bias=False,
                     width=c.whole("moe_intermediate_size"))  # fmt: skip
    mixers = {
        kind: Attention(
            heads=c.whole("num_attention_heads"), kv_heads=each, head_dim=c.whole("head_dim"),
            value_dim=c.whole("v_head_dim"), sinks=kind == SLIDING, bias=bias,
        ) for kind, each in ((FULL, keys), (SLIDING, 2 * keys))
    }  # fmt: skip
    mlps: dict[str, MLP | Experts] = {DENSE: gated(c), SPARSE: routed}
    blocks = stack((mixers[kind], mlps[feed]) for kind, feed in sorted(zip(kinds, feeds, strict=True)))
    c.note("router bias corrections are not counted")
    return decoder(c, blocks, tied=False)


def _mimo_feeds(c: Configuration, count: int) -> list[str]:
    if sparse_by_list(c) is not None:
        return c.listed("mlp_layer_types")
    said = _switches(c, "moe_layer_freq", count)
    return [DENSE, *[SPARSE] * (count - 1)] if said is None else [SPARSE if each else DENSE for each in said]


def _switches(c: Configuration, key: str, count: int) -> list[int] | None:
    """Return a list of 0 and 1, one for each layer, as the makers' own file has it."""
    if not c.has(key):
        return None
    found = c.listed(key)
    if len(found) != count or set(found) - {0, 1}:
        raise c.refused(key, found, f"0 or 1 for each of {count} layers")
    return found


def _mimo_kinds(c: Configuration, count: int) -> list[str]:
    said = _switches(c, "hybrid_layer_pattern", count)
    if c.has("layer_types"):
        return c.words("layer_types", (FULL, SLIDING), count)
    if said is not None:
        return [SLIDING if each else FULL for each in said]
    c.note("layer_types: not in the configuration; the first and every sixth layer look at the whole text")
    return [FULL if place == 0 or (place + 1) % 6 == 0 else SLIDING for place in range(count)]


def _longcat(c: Configuration) -> Architecture:
    """Return LongCat: two attentions and two MLPs a layer, and experts beside them, some of which do nothing."""
    c.refuse("attention_bias", False)
    c.ignore("num_key_value_heads", "head_dim")
    count, width = c.whole("num_layers"), c.whole("hidden_size")
    twice = Block(
        layers=2 * count, attention=latent(c), norms=PRE_NORMS,
        mlp=gated(c, "ffn_hidden_size"),
    )  # fmt: skip
    real, idle = c.whole("n_routed_experts"), c.whole_or("zero_expert_num", 256, least=0)
    routed = Experts(count=real, active=c.whole("moe_topk"), width=c.whole("expert_ffn_hidden_size"), gated=True,
                     bias=False)  # fmt: skip
    arrays = routed.weights(model_width(width), (), "mlp")
    gates = dense("router", width, idle, bias=False, name="experts that do nothing") if idle else []
    c.refuse("router_bias", False)
    c.note("experts that do nothing have a row in the router alone; of the chosen ones all are taken for real")
    return with_more(decoder(c, twice, tied=False), times(count, [*arrays, *gates]))


def _jetmoe(c: Configuration) -> Architecture:
    """Return JetMoE: experts in the queries and outputs of attention, and experts for the MLP."""
    count, width = c.whole("num_hidden_layers"), c.whole("hidden_size")
    experts, active = c.whole("num_local_experts"), c.whole("num_experts_per_tok")
    keys, each = c.whole("num_key_value_heads"), c.whole_or("kv_channels", 128)
    c.refuse("num_attention_heads", keys * active)
    wide = model_width(width)
    many, chosen = Dimension(experts, "routed experts", "E"), Dimension(active, "routed experts for one token", "A")
    both = [*dense("attention", width, keys * each, bias=False, name="query"),
            *dense("attention", keys * each, width, bias=False, name="output")]  # fmt: skip
    mixing = [replace(a, copies=(many,), active_copies=(chosen,)) for a in both]
    router = dense("attention router", width, experts, bias=False)
    shared = dense("attention", width, 2 * keys * each, bias=False, name="key and value")
    routed = Experts(count=experts, active=active, width=c.whole("intermediate_size"), gated=True, bias=False)
    layer = [
        *mixing, *router, *shared, *array("attention", width, name="biases"), *routed.weights(wide, (), "mlp"),
        *array("mlp", width, name="biases"), *norm("attention norm", width, "RMSNorm"),
        *norm("mlp norm", width, "RMSNorm"),
    ]  # fmt: skip
    last = [*norm("final norm", width, "RMSNorm"), *task_head(c, width)]
    return of_arrays(c, [*times(count, layer), *last], tied=True)


def _arctic(c: Configuration) -> Architecture:
    """Return Arctic: experts in every n-th layer, and there an MLP as wide as the model beside them."""
    count, width = c.whole("num_hidden_layers"), c.whole("hidden_size")
    sparse = count // c.whole_or("moe_layer_frequency", 2)
    for key in ("attention_bias", "mlp_bias"):
        c.refuse(key, False)
    mixer = Attention(heads=c.whole("num_attention_heads"), kv_heads=kv_heads_or_all(c), bias=False)
    routed = Experts(count=c.whole("num_local_experts"), active=c.whole_or("num_experts_per_tok", 1), gated=True,
                     width=c.whole("intermediate_size"), bias=False)  # fmt: skip
    blocks = stack([(mixer, routed)] * sparse + [(mixer, gated(c))] * (count - sparse))
    beside: Arrays = []
    if c.switch("use_residual", c.switch("parallel_attn_mlp_res", False)):
        mlp = MLP(width=width, gated=True, bias=False).weights(model_width(width), (), "mlp beside experts")
        beside = times(sparse, [*mlp, *norm("mlp beside experts", width, "RMSNorm")], "layers with experts")
    return with_more(decoder(c, blocks, tied=False), beside)


GROK = Mixture(
    bias=False, norms=FOUR_NORMS, tied=True, width="intermediate_size", count=("num_experts", "num_local_experts"),
    even_heads=True,
)  # fmt: skip


MIXTURES_OWN_LAYOUT: Mapping[str, Family] = MappingProxyType({
    "afmoe": decoder_family("Afmoe", AFMOE),
    "arctic": decoder_family("Arctic", _arctic),
    "grok-1": Family(GROK, {"Grok1ModelForCausalLM": "causal", "Grok1ForCausalLM": "causal", "Grok1Model": "base"},
                     "Grok1ModelForCausalLM"),
    "jetmoe": decoder_family("JetMoe", _jetmoe),
    "longcat_flash": decoder_family("LongcatFlash", _longcat),
    "mimo_v2_flash": decoder_family("MiMoV2Flash", _mimo),
})  # fmt: skip
