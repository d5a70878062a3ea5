"""How models count that write about what they hear, or see through queries: a text model, a tower, what leads to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from .. import Architecture
from ..blocks import MLP, Attention
from .arrays import Arrays, array, convolution, dense, model_width, norm, times
from .configurations import Configuration
from .families import Family
from .several import prefixed, text_part, vision_part, whole_family
from .towers import Tower, layers, learned

RMS = "RMSNorm"


def _listening(c: Configuration) -> Tower:
    """Return the encoder of Whisper: two convolutions over sound, positions, layers whose keys have no bias."""
    width = c.whole("d_model", "hidden_size")
    mixer = Attention(
        heads=c.whole("encoder_attention_heads", "num_attention_heads"), bias=("query", "value", "output")
    )
    mlp = MLP(width=c.whole("encoder_ffn_dim", "intermediate_size"), gated=False, bias=True)
    found = [
        *convolution("stem", c.whole("num_mel_bins"), width, 3, bias=True),
        *convolution("stem", width, width, 3, bias=True), *learned(c.whole("max_source_positions"), width),
        *layers(c.whole("encoder_layers", "num_hidden_layers"), width, mixer, mlp), *norm("final norm", width),
    ]  # fmt: skip
    c.ignore("vocab_size", "encoder_layerdrop", "layerdrop", "activation_dropout")
    return Tower(found, width)


def _hearing_text(
    text: str, audio: str, projector: Callable[[Configuration, int, int], Arrays], *needed: str
) -> Callable[[Configuration], Architecture]:
    """Return a reader for a text model, a tower that hears, and what leads from one to the other.

    The keys that are `needed` have other defaults in this model than its text model has by itself.
    """

    def read(c: Configuration) -> Architecture:
        c.refuse("tie_word_embeddings", False)
        inside = c.within("text_config", text)
        for key in needed:
            if key not in inside.content:
                raise inside.missing(key)
        found, width = text_part(c, text, tied=False)
        heard = c.within("audio_config", audio)
        tower = _listening(heard)
        between = projector(heard, tower.width, width)
        c.ignore("hidden_size")
        return replace(found, weights=(*found.weights, *prefixed([*tower.arrays, *between], "audio")))

    return read


def _one(c: Configuration, before: int, after: int) -> Arrays:
    return dense("projector", before, after, bias=True)


def _of_four(c: Configuration, before: int, after: int) -> Arrays:
    """Return the projection of Voxtral, over as many moments as fit its inner width."""
    return [*dense("projector", c.whole("intermediate_size", "encoder_ffn_dim"), after, bias=False),
            *dense("projector", after, after, bias=False)]  # fmt: skip


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
    return replace(found, weights=(*found.weights, *prefixed(tower.arrays, "vision"), *prefixed(between, "querying")))


VOXTRAL = ("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_key_value_heads", "head_dim")

LISTENING: Mapping[str, Family] = MappingProxyType({
    "idefics2": whole_family("Idefics2", _idefics2),
    "qwen2_audio": whole_family("Qwen2Audio", _hearing_text("qwen2", "qwen2_audio_encoder", _one)),
    "voxtral": whole_family("Voxtral", _hearing_text("llama", "voxtral_encoder", _of_four, *VOXTRAL)),
})  # fmt: skip
