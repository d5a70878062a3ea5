"""How long convolutions count in place of attention: StripedHyena, and Evo, which reads genomes with it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ...errors import FileError
from .. import Architecture
from ..blocks import MLP, Attention
from .arrays import Arrays, array, dense, model_width, norm, times
from .configurations import Configuration
from .decoders import QKV
from .families import Family
from .stacks import of_arrays

RMS = "RMSNorm"


def _striped(c: Configuration) -> Architecture:
    """Return StripedHyena: layers of gated long convolutions, some of attention among them.

    A long convolution is the sum of a few decaying exponentials for each group of filters: poles and residues, complex.
    """
    width, count = c.whole("hidden_size"), c.whole("num_layers")
    attends, convolves = (c.wholes(f"{kind}_layer_idxs", least=0) for kind in ("attn", "hyena"))
    if sorted({*attends, *convolves}) != list(range(count)) or len(attends) + len(convolves) != count:
        raise FileError(f"{c.where}: 'attn_layer_idxs' and 'hyena_layer_idxs' do not name each of {count} layers once")
    found: Arrays = [*times(len(attends), _attention(c, width)), *times(len(convolves), _convolution(c, width))]
    wide = model_width(width)
    mlp = MLP(width=_inner(c, width), gated=True, bias=False).weights(wide, (), "mlp")
    found += times(count, [*mlp, *norm("layer norms", width, RMS) * 2])
    found += norm("final norm", width, RMS) if _said(c, "final_norm") else []
    c.ignore("num_filters", "model_parallel_size", "pipe_parallel_size", "column_split", "column_split_hyena",
             "inference_mode", "log_intermediate_values", "make_vocab_size_divisible_by", "max_seqlen",
             "mlp_activation", "prefill_style", "smeared_gqa", "split_k0", "use_flash_attention_2",
             "use_flash_depthwise", "use_flash_rmsnorm", "use_flashfft", "long_fir_threshold")  # fmt: skip
    c.content = {**c.content, "tie_word_embeddings": _said(c, "tie_embeddings")}
    return of_arrays(c, found)


def _said(c: Configuration, key: str) -> bool:
    """Return a switch that must be there: the published programs do not agree on what it is without."""
    if not c.has(key):
        raise c.missing(key)
    return c.switch(key, False)


def _inner(c: Configuration, width: int) -> int:
    multiple = c.whole_or("inner_size_multiple_of", 64)
    usual = -(-int(2 * width * 4 / 3) // multiple) * multiple
    return c.whole_or("inner_mlp_size", usual, "8/3 of the width, rounded up")


def _attention(c: Configuration, width: int) -> Arrays:
    heads = c.whole("num_attention_heads")
    groups = c.whole("proj_groups")
    inward = QKV if _said(c, "qkv_proj_bias") else ()
    outward = ("output",) if _said(c, "mha_out_proj_bias") else ()
    mixer = Attention(heads=heads, kv_heads=heads // groups, bias=(*inward, *outward))
    return mixer.weights(model_width(width), (), "attention")


def _convolution(c: Configuration, width: int) -> Arrays:
    term, short, state = "long convolution", c.whole("short_filter_length"), c.whole("state_size")
    groups = c.whole("hyena_filter_groups")
    if width % groups:
        raise c.refused("hyena_filter_groups", groups, f"a divisor of {width}")
    biases = array(term, 3 * width, name="short filter biases") if _said(c, "short_filter_bias") else []
    return [
        *dense(term, width, 3 * width, bias=True), *dense(term, width, width, bias=True),
        *array(term, 3 * width, short, name="short filters"), *biases, *array(term, width, name="passed on"),
        *array(term, 2, width // groups, state, 2, name="poles and residues"),
    ]  # fmt: skip


HYENA: Mapping[str, Family] = MappingProxyType({
    "stripedhyena": Family(_striped, {"StripedHyenaModelForCausalLM": "causal"}, "StripedHyenaModelForCausalLM"),
})  # fmt: skip
