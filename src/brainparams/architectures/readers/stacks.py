"""Stacks of unlike layers: which kind each layer is, and layers that are alike as one block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from .. import Architecture, Weights
from ..blocks import MLP, Block, Experts, Mixer
from .arrays import array, dense
from .configurations import Configuration
from .decoders import PRE_NORMS, head
from .families import Family, decoder_family, text_family

FULL, SLIDING = "full_attention", "sliding_attention"
LAYER_WORDS = {
    "attention": "attention", FULL: "attention", SLIDING: "attention",
    "hybrid": "hybrid", "linear_attention": "linear", "mamba": "linear", "conv": "linear",
    "kda": "linear", "moe": "moe", "mlp": "mlp",
}  # fmt: skip
ONE_LAYER = ("layer",)


def layer_kinds(c: Configuration, key: str, count: int) -> list[str]:
    """Return what mixes tokens in each layer, in one word each, from a list of the format's words."""
    return [LAYER_WORDS[each] for each in c.words(key, tuple(LAYER_WORDS), count)]


def stack(kinds: Iterable[tuple[Mixer, MLP | Experts | None]], norms: tuple[str, ...] = PRE_NORMS) -> list[Block]:
    """Return layers, those that are alike as one block."""
    return [
        Block(layers=count, attention=mixer, mlp=mlp, norms=norms) for (mixer, mlp), count in Counter(kinds).items()
    ]


def gated(c: Configuration, key: str = "intermediate_size", bias: bool = False) -> MLP:
    """Return a gated MLP."""
    return MLP(width=c.whole(key), gated=True, bias=bias)


def families(**rows: Any) -> dict[str, Family]:
    """Return families by type, from the prefix of their classes and their reader."""
    return {
        name: (text_family if name.endswith("_text") else decoder_family)(prefix, read)
        for name, (prefix, read) in rows.items()
    }


def of_arrays(c: Configuration, body: list[Weights], *, tied: bool | None = False) -> Architecture:
    """Return a decoder whose layers are given as arrays, with embedding and head; `tied` as in `decoder`."""
    width, vocabulary = c.whole("hidden_size"), c.whole("vocab_size")
    kind = head(c, tied)
    table = replace(array("token embedding", vocabulary, width, name="table")[0], is_input_embedding=kind != "tied")
    own = dense("output head", width, vocabulary, bias=False) if kind == "untied" else []
    return Architecture(c.model_type, (table, *body, *own))
