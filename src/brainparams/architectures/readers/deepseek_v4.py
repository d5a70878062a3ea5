"""How DeepSeek-V4 counts: one key–value head, compressed attention of two kinds, several residual streams."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ...errors import FileError, shown
from .. import Architecture
from ..blocks import Block, Experts
from ..mixers import NoMixer
from .arrays import Arrays, array, dense, norm, times, with_more
from .configurations import Configuration
from .decoders import decoder
from .families import Family, decoder_family

SPARSE, HEAVY, SLIDING = "compressed_sparse_attention", "heavily_compressed_attention", "sliding_attention"


def _deepseek_v4(c: Configuration) -> Architecture:
    count, width = c.whole("num_hidden_layers"), c.whole("hidden_size")
    c.refuse("attention_bias", False)
    c.refuse("mlp_bias", False)
    c.refuse("num_key_value_heads", 1)
    c.ignore("num_nextn_predict_layers", "mlp_layer_types", "qk_rope_head_dim", "index_topk")
    kinds = c.words("layer_types", (SPARSE, HEAVY, SLIDING), count)
    experts = Experts(
        count=c.whole("n_routed_experts", "num_local_experts"), active=c.whole("num_experts_per_tok"),
        width=c.whole("moe_intermediate_size"), gated=True, bias=False, shared=1,
    )  # fmt: skip
    c.ignore("n_shared_experts")
    c.note("router corrections are not counted; main model only, without modules that predict further tokens")
    blocks = Block(layers=count, attention=NoMixer(), mlp=experts, norms=("attention", "mlp"))
    found = decoder(c, blocks, tied=False)
    rates = c.value("compress_rates")
    if not isinstance(rates, Mapping) or not all(isinstance(rates.get(kind), int) for kind in set(kinds) - {SLIDING}):
        raise FileError(f"{c.place('compress_rates')} needs a whole number for each kind of layer; got {shown(rates)}")
    more = [*times(count, [*_attention(c, width), *_streams(c, width) * 2]), *_last_stream(c, width)]
    for kind in (HEAVY, SPARSE):
        if kind in kinds:
            more += times(kinds.count(kind), _compressor(c, width, rates[kind], kind == SPARSE), f"{kind} layers")
    return with_more(found, more)


def _attention(c: Configuration, width: int) -> Arrays:
    heads, each, rank = c.whole("num_attention_heads"), c.whole("head_dim"), c.whole("q_lora_rank")
    groups, low = c.whole("o_groups"), c.whole("o_lora_rank")
    if heads * each % groups:
        raise c.refused("o_groups", groups, f"a divisor of {heads * each}")
    return [
        *array("attention", heads, name="sinks"), *dense("attention", width, rank, bias=False, name="query down"),
        *norm("attention", rank, "RMSNorm"), *dense("attention", rank, heads * each, bias=False, name="query up"),
        *dense("attention", width, each, bias=False, name="key and value"), *norm("attention", each, "RMSNorm"),
        *dense("attention", heads * each // groups, groups * low, bias=False, name="output down"),
        *dense("attention", groups * low, width, bias=False, name="output up"),
    ]  # fmt: skip


def _compressor(c: Configuration, width: int, rate: int, is_sparse: bool) -> Arrays:
    """Return what makes one key of several tokens; with overlap, and an indexer of its own, where it is sparse."""
    each = c.whole("head_dim")
    found = _compressed(width, each, rate, 2 if is_sparse else 1)
    if is_sparse:
        heads, side = c.whole("index_n_heads"), c.whole("index_head_dim")
        found += _compressed(width, side, rate, 2)
        found += dense("compressor", c.whole("q_lora_rank"), heads * side, bias=False, name="index query")
        found += dense("compressor", width, heads, bias=False, name="index weight")
    return found


def _compressed(width: int, each: int, rate: int, overlap: int) -> Arrays:
    wide = each * overlap
    return [*array("compressor", rate, wide, name="positions"), *dense("compressor", width, wide, bias=False),
            *dense("compressor", width, wide, bias=False), *norm("compressor", each, "RMSNorm")]  # fmt: skip


def _streams(c: Configuration, width: int) -> Arrays:
    """Return what mixes several residual streams before and behind a part."""
    many = c.whole("hc_mult")
    mixes = (2 + many) * many
    return [*array("residual streams", mixes, many * width), *array("residual streams", mixes),
            *array("residual streams", 3)]  # fmt: skip


def _last_stream(c: Configuration, width: int) -> Arrays:
    many = c.whole("hc_mult")
    return [*array("residual streams", many, many * width), *array("residual streams", many),
            *array("residual streams", 1)]  # fmt: skip


DEEPSEEK_V4: Mapping[str, Family] = MappingProxyType({"deepseek_v4": decoder_family("DeepseekV4", _deepseek_v4)})
