"""How Gemma 3n and Gemma 4 count: layers that share keys and values, and small embeddings for each layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from ...errors import FileError, shown
from .. import Architecture, Dimension, Weights
from ..arguments import whole
from ..blocks import MLP, Attention, Experts
from .arrays import Arrays, array, dense, dense_twice, model_width, norm, times
from .configurations import Configuration
from .decoders import head, task_head
from .families import Family, text_family
from .stacks import FULL, SLIDING


class _Layer(NamedTuple):
    """What tells one layer from another."""

    head_dim: int
    kv_heads: int
    wide: int
    reuses: bool
    values_are_keys: bool


def _kinds(c: Configuration) -> list[str]:
    return c.words("layer_types", (FULL, SLIDING), c.whole("num_hidden_layers"))


def _layers(c: Configuration, kinds: list[_Layer]) -> Arrays:
    """Return the arrays of all layers: attention, MLP, four norms, and what their own embedding brings in."""
    found: Arrays = []
    for kind, count in Counter(kinds).items():
        found += times(count, [*_attention(c, kind), *_mlp(c, kind)])
    width, side = c.whole("hidden_size"), c.whole_or("hidden_size_per_layer_input", 0, least=0)
    inputs = [*dense_twice("layer inputs", width, side, bias=False),
              *norm("layer inputs", width, "RMSNorm")] if side else []  # fmt: skip
    four = [each for name in ("attention", "after attention", "mlp", "after mlp") for each in norm(
        f"{name} norm", width, "RMSNorm")]  # fmt: skip
    return [*found, *times(len(kinds), [*four, *inputs])]


def _attention(c: Configuration, kind: _Layer) -> Arrays:
    """Return the attention of a layer; one that reuses keys and values of another has none of its own."""
    whole_one = Attention(
        heads=c.whole("num_attention_heads"), kv_heads=kind.kv_heads, head_dim=kind.head_dim, qk_norm="head",
        bias=c.switch("attention_bias", False),
    )  # fmt: skip
    without = ("key", "value") if kind.reuses else ("value",) if kind.values_are_keys else ()
    arrays = whole_one.weights(model_width(c.whole("hidden_size")), (), "attention")
    return [each for each in arrays if not each.name.startswith(without)] if without else arrays


def _mlp(c: Configuration, kind: _Layer) -> Arrays:
    return MLP(width=kind.wide, gated=True, bias=False).weights(model_width(c.whole("hidden_size")), (), "mlp")


def _model(c: Configuration, body: Arrays) -> Architecture:
    """Return the decoder: a table of tokens, one of small embeddings for each layer, the layers, the head."""
    width, vocabulary, count = c.whole("hidden_size"), c.whole("vocab_size"), c.whole("num_hidden_layers")
    side = c.whole_or("hidden_size_per_layer_input", 0, least=0)
    kind = head(c, True)
    sides = (Dimension(vocabulary, "vocabulary", "V"), model_width(width))
    table = Weights("token embedding", "table", sides, is_input_embedding=kind != "tied")
    more: Arrays = []
    if side:
        rows = c.whole("vocab_size_per_layer_input")
        more = [
            Weights("layer embedding", "table", (Dimension(rows, "vocabulary of the layers", "V_l"),
                    Dimension(count * side, "width of all layers", "w")), is_input_embedding=True),
            *dense("layer inputs", width, count * side, bias=False), *norm("layer inputs", side, "RMSNorm"),
        ]  # fmt: skip
    else:
        c.ignore("vocab_size_per_layer_input")
    last = [*norm("final norm", width, "RMSNorm"), *task_head(c, width)]
    own = dense("output head", width, vocabulary, bias=False) if kind == "untied" else []
    return Architecture(c.model_type, (table, *more, *body, *last, *own))


# --- Gemma 3n ----------------------------------------------------------------------------------------------------


def _gemma3n(c: Configuration) -> Architecture:
    count, shared = c.whole("num_hidden_layers"), c.whole_or("num_kv_shared_layers", 0, least=0)
    wide = c.value("intermediate_size")
    widths = c.wholes("intermediate_size") if isinstance(wide, list | tuple) else [c.whole("intermediate_size")] * count
    if len(widths) != count or shared > count:
        raise FileError(
            f"{c.place('intermediate_size')} has {len(widths)} widths for {count} layers; give one for each"
        )
    _kinds(c)
    kinds = [
        _Layer(c.whole("head_dim"), c.whole("num_key_value_heads"), each, place >= count - shared, False)
        for place, each in enumerate(widths)
    ]
    width, streams = c.whole("hidden_size"), c.whole("altup_num_inputs")
    if shared:
        unused = shared * c.whole("head_dim") * (2 * c.whole("num_key_value_heads") * width + 1)
        c.note(f"layers that reuse keys and values have no projections for them; published files hold {unused:,} more, "
               f"which nothing uses")  # fmt: skip
    c.ignore("altup_active_idx", "activation_sparsity_pattern", "altup_correct_scale")
    c.refuse("altup_correct_scale", True)
    rank = c.whole("laurel_rank")
    mixing = [
        *array("alternating updates", width, name="scale"), *dense("alternating updates", streams, streams, bias=False),
        *dense("alternating updates", streams, streams**2, bias=False),
        *dense("alternating updates", width, streams, bias=False), *norm("alternating updates", width, "RMSNorm"),
        *dense("low-rank residual", width, rank, bias=False), *dense("low-rank residual", rank, width, bias=False),
        *norm("low-rank residual", width, "RMSNorm"),
    ]  # fmt: skip
    ends = times(2 * (streams - 1), dense("alternating updates", width, width, bias=False), "projections of streams")
    return _model(c, [*_layers(c, kinds), *times(count, mixing), *ends])


# --- Gemma 4 -----------------------------------------------------------------------------------------------------


def _gemma4(c: Configuration) -> Architecture:
    kinds, shared = _kinds(c), c.whole_or("num_kv_shared_layers", 0, least=0)
    count = len(kinds)
    if kinds[-1] != FULL:
        raise c.refused("layer_types", kinds[-1], "a last layer of full attention")
    same, double = c.switch("attention_k_eq_v", False), c.switch("use_double_wide_mlp", False)
    if shared > count or (shared and set(kinds) != set(kinds[: count - shared])):
        raise c.refused("num_kv_shared_layers", shared, "layers that another one of their kind comes before")
    layers = []
    for place, (kind, (each, keys)) in enumerate(zip(kinds, _heads(c, kinds, same), strict=True)):
        reuses = place >= count - shared
        wide = c.whole("intermediate_size") * (2 if double and reuses else 1)
        layers.append(_Layer(each, keys, wide, reuses, same and kind == FULL))
    return _model(c, [*_layers(c, layers), *_experts(c, count)])


def _heads(c: Configuration, kinds: list[str], same: bool) -> list[tuple[int, int]]:
    """Return the width of a head and the key–value heads of each layer; those of full attention may have others."""
    each, keys = c.whole("head_dim"), c.whole("num_key_value_heads")
    said = c.value("per_layer_config")
    if said is None:
        wide = c.whole_or("global_head_dim", 512)
        few = c.whole("num_global_key_value_heads") if same and c.has("num_global_key_value_heads") else keys
        c.ignore("num_global_key_value_heads")
        return [(wide, few) if kind == FULL else (each, keys) for kind in kinds]
    if not isinstance(said, Mapping) or not all(
        isinstance(part, Mapping) and set(part) <= {"head_dim", "num_key_value_heads"} for part in said.values()
    ):
        raise c.refused("per_layer_config", shown(said), "'head_dim' and 'num_key_value_heads' by layer")
    c.ignore("global_head_dim", "num_global_key_value_heads")
    parts = {int(key): part for key, part in said.items() if str(key).isdigit()}
    where = c.place("per_layer_config")
    return [
        (whole(parts.get(place, {}).get("head_dim", each), where),
         whole(parts.get(place, {}).get("num_key_value_heads", keys), where))
        for place in range(len(kinds))
    ]  # fmt: skip


def _experts(c: Configuration, count: int) -> Arrays:
    """Return the experts beside the MLP of every layer, with three norms and two scales more."""
    if not c.switch("enable_moe_block", False):
        c.ignore("num_experts", "top_k_experts", "moe_intermediate_size")
        return []
    width, many = c.whole("hidden_size"), c.whole("num_experts")
    routed = Experts(
        count=many, active=c.whole("top_k_experts", "num_experts_per_tok"), width=c.whole("moe_intermediate_size"),
        gated=True, bias=False,
    )  # fmt: skip
    arrays = routed.weights(model_width(width), (), "mlp")
    scales = [*array("router", width, name="scale"), *array("router", many, name="scales of experts")]
    return times(count, [*arrays, *scales, *norm("expert norms", width, "RMSNorm") * 3])


GEMMAS: Mapping[str, Family] = MappingProxyType({
    "gemma3n_text": text_family("Gemma3n", _gemma3n),
    "gemma4_text": text_family("Gemma4", _gemma4),
})  # fmt: skip
