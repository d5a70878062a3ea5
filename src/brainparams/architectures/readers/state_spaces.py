"""How published state spaces count, alone and in stacks with attention."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .. import Architecture, Weights
from ..blocks import MLP, Attention, Block, Experts, Mixer
from ..mixers import NoMixer, StateSpace, StateSpaceDual
from .arrays import dense, dense_twice, norm, times, with_more
from .configurations import Configuration
from .decoders import PRE_NORMS, attention, decoder, kv_heads_or_all
from .families import Family
from .mixtures import Mixture
from .stacks import ONE_LAYER, families, gated, layer_kinds, stack


def _rank(c: Configuration, key: str) -> int:
    if c.value(key) in ("auto", None):
        return -(-c.whole("hidden_size") // 16)
    return c.whole(key)


def _mamba(c: Configuration) -> Architecture:
    inner = int(c.number("expand") * c.whole("hidden_size"))
    mixer = StateSpace(
        channels=c.whole_or("intermediate_size", inner, "the width, expanded"), state=c.whole("state_size"),
        rank=_rank(c, "time_step_rank"), kernel=c.whole("conv_kernel"), bias=c.switch("use_bias", False),
        convolution_bias=c.switch("use_conv_bias", True),
    )  # fmt: skip
    block = Block(layers=c.whole("num_hidden_layers"), attention=mixer, mlp=None, norms=ONE_LAYER)
    return decoder(c, block, tied=True, positions="none")


def _mamba2(c: Configuration) -> Architecture:
    heads, each = c.whole("num_heads"), c.whole("head_dim")
    if int(c.number("expand") * c.whole("hidden_size")) != heads * each:
        raise c.refused("expand", c.value("expand"), f"{heads} heads of {each}")
    c.ignore("time_step_rank")
    mixer = StateSpaceDual(
        heads=heads, head_dim=each, state=c.whole("state_size"), groups=c.whole("n_groups"),
        kernel=c.whole("conv_kernel"), bias=c.switch("use_bias", False),
        convolution_bias=c.switch("use_conv_bias", True),
    )  # fmt: skip
    block = Block(layers=c.whole("num_hidden_layers"), attention=mixer, mlp=None, norms=ONE_LAYER)
    return decoder(c, block, tied=False, positions="none")


def _dual(c: Configuration, **keys: str) -> StateSpaceDual:
    """Return a Mamba-2 mixer from keys that begin with ``mamba_``."""
    named = {"heads": "mamba_n_heads", "each": "mamba_d_head", "groups": "mamba_n_groups", "state": "mamba_d_state",
             "kernel": "mamba_d_conv", "bias": "mamba_proj_bias", "convolution": "mamba_conv_bias"} | keys  # fmt: skip
    heads, inner = c.whole(named["heads"]), int(c.number("mamba_expand") * c.whole("hidden_size"))
    each = inner // heads if c.value(named["each"]) in ("auto", None) else c.whole(named["each"])
    if heads * each != inner:
        raise c.refused(named["each"], each, f"{inner} channels in {heads} heads")
    return StateSpaceDual(
        heads=heads, head_dim=each, state=c.whole(named["state"]), groups=c.whole(named["groups"]),
        kernel=c.whole(named["kernel"]), bias=c.switch(named["bias"], False),
        convolution_bias=c.switch(named["convolution"], True),
    )  # fmt: skip


def _jamba(c: Configuration) -> Architecture:
    layers = range(c.whole("num_hidden_layers"))
    mixer = StateSpace(
        channels=c.whole("mamba_expand") * c.whole("hidden_size"), state=c.whole("mamba_d_state"),
        rank=_rank(c, "mamba_dt_rank"), kernel=c.whole("mamba_d_conv"), bias=c.switch("mamba_proj_bias", False),
        convolution_bias=c.switch("mamba_conv_bias", True), norms=True,
    )  # fmt: skip
    seen = attention(c, bias=False, kv_heads=kv_heads_or_all(c))
    routed = Mixture(width="intermediate_size").experts(c)
    places = [
        (c.whole(f"{part}_layer_period"), c.whole(f"{part}_layer_offset", least=0)) for part in ("attn", "expert")
    ]
    (every, first), (step, start) = places
    has_experts = c.whole("num_experts") > 1
    kinds = [
        (seen if place % every == first else mixer, routed if has_experts and place % step == start else gated(c))
        for place in layers
    ]
    return decoder(c, stack(kinds), tied=False, positions="none")


def _bamba(c: Configuration) -> Architecture:
    seen = attention(c, bias=c.switch("attention_bias", False), kv_heads=kv_heads_or_all(c))
    count, places = c.whole("num_hidden_layers"), set(c.wholes_or_none("attn_layer_indices"))
    mixer, mlp = _dual(c), gated(c, bias=c.switch("mlp_bias", False))
    return decoder(c, stack((seen if place in places else mixer, mlp) for place in range(count)), tied=False)


def _granite_hybrid(c: Configuration) -> Architecture:
    count = c.whole("num_hidden_layers")
    key = "layer_types" if c.has("layer_types") else "layers_block_type"
    kinds = layer_kinds(c, key, count) if c.has(key) else ["linear"] * count
    seen = attention(c, bias=c.switch("attention_bias", False), kv_heads=kv_heads_or_all(c))
    mixers: dict[str, Mixer] = {"attention": seen, "linear": _dual(c)}
    shared = MLP(width=c.whole("shared_intermediate_size"), gated=True, bias=False)
    routed: MLP | Experts = shared
    if c.whole_or("num_local_experts", 0, least=0):
        one = Mixture(count=("num_local_experts", "num_experts"), width="intermediate_size", shared=1,
                      shared_width="shared_intermediate_size")  # fmt: skip
        routed = one.experts(c)
    else:
        c.ignore("num_experts_per_tok", "intermediate_size")
    return decoder(c, stack((mixers[kind], routed) for kind in kinds), tied=False)


def _falcon_h1(c: Configuration) -> Architecture:
    heads, inner = c.whole("mamba_n_heads"), c.value("mamba_d_ssm")
    channels = int(c.number("mamba_expand") * c.whole("hidden_size")) if inner is None else c.whole("mamba_d_ssm")
    each = channels // heads if c.value("mamba_d_head") in ("auto", None) else c.whole("mamba_d_head")
    if heads * each != channels:
        raise c.refused("mamba_d_head", each, f"{channels} channels in {heads} heads")
    c.ignore("mamba_expand")
    if c.switch("projectors_bias", False) != c.switch("mamba_proj_bias", False):
        raise c.refused("projectors_bias", c.value("projectors_bias"), "the same as 'mamba_proj_bias'")
    mixer = StateSpaceDual(
        heads=heads, head_dim=each, state=c.whole("mamba_d_state"), groups=c.whole("mamba_n_groups"),
        kernel=c.whole("mamba_d_conv"), bias=c.switch("mamba_proj_bias", False),
        convolution_bias=c.switch("mamba_conv_bias", True), norm=c.switch("mamba_rms_norm", False),
    )  # fmt: skip
    seen = attention(c, bias=c.switch("attention_bias", False), kv_heads=kv_heads_or_all(c))
    mlp = gated(c, bias=c.switch("mlp_bias", False))
    layers = c.whole("num_hidden_layers")
    blocks = [
        Block(layers=layers, attention=seen, mlp=mlp, norms=PRE_NORMS),
        Block(layers=layers, attention=mixer, mlp=None, norms=()),
    ]
    c.note("attention and a state space stand side by side in every layer")
    return decoder(c, blocks, tied=False)


def _nemotron_h(c: Configuration) -> Architecture:
    c.ignore("num_hidden_layers", "expand", "num_nextn_predict_layers", "mtp_layers_block_type", "n_shared_experts",
             "mamba_proj_bias", "attention_bias")  # fmt: skip
    c.refuse("moe_latent_size")
    mixer = StateSpaceDual(
        heads=c.whole("mamba_num_heads"), head_dim=c.whole("mamba_head_dim"), state=c.whole("ssm_state_size"),
        groups=c.whole("n_groups"), kernel=c.whole("conv_kernel"), bias=c.switch("use_bias", False),
        convolution_bias=c.switch("use_conv_bias", True),
    )  # fmt: skip
    seen = Attention(
        heads=c.whole("num_attention_heads"), kv_heads=kv_heads_or_all(c), head_dim=c.whole("head_dim"), bias=False
    )  # fmt: skip
    bias = c.switch("mlp_bias", False)
    parts: dict[str, tuple[Mixer, MLP | Experts | None]] = {"linear": (mixer, None), "attention": (seen, None)}
    kinds = _nemotron_pattern(c)
    if "mlp" in kinds:
        parts["mlp"] = (NoMixer(), MLP(width=c.whole("intermediate_size"), gated=False, bias=bias))
    if "moe" in kinds:
        if bias:
            raise c.refused("mlp_bias", True, "False")
        parts["moe"] = (NoMixer(), Mixture(
            count=("n_routed_experts", "num_local_experts"), gated=False, shared=1,
            shared_width="moe_shared_expert_intermediate_size",
        ).experts(c))  # fmt: skip
    c.ignore("intermediate_size", "n_routed_experts", "moe_intermediate_size",
             "moe_shared_expert_intermediate_size", "num_experts_per_tok")  # fmt: skip
    return decoder(c, stack((parts[kind] for kind in kinds), ONE_LAYER), tied=None, positions="none")


def _nemotron_pattern(c: Configuration) -> list[str]:
    """Return the word for each layer, from a list of words or a text of one sign for each layer."""
    signs = {"M": "linear", "*": "attention", "-": "mlp", "E": "moe"}
    pattern = c.value("hybrid_override_pattern")
    for key in ("layers_block_type", "layer_types"):
        if isinstance(c.value(key), list):
            return layer_kinds(c, key, len(c.value(key)))
    if isinstance(pattern, str) and pattern and set(pattern) <= set(signs):
        return [signs[sign] for sign in pattern]
    raise c.missing("layers_block_type", "hybrid_override_pattern")


def _zamba(c: Configuration) -> Architecture:
    """Return Zamba: Mamba in every layer, and one block of attention and MLP that many layers use."""
    width, layers = c.whole("hidden_size"), c.whole("num_hidden_layers")
    c.refuse("tie_word_embeddings", True)
    inner, heads = int(c.number("mamba_expand") * width), c.whole("n_mamba_heads")
    if inner % heads:
        raise c.refused("n_mamba_heads", heads, f"a divisor of {inner}")
    mixer = StateSpace(
        channels=inner, state=c.whole("mamba_d_state"), rank=_rank(c, "mamba_dt_rank"), kernel=c.whole("mamba_d_conv"),
        bias=c.switch("mamba_proj_bias", False), convolution_bias=c.switch("mamba_conv_bias", True),
    )  # fmt: skip
    source = c.whole_or("attention_hidden_size", 2 * width, "twice the width")
    c.refuse("attention_hidden_size", 2 * width)
    shared = _zamba_shared(c, width, source, c.whole("intermediate_size"), False)
    found = decoder(c, Block(layers=layers, attention=mixer, mlp=None, norms=ONE_LAYER), tied=True, positions="none")
    hybrid = _zamba_kinds(c, layers).count("hybrid")
    behind = times(hybrid, dense("shared block", width, width, bias=False), "hybrid layers")
    return with_more(found, [*(shared if hybrid else []), *behind])


def _zamba_kinds(c: Configuration, layers: int) -> list[str]:
    if c.has("layers_block_type"):
        c.ignore("attn_layer_period", "attn_layer_offset")
        return layer_kinds(c, "layers_block_type", layers)
    period, offset = c.whole("attn_layer_period"), c.whole("attn_layer_offset", least=0)
    rest = ["hybrid" if place % period == offset else "linear" for place in range(layers - 3)]
    return ["linear", "linear", "hybrid", *rest][:layers]


def _zamba2(c: Configuration) -> Architecture:
    width, layers, rank = c.whole("hidden_size"), c.whole("num_hidden_layers"), c.whole("adapter_rank")
    c.refuse("tie_word_embeddings", True)
    c.refuse("use_conv_bias", True)
    c.ignore("mamba_headdim", "kv_channels", "num_query_groups")
    inner = c.whole_or("intermediate_size", 4 * width, "four times the width")
    kinds = layer_kinds(c, "layers_block_type", layers)
    bias, hybrid = c.switch("add_bias_linear", False), kinds.count("hybrid")
    c.refuse("hybrid_layer_ids", [place for place, kind in enumerate(kinds) if kind == "hybrid"])
    heads, channels = c.whole("n_mamba_heads"), int(c.number("mamba_expand") * width)
    if channels % heads:
        raise c.refused("n_mamba_heads", heads, f"a divisor of {channels}")
    mixer = StateSpaceDual(
        heads=heads, head_dim=channels // heads, state=c.whole("mamba_d_state"), groups=c.whole("mamba_ngroups"),
        kernel=c.whole("mamba_d_conv"), bias=bias, convolution_bias=True,
    )  # fmt: skip
    blocks = Block(layers=layers, attention=mixer, mlp=None, norms=ONE_LAYER)
    source = c.whole_or("attention_hidden_size", 2 * width, "twice the width")
    shared = _zamba_shared(c, width, source, inner, bias)
    adapters = [*dense("adapters", width, rank, bias=False), *dense("adapters", rank, 2 * inner, bias=False)]
    if c.switch("use_shared_attention_adapter", False):
        adapters += dense_twice("adapters", source, rank, bias=False) * 3
    behind = [*dense("shared block", width, width, bias=False), *adapters]
    found = decoder(c, blocks, tied=True, positions="none")
    both = times(min(c.whole("num_mem_blocks"), hybrid), shared, "shared blocks")
    return with_more(found, [*both, *times(hybrid, behind, "hybrid layers")])


def _zamba_shared(c: Configuration, width: int, source: int, inner: int, bias: bool) -> list[Weights]:
    """Return a transformer block that stands once and is used in many places, on twice the width."""
    heads = c.whole("num_attention_heads")
    each = c.whole_or("attention_head_dim", 2 * width // heads, "twice the width / heads")
    keys = each * kv_heads_or_all(c)
    return [
        *dense("shared block", source, heads * each, bias=False, name="query"),
        *dense("shared block", source, keys, bias=False, name="key"),
        *dense("shared block", source, keys, bias=False, name="value"),
        *dense("shared block", heads * each, width, bias=False, name="output"),
        *dense("shared block", width, 2 * inner, bias=bias, name="up"),
        *dense("shared block", inner, width, bias=bias, name="down"),
        *norm("shared block", source, "RMSNorm"),
        *norm("shared block", width, "RMSNorm"),
    ]


STATE_SPACES: Mapping[str, Family] = MappingProxyType(families(
    bamba=("Bamba", _bamba), falcon_h1=("FalconH1", _falcon_h1), falcon_mamba=("FalconMamba", _mamba),
    granitemoehybrid=("GraniteMoeHybrid", _granite_hybrid), jamba=("Jamba", _jamba), mamba=("Mamba", _mamba),
    mamba2=("Mamba2", _mamba2), nemotron_h=("NemotronH", _nemotron_h), zamba=("Zamba", _zamba),
    zamba2=("Zamba2", _zamba2),
))  # fmt: skip
