"""What a machine takes to run and to train: operations of a token, and bytes of weights, caches and activations."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..checks import one_of, strict
from ..errors import ArgumentError, KindError, UnknownNameError, did_you_mean, shown
from ..makers import exact
from ..quantity import Quantity
from . import Architecture, Weights
from .arguments import instance, whole

__all__ = ["activation_memory", "attention_cache", "operations_per_token", "optimizer_memory", "weight_memory"]

# Bytes of a number, as in the findings of number formats.
BYTES = {"fp64": 8.0, "fp32": 4.0, "fp16": 2.0, "bf16": 2.0, "fp8": 1.0, "int8": 1.0, "int4": 0.5}
OPTIMIZERS = {
    "Adam, mixed precision": (16, "2 for weights, 2 for gradients, 12 for weights, mean and variance in 32 bits"),
    "Adam, 32 bits": (16, "4 each for weights, gradients, mean and variance"),
    "Adam, 8 bits": (10, "2 for weights, 2 for gradients, 4 for weights in 32 bits, 1 each for mean and variance"),
    "SGD with momentum, 32 bits": (12, "4 each for weights, gradients and momentum"),
    "SGD, 32 bits": (8, "4 each for weights and gradients"),
}
TABLES = ("position embedding", "type embedding", "task embedding")


class _Layer(NamedTuple):
    """What the attention of a number of layers reads and writes for one token."""

    layers: int
    queries: int
    values: int
    cached: int


@strict
def operations_per_token(architecture: Architecture, *, context: int, mask: str, training: bool = False) -> Quantity:
    """Return the operations of one token: two for each weight that multiplies, and attention over its context.

    ``F = 2·Σ n·m + 2·t·Σ (H·k + H·v)`` over the matrices that one token passes and the layers of attention, with t
    tokens seen. Three times as many in training. Biases, norms, softmax, state spaces' scans and tables that are only
    looked up are left out; a head that is tied to the table of embeddings multiplies. A softmax would add about three
    operations for each head and token that is seen (Hoffmann et al. 2022, appendix F), which is 0.05 to 0.4 % for the
    machines of their table A4.

    Parameters
    ----------
    architecture : Architecture
        The machine; of a mixture of experts the chosen ones count.
    context : int
        Tokens in the context.
    mask : {"full", "causal"}
        "full" where every token sees all of the context: the newest token when one is decoded after another, or
        programs that compute the whole square. "causal" for the mean token of a text that is read at once and in which
        a token sees those before it and itself. There is no default.
    training : bool
        Whether the backward pass counts, twice the forward one.

    Returns
    -------
    Quantity [operation/token]

    Raises
    ------
    ArgumentError
        For another word.
    KindError, RangeError
        If `context` is not a whole number of at least one.

    References
    ----------
    Kaplan et al. (2020), Scaling laws for neural language models, table 1. doi:10.48550/arXiv.2001.08361
    Chowdhery et al. (2022), PaLM, appendix B. doi:10.48550/arXiv.2204.02311
    Hoffmann et al. (2022), Training compute-optimal large language models, appendix F. doi:10.48550/arXiv.2203.15556
    Narayanan et al. (2021), Efficient large-scale language model training. doi:10.48550/arXiv.2104.04473

    Examples
    --------
    >>> import brainparams as bp
    >>> gpt2 = bp.from_config(
    ...     {"model_type": "gpt2", "vocab_size": 50257, "n_positions": 1024, "n_embd": 768, "n_layer": 12, "n_head": 12}
    ... )
    >>> bp.architectures.operations_per_token(gpt2, context=1024, mask="full").value
    284812800
    """
    where = "operations_per_token():"
    machine = instance(architecture, Architecture, f"{where} 'architecture'")
    seen = whole(context, f"{where} 'context'")
    one_of(mask, ("full", "causal"), f"{where} 'mask'")
    doubled = 2 * seen if mask == "full" else seen + 1  # twice the tokens that are seen
    passed = sum(each.used_by_one_token().size for each in machine.weights if _multiplies(each))
    square = sum(each.layers * (each.queries + each.values) for each in _attention(machine))
    times = 3 if training else 1
    total = exact(
        times * (2 * passed + doubled * square), "operation/token", because="a product and a sum for each weight"
    )
    named = total.named("operations per token", symbol="F")
    caveat = "attention over the whole context in every layer; sliding windows are not known to the count"
    return named.with_caveat(caveat, effect="raises") if square else named


@strict
def attention_cache(architecture: Architecture, *, tokens: int, precision: str) -> Quantity:
    """Return the memory of keys and values that attention keeps: ``t·L·(K·k + K·v)`` numbers.

    Latent attention keeps its latent vector and the rotary key. Layers without attention keep a state that does not
    grow with the text; it is left out.

    Parameters
    ----------
    architecture : Architecture
        The machine.
    tokens : int
        Tokens t kept, of all texts together.
    precision : {"fp64", "fp32", "fp16", "bf16", "fp8", "int8", "int4"}
        Kind of the numbers.

    Returns
    -------
    Quantity [byte]

    Raises
    ------
    UnknownNameError
        For another kind.

    References
    ----------
    Pope et al. (2022), Efficiently scaling transformer inference. doi:10.48550/arXiv.2211.05102
    DeepSeek-AI (2024), DeepSeek-V2, table 1. doi:10.48550/arXiv.2405.04434

    Examples
    --------
    >>> import brainparams as bp
    >>> llama = bp.from_config({
    ...     "model_type": "llama", "vocab_size": 128256, "hidden_size": 4096, "intermediate_size": 14336,
    ...     "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
    ... })
    >>> bp.architectures.attention_cache(llama, tokens=1, precision="fp16").value
    131072
    """
    where = "attention_cache():"
    machine = instance(architecture, Architecture, f"{where} 'architecture'")
    numbers = whole(tokens, f"{where} 'tokens'") * sum(each.layers * each.cached for each in _attention(machine))
    return _bytes(numbers, precision, where, "keys and values of every token and layer").named(
        "attention cache", symbol="M_KV"
    )


@strict
def weight_memory(architecture: Architecture, *, precision: str) -> Quantity:
    """Return the memory of the weights.

    Parameters
    ----------
    architecture : Architecture
        The machine; every expert counts, used or not.
    precision : {"fp64", "fp32", "fp16", "bf16", "fp8", "int8", "int4"}
        Kind of the numbers; scale factors of quantised blocks come on top.

    Returns
    -------
    Quantity [byte]

    Raises
    ------
    UnknownNameError
        For another kind.

    Examples
    --------
    >>> import brainparams as bp
    >>> bp.architectures.weight_memory(bp.architectures.dense_layer(10, 10, bias=False), precision="int4").value
    50
    """
    where = "weight_memory():"
    machine = instance(architecture, Architecture, f"{where} 'architecture'")
    return _bytes(machine.count, precision, where, "every parameter").named("memory of the weights", symbol="M_P")


@strict
def optimizer_memory(architecture: Architecture, *, optimizer: str) -> Quantity:
    """Return the memory of weights, gradients and optimizer states in training; 16 bytes a parameter with Adam.

    Parameters
    ----------
    architecture : Architecture
        The machine.
    optimizer : str
        "Adam, mixed precision", "Adam, 32 bits", "Adam, 8 bits", "SGD with momentum, 32 bits" or "SGD, 32 bits". There
        is no default.

    Returns
    -------
    Quantity [byte]

    Raises
    ------
    ArgumentError
        For another one.

    References
    ----------
    Rajbhandari et al. (2020), ZeRO, section 3.1. doi:10.48550/arXiv.1910.02054
    Dettmers et al. (2022), 8-bit optimizers via block-wise quantization. doi:10.48550/arXiv.2110.02861

    Examples
    --------
    >>> import brainparams as bp
    >>> layer = bp.architectures.dense_layer(10, 10, bias=False)
    >>> bp.architectures.optimizer_memory(layer, optimizer="Adam, mixed precision").value
    1600
    """
    where = "optimizer_memory():"
    machine = instance(architecture, Architecture, f"{where} 'architecture'")
    each, because = OPTIMIZERS[one_of(optimizer, tuple(OPTIMIZERS), f"{where} 'optimizer'")]
    memory: Quantity = machine.parameters * exact(f"{each} byte/parameter", because=because, name="bytes per parameter")
    return memory.to("byte").named("weights, gradients and optimizer states", symbol="M_O")


@strict
def activation_memory(architecture: Architecture, *, tokens: int, batch: int, recomputation: str) -> Quantity:
    """Return the memory of the activations that the backward pass needs, at 16 bits.

    ``L·s·b·d·(34 + 5·H·s/d)`` for s tokens and b texts; ``34·L·s·b·d`` where attention is worked out again, and
    ``2·L·s·b·d`` where every layer is, from what comes into it. Worked out for layers with a plain MLP of four times
    the width, dropout, and as many keys as queries; for others it is an approximation.

    Parameters
    ----------
    architecture : Architecture
        The machine.
    tokens : int
        Tokens s of a text.
    batch : int
        Texts b at once.
    recomputation : {"none", "selective", "full"}
        Nothing is worked out again; attention is; every layer is. There is no default.

    Returns
    -------
    Quantity [byte]

    Raises
    ------
    ArgumentError
        For another word, or a machine without attention.

    References
    ----------
    Korthikanti et al. (2022), Reducing activation recomputation in large transformer models, equations 1 to 6.
    doi:10.48550/arXiv.2205.05198

    Examples
    --------
    >>> import brainparams as bp
    >>> gpt2 = bp.from_config(
    ...     {"model_type": "gpt2", "vocab_size": 50257, "n_positions": 1024, "n_embd": 768, "n_layer": 12, "n_head": 12}
    ... )
    >>> bp.architectures.activation_memory(gpt2, tokens=1024, batch=1, recomputation="none").value
    1075838976
    """
    where = "activation_memory():"
    machine = instance(architecture, Architecture, f"{where} 'architecture'")
    one_of(recomputation, ("none", "selective", "full"), f"{where} 'recomputation'")
    s, b = whole(tokens, f"{where} 'tokens'"), whole(batch, f"{where} 'batch'")
    found = [each for each in machine.weights if _is(each, "query weights")]
    if not found:
        raise ArgumentError(f"{where} {machine.name!r} has no attention with queries; the formula is for transformers")
    total = 0
    for each in found:
        layers, width, heads = _copies(each), each.shape[0].value, each.shape[1].value
        square = 5 * heads * s * s * b if recomputation == "none" else 0
        total += layers * (s * b * width * (2 if recomputation == "full" else 34) + square)
    memory = exact(total, "byte", because="activations of every layer at 16 bits").named("activations", symbol="M_A")
    return memory.with_caveat("worked out for a plain MLP of four times the width with dropout", effect="unknown")


# --- what an architecture says -----------------------------------------------------------------------------------


def _multiplies(each: Weights) -> bool:
    """Whether an array multiplies what passes: a matrix that is no table to look up, and no convolution's bias."""
    is_matrix = len(each.shape) > 1 and not each.name.endswith("biases")
    return is_matrix and not each.is_input_embedding and not each.term.endswith(TABLES)


def _is(each: Weights, name: str) -> bool:
    return each.name == name and each.term.endswith("attention") and not each.term.endswith("linear attention")


def _copies(each: Weights) -> int:
    return math.prod(side.value for side in each.copies)


def _attention(machine: Architecture) -> Iterator[_Layer]:
    """Yield the layers of attention, as the arrays of their projections show them."""
    together: dict[tuple[Any, ...], dict[str, Weights]] = {}
    for each in machine.weights:
        if each.term.endswith("attention") and not each.term.endswith("linear attention"):
            together.setdefault((each.term, each.copies, each.shape[0]), {}).setdefault(each.name, each)
    for (_, copies, _), arrays in together.items():
        if "query weights" in arrays:
            yield _attention_layer(arrays, math.prod(side.value for side in copies))
    for each in machine.weights:
        if each.name == "key–value down":
            yield _latent(machine, each)


def _attention_layer(arrays: dict[str, Weights], layers: int) -> _Layer:
    sides = {name: math.prod(s.value for s in arrays[f"{name} weights"].shape[1:]) for name in ("query", "output")}
    kept = [math.prod(s.value for s in arrays[f"{name} weights"].shape[1:]) for name in ("key", "value") if (
        f"{name} weights" in arrays)]  # fmt: skip
    return _Layer(layers, sides["query"], sides["output"], sum(kept))


def _latent(machine: Architecture, down: Weights) -> _Layer:
    alike = {each.name: each for each in machine.weights if each.copies == down.copies and each.term == down.term}
    heads, plain = (side.value for side in alike["key up"].shape[1:])
    rotary, value = alike["rotary key"].shape[1].value, alike["value up"].shape[2].value
    return _Layer(_copies(down), heads * (plain + rotary), heads * value, down.shape[1].value + rotary)


def _bytes(numbers: int, precision: Any, where: str, because: str) -> Quantity:
    if not isinstance(precision, str):
        raise KindError(f"{where} 'precision' needs a name such as 'bf16'; got {shown(precision)}")
    if precision not in BYTES:
        hint = did_you_mean(precision, BYTES)
        raise UnknownNameError(f"{where} no number format {shown(precision)}; there are {', '.join(BYTES)}.{hint}")
    size = numbers * BYTES[precision]
    return exact(int(size) if float(size).is_integer() else size, "byte", because=because)
