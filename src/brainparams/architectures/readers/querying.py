"""How models count that see through learned queries: a tower, a transformer that asks it, and a text model."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .. import Architecture
from ..blocks import MLP, Attention
from .arrays import Arrays, array, dense, dense_twice, model_width, norm, times, with_more
from .configurations import Configuration
from .families import Family
from .multimodal import prefixed, text_part, vision_part, whole_family

RMS = "RMSNorm"


# --- BLIP-2 ------------------------------------------------------------------------------------------------------


def _blip2(c: Configuration) -> Architecture:
    tower = vision_part(c, "blip_2_vision_model")
    seen = tower.width
    text, width = text_part(c, "opt", tied=None)
    q = c.within("qformer_config", "blip_2_qformer")
    q.refuse("use_qformer_text_input", False)
    q.ignore("vocab_size", "max_position_embeddings")
    inner = q.whole("hidden_size")
    queries = array("queries", c.whole("num_query_tokens"), inner)
    projection = dense("projection", inner, width, bias=True)
    c.ignore("image_text_hidden_size", "use_decoder_only_language_model")
    former = prefixed([*queries, *_querying(q, inner, seen), *projection], "querying transformer")
    return with_more(text, [*prefixed(tower.arrays, "vision"), *former])


def _querying(q: Configuration, width: int, seen: int) -> Arrays:
    """Return layers that attend to each other and, every few of them, to the tower."""
    count, wide = q.whole("num_hidden_layers"), q.whole("intermediate_size")
    q.ignore("encoder_hidden_size")
    crossed = -(-count // q.whole("cross_attention_frequency"))
    own = dense("attention", width, width, bias=True) * 4
    other = [*dense("cross attention", width, width, bias=True), *dense("cross attention", seen, width, bias=True),
             *dense("cross attention", seen, width, bias=True), *dense("cross attention", width, width, bias=True),
             *norm("cross attention", width)]  # fmt: skip
    mlp = dense_twice("mlp", width, wide, bias=True)
    each = [*own, *norm("norms", width), *mlp, *norm("norms", width)]
    q.whole("num_attention_heads")
    return [*norm("norms", width), *times(count, each), *times(crossed, other)]


# --- Idefics 2 -----------------------------------------------------------------------------------------------------


def _idefics2(c: Configuration) -> Architecture:
    """Return Idefics 2: learned queries ask the tower, in a few layers, what the text model sees."""
    ties = c.switch("tie_word_embeddings", False)
    found, width = text_part(c, "mistral", tied=ties)
    tower, asking = vision_part(c, "idefics2_vision"), c.within("perceiver_config", "idefics2_perceiver")
    wide = c.within("text_config", "mistral").whole("intermediate_size")
    asking.refuse("hidden_size", width)
    mixer = Attention(heads=asking.whole("resampler_n_heads"), kv_heads=asking.whole("num_key_value_heads"),
                      head_dim=asking.whole("resampler_head_dim"), bias=False)  # fmt: skip
    side = model_width(width)
    layer = [
        *mixer.weights(side, (), "attention"), *MLP(width=4 * width, gated=True, bias=False).weights(side, (), "mlp"),
        *norm("norms", width, RMS) * 3,
    ]  # fmt: skip
    first = dense("projector", tower.width, wide, bias=False) * 2
    between = [*first, *dense("projector", wide, width, bias=False),
               *array("queries", asking.whole("resampler_n_latents"), width),
               *times(asking.whole("resampler_depth"), layer), *norm("norms", width, RMS)]  # fmt: skip
    return with_more(found, [*prefixed(tower.arrays, "vision"), *prefixed(between, "querying")])


QUERYING: Mapping[str, Family] = MappingProxyType({
    "blip-2": whole_family("Blip2", _blip2, base=False),
    "idefics2": whole_family("Idefics2", _idefics2),
})  # fmt: skip
