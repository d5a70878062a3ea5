"""How Llama 3.2 counts that sees: a tower over tiles of an image, and text layers that look at nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from .. import Architecture
from ..blocks import MLP, Attention, Block
from .arrays import Arrays, array, convolution, dense, norm, times, with_more
from .configurations import Configuration
from .decoders import PRE_NORMS, attention, decoder, kv_heads
from .families import Family
from .multimodal import prefixed
from .towers import grid, layers

EMBEDDED_BESIDE = 8  # rows of the table beside the vocabulary, for the image and its kin


def mllama_text(c: Configuration) -> Architecture:
    """Return the text model: layers that attend to the text, and between them layers that attend to the image."""
    count, width = c.whole("num_hidden_layers"), c.whole("hidden_size")
    places = set(c.wholes("cross_attention_layers", least=0))
    if any(place >= count for place in places) or len(places) == count:
        raise c.refused("cross_attention_layers", sorted(places), f"places among {count} layers, with others between,")
    mlp = MLP(width=c.whole("intermediate_size"), gated=True, bias=False)
    own = attention(c, bias=False, kv_heads=kv_heads(c))
    blocks = [Block(layers=count - len(places), attention=own, mlp=mlp, norms=PRE_NORMS)]
    if places:
        looking = replace(own, qk_norm="head")
        blocks.append(Block(layers=len(places), attention=looking, mlp=mlp, norms=PRE_NORMS))
    found = decoder(c, blocks, tied=None)
    gates = times(len(places), array("gates", 2), "layers that look at the image")
    return with_more(found, [*array("token embedding", EMBEDDED_BESIDE, width, name="rows of the image"), *gates])


def _mllama_vision(c: Configuration) -> Arrays:
    """Return the tower: patches of up to a few tiles, positions in a tile and of tiles, local and global layers."""
    width, tiles = c.whole("hidden_size"), c.whole("max_num_tiles")
    shapes, rows = len(c.listed("supported_aspect_ratios")) + 1, grid(c) + 1
    c.ignore("vision_output_dim")
    mixer = Attention(heads=c.whole("attention_heads", "num_attention_heads"), bias=False)
    mlp = MLP(width=c.whole("intermediate_size"), gated=False, bias=True)
    global_ = c.whole("num_global_layers")
    return [
        *array("class token", width), *convolution("patch embedding", c.whole_or("num_channels", 3), width,
                                                   *c.pair("patch_size"), bias=False),
        *array("position embedding", rows, width, name="table"),
        *array("position embedding", shapes, tiles * rows * width, name="table of tiles"),
        *array("position embedding", 2 * shapes, tiles * width, name="tables before and behind"),
        *array("gates", 3), *norm("norms", width), *norm("norms", width),
        *layers(c.whole("num_hidden_layers"), width, mixer, mlp), *layers(global_, width, mixer, mlp),
        *times(global_, array("gates", 2)),
    ]  # fmt: skip


def _mllama(c: Configuration) -> Architecture:
    seeing, text = c.within("vision_config", "mllama_vision_model"), c.within("text_config", "mllama_text_model")
    text.kind = "causal" if c.kind == "causal" else "base"
    c.ignore("tie_word_embeddings")
    found, width = mllama_text(text), text.whole("hidden_size")
    handed = (len(seeing.listed("intermediate_layers_indices")) + 1) * seeing.whole("hidden_size")
    seeing.refuse("vision_output_dim", handed)
    between = dense("projector", handed, width, bias=True)
    return with_more(found, [*prefixed(_mllama_vision(seeing), "vision"), *between])


MLLAMA: Mapping[str, Family] = MappingProxyType({
    "mllama": Family(_mllama, {"MllamaForConditionalGeneration": "causal", "MllamaModel": "base"},
                     "MllamaForConditionalGeneration"),
    "mllama_text_model": Family(mllama_text, {"MllamaForCausalLM": "causal", "MllamaTextModel": "base"},
                                "MllamaForCausalLM"),
})  # fmt: skip
