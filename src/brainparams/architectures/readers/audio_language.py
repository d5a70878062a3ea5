"""How models count that write about what they hear: a text model, the encoder of Whisper, what leads to the text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from .. import Architecture
from ..blocks import MLP, Attention
from .arrays import Arrays, convolution, dense, norm, with_more
from .configurations import Configuration
from .families import Family
from .multimodal import prefixed, text_part, whole_family
from .towers import Tower, layers, learned


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
        return with_more(found, prefixed([*tower.arrays, *between], "audio"))

    return read


def _one(c: Configuration, before: int, after: int) -> Arrays:
    return dense("projector", before, after, bias=True)


def _of_four(c: Configuration, before: int, after: int) -> Arrays:
    """Return the projection of Voxtral, over as many moments as fit its inner width."""
    return [*dense("projector", c.whole("intermediate_size", "encoder_ffn_dim"), after, bias=False),
            *dense("projector", after, after, bias=False)]  # fmt: skip


VOXTRAL = ("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_key_value_heads", "head_dim")

AUDIO_LANGUAGE: Mapping[str, Family] = MappingProxyType({
    "qwen2_audio": whole_family("Qwen2Audio", _hearing_text("qwen2", "qwen2_audio_encoder", _one)),
    "voxtral": whole_family("Voxtral", _hearing_text("llama", "voxtral_encoder", _of_four, *VOXTRAL)),
})  # fmt: skip
