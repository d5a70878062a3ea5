"""Adapters from the ``adapter_config.json`` that is published with them: what they add to a base model."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from ...errors import FileError, did_you_mean, shown
from .. import Architecture, Dimension, Weights
from ..arguments import whole
from .arrays import Arrays, array, dense
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
WHOLE: Mapping[str, str] = {"embed_tokens": "token embedding", "lm_head": "output head"}
SAVED: Mapping[str, tuple[str, ...]] = {
    "embed_tokens": ("token embedding",), "lm_head": ("output head",), "classifier": ("classes",),
    "score": ("classes",), "qa_outputs": ("answer head", "classes"), "pre_classifier": ("head",),
}  # fmt: skip
TWO_LAYERS = ("roberta", "xlm-roberta", "camembert", "electra")  # whose classifier is a dense layer and the last one
ATTENTION = {**SEPARATE, "o_proj": ("output",)}
T5 = {"q": ("query",), "k": ("key",), "v": ("value",), "o": ("output",), "wi": ("up",), "wi_0": ("gate",),
      "wi_1": ("up",), "wo": ("down",)}  # fmt: skip

# How the dense layers of a type are called, and which projections each of them is.
MODULES: Mapping[str, Mapping[str, Projections]] = MappingProxyType({
    "baichuan": {"W_pack": QKV, "o_proj": ("output",), **GATED}, "bart": BART, "bert": BERT,
    "bloom": NEOX, "falcon": NEOX, "gemma": LLAMA, "gemma2": LLAMA, "gemma3_text": LLAMA,
    "chatglm": {**NEOX, "dense_h_to_4h": ("gate", "up")}, "cohere": LLAMA, "cohere2": LLAMA, "cwm": LLAMA,
    "exaone4": LLAMA, "distilbert": {"q_lin": ("query",), "k_lin": ("key",), "v_lin": ("value",),
                                     "out_lin": ("output",), "lin1": ("up",), "lin2": ("down",)},
    "glm": GLM, "glm4": GLM, "gpt2": {"c_attn": QKV, "c_proj": ("output", "down"), "c_fc": ("up",)},
    "gpt_neox": NEOX, "gptj": {**SEPARATE, "out_proj": ("output",), "fc_in": ("up",), "fc_out": ("down",)},
    "gpt_oss": ATTENTION, "granite": LLAMA, "helium": LLAMA, "hunyuan_v1_dense": LLAMA,
    "internlm2": {"wqkv": QKV, "wo": ("output",), "w1": ("gate",), "w3": ("up",), "w2": ("down",)},
    "llama": LLAMA, "mbart": BART, "ministral": LLAMA, "ministral3": LLAMA, "mistral": LLAMA, "mixtral": ATTENTION,
    "mpt": {"Wqkv": QKV, "out_proj": ("output",), "up_proj": ("up",), "down_proj": ("down",)},
    "mt5": T5, "nemotron": {**ATTENTION, "up_proj": ("up",), "down_proj": ("down",)}, "olmo": LLAMA, "olmo2": LLAMA,
    "olmo3": LLAMA, "olmoe": ATTENTION, "opt": BART,
    "phi": {**SEPARATE, "dense": ("output",), "fc1": ("up",), "fc2": ("down",)},
    "phi3": {"qkv_proj": QKV, "o_proj": ("output",), "gate_up_proj": ("gate", "up"), "down_proj": ("down",)},
    "qwen2": LLAMA, "qwen2_moe": ATTENTION, "qwen3": LLAMA, "qwen3_moe": ATTENTION, "roberta": BERT, "seed_oss": LLAMA,
    "smollm3": LLAMA, "stablelm": LLAMA,
    "starcoder2": {**SEPARATE, "o_proj": ("output",), "c_fc": ("up",), "c_proj": ("down",)},
    "t5": T5, "whisper": BART, "xlm-roberta": BERT,
})  # fmt: skip


KINDS = ("LORA", "IA3", "VERA", "PROMPT_TUNING", "PREFIX_TUNING", "P_TUNING")
TOKENS = ("PROMPT_TUNING", "PREFIX_TUNING", "P_TUNING")
# Heads that are trained along with virtual tokens, though no key says so.
HEADS = {"SEQ_CLS": "classifier", "TOKEN_CLS": "classifier", "QUESTION_ANS": "qa_outputs"}


def adapter(c: Configuration, base: Architecture | None, base_type: str) -> Architecture:
    """Return what an adapter adds; `base` is the model it was made for, counted from its own configuration."""
    kind = c.value("peft_type")
    if kind not in KINDS:
        raise FileError(f"{c.place('peft_type')} is {shown(kind)}; counted are {', '.join(KINDS)}")
    named = c.value("base_model_name_or_path")
    c.note(f"beside the base model{f' {named}' if named else ''}, which is not counted")
    head = HEADS.get(str(c.value("task_type"))) if kind in TOKENS else None
    if kind in TOKENS and head is None:
        return Architecture(kind, tuple(_virtual_tokens(c, kind)))
    if base is None:
        raise FileError(
            f"{c.where}: an adapter counts by the shapes of its base model{f', {named}' if named else ''}, and one for "
            f"a task with its head; give that model's configuration as base=…"
        )
    if head is not None:
        c.content = {**c.content, "modules_to_save": [head]}
        return Architecture(kind, (*_virtual_tokens(c, kind), *_saved(c, base, base_type)))
    c.refuse("bias", "none")
    for key in ("target_parameters", "layer_replication", "trainable_token_indices"):
        if c.value(key):
            raise c.refused(key, c.value(key), "none of it")
    found = [each for module in _targets(c, base_type) for each in _added(c, base, module, kind)]
    return Architecture(kind, (*found, *_saved(c, base, base_type)))


def _virtual_tokens(c: Configuration, kind: str) -> Arrays:
    """Return vectors in place of tokens, with the network that makes them while they are trained."""
    tokens, width = c.whole("num_virtual_tokens"), c.whole("token_dim")
    if kind == "PROMPT_TUNING":
        return array("prompt", tokens * c.whole_or("num_transformer_submodules", 1), width, name="virtual tokens")
    if kind == "PREFIX_TUNING" and not c.switch("prefix_projection", False):
        return array("prefix", tokens, c.whole("num_layers"), 2, width, name="keys and values")
    c.note("with the network that makes the vectors: it is trained, and what is saved are the vectors alone")
    hidden = c.whole_or("encoder_hidden_size", width, "the width")
    if kind == "PREFIX_TUNING":
        found = array("prefix", tokens, width, name="virtual tokens")
        after = 2 * c.whole("num_layers") * width
        return [*found, *dense("network", width, hidden, bias=True), *dense("network", hidden, after, bias=True)]
    found = array("prompt", tokens * c.whole_or("num_transformer_submodules", 1), width, name="virtual tokens")
    if c.word("encoder_reparameterization_type", ("MLP", "LSTM"), "MLP") == "MLP":
        c.ignore("encoder_num_layers")
        sides = [(width, hidden), (hidden, hidden), (hidden, width)]
    else:
        sides = [(2 * hidden, 2 * hidden), (2 * hidden, width)]
        for layer in range(c.whole_or("encoder_num_layers", 2)):  # each in both directions, two biases for a gate
            before = 2 * hidden if layer else width
            found += array("network", 2, 4 * hidden, before + hidden + 2, name="memory in two directions")
    return [*found, *(each for pair in sides for each in dense("network", *pair, bias=True))]


def _saved(c: Configuration, base: Architecture, base_type: str) -> Arrays:
    """Return the layers of the base model that are trained and stored whole."""
    named = c.value("modules_to_save") or []
    if not isinstance(named, list | tuple):
        raise c.refused("modules_to_save", named, "a list of names")
    terms: list[str] = []
    for name in named:
        if name not in SAVED:
            raise c.refused("modules_to_save", name, ", ".join(SAVED))
        if name in WHOLE and not any(each.term == "output head" for each in base.weights):
            raise c.refused("modules_to_save", name, "layers of a model whose output head is its own")
        terms += [*SAVED[name], *(("head",) if name == "classifier" and base_type in TWO_LAYERS else ())]
    found = [each for each in base.weights if each.term in terms]
    if named:
        c.note(f"saved whole: {', '.join(dict.fromkeys(each.term for each in found)) or 'nothing of those names'}")
    return [replace(each, term=f"saved {each.term}") for each in found]


def _targets(c: Configuration, base_type: str) -> Iterator[tuple[str, Projections]]:
    known = MODULES.get(base_type)
    if known is None:
        raise FileError(
            f"{c.where}: adapters of model_type {base_type!r} are not counted; counted are {', '.join(MODULES)}"
        )
    named = c.value("target_modules")
    if named == "all-linear":
        if known is ATTENTION:
            raise c.refused("target_modules", named, "a list of attention's projections")
        named = list(known)
    if not isinstance(named, list | tuple) or not named or not all(isinstance(each, str) for each in named):
        raise c.refused("target_modules", named, "a list of names, or 'all-linear',")
    without = c.value("exclude_modules") or []
    if not isinstance(without, list | tuple) or set(without) - set(known):
        raise c.refused("exclude_modules", without, f"a list of {', '.join(known)}")
    for name in dict.fromkeys(named):
        if name not in known and name not in WHOLE:
            raise FileError(
                f"{c.place('target_modules')} has {shown(name)}, and the dense layers of {base_type!r} are called "
                f"{', '.join(known)}.{did_you_mean(name, known)}"
            )
        if name not in without:
            yield name, known.get(name, ())


def _added(c: Configuration, base: Architecture, module: tuple[str, Projections], kind: str) -> Arrays:
    """Return what one kind of dense layer gains, wherever it stands."""
    name, projections = module
    if name in WHOLE:
        return _added_whole(c, base, name, kind)
    fused = projections in (QKV, ("gate", "up"))
    found: Arrays = []
    for group in [projections] if fused else [(each,) for each in projections]:
        for copies, arrays in _places(base, group).items():
            before, after = _sides(arrays[0])[0], sum(_sides(each)[1] for each in arrays)
            one = _one(c, name, before, after, kind)
            found += [Weights(each.term, each.name, each.shape, _layers(c, copies)) for each in one]
    if projections == BERT["dense"]:
        found += _further_dense(c, base, name, kind)
    if not found:
        raise FileError(f"{c.place('target_modules')} has {name!r}, and the base model has no such layer")
    return found


def _further_dense(c: Configuration, base: Architecture, name: str, kind: str) -> Arrays:
    """Return what the pooler of BERT gains, and the first layer of its heads: they are called dense, too."""
    if any(each.term == "output head" for each in base.weights):
        raise c.refused("target_modules", name, "names of a model without an output head")
    further = [
        each for each in base.weights if (each.term, each.name) in (("pooler", "weights"), ("head", "first weights"))
    ]
    sides = [tuple(side.value for side in each.shape) for each in further]
    return [array_ for before, after in sides for array_ in _one(c, name, before, after, kind)]


def _added_whole(c: Configuration, base: Architecture, name: str, kind: str) -> Arrays:
    """Return what the table of embeddings or the output head gains."""
    table = next((each for each in base.weights if each.term == WHOLE[name] and "biases" not in each.name), None)
    if table is None or kind != "LORA" or c.value("use_dora"):
        raise c.refused("target_modules", name, "layers of a model whose output head is its own, for LoRA alone,")
    before, after = (each.value for each in table.shape)
    return _low_rank(c, name, before, after)


def _one(c: Configuration, name: str, before: int, after: int, kind: str) -> Arrays:
    """Return what one dense layer gains."""
    if kind == "LORA":
        return _low_rank(c, name, before, after)
    if kind == "VERA":
        return [
            *array(name, c.whole("r"), name="scales of the rank"),
            *array(name, after, name="scales of the outputs"),
        ]
    return _scale(c, name, before, after)


def _rank(c: Configuration, name: str) -> int:
    """Return the rank for one kind of layer: its own where the file gives it one."""
    own = c.value("rank_pattern") or {}
    if not isinstance(own, Mapping):
        raise c.refused("rank_pattern", own, "ranks by name")
    for each in own:
        if not str(each).isidentifier():
            raise c.refused("rank_pattern", {each: own[each]}, "one rank for all layers of a name")
    return whole(own[name], c.place("rank_pattern")) if name in own else c.whole("r")


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
    c.ignore("r")
    rank = Dimension(_rank(c, name), "rank", "r")
    inside, outside = Dimension(before, "inputs", "n"), Dimension(after, "outputs", "m")
    found = [Weights(name, "down", (inside, rank)), Weights(name, "up", (rank, outside))]
    found += [Weights(name, "magnitudes", (outside,))] if c.value("use_dora") else []
    return [*found, *([Weights(name, "biases", (outside,))] if c.value("lora_bias") else [])]


def _scale(c: Configuration, name: str, before: int, after: int) -> Arrays:
    inner = c.value("feedforward_modules") or []
    return [Weights(name, "scale", (Dimension(before if name in inner else after, "scaled entries", "m"),))]
