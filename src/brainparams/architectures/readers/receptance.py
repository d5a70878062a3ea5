"""How the published models of the RWKV family count: 4, 5 to 6 (Finch) and 7 (Goose)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .. import Architecture
from .arrays import Arrays, array, dense, norm, times
from .configurations import Configuration
from .families import Family, decoder_family
from .stacks import of_arrays

MIXING, FEEDING = "time mixing", "channel mixing"
SHARES = "shares of the token before"


def _rwkv(c: Configuration) -> Architecture:
    width, layers = c.whole("hidden_size"), c.whole("num_hidden_layers")
    inner = c.whole_or("attention_hidden_size", width, "the width")
    wide = c.whole_or("intermediate_size", 4 * width, "four times the width")
    mixing = [
        *array(MIXING, 2, inner, name="decay and bonus"), *array(MIXING, 3, width, name=SHARES),
        *_projections(width, dict.fromkeys(("key", "value", "receptance"), inner), inner),
    ]  # fmt: skip
    norms = [*norm("norms", width), *norm("norms", width)]
    return of_arrays(c, [*times(layers, [*mixing, *_gated_feeding(width, wide), *norms]), *norms])


# --- Finch -------------------------------------------------------------------------------------------------------


def _rwkv6(c: Configuration) -> Architecture:
    """Return RWKV-6: shares and decay depend on the token, by projections of low rank.

    Two programs publish it: one gives the width of a head, the other their number and how keys and values widen.
    """
    width, layers = c.whole("hidden_size"), c.whole("num_hidden_layers")
    is_by_heads = not c.has("head_size")
    if is_by_heads:
        c.refuse("attn")
        keys, values = (_round(c, width, key, usual) for key, usual in (("expand_k", 0.5), ("expand_v", 1.0)))
        for side in (keys, values):
            if side % c.whole("num_heads"):
                raise c.refused("num_heads", c.value("num_heads"), f"a divisor of {side}")
        shares, decay = c.whole_or("proj_low_rank_dim", 32), c.whole_or("gate_low_rank_dim", 64)
        wide = _wide(c, width, 3.5)
    else:
        keys = values = c.whole_or("attention_hidden_size", width, "the width")
        if keys % c.whole("head_size"):
            raise c.refused("head_size", c.value("head_size"), f"a divisor of {keys}")
        shares, decay = (64, 128) if width == 4096 else (32, 64)
        wide = c.whole_or("intermediate_size", int(width * 3.5 // 32 * 32), "3.5 times the width")
    mixing = [
        *array(MIXING, 6, width, name=SHARES), *dense(MIXING, width, 5 * shares, bias=False, name="shares down"),
        *dense(MIXING, 5 * shares, width, bias=False, name="shares up"),
        *_low_rank(width, decay, keys, "decay"), *array(MIXING, keys, name="bonus"),
        *_projections(width, {"receptance": keys, "key": keys, "value": values, "gate": values}, values),
        *norm(MIXING, values if is_by_heads else width),
    ]  # fmt: skip
    return _framed(c, times(layers, [*mixing, *_gated_feeding(width, wide)]), width, layers)


# --- Goose -------------------------------------------------------------------------------------------------------


def _rwkv7(c: Configuration) -> Architecture:
    """Return RWKV-7: a delta rule whose decay, rate of learning, value and gate come from projections of low rank.

    Peng et al. (2025), RWKV-7 Goose. doi:10.48550/arXiv.2503.14456
    """
    width, layers = c.whole("hidden_size"), c.whole("num_hidden_layers")
    c.refuse("attn")
    c.refuse("value_dim", width, [width] * layers)
    if c.has("head_dim") and width % c.whole("head_dim"):
        raise c.refused("head_dim", c.value("head_dim"), f"a divisor of {width}")
    c.ignore("num_heads")
    for key in ("decay", "a", "v", "gate"):
        if f"{key}_low_rank_dim" in c.content and not c.has(f"{key}_low_rank_dim"):
            raise c.missing(f"{key}_low_rank_dim")
    ranks = {name: c.whole_or(f"{key}_low_rank_dim", usual) for name, key, usual in (
        ("decay", "decay", 64), ("rate of learning", "a", 64), ("value of the first layer", "v", 16),
        ("gate", "gate", 128))}  # fmt: skip
    wide = _wide(c, width, 4)
    mixing = [
        *array(MIXING, 6, width, name=SHARES), *array(MIXING, 3, width, name="scales of keys and bonus"),
        *_projections(width, dict.fromkeys(("receptance", "key", "value"), width), width),
        *_low_rank(width, ranks["decay"], width, "decay"),
        *_low_rank(width, ranks["rate of learning"], width, "rate of learning"),
        *_low_rank(width, ranks["gate"], width, "gate", bias=False), *norm(MIXING, width),
    ]  # fmt: skip
    feeding = [*array(FEEDING, width, name=SHARES), *dense(FEEDING, width, wide, bias=False, name="key"),
               *dense(FEEDING, wide, width, bias=False, name="value")]  # fmt: skip
    name = "value of the first layer"
    behind = times(layers - 1, _low_rank(width, ranks[name], width, name), "layers behind the first")
    return _framed(c, [*times(layers, [*mixing, *feeding]), *behind], width, layers)


# --- parts -------------------------------------------------------------------------------------------------------


def _round(c: Configuration, width: int, key: str, usual: float) -> int:
    """Return the width times a factor, which must come out whole."""
    side = width * c.number(key, usual)
    if round(side) != side:
        raise c.refused(key, c.value(key), "a factor that gives a whole width")
    return round(side)


def _wide(c: Configuration, width: int, ratio: float) -> int:
    """Return the inner width of the channel mixing: given, or the ratio of the width up to a multiple of 32."""
    if c.has("intermediate_size"):
        c.ignore("hidden_ratio")
        return c.whole("intermediate_size")
    return -(-int(width * c.number("hidden_ratio", ratio)) // 32) * 32


def _low_rank(width: int, rank: int, after: int, name: str, *, bias: bool = True) -> Arrays:
    return [*dense(MIXING, width, rank, bias=False, name=f"{name} down"),
            *dense(MIXING, rank, after, bias=bias, name=f"{name} up")]  # fmt: skip


def _gated_feeding(width: int, wide: int) -> Arrays:
    return [*array(FEEDING, 2, width, name=SHARES), *dense(FEEDING, width, wide, bias=False, name="key"),
            *dense(FEEDING, width, width, bias=False, name="receptance"),
            *dense(FEEDING, wide, width, bias=False, name="value")]  # fmt: skip


def _projections(width: int, sides: Mapping[str, int], before_output: int) -> Arrays:
    found = [each for name, side in sides.items() for each in dense(MIXING, width, side, bias=False, name=name)]
    return [*found, *dense(MIXING, before_output, width, bias=False, name="output")]


def _framed(c: Configuration, body: Arrays, width: int, layers: int) -> Architecture:
    """Return the model around its layers: two norms in each, one before the first and one behind the last."""
    kind = "LayerNorm" if c.switch("norm_bias", True) else "LayerNorm without bias"
    count = 2 * layers + 1 + c.switch("norm_first", True)
    return of_arrays(c, [*body, *times(count, norm("norms", width, kind), "norms")])


RECEPTANCE: Mapping[str, Family] = MappingProxyType({
    "rwkv": decoder_family("Rwkv", _rwkv),
    "rwkv6": Family(_rwkv6, {"RWKV6ForCausalLM": "causal", "RWKV6Model": "base", "Rwkv6ForCausalLM": "causal",
                    "Rwkv6Model": "base"}, "RWKV6ForCausalLM"),
    "rwkv7": Family(_rwkv7, {"RWKV7ForCausalLM": "causal", "RWKV7Model": "base"}, "RWKV7ForCausalLM"),
})  # fmt: skip
