"""Adapters from the ``adapter_config.json`` that is published with them: what they add to a base model."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from ...errors import FileError, did_you_mean, shown
from .. import Architecture, Dimension, Weights
from .arrays import Arrays, array
from .configurations import Configuration

Projections = tuple[str, ...]

QKV: Projections = ("query", "key", "value")
SEPARATE: Mapping[str, Projections] = {"q_proj": ("query",), "k_proj": ("key",), "v_proj": ("value",)}
GATED: Mapping[str, Projections] = {"gate_proj": ("gate",), "up_proj": ("up",), "down_proj": ("down",)}
LLAMA = {**SEPARATE, "o_proj": ("output",), **GATED}
BART = {**SEPARATE, "out_proj": ("output",), "fc1": ("up",), "fc2": ("down",)}
NEOX = {"query_key_value": QKV, "dense": ("output",), "dense_h_to_4h": ("up",), "dense_4h_to_h": ("down",)}
BERT = {"query": ("query",), "key": ("key",), "value": ("value",), "dense": ("output", "up", "down")}
GLM = {**SEPARATE, "o_proj": ("output",), "gate_up_proj": ("gate", "up"), "down_proj": ("down",)}
T5 = {"q": ("query",), "k": ("key",), "v": ("value",), "o": ("output",), "wi": ("up",), "wi_0": ("gate",),
      "wi_1": ("up",), "wo": ("down",)}  # fmt: skip

# How the dense layers of a type are called, and which projections each of them is.
MODULES: Mapping[str, Mapping[str, Projections]] = MappingProxyType({
    "bart": BART, "bert": BERT, "bloom": NEOX, "falcon": NEOX, "gemma": LLAMA, "gemma2": LLAMA, "gemma3_text": LLAMA,
    "glm": GLM, "glm4": GLM, "gpt2": {"c_attn": QKV, "c_proj": ("output", "down"), "c_fc": ("up",)},
    "gpt_neox": NEOX, "gptj": {**SEPARATE, "out_proj": ("output",), "fc_in": ("up",), "fc_out": ("down",)},
    "granite": LLAMA, "llama": LLAMA, "mbart": BART, "mistral": LLAMA,
    "mpt": {"Wqkv": QKV, "out_proj": ("output",), "up_proj": ("up",), "down_proj": ("down",)},
    "mt5": T5, "olmo": LLAMA, "olmo2": LLAMA, "opt": BART,
    "phi": {**SEPARATE, "dense": ("output",), "fc1": ("up",), "fc2": ("down",)},
    "phi3": {"qkv_proj": QKV, "o_proj": ("output",), "gate_up_proj": ("gate", "up"), "down_proj": ("down",)},
    "qwen2": LLAMA, "qwen3": LLAMA, "roberta": BERT, "smollm3": LLAMA,
    "starcoder2": {**SEPARATE, "o_proj": ("output",), "c_fc": ("up",), "c_proj": ("down",)},
    "t5": T5, "whisper": BART, "xlm-roberta": BERT,
})  # fmt: skip


def adapter(c: Configuration, base: Architecture | None, base_type: str) -> Architecture:
    """Return what an adapter adds; `base` is the model it was made for, counted from its own configuration."""
    kind = c.word("peft_type", ("LORA", "IA3", "PROMPT_TUNING", "PREFIX_TUNING"))
    named = c.value("base_model_name_or_path")
    c.note(f"beside the base model{f' {named}' if named else ''}, which is not counted")
    if kind in ("PROMPT_TUNING", "PREFIX_TUNING"):
        return Architecture(kind, tuple(_virtual_tokens(c, kind)))
    if base is None:
        raise FileError(
            f"{c.where}: an adapter counts by the shapes of its base model{f', {named}' if named else ''}; give that "
            f"model's configuration as base=…"
        )
    for key in ("modules_to_save", "rank_pattern", "exclude_modules", "target_parameters", "layer_replication"):
        if c.value(key):
            raise c.refused(key, c.value(key), "none of it")
    found = [each for module in _targets(c, base_type) for each in _added(c, base, module, kind)]
    return Architecture(kind, tuple(found))


def _virtual_tokens(c: Configuration, kind: str) -> Arrays:
    tokens, width = c.whole("num_virtual_tokens"), c.whole("token_dim")
    if kind == "PROMPT_TUNING":
        return array("prompt", tokens * c.whole_or("num_transformer_submodules", 1), width, name="virtual tokens")
    c.refuse("prefix_projection", False)
    return array("prefix", tokens, c.whole("num_layers"), 2, width, name="keys and values")


def _targets(c: Configuration, base_type: str) -> Iterator[tuple[str, Projections]]:
    known = MODULES.get(base_type)
    if known is None:
        raise FileError(
            f"{c.where}: adapters of model_type {base_type!r} are not counted; counted are {', '.join(MODULES)}"
        )
    named = c.value("target_modules")
    if named == "all-linear":
        named = list(known)
    if not isinstance(named, list | tuple) or not named or not all(isinstance(each, str) for each in named):
        raise c.refused("target_modules", named, "a list of names, or 'all-linear',")
    for name in dict.fromkeys(named):
        if name not in known:
            raise FileError(
                f"{c.place('target_modules')} has {shown(name)}, and the dense layers of {base_type!r} are called "
                f"{', '.join(known)}.{did_you_mean(name, known)}"
            )
        yield name, known[name]


def _added(c: Configuration, base: Architecture, module: tuple[str, Projections], kind: str) -> Arrays:
    """Return what one kind of dense layer gains, wherever it stands."""
    name, projections = module
    fused = projections in (QKV, ("gate", "up"))
    found: Arrays = []
    for group in [projections] if fused else [(each,) for each in projections]:
        for copies, arrays in _places(base, group).items():
            before, after = _sides(arrays[0])[0], sum(_sides(each)[1] for each in arrays)
            one = _low_rank(c, name, before, after) if kind == "LORA" else _scale(c, name, before, after)
            found += [Weights(each.term, each.name, each.shape, _layers(c, copies)) for each in one]
    if not found:
        raise FileError(f"{c.place('target_modules')} has {name!r}, and the base model has no such layer")
    return found


def _places(base: Architecture, projections: Projections) -> dict[tuple[Dimension, ...], list[Weights]]:
    """Return the arrays of some projections that stand together, by their copies and term."""
    together: dict[tuple[Dimension, ...], list[Weights]] = {}
    for each in base.weights:
        is_expert = each.active_copies is not None or "experts" in each.term
        if each.name.removesuffix(" weights") in projections and each.name.endswith(" weights") and not is_expert:
            copies = (*each.copies, Dimension(1, each.term))
            together.setdefault(copies, []).append(each)
    return {key: arrays for key, arrays in together.items() if len(arrays) == len(projections)}


def _sides(array_: Weights) -> tuple[int, int]:
    """Return what a projection takes in and gives out."""
    first, rest = array_.shape[0].value, math.prod(each.value for each in array_.shape[1:])
    return (rest, first) if array_.name == "output weights" else (first, rest)


def _layers(c: Configuration, copies: tuple[Dimension, ...]) -> tuple[Dimension, ...]:
    chosen = c.value("layers_to_transform")
    real = copies[:-1]
    if chosen is None:
        return real
    count = len(set(chosen)) if isinstance(chosen, list) else 1
    if len(real) != 1 or count > real[0].value:
        raise c.refused("layers_to_transform", chosen, "layers that are all alike")
    return (real[0]._replace(value=count),)


def _low_rank(c: Configuration, name: str, before: int, after: int) -> Arrays:
    c.refuse("bias", "none")
    rank = Dimension(c.whole("r"), "rank", "r")
    inside, outside = Dimension(before, "inputs", "n"), Dimension(after, "outputs", "m")
    found = [Weights(name, "down", (inside, rank)), Weights(name, "up", (rank, outside))]
    found += [Weights(name, "magnitudes", (outside,))] if c.value("use_dora") else []
    return [*found, *([Weights(name, "biases", (outside,))] if c.value("lora_bias") else [])]


def _scale(c: Configuration, name: str, before: int, after: int) -> Arrays:
    inner = c.value("feedforward_modules") or []
    return [Weights(name, "scale", (Dimension(before if name in inner else after, "scaled entries", "m"),))]
